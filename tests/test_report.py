"""The master register and the leadership's summary: what they show, and that the summary's formulas compute what the run computed."""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from thidua_xlsx.assess import assess, result_words
from thidua_xlsx.campaign import Campaign, Parameter, Table, load_campaign
from thidua_xlsx.model import (
    CellRef,
    CheckedSubmission,
    FileReport,
    FileStatus,
    Finding,
    NomineeKind,
    PartialDate,
    Passport,
    RawRow,
    Record,
    Result,
    Severity,
    Submission,
)
from thidua_xlsx.outcome import Outcome, Verdict
from thidua_xlsx.register import Register
from thidua_xlsx.report import write_register, write_summary
from thidua_xlsx.xlsx import address

PLAN = Path(__file__).parent.parent / "workbook_templates" / "kien-giang" / "campaign.toml"
FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Danh", "Võ", "Đặng")
MIDDLES = ("Văn", "Thị", "Hoàng", "Ngọc", "Thanh", "Minh")
GIVEN = ("An", "Bình", "Châu", "Dũng", "Giang", "Hạnh", "Khánh", "Lan", "Nhung", "Phúc", "Quyên", "Tâm", "Yến")
MISSING, LATE = "TTRA", "KHTC"
MARKS = ("Đạt",) * 14 + ("Không đạt", "Chưa đánh giá")


class Factory:
    """Invented registrations for every unit but one, in the frames that a merge gives."""

    def __init__(self, campaign: Campaign, round_id: str, seed: int = 7, people: int = 5) -> None:
        self.campaign, self.round_id = campaign, round_id
        self.chance = random.Random(seed)
        self.rows: dict[str, list[dict[str, Any]]] = {code: [] for code in campaign.tables}
        for unit in campaign.units:
            if unit != MISSING:
                self._fill(unit, people)

    def _fill(self, unit: str, people: int) -> None:
        late = unit == LATE
        marks = {"TC3": self._mark(), "TC5": self._mark()}
        record = {"code": unit, "name": self.campaign.units[unit].name, "prepared_on": PartialDate(2023, 7 if late else 6, 5)}
        self._add("unit", unit, record | marks)
        for number in range(1, 3):
            self._nominee("collectives", unit, f"{unit}-TT{number:02d}", {"name": f"Tổ công tác số {number}, {unit}", "members": 9})
        for number in range(1, people + 1):
            gender = self.chance.choice(("Nam", "Nữ"))
            person = {
                "salutation": "Ông" if gender == "Nam" else "Bà",
                "full_name": " ".join(self.chance.choice(part) for part in (FAMILIES, MIDDLES, GIVEN)),
                "gender": gender,
                "citizen_id": f"091{self.chance.randrange(10**9):09d}",
                "birth_date": PartialDate(1980, 5, 6) if number % 2 else PartialDate(1980),
                "position": self.chance.choice(("Chuyên viên", "Trưởng phòng", "Phó Trưởng phòng phụ trách Tổ Quản lý chất lượng")),
                "category": self.chance.choice(("Lãnh đạo phòng, đơn vị", "Công chức, viên chức", "Người lao động")),
            }
            self._nominee("individuals", unit, f"{unit}-CN{number:03d}", person)

    def _mark(self) -> str | None:
        return self.chance.choice((*MARKS, None))

    def _nominee(self, table: str, unit: str, nominee_id: str, values: Mapping[str, Any]) -> None:
        codes = self.campaign.rounds[self.round_id].awards
        common = {code: self._mark() for code in ("TC1", "TC2", "TC3", "TC4", "TC5", "TC6")}
        common |= {"under_review": self.chance.choice(("Không",) * 15 + ("Có",)), "award_sought": self.chance.choice(codes)}
        self._add(table, unit, {"nominee_id": nominee_id} | common | dict(values))
        for _ in range(self.chance.randrange(4)):
            self._achievement(unit, nominee_id)

    def _achievement(self, unit: str, nominee_id: str) -> None:
        kind = self.chance.choice(("TT1-TIEN", "TT1-TIEN", "TT1-HIENVAT", "TT1-NGAYCONG", "TT2A", "TT2B-SANGKIEN", "TT2B-MOHINH"))
        day = self.chance.choice((PartialDate(2021, 5, 1), PartialDate(2022, 8), PartialDate(2023, 2, 3), PartialDate(2023), PartialDate(2022)))
        values: dict[str, Any] = {
            "achievement_id": f"{unit}-T{len(self.rows['achievements']):03d}",
            "nominee_id": nominee_id,
            "kind": kind,
            "content": f"ND{self.chance.randrange(1, 6)}",
            "achieved_on": day,
            "description": "Rà soát, hỗ trợ xây dựng và sửa chữa nhà ở cho hộ nghèo, hộ cận nghèo trên địa bàn các xã biên giới, hải đảo",
        }
        if kind.startswith("TT1"):
            values["value_vnd"] = self.chance.randrange(1, 80) * 500_000
        if kind.startswith("TT2B"):
            values |= {"effect": self.chance.choice((None, "Hỗ trợ 12 hộ nghèo")), "effect_amount": self.chance.choice((None, 12))}
        self._add("achievements", unit, values)

    def _add(self, table: str, unit: str, values: Mapping[str, Any]) -> None:
        number = 5 + len(self.rows[table])
        columns = self.campaign.tables[table].columns
        place = {"unit": unit, "file": f"inbox/{unit}.xlsx", "sheet": self.campaign.tables[table].sheet, "row": number}
        cells = {column: address(number - 1, position) for position, column in enumerate(columns)}
        self.rows[table].append(place | {column: values.get(column) for column in columns} | {"cells": cells})

    def frame(self, table: Table, rows: Sequence[Mapping[str, Any]], *, held: bool) -> pd.DataFrame:
        """The rows of a table as a register holds them."""
        names = ["unit", "file", "sheet", "row", *table.columns, *(["refused"] if held else []), "cells"]
        columns = {name: pd.Series([row.get(name) for row in rows], dtype=object) for name in names}
        return pd.DataFrame(columns)

    def outcome(self, *, held: int = 2) -> Outcome:
        """The run; the last ``held`` individuals of the register are held back for a date that was not understood."""
        people = self.rows["individuals"]
        counted = dict(self.rows) | {"individuals": people[: len(people) - held]}
        kept = {code: [] for code in self.campaign.tables} | {
            "individuals": [row | {"refused": frozenset({"birth_date"}), "birth_date": None} for row in people[len(people) - held :]]
        }
        tables = {code: self.frame(table, counted[code], held=False) for code, table in self.campaign.tables.items()}
        frames = {code: self.frame(table, kept[code], held=True) for code, table in self.campaign.tables.items()}
        findings = tuple(self._finding(row) for row in kept["individuals"])
        submissions = tuple(self._submission(unit, kept["individuals"]) for unit in self.campaign.units if unit != MISSING)
        return Outcome(
            self.campaign,
            self.campaign.rounds[self.round_id],
            tuple(FileReport(each.submission.file, each.submission.sha256, each.submission.passport.unit, FileStatus.ACCEPTED) for each in submissions),
            submissions,
            (),
            Register(tables, frames, ()),
            assess(tables, frames, self.campaign, self.round_id),
            findings,
        )

    def _finding(self, row: Mapping[str, Any]) -> Finding:
        ref = CellRef(row["file"], row["sheet"], row["cells"]["birth_date"])
        facts = {"others": "QLN", "example": "QLN-CN001"}
        return Finding("M503", Severity.ERROR, ref, facts, "individuals", "birth_date", row["nominee_id"], "31/02/1980")

    def _submission(self, unit: str, held: Sequence[Mapping[str, Any]]) -> CheckedSubmission:
        passport = Passport(self.campaign.id, self.campaign.version, self.round_id, unit)
        raw = tuple(
            RawRow("individuals", row["file"], row["sheet"], row["row"], {"nominee_id": row["nominee_id"], "birth_date": "31/02/1980"}, row["cells"])
            for row in held
            if row["unit"] == unit
        )
        submission = Submission(f"inbox/{unit}.xlsx", "0" * 64, passport, 0.0, {"individuals": raw})
        return CheckedSubmission(submission, {"individuals": tuple(Record(row, unit, {}, held=True) for row in raw)}, ())
