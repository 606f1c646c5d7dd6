"""The law's principles (domain P1–P11) on real workbooks, on both sides of the day from which each is in force."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests import sheets
from tests.sound import SOUND
from tests.test_report import are_equal, formula_cells, recalculated
from thidua_xlsx import CampaignError, issue, load_campaign, merge
from thidua_xlsx.campaign import Clause, Preference
from thidua_xlsx.model import Assessment, Finding, Reason, Result
from thidua_xlsx.outcome import Outcome
from thidua_xlsx.pipeline import init, status
from thidua_xlsx.text import codes, message, say

ROUND = "tong-ket-2025"
BEFORE, SINCE = date(2025, 6, 30), date(2025, 7, 1)
"""The last day of NĐ 98/2023 and the first of NĐ 152/2025."""
TTG = "Bằng khen của Thủ tướng Chính phủ"
Tables = dict[str, list[dict[str, Any]]]


def typed(change: Callable[[Tables], None]) -> Tables:
    """The sound form of a unit with a change."""
    tables: Tables = copy.deepcopy({table: [dict(row) for row in rows] for table, rows in SOUND.items()})
    change(tables)
    return tables


def outcome_of(folder: Path, tables: Tables, decided_on: date = SINCE, extra: str = "", *, excludes: bool = True) -> Outcome:
    """One unit's form of the closing round, merged as if the round were decided on a day; the figure of TT1 is one million.

    The plan only reminds of achievements from before the end of a discipline; here it ``excludes`` them.
    """
    home = init(folder / "thi-dua")
    file = home / "campaign.toml"
    words = file.read_text(encoding="utf-8").replace("decided_on = 2025-08-31", f"decided_on = {decided_on}")
    words = words.replace('clause = "ND152.4.4" }', 'clause = "ND152.4.4", excludes = true }') if excludes else words
    file.write_text(
        words.replace('clause = "III.3.TT1"\n\n[[parameter]]', 'clause = "III.3.TT1"\nvalue = 1_000_000\n\n[[parameter]]') + extra,
        encoding="utf-8",
    )
    issue(home, ROUND, ["QLN"])
    sheets.fill(home / "issued" / ROUND / "QLN.xlsx", home / "inbox" / "QLN.xlsx", tables)
    return status(home, ROUND)[0]


def said(outcome: Outcome, *codes: str) -> list[Finding]:
    """The findings with these codes."""
    return [found for found in outcome.findings if found.code in codes]


def verdict(outcome: Outcome, nominee: str, award: str = "BK_UBT") -> Assessment:
    """One verdict."""
    return next(case for case in outcome.assessments if (case.nominee_id, case.award) == (nominee, award))


def reason(case: Assessment, criterion: str) -> Reason:
    """What was found for a criterion."""
    return next(each for each in case.reasons if each.criterion == criterion)


# --- P5: after discipline only what was achieved since counts -----------------------------------------------------------------


def disciplined(until: object, achieved: object) -> Callable[[Tables], None]:
    """QLN-CN001 was disciplined earlier; its gift has a date."""

    def change(tables: Tables) -> None:
        tables["individuals"][0] |= {"discipline_until": until}
        tables["achievements"][0] |= {"achieved_on": achieved}

    return change


@pytest.mark.parametrize(
    ("decided_on", "achieved", "result"),
    [
        (SINCE, date(2022, 3, 10), Result.NOT_MET),
        (SINCE, date(2022, 3, 11), Result.MET),
        (SINCE, "3/2022", Result.OPEN),
        (SINCE, "2/2022", Result.NOT_MET),
        (BEFORE, date(2022, 3, 10), Result.MET),
        (BEFORE, "3/2022", Result.MET),
    ],
)
def test_what_was_achieved_before_discipline_ended_does_not_count(
    tmp_path: Path, decided_on: date, achieved: object, result: Result
) -> None:
    """From NĐ 152/2025 on it does not count, and may not where the month alone is known; a round decided earlier only hears of it."""
    outcome = outcome_of(tmp_path, typed(disciplined(date(2022, 3, 10), achieved)), decided_on)
    case = verdict(outcome, "QLN-CN001")
    assert (reason(case, "TT1").result, case.result) == (result, result)
    warned = said(outcome, "A608")
    assert [(each.nominee_id, each.column, each.clause) for each in warned] == (
        [] if achieved == date(2022, 3, 11) else [("QLN-CN001", "discipline_until", "ND152.4.4")]
    )
    assert all(("nên chỉ nhắc" in message(each)) is (decided_on == BEFORE) for each in warned)


def test_plan_counts_what_it_reminds_of(tmp_path: Path) -> None:
    """The shipped plan sums every row of the window (contract 5.2), also one from before the end of a discipline, and says so."""
    outcome = outcome_of(tmp_path, typed(disciplined(date(2022, 3, 10), date(2022, 1, 5))), excludes=False)
    assert reason(verdict(outcome, "QLN-CN001"), "TT1").result is Result.MET
    warned = said(outcome, "A608")
    assert warned
    assert all("Kế hoạch vẫn tính" in message(each) for each in warned)


def test_what_is_too_early_is_told_from_nothing_declared(tmp_path: Path) -> None:
    """The reason names the cell of the gift that does not count, and says why; whoever declared nothing is told so."""
    outcome = outcome_of(tmp_path, typed(disciplined(date(2023, 1, 1), date(2022, 5, 1))))
    found = reason(verdict(outcome, "QLN-CN001"), "TT1")
    assert (found.why, found.actual, [cell.sheet for cell in found.sources]) == ("too_early", 0, ["Thành tích"])
    assert reason(verdict(outcome, "QLN-CN003"), "TT1").why == "nothing_declared"


def test_live_formulas_leave_out_what_is_too_early(tmp_path: Path) -> None:
    """LibreOffice computes the leadership's workbook anew and finds what the run found: not met, open and met."""

    def change(tables: Tables) -> None:
        disciplined(date(2022, 5, 1), date(2022, 5, 1))(tables)
        tables["individuals"][1]["discipline_until"] = date(2022, 6, 10)

    outcome_of(tmp_path, typed(change))
    merged = merge(tmp_path / "thi-dua", round=ROUND)
    cases = {case.nominee_id: case.result for case in merged.outcome.assessments if case.award == "BK_UBT"}
    assert (cases["QLN-CN001"], cases["QLN-CN002"], cases["QLN-TT01"]) == (Result.NOT_MET, Result.OPEN, Result.MET)
    path = merged.folder / "bao-cao-tong-hop.xlsx"
    stored = formula_cells(path)
    assert stored
    are_equal(stored, recalculated(path, tmp_path))


# --- the prerequisites of the two awards of the State, and P7 -----------------------------------------------------------------


def seeks(award: str, *prior: dict[str, Any]) -> Callable[[Tables], None]:
    """QLN-CN001 seeks an award of the State, with these awards so far besides a title."""
    paper = {"nominee_id": "QLN-CN001", "year": 2022, "type": "Hình thức khen thưởng", "issued_by": "UBND tỉnh"}

    def change(tables: Tables) -> None:
        tables["individuals"][0]["award_sought"] = award
        tables["prior_awards"] += [{**paper, "decision_no": "71/QĐ-UBND", "decision_date": date(2022, 3, 1), **each} for each in prior]

    return change


BK = {"name": "Bằng khen của Chủ tịch UBND tỉnh Kiên Giang"}


@pytest.mark.parametrize(
    ("award", "prior", "codes"),
    [
        (TTG, [], ["A606"]),
        (TTG, [{**BK, "category": "Công trạng"}], []),
        (TTG, [{**BK, "category": "Chuyên đề"}], ["A607"]),
        (TTG, [{**BK, "category": "Đột xuất"}, {**BK, "category": "Công trạng", "year": 2021, "decision_no": "9/QĐ-UBND"}], []),
        (TTG, [{"name": "Giấy khen của Giám đốc Sở", "category": "Công trạng"}], ["A606"]),
        ("Huân chương Lao động hạng Ba", [{**BK, "category": "Công trạng"}], ["A606"]),
        ("Huân chương Lao động hạng Ba", [{"name": TTG, "category": "Công trạng"}], []),
        ("Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh", [], []),
    ],
)
def test_prerequisite_of_an_award_is_a_warning_never_a_refusal(
    tmp_path: Path, award: str, prior: Sequence[dict[str, Any]], codes: list[str]
) -> None:
    """Who seeks an award of the State without the earlier one for công trạng is met all the same, with something to check."""
    outcome = outcome_of(tmp_path, typed(seeks(award, *prior)))
    assert [found.code for found in said(outcome, "A606", "A607")] == codes
    sought = next(code for code, form in outcome.campaign.awards.items() if form.name == award)
    assert reason(verdict(outcome, "QLN-CN001", sought), "TT1").result is verdict(outcome, "QLN-CN001", sought).result


@pytest.mark.parametrize(("decided_on", "reminder"), [(BEFORE, True), (SINCE, False)])
def test_award_of_a_theme_is_no_basis_from_the_decree_on(tmp_path: Path, decided_on: date, reminder: bool) -> None:
    """P7 stands in NĐ 152/2025 alone: a round decided before is told that it only reminds."""
    (found,) = said(outcome_of(tmp_path, typed(seeks(TTG, {**BK, "category": "Chuyên đề"})), decided_on), "A607")
    assert (found.column, found.value, found.clause) == ("category", "Chuyên đề", "ND152.4.3")
    assert ("nên chỉ nhắc" in message(found)) is reminder


@pytest.mark.parametrize(("decided_on", "clause"), [(date(2023, 12, 31), "LUAT2003.44"), (date(2024, 1, 1), "LUAT2022.44.1E")])
def test_prerequisite_follows_the_law_of_the_day_of_decision(tmp_path: Path, decided_on: date, clause: str) -> None:
    """The law of 2003 asks until the last day of 2023, that of 2022 from the next day on: one clause at a time."""
    (found,) = said(outcome_of(tmp_path, typed(seeks("Huân chương Lao động hạng Ba")), decided_on), "A606")
    assert found.clause == clause


def test_what_to_check_stands_in_the_leaderships_workbook(tmp_path: Path) -> None:
    """The sheet of what is open has the prerequisite, the early achievement, the preferences, and who settles a date that is not whole."""

    def change(tables: Tables) -> None:
        seeks(TTG)(tables)
        disciplined(date(2022, 3, 10), "3/2022")(tables)

    outcome_of(tmp_path, typed(change))
    path = merge(tmp_path / "thi-dua", round=ROUND).folder / "bao-cao-tong-hop.xlsx"
    sheet = load_workbook(path)[say("report.sheet_open")]
    lines = [[str(value) for value in row if value is not None] for row in sheet.iter_rows(values_only=True)]
    words = "\n".join(" | ".join(line) for line in lines)
    for found in ("tiền đề cần kiểm tra", "hết thời hạn kỷ luật", "Ưu tiên cá nhân nữ"):
        assert found in words
    asked = [line for line in lines if any("có sau ngày ghi ở ô" in cell for cell in line)]
    assert asked
    assert all(say("report.from_unit") in line for line in asked)


# --- P1, P2, P3, P4, P6, P8 ---------------------------------------------------------------------------------------------------


def test_one_achievement_is_not_rewarded_twice_but_one_form_may_be(tmp_path: Path) -> None:
    """P1: an achievement already used is warned about. P2: having the same form already is nothing to say."""

    def change(tables: Tables) -> None:
        tables["achievements"][0]["used_for"] = "Giấy khen của Giám đốc Sở"
        seeks("Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh", {**BK, "category": "Chuyên đề"})(tables)

    outcome = outcome_of(tmp_path, typed(change))
    errors = {found.code for found in outcome.findings if found.nominee_id == "QLN-CN001" and found.severity != "note"}
    assert errors == {"R415"}


@pytest.mark.parametrize("decided_on", [BEFORE, SINCE])
def test_review_suspends_and_discipline_excludes_at_every_date(tmp_path: Path, decided_on: date) -> None:
    """P4: under review is open, with A605. P6: the plan is stricter than the law, TC6 Không đạt is not met."""

    def change(tables: Tables) -> None:
        tables["individuals"][0]["under_review"] = "Có"
        tables["individuals"][1] |= {"TC6": "Không đạt", "discipline": "Khiển trách", "discipline_decision": "15/QĐ-SXD"}

    outcome = outcome_of(tmp_path, typed(change), decided_on)
    assert verdict(outcome, "QLN-CN001").result is Result.OPEN
    assert [found.nominee_id for found in said(outcome, "A605")] == ["QLN-CN001"]
    assert verdict(outcome, "QLN-CN002").result is Result.NOT_MET


@pytest.mark.parametrize(("share", "codes"), [(None, ["R431", "R431"]), (50, []), (60, ["R430", "R430"])])
def test_one_initiative_serves_once(tmp_path: Path, share: int | None, codes: list[str]) -> None:
    """P3: an initiative of two nominees needs a share in each row, 100 % at most; under another name, effect and number it is another."""

    def change(tables: Tables) -> None:
        initiative = next(row for row in tables["achievements"] if row["kind"] == "Sáng kiến")
        initiative["share_percent"] = share
        tables["achievements"].append({**initiative, "achievement_id": "QLN-T091", "nominee_id": "QLN-CN002"})
        other = {"description": "Sáng kiến gộp hai biểu mẫu nhà ở", "effect": "Bớt 01 biểu mẫu", "decision_no": "912/QĐ-SXD"}
        tables["achievements"].append({**initiative, **other, "achievement_id": "QLN-T092", "nominee_id": "QLN-CN003"})

    found = said(outcome_of(tmp_path, typed(change)), "R430", "R431", "R432")
    assert [each.code for each in found] == codes
    assert {each.nominee_id for each in found} == ({"QLN-TT01", "QLN-CN002"} if codes else set())


def test_discipline_contradicts_the_attestation(tmp_path: Path) -> None:
    """P6: discipline beside TC6 = Đạt is an error at the cell, with the plan's clause; the row is held."""

    def change(tables: Tables) -> None:
        tables["individuals"][1] |= {"discipline": "Khiển trách", "discipline_decision": "15/QĐ-SXD"}

    (found,) = said(outcome_of(tmp_path, typed(change)), "R401")
    assert (found.nominee_id, found.clause, found.severity) == ("QLN-CN002", "III.3.TC6", "error")


def test_maternity_leave_lowers_nothing(tmp_path: Path) -> None:
    """P8: no criterion counts time of service, so a remark about maternity leave changes no verdict and is no finding."""

    def change(tables: Tables) -> None:
        tables["individuals"][0]["note"] = "Nghỉ thai sản từ tháng 3/2023 đến tháng 8/2023"

    plain, on_leave = outcome_of(tmp_path / "a", typed(lambda _: None)), outcome_of(tmp_path / "b", typed(change))
    assert on_leave.assessments == plain.assessments
    assert [(each.code, each.ref) for each in on_leave.findings] == [(each.code, each.ref) for each in plain.findings]


# --- P9, P10, P11 -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("decided_on", "names"),
    [
        (date(2023, 12, 31), []),
        (BEFORE, ["người trực tiếp"]),
        (SINCE, ["cá nhân nữ", "tập thể có từ 70% nữ", "người trực tiếp"]),
    ],
)
def test_whom_the_law_prefers_is_counted_from_its_day_on(tmp_path: Path, decided_on: date, names: list[str]) -> None:
    """P10 from the law of 2022, P9 from NĐ 152/2025: shares of all nominees and of those who meet an award; no verdict moves."""

    def change(tables: Tables) -> None:
        tables["individuals"][1]["category"] = "Lãnh đạo phòng, đơn vị"
        tables["collectives"][0] |= {"members": 10, "women": 7}

    notes = said(outcome_of(tmp_path, typed(change), decided_on), "A613")
    assert [note.facts["name"].startswith(name) for note, name in zip(notes, names, strict=True)] == [True] * len(names)
    counted = {note.facts["name"].split()[0]: (note.facts["count"], note.facts["total"]) for note in notes}
    expected = {"cá": ("2", "3"), "tập": ("1", "1"), "người": ("2", "3")}
    assert counted == {name.split()[0]: expected[name.split()[0]] for name in names}


@pytest.mark.parametrize(("women", "members", "holds"), [(7, 10, True), (69, 100, False), (None, 10, False), (0, 0, False)])
def test_share_of_women_is_whole_and_exact(women: int | None, members: int, holds: bool) -> None:
    """Seventy per cent counts, less does not, and neither does what is not known."""
    share = Preference("", "collectives", "X", part="women", whole="members", percent=70)
    assert share.holds({"women": women, "members": members}) is holds


SIX = ("Công trạng", "Chuyên đề", "Đột xuất", "Cống hiến", "Niên hạn", "Đối ngoại")


@pytest.mark.parametrize(("kind", "codes"), [*((kind, []) for kind in SIX), ("Phong trào thi đua", []), ("Thường xuyên", ["C313"])])
def test_awards_are_of_the_six_kinds_of_the_law(tmp_path: Path, kind: str, codes: list[str]) -> None:
    """P11: an earlier award is of one of the six kinds, a movement's being Chuyên đề; anything else is refused at its cell."""
    outcome = outcome_of(tmp_path, typed(seeks("Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh", {**BK, "category": kind})))
    found = said(outcome, "C313", "C314")
    assert [(each.code, each.column) for each in found] == [(code, "category") for code in codes]


def test_the_page_of_principles_is_kept() -> None:
    """docs/nguyen-tac.md has P1 to P11, every code it names is in the book, every test it names is there."""
    folder = Path(__file__).parent
    page = (folder.parent / "docs" / "nguyen-tac.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| (P\d+) \|", page, re.MULTILINE) == [f"P{number}" for number in range(1, 12)]
    assert set(re.findall(r"\b[A-Z]\d{3}\b", page)) <= {entry.code for entry in codes()}
    tests = "".join(path.read_text(encoding="utf-8") for path in folder.glob("test_*.py"))
    named = re.findall(r"`(test_\w+)`", page)
    assert named
    assert [name for name in named if f"def {name}(" not in tests] == []


# --- the day of decision ------------------------------------------------------------------------------------------------------


def test_nominations_that_span_two_laws_are_counted(tmp_path: Path) -> None:
    """A602 says how many nominees list achievements made under the older law."""

    def change(tables: Tables) -> None:
        tables["achievements"] = tables["achievements"][:2]
        tables["achievements"][1]["achieved_on"] = date(2025, 6, 1)

    (found,) = said(outcome_of(tmp_path, typed(change), BEFORE), "A602")
    assert (found.severity, found.facts["count"], found.facts["changes"]) == ("warning", "1", "01/01/2024")


AN_GIANG = """
[[organ]]
from = {since}
parent = "UBND TỈNH AN GIANG"
name = "SỞ XÂY DỰNG"
name_full = "Sở Xây dựng tỉnh An Giang"
code = "SXD"
place = "An Giang"
head_title = "GIÁM ĐỐC"
office = "Văn phòng Sở Xây dựng"
council = "Hội đồng Thi đua - Khen thưởng Sở Xây dựng"
recipients = ["Chủ tịch UBND tỉnh An Giang"]
clause = "V.3"
"""


@pytest.mark.parametrize(("since", "codes"), [("2025-07-10", []), ("2025-07-11", ["A609"]), ("2025-08-31", ["A609"]), ("2025-09-01", [])])
def test_filed_with_one_body_and_decided_by_another(tmp_path: Path, since: str, codes: list[str]) -> None:
    """A609 where the letterhead changes after the deadline (10/7/2025) and not after the day of decision (31/8/2025)."""
    outcome = outcome_of(tmp_path, typed(lambda _: None), date(2025, 8, 31), AN_GIANG.format(since=since))
    assert [found.code for found in said(outcome, "A609")] == codes


def test_a_clause_is_in_force_between_its_days() -> None:
    """First and last day count; without dates it always is."""
    clause = Clause("X", "", "", date(2024, 1, 1), date(2024, 12, 31))
    days = (date(2023, 12, 31), date(2024, 1, 1), date(2024, 12, 31), date(2025, 1, 1))
    assert [clause.in_force(day) for day in days] == [False, True, True, False]
    assert Clause("X", "", "").in_force(date.min)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('made_after = { column = "discipline_until"', 'made_after = { column = "discipline_unitl"', "discipline_until"),
        ('part = "women"\nwhole = "members"\npercent = 70', 'part = "women"\nwhole = "members"', "percent"),
        ('where = { category = ["Công trạng"] }, where_clause = "ND152.4.3"', 'where = { category = ["Công trạng"] }', "where_clause"),
        ('id = "ND65.23"\nuntil = 2023-12-31', 'id = "ND65.23"\nfrom = 2024-01-01\nuntil = 2023-12-31', "from"),
        ('where = { category = ["Công trạng"] }', 'where = { category = ["Công trang"] }', "Công trạng"),
        ('table = "prior_awards", column = "name"', 'table = "prior_award", column = "name"', "prior_awards"),
    ],
)
def test_slips_in_the_campaign_file_are_found(tmp_path: Path, old: str, new: str, words: str) -> None:
    """A column, value, table, clause or order of days that cannot be is named, with what was meant."""
    text = (Path(__file__).parent.parent / "workbook_templates" / "kien-giang" / "campaign.toml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "campaign.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CampaignError) as error:
        load_campaign(tmp_path)
    assert words in str(error.value)
