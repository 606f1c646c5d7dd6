"""Frozen values that travel through every stage: places, findings, rows, verdicts.

Nothing here reads a file or knows a rule; the rooms above make these values and hand them on.
"""

from __future__ import annotations

import calendar
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from enum import IntEnum, StrEnum
from functools import cached_property

Raw = str | float | int | bool | date | datetime | time | timedelta
"""A cell's value as a spreadsheet reader gives it; blanks never become a ``Raw``."""

_VIET_NAM = timezone(timedelta(hours=7))


class UserError(Exception):
    """Something whoever runs the program can mend; its text says what is wrong and what to do. ``exit_code`` is contract 5.1's."""

    exit_code = 2


class Severity(StrEnum):
    """What a finding does to its row: an ``error`` holds the row back, the others let it count."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class FileStatus(StrEnum):
    """The one state in which every file of the inbox ends (contract 5.3)."""

    ACCEPTED = "accepted"
    SUPERSEDED = "superseded"
    DUPLICATE = "duplicate"
    REFUSED = "refused"
    IGNORED = "ignored"


class NomineeKind(StrEnum):
    """Whom an award honours, in the order of every list: tập thể, hộ gia đình, cá nhân."""

    COLLECTIVE = "collective"
    HOUSEHOLD = "household"
    INDIVIDUAL = "individual"

    @property
    def name_column(self) -> str:
        """The column of a nominee's table that holds its name."""
        return "full_name" if self is NomineeKind.INDIVIDUAL else "name"


class Opinion(StrEnum):
    """What the leadership decides about a nominee and an award form: đồng ý, không đồng ý, để lại."""

    AGREED = "agreed"
    NOT_AGREED = "not_agreed"
    PUT_OFF = "put_off"


class Result(IntEnum):
    """Kleene's three values as numbers, so that AND is ``min`` and OR is ``max``."""

    NOT_MET = -1
    OPEN = 0
    MET = 1

    @cached_property
    def word(self) -> str:
        """``met``, ``not_met`` or ``open``, as ``ket-qua.json`` spells it."""
        return self.name.lower()


@dataclass(frozen=True, slots=True, order=True)
class CellRef:
    """A place in a submitted file. ``cell`` is an A1 address, or empty for a whole sheet; ``sheet`` may be empty too."""

    file: str
    sheet: str = ""
    cell: str = ""

    def __str__(self) -> str:
        """``[inbox/QLN.xlsx]Thành tích!H12``, shortened where sheet or cell is not known."""
        place = f"{self.sheet}!{self.cell}" if self.cell else self.sheet
        return f"[{self.file}]{place}"


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date of which the day, or day and month, may be unknown (``2023``, ``6/2023``, ``05/6/2023``)."""

    year: int
    month: int | None = None
    day: int | None = None

    @classmethod
    def of(cls, value: date) -> PartialDate:
        """A whole date."""
        return cls(value.year, value.month, value.day)

    @classmethod
    def meant(cls, value: object) -> PartialDate | None:
        """What a value of a register's column of dates or of years means; None for a blank, and for anything else."""
        return cls(value) if isinstance(value, int) else value if isinstance(value, cls) else None

    @property
    def first(self) -> date:
        """The earliest day this can mean."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def last(self) -> date:
        """The latest day this can mean."""
        month = self.month or 12
        return date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    @property
    def is_whole(self) -> bool:
        """Whether the day is known."""
        return self.day is not None

    def is_before(self, made: object) -> bool | None:
        """Whether what a column of dates says lies after this day; None where the dates do not tell, being partial or blank."""
        when = PartialDate.meant(made)
        return None if when is None else True if when.first > self.last else False if when.last <= self.first else None

    def __str__(self) -> str:
        """``05/06/2023``, ``06/2023`` or ``2023``, the forms Vietnamese papers use."""
        if self.month is None:
            return f"{self.year:04d}"
        if self.day is None:
            return f"{self.month:02d}/{self.year:04d}"
        return f"{self.day:02d}/{self.month:02d}/{self.year:04d}"


Typed = str | int | float | PartialDate
"""A cell's value once understood; money and counts are ``int``, percentages ``float``, choices their code or label."""


@dataclass(frozen=True, slots=True)
class Relief:
    """Why what would be an error does not hold its row back: a waiver (miễn trừ), or a check that only warns until a day.

    ``until`` is the last day on which it holds; ``approver`` is who granted the waiver, None for a check that is merely new.
    """

    reason: str
    clause: str
    until: date
    approver: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to say about one place: a code, the facts, never the words (those stand in the catalogue).

    ``facts`` fill the placeholders of the code's message; ``value`` is what was typed there. With a ``relief`` it is a warning where
    the book has an error, and its message says why.
    """

    code: str
    severity: Severity
    ref: CellRef
    facts: Mapping[str, str] = field(default_factory=dict)
    table: str | None = None
    column: str | None = None
    nominee_id: str | None = None
    value: str | None = None
    clause: str | None = None
    relief: Relief | None = None

    @property
    def is_waived(self) -> bool:
        """Whether somebody has waived it, so that nobody has to act."""
        return self.relief is not None and self.relief.approver is not None

    @property
    def for_unit(self) -> bool:
        """Whether the unit that sent the file can act on it; what concerns an award (scope A) is for the office or the council."""
        return not self.code.startswith("A")


@dataclass(frozen=True, slots=True)
class Passport:
    """What an issued workbook says of itself; it stands in the file three ways and the majority counts."""

    campaign: str
    version: int
    round: str
    unit: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """How a file reached the inbox: in a mail (all that is known of it), or as a plain file (all None).

    ``received`` knows its time zone.
    """

    sender: str | None = None
    subject: str | None = None
    received: datetime | None = None

    @property
    def received_on(self) -> date | None:
        """The day of arrival in Viet Nam, which deadlines go by."""
        return self.received.astimezone(_VIET_NAM).date() if self.received else None


class Addresses(Mapping[str, str]):  # noqa: PLW1641 – a mapping has no hash
    """The A1 addresses of a line's cells by column: the ``letters``, shared by all lines of a table, with the number of the ``row``.

    Only a few cells of a line are ever asked for.
    """

    __slots__ = ("letters", "row")

    def __init__(self, letters: Mapping[str, str], row: int) -> None:
        self.letters = letters
        self.row = row

    def __getitem__(self, column: str) -> str:
        return f"{self.letters[column]}{self.row}"

    def __contains__(self, column: object) -> bool:
        return column in self.letters

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Addresses) and self.letters and self.letters == other.letters:
            return self.row == other.row
        return super().__eq__(other)

    def __iter__(self) -> Iterator[str]:
        return iter(self.letters)

    def __len__(self) -> int:
        return len(self.letters)

    def __repr__(self) -> str:
        return repr(dict(self))


@dataclass(frozen=True, slots=True)
class RawRow:
    """One line of one table as it stands in the file.

    ``values`` holds the non-empty cells only, ``cells`` the A1 address of every column that was located, blank or not.
    ``row`` is Excel's 1-based row number (for a record laid out downwards: the row of its first field). ``fonts`` names the font of those
    columns only that are in one of before Unicode (.VnTime, VNI-Times).
    """

    table: str
    file: str
    sheet: str
    row: int
    values: Mapping[str, Raw]
    cells: Mapping[str, str]
    fonts: Mapping[str, str] = field(default_factory=dict)

    def ref(self, column: str) -> CellRef:
        """Where ``column`` of this row stands."""
        return CellRef(self.file, self.sheet, self.cells.get(column, ""))


@dataclass(frozen=True, slots=True)
class Stray:
    """A value that no column of the form takes: beside a table, in a line that only sums up, on a sheet of the unit's own."""

    sheet: str
    cell: str
    value: Raw


def stamp_of(tables: Mapping[str, Iterable[tuple[Mapping[str, Raw], Mapping[str, str]]]]) -> str:
    """A hash of the values of filled rows and of their old fonts, by table: the same however an office program saves them.

    A returned workbook carries that of the values it went out with, and one that comes back with just these was not mended.
    """
    lines = (
        f"{table}|{column}|{_lasting(value)}{f'|{fonts[column]}' if column in fonts else ''}"
        for table, rows in tables.items()
        for row, fonts in rows
        for column, value in row.items()
    )
    return hashlib.sha256("\n".join(lines).encode("utf-8", "replace")).hexdigest()[:32]


def _lasting(value: Raw) -> str:
    """A value in a spelling that survives being saved: numbers lose their type, texts their line ends."""
    match value:
        case bool() | time() | timedelta():
            return str(value)
        case int() | float():
            return f"{value:.12g}"
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case _:
            return " ".join(_UNPRINTED.sub("", value).split())


_UNPRINTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What XML, and so a workbook, cannot hold."""


@dataclass(frozen=True, slots=True)
class Submission:
    """One registration workbook as read: rows with their addresses, nothing judged yet.

    ``rows`` leaves out lines with nothing but a prefilled id and lines that only sum up; their cells, and non-empty cells
    of the tables' areas that belong to no column, are counted in ``ignored_cells`` (law of conservation, contract 5.3).
    ``modified`` is the file's time stamp in seconds since the epoch. ``strays`` are the first of the values that belong to no column;
    ``stamp`` is what a returned workbook says of the values it went out with, empty for an issued one.
    """

    file: str
    sha256: str
    passport: Passport
    modified: float
    rows: Mapping[str, tuple[RawRow, ...]]
    ignored_cells: int = 0
    provenance: Provenance = Provenance()
    strays: tuple[Stray, ...] = ()
    stamp: str = ""

    @property
    def is_returned_as_it_was(self) -> bool:
        """Whether this is a workbook we returned, in which nothing was changed since."""
        return bool(self.stamp) and self.stamp == stamp_of(
            {code: [(row.values, row.fonts) for row in rows] for code, rows in self.rows.items()}
        )

    @property
    def cells_read(self) -> int:
        """Non-empty cells of the data tables."""
        return self.ignored_cells + sum(len(row.values) for rows in self.rows.values() for row in rows)


@dataclass(frozen=True, slots=True)
class Record:
    """One row whose cells were read or refused.

    ``values`` holds the understood, non-blank values only; a column in ``refused`` had a value that was not understood.
    ``held`` rows have at least one error and are not counted.
    """

    raw: RawRow
    unit: str
    values: Mapping[str, Typed]
    refused: frozenset[str] = frozenset()
    held: bool = False

    @property
    def table(self) -> str:
        """The table's code."""
        return self.raw.table

    def ref(self, column: str) -> CellRef:
        """Where ``column`` of this row stands."""
        return self.raw.ref(column)


@dataclass(frozen=True, slots=True)
class CheckedSubmission:
    """A submission with its rows typed and everything that is to be said about them."""

    submission: Submission
    records: Mapping[str, tuple[Record, ...]]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class FileReport:
    """How one file of the inbox ended; ``finding`` says why wherever it was not accepted."""

    path: str
    sha256: str
    unit: str | None
    status: FileStatus
    finding: Finding | None = None
    provenance: Provenance = Provenance()


@dataclass(frozen=True, slots=True)
class Reason:
    """One criterion of one verdict: what was found, what is required, by which clause, in which cells.

    ``why`` names the entry ``why.<why>`` of the catalogue that says what keeps the criterion open (or, rarely, not met).
    """

    criterion: str
    result: Result
    actual: int | float | str | None
    required: int | float | str | None
    clause: str
    sources: tuple[CellRef, ...] = ()
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Assessment:
    """The verdict for one nominee and one award form of the round."""

    nominee_id: str
    unit: str
    kind: NomineeKind
    name: str
    award: str
    result: Result
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a line of the leadership's workbook decides; ``opinion`` None takes back what was decided before.

    ``stamp`` is that of the evidence the workbook showed, ``basis`` that of the decisions that stood when it was made.
    """

    nominee_id: str
    award: str
    opinion: Opinion | None
    votes: int | None
    reason: str
    stamp: str
    basis: str
    ref: CellRef


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision that was applied: who it is about, from which kept file and on which day.

    ``achievements`` are those of the nominee that counted then, each as its unit's code and its own id.
    """

    decision: Decision
    name: str
    unit: str
    file: str
    applied_on: date
    achievements: tuple[tuple[str, str], ...] = ()
