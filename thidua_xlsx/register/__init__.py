"""The master register: the counted rows of every unit, joined with pandas (sổ tổng hợp)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from thidua_xlsx.model import Severity
from thidua_xlsx.register import _things
from thidua_xlsx.register._twins import Question, Twins
from thidua_xlsx.register._words import Place, between, place

if TYPE_CHECKING:
    import pandas as pd

    from thidua_xlsx.campaign import Answer, Campaign, Table
    from thidua_xlsx.model import CheckedSubmission, Finding, Record, Typed

__all__ = ["Question", "Register", "build_register"]


@dataclass(frozen=True, slots=True)
class Register:
    """Counted and held rows of all units, a frame per table.

    Every frame has ``unit file sheet row``, then the table's columns in the campaign's order, then ``cells`` (column → A1
    address). Values are as understood (``Typed``), blanks are None. ``held`` frames have the same columns and ``refused`` (a
    frozenset of columns) before ``cells``. Rows stand in the order of the campaign's units, then as in the sheet. ``findings``
    are those between units. ``questions`` are the nominees that may be one, answered or not.
    """

    tables: Mapping[str, pd.DataFrame]
    held: Mapping[str, pd.DataFrame]
    findings: tuple[Finding, ...]
    questions: tuple[Question, ...] = ()


Records = Mapping[str, Sequence["Record"]]


def build_register(submissions: Sequence[CheckedSubmission], campaign: Campaign, answers: Sequence[Answer] = ()) -> Register:
    """Join the accepted submissions of all units into one register.

    A row is held if its unit's check held it, if another nominee has its id (M503), or if people have answered that it is a nominee who is
    registered elsewhere too (M508). Ids are unique in the campaign, and of two units using one, the first in the campaign's order keeps it.
    In ``held`` frames ``refused`` also names the columns that were understood but are wrong (an error stands on their cell), so that nobody
    takes their value for the truth.
    """
    records = _gather(submissions, campaign)
    nominee_tables = [table for table in campaign.tables.values() if table.nominee]
    clashes = _shared_keys([row for table in nominee_tables for row in records[table.code] if not row.held], campaign)
    records = _held(records, frozenset(clashes), "nominee_id", nominee_tables)
    twins = [Twins.among(_counted(records[table.code]), table, campaign, answers) for table in nominee_tables]
    findings = [found for alike in twins for found in alike.findings()]
    for alike in twins:
        records = _held(records, alike.surplus, None, [alike.table])
    things = [found for table in campaign.tables.values() for found in _things.findings(_counted(records[table.code]), table, campaign)]
    return Register(
        tables={code: _frame(table, records[code], held=False) for code, table in campaign.tables.items()},
        held={code: _frame(table, records[code], held=True) for code, table in campaign.tables.items()},
        findings=(*clashes.values(), *findings, *things),
        questions=tuple(question for alike in twins for question in alike.questions),
    )


def _counted(rows: Sequence[Record]) -> list[Record]:
    return [row for row in rows if not row.held]


def _held(records: Records, places: frozenset[Place], refused: str | None, tables: Sequence[Table]) -> Records:
    """The rows with those at ``places`` of some tables held back; ``refused`` is the column whose value must not be taken for the truth."""
    wrong = frozenset({refused} if refused else ())
    codes = {table.code for table in tables} if places else set()
    return {
        code: [replace(row, held=True, refused=row.refused | wrong) if place(row) in places else row for row in rows]
        if code in codes
        else rows
        for code, rows in records.items()
    }


def _gather(submissions: Sequence[CheckedSubmission], campaign: Campaign) -> Records:
    """All rows by table, in the order of the campaign's units; the order in which files were given does not matter."""
    rank = {code: number for number, code in enumerate(campaign.units)}
    ordered = sorted(submissions, key=lambda one: (rank.get(one.submission.passport.unit, len(rank)), one.submission.file))
    return {code: [row for one in ordered for row in _with_wrong_cells(one, code)] for code in campaign.tables}


def _with_wrong_cells(checked: CheckedSubmission, table: str) -> Iterator[Record]:
    wrong_cells = (found.ref for found in checked.findings if found.severity is Severity.ERROR and found.ref.cell)
    errors = {(ref.sheet, ref.cell) for ref in wrong_cells}
    for row in checked.records.get(table, ()):
        wrong = {column for column, cell in row.raw.cells.items() if (row.raw.sheet, cell) in errors} if row.held else set()
        yield replace(row, refused=row.refused | wrong) if wrong else row


def _frame(table: Table, records: Sequence[Record], *, held: bool) -> pd.DataFrame:
    # Whoever only carries a Register must not pay for the import of pandas: it costs as much as reading 150 workbooks.
    import pandas as pd  # noqa: PLC0415

    rows = [row for row in records if row.held is held]
    values = [row.values for row in rows]
    columns: dict[str, list[object]] = {
        "unit": [row.unit for row in rows],
        "file": [row.raw.file for row in rows],
        "sheet": [row.raw.sheet for row in rows],
        "row": [row.raw.row for row in rows],
    }
    columns |= {code: [each.get(code) for each in values] for code in table.columns}
    if held:
        columns["refused"] = [row.refused for row in rows]
    columns["cells"] = [row.raw.cells for row in rows]
    return pd.DataFrame({name: pd.Series(column, dtype=object) for name, column in columns.items()})


def _shared_keys(nominees: Sequence[Record], campaign: Campaign) -> dict[Place, Finding]:
    """M503, by the place of the row that has to be held.

    The unit in whose form the id was printed keeps it, else the first. Inside one unit's file the check has seen to it (R420).
    """
    users: dict[Typed, list[Record]] = defaultdict(list)
    for row in nominees:
        if (nominee_id := row.values.get("nominee_id")) is not None:
            users[nominee_id].append(row)
    rank = {code: number for number, code in enumerate(campaign.units)}
    found: dict[Place, Finding] = {}
    for nominee_id, rows in users.items():
        if len(rows) == 1:
            continue
        printed = {place(row): _printed_keys(row, campaign) for row in rows}
        keeper = min(rows, key=lambda row: (nominee_id not in printed[place(row)], rank.get(row.unit, len(rank))))
        for row in rows:
            if row.unit != keeper.unit:
                free = next((key for key in printed[place(row)] if key not in users), f"{row.unit}-{nominee_id}")
                found[place(row)] = between("M503", (row, "nominee_id"), [(keeper, "nominee_id")], campaign, example=free)
    return found


def _printed_keys(row: Record, campaign: Campaign) -> list[str]:
    """The ids that the row's unit found printed in this table of its form."""
    table = campaign.tables[row.table]
    return list(table.prefilled_keys(row.unit, table.rows))
