"""How a unit fills a workbook: openpyxl and the workbook's own defined names, nothing of the package's reading code.

Every end-to-end test writes through these functions, so that the way back (intake) is tested against somebody else's way in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import cast

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.utils.cell import get_column_letter, range_boundaries

Typed = str | int | float | bool | date | datetime | None
Row = Mapping[str, Typed]
Rows = Mapping[str, Sequence[Row]]


@dataclass(frozen=True, slots=True)
class Span:
    """Where the entries of one column stand: the sheet, and 1-based rows and column."""

    sheet: str
    column: int
    first: int
    last: int


def spans(book: Workbook) -> dict[str, Span]:
    """Every ``table.column`` of an issued workbook, from its defined names alone."""
    found = {}
    for name, definition in book.defined_names.items():
        if name.startswith(("check.", "form.", "list.", "need.", "span.", "when.", "_")) or "." not in name:
            continue
        sheet, cells = next(iter(definition.destinations))
        left, top, _, bottom = (int(edge or 0) for edge in range_boundaries(cells.replace("$", "")))
        found[name] = Span(sheet, left, top, bottom)
    return found


def write_rows(book: Workbook, table: str, rows: Sequence[Row]) -> None:
    """Type the rows of one table, the first into its first entry line; a value of None empties the cell."""
    known = spans(book)
    for number, row in enumerate(rows):
        for column, value in row.items():
            span = known[f"{table}.{column}"]
            assert span.first + number <= span.last, f"{table}: more rows than ready lines"
            _cell(book, span, number).value = value


def fill(source: Path, target: Path, tables: Rows) -> Path:
    """Open an issued workbook, type the rows of several tables, save it as ``target``."""
    book = load_workbook(source)
    for table, rows in tables.items():
        write_rows(book, table, rows)
    book.save(target)
    return target


def mutate(path: Path, table: str, column: str, row: int, value: Typed) -> tuple[str, str]:
    """Type one value over another in line ``row`` (from 0) of a filled workbook, in place; gives sheet and address."""
    book = load_workbook(path)
    span = spans(book)[f"{table}.{column}"]
    cell = _cell(book, span, row)
    cell.value = value
    book.save(path)
    return span.sheet, cell.coordinate


def read_table(path: Path, table: str) -> list[dict[str, Typed]]:
    """What stands in the ready lines of a table, blank lines included."""
    book = load_workbook(path)
    mine = {name.split(".", 1)[1]: span for name, span in spans(book).items() if name.startswith(f"{table}.")}
    lines = max(span.last - span.first + 1 for span in mine.values())
    return [{column: cast("Typed", _cell(book, span, number).value) for column, span in mine.items()} for number in range(lines)]


def place(path: Path, table: str, column: str, row: int) -> tuple[str, str]:
    """Sheet and address of a column's entry in line ``row`` (from 0)."""
    sheet, cell = address(places(path)[f"{table}.{column}"], row).split("!")
    return sheet, cell


def filled_cells(path: Path) -> int:
    """How many cells of the tables are not empty, prefilled keys included, down to the last line of each sheet."""
    book = load_workbook(path)
    return sum(_filled(book, span) for span in spans(book).values())


def _filled(book: Workbook, span: Span) -> int:
    last = span.last if span.first == span.last else book[span.sheet].max_row
    values = (book[span.sheet].cell(row, span.column).value for row in range(span.first, last + 1))
    return sum(value is not None for value in values)


def trim(path: Path, lines: int) -> None:
    """Delete the ready lines below the first few, so that a small workbook opens and saves quickly."""
    book = load_workbook(path)
    for sheet, first in {(span.sheet, span.first) for span in spans(book).values() if span.first != span.last}:
        book[sheet].delete_rows(first + lines, book[sheet].max_row)
    book.save(path)


def places(path: Path) -> dict[str, Span]:
    """Every ``table.column`` of a workbook file."""
    return spans(load_workbook(path))


def address(span: Span, row: int) -> str:
    """Where a column's entry of line ``row`` (from 0) stands, as findings print it: ``Thành tích!H12``."""
    return f"{span.sheet}!{get_column_letter(span.column)}{span.first + row}"


def _cell(book: Workbook, span: Span, number: int) -> Cell:
    """The cell of a line; one that is new takes the number format of its column, as in Excel: a year typed as a date is then a date."""
    sheet = book[span.sheet]
    cell = cast("Cell", sheet.cell(span.first + number, span.column))
    if not cell.has_style:
        cell.number_format = sheet.column_dimensions[cell.column_letter].number_format
    return cell
