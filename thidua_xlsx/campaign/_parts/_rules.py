"""From a block to measures, criteria, award forms, figures, quotas and preferences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, cast

from thidua_xlsx.campaign import plan
from thidua_xlsx.campaign._parts._values import code_of, kind_of, not_negative
from thidua_xlsx.campaign._section import Section
from thidua_xlsx.text import say


def measure(section: Section) -> plan.Measure:
    """``[[measure]]``."""
    return plan.Measure(
        id=code_of(section, "id"),
        kind=cast("Literal['sum', 'count', 'latest']", section.one_of("kind", ("sum", "count", "latest"))),
        table=section.text("table"),
        where=_where(section),
        date=section.text("date"),
        of=section.maybe_text("of"),
        needs=section.maybe_text("needs"),
        made_after=_made_after(section),
        wanted=section.texts("is"),
        years=_years(section),
    )


def _years(section: Section) -> int | None:
    years = section.maybe_integer("years")
    if years is not None and years < 1:
        section.report("bad_years", value=years)
    return years


def _where(section: Section) -> dict[str, tuple[str, ...]]:
    where = section.value("where")
    if not isinstance(where, dict):
        section.report("wrong_type", key="where", expected=say("campaign.type_where"), value=where)
        return {}
    for column, values in where.items():
        if not isinstance(values, list):
            section.report("bare_value", key="where", column=column, value=values)
    return {column: tuple(map(str, values)) for column, values in where.items() if isinstance(values, list)}


def _made_after(section: Section) -> plan.MadeAfter | None:
    inner = section.maybe_table("made_after")
    if inner is None:
        return None
    made = plan.MadeAfter(inner.text("column"), inner.text("clause"), inner.flag("excludes"))
    inner.close()
    return made


def criterion(section: Section) -> plan.Criterion:
    """``[[criterion]]``."""
    code = code_of(section, "code")
    measured, attested = section.maybe_text("measure"), section.maybe_text("attestation")
    if (measured is None) is (attested is None):
        section.report("criterion_shape", code=code)
    return plan.Criterion(
        code=code,
        name=section.text("name"),
        text=section.text("text"),
        scope=cast("Literal['both', 'collective']", section.one_of("scope", ("both", "collective"))),
        clause=section.text("clause"),
        measure=measured,
        figure=section.maybe_number("figure"),
        attestation=attested,
        met=section.texts("met"),
        not_met=section.texts("not_met"),
        why=section.maybe_text("why") or "blank_attestation",
    )


def _node(section: Section, value: Any) -> plan.Node:
    match value:
        case str():
            return plan.Leaf(value)
        case {"all": [*nodes], **rest} if nodes and not rest:
            return plan.Group("all", tuple(_node(section, node) for node in nodes))
        case {"any": [*nodes], **rest} if nodes and not rest:
            return plan.Group("any", tuple(_node(section, node) for node in nodes))
        case {"at_least": int(count), "of": [*nodes], **rest} if 0 < count <= len(nodes) and not rest:
            return plan.Group("at_least", tuple(_node(section, node) for node in nodes), count)
        case {"not": str() | dict() as node, **rest} if not rest:
            return plan.Group("not", (_node(section, node),))
        case {"at_least": int(count), "of": [*nodes], **rest} if not rest:
            section.report("bad_count", key="requires", count=count, nodes=len(nodes))
        case {"not": [*nodes]} | [*nodes]:
            section.report("bare_list", key="requires", value=value, right=_shown(nodes))
        case _:
            section.report("bad_requirement", key="requires", value=value)
    return plan.Group("all", ())


def _shown(nodes: Sequence[object]) -> str:
    """The conditions of a list as the file writes them; a nested one is only hinted at."""
    return ", ".join(f'"{node}"' if isinstance(node, str) else "{ … }" for node in nodes)


def award(section: Section) -> plan.Award:
    """``[[award]]``."""
    requires = section.value("requires")
    return plan.Award(
        code=code_of(section, "code"),
        name=section.text("name"),
        short=section.text("short"),
        authority=section.text("authority"),
        rank=section.integer("rank"),
        requires=_node(section, requires) if requires is not None else plan.Group("all", ()),
        clause=section.text("clause"),
        aliases=section.texts("aliases"),
        prerequisites=_prerequisites(section),
    )


def _prerequisites(section: Section) -> tuple[plan.Prerequisite, ...]:
    found = []
    for entry in section.tables("prerequisites"):
        made = plan.Prerequisite(
            name=entry.text("name"),
            table=entry.text("table"),
            column=entry.text("column"),
            words=entry.texts("words", required=True),
            where=_where(entry) if "where" in entry.data else {},
            where_clause=entry.maybe_text("where_clause"),
            clause=entry.text("clause"),
        )
        if made.where and made.where_clause is None:
            entry.report("missing", key="where_clause")
        found.append(made)
        entry.close()
    return tuple(found)


def parameter(section: Section) -> plan.Parameter:
    """``[[parameter]]``; the value may be left out while it is not known, the clause may not."""
    value = not_negative(section, "value", section.maybe_number("value"))
    kind = kind_of(section)
    return plan.Parameter(
        criterion=section.text("criterion"),
        award=section.text("award"),
        kind=kind,
        since=section.day("from"),
        value=value,
        clause=section.text("clause"),
    )


def quota(section: Section) -> plan.Quota:
    """``[[quota]]``: a number, or a share of something; never both, never without its clause."""
    percent, count = section.maybe_number("percent"), section.maybe_integer("count")
    if (percent is None) is (count is None):
        section.report("quota_shape")
    if percent is not None and not 0 < percent <= 100:
        section.report("quota_percent", value=percent)
    not_negative(section, "count", count)
    kind = kind_of(section)
    return plan.Quota(
        award=section.text("award"),
        kind=kind,
        percent=percent,
        count=count,
        of=section.text("of") if percent is not None else section.maybe_text("of") or plan.REGISTERED,
        order=section.texts("order"),
        clause=section.text("clause"),
    )


def preference(section: Section) -> plan.Preference:
    """``[[preference]]``: either a column with its values, or a share with its part, whole and percentage."""
    made = plan.Preference(
        name=section.text("name"),
        table=section.text("table"),
        clause=section.text("clause"),
        column=section.maybe_text("column"),
        values=section.texts("is"),
        part=section.maybe_text("part"),
        whole=section.maybe_text("whole"),
        percent=section.maybe_integer("percent"),
    )
    value, share = (made.column, made.values or None), (made.part, made.whole, made.percent)
    if sorted((_given(value), _given(share))) != ["all", "none"]:
        section.report("preference_shape")
    return made


def _given(keys: Sequence[object]) -> str:
    present = sum(key is not None for key in keys)
    return "all" if present == len(keys) else "some" if present else "none"
