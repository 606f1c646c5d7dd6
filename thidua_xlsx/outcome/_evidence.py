"""What a verdict and a decision rest on, as a hash that changes with it."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence

from thidua_xlsx.campaign import Column, Table
from thidua_xlsx.model import Assessment, CheckedSubmission, Record
from thidua_xlsx.outcome._outcome import Case, Outcome


def digest(*parts: object) -> str:
    """A short hash of values that have a fixed form as JSON; names of files may hold what is no text."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def evidence_stamps(outcome: Outcome) -> dict[Case, str]:
    """By nominee and award form, a hash of all that the verdict and the decision rest on: the nominee's rows, and the verdict itself.

    It does not change with the file, the sheet or the line in which a unit writes the same values.
    """
    evidence = _evidence(outcome)
    place = (outcome.campaign.id, outcome.round.id)
    return {
        (verdict.nominee_id, verdict.award): digest(*place, sorted(evidence[verdict.nominee_id]), _verdict(verdict))
        for verdict in outcome.assessments
    }


def _verdict(verdict: Assessment) -> list[object]:
    reasons = [[each.criterion, int(each.result), str(each.actual), str(each.required)] for each in verdict.reasons]
    return [verdict.award, int(verdict.result), reasons]


def _evidence(outcome: Outcome) -> Mapping[str, list[list[str]]]:
    """The values of the rows of every nominee, each row with those that it refers to."""
    found: dict[str, list[list[str]]] = defaultdict(list)
    tables = outcome.campaign.tables.values()
    keyed = [table for table in tables if table.key and not table.nominee]
    naming = {table.code: [column for column in table.columns.values() if column.references] for table in tables}
    for checked in outcome.submissions:
        papers = _by_key(keyed, checked)
        for table, rows in checked.records.items():
            for row in rows:
                owner = row.values.get("nominee_id")
                if owner is not None and not row.held:
                    others = [_values(papers[key]) for key in _referred(naming[table], row) if key in papers]
                    found[str(owner)] += [_values(row), *others]
    return found


def _by_key(tables: Sequence[Table], checked: CheckedSubmission) -> Mapping[tuple[str, str], Record]:
    """The rows that others can name (a unit's evidence), by table and key; nominees are no evidence of one another."""
    return {(table.code, str(row.values.get(table.key or ""))): row for table in tables for row in checked.records.get(table.code, ())}


def _referred(columns: Sequence[Column], row: Record) -> list[tuple[str, str]]:
    """The table and key of every row that a row names in these columns; several keys stand in one cell, separated by ``;``."""
    cells = [(column.references, str(row.values[column.code])) for column in columns if column.code in row.values]
    return [(table, key.strip()) for tables, named in cells for table in tables for key in named.split(";")]


def _values(row: Record) -> list[str]:
    return [row.table, *[f"{column}={value}" for column, value in sorted(row.values.items())]]
