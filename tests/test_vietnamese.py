"""What people type and how it is understood: the tables read as the specification of the room ``vietnamese``."""

from __future__ import annotations

import pickle
import unicodedata
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from thidua_xlsx.model import PartialDate
from thidua_xlsx.vietnamese import (
    Reading,
    Refused,
    bare,
    citizen_mismatches,
    clean,
    expand_title,
    file_name,
    fold,
    format_money,
    format_number,
    long_date,
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
    two_digits,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from thidua_xlsx.model import Raw

NAN, INF = float("nan"), float("inf")


def _reason(read: Callable[[Raw], Reading[Any]], raw: Raw) -> str:
    with pytest.raises(Refused) as refused:
        read(raw)
    return refused.value.reason


# --- text ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("  Nguyễn\u00a0 Văn\u3000A ", "Nguyễn Văn A"),
        ("Đóng\u200b góp\ufeff", "Đóng góp"),
        ("dòng một \r\n  dòng hai\rdòng ba\vdòng bốn\u2028dòng năm", "dòng một\ndòng hai\ndòng ba\ndòng bốn\ndòng năm"),
        ("a\tb\x00\x1fc", "a bc"),
        ("a\ud800b", "ab"),
        (unicodedata.normalize("NFD", "Thủ tướng"), "Thủ tướng"),
        ("tie\u0301\u0302n", "tiến"),
        ("la\u0306\u0301m", "lắm"),
        ("\u200b", ""),
    ],
)
def test_clean_gives_the_text_as_a_reader_sees_it(typed: str, seen: str) -> None:
    """Blanks, invisible characters and the order of combining marks are made one; line breaks stay."""
    assert clean(typed) == seen


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hoà", "Hòa"),
        ("THUÝ", "thúy"),
        ("khoẻ", "khỏe"),
        ("qúy", "quý"),
        ("gìa", "già"),
        ("tòan", "toàn"),
        ("ngòai", "ngoài"),
        ("thủơ", "thuở"),
        ("Ðạt", "Đạt"),
        ("Lê Vаn", "Lê Van"),
        ("Ｈòa", "Hòa"),
        ("2021 – 2025", "2021-2025"),
        ("“Chung tay”", '"Chung tay"'),
        ("K’Sor", "K'Sor"),
        ("Phòng\n\nQuản lý  nhà", "phòng quản lý nhà"),
    ],
)
def test_spellings_of_one_text_fold_alike(one: str, other: str) -> None:
    """The place of the tone, case, blanks, dashes, quotes and look-alikes of đ make no other text."""
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Nam", "Năm"), ("Anh", "Ánh"), ("Hoa", "Hòa"), ("Dung", "Đung"), ("Cư", "Cu"), ("Я", "R"), ("éà", "eà")]
)
def test_tones_and_vowel_marks_are_real_differences(one: str, other: str) -> None:
    """Names that differ by a tone or a mark are two names."""
    assert fold(one) != fold(other)


@pytest.mark.parametrize(
    "word",
    [
        "quý",
        "nguyễn",
        "toàn",
        "già",
        "gì",
        "giặt",
        "quốc",
        "ngoài",
        "thủy",
        "huỳnh",
        "hoàng",
        "khuyến",
        "giúp",
        "xoáy",
        "mười",
        "cửa",
        "quỳ",
        "hoẵng",
        "mía",
        "khuỷu",
        "giữa",
    ],
)
def test_fold_keeps_the_usual_spelling(word: str) -> None:
    """A word whose tone stands where it usually does is not touched."""
    assert fold(word.upper()) == word


def test_bare_keeps_letters_and_digits_only() -> None:
    """Headings and choices are recognised without diacritics and punctuation."""
    assert bare("Số CCCD (12 chữ số) – Đủ *") == "socccd12chusodu"
    assert bare("✓ ²") == ""


@pytest.mark.parametrize(
    ("raw", "text", "changed"),
    [
        (" Phòng  QLN ", "Phòng QLN", False),
        (1234.0, "1234", False),
        (70, "70", False),
        (2.5, "2,5", False),
        (1e-7, "0,0000001", False),
        (True, "TRUE", False),
        (date(2022, 5, 12), "12/05/2022", True),
        (datetime(2022, 5, 12), "12/05/2022", True),  # noqa: DTZ001 - cells have no zone
        (datetime(2022, 5, 12, 8, 5), "12/05/2022 08:05", True),  # noqa: DTZ001
        (time(8, 5, 3), "08:05:03", True),
        (timedelta(hours=30), "1 day, 6:00:00", True),
        ("\u200b ", "", False),
    ],
)
def test_any_value_reads_as_text(raw: Raw, text: str, *, changed: bool) -> None:
    """A number loses the .0 Excel gave it; a date, which Excel may have made of 12/5 by itself, is reported."""
    assert read_text(raw) == Reading(text, changed)


@pytest.mark.parametrize("raw", [NAN, INF, 10**400])
def test_a_number_no_spreadsheet_holds_is_no_text(raw: Raw) -> None:
    """Not-a-number and monsters are refused."""
    assert _reason(read_text, raw) == "text"


# --- dates --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "printed", "changed"),
    [
        ("15/03/1979", "15/03/1979", False),
        ("15.3.1979", "15/03/1979", False),
        ("5 / 3 / 1979.", "05/03/1979", False),
        ("5\\3\\1979", "05/03/1979", False),
        ("03/04/1980", "03/04/1980", False),
        ("29/2/1980", "29/02/1980", False),
        ("5-3-79", "05/03/1979", True),
        ("5/3/30", "05/03/2030", True),
        ("5/3/31", "05/03/1931", True),
        ("2023-06-30", "30/06/2023", True),
        ("2023-06-30T00:00:00", "30/06/2023", True),
        ("15/03/1979 00:00:00", "15/03/1979", False),
        ("15/03/1979 12:00:00 AM", "15/03/1979", False),
        ("15/03/1979 14:30", "15/03/1979", True),
        ("03/1979", "03/1979", False),
        ("3-1979", "03/1979", False),
        ("1979-03", "03/1979", True),
        ("tháng 3 năm 1979", "03/1979", False),
        ("tháng 3/1979", "03/1979", False),
        ("Tháng 3/79", "03/1979", True),
        ("ngày 5 tháng 3 năm 1979", "05/03/1979", False),
        ("Ngày 5, tháng 3, năm 1979", "05/03/1979", False),
        ("ngay 5 thang 3 nam 1979", "05/03/1979", False),
        ("năm 1979", "1979", False),
        ("1979", "1979", False),
        (1979, "1979", False),
        (1979.0, "1979", False),
        (28929, "15/03/1979", True),
        (28929.75, "15/03/1979", True),
        (date(1979, 3, 15), "15/03/1979", False),
        (datetime(1905, 7, 15), "2023", False),  # noqa: DTZ001 – as Excel stores the year 2023 typed into a date cell
        (datetime(1979, 3, 15), "15/03/1979", False),  # noqa: DTZ001
        (datetime(1979, 3, 15, 4), "15/03/1979", True),  # noqa: DTZ001
    ],
)
def test_a_date_is_read_day_before_month(typed: Raw, printed: str, *, changed: bool) -> None:
    """Every usual form is understood; a note is due where the numbers in it became others or changed their order."""
    reading = read_date(typed)
    assert (str(reading.value), reading.changed, reading.doubt) == (printed, changed, None)


@pytest.mark.parametrize(("typed", "printed"), [("28929", "15/03/1979"), ("28929.0", "15/03/1979"), ("44927", "01/01/2023")])
def test_a_day_number_typed_as_text_raises_a_doubt(typed: Raw, printed: str) -> None:
    """Excel's number of a day as text is read, noted and doubted."""
    reading = read_date(typed)
    assert (str(reading.value), reading.changed, reading.doubt) == (printed, True, "date_serial")


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("29/2/1979", "date_impossible"),
        ("31/02/1979", "date_impossible"),
        ("2/30/1979", "date_impossible"),
        ("15/1979", "date_impossible"),
        ("5/3/1879", "date_impossible"),
        (60, "date"),
        (79, "date"),
        (1.0, "date"),
        ("12/25/1979", "date_us"),
        ("12/25/79", "date_us"),
        ("03/292022", "date"),
        ("3/79", "date"),
        ("không rõ", "date"),
        ("", "date"),
        ("٥/٣/١٩٧٩", "date"),
        ("99999", "date"),
        (99999, "date"),
        (3.1979, "date"),
        (0, "date"),
        (-5.0, "date"),
        (NAN, "date"),
        (INF, "date"),
        (True, "date"),
        (time(8), "date"),
        (timedelta(days=1), "date"),
        (date(1850, 1, 1), "date"),
        (datetime(2250, 1, 1), "date"),  # noqa: DTZ001
    ],
)
def test_what_is_no_date_is_refused(typed: Raw, reason: str) -> None:
    """Days the calendar lacks, the American order and nonsense are told apart."""
    assert _reason(read_date, typed) == reason


def test_the_american_order_is_refused_with_the_likely_date() -> None:
    """The sentence about 12/25/1979 can say what was probably meant."""
    with pytest.raises(Refused) as refused:
        read_date("12/25/1979")
    assert refused.value.facts == {"swapped": "25/12/1979"}


@pytest.mark.parametrize("typed", [2023, 2023.0, "2023", " năm 2023", "nam 2023"])
def test_a_year_is_four_digits(typed: Raw) -> None:
    """A year may follow the word năm."""
    assert read_year(typed) == Reading(2023)


@pytest.mark.parametrize("typed", ["2022-2023", "22", 22, 2023.5, NAN, True, date(2023, 1, 1), "", "٢٠٢٣", 10**400, "9999"])
def test_what_is_no_year_is_refused(typed: Raw) -> None:
    """A span of years, a date or a year no one of the movement lives in is no year."""
    assert _reason(read_year, typed) == "year"


# --- numbers ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "dong", "changed"),
    [
        ("1500000", 1_500_000, False),
        ("1.500.000", 1_500_000, False),
        ("1.500.000 đ", 1_500_000, False),
        ("1.500.000 đồng.", 1_500_000, False),
        ("1.500.000VNĐ", 1_500_000, False),
        ("1.500.000₫", 1_500_000, False),
        ("VND 1.500.000", 1_500_000, False),
        ("1,500,000", 1_500_000, True),
        ("1 500 000", 1_500_000, True),
        ("1\u00a0500\u00a0000", 1_500_000, True),
        ("1500000,00", 1_500_000, True),
        ("1,5 triệu", 1_500_000, True),
        ("1.5 triệu", 1_500_000, True),
        (unicodedata.normalize("NFD", "1,5 Triệu đồng"), 1_500_000, True),
        ("5tr", 5_000_000, True),
        ("5 tr.đ", 5_000_000, True),
        ("150trđ", 150_000_000, True),
        ("1tr5", 1_500_000, True),
        ("1tr250", 1_250_000, True),
        ("1 triệu rưỡi", 1_500_000, True),
        ("1 triệu 500 nghìn", 1_500_000, True),
        ("1 triệu 500.000 đồng", 1_500_000, True),
        ("500k", 500_000, True),
        ("500 nghìn", 500_000, True),
        ("500 ngàn đồng", 500_000, True),
        ("5 trieu dong", 5_000_000, True),
        ("5 củ", 5_000_000, True),
        ("2 tỷ", 2_000_000_000, True),
        ("2 tỉ", 2_000_000_000, True),
        ("2,5 tỷ", 2_500_000_000, True),
        ("2 tỷ 5", 2_500_000_000, True),
        ("1 tỷ 200 triệu", 1_200_000_000, True),
        ("500 đ", 500, False),
        ("1.500 đồng", 1_500, False),
        ("0", 0, False),
        (0, 0, False),
        (1_500_000, 1_500_000, False),
        (1_500_000.0, 1_500_000, False),
        (3_000_000.0000000005, 3_000_000, False),
    ],
)
def test_money_is_read_as_whole_dong(typed: Raw, dong: int, *, changed: bool) -> None:
    """Words, units and foreign separators are interpreted and noted; plain digits and Vietnamese groups are simply read."""
    assert read_money(typed) == Reading(dong, changed)


@pytest.mark.parametrize(
    ("typed", "dong"),
    [
        ("500", 500),
        ("500.", 500),
        (999, 999),
        (15.0, 15),
        ("1.500", 1_500),
        ("1,500", 1_500),
        ("1.500,00", 1_500),
        ("1.500 nghìn", 1_500_000),
    ],
)
def test_a_doubtful_unit_is_never_scaled(typed: Raw, dong: int) -> None:
    """A bare small figure may be meant in thousands or millions; it is read as it stands and doubted."""
    reading = read_money(typed)
    assert (reading.value, reading.doubt) == (dong, "unit")


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("-5.000", "money_negative"),
        ("−5.000", "money_negative"),
        ("(1.500.000)", "money_negative"),
        ("âm 5 triệu", "money_negative"),
        (-3.0, "money_negative"),
        (-3.5, "money_negative"),
        (1.5, "money_fraction"),
        ("2,5", "money_fraction"),
        ("0.500", "money_fraction"),
        ("1,2345678 triệu", "money_fraction"),
        ("1.500,50", "money_fraction"),
        ("1.500.000,25", "money_fraction"),
        ("1.500.00", "money"),
        ("0.500.000", "money"),
        ("1,5 triêu", "money"),
        ("trên 10 triệu", "money_vague"),
        ("5-10 triệu", "money_vague"),
        ("1.250 triệu", "money_scale"),
        ("1.500,000", "money_scale"),
        ("1500.000", "money_scale"),
        ("1tr50", "money"),
        ("1tr05", "money"),
        ("một triệu", "money"),
        ("5 triệu/tháng", "money"),
        ("1tr5tr", "money"),
        ("1tr2000k", "money"),
        ("1tr5 đ", "money"),
        ("1,5tr5", "money"),
        ("1.5.5tr", "money"),
        ("5 triệu 2.000.000", "money"),
        ("1 triệu 500 USD", "money_currency"),
        ("(khoảng)", "money"),
        ("đ", "money"),
        ("", "money"),
        ("²", "money"),
        ("١٢٣", "money"),
        ("１５００", "money"),
        ("1_000", "money"),
        ("1E400", "money"),
        ("9" * 20, "money"),
        ("9" * 5000, "money"),
        (10**400, "money"),
        (1e300, "money"),
        (NAN, "money"),
        (INF, "money"),
        (True, "money"),
        (date(2023, 1, 1), "money"),
        (time(1), "money"),
    ],
)
def test_what_is_no_sum_is_refused(typed: Raw, reason: str) -> None:
    """Never zero, never a guess: sums that are not understood are refused with their reason."""
    assert _reason(read_money, typed) == reason


@pytest.mark.parametrize(
    ("typed", "count", "changed"),
    [
        (12, 12, False),
        (12.0, 12, False),
        ("12", 12, False),
        ("1.200", 1200, False),
        ("1,200", 1200, True),
        ("12,0", 12, True),
        ("012", 12, True),
    ],
)
def test_a_count_is_a_whole_number(typed: Raw, count: int, *, changed: bool) -> None:
    """Counts may be grouped, and Excel's .0 means nothing."""
    assert read_integer(typed) == Reading(count, changed)


@pytest.mark.parametrize("typed", ["12 người", "-5", -5, 12.5, "12,5", "", "²", "1_000", "9" * 400, NAN, True, date(2023, 1, 1)])
def test_what_is_no_count_is_refused(typed: Raw) -> None:
    """Words, fractions and negatives are no counts."""
    assert _reason(read_integer, typed) == "integer"


@pytest.mark.parametrize(
    ("typed", "number", "changed"),
    [
        (2.5, 2.5, False),
        ("2,5", 2.5, False),
        ("1.250,5", 1250.5, False),
        ("1250,5", 1250.5, False),
        ("1.250", 1250.0, False),
        ("0,125", 0.125, False),
        ("-2,5", -2.5, False),
        ("2.5", 2.5, True),
        ("1,250.5", 1250.5, True),
        ("1 250,5", 1250.5, True),
    ],
)
def test_a_number_has_a_decimal_comma(typed: Raw, number: float, *, changed: bool) -> None:
    """The Vietnamese form is simply read; the English form is read and noted."""
    assert read_number(typed) == Reading(number, changed)


def test_a_comma_before_three_digits_is_doubted() -> None:
    """1,250 is read as the spreadsheet's English form, and somebody is asked whether 1,25 was meant."""
    assert read_number("1,250") == Reading(1250.0, changed=True, doubt="comma")


@pytest.mark.parametrize("typed", ["", "--5", "1e5", "hai", "1.25.5", "9" * 30, NAN, False, date(2023, 1, 1)])
def test_what_is_no_number_is_refused(typed: Raw) -> None:
    """What no reader would take for a number is refused."""
    assert _reason(read_number, typed) == "number"


@pytest.mark.parametrize(
    ("typed", "share"), [(30, 30.0), ("30", 30.0), ("30%", 30.0), ("30,5 %", 30.5), ("0,5%", 0.5), (0, 0.0), (100, 100.0)]
)
def test_a_share_is_in_per_cent(typed: Raw, share: float) -> None:
    """The sign % may be left out."""
    assert read_percent(typed) == Reading(share)


@pytest.mark.parametrize(("typed", "share"), [(0.3, 30.0), ("0,3", 30.0), (1, 100.0), (0.07, 7.0)])
def test_a_bare_fraction_is_taken_for_a_share_with_a_doubt(typed: Raw, share: float) -> None:
    """Excel keeps a typed 30% as 0.3."""
    assert read_percent(typed) == Reading(share, changed=True, doubt="percent")


@pytest.mark.parametrize("typed", [101, -1, "101%", "%", "30%%", "%30%", "ba mươi", "", NAN, True, date(2023, 1, 1)])
def test_what_is_no_share_is_refused(typed: Raw) -> None:
    """Shares lie between 0 and 100."""
    assert _reason(read_percent, typed) == "percent"


# --- identity -----------------------------------------------------------------------------------------------------------------

BORN = PartialDate(1985, 3, 15)


@pytest.mark.parametrize(
    ("typed", "number", "changed", "doubt"),
    [
        ("091185012389", "091185012389", False, None),
        (" 091185012389\u200b", "091185012389", False, None),
        ("091 185 012 389", "091185012389", True, None),
        ("091.185.012-389", "091185012389", True, None),
        ("'091185012389", "091185012389", True, None),
        ("91185012389", "091185012389", True, None),
        (91185012389.0, "091185012389", True, None),
        (91185012389, "091185012389", True, None),
        ("1185012389", "001185012389", True, None),
        ("371234567", "371234567", False, "cmnd"),
        (371234567.0, "371234567", False, "cmnd"),
    ],
)
def test_a_citizen_id_is_twelve_digits(typed: Raw, number: str, *, changed: bool, doubt: str | None) -> None:
    """Separators go, zeros lost in Excel come back where the row bears it out, and an old CMND is accepted with a doubt."""
    assert read_citizen_id(typed, "Nữ", BORN) == Reading(number, changed, doubt)


@pytest.mark.parametrize(
    ("gender", "birth"), [("Nam", BORN), ("Nữ", PartialDate(1986)), ("Nữ", PartialDate(2085)), (None, BORN), ("Nữ", None), (None, None)]
)
def test_a_lost_zero_is_not_guessed(gender: str | None, birth: PartialDate | None) -> None:
    """Where gender, century or year of birth does not fit, or is not known, the unit is asked."""
    assert _reason(lambda raw: read_citizen_id(raw, gender, birth), "91185012389") == "citizen_zero"


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("9.1185E+10", "citizen_scientific"),
        ("9,1185e+10", "citizen_scientific"),
        (9.1185e12, "citizen_scientific"),
        ("37123456", "cmnd_zero"),
        (37123456.0, "cmnd_zero"),
        ("99185012389", "citizen_zero"),
        ("9185012389", "citizen"),
        ("371", "citizen"),
        ("0911850123890", "citizen"),
        ("chưa có", "citizen"),
        ("", "citizen"),
        ("٠٩١١٨٥٠١٢٣٨٩", "citizen"),
        (0.5, "citizen"),
        (-1, "citizen"),
        (NAN, "citizen"),
        (True, "citizen"),
        (date(2023, 1, 1), "citizen"),
    ],
)
def test_what_is_no_citizen_id_is_refused(typed: Raw, reason: str) -> None:
    """Lost zeros, lost digits and nonsense are told apart."""
    assert _reason(lambda raw: read_citizen_id(raw, "Nữ", BORN), typed) == reason


@pytest.mark.parametrize(
    ("number", "gender", "birth", "wrong"),
    [
        ("091185012389", "Nữ", BORN, set()),
        ("091085012389", "Nam", BORN, set()),
        ("091205012389", "Nam", PartialDate(2005), set()),
        ("091305012389", "Nữ", PartialDate(2005, 1), set()),
        ("091185012389", "Nam", BORN, {"gender"}),
        ("091185012389", "Nữ", PartialDate(1986), {"birth"}),
        ("091385012389", "Nữ", BORN, {"birth"}),
        ("003185012389", "Nữ", BORN, {"province"}),
        ("108085012389", "Nữ", PartialDate(1986), {"gender", "birth", "province"}),
        ("091185012389", None, None, set()),
        ("371234567", "Nữ", BORN, set()),
        ("không có số ", "Nữ", BORN, set()),
    ],
)
def test_an_id_is_compared_with_its_row(number: str, gender: str | None, birth: PartialDate | None, wrong: set[str]) -> None:
    """The fourth digit speaks of century and gender, the next two of the year; the first three name one of 63 provinces."""
    assert citizen_mismatches(number, gender, birth) == wrong


@pytest.mark.parametrize(("number", "shown"), [("091185012389", "091*******89"), ("371234567", "371****67"), ("12345", "*****"), ("", "")])
def test_an_id_is_masked_for_others(number: str, shown: str) -> None:
    """Only the province and the last two digits are shown, and nothing of a stump."""
    assert mask_citizen_id(number) == shown


@pytest.mark.parametrize(
    ("typed", "number", "changed"),
    [
        ("0912345678", "0912345678", False),
        ("0912.345.678", "0912345678", False),
        ("(0297) 3812 345", "02973812345", False),
        ("+84912345678", "0912345678", True),
        ("84 912 345 678", "0912345678", True),
        ("+84 (0)912 345 678", "0912345678", True),
        (912345678.0, "0912345678", True),
        (2973812345, "02973812345", True),
        ("0297.3812.345 / 0912 345 678;", "02973812345; 0912345678", False),
        ("0297 3812 345 (số máy lẻ 12)", "02973812345 (số máy lẻ 12)", False),
        ("0297 3812345, máy lẻ: 12", "02973812345 (số máy lẻ 12)", False),
        ("0297 3812345 ext. 12", "02973812345 (số máy lẻ 12)", False),
    ],
)
def test_a_phone_number_is_national(typed: Raw, number: str, *, changed: bool) -> None:
    """Separators go, +84 becomes 0 and the zero lost in Excel comes back; extensions and second numbers stay."""
    assert read_phone(typed) == Reading(number, changed)


@pytest.mark.parametrize(
    "typed", ["", "không có", "1900 1234", "091234567", "09123456789", "0012345678", 0.5, NAN, True, date(2023, 1, 1), "٠٩١٢٣٤٥٦٧٨"]
)
def test_what_is_no_phone_number_is_refused(typed: Raw) -> None:
    """Too few or too many digits are no number."""
    assert _reason(read_phone, typed) == "phone"


@pytest.mark.parametrize(
    ("typed", "address", "changed"),
    [
        (" qln.sxd@kiengiang.gov.vn ", "qln.sxd@kiengiang.gov.vn", False),
        ("<qln@example.vn>", "qln@example.vn", True),
        ("mailto:qln@example.vn", "qln@example.vn", True),
        ("qln@example.vn.", "qln@example.vn", True),
    ],
)
def test_an_address_is_read_without_its_wrapping(typed: str, address: str, *, changed: bool) -> None:
    """What mail programs put round an address is dropped."""
    assert read_email(typed) == Reading(address, changed)


@pytest.mark.parametrize(
    "typed", ["", "qln", "qln@example", "q ln@example.vn", "a@b.vn; c@d.vn", "a..b@c.vn", "a@-b.vn", "a" * 250 + "@b.vn", 5, True]
)
def test_what_is_no_address_is_refused(typed: Raw) -> None:
    """One address, of a form that can be written to."""
    assert _reason(read_email, typed) == "email"


# --- names --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "name", "changed"),
    [
        ("Nguyễn Văn An", "Nguyễn Văn An", False),
        ("Nguyễn  Văn\u00a0An ", "Nguyễn Văn An", False),
        ("Nguyễn Văn\n\nAn", "Nguyễn Văn An", False),
        ("Lê Hoà", "Lê Hoà", False),
        ("Trần thị Bé", "Trần thị Bé", False),
        ("Anh Thư Lê", "Anh Thư Lê", False),
        ("Lê Thị Ông", "Lê Thị Ông", False),
        ("Y A", "Y A", False),
        ("NGUYỄN VĂN AN", "Nguyễn Văn An", True),
        ("nguyễn văn an", "Nguyễn Văn An", True),
        ("K'SOR H'BIA", "K'Sor H'Bia", True),
        ("Ông Nguyễn Văn An", "Nguyễn Văn An", True),
        ("Bà: Trần Thị Bé", "Trần Thị Bé", True),
        ("Ông/Bà Lê Cường", "Lê Cường", True),
        ("Đ/c Lê Cường", "Lê Cường", True),
        ("đồng chí Lê Cường", "Lê Cường", True),
        ("PGS.TS. Lê Cường", "Lê Cường", True),
        ("KTS.LÊ CƯỜNG", "Lê Cường", True),
        ("Mrs Lê Hoa", "Lê Hoa", True),
    ],
)
def test_a_name_loses_titles_and_capitals_only(typed: str, name: str, *, changed: bool) -> None:
    """A name typed properly is never altered; titles, capitals throughout and small letters throughout are mended and noted."""
    assert read_name(typed) == Reading(name, changed)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("Lê", "name_short"),
        ("Ông Lê", "name_short"),
        ("Ông", "name_short"),
        ("", "name_short"),
        ("Lê An 2", "name_digits"),
        ("Lê An²", "name_digits"),
        (12.0, "name_digits"),
        (True, "text"),
        (date(2023, 1, 1), "name_digits"),
    ],
)
def test_what_is_no_full_name_is_refused(typed: Raw, reason: str) -> None:
    """A name has two words at least and no digits."""
    assert _reason(read_name, typed) == reason


def test_a_person_is_known_by_name_and_birth() -> None:
    """Spellings of one name with one date of birth are one person; another tone or another day is another."""
    assert person_key("LÊ  HOÀ", BORN) == person_key("Lê Hòa", BORN)
    assert person_key("Lê Hoa", BORN) != person_key("Lê Hòa", BORN)
    assert person_key("Lê Hòa", None) != person_key("Lê Hòa", BORN)


def test_names_stand_in_vietnamese_order() -> None:
    """Given name first, then family and middle names; ă after a, đ after d, and tones only among equal letters."""
    names = [
        "Nguyễn An",
        "Phạm An",
        "Lê Bá An",
        "Lê Án",
        "Lê Anh",
        "Phạm Ánh",
        "Lê Ăn",
        "Lê Ân",
        "Lê Ba",
        "Lê Bà",
        "Lê Bả",
        "Lê Bã",
        "Lê Bá",
    ]
    ordered = ["Lê Bá An", "Nguyễn An", "Phạm An", *names[3:], "Lê Bạ", "Lê Dung", "Lê Đức", "Lê Em", "Lê Êm", "Lê Žan"]
    assert sorted([*reversed(names), "Lê Žan", "Lê Êm", "Lê Em", "Lê Đức", "Lê Dung", "Lê Bạ"], key=sort_key) == ordered


TITLES = {"PGĐ": "Phó Giám đốc", "TP": "Trưởng phòng", "CV": "Chuyên viên", "Phó GĐ": "Phó Giám đốc"}


@pytest.mark.parametrize(
    ("typed", "office", "changed"),
    [
        ("PGĐ", "Phó Giám đốc", True),
        ("P.GĐ Sở", "Phó Giám đốc Sở", True),
        ("P. GĐ", "Phó Giám đốc", True),
        ("Phó GĐ Sở", "Phó Giám đốc Sở", True),
        ("TP. QLN", "Trưởng phòng QLN", True),
        ("cv, Bí thư Chi bộ", "Chuyên viên, Bí thư Chi bộ", True),
        ("Chuyên viên TP. Rạch Giá", "Chuyên viên TP. Rạch Giá", False),
        ("Trưởng  phòng", "Trưởng phòng", False),
        ("", "", False),
    ],
)
def test_a_leading_abbreviation_of_an_office_is_written_out(typed: str, office: str, *, changed: bool) -> None:
    """TP at the beginning is Trưởng phòng, anywhere else it stays (thành phố)."""
    assert expand_title(typed, TITLES) == Reading(office, changed)


# --- choices ------------------------------------------------------------------------------------------------------------------

ATTESTED: Sequence[tuple[str, str | None, Sequence[str]]] = [
    ("Đạt", None, ("x", "✓", "tốt")),
    ("Không đạt", None, ("không",)),
    ("Chưa đánh giá", None, ()),
]
KINDS: Sequence[tuple[str, str | None, Sequence[str]]] = [
    ("Tiền", "TT1-TIEN", ("tiền mặt",)),
    ("Hiện vật", "TT1-HIENVAT", ()),
    ("Sang", "S1", ()),
    ("Sáng", "S2", ()),
]


@pytest.mark.parametrize(
    ("typed", "choices", "value", "changed"),
    [
        ("Đạt", ATTESTED, "Đạt", False),
        (" ĐẠT\u200b", ATTESTED, "Đạt", False),
        (unicodedata.normalize("NFD", "Không đạt"), ATTESTED, "Không đạt", False),
        ("X", ATTESTED, "Đạt", True),
        ("✓", ATTESTED, "Đạt", True),
        ("dat", ATTESTED, "Đạt", True),
        ("chua danh gia", ATTESTED, "Chưa đánh giá", True),
        (True, ATTESTED, "Đạt", True),
        (False, ATTESTED, "Không đạt", True),
        ("TT1-TIEN", KINDS, "TT1-TIEN", False),
        ("tt1–tien", KINDS, "TT1-TIEN", False),
        ("Tiền", KINDS, "TT1-TIEN", False),
        ("tiền mặt", KINDS, "TT1-TIEN", True),
        ("tt1 hienvat", KINDS, "TT1-HIENVAT", True),
        ("Hiện vât", KINDS, "TT1-HIENVAT", True),
        ("Sáng", KINDS, "S2", False),
    ],
)
def test_a_choice_is_taken_by_label_code_or_alias(
    typed: Raw, choices: Sequence[tuple[str, str | None, Sequence[str]]], value: str, *, changed: bool
) -> None:
    """The register holds the code, or else the label; only more than case, blanks and Unicode form deserves a note."""
    assert read_choice(typed, choices) == Reading(value, changed)


@pytest.mark.parametrize(
    ("typed", "choices", "guess"),
    [
        ("Hiện vậy", KINDS, "Hiện vật"),
        ("Tốt lắm", ATTESTED, "Đạt"),
        ("Sàng", KINDS, "Sang"),
        ("???", ATTESTED, ""),
        ("", ATTESTED, ""),
        (7, ATTESTED, ""),
        (NAN, ATTESTED, ""),
        (True, KINDS, ""),
        ("Đạt", (), ""),
    ],
)
def test_what_is_no_choice_is_refused_with_the_nearest_label(
    typed: Raw, choices: Sequence[tuple[str, str | None, Sequence[str]]], guess: str
) -> None:
    """Without a unique entry nothing is chosen; the label most like it is proposed."""
    with pytest.raises(Refused) as refused:
        read_choice(typed, choices)
    assert (refused.value.reason, refused.value.facts) == ("choice", {"nearest": guess})


def test_one_name_spelt_two_ways_is_more_alike_than_two_names() -> None:
    """Hòa/Hoà are the same; Nam/Năm and Anh/Ánh are not."""
    assert similarity("Hòa", "hoà") == similarity("Thúy", "Thuý") == 100
    assert max(similarity("Nam", "Năm"), similarity("Anh", "Ánh")) < 70


def test_the_nearest_candidate_is_proposed_only_if_near() -> None:
    """A heading without diacritics finds its own; something else finds nothing."""
    headings = ["Họ và tên", "Ngày sinh", "Giới tính"]
    assert nearest("ho va ten", headings) == "Họ và tên"
    assert nearest("Ngày, tháng, năm sinh", headings) == "Ngày sinh"
    assert nearest("Số điện thoại", headings) is None
    assert nearest("Ngày sinh nhật", headings, least=90) is None
    assert nearest("gì đó", []) is None


# --- writing ------------------------------------------------------------------------------------------------------------------


def test_figures_are_printed_the_vietnamese_way() -> None:
    """A point between thousands, a comma before decimals, two digits for small counts."""
    assert [format_money(value) for value in (0, 999, 1_500_000)] == ["0", "999", "1.500.000"]
    assert [format_number(value) for value in (1250.5, 100.0, 0.125, -0.0, -2.5)] == ["1.250,5", "100", "0,125", "0", "-2,5"]
    assert [two_digits(number) for number in (5, 12, 100)] == ["05", "12", "100"]


@pytest.mark.parametrize(
    ("day", "printed"),
    [
        (date(2023, 2, 5), "ngày 05 tháng 02 năm 2023"),
        (date(2022, 8, 22), "ngày 22 tháng 8 năm 2022"),
        (date(2024, 3, 1), "ngày 01 tháng 3 năm 2024"),
        (date(2024, 1, 31), "ngày 31 tháng 01 năm 2024"),
    ],
)
def test_official_papers_pad_small_days_and_the_first_two_months(day: date, printed: str) -> None:
    """NĐ 30/2020/NĐ-CP: days below ten and the months 1 and 2 take a leading zero."""
    assert long_date(day) == printed


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "không"),
        (5, "năm"),
        (10, "mười"),
        (15, "mười lăm"),
        (20, "hai mươi"),
        (21, "hai mươi mốt"),
        (11, "mười một"),
        (14, "mười bốn"),
        (24, "hai mươi tư"),
        (25, "hai mươi lăm"),
        (100, "một trăm"),
        (104, "một trăm linh bốn"),
        (115, "một trăm mười lăm"),
        (1_001, "một nghìn không trăm linh một"),
        (2_025, "hai nghìn không trăm hai mươi lăm"),
        (1_500_000, "một triệu năm trăm nghìn"),
        (20_000_000, "hai mươi triệu"),
        (1_000_005, "một triệu không trăm linh năm"),
        (105_015_000, "một trăm linh năm triệu không trăm mười lăm nghìn"),
        (2_500_000_000, "hai tỷ năm trăm triệu"),
        (1_234_000_000_000, "một nghìn hai trăm ba mươi tư tỷ"),
    ],
)
def test_money_is_written_in_words(value: int, words: str) -> None:
    """Linh, mốt, tư, lăm and không trăm stand where Vietnamese wants them."""
    assert money_words(value) == f"{words} đồng"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Báo cáo thành tích", "Báo cáo thành tích"),
        ("70/QĐ-UBND", "70-QĐ-UBND"),
        ('a<b>:"c"?', "a-b-c-"),
        ("dòng\nhai", "dòng-hai"),
        ("hết. . ", "hết"),
        ("", "_"),
        ("...", "_"),
        ("nul", "_nul"),
        ("COM1.txt", "_COM1.txt"),
        ("Console", "Console"),
        ("x" * 200, "x" * 79),
    ],
)
def test_a_file_name_is_one_windows_accepts(text: str, name: str) -> None:
    """Signs, device names and endings that NTFS refuses are replaced; diacritics stay."""
    assert file_name(text) == name


def test_a_refusal_survives_the_way_between_processes() -> None:
    """Reason and facts are still there after pickling."""
    copy = pickle.loads(pickle.dumps(Refused("choice", nearest="Đạt")))  # noqa: S301 - our own bytes
    assert (copy.reason, copy.facts) == ("choice", {"nearest": "Đạt"})


@pytest.mark.parametrize("typed", ["NguyÔn V¨n B¶o", "TrÇn ThÞ Hång", "Ph¬ng Thanh", "Lê Văn A (đã nghỉ)", "Nguyễn / Trần", "Trần Văn B*"])
def test_a_name_of_other_signs_is_refused(typed: str) -> None:
    """What an old font leaves behind, and remarks beside the name, are no name to print on a paper."""
    with pytest.raises(Refused) as refused:
        read_name(typed)
    assert refused.value.reason == "name_letters"


@pytest.mark.parametrize("typed", ["H'Hen Niê", "Y Bhuốt Êban", "K’Brôih Ñang", "Nguyễn-Lê Thị Ánh"])
def test_names_of_every_people_are_names(typed: str) -> None:
    """Letters, apostrophes and hyphens of names written in Vietnam pass unchanged."""
    assert read_name(typed).value == typed


def test_an_accountant_s_zero_decimals_are_no_fraction() -> None:
    """``1.500.000,00`` is a whole sum, and a note says how it was read."""
    reading = read_money("1.500.000,00")
    assert (reading.value, reading.changed, reading.doubt) == (1_500_000, True, None)
