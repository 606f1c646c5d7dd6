"""The verdicts: every counted nominee × every award form of the round, with a reason per criterion (contract 5.2)."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from thidua_xlsx.assess._facts import Doubt, Measured, gravest, measure_all
from thidua_xlsx.assess._nominees import Frames, Nominees, cell_ref, cells_to_mend, places
from thidua_xlsx.assess._tree import Results, evaluate, measured_results
from thidua_xlsx.campaign import Campaign, Criterion, leaves
from thidua_xlsx.model import Assessment, CellRef, NomineeKind, Reason, Result

Figures = Mapping[NomineeKind, float | None]
Judged = tuple[Results, list[Reason]]
"""A criterion for every nominee, by position: the results as numbers and the reasons in full."""


def assess(tables: Frames, held: Frames, campaign: Campaign, round_id: str) -> tuple[Assessment, ...]:
    """The verdict for every counted nominee and every award form of the round.

    Nominees stand in register order, collectives, households, individuals, award forms in the order of the round. Each criterion of an
    award form gives one reason, in the order in which the form names them.
    """
    occasion = campaign.rounds[round_id]
    judge = _Judge(campaign, round_id, tables, held)
    verdicts = []
    for code in occasion.awards:
        requires = campaign.awards[code].requires
        judged = {criterion: judge.criterion(campaign.criteria[criterion], code) for criterion in leaves(requires)}
        results = evaluate(requires, {criterion: results for criterion, (results, _) in judged.items()})
        verdicts.append((code, results.tolist(), list(zip(*(reasons for _, reasons in judged.values()), strict=True))))
    return tuple(_assessments(judge.nominees, verdicts))


def _assessments(nominees: Nominees, verdicts: Sequence[tuple[str, list[int], list[tuple[Reason, ...]]]]) -> Iterator[Assessment]:
    columns = zip(nominees.ids, nominees.units, nominees.kinds, nominees.names, strict=True)
    for place, (nominee_id, unit, kind, name) in enumerate(columns):
        for award, results, reasons in verdicts:
            yield Assessment(nominee_id, unit, kind, name, award, Result(results[place]), reasons[place])


class _Judge:
    """Judges a criterion for all nominees; what several award forms ask alike is judged once."""

    def __init__(self, campaign: Campaign, round_id: str, tables: Frames, held: Frames) -> None:
        self.nominees = Nominees.of(tables, campaign)
        self._campaign = campaign
        self._last_day = campaign.rounds[round_id].achievements_to
        self._unit_records = _unit_records(tables, held)
        self._measures = measure_all(self.nominees, tables, held, campaign, round_id)
        self._judged: dict[tuple[str | float | None, ...], Judged] = {}

    def criterion(self, criterion: Criterion, award: str) -> Judged:
        """The criterion with the figures that this award form asks for."""
        figures = {kind: self._campaign.figure(criterion, award, kind, self._last_day) for kind in self._campaign.kinds}
        key = (criterion.code, *figures.values())
        if key not in self._judged:
            self._judged[key] = (
                _measured(criterion, self._measures[criterion.measure], figures, self.nominees)
                if criterion.measure
                else _attested(criterion, self.nominees, self._unit_records)
            )
        return self._judged[key]


def _measured(criterion: Criterion, found: Measured, figures: Figures, nominees: Nominees) -> Judged:
    required = [figures[kind] for kind in nominees.kinds]
    figure = np.array([value or 0 for value in required] or [0])[: len(required)]
    is_set = np.array([value is not None for value in required], dtype=bool)
    results = measured_results(found.rows, found.least, found.possible, (figure, is_set))
    reasons = []
    for place, (number, actual, asked) in enumerate(zip(results.tolist(), found.sure.tolist(), required, strict=True)):
        result, sources, doubts = Result(number), tuple(found.sources.get(place, ())), found.doubts.get(place, ())
        why = None if sources or doubts else "too_early" if place in found.too_early else "nothing_declared"
        sources = sources or tuple(found.too_early.get(place, ()))
        if result is Result.OPEN:
            why = _why_open(asked, doubts)
            sources = tuple(dict.fromkeys((*sources, *(cell for doubt in doubts for cell in doubt.cells))))
        reasons.append(Reason(criterion.code, result, actual, asked, criterion.clause, sources, why))
    return results, reasons


def _why_open(required: float | None, doubts: Sequence[Doubt]) -> str | None:
    """The reason to name first: no doubtful row matters while nobody knows what it would have to reach."""
    return "figure_unset" if required is None else gravest(doubts)


@dataclass(frozen=True, slots=True)
class _UnitRecord:
    """A unit's own record: its values, or None where it is held; ``cells`` are then those to mend."""

    values: Mapping[Hashable, Any] | None
    place: tuple[str, str, Mapping[str, str]]
    mend: tuple[CellRef, ...] = ()


def _unit_records(tables: Frames, held: Frames) -> Mapping[str, _UnitRecord]:
    kept_out, counted = held["unit"], tables["unit"]
    records = {
        unit: _UnitRecord(None, place, cells_to_mend(place, refused, ()))
        for unit, place, refused in zip(kept_out["unit"], places(kept_out), kept_out["refused"], strict=True)
    }
    rows = zip(counted["unit"], places(counted), counted.to_dict("records"), strict=True)
    return records | {unit: _UnitRecord(values, place) for unit, place, values in rows}


def _attested(criterion: Criterion, nominees: Nominees, unit_records: Mapping[str, _UnitRecord]) -> Judged:
    column = criterion.attestation or ""
    inherited: dict[str, Reason] = {}
    reasons = []
    for unit, kind, value, place in zip(nominees.units, nominees.kinds, nominees.column(column), nominees.places, strict=True):
        if criterion.scope == "collective" and kind is not NomineeKind.COLLECTIVE:
            if unit not in inherited:
                inherited[unit] = _inherited_reason(criterion, column, unit_records.get(unit))
            reasons.append(inherited[unit])
        else:
            reasons.append(_attested_reason(criterion, value, cell_ref(place, column)))
    return np.array([reason.result for reason in reasons], dtype=np.int8), reasons


def _attested_reason(criterion: Criterion, value: object, cell: CellRef) -> Reason:
    label = None if value is None else str(value)
    result = Result.MET if label in criterion.met else Result.NOT_MET if label in criterion.not_met else Result.OPEN
    why = _why_unattested(criterion, label) if result is Result.OPEN else None
    return Reason(criterion.code, result, label, criterion.met[0], criterion.clause, (cell,), why)


def _why_unattested(criterion: Criterion, label: str | None) -> str:
    """A blank is a blank whatever the criterion; a value that decides nothing is open for the criterion's own reason, if any."""
    if label is None:
        return "blank_attestation"
    return "not_yet_attested" if criterion.why == "blank_attestation" else criterion.why


def _inherited_reason(criterion: Criterion, column: str, record: _UnitRecord | None) -> Reason:
    if record is not None and record.values is not None:
        return _attested_reason(criterion, record.values[column], cell_ref(record.place, column))
    sources = () if record is None else record.mend or (cell_ref(record.place, column),)
    return Reason(criterion.code, Result.OPEN, None, criterion.met[0], criterion.clause, sources, "unit_record")
