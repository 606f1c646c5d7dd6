"""Reading what units sent in: files become submissions, with the address of every cell, or one sentence why not.

The gates stand in order: container → our form → this campaign, version, round and unit → sheets and headings → rows; what fails
one gate hears of nothing else. Values are not judged here (see :mod:`thidua_xlsx.checks`).
"""

from __future__ import annotations

import os
from pathlib import Path

from thidua_xlsx.intake._arrival import Arrival, read_file
from thidua_xlsx.intake._settle import Settled, natural, settle

__all__ = ["Arrival", "Settled", "read_file", "scan", "settle"]


def scan(inbox: Path) -> tuple[Path, ...]:
    """Every file below the inbox in a fixed order; nothing is skipped, whatever it is gets its sentence later."""
    files = (Path(folder, name) for folder, _, names in os.walk(inbox) for name in names)
    return tuple(sorted(files, key=lambda path: natural(path.relative_to(inbox).as_posix())))
