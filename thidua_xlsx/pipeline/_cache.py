"""What was read from each file, remembered beside the campaign by the file's SHA-256 and by all that it was read with.

A cache makes the next run quicker and changes nothing else: whatever is damaged, foreign or out of date is thrown away without a word, and
where nothing can be written nothing is remembered.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Self

from thidua_xlsx.pipeline import _limits, _notation
from thidua_xlsx.pipeline._reading import Order, Read, Taken, seal

CACHE_FOLDER = Path("output") / ".thidua-cache"
"""Below the campaign folder, beside the results: nothing is ever written outside the folder of results."""

_LIBRARIES = (
    "isal", "openpyxl", "python-calamine", "rapidfuzz", "xlrd", "python-oxmsg", "msoffcrypto-tool", "cryptography", "xlsxwriter",
)  # fmt: skip
_ENDING = ".json"


class Cache:
    """The memory of one campaign folder for one order and one inbox; without a folder it remembers nothing."""

    def __init__(self, folder: Path | None, order: str = "", *, writes: bool = False) -> None:
        self._folder = folder
        self._order = order
        self._writes = writes
        self._seals: dict[str, str | None] = {}

    @classmethod
    def none(cls) -> Self:
        """No memory at all."""
        return cls(None)

    @classmethod
    def of(cls, home: Path, inbox: Path, order: Order, *, writes: bool) -> Self:
        """The memory in a campaign folder; a reader that must not write only recalls."""
        mark = digest(
            code_digest(),
            _limits.described(),
            order.campaign.sha256,
            order.round_id or "",
            order.language,
            *order.passwords,
            str(inbox.resolve()),
        )
        return cls(home / CACHE_FOLDER / f"{order.round_id}-{mark[:16]}", mark, writes=writes)

    def recall(self, path: Path, name: str) -> tuple[Read, ...] | None:
        """What the file held when it was last read, if it is still the same file."""
        if self._folder is None:
            return None
        found = self._seals[name] = seal(path)
        if found is None:
            return None
        try:
            claimed, _, line = self._entry(name).read_text(encoding="utf-8", errors="surrogatepass").partition("\n")
            return _notation.loads(line) if claimed == self._mark(name, found, line) else None
        except (OSError, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
            return None

    def remember(self, name: str, taken: Taken) -> None:
        """Keep what a file held, if it was the same file before and after reading."""
        found = self._seals.get(name)
        if self._folder is None or not self._writes or found is None or taken.seal != found:
            return
        with suppress(OSError, TypeError, KeyError):
            line = _notation.dumps(taken.reads)
            self._folder.mkdir(parents=True, exist_ok=True)
            write_beside(self._entry(name), f"{self._mark(name, found, line)}\n{line}")

    def prune(self) -> None:
        """Forget files that the inbox no longer has, and everything that was read with another campaign file or program."""
        if self._folder is None or not self._writes:
            return
        kept = {self._entry(name) for name in self._seals}
        round_id = self._folder.name.rpartition("-")[0]
        for path in _inside(self._folder.parent):
            if path != self._folder and path.name.rpartition("-")[0] == round_id:
                shutil.rmtree(path, ignore_errors=True)
        for path in _inside(self._folder):
            if path not in kept:
                with suppress(OSError):
                    path.unlink()

    def _entry(self, name: str) -> Path:
        assert self._folder is not None  # noqa: S101
        return self._folder / f"{digest(name)[:32]}{_ENDING}"

    def _mark(self, name: str, sealed: str, line: str) -> str:
        return digest(self._order, name, sealed, line)


def _inside(folder: Path) -> Iterator[Path]:
    with suppress(OSError):
        yield from list(folder.iterdir())


def digest(*parts: str) -> str:
    """One hash of several texts, each with its length, so that no two lists of them are alike."""
    made = hashlib.sha256()
    for part in parts:
        raw = part.encode("utf-8", errors="surrogatepass")
        made.update(f"{len(raw)}:".encode())
        made.update(raw)
    return made.hexdigest()


def write_beside(path: Path, content: str | bytes) -> None:
    """Write beside and rename, so that nobody ever sees half an entry; two runs do not write to the same file beside."""
    beside = path.with_name(f"~{os.getpid()}-{path.name}")
    try:
        beside.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise


@cache
def code_digest() -> str:
    """The program: its own source and words, and the versions of what it reads and writes with."""
    package = Path(__file__).resolve().parent.parent
    made = hashlib.sha256(f"{platform.python_version()} {' '.join(map(_version, _LIBRARIES))}".encode())
    for path in sorted(entry for entry in package.rglob("*") if entry.suffix in (".py", ".toml")):
        made.update(path.read_bytes())
    return made.hexdigest()


def _version(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return "-"
