"""Other figures: who turns, who stands beside, what decides; against runs with those figures in the campaign."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests import sheets
from tests.registers import KIEN_GIANG, random_rows, submission, with_figures
from tests.sound import SOUND
from thidua_xlsx import issue
from thidua_xlsx.assess import (
    Setting,
    assess,
    coverage,
    deciding,
    evaluate,
    explain,
    ladders,
    measure_facts,
    result_of,
    turns,
    with_settings,
)
from thidua_xlsx.campaign import Campaign, Group, Leaf, Node, leaves
from thidua_xlsx.model import Assessment, NomineeKind, Reason, Result
from thidua_xlsx.pipeline import UsageError, init, whatif
from thidua_xlsx.register import Register, build_register

ROUND = "so-ket-2023"
FIGURES = {NomineeKind.COLLECTIVE: 50_000_000, NomineeKind.INDIVIDUAL: 20_000_000}


def many(campaign: Campaign, seed: int, nominees: int = 60) -> Register:
    """A register of random rows of two units."""
    chance = random.Random(seed)  # noqa: S311
    return build_register([submission(campaign, unit, random_rows(chance, unit, nominees)) for unit in ("QLN", "KHTC")], campaign)


def verdicts(register: Register, campaign: Campaign, round_id: str = ROUND) -> tuple[Assessment, ...]:
    """The verdicts of a round."""
    return assess(register.tables, register.held, campaign, round_id)


def facts_of(register: Register, campaign: Campaign) -> Mapping[str, pd.DataFrame]:
    """What its nominees have."""
    return measure_facts(register.tables, register.held, campaign, ROUND)


@pytest.mark.parametrize("seed", range(3))
def test_every_step_is_what_a_run_with_that_figure_gives(seed: int) -> None:
    """The counts of each step of each ladder are those of a whole run with that figure, and so is the number of turns."""
    campaign = with_figures(KIEN_GIANG, FIGURES)
    register = many(campaign, seed)
    now = verdicts(register, campaign)
    found = ladders(facts_of(register, campaign), campaign, ROUND, now)
    assert {(each.criterion, each.award, each.kind) for each in found} == {("TT1", "BK_UBT", kind) for kind in campaign.kinds}
    for ladder in found:
        for step in ladder.steps:
            setting = Setting(ladder.criterion, step.figure, ladder.award, ladder.kind)
            after = verdicts(register, with_settings(campaign, [setting]))
            ours = [each for each in after if each.kind is ladder.kind and each.award == ladder.award]
            assert step.counts == {result: sum(each.result is result for each in ours) for result in Result}
            assert step.turned == len(turns(now, after))


def test_who_stands_beside_a_figure() -> None:
    """Above stand those who reach it, nearest first, below those who do not, and nobody else is nearer."""
    campaign = with_figures(KIEN_GIANG, FIGURES)
    register = many(campaign, 7)
    now = verdicts(register, campaign)
    (ladder,) = (each for each in ladders(facts_of(register, campaign), campaign, ROUND, now) if each.kind is NomineeKind.INDIVIDUAL)
    sums = {
        each.nominee_id: float(reason.actual or 0)
        for each in now
        for reason in each.reasons
        if reason.criterion == "TT1" and each.kind is NomineeKind.INDIVIDUAL and reason.why != "nothing_declared"
    }
    reached = sorted(value for value in sums.values() if value >= FIGURES[NomineeKind.INDIVIDUAL])
    missed = sorted((value for value in sums.values() if value < FIGURES[NomineeKind.INDIVIDUAL]), reverse=True)
    assert [each.sure for each in ladder.above] == reached[:3]
    assert [each.sure for each in ladder.below] == missed[:3]
    assert all(sums[each.nominee_id] == each.sure for each in (*ladder.above, *ladder.below))


def test_unset_figure_has_steps_from_what_was_declared() -> None:
    """Where no figure is set, the steps lie among the declared sums, and nobody stands beside it."""
    register = many(KIEN_GIANG, 3)
    now = verdicts(register, KIEN_GIANG)
    for ladder in ladders(facts_of(register, KIEN_GIANG), KIEN_GIANG, ROUND, now):
        assert ladder.figure is None
        assert (ladder.above, ladder.below) == ((), ())
        assert all(step.figure > 0 for step in ladder.steps)


TREES = (
    Group("all", (Leaf("a"), Leaf("b"), Leaf("c"))),
    Group("any", (Leaf("a"), Group("not", (Leaf("b"),)), Leaf("c"))),
    Group("at_least", (Leaf("a"), Leaf("b"), Leaf("c")), 2),
    Group("all", (Group("any", (Leaf("a"), Leaf("b"))), Group("not", (Group("all", (Leaf("b"), Leaf("c"))),)))),
)


@pytest.mark.parametrize("tree", TREES, ids=lambda tree: tree.op)
def test_one_verdict_and_all_at_once_agree(tree: Node) -> None:
    """For every combination of results the requirement of one nominee is what the evaluation of all at once gives."""
    rows = list(itertools.product(Result, repeat=3))
    columns = {code: np.array(values, dtype=np.int8) for code, values in zip("abc", zip(*rows, strict=True), strict=True)}
    alone = [result_of(tree, {code: Reason(code, each, None, None, "") for code, each in zip("abc", row, strict=True)}) for row in rows]
    assert alone == evaluate(tree, columns).tolist()


def test_coverage_counts_what_keeps_verdicts_back() -> None:
    """For every criterion: its results counted over the verdicts, and the verdicts that rest on it although they are not met."""
    campaign = with_figures(KIEN_GIANG, FIGURES)
    now = verdicts(many(campaign, 5), campaign)
    for each in coverage(campaign, now):
        ours = [verdict for verdict in now if verdict.award == each.award]
        results = Counter(reason.result for verdict in ours for reason in verdict.reasons if reason.criterion == each.criterion)
        assert each.counts == {result: results[result] for result in Result}
        requires = campaign.awards[each.award].requires
        resting = [
            {reason.criterion for reason in deciding(requires, {reason.criterion: reason for reason in verdict.reasons})}
            for verdict in ours
            if verdict.result is not Result.MET
        ]
        assert each.decides == sum(each.criterion in codes for codes in resting)
        assert each.alone == sum(codes == {each.criterion} for codes in resting)


def test_single_changes_are_just_those_that_turn_a_verdict() -> None:
    """A verdict that is not met names each criterion whose being met alone makes it met, with what is missing, and no other."""
    campaign = with_figures(KIEN_GIANG, FIGURES)
    seen = 0
    for each in verdicts(many(campaign, 9), campaign):
        told = explain(each, campaign).turning
        if each.result is not Result.NOT_MET:
            assert told == ()
            continue
        requires = campaign.awards[each.award].requires
        tts, tcs = ("TT1", "TT2A", "TT2B"), [code for code in leaves(requires) if not code.startswith("TT")]
        found = {reason.criterion: reason.result for reason in each.reasons}
        lacking = [code for code in tcs if found[code] is not Result.MET]
        has_deed = any(found[code] is Result.MET for code in tts)
        wanted = [code for code in tts if not lacking and not has_deed] + (lacking if has_deed and len(lacking) == 1 else [])
        assert [words.split(" ")[0] for words in told] == wanted
        seen += bool(told)
    assert seen


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A campaign folder with one sound workbook."""
    folder = init(tmp_path / "thi-dua")
    issue(folder, ROUND, ["QLN"])
    sheets.fill(folder / "issued" / ROUND / "QLN.xlsx", folder / "inbox" / "QLN.xlsx", SOUND)
    return folder


@pytest.mark.parametrize("words", ["TT1=1_500_000", "TT1=1.500.000", "TT1=1,5tr", "TT1.BK_UBT.individual=1500000"])
def test_figure_on_the_command_line(home: Path, words: str) -> None:
    """A figure is understood as people type it, and turns those it decides about; the campaign file stays as it is."""
    before = (home / "campaign.toml").read_bytes()
    found = whatif(home, [words], ROUND)
    assert ("QLN-CN001", Result.OPEN, Result.MET) in {
        (each.before.nominee_id, each.before.result, each.after.result) for each in found.turns
    }
    assert (home / "campaign.toml").read_bytes() == before


@pytest.mark.parametrize("words", ["TC1=5", "TT1", "TT1=nhiều", "TT1.HCLD_3=5", "TT1.xyz=5", "=5"])
def test_what_is_no_figure_is_refused(home: Path, words: str) -> None:
    """What names no figure of the round is refused with an example."""
    with pytest.raises(UsageError, match="TT1"):
        whatif(home, [words], ROUND)
