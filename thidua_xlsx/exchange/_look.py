"""How the workbooks of this room look: a title, notes, and tables with headings that repeat in print."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

from thidua_xlsx.xlsx import Content, Sheet

TITLE = MappingProxyType({"bold": True, "font_size": 14, "align": "left"})
NOTE = MappingProxyType({"italic": True, "text_wrap": True, "valign": "top"})
HEADING = MappingProxyType({"bold": True, "align": "center", "text_wrap": True, "border": 1, "bg_color": "#D9E2F3"})
CELL = MappingProxyType({"border": 1, "text_wrap": True, "valign": "top"})
CENTRED = MappingProxyType({"border": 1, "align": "center", "valign": "top"})
STRONG = MappingProxyType({"border": 1, "bold": True, "bg_color": "#F2F2F2"})
TEXT = MappingProxyType({"border": 1, "num_format": "@", "text_wrap": True, "valign": "top"})

_POINTS = 15.0
_LETTERS_PER_WIDTH = 0.95
"""Letters of 11-point Times New Roman in a unit of column width."""


def widths(sheet: Sheet, values: Sequence[float]) -> None:
    """Set the widths of the first columns."""
    for column, width in enumerate(values):
        sheet.column(column, width)


def headings(sheet: Sheet, row: int, words: Sequence[str], values: Sequence[float]) -> None:
    """A line of headings, high enough for the longest."""
    for column, word in enumerate(words):
        sheet.text(row, column, word, HEADING)
    sheet.height(row, line_height(words, values))


def line_height(contents: Sequence[Content], values: Sequence[float]) -> float:
    """How many points a line of wrapped texts takes in columns of these widths."""
    longest = max(
        (sum(-(-max(len(part), 1) // max(int(width * _LETTERS_PER_WIDTH), 1)) for part in str(text).split("\n")))
        for text, width in zip(contents, values, strict=False)
    )
    return min(longest * _POINTS, 400.0)
