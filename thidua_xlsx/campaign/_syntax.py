"""What makes a line no TOML, said to somebody who never heard of TOML: the usual slips, each with the line as it should be."""

from __future__ import annotations

import re
from collections.abc import Callable

from thidua_xlsx.text import say

_TWICE = ("overwrite a value", "twice", "immutable namespace")
_VALUE = r"^(\s*[A-Za-z0-9_]+\s*=\s*)"
_DAY_FIRST = rf"{_VALUE}(\d{{1,2}})[/.\-](\d{{1,2}})[/.\-](\d{{4}})\b"
_SLIPS: tuple[tuple[str, str, Callable[[re.Match[str]], str]], ...] = (
    ("curly_quotes", rf"{_VALUE}.*[“”„«»‘’]", lambda found: re.sub("[“”„«»‘’]", '"', found.string)),
    ("day_first", _DAY_FIRST, lambda found: f"{found[1]}{found[4]}-{int(found[3]):02}-{int(found[2]):02}"),
    ("thousands", rf"{_VALUE}(\d{{1,3}}(?:[.,]\d{{3}})+)(?![\d.,])", lambda found: found[1] + re.sub("[.,]", "_", found[2])),
    ("decimal_comma", rf"{_VALUE}(\d+),(\d+)", lambda found: f"{found[1]}{found[2]}.{found[3]}"),
    ("no_quotes", rf"{_VALUE}([^\W\d_][^\"\[{{#]*?)\s*$", lambda found: f'{found[1]}"{found[2]}"'),
    ("open_quote", rf'{_VALUE}("[^"]*)$', lambda found: f'{found[1]}{found[2].rstrip()}"'),
    ("no_equals", r'^(\s*[A-Za-z0-9_]+)\s+(["\[\d].*)$', lambda found: f"{found[1]} = {found[2]}"),
)
"""What is wrong by the key of its sentence, the lines it is seen in, and such a line set right."""


def syntax(error: str, source: str) -> str:
    """Where a TOML file stops making sense, what stands there and, for the usual slips, what to write.

    The parser names the place in English at the end of its message, or the end of the document where a bracket is left open.
    """
    place = re.search(r"line (\d+), column (\d+)", error)
    if place is None:
        return say("campaign.not_toml", error=error)
    lines = source.splitlines()
    # A value that is cut short by the end of its line is noticed at the beginning of the next
    number = int(place[1]) - (int(place[2]) == 1 and int(place[1]) > 1)
    line = lines[number - 1] if number <= len(lines) else ""
    if any(words in error for words in _TWICE):
        return say("campaign.toml_twice", line=number, text=line.strip())
    for key, pattern, mended in _SLIPS:
        if found := re.search(pattern, line):
            return say(f"campaign.toml_{key}", line=number, text=line.strip(), right=mended(found).strip())
    return say("campaign.not_toml_at", line=number, column=place[2], text=line.strip())
