"""Lines of a unit that has sent nothing new: written again as they were, where they stand now.

A list of thousands of nominees is the same at the next merge but for the unit whose file is new; its lines only move. They are collected
as blocks, a unit's lines that stand together in each, and whoever keeps them between runs tells which unit is as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import Generic, Protocol, TypeVar

from thidua_xlsx.outcome import digest
from thidua_xlsx.report._look import Field, Lined
from thidua_xlsx.report._marks import unit_marks
from thidua_xlsx.report._view import View
from thidua_xlsx.xlsx import Block, Collected, Sheet, fits

T = TypeVar("T")
S = TypeVar("S")
_MOST_LINES = 50
"""In a block: the lines of a larger unit stand in several."""


class Kept(Protocol):
    """Where blocks are kept from run to run, those of a unit together."""

    def recall(self, unit: str, name: str) -> Block | None:
        """The block of that name; a name stands for one content only."""

    def keep(self, unit: str, name: str, block: Block) -> None:
        """Keep a block for the next run."""


class Memory:
    """The blocks of the units whose lines are made from the same as before."""

    def __init__(self, view: View, kept: Kept | None = None) -> None:
        self._view, self._kept = view, kept

    @cached_property
    def _marks(self) -> Mapping[str, str]:
        return unit_marks(self._view)

    def block(self, unit: str, name: str, fitting: Callable[[Block], bool], make: Callable[[], Block]) -> Block:
        """What is kept under a name for a unit as it is now, if it is ``fitting``; else what ``make`` makes, which is kept."""
        if self._kept is None or unit not in self._marks:
            return make()
        name = digest(self._marks[unit], name)
        known = self._kept.recall(unit, name)
        if known is not None and fitting(known):
            return known
        made = make()
        self._kept.keep(unit, name, made)
        return made


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """Items of one unit that stand together; ``name`` tells them from the unit's others."""

    unit: str
    name: str
    items: Sequence[T]

    def known_as(self, more: str) -> Part[T]:
        """The same part, told from others of the same items too."""
        return replace(self, name=f"{self.name} {more}")


def parts(items: Sequence[T], named: Callable[[T], tuple[str, str]]) -> Iterator[Part[T]]:
    """Items in parts of so many at most; ``named`` gives an item's unit, and what tells it from the unit's others."""
    keyed = [(*named(item), item) for item in items]
    for unit, group in groupby(keyed, itemgetter(0)):
        ours = list(group)
        for start in range(0, len(ours), _MOST_LINES):
            _, names, some = zip(*ours[start : start + _MOST_LINES], strict=True)
            yield Part(unit, digest(*names), some)


class Again(Generic[S]):
    """A sheet of lines that pens of several looks write, part by part."""

    def __init__(self, sheet: Sheet, pens: Sequence[Lined[S]], memory: Memory) -> None:
        self._pens, self._memory = pens, memory
        self._made_with = (sheet.name, *(f"{each.pen.signature} {each.widths}" for each in pens))

    def block(self, part: Part[T], write: Callable[[Sequence[T], Sequence[Lined[S]], Collected], None]) -> Block:
        """A part's lines: as they were, or as ``write`` writes them from row 0 on with pens that collect."""

        def make() -> Block:
            into = Collected()
            write(part.items, [each.collecting(number, into) for number, each in enumerate(self._pens)], into)
            return into.block()

        pens = [each.pen for each in self._pens]
        return self._memory.block(part.unit, digest(part.name, *self._made_with), lambda block: fits(block, pens), make)


def body_again(
    memory: Memory, named: Callable[[T], tuple[str, str]], sheet: Sheet, row: int, fields: Sequence[Field[T]], items: Sequence[T]
) -> int:
    """As :func:`body`, part by part; for lines in which nothing moves but the row."""
    again = Again(sheet, [Lined(sheet, fields)], memory)
    for part in parts(items, named):
        row = sheet.place(row, again.block(part, _collect), _UNMOVED)
    return row


_UNMOVED: Mapping[str, int] = {}


def _collect(items: Sequence[T], pens: Sequence[Lined[T]], _: Collected) -> None:
    for line, item in enumerate(items):
        pens[0].write(line, item)
