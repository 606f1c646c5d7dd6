"""From one TOML section to one value of the plan; cross-references are checked afterwards in ``_crosscheck``."""

from __future__ import annotations

from thidua_xlsx.campaign._parts._council import base_salary, council, prize
from thidua_xlsx.campaign._parts._office import clause, content, law, organ, unit
from thidua_xlsx.campaign._parts._rounds import occasion, soft, waiver
from thidua_xlsx.campaign._parts._rules import award, criterion, measure, parameter, quota
from thidua_xlsx.campaign._parts._tables import choices, column, table
from thidua_xlsx.campaign._parts._values import Number

__all__ = [
    "Number",
    "award",
    "base_salary",
    "choices",
    "clause",
    "column",
    "content",
    "council",
    "criterion",
    "law",
    "measure",
    "occasion",
    "organ",
    "parameter",
    "prize",
    "quota",
    "soft",
    "table",
    "unit",
    "waiver",
]
