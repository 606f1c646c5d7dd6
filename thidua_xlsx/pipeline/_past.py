"""The rounds before this one whose results lie in the campaign folder."""

from __future__ import annotations

from pathlib import Path

from thidua_xlsx.campaign import Campaign, Round
from thidua_xlsx.model import FileStatus
from thidua_xlsx.outcome import RoundFigures, figures_of
from thidua_xlsx.pipeline import _result
from thidua_xlsx.pipeline._folder import Folder


def past_rounds(home: Folder, occasion: Round) -> tuple[RoundFigures, ...]:
    """The figures of every round decided before this one, in that order; a round without whole results is left out.

    No round looks at a later one, so that merging all of them again in their order always gives the same.
    """
    found = (_figures(home.output(each.id), home.campaign, each) for each in home.campaign.rounds_before(occasion))
    return tuple(figures for figures in found if figures)


def _figures(folder: Path, campaign: Campaign, occasion: Round) -> RoundFigures | None:
    content, kept = _result.read_whole(folder / _result.RESULT_FILE), _result.read(folder / _result.BASIS_FILE)
    if content is None or kept is None or (basis := _result.basis(kept)) is None:
        return None
    try:
        if (content["campaign"]["id"], content["round"]) != (campaign.id, occasion.id):
            return None
        sent = {entry["unit"] for entry in content["files"] if entry["status"] == FileStatus.ACCEPTED.value}
        return figures_of(campaign, occasion, len(sent), _result.verdicts(content), basis)
    except (KeyError, TypeError, ValueError, OverflowError):  # somebody has edited the file
        return None
