"""Is what a unit typed right: cells are understood or refused, rows and sheets compared; every fault is a finding at its cell.

Everything is driven by the campaign's description of the columns. Nothing is repaired: a value that is understood otherwise than
typed is noted with both forms, one that is not understood holds its row back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from thidua_xlsx.checks._cells import read_rows
from thidua_xlsx.checks._context import Context, Said
from thidua_xlsx.checks._legacy import fonts_to_keep
from thidua_xlsx.checks._references import resolved
from thidua_xlsx.checks._rows import check_rows
from thidua_xlsx.checks._sheets import SHEET_CHECKS
from thidua_xlsx.checks._things import THING_CHECKS
from thidua_xlsx.model import CheckedSubmission, Finding, Record, Severity, Submission

if TYPE_CHECKING:
    from thidua_xlsx.campaign import Campaign

__all__ = ["check_submission", "fonts_to_keep"]


def check_submission(submission: Submission, campaign: Campaign, round_id: str) -> CheckedSubmission:
    """Type every cell, check rows and sheets, and hold the rows that have an error.

    The findings stand in the order of tables, rows and columns. Of a cell with an error nothing further is said.
    """
    context = Context.of(campaign, round_id, submission)
    said: list[Said] = []
    read: dict[str, tuple[Record, ...]] = {}
    for code, table in campaign.tables.items():
        read[code] = read_rows(context, table, submission.rows.get(code, ()), said)
    records = resolved(context, read, said)
    said.extend(entry for code, part in records.items() for entry in check_rows(context, code, part))
    said.extend(entry for check in SHEET_CHECKS for entry in check(context, records))
    sound = _without_wrong_cells(records, said)
    said.extend(entry for check in THING_CHECKS for entry in check(context, sound))
    kept = _one_error_per_cell(said)
    held = {entry.line for entry in kept if entry.finding.severity is Severity.ERROR}
    judged = {
        code: tuple(replace(record, held=True) if (code, record.raw.row) in held else record for record in part)
        for code, part in records.items()
    }
    return CheckedSubmission(submission, judged, _in_order(campaign, kept))


def _without_wrong_cells(records: Mapping[str, tuple[Record, ...]], said: Iterable[Said]) -> dict[str, tuple[Record, ...]]:
    """The rows without the values that have been found wrong; what is compared with them would be accused for nothing."""
    wrong = {(entry.line, entry.finding.column) for entry in said if entry.finding.severity is Severity.ERROR}
    lines = {line for line, _ in wrong}

    def sound(record: Record) -> Record:
        line = (record.table, record.raw.row)
        if line not in lines:
            return record
        return replace(record, values={code: value for code, value in record.values.items() if (line, code) not in wrong})

    return {code: tuple(map(sound, part)) for code, part in records.items()}


def _one_error_per_cell(said: Iterable[Said]) -> list[Said]:
    """What is said of a cell up to and including its first error; the rest would only follow from it."""
    faulted: set[tuple[tuple[str, int], str | None]] = set()
    kept = []
    for entry in said:
        cell = (entry.line, entry.finding.column)
        if cell not in faulted:
            kept.append(entry)
            if entry.finding.severity is Severity.ERROR:
                faulted.add(cell)
    return kept


def _in_order(campaign: Campaign, said: Iterable[Said]) -> tuple[Finding, ...]:
    tables = {code: number for number, code in enumerate(campaign.tables)}
    columns = {(table.code, code): number for table in campaign.tables.values() for number, code in enumerate(table.columns)}

    def place(entry: Said) -> tuple[int, int, int]:
        table, row = entry.line
        return tables[table], row, columns[table, entry.finding.column or ""]

    return tuple(entry.finding for entry in sorted(said, key=place))
