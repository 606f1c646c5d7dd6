"""Decisions of the leadership: typed into the summary workbook, saved by whatever program, shown, applied, joined, never lost."""

from __future__ import annotations

import errno
import json
import re
import shutil
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests import office, sheets
from tests.sound import SOUND
from thidua_xlsx import issue, merge
from thidua_xlsx.decisions import Change, NotOursError
from thidua_xlsx.model import Opinion, Severity
from thidua_xlsx.pipeline import Decisions, MergeResult, UsageError, decide, held_back, init
from thidua_xlsx.text import message

ROUND, LATER = "so-ket-2023", "tong-ket-2025"
PERSON, OTHER, COLLECTIVE = "QLN-CN001", "QLN-CN002", "QLN-TT01"

Lines = Mapping[str, tuple[Any, Any, Any]]
"""What is typed by nominee: votes, decision, reason."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A campaign folder with the sound workbook of one unit in its inbox."""
    folder = init(tmp_path / "thi-dua")
    issue(folder, ROUND, ["QLN"])
    sheets.fill(folder / "issued" / ROUND / "QLN.xlsx", folder / "inbox" / "QLN.xlsx", SOUND)
    return folder


def merged(home: Path) -> MergeResult:
    """A merge of the round."""
    return merge(home, round=ROUND)


def result_of(run: MergeResult) -> dict[str, Any]:
    """``ket-qua.json`` of a merge."""
    content: dict[str, Any] = json.loads((run.folder / "ket-qua.json").read_text(encoding="utf-8"))
    return content


def award_sheet(path: Path) -> tuple[Any, Worksheet, dict[str, int]]:
    """The workbook, its list of BK_UBT, and its columns by their hidden names."""
    book = load_workbook(path)
    (sheet,) = (each for each in book if str(each["A1"].value).endswith("|BK_UBT"))
    return book, sheet, {cell.value: cell.column for cell in sheet[5] if cell.value}


def line_of(sheet: Worksheet, nominee: str) -> int:
    """The row of a nominee."""
    return next(row for row in range(6, sheet.max_row + 1) if sheet.cell(row, 1).value == nominee)


def typed(source: Path, target: Path, lines: Lines) -> Path:
    """A copy of a summary in which somebody has typed votes, decision and reason."""
    book, sheet, columns = award_sheet(source)
    for nominee, values in lines.items():
        for name, value in zip(("votes", "decision", "reason"), values, strict=True):
            sheet.cell(line_of(sheet, nominee), columns[name]).value = value
    book.save(target)
    return target


@pytest.fixture
def write(home: Path, tmp_path: Path) -> Callable[..., Path]:
    """The leadership decides in the summary of the last merge."""

    def fill(lines: Lines, name: str = "lanh-dao.xlsx") -> Path:
        return typed(home / "output" / ROUND / "bao-cao-tong-hop.xlsx", tmp_path / name, lines)

    return fill


AGREED: Lines = {PERSON: (13, "Đồng ý", None), COLLECTIVE: (2, "Không đồng ý", "Chưa có số liệu so sánh")}


def changes(found: Decisions) -> dict[str, Change]:
    """What each taken line does, by nominee."""
    return {decision.nominee_id: change for change, decision, _ in found.changes.lines}


def said(found: Decisions) -> list[tuple[str, str | None]]:
    """The findings as code and nominee."""
    return [(each.code, each.nominee_id) for each in found.changes.findings]


def test_untouched_summary_decides_nothing(home: Path) -> None:
    """A summary in which nobody has written changes nothing, and nothing is kept of it."""
    run = merged(home)
    found = decide(home, run.folder / "bao-cao-tong-hop.xlsx", apply=True)
    assert (found.changes.lines, found.changes.findings, found.kept) == ((), (), None)
    assert list((home / "decisions").iterdir()) == []


def test_dry_run_shows_and_writes_nothing(home: Path, write: Callable[..., Path]) -> None:
    """Without --apply the changes are shown and the folder stays as it is."""
    merged(home)
    found = decide(home, write(AGREED))
    assert changes(found) == {PERSON: Change.ADDED, COLLECTIVE: Change.ADDED}
    assert list((home / "decisions").iterdir()) == []


@pytest.mark.parametrize("saved_by", ["openpyxl", "xlsx", "ods", "xls"])
def test_decisions_come_home_exactly(home: Path, write: Callable[..., Path], tmp_path: Path, saved_by: str) -> None:
    """Votes, decision and reason arrive as typed, also from a copy that LibreOffice saved in another format."""
    merged(home)
    file = write(AGREED)
    file = file if saved_by == "openpyxl" else office.converted(file, tmp_path / "lo", saved_by)
    found = decide(home, file, apply=True)
    assert {(each.nominee_id, each.opinion, each.votes, each.reason) for _, each, _ in found.changes.lines} == {
        (PERSON, Opinion.AGREED, 13, ""),
        (COLLECTIVE, Opinion.NOT_AGREED, 2, "Chưa có số liệu so sánh"),
    }
    kept = sorted(path.suffix for path in (home / "decisions").iterdir())
    assert kept == [".json", file.suffix]
    assert found.kept is not None
    assert found.kept.read_bytes() == file.read_bytes()


def test_moved_sheet_and_inserted_row_do_no_harm(home: Path, write: Callable[..., Path]) -> None:
    """A renamed sheet with a row more above the list is read as if nothing had happened."""
    merged(home)
    file = write(AGREED)
    book, sheet, _ = award_sheet(file)
    sheet.title = "Ý kiến của Giám đốc"
    sheet.insert_rows(2)
    book.save(file)
    assert changes(decide(home, file)) == {PERSON: Change.ADDED, COLLECTIVE: Change.ADDED}


def test_next_merge_shows_what_was_decided(home: Path, write: Callable[..., Path]) -> None:
    """Register, summary and papers of the next merge have the decisions; a decision survives every further run."""
    merged(home)
    decide(home, write(AGREED), apply=True)
    for _ in range(2):
        run = merged(home)
    register = load_workbook(run.folder / "so-tong-hop.xlsx")
    rows = [[cell.value for cell in row] for row in register["Ý kiến quyết định"].iter_rows(min_row=4)]
    assert [(row[0], row[4], row[6]) for row in rows] == [
        (COLLECTIVE, "Không đồng ý, 2 phiếu", "có hiệu lực"),
        (PERSON, "Đồng ý, 13 phiếu", "có hiệu lực"),
    ]
    assert "Đồng ý, 13 phiếu" in {cell.value for row in register["Cá nhân"].iter_rows() for cell in row}
    _, sheet, columns = award_sheet(run.folder / "bao-cao-tong-hop.xlsx")
    line = line_of(sheet, COLLECTIVE)
    assert [sheet.cell(line, columns[name]).value for name in ("votes", "decision", "reason")] == [*AGREED[COLLECTIVE]]
    papers = run.folder / "ho-so" / "BK_UBT"
    listed = "\n".join(cell.text for table in Document(str(papers / "danh-sach.docx")).tables for row in table.rows for cell in row.cells)
    assert "Nguyễn Thị Ánh Nguyệt" in listed
    assert "Phòng Quản lý nhà\n" not in listed
    assert not (papers / COLLECTIVE).exists()


def test_changed_and_taken_back(home: Path, write: Callable[..., Path]) -> None:
    """In the summary of a later merge a decision can be changed and taken back."""
    merged(home)
    decide(home, write(AGREED), apply=True)
    merged(home)
    file = write({PERSON: (9, "Để lại", "Chờ xác minh"), COLLECTIVE: (None, None, None)}, "lan-2.xlsx")
    found = decide(home, file, apply=True)
    assert changes(found) == {PERSON: Change.CHANGED, COLLECTIVE: Change.REMOVED}
    decisions = merged(home).outcome.decisions
    assert [each.decision.opinion for standing in decisions.values() for each in standing] == [Opinion.PUT_OFF]


def test_two_workbooks_that_disagree_stand_side_by_side(home: Path, write: Callable[..., Path]) -> None:
    """Of two leaders' copies of one summary the second does not win: both are shown, none counts, until one is chosen."""
    merged(home)
    first, second = write({PERSON: (13, "Đồng ý", None)}, "a.xlsx"), write({PERSON: (13, "Để lại", "Chờ xác minh")}, "b.xlsx")
    decide(home, first, apply=True)
    found = decide(home, second, apply=True)
    assert (changes(found), said(found)) == ({PERSON: Change.DISAGREES}, [("A627", PERSON)])
    run = merged(home)
    assert [entry["code"] for entry in result_of(run)["findings"] if "A620" <= entry["code"] < "A7"] == ["A636"]
    assert run.outcome.decided(PERSON, "BK_UBT") is None
    assert not (run.folder / "ho-so").exists()
    _, sheet, columns = award_sheet(run.folder / "bao-cao-tong-hop.xlsx")
    assert sheet.cell(line_of(sheet, PERSON), columns["decision"]).value is None
    assert changes(decide(home, write({PERSON: (13, "Đồng ý", None)}, "c.xlsx"), apply=True)) == {PERSON: Change.CHANGED}
    decided = merged(home).outcome.decided(PERSON, "BK_UBT")
    assert decided is not None
    assert decided.decision.opinion is Opinion.AGREED


def test_same_words_of_two_leaders_are_one_decision(home: Path, write: Callable[..., Path]) -> None:
    """Two copies that say the same do not disagree."""
    merged(home)
    first, second = write({PERSON: (13, "Đồng ý", None)}, "a.xlsx"), write({**AGREED}, "b.xlsx")
    decide(home, first, apply=True)
    assert changes(decide(home, second)) == {PERSON: Change.SAME, COLLECTIVE: Change.ADDED}


BAD: Mapping[str, tuple[Lines, str, str]] = {
    "a word of one's own": ({PERSON: (3, "Xem xét sau", None)}, "A620", "J"),
    "votes in words": ({PERSON: ("mười ba", "Đồng ý", None)}, "A621", "H"),
    "half a vote": ({PERSON: (12.5, "Đồng ý", None)}, "A621", "H"),
    "votes below zero": ({PERSON: (-1, "Đồng ý", None)}, "A621", "H"),
    "votes without a decision": ({PERSON: (12, None, None)}, "A623", "H"),
    "a reason without a decision": ({PERSON: (None, None, "Hỏi lại đơn vị")}, "A623", "K"),
}


@pytest.mark.parametrize("case", BAD)
def test_line_that_is_not_understood_is_refused_alone(home: Path, write: Callable[..., Path], case: str) -> None:
    """A wrong cell is named with its place, its line is not taken, the other lines are."""
    lines, code, column = BAD[case]
    merged(home)
    file = write({**lines, COLLECTIVE: AGREED[COLLECTIVE]})
    _, sheet, _ = award_sheet(file)
    found = decide(home, file, apply=True)
    assert [(each.code, each.ref.cell) for each in found.changes.findings] == [(code, f"{column}{line_of(sheet, PERSON)}")]
    assert changes(found) == {COLLECTIVE: Change.ADDED}


def test_votes_over_the_membership_are_refused(home: Path, write: Callable[..., Path]) -> None:
    """With a council of nine in the campaign file, ten votes are refused."""
    path = home / "campaign.toml"
    source = path.read_text(encoding="utf-8")
    path.write_text(f"{source}\n[council]\ntotal = 9\n", encoding="utf-8")
    merged(home)
    found = decide(home, write({PERSON: (10, "Đồng ý", None), COLLECTIVE: (9, "Đồng ý", None)}))
    assert said(found) == [("A622", PERSON)]
    assert changes(found) == {COLLECTIVE: Change.ADDED}


def test_doubled_line_is_refused(home: Path, write: Callable[..., Path]) -> None:
    """A nominee who stands twice in a list is decided by neither line."""
    merged(home)
    file = write(AGREED)
    book, sheet, columns = award_sheet(file)
    for column in columns.values():
        sheet.cell(sheet.max_row + (column == 1), column).value = sheet.cell(line_of(sheet, PERSON), column).value
    book.save(file)
    found = decide(home, file)
    assert said(found) == [("A624", PERSON)] * 2
    assert changes(found) == {COLLECTIVE: Change.ADDED}


def test_line_that_somebody_added_is_refused(home: Path, write: Callable[..., Path]) -> None:
    """A decision below the list, beside a name that somebody typed, is said to be nobody's; other words there are nothing."""
    merged(home)
    file = write(AGREED)
    book, sheet, columns = award_sheet(file)
    added = sheet.max_row + 1
    sheet.cell(added, columns["name"]).value = "Trần Văn Mới"
    sheet.cell(added, columns["decision"]).value = "Đồng ý"
    sheet.cell(added + 1, columns["decision"]).value = "Rạch Giá, tháng 7"
    book.save(file)
    found = decide(home, file)
    assert [(each.code, each.ref.cell) for each in found.changes.refused] == [("A645", f"J{added}")]
    assert changes(found) == {PERSON: Change.ADDED, COLLECTIVE: Change.ADDED}


@pytest.mark.parametrize(("columns", "refused"), [(range(2, 12), [("A646", OTHER)]), (range(1, 15), [])])
def test_names_sorted_without_their_ids_decide_nothing(
    home: Path, write: Callable[..., Path], columns: range, refused: list[tuple[str, str]]
) -> None:
    """Where only the visible columns changed places, the decision would fall to somebody else: refused. Whole lines may change places."""
    merged(home)
    file = write(AGREED)
    book, sheet, _ = award_sheet(file)
    first = line_of(sheet, PERSON)
    for column in columns:
        one, other = sheet.cell(first, column), sheet.cell(first + 1, column)
        one.value, other.value = other.value, one.value
    book.save(file)
    found = decide(home, file)
    assert [(each.code, each.nominee_id) for each in found.changes.refused] == refused
    assert changes(found) == {COLLECTIVE: Change.ADDED} | ({} if refused else {PERSON: Change.ADDED})


@pytest.mark.parametrize("gone", ["nominee_id", "name", "votes", "decision", "reason", "stamp", "basis", None])
def test_list_that_lost_hidden_cells_is_never_passed_over(home: Path, write: Callable[..., Path], gone: str | None) -> None:
    """With a column that is read deleted, or the row that names them, the workbook is refused with the name of the sheet."""
    merged(home)
    file = write(AGREED)
    book, sheet, columns = award_sheet(file)
    if gone:
        sheet.delete_cols(columns[gone])
    else:
        sheet.delete_rows(5)
    book.save(file)
    with pytest.raises(NotOursError, match=f"“{sheet.title}”"):
        decide(home, file)


def test_stale_line_is_refused(home: Path, write: Callable[..., Path]) -> None:
    """A decision whose evidence changed since the summary was made is refused; others of the same workbook are taken."""
    merged(home)
    file = write(AGREED)
    rows = {**SOUND, "achievements": [{**SOUND["achievements"][0], "value_vnd": 1_600_000}, *SOUND["achievements"][1:]]}
    sheets.fill(home / "issued" / ROUND / "QLN.xlsx", home / "inbox" / "QLN.xlsx", rows)
    found = decide(home, file)
    assert said(found) == [("A626", PERSON)]
    assert changes(found) == {COLLECTIVE: Change.ADDED}


def test_same_evidence_in_another_file_is_not_stale(home: Path, write: Callable[..., Path]) -> None:
    """A unit that sends the same values again, in another file and other lines, makes no decision stale; only the verdict is warned of."""
    merged(home)
    file = write(AGREED)
    rows = {**SOUND, "achievements": [*reversed(SOUND["achievements"])]}
    (home / "inbox" / "QLN.xlsx").unlink()
    sheets.fill(home / "issued" / ROUND / "QLN.xlsx", home / "inbox" / "QLN bản 2.xlsx", rows)
    assert said(decide(home, file)) == [("A629", PERSON)]


def test_unknown_nominee_is_refused(home: Path, write: Callable[..., Path]) -> None:
    """A decision about somebody who has no verdict in the round is refused."""
    merged(home)
    file = write(AGREED)
    shutil.rmtree(home / "inbox")
    (home / "inbox").mkdir()
    assert said(decide(home, file)) == [("A625", COLLECTIVE), ("A625", PERSON)]


def test_decision_is_kept_when_its_evidence_changes(home: Path, write: Callable[..., Path]) -> None:
    """After the evidence of a decision has changed, or its nominee is gone, the decision stands and somebody is told."""
    merged(home)
    decide(home, write(AGREED), apply=True)
    rows = {**SOUND, "achievements": [{**SOUND["achievements"][0], "value_vnd": 1_600_000}, *SOUND["achievements"][1:]]}
    sheets.fill(home / "issued" / ROUND / "QLN.xlsx", home / "inbox" / "QLN.xlsx", {**rows, "collectives": []})
    run = merged(home)
    told = {(entry["code"], entry["nominee_id"]) for entry in result_of(run)["findings"] if "A620" <= entry["code"] < "A7"}
    assert told == {("A631", PERSON), ("A632", COLLECTIVE)}
    assert {key for key, standing in run.outcome.decisions.items() if standing} == {(PERSON, "BK_UBT"), (COLLECTIVE, "BK_UBT")}


def test_applied_twice_is_said(home: Path, write: Callable[..., Path]) -> None:
    """The same file a second time is named as applied, with the place where it is kept."""
    merged(home)
    file = write(AGREED)
    found = decide(home, file, apply=True)
    assert found.kept is not None
    with pytest.raises(UsageError, match=found.kept.name):
        decide(home, file, apply=True)


def test_other_workbooks_are_refused(home: Path, tmp_path: Path, write: Callable[..., Path]) -> None:
    """A registration form, a broken file and a summary of another campaign are named as what they are."""
    run = merged(home)
    with pytest.raises(NotOursError, match="QLN"):
        decide(home, home / "inbox" / "QLN.xlsx")
    half = tmp_path / "half.xlsx"
    half.write_bytes((run.folder / "bao-cao-tong-hop.xlsx").read_bytes()[:5000])
    with pytest.raises(UsageError, match="half"):
        decide(home, half)
    path = home / "campaign.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('id = "kien-giang', 'id = "khac', 1), encoding="utf-8")
    with pytest.raises(UsageError, match="kien-giang"):
        decide(home, write(AGREED))


def test_damaged_record_and_stray_workbook_are_named(home: Path, write: Callable[..., Path]) -> None:
    """A kept workbook that was changed does not count, one that was only copied there does neither; both are said."""
    merged(home)
    found = decide(home, write(AGREED), apply=True)
    assert found.kept is not None
    write({PERSON: (13, "Để lại", None)}).replace(found.kept)
    for name in ("chép tay.ods", "chép tay.xlsx", "~$chép tay.xlsx", ".~lock.chép tay.ods#"):
        shutil.copyfile(found.kept, home / "decisions" / name)
    run = merged(home)
    named = [(entry["code"], entry["file"]) for entry in result_of(run)["findings"] if "A620" <= entry["code"] < "A7"]
    strays = [("A634", "decisions/chép tay.ods"), ("A634", "decisions/chép tay.xlsx")]
    assert named == [("A633", f"decisions/{found.kept.with_suffix('.json').name}"), *strays]
    assert run.outcome.decisions == {}


def test_record_of_another_campaign_does_not_count(home: Path, write: Callable[..., Path]) -> None:
    """Records that were copied from another campaign's folder, whose nominees may have the same ids, are named and left out."""
    merged(home)
    found = decide(home, write(AGREED), apply=True)
    assert found.kept is not None
    record = found.kept.with_suffix(".json")
    record.write_text(record.read_text(encoding="utf-8").replace("kien-giang-vi-nguoi-ngheo", "khac", 1), encoding="utf-8")
    run = merged(home)
    named = [(entry["code"], entry["value"], entry["file"]) for entry in result_of(run)["findings"] if "A620" <= entry["code"] < "A7"]
    assert named == [("A647", "khac", f"decisions/{record.name}")]
    assert held_back(run.outcome)
    assert run.outcome.decisions == {}


def test_what_cannot_be_kept_leaves_nothing_behind(home: Path, write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that fills while the record is written leaves no half workbook, and the same command does it all later."""
    merged(home)
    file = write(AGREED)

    def full(_: Path, *__: object, **___: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_text", full)
        with pytest.raises(OSError, match="No space"):
            decide(home, file, apply=True)
    assert list((home / "decisions").iterdir()) == []
    assert decide(home, file, apply=True).kept is not None


def test_records_keep_their_order_when_one_is_taken_away(home: Path, write: Callable[..., Path]) -> None:
    """A later file of the same day sorts behind all that are there, though there are fewer of them than before."""
    merged(home)
    first = decide(home, write({PERSON: (1, "Đồng ý", None)}, "a.xlsx"), apply=True).kept
    second = decide(home, write({OTHER: (2, "Đồng ý", None)}, "b.xlsx"), apply=True).kept
    assert first is not None
    assert second is not None
    first.unlink()
    first.with_suffix(".json").unlink()
    third = decide(home, write({COLLECTIVE: (3, "Đồng ý", None)}, "c.xlsx"), apply=True).kept
    assert third is not None
    assert [path.name.split("-")[3] for path in (second, third)] == ["02", "03"]


def test_rewarded_achievement_counts_as_used_later(home: Path, write: Callable[..., Path]) -> None:
    """P1: what was rewarded is marked in the next round's workbook, and its unmarked row is warned of."""
    merged(home)
    decide(home, write({PERSON: (13, "Đồng ý", None), COLLECTIVE: (13, "Để lại", "Chờ")}), apply=True)
    issue(home, LATER, ["QLN"])
    later = home / "issued" / LATER / "QLN.xlsx"
    used = {row["achievement_id"]: row["used_for"] for row in sheets.read_table(later, "achievements") if row.get("achievement_id")}
    assert used["QLN-T001"] == "Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh"
    assert used["QLN-T003"] == "Không"
    sheets.fill(later, home / "inbox" / "QLN-2025.xlsx", SOUND)
    result = result_of(merge(home, round=LATER))
    warned = [(entry["code"], entry["value"]) for entry in result["findings"] if "A620" <= entry["code"] < "A7"]
    assert warned == [("A635", "QLN-T001")]


def test_every_message_has_its_place(home: Path, write: Callable[..., Path]) -> None:
    """A refused line's finding is an error with sheet and cell, one that only warns is a warning."""
    merged(home)
    found = decide(home, write({PERSON: (3, "?", None), COLLECTIVE: (3, "Để lại", None)}))
    assert [(each.code, each.severity, bool(each.ref.sheet and each.ref.cell)) for each in found.changes.findings] == [
        ("A620", Severity.ERROR, True),
        ("A628", Severity.WARNING, True),
    ]


def test_kept_file_carries_day_and_hash(home: Path, write: Callable[..., Path]) -> None:
    """The kept file's name begins with the day and ends with the beginning of its hash."""
    merged(home)
    found = decide(home, write(AGREED), apply=True)
    assert found.kept is not None
    record = json.loads(found.kept.with_suffix(".json").read_text(encoding="utf-8"))
    assert found.kept.name == f"{date.today():%Y-%m-%d}-01-{ROUND}-{record['sha256'][:8]}.xlsx"  # noqa: DTZ011


def needing(home: Path, percent: int) -> None:
    """Let the campaign's council have 15 members, so many per cent of whom have to agree."""
    path = home / "campaign.toml"
    threshold = f'{{ award = "BK_UBT", percent = {percent}, clause = "III.3" }}'
    words = path.read_text(encoding="utf-8").replace("\n[titles]\n", f"\n[council]\ntotal = 15\nthreshold = [{threshold}]\n\n[titles]\n", 1)
    path.write_text(words, encoding="utf-8")


def test_too_few_votes_are_warned_of(home: Path, write: Callable[..., Path]) -> None:
    """“Đồng ý” with fewer votes than the campaign file asks for is taken with a warning; enough votes, and a refusal, are not warned of."""
    needing(home, 80)
    merged(home)
    lines: Lines = {PERSON: (12, "Đồng ý", None), OTHER: (11, "Đồng ý", None), COLLECTIVE: (2, "Không đồng ý", "Chưa có số liệu")}
    found = decide(home, write(lines))
    assert [each for each in said(found) if each[0] == "A637"] == [("A637", OTHER)]
    assert set(changes(found)) == {PERSON, OTHER, COLLECTIVE}
    (warning,) = (each for each in found.changes.findings if each.code == "A637")
    assert "12 phiếu (80% của toàn bộ 15 thành viên" in message(warning)


def test_without_a_share_no_number_of_votes_is_too_few(home: Path, write: Callable[..., Path]) -> None:
    """The shipped plan sets no share, so one vote is as good as another."""
    merged(home)
    assert "A637" not in {code for code, _ in said(decide(home, write({PERSON: (1, "Đồng ý", None)})))}


def test_an_applied_decision_is_a_change_of_the_next_run(home: Path, write: Callable[..., Path]) -> None:
    """The next merge says which decision is new and from which file, and merging once more writes the same bytes."""
    merged(home)
    decide(home, write(AGREED), apply=True)
    run = merged(home)
    rows = list(load_workbook(run.folder / "bao-cao-tong-hop.xlsx")["Thay đổi"].iter_rows(min_row=4, values_only=True))
    found = {(row[0], row[1], row[6]) for row in rows}
    assert {("Ý kiến lãnh đạo", PERSON, "Đồng ý, 13 phiếu"), ("Ý kiến lãnh đạo", COLLECTIVE, "Không đồng ý, 2 phiếu")} <= found
    first = {path.name: path.read_bytes() for path in run.folder.iterdir() if path.is_file()}
    again = merged(home)
    assert {path.name: path.read_bytes() for path in again.folder.iterdir() if path.is_file()} == first


def test_a_mended_cell_is_the_cause_of_a_turned_verdict(home: Path) -> None:
    """A unit that changes one cell turns its verdict; the next run says which cell, what stood there, and what does now."""
    merged(home)
    book = load_workbook(home / "inbox" / "QLN.xlsx")
    sheet = book["Tập thể"]
    row = next(row for row in sheet.iter_rows() if any(cell.value == COLLECTIVE for cell in row))
    mark = next(cell for cell in row if cell.value == "Đạt")
    mark.value = "Không đạt"
    book.save(home / "inbox" / "QLN.xlsx")
    run = merged(home)
    lines = [
        line
        for line in load_workbook(run.folder / "so-tong-hop.xlsx")["Thay đổi"].iter_rows(min_row=4, values_only=True)
        if line[1] == COLLECTIVE
    ]
    turned = next(line for line in lines if line[0] == "Đổi kết quả")
    assert f"Tập thể: {mark.coordinate}" in turned[7]
    assert "Đạt → Không đạt" in turned[7]
    assert any(line[0] == "Đổi giá trị" and line[6:8] == ("Đạt", "Không đạt") for line in lines)


def council_of(home: Path, total: int) -> None:
    """Let the campaign's council have so many members, whatever it had."""
    path = home / "campaign.toml"
    words = re.sub(r"\n\[council\]\ntotal = \d+\n", "", path.read_text(encoding="utf-8"))
    path.write_text(words.replace("\n[titles]\n", f"\n[council]\ntotal = {total}\n\n[titles]\n", 1), encoding="utf-8")


def test_votes_are_looked_at_again_when_the_council_changes(home: Path, write: Callable[..., Path]) -> None:
    """A kept decision with more votes than the council has now stands, is named with its cell, and its votes go into no minutes."""
    council_of(home, 15)
    merged(home)
    kept = decide(home, write({PERSON: (13, "Đồng ý", None), OTHER: (9, "Đồng ý", None)}), apply=True).kept
    assert kept is not None
    assert "A638" not in {each.code for each in merged(home).outcome.findings}
    council_of(home, 9)
    run = merged(home)
    (found,) = (each for each in run.outcome.findings if each.code == "A638")
    _, sheet, _ = award_sheet(kept)
    assert (found.ref.file, found.ref.cell, found.severity) == (f"decisions/{kept.name}", f"J{line_of(sheet, PERSON)}", Severity.WARNING)
    decided = run.outcome.decided(PERSON, "BK_UBT")
    assert decided is not None
    assert decided.decision.votes == 13
    minutes = Document(str(run.folder / "ho-so" / "BK_UBT" / "bien-ban.docx"))
    cells = {cell.text for table in minutes.tables for row in table.rows for cell in row.cells}
    assert "……/09" in cells
    assert not {words for words in cells if words.startswith("13/")}


def test_shares_are_looked_at_again_at_the_next_merge(home: Path, write: Callable[..., Path]) -> None:
    """A share of votes that is set, or raised, after the decision was taken is applied to it at the next merge, in the kept file's cell."""
    merged(home)
    kept = decide(home, write({PERSON: (11, "Đồng ý", None), COLLECTIVE: (2, "Không đồng ý", "Chưa rõ")}), apply=True).kept
    assert kept is not None
    needing(home, 80)
    found = [each for each in merged(home).outcome.findings if each.code == "A637"]
    assert [(each.nominee_id, each.ref.file) for each in found] == [(PERSON, f"decisions/{kept.name}")]
