"""Which of several submissions of a unit counts: the latest; nothing is thrown away in silence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from thidua_xlsx import text
from thidua_xlsx.intake._arrival import Arrival
from thidua_xlsx.model import CellRef, CheckedSubmission, FileReport, FileStatus, PartialDate

Entry = tuple[Arrival, CheckedSubmission | None]


@dataclass(frozen=True, slots=True)
class Settled:
    """The submissions that count, the older ones of the same units, and how every file ended, all in the order of arrival."""

    counted: tuple[CheckedSubmission, ...]
    superseded: tuple[CheckedSubmission, ...]
    files: tuple[FileReport, ...]


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """A sort key in which ``tệp 9`` stands before ``tệp 10``."""
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in re.split(r"(\d+)", name) if part)


def settle(entries: Sequence[Entry]) -> Settled:
    """Choose per unit the submission that counts: received last, then prepared last, then the youngest file, then the last name.

    A form with no row and no day of preparation is no rival of one that has been filled. The moments of arrival decide only where every
    submission of the unit has one, and so do the days of preparation. Of files with the same bytes the one received first counts, for a
    form sent once more was not sent late.
    ``entries`` holds every file that arrived, with None for a file that could not be read or is none of this round's.
    """
    firsts: dict[str, Arrival] = {}
    for arrival, _ in sorted(entries, key=lambda entry: _order(entry[0].provenance.received)):
        firsts.setdefault(arrival.sha256, arrival)
    readable = [checked for arrival, checked in entries if checked is not None and firsts[arrival.sha256] is arrival]
    rivals: dict[str, list[CheckedSubmission]] = {}
    for checked in readable:
        rivals.setdefault(_unit(checked), []).append(checked)
    latest = {unit: _latest(every) for unit, every in rivals.items()}
    counted = tuple(checked for checked in readable if latest[_unit(checked)] is checked)
    superseded = tuple(checked for checked in readable if latest[_unit(checked)] is not checked)
    files = tuple(_report(arrival, checked, firsts, latest) for arrival, checked in entries)
    return Settled(counted, superseded, files)


def _order(received: datetime | None) -> tuple[bool, float]:
    return (received is None, received.timestamp() if received else 0.0)


def _latest(rivals: Sequence[CheckedSubmission]) -> CheckedSubmission:
    # A copy of the issued form that slipped in, or was sent by mistake, takes nothing away from what the unit has filled in
    candidates = [checked for checked in rivals if _is_filled(checked)] or rivals
    by_mail = all(checked.submission.provenance.received for checked in candidates)
    by_day = all(_prepared(checked) for checked in candidates)

    def age(checked: CheckedSubmission) -> tuple[float, date, float, tuple[tuple[int, int, str], ...]]:
        submission, received, day = checked.submission, checked.submission.provenance.received, _prepared(checked)
        arrived = received.timestamp() if received and by_mail else 0.0
        return (arrived, day if day and by_day else date.min, submission.modified, natural(submission.file))

    return max(candidates, key=age)


def _is_filled(checked: CheckedSubmission) -> bool:
    return _prepared(checked) is not None or any(rows for table, rows in checked.records.items() if table != "unit")


def _prepared(checked: CheckedSubmission) -> date | None:
    days = (record.values.get("prepared_on") for record in checked.records.get("unit", ()))
    return next((day.last for day in days if isinstance(day, PartialDate)), None)


def _unit(checked: CheckedSubmission) -> str:
    return checked.submission.passport.unit


def _report(
    arrival: Arrival, checked: CheckedSubmission | None, firsts: dict[str, Arrival], latest: dict[str, CheckedSubmission]
) -> FileReport:
    file, sha256, unit, provenance = arrival.file, arrival.sha256, arrival.unit, arrival.provenance
    if checked is None:
        return FileReport(file, sha256, unit, arrival.status or FileStatus.REFUSED, arrival.finding, provenance)
    first, newest = firsts[sha256], latest[_unit(checked)]
    if first is not arrival:
        found = text.finding("W141", CellRef(file), other=first.file)
        return FileReport(file, sha256, unit, FileStatus.DUPLICATE, found, provenance)
    if newest is not checked:
        code = "W142" if _is_filled(newest) and not _is_filled(checked) else "W140"
        found = text.finding(code, CellRef(file), other=newest.submission.file)
        return FileReport(file, sha256, unit, FileStatus.SUPERSEDED, found, provenance)
    return FileReport(file, sha256, unit, FileStatus.ACCEPTED, None, provenance)
