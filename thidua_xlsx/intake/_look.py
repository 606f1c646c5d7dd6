"""The second look: what the fast reader shows as blanks.

calamine gives an empty text for error values (``#REF!``) and for formulas that were never calculated (python-calamine#105), and
aborts the process on a value in ``XFD1048576``. The sheets' XML is looked over here for such cells.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from html import unescape
from xml.parsers import expat

FARTHEST_ROW, FARTHEST_COLUMN, LARGEST_AREA = 100_000, 512, 10_000_000

_NO_VALUE = "#N/A"

_CELL = rb"<(?:\w+:)?c\s"
_IS_TEXT, _IS_ERROR = (rb"""[^<>]*\bt\s*=\s*["']%s["']""" % kind for kind in (b"str", b"e"))
_PLACE = rb'(?>[^<>]*?\br=")([A-Za-z]+)(\d+)"[^<>]*>\s*'
_WORDS = rb"<(?:\w+:)?f(?:\s[^<>/]*)?(?:/>|>([^<]*)</(?:\w+:)?f>)"
_VALUE = rb"\s*(?:<(?:\w+:)?v(?:\s[^<>]*)?>([^<]*)<)?"
_FORMULA = re.compile(_CELL + rb"(?!" + _IS_TEXT + rb")" + _PLACE + _WORDS + _VALUE)
_ERROR = re.compile(_CELL + rb"(?=" + _IS_ERROR + rb")" + _PLACE + rb"(?:" + _WORDS + rb")?" + _VALUE)
_FAR = re.compile(rb' r="(?:[A-Za-z]{3,}\d|[A-Za-z]*\d{5,})')
_UNUSUAL = re.compile(rb'<(?:\w+:)?c(?![^<>]* r=")[\s>]')
"""A cell that does not say where it stands, or says it in a spelling of XML that no office program uses."""

_ADDRESS = re.compile(r"([A-Za-z]+)(\d+)")


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


@dataclass(slots=True)
class Look:
    """Cells to be told apart from blanks, by zero-based row and column, and how far the used area reaches."""

    marks: dict[tuple[int, int], str] = field(default_factory=dict)
    rows: int = 0
    columns: int = 0

    @property
    def is_far(self) -> bool:
        """Whether a value stands so far away that reading the sheet would eat the machine."""
        return self.rows > FARTHEST_ROW or self.columns > FARTHEST_COLUMN or self.rows * self.columns > LARGEST_AREA

    @property
    def corner(self) -> str:
        """The address of the used area's last cell."""
        return f"{letters(self.columns - 1)}{self.rows}"


def look(xml: bytes) -> Look:
    """What calamine will not tell of a sheet.

    Every form of ours is full of formulas (Kiểm tra), so patterns pick out the few cells that matter; a sheet with far cells or
    unusual spellings is walked through cell by cell.
    """
    if _FAR.search(xml) or _UNUSUAL.search(xml):
        return _Walk().through(xml)
    seen = Look()
    for column, row, formula, value in _FORMULA.findall(xml):
        if not value:
            seen.marks[int(row) - 1, index(column.decode())] = _formula(formula.decode())
    for column, row, _, value in _ERROR.findall(xml) if b'"e"' in xml or b"'e'" in xml else ():
        seen.marks[int(row) - 1, index(column.decode())] = value.decode() or _NO_VALUE
    return seen


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
        elif element == "c":
            place = _ADDRESS.fullmatch(attributes.get("r", ""))
            self._row, self._column = (int(place[2]) - 1, index(place[1])) if place else (self._row, self._column + 1)
            self._attributes, self._said = attributes, {}
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
            seen.marks[self._row, self._column] = value or _NO_VALUE
        elif "f" in self._said and not value and kind != "str":
            seen.marks[self._row, self._column] = _formula(self._said["f"])
