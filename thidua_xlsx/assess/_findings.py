"""What the verdicts show that somebody other than a unit has to act on: the findings of the scope A."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from thidua_xlsx import text
from thidua_xlsx.assess._forms import form_findings
from thidua_xlsx.assess._nominees import Frames, Nominees
from thidua_xlsx.assess._principles import early_findings, handed_over, nominees_dated_before, preference_findings, prerequisite_findings
from thidua_xlsx.assess._single import deciding
from thidua_xlsx.campaign import CAMPAIGN_FILE, Campaign, Round
from thidua_xlsx.model import Assessment, CellRef, Finding, NomineeKind, PartialDate, Reason, Result

_PLAN = CellRef(CAMPAIGN_FILE)


@dataclass(frozen=True, slots=True)
class _Nominee:
    """A counted nominee with its verdicts of the round; ``cell`` is where it says which award form it seeks."""

    table: str
    sought: str
    cell: CellRef
    cases: Sequence[Assessment]


def award_findings(assessments: Sequence[Assessment], tables: Frames, campaign: Campaign, round_id: str) -> tuple[Finding, ...]:
    """What is open or odd at the level of awards: of the plan first, then nominee by nominee in register order."""
    occasion = campaign.rounds[round_id]
    nominees = _nominees(assessments, tables, campaign)
    found = [*_unprovided(campaign, occasion), *_several_laws(tables, campaign, occasion), *handed_over(campaign, occasion)]
    sought = ((nominee.sought, nominee.cases[0].kind) for nominee in nominees if nominee.sought in campaign.awards)
    found += form_findings(sought, campaign, occasion)
    found += [*_unset_figures(nominees, campaign, occasion), *preference_findings(assessments, tables, campaign, occasion)]
    for nominee in nominees:
        found += [*_under_review(nominee, campaign), *_meets_another(nominee, campaign)]
    return (*found, *prerequisite_findings(tables, campaign, occasion), *early_findings(tables, campaign, occasion))


def _nominees(assessments: Sequence[Assessment], tables: Frames, campaign: Campaign) -> list[_Nominee]:
    cases: dict[str, list[Assessment]] = {}
    for case in assessments:
        cases.setdefault(case.nominee_id, []).append(case)
    counted = Nominees.of(tables, campaign)
    table_of = {table.nominee: table.code for table in campaign.tables.values()}
    columns = zip(counted.ids, counted.kinds, counted.column("award_sought"), counted.cells("award_sought"), strict=True)
    return [
        _Nominee(table_of[kind], str(sought), cell, cases[nominee_id]) for nominee_id, kind, sought, cell in columns if nominee_id in cases
    ]


def _unprovided(campaign: Campaign, occasion: Round) -> Iterator[Finding]:
    """A603: no law, or no letterhead, is in force on the day of decision."""
    day = occasion.decided_on
    missing = {"law": campaign.law_on(day) is None, "organ": all(organ.since > day for organ in campaign.organs)}
    for table, is_missing in missing.items():
        if is_missing:
            what = text.say(f"assess.unprovided_{table}")
            yield text.finding("A603", _PLAN, clause=occasion.clause, what=what, day=PartialDate.of(day))


def _several_laws(tables: Frames, campaign: Campaign, occasion: Round) -> Iterator[Finding]:
    """A602: achievements of the round's window were made under another law than that of the day of decision."""
    first, day = occasion.achievements_from, occasion.decided_on
    changes = sorted(law.since for law in campaign.laws if first < law.since <= day)
    if changes and campaign.law_on(first) is not None:
        count = nominees_dated_before(changes[-1], tables, campaign, occasion)
        said = ", ".join(str(PartialDate.of(change)) for change in changes)
        window = {"first": first, "last": occasion.achievements_to, "day": day}
        facts = {key: str(PartialDate.of(value)) for key, value in window.items()}
        yield text.finding("A602", _PLAN, clause=occasion.clause, round=occasion.name, changes=said, count=count, **facts)


def _unset_figures(nominees: Sequence[_Nominee], campaign: Campaign, occasion: Round) -> Iterator[Finding]:
    """A601: what waits for a figure, per criterion, award form and kind of nominee; only awards that somebody seeks."""
    waiting: Counter[tuple[str, str, NomineeKind]] = Counter()
    clauses: dict[str, str] = {}
    for nominee in nominees:
        for case in nominee.cases:
            waits = case.result is Result.OPEN and any(reason.why == "figure_unset" for reason in case.reasons)
            for reason in _deciding(case, campaign) if waits and case.award == nominee.sought else ():
                if reason.why == "figure_unset":
                    waiting[reason.criterion, case.award, case.kind] += 1
                    clauses[reason.criterion] = reason.clause
    for (criterion, award, kind), count in waiting.items():
        facts = {"criterion": criterion, "name": campaign.criteria[criterion].name, "award": campaign.awards[award].name}
        who, day = text.say(f"assess.kind_{kind}"), PartialDate.of(occasion.achievements_to)
        yield text.finding("A601", _PLAN, clause=clauses[criterion], kind=who, day=day, count=count, **facts)


def _deciding(case: Assessment, campaign: Campaign) -> Iterator[Reason]:
    found: Mapping[str, Reason] = {reason.criterion: reason for reason in case.reasons}
    return deciding(campaign.awards[case.award].requires, found)


def _under_review(nominee: _Nominee, campaign: Campaign) -> Iterator[Finding]:
    """A605: a criterion that stands open for a reason of its own (under review), whatever else is met; once per nominee."""
    seen: set[str] = set()
    for case in nominee.cases:
        for reason in case.reasons:
            criterion = campaign.criteria[reason.criterion]
            if reason.why == "under_review" and reason.why == criterion.why and criterion.code not in seen:
                seen.add(criterion.code)
                cell = reason.sources[0] if reason.sources else nominee.cell
                facts = {"nominee_id": case.nominee_id, "value": str(reason.actual), "clause": reason.clause}
                yield text.finding("A605", cell, table=nominee.table, column=criterion.attestation, name=case.name, **facts)


def _meets_another(nominee: _Nominee, campaign: Campaign) -> Iterator[Finding]:
    """A604: does not meet the award form it seeks, but meets another of the round."""
    sought = next((case for case in nominee.cases if case.award == nominee.sought), None)
    others = [campaign.awards[case.award].name for case in nominee.cases if case.result is Result.MET]
    if sought is None or sought.result is not Result.NOT_MET or not others:
        return
    award = campaign.awards[sought.award]
    facts = {"nominee_id": sought.nominee_id, "value": award.name, "clause": award.clause, "name": sought.name, "sought": award.name}
    yield text.finding("A604", nominee.cell, table=nominee.table, column="award_sought", others=", ".join(others), **facts)
