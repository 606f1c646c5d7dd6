"""References between the sheets of one submission: whose achievement it is, which papers prove it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from thidua_xlsx import vietnamese
from thidua_xlsx.checks._context import Context, Said
from thidua_xlsx.model import Record, Typed

Records = Mapping[str, tuple[Record, ...]]

_SEPARATORS = re.compile("[;,\n]")


def loose(key: Typed | None) -> str:
    """A key without regard to case and blanks, under which typed references find it."""
    return vietnamese.fold(str(key or "")).replace(" ", "")


@dataclass(frozen=True, slots=True)
class _Index:
    """The keys that a column may name, by their loose form; ``faulty`` if a row among them has no key of its own."""

    keys: Mapping[str, str]
    sheets: str
    faulty: bool


def resolved(context: Context, records: Records, said: list[Said]) -> dict[str, tuple[Record, ...]]:
    """The records with every reference spelled as the key it names; references to nowhere are reported."""
    columns = (column for part in records for column in context.ruled[part, "references"])
    indexes = {tables: _index(context, records, tables) for tables in {column.references for column in columns}}
    return {code: tuple(_resolved(context, indexes, record, said) for record in part) for code, part in records.items()}


def _index(context: Context, records: Records, tables: tuple[str, ...]) -> _Index:
    keys: dict[str, str] = {}
    faulty = False
    for code in tables:
        key = context.campaign.tables[code].key or ""
        for record in records.get(code, ()):
            value = record.values.get(key)
            faulty |= value is None or loose(value) in keys
            if value is not None:
                keys.setdefault(loose(value), str(value))
    return _Index(keys, ", ".join(f"“{context.campaign.tables[code].sheet}”" for code in tables), faulty)


def _resolved(context: Context, indexes: Mapping[tuple[str, ...], _Index], record: Record, said: list[Said]) -> Record:
    for column in context.with_rule(record, "references"):
        typed = record.values.get(column.code)
        if typed is not None:
            value = _spelled(context, indexes[column.references], record, column.code, said)
            if value != typed:
                record = replace(record, values={**record.values, column.code: value})
    return record


def _spelled(context: Context, index: _Index, record: Record, column: str, said: list[Said]) -> str:
    whole = str(record.values[column])
    # A key may be any text, so it may hold a semicolon; and a row belongs to one nominee
    typed = [whole] if column == "nominee_id" or loose(whole) in index.keys else _SEPARATORS.split(whole)
    typed = [part.strip() for part in typed if part.strip()]
    found = [index.keys.get(loose(part), part) for part in typed]
    value = "; ".join(dict.fromkeys(found))
    lost = next((part for part in typed if loose(part) not in index.keys), None)
    if lost is not None:
        said.append(_lost(context, index, record, column, lost))
    elif found != typed:
        said.append(context.say(record, column, "C350", understood=value))
    return value


def _lost(context: Context, index: _Index, record: Record, column: str, part: str) -> Said:
    """An error, unless the row that is meant may be one whose own key is blank or stands twice: that is said there."""
    example = vietnamese.nearest(part, index.keys.values()) or next(iter(index.keys.values()), "…")
    return context.say(record, column, "R424" if index.faulty else "R423", part=part, sheets=index.sheets, example=example)
