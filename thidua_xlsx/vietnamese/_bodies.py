"""Names of bodies (phòng, tổ, trung tâm) and of papers made comparable."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from thidua_xlsx.vietnamese._text import clean, fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_WORDS = re.compile(r"\w+")
_JOINING = "và"


def body_key(name: str, short: Mapping[str, str]) -> str:
    """The key under which two spellings of one body's name are equal: “P. Quy hoạch – Kiến trúc” and “Phòng Quy hoạch và Kiến trúc”.

    ``short`` writes out an abbreviation that stands first. Punctuation and “và” do not count; tones and vowel marks do.
    """
    words = _words(name)
    written_out = {abbreviation: full for key, full in short.items() for abbreviation in _words(key)[:1]}
    head = _words(written_out[words[0]]) if words and words[0] in written_out else words[:1]
    return " ".join(word for word in (*head, *words[1:]) if word != _JOINING)


@lru_cache(maxsize=4096)
def _words(name: str) -> tuple[str, ...]:
    return tuple(_WORDS.findall(fold(name)))


@lru_cache(maxsize=4096)
def thing_key(text: str) -> str:
    """The key under which two descriptions, or two numbers of papers, are equal; blanks around signs and a full stop do not count."""
    return re.sub(r" ?([/.,;:]) ?", r"\1", fold(text)).rstrip(".,;:")


def told_by(text: str, words: Mapping[str, Sequence[str]]) -> str | None:
    """Which of several groups the words of a text belong to; None where none, or more than one, has a word in it.

    A word counts only whole: “BK” is not found in “BKAV”.
    """
    line = f" {' '.join(_words(clean(text)))} "
    found = [value for value, group in words.items() if any(f" {' '.join(_words(word))} " in line for word in group)]
    return found[0] if len(found) == 1 else None


_YEAR = re.compile(r"\d+/(\d{4})/")


def year_in_number(number: str) -> int | None:
    """The year that stands in the number of a paper (70/2022/QĐ-UBND), or None."""
    found = _YEAR.match(clean(number))
    return int(found[1]) if found else None
