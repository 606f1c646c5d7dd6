"""A sheet with a line per collective, person, achievement: headings in two rows, then the ready lines."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from thidua_xlsx.campaign import Table
from thidua_xlsx.template import _style
from thidua_xlsx.template._cells import STATUS_WIDTH, heading, own_widths, printed_from, write_banner, write_cell, write_status
from thidua_xlsx.template._colours import colour_rows
from thidua_xlsx.template._formulas import Todo, first_owner, left_formula, owner_formula
from thidua_xlsx.template._grid import CHECK, FIRST, HEAD, STATUS, Grid, title_column
from thidua_xlsx.template._lines import Form, Line
from thidua_xlsx.text import say
from thidua_xlsx.xlsx import Sheet

_BAND = HEAD - 1
_NAME_WIDTH = 26.0
_NAME_CELL = _style.LOCKED_CELL | {"text_wrap": True}
_FROZEN_WIDTH, _SCREEN_WIDTH = 75.0, 130.0


def write_rows(sheet: Sheet, form: Form, grid: Grid) -> None:
    """Headings, ready lines with their live check, colours, frozen panes and print set-up."""
    widths = [*own_widths(form), *([_NAME_WIDTH] if grid.shows_names else []), *(column.width for column in grid.table.columns.values())]
    last = _last_on_screen(widths)
    write_banner(sheet, form, grid, last, sum(widths[CHECK : last + 1]))
    for index, width in enumerate(widths):
        sheet.column(index, width)
    for code, column in grid.table.columns.items():
        sheet.column(grid.cells[code][1], column.width, _look(grid.table, code) | _style.entry(column))
    _write_bands(sheet, grid)
    _write_headings(sheet, form, grid)
    todo, names = Todo(form, grid), form.names
    for number, line in enumerate(form.lines[grid.table.code]):
        _write_line(sheet, grid, number, line, (todo.in_cells(line), first_owner(names, grid, line)))
    sheet.height(grid.last + 1, 18, _style.BANNER_ROW)
    sheet.text(grid.last + 1, CHECK, say("template.end_of_rows"), {"italic": True, "font_color": "#808080"})
    colour_rows(sheet, form, grid)
    _set_view(sheet, form, grid, widths)


def _last_on_screen(widths: Sequence[float]) -> int:
    """The last column of the guide's line, about as wide as a screen."""
    last = CHECK
    while last + 1 < len(widths) and sum(widths[CHECK : last + 2]) <= _SCREEN_WIDTH:
        last += 1
    return last


def _look(table: Table, code: str) -> _style.Style:
    """Keys written beforehand are grey until their row is in use."""
    return _style.KEY_READY if code == table.key else {}


def _write_bands(sheet: Sheet, grid: Grid) -> None:
    """The band above the headings, one cell over the columns of a group."""
    placed = [(column.group, grid.cells[column.code][1]) for column in grid.table.columns.values()]
    for group, members in groupby(placed, key=lambda pair: pair[0]):
        columns = [index for _, index in members]
        if group:
            sheet.merged(_BAND, columns[0], _BAND, columns[-1], group, _style.BAND_CELL)


def _write_headings(sheet: Sheet, form: Form, grid: Grid) -> None:
    columns = grid.table.columns.values()
    sheet.height(_BAND, 18, _style.BANNER_ROW)
    points = max(_style.height(heading(column)[0], column.width * 0.8) for column in columns)
    sheet.height(HEAD, min(max(points, 36), 96), _style.BANNER_ROW)
    if form.returned:
        sheet.text(HEAD, STATUS, say("template.status_heading"), _style.OWN_HEAD)
    sheet.text(HEAD, CHECK, say("template.check_heading"), _style.OWN_HEAD)
    if grid.shows_names:
        sheet.text(HEAD, CHECK + 1, say("template.name_heading"), _style.OWN_HEAD)
    for column in columns:
        words, style = heading(column)
        sheet.text(HEAD, grid.cells[column.code][1], words, style)


def _write_line(sheet: Sheet, grid: Grid, number: int, line: Line, first: tuple[int | None, str]) -> None:
    """``first`` holds what the line's two formulas show at first."""
    row, (left, name) = FIRST + number, first
    if grid.shows_names:
        sheet.formula(row, CHECK + 1, owner_formula(grid), name, _NAME_CELL)
    if left is not None:
        sheet.height(row, max(_line_height(grid.table, line), _style.height(name, _NAME_WIDTH), _style.height(line.status, STATUS_WIDTH)))
    write_status(sheet, row, line)
    sheet.formula(row, CHECK, left_formula(grid), "" if left is None else left, _style.CHECK_CELL)
    for code in dict.fromkeys((*line.values, *line.marks)):
        if column := grid.table.columns.get(code):
            write_cell(sheet, grid.at(number, code), column, line, _look(grid.table, code))


def _line_height(table: Table, line: Line) -> float:
    """High enough for the longest text of a row that is not empty any more."""
    shown = {code: value for code, value in line.values.items() if isinstance(value, str)}
    return max((_style.height(words, table.columns[code].width) for code, words in shown.items()), default=0)


def _set_view(sheet: Sheet, form: Form, grid: Grid, widths: Sequence[float]) -> None:
    """Headings and the name of the row stay in sight; the filter leaves out the locked columns so that sorting works."""
    left = min(column for _, column in grid.cells.values())
    named = title_column(grid.table) or grid.table.key
    pane = grid.cells[named][1] + 1 if named else left
    if sum(widths[:pane]) > _FROZEN_WIDTH:
        pane = left + (1 if grid.table.key else 0)
    sheet.raw.freeze_panes(FIRST, pane)
    sheet.raw.autofilter(HEAD, left, grid.last, grid.right)
    footer = say("template.footer", sheet=grid.table.sheet)
    sheet.printed(repeat=(_BAND, HEAD), area=(0, printed_from(form), grid.last, grid.right), footer=footer)
