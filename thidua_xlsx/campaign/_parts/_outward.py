"""From a block to what other offices want to know: lists of another system, the State's statistics."""

from __future__ import annotations

from thidua_xlsx.campaign import plan
from thidua_xlsx.campaign._section import Section


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
