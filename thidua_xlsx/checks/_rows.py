"""Checks within a row. Each takes the context and the record and says what is wrong; a cell that was refused is never asked again."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache

from thidua_xlsx import vietnamese
from thidua_xlsx.campaign import Campaign, Column, When
from thidua_xlsx.checks._context import Context, Said, ruled_columns
from thidua_xlsx.model import NomineeKind, PartialDate, Record, Severity


def _blanks(context: Context, record: Record) -> Iterator[Said]:
    """Cells that must, or should, be filled, always or because of another cell of the row."""
    for rule, code in (("required", "C301"), ("required_when", "C326"), ("expected", "C327"), ("expected_when", "C328")):
        for column in context.with_rule(record, rule):
            if column.code in record.values or column.code in record.refused:
                continue
            if rule.startswith("expected") and vietnamese.is_doubt_mark(record.raw.values.get(column.code)):
                continue
            if rule in ("required", "expected"):
                yield context.say(record, column.code, code, help=column.help)
            elif when := _holding(record, getattr(column, rule)):
                other = context.column(record, when.column)
                said = context.understood(record.table, other, record.values[when.column])
                yield context.say(record, column.code, code, other=other.heading, said=said, help=column.help)


def _unknown(context: Context, record: Record) -> Iterator[Said]:
    """Cells that say “???”: who needs only a blank writes a dash, and who asks should not be overheard."""
    for code, raw in record.raw.values.items():
        if code not in record.values and code not in record.refused and vietnamese.is_doubt_mark(raw):
            yield context.say(record, code, "C368", help=context.column(record, code).help)


def _holding(record: Record, whens: tuple[When, ...]) -> When | None:
    return next((when for when in whens if when.holds(record.values.get(when.column))), None)


def _bounds(context: Context, record: Record) -> Iterator[Said]:
    for rule, code in (("minimum", "C331"), ("maximum", "C332")):
        for column in context.with_rule(record, rule):
            value, bound = record.values.get(column.code), getattr(column, rule)
            if isinstance(value, int | float) and (value < bound if rule == "minimum" else value > bound):
                yield context.say(record, column.code, code, bound=context.understood(record.table, column, bound))


def _lengths(context: Context, record: Record) -> Iterator[Said]:
    for column in context.with_rule(record, "min_length"):
        value = record.values.get(column.code)
        applies = not column.min_length_when or _holding(record, column.min_length_when)
        if isinstance(value, str) and applies and len(value) < (column.min_length or 0):
            yield context.say(record, column.code, "C333", least=column.min_length, length=len(value))


def _patterns(context: Context, record: Record) -> Iterator[Said]:
    for column in context.with_rule(record, "pattern"):
        value = record.values.get(column.code)
        if isinstance(value, str) and not re.search(column.pattern or "", value):
            yield context.say(record, column.code, "C334", help=column.help)


def _unquantified(context: Context, record: Record) -> Iterator[Said]:
    for column in context.with_rule(record, "quantified_by"):
        value, other = record.values.get(column.code), context.column(record, column.quantified_by or "")
        if (
            isinstance(value, str)
            and not any(char.isdigit() for char in value)
            and other.code not in record.values
            and other.code not in record.refused
        ):
            yield context.say(record, column.code, "C339", other=other.heading)


def _past(context: Context, record: Record) -> Iterator[Said]:
    for column in context.with_rule(record, "past"):
        value = record.values.get(column.code)
        if isinstance(value, PartialDate) and value.first > context.round.decided_on:
            yield context.say(record, column.code, "C335", day=PartialDate.of(context.round.decided_on))


def _period(context: Context, record: Record) -> Iterator[Said]:
    first, last = context.campaign.period_from, context.campaign.period_to
    for column in context.with_rule(record, "in_period"):
        value = record.values.get(column.code)
        if isinstance(value, PartialDate) and (value.last < first or value.first > last):
            yield context.say(record, column.code, "C338", first=PartialDate.of(first), last=PartialDate.of(last))


def _ages(context: Context, record: Record) -> Iterator[Said]:
    for column in context.with_rule(record, "age"):
        value = record.values.get(column.code)
        if isinstance(value, PartialDate) and column.age:
            least, most = column.age
            youngest, oldest = (_age(day, context.round.decided_on) for day in (value.last, value.first))
            if oldest < least or youngest > most:
                day = PartialDate.of(context.round.decided_on)
                yield context.say(record, column.code, "C336", age=youngest, least=least, most=most, day=day)


def _age(birth: date, on: date) -> int:
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def _contradictions(context: Context, record: Record) -> Iterator[Said]:
    """The fact is marked, not the attestation: that is what somebody has to look up."""
    for column in context.with_rule(record, "contradictions"):
        value = record.values.get(column.code)
        for rule in column.contradictions:
            if value is not None and value not in rule.compatible and record.values.get(rule.column) == rule.attested:
                other = context.column(record, rule.column).heading
                compatible = ", ".join(f"“{word}”" for word in rule.compatible)
                facts = {"other": other, "attested": rule.attested, "compatible": compatible}
                yield context.say(record, column.code, "R401", clause=rule.clause, **facts)


def _products(context: Context, record: Record) -> Iterator[Said]:
    for column in context.with_rule(record, "product_of"):
        values = (record.values.get(code) for code in (column.code, *column.product_of))
        known = [value for value in values if isinstance(value, int | float)]
        if len(known) == 1 + len(column.product_of) and abs(math.prod(known[1:]) - known[0]) > 1:
            names = " × ".join(f"“{context.column(record, code).heading}”" for code in column.product_of)
            figure, product = (context.understood(record.table, column, round(number)) for number in (known[0], math.prod(known[1:])))
            yield context.say(record, column.code, "R402", factors=names, product=product, figure=figure)


def _parts(context: Context, record: Record) -> Iterator[Said]:
    """Of a total, a part: số nữ ≤ số thành viên."""
    for column in context.with_rule(record, "at_most"):
        part, whole = record.values.get(column.code), record.values.get(column.at_most or "")
        if isinstance(part, int | float) and isinstance(whole, int | float) and part > whole:
            yield context.say(
                record,
                column.code,
                "R403",
                other=context.column(record, column.at_most or "").heading,
                whole=vietnamese.format_number(whole),
            )


def _years(context: Context, record: Record) -> Iterator[Said]:
    """A decision of early in the year may honour the year before."""
    for column in context.with_rule(record, "year_of"):
        year, day = record.values.get(column.code), record.values.get(column.year_of or "")
        if isinstance(year, int) and isinstance(day, PartialDate) and year not in (day.year, day.year - 1):
            yield context.say(record, column.code, "R404", other=context.column(record, column.year_of or "").heading, day=day)


_GENDER_OF = {"Ông": "Nam", "Bà": "Nữ"}
_GENDER_OF_NAME = {"văn": "Nam", "thị": "Nữ"}


def _identity(context: Context, record: Record) -> Iterator[Said]:
    """Citizen id, gender, salutation and birth date must fit together (domain 5.3); of three witnesses the one that differs is wrong."""
    for column in _citizen_columns(context, record):
        citizen, gender, birth = str(record.values[column.code]), record.values.get("gender"), record.values.get("birth_date")
        wrong = vietnamese.citizen_mismatches(citizen, str(gender) if gender else None, birth if isinstance(birth, PartialDate) else None)
        if "gender" in wrong and "birth" not in wrong and _witness(record) not in (None, gender):
            yield context.say(record, "gender", "R406", citizen=vietnamese.mask_citizen_id(citizen))
        elif "gender" in wrong:
            yield context.say(record, column.code, "R405", gender=gender)
        elif "birth" in wrong:
            yield context.say(record, column.code, "R407", birth=birth)
        elif "province" in wrong:
            yield context.say(record, column.code, "R408", province=citizen[:3])


def _citizen_columns(context: Context, record: Record) -> list[Column]:
    return [column for column in context.with_rule(record, "is_citizen_id") if column.code in record.values]


def _witness(record: Record) -> str | None:
    """The gender that salutation or, without one, the middle name tells (Văn, Thị)."""
    salutation = record.values.get("salutation")
    if salutation is not None:
        return _GENDER_OF.get(str(salutation))
    middle = vietnamese.fold(str(record.values.get("full_name", ""))).split()[1:-1]
    return next((gender for word, gender in _GENDER_OF_NAME.items() if word in middle), None)


def _salutations(context: Context, record: Record) -> Iterator[Said]:
    """Where the citizen id agrees with the gender the salutation is wrong; without an id nobody can tell which of the two is."""
    gender, salutation = record.values.get("gender"), record.values.get("salutation")
    if gender is None or _GENDER_OF.get(str(salutation), gender) == gender:
        return
    citizens = [str(record.values[column.code]) for column in _citizen_columns(context, record)]
    telling = [citizen for citizen in citizens if len(citizen) == 12]
    if not telling:
        yield context.say(record, "salutation", "R410", gender=gender)
    elif not any("gender" in vietnamese.citizen_mismatches(citizen, str(gender), None) for citizen in telling):
        yield context.say(record, "salutation", "R409", gender=gender)


def _unit(context: Context, record: Record) -> Iterator[Said]:
    """The unit's record must be of the unit to which the form was issued."""
    if record.table != "unit":
        return
    unit, values = context.unit, record.values
    if values.get("code", unit.code) != unit.code:
        yield context.say(record, "code", "R411", unit=unit.name, expected=unit.code)
    if values.get("name", unit.name) != unit.name:
        yield context.say(record, "name", "R412", expected=unit.name)
    if "kind" in values and vietnamese.fold(str(values["kind"])) != vietnamese.fold(unit.kind):
        yield context.say(record, "kind", "R413", expected=unit.kind)
    yield from _late(context, record)


def _late(context: Context, record: Record) -> Iterator[Said]:
    """The day a mail arrived decides; of a plain file only what it says of itself is known."""
    deadline, prepared = context.round.deadline, record.values.get("prepared_on")
    if context.received_on:
        if context.received_on > deadline:
            received = PartialDate.of(context.received_on)
            yield context.say(record, "prepared_on", "C340", received=received, deadline=PartialDate.of(deadline))
    elif isinstance(prepared, PartialDate) and prepared.first > deadline:
        yield context.say(record, "prepared_on", "C337", deadline=PartialDate.of(deadline))


def _workplaces(context: Context, record: Record) -> Iterator[Said]:
    """Somebody who works in another unit is registered there, or twice; a body of the unit's own rank that nobody knows is none of it."""
    for column in context.with_rule(record, "workplace"):
        name = str(record.values.get(column.code, ""))
        owner = context.campaign.unit_named(name, context.unit.code) if name else context.unit.code
        if owner == context.unit.code:
            continue
        if owner is not None:
            yield context.say(record, column.code, "R414", other=context.campaign.units[owner].name, unit=context.unit.name)


def _foreign_collectives(context: Context, record: Record) -> Iterator[Said]:
    """A unit does not register another one as its collective."""
    if context.campaign.tables[record.table].nominee is not NomineeKind.COLLECTIVE or "name" not in record.values:
        return
    owner = context.campaign.unit_named(str(record.values["name"]), context.unit.code)
    if owner not in (None, context.unit.code):
        yield context.say(record, "name", "R438", other=context.campaign.units[str(owner)].name, unit=context.unit.name)


def _told(context: Context, record: Record) -> Iterator[Said]:
    """Danh hiệu thi đua and hình thức khen thưởng are mixed up; the name says which it is."""
    for column in context.with_rule(record, "told_by"):
        value, rule = record.values.get(column.code), column.told_by
        told = vietnamese.told_by(str(record.values.get(rule.column, "")), rule.words) if rule else None
        if rule and value is not None and told is not None and told != value:
            choices = context.choices[record.table, column.code]
            right = next((choice.label for choice in choices if choice.value == told), told)
            other = context.column(record, rule.column).heading
            yield context.say(record, column.code, "R435", other=other, name=record.values[rule.column], right=right)


def _order_of_dates(context: Context, record: Record) -> Iterator[Said]:
    """An achievement is recognised when it is there, not before."""
    for column in context.with_rule(record, "not_before"):
        later, earlier = record.values.get(column.code), record.values.get(column.not_before or "")
        if isinstance(later, PartialDate) and isinstance(earlier, PartialDate) and later.last < earlier.first:
            yield context.say(record, column.code, "R437", other=context.column(record, column.not_before or "").heading, day=earlier)


def _used(context: Context, record: Record) -> Iterator[Said]:
    """One achievement, one award (Luật TĐKT 2022 Điều 5 khoản 2 điểm c)."""
    for column in context.with_rule(record, "is_used_for"):
        if column.code in record.values and record.values[column.code] in context.campaign.awards:
            award = context.campaign.awards[str(record.values[column.code])].name
            yield context.say(record, column.code, "R415", award=award)


RowCheck = Callable[[Context, Record], Iterator[Said]]

CELL_CHECKS: tuple[RowCheck, ...] = (_blanks, _unknown, _bounds, _lengths, _patterns, _unquantified, _past, _period, _ages)
"""Checks of one cell each; what they find wrong, the checks of rows take for blank."""

ROW_CHECKS: tuple[RowCheck, ...] = (
    _unit,
    _identity,
    _salutations,
    _contradictions,
    _products,
    _parts,
    _years,
    _workplaces,
    _foreign_collectives,
    _told,
    _order_of_dates,
    _used,
)
"""Checks of cells with each other. A new one is a function here and its words in ``findings.toml``."""


_RULES: Mapping[RowCheck, tuple[str, ...]] = {
    _bounds: ("minimum", "maximum"),
    _lengths: ("min_length",),
    _patterns: ("pattern",),
    _unquantified: ("quantified_by",),
    _past: ("past",),
    _period: ("in_period",),
    _ages: ("age",),
    _identity: ("is_citizen_id",),
    _contradictions: ("contradictions",),
    _products: ("product_of",),
    _parts: ("at_most",),
    _years: ("year_of",),
    _workplaces: ("workplace",),
    _told: ("told_by",),
    _order_of_dates: ("not_before",),
    _used: ("is_used_for",),
}
"""Checks that say nothing of a table in which no column has such a rule."""


@lru_cache(maxsize=64)
def _checks_of(campaign: Campaign, table: str) -> tuple[tuple[RowCheck, ...], tuple[RowCheck, ...]]:
    """The checks of cells and of rows that can say something of a table."""
    ruled = ruled_columns(campaign)

    def applies(check: RowCheck) -> bool:
        return check not in _RULES or any(ruled[table, rule] for rule in _RULES[check])

    return tuple(filter(applies, CELL_CHECKS)), tuple(filter(applies, ROW_CHECKS))


def check_rows(context: Context, table: str, records: Iterable[Record]) -> Iterator[Said]:
    """All there is to say of the rows of a table; an error in one cell is not said again of the cells that are compared with it."""
    of_cells, of_rows = _checks_of(context.campaign, table)
    for record in records:
        said = [entry for check in of_cells for entry in check(context, record)]
        wrong = {entry.finding.column for entry in said if entry.finding.severity is Severity.ERROR}
        sound = replace(record, values={code: value for code, value in record.values.items() if code not in wrong}) if wrong else record
        yield from said
        for check in of_rows:
            yield from check(context, sound)
