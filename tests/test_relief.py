"""Waivers and checks that only warn for now: what they ease, what they never ease, and where that is printed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook

from tests import sheets
from tests.sound import CAMPAIGN, ROUND, fill_to
from tests.test_checks import Change, changed
from tests.test_pipeline import MONEY, PERSON, UNIT, set_figure
from thidua_xlsx import issue, merge
from thidua_xlsx.campaign import CampaignError, Soft, Waiver, load_campaign
from thidua_xlsx.checks import check_submission
from thidua_xlsx.intake import read_file
from thidua_xlsx.model import CheckedSubmission, Provenance, Severity, Submission
from thidua_xlsx.pipeline import explain, init
from thidua_xlsx.text import codes, message

WAIVER = Waiver("QLN", None, "R402", "Theo biên bản bàn giao", "V.2", "Giám đốc Sở", None, date(2023, 12, 31))
SOFT = Soft("R402", date(2023, 6, 21), "Đợt đầu yêu cầu ghi đơn giá", "III.3.TT1")
WRONG: Change = ("achievements", 1, "value_vnd", 2_500_000)
"""Not 100 × 20 000: R402."""


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Submission:
    """The sound registration, read from its workbook; prepared on 20/06/2023."""
    arrival = read_file(fill_to(tmp_path_factory.mktemp("relief")), "inbox/QLN.xlsx", CAMPAIGN, ROUND)
    assert arrival.submission is not None
    return arrival.submission


def judged(submission: Submission, waivers: Sequence[Waiver] = (), softs: Sequence[Soft] = ()) -> CheckedSubmission:
    """Checked by the campaign with these reliefs."""
    return check_submission(submission, replace(CAMPAIGN, waivers=tuple(waivers), softs=tuple(softs)), ROUND)


def held(checked: CheckedSubmission) -> int:
    """How many rows do not count."""
    return sum(record.held for part in checked.records.values() for record in part)


@pytest.mark.parametrize("whom", [{"unit": "QLN", "nominee": None}, {"unit": None, "nominee": "qln-cn002"}])
def test_waived_error_is_a_counted_row_that_says_so(sound: Submission, whom: dict[str, Any]) -> None:
    """For a unit or a nominee: the error becomes a warning whose message names approver, reason, clause and last day."""
    checked = judged(changed(sound, WRONG), [replace(WAIVER, **whom)])
    (found,) = checked.findings
    assert (found.code, found.severity, held(checked)) == ("R402", Severity.WARNING, 0)
    for words in ("Giám đốc Sở", "Theo biên bản bàn giao", "V.2", "31/12/2023"):
        assert words in message(found)


@pytest.mark.parametrize(
    "change",
    [
        {"unit": "VP"},
        {"unit": None, "nominee": "QLN-CN001"},
        {"code": "R403"},
        {"until": date(2023, 7, 30)},
        {"since": date(2023, 8, 1)},
    ],
)
def test_waiver_of_something_else_changes_nothing(sound: Submission, change: dict[str, Any]) -> None:
    """Another unit, nominee or code, and a waiver not in force on the round's day of decision, leave the row held."""
    checked = judged(changed(sound, WRONG), [replace(WAIVER, **change)])
    assert [(found.code, found.severity) for found in checked.findings] == [("R402", Severity.ERROR)]
    assert held(checked) == 1


def test_waiver_counts_on_its_first_and_last_day(sound: Submission) -> None:
    """The day of decision itself, 31/07/2023, is inside at both ends."""
    day = CAMPAIGN.rounds[ROUND].decided_on
    assert held(judged(changed(sound, WRONG), [replace(WAIVER, since=day, until=day)])) == 0


def test_what_follows_from_a_waived_cell_is_still_said(sound: Submission) -> None:
    """A waived cell counts as sound: an age waived does not hide that the citizen id contradicts it."""
    waiver = replace(WAIVER, unit=None, nominee="QLN-CN001", code="C336")
    checked = judged(changed(sound, ("individuals", 0, "birth_date", "05/06/2015")), [waiver])
    assert [(found.code, found.severity) for found in checked.findings] == [("C336", Severity.WARNING), ("R407", Severity.ERROR)]


@pytest.mark.parametrize(
    ("received", "prepared", "severity"),
    [
        (None, "20/06/2023", Severity.WARNING),
        (None, "21/06/2023", Severity.ERROR),
        (datetime(2023, 6, 20, 16, 59, tzinfo=UTC), "25/06/2023", Severity.WARNING),
        (datetime(2023, 6, 20, 17, 1, tzinfo=UTC), "20/06/2023", Severity.ERROR),
        (None, None, Severity.ERROR),
        (None, "hôm qua", Severity.ERROR),
    ],
)
def test_new_check_warns_until_its_day(sound: Submission, received: datetime | None, prepared: str | None, severity: Severity) -> None:
    """The mail's day in Viet Nam decides, else the day of preparation, else the deadline (30/06/2023); never the clock."""
    sent = replace(changed(sound, WRONG, ("unit", 0, "prepared_on", prepared)), provenance=Provenance(received=received))
    found = next(found for found in judged(sent, softs=[SOFT]).findings if found.code == "R402")
    assert found.severity is severity
    assert ("từ ngày 21/06/2023 sẽ là lỗi" in message(found)) is (severity is Severity.WARNING)


HOME_TAIL = """
[[waiver]]
unit = "QLN"
code = "R402"
reason = "Theo biên bản bàn giao"
clause = "V.2"
approver = "Giám đốc Sở"
until = 2023-12-31
"""


def campaign_of(folder: Path, tail: str) -> Path:
    """A campaign folder whose file ends with these lines."""
    home = init(folder / "thi-dua")
    path = home / "campaign.toml"
    path.write_text(path.read_text(encoding="utf-8") + tail, encoding="utf-8")
    return home


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('unit = "QLN"', 'unit = "QLM"', "QLM"),
        ('unit = "QLN"', "", "unit"),
        ('unit = "QLN"', 'unit = "QLN"\nnominee = "QLN-CN001"', "nominee"),
        ('"R402"', '"R492"', "R492"),
        ('"R402"', '"C302"', "Số tiền không đọc được"),
        ('"R402"', '"C301"', "Ô bắt buộc để trống"),
        ('"R402"', '"R404"', "Năm không khớp"),
        ('reason = "Theo biên bản bàn giao"', "", "reason"),
        ('approver = "Giám đốc Sở"', "", "approver"),
        ('approver = "Giám đốc Sở"', 'approver = " "', "approver"),
        ('clause = "V.2"', "", "clause"),
        ('clause = "V.2"', 'clause = "X.9"', "X.9"),
        ("until = 2023-12-31", "", "until"),
        ("until = 2023-12-31", "until = 2020-12-31", "2021-01-01"),
        ("until = 2023-12-31", "from = 2024-01-01\nuntil = 2023-12-31", "2024-01-01"),
        ("until = 2023-12-31", "until = 2023-12-31\nexpires = 2024-01-01", "expires"),
    ],
)
def test_loader_refuses_a_waiver_that_is_not_whole(tmp_path: Path, old: str, new: str, words: str) -> None:
    """One slip in a waiver is one problem, which names the waiver's place and what is wrong."""
    home = campaign_of(tmp_path, HOME_TAIL.replace(old, new))
    with pytest.raises(CampaignError) as caught:
        load_campaign(home)
    (problem,) = caught.value.problems
    assert "[waiver]" in problem
    assert words in problem


def test_loader_refuses_a_new_check_twice_or_unwaivable(tmp_path: Path) -> None:
    """[[soft]] follows the same rule as waivers, and a code has one day."""
    soft = '\n[[soft]]\ncode = "{code}"\nuntil = 2023-12-31\nreason = "Mới"\nclause = "V.2"\n'
    home = campaign_of(tmp_path, soft.format(code="R402") * 2 + soft.format(code="R420"))
    with pytest.raises(CampaignError) as caught:
        load_campaign(home)
    assert ["R402" in problem for problem in caught.value.problems].count(True) == 1
    assert ["R420" in problem for problem in caught.value.problems].count(True) == 1


def test_only_errors_of_understood_cells_can_be_waived() -> None:
    """Neither blanks, refused values nor clashing keys can; the book says so of every code."""
    waivable = {code.code for code in codes() if code.waivable}
    assert {"R402", "R405", "R407", "C336"} <= waivable
    assert not waivable & {"C301", "C302", "C317", "C326", "R411", "R420", "R423", "M503"}


def _sheet_texts(path: Path) -> str:
    book = load_workbook(path)
    return "\n".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None)


GOODS: sheets.Row = {
    **MONEY,
    "kind": "Hiện vật",
    "item": "Gạo",
    "unit_of_measure": "kg",
    "quantity": 100,
    "unit_price": 20_000,
    "valuation": "Hóa đơn mua hàng",
}
"""25 000 000 is not 100 × 20 000."""


@pytest.fixture
def waived(tmp_path: Path) -> Path:
    """A campaign with a waiver that matches one row, another that matches nothing, one of a unit that has not sent, merged."""
    idle = HOME_TAIL.replace("R402", "R403")
    absent = HOME_TAIL.replace("QLN", "VP")
    home = campaign_of(tmp_path, HOME_TAIL + idle + absent)
    set_figure(home, 20_000_000)
    issue(home, ROUND, ["QLN"])
    rows: sheets.Rows = {
        "unit": [UNIT],
        "individuals": [PERSON],
        "achievements": [GOODS],
        "evidence": [{"evidence_id": "QLN-MC01", "title": "Giấy xác nhận"}],
    }
    sheets.fill(home / "issued" / ROUND / "QLN.xlsx", home / "inbox" / "QLN.xlsx", rows)
    merge(home, round=ROUND)
    return home


def test_waiver_is_printed_wherever_the_row_is_shown(waived: Path) -> None:
    """Register line, findings, overview, list of the award form, danh sách, checklist of the dossier and explain all say who waived it."""
    output = waived / "output" / ROUND
    result = json.loads((output / "ket-qua.json").read_text(encoding="utf-8"))
    assert result["rows"]["achievements"] == {"read": 1, "registered": 1, "held": 0}
    said = next(found for found in result["findings"] if found["code"] == "R402")
    assert said["severity"] == "warning"
    assert "Giám đốc Sở" in said["message"]
    register = load_workbook(output / "so-tong-hop.xlsx")["Thành tích"]
    head = [cell.value for cell in register[3]]
    assert "Giám đốc Sở" in str(register.cell(4, head.index("Miễn trừ, quy định mới") + 1).value)
    assert "Miễn trừ, quy định mới" not in [cell.value for cell in load_workbook(output / "so-tong-hop.xlsx")["Cá nhân"][3]]
    assert "có 1 dòng được miễn trừ" in _sheet_texts(output / "bao-cao-tong-hop.xlsx")
    (checklist,) = output.rglob("kiem-tra-ho-so.docx")
    assert any("Giám đốc Sở đồng ý" in cell.text for table in Document(str(checklist)).tables for cell in table.column_cells(3))
    (listed,) = output.rglob("danh-sach.docx")
    assert any("Giám đốc Sở đồng ý" in cell.text for table in Document(str(listed)).tables for row in table.rows for cell in row.cells)
    (award,) = (
        each for each in load_workbook(output / "bao-cao-tong-hop.xlsx", data_only=True) if str(each["A1"].value).endswith("|BK_UBT")
    )
    assert any("Giám đốc Sở đồng ý" in str(cell.value) for line in award.iter_rows() for cell in line)
    ((_, explanation),) = explain(waived, "QLN-CN001", ROUND)
    (remark,) = explanation.remarks
    assert "R402" in remark
    assert "Giám đốc Sở" in remark


def test_unit_need_not_mend_what_is_waived(waived: Path) -> None:
    """A form in which all errors are waived is not sent back."""
    assert not (waived / "output" / ROUND / "tra-lai").exists()


def test_status_of_a_waived_row_says_by_whose_leave_it_counts(waived: Path) -> None:
    """Sent back for another row's fault, the workbook says which error was waived in the waived one, by whom, by what."""
    book = load_workbook(waived / "inbox" / "QLN.xlsx")
    form = load_workbook(waived / "issued" / ROUND / "QLN.xlsx")
    places = {name: form.defined_names[f"individuals.{name}"].attr_text.split("$")[1] for name in ("nominee_id", "full_name")}
    book["Cá nhân"][f"{places['full_name']}7"] = "A"
    book.save(waived / "inbox" / "QLN.xlsx")
    merge(waived, round=ROUND)
    returned = load_workbook(waived / "output" / ROUND / "tra-lai" / "QLN.xlsx")
    said = [str(row[0].value) for row in returned["Thành tích"].iter_rows() if row[0].value]
    (status,) = [words for words in said if "Miễn lỗi" in words]
    assert status == "Đã ghi nhận\nMiễn lỗi R402: Giám đốc Sở đồng ý, căn cứ V.2"
    others = [str(row[0].value) for row in returned["Cá nhân"].iter_rows() if row[0].value]
    assert not any("Miễn lỗi" in words for words in others)


def test_waiver_that_matched_nothing_is_a_note(waived: Path) -> None:
    """M590 for the one that can be removed; not for the used one, nor while its unit has not sent."""
    result = json.loads((waived / "output" / ROUND / "ket-qua.json").read_text(encoding="utf-8"))
    notes = [(found["severity"], found["file"], found["value"]) for found in result["findings"] if found["code"] == "M590"]
    assert notes == [("note", "campaign.toml", "R403")]


def test_waived_run_is_repeatable_from_the_cache(waived: Path) -> None:
    """What the cache remembers has its relief: a second run writes the same bytes."""
    before = (waived / "output" / ROUND / "ket-qua.json").read_bytes()
    merge(waived, round=ROUND)
    assert (waived / "output" / ROUND / "ket-qua.json").read_bytes() == before
