"""The sheets that go unit by unit: who has sent what, and how the cases of each unit stand."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from thidua_xlsx.assess import literal
from thidua_xlsx.campaign import Measure
from thidua_xlsx.model import FileReport, FileStatus, NomineeKind, PartialDate, Result, Severity
from thidua_xlsx.outcome import UnitState, UnitStatus, unit_statuses
from thidua_xlsx.report import _look as look
from thidua_xlsx.report._look import Field, Live
from thidua_xlsx.report._places import MATRIX_LEFT, MATRIX_TOP, RESULTS, Key, Places
from thidua_xlsx.report._view import View
from thidua_xlsx.text import message, say
from thidua_xlsx.xlsx import ROW, Sheet, column_letter, range_address

_COUNT_WIDTH = 9.0


@dataclass(frozen=True, slots=True)
class Standing:
    """How one unit stands, how many nominees of each kind it has in the register, and what they gave for certain in VND."""

    status: UnitStatus
    nominees: Counter[NomineeKind]
    contributed: int


def standings(view: View) -> tuple[Standing, ...]:
    """Every unit of the campaign, in its order."""
    tables = [(table.nominee, view.rows[code]) for code, table in view.campaign.tables.items() if table.nominee is not None]
    nominees = Counter((str(row["unit"]), kind) for kind, rows in tables for row in rows)
    given: Counter[str] = Counter()
    for measure in money_measures(view):
        for row, amount in view.amounts(measure):
            given[str(row["unit"])] += amount or 0
    return tuple(
        Standing(status, Counter({kind: nominees[status.unit.code, kind] for kind in NomineeKind}), given[status.unit.code])
        for status in unit_statuses(view.outcome)
    )


def money_measures(view: View) -> list[Measure]:
    """The measures that sum money, each once."""
    return list({measure.id: measure for _, measure in view.measured if view.campaign.is_money(measure)}.values())


_COLOURS = {
    UnitState.GOOD: look.MET,
    UnitState.RECEIVED: look.OPEN,
    UnitState.FAULTY: look.OPEN,
    UnitState.RESENT: look.NOT_MET,
    UnitState.REFUSED: look.NOT_MET,
    UnitState.MISSING: look.NOT_MET,
}


def _state_words(standing: Standing) -> str:
    return say(f"report.state_{standing.status.state.value}") + (say("report.state_late") if standing.status.late else "")


def write_units(sheet: Sheet, view: View, units: Sequence[Standing]) -> None:
    """Who has sent, who has not, and what is to be mended, with the files that no unit's state shows below."""
    lines = list(enumerate(units, 1))
    fields = _standing_fields(view.campaign.kinds, has_money=bool(money_measures(view)))
    sheet.text(0, 0, say("report.units_title"), look.BANNER)
    sheet.text(1, 0, say("report.units_lead", round=view.round.name, deadline=PartialDate.of(view.round.deadline)), look.LINE)
    row = look.listing(sheet, 3, fields, lines)
    sheet.merged(row, 0, row, 6, say("report.total"), look.TOTAL_NAME)
    for column in range(7, len(fields)):
        total = sum(value for _, line in lines if isinstance(value := fields[column].value((0, line)), int))
        first, last = 4, max(3 + len(lines), 4)
        style = look.MILLIONS_TOTAL if fields[column].style is look.MILLIONS else look.TOTAL
        look.put(sheet, row, column, Live(f"SUM({range_address(first, column, last, column)})", total), style)
    for state, colours in _COLOURS.items():
        rule = {"type": "text", "criteria": "begins with", "value": say(f"report.state_{state.value}")}
        sheet.highlight(4, 3, max(row - 1, 4), 3, rule, colours)
    _write_other_files(sheet, row + 2, view)


def _standing_fields(kinds: Sequence[NomineeKind], *, has_money: bool) -> list[Field[tuple[int, Standing]]]:
    return [
        Field(say("report.number"), 5, lambda line: line[0], look.COUNT),
        Field(say("report.code"), 9, lambda line: line[1].status.unit.code, look.CENTRED),
        Field(say("report.unit"), 42, lambda line: line[1].status.unit.name),
        Field(say("report.state"), 18, lambda line: _state_words(line[1]), look.VERDICT),
        Field(say("report.file"), 30, lambda line: (line[1].status.file or "").removeprefix("inbox/")),
        Field(say("report.versions"), 8, lambda line: line[1].status.versions, look.TALLY),
        Field(say("report.sent_on"), 13, lambda line: line[1].status.sent_on, look.DATE),
        *(Field(say(f"report.{kind}s"), 9, partial(_nominees, kind), look.COUNT) for kind in kinds),
        *([Field(say("report.contributed"), 13, _contributed, look.MILLIONS)] if has_money else []),
        Field(say("report.held_rows"), 9, lambda line: line[1].status.held, look.TALLY),
        Field(say("report.errors"), 9, lambda line: line[1].status.errors, look.TALLY),
        Field(say("report.warnings"), 9, lambda line: line[1].status.warnings, look.TALLY),
    ]


def _contributed(line: tuple[int, Standing]) -> int:
    return line[1].contributed


def _nominees(kind: NomineeKind, line: tuple[int, Standing]) -> int:
    return line[1].nominees[kind]


def _write_other_files(sheet: Sheet, row: int, view: View) -> None:
    """Files that were refused or belong to another round: their senders believe that they have sent. A computer's own do not count."""
    unused = [each for each in view.outcome.files if each.status in (FileStatus.REFUSED, FileStatus.IGNORED)]
    others = [each for each in unused if (each.unit not in view.submission_of and each.unit in view.campaign.units) or _is_refused(each)]
    if not others:
        return
    sheet.text(row, 0, say("report.other_files"), look.CHAPTER)
    for line, each in enumerate(others, row + 1):
        words = _file_words(each)
        sheet.merged(line, 0, line, 2, each.path.removeprefix("inbox/"), look.CELL)
        sheet.text(line, 3, say(f"report.file_{each.status}"), look.CENTRED)
        sheet.merged(line, 4, line, 10, words, look.CELL)
        sheet.height(line, look.height([(words, 88), (each.path, 54)]))


def _is_refused(report: FileReport) -> bool:
    return report.finding is None or report.finding.severity is not Severity.NOTE


def _file_words(report: FileReport) -> str:
    return message(report.finding) if report.finding else ""


def write_matrix(sheet: Sheet, places: Places) -> None:
    """Unit by award form: registered, and how these cases stand; live counts over the calculation sheet."""
    view = places.view
    blocks = places.blocks
    last_column = places.matrix(len(blocks), 0) - 1
    sheet.text(0, 0, say("report.matrix_title"), look.BANNER)
    width = 54.0 + _COUNT_WIDTH * (last_column + 1 - MATRIX_LEFT)
    for row, key in ((1, "matrix_lead"), (2, "matrix_hint")):
        look.paragraph(sheet, row, (0, last_column), say(f"report.{key}"), look.LEAD, width=width)
    _write_matrix_head(sheet, places, blocks)
    seen, counted = _seen(view), _counted(places)
    for row, unit in enumerate(view.campaign.units.values(), MATRIX_TOP):
        for column, text in enumerate((str(row - MATRIX_TOP + 1), unit.code, unit.name)):
            sheet.text(row, column, text, look.CELL if column == 2 else look.CENTRED)
        for block in range(len(blocks)):
            for part in range(1 + len(RESULTS)):
                live = Live(counted[block, part].replace(ROW, str(row + 1)), seen[unit.code, block, _part(part)])
                look.put(sheet, row, places.matrix(block, part), live, look.TALLY)
        sheet.height(row, look.height([(unit.name, 40)]))
    _write_matrix_totals(sheet, places, seen, len(blocks))
    sheet.raw.freeze_panes(MATRIX_TOP, MATRIX_LEFT)
    sheet.printed(
        repeat=(MATRIX_TOP - 2, MATRIX_TOP - 1), area=(0, 0, MATRIX_TOP + len(view.campaign.units), last_column), footer=say("report.page")
    )


def _write_matrix_head(sheet: Sheet, places: Places, blocks: Sequence[str]) -> None:
    for column, (key, width) in enumerate((("number", 5.0), ("code", 9.0), ("unit", 40.0))):
        sheet.column(column, width)
        sheet.merged(MATRIX_TOP - 2, column, MATRIX_TOP - 1, column, say(f"report.{key}"), look.HEADING)
    parts = [say("report.registered"), *(say(f"report.result_{result.word}") for result in RESULTS)]
    for block, name in enumerate(blocks):
        first = places.matrix(block, 0)
        sheet.merged(MATRIX_TOP - 2, first, MATRIX_TOP - 2, first + len(parts) - 1, name, look.BAND)
        for column, words in enumerate(parts, first):
            sheet.column(column, _COUNT_WIDTH)
            sheet.text(MATRIX_TOP - 1, column, words, look.HEADING)
    sheet.height(MATRIX_TOP - 2, 34)
    sheet.height(MATRIX_TOP - 1, 48)


Seen = Counter[tuple[str | None, int, Result | None]]


def _seen(view: View) -> Seen:
    """How many cases there are by unit (None: all), award form (the block) and result (None: all)."""
    block = {award.code: number for number, award in enumerate(view.awards)}
    found: Seen = Counter()
    alike = Counter((case.verdict.unit, case.verdict.award, case.verdict.result) for case in view.sought)
    for (unit, award, result), count in alike.items():
        for key in itertools.product((unit, None), (block[award], len(block)), (result, None)):
            found[key] += count
    return found


def _part(part: int) -> Result | None:
    return RESULTS[part - 1] if part else None


def _counted(places: Places) -> Mapping[tuple[int, int], str]:
    """The formulas of the matrix by block and part."""
    return {(block, part): _count(places, block, part) for block, part in _parts(len(places.blocks))}


def _count(places: Places, block: int, part: int) -> str:
    if block == len(places.view.awards):
        return "+".join(f"{column_letter(places.matrix(each, part))}{ROW}" for each in range(block))
    conditions: list[tuple[int, str]] = [(Key.UNIT, f"$B{ROW}"), (Key.AWARD, literal(places.view.awards[block].code))]
    if part:
        conditions.append((places.result_column, str(int(RESULTS[part - 1]))))
    return places.count(*conditions)


def _write_matrix_totals(sheet: Sheet, places: Places, seen: Seen, blocks: int) -> None:
    row = MATRIX_TOP + len(places.view.campaign.units)
    sheet.merged(row, 0, row, MATRIX_LEFT - 1, say("report.total"), look.TOTAL_NAME)
    for block, part in _parts(blocks):
        first, column, last, _ = places.matrix_cells(block, part)
        total = Live(f"SUM({range_address(first, column, last, column)})", seen[None, block, _part(part)])
        look.put(sheet, row, column, total, look.TOTAL)


def _parts(blocks: int) -> Iterator[tuple[int, int]]:
    return ((block, part) for block in range(blocks) for part in range(1 + len(RESULTS)))
