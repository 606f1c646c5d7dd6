"""The figures of the first page (domain: what the leadership needs on one page), counted from the register."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from thidua_xlsx.campaign import Criterion, Measure, achievements
from thidua_xlsx.model import Decision, NomineeKind, PartialDate, Result
from thidua_xlsx.outcome import UnitState, UnitStatus
from thidua_xlsx.report._units import Standing, standings
from thidua_xlsx.report._view import Row, View, called

_MOST_YEARS = 6
_WOMAN = "Nữ"
_LEADERS = "Lãnh đạo"
"""How the categories of contract 5.2 that mean a head or deputy head begin."""


@dataclass(frozen=True, slots=True)
class Contributions:
    """What one summed measure comes to, by kind and by year, over the rows that lie in the window for certain.

    ``doubtful`` rows touch the window without lying in it; they are in none of the sums. ``whole`` are the years that the window covers.
    """

    criterion: Criterion
    kinds: Sequence[tuple[str, str]]
    years: Sequence[int]
    sums: Mapping[tuple[str, int], int]
    doubtful: int
    whole: frozenset[int]

    @property
    def changes(self) -> Iterator[tuple[int, int]]:
        """By how much the sum of a year differs from the year before, where the window covers both."""
        for year in self.years[1:]:
            if {year, year - 1} <= self.whole:
                yield year, self.of_year(year) - self.of_year(year - 1)

    def of_year(self, year: int) -> int:
        """All kinds of a year."""
        return sum(self.sums.get((kind, year), 0) for kind, _ in self.kinds)

    def of_kind(self, kind: str) -> int:
        """All years of a kind."""
        return sum(self.sums.get((kind, year), 0) for year in self.years)

    @property
    def total(self) -> int:
        """Everything."""
        return sum(self.sums.values())


@dataclass(frozen=True, slots=True)
class Works:
    """How many rows of a kind a counted measure has, and how many of them state an effect in figures."""

    criterion: Criterion
    label: str
    rows: int
    quantified: int


class Numbers:
    """Figures of one view, each counted when it is first asked for."""

    def __init__(self, view: View) -> None:
        self.view = view

    @cached_property
    def units(self) -> Sequence[Standing]:
        """How every unit stands."""
        return standings(self.view)

    @cached_property
    def states(self) -> Counter[str]:
        """Units by state; whoever sent late has sent."""
        found = Counter(_how(standing.status) for standing in self.units)
        found["sent"] += found["late"]
        return found

    def nominees(self, kind: NomineeKind) -> Sequence[Row]:
        """The counted nominees of a kind."""
        tables = [table.code for table in self.view.campaign.tables.values() if table.nominee is kind]
        return [row for code in tables for row in self.view.rows[code]]

    @cached_property
    def women(self) -> int:
        """Women among the individuals."""
        return sum(row.get("gender") == _WOMAN for row in self.nominees(NomineeKind.INDIVIDUAL))

    @cached_property
    def leaders(self) -> int:
        """Heads and deputy heads among the individuals."""
        return sum(str(row.get("category") or "").startswith(_LEADERS) for row in self.nominees(NomineeKind.INDIVIDUAL))

    @cached_property
    def held(self) -> int:
        """Rows held back."""
        return sum(len(rows) for rows in self.view.held.values())

    @cached_property
    def contributions(self) -> Sequence[Contributions]:
        """One account per measure that sums money."""
        return [
            self._contributions(criterion, measure) for criterion, measure in self.view.measured if self.view.campaign.is_money(measure)
        ]

    def _contributions(self, criterion: Criterion, measure: Measure) -> Contributions:
        sums: Counter[tuple[str, int]] = Counter()
        doubtful = 0
        split, kinds = self.view.kinds_of(measure)
        for row, amount in self.view.amounts(measure):
            if amount is None:
                doubtful += 1
            else:
                day = row[measure.date]
                sums[str(row.get(split)), day.year if isinstance(day, PartialDate) else int(str(day))] += amount
        years = range(self.view.round.achievements_from.year, self.view.round.achievements_to.year + 1)
        return Contributions(
            criterion, tuple(kinds.items()), years[-_MOST_YEARS:], sums, doubtful, frozenset(filter(self.view.round.holds, years))
        )

    @cached_property
    def works(self) -> Sequence[Works]:
        """Petitions, initiatives, solutions and models, by kind; earlier awards that are counted are none."""
        done = {each.table.code for each in achievements(self.view.campaign)}
        counts = ((criterion, measure) for criterion, measure in self.view.measured if measure.kind == "count" and measure.table in done)
        return [work for criterion, measure in counts for work in self._works(criterion, measure)]

    def _works(self, criterion: Criterion, measure: Measure) -> Iterator[Works]:
        occasion = measure.window(self.view.round)
        rows = [row for row in self.view.counted_by(measure) if occasion.holds(row.get(measure.date))]
        split, kinds = self.view.kinds_of(measure)
        if not kinds:
            yield Works(criterion, criterion.name, len(rows), sum(row.get("effect_amount") is not None for row in rows))
        for value, label in kinds.items():
            ours = [row for row in rows if str(row.get(split)) == value]
            yield Works(criterion, label, len(ours), sum(row.get("effect_amount") is not None for row in ours))

    @cached_property
    def contents(self) -> Sequence[tuple[str, str, int]]:
        """The contents of the movement: code, name, achievements in the window for certain, as the stage report counts them."""
        columns = [
            (table.code, column.code)
            for table in self.view.campaign.tables.values()
            for column in table.columns.values()
            if column.choices == "@contents"
        ]
        dates = {measure.table: measure.date for _, measure in self.view.measured}
        seen = Counter(
            str(row.get(column))
            for table, column in columns
            for row in self.view.owned(table)
            if table not in dates or self.view.round.holds(row.get(dates[table]))
        )
        return [(content.code, content.name, seen[content.code]) for content in self.view.campaign.contents.values()]

    @cached_property
    def foremost(self) -> Sequence[tuple[str, str, int]]:
        """The five nominees with the largest sums: name, unit, sum."""
        summed = [criterion.code for criterion, measure in self.view.measured if self.view.campaign.is_money(measure)]
        cases = {case.verdict.nominee_id: case for case in self.view.cases}
        totals = [(sum(int(self.view.fact(code, key).sure) for code in summed), case) for key, case in cases.items()]
        ranked = sorted((each for each in totals if each[0] > 0), key=lambda each: -each[0])[:5]
        return [(called(case), self.view.unit_name(case.verdict.unit), total) for total, case in ranked]

    def decisions(self, award: str) -> Sequence[Decision]:
        """The answers that the list of an award form is filled with."""
        cases = (case for case in self.view.sought if case.verdict.award == award)
        decided = (self.view.outcome.decided(*case.key) for case in cases)
        return [each.decision for each in decided if each is not None and each.decision.opinion is not None]

    def standing(self, group: str, result: Result | None) -> int:
        """Registered cases of a đối tượng, of one result or all."""
        return sum(count for (one, how), count in self._groups.items() if one == group and result in (None, how))

    @cached_property
    def _groups(self) -> Counter[tuple[str, Result]]:
        return Counter((case.group, case.verdict.result) for case in self.view.sought)

    def of(self, award: str, kind: NomineeKind | None, result: Result | None) -> int:
        """Registered cases of an award form, of one kind and result or all."""
        found = self._awards.items()
        return sum(count for (code, one, how), count in found if code == award and kind in (None, one) and result in (None, how))

    @cached_property
    def _awards(self) -> Counter[tuple[str, NomineeKind, Result]]:
        verdicts = (case.verdict for case in self.view.sought)
        return Counter((verdict.award, verdict.kind, verdict.result) for verdict in verdicts)


def _how(status: UnitStatus) -> str:
    """How a unit has sent: in time, late, only what was refused, not at all."""
    if status.file:
        return "late" if status.late else "sent"
    return "returned" if status.state is UnitState.REFUSED else "missing"
