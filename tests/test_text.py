"""The catalogue: every word a reader sees, in both languages."""

from __future__ import annotations

import ast
import importlib.util
import re
import tomllib
import unicodedata
from collections.abc import Iterator
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
    assert all(unicodedata.is_normalized("NFC", str(value)) for value in entry.values())


def test_every_key_that_code_asks_for_exists() -> None:
    """A key written out in the code is in the catalogue."""
    asked = {key for source in SOURCES.values() for key in re.findall(r"""say\(\s*"([a-z_]+\.[A-Za-z0-9_]+)"[,)]""", source)}
    assert asked
    assert not [key for key in sorted(asked) if key.split(".")[1] not in CATALOGUE.get(key.split(".")[0], {})]


def test_book_of_findings_agrees_with_the_code() -> None:
    """Every finding code in the book is used by the code, and every code used is in the book."""
    used = {code for source in SOURCES.values() for code in re.findall(r'"([WSCRMA][1-6]\d\d)"', source)}
    assert used == set(CATALOGUE["findings"])


_ALWAYS = {"value", "cell", "sheet", "file", "clause"}


@pytest.mark.parametrize("code", sorted(CATALOGUE["findings"]))
def test_entry_of_the_book_is_whole(code: str) -> None:
    """A code has a severity, a source, titles, a remedy, and a sample with exactly the facts its words ask for."""
    entry = CATALOGUE["findings"][code]
    assert set(entry) - {"sample", "waivable"} == {"severity", "source", "title_vi", "title_en", "vi", "en"}
    assert entry["severity"] in set(Severity)
    assert entry["source"] in CATALOGUE["sources"]
    assert set(entry.get("sample", {})) == _placeholders(entry["vi"])
    assert re.search(r"[Đđ]ề nghị|[Kk]hông phải làm gì", entry["vi"]), "no remedy"
    assert not entry.get("waivable") or (entry["severity"] == "error" and code[0] in "CR")


def test_every_source_is_quoted() -> None:
    """No source stands in the list that no code refers to."""
    assert {entry["source"] for entry in CATALOGUE["findings"].values()} == set(CATALOGUE["sources"])


def _calls(source: str) -> Iterator[tuple[str, set[str]]]:
    """Findings made with a code and facts spelled out; a call that passes a mapping on says too little."""
    for node in ast.walk(ast.parse(source)):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("say", "finding")
            and all(keyword.arg for keyword in node.keywords)
        ):
            for word in node.args:
                if isinstance(word, ast.Constant) and str(word.value) in CATALOGUE["findings"]:
                    yield str(word.value), {str(keyword.arg) for keyword in node.keywords}


def test_calls_give_the_facts_that_the_book_asks_for() -> None:
    """Where the code names a finding with its facts, they fill every placeholder of its words."""
    checked = set()
    for source in SOURCES.values():
        for code, facts in _calls(source):
            asked = _placeholders(CATALOGUE["findings"][code]["vi"]) - _ALWAYS
            assert asked - facts <= {"heading"}, code
            checked.add(code)
    assert len(checked) > 50


def test_printed_book_agrees_with_the_catalogue() -> None:
    """docs/so-ma-loi.md is what ``make book`` writes, and has every code once."""
    spec = importlib.util.spec_from_file_location("tao_so_ma_loi", PACKAGE.parent / "docs" / "tao_so_ma_loi.py")
    assert spec
    assert spec.loader
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    page = maker.PAGE.read_text(encoding="utf-8")
    assert page == maker.book()
    assert sorted(re.findall(r"(?m)^### ([A-Z]\d{3}) – ", page)) == sorted(CATALOGUE["findings"])


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
    assert [code.code for code in book] == sorted(CATALOGUE["findings"], key=lambda code: ("WSCRMA".index(code[0]), code))
    assert all(code.title and code.source and not re.search(r"\{[a-z]+\}", code.example) for code in book)


def test_unknown_key_is_a_bug() -> None:
    """Asking for words that do not exist fails instead of printing nothing."""
    with pytest.raises(KeyError):
        text.say("cli.no_such_entry")
