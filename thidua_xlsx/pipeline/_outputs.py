"""Writing a whole set of results beside the old one and putting it in its place at once."""

from __future__ import annotations

import ctypes
import errno
import os
import re
import secrets
import shutil
import stat
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any

from thidua_xlsx.model import CheckedSubmission, Finding, Severity, UserError
from thidua_xlsx.outcome import Earlier, Outcome, basis_of
from thidua_xlsx.pipeline import _result
from thidua_xlsx.pipeline._folder import Folder, UsageError
from thidua_xlsx.pipeline._former import Former
from thidua_xlsx.pipeline._lock import alone
from thidua_xlsx.pipeline._made import Made
from thidua_xlsx.pipeline._rescue import Rescue, rescues
from thidua_xlsx.pipeline._survey import Progress
from thidua_xlsx.text import say

REGISTER_FILE = "so-tong-hop.xlsx"
SUMMARY_FILE = "bao-cao-tong-hop.xlsx"
RETURNS_FOLDER = "tra-lai"
DOSSIERS_FOLDER = "ho-so"
EDITED_FOLDER = "da-sua-tay"
_PREVIOUS_FILE = ".lan-truoc.json"
"""The last run that differed: its ``ket-qua.json``, and what it rested on."""
BASIS_FILE = ".can-cu.json"
"""What this run rests on, for the next one to compare with."""
_OPEN_ELSEWHERE = re.compile(r"~\$(.+)|\.~lock\.(.+)#")
"""What Excel and LibreOffice put beside a file that they have open; Excel's own is locked even against reading."""

_BUSY = (errno.EACCES, errno.EPERM, errno.EBUSY, errno.EEXIST, errno.ENOTEMPTY)
"""Sharing violations of Windows (errors 5, 32 and 33) are EACCES."""

_PAUSES = (0.1, 0.3, 0.6)
_MOST_BESIDE = 9
_HERE, _EXCHANGE = -100, 2
"""``AT_FDCWD``, and ``RENAME_EXCHANGE`` of Linux, which is ``RENAME_SWAP`` of macOS."""


class OutputBusyError(UserError):
    """The old results cannot be replaced, mostly because one is open in Excel; the new ones stand in ``beside``."""

    exit_code = 1

    def __init__(self, target: Path, beside: Path) -> None:
        self.target = target
        self.beside = beside
        opened = sorted(found[1] or found[2] for path in target.rglob("*") if (found := _OPEN_ELSEWHERE.fullmatch(path.name)))
        files = ", ".join(opened) if opened else say("cli.some_output")
        super().__init__(say("cli.output_busy", files=files, target=target, beside=beside))


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


def write_set(outcome: Outcome, sources: Sources, folder: Path, former: Former, progress: Progress) -> tuple[Outcome, tuple[Path, ...]]:
    """Every file of contract 5.3 below ``folder``; gives the paths, ``ket-qua.json`` last, and the outcome with what the papers told.

    The papers of an award form that contradict the register are left out, and named: whatever else was found must not wait for them.
    """
    from thidua_xlsx.dossier import ContradictionError, write_dossiers
    from thidua_xlsx.report import write_register, write_summary

    outputs: list[Path] = []
    steps: tuple[tuple[str, Callable[[], None]], ...] = (
        ("register", lambda: write_register(folder / REGISTER_FILE, outcome)),
        ("summary", lambda: write_summary(folder / SUMMARY_FILE, outcome)),
    )
    for stage, step in steps:
        progress(stage, 0, 1)
        step()
        progress(stage, 1, 1)
    outputs += [folder / REGISTER_FILE, folder / SUMMARY_FILE]
    progress("returns", 0, 1)
    outputs += _returns(outcome, sources, folder / RETURNS_FOLDER, former)
    progress("returns", 1, 1)
    progress("dossiers", 0, 1)
    try:
        outputs += write_dossiers(folder / DOSSIERS_FOLDER, outcome, sources.word)
    except ContradictionError as error:
        outcome = replace(outcome, findings=(*outcome.findings, *error.findings))
        for award in {PurePosixPath(found.ref.file).parts[0] for found in error.findings}:
            shutil.rmtree(folder / DOSSIERS_FOLDER / award)
        outputs += sorted(path for path in (folder / DOSSIERS_FOLDER).rglob("*") if path.is_file())
    progress("dossiers", 1, 1)
    outputs += [path for path in (folder / BASIS_FILE,) if path.is_file()]
    result = folder / _result.RESULT_FILE
    _result.write(result, _result.fields(outcome, folder, outputs))
    return outcome, (*outputs, result)


def with_previous(outcome: Outcome, target: Path, new: Path) -> Outcome:
    """The outcome with what the last run that was made from something else gave, and rested on.

    Running again on the same inputs must give the same bytes, so it looks back to where the first of those runs looked back to.
    """
    now = basis_of(outcome)
    _result.write(new / BASIS_FILE, _result.basis_fields(now))
    last = _result.read_whole(target / _result.RESULT_FILE)
    if last is None:
        return outcome
    last = {**last, **(_result.read(target / BASIS_FILE) or {})}
    before = last if not _is_the_same(outcome, now, last) else _result.read_whole(target / _PREVIOUS_FILE)
    if before is None:
        return outcome
    _result.write(new / _PREVIOUS_FILE, before)
    return replace(outcome, previous=_result.verdicts(before), earlier=_result.basis(before))


def _is_the_same(outcome: Outcome, now: Earlier, last: Mapping[str, Any]) -> bool:
    """Whether a run was made from the same campaign, files and decisions."""
    made_from = {
        "campaign": {"sha256": outcome.campaign.sha256},
        "round": outcome.round.id,
        "files": [{"path": entry.path, "sha256": entry.sha256} for entry in outcome.files],
    }
    basis = _result.basis(last)
    return _result.fingerprint(last) == _result.fingerprint(made_from) and (basis is None or basis.decisions == now.decisions)


def guard(folder: Folder, inbox: Path, target: Path) -> None:
    """Refuse a target whose replacement could touch anything but results of ours."""
    inside = target.resolve()
    for precious in (folder.path.resolve(), inbox.resolve()):
        if precious == inside or inside in precious.parents or (precious == inbox.resolve() and precious in inside.parents):
            raise UsageError(say("cli.bad_output", target=target))
    if target.exists() and not (target.is_dir() and ((target / _result.RESULT_FILE).exists() or _holds_reports_only(target))):
        raise UsageError(say("cli.foreign_output", target=target))


def stage_file(stage: str) -> str:
    """The Word report of a stage, in its round's results."""
    return f"bao-cao-{stage}.docx"


def put_anew(new: Path, path: Path) -> Path | None:
    """Put a file in the place of a former one, which is kept first if it holds anything else; gives where."""
    kept = None
    if path.is_file() and path.read_bytes() != new.read_bytes():
        kept = path.parent / EDITED_FOLDER / f"{path.stem}-{_result.sha256(path)[:8]}{path.suffix}"
        kept.parent.mkdir(exist_ok=True)
        shutil.copyfile(path, kept)
    try:
        new.replace(path)
    except PermissionError:
        new.unlink()
        raise UsageError(say("dossier.busy", file=path)) from None
    return kept


def _holds_reports_only(target: Path) -> bool:
    """Whether nothing stands there yet but reports of a stage, which may be made before the first merge; a merge keeps them."""
    return all(path.name == EDITED_FOLDER or re.fullmatch(stage_file(".+"), path.name) for path in target.iterdir())


Stamp = tuple[int, int]


def _written(folder: Path) -> dict[str, str]:
    """The files that a run has written into its set of results, with their hashes."""
    return {entry["path"]: entry["sha256"] for entry in (_result.read(folder / _result.RESULT_FILE) or {"outputs": []})["outputs"]}


def _kept(old: Path, written: Mapping[str, str], seen: dict[Path, Stamp]) -> Iterator[tuple[Path, Path]]:
    """Files of the old set that are not ours alone: what somebody put there, and results somebody has typed into.

    ``seen`` holds the size and time of those looked at before, which are passed over as long as they have not changed since.
    """
    for path in sorted(entry for entry in old.rglob("*") if entry.is_file() and not _OPEN_ELSEWHERE.fullmatch(entry.name)):
        name = path.relative_to(old)
        status = path.stat()
        stamp = (status.st_size, status.st_mtime_ns)
        if name.as_posix() in (_result.RESULT_FILE, _PREVIOUS_FILE, BASIS_FILE) or seen.get(name) == stamp:
            continue
        seen[name] = stamp
        digest = _result.sha256(path)
        if name.as_posix() not in written:
            yield path, name
        elif written[name.as_posix()] != digest:
            yield path, Path(EDITED_FOLDER) / f"{path.stem}-{digest[:8]}{path.suffix}"


def drop_former(target: Path, made: Made, written: Sequence[Path]) -> None:
    """Take out of a set the papers, and their PDFs, that are no longer among those just ``written``; one typed into stays."""
    now = {path.relative_to(target).as_posix() for path in written}
    papers = (_written(target) | made.ours()).items()
    _unlink(
        target, {name: own for name, own in papers if name.startswith(f"{DOSSIERS_FOLDER}/") and name.endswith(".docx") and name not in now}
    )
    _unlink(target, made.outdated())


def _unlink(target: Path, files: Mapping[str, str]) -> None:
    """Delete files that still have the hash they were written with, and the folders that are empty then."""
    for name, own in files.items():
        path = target / name
        if path.is_file() and _result.sha256(path) == own:
            path.unlink()
            with suppress(OSError):
                path.parent.rmdir()


def recover(target: Path) -> None:
    """Put right what a run that died has left: a replacement half done, and sets that were never put in place.

    To be called by whoever holds the lock of ``target``, so that no such set is another run's.
    """
    old = _aside(target)
    if old.is_dir() and not target.exists():
        _move(old, target)
    elif old.is_dir():
        with suppress(OSError):
            old.rename(_unfinished(target))
    unfinished = re.compile(re.escape(f".{target.name}.") + "[0-9a-f]{8}")
    for path in target.parent.iterdir():
        if path.is_dir() and not path.is_symlink() and unfinished.fullmatch(path.name):
            _discard(path)


def _discard(folder: Path) -> None:
    """Delete a folder with all that is in it as far as that goes, what somebody has marked as read-only too."""
    shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():
        for path in (folder, *folder.rglob("*")):
            if not path.is_symlink():
                with suppress(OSError):
                    path.chmod(stat.S_IRWXU)
        shutil.rmtree(folder, ignore_errors=True)


def _unfinished(target: Path) -> Path:
    """A new name beside ``target``, of the kind that is cleared away."""
    return target.with_name(f".{target.name}.{secrets.token_hex(4)}")


def _aside(target: Path) -> Path:
    return target.with_name(f".{target.name}.cu")


@contextmanager
def owned(target: Path) -> Iterator[None]:
    """Be the only run that writes to ``target`` inside the block, what dead runs have left being cleared first."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with alone(target):
        recover(target)
        yield


@contextmanager
def fresh_set(target: Path) -> Iterator[Path]:
    """A new folder beside ``target`` for a set of results, gone after the block unless it was put in place."""
    new = _unfinished(target)
    try:
        new.mkdir()
        yield new
    except OSError as error:
        # A full disk does not say of itself which file was being written
        if error.filename is None:
            error.filename = str(target)
        raise
    finally:
        _discard(new)


def put_in_place(new: Path, target: Path, made: Mapping[str, str] = MappingProxyType({})) -> tuple[Path, ...]:
    """Make ``new`` the set at ``target``; gives what was kept of the old one. Raises :class:`OutputBusyError`.

    ``made`` are the hashes of files that a later command added to the old set: ours too, and not kept.

    Linux and macOS swap the two in one step. Elsewhere there are two renames with nothing between them, and whoever opens the folder in
    those microseconds does not find it; a run that dies there is put right by the next one (:func:`recover`).
    """
    kept = _installed(new, target, made)
    if kept is not None:
        return tuple(target / name for name in sorted(kept))
    for number in range(1, _MOST_BESIDE + 1):
        beside = target.with_name(say("cli.beside", name=target.name) + (f" {number}" if number > 1 else ""))
        if _is_free(beside) and _installed(new, beside, made) is not None:
            raise OutputBusyError(target, beside)
    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(target))


def _is_free(place: Path) -> bool:
    """Whether a set may stand there: nothing does, or a set of ours."""
    return not place.exists() or (place / _result.RESULT_FILE).is_file()


def _installed(new: Path, place: Path, made: Mapping[str, str]) -> set[Path] | None:
    """Make ``new`` the set at ``place``; gives the names of what was kept of the old one, None where somebody has that open.

    Windows renames no folder in which a file is open, so that the old set is replaced whole or stays whole.
    """
    seen: dict[Path, Stamp] = {}
    try:
        if not place.exists():
            _move(new, place)
            return set()
        written = _written(place) | dict(made)
        kept = _keep(place, new, written, seen)
        old = _replaced(new, place)
    except OSError as error:
        if error.errno in _BUSY:
            return None
        raise
    # Somebody may have saved a file of the old set while the new one was being made ready
    kept |= _keep(old, place, written, seen)
    _discard(old)
    return kept


def _move(source: Path, goal: Path) -> None:
    """Rename a folder, patiently: on Windows a virus scanner or an indexer may hold a new file for a moment."""
    for pause in _PAUSES:
        try:
            source.rename(goal)
        except PermissionError:
            time.sleep(pause)
        else:
            return
    source.rename(goal)


def _keep(old: Path, new: Path, written: Mapping[str, str], seen: dict[Path, Stamp]) -> set[Path]:
    kept = set()
    for path, name in _kept(old, written, seen):
        copy = new / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, copy)
        kept.add(name)
    return kept


def _replaced(new: Path, target: Path) -> Path:
    """Put ``new`` where ``target`` is; gives where the old set now stands."""
    if _swap(new, target):
        return new
    old = _aside(target)
    _move(target, old)
    try:
        _move(new, target)
    except OSError:
        _move(old, target)
        raise
    # Under this name a set is whole, and the next run might put it back; what is about to be deleted needs another
    with suppress(OSError):
        return old.rename(new)
    return old


def _swap(one: Path, other: Path) -> bool:
    """Exchange two folders in one step that no reader and no crash can come between; False where the system cannot.

    ``renameat2(2)`` of Linux and ``renamex_np(2)`` of macOS, which Python does not offer.
    """
    names = os.fsencode(one), os.fsencode(other)
    try:
        system = ctypes.CDLL(None)
        if sys.platform == "linux":
            return bool(system.renameat2(_HERE, names[0], _HERE, names[1], _EXCHANGE) == 0)
        if sys.platform == "darwin":
            return bool(system.renamex_np(*names, _EXCHANGE) == 0)
    except (AttributeError, OSError, TypeError):
        pass
    return False
