"""Old fonts: text typed in TCVN3 or VNI is recognised and read back, and nothing in Unicode ever is."""

from __future__ import annotations

import tomllib
import unicodedata
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
from tests.sheets import places, spans
from tests.sound import CAMPAIGN, ROUND, SOUND, fill_to
from thidua_xlsx.checks import check_submission
from thidua_xlsx.intake import read_file
from thidua_xlsx.model import CheckedSubmission, Finding, Severity
from thidua_xlsx.pipeline import _notation
from thidua_xlsx.returns import write_return
from thidua_xlsx.text import message
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
    """What was typed for an old font is read as it showed there, also where the font is not known, but for a font of capitals."""
    by_font = read_legacy(typed, font)
    assert by_font is not None
    assert (by_font.text, by_font.is_certain, by_font.encoding) == (meant, True, font_encoding(font))
    if not font.endswith("H"):
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


@pytest.mark.parametrize(
    ("typed", "font", "least"), [(tcvn3, ".VnTime", 0.995), (vni, "VNI-Times", 0.995), (tcvn3, None, 0.98), (vni, None, 0.98)]
)
@pytest.mark.parametrize("body", [NAMES, ADDRESSES], ids=["names", "addresses"])
def test_old_text_is_read_back(body: list[str], typed: type, font: str | None, least: float) -> None:
    """Nearly all names and addresses that look different in an old encoding are recognised and restored to the letter."""
    different = [(typed(words), words) for words in body if typed(words) != words]
    told = sum(_is_told(old, font, meant) for old, meant in different)
    assert len(different) > 0.9 * len(body)
    assert told >= least * len(different)
