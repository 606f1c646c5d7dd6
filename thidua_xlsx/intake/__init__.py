"""Reading what units sent in: files become submissions, with the address of every cell, or one sentence why not.

The gates stand in order: wrapping (mail, mailbox, archive) → container → our form → this campaign, version, round and unit →
sheets and headings → rows; what fails one gate hears of nothing else. Values are not judged here (see :mod:`thidua_xlsx.checks`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from thidua_xlsx.intake._arrival import Arrival, read_file, read_files, read_item
from thidua_xlsx.intake._book import Grid, read_book
from thidua_xlsx.intake._disk import entries, named
from thidua_xlsx.intake._gate import GateError
from thidua_xlsx.intake._parcel import Item, open_parcel
from thidua_xlsx.intake._salvage import Salvaged, salvage
from thidua_xlsx.intake._settle import Settled, natural, settle
from thidua_xlsx.intake._sheet import Span

__all__ = [
    "Arrival",
    "GateError",
    "Item",
    "Salvaged",
    "Settled",
    "named",
    "open_parcel",
    "read_file",
    "read_files",
    "read_item",
    "read_sheets",
    "salvage",
    "scan",
    "settle",
]


def read_sheets(content: bytes, file: str) -> Mapping[str, tuple[Grid, tuple[Span, ...]]]:
    """The sheets of any workbook, from A1 to the last used cell, with their merged areas.

    An area is first row, first column, last row, last column, from 0. Raises :class:`GateError` where the workbook cannot be read.
    """
    book = read_book(content, file)
    return {name: (book.grid(name), book.layout(name).merges) for name in book.sheets}


def scan(inbox: Path) -> tuple[Path, ...]:
    """Every file below the inbox in a fixed order; nothing is skipped, whatever it is gets its sentence later."""
    return tuple(sorted(entries(inbox), key=lambda path: natural(path.relative_to(inbox).as_posix())))
