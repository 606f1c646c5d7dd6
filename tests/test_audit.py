"""Counting again: the second reader agrees with a merge, and every tampering or loss is told with its place."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from tests import hostile
from tests.sheets import mutate, places
from tests.sound import CAMPAIGN, ROUND, SOUND, fill_to
from thidua_xlsx import cli, pipeline
from thidua_xlsx.pipeline._reading import Order
from thidua_xlsx.pipeline._recount import recount, recounted, same


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A campaign folder with one submission of which two rows are held, merged."""
    home = pipeline.init(tmp_path_factory.mktemp("audit") / "home")
    sent = fill_to(home / "inbox", name="QLN.xlsx")
    (home / "inbox" / "issued.xlsx").unlink()
    mutate(sent, "achievements", "value_vnd", 0, "1,5 triêu")
    mutate(sent, "individuals", "birth_date", 1, "31/02/1979")
    pipeline.merge(home, round=ROUND)
    return home


@pytest.fixture
def home(merged: Path, tmp_path: Path) -> Path:
    """A copy to tamper with."""
    return Path(shutil.copytree(merged, tmp_path / "home"))


def audited(home: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Exit code and what was printed."""
    with pytest.raises(SystemExit) as ended:
        cli.main(["audit", "-C", str(home), "--round", ROUND])
    assert isinstance(ended.value.code, int)
    return ended.value.code, capsys.readouterr().out


def edited(path: Path, edit: Callable[[Workbook], None]) -> None:
    """The workbook after somebody worked in it."""
    book = load_workbook(path)
    edit(book)
    book.save(path)


def test_sound_merge_agrees_in_one_line(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Results that nobody touched agree with the inbox, and one line says how much was counted; nothing is written."""
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    code, printed = audited(home, capsys)
    cells = json.loads((home / "output" / ROUND / "ket-qua.json").read_text(encoding="utf-8"))["cells"]["read"]
    assert (code, printed) == (0, f"Đã đếm lại {cells} ô của 1 tệp bằng bộ đọc thứ hai: khớp.\n")
    assert {path: path.read_bytes() for path in home.rglob("*") if path.is_file()} == before


def test_changed_register_cell_is_told(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A figure somebody changed in the register is told with the unit's cell and both values."""

    def tamper(book: Workbook) -> None:
        sheet = book["Thành tích"]
        (cell,) = [cell for row in sheet.iter_rows() for cell in row if cell.value == 2_000_000]
        cell.value = 9_000_000

    edited(home / "output" / ROUND / "so-tong-hop.xlsx", tamper)
    code, printed = audited(home, capsys)
    assert code == 1
    assert "S225" in printed
    assert "“2000000”" in printed
    assert "“9000000”" in printed
    assert "không khớp ở 1 chỗ" in printed


def test_changed_held_row_is_told(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A held row stands in the register whole and as typed; a word changed there is told."""

    def tamper(book: Workbook) -> None:
        (cell,) = [cell for row in book["Dòng bị giữ lại"].iter_rows() for cell in row if cell.value == "1,5 triêu"]
        cell.value = "1,5 triệu"

    edited(home / "output" / ROUND / "so-tong-hop.xlsx", tamper)
    code, printed = audited(home, capsys)
    assert code == 1
    assert "S225" in printed


def test_held_rows_stand_whole_and_as_typed(home: Path) -> None:
    """The sheet of held rows has every cell of a held row with the value that was typed, and the reason."""
    book = load_workbook(home / "output" / ROUND / "so-tong-hop.xlsx")
    lines = [[cell.value for cell in row] for row in book["Dòng bị giữ lại"].iter_rows()]
    tables = {
        "achievements": {**SOUND["achievements"][0], "value_vnd": "1,5 triêu"},
        "individuals": {**SOUND["individuals"][1], "birth_date": "31/02/1979"},
    }
    for code, typed in tables.items():
        headings = [column.heading for column in CAMPAIGN.tables[code].columns.values()]
        head = next(number for number, line in enumerate(lines) if line[5 : 5 + len(headings)] == headings)
        line = lines[head + 1]
        assert line[:4] == ["QLN", "QLN.xlsx", CAMPAIGN.tables[code].sheet, "6" if code == "achievements" else "7"]
        assert "Đề nghị" in str(line[4])
        shown = dict(zip(CAMPAIGN.tables[code].columns, line[5:], strict=False))
        assert {column: value for column, value in shown.items() if value is not None} == {
            column: datetime.combine(value, time()) if isinstance(value, date) else value for column, value in typed.items()
        }


def test_missing_register_row_is_told(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A row that vanished from the register is told with its place in the unit's file."""
    edited(home / "output" / ROUND / "so-tong-hop.xlsx", lambda book: book["Minh chứng"].delete_rows(4))
    code, printed = audited(home, capsys)
    assert code == 1
    assert "W149" in printed
    assert "[QLN.xlsx]Minh chứng!A6" in printed


@pytest.mark.parametrize("rubbish", [b"", b"khong phai zip", b"PK\3\4" + bytes(2000)])
def test_register_that_is_no_workbook_is_one_sentence(home: Path, capsys: pytest.CaptureFixture[str], rubbish: bytes) -> None:
    """A register that was damaged after the merge cannot be compared, and the sentence says what to do; so does the next merge."""
    register = home / "output" / ROUND / "so-tong-hop.xlsx"
    register.write_bytes(rubbish)
    with pytest.raises(SystemExit) as ended:
        cli.main(["audit", "-C", str(home), "--round", ROUND])
    assert ended.value.code == 2
    assert f"Không mở được {register}" in " ".join(capsys.readouterr().err.split())
    pipeline.merge(home, round=ROUND)
    assert audited(home, capsys)[0] == 0
    assert [path.read_bytes() for path in (register.parent / "da-sua-tay").iterdir()] == [rubbish]


def test_changed_inbox_is_told(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file replaced after the merge is told, and what it now says is not held against the register alone."""
    mutate(home / "inbox" / "QLN.xlsx", "evidence", "title", 0, "Biên lai khác")
    (home / "inbox" / "moi.txt").write_text("x", encoding="utf-8")
    code, printed = audited(home, capsys)
    assert code == 1
    assert "[inbox/QLN.xlsx]: W147" in printed
    assert "[inbox/moi.txt]: W147" in printed


def test_changed_counts_are_told(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Counts that break the law of conservation are told by name."""
    path = home / "output" / ROUND / "ket-qua.json"
    result = json.loads(path.read_text(encoding="utf-8"))
    result["cells"]["registered"] -= 1
    result["rows"]["evidence"]["read"] += 1
    path.write_text(json.dumps(result), encoding="utf-8")
    code, printed = audited(home, capsys)
    assert code == 1
    assert "cells.registered" in printed
    assert "rows.evidence.read" in printed


def test_cell_that_intake_would_lose_is_told(home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """If the second reader sees another value in a cell, or a cell more, both are told."""

    def sharper(*arguments: Any) -> Any:
        for file, seen in recounted(*arguments):
            assert seen is not None
            place = next(place for place, value in seen.items() if value == "Biên lai")
            yield file, {**seen, place: "Biên lai số 5", ("Minh chứng", "H90"): "dòng bị sót"}

    monkeypatch.setattr("thidua_xlsx.pipeline._audit.recounted", sharper)
    code, printed = audited(home, capsys)
    assert code == 1
    assert "S224 Chương trình đã đọc ô này là “Biên lai”, bộ đọc thứ hai thấy “Biên lai số 5”" in printed
    assert "W148" in printed


def test_file_openpyxl_cannot_read_is_left_out_and_said(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A counted file of another format is named as not counted again."""
    monkeypatch.setattr("thidua_xlsx.pipeline._audit.recounted", lambda _, wanted, __: ((name, None) for name in wanted))
    code, printed = audited(home, capsys)
    assert code == 0
    assert "chưa đếm lại: inbox/QLN.xlsx" in printed


def test_what_the_second_reader_chokes_on_costs_only_itself(tmp_path: Path) -> None:
    """A workbook that openpyxl would read for minutes is left out, alone and in an archive; those beside it are counted."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    sent = fill_to(tmp_path)
    members = hostile.parts(sent.read_bytes())
    row = b'<row r="%d"><c r="A%d"><v>1</v></c></row>'
    rows = b"".join(row % (number, number) for number in range(1, 1_000_001))
    members["xl/worksheets/sheet1.xml"] = b'<worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>' % (hostile.MAIN.encode(), rows)
    with zipfile.ZipFile(inbox / "gói.zip", "w") as bundle:
        bundle.writestr("chậm.xlsx", hostile.pack(members))
        bundle.write(sent, "QLN.xlsx")
    shutil.copyfile(sent, inbox / "sau.xlsx")
    wanted = ["inbox/gói.zip/chậm.xlsx", "inbox/gói.zip/QLN.xlsx", "inbox/sau.xlsx"]
    counts = dict(recounted(inbox, wanted, Order(CAMPAIGN, ROUND)))
    assert counts == {wanted[0]: None, wanted[1]: recount(sent.read_bytes(), CAMPAIGN), wanted[2]: counts[wanted[1]]}
    assert counts[wanted[1]]


def test_nothing_merged_yet_is_wrong_use(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without results there is nothing to compare with, and the command to run is named."""
    shutil.rmtree(home / "output")
    with pytest.raises(SystemExit) as ended:
        cli.main(["audit", "-C", str(home), "--round", ROUND])
    assert ended.value.code == 2
    assert "thidua merge" in capsys.readouterr().err


def _saved(path: Path, edit: Callable[[Workbook], None]) -> bytes:
    book = load_workbook(path)
    edit(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_second_reader_counts_what_was_typed(tmp_path: Path) -> None:
    """The recount finds every typed cell by the defined names, with the prefilled ids of the free lines."""
    seen = recount(fill_to(tmp_path).read_bytes(), CAMPAIGN)
    assert seen is not None
    ready = sum(table.rows - len(SOUND[code]) for code, table in CAMPAIGN.tables.items() if table.prefill)
    assert len(seen) == sum(len(row) for rows in SOUND.values() for row in rows) + ready


def test_second_reader_finds_tables_without_names(tmp_path: Path) -> None:
    """Without defined names the headings lead to the same cells."""
    sent = fill_to(tmp_path)

    def unnamed(book: Workbook) -> None:
        for name in list(book.defined_names):
            del book.defined_names[name]

    assert recount(_saved(sent, unnamed), CAMPAIGN) == recount(sent.read_bytes(), CAMPAIGN)


@pytest.mark.parametrize(("rows", "columns"), [(3, 0), (0, 1), (3, 1)])
def test_second_reader_follows_headings_that_left_their_names(tmp_path: Path, rows: int, columns: int) -> None:
    """Names that a program left behind when it inserted rows or columns (openpyxl) count less than the headings, for both readers."""
    sent = fill_to(tmp_path)

    def insert(book: Workbook) -> None:
        for table in CAMPAIGN.tables.values():
            for _ in range(rows):
                book[table.sheet].insert_rows(1)
            for _ in range(columns):
                book[table.sheet].insert_cols(1)

    moved, before = recount(_saved(sent, insert), CAMPAIGN), recount(sent.read_bytes(), CAMPAIGN)
    assert moved is not None
    assert before is not None
    assert Counter((sheet, value) for (sheet, _), value in moved.items()) == Counter((sheet, value) for (sheet, _), value in before.items())


def test_second_reader_shows_results_and_unfinished_formulas(tmp_path: Path) -> None:
    """A formula without a stored result is no blank for the second reader either."""
    sent = fill_to(tmp_path)
    span = places(sent)["achievements.value_vnd"]
    content = _saved(sent, lambda book: book[span.sheet].cell(span.first, span.column, "=1+1"))
    seen = recount(content, CAMPAIGN)
    assert seen is not None
    assert "=1+1" in seen.values()


def test_second_reader_gives_up_quietly() -> None:
    """Bytes that are no .xlsx give no recount instead of a failure."""
    assert recount(b"khong phai zip", CAMPAIGN) is None


@pytest.mark.parametrize(
    ("first", "second", "agree"),
    [
        (date(2022, 5, 1), datetime(2022, 5, 1), True),  # noqa: DTZ001
        (1, 1.0, True),
        (True, 1.0, True),
        ("a\r\nb_x000D_", "a\nb", True),
        (time(7, 30), timedelta(hours=7, minutes=30), True),
        ("=…", "=A1+1", True),
        ("#VALUE!", 2958466.0, True),
        (time(), datetime(1899, 12, 29), True),  # noqa: DTZ001
        ("#VALUE!", "x", False),
        ("1", 1, False),
        ("a", None, False),
        (date(2022, 5, 1), datetime(2022, 5, 2), False),  # noqa: DTZ001
    ],
)
def test_readers_may_differ_in_types_only(first: object, second: object, agree: bool) -> None:
    """Two readers' own ways with dates, figures and line ends are no difference; other values are."""
    assert same(first, second) is agree
