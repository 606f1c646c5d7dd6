"""What a registration workbook asks: tables, their columns, and what a column accepts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from thidua_xlsx.model import NomineeKind, PartialDate
from thidua_xlsx.vietnamese import thing_key

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
OWNER = "nominee_id"
"""The column that names a nominee, as the key of its own table and in rows about it, in every campaign (contract 5.2)."""


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

    @property
    def is_citizen_id(self) -> bool:
        """Whether it holds numbers of identity cards."""
        return self.type == "citizen_id"

    @property
    def is_used_for(self) -> bool:
        """Whether it says for which award an achievement was used."""
        return self.choices == "@used_for"

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
