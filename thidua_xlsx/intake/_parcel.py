"""What a file of the inbox turns out to hold: itself, or what is wrapped in it (mails, mailboxes, archives, one in another)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from thidua_xlsx.intake import _archive, _mail, _outlook
from thidua_xlsx.intake._container import is_litter
from thidua_xlsx.intake._disk import read_still
from thidua_xlsx.intake._gate import GateError, ignored, refused
from thidua_xlsx.intake._names import Names, inside, shown
from thidua_xlsx.intake._part import MOST_PARTS, Allowance, Part, SpentError
from thidua_xlsx.model import Provenance

_MOST_WRAPPINGS, _MOST_ARCHIVES = 4, 2
_TNEF, _PST = b"\x78\x9f\x3e\x22", b"!BDN"
_KEPT_BY_MAILER = re.compile(r".*\.msf|table_of_contents|msgfilterrules\.dat|\.?mailbox\.plist", re.IGNORECASE)
_WEB_PAGE = re.compile(rb"x-document-type:|snapshot-content-location:|<saved by |content-location: file:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing found in a file of the inbox: the file itself, an attachment, a member of an archive.

    ``file`` is the name to show, ``inbox/thư.eml/QLN.xlsx``. Where there is a ``stop``, it was refused or ignored unread, and
    ``content`` is empty.
    """

    file: str
    content: bytes
    modified: float
    provenance: Provenance
    stop: GateError | None = None


def open_parcel(path: Path, file: str) -> Iterator[Item]:
    """Everything a file of the inbox holds; ``file`` is the name to show. Nothing that may stand in a file raises here.

    A wrapping stands for its contents and is listed itself only where it yields nothing, or not all. Attachments come with the
    sender and the date of the innermost mail that says them. Nothing is ever written to the disk.
    """
    file = shown(file)
    try:
        modified, content = read_still(path, file)
    except GateError as stop:
        yield Item(file, b"", 0.0, Provenance(), stop)
        return
    whole = Item(file, content, modified, Provenance())
    try:
        yield from _opened(whole, Allowance(), ())
    except SpentError:
        yield _stopped(whole, refused("W165", file, most=MOST_PARTS))


def _stopped(item: Item, stop: GateError) -> Item:
    return replace(item, content=b"", stop=stop)


def _opened(item: Item, allowance: Allowance, around: tuple[str, ...]) -> Iterator[Item]:
    """The item, or what is in it; ``around`` are the kinds of wrappings it came out of."""
    kind = "" if item.stop else _wrapping(item.content, item.file)
    stop = item.stop or _unreadable(item.content, item.file, kind)
    if stop or not kind:
        allowance.take()
        yield _stopped(item, stop) if stop else item
    elif len(around) >= _MOST_WRAPPINGS or (kind == "archive" and around.count(kind) >= _MOST_ARCHIVES):
        allowance.take()
        yield _stopped(item, refused("W164", item.file))
    else:
        names = Names()
        for part in _parts(kind, item, allowance):
            yield from _opened(_unwrapped(part, item, names), allowance, (*around, kind))


def _wrapping(content: bytes, file: str) -> str:
    """What kind of wrapping this is, told by its content; "" for anything else."""
    if _archive.is_archive(content):
        return "archive"
    if _outlook.is_outlook(content):
        return "outlook"
    if _mail.is_mailbox(content):
        return "mailbox"
    return "mail" if _mail.is_mail(content, file) else ""


def _parts(kind: str, item: Item, allowance: Allowance) -> Iterator[Part]:
    match kind:
        case "archive":
            return _archive.members(item.content, allowance)
        case "outlook":
            return _outlook.attachments(item.content)
        case "mailbox":
            return _mail.letters(item.content)
        case _:
            return _mail.attachments(item.content, item.file)


def _unreadable(content: bytes, file: str, kind: str) -> GateError | None:
    """What is told without opening: litter, and wrappings that only their own program can open."""
    name = PurePosixPath(file).name.lower()
    if is_litter(file) or _KEPT_BY_MAILER.fullmatch(name):
        return ignored("W130", file)
    if kind:
        is_page = kind == "mail" and _WEB_PAGE.search(content[:4096])
        return refused("W106", file, format="MHTML (.mht)") if is_page else None
    code = next((code for tells, code in _SEALED if tells(name, content)), None)
    return refused(code, file, format="Outlook (.pst)") if code else None


_SEALED: tuple[tuple[Callable[[str, bytes], bool], str], ...] = (
    (lambda name, content: content.startswith(_TNEF) or name == "winmail.dat", "W156"),
    (lambda _, content: content.startswith(_PST), "W109"),
    (lambda name, _: name.endswith(".p7m"), "W157"),
    (lambda name, content: name.endswith(".zip") and content.startswith(b"PK") and not _archive.is_sound(content), "W162"),
)
"""Wrappings that are not opened, by name and content, and the sentence for each."""


def _unwrapped(part: Part, wrapping: Item, names: Names) -> Item:
    """The part as an item of its own; a part without a name tells of the wrapping as a whole."""
    below = inside(part.name) if part.name else ""
    file = f"{wrapping.file}/{names.own(below or '#')}" if part.name else wrapping.file
    provenance = part.provenance or wrapping.provenance
    modified = wrapping.modified if part.modified is None else part.modified
    return Item(file, part.content, modified, provenance, part.stop(file) if part.stop else None)
