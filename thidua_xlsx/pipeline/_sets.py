"""A whole set of results that replaces the former one at once, and keeps what people have changed or added in it."""

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
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import MappingProxyType

from thidua_xlsx.model import UserError
from thidua_xlsx.pipeline import _result, _written
from thidua_xlsx.pipeline._folder import UsageError
from thidua_xlsx.pipeline._lock import alone
from thidua_xlsx.text import say

EDITED_FOLDER = "da-sua-tay"
_OPEN_ELSEWHERE = re.compile(r"~\$(.+)|\.~lock\.(.+)#")
"""What Excel and LibreOffice put beside a file that they have open; Excel's own is locked even against reading."""

_BUSY = (errno.EACCES, errno.EPERM, errno.EBUSY, errno.EEXIST, errno.ENOTEMPTY)
"""Sharing violations of Windows (errors 5, 32 and 33) are EACCES."""

_PAUSES = (0.1, 0.3, 0.6)
_MOST_BESIDE = 9
_HERE, _EXCHANGE = -100, 2
"""``AT_FDCWD``, and ``RENAME_EXCHANGE`` of Linux, which is ``RENAME_SWAP`` of macOS."""

Stamp = tuple[int, int]


class OutputBusyError(UserError):
    """The old results cannot be replaced, mostly because one is open in Excel; the new ones stand in ``beside``."""

    exit_code = 1

    def __init__(self, target: Path, beside: Path) -> None:
        self.target = target
        self.beside = beside
        opened = sorted(found[1] or found[2] for path in target.rglob("*") if (found := _OPEN_ELSEWHERE.fullmatch(path.name)))
        files = ", ".join(opened) if opened else say("cli.some_output")
        super().__init__(say("cli.output_busy", files=files, target=target, beside=beside))


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


def _kept(old: Path, written: Mapping[str, str], seen: dict[Path, Stamp]) -> Iterator[tuple[Path, Path]]:
    """Files of the old set that are not ours alone: what somebody put there, and results somebody has typed into.

    ``seen`` holds the size and time of those looked at before, which are passed over as long as they have not changed since.
    """
    for path in sorted(entry for entry in old.rglob("*") if entry.is_file() and not _OPEN_ELSEWHERE.fullmatch(entry.name)):
        name = path.relative_to(old)
        status = path.stat()
        stamp = (status.st_size, status.st_mtime_ns)
        if name.as_posix() in (_result.RESULT_FILE, _result.PREVIOUS_FILE, _result.BASIS_FILE) or seen.get(name) == stamp:
            continue
        seen[name] = stamp
        digest = _result.sha256(path)
        if name.as_posix() not in written:
            yield path, name
        elif written[name.as_posix()] != digest:
            yield path, Path(EDITED_FOLDER) / f"{path.stem}-{digest[:8]}{path.suffix}"


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
        written = _written.outputs(place / _result.RESULT_FILE) | dict(made)
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
