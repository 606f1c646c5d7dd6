"""Votes that cannot be, or are not enough; the size of the council and what an award form needs may change after a decision was kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from thidua_xlsx import text
from thidua_xlsx.campaign import Council
from thidua_xlsx.model import Decision, Finding, Opinion


def doubtful_votes(decision: Decision, council: Council) -> Iterator[Finding]:
    """A637, A638: what is wrong today with the votes of a decision that was taken earlier; it stands until somebody mends it."""
    if council.size is not None and decision.votes is not None and decision.votes > council.size:
        yield _say("A638", decision, votes=decision.votes, members=council.size)
    yield from too_few(decision, council, council.size)


def too_few(decision: Decision, council: Council, members: int | None) -> Iterator[Finding]:
    """A637: an agreement with fewer votes than the award form needs; the share is of all members, as the campaign file says."""
    threshold = council.threshold(decision.award)
    if threshold is None or members is None or decision.votes is None or decision.opinion is not Opinion.AGREED:
        return
    if decision.votes < threshold.votes(members):
        facts = {"votes": decision.votes, "needed": threshold.votes(members), "members": members, "percent": f"{threshold.percent:g}"}
        yield _say("A637", decision, clause=threshold.clause, **facts)


def _say(code: str, decision: Decision, **facts: Any) -> Finding:
    return text.finding(code, decision.ref, nominee_id=decision.nominee_id, value=decision.nominee_id, award=decision.award, **facts)
