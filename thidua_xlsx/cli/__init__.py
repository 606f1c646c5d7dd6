"""The command line: parse, call one function of the pipeline, print, set the exit code.

Exit codes (contract 5.1): 0 nothing held back · 1 something is held back or refused · 2 wrong usage or campaign file · 3 our bug.
"""

from __future__ import annotations

import errno
import gc
import json
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from thidua_xlsx import text
from thidua_xlsx.cli._screen import (
    progress_bar,
    show,
    show_check,
    show_decisions,
    show_findings,
    show_merge,
    show_questions,
    show_status,
    show_tree,
    show_whatif,
    wrapped,
)
from thidua_xlsx.cli._words import Command, Group, Option, asked_language, language_option, usage_words
from thidua_xlsx.model import Severity, UserError
from thidua_xlsx.text import say

Callback = TypeVar("Callback", bound=Callable[..., Any])

_LONGEST_PATH = 248
"""What Windows takes without further ado: 260 characters for a file, 248 for a folder; it says of longer ones that they do not exist."""

OK, HELD, WRONG_USE, BUG, INTERRUPTED = 0, 1, 2, 3, 130

_folder = click.option("-C", "folder", cls=Option, type=click.Path(path_type=Path), default=Path())
_round = click.option("--round", "round_id", cls=Option)


def _option(*names: str, **settings: Any) -> Callable[[Callback], Callback]:
    return click.option(*names, cls=Option, **settings)


_passwords = _option("--password", "passwords", multiple=True)


@click.group(cls=Group, params=[language_option()], invoke_without_command=True)
@click.version_option(package_name="thidua_xlsx", prog_name="thidua", cls=Option)
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Shown by ``thidua`` alone: the help."""
    if ctx.invoked_subcommand is None:
        show(ctx.get_help())


def _is_there(_context: click.Context, _parameter: click.Parameter, file: Path) -> Path:
    if not file.is_file():
        raise click.UsageError(say("cli.no_such_file", files=file))
    return file


@cli.command(cls=Command)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@_option("--campaign", default="kien-giang", show_default=True)
def init(folder: Path, campaign: str) -> int:
    """A new campaign folder."""
    from thidua_xlsx import pipeline

    made = pipeline.init(folder, campaign)
    show(say("cli.init_done", folder=made))
    return OK


@cli.command(cls=Command)
@_folder
@_round
@_option("--unit", "units", multiple=True)
def issue(folder: Path, round_id: str | None, units: tuple[str, ...]) -> int:
    """Registration workbooks for every unit."""
    from thidua_xlsx import pipeline

    with progress_bar() as progress:
        written = pipeline.issue(folder, round_id, units, progress)
    show(say("cli.issue_done", count=len(written) // 2, folder=written[0].parent))
    return OK


@cli.command(cls=Command)
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=click.Path(path_type=Path))
@_folder
@_option("--format", "form", type=click.Choice(("text", "json")), default="text")
@_passwords
def check(files: tuple[Path, ...], folder: Path, form: str, passwords: tuple[str, ...]) -> int:
    """Findings of single workbooks."""
    from thidua_xlsx import pipeline

    examined = pipeline.examine(files, folder, passwords)
    findings = examined.findings
    if form == "json":
        show(json.dumps({"findings": [pipeline.finding_fields(found) for found in findings]}, ensure_ascii=False, indent=1))
    else:
        show_check(examined.forms, findings)
    return HELD if any(found.severity is Severity.ERROR for found in findings) else OK


@cli.command(cls=Command)
@click.argument("inbox", metavar="[INBOX]", required=False, type=click.Path(path_type=Path))
@_folder
@_round
@_option("-o", "--output", type=click.Path(path_type=Path))
@_option("--jobs", type=click.IntRange(min=1))
@_passwords
def merge(inbox: Path | None, folder: Path, round_id: str | None, output: Path | None, **how: Any) -> int:
    """The main job; ``how`` holds the number of worker processes and the passwords."""
    from thidua_xlsx import pipeline

    with progress_bar() as progress:
        result = pipeline.merge(folder, inbox, round_id, output, progress=progress, **how)
    show_merge(result)
    return HELD if pipeline.held_back(result.outcome) else OK


@cli.command(cls=Command)
@_folder
@_round
@_option("--on", type=click.DateTime(["%d/%m/%Y", "%Y-%m-%d"]), metavar="DATE")
@_option("--remind", is_flag=True)
@_passwords
def status(folder: Path, round_id: str | None, on: datetime | None, passwords: tuple[str, ...], *, remind: bool) -> int:
    """Who has sent, who is missing; days are counted from ``on``, by default the day on the office's own calendar."""
    from thidua_xlsx import pipeline

    day = on.date() if on else date.today()  # noqa: DTZ011 – nothing that a merge writes depends on it
    outcome, units = pipeline.status(folder, round_id, passwords)
    show_status(outcome, units, day)
    if remind:
        drafts = pipeline.remind(folder, outcome, [entry.unit for entry in units if entry.file is None], day)
        show(wrapped(say("cli.remind_done", count=len(drafts), folder=drafts[0].parent) if drafts else say("cli.remind_nobody")))
    return HELD if pipeline.held_back(outcome) else OK


@cli.command(cls=Command)
@_folder
@_round
def audit(folder: Path, round_id: str | None) -> int:
    """A second count of everything that was merged."""
    from thidua_xlsx import pipeline

    with progress_bar() as progress:
        result = pipeline.audit(folder, round_id, progress)
    show_findings(result.findings)
    if result.left_out:
        show(wrapped(say("cli.audit_left_out", count=len(result.left_out), files=", ".join(result.left_out))))
    key = "cli.audit_differs" if result.findings else "cli.audit_agrees"
    show(wrapped(say(key, cells=result.cells, files=result.files, count=len(result.findings))))
    return HELD if result.findings else OK


@cli.command(cls=Command)
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path), callback=_is_there)
@_folder
@_option("-o", "--output", "upgraded", type=click.Path(path_type=Path))
def upgrade(file: Path, folder: Path, upgraded: Path | None) -> int:
    """An old or damaged form moved into a current one."""
    from thidua_xlsx import pipeline

    result = pipeline.upgrade(file, folder, upgraded)
    show_findings(result.findings)
    show(wrapped(say("cli.upgrade_done", rows=result.rows, cells=result.cells, unit=result.passport.unit, file=result.path)))
    return OK


@cli.command(cls=Command)
@click.argument("nominee", metavar="NOMINEE")
@_folder
@_round
@_option("--award")
def explain(nominee: str, folder: Path, round_id: str | None, award: str | None) -> int:
    """The verdict as a tree."""
    from thidua_xlsx import pipeline

    for assessment, explanation in pipeline.explain(folder, nominee, round_id, award):
        show(f"{assessment.name} ({assessment.nominee_id}, {assessment.unit})")
        show_tree(explanation, "")
        show()
    return OK


@cli.command(cls=Command)
@click.argument("figures", metavar="[TC=SỐ…]", nargs=-1)
@_folder
@_round
def whatif(figures: tuple[str, ...], folder: Path, round_id: str | None) -> int:
    """What other figures would change."""
    from thidua_xlsx import pipeline

    show_whatif(pipeline.whatif(folder, figures, round_id))
    return OK


@cli.command(cls=Command)
@click.argument("nominees", metavar="[A B]", nargs=-1)
@_folder
@_round
@_option("--different/--same", "different", default=None)
@_option("--by")
@_option("--reason")
def answer(nominees: tuple[str, ...], folder: Path, round_id: str | None, **words: Any) -> int:
    """What people know about nominees that look alike; without arguments, what is still asked."""
    from thidua_xlsx import pipeline

    if not nominees:
        return show_questions(pipeline.questions(folder, round_id))
    different, by, reason = words["different"], words["by"], words["reason"]
    if len(nominees) != 2 or different is None or not by or not reason:
        raise pipeline.UsageError(say("cli.answer_words"))
    path, made = pipeline.answer(folder, (nominees[0], nominees[1]), round_id, same=not different, by=by, reason=reason)
    key = "cli.answer_same" if made.same else "cli.answer_different"
    show(wrapped(say(key, one=made.sides[0].name, other=made.sides[1].name, file=path)))
    return OK


@cli.command(cls=Command)
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path), callback=_is_there)
@_folder
@_option("--apply", is_flag=True)
@_passwords
def decide(file: Path, folder: Path, passwords: tuple[str, ...], *, apply: bool) -> int:
    """What the leadership's workbook would change, then apply."""
    from thidua_xlsx import pipeline

    result = pipeline.decide(folder, file, apply=apply, passwords=passwords)
    show_decisions(result, file, apply=apply)
    return HELD if result.changes.refused else OK


@cli.command(cls=Command)
@_folder
@_round
@_option("--nominee", "nominees", multiple=True)
@_option("--pdf", is_flag=True)
def dossiers(folder: Path, round_id: str | None, nominees: tuple[str, ...], *, pdf: bool) -> int:
    """Word dossiers for chosen nominees."""
    from thidua_xlsx import pipeline

    written = pipeline.dossiers(folder, round_id, nominees, pdf=pdf)
    for path in written:
        show(str(path))
    show(say("cli.dossiers_done", count=len(written)))
    return OK


@cli.command(cls=Command)
@_folder
@_round
@_option("-o", "--output", "exported", type=click.Path(path_type=Path))
@_passwords
def export(folder: Path, round_id: str | None, exported: Path | None, passwords: tuple[str, ...]) -> int:
    """The register for other programs."""
    from thidua_xlsx import pipeline

    result = pipeline.export(folder, round_id, exported, passwords)
    show(wrapped(say("cli.export_done", count=len(result.written), folder=result.folder)))
    if not result.parquet:
        show(wrapped(say("cli.export_no_parquet")))
    if result.unset_codes:
        show(wrapped(say("cli.export_no_codes", names=", ".join(result.unset_codes))))
    return OK


@cli.command(cls=Command)
@click.argument("stage", metavar="so-ket|tong-ket", type=click.Choice(("so-ket", "tong-ket")))
@_folder
@_round
@_option("--pdf", is_flag=True)
@_passwords
def report(stage: str, folder: Path, round_id: str | None, passwords: tuple[str, ...], *, pdf: bool) -> int:
    """The Word report of the stage."""
    from thidua_xlsx import pipeline

    path, kept = pipeline.report(folder, stage, round_id, passwords, pdf=pdf)
    show(wrapped(say("cli.report_done", file=path)))
    if pdf:
        show(wrapped(say("cli.report_pdf", file=path.with_suffix(".pdf"))))
    if kept:
        show(wrapped(say("cli.report_kept", file=kept)))
    return OK


@cli.group("campaign", cls=Group)
def _campaign() -> None:
    """Everything about campaign files."""


@_campaign.command("check", cls=Command)
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
def campaign_check(file: Path) -> int:
    """Lint a campaign file and the Word templates beside it."""
    from thidua_xlsx import pipeline
    from thidua_xlsx.campaign import doubts, load_campaign, unset_figures

    campaign = load_campaign(file)
    sizes = {name: len(getattr(campaign, name)) for name in ("units", "tables", "criteria", "awards", "rounds")}
    show(wrapped(say("campaign.good", path=file, **sizes)))
    if unset := unset_figures(campaign):
        show(wrapped(say("campaign.unset")))
        for line in unset:
            show(wrapped(f"- {line}", indent="  "))
    if found := doubts(campaign):
        show(wrapped(say("campaign.doubts")))
        for doubt in found:
            show(wrapped(f"- {doubt}", indent="  "))
    problems = pipeline.templates_problems(file if file.is_dir() else file.parent, campaign)
    for problem in problems:
        show(wrapped(problem))
    return WRONG_USE if problems else OK


@cli.command(cls=Command)
def codes() -> int:
    """The book of finding codes."""
    scope = ""
    for code in text.codes():
        if code.code[0] != scope:
            scope = code.code[0]
            show(say(f"cli.scope_{scope}").upper())
        waivable = say("cli.code_waivable") if code.waivable else ""
        show(wrapped(f"{code.code}  {say(f'cli.severity_{code.severity.value}')}  {code.title}{waivable}"))
        show(wrapped(code.example, indent="      "))
        show(wrapped(say("cli.code_source", source=code.source), indent="      "))
    return OK


@cli.command(cls=Command)
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path), default=Path("vi-du-thi-dua"))
def demo(folder: Path) -> int:
    """The shipped example, issued and merged."""
    from thidua_xlsx import pipeline

    with progress_bar() as progress:
        result = pipeline.demo(folder, progress)
    show_merge(result)
    show()
    show(wrapped(say("cli.demo_done", folder=folder)))
    return OK


def _speak_utf8() -> None:
    """A Windows console or a redirected file may be cp1252 or cp1258, where half of our letters do not exist."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")


def _run(arguments: Sequence[str]) -> int:
    try:
        code = cli.main(args=list(arguments), prog_name="thidua", standalone_mode=False)
        return code if isinstance(code, int) else OK
    except click.UsageError as error:
        hint = error.ctx.command_path if error.ctx else "thidua"
        show(say("cli.wrong_use", reason=usage_words(error), command=hint), error=True)
    except UserError as error:
        show(str(error), error=True)
        return error.exit_code
    except OSError as error:
        # Of a rename that fails the second name is the one that people know; the first is ours, beside it
        show(say("cli.os_error", file=error.filename2 or error.filename or "", reason=_reason(error)), error=True)
    except (click.Abort, KeyboardInterrupt):
        show(say("cli.interrupted"), error=True)
        return INTERRUPTED
    return WRONG_USE


def _reason(error: OSError) -> str:
    """Why the computer refused, in the reader's language for what an office meets."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return say("cli.disk_full")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return say("cli.no_permission")
    if error.errno == errno.ENAMETOOLONG or max(len(str(name or "")) for name in (error.filename, error.filename2)) >= _LONGEST_PATH:
        return say("cli.path_too_long")
    return error.strerror or str(error)


_GENERATIONS = (5_000_000, 10, 10)
"""A merge makes millions of values that live until its end; by default a third of its time goes into searching them for cycles."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run ``thidua`` and exit with the code of contract 5.1."""
    gc.set_threshold(*_GENERATIONS)
    _speak_utf8()
    arguments = sys.argv[1:] if arguments is None else arguments
    with text.language(asked_language(arguments)):
        try:
            code = _run(arguments)
        except KeyboardInterrupt:
            code = INTERRUPTED
        except Exception:  # noqa: BLE001 – the one place where a bug of ours is turned into a log file and exit code 3
            log = Path(tempfile.gettempdir()) / "thidua-loi.log"
            log.write_text(traceback.format_exc(), encoding="utf-8")
            show(say("cli.bug", log=log), error=True)
            code = BUG
    gc.freeze()  # or all that a merge has made is searched for cycles once more on the way out
    raise SystemExit(code)
