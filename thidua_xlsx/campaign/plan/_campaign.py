"""A campaign as a whole."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from thidua_xlsx.campaign.plan._council import BaseSalary, Council, Prize
from thidua_xlsx.campaign.plan._forms import Form
from thidua_xlsx.campaign.plan._office import Clause, Content, Law, Organ, Unit
from thidua_xlsx.campaign.plan._outward import CodeList, Statistics
from thidua_xlsx.campaign.plan._rounds import Round, Soft, Waiver
from thidua_xlsx.campaign.plan._rules import Award, Criterion, Measure, Parameter, Preference, Quota
from thidua_xlsx.campaign.plan._tables import Choice, Column, Table
from thidua_xlsx.model import NomineeKind
from thidua_xlsx.vietnamese import body_key


@lru_cache(maxsize=8)
def _spellings(campaign: Campaign) -> tuple[dict[str, frozenset[str]], dict[str, str]]:
    """What each unit is called by itself, and what means a unit whoever writes it."""
    own: dict[str, frozenset[str]] = {}
    others: dict[str, str] = {}
    for unit in campaign.units.values():
        name = body_key(unit.name, campaign.bodies)
        keys = {name, *(body_key(spelling, campaign.bodies) for spelling in (unit.code, *unit.aliases))}
        own[unit.code] = frozenset(keys)
        others |= {key: unit.code for key in keys if key == name or not name.startswith(f"{key} ")}
    return own, others


@dataclass(frozen=True, slots=True)
class Campaign:
    """A whole campaign (phong trào thi đua and its kế hoạch). ``sha256`` is that of the file it was read from.

    ``passwords`` are tried on workbooks that units send with one; ``bodies`` writes out abbreviations with which names of bodies begin.
    ``inner_kinds``: units of another kind have parts that are called like units of these (the Phòng Kế hoạch of a trung tâm).
    """

    id: str
    version: int
    title: str
    title_spellings: tuple[str, ...]
    plan: str
    period_from: date
    period_to: date
    dossier_sets: int
    dossier_clause: str
    sha256: str
    organs: tuple[Organ, ...]
    laws: tuple[Law, ...]
    units: Mapping[str, Unit]
    clauses: Mapping[str, Clause]
    contents: Mapping[str, Content]
    lists: Mapping[str, tuple[Choice, ...]]
    tables: Mapping[str, Table]
    measures: Mapping[str, Measure]
    criteria: Mapping[str, Criterion]
    parameters: tuple[Parameter, ...]
    awards: Mapping[str, Award]
    rounds: Mapping[str, Round]
    council: Council
    titles: Mapping[str, str]
    passwords: tuple[str, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    softs: tuple[Soft, ...] = ()
    bodies: Mapping[str, str] = field(default_factory=dict)
    inner_kinds: tuple[str, ...] = ()
    prizes: tuple[Prize, ...] = ()
    base_salaries: tuple[BaseSalary, ...] = ()
    preferences: tuple[Preference, ...] = ()
    code_lists: Mapping[str, CodeList] = field(default_factory=dict)
    statistics: Statistics | None = None
    quotas: tuple[Quota, ...] = ()
    forms: tuple[Form, ...] = ()

    @property
    def kinds(self) -> tuple[NomineeKind, ...]:
        """The kinds of nominees that the campaign's tables list, in the order of every list."""
        listed = {table.nominee for table in self.tables.values()}
        return tuple(kind for kind in NomineeKind if kind in listed)

    def body_key(self, name: str, writer: str) -> str:
        """The key under which two names of a collective are equal: the code of the unit it is, else its words.

        ``writer`` is the unit that wrote the name. Of another unit only a full name or a spelling of its own counts: what merely begins
        like it (Văn phòng for Văn phòng Sở) may be an inner part of the writer's.
        """
        owner = self.unit_named(name, writer)
        return f"={owner}" if owner else body_key(name, self.bodies)

    def unit_named(self, name: str, writer: str) -> str | None:
        """The code of the unit that a name written by the unit ``writer`` means; None where it means no unit, or may mean a part of it."""
        key = body_key(name, self.bodies)
        own, others = _spellings(self)
        if key in own.get(writer, ()):
            return writer
        named = others.get(key)
        kind = self.units[named].kind if named else None
        return None if kind in self.inner_kinds and writer in self.units and self.units[writer].kind != kind else named

    def __hash__(self) -> int:
        """Equal campaigns were read from equal files; what is worked out from a campaign can be remembered by it."""
        return hash(self.sha256)

    def rounds_before(self, occasion: Round) -> tuple[Round, ...]:
        """The rounds decided before one, in the order of their days; of one day, by their ids."""
        earlier = (each for each in self.rounds.values() if (each.decided_on, each.id) < (occasion.decided_on, occasion.id))
        return tuple(sorted(earlier, key=lambda each: (each.decided_on, each.id)))

    def organ_on(self, day: date) -> Organ:
        """The letterhead in force on a day; before the first one, the first."""
        return max((organ for organ in self.organs if organ.since <= day), key=lambda organ: organ.since, default=self.organs[0])

    def law_on(self, day: date) -> Law | None:
        """The law in force on a day, or None where the campaign file names none."""
        return max((law for law in self.laws if law.since <= day), key=lambda law: law.since, default=None)

    def form_for(self, paper: str, award: str, kind: NomineeKind | None, day: date) -> Form | None:
        """The form in which a paper of a day is made, or None where the campaign file names none: the usual template then serves.

        Only forms whose clause is in force on the day count. One for certain awards or kinds goes before one for all; among equals the
        latest counts.
        """
        dated = (each for each in self.forms if each.since <= day and self.clauses[each.clause].in_force(day))
        return max((each for each in dated if each.covers(paper, award, kind)), key=lambda each: (each.precision, each.since), default=None)

    def parameter(self, criterion: str, award: str, kind: NomineeKind, on: date) -> Parameter | None:
        """The dated parameter in force: the latest not after ``on``; of two from the same day, the one that has a value."""
        asked = (criterion, award, kind)
        dated = [entry for entry in self.parameters if (entry.criterion, entry.award, entry.kind) == asked and entry.since <= on]
        return max(dated, key=lambda entry: (entry.since, entry.value is not None), default=None)

    def figure(self, criterion: Criterion, award: str, kind: NomineeKind, on: date) -> float | None:
        """The figure a measured criterion has to reach on a day, or None while it is not known."""
        if not criterion.has_parameters:
            return criterion.figure
        in_force = self.parameter(criterion.code, award, kind, on)
        return in_force.value if in_force else None

    def is_money(self, measure: Measure) -> bool:
        """Whether a measure comes to a sum of money; else it is a number of rows, or a sum of numbers such as points."""
        return measure.kind == "sum" and self.tables[measure.table].columns[measure.of or ""].type == "money"

    def unknown(self, measure: Measure) -> tuple[float, float]:
        """The two ends of what a row adds to a measure while its amount is not known; they are infinite or nought.

        Only a column of numbers may hold negative ones, such as points taken off, unless its bounds rule that out.
        """
        column = self.tables[measure.table].columns.get(measure.of or "")
        falls = column is not None and column.type == "number" and not (column.minimum is not None and column.minimum >= 0)
        rises = column is None or column.maximum is None or column.maximum > 0
        return -math.inf if falls else 0, math.inf if rises else 0

    def may_fall(self, measure: Measure) -> bool:
        """Whether a row of the measure may lower the total, as points taken off do."""
        return self.unknown(measure)[0] < 0

    def counts_after(self, measure: Measure, on: date) -> str | None:
        """The column with a nominee's own day up to which its rows do not count in a round decided on a day; None where they all do."""
        rule = measure.made_after
        return rule.column if rule and rule.excludes and self.clauses[rule.clause].in_force(on) else None

    def prize(self, award: str, kind: NomineeKind, on: date) -> Prize | None:
        """The prize in force on a day: the latest not after it."""
        dated = (each for each in self.prizes if (each.award, each.kind) == (award, kind) and each.since <= on)
        return max(dated, key=lambda each: each.since, default=None)

    def base_salary_on(self, day: date) -> BaseSalary | None:
        """The base salary in force on a day: the latest not after it."""
        return max((each for each in self.base_salaries if each.since <= day), key=lambda each: each.since, default=None)

    def choices(self, column: Column, round_id: str) -> tuple[Choice, ...]:
        """The entries of a column's drop-down in a round; empty where it has none or where they are the file's own keys."""
        if column.choices is not None and column.choices in self.lists:
            return self.lists[column.choices]
        awards = tuple(Choice(award.name, award.code, (award.short, *award.aliases)) for award in self.awards.values())
        # Made when asked for only: a campaign may have hundreds of units, and this runs for every column of every file
        given: dict[str, Callable[[], tuple[Choice, ...]]] = {
            "@units": lambda: tuple(Choice(unit.name, None, unit.aliases) for unit in self.units.values()),
            "@unit_codes": lambda: tuple(map(Choice, self.units)),
            "@contents": lambda: tuple(Choice(content.name, content.code) for content in self.contents.values()),
            "@awards": lambda: tuple(choice for choice in awards if choice.code in self.rounds[round_id].awards),
            "@used_for": lambda: (Choice("Không"), *awards),
        }
        return given[column.choices]() if column.choices in given else ()
