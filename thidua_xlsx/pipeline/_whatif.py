"""What other figures would change, computed over everything that is registered; nothing is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from thidua_xlsx import vietnamese
from thidua_xlsx.assess import Coverage, Ladder, Setting, Turn, assess, coverage, ladders, measure_facts, turns, with_settings
from thidua_xlsx.campaign import Campaign, leaves
from thidua_xlsx.model import NomineeKind
from thidua_xlsx.outcome import Outcome
from thidua_xlsx.pipeline._folder import UsageError
from thidua_xlsx.text import say


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A run with other figures: the verdicts that would turn; without any, the ladder of every figure and what each criterion decides."""

    outcome: Outcome
    settings: tuple[Setting, ...]
    turns: tuple[Turn, ...]
    ladders: tuple[Ladder, ...]
    coverage: tuple[Coverage, ...]


def whatif(outcome: Outcome, wanted: Sequence[str]) -> WhatIf:
    """Try figures on an outcome. Raises :class:`UsageError` for what is no figure of the campaign."""
    campaign, round_id = outcome.campaign, outcome.round.id
    tables, held = outcome.register.tables, outcome.register.held
    settings = tuple(_setting(words, campaign, outcome.round.awards) for words in wanted)
    tried = with_settings(campaign, settings)
    after = assess(tables, held, tried, round_id) if settings else outcome.assessments
    found = ladders(measure_facts(tables, held, tried, round_id), tried, round_id, after)
    return WhatIf(outcome, settings, turns(outcome.assessments, after), found, coverage(campaign, after))


def _setting(words: str, campaign: Campaign, awards: Sequence[str]) -> Setting:
    """``TT1=30_000_000``, or with the award form and the kind of nominee it is for: ``TT1.BK_UBT.individual=30tr``."""
    place, _, figure = words.partition("=")
    criterion, *narrower = place.strip().split(".")
    measured = [code for code, each in campaign.criteria.items() if each.measure]
    if not measured:
        raise UsageError(say("whatif.no_criterion"))
    if criterion not in measured:
        raise UsageError(say("whatif.no_such_criterion", words=words, criteria=", ".join(measured), example=measured[0]))
    asked = {code for code in awards if criterion in set(leaves(campaign.awards[code].requires))}
    kinds = {kind.value for kind in campaign.kinds}
    if strange := [each for each in narrower if each not in asked | kinds]:
        raise UsageError(say("whatif.no_such_place", words=words, place=strange[0], places=", ".join([*sorted(asked), *sorted(kinds)])))
    award = next((each for each in narrower if each in asked), None)
    kind = next((NomineeKind(each) for each in narrower if each in kinds), None)
    measure = campaign.measures[campaign.criteria[criterion].measure or ""]
    read = vietnamese.read_money if campaign.is_money(measure) else vietnamese.read_number
    return Setting(criterion, _figure(words, figure.replace("_", ""), read), award, kind)


def _figure(words: str, figure: str, read: Callable[[str], vietnamese.Reading[int] | vietnamese.Reading[float]]) -> float:
    try:
        return int(figure) if figure.strip().isdigit() else read(figure).value
    except vietnamese.Refused:
        raise UsageError(say("whatif.no_figure", words=words)) from None
