"""What one merge found, as one value: the reports, the dossiers and ``ket-qua.json`` are all made from it."""

from __future__ import annotations

from thidua_xlsx.outcome._evidence import digest, evidence_stamps
from thidua_xlsx.outcome._outcome import Case, Outcome, Verdict
from thidua_xlsx.outcome._units import UnitState, UnitStatus, unit_statuses

__all__ = ["Case", "Outcome", "UnitState", "UnitStatus", "Verdict", "digest", "evidence_stamps", "unit_statuses"]
