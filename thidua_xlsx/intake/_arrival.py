"""One file read through all the gates."""

from __future__ import annotations

import hashlib
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from thidua_xlsx.intake._book import read_book
from thidua_xlsx.intake._container import LARGEST_FILE, MEBIBYTE, is_litter
from thidua_xlsx.intake._gate import GateError, ignored, refused
from thidua_xlsx.intake._locate import locate
from thidua_xlsx.intake._passport import admit, read_passport
from thidua_xlsx.intake._rows import read_lines
from thidua_xlsx.model import FileStatus, Finding, Submission

if TYPE_CHECKING:
    from thidua_xlsx.campaign import Campaign


@dataclass(frozen=True, slots=True)
class Arrival:
    """One file of the inbox as read.

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

    @property
    def finding(self) -> Finding | None:
        """Why there is no submission."""
        return self.findings[0] if self.submission is None else None


def read_file(path: Path, file: str, campaign: Campaign, round_id: str | None) -> Arrival:
    """Read one file as a submission to a round (None: to any), or say in a sentence why it is none.

    ``file`` is the name to show. Gates stand in order; what fails one gets that gate's findings alone. Nothing that may be in a
    file raises here.
    """
    modified, sha256, passport = 0.0, "", None
    try:
        modified, raw = _bytes(path, file)
        sha256 = hashlib.sha256(raw).hexdigest()
        book = read_book(raw, file)
        passport = read_passport(book)
        admit(passport, campaign, round_id, file)
        lines = {found.table.code: read_lines(book, found, passport.unit) for found in locate(book, campaign)}
    except GateError as stop:
        return Arrival(file, sha256, modified, passport.unit if passport else None, None, stop.status, stop.findings)
    rows = {code: part.rows for code, part in lines.items()}
    ignored_cells = sum(part.ignored for part in lines.values())
    findings = tuple(finding for part in lines.values() for finding in part.findings)
    submission = Submission(file, sha256, passport, modified, rows, ignored_cells)
    return Arrival(file, sha256, modified, passport.unit, submission, None, findings)


def _bytes(path: Path, file: str) -> tuple[float, bytes]:
    """The file's time stamp and content; litter is recognised by its name and not opened (a lock file cannot be)."""
    if is_litter(file):
        raise ignored("W130", file)
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise refused("W101", file)
        if status.st_size > LARGEST_FILE:
            raise refused("W103", file, size=status.st_size // MEBIBYTE, most=LARGEST_FILE // MEBIBYTE)
        return status.st_mtime, path.read_bytes()
    except OSError as error:
        raise refused("W101", file) from error
