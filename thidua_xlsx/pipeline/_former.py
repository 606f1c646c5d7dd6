"""Returned workbooks of the former set that would only be written again, byte for byte.

Most units' files are the same at the next merge. What a returned workbook was made from is remembered as a hash beside the cache, and the
former file is copied where that hash and the file's own are still the same; deleting either changes nothing but time.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from thidua_xlsx.campaign import Campaign, Round
from thidua_xlsx.model import CheckedSubmission, Finding
from thidua_xlsx.pipeline import _notation, _result
from thidua_xlsx.pipeline._cache import CACHE_FOLDER, code_digest, digest, write_beside


class Former:
    """The files that the last run returned to units, in ``folder``, with what they were made from; nothing without a ``home``."""

    def __init__(self, home: Path | None, folder: Path, campaign: Campaign, occasion: Round) -> None:
        self._folder = folder
        self._made_with = digest(code_digest(), campaign.sha256, occasion.id)
        self._path = home / CACHE_FOLDER / f"tra-lai-{digest(str(folder.resolve()))[:16]}.json" if home else None
        self._before = self._read()
        self._now: dict[str, str] = {}

    def copied(self, made_from: str, files: Sequence[Path]) -> bool:
        """Put copies of the former files where these shall be, if all of them were made from just that."""
        known = [self._before.get(path.name) for path in files]
        wanted = [f"{made_from} {_hash(self._folder / path.name)}" for path in files]
        if not made_from or known != wanted:
            return False
        for path in files:
            shutil.copyfile(self._folder / path.name, path)
        self._now.update((path.name, entry) for path, entry in zip(files, wanted, strict=True))
        return True

    def note(self, made_from: str, files: Sequence[Path]) -> None:
        """Remember what new files were made from."""
        self._now.update((path.name, f"{made_from} {_hash(path)}") for path in files)

    def save(self) -> None:
        """Keep what was noted for the next run, where that can be."""
        if self._path is None:
            return
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_beside(self._path, json.dumps({"made_with": self._made_with, "files": self._now}, ensure_ascii=False))

    def made_from(self, checked: CheckedSubmission, findings: Sequence[Finding]) -> str:
        """The hash of all that decides what is returned to a unit; empty where that cannot be written down."""
        with suppress(TypeError, KeyError):
            return digest(self._made_with, _notation.checked_line(checked, findings))
        return ""

    def _read(self) -> dict[str, str]:
        if self._path is None:
            return {}
        with suppress(OSError, ValueError, TypeError, KeyError):
            known = json.loads(self._path.read_text(encoding="utf-8"))
            if known["made_with"] == self._made_with:
                return {str(name): str(entry) for name, entry in known["files"].items()}
        return {}


def _hash(path: Path) -> str:
    try:
        return _result.sha256(path)
    except OSError:
        return ""
