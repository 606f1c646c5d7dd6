"""The public Python API: one function per job of a clerk, the same ones the command line calls.

A campaign folder holds ``campaign.toml``, the Word templates in ``word/``, and ``issued/ inbox/ decisions/ output/``. No function writes
to the inbox, prints, or keeps state between calls.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from thidua_xlsx.campaign import CAMPAIGN_FILE
from thidua_xlsx.model import Finding, Severity
from thidua_xlsx.outcome import Outcome, UnitStatus
from thidua_xlsx.pipeline import _outputs, _sets
from thidua_xlsx.pipeline._asked import answer, decide, explain, questions, status, whatif
from thidua_xlsx.pipeline._blocks import Blocks
from thidua_xlsx.pipeline._crew import NoWorkersError
from thidua_xlsx.pipeline._decide import Decisions
from thidua_xlsx.pipeline._folder import DEFAULT_CAMPAIGN, Folder, UsageError, shipped, today, word_templates
from thidua_xlsx.pipeline._former import Former
from thidua_xlsx.pipeline._issue import issue, remind
from thidua_xlsx.pipeline._lock import BusyError
from thidua_xlsx.pipeline._made import Made
from thidua_xlsx.pipeline._papers import Export, dossiers, export, report, templates_problems
from thidua_xlsx.pipeline._past import past_rounds
from thidua_xlsx.pipeline._reading import Order
from thidua_xlsx.pipeline._result import finding_fields
from thidua_xlsx.pipeline._sets import OutputBusyError
from thidua_xlsx.pipeline._survey import Known, Progress, Reading, quiet, read_and_check, refused, resent, survey, surveyed
from thidua_xlsx.text import current_language, say

if TYPE_CHECKING:
    from thidua_xlsx.pipeline._audit import Audit
    from thidua_xlsx.pipeline._upgrade import Upgrade

__all__ = [
    "BusyError",
    "Decisions",
    "Examined",
    "Export",
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
    occasion = home.round(round, today())
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
            place = home.path if remembers else None
            former = Former(place, target / _outputs.RETURNS_FOLDER, home.campaign, occasion)
            kept = _outputs.Kept(former, Blocks(place, target))
            with word_templates(home) as word:
                sources = _outputs.Sources(word, source, home.issued(occasion.id))
                outcome, written = _outputs.write_set(outcome, sources, new, kept, progress)
            pdfs = Made(place, target / _outputs.DOSSIERS_FOLDER)
            pdfs.carry(new / _outputs.DOSSIERS_FOLDER)
            left = _sets.put_in_place(new, target, pdfs.ours())
            kept.save()
            pdfs.forget_papers()
            pdfs.save()
    return MergeResult(outcome, source, target, tuple(target / path.relative_to(new) for path in written), left)


def held_back(outcome: Outcome) -> bool:
    """Whether anything was refused or held, or decisions do not count, so that somebody has to act (exit code 1)."""
    are_errors = any(found.severity is Severity.ERROR for found in outcome.findings)
    return bool(refused(outcome)) or are_errors or any(len(frame) for frame in outcome.register.held.values())


def audit(folder: Path | str, round: str | None = None, progress: Progress = quiet) -> Audit:
    """Count everything in the inbox again with a second reader and compare it with the results of the last merge; writes nothing.

    Raises :class:`UsageError` where nothing has been merged yet.
    """
    from thidua_xlsx.pipeline._audit import audit as counted_again

    home, outcome = surveyed(folder, round)
    return counted_again(home, outcome, progress)


def upgrade(file: Path | str, folder: Path | str = ".", output: Path | str | None = None) -> Upgrade:
    """Move what stands in an old or damaged form into a freshly issued one of the current version.

    Without ``output`` the new form goes into the working directory. Raises ``UserError`` where the file is no form of this campaign, and
    :class:`UsageError` where the new one would overwrite something.
    """
    from thidua_xlsx.pipeline._upgrade import upgrade as moved

    return moved(Path(file), Folder.at(folder), Path(output) if output is not None else None)


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
