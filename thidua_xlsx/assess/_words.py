"""Verdicts in words: a sentence per criterion, and the whole tree of an award form for ``thidua explain``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from thidua_xlsx import text, vietnamese
from thidua_xlsx.assess._single import result_of, single_changes
from thidua_xlsx.campaign import Campaign, Criterion, Leaf, Measure, Node
from thidua_xlsx.model import Assessment, CellRef, Finding, Reason, Result

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Explanation:
    """A verdict or a part of it: what it says, its result, and the parts it follows from.

    A criterion also has the ``quote`` of its clause and the ``cells`` it rests on or that keep it open; a verdict the ``remarks`` on
    rows that count only because an error was eased and, where it is not met, the single changes that would turn it.
    """

    words: str
    result: Result
    children: tuple[Explanation, ...] = ()
    quote: str | None = None
    cells: tuple[CellRef, ...] = ()
    remarks: tuple[str, ...] = ()
    turning: tuple[str, ...] = ()


def result_words(result: Result) -> str:
    """Đủ điều kiện, Không đủ điều kiện, or Chưa đủ căn cứ."""
    return text.say(f"assess.{result.word}")


def describe(reason: Reason, campaign: Campaign, *, against: bool = False) -> str:
    """One sentence: the criterion, what was found, what is required, and, where it is open, why and what would close it.

    ``against``: the award form asks that the criterion is not met.
    """
    criterion = campaign.criteria[reason.criterion]
    measure = campaign.measures[criterion.measure] if criterion.measure else None
    why = _why(reason.why, measure, campaign) if reason.why else ""
    if reason.why in {"nothing_declared", "too_early"}:
        return f"{criterion.name}: {why}."
    said = _measured(reason, measure, campaign, against=against) if measure else _attested(reason, campaign, against=against)
    words = f"{criterion.name}: {said}"
    return f"{words}; {why}." if why else f"{words}."


def _measured(reason: Reason, measure: Measure, campaign: Campaign, *, against: bool) -> str:
    actual, required = reason.actual, reason.required
    if measure.kind == "latest":
        key = "open_against" if against and reason.result is Result.OPEN else "against" if against else reason.result.word
        return text.say(f"assess.latest_{key}", required=rating_asked(measure, campaign))
    facts = {"actual": _quantity(actual, measure, campaign)}
    if required is None:
        return text.say(f"assess.{measure.kind}_unset", **facts)
    facts["required"] = _quantity(required, measure, campaign)
    if against:
        return text.say(f"assess.{measure.kind}_{'open_' if reason.result is Result.OPEN else ''}against", **facts)
    if reason.result is Result.OPEN and campaign.may_fall(measure) and _number(actual) >= _number(required):
        return text.say("assess.sum_may_fall", **facts)
    if reason.result is Result.NOT_MET:
        facts["missing"] = _quantity(_number(required) - _number(actual), measure, campaign)
    return text.say(f"assess.{measure.kind}_{reason.result.word}", **facts)


def rating_asked(measure: Measure, campaign: Campaign) -> str:
    """The values that the latest row may have, as the drop-down shows them."""
    column = campaign.tables[measure.table].columns[measure.of or ""]
    labels = {choice.value: choice.label for choice in campaign.lists.get(column.choices or "", ())}
    return _either([labels.get(value, value) for value in measure.wanted])


def _number(value: float | str | None) -> float:
    return value if isinstance(value, (int, float)) else 0


def _quantity(value: float | str | None, measure: Measure, campaign: Campaign) -> str:
    if measure.kind == "latest":
        return text.say("assess.latest_yes" if value else "assess.latest_no")
    if campaign.is_money(measure):
        return text.say("assess.money", amount=vietnamese.format_money(int(_number(value))))
    return vietnamese.format_number(_number(value))


def _attested(reason: Reason, campaign: Campaign, *, against: bool) -> str:
    criterion = campaign.criteria[reason.criterion]
    key = "unknown" if reason.why == "unit_record" else "blank" if reason.actual is None else "attested"
    actual, required = attested_as(reason.actual, criterion, campaign), asked_as(criterion, campaign)
    return text.say(f"assess.{key}{'_against' if against else ''}", actual=actual, required=required)


def attested_as(value: object, criterion: Criterion, campaign: Campaign) -> str:
    """A value of an attestation as its drop-down shows it; a register holds the code of a choice that has one."""
    return _labels(criterion, campaign).get(str(value), str(value))


def asked_as(criterion: Criterion, campaign: Campaign) -> str:
    """Every value with which an attestation is met, as its drop-down shows them: ``Vững mạnh hoặc Khá``."""
    return _either([attested_as(value, criterion, campaign) for value in criterion.met])


def _either(labels: Sequence[str]) -> str:
    *others, last = labels
    return text.say("assess.either", others=", ".join(others), last=last) if others else last


@lru_cache(maxsize=128)
def _labels(criterion: Criterion, campaign: Campaign) -> Mapping[str, str]:
    columns = (table.columns.get(criterion.attestation or "") for table in campaign.tables.values())
    lists = (campaign.lists.get(column.choices or "", ()) for column in columns if column)
    return {choice.value: choice.label for choices in lists for choice in choices}


def why_words(why: str, criterion: Criterion, campaign: Campaign) -> str:
    """Why a criterion is open, and what would close it."""
    return _why(why, campaign.measures[criterion.measure] if criterion.measure else None, campaign)


def _why(why: str, measure: Measure | None, campaign: Campaign) -> str:
    """The catalogue's words for a reason; a campaign file may also give a sentence instead of a name, which has no blanks."""
    return why if " " in why else text.say(f"why.{why}", **_places(measure, campaign))


def _places(measure: Measure | None, campaign: Campaign) -> Mapping[str, str]:
    """What the plan calls the sheets and columns that the reasons speak of."""
    unit_sheet = campaign.tables["unit"].sheet
    if measure is None:
        return {"unit_sheet": unit_sheet}
    table = campaign.tables[measure.table]
    columns = {"owner": "nominee_id", "of": measure.of, "needs": measure.needs, "date": measure.date}
    headings = {role: table.columns[name].heading for role, name in columns.items() if name}
    own_day = measure.made_after.column if measure.made_after else ""
    asked = [entry.columns[own_day].heading for entry in campaign.tables.values() if entry.nominee and own_day in entry.columns]
    return {"unit_sheet": unit_sheet, "sheet": table.sheet, "own_day": "".join(asked[:1]), **headings}


def explain(assessment: Assessment, campaign: Campaign, findings: Sequence[Finding] = ()) -> Explanation:
    """The verdict as a tree that follows what the award form requires, down to clauses and cells.

    Of the ``findings`` those of the nominee that were waived, or only warn for now, are remarked on.
    """
    award = campaign.awards[assessment.award]
    reasons = {reason.criterion: reason for reason in assessment.reasons}
    words = text.say("assess.verdict", name=assessment.name, award=award.name, result=result_words(assessment.result))
    eased = [found for found in findings if found.relief and found.nominee_id == assessment.nominee_id]
    remarks = tuple(f"{found.ref}: {text.relief_words(found)}" for found in eased)
    tree = (_explain(award.requires, reasons, campaign),)
    return Explanation(words, assessment.result, tree, remarks=remarks, turning=turning(assessment, campaign))


def turning(assessment: Assessment, campaign: Campaign) -> tuple[str, ...]:
    """For a verdict that is not met: each single change that would make it met; nothing where several things have to change."""
    if assessment.result is not Result.NOT_MET:
        return ()
    requires = campaign.awards[assessment.award].requires
    found = {reason.criterion: reason for reason in assessment.reasons}
    return tuple(_turned(reason, wanted, campaign) for reason, wanted in single_changes(requires, found, campaign))


def _turned(reason: Reason, wanted: Result, campaign: Campaign) -> str:
    criterion = campaign.criteria[reason.criterion]
    name = text.say("assess.criterion", code=criterion.code, name=criterion.name)
    if wanted is Result.NOT_MET:
        return text.say("assess.turn_away", criterion=name)
    if not criterion.measure:
        return text.say(
            "assess.turn_attested",
            criterion=name,
            required=asked_as(criterion, campaign),
            actual=attested_as(reason.actual or "–", criterion, campaign),
        )
    measure = campaign.measures[criterion.measure]
    if measure.kind == "latest":
        return text.say("assess.turn_latest", criterion=name, required=rating_asked(measure, campaign))
    if reason.required is None:
        return text.say("assess.turn_declared", criterion=name)
    missing = _quantity(_number(reason.required) - _number(reason.actual), measure, campaign)
    return text.say("assess.turn_measured", criterion=name, missing=missing)


def quantity_of(value: float, criterion: str, campaign: Campaign) -> str:
    """A sum or count of a measured criterion as people write it: ``30.000.000 đồng``, ``2``."""
    return _quantity(value, campaign.measures[campaign.criteria[criterion].measure or ""], campaign)


def _explain(node: Node, reasons: Mapping[str, Reason], campaign: Campaign, *, against: bool = False) -> Explanation:
    if isinstance(node, Leaf):
        reason = reasons[node.criterion]
        clause = campaign.clauses[reason.clause]
        quote = text.say("assess.quote", source=clause.source, text=clause.text)
        return Explanation(describe(reason, campaign, against=against), reason.result, (), quote, reason.sources)
    turned = against is not (node.op == "not")
    children = tuple(_explain(child, reasons, campaign, against=turned) for child in node.nodes)
    return Explanation(text.say(f"assess.{node.op}", count=node.count), result_of(node, reasons), children)
