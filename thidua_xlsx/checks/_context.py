"""What every check needs to know, and how it says where something is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from thidua_xlsx import text, vietnamese
from thidua_xlsx.campaign import Campaign, Choice, Column, Round, Unit
from thidua_xlsx.model import Finding, PartialDate, Raw, Record, Typed

_RULES = (
    "required", "expected", "required_when", "expected_when", "references", "unique", "minimum", "maximum", "min_length",
    "pattern", "at_most", "product_of", "total_of", "year_of", "quantified_by", "age", "past", "in_period", "contradictions",
)  # fmt: skip


_BARE_YEARS = 1905
_YEARS_AHEAD = 5


def _is_set(rule: object) -> bool:
    """Whether a rule's field was given; a bound of 0 is one."""
    return rule is not None and rule is not False and rule != ()


@dataclass(frozen=True, slots=True)
class Context:
    """The campaign, the round, the unit that sent the file; choices and ruled columns by table and column, worked out once.

    ``received_on`` is the day a mail brought the file, None for a plain file.
    """

    campaign: Campaign
    round: Round
    unit: Unit
    choices: Mapping[tuple[str, str], tuple[Choice, ...]]
    ruled: Mapping[tuple[str, str], tuple[Column, ...]]
    received_on: date | None = None

    @classmethod
    def of(cls, campaign: Campaign, round_id: str, unit: str, received_on: date | None = None) -> Self:
        """The context of one submission."""
        tables = campaign.tables.values()
        choices = {(table.code, code): campaign.choices(column, round_id) for table in tables for code, column in table.columns.items()}
        ruled = {
            (table.code, rule): tuple(column for column in table.columns.values() if _is_set(getattr(column, rule)))
            for table in tables
            for rule in _RULES
        }
        return cls(campaign, campaign.rounds[round_id], campaign.units[unit], choices, ruled, received_on)

    def column(self, record: Record, code: str) -> Column:
        """The description of a column of the record's table."""
        return self.campaign.tables[record.table].columns[code]

    def with_rule(self, record: Record, rule: str) -> tuple[Column, ...]:
        """The columns of the record's table that have a rule, by the name of its field."""
        return self.ruled[record.table, rule]

    def latest_year(self, column: Column) -> int:
        """The last year that two digits can mean: nobody is born after the round is decided, and no other date lies far beyond the plan."""
        return self.round.decided_on.year if column.age else self.campaign.period_to.year + _YEARS_AHEAD

    def say(self, record: Record, column: str, code: str, /, *, clause: str | None = None, **facts: Any) -> Said:
        """A finding at a cell of a record, with what was typed there; the column's heading is always among its facts."""
        described = self.column(record, column)
        nominee = record.values.get("nominee_id")
        found = text.finding(
            code,
            record.ref(column),
            table=record.table,
            column=column,
            nominee_id=None if nominee is None else str(nominee),
            value=shown(record.raw.values.get(column)),
            clause=clause or described.clause,
            heading=described.heading,
            **facts,
        )
        return Said((record.table, record.raw.row), found)

    def understood(self, table: str, column: Column, value: Typed) -> str:
        """A typed value as the sheet would show it."""
        match value:
            case PartialDate():
                return str(value)
            case float():
                return vietnamese.format_number(value) + ("%" if column.type == "percent" else "")
            case int():
                return text.say("checks.money", amount=vietnamese.format_money(value)) if column.type == "money" else str(value)
            case str():
                return next((choice.label for choice in self.choices[table, column.code] if choice.value == value), value)


@dataclass(frozen=True, slots=True)
class Said:
    """A finding and the line (table, Excel row) it is about."""

    line: tuple[str, int]
    finding: Finding


def shown(raw: Raw | None) -> str | None:
    """What the user sees in the cell, near enough: calamine gives values, not their number formats."""
    if raw is None:
        return None
    try:
        # A day of 1905 is how a date cell keeps a bare year, and what the unit sees there is the year
        return (
            str(vietnamese.read_date(raw).value) if isinstance(raw, date) and raw.year == _BARE_YEARS else vietnamese.read_text(raw).value
        )
    except vietnamese.Refused:
        return str(raw)
