"""Old fonts: text typed in TCVN3 or VNI is recognised and read back, and nothing in Unicode ever is."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Callable, Sequence
from itertools import chain, product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font

from tests.office import converted
from tests.sheets import spans
from tests.sound import CAMPAIGN, ROUND, fill_to
from thidua_xlsx.checks import check_submission
from thidua_xlsx.intake import read_file
from thidua_xlsx.model import CheckedSubmission
from thidua_xlsx.pipeline import _notation
from thidua_xlsx.returns import write_return
from thidua_xlsx.vietnamese import font_encoding, read_legacy
from thidua_xlsx.vietnamese._legacy import TCVN3, VNI, _table

_TO_TCVN3 = {letter: code for code, letter in _table(TCVN3).items()}
_TO_VNI = {letter: code for code, letter in _table(VNI).items() if code in (code.lower(), code.upper())}

_BODIES = tomllib.loads((Path(__file__).parent / "unicode_bodies.toml").read_text(encoding="utf-8"))
BODIES = {name: words.split("|") for name, words in _BODIES.items()}
NAMES = [" ".join(parts) for parts in product(BODIES["families"], BODIES["middles"], BODIES["given"])]
_STREETS = product((7, 12, "15/3", 208), NAMES[:: len(NAMES) // 120], BODIES["places"])
ADDRESSES = [f"{number} đường {name}, {place}" for number, name, place in _STREETS]


def tcvn3(words: str) -> str:
    """As typed for .VnTime, where a capital without a code of its own can only be typed as the small letter."""
    return "".join(_TO_TCVN3.get(char) or _TO_TCVN3.get(char.lower(), char) for char in words)


def vni(words: str) -> str:
    """As typed for VNI-Times."""
    return "".join(_TO_VNI.get(char, char) for char in words)


def test_every_letter_has_its_code() -> None:
    """The tables hold the 67 small letters and 7 capitals of TCVN3 and all 134 letters of VNI, and lead back to each."""
    letters = {unicodedata.normalize("NFC", vowel + tone) for vowel in "aăâeêioôơuưy" for tone in ("", *"\u0300\u0309\u0303\u0301\u0323")}
    small = {letter for letter in letters if not letter.isascii()} | {"đ"}
    assert set(_TO_TCVN3) == small | set("ĂÂÊÔƠƯĐ")
    assert set(_TO_VNI) == small | {letter.upper() for letter in small}


@pytest.mark.parametrize(
    ("typed", "font", "meant"),
    [
        ("NguyÔn ThÞ Ph\xad¬ng Th¶o", ".VnTime", "Nguyễn Thị Phương Thảo"),
        ("Tr\xadêng TiÓu häc §¹i §ång", ".VnArial Narrow", "Trường Tiểu học Đại Đồng"),
        ("B»ng khen cña ñy ban nh©n d©n tØnh", ".VnTime", "Bằng khen của ủy ban nhân dân tỉnh"),
        ("céng hßa x· héi chñ nghÜa viÖt nam", ".VnTimeH", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        ("VIÖT NAM", ".VnTime", "VIỆT NAM"),
        ("Lª C«ng ¸nh", ".VnTime", "Lê Công Ánh"),
        ("Q§ sè 12/Q§-UBND", ".VnTime", "QĐ số 12/QĐ-UBND"),
        ("Nguyeãn Thò Phöông Thaûo", "VNI-Times", "Nguyễn Thị Phương Thảo"),
        ("COÄNG HOØA XAÕ HOÄI CHUÛ NGHÓA VIEÄT NAM", "VNI-Helve", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    ],
)
def test_a_font_and_its_letters_are_read(typed: str, font: str, meant: str) -> None:
    """What was typed for an old font is read as it showed there; also without the font, but for capitals by font and the shortest texts."""
    by_font = read_legacy(typed, font)
    assert by_font is not None
    assert (by_font.text, by_font.is_certain, by_font.encoding) == (meant, True, font_encoding(font))
    if len(typed.split()) > 2 and not (font.endswith("H") or "§" in typed):
        by_letters = read_legacy(typed)
        assert by_letters is not None
        assert by_letters.text == meant


def test_no_false_alarm() -> None:
    """Of many names and addresses, foreign and ethnic names and technical texts in Unicode, none is taken for an old encoding."""
    body = [*NAMES, *ADDRESSES, *chain.from_iterable(BODIES.values())]
    body += [words.upper() for words in body] + [words.lower() for words in body]
    assert len(body) > 100_000
    assert [words for words in body if read_legacy(words)] == []


@given(st.text(alphabet=st.characters(max_codepoint=0x24F), max_size=30), st.sampled_from("ăđơưạảấầẩẫậếềểễệịọốồổỗộớờởỡợụủứừửữựỳỹ"))
def test_a_letter_of_unicode_settles_it(words: str, letter: str) -> None:
    """No text with a letter that only Unicode has is ever taken for an old encoding, whatever its font."""
    assert all(read_legacy(words + letter, font) is None for font in (None, ".VnTime", "VNI-Times"))


def test_ascii_is_the_same_in_every_encoding() -> None:
    """Plain letters are left alone in every font."""
    assert all(read_legacy("Nam", font) is None for font in (None, ".VnTime", ".VnTimeH", "VNI-Times"))


def _is_told(words: str, font: str | None, meant: str) -> bool:
    found = read_legacy(words, font)
    return found is not None and found.is_certain and found.text == meant


@pytest.mark.parametrize(("typed", "font"), [(tcvn3, ".VnTime"), (vni, "VNI-Times")])
@pytest.mark.parametrize("body", [NAMES, ADDRESSES], ids=["names", "addresses"])
def test_old_text_is_read_back(body: list[str], typed: Callable[[str], str], font: str) -> None:
    """Names and addresses that look different in an old encoding are all read back to the letter by their font, and nearly all without."""
    different = {typed(words): words for words in body if typed(words) != words and "Ái Á" not in words}
    by_font = {old: read_legacy(old, font) for old in different}
    assert [old for old, found in by_font.items() if found is None or found.text != different[old]] == []
    certain = [found for old in different if (found := read_legacy(old)) and found.text == different[old]]
    assert len(certain) > 0.98 * len(different) > 0.85 * len(body)


Typing = tuple[str, int, str, str, str]
TYPED: list[Typing] = [
    ("individuals", 0, "full_name", "NguyÔn ThÞ Ph\xad¬ng", ".VnTime"),
    ("individuals", 1, "full_name", "trÇn v¨n ®øc", ".VnTimeH"),
    ("individuals", 2, "position", "Chuyeân vieân", "VNI-Times"),
    ("achievements", 0, "description", "X©y dùng phÇn mÒm qu¶n lý nhµ ë x· héi", ".VnArial"),
    ("individuals", 0, "party_member", "Cã", ".VnTime"),
    ("unit", 0, "head_name", "Lª V¨n Thµnh", ".VnTime"),
]
EXPECTED = [
    ("C330", "unit.head_name", "Lê Văn Thành"),
    ("C330", "individuals.full_name", "Nguyễn Thị Phương"),
    ("C350", "individuals.party_member", "Có"),
    ("C330", "individuals.full_name", "TRẦN VĂN ĐỨC"),
    ("C330", "individuals.position", "Chuyên viên"),
    ("C330", "achievements.description", "Xây dựng phần mềm quản lý nhà ở xã hội"),
]


def sent(folder: Path, cells: Sequence[Typing]) -> Path:
    """The sound registration with some cells typed in fonts of before Unicode."""
    path = fill_to(folder)
    book = load_workbook(path)
    for table, row, column, words, font in cells:
        span = spans(book)[f"{table}.{column}"]
        cell = book[span.sheet].cell(span.first + row, span.column)
        cell.value, cell.font = words, Font(name=font)
    book.save(path)
    return path


def checked(path: Path) -> CheckedSubmission:
    """A workbook that must be readable, with its rows typed."""
    arrival = read_file(path, "inbox/QLN.xlsx", CAMPAIGN, ROUND)
    assert arrival.submission is not None
    return check_submission(arrival.submission, CAMPAIGN, ROUND)


def said(path: Path) -> list[tuple[str, str, str]]:
    """Code, place and proposal or reading of everything that is said about a workbook."""
    found = checked(path).findings
    return [(f.code, f"{f.table}.{f.column}", f.facts.get("proposed") or f.facts.get("understood", "")) for f in found]


@pytest.mark.parametrize("ending", ["", "xlsx", "xls", "ods"], ids=["excel", "xlsx", "xls", "ods"])
def test_fonts_of_cells_are_known_in_every_format(tmp_path: Path, ending: str) -> None:
    """Whatever program saved the file, cells in old fonts are held with their proposal, and an entry of a list is taken with a note."""
    path = sent(tmp_path, TYPED)
    assert said(converted(path, tmp_path, ending) if ending else path) == EXPECTED


def test_parts_of_a_text_may_have_the_font(tmp_path: Path) -> None:
    """A text whose letters have an old font while its cell has none is recognised by them."""
    path = sent(tmp_path, [])
    book = load_workbook(path, rich_text=True)
    span = spans(book)["individuals.position"]
    book[span.sheet].cell(span.first, span.column).value = CellRichText(TextBlock(InlineFont(rFont=".VnTime"), "Cê"), " 1")
    book.save(path)
    assert said(path) == [("C330", "individuals.position", "Cờ 1")]


def _name(row: int, words: str) -> Typing:
    return "individuals", row, "full_name", words, ".VnTime"


def test_a_font_alone_proves_nothing(tmp_path: Path) -> None:
    """Unicode left in an old font is sound; a text that may be either counts as it stands, with a warning."""
    assert said(sent(tmp_path, [_name(0, "Nguyễn Thị Lan"), _name(1, "Vò Thu Hoa")])) == [("C359", "individuals.full_name", "Vũ Thu Hoa")]


def test_other_cells_prove_the_font(tmp_path: Path) -> None:
    """Where other cells of the table are certainly in the old encoding and none is in Unicode, a text that may be either is held too."""
    assert [entry[0] for entry in said(sent(tmp_path, [_name(0, "TrÇn V¨n An"), _name(1, "Vò Thu Hoa")]))] == ["C330", "C330"]


def test_fonts_are_remembered(tmp_path: Path) -> None:
    """What is read from the cache has the same fonts as what is read from the file."""
    arrival = read_file(sent(tmp_path, TYPED), "inbox/QLN.xlsx", CAMPAIGN, ROUND)
    assert arrival.submission is not None
    reads = ((arrival, check_submission(arrival.submission, CAMPAIGN, ROUND)),)
    assert arrival.submission.rows["individuals"][1].fonts == {"full_name": ".VnTimeH"}
    assert _notation.loads(_notation.dumps(reads)) == reads


@pytest.mark.parametrize(
    "cells",
    [
        [_name(1, "Vò Thu Hoa")],
        [_name(0, "Nguyễn Thị Lan"), _name(1, "Vò Thu Hoa")],
        [_name(0, "TrÇn V¨n An"), _name(1, "Vò Thu Hoa")],
        [("individuals", 0, "full_name", "NguyÔn V¨n An", ".VnTimeH")],
        TYPED,
    ],
    ids=["doubtful", "beside Unicode", "proven", "capitals", "all"],
)
def test_sent_back_unchanged_it_is_read_alike(tmp_path: Path, cells: Sequence[Typing]) -> None:
    """The returned workbook keeps the fonts that its texts are told by: returned twice over, the same is said, and that nothing changed."""
    path = sent(tmp_path, cells)
    first = said(path)
    assert first
    for number in range(2):
        result = checked(path)
        path = tmp_path / f"back-{number}.xlsx"
        write_return(path, CAMPAIGN, ROUND, result, result.findings)
        assert said(path) == first
        assert checked(path).submission.is_returned_as_it_was


def test_an_old_font_goes_where_nothing_rests_on_it(tmp_path: Path) -> None:
    """Unicode left in an old font, and text that its letters give away, come back in the font of the form, to be typed in Unicode."""
    result = checked(sent(tmp_path, [_name(0, "Nguyễn Thị Lan"), _name(1, "NguyÔn V¨n B×nh")]))
    write_return(tmp_path / "back.xlsx", CAMPAIGN, ROUND, result, result.findings)
    book = load_workbook(tmp_path / "back.xlsx")
    assert {cell.font.name for sheet in book for line in sheet.iter_rows() for cell in line if cell.value} == {"Times New Roman"}


def test_another_font_answers_the_doubt(tmp_path: Path) -> None:
    """As the warning says: with the cell of the returned workbook set in Times New Roman it is Unicode, and that is a change."""
    result = checked(sent(tmp_path, [_name(1, "Vò Thu Hoa")]))
    write_return(tmp_path / "back.xlsx", CAMPAIGN, ROUND, result, result.findings)
    book = load_workbook(tmp_path / "back.xlsx")
    span = spans(book)["individuals.full_name"]
    cell = book[span.sheet].cell(span.first + 1, span.column)
    assert (cell.value, cell.font.name) == ("Vò Thu Hoa", ".VnTime")
    cell.font = Font(name="Times New Roman")
    book.save(tmp_path / "mended.xlsx")
    assert said(tmp_path / "mended.xlsx") == []
    assert not checked(tmp_path / "mended.xlsx").submission.is_returned_as_it_was


def test_the_unit_sees_both_forms(tmp_path: Path) -> None:
    """The returned workbook keeps what was typed in its cell, and shows in the cell's note what to type."""
    result = checked(sent(tmp_path, TYPED))
    write_return(tmp_path / "back.xlsx", CAMPAIGN, ROUND, result, result.findings)
    book = load_workbook(tmp_path / "back.xlsx")
    span = spans(book)["individuals.full_name"]
    cell = book[span.sheet].cell(span.first, span.column)
    assert cell.value == "NguyÔn ThÞ Ph\xad¬ng"
    assert cell.comment is not None
    assert "TCVN3 (phông .VnTime)" in cell.comment.text
    assert "Nguyễn Thị Phương" in cell.comment.text
