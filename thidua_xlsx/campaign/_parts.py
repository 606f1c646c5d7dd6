"""From one TOML section to one value of the plan; cross-references are checked afterwards in ``_crosscheck``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Literal, TypeVar, cast, get_args

from thidua_xlsx.campaign import plan
from thidua_xlsx.campaign._section import Section
from thidua_xlsx.model import NomineeKind
from thidua_xlsx.text import codes, say
from thidua_xlsx.vietnamese import file_name, fold, nearest

_CODE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\-]*")
_FORBIDDEN_IN_SHEET = re.compile(r"[\[\]:*?/\\]")
_LONGEST_SHEET = 31
_WHOLE = 100


def _code(section: Section, key: str) -> str:
    value = section.text(key)
    if value and not _CODE.fullmatch(value):
        section.report("bad_code", key=key, value=value)
    elif value and file_name(value) != value:
        section.report("reserved", key=key, value=value)
    return value


def clause(section: Section) -> plan.Clause:
    """``[[clause]]``."""
    made = plan.Clause(
        _code(section, "id"), section.text("source"), section.text("text"), section.maybe_day("from"), section.maybe_day("until")
    )
    if made.since and made.until and made.since > made.until:
        section.report("order", first="from", first_day=made.since, last="until", last_day=made.until)
    return made


def organ(section: Section) -> plan.Organ:
    """``[[organ]]``."""
    return plan.Organ(
        since=section.day("from"),
        parent=section.text("parent"),
        name=section.text("name"),
        name_full=section.text("name_full"),
        code=section.text("code"),
        place=section.text("place"),
        head_title=section.text("head_title"),
        office=section.text("office"),
        council=section.text("council"),
        recipients=section.texts("recipients"),
        clause=section.text("clause"),
    )


def law(section: Section) -> plan.Law:
    """``[[law]]``."""
    return plan.Law(section.day("from"), section.texts("citations", required=True), section.text("source"))


def unit(section: Section) -> plan.Unit:
    """``[[unit]]``."""
    return plan.Unit(
        _code(section, "code"), section.text("name"), section.texts("aliases"), section.text("kind"), section.maybe_text("email")
    )


def content(section: Section) -> plan.Content:
    """``[[content]]``."""
    return plan.Content(_code(section, "code"), section.text("name"), section.text("text"), section.text("clause"))


def choices(section: Section) -> tuple[str, tuple[plan.Choice, ...]]:
    """``[[list]]``: its id and entries."""
    entries = []
    seen: dict[str, str] = {}
    for entry in section.tables("choice"):
        made = plan.Choice(entry.text("label"), entry.maybe_text("code"), entry.texts("aliases"))
        for words in dict.fromkeys(fold(words) for words in (made.label, made.code, *made.aliases) if words):
            if seen.setdefault(words, made.label) != made.label or (words == fold(made.label) and made in entries):
                entry.report("two_choices", key="choice", words=words, other=seen[words])
        entries.append(made)
        entry.close()
    if not entries:
        section.report("missing", key="choice")
    return _code(section, "id"), tuple(entries)


def _whens(section: Section, key: str) -> tuple[plan.When, ...]:
    conditions = []
    for entry in section.tables(key):
        negated = "is_not" in entry.data
        conditions.append(plan.When(entry.text("column"), entry.texts("is_not" if negated else "is", required=True), negated))
        entry.close()
    return tuple(conditions)


def _contradictions(section: Section) -> tuple[plan.Contradiction, ...]:
    found = []
    for entry in section.tables("contradictions"):
        found.append(
            plan.Contradiction(entry.text("column"), entry.text("attested"), entry.texts("compatible", required=True), entry.text("clause"))
        )
        entry.close()
    return tuple(found)


def _told_by(section: Section) -> plan.Told | None:
    inner = section.maybe_table("told_by")
    if inner is None:
        return None
    words = inner.maybe_table("words")
    told = plan.Told(inner.text("column"), {value: words.texts(value, required=True) for value in words.data} if words else {})
    if not told.words:
        inner.report("missing", key="words")
    inner.close()
    return told


def _document(section: Section) -> plan.Document | None:
    inner = section.maybe_table("document")
    if inner is None:
        return None
    made = plan.Document(inner.text("date"), inner.text("issuer"))
    inner.close()
    return made


def _one_thing(section: Section) -> tuple[plan.OneThing, ...]:
    things = []
    for entry in section.tables("one_thing"):
        thing = plan.OneThing(
            columns=entry.texts("columns", required=True),
            when=_whens(entry, "when"),
            matching=_pattern(entry, "matching"),
            share=entry.maybe_text("share"),
            sole=entry.flag("sole"),
        )
        if thing.sole and not thing.share:
            entry.report("missing", key="share")
        things.append(thing)
        entry.close()
    return tuple(things)


def _age(section: Section) -> tuple[int, int] | None:
    section.used("age")
    value = section.data.get("age")
    match value:
        case None:
            return None
        case [int(youngest), int(oldest)]:
            return youngest, oldest
        case _:
            section.report("wrong_type", key="age", expected="[18, 70]", value=value)
            return None


def _pattern(section: Section, key: str = "pattern") -> str | None:
    pattern = section.maybe_text(key)
    try:
        re.compile(pattern or "")
    except re.error as error:
        section.report("bad_pattern", key=key, error=error)
        return None
    return pattern


def column(section: Section) -> plan.Column:
    """``[[table.column]]``."""
    kind = cast("plan.ColumnType", section.one_of("type", get_args(plan.ColumnType)))
    made = plan.Column(
        code=_code(section, "code"),
        heading=section.text("heading"),
        help=section.text("help"),
        type=kind,
        width=section.number("width"),
        required=section.flag("required"),
        expected=section.flag("expected"),
        required_when=_whens(section, "required_when"),
        expected_when=_whens(section, "expected_when"),
        choices=section.maybe_text("choices"),
        references=section.texts("references"),
        unique=section.flag("unique"),
        minimum=section.maybe_integer("minimum"),
        maximum=section.maybe_integer("maximum"),
        min_length=section.maybe_integer("min_length"),
        min_length_when=_whens(section, "min_length_when"),
        pattern=_pattern(section),
        at_most=section.maybe_text("at_most"),
        product_of=section.texts("product_of"),
        total_of=section.maybe_text("total_of"),
        year_of=section.maybe_text("year_of"),
        quantified_by=section.maybe_text("quantified_by"),
        age=_age(section),
        past=section.flag("past"),
        in_period=section.flag("in_period"),
        anew=section.flag("anew"),
        contradictions=_contradictions(section),
        told_by=_told_by(section),
        document=_document(section),
        not_before=section.maybe_text("not_before"),
        workplace=section.flag("workplace"),
        clause=section.maybe_text("clause"),
        group=section.maybe_text("group"),
    )
    if kind == "choice" and made.choices is None:
        section.report("choice_without_list")
    if kind == "reference" and not made.references:
        section.report("missing", key="references")
    return made


def _sheet(section: Section) -> str:
    value = section.text("sheet")
    if len(value) > _LONGEST_SHEET or _FORBIDDEN_IN_SHEET.search(value):
        section.report("bad_sheet", key="sheet", value=value)
    return value


def _prefill(section: Section) -> str | None:
    prefill = section.maybe_text("prefill")
    if prefill is None:
        return None
    try:
        distinct = len({prefill.format(unit=code, n=number) for code in "AB" for number in (1, 2)}) == 4
    except (KeyError, IndexError, ValueError):
        distinct = False
    if not distinct:
        section.report("bad_prefill", key="prefill", value=prefill)
        return None
    return prefill


_NOMINEE_KEY = "nominee_id"
"""The rows of a nominee table are named by it in every campaign, whether its ``key`` says so or not."""


def table(section: Section, columns: Sequence[plan.Column]) -> plan.Table:
    """``[[table]]`` with its columns, which are read separately."""
    kind = section.one_of("nominee", tuple(NomineeKind), default="") if "nominee" in section.data else ""
    code, layout = _code(section, "code"), section.one_of("layout", ("record", "rows"))
    wanted = "record" if code == "unit" else "rows" if kind else layout
    if layout != wanted:
        section.report("not_one_of", key="layout", value=layout, allowed=wanted)
    key = section.maybe_text("key")
    if kind and key not in (None, _NOMINEE_KEY):
        section.report("nominee_key", key="key", value=key)
    return plan.Table(
        code=code,
        sheet=_sheet(section),
        title=section.text("title"),
        guide=section.text("guide"),
        layout=cast("Literal['record', 'rows']", layout),
        rows=section.positive("rows"),
        key=_NOMINEE_KEY if kind else key,
        prefill=_prefill(section),
        nominee=NomineeKind(kind) if kind in tuple(NomineeKind) else None,
        columns={entry.code: entry for entry in columns},
        one_thing=_one_thing(section),
        holds=cast("plan.Holding", section.one_of("holds", get_args(plan.Holding))) if "holds" in section.data else None,
    )


def measure(section: Section) -> plan.Measure:
    """``[[measure]]``."""
    return plan.Measure(
        id=_code(section, "id"),
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
    code = _code(section, "code")
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
        code=_code(section, "code"),
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


Number = TypeVar("Number", int, float)


def _not_negative(section: Section, key: str, value: Number | None) -> Number | None:
    if value is not None and value < 0:
        section.report("negative", key=key, value=value)
    return value


def _kind(section: Section) -> NomineeKind:
    """The kind of nominee; a wrong one is reported, and read as some kind so that the rest can be looked at."""
    kind = section.one_of("kind", tuple(NomineeKind))
    return NomineeKind(kind) if kind in tuple(NomineeKind) else NomineeKind.INDIVIDUAL


def parameter(section: Section) -> plan.Parameter:
    """``[[parameter]]``; the value may be left out while it is not known, the clause may not."""
    value = _not_negative(section, "value", section.maybe_number("value"))
    kind = _kind(section)
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
    _not_negative(section, "count", count)
    kind = _kind(section)
    return plan.Quota(
        award=section.text("award"),
        kind=kind,
        percent=percent,
        count=count,
        of=section.text("of") if percent is not None else section.maybe_text("of") or plan.REGISTERED,
        order=section.texts("order"),
        clause=section.text("clause"),
    )


def occasion(section: Section) -> plan.Round:
    """``[[round]]``."""
    made = plan.Round(
        id=_code(section, "id"),
        name=section.text("name"),
        achievements_from=section.day("achievements_from"),
        achievements_to=section.day("achievements_to"),
        awards=section.texts("awards", required=True),
        deadline=section.day("deadline"),
        decided_on=section.day("decided_on"),
        clause=section.text("clause"),
    )
    if made.achievements_from > made.achievements_to:
        section.report(
            "order",
            first="achievements_from",
            first_day=made.achievements_from,
            last="achievements_to",
            last_day=made.achievements_to,
        )
    return made


def _eased(section: Section) -> str:
    """A code of the book whose error may be eased: the row's cells were all understood."""
    code = section.text("code")
    known = {entry.code: entry for entry in codes()}
    if code and code not in known:
        meant = nearest(code, known)
        hint = say("campaign.did_you_mean", key=meant) if meant else ""
        section.report("no_such", key="code", value=code, what=say("campaign.what_finding"), hint=hint)
    elif code and not known[code].waivable:
        section.report("not_waivable", key="code", code=code, title=known[code].title)
    return code


def waiver(section: Section) -> plan.Waiver:
    """``[[waiver]]``: for a unit or for a nominee, never without reason, clause, approver and last day."""
    made = plan.Waiver(
        unit=section.maybe_text("unit"),
        nominee=section.maybe_text("nominee"),
        code=_eased(section),
        reason=section.text("reason"),
        clause=section.text("clause"),
        approver=section.text("approver"),
        since=section.maybe_day("from"),
        until=section.day("until"),
    )
    if (made.unit is None) is (made.nominee is None):
        section.report("waiver_for_whom")
    if made.since and made.since > made.until:
        section.report("order", first="from", first_day=made.since, last="until", last_day=made.until)
    return made


def soft(section: Section) -> plan.Soft:
    """``[[soft]]``."""
    return plan.Soft(_eased(section), section.day("until"), section.text("reason"), section.text("clause"))


def council(section: Section) -> plan.Council:
    """``[council]``; all of it may be left out."""
    members = []
    for entry in section.tables("member"):
        members.append(plan.Member(entry.text("name"), entry.text("title"), entry.text("role")))
        entry.close()
    thresholds = []
    for entry in section.tables("threshold"):
        thresholds.append(_threshold(entry))
        entry.close()
    made = plan.Council(tuple(members), section.maybe_integer("total"), section.maybe_text("quorum"), tuple(thresholds))
    section.close()
    return made


def _threshold(section: Section) -> plan.Threshold:
    """``threshold = [{ award = "BK_UBT", percent = 80, clause = "…" }]``; no percentage without a clause."""
    percent = section.number("percent")
    if "percent" in section.data and not 0 < percent <= _WHOLE:
        section.report("bad_percent", value=percent)
    return plan.Threshold(section.text("award"), percent, section.text("clause"))


def prize(section: Section) -> plan.Prize:
    """``[[prize]]``; the multiple may be left out while it is not known, the clause may not."""
    multiple = _not_negative(section, "multiple", section.maybe_number("multiple"))
    kind = _kind(section)
    return plan.Prize(
        award=section.text("award"),
        kind=kind,
        since=section.day("from"),
        multiple=multiple,
        clause=section.text("clause"),
    )


def base_salary(section: Section) -> plan.BaseSalary:
    """``[[base_salary]]``; the value may be left out while it is not known, the clause may not."""
    value = _not_negative(section, "value", section.maybe_integer("value"))
    return plan.BaseSalary(section.day("from"), value, section.text("clause"))
