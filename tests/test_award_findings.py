"""Findings of the scope A: what the verdicts show that the office or the council has to act on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from tests import sheets
from tests.registers import KIEN_GIANG, Row, cell, day, submission, with_figures
from tests.test_pipeline import SOUND
from thidua_xlsx import issue, merge
from thidua_xlsx.assess import assess, award_findings
from thidua_xlsx.campaign import Campaign
from thidua_xlsx.model import Finding, NomineeKind
from thidua_xlsx.pipeline import init
from thidua_xlsx.register import build_register
from thidua_xlsx.text import message, say

ROUND = "so-ket-2023"
FIGURES = with_figures(KIEN_GIANG, dict.fromkeys(NomineeKind, 20_000_000))
GOOD = dict.fromkeys(("TC1", "TC2", "TC4", "TC6"), "Đạt") | {"under_review": "Không", "award_sought": "BK_UBT"}
UNIT_ROW = Row("unit", {"TC3": "Đạt", "TC5": "Đạt"})


def person(number: int, **values: Any) -> Row:
    """A nominee that meets every standard, unless told otherwise."""
    return Row("individuals", {"nominee_id": f"QLN-CN00{number}", "full_name": f"Người {number}", **GOOD, **values})


def gift(number: int, value: int = 25_000_000) -> Row:
    """Money given in the window."""
    facts = {"nominee_id": f"QLN-CN00{number}", "kind": "TT1-TIEN", "achieved_on": day("5/2022"), "value_vnd": value}
    return Row("achievements", facts)


def found(rows: Iterable[Row], campaign: Campaign = FIGURES, round_id: str = ROUND) -> tuple[Finding, ...]:
    """The award findings of one unit's rows."""
    register = build_register([submission(campaign, "QLN", [UNIT_ROW, *rows])], campaign)
    verdicts = assess(register.tables, register.held, campaign, round_id)
    return award_findings(verdicts, register.tables, campaign, round_id)


def facts(findings: Iterable[Finding]) -> list[tuple[str, str | None, Mapping[str, str]]]:
    """Code, nominee and facts."""
    return [(each.code, each.nominee_id, each.facts) for each in findings]


def test_nothing_to_act_on_is_nothing_said() -> None:
    """One who meets what he seeks, in a round that is provided for, gives no finding."""
    assert found([person(1), gift(1)]) == ()


def test_unset_figure_is_said_once_with_how_many_wait() -> None:
    """A601 counts the nominees whose case hangs on the figure: not those who fail otherwise, and nobody's award unsought."""
    rows = [person(1), gift(1), person(2), gift(2), person(3, TC1="Không đạt"), gift(3), person(4)]
    (said,) = found(rows, KIEN_GIANG)
    assert (said.code, said.ref.file, said.clause, said.facts["count"]) == ("A601", "campaign.toml", "III.3.TT1", "2")
    assert "cá nhân" in message(said)
    assert "Bằng khen của Chủ tịch" in message(said)


def test_unset_figure_that_nobody_waits_for_is_not_said() -> None:
    """Without contributions no case is open for want of the figure."""
    assert found([person(1)], KIEN_GIANG) == ()


def test_round_over_several_laws_is_noted_with_the_days_of_change() -> None:
    """A602 for tong-ket-2025, whose window began under an older law than that of its day of decision."""
    (said,) = found([], round_id="tong-ket-2025")
    assert said.code == "A602"
    assert said.facts["changes"] == "01/01/2024, 01/07/2025"


def test_law_that_changes_on_the_day_of_decision_counts_as_a_change() -> None:
    """A602 goes by the day of decision itself; a law of the day after is none of this round's."""
    decided = KIEN_GIANG.rounds[ROUND].decided_on
    law = KIEN_GIANG.laws[-1]
    for since, codes in ((decided, ["A602"]), (decided + timedelta(1), [])):
        campaign = replace(FIGURES, laws=(KIEN_GIANG.laws[0], replace(law, since=since)))
        assert [each.code for each in found([], campaign)] == codes


def test_day_without_law_or_letterhead_is_said() -> None:
    """A603 once for the law and once for the letterhead, if none is in force on the day of decision."""
    later = date(2024, 1, 1)
    no_law = replace(FIGURES, laws=tuple(law for law in FIGURES.laws if law.since >= later))
    assert [each.code for each in found([], no_law)] == ["A603"]
    neither = replace(no_law, organs=tuple(replace(organ, since=later) for organ in FIGURES.organs))
    assert ["[[law]]" in message(each) for each in found([], neither)] == [True, False]


def test_one_who_meets_another_award_of_the_round_is_noted() -> None:
    """A604 at the cell of the award sought, with the awards that are met."""
    parameters = tuple(replace(entry, value=30_000_000 if entry.award == "BK_UBT" else 10_000_000) for entry in KIEN_GIANG.parameters)
    rows = [person(1), gift(1), person(2, award_sought="GK_GDS"), gift(2)]
    (said,) = found(rows, replace(KIEN_GIANG, parameters=parameters), "hang-nam-2022")
    assert (said.code, said.nominee_id, said.table, said.column) == ("A604", "QLN-CN001", "individuals", "award_sought")
    assert said.ref.cell == cell(KIEN_GIANG, "individuals", "award_sought", 0)
    assert said.facts["others"] == KIEN_GIANG.awards["GK_GDS"].name


def test_one_under_review_is_on_hold_once_whatever_the_awards() -> None:
    """A605 at the cell that says so, with the decree's clause, once for all award forms of the round."""
    said = found([person(1, under_review="Có"), gift(1)], round_id="hang-nam-2022")
    assert facts(said) == [("A605", "QLN-CN001", {"name": "Người 1"})]
    assert (said[0].clause, said[0].ref.cell) == ("ND152.4.4", cell(KIEN_GIANG, "individuals", "under_review", 0))
    assert not said[0].for_unit


def texts(path: Path, sheet: str) -> list[str]:
    """What stands in a sheet of a workbook."""
    return [str(value) for row in load_workbook(path)[sheet].iter_rows(values_only=True) for value in row if value is not None]


def test_award_findings_are_in_the_result_and_in_what_is_open(tmp_path: Path) -> None:
    """A602 of a round over several laws stands in ``ket-qua.json`` and in a chapter of its own of the summary."""
    home = init(tmp_path / "thi-dua")
    merged = merge(home, round="tong-ket-2025")
    result = json.loads((merged.folder / "ket-qua.json").read_text(encoding="utf-8"))
    (said,) = [each for each in result["findings"] if each["code"].startswith("A")]
    assert (said["code"], said["file"], said["nominee_id"]) == ("A602", "campaign.toml", None)
    assert said["message"] in texts(merged.folder / "bao-cao-tong-hop.xlsx", say("report.sheet_open"))


def test_unset_figure_counts_as_the_summary_counts(tmp_path: Path) -> None:
    """A601 and the summary's first chapter say the same number of waiting cases, and the unit hears nothing of it."""
    home = init(tmp_path / "thi-dua")
    issue(home, ROUND, ["QLN"])
    sheets.fill(home / "issued" / ROUND / "QLN.xlsx", home / "inbox" / "QLN.xlsx", SOUND)
    merged = merge(home, round=ROUND)
    said = [each for each in merged.outcome.findings if each.code == "A601"]
    assert [each.facts["count"] for each in said] == ["1"]
    assert say("report.waiting", count=1) in texts(merged.folder / "bao-cao-tong-hop.xlsx", say("report.sheet_open"))
    assert not (merged.folder / "tra-lai").exists()
