"""The law's principles that change no verdict by themselves: what a nominee lacks or the council should know (domain: P5, P7, P9, P10)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from thidua_xlsx import text
from thidua_xlsx.assess._nominees import Frames, Nominees, cell_ref
from thidua_xlsx.campaign import CAMPAIGN_FILE, Campaign, Clause, MadeAfter, Measure, Preference, Prerequisite, Round
from thidua_xlsx.model import Assessment, CellRef, Finding, PartialDate, Result
from thidua_xlsx.vietnamese import told_by

_SHOWN = 5
Values = Mapping[str, Any]
_Owner = tuple[str, str]
"""Unit and nominee id."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A counted row: its values, and where they stand."""

    values: Values
    file: str
    sheet: str
    cells: Mapping[str, str]

    def ref(self, column: str) -> CellRef:
        return cell_ref((self.file, self.sheet, self.cells), column)


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """A table's counted rows, with unit, file, sheet and addresses."""
    names = [str(name) for name in frame.columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*(frame[name].tolist() for name in names), strict=True)]


def _row(values: Mapping[str, Any]) -> _Row:
    return _Row(values, str(values["file"]), str(values["sheet"]), values["cells"])


def _rows_of(people: Iterable[_Person], tables: Frames, table: str) -> Mapping[_Owner, list[_Row]]:
    """Those rows that belong to some nominees, by unit and nominee."""
    owners, frame = {person.owner for person in people}, tables[table]
    keys = [(str(unit), str(key)) for unit, key in zip(frame["unit"].tolist(), frame["nominee_id"].tolist(), strict=True)]
    is_theirs = np.array([key in owners for key in keys], dtype=bool)
    found: dict[_Owner, list[_Row]] = defaultdict(list)
    for values in _records(frame[is_theirs]):
        found[str(values["unit"]), str(values["nominee_id"])].append(_row(values))
    return found


@dataclass(frozen=True, slots=True)
class _Person:
    """A counted nominee: id, unit and name, the table it stands in, its row."""

    nominee_id: str
    unit: str
    name: str
    table: str
    row: _Row

    @property
    def owner(self) -> _Owner:
        """By which its rows in the other tables are known."""
        return self.unit, self.nominee_id


def _people(tables: Frames, campaign: Campaign, columns: Iterable[str], is_wanted: Callable[[object], bool]) -> Iterator[_Person]:
    """The counted nominees that have a wanted value in one of some columns, in the order in which they are assessed."""
    names = list(columns)
    table_of = {table.nominee: table.code for table in campaign.tables.values()}
    for kind, frame in Nominees.of(tables, campaign).frames:
        wanted = np.zeros(len(frame), dtype=bool)
        for name in frame.columns.intersection(names):
            wanted |= np.array([is_wanted(value) for value in frame[name].tolist()], dtype=bool)
        for values in _records(frame[wanted]):
            name = str(values[kind.name_column] or "")
            yield _Person(str(values["nominee_id"]), str(values["unit"]), name, table_of[kind], _row(values))


def in_force_words(clause: Clause, day: PartialDate) -> str:
    """Whether a clause counts on a day of decision: it does, or it was only read in a law of another time."""
    if clause.in_force(day.first):
        return text.say("assess.clause_in_force", day=day)
    since = PartialDate.of(clause.since) if clause.since else "…"
    return text.say("assess.clause_of_another_time", since=since, day=day)


def early_findings(tables: Frames, campaign: Campaign, occasion: Round) -> Iterator[Finding]:
    """A608 (P5): a nominee's achievements made before its discipline ended; they count only where the clause is not yet in force."""
    rules = [(measure, measure.made_after) for measure in campaign.measures.values() if measure.made_after]
    people = list(_people(tables, campaign, {rule.column for _, rule in rules}, lambda day: isinstance(day, PartialDate)))
    rows = {table: _rows_of(people, tables, table) for table in {measure.table for measure, _ in rules}}
    for person in people:
        for rule in dict.fromkeys(rule for _, rule in rules):
            day = person.row.values.get(rule.column)
            if isinstance(day, PartialDate):
                early = [
                    row
                    for measure in (measure for measure, other in rules if other == rule)
                    for row in rows[measure.table].get(person.owner, ())
                    if _is_early(row.values, measure, day, occasion)
                ]
                if early:
                    yield _early(person, early, rule, (campaign, occasion))


def _is_early(values: Values, measure: Measure, day: PartialDate, occasion: Round) -> bool:
    made, of_kind = values[measure.date], all(str(values[name]) in wanted for name, wanted in measure.where.items())
    return of_kind and measure.window(occasion).may_hold(made) and day.is_before(made) is not True


def _early(person: _Person, early: Sequence[_Row], rule: MadeAfter, by: tuple[Campaign, Round]) -> Finding:
    campaign, occasion = by
    force = text.say("assess.clause_reminds")
    if rule.excludes or not campaign.clauses[rule.clause].in_force(occasion.decided_on):
        force = in_force_words(campaign.clauses[rule.clause], PartialDate.of(occasion.decided_on))
    which = _listed([f"{row.sheet}!{next(iter(row.cells.values()), '')}" for row in early])
    value = str(person.row.values[rule.column])
    where = {"nominee_id": person.nominee_id, "table": person.table, "column": rule.column, "value": value, "clause": rule.clause}
    return text.finding("A608", person.row.ref(rule.column), name=person.name, count=len(early), which=which, force=force, **where)


def _listed(words: Sequence[str]) -> str:
    rest = len(words) - _SHOWN
    shown = ", ".join(words[:_SHOWN])
    return text.say("assess.and_more", shown=shown, count=rest) if rest > 0 else shown


def prerequisite_findings(tables: Frames, campaign: Campaign, occasion: Round) -> Iterator[Finding]:
    """A606, A607 (P7): the award sought presupposes an earlier one that is not recorded, or only as one that is no basis for it."""
    asked = {
        code: [wanted for wanted in award.prerequisites if _is_asked(wanted, campaign, occasion)] for code, award in campaign.awards.items()
    }
    people = list(_people(tables, campaign, ["award_sought"], lambda award: bool(asked.get(str(award)))))
    rows = {table: _rows_of(people, tables, table) for table in {wanted.table for each in asked.values() for wanted in each}}
    for person in people:
        for wanted in asked[str(person.row.values["award_sought"])]:
            mine = rows[wanted.table].get(person.owner, ())
            yield from _lacking(person, mine, wanted, (campaign, occasion))


def _is_asked(wanted: Prerequisite, campaign: Campaign, occasion: Round) -> bool:
    return campaign.clauses[wanted.clause].in_force(occasion.decided_on)


def _lacking(person: _Person, mine: Sequence[_Row], wanted: Prerequisite, by: tuple[Campaign, Round]) -> Iterator[Finding]:
    campaign, occasion = by
    named = [row for row in mine if told_by(str(row.values[wanted.column] or ""), {"": wanted.words}) is not None]
    if any(_serves(row.values, wanted) for row in named):
        return
    award = campaign.awards[str(person.row.values["award_sought"])]
    told = {"name": person.name, "award": award.name, "wanted": wanted.name}
    if not named or wanted.where_clause is None:
        told |= {"source": campaign.clauses[wanted.clause].source, "where": campaign.tables[wanted.table].sheet}
        place = {"nominee_id": person.nominee_id, "table": person.table, "column": "award_sought", "value": award.name}
        yield text.finding("A606", person.row.ref("award_sought"), clause=wanted.clause, **place, **told)
        return
    name, ground = next(iter(wanted.where)), campaign.clauses[wanted.where_clause]
    told |= {"right": ", ".join(wanted.where[name]), "force": in_force_words(ground, PartialDate.of(occasion.decided_on))}
    place = {"nominee_id": person.nominee_id, "table": wanted.table, "column": name, "value": str(named[0].values[name] or "")}
    yield text.finding("A607", named[0].ref(name), clause=ground.id, **place, **told)


def _serves(values: Values, wanted: Prerequisite) -> bool:
    return all(str(values[name]) in right for name, right in wanted.where.items())


def preferences(campaign: Campaign, occasion: Round) -> tuple[Preference, ...]:
    """Whom the law in force on the day of decision prefers among equals (P9, P10), the foremost first."""
    return tuple(each for each in campaign.preferences if campaign.clauses[each.clause].in_force(occasion.decided_on))


def preferred(tables: Frames, campaign: Campaign, occasion: Round) -> Mapping[str, tuple[Preference, ...]]:
    """Those preferences that hold of each counted nominee, by its id; nominees of whom none holds are left out."""
    found: dict[str, tuple[Preference, ...]] = {}
    for preference in preferences(campaign, occasion):
        for values in _records(tables[preference.table]):
            if preference.holds(values):
                key = str(values["nominee_id"])
                found[key] = (*found.get(key, ()), preference)
    return found


def preference_findings(assessments: Sequence[Assessment], tables: Frames, campaign: Campaign, occasion: Round) -> Iterator[Finding]:
    """A613 (P9, P10): how many of the nominees, and of those who meet an award, the law prefers among equals."""
    met = {case.nominee_id for case in assessments if case.result is Result.MET}
    holding = preferred(tables, campaign, occasion)
    for preference in preferences(campaign, occasion):
        every = [str(key) for key in tables[preference.table]["nominee_id"]]
        if not every:
            continue
        theirs = [key for key in every if preference in holding.get(key, ())]
        counts = {
            "count": len(theirs),
            "total": len(every),
            "met": len(met.intersection(theirs)),
            "met_total": len(met.intersection(every)),
        }
        told = {key: str(count) for key, count in counts.items()}
        told |= {"name": preference.name, "source": campaign.clauses[preference.clause].source}
        told |= {"sheet_of": campaign.tables[preference.table].sheet, "which": _listed(theirs) if theirs else "–"}
        yield text.finding("A613", CellRef(CAMPAIGN_FILE), clause=preference.clause, **told)


def nominees_dated_before(change: date, tables: Frames, campaign: Campaign, occasion: Round) -> int:
    """How many nominees have a counted achievement of the round's window that was made before a day."""
    found = set()
    rows = {table: _records(tables[table]) for table in {measure.table for measure in campaign.measures.values()}}
    for measure in campaign.measures.values():
        for values in rows[measure.table]:
            when = PartialDate.meant(values[measure.date])
            if when is not None and measure.window(occasion).may_hold(when) and when.first < change:
                found.add((values["unit"], values["nominee_id"]))
    return len(found)


def handed_over(campaign: Campaign, occasion: Round) -> Iterator[Finding]:
    """A609: nominations filed under one letterhead are decided under another."""
    day, filed = campaign.organ_on(occasion.decided_on), campaign.organ_on(occasion.deadline)
    if day != filed:
        facts = {"before": filed.name_full, "now": day.name_full, "since": str(PartialDate.of(day.since))}
        deadline, decided = PartialDate.of(occasion.deadline), PartialDate.of(occasion.decided_on)
        yield text.finding("A609", CellRef(CAMPAIGN_FILE), clause=day.clause, deadline=deadline, day=decided, **facts)
