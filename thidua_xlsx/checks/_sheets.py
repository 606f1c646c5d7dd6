"""Checks between the rows and sheets of one submission."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from thidua_xlsx.checks._context import Context, Said
from thidua_xlsx.checks._references import Records, loose
from thidua_xlsx.model import NomineeKind, Record


def _duplicates(context: Context, records: Records) -> Iterator[Said]:
    """A key stands for one row; collectives and individuals share theirs."""
    users: dict[tuple[str, str], list[Record]] = {}
    for table in context.campaign.tables.values():
        for column in context.ruled[table.code, "unique"]:
            space = column.code if table.nominee else f"{table.code}.{column.code}"
            for record in records[table.code]:
                if column.code in record.values:
                    users.setdefault((space, loose(record.values[column.code])), []).append(record)
    for (space, _), same in users.items():
        column_code = space.rpartition(".")[2]
        right = _rightful(context, records, same) if len(same) > 1 else same[0]
        for record in same:
            if record is not right:
                place = right.ref(column_code)
                yield context.say(record, column_code, "R420", other=f"{place.sheet}!{place.cell}")


def _rightful(context: Context, records: Records, same: Sequence[Record]) -> Record:
    """Of rows with one key the one in whose line the form was prefilled with it, else the first."""
    for record in same:
        own = _distances(context, records, record.table, same)
        # A table with no other row says nothing of where its lines begin; those of one form all begin alike
        apart = own or sum((_distances(context, records, code, same) for code in records), Counter())
        number = _numbers(context, record).get(str(record.values.get(context.campaign.tables[record.table].key or "")))
        if apart and number and record.raw.row - number == apart.most_common(1)[0][0]:
            return record
    return same[0]


def _numbers(context: Context, record: Record) -> Mapping[str, int]:
    """The keys that the form may have prefilled down to this row, and the number of the line of each."""
    table = context.campaign.tables[record.table]
    return {key: number for number, key in enumerate(table.prefilled_keys(context.unit.code, record.raw.row), start=1)}


def _distances(context: Context, records: Records, code: str, same: Sequence[Record]) -> Counter[int]:
    """How far the rows of a table stand below the numbers of their keys; inserted rows shift some, not most."""
    key = context.campaign.tables[code].key or ""
    others = [record for record in records[code] if record not in same]
    if not others:
        return Counter()
    numbers = _numbers(context, max(others, key=lambda record: record.raw.row))
    return Counter(record.raw.row - numbers[name] for record in others if (name := str(record.values.get(key))) in numbers)


def _totals(context: Context, records: Records) -> Iterator[Said]:
    """What the unit says it registers against the rows it filled in, held ones too."""
    for part in records.values():
        for record in part:
            for column in context.with_rule(record, "total_of"):
                declared, filled = record.values.get(column.code), len(records[column.total_of or ""])
                if declared is not None and declared != filled:
                    sheet = context.campaign.tables[column.total_of or ""].sheet
                    yield context.say(record, column.code, "R421", declared=declared, filled=filled, counted=sheet)


def _members_disciplined(context: Context, records: Records) -> Iterator[Said]:
    """TC6 of a collective speaks of all its members; whoever is of another collective of the form is none."""
    nominees = {table.code: table.nominee for table in context.campaign.tables.values() if table.nominee}
    people = [record for code, kind in nominees.items() if kind is NomineeKind.INDIVIDUAL for record in records[code]]
    disciplined = [record for record in people if record.values.get("discipline", "Không") != "Không"]
    collectives = [record for code, kind in nominees.items() if kind is NomineeKind.COLLECTIVE for record in records[code]]
    bodies = {_body(context, record, "name") for record in collectives} if disciplined else set()
    for record in collectives:
        own = _body(context, record, "name")
        others = bodies - {own, ""} if not own.startswith("=") else set()
        members = [person for person in disciplined if _body(context, person, "department") not in others]
        if members and record.values.get("TC6") == "Đạt":
            who = ", ".join(str(person.values.get("full_name", person.ref("full_name").cell)) for person in members)
            yield context.say(record, "TC6", "R422", who=who)


def _body(context: Context, record: Record, column: str) -> str:
    """The body that a cell names, by a key that starts with = for a unit; empty for a blank cell."""
    name = str(record.values.get(column, ""))
    return context.campaign.body_key(name, context.unit.code) if name else ""


SheetCheck = Callable[[Context, Records], Iterator[Said]]

SHEET_CHECKS: tuple[SheetCheck, ...] = (_duplicates, _totals, _members_disciplined)
"""All checks between sheets; references are followed before (see ``_references``) because later checks read what they name."""
