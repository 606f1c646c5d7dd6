"""Counting again (thidua audit): the inbox through a second reader against what a merge has written, cell by cell.

Three things are compared: what openpyxl reads in every counted file with what intake carried on, what intake carried on with the lines of
``so-tong-hop.xlsx``, and the counts of ``ket-qua.json`` with both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from thidua_xlsx import text
from thidua_xlsx.campaign import Campaign, Column, Table
from thidua_xlsx.model import CellRef, FileReport, Finding, PartialDate, Raw, Record, Submission
from thidua_xlsx.outcome import Outcome
from thidua_xlsx.pipeline import _result, _written
from thidua_xlsx.pipeline._folder import Folder, UsageError
from thidua_xlsx.pipeline._outputs import REGISTER_FILE
from thidua_xlsx.pipeline._reading import Order
from thidua_xlsx.pipeline._recount import UNREADABLE, Cells, recounted, same
from thidua_xlsx.pipeline._survey import Progress
from thidua_xlsx.text import say

_PLACE_COLUMNS = 4
_HELD_COLUMNS = _PLACE_COLUMNS + 1
_LONGEST_SHOWN = 32_700
"""The pen cuts longer texts, with a mark at the end."""

Line = tuple[str, str, int]
"""Where a row of the register comes from: file, sheet and row."""


@dataclass(frozen=True, slots=True)
class Audit:
    """How many cells of how many files were counted again, which files openpyxl cannot read, and every difference."""

    files: int
    cells: int
    left_out: tuple[str, ...]
    findings: tuple[Finding, ...]


def audit(home: Folder, outcome: Outcome, progress: Progress) -> Audit:
    """Compare the results of the last merge with the inbox as a second reader sees it."""
    target = home.output(outcome.round.id)
    written = _written.run(target / _result.RESULT_FILE)
    if written is None or not (target / REGISTER_FILE).is_file():
        raise UsageError(say("cli.no_results", folder=target, round=outcome.round.id))
    entries = {checked.submission.file: checked.submission for checked in (*outcome.submissions, *outcome.superseded)}
    unlike: dict[str, tuple[Finding, ...]] = {}
    cells = 0
    for number, (file, seen) in enumerate(recounted(home.inbox, entries, Order(home.campaign, outcome.round.id)), 1):
        if seen is not None:
            cells += len(seen)
            unlike[file] = tuple(_unlike(entries[file], seen))
        progress("audit", number, len(entries))
    said = list(_changed_files(written, outcome.files))
    said.extend(found for file in entries for found in unlike.get(file, ()))
    said.extend(_unlike_counts(written, outcome))
    said.extend(_unlike_register(target / REGISTER_FILE, outcome))
    return Audit(len(unlike), cells, tuple(file for file in entries if file not in unlike), tuple(said))


def _changed_files(written: _written.Run, files: Sequence[FileReport]) -> Iterator[Finding]:
    """Files that are not what they were at the merge."""
    then = {entry.path: (entry.sha256, entry.status) for entry in written.files}
    now = {report.path: (report.sha256, report.status.value) for report in files}
    for path in sorted({*then, *now}):
        if then.get(path) != now.get(path):
            yield text.finding("W147", CellRef(path))


def _unlike(submission: Submission, seen: Cells) -> Iterator[Finding]:
    """Cells that the two readers saw differently, and cells that only one of them counted."""
    carried = {
        (row.sheet, row.cells[column]): (value, row.table, column)
        for rows in submission.rows.values()
        for row in rows
        for column, value in row.values.items()
    }
    for (sheet, cell), (value, table, column) in carried.items():
        other = seen.get((sheet, cell))
        if not same(value, other):
            place = CellRef(submission.file, sheet, cell)
            yield text.finding("S224", place, table=table, column=column, value=_words(value), other=_words(other))
    if len(seen) != submission.cells_read:
        place = CellRef(submission.file)
        yield text.finding("W148", place, name=say("cli.audit_cells"), ours=submission.cells_read, theirs=len(seen))


def _unlike_counts(written: _written.Run, outcome: Outcome) -> Iterator[Finding]:
    """Counts of ``ket-qua.json`` that do not come out again, or that break the law of conservation."""
    cells, rows = _result.tally(outcome)
    ours, place = written.cells, CellRef(_result.RESULT_FILE)
    balance = ours["registered"] + ours["held"] + ours["ignored"]
    if ours["read"] != balance:
        yield text.finding("W148", place, name="cells.read", ours=ours["read"], theirs=balance)
    for key, count in cells.items():
        if ours[key] != count:
            yield text.finding("W148", place, name=f"cells.{key}", ours=ours[key], theirs=count)
    for table, counts in rows.items():
        for key, count in counts.items():
            if (said := written.rows.get(table, {}).get(key)) != count:
                yield text.finding("W148", place, name=f"rows.{table}.{key}", ours=said, theirs=count)


def _unlike_register(path: Path, outcome: Outcome) -> Iterator[Finding]:
    """Rows and cells of the written register that are not what was read and understood."""
    grids = _grids(path)
    held_sheets = {_in(language, "report.sheet_held") for language in text.LANGUAGES}
    held_grid = next((grid for name, grid in grids.items() if name in held_sheets), [])
    places = {
        table: {(file, sheet, row) for file, sheet, row in zip(frame["file"], frame["sheet"], frame["row"], strict=True)}
        for table, frame in outcome.register.tables.items()
    }
    for code, table in outcome.campaign.tables.items():
        records = [record for checked in outcome.submissions for record in checked.records.get(code, ())]
        counted = [record for record in records if _line(record) in places[code]]
        held = [record for record in records if _line(record) not in places[code]]
        lines = list(_lines(grids.get(table.sheet, []), table, _PLACE_COLUMNS))
        yield from _compare(table.sheet, lines, counted, _Understood(outcome, table))
        held_lines = list(_lines(held_grid, table, _HELD_COLUMNS))
        yield from _compare(_in("vi", "report.sheet_held"), held_lines, held, _Typed(table))


def _grids(path: Path) -> dict[str, list[list[Any]]]:
    """Every sheet of the written register. Raises :class:`UsageError` where it is no workbook any more."""
    try:
        book = load_workbook(path, read_only=True, data_only=True)
        grids = {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets}
    except UNREADABLE:
        raise UsageError(say("cli.register_broken", file=path)) from None
    book.close()
    return grids


def _in(language: str, key: str) -> str:
    with text.language(language):
        return say(key)


def _line(record: Record) -> Line:
    return record.raw.file, record.raw.sheet, record.raw.row


def _lines(grid: Sequence[Sequence[Any]], table: Table, before: int) -> Iterator[tuple[Line, Mapping[str, Any]]]:
    """The lines below the headings of a table, each with where it comes from, up to the first that has no such place."""
    headings = [column.heading for column in table.columns.values()]
    head = next((number for number, row in enumerate(grid) if row[before : before + len(headings)] == headings), len(grid))
    for row in grid[head + 1 :]:
        _, file, sheet, number = (*row, *(None,) * _PLACE_COLUMNS)[:_PLACE_COLUMNS]
        if not (file and str(number).isdecimal()):
            return
        yield (str(file), str(sheet), int(number)), dict(zip(table.columns, row[before:], strict=False))


class _Understood:
    """What the register shows of a counted row: values as understood, choices by their labels."""

    def __init__(self, outcome: Outcome, table: Table) -> None:
        self._labels = {code: _labels(outcome.campaign, column, outcome.round.id) for code, column in table.columns.items()}

    def __call__(self, record: Record, column: str) -> object:
        value = record.values.get(column)
        if isinstance(value, PartialDate):
            return value.first if value.is_whole else str(value)
        return self._labels[column].get(value, value) if isinstance(value, str) else value


def _labels(campaign: Campaign, column: Column, round_id: str) -> Mapping[str, str]:
    return {choice.value: choice.label for choice in campaign.choices(column, round_id)}


class _Typed:
    """What the register shows of a held row: values as typed."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def __call__(self, record: Record, column: str) -> object:
        value = record.raw.values.get(column)
        return value.isoformat(" ") if isinstance(value, datetime) and value.time() != time() else value


def _compare(
    name: str, lines: Sequence[tuple[Line, Mapping[str, Any]]], records: Sequence[Record], expected: _Understood | _Typed
) -> Iterator[Finding]:
    """Every row stands there once, and its cells say what they should."""
    there = Counter(line for line, _ in lines)
    shown = dict(lines)
    wanted = {(record.raw.file.removeprefix("inbox/"), record.raw.sheet, record.raw.row): record for record in records}
    for line in {**wanted, **shown}:
        if there[line] != (line in wanted):
            file, sheet, row = line
            yield text.finding("W149", CellRef(file, sheet, f"A{row}"), name=name, ours=int(line in wanted), theirs=there[line])
    for line, record in wanted.items():
        for column, value in shown.get(line, {}).items():
            should = expected(record, column)
            if not _agrees(value, should):
                said = {"value": _words(should), "other": _words(value)}
                yield text.finding("S225", record.ref(column), table=record.table, column=column, **said)


def _agrees(shown: object, should: object) -> bool:
    """Whether a cell of the register says what it should; the pen drops what XML forbids and cuts what Excel cannot hold."""
    if isinstance(should, str) and isinstance(shown, str):
        one, other = _letters(should), _letters(shown)
        return one == other or (len(other) > _LONGEST_SHOWN and one.startswith(other[:_LONGEST_SHOWN]))
    if isinstance(should, bool):
        return shown in (should, str(should).upper())
    return same(shown, should) or (shown is not None and str(shown) == str(should))


def _letters(value: str) -> str:
    return "".join(letter for letter in unescape(value) if letter.isprintable() and not letter.isspace())


def _words(value: Raw | object) -> str:
    match value:
        case None:
            return say("cli.audit_blank")
        case datetime() if value.time() == time():
            return f"{value:%d/%m/%Y}"
        case date() if not isinstance(value, datetime):
            return f"{value:%d/%m/%Y}"
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)
