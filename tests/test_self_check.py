"""The form checks itself: LibreOffice, computing its formulas anew, accuses the cells that our own check accuses, and no others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils.cell import range_boundaries
from openpyxl.workbook import Workbook

from tests.office import converted
from tests.sheets import Row, Rows, spans
from tests.sound import CAMPAIGN, ROUND, SOUND, fill_to
from thidua_xlsx.checks import check_submission
from thidua_xlsx.intake import read_file
from thidua_xlsx.model import Finding
from thidua_xlsx.template import Line, write_workbook
from thidua_xlsx.text import say

SEEN = frozenset(
    ("C301", "C311", "C326", "C331", "C332", "C333", "C335", "C336", "C338", "R401", "R402", "R403", "R404", "R420", "R421", "R423", "R424")
)
"""The codes of the contradictions that plain formulas can see."""


def another(table: str, number: int, **changed: str | float | date | None) -> Row:
    """A sound row of a table with some of its cells typed otherwise."""
    return {**SOUND[table][number], **changed}


FAULTY: Rows = {
    "unit": [another("unit", 0, declared_individuals=9, staff_women=40, party_rating="Hoàn thành nhiệm vụ", preparer=None)],
    "collectives": [
        *SOUND["collectives"],
        another("collectives", 0, nominee_id="QLN-TT02", name="Tổ Thẩm định", women=20, discipline="Khiển trách"),
        another("collectives", 0, nominee_id="QLN-TT03", name="Tổ Quy hoạch", performance="Hoàn thành nhiệm vụ"),
    ],
    "individuals": [
        *SOUND["individuals"],
        another("individuals", 0, nominee_id="QLN-CN004", citizen_id="091185001235", performance="Không hoàn thành nhiệm vụ"),
        another("individuals", 1, nominee_id="QLN-CN005", citizen_id="091079005679", discipline="Cảnh cáo", position=None),
        another("individuals", 2, nominee_id="QLN-CN006", citizen_id=None, birth_date="12/03/2014"),
        another("individuals", 2, nominee_id="QLN-CN001", citizen_id="091190004322", full_name="Lê Hoà Bình"),
    ],
    "achievements": [
        *SOUND["achievements"],
        another("achievements", 1, achievement_id="QLN-T005", value_vnd=2_500_000, share_percent=120),
        another("achievements", 1, achievement_id="QLN-T006", item=None, effect_amount=-3),
        another("achievements", 0, achievement_id="QLN-T007", nominee_id="QLN-CN099", achieved_on="3/2018"),
        another("achievements", 2, achievement_id="QLN-T008", description="Sáng kiến", evidence_id="QLN-MC99"),
    ],
    "prior_awards": [
        *SOUND["prior_awards"],
        another("prior_awards", 0, year=2015),
        another("prior_awards", 0, year=1930, decision_date="10/01/1931"),
        another("prior_awards", 0, year=2025, decision_date=date(2025, 1, 10)),
    ],
    "evidence": SOUND["evidence"],
}


def as_typed_otherwise() -> Rows:
    """The same sound registration in other sound spellings, none of which a formula may accuse."""
    people = [
        another("individuals", 0, birth_date="5.6.1985", discipline="không", performance="HTTNV"),
        another("individuals", 1, birth_date=date(1979, 3, 15)),
        another("individuals", 2, birth_date="1990"),
    ]
    deeds = [
        another("achievements", 0, value_vnd="1,5 triệu", achieved_on="5-2022", evidence_id="qln-mc01"),
        another("achievements", 1, value_vnd="2.000.000", quantity="100 kg", evidence_id="QLN-MC01, QLN-MC02"),
        another("achievements", 2, achieved_on="tháng 3 năm 2022", share_percent="50%"),
    ]
    return {**SOUND, "individuals": people, "achievements": deeds}


def computed(path: Path, folder: Path) -> Workbook:
    """The workbook after LibreOffice has computed every formula anew: saved by openpyxl it has no first values."""
    return openpyxl.load_workbook(converted(path, folder, "xlsx"), data_only=True)


def accused(book: Workbook) -> dict[tuple[str, int], int]:
    """By sheet and row, in how many cells the form says something is left to do."""
    found = {}
    for table in CAMPAIGN.tables.values():
        sheet, cells = next(iter(book.defined_names[f"check.{table.code}"].destinations))
        column, first, _, last = (int(edge or 0) for edge in range_boundaries(cells.replace("$", "")))
        for row in range(first, last + 1):
            if isinstance(value := book[sheet].cell(row, column).value, int | float):
                found[sheet, row] = int(value)
    return found


def said(path: Path) -> tuple[Finding, ...]:
    """What our own check says of a workbook."""
    submission = read_file(path, path.name, CAMPAIGN, ROUND).submission
    assert submission is not None
    return check_submission(submission, CAMPAIGN, ROUND).findings


def cells(findings: tuple[Finding, ...]) -> Iterator[tuple[str, str]]:
    """The cells that contradictions stand in; of a key that stands twice the form shows both."""
    for found in findings:
        if found.code in SEEN:
            yield found.ref.sheet, found.ref.cell
        if found.code == "R420":
            sheet, _, cell = found.facts["other"].partition("!")
            yield sheet, cell


def test_the_form_accuses_what_the_program_accuses(tmp_path: Path) -> None:
    """Row by row, the Kiểm tra column counts the cells in which our check finds a contradiction that a formula can see."""
    path = fill_to(tmp_path, FAULTY)
    findings = said(path)
    assert {found.code for found in findings} >= SEEN - {"C332", "C335", "R423"}
    expected = Counter((sheet, int(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))) for sheet, cell in set(cells(findings)))
    book = computed(path, tmp_path)
    assert {place: count for place, count in accused(book).items() if count} == expected
    guide = book[say("template.guide_sheet")]
    shown = {row[1].value: (row[4].value, str(row[5].value)) for row in guide.iter_rows(max_col=6) if isinstance(row[3].value, int)}
    for table in CAMPAIGN.tables.values():
        rows = sorted(row for sheet, row in expected if sheet == table.sheet)
        assert shown[table.sheet][0] == sum(count for (sheet, _), count in expected.items() if sheet == table.sheet)
        if rows:
            assert shown[table.sheet][1] == say("template.verdict_left", row=rows[0])
    summary = book[CAMPAIGN.tables["unit"].sheet].cell(4, 2).value
    assert summary == say("template.summary_left", count=expected.total(), guide=say("template.guide_sheet"))


@pytest.mark.parametrize("tables", [SOUND, as_typed_otherwise()], ids=["sound", "otherwise"])
def test_no_sound_cell_is_accused(tmp_path: Path, tables: Rows) -> None:
    """A registration in which our check sees no contradiction has none in its own eyes either, however it is spelled."""
    path = fill_to(tmp_path, tables)
    assert not list(cells(said(path)))
    book = computed(path, tmp_path)
    counts = accused(book)
    assert set(counts.values()) == {0}
    assert len(counts) > sum(map(len, tables.values())) - 1
    assert book[CAMPAIGN.tables["unit"].sheet].cell(4, 2).value == say("template.summary_none")


def test_first_values_are_those_that_are_computed(tmp_path: Path) -> None:
    """Programs that do not calculate show, in a workbook issued with contradictory rows, what LibreOffice computes."""
    path = tmp_path / "prefilled.xlsx"
    lines = {
        table: [Line({code: value for code, value in row.items() if value is not None}) for row in rows] for table, rows in FAULTY.items()
    }
    write_workbook(path, CAMPAIGN, ROUND, "QLN", lines=lines)
    first = openpyxl.load_workbook(path, data_only=True)
    openpyxl.load_workbook(path).save(tmp_path / "without.xlsx")
    after = computed(tmp_path / "without.xlsx", tmp_path)
    assert accused(first) == accused(after)
    assert sum(accused(first).values()) > 10
    assert first[CAMPAIGN.tables["unit"].sheet].cell(4, 2).value == after[CAMPAIGN.tables["unit"].sheet].cell(4, 2).value


def test_contradictory_cells_are_tinted(tmp_path: Path) -> None:
    """Every column with a rule that formulas can follow has a colour for it, whose formula has no array constant (Excel refuses those)."""
    path = fill_to(tmp_path, FAULTY)
    book = openpyxl.load_workbook(path)
    where = spans(book)
    for column in (
        "individuals.performance",
        "achievements.value_vnd",
        "achievements.evidence_id",
        "prior_awards.year",
        "unit.staff_women",
    ):
        span = where[column]
        cell = book[span.sheet].cell(span.first, span.column).coordinate
        rules = [rule for area in book[span.sheet].conditional_formatting if cell in area for rule in area.rules]
        assert any(rule.dxf and rule.dxf.fill and str(rule.dxf.fill.bgColor.rgb).endswith("F8CBAD") for rule in rules), column
    every = [str(rule.formula) for sheet in book for area in sheet.conditional_formatting for rule in area.rules]
    assert not [formula for formula in every if "{" in formula]
