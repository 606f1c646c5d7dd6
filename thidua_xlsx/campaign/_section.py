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


_SHOWN_RIGHT = ("missing", "empty", "wrong_type", "not_one_of")
"""The problems of a single line, after which the line is shown as it could be written."""


@dataclass(frozen=True, slots=True)
class Lines:
    """The line numbers of a TOML file's table headers, so that a problem can be found in an editor."""

    numbers: Mapping[tuple[str, tuple[int, ...]], int]

    @classmethod
    def of(cls, source: str) -> Lines:
        """Scan ``[name]`` and ``[[name]]`` headers; ``[[a.b]]`` counts anew under each ``[[a]]``."""
        numbers: dict[tuple[str, tuple[int, ...]], int] = {}
        counts: dict[str, int] = {}
        for number, line in enumerate(source.splitlines(), 1):
            if not (header := _HEADER.match(line)):
                continue
            name = header[2]
            counts[name] = counts.get(name, 0) + 1
            for inner in [key for key in counts if key.startswith(f"{name}.")]:
                del counts[inner]
            outer = name.rpartition(".")[0]
            index = (counts[outer], counts[name]) if outer in counts else (counts[name],)
            numbers.setdefault((name, index), number)
        return cls(numbers)

    def where(self, name: str, *index: int) -> str:
        """``[[parameter]] thứ 3, dòng 120`` for the third table of that name."""
        line = self.numbers.get((name, index))
        place = say("campaign.place", name=name, number=index[-1])
        return say("campaign.place_line", place=place, line=line) if line else place


@dataclass(slots=True)
class Section:
    """One TOML table being read; ``problems`` is shared by all sections of a file."""

    data: Mapping[str, Any]
    place: str
    problems: list[str]
    _used: set[str] = field(default_factory=set)

    def report(self, key: str, /, **facts: object) -> None:
        """Note a problem at this section's place."""
        said = say(f"campaign.{key}", **facts)
        line = f"lines.{facts.get('key')}"
        if key in _SHOWN_RIGHT and has(line):
            said = say("campaign.write", said=said, line=say(line))
        self.problems.append(f"{self.place}: {said}")

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
        if value < 1 and key in self.data:
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
        return None if data is None else Section(data, f"{self.place}, {key}", self.problems)

    def tables(self, key: str) -> Iterator[Section]:
        """The inline tables listed under an optional key."""
        for number, item in enumerate(self.list_of_tables(key), 1):
            yield Section(item, f"{self.place}, {key} {number}", self.problems)

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
