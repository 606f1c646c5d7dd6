"""Register values as the words of a paper; what is not known is a dotted line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import combinations, pairwise

from thidua_xlsx import vietnamese
from thidua_xlsx.model import NomineeKind, PartialDate, Typed
from thidua_xlsx.text import say

DOTS = "……………………"
_LONGEST_QUOTE = 90
_LONGEST_LINE = 22  # bold capitals at 12 pt in the left half of the head
_DASHES = frozenset("-–")
_ONE_SYLLABLE = frozenset({"BAN", "CỤC", "ĐOÀN", "HỘI", "PHÒNG", "SỞ", "TỔ", "VIỆN", "VỤ"})
"""What an agency may be that is said in one syllable."""


def shown(value: Typed | None) -> str:
    """A value as printed, or dots to be filled by hand."""
    if value is None:
        return DOTS
    if isinstance(value, int | float):
        return vietnamese.format_number(value)
    return str(value) or DOTS


def facts(row: Mapping[str, Typed | None], *names: str) -> dict[str, str]:
    """Several columns of a row as printed, by name."""
    return {name: shown(row.get(name)) for name in names}


def sentence(words: str) -> str:
    """The words with a full stop, unless they end a sentence already."""
    return words if words.endswith((".", "!", "?", "…", ":", ";")) else f"{words}."


def shortened(words: str) -> str:
    """The words as a message quotes them, with an ellipsis where they are too many."""
    return words if len(words) <= _LONGEST_QUOTE else f"{words[: _LONGEST_QUOTE - 1]}…"


def joined(*words: str) -> str:
    """Words with commas between; a repeated one is said once."""
    return ", ".join(dict.fromkeys(word for word in words if word))


def numeric(day: date) -> str:
    """``30/06/2023``."""
    return str(PartialDate.of(day))


def open_day(day: date) -> str:
    """The month and year of a paper whose day is still to be written (NĐ 30/2020: months 1 and 2 take a leading zero)."""
    return say("dossier.day_open", month=f"{day.month:02d}" if day.month < 3 else day.month, year=day.year)


def when(day: Typed | None) -> str:
    """A perhaps partial date at the head of a sentence."""
    if not isinstance(day, PartialDate):
        return say("dossier.when_unknown")
    return say(f"dossier.when_{'day' if day.is_whole else 'month' if day.month else 'year'}", date=day)


def counted(numbers: Mapping[NomineeKind, int]) -> str:
    """``02 tập thể và 05 cá nhân``; a kind of which there is none is left out, unless there is nobody at all."""
    present = {kind: number for kind, number in numbers.items() if number} or numbers
    *first, last = (say(f"dossier.counts_{kind}s", count=vietnamese.two_digits(number)) for kind, number in present.items())
    return say("dossier.counts_all", first=", ".join(first), last=last) if first else last


def balanced(name: str) -> str:
    """An agency's name on two or three lines of much the same length where it is too long for one; no compound is torn apart."""
    words = name.split()
    if len(name) <= _LONGEST_LINE or len(words) < 2:
        return name
    places = [place for place in range(1, len(words)) if _may_break(words, place)] or [len(words) // 2]
    pairs = [_cut(words, place) for place in places]
    evenest = min(pairs, key=_unevenness)
    if max(map(len, evenest)) > _LONGEST_LINE:
        threes = [_cut(words, *both) for both in combinations(places, 2)]
        evenest = min((*threes, evenest), key=lambda lines: max(map(len, lines)))
    return "\n".join(evenest)


def _cut(words: Sequence[str], *places: int) -> tuple[str, ...]:
    """The words in lines, each of which begins at one of the places."""
    return tuple(" ".join(words[first:last]) for first, last in pairwise((0, *places, len(words))))


def _unevenness(lines: Sequence[str]) -> int:
    return max(map(len, lines)) - min(map(len, lines))


def _may_break(words: Sequence[str], place: int) -> bool:
    """Whether a line may end before the word: most compounds have two syllables, so an even number of them stands before."""
    if words[place] in _DASHES or words[place - 1] in _DASHES:
        return False
    syllables = sum(word not in _DASHES for word in words[:place])
    return words[place - 1] == "VÀ" or (syllables - _begins_apart(words)) % 2 == 0


def _begins_apart(words: Sequence[str]) -> bool:
    """Whether the first syllable is a word of its own: Hội of Hội Phụ nữ, but not of Hội đồng."""
    return words[0] in _ONE_SYLLABLE and words[1] != "ĐỒNG"


def rule_under(name: str) -> str:
    """No-break spaces that, underlined at 6 pt, are some 40 % as long as the widest line of a name in bold capitals at 12 pt."""
    widest = max(len(line) for line in balanced(name).split("\n"))
    return "\u00a0" * max(12, round(widest * 8.6 * 0.4 / 1.5))
