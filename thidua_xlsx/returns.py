"""The returned workbook (phiếu gửi trả): a fresh form with the unit's own values, what is wrong marked in its cell.

The file the unit sent is never touched or copied: a fresh form has its drop-downs and protection again, and can be mended and sent back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from thidua_xlsx.campaign import Campaign, Table
from thidua_xlsx.checks import fonts_to_keep
from thidua_xlsx.model import CheckedSubmission, Finding, Record, Severity
from thidua_xlsx.template import FIRST_ROW, Line, Mark, Review, ReviewCell, ReviewLine, write_workbook
from thidua_xlsx.text import joint_message, language, message, say, to_unit

__all__ = ["write_return"]

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class _Place:
    """A cell of the new workbook: table, zero-based line, column."""

    table: str
    line: int
    column: str


def write_return(path: Path, campaign: Campaign, round_id: str, checked: CheckedSubmission, findings: Sequence[Finding]) -> None:
    """Write the workbook that goes back to a unit, with every finding on its first sheet and in the cell it speaks of.

    ``findings`` are those about this unit's file, including those between units; rows stay on the row numbers they had wherever the form
    allows it, so that the unit finds its lines again.
    """
    placed = _Placed(campaign, checked, findings)
    with language("vi"):
        marks = _marks(placed, findings)
        lines = {code: placed.lines(table, marks) for code, table in campaign.tables.items()}
        held = placed.held(marks)
        lines_of_review = tuple(_review_lines(placed, findings))
        review = Review(_intro(campaign, round_id, checked, findings, held), lines_of_review, checked.submission.strays)
        write_workbook(path, campaign, round_id, checked.submission.passport.unit, lines=lines, review=review)


class _Placed:
    """Where every row and cell of the file that was sent stands in the new workbook, and what was waived in which line."""

    def __init__(self, campaign: Campaign, checked: CheckedSubmission, findings: Sequence[Finding]) -> None:
        self.campaign = campaign
        self.records = {code: checked.records.get(code, ()) for code in campaign.tables}
        self.numbers = {code: _line_numbers(table, self.records[code]) for code, table in campaign.tables.items()}
        self.cells = {
            (record.raw.sheet, cell): _Place(code, number, column)
            for code, records in self.records.items()
            for number, record in zip(self.numbers[code], records, strict=True)
            for column, cell in record.raw.cells.items()
        }
        self.typed = {
            (record.raw.sheet, record.raw.cells[column]): value
            for records in self.records.values()
            for record in records
            for column, value in record.raw.values.items()
        }
        self.waived: dict[tuple[str, int], list[Finding]] = {}
        for found in findings:
            if found.is_waived and (place := self.of(found)):
                self.waived.setdefault((place.table, place.line), []).append(found)

    def of(self, found: Finding) -> _Place | None:
        """The new place of what a finding speaks of, or None where it is no cell of a row."""
        return self.cells.get((found.ref.sheet, found.ref.cell))

    def held(self, marks: Mapping[_Place, tuple[Mark, ...]]) -> int:
        """How many rows are not counted."""
        wrong = {(place.table, place.line) for place, cell in marks.items() if any(mark.severity is Severity.ERROR for mark in cell)}
        for code, records in self.records.items():
            wrong |= {(code, number) for number, record in zip(self.numbers[code], records, strict=True) if record.held}
        return len(wrong)

    def lines(self, table: Table, marks: Mapping[_Place, tuple[Mark, ...]]) -> tuple[Line, ...]:
        """The lines of a table with their marks, empty ones in between where the unit left rows free."""
        records = self.records[table.code]
        kept = fonts_to_keep([record.raw for record in records])
        given = dict(zip(self.numbers[table.code], zip(records, kept, strict=True), strict=True))
        marked: dict[int, dict[str, tuple[Mark, ...]]] = {}
        for place, cell_marks in marks.items():
            if place.table == table.code:
                marked.setdefault(place.line, {})[place.column] = cell_marks
        last = max(given, default=-1)
        return tuple(
            _line(*given[number], marked.get(number, {}), self.waived.get((table.code, number), ())) if number in given else Line({})
            for number in range(last + 1)
        )


def _line_numbers(table: Table, records: Sequence[Record]) -> list[int]:
    """The zero-based line of every row: as far below the first entry row as before, or one after another where that cannot be."""
    if table.layout == "record":
        return [0] * len(records)
    kept = [record.raw.row - FIRST_ROW for record in records]
    fits = all(0 <= number < table.rows for number in kept) and len(set(kept)) == len(kept)
    return kept if fits else list(range(len(records)))


def _line(record: Record, fonts: Mapping[str, str], marks: Mapping[str, tuple[Mark, ...]], waived: Sequence[Finding]) -> Line:
    return Line(record.raw.values, marks, _status(record, [mark for cell in marks.values() for mark in cell], waived), fonts)


def _status(record: Record, marks: Sequence[Mark], waived: Sequence[Finding]) -> str:
    """Whether the row is counted, by whose leave, and how much there is to mend; what was waived need not be.

    A row may be held by what other units sent as well: then it has an error although its record, checked alone, is sound.
    """
    if errors := sum(mark.severity is Severity.ERROR for mark in marks):
        return say("returns.row_held", count=errors)
    if record.held:
        return say("returns.row_held_elsewhere", sheet=say("template.review_sheet"))
    rest = len(marks) - len(waived)
    counted = say("returns.row_look", count=rest) if rest else say("returns.row_fine")
    return "\n".join((counted, *dict.fromkeys(_leave(each) for each in waived)))


def _leave(waived: Finding) -> str:
    """Who lets a row count in spite of an error, by which clause."""
    relief = waived.relief
    return say("returns.row_waived", code=waived.code, clause=relief.clause, approver=relief.approver) if relief else ""


def _marks(placed: _Placed, findings: Sequence[Finding]) -> dict[_Place, tuple[Mark, ...]]:
    """The marks of every cell; a note is only listed, so that a cell which is right looks right."""
    marks: dict[_Place, tuple[Mark, ...]] = {}
    for found in findings:
        place = placed.of(found)
        if place is not None and found.severity is not Severity.NOTE:
            severity = say(f"template.severity_{found.severity.value}")
            words = say("returns.note", severity=severity, code=found.code, message=to_unit(message(found)))
            marks[place] = (*marks.get(place, ()), Mark(found.severity, words))
    return marks


def _review_lines(placed: _Placed, findings: Sequence[Finding]) -> Iterator[ReviewLine]:
    """Every fault, a line for all cells of a column that have it: about the whole first, errors before warnings, notes last."""
    tables, severities = list(placed.campaign.tables), list(Severity)

    def order(alike: Sequence[Finding]) -> tuple[bool, bool, int, int, int, str]:
        found = alike[0]
        place, note = placed.of(found), found.severity is Severity.NOTE
        table = tables.index(place.table) if place else -1
        return note, place is not None, severities.index(found.severity), table, place.line if place else 0, found.ref.cell

    for alike in sorted(_alike(placed, findings), key=order):
        found, place = alike[0], placed.of(alike[0])
        yield ReviewLine(
            severity=found.severity,
            table=place.table if place else found.table if found.table in tables else None,
            column=place.column if place else None,
            words=to_unit(joint_message(alike)),
            cells=tuple(_cell(placed, each) for each in alike) if place else (),
            code=found.code,
            was=found.ref.cell,
            shown=_shown(alike),
        )


def _alike(placed: _Placed, findings: Sequence[Finding]) -> list[list[Finding]]:
    """Findings that say the same of cells of one column; what is about no cell of a row stays alone.

    A note says how a value was understood: only where value and reading are the same does one line do for both.
    """
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for number, found in enumerate(findings):
        place = placed.of(found)
        same = (place.table, place.column) if place else (number,)
        read = (found.value, *found.facts.values()) if found.severity is Severity.NOTE else ()
        groups.setdefault((found.severity, found.code, found.relief, *same, *read), []).append(found)
    return list(groups.values())


def _cell(placed: _Placed, found: Finding) -> ReviewCell:
    place = placed.of(found)
    return ReviewCell(place.line if place else 0, found.ref.cell, placed.typed.get((found.ref.sheet, found.ref.cell)))


def _shown(alike: Sequence[Finding]) -> str:
    """What stands in the cells, the first few of different values."""
    values = list(dict.fromkeys(found.value for found in alike if found.value))
    return "\n".join([*values[:_SHOWN], *(["…"] if len(values) > _SHOWN else [])])


def _intro(campaign: Campaign, round_id: str, checked: CheckedSubmission, findings: Sequence[Finding], held: int) -> tuple[str, ...]:
    """Counts, how to go about it, to whom and by when."""
    round_, unit = campaign.rounds[round_id], campaign.units[checked.submission.passport.unit]
    counts = {f"{severity.value}s": sum(found.severity is severity for found in findings) for severity in Severity}
    rows = sum(len(records) for records in checked.records.values())
    file = PurePosixPath(checked.submission.file).name
    office = campaign.organ_on(round_.deadline).office
    late = any(found.code in ("C337", "C340") for found in findings)
    by = say("returns.by_soon" if late else "returns.by_deadline", deadline=f"{round_.deadline:%d/%m/%Y}")
    resent = [say("returns.intro_resent")] if any(found.code == "W180" for found in findings) else []
    return (
        *resent,
        say("returns.intro", unit=unit.name, round=round_.name, file=file, registered=rows - held, held=held, **counts),
        say("returns.intro_how", cell=say("template.review_cell"), done=say("template.review_done")),
        say("returns.intro_send", office=office, by=by, fine=say("returns.row_fine")),
    )
