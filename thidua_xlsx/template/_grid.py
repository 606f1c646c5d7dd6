"""Where everything stands in a registration workbook: one description used by every sheet that names a cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from thidua_xlsx.campaign import Campaign, Column, Contradiction, Table, When
from thidua_xlsx.xlsx import address, range_address

STATUS, CHECK = 0, 1
"""The two columns left of every table: what the office said of a row, and what is missing in it now (Kiểm tra)."""

HEAD = 4
"""The zero-based row of the headings of a table laid out in rows."""

FIRST = HEAD + 1
"""The zero-based row of the first entry line."""

RECORD_LABEL, RECORD_VALUE, RECORD_HELP = 2, 3, 4
"""The columns of a table laid out as a record."""

LIST_SHEET = "_danh_muc"
PASSPORT_SHEET = "_form"


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of one table: ``cells`` gives the zero-based place of each column's first (or only) entry."""

    table: Table
    lines: int
    cells: Mapping[str, tuple[int, int]]

    @property
    def is_record(self) -> bool:
        """Whether the table is one record laid out downwards."""
        return self.table.layout == "record"

    @property
    def last(self) -> int:
        """The zero-based row of the last ready line."""
        return max(row for row, _ in self.cells.values()) if self.is_record else FIRST + self.lines - 1

    @property
    def right(self) -> int:
        """The zero-based column of the table's last column."""
        return RECORD_HELP if self.is_record else max(column for _, column in self.cells.values())

    @property
    def shows_names(self) -> bool:
        """Whether a column beside Kiểm tra shows the name behind the nominee id that was chosen in the row."""
        return self.nominee_column is not None

    @property
    def nominee_column(self) -> Column | None:
        """The column in which a row says whom it belongs to."""
        return None if self.is_record else _nominee_column(self.table)

    def at(self, line: int, column: str) -> tuple[int, int]:
        """The zero-based row and column of a cell of a line (from 0)."""
        row, index = self.cells[column]
        return row + (0 if self.is_record else line), index

    def cell(self, line: int, column: str, *, fixed: bool = False) -> str:
        """The A1 address of a cell of a line (from 0)."""
        return address(*self.at(line, column), fixed=fixed)

    def span(self, column: str) -> str:
        """The fixed range of a column's entries."""
        row, index = self.cells[column]
        return address(row, index, fixed=True) if self.is_record else range_address(row, index, self.last, index, fixed=True)

    @property
    def checks(self) -> str:
        """The fixed range of the Kiểm tra column."""
        first = min(row for row, _ in self.cells.values())
        return range_address(first, CHECK, self.last, CHECK, fixed=True)


def grid(table: Table, lines: int = 0, *, spare: int | None = None) -> Grid:
    """The places of a table that has to hold ``lines`` rows; with ``spare``, only so many ready lines stand free below them."""
    if table.layout == "record":
        return Grid(table, 1, dict(_record_cells(table)))
    start = CHECK + (1 if _nominee_column(table) is None else 2)
    ready = table.rows if spare is None else min(table.rows, lines + spare)
    return Grid(table, max(ready, lines), {code: (FIRST, start + index) for index, code in enumerate(table.columns)})


def _nominee_column(table: Table) -> Column | None:
    return next((column for column in table.columns.values() if column.choices == "@nominees" and column.references), None)


def _record_cells(table: Table) -> Iterator[tuple[str, tuple[int, int]]]:
    """A line per column, and a line for the band wherever a new group begins."""
    row, group = FIRST, None
    for code, column in table.columns.items():
        row += column.group is not None and column.group != group
        group = column.group
        yield code, (row, RECORD_VALUE)
        row += 1


def grids(campaign: Campaign, counts: Mapping[str, int], *, spare: int | None = None) -> dict[str, Grid]:
    """The places of every table, by code."""
    return {code: grid(table, counts.get(code, 0), spare=spare) for code, table in campaign.tables.items()}


def title_column(table: Table) -> str | None:
    """The column that names a row to a person: the first required text after the key (họ và tên, tên tập thể, tên tài liệu)."""
    named = (code for code, column in table.columns.items() if code != table.key and column.required and column.type in ("name", "text"))
    return next(named, None)


def list_name(choices: str) -> str:
    """The defined name of a drop-down's entries; ``@awards`` becomes ``list._awards``."""
    return f"list.{choices.replace('@', '_')}"


def conditions(campaign: Campaign) -> dict[tuple[str, When], str]:
    """The defined name of the values of every condition that formulas test, by table and condition."""
    asked = (
        (table.code, when) for table in campaign.tables.values() for column in table.columns.values() for when in _whens(campaign, column)
    )
    return {key: f"when.{key[0]}.{number}" for number, key in enumerate(dict.fromkeys(asked), start=1)}


def _whens(campaign: Campaign, column: Column) -> Iterator[When]:
    yield from (*column.required_when, *column.expected_when, *column.min_length_when)
    for rule in column.contradictions:
        yield from contradiction_whens(campaign, column, rule)


def contradiction_whens(campaign: Campaign, column: Column, rule: Contradiction) -> tuple[When, ...]:
    """The two conditions that hold together where a fact contradicts what is attested; none where the fact is not chosen from a list.

    The first names the values that are known to be wrong, not those that are right: an abbreviation is left to the program.
    """
    listed = campaign.lists.get(column.choices or "", ())
    wrong = tuple(choice.value for choice in listed if choice.value not in rule.compatible)
    return (When(column.code, wrong), When(rule.column, (rule.attested,))) if wrong else ()


def spellings(campaign: Campaign, round_id: str, table: Table, when: When) -> tuple[str, ...]:
    """How the values of a condition may stand in a cell: as the label of the drop-down or as its code."""
    choices = campaign.choices(table.columns[when.column], round_id)
    if not choices:
        return when.values
    meant = [choice for choice in choices if choice.value in when.values]
    return tuple(dict.fromkeys(word for choice in meant for word in (choice.label, choice.code) if word))
