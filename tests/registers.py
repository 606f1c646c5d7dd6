"""Submissions made from plain rows, and random ones, for the tests of the rooms that never open a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from thidua_xlsx.campaign import Campaign, load_campaign
from thidua_xlsx.model import (
    CellRef,
    CheckedSubmission,
    Finding,
    NomineeKind,
    PartialDate,
    Passport,
    RawRow,
    Record,
    Severity,
    Submission,
)

if TYPE_CHECKING:
    from random import Random

KIEN_GIANG = load_campaign(Path(__file__).parent.parent / "workbook_templates" / "kien-giang" / "campaign.toml")
NEP_VANG = load_campaign(Path(__file__).parent.parent / "workbook_templates" / "xa-nep-vang" / "campaign.toml")
PHUONG_DONG = load_campaign(Path(__file__).parent / "campaigns" / "phuong-dong.toml")


@dataclass
class Row:
    """A row as a test writes it: its values, and the columns that are wrong, which hold it back.

    A wrong column without a value was not understood; with one it was understood and is an error all the same.
    """

    table: str
    values: dict[str, Any]
    wrong: set[str] = field(default_factory=set)

    def __getitem__(self, column: str) -> Any:
        """The value that can be relied on, or None."""
        return None if column in self.wrong else self.values.get(column)


def day(words: str | None) -> PartialDate | None:
    """``05/6/2022``, ``6/2022`` or ``2022``."""
    return None if words is None else PartialDate(*(int(part) for part in reversed(words.split("/"))))


def cell(campaign: Campaign, table: str, column: str, line: int) -> str:
    """Where the factory puts a value: the table's columns from A on, rows from 5 on."""
    number = list(campaign.tables[table].columns).index(column)
    letters = chr(ord("A") + number) if number < 26 else "A" + chr(ord("A") + number - 26)
    return f"{letters}{line + 5}"


def submission(campaign: Campaign, unit: str, rows: Iterable[Row]) -> CheckedSubmission:
    """A unit's checked submission ``inbox/<unit>.xlsx`` with these rows."""
    records: dict[str, list[Record]] = {}
    findings = []
    for row in rows:
        of_table = records.setdefault(row.table, [])
        sheet = campaign.tables[row.table].sheet
        cells = {column: cell(campaign, row.table, column, len(of_table)) for column in campaign.tables[row.table].columns}
        raw = RawRow(row.table, f"inbox/{unit}.xlsx", sheet, len(of_table) + 5, {}, cells)
        understood = {column: value for column, value in row.values.items() if value is not None}
        refused = frozenset(row.wrong - set(understood))
        of_table.append(Record(raw, unit, understood, refused, held=bool(row.wrong)))
        findings += [Finding("C301", Severity.ERROR, CellRef(raw.file, sheet, cells[column])) for column in sorted(row.wrong)]
    read = Submission(f"inbox/{unit}.xlsx", unit, Passport(campaign.id, campaign.version, "so-ket-2023", unit), 0.0, {})
    return CheckedSubmission(read, {table: tuple(found) for table, found in records.items()}, tuple(findings))


def with_figures(campaign: Campaign, figures: Mapping[NomineeKind, int | None]) -> Campaign:
    """The campaign with these figures in every parameter of each kind of nominee."""
    return replace(campaign, parameters=tuple(replace(entry, value=figures[entry.kind]) for entry in campaign.parameters))


ATTESTED = ("Đạt", "Đạt", "Đạt", "Đạt", "Đạt", "Không đạt", "Chưa đánh giá", None)
KINDS = ("TT1-TIEN", "TT1-TIEN", "TT1-HIENVAT", "TT1-NGAYCONG", "TT2A", "TT2B-SANGKIEN", "TT2B-GIAIPHAP", "TT2B-MOHINH")
DAYS = (
    "1/1/2021",
    "31/12/2020",
    "30/6/2023",
    "1/7/2023",
    "15/8/2022",
    "2021",
    "2022",
    "2023",
    "6/2023",
    "7/2023",
    "12/2020",
    "2020",
    "2024",
)
"""Before, on, across and after the edges of the round so-ket-2023."""


def random_rows(random: Random, unit: str, nominees: int) -> list[Row]:
    """A unit's rows with every kind of gap: nominees, unit record, achievements."""
    rows = [Row("unit", {"TC3": random.choice(ATTESTED), "TC5": random.choice(ATTESTED)})]
    rows[0].wrong = {"code"} if random.random() < 0.1 else set()
    if random.random() < 0.1:
        rows.clear()
    ids = []
    for number in range(nominees):
        table = random.choice(("collectives", "individuals", "individuals"))
        ids.append(f"{unit}-{number}")
        attested = {code: random.choice(ATTESTED) for code in KIEN_GIANG.tables[table].columns if code.startswith("TC")}
        review = random.choice(("Không", "Không", "Không", "Có"))
        rows.append(Row(table, {"nominee_id": ids[-1], "under_review": review, **attested}, {"note"} if random.random() < 0.1 else set()))
    strays = random.random() < 0.3
    rows += [random_achievement(random, ids, strays=strays) for _ in range(random.randrange(3 * nominees + 1))]
    return rows


def random_achievement(random: Random, ids: Sequence[str], *, strays: bool) -> Row:
    """An achievement of one of these nominees; one in four is held, for a cell that matters or for one that does not.

    With ``strays`` the cell may be the owner's id, which then cannot be read or names nobody.
    """
    kind = random.choice(KINDS)
    values: dict[str, Any] = {
        "nominee_id": random.choice(ids) if ids else "?",
        "kind": kind,
        "achieved_on": day(random.choice(DAYS)),
        "value_vnd": random.choice((5_000_000, 10_000_000, 20_000_000)) if kind.startswith("TT1") else None,
        "effect": random.choice((None, "12 căn nhà")) if kind.startswith("TT2B") else None,
    }
    wrong = set() if ids else {"nominee_id"}
    if random.random() < 0.25:
        wrong.add(random.choice(("kind", "achieved_on", "value_vnd", "evidence_id", "nominee_id" if strays else "description")))
        values |= {column: random.choice((values.get(column), None, "KHONG-CO")) for column in wrong if column == "nominee_id"}
        values |= {column: random.choice((values.get(column), None)) for column in wrong if column != "nominee_id"}
    return Row("achievements", values, wrong)
