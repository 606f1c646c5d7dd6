"""What is left to do in the whole workbook: live counts, and a link to the first line that is not in order."""

from __future__ import annotations

from thidua_xlsx.template import _style
from thidua_xlsx.template._faults import faults
from thidua_xlsx.template._formulas import Todo
from thidua_xlsx.template._grid import CHECK, FIRST, Grid
from thidua_xlsx.template._lines import Form
from thidua_xlsx.text import say
from thidua_xlsx.xlsx import Sheet, address, quoted

_ROWS = 1_048_576
"""Excel's rows: numbers are taken from it so that the first row gives the largest one."""


def left(form: Form, grid: Grid) -> dict[int, int]:
    """By Excel's row number, in how many cells something is left to do at first; lines that are not in use are left out."""
    if grid.is_record:
        return _left_in_record(form, grid)
    todo = Todo(form, grid)
    counts = ((FIRST + number + 1, todo.in_cells(line)) for number, line in enumerate(form.lines[grid.table.code]))
    return {row: count for row, count in counts if count is not None}


def _left_in_record(form: Form, grid: Grid) -> dict[int, int]:
    values = form.lines[grid.table.code][0].values
    wrong = faults(form, grid, lambda code: address(*grid.cells[code]))
    return {
        grid.cells[code][0] + 1: int((column.required and code not in values) or (code in wrong and wrong[code].holds(values)))
        for code, column in grid.table.columns.items()
    }


def first_left(form: Form, grid: Grid) -> str:
    """What :func:`link_to_first` shows at first."""
    row = next((row for row, count in left(form, grid).items() if count), 0)
    return say("template.verdict_left", row=row)


def link_to_first(grid: Grid) -> str:
    """A formula that links to the first line of a table in which something is left to do."""
    checks = f"check.{grid.table.code}"
    # SUMPRODUCT, because it alone reckons with every row at once in all three programs without a special way of typing it in
    row = f"({_ROWS}-SUMPRODUCT(MAX(ISNUMBER({checks})*({checks}>0)*({_ROWS}-ROW({checks})))))"
    before, after = say("template.verdict_left", row="\0").split("\0")
    target = f'"#{quoted(grid.table.sheet)}!{address(0, CHECK)[:-1]}"&{row}'
    return f'HYPERLINK({target},"{before}"&{row}&"{after}")'


def write_summary(sheet: Sheet, form: Form, row: int, last: int) -> None:
    """One line over the whole width that says how much is left to do in all tables, and where to look."""
    total = "+".join(f"SUM(check.{table.code})" for table in form.tables)
    count = sum(sum(left(form, grid).values()) for grid in form.grids.values())
    guide = say("template.guide_sheet")
    before, after = say("template.summary_left", count="\0", guide=guide).split("\0")
    none = say("template.summary_none")
    sheet.merged(row, CHECK, row, last, "", _style.SUMMARY)
    words = say("template.summary_left", count=count, guide=guide) if count else none
    sheet.formula(row, CHECK, f'=IF({total}=0,"{none}","{before}"&({total})&"{after}")', words, _style.SUMMARY)
    sheet.height(row, 20, _style.BANNER_ROW)
    for sign, colours in ((">", _style.CHECK_MISSING), ("=", _style.CHECK_FULL)):
        rule = {"type": "formula", "criteria": f"={total}{sign}0"}
        sheet.highlight(row, CHECK, row, last, rule, colours)
