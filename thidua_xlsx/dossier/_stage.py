"""The figures and sentences of the báo cáo sơ kết, tổng kết, all of them from the register and the decisions that stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from thidua_xlsx import vietnamese
from thidua_xlsx.campaign import Campaign, Leaf, Node, Organ, Table
from thidua_xlsx.campaign import Group as Requirement
from thidua_xlsx.dossier._fields import Letterhead
from thidua_xlsx.dossier._nominations import Nomination, money_total
from thidua_xlsx.dossier._reports import movement, unit_name
from thidua_xlsx.dossier._rows import rows_of
from thidua_xlsx.dossier._stage_facts import Facts, Tally
from thidua_xlsx.dossier._stage_fields import (
    AwardLine,
    Charts,
    Effect,
    Group,
    Honoured,
    Registered,
    ResultLine,
    Rewarded,
    Stage,
    StageReport,
    Terms,
    Totals,
    UnitLine,
)
from thidua_xlsx.dossier._words import DOTS, balanced, counted, numeric, open_day, rule_under, sentence
from thidua_xlsx.model import Assessment, Decided, NomineeKind, Opinion, Result
from thidua_xlsx.outcome import Outcome, UnitState, agreed, counting
from thidua_xlsx.text import say

_WOMAN = "Nữ"
_MOST_CAUSES = 5
_AWAY = (UnitState.MISSING, UnitState.REFUSED)


def stage_report(facts: Facts, stage: str, charts: Charts) -> StageReport:
    """The fields of the report; ``stage`` is ``so_ket`` or ``tong_ket``."""
    outcome, occasion = facts.outcome, facts.outcome.round
    organ, law = outcome.campaign.organ_on(occasion.decided_on), outcome.campaign.law_on(occasion.decided_on)
    return StageReport(
        letterhead=_letterhead(organ, occasion.decided_on),
        movement=movement(outcome),
        stage=Stage(say(f"stage.name_{stage}"), organ.name_full, numeric(occasion.achievements_from), numeric(occasion.achievements_to)),
        terms=_terms(facts),
        bases=tuple(citation.rstrip(" ;.,") for citation in law.citations) if law else (DOTS,),
        registered=_registered(facts),
        groups=tuple(_groups(facts)),
        units=tuple(_unit_lines(facts)),
        totals=_totals(facts),
        contents=_lines(facts.by_content()),
        kinds=_lines(facts.by_kind()),
        years=_lines(facts.by_year(), _changes(facts)),
        effects=tuple(_effects(facts)),
        trends=tuple(_trends(facts)),
        awards=tuple(_award_line(facts, code) for code in occasion.awards),
        rewarded=tuple(_rewarded(facts)),
        honoured=tuple(_honoured(facts)),
        shortcomings=tuple(_shortcomings(facts)),
        charts=charts,
        signer=(organ.head_title,),
        copies=(*organ.recipients, organ.council, say("stage.copy_units", units=facts.unit_kinds), say("dossier.copy_filed")),
    )


def _terms(facts: Facts) -> Terms:
    nominees, units = facts.nominees, facts.unit_kinds
    return Terms(nominees, _begun(nominees), units, _begun(units))


def _begun(words: str) -> str:
    """With a capital letter, the rest as it is."""
    return words[:1].upper() + words[1:]


def _letterhead(organ: Organ, day: date) -> Letterhead:
    name, number = organ.name.upper(), say("stage.number", code=organ.code)
    return Letterhead(organ.parent.upper(), balanced(name), rule_under(name), number, organ.place, open_day(day))


def _sum(outcome: Outcome, name: str) -> str:
    found = [value for row in rows_of(outcome, "unit") if isinstance(value := row.get(name), int)]
    return vietnamese.format_number(sum(found)) if found else ""


def _of_kind(everybody: Iterable[Nomination], kind: NomineeKind) -> list[Nomination]:
    return [one for one in everybody if one.kind is kind]


def _kinds(kinds: Iterable[NomineeKind | None]) -> tuple[str, ...]:
    """How many there are of each kind, in the order of every list."""
    found = Counter(kinds)
    return tuple(_count(found[kind]) for kind in NomineeKind)


def _registered(facts: Facts) -> Registered:
    individuals = _of_kind(facts.everybody, NomineeKind.INDIVIDUAL)
    collectives, households, _ = _kinds(one.kind for one in facts.everybody)
    sent = [entry for entry in facts.units if entry.state not in _AWAY]
    return Registered(
        units=_count(len(facts.units)),
        sent=_count(len(sent)),
        late=_some(sum(entry.late for entry in sent)),
        missing=tuple(entry.unit.name for entry in facts.units if entry.state in _AWAY),
        staff=_sum(facts.outcome, "staff_total"),
        staff_women=_sum(facts.outcome, "staff_women"),
        counts=counted({kind: len(_of_kind(facts.everybody, kind)) for kind in facts.campaign.kinds}),
        collectives=collectives,
        households=households,
        individuals=_count(len(individuals)),
        women=_some(sum(one.row.get("gender") == _WOMAN for one in individuals)),
    )


def _count(number: int) -> str:
    """A count as papers print it, none as a plain ``0``."""
    return vietnamese.two_digits(number) if number else "0"


def _some(count: int) -> str:
    """A count as papers print it; empty for none."""
    return vietnamese.two_digits(count) if count else ""


def _groups(facts: Facts) -> Iterator[Group]:
    """The individuals by đối tượng, in the order of the drop-down; those who named none come last."""
    people = _of_kind(facts.everybody, NomineeKind.INDIVIDUAL)
    found = Counter(one.row["category"] for one in people if "category" in one.row)
    tables = (table for table in facts.campaign.tables.values() if table.nominee is NomineeKind.INDIVIDUAL)
    categories = {column.choices or "" for table in tables if (column := table.columns.get("category"))}
    for entry in (entry for name in categories for entry in facts.campaign.lists.get(name, ())):
        if found[entry.value]:
            yield Group(entry.label, _count(found[entry.value]))
    if found[None]:
        yield Group(say("stage.no_category"), _count(found[None]))


def _unit_lines(facts: Facts) -> Iterator[UnitLine]:
    for number, (entry, tally) in enumerate(zip(facts.units, facts.by_unit(), strict=True), start=1):
        kinds = _kinds(one.kind for one in facts.everybody if one.unit == entry.unit.code)
        state = entry.state.value if entry.state in _AWAY else "late" if entry.late else "sent"
        figures = (*kinds, _count(tally.deeds), vietnamese.format_money(tally.money))
        yield UnitLine(str(number), entry.unit.name, say(f"stage.unit_{state}"), *figures)


def _totals(facts: Facts) -> Totals:
    rows = [row for _, row in facts.deeds]
    money = money_total(facts.campaign, rows)
    figure = vietnamese.format_money(money or 0)
    return Totals(
        deeds=_count(len(rows)),
        nominees=_count(sum(bool(one.deeds) for one in facts.everybody)),
        value=figure,
        money="" if money is None else say("dossier.money", value=figure),
        money_words="" if money is None else vietnamese.money_words(money).capitalize(),
        uncertain=_some(facts.uncertain),
    )


def _lines(tallies: Sequence[Tally], changes: Sequence[str] = ()) -> tuple[ResultLine, ...]:
    return tuple(
        ResultLine(
            number=str(number),
            name=line.name,
            text=sentence(line.text.rstrip(" ;")) if line.text else "",
            deeds=_count(line.deeds),
            nominees=_count(line.nominees),
            money=vietnamese.format_money(line.money),
            change=changes[number - 1] if changes else "",
        )
        for number, line in enumerate(tallies, start=1)
    )


def _pairs_of_years(facts: Facts) -> Iterator[tuple[int, Tally, Tally | None]]:
    """Every year with its line, and that of the year before where both are whole."""
    first, lines = facts.outcome.round.achievements_from.year, facts.by_year()
    for place, line in enumerate(lines):
        year = first + place
        comparable = place > 0 and facts.is_whole(year) and facts.is_whole(year - 1)
        yield year, line, lines[place - 1] if comparable else None


def _changes(facts: Facts) -> tuple[str, ...]:
    return tuple("" if before is None else _difference(line.money - before.money) for _, line, before in _pairs_of_years(facts))


def _difference(value: int) -> str:
    """``+1.500.000`` or, with a true minus sign, ``−1.500.000``."""
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return sign + vietnamese.format_money(abs(value))


def _effects(facts: Facts) -> Iterator[Effect]:
    """The measured effects by unit of measure, in the order in which they were declared; the same unit is known whatever its capitals."""
    amounts: dict[str, list[float]] = {}
    words: dict[str, str] = {}
    for _, row in facts.deeds:
        amount, unit = row.get("effect_amount"), str(row.get("effect_unit") or "")
        if isinstance(amount, int | float) and unit:
            key = vietnamese.fold(unit)
            words.setdefault(key, unit)
            amounts.setdefault(key, []).append(amount)
    for key, found in amounts.items():
        yield Effect(vietnamese.format_number(sum(found)), words[key], _count(len(found)))


def _trends(facts: Facts) -> Iterator[str]:
    """What the figures say of years, contents and units; nothing where they do not say it."""
    for year, line, before in _pairs_of_years(facts):
        if before is not None and (line.deeds or before.deeds):
            yield _year_sentence("deeds", year, _count(line.deeds), (line.deeds, before.deeds))
        if before is not None and (line.money or before.money):
            yield _year_sentence("money", year, vietnamese.format_money(line.money), (line.money, before.money))
    for year, line, _ in _pairs_of_years(facts):
        if not facts.is_whole(year) and line.deeds:
            yield say("stage.trend_partial", year=line.name)
    contents, units = facts.by_content(), facts.by_unit()
    yield from _foremost("content", contents, [line.deeds for line in contents])
    money = [line.money for line in units]
    yield from _foremost("unit_money", units, money) if any(money) else _foremost("unit_deeds", units, [line.deeds for line in units])


def _year_sentence(what: str, year: int, shown: str, numbers: tuple[int, int]) -> str:
    """``numbers`` are those of the year and of the one before it."""
    number, before = numbers
    key = "same" if number == before else "up" if number > before else "down"
    percent = say("stage.percent", value=vietnamese.format_number(round(abs(number - before) * 100 / before, 1))) if before else ""
    difference = vietnamese.format_money(abs(number - before)) if what == "money" else _count(abs(number - before))
    return say(f"stage.trend_{what}_{key}", year=year, before=year - 1, value=shown, difference=difference, percent=percent)


def _foremost(what: str, lines: Sequence[Tally], values: Sequence[int]) -> Iterator[str]:
    """The one line that leads; none leads where there is nothing, or two are equal."""
    most = max(values, default=0)
    if most and values.count(most) == 1:
        line = lines[values.index(most)]
        money = vietnamese.format_money(line.money)
        worth = say("stage.worth", money=money) if line.money else ""
        yield say(f"stage.most_{what}", name=line.name, deeds=_count(line.deeds), money=money, worth=worth)


def _award_line(facts: Facts, code: str) -> AwardLine:
    sought = [one for one in facts.everybody if one.award == code]
    theirs = {(one.unit, one.nominee_id) for one in sought}
    verdicts = Counter(one.result for one in facts.outcome.assessments if one.award == code and (one.unit, one.nominee_id) in theirs)
    opinions = Counter(each.decision.opinion for each in counting(facts.outcome.decisions, code))
    of_verdicts = (verdicts[result] for result in (Result.MET, Result.OPEN, Result.NOT_MET))
    of_opinions = (opinions[opinion] for opinion in (Opinion.AGREED, Opinion.NOT_AGREED, Opinion.PUT_OFF))
    figures = (*_kinds(one.kind for one in sought), *map(_count, (*of_verdicts, *of_opinions)))
    return AwardLine(*(facts.campaign.awards[code].name, *figures, _some(opinions.total())))


def _agreed(facts: Facts) -> Iterator[tuple[str, str, list[Decided]]]:
    """Round, award form and whom the leadership has agreed to, in the order of rounds by their day and of award forms."""
    occasions = [facts.campaign.rounds[key] for key in facts.decided if key in facts.campaign.rounds]
    for occasion in sorted(occasions, key=lambda each: (each.decided_on, each.id)):
        for code, award in facts.campaign.awards.items():
            if found := list(agreed(facts.decided[occasion.id], code)):
                yield occasion.name, award.name, sorted(found, key=lambda each: _place(each, facts))


def _place(decided: Decided, facts: Facts) -> tuple[object, ...]:
    order = list(facts.campaign.units)
    unit = order.index(decided.unit) if decided.unit in order else len(order)
    kinds: list[NomineeKind | None] = [*NomineeKind, None]
    return kinds.index(_kind(decided, facts)), unit, vietnamese.sort_key(decided.name), decided.decision.nominee_id


def _kind(decided: Decided, facts: Facts) -> NomineeKind | None:
    """The kind of nominee, as registered now or, of somebody who no longer is, by the id that was given; None where neither tells."""
    key = decided.decision.nominee_id
    known = next((one.kind for one in facts.outcome.assessments if one.nominee_id == key), None)
    given = (table.nominee for table in facts.campaign.tables.values() if table.nominee and key in _given(table, decided.unit))
    return known or next(given, None)


def _given(table: Table, unit: str) -> tuple[str, ...]:
    return table.prefilled_keys(unit, table.rows)


def _rewarded(facts: Facts) -> Iterator[Rewarded]:
    for occasion, award, found in _agreed(facts):
        yield Rewarded(*(occasion, award, *_kinds(_kind(each, facts) for each in found), _count(len(found))))


def _honoured(facts: Facts) -> Iterator[Honoured]:
    lines = [(occasion, award, each) for occasion, award, found in _agreed(facts) for each in found]
    for number, (occasion, award, each) in enumerate(lines, start=1):
        yield Honoured(str(number), each.name, unit_name(each.unit, facts.campaign), award, occasion)


def _shortcomings(facts: Facts) -> Iterator[str]:
    """What the run itself shows to be missing; causes and lessons are the office's own to write."""
    missing = [entry.unit.name for entry in facts.units if entry.state in _AWAY]
    if missing:
        yield say("stage.short_missing", count=_count(len(missing)), units=facts.unit_kinds, names="; ".join(missing))
    held = sum(len(frame) for frame in facts.outcome.register.held.values())
    figures = {"late": sum(entry.late for entry in facts.units), "held": held, "uncertain": facts.uncertain}
    for name, count in figures.items():
        if count:
            yield say(f"stage.short_{name}", count=_count(count), units=facts.unit_kinds)
    yield from _verdicts_short(facts)


def _verdicts_short(facts: Facts) -> Iterator[str]:
    sought = {(one.unit, one.nominee_id, one.award) for one in facts.everybody}
    verdicts = [one for one in facts.outcome.assessments if (one.unit, one.nominee_id, one.award) in sought]
    refused = sum(one.result is Result.NOT_MET for one in verdicts)
    if refused:
        yield say("stage.short_not_met", count=_count(refused))
    undecided = [one for one in verdicts if one.result is Result.OPEN]
    if undecided:
        causes = Counter(code for one in undecided for code in dict.fromkeys(_causes(one, facts.campaign)))
        named = [
            say("stage.cause", name=facts.campaign.criteria[code].name, count=_count(count))
            for code, count in causes.most_common(_MOST_CAUSES)
        ]
        yield say("stage.short_open", count=_count(len(undecided)), causes="; ".join(named))


def _causes(verdict: Assessment, campaign: Campaign) -> Iterator[str]:
    results = {reason.criterion: reason.result for reason in verdict.reasons}
    return _still_open(campaign.awards[verdict.award].requires, results)


def _still_open(node: Node, results: Mapping[str, Result]) -> Iterator[str]:
    """The criteria that keep a requirement open: of alternatives only where none is met."""
    if isinstance(node, Leaf):
        if results.get(node.criterion) is Result.OPEN:
            yield node.criterion
    elif not _is_met(node, results):
        for child in node.nodes:
            yield from _still_open(child, results)


def _is_met(node: Requirement, results: Mapping[str, Result]) -> bool:
    met = [results.get(child.criterion) is Result.MET if isinstance(child, Leaf) else _is_met(child, results) for child in node.nodes]
    return all(met) if node.op == "all" else sum(met) >= node.count if node.op in ("any", "at_least") else False
