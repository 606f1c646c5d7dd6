"""There and back: what a unit sent with faults goes back, is mended through its own list, and comes in again without a finding."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from email import policy
from email.parser import BytesParser
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils.cell import get_column_letter, range_boundaries
from openpyxl.workbook import Workbook
from pypdf import PdfReader

from tests.office import converted
from tests.sheets import Typed, address, fill, mutate, places, spans
from tests.sound import ROUND, SOUND, UNIT
from thidua_xlsx import issue, merge
from thidua_xlsx.model import FileStatus, Severity
from thidua_xlsx.outcome import UnitState, unit_statuses
from thidua_xlsx.pipeline import MergeResult, init, remind, status
from thidua_xlsx.text import say

MUTATIONS: tuple[tuple[str, str, int, Typed], ...] = (
    ("unit", "head_name", 0, None),
    ("unit", "declared_individuals", 0, 7),
    ("collectives", "women", 0, 30),
    ("individuals", "birth_date", 0, "31/02/1985"),
    ("individuals", "citizen_id", 1, "0910790"),
    ("individuals", "performance", 2, "Hoàn thành nhiệm vụ"),
    ("individuals", "TC1", 0, None),
    ("achievements", "value_vnd", 0, "mười lăm triệu"),
    ("achievements", "value_vnd", 1, 2_900_000),
    ("achievements", "nominee_id", 2, "QLN-CN099"),
    ("achievements", "evidence_id", 3, "QLN-MC77"),
    ("achievements", "quantity", 1, None),
    ("achievements", "achieved_on", 0, "13/25/2022"),
    ("prior_awards", "year", 0, 2015),
    ("prior_awards", "type", 0, "Giải thưởng lớn"),
)
"""One cell typed wrongly: table, column, line, what stands there instead."""


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A campaign folder with the workbook of one unit issued."""
    folder = init(tmp_path_factory.mktemp("phong-trao") / "thi-dua")
    issue(folder, ROUND, [UNIT])
    return folder


@pytest.fixture
def home(issued: Path, tmp_path: Path) -> Path:
    """The same, to be worked in."""
    return Path(shutil.copytree(issued, tmp_path / "thi-dua"))


def sent(home: Path) -> Path:
    """The sound registration as it lies in the inbox."""
    return fill(home / "issued" / ROUND / f"{UNIT}.xlsx", home / "inbox" / f"{UNIT}.xlsx", SOUND)


def to_mend(merged: MergeResult) -> set[tuple[str, str, str]]:
    """Code, sheet and cell of everything that is more than a note."""
    found = merged.outcome.findings
    return {(entry.code, entry.ref.sheet, entry.ref.cell) for entry in found if entry.severity is not Severity.NOTE}


def listed(book: Workbook) -> Iterator[tuple[str, str]]:
    """Sheet and address of every cell that the list's links of errors and warnings lead to."""
    note = say("template.severity_note")
    severity = ""
    for row in book.worksheets[0].iter_rows(max_col=9):
        severity = str(row[2].value or severity)
        for cell in row[4:7]:
            if cell.hyperlink and severity != note:
                sheet, _, cells = str(cell.hyperlink.location).rpartition("!")
                left, top, right, bottom = (int(edge or 0) for edge in range_boundaries(cells))
                for number in range(top, bottom + 1):
                    yield from ((sheet.strip("'"), f"{get_column_letter(column)}{number}") for column in range(left, right + 1))


def mend(returned: Path, sound: Path, target: Path) -> int:
    """Follow every link of the list and type what is right; gives how many cells that were."""
    book, right = openpyxl.load_workbook(returned), openpyxl.load_workbook(sound)
    cells = set(listed(book))
    for sheet, cell in cells:
        book[sheet][cell].value = right[sheet][cell].value
    book.save(target)
    return len(cells)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=[f"{table}-{column}-{row}" for table, column, row, _ in MUTATIONS])
def test_one_wrong_cell_mended_through_the_list(home: Path, tmp_path: Path, mutation: tuple[str, str, int, Typed]) -> None:
    """The list leads to what is wrong; with that mended, the returned workbook merges without anything to say."""
    path = sent(home)
    shutil.copyfile(path, tmp_path / "sound.xlsx")
    mutate(path, *mutation)
    merged = merge(home, round=ROUND)
    assert to_mend(merged)
    returned = merged.folder / "tra-lai" / f"{UNIT}.xlsx"
    table, column, row, _ = mutation
    wrong = address(places(path)[f"{table}.{column}"], row)
    assert wrong in {f"{sheet}!{cell}" for sheet, cell in listed(openpyxl.load_workbook(returned))}
    mend(returned, tmp_path / "sound.xlsx", path)
    again = merge(home, round=ROUND)
    assert to_mend(again) == set()
    assert not (again.folder / "tra-lai").exists()


def test_many_wrong_cells_mended_and_saved_by_libreoffice(home: Path, tmp_path: Path) -> None:
    """A workbook full of faults, mended through its list and saved by LibreOffice, merges without anything to say."""
    path = sent(home)
    shutil.copyfile(path, tmp_path / "sound.xlsx")
    for mutation in MUTATIONS:
        mutate(path, *mutation)
    merged = merge(home, round=ROUND)
    mend(merged.folder / "tra-lai" / f"{UNIT}.xlsx", tmp_path / "sound.xlsx", tmp_path / f"{UNIT}.xlsx")
    shutil.copyfile(converted(tmp_path / f"{UNIT}.xlsx", tmp_path, "xlsx"), path)
    again = merge(home, round=ROUND)
    assert [report.status for report in again.outcome.files] == [FileStatus.ACCEPTED]
    # What stood among other faults may only show once these are mended: then the next list leads to it
    if to_mend(again):
        mend(again.folder / "tra-lai" / f"{UNIT}.xlsx", tmp_path / "sound.xlsx", path)
        again = merge(home, round=ROUND)
    assert to_mend(again) == set()


@pytest.mark.parametrize("saved_by", ["us", "openpyxl", "libreoffice"])
def test_sent_back_unchanged_is_said_everywhere(home: Path, tmp_path: Path, saved_by: str) -> None:
    """The returned workbook sent back as it was, by whatever program it was saved: a finding, a state, and the next mail say so."""
    for mutation in MUTATIONS:
        mutate(sent(home) if mutation is MUTATIONS[0] else home / "inbox" / f"{UNIT}.xlsx", *mutation)
    merged = merge(home, round=ROUND)
    assert "W180" not in {found.code for found in merged.outcome.findings}
    back = tmp_path / f"{UNIT}.xlsx"
    shutil.copyfile(merged.folder / "tra-lai" / f"{UNIT}.xlsx", back)
    if saved_by == "openpyxl":
        openpyxl.load_workbook(back).save(back)
    if saved_by == "libreoffice":
        back = converted(back, tmp_path, "xlsx")
    shutil.copyfile(back, home / "inbox" / f"{UNIT}.xlsx")
    again = merge(home, round=ROUND)
    assert [found.code for found in again.outcome.findings].count("W180") == 1
    assert to_mend(again) == to_mend(merged)
    assert unit_statuses(again.outcome)[list(again.outcome.campaign.units).index(UNIT)].state is UnitState.RESENT
    draft = BytesParser(policy=policy.default).parsebytes((again.folder / "tra-lai" / f"{UNIT}.eml").read_bytes())
    body = draft.get_body()
    assert body is not None
    assert "chưa có ô nào được sửa" in body.get_content()
    first = openpyxl.load_workbook(again.folder / "tra-lai" / f"{UNIT}.xlsx").worksheets[0]
    assert first.cell(3, 2).value == say("returns.intro_resent")
    # One mended cell, and it is another workbook
    mutate(home / "inbox" / f"{UNIT}.xlsx", "unit", "head_name", 0, "Lê Văn Thành")
    assert "W180" not in {found.code for found in merge(home, round=ROUND).outcome.findings}


def test_returned_is_as_good_a_form_as_issued(home: Path) -> None:
    """Drop-downs, help, protection, open cells, widths, print set-up and names of the returned workbook are those of the issued one."""
    mutate(sent(home), *MUTATIONS[3])
    merged = merge(home, round=ROUND)
    returned, issued = merged.folder / "tra-lai" / f"{UNIT}.xlsx", home / "issued" / ROUND / f"{UNIT}.xlsx"
    one, other = openpyxl.load_workbook(issued), openpyxl.load_workbook(returned)
    assert set(one.defined_names) <= set(other.defined_names)
    assert set(other.defined_names) - set(one.defined_names) == {"form.returned"}
    where = spans(other)
    assert {name: (span.sheet, span.column, span.first) for name, span in spans(one).items()} == {
        name: (span.sheet, span.column, span.first) for name, span in where.items()
    }
    for sheet in one.worksheets:
        twin = other[sheet.title]
        assert sheet.protection.__dict__ == twin.protection.__dict__
        assert (sheet.sheet_state, sheet.print_title_rows) == (twin.sheet_state, twin.print_title_rows)
        for part in ("paperSize", "orientation", "fitToWidth", "fitToHeight"):
            assert getattr(sheet.page_setup, part) == getattr(twin.page_setup, part)
        rules = [
            {str(rule.sqref).split(":")[0]: (rule.type, rule.formula1, rule.errorStyle, rule.prompt, rule.error) for rule in rules}
            for rules in (sheet.data_validations.dataValidation, twin.data_validations.dataValidation)
        ]
        assert rules[0] == rules[1]
    for name, span in where.items():
        mine, theirs = other[span.sheet], one[span.sheet]
        letter = get_column_letter(span.column)
        assert mine.column_dimensions[letter].width == theirs.column_dimensions[letter].width
        for row in range(span.first, span.last + 1):
            cell = mine.cell(row, span.column)
            assert not (cell.has_style and cell.protection.locked), f"{name}: {cell.coordinate}"


def test_what_has_no_place_is_listed(home: Path) -> None:
    """Values beside a table, in a line of totals and on a sheet of the unit's own stand on the first sheet, in their own type."""
    path = sent(home)
    mutate(path, "unit", "head_name", 0, None)
    book = openpyxl.load_workbook(path)
    book["Cá nhân"]["AC7"] = "Đề nghị xét sớm"
    book["Cá nhân"]["AC8"] = 12.5
    last = book["Thành tích"]
    last.cell(20, places(path)["achievements.description"].column).value = "Tổng cộng"
    last.cell(20, places(path)["achievements.value_vnd"].column).value = 3_500_000
    book.create_sheet("Bảng phụ")["B3"] = date(2022, 3, 4)
    book.save(path)
    merged = merge(home, round=ROUND)
    first = openpyxl.load_workbook(merged.folder / "tra-lai" / f"{UNIT}.xlsx").worksheets[0]
    kept = [
        (row[1].value, str(row[4].value).split()[0], row[7].value) for row in first.iter_rows(max_col=9) if row[1].value and row[7].value
    ]
    wanted = {("Cá nhân", "AC7"): "Đề nghị xét sớm", ("Cá nhân", "AC8"): 12.5, ("Bảng phụ", "B3"): "2022-03-04 00:00:00"}
    found = {(str(sheet), cell): value if isinstance(value, int | float) else str(value) for sheet, cell, value in kept}
    assert wanted.items() <= found.items()
    assert {"Tổng cộng", 3_500_000} <= set(found.values())


@pytest.mark.parametrize(
    ("day", "words"), [(date(2023, 6, 25), "còn 5 ngày"), (date(2023, 6, 30), "hết hôm nay"), (date(2023, 7, 4), "đã qua 4 ngày")]
)
def test_reminders_for_those_missing(home: Path, day: date, words: str) -> None:
    """A draft with the form for every unit that has sent nothing, worded by the day; once a unit has sent, its draft is gone."""
    outcome, units = status(home, ROUND)
    drafts = remind(home, outcome, [entry.unit for entry in units if entry.file is None], day)
    assert [path.stem for path in drafts] == list(outcome.campaign.units)
    draft = BytesParser(policy=policy.default).parsebytes(next(path for path in drafts if path.stem == UNIT).read_bytes())
    body = draft.get_body()
    assert body is not None
    assert words in body.get_content()
    assert draft["X-Unsent"] == "1"
    (attached,) = draft.iter_attachments()
    assert attached.get_content() == (home / "issued" / ROUND / f"{UNIT}.xlsx").read_bytes()
    sent(home)
    outcome, units = status(home, ROUND)
    remind(home, outcome, [entry.unit for entry in units if entry.file is None], day)
    assert not (home / "reminders" / ROUND / f"{UNIT}.eml").exists()
    assert merge(home, round=ROUND).kept == ()


TITLES = {"collectives": "name", "individuals": "full_name", "achievements": "description", "prior_awards": "name", "evidence": "title"}


def test_blank_lines_filtered_out_for_printing(home: Path, tmp_path: Path) -> None:
    """As the guide says: with the blank lines filtered out a form prints a few pages with every filled row, and is read as before."""
    path = sent(home)
    book = openpyxl.load_workbook(path)
    known = spans(book)
    for table, column in TITLES.items():
        span = known[f"{table}.{column}"]
        sheet = book[span.sheet]
        left = range_boundaries(sheet.auto_filter.ref)[0] or 1
        typed = {sheet.cell(row, span.column).value: row for row in range(span.first, span.last + 1)}
        sheet.auto_filter.add_filter_column(span.column - left, [str(value) for value in typed if value])
        for row in range(span.first, span.last + 1):
            sheet.row_dimensions[row].hidden = not sheet.cell(row, span.column).value
    book.save(path)
    pages = PdfReader(converted(path, tmp_path, "pdf")).pages
    assert len(pages) <= len(TITLES) + 6
    words = " ".join("".join(page.extract_text() for page in pages).split())
    assert [row["citizen_id"] for row in SOUND["individuals"] if str(row["citizen_id"]) not in words] == []
    assert to_mend(merge(home)) == set()
