"""The occasions of a campaign, and what is eased in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from thidua_xlsx.model import PartialDate


@dataclass(frozen=True, slots=True)
class Round:
    """An occasion (thời điểm): the window of achievements, the award forms offered, the deadline of submission.

    ``decided_on``: the law and letterhead of this day apply.
    """

    id: str
    name: str
    achievements_from: date
    achievements_to: date
    awards: tuple[str, ...]
    deadline: date
    decided_on: date
    clause: str

    def holds(self, day: object) -> bool:
        """Whether a perhaps partial date, or a year, lies in the window of achievements for certain; nothing else does."""
        when = PartialDate.meant(day)
        return when is not None and self.achievements_from <= when.first and when.last <= self.achievements_to

    def may_hold(self, day: object) -> bool:
        """Whether such a date lies in the window, or may."""
        when = PartialDate.meant(day)
        return when is not None and self.achievements_from <= when.last and when.first <= self.achievements_to

    def is_as_long_as(self, other: Round) -> bool:
        """Whether the windows run from and to the same days of as many years, so that sums can be compared."""
        return self._span == other._span

    @property
    def _span(self) -> tuple[int, ...]:
        first, last = self.achievements_from, self.achievements_to
        return first.month, first.day, last.month, last.day, last.year - first.year


@dataclass(frozen=True, slots=True)
class Waiver:
    """An error that somebody entitled to it has waived (miễn trừ), for all rows of a ``unit`` or for those of one ``nominee``.

    It holds in the rounds decided on a day from ``since`` to ``until``: the same day by which law, letterhead and figures go, so that a
    form sent again a week later is judged alike.
    """

    unit: str | None
    nominee: str | None
    code: str
    reason: str
    clause: str
    approver: str
    since: date | None
    until: date

    def in_force(self, day: date) -> bool:
        """Whether it holds for a round decided on this day."""
        return (self.since is None or self.since <= day) and day <= self.until


@dataclass(frozen=True, slots=True)
class Soft:
    """A check that is new and only warns in forms of days before ``until``; from that day on it is an error again.

    A form's day is that of the mail that brought it, else the day it was prepared on, else the round's deadline.
    """

    code: str
    until: date
    reason: str
    clause: str
