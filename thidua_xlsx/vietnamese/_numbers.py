"""Money, counts and shares as people type them.

Digits are recognised by strict ASCII patterns before Python converts anything: ``int`` and ``float`` themselves take ``1_000``,
the digits of other scripts and ``nan``.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import TYPE_CHECKING

from thidua_xlsx.vietnamese._reading import Reading, Refused
from thidua_xlsx.vietnamese._text import fold
from thidua_xlsx.vietnamese._writing import format_money, format_number

if TYPE_CHECKING:
    from thidua_xlsx.model import Raw

_LARGEST = 10**15
"""Spreadsheets keep fifteen digits; a larger figure has already lost some."""

_LONGEST = 40
_ROUNDING = 1e-6

_PLAIN = re.compile("[0-9]+")
_GROUPED = re.compile(r"[1-9][0-9]{0,2}([., '])[0-9]{3}(?:\1[0-9]{3})*")
_DECIMAL = re.compile("[0-9]+[.,][0-9]+")
_GROUPED_DECIMAL = re.compile(r"[1-9][0-9]{0,2}(?:(?:\.[0-9]{3})+,|(?:,[0-9]{3})+\.|(?: [0-9]{3})+[.,])[0-9]+")
_SIGNS = re.compile("[., ']")


def plain_number(raw: Raw) -> int | float | None:
    """A finite number that a spreadsheet can hold exactly; anything else, truth values included, is none."""
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        return None
    return raw if -_LARGEST <= raw <= _LARGEST else None


def _whole(number: float) -> int | None:
    """The whole number meant, past the rounding noise of spreadsheet formulas."""
    nearest = round(number)
    return nearest if math.isclose(number, nearest, rel_tol=0, abs_tol=_ROUNDING) else None


def _figure(text: str) -> Decimal | None:
    """A figure with at most one kind of separator; signs between groups of exactly three digits part thousands."""
    if len(text) > _LONGEST:
        return None
    if _PLAIN.fullmatch(text):
        return Decimal(text)
    if _GROUPED.fullmatch(text):
        return Decimal(_SIGNS.sub("", text))
    if _DECIMAL.fullmatch(text):
        return Decimal(text.replace(",", "."))
    return None


def _any_figure(text: str) -> Decimal | None:
    """As :func:`_figure`, and with thousands and decimals parted by different signs too: ``1.250,5``."""
    if len(text) <= _LONGEST and _GROUPED_DECIMAL.fullmatch(text):
        whole, decimals = text.replace(",", ".").rsplit(".", 1)
        return Decimal(f"{_SIGNS.sub('', whole)}.{decimals}")
    return _figure(text)


_THOUSAND, _MILLION, _BILLION = 10**3, 10**6, 10**9
_UNITS = {
    "k": _THOUSAND,
    "nghìn": _THOUSAND,
    "nghin": _THOUSAND,
    "ngàn": _THOUSAND,
    "ngan": _THOUSAND,
    "tr": _MILLION,
    "triệu": _MILLION,
    "trieu": _MILLION,
    "củ": _MILLION,
    "tỷ": _BILLION,
    "tỉ": _BILLION,
    "ty": _BILLION,
    "ti": _BILLION,
}
_CURRENCY = re.compile("^(?:vnđ|vnd|₫) ?| ?[.]?(?:đồng|dong|vnđ|vnd|đ|d|₫)$")
_TERM = re.compile(f"([0-9][0-9.,]*) ?({'|'.join(sorted(_UNITS, key=len, reverse=True))}) ?")
_TAIL = re.compile("[0-9]{1,3}")
_HALF = "rưỡi"
_SMALLEST_LIKELY = 1_000
_SMALLEST_LIKELY_GROUPED = 10_000


def _money(amount: Decimal, *, changed: bool, doubt: str | None) -> Reading[int]:
    if amount > _LARGEST:
        raise Refused("money")
    if amount != int(amount):
        raise Refused("money_fraction")
    return Reading(int(amount), changed, doubt)


def _rest(text: str, scale: int, *, currency: bool) -> Decimal | None:
    """What stands after the last unit: ``1tr5`` and ``1tr250`` go on in fractions of it, ``1 triệu 500.000`` in đồng."""
    if text in {"", _HALF}:
        return Decimal(scale) / 2 if text else Decimal(0)
    if _TAIL.fullmatch(text) and not currency:
        return Decimal(f"0.{text}") * scale
    amount = _figure(text) if _GROUPED.fullmatch(text) else None
    return amount if amount is not None and amount < scale else None


def _in_units(text: str, *, currency: bool) -> Reading[int]:
    """Figures each followed by its unit, from large to small: ``2,5 tỷ``, ``1 triệu 500 nghìn``, ``1tr5``."""
    total, scale, place, figures = Decimal(0), 0, 0, []
    while term := _TERM.match(text, place):
        amount, unit = _figure(term[1]), _UNITS[term[2]]
        if amount is None or (scale and amount * unit >= scale):
            raise Refused("money")
        total, scale, place = total + amount * unit, unit, term.end()
        figures.append(term[1])
    rest = _rest(text[place:], scale, currency=currency)
    if rest is None or (rest and total % scale):
        raise Refused("money")
    doubt = "unit" if len(figures) == 1 and _GROUPED.fullmatch(figures[0]) else None
    return _money(total + rest, changed=True, doubt=doubt)


def _in_dong(text: str, amount: Decimal, *, currency: bool) -> Reading[int]:
    small = _SMALLEST_LIKELY_GROUPED if _GROUPED.fullmatch(text) else _SMALLEST_LIKELY
    doubt = "unit" if 0 < amount < small and not currency else None
    reading = _money(amount, changed=False, doubt=doubt)
    return Reading(reading.value, text not in {str(reading.value), format_money(reading.value)}, doubt)


def _money_text(text: str) -> Reading[int]:
    if len(text) > _LONGEST:
        raise Refused("money")
    figure, currencies = _CURRENCY.subn("", text.rstrip(" ."))
    amount = _any_figure(figure)
    if amount is not None:
        return _in_dong(figure, amount, currency=currencies > 0)
    if not _TERM.match(figure):
        raise Refused("money")
    return _in_units(figure, currency=currencies > 0)


_NEGATIVE = re.compile(r"-(.+)|âm (.+)|\((.+)\)")


def _money_number(number: float) -> Reading[int]:
    value = _whole(number)
    if number < 0 and value != 0:
        raise Refused("money_negative")
    if value is None:
        raise Refused("money_fraction")
    return Reading(value, doubt="unit" if 0 < value < _SMALLEST_LIKELY else None)


def read_money(raw: Raw) -> Reading[int]:
    """A sum in whole đồng.

    Nghìn, triệu and tỷ are multiplied out; a bare small figure is *not*, it only raises the doubt ``unit`` (nghìn? triệu?).
    Refused: ``money_negative``, ``money_fraction`` (of a đồng), ``money``.
    """
    if not isinstance(raw, str):
        number = plain_number(raw)
        if number is None:
            raise Refused("money")
        return _money_number(number)
    text = fold(raw)
    if negative := _NEGATIVE.fullmatch(text):
        _money_text(next(part for part in negative.groups() if part))
        raise Refused("money_negative")
    return _money_text(text)


def _number_text(raw: str) -> tuple[Decimal | None, str]:
    text = fold(raw)
    negative = text.startswith("-")
    amount = _any_figure(text[negative:])
    if amount is None or amount > _LARGEST:
        return None, text
    return (-amount if negative else amount), text


def read_integer(raw: Raw) -> Reading[int]:
    """A count: a whole number, not negative, with nothing beside it; else refused (``integer``)."""
    amount, text = _number_text(raw) if isinstance(raw, str) else (plain_number(raw), "")
    value = None if amount is None else _whole(float(amount))
    if value is None or value < 0:
        raise Refused("integer")
    return Reading(value, changed=text not in {"", str(value), format_money(value)})


def read_number(raw: Raw) -> Reading[float]:
    """A number with decimal comma or point; else refused (``number``).

    One sign before exactly three digits parts thousands, as it does in money: ``1.250`` and ``1,250`` are 1250, ``0,125`` is not.
    """
    amount, text = _number_text(raw) if isinstance(raw, str) else (plain_number(raw), "")
    if amount is None:
        raise Refused("number")
    value = float(amount)
    printed = format_number(value)
    return Reading(value, changed=text not in {"", printed, printed.replace(".", "")})


def read_percent(raw: Raw) -> Reading[float]:
    """A share on the scale of 0 to 100; else refused (``percent``).

    Excel stores a typed ``30%`` as 0.3, so a bare figure up to 1 is taken for such a fraction, with the doubt ``percent``.
    """
    signed = isinstance(raw, str) and fold(raw).endswith("%")
    amount = _number_text(raw.replace("%", "", 1) if signed else raw)[0] if isinstance(raw, str) else plain_number(raw)
    value = -1.0 if amount is None else float(amount)
    if 0 < value <= 1 and not signed:
        return Reading(round(value * 100, 6), changed=True, doubt="percent")
    if not 0 <= value <= 100:
        raise Refused("percent")
    return Reading(value)
