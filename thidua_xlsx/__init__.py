"""Emulation-and-commendation campaigns (phong trào thi đua – khen thưởng) run on spreadsheets.

``load_campaign``, ``issue``, ``check`` and ``merge`` are the main jobs; see :mod:`thidua_xlsx.pipeline` for the rest. Importing this
package costs next to nothing: pandas, xlsxwriter and docxtpl are imported by the job that needs them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from thidua_xlsx.campaign import Campaign, CampaignError, load_campaign
    from thidua_xlsx.model import Assessment, Finding
    from thidua_xlsx.outcome import Outcome
    from thidua_xlsx.pipeline import check, issue, merge

__version__ = "0.1.0"

__all__ = ["Assessment", "Campaign", "CampaignError", "Finding", "Outcome", "check", "issue", "load_campaign", "merge"]

_HOMES = {
    "Assessment": "model",
    "Campaign": "campaign",
    "CampaignError": "campaign",
    "Finding": "model",
    "Outcome": "outcome",
    "check": "pipeline",
    "issue": "pipeline",
    "load_campaign": "campaign",
    "merge": "pipeline",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
