"""``thidua export``: what another program, a province's system and the State's statistics get from the register."""

from __future__ import annotations

import copy
import csv
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests import office, sheets
from tests.sound import SOUND
from tests.test_decisions import typed
from tests.test_pipeline import set_figure
from thidua_xlsx import CampaignError, cli, issue, load_campaign, merge
from thidua_xlsx.exchange import DICTIONARY, IMPORT_LIST, STATISTICS, _files
from thidua_xlsx.model import PartialDate
from thidua_xlsx.pipeline import UsageError, decide, export, init, status

ROUND = "so-ket-2023"
FORMULA = "+ Ủng hộ quỹ Vì người nghèo"
CODES = """
[[code_list]]
list = "HTKT"
source = "Danh mục thử"
entry = [{ value = "BK_UBT", label = "Bằng khen của Chủ tịch UBND tỉnh", code = "1650359884" }]

[[code_list]]
list = "LVHD"
source = "Danh mục thử"
entry = [{ value = "*", label = "Xây dựng", code = "0017" }]
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A campaign folder whose one unit sent a sound form with a formula typed as text, and a person who is held."""
    folder = init(tmp_path / "thi-dua")
    set_figure(folder, 1_000_000)
    issue(folder, ROUND, ["QLN"])
    rows: dict[str, list[dict[str, Any]]] = copy.deepcopy({table: [dict(row) for row in part] for table, part in SOUND.items()})
    rows["achievements"][0]["description"] = FORMULA
    rows["individuals"][0]["note"] = "- chuyển công tác từ tháng 5"
    rows["individuals"][2]["performance"] = "Không hoàn thành nhiệm vụ"
    sheets.fill(folder / "issued" / ROUND / "QLN.xlsx", folder / "inbox" / "QLN.xlsx", rows)
    return folder


def rows_of(path: Path) -> list[dict[str, str]]:
    """A CSV file as a program reads it."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def sheet_of(path: Path, name: str) -> Worksheet:
    """A sheet with the values that stand in it."""
    sheet = load_workbook(path, data_only=True)[name]
    assert isinstance(sheet, Worksheet)
    return sheet


def lines_of(sheet: Worksheet) -> list[list[Any]]:
    """All values of a sheet, line by line."""
    return [list(line) for line in sheet.iter_rows(values_only=True)]


def test_tables_hold_what_the_register_holds(home: Path) -> None:
    """Every table, counted and held, has the register's rows and values; verdicts and reasons are those of the merge."""
    result, (outcome, _) = export(home, ROUND), status(home, ROUND)
    for code in outcome.campaign.tables:
        for name, frame in ((code, outcome.register.tables[code]), (f"{code}_held", outcome.register.held[code])):
            found = rows_of(result.folder / f"{name}.csv")
            assert [row["row"] for row in found] == [str(value) for value in frame["row"]], name
            for column in outcome.campaign.tables[code].columns:
                expected = ["" if value is None else iso(value) for value in frame[column]]
                assert [row[column].lstrip("\t").removeprefix("'") for row in found] == expected, (name, column)
    assert [row["refused"] for row in rows_of(result.folder / "individuals_held.csv")] == ["performance"]
    verdicts = rows_of(result.folder / "verdicts.csv")
    assert [(row["nominee_id"], row["award"], row["result"]) for row in verdicts] == [
        (case.nominee_id, case.award, case.result.word) for case in outcome.assessments
    ]
    assert len(rows_of(result.folder / "reasons.csv")) == sum(len(case.reasons) for case in outcome.assessments)


def iso(value: object) -> str:
    """A value as text; dates as far as they were given, year first."""
    return "-".join(reversed(str(value).split("/"))) if isinstance(value, PartialDate) else str(value)


def test_csv_opens_in_excel_as_what_it_is(home: Path) -> None:
    """A byte order mark; text that would be a formula is disarmed; ids keep their zero; figures are figures."""
    folder = export(home, ROUND).folder
    assert (folder / "individuals.csv").read_bytes().startswith("\ufeffunit,".encode())
    assert rows_of(folder / "achievements.csv")[0]["description"] == f"'{FORMULA}"
    person = rows_of(folder / "individuals.csv")[0]
    assert person["note"].startswith("'-")
    assert person["citizen_id"] == "\t091185001234"
    assert rows_of(folder / "achievements.csv")[0]["value_vnd"] == "1500000"


@pytest.mark.parametrize("text", ["=1+1", "+84", "-5", "@SUM(A1)", "\t=1", "\r=1"])
def test_nothing_that_begins_like_a_formula_stays_one(text: str) -> None:
    """Whatever a spreadsheet would compute begins with an apostrophe, in columns of text and of ids alike."""
    from thidua_xlsx.exchange._datasets import Field  # noqa: PLC0415

    for kind in ("text", "digits"):
        assert _files._cell(text, Field("x", "X", kind)) == f"'{text}"  # type: ignore[arg-type]
    assert _files._cell(-5, Field("x", "X", "whole")) == -5


def test_libreoffice_reads_the_ids_of_a_csv_file_as_text(home: Path, tmp_path: Path) -> None:
    """Opened by double click, the citizen id has its leading zero."""
    source = export(home, ROUND).folder / "individuals.csv"
    book = load_workbook(office.converted(source, tmp_path, "xlsx"))
    values = [str(cell.value).strip() for cell in book.active[2]]  # type: ignore[index]
    assert "091185001234" in values


def test_parquet_has_the_same_rows_with_types(home: Path) -> None:
    """Money is a whole number, an id text without a tab, and the heading goes along."""
    parquet = pytest.importorskip("pyarrow.parquet")
    result = export(home, ROUND)
    assert result.parquet
    table = parquet.read_table(result.folder / "achievements.parquet")
    assert str(table.schema.field("value_vnd").type) == "int64"
    assert table.column("value_vnd").to_pylist()[:2] == [1_500_000, 2_000_000]
    assert table.schema.field("value_vnd").metadata[b"heading"].decode() == "Giá trị (đồng)"
    people = parquet.read_table(result.folder / "individuals.parquet").to_pylist()
    assert people[0]["citizen_id"] == "091185001234"
    for path in result.folder.glob("*.csv"):
        assert parquet.read_table(path.with_suffix(".parquet")).num_rows == len(rows_of(path)), path.name


def test_without_pyarrow_the_rest_is_written_and_it_is_said(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Parquet is an extra: without it there are CSV files, a sentence, and no error."""
    monkeypatch.setattr(_files.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(SystemExit) as ended:
        cli.main(["export", "-C", str(home), "--round", ROUND])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert "thidua_xlsx[parquet]" in said
    assert max(map(len, said.splitlines())) <= 80 or str(home) in said
    folder = home / "output" / f"{ROUND}-du-lieu"
    assert not list(folder.glob("*.parquet"))
    assert (folder / DICTIONARY).is_file()


def test_dictionary_names_every_column_of_every_file(home: Path) -> None:
    """A line per table and column, in the order of the files, with type, unit of measure, choices and clause."""
    folder = export(home, ROUND).folder
    lines = lines_of(sheet_of(folder / DICTIONARY, "Các cột"))[2:]
    told: dict[str, list[str]] = {}
    for line in lines:
        told.setdefault(line[0], []).append(line[2])
    assert told == {path.stem: path.read_text(encoding="utf-8-sig").splitlines()[0].split(",") for path in folder.glob("*.csv")}
    money = next(line for line in lines if line[0] == "achievements" and line[2] == "value_vnd")
    assert (money[3], money[4], money[5]) == ("Giá trị (đồng)", "số nguyên", "đồng")
    assert "III.3" in money[8]
    kinds = next(line for line in lines if line[0] == "achievements" and line[2] == "kind")
    assert "TT1-TIEN = Tiền" in kinds[7].splitlines()


def imported(path: Path) -> list[list[Any]]:
    """The lines of "file nhận", columns A to I and R to U."""
    return [[*line[:9], *line[17:21]] for line in lines_of(sheet_of(path, "file nhận"))]


def test_import_list_has_the_layout_of_the_template(home: Path) -> None:
    """Headings in line 1, nine columns, those who meet the award; without lists of codes R–U are blank, and the guide says so."""
    result = export(home, ROUND)
    head, *lines = imported(result.folder / IMPORT_LIST)
    assert head[:5] == ["STT", "Tên gọi", "Tên", "Chức vụ", "Đơn vị công tác"]
    assert head[5:9] == ["Phân loại khen thưởng", "Danh hiệu/Hình thức", "Phân loại đối tượng", "Lĩnh vực"]
    assert [(line[0], line[1], line[2]) for line in lines] == [
        (1, None, "Phòng Quản lý nhà"),
        (2, "Bà", "Nguyễn Thị Ánh Nguyệt"),
        (3, "Ông", "Trần Minh Quân"),
    ]
    assert [line[7] for line in lines] == ["Tập thể", "Công chức, viên chức", "Công chức, viên chức"]
    assert all(line[8:] == [None] * 5 for line in lines)
    assert result.unset_codes == ("PLKT", "HTKT", "PLDT", "LVHD")
    guide = " ".join(str(line[0]) for line in lines_of(sheet_of(result.folder / IMPORT_LIST, "Hướng dẫn")))
    assert "PLKT, HTKT, PLDT, LVHD" in guide
    assert load_workbook(result.folder / IMPORT_LIST).sheetnames == ["file nhận", "phan loai kt", "HTKT", "PLDT", "LVHD", "Hướng dẫn"]


def test_codes_come_from_the_office_list_and_are_looked_up(home: Path, tmp_path: Path) -> None:
    """Labels and codes are the list's, as text; LibreOffice looks the codes up and finds the same."""
    with (home / "campaign.toml").open("a", encoding="utf-8") as file:
        file.write(CODES)
    result = export(home, ROUND)
    path = result.folder / IMPORT_LIST
    line = imported(path)[1]
    assert line[6:] == ["Bằng khen của Chủ tịch UBND tỉnh", "Tập thể", "Xây dựng", None, "1650359884", None, "0017"]
    assert imported(office.converted(path, tmp_path, "xlsx"))[1:] == imported(path)[1:]
    assert result.unset_codes == ("PLKT", "PLDT")
    sheet = load_workbook(path)["file nhận"]
    assert {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}["G2:G4"] == "HTKT_nhan"
    assert sheet.column_dimensions["R"].hidden


def counted(path: Path, sheet: str) -> dict[str, Sequence[Any]]:
    """The lines of a table of the statistics by whom they are about."""
    return {str(line[0]): line[1:5] for line in lines_of(sheet_of(path, sheet))[3:]}


def test_statistics_count_what_is_known_and_leave_the_rest_open(home: Path) -> None:
    """Registered and meeting the criteria by kind; agreed and awarded are “…” as long as nobody has decided; nothing is made up."""
    path = export(home, ROUND).folder / STATISTICS
    assert counted(path, "0603.N") == {
        "Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh – phương thức: Chuyên đề": [None] * 4,
        "Tập thể, doanh nghiệp": [1, 1, "…", "…"],
        "Hộ gia đình": ["…"] * 4,
        "Cá nhân: lãnh đạo cấp bộ, tỉnh": ["…"] * 4,
        "Cá nhân: lãnh đạo cấp vụ, sở": [0, 0, "…", "…"],
        "Cá nhân: doanh nhân": ["…"] * 4,
        "Cá nhân: lãnh đạo từ phó phòng": [0, 0, "…", "…"],
        "Cá nhân: người trực tiếp": [2, 2, "…", "…"],
        "Tổng số": [3, 3, "…", "…"],
    }
    assert "không xét hình thức nào" in " ".join(counted(path, "0602.N"))
    movement = lines_of(sheet_of(path, "0601.N"))[3]
    assert movement[1:] == ["…", "…", "2021–2025", 1, 1, 2]
    notes = " ".join(str(line[0]) for line in lines_of(sheet_of(path, "Ghi chú")))
    assert "Cấp phát động, Phạm vi".lower() in notes
    assert "Hộ gia đình" in notes


def test_decisions_of_the_leadership_go_into_all_of_it(home: Path, tmp_path: Path) -> None:
    """Once an award was decided about, only those agreed to are on the list; the statistics count them, the table has every line."""
    summary = merge(home, round=ROUND).folder / "bao-cao-tong-hop.xlsx"
    lines = {"QLN-CN001": (9, "Đồng ý", None), "QLN-CN002": (3, "Để lại", "Chờ xác minh")}
    decide(home, typed(summary, tmp_path / "lanh-dao.xlsx", lines), apply=True)
    folder = export(home, ROUND).folder
    assert [line[2] for line in imported(folder / IMPORT_LIST)[1:]] == ["Nguyễn Thị Ánh Nguyệt"]
    assert counted(folder / STATISTICS, "0603.N")["Cá nhân: người trực tiếp"] == [2, 2, 1, "…"]
    found = [(row["nominee_id"], row["opinion"], row["votes"], row["counts"]) for row in rows_of(folder / "decisions.csv")]
    assert found == [("QLN-CN001", "agreed", "9", "yes"), ("QLN-CN002", "put_off", "3", "yes")]


def test_second_run_gives_the_same_bytes_and_leaves_the_rest_alone(home: Path) -> None:
    """Same folder, same bytes; the results of merge, the inbox and somebody's own file are as they were."""
    merge(home, round=ROUND)
    result = export(home, ROUND)
    (result.folder / "ghi-chu.txt").write_text("của tôi", encoding="utf-8")
    before = {
        path: sha256(path.read_bytes()).hexdigest() for path in home.rglob("*") if path.is_file() and ".thidua-cache" not in path.parts
    }
    assert export(home, ROUND).written == result.written
    assert {path: sha256(path.read_bytes()).hexdigest() for path in before} == before
    assert {path.name for path in result.folder.iterdir()} == {path.name for path in result.written} | {"ghi-chu.txt"}


def test_goes_where_it_is_told_but_not_into_the_inbox(home: Path, tmp_path: Path) -> None:
    """``-o`` names another folder; the inbox is never written to."""
    assert export(home, ROUND, tmp_path / "ra").folder == tmp_path / "ra"
    for place in (home / "inbox", home / "inbox" / "ra", home):
        with pytest.raises(UsageError):
            export(home, ROUND, place)


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        (CODES.replace('list = "HTKT"', 'list = "HTKH"'), "HTKT"),
        (CODES.replace('source = "Danh mục thử"\nentry = [{ value = "*"', 'source = "Danh mục thử"\nentri = [{ value = "*"'), "entry"),
        (CODES + CODES, "HTKT"),
    ],
)
def test_slips_in_the_lists_are_found(tmp_path: Path, extra: str, words: str) -> None:
    """An unknown list, a list without entries and one given twice are named."""
    home = init(tmp_path / "thi-dua")
    with (home / "campaign.toml").open("a", encoding="utf-8") as file:
        file.write(extra)
    with pytest.raises(CampaignError) as error:
        load_campaign(home)
    assert words in str(error.value)


def test_campaign_without_statistics_still_exports(home: Path) -> None:
    """[statistics] may be left out; the workbook then says so."""
    file = home / "campaign.toml"
    head, _, rest = file.read_text(encoding="utf-8").partition("[statistics]\n")
    file.write_text(head + rest.partition("\n]\n")[2], encoding="utf-8")
    path = export(home, ROUND).folder / STATISTICS
    assert "[statistics]" in str(lines_of(sheet_of(path, "Ghi chú"))[0][0])
