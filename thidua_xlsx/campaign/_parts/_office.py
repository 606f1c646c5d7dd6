"""From a block to what a campaign rests on: clauses, letterheads, law, units, contents."""

from __future__ import annotations

from thidua_xlsx.campaign import plan
from thidua_xlsx.campaign._parts._values import code_of
from thidua_xlsx.campaign._section import Section


def clause(section: Section) -> plan.Clause:
    """``[[clause]]``."""
    made = plan.Clause(
        code_of(section, "id"), section.text("source"), section.text("text"), section.maybe_day("from"), section.maybe_day("until")
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
        code_of(section, "code"), section.text("name"), section.texts("aliases"), section.text("kind"), section.maybe_text("email")
    )


def content(section: Section) -> plan.Content:
    """``[[content]]``."""
    return plan.Content(code_of(section, "code"), section.text("name"), section.text("text"), section.text("clause"))
