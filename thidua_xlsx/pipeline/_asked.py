"""What people ask about a round, and what they answer and decide."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from thidua_xlsx.campaign import Answer
from thidua_xlsx.model import Assessment
from thidua_xlsx.outcome import Outcome, UnitStatus, unit_statuses
from thidua_xlsx.pipeline._decide import Decisions, applied, compared, opened
from thidua_xlsx.pipeline._folder import Folder, UsageError, today
from thidua_xlsx.pipeline._survey import surveyed
from thidua_xlsx.text import say

if TYPE_CHECKING:
    from thidua_xlsx.assess import Explanation
    from thidua_xlsx.pipeline._whatif import WhatIf
    from thidua_xlsx.register import Question


def status(folder: Path | str, round: str | None = None, passwords: Collection[str] = ()) -> tuple[Outcome, tuple[UnitStatus, ...]]:
    """Who has sent what for a round, unit by unit in the campaign's order; writes nothing."""
    _, outcome = surveyed(folder, round, passwords)
    return outcome, unit_statuses(outcome)


def explain(
    folder: Path | str,
    nominee: str,
    round: str | None = None,
    award: str | None = None,
) -> tuple[tuple[Assessment, Explanation], ...]:
    """Why a nominee's verdicts are what they are, per award form of the round (or the one named); writes nothing.

    ``nominee`` is an id, or a name. Raises :class:`UsageError` where nobody of that id or name is counted, or several have the name.
    """
    from thidua_xlsx.assess import explain as explained
    from thidua_xlsx.vietnamese import fold

    _, outcome = surveyed(folder, round)
    if award is not None and award not in outcome.round.awards:
        raise UsageError(say("cli.no_such_award", award=award, awards=", ".join(outcome.round.awards)))
    wanted = [entry for entry in outcome.assessments if entry.nominee_id == nominee]
    wanted = wanted or [
        entry for entry in outcome.assessments if fold(entry.nominee_id) == fold(nominee) or fold(entry.name) == fold(nominee)
    ]
    ids = dict.fromkeys(entry.nominee_id for entry in wanted)
    if not ids:
        raise UsageError(say("cli.no_such_nominee", nominee=nominee))
    if len(ids) > 1:
        raise UsageError(say("cli.several_nominees", nominee=nominee, ids=", ".join(ids)))
    return tuple((entry, explained(entry, outcome.campaign, outcome.findings)) for entry in wanted if award in (None, entry.award))


def decide(folder: Path | str, file: Path | str, *, apply: bool = False, passwords: Collection[str] = ()) -> Decisions:
    """What a workbook that came back from the leadership changes of the decisions that stand; with ``apply`` it is taken and kept.

    Only the lines that were understood, and whose evidence is still what the workbook showed, are taken; the findings name the others.
    Raises ``UserError`` where the file is no summary workbook of this campaign, and :class:`UsageError` where it was applied before.
    """
    home, file = Folder.at(folder), Path(file)
    book = opened(home, file)
    _, outcome = surveyed(folder, book.round, passwords)
    found = compared(outcome, book)
    return applied(home, file, found, today()) if apply and found.changes.accepted else found


def whatif(folder: Path | str, figures: Sequence[str] = (), round: str | None = None) -> WhatIf:
    """What other figures would change: ``figures`` are like ``TT1=30_000_000`` or ``TT1.BK_UBT.individual=30tr``; writes nothing.

    Raises :class:`UsageError` for what is no figure of the campaign.
    """
    from thidua_xlsx.pipeline._whatif import whatif as tried

    _, outcome = surveyed(folder, round)
    return tried(outcome, figures)


def questions(folder: Path | str, round: str | None = None) -> tuple[Question, ...]:
    """The nominees of a round that may be one, answered or not; writes nothing."""
    return surveyed(folder, round)[1].register.questions


def answer(
    folder: Path | str, nominees: tuple[str, str], round: str | None = None, *, same: bool, by: str, reason: str
) -> tuple[Path, Answer]:
    """Keep in the campaign folder what somebody knows about two nominees (their ids) that look alike: one, or two.

    Gives the file and what was written. It counts in every later run, whatever their ids are then. Raises :class:`UsageError` where nothing
    is asked about the two, and ``CampaignError`` where the file as it stands has problems.
    """
    from thidua_xlsx.pipeline._answers import write_answer

    home, outcome = surveyed(folder, round)
    return write_answer(home, outcome, nominees, (same, by, reason), today())
