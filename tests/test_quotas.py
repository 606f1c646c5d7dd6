"""Quotas (chỉ tiêu): counted, ranked, said; never a change of anybody's verdict."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.registers import NEP_VANG, Row, day, submission
from thidua_xlsx.assess import QuotaCount, assess, quota_counts, quota_findings
from thidua_xlsx.campaign import Campaign, Preference, Quota
from thidua_xlsx.model import NomineeKind
from thidua_xlsx.register import Register, build_register
from thidua_xlsx.text import message

ROUND = "nam-2025"


def households(points: list[float], *, seeks: str = "GK_XA", unit: str = "DONG", total: Any = 200, wrong: bool = False) -> list[Row]:
    """A village whose households have these points, two deeds each, and everything attested."""
    rows = [Row("unit", {"TC2": "Đạt", "households_total": total}, {"preparer"} if wrong else set())]
    for number, value in enumerate(points, 1):
        key = f"{unit}-HO{number:02d}"
        rows.append(Row("households", {"nominee_id": key, "name": f"Hộ {key}", "head_name": key, "award_sought": seeks, "TC1": "Đạt"}))
        rows.append(Row("scores", {"nominee_id": key, "item": "N1", "points": value, "scored_on": day("10/12/2025")}))
        rows += [Row("achievements", {"nominee_id": key, "achieved_on": day("5/2025")}) for _ in range(2)]
    return rows


def with_quota(**changes: Any) -> Campaign:
    """The second campaign with one quota, for households and Giấy khen."""
    quota = Quota("GK_XA", NomineeKind.HOUSEHOLD, 50.0, None, "registered", ("DIEM",), "IV.1")
    return replace(NEP_VANG, quotas=(replace(quota, **changes),))


def counted(campaign: Campaign, *units: list[Row]) -> tuple[QuotaCount, Register]:
    """The one quota over villages DONG, DOAI and so on."""
    codes = list(campaign.units)
    register = build_register([submission(campaign, code, rows) for code, rows in zip(codes, units, strict=False)], campaign)
    verdicts = assess(register.tables, register.held, campaign, ROUND)
    (count,) = quota_counts(verdicts, register.tables, register.held, campaign, ROUND)
    return count, register


def said(campaign: Campaign, count: QuotaCount) -> tuple[str, str]:
    """Code and words of its finding."""
    (found,) = quota_findings([count], campaign)
    return found.code, message(found)


def test_those_who_meet_are_ranked_and_the_line_is_drawn() -> None:
    """Of five, four meet; half of five is two; the second and the third stand at the line, whatever their order in the form."""
    campaign = with_quota()
    count, _ = counted(campaign, households([81, 99.5, 90.5, 50, 88]))
    assert [one.nominee_id for one in count.meeting] == ["DONG-HO02", "DONG-HO03", "DONG-HO05", "DONG-HO01"]
    assert (count.base, count.allowed, count.over) == (5, 2, 2)
    code, words = said(campaign, count)
    assert code == "A610"
    assert "cuối cùng là Hộ DONG-HO03 (90,5); ngoài chỉ tiêu, đầu tiên là Hộ DONG-HO05 (88)" in words


def test_a_tie_at_the_line_is_left_to_the_council() -> None:
    """Two with equal points on both sides of the line are named as equal."""
    campaign = with_quota(percent=None, count=1)
    count, _ = counted(campaign, households([90, 90]))
    assert "bằng nhau" in said(campaign, count)[1]


def test_a_tie_at_the_line_goes_by_whom_the_law_prefers() -> None:
    """Of two with equal points the preferred one stands first, and it is said why; a preference not yet in force moves nobody."""
    quotas = with_quota(percent=None, count=1)
    preference = Preference("hộ do phụ nữ làm chủ hộ", "households", "IV.1", column="head_name", values=("DONG-HO02",))
    for since, first in ((None, "DONG-HO02"), (date(2099, 1, 1), "DONG-HO01")):
        clauses = dict(quotas.clauses) | {"IV.1": replace(quotas.clauses["IV.1"], since=since)}
        campaign = replace(quotas, preferences=(preference,), clauses=clauses)
        count, _ = counted(campaign, households([90, 90]))
        assert count.meeting[0].nominee_id == first
        assert ("được ưu tiên: hộ do phụ nữ làm chủ hộ" in said(campaign, count)[1]) is (since is None)


def test_without_an_order_nobody_is_put_first() -> None:
    """The plan says nothing of order, so the program does not either."""
    campaign = with_quota(percent=None, count=1, order=())
    count, _ = counted(campaign, households([90, 95]))
    assert count.beside_the_line is None
    assert "không ghi thứ tự" in said(campaign, count)[1]


@pytest.mark.parametrize(("percent", "registered", "allowed"), [(20, 15, 3), (29, 100, 29), (33.3, 10, 3), (100, 4, 4), (10, 9, 0)])
def test_a_share_is_rounded_down(percent: float, registered: int, allowed: int) -> None:
    """Not more than 10 % of nine is nobody; 29 % of a hundred is 29 although it is 28.999… in binary."""
    count, _ = counted(with_quota(percent=percent), households([60] * registered))
    assert count.allowed == allowed


def test_a_share_of_a_figure_of_the_units_needs_every_figure() -> None:
    """The sum over the villages; while one is blank or held back, nobody can say (A612)."""
    campaign = with_quota(percent=1.0, of="households_total")
    count, _ = counted(campaign, households([90]), households([], unit="DOAI", total=150))
    assert (count.base, count.allowed) == (350, 3)
    for other in (households([], unit="DOAI", total=None), households([], unit="DOAI", wrong=True)):
        unknown, _ = counted(campaign, households([90]), other)
        assert unknown.allowed is None
        assert said(campaign, unknown)[0] == "A612"


def test_only_those_who_seek_the_award_count() -> None:
    """Who meets Giấy khen but seeks Thư khen takes nobody's place."""
    campaign = with_quota()
    count, _ = counted(campaign, households([90, 95]), households([99], seeks="TK_XA", unit="DOAI"))
    assert {one.nominee_id for one in count.meeting} == {"DONG-HO01", "DONG-HO02"}
    assert count.base == 3


def test_a_quota_changes_no_verdict() -> None:
    """With a quota of nobody every verdict is what it is without any."""
    none = with_quota(percent=None, count=0)
    count, register = counted(none, households([90, 95]))
    free = replace(NEP_VANG, quotas=())
    assert assess(register.tables, register.held, none, ROUND) == assess(register.tables, register.held, free, ROUND)
    assert "không ai nằm trong chỉ tiêu" in said(none, count)[1]
    assert quota_counts((), register.tables, register.held, free, ROUND) == []


def test_households_alike_are_asked_about_and_numbers_tell_them_apart() -> None:
    """Same name and head in two villages: M513 on both rows; with two citizen ids that differ they are two households."""

    def village(number: str | None) -> list[Row]:
        values = {"nominee_id": f"{number}", "name": "Hộ ông Lê Văn Tám", "head_name": "Lê Văn Tám", "citizen_id": number}
        return [Row("unit", {}), Row("households", values)]

    def codes(one: str | None, other: str | None) -> list[str]:
        sent = [submission(NEP_VANG, unit, village(number)) for unit, number in (("DONG", one), ("DOAI", other))]
        return [found.code for found in build_register(sent, NEP_VANG).findings if found.code.startswith("M51")]

    assert codes("091070001001", None) == ["M513", "M513"]
    assert codes("091070001001", "091055009222") == []
