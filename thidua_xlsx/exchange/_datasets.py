"""Every register table, the held rows, the verdicts and the decisions as flat tables that say what their columns are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from thidua_xlsx.assess import describe, result_words
from thidua_xlsx.campaign import Campaign, Column, Table
from thidua_xlsx.model import PartialDate
from thidua_xlsx.text import say

if TYPE_CHECKING:
    import pandas as pd

    from thidua_xlsx.outcome import Outcome

Kind = Literal["text", "digits", "whole", "decimal", "date"]
"""``digits`` is text that a spreadsheet would take for a number; ``date`` is ISO 8601 text that may lack day or month."""
Value = str | int | float | None

_DIGITS = ("id", "reference", "citizen_id", "phone")
_WHOLE = ("integer", "money", "year")
_DECIMAL = ("number", "percent")


@dataclass(frozen=True, slots=True)
class Field:
    """A column: its code, what people call it, how it is stored, unit of measure, meaning, possible values, clause."""

    code: str
    heading: str
    kind: Kind
    unit: str = ""
    meaning: str = ""
    choices: tuple[str, ...] = ()
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Dataset:
    """A flat table; every row has a value or None per field."""

    code: str
    title: str
    fields: tuple[Field, ...]
    rows: tuple[tuple[Value, ...], ...]


def datasets(outcome: Outcome) -> tuple[Dataset, ...]:
    """All of them, in the order of the campaign's tables; rows in register order."""
    register, campaign = outcome.register, outcome.campaign
    found = []
    for table in campaign.tables.values():
        title = say("exchange.title_counted", sheet=table.sheet)
        found.append(_of_register(register.tables[table.code], table, outcome, title))
    for table in campaign.tables.values():
        made = _of_register(register.held[table.code], table, outcome, say("exchange.title_held", sheet=table.sheet))
        found.append(replace(made, code=f"{table.code}_held"))
    return (*found, _verdicts(outcome), _reasons(outcome), _decisions(outcome))


def _own(*names: str, whole: Sequence[str] = (), digits: Sequence[str] = ()) -> tuple[Field, ...]:
    kinds: dict[str, Kind] = dict.fromkeys(whole, "whole")
    kinds |= dict.fromkeys(digits, "digits")
    return tuple(
        Field(name, say(f"exchange.field_{name}"), kinds.get(name, "text"), meaning=say(f"exchange.means_{name}")) for name in names
    )


def _of_register(frame: pd.DataFrame, table: Table, outcome: Outcome, title: str) -> Dataset:
    own = ["unit", "file", "sheet", "row", *(["refused"] if "refused" in frame.columns else [])]
    fields = (*_own(*own, whole=("row",)), *(_field(column, outcome) for column in table.columns.values()))
    columns = [frame[name].tolist() for name in (*own, *table.columns)]
    rows = tuple(tuple(_plain(value) for value in values) for values in zip(*columns, strict=True))
    return Dataset(table.code, title, fields, rows)


def _field(column: Column, outcome: Outcome) -> Field:
    kind: Kind = "text"
    if column.type in _DIGITS:
        kind = "digits"
    elif column.type in _WHOLE:
        kind = "whole"
    elif column.type in _DECIMAL:
        kind = "decimal"
    elif column.type == "date":
        kind = "date"
    unit = {"money": say("exchange.unit_money"), "percent": "%"}.get(column.type, "")
    choices = outcome.campaign.choices(column, outcome.round.id)
    labels = tuple(choice.label if choice.code is None else f"{choice.code} = {choice.label}" for choice in choices)
    clause = outcome.campaign.clauses[column.clause].source if column.clause else ""
    return Field(column.code, column.heading, kind, unit, column.help, labels, clause)


def _plain(value: object) -> Value:
    match value:
        case PartialDate():
            parts = (f"{value.year:04d}", value.month and f"{value.month:02d}", value.day and f"{value.day:02d}")
            return "-".join(part for part in parts if part)
        case frozenset():
            return "; ".join(sorted(value))
        case None | str() | int() | float():
            return value
        case _:
            return str(value)


def _verdicts(outcome: Outcome) -> Dataset:
    fields = _own("nominee_id", "unit", "kind", "name", "award", "award_name", "result", "result_words", digits=("nominee_id",))
    names = {code: award.name for code, award in outcome.campaign.awards.items()}
    rows = tuple(
        (case.nominee_id, case.unit, case.kind.value, case.name, case.award, names[case.award], case.result.word, result_words(case.result))
        for case in outcome.assessments
    )
    return Dataset("verdicts", say("exchange.title_verdicts"), fields, rows)


def _reasons(outcome: Outcome) -> Dataset:
    names = ("nominee_id", "award", "criterion", "result", "actual", "required", "clause", "words", "sources")
    return Dataset(
        "reasons", say("exchange.title_reasons"), _own(*names, digits=("nominee_id",)), tuple(_reason_rows(outcome, outcome.campaign))
    )


def _reason_rows(outcome: Outcome, campaign: Campaign) -> Iterator[tuple[Value, ...]]:
    for case in outcome.assessments:
        for reason in case.reasons:
            found = tuple(None if value is None else str(value) for value in (reason.actual, reason.required))
            words, cells = describe(reason, campaign), "; ".join(str(cell) for cell in reason.sources)
            yield (case.nominee_id, case.award, reason.criterion, reason.result.word, *found, reason.clause, words, cells)


def _decisions(outcome: Outcome) -> Dataset:
    names = ("nominee_id", "award", "name", "unit", "opinion", "votes", "reason", "applied_on", "decided_in", "counts")
    fields = _own(*names, whole=("votes",), digits=("nominee_id",))
    fields = tuple(replace(field, kind="date") if field.code == "applied_on" else field for field in fields)
    rows: list[tuple[Value, ...]] = []
    for (nominee_id, award), standing in sorted(outcome.decisions.items()):
        for each in standing:
            opinion = each.decision.opinion.value if each.decision.opinion else None
            said = (opinion, each.decision.votes, each.decision.reason or None, each.applied_on.isoformat(), each.file)
            rows.append((nominee_id, award, each.name, each.unit, *said, "yes" if len(standing) == 1 else "no"))
    return Dataset("decisions", say("exchange.title_decisions"), fields, tuple(rows))
