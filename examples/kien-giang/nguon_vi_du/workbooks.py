"""Issued workbooks filled through their defined names and saved so that the same content always gives the same bytes."""

from __future__ import annotations

import io
import math
import re
import zipfile
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import cast

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.utils.cell import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from nguon_vi_du.hands import Typed

Tables = Mapping[str, Sequence[Mapping[str, Typed]]]
LINE_HEIGHT = 15
SPARE_LINES = 6
"""Ready lines left below the last filled one; the rest is deleted, as tidy clerks do, which keeps the files of the example small."""


def fill(issued: Path, target: Path, tables: Tables, saved_on: date) -> dict[tuple[str, int, str], tuple[str, str]]:
    """Type the rows of every table and save; gives sheet and address of every cell of those rows by table, line (from 0) and column."""
    book = load_workbook(issued)
    places: dict[tuple[str, int, str], tuple[str, str]] = {}
    for table, rows in tables.items():
        spans = {name.partition(".")[2]: _span(book, name) for name in book.defined_names if name.startswith(f"{table}.")}
        for number, row in enumerate(rows):
            for column, span in spans.items():
                cell = span.cell(number)
                places[table, number, column] = span.sheet.title, cell.coordinate
                if column in row:
                    _type(span.sheet, cell, row[column])
            _fit_height([span.cell(number) for span in spans.values()])
        _drop_spare_lines(next(iter(spans.values())), len(rows))
    save(book, target, saved_on)
    return places


@dataclass(frozen=True, slots=True)
class _Span:
    """The entries of one column."""

    sheet: Worksheet
    column: int
    first: int
    last: int

    def cell(self, number: int) -> Cell:
        if self.first + number > self.last:
            raise ValueError(self)
        return cast("Cell", self.sheet.cell(self.first + number, self.column))


def _span(book: Workbook, name: str) -> _Span:
    title, cells = next(iter(book.defined_names[name].destinations))
    left, top, _, bottom = (int(edge or 0) for edge in range_boundaries(cells.replace("$", "")))
    return _Span(book[title], left, top, bottom)


def _type(sheet: Worksheet, cell: Cell, value: Typed) -> None:
    """A new cell takes the look of its column, as in Excel; only then is the value put into it."""
    if not cell.has_style:
        dimension = sheet.column_dimensions[cell.column_letter]
        cell.font, cell.border, cell.alignment = copy(dimension.font), copy(dimension.border), copy(dimension.alignment)
        cell.number_format, cell.protection = dimension.number_format, copy(dimension.protection)
    look = cell.number_format
    cell.value = value
    if isinstance(value, date):
        cell.number_format = "dd/mm/yyyy" if look in {"General", "@"} else look


def _fit_height(line: Sequence[Cell]) -> None:
    """The height that Excel gives a line while somebody types into it."""
    sheet = cast("Worksheet", line[0].parent)
    rows = [math.ceil(len(str(cell.value)) * 1.15 / sheet.column_dimensions[cell.column_letter].width) for cell in line if cell.value]
    if len({cell.row for cell in line}) == 1 and max(rows) > 1:
        sheet.row_dimensions[line[0].row].height = LINE_HEIGHT * max(rows)


def _drop_spare_lines(span: _Span, filled: int) -> None:
    first = span.first + filled + SPARE_LINES
    if span.last > first:
        span.sheet.delete_rows(first, span.sheet.max_row - first + 1)


def save(book: Workbook, target: Path, saved_on: date) -> None:
    """Save with ``saved_on`` as the only date in the file: openpyxl writes the moment into properties and archive."""
    buffer = io.BytesIO()
    book.save(buffer)
    stamp = f"{saved_on:%Y-%m-%d}T08:00:00Z".encode()
    with zipfile.ZipFile(buffer) as made, zipfile.ZipFile(target, "w") as fixed:
        for member in made.infolist():
            content = made.read(member)
            if member.filename == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", stamp, content)
            entry = zipfile.ZipInfo(member.filename, (saved_on.year, saved_on.month, saved_on.day, 8, 0, 0))
            entry.create_system, entry.external_attr = 0, 0
            fixed.writestr(entry, content, zipfile.ZIP_DEFLATED, 9)
