"""Forms of papers that changed between filing and decision, that are not in the campaign file, or whose name is not known yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from thidua_xlsx import text
from thidua_xlsx.campaign import CAMPAIGN_FILE, PAPERS_OF_NOMINEE, Campaign, Form, Round
from thidua_xlsx.model import CellRef, Finding, NomineeKind, PartialDate

Sought = tuple[str, NomineeKind]
"""The award form that a nominee seeks, and its kind."""


def form_findings(sought: Iterable[Sought], campaign: Campaign, occasion: Round) -> Iterator[Finding]:
    """A614 to A616 for every paper that has dated forms, by the award forms and kinds of nominees that are sought."""
    counted = Counter(sought)
    for paper in dict.fromkeys(form.paper for form in campaign.forms):
        for (award, kind), count in _papers(paper, counted).items():
            form = campaign.form_for(paper, award, kind, occasion.decided_on)
            who = text.say(f"assess.kind_{kind}") if kind else text.say("assess.all_kinds")
            told = {"paper": paper, "award": campaign.awards[award].name, "kind": who, "count": str(count)}
            yield from _said(campaign.form_for(paper, award, kind, occasion.deadline), form, occasion, told)


def _papers(paper: str, counted: Mapping[Sought, int]) -> Mapping[tuple[str, NomineeKind | None], int]:
    """Whose papers are made together: each kind's own, or one for all nominees of an award form."""
    found: Counter[tuple[str, NomineeKind | None]] = Counter()
    for (award, kind), count in counted.items():
        found[award, kind if paper in PAPERS_OF_NOMINEE else None] += count
    return found


def _said(filed: Form | None, form: Form | None, occasion: Round, told: Mapping[str, str]) -> Iterator[Finding]:
    day = str(PartialDate.of(occasion.decided_on))
    if form is None:
        yield text.finding("A615", CellRef(CAMPAIGN_FILE), clause=occasion.clause, day=day, **told)
        return
    if filed != form:
        facts = {"deadline": str(PartialDate.of(occasion.deadline)), "day": day, "since": str(PartialDate.of(form.since))}
        names = {"before": _called(filed), "now": _called(form)}
        yield text.finding("A614", CellRef(CAMPAIGN_FILE), clause=form.clause, **facts, **names, **told)
    if form.name is None:
        yield text.finding("A616", CellRef(CAMPAIGN_FILE), clause=form.clause, day=day, template=form.template, **told)


def _called(form: Form | None) -> str:
    """A form by its name in the law, else by its Word template."""
    return text.say("assess.no_form") if form is None else form.name or form.template
