"""The first page of the summary: the figures a leader asks for first, with charts that follow the live counts."""

from __future__ import annotations

from thidua_xlsx.report._overview._page import write_overview

__all__ = [
    "write_overview",
]
