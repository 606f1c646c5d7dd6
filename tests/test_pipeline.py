"""The main job through the Python API, with real files: what arrives, what is kept, what is written."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from openpyxl import Workbook, load_workbook

from tests import sheets
from thidua_xlsx import CampaignError, issue, merge
from thidua_xlsx.model import FileStatus
from thidua_xlsx.pipeline import Folder, MergeResult, OutputBusyError, UsageError, _sets, dossiers, held_back, init, status
from thidua_xlsx.text import message

ROUND = "so-ket-2023"
FIGURE = 20_000_000

UNIT: sheets.Row = {
    "preparer": "Nguyễn Thị Hạnh",
    "head_name": "Trần Văn Bình",
    "head_title": "Trưởng phòng",
    "prepared_on": date(2023, 6, 20),
    "declared_collectives": 0,
    "declared_individuals": 1,
    "TC3": "Đạt",
    "TC5": "Đạt",
}
PERSON: sheets.Row = {
    "nominee_id": "QLN-CN001",
    "salutation": "Ông",
    "full_name": "Lê Minh Tuấn",
    "birth_date": date(1985, 3, 15),
    "gender": "Nam",
    "citizen_id": "091085000123",
    "position": "Chuyên viên",
    "department": "Phòng Quản lý nhà và Thị trường bất động sản",
    "category": "Công chức, viên chức",
    "award_sought": "Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh",
    **dict.fromkeys(("TC1", "TC2", "TC4", "TC6"), "Đạt"),
    "performance": "Hoàn thành tốt nhiệm vụ",
    "discipline": "Không",
    "under_review": "Không",
}
MONEY: sheets.Row = {
    "achievement_id": "QLN-T001",
    "nominee_id": "QLN-CN001",
    "kind": "Tiền",
    "content": "ND5",
    "achieved_on": date(2022, 5, 4),
    "description": "Vận động hỗ trợ sửa chữa nhà ở cho hộ nghèo xã Vĩnh Phú",
    "value_vnd": 25_000_000,
    "used_for": "Không",
    "evidence_id": "QLN-MC01",
}
PAPER: sheets.Row = {"evidence_id": "QLN-MC01", "title": "Giấy xác nhận của UBND xã"}
SOUND: sheets.Rows = {"unit": [UNIT], "individuals": [PERSON], "achievements": [MONEY], "evidence": [PAPER]}

Send = Callable[..., Path]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A fresh campaign folder of the plan with the registration workbook of one unit issued."""
    folder = init(tmp_path / "thi-dua")
    issue(folder, ROUND, ["QLN"])
    return folder


@pytest.fixture
def send(home: Path) -> Send:
    """A unit fills its issued workbook and it lands in the inbox."""

    def fill(rows: sheets.Rows = SOUND, name: str = "QLN.xlsx") -> Path:
        return sheets.fill(home / "issued" / ROUND / "QLN.xlsx", home / "inbox" / name, rows)

    return fill


def result_of(merged: MergeResult) -> dict[str, Any]:
    """``ket-qua.json`` of a merge."""
    content: dict[str, Any] = json.loads((merged.folder / "ket-qua.json").read_text(encoding="utf-8"))
    return content


def set_figure(home: Path, figure: int) -> None:
    """The office fills in TT1 for individuals of BK_UBT, as the head of the campaign file tells it to."""
    path = home / "campaign.toml"
    source = path.read_text(encoding="utf-8")
    block = next(
        part
        for part in source.split("[[")
        if part.startswith("parameter]]") and 'award = "BK_UBT"' in part and 'kind = "individual"' in part
    )
    path.write_text(source.replace(block, block.replace("clause =", f"value = {figure}\nclause =")), encoding="utf-8")


def digests(folder: Path) -> dict[str, str]:
    """Every file below a folder with its SHA-256."""
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def test_sound_workbook_merges_without_an_error(home: Path, send: Send) -> None:
    """A sound workbook is accepted, nothing is held back, and the unset figure leaves the nominee open."""
    send()
    merged = merge(home, round=ROUND)
    result = result_of(merged)
    assert [entry["status"] for entry in result["files"]] == ["accepted"]
    assert [found for found in result["findings"] if found["severity"] == "error"] == []
    assert not held_back(merged.outcome)
    (verdict,) = result["assessments"]
    assert (verdict["nominee_id"], verdict["award"], verdict["result"]) == ("QLN-CN001", "BK_UBT", "open")
    assert {reason["criterion"]: reason["result"] for reason in verdict["reasons"]}["TT1"] == "open"


@pytest.mark.parametrize(("figure", "expected"), [(25_000_000, "met"), (25_000_001, "not_met")])
def test_figure_decides(home: Path, send: Send, figure: int, expected: str) -> None:
    """With a figure in the campaign file the sum decides, and the reason names figure, clause and cell."""
    set_figure(home, figure)
    send()
    result = result_of(merge(home, round=ROUND))
    (verdict,) = result["assessments"]
    reason = next(reason for reason in verdict["reasons"] if reason["criterion"] == "TT1")
    sheet, cell = sheets.place(home / "inbox" / "QLN.xlsx", "achievements", "value_vnd", 0)
    assert verdict["result"] == expected
    assert (reason["actual"], reason["required"], reason["clause"]) == (25_000_000, figure, "III.3.TT1")
    assert reason["sources"] == [f"[inbox/QLN.xlsx]{sheet}!{cell}"]


def test_result_has_the_shape_of_the_contract(home: Path, send: Send) -> None:
    """``ket-qua.json`` has exactly the keys of contract 5.3, in its order, and names every output with its hash."""
    send()
    merged = merge(home, round=ROUND)
    result = result_of(merged)
    assert list(result) == ["schema", "campaign", "round", "files", "findings", "cells", "rows", "assessments", "outputs"]
    assert list(result["files"][0]) == ["path", "sha256", "unit", "status", "code", "message"]
    assert list(result["assessments"][0]) == ["nominee_id", "unit", "kind", "name", "award", "result", "reasons"]
    assert list(result["assessments"][0]["reasons"][0]) == ["criterion", "result", "actual", "required", "clause", "sources"]
    named = {entry["path"]: entry["sha256"] for entry in result["outputs"]}
    assert named == {path: digest for path, digest in digests(merged.folder).items() if path != "ket-qua.json"}
    cells = result["cells"]
    assert cells["read"] == cells["registered"] + cells["held"] + cells["ignored"] > 0


def test_wrong_row_is_held_and_returned(home: Path, send: Send) -> None:
    """A row with an error is held, its unit gets a workbook back with a mail draft, and mending that one settles it."""
    path = send()
    place = sheets.mutate(path, "individuals", "birth_date", 0, "31/02/1985")
    merged = merge(home, round=ROUND)
    result = result_of(merged)
    assert [(found["sheet"], found["cell"]) for found in result["findings"] if found["severity"] == "error"] == [place]
    assert result["rows"]["individuals"] == {"read": 1, "registered": 0, "held": 1}
    assert held_back(merged.outcome)
    returned = merged.folder / "tra-lai" / "QLN.xlsx"
    assert (merged.folder / "tra-lai" / "QLN.eml").is_file()
    mended = shutil.copyfile(returned, home / "inbox" / "QLN.xlsx")
    sheets.mutate(mended, "individuals", "birth_date", 0, date(1985, 3, 15))
    again = merge(home, round=ROUND)
    assert not held_back(again.outcome)
    assert not (again.folder / "tra-lai" / "QLN.xlsx").exists()


def test_two_runs_give_the_same_bytes(home: Path, send: Send) -> None:
    """Running again on the same inbox, in place or elsewhere, with any number of workers, changes no byte."""
    set_figure(home, FIGURE)
    send()
    first = digests(merge(home, round=ROUND).folder)
    assert digests(merge(home, round=ROUND).folder) == first
    assert digests(merge(home, round=ROUND, output=home / "khac", jobs=2).folder) == first


def test_changes_since_the_last_different_run_are_told(home: Path, send: Send) -> None:
    """What changed is measured against the last run made from other inputs, however often the same one is repeated."""
    set_figure(home, FIGURE)
    path = send()
    merge(home, round=ROUND)
    sheets.mutate(path, "achievements", "value_vnd", 0, 19_000_000)
    second = digests(merge(home, round=ROUND).folder)
    book = load_workbook(home / "output" / ROUND / "so-tong-hop.xlsx")
    text = " ".join(str(cell.value) for row in book["Thay đổi"].iter_rows() for cell in row if cell.value)
    assert "QLN-CN001" in text
    assert digests(merge(home, round=ROUND).folder) == second


DAMAGES = ("", "[" * 100_000, "[1]", '{"schema": 1}', '{"schema": 1, "rows_kept": [["QLN"]], "decisions_kept": []}')


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_the_last_run_rested_on_may_be_damaged(home: Path, send: Send, damage: str) -> None:
    """Whatever stands in ``.can-cu.json``, verdicts are still compared, single values are not, and running again changes no byte."""
    set_figure(home, FIGURE)
    path = send()
    target = merge(home, round=ROUND).folder
    (target / ".can-cu.json").write_text(damage, encoding="utf-8")
    sheets.mutate(path, "achievements", "value_vnd", 0, 19_000_000)
    changed = merge(home, round=ROUND).outcome
    assert changed.previous
    assert changed.earlier is None
    second = digests(target)
    assert digests(merge(home, round=ROUND).folder) == second


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_kept_of_the_run_before_may_be_damaged(home: Path, send: Send, damage: str) -> None:
    """Whatever stands in ``.lan-truoc.json``, the same merge again is one with nothing to compare with."""
    set_figure(home, FIGURE)
    path = send()
    merge(home, round=ROUND)
    sheets.mutate(path, "achievements", "value_vnd", 0, 19_000_000)
    target = merge(home, round=ROUND).folder
    (target / ".lan-truoc.json").write_text(damage, encoding="utf-8")
    assert merge(home, round=ROUND).outcome.previous is None
    assert not (target / ".lan-truoc.json").exists()


def test_a_result_file_that_was_saved_anew_is_compared_with(home: Path, send: Send) -> None:
    """An editor lays ``ket-qua.json`` and ``.can-cu.json`` out its own way; what they say is kept whole for the run after the next."""
    path = send()
    target = merge(home, round=ROUND).folder
    parts = [json.loads((target / name).read_text(encoding="utf-8")) for name in ("ket-qua.json", ".can-cu.json")]
    for name, content, indent in zip(("ket-qua.json", ".can-cu.json"), parts, (None, 4), strict=True):
        (target / name).write_text(json.dumps(content, indent=indent), encoding="utf-8")
    sheets.mutate(path, "achievements", "value_vnd", 0, 19_000_000)
    changed = merge(home, round=ROUND).outcome
    assert changed.earlier
    assert json.loads((target / ".lan-truoc.json").read_text(encoding="utf-8")) == {**parts[0], **parts[1]}
    again = merge(home, round=ROUND).outcome
    assert (again.previous, again.earlier) == (changed.previous, changed.earlier)


def test_later_submission_supersedes(home: Path, send: Send) -> None:
    """Of two submissions of a unit the one prepared later counts; the other is listed and its cells are accounted for."""
    send(name="lần 1.xlsx")
    send({**SOUND, "unit": [{**UNIT, "prepared_on": date(2023, 6, 25)}]}, name="lần 2.xlsx")
    result = result_of(merge(home, round=ROUND))
    assert {entry["path"]: entry["status"] for entry in result["files"]} == {
        "inbox/lần 1.xlsx": "superseded",
        "inbox/lần 2.xlsx": "accepted",
    }
    cells = result["cells"]
    assert cells["ignored"] > cells["registered"] / 2
    assert cells["read"] == cells["registered"] + cells["held"] + cells["ignored"]


def test_blank_form_replaces_nothing(home: Path, send: Send) -> None:
    """A copy of the issued form that slips into the inbox later leaves the unit's filled one counted, and is said to be blank."""
    send()
    shutil.copyfile(home / "issued" / ROUND / "QLN.xlsx", home / "inbox" / "mẫu trống.xlsx")
    result = result_of(merge(home, round=ROUND))
    ended = {entry["path"]: (entry["status"], entry["code"]) for entry in result["files"]}
    assert ended == {"inbox/QLN.xlsx": ("accepted", None), "inbox/mẫu trống.xlsx": ("superseded", "W142")}
    assert result["cells"]["read"] == sum(result["cells"][key] for key in ("registered", "held", "ignored"))


def test_same_file_twice_is_a_duplicate(home: Path, send: Send) -> None:
    """The same bytes under two names count once."""
    shutil.copyfile(send(), home / "inbox" / "QLN (1).xlsx")
    statuses = sorted(entry["status"] for entry in result_of(merge(home, round=ROUND))["files"])
    assert statuses == ["accepted", "duplicate"]


def _not_a_workbook(path: Path) -> None:
    path.write_bytes(b"<html><body>Xin loi</body></html>")


def _half_a_file(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:20_000])


def _empty_file(path: Path) -> None:
    path.write_bytes(b"")


def _somebody_elses_workbook(path: Path) -> None:
    book = Workbook()
    book.active["A1"] = "Bảng lương tháng 6"  # type: ignore[index]
    book.save(path)


def _passport(part: str, value: object) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        book = load_workbook(path)
        name = f"form.{part}"
        sheet, cell = next(iter(book.defined_names[name].destinations))
        book[sheet][cell.replace("$", "")] = value
        for entry in book.custom_doc_props.props:
            if entry.name == name:
                entry.value = str(value)
        book.save(path)

    return change


def _without_sheet(path: Path) -> None:
    book = load_workbook(path)
    del book["Thành tích"]
    book.save(path)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (_not_a_workbook, "HTML"),
        (_half_a_file, "gửi lại"),
        (_empty_file, "gửi lại"),
        (_somebody_elses_workbook, "phiếu"),
        (_passport("campaign", "phong-trao-khac"), "phong-trao-khac"),
        (_passport("version", 99), "99"),
        (_passport("unit", "XYZ"), "XYZ"),
        (_without_sheet, "Thành tích"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_file_that_cannot_be_counted_is_refused_with_one_sentence(
    home: Path, send: Send, spoil: Callable[[Path], None], words: str
) -> None:
    """A bad file is refused with one sentence that says what it is; the sound one beside it merges as if alone."""
    spoil(send(name="hỏng.xlsx"))
    send()
    merged = merge(home, round=ROUND)
    files = {entry["path"]: entry for entry in result_of(merged)["files"]}
    assert files["inbox/QLN.xlsx"]["status"] == "accepted"
    assert files["inbox/hỏng.xlsx"]["status"] == "refused"
    assert words in files["inbox/hỏng.xlsx"]["message"]
    assert len([found for found in merged.outcome.findings if found.ref.file == "inbox/hỏng.xlsx" and found.severity == "error"]) == 1


def test_renamed_heading_without_names_is_refused_with_a_suggestion(home: Path, send: Send) -> None:
    """With the defined names gone and one heading renamed, the sentence names the heading that is missing."""
    path = send()
    book = load_workbook(path)
    for name in [name for name in book.defined_names if name.startswith("individuals.")]:
        del book.defined_names[name]
    sheet, cell = sheets.place(home / "issued" / ROUND / "QLN.xlsx", "individuals", "birth_date", 0)
    heading = book[sheet][cell].offset(row=-1)
    heading.value = "Sinh nhật của người đó"
    book.save(path)
    (report,) = merge(home, round=ROUND).outcome.files
    assert report.status is FileStatus.REFUSED
    assert report.finding is not None


def _draft(path: Path) -> tuple[str, list[str]]:
    """Text and attachments of a mail draft."""
    draft = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
    body = draft.get_body()
    assert body is not None
    return " ".join(body.get_content().split()), [part.get_filename() or "" for part in draft.iter_attachments()]


def test_what_can_be_read_of_a_refused_form_goes_back_in_a_fresh_one(home: Path, send: Send) -> None:
    """A unit whose only form lacks a sheet gets its rows in a current form that lists what is missing, and need not type them again."""
    _without_sheet(send())
    merged = merge(home, round=ROUND)
    words, attached = _draft(merged.folder / "tra-lai" / "QLN.eml")
    (refused,) = merged.outcome.files
    assert refused.finding is not None
    assert refused.finding.code == "S201"
    assert "không phải nhập lại từ đầu" in words
    assert attached == ["QLN.xlsx"]
    returned = merged.folder / "tra-lai" / "QLN.xlsx"
    assert sheets.read_table(returned, "individuals")[0]["full_name"] == SOUND["individuals"][0]["full_name"]
    listed = [str(cell.value) for row in load_workbook(returned).worksheets[0].iter_rows() for cell in row if cell.value]
    assert any(words.startswith("S223:") and "Thành tích" in words for words in listed)
    shutil.copyfile(returned, home / "inbox" / "QLN lần 2.xlsx")
    assert [report.status for report in merge(home, round=ROUND).outcome.files].count(FileStatus.ACCEPTED) == 1


def test_a_form_of_our_own_goes_with_a_refusal(home: Path) -> None:
    """A mail from a unit's address with a table of its own is answered with the sentence why and the form issued to that unit."""
    book = Workbook()
    book.active["A1"] = "Danh sách"  # type: ignore[index]
    book.save(home / "bang.xlsx")
    mail = EmailMessage()
    address = Folder.at(home).campaign.units["QLN"].email
    mail["From"], mail["Subject"], mail["Date"] = f"Phòng QLN <{address}>", "Danh sách", "Tue, 20 Jun 2023 08:00:00 +0700"
    mail.set_content("Kính gửi")
    mail.add_attachment((home / "bang.xlsx").read_bytes(), maintype="application", subtype="octet-stream", filename="bang.xlsx")
    (home / "inbox" / "thu.eml").write_bytes(bytes(mail))
    merged = merge(home, round=ROUND)
    words, attached = _draft(merged.folder / "tra-lai" / "QLN.eml")
    refused = next(report for report in merged.outcome.files if report.status is FileStatus.REFUSED)
    assert refused.finding is not None
    assert message(refused.finding) in words
    assert attached == ["QLN.xlsx"]
    assert (merged.folder / "tra-lai" / "QLN.xlsx").read_bytes() == (home / "issued" / ROUND / "QLN.xlsx").read_bytes()


def test_nobody_writes_to_a_unit_for_what_the_office_has_to_do(home: Path, send: Send) -> None:
    """A form newer than the campaign file in use is the office's to settle: no letter, and no workbook."""
    _passport("version", 99)(send())
    merged = merge(home, round=ROUND)
    assert [report.finding.code for report in merged.outcome.files if report.finding] == ["W123"]
    assert not (merged.folder / "tra-lai").exists()


def test_workbook_of_another_round_is_ignored(home: Path, send: Send) -> None:
    """A workbook issued for another round is set aside with a sentence, and nothing is refused."""
    send()
    issue(home, "hang-nam-2023", ["QLN"])
    shutil.copyfile(home / "issued" / "hang-nam-2023" / "QLN.xlsx", home / "inbox" / "năm 2023.xlsx")
    merged = merge(home, round=ROUND)
    files = {entry["path"]: entry for entry in result_of(merged)["files"]}
    assert files["inbox/năm 2023.xlsx"]["status"] == "ignored"
    assert "năm 2023" in files["inbox/năm 2023.xlsx"]["message"]
    assert not held_back(merged.outcome)


def test_empty_inbox_makes_empty_results(home: Path) -> None:
    """With nothing in the inbox every unit is missing and the results say so."""
    merged = merge(home, round=ROUND)
    assert merged.outcome.assessments == ()
    assert (merged.folder / "bao-cao-tong-hop.xlsx").is_file()
    _, units = status(home, ROUND)
    assert all(entry.file is None for entry in units)
    assert len(units) == 12


def test_missing_inbox_is_told(home: Path) -> None:
    """An inbox that does not exist is a wrong use, with what to do."""
    with pytest.raises(UsageError, match="bỏ các tệp"):
        merge(home, home / "khong-co", ROUND)


def test_inbox_is_never_changed(home: Path, send: Send) -> None:
    """Merging leaves every byte of the inbox as it was."""
    send()
    before = digests(home / "inbox")
    merge(home, round=ROUND)
    assert digests(home / "inbox") == before


def test_open_output_keeps_the_old_set_and_puts_the_new_beside(home: Path, send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    """When Excel holds an old result, that set stays whole, the new one stands beside it, and the sentence names both."""
    send()
    old = digests(merge(home, round=ROUND).folder)
    target = home / "output" / ROUND
    rename = Path.rename

    def locked(path: Path, goal: Path) -> Path:
        if path == target:
            raise PermissionError(13, "Permission denied", str(path))
        return rename(path, goal)

    monkeypatch.setattr(_sets, "_swap", lambda *_: False)
    monkeypatch.setattr(Path, "rename", locked)
    with pytest.raises(OutputBusyError) as busy:
        merge(home, round=ROUND)
    assert digests(target) == old
    assert digests(busy.value.beside) == old
    assert str(busy.value.beside) in str(busy.value)
    monkeypatch.undo()
    merge(home, round=ROUND)
    assert digests(target) == old


def test_result_that_somebody_edited_is_kept(home: Path, send: Send) -> None:
    """A leader's notes in the old summary workbook survive the next merge, and so does a file put beside the results."""
    send()
    merged = merge(home, round=ROUND)
    summary = merged.folder / "bao-cao-tong-hop.xlsx"
    book = load_workbook(summary)
    book.worksheets[0]["A1"] = "Ý kiến của lãnh đạo"
    book.save(summary)
    typed = sha256(summary.read_bytes()).hexdigest()
    (merged.folder / "ghi chú.txt").write_text("gọi QLN", encoding="utf-8")
    again = merge(home, round=ROUND)
    assert {path.name for path in again.kept} == {"ghi chú.txt", f"bao-cao-tong-hop-{typed[:8]}.xlsx"}
    assert typed in digests(again.folder).values()
    assert sorted(path.name for path in merge(home, round=ROUND).kept) == sorted(path.name for path in again.kept)


@pytest.mark.parametrize(
    "path", [("files", 0), ("assessments", 0, "result"), ("assessments", 0, "reasons"), ("outputs", 0), ("outputs",), ("campaign",)]
)
def test_a_result_file_that_somebody_edited_is_no_earlier_run(home: Path, send: Send, path: tuple[str | int, ...]) -> None:
    """Whatever stands in ``ket-qua.json`` where a part of it should be, the next merge goes on as if it were the first."""
    send()
    written = merge(home, round=ROUND).folder / "ket-qua.json"
    right = written.read_bytes()
    content = json.loads(right)
    place = content
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = "?"
    written.write_text(json.dumps(content), encoding="utf-8")
    assert (merge(home, round=ROUND).folder / "ket-qua.json").read_bytes() == right


def test_crash_between_two_renames_is_mended(home: Path, send: Send) -> None:
    """When a crash left only the set that was put aside, the next run starts from it."""
    send()
    target = merge(home, round=ROUND).folder
    (target / "ghi chú.txt").write_text("giữ", encoding="utf-8")
    target.rename(target.with_name(f".{target.name}.cu"))
    again = merge(home, round=ROUND)
    assert (again.folder / "ghi chú.txt").read_text(encoding="utf-8") == "giữ"
    assert {path.name for path in target.parent.iterdir()} == {ROUND, ".thidua-cache"}


@pytest.mark.parametrize("where", [".", "inbox", "inbox/ket-qua", "word"])
def test_results_never_go_over_inputs(home: Path, send: Send, where: str) -> None:
    """A target that holds the inputs, lies in the inbox or has files of others is refused before anything is read."""
    send()
    before = digests(home)
    with pytest.raises(UsageError):
        merge(home, round=ROUND, output=home / where)
    assert digests(home) == before


def test_later_round_is_prefilled(home: Path, send: Send) -> None:
    """The next round's workbook has last round's people and achievements, and asks anew for what must be attested anew."""
    send()
    issue(home, "hang-nam-2023", ["QLN"])
    book = home / "issued" / "hang-nam-2023" / "QLN.xlsx"
    person, achievement = sheets.read_table(book, "individuals")[0], sheets.read_table(book, "achievements")[0]
    assert (person["nominee_id"], person["full_name"], person["citizen_id"]) == ("QLN-CN001", "Lê Minh Tuấn", "091085000123")
    assert (person["TC1"], person["performance"], person["award_sought"]) == (None, None, None)
    assert (achievement["achievement_id"], achievement["value_vnd"]) == ("QLN-T001", 25_000_000)
    assert sheets.read_table(book, "individuals")[1]["full_name"] is None
    unit = sheets.read_table(book, "unit")[0]
    assert (unit["code"], unit["preparer"], unit["head_name"]) == ("QLN", "Nguyễn Thị Hạnh", "Trần Văn Bình")
    assert (unit["prepared_on"], unit["TC3"], unit["declared_individuals"]) == (None, None, None)


def test_issue_names_an_unknown_unit(home: Path) -> None:
    """Asking for a unit that the campaign does not have lists those it has."""
    with pytest.raises(UsageError, match="QLN"):
        issue(home, ROUND, ["XYZ"])


def test_only_open_round_is_the_default(home: Path) -> None:
    """Without a round the one whose workbooks are out and that is not decided yet is meant; where several are, they are named."""
    folder = Folder.at(home)
    assert folder.round(None, date(2023, 6, 1)).id == ROUND
    assert folder.round(None, date(2030, 1, 1)).id == ROUND
    issue(home, "hang-nam-2023", ["QLN"])
    assert folder.round(None, date(2023, 9, 1)).id == "hang-nam-2023"
    with pytest.raises(UsageError, match=ROUND):
        folder.round(None, date(2023, 6, 1))
    with pytest.raises(UsageError, match="khong-co"):
        folder.round("khong-co", date(2030, 1, 1))


def test_broken_campaign_file_is_one_error_with_all_problems(home: Path) -> None:
    """Nothing is read or written while the campaign file is wrong."""
    path = home / "campaign.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('code = "QLN"', 'code = ""', 1) + "\n[[parameter]]\n", encoding="utf-8")
    with pytest.raises(CampaignError) as broken:
        merge(home, round=ROUND)
    assert len(broken.value.problems) > 3
    assert not (home / "output" / ROUND).exists()


def test_campaign_file_alone_is_enough(home: Path, send: Send) -> None:
    """A folder with nothing but the campaign file and the inbox is merged, its papers made from the templates as shipped."""
    set_figure(home, FIGURE)
    send()
    shutil.rmtree(home / "word")
    merged = merge(home, round=ROUND)
    assert (merged.folder / "ho-so" / "BK_UBT" / "QLN-CN001" / "bao-cao-thanh-tich.docx").is_file()


def test_dossiers_before_the_first_merge(home: Path, send: Send) -> None:
    """Papers made before anything was merged do not stand in the way of a merge; what somebody has typed into one of them is kept."""
    set_figure(home, FIGURE)
    send()
    written = dossiers(home, round=ROUND)
    minutes = next(path for path in written if path.name == "bien-ban.docx")
    letter = next(path for path in written if path.name == "to-trinh.docx")
    first, document = letter.read_bytes(), Document(str(minutes))
    document.add_paragraph("Ghi thêm của thư ký.")
    document.save(str(minutes))
    merged = merge(home, round=ROUND)
    assert letter.read_bytes() == first
    (kept,) = merged.kept
    assert "bien-ban" in kept.name
    assert Document(str(kept)).paragraphs[-1].text == "Ghi thêm của thư ký."
    assert merge(home, round=ROUND).folder == merged.folder


def test_contradicting_papers_stop_nothing_else(home: Path, send: Send) -> None:
    """A Word template that states another number than the list has: its award form's papers are left out and named, the rest stands."""
    set_figure(home, FIGURE)
    send()
    template = home / "word" / "to-trinh.docx"
    document = Document(str(template))
    document.add_paragraph("Đề nghị khen thưởng 07 cá nhân.")
    document.save(str(template))
    merged = merge(home, round=ROUND)
    result = result_of(merged)
    assert ("A640", "BK_UBT/to-trinh.docx") in {(found["code"], found["file"]) for found in result["findings"]}
    assert not (merged.folder / "ho-so" / "BK_UBT").exists()
    assert (merged.folder / "bao-cao-tong-hop.xlsx").is_file()
    assert held_back(merged.outcome)
