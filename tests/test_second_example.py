"""The second example, a commune that never was: households, points and quotas come out as its own author worked them out."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook

from tests.test_report import formula_cells, listed, recalculated, with_figures, with_typed_figures
from thidua_xlsx import pipeline
from thidua_xlsx.assess import assess
from thidua_xlsx.campaign import load_campaign
from thidua_xlsx.report import write_summary

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "examples" / "xa-nep-vang"
ID, ROUND = "xa-nep-vang", "nam-2025"
Result = dict[str, Any]
EXPECTED: Result = json.loads((EXAMPLE / "ket-qua-mong-doi.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder made by ``init`` from the shipped campaign, with the example's inbox, merged."""
    folder = pipeline.init(tmp_path_factory.mktemp("nep vang") / "phong trao", ID)
    shutil.copytree(EXAMPLE / "inbox", folder / "inbox", dirs_exist_ok=True)
    pipeline.merge(folder, round=ROUND)
    return folder


@pytest.fixture(scope="module")
def result(home: Path) -> Result:
    """``ket-qua.json`` of the merge."""
    found: Result = json.loads((home / "output" / ROUND / "ket-qua.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("figure", [78.25, None, 1234.5])
def test_other_points_give_the_reasons_of_the_program(home: Path, tmp_path: Path, figure: float | None) -> None:
    """Points typed into the yellow cells, with their decimals, give result and reason of every nominee as the program gives them."""
    outcome, _ = pipeline.status(home, ROUND)
    path, changed, expected = (tmp_path / name for name in ("before.xlsx", "changed.xlsx", "expected.xlsx"))
    write_summary(path, outcome)
    campaign = with_figures(outcome.campaign, figure)
    register = outcome.register
    write_summary(expected, replace(outcome, campaign=campaign, assessments=assess(register.tables, register.held, campaign, ROUND)))
    with_typed_figures(path, changed, figure)
    computed, wanted = recalculated(changed, tmp_path), load_workbook(expected, data_only=True)
    for sheet in ("Thư khen", "Giấy khen", "BK Chủ tịch UBND tỉnh"):
        found, right = ({key: (row[5], row[6]) for key, row in listed(book, sheet).items()} for book in (computed, wanted))
        assert found == right
        assert len(found) >= 5


def test_every_verdict_is_the_one_worked_out_beforehand(result: Result) -> None:
    """All nominees × award forms, criterion by criterion; collectives, households, individuals, nobody else."""
    found = {
        (one["nominee_id"], one["award"]): {
            **{key: one[key] for key in ("unit", "kind", "name", "result")},
            "criteria": {reason["criterion"]: reason["result"] for reason in one["reasons"]},
        }
        for one in result["assessments"]
    }
    expected = {
        (one["nominee_id"], one["award"]): {key: one[key] for key in ("unit", "kind", "name", "result", "criteria")}
        for one in EXPECTED["verdicts"]
    }
    assert found == expected
    assert list(dict.fromkeys(one["kind"] for one in result["assessments"])) == ["collective", "household", "individual"]


def test_the_example_shows_every_kind_and_result() -> None:
    """An example in which nobody is left open, or no household fails, would teach nothing."""
    seen = Counter((one["kind"], one["result"]) for one in EXPECTED["verdicts"])
    assert all(seen["household", word] for word in ("met", "not_met", "open"))
    assert {kind for kind, _ in seen} == {"collective", "household", "individual"}


def test_exactly_the_planted_cells_are_spoken_of(result: Result) -> None:
    """Every slip is named at its cell with its code, and nothing sound is; what is said of awards is not of cells."""
    said = {(one["code"], one["file"], one["sheet"], one["cell"]) for one in result["findings"] if one["cell"] and one["code"][0] != "A"}
    assert said == {(one["code"], one["file"], one["sheet"], one["cell"]) for one in EXPECTED["cells"]}


def test_every_file_ends_as_expected(result: Result) -> None:
    """The earlier form is superseded, all others count, and no file of the inbox is passed over."""
    found = {(one["path"], one["unit"], one["status"]) for one in result["files"]}
    assert found == {(one["path"], one["unit"], one["status"]) for one in EXPECTED["files"]}
    assert len(found) == len(list((EXAMPLE / "inbox").iterdir()))


def test_quotas_count_and_change_no_verdict(result: Result) -> None:
    """A610 where more meet than the quota allows, with both sides of the line; A611 where not; each with its clause."""
    said = [one for one in result["findings"] if one["code"] in ("A610", "A611", "A612")]
    for wanted, found in zip(EXPECTED["quotas"], said, strict=True):
        assert found["code"] == ("A610" if wanted["meet"] > wanted["allowed"] else "A611")
        assert f"{wanted['meet']} trường hợp đủ điều kiện, chỉ tiêu {wanted['allowed']} " in found["message"]
        assert found["clause"].startswith("IV.")
    assert "cuối cùng là Hộ ông Nguyễn Công Khoa (81,5); ngoài chỉ tiêu, đầu tiên là Hộ bà Lê Ngọc Hoa (80,5)" in said[0]["message"]


def test_no_cell_is_lost(result: Result) -> None:
    """Read = registered + held + ignored."""
    cells = result["cells"]
    assert cells["read"] == cells["registered"] + cells["held"] + cells["ignored"] > 0


def test_points_are_exact(home: Path, result: Result) -> None:
    """80.5 in four parts reaches 80.5; 80.4 does not; the sums have no binary tails."""
    points = {
        one["nominee_id"]: reason["actual"]
        for one in result["assessments"]
        if one["award"] == "GK_XA"
        for reason in one["reasons"]
        if reason["criterion"] == "DIEM"
    }
    assert (points["DONG-HO02"], points["DOAI-HO02"]) == (80.5, 80.4)
    assert load_campaign(home).criteria["NHOM1"].figure == 22.5


def test_libreoffice_computes_the_same(home: Path, tmp_path: Path) -> None:
    """Recalculated from nothing, every formula of the summary gives what the run had stored, points with decimals and quotas included."""
    source = home / "output" / ROUND / "bao-cao-tong-hop.xlsx"
    stored, computed = formula_cells(source), recalculated(source, tmp_path)
    assert {key: computed[key[0]][key[1]].value or 0 for key in stored} == {key: value or 0 for key, value in stored.items()}
    assert len(stored) > 500


def test_libreoffice_computes_the_same_where_points_are_taken_off(tmp_path: Path) -> None:
    """A plan whose points may be negative shows the least beside the most, and its formulas give what the run had stored."""
    folder = pipeline.init(tmp_path / "phong trao", ID)
    shutil.copytree(EXAMPLE / "inbox", folder / "inbox", dirs_exist_ok=True)
    plan = folder / "campaign.toml"
    plan.write_text(plan.read_text(encoding="utf-8").replace("minimum = 0\nat_most", "at_most"), encoding="utf-8")
    pipeline.merge(folder, round=ROUND)
    source = folder / "output" / ROUND / "bao-cao-tong-hop.xlsx"
    assert "Ít nhất" in [cell.value for row in load_workbook(source)["Căn cứ tính"].iter_rows(max_row=8) for cell in row]
    stored, computed = formula_cells(source), recalculated(source, tmp_path)
    assert {key: computed[key[0]][key[1]].value or 0 for key in stored} == {key: value or 0 for key, value in stored.items()}


def test_households_have_their_papers(home: Path) -> None:
    """The list, minutes, decision and checklist name the households between collectives and individuals; each has its own report."""
    folder = home / "output" / ROUND / "ho-so" / "GK_XA"
    met = [one for one in EXPECTED["verdicts"] if (one["award"], one["kind"], one["result"]) == ("GK_XA", "household", "met")]
    reports = [path.parent.name for path in folder.glob("*-HO*/bao-cao-thanh-tich.docx")]
    assert reports
    assert set(reports) <= {one["nominee_id"] for one in met}
    for name in ("danh-sach.docx", "bien-ban.docx", "quyet-dinh.docx", "kiem-tra-ho-so.docx"):
        words = "\n".join(cell.text for table in Document(str(folder / name)).tables for row in table.rows for cell in row.cells)
        assert "II. HỘ GIA ĐÌNH" in words.upper()
        assert words.upper().index("I. TẬP THỂ") < words.upper().index("II. HỘ GIA ĐÌNH") < words.upper().index("III. CÁ NHÂN")
    paper = Document(str(folder / reports[0] / "bao-cao-thanh-tich.docx"))
    assert any(part.text.startswith("Hộ gia đình đề nghị: Hộ ") for part in paper.paragraphs)


def test_what_the_campaign_does_not_ask_is_not_missed(home: Path) -> None:
    """Without a table of evidence there is no list of it; earlier awards, which nobody was asked for, are dots and never “none”."""
    folder = home / "output" / ROUND / "ho-so"
    assert not list(folder.rglob("danh-muc-minh-chung.docx"))
    rows = [[cell.text for cell in row.cells] for row in Document(str(folder / "GK_XA" / "kiem-tra-ho-so.docx")).tables[2].rows]
    assert rows[0][2] == "Minh chứng đã kê khai"
    assert {row[2] for row in rows if row[0].isdigit()} == {"Phong trào không yêu cầu"}
    for path in folder.rglob("bao-cao-thanh-tich.docx"):
        held = [table for table in Document(str(path)).tables if table.cell(0, 0).text == "Năm"]
        assert [[cell.text for cell in row.cells] for table in held for row in table.rows[1:]] == [["……………………"] * 3] * 2


def test_the_summary_has_a_section_for_households(home: Path) -> None:
    """The award sheet lists tập thể, hộ gia đình, cá nhân as I, II, III, and the first page counts each kind."""
    book = load_workbook(home / "output" / ROUND / "bao-cao-tong-hop.xlsx")
    heads = [
        str(cell.value) for row in book["Giấy khen"].iter_rows() for cell in row if str(cell.value).startswith(("I. ", "II. ", "III. "))
    ]
    assert [head.split(" (")[0] for head in heads] == ["I. TẬP THỂ", "II. HỘ GIA ĐÌNH", "III. CÁ NHÂN"]
    first = {cell.value for row in book["Tổng quan"].iter_rows() for cell in row}
    assert {"Tập thể", "Hộ gia đình", "Cá nhân"} <= first


def test_the_example_is_what_its_script_makes(tmp_path: Path) -> None:
    """Made anew from ``ke-khai.toml``, the example is the same, file by file and part by part of every workbook."""
    subprocess.run([sys.executable, "-B", EXAMPLE / "tao_vi_du.py", tmp_path], check=True)
    for path in sorted(tmp_path.rglob("*")):
        kept = EXAMPLE / path.relative_to(tmp_path)
        if path.is_file():
            assert _content(path) == _content(kept), kept
    assert {path.name for path in (EXAMPLE / "inbox").iterdir()} == {path.name for path in (tmp_path / "inbox").iterdir()}


def _content(path: Path) -> object:
    if path.suffix != ".xlsx":
        return path.read_bytes()
    with zipfile.ZipFile(path) as package:
        return [(member.filename, package.read(member)) for member in package.infolist()]


def test_nobody_in_it_exists() -> None:
    """The plan says of itself that it is invented, and its only law is a law."""
    words = (ROOT / "workbook_templates" / ID / "campaign.toml").read_text(encoding="utf-8")
    assert "KHÔNG CÓ THẬT" in words
    assert {law["source"] for law in tomllib.loads(words)["law"]} == {"Luật số 06/2022/QH15 có hiệu lực từ ngày 01/01/2024"}
