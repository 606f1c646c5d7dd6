"""Every word a reader sees, by key and language: ``text.say("cli.merge_done", files=12)``.

The catalogue is this folder's TOML files; the part of a key before the first dot is the file. Each entry has ``vi`` and ``en``;
an entry of ``findings.toml`` is a finding code with its severity besides.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

from thidua_xlsx.model import CellRef, Finding, Severity

_language: ContextVar[str] = ContextVar("language", default="vi")

LANGUAGES = ("vi", "en")


@dataclass(frozen=True, slots=True)
class Code:
    """One entry of the book of findings: its severity, and what it is about, in the reader's language."""

    code: str
    severity: Severity
    title: str
    message: str


@contextmanager
def language(code: str) -> Iterator[None]:
    """Speak ``vi`` or ``en`` inside the block."""
    token = _language.set(code)
    try:
        yield
    finally:
        _language.reset(token)


def current_language() -> str:
    """The language spoken here, to be spoken in a worker process too."""
    return _language.get()


@cache
def _catalogue(name: str) -> Mapping[str, Mapping[str, object]]:
    source = resources.files(__package__).joinpath(f"{name}.toml")
    return tomllib.loads(source.read_text(encoding="utf-8"))


def _pick(entry: Mapping[str, object]) -> str:
    words = entry.get(_language.get()) or entry["vi"]
    return str(words)


def say(key: str, /, **facts: object) -> str:
    """The words of ``key`` in the current language, placeholders filled from ``facts``.

    Raises ``KeyError`` for a key or a fact that does not exist: a gap in the catalogue is our bug, never an empty sentence.
    """
    name, _, entry = key.partition(".")
    words = _pick(_catalogue(name)[entry])
    return words.format(**facts) if facts else words


def finding(
    code: str,
    ref: CellRef,
    /,
    *,
    table: str | None = None,
    column: str | None = None,
    nominee_id: str | None = None,
    value: str | None = None,
    clause: str | None = None,
    **facts: object,
) -> Finding:
    """A finding with the severity that the book of findings gives its code."""
    severity = Severity(str(_catalogue("findings")[code]["severity"]))
    words = {key: str(fact) for key, fact in facts.items()}
    return Finding(code, severity, ref, words, table, column, nominee_id, value, clause)


def message(found: Finding) -> str:
    """What is there, why it is wrong and what to write, in the current language.

    The placeholders ``value``, ``cell``, ``sheet``, ``file`` and ``clause`` are always there; the others come from ``facts``.
    """
    place = {
        "cell": found.ref.cell,
        "sheet": found.ref.sheet,
        "file": found.ref.file,
        "value": found.value or "",
        "clause": found.clause or "",
    }
    return _pick(_catalogue("findings")[found.code]).format(**(place | dict(found.facts)))


_WORDS_NAMED = 3


def joint_message(alike: Sequence[Finding]) -> str:
    """The sentence of one fault in several places; where these differ in what they hold, with the first few of their words."""
    first = alike[0]
    facts = [{"value": found.value or "", "clause": found.clause or "", **found.facts} for found in alike]
    told = message(first)
    joined = {key: _joined(told, list(dict.fromkeys(fact.get(key, "") for fact in facts))) for key in facts[0]}
    joined["cell"] = first.ref.cell
    return message(replace(first, facts=joined))


def _joined(told: str, words: Sequence[str]) -> str:
    """Several words in the place of one, each in its own quotation marks where the sentence has them."""
    shown = [*words[:_WORDS_NAMED], "…"] if len(words) > _WORDS_NAMED else list(words)
    return ("”, “" if f"“{words[0]}”" in told else ", ").join(shown)


def codes() -> tuple[Code, ...]:
    """The book of findings in the order of the codes."""
    language_code = _language.get()
    return tuple(
        Code(code, Severity(str(entry["severity"])), str(entry[f"title_{language_code}"]), _pick(entry))
        for code, entry in sorted(_catalogue("findings").items())
    )
