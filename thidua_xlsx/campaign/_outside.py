"""Sections that change no verdict: forms of papers, whom the law prefers among equals, lists of another system, the State's statistics."""

from __future__ import annotations

from collections.abc import Sequence

from thidua_xlsx.campaign import plan
from thidua_xlsx.campaign._section import Section
from thidua_xlsx.model import NomineeKind
from thidua_xlsx.vietnamese import file_name

_WORD = ".docx"


def form(section: Section) -> plan.Form:
    """``[[form]]``; the name may be left out while it is not verified, the clause may not."""
    paper = section.one_of("paper", (*plan.PAPERS_OF_NOMINEE, *plan.PAPERS_OF_AWARD))
    kinds = [NomineeKind(kind) for kind in section.some_of("kinds", tuple(NomineeKind))]
    if kinds and paper in plan.PAPERS_OF_AWARD:
        section.report("form_of_list", paper=paper)
    template = section.text("template")
    if template and (file_name(template) != template or not template.endswith(_WORD)):
        section.report("bad_template", value=template)
    return plan.Form(
        paper=paper,
        awards=section.texts("awards"),
        kinds=tuple(kinds),
        since=section.day("from"),
        template=template,
        name=section.maybe_text("name"),
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


def code_list(section: Section) -> plan.CodeList:
    """``[[code_list]]``."""
    entries = []
    for entry in section.tables("entry"):
        entries.append(plan.CodeEntry(entry.text("value"), entry.text("label"), entry.text("code")))
        entry.close()
    if not entries:
        section.report("missing", key="entry")
    return plan.CodeList(section.one_of("list", plan.CODE_LISTS), section.text("source"), tuple(entries))


def statistics(section: Section) -> plan.Statistics | None:
    """``[statistics]``; all of it may be left out."""
    if not section.data:
        return None
    subjects = []
    for entry in section.tables("subject"):
        subjects.append(plan.Subject(entry.text("label"), entry.texts("values")))
        entry.close()
    made = plan.Statistics(
        method=section.text("method"),
        clause=section.text("clause"),
        level=section.maybe_text("level"),
        scope=section.maybe_text("scope"),
        state=section.texts("state"),
        ministry=section.texts("ministry"),
        subjects=tuple(subjects),
    )
    section.close()
    return made
