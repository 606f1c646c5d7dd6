"""The second look: what the fast reader shows as blanks.

calamine gives an empty text for error values (``#REF!``) and for formulas that were never calculated (python-calamine#105), and
aborts the process on a value in ``XFD1048576``. The sheets' XML is looked over here for such cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import unescape
from xml.parsers import expat

from thidua_xlsx.intake._sheet import FARTHEST_COLUMN, NO_VALUE, Layout, Place, Span, address, index, is_far, span

_CELL = rb"<(?:\w+:)?c\s"
_IS_TEXT, _IS_ERROR = (rb"""[^<>]*\bt\s*=\s*["']%s["']""" % kind for kind in (b"str", b"e"))
_PLACE = rb'(?>[^<>]*?\br=")([A-Za-z]+)(\d+)"[^<>]*>\s*'
_WORDS = rb"<(?:\w+:)?f(?:\s[^<>/]*)?(?:/>|>([^<]*)</(?:\w+:)?f>)"
_VALUE = rb"\s*(?:<(?:\w+:)?v(?:\s[^<>]*)?>([^<]*)<)?"
_FORMULA = re.compile(_CELL + rb"(?!" + _IS_TEXT + rb")" + _PLACE + _WORDS + _VALUE)
_ERROR = re.compile(_CELL + rb"(?=" + _IS_ERROR + rb")" + _PLACE + rb"(?:" + _WORDS + rb")?" + _VALUE)
_SOME_ERROR = re.compile(rb"""t\s*=\s*["']e["']""")
_FAR = re.compile(rb' r="(?:[A-Za-z]{3,}\d|[A-Za-z]*\d{5,})')
_UNUSUAL = re.compile(rb'<(?:\w+:)?c(?![^<>]* r=")[\s>]|<!')
"""A cell that does not say where it stands, or says it in a spelling of XML that no office program uses."""

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
    for column, row, _, value in _ERROR.findall(xml) if _SOME_ERROR.search(xml) else ():
        seen.marks[int(row) - 1, index(column.decode())] = value.decode() or NO_VALUE
    for tag in _HIDING.findall(xml) if b"hidden" in xml else ():
        _hide(seen, {name: int(number) for name, number in _NUMBERS.findall(tag)})
    seen.merge(reference.decode() for reference in _MERGE.findall(xml, max(0, xml.rfind(b"sheetData"))))
    return seen


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
