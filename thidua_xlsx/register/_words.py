"""How a finding between rows is said: at one row's cell, naming the cells of the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from thidua_xlsx import text, vietnamese

if TYPE_CHECKING:
    from thidua_xlsx.campaign import Campaign
    from thidua_xlsx.model import Finding, Record, Typed

Place = tuple[str, str, int]
Cell = tuple["Record", str]

_MOST_NAMED = 5


def place(row: Record) -> Place:
    """What tells a row from every other: file, sheet and Excel row."""
    return row.raw.file, row.raw.sheet, row.raw.row


def between(code: str, cell: Cell, others: Sequence[Cell], campaign: Campaign, **facts: Any) -> Finding:
    """A finding on a row's cell that names the cells of other rows, the first few of them."""
    row, column = cell
    nominee_id = row.values.get("nominee_id")
    named = [f"{_unit_name(other, campaign)} ({other.ref(theirs)})" for other, theirs in others[:_MOST_NAMED]]
    return text.finding(
        code,
        row.ref(column),
        table=row.table,
        column=column,
        nominee_id=None if nominee_id is None else str(nominee_id),
        value=_written(row.values.get(column, "")),
        others="; ".join([*named, "…"] if len(others) > _MOST_NAMED else named),
        **facts,
    )


def _written(value: Typed) -> str:
    return vietnamese.format_number(value) if isinstance(value, float) else str(value)


def _unit_name(row: Record, campaign: Campaign) -> str:
    return campaign.units[row.unit].name if row.unit in campaign.units else row.unit
