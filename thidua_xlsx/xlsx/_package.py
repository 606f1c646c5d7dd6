"""Putting the parts of a workbook into its file, the large ones with a quicker deflate than zlib's."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from isal import isal_zlib

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time a zip can hold; the same content gives the same bytes."""

_LARGE = 1 << 20
"""Smaller parts, a form has no others, go through zlib, which takes little time for them and makes them smaller."""

_LEVEL = 2
"""Takes a fourteenth of zlib's time and a third more room. Level 3 finds other matches with wider vectors: its bytes tell the processor."""

_PORTION = 1 << 20
"""Characters encoded at a time, so that a large part is not in memory twice."""


def pack(parts: Iterable[tuple[StringIO | BytesIO, str, bool]], target: BytesIO) -> None:
    """Write a workbook of parts as xlsxwriter assembles them in memory: their content, their name, whether they are binary."""
    with ZipFile(target, "w") as package:
        for part, name, _ in parts:
            entry = ZipInfo(name, _EPOCH)
            entry.compress_type = ZIP_DEFLATED
            content = part.getvalue()
            if isinstance(content, str) and len(content) >= _LARGE:
                _pack_large(package, entry, content)
            else:
                package.writestr(entry, content)


def _pack_large(package: ZipFile, entry: ZipInfo, content: str) -> None:
    member: Any
    with package.open(entry, "w") as member:
        # ``zipfile`` asks for no other compressor; this one has zlib's methods
        member._compressor = isal_zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        for start in range(0, len(content), _PORTION):
            member.write(content[start : start + _PORTION].encode())
