"""Which round a stage of the movement (sơ kết, tổng kết) is, and what was decided until then."""

from __future__ import annotations

from collections.abc import Mapping

from thidua_xlsx.campaign import Campaign, Round
from thidua_xlsx.model import Decided
from thidua_xlsx.outcome import Case
from thidua_xlsx.pipeline._decide import ledger
from thidua_xlsx.pipeline._folder import Folder, UsageError
from thidua_xlsx.text import say


def round_of(campaign: Campaign, stage: str) -> str:
    """The only round whose id begins with the stage's name. Raises :class:`UsageError` where there is none, or several."""
    found = [code for code in campaign.rounds if code == stage or code.startswith(f"{stage}-")]
    if len(found) != 1:
        raise UsageError(say("cli.which_stage_round", stage=stage, count=len(found), rounds=", ".join(found or campaign.rounds)))
    return found[0]


def so_far(home: Folder, occasion: Round) -> Mapping[str, Mapping[Case, tuple[Decided, ...]]]:
    """The decisions that stand in this round and in every one decided no later, by round."""
    applied = ledger(home)
    return {each.id: applied.of_round(each.id) for each in home.campaign.rounds.values() if each.decided_on <= occasion.decided_on}
