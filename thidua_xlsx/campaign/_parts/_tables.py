"""From a block to tables, columns and lists of choices."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, cast, get_args

from thidua_xlsx.campaign import plan
from thidua_xlsx.campaign._parts._values import code_of
from thidua_xlsx.campaign._section import Section
from thidua_xlsx.model import NomineeKind
from thidua_xlsx.vietnamese import fold

_FORBIDDEN_IN_SHEET = re.compile(r"[\[\]:*?/\\]")
_LONGEST_SHEET = 31


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
    return code_of(section, "id"), tuple(entries)


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
        code=code_of(section, "code"),
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


def table(section: Section, columns: Sequence[plan.Column]) -> plan.Table:
    """``[[table]]`` with its columns, which are read separately."""
    kind = section.one_of("nominee", tuple(NomineeKind), default="") if "nominee" in section.data else ""
    code, layout = code_of(section, "code"), section.one_of("layout", ("record", "rows"))
    wanted = "record" if code == "unit" else "rows" if kind else layout
    if layout != wanted:
        section.report("not_one_of", key="layout", value=layout, allowed=wanted)
    key = section.maybe_text("key")
    if kind and key not in (None, plan.OWNER):
        section.report("nominee_key", key="key", value=key)
    return plan.Table(
        code=code,
        sheet=_sheet(section),
        title=section.text("title"),
        guide=section.text("guide"),
        layout=cast("Literal['record', 'rows']", layout),
        rows=section.positive("rows"),
        key=plan.OWNER if kind else key,
        prefill=_prefill(section),
        nominee=NomineeKind(kind) if kind in tuple(NomineeKind) else None,
        columns={entry.code: entry for entry in columns},
        one_thing=_one_thing(section),
        holds=cast("plan.Holding", section.one_of("holds", get_args(plan.Holding))) if "holds" in section.data else None,
    )
