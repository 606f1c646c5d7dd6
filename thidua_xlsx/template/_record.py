"""A sheet with one record laid out downwards: check, label, value, help."""

from __future__ import annotations

from collections.abc import Callable

from thidua_xlsx.campaign import Column
from thidua_xlsx.template import _style
from thidua_xlsx.template._cells import entry_help, heading, own_widths, printed_from, write_banner, write_cell, write_status
from thidua_xlsx.template._faults import Fault, faults
from thidua_xlsx.template._grid import CHECK, FIRST, HEAD, RECORD_HELP, RECORD_LABEL, RECORD_VALUE, STATUS, Grid
from thidua_xlsx.template._lines import Form, Line
from thidua_xlsx.template._summary import write_summary
from thidua_xlsx.text import say
from thidua_xlsx.xlsx import Sheet, address

_WIDTHS = (38.0, 46.0, 78.0)


def write_record(sheet: Sheet, form: Form, grid: Grid) -> None:
    """Headings, a line per field under bands for its groups, print set-up."""
    widths = [*own_widths(form), *_WIDTHS]
    write_banner(sheet, form, grid, RECORD_HELP, sum(widths[CHECK:]))
    for index, width in enumerate(widths):
        sheet.column(index, width)
    heads = {CHECK: "check_heading", RECORD_LABEL: "record_label", RECORD_VALUE: "record_value", RECORD_HELP: "record_help"}
    if form.returned:
        heads[STATUS] = "status_heading"
    sheet.height(HEAD, 34 if form.returned else 24, _style.BANNER_ROW)
    for index, words in heads.items():
        sheet.text(HEAD, index, say(f"template.{words}"), _style.OWN_HEAD)
    _write_fields(sheet, form, grid)
    write_summary(sheet, form, HEAD - 1, RECORD_HELP)
    sheet.raw.freeze_panes(FIRST, 0)
    area = (0, printed_from(form), grid.last, RECORD_HELP)
    sheet.printed(repeat=(HEAD, HEAD), area=area, footer=say("template.footer", sheet=grid.table.sheet))


def _write_fields(sheet: Sheet, form: Form, grid: Grid) -> None:
    line = form.lines[grid.table.code][0]
    wrong = faults(form, grid, in_record(grid))
    write_status(sheet, FIRST, line)
    group = None
    for code, column in grid.table.columns.items():
        row, _ = grid.cells[code]
        if column.group and column.group != group:
            sheet.merged(row - 1, CHECK, row - 1, RECORD_HELP, column.group, _style.BAND_CELL | {"align": "left"})
        group = column.group
        _write_field(sheet, form, row, column, line)
        _write_check(sheet, row, column, line, wrong.get(code))


def _write_field(sheet: Sheet, form: Form, row: int, column: Column, line: Line) -> None:
    words, style = heading(column)
    help_words = entry_help(form, column)
    sheet.height(row, max(_style.height(help_words, _WIDTHS[-1]), _style.height(words, _WIDTHS[0] * 0.9), 21))
    sheet.text(row, RECORD_LABEL, words, style | {"align": "left"})
    write_cell(sheet, (row, RECORD_VALUE), column, line, _style.RECORD_CELL)
    sheet.text(row, RECORD_HELP, help_words, _style.HELP_CELL)


def in_record(grid: Grid) -> Callable[[str], str]:
    """Where the fields of a record stand."""
    return lambda code: address(*grid.cells[code])


def _write_check(sheet: Sheet, row: int, column: Column, line: Line, fault: Fault | None) -> None:
    """1 while the field is blank and must not be, or contradicts another; nothing where neither can be."""
    parts = ([f'({address(row, RECORD_VALUE)}="")'] if column.required else []) + ([fault.formula] if fault else [])
    if parts:
        wrong = (column.required and column.code not in line.values) or (fault is not None and fault.holds(line.values))
        sheet.formula(row, CHECK, f"=N({'+'.join(parts)})", int(wrong), _style.CHECK_CELL)
    else:
        sheet.blank(row, CHECK, _style.CHECK_CELL)


def colour_record(sheet: Sheet, form: Form, grid: Grid) -> None:
    """Light colours for fields that are wrong or missing, as in tables of rows; a record is always in use."""
    wrong = faults(form, grid, in_record(grid))
    for code, column in grid.table.columns.items():
        row, index = grid.cells[code]
        if code in wrong:
            rule = {"type": "formula", "criteria": f"={wrong[code].formula}>0"}
            sheet.highlight(row, index, row, index, rule, _style.WRONG)
        if column.required or column.expected:
            blank = {"type": "formula", "criteria": f'={address(row, index)}=""'}
            sheet.highlight(row, index, row, index, blank, _style.MISSING if column.required else _style.WANTED)
        if column.required or code in wrong:
            check = address(row, CHECK)
            for sign, style in ((">", _style.CHECK_MISSING), ("=", _style.CHECK_FULL)):
                sheet.highlight(row, CHECK, row, CHECK, {"type": "formula", "criteria": f"={check}{sign}0"}, style)
