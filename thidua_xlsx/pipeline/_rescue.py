"""What goes back to a unit whose only file was refused: what could be read of it in a fresh form, or an empty one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from thidua_xlsx.checks import check_submission
from thidua_xlsx.intake import named, scan
from thidua_xlsx.model import CheckedSubmission, FileReport, FileStatus, Finding, Passport, Submission
from thidua_xlsx.outcome import Outcome
from thidua_xlsx.pipeline._reading import File, Order
from thidua_xlsx.pipeline._workers import salvaged
from thidua_xlsx.text import current_language

_FOR_OFFICE = frozenset(
    ("W101", "W109", "W123", "W147", "W150", "W151", "W152", "W153", "W159", "W164", "W165", "W174", "W190", "W191", "W192")
)
"""Refusals that the office can do something about and the unit cannot: nobody writes to the unit for them."""


@dataclass(frozen=True, slots=True)
class Rescue:
    """A unit that sent nothing but files that were refused: why the last one was, and what could be read of it, if anything."""

    unit: str
    refused: Finding
    checked: CheckedSubmission | None
    findings: tuple[Finding, ...]


def rescues(outcome: Outcome, inbox: Path) -> Iterator[Rescue]:
    """Every unit whose only files were refused for something it can mend, in the order of the campaign's units."""
    reports = {unit: report for report in outcome.files if (unit := _unit(outcome, report))}
    files = named(inbox, scan(inbox)) if reports else []
    for unit in outcome.campaign.units:
        if (report := reports.get(unit)) and report.finding:
            yield _rescue(outcome, unit, report.finding, files)


def _unit(outcome: Outcome, report: FileReport) -> str | None:
    """The unit that has to hear of a refused file: the one it names, else the one whose address the mail came from."""
    if report.status is not FileStatus.REFUSED or report.finding is None or report.finding.code in _FOR_OFFICE:
        return None
    sent = {checked.submission.passport.unit for checked in outcome.submissions}
    sender = (report.provenance.sender or "").casefold()
    by_mail = (unit.code for unit in outcome.campaign.units.values() if unit.email and unit.email.casefold() in sender)
    unit = report.unit if report.unit in outcome.campaign.units else next(by_mail, None)
    return None if unit in sent else unit


def _rescue(outcome: Outcome, unit: str, refused: Finding, files: Sequence[File]) -> Rescue:
    """What can be read of a refused file, checked as if it had come in a current form."""
    campaign, occasion, shown = outcome.campaign, outcome.round, refused.ref.file
    file = next((each for each in files if shown == each[1] or shown.startswith(f"{each[1]}/")), None)
    old = salvaged(file, Order(campaign, occasion.id, language=current_language()), shown) if file else ()
    if isinstance(old, tuple):
        return Rescue(unit, refused, None, ())
    passport = Passport(campaign.id, campaign.version, occasion.id, unit)
    rows = {code: old.rows.get(code, ()) for code in campaign.tables}
    checked = check_submission(Submission(shown, "", passport, 0.0, rows), campaign, occasion.id)
    return Rescue(unit, refused, checked, (*old.findings, *checked.findings))
