"""From a block to the council and to what is paid."""

from __future__ import annotations

from thidua_xlsx.campaign import plan
from thidua_xlsx.campaign._parts._values import kind_of, not_negative
from thidua_xlsx.campaign._section import Section


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
    if "percent" in section.data and not 0 < percent <= 100:
        section.report("bad_percent", value=percent)
    return plan.Threshold(section.text("award"), percent, section.text("clause"))


def prize(section: Section) -> plan.Prize:
    """``[[prize]]``; the multiple may be left out while it is not known, the clause may not."""
    multiple = not_negative(section, "multiple", section.maybe_number("multiple"))
    kind = kind_of(section)
    return plan.Prize(
        award=section.text("award"),
        kind=kind,
        since=section.day("from"),
        multiple=multiple,
        clause=section.text("clause"),
    )


def base_salary(section: Section) -> plan.BaseSalary:
    """``[[base_salary]]``; the value may be left out while it is not known, the clause may not."""
    value = not_negative(section, "value", section.maybe_integer("value"))
    return plan.BaseSalary(section.day("from"), value, section.text("clause"))
