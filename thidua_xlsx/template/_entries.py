"""The sheets the unit fills in: laid out by kind, then named, validated and protected alike."""

from __future__ import annotations

from thidua_xlsx.template._cells import entry_rule
from thidua_xlsx.template._colours import keep_marks
from thidua_xlsx.template._formulas import write_row_formulas
from thidua_xlsx.template._grid import Grid
from thidua_xlsx.template._lines import Form
from thidua_xlsx.template._record import colour_record, write_record
from thidua_xlsx.template._rows import write_rows
from thidua_xlsx.xlsx import Book

_OPEN = ("format_cells", "format_columns", "format_rows", "insert_rows", "sort", "autofilter")


def write_entries(book: Book, form: Form, grid: Grid) -> None:
    """The sheet of one table."""
    sheet = book.sheet(grid.table.sheet)
    keep_marks(sheet, form, grid)
    if grid.is_record:
        write_record(sheet, form, grid)
        colour_record(sheet, form, grid)
    else:
        write_row_formulas(book, form, grid)
        write_rows(sheet, form, grid)
    for code, column in grid.table.columns.items():
        book.define(f"{grid.table.code}.{code}", grid.table.sheet, grid.span(code))
        row, index = grid.cells[code]
        sheet.validate(row, index, row if grid.is_record else grid.last, index, entry_rule(form, column))
    book.define(f"check.{grid.table.code}", grid.table.sheet, grid.checks)
    sheet.raw.protect("", dict.fromkeys(_OPEN, True))
