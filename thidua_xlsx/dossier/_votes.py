"""What the council decided about a nominee, as the minutes print it; what nobody has decided yet is a dotted line."""

from __future__ import annotations

from thidua_xlsx import vietnamese
from thidua_xlsx.dossier._fields import Ballot
from thidua_xlsx.dossier._nominations import Nomination
from thidua_xlsx.dossier._reports import called, standing_of
from thidua_xlsx.outcome import Outcome
from thidua_xlsx.text import say

SHORT_DOTS = "……"


def ballot(number: int, one: Nomination, outcome: Outcome) -> Ballot:
    """A nominee's line in the minutes, with the votes in favour out of all members and their share in per cent."""
    decided, total = outcome.decided(one.nominee_id, one.award), outcome.campaign.council.size
    position, unit = standing_of(one, outcome)
    votes = decided.decision.votes if decided else None
    # A council made smaller since, or a slip: the minutes leave the line to be filled in
    votes = None if votes is not None and total is not None and votes > total else votes
    share = vietnamese.format_number(round(100 * votes / total, 2)) if total and votes is not None else SHORT_DOTS
    opinion = decided.decision.opinion if decided else None
    return Ballot(
        number=str(number),
        nominee_id=one.nominee_id,
        name=one.name,
        called=called(one),
        position=position,
        unit=unit,
        votes=f"{_counted(votes)}/{_counted(total)}",
        percent=say("dossier.percent", share=share),
        opinion=say(f"decisions.{opinion.value}") if opinion else SHORT_DOTS,
        reason=decided.decision.reason if decided else "",
    )


def _counted(number: int | None) -> str:
    return SHORT_DOTS if number is None else vietnamese.two_digits(number)
