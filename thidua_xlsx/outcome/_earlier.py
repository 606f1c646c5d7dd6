"""What a run rests on, in a form that a later run can be compared with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from thidua_xlsx.campaign import Table
from thidua_xlsx.outcome._outcome import Earlier, Outcome, RowKey, Values


def basis_of(outcome: Outcome) -> Earlier:
    """The counted rows of a run and the decisions that stand in it."""
    alone = {case: standing[0].decision for case, standing in outcome.decisions.items() if len(standing) == 1}
    decisions = {case: (decision.opinion.value if decision.opinion else "", decision.votes) for case, decision in alone.items()}
    return Earlier(dict(_rows(outcome)), decisions)


def key_of(table: Table, row: Mapping[str, object]) -> RowKey:
    """What names a counted row of a table."""
    return _row_key(table, str(row["unit"]), _values(table, [row[name] for name in table.columns]))


def _rows(outcome: Outcome) -> Iterator[tuple[RowKey, Values]]:
    for code, table in outcome.campaign.tables.items():
        frame = outcome.register.tables[code]
        for unit, *typed in zip(frame["unit"].tolist(), *(frame[name].tolist() for name in table.columns), strict=True):
            values = _values(table, typed)
            yield _row_key(table, str(unit), values), values


def _values(table: Table, typed: Sequence[object]) -> Values:
    return {name: str(value) for name, value in zip(table.columns, typed, strict=True) if value is not None}


def _row_key(table: Table, unit: str, values: Values) -> RowKey:
    """What names a row of a unit from one run to the next."""
    if table.layout == "record":
        return unit, table.code, ""
    return unit, table.code, values.get(table.key, "") if table.key else " | ".join(values.values())
