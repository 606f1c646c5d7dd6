"""From a folder of files to an :class:`Outcome`, without writing anything."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from pathlib import Path

from thidua_xlsx.campaign import Campaign, Round
from thidua_xlsx.checks import check_submission
from thidua_xlsx.intake import Arrival, read_file, scan, settle
from thidua_xlsx.model import CheckedSubmission, FileReport, FileStatus, Finding
from thidua_xlsx.outcome import Outcome, Verdict

Progress = Callable[[str, int, int], None]
"""Told the stage (a key ``cli.stage_<name>``), how much of it is done, and how much there is."""

Read = tuple[Arrival, CheckedSubmission | None]

_FILES_PER_TASK = 25
_WORTH_A_POOL = 3 * _FILES_PER_TASK


def quiet(stage: str, done: int, total: int) -> None:
    """No progress shown."""


def file_name(inbox: Path, path: Path) -> str:
    """How a file of the inbox is named everywhere: ``inbox/QLN.xlsx``, with forward slashes."""
    return f"{inbox.name}/{path.relative_to(inbox).as_posix()}"


def read_and_check(files: Sequence[tuple[Path, str]], campaign: Campaign, round_id: str | None) -> list[Read]:
    """Read and check some files; the unit of work of a worker process."""
    done: list[Read] = []
    for path, name in files:
        arrival = read_file(path, name, campaign, round_id)
        submission = arrival.submission
        checked = check_submission(submission, campaign, round_id or submission.passport.round) if submission else None
        done.append((arrival, checked))
    return done


def _workers(jobs: int | None, files: int) -> int:
    if jobs is not None:
        return max(1, jobs)
    return min(os.cpu_count() or 1, 8) if files >= _WORTH_A_POOL else 1


def _pooled(
    executor: Executor, parts: Sequence[Sequence[tuple[Path, str]]], campaign: Campaign, round_id: str | None
) -> Iterable[list[Read]]:
    tasks: list[Future[list[Read]]] = [executor.submit(read_and_check, part, campaign, round_id) for part in parts]
    for task in tasks:
        yield task.result()


def read_all(inbox: Path, campaign: Campaign, round_id: str | None, jobs: int | None, progress: Progress) -> list[Read]:
    """Every file of the inbox, read and checked, in the order of their names whatever the number of workers.

    Without a round, each workbook is judged for the one it was issued for.
    """
    files = [(path, file_name(inbox, path)) for path in scan(inbox)]
    workers = _workers(jobs, len(files))
    size = _FILES_PER_TASK if workers > 1 else 1
    parts = [files[start : start + size] for start in range(0, len(files), size)]
    done: list[Read] = []

    def collect(results: Iterable[list[Read]]) -> list[Read]:
        for result in results:
            done.extend(result)
            progress("read", len(done), len(files))
        return done

    if workers == 1:
        return collect(read_and_check(part, campaign, round_id) for part in parts)
    with ProcessPoolExecutor(workers) as executor:
        return collect(_pooled(executor, parts, campaign, round_id))


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


def survey(
    inbox: Path,
    campaign: Campaign,
    occasion: Round,
    *,
    jobs: int | None = None,
    previous: Mapping[tuple[str, str], Verdict] | None = None,
    progress: Progress = quiet,
) -> Outcome:
    """Read, check, merge and assess everything in ``inbox`` for one round."""
    reads = read_all(inbox, campaign, occasion.id, jobs, progress)
    progress("assess", 0, 1)
    from thidua_xlsx.assess import assess
    from thidua_xlsx.register import build_register

    settled = settle(reads)
    counted = _in_order_of_units(settled.counted, campaign)
    register = build_register(counted, campaign)
    assessments = assess(register.tables, register.held, campaign, occasion.id)
    progress("assess", 1, 1)
    return Outcome(
        campaign=campaign,
        round=occasion,
        files=settled.files,
        submissions=counted,
        superseded=settled.superseded,
        register=register,
        assessments=assessments,
        findings=(*_findings(reads, settled.files, counted), *register.findings),
        previous=previous,
    )


def refused(outcome: Outcome) -> tuple[FileReport, ...]:
    """The files that could not be counted although somebody meant them to be."""
    return tuple(report for report in outcome.files if report.status is FileStatus.REFUSED)
