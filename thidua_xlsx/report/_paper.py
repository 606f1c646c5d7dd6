"""The first page as a stack of rows that is printed page by page."""

from __future__ import annotations

from collections.abc import Sequence

from thidua_xlsx.report import _look as look
from thidua_xlsx.report._look import Content, Live, Style
from thidua_xlsx.text import say
from thidua_xlsx.xlsx import Sheet, range_address

COLUMNS = 12
COLUMN_WIDTH = 7.4
_PADDING = 0.7
"""What Excel adds to a column's width on the screen, in digits; inside merged cells text may use it."""
_PAGE = 765.0
"""Points of height that one A4 page holds at the scale below; blocks that would be torn start a new page."""
SCALE = 96
_PIXELS_PER_ROW = 20
_ROW = 15.0

Cell = tuple[int, int, Content, Style]
"""First and last column, content, style."""


class Paper:
    """The first sheet as a stack of rows; knows how much of the printed page is used."""

    def __init__(self, sheet: Sheet, row: int, used: float) -> None:
        self.sheet = sheet
        self.row = row
        self._used = used
        self._chapters = 0
        self.breaks: list[int] = []

    def block(self, points: float) -> None:
        """Start something that must not be torn apart by the end of a page."""
        if self._used + points > _PAGE:
            self.breaks.append(self.row)
            self._used = 0

    def line(self, cells: Sequence[Cell], least: float = _ROW + 3) -> None:
        """One row of cells, merged over their columns, as high as its longest text needs."""
        texts = [(look.words_of(content), (last - first + 1) * (COLUMN_WIDTH + _PADDING)) for first, last, content, _ in cells]
        points = max(look.height(texts), least)
        for first, last, content, style in cells:
            if first < last:
                self.sheet.merged(self.row, first, self.row, last, "", style)
            look.put(self.sheet, self.row, first, content, style)
        self.sheet.height(self.row, points)
        self.skip(points)

    def skip(self, points: float = 8.0) -> None:
        """Count a row as used."""
        self._used += points
        self.row += 1

    def gap(self) -> None:
        """A little air."""
        self.sheet.height(self.row, 8)
        self.skip()

    def title(self, key: str) -> None:
        """The numbered heading of a chapter."""
        self._chapters += 1
        self.line([(0, COLUMNS - 1, f"{self._chapters}. {say(f'report.{key}')}", look.CHAPTER)], 20)
        self.sheet.height(self.row, 4)
        self.skip(4)

    def chart(self, placed: Sequence[object], pixels: int) -> None:
        """Charts side by side over the rows that follow."""
        each = COLUMNS // len(placed)
        for number, chart in enumerate(placed):
            self.sheet.chart(self.row, number * each, chart, object_position=1)
        for _ in range(-(-pixels // _PIXELS_PER_ROW) + 1):
            self.skip(_ROW)


def heads(words: Sequence[str], first: int, span: int = 1) -> list[Cell]:
    """Headings side by side, each so many columns wide."""
    return [(first + n * span, first + n * span + span - 1, word, look.HEADING) for n, word in enumerate(words)]


def sum_line(paper: Paper, first: int, columns: Sequence[tuple[int, int]], totals: Sequence[float], style: Style = look.TOTAL) -> None:
    """The sums of some columns from a row on, behind the word for a total."""
    sums = [
        (column, last, Live(f"SUM({range_address(first, column, paper.row - 1, column)})", total), style)
        for (column, last), total in zip(columns, totals, strict=True)
    ]
    paper.line([(0, columns[0][0] - 1, say("report.total"), look.TOTAL_NAME), *sums])
