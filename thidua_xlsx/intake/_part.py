"""What an opener of wrappings hands on: the things inside, and how much of them is taken at most."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from thidua_xlsx.intake._container import MEBIBYTE
from thidua_xlsx.intake._gate import GateError, ignored, refused
from thidua_xlsx.model import Provenance

MOST_PARTS = 10_000
_MOST_BYTES = 512 * MEBIBYTE
"""What one file of the inbox may hold, and inflate to, through all its wrappings; a year's mailbox stays below."""

Stop = Callable[[str], GateError]
"""Why a thing is not read, once it is known by what name it is shown."""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing in a wrapping under the name it has there, which may be anything; no name stands for the wrapping itself.

    ``provenance`` and ``modified`` are those of the wrapping where they are None.
    """

    name: str
    content: bytes = b""
    provenance: Provenance | None = None
    modified: float | None = None
    stop: Stop | None = None

    def under(self, name: str) -> Part:
        """The same thing in a wrapping of that name within the wrapping."""
        return replace(self, name=f"{name}/{self.name}" if self.name else name)


def refuse(code: str, **facts: Any) -> Stop:
    """Somebody has to act before this can be read."""
    return partial(_stop, refused, code, facts)


def ignore(code: str, **facts: Any) -> Stop:
    """Nothing that anybody waits for."""
    return partial(_stop, ignored, code, facts)


def _stop(maker: Callable[..., GateError], code: str, facts: dict[str, Any], file: str) -> GateError:
    return maker(code, file, **facts)


class SpentError(Exception):
    """A file holds more than any honest one."""


class Allowance:
    """How much may still be taken out of one file of the inbox; :class:`SpentError` when it is used up."""

    def __init__(self, parts: int = MOST_PARTS, size: int = _MOST_BYTES) -> None:
        self._parts = parts
        self._size = size

    def take(self) -> None:
        """One more thing is listed."""
        self._parts -= 1
        if self._parts < 0:
            raise SpentError

    def inflate(self, size: int) -> None:
        """So many more bytes were inflated."""
        self._size -= size
        if self._size < 0:
            raise SpentError
