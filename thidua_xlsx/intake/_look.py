"""The second look: what the fast reader shows as blanks.

calamine gives an empty text for error values (``#REF!``) and for formulas that were never calculated (python-calamine#105), and
aborts the process on a value in ``XFD1048576``. The sheets' XML is looked over here for such cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape
from xml.parsers import expat

from thidua_xlsx.intake._ready import set_aside
from thidua_xlsx.intake._sheet import FARTHEST_COLUMN, NO_VALUE, Layout, Place, Span, address, index, is_far, letters, span

_ODD_CELL = re.compile(rb'<c(?! r="[A-Z]{1,2}\d{1,4}"(?: s="\d++")?+(?: t="(?!e")\w++")?+/?+>)[\s>/]')
"""A cell that stands far away, holds an error value, does not say where it stands, or says so in another way than office programs do."""

_ODD_NAME = re.compile(rb":c[\s/>]")
_WORDS = rb"<(?:\w+:)?f(?:\s[^<>/]*)?(?:/>|>([^<]*)</(?:\w+:)?f>)"
_NO_RESULT = rb"(?>\s*)(?!<(?:\w+:)?v(?:\s[^<>]*)?>[^<])"

_HIDING = re.compile(rb'<(?:\w+:)?(?:row|col)\s[^<>]*\bhidden\s*=\s*["\'](?:1|true)["\'][^<>]*>')
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^<>]*\bref\s*=\s*["\']([^"\']*)')
_NUMBERS = re.compile(rb'\b(r|min|max)\s*=\s*["\'](\d{1,7})["\']')

_ADDRESS = re.compile(r"([A-Za-z]+)(\d+)")
_YES = ("1", "true")


@dataclass(slots=True)
class Look:
    """Cells to be told apart from blanks, how far the used area reaches, and what the screen hides."""

    marks: dict[Place, str] = field(default_factory=dict)
    rows: int = 0
    columns: int = 0
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merges: list[Span] = field(default_factory=list)

    @property
    def is_far(self) -> bool:
        """Whether a value stands so far away that reading the sheet would eat the machine."""
        return is_far(self.rows, self.columns)

    @property
    def corner(self) -> str:
        """The address of the used area's last cell."""
        return address(self.rows - 1, self.columns - 1)

    def layout(self, *, hidden: bool) -> Layout:
        """What the screen hides of the sheet, which may be hidden itself."""
        return Layout(hidden, frozenset(self.hidden_rows), frozenset(self.hidden_columns), tuple(self.merges))

    def hide_columns(self, first: int, last: int) -> None:
        """Columns are hidden in stretches, often to the very last one; farther ones are of no interest."""
        self.hidden_columns.update(range(first - 1, min(last, FARTHEST_COLUMN)))

    def merge(self, references: Iterable[str]) -> None:
        """Note the merged areas."""
        self.merges.extend(area for area in map(span, references) if area)


class SheetLook:
    """The second look at one sheet: how far it reaches is told at once, the rest when asked for.

    A sheet that office programs write is searched with patterns; one with far cells, error values or unusual spellings is walked
    through cell by cell. ``ExpatError`` or ``ValueError`` where that cannot be done.
    """

    def __init__(self, xml: bytes) -> None:
        self._whole = xml
        self.ready = set_aside(xml)
        if self.ready and not _is_plain(self.ready.xml):
            self.ready = None
        self._walked = None if self.ready or _is_plain(xml) else _Walk().through(xml)
        self._marks: dict[frozenset[int], Mapping[Place, str]] = {}

    @property
    def telling(self) -> bytes:
        """The sheet's XML without its ready lines."""
        return self.ready.xml if self.ready else self._whole

    @property
    def too_far(self) -> Place | None:
        """How many rows and columns the sheet takes, if these are so many that reading it would eat the machine."""
        walked = self._walked
        return (walked.rows, walked.columns) if walked and walked.is_far else None

    def layout(self, *, hidden: bool) -> Layout:
        """What the screen hides of the sheet, which may be hidden itself."""
        return (self._walked or _searched(self.telling)).layout(hidden=hidden)

    def marks(self, own: frozenset[int]) -> Mapping[Place, str]:
        """Error values, and formulas that were never calculated, by their places.

        Those in the columns ``own`` may be left out: every form of ours is full of formulas (Kiểm tra), and nobody asks for them.
        """
        if self._walked:
            return self._walked.marks
        if own not in self._marks:
            xml = self.telling if self.ready and self.ready.formulas <= own else self._whole
            self._marks[own] = dict(_uncalculated(xml, own))
        return self._marks[own]


def _is_plain(xml: bytes) -> bool:
    """Whether all cells are near ones without error values, spelled as office programs do, and nothing is commented out."""
    # Formulas with "!" are few and "<" is everywhere, so that looking for "!" first is much quicker
    return not (_ODD_CELL.search(xml) or (b":c" in xml and _ODD_NAME.search(xml)) or (b"!" in xml and b"<!" in xml))


def _searched(xml: bytes) -> Look:
    """The layout of a plain sheet."""
    seen = Look()
    for tag in _HIDING.findall(xml) if b"hidden" in xml else ():
        _hide(seen, {name: int(number) for name, number in _NUMBERS.findall(tag)})
    seen.merge(reference.decode() for reference in _MERGE.findall(xml, max(0, xml.rfind(b"sheetData"))))
    return seen


def _uncalculated(xml: bytes, own: frozenset[int]) -> Iterator[tuple[Place, str]]:
    """The formulas of a plain sheet that have no stored result, but for those that say they have an empty text."""
    for column, row, formula in _formulas_outside(own).findall(xml):
        yield (int(row) - 1, index(column.decode())), _formula(formula.decode())


@lru_cache(maxsize=64)
def _formulas_outside(own: frozenset[int]) -> re.Pattern[bytes]:
    spared = rb"(?!(?:%s)\d)" % b"|".join(letters(column).encode() for column in sorted(own)) if own else b""
    return re.compile(rb'<c r="' + spared + rb'([A-Z]+)(\d+)"(?![^<>]* t="str")[^<>]*>\s*' + _WORDS + _NO_RESULT)


def _hide(seen: Look, numbers: dict[bytes, int]) -> None:
    if b"r" in numbers:
        seen.hidden_rows.add(numbers[b"r"] - 1)
    elif b"min" in numbers and b"max" in numbers:
        seen.hide_columns(numbers[b"min"], numbers[b"max"])


def _formula(xml: str) -> str:
    """A formula as typed; of a shared one only the first cell has the words."""
    words = unescape(xml) if "&" in xml else xml
    return f"={words.strip().lstrip('=') or '…'}"


class _Walk:
    """Walks over the cells of a sheet; positions may be left out in the XML and then follow on."""

    def __init__(self) -> None:
        self._look = Look()
        self._row = self._column = -1
        self._attributes: dict[str, str] = {}
        self._inside = ""
        self._said: dict[str, str] = {}

    def through(self, xml: bytes) -> Look:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.Parse(xml, True)
        return self._look

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        element = name.rpartition(" ")[2]
        if element == "row":
            self._row, self._column = int(attributes.get("r", self._row + 2)) - 1, -1
            if attributes.get("hidden") in _YES:
                self._look.hidden_rows.add(self._row)
        elif element == "c":
            place = _ADDRESS.fullmatch(attributes.get("r", ""))
            self._row, self._column = (int(place[2]) - 1, index(place[1])) if place else (self._row, self._column + 1)
            self._attributes, self._said = attributes, {}
        elif element == "col" and attributes.get("hidden") in _YES:
            self._look.hide_columns(int(attributes["min"]), int(attributes["max"]))
        elif element == "mergeCell":
            self._look.merge((attributes.get("ref", ""),))
        elif element in ("f", "v", "is"):
            self._inside = element
            self._said[element] = ""

    def _text(self, data: str) -> None:
        if self._inside:
            self._said[self._inside] += data

    def _end(self, name: str) -> None:
        element = name.rpartition(" ")[2]
        if element == self._inside:
            self._inside = ""
        elif element == "c" and self._said:
            self._used()

    def _used(self) -> None:
        seen, kind, value = self._look, self._attributes.get("t", "n"), self._said.get("v", "")
        seen.rows, seen.columns = max(seen.rows, self._row + 1), max(seen.columns, self._column + 1)
        if kind == "e":
            seen.marks[self._row, self._column] = value or NO_VALUE
        elif "f" in self._said and not value and kind != "str":
            seen.marks[self._row, self._column] = _formula(self._said["f"])
