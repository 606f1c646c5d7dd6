"""How many meet an award form against how many its quota (chỉ tiêu) allows; a quota changes no verdict, the Council chooses."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from thidua_xlsx import text
from thidua_xlsx.assess._nominees import Frames, Nominees
from thidua_xlsx.assess._principles import preferences, preferred
from thidua_xlsx.assess._words import quantity_of
from thidua_xlsx.campaign import CAMPAIGN_FILE, REGISTERED, Campaign, Preference, Quota
from thidua_xlsx.model import Assessment, CellRef, Finding, Result
from thidua_xlsx.vietnamese import format_number

_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class QuotaCount:
    """A quota and who meets the award form it is for, the foremost first by what the quota ranks by.

    ``base`` is what a percentage is taken of (None: not known, or a fixed number), ``allowed`` how many there may be (None: not known).
    Among equals those stand first whom the law prefers; ``preferred`` has by nominee what speaks for it.
    """

    quota: Quota
    meeting: tuple[Assessment, ...]
    base: float | None
    allowed: int | None
    preferred: Mapping[str, tuple[Preference, ...]] = field(default_factory=dict)

    @property
    def over(self) -> int:
        """By how many those who meet exceed the quota."""
        return 0 if self.allowed is None else max(0, len(self.meeting) - self.allowed)

    @property
    def beside_the_line(self) -> tuple[Assessment, Assessment] | None:
        """The last inside the quota and the first outside it, where there is an order to tell and both exist."""
        if not self.quota.order or not self.over or not self.allowed:
            return None
        return self.meeting[self.allowed - 1], self.meeting[self.allowed]


def quota_counts(assessments: Sequence[Assessment], tables: Frames, held: Frames, campaign: Campaign, round_id: str) -> list[QuotaCount]:
    """Every quota for an award form of the round, in the order of the campaign file."""
    nominees = Nominees.of(tables, campaign)
    sought = dict(zip(nominees.ids, nominees.column("award_sought"), strict=True))
    occasion = campaign.rounds[round_id]
    wanted = [each for each in campaign.quotas if each.award in occasion.awards]
    law, theirs = preferences(campaign, occasion), preferred(tables, campaign, occasion) if wanted else {}

    def place(quota: Quota, one: Assessment) -> list[float]:
        return [*(-value for value in ranks(quota, one)), *(each not in theirs.get(one.nominee_id, ()) for each in law)]

    found = []
    for quota in wanted:
        ours = [one for one in assessments if (one.award, one.kind, one.result) == (quota.award, quota.kind, Result.MET)]
        meeting = [one for one in ours if sought.get(one.nominee_id) == quota.award]
        base = _base(quota, nominees, tables, held) if quota.percent is not None else None
        ranked = tuple(sorted(meeting, key=partial(place, quota)))
        found.append(QuotaCount(quota, ranked, base, _allowed(quota, base), theirs))
    return found


def ranks(quota: Quota, one: Assessment) -> list[float]:
    """What a nominee has of each criterion by which the quota ranks."""
    actual = {reason.criterion: reason.actual for reason in one.reasons}
    return [value if isinstance(value := actual.get(code), int | float) else 0 for code in quota.order]


def _base(quota: Quota, nominees: Nominees, tables: Frames, held: Frames) -> float | None:
    """What the percentage is taken of; None while a unit's record is held back or leaves the figure blank."""
    if quota.of == REGISTERED:
        return sum(kind is quota.kind for kind in nominees.kinds)
    figures = tables["unit"][quota.of].tolist()
    is_known = all(isinstance(value, int | float) and not math.isnan(value) for value in figures)
    return sum(figures) if is_known and not len(held["unit"]) else None


def _allowed(quota: Quota, base: float | None) -> int | None:
    """The whole number that a share comes to: "not more than" is rounded down."""
    if quota.percent is None:
        return quota.count
    return None if base is None else math.floor(round(base * quota.percent / 100, _DECIMALS))


def quota_findings(counts: Sequence[QuotaCount], campaign: Campaign) -> Iterator[Finding]:
    """A610 where more meet than the quota allows, A611 where not, A612 where nobody can say yet."""
    for count in counts:
        code = "A612" if count.allowed is None else "A610" if count.over else "A611"
        facts = {"award": campaign.awards[count.quota.award].name, "kind": text.say(f"assess.kind_{count.quota.kind}")}
        facts |= {"meet": str(len(count.meeting)), "basis": basis_words(count, campaign)}
        if count.allowed is not None:
            facts["allowed"] = str(count.allowed)
        if count.over:
            facts |= {"over": str(count.over), "line": line_words(count, campaign)}
        yield text.finding(code, CellRef(CAMPAIGN_FILE), clause=count.quota.clause, **facts)


def basis_words(count: QuotaCount, campaign: Campaign) -> str:
    """What the quota is: a fixed number, or a share of what."""
    quota = count.quota
    if quota.percent is None:
        return text.say("assess.quota_count")
    is_registered = quota.of == REGISTERED
    of = text.say("assess.quota_registered") if is_registered else campaign.tables["unit"].columns[quota.of].heading
    base = text.say("assess.quota_no_base") if count.base is None else format_number(count.base)
    return text.say("assess.quota_percent", percent=format_number(quota.percent), of=of, base=base)


def line_words(count: QuotaCount, campaign: Campaign) -> str:
    """Who stands on either side of the line, or why nobody can be named."""
    beside = count.beside_the_line
    if beside is None:
        return text.say("assess.quota_no_order" if not count.quota.order else "assess.quota_none")
    inside, outside = beside
    names: Mapping[str, str] = {"inside": _ranked(inside, count.quota, campaign), "outside": _ranked(outside, count.quota, campaign)}
    order = ", ".join(campaign.criteria[code].name for code in count.quota.order)
    if ranks(count.quota, inside) != ranks(count.quota, outside):
        return text.say("assess.quota_line", order=order, **names)
    ground = count.preferred.get(inside.nominee_id, ())
    if ground == count.preferred.get(outside.nominee_id, ()):
        return text.say("assess.quota_tie", order=order, **names)
    words = "; ".join(f"{each.name} ({campaign.clauses[each.clause].source})" for each in ground)
    return text.say("assess.quota_tie_preferred", order=order, ground=words, **names)


def _ranked(one: Assessment, quota: Quota, campaign: Campaign) -> str:
    values = [quantity_of(value, code, campaign) for code, value in zip(quota.order, ranks(quota, one), strict=True)]
    return text.say("assess.quota_ranked", name=one.name, values="; ".join(values))
