"""First gate: is this an Excel workbook that can be opened safely? Told by content, never by the ending of the name."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath

from thidua_xlsx.intake._gate import GateError, ignored, refused

MEBIBYTE = 1 << 20
LARGEST_FILE = 64 * MEBIBYTE
"""No honest workbook of 5,019 measured ones comes near this (nor near the limits below)."""

_LARGEST_CONTENT = 200 * MEBIBYTE
_MOST_PARTS = 2_000
_BOMB_PART, _BOMB_RATIO = 16 * MEBIBYTE, 250

_LITTER = re.compile(r"~\$.*|\.~lock\..*|\._.*|\.ds_store|thumbs\.db|desktop\.ini|.*\.(?:tmp|part|crdownload)", re.IGNORECASE)
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"RIFF", b"II*\x00", b"MM\x00*")
_MAIL = re.compile(rb"(?:from|received|return-path|mime-version|date|subject|to|message-id|delivered-to|x-[a-z-]+):")
_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, ValueError, KeyError)
"""What ``zipfile`` raises on damaged archives (all seen on real and hostile files)."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_STREAMS = (
    ("EncryptedPackage", "W105", ""),
    ("EncryptionInfo", "W105", ""),
    ("__properties_version1.0", "W109", "Outlook (.msg)"),
    ("WordDocument", "W108", "Word (.doc)"),
    ("PowerPoint Document", "W108", "PowerPoint (.ppt)"),
    ("Workbook", "W106", "Excel 97-2003 (.xls)"),
    ("Book", "W106", "Excel 95 (.xls)"),
)
_MAGIC = (
    (b"%PDF", "W108", "PDF"),
    (b"{\\rtf", "W108", "Word (.rtf)"),
    (b"Rar!", "W109", "RAR"),
    (b"7z\xbc\xaf", "W109", "7-Zip"),
    (b"\x1f\x8b", "W109", "GZIP"),
    (b"\x78\x9f\x3e\x22", "W109", "winmail.dat"),
)
_PACKAGES = (
    ("xl/workbook.bin", "W106", "Excel Binary (.xlsb)"),
    ("word/document.xml", "W108", "Word (.docx)"),
    ("ppt/presentation.xml", "W108", "PowerPoint (.pptx)"),
    ("content.xml", "W106", "OpenDocument (.ods)"),
)


def is_litter(file: str) -> bool:
    """Whether the name is one that programs leave beside others: lock files, folder icons, half downloads."""
    return bool(_LITTER.fullmatch(PurePosixPath(file).name))


def unpack(raw: bytes, file: str) -> Mapping[str, bytes]:
    """The XML parts of a workbook's package by name, or why the file is none.

    Everything calamine will parse is inflated and counted here first: it panics or aborts where ``zipfile`` merely complains.
    """
    if not raw.startswith(b"PK"):
        raise _other(raw, file)
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as package:
            members = package.infolist()
            _weigh(members, file)
            parts = {member.filename: package.read(member) for member in members if member.filename.endswith((".xml", ".rels"))}
    except _BROKEN as error:
        raise refused("W110", file) from error
    _recognise({member.filename for member in members}, file)
    if any(b"<!DOCTYPE" in part or part.startswith((b"\xff\xfe", b"\xfe\xff")) for part in parts.values()):
        raise refused("W111", file)
    return parts


def _weigh(members: list[zipfile.ZipInfo], file: str) -> None:
    """Refuse what no office program writes: bombs, secrets, two parts of one name."""
    if any(member.flag_bits & 1 for member in members):
        raise refused("W105", file)
    total = sum(member.file_size for member in members)
    swollen = any(member.file_size > max(_BOMB_PART, member.compress_size * _BOMB_RATIO) for member in members)
    names = {member.filename.casefold() for member in members}
    if total > _LARGEST_CONTENT or swollen or len(members) > _MOST_PARTS or len(names) < len(members):
        raise refused("W111", file)


def _recognise(names: set[str], file: str) -> None:
    if "xl/workbook.xml" in names:
        return
    for part, code, what in _PACKAGES:
        if part in names:
            raise refused(code, file, format=what)
    raise refused("W110", file) if "[Content_Types].xml" in names else refused("W109", file, format="ZIP")


def _other(raw: bytes, file: str) -> GateError:
    """What to say of a file that is no zip archive."""
    if not raw:
        return refused("W102", file)
    if raw.startswith(_PICTURES):
        return ignored("W131", file)
    if raw.startswith(_OLE):
        return _ole(raw, file)
    for magic, code, what in _MAGIC:
        if raw.startswith(magic):
            return refused(code, file, format=what)
    return _texts(raw, file)


def _ole(raw: bytes, file: str) -> GateError:
    for stream, code, what in _OLE_STREAMS:
        if stream.encode("utf-16-le") in raw:
            return refused(code, file, format=what)
    return refused("W104", file)


def _texts(raw: bytes, file: str) -> GateError:
    """HTML, XML and CSV that an export has named .xls or .xlsx, and mails saved as files."""
    head = raw[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    for looks, code, what in _TEXT_KINDS:
        if looks(head.lower()):
            return refused(code, file, format=what)
    return refused("W104", file)


_TEXT_KINDS: tuple[tuple[Callable[[bytes], object], str, str], ...] = (
    (lambda head: b"urn:schemas-microsoft-com:office:spreadsheet" in head, "W106", "XML Spreadsheet 2003"),
    (lambda head: head.startswith(b"<") and (b"<html" in head or b"<table" in head), "W106", "HTML"),
    (_MAIL.match, "W109", "e-mail (.eml)"),
    (lambda head: b"\x00" not in head and any(mark in head.split(b"\n", 1)[0] for mark in (b",", b";", b"\t")), "W106", "CSV"),
)
