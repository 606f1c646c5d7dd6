"""The layout of every Word paper, measured on the files: what NĐ 30/2020/NĐ-CP, Phụ lục I, says of administrative documents."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from tests.test_dossier import HOME, REPORT, WORD, everyone, outcome
from thidua_xlsx import merge
from thidua_xlsx.campaign import Campaign, load_campaign
from thidua_xlsx.dossier import check_templates, write_dossiers, write_stage_report
from thidua_xlsx.pipeline import report

ROUND = "so-ket-2023"
REPORTS = (f"QLN-TT01/{REPORT}", f"QLN-CN001/{REPORT}")
EVIDENCE, APPRAISAL = "QLN-CN001/danh-muc-minh-chung.docx", "QLN-CN001/phieu-tham-dinh.docx"
LISTS = ("danh-sach.docx",)
STAGE = "bao-cao-so-ket.docx"
NUMBERED = ("to-trinh.docx", "bien-ban.docx", "quyet-dinh.docx", STAGE)
ALL = (*REPORTS, EVIDENCE, APPRAISAL, *NUMBERED, "kiem-tra-ho-so.docx", *LISTS)
SIGNED = ("to-trinh.docx", "quyet-dinh.docx", STAGE)
HOUSEHOLD = "xa-nep-vang/DONG-HO01"
"""A household of the second campaign that ships."""

OF_NOMINEES = ("xa-nep-vang/DONG-TT01", HOUSEHOLD, "xa-nep-vang/DOAI-CN01")
EVERY = (
    *ALL,
    *(f"{place}/{REPORT}" for place in OF_NOMINEES),
    f"{HOUSEHOLD}/{Path(APPRAISAL).name}",
    *(f"xa-nep-vang/{name}" for name in (*NUMBERED, "kiem-tra-ho-so.docx", *LISTS)),
)
"""Every kind of paper of both campaigns that ship."""

DATED = tuple(name for name in EVERY if Path(name).name not in ("bien-ban.docx", *LISTS))
"""The minutes say in their text when and where the meeting was; a list has the day of the paper it belongs to."""

ROOT = Path(__file__).parents[1]
TIMES_BOLD = {" ": 250, "-": 333, "l": 278, "c": 444, "T": 667, "Đ": 722, "H": 778}
TIMES_BOLD |= dict.fromkeys("oộậạ", 500) | dict.fromkeys("pựdnhú", 556)
"""Widths of the letters of the tiêu ngữ in Times New Roman Bold, in thousandths of the size."""


def of_both(names: Sequence[str]) -> tuple[str, ...]:
    """The same papers of both campaigns."""
    return (*names, *(f"xa-nep-vang/{name}" for name in names))


@dataclass(frozen=True)
class Said:
    """A paragraph with words: its text, and its runs' properties as Word works them out."""

    paragraph: Paragraph
    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        """Its words."""
        return "".join(run.text for run in self.runs)

    def values(self, name: str) -> set[Any]:
        """What a property is in its runs: the run's own, else its style's, else the document's."""
        return {_resolved(run, self.paragraph, name) for run in self.runs if run.text.strip()}

    @property
    def sizes(self) -> set[float]:
        """The sizes of its letters in points."""
        return {size.pt for size in self.values("size")}

    def looks(self, *, bold: bool, italic: bool = False) -> bool:
        """Whether all of it is bold and italic, or neither."""
        return self.values("bold") == {bold} and self.values("italic") == {italic}

    @property
    def alignment(self) -> Any:
        """How it is aligned, by itself or by its style."""
        style: Any = self.paragraph.style
        found = [self.paragraph.alignment, *(each.paragraph_format.alignment for each in _chain(style))]
        return next((value for value in found if value is not None), WD_ALIGN_PARAGRAPH.LEFT)

    @property
    def after(self) -> Any:
        """The paragraph that follows, as XML."""
        return self.paragraph._p.getnext()


def _chain(style: Any) -> Iterator[Any]:
    while style is not None:
        yield style
        style = style.base_style


def _resolved(run: Run, paragraph: Paragraph, name: str) -> Any:
    fonts = [run.font, *(style.font for style in _chain(paragraph.style))]
    if name == "colour":
        return next((str(font.color.rgb) for font in fonts if font.color is not None and font.color.rgb is not None), "000000")
    found = next((value for font in fonts if (value := getattr(font, name)) is not None), None)
    return bool(found) if name in ("bold", "italic") else found


class Paper:
    """A produced file."""

    def __init__(self, path: Path) -> None:
        self.document: Any = Document(str(path))

    @cached_property
    def said(self) -> list[Said]:
        """Every paragraph with words, tables included, in order."""
        found = (Paragraph(node, self.document._body) for node in self.document.element.body.iter(qn("w:p")))
        return [Said(paragraph, tuple(paragraph.runs)) for paragraph in found if paragraph.text.strip()]

    def one(self, pattern: str) -> Said:
        """The only paragraph of which this is the beginning."""
        found = [each for each in self.said if re.match(pattern, each.text)]
        assert len(found) == 1, (pattern, [each.text for each in found])
        return found[0]

    def after(self, said: Said) -> Said:
        """The next paragraph with words."""
        return self.said[[each.paragraph._p for each in self.said].index(said.paragraph._p) + 1]

    def of_style(self, name: str) -> list[Said]:
        """The paragraphs of a style of our templates."""
        return [each for each in self.said if each.paragraph.style is not None and each.paragraph.style.name == name]


@pytest.fixture(scope="module")
def campaign() -> Campaign:
    """The plan that ships."""
    return load_campaign(HOME / "campaign.toml")


def produced(campaign: Campaign, folder: Path, round_id: str = ROUND) -> Path:
    """Every kind of paper, for one round; the folder of its award form."""
    run = outcome(campaign, everyone(), round_id)
    write_dossiers(folder, run, WORD)
    write_stage_report(folder / "BK_UBT" / STAGE, "so-ket", run, {}, WORD)
    return folder / "BK_UBT"


@pytest.fixture(scope="module")
def papers(campaign: Campaign, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Paper]:
    """Every kind of paper by its name."""
    folder, village = produced(campaign, tmp_path_factory.mktemp("layout")), of_the_village(tmp_path_factory.mktemp("village"))
    return {name: Paper(village / name.removeprefix("xa-nep-vang/") if "xa-nep-vang" in name else folder / name) for name in EVERY}


def of_the_village(folder: Path) -> Path:
    """Every kind of paper of the second example; the folder of one of its award forms."""
    shutil.copytree(ROOT / "examples" / "xa-nep-vang", folder, dirs_exist_ok=True)
    papers = merge(folder, round="nam-2025").folder / "ho-so" / "GK_XA"
    made, _ = report(folder, "so-ket", "nam-2025")
    shutil.copyfile(made, papers / STAGE)
    return papers


def test_every_kind_of_paper_is_measured(campaign: Campaign, tmp_path: Path) -> None:
    """No kind of paper is made that the tests below leave out; the village asks for no evidence."""
    folder = produced(campaign, tmp_path)
    kinds = {path.name for path in folder.rglob("*.docx")}
    assert kinds == {Path(name).name for name in ALL}
    assert kinds - {Path(EVIDENCE).name} == {path.name for path in of_the_village(tmp_path / "xa").rglob("*.docx")}


@pytest.mark.parametrize("name", EVERY)
def test_paper_and_margins(papers: dict[str, Paper], name: str) -> None:
    """A4, upright but for lists; margins 20-25 mm above and below, 30-35 mm left, 15-20 mm right."""
    for section in papers[name].document.sections:
        size = (round(section.page_width.mm), round(section.page_height.mm))
        lying = section.orientation == WD_ORIENT.LANDSCAPE
        assert size == ((297, 210) if lying else (210, 297))
        assert lying is (Path(name).name in LISTS)
        assert all(20 <= round(margin.mm, 1) <= 25 for margin in (section.top_margin, section.bottom_margin))
        assert 30 <= round(section.left_margin.mm, 1) <= 35
        assert 15 <= round(section.right_margin.mm, 1) <= 20


@pytest.mark.parametrize("name", EVERY)
def test_typeface(papers: dict[str, Paper], name: str) -> None:
    """Everything is in Times New Roman, black."""
    for said in papers[name].said:
        assert said.values("name") == {"Times New Roman"}, said.text
        assert said.values("colour") == {"000000"}, said.text


@pytest.mark.parametrize("name", EVERY)
def test_page_number(papers: dict[str, Paper], name: str) -> None:
    """Arabic, from 1, size 13-14, upright, centred in the top margin, not on the first page; nothing in the bottom margin."""
    for section in papers[name].document.sections:
        assert section.different_first_page_header_footer
        assert "PAGE" not in section.first_page_header._element.xml.split("<w:hdr", 1)[1]
        assert section.header_distance < section.top_margin
        assert section._sectPr.find(qn("w:pgNumType")) is None
        numbers = [each for each in section.header.paragraphs if "PAGE" in "".join(each._p.itertext())]
        assert len(numbers) == 1
        said = Said(numbers[0], tuple(numbers[0].runs))
        assert said.alignment == WD_ALIGN_PARAGRAPH.CENTER
        assert said.sizes <= {13.0, 14.0}
        assert said.sizes
        assert said.looks(bold=False)
        assert not any(paragraph.text for paragraph in section.footer.paragraphs)


@pytest.mark.parametrize("name", EVERY)
def test_national_name_and_motto(papers: dict[str, Paper], name: str) -> None:
    """Quốc hiệu in bold capitals of 12-13, tiêu ngữ bold of 13-14 with a solid line under it that is as long as its words."""
    paper = papers[name]
    nation, motto = paper.one("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM$"), paper.one("Độc lập - Tự do - Hạnh phúc$")
    assert nation.looks(bold=True)
    assert nation.sizes <= {12.0, 13.0}
    assert motto.looks(bold=True)
    assert motto.sizes <= {13.0, 14.0}
    line = Paragraph(motto.after, paper.document._body)
    border = line._p.pPr.find(qn("w:pBdr")).find(qn("w:top"))
    assert border.get(qn("w:val")) == "single"
    width = int(motto.paragraph._p.getparent().tcPr.find(qn("w:tcW")).get(qn("w:w"))) / 20
    indents = line.paragraph_format.left_indent.pt + line.paragraph_format.right_indent.pt
    written = sum(TIMES_BOLD[letter] for letter in motto.text) / 1000 * motto.sizes.pop()
    assert width - indents == pytest.approx(written, rel=0.03)


@pytest.mark.parametrize("name", EVERY)
def test_bodies(papers: dict[str, Paper], name: str) -> None:
    """The superior body in plain capitals of 12-13, the issuing body in bold ones with a line under it."""
    cell = papers[name].document.tables[0].cell(0, 0)
    said = [Said(each, tuple(each.runs)) for each in cell.paragraphs if each.text.strip()]
    *above, body = said
    assert body.looks(bold=True)
    for each in said:
        assert each.text == each.text.upper()
        assert each.sizes <= {12.0, 13.0}
    assert all(each.looks(bold=False) for each in above)
    assert len(above) <= 1
    rule = Paragraph(body.after, papers[name].document._body)
    assert [run.underline for run in rule.runs if run.text] == [True]


@pytest.mark.parametrize("name", of_both(NUMBERED))
def test_number(papers: dict[str, Paper], name: str) -> None:
    """``Số: ……/TTr-SXD`` in upright 13; the number itself is the registry's to write."""
    said = papers[name].one("Số: ")
    assert re.fullmatch(r"Số: ……/(TTr|BB|QĐ|BC)-\S+", said.text)
    assert said.looks(bold=False)
    assert said.sizes == {13.0}


@pytest.mark.parametrize("name", DATED)
def test_place_and_day(papers: dict[str, Paper], name: str) -> None:
    """Place and day in italics of 13-14; days below ten and months below three have a leading zero, or are dots."""
    said = papers[name].one(r"\S.*, ngày ……")
    assert re.fullmatch(r"[^,]+, ngày …… tháng (……|0[12]|[3-9]|1[0-2]) năm 20\d\d", said.text)
    assert said.looks(bold=False, italic=True)
    assert said.sizes <= {13.0, 14.0}


@pytest.mark.parametrize("day", [date(2023, 1, 5), date(2024, 2, 29), date(2023, 3, 9), date(2023, 12, 31)])
def test_month_of_the_paper(campaign: Campaign, tmp_path: Path, day: date) -> None:
    """January and February are written 01 and 02, later months without a zero, in every paper."""
    rounds = {**campaign.rounds, ROUND: replace(campaign.rounds[ROUND], decided_on=day)}
    folder = produced(replace(campaign, rounds=rounds), tmp_path)
    month = {1: "01", 2: "02"}.get(day.month, str(day.month))
    for name in ALL:
        months = {found for each in Paper(folder / name).said for found in re.findall(rf"ngày …… tháng (\d+) năm {day.year}", each.text)}
        assert months <= {month}
        assert months or name in (*REPORTS, EVIDENCE)


TYPES = {
    REPORT: "BÁO CÁO THÀNH TÍCH",
    "to-trinh.docx": "TỜ TRÌNH",
    "bien-ban.docx": "BIÊN BẢN",
    "quyet-dinh.docx": "QUYẾT ĐỊNH",
    "kiem-tra-ho-so.docx": "PHIẾU KIỂM TRA",
    "danh-sach.docx": "DANH SÁCH",
    Path(EVIDENCE).name: "DANH MỤC MINH CHỨNG",
    Path(APPRAISAL).name: "PHIẾU THẨM ĐỊNH",
    STAGE: "BÁO CÁO",
}


@pytest.mark.parametrize("name", EVERY)
def test_type_and_subject(papers: dict[str, Paper], name: str) -> None:
    """Type of the paper in bold capitals of 13-14, centred; below it the subject, bold, 13-14, with a line under it."""
    paper = papers[name]
    title = paper.of_style("Tên loại văn bản")[0]
    assert title.text.startswith(TYPES[Path(name).name])
    for each in (title, *paper.of_style("Trích yếu")):
        assert each.looks(bold=True)
        assert each.sizes <= {13.0, 14.0}
        assert each.alignment == WD_ALIGN_PARAGRAPH.CENTER
    assert title.text == title.text.upper()


@pytest.mark.parametrize("name", of_both(SIGNED))
def test_line_under_the_subject(papers: dict[str, Paper], name: str) -> None:
    """A solid line stands under the subject."""
    (subject,) = papers[name].of_style("Trích yếu")
    assert subject.after.pPr.find(qn("w:pBdr")).find(qn("w:top")).get(qn("w:val")) == "single"


@pytest.mark.parametrize("name", EVERY)
def test_body(papers: dict[str, Paper], name: str) -> None:
    """The body is upright 13-14 and justified, its first line indented by 1 or 1.27 cm, paragraphs at least 6 pt apart."""
    for said in papers[name].of_style("Thân bài"):
        assert said.sizes <= {13.0, 14.0}, said.text
        upright = [run for run in said.runs if run.text.strip() and "Bằng chữ" not in run.text]
        assert Said(said.paragraph, tuple(upright)).values("italic") <= {False}, said.text
    for style in papers[name].document.styles:
        if style.name == "Thân bài":
            assert style.paragraph_format.alignment == WD_ALIGN_PARAGRAPH.JUSTIFY
            assert round(style.paragraph_format.first_line_indent.cm, 2) in (1.0, 1.27)
            assert style.paragraph_format.space_before.pt >= 6
            assert 1 <= style.paragraph_format.line_spacing <= 1.5


@pytest.mark.parametrize("name", of_both(("to-trinh.docx", "quyet-dinh.docx")))
def test_legal_bases(papers: dict[str, Paper], name: str) -> None:
    """Căn cứ in italics of 13-14, one a line, each with a semicolon but the last."""
    bases = papers[name].of_style("Căn cứ")
    assert len(bases) > 2
    assert all(each.looks(bold=False, italic=True) and each.sizes <= {13.0, 14.0} for each in bases)
    assert all(each.text.endswith(";") for each in bases[:-1])
    assert re.search(r"[.,]$", bases[-1].text)


@pytest.mark.parametrize("name", of_both(SIGNED))
def test_end_and_signature(papers: dict[str, Paper], name: str) -> None:
    """The body ends with ./., then recipients (12 italic bold, lines of 11) and the signer's office in bold capitals of 13-14."""
    paper = papers[name]
    block = paper.one("Nơi nhận:")
    before = paper.said[[each.paragraph._p for each in paper.said].index(block.paragraph._p) - 1]
    assert before.text.endswith("./.")
    assert block.looks(bold=True, italic=True)
    assert block.sizes == {12.0}
    lines = paper.of_style("Nơi nhận")[1:]
    assert all(each.text.startswith("- ") and each.sizes == {11.0} and each.looks(bold=False) for each in lines)
    assert all(each.text.endswith(";") for each in lines[:-1])
    assert re.fullmatch(r"- Lưu: VT, …+", lines[-1].text)
    signer = [each for each in paper.of_style("Khối ký") if not each.text.startswith("…")]
    assert signer
    assert all(each.text == each.text.upper() and each.looks(bold=True) and each.sizes <= {13.0, 14.0} for each in signer)


@pytest.mark.parametrize("signer", [("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"), ("TL. GIÁM ĐỐC", "CHÁNH VĂN PHÒNG")])
def test_a_deputy_signs(campaign: Campaign, tmp_path: Path, signer: tuple[str, str]) -> None:
    """A template in which KT. or TL. stands in the place of the head's office prints it as written."""
    shutil.copytree(WORD, tmp_path / "word")
    template: Any = Document(str(WORD / "bao-cao-so-ket-tong-ket.docx"))
    puts = {"{%p for line in signer %}": signer[0], "{{ line }}": signer[1], "{%p endfor %}": ""}
    block = [Paragraph(node, template._body) for node in template.element.body.iter(qn("w:p"))]
    for paragraph in (each for each in block if each.style is not None and each.style.name == "Khối ký" and each.text in puts):
        paragraph.runs[0].text = puts[paragraph.text]
    template.save(str(tmp_path / "word" / "bao-cao-so-ket-tong-ket.docx"))
    assert check_templates(tmp_path / "word", campaign) == ()
    write_stage_report(tmp_path / STAGE, "so-ket", outcome(campaign, everyone()), {}, tmp_path / "word")
    assert tuple(each.text for each in Paper(tmp_path / STAGE).of_style("Khối ký"))[:2] == signer


def test_council_signs_by_its_name(campaign: Campaign, tmp_path: Path) -> None:
    """Where the head decides, the council proposes, and its chair signs TM. HỘI ĐỒNG."""
    rows = {**everyone(), "individuals": tuple({**row, "award_sought": "GK_GDS"} for row in everyone()["individuals"])}
    write_dossiers(tmp_path, outcome(campaign, rows, "hang-nam-2022"), WORD)
    signer = [each.text for each in Paper(tmp_path / "GK_GDS" / "to-trinh.docx").of_style("Khối ký")]
    assert signer[:2] == ["TM. HỘI ĐỒNG", "CHỦ TỊCH"]


@pytest.mark.parametrize(("name", "money"), [(f"QLN-CN001/{REPORT}", "21.500.000 đồng"), (STAGE, "21.500.000 đồng")])
def test_money_in_figures_and_words(papers: dict[str, Paper], name: str, money: str) -> None:
    """A sum stands in figures with points between thousands, and in words."""
    (said,) = [each for each in papers[name].said if money in each.text and "bằng chữ" in each.text.lower()]
    assert "Hai mươi mốt triệu năm trăm nghìn đồng" in said.text


@pytest.mark.parametrize(
    ("round_id", "law"),
    [("so-ket-2023", "91/2017/NĐ-CP"), ("hang-nam-2024", "98/2023/NĐ-CP"), ("tong-ket-2025", "152/2025/NĐ-CP")],
)
def test_law_of_the_day(campaign: Campaign, tmp_path: Path, round_id: str, law: str) -> None:
    """Every paper that cites the law cites the decree in force on the round's day, and no other."""
    folder = produced(campaign, tmp_path, round_id)
    for name in SIGNED:
        cited = {found for each in Paper(folder / name).said for found in re.findall(r"\d+/20\d\d/NĐ-CP", each.text)}
        assert cited == {law}


def test_letterhead_of_the_day(campaign: Campaign, tmp_path: Path) -> None:
    """From the day of a new organ on every paper has its letterhead; before it none has."""
    merged = replace(campaign.organs[0], since=date(2025, 7, 1), parent="UBND TỈNH AN GIANG", code="SXDAG", place="An Giang")
    changed = replace(campaign, organs=(*campaign.organs, merged))
    for round_id, parent, place in ((ROUND, "UBND TỈNH KIÊN GIANG", "Kiên Giang"), ("tong-ket-2025", "UBND TỈNH AN GIANG", "An Giang")):
        folder = produced(changed, tmp_path / round_id, round_id)
        for name in ("to-trinh.docx", STAGE):
            paper = Paper(folder / name)
            assert paper.document.tables[0].cell(0, 0).paragraphs[0].text == parent
            assert paper.one(r"\S.*, ngày ……").text.startswith(f"{place}, ")
