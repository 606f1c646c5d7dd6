"""Who decides, and what is paid."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

from thidua_xlsx.model import NomineeKind


@dataclass(frozen=True, slots=True)
class Member:
    """A member of the council (Hội đồng Thi đua - Khen thưởng)."""

    name: str
    title: str
    role: str


@dataclass(frozen=True, slots=True)
class Threshold:
    """How many votes an award form needs, in per cent of all members of the council, absent ones too."""

    award: str
    percent: float
    clause: str

    def votes(self, members: int) -> int:
        """The least number of votes that is enough; the rounding keeps 80 % of 15 at 12."""
        return math.ceil(round(self.percent * members / 100, 6))


@dataclass(frozen=True, slots=True)
class Council:
    """The council; whatever is unset is printed as a line to fill in, never computed."""

    members: tuple[Member, ...] = ()
    total: int | None = None
    quorum: str | None = None
    thresholds: tuple[Threshold, ...] = ()

    @property
    def size(self) -> int | None:
        """How many members it has; None where the campaign file does not tell."""
        return self.total or len(self.members) or None

    def threshold(self, award: str) -> Threshold | None:
        """The votes that an award form needs, or None where the campaign file sets none."""
        return next((each for each in self.thresholds if each.award == award), None)


@dataclass(frozen=True, slots=True)
class Prize:
    """The prize money (tiền thưởng) of an award form and kind of nominee from a day on, in base salaries; ``multiple`` None: not known."""

    award: str
    kind: NomineeKind
    since: date
    multiple: float | None
    clause: str


@dataclass(frozen=True, slots=True)
class BaseSalary:
    """The base salary (mức lương cơ sở) from a day on, in VND a month; ``value`` None: not known."""

    since: date
    value: int | None
    clause: str
