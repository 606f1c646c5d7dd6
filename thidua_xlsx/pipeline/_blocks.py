"""The lines of both workbooks, kept from merge to merge beside the cache, a file for each unit.

They change nothing but time: what is damaged, foreign or made by another version of the program is passed over, and where nothing can be
written nothing is kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from isal import isal_zlib

from thidua_xlsx.pipeline._cache import CACHE_FOLDER, code_digest, digest, write_beside

if TYPE_CHECKING:
    from thidua_xlsx.xlsx import Block

_BETWEEN = "\x06"
"""Stands in no XML."""
_MARK_SIZE = 64
_NOT_DEFLATE = cast("type[Exception]", isal_zlib.error)
_LEVEL = 1
"""A tenth of the room for hardly any time."""


class Blocks:
    """The blocks of one folder of results; without a ``home`` there are none."""

    def __init__(self, home: Path | None, target: Path) -> None:
        self._folder = home / CACHE_FOLDER / f"dong-{target.name}" if home else None
        self._before: dict[str, dict[str, Block]] = {}
        self._now: dict[str, dict[str, Block]] = {}

    def recall(self, unit: str, name: str) -> Block | None:
        """The block of that name, if the last run had it."""
        if unit not in self._before:
            self._before[unit] = self._read(unit)
        known = self._before[unit].get(name)
        if known is not None:
            self.keep(unit, name, known)
        return known

    def keep(self, unit: str, name: str, block: Block) -> None:
        """Keep a block for the next run."""
        self._now.setdefault(unit, {})[name] = block

    def save(self) -> None:
        """Write what changed, and forget whatever this run did not need."""
        if self._folder is None:
            return
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            for unit, blocks in self._now.items():
                if blocks.keys() != self._before.get(unit, {}).keys():
                    content = isal_zlib.compress(_spelled(blocks).encode("utf-8", "surrogatepass"), _LEVEL)
                    write_beside(self._path(unit), self._mark(unit, content) + content)
            for path in set(self._folder.iterdir()) - {self._path(unit) for unit in self._now}:
                path.unlink()

    def _path(self, unit: str) -> Path:
        assert self._folder is not None  # noqa: S101
        return self._folder / f"{digest(unit)[:32]}.bin"

    def _read(self, unit: str) -> dict[str, Block]:
        if self._folder is None:
            return {}
        with suppress(OSError, ValueError, TypeError, KeyError, IndexError, _NOT_DEFLATE):
            whole = self._path(unit).read_bytes()
            content = whole[_MARK_SIZE:]
            if whole[:_MARK_SIZE] == self._mark(unit, content):
                return dict(_understood(isal_zlib.decompress(content).decode("utf-8", "surrogatepass")))
        return {}

    def _mark(self, unit: str, content: bytes) -> bytes:
        return digest(code_digest(), unit, hashlib.sha256(content).hexdigest()).encode("ascii")


def _spelled(blocks: dict[str, Block]) -> str:
    """The XML of blocks as it stands, behind a line with all else that they have: as JSON it would take twice the room and time."""
    rest = [
        (name, each.count, each.width, each.cells, each.texts, each.looks, each.links, each.anchors, each.asked)
        for name, each in blocks.items()
    ]
    return "\n".join((json.dumps(rest, ensure_ascii=False), _BETWEEN.join(each.xml for each in blocks.values())))


def _understood(content: str) -> Iterator[tuple[str, Block]]:
    from thidua_xlsx.xlsx import Block

    line, _, xml = content.partition("\n")
    rest: list[list[Any]] = json.loads(line)
    for (name, count, width, *others), each in zip(rest, xml.split(_BETWEEN), strict=True):
        yield name, Block(count, width, each, *others)
