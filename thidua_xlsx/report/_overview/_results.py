"""The results on the first page: award forms, đối tượng, quotas, reasons, decisions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from thidua_xlsx.assess import QuotaCount, line_words, literal, result_of, result_words
from thidua_xlsx.campaign import Award, Node
from thidua_xlsx.model import NomineeKind, Opinion, Result
from thidua_xlsx.report import _charts as charts
from thidua_xlsx.report import _look as look
from thidua_xlsx.report._calculation import demand_words
from thidua_xlsx.report._charts import Series
from thidua_xlsx.report._look import Jump, Live
from thidua_xlsx.report._numbers import Numbers
from thidua_xlsx.report._paper import COLUMNS, Cell, Paper, heads, sum_line
from thidua_xlsx.report._places import LIST_DECISION, LIST_VOTES, RESULTS, Key, Page, Places
from thidua_xlsx.report._view import Case, View, demands, kind_word
from thidua_xlsx.text import say
from thidua_xlsx.xlsx import Book, address

_SHARE = look.style(**dict(look.COUNT) | {"num_format": "0.##"})
_ANSWERS = tuple(Opinion)
_ResultColumn = tuple[str, NomineeKind | None, Result | None]


def _result_columns(kinds: Sequence[NomineeKind]) -> list[_ResultColumn]:
    """Registered cases, all and by kind; their results; those that meet the criteria by kind, while the page has room for them."""
    met = [(f"met_{kind}s", kind, Result.MET) for kind in kinds] if len(kinds) < len(NomineeKind) else []
    return [
        ("registered", None, None),
        *((f"{kind}s", kind, None) for kind in kinds),
        ("result_met", None, Result.MET),
        ("result_open", None, Result.OPEN),
        ("result_not_met", None, Result.NOT_MET),
        *met,
    ]


def write_results(book: Book, paper: Paper, places: Places, numbers: Numbers) -> None:
    """Award forms by result, then the units by result."""
    paper.block(150)
    paper.title("chapter_results")
    columns = _result_columns(places.view.campaign.kinds)
    left = COLUMNS - len(columns)
    paper.line([(0, left - 1, say("report.award"), look.HEADING), *heads([say(f"report.{key}") for key, _, _ in columns], left)])
    first = paper.row
    for award in places.view.awards:
        cells = [
            (column, column, _award_count(places, numbers, award, kind, result), look.COUNT)
            for column, (_, kind, result) in enumerate(columns, left)
        ]
        paper.line([(0, left - 1, Jump(places.award_sheets[award.code], "A1", award.short), look.CELL), *cells])
    totals = [sum(_award_numbers(numbers, places, column)) for column in columns]
    sum_line(paper, first, [(column, column) for column in range(left, COLUMNS)], totals)
    paper.gap()
    if not places.view.sought:
        paper.line([(0, COLUMNS - 1, say("report.nobody_registered"), look.LEAD)])
        return
    units = len(places.view.campaign.units)
    pixels = max(110 + 27 * units, 240)
    paper.block(pixels * 0.75 + 20)
    total = len(places.blocks) - 1
    series = [
        Series(result_words(result), (places.pages[Page.MATRIX], places.matrix_cells(total, part)), charts.COLOURS[result])
        for part, result in enumerate(RESULTS, 1)
    ]
    top, _, bottom, _ = places.matrix_cells(total, 0)
    names = (places.pages[Page.MATRIX], (top, 2, bottom, 2))
    chart = charts.bars(book, say("report.chart_units"), names, series, size=(684, pixels), axis=say("report.axis_cases"))
    paper.chart([chart], pixels)


def _award_numbers(numbers: Numbers, places: Places, column: _ResultColumn) -> Iterator[int]:
    _, kind, result = column
    return (numbers.of(award.code, kind, result) for award in places.view.awards)


def _award_count(places: Places, numbers: Numbers, award: Award, kind: NomineeKind | None, result: Result | None) -> Live:
    conditions: list[tuple[int, str]] = [(Key.AWARD, literal(award.code))]
    if kind is not None:
        conditions.append((Key.KIND, literal(kind_word(kind))))
    if result is not None:
        conditions.append((places.result_column, str(int(result))))
    return Live(places.count(*conditions), numbers.of(award.code, kind, result))


def write_quotas(paper: Paper, places: Places) -> None:
    """How many meet each award form against its quota; who stands beside the line is said below, for nobody's verdict changes."""
    counts = places.view.quotas
    if not counts:
        return
    paper.block(80 + 50 * len(counts))
    paper.title("chapter_quotas")
    titles = [say(f"report.quota_{key}") for key in ("share", "base", "allowed", "meet", "over")]
    paper.line([(0, 4, say("report.award"), look.HEADING), (5, 6, say("report.kind"), look.HEADING), *heads(titles, 7)])
    for count in counts:
        paper.line(_quota_cells(paper.row, places, count))
    paper.line([(0, COLUMNS - 1, say("report.quota_note"), look.LEAD)])
    for count in counts:
        if count.over:
            award = places.view.campaign.awards[count.quota.award].short
            words = say(
                "report.quota_line", award=award, kind=kind_word(count.quota.kind).lower(), line=line_words(count, places.view.campaign)
            )
            paper.line([(0, COLUMNS - 1, words, look.PLAIN)])
    paper.gap()


def _quota_cells(row: int, places: Places, count: QuotaCount) -> list[Cell]:
    """Share and base as they are; what is allowed, who meets and the surplus follow the live counts."""
    quota = count.quota
    conditions = (
        (Key.AWARD, literal(quota.award)),
        (Key.KIND, literal(kind_word(quota.kind))),
        (places.result_column, str(int(Result.MET))),
    )
    share, base, allowed, meet = (address(row, column) for column in range(7, 11))
    # Rounded before it is cut: 29 % of 100 is 28.999… in binary
    formula = f'IF(ISNUMBER({base}),INT(ROUND({base}*{share}/100,6)),"")'
    limit = count.allowed if quota.percent is None or count.allowed is None else Live(formula, count.allowed)
    over = Live(f"IF(ISNUMBER({allowed}),MAX(0,{meet}-{allowed}),0)", count.over)
    numbers = (quota.percent, count.base, limit, Live(places.count(*conditions), len(count.meeting)), over)
    award = places.view.campaign.awards[quota.award].short
    styles = (_SHARE, *(look.COUNT,) * 4)
    cells = [(column, column, number, style) for (column, number), style in zip(enumerate(numbers, 7), styles, strict=True)]
    return [(0, 4, award, look.CELL), (5, 6, kind_word(quota.kind), look.CELL), *cells]


def write_groups(book: Book, paper: Paper, places: Places, numbers: Numbers) -> None:
    """By đối tượng: collectives, leaders, staff."""
    groups = places.view.groups
    if not groups:
        return
    pixels = 130 + 30 * len(groups)
    paper.block(60 + 18 * len(groups) + pixels * 0.75)
    paper.title("chapter_groups")
    parts: tuple[Result | None, ...] = (None, *RESULTS)
    words = [say("report.registered"), *(result_words(result) for result in RESULTS)]
    paper.line([(0, 3, say("report.group"), look.HEADING), *heads(words, 4, 2)])
    first = paper.row
    for group in groups:
        counts = [(4 + 2 * n, 5 + 2 * n, _group_count(places, numbers, group, part), look.COUNT) for n, part in enumerate(parts)]
        paper.line([(0, 3, group, look.CELL), *counts])
    last, sheet = paper.row - 1, paper.sheet.name
    paper.gap()
    series = [
        Series(result_words(result), (sheet, (first, 6 + 2 * n, last, 6 + 2 * n)), charts.COLOURS[result])
        for n, result in enumerate(RESULTS)
    ]
    chart = charts.bars(
        book, say("report.chart_groups"), (sheet, (first, 0, last, 0)), series, size=(684, pixels), axis=say("report.axis_cases")
    )
    paper.chart([chart], pixels)


def _group_count(places: Places, numbers: Numbers, group: str, result: Result | None) -> Live:
    conditions: list[tuple[int, str]] = [(Key.GROUP, literal(group))]
    if result is not None:
        conditions.append((places.result_column, str(int(result))))
    return Live(places.count(*conditions), numbers.standing(group, result))


def write_reasons(paper: Paper, places: Places) -> None:
    """What keeps the registered from being eligible, the most frequent first; the counts are live, the order is the run's."""
    ranked = [each for each in _ranked(places.view) if each[1] + each[2]]
    paper.block(60 + 20 * len(ranked))
    paper.title("chapter_reasons")
    if not ranked:
        paper.line([(0, COLUMNS - 1, say("report.nothing_fails"), look.LEAD)])
        paper.gap()
        return
    words = [say("report.fails"), say("report.is_open")]
    paper.line([(0, 7, say("report.demand"), look.HEADING), *heads(words, 8, 2)])
    for node, failed, unsettled in ranked:
        counts = [
            (8 + 2 * n, 9 + 2 * n, Live(_demand_count(places, node, result), value), look.COUNT)
            for n, (result, value) in enumerate(((Result.NOT_MET, failed), (Result.OPEN, unsettled)))
        ]
        paper.line([(0, 7, demand_words(places.view, node), look.CELL), *counts])
    paper.gap()


def _demand_count(places: Places, node: Node, result: Result) -> str:
    """The cases that a demand decides so; a criterion that another award form asks for only among others counts nothing there."""
    condition, awards = (places.demands[node], str(int(result))), places.view.awards
    asking = [award for award in awards if node in demands(award)]
    if len(asking) == len(awards):
        return places.count(condition)
    return "+".join(places.count(condition, (Key.AWARD, literal(award.code))) for award in asking)


def _ranked(view: View) -> list[tuple[Node, int, int]]:
    alike: dict[tuple[object, ...], list[Case]] = {}
    for case in view.sought:
        alike.setdefault(case.standing, []).append(case)
    found: dict[Node, Counter[Result]] = {}
    for cases in alike.values():
        for node in demands(view.campaign.awards[cases[0].verdict.award]):
            found.setdefault(node, Counter())[result_of(node, cases[0].found)] += len(cases)
    counted = [(node, results[Result.NOT_MET], results[Result.OPEN]) for node, results in found.items()]
    return sorted(counted, key=lambda each: (-each[1], -each[2]))


def write_decisions(paper: Paper, places: Places, numbers: Numbers) -> None:
    """From those who registered over those who meet to what the leadership answers; the counts follow what is typed into the lists."""
    if not places.view.sought:
        return
    paper.block(70 + 20 * len(places.view.awards))
    paper.title("chapter_decisions")
    words = [say("report.registered"), say("report.result_met"), *(say(f"decisions.{answer}") for answer in _ANSWERS)]
    words += [say("report.no_answer"), say("report.votes_entered"), say("report.least_votes")]
    paper.line([(0, 3, say("report.award"), look.HEADING), *heads(words, 4)])
    first = paper.row
    totals = [0] * (len(words) - 1)
    for award in places.view.awards:
        counts = list(_progress(places, numbers, award))
        totals = [total + int(live.value) for total, live in zip(totals, counts, strict=False)]
        cells = [(column, column, live, look.COUNT) for column, live in enumerate(counts, 4)]
        paper.line([(0, 3, Jump(places.award_sheets[award.code], "A1", award.short), look.CELL), *cells])
    columns = [(column, column) for column in range(4, 4 + len(totals))]
    sum_line(paper, first, columns, totals)
    look.put(paper.sheet, paper.row - 1, COLUMNS - 1, None, look.TOTAL)
    paper.line([(0, COLUMNS - 1, say("report.decisions_lead"), look.LEAD)])
    paper.gap()


def _progress(places: Places, numbers: Numbers, award: Award) -> Iterator[Live]:
    """Registered, met, the answers, none, lines with votes, the fewest votes."""
    registered = numbers.of(award.code, None, None)
    yield _award_count(places, numbers, award, None, None)
    yield _award_count(places, numbers, award, None, Result.MET)
    answers, votes = places.listed(award.code, LIST_DECISION), places.listed(award.code, LIST_VOTES)
    decisions = numbers.decisions(award.code)
    if answers is None or votes is None:
        yield from (Live("0", 0) for _ in range(len(_ANSWERS) + 3))
        return
    for answer in _ANSWERS:
        counted = sum(each.opinion is answer for each in decisions)
        yield Live(f"COUNTIF({answers},{literal(say(f'decisions.{answer}'))})", counted)
    yield Live(f"ROWS({answers})-{_sections(places, award)}-COUNTA({answers})", registered - len(decisions))
    entered = [each.votes for each in decisions if each.votes is not None]
    yield Live(f"COUNT({votes})", len(entered))
    yield Live(f'IF(COUNT({votes})>0,MIN({votes}),"–")', min(entered, default="–"))


def _sections(places: Places, award: Award) -> int:
    """The titles of further sections, which stand among the lines of a list."""
    return len(places.sections(award.code)) - 1
