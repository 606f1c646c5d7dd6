"""How far every unit is with its submission."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from thidua_xlsx.campaign import Unit
from thidua_xlsx.model import CheckedSubmission, FileReport, FileStatus, PartialDate, Severity
from thidua_xlsx.outcome._outcome import Outcome


class UnitState(StrEnum):
    """How far a unit is with its submission (tình trạng nộp)."""

    MISSING = "missing"
    REFUSED = "refused"
    RESENT = "resent"
    FAULTY = "faulty"
    RECEIVED = "received"
    GOOD = "good"


@dataclass(frozen=True, slots=True)
class UnitStatus:
    """How one unit stands with its submission.

    ``file`` is the one that counts, ``versions`` how many it sent for the round, ``sent_on`` the day of arrival or, where that is not
    known, of preparation. ``held`` rows are not counted; ``errors`` and ``warnings`` are open. ``other_files`` do not count.
    """

    unit: Unit
    state: UnitState
    file: str | None
    versions: int
    sent_on: PartialDate | None
    late: bool
    rows: int
    held: int
    errors: int
    warnings: int
    other_files: tuple[FileReport, ...]


def unit_statuses(outcome: Outcome) -> tuple[UnitStatus, ...]:
    """Every unit of the campaign, in its order."""
    counted = {entry.submission.passport.unit: entry for entry in outcome.submissions}
    prepared = dict(_prepared(outcome))
    said = Counter((found.ref.file, found.severity) for found in outcome.findings if found.for_unit)
    resent = {found.ref.file for found in outcome.findings if found.code == "W180"}
    held = Counter(str(unit) for frame in outcome.register.held.values() for unit in frame["unit"])
    others: dict[str, list[FileReport]] = {}
    for report in outcome.files:
        if report.unit and report.status is not FileStatus.ACCEPTED:
            others.setdefault(report.unit, []).append(report)
    return tuple(
        _status(
            outcome, unit, counted[unit.code], (said, resent, held[unit.code], prepared.get(unit.code)), tuple(others.get(unit.code, ()))
        )
        if unit.code in counted
        else _without(unit, tuple(others.get(unit.code, ())))
        for unit in outcome.campaign.units.values()
    )


def _without(unit: Unit, others: tuple[FileReport, ...]) -> UnitStatus:
    refused = sum(report.status is FileStatus.REFUSED for report in others)
    state = UnitState.REFUSED if refused else UnitState.MISSING
    return UnitStatus(unit, state, None, refused, None, late=False, rows=0, held=0, errors=0, warnings=0, other_files=others)


def _status(
    outcome: Outcome,
    unit: Unit,
    checked: CheckedSubmission,
    told: tuple[Counter[tuple[str, Severity]], set[str], int, PartialDate | None],
    others: tuple[FileReport, ...],
) -> UnitStatus:
    """The status of a unit whose file counts; ``told`` is what was counted over all files."""
    (said, resent, held, prepared), submission = told, checked.submission
    errors, warnings = said[submission.file, Severity.ERROR], said[submission.file, Severity.WARNING]
    received = submission.provenance.received_on
    sent_on = PartialDate.of(received) if received else prepared
    faulty = UnitState.RESENT if submission.file in resent else UnitState.FAULTY
    return UnitStatus(
        unit=unit,
        state=faulty if errors or held else UnitState.RECEIVED if warnings else UnitState.GOOD,
        file=submission.file,
        versions=1 + sum(report.status is FileStatus.SUPERSEDED for report in others),
        sent_on=sent_on,
        late=sent_on is not None and sent_on.first > outcome.round.deadline,
        rows=sum(len(part) for part in checked.records.values()),
        held=held,
        errors=errors,
        warnings=warnings,
        other_files=others,
    )


def _prepared(outcome: Outcome) -> Iterator[tuple[str, PartialDate]]:
    """The day on which each unit says it prepared its workbook, whether its record counts or is held."""
    for frames in (outcome.register.held, outcome.register.tables):
        if "unit" in frames and "prepared_on" in frames["unit"]:
            pairs = zip(frames["unit"]["unit"], frames["unit"]["prepared_on"], strict=True)
            yield from ((str(unit), day) for unit, day in pairs if isinstance(day, PartialDate))
