"""Entries of a drop-down as people type them, and the nearest of several texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from thidua_xlsx.vietnamese._reading import Reading, Refused
from thidua_xlsx.vietnamese._text import bare, fold, read_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from thidua_xlsx.model import Raw

    Choice = tuple[str, str | None, Sequence[str]]

_WITHOUT_DIACRITICS = 0.95
"""Agreement without diacritics is worth a little less, so that Nam is nearer to Nam than to Năm."""


def similarity(a: str, b: str) -> float:
    """How alike two texts are, from 0 to 100; spellings of one text (hoà, Hòa) are 100."""
    return fuzz.ratio(fold(a), fold(b))


def _nearness(a: str, b: str) -> float:
    if not (bare(a) and bare(b)):
        return 0
    return max(similarity(a, b), _WITHOUT_DIACRITICS * fuzz.ratio(bare(a), bare(b)))


def nearest(text: str, candidates: Iterable[str], least: float = 60) -> str | None:
    """The candidate most like the text, the first of equals; none if even that one reaches less than ``least`` of 100."""
    scored = [(_nearness(text, candidate), candidate) for candidate in candidates]
    score, best = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    return best if score >= least else None


def _spellings(choice: Choice) -> tuple[str, ...]:
    label, code, aliases = choice
    return (label, *([code] if code else []), *aliases)


def _own(choice: Choice) -> tuple[str, ...]:
    return _spellings(choice)[: 2 if choice[1] else 1]


@dataclass(frozen=True, slots=True)
class _Level:
    """One way in which what was typed may agree with an entry; the strictest that fits just one entry decides."""

    key: Callable[[str], str]
    spellings: Callable[[Choice], tuple[str, ...]]
    changed: bool

    def only(self, typed: str, choices: Sequence[Choice]) -> str | None:
        wanted = self.key(typed)
        found = {choice[1] or choice[0] for choice in choices if wanted in map(self.key, self.spellings(choice))}
        return found.pop() if wanted and len(found) == 1 else None


def _bare_word(text: str) -> str:
    """A single letter without its marks says nothing: the tick of Wingdings arrives as “ü”, which is no “u”."""
    return letters if len(letters := bare(text)) > 1 else ""


_LEVELS = (_Level(str, _own, False), _Level(fold, _own, False), _Level(fold, _spellings, True), _Level(_bare_word, _spellings, True))


def _match(typed: str, choices: Sequence[Choice]) -> Reading[str] | None:
    found = ((level.only(typed, choices), level.changed) for level in _LEVELS)
    return next((Reading(value, changed) for value, changed in found if value is not None), None)


def _typed(raw: Raw) -> str:
    try:
        return read_text(raw).value
    except Refused:
        return ""


_TRUTH = {True: ("TRUE", "x", "Có"), False: ("FALSE", "Không")}


def read_choice(raw: Raw, choices: Sequence[Choice]) -> Reading[str]:
    """The code (or else the label) of the entry that was meant; each choice is its label, its code and other spellings.

    Case, blanks and Unicode form need no note; an alias, or missing diacritics where only one entry fits, do.
    Refused: ``choice``, with ``nearest``, the label most like it, or nothing.
    """
    typed = _typed(raw)
    for spelling in _TRUTH[raw] if isinstance(raw, bool) else (typed,):
        if reading := _match(spelling, choices):
            return Reading(reading.value, reading.changed or isinstance(raw, bool))
    guess = nearest(typed, (spelling for choice in choices for spelling in _spellings(choice)))
    raise Refused("choice", nearest=next((choice[0] for choice in choices if guess in _spellings(choice)), ""))
