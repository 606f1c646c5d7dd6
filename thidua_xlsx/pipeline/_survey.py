"""From a folder of files to an :class:`Outcome`, without writing anything."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from threading import Thread

from thidua_xlsx import text
from thidua_xlsx.campaign import Answer, Campaign, Round, load_answers, waiver_findings
from thidua_xlsx.intake import named, scan, settle
from thidua_xlsx.model import CellRef, CheckedSubmission, FileReport, FileStatus, Finding, Severity
from thidua_xlsx.outcome import Outcome
from thidua_xlsx.pipeline._cache import Cache
from thidua_xlsx.pipeline._decide import Ledger, joined, ledger
from thidua_xlsx.pipeline._folder import Folder, UsageError, today
from thidua_xlsx.pipeline._reading import File, Order, Read, Taken
from thidua_xlsx.pipeline._workers import read_parts
from thidua_xlsx.text import current_language, say

Progress = Callable[[str, int, int], None]
"""Told the stage (a key ``cli.stage_<name>``), how much of it is done, and how much there is."""

_FILES_PER_TASK = 10
_MOST_WORKERS = 8


def quiet(stage: str, done: int, total: int) -> None:
    """No progress shown."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How files are read: on how many worker processes or with whose executor, with which passwords.

    ``home`` is the campaign folder whose cache may be used; only a run that ``remembers`` writes to it.
    """

    jobs: int | None = None
    passwords: tuple[str, ...] = ()
    executor: Executor | None = None
    home: Path | None = None
    remembers: bool = False


PLAIN = Reading()


@dataclass(frozen=True, slots=True)
class Known:
    """What people have said besides the workbooks: who is who, and what the leadership has decided."""

    answers: tuple[Answer, ...] = ()
    applied: Ledger = field(default_factory=Ledger)

    @classmethod
    def of(cls, home: Folder) -> Known:
        """All that stands in a campaign folder. Raises ``CampaignError`` where the answers cannot be read."""
        return cls(tuple(load_answers(home.path)), ledger(home))


NOTHING_KNOWN = Known()


def read_and_check(files: Sequence[File], order: Order, reading: Reading = PLAIN) -> Iterator[Taken]:
    """What each of some files held, in the order of the files, whatever the number of workers."""
    parts = [files[start : start + _FILES_PER_TASK] for start in range(0, len(files), _FILES_PER_TASK)]
    workers = min(reading.jobs or min(os.cpu_count() or 1, _MOST_WORKERS), len(parts))
    if parts:
        for part in read_parts(parts, order, workers, reading.executor):
            yield from part


def read_all(inbox: Path, campaign: Campaign, round_id: str | None, reading: Reading = PLAIN, progress: Progress = quiet) -> list[Read]:
    """Everything in the inbox, read and checked, in the order of the files' names whatever the number of workers.

    Without a round, each workbook is judged for the one it was issued for. What the cache remembers is not read again.
    """
    order = Order(campaign, round_id, reading.passwords, current_language())
    memory = Cache.of(reading.home, inbox, order, writes=reading.remembers) if reading.home else Cache.none()
    files = named(inbox, scan(inbox))
    held = {name: reads for path, name in files if (reads := memory.recall(path, name)) is not None}
    fresh = [(path, name) for path, name in files if name not in held]
    for (_, name), taken in zip(fresh, read_and_check(fresh, order, reading), strict=True):
        held[name] = taken.reads
        memory.remember(name, taken)
        progress("read", len(held), len(files))
    memory.prune()
    return [read for _, name in files for read in held[name]]


def _in_order_of_units(checked: Iterable[CheckedSubmission], campaign: Campaign) -> tuple[CheckedSubmission, ...]:
    place = {code: index for index, code in enumerate(campaign.units)}
    return tuple(sorted(checked, key=lambda entry: place[entry.submission.passport.unit]))


def _findings(reads: Sequence[Read], files: Sequence[FileReport], counted: Sequence[CheckedSubmission]) -> list[Finding]:
    """Everything to be said, file by file; of an older submission of a unit only that it is one."""
    of_counted = {entry.submission.file: entry for entry in counted}
    findings: list[Finding] = []
    for (arrival, checked), report in zip(reads, files, strict=True):
        if report.finding:
            findings.append(report.finding)
        if checked is None:
            findings.extend(found for found in arrival.findings if found is not report.finding)
        elif entry := of_counted.get(arrival.file):
            findings.extend((*arrival.findings, *entry.findings))
    return findings


def resent(checked: CheckedSubmission, findings: Iterable[Finding]) -> Iterator[Finding]:
    """That a workbook we returned came back as it was, as long as there is something to mend in it."""
    file = checked.submission.file
    if checked.submission.is_returned_as_it_was:
        left = [found for found in findings if found.ref.file == file and found.severity is not Severity.NOTE]
        if left:
            yield text.finding("W180", CellRef(file), count=len(left))


@contextmanager
def _meanwhile(module: str) -> Iterator[None]:
    """Import a module while workers start and read: with pandas it takes as long as a hundred workbooks."""
    importing = Thread(target=import_module, args=(module,))
    importing.start()
    try:
        yield
    finally:
        importing.join()  # an interrupted run must not end while something is being imported


def survey(
    inbox: Path,
    campaign: Campaign,
    occasion: Round,
    *,
    reading: Reading = PLAIN,
    known: Known = NOTHING_KNOWN,
    progress: Progress = quiet,
) -> Outcome:
    """Read, check, merge and assess everything in ``inbox`` for one round, with what people have said about it so far."""
    with _meanwhile("thidua_xlsx.assess"):
        reads = read_all(inbox, campaign, occasion.id, reading, progress)
    progress("assess", 0, 1)
    from thidua_xlsx.assess import assess, award_findings, quota_counts, quota_findings
    from thidua_xlsx.register import build_register

    settled = settle(reads)
    counted = _in_order_of_units(settled.counted, campaign)
    register = build_register(counted, campaign, known.answers)
    assessments = assess(register.tables, register.held, campaign, occasion.id)
    said = [*_findings(reads, settled.files, counted), *register.findings]
    said += [found for entry in counted for found in resent(entry, said)]
    sent = {entry.submission.passport.unit for entry in counted}
    said += waiver_findings(campaign, occasion, sent, said)
    said += award_findings(assessments, register.tables, campaign, occasion.id)
    said += quota_findings(quota_counts(assessments, register.tables, register.held, campaign, occasion.id), campaign)
    progress("assess", 1, 1)
    outcome = Outcome(
        campaign=campaign,
        round=occasion,
        files=settled.files,
        submissions=counted,
        superseded=settled.superseded,
        register=register,
        assessments=assessments,
        findings=tuple(said),
    )
    return joined(outcome, known.applied)


def refused(outcome: Outcome) -> tuple[FileReport, ...]:
    """The files that could not be counted although somebody meant them to be."""
    return tuple(report for report in outcome.files if report.status is FileStatus.REFUSED)


def surveyed(folder: Path | str, round_id: str | None, passwords: Collection[str] = ()) -> tuple[Folder, Outcome]:
    """The campaign folder and what its inbox gives for a round (the one that is open), nothing written. Raises :class:`UsageError`."""
    home = Folder.at(folder)
    occasion = home.round(round_id, today())
    if not home.inbox.is_dir():
        raise UsageError(say("cli.no_inbox", inbox=home.inbox))
    reading = Reading(passwords=tuple(passwords), home=home.path)
    return home, survey(home.inbox, home.campaign, occasion, reading=reading, known=Known.of(home))
