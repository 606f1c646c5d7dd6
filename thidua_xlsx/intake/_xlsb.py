"""Binary workbooks (.xlsb): read by calamine, with a second look at the records for what it shows as blanks ([MS-XLSB]).

Defined names stand there as compiled formulas and are not read: headings locate the tables.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Collection, Iterator, Mapping
from xml.etree import ElementTree as ET

from thidua_xlsx.intake import _calamine
from thidua_xlsx.intake._container import Package
from thidua_xlsx.intake._gate import refused
from thidua_xlsx.intake._look import Look
from thidua_xlsx.intake._sheet import NO_VALUE, Book, Grid, far
from thidua_xlsx.intake._xlsx import active_parts, custom_properties, relations

ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
"""Error values as both binary formats of Excel number them."""

_ROW, _COLUMNS, _MERGE, _SHEET = 0, 60, 176, 156
_CELLS = frozenset((*range(2, 12), 62))
_ERROR_CELLS = (3, 11)


def read_xlsb(package: Package, file: str) -> Book:
    """The workbook, or the reason why it cannot be read."""
    parts = package.parts
    try:
        links = relations(parts, "xl/workbook.bin")
        tabs = {name: (links[link][1], hidden) for name, link, hidden in _sheets(parts["xl/workbook.bin"]) if _is_sheet(links, link)}
        looks = {name: _look(parts[part]) for name, (part, _) in tabs.items()}
        properties = dict(custom_properties(parts))
    except (ET.ParseError, KeyError, ValueError, IndexError, struct.error) as error:
        raise refused("W110", file) from error
    for name, seen in looks.items():
        if seen.is_far:
            raise far(file, name, seen.rows, seen.columns)
    if not looks:
        raise refused("W113", file)
    grids = _grids(package, links, looks, file)
    sheets = {name: _calamine.marked(grid, looks[name].marks) for name, grid in grids.items()}
    layouts = {name: seen.layout(hidden=tabs[name][1]) for name, seen in looks.items()}
    return Book(file, sheets, {}, properties, layouts, tuple(active_parts(package.names, file)))


def _grids(package: Package, links: dict[str, tuple[str, str]], wanted: Collection[str], file: str) -> dict[str, Grid]:
    """The sheets; calamine gives a whole workbook up for one macro sheet or missing target."""
    try:
        return _calamine.grids(package.raw, wanted, file)
    except _calamine.CalamineError:
        pass
    try:
        return _calamine.grids(_rebuilt(package.parts, links), wanted, file)
    except _calamine.CalamineError as error:
        raise _calamine.failure(error, file) from error


def _rebuilt(parts: Mapping[str, bytes], links: dict[str, tuple[str, str]]) -> bytes:
    """The same package without the sheets that are no worksheets."""
    data = parts["xl/workbook.bin"]
    kept = b"".join(data[first:last] for first, start, last, kind in _records(data) if _stays(kind, data[start:last], links))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name, part in parts.items():
            package.writestr(name, kept if part is data else part)
    return buffer.getvalue()


def _stays(kind: int, content: bytes, links: dict[str, tuple[str, str]]) -> bool:
    return kind != _SHEET or _is_sheet(links, _words(content, 8)[0])


def _is_sheet(links: dict[str, tuple[str, str]], link: str) -> bool:
    return links.get(link, ("", ""))[0] == "worksheet"


def _records(data: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Where every record and its content begin, where they end, and the kind; kind and size are numbers of seven bits a byte."""
    first, end = 0, len(data)
    while first < end:
        kind, start = _number(data, first, 2)
        size, start = _number(data, start, 4)
        yield first, start, start + size, kind
        first = start + size


def _number(data: bytes, start: int, most: int) -> tuple[int, int]:
    number = 0
    for place in range(most):
        byte = data[start + place]
        number |= (byte & 0x7F) << (7 * place)
        if not byte & 0x80:
            return number, start + place + 1
    return number, start + most


def _sheets(data: bytes) -> Iterator[tuple[str, str, bool]]:
    """Name, relationship and hiddenness of every sheet."""
    for _, start, last, kind in _records(data):
        if kind == _SHEET:
            content = data[start:last]
            link, rest = _words(content, 8)
            name, _ = _words(content, rest)
            yield name, link, content[0] != 0


def _words(content: bytes, start: int) -> tuple[str, int]:
    length = struct.unpack_from("<I", content, start)[0]
    end = start + 4 + (0 if length == 0xFFFFFFFF else length * 2)
    return content[start + 4 : end].decode("utf-16-le"), end


def _look(data: bytes) -> Look:
    """The error values of a sheet, how far it reaches, and what is hidden."""
    seen, row = Look(), 0
    for _, start, last, kind in _records(data):
        content = data[start:last]
        if kind == _ROW:
            row = struct.unpack_from("<I", content)[0]
            if content[11] & 0x10:
                seen.hidden_rows.add(row)
        elif kind in _CELLS:
            column = struct.unpack_from("<I", content)[0]
            seen.rows, seen.columns = max(seen.rows, row + 1), max(seen.columns, column + 1)
            if kind in _ERROR_CELLS:
                seen.marks[row, column] = ERRORS.get(content[8], NO_VALUE)
        elif kind == _COLUMNS and content[16] & 1:
            left, right = struct.unpack_from("<II", content)
            seen.hide_columns(left + 1, right + 1)
        elif kind == _MERGE:
            top, bottom, left, right = struct.unpack_from("<IIII", content)
            seen.merges.append((top, left, bottom, right))
    return seen
