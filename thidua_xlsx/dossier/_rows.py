"""The register's rows of achievements, earlier awards and evidence under the names that the papers know them by (contract 5.2).

Which tables and columns these are follows from the campaign (:func:`thidua_xlsx.campaign.achievements` and its like). A column that no
paper knows is not lost: the report of the achievement says it under its heading.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from thidua_xlsx import vietnamese
from thidua_xlsx.campaign import OWNER, Achievements, Campaign, Column, achievements, holding, prior_awards, worded_by
from thidua_xlsx.model import PartialDate, Typed
from thidua_xlsx.outcome import Outcome
from thidua_xlsx.text import say

if TYPE_CHECKING:
    from pandas import DataFrame

Row = Mapping[str, Typed | None]

_DETAILS: Mapping[str, tuple[str, ...]] = {
    "item": ("quantity", "unit_of_measure", "unit_price", "valuation"),
    "petition_document": ("petition_result",),
    "effect": (),
    "effect_amount": ("effect_unit",),
    "recognized_by": ("decision_no", "decision_date"),
    "decision_no": ("decision_date",),
    "share_percent": (),
}
"""What a report has a sentence for: the column it begins with, and those it says with it."""


def rows_of(outcome: Outcome, table: str) -> list[dict[str, Typed | None]]:
    """The counted rows of a table; none where the register has no such table."""
    frame: DataFrame | None = outcome.register.tables.get(table)
    if frame is None:
        return []
    # A frame's own names are read from Arrow each time they are gone through
    names = list(frame.columns)
    columns = [frame[name].tolist() for name in names]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def achievement_rows(outcome: Outcome) -> Iterator[Row]:
    """Every counted achievement; ``others`` says what only this campaign asks for."""
    for found in achievements(outcome.campaign):
        others, names = _others(found), _names(found)
        for row in rows_of(outcome, found.table.code):
            when = PartialDate.meant(row.get(found.day or ""))
            renamed = {name: row.get(column) for name, column in names.items()}
            said = _said(row, others, outcome.campaign)
            yield row | {"table": found.table.code, "achieved_on": when, **renamed, "others": said}


def prior_rows(outcome: Outcome) -> Iterator[Row]:
    """Every counted title and award already held."""
    for found in prior_awards(outcome.campaign):
        names = {"year": found.year, "name": found.name, "decision_no": found.number, "decision_date": found.day, "issued_by": found.issuer}
        for row in rows_of(outcome, found.table.code):
            yield row | {name: row.get(column or "") for name, column in names.items()}


def evidence_rows(outcome: Outcome) -> Iterator[Row]:
    """Every counted piece of evidence."""
    for table in holding(outcome.campaign, "evidence"):
        names = {"evidence_id": table.key, "title": "title" if "title" in table.columns else worded_by(table)}
        for row in rows_of(outcome, table.code):
            yield row | {name: row.get(column or "") for name, column in names.items()}


def _names(found: Achievements) -> dict[str, str]:
    """The column that each name of an achievement means here; an empty one where the campaign asks for no such thing."""
    names = {
        "achievement_id": found.table.key,
        "kind": found.kind,
        "description": found.words,
        "value_vnd": found.money,
        "content": found.content,
        "evidence_id": found.evidence,
        "used_for": found.used_for,
    }
    return {name: column or "" for name, column in names.items()}


def _others(found: Achievements) -> tuple[Column, ...]:
    """The columns that no sentence of a report knows."""
    table = found.table
    known = {OWNER, table.key, found.day, found.kind, found.words, found.money, found.content, found.evidence, found.used_for}
    known |= {name for first, others in _DETAILS.items() if first in table.columns for name in (first, *others)}
    return tuple(column for code, column in table.columns.items() if code not in known)


def _said(row: Row, columns: tuple[Column, ...], campaign: Campaign) -> str | None:
    """``Số giờ: 12; Địa bàn: ấp Đông``; None where the row has none of it."""
    known = ((column, row.get(column.code)) for column in columns)
    return "; ".join(f"{column.heading}: {_shown(value, column, campaign)}" for column, value in known if value is not None) or None


def _shown(value: Typed, column: Column, campaign: Campaign) -> str:
    if column.type == "money" and isinstance(value, int | float):
        return say("dossier.money", value=vietnamese.format_money(int(value)))
    if isinstance(value, int | float) and column.type != "year":
        return vietnamese.format_number(value)
    return _labels(column, campaign).get(str(value), str(value))


def kinds(campaign: Campaign) -> Mapping[str, Mapping[str, str]]:
    """By table of achievements, what says of what kind one is, with its label."""
    return {found.table.code: _labels(found.table.columns.get(found.kind or ""), campaign) for found in achievements(campaign)}


def _labels(column: Column | None, campaign: Campaign) -> Mapping[str, str]:
    return {entry.value: entry.label for entry in campaign.lists.get((column.choices if column else None) or "", ())}
