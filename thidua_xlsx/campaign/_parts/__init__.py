"""From one TOML section to one value of the plan; cross-references are checked afterwards in ``_crosscheck``."""

from __future__ import annotations

from thidua_xlsx.campaign._parts._council import base_salary, council, prize
from thidua_xlsx.campaign._parts._forms import form
from thidua_xlsx.campaign._parts._office import clause, content, law, organ, unit
from thidua_xlsx.campaign._parts._outward import code_list, statistics
from thidua_xlsx.campaign._parts._rounds import occasion, soft, waiver
from thidua_xlsx.campaign._parts._rules import award, criterion, measure, parameter, preference, quota
from thidua_xlsx.campaign._parts._tables import choices, column, table

__all__ = [
    "award",
    "base_salary",
    "choices",
    "clause",
    "code_list",
    "column",
    "content",
    "council",
    "criterion",
    "form",
    "law",
    "measure",
    "occasion",
    "organ",
    "parameter",
    "preference",
    "prize",
    "quota",
    "soft",
    "statistics",
    "table",
    "unit",
    "waiver",
]
