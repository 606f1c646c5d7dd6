"""The catalogue: every word a reader sees, in both languages."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from pathlib import Path
from string import Formatter

import pytest

from thidua_xlsx import text
from thidua_xlsx.model import CellRef, Severity

PACKAGE = Path(text.__file__).parent.parent
CATALOGUE = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted((PACKAGE / "text").glob("*.toml"))}
SOURCES = {path: path.read_text(encoding="utf-8") for path in sorted(PACKAGE.rglob("*.py"))}
ENTRIES = [(name, key, entry) for name, entries in CATALOGUE.items() for key, entry in entries.items()]


def _placeholders(words: str) -> set[str]:
    return {name.split(".")[0].split("[")[0] for _, name, _, _ in Formatter().parse(words) if name}


@pytest.mark.parametrize(("name", "key", "entry"), ENTRIES, ids=lambda value: value if isinstance(value, str) else "")
def test_entry_is_whole_in_both_languages(name: str, key: str, entry: dict[str, str]) -> None:
    """An entry has Vietnamese and English words with the same placeholders, in NFC."""
    assert entry["vi"].strip()
    assert entry["en"].strip()
    assert _placeholders(entry["vi"]) == _placeholders(entry["en"]), f"{name}.{key}"
    assert all(unicodedata.is_normalized("NFC", value) for value in entry.values())


def test_every_key_that_code_asks_for_exists() -> None:
    """A key written out in the code is in the catalogue."""
    asked = {key for source in SOURCES.values() for key in re.findall(r"""say\(\s*"([a-z_]+\.[A-Za-z0-9_]+)"[,)]""", source)}
    assert asked
    assert not [key for key in sorted(asked) if key.split(".")[1] not in CATALOGUE.get(key.split(".")[0], {})]


def test_book_of_findings_agrees_with_the_code() -> None:
    """Every finding code in the book is used by the code, and every code used is in the book."""
    used = {code for source in SOURCES.values() for code in re.findall(r'"([WSCRMA][1-6]\d\d)"', source)}
    assert used == set(CATALOGUE["findings"])


def test_finding_speaks_the_language_asked_for() -> None:
    """The same finding has Vietnamese words, and English ones inside a block that asks for them."""
    found = text.finding("C302", CellRef("inbox/a.xlsx", "Thành tích", "H12"), value="1,5 triêu", heading="Giá trị")
    assert found.severity is Severity.ERROR
    assert "1,5 triêu" in text.message(found)
    with text.language("en"):
        english = text.message(found)
    assert "1,5 triêu" in english
    assert english != text.message(found)
    assert str(found.ref) == "[inbox/a.xlsx]Thành tích!H12"


def test_codes_are_listed_with_titles() -> None:
    """The book lists every code once, in order, each with a title."""
    book = text.codes()
    assert [code.code for code in book] == sorted(CATALOGUE["findings"])
    assert all(code.title and code.message for code in book)


def test_unknown_key_is_a_bug() -> None:
    """Asking for words that do not exist fails instead of printing nothing."""
    with pytest.raises(KeyError):
        text.say("cli.no_such_entry")
