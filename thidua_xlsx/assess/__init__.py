"""Who meets the plan's criteria: one tree of requirements, evaluated with numpy and written as Excel formulas.

:func:`assess` gives a verdict for every nominee and award form of a round; :func:`measure_facts`, :func:`leaf_formula` and
:func:`formula` are what a workbook needs to compute the same verdicts live, :func:`sentence_formula` the same words; :func:`describe` and
:func:`explain` put them into words; :func:`ladders`, :func:`turns` and :func:`coverage` say what another figure would change;
:func:`award_findings` says what somebody other than a unit has to act on, and
:func:`quota_counts` how many meet an award form against how many its quota allows.
"""

from __future__ import annotations

from thidua_xlsx.assess._facts import WHYS, Fact, measure_facts
from thidua_xlsx.assess._findings import award_findings
from thidua_xlsx.assess._live import Cells, literal, sentence_formula
from thidua_xlsx.assess._principles import preferences, preferred
from thidua_xlsx.assess._quotas import QuotaCount, line_words, quota_counts, quota_findings
from thidua_xlsx.assess._single import deciding, decisive, excluding, result_of, single_changes
from thidua_xlsx.assess._tree import evaluate, formula, leaf_formula
from thidua_xlsx.assess._verdicts import assess
from thidua_xlsx.assess._whatif import Coverage, Ladder, Setting, Stand, Step, Turn, coverage, ladders, turns, with_settings
from thidua_xlsx.assess._words import (
    Explanation,
    asked_as,
    attested_as,
    describe,
    explain,
    quantity_of,
    rating_asked,
    result_words,
    turning,
)

__all__ = [
    "WHYS",
    "Cells",
    "Coverage",
    "Explanation",
    "Fact",
    "Ladder",
    "QuotaCount",
    "Setting",
    "Stand",
    "Step",
    "Turn",
    "asked_as",
    "assess",
    "attested_as",
    "award_findings",
    "coverage",
    "deciding",
    "decisive",
    "describe",
    "evaluate",
    "excluding",
    "explain",
    "formula",
    "ladders",
    "leaf_formula",
    "line_words",
    "literal",
    "measure_facts",
    "preferences",
    "preferred",
    "quantity_of",
    "quota_counts",
    "quota_findings",
    "rating_asked",
    "result_of",
    "result_words",
    "sentence_formula",
    "single_changes",
    "turning",
    "turns",
    "with_settings",
]
