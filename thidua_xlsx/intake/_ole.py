"""The compound files of Office 97-2003 (OLE): which streams stand in one, and whether its workbook is locked."""

from __future__ import annotations

import io
import struct

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

WORKBOOKS = frozenset({"workbook", "book"})
"""The stream in which Excel 97-2003, and before it Excel 95, keeps the sheets."""

BROKEN = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    NameError,
    RuntimeError,
    TypeError,
    ValueError,
    struct.error,
)
"""What ``xlrd`` raises on damaged files besides its own exceptions."""

_KNOWN = ("EncryptedPackage", "EncryptionInfo", "__properties_version1.0", "WordDocument", "PowerPoint Document", "Workbook", "Book")
_FILEPASS = 0x2F
_RECORDS_SEARCHED = 24
"""The record FILEPASS stands right behind the one that opens the stream ([MS-XLS] 2.1.7.20.3)."""


def names(raw: bytes) -> frozenset[str]:
    """The streams of the outermost folder, in lower case; of a damaged file those whose names occur in it."""
    from xlrd.compdoc import CompDoc, CompDocError  # noqa: PLC0415 (xlrd is dear to import, and old files are rare)

    try:
        entries = CompDoc(raw, logfile=io.StringIO(), ignore_workbook_corruption=True).dirlist
        return frozenset(str(entries[child].name).lower() for child in entries[0].children)
    except (CompDocError, *BROKEN):
        return frozenset(name.lower() for name in _KNOWN if name.encode("utf-16-le") in raw)


def is_locked(raw: bytes) -> bool:
    """Whether the workbook's records are encrypted (FILEPASS)."""
    from xlrd.compdoc import CompDoc, CompDocError  # noqa: PLC0415

    try:
        document = CompDoc(raw, logfile=io.StringIO(), ignore_workbook_corruption=True)
        memory, start, length = next(found for name in WORKBOOKS if (found := document.locate_named_stream(name))[0])
    except (CompDocError, StopIteration, *BROKEN):
        return False
    if memory is None:
        return False
    end, records = min(start + length, len(memory)), 0
    while start + 4 <= end and records < _RECORDS_SEARCHED:
        code, size = struct.unpack_from("<HH", memory, start)
        if code == _FILEPASS:
            return True
        start, records = start + 4 + size, records + 1
    return False
