"""The báo cáo sơ kết, tổng kết: its figures are the register's, its sentences have figures behind them, its charts can be edited."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from lxml import etree
from openpyxl import load_workbook

from tests import sheets
from tests.sound import SOUND
from tests.test_cli import run
from tests.test_dossier import COLLECTIVE, DEEDS, PERSON, WORD, campaign, everyone, outcome, person
from thidua_xlsx import issue, merge
from thidua_xlsx.campaign import Campaign
from thidua_xlsx.dossier import ContradictionError, TemplateError, check_templates, write_stage_report
from thidua_xlsx.model import CellRef, Decided, Decision, NomineeKind, Opinion
from thidua_xlsx.outcome import Outcome
from thidua_xlsx.pipeline import UsageError, init, report
from thidua_xlsx.pipeline._survey import surveyed

__all__ = ["campaign"]

ROUND, STAGE, TEMPLATE = "so-ket-2023", "bao-cao-so-ket.docx", "bao-cao-so-ket-tong-ket.docx"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
Standing = Mapping[str, Mapping[tuple[str, str], tuple[Decided, ...]]]


def decided(nominee: str, name: str, opinion: Opinion = Opinion.AGREED, award: str = "BK_UBT", reason: str = "") -> Decided:
    """A decision that was applied."""
    decision = Decision(nominee, award, opinion, None, reason, "", "", CellRef("decisions/1.xlsx", "BK", "A1"))
    return Decided(decision, name, nominee.split("-", maxsplit=1)[0], "decisions/1.xlsx", date(2023, 7, 20))


def standing(*found: Decided) -> dict[tuple[str, str], tuple[Decided, ...]]:
    """Decisions by nominee and award form."""
    return {(each.decision.nominee_id, each.decision.award): (each,) for each in found}


def written(folder: Path, found: Outcome, made: Standing | None = None, word: Path = WORD) -> Path:
    """The report of a run."""
    return write_stage_report(folder / STAGE, "so-ket", found, made or {}, word)


def tables(path: Path) -> dict[str, list[list[str]]]:
    """The ruled tables, without their headings, by the words of their first heading."""
    document: Any = Document(str(path))
    ruled = [table for table in document.tables if table.style.name == "Bảng kẻ"]
    rows = {table: [[cell.text for cell in row.cells] for row in table.rows] for table in ruled}
    return {"|".join(lines[0][:2]): lines[1:] for lines in rows.values()}


def text(path: Path) -> str:
    """Everything a reader sees, a paragraph a line."""
    return "\n".join("".join(node.itertext()) for node in etree.fromstring(part(path, "word/document.xml")).iter("{*}p"))


def part(path: Path, name: str) -> bytes:
    """A part of the package."""
    with zipfile.ZipFile(path) as package:
        return package.read(name)


def names(path: Path) -> list[str]:
    """The parts of the package."""
    with zipfile.ZipFile(path) as package:
        return package.namelist()


def chart(path: Path, name: str) -> tuple[list[str], list[float]]:
    """What a chart shows: the names of its bars and their values."""
    root = etree.fromstring(part(path, f"word/charts/bieu-do-{name}.xml"))
    words, values = (
        [node.findtext(f"{C}v") for node in root.iter(f"{C}pt") if node.getparent().tag == C + kind] for kind in ("strCache", "numCache")
    )
    return [word for word in words if word][-len(values) :], [float(value or 0) for value in values]


def test_figures_are_those_of_the_register(campaign: Campaign, tmp_path: Path) -> None:
    """Contents, kinds, years and units add up the achievements that lie in the window for certain."""
    path = written(tmp_path, outcome(campaign, everyone()))
    found = tables(path)
    contents = [line[2:] for line in found["TT|Nội dung thi đua"]]
    assert contents[:5] == [["01", "01", "0"], ["01", "01", "0"], ["01", "01", "6.500.000"], ["0", "0", "0"], ["01", "01", "15.000.000"]]
    assert contents[5:] == [["04", "02", "21.500.000"]]
    assert [line[1:] for line in found["TT|Loại thành tích"]] == [
        ["Tiền", "01", "01", "15.000.000"],
        ["Hiện vật", "01", "01", "6.500.000"],
        ["Kiến nghị chính sách", "01", "01", "0"],
        ["Mô hình", "01", "01", "0"],
        ["Tổng cộng", "04", "02", "21.500.000"],
    ]
    assert found["Năm|Số thành tích"] == [
        ["2021", "0", "0", "0", "–"],
        ["2022", "03", "02", "15.000.000", "+15.000.000"],
        ["2023 (đến 30/06)", "01", "01", "6.500.000", "–"],
        ["Tổng cộng", "04", "02", "21.500.000", ""],
    ]
    units = {line[1]: line[3:] for line in found["TT|Phòng, đơn vị trực thuộc"]}
    assert units.pop("Tổng cộng") == ["01", "03", "04", "21.500.000"]
    assert len(units) == len(campaign.units)
    assert units["Phòng Quản lý nhà và Thị trường bất động sản"] == ["01", "02", "04", "21.500.000"]
    assert units["Trung tâm Kiểm định chất lượng xây dựng"] == ["0", "01", "0", "0"]
    (award,) = found["Hình thức khen thưởng|Tập thể đăng ký"]
    assert award[1:] == ["01", "03", "04", "0", "0"]


def test_sentences_have_figures_behind_them(campaign: Campaign, tmp_path: Path) -> None:
    """The report says what rose, what leads, what is missing and what was not counted, and names the parts of a year as such."""
    words = text(written(tmp_path, outcome(campaign, everyone(), open_ids=["QLN-CN002"])))
    assert "- Năm 2022 có 03 thành tích, tăng 03 thành tích so với năm 2021." in words
    assert "- Năm 2022, giá trị đóng góp là 15.000.000 đồng, tăng 15.000.000 đồng so với năm 2021." in words
    assert "- Số liệu năm 2023 (đến 30/06) chưa đủ 12 tháng" in words
    assert "Đơn vị có giá trị đóng góp lớn nhất: Phòng Quản lý nhà và Thị trường bất động sản (21.500.000 đồng" in words
    assert "Nội dung có nhiều thành tích nhất" not in words, "four contents are equal"
    assert "Kết quả đo được do đơn vị kê khai: 7 căn nhà." in words
    assert "01 thành tích ghi thời gian chưa đủ ngày, tháng" in words
    assert "Có 12 phòng, đơn vị trực thuộc chưa có phiếu đăng ký được tiếp nhận: Văn phòng Sở; " in words
    assert "01 trường hợp chưa đủ căn cứ" in words


def deed(number: int, year: int, value: int) -> Mapping[str, object]:
    """Money given by one person."""
    return {
        **DEEDS[0],
        "achievement_id": f"QLN-T{number:03d}",
        "achieved_on": replace(DEEDS[0]["achieved_on"], year=year),
        "value_vnd": value,
    }  # type: ignore[type-var]


@pytest.mark.parametrize(
    ("values", "said", "change"),
    [
        ((10_000_000, 15_000_000), "15.000.000 đồng, tăng 5.000.000 đồng (50%) so với năm 2021", "+5.000.000"),
        ((15_000_000, 10_000_000), "10.000.000 đồng, giảm 5.000.000 đồng (33,3%) so với năm 2021", "−5.000.000"),
        ((10_000_000, 10_000_000), "10.000.000 đồng, bằng năm 2021", "0"),
    ],
)
def test_year_against_year(campaign: Campaign, tmp_path: Path, values: tuple[int, int], said: str, change: str) -> None:
    """A whole year is compared with the whole year before it, in đồng and in per cent."""
    rows = {"individuals": (PERSON,), "achievements": (deed(1, 2021, values[0]), deed(2, 2022, values[1]))}
    path = written(tmp_path, outcome(campaign, rows))
    assert said in text(path)
    assert tables(path)["Năm|Số thành tích"][1][4] == change


def test_nothing_to_say(campaign: Campaign, tmp_path: Path) -> None:
    """Of an empty register no result is claimed: no chart, no comparison, no effect, no reward, and dotted lines for judgement."""
    path = written(tmp_path, outcome(campaign, {}))
    words = text(path)
    assert [name for name in names(path) if "chart" in name] == []
    assert words.count("Chưa có thành tích nào được kê khai.") == len(campaign.contents)
    for absent in ("so với năm 2021.", "Kết quả đo được", "Bảng 6", "PHỤ LỤC", "lớn nhất", "bằng chữ", "Bằng chữ", "chưa đủ 12 tháng"):
        assert absent not in words
    assert "chưa có ý kiến đồng ý khen thưởng nào" in words


def test_no_sum_of_nothing(campaign: Campaign, tmp_path: Path) -> None:
    """Where nobody has given money, no sentence says that nothing was given."""
    petition = {**deed(1, 2022, 1), "kind": "TT2A", "value_vnd": None, "petition_document": "12/SXD"}
    words = text(written(tmp_path, outcome(campaign, {"individuals": (PERSON,), "achievements": (petition,)})))
    assert "Kết quả: 01 thành tích của 01 tập thể, cá nhân." in words
    assert "0 đồng" not in words


def test_rewarded_so_far(campaign: Campaign, tmp_path: Path) -> None:
    """Whom the leadership has agreed to in this round and before it is counted by round and form, and listed in the appendix."""
    made = {
        "hang-nam-2022": standing(
            decided("QLN-CN001", "Nguyễn Hữu Phước", award="GK_GDS"), decided("QLN-TT02", "Tổ Một cửa", award="GK_GDS")
        ),
        ROUND: standing(decided("QLN-TT01", "Phòng QLN"), decided("QLN-CN002", "Danh Ấn", Opinion.PUT_OFF)),
    }
    path = written(tmp_path, replace(outcome(campaign, everyone()), decisions=made[ROUND]), made)
    found = tables(path)
    assert [line[2:] for line in found["Đợt|Hình thức khen thưởng"]] == [["01", "01", "02"], ["01", "0", "01"]]
    assert [line[1] for line in found["TT|Tập thể, cá nhân"]] == ["Tổ Một cửa", "Nguyễn Hữu Phước", "Phòng QLN"]
    assert "lãnh đạo đã cho ý kiến 02 trường hợp (đồng ý 01, không đồng ý 0, để lại 01)" in text(path)


def test_files_that_disagree_decide_nothing(campaign: Campaign, tmp_path: Path) -> None:
    """A nominee about whom two files of the leadership disagree is not said to be rewarded."""
    key = ("QLN-TT01", "BK_UBT")
    both = (decided(*key[:1], "Phòng QLN"), decided(*key[:1], "Phòng QLN", Opinion.NOT_AGREED))
    path = written(tmp_path, outcome(campaign, everyone()), {ROUND: {key: both}})
    assert "PHỤ LỤC" not in text(path)


def test_charts_show_the_figures(campaign: Campaign, tmp_path: Path) -> None:
    """Each chart is a chart of Word with the figures of its table, its workbook beside it, and labels that show values only."""
    path = written(tmp_path, outcome(campaign, everyone()))
    assert chart(path, "contents") == (["ND1", "ND2", "ND3", "ND4", "ND5"], [1, 1, 1, 0, 1])
    assert chart(path, "years") == (["2021", "2022", "2023 (đến 30/06)"], [0, 15_000_000, 6_500_000])
    assert len(chart(path, "units")[1]) == len(campaign.units)
    for name in ("contents", "years", "units"):
        root = etree.fromstring(part(path, f"word/charts/bieu-do-{name}.xml"))
        assert [node.tag.removeprefix(C) for node in root][-1] == "externalData"
        labels = root.find(f".//{C}dLbls")
        assert labels is not None
        shown = {node.tag.removeprefix(C): node.get("val") for node in labels if node.tag.startswith(f"{C}show")}
        assert [key for key, value in shown.items() if value == "1"] == ["showVal"]
        assert len(shown) == 6
        book = load_workbook(io.BytesIO(part(path, f"word/embeddings/bieu-do-{name}.xlsx")))
        values = [row[1].value for row in book.active.iter_rows(min_row=2) if row[0].value]  # type: ignore[union-attr]
        assert values == chart(path, name)[1]


def test_long_names_beside_bars(campaign: Campaign, tmp_path: Path) -> None:
    """A unit with a name too long for one line stands under a shorter one of the campaign, else under its first words."""
    long = "Ban Quản lý dự án đầu tư xây dựng các công trình giao thông và nông nghiệp"
    for aliases, shown in (((), "Ban Quản lý dự án đầu tư xây dựng các …"), (("Ban QLDA giao thông", "BQLDA"), "Ban QLDA giao thông")):
        units = {**campaign.units, "QLN": replace(campaign.units["QLN"], name=long, aliases=aliases)}
        path = written(tmp_path, outcome(replace(campaign, units=units), everyone()))
        assert chart(path, "units")[0][list(units).index("QLN")] == shown
        assert long in text(path)


def test_more_units_than_bars_on_a_page(campaign: Campaign, tmp_path: Path) -> None:
    """Of more units than fit beside each other on a page the table alone tells."""
    more = {f"X{number}": replace(campaign.units["QLN"], code=f"X{number}", name=f"Thôn {number}", aliases=()) for number in range(30)}
    path = written(tmp_path, outcome(replace(campaign, units={**campaign.units, **more}), everyone()))
    assert "word/charts/bieu-do-units.xml" not in names(path)
    assert len(tables(path)["TT|Phòng, đơn vị trực thuộc"]) == len(campaign.units) + len(more) + 1


def test_chart_is_bound_to_the_document(campaign: Campaign, tmp_path: Path) -> None:
    """Every chart the text refers to has its relationship, its content type, and a number of its own."""
    path = written(tmp_path, outcome(campaign, everyone()))
    document: Any = Document(str(path))
    charts = list(document.element.body.iter(f"{C}chart"))
    keys = [node.get("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id") for node in charts]
    assert len(keys) == 3
    for key in keys:
        target = document.part.rels[key].target_part
        assert target.content_type == "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
        (book,) = target.rels.values()
        assert book.target_part.content_type == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ids = [node.get("id") for node in document.element.body.iter("{*}docPr")]
    assert len(set(ids)) == len(ids)


def test_same_bytes_again(campaign: Campaign, tmp_path: Path) -> None:
    """The same register gives the same bytes, charts and their workbooks included."""
    first, second = (written(tmp_path / name, outcome(campaign, everyone())).read_bytes() for name in ("1", "2"))
    assert first == second


def test_names_survive_whole(campaign: Campaign, tmp_path: Path) -> None:
    """A name with characters that mean something in XML is printed as it is, in the text and in the list."""
    name = "Cty A & B <C>"
    rows = {**everyone(), "individuals": (person(3, name),)}
    path = written(tmp_path, outcome(campaign, rows), {ROUND: standing(decided("QLN-CN003", name))})
    assert name in text(path)
    assert tables(path)["TT|Tập thể, cá nhân"][0][1] == name


def edited(folder: Path, find: str, put: str) -> Path:
    """Templates in which the report's was changed in Word."""
    word = folder / "word"
    shutil.copytree(WORD, word)
    document: Any = Document(str(WORD / TEMPLATE))
    found = [node for node in document.element.body.iter("{*}t") if find in (node.text or "")]
    assert found
    for node in found:
        node.text = node.text.replace(find, put)
    document.save(str(word / TEMPLATE))
    return word


@pytest.mark.parametrize(
    ("find", "put", "said"),
    [
        ("{{ stage.until }}", "{{ stage.til }}", "stage.til"),
        ("{{ registered.counts }}", "x", "registered.counts"),
        ("{{ charts.years }}", "{{ charts.year }}", "charts.year"),
        ("{{ line.individuals }}", "0", "awards.individuals"),
    ],
)
def test_wrong_field_is_refused(campaign: Campaign, tmp_path: Path, find: str, put: str, said: str) -> None:
    """A field the report does not have, or must have, is named by the lint with its file, and no report is written."""
    word = edited(tmp_path, find, put)
    (problem,) = set(check_templates(word, campaign))
    assert TEMPLATE in problem
    assert said in problem
    with pytest.raises(TemplateError):
        written(tmp_path, outcome(campaign, everyone()), word=word)
    assert not (tmp_path / STAGE).exists()


MONEY_LINES = {"individuals": (PERSON,), "achievements": (deed(1, 2021, 10_000_000), deed(2, 2022, 15_000_000))}


@pytest.mark.parametrize(
    ("find", "put", "said"),
    [
        ("{%tr for line in units %}", "{%tr for line in units if line.deeds != '0' %}", "“Văn phòng Sở” (theo đơn vị): không có dòng này"),
        ("{%tr for line in years %}", "{%tr for line in years[:2] %}", "“2023 (đến 30/06)” (theo năm): không có dòng này"),
        ("{{ totals.value }}", "90.000.000", "dòng tổng của bảng theo đơn vị: 90.000.000"),
        ("{{ totals.deeds }}", "07", "số thành tích trong câu: 7"),
        ("{{ registered.counts }}", "{{ registered.counts }}, trong đó 12 cá nhân nữ", "số cá nhân trong câu: 12"),
        (
            "{{ line.met }}",
            "1{{ line.met }}",
            "“Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh” (theo hình thức khen thưởng): 0; 01; 101; 0; 0",
        ),
        ("{%tr for line in rewarded %}", "{%tr for line in rewarded[1:] %}", "A644"),
        ("{%tr for line in honoured %}", "{%tr for line in honoured[1:] %}", "phụ lục danh sách đã được đồng ý"),
    ],
)
def test_a_figure_that_differs_stops_the_report(campaign: Campaign, tmp_path: Path, find: str, put: str, said: str) -> None:
    """A row left out, a figure typed in: the report is not made, and A644 says what differs from what."""
    made = {
        "hang-nam-2022": standing(decided("QLN-CN001", "Nguyễn Hữu Phước", award="GK_GDS")),
        ROUND: standing(decided("QLN-CN001", "Nguyễn Hữu Phước")),
    }
    with pytest.raises(ContradictionError) as caught:
        written(tmp_path, outcome(campaign, MONEY_LINES), made, edited(tmp_path, find, put))
    assert {found.code for found in caught.value.findings} == {"A644"}
    assert all(found.ref.file == STAGE for found in caught.value.findings)
    assert said in str(caught.value)
    assert not (tmp_path / STAGE).exists()


def test_figures_of_the_plan_are_no_difference(campaign: Campaign, tmp_path: Path) -> None:
    """A movement that has a number of nominees in its title, and a content that has one in its words, is reported on."""
    content = replace(campaign.contents["ND1"], text="Biểu dương 500 cá nhân, nhân rộng 20 thành tích tiêu biểu.")
    changed = replace(campaign, title="Biểu dương 1.000 hộ gia đình", contents={**campaign.contents, "ND1": content})
    words = text(written(tmp_path, outcome(changed, MONEY_LINES)))
    assert "“Biểu dương 1.000 hộ gia đình”" in words
    assert "nhân rộng 20 thành tích tiêu biểu" in words


def test_parts_that_do_not_add_up(campaign: Campaign, tmp_path: Path) -> None:
    """Where two nominees bear one id, what they did would be counted twice: the report is not made (A648)."""
    twin = {**COLLECTIVE, "nominee_id": PERSON["nominee_id"]}
    with pytest.raises(ContradictionError) as caught:
        written(tmp_path, outcome(campaign, {**MONEY_LINES, "collectives": (twin,)}))
    assert {found.code for found in caught.value.findings} == {"A648"}
    assert "số thành tích cộng theo đơn vị là 4, trong khi sổ tổng hợp có 2" in str(caught.value)


@pytest.mark.parametrize(
    ("find", "put"),
    [
        ("{{ charts.units }}", ""),
        ("{{ line.money }}", "{{ line.money }} đồng"),
        ("{{ line.deeds }}", "{{ line.deeds if line.deeds != '0' else '–' }}"),
        ("Bảng 1.", "Bảng 1 (12 đơn vị, chỉ tiêu 500.000.000 đồng)."),
    ],
)
def test_another_wording_is_no_difference(campaign: Campaign, tmp_path: Path, find: str, put: str) -> None:
    """A chart taken out, a unit behind a figure, a dash for none, and figures that are the office's own do not stop the report."""
    assert written(tmp_path, outcome(campaign, MONEY_LINES), word=edited(tmp_path, find, put)).is_file()


def test_every_kind_of_nominee(tmp_path: Path) -> None:
    """A campaign that rewards households has them in every table and sentence; one without money has no money in its report."""
    home = tmp_path / "xa"
    shutil.copytree(Path(__file__).parents[1] / "examples" / "xa-nep-vang", home)
    path, _ = report(home, "tong-ket", "nam-2025")
    found, words = tables(path), text(path)
    units = found["TT|Thôn, đoàn thể"]
    assert units[0][1:] == ["Thôn Đông", "Đã nộp", "01", "05", "02", "18"]
    totals = [sum(int(line[column]) for line in units[:-1]) for column in range(3, 7)]
    assert [int(figure) for figure in units[-1][3:]] == totals == [6, 15, 9, 66]
    assert f"{totals[0]:02} tập thể, {totals[1]} hộ gia đình và {totals[2]:02} cá nhân" in words
    awards = found["Hình thức khen thưởng|Tập thể đăng ký"]
    assert [sum(int(line[column]) for line in awards) for column in (1, 2, 3)] == totals[:3]
    assert [sum(map(int, line[1:4])) for line in awards] == [sum(map(int, line[4:])) for line in awards]
    assert "phòng, đơn vị" not in words
    assert "đồng" not in words.replace("Hội đồng", "").replace("đồng ý", "")
    assert "Kỳ báo cáo nằm trong một năm" in words
    assert chart(path, "units") == ([line[1] for line in units[:-1]], [int(line[6]) for line in units[:-1]])
    assert "word/charts/bieu-do-years.xml" not in names(path)


def test_households_agreed_to(tmp_path: Path) -> None:
    """Households the leadership agreed to are counted in a column of their own and stand between collectives and individuals."""
    home = tmp_path / "xa"
    shutil.copytree(Path(__file__).parents[1] / "examples" / "xa-nep-vang", home)
    _, found = surveyed(home, "nam-2025")
    chosen = {kind: next(one for one in found.assessments if one.kind is kind) for kind in NomineeKind}
    made = [replace(decided(one.nominee_id, one.name, award="GK_XA"), unit=one.unit) for one in reversed(chosen.values())]
    word = Path(__file__).parents[1] / "workbook_templates" / "xa-nep-vang" / "word"
    path = written(tmp_path, found, {"nam-2025": standing(*made)}, word)
    assert [line[2:] for line in tables(path)["Đợt|Hình thức khen thưởng"]] == [["01", "01", "01", "03"]]
    assert [line[1] for line in tables(path)["TT|Tập thể, hộ gia đình, cá nhân"]] == [one.name for one in chosen.values()]


def test_template_without_a_chart(campaign: Campaign, tmp_path: Path) -> None:
    """A chart that the office took out of the template leaves nothing behind in the file."""
    path = written(tmp_path, outcome(campaign, everyone()), word=edited(tmp_path, "{{ charts.years }}", ""))
    assert [name for name in names(path) if "bieu-do-years" in name] == []
    assert "word/charts/bieu-do-units.xml" in names(path)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A campaign folder with the sound workbook of one unit in its inbox."""
    folder = init(tmp_path / "thi-dua")
    issue(folder, ROUND, ["QLN"])
    sheets.fill(folder / "issued" / ROUND / "QLN.xlsx", folder / "inbox" / "QLN.xlsx", SOUND)
    return folder


def test_command(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``thidua report so-ket`` writes the report into the results of its round, before and after a merge; the same run keeps nothing."""
    path = home / "output" / ROUND / STAGE
    code, printed, _ = run(capsys, "report", "so-ket", "-C", home)
    assert code == 0
    assert STAGE in printed
    before = path.read_bytes()
    merge(home, round=ROUND)
    assert path.read_bytes() == before
    assert run(capsys, "report", "so-ket", "-C", home)[0] == 0
    assert path.read_bytes() == before
    assert not (path.parent / "da-sua-tay").exists()


def test_what_the_office_wrote_is_kept(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A report somebody has written into is kept when the command runs again, and the command says where."""
    path, _ = report(home, "so-ket")
    document: Any = Document(str(path))
    document.add_paragraph("Nhận định của Văn phòng")
    document.save(str(path))
    code, printed, _ = run(capsys, "report", "so-ket", "-C", home)
    assert code == 0
    (kept,) = (path.parent / "da-sua-tay").iterdir()
    assert kept.name in printed.replace("\n", "")
    assert "Nhận định của Văn phòng" in text(kept)
    assert "Nhận định của Văn phòng" not in text(path)


def test_register_of_another_round(home: Path) -> None:
    """The report of a stage takes the round of its name; what was sent for another round is not counted."""
    path, _ = report(home, "tong-ket")
    assert path == home / "output" / "tong-ket-2025" / "bao-cao-tong-ket.docx"
    assert "Tổng kết phong trào thi đua" in text(path)
    assert "trong báo cáo này: 00 tập thể và 00 cá nhân" in text(path)


@pytest.mark.parametrize("rounds", [(), ("so-ket-2023", "so-ket-2024")])
def test_which_round_is_asked(home: Path, rounds: Sequence[str]) -> None:
    """Without a round of the stage's name, or with several, the command asks for one."""
    path = home / "campaign.toml"
    words = path.read_text(encoding="utf-8")
    entries = words.split("[[round]]")
    mine = next(entry for entry in entries if f'id = "{ROUND}"' in entry)
    others = [mine.replace(ROUND, name) for name in rounds] or [mine.replace(ROUND, "giua-ky-2023")]
    path.write_text(words.replace(mine, "[[round]]".join(others)), encoding="utf-8")
    with pytest.raises(UsageError, match="--round"):
        report(home, "so-ket")
    assert report(home, "so-ket", "tong-ket-2025")[0].name == STAGE
