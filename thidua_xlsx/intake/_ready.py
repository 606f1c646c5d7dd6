"""Ready lines (dòng chuẩn bị sẵn): hundreds of lines at the end of a table with nothing in them but a key and formulas.

The fast reader spends most of its time on them. Here they are told by their shape, which is their XML without what differs from line to
line, and set aside; a line that is not exactly so stays where it stands, with all the lines above it.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from xml.parsers import expat

from thidua_xlsx.intake._sheet import Grid, index

_FEWEST, _MOST_RUNS = 8, 6
"""Fewer lines are not worth the trouble, nor are lines of many shapes."""

_TAGS, _DECLARATION = 2, len('<?xml version="1.0"?>')
_MOST_DIGITS = 4
_NUMBER = b'#"'
"""Stands in a shape for the number of the row; a line with a ``#`` of its own is none of ours."""

_TEXT = b' t="s"><v>'
_SHOWN = (None, "0", "false")
_PLACE, _STYLE = re.compile("([A-Z]{1,2})#"), re.compile("[0-9#]+")


@dataclass(frozen=True, slots=True)
class Ready:
    """The ready lines of a sheet, and the ``xml`` without them.

    ``first`` is the index of the first of them, ``length`` how many rows the sheet has with them. ``texts`` has the numbers of the shared
    texts by the column in which they stand, a line has one or none; ``formulas`` are the columns of formulas without a result.
    """

    xml: bytes
    first: int
    length: int
    texts: Mapping[int, Sequence[int]]
    formulas: frozenset[int]


@dataclass(frozen=True, slots=True)
class Upper:
    """What stands above the ready lines of a sheet, and the texts in these by column; see :class:`Ready` for the rest."""

    grid: Grid
    first: int
    length: int
    texts: Mapping[int, Sequence[str]]
    formulas: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Shape:
    """What all lines of one shape have in common; one that ``reaches`` counts as used, even if it holds an empty text alone.

    The ``pattern`` finds the numbers of row and text, of which the first stands in so many ``places``; ``fixed`` bytes are always the same.
    """

    text: int | None
    reaches: bool
    formulas: frozenset[int]
    pattern: re.Pattern[bytes]
    places: int
    fixed: int


def set_aside(xml: bytes) -> Ready | None:
    """The ready lines at the end of a sheet; None if there are too few, or one cannot be sure of them."""
    end = xml.rfind(b"</sheetData>")
    tail = _Tail(xml, end)
    for _ in range(_MOST_RUNS if end > 0 else 0):
        if not tail.takes_run():
            break
    rest = xml[: tail.start] + xml[end:]
    # A second set of lines, or an instruction, might hide some of them from the reader
    if tail.lines < _FEWEST or rest.count(b"sheetData>") != _TAGS or rest.find(b"<?", _DECLARATION) >= 0:
        return None
    return Ready(rest, tail.above - 1, tail.length, tail.texts, frozenset(tail.formulas))


class _Tail:
    """The ready lines found so far, from below: where they ``start``, and the row number they are ``above`` or at."""

    def __init__(self, xml: bytes, end: int) -> None:
        self._xml = xml
        self.start = end
        self.above = 10**_MOST_DIGITS
        self.lines = self.length = 0
        self.texts: dict[int, list[int]] = {}
        self.formulas: set[int] = set()

    def takes_run(self) -> bool:
        """Take the last line that is left, with all lines of its shape that stand right above it."""
        place = self._xml.rfind(b"<row ", 0, self.start)
        line = self._xml[place : self.start] if place >= 0 else b""
        known = _shape(*_outline(line))
        if known is None:
            return False
        between, rows, numbers = self._run(line, known)
        if not rows or not all(map(operator.lt, rows, (*rows[1:], self.above))) or rows[0] < 1:
            return False
        self.start, self.above, self.lines = between, rows[0], self.lines + len(rows)
        if known.reaches:
            self.length = self.length or rows[-1]
        if known.text is not None:
            self.texts.setdefault(known.text, []).extend(numbers)
        self.formulas |= known.formulas
        return True

    def _run(self, line: bytes, known: _Shape) -> tuple[int, list[int], list[int]]:
        """Where the run of lines of a shape starts, their row numbers, and the numbers of their shared texts."""
        groups = 1 if known.text is None else 2
        place = self.start - len(line)
        before = self._xml.rfind(b"<row ", 0, place)
        has_others = before >= 0 and known.pattern.fullmatch(self._xml, before, place)
        pieces = known.pattern.split(self._xml[: self.start] if has_others else line)
        between = pieces[:: groups + 1]
        first = next((place for place in range(len(between) - 2, 0, -1) if between[place]), 0)
        found = pieces[first * (groups + 1) :]
        rows, texts = found[1 :: groups + 1], found[2 :: groups + 1] if groups > 1 else []
        if between[-1] or not rows:
            return 0, [], []
        size = len(rows) * known.fixed + known.places * sum(map(len, rows)) + sum(map(len, texts))
        return self.start - size, list(map(int, rows)), list(map(int, texts))


def _outline(line: bytes) -> tuple[bytes, bytes | None]:
    """A line without the number of its row and of its shared text, the piece before that text and the one after it."""
    number = line[8 : line.find(b'"', 8)]
    if not line.startswith(b'<row r="') or not number.isdigit() or len(number) > _MOST_DIGITS or b"#" in line:
        return b"", None
    before, found, rest = line.replace(number + b'"', _NUMBER).rpartition(_TEXT)
    if not found:
        return rest, None
    text, _, after = rest.partition(b"<")
    return (before, after) if text.isdigit() else (b"", None)


@lru_cache(maxsize=256)
def _shape(before: bytes, after: bytes | None) -> _Shape | None:
    """What lines are that have a shared text, or none, between these two pieces; None if they may be anything else."""
    line = _Line()
    try:
        line.read(before if after is None else before + _TEXT + b"0<" + after)
    except (expat.ExpatError, _OddError):
        return None
    if (line.text is None) != (after is None):  # A text whose cell is written in another way than all programs do
        return None
    first, *others = map(re.escape, before.split(_NUMBER))
    words = first + rb"([1-9]\d{0,3})" + rb"\1".join(b'"' + other for other in others)
    fixed = len(before)
    if after is not None:
        words += re.escape(_TEXT) + rb"(\d+)<" + re.escape(after)
        fixed += len(_TEXT) + 1 + len(after)
    return _Shape(line.text, line.reaches, frozenset(line.formulas), re.compile(words), len(others), fixed - len(others))


class _OddError(Exception):
    """Not a ready line."""


class _Line:
    """One line, element by element."""

    def __init__(self) -> None:
        self._path: list[str] = []
        self._cell: dict[str, str] = {}
        self._said: dict[str, str] = {}
        self._columns: set[int] = set()
        self.text: int | None = None
        self.reaches = False
        self.formulas: set[int] = set()

    def read(self, xml: bytes) -> None:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._words
        parser.Parse(xml, True)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._path.append(name)
        match self._path:
            case ["row"] if attributes.get("hidden") in _SHOWN and attributes.get("r") == "#":
                return
            case ["row", "c"] if attributes.keys() <= {"r", "s", "t"} and attributes.get("t", "n") in ("n", "s", "str"):
                self._cell, self._said = attributes, {}
            case ["row", "c", "f" | "v"] if name not in self._said and "v" not in self._said:
                self._said[name] = ""
            case _:
                raise _OddError

    def _words(self, data: str) -> None:
        if len(self._path) == 3:
            self._said[self._path[-1]] += data
        elif not data.isspace():
            raise _OddError

    def _end(self, _: str) -> None:
        self._path.pop()
        if len(self._path) == 1:
            self._finished()

    def _finished(self) -> None:
        """A cell is blank, a formula that shows nothing, or the line's one text."""
        column, kind, value = self._column(), self._cell.get("t"), self._said.get("v")
        if kind == "s" and value == "0" and self.text is None and "f" not in self._said:
            self.text, self.reaches = column, True
        elif value or kind == "s":
            raise _OddError
        elif kind == "str":
            self.reaches |= value is not None
        elif "f" in self._said:
            self.formulas.add(column)

    def _column(self) -> int:
        place = _PLACE.fullmatch(self._cell.get("r", ""))
        column = index(place[1]) if place else -1
        if column < 0 or column in self._columns or not _STYLE.fullmatch(self._cell.get("s", "0")):
            raise _OddError
        self._columns.add(column)
        return column


def shared_texts(part: bytes) -> list[bytes] | None:
    """The shared texts as they stand in their part, each up to its end; None where they are written in a way that is not for sure."""
    pieces = part.split(b"<si>")
    usual = len(pieces) - 1 == part.count(b"</si>") and b"<si/" not in part and b"<si " not in part and b":si" not in part
    return pieces[1:] if usual and not (b"!" in part and b"<!" in part) else None


def plain_texts(shared: Sequence[bytes], numbers: Sequence[int]) -> list[str] | None:
    """The texts of these numbers; None if one does not exist or is more than plain words."""
    if max(numbers) >= len(shared):
        return None
    found = operator.itemgetter(*numbers)(shared) if len(numbers) > 1 else (shared[numbers[0]],)
    whole = b"".join(found).replace(b' xml:space="preserve"', b"")
    if whole.count(b"<") != 3 * len(numbers) or b"&" in whole or not whole.startswith(b"<t>") or not whole.rstrip().endswith(b"</t></si>"):
        return None
    texts = whole.rstrip()[3:-9].decode(errors="replace").split("</t></si><t>")
    return texts if len(texts) == len(numbers) else None
