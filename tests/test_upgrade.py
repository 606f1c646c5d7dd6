"""Older versions of the form: read by key where that is enough, moved into a current form where it is not."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter

from tests.sheets import fill, places, read_table, spans
from tests.sound import CAMPAIGN, ROUND, SOUND, UNIT, fill_to, issue_to
from thidua_xlsx import cli, pipeline, text
from thidua_xlsx.campaign import Campaign, Column
from thidua_xlsx.intake import read_file
from thidua_xlsx.model import FileStatus, Severity

NEWER = replace(CAMPAIGN, version=CAMPAIGN.version + 1)


def with_column(campaign: Campaign, table: str, column: Column) -> Campaign:
    """The campaign with one more column in a table."""
    grown = replace(campaign.tables[table], columns={**campaign.tables[table].columns, column.code: column})
    return replace(campaign, tables={**campaign.tables, table: grown})


def without_column(campaign: Campaign, table: str, column: str) -> Campaign:
    """The campaign without one column of a table."""
    columns = {code: entry for code, entry in campaign.tables[table].columns.items() if code != column}
    return replace(campaign, tables={**campaign.tables, table: replace(campaign.tables[table], columns=columns)})


EMAIL = Column("e_mail", "Thư điện tử", "Địa chỉ thư", "text", 20)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A campaign folder whose plan is one version further than the form of ``sent``; the working directory is beside it."""
    folder = pipeline.init(tmp_path / "home")
    plan = folder / "campaign.toml"
    plan.write_text(plan.read_text(encoding="utf-8").replace("\nversion = 1\n", "\nversion = 2\n", 1), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    """The sound registration on a form of version 1."""
    return fill_to(tmp_path)


def typed(path: Path) -> dict[str, list[dict[str, Any]]]:
    """The filled rows of a form by table, blanks and rows with nothing but an id left out."""
    tables = {code: [{key: cell for key, cell in row.items() if cell is not None} for row in read_table(path, code)] for code in SOUND}
    keys = {code: table.key for code, table in CAMPAIGN.tables.items()}
    return {code: [row for row in rows if set(row) - {keys[code]}] for code, rows in tables.items()}


def upgraded(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """Exit code, output and complaints of ``thidua upgrade``."""
    with pytest.raises(SystemExit) as ended:
        cli.main(["upgrade", *map(str, arguments)])
    printed = capsys.readouterr()
    assert isinstance(ended.value.code, int)
    return ended.value.code, printed.out, printed.err


# Reading by key -------------------------------------------------------------------------------------------------------


def test_older_version_with_every_column_counts(sent: Path) -> None:
    """A form of an older version that has every column is accepted with a note, its rows unchanged."""
    now, then = (read_file(sent, "inbox/a.xlsx", campaign, ROUND) for campaign in (NEWER, CAMPAIGN))
    assert now.submission is not None
    assert then.submission is not None
    assert now.submission.rows == then.submission.rows
    assert [(found.code, found.severity) for found in now.findings] == [("W145", Severity.NOTE)]
    assert "phiên bản 1" in text.message(now.findings[0])


def test_older_version_without_a_column_that_may_stay_blank_counts(sent: Path) -> None:
    """A column that the older version did not have is blank, and named in a warning; nothing else is lost."""
    arrival = read_file(sent, "inbox/a.xlsx", with_column(NEWER, "individuals", EMAIL), ROUND)
    assert arrival.submission is not None
    assert len(arrival.submission.rows["individuals"]) == len(SOUND["individuals"])
    (found,) = arrival.findings
    assert (found.code, found.severity) == ("W146", Severity.WARNING)
    assert "“Thư điện tử”" in text.message(found)


def test_older_version_without_a_required_column_is_refused(sent: Path) -> None:
    """Where a required column is missing, one sentence says which command moves the form into a current one."""
    arrival = read_file(sent, "inbox/a.xlsx", with_column(NEWER, "individuals", replace(EMAIL, required=True)), ROUND)
    assert arrival.status is FileStatus.REFUSED
    (found,) = arrival.findings
    assert found.code == "W122"
    assert "thidua upgrade" in text.message(found)


def test_newer_version_is_refused(tmp_path: Path) -> None:
    """A form of a version that the campaign file does not know yet is refused with what the office has to do."""
    arrival = read_file(issue_to(tmp_path, NEWER), "inbox/a.xlsx", CAMPAIGN, ROUND)
    assert arrival.finding is not None
    assert arrival.finding.code == "W123"


def test_merge_notes_the_older_version(home: Path) -> None:
    """A merge counts a form of an older version and keeps the note with its findings."""
    fill_to(home / "inbox", name="QLN.xlsx")
    (home / "inbox" / "issued.xlsx").unlink()
    result = pipeline.merge(home, round=ROUND)
    assert [report.status for report in result.outcome.files] == [FileStatus.ACCEPTED]
    assert "W145" in {found.code for found in result.outcome.findings}


# Moving into a current form -------------------------------------------------------------------------------------------


def test_upgrade_moves_every_row(home: Path, sent: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Everything typed into the old form stands in the new one, which is of the current version and read without a note."""
    before = sent.read_bytes()
    code, printed, _ = upgraded(capsys, sent, "-C", home)
    new = tmp_path / "sent (mẫu mới).xlsx"
    assert code == 0
    assert "sent (mẫu mới).xlsx" in printed
    assert typed(new) == typed(sent)
    arrival = read_file(new, "inbox/a.xlsx", pipeline.Folder.at(home).campaign, ROUND)
    assert arrival.submission is not None
    assert arrival.submission.passport.version == 2
    assert arrival.findings == ()
    assert sent.read_bytes() == before


def damaged(book: Workbook) -> None:
    """Names gone, a heading changed, protection off, a value beside the table."""
    known = spans(book)
    for name in list(book.defined_names):
        del book.defined_names[name]
    span = known["evidence.title"]
    book[span.sheet].cell(span.first - 1, span.column).value = "Tiêu đề khác hẳn"
    book["Thành tích"].cell(known["achievements.kind"].first, 60).value = "ghi ngoài bảng"
    for sheet in book.worksheets:
        sheet.protection.disable()


def test_upgrade_of_a_damaged_form_says_what_could_not_be_moved(
    home: Path, sent: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A form without names is moved by its headings; what stands under a changed heading or beside a table is named, cell by cell."""
    span = places(sent)["evidence.title"]
    book = load_workbook(sent)
    damaged(book)
    book.save(sent)
    code, printed, _ = upgraded(capsys, sent, "-C", home, "-o", tmp_path / "moi.xlsx")
    assert code == 0
    assert "S222" in printed
    assert f"Minh chứng!{get_column_letter(span.column)}{span.first}, {get_column_letter(span.column)}{span.first + 1}: S221" in printed
    assert "“Biên lai”, “Giấy xác nhận”" in printed
    assert "“ghi ngoài bảng”" in printed
    without_titles: Mapping[str, Any] = {**SOUND, "evidence": [{**row, "title": None} for row in SOUND["evidence"]]}
    expected = typed(fill(issue_to(tmp_path), tmp_path / "erwartet.xlsx", without_titles))
    assert typed(tmp_path / "moi.xlsx") == {**expected, "evidence": typed(tmp_path / "moi.xlsx")["evidence"]}
    assert [row.get("issued_on") for row in read_table(tmp_path / "moi.xlsx", "evidence")][:1] != [None]


def test_upgrade_names_cells_of_a_column_that_is_gone(tmp_path: Path, capsys: pytest.CaptureFixture[str], home: Path) -> None:
    """A column that the current version no longer has is not dropped in silence."""
    old = fill(issue_to(tmp_path, with_column(CAMPAIGN, "individuals", EMAIL)), tmp_path / "cu.xlsx", SOUND)
    fill(old, old, {"individuals": [{"e_mail": "a@example.vn"}]})
    _, printed, _ = upgraded(capsys, old, "-C", home)
    assert "Cá nhân!" in printed
    assert "S221 Ô này ghi “a@example.vn”" in printed


def test_upgrade_says_which_part_of_the_new_form_is_blank(tmp_path: Path, capsys: pytest.CaptureFixture[str], home: Path) -> None:
    """A sheet and a column that the old form does not have are named, and stay as issued."""
    short = without_column(CAMPAIGN, "individuals", "citizen_id")
    short = replace(short, tables={code: table for code, table in short.tables.items() if code != "prior_awards"})
    rows = [{key: value for key, value in row.items() if key != "citizen_id"} for row in SOUND["individuals"]]
    tables = {code: part for code, part in SOUND.items() if code != "prior_awards"} | {"individuals": rows}
    old = fill(issue_to(tmp_path, short), tmp_path / "cu.xlsx", tables)
    code, printed, _ = upgraded(capsys, old, "-C", home)
    assert code == 0
    assert "S223 Phiếu cũ không có trang “Khen thưởng đã có”" in printed
    assert "S222 Phiếu cũ không có cột “Số căn cước”" in printed
    assert typed(tmp_path / "cu (mẫu mới).xlsx")["individuals"][0]["full_name"] == SOUND["individuals"][0]["full_name"]


def test_upgrade_overwrites_nothing(home: Path, sent: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither a file that exists nor the inbox is written to."""
    before = sent.read_bytes()
    code, _, error = upgraded(capsys, sent, "-C", home, "-o", sent)
    assert code == 2
    assert "không ghi đè" in error
    code, _, error = upgraded(capsys, sent, "-C", home, "-o", home / "inbox" / "QLN.xlsx")
    assert code == 2
    assert "thư mục nhận" in error
    assert sent.read_bytes() == before
    assert not list((home / "inbox").iterdir())


def test_upgrade_of_something_else_says_why_not(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A workbook that is no form, and a form of another campaign, get the sentence that a merge would say; nothing is written."""
    Workbook().save(tmp_path / "khac.xlsx")
    code, _, error = upgraded(capsys, tmp_path / "khac.xlsx", "-C", home)
    assert code == 1
    assert "W120" in error
    other = issue_to(tmp_path, replace(CAMPAIGN, id="phong-trao-khac"))
    code, _, error = upgraded(capsys, other, "-C", home)
    assert code == 1
    assert "W121" in error
    assert not list(tmp_path.glob("*mẫu mới*"))


def test_same_fault_in_many_cells_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``check`` prints errors first, and one line per sheet and fault with its cells and first values; json keeps one finding per cell."""
    rows = {
        **SOUND,
        "evidence": [*SOUND["evidence"], *({"evidence_id": f"X{n}", "title": "Ảnh", "issued_on": f"ngày {n}"} for n in range(5))],
    }
    sent = fill_to(tmp_path, rows)
    home = pipeline.init(tmp_path / "plan")
    span = places(sent)["evidence.issued_on"]
    cells = [f"{get_column_letter(span.column)}{span.first + 2 + number}" for number in range(5)]
    with pytest.raises(SystemExit):
        cli.main(["check", str(sent), "-C", str(home)])
    said = capsys.readouterr().out.splitlines()
    (line,) = (each for each in said if f"Minh chứng!{', '.join(cells)}: C306" in each)
    assert "“ngày 0”, “ngày 1”, “ngày 2”, “…”" in line
    assert any("5 lỗi" in each for each in said)
    with pytest.raises(SystemExit):
        cli.main(["check", str(sent), "-C", str(home), "--format", "json"])
    assert capsys.readouterr().out.count('"C306"') == 5


def test_cells_of_one_line_are_capped(capsys: pytest.CaptureFixture[str]) -> None:
    """Of very many cells the first are named and the others counted."""
    from thidua_xlsx.cli._screen import show_findings  # noqa: PLC0415
    from thidua_xlsx.model import CellRef  # noqa: PLC0415

    place = [CellRef("a.xlsx", "Cá nhân", f"D{row}") for row in range(6, 36)]
    show_findings([text.finding("C301", ref, column="full_name", heading="Họ và tên", help="Ghi đủ họ tên.") for ref in place])
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("[a.xlsx]Cá nhân!D6, D7")
    assert " và 18 ô khác: C301" in line


def test_screen_obeys_nothing_a_unit_has_typed(capsys: pytest.CaptureFixture[str]) -> None:
    """Escape codes and line breaks in a cell reach the screen as blanks, and the finding stays one line."""
    from thidua_xlsx.cli._screen import show_findings  # noqa: PLC0415
    from thidua_xlsx.model import CellRef  # noqa: PLC0415

    show_findings([text.finding("C302", CellRef("a.xlsx", "Thành tích", "J6"), value="\x1b[2Jxóa\nhết", heading="Giá trị")])
    printed = capsys.readouterr().out
    assert "“ [2Jxóa hết”" in printed
    assert printed.count("\n") == 1


def test_unit_code_is_kept(home: Path, sent: Path) -> None:
    """The new form is the same unit's, for the same round."""
    result = pipeline.upgrade(sent, home)
    assert (result.passport.unit, result.passport.round) == (UNIT, ROUND)
    assert date(2023, 6, 20).isoformat() in str(read_table(result.path, "unit")[0]["prepared_on"])


def test_form_with_an_unreadable_sheet_is_not_moved_in_part(
    sent: Path, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A sheet that cannot be read may hold a table: nothing is moved, and the sentence names the sheet and what to do."""
    broken = tmp_path / "hỏng.xlsx"
    spill = b'<row r="90"><c r="C90" t="s"><v>999999</v></c></row></sheetData>'
    with zipfile.ZipFile(sent) as source, zipfile.ZipFile(broken, "w") as target:
        for member in source.namelist():
            part = source.read(member)
            target.writestr(member, part.replace(b"</sheetData>", spill) if member.endswith("sheet4.xml") else part)
    code, _, said = upgraded(capsys, broken, "-C", home)
    assert code == 1
    assert "S206" in said
    assert load_workbook(sent).sheetnames[3] in said
    assert not list(tmp_path.glob("*mới*"))
