"""What stands in a workbook before the unit has typed anything: its own name, and an id on every free line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count

from thidua_xlsx.campaign import Campaign, Table, Unit
from thidua_xlsx.model import Raw
from thidua_xlsx.template._lines import Line

_UNIT_TABLE = "unit"  # contract 5.2


def prefilled(campaign: Campaign, unit: Unit, table: Table, given: Sequence[Line], lines: int) -> tuple[Line, ...]:
    """Every ready line of a table: the given ones as they are, the others with their key."""
    if table.layout == "record":
        return tuple(given[:1]) or (Line(known_of(campaign, unit, table)),)
    used = {str(key).casefold() for line in given if (key := line.values.get(table.key or "")) is not None}
    padded = [*given, *(Line({}) for _ in range(lines - len(given)))]
    return tuple(line if line.values else _with_key(table, unit, used, number, lines) for number, line in enumerate(padded, start=1))


def _with_key(table: Table, unit: Unit, used: set[str], number: int, lines: int) -> Line:
    """An empty line with the key of its number, or with the first free one if somebody typed that key elsewhere."""
    if table.key is None or table.prefill is None:
        return Line({})
    keys = (table.prefilled_key(unit.code, candidate) or "" for candidate in _candidates(number, lines))
    key = next(key for key in keys if key.casefold() not in used)
    used.add(key.casefold())
    return Line({table.key: key})


def _candidates(number: int, lines: int) -> Iterator[int]:
    yield number
    yield from count(lines + 1)


def known_of(campaign: Campaign, unit: Unit, table: Table) -> dict[str, Raw]:
    """What the campaign itself says of the unit, if this is the unit's own record: code, name, kind."""
    if table.code != _UNIT_TABLE:
        return {}
    kinds = campaign.lists.get(table.columns["kind"].choices or "", ()) if "kind" in table.columns else ()
    kind = next((choice.label for choice in kinds if choice.label.casefold() == unit.kind.casefold()), unit.kind)
    return {code: value for code, value in {"code": unit.code, "name": unit.name, "kind": kind}.items() if code in table.columns}
