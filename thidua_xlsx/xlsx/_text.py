"""Text as XML and Excel take it."""

from __future__ import annotations

import re

LONGEST_TEXT = 32_767
"""Excel's limit for one cell, in UTF-16 units."""
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CUT = " […]"


def clean(value: str) -> str:
    """Text as a cell can hold it: no characters that XML forbids, one kind of line break, cut with a mark where Excel would refuse it."""
    kept = _FORBIDDEN.sub("", value.replace("\r\n", "\n").replace("\r", "\n") if "\r" in value else value)
    return kept if len(kept) <= LONGEST_TEXT // 2 else _cut(kept)


def _cut(text: str) -> str:
    units = text.encode("utf-16-le")
    if len(units) <= 2 * LONGEST_TEXT:
        return text
    return units[: 2 * (LONGEST_TEXT - len(_CUT))].decode("utf-16-le", "ignore") + _CUT


def escaped(text: str) -> str:
    """Text between two tags."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
