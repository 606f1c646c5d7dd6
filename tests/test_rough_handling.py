"""Whatever hands do to the leadership's workbook, each decision is taken exactly or refused with a sentence; none is lost in silence."""

from __future__ import annotations

import copy
import shutil
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests import office, sheets
from tests.sound import SOUND
from thidua_xlsx import issue, merge
from thidua_xlsx.decisions import NotOursError
from thidua_xlsx.model import Opinion
from thidua_xlsx.pipeline import UsageError, decide, init
from thidua_xlsx.text import message

ROUND = "hang-nam-2023"
Case = tuple[str, str]
Said = tuple[Opinion, int | None, str]
TYPED: dict[Opinion, tuple[str, ...]] = {
    Opinion.AGREED: ("Đồng ý", "ĐỒNG Ý", "dong y", " Đồng  ý ", "Đồng ý.", unicodedata.normalize("NFD", "Đồng ý"), "Đồng\u00a0ý", "Agreed"),
    Opinion.NOT_AGREED: ("Không đồng ý", "khong dong y", "KHÔNG ĐỒNG Ý", "Not agreed"),
    Opinion.PUT_OFF: ("Để lại", "de lai", "để lại!"),
}
NO_ANSWER = (
    "x",
    1,
    True,
    date(2023, 1, 1),
    "Đồng ý/Không đồng ý",
    "Chưa đồng ý",
    "ko đồng ý",
    "Đồng ý?",
    "Đồng ý (có điều kiện)",
    "=J7",
    "#N/A",
)
NO_VOTES = ("13/15", "13 phiếu", "mười ba", -1, 12.5, "12,5", date(2023, 1, 13))


def seeded(seed: object) -> Random:
    """The same hands every time."""
    return Random(str(seed))  # noqa: S311


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A campaign folder with one unit's nominees, whose round has two award forms and so two lists; merged once."""
    folder = init(tmp_path_factory.mktemp("rough") / "thi-dua")
    issue(folder, ROUND, ["QLN"])
    tables = copy.deepcopy({table: [dict(row) for row in rows] for table, rows in SOUND.items()})
    for row in tables["achievements"]:
        row["achieved_on"] = date(2023, 3, 1)
    for number, row in enumerate((*tables["collectives"], *tables["individuals"])):
        row["award_sought"] = "GK_GDS" if number % 3 == 0 else "BK_UBT"
    sheets.fill(folder / "issued" / ROUND / "QLN.xlsx", folder / "inbox" / "QLN.xlsx", tables)
    merge(folder, round=ROUND)
    return folder


class Page:
    """A list in an open workbook."""

    def __init__(self, book: Workbook, award: str) -> None:
        self.book, self.award = book, award
        self.sheet: Worksheet = next(each for each in book if str(each["A1"].value).endswith(f"|{award}"))
        self.columns = {str(cell.value): cell.column for cell in self.sheet[5] if cell.value}

    @property
    def lines(self) -> list[int]:
        """The rows of nominees."""
        return [row for row in range(7, self.sheet.max_row + 1) if self.sheet.cell(row, 1).value]

    def case(self, row: int) -> Case:
        """Whose row it is."""
        return str(self.sheet.cell(row, 1).value), self.award

    def put(self, row: int, name: str, value: Any) -> None:
        """Type something."""
        self.sheet.cell(row, self.columns[name]).value = value

    def values(self, row: int) -> list[Any]:
        """A whole row, hidden cells too."""
        return [self.sheet.cell(row, column).value for column in range(1, 15)]

    def write(self, row: int, values: list[Any], first: int = 1) -> None:
        """A row from a column on."""
        for column, value in enumerate(values, first):
            self.sheet.cell(row, column).value = value


def pages(book: Workbook) -> list[Page]:
    """Both lists."""
    return [Page(book, award) for award in ("GK_GDS", "BK_UBT")]


def filled(book: Workbook, random: Random) -> dict[Case, Said | None]:
    """Let somebody decide about all; gives what has to arrive, None for what has to be refused."""
    wanted: dict[Case, Said | None] = {}
    for page in pages(book):
        for row in page.lines:
            opinion = random.choice(list(TYPED))
            votes, why = random.choice([None, 0, 13, " 13 ", "9"]), random.choice([None, "Chờ xác minh", "Hồ sơ tốt\nđủ minh chứng"])
            page.put(row, "decision", random.choice(TYPED[opinion]))
            page.put(row, "votes", votes)
            page.put(row, "reason", why)
            wanted[page.case(row)] = (opinion, None if votes is None else int(votes), why or "")
            if random.random() < 0.2:
                name, value = random.choice(
                    [("decision", random.choice(NO_ANSWER)), ("votes", random.choice(NO_VOTES)), ("reason", "#NAME?")]
                )
                page.put(row, name, value)
                wanted[page.case(row)] = None
    return wanted


Wanted = dict[Case, Said | None]
Hand = Callable[[Page, Wanted, Random], None]


def sort_lines(page: Page, wanted: Wanted, random: Random) -> None:
    """Whole lines change places."""
    rows = page.lines
    lines = [page.values(row) for row in rows]
    random.shuffle(lines)
    for row, values in zip(rows, lines, strict=True):
        page.write(row, values)


def sort_what_is_seen(page: Page, wanted: Wanted, random: Random) -> None:
    """Only what one sees changes places, the hidden cells stay."""
    rows = page.lines
    lines = [page.values(row)[1:11] for row in rows]
    for row, values in zip(rows, lines[1:] + lines[:1], strict=True):
        page.write(row, values, 2)
        wanted[page.case(row)] = wanted[page.case(row)] if len(rows) == 1 else None


def insert_lines(page: Page, wanted: Wanted, random: Random) -> None:
    """Lines more, in the list and above it."""
    page.sheet.insert_rows(random.choice(page.lines))
    page.sheet.insert_rows(random.choice([2, 3, 4, 5, 6]))


def delete_a_line(page: Page, wanted: Wanted, random: Random) -> None:
    """A line less: nothing is said of its nominee."""
    row = random.choice(page.lines)
    del wanted[page.case(row)]
    page.sheet.delete_rows(row)


def filter_lines(page: Page, wanted: Wanted, random: Random) -> None:
    """Lines are hidden."""
    for row in page.lines:
        page.sheet.row_dimensions[row].hidden = random.random() < 0.5


def lose_an_id(page: Page, wanted: Wanted, random: Random) -> None:
    """A hidden id is deleted."""
    row = random.choice(page.lines)
    wanted[page.case(row)] = None
    page.put(row, "nominee_id", None)


def lose_a_stamp(page: Page, wanted: Wanted, random: Random) -> None:
    """A hidden stamp is deleted."""
    row = random.choice(page.lines)
    wanted[page.case(row)] = None
    page.put(row, "stamp", None)


def paste_over_formulas(page: Page, wanted: Wanted, random: Random) -> None:
    """Values pasted over formulas."""
    for row in page.lines:
        for cell in page.sheet[row]:
            if cell.data_type == "f" and cell.column not in (page.columns["decision"], page.columns["reason"]):
                cell.value = "giá trị"


def double_a_line(page: Page, wanted: Wanted, random: Random) -> None:
    """A line stands twice."""
    row = random.choice(page.lines)
    wanted[page.case(row)] = None
    page.write(page.sheet.max_row + 1, page.values(row))


def copy_the_sheet(page: Page, wanted: Wanted, random: Random) -> None:
    """The list stands twice."""
    page.book.copy_worksheet(page.sheet)
    wanted.update({page.case(row): None for row in page.lines})


def rename_and_move(page: Page, wanted: Wanted, random: Random) -> None:
    """Another name and place."""
    page.sheet.title = "Ý kiến GĐ"
    page.book.move_sheet(page.sheet, -2)


def copy_what_is_seen_elsewhere(page: Page, wanted: Wanted, random: Random) -> None:
    """What one sees is copied to a new sheet, the list deleted."""
    other = page.book.create_sheet("Bản sao")
    for row in range(1, page.sheet.max_row + 1):
        for column in range(2, 12):
            other.cell(row, column - 1).value = str(page.sheet.cell(row, column).value or "")
    wanted.update({page.case(row): None for row in page.lines})
    page.book.remove(page.sheet)


def insert_a_column(page: Page, wanted: Wanted, random: Random) -> None:
    """A column more."""
    page.sheet.insert_cols(random.choice([2, 8, 10, 12]))


def merge_cells(page: Page, wanted: Wanted, random: Random) -> None:
    """One cell over the whole list and its title."""
    rows, column = page.lines, page.columns[random.choice(["decision", "votes", "reason"])]
    place = {"start_row": rows[0] - 1, "end_row": rows[-1], "start_column": column, "end_column": column}
    for area in [each for each in page.sheet.merged_cells.ranges if each.max_row >= rows[0] - 1]:
        page.sheet.unmerge_cells(str(area))
    page.sheet.merge_cells(**place)
    page.sheet.cell(rows[0] - 1, column).value = "Đồng ý"
    wanted.update({page.case(row): None for row in rows})


HANDS: tuple[Hand, ...] = (
    sort_lines,
    sort_what_is_seen,
    insert_lines,
    delete_a_line,
    filter_lines,
    lose_an_id,
    lose_a_stamp,
    paste_over_formulas,
    double_a_line,
    copy_the_sheet,
    rename_and_move,
    copy_what_is_seen_elsewhere,
    insert_a_column,
    merge_cells,
)


def rough(home: Path, target: Path, hand: Hand, random: Random) -> Wanted:
    """A filled copy after one of the hands."""
    book = load_workbook(home / "output" / ROUND / "bao-cao-tong-hop.xlsx")
    wanted = filled(book, random)
    hand(random.choice(pages(book)), wanted, random)
    book.save(target)
    return wanted


def faults(home: Path, file: Path, wanted: Wanted) -> Iterator[str]:
    """What was taken otherwise than typed, or neither taken nor refused."""
    changes = decide(home, file).changes
    taken: dict[Case, Said] = {
        (each.nominee_id, each.award): (each.opinion, each.votes, each.reason) for _, each, _ in changes.lines if each.opinion
    }
    refused = {each.nominee_id or "" for each in changes.refused}
    lost = {each.value for each in changes.findings if each.code == "A649"}
    for case, words in wanted.items():
        if words is not None and taken.get(case) != words:
            yield f"{case}: {words} was taken as {taken.get(case)}"
        if words is None and (case in taken or not (case[0] in refused or "" in refused or lost)):
            yield f"{case} was {taken.get(case, 'lost')}"
    yield from (f"{case} came from nowhere" for case in taken if case not in wanted)


@pytest.mark.parametrize("hand", HANDS, ids=lambda hand: hand.__name__)
@pytest.mark.parametrize("seed", range(3))
def test_a_decision_is_taken_exactly_or_refused(home: Path, tmp_path: Path, hand: Hand, seed: int) -> None:
    """Sorted, filtered, cut, copied or merged: what is taken is what was typed, and everything else has its sentence."""
    wanted = rough(home, tmp_path / "a.xlsx", hand, seeded(f"{hand.__name__} {seed}"))
    assert [*faults(home, tmp_path / "a.xlsx", wanted)] == []


@pytest.mark.parametrize("saved_by", ["xlsx", "ods", "xls"])
def test_so_it_is_in_copies_that_libreoffice_saved(home: Path, tmp_path: Path, saved_by: str) -> None:
    """Merged cells, whole lines sorted, and the whole rest read alike from LibreOffice's own formats."""
    for number, hand in enumerate((merge_cells, sort_lines)):
        target = tmp_path / f"{number}.xlsx"
        wanted = rough(home, target, hand, seeded(number))
        assert [*faults(home, office.converted(target, tmp_path / "lo", saved_by), wanted)] == []


def test_a_merged_answer_names_the_lines_it_covers(home: Path, tmp_path: Path) -> None:
    """One “Đồng ý” over several lines is refused for all of them, with their ids and what to do; over one line it is that line's."""
    book = load_workbook(home / "output" / ROUND / "bao-cao-tong-hop.xlsx")
    page = Page(book, "BK_UBT")
    rows, column = page.lines, page.columns["decision"]
    page.put(rows[0], "decision", "Đồng ý")
    page.sheet.merge_cells(start_row=rows[0], end_row=rows[-1], start_column=column, end_column=column)
    book.save(tmp_path / "a.xlsx")
    changes = decide(home, tmp_path / "a.xlsx").changes
    ids = [page.case(row)[0] for row in rows]
    assert len(ids) > 1
    assert [(each.code, each.nominee_id, each.ref.cell) for each in changes.findings] == [
        ("A652", key, f"J{row}") for key, row in zip(ids, rows, strict=True)
    ]
    assert changes.lines == ()
    assert {f"qua {len(ids)} dòng ({', '.join(ids)})" in message(each) for each in changes.findings} == {True}


def test_an_answer_merged_with_blank_lines_below_is_its_lines(home: Path, tmp_path: Path) -> None:
    """A cell that covers its own line and empty ones is nobody else's; merged side by side it is the line's, too."""
    book = load_workbook(home / "output" / ROUND / "bao-cao-tong-hop.xlsx")
    page = Page(book, "BK_UBT")
    last, column = page.lines[-1], page.columns["decision"]
    page.put(last, "decision", "Để lại")
    page.sheet.merge_cells(start_row=last, end_row=last + 1, start_column=column, end_column=column + 1)
    book.save(tmp_path / "a.xlsx")
    changes = decide(home, tmp_path / "a.xlsx").changes
    assert [(each.nominee_id, each.opinion) for _, each, _ in changes.lines] == [(page.case(last)[0], Opinion.PUT_OFF)]


@pytest.mark.parametrize("name", ["QLN-CN003", "Ông Lê Hoà An", "Lê Hoà An"])
def test_an_answer_on_another_page_is_said(home: Path, tmp_path: Path, name: str) -> None:
    """Beside a nominee's id or name on any other page an answer is refused with its cell; with one in the list, the page is a note."""
    book = load_workbook(home / "output" / ROUND / "bao-cao-tong-hop.xlsx")
    page = next(each for each in pages(book) if ("QLN-CN003", each.award) in map(each.case, each.lines))
    row = next(row for row in page.lines if page.case(row)[0] == "QLN-CN003")
    shown = str(page.sheet.cell(row, page.columns["name"]).value)
    notes = book.create_sheet("Ý kiến của tôi")
    notes["B3"], notes["D3"] = name if name in (shown, "QLN-CN003") or shown.endswith(name) else shown, "Không đồng ý"
    book.save(tmp_path / "a.xlsx")
    found = decide(home, tmp_path / "a.xlsx").changes
    assert [(each.code, each.nominee_id, each.ref.sheet, each.ref.cell) for each in found.findings] == [
        ("A650", "QLN-CN003", "Ý kiến của tôi", "D3")
    ]
    page.put(row, "decision", "Đồng ý")
    book.save(tmp_path / "b.xlsx")
    found = decide(home, tmp_path / "b.xlsx").changes
    assert "A650" not in {each.code for each in found.findings}
    assert [each.opinion for _, each, _ in found.lines] == [Opinion.AGREED]


def test_a_list_that_is_gone_is_said(home: Path, tmp_path: Path) -> None:
    """A deleted list is named by its award form; the other one is read."""
    book = load_workbook(home / "output" / ROUND / "bao-cao-tong-hop.xlsx")
    first, second = pages(book)
    second.put(second.lines[0], "decision", "Để lại")
    second.put(second.lines[0], "reason", "Chờ xác minh")
    book.remove(first.sheet)
    book.save(tmp_path / "a.xlsx")
    found = decide(home, tmp_path / "a.xlsx").changes
    assert [(each.code, each.ref.file, each.value) for each in found.findings] == [("A649", "a.xlsx", "Giấy khen của Giám đốc Sở")]
    assert len(found.lines) == 1


def test_a_page_of_what_changed_is_no_decision(home: Path, tmp_path: Path) -> None:
    """Of an answer taken back the next summary says “Đồng ý” beside the nominee on a page of its own; that decides nothing again."""
    folder, file = tmp_path / "thi-dua", tmp_path / "a.xlsx"
    shutil.copytree(home, folder)
    for answer in ("Đồng ý", None):
        run = merge(folder, round=ROUND)
        book = load_workbook(run.folder / "bao-cao-tong-hop.xlsx")
        page = Page(book, "BK_UBT")
        page.put(page.lines[0], "decision", answer)
        book.save(file)
        assert len(decide(folder, file, apply=True).changes.lines) == 1
    summary = merge(folder, round=ROUND).folder / "bao-cao-tong-hop.xlsx"
    assert "Đồng ý" in {cell.value for row in load_workbook(summary)["Thay đổi"].iter_rows() for cell in row}
    assert decide(folder, summary).changes.findings == ()


def test_two_award_forms_in_one_round_are_warned_of(home: Path, tmp_path: Path) -> None:
    """P1: who is agreed for a second award form of the round, having changed what it seeks, is named with both."""
    folder, file = tmp_path / "thi-dua", tmp_path / "a.xlsx"
    shutil.copytree(home, folder)
    sent = folder / "inbox" / "QLN.xlsx"
    for award in ("BK_UBT", "GK_GDS"):
        book = load_workbook(merge(folder, round=ROUND).folder / "bao-cao-tong-hop.xlsx")
        page = Page(book, award)
        page.put(next(row for row in page.lines if page.case(row)[0] == "QLN-CN001"), "decision", "Đồng ý")
        book.save(file)
        decide(folder, file, apply=True)
        form = load_workbook(sent)
        column = form.defined_names["individuals.award_sought"].attr_text.split("$")[1]
        form["Cá nhân"][f"{column}6"].value = "Giấy khen của Giám đốc Sở"
        form.save(sent)
    (found,) = (each for each in merge(folder, round=ROUND).outcome.findings if each.code == "A630")
    assert (found.nominee_id, found.severity) == ("QLN-CN001", "warning")
    assert "GK Giám đốc Sở" in message(found)
    assert "BK Chủ tịch UBND tỉnh" in message(found)


def edited(book: Workbook, change: Callable[[Page], None]) -> Workbook:
    """The workbook with a change of both lists."""
    for page in pages(book):
        change(page)
    return book


def delete_the_id_column(page: Page) -> None:
    """The first, hidden column is deleted."""
    page.sheet.delete_cols(1)


def delete_the_names(page: Page) -> None:
    """The hidden row of names is deleted."""
    page.sheet.delete_rows(5)


def copy_a_column_with_its_name(page: Page) -> None:
    """The decision column stands twice."""
    for row in range(1, page.sheet.max_row + 1):
        page.sheet.cell(row, 15).value = page.sheet.cell(row, page.columns["decision"]).value


def of_another_round(page: Page) -> None:
    """A workbook of a round in which nobody is registered."""
    page.sheet["A1"].value = str(page.sheet["A1"].value).replace(ROUND, "so-ket-2023")


def of_no_round(page: Page) -> None:
    """A workbook of a round there is not."""
    page.sheet["A1"].value = str(page.sheet["A1"].value).replace(ROUND, "nam-1999")


def of_another_campaign(page: Page) -> None:
    """A workbook of another campaign."""
    page.sheet["A1"].value = str(page.sheet["A1"].value).replace("kien-giang", "noi-khac")


@pytest.mark.parametrize(
    "change",
    [delete_the_id_column, delete_the_names, copy_a_column_with_its_name, of_no_round, of_another_campaign],
    ids=lambda one: one.__name__,
)
def test_what_cannot_be_told_apart_is_refused_whole(home: Path, tmp_path: Path, change: Callable[[Page], None]) -> None:
    """Without what tells lines apart, with two columns of one name, or for another campaign the workbook is refused in a sentence."""
    book = load_workbook(home / "output" / ROUND / "bao-cao-tong-hop.xlsx")
    filled(book, seeded(1))
    edited(book, change).save(tmp_path / "a.xlsx")
    with pytest.raises((NotOursError, UsageError)) as refusal:
        decide(home, tmp_path / "a.xlsx")
    assert "Đề nghị" in str(refusal.value) or "nam-1999" in str(refusal.value)


def test_a_workbook_of_another_round_decides_nothing_of_it(home: Path, tmp_path: Path) -> None:
    """Its lines are compared with that round, in which nobody is registered, and all are refused."""
    book = load_workbook(home / "output" / ROUND / "bao-cao-tong-hop.xlsx")
    wanted = filled(book, seeded(2))
    edited(book, of_another_round).save(tmp_path / "a.xlsx")
    changes = decide(home, tmp_path / "a.xlsx").changes
    assert changes.lines == ()
    assert {each.nominee_id for each in changes.refused} == {case[0] for case in wanted}
