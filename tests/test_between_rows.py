"""Checks across rows and sheets of one workbook: exactly the cells that contradict each other are named, and no other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.sheets import Row, Rows, Typed, fill
from tests.sound import CAMPAIGN, ROUND, SOUND, issue_to, place
from thidua_xlsx.campaign import Campaign
from thidua_xlsx.checks import check_submission
from thidua_xlsx.intake import read_file
from thidua_xlsx.model import Finding, Severity, Submission
from thidua_xlsx.text import message

Cell = tuple[str, str, str, int]
"""Code, table, column and line (from 0)."""

IDEA: Row = {
    "kind": "Sáng kiến",
    "content": "ND2",
    "achieved_on": date(2022, 9, 1),
    "description": "Sáng kiến lập bản đồ nhà ở của hộ nghèo",
    "effect": "Giảm 40% thời gian tra cứu",
    "used_for": "Không",
    "evidence_id": "QLN-MC02",
}
PETITION: Row = {
    "kind": "Kiến nghị chính sách",
    "content": "ND2",
    "achieved_on": date(2022, 10, 3),
    "description": "Kiến nghị nâng mức hỗ trợ sửa chữa nhà ở",
    "petition_document": "77/SXD-QLN ngày 3/10/2022",
    "petition_result": "Đang nghiên cứu",
    "used_for": "Không",
    "evidence_id": "QLN-MC02",
}
GIFT: Row = {
    "kind": "Tiền",
    "content": "ND1",
    "achieved_on": date(2022, 5, 1),
    "description": "Ủng hộ xây nhà cho một hộ nghèo",
    "value_vnd": 1_500_000,
    "used_for": "Không",
    "evidence_id": "QLN-MC01",
}
GOODS: Row = {
    "kind": "Hiện vật",
    "content": "ND2",
    "achieved_on": date(2022, 6, 2),
    "description": "Tặng gạo cho hộ nghèo",
    "value_vnd": 2_000_000,
    "item": "Gạo",
    "unit_of_measure": "kg",
    "quantity": 100,
    "unit_price": 20_000,
    "valuation": "Hóa đơn số 0000123 ngày 1/6/2022",
    "used_for": "Không",
    "evidence_id": "QLN-MC01",
}
PAPER: Row = {"title": "Biên nhận", "document_no": "45/BN", "issued_on": date(2022, 5, 2), "issued_by": "UBMTTQ xã"}
PRIOR: Row = {
    "nominee_id": "QLN-CN002",
    "year": 2021,
    "type": "Hình thức khen thưởng",
    "name": "Giấy khen của Giám đốc Sở Xây dựng",
    "category": "Công trạng",
    "decision_no": "71/QĐ-SXD",
    "decision_date": date(2022, 1, 10),
    "issued_by": "Sở Xây dựng",
}


def sheet(table: str, *rows: Row) -> Rows:
    """The sound registration with these rows below the ones it has."""
    keyed = [{"achievement_id": f"QLN-T{number:03d}"} if table == "achievements" else {} for number in range(5, 5 + len(rows))]
    return {**SOUND, table: [*SOUND[table], *({**key, **row} for key, row in zip(keyed, rows, strict=True))]}


def deeds(row: Row, *others: Mapping[str, Typed]) -> Rows:
    """Several achievements that are one but for what is said of each; the first two are of QLN-CN001 and QLN-CN002."""
    owners = ("QLN-CN001", "QLN-CN002", "QLN-CN003")
    return sheet("achievements", *({"nominee_id": owner, **row, **other} for owner, other in zip(owners, others, strict=False)))


def priors(*changes: Mapping[str, Typed]) -> Rows:
    """Prior awards below the sound one, each with something changed."""
    return sheet("prior_awards", *({**PRIOR, **change} for change in changes))


def person(**changes: Typed) -> Rows:
    """The sound registration with something else said of its first individual."""
    first, *others = SOUND["individuals"]
    return {**SOUND, "individuals": [{**first, **changes}, *others]}


def collectives(*names: str) -> Rows:
    """The sound registration with these collectives."""
    (row,) = SOUND["collectives"]
    unit = {**SOUND["unit"][0], "declared_collectives": len(names)}
    return {
        **SOUND,
        "unit": [unit],
        "collectives": [{**row, "nominee_id": f"QLN-TT{n:02d}", "name": name} for n, name in enumerate(names, 1)],
    }


def said(submission: Submission, campaign: Campaign = CAMPAIGN) -> tuple[Finding, ...]:
    """What is said of a submission; notes left out."""
    findings = check_submission(submission, campaign, ROUND).findings
    return tuple(found for found in findings if found.severity is not Severity.NOTE)


def shares(code: str, *lines: int) -> list[Cell]:
    """The share cells of these lines."""
    return [(code, "achievements", "share_percent", line) for line in lines]


CASES: dict[str, tuple[Rows, list[Cell]]] = {
    # Shares of joint work
    "shares of 60 and 40": (deeds(IDEA, {"share_percent": 60}, {"share_percent": 40}), []),
    "thirds": (deeds(IDEA, *[{"share_percent": 33.34}] * 3), []),
    "shares of 60 and 50": (deeds(IDEA, {"share_percent": 60}, {"share_percent": 50}), shares("R430", 4, 5)),
    "shares of a gift": (deeds(GIFT, {"share_percent": 60}, {"share_percent": 50, "value_vnd": 2_000_000}), shares("R430", 4, 5)),
    "shares of two gifts of different days": (
        deeds(GIFT, {"share_percent": 60}, {"share_percent": 50, "achieved_on": date(2022, 5, 2)}),
        [],
    ),
    "a share that is no share accuses nobody": (
        deeds(IDEA, {"share_percent": 60}, {"share_percent": 400}),
        [("C311", "achievements", "share_percent", 5)],
    ),
    "shares of one petition": (
        deeds(PETITION, {"share_percent": 70}, {"share_percent": 70, "description": "Văn bản kiến nghị nâng mức hỗ trợ"}),
        shares("R430", 4, 5),
    ),
    # One thing claimed by several
    "an initiative of two": (deeds(IDEA, {}, {"description": "SÁNG KIẾN lập bản đồ nhà ở của hộ nghèo."}), shares("R431", 4, 5)),
    "an initiative of two, one with a share": (deeds(IDEA, {"share_percent": 60}, {}), shares("R431", 5)),
    "two initiatives of one name": (deeds(IDEA, {}, {"achieved_on": date(2021, 9, 1), "effect": "Giảm 10 ngày"}), []),
    "one petition of two": (deeds(PETITION, {}, {"description": "Văn bản kiến nghị nâng mức hỗ trợ nhà ở"}), shares("R431", 4, 5)),
    "one invoice of two": (deeds(GOODS, {}, {"description": "Hỗ trợ gạo dịp Tết", "achieved_on": date(2022, 6, 5)}), shares("R431", 4, 5)),
    "market prices are no invoice": (
        deeds(GOODS, {"valuation": "Giá thị trường tháng 6/2022"}, {"valuation": "Giá thị trường tháng 6/2022"}),
        [],
    ),
    "many give the same": (
        deeds(GIFT, {"achieved_on": date(2022, 5, 2)}, {"achieved_on": date(2022, 5, 2)}, {"achieved_on": date(2022, 5, 2)}),
        [],
    ),
    # Listed twice
    "one gift twice": (deeds(GIFT, {}, {"nominee_id": "QLN-CN001"}), [("R432", "achievements", "description", 5)]),
    "the same gift a month later": (deeds(GIFT, {}, {"nominee_id": "QLN-CN001", "achieved_on": date(2022, 6, 1)}), []),
    "one initiative twice": (deeds(IDEA, {}, {"nominee_id": "QLN-CN001"}), [("R432", "achievements", "description", 5)]),
    "one award twice": (priors({}, {}), [("R432", "prior_awards", "name", 2)]),
    "one award of two years": (priors({}, {"year": 2020, "decision_no": "70/QĐ-SXD", "decision_date": date(2021, 1, 8)}), []),
    "one decision for two people": (priors({}, {"nominee_id": "QLN-CN003"}), []),
    "one paper twice": (
        sheet("evidence", {"evidence_id": "QLN-MC03", **PAPER}, {"evidence_id": "QLN-MC04", **PAPER}),
        [("R432", "evidence", "document_no", 3)],
    ),
    "two papers of one number": (
        sheet("evidence", {"evidence_id": "QLN-MC03", **PAPER}, {"evidence_id": "QLN-MC04", **PAPER, "issued_on": date(2022, 5, 9)}),
        [],
    ),
    # Decisions
    "one decision, two dates": (
        priors({}, {"nominee_id": "QLN-CN003", "decision_date": date(2022, 1, 11)}),
        [("R433", "prior_awards", "decision_date", 1), ("R433", "prior_awards", "decision_date", 2)],
    ),
    "one date against two": (
        priors({}, {"nominee_id": "QLN-CN003"}, {"nominee_id": "QLN-TT01", "decision_date": date(2022, 1, 20)}),
        [("R433", "prior_awards", "decision_date", 3)],
    ),
    "numbers begin anew each year": (priors({}, {"year": 2022, "decision_date": date(2023, 1, 11)}), []),
    "one number of two bodies": (
        priors({}, {"nominee_id": "QLN-CN003", "decision_date": date(2022, 2, 11), "issued_by": "UBND huyện"}),
        [],
    ),
    "the year in the number": (priors({"decision_no": "71/2020/QĐ-SXD"}), [("R434", "prior_awards", "decision_no", 1)]),
    "recognised before it was made": (
        deeds(IDEA, {"decision_no": "90/QĐ-SXD", "decision_date": date(2022, 8, 31)}),
        [("R437", "achievements", "decision_date", 4)],
    ),
    "recognised in the month it was made": (
        deeds(IDEA, {"achieved_on": "9/2022", "decision_no": "90/QĐ-SXD", "decision_date": date(2022, 9, 2)}),
        [],
    ),
    # Danh hiệu and hình thức
    "a giấy khen is no title": (priors({"type": "Danh hiệu thi đua"}), [("R435", "prior_awards", "type", 1)]),
    "a title is no award": (priors({"name": "CSTĐ cơ sở"}), [("R435", "prior_awards", "type", 1)]),
    "both words": (priors({"name": "Giấy khen và danh hiệu Lao động tiên tiến"}), []),
    "neither word": (priors({"name": "Bằng Lao động sáng tạo", "type": "Danh hiệu thi đua"}), []),
    # Where people work
    "a part of the unit": (person(department="Tổ nhà ở"), []),
    "the unit under another name": (person(department="P. Quản lý nhà & TT bất động sản"), []),
    "another unit": (person(department="P. Quy hoạch và Kiến trúc"), [("R414", "individuals", "department", 0)]),
    "a unit that nobody knows": (person(department="Phòng Hậu cần"), [("R436", "individuals", "department", 0)]),
    "an office of its own": (person(department="Văn phòng"), []),
    # Collectives
    "one collective twice": (
        collectives("Phòng Quản lý nhà", "Phòng QLN&TTBĐS"),
        [],
    ),
    "another unit as a collective": (collectives("Thanh tra Sở Xây dựng"), [("R438", "collectives", "name", 0)]),
    "a part that is called like the beginning of another unit": (collectives("Thanh tra"), []),
}


ACCUSED = [name for name, (_, cells) in CASES.items() if any(code.startswith("R43") for code, *_ in cells)]


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty workbook as issued."""
    return issue_to(tmp_path_factory.mktemp("between"))


@pytest.fixture(scope="module")
def sent(issued: Path) -> Mapping[str, Submission]:
    """The workbook of every case, filled in and read."""
    read = {}
    for number, (case, (tables, _)) in enumerate(CASES.items()):
        arrival = read_file(fill(issued, issued.with_name(f"{number}.xlsx"), tables), "inbox/QLN.xlsx", CAMPAIGN, ROUND)
        assert arrival.submission is not None
        read[case] = arrival.submission
    return read


@pytest.mark.parametrize("case", CASES)
def test_exactly_the_contradicting_cells_are_named(case: str, sent: Mapping[str, Submission], issued: Path) -> None:
    """Every case names its cells with the right code, and nothing besides."""
    expected = [(code, *place(issued, table, column, line)) for code, table, column, line in CASES[case][1]]
    assert sorted((found.code, found.ref.sheet, found.ref.cell) for found in said(sent[case])) == sorted(expected)


@pytest.mark.parametrize("case", ACCUSED)
def test_every_sentence_says_what_to_write(case: str, sent: Mapping[str, Submission]) -> None:
    """What stands there (if anything does), and what to do, in a sentence without gaps."""
    for found in said(sent[case]):
        words = message(found)
        assert "Đề nghị" in words
        assert (found.value or "") in words
        assert "{" not in words


def test_only_shares_over_the_whole_hold_rows_back(sent: Mapping[str, Submission]) -> None:
    """What is certain is an error, what is only suspected a warning, and the row counts."""
    severities = {found.code: found.severity for case in ACCUSED for found in said(sent[case])}
    assert {code for code, severity in severities.items() if severity is Severity.ERROR} == {"R430"}


def test_the_plan_decides_what_is_compared(sent: Mapping[str, Submission]) -> None:
    """Without the campaign file's words on it nothing is compared: no column is known to the program by name."""
    nothing: dict[str, Any] = {"told_by": None, "document": None, "not_before": None, "workplace": False}
    plain = {
        code: replace(table, one_thing=(), columns={name: replace(column, **nothing) for name, column in table.columns.items()})
        for code, table in CAMPAIGN.tables.items()
    }
    codes = {found.code for case in ACCUSED for found in said(sent[case], replace(CAMPAIGN, tables=plain))}
    assert codes <= {"R438"}
