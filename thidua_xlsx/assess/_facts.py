"""What the tables say about each nominee: sums and counts in the round's window, and the rows that leave them in doubt."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from thidua_xlsx.assess._latest import Entry, bounds, deciding
from thidua_xlsx.assess._nominees import Frames, Nominees, Place, cell_ref, cells_to_mend, places
from thidua_xlsx.model import CellRef, PartialDate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from thidua_xlsx.campaign import Campaign, Measure, Round

Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[Any]

WHYS = ("held_rows", "owner_blank", "partial_date", "own_day", "effect_blank", "value_blank", "latest_unclear")
"""Why a row is in doubt, the gravest first: of a nominee who has several, the first is named."""

_DECIMALS = 6
"""Points such as 8.1 + 8.2 have no exact binary sum; rounded, 85.5 reaches 85.5 here and in a spreadsheet alike."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A row that may or may not count: what it would add, why, and the cells that would settle it.

    ``adds`` are the two ends between which it lies, infinite where the value is not known, ``(0, inf)`` where it cannot be negative.
    """

    adds: tuple[float, float]
    why: str
    cells: tuple[CellRef, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """A measure for every nominee, by position.

    ``rows`` counts the rows that are, or may be, of the kind and in the window (contract 5.2: with none of them the criterion is not
    met, whatever the figure). ``sure`` is the total of those that count; it ends between ``least`` and ``possible``, whichever of the
    doubtful rows come to count, and these are infinite where nobody can say what a row adds, or takes away. ``least`` is so too where
    every row is in doubt, for with none of them no figure is reached, not even a figure of 0. ``sources`` are the cells of
    the sure rows, ``too_early`` those of rows in the window that do not count because of the nominee's own day (discipline that ended
    later).
    """

    rows: npt.NDArray[np.int64]
    sure: Numbers
    least: Numbers
    possible: Numbers
    sources: Mapping[int, Sequence[CellRef]]
    doubts: Mapping[int, Sequence[Doubt]]
    too_early: Mapping[int, Sequence[CellRef]]


@dataclass(frozen=True, slots=True)
class Fact:
    """What a nominee has for a measured criterion: rows that do or may count, the sure amount, the least and the most it can become.

    ``least`` and ``possible`` are None where nobody can say. ``why`` is why there is a doubt.
    """

    rows: int = 0
    sure: float = 0
    least: float | None = 0
    possible: float | None = 0
    why: str | None = None


def measure_facts(tables: Frames, held: Frames, campaign: Campaign, round_id: str) -> Mapping[str, pd.DataFrame]:
    """For every measured criterion a frame by ``nominee_id`` with ``rows``, ``sure``, ``least`` and ``possible`` (None: unbounded).

    ``why`` is the gravest reason why another amount than ``sure`` may count, or None. Each row is a :class:`Fact`.
    These are the cells from which :func:`leaf_formula` computes the criterion. The nominees stand in the order of :func:`assess`.
    """
    nominees = Nominees.of(tables, campaign)
    measured = measure_all(nominees, tables, held, campaign, round_id)
    frames = {name: _facts_frame(facts, nominees) for name, facts in measured.items()}
    return {code: frames[criterion.measure] for code, criterion in campaign.criteria.items() if criterion.measure}


def _facts_frame(measured: Measured, nominees: Nominees) -> pd.DataFrame:
    least, possible = ([None if math.isinf(value) else value for value in bound.tolist()] for bound in (measured.least, measured.possible))
    why = [gravest(measured.doubts.get(place, ())) for place in range(len(possible))]
    columns = {"rows": measured.rows.tolist(), "sure": measured.sure.tolist(), "least": least, "possible": possible, "why": why}
    index = pd.Index(nominees.ids, dtype=object, name="nominee_id")
    return pd.DataFrame({name: pd.Series(values, index=index, dtype=object) for name, values in columns.items()})


def gravest(doubts: Sequence[Doubt]) -> str | None:
    """The reason to name of several, None where there is no doubt."""
    return min((doubt.why for doubt in doubts), key=WHYS.index, default=None)


def measure_all(nominees: Nominees, tables: Frames, held: Frames, campaign: Campaign, round_id: str) -> Mapping[str, Measured]:
    """Every measure that a criterion uses, by its id."""
    used = dict.fromkeys(criterion.measure for criterion in campaign.criteria.values() if criterion.measure)
    found = {}
    for measure in (campaign.measures[name] for name in used):
        counted, kept_out = (_read(frames[measure.table], measure, campaign, round_id) for frames in (tables, held))
        column = campaign.counts_after(measure, campaign.rounds[round_id].decided_on)
        days = own_days(nominees, column) if column else {}
        found[measure.id] = (_latest if measure.kind == "latest" else _measure)(counted, kept_out, nominees, days)
    return found


Days = Mapping[int, PartialDate]


def own_days(nominees: Nominees, column: str) -> Days:
    """The dates in a column of the nominees, by position; those who have none are left out."""
    return {place: value for place, value in enumerate(nominees.column(column)) if isinstance(value, PartialDate)}


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of a measure's table as columns.

    ``values`` holds None where a cell is blank, refused or wrong. ``amount`` is the column that a sum adds up, None for a count;
    ``anchor`` the column whose cell stands for a row: the amount or the rating, of a count what makes the row one of its kind.
    ``span`` are the first and the last day of the window, ``unknown`` the two ends of what a row adds whose amount is not known.
    """

    measure: Measure
    amount: str | None
    anchor: str
    units: Sequence[str]
    places: Sequence[Place]
    refused: Sequence[frozenset[str]]
    values: Mapping[str, Sequence[Any]]
    span: tuple[date, date]
    inside: Flags
    overlaps: Flags
    unknown: tuple[float, float]

    def adds(self, row: int) -> Any:
        """What a row adds to the total; None: nobody can say."""
        return self.values[self.amount][row] if self.amount else 1

    def may_add(self, row: int) -> tuple[float, float]:
        """The two ends of what a doubtful row adds to the total: it may not count after all."""
        added = self.adds(row)
        return self.unknown if added is None else (min(added, 0), max(added, 0))

    def matching(self, *, blank: bool) -> Flags:
        """Where the row is of the kind that is counted; ``blank`` says whether a cell without a value could make it one."""
        flags = np.ones(len(self.units), dtype=bool)
        for name, wanted in self.measure.where.items():
            flags &= np.array([blank if value is None else str(value) in wanted for value in self.values[name]], dtype=bool)
        return flags

    def of_the_kind(self, may_be: bool) -> Sequence[int]:
        """The rows of the kind that is counted, in the window or touching it."""
        return np.flatnonzero(self.matching(blank=may_be) & self.overlaps).tolist()

    def lacking(self, name: str | None) -> Flags:
        """Where a value that the measure asks for is missing."""
        if name is None:
            return np.zeros(len(self.units), dtype=bool)
        return np.array([value is None for value in self.values[name]], dtype=bool)

    def owners(self, row: int, nominees: Nominees) -> Sequence[int]:
        """Whose the row is: nobody's where its nominee is held, anyone's of the unit where the id is unreadable or names nobody."""
        unit, nominee_id = self.units[row], self.values["nominee_id"][row]
        if nominee_id is None:
            return nominees.of_unit.get(unit, ())
        place = nominees.position.get((unit, nominee_id))
        return () if place is None else (place,)

    def is_after(self, row: int, day: PartialDate | None) -> bool | None:
        """Whether the row is dated after a nominee's own day, if it has one; None where its date does not say."""
        return True if day is None else day.is_before(self.values[self.measure.date][row])

    def entry(self, row: int, doubt: Doubt | None) -> Entry:
        """The row as one that may be the latest; if it counts at all, it lies in the window."""
        when, value = PartialDate.meant(self.values[self.measure.date][row]), self.values[self.anchor][row]
        first, last = (when.first, when.last) if when else self.span
        fits = None if value is None else str(value) in self.measure.wanted
        cells = self.ref(row, self.anchor), self.ref(row, self.measure.date)
        return Entry(max(first, self.span[0]), min(last, self.span[1]), fits, *cells, doubt)

    def ref(self, row: int, column: str) -> CellRef:
        """Where a row's value stands."""
        return cell_ref(self.places[row], column)


def _read(frame: pd.DataFrame, measure: Measure, campaign: Campaign, round_id: str) -> _Rows:
    occasion = measure.window(campaign.rounds[round_id])
    refused: list[frozenset[str]] = frame["refused"].tolist() if "refused" in frame.columns else [frozenset()] * len(frame)
    amount = measure.of if measure.kind == "sum" else None
    of = None if measure.kind == "count" else measure.of
    names = [name for name in ("nominee_id", *measure.where, measure.date, of, measure.needs) if name]
    values = {name: frame[name].tolist() for name in names}
    if any(refused):
        values = {name: [None if name in bad else value for value, bad in zip(values[name], refused, strict=True)] for name in names}
    anchor = of or next(iter(measure.where), measure.date)
    span = (occasion.achievements_from, occasion.achievements_to)
    window = _in_window(values[measure.date], occasion)
    return _Rows(measure, amount, anchor, frame["unit"].tolist(), places(frame), refused, values, span, *window, campaign.unknown(measure))


def _in_window(dates: Sequence[Any], occasion: Round) -> tuple[Flags, Flags]:
    """Where a date certainly lies in the window, and where it may; a blank may."""
    lies = [occasion.holds(value) for value in dates]
    may_lie = [does or value is None or occasion.may_hold(value) for does, value in zip(lies, dates, strict=True)]
    return np.array(lies, dtype=bool), np.array(may_lie, dtype=bool)


def _measure(counted: _Rows, held: _Rows, nominees: Nominees, days: Days) -> Measured:
    """``days`` are the nominees' own days after which a row has to be dated."""
    sure_rows, doubtful = _judge_counted(counted)
    amounts: list[tuple[int, Any]] = []
    sources: dict[int, list[CellRef]] = defaultdict(list)
    too_early: dict[int, list[CellRef]] = defaultdict(list)
    doubts: dict[int, list[Doubt]] = defaultdict(list)
    for row in sure_rows:
        for owner in counted.owners(row, nominees):
            match counted.is_after(row, days.get(owner)):
                case True:
                    amounts.append((owner, counted.adds(row)))
                    sources[owner].append(counted.ref(row, counted.anchor))
                case False:
                    too_early[owner].append(counted.ref(row, counted.anchor))
                case None:
                    doubts[owner].append(Doubt(counted.may_add(row), "own_day", (counted.ref(row, counted.measure.date),)))
    for rows, found in ((counted, doubtful), (held, list(_judge_held(held)))):
        may_count = [(row, doubt, owner) for row, doubt in found for owner in rows.owners(row, nominees)]
        for row, doubt, owner in may_count:
            if rows.is_after(row, days.get(owner)) is not False:
                doubts[owner].append(doubt)
    return _totals(_present(counted, held, nominees, days), amounts, sources, doubts, too_early)


def _present(counted: _Rows, held: _Rows, nominees: Nominees, days: Days) -> npt.NDArray[np.int64]:
    """How many rows every nominee has that are, or may be, of the kind and in the window."""
    present = []
    for rows in (counted, held):
        owned = [(row, owner) for row in rows.of_the_kind(rows is held) for owner in rows.owners(row, nominees)]
        present += [owner for row, owner in owned if rows.is_after(row, days.get(owner)) is not False]
    return np.bincount(np.array(present, dtype=np.int64), minlength=len(nominees))


def _judge_counted(rows: _Rows) -> tuple[list[int], list[tuple[int, Doubt]]]:
    """Tell the counted rows that count for certain from those whose date straddles an edge of the window or that lack a value."""
    measure, kind = rows.measure, rows.matching(blank=False)
    flaws = (
        ("owner_blank", "nominee_id", rows.lacking("nominee_id")),
        ("partial_date", measure.date, ~rows.inside),
        ("effect_blank", measure.needs, rows.lacking(measure.needs)),
        ("value_blank", rows.amount, rows.lacking(rows.amount)),
    )
    flawed = np.logical_or.reduce([flags for _, _, flags in flaws])
    doubtful = []
    for row in np.flatnonzero(kind & rows.overlaps & flawed).tolist():
        found = [(why, rows.ref(row, column)) for why, column, flags in flaws if column and flags[row]]
        doubtful.append((row, Doubt(rows.may_add(row), found[0][0], tuple(ref for _, ref in found))))
    return np.flatnonzero(kind & ~flawed).tolist(), doubtful


def _judge_held(rows: _Rows) -> Iterator[tuple[int, Doubt]]:
    """The held rows that would count, or could, once mended; what is readable in them and speaks against it settles it."""
    for row in np.flatnonzero(rows.matching(blank=True) & rows.overlaps).tolist():
        blank = [name for name, column in rows.values.items() if column[row] is None]
        mend = cells_to_mend(rows.places[row], rows.refused[row], blank)
        yield row, Doubt(rows.may_add(row), "held_rows", mend or (rows.ref(row, rows.anchor),))


def _highest_alone(found: Sequence[Doubt]) -> float:
    """The most that doubtful rows come to of which none adds anything: one of them has to count, else nothing was found."""
    return max(0 if math.isinf(doubt.adds[0]) else doubt.adds[0] for doubt in found)


def _totals(
    rows: npt.NDArray[np.int64],
    amounts: Sequence[tuple[int, Any]],
    sources: Mapping[int, Sequence[CellRef]],
    doubts: Mapping[int, Sequence[Doubt]],
    too_early: Mapping[int, Sequence[CellRef]],
) -> Measured:
    size = len(rows)
    owners = np.array([owner for owner, _ in amounts], dtype=np.int64)
    numbers = np.array([amount for _, amount in amounts] or [0])
    sure = np.zeros(size, dtype=numbers.dtype)
    np.add.at(sure, owners, numbers[: len(owners)])
    sure = sure.round(_DECIMALS)
    least, possible = sure.astype(object), sure.astype(object)
    clear = set(owners.tolist())
    for owner, found in doubts.items():
        for bound, end in ((least, 0), (possible, 1)):
            bound[owner] = round(bound[owner] + sum(doubt.adds[end] for doubt in found), _DECIMALS)
        if owner not in clear:
            least[owner] = -math.inf
            possible[owner] = possible[owner] or _highest_alone(found)
    return Measured(rows, sure, least, possible, sources, doubts, too_early)


def _latest(counted: _Rows, held: _Rows, nominees: Nominees, days: Days) -> Measured:
    """1 for a nominee whose latest row has a wanted value, else 0; the rows that may be the latest decide."""
    entries, too_early = _entries(counted, held, nominees, days)
    least, possible = (np.zeros(len(nominees), dtype=np.int64) for _ in range(2))
    sources: dict[int, Sequence[CellRef]] = {}
    doubts: dict[int, Sequence[Doubt]] = {}
    for owner, mine in entries.items():
        least[owner], possible[owner] = bounds(mine)
        latest = deciding(mine)
        sources[owner] = [entry.value for entry in latest if entry.doubt is None]
        doubts[owner] = list(_unsettled(latest)) if least[owner] < possible[owner] else ()
    return Measured(_present(counted, held, nominees, days), least, least, possible, sources, doubts, too_early)


def _entries(
    counted: _Rows, held: _Rows, nominees: Nominees, days: Days
) -> tuple[Mapping[int, Sequence[Entry]], Mapping[int, Sequence[CellRef]]]:
    """The rows of every nominee, and the cells of those made before its own day."""
    sure, doubtful = _judge_counted(counted)
    rows: list[tuple[_Rows, int, Doubt | None]] = [(counted, row, None) for row in sure]
    rows += [(counted, row, doubt) for row, doubt in doubtful]
    rows += [(held, row, doubt) for row, doubt in _judge_held(held)]
    entries: dict[int, list[Entry]] = defaultdict(list)
    too_early: dict[int, list[CellRef]] = defaultdict(list)
    for read, row, doubt in rows:
        for owner in read.owners(row, nominees):
            after = read.is_after(row, days.get(owner))
            if after is False:
                too_early[owner].append(read.ref(row, read.anchor))
            else:
                unsure = None if after else Doubt((0, 1), "own_day", (read.ref(row, read.measure.date),))
                entries[owner].append(read.entry(row, doubt or unsure))
    return entries, too_early


def _unsettled(latest: Sequence[Entry]) -> Iterator[Doubt]:
    """What would tell which row is the latest, and what stands in it."""
    yield from (entry.doubt for entry in latest if entry.doubt)
    sure = [entry for entry in latest if entry.doubt is None]
    yield from (Doubt((0, 1), "value_blank", (entry.value,)) for entry in sure if entry.fits is None)
    if {entry.fits for entry in sure} >= {True, False}:
        yield Doubt((0, 1), "latest_unclear", tuple(entry.day for entry in sure))
