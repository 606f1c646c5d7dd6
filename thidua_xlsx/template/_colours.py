"""The conditional formats of an entry sheet: what is missing in a row in use, and marks that stay visible above them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from thidua_xlsx.campaign import Column
from thidua_xlsx.model import Severity
from thidua_xlsx.template import _style
from thidua_xlsx.template._cells import worst
from thidua_xlsx.template._faults import condition, faults
from thidua_xlsx.template._formulas import in_row, runs
from thidua_xlsx.template._grid import CHECK, FIRST, Grid
from thidua_xlsx.template._lines import Form
from thidua_xlsx.xlsx import Sheet, address, range_address, row_and_column


def keep_marks(sheet: Sheet, form: Form, grid: Grid) -> None:
    """The first rules of a sheet: the colour of marked cells stays, no later rule lays another colour or a thin frame over them."""
    for severity in (Severity.ERROR, Severity.WARNING):
        if ranges := list(_marked(form, grid, severity)):
            row, column = row_and_column(ranges[0].split(":")[0])
            colours = {key: value for key, value in _style.MARKS[severity].items() if "border" not in key}
            rule = {"type": "formula", "criteria": "=TRUE", "stop_if_true": True, "multi_range": " ".join(ranges)}
            sheet.highlight(row, column, row, column, rule, colours)


def _marked(form: Form, grid: Grid, severity: Severity) -> Iterator[str]:
    """The ranges of cells whose worst mark has this severity."""
    rows: dict[str, list[int]] = {}
    for number, line in enumerate(form.lines[grid.table.code]):
        for code, marks in line.marks.items():
            if worst(marks) is severity:
                rows.setdefault(code, []).append(grid.at(number, code)[0])
    for code, marked in rows.items():
        column = grid.cells[code][1]
        yield from (range_address(first, column, last, column) for first, last in runs(marked))


def colour_rows(sheet: Sheet, form: Form, grid: Grid) -> None:
    """Light colours for what is wrong or missing in a row that is in use, a frame around its cells, its key in black."""
    check = f"${address(FIRST, CHECK)}"
    in_use = f"ISNUMBER({check})"
    columns, at = list(grid.table.columns.values()), in_row(grid, FIRST)
    for code, fault in faults(form, grid, at).items():
        _tint(sheet, grid, [grid.table.columns[code]], f"AND({in_use},{fault.formula}>0)", _style.WRONG)
    _tint(sheet, grid, [column for column in columns if column.required], f'AND({in_use},{{cell}}="")', _style.MISSING)
    _tint(sheet, grid, [column for column in columns if column.expected], f'AND({in_use},{{cell}}="")', _style.WANTED)
    for column in columns:
        for whens, style in ((column.required_when, _style.MISSING), (column.expected_when, _style.WANTED)):
            if whens:
                _tint(sheet, grid, [column], f'AND({{cell}}="",{condition(form, grid, whens, at).formula})', style)
    if grid.table.key:
        _tint(sheet, grid, [grid.table.columns[grid.table.key]], in_use, _style.KEY_IN_USE)
    _tint(sheet, grid, columns, in_use, _style.IN_USE)
    for formula, style in ((f"AND({in_use},{check}>0)", _style.CHECK_MISSING), (in_use, _style.CHECK_FULL)):
        sheet.highlight(FIRST, CHECK, grid.last, CHECK, {"type": "formula", "criteria": f"={formula}"}, style)


def _tint(sheet: Sheet, grid: Grid, columns: Sequence[Column], criteria: str, style: _style.Style) -> None:
    """One rule over all rows of some columns, written for the first of their cells."""
    spans = list(runs([grid.cells[column.code][1] for column in columns]))
    if spans:
        ranges = " ".join(range_address(FIRST, first, grid.last, last) for first, last in spans)
        rule = {"type": "formula", "criteria": f"={criteria.format(cell=address(FIRST, spans[0][0]))}", "multi_range": ranges}
        sheet.highlight(FIRST, spans[0][0], grid.last, spans[0][1], rule, style)
