"""The sentence about a measured criterion as an Excel formula: the words of :func:`describe` with the figures left to the workbook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from thidua_xlsx import text
from thidua_xlsx.assess._words import quantity_of, why_words
from thidua_xlsx.model import Result

if TYPE_CHECKING:
    from collections.abc import Iterator

    from thidua_xlsx.assess._facts import Fact
    from thidua_xlsx.campaign import Campaign, Criterion

_REQUIRED, _MISSING = "\x00", "\x01"
_LONGEST = 250
"""Excel refuses a formula with a text of more than 255 characters."""


@dataclass(frozen=True, slots=True)
class Cells:
    """The addresses of a criterion's result (-1, 0, 1), of what counts for certain, and of the figure."""

    result: str
    sure: str
    figure: str


def literal(words: str) -> str:
    """A text inside a formula, in pieces where it is long."""
    parts = [words[start : start + _LONGEST] for start in range(0, len(words), _LONGEST)] or [""]
    return "&".join('"' + part.replace('"', '""') + '"' for part in parts)


def sentence_formula(criterion: Criterion, found: Fact, cells: Cells, campaign: Campaign, *, against: bool, when_met: bool) -> str:
    """What :func:`describe` says of a criterion with dated figures for whatever number stands in the figure's cell, or none.

    ``when_met``: it is spoken of where it is met too, since the award form asks that something is not; else nothing is said then.
    """
    formula = _told(criterion, found, Result.MET, cells, campaign, against=against) if when_met else literal("")
    for result in _within_reach(found):
        words = _told(criterion, found, result, cells, campaign, against=against)
        formula = f"IF({cells.result}={int(result)},{words},{formula})"
    unset = text.say(f"assess.{campaign.measures[criterion.measure or ''].kind}_unset", actual=_actual(criterion, found, campaign))
    return f"IF(ISNUMBER({cells.figure}),{formula},{literal(_whole(criterion, unset, 'figure_unset', campaign))})"


def _within_reach(found: Fact) -> Iterator[Result]:
    """The results besides met that some figure gives."""
    if found.possible is not None:
        yield Result.NOT_MET
    if found.least != found.possible or found.possible is None:
        yield Result.OPEN


def _told(criterion: Criterion, found: Fact, result: Result, cells: Cells, campaign: Campaign, *, against: bool) -> str:
    """The formula for one result; what is open although the clear rows reach the figure may fall beneath it."""
    measure = campaign.measures[criterion.measure or ""]
    key = ("open_against" if result is Result.OPEN else "against") if against else result.word
    words = _words(criterion, found, result, f"{measure.kind}_{key}", campaign)
    formula = _spelled(words, cells, campaign, criterion)
    if result is not Result.OPEN or against or not campaign.may_fall(measure):
        return formula
    may_fall = _spelled(_words(criterion, found, result, "sum_may_fall", campaign), cells, campaign, criterion)
    return f"IF({cells.sure}>={cells.figure},{may_fall},{formula})"


def _words(criterion: Criterion, found: Fact, result: Result, key: str, campaign: Campaign) -> str:
    words = text.say(f"assess.{key}", actual=_actual(criterion, found, campaign), required=_REQUIRED, missing=_MISSING)
    return _whole(criterion, words, found.why if result is Result.OPEN else None, campaign)


def _actual(criterion: Criterion, found: Fact, campaign: Campaign) -> str:
    return quantity_of(found.sure, criterion.code, campaign)


def _whole(criterion: Criterion, words: str, why: str | None, campaign: Campaign) -> str:
    reason = why_words(why, criterion, campaign) if why else ""
    return f"{criterion.name}: {words}; {reason}." if reason else f"{criterion.name}: {words}."


def _spelled(words: str, cells: Cells, campaign: Campaign, criterion: Criterion) -> str:
    """The words as a formula, their marks replaced by quantities that follow the figure."""
    missing = f"ROUND({cells.figure}-{cells.sure},6)"
    amounts = {_REQUIRED: _quantity(cells.figure, criterion, campaign), _MISSING: _quantity(missing, criterion, campaign)}
    parts, rest = [], words
    while rest:
        place = min((at for mark in amounts if (at := rest.find(mark)) >= 0), default=len(rest))
        parts += [literal(rest[:place])] if place else []
        parts += [amounts[rest[place]]] if place < len(rest) else []
        rest = rest[place + 1 :]
    return "&".join(parts)


def _quantity(number: str, criterion: Criterion, campaign: Campaign) -> str:
    """A number as :func:`quantity_of` writes it, whatever the computer's own decimal sign."""
    measure = campaign.measures[criterion.measure or ""]
    if not campaign.is_money(measure):
        fraction = f'MID(SUBSTITUTE(ROUND({number}-INT({number}),6)&"",".",","),2,9)'
        return f'{_grouped(f"INT({number})")}&IF({number}=INT({number}),"",{fraction})'
    before, _, after = text.say("assess.money", amount=_REQUIRED).partition(_REQUIRED)
    return "&".join([*([literal(before)] if before else []), _grouped(number), *([literal(after)] if after else [])])


def _grouped(number: str) -> str:
    r"""A whole number with points between thousands; ``\.`` is a plain point in every language of Excel."""
    small = f'TEXT({number},"[>=1000000]#\\.###\\.##0;[>=1000]#\\.##0;0")'
    return f'IF({number}>=1000000000,TEXT({number},"#\\.###\\.###\\.##0"),{small})'
