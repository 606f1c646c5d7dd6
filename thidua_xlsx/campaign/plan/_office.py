"""Who runs a campaign, and by what: clauses, letterheads, law, units, contents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Clause:
    """A quotable place of the plan or the law (điều, khoản, điểm), in force from ``since`` to ``until`` where that is known."""

    id: str
    source: str
    text: str
    since: date | None = None
    until: date | None = None

    def in_force(self, day: date) -> bool:
        """Whether it is in force on a day; a clause without dates always is."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Organ:
    """The issuing body and its letterhead from a day on; the latest one not after a paper's date counts."""

    since: date
    parent: str
    name: str
    name_full: str
    code: str
    place: str
    head_title: str
    office: str
    council: str
    recipients: tuple[str, ...]
    clause: str


@dataclass(frozen=True, slots=True)
class Law:
    """The law in force from a day on, as the lines beginning "Căn cứ" cite it."""

    since: date
    citations: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A phòng or đơn vị trực thuộc that registers; ``aliases`` are other spellings of its name."""

    code: str
    name: str
    aliases: tuple[str, ...]
    kind: str
    email: str | None


@dataclass(frozen=True, slots=True)
class Content:
    """One of the contents of the movement (nội dung thi đua, III.2); ``name`` is the short label of the drop-down."""

    code: str
    name: str
    text: str
    clause: str
