"""The first page of the summary lays a round beside those that were merged before it, from the campaign folder alone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests import sheets
from tests.sound import SOUND
from tests.test_assess import KIEN_GIANG
from tests.test_report import Factory, are_equal, formula_cells, plan, recalculated, with_figures
from thidua_xlsx import issue, merge
from thidua_xlsx.campaign import Campaign, MadeAfter
from thidua_xlsx.outcome import Earlier, Outcome, figures_now, figures_of
from thidua_xlsx.pipeline import init
from thidua_xlsx.report import write_summary

__all__ = ["plan"]

SUMMARY = "bao-cao-tong-hop.xlsx"
FIRST, SECOND, STAGE = "hang-nam-2022", "hang-nam-2023", "so-ket-2023"


def send(folder: Path, round_id: str, day: date) -> None:
    """The sound form of one unit for a round, its achievements made on one day, in the inbox."""
    rows: dict[str, list[dict[str, Any]]] = {table: [dict(row) for row in found] for table, found in SOUND.items()}
    for deed in rows["achievements"]:
        deed["achieved_on"] = day
    issue(folder, round_id, ["QLN"])
    sheets.fill(folder / "issued" / round_id / "QLN.xlsx", folder / "inbox" / f"{round_id}.xlsx", rows)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A campaign folder in which two rounds of a year each were merged, one after the other."""
    folder = init(tmp_path_factory.mktemp("rounds") / "thi-dua")
    send(folder, FIRST, date(2022, 4, 5))
    send(folder, SECOND, date(2023, 4, 5))
    for each in (FIRST, SECOND):
        merge(folder, round=each)
    return folder


def lines(path: Path) -> Iterator[tuple[Any, ...]]:
    """The lines of the first page from the chapter on."""
    rows = iter(openpyxl.load_workbook(path, data_only=True)["Tổng quan"].iter_rows(values_only=True))
    for row in rows:
        if str(row[0]).endswith("So sánh với các đợt trước"):
            yield from rows


def said(path: Path) -> str:
    """Everything that is written there."""
    return "\n".join(str(value) for row in lines(path) for value in row if value)


def test_two_years_stand_beside_each_other(home: Path) -> None:
    """Each round has a line with its period, figures as counted, and the difference between two equally long periods."""
    found: Mapping[str, tuple[Any, ...]] = {str(row[0]).split("\n")[0]: row[4:12] for row in lines(home / "output" / SECOND / SUMMARY)}
    names = {row["round"]: row for row in (json.loads((home / "output" / each / "ket-qua.json").read_text()) for each in (FIRST, SECOND))}
    before, now, change = (found[key] for key in ("Khen thưởng hàng năm, năm 2022", "Khen thưởng hàng năm, năm 2023", CHANGE))
    for figures, result in zip((before, now), names.values(), strict=True):
        assert figures[:3] == (1, result["rows"]["collectives"]["registered"], result["rows"]["individuals"]["registered"])
        assert sum(figures[3:6]) <= figures[1] + figures[2]
    assert before[7] == now[7] > 0
    assert change == tuple(after - first for first, after in zip(before, now, strict=True))


CHANGE = "Tăng, giảm so với: Khen thưởng hàng năm, năm 2022"


def test_the_same_folder_gives_the_same_bytes(home: Path) -> None:
    """Merging the later round again changes nothing; merging the earlier one again neither, for it looks at no later one."""
    paths = [home / "output" / each / SUMMARY for each in (FIRST, SECOND)]
    before = [path.read_bytes() for path in paths]
    for each in (SECOND, FIRST, SECOND):
        merge(home, round=each)
    assert [path.read_bytes() for path in paths] == before


def test_where_nothing_was_merged_before_the_page_says_so(home: Path) -> None:
    """One line names the earlier rounds that are not there; no table and no chart stand empty."""
    words = said(home / "output" / FIRST / SUMMARY)
    assert "Chưa đợt nào trước đợt này được tổng hợp trong thư mục phong trào" in words
    assert "Đăng ký thi đua, tháng 8/2022" in words
    assert "Đơn vị nộp" not in words


def test_periods_of_unlike_length_are_not_subtracted(home: Path) -> None:
    """The stage of two years and a half stands beside the year before it, and it is said why there is no difference."""
    send(home, STAGE, date(2023, 4, 5))
    merge(home, round=STAGE)
    words = said(home / "output" / STAGE / SUMMARY)
    assert "Khen thưởng hàng năm, năm 2022\n(01/01/2022 – 31/12/2022)" in words
    assert "Các đợt có thời gian xét dài ngắn khác nhau" in words
    assert "Tăng, giảm so với:" not in words


@pytest.mark.parametrize("damage", ["", "{}", '{"schema": 1, "campaign": {"id": "khac"}}', "[1]", "[" * 100_000])
def test_results_that_cannot_be_read_are_no_earlier_round(home: Path, tmp_path: Path, damage: str) -> None:
    """A result file that was edited, or is another campaign's, is named as missing and stops nobody."""
    for name in ("ket-qua.json", ".can-cu.json"):
        path = home / "output" / FIRST / name
        kept = path.read_bytes()
        path.write_text(damage, encoding="utf-8")
        merge(home, round=SECOND, output=tmp_path / name)
        path.write_bytes(kept)
        assert "(01/01/2022 – 31/12/2022)" not in said(tmp_path / name / SUMMARY)


@pytest.mark.parametrize("amount", [10**400, float("inf"), "1,5 triêu", []])
def test_an_edited_amount_is_no_earlier_round(home: Path, tmp_path: Path, amount: object) -> None:
    """What the rows of an earlier round say may have been edited into no number at all; the round is named as missing then."""
    path = home / "output" / FIRST / ".can-cu.json"
    kept = path.read_bytes()
    content = json.loads(kept)
    gifts = [row[3] for row in content["rows_kept"] if row[3].get("value_vnd")]
    assert gifts
    gifts[0]["value_vnd"] = amount
    path.write_text(json.dumps(content), encoding="utf-8")
    try:
        merge(home, round=SECOND, output=tmp_path / "out")
    finally:
        path.write_bytes(kept)
    assert ("(01/01/2022 – 31/12/2022)" in said(tmp_path / "out" / SUMMARY)) is False


def test_the_lines_follow_the_workbook(plan: Campaign, tmp_path: Path) -> None:
    """LibreOffice computes the round's own counts and the differences to what the run stored."""
    earlier: Outcome = Factory(with_figures(plan, 5_000_000), FIRST, seed=3).outcome()
    run = replace(Factory(with_figures(plan, 9_000_000), SECOND).outcome(), past=(figures_now(earlier),))
    write_summary(tmp_path / SUMMARY, run)
    are_equal(formula_cells(tmp_path / SUMMARY), recalculated(tmp_path / SUMMARY, tmp_path))
    found = {str(row[0]).split("\n")[0]: row for row in lines(tmp_path / SUMMARY)}
    assert sum(found["Khen thưởng hàng năm, năm 2022"][7:10]) == sum(figures_now(earlier).results.values()) > 0


@pytest.mark.parametrize(
    ("made", "own_day", "years", "sum_of"),
    [
        ("05/2022", None, None, 5),
        ("05/2022", "04/2022", None, 5),
        ("05/2022", "06/2022", None, 0),
        ("2022", "04/2022", None, 0),
        ("05/2020", None, None, 0),
        ("05/2020", None, 10, 5),
    ],
)
def test_contributions_of_a_round_are_those_that_its_verdicts_count(made: str, own_day: str | None, years: int | None, sum_of: int) -> None:
    """A gift counts in a round's figures as in its criterion: in the measure's own window, and after the nominee's own day."""
    money = next(each for each in KIEN_GIANG.measures.values() if KIEN_GIANG.is_money(each))
    clause = "III.3"
    moved = replace(money, years=years, made_after=MadeAfter("discipline_until", clause, excludes=True))
    campaign = replace(KIEN_GIANG, measures={**KIEN_GIANG.measures, money.id: moved}, sha256=str((made, own_day, years)))
    gift = {"nominee_id": "A", "kind": "TT1-TIEN", "achieved_on": made, "value_vnd": "5"}
    rows = {("QLN", "individuals", "A"): {"discipline_until": own_day} if own_day else {}, ("QLN", "achievements", "1"): gift}
    assert figures_of(campaign, campaign.rounds[STAGE], 1, {}, Earlier(rows, {})).contributed == sum_of
