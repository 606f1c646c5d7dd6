"""What a unit may not know it sends: hidden sheets, rows and columns, values under merged cells, sheets of its own.

What belongs to a table is read and counted although the screen does not show it; nothing is lost in silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

from thidua_xlsx import text
from thidua_xlsx.intake._sheet import Book, Grid, Layout, Place, Span, address, index, letters
from thidua_xlsx.model import CellRef, Finding, Raw, RawRow, Stray

if TYPE_CHECKING:
    from thidua_xlsx.intake._locate import Located

_NAMED = 8
_OWN_HIDDEN = "_"
"""The form's own hidden sheets (lists, passport) begin like this."""

_MOST_COVERED = 1_000_000
"""So many merged cells no person makes; further ones are not looked under."""


def unseen(book: Book, found: Located, rows: Sequence[RawRow], grid: Grid) -> Iterator[Finding]:
    """One finding for each thing that hides part of a table, with all the places it hides; the ``grid`` reaches down to the last row."""
    if not rows:
        return
    layout = book.layout(found.sheet)
    merges = [merge for merge in layout.merges if merge[2] >= found.first]
    if not any((layout.hidden, layout.rows, layout.columns, merges)):
        return
    filled = {cell for row in rows for code in row.values if (cell := _place(row.cells[code]))}
    if layout.hidden and filled:
        yield text.finding("S210", CellRef(book.file, found.sheet), table=found.table.code, count=len(rows))
    yield from _hidden(book.file, found, layout, filled)
    yield from _merged(book.file, found, _covered(merges, grid), merges, filled)


def _hidden(file: str, found: Located, layout: Layout, filled: set[Place]) -> Iterator[Finding]:
    first = min(filled, default=(0, 0))
    rows = sorted({row for row, _ in filled} & layout.rows)
    if rows:
        place = CellRef(file, found.sheet, address(rows[0], first[1]))
        yield text.finding("S211", place, table=found.table.code, rows=listed([str(row + 1) for row in rows]), count=len(rows))
    columns = sorted({column for _, column in filled} & layout.columns)
    if columns:
        place = CellRef(file, found.sheet, address(first[0], columns[0]))
        yield text.finding("S212", place, table=found.table.code, columns=listed([letters(c) for c in columns]), count=len(columns))


def _merged(file: str, found: Located, under: Iterable[Place], merges: Sequence[Span], filled: set[Place]) -> Iterator[Finding]:
    covered = sorted(filled & set(under))
    if covered:
        cells = [address(*cell) for cell in covered]
        place = CellRef(file, found.sheet, cells[0])
        yield text.finding("S213", place, table=found.table.code, cells=listed(cells), count=len(cells))
    tall = sorted(merge for merge in merges if merge[2] > merge[0] and merge[:2] in filled)
    if tall and found.table.layout == "rows":
        areas = [f"{address(*merge[:2])}:{address(*merge[2:])}" for merge in tall]
        place = CellRef(file, found.sheet, address(*tall[0][:2]))
        yield text.finding("S214", place, table=found.table.code, cells=listed(areas), count=len(areas))


def _covered(merges: Sequence[Span], grid: Grid) -> Iterator[Place]:
    """The cells under merged areas but for the first of each, as far as the sheet is filled."""
    left = _MOST_COVERED
    for first, start, last, end in merges:
        for row in range(first, min(last + 1, len(grid))):
            columns = range(start + (row == first), min(end + 1, len(grid[row])))
            left -= 1 + len(columns)
            if left < 0:
                return
            yield from ((row, column) for column in columns)


def _place(cell: str) -> Place | None:
    """Row and column of an address made by :func:`address`."""
    name = cell.rstrip("0123456789")
    return (int(cell[len(name) :]) - 1, index(name)) if name else None


def listed(names: Sequence[str]) -> str:
    """The first few places by name, and that there are more."""
    return ", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else "")


def strangers(book: Book, tables: Sequence[Located]) -> Iterator[Finding]:
    """The sheets a unit has added; what stands there belongs to no table and is not taken over."""
    known = {found.sheet for found in tables} | _own_sheets()
    for sheet in book.sheets:
        if sheet in known or sheet.startswith(_OWN_HIDDEN) or _has_passport(grid := book.grid(sheet)):
            continue
        if count := sum(1 for _ in _filled(grid)):
            yield text.finding("S215", CellRef(book.file, sheet), count=count)


def on_sheets(book: Book, sheets: Iterable[str], most: int) -> tuple[Stray, ...]:
    """The first values of some sheets."""
    return tuple(
        Stray(sheet, address(row, column), value) for sheet in sheets for row, column, value in islice(_filled(book.sheets[sheet]), most)
    )


def _filled(grid: Grid) -> Iterator[tuple[int, int, Raw]]:
    cells = ((row, column, value) for row, line in enumerate(grid) for column, value in enumerate(line))
    return (cell for cell in cells if cell[2] != "" and not str(cell[2]).isspace())


@cache
def _own_sheets() -> frozenset[str]:
    """Forms are issued in Vietnamese, whatever language the program speaks."""
    with text.language("vi"):
        return frozenset(text.say(key) for key in ("template.guide_sheet", "template.review_sheet"))


def _has_passport(grid: Grid) -> bool:
    """Whether this is the guide under another name."""
    return any(isinstance(value, str) and value.startswith("form.") for line in grid[:3] for value in line)
