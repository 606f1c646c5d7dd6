"""What a run writes into its set of results (contract 5.3), and what it looks at in the former one."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from thidua_xlsx.model import CheckedSubmission, Finding, Severity
from thidua_xlsx.outcome import Outcome, basis_of
from thidua_xlsx.pipeline import _result, _written
from thidua_xlsx.pipeline._blocks import Blocks
from thidua_xlsx.pipeline._folder import Folder, UsageError
from thidua_xlsx.pipeline._former import Former
from thidua_xlsx.pipeline._made import Made
from thidua_xlsx.pipeline._rescue import Rescue, rescues
from thidua_xlsx.pipeline._sets import EDITED_FOLDER
from thidua_xlsx.pipeline._survey import Progress
from thidua_xlsx.text import say

REGISTER_FILE = "so-tong-hop.xlsx"
SUMMARY_FILE = "bao-cao-tong-hop.xlsx"
RETURNS_FOLDER = "tra-lai"
DOSSIERS_FOLDER = "ho-so"


def to_mend(outcome: Outcome, checked: CheckedSubmission) -> tuple[Finding, ...]:
    """What is said about one unit's file, if there is anything its people have to look at; else nothing."""
    said = tuple(found for found in outcome.findings if found.ref.file == checked.submission.file and found.for_unit)
    return said if any(found.severity is not Severity.NOTE and not found.is_waived for found in said) else ()


@dataclass(frozen=True, slots=True)
class Sources:
    """Where a run finds what results are made from besides the outcome: Word templates, what came in, what was issued."""

    word: Path
    inbox: Path
    issued: Path


def _returns(outcome: Outcome, sources: Sources, folder: Path, former: Former) -> Iterator[Path]:
    """A workbook and a letter for every unit that has something to mend, or whose file could not be taken."""
    from thidua_xlsx.mail import return_letter, write_draft
    from thidua_xlsx.returns import write_return

    campaign, occasion = outcome.campaign, outcome.round
    folder.mkdir()
    for checked in outcome.submissions:
        if not (findings := to_mend(outcome, checked)):
            continue
        unit = campaign.units[checked.submission.passport.unit]
        workbook, draft = folder / f"{unit.code}.xlsx", folder / f"{unit.code}.eml"
        made_from = former.made_from(checked, findings)
        if not former.copied(made_from, (workbook, draft)):
            write_return(workbook, campaign, occasion.id, checked, findings)
            subject, body = return_letter(campaign, occasion, unit, findings)
            write_draft(draft, to=unit.email, subject=subject, body=body, attachment=workbook, day=occasion.deadline)
            former.note(made_from, (workbook, draft))
        yield from (workbook, draft)
    for rescue in rescues(outcome, sources.inbox):
        yield from _rescued(outcome, sources, folder, rescue)
    if not any(folder.iterdir()):
        folder.rmdir()


def _rescued(outcome: Outcome, sources: Sources, folder: Path, rescue: Rescue) -> Iterator[Path]:
    """A form with what could be read of a refused file, or the one that was issued, and a letter that says which."""
    from thidua_xlsx.mail import refusal_letter, write_draft
    from thidua_xlsx.returns import write_return
    from thidua_xlsx.template import write_workbook

    campaign, occasion, unit = outcome.campaign, outcome.round, outcome.campaign.units[rescue.unit]
    workbook, draft = folder / f"{unit.code}.xlsx", folder / f"{unit.code}.eml"
    issued = sources.issued / workbook.name
    if rescue.checked:
        write_return(workbook, campaign, occasion.id, rescue.checked, rescue.findings)
    elif issued.is_file():
        shutil.copyfile(issued, workbook)
    else:
        write_workbook(workbook, campaign, occasion.id, unit.code)
    rows = None if rescue.checked is None else sum(len(part) for part in rescue.checked.records.values())
    subject, body = refusal_letter(campaign, occasion, unit, rescue.refused, rows)
    write_draft(draft, to=unit.email, subject=subject, body=body, attachment=workbook, day=occasion.deadline)
    yield from (workbook, draft)


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept from run to run beside the cache, so that the same is not made again."""

    former: Former
    blocks: Blocks

    def save(self) -> None:
        """Keep what this run has made for the next."""
        self.former.save()
        self.blocks.save()


def _workbooks(outcome: Outcome, folder: Path, blocks: Blocks, progress: Progress) -> Iterator[Path]:
    """The register and the summary, from one look at the outcome."""
    from thidua_xlsx.report import Memory, View, write_register, write_summary

    view = View(outcome)
    memory = Memory(view, blocks)
    for stage, name, write in (("register", REGISTER_FILE, write_register), ("summary", SUMMARY_FILE, write_summary)):
        progress(stage, 0, 1)
        write(folder / name, view, memory)
        progress(stage, 1, 1)
        yield folder / name


def write_set(outcome: Outcome, sources: Sources, folder: Path, kept: Kept, progress: Progress) -> tuple[Outcome, tuple[Path, ...]]:
    """Every file of contract 5.3 below ``folder``; gives the paths, ``ket-qua.json`` last, and the outcome with what the papers told.

    The papers of an award form that contradict the register are left out, and named: whatever else was found must not wait for them.
    """
    from thidua_xlsx.dossier import ContradictionError, write_dossiers

    outputs = list(_workbooks(outcome, folder, kept.blocks, progress))
    progress("returns", 0, 1)
    outputs += _returns(outcome, sources, folder / RETURNS_FOLDER, kept.former)
    progress("returns", 1, 1)
    progress("dossiers", 0, 1)
    try:
        outputs += write_dossiers(folder / DOSSIERS_FOLDER, outcome, sources.word)
    except ContradictionError as error:
        outcome = replace(outcome, findings=(*outcome.findings, *error.findings))
        outputs += sorted(path for path in (folder / DOSSIERS_FOLDER).rglob("*") if path.is_file())
    progress("dossiers", 1, 1)
    outputs.append(folder / _result.BASIS_FILE)
    result = folder / _result.RESULT_FILE
    _result.write(result, _result.fields(outcome, folder, outputs))
    return outcome, (*outputs, result)


def with_previous(outcome: Outcome, target: Path, new: Path) -> Outcome:
    """The outcome with what the last run that was made from something else gave, and rested on.

    Running again on the same inputs must give the same bytes, so it looks back to where the first of those runs looked back to.
    """
    now = basis_of(outcome)
    _result.write(new / _result.BASIS_FILE, _result.basis_fields(now))
    result, kept, previous = (target / name for name in (_result.RESULT_FILE, _result.BASIS_FILE, _result.PREVIOUS_FILE))
    before, earlier = _written.run(result), _written.basis(kept)
    if before is None:
        return outcome
    is_again = _is_the_same(outcome, before) and (earlier is None or earlier.decisions == now.decisions)
    if not is_again:
        _result.write_previous(new / previous.name, result, kept if earlier else None)
    elif before := _written.run(previous):
        earlier = _written.basis(previous)
        shutil.copyfile(previous, new / previous.name)
    return replace(outcome, previous=before.verdicts(), earlier=earlier) if before else outcome


def _is_the_same(outcome: Outcome, before: _written.Run) -> bool:
    """Whether a run was made from the same campaign and files, for the same round."""
    files = [(entry.path, entry.sha256) for entry in outcome.files]
    made_from = (outcome.campaign.sha256, outcome.round.id, files)
    return made_from == (before.campaign.sha256, before.round, [(entry.path, entry.sha256) for entry in before.files])


def guard(folder: Folder, inbox: Path, target: Path) -> None:
    """Refuse a target whose replacement could touch anything but results of ours."""
    inside = target.resolve()
    for precious in (folder.path.resolve(), inbox.resolve()):
        if precious == inside or inside in precious.parents or (precious == inbox.resolve() and precious in inside.parents):
            raise UsageError(say("cli.bad_output", target=target))
    if target.exists() and not (target.is_dir() and ((target / _result.RESULT_FILE).exists() or _holds_papers_only(target))):
        raise UsageError(say("cli.foreign_output", target=target))


def stage_file(stage: str, suffix: str = ".docx") -> str:
    """The report of a stage, in its round's results."""
    return f"bao-cao-{stage}{suffix}"


def _holds_papers_only(target: Path) -> bool:
    """Whether nothing stands there yet but papers, which may be made before the first merge; what is not ours among them is kept."""
    ours = (EDITED_FOLDER, DOSSIERS_FOLDER)
    return all(path.name in ours or re.fullmatch(stage_file(".+", r"\.(docx|pdf)"), path.name) for path in target.iterdir())


def drop_former(target: Path, made: Made, written: Sequence[Path]) -> None:
    """Take out of a set the papers, and their PDFs, that are no longer among those just ``written``; one typed into stays."""
    now = {path.relative_to(target).as_posix() for path in written}
    papers = (_written.outputs(target / _result.RESULT_FILE) | made.ours()).items()
    _unlink(
        target, {name: own for name, own in papers if name.startswith(f"{DOSSIERS_FOLDER}/") and name.endswith(".docx") and name not in now}
    )
    drop_outdated(target, made)


def drop_outdated(target: Path, made: Made) -> None:
    """Take away what was made of documents that are others now, or gone; one somebody has changed stays."""
    _unlink(target, made.outdated())


def _unlink(target: Path, files: Mapping[str, str]) -> None:
    """Delete files that still have the hash they were written with, and the folders that are empty then."""
    for name, own in files.items():
        path = target / name
        if path.is_file() and _result.sha256(path) == own:
            path.unlink()
            with suppress(OSError):
                path.parent.rmdir()
