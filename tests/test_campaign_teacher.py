"""``thidua campaign check`` as a teacher: what stands there, why it cannot work, the right line; and what is only worth a look."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from thidua_xlsx.campaign import CampaignError, doubts, load_campaign
from thidua_xlsx.cli import cli
from thidua_xlsx.text import has, say

ROOT = Path(__file__).resolve().parents[1]
PLAN = ROOT / "workbook_templates" / "xa-nep-vang" / "campaign.toml"
Edit = Callable[[str, str], Path]


@pytest.fixture
def edited(tmp_path: Path) -> Edit:
    """The second campaign with one place changed."""

    def edit(old: str, new: str) -> Path:
        source = PLAN.read_text(encoding="utf-8")
        assert old in source
        path = tmp_path / "campaign.toml"
        path.write_text(source.replace(old, new, 1), encoding="utf-8")
        return path

    return edit


FIRST_AWARD = '[[award]]\ncode = "TK_XA"'
FORM = """[[form]]
paper = "bao-cao-thanh-tich"
kinds = ["individual"]
from = 2025-01-01
template = "bao-cao-ca-nhan.docx"
clause = "III.1"

"""


def with_form(old: str = "", new: str = "", *, twice: bool = False) -> tuple[str, str]:
    """A form (twice) before the first award, with one place changed."""
    assert old in FORM
    return FIRST_AWARD, FORM.replace(old, new, 1) + (FORM if twice else "") + FIRST_AWARD


MISTAKES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "a missing clause": (
        'clause = "III.1"\n\n[[parameter]]',
        "\n[[parameter]]",
        ("dòng", 'thiếu khóa "clause"', 'Viết ví dụ: clause = "III.1"'),
    ),
    "a slip in a key": (
        'head_title = "CHỦ TỊCH"',
        'head_titel = "CHỦ TỊCH"',
        ("head_titel", 'có phải là "head_title"', "Sửa lại tên khóa"),
    ),
    "a form of a paper there is not": (
        *with_form('"bao-cao-thanh-tich"', '"bao-cao"'),
        ('"bao-cao"', "bao-cao-thanh-tich, to-trinh", 'Viết ví dụ: paper = "bao-cao-thanh-tich"'),
    ),
    "a form of a list by kind": (*with_form('"bao-cao-thanh-tich"', '"to-trinh"'), ('"to-trinh"', "Bỏ dòng kinds")),
    "a form for a kind there is not": (*with_form('"individual"', '"person"'), ('"person"', "individual", "Viết ví dụ: kinds")),
    "a form outside its folder": (*with_form('"bao-cao-ca-nhan.docx"', '"word/a.docx"'), ("word/a.docx", "không ghi đường dẫn")),
    "a form in another format": (*with_form('"bao-cao-ca-nhan.docx"', '"bao-cao.doc"'), ("bao-cao.doc", "đuôi .docx")),
    "a form without its clause": (*with_form('clause = "III.1"\n'), ("[form]", 'thiếu khóa "clause"')),
    "a form for an award there is not": (*with_form('kinds = ["individual"]', 'awards = ["TK_X"]'), ("TK_X", 'có phải là "TK_XA"')),
    "two forms from one day": (*with_form(twice=True), ("hai biểu mẫu", "2025-01-01", "không biết dùng mẫu nào")),
    "a figure in words": ("value = 70", 'value = "bảy mươi"', ("'bảy mươi'", "phải là số", "value = 80.5")),
    "a figure that is no number": ("value = 70", "value = nan", ("nan", "phải là số")),
    "a code twice": ('code = "DOAI"', 'code = "DONG"', ("dòng", "đã có ở trên", "đặt mã khác")),
    "a date in quotation marks": (
        "deadline = 2025-12-20",
        'deadline = "20/12/2025"',
        ("'20/12/2025'", "Viết ví dụ: deadline = 2025-12-20"),
    ),
    "dates the wrong way round": ("achievements_to = 2025-12-31", "achievements_to = 2024-12-31", ("2025-01-01", "sau", "Đổi lại")),
    "a requirement of a criterion there is not": ('"DIEM", "VIEC", "TC1", "TC2"]', '"DIM", "VIEC", "TC1"]', ("DIM", 'có phải là "DIEM"')),
    "a sum over words": ('of = "points"', 'of = "item"', ('"item"', 'kiểu "choice"', "money, number", 'type = "money"')),
    "a window by no date": ('date = "scored_on"', 'date = "points"', ('"points"', 'kiểu "number"', 'type = "date"')),
    "a kind that nobody lists": ('kind = "household"\nfrom', 'kind = "households"\nfrom', ("households", "household")),
    "a household without its head": (
        'code = "head_name"\nheading = "Chủ hộ"',
        'code = "head"\nheading = "Chủ hộ"',
        ("households", "head_name", "[[table.column]]"),
    ),
    "a quota of two sorts": ("percent = 20\n", "percent = 20\ncount = 3\n", ("đúng một trong hai", 'percent = 20 và of = "registered"')),
    "a quota of nothing": ("percent = 20\n", "percent = 0\n", ("trên 0", "percent = 20")),
    "a quota of what no unit says": ('of = "households_total"', 'of = "houses_total"', ("houses_total", 'có phải là "households_total"')),
    "a rank by what nobody measures": ('order = ["DIEM", "VIEC"]', 'order = ["TC1"]', ("TC1", "measure")),
    "a quota twice": (
        'award = "TK_XA"\nkind = "household"\npercent',
        'award = "GK_XA"\nkind = "household"\npercent',
        ("GK_XA × household", "đã có ở trên"),
    ),
    "a kind of measure there is not": ('kind = "count"', 'kind = "average"', ('"average"', "sum, count", 'Viết ví dụ: kind = "sum"')),
    "a bare value": ('where = { item = ["N1"] }', 'where = { item = "N1" }', ("item = 'N1'", 'where = { item = ["N1"] }')),
    "a label where there is a code": ('where = { item = ["N1"] }', 'where = { item = ["Nhóm 1 – Rác thải"] }', ('viết "N1"',)),
    "met and not met at once": ('not_met = ["Không đạt"]', 'not_met = ["Đạt"]', ('"Đạt"', "vừa ở met vừa ở not_met")),
    "more conditions than there are": ("at_least = 2", "at_least = 4", ("at_least = 4", "3 điều", "từ 1 đến 3")),
    "a bare list": (
        '{ at_least = 2, of = ["DIEM", "NHOM1", "VIEC"] }',
        '{ not = ["DIEM", "VIEC"] }',
        ("all", '{ not = { any = ["DIEM", "VIEC"] } }'),
    ),
    "a reference to no table": (
        'choices = "@nominees"\nreferences = ["collectives", "households", "individuals"]',
        'choices = "@nominees"',
        ('thiếu khóa "references"', "Viết ví dụ"),
    ),
    "an owner who is mere text": (
        'type = "reference"\nwidth = 14\nchoices = "@nominees"',
        'type = "text"\nwidth = 14\nchoices = "@nominees"',
        ('"nominee_id"', 'kiểu "text"', 'type = "reference"'),
    ),
    "two choices of one name": ('{ label = "Nữ" }', '{ label = "Nữ", aliases = ["nam"] }', ('"nam"', "hai mục", '"Nam"')),
    "two columns of one heading": ('heading = "Điểm tối đa"', 'heading = "Điểm đạt"', ('"điểm đạt"', "heading")),
    "two awards of one name": (
        'name = "Giấy khen của Chủ tịch Ủy ban nhân dân xã"',
        'name = "Thư khen của Chủ tịch Ủy ban nhân dân xã"',
        ('"name"', "đã có ở trên"),
    ),
    "awards from another list": (
        'choices = "@awards"',
        'choices = "attestation"',
        ('"choices"', '"attestation"', 'choices = "@awards"'),
    ),
    "a unit in lines": ('layout = "record"', 'layout = "rows"', ('"layout"', 'layout = "record"')),
    "a nominee named otherwise": ('key = "nominee_id"', 'key = "name"', ('"key" = "name"', 'key = "nominee_id"')),
    "a section that is repeated": ("[council]", "[[council]]", ("một ngoặc vuông", "[council]")),
    "a quota without its clause": ('order = ["DIEM"]\nclause = "IV.1"', 'order = ["DIEM"]', ('thiếu khóa "clause"', "Viết ví dụ")),
}
"""What is broken: (text of the file, what stands there instead, words that one sentence must hold together)."""


@pytest.mark.parametrize(("old", "new", "words"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_explained_with_the_right_line(edited: Edit, old: str, new: str, words: tuple[str, ...]) -> None:
    """One sentence names the line, what stands there and what to write."""
    with pytest.raises(CampaignError) as refusal:
        load_campaign(edited(old, new))
    found = refusal.value.problems
    assert [said for said in found if all(word in said for word in words)], found
    assert all(re.match(r"dòng \d+, \[", said) for said in found), found


SLIPS: dict[str, tuple[str, str, str]] = {
    "points in a number": ("value = 70", "value = 70.000.000", "value = 70_000_000"),
    "a decimal comma": ("value = 65.5", "value = 65,5", "value = 65.5"),
    "a day first": ("deadline = 2025-12-20", "deadline = 20/12/2025", "deadline = 2025-12-20"),
    "curly quotation marks": ('short = "Thư khen"', "short = “Thư khen”", 'short = "Thư khen"'),
    "a quotation mark left open": ('short = "Thư khen"', 'short = "Thư khen', 'short = "Thư khen"'),
    "words without quotation marks": ('short = "Thư khen"', "short = Thư khen", 'short = "Thư khen"'),
    "no equals sign": ('short = "Thư khen"', 'short "Thư khen"', 'short = "Thư khen"'),
    "a key twice": ('short = "Thư khen"', 'short = "Thư khen"\nshort = "TK"', "mỗi khóa chỉ ghi một lần"),
}
"""What makes the file no TOML: (text of the file, what stands there instead, what to write)."""


@pytest.mark.parametrize(("old", "new", "right"), SLIPS.values(), ids=SLIPS.keys())
def test_a_slip_of_the_pen_is_shown_with_its_line_set_right(edited: Edit, old: str, new: str, right: str) -> None:
    """The sentence has the number of the line, what stands there, and how it should read."""
    path = edited(old, new)
    wrong = new.splitlines()[-1]
    number = path.read_text(encoding="utf-8").splitlines().index(wrong) + 1
    with pytest.raises(CampaignError) as refusal:
        load_campaign(path)
    (said,) = refusal.value.problems
    assert said.startswith(f"dòng {number} đang ghi {wrong!r}")
    assert right in said


def test_money_is_whole(tmp_path: Path) -> None:
    """``8.000`` is eight to TOML: for a sum of money the point is asked about."""
    path = tmp_path / "campaign.toml"
    plan = (ROOT / "tests" / "campaigns" / "phu-nu-sao-mai.toml").read_text(encoding="utf-8")
    path.write_text(plan.replace("value = 8_000_000", "value = 8.000"), encoding="utf-8")
    with pytest.raises(CampaignError) as refusal:
        load_campaign(path)
    (said,) = refusal.value.problems
    assert said.startswith(f"dòng {plan[: plan.index('value = 8_000_000')].count(chr(10)) + 1}, [parameter]")
    assert "8_000_000" in said


def test_a_column_written_in_one_line_is_found_by_its_table(tmp_path: Path) -> None:
    """Columns may stand in ``column = [ … ]``; a slip there is told with the line of that table."""
    path = tmp_path / "campaign.toml"
    plan = (ROOT / "tests" / "campaigns" / "phu-nu-sao-mai.toml").read_text(encoding="utf-8")
    path.write_text(plan.replace('type = "money"', 'type = "tiền"'), encoding="utf-8")
    with pytest.raises(CampaignError) as refusal:
        load_campaign(path)
    line = plan[: plan.index('[[table]]\ncode = "helps"')].count("\n") + 1
    assert refusal.value.problems[0].startswith(f"dòng {line}, [table.column] thứ 7: ")


UNUSED_MEASURE = """id = "unused"
kind = "count"
table = "scores"
where = {}
date = "scored_on"

[[measure]]
id = "points\""""
UNUSED_CRITERION = """[[criterion]]
code = "THUA"
name = "Thừa"
text = "Thừa."
scope = "both"
measure = "deeds"
figure = 9
clause = "III.3"

[[award]]
code = "TK_XA\""""
DOUBTS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "an award another round offers": ('awards = ["TK_XA", "GK_XA", "BK_TINH"]', 'awards = ["TK_XA", "GK_XA"]', ()),
    "a measure nobody uses": ('id = "points"', UNUSED_MEASURE, ("[[measure]] unused",)),
    "a criterion no award asks for": ('[[award]]\ncode = "TK_XA"', UNUSED_CRITERION, ("[[criterion]] THUA", "không có tác dụng")),
    "a spelling of two units": ('aliases = ["Nam"]', 'aliases = ["Nam", "Thôn Đông"]', ("[[unit]] NAM", "Thôn Đông", "aliases")),
    "a unit without e-mail": ('email = "nam@example.vn"\n', "", ("[[unit]] NAM", 'email = "…@…"')),
    "a round before any law": ("from = 2024-01-01\ncitations", "from = 2026-06-01\ncitations", ("nam-2025", "[[law]]", "15/01/2026")),
    "a letterhead that begins too late": ("from = 2025-01-01\nparent", "from = 2026-06-01\nparent", ("nam-2025", "[[organ]]")),
    "a deadline after the day of decision": ("deadline = 2025-12-20", "deadline = 2026-02-20", ("nam-2025", "20/02/2026", "15/01/2026")),
    "a figure without even a place": (
        '[[parameter]]\ncriterion = "DIEM"\naward = "BK_TINH"\nkind = "collective"\nfrom = 2025-01-01\nclause = "III.1"\n',
        "",
        ("[[parameter]]", "BK_TINH", "collective"),
    ),
    "a figure whose clause is over": ('id = "III.1"', 'id = "III.1"\nuntil = 2025-12-31', ("III.1", "không có hiệu lực", "15/01/2026")),
    "a figure whose clause ends on that day": ('id = "III.1"', 'id = "III.1"\nuntil = 2027-01-15', ()),
    "a form that begins after the day of decision": (*with_form("2025-01-01", "2026-06-01"), ("[[form]]", "15/01/2026", "TK_XA")),
    "a form that changes after the deadline": (*with_form("2025-01-01", "2026-01-01"), ("bao-cao-thanh-tich", "01/01/2026", "20/12/2025")),
    "a list nobody chooses from": (
        '[[list]]\nid = "gender"',
        '[[list]]\nid = "thua"\nchoice = [{ label = "A" }]\n\n[[list]]\nid = "gender"',
        ("[[list]] thua",),
    ),
}


@pytest.mark.parametrize(("old", "new", "words"), DOUBTS.values(), ids=DOUBTS.keys())
def test_what_is_worth_a_look_is_no_error(edited: Edit, old: str, new: str, words: tuple[str, ...]) -> None:
    """The file loads, the check ends well, and the sentence says where and what to write; another round still offers the award."""
    path = edited(old, new)
    found = doubts(load_campaign(path))
    assert bool(words) == bool([said for said in found if all(word in said for word in words)] if words else found), found
    done = CliRunner().invoke(cli, ["campaign", "check", str(path)])
    assert done.exit_code == 0, done.output
    assert (say("campaign.doubts") in done.output) is bool(words)


def test_an_award_no_round_offers_is_worth_a_look(tmp_path: Path) -> None:
    """Nobody could ever seek it."""
    path = tmp_path / "campaign.toml"
    path.write_text(PLAN.read_text(encoding="utf-8").replace('"GK_XA", "BK_TINH"]', '"GK_XA"]'), encoding="utf-8")
    assert [said for said in doubts(load_campaign(path)) if said.startswith("[[award]] BK_TINH:") and 'awards = ["BK_TINH"]' in said]


@pytest.mark.parametrize("campaign", ["kien-giang", "xa-nep-vang"])
def test_shipped_campaigns_leave_nothing_to_look_at(campaign: str) -> None:
    """What offices copy from gives no doubts."""
    assert doubts(load_campaign(ROOT / "workbook_templates" / campaign)) == ()


def test_every_key_of_the_file_has_its_right_line() -> None:
    """For each key that the loader reads there is a line to show, and the part before its remark is TOML."""
    room = ROOT / "thidua_xlsx" / "campaign"
    readers = (*sorted((room / "_parts").glob("*.py")), room / "load.py")
    source = "".join(path.read_text(encoding="utf-8") for path in readers)
    kinds = "text|maybe_text|one_of|some_of|integer|positive|maybe_integer|maybe_number|number|flag|day|maybe_day|texts|value|tables"
    keys = set(re.findall(rf'\.(?:{kinds})\("([a-z_]+)"', source)) | {"code", "id"}
    missing = [key for key in sorted(keys) if not has(f"lines.{key}")]
    assert missing == []
    for key in keys:
        line = say(f"lines.{key}")
        assert line.startswith(f"{key} = ")
        if "…" not in line:
            assert key in tomllib.loads(re.split(r" \(| hoặc |; kind", line)[0])
