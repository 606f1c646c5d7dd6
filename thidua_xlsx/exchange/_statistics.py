"""Statistics tables 0601.N–0603.N of TT 02/2023/TT-BNV as far as the register reaches.

What has been awarded is decided by higher authorities and recorded nowhere here: that column, the level and the scope of the movement stay
"…", and a note names them. The layout of the original tables was not read; the lines are those that the circular is known to ask for.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from thidua_xlsx.campaign import Award, Statistics
from thidua_xlsx.exchange import _look
from thidua_xlsx.exchange._nominees import Nominee, nominees
from thidua_xlsx.text import say
from thidua_xlsx.xlsx import Book, Sheet

if TYPE_CHECKING:
    from thidua_xlsx.outcome import Outcome

UNKNOWN = "…"
_MOVEMENT = ("name", "level", "scope", "period", "units", "collectives", "individuals")
_MOVEMENT_WIDTHS = (46, 14, 14, 24, 12, 12, 12)
_AWARDS = ("subject", "registered", "met", "agreed", "awarded")
_AWARDS_WIDTHS = (44, 13, 16, 22, 14)


def write_statistics(path: Path, outcome: Outcome) -> None:
    """One sheet per table and one with notes; no tables where the campaign file has no ``[statistics]``."""
    told = outcome.campaign.statistics
    with Book(path, title=say("exchange.statistics"), created=outcome.round.decided_on) as book:
        if told is None:
            book.sheet(say("exchange.sheet_notes")).text(0, 0, say("exchange.statistics_unset"))
            return
        people = nominees(outcome)
        _write_movement(book, outcome, told, people)
        for table, codes in (("0602", told.state), ("0603", told.ministry)):
            awards = [outcome.campaign.awards[code] for code in codes if code in outcome.round.awards]
            _write_awards(book, outcome, told, (table, awards, people))
        _write_notes(book, outcome, told)


def _head(sheet: Sheet, table: str, outcome: Outcome, columns: int) -> None:
    sheet.text(0, 0, say(f"exchange.stat_{table}"), _look.TITLE)
    words = say("exchange.stat_source", source=_source(outcome), round=outcome.round.name)
    sheet.merged(1, 0, 1, columns - 1, words, _look.NOTE)
    sheet.height(1, 32)


def _source(outcome: Outcome) -> str:
    told = outcome.campaign.statistics
    return outcome.campaign.clauses[told.clause].source if told else UNKNOWN


def _write_movement(book: Book, outcome: Outcome, told: Statistics, people: Sequence[Nominee]) -> None:
    campaign, sheet = outcome.campaign, book.sheet("0601.N")
    _look.widths(sheet, _MOVEMENT_WIDTHS)
    _head(sheet, "0601", outcome, len(_MOVEMENT))
    _look.headings(sheet, 2, [say(f"exchange.movement_{name}") for name in _MOVEMENT], _MOVEMENT_WIDTHS)
    period = say("exchange.movement_years", first=campaign.period_from.year, last=campaign.period_to.year)
    bodies = sum(each.kind.value == "collective" for each in people)
    counts = (len(outcome.submissions), bodies, sum(each.kind.value == "individual" for each in people))
    words = (campaign.title, told.level or UNKNOWN, told.scope or UNKNOWN, period)
    for column, word in enumerate(words):
        sheet.text(3, column, word, _look.CELL)
    for column, count in enumerate(counts, len(words)):
        sheet.number(3, column, count, _look.CENTRED)
    sheet.height(3, _look.line_height(words, _MOVEMENT_WIDTHS))
    sheet.printed(repeat=(2, 2))


def _write_awards(book: Book, outcome: Outcome, told: Statistics, by: tuple[str, Sequence[Award], Sequence[Nominee]]) -> None:
    table, awards, people = by
    sheet = book.sheet(f"{table}.N")
    _look.widths(sheet, _AWARDS_WIDTHS)
    _head(sheet, table, outcome, len(_AWARDS))
    _look.headings(sheet, 2, [say(f"exchange.awards_{name}") for name in _AWARDS], _AWARDS_WIDTHS)
    row = 3
    for award in awards:
        sheet.merged(row, 0, row, len(_AWARDS) - 1, say("exchange.awards_of", award=award.name, method=told.method), _look.STRONG)
        theirs = [each for each in people if each.award == award.code]
        row = _write_subjects(sheet, row + 1, theirs, told)
    if not awards:
        sheet.text(row, 0, say("exchange.awards_none"), _look.CELL)
    sheet.printed(landscape=False, repeat=(2, 2))


def _write_subjects(sheet: Sheet, row: int, theirs: Sequence[Nominee], told: Statistics) -> int:
    """A line per subject, and one for whoever belongs to none of them; gives the next free row."""
    listed = {value for subject in told.subjects for value in subject.values}
    groups: list[tuple[str, list[Nominee] | None]] = [
        (subject.label, [each for each in theirs if each.subject in subject.values] if subject.values else None)
        for subject in told.subjects
    ]
    others = [each for each in theirs if each.subject not in listed]
    groups += [(say("exchange.awards_others"), others)] if others else []
    groups.append((say("exchange.awards_total"), list(theirs)))
    decided = any(each.agreed is not None for each in theirs)
    for number, (label, group) in enumerate(groups, 1):
        sheet.text(row, 0, label, _look.STRONG if number == len(groups) else _look.CELL)
        for column, count in enumerate(_counts(group, decided), 1):
            if count is None:
                sheet.text(row, column, UNKNOWN, _look.CENTRED)
            else:
                sheet.number(row, column, count, _look.CENTRED)
        row += 1
    return row


def _counts(group: Sequence[Nominee] | None, decided: bool) -> tuple[int | None, ...]:
    """Registered, meeting the criteria, agreed to (None while nothing is decided), awarded (never known here)."""
    if group is None:
        return (None, None, None, None)
    met, agreed = sum(each.met for each in group), sum(bool(each.agreed) for each in group)
    return (len(group), met, agreed if decided else None, None)


def _write_notes(book: Book, outcome: Outcome, told: Statistics) -> None:
    sheet = book.sheet(say("exchange.sheet_notes"))
    sheet.column(0, 90)
    names = [name for name, value in (("level", told.level), ("scope", told.scope)) if value is None]
    unset = ", ".join(say(f"exchange.movement_{name}").lower() for name in names)
    empty = ", ".join(subject.label for subject in told.subjects if not subject.values)
    lines = [
        say("exchange.stat_note", source=_source(outcome)),
        say("exchange.stat_awarded"),
        say("exchange.stat_methods", method=told.method),
    ]
    lines += [say("exchange.stat_unset", names=unset)] if unset else []
    lines += [say("exchange.stat_empty", names=empty)] if empty else []
    for row, words in enumerate(lines):
        sheet.text(row, 0, words, _look.NOTE)
        sheet.height(row, _look.line_height([words], [90]))
    sheet.printed(landscape=False)
