"""Citizen ids (số CCCD), telephone numbers and e-mail addresses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from thidua_xlsx.vietnamese._numbers import plain_number
from thidua_xlsx.vietnamese._reading import Reading, Refused
from thidua_xlsx.vietnamese._text import clean, digits_meant, fold

if TYPE_CHECKING:
    from thidua_xlsx.model import PartialDate, Raw

PROVINCES = frozenset((
    "001", "002", "004", "006", "008", "010", "011", "012", "014", "015", "017", "019", "020", "022", "024", "025",
    "026", "027", "030", "031", "033", "034", "035", "036", "037", "038", "040", "042", "044", "045", "046", "048",
    "049", "051", "052", "054", "056", "058", "060", "062", "064", "066", "067", "068", "070", "072", "074", "075",
    "077", "079", "080", "082", "083", "084", "086", "087", "089", "091", "092", "093", "094", "095", "096",
))  # fmt: skip
"""Codes of the 63 provinces before July 2025 (TT 59/2021/TT-BCA); other codes belong to people registered abroad."""

_FULL = 12
_OLD = 9
_DIGITS = re.compile("[0-9]+")
_LETTERS_FOR_DIGITS = re.compile("[0-9][oOIl|]|[oOIl|][0-9]")
_SCIENTIFIC = re.compile(r"[0-9]+(?:[.,…][0-9]*…?)?e[+]?[0-9]+")
_ID_SEPARATORS = re.compile(r"[ .\-'_]")
_ID_LABEL = re.compile(
    r"^(?:(?:số|so)[ :.]*)?(?:(?:thẻ )?(?:cccd|cmnd|cmt|cc|đdcn|căn cước(?: công dân)?|định danh)[ :.]*)?(?:(?:số|so)[ :.]*)?(?=[0-9o'])"
)
_DECIMALS = re.compile(r"([0-9]{8,12})[.,]0{1,2}")
"""A number turned into text by another program: its .0 must not become a digit of the id."""


def citizen_mismatches(citizen_id: str, gender: str | None, birth: PartialDate | None) -> frozenset[str]:
    """What a 12-digit id says otherwise than the row: ``gender``, ``birth`` (its year), ``province`` (no such code).

    The fourth digit holds century and gender, the next two the year of birth (NĐ 137/2015/NĐ-CP Đ13, TT 59/2021/TT-BCA Đ4).
    """
    if len(citizen_id) != _FULL or not _DIGITS.fullmatch(citizen_id):
        return frozenset()
    century, woman = divmod(int(citizen_id[3]), 2)
    year = 1900 + 100 * century + int(citizen_id[4:6])
    wrong = {
        "gender": gender is not None and fold(gender) != ("nữ" if woman else "nam"),
        "birth": birth is not None and birth.year != year,
        "province": citizen_id[:3] not in PROVINCES,
    }
    return frozenset(what for what, found in wrong.items() if found)


def _typed_digits(raw: Raw) -> str:
    """The id as typed, or as the number that Excel made of it."""
    if isinstance(raw, str):
        if _DIGITS.fullmatch(raw):
            return raw
        text = fold(raw)
        if _SCIENTIFIC.fullmatch(text):
            raise Refused("citizen_scientific")
        text = _ID_LABEL.sub("", text)
        if decimals := _DECIMALS.fullmatch(text):
            return decimals[1]
        return digits_meant(_ID_SEPARATORS.sub("", text))
    number = plain_number(raw)
    if number is None or number < 0 or number != int(number):
        raise Refused("citizen")
    if number >= 10**_FULL:
        raise Refused("citizen_scientific")
    return str(int(number))


def _restored(digits: str, gender: str | None, birth: PartialDate | None) -> Reading[str] | None:
    """The id with the zeros that Excel cut off, only where everything the row knows bears it out."""
    whole = digits.zfill(_FULL)
    if gender is None or birth is None or citizen_mismatches(whole, gender, birth):
        return None
    return Reading(whole, changed=True)


def _lost_zero(digits: str, gender: str | None, birth: PartialDate | None) -> Reading[str]:
    if len(digits) in {_FULL - 2, _FULL - 1} and (restored := _restored(digits, gender, birth)):
        return restored
    raise Refused({_FULL - 1: "citizen_zero", _OLD - 1: "cmnd_zero"}.get(len(digits), "citizen"))


def read_citizen_id(raw: Raw, gender: str | None, birth: PartialDate | None) -> Reading[str]:
    """Twelve digits; or the nine of an old CMND, with the doubt ``cmnd``. The letters O and l are digits only where gender and birth fit.

    Refused: ``citizen_zero`` (a leading zero seems lost and cannot be restored with certainty), ``cmnd_zero``,
    ``citizen_scientific`` (digits are lost for good), ``citizen``.
    """
    digits = _typed_digits(raw)
    if not _DIGITS.fullmatch(digits):
        raise Refused("citizen")
    changed = isinstance(raw, str) and clean(raw) != digits
    if isinstance(raw, str) and _LETTERS_FOR_DIGITS.search(raw) and not _restored(digits, gender, birth):
        raise Refused("citizen")
    if len(digits) not in {_OLD, _FULL}:
        return _lost_zero(digits, gender, birth)
    return Reading(digits, changed, doubt="cmnd" if len(digits) == _OLD else None)


def mask_citizen_id(value: str) -> str:
    """The id as it may be shown to others: ``091*******89``."""
    return f"{value[:3]}{'*' * (len(value) - 5)}{value[-2:]}" if len(value) > 5 else "*" * len(value)


_PHONE = re.compile(r"0[1-9][0-9]{8}|02[0-9]{9}")
_OLD_MOBILE = re.compile(r"01(?:2[0-9]|6[2-9]|8[68]|99)[0-9]{7}")
"""Mobile numbers of eleven digits, which all got ten in 2018; which of the new ones it is, is not ours to say."""
_ONE_PHONE = re.compile(r"([+(]{0,2}[0-9][0-9 .()\-]*?)(?:[ ,]*[(]?(?:số|máy|lẻ|nhánh|ext)[^0-9]*([0-9]{1,6})[)]?)?")
_NOT_DIGITS = re.compile("[^0-9]")
_PHONE_LABEL = re.compile(r"^(?:số )?(?:điện thoại|di động|đtdđ|đt|sđt|dt|sdt|dđ|tel|phone|mobile|hotline|zalo|cq|nr)[ .:]+(?=[0-9+(o])")
_BETWEEN_PHONES = re.compile(
    r"[/;]|,(?! ?\(?(?:số|máy|lẻ|nhánh|ext))| (?:và|hoặc) |(?<=[0-9]{9}) (?=0[0-9]{9})|(?<=[0-9]{6})-(?=\(?\+?[0-9]{4})"
)


def _phone(text: str) -> tuple[str, bool]:
    """One number in its national form, and whether anything but signs between its digits had to be changed for it."""
    bare = text if text[:1].isdigit() else _PHONE_LABEL.sub("", text)
    as_typed = _ONE_PHONE.fullmatch(bare)
    found = as_typed or _ONE_PHONE.fullmatch(digits_meant(bare))
    if not found:
        raise Refused("phone")
    digits = _NOT_DIGITS.sub("", found[1])
    national = digits.removeprefix("00") if digits.startswith("0084") else digits
    if national.startswith("84") and len(national) > 10:
        national = f"0{national[2:].removeprefix('0')}"
    elif not national.startswith("0"):
        national = f"0{national}"
    if not (_PHONE.fullmatch(national) or _OLD_MOBILE.fullmatch(national)):
        raise Refused("phone")
    extension = f" (số máy lẻ {found[2]})" if found[2] else ""
    return national + extension, national != digits or as_typed is None or bare != text


def _phone_text(raw: Raw) -> str:
    if isinstance(raw, str):
        text = fold(raw)
        decimals = _DECIMALS.fullmatch(text)
        return decimals[1] if decimals else text
    number = plain_number(raw)
    if number is None or number != int(number):
        raise Refused("phone")
    return str(int(number))


def read_phone(raw: Raw) -> Reading[str]:
    """Vietnamese telephone numbers in national form, several parted by ``;``; else refused (``phone``).

    +84 becomes 0, and a leading zero that Excel cut off comes back. Doubt: ``phone_old``, a mobile number of eleven digits.
    """
    parts = _BETWEEN_PHONES.split(_phone_text(raw).strip(" ;/.,'"))
    phones = [_phone(part.strip()) for part in parts]
    old = any(_OLD_MOBILE.fullmatch(value) for value, _ in phones)
    return Reading("; ".join(value for value, _ in phones), any(changed for _, changed in phones), "phone_old" if old else None)


_EMAIL = re.compile(r"[A-Za-z0-9_%+'\-]+(?:\.[A-Za-z0-9_%+'\-]+)*@(?:[A-Za-z0-9](?:[A-Za-z0-9\-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}")
_EMAIL_LABEL = re.compile("^(?:mailto:|(?:e-?mail|thư điện tử) ?: ?)", re.IGNORECASE)
_LONGEST_EMAIL = 254


def read_email(raw: Raw) -> Reading[str]:
    """One e-mail address; a ``mailto:`` or ``Email:``, angle brackets or a point at the end are dropped. Else refused (``email``)."""
    typed = clean(raw) if isinstance(raw, str) else ""
    address = _EMAIL_LABEL.sub("", typed).strip("<> .,;")
    if len(address) > _LONGEST_EMAIL or not _EMAIL.fullmatch(address):
        raise Refused("email")
    return Reading(address, changed=address != typed)
