"""From a block to rounds and to what is eased in them."""

from __future__ import annotations

from thidua_xlsx.campaign import plan
from thidua_xlsx.campaign._parts._values import code_of
from thidua_xlsx.campaign._section import Section
from thidua_xlsx.text import codes, say
from thidua_xlsx.vietnamese import nearest


def occasion(section: Section) -> plan.Round:
    """``[[round]]``."""
    made = plan.Round(
        id=code_of(section, "id"),
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
