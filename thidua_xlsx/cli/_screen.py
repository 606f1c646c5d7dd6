"""What the commands print: plain lines, folded at the screen's width on a terminal and left whole in a file or a pipe."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import click

from thidua_xlsx import text
from thidua_xlsx.model import FileStatus, Finding, Result, Severity
from thidua_xlsx.text import say

if TYPE_CHECKING:
    from datetime import date

    from thidua_xlsx.assess import Explanation
    from thidua_xlsx.outcome import Outcome, UnitStatus
    from thidua_xlsx.pipeline import MergeResult
    from thidua_xlsx.pipeline._survey import Progress

_CELLS_NAMED = 12

_LONGEST_NAME = 24


def show(line: str = "", *, error: bool = False) -> None:
    click.echo(line, err=error)


def wrapped(line: str, *, indent: str = "") -> str:
    """On a screen, folded at its width; in a file or a pipe, one line that tools can search."""
    if not sys.stdout.isatty():
        return indent + line
    width = shutil.get_terminal_size((80, 24)).columns
    return textwrap.fill(line, width, initial_indent=indent, subsequent_indent=indent + "    ", break_long_words=False)


def show_findings(findings: Iterable[Finding]) -> None:
    """Errors first; the same fault in several cells of a sheet is one line that names them."""
    for alike in _grouped(findings):
        show(wrapped(_visible(f"{_places(alike)}: {alike[0].code} {text.joint_message(alike)}")))


def _visible(line: str) -> str:
    """One line without anything that a screen would obey: what a unit has typed may hold line breaks and escape codes."""
    return "".join(letter if letter.isprintable() else " " for letter in line)


def _grouped(findings: Iterable[Finding]) -> list[list[Finding]]:
    gravity = list(Severity)
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for found in sorted(findings, key=lambda found: gravity.index(found.severity)):
        groups.setdefault((found.code, found.ref.file, found.ref.sheet), []).append(found)
    return list(groups.values())


def _places(alike: Sequence[Finding]) -> str:
    """``[file]sheet!H12, H13``: every cell, up to a limit."""
    cells = list(dict.fromkeys(found.ref.cell for found in alike if found.ref.cell))
    named = "".join(f", {cell}" for cell in cells[1:_CELLS_NAMED])
    more = say("cli.more_cells", count=len(cells) - _CELLS_NAMED) if len(cells) > _CELLS_NAMED else ""
    return f"{alike[0].ref}{named}{more}"


def show_columns(rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> None:
    """A plain table, as wide as its words; the columns named in ``right`` are set to the right."""
    widths = [max(len(row[index]) for row in rows) for index in range(len(rows[0]))]
    for row in rows:
        cells = [
            cell.rjust(width) if index in right else cell.ljust(width) for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        show(("  " + "  ".join(cells)).rstrip())


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """A bar on a terminal, nothing in a file or a pipe."""
    from thidua_xlsx.pipeline._survey import quiet

    if not sys.stderr.isatty():
        yield quiet
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, Any] = {}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(say(f"cli.stage_{stage}"))
            bar.update(tasks[stage], completed=done, total=total)

        yield show


def counted(findings: Iterable[Finding], key: str) -> str:
    counts = Counter(found.severity for found in findings)
    return say(key, errors=counts[Severity.ERROR], warnings=counts[Severity.WARNING], notes=counts[Severity.NOTE])


def show_merge(result: MergeResult) -> None:
    outcome = result.outcome
    show(say("cli.merge_round", round=outcome.round.id, name=outcome.round.name))
    show()
    statuses = Counter(report.status for report in outcome.files)
    counts = {status.value: statuses[status] for status in FileStatus}
    if outcome.files:
        show(wrapped(say("cli.merge_files", total=len(outcome.files), **counts)))
    else:
        show(wrapped(say("cli.empty_inbox", inbox=result.inbox)))
    sent = {entry.submission.passport.unit for entry in outcome.submissions}
    # A unit that sent only another round's workbook believes that it has sent
    misled = [report for report in outcome.files if report.unit in outcome.campaign.units and report.unit not in sent]
    refused = [report for report in outcome.files if report.finding and report.finding.severity is not Severity.NOTE]
    show_findings(report.finding for report in outcome.files if report.finding and (report in refused or report in misled))
    missing = [code for code in outcome.campaign.units if code not in sent]
    if missing:
        show(wrapped(say("cli.merge_missing", count=len(missing), units=", ".join(missing))))
    registered = sum(len(frame) for frame in outcome.register.tables.values())
    held = sum(len(frame) for frame in outcome.register.held.values())
    show(wrapped(say("cli.merge_rows", registered=registered, held=held)))
    show(wrapped(counted(outcome.findings, "cli.merge_findings")))
    show()
    _show_verdicts(outcome)
    show()
    _show_outputs(result)


def _show_verdicts(outcome: Outcome) -> None:
    counts = Counter((entry.award, entry.result) for entry in outcome.assessments)
    order = (Result.MET, Result.NOT_MET, Result.OPEN)
    head = (say("cli.award"), *(say(f"cli.result_{result.word}") for result in order))
    rows = [(outcome.campaign.awards[code].short, *(str(counts[code, result]) for result in order)) for code in outcome.round.awards]
    show_columns([head, *rows], right=(1, 2, 3))


def _show_outputs(result: MergeResult) -> None:
    from thidua_xlsx.pipeline._outputs import DOSSIERS_FOLDER, REGISTER_FILE, RETURNS_FOLDER, SUMMARY_FILE

    show(say("cli.merge_done", folder=result.folder))
    below = Counter(path.relative_to(result.folder).parts[0] for path in result.outputs)
    names = {SUMMARY_FILE: "summary", REGISTER_FILE: "register", f"{RETURNS_FOLDER}": "returns", f"{DOSSIERS_FOLDER}": "dossiers"}
    show_columns([(name, say(f"cli.output_{key}", count=below[name])) for name, key in names.items() if below[name]])
    for path in result.kept:
        show(wrapped(say("cli.kept", file=path)))


def show_status(outcome: Outcome, units: Sequence[UnitStatus], on: date) -> None:
    """A line per unit, what the columns mean, and who is missing; days count from ``on``."""
    left = (outcome.round.deadline - on).days
    when = say("cli.days_left", days=left) if left > 0 else say("cli.days_over", days=-left) if left else say("cli.days_today")
    show(wrapped(say("cli.status_round", name=outcome.round.name, deadline=f"{outcome.round.deadline:%d/%m/%Y}", when=when)))
    show()
    head = tuple(say(f"cli.status_{key}") for key in ("unit", "state", "versions", "sent_on", "errors", "warnings", "file"))
    show_columns([head, *map(_status_row, units)], right=(2, 4, 5))
    show()
    show(wrapped(say("cli.status_legend")))
    missing = [entry.unit.code for entry in units if entry.file is None]
    open_points = {"errors": sum(entry.errors for entry in units), "warnings": sum(entry.warnings for entry in units)}
    sent = len(units) - len(missing)
    show(wrapped(say("cli.status_done", sent=sent, total=len(units), missing=", ".join(missing) or "–", **open_points)))


def _status_row(entry: UnitStatus) -> tuple[str, ...]:
    state = say(f"cli.state_{entry.state.value}") + (say("cli.state_late") if entry.late else "")
    if entry.file is None:
        return (
            entry.unit.code,
            state,
            str(entry.versions or ""),
            "",
            "",
            "",
            _last_name(entry.other_files[-1].path) if entry.versions else "",
        )
    counts = (str(entry.versions), str(entry.sent_on or ""), str(entry.errors), str(entry.warnings))
    return entry.unit.code, state, *counts, _last_name(entry.file)


def _last_name(path: str) -> str:
    """The file itself without the folders and mails it lies in, short enough for a line of a screen."""
    name = PurePosixPath(path).name
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 6]}…{name[-5:]}"


def show_tree(explanation: Explanation, indent: str) -> None:
    sign = {1: "✓", 0: "?", -1: "✗"}[int(explanation.result)]
    show(wrapped(f"{sign} {explanation.words}", indent=indent))
    if explanation.quote:
        show(wrapped(explanation.quote, indent=indent + "    "))
    if explanation.cells:
        show(wrapped(say("cli.cells", cells=", ".join(str(cell) for cell in explanation.cells)), indent=indent + "    "))
    for child in explanation.children:
        show_tree(child, indent + "  ")
