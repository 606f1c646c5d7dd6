"""Reading a summary workbook that came back: the lines of its award sheets, whichever program saved it.

The sheets name themselves and their columns in hidden cells, so that a renamed sheet, an inserted row or another language does no harm.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from thidua_xlsx import text, vietnamese
from thidua_xlsx.model import CellRef, Decision, Finding, Opinion, Raw, UserError
from thidua_xlsx.text import LANGUAGES, language, say

Grid = Sequence[Sequence[Raw]]
"""A sheet from A1 to its last used cell; a blank is the empty text."""
Area = tuple[int, int, int, int]
"""A merged area: first row, first column, last row, last column, from 0."""
Page = tuple[Grid, Sequence[Area]]
"""A sheet with its merged areas."""

COLUMNS = ("nominee_id", "name", "votes", "decision", "reason", "stamp", "basis")
"""What the hidden row of an award sheet calls the columns that are read."""

_TAG = "thidua.decisions"
_SIGNS = frozenset({"stamp", "basis"})
"""Names that stand in no other sheet: where they do, a list was here even if the rest of its hidden cells is gone."""
_SEARCHED_ROWS, _SEARCHED_COLUMNS = 20, 10
_PLAIN = re.compile(r"[^\W\d_]+(?:[\s.,;!…-]+[^\W\d_]+)*[\s.!…]*")
_ERROR = re.compile(r"#[A-Z0-9/_]+[!?]?|Err:\d+|=.*", re.DOTALL)
"""An error value, or a formula that nothing has calculated."""
_TYPED = ("decision", "votes", "reason")
"""The columns in which the leadership writes."""


class NotOursError(UserError):
    """A workbook without a list in which decisions are made, or with one whose hidden cells are gone."""


@dataclass(frozen=True, slots=True)
class Book:
    """What a workbook decides. ``findings`` are about lines that cannot be used; those are not among ``lines``.

    ``awards`` are those that have a list. ``names`` are those that stand on the lines, by the place of each: what the leader read.
    ``members`` is the size of the council, by the campaign file or else by the workbook; None where neither tells.
    """

    file: str
    campaign: str
    round: str
    lines: tuple[Decision, ...]
    awards: frozenset[str]
    names: Mapping[CellRef, str]
    findings: tuple[Finding, ...]
    members: int | None = None


@dataclass(frozen=True, slots=True)
class _List:
    """The list of an award form: its sheet, the columns by their hidden names, the first line, and how many may vote."""

    file: str
    sheet: str
    grid: Grid
    areas: Sequence[Area]
    campaign: str
    round: str
    award: str
    columns: Mapping[str, int]
    first: int
    members: int | None

    def value(self, row: int, column: str) -> Raw:
        line, place = self.grid[row], self.columns[column]
        return line[place] if place < len(line) else ""

    def words(self, row: int, column: str) -> str:
        return vietnamese.read_text(self.value(row, column)).value

    def ref(self, row: int, column: str) -> CellRef:
        return _cell(self.file, self.sheet, row, self.columns[column])


def _cell(file: str, sheet: str, row: int, column: int) -> CellRef:
    # The pen is dear to import, and every worker process imports what merges need
    from thidua_xlsx.xlsx import address  # noqa: PLC0415

    return CellRef(file, sheet, address(row, column))


def tag(campaign: str, occasion: str, award: str) -> str:
    """What the first cell of an award sheet holds."""
    return f"{_TAG}|{campaign}|{occasion}|{award}"


def read_book(sheets: Mapping[str, Page], file: str, members: int | None = None) -> Book:
    """The decisions in a workbook's sheets; ``members`` is the size of the council, if the campaign file gives it.

    Raises :class:`NotOursError` where no sheet is a list of ours, one has lost what tells its lines apart, or the lists are of several
    rounds.
    """
    lists = [found for name, page in sheets.items() if (found := _list(file, name, page, members))]
    if len({(found.campaign, found.round) for found in lists}) != 1:
        raise NotOursError(say("decisions.not_ours" if not lists else "decisions.several_rounds", file=file))
    lines: list[Decision] = []
    findings: list[Finding] = []
    names: dict[CellRef, str] = {}
    places = Counter((found.award, found.words(row, "nominee_id")) for found in lists for row in _rows(found))
    for found in lists:
        shared = dict(_shared(found))
        for row in _rows(found):
            twice = places[found.award, found.words(row, "nominee_id")] > 1
            faults = [shared[row]] if row in shared else list(_faults(found, row, twice=twice))
            findings += faults
            lines += [] if faults else [_line(found, row)]
            names[found.ref(row, "decision")] = found.words(row, "name")
        findings += _nobodys(found)
    findings += _strays(sheets, lists)
    awards = frozenset(found.award for found in lists)
    return Book(file, lists[0].campaign, lists[0].round, tuple(lines), awards, names, tuple(findings), lists[0].members)


def _list(file: str, sheet: str, page: Page, members: int | None) -> _List | None:
    """A sheet as a list, if it says that it is one."""
    grid, areas = page
    for row, line in enumerate(grid[:_SEARCHED_ROWS]):
        for column, value in enumerate(line[:_SEARCHED_COLUMNS]):
            parts = str(value).split("|")
            if parts[0] == _TAG and len(parts) == len((_TAG, "campaign", "round", "award")):
                campaign, occasion, award = parts[1:]
                return _columns(_List(file, sheet, grid, areas, campaign, occasion, award, {}, row, members), column)
    if any({str(value) for value in line} >= _SIGNS for line in grid[:_SEARCHED_ROWS]):
        raise _damaged(file, sheet)
    return None


def _damaged(file: str, sheet: str) -> NotOursError:
    return NotOursError(say("decisions.damaged", file=file, sheet=sheet))


def _columns(found: _List, tagged: int) -> _List:
    """The list with its columns, which the row of hidden names below the tag tells; above that row stands the membership."""
    for row in range(found.first + 1, min(found.first + _SEARCHED_ROWS, len(found.grid))):
        named = [(str(value), column) for column, value in enumerate(found.grid[row]) if str(value) in COLUMNS]
        # A column copied with its hidden name would leave two to choose from
        if sorted(name for name, _ in named) == sorted(COLUMNS):
            members = found.members if found.members is not None else _membership(found.grid[found.first + 1 : row], tagged)
            return replace(found, columns=dict(named), first=row + 1, members=members)
    raise _damaged(found.file, found.sheet)


def _membership(rows: Grid, column: int) -> int | None:
    """What the workbook itself says of the size of the council: nothing, where nobody has filled it in or nothing was calculated."""
    numbers = [row[column] for row in rows if column < len(row) and isinstance(row[column], int | float)]
    return int(numbers[0]) or None if numbers and isinstance(numbers[0], int | float) else None


def _rows(found: _List) -> Iterator[int]:
    """The lines of nominees; section titles have no id, and the headings of the hidden columns are their names."""
    rows = range(found.first, len(found.grid))
    return (row for row in rows if found.words(row, "nominee_id") and found.words(row, "stamp") != "stamp")


def _shared(found: _List) -> Iterator[tuple[int, Finding]]:
    """The lines that share a filled-in cell with others, whether the answer was meant for all of them or not: by row, what to say."""
    lines = list(_rows(found))
    for top, left, bottom, right in found.areas:
        column = next((name for name in _TYPED if left <= found.columns[name] <= right), None)
        covered = [row for row in lines if top <= row <= bottom] if column and bottom > top else []
        shown = next((words for row in (top, *covered) for words in _typed(found, row, (left, right))), None)
        if column is None or shown is None or covered in ([], [top]):
            continue
        ids = [found.words(row, "nominee_id") for row in covered]
        facts: dict[str, Any] = {"value": shown, "award": found.award, "count": len(ids), "which": ", ".join(ids)}
        for row, nominee_id in zip(covered, ids, strict=True):
            yield row, text.finding("A652", found.ref(row, column), nominee_id=nominee_id, **facts)


def _typed(found: _List, row: int, columns: tuple[int, int]) -> Iterator[str]:
    """What stands in a row from one column to another."""
    cells = found.grid[row][columns[0] : columns[1] + 1] if row < len(found.grid) else ()
    return (words for cell in cells if (words := vietnamese.read_text(cell).value))


def _nobodys(found: _List) -> Iterator[Finding]:
    """Decisions on lines that somebody added, which say of nobody that the program knows, and on lines that lost their id."""
    for row in range(found.first, len(found.grid)):
        if not found.words(row, "nominee_id"):
            column = next((name for name in _TYPED if found.words(row, name)), None)
            if column and (found.words(row, "stamp") or _opinion(found.words(row, "decision"))):
                yield _say("A645", found, row, column)


def _faults(found: _List, row: int, *, twice: bool) -> Iterator[Finding]:
    """Why a line cannot be used; of a line nobody has written in nothing is said."""
    decision, votes, reason = (found.words(row, column) for column in ("decision", "votes", "reason"))
    if twice and (decision or votes or reason):
        yield _say("A624", found, row, "nominee_id")
    if decision and _opinion(decision) is None:
        yield _say("A620", found, row, "decision", choices=", ".join(labels()))
    elif not decision and (votes or reason):
        yield _say("A623", found, row, "votes" if votes else "reason")
    number = _votes(found.value(row, "votes"))
    if votes and number is None:
        yield _say("A621", found, row, "votes")
    elif number is not None and found.members is not None and number > found.members:
        yield _say("A622", found, row, "votes", members=found.members)
    if _ERROR.fullmatch(reason):
        yield _say("A651", found, row, "reason")


def _say(code: str, found: _List, row: int, column: str, **facts: Any) -> Finding:
    return text.finding(
        code,
        found.ref(row, column),
        nominee_id=found.words(row, "nominee_id"),
        value=found.words(row, column),
        award=found.award,
        **facts,
    )


def _line(found: _List, row: int) -> Decision:
    return Decision(
        nominee_id=found.words(row, "nominee_id"),
        award=found.award,
        opinion=_opinion(found.words(row, "decision")),
        votes=_votes(found.value(row, "votes")),
        reason=found.words(row, "reason"),
        stamp=found.words(row, "stamp"),
        basis=found.words(row, "basis"),
        ref=found.ref(row, "decision"),
    )


def labels() -> tuple[str, ...]:
    """The answers that the drop-down of the decision column offers."""
    return tuple(say(f"decisions.{opinion}") for opinion in Opinion)


def _strays(sheets: Mapping[str, Page], lists: Sequence[_List]) -> Iterator[Finding]:
    """Answers beside a nominee on a page that is no list, where no list has one about that nominee."""
    waiting = dict(_waiting(lists))
    own = {found.sheet for found in lists} | _own_pages()
    for sheet, (grid, _) in sheets.items():
        for row, line in enumerate(grid if sheet not in own else ()):
            said = {column: value for column, value in enumerate(line) if isinstance(value, str) and value}
            column = next((column for column, words in said.items() if _opinion(vietnamese.clean(words))), None)
            named = (waiting.get(vietnamese.fold(words)) for words in said.values() if column is not None)
            if column is not None and (nominee_id := next(filter(None, named), None)):
                yield text.finding("A650", _cell(lists[0].file, sheet, row, column), nominee_id=nominee_id, value=said[column])


def _waiting(lists: Sequence[_List]) -> Iterator[tuple[str, str]]:
    """What nominees without an answer are called in the lists, with and without Ông or Bà: each with the id."""
    lines = [(found, row) for found in lists for row in _rows(found)]
    answered = {found.words(row, "nominee_id") for found, row in lines if found.words(row, "decision")}
    for found, row in lines:
        nominee_id, name = found.words(row, "nominee_id"), found.words(row, "name")
        shorter = name.partition(" ")[2]
        if nominee_id not in answered:
            yield from ((vietnamese.fold(words), nominee_id) for words in (nominee_id, name, shorter) if words != shorter or " " in shorter)


def _own_pages() -> set[str]:
    """The page on which the program itself sets nominees and answers side by side."""
    names = set()
    for code in LANGUAGES:
        with language(code):
            names.add(say("report.sheet_changes"))
    return names


@lru_cache(maxsize=1024)
def _opinion(typed: str) -> Opinion | None:
    """What was chosen or typed, in any language the workbook may be in; anything but words and full stops is no plain answer (Đồng ý?)."""
    if not _PLAIN.fullmatch(typed):
        return None
    choices = []
    for each in Opinion:
        spellings = []
        for code in LANGUAGES:
            with language(code):
                spellings.append(say(f"decisions.{each}"))
        choices.append((spellings[0], each.value, tuple(spellings[1:])))
    try:
        return Opinion(vietnamese.read_choice(typed, choices).value)
    except vietnamese.Refused:
        return None


def _votes(raw: Raw) -> int | None:
    """A whole number of votes from 0 on; None for anything else."""
    try:
        votes = vietnamese.read_integer(raw).value
    except vietnamese.Refused:
        return None
    return votes if votes >= 0 else None
