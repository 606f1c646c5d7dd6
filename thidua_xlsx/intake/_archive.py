"""Zip archives: every member under its true name, inflated under count, never written to the disk."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from lzma import LZMAError

from thidua_xlsx.intake._container import LARGEST_FILE, MEBIBYTE, overlap
from thidua_xlsx.intake._part import Allowance, Part, Stop, refuse

_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
    LookupError,
    NotImplementedError,
    LZMAError,
)
"""What ``zipfile`` raises on damaged archives (all seen on real and hostile files)."""

_HOME = timezone(timedelta(hours=7))
_MOST_MEMBERS = 2_000
_LARGEST_DIRECTORY = 2 * MEBIBYTE
_BOMB_SIZE, _BOMB_RATIO = 16 * MEBIBYTE, 250
_CHUNK = 1 << 18
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
_WITHOUT_MEASURE, _SMALL_CHUNK = _METHODS[2:], 1 << 12
"""Of these ``zipfile`` inflates whatever a reading takes in at once: 4 KiB of bzip2 may hold 80 MiB, of LZMA 30."""

_OTHER_METHODS = {1: "Shrink", 6: "Implode", 9: "Deflate64", 93: "Zstandard", 95: "XZ", 98: "PPMd", 99: "AES"}
_UTF8_NAME, _ENCRYPTED = 0x800, 0x1
_PATH_FIELD = 0x7075
_OFFICE = ("[content_types].xml", "xl/workbook.xml", "xl/workbook.bin", "word/document.xml", "ppt/presentation.xml", "index/document.iwa")


def is_archive(raw: bytes) -> bool:
    """Whether these bytes are a zip that is no office document; a zip too damaged to tell is none."""
    if not raw.startswith(b"PK"):
        return False
    if _directory_size(raw) > _LARGEST_DIRECTORY:
        return True
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            names = {member.filename.replace("\\", "/").lstrip("/").lower() for member in archive.infolist()}
    except _BROKEN:
        return False
    is_open_document = "content.xml" in names and ("mimetype" in names or "meta-inf/manifest.xml" in names)
    return not is_open_document and names.isdisjoint(_OFFICE)


def is_sound(raw: bytes) -> bool:
    """Whether the list of members can be read."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)):
            return True
    except _BROKEN:
        return False


def _directory_size(raw: bytes) -> int:
    """The size of the list of members as the archive's end states it: a list of a million is not even read."""
    end = raw.rfind(b"PK\x05\x06", max(0, len(raw) - 65_557))
    return struct.unpack_from("<I", raw, end + 12)[0] if 0 <= end <= len(raw) - 22 else 0


def members(raw: bytes, allowance: Allowance) -> Iterator[Part]:
    """Everything in an archive that is a file, or why the whole is not opened."""
    if _directory_size(raw) > _LARGEST_DIRECTORY:
        yield Part("", stop=refuse("W165", most=_MOST_MEMBERS))
        return
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            files = [member for member in archive.infolist() if not member.orig_filename.endswith(("/", "\\"))]
            if stop := _objection(files):
                yield Part("", stop=stop)
                return
            doubles = Counter(member.orig_filename for member in files)
            for member in files:
                yield _member(archive, member, doubles[member.orig_filename], allowance)
    except _BROKEN:
        yield Part("", stop=refuse("W162"))


def _objection(files: list[zipfile.ZipInfo]) -> Stop | None:
    """Why an archive is refused as a whole."""
    if not files:
        return refuse("W166")
    if len(files) > _MOST_MEMBERS:
        return refuse("W165", most=_MOST_MEMBERS)
    if all(member.flag_bits & _ENCRYPTED for member in files):
        return refuse("W161")
    return refuse("W163") if overlap(files) else None


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, doubles: int, allowance: Allowance) -> Part:
    # A member without a name is not the archive itself
    name = _true_name(member) or "#"
    if stop := _obstacle(member, doubles):
        return Part(name, stop=stop)
    try:
        content = _inflated(archive, member, allowance)
    except _BROKEN:
        return Part(name, stop=refuse("W162"))
    if isinstance(content, bytes):
        return Part(name, content, modified=_modified(member))
    return Part(name, stop=content)


def _obstacle(member: zipfile.ZipInfo, doubles: int) -> Stop | None:
    """What keeps a member from being opened, told by its entry in the list alone."""
    if member.flag_bits & _ENCRYPTED:
        return refuse("W161")
    if stat.S_ISLNK(member.external_attr >> 16):
        return refuse("W150")
    if member.compress_type not in _METHODS:
        return refuse("W167", method=_OTHER_METHODS.get(member.compress_type, member.compress_type))
    return refuse("W163") if doubles > 1 else None


def _inflated(archive: zipfile.ZipFile, member: zipfile.ZipInfo, allowance: Allowance) -> bytes | Stop:
    """A member's content, counted while it is inflated: the size it states may be a lie."""
    content = bytearray()
    chunk_size = _SMALL_CHUNK if member.compress_type in _WITHOUT_MEASURE else _CHUNK
    with archive.open(member) as stream:
        while chunk := stream.read(chunk_size):
            content += chunk
            allowance.inflate(len(chunk))
            if len(content) > max(_BOMB_SIZE, member.compress_size * _BOMB_RATIO):
                return refuse("W163")
            if len(content) > LARGEST_FILE:
                return refuse("W103", size=len(content) // MEBIBYTE, most=LARGEST_FILE // MEBIBYTE)
    return bytes(content)


def _modified(member: zipfile.ZipInfo) -> float | None:
    """The time of a member; archives state it without a time zone, and sometimes not at all."""
    try:
        return datetime(*member.date_time, tzinfo=_HOME).timestamp() if member.date_time[0] > 1980 else None
    except (ValueError, OverflowError):
        return None


def _true_name(member: zipfile.ZipInfo) -> str:
    """The member's name as its maker saw it.

    Without the flag for UTF-8 ``zipfile`` reads cp437, but Windows writes its own code page (1258 in Viet Nam), macOS UTF-8 all
    the same, and WinRAR a second name in an extra field.
    """
    if unicode_path := _unicode_path(member.extra):
        return unicode_path
    if member.flag_bits & _UTF8_NAME or member.orig_filename.isascii():
        return member.orig_filename
    try:
        raw = member.orig_filename.encode("cp437")
    except UnicodeEncodeError:
        return member.orig_filename
    return decoded(raw, member.orig_filename)


def decoded(raw: bytes, otherwise: str) -> str:
    """Bytes of a Vietnamese name in UTF-8 or the Windows code page, unless the other reading looks more like letters."""
    for encoding in ("utf-8", "cp1258"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "utf-8" or _strangers(text) <= _strangers(otherwise):
            return text
    return otherwise


def _strangers(name: str) -> int:
    """Characters beyond ASCII that are no Latin letters or marks over them."""
    return sum(
        not ("\u00c0" <= letter <= "\u024f" or "\u0300" <= letter <= "\u036f" or "\u1e00" <= letter <= "\u1eff")
        for letter in name
        if letter > "\x7f"
    )


def _unicode_path(extra: bytes) -> str | None:
    """The name in UTF-8 from Info-ZIP's extra field (version, CRC of the plain name, name)."""
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        if kind == _PATH_FIELD and size > 5:
            return extra[9 : 4 + size].decode("utf-8", errors="replace")
        extra = extra[4 + size :]
    return None
