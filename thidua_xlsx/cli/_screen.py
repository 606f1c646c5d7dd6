"""What the commands print: plain lines, folded at the screen's width on a terminal and left whole in a file or a pipe."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import click

from thidua_xlsx import text
from thidua_xlsx.model import FileStatus, Finding, Record, Result, Severity
from thidua_xlsx.text import say

if TYPE_CHECKING:
    from datetime import date

    from thidua_xlsx.assess import Coverage, Explanation, Ladder, Setting, Stand, Turn
    from thidua_xlsx.campaign import Campaign, Side
    from thidua_xlsx.decisions import Change
    from thidua_xlsx.model import Assessment, Decision
    from thidua_xlsx.outcome import Outcome, UnitStatus
    from thidua_xlsx.pipeline import Decisions, MergeResult
    from thidua_xlsx.pipeline._survey import Progress
    from thidua_xlsx.pipeline._whatif import WhatIf
    from thidua_xlsx.register import Question

_CELLS_NAMED = 12
_BEFORE_CELLS = {"W": 0, "S": 1}
"""Scopes to mend first: what is wrong with cells may follow from them."""

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


def show_check(forms: Sequence[str], findings: Sequence[Finding]) -> None:
    """Single workbooks, file by file: errors first, then warnings, notes folded into counts; last what to do next.

    A form of which there is nothing to say is named too. What is wrong with the file or a sheet stands before cells: they follow from it.
    """
    said: dict[str, list[Finding]] = {}
    for found in findings:
        said.setdefault(found.ref.file, []).append(found)
    fine = [file for file in forms if file not in said]
    for file, of_file in said.items():
        show(wrapped(counted(of_file, "cli.check_file", file=file)))
        for severity in (Severity.ERROR, Severity.WARNING):
            _show_severity([found for found in of_file if found.severity is severity])
        _show_notes([found for found in of_file if found.severity is Severity.NOTE])
        show()
    for file in fine:
        show(wrapped(say("cli.check_fine", file=file)))
    if fine:
        show()
    show(wrapped(counted(findings, "cli.check_done")))
    show(wrapped(say(f"cli.check_next_{_next(findings, is_form_among=bool(forms))}")))


def _next(findings: Iterable[Finding], *, is_form_among: bool) -> str:
    """What is to be done: by the worst of what was found, or else because no form was read."""
    severities = {found.severity for found in findings}
    if not is_form_among:
        return "file" if Severity.ERROR in severities else "none"
    return next((severity.value for severity in (Severity.ERROR, Severity.WARNING) if severity in severities), "fine")


def _show_severity(findings: Sequence[Finding]) -> None:
    if findings:
        show()
        show(wrapped(say(f"cli.check_{findings[0].severity.value}s", count=len(findings))))
        show_findings(sorted(findings, key=lambda found: _BEFORE_CELLS.get(found.code[0], len(_BEFORE_CELLS))))


def _show_notes(findings: Sequence[Finding]) -> None:
    """A note on the whole file in full, for it says what became of the file; of cells only how many, and where."""
    if not findings:
        return
    show()
    show(wrapped(say("cli.check_notes", count=len(findings))))
    show_findings(found for found in findings if found.code.startswith("W"))
    for alike in _grouped(found for found in findings if not found.code.startswith("W")):
        show(wrapped(_visible(f"{_places(alike)}: {alike[0].code} {text.title(alike[0].code)}.")))


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


def counted(findings: Iterable[Finding], key: str, **facts: object) -> str:
    counts = Counter(found.severity for found in findings)
    return say(key, errors=counts[Severity.ERROR], warnings=counts[Severity.WARNING], notes=counts[Severity.NOTE], **facts)


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


def show_decisions(result: Decisions, file: Path, *, apply: bool) -> None:
    """What a workbook of the leadership changes, line by line where something changes, and what became of it."""
    from thidua_xlsx.decisions import Change

    changes = result.changes
    show(wrapped(say("decisions.round", name=result.outcome.round.name, file=file)))
    show()
    shown = [(change, decision, verdict) for change, decision, verdict in changes.lines if change is not Change.SAME]
    if shown:
        head = tuple(say(f"cli.decide_{key}") for key in ("change", "nominee", "name", "award", "decision"))
        show_columns([head, *(_decision_row(each, result.outcome) for each in shown)])
        show()
    show_findings(changes.findings)
    counts = {change.value: changes.count(change) for change in Change}
    show(wrapped(say("decisions.counts", **counts, refused=len(changes.refused), untouched=changes.untouched)))
    if result.kept:
        show(wrapped(say("decisions.applied", count=len(changes.accepted), file=result.kept)))
    else:
        show(wrapped(say("decisions.dry" if changes.accepted and not apply else "decisions.nothing")))


def _decision_row(line: tuple[Change, Decision, Assessment], outcome: Outcome) -> tuple[str, ...]:
    from thidua_xlsx.decisions import Change, in_words

    change, decision, verdict = line
    before = outcome.decisions.get((decision.nominee_id, decision.award), ())
    words = in_words(decision)
    if before:
        former = " / ".join(in_words(each.decision) for each in before)
        words = say("decisions.shown_beside" if change is Change.DISAGREES else "decisions.shown_before", before=former, now=words)
    return say(f"decisions.change_{change}"), decision.nominee_id, _shortened(verdict.name), decision.award, words


def _shortened(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1].rstrip()}…"


def show_questions(questions: Sequence[Question]) -> int:
    """Every pair that is still asked about, a block each; the exit code says whether there is one."""
    asked = [question for question in questions if question.answer is None]
    for question in asked:
        rows = (question.first, question.second)
        show_columns([_nominee(row, side) for row, side in zip(rows, question.sides, strict=True)])
        ids = " ".join(str(row.values.get("nominee_id")) for row in rows)
        show(say("cli.question", same=question.same))
        show(say("cli.question_command", ids=ids))
        show()
    show(wrapped(say("cli.questions_done", asked=len(asked), answered=len(questions) - len(asked))))
    return 1 if asked else 0


def _nominee(row: Record, side: Side) -> tuple[str, ...]:
    from thidua_xlsx.vietnamese import mask_citizen_id

    masked = mask_citizen_id(side.citizen_id) if side.citizen_id else ""
    return tuple(_visible(str(cell)) for cell in (row.values.get("nominee_id", ""), side.name, side.birth or "", masked, side.unit))


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


_TURNS_SHOWN = 20


def show_whatif(found: WhatIf) -> None:
    """Who turns with the figures tried; then every figure step by step, and what each criterion decides."""
    campaign = found.outcome.campaign
    if found.settings:
        tried = "; ".join(_setting(setting, campaign) for setting in found.settings)
        show(wrapped(say("whatif.tried", settings=tried)))
        show()
        show(say("whatif.turned", count=len(found.turns)) if found.turns else say("whatif.no_turn"))
        if found.turns:
            show_columns([_turn_row(turn) for turn in found.turns[:_TURNS_SHOWN]])
        if len(found.turns) > _TURNS_SHOWN:
            show("  " + say("whatif.more_turns", count=len(found.turns) - _TURNS_SHOWN))
        show()
    if not (found.ladders or found.coverage):
        show(wrapped(say("whatif.nobody", round=found.outcome.round.name)))
    for ladder in found.ladders:
        _show_ladder(ladder, campaign)
    _show_coverage(found.coverage, campaign)


def _setting(setting: Setting, campaign: Campaign) -> str:
    from thidua_xlsx.assess import quantity_of

    place = "".join(f".{part}" for part in (setting.award, setting.kind) if part)
    return say("whatif.setting", criterion=setting.criterion, place=place, figure=quantity_of(setting.value, setting.criterion, campaign))


def _turn_row(turn: Turn) -> tuple[str, ...]:
    before, after = turn.before, turn.after
    words = say("decisions.shown_before", before=say(f"cli.result_{before.result.word}"), now=say(f"cli.result_{after.result.word}"))
    return before.nominee_id, _shortened(before.name), before.award, words


def _show_ladder(ladder: Ladder, campaign: Campaign) -> None:
    from thidua_xlsx.assess import quantity_of

    order = (Result.MET, Result.NOT_MET, Result.OPEN)
    now = "figure_unset" if ladder.figure is None else "figure_now"
    figure = say(f"whatif.{now}", figure=quantity_of(ladder.figure or 0, ladder.criterion, campaign))
    facts = {"criterion": ladder.criterion, "award": campaign.awards[ladder.award].short, "kind": say(f"whatif.kind_{ladder.kind}")}
    show(wrapped(say("whatif.ladder", figure=figure, **facts)))
    head = (say("whatif.head_figure"), *(say(f"cli.result_{result.word}") for result in order), say("whatif.head_turned"))
    rows = [
        (quantity_of(step.figure, ladder.criterion, campaign), *(str(step.counts[result]) for result in order), str(step.turned))
        for step in ladder.steps
    ]
    show_columns([head, *rows], right=range(len(head)))
    for key, stands in (("above", ladder.above), ("below", ladder.below)):
        if stands:
            names = "; ".join(_stand(stand, ladder.criterion, campaign) for stand in stands)
            show(wrapped(say(f"whatif.{key}", names=names), indent="  "))
    show()


def _stand(stand: Stand, criterion: str, campaign: Campaign) -> str:
    from thidua_xlsx.assess import quantity_of

    return say("whatif.stand", name=stand.name, nominee=stand.nominee_id, sure=quantity_of(stand.sure, criterion, campaign))


def _show_coverage(found: Sequence[Coverage], campaign: Campaign) -> None:
    if not found:
        return
    order = (Result.MET, Result.NOT_MET, Result.OPEN)
    results = (say(f"cli.result_{result.word}") for result in order)
    head = (say("cli.award"), say("whatif.head_criterion"), *results, say("whatif.head_decides"), say("whatif.head_alone"))
    show(wrapped(say("whatif.coverage")))
    show_columns([head, *(_coverage_row(each, campaign) for each in found)], right=range(2, len(head)))
    never = [f"{each.award} {each.criterion}" for each in found if not each.decides]
    always = [f"{each.award} {each.criterion}" for each in found if each.counts[Result.OPEN] == sum(each.counts.values())]
    for key, names in (("never", never), ("always_open", always)):
        if names:
            show(wrapped(say(f"whatif.{key}", criteria=", ".join(names))))


def _coverage_row(each: Coverage, campaign: Campaign) -> tuple[str, ...]:
    numbers = (each.counts[Result.MET], each.counts[Result.NOT_MET], each.counts[Result.OPEN], each.decides, each.alone)
    return campaign.awards[each.award].short, each.criterion, *map(str, numbers)


def show_tree(explanation: Explanation, indent: str) -> None:
    sign = {1: "✓", 0: "?", -1: "✗"}[int(explanation.result)]
    show(wrapped(f"{sign} {explanation.words}", indent=indent))
    if explanation.quote:
        show(wrapped(explanation.quote, indent=indent + "    "))
    if explanation.cells:
        show(wrapped(say("cli.cells", cells=", ".join(str(cell) for cell in explanation.cells)), indent=indent + "    "))
    for remark in explanation.remarks:
        show(wrapped(remark, indent=indent + "    "))
    for child in explanation.children:
        show_tree(child, indent + "  ")
    if explanation.turning:
        show(wrapped(say("cli.turning", changes="; ".join(explanation.turning)), indent=indent))
