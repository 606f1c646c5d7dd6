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
from thidua_xlsx.vietnamese._writing import format_money, format_number, money_words

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
    "trăm nghìn": 10**5,
    "trăm ngàn": 10**5,
    "chục triệu": 10**7,
    "trăm triệu": 10**8,
    "ngàn": _THOUSAND,
    "ngan": _THOUSAND,
    "ngìn": _THOUSAND,
    "tr": _MILLION,
    "triệu": _MILLION,
    "trieu": _MILLION,
    "củ": _MILLION,
    "tỷ": _BILLION,
    "tỉ": _BILLION,
    "ty": _BILLION,
    "ti": _BILLION,
    "nghìn tỷ": 10**12,
    "ngàn tỷ": 10**12,
}
_CURRENCY = re.compile("^(?:vnđ|vnd|₫) ?| ?[.]?(?:(?:việt nam )?đồng|dong|vnđ|vnd|đ|d|₫)$")
_TERM = re.compile(f"([0-9][0-9.,]*) ?({'|'.join(sorted(_UNITS, key=len, reverse=True))}),? ?")
_TAIL = re.compile("[0-9]|[0-9]{3}")
"""``1tr5`` and ``1tr500`` are one and a half million; ``1tr50`` is 1.500.000 to some and 1.050.000 to others."""
_COUNTED_ON = (_THOUSAND, _MILLION, _BILLION)
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
    if not text:
        return Decimal(0)
    if scale not in _COUNTED_ON:
        return None
    if text == _HALF:
        return Decimal(scale) / 2
    if _TAIL.fullmatch(text) and not currency:
        return Decimal(f"0.{text}") * scale
    amount = _figure(text) if _GROUPED.fullmatch(text) else None
    return amount if amount is not None and amount < scale else None


def _is_scale_unsure(figure: str, unit: int) -> bool:
    """``1.250 triệu`` and ``1,250 triệu`` are 1,25 triệu to some and 1.250 triệu to others; ``1.500 nghìn`` can only be one of the two."""
    return _GROUPED.fullmatch(figure) is not None and (unit > _THOUSAND or "," in figure or len(figure) > len("999.999"))


def _in_units(text: str, *, currency: bool) -> Reading[int]:
    """Figures each followed by its unit, from large to small: ``2,5 tỷ``, ``1 triệu 500 nghìn``, ``1tr5``."""
    total, scale, place, figures = Decimal(0), 0, 0, []
    while term := _TERM.match(text, place):
        amount, unit = _figure(term[1]), _UNITS[term[2]]
        if amount is None or (scale and amount * unit >= scale):
            raise Refused("money")
        total, scale, place = total + amount * unit, unit, term.end()
        figures.append(term[1])
        if _is_scale_unsure(term[1], unit):
            raise Refused("money_scale")
    rest = _rest(text[place:], scale, currency=currency)
    if rest is None or (rest and total % scale):
        raise Refused("money")
    doubt = "unit" if len(figures) == 1 and _GROUPED.fullmatch(figures[0]) else None
    return _money(total + rest, changed=True, doubt=doubt)


_THREE_DECIMALS = re.compile(r"[1-9].*[.,][0-9]{3}")


def _in_dong(text: str, amount: Decimal, *, currency: bool) -> Reading[int]:
    grouped = _GROUPED.fullmatch(text) is not None
    if not grouped and _THREE_DECIMALS.fullmatch(text):
        # 1.500,000 and 1500.000: whoever wrote three digits there hardly meant decimals of a đồng
        raise Refused("money_scale")
    small = _SMALLEST_LIKELY_GROUPED if grouped or _GROUPED_DECIMAL.fullmatch(text) else _SMALLEST_LIKELY
    doubt = "unit" if 0 < amount < small and not currency else None
    reading = _money(amount, changed=False, doubt=doubt)
    return Reading(reading.value, text not in {str(reading.value), format_money(reading.value)}, doubt)


_ENDING = re.compile(r" ?(?:,-|\.-|chẵn|/-|\./\.|[ .;])+$")
_SPACED_GROUP = re.compile("(?<=[0-9]) ?([.,]) (?=[0-9]{3}(?![0-9]))")
_LETTER_O = re.compile("[1-9][0-9o]{0,2}(?:[.,][0-9o]{3})+|[1-9][0-9]{2,}o+")


def _figure_and_currency(text: str) -> tuple[str, bool]:
    if _GROUPED.fullmatch(text) or _PLAIN.fullmatch(text):
        return text, False
    figure, currencies = _CURRENCY.subn("", _ENDING.sub("", text))
    figure = _SPACED_GROUP.sub(r"\1", _ENDING.sub("", figure))
    return figure, currencies > 0


def _money_text(text: str) -> Reading[int]:
    if len(text) > _LONGEST:
        raise Refused("money")
    figure, currency = _figure_and_currency(text)
    amount = _any_figure(figure)
    if amount is None and "o" in figure and _LETTER_O.fullmatch(figure):
        reading = _money_text(figure.replace("o", "0"))
        return Reading(reading.value, changed=True, doubt=reading.doubt)
    if amount is not None:
        return _in_dong(figure, amount, currency=currency)
    if not _TERM.match(figure):
        raise Refused("money")
    return _in_units(figure, currency=currency)


_IN_WORDS = re.compile(r"(?P<figure>[0-9][^()]*?) ?\((?:bằng chữ|viết bằng chữ|ghi bằng chữ)?[: ]*(?P<words>[^()0-9?]+)\)[. ]*")
_SAME_WORDS = {
    "ngàn": "nghìn",
    "tỉ": "tỷ",
    "lẻ": "linh",
    "bẩy": "bảy",
    "nhăm": "năm",
    "lăm": "năm",
    "tư": "bốn",
    "mốt": "một",
    "mươi": "mười",
}
_EMPTY_WORDS = frozenset({"linh", "đồng", "chẵn", "việt", "nam", "vnđ"})
_WORD = re.compile(r"[^\W\d_]+")
_NUMERALS = frozenset(["một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười", "trăm", "nghìn", "triệu", "tỷ"])


def _essence(words: str) -> list[str]:
    """The words of a sum without what people vary: ngàn for nghìn, lẻ for linh, đồng chẵn."""
    said = [_SAME_WORDS.get(word, word) for word in _WORD.findall(fold(words).replace("không trăm", ""))]
    return [word for word in said if word not in _EMPTY_WORDS]


def _figure_with_words(figure: str, words: str) -> Reading[int]:
    """``1.500.000 đồng (một triệu năm trăm nghìn đồng)``: the words bear the figure out, or nobody knows which is right."""
    reading = _money_text(figure)
    if not _essence(words):
        return reading
    if not _NUMERALS.issuperset(_essence(words)):
        raise Refused("money")
    if _essence(words) != _essence(money_words(reading.value)):
        raise Refused("money_differs", figure=format_money(reading.value))
    return Reading(reading.value, changed=True)


_UNSURE = (
    (re.compile(r"[$€£¥]|\b(?:usd|eur|euro|đô|đô la|dollar|bảng anh|yên|nhân dân tệ|vàng|lượng|chỉ|sjc)\b"), "money_currency"),
    (
        re.compile(
            r"[~≈<>≥≤±]|\b(?:khoảng|khoang|chừng|trên|tren|dưới|gần|hơn|ước|tầm|cỡ|xấp xỉ|ít nhất|tối thiểu|tối đa|không quá|từ|đến|tới)\b"
            r"|[0-9].*-.*[0-9]|\+$|\?"
        ),
        "money_vague",
    ),
)


def _why_no_sum(text: str) -> str:
    """Of a text that is no sum, why: another currency, an estimate or a range; else simply ``money``."""
    if not any(char.isdigit() for char in text):
        return "money"
    return next((reason for shape, reason in _UNSURE if shape.search(text)), "money")


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
    Refused: ``money_negative``, ``money_fraction`` (of a đồng), ``money_scale`` (``1.250 triệu``, ``1.500,000``: two readings, a thousand
    times apart), ``money_differs`` (figure and words in brackets, with ``figure``), ``money_vague`` (an estimate or a range),
    ``money_currency`` (not đồng), ``money``.
    """
    if not isinstance(raw, str):
        number = plain_number(raw)
        if number is None:
            raise Refused("money")
        return _money_number(number)
    text = fold(raw).lstrip("'")
    try:
        return _signed_money(text)
    except Refused as refused:
        if refused.reason != "money":
            raise
        raise Refused(_why_no_sum(text)) from None


def _signed_money(text: str) -> Reading[int]:
    if text.endswith((")", ").")) and (spelled := _IN_WORDS.fullmatch(text)):
        return _figure_with_words(spelled["figure"], spelled["words"])
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


_COMMA_GROUP = re.compile("-?[1-9][0-9]{0,2},[0-9]{3}")


def read_number(raw: Raw) -> Reading[float]:
    """A number with decimal comma or point; else refused (``number``).

    One sign before exactly three digits parts thousands, as it does in money: ``1.250`` and ``1,250`` are 1250, ``0,125`` is not.
    Doubt: ``comma``, a single comma before three digits, which Vietnamese writes before decimals.
    """
    amount, text = _number_text(raw) if isinstance(raw, str) else (plain_number(raw), "")
    if amount is None:
        raise Refused("number")
    value = float(amount)
    printed = format_number(value)
    doubt = "comma" if _COMMA_GROUP.fullmatch(text) else None
    return Reading(value, text not in {"", printed, printed.replace(".", "")}, doubt)


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
