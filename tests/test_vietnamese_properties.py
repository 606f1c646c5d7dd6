"""What must hold for anything whatever that people, or broken files, put into a cell."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thidua_xlsx.model import PartialDate
from thidua_xlsx.vietnamese import (
    Reading,
    Refused,
    bare,
    clean,
    expand_title,
    file_name,
    fold,
    format_money,
    format_number,
    mask_citizen_id,
    money_words,
    nearest,
    person_key,
    read_choice,
    read_citizen_id,
    read_date,
    read_email,
    read_integer,
    read_money,
    read_name,
    read_number,
    read_percent,
    read_phone,
    read_text,
    read_year,
    similarity,
    sort_key,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from thidua_xlsx.model import Raw

READERS: dict[str, tuple[Callable[[Raw], Reading[Any]], type | tuple[type, ...]]] = {
    "text": (read_text, str),
    "date": (read_date, PartialDate),
    "money": (read_money, int),
    "integer": (read_integer, int),
    "number": (read_number, float),
    "percent": (read_percent, float),
    "year": (read_year, int),
    "citizen_id": (lambda raw: read_citizen_id(raw, "Nữ", PartialDate(1985)), str),
    "phone": (read_phone, str),
    "email": (read_email, str),
    "name": (read_name, str),
    "choice": (lambda raw: read_choice(raw, [("Đạt", None, ("x",)), ("Tiền", "TT1-TIEN", ())]), str),
}

REASONS = {
    "text": {"text"},
    "date": {"date", "date_us", "date_impossible", "date_vague"},
    "money": {
        "money",
        "money_fraction",
        "money_negative",
        "money_scale",
        "money_differs",
        "money_vague",
        "money_currency",
    },
    "integer": {"integer"},
    "number": {"number"},
    "percent": {"percent"},
    "year": {"year"},
    "citizen_id": {"citizen", "citizen_zero", "citizen_scientific", "cmnd_zero"},
    "phone": {"phone"},
    "email": {"email"},
    "name": {"text", "name_short", "name_digits", "name_letters", "name_several"},
    "choice": {"choice"},
}


def _outcome(read: Callable[[Raw], Reading[Any]], raw: Raw) -> Reading[Any] | str:
    try:
        return read(raw)
    except Refused as refused:
        return refused.reason


VIETNAMESE = st.text("aăâbcdđeêghiklmnoôơpqrstuưvxyAĂÂĐÊÔƠƯàảãáạằắấệỉịọốờụừựỷỹ0123456789 .,-/;:()%'+\u0300\u0302\u00a0\n", max_size=25)
FIGURES = st.text("0123456789.,- ekđ%/:", max_size=20)
UNITS = st.sampled_from(["triệu", "tr", " tỷ", "k", "đ", " nghìn đồng", "E+10", "tháng", "năm ", "²", "١٢", "_", "\ud800"])
TYPED = st.one_of(st.text(st.characters(), max_size=40), VIETNAMESE, FIGURES, st.lists(FIGURES | UNITS, max_size=5).map("".join))
CELLS: st.SearchStrategy[Raw] = st.one_of(
    TYPED,
    st.floats(),
    st.integers(),
    st.integers(1, 3_000_000),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
    st.sampled_from([10**400, -(10**400), 10**5000, "9" * 5000, 1e308, 1e12, 5e-324, date.max, time.max, timedelta.max]),
)


@pytest.mark.parametrize("kind", READERS)
@given(raw=CELLS)
def test_a_cell_is_read_or_refused_and_never_crashes(kind: str, raw: Raw) -> None:
    """Every reader gives a value of its type or a reason."""
    read, wanted = READERS[kind]
    outcome = _outcome(read, raw)
    if isinstance(outcome, Reading):
        assert isinstance(outcome.value, wanted)
        assert not isinstance(outcome.value, bool)
    else:
        assert outcome in REASONS[kind]


@pytest.mark.parametrize("kind", READERS)
@given(typed=VIETNAMESE | FIGURES)
def test_the_unicode_form_of_what_was_typed_does_not_matter(kind: str, typed: str) -> None:
    """A cell typed on a Mac (NFD) is understood as one typed on Windows (NFC)."""
    read, _ = READERS[kind]
    assert _outcome(read, unicodedata.normalize("NFC", typed)) == _outcome(read, unicodedata.normalize("NFD", typed))


@given(typed=TYPED)
def test_keys_are_fixed_points_and_the_same_for_both_unicode_forms(typed: str) -> None:
    """Cleaning, folding and baring twice changes nothing more, and NFD gives what NFC gives."""
    for key in (clean, fold, bare):
        assert key(key(typed)) == key(typed)
        assert key(unicodedata.normalize("NFD", typed)) == key(unicodedata.normalize("NFC", typed))


@given(typed=TYPED)
def test_clean_text_has_nothing_invisible(typed: str) -> None:
    """No double blank, no control or format character but the line feed, and NFC."""
    seen = clean(typed)
    assert "  " not in seen
    assert seen == seen.strip()
    assert not any(unicodedata.category(char) in {"Cc", "Cf", "Cs"} for char in seen if char != "\n")
    assert unicodedata.is_normalized("NFC", seen)


@given(value=st.integers(0, 10**15))
def test_money_as_printed_is_read_back(value: int) -> None:
    """What the reports print can be pasted into a workbook, with no note."""
    reading = read_money(format_money(value))
    assert (reading.value, reading.changed) == (value, False)


@given(value=st.integers(1, 999), unit=st.sampled_from([("nghìn", 10**3), ("triệu", 10**6), ("tỷ", 10**9)]), decimals=st.integers(0, 99))
def test_a_figure_in_units_is_multiplied_out(value: int, unit: tuple[str, int], decimals: int) -> None:
    """With a unit, value and decimals mean exactly what they say."""
    name, scale = unit
    assert read_money(f"{value},{decimals:02d} {name}").value == value * scale + decimals * scale // 100


@given(value=st.floats(-1e8, 1e8).map(lambda number: round(number, 2)))
def test_a_number_as_printed_is_read_back(value: float) -> None:
    """Numbers of two decimals survive printing and reading."""
    assert read_number(format_number(value)).value == pytest.approx(value, abs=1e-6)


@given(day=st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_a_date_as_printed_is_read_back(day: date) -> None:
    """All three precisions of a printed date are read back without a note."""
    for value in (PartialDate.of(day), PartialDate(day.year, day.month), PartialDate(day.year)):
        assert read_date(str(value)) == Reading(value)


@given(day=st.dates(date(1910, 1, 1), date(2100, 12, 31)))
def test_a_day_number_of_excel_is_its_day(day: date) -> None:
    """Excel counts days so that 1 March 1900 is number 61."""
    serial = (day - date(1900, 3, 1)).days + 61
    assert read_date(serial).value == PartialDate.of(day)


@given(names=st.lists(VIETNAMESE | st.text(max_size=10), max_size=8))
def test_every_list_of_names_has_one_order(names: list[str]) -> None:
    """Keys of any names can be compared, and the order does not depend on where the sorting began."""
    keys = [sort_key(name) for name in names]
    backwards = keys[::-1]
    assert sorted(keys) == sorted(backwards)


@given(one=TYPED, other=TYPED)
def test_alike_means_equal_keys(one: str, other: str) -> None:
    """Texts are alike to the full exactly when their folded forms are equal, whichever is named first."""
    assert (similarity(one, other) == 100) == (fold(one) == fold(other))
    assert similarity(one, other) == similarity(other, one)


@given(text=TYPED, others=st.lists(TYPED, max_size=4))
def test_the_nearest_is_one_of_the_candidates(text: str, others: list[str]) -> None:
    """Nothing is proposed that was not offered."""
    assert nearest(text, others) in {None, *others}


RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9]) *(\..*)?")


@given(text=TYPED | st.sampled_from(["con", "Lpt9.docx", " aux .x", "a" * 78 + " .b", ". .", "COM¹"]))
def test_a_file_name_is_always_safe(text: str) -> None:
    """No sign, ending, length or device name that Windows refuses; the same name twice stays the same."""
    name = file_name(text)
    assert 0 < len(name) <= 80
    assert not re.search(r'[<>:"/\\|?*\x00-\x1f]', name)
    assert name == name.rstrip(" .")
    assert not RESERVED.fullmatch(name)
    assert file_name(name) == name


@given(value=st.integers(0, 10**18))
def test_words_of_money_are_words(value: int) -> None:
    """A sum in words has no digit, no double blank, and ends in đồng."""
    words = money_words(value)
    assert words.endswith(" đồng")
    assert re.fullmatch(r"[^\W\d_]+( [^\W\d_]+)*", words)


@given(text=TYPED)
def test_a_masked_id_hides_all_but_five_signs(text: str) -> None:
    """The mask keeps the length and shows five characters at most."""
    masked = mask_citizen_id(text)
    assert len(masked) == len(text)
    assert sum(one == other != "*" for one, other in zip(text, masked, strict=True)) <= 5


@given(name=VIETNAMESE, day=st.none() | st.dates().map(PartialDate.of))
def test_a_person_is_found_however_the_name_is_typed(name: str, day: PartialDate | None) -> None:
    """Capitals and the Unicode form make no other person."""
    assert person_key(unicodedata.normalize("NFD", name.upper()), day) == person_key(name, day)


@given(text=TYPED)
def test_an_office_without_abbreviation_stays(text: str) -> None:
    """With no abbreviations to write out the office is only cleaned."""
    assert expand_title(text, {}) == Reading(clean(text))
