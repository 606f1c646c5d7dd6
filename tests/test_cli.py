"""The command line: what it prints, and the exit codes of contract 5.1."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests import sheets
from tests.sound import SOUND
from tests.test_pipeline import MONEY, PAPER, PERSON, UNIT
from thidua_xlsx import cli, text
from thidua_xlsx.pipeline import init, issue

ROUND = "so-ket-2023"
TEMPLATES = Path(__file__).parent.parent / "workbook_templates"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A campaign folder with the example's inbox, merged once."""
    folder = tmp_path_factory.mktemp("cli") / "thi-dua"
    with pytest.raises(SystemExit) as ended:
        cli.main(["demo", str(folder)])
    assert ended.value.code == 0
    return folder


def run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    """Exit code, standard output, standard error."""
    with pytest.raises(SystemExit) as ended:
        cli.main([str(argument) for argument in arguments])
    printed = capsys.readouterr()
    assert isinstance(ended.value.code, int)
    return ended.value.code, printed.out, printed.err


@pytest.mark.parametrize("command", [[], *([name] for name in cli.cli.commands), ["campaign", "check"]], ids=" ".join)
def test_help_is_in_the_language_asked_for(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Every command explains itself in Vietnamese, and in English if asked, within 80 columns."""
    code, vietnamese, _ = run(capsys, *command, "--help")
    assert code == 0
    assert vietnamese.startswith("Cách dùng: thidua")
    assert max(map(len, vietnamese.splitlines())) <= 80
    code, english, _ = run(capsys, "--lang", "en", *command, "--help")
    assert code == 0
    assert english.startswith("Usage: thidua")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["khong-co"], "Không có lệnh «khong-co»"),
        (["merge", "--khong-co"], "Không có tùy chọn --khong-co"),
        (["explain"], "Thiếu NOMINEE"),
        (["merge", "--jobs", "0"], "--jobs không dùng được: phải là số nguyên từ 1"),
        (["check", "a.xlsx", "--format", "pdf"], "--format không dùng được: chỉ được là text, json"),
        (["check"], "Thiếu FILE…"),
        (["decide", "khong-co.xlsx"], "Không có tệp khong-co.xlsx"),
        (["upgrade", "khong-co.xlsx"], "Không có tệp khong-co.xlsx"),
    ],
)
def test_wrong_use_is_exit_code_2(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A slip in the command gets one Vietnamese sentence and the way to the help."""
    code, _, error = run(capsys, *arguments)
    assert code == 2
    assert words in error
    assert "--help" in error


def test_merge_lists_what_is_held_back(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A merge that held something back ends with 1 and says which files were refused and who is missing."""
    code, printed, _ = run(capsys, "merge", "-C", home, "--round", ROUND)
    assert code == 1
    assert "Chưa nộp: 1 đơn vị" in printed
    assert "bao-cao-tong-hop.xlsx" in printed
    assert "BK Chủ tịch UBND tỉnh" in printed


def test_merge_without_a_round_asks_for_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """When nothing has been issued, any round may be meant, so they are named."""
    init(tmp_path / "moi")
    code, _, error = run(capsys, "merge", "-C", tmp_path / "moi")
    assert code == 2
    assert ROUND in error


def test_empty_inbox_says_what_to_do(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With nothing in the inbox the clerk is told where to put the files, and nothing counts as held back."""
    (tmp_path / "trống").mkdir()
    code, printed, _ = run(capsys, "merge", tmp_path / "trống", "-C", home, "--round", ROUND, "-o", tmp_path / "kết quả")
    assert code == 0
    assert "chưa có tệp nào" in printed


def test_refused_file_is_named_once(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``check`` of something that is no workbook gives one finding; a file that is not there is a wrong use."""
    code, printed, _ = run(capsys, "check", home / "campaign.toml", "-C", home, "--format", "json")
    assert code == 1
    assert len(json.loads(printed)["findings"]) == 1
    code, _, error = run(capsys, "check", home / "khong-co.xlsx", "-C", home)
    assert code == 2
    assert "khong-co.xlsx" in error


def test_results_can_be_read_by_others(home: Path) -> None:
    """The folder of results has the rights of any new folder: offices work in shared ones."""
    plain = home / "plain"
    plain.mkdir(exist_ok=True)
    assert (home / "output" / ROUND).stat().st_mode == plain.stat().st_mode


def test_folder_without_campaign_file_is_exit_code_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Standing in the wrong folder is told, with what to do."""
    code, _, error = run(capsys, "merge", "-C", tmp_path)
    assert code == 2
    assert "thidua init" in error


def test_broken_campaign_file_lists_every_problem(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A campaign file with two faults names both, with their lines, and nothing is written."""
    source = (home / "campaign.toml").read_text(encoding="utf-8")
    broken = source.replace('kind = "individual"', 'kind = "canhan"', 1).replace(
        "achievements_to = 2023-06-30", 'achievements_to = "mai"', 1
    )
    (tmp_path / "campaign.toml").write_text(broken, encoding="utf-8")
    (tmp_path / "inbox").mkdir()
    code, _, error = run(capsys, "merge", "-C", tmp_path, "--round", ROUND)
    assert code == 2
    assert "canhan" in error
    assert "achievements_to" in error
    assert "dòng" in error
    assert not (tmp_path / "output").exists()


def test_campaign_check_says_which_figures_are_unset(capsys: pytest.CaptureFixture[str]) -> None:
    """The shipped plan is sound, and the check says that TT1 has no figure yet."""
    code, printed, _ = run(capsys, "campaign", "check", TEMPLATES / "kien-giang" / "campaign.toml")
    assert code == 0
    assert "  - TT1, HCLĐ hạng Ba: tập thể, cá nhân\n" in printed
    assert "individual" not in printed
    _, printed, _ = run(capsys, "campaign", "check", TEMPLATES / "xa-nep-vang" / "campaign.toml")
    assert "  - DIEM, BK Chủ tịch UBND tỉnh: tập thể\n" in printed


def test_check_prints_places_and_json(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The findings of one workbook as lines ``[file]sheet!cell: CODE``, and as the JSON of contract 5.3."""
    result = json.loads((home / "output" / ROUND / "ket-qua.json").read_text(encoding="utf-8"))
    wrong = next(found["file"] for found in result["findings"] if found["severity"] == "error" and found["cell"])
    path = home / wrong
    code, printed, _ = run(capsys, "check", path, "-C", home)
    assert code == 1
    assert f"[{path.as_posix()}]" in printed
    code, printed, _ = run(capsys, "check", path, "-C", home, "--format", "json")
    assert code == 1
    found = json.loads(printed)["findings"][0]
    assert set(found) == {
        "code", "severity", "file", "sheet", "cell", "table", "column", "nominee_id", "value", "message", "clause",
    }  # fmt: skip


MESSY: sheets.Rows = {
    "unit": [UNIT],
    "individuals": [
        {**PERSON, "TC4": None, "nominee_id": f"QLN-CN{number:03}", "citizen_id": f"{number}", "full_name": name, "birth_date": None}
        for number, name in enumerate(("Lê An Bình", "Lê An Cường", "Lê An Dũng"), 1)
    ],
    "achievements": [
        {**MONEY, "value_vnd": "1,5 triêu"},
        {**MONEY, "achievement_id": "QLN-T002", "achieved_on": "12/25/2022", "value_vnd": "2,5 triệu"},
    ],
    "evidence": [PAPER],
}


@pytest.fixture(scope="module")
def messy(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registration with errors, warnings and notes on several sheets."""
    return sheets.fill(home / "issued" / ROUND / "QLN.xlsx", tmp_path_factory.mktemp("messy") / "QLN.xlsx", MESSY)


def test_check_groups_by_gravity_and_folds_notes(home: Path, messy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Errors stand before warnings before notes; cells of one fault share a line; notes are counted, and the last line says what next."""
    code, printed, _ = run(capsys, "check", messy, "-C", home)
    assert code == 1
    lines = [line for line in printed.splitlines() if line]
    places = [line for line in lines if line.startswith("[")]
    assert [line.split(": ")[1][:4] for line in places] == ["C301", "C315", "C302", "C308", "R421", "C327", "C350"]
    heads = [next(number for number, line in enumerate(lines) if line.startswith(words)) for words in ("TỆP", "Phải", "Nên", "Không")]
    assert heads == sorted(heads)
    assert f"[{messy.as_posix()}]Cá nhân!F6, F7, F8: C301" in printed
    assert lines[-1].startswith("Việc tiếp theo: sửa các lỗi")
    _, raw, _ = run(capsys, "check", messy, "-C", home, "--format", "json")
    assert len(json.loads(raw)["findings"]) == 13


def test_check_puts_the_file_and_its_sheets_before_cells(home: Path, messy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is wrong with a sheet comes before cells of the same gravity, whatever the order of the sheets."""
    book = load_workbook(messy)
    book["Minh chứng"].merge_cells("C6:C8")
    path = messy.with_name("gop-o.xlsx")
    book.save(path)
    _, printed, _ = run(capsys, "check", path, "-C", home)
    warnings = printed[printed.index("Nên xem lại") : printed.index("Không phải sửa")].splitlines()
    assert [line.split(": ")[1][:4] for line in warnings if line.startswith("[")] == ["S214", "R421", "C327"]


def test_check_of_a_sound_file_says_that_it_can_be_sent(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing to mend is said of the file by name, with exit code 0."""
    rows: sheets.Rows = {**MESSY, "unit": [UNIT], "individuals": [PERSON], "achievements": [MONEY]}
    path = sheets.fill(home / "issued" / ROUND / "QLN.xlsx", tmp_path / "QLN.xlsx", rows)
    code, printed, _ = run(capsys, "check", path, "-C", home)
    assert code == 0
    assert f"TỆP {path.as_posix()}: không có gì phải sửa." in printed
    assert printed.rstrip().endswith("gửi phiếu, không có gì phải sửa.")


def test_check_names_so_many_cells_and_counts_the_rest(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Twelve cells are named; what they hold and how they are filled in is not repeated for each."""
    people = [{**PERSON, "nominee_id": f"QLN-CN{number:03}", "citizen_id": "x"} for number in range(1, 16)]
    path = sheets.fill(home / "issued" / ROUND / "QLN.xlsx", tmp_path / "QLN.xlsx", {**MESSY, "individuals": people})
    _, printed, _ = run(capsys, "check", path, "-C", home)
    line = next(line for line in printed.splitlines() if ": C315 " in line)
    assert "và 3 ô khác" in line
    assert line.count("“x”") == 1


def test_codes_prints_the_book_by_scope(capsys: pytest.CaptureFixture[str]) -> None:
    """Every code with an example and its source, scope by scope, and which can be waived."""
    code, printed, _ = run(capsys, "codes")
    assert code == 0
    assert [line[0] for line in printed.splitlines() if line[1:3] == ": "] == list("WSCRMA")
    assert printed.count("Căn cứ: ") == len(text.codes())
    assert "R402  lỗi       Giá trị không bằng số lượng nhân đơn giá (miễn trừ được)" in printed
    assert not re.search(r"(?<!\{)\{[a-z_]+\}", printed)


def test_status_names_every_unit(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The tracker has a line per unit of the campaign and counts who has sent."""
    code, printed, _ = run(capsys, "status", "-C", home, "--round", ROUND)
    assert code == 1
    assert "Đã nộp 11/12 đơn vị" in printed


def test_explain_shows_the_tree(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A verdict is told with its criteria, clauses and cells."""
    result = json.loads((home / "output" / ROUND / "ket-qua.json").read_text(encoding="utf-8"))
    nominee = result["assessments"][0]["nominee_id"]
    code, printed, _ = run(capsys, "explain", nominee, "-C", home, "--round", ROUND)
    assert code == 0
    assert result["assessments"][0]["name"] in printed
    assert "mục III.3" in printed
    assert "[inbox/" in printed


def test_explain_of_nobody_says_where_to_look(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown name is told so, with the sheet of held rows to look at."""
    code, _, error = run(capsys, "explain", "Không Có Ai", "-C", home, "--round", ROUND)
    assert code == 2
    assert "Dòng bị giữ lại" in error


def test_codes_prints_the_book(capsys: pytest.CaptureFixture[str]) -> None:
    """The book of codes names C302."""
    code, printed, _ = run(capsys, "codes")
    assert code == 0
    assert "C302  lỗi" in printed


def test_init_refuses_a_folder_with_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder that holds something is left alone."""
    (tmp_path / "of-mine.txt").write_text("x", encoding="utf-8")
    code, _, error = run(capsys, "init", tmp_path)
    assert code == 2
    assert str(tmp_path) in error
    assert [path.name for path in tmp_path.iterdir()] == ["of-mine.txt"]
    code, printed, _ = run(capsys, "init", tmp_path / "moi")
    assert code == 0
    assert sorted(path.name for path in (tmp_path / "moi").iterdir()) == [
        "campaign.toml",
        "decisions",
        "inbox",
        "issued",
        "output",
        "word",
    ]
    assert "thidua issue" in printed


def test_dossiers_of_one_nominee(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A dossier can be made for one nominee, whatever the verdict."""
    result = json.loads((home / "output" / ROUND / "ket-qua.json").read_text(encoding="utf-8"))
    nominee = result["assessments"][-1]["nominee_id"]
    code, printed, _ = run(capsys, "dossiers", "-C", home, "--round", ROUND, "--nominee", nominee)
    assert code == 0
    assert "bao-cao-thanh-tich.docx" in printed


@pytest.mark.skipif(not shutil.which("soffice") and not __import__("os").environ.get("CI"), reason="LibreOffice is not installed")
def test_dossier_as_pdf(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With LibreOffice a dossier becomes a PDF beside the Word file."""
    result = json.loads((home / "output" / ROUND / "ket-qua.json").read_text(encoding="utf-8"))
    nominee = result["assessments"][-1]["nominee_id"]
    code, printed, _ = run(capsys, "dossiers", "-C", home, "--round", ROUND, "--nominee", nominee, "--pdf")
    assert code == 0
    pdfs = [Path(line) for line in printed.splitlines() if line.endswith(".pdf")]
    assert sorted(pdf.stem for pdf in pdfs) == ["bao-cao-thanh-tich", "danh-muc-minh-chung", "phieu-tham-dinh"]
    assert all(pdf.read_bytes().startswith(b"%PDF") for pdf in pdfs)


def test_bug_ends_with_3_and_a_log(home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of ours is told as ours, with a log file, and never as a traceback on the screen."""
    monkeypatch.setattr("thidua_xlsx.pipeline.status", lambda *_: 1 / 0)
    code, printed, error = run(capsys, "status", "-C", home, "--round", ROUND)
    assert code == 3
    assert "Traceback" not in printed + error
    log = Path(next(word for word in error.split() if word.endswith(".log")))
    assert "ZeroDivisionError" in log.read_text(encoding="utf-8")


def test_machine_trouble_is_told_with_the_file(home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk is one sentence with the file's name, not a traceback."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", "so-tong-hop.xlsx")

    monkeypatch.setattr("thidua_xlsx.pipeline.status", full)
    code, _, error = run(capsys, "status", "-C", home, "--round", ROUND)
    assert code == 2
    assert "so-tong-hop.xlsx" in error


@pytest.mark.parametrize(
    ("name", "content", "next_"),
    [
        ("ảnh chụp phiếu.jpg", b"\xff\xd8\xff\xe0" + bytes(100), "chưa kiểm tra được phiếu nào"),
        ("phiếu.docx.pdf", b"%PDF-1.7", "tệp chưa đọc được nên chưa kiểm tra ô nào"),
        ("~$phiếu.xlsx", b"x", "chưa kiểm tra được phiếu nào"),
    ],
)
def test_check_of_what_is_no_form_never_says_send_it(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: bytes, next_: str
) -> None:
    """The last line says what to do next, and to send a form only where one was read."""
    (tmp_path / name).write_bytes(content)
    _, printed, _ = run(capsys, "check", tmp_path / name, "-C", home)
    assert f"Việc tiếp theo: {next_}" in printed
    assert "gửi phiếu" not in printed.rpartition("Việc tiếp theo:")[2]


def test_check_of_a_wrapping_names_the_form_in_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Beside a picture that is left aside a sound form is named, and may be sent."""
    home = init(tmp_path / "thi-dua")
    issue(home, ROUND, ["QLN"])
    filled = sheets.fill(home / "issued" / ROUND / "QLN.xlsx", tmp_path / "QLN.xlsx", SOUND)
    with zipfile.ZipFile(tmp_path / "gói.zip", "w") as bundle:
        bundle.write(filled, "QLN.xlsx")
        bundle.writestr("ảnh.jpg", b"\xff\xd8\xff\xe0" + bytes(100))
    code, printed, _ = run(capsys, "check", tmp_path / "gói.zip", "-C", home)
    assert code == 0
    assert "gói.zip/QLN.xlsx: không có gì phải sửa." in printed
    assert "Việc tiếp theo: gửi phiếu" in printed


def test_a_rename_that_fails_is_told_by_the_name_people_know(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not the name of our own file beside it, which is gone by then."""

    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", ".so-ket-2023.0a1b2c3d", None, "so-ket-2023")

    monkeypatch.setattr("thidua_xlsx.pipeline.merge", refused)
    code, _, error = run(capsys, "merge", "-C", home, "--round", ROUND)
    assert code == 2
    assert "ghi so-ket-2023: không có quyền" in error


def test_path_too_long_for_windows_says_where_to_move(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows says of a path of more than 260 characters that it does not exist; the sentence says what is the matter."""

    def lost(*_: object, **__: object) -> None:
        raise FileNotFoundError(2, "No such file or directory", "D:\\" + "thư mục rất dài\\" * 20 + "so-tong-hop.xlsx")

    monkeypatch.setattr("thidua_xlsx.pipeline.merge", lost)
    code, _, error = run(capsys, "merge", "-C", home, "--round", ROUND)
    assert code == 2
    assert "gần gốc ổ đĩa" in " ".join(error.split())


def test_a_folder_without_a_campaign_is_told_in_one_sentence(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Whoever stands in another folder is told so and what to do; no file that does not exist is said to have a mistake."""
    code, _, said = run(capsys, "merge", "-C", tmp_path)
    assert code == 2
    assert said.startswith("Không có tệp")
    assert "chỗ sai" not in said
    assert "thidua init" in said


def test_whatif_before_anybody_registered_says_so(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """With an empty inbox there is nothing to try: one sentence says so and what to do."""
    home = init(tmp_path / "thi-dua")
    code, said, _ = run(capsys, "whatif", "-C", home, "--round", "so-ket-2023")
    assert code == 0
    assert "chưa có ai đăng ký được tính" in " ".join(said.split())
