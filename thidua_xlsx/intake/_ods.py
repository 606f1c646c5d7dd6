"""Workbooks of LibreOffice (.ods, and .fods in one piece of XML), read cell by cell.

Error values and uncalculated formulas stand in the same XML as the values, and calamine gives up on files that are indented.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from xml.etree import ElementTree as ET
from xml.parsers import expat

from thidua_xlsx import text
from thidua_xlsx.intake._container import Package
from thidua_xlsx.intake._gate import refused
from thidua_xlsx.intake._sheet import FARTHEST_COLUMN, FARTHEST_ROW, Book, Grid, Layout, Place, Span, far, index, is_far, letters
from thidua_xlsx.intake._xlsx import attribute, named
from thidua_xlsx.model import CellRef, Raw
from thidua_xlsx.vietnamese import font_encoding

_SHEET = r"\$?(?:'((?:[^']|'')+)'|([^.'$]+))"
_CELL = r"\.\$?([A-Z]{1,3})\$?(\d+)"
_ADDRESS = re.compile(rf"{_SHEET}{_CELL}(?::(?:{_SHEET})?{_CELL})?")
_DURATION = re.compile(r"PT(\d+)H(\d+)M(\d+)(?:[.,]\d+)?S")
_ERROR = re.compile(r"#(?:[A-Z/0-9_]+[!?]|N/A)|Err:\d{3}")
_NAMESPACE = re.compile(r"\A(?:of|oooc|msoxl|ooow):(?==)")
_BLANKS = re.compile(r"[ \t\r\n]+")

_CELLS = ("table-cell", "covered-table-cell")
_GAPS = {"tab": "\t", "line-break": "\n"}
_HIDDEN = ("collapse", "filter")
_CACHED = "'file:"
"""LibreOffice keeps what it has seen of linked files in further tables, under their address."""


def read_ods(package: Package, file: str) -> Book:
    """The workbook, or the reason why it cannot be read."""
    reader = _Reader(file)
    try:
        reader.read(package.parts["content.xml"])
        properties = dict(_properties(package.parts))
    except (ET.ParseError, expat.ExpatError, KeyError, ValueError, OverflowError) as error:
        raise refused("W110", file) from error
    if not reader.sheets:
        raise refused("W113", file)
    notes = [code for code, found in (("W170", _has_macros(package)), ("W171", reader.has_links)) if found]
    said = tuple(text.finding(code, CellRef(file)) for code in notes)
    return Book(file, reader.sheets, reader.names, properties, reader.layouts, said, fonts=reader.fonts)


def _has_macros(package: Package) -> bool:
    return any(name.startswith(("basic/", "scripts/")) and not name.endswith("/") for name in package.names)


def _properties(parts: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """The custom document properties, as text."""
    if "meta.xml" in parts:
        for element in named(ET.fromstring(parts["meta.xml"]), "user-defined"):  # noqa: S314 (a DOCTYPE is refused before)
            yield attribute(element, "name"), "".join(element.itertext()).strip()


@dataclass(slots=True)
class _Cell:
    """One cell while it is being read; ``said`` is what it shows, a paragraph an entry, ``font`` one of before Unicode."""

    facts: dict[str, str]
    font: str | None = None
    said: list[str] = field(default_factory=list)

    def count(self, name: str) -> int:
        """How often the cell repeats, or how far it spans."""
        return max(1, int(self.facts.get(name, "1")))

    @property
    def value(self) -> Raw:
        """The value, with the marks for error values and uncalculated formulas that every format has."""
        shown, kind = "\n".join(self.said), self.facts.get("value-type", "")
        formula = self.facts.get("formula")
        if formula is not None and _ERROR.fullmatch(shown):
            return shown
        if kind in ("", "void"):
            return _NAMESPACE.sub("", formula) if formula is not None else shown
        return self._typed(kind, shown)

    def _typed(self, kind: str, shown: str) -> Raw:
        facts = self.facts
        if kind in ("float", "percentage", "currency"):
            return float(facts["value"])
        if kind == "boolean":
            return facts.get("boolean-value") == "true"
        if kind == "date":
            return _date(facts.get("date-value", ""), shown)
        if kind == "time":
            return _time(facts.get("time-value", ""), shown)
        return shown or facts.get("string-value", "")


def _date(value: str, shown: str) -> Raw:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return shown
    return moment if moment.time() != time() else date(moment.year, moment.month, moment.day)


def _time(value: str, shown: str) -> Raw:
    parts = _DURATION.fullmatch(value)
    if parts is None:
        return shown
    hours, minutes, seconds = (int(part) for part in parts.groups())
    return time(hours, minutes, seconds) if max(hours / 24, minutes / 60, seconds / 60) < 1 else timedelta(0, seconds, 0, 0, minutes, hours)


class _Reader:
    """Walks through ``content.xml`` once."""

    def __init__(self, file: str) -> None:
        self.sheets: dict[str, Grid] = {}
        self.layouts: dict[str, Layout] = {}
        self.names: dict[str, str] = {}
        self.fonts: dict[str, dict[Place, str]] = {}
        self.has_links = False
        self._file = file
        self._path: list[str] = []
        self._styles: set[str] = set()
        self._style = ""
        self._old_fonts: dict[str, str] = {}
        self._table: _Table | None = None
        self._cell: _Cell | None = None
        self._paragraph = 0
        self._run = ""

    def read(self, xml: bytes) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.Parse(xml, True)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        element = name.rpartition(" ")[2]
        facts = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        parent = self._path[-1] if self._path else ""
        self._path.append(element)
        if self._cell is not None:
            self._start_inside(element, parent, facts)
        elif self._table is not None:
            self._start_in_table(element, facts)
        else:
            self._start_outside(element, facts)

    def _start_outside(self, element: str, facts: dict[str, str]) -> None:
        if element in ("style", "default-style"):
            self._style = facts.get("name", "")
        elif element == "text-properties" and font_encoding(font := facts.get("font-name", "")):
            self._old_fonts[self._style] = font
        elif element == "table-properties" and facts.get("display") == "false":
            self._styles.add(self._style)
        elif element == "table" and facts.get("name", "").startswith(_CACHED):
            self.has_links = True
            self._table = _Table("", hidden=True)
        elif element == "table" and "spreadsheet" in self._path:
            self._table = _Table(facts.get("name", ""), hidden=facts.get("style-name") in self._styles)
        elif element == "named-range":
            self._name(facts.get("name", ""), _as_excel(facts.get("cell-range-address", "")))
        elif element == "named-expression":
            self._name(facts.get("name", ""), _NAMESPACE.sub("", facts.get("expression", "")))

    def _name(self, name: str, refers_to: str) -> None:
        self.names[name.casefold()] = refers_to

    def _start_in_table(self, element: str, facts: dict[str, str]) -> None:
        assert self._table is not None  # noqa: S101 (asked by the caller)
        if element == "table-column":
            self._table.column(facts, self._old_fonts.get(facts.get("default-cell-style-name", "")))
        elif element == "table-row":
            self._table.begin(facts)
        elif element in _CELLS and self._path[-2] == "table-row":
            self._cell = _Cell(facts, self._old_fonts.get(facts.get("style-name", "")))

    def _start_inside(self, element: str, parent: str, facts: dict[str, str]) -> None:
        if element == "span" and self._cell is not None:
            self._cell.font = self._old_fonts.get(facts.get("style-name", ""), self._cell.font)
        if element == "p" and parent in _CELLS and not self._paragraph:
            self._paragraph, self._run = len(self._path), ""
        elif self._paragraph:
            self._run += _GAPS.get(element, "")
            if element == "s":
                self._run += " " * min(int(facts.get("c", "1")), 1000)

    def _text(self, data: str) -> None:
        if self._paragraph:
            words = _BLANKS.sub(" ", data)
            self._run += words.lstrip() if not self._run or self._run[-1] in " \n" else words

    def _end(self, name: str) -> None:
        element = name.rpartition(" ")[2]
        depth = len(self._path)
        self._path.pop()
        if self._paragraph == depth and self._cell is not None:
            self._cell.said.append(self._run)
            self._paragraph = 0
        elif element in _CELLS and self._cell is not None and self._path[-1] == "table-row" and self._table is not None:
            self._table.add(self._cell)
            self._cell = None
        elif self._cell is None and self._table is not None:
            self._end_in_table(element, self._table)

    def _end_in_table(self, element: str, table: _Table) -> None:
        if element == "table-row":
            table.finish(self._file)
        elif element == "table":
            if table.name:
                self.sheets[table.name], self.layouts[table.name], self.fonts[table.name] = table.grid, table.layout, table.fonts
            self._table = None


class _Table:
    """One sheet while it is being read; repeated rows and cells are written once in the file."""

    def __init__(self, name: str, *, hidden: bool) -> None:
        self.name = name
        self.grid: Grid = []
        self.fonts: dict[Place, str] = {}
        self._column_fonts: dict[int, str] = {}
        self._hidden = hidden
        self._rows: set[int] = set()
        self._columns: set[int] = set()
        self._merges: list[Span] = []
        self._row = self._column = self._next_row = self._next_column = 0
        self._repeat = 1
        self._line: list[Raw] = []

    @property
    def layout(self) -> Layout:
        return Layout(self._hidden, frozenset(self._rows), frozenset(self._columns), tuple(self._merges))

    def column(self, facts: Mapping[str, str], font: str | None) -> None:
        last = self._next_column + int(facts.get("number-columns-repeated", "1"))
        if font:
            self._column_fonts.update(dict.fromkeys(range(self._next_column, min(last, FARTHEST_COLUMN)), font))
        if facts.get("visibility") in _HIDDEN:
            self._columns.update(range(self._next_column, min(last, FARTHEST_COLUMN)))
        self._next_column = last

    def begin(self, facts: Mapping[str, str]) -> None:
        self._row, self._repeat = self._next_row, int(facts.get("number-rows-repeated", "1"))
        self._next_row = self._row + self._repeat
        self._column, self._line = 0, []
        if facts.get("visibility") in _HIDDEN:
            self._rows.update(range(self._row, min(self._next_row, FARTHEST_ROW)))

    def add(self, cell: _Cell) -> None:
        repeat, value = cell.count("number-columns-repeated"), cell.value
        rows, columns = cell.count("number-rows-spanned"), cell.count("number-columns-spanned")
        if rows * columns > 1:
            self._merges.append((self._row, self._column, self._row + rows - 1, self._column + columns - 1))
        if value != "":
            far_right = min(self._column + repeat, FARTHEST_COLUMN + 1)
            self._line.extend([""] * (self._column - len(self._line)))
            self._line.extend([value] * (far_right - self._column))
            font = cell.font or (None if "style-name" in cell.facts else self._column_fonts.get(self._column))
            if font and isinstance(value, str):
                self.fonts[self._row, self._column] = font
        self._column += repeat

    def finish(self, file: str) -> None:
        if not self._line:
            return
        if is_far(self._next_row, len(self._line)):
            raise far(file, self.name, self._next_row, len(self._line))
        self.grid.extend([] for _ in range(self._row - len(self.grid)))
        self.grid.extend(list(self._line) for _ in range(self._repeat))


def _as_excel(address: str) -> str:
    """``'Đơn vị'!$D$12:$D$20`` for ``$'Đơn vị'.$D$12:.$D$20``."""
    found = _ADDRESS.fullmatch(address)
    if found is None:
        return "#REF!"
    sheet = f"'{found[1]}'" if found[1] else f"'{found[2]}'"
    first, last = (f"${letters(index(name))}${row}" for name, row in ((found[3], found[4]), (found[7] or found[3], found[8] or found[4])))
    return f"{sheet}!{first}" if first == last else f"{sheet}!{first}:{last}"
