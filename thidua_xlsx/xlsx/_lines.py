"""Whole lines of cells: the same cells as one by one, rendered at once."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from xlsxwriter.utility import _datetime_to_excel_datetime

from thidua_xlsx.model import PartialDate
from thidua_xlsx.xlsx._address import column_letter, place
from thidua_xlsx.xlsx._blocks import ROW, Block, Collected, Marked, Moving
from thidua_xlsx.xlsx._engine import BETWEEN, UNFOLDED, Fold, Line, LineWorksheet
from thidua_xlsx.xlsx._text import clean, escaped

Style = Mapping[str, Any]

LINK: Style = {"font_color": "#1F4E79", "underline": 1}
DAY: Style = {"num_format": "dd/mm/yyyy"}
_LOOKS = {"link": LINK, "day": DAY}
_ERRORS = frozenset(("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"))


@dataclass(frozen=True, slots=True)
class Live:
    """A formula of ours, without ``=``, and the value it has, for readers that do not calculate."""

    formula: str
    value: float | str


@dataclass(frozen=True, slots=True)
class Jump:
    """A link inside the workbook."""

    sheet: str
    cell: str
    label: str


@dataclass(frozen=True, slots=True)
class FileLink:
    """A link to another workbook at a ``path`` relative to this one, with ``/``; to a cell of it where a sheet is named."""

    path: str
    sheet: str
    cell: str
    label: str


Content = str | int | float | dt.date | PartialDate | Live | Jump | FileLink | Moving | None


class Lines:
    """The lines of one table on a sheet, from column ``left`` on, every column with a style of its own.

    ``number_of`` gives the number of a style in the workbook, ``shared`` how a cell with a text ends.
    """

    def __init__(
        self,
        sheet: LineWorksheet | Collected,
        left: int,
        styles: Sequence[Style],
        number_of: Callable[[Style], int],
        shared: Mapping[str, str] | Collected,
    ) -> None:
        self._sheet = sheet
        self._left = left
        self._styles = styles
        self._number_of = number_of
        self._shared = shared
        self._opening = [(n, f'<c r="{column_letter(left + n)}', self._styled(n, {})) for n in range(len(styles))]
        self._looks: dict[tuple[int, str], str] = {}

    def write(self, row: int, contents: Sequence[Content], height: float | None, fold: Fold = UNFOLDED) -> None:
        """Write a row of so many points, or of the usual height; None and empty texts are blank cells.

        On a sheet with an outline (:meth:`Sheet.outlined`), ``fold`` says where the row stands in it.

        Raises ValueError where the line does not fit the columns or the sheet.
        """
        number, shared = self._spelled(row), self._shared
        cells = []
        for content, (column, start, styled) in zip(contents, self._opening, strict=True):
            kind = type(content)
            if kind is str and content:
                cells.append(f"{start}{number}{styled}{shared[content]}")  # type: ignore[index]
            elif kind is str or content is None:
                cells.append(f"{start}{number}{styled}/>")
            elif kind is int:
                cells.append(f"{start}{number}{styled}><v>{content:.16G}</v></c>")
            else:
                cells.append(self._seldom(row, column, content))
        if self._sheet.add_line(row, Line(self._left, len(cells), BETWEEN.join(cells), _pixels(height), fold)) < 0:
            raise ValueError(f"row {number} lies beyond the sheet")

    def _spelled(self, row: int) -> str:
        return str(row + 1)

    def _seldom(self, row: int, column: int, content: Content) -> str:
        match content:
            case PartialDate():
                return self._seldom(row, column, content.first if content.is_whole else str(content))
            case dt.date():
                return f"{self._opened(row, column, 'day')}><v>{_day(content)}</v></c>"
            case Live():
                return f"{self._opened(row, column)}{_formula(content)}"
            case Jump() | FileLink():
                self._link(row, column, content)
                return self._text(self._opened(row, column, "link"), content.label)
            case Moving() | float() | int() if number := _number(content):
                return f"{self._opened(row, column)}><v>{number}</v></c>"
            case _:
                return self._text(self._opened(row, column), content if isinstance(content, Marked) else str(content))

    def _link(self, row: int, column: int, target: Jump | FileLink) -> None:
        location = place(target.sheet, target.cell) if target.sheet else ""
        if isinstance(target, FileLink):
            self._sheet.add_link(row, self._left + column, path=target.path, location=location)
        else:
            self._sheet.add_link(row, self._left + column, location=location, label=target.label)

    def _text(self, opened: str, text: str) -> str:
        return f"{opened}{self._shared[text]}" if text else f"{opened}/>"

    def _opened(self, row: int, column: int, look: str = "") -> str:
        """The beginning of a cell that looks like its column, or like a link or a date in it."""
        _, start, styled = self._opening[column]
        return f"{start}{self._spelled(row)}{self.look(column, look) if look else styled}"

    def look(self, column: int, look: str) -> str:
        """The style of a cell that looks like a link or a date in its column."""
        return self._looks.get((column, look)) or self._looks.setdefault((column, look), self._styled(column, _LOOKS[look]))

    @property
    def signature(self) -> str:
        """All that is settled about its lines before the first is written."""
        return "".join(f"{start}{styled}" for _, start, styled in self._opening)

    def _styled(self, column: int, beneath: Style) -> str:
        return f'" s="{self._number_of({**beneath, **self._styles[column]})}"'


class CollectingLines(Lines):
    """A pen's lines as they go into a block; ``number`` tells the pens of the block apart."""

    def __init__(self, pen: Lines, number: int, into: Collected) -> None:
        self._sheet, self._shared = into, into
        self._left, self._opening = pen._left, pen._opening
        self._pen, self._number, self._into = pen, number, into

    def _spelled(self, row: int) -> str:
        return ROW

    def look(self, column: int, look: str) -> str:
        """The style that the pen gives such a cell, of which the block takes note."""
        styled = self._pen.look(column, look)
        self._into.look((self._number, column, look, styled))
        return styled


def fits(block: Block, pens: Sequence[Lines]) -> bool:
    """Whether the cells of a block look with these pens as they did when it was collected."""
    return all(pens[number].look(column, look) == styled for number, column, look, styled in block.looks)


@lru_cache(maxsize=16_384)
def _day(day: dt.date) -> str:
    return f"{_datetime_to_excel_datetime(day, False, False):.16G}"


def _number(content: Moving | float) -> str:
    """A number as Excel stores it; empty for one beyond all numbers."""
    if isinstance(content, Moving):
        return content.mark
    return f"{content:.16G}" if math.isfinite(content) else ""


def _pixels(points: float | None) -> int | None:
    """As xlsxwriter rounds heights: a pixel is 1/96 of an inch, a point 1/72."""
    return None if points is None else int(points * 4 / 3 + 0.5)


def _formula(live: Live) -> str:
    value = live.value
    kind = ""
    if isinstance(value, str) and value:
        kind, value = ' t="e"' if value in _ERRORS else ' t="str"', escaped(clean(value))
    return f"{kind}><f>{escaped(live.formula)}</f><v>{value}</v></c>"
