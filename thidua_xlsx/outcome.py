"""What one merge found, as one value: the reports, the dossiers and ``ket-qua.json`` are all made from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from thidua_xlsx.campaign import Campaign, Round
from thidua_xlsx.model import Assessment, CheckedSubmission, FileReport, Finding
from thidua_xlsx.register import Register


@dataclass(frozen=True, slots=True)
class Verdict:
    """A verdict as an earlier run gave it; enough to say what has changed."""

    name: str
    unit: str
    result: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """A run over one round.

    ``submissions`` are the accepted ones in the order of the campaign's units; ``superseded`` the older ones of the same units.
    ``files`` has every file of the inbox; ``findings`` everything said, in the order of file, sheet and cell.
    ``previous`` holds the verdicts of the last run that differed, by (nominee id, award); None when there was none.
    """

    campaign: Campaign
    round: Round
    files: tuple[FileReport, ...]
    submissions: tuple[CheckedSubmission, ...]
    superseded: tuple[CheckedSubmission, ...]
    register: Register
    assessments: tuple[Assessment, ...]
    findings: tuple[Finding, ...]
    previous: Mapping[tuple[str, str], Verdict] | None = None
