"""A gate that a file does not pass: the one thing, or the few things of one kind, to say about it."""

from __future__ import annotations

from typing import Any

from thidua_xlsx import text
from thidua_xlsx.model import CellRef, FileStatus, Finding


class GateError(Exception):
    """The file stops here, and nothing that later gates would say is said."""

    def __init__(self, findings: tuple[Finding, ...], status: FileStatus = FileStatus.REFUSED) -> None:
        super().__init__(findings)
        self.findings = findings
        self.status = status


def refused(code: str, file: str, /, **facts: Any) -> GateError:
    """The file must be mended, or another one sent."""
    return GateError((text.finding(code, CellRef(file), **facts),))


def ignored(code: str, file: str, /, **facts: Any) -> GateError:
    """The file is none of this round's business; nobody has to do anything."""
    return GateError((text.finding(code, CellRef(file), **facts),), FileStatus.IGNORED)
