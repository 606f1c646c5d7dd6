"""The rounds before this one whose results lie in the campaign folder."""

from __future__ import annotations

from pathlib import Path

from thidua_xlsx.campaign import Campaign, Round
from thidua_xlsx.model import FileStatus
from thidua_xlsx.outcome import RoundFigures, figures_of
from thidua_xlsx.pipeline import _result, _written
from thidua_xlsx.pipeline._folder import Folder


def past_rounds(home: Folder, occasion: Round) -> tuple[RoundFigures, ...]:
    """The figures of every round decided before this one, in that order; a round without whole results is left out.

    No round looks at a later one, so that merging all of them again in their order always gives the same.
    """
    found = (_figures(home.output(each.id), home.campaign, each) for each in home.campaign.rounds_before(occasion))
    return tuple(figures for figures in found if figures)


def _figures(folder: Path, campaign: Campaign, occasion: Round) -> RoundFigures | None:
    before, basis = _written.run(folder / _result.RESULT_FILE), _written.basis(folder / _result.BASIS_FILE)
    if before is None or basis is None or (before.campaign.id, before.round) != (campaign.id, occasion.id):
        return None
    sent = {entry.unit for entry in before.files if entry.status == FileStatus.ACCEPTED.value}
    try:
        return figures_of(campaign, occasion, len(sent), before.verdicts(), basis)
    except (ValueError, OverflowError):  # somebody has edited an amount
        return None
