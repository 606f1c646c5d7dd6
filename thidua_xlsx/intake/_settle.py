"""Which of several submissions of a unit counts: the latest; nothing is thrown away in silence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

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
    """Choose per unit the submission that counts: the one prepared last, then the youngest file, then the last name.

    The day of preparation decides only where every submission of the unit has one. Of files with the same bytes the first counts.
    ``entries`` holds every file that arrived, with None for a file that could not be read or is none of this round's.
    """
    firsts: dict[str, Arrival] = {}
    for arrival, _ in entries:
        firsts.setdefault(arrival.sha256, arrival)
    readable = [checked for arrival, checked in entries if checked is not None and firsts[arrival.sha256] is arrival]
    latest = {unit: _latest(checked for checked in readable if _unit(checked) == unit) for unit in map(_unit, readable)}
    counted = tuple(checked for checked in readable if latest[_unit(checked)] is checked)
    superseded = tuple(checked for checked in readable if latest[_unit(checked)] is not checked)
    files = tuple(_report(arrival, checked, firsts, latest) for arrival, checked in entries)
    return Settled(counted, superseded, files)


def _latest(rivals: Iterable[CheckedSubmission]) -> CheckedSubmission:
    dated = [(_prepared(checked), checked) for checked in rivals]
    comparable = all(day is not None for day, _ in dated)

    def age(entry: tuple[date | None, CheckedSubmission]) -> tuple[date, float, tuple[tuple[int, int, str], ...]]:
        day, checked = entry
        submission = checked.submission
        return (day if day and comparable else date.min, submission.modified, natural(submission.file))

    return max(dated, key=age)[1]


def _prepared(checked: CheckedSubmission) -> date | None:
    days = (record.values.get("prepared_on") for record in checked.records.get("unit", ()))
    return next((day.last for day in days if isinstance(day, PartialDate)), None)


def _unit(checked: CheckedSubmission) -> str:
    return checked.submission.passport.unit


def _report(
    arrival: Arrival, checked: CheckedSubmission | None, firsts: dict[str, Arrival], latest: dict[str, CheckedSubmission]
) -> FileReport:
    if checked is None:
        return FileReport(arrival.file, arrival.sha256, arrival.unit, arrival.status or FileStatus.REFUSED, arrival.finding)
    first = firsts[arrival.sha256]
    if first is not arrival:
        found = text.finding("W141", CellRef(arrival.file), other=first.file)
        return FileReport(arrival.file, arrival.sha256, arrival.unit, FileStatus.DUPLICATE, found)
    newest = latest[_unit(checked)]
    if newest is not checked:
        found = text.finding("W140", CellRef(arrival.file), other=newest.submission.file)
        return FileReport(arrival.file, arrival.sha256, arrival.unit, FileStatus.SUPERSEDED, found)
    return FileReport(arrival.file, arrival.sha256, arrival.unit, FileStatus.ACCEPTED)
