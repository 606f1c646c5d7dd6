"""The master register: the counted rows of every unit, joined with pandas (sổ tổng hợp)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from thidua_xlsx import text, vietnamese
from thidua_xlsx.model import NomineeKind, PartialDate, Severity

if TYPE_CHECKING:
    import pandas as pd

    from thidua_xlsx.campaign import Campaign, Table
    from thidua_xlsx.model import CheckedSubmission, Finding, Record, Typed


@dataclass(frozen=True, slots=True)
class Register:
    """Counted and held rows of all units, a frame per table.

    Every frame has ``unit file sheet row``, then the table's columns in the campaign's order, then ``cells`` (column → A1
    address). Values are as understood (``Typed``), blanks are None. ``held`` frames have the same columns and ``refused`` (a
    frozenset of columns) before ``cells``. Rows stand in the order of the campaign's units, then as in the sheet. ``findings``
    are those between units.
    """

    tables: Mapping[str, pd.DataFrame]
    held: Mapping[str, pd.DataFrame]
    findings: tuple[Finding, ...]


Records = Mapping[str, Sequence["Record"]]


def build_register(submissions: Sequence[CheckedSubmission], campaign: Campaign) -> Register:
    """Join the accepted submissions of all units into one register.

    A row is held if its unit's check held it, or if another nominee has its id (M503): ids are unique in the campaign, and of two
    units using one, the first in the campaign's order keeps it. In ``held`` frames ``refused`` also names the columns that were
    understood but are wrong (an error stands on their cell), so that nobody takes their value for the truth.
    """
    records = _gather(submissions, campaign)
    nominee_tables = [table for table in campaign.tables.values() if table.nominee]
    clashes = _shared_keys([row for table in nominee_tables for row in records[table.code] if not row.held], campaign)
    records = {code: [_held_if_clashing(row, clashes, campaign.tables[code]) for row in rows] for code, rows in records.items()}
    twins = [found for table in nominee_tables for found in _twins(records[table.code], table, campaign)]
    return Register(
        tables={code: _frame(table, records[code], held=False) for code, table in campaign.tables.items()},
        held={code: _frame(table, records[code], held=True) for code, table in campaign.tables.items()},
        findings=(*clashes.values(), *twins),
    )


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
    columns: dict[str, list[object]] = {
        "unit": [row.unit for row in rows],
        "file": [row.raw.file for row in rows],
        "sheet": [row.raw.sheet for row in rows],
        "row": [row.raw.row for row in rows],
    }
    columns |= {code: [row.values.get(code) for row in rows] for code in table.columns}
    if held:
        columns["refused"] = [row.refused for row in rows]
    columns["cells"] = [row.raw.cells for row in rows]
    return pd.DataFrame({name: pd.Series(values, dtype=object) for name, values in columns.items()})


Place = tuple[str, str, int]


def _place(row: Record) -> Place:
    return row.raw.file, row.raw.sheet, row.raw.row


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
        printed = {_place(row): _printed_keys(row, campaign) for row in rows}
        keeper = min(rows, key=lambda row: (nominee_id not in printed[_place(row)], rank.get(row.unit, len(rank))))
        for row in rows:
            if row.unit != keeper.unit:
                free = next((key for key in printed[_place(row)] if key not in users), f"{row.unit}-{nominee_id}")
                found[_place(row)] = _between("M503", row, "nominee_id", [(keeper, "nominee_id")], campaign, example=free)
    return found


def _printed_keys(row: Record, campaign: Campaign) -> list[str]:
    """The ids that the row's unit found printed in this table of its form."""
    table = campaign.tables[row.table]
    return list(table.prefilled_keys(row.unit, table.rows))


def _held_if_clashing(row: Record, clashes: Mapping[Place, Finding], table: Table) -> Record:
    if table.nominee is None or _place(row) not in clashes:
        return row
    return replace(row, held=True, refused=row.refused | {"nominee_id"})


@dataclass(frozen=True, slots=True)
class _Likeness:
    """What makes two rows the same nominee: equal ``key``; ``column`` is the cell to point at, ``headings`` what to call it."""

    column: str
    headings: str
    key: Hashable


def _likenesses(row: Record, table: Table) -> Iterator[_Likeness]:
    """CCCD first, then name and whole birth date, for persons; the name for collectives."""
    if table.nominee is NomineeKind.COLLECTIVE:
        name = row.values.get("name")
        if isinstance(name, str):
            yield _Likeness("name", table.columns["name"].heading, vietnamese.fold(name))
        return
    for column in table.columns.values():
        if column.type == "citizen_id" and (number := row.values.get(column.code)) is not None:
            yield _Likeness(column.code, column.heading, number)
    name, birth = row.values.get("full_name"), row.values.get("birth_date")
    if isinstance(name, str) and isinstance(birth, PartialDate) and birth.is_whole:
        headings = f"{table.columns['full_name'].heading}, {table.columns['birth_date'].heading}"
        yield _Likeness("full_name", headings, vietnamese.person_key(name, birth))


def _twins(records: Sequence[Record], table: Table, campaign: Campaign) -> Iterator[Finding]:
    """M501 and M502 (between units), M504 (inside a unit): one finding on each row, naming the other places."""
    rows = [row for row in records if not row.held]
    groups: dict[_Likeness, list[Record]] = defaultdict(list)
    for row in rows:
        for likeness in _likenesses(row, table):
            groups[likeness].append(row)
    between_units = "M502" if table.nominee is NomineeKind.COLLECTIVE else "M501"
    for row in rows:
        alike = _alike(row, table, groups)
        for code, within in ((between_units, False), ("M504", True)):
            if others := [(other, likeness) for other, likeness in alike if (other.unit == row.unit) is within]:
                first, cells = others[0][1], [(other, likeness.column) for other, likeness in others]
                yield _between(code, row, first.column, cells, campaign, same=first.headings)


def _alike(row: Record, table: Table, groups: Mapping[_Likeness, Sequence[Record]]) -> list[tuple[Record, _Likeness]]:
    """The other rows of the same nominee, each with the first likeness that says so."""
    found: dict[Place, tuple[Record, _Likeness]] = {}
    for likeness in _likenesses(row, table):
        for other in groups[likeness]:
            if other is not row:
                found.setdefault(_place(other), (other, likeness))
    return list(found.values())


def _between(code: str, row: Record, column: str, others: Iterable[tuple[Record, str]], campaign: Campaign, **facts: str) -> Finding:
    """A finding on a row's cell that names the cells of other rows."""
    nominee_id = row.values.get("nominee_id")
    return text.finding(
        code,
        row.ref(column),
        table=row.table,
        column=column,
        nominee_id=None if nominee_id is None else str(nominee_id),
        value=str(row.values.get(column, "")),
        others="; ".join(f"{_unit_name(other, campaign)} ({other.ref(cell)})" for other, cell in others),
        **facts,
    )


def _unit_name(row: Record, campaign: Campaign) -> str:
    return campaign.units[row.unit].name if row.unit in campaign.units else row.unit
