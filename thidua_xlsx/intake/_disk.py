"""The inbox as it lies on the disk: what stands in it, and how a file is read without falling for what only looks like one."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path

from thidua_xlsx.intake._container import LARGEST_FILE, MEBIBYTE, is_litter
from thidua_xlsx.intake._gate import ignored, refused
from thidua_xlsx.intake._names import Names, shown

LARGEST_BUNDLE = 256 * MEBIBYTE
"""A mailbox or an archive may be larger than a workbook; it is held in memory while it is taken apart."""

_BUNDLES = (b"PK", b"From ")
_FILE_LIKE = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".eml", ".msg", ".zip")
_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_PAUSE = 0.3


def entries(inbox: Path) -> Iterator[Path]:
    """Every file below the inbox, whatever it is; links are listed and never followed.

    A folder is listed where it cannot be looked into, or bears a file's name and is empty: somebody takes it for a file.
    """
    waiting = [inbox]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(folder) as found:
                inner = list(found)
        except OSError:
            if folder != inbox:
                yield folder
            continue
        if not inner and folder != inbox and folder.suffix.lower() in _FILE_LIKE:
            yield folder
        for entry in inner:
            if _is_folder(entry):
                waiting.append(Path(entry.path))
            else:
                yield Path(entry.path)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """A true folder; junctions are the links to folders that Windows does not call links."""
    try:
        is_junction = getattr(entry.stat(follow_symlinks=False), "st_reparse_tag", 0) == getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", -1)
        return entry.is_dir(follow_symlinks=False) and not is_junction
    except OSError:
        return False


def named(inbox: Path, paths: tuple[Path, ...]) -> tuple[tuple[Path, str], ...]:
    """The files with the names they are shown by, ``inbox/QLN.xlsx``: two that differ only in what is not shown stay apart."""
    names = Names()
    return tuple((path, names.own(shown(f"{inbox.name}/{path.relative_to(inbox).as_posix()}"))) for path in paths)


def read_still(path: Path, file: str) -> tuple[float, bytes]:
    """A file's time stamp and content, or why it is not read; ``file`` is its shown name.

    Litter is told by its name and not opened (a lock file cannot be). A file that changes meanwhile is read once more.
    """
    if is_litter(file):
        raise ignored("W130", file)
    try:
        for pause in (0.0, _PAUSE):
            if pause:
                time.sleep(pause)
            before, content, after = _read(path, file)
            if (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns) and len(content) == before.st_size:
                return before.st_mtime, content
    except OSError as error:
        raise refused("W101", file) from error
    raise refused("W152", file)


def _read(path: Path, file: str) -> tuple[os.stat_result, bytes, os.stat_result]:
    seen = path.lstat()
    if stat.S_ISLNK(seen.st_mode):
        raise refused("W150", file)
    if not stat.S_ISREG(seen.st_mode):
        _look_into(path, seen)
        raise refused("W151", file)
    handle = os.open(path, _FLAGS)
    with open(handle, "rb") as stream:  # noqa: PTH123 (a path would be looked up again)
        before = os.fstat(handle)
        if not stat.S_ISREG(before.st_mode) or (hasattr(os, "O_NOFOLLOW") and not os.path.samestat(seen, before)):
            raise refused("W152", file)
        head = stream.read(8)
        _weigh(before.st_size, head, file)
        return before, head + stream.read(before.st_size), os.fstat(handle)


def _look_into(path: Path, seen: os.stat_result) -> None:
    """Raise what the system says of a folder that may not be read."""
    if stat.S_ISDIR(seen.st_mode):
        os.scandir(path).close()


def _weigh(size: int, head: bytes, file: str) -> None:
    if head.startswith(_BUNDLES):
        if size > LARGEST_BUNDLE:
            raise refused("W153", file, size=size // MEBIBYTE, most=LARGEST_BUNDLE // MEBIBYTE)
    elif size > LARGEST_FILE:
        raise refused("W103", file, size=size // MEBIBYTE, most=LARGEST_FILE // MEBIBYTE)
