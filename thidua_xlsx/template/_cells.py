"""What tables of rows and records have in common: banner, headings, entry cells with their marks, validation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from thidua_xlsx.campaign import Column
from thidua_xlsx.model import Severity
from thidua_xlsx.template import _style
from thidua_xlsx.template._grid import CHECK, STATUS, Grid, list_name
from thidua_xlsx.template._lines import Form, Line, Mark
from thidua_xlsx.text import say
from thidua_xlsx.xlsx import Sheet

STATUS_WIDTH, NO_STATUS_WIDTH, CHECK_WIDTH = 24.0, 1.5, 11.5
_LONGEST_TITLE, _LONGEST_HELP = 32, 255  # Excel's limits for an input message


def own_widths(form: Form) -> list[float]:
    """The widths of the two columns left of every table; where there is no status its column is only a margin."""
    return [STATUS_WIDTH if form.returned else NO_STATUS_WIDTH, CHECK_WIDTH]


def printed_from(form: Form) -> int:
    """The first printed column: the status of a row goes on paper where there is one."""
    return STATUS if form.returned else CHECK


def write_banner(sheet: Sheet, form: Form, grid: Grid, last: int, room: float) -> None:
    """Title, whose workbook it is, and what belongs on the sheet; the last over columns up to ``last``, which are ``room`` wide."""
    table, round_ = grid.table, form.round
    for row, points in enumerate((24.0, 18.0, _style.height(table.guide, room))):
        sheet.height(row, points, _style.BANNER_ROW)
    sheet.text(0, CHECK, table.title, _style.TITLE)
    facts = {"unit": form.unit.name, "code": form.unit.code, "round": round_.name, "deadline": f"{round_.deadline:%d/%m/%Y}"}
    sheet.text(1, CHECK, say("template.banner", **facts), _style.FACTS)
    sheet.merged(2, CHECK, 2, last, table.guide, _style.GUIDE)


def heading(column: Column) -> tuple[str, _style.Style]:
    """A column's heading and its shade: required, expected, optional."""
    if column.required:
        return f"{column.heading} *", _style.REQUIRED_HEAD
    return column.heading, _style.EXPECTED_HEAD if column.expected else _style.OPTIONAL_HEAD


def write_cell(sheet: Sheet, at: tuple[int, int], column: Column, line: Line, look: Mapping[str, Any]) -> None:
    """An entry cell as it was typed, in the column's format with ``look`` over it, and with its marks."""
    marks = line.marks.get(column.code, ())
    style = _style.entry(column) | dict(look) | _style.MARKS[worst(marks)]
    if column.code in line.fonts:
        style |= {"font_name": line.fonts[column.code]}
    if column.code in line.values:
        sheet.value(*at, line.values[column.code], style)
    else:
        sheet.blank(*at, style)
    if marks:
        words = "\n\n".join(mark.words for mark in marks)
        sheet.note(*at, words, width=330, height=30 + 17 * _style.lines_of(words, 46))


def worst(marks: Sequence[Mark]) -> Severity:
    """The severity that decides the colour; a note where there is no mark."""
    if not marks:
        return Severity.NOTE
    found = {mark.severity for mark in marks}
    return next((severity for severity in Severity if severity in found), Severity.NOTE)


def write_status(sheet: Sheet, row: int, line: Line) -> None:
    """What the office said of a row, in the colour of its worst mark."""
    if line.status:
        found = worst([mark for marks in line.marks.values() for mark in marks])
        colours = _style.CHECK_FULL if found is Severity.NOTE else _style.MARKS[found]
        sheet.text(row, STATUS, line.status, colours | {"text_wrap": True, "valign": "top", "font_size": 10})


def entry_rule(form: Form, column: Column) -> dict[str, Any]:
    """The validation of a column: an input message always, a list where there is one, and never a hard stop.

    What is pasted or abbreviated must be possible: reading it is the program's work, not the unit's.
    """
    rule: dict[str, Any] = {"input_title": _cut(column.heading, _LONGEST_TITLE), "input_message": entry_help(form, column)}
    own = column.choices in ("@nominees", "@evidence")
    if not column.choices or (own and not column.references):
        return rule | {"validate": "any"}
    return rule | {
        "validate": "list",
        "source": f"={list_name(column.choices)}",
        "error_type": "information" if own else "warning",
        "error_title": _cut(column.heading, _LONGEST_TITLE),
        "error_message": say("template.key_not_in_list" if own else "template.not_in_list"),
    }


def entry_help(form: Form, column: Column) -> str:
    """The column's help with the clause it rests on, as far as Excel has room."""
    clause = form.campaign.clauses.get(column.clause or "")
    quoted = f"{column.help} {say('template.basis', clause=clause.id)}" if clause else column.help
    return quoted if len(quoted) <= _LONGEST_HELP else _cut(column.help, _LONGEST_HELP)


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"
