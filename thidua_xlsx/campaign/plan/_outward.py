"""What other offices want to know: code lists and statistics."""

from __future__ import annotations

from dataclasses import dataclass

CODE_LISTS = ("PLKT", "HTKT", "PLDT", "LVHD")
"""Phân loại khen thưởng, danh hiệu/hình thức, phân loại đối tượng, lĩnh vực hoạt động: the lists of that system."""


@dataclass(frozen=True, slots=True)
class CodeEntry:
    """What one of our values (an award, a category, a kind; ``*`` for all) is called, and coded, in another system."""

    value: str
    label: str
    code: str


@dataclass(frozen=True, slots=True)
class CodeList:
    """A list of the award system that the province uses (danh mục dùng chung), as its office gave it; ``source`` says where from."""

    list: str
    source: str
    entries: tuple[CodeEntry, ...]

    def entry(self, *values: str) -> CodeEntry | None:
        """The entry of the first of these values that has one, else that for all."""
        known = {entry.value: entry for entry in self.entries}
        return next((known[value] for value in (*values, "*") if value in known), None)


@dataclass(frozen=True, slots=True)
class Subject:
    """A line of the State's statistics: a kind of nominee, or the categories that belong to it; without ``values`` it is not known here."""

    label: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Statistics:
    """What the State's statistics of awards need to know; ``level`` and ``scope`` of the movement may be unset.

    ``state`` and ``ministry`` are the awards of these levels, ``method`` the way in which this campaign gives its awards.
    """

    method: str
    clause: str
    level: str | None
    scope: str | None
    state: tuple[str, ...]
    ministry: tuple[str, ...]
    subjects: tuple[Subject, ...]
