"""The plan as frozen data: everything an office may change without touching Python.

A :class:`Campaign` is what ``campaign.toml`` says, checked and cross-referenced; see :func:`thidua_xlsx.campaign.load_campaign`.
"""

from __future__ import annotations

from thidua_xlsx.campaign.plan._campaign import Campaign
from thidua_xlsx.campaign.plan._council import BaseSalary, Council, Member, Prize, Threshold
from thidua_xlsx.campaign.plan._forms import PAPERS_OF_AWARD, PAPERS_OF_NOMINEE, Form
from thidua_xlsx.campaign.plan._office import Clause, Content, Law, Organ, Unit
from thidua_xlsx.campaign.plan._outward import CODE_LISTS, CodeEntry, CodeList, Statistics, Subject
from thidua_xlsx.campaign.plan._rounds import Round, Soft, Waiver
from thidua_xlsx.campaign.plan._rules import (
    REGISTERED,
    Award,
    Criterion,
    Group,
    Leaf,
    MadeAfter,
    Measure,
    Node,
    Parameter,
    Preference,
    Prerequisite,
    Quota,
    leaves,
)
from thidua_xlsx.campaign.plan._tables import (
    OWNER,
    Choice,
    Column,
    ColumnType,
    Contradiction,
    Document,
    Holding,
    OneThing,
    Table,
    Told,
    When,
)

__all__ = [
    "CODE_LISTS",
    "OWNER",
    "PAPERS_OF_AWARD",
    "PAPERS_OF_NOMINEE",
    "REGISTERED",
    "Award",
    "BaseSalary",
    "Campaign",
    "Choice",
    "Clause",
    "CodeEntry",
    "CodeList",
    "Column",
    "ColumnType",
    "Content",
    "Contradiction",
    "Council",
    "Criterion",
    "Document",
    "Form",
    "Group",
    "Holding",
    "Law",
    "Leaf",
    "MadeAfter",
    "Measure",
    "Member",
    "Node",
    "OneThing",
    "Organ",
    "Parameter",
    "Preference",
    "Prerequisite",
    "Prize",
    "Quota",
    "Round",
    "Soft",
    "Statistics",
    "Subject",
    "Table",
    "Threshold",
    "Told",
    "Unit",
    "Waiver",
    "When",
    "leaves",
]
