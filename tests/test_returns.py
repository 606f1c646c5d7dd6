"""The returned workbook: the unit's own values, what is wrong in its cell, a list of everything, and a form that can be sent again."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell import Cell
from openpyxl.workbook import Workbook

from tests.sheets import Rows, address, fill, mutate, places
from thidua_xlsx import text
from thidua_xlsx.campaign import Campaign, load_campaign
from thidua_xlsx.checks import check_submission
from thidua_xlsx.intake import read_file
from thidua_xlsx.model import CellRef, CheckedSubmission, Finding, Record, Severity, Submission
from thidua_xlsx.returns import write_return
from thidua_xlsx.template import FIRST_ROW, write_workbook
from thidua_xlsx.text import message, say

PLAN = Path(__file__).parent.parent / "workbook_templates" / "kien-giang" / "campaign.toml"
ROUND, UNIT = "so-ket-2023", "QLN"
PERSON: dict[str, str | int | date] = {
    "full_name": "Nguyễn Thị Hoa",
    "birth_date": date(1985, 6, 5),
    "gender": "Nữ",
    "citizen_id": "091185000123",
    "position": "Phó Trưởng phòng",
    "department": "Phòng Quản lý nhà",
    "category": "Lãnh đạo phòng, đơn vị",
    "award_sought": "BK_UBT",
    "TC1": "Đạt",
    "TC2": "Đạt",
    "TC4": "Đạt",
    "TC6": "Đạt",
    "performance": "Hoàn thành tốt nhiệm vụ",
    "discipline": "Không",
    "under_review": "Không",
}
SENT: Rows = {
    "unit": [
        {
            "preparer": "Nguyễn Văn An",
            "head_name": "Trần Thị Bình",
            "head_title": "Trưởng phòng",
            "prepared_on": date(2023, 6, 20),
            "declared_collectives": 0,
            "declared_individuals": 2,
            "TC3": "Đạt",
            "TC5": "Đạt",
        }
    ],
    # Line 2 is left free; line 4 lacks its identity number and has a birth year only, typed as a number.
    "individuals": [PERSON, {}, {}, {**PERSON, "full_name": "Lê Thị Tám", "birth_date": 1979, "citizen_id": None, "TC4": None}],
    "achievements": [
        {
            "nominee_id": "QLN-CN001",
            "kind": "Tiền",
            "content": "ND5",
            "achieved_on": "6/2022",
            "description": "Ủng hộ xây nhà đại đoàn kết cho hộ nghèo",
            "value_vnd": "mười lăm triệu đồng chẵn",
            "used_for": "Không",
            "evidence_id": "QLN-MC01",
        }
    ],
    "evidence": [{"title": "Biên nhận ủng hộ Quỹ Vì người nghèo"}],
}


@pytest.fixture(scope="module")
def campaign() -> Campaign:
    """The shipped plan."""
    return load_campaign(PLAN)


@pytest.fixture(scope="module")
def sent(campaign: Campaign, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook as a unit fills it in, with faults."""
    folder = tmp_path_factory.mktemp("sent")
    write_workbook(folder / "form.xlsx", campaign, ROUND, UNIT)
    return fill(folder / "form.xlsx", folder / "QLN.xlsx", SENT)


def read(campaign: Campaign, path: Path) -> tuple[Submission, tuple[Finding, ...]]:
    """The submission in a file and what the reader has to say."""
    arrival = read_file(path, f"inbox/{path.name}", campaign, ROUND)
    assert arrival.submission is not None
    return arrival.submission, arrival.findings


def checked(campaign: Campaign, path: Path) -> CheckedSubmission:
    """The same, checked."""
    return check_submission(read(campaign, path)[0], campaign, ROUND)


@pytest.fixture(scope="module")
def judged(campaign: Campaign, sent: Path) -> CheckedSubmission:
    """What the program says of the workbook that was sent."""
    return checked(campaign, sent)


@pytest.fixture(scope="module")
def returned(campaign: Campaign, judged: CheckedSubmission, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbook that goes back."""
    path = tmp_path_factory.mktemp("tra-lai") / f"{UNIT}.xlsx"
    write_return(path, campaign, ROUND, judged, judged.findings)
    return path


@pytest.fixture(scope="module")
def book(returned: Path) -> Workbook:
    """The same, as openpyxl sees it."""
    return openpyxl.load_workbook(returned)


def at(book: Workbook, ref: CellRef) -> Cell:
    """The cell of the returned workbook at the place of a finding."""
    cell = book[ref.sheet][ref.cell]
    assert isinstance(cell, Cell)
    return cell


def review(book: Workbook) -> list[tuple[str, ...]]:
    """Number, severity, sheet, first link, value, words of every line of the first sheet."""
    rows = [tuple(str(row[column].value or "") for column in (1, 2, 3, 4, 7, 8)) for row in book.worksheets[0].iter_rows(max_col=9)]
    return [row for row in rows if row[0].isdigit()]


def test_nothing_the_unit_typed_is_lost(campaign: Campaign, judged: CheckedSubmission, returned: Path) -> None:
    """Read back, the returned workbook has every raw value in the same cell of the same sheet, and our reader remarks nothing."""
    again, findings = read(campaign, returned)
    before = judged.submission
    assert findings == ()
    assert again.passport == before.passport
    for table in campaign.tables:
        assert [(row.sheet, row.row, dict(row.values)) for row in again.rows[table]] == [
            (row.sheet, row.row, dict(row.values)) for row in before.rows[table]
        ]


def test_wrong_cells_are_marked(judged: CheckedSubmission, book: Workbook) -> None:
    """A cell with an error is red, one with a warning amber, both framed so that it shows without colour, with code and words in a note."""
    located = [found for found in judged.findings if found.ref.cell and found.severity is not Severity.NOTE]
    errors = {found.ref for found in located if found.severity is Severity.ERROR}
    warnings = {found.ref for found in located} - errors
    assert errors
    assert warnings
    assert {(at(book, ref).fill.fgColor.rgb, at(book, ref).border.left.style) for ref in errors} == {("FFFFC7CE", "medium")}
    assert {(at(book, ref).fill.fgColor.rgb, at(book, ref).border.left.style) for ref in warnings} == {("FFFFE0A3", "dashed")}
    for found in located:
        note = at(book, found.ref).comment
        assert note is not None
        assert f"({found.code})" in note.text
        assert message(found) in note.text


def test_good_rows_look_good(campaign: Campaign, judged: CheckedSubmission, book: Workbook) -> None:
    """A row without faults has no note and no red, and its status says that it is counted; a held row says how much is to be mended."""
    fine, wrong = judged.records["individuals"]
    assert (fine.held, wrong.held) == (False, True)
    sheet = book[campaign.tables["individuals"].sheet]
    assert all(cell.comment is None for cell in sheet[fine.raw.row])
    assert sheet.cell(fine.raw.row, 1).value == say("returns.row_fine")
    errors = sum(found.severity is Severity.ERROR for found in judged.findings if found.ref in map(wrong.ref, wrong.raw.cells))
    assert sheet.cell(wrong.raw.row, 1).value == say("returns.row_held", count=errors)


def test_marks_stay_above_the_live_colours(judged: CheckedSubmission, book: Workbook) -> None:
    """The first conditional format of a marked cell keeps its colour and stops; the yellow of a missing cell does not cover it."""
    missing = next(found.ref for found in judged.findings if found.column == "citizen_id")
    rules = [
        (rule.priority, rule.stopIfTrue)
        for area in book[missing.sheet].conditional_formatting
        if missing.cell in area
        for rule in area.rules
    ]
    assert len(rules) > 1
    assert min(rules)[1]


def test_everything_is_listed_first(judged: CheckedSubmission, book: Workbook) -> None:
    """The first sheet lists every finding, errors before warnings, each with what stood there and a link to its cell."""
    assert book.sheetnames[0] == say("template.review_sheet")
    assert book.active is book.worksheets[0]
    lines = review(book)
    assert [line[0] for line in lines] == [str(number) for number in range(1, len(judged.findings) + 1)]
    assert sorted(line[5] for line in lines) == sorted(f"{found.code}: {message(found)}" for found in judged.findings)
    order = [say(f"template.severity_{severity.value}") for severity in Severity]
    assert [order.index(line[1]) for line in lines] == sorted(order.index(line[1]) for line in lines)
    links = [cell.hyperlink.location or "" for row in book.worksheets[0] for cell in row if cell.hyperlink]
    assert sorted(link.replace("'", "") for link in links) == sorted(f"{found.ref.sheet}!{found.ref.cell}" for found in judged.findings)
    typed = next(line for line in lines if "mười lăm" in line[5])
    assert typed[4] == SENT["achievements"][0]["value_vnd"]


def test_the_introduction_counts_and_says_by_when(campaign: Campaign, judged: CheckedSubmission, book: Workbook) -> None:
    """Unit, file, counts, deadline and whom to send to stand above the list."""
    words = "\n".join(str(row[1].value) for row in book.worksheets[0].iter_rows(max_row=6, max_col=2))
    round_ = campaign.rounds[ROUND]
    errors = sum(found.severity is Severity.ERROR for found in judged.findings)
    held = sum(record.held for rows in judged.records.values() for record in rows)
    for wanted in (campaign.units[UNIT].name, "QLN.xlsx", f"{errors} chỗ phải sửa", f"{held} dòng chưa", f"{round_.deadline:%d/%m/%Y}"):
        assert wanted in words
    assert campaign.organ_on(round_.deadline).office in words


def test_mended_and_sent_back_it_is_accepted(campaign: Campaign, returned: Path, tmp_path: Path) -> None:
    """With the red cells mended in the returned workbook, no row is held any more."""
    mended = tmp_path / "QLN.xlsx"
    mended.write_bytes(returned.read_bytes())
    mutate(mended, "individuals", "citizen_id", 3, "091179000456")
    mutate(mended, "achievements", "value_vnd", 0, 15_000_000)
    after = checked(campaign, mended)
    assert [found for found in after.findings if found.severity is Severity.ERROR] == []


def test_the_whole_file_first_and_notes_last(campaign: Campaign, judged: CheckedSubmission, tmp_path: Path) -> None:
    """Findings about no cell head the list even where they are warnings; notes close it and colour nothing."""
    person = judged.records["individuals"][0]
    name = next(found for found in judged.findings if found.ref.cell)
    whole = replace(name, severity=Severity.WARNING, ref=CellRef(judged.submission.file), table=None, column=None)
    note = replace(name, severity=Severity.NOTE, ref=person.ref("position"), column="position")
    path = tmp_path / "return.xlsx"
    write_return(path, campaign, ROUND, judged, (note, *judged.findings, whole))
    book = openpyxl.load_workbook(path)
    lines = review(book)
    assert lines[0][2] == say("template.review_whole")
    assert lines[-1][1] == say("template.severity_note")
    assert at(book, person.ref("position")).comment is None
    assert at(book, person.ref("position")).fill.fill_type is None


def test_what_other_units_sent_can_hold_a_row(campaign: Campaign, judged: CheckedSubmission, tmp_path: Path) -> None:
    """An error between units makes a row that is sound in itself one that is not counted, in its status and in the counts."""
    fine = judged.records["individuals"][0]
    twice = text.finding("M503", fine.ref("nominee_id"), table="individuals", column="nominee_id", value="x", others="VP", example="y")
    path = tmp_path / "return.xlsx"
    write_return(path, campaign, ROUND, judged, (*judged.findings, twice))
    book = openpyxl.load_workbook(path)
    assert book[fine.raw.sheet].cell(fine.raw.row, 1).value == say("returns.row_held", count=1)
    held = sum(record.held for rows in judged.records.values() for record in rows)
    assert f"{held + 1} dòng chưa" in str(book.worksheets[0].cell(3, 2).value)


def test_where_the_office_keeps_files_of_others_is_not_told(campaign: Campaign, judged: CheckedSubmission, tmp_path: Path) -> None:
    """Another unit's row is named by unit, sheet and cell, in the list and in the note, without the path of its file."""
    fine = judged.records["individuals"][0]
    others = "Văn phòng Sở ([inbox/VP [1].xlsx]Cá nhân!H18); Thanh tra Sở ([inbox/thư!.eml/b.xlsx]Cá nhân!H6)"
    twice = text.finding(
        "M501", fine.ref("full_name"), table="individuals", column="full_name", value="x", others=others, same="số căn cước"
    )
    path = tmp_path / "return.xlsx"
    write_return(path, campaign, ROUND, judged, (*judged.findings, twice))
    book = openpyxl.load_workbook(path)
    words = [str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row if "Văn phòng Sở" in str(cell.value)]
    note = at(book, fine.ref("full_name")).comment
    for told in (*[word for word in words if "M501" in word], note.text if note else ""):
        assert "Văn phòng Sở (Cá nhân!H18); Thanh tra Sở (Cá nhân!H6)" in told
        assert "inbox" not in told


def test_rows_that_moved_say_where_they_were(campaign: Campaign, judged: CheckedSubmission, tmp_path: Path) -> None:
    """A row from below the ready lines stands in the next free line, and the list names both places."""
    record = judged.records["individuals"][1]
    far = record.raw.row + 5000
    raw = replace(record.raw, row=far, cells={code: f"{cell.rstrip('0123456789')}{far}" for code, cell in record.raw.cells.items()})
    moved = replace(judged, records={**judged.records, "individuals": (judged.records["individuals"][0], Record(raw, UNIT, {}, held=True))})
    found = next(entry for entry in judged.findings if entry.column == "citizen_id")
    path = tmp_path / "return.xlsx"
    write_return(path, campaign, ROUND, moved, (replace(found, ref=raw.ref("citizen_id")),))
    line = review(openpyxl.load_workbook(path))[0]
    span = places(path)["individuals.citizen_id"]
    cell = address(span, 1).partition("!")[2]
    assert cell.endswith(str(FIRST_ROW + 1))
    assert line[2:4] == (span.sheet, say("template.review_moved", cell=cell, was=raw.cells["citizen_id"]))


def test_the_same_bytes_in_vietnamese(campaign: Campaign, judged: CheckedSubmission, returned: Path, tmp_path: Path) -> None:
    """Made twice it is the same file, and Vietnamese even where the program speaks English."""
    with text.language("en"):
        write_return(tmp_path / "QLN.xlsx", campaign, ROUND, judged, judged.findings)
    digests = {hashlib.sha256(path.read_bytes()).hexdigest() for path in (returned, tmp_path / "QLN.xlsx")}
    assert len(digests) == 1
