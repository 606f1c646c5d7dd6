"""Workbooks of Excel 97-2003 and before (.xls), read with xlrd.

calamine gives texts with NULs between the letters for some of them (tafia/calamine#229), numbers as dates, and no error values. It is asked
only where xlrd gets no further than the container or what the sheets share: ten of a thousand real files, written by other programs than
Excel or cut short behind the last sheet. What fails in a sheet's own cells is damage, which calamine would show as if all were well.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from thidua_xlsx import text
from thidua_xlsx.intake import _fonts, _ole
from thidua_xlsx.intake._calamine import CalamineError, everything
from thidua_xlsx.intake._container import Package
from thidua_xlsx.intake._gate import refused
from thidua_xlsx.intake._sheet import FARTHEST_COLUMN, NO_VALUE, Book, Grid, Layout, far, is_far
from thidua_xlsx.intake._xlsb import ERRORS
from thidua_xlsx.model import CellRef, Raw

if TYPE_CHECKING:
    import xlrd
    from xlrd.sheet import Sheet

_TEXT, _NUMBER, _DATE, _BOOLEAN, _ERROR = 1, 2, 3, 4, 5
_WHOLE_BOOK = -1


def read_xls(package: Package, file: str) -> Book:
    """The workbook, or the reason why it cannot be read."""
    import xlrd  # noqa: PLC0415 (dear to import, and old files are rare)
    from xlrd.biffh import XLRDError  # noqa: PLC0415
    from xlrd.compdoc import CompDocError  # noqa: PLC0415
    from xlrd.formula import FormulaError  # noqa: PLC0415

    broken = (XLRDError, CompDocError, FormulaError, *_ole.BROKEN)
    try:
        opened = xlrd.open_workbook(
            file_contents=package.raw,
            logfile=io.StringIO(),
            formatting_info=True,
            ragged_rows=True,
            ignore_workbook_corruption=True,
            on_demand=True,
        )
    except broken:
        # The cells may be sound all the same: it is the container, a name or the table of texts that breaks the rules
        return _read_otherwise(package.raw, file)
    try:
        with opened as book:
            sheets = book.sheets()
            grids = {sheet.name: _grid(sheet, book.datemode) for sheet in sheets}
            layouts = {sheet.name: _layout(sheet) for sheet in sheets}
            names = dict(_names(book))
            fonts = _fonts.of_xls(book)
    except broken as error:
        raise refused("W110", file) from error
    if not grids:
        raise refused("W113", file)
    has_macros = package.raw.startswith(_ole.MAGIC) and "_vba_project_cur" in _ole.names(package.raw)
    notes = (text.finding("W170", CellRef(file)),) if has_macros else ()
    return Book(file, grids, names, {}, layouts, notes, fonts=fonts)


def _read_otherwise(raw: bytes, file: str) -> Book:
    """What calamine makes of a workbook that breaks the rules xlrd insists on, with a warning of what it cannot see."""
    try:
        sheets = everything(raw, file)
    except CalamineError as error:
        raise refused("W110", file) from error
    for name, (grid, _) in sheets.items():
        rows, columns = len(grid), max(map(len, grid), default=0)
        if is_far(rows, columns):
            raise far(file, name, rows, columns)
        if any("\0" in value for line in grid for value in line if isinstance(value, str)):
            raise refused("W110", file)
    if not sheets:
        raise refused("W113", file)
    grids = {name: grid for name, (grid, _) in sheets.items()}
    layouts = {name: layout for name, (_, layout) in sheets.items()}
    return Book(file, grids, {}, {}, layouts, (text.finding("W172", CellRef(file)),))


def _grid(sheet: Sheet, datemode: int) -> Grid:
    rows = ((sheet.row_types(row), sheet.row_values(row)) for row in range(sheet.nrows))
    return [[_value(kind, value, datemode) for kind, value in zip(kinds, values, strict=True)] for kinds, values in rows]


def _value(kind: int, value: object, datemode: int) -> Raw:
    if kind == _TEXT:
        return str(value)
    if kind == _ERROR:
        return ERRORS.get(value, NO_VALUE) if isinstance(value, int) else NO_VALUE
    if not isinstance(value, (int, float)):
        return ""
    if kind == _DATE:
        return _moment(float(value), since_1904=datemode == 1)
    return bool(value) if kind == _BOOLEAN else float(value)


def _moment(value: float, *, since_1904: bool) -> Raw:
    """A date, a time of day, or the bare number where it stands for neither."""
    from xlrd.xldate import XLDateError, xldate_as_datetime  # noqa: PLC0415

    try:
        moment: datetime = xldate_as_datetime(value, 1 if since_1904 else 0)
    except (XLDateError, OverflowError, ValueError):
        return value
    if 0 <= value < 1 and not since_1904:
        return moment.time()
    if value < 0 or moment.year < 1900:
        return value
    return moment if moment.time() != time() else date(moment.year, moment.month, moment.day)


def _layout(sheet: Sheet) -> Layout:
    rows = frozenset(row for row, info in sheet.rowinfo_map.items() if info.hidden)
    columns = frozenset(column for column, info in sheet.colinfo_map.items() if info.hidden and column < FARTHEST_COLUMN)
    merges = tuple((first, left, last - 1, right - 1) for first, last, left, right in sheet.merged_cells)
    return Layout(bool(sheet.visibility), rows, columns, merges)


def _names(book: xlrd.Book) -> Iterator[tuple[str, str]]:
    """The workbook's defined names as Excel writes them; those of a single sheet are left aside."""
    for name in book.name_obj_list:
        if name.scope == _WHOLE_BOOK and name.result is not None:
            yield name.name.casefold(), str(name.result.text)
