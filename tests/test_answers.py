"""People who look alike: who is asked about, and what an answer in ``tra-loi.toml`` does in this round and in later ones."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.registers import KIEN_GIANG, Row, day, submission
from tests.sheets import Rows, fill
from tests.sound import SOUND
from thidua_xlsx import cli, pipeline
from thidua_xlsx.campaign import ANSWERS_FILE, Answer, CampaignError, Side, load_answers
from thidua_xlsx.register import Question, Register, build_register
from thidua_xlsx.text import message

ROUND, LATER = "so-ket-2023", "hang-nam-2024"
MINE, THEIRS = "QLN-CN002", "VP-CN001"
Codes = list[tuple[str, str | None, str | None]]


def namesake(**changes: Any) -> Rows:
    """What Văn phòng sends: one person, who has the name and birth date of QLN's second, and no achievement."""
    person = {**SOUND["individuals"][1], "nominee_id": THEIRS, "department": "Văn phòng Sở", **changes}
    unit = {**SOUND["unit"][0], "code": "VP", "name": "Văn phòng Sở", "declared_collectives": 0, "declared_individuals": 1}
    return {"unit": [unit], "individuals": [person]}


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A campaign folder with the workbooks of two units for two rounds."""
    home = pipeline.init(tmp_path_factory.mktemp("answers") / "campaign")
    for occasion in (ROUND, LATER):
        pipeline.issue(home, occasion, ["QLN", "VP"])
    return home


@pytest.fixture
def home(forms: Path, tmp_path: Path) -> Path:
    """That folder, with QLN's sound workbook and one of Văn phòng's in the inbox."""
    shutil.copytree(forms, tmp_path / "campaign")
    send(tmp_path / "campaign", "QLN", SOUND)
    send(tmp_path / "campaign", "VP", namesake())
    return tmp_path / "campaign"


def send(home: Path, unit: str, tables: Rows, occasion: str = ROUND) -> None:
    """Put a unit's workbook into the inbox, over an earlier one."""
    fill(home / "issued" / occasion / f"{unit}.xlsx", home / "inbox" / f"{unit}-{occasion}.xlsx", tables)


def merged(home: Path, occasion: str = ROUND) -> tuple[Register, Codes]:
    """The register of a round, and what is said of nominees that look alike."""
    outcome = pipeline.merge(home, round=occasion, jobs=1).outcome
    return outcome.register, sorted((one.code, one.nominee_id, one.column) for one in outcome.findings if one.code.startswith("M"))


def answer(home: Path, *, same: bool, one: str = MINE, other: str = THEIRS) -> Path:
    """Answer as a clerk does."""
    words = {"by": "Lê Thị Lan", "reason": 'Đã gọi hai đơn vị; "cùng tên" \\ khác người'}
    return pipeline.answer(home, (one, other), ROUND, same=same, **words)[0]


def people(register: Register) -> set[str]:
    """Who counts."""
    return set(register.tables["individuals"]["nominee_id"])


BOTH = [("citizen_id", MINE), ("citizen_id", THEIRS)]


def on_both(code: str) -> Codes:
    """A finding at the citizen id of each of the two."""
    return [(code, nominee, column) for column, nominee in BOTH]


# --- what an answer does --------------------------------------------------------------------------------------------------------


def test_two_people_are_noted_and_count(home: Path) -> None:
    """Before the answer both rows are doubtful; after it the doubt is a note that says who answered and when, and both rows count."""
    before, codes = merged(home)
    assert codes == on_both("M501")
    answer(home, same=False)
    after, codes = merged(home)
    assert codes == on_both("M509")
    assert people(before) == people(after) >= {MINE, THEIRS}
    words = message(after.findings[0])
    assert "Lê Thị Lan" in words
    assert f"{date.today():%d/%m/%Y}" in words  # noqa: DTZ011 – the clerk's own day
    assert '"cùng tên" \\ khác người' in words


def test_one_person_is_held_in_both_units_until_one_withdraws(home: Path) -> None:
    """Nobody but the units knows which row goes; when one has gone, the other counts and nothing is said."""
    answer(home, same=True)
    register, codes = merged(home)
    assert codes == on_both("M508")
    assert people(register) & {MINE, THEIRS} == set()
    assert set(register.held["individuals"]["nominee_id"]) == {MINE, THEIRS}
    (home / "inbox" / f"VP-{ROUND}.xlsx").unlink()
    register, codes = merged(home)
    assert codes == []
    assert MINE in people(register)


def test_the_later_answer_counts(home: Path) -> None:
    """Somebody was wrong and answers again; both answers stay in the file."""
    answer(home, same=True)
    answer(home, same=False)
    assert merged(home)[1] == on_both("M509")
    assert [entry.same for entry in load_answers(home)] == [True, False]


def test_an_answer_is_respected_in_later_rounds(home: Path) -> None:
    """In another year, in another line, under another id and in another unit the two are still known by their citizen ids."""
    send(home, "VP", namesake(citizen_id="091079005687"))
    assert merged(home)[1] == [(code, nominee, "full_name") for code, nominee in (("M501", MINE), ("M501", THEIRS))]
    answer(home, same=False)
    first, second, third = SOUND["individuals"]
    gk = {"award_sought": "GK_GDS"}
    send(
        home,
        "QLN",
        {**SOUND, "individuals": [{**first, **gk, "nominee_id": MINE}, {**third, **gk}, {**second, **gk, "nominee_id": "QLN-CN009"}]},
        LATER,
    )
    send(home, "VP", namesake(citizen_id="091079005687", nominee_id="VP-CN005", full_name="TRẦN MINH QUÂN", **gk), LATER)
    assert merged(home, LATER)[1] == [("M509", "QLN-CN009", "full_name"), ("M509", "VP-CN005", "full_name")]


def test_a_run_is_a_pure_function_of_the_folder(home: Path) -> None:
    """The answers are an input like the campaign file: the same ones give the same bytes, without them all is as before."""
    plain = merged(home) and (home / "output" / ROUND / "ket-qua.json").read_bytes()
    answer(home, same=False)
    told = merged(home) and (home / "output" / ROUND / "ket-qua.json").read_bytes()
    assert plain != told
    (home / ANSWERS_FILE).unlink()
    merged(home)
    assert (home / "output" / ROUND / "ket-qua.json").read_bytes() == plain


# --- the file -------------------------------------------------------------------------------------------------------------------


def test_what_an_office_wrote_stays(home: Path) -> None:
    """Comments, a byte order mark, Windows line ends and a last line without an end survive an answer."""
    path = home / ANSWERS_FILE
    path.write_bytes("\ufeff# Ghi chú của Văn phòng\r\n# dòng cuối".encode())
    assert answer(home, same=False) == path
    content = path.read_bytes()
    assert content.startswith("\ufeff# Ghi chú của Văn phòng\r\n# dòng cuối\r\n".encode())
    assert content.count(b"\n") == content.count(b"\r\n")
    (kept,) = load_answers(home)
    assert kept.reason == 'Đã gọi hai đơn vị; "cùng tên" \\ khác người'
    assert {side.unit for side in kept.sides} == {"QLN", "VP"}
    assert {entry.name for entry in home.iterdir()} == {ANSWERS_FILE, "campaign.toml", "word", "issued", "inbox", "decisions", "output"}


BROKEN = """
[[answer]]
verdict = "khác"
nominees = [{ name = "Trần Văn Nam", unit = "QLN", birth = "31/02/1985" }, { name = "Trần Văn Nam" }]
by = "Lê Thị Lan"
on = "hôm qua"

[[answer]]
verdict = "same"
nominees = [{ name = "Trần Văn Nam", unit = "QLN", citizen_id = "12" }]
by = ""
on = 2023-07-01
reason = "x"
reson = "y"
"""


def test_every_problem_of_the_file_is_named_with_its_line(home: Path) -> None:
    """Nothing is merged, and nothing is added to a file that cannot be read."""
    (home / ANSWERS_FILE).write_text(BROKEN, encoding="utf-8")
    with pytest.raises(CampaignError) as raised:
        load_answers(home)
    problems = raised.value.problems
    wanted = [("dòng 3", "verdict"), ("dòng 4", "birth"), ("dòng 4", "unit"), ("dòng 6", "on"), ("dòng 2", "reason")]
    wanted += [("dòng 10", "citizen_id"), ("dòng 10", "nominees"), ("dòng 11", "by"), ("dòng 14", "reson")]
    assert len(problems) == len(wanted)
    assert all(any(line in problem and f'"{key}"' in problem for problem in problems) for line, key in wanted)
    for job in (lambda: merged(home), lambda: answer(home, same=True)):
        with pytest.raises(CampaignError):
            job()
    assert (home / ANSWERS_FILE).read_text(encoding="utf-8") == BROKEN


@pytest.mark.parametrize(("content", "word"), [(b"[[answer]\n", "dòng 1"), ("ngày".encode("utf-16"), "UTF-8")])
def test_a_file_that_is_no_toml_is_said_to_be_none(content: bytes, word: str, tmp_path: Path) -> None:
    """One sentence with the line."""
    (tmp_path / ANSWERS_FILE).write_bytes(content)
    with pytest.raises(CampaignError, match=word):
        load_answers(tmp_path)


# --- the command ----------------------------------------------------------------------------------------------------------------


def run(*arguments: str) -> int:
    """The exit code of ``thidua``."""
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    return int(str(ended.value.code))


def test_the_command_asks_and_is_answered(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without arguments it lists what is still asked, the citizen ids masked; once answered, nothing is."""
    where = ("-C", str(home), "--round", ROUND)
    assert run("answer", *where) == 1
    asked = capsys.readouterr().out
    assert f"thidua answer {THEIRS} {MINE}" in asked
    assert "Trùng Số căn cước" in asked
    assert "Trần Minh Quân" in asked
    assert "091079005678" not in asked
    assert max(map(len, asked.splitlines())) <= 80
    assert run("answer", THEIRS.lower(), MINE, "--different", "--by", "Lê Thị Lan", "--reason", "hai người", *where) == 0
    capsys.readouterr()
    assert run("answer", *where) == 0
    assert "1 cặp đã trả lời" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        (MINE, THEIRS, "--by", "Lan", "--reason", "x"),
        (MINE, THEIRS, "--different", "--reason", "x"),
        (MINE, THEIRS, "--different", "--by", "Lan", "--reason", " "),
        (MINE, "--different", "--by", "Lan", "--reason", "x"),
        (MINE, "QLN-CN001", "--same", "--by", "Lan", "--reason", "x"),
        (MINE, "KHONG-CO", "--same", "--by", "Lan", "--reason", "x"),
    ],
)
def test_half_an_answer_is_none(arguments: tuple[str, ...], home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Who, why and about whom must be said, and only what is asked is answered; the sentence says how, and nothing is written."""
    assert run("answer", *arguments, "-C", str(home), "--round", ROUND) == 2
    assert "thidua answer" in capsys.readouterr().err
    assert not (home / ANSWERS_FILE).exists()


# --- who is asked about ---------------------------------------------------------------------------------------------------------


def person(nominee_id: str, name: str = "Trần Văn Nam", birth: str | None = "05/06/1985", citizen_id: str | None = None) -> Row:
    """A line of the sheet Cá nhân."""
    return Row("individuals", {"nominee_id": nominee_id, "full_name": name, "birth_date": day(birth), "citizen_id": citizen_id})


def register_of(*answers: Answer, **units: list[Row]) -> Register:
    """The register of these rows."""
    return build_register([submission(KIEN_GIANG, unit, rows) for unit, rows in units.items()], KIEN_GIANG, answers)


ID, OTHER_ID = "091085012345", "091085054321"


@pytest.mark.parametrize(
    ("one", "other", "code"),
    [
        ({"citizen_id": ID}, {"citizen_id": ID, "name": "Lê Văn Tư", "birth": "01/02/1970"}, "M505"),
        ({"citizen_id": ID}, {"citizen_id": ID, "name": "Trần Văn Namm"}, "M501"),
        ({"citizen_id": ID}, {"citizen_id": ID, "birth": "06/05/1985"}, "M501"),
        ({"citizen_id": ID}, {"citizen_id": OTHER_ID}, "M506"),
        ({"citizen_id": ID}, {"citizen_id": "091085012346"}, "M501"),
        ({"citizen_id": ID}, {"citizen_id": "091085012354"}, "M501"),
        ({"citizen_id": ID}, {"citizen_id": "371234567"}, "M501"),
        ({"citizen_id": "371234567"}, {"citizen_id": "371234567", "name": "Lê Văn Tư", "birth": "01/02/1970"}, "M505"),
        ({"citizen_id": ID}, {}, "M501"),
        ({"citizen_id": ID}, {"birth": "1985"}, "M507"),
        ({"citizen_id": ID}, {"birth": "1985", "citizen_id": OTHER_ID}, None),
        ({"birth": "6/1985"}, {}, "M507"),
        ({"birth": "7/1985"}, {}, None),
        ({"name": "Trần Văn Ánh"}, {"name": "Trần Văn Anh"}, None),
        ({"name": "Trần Văn Năm"}, {"name": "Trần Văn Nam"}, None),
        ({"name": "Trần Văn Hoà"}, {"name": "TRẦN VĂN HÒA"}, "M501"),
    ],
)
def test_number_first_then_name_and_birth(one: dict[str, Any], other: dict[str, Any], code: str | None) -> None:
    """Each pair gets one finding on both rows, or none; between units as within one."""
    between = register_of(QLN=[person("A", **one)], KHTC=[person("B", **other)])
    assert sorted((found.code, found.nominee_id) for found in between.findings) == ([(code, "A"), (code, "B")] if code else [])
    within = register_of(QLN=[person("A", **one), person("B", **other)])
    inside = "M504" if code == "M501" else code
    assert sorted((found.code, found.nominee_id) for found in within.findings) == ([(inside, "A"), (inside, "B")] if code else [])
    assert len(between.questions) == len(within.questions) == (1 if code else 0)


def told(*, same: bool, one: Side, other: Side) -> Answer:
    """An answer."""
    return Answer(same, (one, other), "Lê Thị Lan", date(2023, 7, 1), "đã hỏi")


@pytest.mark.parametrize(
    ("other", "known"),
    [
        (Side("Trần Văn Nam", "KHTC", day("05/06/1985")), True),
        (Side("TRẦN VĂN NAM", "KHTC", day("05/06/1985")), True),
        (Side("Trần Văn Nam", "KHTC", day("05/06/1985"), "371234567"), True),
        (Side("Trần Văn Nam", "VP", day("05/06/1985")), False),
        (Side("Trần Văn Năm", "KHTC", day("05/06/1985")), False),
        (Side("Trần Văn Nam", "KHTC", day("1985")), False),
        (Side("Ai đó", "KHTC", None, OTHER_ID), False),
    ],
)
def test_without_a_number_name_birth_and_unit_identify(other: Side, known: bool) -> None:
    """All three, spelled as they may be; less is somebody else, and a number that only one of them has decides nothing."""
    answers = told(same=False, one=Side("x", "VP", None, ID), other=other)
    register = register_of(answers, QLN=[person("A", citizen_id=ID)], KHTC=[person("B")])
    assert {found.code for found in register.findings} == {"M509" if known else "M501"}


def test_inside_a_unit_the_first_row_stays() -> None:
    """Confirmed to be one: the first row counts and is still said to have a double, the second is held."""
    answers = told(same=True, one=Side("Trần Văn Nam", "QLN", day("05/06/1985")), other=Side("Trần Văn Nam", "QLN", day("05/06/1985")))
    register = register_of(answers, QLN=[person("A"), person("B")])
    assert [(found.code, found.nominee_id) for found in register.findings] == [("M504", "A"), ("M508", "B")]
    assert people(register) == {"A"}


def test_a_third_person_is_still_asked_about() -> None:
    """An answer about two says nothing of a third."""
    answers = told(same=False, one=Side("x", "QLN", None, ID), other=Side("y", "KHTC", None, "091085012346"))
    rows = {"QLN": [person("A", citizen_id=ID)], "KHTC": [person("B", citizen_id="091085012346")], "VP": [person("C")]}
    register = register_of(answers, **rows)
    found = sorted((one.code, str(one.nominee_id)) for one in register.findings)
    assert found == [("M501", "A"), ("M501", "B"), ("M501", "C"), ("M509", "A"), ("M509", "B")]
    assert [question.answer is None for question in register.questions].count(True) == 2


def test_a_crowd_of_one_name_is_not_compared_with_itself() -> None:
    """Three thousand rows alike give as many findings, each naming a few others, not nine million."""
    register = register_of(QLN=[person(f"A{number}") for number in range(3000)])
    assert len(register.findings) == 3000
    assert max(len(message(found)) for found in register.findings) < 1000
    assert all(isinstance(question, Question) for question in register.questions)


# --- collectives ----------------------------------------------------------------------------------------------------------------


def collective(nominee_id: str, name: str) -> Row:
    """A line of the sheet Tập thể."""
    return Row("collectives", {"nominee_id": nominee_id, "name": name})


@pytest.mark.parametrize(
    ("one", "other", "code"),
    [
        (("QHKT", "Phòng Quy hoạch - Kiến trúc"), ("QHKT", "P. QHKT"), "M504"),
        (("QHKT", "Phòng Quy hoạch và Kiến trúc"), ("VP", "Phòng QH-KT"), "M502"),
        (("TTQH", "P. Thiết kế và Giám sát"), ("TTQH", "Phòng Thiết kế - Giám sát"), "M504"),
        (("TTQH", "Văn phòng"), ("VP", "Văn phòng"), None),
        (("TTQH", "Phòng Kế hoạch - Tài chính"), ("KHTC", "Phòng Kế hoạch - Tài chính"), None),
        (("QLN", "TT Quy hoạch xây dựng"), ("TTQH", "Trung tâm Quy hoạch xây dựng"), "M502"),
        (("TTQH", "Tổ Nam"), ("TTQH", "Tổ Năm"), None),
        (("TTQH", "Phòng Thiết kế 1"), ("TTQH", "Phòng Thiết kế 2"), None),
    ],
)
def test_a_collective_under_two_spellings(one: tuple[str, str], other: tuple[str, str], code: str | None) -> None:
    """The campaign's list of units tells what a unit is called; an inner part that is called like another unit's beginning is its own."""
    units: dict[str, list[Row]] = {one[0]: [collective("A", one[1])]}
    units.setdefault(other[0], []).append(collective("B", other[1]))
    assert sorted(found.code for found in register_of(**units).findings) == ([code, code] if code else [])


def test_two_collectives_of_one_name_are_answered_like_people() -> None:
    """A Phòng Hành chính may honestly exist twice."""
    answers = told(same=False, one=Side("Phòng Hành chính", "TTQH"), other=Side("phòng Hành chính", "TTKD"))
    units = {unit: [collective(unit, "Phòng Hành chính")] for unit in ("TTQH", "TTKD")}
    assert [found.code for found in register_of(answers, **units).findings] == ["M509", "M509"]
    assert [found.code for found in register_of(replace(answers, same=True), **units).findings] == ["M508", "M508"]


# --- one thing in two units -----------------------------------------------------------------------------------------------------


def idea(nominee_id: str, **changes: Any) -> Row:
    """A line of the sheet Thành tích."""
    values = {
        "kind": "TT2B-SANGKIEN",
        "description": "Sáng kiến lập bản đồ nhà ở của hộ nghèo",
        "achieved_on": day("01/09/2022"),
        **changes,
    }
    return Row("achievements", {"nominee_id": nominee_id, **values})


def prior(nominee_id: str, on: str, issued_by: str = "Sở Xây dựng") -> Row:
    """A line of the sheet Khen thưởng đã có."""
    return Row("prior_awards", {"nominee_id": nominee_id, "decision_no": "71/QĐ-SXD", "decision_date": day(on), "issued_by": issued_by})


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        (
            {"QLN": [idea("A")], "VP": [idea("B", description="SÁNG KIẾN lập bản đồ nhà ở của hộ nghèo.")]},
            [("M511", "A", "description"), ("M511", "B", "description")],
        ),
        ({"QLN": [idea("A", share_percent=60)], "VP": [idea("B")]}, [("M511", "B", "description")]),
        ({"QLN": [idea("A", share_percent=60)], "VP": [idea("B", share_percent=40)]}, []),
        (
            {"QLN": [idea("A", share_percent=60)], "VP": [idea("B", share_percent=50)]},
            [("M510", "A", "share_percent"), ("M510", "B", "share_percent")],
        ),
        ({"QLN": [idea("A")], "VP": [idea("B", achieved_on=day("2021"))]}, []),
        ({"QLN": [idea("A", kind="TT1-TIEN", value_vnd=100)], "VP": [idea("B", kind="TT1-TIEN", value_vnd=100)]}, []),
        (
            {"QLN": [prior("A", "10/01/2022")], "VP": [prior("B", "11/01/2022")]},
            [("M512", "A", "decision_date"), ("M512", "B", "decision_date")],
        ),
        ({"QLN": [prior("A", "10/01/2022"), prior("C", "10/01/2022")], "VP": [prior("B", "11/01/2022")]}, [("M512", "B", "decision_date")]),
        ({"QLN": [prior("A", "10/01/2022")], "VP": [prior("B", "10/01/2022")]}, []),
        ({"QLN": [prior("A", "10/01/2022")], "VP": [prior("B", "11/01/2023")]}, []),
        ({"QLN": [prior("A", "10/01/2022")], "VP": [prior("B", "11/01/2022", "UBND huyện")]}, []),
    ],
)
def test_one_thing_in_two_units(units: dict[str, list[Row]], expected: Codes) -> None:
    """An initiative is one unit's, or shared; a decision has one date. Many give the same gift on the same day."""
    findings = register_of(**units).findings
    assert sorted((one.code, one.nominee_id, one.column) for one in findings) == expected
    assert all("Đề nghị" in message(one) for one in findings)


def test_a_share_is_quoted_as_people_write_it() -> None:
    """Whole shares have no decimals, others a comma."""
    findings = register_of(QLN=[idea("A", share_percent=60.0)], VP=[idea("B", share_percent=50.5)]).findings
    assert sorted(str(one.value) for one in findings) == ["50,5", "60"]


def test_held_rows_claim_nothing() -> None:
    """A row that does not count is compared with nobody."""
    wrong = idea("B")
    wrong.wrong = {"evidence_id"}
    assert register_of(QLN=[idea("A")], VP=[wrong]).findings == ()
