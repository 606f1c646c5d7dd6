"""Mails saved by Outlook (.msg), read with python-oxmsg where it is installed (extra ``mail``)."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from thidua_xlsx.intake import _ole
from thidua_xlsx.intake._archive import decoded
from thidua_xlsx.intake._container import LARGEST_FILE
from thidua_xlsx.intake._mail import BROKEN, LONGEST_SHOWN, aside, credible, headers, why_empty, words
from thidua_xlsx.intake._names import shown
from thidua_xlsx.intake._part import Part, ignore, refuse
from thidua_xlsx.model import Provenance

if TYPE_CHECKING:
    from oxmsg.storage import Storage

_DAMAGED = (*BROKEN, struct.error)
_PROPERTIES = "__properties_version1.0"
_ROOT_HEADER, _NESTED_HEADER = 32, 24
_DEEPEST = 4
_NESTED = "__substg1.0_3701000D"
_SUBJECT, _HEADERS, _SENDER, _ADDRESS, _SMTP, _BODY, _HTML = 0x0037, 0x007D, 0x0C1A, 0x0C1F, 0x5D01, 0x1000, 0x1013
_DELIVERED, _SENT = 0x0E06, 0x0039
_CONTENT, _KIND = 0x3701, 0x370E
_NAMES = (0x3707, 0x3704, 0x3001)
"""The attachment's long name, its name in 8.3 letters, and what Outlook shows."""

_BINARY, _UNICODE, _EIGHT_BIT = 0x0102, 0x001F, 0x001E
"""Types of properties, and codes of properties, are those of [MS-OXPROPS]."""


def is_outlook(raw: bytes) -> bool:
    """Whether these bytes are a mail saved by Outlook; a workbook into which a mail was pasted is none."""
    return raw.startswith(_ole.MAGIC) and _PROPERTIES.encode("utf-16-le") in raw and _PROPERTIES in _ole.names(raw)


def attachments(raw: bytes) -> Iterator[Part]:
    """Everything attached to the mail, and to mails within it, or why it cannot be opened."""
    try:
        from olefile import OleFileIO  # noqa: PLC0415 (an optional extra)
        from oxmsg.storage import Storage  # noqa: PLC0415
    except ImportError:
        yield Part("", stop=refuse("W159"))
        return
    try:
        with OleFileIO(io.BytesIO(raw)) as document:
            if sum(entry.size for entry in document.direntries if entry) > LARGEST_FILE * 2:
                yield Part("", stop=refuse("W160"))
                return
            root = Storage.from_ole(document)
        yield from _attached(root, _ROOT_HEADER, Provenance(), 0)
    except RecursionError:
        yield Part("", stop=refuse("W164"))
    except _DAMAGED:
        yield Part("", stop=refuse("W160"))


def _attached(storage: Storage, header: int, outer: Provenance, depth: int) -> Iterator[Part]:
    provenance = _provenance(storage, header, outer)
    found = list(storage.iter_attachment_storages())
    if not found:
        bodies = (_bytes(storage, code, kind) for code in (_BODY, _HTML) for kind in (_BINARY, _UNICODE, _EIGHT_BIT))
        yield Part("", provenance=provenance, stop=why_empty(body.replace(b"\x00", b"") for body in bodies))
    for number, attachment in enumerate(found, 1):
        name = next((name for code in _NAMES if (name := _text(attachment, code).strip())), f"#{number}")
        nested = next((inner for inner in attachment.storages if inner.name == _NESTED), None)
        if nested is None:
            yield _part(attachment, name, provenance)
        elif _PROPERTIES not in (stream.name for stream in nested.streams):
            yield Part(name, provenance=provenance, stop=ignore("W158"))
        elif depth >= _DEEPEST:
            yield Part(name, provenance=provenance, stop=refuse("W164"))
        else:
            for part in _attached(nested, _NESTED_HEADER, provenance, depth + 1):
                yield part.under(name)


def _part(attachment: Storage, name: str, provenance: Provenance) -> Part:
    """A file; one that lies with a cloud service has a link in place of its content."""
    content = _bytes(attachment, _CONTENT, _BINARY)
    is_linked = all(stream.name != f"__substg1.0_{_CONTENT:04X}{_BINARY:04X}" for stream in attachment.streams)
    stop = refuse("W155") if is_linked else aside(_text(attachment, _KIND).lower(), name, content)
    modified = provenance.received.timestamp() if provenance.received else None
    return Part(name, b"" if stop else content, provenance, modified, stop)


def _bytes(storage: Storage, code: int, kind: int) -> bytes:
    try:
        return storage.property_stream_bytes(code, kind)
    except KeyError:
        return b""


def _text(storage: Storage, code: int) -> str:
    """A property of text, in Unicode or in the code page of the machine that wrote it."""
    if wide := _bytes(storage, code, _UNICODE):
        return wide.decode("utf-16-le", errors="replace").rstrip("\x00")
    narrow = _bytes(storage, code, _EIGHT_BIT).rstrip(b"\x00")
    return decoded(narrow, narrow.decode("latin-1"))


def _provenance(storage: Storage, header: int, outer: Provenance) -> Provenance:
    """Who sent it, and when it was delivered: Outlook's own entries, else the lines that came over the Internet."""
    internet = headers(_text(storage, _HEADERS).lstrip().encode("utf-8", errors="replace"))
    address = _text(storage, _SMTP) or _text(storage, _ADDRESS)
    named = f"{_text(storage, _SENDER)} <{address}>" if "@" in address else _text(storage, _SENDER)
    sender, subject = (shown(words(value))[:LONGEST_SHOWN] for value in (internet.sender or named, _text(storage, _SUBJECT)))
    received = _moment(storage, header, _DELIVERED) or internet.received or _moment(storage, header, _SENT)
    return Provenance(sender or outer.sender, subject or internet.subject or outer.subject, received or outer.received)


def _moment(storage: Storage, header: int, code: int) -> datetime | None:
    from oxmsg.properties import Properties  # noqa: PLC0415

    try:
        when = Properties(storage, header).date_prop_value(code)
    except _DAMAGED:
        return None
    return credible(when) if isinstance(when, datetime) else None
