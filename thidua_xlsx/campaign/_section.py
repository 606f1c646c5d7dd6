"""Reading one TOML table key by key, collecting every problem instead of stopping at the first."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from thidua_xlsx.text import has, say
from thidua_xlsx.vietnamese import nearest

_HEADER = re.compile(r"^\s*(\[\[?)\s*([A-Za-z0-9_.\-]+)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"^\s*([A-Za-z0-9_]+)\s*=")

_SHOWN_RIGHT = ("missing", "empty", "wrong_type", "not_one_of")
"""The problems of a single line, after which the line is shown as it could be written."""


def _right(problem: str, facts: Mapping[str, object]) -> str | None:
    """The line as it could be written; where only some words are allowed, with the one that is nearest to what stands there."""
    key = facts.get("key")
    if problem == "not_one_of":
        allowed = str(facts["allowed"]).split(", ")
        return f'{key} = "{nearest(str(facts["value"]), allowed) or allowed[0]}"'
    return say(f"lines.{key}") if has(f"lines.{key}") else None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a block stands: what it is called, the line of its heading and those of its keys, where they are known."""

    words: str
    line: int | None = None
    keys: Mapping[str, int] = field(default_factory=dict)

    def said(self, key: object) -> str:
        """``dòng 120, [parameter] thứ 3``, with the line of the key where it stands in the block."""
        line = self.keys.get(str(key), self.line)
        return say("campaign.place_line", place=self.words, line=line) if line else self.words

    def inner(self, words: str, key: str) -> Place:
        """The place of a table that stands under one of the keys."""
        return Place(f"{self.words}, {words}", self.keys.get(key, self.line))


@dataclass(frozen=True, slots=True)
class Lines:
    """The line numbers of a TOML file's table headers and of the keys below each, so that a problem can be found in an editor."""

    numbers: Mapping[tuple[str, tuple[int, ...]], int]
    keys: Mapping[tuple[str, tuple[int, ...]], Mapping[str, int]]

    @classmethod
    def of(cls, source: str) -> Lines:
        """Scan ``[name]`` and ``[[name]]`` headers; ``[[a.b]]`` counts anew under each ``[[a]]``."""
        numbers: dict[tuple[str, tuple[int, ...]], int] = {}
        keys: dict[tuple[str, tuple[int, ...]], dict[str, int]] = {}
        counts: dict[str, int] = {}
        block: dict[str, int] = {}
        for number, line in enumerate(source.splitlines(), 1):
            if not (header := _HEADER.match(line)):
                if key := _KEY.match(line):
                    block.setdefault(key[1], number)
                continue
            name = header[2]
            counts[name] = counts.get(name, 0) + 1
            for inner in [key for key in counts if key.startswith(f"{name}.")]:
                del counts[inner]
            outer = name.rpartition(".")[0]
            index = (counts[outer], counts[name]) if outer in counts else (counts[name],)
            numbers.setdefault((name, index), number)
            block = keys.setdefault((name, index), {})
        return cls(numbers, keys)

    def where(self, name: str, *index: int) -> Place:
        """``[parameter] thứ 3``, line 120, for the third table of that name; one written inside another stands where that one does."""
        outer = (name.rpartition(".")[0], index[:-1])
        line = self.numbers.get((name, index)) or self.numbers.get(outer)
        return Place(say("campaign.place", name=name, number=index[-1]), line, self.keys.get((name, index), {}))


@dataclass(slots=True)
class Section:
    """One TOML table being read; ``problems`` is shared by all sections of a file."""

    data: Mapping[str, Any]
    place: Place
    problems: list[str]
    _used: set[str] = field(default_factory=set)

    def report(self, key: str, /, **facts: object) -> None:
        """Note a problem at this section's place, once."""
        said = say(f"campaign.{key}", **facts)
        if key in _SHOWN_RIGHT and (line := _right(key, facts)):
            said = say("campaign.write", said=said, line=line)
        problem = f"{self.place.said(facts.get('key', facts.get('first')))}: {said}"
        if problem not in self.problems:
            self.problems.append(problem)

    def _take(self, key: str, kinds: tuple[type, ...], expected: str, *, required: bool) -> Any:
        self._used.add(key)
        if key not in self.data:
            if required:
                self.report("missing", key=key)
            return None
        value = self.data[key]
        # bool is an int and datetime a date in Python, but not in TOML
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds) or isinstance(value, datetime):
            self.report("wrong_type", key=key, expected=say(f"campaign.type_{expected}"), value=value)
            return None
        return value

    def text(self, key: str) -> str:
        """A required, non-empty text."""
        value = self._take(key, (str,), "text", required=True)
        if value is not None and not value.strip():
            self.report("empty", key=key)
        return value or ""

    def maybe_text(self, key: str) -> str | None:
        """A text, or None where the key is left out."""
        value: str | None = self._take(key, (str,), "text", required=False)
        return value

    def one_of(self, key: str, allowed: Collection[str], *, default: str | None = None) -> str:
        """A text out of a closed set."""
        value = self._take(key, (str,), "text", required=default is None)
        if value is None:
            return default or next(iter(allowed))
        if value not in allowed:
            self.report("not_one_of", key=key, value=value, allowed=", ".join(allowed))
        return str(value)

    def integer(self, key: str) -> int:
        """A required whole number."""
        return self._take(key, (int,), "integer", required=True) or 0

    def positive(self, key: str) -> int:
        """A required whole number of at least 1."""
        value = self.integer(key)
        if value < 1 and isinstance(self.data.get(key), int):
            self.report("not_positive", key=key, value=value)
        return value

    def maybe_integer(self, key: str) -> int | None:
        """A whole number, or None where the key is left out."""
        value: int | None = self._take(key, (int,), "integer", required=False)
        return value

    def number(self, key: str) -> float:
        """A required number."""
        return float(self._take(key, (int, float), "number", required=True) or 0)

    def maybe_number(self, key: str) -> float | None:
        """A number, whole or decimal, or None where the key is left out."""
        value: float | None = self._take(key, (int, float), "number", required=False)
        if value is not None and not math.isfinite(value):
            self.report("wrong_type", key=key, expected=say("campaign.type_number"), value=value)
            return None
        return value

    def flag(self, key: str) -> bool:
        """True or false; false where the key is left out."""
        return bool(self._take(key, (bool,), "flag", required=False))

    def day(self, key: str) -> date:
        """A required date (TOML: ``2023-06-30``, without quotation marks)."""
        return self._take(key, (date,), "date", required=True) or date.min

    def maybe_day(self, key: str) -> date | None:
        """A date, or None where the key is left out."""
        value: date | None = self._take(key, (date,), "date", required=False)
        return value

    def texts(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """A list of texts."""
        value = self._take(key, (list,), "texts", required=required) or []
        if required and not value and key in self.data:
            self.report("empty", key=key)
        wrong = [item for item in value if not isinstance(item, str)]
        if wrong:
            self.report("wrong_type", key=key, expected=say("campaign.type_texts"), value=wrong[0])
        return tuple(item for item in value if isinstance(item, str))

    def some_of(self, key: str, allowed: Collection[str]) -> tuple[str, ...]:
        """A list of texts out of a closed set; those that are not are reported and left out."""
        values = self.texts(key)
        for value in (each for each in values if each not in allowed):
            self.report("not_one_of", key=key, value=value, allowed=", ".join(allowed))
        return tuple(value for value in values if value in allowed)

    def value(self, key: str) -> Any:
        """Whatever stands under a required key."""
        self._used.add(key)
        if key not in self.data:
            self.report("missing", key=key)
        return self.data.get(key)

    def maybe_table(self, key: str) -> Section | None:
        """The table under an optional key."""
        data = self._take(key, (dict,), "tables", required=False)
        return None if data is None else Section(data, self.place.inner(key, key), self.problems)

    def tables(self, key: str) -> Iterator[Section]:
        """The inline tables listed under an optional key."""
        for number, item in enumerate(self.list_of_tables(key), 1):
            yield Section(item, self.place.inner(f"{key} {number}", key), self.problems)

    def list_of_tables(self, key: str) -> list[Mapping[str, Any]]:
        """The tables under an optional key as they stand."""
        items = self._take(key, (list,), "tables", required=False) or []
        for item in items:
            if not isinstance(item, dict):
                self.report("wrong_type", key=key, expected=say("campaign.type_tables"), value=item)
        return [item for item in items if isinstance(item, dict)]

    def used(self, *keys: str) -> None:
        """Keys that were read elsewhere."""
        self._used.update(keys)

    def close(self) -> None:
        """Report keys nobody asked for: mostly slips of the pen, which would otherwise be ignored in silence."""
        for key in self.data:
            if key not in self._used:
                meant = nearest(key, self._used)
                self.report("unknown_key", key=key, hint=say("campaign.did_you_mean", key=meant) if meant else "")
