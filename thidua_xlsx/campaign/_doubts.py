"""What is no error in a campaign file and yet seldom meant: things that nothing uses, names that tell nobody apart, days without law."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, product
from typing import get_args

from thidua_xlsx.campaign._roles import holding
from thidua_xlsx.campaign.plan import PAPERS_OF_NOMINEE, Campaign, Holding, leaves
from thidua_xlsx.model import PartialDate
from thidua_xlsx.text import say
from thidua_xlsx.vietnamese import body_key


def doubts(campaign: Campaign) -> tuple[str, ...]:
    """A sentence for everything worth a look, each with what to write; empty where there is nothing."""
    looks = (_unused, _unprinted, _spellings, _without_mail, _days, _without_figures, _grounds, _forms)
    return tuple(chain.from_iterable(look(campaign) for look in looks))


def unset_figures(campaign: Campaign) -> tuple[str, ...]:
    """A line for every criterion and award form whose figure is not known yet, with the kinds of nominee that it leaves open."""
    kinds: dict[tuple[str, str], list[str]] = {}
    for entry in campaign.parameters:
        word = say(f"assess.kind_{entry.kind.value}")
        found = kinds.setdefault((entry.criterion, entry.award), [])
        found += [word] * (entry.value is None and word not in found)
    return tuple(
        say("campaign.unset_figure", criterion=criterion, award=campaign.awards[award].short, kinds=", ".join(found))
        for (criterion, award), found in kinds.items()
        if found
    )


def _unused(campaign: Campaign) -> Iterator[str]:
    offered = {code for occasion in campaign.rounds.values() for code in occasion.awards}
    asked = {code for award in campaign.awards.values() for code in leaves(award.requires)}
    ranked = {code for quota in campaign.quotas for code in quota.order}
    measured = {criterion.measure for criterion in campaign.criteria.values()}
    chosen = {column.choices for table in campaign.tables.values() for column in table.columns.values()}
    used = (("award", campaign.awards, offered), ("criterion", campaign.criteria, asked | ranked), ("measure", campaign.measures, measured))
    for what, codes, wanted in (*used, ("list", campaign.lists, chosen)):
        yield from (say(f"campaign.doubt_{what}", code=code) for code in codes if code not in wanted)


def _unprinted(campaign: Campaign) -> Iterator[str]:
    """A table of rows that no paper is written from and no measure counts."""
    used = {table.code for what in get_args(Holding) for table in holding(campaign, what)}
    used |= {measure.table for measure in campaign.measures.values()}
    rows = (table for table in campaign.tables.values() if table.layout == "rows" and not table.nominee)
    yield from (say("campaign.doubt_table", code=table.code) for table in rows if table.code not in used)


def _spellings(campaign: Campaign) -> Iterator[str]:
    """A name that means two units."""
    owners: dict[str, str] = {}
    for unit in campaign.units.values():
        spelled = {body_key(words, campaign.bodies): words for words in (unit.name, unit.code, *unit.aliases)}
        for key, words in spelled.items():
            if owners.setdefault(key, unit.code) != unit.code:
                yield say("campaign.doubt_spelling", code=unit.code, spelling=words, other=campaign.units[owners[key]].name)


def _without_mail(campaign: Campaign) -> Iterator[str]:
    if codes := [unit.code for unit in campaign.units.values() if not unit.email]:
        yield say("campaign.doubt_email", codes=", ".join(codes))


def _days(campaign: Campaign) -> Iterator[str]:
    for occasion in campaign.rounds.values():
        day = PartialDate.of(occasion.decided_on)
        if campaign.law_on(occasion.decided_on) is None:
            yield say("campaign.doubt_law", code=occasion.id, day=day)
        if all(organ.since > occasion.decided_on for organ in campaign.organs):
            yield say("campaign.doubt_organ", code=occasion.id, day=day)
        if occasion.deadline > occasion.decided_on:
            yield say("campaign.doubt_deadline", code=occasion.id, day=day, deadline=PartialDate.of(occasion.deadline))


def _without_figures(campaign: Campaign) -> Iterator[str]:
    """Where a criterion takes its figure from parameters and there is not even one without a value."""
    given = {(each.criterion, each.award, each.kind) for each in campaign.parameters}
    for award in campaign.awards.values():
        for code in dict.fromkeys(leaves(award.requires)):
            for kind in campaign.kinds if campaign.criteria[code].has_parameters else ():
                if (code, award.code, kind) not in given:
                    yield say("campaign.doubt_no_place", criterion=code, award=award.code, kind=kind.value)


def _grounds(campaign: Campaign) -> Iterator[str]:
    """Figures that a round would take although the clause they rest on is not in force on its day of decision."""
    for occasion in campaign.rounds.values():
        for award, kind in product(occasion.awards, campaign.kinds):
            asked = dict.fromkeys(leaves(campaign.awards[award].requires))
            taken = (campaign.parameter(code, award, kind, occasion.achievements_to) for code in asked)
            for each in taken:
                if each and each.value is not None and not campaign.clauses[each.clause].in_force(occasion.decided_on):
                    told = {"criterion": each.criterion, "award": award, "kind": kind.value, "clause": each.clause}
                    yield say("campaign.doubt_ground", code=occasion.id, day=PartialDate.of(occasion.decided_on), **told)


def _forms(campaign: Campaign) -> Iterator[str]:
    """Papers that have dated forms, but none for a round's day; and those whose form changes between filing and decision."""
    for occasion, paper in product(campaign.rounds.values(), dict.fromkeys(form.paper for form in campaign.forms)):
        for award, kind in product(occasion.awards, campaign.kinds if paper in PAPERS_OF_NOMINEE else (None,)):
            filed, form = (campaign.form_for(paper, award, kind, day) for day in (occasion.deadline, occasion.decided_on))
            told = {"code": occasion.id, "paper": paper, "award": award, "kind": f" ({kind})" if kind else ""}
            if form is None:
                yield say("campaign.doubt_form", day=PartialDate.of(occasion.decided_on), **told)
            elif filed != form:
                days = {"deadline": PartialDate.of(occasion.deadline), "since": PartialDate.of(form.since)}
                yield say("campaign.doubt_form_change", **told, **days)
