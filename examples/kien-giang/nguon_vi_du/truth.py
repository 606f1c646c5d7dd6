"""The verdicts as they have to come out, worked out from what was meant, without a line of the program.

Everything here follows contract 5.2 of the design: a row with a wrong cell is not counted, but while it may still turn out to count, its
nominee's criterion is open.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from nguon_vi_du.deeds import Cells, Value

FIRST_DAY, LAST_DAY = date(2021, 1, 1), date(2023, 6, 30)
FIGURES = {"collective": 50_000_000, "individual": 20_000_000}
WORDS = {1: "met", 0: "open", -1: "not_met"}


@dataclass(frozen=True, slots=True)
class Mistake:
    """A cell that somebody got wrong, in line ``row`` (from 0): ``typed`` stands there, and ``code`` is what has to be said of it."""

    table: str
    row: int
    column: str
    typed: Value
    code: str


@dataclass(frozen=True, slots=True)
class Remark:
    """A cell of which something has to be said (``code``) although its row counts; ``typed``, if given, stands there."""

    table: str
    row: int
    column: str
    code: str
    typed: Value = None


@dataclass
class Registration:
    """What one unit registers: canonical rows by table, and the mistakes of the file that counts."""

    unit: str
    tables: dict[str, list[Cells]]
    mistakes: list[Mistake] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    def held(self, table: str, row: int) -> frozenset[str]:
        """The wrong columns of a row."""
        return frozenset(entry.column for entry in self.mistakes if (entry.table, entry.row) == (table, row))


@dataclass(frozen=True, slots=True)
class Verdict:
    """One nominee's verdict for the award form of the round, with the result of every criterion."""

    nominee_id: str
    name: str
    unit: str
    kind: str
    result: str
    criteria: Mapping[str, str]


def verdicts(registration: Registration) -> Iterator[Verdict]:
    """The verdicts of all counted nominees of a unit: collectives first, then individuals, as they stand in the sheets."""
    (record,) = registration.tables["unit"]
    for table, kind, name in (("collectives", "collective", "name"), ("individuals", "individual", "full_name")):
        for number, row in enumerate(registration.tables[table]):
            if registration.held(table, number):
                continue
            inherited = row if kind == "collective" else record
            results = _deeds(registration, str(row["nominee_id"]), FIGURES[kind])
            results |= {code: _attested(row[code]) for code in ("TC1", "TC2", "TC4", "TC6")}
            results |= {code: _attested(inherited[code]) for code in ("TC3", "TC5")}
            results["P4"] = 1 if row["under_review"] == "Không" else 0
            best = max(results[code] for code in ("TT1", "TT2A", "TT2B"))
            whole = min([best, *(results[code] for code in results if not code.startswith("TT"))])
            criteria = {code: WORDS[results[code]] for code in sorted(results)}
            yield Verdict(str(row["nominee_id"]), str(row[name]), registration.unit, kind, WORDS[whole], criteria)


def _attested(value: Value) -> int:
    return {"Đạt": 1, "Không đạt": -1}.get(str(value), 0)


@dataclass
class _Tally:
    """What is certain, what is possible besides, and how many rows are concerned at all."""

    rows: int = 0
    certain: int = 0
    possible: float = 0

    def add(self, amount: float, *, certain: bool) -> None:
        self.rows += 1
        self.possible += amount
        self.certain += int(amount) if certain else 0

    def against(self, figure: int) -> int:
        if self.rows == 0 or self.possible < figure:
            return -1
        return 1 if self.certain >= figure else 0


def _deeds(registration: Registration, nominee_id: str, figure: int) -> dict[str, int]:
    tallies = {"TT1": _Tally(), "TT2A": _Tally(), "TT2B": _Tally()}
    for number, row in enumerate(registration.tables["achievements"]):
        wrong = registration.held("achievements", number)
        concerned = "nominee_id" in wrong or row["nominee_id"] == nominee_id
        inside, outside = (False, False) if "achieved_on" in wrong else _window(row["achieved_on"])
        if not concerned or outside:
            continue
        kind = str(row["kind"])
        criterion = kind.split("-", maxsplit=1)[0]
        amount = _amount(row, wrong) if criterion == "TT1" else 1
        proven = criterion != "TT2B" or row.get("effect") is not None
        tallies[criterion].add(amount, certain=not wrong and inside and proven)
    return {code: tally.against(figure if code == "TT1" else 1) for code, tally in tallies.items()}


def _amount(row: Cells, wrong: frozenset[str]) -> float:
    return float("inf") if "value_vnd" in wrong else cast("int", row["value_vnd"])


def _window(day: Any) -> tuple[bool, bool]:
    """Whether a date lies certainly inside the window, and whether certainly outside."""
    if isinstance(day, date):
        first = last = day
    else:
        year, month = day if len(day) == 2 else (day[0], None)
        first = date(year, month or 1, 1)
        last = date(year, month or 12, calendar.monthrange(year, month or 12)[1])
    return first >= FIRST_DAY and last <= LAST_DAY, last < FIRST_DAY or first > LAST_DAY
