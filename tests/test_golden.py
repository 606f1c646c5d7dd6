"""Golden texts: what the example's papers and workbooks say, so that a change of words or figures is seen in review.

After a change that is meant: ``pytest tests/test_golden.py --snapshot-update``, and read the difference.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as Paper
from docx.table import Table
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from syrupy.assertion import SnapshotAssertion

from tests import sheets
from thidua_xlsx.pipeline import MergeResult, demo, issue
from thidua_xlsx.text import codes


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> MergeResult:
    """The shipped example, merged."""
    return demo(tmp_path_factory.mktemp("golden") / "vi-du")


def _lines(sheet: Worksheet, most: int) -> list[str]:
    rows = (" | ".join(str(cell.value) for cell in row if cell.value is not None) for row in sheet.iter_rows(max_row=most))
    return [row for row in rows if row]


def _cells(table: Table) -> list[str]:
    return [" | ".join(dict.fromkeys(cell.text.strip() for cell in row.cells)) for row in table.rows]


def _words(paper: Paper) -> list[str]:
    said = [paragraph.text.strip() for paragraph in paper.paragraphs]
    for table in paper.tables:
        said += _cells(table)[:12]
    return [words for words in said if words]


@pytest.mark.parametrize("sheet", ["Tổng quan", "Nộp báo cáo", "Ma trận", "Tham số"])
def test_summary_says_this(merged: MergeResult, snapshot: SnapshotAssertion, sheet: str) -> None:
    """The pages of the leadership's workbook say what they said when somebody last looked at them."""
    book = load_workbook(merged.folder / "bao-cao-tong-hop.xlsx", data_only=True)
    assert _lines(book[sheet], 150) == snapshot


@pytest.mark.parametrize("paper", ["to-trinh", "danh-sach", "bien-ban", "quyet-dinh", "kiem-tra-ho-so", "VP-CN003/bao-cao-thanh-tich"])
def test_papers_say_this(merged: MergeResult, snapshot: SnapshotAssertion, paper: str) -> None:
    """The Word papers of the award form say what they said when somebody last looked at them."""
    path = merged.folder / "ho-so" / "BK_UBT" / f"{paper}.docx"
    assert _words(Document(str(path))) == snapshot


def test_letter_to_a_unit_says_this(merged: MergeResult, snapshot: SnapshotAssertion) -> None:
    """The list of what a unit has to mend says what it said when somebody last looked at it."""
    book = load_workbook(merged.folder / "tra-lai" / "QLN.xlsx")
    assert _lines(book.worksheets[0], 14) == snapshot


def test_issued_workbook_has_these_columns(tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    """Sheets, columns and their places in the issued workbook are those that units have in their hands."""
    source = Path(__file__).parent.parent / "workbook_templates" / "kien-giang"
    (tmp_path / "campaign.toml").write_bytes((source / "campaign.toml").read_bytes())
    workbook, _ = issue(tmp_path, "so-ket-2023", ["QLN"])
    assert {name: f"{span.sheet}!R{span.first}C{span.column}" for name, span in sheets.places(workbook).items()} == snapshot


def test_book_of_codes_is_this(snapshot: SnapshotAssertion) -> None:
    """A code is never reused for something else, and none disappears unnoticed."""
    assert {code.code: f"{code.severity.value}: {code.title}" for code in codes()} == snapshot
