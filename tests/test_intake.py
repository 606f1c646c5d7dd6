"""Intake: every file is read with its true addresses, or stopped at one gate with one sentence; nothing typed is lost."""

from __future__ import annotations

import io
import os
import pickle
import re
import unicodedata
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from tests.sheets import spans
from tests.sound import CAMPAIGN, CELLS, ROUND, SOUND, UNIT, fill_to, issue_to, place
from thidua_xlsx import text
from thidua_xlsx.campaign import Campaign
from thidua_xlsx.checks import check_submission
from thidua_xlsx.intake import Arrival, read_file, scan, settle
from thidua_xlsx.intake._look import SheetLook, _Walk
from thidua_xlsx.model import CheckedSubmission, FileStatus, Severity, Submission
from thidua_xlsx.template import Line, Mark, Review, ReviewCell, ReviewLine, write_workbook

NAME = "inbox/QLN.xlsx"


@pytest.fixture(scope="session")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sound registration as a unit sends it."""
    return fill_to(tmp_path_factory.mktemp("intake"))


def read(path: Path, round_id: str | None = ROUND, name: str = NAME) -> Arrival:
    """A file of the inbox."""
    return read_file(path, name, CAMPAIGN, round_id)


def accepted(path: Path) -> Submission:
    """The submission in a file that must be readable."""
    arrival = read(path)
    assert arrival.submission is not None, [text.message(finding) for finding in arrival.findings]
    return arrival.submission


def edited(sent: Path, tmp_path: Path, edit: Callable[[Workbook], None]) -> Path:
    """A copy of the workbook after somebody worked in it."""
    book = load_workbook(sent)
    edit(book)
    path = tmp_path / "edited.xlsx"
    book.save(path)
    return path


def without_names(book: Workbook) -> None:
    """What some office suites do: the tables' defined names are gone."""
    for name in list(book.defined_names):
        if not name.startswith("form."):
            del book.defined_names[name]


def values(submission: Submission) -> dict[str, list[dict[str, object]]]:
    """What was typed, without places."""
    return {code: [dict(row.values) for row in rows] for code, rows in submission.rows.items()}


def stopped(arrival: Arrival) -> tuple[str, FileStatus | None]:
    """Code and status of a file that was not read; its sentence must be there."""
    assert arrival.submission is None
    assert arrival.finding is not None
    assert text.message(arrival.finding)
    return arrival.finding.code, arrival.status


# Sound files ----------------------------------------------------------------------------------------------------------


def test_every_cell_comes_with_its_address(sent: Path) -> None:
    """Every typed cell arrives with the sheet and address at which it stands in the file."""
    submission = accepted(sent)
    assert submission.passport.unit == UNIT
    for table, rows in SOUND.items():
        for number, row in enumerate(rows):
            read_row = submission.rows[table][number]
            assert set(read_row.values) == set(row)
            for column in row:
                assert (read_row.sheet, read_row.cells[column]) == place(sent, table, column, number)


def test_cells_are_conserved(sent: Path) -> None:
    """Cells read are the typed ones plus the prefilled keys of the lines that were left empty."""
    submission = accepted(sent)
    ready = sum(table.rows - len(SOUND[code]) for code, table in CAMPAIGN.tables.items() if table.prefill)
    assert submission.ignored_cells == ready
    assert submission.cells_read == CELLS + ready


def test_empty_form_is_read(tmp_path: Path) -> None:
    """An issued workbook nobody filled has the unit's record and no other row."""
    submission = accepted(issue_to(tmp_path))
    assert {code: len(rows) for code, rows in submission.rows.items() if rows} == {"unit": 1}


def test_returned_form_is_read_like_an_issued_one(tmp_path: Path) -> None:
    """The marks, notes and status column of a returned workbook are the office's words, not the unit's."""
    path = tmp_path / "returned.xlsx"
    mark = Mark(Severity.ERROR, "Đề nghị ghi lại")
    lines = {"evidence": [Line({"evidence_id": "QLN-MC01", "title": "Biên lai"}, {"title": (mark,)}, status="Cần sửa")]}
    mended = ReviewLine(Severity.ERROR, "evidence", "title", "Đề nghị ghi lại", (ReviewCell(0, "B6", "Biên lai"),))
    review = Review(("Kính gửi",), (mended,))
    write_workbook(path, CAMPAIGN, ROUND, UNIT, lines=lines, review=review)
    arrival = read(path)
    assert arrival.submission is not None
    assert arrival.findings == ()
    assert [dict(row.values) for row in arrival.submission.rows["evidence"]] == [dict(lines["evidence"][0].values)]


def test_arrival_can_travel_between_processes(sent: Path) -> None:
    """What is read survives pickling: files are read in worker processes."""
    arrival = read(sent)
    assert pickle.loads(pickle.dumps(arrival)) == arrival  # noqa: S301


# Where the tables are -------------------------------------------------------------------------------------------------


def test_headings_locate_when_names_are_gone(sent: Path, tmp_path: Path) -> None:
    """Without defined names the headings locate every column: the same cells at the same addresses, and none outside."""
    arrival = read(edited(sent, tmp_path, without_names))
    assert arrival.submission is not None
    assert arrival.submission.rows == accepted(sent).rows
    assert arrival.findings == ()


def test_renamed_heading_does_not_matter_while_its_name_survives(sent: Path, tmp_path: Path) -> None:
    """A column is known by its defined name, whatever its heading says."""

    def rename(book: Workbook) -> None:
        span = spans(book)["individuals.full_name"]
        book[span.sheet].cell(span.first - 1, span.column).value = "Tên"

    assert accepted(edited(sent, tmp_path, rename)).rows == accepted(sent).rows


def test_renamed_heading_without_name_is_suggested(sent: Path, tmp_path: Path) -> None:
    """A heading that was changed, its name gone too, is one error at that heading which says what it should be."""

    def rename(book: Workbook) -> None:
        span = spans(book)["individuals.full_name"]
        without_names(book)
        book[span.sheet].cell(span.first - 1, span.column).value = "Họ tên"

    arrival = read(edited(sent, tmp_path, rename))
    sheet, cell = place(sent, "individuals", "full_name", -1)
    assert stopped(arrival) == ("S203", FileStatus.REFUSED)
    assert [(f.code, f.ref.sheet, f.ref.cell) for f in arrival.findings] == [("S203", sheet, cell)]
    assert "Họ và tên" in text.message(arrival.findings[0])


def test_headings_may_stand_in_several_rows(sent: Path, tmp_path: Path) -> None:
    """A heading that was merged into the row above still locates its column; entries begin below the lowest heading."""

    def lift(book: Workbook) -> None:
        span = spans(book)["evidence.title"]
        without_names(book)
        sheet = book[span.sheet]
        low, high = sheet.cell(span.first - 1, span.column), sheet.cell(span.first - 2, span.column)
        low.value, high.value = None, low.value

    assert accepted(edited(sent, tmp_path, lift)).rows == accepted(sent).rows


def test_inserted_columns_do_not_shift_the_reading(sent: Path, tmp_path: Path) -> None:
    """A column put in by the unit, names gone: the others are found, and what stands in the new one is noted."""

    def insert(book: Workbook) -> None:
        span = spans(book)["evidence.title"]
        without_names(book)
        sheet = book[span.sheet]
        for merged in list(sheet.merged_cells.ranges):
            sheet.unmerge_cells(str(merged))
        sheet.insert_cols(span.column)
        sheet.cell(span.first - 1, span.column).value, sheet.cell(span.first, span.column).value = "STT", 1

    arrival = read(edited(sent, tmp_path, insert))
    assert arrival.submission is not None
    assert values(arrival.submission) == values(accepted(sent))
    assert [f.code for f in arrival.findings] == ["S205"]


def test_doubled_heading_is_an_error(sent: Path, tmp_path: Path) -> None:
    """Two columns with one heading, the names gone, cannot be told apart."""

    def double(book: Workbook) -> None:
        span = spans(book)["evidence.title"]
        without_names(book)
        sheet = book[span.sheet]
        sheet.cell(span.first - 1, sheet.max_column + 1).value = "Tên tài liệu"

    assert stopped(read(edited(sent, tmp_path, double))) == ("S204", FileStatus.REFUSED)


def test_deleted_columns_are_all_named(sent: Path, tmp_path: Path) -> None:
    """Columns that can be found by nothing refuse the file, each with its finding, and nothing else is said."""

    def delete(book: Workbook) -> None:
        for column in ("gender", "note"):
            span = spans(book)[f"individuals.{column}"]
            del book.defined_names[f"individuals.{column}"]
            book[span.sheet].cell(span.first - 1, span.column).value = None
        book[span.sheet]["B1"] = "#REF!"

    arrival = read(edited(sent, tmp_path, delete))
    assert stopped(arrival) == ("S202", FileStatus.REFUSED)
    assert [(f.code, f.column) for f in arrival.findings] == [("S202", "gender"), ("S202", "note")]


def test_missing_sheet_is_said_alone(sent: Path, tmp_path: Path) -> None:
    """A form without one of its sheets is refused with that finding alone."""

    def delete(book: Workbook) -> None:
        del book[CAMPAIGN.tables["evidence"].sheet]

    arrival = read(edited(sent, tmp_path, delete))
    assert stopped(arrival) == ("S201", FileStatus.REFUSED)
    assert [f.table for f in arrival.findings] == ["evidence"]


def test_renamed_and_reordered_sheets_are_found(sent: Path, tmp_path: Path) -> None:
    """Sheets under other names in another order, names gone: the headings tell which is which."""

    def shuffle(book: Workbook) -> None:
        without_names(book)
        for number, sheet in enumerate(book.worksheets):
            sheet.title = f"Sheet{number}"
        book.move_sheet(book.worksheets[2], offset=5)

    assert values(accepted(edited(sent, tmp_path, shuffle))) == values(accepted(sent))


def test_moved_columns_are_found(sent: Path, tmp_path: Path) -> None:
    """Columns that changed places are found by their headings, and the addresses are the new ones."""

    def swap(book: Workbook) -> None:
        left, right = (spans(book)[f"evidence.{column}"] for column in ("title", "file_name"))
        without_names(book)
        sheet = book[left.sheet]
        for row in range(left.first - 1, left.last + 1):
            one, other = sheet.cell(row, left.column), sheet.cell(row, right.column)
            one.value, other.value = other.value, one.value

    submission = accepted(edited(sent, tmp_path, swap))
    assert values(submission) == values(accepted(sent))
    assert submission.rows["evidence"][0].cells["title"] == place(sent, "evidence", "file_name", 0)[1]


@pytest.mark.parametrize("names", [True, False], ids=["names", "headings"])
def test_row_inserted_above_the_first_line_is_read(sent: Path, tmp_path: Path, *, names: bool) -> None:
    """A row put right under the headings lies outside the names' ranges and is read all the same."""

    def insert(book: Workbook) -> None:
        if not names:
            without_names(book)
        sheet = book[CAMPAIGN.tables["evidence"].sheet]
        first = int(place(sent, "evidence", "title", 0)[1].lstrip("ABCDEFGH"))
        sheet.insert_rows(first)
        for name, definition in book.defined_names.items():
            if name.startswith("evidence."):
                definition.attr_text = definition.attr_text.replace(f"${first}:", f"${first + 1}:")
        sheet.cell(first, 3).value, sheet.cell(first, 4).value = "MC-A", "Bản sao quyết định"

    titles = [row.values["title"] for row in accepted(edited(sent, tmp_path, insert)).rows["evidence"]]
    assert titles == ["Bản sao quyết định", "Biên lai", "Giấy xác nhận"]


def test_rows_beyond_the_ready_lines_and_gaps_are_read(sent: Path, tmp_path: Path) -> None:
    """Tables are read to the end of the used area; empty lines between do not end them."""

    def add(book: Workbook) -> None:
        span = spans(book)["evidence.title"]
        book[span.sheet].cell(span.last + 5, span.column).value = "Ảnh chụp"
        book[span.sheet].cell(span.last + 5, span.column - 1).value = "MC-X"

    rows = accepted(edited(sent, tmp_path, add)).rows["evidence"]
    assert [row.values["evidence_id"] for row in rows] == ["QLN-MC01", "QLN-MC02", "MC-X"]


# What does not count --------------------------------------------------------------------------------------------------


def test_total_rows_are_ignored_and_counted(sent: Path, tmp_path: Path) -> None:
    """A line "Tổng cộng" with figures is no row; its cells are counted as ignored."""

    def total(book: Workbook) -> None:
        known = spans(book)
        row = known["achievements.kind"].first + len(SOUND["achievements"]) + 1
        sheet = book[known["achievements.kind"].sheet]
        sheet.cell(row, known["achievements.kind"].column).value = "Tổng cộng:"
        sheet.cell(row, known["achievements.value_vnd"].column).value = "=SUM(A1:A3)"

    before, after = accepted(sent), accepted(edited(sent, tmp_path, total))
    assert values(after) == values(before)
    assert after.ignored_cells == before.ignored_cells + 2


@pytest.mark.parametrize(
    ("words", "beside", "is_total"),
    [
        ("Tổng cộng: 3 người", None, True),
        ("TỔNG SỐ 03 cá nhân", None, True),
        ("Cộng (3)", None, True),
        ("Tổng cộng", "3 người", True),
        ("Công Hồ", None, False),
        ("Công", "091185001234", False),
        ("Tổng kết phong trào năm 2022", None, False),
    ],
)
def test_totals_are_told_from_names(sent: Path, tmp_path: Path, words: str, beside: str | None, is_total: bool) -> None:
    """A sum is written in many ways; a person or a deed that begins like one is none."""

    def total(book: Workbook) -> None:
        span = spans(book)["individuals.full_name"]
        row = span.first + len(SOUND["individuals"]) + 1
        book[span.sheet].cell(row, span.column).value = words
        book[span.sheet].cell(row, spans(book)["individuals.citizen_id"].column).value = beside

    before, after = accepted(sent), accepted(edited(sent, tmp_path, total))
    assert (len(after.rows["individuals"]) == len(before.rows["individuals"])) is is_total


@pytest.mark.parametrize("change", ["rows", "columns", "both"])
def test_names_left_behind_count_less_than_headings(sent: Path, tmp_path: Path, change: str) -> None:
    """A program that inserts rows and columns and leaves the defined names where they were (openpyxl) loses nothing."""

    def insert(book: Workbook) -> None:
        for table in CAMPAIGN.tables.values():
            if change != "columns":
                book[table.sheet].insert_rows(1, 3)
            if change != "rows":
                book[table.sheet].insert_cols(1)

    assert values(accepted(edited(sent, tmp_path, insert))) == values(accepted(sent))


@pytest.mark.parametrize("keys", [True, False], ids=["prefilled", "typed"])
@pytest.mark.parametrize("rows", [1, 2], ids=["headings", "bands too"])
def test_lines_above_the_names_are_read_where_the_headings_are_gone(sent: Path, tmp_path: Path, rows: int, *, keys: bool) -> None:
    """A program that deletes the headings and leaves the names where they were (openpyxl) costs no line of the table."""

    def delete(book: Workbook) -> None:
        for code, table in CAMPAIGN.tables.items():
            if table.layout == "rows":
                own = [span for name, span in spans(book).items() if name.startswith(f"{code}.")]
                if not keys and table.key:
                    span = spans(book)[f"{code}.{table.key}"]
                    for row in range(span.first, span.last + 1):
                        book[span.sheet].cell(row, span.column).value = None
                book[table.sheet].delete_rows(own[0].first - rows, rows)

    def without_keys(submission: Submission) -> dict[str, list[dict[str, object]]]:
        left = {code: [{**row} for row in part] for code, part in values(submission).items()}
        for code, part in left.items():
            for row in part:
                row.pop(CAMPAIGN.tables[code].key or "", None)
        return left

    before, after = accepted(sent), accepted(edited(sent, tmp_path, delete))
    assert (values if keys else without_keys)(after) == (values if keys else without_keys)(before)
    assert {row.row + rows for row in after.rows["individuals"]} == {row.row for row in before.rows["individuals"]}


def test_headings_in_other_words_are_no_line_of_the_table(sent: Path, tmp_path: Path) -> None:
    """Where the names stand where they were, headings that were all retyped are read neither as headings nor as a line."""

    def retype(book: Workbook) -> None:
        for span in spans(book).values():
            if span.first != span.last:
                head = book[span.sheet].cell(span.first - 1, span.column)
                head.value = f"Mục {head.coordinate}"

    after = read(edited(sent, tmp_path, retype))
    assert after.submission is not None
    assert after.submission.rows == accepted(sent).rows
    assert after.findings == ()


def test_cells_outside_the_table_are_noted_and_counted(sent: Path, tmp_path: Path) -> None:
    """What is written beside the columns is no part of a row: one note with the cells, and counted as ignored."""

    def scribble(book: Workbook) -> None:
        sheet = book[CAMPAIGN.tables["evidence"].sheet]
        sheet["Z6"], sheet["Z7"], sheet["Z8"] = "nhờ xem giúp", "ok", "   "

    arrival = read(edited(sent, tmp_path, scribble))
    assert [(f.code, f.ref.cell, f.facts["cells"]) for f in arrival.findings] == [("S205", "Z6", "Z6, Z7")]
    assert arrival.submission is not None
    assert arrival.submission.ignored_cells == accepted(sent).ignored_cells + 2


def test_blank_texts_are_blank(sent: Path, tmp_path: Path) -> None:
    """Spaces, no-break and zero-width ones too, are no content."""

    def blank(book: Workbook) -> None:
        span = spans(book)["evidence.document_no"]
        for number, value in enumerate(["  ", "\u00a0", "\u200b \u200b"]):
            book[span.sheet].cell(span.first + number, span.column).value = value

    assert accepted(edited(sent, tmp_path, blank)).rows == accepted(sent).rows


@pytest.mark.parametrize("kind", ["e", "f"])
def test_error_values_and_uncalculated_formulas_are_not_blank(sent: Path, tmp_path: Path, kind: str) -> None:
    """What the fast reader shows as a blank is passed on as it stands, and the check holds the row."""
    shown = {"e": "#REF!", "f": '=SUM(A1:A3)&"x"'}[kind]

    def break_cell(book: Workbook) -> None:
        span = spans(book)["achievements.value_vnd"]
        book[span.sheet].cell(span.first, span.column).value = shown

    submission = accepted(edited(sent, tmp_path, break_cell))
    assert submission.rows["achievements"][0].values["value_vnd"] == shown
    checked = check_submission(submission, CAMPAIGN, ROUND)
    assert [(f.code, f.value) for f in checked.findings] == [("C324" if kind == "e" else "C325", shown)]


def test_decomposed_text_is_the_same_text(sent: Path, tmp_path: Path) -> None:
    """A workbook whose texts and headings are typed in decomposed Unicode (NFD) has no finding."""

    def decompose(book: Workbook) -> None:
        without_names(book)
        for sheet in book.worksheets:
            for cell in (cell for row in sheet.iter_rows() for cell in row):
                if isinstance(cell.value, str) and not cell.value.startswith("="):
                    cell.value = unicodedata.normalize("NFD", cell.value)

    checked = check_submission(accepted(edited(sent, tmp_path, decompose)), CAMPAIGN, ROUND)
    assert checked.findings == ()
    assert checked.records["individuals"][0].values["full_name"] == "Nguyễn Thị Ánh Nguyệt"


# The second look ------------------------------------------------------------------------------------------------------

_HEAD = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="2">'
_TAIL = "</row></sheetData></worksheet>"
_PLAIN = (
    '<c r="A2"><v>1</v></c><c r="B2" s="3"><f>A2&amp;"x"</f></c><c r="C2" t="str"><f>""</f><v></v></c>'
    '<c r="F2"><f t="shared" si="1"/><v/></c><c r="G2"><f>1+1</f>\n<v>2</v></c><c r="H2" s="1"><f>2</f>\n</c>'
)
_ERRORS = '<c t="e" r="D2"><v>#N/A</v></c><c r="E2" t="e"><f t="shared" si="0"/><v>#REF!</v></c>'
_SHEET = f"{_HEAD}{_PLAIN}{_ERRORS}{_TAIL}"


def marks(xml: str) -> Mapping[tuple[int, int], str]:
    """What the second look sees of a sheet."""
    return SheetLook(xml.encode()).marks(frozenset())


def prefixed(xml: str) -> str:
    """The same sheet with a name for its namespace."""
    return xml.replace("<", "<x:").replace("<x:/", "</x:").replace("xmlns=", "xmlns:x=")


def test_second_look_finds_what_is_shown_as_blank() -> None:
    """Errors and formulas without a result are found; an empty text is a result."""
    formulas = {(1, 1): '=A2&"x"', (1, 5): "=…", (1, 7): "=2"}
    assert marks(f"{_HEAD}{_PLAIN}{_TAIL}") == formulas
    assert marks(_SHEET) == {**formulas, (1, 3): "#N/A", (1, 4): "#REF!"}


def test_second_look_leaves_out_the_columns_of_the_form_itself() -> None:
    """Uncalculated formulas in columns that nobody fills in are not told; those in columns whose names begin alike are."""
    seen = SheetLook(f'{_HEAD}{_PLAIN}<c r="BB2"><f>3</f></c>{_TAIL}'.encode())
    assert seen.marks(frozenset({1, 5})) == {(1, 7): "=2", (1, 53): "=3"}


ODD_CELLS = {
    "error": _ERRORS,
    "another order": '<c s="1" r="D2"><f>3</f></c>',
    "other quotes": "<c r='D2'><f>3</f></c>",
    "a hidden address": """<c s=' r="A2"' r='XFD1048576'><v>1</v></c>""",
    "spaces": '<c  r="D2" ><f>3</f></c >',
    "a line break": '<c\nr="D2"><f>3</f></c>',
    "a prefix": '<y:c xmlns:y="http://schemas.openxmlformats.org/spreadsheetml/2006/main" r="XFD1048576"><y:v>1</y:v></y:c>',
    "a comment": '<!-- <c r="D2"><f>3</f></c> -->',
    "hidden text": '<c r="D2"><f>3</f><v><![CDATA[5]]></v></c>',
    "no address": "<c><f>3</f></c>",
    "far down": '<c r="A1048576"><v>1</v></c>',
    "more attributes": '<c r="D2" s="1" cm="1"><f>3</f></c>',
    "far right": '<c r="XFD2"><v>1</v></c>',
}


@pytest.mark.parametrize("odd", ODD_CELLS.values(), ids=ODD_CELLS)
@pytest.mark.parametrize("shape", [str, prefixed])
def test_second_look_sees_what_a_full_walk_sees(shape: Callable[[str], str], odd: str) -> None:
    """The quick patterns and the walk through every cell agree, however a cell is spelled and wherever it stands."""
    for cells in (_PLAIN, odd, _PLAIN + odd):
        xml = shape(f"{_HEAD}{cells}{_TAIL}").replace("<x:!", "<!").replace("<x:y:", "<y:").replace("</x:y:", "</y:")
        walked = _Walk().through(xml.encode())
        assert marks(xml) == walked.marks
        assert SheetLook(xml.encode()).too_far == ((walked.rows, walked.columns) if walked.is_far else None)


def test_cells_without_addresses_are_counted_on() -> None:
    """A sheet that leaves out addresses is walked through; positions follow on."""
    bare = re.sub(r' r="[A-H]?2"', "", _SHEET)
    places = [(0, column) for column in (1, 3, 5, 6, 7)]
    assert marks(bare) == dict(zip(places, ('=A2&"x"', "=…", "=2", "#N/A", "#REF!"), strict=True))


# Gates ----------------------------------------------------------------------------------------------------------------


def _zip(**parts: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name, content in parts.items():
            package.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return buffer.getvalue()


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)

FOREIGN: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "W102"),
    "noise": (bytes(range(256)), "W104"),
    "password": (_OLE + "EncryptedPackage".encode("utf-16-le"), "W105"),
    "broken xls": (_OLE + "Workbook".encode("utf-16-le"), "W110"),
    "html": (b"<html><body><table><tr><td>STT</td></tr></table></body></html>", "W106"),
    "shortcut": (bytes.fromhex("4c0000000114020000000000c000000000000046") + bytes(56), "W176"),
    "web link": (b"[InternetShortcut]\r\nURL=https://example.vn/x\r\n", "W176"),
    "web link of a Mac": (b'<?xml version="1.0"?><plist version="1.0"><dict><key>URL</key><string>x</string></dict></plist>', "W176"),
    "settings of a Mac program": (b'<plist version="1.0"><dict><key>Tabs</key><dict><key>URL</key><string/></dict></dict></plist>', "W104"),
    "csv": ("\ufeffSTT;Họ và tên\n1;Nguyễn Văn An\n".encode(), "W106"),
    "xml 2003": (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "W106"),
    "xlsb without sheets": (_zip(xl__workbook_dot_bin=""), "W113"),
    "broken ods": (_zip(mimetype="x", content_dot_xml='<a xmlns:b="b"><b:spreadsheet></a>'), "W110"),
    "ods without sheets": (_zip(mimetype="x", content_dot_xml='<a xmlns:b="b"><b:spreadsheet></b:spreadsheet></a>'), "W113"),
    "odt": (_zip(mimetype="x", content_dot_xml="<a/>"), "W108"),
    "doc": (_OLE + "WordDocument".encode("utf-16-le"), "W108"),
    "docx": (_zip(word__document_dot_xml="<a/>"), "W108"),
    "pdf": (b"%PDF-1.7\n", "W108"),
    "damaged outlook mail": (_OLE + "__properties_version1.0".encode("utf-16-le"), "W160"),
    "truncated": (_zip(a="b" * 400)[:150], "W110"),
    "no workbook": (_zip(**{"[Content_Types]_dot_xml": "<a/>"}), "W110"),
    "broken xml": (_zip(xl__workbook_dot_xml="<workbook><sheets>"), "W110"),
    "doctype": (_zip(xl__workbook_dot_xml='<!DOCTYPE a [<!ENTITY b "c">]><workbook>&b;</workbook>'), "W111"),
    "no sheets": (_zip(xl__workbook_dot_xml="<workbook/>"), "W113"),
}


@pytest.mark.parametrize(("raw", "code"), FOREIGN.values(), ids=FOREIGN)
def test_foreign_file_is_told_by_its_content(tmp_path: Path, raw: bytes, code: str) -> None:
    """Whatever is named .xlsx without being a workbook is refused with the sentence for what it really is."""
    path = tmp_path / "QLN.xlsx"
    path.write_bytes(raw)
    assert stopped(read(path)) == (code, FileStatus.REFUSED)


def test_duplicate_parts_are_refused(tmp_path: Path, sent: Path) -> None:
    """A package with two parts of one name shows one sheet to Excel and another to readers: it is not opened."""
    path = tmp_path / "QLN.xlsx"
    path.write_bytes(sent.read_bytes())
    with zipfile.ZipFile(path, "a") as package:
        package.writestr("XL/workbook.xml", "<workbook/>")
    assert stopped(read(path)) == ("W111", FileStatus.REFUSED)


def test_swollen_part_is_refused_unread(tmp_path: Path) -> None:
    """A part that unpacks to hundreds of times its size is not unpacked."""
    path = tmp_path / "QLN.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", " " * (20 << 20))
    assert stopped(read(path)) == ("W111", FileStatus.REFUSED)


def test_far_away_value_is_refused_with_its_place(sent: Path, tmp_path: Path) -> None:
    """A value in XFD1048576, which kills the fast reader, is found before."""

    def stray(book: Workbook) -> None:
        book[CAMPAIGN.tables["evidence"].sheet]["XFD1048576"] = 1

    arrival = read(edited(sent, tmp_path, stray))
    assert stopped(arrival) == ("W112", FileStatus.REFUSED)
    assert arrival.findings[0].ref.cell == "XFD1048576"


def test_sheet_the_reader_gives_up_on_is_named(sent: Path, tmp_path: Path) -> None:
    """A shared text that does not exist fails its whole sheet: the file is refused and the sheet named."""
    path = tmp_path / "QLN.xlsx"
    spill = b'<row r="90"><c r="C90" t="s"><v>999999</v></c></row></sheetData>'
    with zipfile.ZipFile(sent) as source, zipfile.ZipFile(path, "w") as target:
        for member in source.namelist():
            part = source.read(member)
            target.writestr(member, part.replace(b"</sheetData>", spill) if member.endswith("sheet4.xml") else part)
    arrival = read(path)
    assert stopped(arrival) == ("S206", FileStatus.REFUSED)
    assert arrival.findings[0].ref.sheet


class PanicException(BaseException):
    """Stands for the exception of that name, which a Rust reader raises past ``except Exception``."""


def test_panic_of_the_reader_is_a_damaged_file(sent: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A panic inside the reader refuses the file; Ctrl-C is no panic and goes through."""

    def fail(error: BaseException) -> None:
        def from_filelike(_: object) -> None:
            raise error

        monkeypatch.setattr("python_calamine.CalamineWorkbook", SimpleNamespace(from_filelike=from_filelike))

    fail(PanicException())
    assert stopped(read(sent)) == ("W110", FileStatus.REFUSED)
    fail(KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        read(sent)


def test_foreign_workbook_is_not_our_form(tmp_path: Path) -> None:
    """An Excel file without the marks of an issued form is refused, not searched for tables."""
    path = tmp_path / "QLN.xlsx"
    Workbook().save(path)
    assert stopped(read(path)) == ("W120", FileStatus.REFUSED)


OTHERS = {
    "campaign": (replace(CAMPAIGN, id="phong-trao-khac"), ROUND, UNIT, ("W121", FileStatus.REFUSED)),
    "newer": (replace(CAMPAIGN, version=9), ROUND, UNIT, ("W123", FileStatus.REFUSED)),
    "unknown round": (
        replace(CAMPAIGN, rounds={"dot-la": replace(CAMPAIGN.rounds[ROUND], id="dot-la")}),
        "dot-la",
        UNIT,
        ("W124", FileStatus.REFUSED),
    ),
    "other round": (CAMPAIGN, "dang-ky-2022", UNIT, ("W125", FileStatus.IGNORED)),
    "unknown unit": (
        replace(CAMPAIGN, units={"XYZ": replace(CAMPAIGN.units[UNIT], code="XYZ")}),
        ROUND,
        "XYZ",
        ("W126", FileStatus.REFUSED),
    ),
}


@pytest.mark.parametrize(("campaign", "round_id", "unit", "outcome"), OTHERS.values(), ids=OTHERS)
def test_form_of_another_occasion_stops_at_its_gate(
    tmp_path: Path, campaign: Campaign, round_id: str, unit: str, outcome: tuple[str, FileStatus]
) -> None:
    """A form of another campaign, version, round or unit is stopped with one sentence that says which."""
    arrival = read(issue_to(tmp_path, campaign, round_id, unit))
    assert stopped(arrival) == outcome
    assert len(arrival.findings) == 1
    assert arrival.unit == unit


def test_any_round_is_read_when_none_is_asked_for(tmp_path: Path) -> None:
    """Without a round, forms of every round of the campaign are read."""
    arrival = read(issue_to(tmp_path, round_id="dang-ky-2022"), None)
    assert arrival.submission is not None
    assert arrival.submission.passport.round == "dang-ky-2022"


def _no_property(book: Workbook) -> None:
    for name in list(book.custom_doc_props.names):
        del book.custom_doc_props[name]


def _no_form_names(book: Workbook) -> None:
    for name in [name for name in book.defined_names if name.startswith("form.")]:
        del book.defined_names[name]


def _no_hidden_row(book: Workbook) -> None:
    for cell in book.worksheets[0][1]:
        cell.value = None


@pytest.mark.parametrize("left", [_no_property, _no_form_names, _no_hidden_row])
def test_any_one_way_of_the_passport_is_enough(sent: Path, tmp_path: Path, left: Callable[[Workbook], None]) -> None:
    """With two of its three marks dropped by office suites a form is still known."""

    def strip(book: Workbook) -> None:
        for way in (_no_property, _no_form_names, _no_hidden_row):
            if way is not left:
                way(book)

    assert accepted(edited(sent, tmp_path, strip)).passport == accepted(sent).passport


def test_majority_of_the_passport_counts(sent: Path, tmp_path: Path) -> None:
    """One mark that says otherwise than the two others is outvoted."""

    def forge(book: Workbook) -> None:
        for prop in book.custom_doc_props.props:
            if prop.name == "form.unit":
                prop.value = "VP"

    assert accepted(edited(sent, tmp_path, forge)).passport.unit == UNIT


@pytest.mark.parametrize("name", ["~$QLN.xlsx", ".DS_Store", "Thumbs.db", "._QLN.xlsx", "QLN.xlsx.crdownload"])
def test_litter_is_ignored_by_its_name(tmp_path: Path, name: str) -> None:
    """Lock files and the like are ignored without being opened."""
    path = tmp_path / name
    path.write_bytes(b"x")
    assert stopped(read(path, name=f"inbox/{name}")) == ("W130", FileStatus.IGNORED)


def test_pictures_are_ignored(tmp_path: Path) -> None:
    """A logo from a mail's signature is none of our business."""
    path = tmp_path / "image001.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n")
    assert stopped(read(path)) == ("W131", FileStatus.IGNORED)


def test_unreadable_file_is_refused(tmp_path: Path) -> None:
    """A file that vanished, or a folder under a file's name, is a sentence and no traceback."""
    (tmp_path / "thu_muc.xlsx").mkdir()
    assert stopped(read(tmp_path / "khong_co.xlsx")) == ("W101", FileStatus.REFUSED)
    assert stopped(read(tmp_path / "thu_muc.xlsx")) == ("W151", FileStatus.REFUSED)


# Folder and resubmissions ---------------------------------------------------------------------------------------------


def test_scan_gives_every_file_in_natural_order(tmp_path: Path) -> None:
    """Every file below the inbox, in folders too, in an order people expect; nothing is skipped."""
    for name in ("10.xlsx", "9.xlsx", "b/1.xlsx", "~$9.xlsx", "Ảnh.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    names = [path.relative_to(tmp_path).as_posix() for path in scan(tmp_path)]
    assert names == ["9.xlsx", "10.xlsx", "b/1.xlsx", "~$9.xlsx", "Ảnh.png"]
    assert scan(tmp_path / "khong_co") == ()


def _entry(sent: Path, name: str, **changes: Any) -> tuple[Arrival, CheckedSubmission]:
    """The sound file under another name, with another hash, prepared on another day or saved at another time."""
    arrival = read(sent, name=name)
    assert arrival.submission is not None
    prepared = changes.pop("prepared_on", date(2023, 6, 20))
    record = arrival.submission.rows["unit"][0]
    rows = {**arrival.submission.rows, "unit": (replace(record, values={**record.values, "prepared_on": prepared}),)}
    facts: dict[str, Any] = {"sha256": name, "modified": 0.0} | changes
    submission = replace(arrival.submission, rows=rows, **facts)
    return replace(arrival, submission=submission, **facts), check_submission(submission, CAMPAIGN, ROUND)


LATER = {
    "prepared later": ({"prepared_on": date(2023, 6, 21), "modified": 1.0}, {"modified": 2.0}),
    "saved later": ({"modified": 2.0}, {"modified": 1.0}),
    "saved later, a day unreadable": ({"prepared_on": "hôm qua", "modified": 2.0}, {"prepared_on": date(2023, 6, 25), "modified": 1.0}),
}


@pytest.mark.parametrize(("newer", "older"), LATER.values(), ids=LATER)
def test_latest_submission_of_a_unit_counts(sent: Path, newer: dict[str, object], older: dict[str, object]) -> None:
    """The day of preparation decides, else the file's time; the older one is superseded with a sentence that names the newer."""
    first, second = _entry(sent, "inbox/a.xlsx", **newer), _entry(sent, "inbox/b.xlsx", **older)
    settled = settle([first, second])
    assert [checked.submission.file for checked in settled.counted] == ["inbox/a.xlsx"]
    assert [checked.submission.file for checked in settled.superseded] == ["inbox/b.xlsx"]
    assert [report.status for report in settled.files] == [FileStatus.ACCEPTED, FileStatus.SUPERSEDED]
    assert settled.files[1].finding is not None
    assert "inbox/a.xlsx" in text.message(settled.files[1].finding)


def test_names_decide_between_equals(sent: Path) -> None:
    """With the same day and time the last name in natural order counts."""
    settled = settle([_entry(sent, "inbox/QLN 9.xlsx"), _entry(sent, "inbox/QLN 10.xlsx")])
    assert [checked.submission.file for checked in settled.counted] == ["inbox/QLN 10.xlsx"]


def test_same_bytes_count_once(sent: Path) -> None:
    """Of files with the same bytes the first counts, the others are duplicates of it."""
    entries = [_entry(sent, name, sha256="x") for name in ("inbox/1.xlsx", "inbox/2.xlsx")]
    settled = settle(entries)
    assert [report.status for report in settled.files] == [FileStatus.ACCEPTED, FileStatus.DUPLICATE]
    assert settled.superseded == ()


def test_every_file_has_a_report(sent: Path, tmp_path: Path) -> None:
    """Files that were not read keep their place and their reason beside those that were."""
    path = tmp_path / "x.pdf"
    path.write_bytes(b"%PDF")
    settled = settle([(read(path, name="inbox/x.pdf"), None), _entry(sent, NAME)])
    assert [(report.path, report.status) for report in settled.files] == [
        ("inbox/x.pdf", FileStatus.REFUSED),
        (NAME, FileStatus.ACCEPTED),
    ]


def test_time_stamp_is_that_of_the_file(sent: Path, tmp_path: Path) -> None:
    """The file's modification time travels with the submission."""
    path = tmp_path / "QLN.xlsx"
    path.write_bytes(sent.read_bytes())
    os.utime(path, (1_687_000_000, 1_687_000_000))
    assert accepted(path).modified == 1_687_000_000
