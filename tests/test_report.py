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

from thidua_xlsx.assess import assess, result_words, turning
from thidua_xlsx.campaign import Campaign, Council, Group, Leaf, Table, Threshold, load_campaign
from thidua_xlsx.model import (
    Assessment,
    CellRef,
    CheckedSubmission,
    Decided,
    Decision,
    FileReport,
    FileStatus,
    Finding,
    NomineeKind,
    Opinion,
    PartialDate,
    Passport,
    RawRow,
    Record,
    Result,
    Severity,
    Submission,
)
from thidua_xlsx.outcome import Outcome, Verdict, basis_of, evidence_stamps
from thidua_xlsx.register import Register
from thidua_xlsx.report import write_register, write_summary
from thidua_xlsx.text import language
from thidua_xlsx.vietnamese import sort_key
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
        self.chance = random.Random(seed)  # noqa: S311 - invented people, not secrets
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
        day = self.chance.choice(
            (PartialDate(2021, 5, 1), PartialDate(2022, 8), PartialDate(2023, 2, 3), PartialDate(2023), PartialDate(2022))
        )
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
            tuple(
                FileReport(each.submission.file, each.submission.sha256, each.submission.passport.unit, FileStatus.ACCEPTED)
                for each in submissions
            ),
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
            RawRow(
                "individuals",
                row["file"],
                row["sheet"],
                row["row"],
                {"nominee_id": row["nominee_id"], "birth_date": "31/02/1980"},
                row["cells"],
            )
            for row in held
            if row["unit"] == unit
        )
        submission = Submission(f"inbox/{unit}.xlsx", "0" * 64, passport, 0.0, {"individuals": raw})
        return CheckedSubmission(submission, {"individuals": tuple(Record(row, unit, {}, held=True) for row in raw)}, ())


# What the tests read back ------------------------------------------------------------------------------------------------------

LEADERS = "Lãnh đạo phòng, đơn vị"
SO_KET, TONG_KET = "so-ket-2023", "tong-ket-2025"
BEHIND = ("Còn thiếu căn cứ", "Thay đổi", "Tiền thưởng", "Tham số", "Thử mức khác", "Căn cứ tính", "Điều khoản", "Câu chữ")
LIST, WHY = "BK Chủ tịch UBND tỉnh", "Vì sao – BK Chủ tịch UBND tỉnh"
KINDS = ("Tập thể", "Hộ gia đình", "Cá nhân")
RESULTS = {Result.MET: "✓ Đủ điều kiện", Result.OPEN: "○ Chưa đủ căn cứ", Result.NOT_MET: "✗ Không đủ điều kiện"}
FORMULA = re.compile(rb"(<c [^>]*><f>.*?</f>)<v>.*?</v>", re.DOTALL)


@pytest.fixture(scope="module")
def plan() -> Campaign:
    """The shipped plan, whose figures are not known."""
    return load_campaign(PLAN)


def with_figures(campaign: Campaign, value: float | None) -> Campaign:
    """The plan with one figure for every dated parameter."""
    parameters = tuple(replace(each, value=value) for each in campaign.parameters)
    return replace(campaign, parameters=parameters)


@pytest.fixture(scope="module")
def outcome(plan: Campaign) -> Outcome:
    """A run of the round with one award form, no figure set."""
    return Factory(plan, SO_KET).outcome()


@pytest.fixture(scope="module")
def summary(outcome: Outcome, tmp_path_factory: pytest.TempPathFactory) -> openpyxl.Workbook:
    """The summary workbook of that run, as a reader sees its stored values."""
    path = tmp_path_factory.mktemp("summary") / "bao-cao-tong-hop.xlsx"
    write_summary(path, outcome)
    return openpyxl.load_workbook(path, data_only=True)


@pytest.fixture(scope="module")
def register(outcome: Outcome, tmp_path_factory: pytest.TempPathFactory) -> openpyxl.Workbook:
    """The master register of that run."""
    path = tmp_path_factory.mktemp("register") / "so-tong-hop.xlsx"
    write_register(path, outcome)
    return openpyxl.load_workbook(path)


def cells(sheet: Worksheet) -> Iterator[tuple[str, Any]]:
    """The address and value of every filled cell."""
    return ((cell.coordinate, cell.value) for row in sheet.iter_rows() for cell in row if cell.value not in {None, ""})


def texts(sheet: Worksheet) -> list[str]:
    """Everything a sheet says."""
    return [str(value) for _, value in cells(sheet)]


def listed(workbook: openpyxl.Workbook, sheet: str) -> dict[str, tuple[Any, ...]]:
    """The lines of an award form's list by the nominee id in its hidden column."""
    return {str(row[0]): row for row in workbook[sheet].iter_rows(min_row=7, values_only=True) if row[0]}


def recalculated(path: Path, folder: Path) -> openpyxl.Workbook:
    """The workbook after LibreOffice has computed every formula from nothing: no stored value, recalculation forced."""
    soffice = shutil.which("soffice")
    if soffice is None:
        if os.environ.get("CI"):
            pytest.fail("soffice is missing, and CI has to recalculate the summary")
        pytest.skip("soffice is not installed: the live formulas are not recalculated here")
    bare = folder / "bare.xlsx"
    _strip_values(path, bare)
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS_RECALCULATE, encoding="utf-8")
    out = folder / "computed"
    command = [
        soffice,
        f"-env:UserInstallation={profile.as_uri()}",
        "--headless",
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
        "--outdir",
    ]
    subprocess.run([*command, str(out), str(bare)], check=True, capture_output=True, timeout=180)
    return openpyxl.load_workbook(out / "bare.xlsx", data_only=True)


ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def _strip_values(path: Path, bare: Path) -> None:
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(bare, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, FORMULA.sub(rb"\1", content) if name.startswith("xl/worksheets/sheet") else content)


def formula_cells(path: Path) -> dict[tuple[str, str], Any]:
    """The stored value of every formula of a workbook, by sheet and cell."""
    formulas, values = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
    return {
        (sheet.title, address): values[sheet.title][address].value
        for sheet in formulas
        for address, value in cells(sheet)
        if isinstance(value, str) and value.startswith("=")
    }


# The summary's formulas --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("round_id", "figure"), [(SO_KET, None), (SO_KET, 10_000_000), (TONG_KET, 20_000_000)])
def test_every_formula_recalculates_to_the_value_of_the_run(plan: Campaign, tmp_path: Path, round_id: str, figure: int | None) -> None:
    """LibreOffice computes every formula cell of the summary to the value that the run stored in it."""
    path = tmp_path / "bao-cao-tong-hop.xlsx"
    write_summary(path, Factory(with_figures(plan, figure), round_id).outcome())
    stored = formula_cells(path)
    assert len(stored) > 500
    are_equal(stored, recalculated(path, tmp_path))


def are_equal(stored: Mapping[tuple[str, str], Any], computed: openpyxl.Workbook) -> None:
    """Every formula cell has the value that was stored in it; fractions, of which LibreOffice writes fifteen digits, nearly."""
    found = {(sheet, cell): computed[sheet][cell].value or 0 for sheet, cell in stored}
    numbers = {key for key, value in stored.items() if isinstance(value, float)}
    assert {key: found[key] for key in numbers} == pytest.approx({key: stored[key] for key in numbers})
    assert {key: found[key] for key in found.keys() - numbers} == {key: value or 0 for key, value in stored.items() if key not in numbers}


def decided(outcome: Outcome, *answers: tuple[Opinion, int | None]) -> Outcome:
    """The run with answers of the leadership to its first registered cases of BK_UBT, one after the other."""
    stamps = evidence_stamps(outcome)
    ours = [each for each in outcome.assessments if each.award == "BK_UBT"]
    decisions = {}
    for verdict, (opinion, votes) in zip(ours, answers, strict=False):
        case = (verdict.nominee_id, verdict.award)
        decision = Decision(*case, opinion, votes, "", stamps[case], "", CellRef("decisions/a.xlsx", LIST, "J8"))
        decisions[case] = (Decided(decision, verdict.name, verdict.unit, "decisions/a.xlsx", date(2023, 7, 20)),)
    return replace(outcome, decisions=decisions)


def with_votes(plan: Campaign, percent: float, members: int) -> Campaign:
    """The plan with a council of so many members, so many per cent of whom have to agree to BK_UBT."""
    return replace(plan, council=Council(total=members, thresholds=(Threshold("BK_UBT", percent, "III.3"),)))


ANSWERS = ((Opinion.AGREED, 12), (Opinion.AGREED, 11), (Opinion.NOT_AGREED, 3), (Opinion.PUT_OFF, None))


def test_formulas_hold_with_decisions_and_needed_votes(plan: Campaign, tmp_path: Path) -> None:
    """With answers, votes and a threshold LibreOffice computes the stored values too: shares, progress, prizes, votes needed."""
    path = tmp_path / "bao-cao-tong-hop.xlsx"
    run = decided(Factory(with_votes(with_figures(plan, 5_000_000), 80, 15), SO_KET).outcome(), *ANSWERS)
    write_summary(path, run)
    stored, computed = formula_cells(path), recalculated(path, tmp_path)
    are_equal(stored, computed)
    progress = next(row for row in computed["Tổng quan"].iter_rows(values_only=True) if row[0] == LIST and row[10] == 3)
    assert progress[6:12] == (2, 1, 1, progress[4] - 4, 3, 3)


CHANGES = [(SO_KET, None, 12_000_000), (SO_KET, 10_000_000, 5_500_000), (SO_KET, 10_000_000, None), (TONG_KET, 20_000_000, 1_250_000_000)]


@pytest.mark.parametrize(("round_id", "before", "after"), CHANGES)
def test_a_changed_figure_gives_what_the_program_gives(
    plan: Campaign, tmp_path: Path, round_id: str, before: int | None, after: int | None
) -> None:
    """Whoever changes the yellow cells gets the verdicts, reasons, counts and matrix that the program computes with those figures."""
    factory = Factory(with_figures(plan, before), round_id)
    path, changed, expected = (tmp_path / name for name in ("before.xlsx", "changed.xlsx", "expected.xlsx"))
    write_summary(path, factory.outcome())
    factory.campaign = with_figures(plan, after)
    write_summary(expected, factory.outcome())
    with_typed_figures(path, changed, after)
    computed, wanted = recalculated(changed, tmp_path), openpyxl.load_workbook(expected, data_only=True)
    was = openpyxl.load_workbook(path, data_only=True)
    for award in plan.rounds[round_id].awards:
        sheet = computed.sheetnames[3 + plan.rounds[round_id].awards.index(award)]
        found, right, former = ({key: (row[5], row[6]) for key, row in listed(book, sheet).items()} for book in (computed, wanted, was))
        assert found == right
        assert found != former
    totals = [next(row for row in book["Ma trận"].iter_rows(values_only=True) if row[0] == "Tổng cộng") for book in (computed, wanted)]
    assert totals[0] == totals[1]


TREES = {
    "at least two, not both": Group(
        "all",
        (
            Group("at_least", (Leaf("TT1"), Leaf("TT2A"), Leaf("TC1")), 2),
            Group("not", (Group("all", (Leaf("TT1"), Leaf("TC2"))),)),
            Leaf("TC4"),
        ),
    ),
    "choices within choices": Group(
        "any",
        (Group("all", (Leaf("TT1"), Leaf("TC1"), Group("any", (Leaf("TT1"), Leaf("TT2A"), Leaf("TT2B"))))), Leaf("TT2B")),
    ),
    "not above": Group("all", (Group("not", (Leaf("TT1"),)), Leaf("TC1"))),
    "the figure alone": Leaf("TT1"),
}


@pytest.mark.parametrize("tree", TREES.values(), ids=TREES.keys())
def test_the_reasons_follow_whatever_an_award_form_requires(plan: Campaign, tmp_path: Path, tree: Group | Leaf) -> None:
    """Nested requirements, "at least" and "not" say the same reasons in the workbook as in the program when the figure changes."""
    ours = replace(plan, awards=dict(plan.awards) | {"BK_UBT": replace(plan.awards["BK_UBT"], requires=tree)})
    factory = Factory(with_figures(ours, 8_000_000), SO_KET)
    path, changed, expected = (tmp_path / name for name in ("before.xlsx", "changed.xlsx", "expected.xlsx"))
    write_summary(path, factory.outcome())
    factory.campaign = with_figures(ours, 21_500_000)
    write_summary(expected, factory.outcome())
    with_typed_figures(path, changed, 21_500_000)
    found = {key: (row[5], row[6]) for key, row in listed(recalculated(changed, tmp_path), LIST).items()}
    assert found == {key: (row[5], row[6]) for key, row in listed(openpyxl.load_workbook(expected, data_only=True), LIST).items()}


def test_no_formula_is_longer_than_excel_allows(plan: Campaign, tmp_path: Path) -> None:
    """However long the names of criteria are, no formula has more than 8,192 signs and no text in one more than 255."""
    criteria = {code: replace(each, name=f"{each.name} {'rất “dài” ' * 60}") for code, each in plan.criteria.items()}
    run = Factory(with_figures(replace(plan, criteria=criteria), 8_000_000), TONG_KET).outcome()
    write_summary(tmp_path / "b.xlsx", run)
    book = openpyxl.load_workbook(tmp_path / "b.xlsx")
    formulas = [str(value) for sheet in book for _, value in cells(sheet) if str(value).startswith("=")]
    assert max(map(len, formulas)) < 8192
    assert max(len(text) for formula in formulas for text in re.findall(r'"((?:[^"]|"")*)"', formula)) <= 255
    assert any("dài" in formula for formula in formulas)


def with_typed_figures(path: Path, changed: Path, figure: float | None) -> None:
    """The summary after somebody has typed a figure into every yellow cell of the criteria."""
    workbook = openpyxl.load_workbook(path)
    for row in workbook["Tham số"].iter_rows(min_row=7, max_col=6):
        if row[0].value and not row[5].protection.locked and row[3].value in KINDS:
            row[5].value = figure
    workbook.save(changed)


# The summary -------------------------------------------------------------------------------------------------------------------


def test_the_sheets_stand_in_the_order_in_which_a_leader_reads(plan: Campaign, tmp_path: Path) -> None:
    """Overview, units and matrix, one list per award form, what is open and has changed, prizes, figures, calculation, clauses."""
    write_summary(tmp_path / "b.xlsx", Factory(plan, TONG_KET).outcome())
    names = openpyxl.load_workbook(tmp_path / "b.xlsx").sheetnames
    lists = ["BK Chủ tịch UBND tỉnh", "BK Thủ tướng", "HCLĐ hạng Ba"]
    assert names == ["Tổng quan", "Nộp báo cáo", "Ma trận", *lists, *BEHIND]


def test_a_list_holds_whoever_registered_with_the_verdict_of_the_run(outcome: Outcome, summary: openpyxl.Workbook) -> None:
    """Every registered nominee stands once on the list of the award form, with the result of the run."""
    lines = listed(summary, "BK Chủ tịch UBND tỉnh")
    assert {key: row[5] for key, row in lines.items()} == {each.nominee_id: RESULTS[each.result] for each in outcome.assessments}


def test_a_list_is_numbered_per_section_by_unit_and_name(outcome: Outcome, summary: openpyxl.Workbook) -> None:
    """Tập thể come before cá nhân, each section counts from 1, in the order of the units."""
    rows = list(listed(summary, "BK Chủ tịch UBND tỉnh").values())
    kinds = ["CN" if "-CN" in str(row[0]) else "TT" for row in rows]
    assert kinds == sorted(kinds, reverse=True)
    assert [row[1] for row in rows] == [*range(1, kinds.count("TT") + 1), *range(1, kinds.count("CN") + 1)]
    order = list(outcome.campaign.units)
    people = [order.index(str(row[0]).split("-")[0]) for row in rows if "-CN" in str(row[0])]
    assert people == sorted(people)


def of_tong_ket(plan: Campaign) -> tuple[Factory, Outcome]:
    """The closing round, in which two preferences of the law are in force; one Tổ of 9 has 7 women, another 6, one says nothing."""
    factory = Factory(with_figures(plan, 10_000_000), TONG_KET)
    for row, women in zip(factory.rows["collectives"], (7, 6), strict=False):
        row["women"] = women
    return factory, factory.outcome()


def test_whom_the_law_prefers_stands_first_among_equals(plan: Campaign, tmp_path: Path) -> None:
    """From their law's day on, lists say it in a column, and of one unit and result women and direct workers stand first (P9, P10)."""
    factory, run = of_tong_ket(plan)
    write_summary(tmp_path / "b.xlsx", run)
    book = openpyxl.load_workbook(tmp_path / "b.xlsx", data_only=True)
    people = {row["nominee_id"]: row for row in factory.rows["individuals"]}
    said, groups = {}, []
    for sheet in book.sheetnames[3:6]:
        assert not book[sheet].column_dimensions["L"].hidden
        for key, row in listed(book, sheet).items():
            said[key] = row[11]
            groups += [((sheet, key.split("-")[0], row[5]), key)] if key in people else []
    assert [said[row["nominee_id"]] for row in factory.rows["collectives"][:3]] == [
        "Số nữ: 7/9 (77%)\n✓ tập thể có từ 70% nữ trở lên",
        "Số nữ: 6/9 (66%)",
        None,
    ]
    for key, row in people.items():
        words = said.get(key) or ""
        assert ("✓ cá nhân nữ" in words, "✓ người trực tiếp" in words) == (
            row["gender"] == "Nữ",
            row["category"] != LEADERS,
        ) or key not in said
    keys = [(group, people[key]["gender"] != "Nữ", people[key]["category"] == LEADERS) for group, key in groups]
    for group in dict.fromkeys(group for group, *_ in keys):
        ours = [rest for each, *rest in keys if each == group]
        assert ours == sorted(ours)
    assert len({group for group, _ in groups}) < len(groups)


def test_the_first_page_has_the_shares_of_the_preferred(plan: Campaign, summary: openpyxl.Workbook, tmp_path: Path) -> None:
    """Registered and eligible women, collectives of women and direct workers, each in per cent; nothing before the law's day."""
    factory, run = of_tong_ket(plan)
    write_summary(tmp_path / "b.xlsx", run)
    rows = list(openpyxl.load_workbook(tmp_path / "b.xlsx", data_only=True)["Tổng quan"].iter_rows(values_only=True))
    women = next(row for row in rows if row[0] == "Cá nhân nữ")
    counted = [row for row in factory.rows["individuals"][:-2] if row["award_sought"] in run.round.awards]
    ours = sum(row["gender"] == "Nữ" for row in counted)
    assert (women[6], women[7]) == (ours, pytest.approx(ours / len(counted)))
    assert "Diện được ưu tiên" not in "\n".join(texts(summary["Tổng quan"]))
    assert summary[LIST].column_dimensions["L"].hidden


def test_whoever_is_not_eligible_is_told_why(summary: openpyxl.Workbook) -> None:
    """Every line without a met result has a reason."""
    lines = listed(summary, "BK Chủ tịch UBND tỉnh").values()
    assert all(len(str(row[6])) > 20 for row in lines if row[5] != RESULTS[Result.MET])


def test_decisions_can_be_entered_and_found_again(outcome: Outcome, tmp_path: Path) -> None:
    """The decision columns are open in a protected sheet, offer three answers, and are named with the nominees' ids beside."""
    write_summary(tmp_path / "b.xlsx", outcome)
    workbook = openpyxl.load_workbook(tmp_path / "b.xlsx")
    sheet = workbook["BK Chủ tịch UBND tỉnh"]
    assert sheet.protection.sheet
    assert sheet.column_dimensions["A"].hidden
    spans = {
        name: workbook.defined_names[f"decision.BK_UBT.{name}"].attr_text.split("!")[1] for name in ("nominee_id", "decision", "reason")
    }
    keys = [row[0].value for row in sheet[spans["nominee_id"].replace("$", "")]]
    answers = [row[0] for row in sheet[spans["decision"].replace("$", "")]]
    open_cells = {key for key, cell in zip(keys, answers, strict=True) if key and not cell.protection.locked}
    assert open_cells == {each.nominee_id for each in outcome.assessments}
    lists = [rule for rule in sheet.data_validations.dataValidation if rule.type == "list"]
    assert [rule.formula1 for rule in lists] == ["decision.choices"]
    offered_sheet, span = workbook.defined_names["decision.choices"].attr_text.split("!")
    offered = [row[0].value for row in workbook[offered_sheet.strip("'")][span.replace("$", "")]]
    assert offered == ["Đồng ý", "Không đồng ý", "Để lại"]


def test_no_citizen_id_reaches_the_summary(outcome: Outcome, summary: openpyxl.Workbook) -> None:
    """The summary is printed and handed round: no CCCD number stands in it."""
    numbers = set(outcome.register.tables["individuals"]["citizen_id"])
    said = [text for sheet in summary for text in texts(sheet)]
    assert numbers
    assert not [text for text in said if any(number in text for number in numbers)]


@pytest.mark.parametrize(
    ("column", "typed"), [("citizen_id", "091 080 000 089"), ("citizen_id", "91080000089"), ("gender", "091080000089")]
)
def test_a_message_about_a_citizen_id_is_masked(outcome: Outcome, tmp_path: Path, column: str, typed: str) -> None:
    """Why a registration is held is said without the CCCD that was typed; the register keeps it for the clerk."""
    held = outcome.findings[0]
    findings = (replace(held, column=column, value=typed),)
    write_summary(tmp_path / "s.xlsx", replace(outcome, findings=findings))
    write_register(tmp_path / "r.xlsx", replace(outcome, findings=findings))
    said = "\n".join(texts(openpyxl.load_workbook(tmp_path / "s.xlsx")["Còn thiếu căn cứ"]))
    assert typed not in said
    assert f"“{typed[:3]}{'*' * (len(typed) - 5)}{typed[-2:]}”" in said
    assert typed in texts(openpyxl.load_workbook(tmp_path / "r.xlsx")["Phát hiện"])


def test_units_are_shown_as_they_stand(plan: Campaign, tmp_path: Path) -> None:
    """Sent, late, missing and returned units are told apart, late by the date they put on their own form."""
    outcome = Factory(plan, SO_KET).outcome()
    finding = Finding("M503", Severity.ERROR, CellRef("inbox/x.xlsx"), {"others": "", "example": ""})
    refused = FileReport("inbox/x.xlsx", "1" * 64, MISSING, FileStatus.REFUSED, finding)
    states = {}
    for name, files in (("none", outcome.files), ("refused", (*outcome.files, refused))):
        write_summary(tmp_path / f"{name}.xlsx", replace(outcome, files=files))
        sheet = openpyxl.load_workbook(tmp_path / f"{name}.xlsx")["Nộp báo cáo"]
        states[name] = {row[1]: row[3] for row in sheet.iter_rows(min_row=5, max_row=16, values_only=True)}
    late = [state for state in states["none"].values() if str(state).endswith(", sau hạn")]
    assert (len(late), states["none"][LATE]) == (1, late[0])
    assert (states["none"][MISSING], states["refused"][MISSING]) == ("✗ Chưa nộp", "✗ Bị trả lại")
    assert Counter(str(state).removesuffix(", sau hạn") for state in states["none"].values()) == {
        "✓ Đạt": 10,
        "○ Có lỗi": 1,
        "✗ Chưa nộp": 1,
    }


def test_what_is_open_names_who_supplies_it(summary: openpyxl.Workbook) -> None:
    """The unset figures, blank attestations and held registrations are listed, each with its place."""
    rows = list(summary["Còn thiếu căn cứ"].iter_rows(min_row=5, values_only=True))
    said = "\n".join(str(row[4]) for row in rows)
    assert "TT1 – Đóng góp kinh phí, cơ sở vật chất đủ định mức: chưa có định mức áp dụng cho tập thể." in said
    assert "ô còn trống" in said
    held = [row for row in rows if row[4] and "Dòng đăng ký bị giữ lại" in str(row[4])]
    assert len(held) == 2
    assert all(row[5] == "Đơn vị" and "BQLDA.xlsx, Cá nhân, dòng" in str(row[6]) for row in held)


def test_what_a_unit_leaves_open_is_listed_once(plan: Campaign, tmp_path: Path) -> None:
    """A blank attestation of the unit itself, which holds up all its people, is one line with their names."""
    factory = Factory(plan, SO_KET)
    for rows in (factory.rows["individuals"], factory.rows["collectives"]):
        for row in rows:
            row.update(dict.fromkeys(("TC1", "TC2", "TC3", "TC4", "TC5", "TC6"), "Đạt") | {"under_review": "Không"})
    for row in factory.rows["unit"]:
        row.update({"TC3": None if row["unit"] == "VP" else "Đạt", "TC5": "Đạt"})
    factory.rows["achievements"].clear()
    for row in list(factory.rows["individuals"]):
        factory._add("achievements", row["unit"], {"nominee_id": row["nominee_id"], "kind": "TT2A", "achieved_on": PartialDate(2022, 1, 2)})
    write_summary(tmp_path / "s.xlsx", factory.outcome(held=0))
    rows = openpyxl.load_workbook(tmp_path / "s.xlsx")["Còn thiếu căn cứ"].iter_rows(min_row=5, values_only=True)
    lines = [row for row in rows if row[1] == "Văn phòng Sở"]
    assert len(lines) == 1
    assert str(lines[0][2]).endswith("và 2 trường hợp khác")
    assert str(lines[0][6]).startswith("VP.xlsx, Đơn vị: ")


def test_contributions_add_up_to_the_counted_rows(outcome: Outcome, summary: openpyxl.Workbook) -> None:
    """The total of the contribution table is the sum of the counted nominees' values whose date lies in the window for certain."""
    frame = outcome.register.tables["achievements"]
    last = date(2023, 6, 30)
    people = {key for table in ("collectives", "individuals") for key in outcome.register.tables[table]["nominee_id"]}
    values = zip(frame["value_vnd"], frame["achieved_on"], frame["nominee_id"], strict=True)
    expected = sum(value for value, day, owner in values if value is not None and day.last <= last and owner in people)
    assert expected < frame["value_vnd"].sum()
    rows = [row for row in summary["Tổng quan"].iter_rows(values_only=True) if row[0] == "Tổng cộng"]
    assert rows[2][10] == expected
    assert sum(rows[2][7:10]) == expected


def test_charts_are_drawn_only_over_figures(plan: Campaign, outcome: Outcome, tmp_path: Path) -> None:
    """A run with data has four charts; a run over an empty inbox has none, and says so instead."""
    nothing = {code: pd.DataFrame(columns=frame.columns, dtype=object) for code, frame in outcome.register.tables.items()}
    kept = {code: frame.iloc[:0] for code, frame in outcome.register.held.items()}
    empty = Outcome(plan, outcome.round, (), (), (), Register(nothing, kept, ()), (), ())
    counts = {}
    for name, run in (("full", outcome), ("empty", empty)):
        write_summary(tmp_path / f"{name}.xlsx", run)
        write_register(tmp_path / f"{name}-register.xlsx", run)
        with zipfile.ZipFile(tmp_path / f"{name}.xlsx") as archive:
            counts[name] = sum(member.startswith("xl/charts/chart") for member in archive.namelist())
    assert counts == {"full": 4, "empty": 0}
    with zipfile.ZipFile(tmp_path / "full.xlsx") as archive:
        drawn = [archive.read(member).decode() for member in archive.namelist() if member.startswith("xl/charts/chart")]
    # Left to place the bars itself, LibreOffice leaves out every other name beside them
    lying = [words for words in drawn if 'c:barDir val="bar"' in words]
    assert lying
    assert all('<c:layoutTarget val="inner"/>' in words and '<c:x val="0.4' in words for words in lying)
    said = texts(openpyxl.load_workbook(tmp_path / "empty.xlsx")["Tổng quan"])
    assert "Chưa có tập thể, cá nhân nào đăng ký." in said
    assert "Chưa có khoản đóng góp nào được tính trong thời gian xét." in said


# The register ------------------------------------------------------------------------------------------------------------------


def test_the_register_has_a_line_per_counted_row(outcome: Outcome, register: openpyxl.Workbook) -> None:
    """Every table's sheet holds each counted row once, by file and row."""
    for code, table in outcome.campaign.tables.items():
        frame = outcome.register.tables[code]
        rows = [row for row in register[table.sheet].iter_rows(min_row=4, values_only=True) if row[3] is not None]
        assert [(row[0], row[3]) for row in rows] == [(unit, str(row)) for unit, row in zip(frame["unit"], frame["row"], strict=True)]


def test_a_line_leads_back_to_the_cell_it_came_from(register: openpyxl.Workbook) -> None:
    """The row number is a link to that row in the file the unit sent, relative to the register."""
    link = register["Cá nhân"]["D4"].hyperlink
    assert link is not None
    assert str(link.target).replace("\\", "/") == "../../inbox/VP.xlsx"
    assert link.location == f"'Cá nhân'!A{register['Cá nhân']['D4'].value}"


@pytest.mark.parametrize("file", ["inbox/../../secret.xlsx", "inbox/a.exe", "http://example.vn/a.xlsx", "inbox/a#b.xlsx"])
def test_a_path_that_could_lead_elsewhere_is_no_link(plan: Campaign, tmp_path: Path, file: str) -> None:
    """Only workbooks under the inbox are linked; anything else is shown as text."""
    factory = Factory(plan, SO_KET)
    for row in factory.rows["individuals"]:
        row["file"] = file
    write_register(tmp_path / "r.xlsx", factory.outcome())
    assert openpyxl.load_workbook(tmp_path / "r.xlsx")["Cá nhân"]["D4"].hyperlink is None


def test_whole_dates_are_dates_and_partial_ones_text(outcome: Outcome, register: openpyxl.Workbook) -> None:
    """05/06/1980 can be sorted as a date; 1980 stays what was typed, and the CCCD keeps its leading zero."""
    columns = list(outcome.campaign.tables["individuals"].columns)
    birth, citizen = 4 + columns.index("birth_date"), 4 + columns.index("citizen_id")
    rows = [[cell.value for cell in row] for row in register["Cá nhân"].iter_rows(min_row=4)]
    assert {getattr(row[birth], "year", row[birth]) for row in rows} == {1980, "1980"}
    assert all(isinstance(row[citizen], str) and row[citizen].startswith("091") for row in rows)


def test_nominees_carry_their_verdicts(outcome: Outcome, register: openpyxl.Workbook) -> None:
    """The sheets of nominees end with result and reason per award form."""
    columns = list(outcome.campaign.tables["individuals"].columns)
    verdicts = {each.nominee_id: result_words(each.result) for each in outcome.assessments if each.kind is NomineeKind.INDIVIDUAL}
    rows = list(register["Cá nhân"].iter_rows(min_row=4, values_only=True))
    assert {row[4]: row[4 + len(columns)] for row in rows} == verdicts


def test_results_of_several_award_forms_name_theirs(plan: Campaign, tmp_path: Path) -> None:
    """Where a printed page tears a band from its columns, each column of a result or reason says which award form it is about."""
    run = Factory(plan, TONG_KET).outcome()
    write_register(tmp_path / "r.xlsx", run)
    headings = [str(cell.value) for cell in openpyxl.load_workbook(tmp_path / "r.xlsx")["Cá nhân"][3]]
    shorts = [plan.awards[code].short for code in plan.rounds[TONG_KET].awards]
    assert [words for words in headings if words.startswith(("Kết quả", "Lý do"))] == [
        f"{what}\n({short})" for short in shorts for what in ("Kết quả", "Lý do")
    ]


def test_held_rows_are_shown_as_typed_with_the_reason(register: openpyxl.Workbook) -> None:
    """A row that is not counted keeps what was typed, and says why it is held."""
    said = texts(register["Dòng bị giữ lại"])
    assert said.count("31/02/1980") == 2
    assert "Cá nhân (2)" in said
    assert sum("đã được dùng ở" in text for text in said) == 2


def test_text_that_looks_like_a_formula_stays_text(plan: Campaign, tmp_path: Path) -> None:
    """A name that begins with = reaches neither workbook as a formula."""
    factory = Factory(plan, SO_KET)
    factory.rows["individuals"][0]["full_name"] = "=HYPERLINK(A1)"
    outcome = factory.outcome()
    for write, sheet in ((write_register, "Cá nhân"), (write_summary, "Căn cứ tính")):
        write(tmp_path / "w.xlsx", outcome)
        found = [
            cell for row in openpyxl.load_workbook(tmp_path / "w.xlsx")[sheet].iter_rows() for cell in row if cell.value == "=HYPERLINK(A1)"
        ]
        assert [cell.data_type for cell in found] == ["s"] * len(found)
        assert found


def test_the_first_run_has_nothing_to_compare(register: openpyxl.Workbook) -> None:
    """Without an earlier run the sheet of changes says so."""
    assert "Đây là lần tổng hợp đầu tiên của đợt này nên chưa có gì để so sánh." in texts(register["Thay đổi"])


def test_changes_since_the_last_run_are_listed(outcome: Outcome, tmp_path: Path) -> None:
    """New nominees, changed verdicts and vanished nominees are listed; what is the same is not."""
    same = {(each.nominee_id, each.award): Verdict(each.name, each.unit, each.result.word) for each in outcome.assessments}
    first, second, *_ = outcome.assessments
    other = next(result for result in Result if result is not first.result)
    previous = same | {(first.nominee_id, first.award): Verdict(first.name, first.unit, other.word)}
    del previous[second.nominee_id, second.award]
    previous["VP-CN099", "BK_UBT"] = Verdict("Lê Văn Cũ", "VP", "met")
    write_register(tmp_path / "r.xlsx", replace(outcome, previous=previous))
    rows = list(openpyxl.load_workbook(tmp_path / "r.xlsx")["Thay đổi"].iter_rows(min_row=4, values_only=True))
    assert {(row[0], row[1], row[5], row[6]) for row in rows} == {
        ("Đổi kết quả", first.nominee_id, result_words(other), result_words(first.result)),
        ("Mới", second.nominee_id, None, result_words(second.result)),
        ("Không còn", "VP-CN099", result_words(Result.MET), None),
    }


# Explanations, other figures, prizes, votes ------------------------------------------------------------------------------------


def test_every_registered_nominee_is_explained(outcome: Outcome, register: openpyxl.Workbook) -> None:
    """A nominee is a line with its result; folded below it stands every criterion with its result, clause and cell."""
    sheet = register[WHY]
    rows = [row for row in sheet.iter_rows(min_row=6) if row[0].value]
    heads = [row for row in rows if sheet.row_dimensions[row[0].row].outlineLevel == 0]
    assert [row[1].value for row in heads] == [RESULTS[each.result] for each in in_order(outcome)]
    assert all(sheet.row_dimensions[row[0].row].hidden for row in rows if row not in heads)
    criteria = Counter(str(row[0].value).strip().split(" – ")[0] for row in rows if row not in heads)
    assert {code: criteria[code] for code in ("TT1", "TT2A", "TC1", "TC6", "P4")} == dict.fromkeys(
        ("TT1", "TT2A", "TC1", "TC6", "P4"), len(heads)
    )


def test_a_long_explanation_opens_fast(plan: Campaign, tmp_path: Path) -> None:
    """Thousands of groups of rows take minutes to open: a long list has a filter, no outline, and explains only who is not met or open."""
    run = Factory(with_figures(plan, 10_000_000), SO_KET, people=60).outcome()
    write_register(tmp_path / "r.xlsx", run)
    sheet = openpyxl.load_workbook(tmp_path / "r.xlsx")[WHY]
    assert sheet.auto_filter.ref is not None
    assert not any(row.outlineLevel or row.hidden for row in sheet.row_dimensions.values())
    heads = [row for row in sheet.iter_rows(min_row=6, max_col=2, values_only=True) if str(row[0])[:1].isdigit()]
    assert [row[1] for row in heads] == [RESULTS[each.result] for each in in_order(run)]
    tc1 = sum("TC1 – " in str(row[0].value) for row in sheet.iter_rows(min_row=6))
    assert tc1 == sum(each.result is not Result.MET for each in run.assessments)


def in_order(outcome: Outcome) -> list[Assessment]:
    """The verdicts in the order of the lists: tập thể, then cá nhân, unit by unit, by name."""
    units = list(outcome.campaign.units)
    return sorted(
        outcome.assessments,
        key=lambda each: (list(NomineeKind).index(each.kind), units.index(each.unit), sort_key(each.name), each.nominee_id),
    )


def test_an_explanation_leads_to_the_register_and_to_the_file(outcome: Outcome, register: openpyxl.Workbook) -> None:
    """The line of an attested criterion links to the nominee's line of the register and to the very cell of the file."""
    sheet = register[WHY]
    head = next(row[0].row for row in sheet.iter_rows(min_row=6) if "(VP-CN001)" in str(row[0].value))
    line = next(row for row in sheet.iter_rows(min_row=head + 1) if "TC1" in str(row[0].value))
    target, cell = line[6].hyperlink.location.replace("'", "").split("!")
    assert "VP-CN001" in [each.value for each in register[target][int(cell[1:])]]
    source = next(row for row in outcome.register.tables["individuals"].to_dict("records") if row["nominee_id"] == "VP-CN001")
    assert line[7].value == f"Cá nhân: {source['cells']['TC1']}, VP.xlsx"
    assert (line[7].hyperlink.target, line[7].hyperlink.location) == ("..\\..\\inbox\\VP.xlsx", f"'Cá nhân'!{source['cells']['TC1']}")
    assert line[8].value is not None


def test_an_explanation_says_what_to_do(plan: Campaign, tmp_path: Path) -> None:
    """Who is not met reads the single changes that would be enough, or that there is none; who is open, what is missing and from whom."""
    run = Factory(with_figures(plan, 10_000_000), SO_KET).outcome()
    write_register(tmp_path / "r.xlsx", run)
    sheet = openpyxl.load_workbook(tmp_path / "r.xlsx")[WHY]
    heads = [row for row in sheet.iter_rows(min_row=6) if row[0].value and sheet.row_dimensions[row[0].row].outlineLevel == 0]
    starts = {
        Result.MET: ("Đạt các tiêu chí của Kế hoạch",),
        Result.OPEN: ("Cần bổ sung:\n- ",),
        Result.NOT_MET: ("Chỉ cần một thay đổi sau là đủ điều kiện:\n- ", "Không có điều nào thay đổi một mình"),
    }
    for row, verdict in zip(heads, in_order(run), strict=True):
        assert str(row[2].value).startswith(starts[verdict.result])
        if verdict.result is Result.OPEN:
            assert "Người bổ sung: " in row[2].value
        single = turning(verdict, run.campaign)
        assert all(way in row[2].value for way in single)
    assert any("thêm ít nhất" in str(row[2].value) for row in heads)


def test_the_ladder_counts_what_the_lists_count(plan: Campaign, tmp_path: Path) -> None:
    """At the figure in force the ladder has the numbers of the overview, also where not everybody registered for the form."""
    run = Factory(with_figures(plan, 20_000_000), TONG_KET).outcome()
    write_summary(tmp_path / "b.xlsx", run)
    book = openpyxl.load_workbook(tmp_path / "b.xlsx", data_only=True)
    in_force = [row for row in book["Thử mức khác"].iter_rows(values_only=True) if row[0] == "► mức đang áp dụng"]
    overview = [row for row in book["Tổng quan"].iter_rows(values_only=True) if row[0] in (LIST, "BK Thủ tướng", "HCLĐ hạng Ba")][:3]
    assert sum(row[2] for row in in_force) == sum(row[7] for row in overview)
    assert sum(row[3] for row in in_force) == sum(row[8] for row in overview)
    assert {row[5] for row in in_force} == {0}


def test_prizes_are_estimated_where_they_are_known(plan: Campaign, tmp_path: Path) -> None:
    """Multiple × base salary × those who meet; what is not set is said, and how many cases the sum leaves out."""
    run = Factory(with_figures(plan, 1_000_000), TONG_KET).outcome()
    write_summary(tmp_path / "b.xlsx", run)
    sheet = openpyxl.load_workbook(tmp_path / "b.xlsx", data_only=True)["Tiền thưởng"]
    lines = {(row[0], row[1]): row for row in sheet.iter_rows(min_row=8, values_only=True) if row[1]}
    each, met, money = lines[LIST, "Tập thể"][3:6]
    assert (each, money) == (7_020_000, 7_020_000 * met)
    assert lines[LIST, "Cá nhân"][3] == "chưa có mức"
    individuals = sum(row[4] for (_, kind), row in lines.items() if kind == "Cá nhân")
    assert f"Tổng số chưa gồm {individuals} trường hợp đủ điều kiện" in " ".join(texts(sheet))


@pytest.mark.parametrize(("percent", "members", "needed"), [(80, 15, 12), (80, 9, 8), (66.7, 9, 7), (90, 10, 9), (100, 7, 7)])
def test_a_list_says_how_many_votes_are_needed(plan: Campaign, tmp_path: Path, percent: float, members: int, needed: int) -> None:
    """The share is of all members and rounded up; lines below it are marked by a format that grey paper shows too."""
    write_summary(tmp_path / "b.xlsx", Factory(with_votes(plan, percent, members), SO_KET, people=1).outcome(held=0))
    sheet = openpyxl.load_workbook(tmp_path / "b.xlsx", data_only=True)[LIST]
    assert f"cần ít nhất số phiếu là {needed}/{members}." in str(sheet["B4"].value)
    marks = [rule.dxf.numFmt.formatCode for area in sheet.conditional_formatting for rule in area.rules if rule.type == "expression"]
    assert sorted(marks) == ['"✓ "0%', '"✓ "General', '"✗ "0%', '"✗ "General']


@pytest.mark.parametrize(("percent", "typed"), [(None, 70), (80, 90.5), (80, None)])
def test_the_votes_needed_follow_the_parameter_sheet(plan: Campaign, tmp_path: Path, percent: float | None, typed: float | None) -> None:
    """Another percentage on the parameter sheet changes what the list says and demands; it is no longer the clause's, and none is none."""
    council = Council(total=15, thresholds=(Threshold("BK_UBT", percent, "III.3"),) if percent else ())
    path, changed = tmp_path / "b.xlsx", tmp_path / "changed.xlsx"
    write_summary(path, decided(Factory(replace(plan, council=council), SO_KET, people=1).outcome(held=0), *ANSWERS))
    workbook = openpyxl.load_workbook(path)
    figures = workbook["Tham số"]
    row = next(row for row in figures.iter_rows(min_row=7) if str(row[0].value).startswith("Tỷ lệ phiếu đồng ý tối thiểu"))
    assert (row[5].value, row[5].protection.locked) == (percent, False)
    row[5].value = typed
    workbook.save(changed)
    sheet = recalculated(changed, tmp_path)[LIST]
    needed = {70: 11, 90.5: 14, None: 0}[typed]
    assert sheet["M4"].value == needed
    assert ("mức thử" in sheet["B4"].value, f"cần ít nhất số phiếu là {needed}/15." in sheet["B4"].value) == ((typed is not None,) * 2)
    first = openpyxl.load_workbook(path)[LIST].conditional_formatting
    rules = {rule.formula[0] for area in first for rule in area.rules if rule.type == "expression"}
    assert rules == {"AND(ISNUMBER($H7),$M$4>0,$H7<$M$4)", "AND(ISNUMBER($H7),$M$4>0,$H7>=$M$4)"}


def test_without_a_threshold_nothing_is_said_of_needed_votes(summary: openpyxl.Workbook) -> None:
    """The plan sets no percentage, so none is invented."""
    assert "cần ít nhất" not in str(summary[LIST]["B4"].value)


def test_a_change_names_its_cause(plan: Campaign, tmp_path: Path) -> None:
    """Another figure, another cell and another decision are each said, with what was there before; no citizen id reaches the summary."""
    factory = Factory(with_figures(plan, 10_000_000), SO_KET)
    before = factory.outcome()
    gift = next(
        row for row in factory.rows["achievements"] if row["kind"].startswith("TT1") and row["achieved_on"].last <= date(2023, 6, 30)
    )
    was, gift["value_vnd"] = gift["value_vnd"], 90_000_000
    person = factory.rows["individuals"][0]
    person["citizen_id"] = "091185001234"
    factory.campaign = with_figures(plan, 12_000_000)
    now = decided(factory.outcome(), (Opinion.AGREED, 12))
    verdicts = {
        (each.nominee_id, each.award): Verdict(
            each.name, each.unit, each.result.word, {reason.criterion: (reason.actual, reason.required) for reason in each.reasons}
        )
        for each in before.assessments
    }
    run = replace(now, previous=verdicts, earlier=basis_of(before))
    write_register(tmp_path / "r.xlsx", run)
    write_summary(tmp_path / "b.xlsx", run)
    register, summary = (openpyxl.load_workbook(tmp_path / name)["Thay đổi"] for name in ("r.xlsx", "b.xlsx"))
    lines = [row for row in register.iter_rows(min_row=4, values_only=True) if row[0] == "Đổi giá trị"]
    assert {(row[1], row[6], row[7]) for row in lines} >= {(gift["nominee_id"], f"{was:,}".replace(",", "."), "90.000.000")}
    said = texts(summary)
    assert any("TT1: mức yêu cầu 10.000.000 đồng → 12.000.000 đồng (tệp campaign.toml)" in words for words in said)
    assert any(row[0] == "Ý kiến lãnh đạo" and row[6] == "Đồng ý, 12 phiếu" for row in summary.iter_rows(values_only=True))
    assert not any("091185001234" in words for words in said)
    assert any("091185001234" in words for words in texts(register))


def test_a_decision_about_a_nominee_who_is_held_now_names_him(plan: Campaign, tmp_path: Path) -> None:
    """Whoever was decided about and has left the register since stands on the page of changes with name and unit, not as a mere code."""
    factory = Factory(plan, SO_KET)
    before = factory.outcome(held=0)
    last = max((each for each in before.assessments if each.kind is NomineeKind.INDIVIDUAL), key=before.assessments.index)
    case = (last.nominee_id, "BK_UBT")
    answer = Decision(*case, Opinion.AGREED, 9, "", evidence_stamps(before)[case], "", CellRef("decisions/a.xlsx", LIST, "J8"))
    kept = {case: (Decided(answer, last.name, last.unit, "decisions/a.xlsx", date(2023, 7, 20)),)}
    verdicts = {(each.nominee_id, each.award): Verdict(each.name, each.unit, each.result.word) for each in before.assessments}
    given = replace(factory.outcome(), previous=verdicts, earlier=basis_of(before), decisions=kept)
    taken_back = replace(factory.outcome(), previous=verdicts, earlier=basis_of(replace(before, decisions=kept)))
    for run, words in ((given, (None, "Đồng ý, 9 phiếu")), (taken_back, ("Đồng ý, 9 phiếu", None))):
        write_summary(tmp_path / "b.xlsx", run)
        rows = openpyxl.load_workbook(tmp_path / "b.xlsx")["Thay đổi"].iter_rows(values_only=True)
        (line,) = (row for row in rows if row[0] == "Ý kiến lãnh đạo")
        assert line[1:7] == (last.nominee_id, last.name, plan.units[last.unit].name, LIST, *words)


# Both --------------------------------------------------------------------------------------------------------------------------


def test_the_same_run_gives_the_same_bytes(outcome: Outcome, tmp_path: Path) -> None:
    """Writing a run twice gives identical files."""
    for write in (write_register, write_summary):
        write(tmp_path / "a.xlsx", outcome)
        write(tmp_path / "b.xlsx", outcome)
        assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_both_workbooks_speak_english(outcome: Outcome, tmp_path: Path) -> None:
    """With the English catalogue every sheet has an English name and heading."""
    with language("en"):
        write_register(tmp_path / "r.xlsx", outcome)
        write_summary(tmp_path / "s.xlsx", outcome)
    assert "Findings" in openpyxl.load_workbook(tmp_path / "r.xlsx").sheetnames
    assert openpyxl.load_workbook(tmp_path / "s.xlsx").sheetnames[0] == "Overview"


def test_any_name_of_an_award_form_makes_a_sheet(plan: Campaign, tmp_path: Path) -> None:
    """Long names, names with signs Excel forbids and equal names still give a sheet each."""
    awards = {code: replace(award, short="Bằng khen/Giấy khen: hình thức rất dài [x]") for code, award in plan.awards.items()}
    write_summary(tmp_path / "s.xlsx", Factory(replace(plan, awards=awards), TONG_KET).outcome())
    names = openpyxl.load_workbook(tmp_path / "s.xlsx").sheetnames[3:6]
    assert len({name.casefold() for name in names}) == 3
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/") for name in names)
