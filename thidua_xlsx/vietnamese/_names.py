"""Names of people, their order and their offices."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from thidua_xlsx.vietnamese._reading import Reading, Refused
from thidua_xlsx.vietnamese._text import TONED, clean, fold

if TYPE_CHECKING:
    from collections.abc import Mapping

    from thidua_xlsx.model import PartialDate, Raw

_TITLE = re.compile(r"(?:ông ?/ ?bà|ông|bà|đ/c|đồng chí|mrs|mr|ms|ths|pgs|gs|ts|kts|ks|cn|bs)(?:[.:]+ ?| )(?=\S)", re.IGNORECASE)
"""Anh, Chị and Cô are left alone: Anh is also a name. The written-out degrees are left alone for the same reason (Tiến, Sĩ)."""

_NOT_IN_NAMES = frozenset("ÄÅÆÇËÎÏÖØÛÜÞßäåæçëîïöøûüþÿ×÷")
"""Latin-1 letters that no name written in Vietnam has: they are how text typed for an old font (.VnTime, VNI) looks in Unicode."""

_WORD_STARTS = re.compile(r"(?:^|(?<=[ \-'’.(]))\w")


def _without_titles(name: str) -> str:
    while title := _TITLE.match(name):
        name = name[title.end() :]
    return name


def _proper_case(name: str) -> str:
    return _WORD_STARTS.sub(lambda start: start[0].upper(), name.lower())


def read_name(raw: Raw) -> Reading[str]:
    """A person's full name, without titles; one typed in capitals or small letters only is put in proper case.

    Refused: ``name_digits`` (also any value that is no text), ``name_short`` (fewer than two words), ``name_letters`` (signs that are no
    letters, or letters of an old font).
    """
    if not isinstance(raw, str) or any(char.isnumeric() for char in raw):
        raise Refused("name_digits")
    typed = " ".join(clean(raw).split())
    name = _without_titles(typed)
    if len(name.split()) < 2:
        raise Refused("name_short")
    if any(char in _NOT_IN_NAMES or not (char.isalpha() or char in " '’.-–") for char in name):
        raise Refused("name_letters")
    if name.isupper() or name.islower():
        name = _proper_case(name)
    return Reading(name, changed=name != typed)


def person_key(name: str, birth: PartialDate | None) -> tuple[str, str]:
    """Two rows with the same key speak of the same person: name and date of birth, when no citizen id says so."""
    return fold(name), "" if birth is None else str(birth)


_ALPHABET = {letter: place for place, letter in enumerate("0123456789aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")}
_OTHER_LETTERS = len(_ALPHABET)

WordKey = tuple[tuple[int, ...], tuple[int, ...]]


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


def _title_key(text: str) -> str:
    return fold(text).replace(".", "").replace(" ", "")


@lru_cache(maxsize=8)
def _by_key(titles: tuple[tuple[str, str], ...]) -> dict[str, str]:
    return {_title_key(short): full for short, full in titles}


def expand_title(text: str, titles: Mapping[str, str]) -> Reading[str]:
    """An office (chức vụ) whose leading abbreviation is written out: PGĐ Sở becomes Phó Giám đốc Sở.

    Only the beginning counts: TP is Trưởng phòng there and thành phố anywhere else.
    """
    written_out = _by_key(tuple(titles.items()))
    typed = clean(text)
    words = typed.split(" ")
    for count in range(min(_LONGEST_TITLE, len(words)), 0, -1):
        head = " ".join(words[:count])
        abbreviation = head.rstrip(",;:")
        if full := written_out.get(_title_key(abbreviation)):
            value = " ".join([full + head[len(abbreviation) :], *words[count:]])
            return Reading(value, changed=value != typed)
    return Reading(typed)
