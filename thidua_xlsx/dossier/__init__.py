"""Word papers (hồ sơ): the papers of each nominee and of each award form, and the báo cáo sơ kết, tổng kết.

All are made from templates an office can edit, which stand in the campaign folder's ``word/``; ``docs/word-templates.md`` names their
fields. What fills them is imported with the first paper: a merge in which nobody is put forward needs neither Word's library nor Jinja's.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from thidua_xlsx.dossier._errors import ContradictionError, TemplateError
from thidua_xlsx.dossier._nominations import is_anybody_considered

if TYPE_CHECKING:
    from thidua_xlsx.campaign import Campaign
    from thidua_xlsx.dossier._stage_facts import Standing
    from thidua_xlsx.outcome import Outcome

__all__ = [
    "STAGES",
    "ContradictionError",
    "TemplateError",
    "check_templates",
    "print_order",
    "write_dossiers",
    "write_stage_report",
]

STAGES = ("so-ket", "tong-ket")
"""What the movement is reported on: its sơ kết and its tổng kết."""


def write_dossiers(folder: Path, outcome: Outcome, templates: Path, *, nominees: Collection[str] | None = None) -> tuple[Path, ...]:
    """Write the papers of every award form below ``folder`` (``ho-so``), in the order of the lists; gives their paths.

    Put forward is who sought an award form and meets it; once the leadership has decided about that form, whom it has agreed to. A
    council that has agreed to nobody still has its minutes, and the checklist says that there is no proposal.
    Raises :class:`TemplateError`, and :class:`ContradictionError` where what was written does not agree with the register; the papers of
    that award form are taken away again.
    With ``nominees`` only their own papers are written, whatever the verdict.
    """
    if nominees is None and not is_anybody_considered(outcome):
        return ()
    from thidua_xlsx.dossier._writing import write_dossiers as written  # noqa: PLC0415

    return written(folder, outcome, templates, nominees=nominees)


def print_order(written: Sequence[Path]) -> Mapping[Path, tuple[Path, ...]]:
    """What of an award form is sent away, in the order of its parts (the plan, IV.1): proposal, list, minutes, then nominee by nominee.

    Gives the papers by the folder of their award form; nothing for one whose own papers were not written.
    """
    from thidua_xlsx.dossier._writing import print_order as ordered  # noqa: PLC0415

    return ordered(written)


def write_stage_report(path: Path, stage: str, outcome: Outcome, decided: Standing, templates: Path) -> Path:
    """Write the báo cáo sơ kết or tổng kết (one of :data:`STAGES`) of a run; ``decided`` are the decisions of all rounds so far.

    Raises :class:`TemplateError`, and :class:`ContradictionError` where its figures do not agree with the register, with the decisions or
    with each other; nothing is left at ``path`` then.
    """
    from thidua_xlsx.dossier._writing import write_stage_report as written  # noqa: PLC0415

    return written(path, stage, outcome, decided, templates)


def check_templates(templates: Path, campaign: Campaign) -> tuple[str, ...]:
    """What is wrong with the Word templates of a folder, one sentence per problem; empty when the campaign's papers can be made."""
    from thidua_xlsx.dossier._writing import check_templates as checked  # noqa: PLC0415

    return checked(templates, campaign)
