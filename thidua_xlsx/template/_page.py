"""A page of text in a worksheet: numbered sections, labelled paragraphs, rows as high as their words."""

from __future__ import annotations

from collections.abc import Sequence

from thidua_xlsx.template import _style
from thidua_xlsx.xlsx import Sheet

TEXT: _style.Style = {"text_wrap": True, "valign": "top"}
LABEL: _style.Style = TEXT | {"bold": True}
SECTION: _style.Style = {"bold": True, "font_size": 12, "font_color": "#FFFFFF", "bg_color": _style.NAVY}
TABLE_HEAD: _style.Style = _style.OWN_HEAD
TABLE_CELL: _style.Style = TEXT | {"border": 1, "border_color": "#A6A6A6"}


class Page:
    """Writes downwards; columns from ``left`` to the last of ``widths`` carry text, the last paragraph column is merged over the rest."""

    def __init__(self, sheet: Sheet, widths: Sequence[float], *, left: int, row: int) -> None:
        self.sheet, self.widths, self.left, self.row = sheet, widths, left, row
        self._section = 0
        for column, width in enumerate(widths):
            sheet.column(column, width)

    @property
    def right(self) -> int:
        """The last column."""
        return len(self.widths) - 1

    def room(self, first: int) -> float:
        """The width from a column to the right edge."""
        return sum(self.widths[first:])

    def across(self, words: str, style: _style.Style, points: float | None = None) -> None:
        """One text over the whole width."""
        per_line = 15.0 * float(style.get("font_size", 11)) / 11
        self.sheet.height(
            self.row, points or _style.height(words, self.room(self.left) * 11 / float(style.get("font_size", 11)), points=per_line)
        )
        self.sheet.merged(self.row, self.left, self.row, self.right, words, style)
        self.row += 1

    def section(self, words: str) -> None:
        """A numbered heading with a little room above it."""
        self._section += 1
        self.sheet.height(self.row, 8)
        self.row += 1
        self.across(f"{self._section}. {words}", SECTION, 20)

    def labelled(self, label: str, words: str, style: _style.Style = LABEL) -> None:
        """A label, and a paragraph over the columns right of it."""
        points = max(
            _style.height(words, self.room(self.left + 2)), _style.height(label, self.widths[self.left] + self.widths[self.left + 1])
        )
        self.sheet.height(self.row, points)
        self.sheet.merged(self.row, self.left, self.row, self.left + 1, label, style)
        self.sheet.merged(self.row, self.left + 2, self.row, self.right, words, TEXT)
        self.row += 1

    def numbered(self, number: str, words: str, *, bold: bool = False) -> None:
        """A number or dash in the first column, and a paragraph over the rest."""
        style = LABEL if bold else TEXT
        self.sheet.height(self.row, _style.height(words, self.room(self.left + 1)))
        self.sheet.text(self.row, self.left, number, style | {"align": "right"})
        self.sheet.merged(self.row, self.left + 1, self.row, self.right, words, style)
        self.row += 1
