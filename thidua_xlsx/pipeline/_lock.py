"""One merge at a time for one folder of results: a lock file that names who holds it.

The operating system holds the lock and lets go of it when the process ends, however it ends; the words in the file are for people, and for
other computers, which may not see the lock itself on a shared folder.
"""

from __future__ import annotations

import errno
import getpass
import json
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from thidua_xlsx.model import UserError
from thidua_xlsx.text import say

_TRIES = 5
_PAUSE = 0.05
_FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
_SIZE = 1000
_LOCKED_BYTE = 1 << 30
"""Far beyond the words, which others have to be able to read: Windows locks bytes against readers too."""


class BusyError(UserError):
    """Another run is writing the same results; the text says who, since when, and what to do.

    Only where this computer cannot tell whether that run still lives does it say which file to delete.
    """

    def __init__(self, target: Path, path: Path, words: dict[str, str], *, lives: bool) -> None:
        self.path = path
        unknown = say("cli.lock_unknown")
        facts = {key: words.get(key) or unknown for key in ("user", "host", "pid", "since")}
        super().__init__(say("cli.lock_here" if lives else "cli.lock_elsewhere", target=target, path=path, **facts))


def lock_path(target: Path) -> Path:
    """The lock file of a folder of results, beside it."""
    return target.with_name(f".{target.name}.thidua-lock")


@contextmanager
def alone(target: Path) -> Iterator[None]:
    """Hold the lock of ``target`` inside the block. Raises :class:`BusyError` where somebody else does."""
    path = lock_path(target)
    handle = _acquired(target, path)
    try:
        _sign(handle)
        yield
    finally:
        _release(handle, path)


def _acquired(target: Path, path: Path) -> int:
    """An open handle of the lock file with the lock on it.

    The file of a run that died is taken over, never deleted first: two newcomers would each delete the other's. Who locked a file that
    its owner was just deleting starts again.
    """
    for _ in range(_TRIES):
        handle = _opened(path)
        words, locked = _words(handle), _lock(handle)
        is_foreign = words.get("host", socket.gethostname()) != socket.gethostname()
        if locked is False or is_foreign or (locked is None and words):
            os.close(handle)
            raise BusyError(target, path, words, lives=locked is False and not is_foreign)
        with suppress(OSError):
            if os.path.samestat(os.fstat(handle), path.stat()):
                return handle
        os.close(handle)
    raise BusyError(target, path, {}, lives=True)


def _opened(path: Path) -> int:
    """The lock file, made where there is none. Windows refuses it for the moment in which the file of another run is being deleted."""
    for _ in range(_TRIES):
        with suppress(PermissionError):
            return os.open(path, _FLAGS, 0o666)
        time.sleep(_PAUSE)
    return os.open(path, _FLAGS, 0o666)


def _sign(handle: int) -> None:
    words = {
        "user": _user(),
        "host": socket.gethostname(),
        "pid": str(os.getpid()),
        "since": f"{datetime.now().astimezone():%H:%M:%S %d/%m/%Y}",
    }
    os.ftruncate(handle, 0)
    os.lseek(handle, 0, os.SEEK_SET)
    os.write(handle, json.dumps(words, ensure_ascii=False).encode("utf-8"))


def _words(handle: int) -> dict[str, str]:
    """What the lock file says; nothing where it was cut short or is none of ours."""
    try:
        words = json.loads(os.read(handle, _SIZE))
    except (OSError, ValueError):
        return {}
    return {str(key): str(value) for key, value in words.items()} if isinstance(words, dict) else {}


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""


def _release(handle: int, path: Path) -> None:
    """Windows deletes no open file, elsewhere it has to be deleted while it is still locked. A file that stays locks nothing."""
    if sys.platform == "win32":
        os.close(handle)
    with suppress(OSError):
        path.unlink(missing_ok=True)
    if sys.platform != "win32":
        os.close(handle)


def _lock(handle: int) -> bool | None:
    """Whether the lock was free; None where the file system knows no locks."""
    try:
        _take(handle)
    except OSError as error:
        return False if error.errno in _HELD else None
    return True


_HELD = (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK)

if sys.platform == "win32":
    import msvcrt

    def _take(handle: int) -> None:
        os.lseek(handle, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
