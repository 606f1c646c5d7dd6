"""The form in which a paper is made: by award form, kind of nominee and day of decision, as the campaign file says."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests import sheets
from tests.sound import SOUND
from thidua_xlsx import issue, load_campaign
from thidua_xlsx.campaign import Campaign
from thidua_xlsx.model import Finding, NomineeKind, Severity
from thidua_xlsx.pipeline import init, status
from thidua_xlsx.text import message

REPORT = "bao-cao-thanh-tich"
PLAN = Path(__file__).parent.parent / "workbook_templates" / "kien-giang" / "campaign.toml"
PERSON, GROUP = NomineeKind.INDIVIDUAL, NomineeKind.COLLECTIVE
ROUND = "tong-ket-2025"
SHORT = """
[[clause]]
id = "QD.MAU"
from = 2025-01-01
until = 2025-12-31
source = "Quyết định ví dụ về biểu mẫu"
text = "Biểu mẫu ví dụ."
"""
"""A clause that is in force in 2025 alone."""


def form(since: str, template: str, *lines: str, clause: str = "III.3", paper: str = REPORT) -> str:
    """A form in the campaign file; ``lines`` are further keys."""
    head = ("[[form]]", f'paper = "{paper}"', f"from = {since}", f'template = "{template}"', f'clause = "{clause}"')
    return "\n".join((*head, *lines, ""))


def without_forms() -> str:
    """The shipped campaign file with none of its forms."""
    head, *blocks = PLAN.read_text(encoding="utf-8").split("\n[[form]]\n")
    return head + "\n" + blocks[-1].partition("\n\n\n")[2]


def campaign(folder: Path, *forms: str) -> Campaign:
    """The shipped campaign with these forms alone."""
    (folder / "campaign.toml").write_text("\n".join((without_forms(), SHORT, *forms)), encoding="utf-8")
    return load_campaign(folder)


@pytest.mark.parametrize(
    ("award", "kind", "day", "name", "clause"),
    [
        ("GK_GDS", PERSON, date(2023, 12, 31), "Mẫu số 07", "MAU.ND91"),
        ("BK_UBT", GROUP, date(2023, 12, 31), "Mẫu số 07", "MAU.ND91"),
        ("HCLD_3", GROUP, date(2022, 8, 31), "Mẫu số 01", "MAU.ND91"),
        ("BK_TTG", PERSON, date(2022, 8, 31), "Mẫu số 02", "MAU.ND91"),
        ("BK_UBT", PERSON, date(2024, 1, 1), None, "MAU.ND98"),
        ("BK_UBT", PERSON, date(2025, 6, 30), None, "MAU.ND98"),
        ("HCLD_3", GROUP, date(2025, 6, 30), "Mẫu số 02", "MAU.ND98"),
        ("BK_UBT", PERSON, date(2025, 7, 1), None, "MAU.ND152"),
        ("HCLD_3", GROUP, date(2025, 8, 31), None, "MAU.ND152"),
    ],
)
def test_shipped_plan_follows_the_decrees(award: str, kind: NomineeKind, day: date, name: str | None, clause: str) -> None:
    """On both sides of 1/1/2024 and 1/7/2025; a number that could not be verified is left out, never guessed."""
    found = load_campaign(PLAN).form_for(REPORT, award, kind, day)
    assert found is not None
    assert (found.name, found.clause) == (name, clause)


def test_every_round_of_the_shipped_plan_has_its_form() -> None:
    """For each award form and kind, on the deadline as on the day of decision, by a clause in force on that day."""
    plan = load_campaign(PLAN)
    for occasion in plan.rounds.values():
        for award in occasion.awards:
            for kind in plan.kinds:
                filed, decided = (plan.form_for(REPORT, award, kind, day) for day in (occasion.deadline, occasion.decided_on))
                assert decided is not None
                assert filed == decided
                assert (PLAN.parent / "word" / decided.template).is_file()


def test_what_is_precise_goes_before_what_is_later(tmp_path: Path) -> None:
    """A form for certain awards goes before one for certain kinds, that before one for all; among equals the latest counts."""
    plan = campaign(
        tmp_path,
        form("2025-03-01", "all-later.docx"),
        form("2025-01-01", "all.docx"),
        form("2025-01-01", "people.docx", 'kinds = ["individual"]'),
        form("2025-01-01", "ttg.docx", 'awards = ["BK_TTG"]'),
        form("2025-02-01", "ttg-later.docx", 'awards = ["BK_TTG"]'),
        form("2025-01-01", "ttg-people.docx", 'awards = ["BK_TTG"]', 'kinds = ["individual"]'),
    )

    def made(award: str, kind: NomineeKind, day: date) -> str | None:
        found = plan.form_for(REPORT, award, kind, day)
        return found.template if found else None

    spring, summer = date(2025, 2, 15), date(2025, 8, 1)
    assert (made("BK_UBT", GROUP, spring), made("BK_UBT", GROUP, summer)) == ("all.docx", "all-later.docx")
    assert (made("BK_UBT", PERSON, summer), made("BK_TTG", GROUP, summer)) == ("people.docx", "ttg-later.docx")
    assert (made("BK_TTG", PERSON, summer), made("BK_TTG", GROUP, date(2025, 1, 31))) == ("ttg-people.docx", "ttg.docx")
    assert made("BK_UBT", PERSON, date(2024, 12, 31)) is None
    assert plan.form_for("to-trinh", "BK_UBT", None, summer) is None


def test_a_form_ends_with_its_clause(tmp_path: Path) -> None:
    """From the day after its clause ended a precise form no longer counts, and the general one does."""
    plan = campaign(tmp_path, form("2025-01-01", "all.docx"), form("2025-01-01", "ttg.docx", 'awards = ["BK_TTG"]', clause="QD.MAU"))
    found = [plan.form_for(REPORT, "BK_TTG", PERSON, day) for day in (date(2025, 12, 31), date(2026, 1, 1))]
    assert [each and each.template for each in found] == ["ttg.docx", "all.docx"]


def said(folder: Path, *forms: str) -> list[Finding]:
    """What a merge of the closing round (deadline 10/7/2025, decided on 31/8/2025) says of forms."""
    home = init(folder / "thi-dua")
    words = without_forms() if forms else PLAN.read_text(encoding="utf-8")
    (home / "campaign.toml").write_text("\n".join((words, SHORT, *forms)), encoding="utf-8")
    issue(home, ROUND, ["QLN"])
    sheets.fill(home / "issued" / ROUND / "QLN.xlsx", home / "inbox" / "QLN.xlsx", SOUND)
    return [found for found in status(home, ROUND)[0].findings if found.code in ("A614", "A615", "A616")]


NAMED = 'name = "Mẫu ví dụ"'


@pytest.mark.parametrize(
    ("since", "codes"),
    [("2025-07-10", []), ("2025-07-11", ["A614", "A614"]), ("2025-08-31", ["A614", "A614"]), ("2025-09-01", ["A615", "A615"])],
)
def test_nominations_that_span_two_forms_are_warned_of(tmp_path: Path, since: str, codes: list[str]) -> None:
    """By kind of nominee, where the form begins after the deadline and not after the day of decision; later there is none that day."""
    found = said(tmp_path, form(since, "bao-cao-ca-nhan.docx", NAMED))
    assert [each.code for each in found] == codes
    assert {each.severity for each in found} <= {Severity.WARNING}
    assert sorted(str(each.facts["count"]) for each in found) == (["1", "3"] if codes else [])


def test_the_old_form_and_the_new_are_named(tmp_path: Path) -> None:
    """The sentence says which form was filed by and which one decides, each by its name or its template."""
    people = 'kinds = ["individual"]'
    old, new = form("2025-01-01", "a.docx", NAMED, people), form("2025-08-01", "b.docx", 'name = "Mẫu mới"', people)
    (found,) = said(tmp_path, old, new, form("2025-01-01", "c.docx", NAMED))
    assert "còn dùng Mẫu ví dụ" in message(found)
    assert "thời gian của Mẫu mới (từ 01/08/2025): 3 hồ sơ" in message(found)


def test_papers_of_an_award_form_are_one_case(tmp_path: Path) -> None:
    """A tờ trình is for all kinds together: one warning, with all its nominees."""
    (found,) = said(tmp_path, form("2025-08-01", "to-trinh-moi.docx", NAMED, paper="to-trinh"))
    assert (found.code, found.facts["count"]) == ("A614", "4")


def test_a_name_that_is_not_verified_is_a_note(tmp_path: Path) -> None:
    """The shipped plan does not know the numbers of NĐ 152/2025's forms: it says so for each kind, quietly, and names the template."""
    found = said(tmp_path)
    assert [(each.code, each.severity, each.clause) for each in found] == [("A616", Severity.NOTE, "MAU.ND152")] * 2
