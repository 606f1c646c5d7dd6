"""The second reader: openpyxl finds and reads the tables of a submitted workbook on its own, with nothing of intake's reading code.

Only the wrappings are opened as for a merge, for it is the bytes inside that are to be read twice.
"""

from __future__ import annotations

import io
import os
import warnings
import zipfile
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, cast
from xml.etree.ElementTree import ParseError

from openpyxl import Workbook, load_workbook
from openpyxl.utils.cell import get_column_letter, range_boundaries
from openpyxl.utils.escape import unescape
from openpyxl.utils.exceptions import InvalidFileException

from thidua_xlsx import text, vietnamese
from thidua_xlsx.campaign import Campaign, Table
from thidua_xlsx.intake import named, scan
from thidua_xlsx.model import Raw
from thidua_xlsx.pipeline import _limits
from thidua_xlsx.pipeline._crew import Crew, LostError, Team, each
from thidua_xlsx.pipeline._reading import File, Order
from thidua_xlsx.pipeline._workers import Packed, packed, piece, unpacked

Place = tuple[int, int]
"""Row and column, both from 1."""

Grid = Mapping[Place, Raw]
Cells = dict[tuple[str, str], Raw]
"""Every non-blank cell of the data tables, by sheet and A1 address."""

_Sought = tuple[File, tuple[str, ...]]
"""A file of the inbox and the shown names of the workbooks in it that are to be counted again."""

UNREADABLE = (
    *(InvalidFileException, zipfile.BadZipFile, ParseError, KeyError, ValueError, TypeError, AttributeError, IndexError, OSError),
    *(MemoryError, ArithmeticError, RuntimeError, AssertionError),
)
"""What openpyxl raises on workbooks it cannot read, and on those it would need too much memory for (all seen on real files)."""

_STRICT = {
    b"http://purl.oclc.org/ooxml/spreadsheetml/main": b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    b"http://purl.oclc.org/ooxml/officeDocument": b"http://schemas.openxmlformats.org/officeDocument/2006",
}
_OWN_HEADINGS = ("template.status_heading", "template.check_heading", "template.name_heading")
_HEADINGS_ABOVE, _HEADINGS_APART = 12, 3
_MOST_WORKERS = 8
_HALF_A_SECOND = timedelta(microseconds=500_000)


def recounted(inbox: Path, wanted: Collection[str], order: Order) -> Iterator[tuple[str, Cells | None]]:
    """The cells of every wanted workbook by its shown name; None for one that openpyxl cannot read within a worker's limits.

    Opened in worker processes as for a merge, for the second reader has ways of its own to hang or to swell.
    """
    sought = [(file, tuple(name for name in wanted if name == file[1] or name.startswith(f"{file[1]}/"))) for file in _files(inbox)]
    parts = [(file, names) for file, names in sought if names]
    team = Team(min(os.cpu_count() or 1, _MOST_WORKERS, len(parts) or 1))
    for counts in each(recount_parcel, packed(order), parts, team, _one_by_one):
        yield from counts.items()


def _files(inbox: Path) -> Sequence[File]:
    return named(inbox, scan(inbox))


def _one_by_one(order: Packed, part: _Sought) -> dict[str, Cells | None]:
    """Each of the wanted workbooks in a wrapping by itself, so that one that kills its worker costs no other."""
    file, names = part
    counts: dict[str, Cells | None] = {}
    with Crew(1) as crew:
        for name in names:
            counts[name] = None
            with suppress(LostError):
                counts |= crew.ask(recount_parcel, order, (file, (name,)), alone=True)
    return counts


def recount_parcel(order: Packed, part: _Sought, *, alone: bool = False) -> dict[str, Cells | None]:
    """Recount the wanted workbooks in a file of the inbox; runs in the worker."""
    file, names = part
    counts: dict[str, Cells | None] = dict.fromkeys(names)
    for number in count():
        item = piece(file, number)
        if item is None:
            return counts
        if item.file in counts:
            with _limits.one_piece(alone=alone):
                counts[item.file] = recount(item.content, unpacked(order).campaign)
    return counts


def recount(content: bytes, campaign: Campaign) -> Cells | None:
    """The cells of a workbook's data tables, or None where openpyxl cannot read such a file."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _counted(content, campaign)
    except UNREADABLE:
        return None


def _counted(content: bytes, campaign: Campaign) -> Cells | None:
    book = _Book(content, calculated=False)
    if not book.sheets:
        content = _ordinary(content)
        book = _Book(content, calculated=False)
    cells = dict(_cells(book, campaign))
    if any(_is_formula(value) for value in cells.values()):
        results = _Book(content, calculated=True)
        cells = {place: _result(results, place, value) for place, value in cells.items()}
    return cells if book.sheets else None


def _ordinary(content: bytes) -> bytes:
    """The package in the spelling that openpyxl knows: parts with slashes in their names, namespaces of Transitional Open XML."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as package, zipfile.ZipFile(stream, "w") as fresh:
        for name in package.namelist():
            part = package.read(name)
            for strict, usual in _STRICT.items():
                part = part.replace(strict, usual)
            fresh.writestr(name.replace("\\", "/"), part)
    return stream.getvalue()


class _Book:
    """A workbook as openpyxl gives it: formulas, or the results that were stored with them."""

    def __init__(self, content: bytes, *, calculated: bool) -> None:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=calculated, keep_links=False)
        self.sheets = {sheet.title: dict(_grid(sheet)) for sheet in book.worksheets}
        self.names = dict(_names(book, self.sheets))

    def columns(self, table: Table) -> tuple[str, dict[str, Place]]:
        """The sheet that the names of a table point into, and where each column's entries begin; empty where the names are gone."""
        named = {code: self.names[key] for code in table.columns if (key := f"{table.code}.{code}".casefold()) in self.names}
        if not named:
            return "", {}
        sheet = Counter(sheet for sheet, _ in named.values()).most_common(1)[0][0]
        return sheet, {code: place for code, (home, place) in named.items() if home == sheet}


def _grid(sheet: Any) -> Iterator[tuple[Place, Raw]]:
    sheet.reset_dimensions()
    for row in sheet.iter_rows():
        for cell in row:
            value = cell.value
            if value is not None and not _is_blank(value):
                yield (cell.row, cell.column), value


def _is_blank(value: object) -> bool:
    return isinstance(value, str) and not vietnamese.clean(value)


def _names(book: Workbook, sheets: Iterable[str]) -> Iterator[tuple[str, tuple[str, Place]]]:
    """Where every defined name of the workbook begins, if it still points into a sheet."""
    for name, definition in book.defined_names.items():
        for sheet, cells in definition.destinations:
            if sheet in sheets and "#" not in cells:
                left, top, _, _ = range_boundaries(cells.replace("$", ""))
                yield name.casefold(), (sheet, (int(top or 1), int(left or 1)))


def _cells(book: _Book, campaign: Campaign) -> Iterator[tuple[tuple[str, str], Raw]]:
    taken = {sheet for table in campaign.tables.values() if (sheet := book.columns(table)[0])}
    for table in campaign.tables.values():
        sheet, named = book.columns(table)
        sheet = sheet or _likeliest(book, table, taken)
        if sheet:
            taken.add(sheet)
            for row, column in _places(book, table, sheet, named):
                yield (sheet, f"{get_column_letter(column)}{row}"), book.sheets[sheet][row, column]


def _likeliest(book: _Book, table: Table, taken: Iterable[str]) -> str:
    """The sheet that has most of a table's headings, its own name deciding between equals."""
    free = [name for name in book.sheets if name not in taken]
    scores = {name: (len(_headed(book.sheets[name], table)), _plain(name) == _plain(table.sheet)) for name in free}
    best = max(free, key=lambda name: scores[name], default="")
    return best if best and scores[best][0] else ""


def _places(book: _Book, table: Table, sheet: str, named: Mapping[str, Place]) -> Iterator[Place]:
    """The filled cells of a table: of a record its entries, else everything below the headings but the form's own columns."""
    grid, headed = book.sheets[sheet], _headed(book.sheets[sheet], table)
    if len(headed) * 3 > len(table.columns) and not _have_headings(grid, table, named):
        named = {}  # Left behind by a program that moved the headings alone
    if table.layout == "record":
        beside = Counter(column for _, column in (named or headed).values()).most_common(1)[0][0] + (0 if named else 1)
        entries = {**{code: (row, beside) for code, (row, _) in headed.items()}, **named}
        yield from (place for place in entries.values() if place in grid)
        return
    first = _first_entry(grid, table, named) if named else max(row for row, _ in headed.values()) + 1
    own = _own_columns(book, table, sheet, first)
    yield from (place for place in grid if place[0] >= first and place[1] not in own)


def _have_headings(grid: Grid, table: Table, named: Mapping[str, Place]) -> bool:
    """Whether the headings stand where the names say: left of the entries of a record, else somewhere above them."""
    if table.layout == "rows":
        return _below_headings(grid, table, named) is not None
    left = {code: {_plain(grid.get((row, before))) for before in range(1, column)} for code, (row, column) in named.items()}
    return sum(_plain(table.columns[code].heading) in words for code, words in left.items()) * 3 > len(named)


def _first_entry(grid: Grid, table: Table, named: Mapping[str, Place]) -> int:
    """The row below the headings, or where the names say the entries begin."""
    return _below_headings(grid, table, named) or _said(named)


def _below_headings(grid: Grid, table: Table, named: Mapping[str, Place]) -> int | None:
    for row in range(_said(named) - 1, 0, -1) if named else ():
        headings = sum(_plain(grid.get((row, column))) == _plain(table.columns[code].heading) for code, (_, column) in named.items())
        if headings * 3 > len(named):
            return row + 1
    return None


def _said(named: Mapping[str, Place]) -> int:
    return Counter(row for row, _ in named.values()).most_common(1)[0][0]


def _own_columns(book: _Book, table: Table, sheet: str, first: int) -> set[int]:
    near = range(first - _HEADINGS_APART, first)
    own = {column for (row, column), value in book.sheets[sheet].items() if row in near and _plain(value) in _own_headings()}
    check = book.names.get(f"check.{table.code}".casefold())
    return own | ({check[1][1]} if check and check[0] == sheet else set())


def _headed(grid: Grid, table: Table) -> dict[str, Place]:
    """The cells with the headings of a table, the upper of two."""
    wanted = {_plain(column.heading): code for code, column in table.columns.items()}
    deepest = _HEADINGS_ABOVE if table.layout == "rows" else max((row for row, _ in grid), default=0)
    hits = [(wanted[_plain(value)], place) for place, value in sorted(grid.items(), key=lambda entry: entry[0]) if _plain(value) in wanted]
    hits = [(code, place) for code, place in hits if place[0] <= deepest]
    if table.layout == "rows" and hits:
        main = Counter(row for _, (row, _) in hits).most_common(1)[0][0]
        hits = [(code, place) for code, place in hits if abs(place[0] - main) < _HEADINGS_APART]
    return dict(reversed(hits))


@cache
def _own_headings() -> frozenset[str]:
    with text.language("vi"):
        return frozenset(_plain(text.say(key)) for key in _OWN_HEADINGS)


def _plain(value: object) -> str:
    return vietnamese.bare(value) if isinstance(value, str) else ""


def _is_formula(value: object) -> bool:
    return hasattr(value, "ref") or (isinstance(value, str) and value.startswith("="))


def _result(results: _Book, place: tuple[str, str], value: Raw) -> Raw:
    """What was stored as the result of a formula; the formula itself where nothing was."""
    sheet, cell = place
    column, row, _, _ = range_boundaries(cell)
    stored = results.sheets[sheet].get((int(row or 0), int(column or 0)))
    return cast("Raw", getattr(value, "text", value)) if stored is None else stored


def same(first: object, second: object) -> bool:
    """Whether two readers saw the same in a cell; each has its own way with dates, times, figures and line ends."""
    one, other = _common(first), _common(second)
    unfinished = isinstance(one, str) and isinstance(other, str) and "=…" in (one, other) and one[:1] == other[:1]
    return one == other or unfinished or (_is_no_day(one) and _is_measured(other)) or (_is_no_day(other) and _is_measured(one))


def _is_no_day(value: object) -> bool:
    """What readers make of a number that is formatted as a date but lies outside Excel's calendar."""
    return value == "#VALUE!" or (isinstance(value, datetime) and value.year < 1900)


def _is_measured(value: object) -> bool:
    return isinstance(value, float | datetime | timedelta)


def _common(value: object) -> object:
    """The value in the one form that both readers can be brought to."""
    match value:
        case int() | float():
            return float(value)
        case datetime():
            return (value + _HALF_A_SECOND).replace(microsecond=0, tzinfo=None)
        case date():
            return datetime.combine(value, time())
        case time():
            return _seconds(timedelta(hours=value.hour, minutes=value.minute, seconds=value.second))
        case timedelta():
            return _seconds(value)
    return value if value is None else _unescaped(str(value))


def _seconds(value: timedelta) -> timedelta:
    return timedelta(seconds=round(value.total_seconds()))


def _unescaped(value: str) -> str:
    """A text without what readers keep or drop as they like: ``_x000D_``, line ends, blanks at the ends."""
    return unescape(value).replace("\r\n", "\n").replace("\r", "\n").strip()
