"""A writer of small binary workbooks (.xlsb): no office program here can make one ([MS-XLSB], record by record)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet.worksheet import Worksheet

from tests.office import put_together, taken_apart

_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_ERRORS = {"#NULL!": 0x00, "#DIV/0!": 0x07, "#VALUE!": 0x0F, "#REF!": 0x17, "#NAME?": 0x1D, "#NUM!": 0x24, "#N/A": 0x2A}
_DAY_FORMAT = 14


def record(kind: int, content: bytes = b"") -> bytes:
    """One record: kind and size in bytes of seven bits, then its content."""
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, rest = b"", len(content)
    while True:
        size += bytes([rest & 0x7F | (0x80 if rest > 0x7F else 0)])
        rest >>= 7
        if not rest:
            return head + size + content


def words(text: str) -> bytes:
    """A text with its length before it."""
    raw = text.encode("utf-16-le")
    return struct.pack("<I", len(raw) // 2) + raw


def as_xlsb(source: Path, target: Path) -> Path:
    """The values of a workbook as .xlsb, without its defined names."""
    book, old = load_workbook(source), taken_apart(source)
    rel = '<Relationship Id="r{0}" Type="{1}/{2}" Target="{3}"/>'
    rels = [rel.format(number, _LINK, "worksheet", f"worksheets/sheet{number}.bin") for number, _ in enumerate(book.worksheets)]
    rels.append(rel.format("S", _LINK, "styles", "styles.bin"))
    parts = {
        "[Content_Types].xml": b"<Types/>",
        "docProps/custom.xml": old["docProps/custom.xml"],
        "xl/workbook.bin": _workbook([(sheet.title, sheet.sheet_state != "visible") for sheet in book.worksheets]),
        "xl/_rels/workbook.bin.rels": f'<Relationships xmlns="{_PACKAGE}">{"".join(rels)}</Relationships>'.encode(),
        "xl/styles.bin": _styles(),
    }
    parts |= {f"xl/worksheets/sheet{number}.bin": _sheet(sheet) for number, sheet in enumerate(book.worksheets)}
    target.write_bytes(put_together(parts))
    return target


def _workbook(sheets: list[tuple[str, bool]]) -> bytes:
    bundle = b"".join(
        record(156, struct.pack("<II", hidden, number + 1) + words(f"r{number}") + words(name))
        for number, (name, hidden) in enumerate(sheets)
    )
    return record(131) + record(143) + bundle + record(144) + record(132)


def _styles() -> bytes:
    """Two cell formats: general, and a day."""
    formats = b"".join(record(47, struct.pack("<HHHHHBBHH", 0, number, 0, 0, 0, 0, 0, 0, 0)) for number in (0, _DAY_FORMAT))
    return record(278) + record(617, struct.pack("<I", 2)) + formats + record(618) + record(279)


def _sheet(sheet: Worksheet) -> bytes:
    size = struct.pack("<IIII", 0, sheet.max_row - 1, 0, sheet.max_column - 1)
    hidden = [index for index, info in enumerate(sheet.column_dimensions.values()) if info.hidden]
    columns = b"".join(record(60, struct.pack("<IIIIH", index, index, 0, 0, 1)) for index in hidden)
    merges = b"".join(
        record(176, struct.pack("<IIII", area.min_row - 1, area.max_row - 1, area.min_col - 1, area.max_col - 1))
        for area in sheet.merged_cells.ranges
    )
    inner = record(145) + b"".join(_rows(sheet)) + record(146)
    return record(129) + record(148, size) + (record(390) + columns + record(391) if columns else b"") + inner + merges + record(130)


def _rows(sheet: Worksheet) -> Iterator[bytes]:
    for row in sheet.iter_rows():
        flags = 0x10 if sheet.row_dimensions[row[0].row].hidden else 0
        yield record(0, struct.pack("<IIHBBB", row[0].row - 1, 0, 300, 0, flags, 0) + struct.pack("<I", 0))
        for cell in row:
            if cell.value is not None and not isinstance(cell, MergedCell):
                yield _cell(cell)


def _cell(cell: Cell) -> bytes:
    value = cell.value
    is_day = isinstance(value, (date, datetime))
    head = struct.pack("<II", cell.column - 1, int(is_day))
    if is_day:
        return record(5, head + struct.pack("<d", to_excel(value)))
    if isinstance(value, bool):
        return record(4, head + bytes([value]))
    if isinstance(value, (int, float)):
        return record(5, head + struct.pack("<d", value))
    if str(value) in _ERRORS:
        return record(3, head + bytes([_ERRORS[str(value)]]))
    return record(6, head + words("" if str(value).startswith("=") else str(value)))
