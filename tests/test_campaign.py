"""The campaign file: what the shipped one holds, what a second body's may hold, and what the loader says of a broken one."""

from __future__ import annotations

import hashlib
import re
import tomllib
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import FrozenInstanceError
from datetime import date
from pathlib import Path

import pytest

from thidua_xlsx.campaign import Campaign, CampaignError, Choice, Column, Group, Leaf, Round, When, leaves, load_campaign
from thidua_xlsx.model import NomineeKind
from thidua_xlsx.text import language
from thidua_xlsx.vietnamese import Refused, read_choice

SHIPPED = Path(__file__).parent.parent / "workbook_templates" / "kien-giang" / "campaign.toml"
OTHER_BODY = Path(__file__).parent / "campaigns" / "phuong-dong.toml"

CONTRACT = {
    "unit": "code name kind preparer phone email head_name head_title prepared_on declared_collectives declared_individuals "
    "staff_total staff_women TC3 TC5 party_rating union_rating",
    "collectives": "nominee_id name head_name head_title members women address phone duties award_sought TC1 TC2 TC3 TC4 TC5 TC6 "
    "performance party_rating union_rating discipline under_review note",
    "individuals": "nominee_id salutation full_name birth_date gender citizen_id hometown residence position department category "
    "qualification party_member award_sought TC1 TC2 TC4 TC6 performance discipline discipline_decision discipline_until "
    "under_review note",
    "achievements": "achievement_id nominee_id kind content achieved_on description value_vnd item unit_of_measure quantity "
    "unit_price valuation petition_document petition_result effect effect_amount effect_unit recognized_by decision_no "
    "decision_date share_percent used_for evidence_id",
    "prior_awards": "nominee_id year type name category decision_no decision_date issued_by",
    "evidence": "evidence_id title document_no issued_on issued_by file_name",
}
"""Tables and columns as other tools rely on them (design, 5.2)."""

LABELS = {
    "individuals.TC1": "Đạt · Không đạt · Chưa đánh giá",
    "individuals.TC6": "Đạt · Không đạt · Chưa đánh giá",
    "individuals.performance": "Hoàn thành xuất sắc nhiệm vụ · Hoàn thành tốt nhiệm vụ · Hoàn thành nhiệm vụ · Không hoàn thành nhiệm vụ",
    "collectives.party_rating": "Hoàn thành xuất sắc nhiệm vụ · Hoàn thành tốt nhiệm vụ · Hoàn thành nhiệm vụ · "
    "Không hoàn thành nhiệm vụ · Không có tổ chức",
    "individuals.discipline": "Không · Khiển trách · Cảnh cáo · Hạ bậc lương · Giáng chức · Cách chức · Buộc thôi việc",
    "individuals.under_review": "Có · Không",
    "individuals.gender": "Nam · Nữ",
    "individuals.salutation": "Ông · Bà",
    "individuals.category": "Lãnh đạo Sở · Lãnh đạo phòng, đơn vị · Công chức, viên chức · Người lao động",
    "achievements.petition_result": "Chưa trả lời · Đang nghiên cứu · Được tiếp thu · Đã ban hành",
    "prior_awards.type": "Danh hiệu thi đua · Hình thức khen thưởng",
    "prior_awards.category": "Công trạng · Chuyên đề · Đột xuất · Cống hiến · Niên hạn · Đối ngoại",
    "unit.kind": "Phòng · Đơn vị trực thuộc",
}
"""The drop-downs of the contract whose entries are labels."""

FIGURE = """
[[parameter]]
criterion = "TT1"
award = "BK_UBT"
kind = "individual"
from = {day}
{value}
clause = "III.3.TT1"
"""
"""A figure as an office adds it at the end of the file; the shipped file has eight places before it."""

Edit = Callable[..., Path]


@pytest.fixture(scope="module")
def shipped() -> Campaign:
    """Load the campaign an office starts from."""
    return load_campaign(SHIPPED)


@pytest.fixture(scope="module")
def other_body() -> Campaign:
    """Load the invented campaign of a ward."""
    return load_campaign(OTHER_BODY)


@pytest.fixture
def edited(tmp_path: Path) -> Edit:
    """Write the shipped file with pieces of its text replaced (each once), and text added at its end."""

    def edit(*replacements: tuple[str, str], added: str = "") -> Path:
        source = SHIPPED.read_text(encoding="utf-8")
        for old, new in replacements:
            assert old in source, old
            source = source.replace(old, new, 1)
        path = tmp_path / "campaign.toml"
        path.write_text(f"{source}\n{added}", encoding="utf-8")
        return path

    return edit


def problems(path: Path) -> tuple[str, ...]:
    """Collect what the loader has to say of a file it refuses."""
    with pytest.raises(CampaignError) as refusal:
        load_campaign(path)
    return refusal.value.problems


def columns(campaign: Campaign) -> list[tuple[str, Column]]:
    """List every column of a campaign under its defined name."""
    return [(f"{table.code}.{column.code}", column) for table in campaign.tables.values() for column in table.columns.values()]


def column_of(campaign: Campaign, name: str) -> Column:
    """Find the column of a defined name (``achievements.kind``)."""
    table, _, code = name.partition(".")
    return campaign.tables[table].columns[code]


# --- the shipped campaign -------------------------------------------------------------------------------------------------------


def test_shipped_tables_follow_the_contract(shipped: Campaign) -> None:
    """The six tables have exactly the contract's columns, in its order."""
    assert {code: " ".join(table.columns) for code, table in shipped.tables.items()} == CONTRACT


@pytest.mark.parametrize(("name", "labels"), LABELS.items())
def test_shipped_labels_follow_the_contract(shipped: Campaign, name: str, labels: str) -> None:
    """A drop-down has the contract's labels to the letter, and no codes."""
    entries = shipped.choices(column_of(shipped, name), "so-ket-2023")
    assert " · ".join(entry.label for entry in entries) == labels
    assert not any(entry.code for entry in entries)


def test_shipped_kinds_of_achievement_have_codes(shipped: Campaign) -> None:
    """The kinds of achievement are shown by label and kept by code."""
    entries = shipped.choices(column_of(shipped, "achievements.kind"), "so-ket-2023")
    assert {entry.value: entry.label for entry in entries} == {
        "TT1-TIEN": "Tiền",
        "TT1-HIENVAT": "Hiện vật",
        "TT1-NGAYCONG": "Ngày công",
        "TT2A": "Kiến nghị chính sách",
        "TT2B-SANGKIEN": "Sáng kiến",
        "TT2B-GIAIPHAP": "Giải pháp",
        "TT2B-MOHINH": "Mô hình",
    }


def test_shipped_shapes_of_the_contract(shipped: Campaign) -> None:
    """The unit and the round that the design spells out stand in the file as spelt."""
    qln = shipped.units["QLN"]
    assert (qln.code, qln.name) == ("QLN", "Phòng Quản lý nhà và Thị trường bất động sản")
    assert (qln.kind, qln.email) == ("phòng", "qln@example.vn")
    assert {"Phòng QLN&TTBĐS", "P. QLN", "Phòng Quản lý nhà", "Phòng QL nhà và TTBĐS"} <= set(qln.aliases)
    assert shipped.rounds["so-ket-2023"] == Round(
        id="so-ket-2023",
        name="Sơ kết phong trào, tháng 7/2023",
        achievements_from=date(2021, 1, 1),
        achievements_to=date(2023, 6, 30),
        awards=("BK_UBT",),
        deadline=date(2023, 6, 30),
        decided_on=date(2023, 7, 31),
        clause="III.3",
    )
    assert " ".join(shipped.rounds) == "dang-ky-2022 hang-nam-2022 hang-nam-2023 so-ket-2023 hang-nam-2024 tong-ket-2025"
    assert shipped.rounds["dang-ky-2022"].deadline == date(2022, 8, 22)


def test_shipped_units_write_to_nobody(shipped: Campaign) -> None:
    """The shipped units are examples, so every address belongs to the reserved domain."""
    assert len(shipped.units) == 12
    assert all(unit.email and unit.email.endswith("@example.vn") for unit in shipped.units.values())


def test_shipped_unit_kinds_are_choices_of_the_form(shipped: Campaign) -> None:
    """The kind of every unit is understood by the form's own drop-down."""
    entries = [(entry.label, entry.code, entry.aliases) for entry in shipped.lists["unit_kind"]]
    assert {read_choice(unit.kind, entries).value for unit in shipped.units.values()} == {"Phòng", "Đơn vị trực thuộc"}


def test_shipped_figures_are_not_invented(shipped: Campaign) -> None:
    """The plan gives no money figure, so TT1 has a place for each award and kind of nominee and a value for none."""
    places = {(entry.criterion, entry.award, entry.kind) for entry in shipped.parameters}
    assert places == {("TT1", award, kind) for award in ("GK_GDS", "BK_UBT", "BK_TTG", "HCLD_3") for kind in shipped.kinds}
    assert {entry.value for entry in shipped.parameters} == {None}


def test_shipped_awards_ask_for_the_plan(shipped: Campaign) -> None:
    """Every award asks for one achievement out of three, all six standards, and no open review."""
    for award in shipped.awards.values():
        achievements = Group("any", (Leaf("TT1"), Leaf("TT2A"), Leaf("TT2B")))
        rest = tuple(Leaf(code) for code in ("TC1", "TC2", "TC3", "TC4", "TC5", "TC6", "P4"))
        assert award.requires == Group("all", (achievements, *rest))


def test_shipped_quotations_agree(shipped: Campaign) -> None:
    """What a criterion or a content quotes is the text of its clause, and no quotation carries a mark of doubt."""
    quotations = [(content.clause, content.text) for content in shipped.contents.values()]
    quotations += [(criterion.clause, criterion.text) for criterion in shipped.criteria.values()]
    assert [text for clause, text in quotations if not shipped.clauses[clause].text.startswith(text)] == []
    assert not [clause.id for clause in shipped.clauses.values() if "[?]" in clause.text]


@pytest.mark.parametrize("path", [SHIPPED, OTHER_BODY], ids=["kien-giang", "phuong-dong"])
def test_a_campaign_file_is_one_unicode_form(path: Path) -> None:
    """The file is written in NFC, so that its words equal those typed in Excel."""
    assert unicodedata.is_normalized("NFC", path.read_text(encoding="utf-8"))


def test_shipped_columns_fit_excel(shipped: Campaign) -> None:
    """Help texts leave room for the clause in Excel's 255 characters, and headings are distinct within a table."""
    assert [name for name, column in columns(shipped) if len(column.help) > 230] == []
    for table in shipped.tables.values():
        assert len({column.heading for column in table.columns.values()}) == len(table.columns)


@pytest.mark.parametrize("path", [SHIPPED, OTHER_BODY], ids=["kien-giang", "phuong-dong"])
def test_every_spelling_is_understood_as_its_own_entry(path: Path) -> None:
    """Label, code and every alias of a drop-down lead back to their own entry and to no other."""
    campaign = load_campaign(path)
    round_id = next(iter(campaign.rounds))
    wrong = []
    for name, column in columns(campaign):
        entries = campaign.choices(column, round_id)
        known = [(entry.label, entry.code, entry.aliases) for entry in entries]
        for entry in entries:
            for spelling in filter(None, (entry.label, entry.code, *entry.aliases)):
                try:
                    understood = read_choice(spelling, known).value
                except Refused:
                    understood = "?"
                if understood != entry.value:
                    wrong.append((name, spelling, entry.value, understood))
    assert wrong == []


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("individuals.TC6", "có"),
        ("individuals.TC6", "không"),
        ("individuals.TC1", "không"),
        ("collectives.party_rating", "Trong sạch vững mạnh"),
    ],
)
def test_ambiguous_words_are_no_alias(shipped: Campaign, name: str, typed: str) -> None:
    """A word that may mean either answer ("có" under a standard worded with "không") is asked about, never guessed."""
    entries = shipped.choices(column_of(shipped, name), "so-ket-2023")
    with pytest.raises(Refused):
        read_choice(typed, [(entry.label, entry.code, entry.aliases) for entry in entries])


@pytest.mark.parametrize("path", [SHIPPED, OTHER_BODY], ids=["kien-giang", "phuong-dong"])
def test_conditions_name_values_that_can_occur(path: Path) -> None:
    """Conditions, contradictions, measures and attestations only name values their columns can hold."""
    campaign = load_campaign(path)
    round_id = next(iter(campaign.rounds))
    offered = {name: {entry.value for entry in campaign.choices(column, round_id)} for name, column in columns(campaign)}
    named: list[tuple[str, tuple[str, ...]]] = []
    for table in campaign.tables.values():
        for column in table.columns.values():
            conditions = (*column.required_when, *column.expected_when, *column.min_length_when)
            named += [(f"{table.code}.{when.column}", when.values) for when in conditions]
            named += [(f"{table.code}.{entry.column}", (entry.attested,)) for entry in column.contradictions]
            named += [(f"{table.code}.{column.code}", entry.compatible) for entry in column.contradictions]
    for measure in campaign.measures.values():
        named += [(f"{measure.table}.{code}", values) for code, values in measure.where.items()]
    for criterion in campaign.criteria.values():
        read_from = [f"{table.code}.{criterion.attestation}" for table in campaign.tables.values() if table.nominee]
        named += [(name, (*criterion.met, *criterion.not_met)) for name in read_from if name in offered]
    assert named
    assert [(name, values) for name, values in named if not set(values) <= offered[name]] == []


# --- another body's campaign ----------------------------------------------------------------------------------------------------


def test_another_body_shares_no_code_with_the_shipped_campaign(shipped: Campaign, other_body: Campaign) -> None:
    """A campaign with other units, awards, criteria, lists and sheets loads from its file alone."""
    for kind in ("units", "awards", "criteria", "contents", "lists", "rounds", "measures"):
        assert not set(getattr(shipped, kind)) & set(getattr(other_body, kind)), kind
    assert not {table.sheet for table in shipped.tables.values()} & {table.sheet for table in other_body.tables.values()}
    assert "street_group" in other_body.tables["individuals"].columns


def test_requirements_of_every_shape_are_read(other_body: Campaign) -> None:
    """The requirements "at least two of three" and "not" are read as written, their criteria in order."""
    requires = other_body.awards["GK_PHUONG"].requires
    two_of_three = Group("at_least", (Leaf("KQ1"), Leaf("KQ2"), Leaf("KQ3")), 2)
    assert requires == Group("all", (two_of_three, Leaf("GUONGMAU"), Group("not", (Leaf("BIPHAT"),))))
    assert list(leaves(requires)) == ["KQ1", "KQ2", "KQ3", "GUONGMAU", "BIPHAT"]


def test_the_council_is_read(shipped: Campaign, other_body: Campaign) -> None:
    """A council named in the file is there; where the plan names none, nothing is made up."""
    assert other_body.council.total == 7
    assert [member.role for member in other_body.council.members] == ["Chủ tịch Hội đồng", "Ủy viên, thư ký"]
    assert (shipped.council.total, shipped.council.quorum, shipped.council.members) == (None, None, ())


def council(threshold: str) -> tuple[str, str]:
    """The shipped file's place for a council, filled with a threshold."""
    return "\n[titles]\n", f"\n[council]\ntotal = 15\nthreshold = [{threshold}]\n\n[titles]\n"


def test_the_shipped_plan_needs_no_share_of_votes(shipped: Campaign) -> None:
    """No percentage is known for the plan's award forms, so none is set."""
    assert [shipped.council.threshold(award) for award in shipped.awards] == [None] * 4


@pytest.mark.parametrize(
    ("percent", "members", "votes"), [(80, 15, 12), (80, 14, 12), (80, 9, 8), (66.7, 9, 7), (90, 10, 9), (100, 7, 7), (0.1, 7, 1)]
)
def test_needed_votes_are_rounded_up(edited: Edit, percent: float, members: int, votes: int) -> None:
    """The share is of all members; a part of a vote needs a whole one, and rounding errors of the computer none."""
    threshold = load_campaign(edited(council(f'{{ award = "BK_UBT", percent = {percent}, clause = "III.3" }}'))).council.threshold("BK_UBT")
    assert threshold is not None
    assert threshold.votes(members) == votes


@pytest.mark.parametrize(
    ("threshold", "words"),
    [
        ('{ award = "BK_UBT", percent = 80 }', ("clause",)),
        ('{ award = "BK_UBT", percent = 80, clause = "III.9" }', ("III.9",)),
        ('{ award = "BK_UBND", percent = 80, clause = "III.3" }', ("BK_UBND", "BK_UBT")),
        ('{ award = "BK_UBT", percent = 120, clause = "III.3" }', ("120", "100")),
        ('{ award = "BK_UBT", percent = 0, clause = "III.3" }', ("0",)),
        ('{ award = "BK_UBT", clause = "III.3" }', ("percent",)),
        ('{ award = "BK_UBT", percent = 80, clause = "III.3" }, { award = "BK_UBT", percent = 90, clause = "III.3" }', ("BK_UBT",)),
    ],
)
def test_a_wrong_share_of_votes_is_refused(edited: Edit, threshold: str, words: tuple[str, ...]) -> None:
    """No percentage without a clause of the file, an award form of the file, and a value above 0 and at most 100; each form once."""
    (problem,) = problems(edited(council(threshold)))
    assert all(word in problem for word in words)


# --- what holds on a day --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "parent"),
    [
        (date(2020, 1, 1), "UBND QUẬN HẢI TÂY"),
        (date(2024, 1, 1), "UBND QUẬN HẢI TÂY"),
        (date(2025, 6, 30), "UBND QUẬN HẢI TÂY"),
        (date(2025, 7, 1), "UBND THÀNH PHỐ TRƯỜNG GIANG"),
        (date(2030, 1, 1), "UBND THÀNH PHỐ TRƯỜNG GIANG"),
    ],
)
def test_letterhead_of_a_day(other_body: Campaign, day: date, parent: str) -> None:
    """The latest letterhead not after the day counts; before the first one, the first."""
    assert other_body.organ_on(day).parent == parent


@pytest.mark.parametrize(
    ("round_id", "decree"),
    [
        ("hang-nam-2022", "91/2017"),
        ("so-ket-2023", "91/2017"),
        ("hang-nam-2023", "91/2017"),
        ("hang-nam-2024", "98/2023"),
        ("tong-ket-2025", "152/2025"),
    ],
)
def test_law_of_a_round(shipped: Campaign, round_id: str, decree: str) -> None:
    """Each round cites the decree in force on the day it is decided."""
    law = shipped.law_on(shipped.rounds[round_id].decided_on)
    assert law is not None
    assert f"Nghị định số {decree}/NĐ-CP" in " ".join(law.citations)


def test_no_law_before_the_first(shipped: Campaign) -> None:
    """Before the first law the file names, none is cited."""
    assert shipped.law_on(date(2019, 12, 31)) is None


@pytest.mark.parametrize(
    ("award", "kind", "on", "figure"),
    [
        ("GK_PHUONG", NomineeKind.INDIVIDUAL, date(2023, 12, 31), None),
        ("GK_PHUONG", NomineeKind.INDIVIDUAL, date(2024, 1, 1), 500_000),
        ("GK_PHUONG", NomineeKind.INDIVIDUAL, date(2025, 6, 30), 500_000),
        ("GK_PHUONG", NomineeKind.INDIVIDUAL, date(2025, 7, 1), 800_000),
        ("GK_PHUONG", NomineeKind.COLLECTIVE, date(2026, 12, 31), 5_000_000),
        ("BK_TP", NomineeKind.INDIVIDUAL, date(2026, 12, 31), 2_000_000),
    ],
)
def test_figure_of_a_day(other_body: Campaign, award: str, kind: NomineeKind, on: date, figure: int | None) -> None:
    """The latest figure not after the day counts, for its own award and kind of nominee; before the first, none is known."""
    assert other_body.figure(other_body.criteria["KQ1"], award, kind, on) == figure


@pytest.mark.parametrize(
    ("award", "kind", "on", "multiple"),
    [
        ("BK_UBT", NomineeKind.INDIVIDUAL, date(2023, 7, 31), 1.0),
        ("BK_UBT", NomineeKind.COLLECTIVE, date(2023, 12, 31), 2.0),
        ("BK_UBT", NomineeKind.COLLECTIVE, date(2024, 12, 31), None),
        ("BK_UBT", NomineeKind.COLLECTIVE, date(2025, 7, 1), 3.0),
        ("BK_UBT", NomineeKind.INDIVIDUAL, date(2025, 8, 31), None),
        ("HCLD_3", NomineeKind.COLLECTIVE, date(2025, 8, 31), 9.0),
        ("GK_GDS", NomineeKind.COLLECTIVE, date(2023, 7, 31), None),
    ],
)
def test_prize_of_a_day(shipped: Campaign, award: str, kind: NomineeKind, on: date, multiple: float | None) -> None:
    """The latest multiple not after the day counts; one that is left out is not known, and ends the one before."""
    prize = shipped.prize(award, kind, on)
    assert (prize.multiple if prize else None) == multiple


@pytest.mark.parametrize(("on", "value"), [(date(2023, 7, 31), None), (date(2024, 6, 30), None), (date(2024, 7, 1), 2_340_000)])
def test_base_salary_of_a_day(shipped: Campaign, on: date, value: int | None) -> None:
    """Only the base salary that was verified is set, from its day on."""
    salary = shipped.base_salary_on(on)
    assert (salary.value if salary else None) == value


PRIZE = '[[prize]]\naward = "{award}"\nkind = "individual"\nfrom = 2017-10-01\nmultiple = {multiple}\nclause = "{clause}"\n'


@pytest.mark.parametrize(
    ("added", "words"),
    [
        (PRIZE.format(award="BK_UBND", multiple=1.0, clause="III.3"), ("BK_UBND", "BK_UBT")),
        (PRIZE.format(award="BK_TTG", multiple=-1.0, clause="III.3"), ("multiple", "-1")),
        (PRIZE.format(award="BK_TTG", multiple=1.0, clause="III.9"), ("III.9",)),
        (PRIZE.format(award="BK_UBT", multiple=1.5, clause="III.3"), ("BK_UBT", "2017-10-01")),
        ("[[base_salary]]\nfrom = 2023-07-01\nvalue = 1_800_000\n", ("clause",)),
        ('[[base_salary]]\nfrom = 2024-07-01\nvalue = 2_340_000\nclause = "III.3"\n', ("2024-07-01",)),
    ],
)
def test_a_wrong_prize_is_refused(edited: Edit, added: str, words: tuple[str, ...]) -> None:
    """A prize is for an award form of the file, at least 0, quotes a clause, and no two hold from the same day."""
    (problem,) = problems(edited(added=added))
    assert all(word in problem for word in words)


def test_a_fixed_figure_needs_no_parameter(other_body: Campaign) -> None:
    """A criterion with its own figure has it on every day."""
    assert other_body.figure(other_body.criteria["KQ2"], "BK_TP", NomineeKind.INDIVIDUAL, date(1990, 1, 1)) == 3


def test_a_figure_added_beside_its_empty_place_counts(edited: Edit) -> None:
    """An office may fill in a figure by adding a block; the shipped block of the same day without a value does not undo it."""
    campaign = load_campaign(edited(added=FIGURE.format(day="2021-01-01", value="value = 20_000_000")))
    found = {kind: campaign.figure(campaign.criteria["TT1"], "BK_UBT", kind, date(2023, 6, 30)) for kind in campaign.kinds}
    assert found == {NomineeKind.INDIVIDUAL: 20_000_000, NomineeKind.COLLECTIVE: None}


def test_a_later_block_without_value_makes_the_figure_unknown_again(edited: Edit) -> None:
    """When a rule lapses before the next figure is known, the criterion is open from that day on."""
    added = FIGURE.format(day="2022-01-01", value="value = 5_000_000") + FIGURE.format(day="2023-01-01", value="")
    campaign = load_campaign(edited(added=added))
    tt1 = campaign.criteria["TT1"]
    days = (date(2021, 12, 31), date(2022, 12, 31), date(2023, 1, 1))
    assert [campaign.figure(tt1, "BK_UBT", NomineeKind.INDIVIDUAL, day) for day in days] == [None, 5_000_000, None]


# --- drop-downs -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "round_id", "values"),
    [
        ("individuals.award_sought", "so-ket-2023", ["BK_UBT"]),
        ("individuals.award_sought", "hang-nam-2022", ["GK_GDS", "BK_UBT"]),
        ("individuals.award_sought", "tong-ket-2025", ["BK_UBT", "BK_TTG", "HCLD_3"]),
        ("achievements.used_for", "so-ket-2023", ["Không", "GK_GDS", "BK_UBT", "BK_TTG", "HCLD_3"]),
        ("achievements.content", "so-ket-2023", ["ND1", "ND2", "ND3", "ND4", "ND5"]),
        ("achievements.nominee_id", "so-ket-2023", []),
        ("achievements.evidence_id", "so-ket-2023", []),
        ("individuals.full_name", "so-ket-2023", []),
    ],
)
def test_choices_of_a_round(shipped: Campaign, column: str, round_id: str, values: list[str]) -> None:
    """A drop-down offers the round's awards, all awards for what was used before, and nothing for the file's own keys."""
    assert [entry.value for entry in shipped.choices(column_of(shipped, column), round_id)] == values


def test_units_are_chosen_by_name_and_alias(shipped: Campaign) -> None:
    """The unit's name is chosen with its aliases, its code as it stands."""
    names = shipped.choices(column_of(shipped, "unit.name"), "so-ket-2023")
    qln = shipped.units["QLN"]
    assert Choice(qln.name, None, qln.aliases) in names
    assert [entry.value for entry in shipped.choices(column_of(shipped, "unit.code"), "so-ket-2023")] == list(shipped.units)


@pytest.mark.parametrize(
    ("when", "value", "holds"),
    [
        (When("kind", ("TT2A",)), "TT2A", True),
        (When("kind", ("TT2A",)), "TT1-TIEN", False),
        (When("kind", ("TT2A",)), None, False),
        (When("discipline", ("Không",), negated=True), "Khiển trách", True),
        (When("discipline", ("Không",), negated=True), "Không", False),
        (When("discipline", ("Không",), negated=True), None, False),
    ],
)
def test_conditions(when: When, value: str | None, *, holds: bool) -> None:
    """A condition holds by the typed value; a blank meets neither the plain nor the negated form."""
    assert when.holds(value) is holds


def test_prefilled_keys(shipped: Campaign) -> None:
    """Keys are written down the lines beforehand, and a table without a pattern has none."""
    keys = {code: table.prefilled_key("QLN", 3) for code, table in shipped.tables.items()}
    assert keys == {
        "unit": None,
        "collectives": "QLN-TT03",
        "individuals": "QLN-CN003",
        "achievements": "QLN-T003",
        "prior_awards": None,
        "evidence": "QLN-MC03",
    }


# --- the file itself ------------------------------------------------------------------------------------------------------------


def test_a_folder_stands_for_its_campaign_file(shipped: Campaign) -> None:
    """A campaign folder and its file give the same campaign, known by the hash of the file."""
    assert load_campaign(SHIPPED.parent) == shipped
    assert shipped.sha256 == hashlib.sha256(SHIPPED.read_bytes()).hexdigest()


def test_a_campaign_cannot_be_changed(shipped: Campaign) -> None:
    """A loaded campaign is frozen."""
    with pytest.raises(FrozenInstanceError):
        shipped.version = 2  # type: ignore[misc]


def test_a_file_saved_by_notepad_is_read(tmp_path: Path, shipped: Campaign) -> None:
    """Notepad's byte order mark and Windows line ends do no harm."""
    path = tmp_path / "campaign.toml"
    path.write_bytes(b"\xef\xbb\xbf" + SHIPPED.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    assert load_campaign(path).tables == shipped.tables


def test_a_file_of_another_encoding_is_refused(tmp_path: Path) -> None:
    """A file saved as UTF-16 is refused with the way to save it."""
    path = tmp_path / "campaign.toml"
    path.write_text(SHIPPED.read_text(encoding="utf-8"), encoding="utf-16")
    assert "UTF-8" in problems(path)[0]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """Where no campaign file stands, its path is said and how to make one."""
    said = problems(tmp_path / "nowhere")[0]
    assert "nowhere" in said
    assert "thidua init" in said


# --- broken files ---------------------------------------------------------------------------------------------------------------

TT1_OF_UNIT = 'kind = "collective"\nfrom = 2021-01-01\n'

BROKEN: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "no TOML": ("version = 1", "version =", ("không đọc được", "dòng")),
    "a figure without a clause": (
        'from = 2021-01-01\nclause = "III.3.TT1"',
        "from = 2021-01-01\nvalue = 1_000_000",
        ("[parameter] thứ 1", 'thiếu khóa "clause"'),
    ),
    "a clause nobody can quote": (
        'clause = "V.2"',
        'clause = "V.22"',
        ("[round] thứ 1", "V.22", "điều khoản", 'có phải là "V.2"'),
    ),
    "a figure in words": (TT1_OF_UNIT, f'{TT1_OF_UNIT}value = "20 triệu"\n', ("[parameter] thứ 1", "phải là số", "20 triệu")),
    "a negative figure": (TT1_OF_UNIT, f"{TT1_OF_UNIT}value = -1\n", ("[parameter] thứ 1", "không thể âm")),
    "a figure nobody asks for": ('criterion = "TT1"', 'criterion = "TC1"', ("[parameter] thứ 1", '"TC1"', "không lấy mức")),
    "a figure for no kind of nominee": (
        'kind = "collective"\nfrom',
        'kind = "household"\nfrom',
        ("[parameter] thứ 1", "household", "individual"),
    ),
    "a round with an unknown award": (
        'awards = ["BK_UBT"]',
        'awards = ["BK_UBTT"]',
        ("[round] thứ 4", "BK_UBTT", 'có phải là "BK_UBT"'),
    ),
    "a date in quotation marks": (
        "deadline = 2023-06-30",
        'deadline = "2023-06-30"',
        ("[round] thứ 4", "deadline", "phải là ngày"),
    ),
    "a window that ends before it begins": (
        "achievements_from = 2024-01-01",
        "achievements_from = 2025-01-01",
        ("[round] thứ 5", "2025-01-01", "sau", "2024-12-31"),
    ),
    "a unit code in other letters": (
        'code = "TTKD"',
        'code = "ttqh"',
        ("[unit] thứ 11", "ttqh", "đã có ở trên (chữ hoa, chữ thường coi như nhau)"),
    ),
    "a round in other letters": ('id = "hang-nam-2022"', 'id = "HANG-NAM-2023"', ("[round] thứ 3", "hang-nam-2023", "đã có ở trên")),
    "a unit code twice": ('code = "TTKD"', 'code = "TTQH"', ("[unit] thứ 11", "TTQH", "đã có ở trên")),
    "a code with diacritics": ('code = "TTKD"', 'code = "TTKĐ"', ("[unit] thứ 11", "TTKĐ", "không dấu")),
    "a unit without a name": ('name = "Thanh tra Sở"', 'name = " "', ("[unit] thứ 2", '"name"', "để trống")),
    "a slip in a key": ('recipients = ["Chủ', 'recipents = ["Chủ', ("[organ] thứ 1", '"recipents"', 'có phải là "recipients"')),
    "an unknown type of column": ('type = "citizen_id"', 'type = "cccd"', ("[table.column] thứ 6", "cccd", "citizen_id")),
    "a choice without a list": ('type = "choice"\nchoices = "gender"', 'type = "choice"', ("[table.column] thứ 5", "choices")),
    "an unknown list": ('choices = "petition_result"', 'choices = "petition"', ("[table.column] thứ 14", "petition", "danh mục")),
    "a flag in words": (
        'group = "Đơn vị"\nrequired = true',
        'group = "Đơn vị"\nrequired = "có"',
        ("[table.column] thứ 1", "true hoặc false"),
    ),
    "a sheet name Excel refuses": ('sheet = "Thành tích"', 'sheet = "Thành tích 2021/2022"', ("[table] thứ 4", "Excel")),
    "keys that would repeat": ('prefill = "{unit}-CN{n:03d}"', 'prefill = "CN{n:03d}"', ("[table] thứ 3", "prefill", "{unit}")),
    "a condition on no column": (
        'required_when = [{ column = "kind", is = ["TT2A"] }]',
        'required_when = [{ column = "kinds", is = ["TT2A"] }]',
        ("[table.column] thứ 13", "required_when", 'có phải là "kind"'),
    ),
    "a pattern that is none": ("pattern = '^", "pattern = '^(", ("[table.column] thứ 19", "biểu thức chính quy")),
    "one thing by a column that is not there": (
        'one_thing = [{ columns = ["name",',
        'one_thing = [{ columns = ["nam",',
        ("[table] thứ 5", "one_thing", '"nam"', 'có phải là "name"'),
    ),
    "one thing under a condition that never holds": (
        'is = ["TT2A"] }], matching',
        'is = ["TT3"] }], matching',
        ("[table] thứ 4", "one_thing", "TT3"),
    ),
    "a kind that no unit is of": ('inner_kinds = ["phòng"]', 'inner_kinds = ["phong"]', ("[campaign]", "inner_kinds", '"phong"')),
    "a sole thing without shares": (
        'share = "share_percent", sole = true',
        "sole = true",
        ("[table] thứ 4, one_thing 4", "thiếu khóa", "share"),
    ),
    "a part of a number that is no pattern": (
        "matching = '(?i)(hóa",
        "matching = '(?i((hóa",
        ("[table] thứ 4, one_thing 4", "biểu thức chính quy"),
    ),
    "words that tell a value nobody can choose": (
        'words = { "Danh hiệu thi đua" =',
        'words = { "Danh hiệu" =',
        ("[table.column] thứ 3", "told_by", '"Danh hiệu"'),
    ),
    "words of no column": ('told_by = { column = "name"', 'told_by = { column = "ten"', ("[table.column] thứ 3", "told_by", '"ten"')),
    "a paper without a date": (
        'document = { date = "decision_date", issuer = "issued_by" }',
        'document = { issuer = "issued_by" }',
        ("[table.column] thứ 6", "document", 'thiếu khóa "date"'),
    ),
    "a date that follows no date": (
        'not_before = "achieved_on"',
        'not_before = "achieved"',
        ("[table.column] thứ 20", "not_before", "achieved_on"),
    ),
    "an age that is no range": ("age = [18, 70]", "age = 18", ("[table.column] thứ 4", "age")),
    "a table without a column the program needs": (
        'code = "full_name"',
        'code = "fullname"',
        ("[table] thứ 3", "individuals", "thiếu các cột", "full_name"),
    ),
    "a reference to no table": (
        'references = ["evidence"]',
        'references = ["proofs"]',
        ("[table.column] thứ 23", "proofs", "bảng"),
    ),
    "an unknown criterion": ('"TC6", "P4"]', '"TC7", "P4"]', ("[award] thứ 1", "TC7", "tiêu chuẩn")),
    "a requirement of no known shape": ('{ any = ["TT1"', '{ some = ["TT1"', ("[award] thứ 1", "requires", "at_least")),
    "a criterion of two kinds": (
        'attestation = "TC1"',
        'attestation = "TC1"\nmeasure = "tt1_total"',
        ("[criterion] thứ 4", "một trong hai"),
    ),
    "an attestation nobody gives": (
        'attestation = "under_review"',
        'attestation = "reviewed"',
        ("[criterion] thứ 10", "reviewed", "collectives", "không có cột đó"),
    ),
    "an attestation that is never met": ('met = ["Không"]\n', "", ("[criterion] thứ 10", '"met"')),
    "a criterion without its measure": (
        'measure = "tt2a_count"',
        'measure = "tt2_count"',
        ("[criterion] thứ 2", "tt2_count", "phép đếm"),
    ),
    "a sum of nothing": ('of = "value_vnd"\n', "", ("[measure] thứ 1", '"of"')),
    "a measure of no table": (
        'table = "achievements"\nof',
        'table = "achievement"\nof',
        ("[measure] thứ 1", 'có phải là "achievements"'),
    ),
}
"""What is broken: (text of the shipped file, what stands there instead, words that one problem must hold together)."""


@pytest.mark.parametrize(("old", "new", "words"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_file_is_refused_with_the_place(edited: Edit, old: str, new: str, words: tuple[str, ...]) -> None:
    """One sentence names the place and the fault, in words an office can act on."""
    found = problems(edited((old, new)))
    assert [said for said in found if all(word in said for word in words)], found


def test_every_fault_is_reported_at_once_with_its_line(edited: Edit) -> None:
    """Several faults make one refusal: a sentence each, with the line that is wrong."""
    wrong = ('name = ""', 'deadline = "30/6/2023"', 'clause = "V.4"', 'note = "?"')
    path = edited(
        ('name = "Thanh tra Sở"', wrong[0]),
        ("deadline = 2023-06-30", wrong[1]),
        ('clause = "V.2"', wrong[2]),
        ('kind = "collective"\nfrom', f'kind = "collective"\n{wrong[3]}\nfrom'),
    )
    lines = path.read_text(encoding="utf-8").splitlines()
    found = problems(path)
    headers = []
    for said in found:
        match = re.match(r"dòng (\d+), \[(\w+)\] thứ (\d+): ", said)
        assert match, said
        assert lines[int(match[1]) - 1] in wrong
        headers.append((match[2], int(match[3])))
    assert sorted(headers) == [("parameter", 1), ("round", 1), ("round", 4), ("unit", 2)]


def test_two_figures_of_one_day_are_refused(edited: Edit) -> None:
    """Two different figures for one criterion, award, kind and day contradict each other."""
    added = [FIGURE.format(day="2022-01-01", value=f"value = {figure}") for figure in (1_000_000, 2_000_000)]
    found = problems(edited(added="".join(added)))
    assert len(found) == 1
    assert "[parameter] thứ 10" in found[0]


@pytest.mark.parametrize("name", ["organ", "unit", "clause", "table", "criterion", "award", "round"])
def test_a_missing_section_is_named(tmp_path: Path, name: str) -> None:
    """A file that leaves out a whole section the program needs says which."""
    source = re.sub(rf"(?ms)^\[\[{name}(?:\.\w+)?\]\].*?(?=^\[|\Z)", "", SHIPPED.read_text(encoding="utf-8"))
    assert name not in tomllib.loads(source)
    path = tmp_path / "campaign.toml"
    path.write_text(source, encoding="utf-8")
    assert [said for said in problems(path) if said.startswith(f"thiếu mục [{name}];")]


def test_an_unknown_section_is_refused(edited: Edit) -> None:
    """A section nobody reads is a slip of the pen, not silence."""
    assert any('"rounds"' in said for said in problems(edited(added='[[rounds]]\nid = "x"\n')))


def test_single_brackets_where_there_may_be_several_are_refused(tmp_path: Path) -> None:
    """Writing ``[law]`` for ``[[law]]`` is answered with the spelling that is meant."""
    source = re.sub(r"(?ms)^\[\[law\]\].*?(?=^\[)", "", SHIPPED.read_text(encoding="utf-8"))
    path = tmp_path / "campaign.toml"
    path.write_text(f"{source}\n[law]\nfrom = 2020-01-01\n", encoding="utf-8")
    assert any("[[law]]" in said for said in problems(path))


def test_the_refusal_counts_its_problems_and_speaks_english(edited: Edit) -> None:
    """The refusal as printed has a heading with the count and a line for each problem, in the reader's language."""
    path = edited(('name = "Thanh tra Sở"', 'name = ""'), ('clause = "V.2"', 'clause = "V.4"'))
    with language("en"), pytest.raises(CampaignError) as refusal:
        load_campaign(path)
    heading, *listed = str(refusal.value).splitlines()
    assert "2 problems" in heading
    assert [line.startswith("- line ") for line in listed] == [True, True]


def test_units_may_all_be_of_one_kind(tmp_path: Path) -> None:
    """An office replaces the units by its own, none of which is a phòng; the rest of the plan still loads."""
    source = SHIPPED.read_text(encoding="utf-8")
    head, *blocks = source.split("\n[[unit]]\n")
    after = blocks[-1].partition("\n\n")[2]
    own = 'code = "TT1"\nname = "Trung tâm Một"\naliases = []\nkind = "đơn vị trực thuộc"\nemail = "tt1@example.vn"\n\n'
    path = tmp_path / "campaign.toml"
    path.write_text(f"{head}\n[[unit]]\n{own}{after}", encoding="utf-8")
    assert list(load_campaign(path).units) == ["TT1"]
