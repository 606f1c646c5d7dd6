"""What one merge found, as one value: the reports, the dossiers and ``ket-qua.json`` are all made from it."""

from __future__ import annotations

from thidua_xlsx.outcome._earlier import basis_of, key_of
from thidua_xlsx.outcome._evidence import digest, evidence_stamps
from thidua_xlsx.outcome._outcome import Case, Earlier, Outcome, RoundFigures, RowKey, Values, Verdict, agreed, counting
from thidua_xlsx.outcome._rounds import figures_now, figures_of
from thidua_xlsx.outcome._units import UnitState, UnitStatus, unit_statuses

__all__ = [
    "Case",
    "Earlier",
    "Outcome",
    "RoundFigures",
    "RowKey",
    "UnitState",
    "UnitStatus",
    "Values",
    "Verdict",
    "agreed",
    "basis_of",
    "counting",
    "digest",
    "evidence_stamps",
    "figures_now",
    "figures_of",
    "key_of",
    "unit_statuses",
]
