"""Dates and years as people type them, always day before month."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from thidua_xlsx.model import PartialDate
from thidua_xlsx.vietnamese._numbers import plain_number
from thidua_xlsx.vietnamese._reading import Reading, Refused
from thidua_xlsx.vietnamese._text import plain

if TYPE_CHECKING:
    from thidua_xlsx.model import Raw

_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_LAST_TWO_DIGIT_YEAR_OF_THIS_CENTURY = 30

_EXCEL_DAY_ZERO = date(1899, 12, 30)
_EXCEL_FALSE_LEAP_DAY = 60
_LIKELY_SERIALS = (date(1910, 1, 1) - _EXCEL_DAY_ZERO).days
_LAST_SERIAL = (date(_LAST_YEAR, 12, 31) - _EXCEL_DAY_ZERO).days

_TWO = "[0-9]{1,2}"
_SHAPES = tuple(
    re.compile(shape)
    for shape in (
        rf"(?:ngay )?(?P<day>{_TWO})[-/. ](?P<month>{_TWO})[-/. ](?P<year>[0-9]{{4}}|[0-9]{{2}})",
        rf"(?:ngay )?(?P<day>{_TWO}) thang (?P<month>{_TWO})(?: nam |[-/. ])(?P<year>[0-9]{{4}}|[0-9]{{2}})",
        rf"thang (?P<month>{_TWO})(?: nam |[-/. ])(?P<year>[0-9]{{4}}|[0-9]{{2}})",
        rf"(?P<month>{_TWO})[-/. ](?P<year>[0-9]{{4}})",
        rf"(?P<year>[0-9]{{4}})[-/.](?P<month>{_TWO})[-/.](?P<day>{_TWO})",
        rf"(?P<year>[0-9]{{4}})[-/.](?P<month>{_TWO})",
        r"(?:nam )?(?P<year>[0-9]{4})",
    )
)
_SERIAL_TEXT = re.compile(r"([0-9]{5})(?:[.,]0+)?")
_CLOCK = re.compile(r"[ t]([0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?: ?(?:am|pm|sa|ch))?)z?$")
_MIDNIGHT = re.compile(r"0?0:00(?::00(?:\.0+)?)?|12:00(?::00)? ?(?:am|sa)")
_SEPARATOR = re.compile(r" ?([-/.]) ?")
_DIGITS = re.compile("[0-9]+")


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


def _full_year(digits: str) -> int:
    year = int(digits)
    if len(digits) == 4:
        return year
    return year + (2000 if year <= _LAST_TWO_DIGIT_YEAR_OF_THIS_CENTURY else 1900)


def _from_serial(number: float, *, typed: bool) -> Reading[PartialDate]:
    """A day counted the way Excel does, which believes that 1900 had a 29 February."""
    serial = int(number)
    if not 1 <= serial <= _LAST_SERIAL or (serial < _LIKELY_SERIALS and number != serial):
        raise Refused("date")
    if serial == _EXCEL_FALSE_LEAP_DAY:
        raise Refused("date_impossible")
    day = _EXCEL_DAY_ZERO + timedelta(days=serial + (serial < _EXCEL_FALSE_LEAP_DAY))
    doubt = "date_serial" if typed or serial < _LIKELY_SERIALS else None
    return Reading(PartialDate.of(day), changed=True, doubt=doubt)


def _from_cell(day: date, *, changed: bool) -> Reading[PartialDate]:
    serial = (day - _EXCEL_DAY_ZERO).days
    # A bare year typed into a cell with a date format is stored as that many days: 2023 becomes a day of 1905, which nobody means
    if _FIRST_YEAR <= serial <= _LAST_YEAR:
        return Reading(PartialDate(serial))
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise Refused("date")
    return Reading(PartialDate.of(day), changed)


def _from_text(text: str) -> Reading[PartialDate]:
    typed = _SEPARATOR.sub(r"\1", plain(text).replace("\\", "/").replace(", ", " ").replace(",", " ")).strip(" .")
    clock = _CLOCK.search(typed)
    day = typed[: clock.start()] if clock else typed
    for shape in _SHAPES:
        if found := shape.fullmatch(day):
            parts = found.groupdict()
            value = _known(_full_year(parts["year"]), _number(parts.get("month")), _number(parts.get("day")))
            same = _numbers(day) == _numbers(str(value)) and (clock is None or _MIDNIGHT.fullmatch(clock[1]) is not None)
            return Reading(value, changed=not same)
    if serial := _SERIAL_TEXT.fullmatch(day):
        return _from_serial(int(serial[1]), typed=True)
    raise Refused("date")


def _numbers(text: str) -> list[int]:
    """The numbers of a date in their order: where they agree, only signs and zeros differ and nothing is to be noted."""
    return [int(digits) for digits in _DIGITS.findall(text)]


def read_date(raw: Raw) -> Reading[PartialDate]:
    """A date, a month or a year; a time of day is dropped, and a day of 1905 in a date cell is the year that was typed there.

    Refused: ``date_impossible`` (29/2/1979), ``date_us`` (12/25/1979, with ``swapped``), ``date``.
    Doubt: ``date_serial``, Excel's number of a day typed as text, or one so small that it is hardly a date.
    """
    if isinstance(raw, datetime):
        return _from_cell(raw.date(), changed=raw.time() != time())
    if isinstance(raw, date):
        return _from_cell(raw, changed=False)
    if isinstance(raw, str):
        return _from_text(raw)
    number = plain_number(raw)
    if number is None:
        raise Refused("date")
    if _FIRST_YEAR <= number <= _LAST_YEAR and number == int(number):
        return Reading(PartialDate(int(number)))
    return _from_serial(number, typed=False)


_YEAR_TEXT = re.compile("(?:nam )?([0-9]{4})")


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
