"""The public Python API: one function per job of a clerk, the same ones the command line calls.

A campaign folder holds ``campaign.toml``, the Word templates in ``word/``, and ``issued/ inbox/ decisions/ output/``. No function writes
to the inbox, prints, or keeps state between calls.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from thidua_xlsx.campaign import CAMPAIGN_FILE, Answer, Campaign, Unit
from thidua_xlsx.model import Assessment, Finding, Severity
from thidua_xlsx.outcome import Outcome, UnitStatus, unit_statuses
from thidua_xlsx.pipeline import _outputs, _sets
from thidua_xlsx.pipeline._crew import NoWorkersError
from thidua_xlsx.pipeline._decide import Decisions, applied, compared, opened
from thidua_xlsx.pipeline._folder import DEFAULT_CAMPAIGN, Folder, UsageError, shipped, word_templates
from thidua_xlsx.pipeline._former import Former
from thidua_xlsx.pipeline._lock import BusyError, alone
from thidua_xlsx.pipeline._made import Made
from thidua_xlsx.pipeline._past import past_rounds
from thidua_xlsx.pipeline._reading import Order
from thidua_xlsx.pipeline._result import finding_fields
from thidua_xlsx.pipeline._sets import OutputBusyError
from thidua_xlsx.pipeline._survey import Known, Progress, Reading, quiet, read_and_check, refused, resent, survey
from thidua_xlsx.text import current_language, say

if TYPE_CHECKING:
    from thidua_xlsx.assess import Explanation
    from thidua_xlsx.pipeline._audit import Audit
    from thidua_xlsx.pipeline._upgrade import Upgrade
    from thidua_xlsx.pipeline._whatif import WhatIf
    from thidua_xlsx.register import Question

__all__ = [
    "BusyError",
    "Decisions",
    "Examined",
    "Folder",
    "MergeResult",
    "NoWorkersError",
    "OutputBusyError",
    "UnitStatus",
    "UsageError",
    "answer",
    "audit",
    "check",
    "decide",
    "demo",
    "dossiers",
    "examine",
    "explain",
    "export",
    "finding_fields",
    "held_back",
    "init",
    "issue",
    "merge",
    "questions",
    "remind",
    "report",
    "status",
    "templates_problems",
    "upgrade",
    "whatif",
]


@dataclass(frozen=True, slots=True)
class Examined:
    """What :func:`examine` found; ``forms`` are the files, in wrappings too, whose cells were checked."""

    findings: tuple[Finding, ...]
    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Export:
    """What :func:`export` wrote; ``parquet`` says whether Parquet could be written, ``unset_codes`` which lists of codes are missing."""

    folder: Path
    written: tuple[Path, ...]
    parquet: bool
    unset_codes: tuple[str, ...]


_FOLDERS = ("issued", "inbox", "decisions", "output")
DEMO_ROUND = "so-ket-2023"


@dataclass(frozen=True, slots=True)
class MergeResult:
    """What :func:`merge` found and wrote.

    ``outputs`` are the files of contract 5.3 with ``ket-qua.json`` last; ``kept`` are files of the former results that somebody had
    changed or added, which were kept.
    """

    outcome: Outcome
    inbox: Path
    folder: Path
    outputs: tuple[Path, ...]
    kept: tuple[Path, ...]


def init(folder: Path | str, campaign: str = DEFAULT_CAMPAIGN) -> Path:
    """Make a campaign folder from a shipped one: ``campaign.toml``, Word templates, empty working folders.

    Raises :class:`UsageError` where the folder has something in it already, or no campaign of that name is shipped.
    """
    folder = Path(folder)
    source = shipped("workbook_templates") / campaign
    if not (source / CAMPAIGN_FILE).is_file():
        names = sorted(path.parent.name for path in shipped("workbook_templates").glob(f"*/{CAMPAIGN_FILE}"))
        raise UsageError(say("cli.no_such_campaign", campaign=campaign, names=", ".join(names)))
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(say("cli.folder_not_empty", folder=folder))
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source / CAMPAIGN_FILE, folder / CAMPAIGN_FILE)
    shutil.copytree(source / "word", folder / "word")
    for name in _FOLDERS:
        (folder / name).mkdir()
    return folder


def issue(folder: Path | str, round: str | None = None, units: Collection[str] = (), progress: Progress = quiet) -> tuple[Path, ...]:
    """Write the registration workbook of a round for every unit (or those named) and a mail draft beside each.

    A workbook is prefilled from the unit's last accepted submission of an earlier round. Gives the paths written, workbook before
    draft. Raises ``CampaignError`` and :class:`UsageError`.
    """
    from thidua_xlsx.mail import issue_letter, write_draft
    from thidua_xlsx.pipeline._carry import carried_over
    from thidua_xlsx.template import write_workbook

    home = Folder.at(folder)
    campaign = home.campaign
    occasion = home.round(round, _today())
    unknown = [code for code in units if code not in campaign.units]
    if unknown:
        raise UsageError(say("cli.no_such_unit", unit=", ".join(unknown), units=", ".join(campaign.units)))
    chosen = [unit for unit in campaign.units.values() if not units or unit.code in units]
    lines = carried_over(home, occasion)
    target = home.issued(occasion.id)
    target.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for number, unit in enumerate(chosen, 1):
        workbook, draft = target / f"{unit.code}.xlsx", target / f"{unit.code}.eml"
        with tempfile.TemporaryDirectory(dir=target, prefix=".") as scratch:
            fresh = Path(scratch) / workbook.name
            write_workbook(fresh, campaign, occasion.id, unit.code, lines=lines.get(unit.code, {}))
            subject, body = issue_letter(campaign, occasion, unit)
            write_draft(Path(scratch) / draft.name, to=unit.email, subject=subject, body=body, attachment=fresh, day=occasion.deadline)
            for path in (workbook, draft):
                try:
                    (Path(scratch) / path.name).replace(path)
                except PermissionError:
                    raise UsageError(say("cli.file_open", file=path)) from None
        written += [workbook, draft]
        progress("issue", number, len(chosen))
    return tuple(written)


def check(files: Iterable[Path | str], folder: Path | str = ".", passwords: Collection[str] = ()) -> tuple[Finding, ...]:
    """Everything to be said about single workbooks, each judged for the round it was issued for; writes nothing.

    Raises ``CampaignError``, and :class:`UsageError` for a file that does not exist.
    """
    return examine(files, folder, passwords).findings


def examine(files: Iterable[Path | str], folder: Path | str = ".", passwords: Collection[str] = ()) -> Examined:
    """The findings of :func:`check`, and which of the files they are about were forms at all."""
    campaign = Folder.at(folder).campaign
    paths = [Path(path) for path in files]
    if missing := [str(path) for path in paths if not path.exists()]:
        raise UsageError(say("cli.no_such_file", files=", ".join(missing)))
    findings: list[Finding] = []
    forms: list[str] = []
    order = Order(campaign, None, tuple(passwords), current_language())
    for taken in read_and_check([(path, path.as_posix()) for path in paths], order):
        for arrival, checked in taken.reads:
            findings.extend(arrival.findings)
            if checked:
                forms.append(arrival.file)
                findings.extend(checked.findings)
                findings.extend(list(resent(checked, findings)))
    return Examined(tuple(findings), tuple(forms))


def merge(
    folder: Path | str,
    inbox: Path | str | None = None,
    round: str | None = None,
    output: Path | str | None = None,
    *,
    jobs: int | None = None,
    passwords: Collection[str] = (),
    progress: Progress = quiet,
) -> MergeResult:
    """The main job: read ``inbox``, check, merge, assess, and write the whole set of results.

    The set replaces the former one at once; files somebody changed or added there are kept. Raises ``CampaignError``,
    :class:`UsageError`, :class:`BusyError` while another run writes the same results, and :class:`OutputBusyError` where the former set
    cannot be replaced (the new one then stands beside it).
    """
    home = Folder.at(folder)
    occasion = home.round(round, _today())
    source = Path(inbox) if inbox is not None else home.inbox
    target = Path(output) if output is not None else home.output(occasion.id)
    if not source.is_dir():
        raise UsageError(say("cli.no_inbox", inbox=source))
    _outputs.guard(home, source, target)
    # Results that somebody wants elsewhere are all that is written then
    remembers = output is None
    reading = Reading(jobs, tuple(passwords), home=home.path, remembers=remembers)
    with _sets.owned(target):
        outcome = survey(source, home.campaign, occasion, reading=reading, known=Known.of(home), progress=progress)
        with _sets.fresh_set(target) as new:
            outcome = replace(_outputs.with_previous(outcome, target, new), past=past_rounds(home, occasion))
            former = Former(home.path if remembers else None, target / _outputs.RETURNS_FOLDER, home.campaign, occasion)
            with word_templates(home) as word:
                sources = _outputs.Sources(word, source, home.issued(occasion.id))
                outcome, written = _outputs.write_set(outcome, sources, new, former, progress)
            pdfs = Made(home.path if remembers else None, target / _outputs.DOSSIERS_FOLDER)
            pdfs.carry(new / _outputs.DOSSIERS_FOLDER)
            kept = _sets.put_in_place(new, target, pdfs.ours())
            former.save()
            pdfs.forget_papers()
            pdfs.save()
    return MergeResult(outcome, source, target, tuple(target / path.relative_to(new) for path in written), kept)


def held_back(outcome: Outcome) -> bool:
    """Whether anything was refused or held, or decisions do not count, so that somebody has to act (exit code 1)."""
    are_errors = any(found.severity is Severity.ERROR for found in outcome.findings)
    return bool(refused(outcome)) or are_errors or any(len(frame) for frame in outcome.register.held.values())


def _survey(folder: Path | str, round_id: str | None, passwords: Collection[str] = ()) -> tuple[Folder, Outcome]:
    home = Folder.at(folder)
    occasion = home.round(round_id, _today())
    if not home.inbox.is_dir():
        raise UsageError(say("cli.no_inbox", inbox=home.inbox))
    reading = Reading(passwords=tuple(passwords), home=home.path)
    return home, survey(home.inbox, home.campaign, occasion, reading=reading, known=Known.of(home))


def status(folder: Path | str, round: str | None = None, passwords: Collection[str] = ()) -> tuple[Outcome, tuple[UnitStatus, ...]]:
    """Who has sent what for a round, unit by unit in the campaign's order; writes nothing."""
    _, outcome = _survey(folder, round, passwords)
    return outcome, unit_statuses(outcome)


def remind(folder: Path | str, outcome: Outcome, missing: Iterable[Unit], on: date) -> tuple[Path, ...]:
    """Write a mail draft for every unit that has sent nothing, with its form, into ``reminders/<round>``; gives the drafts.

    ``on`` is the day by which the words are chosen. Drafts for units that have sent since are removed.
    """
    from thidua_xlsx.mail import reminder_letter, write_draft
    from thidua_xlsx.template import write_workbook

    home, campaign, occasion = Folder.at(folder), outcome.campaign, outcome.round
    target, codes = home.reminders(occasion.id), {unit.code for unit in missing}
    target.mkdir(parents=True, exist_ok=True)
    for code in campaign.units.keys() - codes:
        (target / f"{code}.eml").unlink(missing_ok=True)
    written = []
    for unit in (unit for unit in campaign.units.values() if unit.code in codes):
        draft, form = target / f"{unit.code}.eml", home.issued(occasion.id) / f"{unit.code}.xlsx"
        with tempfile.TemporaryDirectory(dir=target, prefix=".") as scratch:
            if not form.is_file():
                form = Path(scratch) / form.name
                write_workbook(form, campaign, occasion.id, unit.code)
            subject, body = reminder_letter(campaign, occasion, unit, on)
            write_draft(Path(scratch) / draft.name, to=unit.email, subject=subject, body=body, attachment=form, day=on)
            (Path(scratch) / draft.name).replace(draft)
        written.append(draft)
    return tuple(written)


def explain(
    folder: Path | str,
    nominee: str,
    round: str | None = None,
    award: str | None = None,
) -> tuple[tuple[Assessment, Explanation], ...]:
    """Why a nominee's verdicts are what they are, per award form of the round (or the one named); writes nothing.

    ``nominee`` is an id, or a name. Raises :class:`UsageError` where nobody of that id or name is counted, or several have the name.
    """
    from thidua_xlsx.assess import explain as explained
    from thidua_xlsx.vietnamese import fold

    _, outcome = _survey(folder, round)
    if award is not None and award not in outcome.round.awards:
        raise UsageError(say("cli.no_such_award", award=award, awards=", ".join(outcome.round.awards)))
    wanted = [entry for entry in outcome.assessments if entry.nominee_id == nominee]
    wanted = wanted or [
        entry for entry in outcome.assessments if fold(entry.nominee_id) == fold(nominee) or fold(entry.name) == fold(nominee)
    ]
    ids = dict.fromkeys(entry.nominee_id for entry in wanted)
    if not ids:
        raise UsageError(say("cli.no_such_nominee", nominee=nominee))
    if len(ids) > 1:
        raise UsageError(say("cli.several_nominees", nominee=nominee, ids=", ".join(ids)))
    return tuple((entry, explained(entry, outcome.campaign, outcome.findings)) for entry in wanted if award in (None, entry.award))


def decide(folder: Path | str, file: Path | str, *, apply: bool = False, passwords: Collection[str] = ()) -> Decisions:
    """What a workbook that came back from the leadership changes of the decisions that stand; with ``apply`` it is taken and kept.

    Only the lines that were understood, and whose evidence is still what the workbook showed, are taken; the findings name the others.
    Raises ``UserError`` where the file is no summary workbook of this campaign, and :class:`UsageError` where it was applied before.
    """
    home, file = Folder.at(folder), Path(file)
    book = opened(home, file)
    _, outcome = _survey(folder, book.round, passwords)
    found = compared(outcome, book)
    return applied(home, file, found, _today()) if apply and found.changes.accepted else found


def whatif(folder: Path | str, figures: Sequence[str] = (), round: str | None = None) -> WhatIf:
    """What other figures would change: ``figures`` are like ``TT1=30_000_000`` or ``TT1.BK_UBT.individual=30tr``; writes nothing.

    Raises :class:`UsageError` for what is no figure of the campaign.
    """
    from thidua_xlsx.pipeline._whatif import whatif as tried

    _, outcome = _survey(folder, round)
    return tried(outcome, figures)


def questions(folder: Path | str, round: str | None = None) -> tuple[Question, ...]:
    """The nominees of a round that may be one, answered or not; writes nothing."""
    return _survey(folder, round)[1].register.questions


def answer(
    folder: Path | str, nominees: tuple[str, str], round: str | None = None, *, same: bool, by: str, reason: str
) -> tuple[Path, Answer]:
    """Keep in the campaign folder what somebody knows about two nominees (their ids) that look alike: one, or two.

    Gives the file and what was written. It counts in every later run, whatever their ids are then. Raises :class:`UsageError` where nothing
    is asked about the two, and ``CampaignError`` where the file as it stands has problems.
    """
    from thidua_xlsx.pipeline._answers import write_answer

    home, outcome = _survey(folder, round)
    return write_answer(home, outcome, nominees, (same, by, reason), _today())


def dossiers(
    folder: Path | str,
    round: str | None = None,
    nominees: Collection[str] = (),
    *,
    pdf: bool = False,
) -> tuple[Path, ...]:
    """Write Word dossiers for chosen nominees (or for all who are put forward) into the round's results, and PDFs with files to print.

    What has not changed since it was written is left as it is.

    Raises :class:`UsageError` for an unknown nominee, and where PDFs are asked for and LibreOffice is missing.
    """
    from thidua_xlsx.dossier import write_dossiers

    home, outcome = _survey(folder, round)
    known = {entry.nominee_id for entry in outcome.assessments}
    unknown = [nominee for nominee in nominees if nominee not in known]
    if unknown:
        raise UsageError(say("cli.no_such_nominee", nominee=", ".join(unknown)))
    target = home.output(outcome.round.id) / _outputs.DOSSIERS_FOLDER
    with _sets.owned(target.parent):
        target.mkdir(parents=True, exist_ok=True)
        with word_templates(home) as word:
            written = write_dossiers(target, outcome, word, nominees=nominees or None)
        made = Made(home.path, target)
        if not nominees:
            _outputs.drop_former(target.parent, made, written)
        made.note_papers(written)
        made.save()
        return written if not pdf else (*written, *_pdfs(written, made, home.campaign.dossier_sets))


def _pdfs(written: Sequence[Path], made: Made, sets: int) -> Iterator[Path]:
    """A PDF of every paper and, where the papers of an award form are among them, one file to print with as many sets as are due."""
    from thidua_xlsx.dossier import print_order
    from thidua_xlsx.pipeline._pdf import to_pdf, to_print

    yield from to_pdf(written, made)
    for folder, papers in print_order(written).items():
        name = say("cli.print_set", sets=f"{sets:02d}")
        yield to_print([paper.with_suffix(".pdf") for paper in papers], folder / name, sets, made)


def export(folder: Path | str, round: str | None = None, output: Path | str | None = None, passwords: Collection[str] = ()) -> Export:
    """Write a round's tables for other programs: CSV, Parquet where pyarrow is installed, data dictionary, import list, statistics.

    They go into ``output/<round>-du-lieu`` unless ``output`` is given; files of the same names are replaced, others stay. Raises
    :class:`UsageError` where the folder is that of the inbox or a file is open elsewhere.
    """
    from thidua_xlsx.exchange import has_parquet, unset_columns, write_exchange

    home, outcome = _survey(folder, round, passwords)
    target = Path(output) if output is not None else home.data(outcome.round.id)
    inbox, inside = home.inbox.resolve(), target.resolve()
    if inside == inbox or inbox in inside.parents or inside == home.path.resolve() or (target.exists() and not target.is_dir()):
        raise UsageError(say("cli.bad_output", target=target))
    target.mkdir(parents=True, exist_ok=True)
    written = []
    with alone(target), tempfile.TemporaryDirectory(dir=target, prefix=".") as scratch:
        for made in write_exchange(Path(scratch), outcome):
            try:
                written.append(made.replace(target / made.name))
            except PermissionError:
                raise UsageError(say("cli.file_open", file=target / made.name)) from None
    return Export(target, tuple(written), has_parquet(), unset_columns(outcome.campaign))


def report(
    folder: Path | str, stage: str, round: str | None = None, passwords: Collection[str] = (), *, pdf: bool = False
) -> tuple[Path, Path | None]:
    """Write the Word report of a stage (``so-ket`` or ``tong-ket``) into its round's results: ``bao-cao-<stage>.docx``.

    Without a round, the only one whose id begins with the stage's name is meant. Where the former report differs, somebody may have written
    into it: it is kept in ``da-sua-tay/`` and its path is the second one given. With ``pdf`` a PDF stands beside the report; one of a
    former report is taken away.

    Raises :class:`UsageError` where a PDF is asked for and LibreOffice is missing, hangs or makes none; the report itself stands then.
    """
    from thidua_xlsx.dossier import write_stage_report
    from thidua_xlsx.pipeline._stage import round_of, so_far

    home = Folder.at(folder)
    home, outcome = _survey(folder, round or round_of(home.campaign, stage), passwords)
    path = home.output(outcome.round.id) / _outputs.stage_file(stage)
    with _sets.owned(path.parent), word_templates(home) as word:
        new = write_stage_report(path.with_name(f".{path.name}"), stage, outcome, so_far(home, outcome.round), word)
        kept, made = _sets.put_anew(new, path), Made(home.path, path.parent)
        _outputs.drop_outdated(path.parent.parent, made)
        if pdf:
            from thidua_xlsx.pipeline._pdf import to_pdf

            to_pdf((path,), made)
        return path, kept


def audit(folder: Path | str, round: str | None = None, progress: Progress = quiet) -> Audit:
    """Count everything in the inbox again with a second reader and compare it with the results of the last merge; writes nothing.

    Raises :class:`UsageError` where nothing has been merged yet.
    """
    from thidua_xlsx.pipeline._audit import audit as counted_again

    home, outcome = _survey(folder, round)
    return counted_again(home, outcome, progress)


def upgrade(file: Path | str, folder: Path | str = ".", output: Path | str | None = None) -> Upgrade:
    """Move what stands in an old or damaged form into a freshly issued one of the current version.

    Without ``output`` the new form goes into the working directory. Raises ``UserError`` where the file is no form of this campaign, and
    :class:`UsageError` where the new one would overwrite something.
    """
    from thidua_xlsx.pipeline._upgrade import upgrade as moved

    return moved(Path(file), Folder.at(folder), Path(output) if output is not None else None)


def templates_problems(folder: Path | str, campaign: Campaign) -> tuple[str, ...]:
    """What is wrong with the Word templates that a merge of the folder would use; empty where all is well for the campaign."""
    from thidua_xlsx.dossier import check_templates

    with word_templates(Folder(Path(folder), campaign)) as word:
        return check_templates(word, campaign)


def demo(folder: Path | str, progress: Progress = quiet) -> MergeResult:
    """Copy the shipped example to ``folder``, issue its workbooks and merge its inbox. An earlier demo there is replaced."""
    folder = Path(folder)
    source = shipped("examples") / DEFAULT_CAMPAIGN
    marker = folder / "LA-VI-DU.txt"
    if folder.exists() and any(folder.iterdir()) and not marker.exists():
        raise UsageError(say("cli.folder_not_empty", folder=folder))
    for name in ("inbox", "word"):
        shutil.rmtree(folder / name, ignore_errors=True)
        shutil.copytree(
            source / name if (source / name).is_dir() else shipped("workbook_templates") / DEFAULT_CAMPAIGN / name, folder / name
        )
    shutil.copyfile(source / CAMPAIGN_FILE, folder / CAMPAIGN_FILE)
    marker.write_text(say("cli.demo_marker") + "\n", encoding="utf-8", newline="\n")
    issue(folder, round=DEMO_ROUND, progress=progress)
    return merge(folder, round=DEMO_ROUND, progress=progress)


def _today() -> date:
    return date.today()  # noqa: DTZ011 – the office's own calendar day decides which round is open
