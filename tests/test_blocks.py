"""Lines taken from the last merge: the same bytes as if they were made now, whatever has changed around them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import sheets
from tests.test_cache import CACHE, digests
from tests.test_decisions import typed
from tests.test_pen import STYLES, contents, tables
from thidua_xlsx import merge
from thidua_xlsx.pipeline import decide, init
from thidua_xlsx.xlsx import Book, Collected, CollectingLines, Content, Marked, Moving, fits

ROUND = "so-ket-2023"
EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
SENT = (
    "Chi cục Giám định.xlsx",
    "DK_QLN_sơ kết 2023.xlsx",
    "DK_VP_so ket 2023.xlsx",
    "HTKT_2023.xlsx",
    "HTKT_2023_lần 2.xlsx",
    "QHKT đăng ký sơ kết.xlsx",
)
Change = Callable[[Path], object]


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first example with what five of its units have sent, merged once."""
    home = init(tmp_path_factory.mktemp("blocks") / "thi-dua")
    shutil.copyfile(EXAMPLES / "kien-giang" / "campaign.toml", home / "campaign.toml")
    for name in SENT:
        shutil.copyfile(EXAMPLES / "kien-giang" / "inbox" / name, sent(home, name))
    merge(home, round=ROUND)
    return home


@pytest.fixture
def home(merged: Path, tmp_path: Path) -> Path:
    """A folder of one's own."""
    return Path(shutil.copytree(merged, tmp_path / "thi-dua"))


def files(home: Path) -> dict[str, str]:
    """What is kept of lines, a file for each unit, with its hash."""
    (folder,) = (home / CACHE).glob("dong-*")
    return digests(folder)


def sent(home: Path, name: str) -> Path:
    """A workbook in the inbox."""
    return home / "inbox" / name


def replaced(home: Path, old: str, new: str) -> None:
    """Change the campaign file."""
    path = home / "campaign.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def decided(home: Path) -> None:
    """The leadership answers about the first two on a list, and a later run knows it."""
    summary = home / "output" / ROUND / "bao-cao-tong-hop.xlsx"
    book = openpyxl.load_workbook(summary)
    (sheet,) = (each for each in book if str(each["A1"].value).endswith("|BK_UBT"))
    first, second, *_ = (str(row[0].value) for row in sheet.iter_rows(min_row=8) if row[0].value)
    answers = {first: (None, "Đồng ý", None), second: (None, "Không đồng ý", "Chưa có số liệu so sánh")}
    (home / "decisions").mkdir(exist_ok=True)
    assert decide(home, typed(summary, home.parent / "lanh-dao.xlsx", answers), apply=True).kept


def taken_over(home: Path, column: str) -> None:
    """One unit's first person gets something that belongs to another unit's second."""
    theirs = sheets.read_table(sent(home, "DK_QLN_sơ kết 2023.xlsx"), "individuals")[1][column]
    sheets.mutate(sent(home, "QHKT đăng ký sơ kết.xlsx"), "individuals", column, 0, theirs)


CHANGES: dict[str, Change] = {
    "nothing": lambda home: None,
    "a nominee is held back": lambda home: sheets.mutate(
        sent(home, "DK_QLN_sơ kết 2023.xlsx"), "individuals", "birth_date", 0, "31/02/1985"
    ),
    "another unit uses an id": lambda home: taken_over(home, "nominee_id"),
    "another unit names the same person": lambda home: taken_over(home, "citizen_id"),
    "a unit's file is gone": lambda home: sent(home, "Chi cục Giám định.xlsx").unlink(),
    "a unit sends again": lambda home: sheets.mutate(sent(home, "HTKT_2023_lần 2.xlsx"), "achievements", "value_vnd", 0, 7_000_000),
    "a file has another name": lambda home: sent(home, "DK_VP_so ket 2023.xlsx").rename(sent(home, "Van phong.xlsx")),
    "the leadership has decided": decided,
    "a figure is another": lambda home: replaced(home, "value = 20_000_000", "value = 15_500_000"),
    "a form of praise has another name": lambda home: replaced(home, 'short = "BK Chủ tịch UBND tỉnh"', 'short = "Bằng khen tỉnh"'),
    "decisions are withdrawn": lambda home: shutil.rmtree(home / "decisions"),
}


def test_lines_from_the_last_merge_have_the_bytes_of_new_ones(home: Path) -> None:
    """After each of several changes, a merge gives the same set with what is kept and without."""
    for name, change in CHANGES.items():
        change(home)
        twin = Path(shutil.copytree(home, home.parent / "khong nho"))
        shutil.rmtree(twin / CACHE)
        assert digests(merge(home, round=ROUND, jobs=1).folder) == digests(merge(twin, round=ROUND, jobs=1).folder), name
        shutil.rmtree(twin)


def test_a_nominee_whose_id_is_anothers_too_is_written_anew(home: Path) -> None:
    """Where a campaign lets an id stand twice, a line may rest on lines far away, which other units move."""
    replaced(home, "required = true\nunique = true", "required = true")
    path = sent(home, "Chi cục Giám định.xlsx")
    sheets.mutate(path, "collectives", "nominee_id", 1, sheets.read_table(path, "individuals")[0]["nominee_id"])
    found = merge(home, round=ROUND, jobs=1).outcome.assessments
    assert len({(each.nominee_id, each.award) for each in found}) < len(found)
    sheets.mutate(sent(home, "DK_QLN_sơ kết 2023.xlsx"), "individuals", "birth_date", 0, "31/02/1985")
    twin = Path(shutil.copytree(home, home.parent / "khong nho"))
    shutil.rmtree(twin / CACHE)
    assert digests(merge(home, round=ROUND, jobs=1).folder) == digests(merge(twin, round=ROUND, jobs=1).folder)


def test_only_the_unit_that_sent_something_new_is_written_again(home: Path) -> None:
    """Of some units' lines those of the changed one are made again, although a line less moves all others up."""
    before = files(home)
    sheets.mutate(sent(home, "DK_QLN_sơ kết 2023.xlsx"), "individuals", "birth_date", 0, "31/02/1985")
    merge(home, round=ROUND)
    after = files(home)
    assert before.keys() == after.keys()
    assert len(before) == 5
    assert sum(before[name] != after[name] for name in before) == 1


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[: len(content) // 2],
        lambda content: b"",
        lambda content: b"\xff" + content,
        lambda content: content[:-200] + bytes([content[-200] ^ 1]) + content[-199:],
        lambda content: content.partition(b"\n")[0] + b"\n[]\n",
    ],
)
def test_damaged_lines_are_passed_over(home: Path, damage: Callable[[bytes], bytes]) -> None:
    """What somebody cut, emptied or edited is made anew without a word, and whole again afterwards."""
    first, kept = digests(home / "output" / ROUND), files(home)
    for path in next((home / CACHE).glob("dong-*")).iterdir():
        path.write_bytes(damage(path.read_bytes()))
    assert digests(merge(home, round=ROUND).folder) == first
    assert files(home) == kept


def test_lines_of_one_unit_are_not_taken_for_anothers(home: Path) -> None:
    """Files of lines that were exchanged are passed over."""
    first = digests(home / "output" / ROUND)
    one, other, *_ = sorted(next((home / CACHE).glob("dong-*")).iterdir())
    one_content, other_content = one.read_bytes(), other.read_bytes()
    one.write_bytes(other_content)
    other.write_bytes(one_content)
    assert digests(merge(home, round=ROUND).folder) == first


def test_lines_of_a_unit_that_is_gone_are_forgotten(home: Path) -> None:
    """Nothing about people is kept longer than the results in which they stand."""
    before = files(home)
    sent(home, "Chi cục Giám định.xlsx").unlink()
    merge(home, round=ROUND)
    assert len(files(home)) == len(before) - 1


@settings(max_examples=60, deadline=None)
@given(tables, st.integers(0, 40))
def test_block_is_the_same_cells_as_its_lines(tmp_path_factory: pytest.TempPathFactory, table: list[list[Content]], top: int) -> None:
    """A block written at any row is byte for byte what its lines are there, though it was collected before."""
    folder = tmp_path_factory.mktemp("pen")
    for name in ("lines", "block"):
        with Book(folder / f"{name}.xlsx", title="t", created=date(2023, 1, 1)) as book:
            sheet = book.sheet("Dòng")
            book.sheet("Khác")
            pen = sheet.lines(0, STYLES)
            if name == "lines":
                for row, line in enumerate(table, top):
                    pen.write(row, line, 33)
            else:
                into = Collected()
                collecting = CollectingLines(pen, 0, into)
                for row, line in enumerate(table):
                    collecting.write(row, line, 33)
                assert fits(into.block(), [pen])
                assert sheet.place(top, into.block(), {}) == top + len(table)
    assert (folder / "lines.xlsx").read_bytes() == (folder / "block.xlsx").read_bytes()


@given(st.lists(contents, min_size=1, max_size=4), st.integers(1, 2_000))
def test_marks_follow_their_place_and_texts_cannot_pass_for_them(
    tmp_path_factory: pytest.TempPathFactory, others: list[Content], base: int
) -> None:
    """A number, a text and a link that move say where they stand; a unit's text with the signs of a mark in it says what it said."""
    path = tmp_path_factory.mktemp("marks") / "a.xlsx"
    into = Collected()
    mark = into.mark("here", 7)
    forged = f"\x03{mark[1:-1]}\x04, \ufffe, \uffff, \x05"
    with Book(path, title="t", created=date(2023, 1, 1)) as book:
        sheet = book.sheet("Dòng")
        pen = sheet.lines(0, STYLES[:4])
        collecting = CollectingLines(pen, 0, into)
        collecting.write(0, [Moving(mark), Marked.of(f"Dòng # {forged}", "#", mark), forged, None], None)
        sheet.place(0, into.block(), {"here": base})
    row = next(openpyxl.load_workbook(path)["Dòng"].iter_rows(values_only=True))
    assert row == (base + 7, f"Dòng {base + 7} 0, , , ", "0, , , ", None)
