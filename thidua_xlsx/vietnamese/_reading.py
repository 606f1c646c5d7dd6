"""The two outcomes of reading a cell: understood, or refused with a reason."""

from __future__ import annotations

from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")


class Refused(ValueError):  # noqa: N818 - the opposite of a Reading, not a fault of the program
    """A value that was not understood: a short key saying why, and facts for the sentence about it."""

    def __init__(self, reason: str, **facts: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.facts = facts


# One is made for every cell, and a frozen dataclass takes three times as long to make
class Reading(NamedTuple, Generic[T]):
    """A value that was understood.

    ``changed``: it was understood otherwise than typed, so that both forms deserve a note.
    ``doubt``: the key of a suspicion; the value can be used, but somebody should look.
    """

    value: T
    changed: bool = False
    doubt: str | None = None
