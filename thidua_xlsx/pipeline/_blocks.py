"""The lines of both workbooks, kept from merge to merge beside the cache, a file for each unit.

They change nothing but time: what is damaged, foreign or made by another version of the program is passed over, and where nothing can be
written nothing is kept.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, cast

from isal import isal_zlib

from thidua_xlsx.pipeline._cache import CACHE_FOLDER, code_digest, digest, write_beside

if TYPE_CHECKING:
    from thidua_xlsx.xlsx import Block

_MARK_SIZE = 64
_NOT_DEFLATE = cast("type[Exception]", isal_zlib.error)
_LEVEL = 1
"""A tenth of the room for hardly any time."""


class Blocks:
    """The blocks of one folder of results; without a ``home`` there are none. In memory, too, they stay packed until they are asked for."""

    def __init__(self, home: Path | None, target: Path) -> None:
        self._folder = home / CACHE_FOLDER / f"dong-{target.name}" if home else None
        self._before: dict[str, dict[str, bytes]] = {}
        self._now: dict[str, dict[str, bytes]] = {}

    def recall(self, unit: str, name: str) -> Block | None:
        """The block of that name, if the last run had it."""
        if unit not in self._before:
            self._before[unit] = self._read(unit)
        known = self._before[unit].get(name)
        if known is None:
            return None
        self._now.setdefault(unit, {})[name] = known
        return _unpacked(known)

    def keep(self, unit: str, name: str, block: Block) -> None:
        """Keep a block for the next run."""
        self._now.setdefault(unit, {})[name] = _packed(block)

    def save(self) -> None:
        """Write what changed, and forget whatever this run did not need."""
        if self._folder is None:
            return
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            for unit, blocks in self._now.items():
                if blocks != self._before.get(unit):
                    content = _joined(blocks)
                    write_beside(self._path(unit), self._mark(unit, content) + content)
            for path in set(self._folder.iterdir()) - {self._path(unit) for unit in self._now}:
                path.unlink()

    def _path(self, unit: str) -> Path:
        assert self._folder is not None  # noqa: S101
        return self._folder / f"{digest(unit)[:32]}.bin"

    def _read(self, unit: str) -> dict[str, bytes]:
        if self._folder is None:
            return {}
        with suppress(OSError, ValueError, TypeError, AttributeError):
            whole = self._path(unit).read_bytes()
            content = whole[_MARK_SIZE:]
            if whole[:_MARK_SIZE] == self._mark(unit, content):
                return _parted(content)
        return {}

    def _mark(self, unit: str, content: bytes) -> bytes:
        return digest(code_digest(), unit, hashlib.sha256(content).hexdigest()).encode("ascii")


def _joined(blocks: dict[str, bytes]) -> bytes:
    sizes = json.dumps({name: len(packed) for name, packed in blocks.items()})
    return b"\n".join((sizes.encode("ascii"), b"".join(blocks.values())))


def _parted(content: bytes) -> dict[str, bytes]:
    line, _, rest = content.partition(b"\n")
    found, start = {}, 0
    for name, size in json.loads(line).items():
        found[name] = rest[start : start + size]
        start += size
    return found


def _packed(block: Block) -> bytes:
    """The XML of a block as it stands, behind a line with all else that it has: as JSON it would take twice the room and time."""
    rest = (block.count, block.width, block.cells, block.texts, block.looks, block.links, block.anchors, block.asked)
    whole = "\n".join((json.dumps(rest, ensure_ascii=False), block.xml))
    packed: bytes = isal_zlib.compress(whole.encode("utf-8", "surrogatepass"), _LEVEL)
    return packed


def _unpacked(packed: bytes) -> Block | None:
    """None for anything that no run of this program has packed."""
    from thidua_xlsx.xlsx import Block

    with suppress(ValueError, TypeError, _NOT_DEFLATE):
        line, _, xml = isal_zlib.decompress(packed).decode("utf-8", "surrogatepass").partition("\n")
        count, width, *others = json.loads(line)
        return Block(count, width, xml, *others)
    return None
