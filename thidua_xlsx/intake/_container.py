"""First gate: is this a workbook that can be opened safely, and of which kind? Told by content, never by the ending of the name."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from itertools import pairwise
from pathlib import PurePosixPath
from typing import cast

from isal import igzip_lib, isal_zlib

from thidua_xlsx.intake import _ole
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
_NOT_DEFLATE = cast("type[Exception]", igzip_lib.IsalError)
"""The class, which the package's own description takes for an exception."""

BROKEN = (zipfile.BadZipFile, zlib.error, _NOT_DEFLATE, struct.error, EOFError, OSError, RuntimeError, ValueError, KeyError)
"""What ``zipfile`` and the faster inflater raise on damaged archives (all seen on real and hostile files)."""

_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""How office programs pack the parts of a workbook (ISO/IEC 29500-2, annex C; OpenDocument part 3, 2.2)."""

_HEADER, _MARK, _UTF8_NAME = struct.Struct("<4s5H3L2H"), b"PK\x03\x04", 0x800
_PATCHED = 0x20 | 0x40
"""What stands before each member of a zip (APPNOTE 4.3.7), and flags of kinds of members that nobody writes (4.4.4)."""

_OLE_STREAMS = (
    ("__properties_version1.0", "W109", "Outlook (.msg)"),
    ("worddocument", "W108", "Word (.doc)"),
    ("powerpoint document", "W108", "PowerPoint (.ppt)"),
)
_OLE_LOCKS = ("encryptedpackage", "encryptioninfo")
_RAW_BIFF = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08\x06\x00", b"\x09\x08\x08\x00", b"\x09\x08\x10\x00")
"""Excel 2 to 4 wrote its records into a plain file."""

_MAGIC = (
    (b"%PDF", "W108", "PDF"),
    (b"{\\rtf", "W108", "Word (.rtf)"),
    (b"Rar!", "W109", "RAR"),
    (b"7z\xbc\xaf", "W109", "7-Zip"),
    (b"\x1f\x8b", "W109", "GZIP"),
    (b"\x78\x9f\x3e\x22", "W109", "winmail.dat"),
)
_PACKAGES = (
    ("word/document.xml", "W108", "Word (.docx)"),
    ("ppt/presentation.xml", "W108", "PowerPoint (.pptx)"),
    ("content.xml", "W108", "OpenDocument (.odt, .odp)"),
    ("index/document.iwa", "W106", "Apple Numbers (.numbers)"),
)
_SHORTCUTS = (b"l\x00\x00\x00\x01\x14\x02\x00", b"[internetshortcut]", b"[desktop entry]")
"""Links of Windows (MS-SHLLINK 2.1, here in small letters), its web links, and those of Linux."""
_MAC_LINK = re.compile(rb"<plist[^>]*>\s*<dict>\s*<key>url</key>")
"""macOS keeps a web link in a property list that says nothing else."""

_UTF16 = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
_ENCODING = re.compile(r"""(<\?xml[^>]*?\sencoding\s*=\s*)["'][^"']*["']""")


class Kind(Enum):
    """The formats of workbooks that are read, and the two that hide one behind a password."""

    XLSX = auto()
    XLSB = auto()
    ODS = auto()
    XLS = auto()
    LOCKED_OFFICE = auto()
    LOCKED_ODS = auto()


@dataclass(frozen=True, slots=True)
class Package:
    """A workbook's file taken apart.

    ``parts`` are the inflated parts a reader needs, ``names`` all there are with the spelling of each in the file; both in lower case with
    forward slashes, for the names of parts do not depend on case, and some programs write them the Windows way. ``rewritten``: some part
    was in UTF-16.
    """

    kind: Kind
    raw: bytes
    parts: Mapping[str, bytes] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    rewritten: bool = False


def is_litter(file: str) -> bool:
    """Whether the name is one that programs leave beside others: lock files, folder icons, half downloads."""
    return bool(_LITTER.fullmatch(PurePosixPath(file).name))


def unpack(raw: bytes, file: str) -> Package:
    """What kind of workbook this is, with the parts to read, or why the file is none.

    Everything a reader will parse is inflated and counted here first: calamine panics or aborts where ``zipfile`` merely complains.
    """
    if raw.startswith(b"PK"):
        return _zipped(raw, file)
    if raw.startswith(_ole.MAGIC):
        return _compound(raw, file)
    if raw.startswith(_RAW_BIFF):
        return Package(Kind.XLS, raw)
    head = readable(raw[:8192]).lower()
    if b"urn:oasis:names:tc:opendocument" in head and b"spreadsheet" in head:
        return Package(Kind.ODS, raw, _safe({"content.xml": raw, "meta.xml": raw}, file))
    raise _other(raw, head, file)


def readable(xml: bytes) -> bytes:
    """The same text in UTF-8: patterns and fast readers know nothing else, and a few programs write UTF-16."""
    if not xml.startswith(_UTF16):
        return xml
    little = xml.startswith((b"\xff\xfe", b"<\x00"))
    words = xml.decode("utf-16-le" if little else "utf-16-be", errors="replace").removeprefix("\ufeff")
    return _ENCODING.sub(r'\1"UTF-8"', words, count=1).encode()


def _zipped(raw: bytes, file: str) -> Package:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as package:
            members = {_normal(member.filename): member for member in package.infolist()}
            _weigh(package.infolist(), len(members), file)
            suffixes = (".xml", ".rels", ".bin") if "xl/workbook.bin" in members else (".xml", ".rels")
            if overlap(package.infolist()):
                raise zipfile.BadZipFile(file)
            parts = {name: _content(raw, member) for name, member in members.items() if name.endswith(suffixes)}
    except BROKEN as error:
        raise refused("W110", file) from error
    names = {name: member.filename for name, member in members.items()}
    kind, safe = _recognised(names, parts, file), _safe(parts, file)
    return Package(kind, raw, safe, names, any(part is not parts[name] for name, part in safe.items()))


def overlap(members: Iterable[zipfile.ZipInfo]) -> bool:
    """Whether members share bytes, by which a small archive holds any amount; no program writes that."""
    places = sorted((member.header_offset, member.header_offset + _HEADER.size + member.compress_size) for member in members)
    return any(end > start for (_, end), (start, _) in pairwise(places))


def _content(raw: bytes, member: zipfile.ZipInfo) -> bytes:
    """A part as ``ZipFile.read`` gives it, with its checks of name, size and checksum, and several times as fast."""
    start = member.header_offset
    if start < 0:
        raise zipfile.BadZipFile(member.filename)
    mark, _, flags, *_, name, extra = _HEADER.unpack_from(raw, start)
    start += _HEADER.size
    spelled = raw[start : start + name].decode("utf-8" if flags & _UTF8_NAME else "cp437")
    packed = raw[start + name + extra : start + name + extra + member.compress_size]
    if mark != _MARK or spelled != member.orig_filename or member.flag_bits & _PATCHED or len(packed) < member.compress_size:
        raise zipfile.BadZipFile(member.filename)
    is_packed = member.compress_type == zipfile.ZIP_DEFLATED
    part = isal_zlib.decompressobj(-isal_zlib.MAX_WBITS).decompress(packed, member.file_size + 1) if is_packed else packed
    if len(part) != member.file_size or isal_zlib.crc32(part) != member.CRC:
        raise zipfile.BadZipFile(member.filename)
    return part


def _normal(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


_NEVER_PARSED = ("basic/", "dialogs/", "scripts/")
"""Where OpenDocument files keep their macros, each with a DOCTYPE that LibreOffice itself writes."""


def _safe(parts: Mapping[str, bytes], file: str) -> Mapping[str, bytes]:
    """The parts to be parsed, in UTF-8; a DOCTYPE, by which XML brings in entities and other files, no office program writes there."""
    wanted = {name: part for name, part in parts.items() if not name.startswith(_NEVER_PARSED)}
    safe = {name: readable(part) if name.endswith((".xml", ".rels")) else part for name, part in wanted.items()}
    # Looking for "!" first is many times quicker: "<" is everywhere in XML, "!" hardly anywhere
    if any(b"!" in part and b"<!DOCTYPE" in part for name, part in safe.items() if not name.endswith(".bin")):
        raise refused("W111", file)
    return safe


def _weigh(members: list[zipfile.ZipInfo], names: int, file: str) -> None:
    """Refuse what no office program writes: bombs, secrets, two parts of one name, other ways of packing."""
    if any(member.flag_bits & 1 for member in members):
        raise refused("W105", file)
    is_foreign = any(member.compress_type not in _METHODS for member in members)
    total = sum(member.file_size for member in members)
    swollen = any(member.file_size > max(_BOMB_PART, member.compress_size * _BOMB_RATIO) for member in members)
    if total > _LARGEST_CONTENT or swollen or is_foreign or len(members) > _MOST_PARTS or names < len(members):
        raise refused("W111", file)


def _recognised(names: Collection[str], parts: Mapping[str, bytes], file: str) -> Kind:
    if "xl/workbook.xml" in names:
        return Kind.XLSX
    if "xl/workbook.bin" in names:
        return Kind.XLSB
    if "content.xml" in names and b"encryption-data" in parts.get("meta-inf/manifest.xml", b""):
        return Kind.LOCKED_ODS
    if b"spreadsheet>" in parts.get("content.xml", b""):
        return Kind.ODS
    for part, code, what in _PACKAGES:
        if part in names:
            raise refused(code, file, format=what)
    if b"workbook.xml" in parts.get("_rels/.rels", b""):
        return Kind.XLSX
    raise refused("W110", file) if "[content_types].xml" in names else refused("W109", file, format="ZIP")


def _compound(raw: bytes, file: str) -> Package:
    """A file of Office 97-2003, or the wrapping in which Office hides a workbook with a password."""
    names = _ole.names(raw)
    if any(lock in names for lock in _OLE_LOCKS):
        return Package(Kind.LOCKED_OFFICE, raw)
    for stream, code, what in _OLE_STREAMS:
        if stream in names:
            raise refused(code, file, format=what)
    if not names & _ole.WORKBOOKS:
        raise refused("W104", file)
    return Package(Kind.LOCKED_OFFICE if _ole.is_locked(raw) else Kind.XLS, raw)


def _other(raw: bytes, head: bytes, file: str) -> GateError:
    """What to say of a file that is no workbook."""
    if not raw:
        return refused("W102", file)
    if raw.startswith(_PICTURES):
        return ignored("W131", file)
    for magic, code, what in _MAGIC:
        if raw.startswith(magic):
            return refused(code, file, format=what)
    head = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(_SHORTCUTS) or _MAC_LINK.search(head):
        return refused("W176", file)
    for looks, code, what in _TEXT_KINDS:
        if looks(head):
            return refused(code, file, format=what)
    return refused("W104", file)


_TEXT_KINDS: tuple[tuple[Callable[[bytes], object], str, str], ...] = (
    (lambda head: b"urn:schemas-microsoft-com:office:spreadsheet" in head and head.startswith(b"<?xml"), "W106", "XML Spreadsheet 2003"),
    (lambda head: head.startswith(b"<") and (b"<html" in head or b"<table" in head), "W106", "HTML"),
    (lambda head: b"multipart/related" in head and b"content-location: file:" in head, "W106", "MHTML (.mht)"),
    (lambda head: head.startswith(b"{") and b"docs.google.com" in head, "W106", "Google Sheets (.gsheet)"),
    (_MAIL.match, "W109", "e-mail (.eml)"),
    (lambda head: b"\x00" not in head and any(mark in head.split(b"\n", 1)[0] for mark in (b",", b";", b"\t")), "W106", "CSV"),
)
"""HTML, XML and CSV that an export has named .xls or .xlsx, web pages and mails saved as files."""
