"""Can this be a syllable of Vietnamese: which letters may begin one, which follow, and where its tone may stand."""

from __future__ import annotations

from functools import lru_cache

from thidua_xlsx.vietnamese._text import TONED

_ONSETS = "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x"
_ENDINGS = (
    "a ac ach ai ak am an ang anh ao ap at au ay ăc ăk ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây "
    "e ec em en eng eo ep et ê êch êm ên êng ênh êp êt êu i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu "
    "o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oe oen oeo oet oc oi om on ong oong ooc op ot "
    "ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uân uâng uât uây uc uê uêch uênh ui um un ung uơ up ut uy uya uych uyên uyêt "
    "uynh uyp uyt uyu uôc uôi uôm uôn uông uôt ư ưa ưc ưi ưm ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu y yêm yên yêng yêt yêu"
)
_INITIALS, _RHYMES = ("", *_ONSETS.split()), frozenset(_ENDINGS.split())
_AFTER_QU = _RHYMES | {"ynh", "yt", "ych"}
_ON_EITHER = ("oa", "oe", "uy")
"""The open rhymes whose tone is written on either vowel: hòa and hoà, thúy and thuý."""

_STOPS = ("p", "t", "c", "ch")
_SHARP = (4, 5)
_FRONT = "eêiy"


@lru_cache(maxsize=8192)
def is_syllable(word: str) -> bool:
    """Whether the word, in whatever case, is spelled as a syllable of Vietnamese, with its tone in either of the two usual places."""
    letters, tones = zip(*(TONED.get(char, (char, 0)) for char in word.lower()), strict=True)
    toned = [place for place, tone in enumerate(tones) if tone]
    if len(toned) > 1:
        return False
    spelled = "".join(letters)
    place, tone = (toned[0], tones[toned[0]]) if toned else (None, 0)
    return any(spelled.startswith(initial) and _fits(initial, spelled[len(initial) :], place, tone) for initial in _INITIALS)


def _fits(initial: str, rhyme: str, place: int | None, tone: int) -> bool:
    if rhyme not in (_AFTER_QU if initial == "qu" else _RHYMES) or not _may_follow(initial, rhyme):
        return False
    if rhyme.endswith(_STOPS) and tone not in _SHARP:
        return False
    return place is None or place - len(initial) in _tone_places(rhyme)


def _may_follow(initial: str, rhyme: str) -> bool:
    """C, g and ng before a, o, u; gh, ngh before e, i; g also before i (gì), k anywhere (Bắc Kạn); yê- begins a syllable, iê- does not."""
    is_front = rhyme[0] in _FRONT
    if initial in ("c", "ng"):
        return not is_front
    if initial == "g":
        return not is_front or rhyme[0] == "i"
    if initial in ("gh", "ngh"):
        return is_front
    if initial == "qu":
        return rhyme[0] not in "ouư"
    if rhyme[0] == "y":
        return rhyme == "y" or not initial
    return bool(initial) or not rhyme.startswith("iê")


def _tone_places(rhyme: str) -> tuple[int, ...]:
    """On the last vowel with a mark of its own, else before a final consonant, else on the middle one."""
    marked = [place for place, letter in enumerate(rhyme) if letter in "ăâêôơư"]
    if marked:
        return (marked[-1],)
    vowels = sum(letter in "aeiouy" for letter in rhyme)
    if rhyme[-1] not in "aeiouy":
        return (vowels - 1,)
    return (0, 1) if rhyme in _ON_EITHER else ((vowels - 1) // 2,)
