"""Every paper of a made-up campaign says what the register says: names, titles, units, figures, order and counts, read back as text.

``THIDUA_PAPERS_NOMINEES`` sets the number of nominees for a longer run (``THIDUA_PAPERS_NOMINEES=1000 pytest tests/test_paper_trail.py``).
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook

from tests import sheets
from tests.test_truth import UNITS
from thidua_xlsx import pipeline, vietnamese

NOMINEES = int(os.environ.get("THIDUA_PAPERS_NOMINEES", "60"))
ROUND = "hang-nam-2023"
AWARDS = {"GK_GDS": "Giấy khen của Giám đốc Sở", "BK_UBT": "Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh"}
PER_UNIT = 90
GOOD = "Hoàn thành tốt nhiệm vụ"
COLLECTIVES = (
    "Cty A & B <C>",
    "Tổ “Vì người nghèo” số 2",
    "Tổ công tác 'Mái ấm' & Đội xung kích",
    "Đội  thanh niên   tình nguyện",
    unicodedata.normalize("NFD", "Tổ Hỗ trợ kỹ thuật – xây dựng nhà ở"),
    (
        "Tổ công tác rà soát, thẩm định, hướng dẫn hộ nghèo, hộ cận nghèo, gia đình chính sách và người có công với cách mạng xây dựng, "
        "sửa chữa nhà ở trên địa bàn các xã bãi ngang ven biển, hải đảo"
    ),
)
PEOPLE = (
    "Nguyễn  Thị   Ánh Nguyệt",
    unicodedata.normalize("NFD", "Đặng Hoàng Huỳnh Như"),
    "Danh Ấn",
    "H’Len Niê",
    "Công Tằng Tôn Nữ Hoàng Thị Quỳnh Phương Thảo Nguyên",
    "Trần Thị Hoà",
    "Lê Đức Thuỷ",
)
SURNAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Võ", "Đặng", "Bùi", "Đỗ", "Ngô", "Dương", "Lý", "Danh", "Thị", "Ôn")
MIDDLES = ("Văn", "Thị Ngọc", "Hữu", "Minh", "Thị Ánh", "Quốc", "Đình", "Thị Bích", "Hoàng", "Xuân")
GIVEN = ("An", "Ấn", "Bình", "Châu", "Dũng", "Đạt", "Giang", "Hà", "Hạnh", "Ích", "Khoa", "Lộc", "Mỹ", "Nghĩa", "Oanh", "Ửng", "Ý", "Yến")
POSITIONS = ("Chuyên viên", "Phó Trưởng phòng", "Kế toán viên & thủ quỹ", "Nhân viên lái xe", "Giám định viên <hạng II>")
Cells = Mapping[str, Any]


def _unit(code: str, number: int) -> sheets.Rows:
    """What a unit types: a collective for every eight people, and all of them with something done."""
    first = list(UNITS).index(code)
    collectives = [_collective(code, place, first) for place in range(1, number // 8 + 1)]
    people = [_person(code, place, first * PER_UNIT + place) for place in range(1, number - len(collectives) + 1)]
    everybody = [*collectives, *people]
    name, kind = UNITS[code]
    unit = {
        "code": code,
        "name": name,
        "kind": kind,
        "preparer": "Trần Thị Bích Hạnh",
        "phone": "02973811222",
        "email": "don.vi@example.vn",
        "head_name": "Lê Văn Thành",
        "head_title": "Trưởng phòng",
        "prepared_on": date(2023, 12, 1),
        "declared_collectives": len(collectives),
        "declared_individuals": len(people),
        "staff_total": 200,
        "staff_women": 80,
        **dict.fromkeys(("TC3", "TC5"), "Đạt"),
        "party_rating": GOOD,
        "union_rating": GOOD,
    }
    deeds = [deed for place, one in enumerate(everybody) for deed in _deeds(code, place, str(one["nominee_id"]))]
    deeds = [{"achievement_id": f"{code}-T{place:03d}", **deed} for place, deed in enumerate(deeds, start=1)]
    evidence = [{"evidence_id": f"{code}-MC01", "title": "Biên lai & phiếu thu"}]
    return {"unit": [unit], "collectives": collectives, "individuals": people, "achievements": deeds, "evidence": evidence}


def _collective(code: str, place: int, first: int) -> sheets.Row:
    number = 2 * first + place - 1
    name = COLLECTIVES[number] if place < 3 and number < len(COLLECTIVES) else f"Tổ công tác số {place}, {UNITS[code][0]}"
    return {
        "nominee_id": f"{code}-TT{place:02d}",
        "name": name,
        "head_name": "Lê Văn Thành",
        "head_title": "Tổ trưởng",
        "members": 9,
        "women": 4,
        "address": "Rạch Giá",
        "phone": "02973811222",
        "duties": "Hỗ trợ nhà ở cho hộ nghèo",
        "award_sought": "BK_UBT" if place % 2 else "GK_GDS",
        **dict.fromkeys(("TC1", "TC2", "TC3", "TC4", "TC5", "TC6"), "Đạt"),
        **dict.fromkeys(("performance", "party_rating", "union_rating"), GOOD),
        **dict.fromkeys(("discipline", "under_review"), "Không"),
    }


def _person(code: str, place: int, number: int) -> sheets.Row:
    step, turn = divmod(number, len(SURNAMES) * len(MIDDLES))
    usual = f"{SURNAMES[turn % len(SURNAMES)]} {MIDDLES[turn // len(SURNAMES)]} {GIVEN[(step * 7 + number) % len(GIVEN)]}"
    name = PEOPLE[place - 1] if number <= len(PEOPLE) else usual
    woman = "Thị" in unicodedata.normalize("NFC", name) or "Nữ" in name
    year = 1970 + number % 30
    return {
        "nominee_id": f"{code}-CN{place:03d}",
        "salutation": "Bà" if woman else "Ông",
        "full_name": name,
        "birth_date": date(year, 1 + number % 12, 1 + number % 28),
        "gender": "Nữ" if woman else "Nam",
        "citizen_id": f"091{int(woman)}{year % 100:02d}{number:06d}",
        "position": POSITIONS[number % len(POSITIONS)],
        "department": UNITS[code][0],
        "category": "Công chức, viên chức",
        "award_sought": "GK_GDS" if number % 3 else "BK_UBT",
        **dict.fromkeys(("TC1", "TC2", "TC4", "TC6"), "Đạt"),
        "performance": GOOD,
        **dict.fromkeys(("discipline", "under_review"), "Không"),
    }


def _deeds(code: str, place: int, nominee: str) -> Iterator[sheets.Row]:
    """A petition, with which everybody meets the plan, and of most a sum of money that was given."""
    shared: sheets.Row = {"nominee_id": nominee, "content": f"ND{place % 5 + 1}", "used_for": "Không", "evidence_id": f"{code}-MC01"}
    petition = {"petition_document": f"{place + 1}/SXD-{code}", "petition_result": "Được tiếp thu"}
    description = f"Kiến nghị số {place + 1} về nhà ở cho hộ nghèo"
    yield {**shared, "kind": "Kiến nghị chính sách", "achieved_on": date(2023, 3, 1 + place % 28), "description": description, **petition}
    if place % 4:
        money = {"value_vnd": 1_000_000 + 137_000 * place + len(code)}
        yield {**shared, "kind": "Tiền", "achieved_on": date(2023, 5, 1 + place % 28), "description": f"Ủng hộ quỹ lần {place}", **money}


@dataclass(frozen=True)
class Office:
    """The results of a campaign whose leadership has agreed to everybody."""

    home: Path
    folder: Path
    tables: Mapping[str, list[Cells]]

    def sought(self, award: str, kind: str) -> list[Cells]:
        """The rows of the register that seek an award form, in the order of every list: by unit, then by name."""
        units = list(UNITS)
        rows = [row for row in self.tables[kind] if row["Hình thức đăng ký"] == AWARDS[award]]
        return sorted(rows, key=lambda row: (units.index(row["Đơn vị"]), vietnamese.sort_key(name_of(row)), row["Mã đối tượng"]))

    def everybody(self, award: str) -> list[Cells]:
        """Collectives first, then individuals."""
        return [*self.sought(award, "Tập thể"), *self.sought(award, "Cá nhân")]

    def paper(self, award: str, name: str) -> Any:
        """A paper as python-docx reads it."""
        return Document(str(self.folder / "ho-so" / award / name))


def name_of(row: Cells) -> str:
    """The name of a nominee, as the register has it."""
    return str(row.get("Tên tập thể") or row.get("Họ và tên"))


def register(path: Path) -> dict[str, list[Cells]]:
    """The sheets of the master register as rows by heading."""
    book = load_workbook(path, read_only=False)
    found: dict[str, list[Cells]] = {}
    for title in ("Tập thể", "Cá nhân", "Thành tích"):
        rows = list(book[title].iter_rows(values_only=True))
        head = next(place for place, row in enumerate(rows) if row[0] == "Đơn vị")
        found[title] = [dict(zip(map(str, rows[head]), row, strict=True)) for row in rows[head + 1 :] if row[0]]
    return found


def make(home: Path, nominees: int) -> Path:
    """A campaign folder in which everybody meets the plan and the leadership has agreed to all; gives its results."""
    pipeline.init(home)
    codes = list(UNITS)[: max(3, -(-nominees // PER_UNIT))]
    pipeline.issue(home, ROUND, codes)
    share, more = divmod(nominees, len(codes))
    for place, code in enumerate(codes):
        form = home / "issued" / ROUND / f"{code}.xlsx"
        sheets.fill(form, home / "inbox" / f"{code}.xlsx", _unit(code, share + (place < more)))
    summary = pipeline.merge(home, round=ROUND).folder / "bao-cao-tong-hop.xlsx"
    book = load_workbook(summary)
    for award in AWARDS:
        sheet = next(each for each in book if str(each["A1"].value).endswith(f"|{award}"))
        columns = {cell.value: cell.column for cell in sheet[5] if cell.value}
        for row in (row for row in range(6, sheet.max_row + 1) if sheet.cell(row, 1).value):
            sheet.cell(row, columns["decision"]).value = "Đồng ý"
    book.save(home / "lanh-dao.xlsx")
    found = pipeline.decide(home, home / "lanh-dao.xlsx", apply=True)
    assert found.kept
    pipeline.report(home, "tong-ket", ROUND)
    return pipeline.merge(home, round=ROUND).folder


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """All papers of the campaign."""
    home = tmp_path_factory.mktemp("trail") / "thi-dua"
    folder = make(home, NOMINEES)
    return Office(home, folder, register(folder / "so-tong-hop.xlsx"))


def said(document: Any) -> str:
    """Everything a reader sees, a paragraph a line."""
    breaks = {"t", "br", "tab"}
    lines = []
    for paragraph in document.element.body.iter("{*}p"):
        found = (node for node in paragraph.iter() if node.tag.rsplit("}", 1)[-1] in breaks)
        lines.append("".join(node.text or "" if node.tag.endswith("}t") else " " for node in found))
    return "\n".join(lines)


def numbered(document: Any) -> list[list[str]]:
    """The cells of every row of a ruled table that begins with a number."""
    rows = ([cell.text for cell in row.cells] for table in document.tables for row in table.rows)
    return [cells for cells in rows if len(cells) > 1 and cells[0].strip().isdigit()]


def pointed(number: int) -> str:
    """With points between thousands."""
    return f"{number:,}".replace(",", ".")


def money_of(office: Office, row: Cells) -> int:
    """What the register says a nominee has given."""
    deeds = (deed for deed in office.tables["Thành tích"] if deed["Mã đối tượng"] == row["Mã đối tượng"])
    return sum(int(deed["Giá trị (đồng)"]) for deed in deeds if deed["Giá trị (đồng)"] and deed["Nhóm thành tích"] == "Tiền")


def test_everybody_is_registered(office: Office) -> None:
    """Nobody is lost or renamed on the way: the register has every name as it was typed, in one form of Unicode and with single blanks."""
    assert sum(len(office.tables[kind]) for kind in ("Tập thể", "Cá nhân")) == NOMINEES
    names = {name_of(row) for kind in ("Tập thể", "Cá nhân") for row in office.tables[kind]}
    for name in (*COLLECTIVES, *PEOPLE):
        assert " ".join(unicodedata.normalize("NFC", name).split()) in names


@pytest.mark.parametrize("award", AWARDS)
def test_counts(office: Office, award: str) -> None:
    """The proposal, the list, the minutes, the decision and the checklist state the number of rows that the register has."""
    collectives, individuals = (len(office.sought(award, kind)) for kind in ("Tập thể", "Cá nhân"))
    counts = f"{collectives:02d} tập thể và {individuals:02d} cá nhân"
    for name in ("to-trinh.docx", "danh-sach.docx", "bien-ban.docx", "quyet-dinh.docx", "kiem-tra-ho-so.docx"):
        assert counts in said(office.paper(award, name)), name
    reports = [path.parent.name for path in (office.folder / "ho-so" / award).glob("*/bao-cao-thanh-tich.docx")]
    assert sorted(reports) == sorted(row["Mã đối tượng"] for row in office.everybody(award))


@pytest.mark.parametrize("award", AWARDS)
@pytest.mark.parametrize("name", ["danh-sach.docx", "bien-ban.docx", "quyet-dinh.docx", "kiem-tra-ho-so.docx"])
def test_names_titles_and_order(office: Office, award: str, name: str) -> None:
    """Every list has the register's names, to the letter and in one order, each with the title, unit and figures of its row."""
    expected = office.everybody(award)
    names = {name_of(row) for row in expected}
    rows = [cells for cells in numbered(office.paper(award, name)) if any(each in cells[1] for each in names)]
    assert len(rows) == len(expected)
    for cells, row in zip(rows, expected, strict=True):
        listed, words = cells[1].removeprefix(f"{row.get('Danh xưng')} "), " ".join(cells)
        assert listed.startswith(f"{name_of(row)}, ") if name == "quyet-dinh.docx" else listed == name_of(row)
        if name == "danh-sach.docx":
            total = money_of(office, row)
            assert cells[4] == AWARDS[award]
            assert re.findall(r"trị giá ([\d.]+) đồng", words) == ([pointed(total)] if total else [])
        if "Họ và tên" in row and name != "kiem-tra-ho-so.docx":
            assert row["Chức vụ"] in words
            assert row["Đơn vị công tác"] in words


@pytest.mark.parametrize("award", AWARDS)
def test_reports(office: Office, award: str) -> None:
    """Each report has its nominee's name, title and unit, and the sum of the register's cells in figures and in words."""
    for row in office.everybody(award):
        words = said(office.paper(award, f"{row['Mã đối tượng']}/bao-cao-thanh-tich.docx"))
        assert name_of(row) in words
        assert AWARDS[award] in words
        for column in ("Chức vụ", "Đơn vị công tác") if "Họ và tên" in row else ():
            assert row[column] in words, row["Mã đối tượng"]
        total = money_of(office, row)
        assert (f"{pointed(total)} đồng" in words) is bool(total)
        assert not total or vietnamese.money_words(total).capitalize() in words


def test_certificates(office: Office) -> None:
    """A page for everybody in the decision, in its order, with the name, the title and the running number of the golden book."""
    rows = office.everybody("GK_GDS")
    document = office.paper("GK_GDS", "giay-khen.docx")
    assert len(document.sections) == len(rows)
    words = said(document)
    place = 0
    for number, row in enumerate(rows, start=1):
        for wanted in (name_of(row), row["Chức vụ"] if "Họ và tên" in row else "", f"{number:02d}"):
            found = words.find(wanted, place)
            assert found >= 0, (number, wanted)
            place = found


def test_stage_report(office: Office) -> None:
    """Its text, tables, charts and appendix have the register's sums and the decisions' names."""
    document: Any = Document(str(office.folder / "bao-cao-tong-ket.docx"))
    words = said(document)
    kinds = {kind: office.tables[kind] for kind in ("Tập thể", "Cá nhân")}
    deeds = office.tables["Thành tích"]
    whole = sum(int(deed["Giá trị (đồng)"] or 0) for deed in deeds)
    assert f"{len(kinds['Tập thể']):02d} tập thể và {len(kinds['Cá nhân']):02d} cá nhân" in words
    assert f"{len(deeds):02d} thành tích" in words
    assert f"{pointed(whole)} đồng" in words
    assert vietnamese.money_words(whole).capitalize() in words
    ruled = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables if table.style.name == "Bảng kẻ"]
    units = {row[1]: row for table in ruled if table[0][3:5] == ["Tập thể", "Cá nhân"] for row in table}
    for code in {row["Đơn vị"] for rows in kinds.values() for row in rows}:
        mine = [sum(row["Đơn vị"] == code for row in rows) for rows in (*kinds.values(), deeds)]
        value = sum(int(deed["Giá trị (đồng)"] or 0) for deed in deeds if deed["Đơn vị"] == code)
        assert [int(cell) for cell in units[UNITS[code][0]][3:6]] == mine
        assert units[UNITS[code][0]][6] == pointed(value)
    contents = {row[1][:3]: int(row[2]) for table in ruled if table[0][1] == "Nội dung thi đua" for row in table[1:-1]}
    assert contents == Counter(str(deed["Nội dung thi đua"])[:3] for deed in deeds)
    (appendix,) = (table for table in ruled if table[0][-1] == "Đợt" and len(table[0]) == 5 and table[0][0] == "TT")
    assert Counter(row[1] for row in appendix[1:]) == Counter(name_of(row) for rows in kinds.values() for row in rows)
    rewarded = [row for table in ruled if table[0][:2] == ["Đợt", "Hình thức khen thưởng"] for row in table[1:]]
    assert [int(row[-1]) for row in rewarded] == [len(office.everybody(award)) for award in AWARDS]


def test_no_figure_or_name_is_of_another_time(office: Office) -> None:
    """No field of a template is left in any paper, and none holds the name of nobody (None, nan, undefined)."""
    for path in office.folder.rglob("*.docx"):
        words = said(Document(str(path)))
        assert not re.search(r"\{[{%]|[%}]\}|\bNone\b|\bnan\b|\bUndefined\b", words), path
