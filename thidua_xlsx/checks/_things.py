"""Checks of rows that speak of one thing: a gift listed twice, shares of joint work, one decision with two dates."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from thidua_xlsx import vietnamese
from thidua_xlsx.campaign import Column, OneThing
from thidua_xlsx.checks._context import Context, Said
from thidua_xlsx.checks._references import Records
from thidua_xlsx.model import NomineeKind, PartialDate, Record

_MOST_NAMED = 5


def _places(rows: Sequence[Record], column: str) -> str:
    named = [str(row.ref(column)).rpartition("]")[2] for row in rows[:_MOST_NAMED]]
    return ", ".join([*named, "…"] if len(rows) > _MOST_NAMED else named)


def _groups(records: Sequence[Record], thing: OneThing) -> Iterator[list[Record]]:
    """Rows of one thing, where there is more than one."""
    groups: dict[tuple[str, ...], list[Record]] = defaultdict(list)
    for record in records:
        if (key := thing.key(record.values)) is not None:
            groups[key].append(record)
    return (rows for rows in groups.values() if len(rows) > 1)


def _twice(context: Context, records: Records) -> Iterator[Said]:
    """Of rows that list one thing the first stays; a row is said to be too many once."""
    for table in context.campaign.tables.values():
        surplus: set[int] = set()
        for thing in table.one_thing:
            for first, *others in _groups(records[table.code], thing) if thing.share is None else ():
                column = thing.columns[0]
                for record in others:
                    if record.raw.row not in surplus:
                        surplus.add(record.raw.row)
                        yield context.say(record, column, "R432", other=_places([first], column))


def _shares(context: Context, records: Records) -> Iterator[Said]:
    """The shares of one thing are at most 100 %; a sole thing that several nominees list needs a share in every row."""
    for table in context.campaign.tables.values():
        said: set[int] = set()
        for thing in table.one_thing:
            for rows in _groups(records[table.code], thing) if thing.share else ():
                for record, code, others in _wrong_shares(thing, rows):
                    if record.raw.row not in said:
                        said.add(record.raw.row)
                        yield _say_share(context, thing, record, code, others)


def _wrong_shares(thing: OneThing, rows: Sequence[Record]) -> Iterator[tuple[Record, str, list[Record]]]:
    share = thing.share or ""
    shared = [row for row in rows if share in row.values]
    if len(shared) > 1 and thing.is_too_much(thing.parts(row.values for row in shared)):
        yield from ((row, "R430", [other for other in shared if other is not row]) for row in shared)
    for row in rows:
        others = [other for other in rows if other.values.get("nominee_id") != row.values.get("nominee_id")]
        if thing.sole and others and share not in row.raw.values:
            yield row, "R431", others


def _say_share(context: Context, thing: OneThing, record: Record, code: str, others: Sequence[Record]) -> Said:
    share, what = thing.share or "", context.column(record, thing.columns[0]).heading
    facts = {"what": what, "others": _places(others, share if code == "R430" else thing.columns[0])}
    if code == "R430":
        facts["total"] = vietnamese.format_number(thing.parts(row.values for row in (record, *others)))
    return context.say(record, share, code, **facts)


def _documents(context: Context, records: Records) -> Iterator[Said]:
    """A decision has one date. Of several rows the ones that differ from most are wrong; where nobody is in the majority, all are asked."""
    for table in context.campaign.tables.values():
        for column in context.ruled[table.code, "document"]:
            for rows in _of_one_number(records[table.code], column):
                yield from _dates_apart(context, column, rows)


def _of_one_number(records: Sequence[Record], column: Column) -> Iterator[list[Record]]:
    groups: dict[tuple[str, ...], list[Record]] = defaultdict(list)
    for record in records:
        if (key := column.document_key(record.values)) is not None:
            groups[key].append(record)
    return (rows for rows in groups.values() if len(rows) > 1)


def _dates_apart(context: Context, column: Column, rows: Sequence[Record]) -> Iterator[Said]:
    date = column.document.date if column.document else ""
    days = Counter(str(row.values[date]) for row in rows)
    (usual, most), *rest = days.most_common()
    agreed = usual if rest and most > rest[0][1] else None
    for row in rows if rest else ():
        day = str(row.values[date])
        if day != agreed:
            other = next(one for one in rows if str(one.values[date]) != day and agreed in (None, str(one.values[date])))
            yield context.say(row, date, "R433", number=row.values[column.code], day=other.values[date], other=_places([other], date))


def _numbered_years(context: Context, records: Records) -> Iterator[Said]:
    """Số 70/2022/QĐ-UBND is of 2022."""
    for part in records.values():
        for record in part:
            for column in context.with_rule(record, "document"):
                day = record.values.get(column.document.date if column.document else "")
                year = vietnamese.year_in_number(str(record.values.get(column.code, "")))
                if year is not None and isinstance(day, PartialDate) and day.year != year:
                    other = context.column(record, column.document.date if column.document else "").heading
                    yield context.say(record, column.code, "R434", other=other, day=day, year=year)


_ALIKE = 80


def _unknown_workplaces(context: Context, records: Records) -> Iterator[Said]:
    """A phòng has no other phòng in it: somebody of one that nobody registers belongs elsewhere, or its name is misspelt.

    Inner parts (tổ, bộ phận; phòng of a trung tâm) are the unit's own affair, and so is whatever it registers as a collective.
    """
    campaign, unit = context.campaign, context.unit
    tables = [table.code for table in campaign.tables.values() if table.nominee is NomineeKind.COLLECTIVE]
    registered = {campaign.body_key(str(row.values.get("name", "")), unit.code) for code in tables for row in records[code]}
    rank = vietnamese.body_key(unit.name, campaign.bodies).partition(" ")[0]
    for part in records.values():
        for record in part:
            for column in context.with_rule(record, "workplace"):
                name = str(record.values.get(column.code, ""))
                key = campaign.body_key(name, unit.code)
                known = key.startswith("=") or key in registered or _is_like(context, name)
                if key.partition(" ")[0] == rank and not known:
                    yield context.say(record, column.code, "R436", unit=unit.name)


def _is_like(context: Context, name: str) -> bool:
    """Whether a name may be one of the unit's own in another spelling, or that with an inner part behind it."""
    key, short = vietnamese.body_key(name, context.campaign.bodies), context.campaign.bodies
    spellings = (context.unit.name, *context.unit.aliases)
    return any(key.startswith(vietnamese.body_key(own, short)) or vietnamese.similarity(name, own) >= _ALIKE for own in spellings)


THING_CHECKS = (_unknown_workplaces, _twice, _shares, _documents, _numbered_years)
"""Checks of rows with each other. They are given rows without the values of wrong cells, which would accuse sound ones."""
