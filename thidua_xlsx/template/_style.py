"""The look of a registration workbook: colours that also work on a black-and-white printer, formats by type of column."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import wrap
from typing import Any

from thidua_xlsx.campaign import Column
from thidua_xlsx.model import Severity

Style = dict[str, Any]

NAVY, BAND, PALE, GREY = "#1F4E79", "#9DC3E6", "#DDEBF7", "#F2F2F2"

TITLE: Style = {"bold": True, "font_size": 15, "font_color": NAVY}
FACTS: Style = {"bold": True, "font_color": "#404040"}
GUIDE: Style = {"italic": True, "font_color": "#404040", "text_wrap": True, "valign": "top"}
SUMMARY: Style = {"bold": True, "align": "left", "border": 1, "border_color": "#A6A6A6"}
BANNER_ROW: Style = {"locked": True}
BAND_CELL: Style = {"bold": True, "bg_color": BAND, "align": "center", "border": 1, "border_color": "#7F7F7F", "font_size": 10}
OWN_HEAD: Style = {"bold": True, "bg_color": "#D9D9D9", "align": "center", "text_wrap": True, "border": 1, "border_color": "#7F7F7F"}
REQUIRED_HEAD: Style = OWN_HEAD | {"bg_color": NAVY, "font_color": "#FFFFFF"}
OPTIONAL_HEAD: Style = OWN_HEAD | {"bg_color": PALE, "font_color": "#1F1F1F"}
EXPECTED_HEAD: Style = OWN_HEAD | {"bg_color": "#C6E0B4", "font_color": "#1F1F1F"}
LOCKED_CELL: Style = {"bg_color": GREY, "font_color": "#404040", "border": 4, "border_color": "#BFBFBF"}
KEY_READY: Style = {"font_color": "#808080"}
RECORD_CELL: Style = {"border": 1, "border_color": "#7F7F7F", "align": "left", "valign": "vcenter"}
HELP_CELL: Style = {"text_wrap": True, "font_color": "#404040", "font_size": 10, "border": 4, "border_color": "#BFBFBF"}
CHECK_CELL: Style = LOCKED_CELL | {"align": "center", "bold": True, "num_format": '"Còn "0" chỗ";;"Đủ"'}

# LibreOffice and WPS apply only the first rule that fits, so each of these carries the frame of a row in use.
IN_USE: Style = {"border": 1, "border_color": "#A6A6A6"}
MISSING: Style = IN_USE | {"bg_color": "#FFF2A8"}
WRONG: Style = IN_USE | {"bg_color": "#F8CBAD", "font_color": "#9C0006", "bold": True, "underline": 1}
WANTED: Style = IN_USE | {"bg_color": "#E4F3DC"}
KEY_IN_USE: Style = IN_USE | {"bold": True, "font_color": "#000000"}
CHECK_MISSING: Style = {"font_color": "#9C5700", "bg_color": "#FFF2A8"}
CHECK_FULL: Style = {"font_color": "#1E6B34", "bg_color": "#E2EFDA"}

MARKS: Mapping[Severity, Style] = {
    Severity.ERROR: {"bg_color": "#FFC7CE", "font_color": "#9C0006", "border": 2, "border_color": "#C00000", "bold": True},
    Severity.WARNING: {"bg_color": "#FFE0A3", "font_color": "#7F4F00", "border": 3, "border_color": "#BF8F00"},
    Severity.NOTE: {},
}

NUMBER_FORMATS: Mapping[str, str] = {
    "year": "0",
    "integer": "#,##0",
    "number": "#,##0.###",
    "percent": "General",
    "money": "#,##0",
}
"""Number formats by type of column; every other type is text, so that 0912… keeps its zero and a document 12/2022 is no date.

Dates are text too: in any other format Excel turns 6/2023 into the 1st of June, 5/6/2023 into the 6th of May on a computer set to
English, and shows 2023 as a day of 1905. As text what was typed is what is read; a real date that is pasted stays a date.
"""


def entry(column: Column) -> Style:
    """The format of an entry cell, to be given to its whole column."""
    style: Style = {"locked": False, "num_format": NUMBER_FORMATS.get(column.type, "@"), "text_wrap": True, "valign": "top"}
    return style | {"align": "center"} if column.type in ("date", "year", "citizen_id") else style


def lines_of(words: str, width: float) -> int:
    """How many lines a text takes in a column of so many character units (Times at 11 points), broken between words."""
    room = max(int(width * 1.12), 1)
    return sum(1 if len(line) <= room else len(wrap(line, room)) for line in words.split("\n"))


def height(words: str, width: float, *, points: float = 15.0) -> float:
    """The height of a row that shows the whole of a text."""
    return lines_of(words, width) * points + 3
