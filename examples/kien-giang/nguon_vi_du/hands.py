"""How each office types: the same meaning in the many shapes in which it reaches a clerk. None of this is an error."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from datetime import date

from nguon_vi_du.deeds import Value

Typed = str | int | float | date | None
Hand = Callable[[str, Value], Value]
"""Takes a column and what is meant; gives what is typed."""

NAMES = frozenset({"full_name", "head_name", "preparer"})
ATTESTED = frozenset({"TC1", "TC2", "TC3", "TC4", "TC5", "TC6"})
MONEY = frozenset({"value_vnd", "unit_price"})
SHORT = {
    "Hoàn thành xuất sắc nhiệm vụ": "HTXSNV",
    "Hoàn thành tốt nhiệm vụ": "HT tốt",
    "Trưởng phòng": "TP",
    "Phó Trưởng phòng": "PP",
    "Chuyên viên": "CV",
    "Chuyên viên chính": "CVC",
    "Phó Giám đốc": "PGĐ",
    "Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh": "BK Chủ tịch UBND tỉnh",
}


KINDS = {
    "TT1-TIEN": "Tiền",
    "TT1-HIENVAT": "Hiện vật",
    "TT1-NGAYCONG": "Ngày công",
    "TT2A": "Kiến nghị chính sách",
    "TT2B-SANGKIEN": "Sáng kiến",
    "TT2B-GIAIPHAP": "Giải pháp",
    "TT2B-MOHINH": "Mô hình",
}


def chosen(column: str, value: Value) -> Value:
    """What the drop-down puts into the cell where the example speaks in codes."""
    return KINDS[str(value)] if column == "kind" and value in KINDS else value


def partial(value: Value) -> Typed:
    """A date of which only year, or year and month, are known, as everybody writes it."""
    if isinstance(value, tuple):
        return value[0] if len(value) == 1 else f"{value[1]}/{value[0]}"
    return value


def _neat(_: str, value: Value) -> Value:
    return value


def _texts(_: str, value: Value) -> Value:
    """Dates typed as text with points, sums with points between the thousands."""
    return f"{value.day}.{value.month}.{value.year}" if isinstance(value, date) else value


def _dotted(column: str, value: Value) -> Value:
    """Sums with points and đồng, attestations in small letters."""
    if column in MONEY and isinstance(value, int):
        return f"{value:,} đ".replace(",", ".")
    return value.lower() if column in ATTESTED and isinstance(value, str) else value


def _decomposed(_: str, value: Value) -> Value:
    return unicodedata.normalize("NFD", value) if isinstance(value, str) else value


def _spoken(column: str, value: Value) -> Value:
    """Sums with points; dates with a two-digit year."""
    if column in MONEY and isinstance(value, int):
        return f"{value:,}".replace(",", ".")
    return f"{value:%d-%m-%y}" if isinstance(value, date) and column != "birth_date" else value


def _abbreviated(column: str, value: Value) -> Value:
    """A cross for "Đạt", capitals for rating words, titles and the award."""
    if column in ATTESTED and value == "Đạt":
        return "x"
    return SHORT.get(str(value), value) if isinstance(value, str) and column != "head_title" else value


def _capitals(column: str, value: Value) -> Value:
    """Names in capitals, as on the identity card."""
    return str(value).upper() if column in NAMES else SHORT.get(str(value), value) if column == "position" else value


def _spaced(column: str, value: Value) -> Value:
    """Double and trailing spaces, no-break spaces, dates in the order of computers."""
    if column in NAMES:
        return f"{str(value).replace(' ', '  ', 1)} "
    if column == "department":
        return str(value).replace(" ", "\N{NO-BREAK SPACE}", 1)
    return value.isoformat() if isinstance(value, date) and column == "birth_date" else value


def _numbers(column: str, value: Value) -> Value:
    """Telephone numbers as numbers, dates in words."""
    if column == "phone" and isinstance(value, str):
        return int(value)
    if isinstance(value, date) and column == "achieved_on":
        return f"ngày {value.day} tháng {value.month} năm {value.year}"
    return value


HANDS: Mapping[str, Hand] = {
    "VP": _neat,
    "TTRA": _texts,
    "KHTC": _dotted,
    "QHKT": _decomposed,
    "QLXD": _spoken,
    "QLN": _abbreviated,
    "HTKT": _neat,
    "CCGD": _capitals,
    "TTQH": _spaced,
    "TTKD": _abbreviated,
    "BQLDA": _numbers,
}
