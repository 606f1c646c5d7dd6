"""Vietnamese text made comparable: one Unicode form, one kind of blank, one place for the tone mark."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from thidua_xlsx.vietnamese._reading import Reading, Refused

if TYPE_CHECKING:
    from thidua_xlsx.model import Raw

TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
"""Ngang, huyền, hỏi, ngã, sắc, nặng: the order of Vietnamese dictionaries."""

TONED = {unicodedata.normalize("NFC", vowel + mark): (vowel, tone) for vowel in "aăâeêioôơuưy" for tone, mark in enumerate(TONES)}
"""Every vowel letter of Vietnamese with its toneless letter and the number of its tone."""

_WITH_TONE = {parts: letter for letter, parts in TONED.items()}
_QUALITY = "ăâêôơư"
_VOWELS = "".join(TONED)

_LINE_BREAKS = "\n\v\f\r\x85\u2028\u2029"


class _Clean(dict[int, str]):
    """What each character becomes, worked out at its first appearance and remembered for ``str.translate``."""

    def __missing__(self, point: int) -> str:
        char = chr(point)
        category = unicodedata.category(char)
        if char in _LINE_BREAKS:
            char = "\n"
        elif category == "Zs" or char == "\t":
            char = " "
        elif category in {"Cc", "Cf", "Cs"}:
            char = ""
        self[point] = char
        return char


_CLEAN = _Clean()
_BLANKS = re.compile(r" *\n *| {2,}")
_TONE_BEFORE_QUALITY = re.compile("([AEOaeo])([\u0300\u0301\u0303\u0309])([\u0302\u0306])")


def _compose(text: str) -> str:
    """NFC, also where an old keyboard put the tone before the circumflex or breve."""
    composed = unicodedata.normalize("NFC", text)
    if "\u0302" in composed or "\u0306" in composed:
        apart = unicodedata.normalize("NFD", composed)
        composed = unicodedata.normalize("NFC", _TONE_BEFORE_QUALITY.sub(r"\1\3\2", apart))
    return composed


def clean(text: str) -> str:
    """The text as a reader sees it: NFC, ordinary single spaces, no invisible characters, nothing around it.

    Line breaks inside a cell stay, each as one line feed.
    """
    if _is_clean(text):
        return text
    visible = _compose(text.replace("\r\n", "\n").translate(_CLEAN))
    return _BLANKS.sub(lambda run: "\n" if "\n" in run[0] else " ", visible).strip(" \n")


def _is_clean(text: str) -> bool:
    """Whether there is nothing to clean, as in most cells, and quicker to say than to do: what is printable has no odd blanks."""
    composed = text.isprintable() and unicodedata.is_normalized("NFC", text) and "\u0302" not in text and "\u0306" not in text
    return composed and "  " not in text and text[:1] != " " and text[-1:] != " "


_CLUSTER = re.compile(f"([qg]?)([{_VOWELS}]{{2,}})(?=([bcdđghklmnpqrstvx])?)")


def _tone_place(onset: str, vowels: list[str], *, closed: bool) -> int:
    """Which vowel of a syllable carries the tone in the commoner spelling (hòa, thúy, but quý, già, toàn)."""
    glide = 1 if (onset, vowels[0]) in {("q", "u"), ("g", "i")} else 0
    marked = [place for place, vowel in enumerate(vowels) if vowel in _QUALITY]
    if marked:
        return marked[-1]
    if closed:
        return len(vowels) - 1
    return glide + (len(vowels) - glide - 1) // 2


def _place_tone(syllable: re.Match[str]) -> str:
    return syllable[1] + _with_tone_placed(syllable[1], syllable[2], closed=bool(syllable[3]))


@lru_cache(maxsize=1024)
def _with_tone_placed(onset: str, cluster: str, *, closed: bool) -> str:
    parts = [TONED[letter] for letter in cluster]
    tones = [tone for _, tone in parts if tone]
    if len(tones) != 1:
        return cluster
    vowels = [vowel for vowel, _ in parts]
    place = _tone_place(onset, vowels, closed=closed)
    vowels[place] = _WITH_TONE[vowels[place], tones[0]]
    return "".join(vowels)


_TWINS = str.maketrans(
    dict(zip("АВЕКМНОРСТУХІЈЅаеорсухіјѕ", "ABEKMHOPCTYXIJSaeopcyxijs", strict=True))
    | dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαοιυν", "ABEZHIKMNOPTYXaoiuv", strict=True))
    | dict.fromkeys("ðɖ", "đ")
    | dict.fromkeys("ÐƉ", "Đ")
    | {chr(0xFF21 + place): chr(0x41 + place) for place in range(26)}
    | {chr(0xFF41 + place): chr(0x61 + place) for place in range(26)}
)
"""Letters of other scripts that look like Latin ones: Cyrillic, Greek, the eth of old keyboards, full-width forms."""

_ALIKE = str.maketrans(dict.fromkeys("‐‑‒–—―−﹘﹣-", "-") | dict.fromkeys("“”„″", '"') | dict.fromkeys("‘’ʼ′`´", "'"))


_TWIN = re.compile(f"[{''.join(map(chr, _TWINS))}]")


def latin(text: str) -> str:
    """The text with every letter of another script that looks like a Latin one put right."""
    return _compose(unicodedata.normalize("NFD", text).translate(_TWINS)) if _TWIN.search(text) else text


_JOINTS = re.compile(" ?- ?")


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """The key under which two spellings of one text are equal.

    Case, blanks, Unicode form, the place of the tone (hoà = hòa, thuý = thúy), letters of other scripts that look the same, kinds of
    dash and quote do not count; tones and vowel marks do: Nam is not Năm and Anh is not Ánh.
    """
    spaced = " ".join(clean(text).split())
    lower = _compose(unicodedata.normalize("NFD", latin(spaced)).casefold()).translate(_ALIKE)
    return _compose(_CLUSTER.sub(_place_tone, _JOINTS.sub("-", lower)))


def plain(text: str) -> str:
    """The folded text without any diacritics: what a person types who leaves them out."""
    apart = unicodedata.normalize("NFD", fold(text))
    return "".join(char for char in apart if not unicodedata.combining(char)).replace("đ", "d")


_NOT_BARE = re.compile("[^a-z0-9]+")


def bare(text: str) -> str:
    """Only the letters a–z and the digits: for headings and choices, where diacritics and punctuation are often left out."""
    return _NOT_BARE.sub("", plain(text))


_LARGEST_CELL = 1e308


def _clock(value: time) -> str:
    return value.strftime("%H:%M:%S" if value.second else "%H:%M")


def _written_number(value: float) -> str:
    if not -_LARGEST_CELL <= value <= _LARGEST_CELL:
        raise Refused("text")
    if value == int(value):
        return str(int(value))
    return f"{Decimal(repr(value)):f}".replace(".", ",")


def _written_date(value: date) -> str:
    day = f"{value.day:02d}/{value.month:02d}/{value.year:04d}"
    if isinstance(value, datetime) and value.time() != time():
        return f"{day} {_clock(value.time())}"
    return day


def _written(raw: Raw) -> str:
    match raw:
        case str():
            return clean(raw)
        case bool():
            return str(raw).upper()
        case int() | float():
            return _written_number(raw)
        case date():
            return _written_date(raw)
        case time():
            return _clock(raw)
        case _:
            return str(raw)


def read_text(raw: Raw) -> Reading[str]:
    """Any value as text; the text is empty when there is nothing visible in the cell.

    Excel turns ``12/5`` into a date and ``70`` into a number by itself: a date is therefore reported as changed, a number is not.
    Refused (``text``): a number that no spreadsheet holds.
    """
    return Reading(_written(raw), changed=isinstance(raw, date | time | timedelta))


_WITH_LETTERS = re.compile(r"[0-9oil|]+(?:[-/. ][0-9oil|]+)*")
_LETTER_DIGITS = str.maketrans("oil|", "0111")


def digits_meant(figure: str) -> str:
    """A folded figure with the letters O, I and l taken for the digits they look like, if digits are most of it."""
    if not _WITH_LETTERS.fullmatch(figure) or 2 * sum(char.isdigit() for char in figure) <= sum(char.isalnum() for char in figure):
        return figure
    return figure.translate(_LETTER_DIGITS)


_MARKS = "-–—.…_/*xX?: \u00a0\u200b\ufeff\n"
_DOUBT_WORDS = frozenset({
    "không rõ", "ko rõ", "k rõ", "chưa rõ", "không biết", "ko biết", "chưa biết", "không nhớ", "ko nhớ",
})  # fmt: skip
_EMPTY_WORDS = frozenset({"trống", "để trống", "bỏ trống", "(trống)", "n/a", "none", "null", "nil", "#n/a"})
"""What is the content of no cell whatever."""
_BLANK_WORDS = _DOUBT_WORDS | _EMPTY_WORDS | frozenset({
    "không", "không có", "ko", "ko có", "k", "k có", "kc", "chưa", "chưa có", "chưa cấp", "na", "(không)",
})  # fmt: skip
_LONGEST_MARK = 12


def is_blank_mark(raw: Raw, *, words: bool) -> bool:
    """Whether a cell only says that it is left blank: ``-``, ``…``, ``x``, ``n/a``, and with ``words`` also ``không có``, ``chưa có``."""
    if not isinstance(raw, str) or len(raw) > _LONGEST_MARK:
        return False
    if not raw.strip(_MARKS):
        return not _JUST_SLASHES.fullmatch(raw.strip())
    return not raw[0].isdigit() and fold(raw) in (_BLANK_WORDS if words else _EMPTY_WORDS)


def is_doubt_mark(raw: Raw | None) -> bool:
    """Whether a cell says that its content is not known, ``???``, ``chưa rõ``, and not that there is none, ``-``, ``không có``."""
    return isinstance(raw, str) and is_blank_mark(raw, words=True) and ("?" in raw or fold(raw) in _DOUBT_WORDS)


_ANSWERS = frozenset({"không", "không có", "ko", "ko có", "k", "k có", "kc", "(không)"})
"""Words that leave some cells blank and are what is meant in others: Chức vụ “không”."""


def is_unanswered(raw: Raw) -> bool:
    """Whether a cell says no more than that its content is not known or not there yet: ``chưa có``, ``không rõ``, ``N/A``."""
    return is_blank_mark(raw, words=True) and fold(str(raw)) not in _ANSWERS


_JUST_SLASHES = re.compile("/{2,}")
"""That is “as above” (như trên), never blank."""
