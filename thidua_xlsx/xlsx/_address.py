"""Addresses of cells and ranges, as Excel spells them."""

from __future__ import annotations

from functools import lru_cache

from xlsxwriter.utility import quote_sheetname, xl_cell_to_rowcol, xl_col_to_name


def address(row: int, column: int, *, fixed: bool = False) -> str:
    """``H12`` (or ``$H$12``) for a zero-based row and column."""
    return f"${column_letter(column)}${row + 1}" if fixed else f"{column_letter(column)}{row + 1}"


def range_address(row: int, column: int, last_row: int, last_column: int, *, fixed: bool = False) -> str:
    """``H5:H304`` (or with ``$``) for zero-based corners; one cell where they are the same."""
    first, last = address(row, column, fixed=fixed), address(last_row, last_column, fixed=fixed)
    return first if first == last else f"{first}:{last}"


def row_and_column(cell: str) -> tuple[int, int]:
    """The zero-based row and column of an A1 address."""
    row, column = xl_cell_to_rowcol(cell)
    return int(row), int(column)


@lru_cache(maxsize=1_024)
def column_letter(column: int) -> str:
    """``H`` for 7."""
    return str(xl_col_to_name(column))


@lru_cache(maxsize=1_024)
def quoted(sheet: str) -> str:
    """A sheet's name as a formula spells it."""
    return str(quote_sheetname(sheet))


def place(sheet: str, cells: str) -> str:
    """A sheet and a range as a formula spells them."""
    return f"{quoted(sheet)}!{cells}"
