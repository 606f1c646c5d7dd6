"""The law's principles that change no verdict by themselves: what a nominee lacks or the council should know (domain: P5, P7, P9, P10)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from thidua_xlsx import text
from thidua_xlsx.assess._facts import is_later, own_days
from thidua_xlsx.assess._nominees import Frames, Nominees, cell_ref
from thidua_xlsx.campaign import CAMPAIGN_FILE, Campaign, Clause, Measure, Prerequisite, Round
from thidua_xlsx.model import Assessment, CellRef, Finding, PartialDate, Result
from thidua_xlsx.vietnamese import told_by

_SHOWN = 5
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Row:
    """A counted row: its values, and where they stand."""

    values: Values
    file: str
    sheet: str
    cells: Mapping[str, str]

    def ref(self, column: str) -> CellRef:
        return cell_ref((self.file, self.sheet, self.cells), column)


def _rows_of(tables: Frames, table: str) -> Mapping[tuple[str, str], list[_Row]]:
    """A table's counted rows by unit and nominee."""
    found: dict[tuple[str, str], list[_Row]] = defaultdict(list)
    for values in tables[table].to_dict("records") if table in tables else []:
        key = (str(values["unit"]), str(values["nominee_id"]))
        found[key].append(_Row(values, str(values["file"]), str(values["sheet"]), values["cells"]))
    return found


def in_force_words(clause: Clause, day: PartialDate) -> str:
    """Whether a clause counts on a day of decision: it does, or it was only read in a law of another time."""
    if clause.in_force(day.first):
        return text.say("assess.clause_in_force", day=day)
    since = PartialDate.of(clause.since) if clause.since else "…"
    return text.say("assess.clause_of_another_time", since=since, day=day)


def early_findings(tables: Frames, campaign: Campaign, occasion: Round) -> Iterator[Finding]:
    """A608 (P5): a nominee's achievements made before its discipline ended; they count only where the clause is not yet in force."""
    nominees = Nominees.of(tables, campaign)
    for measure in campaign.measures.values():
        if measure.made_after and (days := own_days(nominees, measure.made_after.column)):
            rows = _rows_of(tables, measure.table)
            for place, day in days.items():
                mine = rows.get((nominees.units[place], nominees.ids[place]), [])
                early = [row for row in mine if _is_early(row.values, measure, day, occasion)]
                if early:
                    yield _early(nominees, place, early, (measure, campaign, occasion))


def _is_early(values: Values, measure: Measure, day: PartialDate, occasion: Round) -> bool:
    made = values[measure.date]
    if made is None or any(str(values[name]) not in wanted for name, wanted in measure.where.items()):
        return False
    when = PartialDate(made) if isinstance(made, int) else made
    inside = when.first <= occasion.achievements_to and occasion.achievements_from <= when.last
    return inside and is_later(when, day) is not True


def _early(nominees: Nominees, place: int, early: Sequence[_Row], by: tuple[Measure, Campaign, Round]) -> Finding:
    measure, campaign, occasion = by
    rule, table = measure.made_after, next(iter(campaign.tables[measure.table].columns))
    clause = campaign.clauses[rule.clause if rule else ""]
    column = rule.column if rule else ""
    which = [str(row.values[table]) for row in early]
    return text.finding(
        "A608",
        nominees.cells(column)[place],
        table=_table_of(nominees, place, campaign),
        column=column,
        nominee_id=nominees.ids[place],
        value=str(nominees.column(column)[place]),
        clause=clause.id,
        name=nominees.names[place],
        count=len(early),
        which=_listed(which),
        force=in_force_words(clause, PartialDate.of(occasion.decided_on)),
    )


def _table_of(nominees: Nominees, place: int, campaign: Campaign) -> str:
    kind = nominees.kinds[place]
    return next(table.code for table in campaign.tables.values() if table.nominee is kind)


def _listed(words: Sequence[str]) -> str:
    rest = len(words) - _SHOWN
    shown = ", ".join(words[:_SHOWN])
    return text.say("assess.and_more", shown=shown, count=rest) if rest > 0 else shown


def prerequisite_findings(tables: Frames, campaign: Campaign, occasion: Round) -> Iterator[Finding]:
    """A606, A607 (P7): the award sought presupposes an earlier one that is not recorded, or only as one that is no basis for it."""
    nominees = Nominees.of(tables, campaign)
    rows: dict[str, Mapping[tuple[str, str], list[_Row]]] = {}
    for place, sought in enumerate(nominees.column("award_sought")):
        award = campaign.awards.get(str(sought))
        for wanted in award.prerequisites if award else ():
            if campaign.clauses[wanted.clause].in_force(occasion.decided_on):
                of_table = rows.setdefault(wanted.table, _rows_of(tables, wanted.table))
                mine = of_table.get((nominees.units[place], nominees.ids[place]), [])
                yield from _lacking(nominees, place, mine, (wanted, campaign, occasion))


def _lacking(nominees: Nominees, place: int, mine: Sequence[_Row], by: tuple[Prerequisite, Campaign, Round]) -> Iterator[Finding]:
    wanted, campaign, occasion = by
    named = [row for row in mine if told_by(str(row.values[wanted.column] or ""), {"": wanted.words}) is not None]
    if any(_serves(row.values, wanted) for row in named):
        return
    award = campaign.awards[str(nominees.column("award_sought")[place])]
    facts = {"nominee_id": nominees.ids[place], "table": _table_of(nominees, place, campaign), "column": "award_sought"}
    told = {"name": nominees.names[place], "award": award.name, "wanted": wanted.name}
    if not named or wanted.where_clause is None:
        source = campaign.clauses[wanted.clause].source
        cell, sheet = nominees.cells("award_sought")[place], campaign.tables[wanted.table].sheet
        yield text.finding("A606", cell, value=award.name, clause=wanted.clause, source=source, where=sheet, **told, **facts)
        return
    name = next(iter(wanted.where))
    ground = campaign.clauses[wanted.where_clause]
    yield text.finding(
        "A607",
        named[0].ref(name),
        nominee_id=nominees.ids[place],
        table=wanted.table,
        column=name,
        value=str(named[0].values[name] or ""),
        clause=ground.id,
        right=", ".join(wanted.where[name]),
        force=in_force_words(ground, PartialDate.of(occasion.decided_on)),
        **told,
    )


def _serves(values: Values, wanted: Prerequisite) -> bool:
    return all(str(values[name]) in right for name, right in wanted.where.items())


def preference_findings(assessments: Sequence[Assessment], tables: Frames, campaign: Campaign, occasion: Round) -> Iterator[Finding]:
    """A610 (P9, P10): how many of the nominees, and of those who meet an award, the law prefers among equals."""
    met = {case.nominee_id for case in assessments if case.result is Result.MET}
    for preference in campaign.preferences:
        frame = tables.get(preference.table)
        if frame is None or not len(frame) or not campaign.clauses[preference.clause].in_force(occasion.decided_on):
            continue
        rows = frame.to_dict("records")
        theirs = [str(values["nominee_id"]) for values in rows if preference.holds(values)]
        counted = {"count": len(theirs), "total": len(rows), "met": len(met.intersection(theirs))}
        met_total = len(met.intersection(str(values["nominee_id"]) for values in rows))
        said = {"name": preference.name, "sheet_of": campaign.tables[preference.table].sheet, "source": campaign.clauses[preference.clause].source}
        which = _listed(theirs) if theirs else "–"
        yield text.finding("A610", CellRef(CAMPAIGN_FILE), clause=preference.clause, met_total=met_total, which=which, **counted, **said)


def nominees_dated_before(change: date, tables: Frames, campaign: Campaign, occasion: Round) -> int:
    """How many nominees have a counted achievement of the round's window that was made before a day."""
    found = set()
    for measure in campaign.measures.values():
        for values in tables[measure.table].to_dict("records"):
            made = values[measure.date]
            when = PartialDate(made) if isinstance(made, int) else made
            if when is not None and occasion.achievements_from <= when.last and when.first <= occasion.achievements_to and when.first < change:
                found.add((values["unit"], values["nominee_id"]))
    return len(found)


def handed_over(campaign: Campaign, occasion: Round) -> Iterator[Finding]:
    """A609: nominations filed under one letterhead are decided under another."""
    day, filed = campaign.organ_on(occasion.decided_on), campaign.organ_on(occasion.deadline)
    if day != filed:
        facts = {"before": filed.name_full, "now": day.name_full, "since": PartialDate.of(day.since)}
        deadline, decided = PartialDate.of(occasion.deadline), PartialDate.of(occasion.decided_on)
        yield text.finding("A609", CellRef(CAMPAIGN_FILE), clause=day.clause, deadline=deadline, day=decided, **facts)
