"""Text typed for a font of before Unicode (TCVN3 in .VnTime, VNI in VNI-Times): told from Unicode, and what it was meant to be.

Neither a font nor odd letters prove anything alone: many a cell keeps the font .VnTime long after its text was converted, and foreign names
have odd letters of their own. Spelling is the judge: what was typed must become Vietnamese by the old table and be none as it stands.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from thidua_xlsx.vietnamese._syllables import is_syllable

TCVN3, VNI = "TCVN3", "VNI"

_FONTS = {".vn": TCVN3, "vni-": VNI}
_IS_UNICODE = re.compile("[\u0100-\u02af\u0300-\u1fff\u2c00-\ufaff]")
"""Letters and marks that no text of one byte a letter can hold; typographic quotes and dashes are none."""

_WORDS = re.compile("[A-Za-z\u00a1-\u00af\u00b5-\u00b9\u00bb-\u00be\u00c0-\u00ff]+")
_SHORT = re.compile("[A-Z]*[ĐƯ][A-ZĐƯ]*")
"""An abbreviation such as QĐ, which speaks neither for nor against an encoding."""

_SIGNS = frozenset("¡¢£¤¥¦§¨©ª«¬\u00ad®µ¶·¸¹»¼½¾×÷")
_FREE = re.compile("[\u00a1-\u00b7\u00b9-\u00bf×÷ØøÞ]|[µ·¼½¾].{0,2}|.[·×].|«.*|§[A-Za-z]")
"""Signs in texts of any language, alone or beside letters, which say nothing: Ø 20, µm, N·m, 3½m, m×n, §a."""

_HALF_FREE = re.compile(".÷.|.{0,3}\u00ad")
"""n÷m, or a soft hyphen where a line was broken; but Hữu and Thư in TCVN3 as well."""

_FREE_MARKS = frozenset("ïëüéúÏËÜÉÚ")
"""Letters that follow a vowel in names of other languages too: Caïn, Noël, Raúl."""

_ETH = {0xD0: "Đ", 0xF0: "đ"}
_OWN_CAPITALS = frozenset("ĂÂÊÔƠƯĐ")
_CASELESS = frozenset("áàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ")
"""The letters of which TCVN3 has no capital."""


@dataclass(frozen=True, slots=True)
class Legacy:
    """What a text typed for an old font was meant to be. ``is_certain``: it cannot be Unicode; otherwise only its font speaks for it.

    ``font`` is the one it was typed for, where that is known.
    """

    encoding: str
    text: str
    is_certain: bool
    font: str | None = None


def font_encoding(font: str) -> str | None:
    """``TCVN3`` or ``VNI`` for a font made for it."""
    return next((encoding for start, encoding in _FONTS.items() if font.lower().startswith(start)), None)


@lru_cache(maxsize=4096)
def read_legacy(typed: str, font: str | None = None) -> Legacy | None:
    """What the text was meant to be, if it was typed in TCVN3 or VNI; None for text in Unicode.

    ``typed`` is as the cell holds it: cleaning takes away soft hyphens, which are TCVN3's ư. ``font`` is the font of the cell, where known;
    one whose name ends in H shows small letters as capitals.
    """
    if typed.isascii() or _IS_UNICODE.search(typed):
        return None
    by_font = font_encoding(font) if font else None
    if font and by_font:
        return _by_font(typed, by_font, font)
    encoding = max((TCVN3, VNI), key=lambda encoding: _evidence(typed, encoding))
    if _evidence(typed, encoding) < _STRONG:
        return None
    return Legacy(encoding, _in_unicode(typed, encoding, is_capitals=False), is_certain=True)


def _by_font(typed: str, encoding: str, font: str) -> Legacy | None:
    words = _telling(typed, encoding)
    as_old, as_unicode = sum(word.is_old for word in words), sum(word.is_unicode for word in words)
    is_certain = as_old > as_unicode or any(word.evidence >= _STRONG for word in words)
    if not words or any(word.is_foreign for word in words) or (as_old < as_unicode and not is_certain):
        return None
    is_capitals = encoding == TCVN3 and font[-1] in "Hh"
    return Legacy(encoding, _in_unicode(typed, encoding, is_capitals=is_capitals), is_certain, font)


def _evidence(typed: str, encoding: str) -> int:
    """How much speaks for an encoding without a font: nearly every word must become Vietnamese, and be none of another language."""
    words = _telling(typed, encoding)
    wrong = sum(not word.is_old for word in words)
    if 2 * wrong >= max(len(words) - wrong, 1) or any(word.is_foreign for word in words):
        return 0
    evidence = sum(word.evidence for word in words)
    return evidence and evidence + _context(typed)


def _context(typed: str) -> int:
    """A single odd word weighs more where the others, two at least, are all Vietnamese as they stand."""
    words = _WORDS.findall(typed)
    odd = [word for word in words if not is_syllable(word.translate(_ETH))]
    return _WEAK if len(odd) == 1 and len(words) > 2 and len(odd[0]) > 1 else 0


_STRONG, _WEAK = 2, 1


@dataclass(frozen=True, slots=True)
class _Word:
    """One word in the light of an encoding: whether it is Vietnamese by the old table, as it stands, or neither is possible."""

    is_old: bool
    is_unicode: bool
    is_foreign: bool
    evidence: int


def _telling(typed: str, encoding: str) -> list[_Word]:
    """The words that are not in plain letters, as seen by an encoding."""
    return [_word(word, encoding) for word in _WORDS.findall(typed) if not (word.isascii() or _FREE.fullmatch(word))]


@lru_cache(maxsize=8192)
def _word(word: str, encoding: str) -> _Word:
    old = _decoded(word, encoding) if encoding == VNI else _cased(word, is_shouted=True)
    is_syllable_once = _is_regular(old) and is_syllable(old)
    is_unicode = _is_regular(word) and is_syllable(word.translate(_ETH))
    evidence = 0 if is_unicode or not is_syllable_once else _oddity(word, encoding)
    is_old = is_syllable_once or bool(_SHORT.fullmatch(old))
    return _Word(is_old, is_unicode, not all(char.isascii() or char in _letters(encoding) for char in word), evidence)


def _oddity(word: str, encoding: str) -> int:
    """How impossible a word is in Unicode: signs among letters and capitals among small letters are no language's."""
    if encoding == VNI:
        written = [match[0] for match in _pattern(VNI).finditer(word)]
        marks = {code[1:] for code in written} - {""}
        return _STRONG if len(written) > 1 or marks - _FREE_MARKS else _WEAK
    if len(word) == 1:
        return 0
    if _HALF_FREE.fullmatch(word):
        return _WEAK
    return _STRONG if _SIGNS & set(word) or not _is_regular(word) else _WEAK


def _is_regular(word: str) -> bool:
    """All small, all capitals, or a capital and small letters."""
    return word.islower() or word.isupper() or (word[0].isupper() and word[1:].islower())


def _in_unicode(typed: str, encoding: str, *, is_capitals: bool) -> str:
    """The same text in Unicode. TCVN3 has no toned capitals: they come from a font of capitals, or from words typed in capitals."""
    if is_capitals:
        return _decoded(typed, encoding).upper()
    if encoding == VNI:
        return _decoded(typed, encoding)
    is_shouted = _is_shouted(_WORDS.findall(typed))
    words = _WORDS.sub(lambda word: _cased(word[0], is_shouted=is_shouted), typed).split(" ")
    return " ".join(_as_in_names(*neighbours) for neighbours in zip(["", *words], words, [*words[1:], ""], strict=False))


def _cased(word: str, *, is_shouted: bool) -> str:
    """A word in Unicode, in capitals where its other letters are."""
    old = _decoded(word, TCVN3)
    known = [letter for letter in old if letter.isascii() or letter in _OWN_CAPITALS]
    if all(map(str.isupper, known)) and (len(known) > 1 or is_shouted):
        return old.upper()
    return old


def _as_in_names(before: str, word: str, after: str) -> str:
    """The word with a capital that TCVN3 lacks, where it stands among capitals: Lê Công Ánh, but ủy ban."""
    follows, leads = before[:1].isupper(), after[:1].isupper()
    ends = not after or word.endswith((",", ";", ".", ")"))
    return (
        word[0].upper() + word[1:] if word[:1] in _CASELESS and word and (leads or (follows and ends)) and (follows or not before) else word
    )


def _is_shouted(words: Sequence[str]) -> bool:
    """Whether every word with two plain letters or more is in capitals."""
    plain = ["".join(char for char in word if char.isascii()) for word in words]
    long = [word for word in plain if len(word) > 1]
    return bool(long) and all(word.isupper() for word in long)


def _decoded(typed: str, encoding: str) -> str:
    table = _table(encoding)
    return _pattern(encoding).sub(lambda code: table[code[0]], typed)


@cache
def _pattern(encoding: str) -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, _table(encoding)), key=len, reverse=True)))


@cache
def _letters(encoding: str) -> frozenset[str]:
    return frozenset("".join(_table(encoding)))


@cache
def _table(encoding: str) -> Mapping[str, str]:
    """What each letter of the encoding is in Unicode; a capital of VNI may have a small mark."""
    tables = tomllib.loads(resources.files(__package__).joinpath("legacy.toml").read_text(encoding="utf-8"))
    if encoding == TCVN3:
        return dict((*_pairs(tables["tcvn3"]), *_pairs(tables["tcvn3_capitals"])))
    small = list(_pairs(tables["vni"]))
    mixed = [(code[0].upper() + code[1:], letter.upper()) for code, letter in small]
    return dict((*small, *mixed, *((code.upper(), letter.upper()) for code, letter in small)))


def _pairs(letters: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for run, codes in letters.items():
        yield from zip(codes.split(" "), run, strict=True)
