"""What two units say of one thing: an initiative both claim, shares that exceed the whole, a decision with two dates."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from thidua_xlsx import vietnamese
from thidua_xlsx.register._words import between, place

if TYPE_CHECKING:
    from thidua_xlsx.campaign import Campaign, Column, OneThing, Table
    from thidua_xlsx.model import Finding, Record, Typed
    from thidua_xlsx.register._words import Place


def findings(rows: Sequence[Record], table: Table, campaign: Campaign) -> Iterator[Finding]:
    """M510 to M512 of the rows of a table that count; what stands inside one unit's file, its own check has said."""
    said: set[Place] = set()
    for thing in table.one_thing:
        for group in _of_several_units(rows, thing.key) if thing.share else ():
            for found, row in _shares(thing, group, table, campaign):
                if place(row) not in said:
                    said.add(place(row))
                    yield found
    for column in table.columns.values():
        for group in _of_several_units(rows, column.document_key) if column.document else ():
            yield from _dates(column, group, campaign)


def _of_several_units(rows: Sequence[Record], key_of: Callable[[Mapping[str, Typed]], Hashable]) -> Iterator[list[Record]]:
    groups: dict[Hashable, list[Record]] = defaultdict(list)
    for row in rows:
        if (key := key_of(row.values)) is not None:
            groups[key].append(row)
    return (group for group in groups.values() if len(group) > 1 and len({row.unit for row in group}) > 1)


def _shares(thing: OneThing, group: Sequence[Record], table: Table, campaign: Campaign) -> Iterator[tuple[Finding, Record]]:
    share, column = thing.share or "", thing.columns[0]
    what = table.columns[column].heading
    shared = [row for row in group if share in row.values]
    total = thing.parts(row.values for row in shared)
    is_too_much = thing.is_too_much(total)
    for row in group if is_too_much or thing.sole else ():
        if share not in row.values:
            if thing.sole:
                yield between("M511", (row, column), _elsewhere(row, group, column), campaign, same=what), row
        elif is_too_much and (theirs := _elsewhere(row, shared, share)):
            yield between("M510", (row, share), theirs, campaign, same=what, total=vietnamese.format_number(total)), row


def _elsewhere(row: Record, group: Sequence[Record], column: str) -> list[tuple[Record, str]]:
    """A cell of each row of the group that another unit has sent."""
    return [(other, column) for other in group if other.unit != row.unit]


def _dates(column: Column, group: Sequence[Record], campaign: Campaign) -> Iterator[Finding]:
    """Of several rows the ones that differ from most are wrong; where nobody is in the majority, all are asked."""
    date = column.document.date if column.document else ""
    days = Counter(str(row.values[date]) for row in group)
    (usual, most), *rest = days.most_common()
    agreed = usual if rest and most > rest[0][1] else None
    for row in group if rest else ():
        day = str(row.values[date])
        theirs = [(one, date) for one in group if one.unit != row.unit and str(one.values[date]) != day]
        if day != agreed and theirs:
            other = theirs[0][0].values[date]
            yield between("M512", (row, date), theirs, campaign, number=row.values[column.code], day=other)
