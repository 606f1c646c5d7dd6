"""Lines that can be written again elsewhere: ready XML with holes for all that depends on where they stand.

A line's cells name their row, the number of their text in the workbook's table of strings, and places on other sheets. All of these move
when a line is added further up; nothing else of a line does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from thidua_xlsx.xlsx._engine import BETWEEN, Line, LineWorksheet
from thidua_xlsx.xlsx._text import clean

ROW, TEXT = "\ufffe", "\uffff"
"""The number of the line's own row; the end of a cell with a text. No XML holds these characters, and no text keeps them."""
_OPEN, _CLOSE, _END = "\x03", "\x04", "\x05"
_MARK = re.compile(f"{_OPEN}([0-9]+){_CLOSE}")

Link = tuple[int, int, str, str, str]
"""Line and column from the block's corner, path, location, label."""
LookUsed = tuple[int, int, str, str]
"""Which pen, column and look, and the style it had."""


class Marked(str):
    """A text with marks of moving places in it (:meth:`Collected.mark`); every other text is taken as it stands."""

    __slots__ = ()

    @classmethod
    def of(cls, words: str, sign: str, mark: str) -> Self:
        """Words in which a mark takes the place of the first such sign; whatever else in them looks like a mark is dropped."""
        before, _, after = words.partition(sign)
        return cls(f"{clean(before)}{mark}{clean(after)}")


@dataclass(frozen=True, slots=True)
class Moving:
    """A number that is a mark (:meth:`Collected.mark`)."""

    mark: str


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together, wherever they stand.

    ``xml`` is their rows with holes, ``cells`` which of ``texts`` stands in each hole for one, in order; ``anchors`` are the moving
    places, each as the name of a base and the distance from it; ``asked`` is what the writer of the block noted for itself.
    """

    count: int
    width: int
    xml: str
    cells: Sequence[int]
    texts: Sequence[str]
    looks: Sequence[LookUsed]
    links: Sequence[Link]
    anchors: Sequence[tuple[str, int]]
    asked: Sequence[Sequence[str]] = ()

    def resolver(self, bases: Mapping[str, int]) -> Callable[[str], str]:
        """What puts numbers in the place of marks; raises KeyError for one whose base is not among these."""
        values = {str(number): str(bases[name] + distance) for number, (name, distance) in enumerate(self.anchors) if name in bases}

        def resolved(text: str) -> str:
            pieces = _MARK.split(text)
            pieces[1::2] = map(values.__getitem__, pieces[1::2])
            return "".join(pieces)

        return resolved


class Collected:
    """A block in the making, at whose lines pens write as if it were a sheet whose first row is 0."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []
        self._lines: list[Line] = []
        self._texts: dict[str, int] = {}
        self._cells: list[int] = []
        self._looks: dict[LookUsed, None] = {}
        self._links: list[Link] = []
        self._anchors: dict[tuple[str, int], int] = {}

    def mark(self, base: str, distance: int) -> str:
        """What stands for a number that is so far from a base; for a :class:`Marked` text, a :class:`Moving` number or a formula."""
        return f"{_OPEN}{self._anchors.setdefault((base, distance), len(self._anchors))}{_CLOSE}"

    def __getitem__(self, text: str) -> str:
        """How a cell with a text ends."""
        # A unit's text must not pass for one of ours
        known = clean(text) if _OPEN in text and not isinstance(text, Marked) else text
        self._cells.append(self._texts.setdefault(known, len(self._texts)))
        return TEXT

    def add_line(self, row: int, line: Line) -> int:
        """Take the next line; lines come one after the other."""
        if row != len(self._lines):
            raise ValueError(f"line {row} does not follow the {len(self._lines)} lines of its block")
        self._lines.append(line)
        return 0

    def add_link(self, row: int, column: int, *, path: str = "", location: str = "", label: str = "") -> None:
        """Take a link."""
        self._links.append((row, column, path, location, label))

    def look(self, used: LookUsed) -> None:
        """Take note of a style that no column has as its own."""
        self._looks[used] = None

    def block(self) -> Block:
        """What was collected."""
        return Block(
            len(self._lines),
            max((each.left + each.width for each in self._lines), default=0),
            _END.join(f'<row r="{ROW}"{each.attributes}>{each.cells.replace(BETWEEN, "")}</row>' for each in self._lines),
            self._cells,
            list(self._texts),
            list(self._looks),
            self._links,
            list(self._anchors),
            self.asked,
        )


def place_block(sheet: LineWorksheet, row: int, block: Block, bases: Mapping[str, int], shared: Mapping[str, str]) -> None:
    """Write a block from a row on. Raises ValueError where it does not fit the sheet."""
    resolved = block.resolver(bases)
    ends = [shared[resolved(text) if _OPEN in text else text] for text in block.texts]
    whole = resolved("".join(line.replace(ROW, str(number)) for number, line in enumerate(block.xml.split(_END), row + 1)))
    pieces = [""] * (2 * len(block.cells) + 1)
    pieces[::2] = whole.split(TEXT)
    pieces[1::2] = [ends[each] for each in block.cells]
    sheet.add_block(row, block.count, block.width, "".join(pieces))
    for line, column, path, location, label in block.links:
        sheet.add_link(row + line, column, path=path, location=resolved(location), label=resolved(label))
