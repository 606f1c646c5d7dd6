"""Which of a nominee's rows is the latest, where dates may be partial and some rows may not count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from thidua_xlsx.assess._facts import Doubt
    from thidua_xlsx.model import CellRef


@dataclass(frozen=True, slots=True)
class Entry:
    """A row: the first and last day of which it may be, whether it has a wanted value (None: not known), and why it may not count.

    ``value`` and ``day`` are the cells of both; ``doubt`` is None where the row counts for certain.
    """

    first: date
    last: date
    fits: bool | None
    value: CellRef
    day: CellRef
    doubt: Doubt | None


def deciding(entries: Sequence[Entry]) -> list[Entry]:
    """The rows that may be the latest: those not certainly older than a row that counts. Of several of one day each may be."""
    sure = [entry for entry in entries if entry.doubt is None]
    return [entry for entry in entries if all(entry.last >= other.first for other in sure if other is not entry)]


def bounds(entries: Sequence[Entry]) -> tuple[int, int]:
    """The least and the most that the measure becomes (0 or 1), whatever the rows in doubt turn out to be."""
    latest = deciding(entries)
    may_be_none = all(entry.doubt for entry in entries)
    may_not_fit = may_be_none or any(entry.fits is not True for entry in latest)
    return int(not may_not_fit), int(any(entry.fits is not False for entry in latest))
