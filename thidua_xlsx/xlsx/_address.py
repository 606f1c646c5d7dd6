"""Addresses of cells and ranges, as Excel spells them."""

from __future__ import annotations

from xlsxwriter.utility import quote_sheetname, xl_cell_to_rowcol, xl_col_to_name, xl_range, xl_range_abs, xl_rowcol_to_cell


def address(row: int, column: int, *, fixed: bool = False) -> str:
    """``H12`` (or ``$H$12``) for a zero-based row and column."""
    return str(xl_rowcol_to_cell(row, column, row_abs=fixed, col_abs=fixed))


def range_address(row: int, column: int, last_row: int, last_column: int, *, fixed: bool = False) -> str:
    """``H5:H304`` (or with ``$``) for zero-based corners."""
    return str((xl_range_abs if fixed else xl_range)(row, column, last_row, last_column))


def row_and_column(cell: str) -> tuple[int, int]:
    """The zero-based row and column of an A1 address."""
    row, column = xl_cell_to_rowcol(cell)
    return int(row), int(column)


def column_letter(column: int) -> str:
    """``H`` for 7."""
    return str(xl_col_to_name(column))


def quoted(sheet: str) -> str:
    """A sheet's name as a formula spells it."""
    return str(quote_sheetname(sheet))


def place(sheet: str, cells: str) -> str:
    """A sheet and a range as a formula spells them."""
    return f"{quoted(sheet)}!{cells}"
