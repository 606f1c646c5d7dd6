"""Explanations of requirements that the shipped plan does not have: a criterion that rules somebody out, two over one sum."""

from __future__ import annotations

from dataclasses import replace

from tests.registers import PHUONG_DONG
from thidua_xlsx.assess import excluding, explain, result_of, turning
from thidua_xlsx.campaign import Campaign, Criterion, Group, Leaf
from thidua_xlsx.model import Assessment, NomineeKind, Reason, Result

FUND = Criterion("CAO", "Góp mức cao", "Góp mức cao.", "both", "M3.1", measure="fund", figure=800_000)
LOWER = replace(FUND, code="THAP", name="Góp mức thấp", figure=300_000)
FINED = PHUONG_DONG.criteria["BIPHAT"]


def verdict_on(requires: Group, *reasons: Reason) -> tuple[Assessment, Campaign]:
    """A verdict on an invented award form of the ward, from the reasons of its criteria."""
    award = replace(PHUONG_DONG.awards["GK_PHUONG"], requires=requires)
    criteria = {**PHUONG_DONG.criteria, FUND.code: FUND, LOWER.code: LOWER}
    campaign = replace(PHUONG_DONG, criteria=criteria, awards={award.code: award})
    result = result_of(requires, {reason.criterion: reason for reason in reasons})
    return Assessment("KP-01.D001", "KP-01", NomineeKind.INDIVIDUAL, "Lê Văn An", award.code, result, reasons), campaign


def raised(result: Result, figure: int) -> Reason:
    """What was found of 100.000 đồng for one of the two figures."""
    return Reason(FUND.code if figure == FUND.figure else LOWER.code, result, 100_000, figure, "M3.1")


def test_what_lifts_a_sum_lifts_it_over_lower_figures_too() -> None:
    """Both criteria compare one sum: reaching the higher figure alone turns the verdict, reaching the lower one does not."""
    both = Group("all", (Leaf("CAO"), Leaf("THAP")))
    told = turning(*verdict_on(both, raised(Result.NOT_MET, 800_000), raised(Result.NOT_MET, 300_000)))
    assert told == ("CAO (Góp mức cao): thêm ít nhất 700.000 đồng",)


def test_a_change_that_breaks_another_demand_is_no_way_out() -> None:
    """Where a sum has to reach the lower figure and stay below the higher, only the lower one is named."""
    between = Group("all", (Leaf("THAP"), Group("not", (Leaf("CAO"),))))
    told = turning(*verdict_on(between, raised(Result.NOT_MET, 800_000), raised(Result.NOT_MET, 300_000)))
    assert told == ("THAP (Góp mức thấp): thêm ít nhất 200.000 đồng",)


def test_what_rules_somebody_out_is_not_said_to_be_required() -> None:
    """Under a NOT the sentence says what must not be, for an attestation and for a sum alike."""
    neither = Group("all", tuple(Group("not", (Leaf(code),)) for code in ("BIPHAT", "THAP")))
    fined = Reason("BIPHAT", Result.MET, "Đã bị phạt", "Đã bị phạt", "M4.3")
    verdict, campaign = verdict_on(neither, fined, replace(raised(Result.NOT_MET, 300_000), actual=100_000))
    leaves_said = [child.children[0].words for child in explain(verdict, campaign).children[0].children]
    assert leaves_said == [
        f"{FINED.name}: ghi “Đã bị phạt”, không được là “Đã bị phạt”.",
        "Góp mức thấp: tổng 100.000 đồng, phải dưới 300.000 đồng.",
    ]
    assert excluding(neither) == {"BIPHAT": True, "THAP": True}
    assert excluding(Group("any", (neither, Leaf("THAP")))) == {"BIPHAT": True, "THAP": False}
