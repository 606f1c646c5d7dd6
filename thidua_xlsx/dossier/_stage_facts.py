"""What the báo cáo sơ kết, tổng kết counts: achievements by content, kind, year and unit, and the decisions so far."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from thidua_xlsx.campaign import Campaign
from thidua_xlsx.dossier._nominations import Nomination, money_total, nominations
from thidua_xlsx.dossier._rows import Row, achievement_rows, kinds
from thidua_xlsx.model import Decided, PartialDate
from thidua_xlsx.outcome import Case, Outcome, UnitStatus, unit_statuses
from thidua_xlsx.text import say

Standing = Mapping[str, Mapping[Case, tuple[Decided, ...]]]
"""The decisions that stand, by round."""
Deed = tuple[Nomination, Row]
"""An achievement, with whom it belongs to."""


@dataclass(frozen=True, slots=True)
class Tally:
    """A line of results in figures: achievements, their nominees, and the value of the contributions in đồng."""

    name: str
    text: str
    deeds: int
    nominees: int
    money: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What the report is made from, counted once; every deed goes with its nominee.

    ``uncertain`` is how many achievements have a partial date that may or may not lie in the window.
    """

    outcome: Outcome
    everybody: tuple[Nomination, ...]
    deeds: tuple[Deed, ...]
    units: tuple[UnitStatus, ...]
    decided: Standing
    uncertain: int

    @classmethod
    def of(cls, outcome: Outcome, decided: Standing) -> Facts:
        """The facts of a run; ``decided`` are the decisions of its round and all rounds before it."""
        everybody = nominations(outcome)
        deeds = tuple((one, row) for one in everybody for row in one.deeds)
        occasion, days = outcome.round, [row["achieved_on"] for row in achievement_rows(outcome)]
        uncertain = sum(occasion.may_hold(day) and not occasion.holds(day) for day in days)
        return cls(outcome, everybody, deeds, unit_statuses(outcome), decided, uncertain)

    @property
    def campaign(self) -> Campaign:
        """The plan."""
        return self.outcome.campaign

    @property
    def nominees(self) -> str:
        """What the campaign rewards, as a sentence names it: ``tập thể, cá nhân``."""
        return ", ".join(say(f"dossier.kind_{kind}") for kind in self.campaign.kinds)

    @property
    def unit_kinds(self) -> str:
        """What the units are: ``phòng, đơn vị trực thuộc``."""
        return ", ".join(dict.fromkeys(unit.kind for unit in self.campaign.units.values()))

    def by_content(self) -> tuple[Tally, ...]:
        """A line per content of the movement, and one for achievements that name none."""
        found = self._grouped(lambda _, row: row.get("content"))
        named = [self._tally(entry.name, found.pop(entry.code, []), entry.text) for entry in self.campaign.contents.values()]
        others = [pair for pairs in found.values() for pair in pairs]
        return (*named, *([self._tally(say("stage.no_content"), others)] if others else []))

    def by_kind(self) -> tuple[Tally, ...]:
        """A line per kind of achievement that occurs, in the order of the drop-down; none where the campaign asks for no kind."""
        found = self._grouped(lambda _, row: (row["table"], row.get("kind")))
        named = [(table, value, label) for table, labels in kinds(self.campaign).items() for value, label in labels.items()]
        tallies = [self._tally(label, found.pop((table, value))) for table, value, label in named if (table, value) in found]
        others = [pair for pairs in found.values() for pair in pairs] if named else []
        return (*tallies, *([self._tally(say("stage.no_kind"), others)] if others else []))

    def by_year(self) -> tuple[Tally, ...]:
        """A line per year of the window, one without achievements too."""
        first, last = self.outcome.round.achievements_from, self.outcome.round.achievements_to
        found = self._grouped(lambda _, row: _year(row))
        return tuple(self._tally(self._year_name(year), found.get(year, [])) for year in range(first.year, last.year + 1))

    def by_unit(self) -> tuple[Tally, ...]:
        """A line per unit of the campaign."""
        found = self._grouped(lambda one, _: one.unit)
        return tuple(self._tally(unit.name, found.get(unit.code, [])) for unit in self.campaign.units.values())

    def is_whole(self, year: int) -> bool:
        """Whether the window covers the whole of a year."""
        return self.outcome.round.holds(year)

    def _year_name(self, year: int) -> str:
        if self.is_whole(year):
            return str(year)
        occasion = self.outcome.round
        first, last = max(date(year, 1, 1), occasion.achievements_from), min(date(year, 12, 31), occasion.achievements_to)
        key = "stage.year_until" if first == date(year, 1, 1) else "stage.year_part"
        return say(key, year=year, first=f"{first:%d/%m}", last=f"{last:%d/%m}")

    def _grouped(self, key: Callable[[Nomination, Row], object]) -> dict[object, list[Deed]]:
        found: dict[object, list[Deed]] = {}
        for one, row in self.deeds:
            found.setdefault(key(one, row), []).append((one, row))
        return found

    def _tally(self, name: str, pairs: Sequence[Deed], text: str = "") -> Tally:
        rows, nominees = [row for _, row in pairs], {(one.unit, one.nominee_id) for one, _ in pairs}
        return Tally(name, text, len(rows), len(nominees), money_total(self.campaign, rows) or 0)


def _year(row: Row) -> int | None:
    day = row.get("achieved_on")
    return day.year if isinstance(day, PartialDate) else None
