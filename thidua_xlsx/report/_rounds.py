"""The rounds side by side (domain 6.2 no. 8), as far as those before this one were merged in the campaign folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from thidua_xlsx.assess import literal, result_words
from thidua_xlsx.campaign import Round
from thidua_xlsx.model import PartialDate
from thidua_xlsx.outcome import RoundFigures, figures_now
from thidua_xlsx.report import _charts as charts
from thidua_xlsx.report import _look as look
from thidua_xlsx.report._charts import Series
from thidua_xlsx.report._look import Content, Live, Style
from thidua_xlsx.report._paper import COLUMNS, Cell, Paper, heads
from thidua_xlsx.report._places import LIST_DECISION, RESULTS, Places
from thidua_xlsx.report._units import money_measures
from thidua_xlsx.report._view import View
from thidua_xlsx.text import say
from thidua_xlsx.xlsx import Book, address


@dataclass(frozen=True, slots=True)
class _Column:
    """One figure of a round: its heading, its number, and the formula by which this round's follows the workbook."""

    heading: str
    numbers: Sequence[int]
    live: str = ""
    is_money: bool = False

    def style(self, *, is_now: bool) -> Style:
        """How it is shown; this round's line stands out as sums do."""
        if self.is_money:
            return look.MILLIONS_TOTAL if is_now else look.MILLIONS
        return look.TOTAL if is_now else look.COUNT


def write_rounds(book: Book, paper: Paper, places: Places) -> None:
    """A line per round with this one last, and by how much it differs from the last one of an equally long period."""
    view, past = places.view, places.view.outcome.past
    missing = _missing(view, past)
    if not past:
        paper.block(60)
        paper.title("chapter_rounds")
        paper.line([(0, COLUMNS - 1, say("report.rounds_none", names=missing) if missing else say("report.rounds_first"), look.LEAD)])
        paper.gap()
        return
    rounds = [*past, figures_now(view.outcome)]
    paper.block(130 + 36 * len(rounds) + _pixels(rounds) * 0.75)
    paper.title("chapter_rounds")
    columns = list(_columns(places, rounds))
    left, first = COLUMNS - len(columns), paper.row + 1
    paper.line([(0, left - 1, say("report.round"), look.HEADING), *heads([each.heading for each in columns], left)])
    for line, figures in enumerate(rounds):
        paper.line([(0, left - 1, _named(figures.round), look.CELL), *_line(columns, line, left, is_now=figures is rounds[-1])])
    _write_change(paper, columns, rounds, (first, left))
    notes = [say("report.rounds_lead"), *([say("report.rounds_missing", names=missing)] if missing else [])]
    paper.line([(0, COLUMNS - 1, " ".join(notes), look.LEAD)])
    paper.gap()
    if sum(sum(each.results.values()) for each in rounds):
        _write_chart(book, paper, rounds, (first, left + 1 + len(view.campaign.kinds)))


def _missing(view: View, past: Sequence[RoundFigures]) -> str:
    """The earlier rounds of the campaign file that nobody has merged here."""
    known = {each.round.id for each in past}
    return "; ".join(each.name for each in view.campaign.rounds_before(view.round) if each.id not in known)


def _named(occasion: Round) -> str:
    first, last = PartialDate.of(occasion.achievements_from), PartialDate.of(occasion.achievements_to)
    return say("report.round_window", name=occasion.name, first=first, last=last)


def _columns(places: Places, rounds: Sequence[RoundFigures]) -> Iterator[_Column]:
    view = places.view
    yield _Column(say("report.rounds_sent"), [each.sent for each in rounds])
    for kind in view.campaign.kinds:
        yield _Column(say(f"report.{kind}s"), [each.nominees.get(kind, 0) for each in rounds])
    for result in RESULTS:
        live = places.count((places.result_column, str(int(result))))
        yield _Column(say(f"report.result_{result.word}"), [each.results[result] for each in rounds], live)
    answers = [cells for award in view.awards if (cells := places.listed(award.code, LIST_DECISION))]
    agreed = "+".join(f"COUNTIF({cells},{literal(say('decisions.agreed'))})" for cells in answers)
    yield _Column(say("report.agreed"), [each.agreed for each in rounds], agreed)
    if money_measures(view):
        yield _Column(say("report.contributed"), [each.contributed for each in rounds], is_money=True)


def _line(columns: Sequence[_Column], line: int, left: int, *, is_now: bool) -> Iterator[Cell]:
    for column, each in enumerate(columns, left):
        number = each.numbers[line]
        content: Content = Live(each.live, number) if is_now and each.live else number
        yield column, column, content, each.style(is_now=is_now)


def _write_change(paper: Paper, columns: Sequence[_Column], rounds: Sequence[RoundFigures], corner: tuple[int, int]) -> None:
    """Sums over periods of unlike length say nothing when they are subtracted."""
    (first, left), now = corner, len(rounds) - 1
    alike = [line for line, each in enumerate(rounds[:-1]) if each.round.is_as_long_as(rounds[-1].round)]
    if not alike:
        paper.line([(0, COLUMNS - 1, say("report.rounds_unlike"), look.LEAD)])
        return
    cells: list[Cell] = []
    for column, each in enumerate(columns, left):
        difference = f"{address(first + now, column)}-{address(first + alike[-1], column)}"
        live = Live(difference, each.numbers[now] - each.numbers[alike[-1]])
        cells.append((column, column, live, look.CHANGE_IN_MILLIONS if each.is_money else look.CHANGE))
    paper.line([(0, left - 1, say("report.rounds_change", name=rounds[alike[-1]].round.name), look.CELL), *cells])


def _pixels(rounds: Sequence[RoundFigures]) -> int:
    return 150 + 44 * len(rounds)


def _write_chart(book: Book, paper: Paper, rounds: Sequence[RoundFigures], corner: tuple[int, int]) -> None:
    (first, left), sheet = corner, paper.sheet.name
    last = first + len(rounds) - 1
    series = [
        Series(result_words(result), (sheet, (first, left + n, last, left + n)), charts.COLOURS[result]) for n, result in enumerate(RESULTS)
    ]
    size = (684, _pixels(rounds))
    chart = charts.bars(book, say("report.chart_rounds"), (sheet, (first, 0, last, 0)), series, size=size, axis=say("report.axis_cases"))
    paper.chart([chart], size[1])
