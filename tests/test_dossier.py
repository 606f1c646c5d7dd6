"""The Word papers: complete, consistent, equal to docxtpl's own output, refused where a template is wrong."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pandas as pd
import pytest
from docx import Document
from docxtpl import DocxTemplate
from jinja2 import Environment, StrictUndefined
from lxml import etree
from pypdf import PdfReader

from tests import office
from thidua_xlsx.campaign import Campaign, leaves, load_campaign
from thidua_xlsx.dossier import ContradictionError, TemplateError, check_templates, print_order, write_dossiers
from thidua_xlsx.dossier._appraisals import appraisal, evidence_list
from thidua_xlsx.dossier._fields import Appraisal, CollectiveReport, EvidenceList, IndividualReport, Paper
from thidua_xlsx.dossier._lint import fields_of
from thidua_xlsx.dossier._nominations import nominations
from thidua_xlsx.dossier._papers import papers
from thidua_xlsx.dossier._reports import report
from thidua_xlsx.dossier._stage import stage_report
from thidua_xlsx.dossier._stage_facts import Facts
from thidua_xlsx.dossier._stage_fields import Charts
from thidua_xlsx.dossier._template import FastTemplate
from thidua_xlsx.dossier._words import balanced
from thidua_xlsx.model import Assessment, CellRef, Decided, Decision, NomineeKind, Opinion, PartialDate, Reason, Result
from thidua_xlsx.outcome import Outcome
from thidua_xlsx.register import Register

HOME = Path(__file__).parents[1] / "workbook_templates" / "kien-giang"
WORD = HOME / "word"
REPORT = "bao-cao-thanh-tich.docx"
OWN = (REPORT, "danh-muc-minh-chung.docx", "phieu-tham-dinh.docx")
PAPERS = ("to-trinh.docx", "danh-sach.docx", "bien-ban.docx", "quyet-dinh.docx", "kiem-tra-ho-so.docx")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
Rows = Mapping[str, Sequence[Mapping[str, object]]]

STANDARDS = dict.fromkeys(("TC1", "TC2", "TC4", "TC6"), "Đạt")
COLLECTIVE: Mapping[str, object] = {
    "unit": "QLN",
    "nominee_id": "QLN-TT01",
    "name": "Phòng Quản lý nhà và Thị trường bất động sản",
    "head_name": "Trần Thị Bích Thủy",
    "head_title": "Trưởng phòng",
    "members": 12,
    "women": 5,
    "address": "Số 8 Nguyễn Trung Trực, phường Vĩnh Thanh, thành phố Rạch Giá",
    "phone": "02973123456",
    "duties": "Tham mưu quản lý nhà nước về nhà ở và thị trường bất động sản.",
    "award_sought": "BK_UBT",
    **STANDARDS,
    "TC3": "Đạt",
    "TC5": "Đạt",
    "performance": "Hoàn thành xuất sắc nhiệm vụ",
    "party_rating": "Hoàn thành tốt nhiệm vụ",
    "union_rating": "Hoàn thành xuất sắc nhiệm vụ",
    "discipline": "Không",
    "under_review": "Không",
}
PERSON: Mapping[str, object] = {
    "unit": "QLN",
    "nominee_id": "QLN-CN001",
    "salutation": "Ông",
    "full_name": "Nguyễn Hữu Phước",
    "birth_date": PartialDate(1980, 4, 3),
    "gender": "Nam",
    "citizen_id": "091080001234",
    "hometown": "Xã Mỹ Đức, thành phố Hà Tiên, tỉnh Kiên Giang",
    "residence": "Phường Vĩnh Lạc, thành phố Rạch Giá, tỉnh Kiên Giang",
    "position": "Phó Trưởng phòng",
    "department": "Phòng Quản lý nhà và Thị trường bất động sản",
    "category": "Lãnh đạo phòng, đơn vị",
    "qualification": "Thạc sĩ Quản lý xây dựng",
    "party_member": "Có",
    "award_sought": "BK_UBT",
    **STANDARDS,
    "performance": "Hoàn thành tốt nhiệm vụ",
    "discipline": "Không",
    "under_review": "Không",
}
DEEDS: Sequence[Mapping[str, object]] = (
    {
        "unit": "QLN",
        "nominee_id": "QLN-CN001",
        "achievement_id": "QLN-T001",
        "kind": "TT1-TIEN",
        "content": "ND5",
        "achieved_on": PartialDate(2022, 9, 5),
        "description": "Ủng hộ quỹ Vì người nghèo của tỉnh",
        "value_vnd": 15_000_000,
        "used_for": "Không",
        "evidence_id": "QLN-MC01",
    },
    {
        "unit": "QLN",
        "nominee_id": "QLN-CN001",
        "achievement_id": "QLN-T002",
        "kind": "TT1-HIENVAT",
        "content": "ND3",
        "achieved_on": PartialDate(2023, 1),
        "description": "Tặng quà Tết cho hộ nghèo phường Vĩnh Thanh.",
        "value_vnd": 6_500_000,
        "item": "Phần quà Tết (gạo, dầu ăn)",
        "quantity": 13,
        "unit_of_measure": "phần",
        "unit_price": 500_000,
        "valuation": "hóa đơn mua hàng",
        "used_for": "Không",
        "evidence_id": "QLN-MC01; QLN-MC02",
    },
    {
        "unit": "QLN",
        "nominee_id": "QLN-CN001",
        "achievement_id": "QLN-T003",
        "kind": "TT2B-MOHINH",
        "content": "ND2",
        "achieved_on": PartialDate(2022),
        "description": "Mô hình “Mái ấm cuối tuần”: đoàn viên góp ngày công sửa nhà cho hộ nghèo",
        "effect": "sửa xong nhà cho hộ nghèo trước mùa mưa",
        "effect_amount": 7,
        "effect_unit": "căn nhà",
        "recognized_by": "Sở Xây dựng",
        "decision_no": "112/QĐ-SXD",
        "decision_date": PartialDate(2022, 12, 20),
        "share_percent": 60.0,
        "evidence_id": "QLN-MC02",
    },
    {
        "unit": "QLN",
        "nominee_id": "QLN-CN001",
        "achievement_id": "QLN-T004",
        "kind": "TT1-TIEN",
        "content": "ND5",
        "achieved_on": PartialDate(2023),
        "description": "Khoản này có thể nằm ngoài thời gian tính thành tích",
        "value_vnd": 99_000_000,
        "evidence_id": "QLN-MC01",
    },
    {
        "unit": "QLN",
        "nominee_id": "QLN-TT01",
        "achievement_id": "QLN-T005",
        "kind": "TT2A",
        "content": "ND1",
        "achieved_on": PartialDate(2022, 3, 15),
        "description": "Kiến nghị UBND tỉnh bổ sung chính sách hỗ trợ nhà ở cho hộ cận nghèo vùng ven biển",
        "petition_document": "Công văn số 215/SXD-QLN ngày 15/3/2022",
        "petition_result": "Được tiếp thu",
        "evidence_id": "QLN-MC02",
    },
)
PRIOR: Sequence[Mapping[str, object]] = (
    {
        "unit": "QLN",
        "nominee_id": "QLN-CN001",
        "year": 2021,
        "type": "Danh hiệu thi đua",
        "name": "Chiến sĩ thi đua cơ sở",
        "decision_no": "15/QĐ-SXD",
        "decision_date": PartialDate(2022, 1, 20),
        "issued_by": "Sở Xây dựng",
    },
    {"unit": "QLN", "nominee_id": "QLN-CN001", "year": 2020, "type": "Hình thức khen thưởng", "name": "Giấy khen"},
)
UNITS = (
    {"unit": "QLN", "head_name": "Trần Thị Bích Thủy", "head_title": "Trưởng phòng", "TC3": "Đạt", "TC5": "Đạt"},
    {"unit": "TTKD", "head_name": "Lê Văn Ẩn", "head_title": "Giám đốc", "TC3": "Đạt", "TC5": "Đạt"},
    {"unit": "VP", "TC3": "Đạt"},
)
EVIDENCE = (
    {"unit": "QLN", "evidence_id": "QLN-MC01", "title": "Phiếu thu quỹ Vì người nghèo"},
    {"unit": "QLN", "evidence_id": "QLN-MC02", "title": "Xác nhận của UBND phường Vĩnh Thanh"},
)


@pytest.fixture(scope="module")
def campaign() -> Campaign:
    """The plan that ships."""
    return load_campaign(HOME / "campaign.toml")


def frame(campaign: Campaign, table: str, rows: Sequence[Mapping[str, object]]) -> pd.DataFrame:
    """A register frame: every column of the table, blanks None, in the order of rows."""
    names = ("unit", "file", "sheet", "row", *campaign.tables[table].columns, "cells")
    return pd.DataFrame({name: pd.Series([row.get(name) for row in rows], dtype=object) for name in names})


def outcome(campaign: Campaign, rows: Rows, round_id: str = "so-ket-2023", open_ids: Sequence[str] = ()) -> Outcome:
    """A run over a register of these rows, in which all meet the form they sought but those in ``open_ids``."""
    rows = {"unit": UNITS, "evidence": EVIDENCE} | dict(rows)
    tables = {code: frame(campaign, code, rows.get(code, ())) for code in campaign.tables}
    assessments = [
        Assessment(
            str(row["nominee_id"]),
            str(row["unit"]),
            kind,
            str(row.get("name") or row.get("full_name")),
            award,
            Result.MET if award == row["award_sought"] and row["nominee_id"] not in open_ids else Result.OPEN,
            tuple(reason(campaign, code, row) for code in dict.fromkeys(leaves(campaign.awards[award].requires))),
        )
        for kind, table in ((NomineeKind.COLLECTIVE, "collectives"), (NomineeKind.INDIVIDUAL, "individuals"))
        for row in rows.get(table, ())
        for award in campaign.rounds[round_id].awards
    ]
    register = Register(tables, {}, ())
    return Outcome(campaign, campaign.rounds[round_id], (), (), (), register, tuple(assessments), ())


def reason(campaign: Campaign, code: str, row: Mapping[str, object]) -> Reason:
    """A criterion that is met, at a cell of the nominee's unit."""
    measured = campaign.criteria[code].measure is not None
    value: float | str = 1 if measured else "Đạt"
    cells = (CellRef(f"inbox/{row['unit']}.xlsx", "Thành tích", "H12"), CellRef(f"inbox/{row['unit']}.xlsx", "Thành tích", "H13"))
    return Reason(code, Result.MET, value, value, campaign.criteria[code].clause, cells)


def person(number: int, name: str, **values: object) -> Mapping[str, object]:
    """Another person of the same unit unless said otherwise."""
    return {**PERSON, "nominee_id": f"{values.get('unit', 'QLN')}-CN{number:03d}", "full_name": name, **values}


def everyone() -> Rows:
    """One collective and three people of two units, one of them with next to nothing declared."""
    bare = {"unit": "TTKD", "nominee_id": "TTKD-CN001", "full_name": "Bùi Thị Ánh Nguyệt", "award_sought": "BK_UBT"}
    people = (PERSON, bare, person(2, "Danh Ấn", salutation=None))
    return {"collectives": (COLLECTIVE,), "individuals": people, "achievements": DEEDS, "prior_awards": PRIOR}


def opened(path: Path) -> Any:
    """The paper as python-docx reads it."""
    return Document(str(path))


def document_text(path: Path) -> str:
    """Everything a reader sees in the body, tables included, in order."""
    return "\n".join("".join(node.itertext(f"{W}t")) for node in opened(path).element.iter(f"{W}p"))


def names_in(path: Path, table: int, column: int) -> list[str]:
    """A column of one of a paper's tables, without its heading and section rows."""
    rows = [[cell.text for cell in row.cells] for row in opened(path).tables[table].rows]
    return [cells[column] for cells in rows if cells[0].isdigit()]


def parts(content: bytes) -> dict[str, bytes]:
    """The XML parts of a document in canonical form."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        names = [name for name in package.namelist() if re.fullmatch(r"(?:word|docProps)/[^/]+\.xml", name)]
        return {name: etree.tostring(etree.fromstring(package.read(name)), method="c14n") for name in names}


def edited(tmp_path: Path, name: str, find: str, put: str) -> Path:
    """A copy of the templates in which one was changed in Word: a text of its body replaced."""
    folder = tmp_path / "word"
    shutil.copytree(WORD, folder)
    with zipfile.ZipFile(WORD / name) as package:
        contents = {one: package.read(one) for one in package.namelist()}
    body = contents["word/document.xml"].decode()
    assert find in body
    contents["word/document.xml"] = body.replace(find, put, 1).encode()
    with zipfile.ZipFile(folder / name, "w") as package:
        for one, content in contents.items():
            package.writestr(one, content)
    return folder


def test_who_gets_papers(campaign: Campaign, tmp_path: Path) -> None:
    """A report for everyone who sought the award form and meets it, the form's papers once, in the order of the lists."""
    written = write_dossiers(tmp_path, outcome(campaign, everyone(), open_ids=["QLN-CN002"]), WORD)
    paths = [path.relative_to(tmp_path).as_posix() for path in written]
    reports = [f"BK_UBT/{nominee}/{name}" for nominee in ("QLN-TT01", "QLN-CN001", "TTKD-CN001") for name in OWN]
    assert paths == reports + [f"BK_UBT/{name}" for name in PAPERS]
    assert sorted(path for path in tmp_path.rglob("*") if path.is_file()) == sorted(written)


def test_chosen_nominees(campaign: Campaign, tmp_path: Path) -> None:
    """For chosen nominees only their own papers are written, whatever the verdict."""
    written = write_dossiers(tmp_path, outcome(campaign, everyone(), open_ids=["QLN-CN002"]), WORD, nominees=["QLN-CN002"])
    assert written == tuple(tmp_path / "BK_UBT" / "QLN-CN002" / name for name in OWN)


def test_nobody_meets(campaign: Campaign, tmp_path: Path) -> None:
    """Where nobody meets the criteria nothing is written, and no template is needed."""
    assert write_dossiers(tmp_path, outcome(campaign, {"collectives": (COLLECTIVE,)}, open_ids=["QLN-TT01"]), tmp_path) == ()
    assert list(tmp_path.iterdir()) == []


def test_the_papers_agree(campaign: Campaign, tmp_path: Path) -> None:
    """The number in the tờ trình, the rows of the danh sách, the biên bản, the quyết định, the checklist and the reports agree."""
    written = write_dossiers(tmp_path, outcome(campaign, everyone()), WORD)
    folder = tmp_path / "BK_UBT"
    expected = ["Phòng Quản lý nhà và Thị trường bất động sản", "Danh Ấn", "Nguyễn Hữu Phước", "Bùi Thị Ánh Nguyệt"]
    assert sum(path.name == REPORT for path in written) == len(expected)
    assert names_in(folder / "danh-sach.docx", 1, 1) == expected
    assert names_in(folder / "bien-ban.docx", 1, 1) == expected
    assert names_in(folder / "kiem-tra-ho-so.docx", 2, 1) == expected
    listed = names_in(folder / "quyet-dinh.docx", 2, 1)
    assert [line.removeprefix("Ông ").split(",")[0] for line in listed] == expected
    assert names_in(folder / "danh-sach.docx", 1, 0) == ["1", "1", "2", "3"]
    for name in ("to-trinh.docx", "danh-sach.docx", "bien-ban.docx", "quyet-dinh.docx", "kiem-tra-ho-so.docx"):
        assert "01 tập thể và 03 cá nhân" in document_text(folder / name)


def test_individual_report(campaign: Campaign, tmp_path: Path) -> None:
    """The report carries the register's words, the achievements of the window by content, and their sum in figures and words."""
    write_dossiers(tmp_path, outcome(campaign, everyone()), WORD)
    text = document_text(tmp_path / "BK_UBT" / "QLN-CN001" / REPORT)
    assert "1. Họ và tên: Nguyễn Hữu Phước" in text
    assert "Sinh ngày, tháng, năm: 03/04/1980; giới tính: Nam" in text
    assert "- Ngày 05/09/2022 (Tiền): Ủng hộ quỹ Vì người nghèo của tỉnh. Trị giá: 15.000.000 đồng." in text
    assert "- Tháng 01/2023 (Hiện vật): Tặng quà Tết cho hộ nghèo phường Vĩnh Thanh. Trị giá: 6.500.000 đồng." in text
    assert "Minh chứng: Phiếu thu quỹ Vì người nghèo (QLN-MC01); Xác nhận của UBND phường Vĩnh Thanh (QLN-MC02)." in text
    assert "21.500.000 đồng (Bằng chữ: Hai mươi mốt triệu năm trăm nghìn đồng)." in text
    assert text.index("a) Giải pháp") < text.index("b) Tuyên truyền") < text.index("c) Vận động hộ khá")
    assert "ngoài thời gian" not in text
    assert names_in(tmp_path / "BK_UBT" / "QLN-CN001" / REPORT, 1, 1) == ["Chiến sĩ thi đua cơ sở"]
    assert names_in(tmp_path / "BK_UBT" / "QLN-CN001" / REPORT, 2, 1) == ["Giấy khen"]


def test_what_two_sums_count_is_contributed_once(campaign: Campaign, tmp_path: Path) -> None:
    """A second sum over the same column, for gifts in money alone, does not add them to the total again."""
    total = campaign.measures["tt1_total"]
    cash = replace(total, id="cash", where={"kind": ("TT1-TIEN",)})
    write_dossiers(tmp_path, outcome(replace(campaign, measures={**campaign.measures, "cash": cash}), everyone()), WORD)
    assert "21.500.000 đồng (Bằng chữ" in document_text(tmp_path / "BK_UBT" / "QLN-CN001" / REPORT)


def test_collective_report(campaign: Campaign, tmp_path: Path) -> None:
    """A collective's report has the collective layout, and no sum where nothing of money's worth was declared."""
    write_dossiers(tmp_path, outcome(campaign, everyone()), WORD)
    text = document_text(tmp_path / "BK_UBT" / "QLN-TT01" / REPORT)
    assert "I. THÔNG TIN CHUNG" in text
    assert "Tập thể đề nghị" not in text
    assert "12 người, trong đó nữ: 5 người" in text
    assert "Văn bản kiến nghị: Công văn số 215/SXD-QLN ngày 15/3/2022; kết quả: Được tiếp thu." in text
    assert "Tổng giá trị" not in text


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("SỞ XÂY DỰNG", ["SỞ XÂY DỰNG"]),
        ("HỘI ĐỒNG THI ĐUA - KHEN THƯỞNG", ["HỘI ĐỒNG", "THI ĐUA - KHEN THƯỞNG"]),
        ("HỘI ĐỒNG THI ĐUA - KHEN THƯỞNG XÃ NẾP VÀNG", ["HỘI ĐỒNG", "THI ĐUA - KHEN THƯỞNG", "XÃ NẾP VÀNG"]),
        ("HỘI LIÊN HIỆP PHỤ NỮ XÃ", ["HỘI LIÊN HIỆP", "PHỤ NỮ XÃ"]),
        ("PHÒNG KINH TẾ VÀ VẬT LIỆU XÂY DỰNG", ["PHÒNG KINH TẾ VÀ", "VẬT LIỆU XÂY DỰNG"]),
    ],
)
def test_no_compound_is_torn_in_a_letterhead(name: str, lines: list[str]) -> None:
    """An agency's name that is too long for the left half of the head stands on lines that end where a word ends."""
    assert balanced(name).split("\n") == lines


MAU_02 = ("I. SƠ LƯỢC LÝ LỊCH", "1. Quyền hạn, nhiệm vụ", "XÁC NHẬN CỦA CẤP TRÌNH KHEN THƯỞNG")
MAU_01 = ("I. SƠ LƯỢC ĐẶC ĐIỂM, TÌNH HÌNH", "2. Những biện pháp hoặc nguyên nhân", "4. Hoạt động của tổ chức đảng, đoàn thể")
CHUYEN_DE = ("I. THÔNG TIN CHUNG", "so với chỉ tiêu đã đăng ký", "3. Phạm vi ảnh hưởng")


@pytest.mark.parametrize(
    ("day", "award", "person", "collective", "names"),
    [
        (date(2023, 7, 31), "BK_UBT", CHUYEN_DE, CHUYEN_DE, ("Mẫu số 07", "Mẫu số 07")),
        (date(2023, 7, 31), "HCLD_3", MAU_02, MAU_01, ("Mẫu số 02", "Mẫu số 01")),
        (date(2024, 8, 31), "BK_TTG", MAU_02, MAU_01, ("", "Mẫu số 02")),
        (date(2025, 8, 31), "BK_UBT", CHUYEN_DE, CHUYEN_DE, ("", "")),
        (date(2025, 8, 31), "HCLD_3", MAU_02, MAU_01, ("", "")),
    ],
)
def test_the_layout_follows_award_form_kind_and_day(
    campaign: Campaign,
    tmp_path: Path,
    day: date,
    award: str,
    person: Sequence[str],
    collective: Sequence[str],
    names: tuple[str, str],
) -> None:
    """Each report is made in the form that the campaign file gives for award form, kind and day; its name is printed where it is known."""
    rows = {"individuals": ({**PERSON, "award_sought": award},), "collectives": ({**COLLECTIVE, "award_sought": award},)}
    found = outcome(campaign, dict(everyone()) | rows)
    found = replace(found, round=replace(found.round, decided_on=day))
    write_dossiers(tmp_path, found, WORD, nominees=["QLN-CN001", "QLN-TT01"])
    for nominee, headings, name in (("QLN-CN001", person, names[0]), ("QLN-TT01", collective, names[1])):
        path = tmp_path / award / nominee / REPORT
        assert [words for words in (*CHUYEN_DE, *MAU_01, *MAU_02) if words in document_text(path)] == list(headings)
        assert opened(path).sections[0].first_page_header.paragraphs[0].text == name


def test_a_template_that_a_form_names_is_examined(campaign: Campaign, tmp_path: Path) -> None:
    """A template of a form that is not in force yet is missed and examined too; without forms the usual templates are enough."""
    templates = edited(tmp_path, "bao-cao-chuyen-de-tap-the.docx", "{{ nominee.phone }}", "{{ nominee.position }}")
    (templates / "bao-cao-chuyen-de-ca-nhan.docx").unlink()
    unknown, missing = check_templates(templates, campaign)
    assert "bao-cao-chuyen-de-ca-nhan.docx" in missing
    assert "nominee.position" in unknown
    assert check_templates(templates, replace(campaign, forms=())) == ()


def test_citizen_numbers_are_never_printed(campaign: Campaign, tmp_path: Path) -> None:
    """The CCCD stands in no part of any paper."""
    for path in write_dossiers(tmp_path, outcome(campaign, everyone()), WORD):
        with zipfile.ZipFile(path) as package:
            assert not any(b"091080001234" in package.read(name) for name in package.namelist())


def test_what_was_not_supplied_is_dotted(campaign: Campaign, tmp_path: Path) -> None:
    """No label stands before nothing: what a unit left out is a dotted line, and the checklist names it."""
    write_dossiers(tmp_path, outcome(campaign, everyone()), WORD)
    text = document_text(tmp_path / "BK_UBT" / "TTKD-CN001" / REPORT)
    for label in ("Quê quán", "Nơi thường trú", "Chức vụ", "Mức độ hoàn thành nhiệm vụ"):
        assert f"{label}: ……" in text
    assert "None" not in text
    checklist = opened(tmp_path / "BK_UBT" / "kiem-tra-ho-so.docx").tables[2]
    lacking = {row.cells[1].text: row.cells[3].text for row in checklist.rows}
    assert "Quê quán; Nơi thường trú" in lacking["Bùi Thị Ánh Nguyệt"]
    assert lacking["Danh Ấn"] == "Không"


@pytest.mark.parametrize(
    "name", ["Cty A & B <C>", "Phòng TC&HC", "a\x0bb\x07 & c", "{{ nominee.name }} {% endfor %}", "dòng 1\ndòng 2 & <w:t>"]
)
def test_text_survives(campaign: Campaign, tmp_path: Path, name: str) -> None:
    """Names with signs of XML or of templates are printed whole; only characters that XML forbids are dropped."""
    rows = {"individuals": (person(1, name),)}
    for path in write_dossiers(tmp_path, outcome(campaign, rows), WORD):
        if path.name != "to-trinh.docx":
            shown = "".join(paragraph.text for paragraph in opened(path).element.iter(f"{W}p")).replace("\n", "")
            assert re.sub("[\x00-\x1f]", "", name) in shown


def test_same_bytes_again(campaign: Campaign, tmp_path: Path) -> None:
    """A second run gives the same bytes of every paper."""
    first, second = (write_dossiers(tmp_path / run, outcome(campaign, everyone()), WORD) for run in ("1", "2"))
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_equal_to_docxtpl(campaign: Campaign) -> None:
    """Every part of every paper equals what docxtpl itself makes of the shipped template (C14N), newlines and & included."""
    rows = dict(everyone()) | {"individuals": (PERSON, person(3, "Cty A & B <C>", hometown="Ấp 1\nxã 2 & 3\tvà <4>"))}
    found = outcome(campaign, rows)
    everybody = nominations(found)
    contexts: list[tuple[str, Any]] = [
        (f"bao-cao-{theme}{'tap-the' if one.kind is NomineeKind.COLLECTIVE else 'ca-nhan'}.docx", report(one, found))
        for one in everybody
        for theme in ("", "chuyen-de-")
    ]
    contexts += [("danh-muc-minh-chung.docx", evidence_list(one, found)) for one in everybody]
    contexts += [("phieu-tham-dinh.docx", appraisal(one, found, ())) for one in everybody]
    contexts += papers("BK_UBT", [(one, "x", frozenset()) for one in everybody], everybody, found).items()
    contexts.append(("bao-cao-so-ket-tong-ket.docx", stage_report(Facts.of(found, {}), "so_ket", Charts("", "", ""))))
    assert {name for name, _ in contexts} == {path.name for path in WORD.glob("*.docx")}
    for name, paper in contexts:
        context = {one.name: getattr(paper, one.name) for one in fields(paper)}
        slow, target = DocxTemplate(WORD / name), io.BytesIO()
        slow.render(context, Environment(autoescape=True, undefined=StrictUndefined))
        slow.save(target)
        assert parts(FastTemplate(WORD / name).render(context)) == parts(target.getvalue())


def test_shipped_templates_are_sound(campaign: Campaign) -> None:
    """The templates that ship have no unknown and no missing field."""
    assert check_templates(WORD, campaign) == ()


@pytest.mark.parametrize(
    ("name", "find", "put", "said"),
    [
        ("bao-cao-ca-nhan.docx", "{{ nominee.hometown }}", "{{ nominee.homtown }}", "nominee.homtown"),
        ("bao-cao-ca-nhan.docx", "{{ group.letter }}", "{{ group.leter }}", "contents.leter"),
        ("danh-sach.docx", "{{ line.summary }}", "{{ lines.summary }}", "lines"),
        ("to-trinh.docx", "{{ counts }}", "{{ counts.bold }}", "counts.bold"),
        ("to-trinh.docx", "{{ sets }}", "{{ sets.__class__ }}", "sets.__class__"),
        ("bien-ban.docx", "{{ line.name }}", "…", "considered_collectives.name"),
    ],
)
def test_wrong_fields_are_refused(campaign: Campaign, tmp_path: Path, name: str, find: str, put: str, said: str) -> None:
    """A field that no paper has, or one that the paper cannot do without, is refused with file and field before anything is written."""
    templates = edited(tmp_path, name, find, put)
    with pytest.raises(TemplateError) as caught:
        write_dossiers(tmp_path / "ho-so", outcome(campaign, everyone()), templates)
    assert [problem.startswith(f"{name}:") and f"“{said}”" in problem for problem in caught.value.problems] == [True]
    assert not (tmp_path / "ho-so").exists()


def test_the_place_of_a_wrong_field_is_named(campaign: Campaign, tmp_path: Path) -> None:
    """The words around an unknown field, and the fields that can be used there, are named."""
    templates = edited(tmp_path, "bao-cao-ca-nhan.docx", "{{ nominee.hometown }}", "{{ nominee.que_quan }}")
    (problem,) = check_templates(templates, campaign)
    assert "“3. Quê quán: {{ nominee.que_quan }}”" in problem
    assert "hometown" in problem


def test_all_problems_at_once(campaign: Campaign, tmp_path: Path) -> None:
    """A missing file, a file that is no Word document and a tag that is not closed are all named in one go."""
    templates = edited(tmp_path, "bien-ban.docx", "{{ council.name }}", "{% if council.name %}")
    (templates / "to-trinh.docx").unlink()
    (templates / "danh-sach.docx").write_text("không phải Word", encoding="utf-8")
    problems = check_templates(templates, campaign)
    assert [problem.split(":")[0] for problem in problems] == ["to-trinh.docx", "danh-sach.docx", "bien-ban.docx"]


@pytest.mark.parametrize(
    "put", ["{{ nominee.hometown|nofilter }}", "{{ nominee.hometown / 2 }}", "{{ titles[7].name }}", "{% tr %}", "{{ '<w:p>'|safe }}"]
)
def test_fields_that_cannot_work_are_found_beforehand(campaign: Campaign, tmp_path: Path, put: str) -> None:
    """An unknown filter, impossible arithmetic, a place in a list that is not there, a wrong tag and broken XML are named with the file."""
    templates = edited(tmp_path, "bao-cao-ca-nhan.docx", "{{ nominee.hometown }}", put)
    (problem,) = check_templates(templates, campaign)
    assert problem.startswith("bao-cao-ca-nhan.docx:")


def test_a_field_that_fails_on_real_values(campaign: Campaign, tmp_path: Path) -> None:
    """What only fails on the values of a nominee is an error that names the template and the words around, not a traceback."""
    templates = edited(tmp_path, "bao-cao-chuyen-de-ca-nhan.docx", "{{ nominee.hometown }}", "{{ titles[0].name }}")
    found = outcome(campaign, {"individuals": (PERSON,)})
    with pytest.raises(TemplateError, match=r"bao-cao-chuyen-de-ca-nhan\.docx.*3\. Quê quán"):
        write_dossiers(tmp_path / "ho-so", found, templates)


def test_a_right_edit_is_used(campaign: Campaign, tmp_path: Path) -> None:
    """An office may rearrange fields, use filters and name things of its own."""
    put = "{% set place = nominee.hometown %}{{ place|upper }}"
    put += "{% for held in titles if held.year %} {{ loop.index }}/{{ held.name }}{% endfor %}"
    templates = edited(tmp_path, "bao-cao-chuyen-de-ca-nhan.docx", "{{ nominee.hometown }}", put)
    path, *_ = write_dossiers(tmp_path, outcome(campaign, everyone()), templates, nominees=["QLN-CN001"])
    assert "Quê quán: XÃ MỸ ĐỨC, THÀNH PHỐ HÀ TIÊN, TỈNH KIÊN GIANG 1/Chiến sĩ thi đua cơ sở" in document_text(path)


@pytest.mark.parametrize(
    ("round_id", "award", "name", "request_words", "decider", "signer"),
    [
        ("hang-nam-2022", "GK_GDS", "HỘI ĐỒNG", "Giám đốc Sở Xây dựng xem xét, tặng", "GIÁM ĐỐC SỞ XÂY DỰNG TỈNH KIÊN GIANG", "GIÁM ĐỐC"),
        (
            "so-ket-2023",
            "BK_UBT",
            "SỞ XÂY DỰNG",
            "Chủ tịch UBND tỉnh Kiên Giang xem xét, tặng",
            "CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH KIÊN GIANG",
            "CHỦ TỊCH",
        ),
        ("tong-ket-2025", "BK_TTG", "SỞ XÂY DỰNG", "xem xét, trình Thủ tướng Chính phủ tặng", "THỦ TƯỚNG CHÍNH PHỦ", "THỦ TƯỚNG CHÍNH PHỦ"),
    ],
)
def test_letterheads_follow_the_authority(
    campaign: Campaign, tmp_path: Path, round_id: str, award: str, name: str, request_words: str, decider: str, signer: str
) -> None:
    """Who proposes, who is asked, and under whose head the decision is drafted depend on the authority of the award form."""
    rows = {"individuals": (person(1, "Lê Văn Út", award_sought=award),)}
    write_dossiers(tmp_path, outcome(campaign, rows, round_id), WORD)
    proposal, decision = (opened(tmp_path / award / file) for file in ("to-trinh.docx", "quyet-dinh.docx"))
    assert proposal.tables[0].cell(0, 0).text.split("\n")[1] == name
    assert request_words in document_text(tmp_path / award / "to-trinh.docx")
    assert decider in [paragraph.text for paragraph in decision.paragraphs]
    assert decision.tables[1].cell(0, 1).text.split("\n")[0] == signer


def test_law_and_day_of_the_paper(campaign: Campaign, tmp_path: Path) -> None:
    """Căn cứ follow the day of decision; the day itself is left to be written, months below 3 with a leading zero."""
    rows = {"individuals": (PERSON,)}
    write_dossiers(tmp_path / "1", outcome(campaign, rows), WORD)
    text = document_text(tmp_path / "1" / "BK_UBT" / "to-trinh.docx")
    assert "Căn cứ Nghị định số 91/2017/NĐ-CP của Chính phủ;" in text
    assert "Kiên Giang, ngày …… tháng 7 năm 2023" in text
    found = outcome(campaign, rows)
    write_dossiers(tmp_path / "2", replace(found, round=replace(found.round, decided_on=date(2026, 2, 27))), WORD)
    text = document_text(tmp_path / "2" / "BK_UBT" / "to-trinh.docx")
    assert "Nghị định số 152/2025/NĐ-CP ngày 14 tháng 6 năm 2025" in text
    assert "ngày …… tháng 02 năm 2026" in text


def test_layout_of_administrative_papers(campaign: Campaign, tmp_path: Path) -> None:
    """NĐ 30/2020: A4, margins, Times New Roman, quốc hiệu and tiêu ngữ, no page number on page 1, centred in the top margin after."""
    for path in write_dossiers(tmp_path, outcome(campaign, everyone()), WORD):
        document = opened(path)
        section, style = document.sections[0], document.styles["Normal"]
        paper = sorted(round(side.mm) for side in (section.page_width, section.page_height))
        margins = [round(side.mm) for side in (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)]
        assert (paper, margins, style.font.name) == ([210, 297], [20, 20, 30, 20], "Times New Roman")
        assert (section.page_width > section.page_height) is (path.name == "danh-sach.docx")
        assert style.font.size.pt in {13, 14}
        country, motto = document.tables[0].cell(0, 1).paragraphs[:2]
        assert (country.text, country.runs[0].bold) == ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", True)
        assert (motto.text, motto.runs[0].bold, motto.runs[0].font.size.pt) == ("Độc lập - Tự do - Hạnh phúc", True, 13)
        assert section.different_first_page_header_footer
        assert "PAGE" in etree.tostring(section.header._element, encoding="unicode")
        assert "PAGE" not in etree.tostring(section.first_page_header._element, encoding="unicode")


def test_ids_alike_on_disk(campaign: Campaign, tmp_path: Path) -> None:
    """Two ids that Windows cannot tell apart get folders of their own."""
    people = (person(1, "Lê Văn Út", nominee_id="A/1"), person(2, "Lê Văn Ba", nominee_id="a-1"))
    written = write_dossiers(tmp_path, outcome(campaign, {"individuals": people}), WORD)
    folders = {str(path.parent).casefold() for path in written if path.name == REPORT}
    assert len(folders) == 2


def test_discipline_and_use_are_told(campaign: Campaign, tmp_path: Path) -> None:
    """A discipline with its decision, and an achievement already used for another award, are printed as declared."""
    someone = person(1, "Lê Văn Út", discipline="Khiển trách", discipline_decision="12/QĐ-SXD", discipline_until=PartialDate(2023, 5))
    deed = {**DEEDS[0], "used_for": "GK_GDS", "content": None}
    found = outcome(campaign, {"individuals": (someone,), "achievements": (deed,)})
    path, *_ = write_dossiers(tmp_path, found, WORD, nominees=["QLN-CN001"])
    text = document_text(path)
    assert "Khiển trách (quyết định: 12/QĐ-SXD; thời hạn đến: 05/2023)" in text
    assert "Đã dùng để đề nghị tặng Giấy khen của Giám đốc Sở." in text
    assert "a) Nội dung thi đua: ……" in text


def test_every_field_is_documented() -> None:
    """The page on Word templates names every field that a template may use."""
    page = (HOME.parents[1] / "docs" / "word-templates.md").read_text(encoding="utf-8")
    for paper in (CollectiveReport, IndividualReport, EvidenceList, Appraisal, Paper):
        for name, shape in fields_of(paper).items():
            assert f"`{name}" in page
            item = next(iter(get_args(shape)), shape)
            for inner in fields_of(item):
                assert f".{inner}`" in page, f"{name}.{inner}"


@pytest.mark.parametrize("name", sorted(path.name for path in WORD.glob("*.docx")))
def test_signatures_follow_their_closing_sentence(name: str) -> None:
    """The sentence before a signature table is kept with it, with no empty paragraph between: LibreOffice lets go of the table there."""
    body = list(opened(WORD / name).element.body)
    closing = [body[place - 1] for place in range(1, len(body)) if body[place].tag == f"{W}tbl" and "Ky" in styles_in(body[place])]
    assert closing
    for paragraph in closing:
        assert "".join(paragraph.itertext(f"{W}t")).strip()
        assert paragraph.find(f"{W}pPr/{W}keepNext") is not None


def styles_in(table: Any) -> set[str]:
    """The paragraph styles that a table uses."""
    return {style.get(f"{W}val") for style in table.iter(f"{W}pStyle")}


SPOILED = [
    ("to-trinh.docx", "{{ counts }}", "05 cá nhân", [("A640", "BK_UBT/to-trinh.docx")]),
    (
        "danh-sach.docx",
        "{%tr for line in individuals %}",
        "{%tr for line in individuals if line.number != '3' %}",
        [("A641", "BK_UBT/danh-sach.docx")],
    ),
    ("quyet-dinh.docx", "{{ line.called }}", "{{ line.called|replace('ữ', 'ử') }}", [("A642", "BK_UBT/quyet-dinh.docx")]),
    ("bien-ban.docx", "{{ line.unit }}", "{{ line.unit|truncate(12) }}", [("A643", "BK_UBT/bien-ban.docx")]),
    ("bao-cao-chuyen-de-tap-the.docx", "{{ award.name|upper }}", "{{ award.name|truncate(9) }}", [("A643", f"BK_UBT/QLN-TT01/{REPORT}")]),
]


@pytest.mark.parametrize(("name", "find", "put", "expected"), SPOILED)
def test_papers_that_contradict_each_other_are_stopped(
    campaign: Campaign, tmp_path: Path, name: str, find: str, put: str, expected: list[tuple[str, str]]
) -> None:
    """A number typed in, a row left out or moved, a name, unit or award form changed by the template stops the set with a finding."""
    templates = edited(tmp_path, name, find, put)
    if name == "bao-cao-chuyen-de-tap-the.docx":
        _replace_all(templates / name, "{{ award.name }}", "{{ award.authority }}")
    with pytest.raises(ContradictionError) as caught:
        write_dossiers(tmp_path / "ho-so", outcome(campaign, everyone()), templates)
    assert list(dict.fromkeys((found.code, found.ref.file) for found in caught.value.findings)) == expected
    assert caught.value.exit_code == 1
    assert not (tmp_path / "ho-so" / "BK_UBT").exists()


def _replace_all(template: Path, find: str, put: str) -> None:
    """Replace a text wherever it stands in a template's body."""
    with zipfile.ZipFile(template) as package:
        contents = {one: package.read(one) for one in package.namelist()}
    contents["word/document.xml"] = contents["word/document.xml"].decode().replace(find, put).encode()
    with zipfile.ZipFile(template, "w") as package:
        for one, content in contents.items():
            package.writestr(one, content)


def test_votes_stand_in_the_minutes(campaign: Campaign, tmp_path: Path) -> None:
    """Once the leadership has decided, the minutes list all who were considered with their votes; the other papers only the agreed."""
    found = outcome(campaign, everyone(), open_ids=["QLN-CN002"])
    found = replace(found, campaign=replace(campaign, council=replace(campaign.council, total=11)), decisions=dict(decisions()))
    write_dossiers(tmp_path, found, WORD)
    minutes = tmp_path / "BK_UBT" / "bien-ban.docx"
    table = next(table for table in opened(minutes).tables if len(table.columns) == 6)
    rows = [[cell.text for cell in row.cells][1:] for row in table.rows if row.cells[0].text.isdigit()]
    assert [(row[0], *row[2:]) for row in rows] == [
        ("Phòng Quản lý nhà và Thị trường bất động sản", "11/11", "100 %", "Đồng ý"),
        ("Danh Ấn", "09/11", "81,82 %", "Đồng ý"),
        ("Nguyễn Hữu Phước", "04/11", "36,36 %", "Không đồng ý\nThành tích chưa nổi trội"),
        ("Bùi Thị Ánh Nguyệt", "……/11", "…… %", "……"),
    ]
    text = document_text(minutes)
    assert "đưa ra xét 01 tập thể và 03 cá nhân" in text
    assert "cho 01 tập thể và 01 cá nhân được Hội đồng đồng ý" in text
    assert "chưa đề nghị 02 cá nhân khác" in text
    assert names_in(tmp_path / "BK_UBT" / "danh-sach.docx", 1, 1) == ["Phòng Quản lý nhà và Thị trường bất động sản", "Danh Ấn"]
    assert "Đồng ý; số phiếu đồng ý: 09/11, đạt 81,82 %." in document_text(tmp_path / "BK_UBT" / "QLN-CN002" / "phieu-tham-dinh.docx")


def decisions() -> Iterator[tuple[tuple[str, str], tuple[Decided, ...]]]:
    """What the leadership decided: two agreed, one not, one without a decision."""
    for nominee, opinion, votes, why in (
        ("QLN-TT01", Opinion.AGREED, 11, ""),
        ("QLN-CN002", Opinion.AGREED, 9, ""),
        ("QLN-CN001", Opinion.NOT_AGREED, 4, "Thành tích chưa nổi trội"),
    ):
        ref = CellRef("decisions/a.xlsx", "Ý kiến", "A5")
        decision = Decision(nominee, "BK_UBT", opinion, votes, why, "", "", ref)
        yield (nominee, "BK_UBT"), (Decided(decision, "", "QLN", "decisions/a.xlsx", date(2023, 7, 20)),)


@pytest.mark.parametrize("opinion", [Opinion.NOT_AGREED, Opinion.PUT_OFF])
def test_a_council_that_agrees_to_nobody_has_minutes(campaign: Campaign, tmp_path: Path, opinion: Opinion) -> None:
    """Minutes with everybody who was discussed, the votes and the conclusion; no proposal and no decision, and the checklist says so."""
    found = outcome(campaign, everyone())
    ref = CellRef("decisions/a.xlsx", "BK_UBT", "C7")
    refused = {
        (one.nominee_id, one.award): (
            Decided(Decision(one.nominee_id, one.award, opinion, 4, "chưa nổi bật", "", "", ref), "", "QLN", ref.file, date(2023, 7, 20)),
        )
        for one in found.assessments
    }
    written = write_dossiers(tmp_path, replace(found, decisions=refused), WORD)
    assert [path.relative_to(tmp_path).as_posix() for path in written] == ["BK_UBT/bien-ban.docx", "BK_UBT/kiem-tra-ho-so.docx"]
    assert print_order(written) == {}
    minutes = document_text(tmp_path / "BK_UBT" / "bien-ban.docx")
    for one in found.assessments:
        assert one.name in minutes
    assert "04/" in minutes
    assert "chưa nổi bật" in minutes
    assert "thống nhất không đề nghị tặng Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh trong đợt này" in minutes
    assert "cho 0" not in minutes
    checklist = document_text(tmp_path / "BK_UBT" / "kiem-tra-ho-so.docx")
    assert "không lập tờ trình, danh sách, dự thảo quyết định" in checklist
    assert "to-trinh.docx" not in checklist
    assert "Biên bản họp" in checklist
    assert "00" not in checklist


def test_the_appraisal_names_clauses_and_cells(campaign: Campaign, tmp_path: Path) -> None:
    """A phiếu thẩm định says the verdict, every criterion with its result, its clause and the cells of the unit's workbook."""
    write_dossiers(tmp_path, outcome(campaign, everyone()), WORD)
    path = tmp_path / "BK_UBT" / "QLN-CN001" / "phieu-tham-dinh.docx"
    text = document_text(path)
    assert "Kết quả đối chiếu: ĐỦ ĐIỀU KIỆN" in text
    assert "Phiếu đăng ký làm căn cứ: inbox/QLN.xlsx." in text
    rows = [[cell.text for cell in row.cells] for row in opened(path).tables[1].rows]
    numbers = [row[0] for row in rows[1:]]
    assert numbers[:4] == ["1", "1.1", "1.2", "1.3"]
    assert len(numbers) == 4 + len(tuple(leaves(campaign.awards["BK_UBT"].requires))) - 3
    assert rows[2][2:] == ["Đủ điều kiện", "Thành tích!H12, H13"]
    assert campaign.clauses["III.3.TT1"].text in rows[2][1]


def test_the_appraisal_takes_two_pages(campaign: Campaign, tmp_path: Path) -> None:
    """A phiếu thẩm định with every criterion of the plan, its clause and its cells is printed on one sheet, both sides."""
    write_dossiers(tmp_path, outcome(campaign, everyone()), WORD)
    for nominee in ("QLN-CN001", "QLN-TT01"):
        source = tmp_path / "BK_UBT" / nominee / "phieu-tham-dinh.docx"
        assert len(PdfReader(office.converted(source, tmp_path / nominee, "pdf")).pages) <= 2


def test_sections_are_numbered_as_they_are_there(campaign: Campaign, tmp_path: Path) -> None:
    """A list of individuals alone begins with I.; with collectives before them they are section II."""
    write_dossiers(tmp_path / "1", outcome(campaign, {"individuals": (PERSON,)}), WORD)
    write_dossiers(tmp_path / "2", outcome(campaign, everyone()), WORD)
    for name in ("danh-sach.docx", "quyet-dinh.docx", "bien-ban.docx", "kiem-tra-ho-so.docx"):
        alone, both = (document_text(tmp_path / folder / "BK_UBT" / name).lower() for folder in "12")
        assert "\ni. cá nhân" in alone
        assert "ii. cá nhân" not in alone
        assert both.index("\ni. tập thể") < both.index("\nii. cá nhân")


def test_the_list_of_evidence(campaign: Campaign, tmp_path: Path) -> None:
    """Every piece of evidence an achievement of the window names stands once, with the achievements it backs; the rest is said."""
    bare = {**DEEDS[0], "achievement_id": "QLN-T009", "evidence_id": None}
    rows = {"individuals": (PERSON,), "achievements": (*DEEDS, bare)}
    write_dossiers(tmp_path, outcome(campaign, rows), WORD)
    path = tmp_path / "BK_UBT" / "QLN-CN001" / "danh-muc-minh-chung.docx"
    listed = [[cell.text for cell in row.cells][1:5] for row in opened(path).tables[1].rows if row.cells[0].text.isdigit()]
    unknown = "…………………… ngày ……………………; ……………………"
    assert listed == [
        ["QLN-MC02", "Xác nhận của UBND phường Vĩnh Thanh\n……………………", unknown, "QLN-T003; QLN-T002"],
        ["QLN-MC01", "Phiếu thu quỹ Vì người nghèo\n……………………", unknown, "QLN-T001; QLN-T002"],
    ]
    assert "Thành tích chưa có minh chứng: QLN-T009." in document_text(path)
    assert "Danh mục gồm 02 minh chứng./." in document_text(path)


def test_no_evidence_is_said_once(campaign: Campaign, tmp_path: Path) -> None:
    """A list without evidence says that there is none, and does not count “00” pieces of it."""
    bare = tuple({**one, "evidence_id": None} for one in DEEDS)
    write_dossiers(tmp_path, outcome(campaign, {"individuals": (PERSON,), "achievements": bare}), WORD)
    words = document_text(tmp_path / "BK_UBT" / "QLN-CN001" / "danh-muc-minh-chung.docx")
    assert "Danh mục không có minh chứng./." in words
    assert "00 minh chứng" not in words


def test_the_decision_names_the_kinds_it_lists(campaign: Campaign, tmp_path: Path) -> None:
    """Where only people are rewarded, the subject, article 3 and the list's heading say nothing of collectives."""
    write_dossiers(tmp_path / "1", outcome(campaign, {"individuals": (PERSON,), "achievements": DEEDS}), WORD)
    words = document_text(tmp_path / "1" / "BK_UBT" / "quyet-dinh.docx")
    assert "tập thể" not in words.lower()
    for said in ("cho cá nhân có thành tích", "có liên quan và cá nhân có tên tại Điều 1", "Cá nhân được khen thưởng"):
        assert said in words
    write_dossiers(tmp_path / "2", outcome(campaign, everyone()), WORD)
    assert "cho tập thể, cá nhân có thành tích" in document_text(tmp_path / "2" / "BK_UBT" / "quyet-dinh.docx")


def test_the_proposal_claims_no_more_than_the_verdict(campaign: Campaign, tmp_path: Path) -> None:
    """Of somebody whom the council agreed to although the criteria are not met, no paper says that they are."""
    found = outcome(campaign, {"individuals": (PERSON,), "achievements": DEEDS})
    found = replace(found, assessments=tuple(replace(one, result=Result.NOT_MET) for one in found.assessments))
    ref = CellRef("decisions/a.xlsx", "Ý kiến", "A5")
    agreed = Decided(Decision("QLN-CN001", "BK_UBT", Opinion.AGREED, None, "", "", "", ref), "", "QLN", ref.file, date(2023, 7, 20))
    write_dossiers(tmp_path, replace(found, decisions={("QLN-CN001", "BK_UBT"): (agreed,)}), WORD)
    for path in (tmp_path / "BK_UBT").glob("*.docx"):
        assert "đủ điều kiện" not in document_text(path), path.name


def agreed_certificates(campaign: Campaign) -> Outcome:
    """A year's giấy khen that the leadership agreed to: one collective, two people."""
    sought = {"award_sought": "GK_GDS"}
    people = ({**PERSON, **sought}, person(2, "Cty A & B <C>", salutation=None, **sought))
    found = outcome(campaign, {"collectives": ({**COLLECTIVE, **sought},), "individuals": people}, "hang-nam-2022")
    ref = CellRef("decisions/a.xlsx", "Ý kiến", "A5")
    agreed: dict[tuple[str, str], tuple[Decided, ...]] = {}
    for nominee in ("QLN-TT01", "QLN-CN001", "QLN-CN002"):
        decision = Decision(nominee, "GK_GDS", Opinion.AGREED, None, "", "", "", ref)
        agreed[nominee, "GK_GDS"] = (Decided(decision, "", "QLN", ref.file, date(2023, 1, 9)),)
    return replace(found, decisions=agreed)


def test_certificates_are_one_file_for_the_batch(campaign: Campaign, tmp_path: Path) -> None:
    """Once agreed: a page per awardee in the order of the decision, texts at their places in millimetres, a golden-book number."""
    found = agreed_certificates(campaign)
    write_dossiers(tmp_path, found, WORD)
    document = opened(tmp_path / "GK_GDS" / "giay-khen.docx")
    assert [(round(one.page_width.mm), round(one.page_height.mm)) for one in document.sections] == [(297, 210)] * 3
    texts = [paragraph.text for paragraph in document.paragraphs if paragraph.text]
    assert texts[0::5] == ["Phòng Quản lý nhà và Thị trường bất động sản", "Ông Nguyễn Hữu Phước", "Cty A & B <C>"]
    assert [text.rsplit("\n", 1)[1] for text in texts[3::5]] == ["Sổ vàng số: 01", "Sổ vàng số: 02", "Sổ vàng số: 03"]
    frame = document.paragraphs[0]._element.find(f"{W}pPr/{W}framePr")
    places = [round(int(frame.get(f"{W}{name}")) * 25.4 / 1440, 1) for name in ("x", "y", "w")]
    assert places == [40.0, 92.0, 217.0]
    lines = opened(tmp_path / "GK_GDS" / "giay-khen-o-luoi.docx").tables[0]
    assert (len(lines.columns), len(lines.rows)) == (27, 19)
    assert [lines.cell(0, 1).text, lines.cell(1, 0).text] == ["20", "20"]


def test_certificates_wait_for_the_decision(campaign: Campaign, tmp_path: Path) -> None:
    """Nothing is printed on stock before the leadership has agreed, nor for award forms that have other stock."""
    write_dossiers(tmp_path / "1", replace(agreed_certificates(campaign), decisions={}), WORD)
    write_dossiers(tmp_path / "2", outcome(campaign, everyone()), WORD)
    assert not list(tmp_path.rglob("giay-khen*"))


@pytest.mark.parametrize(
    ("find", "put", "said"),
    [
        ('words = "{workplace}"', 'words = "{noi_cong_tac}"', "mục [[text]] thứ 2: không có {noi_cong_tac}; dùng được: {name}"),
        ("left = 40", 'left = "40"', "mục [[text]] thứ 1: left = 40 phải là một số"),
        ("top = 92", "top = 920", "top = 920 nằm ngoài khổ giấy"),
        ("size = 24", "syze = 24", "không có syze"),
        ('align = "center"', 'align = "giữa"', "không có giữa"),
        ("width = 297", "", "width = None phải là một số"),
        ('awards = ["GK_GDS"]', "awards", "không đọc được"),
    ],
)
def test_a_wrong_layout_is_refused(campaign: Campaign, tmp_path: Path, find: str, put: str, said: str) -> None:
    """What is wrong with the places of a certificate is named with the text it concerns, before anything is written."""
    folder = tmp_path / "word"
    shutil.copytree(WORD, folder)
    layout = folder / "giay-khen.toml"
    layout.write_text(layout.read_text(encoding="utf-8").replace(find, put, 1), encoding="utf-8")
    assert any(said in problem and problem.startswith("giay-khen.toml: ") for problem in check_templates(folder, campaign))
    with pytest.raises(TemplateError):
        write_dossiers(tmp_path / "ho-so", agreed_certificates(campaign), folder)
