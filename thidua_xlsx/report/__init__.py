"""The two workbooks of a merge: the clerk's master register and the leadership's summary (contract 5.3).

``so-tong-hop.xlsx`` shows every counted row with the place it came from and everything that was held, superseded or said.
``bao-cao-tong-hop.xlsx`` is printed, decided in and recalculated: its verdicts are live formulas over the parameter sheet.
"""

from __future__ import annotations

from thidua_xlsx.report._again import Memory
from thidua_xlsx.report._master import write_register
from thidua_xlsx.report._summary import write_summary
from thidua_xlsx.report._view import View

__all__ = ["Memory", "View", "write_register", "write_summary"]
