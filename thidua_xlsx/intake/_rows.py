"""Fifth gate: the lines of a table with the address of every cell; nothing is judged, and nothing non-empty is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from string import ascii_letters
from typing import TYPE_CHECKING

from thidua_xlsx import text, vietnamese
from thidua_xlsx.intake._book import Book, Grid, address
from thidua_xlsx.intake._sheet import letters
from thidua_xlsx.intake._unseen import listed, unseen
from thidua_xlsx.model import Addresses, CellRef, Finding, Raw, RawRow, Stray

if TYPE_CHECKING:
    from thidua_xlsx.campaign import Table
    from thidua_xlsx.intake._locate import Located

MOST_STRAYS = 200
"""So many values of a sheet that have no place in the form are carried along; more are counted only."""

_COUNTED = "nguoi|canhan|tapthe|hogiadinh|ho|dong|truonghop|thanhtich|tailieu|danhhieu|luot|khoan|vnd|d"
_TOTAL = re.compile(rf"(?:tong(?:cong|so)?|cong)(?:(?:{_COUNTED})?[0-9]+(?:{_COUNTED})?)?")
_COUNT = re.compile(rf"[0-9]{{1,6}}(?:{_COUNTED})?|[0-9]+(?:{_COUNTED})")
"""Tổng cộng, Tổng số: 12, Cộng (3 người); and 3 người beside it, but no long number, which says who somebody is."""


_NO_TOTAL = frozenset(ascii_letters) - frozenset("tTcC")
"""What neither a total nor a count begins with."""


@dataclass(frozen=True, slots=True)
class Lines:
    """The rows of a table, and how many non-empty cells belong to none of them."""

    rows: tuple[RawRow, ...]
    ignored: int
    findings: tuple[Finding, ...]
    strays: tuple[Stray, ...] = ()


def read_lines(book: Book, found: Located, unit: str) -> Lines:
    """The filled rows down to the end of the used area; gaps are allowed, lines that only sum up are left out."""
    if found.table.layout == "record":
        grid = book.grid(found.sheet, found.own)
        record = _record(book, found, grid)
        return Lines((record,), 0, tuple(unseen(book, found, (record,), grid)))
    codes = {column: code for code, (_, column) in found.places.items()}
    names = {code: letters(column) for column, code in codes.items()}
    grid, keys, ready = _until_ready(book, found, unit)
    lines, ignored = _used(found, grid, keys)
    ignored += ready
    rows: list[RawRow] = []
    outside: list[str] = []
    strays: list[Stray] = []
    fonts, own = book.fonts.get(found.sheet, {}), found.own
    for index, line in lines:
        filled = [(column, value) for column, value in enumerate(line) if value != "" and column not in own and not _is_blank(value)]
        values = {codes[column]: value for column, value in filled if column in codes}
        beside = [(column, value) for column, value in filled if column not in codes] if len(values) < len(filled) else []
        outside.extend(address(index, column) for column, _ in beside)
        if total := _is_total(values, found.table, keys):
            beside = [(column, value) for column, value in filled if not _is_ready_key(value, keys)]
        strays.extend(Stray(found.sheet, address(index, column), value) for column, value in beside[: MOST_STRAYS - len(strays)])
        if not values or total or _is_unused(values, found.table, keys):
            ignored += len(values)
        else:
            cells = Addresses(names, index + 1)
            old = {code: fonts[index, column] for column, code in codes.items() if (index, column) in fonts} if fonts else {}
            rows.append(RawRow(found.table.code, book.file, found.sheet, index + 1, values, cells, old))
    said = (*_written_outside(book.file, found, outside), *unseen(book, found, rows, grid))
    return Lines(tuple(rows), ignored + len(outside), said, tuple(strays))


def _until_ready(book: Book, found: Located, unit: str) -> tuple[Grid, frozenset[Raw], int]:
    """The lines to be looked at, the keys that the form had prefilled, and how many further lines hold nothing but their prefilled key."""
    upper = book.upper(found.sheet, found.own)
    if upper and found.first <= upper.first:
        keys = frozenset(found.table.prefilled_keys(unit, upper.length))
        beside = {column: texts for column, texts in upper.texts.items() if column not in found.own}
        _, key = found.places.get(found.table.key or "", (0, None))
        if beside.keys() <= {key} and all(map(keys.issuperset, beside.values())):
            return upper.grid, keys, sum(map(len, beside.values()))
    grid = book.grid(found.sheet, found.own)
    return grid, frozenset(found.table.prefilled_keys(unit, len(grid))), 0


def _record(book: Book, found: Located, grid: Grid) -> RawRow:
    fonts = book.fonts.get(found.sheet, {})
    values = {}
    for code, (row, column) in found.places.items():
        value = grid[row][column] if row < len(grid) and column < len(grid[row]) else ""
        if not _is_blank(value):
            values[code] = value
    cells = {code: address(*place) for code, place in found.places.items()}
    old = {code: fonts[place] for code, place in found.places.items() if place in fonts and code in values}
    return RawRow(found.table.code, book.file, found.sheet, found.first + 1, values, cells, old)


def _is_blank(value: Raw) -> bool:
    """Nothing a reader would see, and quick to say of a text that begins with a letter or digit."""
    return isinstance(value, str) and not value[:1].isalnum() and not vietnamese.clean(value)


def _used(found: Located, grid: Grid, keys: frozenset[Raw]) -> tuple[list[tuple[int, list[Raw]]], int]:
    """The lines in which something stands, with their indexes, and how many more hold nothing but their prefilled key."""
    _, key = found.places.get(found.table.key or "", (0, None))
    # Most lines of a form are ready ones or blank; both are told by their number of filled cells, without looking at each
    counted = ((index, line, len(line) - line.count("")) for index, line in enumerate(grid[found.first :], start=found.first))
    lines = [(index, line, filled) for index, line, filled in counted if filled]
    used = [(index, line) for index, line, filled in lines if filled > 1 or key is None or key >= len(line) or line[key] not in keys]
    return used, len(lines) - len(used)


def _is_unused(values: Mapping[str, Raw], table: Table, keys: frozenset[Raw]) -> bool:
    """A ready line in which nothing stands but its prefilled key."""
    return len(values) == 1 and _is_ready_key(values.get(table.key or ""), keys)


def _is_ready_key(value: Raw | None, keys: frozenset[Raw]) -> bool:
    return isinstance(value, str) and (value in keys or vietnamese.clean(value) in keys)


def _is_total(values: Mapping[str, Raw], table: Table, keys: frozenset[Raw]) -> bool:
    """A line such as "Tổng cộng" or "Tổng số: 3 người": the word, and otherwise only figures, counts or formulas."""
    texts = ((code, value) for code, value in values.items() if isinstance(value, str) and not value.startswith(("=", "#", "Err:")))
    others = [value for code, value in texts if not (code == table.key and _is_ready_key(value, keys))]
    # Nearly every line has a text that begins with another letter, and taking one apart is dear
    if any(value[:1] in _NO_TOTAL for value in others):
        return False
    words = (word for value in others if not _COUNT.fullmatch(word := vietnamese.bare(value)))
    return bool(_TOTAL.fullmatch(next(words, ""))) and next(words, None) is None


def _written_outside(file: str, found: Located, cells: list[str]) -> Iterator[Finding]:
    if cells:
        place = CellRef(file, found.sheet, cells[0])
        yield text.finding("S205", place, table=found.table.code, cells=listed(cells), count=len(cells))
