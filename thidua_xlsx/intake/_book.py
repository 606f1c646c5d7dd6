"""Second gate: the workbook's sheets as grids with their true addresses, its defined names and its custom properties."""

from __future__ import annotations

import io
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree as ET
from xml.parsers import expat

import python_calamine as calamine

from thidua_xlsx import text
from thidua_xlsx.intake._container import unpack
from thidua_xlsx.intake._gate import GateError, refused
from thidua_xlsx.intake._look import Look, index, letters, look
from thidua_xlsx.model import CellRef, Raw

Grid = list[list[Raw]]
"""A sheet from A1 to its last used cell; a blank is the empty text."""

_AREA = re.compile(r"=?(?:'((?:[^']|'')+)'|([^'!,]+))!\$?([A-Z]{1,3})\$?(\d+)(?::\$?([A-Z]{1,3})\$?(\d+))?")


@dataclass(frozen=True, slots=True)
class Area:
    """The cells a defined name stands for; rows and columns count from zero."""

    sheet: str
    row: int
    column: int
    last_row: int
    last_column: int


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook as read. ``names`` maps the folded defined name to what it refers to, as Excel writes it."""

    file: str
    sheets: Mapping[str, Grid]
    names: Mapping[str, str]
    properties: Mapping[str, str]

    def area(self, name: str) -> Area | None:
        """Where a defined name points, if it still points into a sheet."""
        place = _AREA.fullmatch(self.names.get(name.casefold(), ""))
        if place is None:
            return None
        sheet = place[1].replace("''", "'") if place[1] else place[2]
        row, column = int(place[4]) - 1, index(place[3])
        last_row, last_column = (int(place[6]) - 1, index(place[5])) if place[5] else (row, column)
        return Area(sheet, row, column, last_row, last_column) if sheet in self.sheets else None

    def value(self, sheet: str, row: int, column: int) -> Raw:
        """A cell's value, the empty text beyond the used area."""
        grid = self.sheets[sheet]
        return grid[row][column] if row < len(grid) and column < len(grid[row]) else ""


def address(row: int, column: int) -> str:
    """``H12`` for zero-based row and column: the one place where the addresses of a submission are made."""
    return f"{letters(column)}{row + 1}"


def read_book(raw: bytes, file: str) -> Book:
    """The workbook, or the reason why it cannot be read."""
    parts = unpack(raw, file)
    try:
        workbook = ET.fromstring(parts["xl/workbook.xml"])  # noqa: S314 (a DOCTYPE, and with it every entity, is refused before)
        looks = {name: look(parts[part]) for name, part in _sheets(workbook, parts) if part in parts}
        properties = dict(_properties(parts))
    except (ET.ParseError, expat.ExpatError, ValueError) as error:
        raise refused("W110", file) from error
    for name, seen in looks.items():
        if seen.is_far:
            raise GateError((text.finding("W112", CellRef(file, name, seen.corner)),))
    if not looks:
        raise refused("W113", file)
    return Book(file, _grids(raw, looks, file), dict(_names(workbook)), properties)


def _grids(raw: bytes, looks: Mapping[str, Look], file: str) -> dict[str, Grid]:
    try:
        with calamine.CalamineWorkbook.from_filelike(io.BytesIO(raw)) as book:
            return {name: _marked(_grid(book, name, file), looks[name]) for name in book.sheet_names if name in looks}
    except calamine.CalamineError as error:
        raise refused("W110", file) from error
    except BaseException as error:
        # calamine's PanicException derives from BaseException and cannot be imported; everything else goes its way.
        if type(error).__name__ != "PanicException":
            raise
        raise refused("W110", file) from error


def _grid(book: calamine.CalamineWorkbook, name: str, file: str) -> Grid:
    try:
        return book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except calamine.CalamineError as error:
        raise GateError((text.finding("S206", CellRef(file, name)),)) from error


def _marked(grid: Grid, seen: Look) -> Grid:
    """The grid with error values and uncalculated formulas put back where calamine shows blanks."""
    for (row, column), mark in seen.marks.items():
        if row >= len(grid):
            grid.extend([] for _ in range(row + 1 - len(grid)))
        line = grid[row]
        if column >= len(line):
            line.extend([""] * (column + 1 - len(line)))
        line[column] = mark
    return grid


def _sheets(workbook: ET.Element, parts: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """The name and the package part of every worksheet."""
    rels = ET.fromstring(parts.get("xl/_rels/workbook.xml.rels", b"<none/>"))  # noqa: S314
    targets = {
        _attribute(rel, "Id"): posixpath.normpath(posixpath.join("/xl", _attribute(rel, "Target"))).lstrip("/")
        for rel in _named(rels, "Relationship")
        if _attribute(rel, "Type").endswith("/worksheet")
    }
    for sheet in _named(workbook, "sheet"):
        part = targets.get(_attribute(sheet, "id"))
        if part:
            yield _attribute(sheet, "name"), part


def _names(workbook: ET.Element) -> Iterator[tuple[str, str]]:
    """The workbook's defined names; those of a single sheet come from copied sheets and are left aside."""
    for element in _named(workbook, "definedName"):
        if not _attribute(element, "localSheetId"):
            yield _attribute(element, "name").casefold(), (element.text or "").strip()


def _properties(parts: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """The custom document properties, as text."""
    if "docProps/custom.xml" in parts:
        for element in _named(ET.fromstring(parts["docProps/custom.xml"]), "property"):  # noqa: S314
            yield _attribute(element, "name"), "".join(element.itertext()).strip()


def _named(root: ET.Element, name: str) -> Iterator[ET.Element]:
    """The elements of a local name in whatever namespace: Strict workbooks use others."""
    return (element for element in root.iter() if element.tag.rpartition("}")[2] == name)


def _attribute(element: ET.Element, name: str) -> str:
    """An attribute by its local name; of ``sheetId`` and ``r:id`` only the latter is called ``id``."""
    return next((value for key, value in element.items() if key.rpartition("}")[2] == name), "")
