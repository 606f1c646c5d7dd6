"""The dictionary of what people really type (``tests/dictionary/*.toml``): no wrong reading, and no refusal without its reason."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import sheets
from thidua_xlsx import text
from thidua_xlsx.campaign import Choice, load_campaign
from thidua_xlsx.checks import check_submission
from thidua_xlsx.intake import read_file
from thidua_xlsx.model import CheckedSubmission, PartialDate, Severity
from thidua_xlsx.pipeline import init, issue, merge
from thidua_xlsx.vietnamese import (
    Reading,
    Refused,
    expand_title,
    fold,
    format_money,
    is_blank_mark,
    money_words,
    person_key,
    read_choice,
    read_citizen_id,
    read_date,
    read_money,
    read_name,
    read_phone,
)

FOLDER = Path(__file__).parent / "dictionary"
ROUND = "so-ket-2023"
CAMPAIGN = load_campaign(Path(__file__).parent.parent / "workbook_templates" / "kien-giang" / "campaign.toml")
LEAST = {"dates": 500, "money": 500, "phones": 200, "ids": 300, "names": 500, "titles": 300}
"""Several hundred each: the dictionary may grow, not shrink."""

Outcome = tuple[str, Any]
Entries = Mapping[str, Outcome]
Read = Callable[[str], Reading[Any]]


def entries(sections: Mapping[str, Any]) -> dict[str, Outcome]:
    """Every typed text with its section and what it has to be read as."""
    kinds = ("read", "noted", "doubted", "refused")
    return {typed: (kind, wanted) for kind in kinds for typed, wanted in sections.get(kind, {}).items()}


def outcome(read: Read, typed: str) -> Outcome:
    """What a reader makes of a text, in the form of the dictionary."""
    try:
        reading = read(typed)
    except Refused as refused:
        return "refused", refused.reason
    value = format_money(reading.value) if isinstance(reading.value, int) else str(reading.value)
    if reading.doubt:
        return "doubted", [value, reading.doubt]
    return ("noted" if reading.changed else "read"), value


def born(words: str) -> PartialDate | None:
    """The birth date as the dictionary of ids writes it."""
    return read_date(words).value if words else None


def books() -> Iterator[tuple[str, Read, Entries]]:
    """Every part of the dictionary with the public function that has to read it."""
    plain: dict[str, Read] = {"dates": read_date, "money": read_money, "phones": read_phone, "names": read_name}
    plain["titles"] = partial(expand_title, titles=CAMPAIGN.titles)
    for name, read in plain.items():
        yield name, read, entries(loaded(name))
    for person in loaded("ids")["person"]:
        yield "ids", partial(read_citizen_id, gender=person["gender"] or None, birth=born(person["birth"])), entries(person)
    for drop_down in loaded("choices")["list"]:
        yield "choices", partial(read_choice, choices=entries_of(drop_down["id"])), entries(drop_down)


def entries_of(drop_down: str) -> list[tuple[str, str | None, tuple[str, ...]]]:
    """The entries of a list of the plan, or of the award forms, as a reader takes them."""
    forms = tuple(Choice(award.name, award.code, (award.short, *award.aliases)) for award in CAMPAIGN.awards.values())
    return [(each.label, each.code, each.aliases) for each in (forms if drop_down == "@awards" else CAMPAIGN.lists[drop_down])]


def loaded(name: str) -> dict[str, Any]:
    """One file of the dictionary."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


BOOKS = list(books())


@pytest.mark.parametrize(("name", "read", "wanted"), BOOKS, ids=[f"{name}-{number}" for number, (name, *_) in enumerate(BOOKS)])
def test_no_entry_of_the_dictionary_is_read_otherwise(name: str, read: Read, wanted: Entries) -> None:
    """Every text has the reading, the note, the doubt or the reason for refusal that the dictionary gives."""
    assert wanted, name
    assert {typed: outcome(read, typed) for typed in wanted} == dict(wanted)


@pytest.mark.parametrize(("name", "read", "wanted"), BOOKS, ids=[f"{name}-{number}" for number, (name, *_) in enumerate(BOOKS)])
def test_the_dictionary_reads_alike_however_it_is_encoded(name: str, read: Read, wanted: Entries) -> None:
    """Typed on a Mac (NFD), with a blank or a zero-width sign around it, a text has the same value."""
    del name
    for typed, (kind, value) in wanted.items():
        for spelled in (unicodedata.normalize("NFD", typed), f" {typed}\u00a0", f"\u200b{typed}\ufeff"):
            assert outcome(read, spelled)[0] == kind, spelled
            assert outcome(read, spelled)[1] == value, spelled


@pytest.mark.parametrize("name", LEAST)
def test_the_dictionary_has_hundreds_of_entries(name: str) -> None:
    """Each file keeps several hundred texts."""
    assert sum(len(wanted) for book, _, wanted in BOOKS if book == name) >= LEAST[name]


# --- names that are right already --------------------------------------------------------------------------------------------


def plain_names() -> list[str]:
    """Every family name with every given name, the middle names taken in turn, and the names of other make."""
    parts = loaded("plain_names")
    made = [
        f"{family} {parts['middles'][(number + place) % len(parts['middles'])]} {given_name}"
        for number, family in enumerate(parts["families"])
        for place, given_name in enumerate(parts["givens"])
        if family != "Ông" or parts["middles"][(number + place) % len(parts["middles"])] in ("Văn", "Thị", "Thị Ngọc")
    ]
    return [*parts["whole"], *made]


def test_no_plain_name_is_changed_doubted_or_refused() -> None:
    """Thousands of proper names – Kinh, Khmer, Hoa, Chăm, Ê Đê, Gia Rai, Cơ Ho, Mông – pass as they are."""
    names = plain_names()
    assert len(names) > 10_000
    assert {name: seen for name in names if (seen := outcome(read_name, name)) != ("read", name)} == {}


def test_capitals_of_plain_names_come_back_as_typed() -> None:
    """A list typed in capitals throughout gives the same names, each with a note; the few that mix cases themselves excepted."""
    names = [name for name in plain_names() if name not in ("KSor Nhâm", "Bh'riu Liếc", "Ama Pui")]
    wrong = {name: seen for name in names if (seen := outcome(read_name, name.upper()))[1] != name and seen[0] != "read"}
    assert wrong == {}


def test_different_people_stay_different_and_one_person_stays_one() -> None:
    """Nam is not Năm and Anh not Ánh; hòa and hoà, capitals and look-alike letters are one."""
    assert person_key("Lê Văn Nam", None) != person_key("Lê Văn Năm", None)
    assert person_key("Lê Anh", None) != person_key("Lê Ánh", None)
    for other in ("LÊ HOÀ", "Lê Hòa", "L\u00ea  H\u043e\u0300a", unicodedata.normalize("NFD", "lê hoà")):
        assert person_key(other, None) == person_key("Lê Hoà", None), other


# --- sums against two oracles -------------------------------------------------------------------------------------------------

SCALES = {"nghìn": 10**3, "ngàn": 10**3, "k": 10**3, "triệu": 10**6, "tr": 10**6, "tỷ": 10**9, "tỉ": 10**9}


@st.composite
def spelled_sums(draw: st.DrawFn) -> tuple[str, int]:
    """A sum (the first oracle: it is known before it is written) in one of the ways in which people write it."""
    thousands = draw(st.integers(10, 5_000_000))
    value = thousands * 1000
    point, comma = format_money(value), f"{value:,}"
    million, rest = divmod(value, 10**6)
    ways = [
        str(value),
        point,
        comma,
        comma.replace(",", " "),
        f"{point}đ",
        f"{point} VNĐ",
        f"{point},00",
        f"{point} ({money_words(value)})",
    ]
    if million and rest:
        ways += [f"{million} triệu {rest // 1000} nghìn", f"{million}tr{rest // 1000:03d}", f"{million} triệu {format_money(rest)}"]
    if value % 10**5 == 0 and million:
        ways += [f"{million},{rest // 10**5} triệu", f"{million}.{rest // 10**5}tr", f"{million}tr{rest // 10**5}"]
    if thousands < 1000:
        ways += [f"{thousands}k", f"{thousands} nghìn đồng"]
    return draw(st.sampled_from(ways)), value


@given(spelled=spelled_sums())
def test_a_sum_written_by_rule_is_read_as_it_was(spelled: tuple[str, int]) -> None:
    """However a known sum is written, it is read as that sum; where a form is refused, it is one with two readings."""
    typed, value = spelled
    try:
        assert read_money(typed).value == value, typed
    except Refused as refused:
        assert refused.reason == "money_scale" or "tr" in typed, typed  # noqa: PT017


def by_signs(typed: str, thousands: str) -> Fraction | None:
    """The second oracle: the sum where this sign parts groups of three digits and the other one stands before decimals."""
    found = re.fullmatch(r"([0-9.,]+) ?([^0-9]*)", fold(typed))
    assert found is not None
    whole, _, decimals = found[1].replace(thousands, "'").replace(",", ".").partition(".")
    if not re.fullmatch(r"[0-9]+|[1-9][0-9]{0,2}(?:'[0-9]{3})+", whole) or not re.fullmatch("[0-9]*", decimals):
        return None
    return Fraction(f"{whole.replace(chr(39), '')}.{decimals or 0}") * SCALES.get(found[2], 1)


@given(
    typed=st.from_regex(
        r"[1-9][0-9]{0,3}([.,][0-9]{1,3}){0,4}( ?(k|nghìn|triệu|tr|tỷ|đ))?", fullmatch=True, alphabet="0123456789.,ktrđnghìiệuỷ "
    )
)
def test_a_sum_is_never_a_thousand_times_off(typed: str) -> None:
    """What is accepted without a doubt is what both ways of using point and comma say, or the only one of them that makes sense."""
    try:
        reading = read_money(typed)
    except Refused:
        return
    meant = {sum_ for sign in ".," if (sum_ := by_signs(typed, sign)) is not None}
    assert reading.value in meant
    unit = re.search("[^0-9.,]+$", typed)
    if not reading.doubt and unit and unit[0].strip() != "đ":
        assert meant == {reading.value}, typed
    if not reading.doubt:
        assert all(reading.value == other or reading.value >= 1000 > other for other in meant), typed


REASONS = {"money", "money_fraction", "money_negative", "money_scale", "money_differs", "money_vague", "money_currency"}
PARTS = st.sampled_from(
    ["1", "5", "12", "500", "1.500", "1,5", "000", "tr", " triệu", "tỷ", "k", " đ", "đồng", "-", "~", "USD", "(", ")", "năm", "o", " x "]
)


@given(typed=st.lists(PARTS, max_size=6).map("".join))
def test_pieces_of_sums_are_read_or_refused_for_a_reason(typed: str) -> None:
    """Whatever is put together of the pieces of sums, it is a sum that can be printed and read again, or refused with a known reason."""
    try:
        value = read_money(typed).value
    except Refused as refused:
        assert refused.reason in REASONS  # noqa: PT017
    else:
        assert read_money(format_money(value)).value == value


# --- through a real workbook --------------------------------------------------------------------------------------------------

MOST = 30
"""Entries of each file that go through the workbook."""


def sample(wanted: Entries, kinds: tuple[str, ...], fits: Callable[[str], bool] = lambda _: True) -> list[tuple[str, Outcome]]:
    """Every so-many-th entry of these kinds that suits the column, in the order of the file."""
    chosen = [
        (typed, seen) for typed, seen in wanted.items() if seen[0] in kinds and not is_blank_mark(typed, words=True) and fits(str(seen[1]))
    ]
    return chosen[:: max(1, len(chosen) // MOST)][:MOST]


def grown(value: str) -> bool:
    """Whether somebody born then can be nominated."""
    return 1960 <= int(value[-4:]) <= 2000


Typing = dict[str, list[tuple[str, Outcome]]]


def typing(kinds: tuple[str, ...]) -> Typing:
    """What is typed down the columns of the workbook, by table and column."""
    book = {name: wanted for name, _, wanted in BOOKS}
    return {
        "individuals.full_name": sample(book["names"], kinds),
        "individuals.birth_date": sample(book["dates"], kinds, grown if "refused" not in kinds else lambda _: True),
        "individuals.position": sample(book["titles"], kinds),
        "collectives.phone": sample(book["phones"], kinds),
        "achievements.value_vnd": sample(book["money"], kinds),
    }


def filled(folder: Path, typed: Typing) -> Path:
    """A workbook of one unit with these texts down its columns, each typed by hand into the issued form."""
    issue(folder, ROUND, ["QLN"])
    rows: dict[str, list[dict[str, sheets.Typed]]] = {}
    for place, column in typed.items():
        table, code = place.split(".")
        lines = rows.setdefault(table, [])
        for number, (words, _) in enumerate(column):
            if number == len(lines):
                lines.append({"description": "Thành tích"} if table == "achievements" else {})
            lines[number][code] = words
    return sheets.fill(folder / "issued" / ROUND / "QLN.xlsx", folder / "inbox" / "QLN.xlsx", rows)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh campaign folder of the plan."""
    return init(tmp_path_factory.mktemp("dictionary") / "thi-dua")


def checked_of(home: Path, typed: Typing) -> CheckedSubmission:
    """The filled workbook as it is read back and checked."""
    arrival = read_file(filled(home, typed), "inbox/QLN.xlsx", CAMPAIGN, ROUND)
    assert arrival.submission is not None
    checked = check_submission(arrival.submission, CAMPAIGN, ROUND)
    for place, column in typed.items():
        assert len(column) >= MOST // 3 or place == "individuals.position", place
        assert len(checked.records[place.split(".")[0]]) >= len(column), place
    return checked


def test_what_is_understood_otherwise_has_a_note_with_both_forms(home: Path) -> None:
    """Typed into a real workbook, every noted entry is understood as the dictionary says, and its note names both forms."""
    typed = typing(("noted",))
    checked = checked_of(home, typed)
    for place, column in typed.items():
        table, code = place.split(".")
        notes = {
            found.ref.cell: found for found in checked.findings if found.code == "C350" and (found.table, found.column) == (table, code)
        }
        for record, (words, (_, wanted)) in zip(checked.records[table], column, strict=False):
            value = record.values[code]
            assert (format_money(value) if isinstance(value, int) else str(value)) == wanted, (place, words)
            sentence = text.message(notes[record.ref(code).cell])
            assert wanted in sentence, (place, sentence)
            assert unicodedata.normalize("NFC", " ".join(words.split())).strip("\u200b") in sentence, (place, sentence)


def test_what_is_refused_stays_empty_and_says_why(home: Path) -> None:
    """A refused entry leaves no value, holds its row, and its error quotes what was typed."""
    typed = typing(("refused",))
    checked = checked_of(home, typed)
    for place, column in typed.items():
        table, code = place.split(".")
        errors = {found.ref.cell: found for found in checked.findings if found.severity is Severity.ERROR}
        for record, (words, _) in zip(checked.records[table], column, strict=False):
            assert record.held, (place, words)
            assert code not in record.values, (place, words)
            assert record.ref(code).cell in errors, (place, words)


def test_the_register_holds_the_reading(home: Path) -> None:
    """After a merge the rows of the register, good and held, have the values of the dictionary."""
    typed = typing(("noted", "read"))
    filled(home, typed)
    register = merge(home, round=ROUND).outcome.register
    for place, column in typed.items():
        table, code = place.split(".")
        known = {str(value) for frame in (register.tables[table], register.held[table]) for value in frame[code] if value is not None}
        wanted = {value.replace(".", "") if code == "value_vnd" else value for _, (_, value) in column}
        assert wanted <= known, (place, wanted - known)


def test_an_id_is_read_in_the_light_of_its_row(home: Path) -> None:
    """In a real workbook a lost zero comes back only where gender and birth date of the same row bear it out; else it is asked for."""
    people = [person for person in loaded("ids")["person"] if person["gender"]]
    lines = [
        ({"gender": person["gender"], "birth_date": person["birth"], "citizen_id": typed}, typed, wanted)
        for person in people
        for typed, wanted in sample(entries(person), ("noted", "doubted", "refused"))
        if not is_blank_mark(typed, words=True)
    ]
    issue(home, ROUND, ["QLN"])
    source, target = home / "issued" / ROUND / "QLN.xlsx", home / "inbox" / "QLN.xlsx"
    arrival = read_file(sheets.fill(source, target, {"individuals": [row for row, *_ in lines]}), "inbox/QLN.xlsx", CAMPAIGN, ROUND)
    assert arrival.submission is not None
    checked = check_submission(arrival.submission, CAMPAIGN, ROUND)
    said = {(found.ref.cell, found.code) for found in checked.findings if found.column == "citizen_id"}
    codes = {"citizen": "C315", "citizen_zero": "C316", "citizen_scientific": "C317", "cmnd_zero": "C318"}
    for record, (_, typed, (kind, wanted)) in zip(checked.records["individuals"], lines, strict=True):
        cell = record.ref("citizen_id").cell
        if kind == "refused":
            assert "citizen_id" not in record.values
            assert (cell, codes[wanted]) in said, typed
        else:
            assert record.values["citizen_id"] == (wanted if kind == "noted" else wanted[0]), typed
            assert (cell, "C350" if kind == "noted" else "C353") in said, typed


def test_a_cell_full_of_titles_is_read_like_one() -> None:
    """Thousands of titles in one cell, as only a slip of the hand makes them, are neither too much nor a name."""
    assert read_name("Ông: " * 3000 + "Lê Cường") == Reading("Lê Cường", changed=True)
    assert outcome(read_name, "ThS. " * 3000) == ("refused", "name_short")
