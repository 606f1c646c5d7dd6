"""What is counted and what an award form asks: measures, criteria, figures, the tree of demands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from thidua_xlsx.campaign.plan._rounds import Round
from thidua_xlsx.model import NomineeKind


@dataclass(frozen=True, slots=True)
class MadeAfter:
    """Rows dated up to the day in a nominee's ``column`` (discipline that has ended) are warned of, by the ``clause``.

    If the campaign ``excludes`` them, they do not count while the clause is in force.
    """

    column: str
    clause: str
    excludes: bool


@dataclass(frozen=True, slots=True)
class Measure:
    """What is counted from a table for a nominee in the round's window, or in the last ``years`` up to its last day.

    ``sum`` adds the column ``of`` (money, or numbers such as points); ``count`` counts rows; ``latest`` is 1 where the latest row has one
    of the ``wanted`` values in the column ``of`` (a rating), else 0. ``where`` keeps rows whose columns hold one of the values; ``date`` is
    the column that must fall in the window; ``needs`` a column without which a row can be neither counted nor ruled out; ``made_after`` the
    nominee's own day after which a row has to be dated.
    """

    id: str
    kind: Literal["sum", "count", "latest"]
    table: str
    where: Mapping[str, tuple[str, ...]]
    date: str
    of: str | None = None
    needs: str | None = None
    made_after: MadeAfter | None = None
    wanted: tuple[str, ...] = ()
    years: int | None = None

    def window(self, occasion: Round) -> Round:
        """The round with the window that this measure looks at."""
        if self.years is None:
            return occasion
        after = occasion.achievements_to + timedelta(days=1)
        leap = (after.month, after.day) == (2, 29)
        first = date(after.year - self.years, 3, 1) if leap else after.replace(year=after.year - self.years)
        return replace(occasion, achievements_from=first)


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing an award asks for (thành tích TT…, tiêu chuẩn TC…).

    Either a measure compared with a figure (``figure`` is None where dated parameters give it), or an attestation read from a column:
    ``met`` and ``not_met`` list its values; anything else, and a blank, leaves it open for the reason ``why``.
    ``scope`` ``collective``: a household and an individual take the value of their unit's record.
    """

    code: str
    name: str
    text: str
    scope: Literal["both", "collective"]
    clause: str
    measure: str | None = None
    figure: float | None = None
    attestation: str | None = None
    met: tuple[str, ...] = ()
    not_met: tuple[str, ...] = ()
    why: str = "blank_attestation"

    @property
    def has_parameters(self) -> bool:
        """Whether the figure comes from the campaign's dated parameters."""
        return self.measure is not None and self.figure is None


@dataclass(frozen=True, slots=True)
class Parameter:
    """A dated figure of a criterion for an award form and kind of nominee; ``value`` None means not known: the criterion is open."""

    criterion: str
    award: str
    kind: NomineeKind
    since: date
    value: float | None
    clause: str


REGISTERED = "registered"
"""What a quota's percentage is taken of where it is the counted nominees of its kind."""


@dataclass(frozen=True, slots=True)
class Quota:
    """How many nominees of a kind may be put forward for an award form (chỉ tiêu): ``count``, or ``percent`` (0 to 100) of ``of``.

    ``of`` is ``registered`` or a column of the unit's record, summed over the units; a share is rounded down. ``order`` are the measured
    criteria by which those who meet the award form are ranked, the largest first; the Council chooses, no verdict changes.
    """

    award: str
    kind: NomineeKind
    percent: float | None
    count: int | None
    of: str
    order: tuple[str, ...]
    clause: str


@dataclass(frozen=True, slots=True)
class Leaf:
    """A criterion inside a requirement."""

    criterion: str


@dataclass(frozen=True, slots=True)
class Group:
    """Requirements joined by ``all`` (min), ``any`` (max), ``at_least`` ``count`` of them, or ``not`` (one node)."""

    op: Literal["all", "any", "at_least", "not"]
    nodes: tuple[Node, ...]
    count: int = 1


Node = Leaf | Group


def leaves(node: Node) -> Iterator[str]:
    """The criteria of a requirement, in the order in which it names them."""
    if isinstance(node, Leaf):
        yield node.criterion
    else:
        for child in node.nodes:
            yield from leaves(child)


@dataclass(frozen=True, slots=True)
class Prerequisite:
    """A row that a nominee for an award should have (tiền đề), such as an earlier award; without it there is a warning, never a refusal.

    A row of ``table`` is one whose ``column`` has one of ``words``; it serves where its columns hold the values of ``where``, for which
    ``where_clause`` is the ground (awards of a chuyên đề are no basis of one for công trạng). It is asked for while ``clause`` is in force.
    """

    name: str
    table: str
    column: str
    words: tuple[str, ...]
    where: Mapping[str, tuple[str, ...]]
    where_clause: str | None
    clause: str


@dataclass(frozen=True, slots=True)
class Preference:
    """Whom the law prefers among equals: ``column`` of a nominee table holds one of ``values``, or ``part`` is ``percent`` of ``whole``.

    It changes no verdict; how many they are is said to the council while ``clause`` is in force.
    """

    name: str
    table: str
    clause: str
    column: str | None = None
    values: tuple[str, ...] = ()
    part: str | None = None
    whole: str | None = None
    percent: int | None = None

    def holds(self, values: Mapping[str, object]) -> bool:
        """Whether a nominee with these values is one of them; a blank is not."""
        if self.column is not None:
            return str(values.get(self.column)) in self.values
        part, whole = values.get(self.part or ""), values.get(self.whole or "")
        return isinstance(part, int) and isinstance(whole, int) and whole > 0 and part * 100 >= whole * (self.percent or 0)


@dataclass(frozen=True, slots=True)
class Award:
    """A form of award (hình thức khen thưởng); a higher ``rank`` is a higher honour, ``aliases`` are other spellings people use."""

    code: str
    name: str
    short: str
    authority: str
    rank: int
    requires: Node
    clause: str
    aliases: tuple[str, ...] = ()
    prerequisites: tuple[Prerequisite, ...] = ()
