"""The registration workbook: what is in it, what it lets a unit do, and that its live formulas compute."""

from __future__ import annotations

import os
import runpy
import shutil
import subprocess
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
from openpyxl.utils.cell import get_column_letter, range_boundaries
from openpyxl.workbook import Workbook
from openpyxl.worksheet.dimensions import ColumnDimension
from openpyxl.worksheet.worksheet import Worksheet

from tests.sheets import fill, spans
from thidua_xlsx.campaign import Campaign, load_campaign
from thidua_xlsx.intake import read_file
from thidua_xlsx.model import Raw
from thidua_xlsx.template import FIRST_ROW, Line, write_workbook
from thidua_xlsx.text import language, say

ROOT = Path(__file__).parent.parent
PLANS = (ROOT / "workbook_templates" / "kien-giang" / "campaign.toml", ROOT / "tests" / "campaigns" / "phuong-dong.toml")
ROUND, UNIT = "so-ket-2023", "QLN"
NUMBER_TYPES = ("year", "integer", "number", "percent", "money")
HIDDEN = ("_danh_muc", "_form")


@pytest.fixture(scope="module")
def campaign() -> Campaign:
    """The shipped plan."""
    return load_campaign(PLANS[0])


@pytest.fixture(scope="module")
def issued(campaign: Campaign, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty workbook of the shipped plan."""
    path = tmp_path_factory.mktemp("issued") / f"{UNIT}.xlsx"
    write_workbook(path, campaign, ROUND, UNIT)
    return path


@pytest.fixture(scope="module")
def book(issued: Path) -> Workbook:
    """The same, as openpyxl sees it."""
    return openpyxl.load_workbook(issued)


def recalculated(path: Path, folder: Path) -> Workbook:
    """The workbook after LibreOffice has computed every formula anew."""
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not installed")
    without_values = folder / "without-values.xlsx"
    openpyxl.load_workbook(path).save(without_values)  # openpyxl drops the first values, so LibreOffice has to compute
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    target = folder / "recalculated"
    call = ["soffice", profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(target), str(without_values)]
    subprocess.run(call, check=True, capture_output=True, timeout=180, env=os.environ | {"HOME": str(folder)})
    return openpyxl.load_workbook(target / without_values.name, data_only=True)


def named(book: Workbook, name: str) -> list[object]:
    """The values a defined name stands for."""
    sheet, cells = next(iter(book.defined_names[name].destinations))
    found = book[sheet][cells.replace("$", "")]
    rows = found if isinstance(found, tuple) else ((found,),)
    return [cell.value for row in rows for cell in row]


def read_table(path: Path, table: str) -> list[dict[str, object]]:
    """What stands in the ready lines of a table, blank ones included."""
    book = openpyxl.load_workbook(path)
    mine = {name.split(".")[1]: span for name, span in spans(book).items() if name.startswith(f"{table}.")}
    lines = range(max(span.last - span.first + 1 for span in mine.values()))
    return [{code: book[span.sheet].cell(span.first + line, span.column).value for code, span in mine.items()} for line in lines]


def whole_column(sheet: Worksheet, column: int) -> ColumnDimension:
    """The format of a column; openpyxl keeps neighbours of one look together under the first."""
    return next(entry for entry in sheet.column_dimensions.values() if entry.min <= column <= entry.max)


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.stem)
def test_sheets(plan: Path, tmp_path: Path) -> None:
    """The guide stands first, then the campaign's tables in order; lists and passport are hidden; all of any campaign."""
    campaign = load_campaign(plan)
    round_id, unit = next(iter(campaign.rounds)), next(iter(campaign.units))
    write_workbook(tmp_path / "form.xlsx", campaign, round_id, unit)
    book = openpyxl.load_workbook(tmp_path / "form.xlsx")
    assert book.sheetnames == [say("template.guide_sheet"), *(table.sheet for table in campaign.tables.values()), *HIDDEN]
    assert {sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"} == set(HIDDEN)
    arrival = read_file(tmp_path / "form.xlsx", "form.xlsx", campaign, round_id)
    assert arrival.submission is not None
    assert arrival.submission.passport.unit == unit


def test_every_column_is_named_below_its_heading(campaign: Campaign, book: Workbook) -> None:
    """Each ``table.column`` is a workbook-level name for the entry cells under (or right of) that column's heading."""
    where = spans(book)
    for table in campaign.tables.values():
        for column in table.columns.values():
            span = where[f"{table.code}.{column.code}"]
            sheet = book[span.sheet]
            assert span.sheet == table.sheet
            if table.layout == "rows":
                assert (span.first, span.last) == (FIRST_ROW, FIRST_ROW + table.rows - 1)
                head = sheet.cell(span.first - 1, span.column).value
            else:
                assert span.first == span.last
                head = sheet.cell(span.first, span.column - 1).value
            assert head == f"{column.heading} *" if column.required else column.heading


def test_the_passport_stands_three_ways(campaign: Campaign, book: Workbook) -> None:
    """Custom properties, named cells and the hidden first row of the guide say the same."""
    said = {"form.campaign": campaign.id, "form.version": str(campaign.version), "form.round": ROUND, "form.unit": UNIT}
    guide = book[say("template.guide_sheet")]
    assert {entry.name: entry.value for entry in book.custom_doc_props.props} == said
    assert {name: named(book, name) for name in said} == {name: [value] for name, value in said.items()}
    assert [cell.value for cell in guide[1]][: len(said)] == [f"{name}={value}" for name, value in said.items()]
    assert guide.row_dimensions[1].hidden


def test_drop_downs_come_from_the_list_sheet(campaign: Campaign, book: Workbook) -> None:
    """No list is written into a validation; each names a range that holds the campaign's labels, or grows with the unit's own keys."""
    for table in campaign.tables.values():
        rules = {str(rule.sqref).split(":")[0]: rule for rule in book[table.sheet].data_validations.dataValidation}
        for column in table.columns.values():
            span = spans(book)[f"{table.code}.{column.code}"]
            rule = rules[f"{get_column_letter(span.column)}{span.first}"]
            choices = [choice.label for choice in campaign.choices(column, ROUND)]
            if choices:
                assert rule.type == "list"
                assert named(book, rule.formula1) == choices
                assert rule.errorStyle == "warning"
            elif column.choices:
                assert (rule.type, rule.errorStyle) == ("list", "information")
                assert "INDEX(" in book.defined_names[rule.formula1].value
            else:
                assert rule.type is None


def test_every_entry_explains_itself(campaign: Campaign, book: Workbook) -> None:
    """Each column has an input message with its help, and its clause, within the lengths Excel allows; none stops what is typed."""
    for table in campaign.tables.values():
        columns = list(table.columns.values())
        rules = book[table.sheet].data_validations.dataValidation
        assert len(rules) == len(columns)
        for column, rule in zip(columns, rules, strict=True):
            assert column.heading.startswith(rule.promptTitle.rstrip("…"))
            assert rule.prompt.startswith(column.help)
            assert len(rule.promptTitle) <= 32
            assert len(rule.prompt) <= 255
            assert column.clause is None or column.clause in rule.prompt or len(rule.prompt) + len(column.clause) > 240
            assert rule.type is None or rule.errorStyle != "stop"


def test_only_entry_cells_are_open(campaign: Campaign, book: Workbook) -> None:
    """Sheets are protected without a password, rows may be inserted, cells formatted, rows sorted and filtered; headings are locked."""
    for table in campaign.tables.values():
        sheet = book[table.sheet]
        guard = sheet.protection
        assert guard.sheet
        assert guard.password is None
        assert not any((guard.insertRows, guard.formatCells, guard.formatColumns, guard.formatRows, guard.sort, guard.autoFilter))
        for column in table.columns.values():
            span = spans(book)[f"{table.code}.{column.code}"]
            if table.layout == "rows":
                assert not whole_column(sheet, span.column).protection.locked
                assert sheet.cell(span.first - 1, span.column).protection.locked
            else:
                assert not sheet.cell(span.first, span.column).protection.locked
                assert sheet.cell(span.first, span.column - 1).protection.locked
    assert all(book[name].protection.sheet for name in HIDDEN)


def test_formats_belong_to_columns(campaign: Campaign, book: Workbook) -> None:
    """Ids, phones, identity numbers and dates (5/6/2023, 6/2023) are text by the column's format; no blank cell is written for it."""
    for table in campaign.tables.values():
        if table.layout != "rows":
            continue
        sheet = book[table.sheet]
        for column in table.columns.values():
            span = spans(book)[f"{table.code}.{column.code}"]
            shown = whole_column(sheet, span.column).number_format
            assert (shown == "@") == (column.type not in NUMBER_TYPES)
            written = [row for row, index in sheet._cells if index == span.column and span.first <= row <= span.last]
            assert len(written) == (table.rows if column.code == table.key and table.prefill else 0)


def test_what_is_written_beforehand(campaign: Campaign, issued: Path) -> None:
    """Ids run down the tables as the campaign says, and the unit finds its code, name and kind filled in."""
    for table in campaign.tables.values():
        rows = read_table(issued, table.code)
        if table.key:
            assert [row[table.key] for row in rows] == [table.prefilled_key(UNIT, number) for number in range(1, table.rows + 1)]
    unit = campaign.units[UNIT]
    record = read_table(issued, "unit")[0]
    assert {code: value for code, value in record.items() if value is not None} == {
        "code": unit.code,
        "name": unit.name,
        "kind": unit.kind.capitalize(),
    }


def test_an_empty_workbook_holds_no_rows(campaign: Campaign, issued: Path) -> None:
    """Reading an issued workbook back gives the unit's record and nothing else, and nothing is remarked."""
    arrival = read_file(issued, "QLN.xlsx", campaign, ROUND)
    assert arrival.submission is not None
    assert {code: len(rows) for code, rows in arrival.submission.rows.items() if rows} == {"unit": 1}
    assert arrival.findings == ()


def test_small_and_the_same_every_time(campaign: Campaign, issued: Path, tmp_path: Path) -> None:
    """Under 100 KB, and two generations are the same bytes, whatever language the program speaks."""
    again = tmp_path / "again.xlsx"
    with language("en"):
        write_workbook(again, campaign, ROUND, UNIT)
    assert again.read_bytes() == issued.read_bytes()
    assert issued.stat().st_size < 100_000


def test_printing(campaign: Campaign, book: Workbook) -> None:
    """Every visible sheet prints on A4 landscape, one page wide, tables with their headings repeated."""
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible":
            assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
            assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
            assert "&P" in sheet.oddFooter.center.text
    for table in campaign.tables.values():
        assert f"${FIRST_ROW - 1}" in str(book[table.sheet].print_title_rows)
        assert book[table.sheet].freeze_panes is not None


def test_the_guide_says_what_a_clerk_needs(campaign: Campaign, book: Workbook) -> None:
    """Deadline, window, whom to send to, contents, award forms and conditions with their clauses stand in the guide."""
    words = "\n".join(str(cell.value) for row in book[say("template.guide_sheet")] for cell in row if cell.value is not None)
    round_ = campaign.rounds[ROUND]
    organ = campaign.organ_on(round_.deadline)
    for wanted in (campaign.title, campaign.plan, round_.name, f"{round_.deadline:%d/%m/%Y}", organ.office, organ.council):
        assert wanted in words
    for content in campaign.contents.values():
        assert content.text.strip() in words
    for award in (campaign.awards[code] for code in round_.awards):
        assert award.name in words
    for criterion in campaign.criteria.values():
        assert criterion.text.strip().rstrip(".;") in words
    assert "Ví dụ" not in words


def test_given_lines_keep_their_types(campaign: Campaign, tmp_path: Path) -> None:
    """What is put in comes out as it went in: text as text, numbers as numbers, dates as dates, a typed year as a year."""
    rows: list[dict[str, Raw]] = [
        {"nominee_id": "QLN-CN001", "full_name": "=Nguyễn Văn An", "birth_date": date(1980, 6, 5), "citizen_id": "091080000001"},
        {"nominee_id": "QLN-CN900", "full_name": "Lê Thị Bình", "birth_date": 1979, "citizen_id": 91180000002, "note": date(2023, 5, 1)},
        {"full_name": "Không mã", "birth_date": "6/1980", "note": True},
    ]
    path = tmp_path / "filled.xlsx"
    write_workbook(path, campaign, ROUND, UNIT, lines={"individuals": [Line(row) for row in rows]})
    arrival = read_file(path, "filled.xlsx", campaign, ROUND)
    assert arrival.submission is not None
    found = arrival.submission.rows["individuals"]
    assert [row.row for row in found] == [FIRST_ROW, FIRST_ROW + 1, FIRST_ROW + 2]
    assert [dict(row.values) for row in found] == rows


def test_a_key_somebody_typed_is_not_given_twice(campaign: Campaign, tmp_path: Path) -> None:
    """A free line whose prefilled id stands in another line already gets the next free one."""
    path = tmp_path / "keys.xlsx"
    write_workbook(path, campaign, ROUND, UNIT, lines={"collectives": [Line({"nominee_id": "qln-tt02", "name": "Tổ một"})]})
    keys = [str(row["nominee_id"]) for row in read_table(path, "collectives")]
    assert keys[0] == "qln-tt02"
    assert len({key.casefold() for key in keys}) == len(keys)


def test_more_lines_than_ready_ones(campaign: Campaign, tmp_path: Path) -> None:
    """A table grows with the lines it is given, its names with it."""
    many = [Line({"nominee_id": f"QLN-X{number}", "name": f"Tổ {number}"}) for number in range(campaign.tables["collectives"].rows + 5)]
    path = tmp_path / "many.xlsx"
    write_workbook(path, campaign, ROUND, UNIT, lines={"collectives": many})
    assert [row["name"] for row in read_table(path, "collectives")] == [line.values["name"] for line in many]


FILLED: Mapping[str, list[dict[str, str | int | date]]] = {
    "individuals": [
        {
            "full_name": "Nguyễn Thị Hoa",
            "birth_date": date(1985, 6, 5),
            "gender": "Nữ",
            "citizen_id": "091185000123",
            "position": "Phó Trưởng phòng",
            "department": "Phòng Quản lý nhà",
            "category": "Lãnh đạo phòng, đơn vị",
            "award_sought": "BK_UBT",
            "performance": "Hoàn thành tốt nhiệm vụ",
            "discipline": "Không",
            "under_review": "Không",
        },
        {},
        {"full_name": "Lê Văn Tám"},
    ],
    "achievements": [
        {"nominee_id": "QLN-CN001", "kind": "Tiền", "achieved_on": date(2022, 5, 10), "used_for": "Không"},
        {"nominee_id": "QLN-CN001", "kind": "TT2A", "achieved_on": date(2022, 5, 10), "used_for": "Không"},
        {"nominee_id": "QLN-CN002", "kind": "Mô hình", "achieved_on": date(2022, 5, 10), "used_for": "Không"},
    ],
}


def required_blanks(campaign: Campaign, table: str, row: Mapping[str, object]) -> int:
    """How many cells of a row the campaign requires and the row lacks, counted from the campaign alone."""
    columns = campaign.tables[table].columns

    def meant(column: str) -> object:
        choices = campaign.choices(columns[column], ROUND)
        return next((choice.value for choice in choices if row.get(column) in (choice.label, choice.code)), row.get(column))

    return sum(
        (column.required or any(when.holds(meant(when.column)) for when in column.required_when))
        and code not in row
        and code != campaign.tables[table].key
        for code, column in columns.items()
    )


def owner_unknown(table: str, row: Mapping[str, object]) -> int:
    """The second person of these rows has no name, so that an achievement of theirs is nobody's."""
    return int(table == "achievements" and row.get("nominee_id") == "QLN-CN002")


def test_the_check_column_counts_what_is_left_to_do(campaign: Campaign, issued: Path, tmp_path: Path) -> None:
    """LibreOffice computes, for rows in use only, how many cells are wrongly blank or contradictory, and the guide adds up."""
    book = recalculated(fill(issued, tmp_path / "filled.xlsx", FILLED), tmp_path)
    total = {}
    for table, rows in FILLED.items():
        expected = [required_blanks(campaign, table, row) + owner_unknown(table, row) if row else None for row in rows]
        counted = named(book, f"check.{table}")
        assert [value or None if value == "" else value for value in counted[: len(rows)]] == expected
        assert all(value in (None, "") for value in counted[len(rows) :])
        total[campaign.tables[table].sheet] = sum(count or 0 for count in expected)
    guide = book[say("template.guide_sheet")]
    shown = {row[1].value: row[4].value for row in guide.iter_rows(max_col=6) if isinstance(row[3].value, int)}
    assert {sheet: shown[sheet] for sheet in total} == total
    assert total["Thành tích"] > 0


def test_names_appear_beside_the_ids_that_are_chosen(campaign: Campaign, issued: Path, tmp_path: Path) -> None:
    """The grey column shows who stands behind an id, or that the id is of nobody yet; the drop-down offers used ids only."""
    book = recalculated(fill(issued, tmp_path / "filled.xlsx", FILLED), tmp_path)
    _, first = range_boundaries(book.defined_names["check.achievements"].attr_text.split("!")[1].replace("$", ""))[:2]
    sheet = book[campaign.tables["achievements"].sheet]
    unknown = say("template.unknown_nominee")
    assert [sheet.cell(int(first or 0) + number, 3).value for number in range(3)] == ["Nguyễn Thị Hoa", "Nguyễn Thị Hoa", unknown]
    lists = book["_danh_muc"]
    column = next(cell.column for cell in lists[1] if cell.value == "list._nominees")
    offered = [lists.cell(row, column + 2).value for row in range(2, lists.max_row + 1)]
    assert [key for key in offered if key] == ["QLN-CN001", "QLN-CN003"]


def formulas(path: Path) -> set[tuple[str, str]]:
    """Sheet and address of every formula."""
    found = set()
    for sheet in openpyxl.load_workbook(path).worksheets:
        found |= {(sheet.title, cell.coordinate) for row in sheet.iter_rows() for cell in row if cell.data_type == "f"}
    return found


def values(sheet: Worksheet, cell: str) -> object:
    """A computed value; LibreOffice gives an empty text as nothing."""
    value = sheet[cell].value
    return None if value == "" else value


def test_first_values_are_what_the_formulas_compute(campaign: Campaign, tmp_path: Path) -> None:
    """A reader that does not calculate sees in a prefilled workbook what LibreOffice computes."""
    path = tmp_path / "prefilled.xlsx"
    people = [Line({"nominee_id": f"QLN-CN{number:03d}", **row}) for number, row in enumerate(FILLED["individuals"], start=1)]
    done = [Line({"achievement_id": f"QLN-T{number:03d}", **row}) for number, row in enumerate(FILLED["achievements"], start=1)]
    write_workbook(path, campaign, ROUND, UNIT, lines={"individuals": people, "achievements": done})
    first, computed = openpyxl.load_workbook(path, data_only=True), recalculated(path, tmp_path)
    for sheet, cell in formulas(path):
        assert values(first[sheet], cell) == values(computed[sheet], cell), f"{sheet}!{cell}"


def test_shipped_workbook_is_what_the_code_generates(tmp_path: Path) -> None:
    """Every part of ``workbook_templates/kien-giang/phieu-dang-ky.xlsx`` is what the code makes of the campaign file beside it."""
    shipped = Path(__file__).parent.parent / "workbook_templates" / "kien-giang"
    generate = runpy.run_path(str(shipped.parent / "generate.py"))["generate"]
    generate(shipped, tmp_path / "phieu-dang-ky.xlsx")
    made, kept = (ZipFile(folder / "phieu-dang-ky.xlsx") for folder in (tmp_path, shipped))
    with made, kept:
        # Compressed bytes differ between builds of zlib, the parts do not
        assert made.namelist() == kept.namelist()
        assert not [name for name in made.namelist() if made.read(name) != kept.read(name)], "run: make templates"
