"""A workbook as read, whatever its format: grids with their true addresses, defined names, properties, and what the screen hides."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from thidua_xlsx import text
from thidua_xlsx.intake._gate import GateError
from thidua_xlsx.model import CellRef, Finding, Raw

if TYPE_CHECKING:
    from thidua_xlsx.intake._ready import Upper

Grid = list[list[Raw]]
"""A sheet from A1 to its last used cell; a blank is the empty text."""

Span = tuple[int, int, int, int]
"""First row, first column, last row, last column of an area, counted from zero."""

Place = tuple[int, int]
"""Row and column, counted from zero."""

Marks = Callable[[frozenset[int]], Mapping[Place, str]]
"""The error values and uncalculated formulas of a sheet but for those in certain columns."""

T = TypeVar("T")

FARTHEST_ROW, FARTHEST_COLUMN, LARGEST_AREA = 100_000, 512, 10_000_000

NO_VALUE = "#N/A"
"""Stands for an error value whose name the file does not tell."""

_AREA = re.compile(r"=?(?:'((?:[^']|'')+)'|([^'!,]+))!\$?([A-Z]{1,3})\$?(\d+)(?::\$?([A-Z]{1,3})\$?(\d+))?")
_SPAN = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})(?::\$?([A-Za-z]{1,3})\$?(\d{1,7}))?")


class Area(NamedTuple):
    """The cells a defined name stands for; rows and columns count from zero."""

    sheet: str
    row: int
    column: int
    last_row: int
    last_column: int


@dataclass(frozen=True, slots=True)
class Layout:
    """What the screen does not show of a sheet: whether it is hidden itself, its hidden rows and columns, its merged areas."""

    hidden: bool = False
    rows: frozenset[int] = frozenset()
    columns: frozenset[int] = frozenset()
    merges: tuple[Span, ...] = ()


PLAIN = Layout()
"""A sheet that shows all it has."""


class Lazy(Mapping[str, T]):
    """Values made when they are first asked for: nobody reads the sheets of a form that hold its lists."""

    def __init__(self, names: Iterable[str], make: Callable[[str], T]) -> None:
        self._names = dict.fromkeys(names)
        self._make = make
        self._made: dict[str, T] = {}

    def __getitem__(self, name: str) -> T:
        if name not in self._made:
            if name not in self._names:
                raise KeyError(name)
            self._made[name] = self._make(name)
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook as read. ``names`` maps the folded defined name to what it refers to, as Excel writes it.

    ``sheets`` and ``layouts`` may be read at the first question for one, which raises :class:`GateError` where it cannot be read.
    ``notes`` are what is to be said of the workbook as such, whoever sent it; none of them keeps it from being read.
    ``marks`` are by sheet what the sheets still lack, all of it but what stands in certain columns; see :meth:`grid`.
    ``fonts`` has the cells in fonts of before Unicode, sheet by sheet. ``uppers`` are the sheets whose ready lines can be left unread.
    """

    file: str
    sheets: Mapping[str, Grid]
    names: Mapping[str, str]
    properties: Mapping[str, str]
    layouts: Mapping[str, Layout] = field(default_factory=dict)
    notes: tuple[Finding, ...] = ()
    marks: Mapping[str, Marks] = field(default_factory=dict)
    fonts: Mapping[str, Mapping[Place, str]] = field(default_factory=dict)
    uppers: Mapping[str, Upper | None] = field(default_factory=dict)

    def top(self, sheet: str, rows: int) -> Grid:
        """A sheet's first rows, so many at least as far as it has them."""
        upper = self.uppers.get(sheet)
        return upper.grid if upper and rows <= upper.first else self.sheets[sheet]

    def grid(self, sheet: str, own: frozenset[int] = frozenset()) -> Grid:
        """A sheet with its uncalculated formulas put in where the fast reader shows blanks, except in the form's ``own`` columns."""
        grid = self.sheets[sheet]
        if sheet in self.marks:
            for (row, column), mark in self.marks[sheet](own).items():
                put(grid, row, column, mark)
        return grid

    def upper(self, sheet: str, own: frozenset[int]) -> Upper | None:
        """The same down to the ready lines; None where they have to be read like the others."""
        upper = self.uppers.get(sheet)
        marks = self.marks[sheet](own) if upper else {}
        if not upper or not upper.formulas <= own or any(row >= upper.first for row, _ in marks):
            return None
        for (row, column), mark in marks.items():
            put(upper.grid, row, column, mark)
        return upper

    def area(self, name: str) -> Area | None:
        """Where a defined name points, if it still points into a sheet."""
        area = _area(self.names.get(name.casefold(), ""))
        return area if area and area.sheet in self.sheets else None

    def value(self, sheet: str, row: int, column: int) -> Raw:
        """A cell's value, the empty text beyond the used area."""
        grid = self.sheets[sheet]
        value = grid[row][column] if row < len(grid) and column < len(grid[row]) else ""
        return self.marks[sheet](frozenset()).get((row, column), "") if value == "" and sheet in self.marks else value

    def layout(self, sheet: str) -> Layout:
        """What the screen hides of a sheet."""
        return self.layouts.get(sheet, PLAIN)


@lru_cache(maxsize=1024)
def _area(reference: str) -> Area | None:
    """The cells of a reference to one area of one sheet."""
    place = _AREA.fullmatch(reference)
    if place is None:
        return None
    sheet = place[1].replace("''", "'") if place[1] else place[2]
    row, column = int(place[4]) - 1, index(place[3])
    last_row, last_column = (int(place[6]) - 1, index(place[5])) if place[5] else (row, column)
    return Area(sheet, row, column, last_row, last_column)


def letters(column: int) -> str:
    """``H`` for 7, as Excel names its columns."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


@cache
def index(name: str) -> int:
    """7 for ``H``."""
    number = 0
    for letter in name.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def address(row: int, column: int) -> str:
    """``H12`` for zero-based row and column: the one place where the addresses of a submission are made."""
    return f"{letters(column)}{row + 1}"


def span(reference: str) -> Span | None:
    """The area of ``B3:E3`` or ``B3``; None for whole rows, whole columns and what is no reference."""
    found = _SPAN.fullmatch(reference)
    if found is None:
        return None
    row, column = int(found[2]) - 1, index(found[1])
    return (row, column, int(found[4]) - 1, index(found[3])) if found[3] else (row, column, row, column)


def put(grid: Grid, row: int, column: int, value: Raw) -> None:
    """Set a cell of a grid, which grows as far as it has to."""
    if row >= len(grid):
        grid.extend([] for _ in range(row + 1 - len(grid)))
    line = grid[row]
    if column >= len(line):
        line.extend([""] * (column + 1 - len(line)))
    line[column] = value


def is_far(rows: int, columns: int) -> bool:
    """Whether a used area of this size would eat the machine."""
    return rows > FARTHEST_ROW or columns > FARTHEST_COLUMN or rows * columns > LARGEST_AREA


def far(file: str, sheet: str, rows: int, columns: int) -> GateError:
    """A value so far away that the sheet is not read; ``rows`` and ``columns`` are how far its used area reaches."""
    return GateError((text.finding("W112", CellRef(file, sheet, address(rows - 1, columns - 1))),))
