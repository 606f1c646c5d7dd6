"""Reading what can be read of an old or damaged form, for moving it into a current one (``thidua upgrade``).

The gates of a merge refuse a form that lacks something; here whatever is found is taken along by the keys of its columns, and every
other cell that a table holds is named, so that a person can see to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from thidua_xlsx import text
from thidua_xlsx.intake._book import Book, address, read_book
from thidua_xlsx.intake._gate import GateError, refused
from thidua_xlsx.intake._locate import Located, locate
from thidua_xlsx.intake._passport import admit, read_passport
from thidua_xlsx.intake._rows import read_lines
from thidua_xlsx.model import CellRef, Finding, Passport, RawRow

if TYPE_CHECKING:
    from thidua_xlsx.campaign import Campaign

_OWN_NAMES = ("form.", "list.", "when.", "check.", "need.", "span.", "_")
"""Defined names of the form itself, which hold nothing a unit has typed."""


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What a form still holds: its passport, the rows of every table that was found, and what could not be taken along."""

    passport: Passport
    rows: Mapping[str, tuple[RawRow, ...]]
    findings: tuple[Finding, ...]


def salvage(content: bytes, file: str, campaign: Campaign) -> Salvaged:
    """The filled rows of a form of this campaign, whatever else it lacks; raises :class:`GateError` where it is none."""
    book = read_book(content, file, campaign.passwords)
    passport = read_passport(book)
    admit(passport, campaign, None, file)
    tables, gaps = _found(book, campaign)
    if not tables:
        raise refused("W120", file)
    rows = {found.table.code: read_lines(book, found, passport.unit).rows for found in tables}
    return Salvaged(passport, rows, (*gaps, *_left_over(book, tables)))


def _found(book: Book, campaign: Campaign) -> tuple[tuple[Located, ...], tuple[Finding, ...]]:
    """Every table with every column that can be located, and findings on the others."""
    gaps: list[Finding] = []
    while campaign.tables:
        try:
            return locate(book, campaign), tuple(gaps)
        except GateError as stop:
            if any(found.table is None for found in stop.findings):
                # A sheet that cannot be read may be any table's: what stands there would be lost in silence
                raise
            gaps.extend(_gap(found, campaign) for found in stop.findings)
            campaign = _less(campaign, stop.findings)
    return (), tuple(gaps)


def _gap(found: Finding, campaign: Campaign) -> Finding:
    """What a missing sheet or column means here: that part of the new form stays empty."""
    assert found.table is not None  # noqa: S101
    table = campaign.tables[found.table]
    if found.column is None:
        return text.finding("S223", CellRef(found.ref.file), table=table.code, name=table.sheet)
    heading = table.columns[found.column].heading
    return text.finding("S222", CellRef(found.ref.file, table.sheet), table=table.code, column=found.column, heading=heading)


def _less(campaign: Campaign, findings: tuple[Finding, ...]) -> Campaign:
    """The campaign without the tables and columns that these findings speak of."""
    gone = {(found.table, found.column) for found in findings}
    tables = {
        code: replace(table, columns={key: column for key, column in table.columns.items() if (code, key) not in gone})
        for code, table in campaign.tables.items()
        if (code, None) not in gone
    }
    return replace(campaign, tables={code: table for code, table in tables.items() if table.columns})


def _left_over(book: Book, tables: tuple[Located, ...]) -> Iterator[Finding]:
    """Every cell in which something stands that no column of today takes: beside the tables, and under names of former columns."""
    cells = dict.fromkeys((found.sheet, *place) for found in tables for place in _beside(book, found))
    cells |= dict.fromkeys(place for place in _formerly_named(book) if not _is_taken(place, tables))
    for sheet, row, column in sorted(cells):
        value = book.value(sheet, row, column)
        if str(value).strip():
            yield text.finding("S221", CellRef(book.file, sheet, address(row, column)), value=str(value))


def _beside(book: Book, found: Located) -> Iterator[tuple[int, int]]:
    """The cells in the lines of a table that are in none of its columns, nor in one of the form's own."""
    if found.table.layout == "rows":
        known = {column for _, column in found.places.values()} | found.own
        for row, line in enumerate(book.grid(found.sheet, found.own)[found.first :], start=found.first):
            yield from ((row, column) for column in range(len(line)) if column not in known)


def _formerly_named(book: Book) -> Iterator[tuple[str, int, int]]:
    """The cells under every defined name that is or was a column's, down to the end of the sheet."""
    for name in book.names:
        area = book.area(name) if "." in name and not name.startswith(_OWN_NAMES) else None
        if area is not None:
            last = area.row if area.row == area.last_row else len(book.grid(area.sheet)) - 1
            yield from ((area.sheet, row, area.column) for row in range(area.row, last + 1))


def _is_taken(place: tuple[str, int, int], tables: tuple[Located, ...]) -> bool:
    sheet, *cell = place
    for found in tables:
        if found.sheet == sheet:
            is_column = found.table.layout == "rows" and cell[1] in {column for _, column in found.places.values()}
            if is_column or tuple(cell) in found.places.values():
                return True
    return False
