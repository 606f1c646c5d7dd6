"""Dates and years as people type them, always day before month."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from thidua_xlsx.model import PartialDate
from thidua_xlsx.vietnamese._numbers import plain_number
from thidua_xlsx.vietnamese._reading import Reading, Refused
from thidua_xlsx.vietnamese._text import digits_meant, plain

if TYPE_CHECKING:
    from thidua_xlsx.model import Raw

_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_LATEST_YEAR = 2030

_EXCEL_DAY_ZERO = date(1899, 12, 30)
_FIRST_SERIAL = (date(1910, 1, 1) - _EXCEL_DAY_ZERO).days
"""Below it stand the years as numbers (1985 is a day of 1905) and slips such as 79: nobody writes of a day before 1910."""
_LAST_SERIAL = (date(_LAST_YEAR, 12, 31) - _EXCEL_DAY_ZERO).days

_TWO = "[0-9]{1,2}"
_YEAR = "(?P<year>[0-9]{4}|[0-9]{2})"
_SHAPES = tuple(
    re.compile(shape)
    for shape in (
        rf"(?P<day>0?[1-9]|[1-9][0-9])[-/. ](?P<month>{_TWO})[-/. ]{_YEAR}",
        rf"(?P<day>{_TWO})[-/. ]?thang ?(?P<month>{_TWO})(?: ?nam ?|[-/. ]){_YEAR}",
        rf"thang (?P<month>{_TWO})(?: nam |[-/. ]){_YEAR}",
        rf"(?P<month>{_TWO})[-/. ](?P<year>[0-9]{{4}})",
        rf"(?P<year>[0-9]{{4}})[-/.](?P<month>{_TWO})[-/.](?P<day>{_TWO})",
        rf"(?P<year>[0-9]{{4}})[-/.](?P<month>{_TWO})",
        r"(?P<year>[0-9]{4})",
        rf"(?:00?|x)(?P<sign>[-/. ])(?:00?|x|(?P<month>{_TWO}))(?P=sign)(?P<year>[0-9]{{4}})",
        r"(?P<day>[0-3][0-9])(?P<month>[01][0-9])(?P<year>(?:19|20)[0-9]{2})",
        r"(?P<year>(?:19|20)[0-9]{2})(?P<month>[01][0-9])(?P<day>[0-3][0-9])",
    )
)
"""Day, month and year in every usual form, the commonest first; of the third last the day, or day and month, was left open."""

_ONLY_FIGURES = re.compile("[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{2,4}")
_OPEN = re.compile("(?:^|(?<=/)) ?[.…x?_*-]{1,6} ?(?=/)")
_SERIAL_TEXT = re.compile(r"([0-9]{5})(?:[.,]0+)?")
_CLOCK = re.compile(r"[ t]([0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?: ?(?:am|pm|sa|ch))?)z?$")
_MIDNIGHT = re.compile(r"0?0:00(?::00(?:\.0+)?)?|12:00(?::00)? ?(?:am|sa)")
_SEPARATOR = re.compile(r" ?([-/.])(?: ?\1)* ?")
_DIGITS = re.compile("[0-9]+")
_LEAD = re.compile(r"(?:(?:sinh|ngay|nam|sn|ns)[ :.]*)+(?=[0-9ox]|thang)")
_MONTH_SIGN = re.compile(r"(?<![a-z0-9])(?:thg|th|t)[. ]?(?=[0-9])")
_MONTH_WORDS = {
    "muoi hai": 12, "muoi mot": 11, "muoi": 10, "mot": 1, "hai": 2, "ba": 3, "tu": 4, "bon": 4, "nam": 5, "sau": 6, "bay": 7,
    "tam": 8, "chin": 9,
}  # fmt: skip
_MONTH_WORD = re.compile(rf"(?<=thang )({'|'.join(_MONTH_WORDS)})(?= nam |[-/. ]+[0-9]{{2,4}}$)")
"""The months in words; giêng and chạp are left out, for they are months of the moon."""
_ENGLISH = ("jan(?:uary)?", "feb(?:ruary)?", "mar(?:ch)?", "apr(?:il)?", "may", "june?", "july?", "aug(?:ust)?", "sept?(?:ember)?",
            "oct(?:ober)?", "nov(?:ember)?", "dec(?:ember)?")  # fmt: skip
_ENGLISH_DAY = tuple(re.compile(rf"({_TWO})[-/. ]?{name}[-/. ]?([0-9]{{4}}|[0-9]{{2}})") for name in _ENGLISH)
_ENGLISH_MONTH = tuple(re.compile(rf"{name}[-/. ]([0-9]{{4}})") for name in _ENGLISH)
_VAGUE = re.compile(
    r"\b(?:quy|dau|giua|cuoi|khoang|chung|truoc|sau|tu|den|toi|mua|dot|hoc ky|nam hoc|nhiem ky|giai doan|hang nam|hang thang)\b"
    r"|(?:19|20)[0-9]{2}.*\b(?:19|20)[0-9]{2}"
)
"""Words for a stretch of time, or two years: whoever wrote them did not mean one day, month or year."""


def _known(year: int, month: int | None, day: int | None) -> PartialDate:
    """The date, if the calendar has it; a month above twelve beside a day that could be one is taken for the American order."""
    if _exists(year, month, day):
        return PartialDate(year, month, day)
    if day and _exists(year, day, month):
        raise Refused("date_us", swapped=str(PartialDate(year, day, month)))
    raise Refused("date_impossible")


def _exists(year: int, month: int | None, day: int | None) -> bool:
    try:
        date(year, 1 if month is None else month, 1 if day is None else day)
    except ValueError:
        return False
    return _FIRST_YEAR <= year <= _LAST_YEAR


def _number(digits: str | None) -> int | None:
    return None if digits is None else int(digits)


def _full_year(digits: str, latest: int) -> int:
    """Of two digits the latest year with this ending that is not after ``latest``."""
    year = int(digits)
    return year if len(digits) == 4 else latest - (latest - year) % 100


def _from_serial(number: float, *, typed: bool) -> Reading[PartialDate]:
    """A day counted the way Excel does, whose day 60 is the 29 February 1900 that never was."""
    if not _FIRST_SERIAL <= number <= _LAST_SERIAL:
        raise Refused("date")
    day = _EXCEL_DAY_ZERO + timedelta(days=int(number))
    return Reading(PartialDate.of(day), changed=True, doubt="date_serial" if typed else None)


def _from_cell(day: date, *, changed: bool) -> Reading[PartialDate]:
    serial = (day - _EXCEL_DAY_ZERO).days
    # A bare year typed into a cell with a date format is stored as that many days: 2023 becomes a day of 1905, which nobody means
    if _FIRST_YEAR <= serial <= _LAST_YEAR:
        return Reading(PartialDate(serial))
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise Refused("date")
    return Reading(PartialDate.of(day), changed)


def _tidy(text: str) -> str:
    """The typed text with one kind of each sign and every month as ``thang`` and its number."""
    typed = plain(text).replace("\\", "/").replace(",", " ").replace("  ", " ")
    if _ONLY_FIGURES.fullmatch(typed):
        return typed
    typed = _MONTH_SIGN.sub("thang ", _SEPARATOR.sub(r"\1", _OPEN.sub("x", typed)))
    typed = _MONTH_WORD.sub(lambda word: str(_MONTH_WORDS[word[1]]), typed).strip(" ;'")
    return _LEAD.sub("", typed, count=1) if _LEAD.match(typed) else typed


def _in_english(day: str) -> str:
    """A date with an English month, as Excel shows it (05-Mar-79), with the number of the month in its place."""
    for month, (with_day, alone) in enumerate(zip(_ENGLISH_DAY, _ENGLISH_MONTH, strict=True), start=1):
        if found := with_day.fullmatch(day):
            return f"{found[1]}/{month}/{found[2]}"
        if found := alone.fullmatch(day):
            return f"{month}/{found[1]}"
    return day


def _shaped(day: str, latest: int) -> PartialDate | None:
    for shape in _SHAPES:
        if found := shape.fullmatch(day):
            parts = found.groupdict()
            month = _number(parts.get("month")) or (0 if parts.get("day") else None)
            return _known(_full_year(parts["year"], latest), month, _number(parts.get("day")))
    return None


def _from_text(text: str, latest: int) -> Reading[PartialDate]:
    typed = _tidy(text)
    clock = _CLOCK.search(typed)
    day = (typed[: clock.start()] if clock else typed).rstrip(" .-")
    for read in (day, _in_english(day), digits_meant(day)):
        if value := _shaped(read, latest):
            same = _numbers(day) == _numbers(str(value)) and read == day and (clock is None or _MIDNIGHT.fullmatch(clock[1]) is not None)
            return Reading(value, changed=not same)
    if serial := _SERIAL_TEXT.fullmatch(day):
        return _from_serial(int(serial[1]), typed=True)
    raise Refused("date_vague" if _VAGUE.search(typed) and _DIGITS.search(typed) else "date")


def _numbers(text: str) -> list[int]:
    """The numbers of a date in their order: where they agree, only signs and zeros differ and nothing is to be noted."""
    return [int(digits) for digits in _DIGITS.findall(text)]


def _from_number(number: float, latest: int) -> Reading[PartialDate]:
    whole = number == int(number)
    if whole and _FIRST_YEAR <= number <= _LAST_YEAR:
        return Reading(PartialDate(int(number)))
    if whole and 10**6 <= number < 10**8 and (value := _shaped(f"{int(number):08d}", latest)):
        return Reading(value, changed=True)
    return _from_serial(number, typed=False)


def read_date(raw: Raw, latest: int = _LATEST_YEAR) -> Reading[PartialDate]:
    """A date, a month or a year; a time of day is dropped, and a day of 1905 in a date cell is the year that was typed there.

    Of a year of two digits the latest that is not after the year ``latest`` is meant: for a birth 79 is 1979 and 30 never 2030. Days
    and months left open (00/00/1979, ../3/1979), English months, the letters O and l for 0 and 1 and 15031979 are read and noted.
    Refused: ``date_impossible`` (29/2/1979), ``date_us`` (12/25/1979, with ``swapped``), ``date_vague`` (quý II/2023), ``date``.
    Doubt: ``date_serial``, Excel's number of a day typed as text.
    """
    if isinstance(raw, datetime):
        return _from_cell(raw.date(), changed=raw.time() != time())
    if isinstance(raw, date):
        return _from_cell(raw, changed=False)
    if isinstance(raw, str):
        return _from_text(raw, latest)
    number = plain_number(raw)
    if number is None:
        raise Refused("date")
    return _from_number(number, latest)


_YEAR_TEXT = re.compile("(?:nam[: ]+)?([0-9]{4})[.;]?")


def read_year(raw: Raw) -> Reading[int]:
    """A year of four digits, perhaps after the word năm; a span of years is refused (``year``)."""
    if isinstance(raw, str):
        found = _YEAR_TEXT.fullmatch(plain(raw))
        number: float | None = int(found[1]) if found else None
    else:
        number = plain_number(raw)
    if number is None or number != int(number) or not _FIRST_YEAR <= number <= _LAST_YEAR:
        raise Refused("year")
    return Reading(int(number))
