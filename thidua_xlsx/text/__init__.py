"""Every word a reader sees, by key and language: ``text.say("cli.merge_done", files=12)``.

The catalogue is this folder's TOML files; the part of a key before the first dot is the file. Each entry has ``vi`` and ``en``;
an entry of ``findings.toml`` is a finding code with its severity, its source (an entry of ``sources.toml``) and sample facts besides.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any

from thidua_xlsx.model import CellRef, Finding, Relief, Severity

_language: ContextVar[str] = ContextVar("language", default="vi")

LANGUAGES = ("vi", "en")
SCOPES = "WSCRMA"
"""First letters of the codes: workbook, sheet, cell, row, between rows and units, award."""


@dataclass(frozen=True, slots=True)
class Code:
    """One entry of the book of findings in the reader's language.

    ``message`` has its placeholders, ``example`` is the same sentence as a unit would read it. ``source`` says where the rule stands.
    ``waivable``: the cells of the row were all understood, so that a waiver can let it count.
    """

    code: str
    severity: Severity
    title: str
    message: str
    example: str
    source: str
    waivable: bool


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
def _catalogue(name: str) -> Mapping[str, Mapping[str, Any]]:
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


def has(key: str) -> bool:
    """Whether the catalogue has words for a key that comes from a file somebody else wrote."""
    name, _, entry = key.partition(".")
    return entry in _catalogue(name)


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
    words = _pick(_catalogue("findings")[found.code]).format(**(place | dict(found.facts)))
    return f"{words} {_relief(found.relief)}" if found.relief else words


def _relief(relief: Relief) -> str:
    """Who waived it, by which clause, until when; or from which day on it is an error."""
    until, facts = f"{relief.until:%d/%m/%Y}", {"reason": relief.reason, "clause": relief.clause}
    return say("relief.waived" if relief.approver else "relief.soft", approver=relief.approver or "", until=until, **facts)


def relief_words(found: Finding) -> str:
    """Why the row of an eased finding counts: code, title and relief, without what was typed (it may be a citizen id); else empty."""
    return f"{found.code} ({title(found.code)}). {_relief(found.relief)}" if found.relief else ""


def title(code: str) -> str:
    """What a code is about, in a few words."""
    return str(_catalogue("findings")[code][f"title_{_language.get()}"])


_WORDS_NAMED = 3


def joint_message(alike: Sequence[Finding]) -> str:
    """The sentence of one fault in several places; where these differ in what they hold, with the first few of their words."""
    first = alike[0]
    facts = [{"value": found.value or "", "clause": found.clause or "", **found.facts} for found in alike]
    told = message(first)
    joined = {key: _joined(told, list(dict.fromkeys(fact.get(key, "") for fact in facts))) for key in facts[0]}
    joined["cell"] = first.ref.cell
    for told_by_cell in ("help", "choices"):
        if len({fact.get(told_by_cell) for fact in facts}) > 1:
            joined[told_by_cell] = say(f"cli.{told_by_cell}_in_cell")
    return message(replace(first, facts=joined))


def _joined(told: str, words: Sequence[str]) -> str:
    """Several words in the place of one, each in its own quotation marks where the sentence has them."""
    shown = [*words[:_WORDS_NAMED], "…"] if len(words) > _WORDS_NAMED else list(words)
    return ("”, “" if f"“{words[0]}”" in told else ", ").join(shown)


def codes() -> tuple[Code, ...]:
    """The book of findings, scope by scope."""
    return tuple(
        _code(code, entry) for code, entry in sorted(_catalogue("findings").items(), key=lambda item: (SCOPES.index(item[0][0]), item[0]))
    )


def _code(code: str, entry: Mapping[str, Any]) -> Code:
    words = _pick(entry)
    example = words.format(**entry.get("sample", {}))
    source = say(f"sources.{entry['source']}")
    return Code(code, Severity(str(entry["severity"])), title(code), words, example, source, bool(entry.get("waivable")))
