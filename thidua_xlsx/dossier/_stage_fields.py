"""The fields of the báo cáo sơ kết, tổng kết: as in :mod:`._fields`, every value is a word to print and the lint of the template.

A figure is empty, and a list has no lines, where the register holds nothing to say; the template then leaves the sentence out.
"""

from __future__ import annotations

from dataclasses import dataclass

from thidua_xlsx.dossier._fields import Letterhead, Movement


@dataclass(frozen=True, slots=True)
class Stage:
    """The occasion of the report: ``name`` is "sơ kết" or "tổng kết", ``body`` who reports, ``first`` and ``until`` the days that count."""

    name: str
    body: str
    first: str
    until: str


@dataclass(frozen=True, slots=True)
class Terms:
    """What this campaign rewards ("tập thể, hộ gia đình, cá nhân") and who registers ("thôn, đoàn thể"), and both as headings begin."""

    nominees: str
    nominees_heading: str
    units: str
    units_heading: str


@dataclass(frozen=True, slots=True)
class Registered:
    """Who registered: units, and the nominees counted in the register (``women`` among the individuals)."""

    units: str
    sent: str
    late: str
    missing: tuple[str, ...]
    staff: str
    staff_women: str
    counts: str
    collectives: str
    households: str
    individuals: str
    women: str


@dataclass(frozen=True, slots=True)
class Group:
    """How many individuals there are of one kind (đối tượng)."""

    name: str
    count: str


@dataclass(frozen=True, slots=True)
class UnitLine:
    """What a unit registered and achieved; ``money`` is the value of its contributions in đồng."""

    number: str
    name: str
    state: str
    collectives: str
    households: str
    individuals: str
    deeds: str
    money: str


@dataclass(frozen=True, slots=True)
class ResultLine:
    """Achievements of one content, kind or year: how many, by how many nominees, and the value of the contributions in đồng.

    ``text`` is the plan's own wording of a content; ``change`` the difference in money to the year before, for whole years only.
    """

    number: str
    name: str
    text: str
    deeds: str
    nominees: str
    money: str
    change: str


@dataclass(frozen=True, slots=True)
class Effect:
    """A measured effect, added up over the achievements that state it in the same unit of measure."""

    amount: str
    unit: str
    deeds: str


@dataclass(frozen=True, slots=True)
class Totals:
    """All achievements of the window; ``uncertain`` are those whose date does not say whether they lie in it, which are not counted.

    ``value`` is the bare figure of ``money``, for tables.
    """

    deeds: str
    nominees: str
    value: str
    money: str
    money_words: str
    uncertain: str


@dataclass(frozen=True, slots=True)
class AwardLine:
    """One award form of the occasion: who sought it, what the verdicts are, and what the leadership has said so far.

    ``decided`` is the number of opinions, empty while there are none.
    """

    name: str
    collectives: str
    households: str
    individuals: str
    met: str
    open: str
    not_met: str
    agreed: str
    not_agreed: str
    put_off: str
    decided: str


@dataclass(frozen=True, slots=True)
class Rewarded:
    """How many were agreed to for one award form on one occasion, of this one and all before it."""

    round: str
    award: str
    collectives: str
    households: str
    individuals: str
    total: str


@dataclass(frozen=True, slots=True)
class Honoured:
    """One nominee the leadership has agreed to, for the appendix."""

    number: str
    name: str
    unit: str
    award: str
    round: str


@dataclass(frozen=True, slots=True)
class Charts:
    """Charts to be put into a paragraph of their own; empty where there is nothing to draw."""

    contents: str
    years: str
    units: str


@dataclass(frozen=True, slots=True)
class StageReport:
    """The báo cáo sơ kết or tổng kết of the movement.

    ``trends`` and ``shortcomings`` are finished sentences that rest on figures of the register; what only the office can judge is a
    dotted line of the template.
    """

    letterhead: Letterhead
    movement: Movement
    stage: Stage
    terms: Terms
    bases: tuple[str, ...]
    registered: Registered
    groups: tuple[Group, ...]
    units: tuple[UnitLine, ...]
    totals: Totals
    contents: tuple[ResultLine, ...]
    kinds: tuple[ResultLine, ...]
    years: tuple[ResultLine, ...]
    effects: tuple[Effect, ...]
    trends: tuple[str, ...]
    awards: tuple[AwardLine, ...]
    rewarded: tuple[Rewarded, ...]
    honoured: tuple[Honoured, ...]
    shortcomings: tuple[str, ...]
    charts: Charts
    signer: tuple[str, ...]
    copies: tuple[str, ...]
