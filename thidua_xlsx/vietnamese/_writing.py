"""Figures, dates and file names as Vietnamese papers write them (thể thức: NĐ 30/2020/NĐ-CP, phụ lục I)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from thidua_xlsx.vietnamese._text import clean

if TYPE_CHECKING:
    from datetime import date


def format_money(value: int) -> str:
    """Whole đồng with a point between thousands: ``1.500.000``."""
    return f"{value:,}".replace(",", ".")


def format_number(value: float) -> str:
    """A number with a decimal comma and at most six decimals: ``1.250,5``; whole numbers without decimals."""
    digits = f"{value:,.6f}".rstrip("0").rstrip(".")
    return "0" if digits == "-0" else digits.translate(str.maketrans(".,", ",."))


def two_digits(number: int) -> str:
    """A count as official papers print it, below ten with a leading zero: ``05``."""
    return f"{number:02d}"


def long_date(day: date) -> str:
    """The date of an official paper: days below ten and months below three take a leading zero (NĐ 30/2020/NĐ-CP)."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_BILLION = 10**9


def _unit_after_tens(tens: int, unit: int) -> str:
    if unit == 5:
        return "lăm"
    if tens > 1 and unit in {1, 4}:
        return "mốt" if unit == 1 else "tư"
    return _DIGITS[unit]


def _below_hundred(number: int, *, led: bool) -> list[str]:
    tens, unit = divmod(number, 10)
    if tens == 0:
        return ["linh", _DIGITS[unit]] if led and unit else [_DIGITS[unit]] * bool(unit)
    words = ["mười"] if tens == 1 else [_DIGITS[tens], "mươi"]
    return words + ([_unit_after_tens(tens, unit)] if unit else [])


def _below_thousand(number: int, *, led: bool) -> list[str]:
    """Three digits; ``led`` by higher ones they are read in full: không trăm linh năm."""
    hundreds, rest = divmod(number, 100)
    led = led or hundreds > 0
    return ([_DIGITS[hundreds], "trăm"] if led else []) + _below_hundred(rest, led=led)


def _number_words(number: int) -> list[str]:
    billions, rest = divmod(number, _BILLION)
    words = [*_number_words(billions), "tỷ"] if billions else []
    for size, name in ((10**6, "triệu"), (10**3, "nghìn"), (1, "")):
        group, rest = divmod(rest, size)
        if group:
            words += _below_thousand(group, led=bool(words))
            words += [name] if name else []
    return words


def money_words(value: int) -> str:
    """A sum (not negative) in words: ``một triệu năm trăm nghìn đồng``."""
    return " ".join([*(_number_words(value) or ["không"]), "đồng"])


_FORBIDDEN = re.compile(r'[<>:"/\\|?*\n]+')
_RESERVED = re.compile(r"(?i)(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³]) *(?:\..*)?")
_LONGEST_NAME = 80


def file_name(text: str) -> str:
    """The text as a file name that Windows accepts, diacritics kept."""
    name = _FORBIDDEN.sub("-", clean(text))[: _LONGEST_NAME - 1].strip(" ").rstrip(" .")
    return f"_{name}" if not name or _RESERVED.fullmatch(name) else name
