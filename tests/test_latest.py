"""The latest rating, and windows of so many years: against every way in which dates and rows in doubt may turn out."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import sheets
from tests.registers import Row, day, submission
from tests.sound import SOUND
from tests.test_assess import days_of
from thidua_xlsx import issue, merge
from thidua_xlsx.assess import assess, describe, explain, measure_facts
from thidua_xlsx.campaign import Campaign, CampaignError, achievements, load_campaign, prior_awards
from thidua_xlsx.model import PartialDate, Result
from thidua_xlsx.pipeline import MergeResult, init
from thidua_xlsx.register import build_register

ROUND = "so-ket-2023"
WINDOW = (date(2020, 7, 1), date(2023, 6, 30))
"""Three years up to the last day of the round."""

SOURCE = Path(__file__).parent.parent / "workbook_templates" / "kien-giang" / "campaign.toml"
RATED = """
[[table]]
code = "ratings"
sheet = "Xếp loại"
title = "XẾP LOẠI HẰNG NĂM"
guide = "Mỗi năm một dòng."
layout = "rows"
rows = 20

[[table.column]]
code = "nominee_id"
heading = "Mã đối tượng"
help = "Chọn mã đã kê. Ví dụ: QLN-CN001."
type = "reference"
choices = "@nominees"
references = ["collectives", "individuals"]
width = 12
required = true

[[table.column]]
code = "rated_on"
heading = "Ngày xếp loại"
help = "Ngày của quyết định xếp loại. Ví dụ: 15/12/2022."
type = "date"
width = 14
required = true

[[table.column]]
code = "rating"
heading = "Mức xếp loại"
help = "Chọn trong danh sách."
type = "choice"
choices = "performance"
width = 24

[[table.column]]
code = "note"
heading = "Ghi chú"
help = "Ghi thêm nếu cần."
type = "text"
width = 20

[[measure]]
id = "xep_loai"
kind = "latest"
table = "ratings"
where = {}
date = "rated_on"
of = "rating"
is = ["Hoàn thành xuất sắc nhiệm vụ", "Hoàn thành tốt nhiệm vụ"]
years = 3

[[measure]]
id = "bang_khen"
kind = "count"
table = "prior_awards"
where = { type = ["Hình thức khen thưởng"], category = ["Công trạng"] }
date = "year"
years = 10

[[criterion]]
code = "XL"
name = "Xếp loại gần nhất từ hoàn thành tốt trở lên"
text = "Lần xếp loại gần nhất từ hoàn thành tốt nhiệm vụ trở lên"
scope = "both"
measure = "xep_loai"
figure = 1
clause = "III.3"

[[criterion]]
code = "BK"
name = "Đã được khen về công trạng trong mười năm"
text = "Đã được khen về công trạng trong mười năm"
scope = "both"
measure = "bang_khen"
figure = 1
clause = "III.3"
"""
GOOD, POOR = "Hoàn thành tốt nhiệm vụ", "Hoàn thành nhiệm vụ"


def rated_text(added: str = RATED) -> str:
    """The plan's campaign file with ratings that every award form asks for."""
    return SOURCE.read_text(encoding="utf-8").replace('"TC6", "P4"] }', '"TC6", "P4", "XL", { not = { not = "BK" } }] }') + added


@cache
def rated() -> Campaign:
    """That campaign."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "campaign.toml"
        path.write_text(rated_text(), encoding="utf-8")
        return load_campaign(path)


PERSON = Row("individuals", {"nominee_id": "A", "full_name": "Nguyễn Văn An", "award_sought": "BK_UBT"})


Rating = tuple[str, str | None, bool]
"""The day, the rating (None: left blank), and whether the row is held back."""

DAYS = ("2021", "5/2021", "10/5/2021", "1/2022", "2022", "30/6/2023", "1/7/2023", "2023", "2020", "30/6/2020", "2019")
RATINGS = st.lists(st.tuples(st.sampled_from(DAYS), st.sampled_from((GOOD, POOR, None)), st.booleans()), max_size=4)


def rating_rows(ratings: Sequence[Rating]) -> list[Row]:
    """The rows of one person with these ratings."""
    return [
        Row("ratings", {"nominee_id": "A", "rated_on": day(when), "rating": value}, {"note"} if held else set())
        for when, value, held in ratings
    ]


def outcomes(ratings: Sequence[Rating]) -> set[int]:
    """What the measure may come to, by trying every day, every value and every fate of the rows."""
    spans = [set(days_of(when)) for text, _, _ in ratings if (when := day(text))]
    edges = {edge for span in spans for edge in (min(span), max(span))} | set(WINDOW)
    found: set[int] = set()
    fates = [list(fates_of(rating, sorted(span & edges | {min(span), max(span)}))) for rating, span in zip(ratings, spans, strict=True)]
    for chosen in itertools.product(*fates):
        counted = [(when, fits) for when, fits in chosen if when is not None and WINDOW[0] <= when <= WINDOW[1]]
        newest = max((when for when, _ in counted), default=None)
        found |= {int(fits) for when, fits in counted if when == newest} or {0}
    return found


def fates_of(rating: Rating, days: Sequence[date]) -> Iterator[tuple[date | None, bool]]:
    """Every day and value that a row may have; no day where it may be left out."""
    _, value, held = rating
    fits = (True, False) if value is None else (value == GOOD,)
    yield from itertools.product(days, fits)
    if held:
        yield None, False


@settings(deadline=None)
@given(ratings=RATINGS)
def test_the_latest_rating_is_what_every_turn_of_the_doubts_says(ratings: list[Rating]) -> None:
    """The least and the most are those of all completions; it is open exactly where they differ, with a reason and cells to mend."""
    register = build_register([submission(rated(), "QLN", [PERSON, *rating_rows(ratings)])], rated())
    fact = measure_facts(register.tables, register.held, rated(), ROUND)["XL"].loc["A"]
    expected = outcomes(ratings)
    assert (fact["least"], fact["possible"]) == (min(expected), max(expected))
    (verdict,) = assess(register.tables, register.held, rated(), ROUND)
    reason = next(each for each in verdict.reasons if each.criterion == "XL")
    assert reason.result is (Result.OPEN if len(expected) == 2 else Result.MET if expected == {1} else Result.NOT_MET)
    if reason.result is Result.OPEN:
        assert reason.why
        assert reason.sources
        assert "chưa rõ lần gần nhất có phải là" in describe(reason, rated())


def verdict_lines(campaign: Campaign, rows: Sequence[Row]) -> list[str]:
    """What is said of one person's rating."""
    register = build_register([submission(campaign, "QLN", [PERSON, *rows])], campaign)
    (verdict,) = assess(register.tables, register.held, campaign, ROUND)
    return [describe(each, campaign) for each in verdict.reasons if each.criterion == "XL"] + list(explain(verdict, campaign).turning)


def test_the_sentences_name_the_ratings_by_their_labels() -> None:
    """Met, not met, open between two dates, and nothing declared have sentences of their own."""
    asked = "“Hoàn thành xuất sắc nhiệm vụ hoặc Hoàn thành tốt nhiệm vụ”"
    name = "Xếp loại gần nhất từ hoàn thành tốt trở lên"
    assert verdict_lines(rated(), rating_rows([("2021", POOR, False), ("2022", GOOD, False)]))[0] == f"{name}: lần gần nhất là {asked}."
    assert (
        verdict_lines(rated(), rating_rows([("2021", GOOD, False), ("2022", POOR, False)]))[0]
        == f"{name}: lần gần nhất không phải là {asked}."
    )
    unclear = verdict_lines(rated(), rating_rows([("2022", GOOD, False), ("5/2022", POOR, False)]))[0]
    assert unclear.startswith(f"{name}: chưa rõ lần gần nhất có phải là {asked} không; ngày ở ô “Ngày xếp loại” của các dòng")
    assert "không kê khai" in verdict_lines(rated(), [])[0]


@pytest.mark.parametrize(("year", "result"), [(2013, "open"), (2012, "not_met"), (2014, "met"), (2022, "met"), (2023, "open")])
def test_a_window_of_years_ends_with_the_round(year: int, result: str) -> None:
    """Ten years up to 30/6/2023 begin on 1/7/2013: the years 2013 and 2023 may lie on either side."""
    row = Row(
        "prior_awards", {"nominee_id": "A", "year": year, "type": "Hình thức khen thưởng", "category": "Công trạng", "name": "Bằng khen"}
    )
    register = build_register([submission(rated(), "QLN", [PERSON, row])], rated())
    (verdict,) = assess(register.tables, register.held, rated(), ROUND)
    assert next(each for each in verdict.reasons if each.criterion == "BK").result.word == result


def test_a_leap_day_begins_a_window_a_day_later() -> None:
    """A year before 29 February there may be no such day: the window then begins on 1 March."""
    occasion = replace(rated().rounds[ROUND], achievements_to=date(2024, 2, 28))
    assert rated().measures["xep_loai"].window(occasion).achievements_from == date(2021, 3, 1)


def test_ratings_are_no_achievements_and_no_awards() -> None:
    """A table that is only asked for its latest rating is printed neither among the achievements nor among the earlier awards."""
    assert "ratings" not in {each.table.code for each in achievements(rated())}
    assert "ratings" not in {each.table.code for each in prior_awards(rated())}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("figure = 1\nclause", "figure = 2\nclause", "figure = 1"),
        ("years = 3", "years = 0", "years = 5"),
        ('of = "rating"', 'of = "rated_on"', "of"),
        ("is = [", 'is = ["Xuất sắc", ', "Xuất sắc"),
        ('kind = "latest"', 'kind = "count"', 'kind = "latest"'),
        ('of = "rating"\n', "", "of ="),
    ],
)
def test_the_loader_explains_slips_about_the_latest(tmp_path: Path, old: str, new: str, said: str) -> None:
    """A figure other than 1, no years, a column without choices, a value nobody can choose, values of another kind: each is explained."""
    assert old in RATED
    path = tmp_path / "campaign.toml"
    path.write_text(rated_text(RATED.replace(old, new, 1)), encoding="utf-8")
    with pytest.raises(CampaignError) as caught:
        load_campaign(path)
    assert any(said in problem for problem in caught.value.problems)


def whole_way(folder: Path, *ratings: str) -> MergeResult:
    """A form in which one person has an award and these ratings of one day, issued, filled and merged."""
    home = init(folder / "thi-dua")
    (home / "campaign.toml").write_text(rated_text(), encoding="utf-8")
    form, _ = issue(home, ROUND, ["QLN"])
    person = {"salutation": "Ông", "full_name": "Nguyễn Văn An", "birth_date": "5/6/1985", "gender": "Nam", "citizen_id": "091085000001"}
    person |= {"position": "Chuyên viên", "department": "Phòng QLN", "category": "Công chức, viên chức", "discipline": "Không"}
    person |= {"award_sought": "Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh", "under_review": "Không", "performance": GOOD}
    person |= {"nominee_id": "QLN-CN001", **dict.fromkeys(("TC1", "TC2", "TC4", "TC6"), "Đạt")}
    rows = [{"nominee_id": "QLN-CN001", "rated_on": "15/12/2022", "rating": rating} for rating in ratings]
    awarded = {"prior_awards": [{**SOUND["prior_awards"][0], "type": "Hình thức khen thưởng"}]}
    sheets.fill(form, home / "inbox" / "QLN.xlsx", {**SOUND, **awarded, "individuals": [person], "ratings": rows})
    return merge(home, round=ROUND)


def test_ratings_go_the_whole_way(tmp_path: Path) -> None:
    """A form with ratings is issued, filled, merged: the summary shows what is asked, and its live results are those of the run."""
    result = whole_way(tmp_path, GOOD)
    verdict = next(one for one in result.outcome.assessments if (one.nominee_id, one.award) == ("QLN-CN001", "BK_UBT"))
    assert next(each for each in verdict.reasons if each.criterion == "XL").result is Result.MET
    said = [
        str(cell.value) for row in openpyxl.load_workbook(result.folder / "so-tong-hop.xlsx").worksheets for line in row for cell in line
    ]
    assert "Hoàn thành xuất sắc nhiệm vụ hoặc Hoàn thành tốt nhiệm vụ" in said


def test_the_unit_is_asked_which_of_two_ratings_is_the_latest(tmp_path: Path) -> None:
    """Two ratings of one day that differ leave the criterion open, and the sheet of open matters says that the unit settles it."""
    summary = openpyxl.load_workbook(whole_way(tmp_path, GOOD, POOR).folder / "bao-cao-tong-hop.xlsx")
    lines = (line for line in summary["Còn thiếu căn cứ"].iter_rows(values_only=True) if "bỏ dòng ghi trùng" in str(line[4]))
    assert [line[5] for line in lines] == ["Đơn vị"]


def test_days_of_the_brute_force_are_those_of_a_date() -> None:
    """The brute force tries every day that a date can mean."""
    assert set(days_of(PartialDate(2021, 2))) == {date(2021, 2, number) for number in range(1, 29)}
