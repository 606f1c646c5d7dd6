"""What goes to a reader and what comes back: the order, and what one file of the inbox held."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from thidua_xlsx.campaign import Campaign
from thidua_xlsx.intake import Arrival
from thidua_xlsx.model import CheckedSubmission

File = tuple[Path, str]
"""A file of the inbox and the name it is shown under."""

Read = tuple[Arrival, CheckedSubmission | None]
"""Something that arrived, and its rows as checked where it could be read."""

_LARGEST = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Order:
    """What files are read with: everything but the files themselves that decides what is found in them."""

    campaign: Campaign
    round_id: str | None
    passwords: tuple[str, ...] = ()
    language: str = "vi"


@dataclass(frozen=True, slots=True)
class Taken:
    """Everything that one file of the inbox held; ``seal`` is the file's after reading, None if it must not be remembered."""

    reads: tuple[Read, ...]
    seal: str | None = None


def seal(path: Path) -> str | None:
    """The SHA-256 of a file's bytes and its time stamp; None for what is no file, is too large to be one of ours or cannot be opened."""
    found = _hashed(path)
    return f"{found[0]} {found[1]}" if found else None


def digest(path: Path) -> str:
    """The SHA-256 of a file's bytes; nothing where there is no seal either."""
    found = _hashed(path)
    return found[0] if found else ""


def _hashed(path: Path) -> tuple[str, int] | None:
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return None
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        with open(handle, "rb") as file:  # noqa: PTH123 – a handle, not a path
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode) or status.st_size > _LARGEST:
                return None
            return hashlib.file_digest(file, "sha256").hexdigest(), status.st_mtime_ns
    except OSError:
        return None
