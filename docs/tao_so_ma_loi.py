"""Writes the book of findings below the rule in ``so-ma-loi.md``: ``make book``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from thidua_xlsx import text
from thidua_xlsx.text import say

PAGE = Path(__file__).parent / "so-ma-loi.md"
_RULE = "\n---\n"


def book() -> str:
    """The whole page: what stands above the rule is kept."""
    head = PAGE.read_text(encoding="utf-8").partition(_RULE)[0]
    return "\n".join((head + _RULE, *_entries()))


def _entries() -> Iterator[str]:
    scope = ""
    for code in text.codes():
        if code.code[0] != scope:
            scope = code.code[0]
            yield f"## {say(f'cli.scope_{scope}')}\n"
        waivable = say("cli.code_waivable") if code.waivable else ""
        yield f"### {code.code} – {code.title}\n"
        severity = say(f"cli.severity_{code.severity.value}").strip().capitalize()
        yield f"**{severity}**{waivable}. {say('cli.code_source', source=code.source)}\n"
        yield f"> {code.example}\n"


if __name__ == "__main__":
    PAGE.write_text(book(), encoding="utf-8", newline="\n")
