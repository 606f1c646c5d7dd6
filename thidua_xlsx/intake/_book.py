"""Second gate: the workbook's sheets as grids with their true addresses, its defined names and its custom properties."""

from __future__ import annotations

from thidua_xlsx.intake._container import Kind, unpack
from thidua_xlsx.intake._encrypted import unlock
from thidua_xlsx.intake._gate import refused
from thidua_xlsx.intake._ods import read_ods
from thidua_xlsx.intake._sheet import Area, Book, Grid, address
from thidua_xlsx.intake._xls import read_xls
from thidua_xlsx.intake._xlsb import read_xlsb
from thidua_xlsx.intake._xlsx import read_xlsx

__all__ = ["Area", "Book", "Grid", "address", "read_book"]

_READERS = {Kind.XLSX: read_xlsx, Kind.XLSB: read_xlsb, Kind.ODS: read_ods, Kind.XLS: read_xls}


def read_book(raw: bytes, file: str, passwords: tuple[str, ...] = ()) -> Book:
    """The workbook, of whatever format and under whatever name, or the reason why it cannot be read."""
    package = unpack(raw, file)
    if package.kind not in _READERS:
        package = unpack(unlock(package, passwords, file), file)
    if package.kind not in _READERS:
        raise refused("W105", file)
    return _READERS[package.kind](package, file)
