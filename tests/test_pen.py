"""The pen: whole lines of cells are the same cells as one by one, and text is text."""

from __future__ import annotations

import datetime as dt
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from tests.office import converted
from thidua_xlsx.model import PartialDate
from thidua_xlsx.xlsx import Book, Content, FileLink, Fold, Jump, Live, Sheet

STYLES = tuple(
    MappingProxyType({"border": 1, "text_wrap": True, **each})
    for each in ({}, {"num_format": "#,##0"}, {"num_format": "0.00"}, {"num_format": "@", "align": "center"}, {"bold": True})
)
AWKWARD = (
    "", "<r>&</r>", "<r><t>đậm</t></r>", "_x0041_", " hai đầu ", "hai\ndòng", "hai\r\ndòng", "=1+1", "'", '"<&>"', "\x00\x0b", "\ud800",
    "\ufffe", "x" * 40_000, "😀" * 20_000, "#N/A", "http://example.vn/", "1e5",
)  # fmt: skip

texts = st.one_of(st.text(max_size=30), st.sampled_from(AWKWARD))
days = st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31))
numbers = st.one_of(st.integers(-(10**17), 10**17), st.floats(width=64))
labels = st.text("abcđ 1&<", min_size=1, max_size=8)
years = st.integers(1990, 2030).map(lambda year: PartialDate(dt.date(year, 1, 1), dt.date(year, 12, 31)))
targets = st.sampled_from(("../../inbox/Phòng A.xlsx", "../b.xlsx"))
formulas = st.sampled_from(("1+1", 'IF(A1<>"","&",2)'))
results = st.one_of(st.integers(-9, 9), st.sampled_from(("", "#N/A")), labels)
contents = st.one_of(
    st.none(), texts, numbers, days, st.booleans(), days.map(PartialDate.of), years,
    st.builds(Live, formulas, results),
    st.builds(Jump, st.sampled_from(("Dòng", "Khác")), st.just("B2"), labels),
    st.builds(FileLink, targets, st.sampled_from(("", "Thành tích")), st.just("H12"), labels),
)  # fmt: skip
tables = st.lists(st.lists(contents, min_size=len(STYLES), max_size=len(STYLES)), min_size=1, max_size=6)


def one_by_one(sheet: Sheet, row: int, line: Sequence[Content]) -> None:
    """Write a line as anybody would: cell after cell."""
    for column, (content, style) in enumerate(zip(line, STYLES, strict=True), 1):
        alone(sheet, (row, column), content, style)
    sheet.height(row, 33)


def alone(sheet: Sheet, where: tuple[int, int], content: Content, style: Any) -> None:
    """Write one cell with the call that is meant for such a content."""
    match content:
        case None:
            sheet.blank(*where, style)
        case str():
            sheet.text(*where, content, style)
        case PartialDate():
            alone(sheet, where, content.first if content.is_whole else str(content), style)
        case dt.date():
            sheet.date(*where, content, style)
        case Live():
            sheet.formula(*where, f"={content.formula}", content.value, style)
        case Jump():
            sheet.link(*where, content.sheet, content.cell, content.label, style)
        case FileLink():
            sheet.file_link(*where, content.path, content.sheet, content.cell, content.label, style)
        case _:
            sheet.number(*where, content, style)


def write(path: Path, table: Sequence[Sequence[Content]], *, by_lines: bool) -> Path:
    """A workbook with a table from B3 on."""
    with Book(path, title="Thử", created=dt.date(2023, 1, 1)) as book:
        sheet = book.sheet("Dòng")
        book.sheet("Khác").text(0, 0, "x")
        pen = sheet.lines(1, STYLES)
        sheet.text(0, 1, "Tiêu đề")
        for row, line in enumerate(table, 2):
            if by_lines:
                pen.write(row, line, 33)
            else:
                one_by_one(sheet, row, line)
        sheet.raw.autofilter(0, 1, len(table) + 1, len(STYLES))
    return path


def cells(path: Path) -> list[Any]:
    """Everything a reader sees of the cells of the first sheet."""
    sheet = openpyxl.load_workbook(path).worksheets[0]
    found: list[Any] = [sheet.dimensions, sheet.auto_filter.ref, {row: seen.height for row, seen in sheet.row_dimensions.items()}]
    for cell in (cell for row in sheet.iter_rows() for cell in row):
        look = tuple(map(repr, (cell.font, cell.fill, cell.border, cell.alignment, cell.number_format, cell.protection)))
        link = cell.hyperlink and (cell.hyperlink.target, cell.hyperlink.location)
        found.append((cell.coordinate, cell.data_type, repr(cell.value), link, look))
    return found


@settings(max_examples=60, deadline=None)
@given(table=tables)
def test_lines_are_the_cells_that_xlsxwriter_writes(table: list[list[Content]]) -> None:
    """Value, type, number format, font, border and link of every cell are those of cells written one by one."""
    with tempfile.TemporaryDirectory() as folder:
        lines, singly = (write(Path(folder) / f"{by}.xlsx", table, by_lines=by) for by in (True, False))
        assert cells(lines) == cells(singly)
        assert [sheet.to_python() for sheet in map(CalamineWorkbook.from_path(lines).get_sheet_by_index, (0, 1))] == [
            sheet.to_python() for sheet in map(CalamineWorkbook.from_path(singly).get_sheet_by_index, (0, 1))
        ]


def sample() -> list[list[Content]]:
    """Every kind of content in every column."""
    every: list[Content] = [*(text for text in AWKWARD if len(text) < 100 and text.isprintable()), 1, 2.5, dt.date(2023, 7, 31), None, -1]
    every += [Live("B3&C3", "x"), Jump("Khác", "A1", "đi"), FileLink("../a.xlsx", "T", "A1", "tệp"), PartialDate.of(dt.date(1999, 1, 2))]
    return [[every[(row + column) % len(every)] for column in range(len(STYLES))] for row in range(2 * len(every))]


def test_libreoffice_reads_lines_as_it_reads_cells(tmp_path: Path) -> None:
    """What LibreOffice makes of both workbooks is the same in every cell."""
    lines, singly = (write(tmp_path / f"{by}.xlsx", sample(), by_lines=by) for by in (True, False))
    seen = cells(converted(lines, tmp_path / "office", "xlsx"))
    assert seen == cells(converted(singly, tmp_path / "office", "xlsx"))
    assert len(seen) > 100


def test_same_lines_same_bytes(tmp_path: Path) -> None:
    """Two workbooks of the same lines are the same file."""
    one, other = (write(tmp_path / f"{name}.xlsx", sample(), by_lines=True).read_bytes() for name in "ab")
    assert one == other


def test_thousands_of_lines_are_packed_as_any_part_is(tmp_path: Path) -> None:
    """A sheet of several megabytes, which is deflated in another way, is whole, is read cell by cell, and is the same file again."""
    table: list[list[Content]] = [[f"Phòng số {number}", number, number / 4, "đ" * (number % 9), -1] for number in range(12_000)]
    path, again = (write(tmp_path / f"{name}.xlsx", table, by_lines=True) for name in "ab")
    with zipfile.ZipFile(path) as package:
        assert package.testzip() is None
        large = package.getinfo("xl/worksheets/sheet1.xml")
        assert (large.file_size > 2 << 20, large.compress_size < large.file_size // 3) == (True, True)
    seen = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()[-len(table) :]
    assert seen == table
    assert path.read_bytes() == again.read_bytes()


@pytest.mark.parametrize("text", [text for text in AWKWARD if text and text not in ("\x00\x0b", "\ud800", "\ufffe")])
@pytest.mark.parametrize("by_lines", [True, False])
def test_text_is_text_whatever_it_looks_like(text: str, by_lines: bool, tmp_path: Path) -> None:
    """Mark-up, formulas, escapes and blanks in a unit's text arrive as they were typed; only what is too long for Excel is cut, visibly."""
    path = write(tmp_path / "a.xlsx", [[text] * len(STYLES)], by_lines=by_lines)
    cell = openpyxl.load_workbook(path).worksheets[0]["B3"]
    seen = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()[-1][-1]
    expected = text.replace("\r\n", "\n")
    if len(text) > 100:
        assert len(seen.encode("utf-16-le")) // 2 <= 32_767
        assert (seen[-4:], expected[: len(seen) - 4]) == (" […]", seen[:-4])
    else:
        assert (cell.data_type, seen) == ("s", expected)


def test_cell_of_its_own_stands_over_the_line(tmp_path: Path) -> None:
    """A cell written by itself in a line's row replaces the line's cell and leaves its neighbours."""
    with Book(tmp_path / "a.xlsx", title="Thử", created=dt.date(2023, 1, 1)) as book:
        sheet = book.sheet("Dòng")
        sheet.lines(0, STYLES[:3]).write(4, ["a", "b", 3], None)
        sheet.text(4, 1, "riêng")
        sheet.text(4, 5, "xa")
        sheet.height(5, 40)
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0]
    assert [cell.value for cell in sheet[5]] == ["a", "riêng", 3, None, None, "xa"]
    assert (sheet.row_dimensions[5].height, sheet.row_dimensions[6].height) == (None, 39.75)


def test_links_to_a_file_share_one_relationship(tmp_path: Path) -> None:
    """However many lines lead to a file, the sheet names it once; every link keeps its own cell."""
    table: list[list[Content]] = [
        [FileLink("../a.xlsx", "T", f"A{number}", str(number)), None, None, None, None] for number in range(1, 40)
    ]
    path = write(tmp_path / "a.xlsx", table, by_lines=True)
    with zipfile.ZipFile(path) as archive:
        assert archive.read("xl/worksheets/_rels/sheet1.xml.rels").count(b"a.xlsx") == 1
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert [sheet.cell(row, 2).hyperlink.location for row in (3, 41)] == ["T!A1", "T!A39"]


def test_more_links_than_excel_opens_are_refused(tmp_path: Path) -> None:
    """A sheet with more than 65,530 links would be repaired by Excel: the pen refuses to write it."""
    with Book(tmp_path / "a.xlsx", title="Thử", created=dt.date(2023, 1, 1)) as book:
        pen = book.sheet("Dòng").lines(0, STYLES[:1])
        for row in range(65_530):
            pen.write(row, [Jump("Dòng", "A1", "x")], None)
        with pytest.raises(ValueError, match="links"):
            pen.write(65_530, [Jump("Dòng", "A1", "x")], None)


@pytest.mark.parametrize(("row", "line"), [(0, ["a"]), (0, ["a", "b", "c"]), (1_048_576, ["a", "b"])])
def test_line_that_does_not_fit_is_a_bug(row: int, line: list[Content], tmp_path: Path) -> None:
    """A line with more or fewer cells than styles, or below the last row of a sheet, is an error and no silent gap."""
    with Book(tmp_path / "a.xlsx", title="Thử", created=dt.date(2023, 1, 1)) as book, pytest.raises(ValueError, match=r"zip|beyond"):
        book.sheet("Dòng").lines(0, STYLES[:2]).write(row, line, None)


def test_chart_over_lines_is_refused(tmp_path: Path) -> None:
    """A chart's remembered values come from single cells; over lines viewers would draw it empty, so it is refused."""
    book = Book(tmp_path / "a.xlsx", title="Thử", created=dt.date(2023, 1, 1))
    sheet = book.sheet("Dòng")
    sheet.lines(0, STYLES[:1]).write(0, [1], None)
    chart = book.chart("column")
    chart.add_series({"values": "='Dòng'!$A$1:$A$1"})
    sheet.chart(3, 3, chart)
    with pytest.raises(ValueError, match="chart"), book:
        pass


def test_folded_lines_stand_in_an_outline(tmp_path: Path) -> None:
    """A line says how deep it stands, whether it is folded away and whether what follows is; the button stands above."""
    path = tmp_path / "a.xlsx"
    with Book(path, title="Thử", created=dt.date(2023, 1, 1)) as book:
        sheet = book.sheet("Dòng")
        sheet.outlined(2)
        pen = sheet.lines(0, STYLES[:1])
        folds = (Fold(collapsed=True), Fold(1, hidden=True), Fold(2, hidden=True), Fold())
        for row, fold in enumerate(folds):
            pen.write(row, ["x"], None, fold)
    read = openpyxl.load_workbook(path).worksheets[0]
    rows = [read.row_dimensions[row] for row in range(1, 5)]
    assert [(row.outlineLevel, row.hidden, row.collapsed) for row in rows] == [(fold.level, fold.hidden, fold.collapsed) for fold in folds]
    assert (read.sheet_properties.outlinePr.summaryBelow, read.sheet_format.outlineLevelRow) == (False, 2)
