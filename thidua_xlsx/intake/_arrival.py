"""What a file of the inbox holds, read through all the gates."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from thidua_xlsx.intake._book import read_book
from thidua_xlsx.intake._gate import GateError
from thidua_xlsx.intake._parcel import Item, open_parcel
from thidua_xlsx.intake._passport import admit, find_tables, read_passport, read_stamp
from thidua_xlsx.intake._rows import MOST_STRAYS, read_lines
from thidua_xlsx.intake._unseen import on_sheets, strangers
from thidua_xlsx.model import FileStatus, Finding, Provenance, Submission

if TYPE_CHECKING:
    from thidua_xlsx.campaign import Campaign


@dataclass(frozen=True, slots=True)
class Arrival:
    """One thing that arrived, as read: a file of the inbox, or what was wrapped in one.

    Without a ``submission`` the file was refused or ignored: ``status`` says which, ``finding`` why. ``findings`` is everything
    to say about the file as a whole, ``finding`` included. ``unit`` is what the file says of itself, known or not.
    """

    file: str
    sha256: str
    modified: float
    unit: str | None
    submission: Submission | None
    status: FileStatus | None
    findings: tuple[Finding, ...]
    provenance: Provenance = field(default_factory=Provenance)

    @property
    def finding(self) -> Finding | None:
        """Why there is no submission."""
        return self.findings[0] if self.submission is None else None


def read_files(path: Path, file: str, campaign: Campaign, round_id: str | None, passwords: tuple[str, ...] = ()) -> tuple[Arrival, ...]:
    """Read everything a file of the inbox holds as submissions to a round (None: to any), or say in a sentence why it is none.

    A mail or an archive gives an arrival for each thing in it, other files give one. ``file`` is the name to show. Nothing that may
    be in a file raises here.
    """
    return tuple(read_item(item, campaign, round_id, passwords) for item in open_parcel(path, file))


def read_file(path: Path, file: str, campaign: Campaign, round_id: str | None) -> Arrival:
    """The first thing a file holds, which of a plain file is the file."""
    return read_files(path, file, campaign, round_id)[0]


def read_item(item: Item, campaign: Campaign, round_id: str | None, passwords: tuple[str, ...]) -> Arrival:
    """Take one thing through the gates, in their order; what fails one gets that gate's findings alone."""
    file, provenance, passport = item.file, item.provenance, None
    sha256 = "" if item.stop else hashlib.sha256(item.content).hexdigest()
    try:
        if item.stop:
            raise item.stop
        book = read_book(item.content, file, (*passwords, *campaign.passwords))
        passport = read_passport(book)
        admit(passport, campaign, round_id, file)
        tables, notes = find_tables(book, campaign, passport)
        lines = {found.table.code: read_lines(book, found, passport.unit) for found in tables}
        foreign = tuple(strangers(book, tables))
    except GateError as stop:
        unit = passport.unit if passport else None
        return Arrival(file, sha256, item.modified, unit, None, stop.status, stop.findings, provenance)
    rows = {code: part.rows for code, part in lines.items()}
    ignored_cells = sum(part.ignored for part in lines.values())
    strays = on_sheets(book, (found.ref.sheet for found in foreign), MOST_STRAYS)
    strays = (*(stray for part in lines.values() for stray in part.strays), *strays)
    findings = (*book.notes, *notes, *foreign, *(finding for part in lines.values() for finding in part.findings))
    submission = Submission(file, sha256, passport, item.modified, rows, ignored_cells, provenance, strays, read_stamp(book))
    return Arrival(file, sha256, item.modified, passport.unit, submission, None, findings, provenance)
