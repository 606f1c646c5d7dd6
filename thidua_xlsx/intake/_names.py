"""Names as they are shown: of one kind of Unicode, printable, and each only once."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

_LONGEST = 120
_DEEPEST = 8
_DRIVE = re.compile(r"[A-Za-z]:")


def shown(name: str) -> str:
    r"""The name in NFC, with what cannot be seen, or turns the line around, written as an escape like that of a line feed, ``\x0a``."""
    return "".join(letter if _is_printable(letter) else _escape(letter) for letter in unicodedata.normalize("NFC", name))


def _is_printable(letter: str) -> bool:
    return unicodedata.category(letter)[0] != "C" and letter not in "\u2028\u2029"


def _escape(letter: str) -> str:
    """Bytes that are no UTF-8 reach Python as lone surrogates from U+DC80 on."""
    point = ord(letter)
    if 0xDC80 <= point <= 0xDCFF:
        point -= 0xDC00
    return f"\\x{point:02x}" if point < 0x100 else f"\\u{point:04x}"


def inside(name: str) -> str:
    """A name from a wrapping as a path below it: whatever leads outwards is dropped, the rest shortened; "" where nothing is left."""
    pieces = [piece.strip() for piece in name.replace("\\", "/").split("/")]
    kept = [piece for piece in pieces if piece not in ("", ".", "..") and not _DRIVE.fullmatch(piece)]
    return "/".join(_shortened(shown(piece)) for piece in kept[-_DEEPEST:])


def _shortened(piece: str) -> str:
    if len(piece) <= _LONGEST:
        return piece
    ending = PurePosixPath(piece).suffix[:12]
    return piece[: _LONGEST - len(ending) - 1] + "…" + ending


class Names:
    """Gives each thing of one folder or wrapping a name of its own: the second ``QLN.xlsx`` becomes ``QLN (2).xlsx``."""

    def __init__(self) -> None:
        self._taken: dict[str, int] = {}

    def own(self, name: str) -> str:
        """The name, or the next that is free."""
        wanted, path = name, PurePosixPath(name)
        while name in self._taken:
            self._taken[wanted] += 1
            name = str(path.with_name(f"{path.stem} ({self._taken[wanted]}){path.suffix}"))
        self._taken[name] = 1
        return name
