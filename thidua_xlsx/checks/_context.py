"""What every check needs to know, and how it says where something is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Self

from thidua_xlsx import text, vietnamese
from thidua_xlsx.campaign import Campaign, Choice, Column, Round, Unit, eased
from thidua_xlsx.model import Finding, PartialDate, Raw, Record, Submission, Typed

_RULES = (
    "required", "expected", "required_when", "expected_when", "references", "unique", "minimum", "maximum", "min_length",
    "pattern", "at_most", "product_of", "total_of", "year_of", "quantified_by", "age", "past", "in_period", "contradictions", "told_by",
    "document", "not_before", "workplace", "is_citizen_id", "is_used_for",
)  # fmt: skip


_BARE_YEARS = 1905
_YEARS_AHEAD = 5


def _is_set(rule: object) -> bool:
    """Whether a rule's field was given; a bound of 0 is one."""
    return rule is not None and rule is not False and rule != ()


def _prepared_on(submission: Submission) -> date | None:
    """The last day that the form can mean as the one on which it was prepared."""
    typed = [row.values["prepared_on"] for row in submission.rows.get("unit", ()) if "prepared_on" in row.values]
    try:
        return vietnamese.read_date(typed[0]).value.last if typed else None
    except vietnamese.Refused:
        return None


@lru_cache(maxsize=8)
def _choices(
    campaign: Campaign, round_id: str
) -> tuple[Mapping[tuple[str, str], tuple[Choice, ...]], Mapping[tuple[str, str], Mapping[str, str]]]:
    """The entries of every column's drop-down, and the value of each label; of two with one label the first counts."""
    columns = {(table.code, code): column for table in campaign.tables.values() for code, column in table.columns.items()}
    choices = {place: campaign.choices(column, round_id) for place, column in columns.items()}
    return choices, {place: {choice.label: choice.value for choice in reversed(entries)} for place, entries in choices.items()}


@lru_cache(maxsize=8)
def ruled_columns(campaign: Campaign) -> Mapping[tuple[str, str], tuple[Column, ...]]:
    """The columns that have a rule, by table and the rule's name in :class:`Column`."""
    return {
        (table.code, rule): tuple(column for column in table.columns.values() if _is_set(getattr(column, rule)))
        for table in campaign.tables.values()
        for rule in _RULES
    }


@dataclass(frozen=True, slots=True)
class Context:
    """The campaign, the round, the unit that sent the file; by table and column the choices and the value of each label as it stands.

    ``ruled`` are the columns by table and rule (:func:`ruled_columns`). What the campaign alone decides is worked out once.
    ``received_on`` is the day a mail brought the file, None for a plain file; ``day`` is the form's own, by which new checks only warn:
    that of the mail, else the one on which it was prepared, else the deadline.
    """

    campaign: Campaign
    round: Round
    unit: Unit
    choices: Mapping[tuple[str, str], tuple[Choice, ...]]
    labels: Mapping[tuple[str, str], Mapping[str, str]]
    ruled: Mapping[tuple[str, str], tuple[Column, ...]]
    day: date
    received_on: date | None = None

    @classmethod
    def of(cls, campaign: Campaign, round_id: str, submission: Submission) -> Self:
        """The context of one submission."""
        occasion, unit = campaign.rounds[round_id], campaign.units[submission.passport.unit]
        received_on = submission.provenance.received_on
        day = received_on or _prepared_on(submission) or occasion.deadline
        choices, labels = _choices(campaign, round_id)
        return cls(campaign, occasion, unit, choices, labels, ruled_columns(campaign), day, received_on)

    def column(self, record: Record, code: str) -> Column:
        """The description of a column of the record's table."""
        return self.campaign.tables[record.table].columns[code]

    def with_rule(self, record: Record, rule: str) -> tuple[Column, ...]:
        """The columns of the record's table that have a rule, by its name in :class:`Column`."""
        return self.ruled[record.table, rule]

    def latest_year(self, column: Column) -> int:
        """The last year that two digits can mean: nobody is born after the round is decided, and no other date lies far beyond the plan."""
        return self.round.decided_on.year if column.age else self.campaign.period_to.year + _YEARS_AHEAD

    def say(self, record: Record, column: str, code: str, /, *, clause: str | None = None, **facts: Any) -> Said:
        """A finding at a cell of a record, with what was typed there; the column's heading is always among its facts.

        An error that is waived, or whose check is still new, is a warning from here on: whatever comes after takes the cell for sound.
        """
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
        return Said((record.table, record.raw.row), eased(found, self.campaign, self.round, self.unit.code, self.day))

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
