"""A campaign that calls its tables and columns otherwise gets the same papers: which is which follows from the campaign file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook

from tests import sheets
from tests.sound import SOUND
from thidua_xlsx import issue, merge
from thidua_xlsx.campaign import Holding, achievements, doubts, holding, load_campaign, prior_awards
from thidua_xlsx.pipeline import decide, dossiers, init, report

ROUND = "so-ket-2023"
TABLES = {
    "collectives": "tap_the",
    "individuals": "con_nguoi",
    "achievements": "viec_tot",
    "prior_awards": "da_khen",
    "evidence": "giay_to",
}
COLUMNS = {
    "achievement_id": "ma_viec",
    "achieved_on": "hom_nao",
    "description": "da_lam_gi",
    "value_vnd": "so_tien",
    "evidence_id": "ma_giay",
    "content": "muc",
    "used_for": "da_dung",
    "title": "ten_giay",
}
HOME = Path(__file__).parents[1] / "workbook_templates"


def renamed(words: str, names: Mapping[str, str]) -> str:
    """A campaign file in which tables and columns are called otherwise, wherever they are named."""
    for old, new in names.items():
        words = words.replace(f'"{old}"', f'"{new}"')
    return words


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder of such a campaign, with one unit's sound workbook in its inbox and certificates printed for the award form."""
    folder = init(tmp_path / "thi-dua")
    path = folder / "campaign.toml"
    words = renamed(path.read_text(encoding="utf-8"), TABLES | COLUMNS)
    place = '[[table.column]]\ncode = "hom_nao"'
    extra = 'code = "dia_ban"\nheading = "Địa bàn"\nhelp = "Nơi làm."\ntype = "text"\nwidth = 9'
    path.write_text(words.replace(place, f"[[table.column]]\n{extra}\n\n{place}", 1), encoding="utf-8")
    stock = folder / "word" / "giay-khen.toml"
    stock.write_text(stock.read_text(encoding="utf-8").replace('"GK_GDS"', '"BK_UBT"'), encoding="utf-8")
    issue(folder, ROUND, ["QLN"])
    rows = {TABLES.get(table, table): [{COLUMNS.get(key, key): row[key] for key in row} for row in rows] for table, rows in SOUND.items()}
    rows["viec_tot"][3]["dia_ban"] = "ấp Đông"
    sheets.fill(folder / "issued" / ROUND / "QLN.xlsx", folder / "inbox" / "QLN.xlsx", rows)
    return folder


def text(path: Path) -> str:
    """All paragraphs and cells of a paper."""
    document: Any = Document(str(path))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join((*(paragraph.text for paragraph in document.paragraphs), *cells))


def agree(home: Path, nominees: tuple[str, ...]) -> None:
    """The leadership agrees to some in the summary of the last merge."""
    path = home / "output" / ROUND / "bao-cao-tong-hop.xlsx"
    book = load_workbook(path)
    (sheet,) = (each for each in book if str(each["A1"].value).endswith("|BK_UBT"))
    column = next(cell.column for cell in sheet[5] if cell.value == "decision")
    for row in range(6, sheet.max_row + 1):
        if sheet.cell(row, 1).value in nominees:
            sheet.cell(row, column).value = "Đồng ý"
    book.save(home / "lanh-dao.xlsx")
    decide(home, home / "lanh-dao.xlsx", apply=True)


def test_papers_of_a_campaign_with_other_names(home: Path) -> None:
    """Merge, dossiers, báo cáo sơ kết, tổng kết and certificates say what the same campaign under the contract's names says."""
    run = merge(home, round=ROUND)
    assert [found for found in run.outcome.findings if found.severity == "error"] == []
    agree(home, ("QLN-TT01",))
    merge(home, round=ROUND)
    papers = run.folder / "ho-so" / "BK_UBT"
    said = text(papers / "QLN-TT01" / "bao-cao-thanh-tich.docx")
    for words in ("Sáng kiến rà soát nhà ở của hộ nghèo", "Giảm 30% thời gian rà soát", "Địa bàn: ấp Đông.", "Giấy xác nhận", "12/SXD-QLN"):
        assert words in said
    assert "Giấy xác nhận" in text(papers / "QLN-TT01" / "danh-muc-minh-chung.docx")
    assert "01 sáng kiến" in text(papers / "danh-sach.docx")
    assert "Phòng Quản lý nhà" in text(papers / "giay-khen.docx")
    so_ket = text(report(home, "so-ket")[0])
    assert "3.500.000" in so_ket
    assert "Sáng kiến" in so_ket
    assert "Phòng Quản lý nhà" in text(report(home, "tong-ket")[0])


def test_a_person_of_such_a_campaign(home: Path) -> None:
    """Money, kinds in words and titles already held stand in the report of somebody chosen, whatever the verdict."""
    merge(home, round=ROUND)
    dossiers(home, round=ROUND, nominees=["QLN-CN001"])
    (path,) = home.rglob("QLN-CN001/bao-cao-thanh-tich.docx")
    said = text(path)
    assert "1.500.000 đồng" in said
    assert "Ủng hộ quỹ Vì người nghèo" in said
    assert "Lao động tiên tiến" in said
    assert "70/QĐ-SXD" in said


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("kien-giang", {"achievements": ["achievements"], "prior_awards": ["prior_awards"], "evidence": ["evidence"]}),
        ("xa-nep-vang", {"achievements": ["achievements"], "prior_awards": [], "evidence": []}),
    ],
)
def test_what_the_shipped_tables_hold(name: str, wanted: Mapping[Holding, list[str]]) -> None:
    """A table of points beside one that says what was done is no table of achievements; nothing else has to be said."""
    campaign = load_campaign(HOME / name)
    assert {what: [table.code for table in holding(campaign, what)] for what in wanted} == wanted


def test_points_alone_are_the_achievements(tmp_path: Path) -> None:
    """Where no table says in words what was done, what measures count is what a report has to tell."""
    words = (HOME / "xa-nep-vang" / "campaign.toml").read_text(encoding="utf-8")
    words = re.sub(r'\[\[table\]\]\ncode = "achievements".*?(?=\n# ───)', "", words, flags=re.DOTALL)
    words = re.sub(r'\[\[measure\]\]\nid = "deeds".*?(?=\n# ───)', "", words, flags=re.DOTALL)
    words = words.replace('measure = "deeds"', 'measure = "points"')
    (tmp_path / "campaign.toml").write_text(words, encoding="utf-8")
    (found,) = achievements(load_campaign(tmp_path))
    assert (found.table.code, found.day, found.kind, found.words) == ("scores", "scored_on", "item", None)


def test_what_a_table_holds_can_be_said(tmp_path: Path) -> None:
    """``holds`` says it where nothing else does; ``campaign check`` asks for it, and refuses it where it makes no sense."""
    words = (Path(__file__).parent / "campaigns" / "phuong-dong.toml").read_text(encoding="utf-8")
    words = renamed(words, {"prior_awards": "da_khen", "year": "cap"}).replace('type = "cap"', 'type = "integer"')
    path = tmp_path / "campaign.toml"
    path.write_text(words, encoding="utf-8")
    assert prior_awards(load_campaign(path)) == ()
    assert any("[[table]] da_khen" in doubt and 'holds = "achievements"' in doubt for doubt in doubts(load_campaign(path)))
    path.write_text(words.replace('code = "da_khen"', 'code = "da_khen"\nholds = "prior_awards"'), encoding="utf-8")
    (found,) = prior_awards(load_campaign(path))
    assert (found.table.code, found.name) == ("da_khen", "name")
    assert not any("da_khen" in doubt for doubt in doubts(load_campaign(path)))
