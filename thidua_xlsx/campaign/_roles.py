"""Which tables hold achievements, earlier awards and evidence, and which of their columns says what: the papers are written from them.

A campaign may call its tables and columns what it likes. What a table holds is said by ``holds``, else it follows from what the rest of
the campaign file does with the table: a measure counts achievements, a prerequisite asks for an earlier award, a column offers evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from thidua_xlsx.campaign.plan import OWNER, Campaign, Column, Holding, Measure, Table


@dataclass(frozen=True, slots=True)
class Achievements:
    """A table of achievements: the columns that say when, of what kind, what, its value, its content of the movement, evidence, use."""

    table: Table
    day: str | None
    kind: str | None
    words: str | None
    money: str | None
    content: str | None
    evidence: str | None
    used_for: str | None


@dataclass(frozen=True, slots=True)
class PriorAwards:
    """A table of earlier titles and awards: the columns with the year, the name, and the decision's number, day and issuer."""

    table: Table
    year: str | None
    name: str | None
    number: str | None
    day: str | None
    issuer: str | None


def holding(campaign: Campaign, what: Holding) -> tuple[Table, ...]:
    """The tables that hold achievements, earlier awards or evidence."""
    said = tuple(table for table in campaign.tables.values() if table.holds == what)
    return said or tuple(table for table in campaign.tables.values() if table.holds is None and _follows(campaign, what, table))


def achievements(campaign: Campaign) -> tuple[Achievements, ...]:
    """The tables of achievements with what their columns say."""
    return tuple(_achievements(campaign, table) for table in holding(campaign, "achievements"))


def prior_awards(campaign: Campaign) -> tuple[PriorAwards, ...]:
    """The tables of earlier awards with what their columns say."""
    return tuple(_prior_awards(campaign, table) for table in holding(campaign, "prior_awards"))


def worded_by(table: Table) -> str | None:
    """The column that says in words what a row is about: ``description``, else the first text, one that is required before others."""
    texts = sorted((column for column in table.columns.values() if column.type == "text"), key=lambda column: not column.required)
    return "description" if "description" in table.columns else next((column.code for column in texts), None)


def _follows(campaign: Campaign, what: Holding, table: Table) -> bool:
    if what == "evidence":
        return table.code in _offered(campaign)
    if table.nominee or table.layout == "record" or OWNER not in table.columns or table.code in _offered(campaign):
        return False
    asked = {wanted.table for award in campaign.awards.values() for wanted in award.prerequisites}
    rated = {measure.table for measure in campaign.measures.values() if measure.kind == "latest"}
    counted = {measure.table for measure in campaign.measures.values()} - rated
    if what == "prior_awards":
        is_dated = any(column.type == "year" or column.document for column in table.columns.values())
        return table.code in asked or (table.code not in counted | rated and is_dated)
    return table.code in counted - asked and (_has_words(table) or not any(_has_words(campaign.tables[code]) for code in counted - asked))


def _has_words(table: Table) -> bool:
    """A table of points has none: where others say what was done, it is no table of achievements."""
    return worded_by(table) is not None


def _offered(campaign: Campaign) -> frozenset[str]:
    """The tables whose keys a column offers as evidence."""
    columns = (column for table in campaign.tables.values() for column in table.columns.values())
    return frozenset(code for column in columns if column.choices == "@evidence" for code in column.references)


def _first(table: Table, suits: Callable[[Column], object]) -> str | None:
    return next((column.code for column in table.columns.values() if suits(column)), None)


def _called(table: Table, name: str) -> str | None:
    return name if name in table.columns else None


def _given(table: Table, name: str) -> str | None:
    """The column that offers one of the campaign's own lists."""
    return _first(table, lambda column: column.choices == name)


def _achievements(campaign: Campaign, table: Table) -> Achievements:
    counting = [measure for measure in campaign.measures.values() if measure.table == table.code]
    sums = (measure.of for measure in counting if campaign.is_money(measure))
    return Achievements(
        table=table,
        day=next((measure.date for measure in counting), None) or _first(table, lambda column: column.type in ("date", "year")),
        kind=next(_kinds(counting, table.columns), None),
        words=worded_by(table),
        money=next(sums, None) or _first(table, lambda column: column.type == "money"),
        content=_given(table, "@contents"),
        evidence=_given(table, "@evidence"),
        used_for=_given(table, "@used_for"),
    )


def _kinds(counting: list[Measure], columns: Mapping[str, Column]) -> Iterator[str]:
    """The drop-downs by which measures tell rows apart."""
    for measure in counting:
        yield from (name for name in measure.where if columns[name].type == "choice")


def _prior_awards(campaign: Campaign, table: Table) -> PriorAwards:
    asked = (wanted.column for award in campaign.awards.values() for wanted in award.prerequisites if wanted.table == table.code)
    paper = next((column for column in table.columns.values() if column.document), None)
    document = paper.document if paper else None
    return PriorAwards(
        table=table,
        year=_first(table, lambda column: column.type == "year"),
        name=next(asked, None) or worded_by(table),
        number=paper.code if paper else _called(table, "decision_no"),
        day=document.date if document else _first(table, lambda column: column.type == "date"),
        issuer=document.issuer if document else _called(table, "issued_by"),
    )
