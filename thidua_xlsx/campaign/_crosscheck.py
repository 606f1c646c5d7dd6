"""What only the whole file can tell: references between its parts, and the columns the program relies on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date

from thidua_xlsx.campaign import plan
from thidua_xlsx.campaign._section import Section
from thidua_xlsx.model import NomineeKind
from thidua_xlsx.text import say
from thidua_xlsx.vietnamese import nearest

Placed = tuple[Section, object]

UNIT_COLUMNS = ("code", "name", "prepared_on")
NOMINEE_COLUMNS = {
    NomineeKind.COLLECTIVE: ("nominee_id", "name", "award_sought"),
    NomineeKind.HOUSEHOLD: ("nominee_id", "name", "head_name", "award_sought"),
    NomineeKind.INDIVIDUAL: ("nominee_id", "full_name", "award_sought"),
}
_AMOUNTS = ("money", "number", "integer", "percent")
_GIVEN_LISTS = ("@units", "@unit_codes", "@awards", "@used_for", "@contents", "@nominees", "@evidence")


def _known(section: Section, key: str, value: str | None, names: Collection[str], what: str) -> None:
    if value and value not in names:
        meant = nearest(value, names)
        hint = say("campaign.did_you_mean", key=meant) if meant else ""
        section.report("no_such", key=key, value=value, what=say(f"campaign.what_{what}"), hint=hint)


def clauses(parts: Sequence[Placed], known: Collection[str]) -> None:
    """Every ``clause`` names one that can be quoted."""
    for section, part in parts:
        _known(section, "clause", getattr(part, "clause", None), known, "clause")
        for contradiction in getattr(part, "contradictions", ()):
            _known(section, "contradictions", contradiction.clause, known, "clause")


def _columns_named(column: plan.Column) -> Iterator[tuple[str, str]]:
    for key in ("required_when", "expected_when", "min_length_when", "contradictions"):
        for condition in getattr(column, key):
            yield key, condition.column
    for key in ("at_most", "year_of", "quantified_by", "not_before"):
        if name := getattr(column, key):
            yield key, name
    for name in column.product_of:
        yield "product_of", name
    if column.told_by:
        yield "told_by", column.told_by.column
    if column.document:
        yield "document", column.document.date
        yield "document", column.document.issuer


def _things_named(table: plan.Table) -> Iterator[str]:
    for thing in table.one_thing:
        yield from (*thing.columns, *(when.column for when in thing.when))
        if thing.share:
            yield from (thing.share, "nominee_id")


def columns(parts: Sequence[tuple[Section, plan.Table, plan.Column]], tables: Collection[str], lists: Collection[str]) -> None:
    """What a column names – other columns, lists, tables – exists."""
    for section, table, column in parts:
        for key, name in _columns_named(column):
            _known(section, key, name, table.columns, "column")
        _known(section, "choices", column.choices, (*lists, *_GIVEN_LISTS), "list")
        _typed(section, table, "not_before", column.not_before, ("date",))
        _typed(section, table, "year_of", column.year_of, ("date",))
        _typed(section, table, "at_most", column.at_most, _AMOUNTS)
        if table.nominee and column.code == "award_sought" and column.choices != "@awards":
            section.report("not_one_of", key="choices", value=column.choices, allowed="@awards")
        _known(section, "total_of", column.total_of, tables, "table")
        for name in column.references:
            _known(section, "references", name, tables, "table")


def tables(parts: Sequence[tuple[Section, plan.Table]]) -> None:
    """The tables have the columns that merging and assessing rest on."""
    unique([(section, table.sheet) for section, table in parts], "sheet")
    for section, table in parts:
        headings = [column.heading.casefold() for column in table.columns.values()]
        for heading in dict.fromkeys(each for each in headings if headings.count(each) > 1):
            section.report("two_headings", heading=heading)
        wanted = NOMINEE_COLUMNS[table.nominee] if table.nominee else UNIT_COLUMNS if table.code == "unit" else ()
        wanted = ("nominee_id",) if not wanted and table.holds in ("achievements", "prior_awards") else wanted
        missing = [name for name in wanted if name not in table.columns]
        if missing:
            section.report("no_columns", table=table.code, columns=", ".join(missing))
        _known(section, "key", table.key, table.columns, "column")
        if table.holds == "evidence" and table.key is None:
            section.report("missing", key="key")
        if table.holds and (table.nominee or table.layout == "record"):
            section.report("holds_no_rows", table=table.code)


def measures(parts: Sequence[tuple[Section, plan.Measure]], campaign: plan.Campaign) -> None:
    """A measure counts columns that exist, of a table whose rows name a nominee; the day it counts after is a nominee's."""
    days = {code for table in campaign.tables.values() if table.nominee for code, column in table.columns.items() if column.type == "date"}
    for section, measure in parts:
        if measure.made_after:
            _known(section, "made_after", measure.made_after.column, days, "column")
            _known(section, "made_after", measure.made_after.clause, campaign.clauses, "clause")
        _known(section, "table", measure.table, campaign.tables, "table")
        if table := campaign.tables.get(measure.table):
            for key, name in (("date", measure.date), ("of", measure.of), ("needs", measure.needs), ("table", "nominee_id")):
                _known(section, key, name, table.columns, "column")
            for name in measure.where:
                _known(section, "where", name, table.columns, "column")
            _typed(section, table, "date", measure.date, ("date", "year"))
            _typed(section, table, "of", measure.of, ("choice",) if measure.kind == "latest" else _AMOUNTS)
            _typed(section, table, "table", "nominee_id", ("reference", "id"))
        if measure.kind != "count" and measure.of is None:
            section.report("missing", key="of")
        if measure.kind == "latest" and not measure.wanted:
            section.report("missing", key="is")
        elif measure.kind != "latest" and measure.wanted:
            section.report("is_of_latest", kind=measure.kind)


def _typed(section: Section, table: plan.Table, key: str, name: str | None, wanted: Sequence[str]) -> None:
    column = table.columns.get(name or "")
    if column and column.type not in wanted:
        section.report("wrong_column", key=key, column=name, type=column.type, wanted=", ".join(wanted), example=wanted[0])


def criteria(parts: Sequence[tuple[Section, plan.Criterion]], campaign: plan.Campaign) -> None:
    """A measured criterion has its measure; an attested one has its column in every table it is read from."""
    for section, criterion in parts:
        _known(section, "measure", criterion.measure, campaign.measures, "measure")
        _whole_money(section, "figure", criterion.figure, criterion, campaign)
        measure = campaign.measures.get(criterion.measure or "")
        if measure and measure.kind == "latest" and criterion.figure != 1:
            section.report("figure_of_latest", code=criterion.code, measure=measure.id)
        if criterion.attestation is None:
            continue
        if not criterion.met:
            section.report("missing", key="met")
        for value in dict.fromkeys(each for each in criterion.met if each in criterion.not_met):
            section.report("met_and_not", key="not_met", value=value)
        for table in campaign.tables.values():
            reads = table.nominee is not None
            if criterion.scope == "collective":
                reads = table.nominee is NomineeKind.COLLECTIVE or table.code == "unit"
            if reads and criterion.attestation not in table.columns:
                section.report("no_attestation", code=criterion.code, column=criterion.attestation, table=table.code)


def _possible(campaign: plan.Campaign, column: plan.Column | None) -> Mapping[str, str] | None:
    """The values a column's drop-down can leave in a register, each with its label; None where anything may stand."""
    if column is None or column.choices in (None, "@nominees", "@evidence"):
        return None
    if column.choices == "@awards":
        return {award.code: award.name for award in campaign.awards.values()}
    known = column.choices in campaign.lists or str(column.choices).startswith("@")
    return {choice.value: choice.label for choice in campaign.choices(column, next(iter(campaign.rounds), ""))} if known else None


def _among(section: Section, key: str, values: Iterable[str], possible: Mapping[str, str] | None) -> None:
    codes = {label: value for value, label in (possible or {}).items()}
    for value in values if possible is not None else ():
        if value in codes and value not in codes.values():
            hint = say("campaign.code_of", key=codes[value])
            section.report("no_such", key=key, value=value, what=say("campaign.what_value"), hint=hint)
        else:
            _known(section, key, value, codes.values(), "value")


def values(
    column_parts: Sequence[tuple[Section, plan.Table, plan.Column]],
    measure_parts: Sequence[tuple[Section, plan.Measure]],
    criterion_parts: Sequence[tuple[Section, plan.Criterion]],
    campaign: plan.Campaign,
) -> None:
    """A value that a condition waits for is one the drop-down can give; a slip here would never match and never be seen."""
    for section, table, column in column_parts:
        for key in ("required_when", "expected_when", "min_length_when"):
            for when in getattr(column, key):
                _among(section, key, when.values, _possible(campaign, table.columns.get(when.column)))
        if column.told_by:
            _among(section, "told_by", column.told_by.words, _possible(campaign, column))
        for contradiction in column.contradictions:
            _among(section, "attested", (contradiction.attested,), _possible(campaign, table.columns.get(contradiction.column)))
            _among(section, "compatible", contradiction.compatible, _possible(campaign, column))
    for section, measure in measure_parts:
        counted = campaign.tables.get(measure.table)
        there = counted.columns if counted else {}
        for name, wanted in measure.where.items():
            _among(section, "where", wanted, _possible(campaign, there.get(name)))
        _among(section, "is", measure.wanted, _possible(campaign, there.get(measure.of or "")))
    for section, criterion in criterion_parts:
        for attested in (table.columns.get(criterion.attestation or "") for table in campaign.tables.values() if table.nominee):
            _among(section, "met", (*criterion.met, *criterion.not_met), _possible(campaign, attested))


def kinds(head: Section, campaign: plan.Campaign) -> None:
    """A kind that is said to lend its names to inner parts is not a slip of one that units are of; that none may be of it is no fault."""
    there = {unit.kind for unit in campaign.units.values()}
    for kind in campaign.inner_kinds:
        if nearest(kind, there):
            _known(head, "inner_kinds", kind, there, "value")


def things(parts: Sequence[tuple[Section, plan.Table]], campaign: plan.Campaign) -> None:
    """What rows of one thing have in common are columns, and their conditions wait for values that can be."""
    for section, table in parts:
        for name in _things_named(table):
            _known(section, "one_thing", name, table.columns, "column")
        for when in (when for thing in table.one_thing for when in thing.when):
            _among(section, "one_thing", when.values, _possible(campaign, table.columns.get(when.column)))


def awards(parts: Sequence[tuple[Section, plan.Award]], known: Collection[str]) -> None:
    """An award asks for criteria that exist, and no other award is called like it."""
    unique([(section, award.name) for section, award in parts], "name")
    for section, award in parts:
        for name in plan.leaves(award.requires):
            _known(section, "requires", name, known, "criterion")


def prerequisites(parts: Sequence[tuple[Section, plan.Award]], campaign: plan.Campaign) -> None:
    """What an award presupposes is looked for in columns that exist, of a table whose rows name a nominee, with a clause as ground."""
    for section, wanted in ((section, each) for section, award in parts for each in award.prerequisites):
        for clause in (wanted.clause, wanted.where_clause):
            _known(section, "prerequisites", clause, campaign.clauses, "clause")
        _known(section, "prerequisites", wanted.table, campaign.tables, "table")
        if table := campaign.tables.get(wanted.table):
            for name in (wanted.column, "nominee_id", *wanted.where):
                _known(section, "prerequisites", name, table.columns, "column")
            for name, values in wanted.where.items():
                _among(section, "prerequisites", values, _possible(campaign, table.columns.get(name)))


def preferences(parts: Sequence[tuple[Section, plan.Preference]], campaign: plan.Campaign) -> None:
    """Whom the law prefers is told from columns of a nominee table."""
    nominees = {code: table for code, table in campaign.tables.items() if table.nominee}
    for section, preference in parts:
        _known(section, "table", preference.table, nominees, "table")
        if table := nominees.get(preference.table):
            for key in ("column", "part", "whole"):
                _known(section, key, getattr(preference, key), table.columns, "column")
            _among(section, "is", preference.values, _possible(campaign, table.columns.get(preference.column or "")))


def statistics(section: Section, campaign: plan.Campaign) -> None:
    """The statistics name a clause and awards that exist."""
    if told := campaign.statistics:
        _known(section, "clause", told.clause, campaign.clauses, "clause")
        for code in (*told.state, *told.ministry):
            _known(section, "statistics", code, campaign.awards, "award")


def parameters(parts: Sequence[tuple[Section, plan.Parameter]], campaign: plan.Campaign) -> None:
    """A figure belongs to a criterion that asks for one and a kind of nominee there is; no two figures hold from the same day."""
    known = campaign.criteria
    seen: dict[tuple[object, ...], float] = {}
    for section, parameter in parts:
        _known(section, "criterion", parameter.criterion, known, "criterion")
        _known(section, "award", parameter.award, campaign.awards, "award")
        _listed(section, parameter.kind, campaign)
        if (criterion := known.get(parameter.criterion)) and not criterion.has_parameters:
            section.report("figure_unused", code=criterion.code)
        _whole_money(section, "value", parameter.value, criterion, campaign)
        if parameter.value is not None:
            key = (parameter.criterion, parameter.award, parameter.kind, parameter.since)
            if seen.setdefault(key, parameter.value) != parameter.value:
                section.report("two_figures")


def _whole_money(section: Section, key: str, value: float | None, criterion: plan.Criterion | None, campaign: plan.Campaign) -> None:
    """TOML reads 8.000 as eight: a sum of money with a point in it is seldom what was meant, and there is no fraction of a đồng."""
    measure = campaign.measures.get(criterion.measure or "") if criterion else None
    column = campaign.tables[measure.table].columns.get(measure.of or "") if measure and measure.table in campaign.tables else None
    if column and column.type == "money" and isinstance(value, float):
        section.report("money_point", key=key, value=value)


def _listed(section: Section, kind: NomineeKind, campaign: plan.Campaign) -> None:
    if campaign.kinds and kind not in campaign.kinds:
        section.report("not_one_of", key="kind", value=kind, allowed=", ".join(campaign.kinds))


def quotas(parts: Sequence[tuple[Section, plan.Quota]], campaign: plan.Campaign) -> None:
    """A quota is for an award form and a kind there is, a share of figures there are, ranked by what is measured; one each."""
    unit = campaign.tables.get("unit")
    figures = [column.code for column in unit.columns.values() if column.type in ("integer", "number")] if unit else []
    measured = [criterion.code for criterion in campaign.criteria.values() if criterion.measure]
    for section, quota in parts:
        _known(section, "award", quota.award, campaign.awards, "award")
        _listed(section, quota.kind, campaign)
        _known(section, "of", quota.of, (plan.REGISTERED, *figures), "base")
        for code in quota.order:
            _known(section, "order", code, measured, "measured")
    unique([(section, f"{quota.award} × {quota.kind}") for section, quota in parts], "quota")


def council(section: Section, campaign: plan.Campaign) -> None:
    """A vote threshold is for an award form that exists, once, and quotes a clause."""
    for threshold in campaign.council.thresholds:
        _known(section, "threshold", threshold.award, campaign.awards, "award")
        _known(section, "threshold", threshold.clause, campaign.clauses, "clause")
    unique([(section, threshold.award) for threshold in campaign.council.thresholds], "award")


def prizes(
    parts: Sequence[tuple[Section, plan.Prize]], salaries: Sequence[tuple[Section, plan.BaseSalary]], known: Collection[str]
) -> None:
    """Prizes are for award forms that exist, and neither two of them nor two base salaries hold from the same day."""
    for section, prize in parts:
        _known(section, "award", prize.award, known, "award")
    unique([(section, f"{prize.award}, {prize.kind}, {prize.since}") for section, prize in parts], "prize")
    unique([(section, str(salary.since)) for section, salary in salaries], "base_salary")


def forms(parts: Sequence[tuple[Section, plan.Form]], campaign: plan.Campaign) -> None:
    """A form is for award forms and kinds there are; of two that are equally precise, never both begin on one day for the same papers."""
    begun: dict[tuple[object, ...], plan.Form] = {}
    for section, form in parts:
        for code in form.awards:
            _known(section, "awards", code, campaign.awards, "award")
        for kind in form.kinds:
            _listed(section, kind, campaign)
        cases = ((award, kind) for award in form.awards or campaign.awards for kind in form.kinds or campaign.kinds)
        rivals = [begun.setdefault((form.paper, form.since, form.precision, *case), form) for case in cases]
        if any(rival is not form for rival in rivals):
            section.report("two_forms", paper=form.paper, since=form.since)


def rounds(parts: Sequence[tuple[Section, plan.Round]], award_codes: Collection[str]) -> None:
    """A round offers award forms that exist."""
    for section, occasion in parts:
        for code in occasion.awards:
            _known(section, "awards", code, award_codes, "award")


def waivers(parts: Sequence[tuple[Section, plan.Waiver]], campaign: plan.Campaign) -> None:
    """A waiver is for a unit that exists, not over before the campaign began, and not granted twice."""
    seen: set[tuple[object, ...]] = set()
    for section, waiver in parts:
        _known(section, "unit", waiver.unit, campaign.units, "unit")
        if date.min < waiver.until < campaign.period_from:
            section.report("waiver_over", until=waiver.until, period_from=campaign.period_from)
        granted = (waiver.unit, waiver.nominee, waiver.code, waiver.since, waiver.until)
        if granted in seen:
            section.report("twice", key="waiver", value=waiver.code)
        seen.add(granted)


def unique(parts: Sequence[tuple[Section, str]], key: str) -> None:
    """Each code or name once; Excel's names and sheets, and the files of Windows that are named after codes, know no case."""
    seen: set[str] = set()
    for section, code in parts:
        if code.casefold() in seen:
            section.report("twice", key=key, value=code)
        seen.add(code.casefold())
