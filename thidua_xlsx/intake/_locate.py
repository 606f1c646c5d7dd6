"""Fourth gate: where every column of every table stands. Defined names first, headings second, position never."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from string import Formatter
from typing import TYPE_CHECKING, TypeVar

from thidua_xlsx import text, vietnamese
from thidua_xlsx.intake._book import Area, Book, Grid, address
from thidua_xlsx.intake._gate import GateError
from thidua_xlsx.model import CellRef, Finding, Raw

if TYPE_CHECKING:
    from thidua_xlsx.campaign import Campaign, Table

_Value = TypeVar("_Value", str, int)

_ROWS_SEARCHED = 12
"""Headings of a table laid out in rows stand this near the top, banner and inserted rows included."""

_ROWS_APART = 3
"""Headings of one table may stand in several rows (bands, merged cells), but not farther apart than this."""

_ENOUGH = 1 / 3
"""A sheet is a table's if this part of its headings stands there."""

_NEARLY_ALL = 9 / 10
"""A line of words in this part of a table's columns is its headings, however they were retyped."""

_KEY_PARTS = {None: "", "n": r"\d+"}
"""What the number of the line may be in a prefilled key; the unit may be anything."""

_OWN_HEADINGS = ("template.status_heading", "template.check_heading", "template.name_heading")
"""Columns of the form itself: what the office said of the row, what is missing in it (Kiểm tra), whose row it is."""


@dataclass(frozen=True, slots=True)
class Located:
    """A table found: the zero-based place of each column's first (or only) entry.

    ``own`` columns belong to the form, not to the unit.
    """

    table: Table
    sheet: str
    places: Mapping[str, tuple[int, int]]
    own: frozenset[int] = frozenset()

    @property
    def first(self) -> int:
        """The zero-based row of the first entry."""
        return min(row for row, _ in self.places.values())


def locate(book: Book, campaign: Campaign) -> tuple[Located, ...]:
    """Every table with every column, or all that is missing."""
    named = {code: _from_names(book, table) for code, table in campaign.tables.items()}
    taken = {areas.sheet for areas in named.values() if areas}
    found: list[Located] = []
    missing: list[Finding] = []
    for code, table in campaign.tables.items():
        known = named[code] or _from_headings(book, table, taken)
        if known is None:
            missing.append(text.finding("S201", CellRef(book.file), table=code, name=table.sheet, sheets=_shown_sheets(book)))
            continue
        taken.add(known.sheet)
        found.append(_completed(book, known))
        missing.extend(_problems(book, found[-1], known.places))
    if missing:
        raise GateError(tuple(missing))
    return tuple(found)


def _shown_sheets(book: Book) -> str:
    """The names of the sheets that somebody sees who opens the workbook."""
    return ", ".join(sheet for sheet in book.sheets if not book.layout(sheet).hidden)


def _from_names(book: Book, table: Table) -> Located | None:
    """What the defined names still say of a table."""
    areas = {code: area for code in table.columns if (area := book.area(f"{table.code}.{code}"))}
    if not areas:
        return None
    sheet = _commonest(area.sheet for area in areas.values())
    areas = {code: area for code, area in areas.items() if area.sheet == sheet}
    if table.layout == "record":
        is_borne_out = _have_labels(book.sheets[sheet], table, areas)
        places = {code: (area.row, area.column) for code, area in areas.items()}
    else:
        first = _first_entry(book, sheet, table, areas)
        is_borne_out = first is not None
        first = _first_without_heading(book, sheet, table, areas) if first is None else first
        places = {code: (first, area.column) for code, area in areas.items()}
    if not is_borne_out and len(_headings(book.sheets[sheet], table)) > len(table.columns) * _ENOUGH:
        # Programs that insert rows or columns without moving the names leave them behind; the headings moved along
        return Located(table, sheet, {})
    return Located(table, sheet, places)


def _first_entry(book: Book, sheet: str, table: Table, areas: Mapping[str, Area]) -> int | None:
    """The row below the headings, which a row inserted right there keeps out of the names' ranges; None where none stand in the columns."""
    named = _commonest(area.row for area in areas.values())
    grid = book.top(sheet, named)
    for row in range(min(named, len(grid)) - 1, -1, -1):
        same = sum(_is_heading(_at(grid, row, area.column), table.columns[code].heading) for code, area in areas.items())
        if same > len(areas) * _ENOUGH:
            return row + 1
    return None


def _first_without_heading(book: Book, sheet: str, table: Table, areas: Mapping[str, Area]) -> int:
    """The row that the names say, or the first of the entries above it: programs that delete the headings leave the names behind."""
    first = named = _commonest(area.row for area in areas.values())
    grid = book.top(sheet, named)
    bands = {_plain(column.group) for column in table.columns.values() if column.group}
    for row in range(min(named, len(grid)) - 1, -1, -1):
        entries = {code: value for code, area in areas.items() if (value := _at(grid, row, area.column)) != ""}
        if entries and (not _is_entry(table, entries, len(areas)) or any(_plain(value) in bands for value in entries.values())):
            break
        first = row if entries else first
    return first


def _is_entry(table: Table, entries: Mapping[str, Raw], columns: int) -> bool:
    """Whether a line is one of the table's: it has a key as the form gives them, or values that are no headings in other words."""
    if isinstance(key := entries.get(table.key or ""), str) and _key_pattern(table.prefill or "").fullmatch(key.strip()):
        return True
    are_words = all(isinstance(value, str) for value in entries.values())
    return not (are_words and len(entries) > columns * _NEARLY_ALL)


@lru_cache(maxsize=64)
def _key_pattern(prefill: str) -> re.Pattern[str]:
    """The keys that forms of any unit have beforehand; a table without such keys has none but blanks."""
    pieces = ((re.escape(words), field) for words, field, *_ in Formatter().parse(prefill))
    return re.compile("".join(words + _KEY_PARTS.get(field, ".+") for words, field in pieces))


def _have_labels(grid: Grid, table: Table, areas: Mapping[str, Area]) -> bool:
    """Whether the labels of a record stand left of what the names point at."""
    rows = {code: grid[area.row][: area.column] if area.row < len(grid) else [] for code, area in areas.items()}
    same = sum(any(_is_heading(value, table.columns[code].heading) for value in row) for code, row in rows.items())
    return same > len(areas) * _ENOUGH


def _from_headings(book: Book, table: Table, taken: Iterable[str]) -> Located | None:
    """The sheet where most of a table's headings stand; its own name decides between equals."""
    best: tuple[float, bool, str] = (0, False, "")
    for sheet in book.sheets:
        if sheet not in taken:
            share = len(_headings(book.sheets[sheet], table)) / len(table.columns)
            best = max(best, (share, vietnamese.bare(sheet) == vietnamese.bare(table.sheet), sheet), key=lambda entry: entry[:2])
    share, _, sheet = best
    return Located(table, sheet, {}) if share > _ENOUGH else None


def _completed(book: Book, known: Located) -> Located:
    """Columns without a name are looked for by their headings, in the same sheet."""
    table = known.table
    missing = [code for code in table.columns if code not in known.places]
    grid = book.sheets[known.sheet] if missing or table.layout == "record" else book.top(known.sheet, known.first)
    heads = {code: cells[0] for code, cells in _headings(grid, table).items() if code in missing} if missing else {}
    if table.layout == "record":
        fields = {code: (row, _value_column(grid, known)) for code, (row, _) in heads.items()}
        return replace(known, places={**known.places, **fields})
    first = known.first if known.places else max((row for row, _ in heads.values()), default=0) + 1
    used = {column for _, column in known.places.values()}
    places = {code: (first, column) for code, (_, column) in heads.items() if column not in used}
    return replace(known, places={**known.places, **places}, own=_own_columns(book, known, first))


def _value_column(grid: Grid, known: Located) -> int:
    """A record's entries stand right of its labels."""
    if known.places:
        return _commonest(column for _, column in known.places.values())
    return _commonest(column for cells in _headings(grid, known.table).values() for _, column in cells) + 1


def _own_columns(book: Book, known: Located, first: int) -> frozenset[int]:
    """The form's own columns, by the defined name of the Kiểm tra column and by their headings."""
    grid, check = book.top(known.sheet, first), book.area(f"check.{known.table.code}")
    rows = range(max(0, first - _ROWS_APART), min(first, len(grid)))
    headed = {column for row in rows for column, value in enumerate(grid[row]) if _plain(value) in _own_headings()}
    return frozenset(headed | ({check.column} if check and check.sheet == known.sheet else set()))


@cache
def _own_headings() -> frozenset[str]:
    """Forms are issued in Vietnamese, whatever language the program speaks."""
    with text.language("vi"):
        return frozenset(_plain(text.say(key)) for key in _OWN_HEADINGS)


def _headings(grid: Grid, table: Table) -> dict[str, list[tuple[int, int]]]:
    """The cells in which each column's heading stands, near the row that holds most of them."""
    wanted = {_plain(column.heading): code for code, column in table.columns.items()}
    hits = [(wanted[word], row, column) for row, column, word in _words(grid, table) if word in wanted]
    if table.layout == "rows" and hits:
        main = _commonest(row for _, row, _ in hits)
        hits = [hit for hit in hits if abs(hit[1] - main) < _ROWS_APART]
    cells: dict[str, list[tuple[int, int]]] = {}
    for code, row, column in hits:
        cells.setdefault(code, []).append((row, column))
    return cells


def _words(grid: Grid, table: Table) -> Iterator[tuple[int, int, str]]:
    """Every text where a heading may stand, normalised."""
    for row, line in enumerate(grid[:_ROWS_SEARCHED] if table.layout == "rows" else grid):
        for column, value in enumerate(line):
            if isinstance(value, str) and value:
                yield row, column, _plain(value)


def _problems(book: Book, found: Located, named: Container[str]) -> Iterator[Finding]:
    """Columns that could not be found, with the heading that may be meant, and headings that stand there twice."""
    table = found.table
    doubtful = [column for code, column in table.columns.items() if code not in named]
    heads = _headings(book.sheets[found.sheet], table) if doubtful else {}
    for column in doubtful:
        code, cells = column.code, heads.get(column.code, [])
        if code not in found.places:
            yield _missing(book, found, code)
        elif len(cells) > 1:
            place = CellRef(book.file, found.sheet, address(*cells[1]))
            yield text.finding("S204", place, table=table.code, column=code, heading=column.heading, other=address(*cells[0]))


def _missing(book: Book, found: Located, code: str) -> Finding:
    heading = found.table.columns[code].heading
    spare = _spare_headings(book.sheets[found.sheet], found)
    near = vietnamese.nearest(heading, list(spare)) if spare else None
    if near is None:
        return text.finding("S202", CellRef(book.file, found.sheet), table=found.table.code, column=code, heading=heading)
    place = CellRef(book.file, found.sheet, address(*spare[near]))
    return text.finding("S203", place, table=found.table.code, column=code, value=near, heading=heading)


def _spare_headings(grid: Grid, found: Located) -> dict[str, tuple[int, int]]:
    """Texts where headings stand that are none of the table's own."""
    used = {_plain(column.heading) for column in found.table.columns.values()}
    record = found.table.layout == "record"
    last = len(grid) if record or not found.places else found.first
    start = 0 if record or not found.places else max(0, last - _ROWS_APART)
    rows = range(start, min(last, len(grid)))
    cells = ((row, column, value) for row in rows for column, value in enumerate(grid[row]) if isinstance(value, str))
    return {value: (row, column) for row, column, value in cells if value.strip() and _plain(value) not in used}


def _is_heading(value: Raw, heading: str) -> bool:
    return isinstance(value, str) and _plain(value) == _plain(heading)


@lru_cache(maxsize=4096)
def _plain(value: Raw) -> str:
    """A heading without marks of tone and case, line breaks, and the star of required columns."""
    return vietnamese.bare(str(value))


def _at(grid: Grid, row: int, column: int) -> Raw:
    return grid[row][column] if column < len(grid[row]) else ""


def _commonest(values: Iterable[_Value]) -> _Value:
    """The value that occurs most often, the first of equals."""
    return Counter(values).most_common(1)[0][0]
