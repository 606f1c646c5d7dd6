"""The fields of a báo cáo thành tích: what the register holds about one nominee, nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from string import ascii_lowercase
from typing import Any

from thidua_xlsx import vietnamese
from thidua_xlsx.campaign import Campaign, Criterion, Organ, holding, leaves
from thidua_xlsx.dossier._fields import (
    AwardForm,
    Collective,
    CollectiveReport,
    ContentGroup,
    Deed,
    Household,
    HouseholdReport,
    Individual,
    IndividualReport,
    Letterhead,
    Movement,
    PriorAward,
    Report,
    Standard,
    UnitHead,
)
from thidua_xlsx.dossier._nominations import Nomination, money_total
from thidua_xlsx.dossier._rows import Row, kinds
from thidua_xlsx.dossier._words import DOTS, balanced, facts, joined, numeric, rule_under, sentence, shown, when
from thidua_xlsx.model import NomineeKind
from thidua_xlsx.outcome import Outcome
from thidua_xlsx.text import say

REPORT = "bao-cao-thanh-tich"
"""The report among the papers of a nominee (``PAPERS_OF_NOMINEE``)."""
_TITLE = "Danh hiệu thi đua"
"""What a row says of a prior award that is a title (contract 5.2); every other is a form of award."""

_PROFILE = {
    NomineeKind.COLLECTIVE: (
        "head_name",
        "head_title",
        "members",
        "women",
        "address",
        "phone",
        "duties",
        "performance",
        "party_rating",
        "union_rating",
    ),
    NomineeKind.HOUSEHOLD: ("head_name", "members", "address", "phone", "occupation"),
    NomineeKind.INDIVIDUAL: (
        "birth_date",
        "gender",
        "hometown",
        "residence",
        "position",
        "department",
        "qualification",
        "party_member",
        "performance",
    ),
}
"""What a report says of a nominee straight from the register's columns."""


def report(nomination: Nomination, outcome: Outcome) -> Report:
    """The fields of one nominee's report."""
    campaign, row = outcome.campaign, nomination.row
    organ = campaign.organ_on(outcome.round.decided_on)
    total = money_total(campaign, nomination.deeds)
    form = campaign.form_for(REPORT, nomination.award, nomination.kind, outcome.round.decided_on)
    shared: dict[str, Any] = {
        "form": (form.name if form else None) or "",
        "letterhead": unit_letterhead(nomination, outcome),
        "movement": movement(outcome),
        "award": award_form(nomination.award, campaign),
        "unit": UnitHead(unit_name(nomination.unit, campaign), **facts(nomination.unit_row, "head_name", "head_title")),
        "contents": _contents(nomination, campaign),
        "total": "" if total is None else _money(total),
        "total_words": "" if total is None else vietnamese.money_words(total).capitalize(),
        "standards": tuple(_standards(nomination, campaign)),
        "titles": _prior_awards(nomination, campaign, titles=True),
        "awards": _prior_awards(nomination, campaign, titles=False),
    }
    profile = facts(row, "nominee_id", *_PROFILE[nomination.kind]) | {"name": nomination.name, "discipline": _discipline(row)}
    if nomination.kind is NomineeKind.COLLECTIVE:
        return CollectiveReport(nominee=Collective(**profile), **shared)
    if nomination.kind is NomineeKind.HOUSEHOLD:
        return HouseholdReport(nominee=Household(**profile), **shared)
    profile |= facts(row, "salutation", "category")
    profile |= {"called": called(nomination), "workplace": workplace(nomination, campaign, organ)}
    return IndividualReport(nominee=Individual(**profile), **shared)


def movement(outcome: Outcome) -> Movement:
    """The campaign and the occasion."""
    campaign, occasion = outcome.campaign, outcome.round
    return Movement(
        campaign.title,
        f"{campaign.period_from.year}\u00a0-\u00a0{campaign.period_to.year}",
        campaign.plan,
        occasion.name,
        say("dossier.window", first=numeric(occasion.achievements_from), last=numeric(occasion.achievements_to)),
    )


def award_form(code: str, campaign: Campaign) -> AwardForm:
    """An award form in words."""
    award = campaign.awards[code]
    return AwardForm(award.name, award.authority)


def unit_name(code: str, campaign: Campaign) -> str:
    """A unit's full name."""
    return campaign.units[code].name if code in campaign.units else code


def unit_above(nomination: Nomination, outcome: Outcome) -> str:
    """The unit of a collective, or the agency where its name is, or ends with, that of the unit."""
    unit = unit_name(nomination.unit, outcome.campaign)
    is_the_unit = vietnamese.fold(unit) in vietnamese.fold(nomination.name)
    return outcome.campaign.organ_on(outcome.round.decided_on).name_full if is_the_unit else unit


def standing_of(nomination: Nomination, outcome: Outcome) -> tuple[str, str]:
    """What stands beside a name: a person's position and workplace, a household's head and unit, a collective's head and what is above."""
    campaign, row = outcome.campaign, nomination.row
    match nomination.kind:
        case NomineeKind.INDIVIDUAL:
            return shown(row.get("position")), workplace(nomination, campaign)
        case NomineeKind.HOUSEHOLD:
            return shown(row.get("head_name")), unit_name(nomination.unit, campaign)
        case NomineeKind.COLLECTIVE:
            return shown(row.get("head_title")), unit_above(nomination, outcome)


def called(nomination: Nomination) -> str:
    """A person's name after Ông or Bà, where the unit said which."""
    return " ".join(word for word in (str(nomination.row.get("salutation") or ""), nomination.name) if word)


def workplace(nomination: Nomination, campaign: Campaign, organ: Organ | None = None) -> str:
    """Department, unit and, for a report, the agency; one that repeats another is said once."""
    department = nomination.row.get("department")
    return joined(str(department or ""), unit_name(nomination.unit, campaign), organ.name_full if organ else "")


def missing(nomination: Nomination, campaign: Campaign, printed: Collection[str]) -> tuple[str, ...]:
    """The headings of what the unit did not supply of the fields that the report's template has ``printed``."""
    columns = next(table.columns for table in campaign.tables.values() if table.nominee is nomination.kind)
    asked = [name for name in (*_PROFILE[nomination.kind], "discipline") if f"nominee.{name}" in printed and name in columns]
    headings = [columns[name].heading for name in asked if nomination.row.get(name) is None]
    standards = _attested(nomination, campaign) if "standards" in printed else ()
    headings += [one.name for one in standards if _attestation(one, nomination) is None]
    if "unit.head_name" in printed and nomination.unit_row.get("head_name") is None:
        headings.append(say("dossier.missing_unit_head"))
    return tuple(headings)


def unit_letterhead(nomination: Nomination, outcome: Outcome) -> Letterhead:
    """The letterhead of a paper that the nominee's unit signs."""
    organ = outcome.campaign.organ_on(outcome.round.decided_on)
    name = unit_name(nomination.unit, outcome.campaign).upper()
    day = say("dossier.day_and_month_open", year=outcome.round.deadline.year)
    return Letterhead(organ.name, balanced(name), rule_under(name), "", organ.place, day)


def _money(value: int) -> str:
    return say("dossier.money", value=vietnamese.format_money(value))


def _contents(nomination: Nomination, campaign: Campaign) -> tuple[ContentGroup, ...]:
    named: dict[str, list[Row]] = {code: [] for code in campaign.contents}
    unnamed: list[Row] = []
    for row in nomination.deeds:
        named.get(str(row.get("content")), unnamed).append(row)
    groups = [(_content_name(code, campaign), rows) for code, rows in named.items() if rows]
    groups += [(say("dossier.other_content"), unnamed)] if unnamed else []
    return tuple(
        ContentGroup(letter, name, tuple(_deed(row, nomination, campaign) for row in rows))
        for letter, (name, rows) in zip(ascii_lowercase, groups, strict=False)
    )


def _content_name(code: str, campaign: Campaign) -> str:
    """The short label without the code that the drop-down puts before it."""
    return campaign.contents[code].name.removeprefix(code).lstrip(" –-:.")


def kind_label(row: Row, campaign: Campaign) -> str:
    """The label of an achievement's kind."""
    kind = str(row.get("kind") or "")
    return kinds(campaign)[str(row["table"])].get(kind, kind)


def _deed(row: Row, nomination: Nomination, campaign: Campaign) -> Deed:
    value = row.get("value_vnd")
    return Deed(
        shown(row.get("achievement_id")),
        when(row.get("achieved_on")),
        kind_label(row, campaign),
        sentence(shown(row.get("description") or row.get("others"))),
        _money(value) if isinstance(value, int) else "",
        " ".join(_details(row, nomination, campaign)),
    )


def _details(row: Row, nomination: Nomination, campaign: Campaign) -> Iterator[str]:
    if row.get("item") is not None:
        yield say("dossier.in_kind", **facts(row, "item", "quantity", "unit_of_measure", "unit_price", "valuation"))
    if row.get("petition_document") is not None:
        yield say("dossier.petition", **facts(row, "petition_document", "petition_result"))
    if row.get("effect") is not None:
        yield sentence(say("dossier.effect", effect=row["effect"]))
    if row.get("effect_amount") is not None:
        yield say("dossier.effect_size", **facts(row, "effect_amount", "effect_unit"))
    if row.get("recognized_by") is not None or row.get("decision_no") is not None:
        yield say("dossier.recognized", **facts(row, "recognized_by", "decision_no", "decision_date"))
    if row.get("share_percent") is not None:
        yield say("dossier.share", **facts(row, "share_percent"))
    used_for = campaign.awards.get(str(row.get("used_for")))
    if used_for is not None:
        yield say("dossier.used", award=used_for.name)
    if row.get("others") is not None and row.get("description") is not None:
        yield sentence(str(row["others"]))
    yield from _evidence(row, nomination)


def evidence_ids(row: Row) -> Sequence[str]:
    """The keys of the evidence that an achievement names."""
    return [one.strip() for one in str(row.get("evidence_id") or "").split(";") if one.strip()]


def _evidence(row: Row, nomination: Nomination) -> Iterator[str]:
    named = [(one, nomination.evidence.get((nomination.unit, one), {}).get("title")) for one in evidence_ids(row)]
    titles = [say("dossier.evidence_title", title=title, evidence_id=one) if title else one for one, title in named]
    if titles:
        yield say("dossier.evidence", titles="; ".join(titles))


def _attested(nomination: Nomination, campaign: Campaign) -> list[Criterion]:
    """The standards of the award form that somebody attests; what can only put a nominee off, never fail it, is none of them."""
    wanted = [campaign.criteria[code] for code in dict.fromkeys(leaves(campaign.awards[nomination.award].requires))]
    return [criterion for criterion in wanted if criterion.attestation and criterion.not_met]


def _attestation(criterion: Criterion, nomination: Nomination) -> str | None:
    from_unit = criterion.scope == "collective" and nomination.kind is not NomineeKind.COLLECTIVE
    value = (nomination.unit_row if from_unit else nomination.row).get(criterion.attestation or "")
    return None if value is None else str(value)


def _standards(nomination: Nomination, campaign: Campaign) -> Iterator[Standard]:
    for number, criterion in enumerate(_attested(nomination, campaign), start=1):
        yield Standard(str(number), criterion.text, _attestation(criterion, nomination) or DOTS)


def _discipline(row: Row) -> str:
    decision, until = row.get("discipline_decision"), row.get("discipline_until")
    if decision is None and until is None:
        return shown(row.get("discipline"))
    known = {"discipline": row.get("discipline"), "decision": decision, "until": until}
    return say("dossier.discipline_details", **{name: shown(value) for name, value in known.items()})


def _prior_awards(nomination: Nomination, campaign: Campaign, *, titles: bool) -> tuple[PriorAward, ...]:
    """The titles or the awards that somebody holds; dots where the campaign asks for none, for nobody has said that there are none."""
    if not holding(campaign, "prior_awards"):
        return (PriorAward(DOTS, DOTS, DOTS),)
    return tuple(_prior(held) for held in nomination.prior if (_TITLE in held.values()) is titles)


def _prior(row: Row) -> PriorAward:
    year = row.get("year")
    known: Mapping[str, str] = facts(row, "decision_no", "decision_date", "issued_by")
    return PriorAward(DOTS if year is None else str(year), shown(row.get("name")), say("dossier.decision", **known))
