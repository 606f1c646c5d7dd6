"""Who is put forward for which award form, in the order of every list (kind, unit, name), and what backs it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from thidua_xlsx import vietnamese
from thidua_xlsx.campaign import Campaign, Measure
from thidua_xlsx.dossier._rows import Row, achievement_rows, evidence_rows, prior_rows, rows_of
from thidua_xlsx.model import Assessment, NomineeKind, Opinion, PartialDate, Result
from thidua_xlsx.outcome import Outcome

Owner = tuple[str, str]
"""Unit and nominee id, or unit and evidence id."""


@dataclass(frozen=True, slots=True)
class Nomination:
    """A nominee, the award form it sought, and what the unit declared about it; ``deeds`` lie in the round's window for certain.

    ``proposed``: it meets the award form; once the leadership has decided about that form: it has agreed to it. ``considered``: it meets
    the form, or there is a decision about it. ``evidence`` are all rows of evidence of the register.
    """

    kind: NomineeKind
    unit: str
    nominee_id: str
    name: str
    award: str
    verdict: Assessment | None
    proposed: bool
    considered: bool
    row: Row
    unit_row: Row
    deeds: tuple[Row, ...]
    prior: tuple[Row, ...]
    evidence: Mapping[Owner, Row]


@dataclass(frozen=True, slots=True)
class _Sources:
    """The rows of the register by the nominee they belong to."""

    units: Mapping[str, Row]
    deeds: Mapping[Owner, Sequence[Row]]
    prior: Mapping[Owner, Sequence[Row]]
    evidence: Mapping[Owner, Row]
    verdicts: Mapping[tuple[str, str, str], Assessment]
    proposed: frozenset[tuple[str, str, str]]
    considered: frozenset[tuple[str, str, str]]


def nominations(outcome: Outcome) -> tuple[Nomination, ...]:
    """Every counted nominee of the register with the award form it sought."""
    sources = _sources(outcome)
    found = [
        _nomination(table.nominee, row, sources)
        for code, table in outcome.campaign.tables.items()
        if table.nominee
        for row in rows_of(outcome, code)
    ]
    order = {code: place for place, code in enumerate(outcome.campaign.units)}
    return tuple(sorted(found, key=lambda one: _place(one, order)))


def is_anybody_considered(outcome: Outcome) -> bool:
    """Whether any nominee may be ``considered``, or ``proposed``, so that there are papers to write."""
    return bool(outcome.decisions) or any(one.result is Result.MET for one in outcome.assessments)


def _place(nomination: Nomination, order: Mapping[str, int]) -> tuple[object, ...]:
    kinds = tuple(NomineeKind)
    return kinds.index(nomination.kind), order.get(nomination.unit, len(order)), vietnamese.sort_key(nomination.name), nomination.nominee_id


def _nomination(kind: NomineeKind, row: Row, sources: _Sources) -> Nomination:
    unit, nominee_id, award = str(row["unit"]), str(row["nominee_id"]), str(row.get("award_sought"))
    owner, case = (unit, nominee_id), (unit, nominee_id, award)
    return Nomination(
        kind,
        unit,
        nominee_id,
        str(row[kind.name_column]),
        award,
        sources.verdicts.get(case),
        case in sources.proposed,
        case in sources.considered,
        row,
        sources.units.get(unit, {}),
        tuple(sources.deeds.get(owner, ())),
        tuple(sources.prior.get(owner, ())),
        sources.evidence,
    )


def _sources(outcome: Outcome) -> _Sources:
    decided = frozenset(award for _, award in outcome.decisions)
    verdicts = {(one.unit, one.nominee_id, one.award): one for one in outcome.assessments}
    inside = [row for row in achievement_rows(outcome) if outcome.round.holds(row.get("achieved_on"))]
    return _Sources(
        {str(row["unit"]): row for row in rows_of(outcome, "unit")},
        _by_nominee(sorted(inside, key=_when)),
        _by_nominee(sorted(prior_rows(outcome), key=_year)),
        {(str(row["unit"]), str(row["evidence_id"])): row for row in evidence_rows(outcome)},
        verdicts,
        frozenset(case for case, one in verdicts.items() if _is_proposed(one, outcome, decided)),
        frozenset(case for case, one in verdicts.items() if one.result is Result.MET or outcome.decided(one.nominee_id, one.award)),
    )


def _is_proposed(verdict: Assessment, outcome: Outcome, decided: Collection[str]) -> bool:
    if verdict.award not in decided:
        return verdict.result is Result.MET
    found = outcome.decided(verdict.nominee_id, verdict.award)
    return found is not None and found.decision.opinion is Opinion.AGREED


def _by_nominee(rows: Sequence[Row]) -> Mapping[Owner, Sequence[Row]]:
    found: dict[Owner, list[Row]] = defaultdict(list)
    for row in rows:
        found[str(row["unit"]), str(row["nominee_id"])].append(row)
    return found


def _when(row: Row) -> tuple[object, ...]:
    day = row["achieved_on"]
    return (day.first, day.last) if isinstance(day, PartialDate) else ()


def _year(row: Row) -> tuple[int, str]:
    year = row.get("year")
    return year if isinstance(year, int) else 0, str(row.get("name"))


def money_total(campaign: Campaign, deeds: Sequence[Row]) -> int | None:
    """What the campaign's sums add up to over these achievements; None where nothing of that sort was declared."""
    sums = [measure for measure in campaign.measures.values() if campaign.is_money(measure)]
    found = [int(value) for row in deeds for name in _summed(row, sums) if isinstance(value := row.get(name), int | float)]
    return sum(found) if found else None


def _summed(row: Row, sums: Sequence[Measure]) -> frozenset[str]:
    """The columns of an achievement that some sum counts; a value that two sums count is contributed once."""
    ours = (measure for measure in sums if measure.table == row["table"])
    return frozenset(measure.of or "" for measure in ours if all(str(row.get(name)) in wanted for name, wanted in measure.where.items()))
