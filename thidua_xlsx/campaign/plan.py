"""The plan as frozen data: everything an office may change without touching Python.

A :class:`Campaign` is what ``campaign.toml`` says, checked and cross-referenced; see :func:`thidua_xlsx.campaign.load_campaign`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Literal

from thidua_xlsx.model import NomineeKind, PartialDate
from thidua_xlsx.vietnamese import body_key, thing_key

ColumnType = Literal[
    "text",
    "name",
    "id",
    "reference",
    "date",
    "year",
    "integer",
    "number",
    "percent",
    "money",
    "choice",
    "citizen_id",
    "phone",
    "email",
]
"""How a column's cells are read; see the room ``checks``."""


Holding = Literal["achievements", "prior_awards", "evidence"]
"""What the rows of a table are that a report is written from: achievements, titles and awards already held, papers that prove."""


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


@lru_cache(maxsize=8)
def _spellings(campaign: Campaign) -> tuple[dict[str, frozenset[str]], dict[str, str]]:
    """What each unit is called by itself, and what means a unit whoever writes it."""
    own: dict[str, frozenset[str]] = {}
    others: dict[str, str] = {}
    for unit in campaign.units.values():
        name = body_key(unit.name, campaign.bodies)
        keys = {name, *(body_key(spelling, campaign.bodies) for spelling in (unit.code, *unit.aliases))}
        own[unit.code] = frozenset(keys)
        others |= {key: unit.code for key in keys if key == name or not name.startswith(f"{key} ")}
    return own, others


@dataclass(frozen=True, slots=True)
class Content:
    """One of the contents of the movement (nội dung thi đua, III.2); ``name`` is the short label of the drop-down."""

    code: str
    name: str
    text: str
    clause: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a drop-down: the label shown, the code accepted besides, and the spellings people use for it."""

    label: str
    code: str | None = None
    aliases: tuple[str, ...] = ()

    @property
    def value(self) -> str:
        """What a register holds for this choice: its code where there is one, else its label."""
        return self.code or self.label


@dataclass(frozen=True, slots=True)
class When:
    """A condition on another column of the same row: its value is (or, ``negated``, is not) one of ``values``."""

    column: str
    values: tuple[str, ...]
    negated: bool = False

    def holds(self, value: object) -> bool:
        """Whether a typed value meets the condition; a blank meets neither form."""
        return value is not None and (str(value) in self.values) is not self.negated


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A fact in this column that contradicts what another column attests (``performance`` below tốt while ``TC2`` is Đạt).

    The row is wrong when the other column's value is ``attested`` and this column's is none of ``compatible``.
    """

    column: str
    attested: str
    compatible: tuple[str, ...]
    clause: str


@dataclass(frozen=True, slots=True)
class Told:
    """The words of another ``column`` tell this one's value: ``words`` lists, value by value, those that do."""

    column: str
    words: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Document:
    """What identifies a paper besides its number: the columns with its date and the body that issued it."""

    date: str
    issuer: str


_WHOLE, _ROUNDED = 100, 0.1


@dataclass(frozen=True, slots=True)
class OneThing:
    """Rows that agree in all of ``columns`` speak of one thing (một việc): one gift, one initiative, one paper.

    Only rows that have all of them, meet one of the conditions ``when`` (if there are any) and whose first column holds ``matching`` (if
    given) are compared. Without ``share`` the thing stands in one row; with it, the shares of all its nominees are at most 100 %
    together, and a ``sole`` thing has several nominees only where each has its share. Findings stand at ``share``, else at the first
    column.
    """

    columns: tuple[str, ...]
    when: tuple[When, ...] = ()
    matching: str | None = None
    share: str | None = None
    sole: bool = False

    def key(self, values: Mapping[str, object]) -> tuple[str, ...] | None:
        """What rows of the same thing have in common; None for a row that is not compared."""
        for column in self.columns:
            if column not in values:
                return None
        if self.when and not any(when.holds(values.get(when.column)) for when in self.when):
            return None
        if self.matching and not re.search(self.matching, str(values[self.columns[0]])):
            return None
        return tuple(thing_key(str(values[column])) for column in self.columns)

    def parts(self, rows: Iterable[Mapping[str, object]]) -> float:
        """What the shares of some rows add up to, in per cent."""
        shares = (values.get(self.share or "") for values in rows)
        return sum(share for share in shares if isinstance(share, int | float))

    def is_too_much(self, parts: float) -> bool:
        """Whether shares exceed the whole; thirds written with two decimals (33,34) may, by their rounding."""
        return parts > _WHOLE + _ROUNDED


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table; the same description makes the workbook, reads it back and explains what is wrong.

    ``required``: a blank is an error; ``expected``: a blank is a warning; the ``*_when`` forms apply if *any* of their conditions holds.
    ``choices``: the id of a list, or ``@units @awards @used_for @contents @nominees @evidence`` for lists the campaign itself gives.
    ``references``: the cell names keys of these tables (several keys are separated by ``;`` or ``,``).
    ``at_most`` names a column this one must not exceed; ``product_of`` two columns whose product this one must be (±1);
    ``quantified_by`` a column with the figure that a text without one leaves out; ``total_of`` a table whose filled rows this figure
    counts; ``year_of`` a date column this year must equal or precede by one.
    ``past``: a date after the round's ``decided_on`` is wrong; ``in_period``: one outside the campaign's period is doubtful;
    ``anew``: asked anew each round, never carried over from an earlier one.
    ``told_by``: what another column says must fit; ``document``: this is the number of a paper, which has one date;
    ``not_before`` names a date this one must not precede; ``workplace``: the body where a person works.
    ``width`` is in Excel's character units.
    """

    code: str
    heading: str
    help: str
    type: ColumnType
    width: float
    required: bool = False
    expected: bool = False
    required_when: tuple[When, ...] = ()
    expected_when: tuple[When, ...] = ()
    choices: str | None = None
    references: tuple[str, ...] = ()
    unique: bool = False
    minimum: int | None = None
    maximum: int | None = None
    min_length: int | None = None
    min_length_when: tuple[When, ...] = ()
    pattern: str | None = None
    at_most: str | None = None
    product_of: tuple[str, ...] = ()
    total_of: str | None = None
    year_of: str | None = None
    quantified_by: str | None = None
    age: tuple[int, int] | None = None
    past: bool = False
    in_period: bool = False
    anew: bool = False
    contradictions: tuple[Contradiction, ...] = ()
    told_by: Told | None = None
    document: Document | None = None
    not_before: str | None = None
    workplace: bool = False
    clause: str | None = None
    group: str | None = None

    def document_key(self, values: Mapping[str, object]) -> tuple[str, ...] | None:
        """Number, issuing body and year of the paper whose number this column holds; None without number and whole date.

        Numbers begin anew each year. One that is not of the column's ``pattern`` may be anything and identifies no paper.
        """
        if self.document is None:
            return None
        number, day = values.get(self.code), values.get(self.document.date)
        if not isinstance(number, str) or not isinstance(day, PartialDate) or not day.is_whole or not re.search(self.pattern or "", number):
            return None
        return thing_key(number), thing_key(str(values.get(self.document.issuer, ""))), str(day.year)


_BREAK, _UNIT = "\n", "\0"


@lru_cache(maxsize=32)
def _lines(pattern: str, last: int) -> str:
    """The keys of a unit without a name, for all units have them alike and there are hundreds."""
    return _BREAK.join(pattern.format(unit=_UNIT, n=number) for number in range(1, last + 1))


@lru_cache(maxsize=32)
def _filled(pattern: str, unit: str, last: int) -> tuple[str, ...]:
    if last < 1 or _BREAK in pattern + unit or pattern.count("{unit") != pattern.count("{unit}"):
        return tuple(pattern.format(unit=unit, n=number) for number in range(1, last + 1))
    return tuple(_lines(pattern, last).replace(_UNIT, unit).split(_BREAK))


@dataclass(frozen=True, slots=True)
class Table:
    """One table on one sheet.

    ``layout`` is ``record`` (one record laid out downwards: label, value) or ``rows`` (a line per row).
    ``key`` is the column that names a row; ``prefill`` a pattern for it with ``{unit}`` and ``{n}``; ``rows`` how many are made ready.
    ``nominee`` says that the rows are nominees, and of which kind; ``holds`` that they are ``achievements``, ``prior_awards`` or
    ``evidence``, where that does not follow from the rest of the campaign (:func:`thidua_xlsx.campaign.holding`).
    """

    code: str
    sheet: str
    title: str
    guide: str
    layout: Literal["record", "rows"]
    rows: int
    key: str | None
    prefill: str | None
    nominee: NomineeKind | None
    columns: Mapping[str, Column]
    one_thing: tuple[OneThing, ...] = ()
    holds: Holding | None = None

    def prefilled_key(self, unit: str, number: int) -> str | None:
        """The key written beforehand in line ``number`` (from 1), or None where the table has none."""
        return self.prefill.format(unit=unit, n=number) if self.prefill else None

    def prefilled_keys(self, unit: str, last: int) -> tuple[str, ...]:
        """The keys written beforehand in the lines from 1 to ``last``; none where the table has none."""
        return _filled(self.prefill, unit, last) if self.prefill else ()


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
    """What is counted from a table for a nominee in the round's window.

    ``sum`` adds the column ``of`` (money, or numbers such as points); ``count`` counts rows. ``where`` keeps rows whose columns hold one
    of the values; ``date`` is the column that must fall in the window; ``needs`` a column without which a row can be neither counted nor
    ruled out; ``made_after`` the nominee's own day after which a row has to be dated.
    """

    id: str
    kind: Literal["sum", "count"]
    table: str
    where: Mapping[str, tuple[str, ...]]
    date: str
    of: str | None = None
    needs: str | None = None
    made_after: MadeAfter | None = None


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


PAPERS_OF_NOMINEE = ("bao-cao-thanh-tich",)
PAPERS_OF_AWARD = ("to-trinh", "danh-sach", "bien-ban", "quyet-dinh")
"""The papers whose Word template may be a matter of award form, kind of nominee and day; called as the files are that a merge writes."""


@dataclass(frozen=True, slots=True)
class Form:
    """The form (biểu mẫu) of a paper from a day on: its Word ``template``, for some ``awards`` and ``kinds`` or for all.

    ``name`` is what the ``clause`` calls it (Mẫu số 07); None while that is not verified: papers then bear no such words.
    """

    paper: str
    awards: tuple[str, ...]
    kinds: tuple[NomineeKind, ...]
    since: date
    template: str
    name: str | None
    clause: str

    def covers(self, paper: str, award: str, kind: NomineeKind | None) -> bool:
        """Whether it is one of that paper for an award form and a kind of nominee; the papers of an award form know no kind."""
        of_kind = not self.kinds or kind in self.kinds
        return self.paper == paper and (not self.awards or award in self.awards) and of_kind

    @property
    def precision(self) -> tuple[bool, bool]:
        """What goes before what on the same day: a form for certain awards, then one for certain kinds, then one for all."""
        return bool(self.awards), bool(self.kinds)


CODE_LISTS = ("PLKT", "HTKT", "PLDT", "LVHD")
"""Phân loại khen thưởng, danh hiệu/hình thức, phân loại đối tượng, lĩnh vực hoạt động: the lists of that system."""


@dataclass(frozen=True, slots=True)
class CodeEntry:
    """What one of our values (an award, a category, a kind; ``*`` for all) is called, and coded, in another system."""

    value: str
    label: str
    code: str


@dataclass(frozen=True, slots=True)
class CodeList:
    """A list of the award system that the province uses (danh mục dùng chung), as its office gave it; ``source`` says where from."""

    list: str
    source: str
    entries: tuple[CodeEntry, ...]

    def entry(self, *values: str) -> CodeEntry | None:
        """The entry of the first of these values that has one, else that for all."""
        known = {entry.value: entry for entry in self.entries}
        return next((known[value] for value in (*values, "*") if value in known), None)


@dataclass(frozen=True, slots=True)
class Subject:
    """A line of the State's statistics: a kind of nominee, or the categories that belong to it; without ``values`` it is not known here."""

    label: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Statistics:
    """What the State's statistics of awards need to know; ``level`` and ``scope`` of the movement may be unset.

    ``state`` and ``ministry`` are the awards of these levels, ``method`` the way in which this campaign gives its awards.
    """

    method: str
    clause: str
    level: str | None
    scope: str | None
    state: tuple[str, ...]
    ministry: tuple[str, ...]
    subjects: tuple[Subject, ...]


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
        when = PartialDate(day) if isinstance(day, int) else day
        return isinstance(when, PartialDate) and self.achievements_from <= when.first and when.last <= self.achievements_to

    def may_hold(self, day: object) -> bool:
        """Whether such a date lies in the window, or may."""
        when = PartialDate(day) if isinstance(day, int) else day
        return isinstance(when, PartialDate) and self.achievements_from <= when.last and when.first <= self.achievements_to

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


@dataclass(frozen=True, slots=True)
class Campaign:
    """A whole campaign (phong trào thi đua and its kế hoạch). ``sha256`` is that of the file it was read from.

    ``passwords`` are tried on workbooks that units send with one; ``bodies`` writes out abbreviations with which names of bodies begin.
    ``inner_kinds``: units of another kind have parts that are called like units of these (the Phòng Kế hoạch of a trung tâm).
    """

    id: str
    version: int
    title: str
    title_spellings: tuple[str, ...]
    plan: str
    period_from: date
    period_to: date
    dossier_sets: int
    dossier_clause: str
    sha256: str
    organs: tuple[Organ, ...]
    laws: tuple[Law, ...]
    units: Mapping[str, Unit]
    clauses: Mapping[str, Clause]
    contents: Mapping[str, Content]
    lists: Mapping[str, tuple[Choice, ...]]
    tables: Mapping[str, Table]
    measures: Mapping[str, Measure]
    criteria: Mapping[str, Criterion]
    parameters: tuple[Parameter, ...]
    awards: Mapping[str, Award]
    rounds: Mapping[str, Round]
    council: Council
    titles: Mapping[str, str]
    passwords: tuple[str, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    softs: tuple[Soft, ...] = ()
    bodies: Mapping[str, str] = field(default_factory=dict)
    inner_kinds: tuple[str, ...] = ()
    prizes: tuple[Prize, ...] = ()
    base_salaries: tuple[BaseSalary, ...] = ()
    preferences: tuple[Preference, ...] = ()
    code_lists: Mapping[str, CodeList] = field(default_factory=dict)
    statistics: Statistics | None = None
    quotas: tuple[Quota, ...] = ()
    forms: tuple[Form, ...] = ()

    @property
    def kinds(self) -> tuple[NomineeKind, ...]:
        """The kinds of nominees that the campaign's tables list, in the order of every list."""
        listed = {table.nominee for table in self.tables.values()}
        return tuple(kind for kind in NomineeKind if kind in listed)

    def body_key(self, name: str, writer: str) -> str:
        """The key under which two names of a collective are equal: the code of the unit it is, else its words.

        ``writer`` is the unit that wrote the name. Of another unit only a full name or a spelling of its own counts: what merely begins
        like it (Văn phòng for Văn phòng Sở) may be an inner part of the writer's.
        """
        owner = self.unit_named(name, writer)
        return f"={owner}" if owner else body_key(name, self.bodies)

    def unit_named(self, name: str, writer: str) -> str | None:
        """The code of the unit that a name written by the unit ``writer`` means; None where it means no unit, or may mean a part of it."""
        key = body_key(name, self.bodies)
        own, others = _spellings(self)
        if key in own.get(writer, ()):
            return writer
        named = others.get(key)
        kind = self.units[named].kind if named else None
        return None if kind in self.inner_kinds and writer in self.units and self.units[writer].kind != kind else named

    def __hash__(self) -> int:
        """Equal campaigns were read from equal files; what is worked out from a campaign can be remembered by it."""
        return hash(self.sha256)

    def organ_on(self, day: date) -> Organ:
        """The letterhead in force on a day; before the first one, the first."""
        return max((organ for organ in self.organs if organ.since <= day), key=lambda organ: organ.since, default=self.organs[0])

    def law_on(self, day: date) -> Law | None:
        """The law in force on a day, or None where the campaign file names none."""
        return max((law for law in self.laws if law.since <= day), key=lambda law: law.since, default=None)

    def form_for(self, paper: str, award: str, kind: NomineeKind | None, day: date) -> Form | None:
        """The form in which a paper of a day is made, or None where the campaign file names none: the usual template then serves.

        Only forms whose clause is in force on the day count. One for certain awards or kinds goes before one for all; among equals the
        latest counts.
        """
        dated = (each for each in self.forms if each.since <= day and self.clauses[each.clause].in_force(day))
        return max((each for each in dated if each.covers(paper, award, kind)), key=lambda each: (each.precision, each.since), default=None)

    def parameter(self, criterion: str, award: str, kind: NomineeKind, on: date) -> Parameter | None:
        """The dated parameter in force: the latest not after ``on``; of two from the same day, the one that has a value."""
        asked = (criterion, award, kind)
        dated = [entry for entry in self.parameters if (entry.criterion, entry.award, entry.kind) == asked and entry.since <= on]
        return max(dated, key=lambda entry: (entry.since, entry.value is not None), default=None)

    def figure(self, criterion: Criterion, award: str, kind: NomineeKind, on: date) -> float | None:
        """The figure a measured criterion has to reach on a day, or None while it is not known."""
        if not criterion.has_parameters:
            return criterion.figure
        in_force = self.parameter(criterion.code, award, kind, on)
        return in_force.value if in_force else None

    def is_money(self, measure: Measure) -> bool:
        """Whether a measure comes to a sum of money; else it is a number of rows, or a sum of numbers such as points."""
        return measure.kind == "sum" and self.tables[measure.table].columns[measure.of or ""].type == "money"

    def unknown(self, measure: Measure) -> tuple[float, float]:
        """The two ends of what a row adds to a measure while its amount is not known; they are infinite or nought.

        Only a column of numbers may hold negative ones, such as points taken off, unless its bounds rule that out.
        """
        column = self.tables[measure.table].columns.get(measure.of or "")
        falls = column is not None and column.type == "number" and not (column.minimum is not None and column.minimum >= 0)
        rises = column is None or column.maximum is None or column.maximum > 0
        return -math.inf if falls else 0, math.inf if rises else 0

    def may_fall(self, measure: Measure) -> bool:
        """Whether a row of the measure may lower the total, as points taken off do."""
        return self.unknown(measure)[0] < 0

    def prize(self, award: str, kind: NomineeKind, on: date) -> Prize | None:
        """The prize in force on a day: the latest not after it."""
        dated = (each for each in self.prizes if (each.award, each.kind) == (award, kind) and each.since <= on)
        return max(dated, key=lambda each: each.since, default=None)

    def base_salary_on(self, day: date) -> BaseSalary | None:
        """The base salary in force on a day: the latest not after it."""
        return max((each for each in self.base_salaries if each.since <= day), key=lambda each: each.since, default=None)

    def choices(self, column: Column, round_id: str) -> tuple[Choice, ...]:
        """The entries of a column's drop-down in a round; empty where it has none or where they are the file's own keys."""
        if column.choices is not None and column.choices in self.lists:
            return self.lists[column.choices]
        awards = tuple(Choice(award.name, award.code, (award.short, *award.aliases)) for award in self.awards.values())
        # Made when asked for only: a campaign may have hundreds of units, and this runs for every column of every file
        given: dict[str, Callable[[], tuple[Choice, ...]]] = {
            "@units": lambda: tuple(Choice(unit.name, None, unit.aliases) for unit in self.units.values()),
            "@unit_codes": lambda: tuple(map(Choice, self.units)),
            "@contents": lambda: tuple(Choice(content.name, content.code) for content in self.contents.values()),
            "@awards": lambda: tuple(choice for choice in awards if choice.code in self.rounds[round_id].awards),
            "@used_for": lambda: (Choice("Không"), *awards),
        }
        return given[column.choices]() if column.choices in given else ()
