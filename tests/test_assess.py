"""The verdicts: against an independent computation, lawyers' scenarios, Kleene's tables and LibreOffice."""

from __future__ import annotations

import csv
import itertools
import os
import random
import shutil
import subprocess
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.registers import KIEN_GIANG, NEP_VANG, PHUONG_DONG, Row, cell, day, random_rows, submission, with_figures
from thidua_xlsx import text
from thidua_xlsx.assess import assess, describe, evaluate, explain, formula, leaf_formula, measure_facts, result_words
from thidua_xlsx.campaign import Campaign, Group, Leaf, Node, leaves
from thidua_xlsx.model import Assessment, CellRef, NomineeKind, PartialDate, Reason, Result
from thidua_xlsx.register import Register, build_register

ROUND = "so-ket-2023"
UNITS = ("QLN", "KHTC")
WORDS = {-1: "not_met", 0: "open", 1: "met"}

Truth = Mapping[str, Sequence[Row]]
"""The rows of each unit."""


def register_of(campaign: Campaign, truth: Truth) -> Register:
    """The register that these rows give."""
    return build_register([submission(campaign, unit, rows) for unit, rows in truth.items()], campaign)


def verdicts_of(campaign: Campaign, truth: Truth, round_id: str = ROUND) -> tuple[Assessment, ...]:
    """The assessments that these rows give."""
    register = register_of(campaign, truth)
    return assess(register.tables, register.held, campaign, round_id)


# --- an independent computation of contract 5.2 for the plan of Kiên Giang ---------------------------------------------------


def days_of(when: PartialDate) -> Iterator[date]:
    """Every day a date can mean, by asking each day of its year."""
    first = date(when.year, 1, 1)
    for number in range(366):
        one = first + timedelta(number)
        if one.year == when.year and when.month in (None, one.month) and when.day in (None, one.day):
            yield one


def in_window(when: PartialDate | None) -> str:
    """``yes``, ``no`` or ``perhaps``, for the window of the round so-ket-2023."""
    if when is None:
        return "perhaps"
    answers = {date(2021, 1, 1) <= one <= date(2023, 6, 30) for one in days_of(when)}
    return "perhaps" if len(answers) == 2 else "yes" if answers == {True} else "no"


def expected_achievement(rows: Sequence[Row], nominee_id: str, kinds: str, figure: int | None) -> str:
    """TT1 (``kinds`` "TT1"), TT2A or TT2B of one nominee, row by row as the contract says it."""
    known = {row.values["nominee_id"] for row in rows if row.table in ("collectives", "individuals")}
    seen, clear, sure, possible = False, False, 0, 0.0
    for row in rows:
        if row.table != "achievements":
            continue
        held = bool(row.wrong)
        mine = row["nominee_id"] == nominee_id or (held and row["nominee_id"] not in known)
        right_kind = row["kind"].startswith(kinds) if row["kind"] else held
        if not mine or not right_kind or in_window(row["achieved_on"]) == "no":
            continue
        seen = True
        worth = 1 if kinds != "TT1" else row["value_vnd"]
        proven = kinds != "TT2B" or row["effect"] is not None
        if not held and in_window(row["achieved_on"]) == "yes" and proven:
            clear, sure = True, sure + worth
        else:
            possible += float("inf") if worth is None else worth
    if not seen:
        return "not_met"
    if figure is None:
        return "open"
    return "met" if clear and sure >= figure else "open" if sure + possible >= figure else "not_met"


def expected_reasons(rows: Sequence[Row], nominee: Row, figure: int | None) -> dict[str, str]:
    """Every criterion of the plan for one nominee."""
    nominee_id = nominee.values["nominee_id"]
    found = {
        "TT1": expected_achievement(rows, nominee_id, "TT1", figure),
        "TT2A": expected_achievement(rows, nominee_id, "TT2A", 1),
        "TT2B": expected_achievement(rows, nominee_id, "TT2B", 1),
    }
    unit = next((row for row in rows if row.table == "unit" and not row.wrong), None)
    for code in ("TC1", "TC2", "TC3", "TC4", "TC5", "TC6"):
        inherited = nominee.table == "individuals" and code in ("TC3", "TC5")
        value = (unit.values.get(code) if unit else None) if inherited else nominee.values.get(code)
        found[code] = {"Đạt": "met", "Không đạt": "not_met"}.get(str(value), "open")
    found["P4"] = "met" if nominee.values["under_review"] == "Không" else "open"
    return found


def expected_result(found: Mapping[str, str]) -> str:
    """(TT1 or TT2A or TT2B) and TC1 and … and TC6 and not under review."""
    achieved = [found["TT1"], found["TT2A"], found["TT2B"]]
    one = "met" if "met" in achieved else "open" if "open" in achieved else "not_met"
    every = [one, *(result for code, result in found.items() if not code.startswith("TT"))]
    return "not_met" if "not_met" in every else "open" if "open" in every else "met"


def agrees(chance: random.Random, own: int | None, joint: int | None, size: int) -> None:
    """Assert that every criterion and every result equal the independent computation, in a random register."""
    campaign = with_figures(KIEN_GIANG, {NomineeKind.INDIVIDUAL: own, NomineeKind.COLLECTIVE: joint})
    truth = {unit: random_rows(chance, unit, chance.randrange(size)) for unit in UNITS}
    expected = {}
    for rows in truth.values():
        for nominee in rows:
            if nominee.table in ("collectives", "individuals") and not nominee.wrong:
                figure = joint if nominee.table == "collectives" else own
                expected[nominee.values["nominee_id"]] = expected_reasons(rows, nominee, figure)
    verdicts = verdicts_of(campaign, truth)
    assert {one.nominee_id: {reason.criterion: reason.result.word for reason in one.reasons} for one in verdicts} == expected
    assert {one.nominee_id: one.result.word for one in verdicts} == {key: expected_result(found) for key, found in expected.items()}


FIGURES = st.sampled_from((None, 0, 1, 10_000_000, 15_000_000, 20_000_000))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.randoms(use_true_random=False), FIGURES, FIGURES)
def test_equals_an_independent_computation(chance: random.Random, own: int | None, joint: int | None) -> None:
    """Every criterion of every nominee is what a plain loop over the contract's words gives, and so is the award form's result."""
    agrees(chance, own, joint, 5)


@pytest.mark.parametrize(("own", "joint"), [(None, None), (10_000_000, 15_000_000), (20_000_000, None)])
def test_equals_an_independent_computation_in_large_registers(own: int | None, joint: int | None) -> None:
    """The same over hundreds of nominees, with figures, without, and with one of two."""
    agrees(random.Random(3), own, joint, 300)  # noqa: S311


# --- closing what is open -----------------------------------------------------------------------------------------------------


def close_one(chance: random.Random, rows: list[Row]) -> None:
    """Learn one thing that was open: a day, an effect, an attestation, a row that was held."""
    ids = [row.values["nominee_id"] for row in rows if row.table in ("collectives", "individuals")]
    row = chance.choice(rows)
    if row.wrong and row.table == "achievements":
        known = {column: row[column] for column in ("nominee_id", "kind", "achieved_on", "value_vnd", "effect")}
        if known["nominee_id"] not in ids:
            known["nominee_id"] = chance.choice(ids) if ids else "?"
        known["kind"] = known["kind"] or chance.choice(("TT1-TIEN", "TT2A", "TT2B-MOHINH"))
        known["achieved_on"] = known["achieved_on"] or day("5/5/2022")
        known["value_vnd"] = chance.choice((1, 50_000_000)) if known["value_vnd"] is None else known["value_vnd"]
        row.values, row.wrong = known, set()
    elif row.table == "achievements":
        when = row.values["achieved_on"]
        row.values["achieved_on"] = PartialDate.of(chance.choice((when.first, when.last)))
        row.values["effect"] = row.values["effect"] or "12 căn nhà"
    else:
        row.wrong = set()
        for column, value in row.values.items():
            if column.startswith("TC") and value in (None, "Chưa đánh giá"):
                row.values[column] = chance.choice(("Đạt", "Không đạt"))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.randoms(use_true_random=False), FIGURES)
def test_what_is_decided_stays_decided(chance: random.Random, figure: int | None) -> None:
    """Whatever is learnt afterwards about an open point, no verdict that was met or not met turns round."""
    campaign = with_figures(KIEN_GIANG, dict.fromkeys(NomineeKind, figure))
    rows = random_rows(chance, "QLN", 4)
    before = verdicts_of(campaign, {"QLN": rows})
    for _ in range(6):
        close_one(chance, rows)
    if figure is None:
        campaign = with_figures(KIEN_GIANG, dict.fromkeys(NomineeKind, 12_000_000))
    after = {one.nominee_id: one for one in verdicts_of(campaign, {"QLN": rows})}
    for one in before:
        assert one.result in (Result.OPEN, after[one.nominee_id].result)
        for old, new in zip(one.reasons, after[one.nominee_id].reasons, strict=True):
            assert old.result in (Result.OPEN, new.result), old.criterion


# --- scenarios ----------------------------------------------------------------------------------------------------------------

SCENARIOS = tomllib.loads((Path(__file__).parent / "scenarios.toml").read_text(encoding="utf-8"))["scenario"]


def scenario_rows(scenario: Mapping[str, Any], campaign: Campaign) -> list[Row]:
    """The rows of a scenario: all attested Đạt where it does not say otherwise."""
    table = f"{scenario.get('kind', 'individual')}s"

    def attested(table: str, changes: Mapping[str, Any]) -> dict[str, Any]:
        usual = {code: "Đạt" for code in campaign.tables[table].columns if code.startswith("TC")} | {"under_review": "Không"}
        return {column: value or None for column, value in {**usual, **changes}.items()}

    unit = dict(scenario.get("unit", {}))
    rows = [Row("unit", attested("unit", unit), set(unit.pop("wrong", ())))]
    rows.append(Row(table, {"nominee_id": "A", **attested(table, scenario.get("attested", {}))}))
    for listed, dated in (("achievements", "achieved_on"), ("scores", "scored_on")):
        for written in scenario.get(listed, ()):
            values = {"nominee_id": "A", **written, dated: day(written[dated])}
            rows.append(Row(listed, values, set(values.pop("wrong", ()))))
    return rows


SCENARIO_PLANS = {"kien-giang": (KIEN_GIANG, "QLN"), "phuong-dong": (PHUONG_DONG, "KP-01"), "xa-nep-vang": (NEP_VANG, "DONG")}


@pytest.mark.parametrize("scenario", SCENARIOS, ids=[scenario["name"] for scenario in SCENARIOS])
def test_scenario(scenario: Mapping[str, Any]) -> None:
    """A case that a lawyer of the office wrote down gets the verdict the lawyer expects."""
    plan, unit = SCENARIO_PLANS[scenario.get("campaign", "kien-giang")]
    campaign = with_figures(plan, dict.fromkeys(NomineeKind, scenario.get("figure")))
    verdicts = verdicts_of(campaign, {unit: scenario_rows(scenario, campaign)}, scenario.get("round", ROUND))
    (verdict,) = (one for one in verdicts if one.award == scenario.get("award", "BK_UBT"))
    found = {reason.criterion: reason.result.word for reason in verdict.reasons} | {"result": verdict.result.word}
    assert {key: found[key] for key in scenario["expect"]} == scenario["expect"]


# --- reasons ------------------------------------------------------------------------------------------------------------------

ALL_MET = dict.fromkeys(("TC1", "TC2", "TC3", "TC4", "TC5", "TC6"), "Đạt") | {"under_review": "Không"}


def reasons_of(*achievements: Row, figure: int | None = 20_000_000, attested: Mapping[str, str | None] | None = None) -> dict[str, Reason]:
    """The reasons of one individual of QLN, for Bằng khen của Chủ tịch UBND tỉnh."""
    campaign = with_figures(KIEN_GIANG, dict.fromkeys(NomineeKind, figure))
    person = Row("individuals", {"nominee_id": "QLN-CN001", "full_name": "Trần Thị Bé Ba", **ALL_MET, **(attested or {})})
    (verdict,) = verdicts_of(campaign, {"QLN": [Row("unit", dict(ALL_MET)), person, *achievements]})
    return {reason.criterion: reason for reason in verdict.reasons}


def achievement(kind: str, when: str, **values: Any) -> Row:
    """An achievement of that individual."""
    wrong = values.pop("wrong", set())
    return Row("achievements", {"nominee_id": "QLN-CN001", "kind": kind, "achieved_on": day(when), **values}, wrong)


def source(column: str, line: int = 0, table: str = "achievements") -> CellRef:
    """A cell of QLN's file."""
    return CellRef("inbox/QLN.xlsx", KIEN_GIANG.tables[table].sheet, cell(KIEN_GIANG, table, column, line))


def test_a_sum_names_its_figures_and_the_cells_it_adds_up() -> None:
    """TT1 carries what was found, what is required, its clause and the value cells."""
    found = reasons_of(
        achievement("TT1-TIEN", "2022", value_vnd=12_000_000),
        achievement("TT2A", "2022"),
        achievement("TT1-NGAYCONG", "2021", value_vnd=9_000_000),
    )
    cells = (source("value_vnd", 0), source("value_vnd", 2))
    assert found["TT1"] == Reason("TT1", Result.MET, 21_000_000, 20_000_000, "III.3.TT1", cells)
    assert found["TT2A"] == Reason("TT2A", Result.MET, 1, 1, "III.3.TT2A", (source("kind", 1),))


@pytest.mark.parametrize(
    ("row", "criterion", "why", "columns"),
    [
        (achievement("TT1-TIEN", "2023", value_vnd=30_000_000), "TT1", "partial_date", ["achieved_on"]),
        (achievement("TT1-TIEN", "2022", value_vnd=30_000_000, wrong={"evidence_id"}), "TT1", "held_rows", ["evidence_id"]),
        (achievement("TT1-TIEN", "2022", wrong={"value_vnd"}), "TT1", "held_rows", ["value_vnd"]),
        (achievement("TT2B-MOHINH", "2022"), "TT2B", "effect_blank", ["effect"]),
        (achievement("TT2B-MOHINH", "2023"), "TT2B", "partial_date", ["achieved_on", "effect"]),
    ],
)
def test_an_open_measure_says_why_and_names_the_cells_that_close_it(row: Row, criterion: str, why: str, columns: list[str]) -> None:
    """Open is never bare: the reason has a name and points at the cells to mend."""
    reason = reasons_of(row)[criterion]
    assert (reason.result, reason.why) == (Result.OPEN, why)
    assert reason.sources == tuple(source(column) for column in columns)


def test_an_unset_figure_is_the_reason_whatever_else_is_open() -> None:
    """Without a figure TT1 is open because of that, with what was found and without a requirement."""
    reason = reasons_of(achievement("TT1-TIEN", "2022", value_vnd=7_000_000), achievement("TT1-TIEN", "2023", value_vnd=1), figure=None)[
        "TT1"
    ]
    assert (reason.result, reason.why, reason.actual, reason.required) == (Result.OPEN, "figure_unset", 7_000_000, None)


@pytest.mark.parametrize(
    ("column", "value", "criterion", "why"),
    [
        ("TC1", None, "TC1", "blank_attestation"),
        ("TC1", "Chưa đánh giá", "TC1", "not_yet_attested"),
        ("under_review", "Có", "P4", "under_review"),
    ],
)
def test_an_open_attestation_says_why(column: str, value: str | None, criterion: str, why: str) -> None:
    """Blank, not yet assessed and under review are three different reasons, at the attested cell."""
    reason = reasons_of(attested={column: value})[criterion]
    assert (reason.result, reason.why, reason.actual) == (Result.OPEN, why, value)
    assert reason.sources == (source(column, 0, "individuals"),)


def test_an_individual_inherits_from_the_cell_of_its_unit() -> None:
    """TC3 of an individual rests on the cell of the sheet Đơn vị."""
    reason = reasons_of()["TC3"]
    assert (reason.result, reason.actual, reason.required, reason.sources) == (Result.MET, "Đạt", "Đạt", (source("TC3", 0, "unit"),))


def test_reasons_stand_in_the_order_of_the_award_form() -> None:
    """Every criterion once, in the order in which the award form names them; nominees collectives first, award forms as in the round."""
    rows = [Row("individuals", {"nominee_id": "B", **ALL_MET}), Row("collectives", {"nominee_id": "A", **ALL_MET})]
    verdicts = verdicts_of(KIEN_GIANG, {"QLN": rows}, "tong-ket-2025")
    assert [(one.nominee_id, one.award) for one in verdicts] == list(itertools.product("AB", KIEN_GIANG.rounds["tong-ket-2025"].awards))
    for one in verdicts:
        assert [reason.criterion for reason in one.reasons] == list(leaves(KIEN_GIANG.awards[one.award].requires))


def test_a_row_that_could_be_anyones_leaves_only_its_own_unit_open() -> None:
    """An unreadable owner casts doubt on the nominees of that file and on nobody else."""
    stray = Row("achievements", {"kind": "TT2A", "achieved_on": day("2022")}, {"nominee_id"})
    persons = {unit: [Row("individuals", {"nominee_id": f"{unit}-1", **ALL_MET})] for unit in UNITS}
    verdicts = verdicts_of(KIEN_GIANG, {"QLN": [*persons["QLN"], stray], "KHTC": persons["KHTC"]})
    found = {one.unit: {reason.criterion: reason.result for reason in one.reasons}["TT2A"] for one in verdicts}
    assert found == {"QLN": Result.OPEN, "KHTC": Result.NOT_MET}


def test_the_achievements_of_a_held_nominee_are_nobody_elses() -> None:
    """An id that names a held nominee is not an unknown owner."""
    rows = [
        Row("individuals", {"nominee_id": "QLN-1", **ALL_MET}),
        Row("individuals", {"nominee_id": "QLN-2", **ALL_MET}, {"birth_date"}),
        Row("achievements", {"nominee_id": "QLN-2", "kind": "TT2A", "achieved_on": day("2022")}, {"evidence_id"}),
    ]
    (verdict,) = verdicts_of(KIEN_GIANG, {"QLN": rows})
    assert {reason.criterion: reason.result for reason in verdict.reasons}["TT2A"] is Result.NOT_MET


def test_no_nominees_give_no_verdicts() -> None:
    """An empty register is not an error."""
    assert verdicts_of(KIEN_GIANG, {}) == ()


def test_facts_are_what_the_verdicts_rest_on() -> None:
    """Rows, sure, least and possible totals per nominee; nothing bounds the possible total while a value cannot be read."""
    rows = [
        Row("individuals", {"nominee_id": "A", **ALL_MET}),
        Row("individuals", {"nominee_id": "B", **ALL_MET}),
        Row("achievements", {"nominee_id": "A", "kind": "TT1-TIEN", "achieved_on": day("2022"), "value_vnd": 5}),
        Row("achievements", {"nominee_id": "A", "kind": "TT1-TIEN", "achieved_on": day("2023"), "value_vnd": 7}),
        Row("achievements", {"nominee_id": "B", "kind": "TT1-TIEN", "achieved_on": day("2022")}, {"value_vnd"}),
    ]
    register = register_of(KIEN_GIANG, {"QLN": rows})
    facts = measure_facts(register.tables, register.held, KIEN_GIANG, ROUND)
    assert facts["TT1"].to_dict("index") == {
        "A": {"rows": 2, "sure": 5, "least": 5, "possible": 12, "why": "partial_date"},
        "B": {"rows": 1, "sure": 0, "least": None, "possible": None, "why": "held_rows"},
    }
    assert set(facts) == {"TT1", "TT2A", "TT2B"}


# --- points taken off -----------------------------------------------------------------------------------------------------------

POINTS = (-3.5, -1, 2, 5)
FAR = 1000
"""More than any of the figures, either way."""
Scored = tuple[float | None, bool]
"""A row of points and whether it is held; None where nobody can say how many."""
TABLES: list[tuple[Scored, ...]] = [
    rows
    for size in range(4)
    for rows in itertools.combinations_with_replacement([*itertools.product(POINTS, (False, True)), (None, True)], size)
]


def with_points_off() -> Campaign:
    """The second plan, whose points may now be taken off as well."""
    scores = NEP_VANG.tables["scores"]
    points = replace(scores.columns["points"], minimum=None)
    return replace(NEP_VANG, tables={**NEP_VANG.tables, "scores": replace(scores, columns={**scores.columns, "points": points})})


def scored_register(campaign: Campaign) -> Register:
    """A person for each of the tables, with its rows."""
    rows = [Row("individuals", {"nominee_id": str(number)}) for number in range(len(TABLES))]
    for number, table in enumerate(TABLES):
        for points, is_held in table:
            values = {"nominee_id": str(number), "item": "N2", "points": points, "scored_on": None if is_held else day("10/12/2025")}
            rows.append(Row("scores", values, {"points" if points is None else "scored_on"} if is_held else set()))
    return register_of(campaign, {"DONG": rows})


def completed(table: Sequence[Scored], figure: float) -> str:
    """What is certain of a table, by trying every way in which its held rows may come out: left out, or with any points there may be."""
    if not table:
        return "not_met"
    choices = [(points,) if not is_held else (None, points) if points is not None else (None, -FAR, FAR) for points, is_held in table]
    ways = [[points for points in chosen if points is not None] for chosen in itertools.product(*choices)]
    results = {bool(counted) and sum(counted) >= figure for counted in ways}
    return "open" if len(results) > 1 else "met" if results == {True} else "not_met"


@pytest.mark.parametrize("figure", [0, 1, 1.5, 4])
def test_points_may_be_taken_off(figure: float) -> None:
    """A sum is open exactly where some way of settling the doubtful rows, negative ones too, gives another result."""
    campaign = with_figures(with_points_off(), dict.fromkeys(NomineeKind, figure))  # type: ignore[arg-type]
    register = scored_register(campaign)
    found = {
        verdict.nominee_id: next(reason for reason in verdict.reasons if reason.criterion == "DIEM").result.word
        for verdict in assess(register.tables, register.held, campaign, "nam-2025")
        if verdict.award == "GK_XA"
    }
    expected = [completed(table, figure) for table in TABLES]
    assert {"met", "open", "not_met"} == set(expected)
    assert [(table, found[str(number)]) for number, table in enumerate(TABLES)] == list(zip(TABLES, expected, strict=True))


def test_a_total_that_may_fall_says_so() -> None:
    """A total that reaches the figure, but that a held row may lower, is open, and the sentence says why."""
    campaign = with_figures(with_points_off(), dict.fromkeys(NomineeKind, 4))
    register = scored_register(campaign)
    number = TABLES.index(((-3.5, True), (5, False)))
    verdicts = assess(register.tables, register.held, campaign, "nam-2025")
    reason = next(each for one in verdicts if one.nominee_id == str(number) for each in one.reasons if each.criterion == "DIEM")
    assert (reason.actual, reason.result) == (5, Result.OPEN)
    assert "các dòng đã rõ cộng được 5, mức yêu cầu 4, nhưng còn dòng chưa rõ có thể trừ bớt" in describe(reason, campaign)


def test_excel_knows_that_points_may_be_taken_off(tmp_path: Path) -> None:
    """LibreOffice's comparison of the least and the most with a figure is that of the brute force, unbounded ends and a figure of 0 too."""
    campaign = with_points_off()
    register = scored_register(campaign)
    facts = measure_facts(register.tables, register.held, campaign, "nam-2025")["DIEM"]
    book = xlsxwriter.Workbook(tmp_path / "points.xlsx")
    sheet = book.add_worksheet()
    expected = []
    for figure in (0, 4):
        for number, table in enumerate(TABLES):
            line, fact = len(expected), facts.loc[str(number)]
            sheet.write_row(line, 1, [fact["rows"], fact["least"], fact["possible"], figure])
            cells = (f"{column}{line + 1}" for column in "BCDE")
            sheet.write_formula(line, 0, f"={leaf_formula(campaign.criteria['DIEM'], *cells)}", None, 99)
            expected.append(completed(table, figure))
    book.close()
    assert [WORDS[int(line[0])] for line in recalculated(tmp_path / "points.xlsx")] == expected


def test_thousands_of_nominees_take_no_second() -> None:
    """Four award forms for over three thousand nominees: a guard against filtering a frame per nominee, which takes minutes."""
    chance = random.Random(7)  # noqa: S311
    register = register_of(KIEN_GIANG, {unit: random_rows(chance, unit, 300) for unit in KIEN_GIANG.units})
    started = time.process_time()
    verdicts = assess(register.tables, register.held, KIEN_GIANG, "dang-ky-2022")
    assert time.process_time() - started < 3
    assert len(verdicts) > 4 * 3000


# --- words --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "figure", "criterion", "sentence"),
    [
        (
            [achievement("TT1-TIEN", "2022", value_vnd=25_000_000)],
            20_000_000,
            "TT1",
            "Đóng góp kinh phí, cơ sở vật chất đủ định mức: tổng 25.000.000 đồng, đạt mức yêu cầu 20.000.000 đồng.",
        ),
        (
            [achievement("TT1-TIEN", "2022", value_vnd=16_500_000)],
            20_000_000,
            "TT1",
            "Đóng góp kinh phí, cơ sở vật chất đủ định mức: tổng 16.500.000 đồng, thiếu 3.500.000 đồng so với mức yêu cầu 20.000.000 đồng.",
        ),
        (
            [],
            None,
            "TT1",
            "Đóng góp kinh phí, cơ sở vật chất đủ định mức: không kê khai thành tích nào loại này trong thời gian xét.",
        ),
        (
            [achievement("TT1-TIEN", "2022", value_vnd=5_000_000, wrong={"evidence_id"})],
            20_000_000,
            "TT1",
            "Đóng góp kinh phí, cơ sở vật chất đủ định mức: tổng 0 đồng, thiếu 20.000.000 đồng so với mức yêu cầu 20.000.000 đồng.",
        ),
        ([achievement("TT2A", "2022")], None, "TT2A", "Kiến nghị sửa đổi, bổ sung chính sách: đã có 1, yêu cầu ít nhất 1."),
        ([], None, "TC1", "Chấp hành chủ trương, chính sách, pháp luật: ghi “Đạt”, yêu cầu “Đạt”."),
    ],
)
def test_a_criterion_in_one_sentence(rows: list[Row], figure: int | None, criterion: str, sentence: str) -> None:
    """Criterion, found, required, and what is missing."""
    assert describe(reasons_of(*rows, figure=figure)[criterion], KIEN_GIANG) == sentence


OPEN_POINTS = [
    reasons_of(achievement("TT1-TIEN", "2022", value_vnd=1), figure=None)["TT1"],
    reasons_of(achievement("TT1-TIEN", "2023", value_vnd=30_000_000))["TT1"],
    reasons_of(achievement("TT1-TIEN", "2022", wrong={"value_vnd"}))["TT1"],
    reasons_of(achievement("TT2B-MOHINH", "2022"))["TT2B"],
    reasons_of(achievement("TT1-TIEN", "2022"))["TT1"],
    reasons_of(achievement("TT2A", "2022", nominee_id=None))["TT2A"],
    reasons_of(attested={"TC1": None})["TC1"],
    reasons_of(attested={"TC1": "Chưa đánh giá"})["TC1"],
    reasons_of(attested={"under_review": "Có"})["P4"],
]


@pytest.mark.parametrize("language", text.LANGUAGES)
@pytest.mark.parametrize("reason", OPEN_POINTS, ids=[str(reason.why) for reason in OPEN_POINTS])
def test_an_open_criterion_says_what_would_close_it(reason: Reason, language: str) -> None:
    """Behind what was found stands why it is open, in the language asked for."""
    with text.language(language):
        found, _, why = describe(reason, KIEN_GIANG).partition("; ")
        assert found.startswith(KIEN_GIANG.criteria[reason.criterion].name)
        assert len(why) > 20
        assert why.endswith(".")


def test_a_campaigns_own_reason_is_said_in_its_own_words() -> None:
    """A campaign file may give the words of an open attestation itself."""
    own = replace(KIEN_GIANG.criteria["P4"], why="Chờ kết luận của Thanh tra")
    reason = replace(reasons_of(attested={"under_review": "Có"})["P4"], why=own.why)
    assert describe(reason, replace(KIEN_GIANG, criteria={**KIEN_GIANG.criteria, "P4": own})).endswith("; Chờ kết luận của Thanh tra.")


def test_explain_follows_the_award_form_to_clause_and_cell() -> None:
    """The tree has the shape of the requirement; each criterion quotes its clause and names its cells."""
    person = Row("individuals", {"nominee_id": "A", "full_name": "Trần Thị Bé Ba", **ALL_MET})
    (verdict,) = verdicts_of(KIEN_GIANG, {"QLN": [Row("unit", dict(ALL_MET)), person]})
    tree = explain(verdict, KIEN_GIANG)
    assert tree.words == "Trần Thị Bé Ba – Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh: Không đủ điều kiện"
    (every,) = tree.children
    assert every.words == "Phải đủ tất cả các điều sau"
    either, *standards = every.children
    assert (either.words, either.result, len(either.children)) == ("Chỉ cần một trong các điều sau", Result.NOT_MET, 3)
    assert [part.result for part in standards] == [Result.MET] * 7
    assert standards[0].cells == (source("TC1", 0, "individuals"),)
    assert standards[0].quote == f"{KIEN_GIANG.clauses['III.3.TC1'].source}: “{KIEN_GIANG.clauses['III.3.TC1'].text}”"


def test_results_have_three_names() -> None:
    """What stands in the reports."""
    assert [result_words(result) for result in (Result.MET, Result.NOT_MET, Result.OPEN)] == [
        "Đủ điều kiện",
        "Không đủ điều kiện",
        "Chưa đủ căn cứ",
    ]


# --- the tree and its two back-ends -------------------------------------------------------------------------------------------

A, B, C = Leaf("A"), Leaf("B"), Leaf("C")


@pytest.mark.parametrize(
    ("op", "table"),
    [
        ("all", {(1, 1): 1, (1, 0): 0, (1, -1): -1, (0, 0): 0, (0, -1): -1, (-1, -1): -1}),
        ("any", {(1, 1): 1, (1, 0): 1, (1, -1): 1, (0, 0): 0, (0, -1): 0, (-1, -1): -1}),
    ],
)
def test_kleenes_tables(op: Any, table: Mapping[tuple[int, int], int]) -> None:
    """AND and OR of three values, in either order."""
    for (left, right), result in table.items():
        for pair in ((left, right), (right, left)):
            values = {name: np.array([value], dtype=np.int8) for name, value in zip("AB", pair, strict=True)}
            assert evaluate(Group(op, (A, B)), values).tolist() == [result]


def test_not_turns_the_sign() -> None:
    """What is open stays open."""
    assert evaluate(Group("not", (A,)), {"A": np.array([1, 0, -1], dtype=np.int8)}).tolist() == [-1, 0, 1]


@pytest.mark.parametrize("count", [1, 2, 3])
def test_at_least_counts_what_is_met_and_what_still_may_be(count: int) -> None:
    """Met if enough are met, not met if too few still can be, open between."""
    cases = list(itertools.product((-1, 0, 1), repeat=3))
    values = {name: np.array(column, dtype=np.int8) for name, column in zip("ABC", zip(*cases, strict=True), strict=True)}
    found = evaluate(Group("at_least", (A, B, C), count), values).tolist()
    for case, result in zip(cases, found, strict=True):
        met, possible = case.count(1), case.count(1) + case.count(0)
        assert result == (1 if met >= count else 0 if possible >= count else -1)


def random_tree(chance: random.Random, depth: int) -> Node:
    """A requirement over the criteria A to D."""
    op = chance.choice(("all", "any", "at_least", "not", "leaf") if depth else ("leaf",))
    if op == "leaf":
        return Leaf(chance.choice("ABCD"))
    if op == "not":
        return Group("not", (random_tree(chance, depth - 1),))
    nodes = tuple(random_tree(chance, depth - 1) for _ in range(chance.randint(1, 3)))
    return Group(op, nodes, chance.randint(1, len(nodes)) if op == "at_least" else 1)  # type: ignore[arg-type]


def recalculated(book: Path) -> list[list[str]]:
    """The first sheet as LibreOffice computes it, every formula anew."""
    soffice = shutil.which("soffice")
    if soffice is None:
        if os.environ.get("CI"):
            pytest.fail("LibreOffice is not installed, and CI must not skip the formulas")
        pytest.skip("LibreOffice (soffice) is not installed: Excel formulas are not recalculated here")
    profile = book.parent / "profile"
    (profile / "user").mkdir(parents=True)
    always = '<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop>'
    (profile / "user" / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">'
        f'<item oor:path="/org.openoffice.Office.Calc/Formula/Load">{always}</item></oor:items>',
        encoding="utf-8",
    )
    utf8 = "csv:Text - txt - csv (StarCalc):44,34,76"
    command = [
        soffice,
        f"-env:UserInstallation={profile.as_uri()}",
        "--headless",
        "--convert-to",
        utf8,
        "--outdir",
        str(book.parent),
        str(book),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return list(csv.reader(book.with_suffix(".csv").read_text(encoding="utf-8").splitlines()))


def letter(number: int) -> str:
    """The name of a column, counted from 0."""
    return xlsxwriter.utility.xl_col_to_name(number)  # type: ignore[no-any-return]


def test_excel_computes_every_requirement_like_numpy(tmp_path: Path) -> None:
    """Random trees over all 81 settings of four criteria: LibreOffice's recalculation equals evaluate."""
    chance = random.Random(11)  # noqa: S311
    trees = [random_tree(chance, 3) for _ in range(40)]
    cases = list(itertools.product((-1, 0, 1), repeat=4))
    book = xlsxwriter.Workbook(tmp_path / "trees.xlsx")
    sheet = book.add_worksheet()
    for line, case in enumerate(cases):
        sheet.write_row(line, 0, case)
        cells = {name: f"{letter(place)}{line + 1}" for place, name in enumerate("ABCD")}
        for place, tree in enumerate(trees):
            sheet.write_formula(line, 4 + place, f"={formula(tree, cells)}", None, 99)
    book.close()
    values = {name: np.array(column, dtype=np.int8) for name, column in zip("ABCD", zip(*cases, strict=True), strict=True)}
    expected = [evaluate(tree, values).tolist() for tree in trees]
    found = recalculated(tmp_path / "trees.xlsx")
    assert [[int(value) for value in line[4:]] for line in found] == [list(line) for line in zip(*expected, strict=True)]


def test_excel_reaches_the_same_verdicts_from_the_facts(tmp_path: Path) -> None:
    """Facts, figures and attestations in cells: LibreOffice's verdict on every nominee and award form is that of assess."""
    chance = random.Random(5)  # noqa: S311
    truth = {unit: random_rows(chance, unit, 40) for unit in UNITS}
    requires = KIEN_GIANG.awards["BK_UBT"].requires
    settings_of_the_leader: list[tuple[Any, int | None]] = [(None, None), ("chưa rõ", None), (10_000_000, 10_000_000), (0, 0)]
    book = xlsxwriter.Workbook(tmp_path / "verdicts.xlsx")
    sheet = book.add_worksheet()
    expected: list[list[Result]] = []
    for shown, figure in settings_of_the_leader:
        campaign = with_figures(KIEN_GIANG, dict.fromkeys(NomineeKind, figure))
        register = register_of(campaign, truth)
        facts = measure_facts(register.tables, register.held, campaign, ROUND)
        for verdict in assess(register.tables, register.held, campaign, ROUND):
            line, column, cells = len(expected), 2, {}
            sheet.write(line, 1, shown)
            for reason in verdict.reasons:
                cells[reason.criterion] = f"{letter(column)}{line + 1}"
                if reason.criterion not in facts:
                    sheet.write(line, column, int(reason.result))
                    column += 1
                    continue
                fact = facts[reason.criterion].loc[verdict.nominee_id]
                sheet.write_row(line, column + 1, [fact["rows"], fact["least"], fact["possible"]])
                rows, least, possible = (f"{letter(column + step)}{line + 1}" for step in (1, 2, 3))
                criterion = campaign.criteria[reason.criterion]
                sheet.write_formula(line, column, f"={leaf_formula(criterion, rows, least, possible, f'B{line + 1}')}", None, 99)
                column += 4
            sheet.write_formula(line, 0, f"={formula(requires, cells)}", None, 99)
            expected.append([verdict.result, *(reason.result for reason in verdict.reasons if reason.criterion in facts)])
    book.close()
    found = [[int(line[place]) for place in (0, 2, 6, 10)] for line in recalculated(tmp_path / "verdicts.xlsx")]
    assert len(found) > 200
    assert found == [[int(result) for result in line] for line in expected]
