"""Names of people, their order and their offices."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from thidua_xlsx.vietnamese._reading import Reading, Refused
from thidua_xlsx.vietnamese._text import TONED, clean, fold, latin

if TYPE_CHECKING:
    from collections.abc import Mapping

    from thidua_xlsx.model import PartialDate, Raw

_DEGREE = r"gs|pgs|ts|th\.? ?s|ks|kts|bs|ds|ls|cn|ncs|ck ?i{1,2}|bs ?ck ?i{1,2}|t\.s"
_TITLE = re.compile(
    rf"(?:ông ?[/,(-] ?bà\)?|đồng chí|[đd][/.]c|đc|mrs|mr|ms|miss|(?:{_DEGREE})(?:[., /]*[.,/] ?(?:{_DEGREE}))*)(?:[.,:]+ ?| )(?=\S)",
    re.IGNORECASE,
)
_WRITTEN_OUT = re.compile(
    r"(?:(?:phó )?giáo sư|tiến sĩ|tiến sỹ|thạc sĩ|thạc sỹ|cử nhân|kỹ sư|kiến trúc sư|bác sĩ|bác sỹ|dược sĩ|luật sư)[,.:]? +(?=\S+ \S)",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"(ông|bà|anh|chị|cô|thầy|chú|bác)([.:]+ ?| )(?=\S)", re.IGNORECASE)

_OFFICES = (
    r"(?:(?:phó|quyền|nguyên) )?(?:tổng giám đốc|giám đốc|trưởng phòng|trưởng ban|chánh văn phòng|chánh thanh tra|chi cục trưởng|"
    r"tổ trưởng|đội trưởng|chủ tịch|bí thư)|phó (?:phòng|ban)|tổ phó|đội phó|kế toán trưởng|chuyên viên chính|chuyên viên|p?gđ"
)
_OFFICE = re.compile(rf"(?:{_OFFICES}|(?:p?tp|pp)(?=[.:]))(?:[.,:]+ ?| )(?=\S+ \S)", re.IGNORECASE)
_JUST_OFFICE = re.compile(_OFFICES, re.IGNORECASE)
_OFFICE_BEHIND = re.compile(rf"(?<=\w) (?:{_OFFICES})$", re.IGNORECASE)
"""Offices typed into the cell of the name, before it or, with nothing between, behind it; no name begins or ends with such words."""

_FAMILIES = frozenset({
    "nguyễn", "trần", "lê", "phạm", "huỳnh", "hoàng", "phan", "vũ", "võ", "đặng", "bùi", "đỗ", "hồ", "ngô", "dương", "lý", "đinh",
    "trịnh", "đoàn", "lâm", "trương", "tạ", "lương", "cao", "mai", "đào", "tô", "hà", "lưu", "châu", "tôn", "thái", "thạch", "danh",
    "tăng", "quách", "trang", "phùng", "kiều", "vương", "tống", "triệu", "nghiêm", "lục", "la", "từ", "khưu", "tiêu", "diệp", "y",
})  # fmt: skip
"""The commonest family names: a word before one of them is a form of address, before any other word it may be a family name itself."""
_ALSO_MIDDLE = frozenset({
    "hoàng", "dương", "lý", "lâm", "lương", "cao", "mai", "đào", "tô", "hà", "châu", "thái", "thạch", "danh", "trang", "kiều", "vương",
    "triệu", "la", "từ", "diệp", "tống", "tiêu", "phùng", "lưu",
})  # fmt: skip
"""Families whose names are middle names too: Ông Lý Trai is of the family Ông, or a Mr Lý Trai."""
_OWN_FAMILY = frozenset({"văn", "thị", "ích"})
"""After Ông these are middle names: Ông Văn Đội and Ông Ích Khiêm were of the family Ông, old in Quảng Nam and Đà Nẵng."""

_MARKED_FAMILIES = frozenset({
    "nguyen", "tran", "pham", "huynh", "dang", "bui", "ngo", "duong", "dinh", "trinh", "doan", "truong", "luong", "vuong", "tong", "trieu",
    "nghiem", "khuu", "diep", "phung", "kieu",
})  # fmt: skip
"""Family names that are always written with marks: a name without any that begins with one was typed without its marks."""

_NOT_IN_NAMES = frozenset("ÄÅÆÇËÎÏÖØÛÜÞßäåæçëîïöøûüþÿ×÷")
"""Latin-1 letters that no name written in Vietnam has: they are how text typed for an old font (.VnTime, VNI) looks in Unicode."""

_WORD_STARTS = re.compile(r"(?:^|(?<=[ \-'’.(]))\w")
_SLIPPED_CAPITAL = re.compile(r"\b(NGH|NG|TH|TR|PH|NH|KH|CH|GI|GH|QU)(?=[^\W\d_A-Z])(?=[a-zà-ỹ])")
_WORD = re.compile(r"[^\W\d_]+")
_EDGES = " -–.,;:•"
_APOSTROPHES = str.maketrans(dict.fromkeys("‘ʼ′`´ʹ", "'"))
_SIGNS = " '’.-–"
_BREVE = "\u0306"
"""Ê̆, Ô̆, Ơ̆ and Ư̆ of Ê Đê and Gia Rai names have no sign of their own in Unicode."""
_AND = re.compile(r"\S+ \S.* (?:và|cùng|&) \S+ \S", re.IGNORECASE)
_INITIAL = re.compile(r"\b\w{1,3}\.")


def _without_address(name: str) -> tuple[str, str | None]:
    """The name without Ông, Bà, Anh…, where that is no part of it; the doubt ``name_title`` where it may be either."""
    found = _ADDRESS.match(name)
    if not found:
        return name, None
    rest = name[found.end() :].split()
    address, follower = found[1].lower(), fold(rest[0])
    if len(rest) < 2 and address in _SURELY_ADDRESS:
        return " ".join(rest), None
    sure = follower in _FAMILIES and (len(rest) > 2 or (address == "ông" and follower not in _ALSO_MIDDLE))
    if sure or found[2] != " " or address in {"bà", "chị"}:
        return " ".join(rest), None
    if address == "anh":
        return name, "name_title" if follower in _FAMILIES else None
    return name, None if address == "ông" and follower in _OWN_FAMILY else "name_title"


_SURELY_ADDRESS = frozenset({"ông", "bà", "chị"})


def _without_titles(name: str) -> tuple[str, str | None]:
    """The name without any number of titles and addresses before it, and the doubt about the last one kept."""
    while True:
        while title := _TITLE.match(name) or _WRITTEN_OUT.match(name) or _OFFICE.match(name):
            name = name[title.end() :]
        bare, doubt = _without_address(name)
        if bare == name:
            return name, doubt
        name = bare


def _proper_word(word: re.Match[str]) -> str:
    return word[0].capitalize() if len(word[0]) > 1 and word[0].isupper() else word[0]


def _proper_case(name: str) -> str:
    """One case throughout, a word in capitals and NGuyễn are slips; any other mixture is how its owner writes it (KSor, Đinh K'Rể)."""
    if name.istitle():
        return name
    if name.isupper() or name.islower():
        return _WORD_STARTS.sub(lambda start: start[0].upper(), name.lower())
    return _SLIPPED_CAPITAL.sub(lambda onset: onset[0].capitalize(), _WORD.sub(_proper_word, name))


@lru_cache(maxsize=1024)
def _is_letter(char: str) -> bool:
    return char == _BREVE or (char.isalpha() and char not in _NOT_IN_NAMES and unicodedata.name(char, "").startswith("LATIN "))


def read_name(raw: Raw) -> Reading[str]:
    """A person's full name, without titles; capitals or small letters throughout and slips of the shift key are put in proper case.

    Letters of other scripts that look Latin are put right; titles and offices are left out.
    A name of one word is one only with an apostrophe or a hyphen (K'Nam of the Cơ Ho, Y-Bhăm).
    Refused: ``text`` (TRUE, FALSE), ``name_digits`` (also any other value that is no text), ``name_short`` (one word, or an office),
    ``name_several`` (two people), ``name_letters`` (signs that are no letters, or letters of an old font).
    Doubt: ``name_title`` (Ông before a rare family name: part of the name, or not?), ``name_initials`` (Ng. Văn An), ``name_unmarked``
    (Nguyen Van An).
    """
    if isinstance(raw, bool):
        raise Refused("text")
    if not isinstance(raw, str) or any(char.isnumeric() for char in raw):
        raise Refused("name_digits")
    typed = " ".join(clean(raw).split())
    name, doubt = _without_titles(latin(typed.translate(_APOSTROPHES)).lstrip("'").strip(_EDGES))
    if " " in (before := _OFFICE_BEHIND.sub("", name)):
        name = before
    name = name.strip(_EDGES)
    if (("&" in name or not name.istitle()) and _AND.match(name)) or _is_list(name, raw):
        raise Refused("name_several")
    if " - " in name or " – " in name or not all(_is_letter(char) or char in _SIGNS for char in name):
        raise Refused("name_letters")
    if (len(name.split()) < 2 and not _ONE_WORD.fullmatch(name)) or _JUST_OFFICE.fullmatch(name):
        raise Refused("name_short")
    name = _proper_case(name)
    if _INITIAL.search(name):
        doubt = "name_initials"
    elif name.isascii() and name.split()[0].lower() in _MARKED_FAMILIES:
        doubt = "name_unmarked"
    return Reading(name, changed=name != typed, doubt=doubt)


def _is_list(name: str, raw: str) -> bool:
    """Whether another family name follows a comma, a semicolon, a slash or, if it is never a middle name, a line break."""
    return _has_another(_BETWEEN_PEOPLE.split(name), _FAMILIES) or _has_another(clean(raw).splitlines(), _FAMILIES - _ALSO_MIDDLE)


def _has_another(parts: list[str], families: frozenset[str]) -> bool:
    first, *others = [part.split() for part in parts] or [[]]
    return len(first) > 1 and any(len(words) > 1 and words[0].lower() in families and _capital(words) for words in others)


def _capital(words: list[str]) -> bool:
    return all(word[0].isupper() for word in words)


_BETWEEN_PEOPLE = re.compile("[,;/]| [-–] ")
_ONE_WORD = re.compile(r"[^\W\d_]{1,2}['’-][^\W\d_]{2,}")


def person_key(name: str, birth: PartialDate | None) -> tuple[str, str]:
    """Two rows with the same key speak of the same person: name and date of birth, when no citizen id says so."""
    return fold(name), "" if birth is None else str(birth)


_ALPHABET = {letter: place for place, letter in enumerate("0123456789aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")}
_OTHER_LETTERS = len(_ALPHABET)

WordKey = tuple[tuple[int, ...], tuple[int, ...]]


@lru_cache(maxsize=16_384)
def _word_key(word: str) -> WordKey:
    """Letters first, tones second: every An before every Án, both before Ba."""
    letters, tones = zip(*(TONED.get(char, (char, 0)) for char in word), strict=True)
    return tuple(_ALPHABET.get(letter, _OTHER_LETTERS + ord(letter)) for letter in letters), tones


@lru_cache(maxsize=65_536)
def sort_key(name: str) -> tuple[tuple[WordKey, ...], str]:
    """The place of a name in a Vietnamese list: by given name, then family name, then middle names.

    Alphabet a ă â b c d đ e ê …; tones in the order ngang, huyền, hỏi, ngã, sắc, nặng.
    """
    words = fold(name).split()
    return tuple(_word_key(word) for word in words[-1:] + words[:-1]), clean(name)


_LONGEST_TITLE = 4
_BETWEEN_TITLES = re.compile(r"( ?[,;/+] ?| - | – | kiêm )")


def _title_key(text: str) -> str:
    return fold(text).replace(".", "").replace(" ", "")


@lru_cache(maxsize=8)
def _by_key(titles: tuple[tuple[str, str], ...]) -> dict[str, str]:
    return {_title_key(short): full for short, full in titles}


def _leading(office: str, written_out: Mapping[str, str]) -> str:
    words = office.split(" ")
    for count in range(min(_LONGEST_TITLE, len(words)), 0, -1):
        head = " ".join(words[:count])
        abbreviation = head.rstrip(",;:")
        if full := written_out.get(_title_key(abbreviation)):
            return " ".join([full + head[len(abbreviation) :], *words[count:]])
    return office


def expand_title(text: str, titles: Mapping[str, str]) -> Reading[str]:
    """An office (chức vụ) whose leading abbreviation is written out: PGĐ Sở becomes Phó Giám đốc Sở.

    Only the beginning counts, TP is Trưởng phòng there and thành phố anywhere else; and, of several offices (TP, BTCB; CVC kiêm TTV),
    those that are an abbreviation and nothing else. ``titles`` may name a longer beginning that is to stay: "TP Rạch Giá".
    """
    written_out = _by_key(tuple(titles.items()))
    typed = clean(text)
    first, *others = _BETWEEN_TITLES.split(typed)
    value = _leading(first, written_out) + "".join(written_out.get(_title_key(part), part) for part in others)
    return Reading(value, changed=value != typed)
