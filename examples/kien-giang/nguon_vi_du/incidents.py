"""What is wrong, missing or unusual in each unit's file, on purpose: the daily bread of whoever merges such files.

Each function changes what the unit *means* (a person under review, a blank attestation), or plants what it *types* wrongly (``mistakes``)
or oddly (``remarks``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import cast

from nguon_vi_du.deeds import Cells, Value
from nguon_vi_du.truth import Mistake, Registration, Remark


def plant(registrations: dict[str, Registration]) -> None:
    """Put every unit's incidents into its registration."""
    for code, incident in INCIDENTS.items():
        incident(registrations[code])
    _same_person_in_two_units(registrations["QLXD"], registrations["BQLDA"])


def _deed(registration: Registration, kinds: str | tuple[str, ...], skip: int = 0) -> int:
    """The line of an individual's deed of one of these kinds, the first but ``skip``, that nothing has been done to yet."""
    rows = registration.tables["achievements"]
    found = [
        number
        for number, row in enumerate(rows)
        if str(row["kind"]).startswith(kinds) and "-CN" in str(row["nominee_id"]) and not registration.held("achievements", number)
    ]
    return found[skip]


def _only_deed(registration: Registration, kinds: str | tuple[str, ...], skip: int = 0) -> int:
    """As :func:`_deed`, but the only deed its person has, so that the verdict hangs on it."""
    rows = registration.tables["achievements"]
    owners = [row["nominee_id"] for row in rows]
    found = [
        number
        for number, row in enumerate(rows)
        if str(row["kind"]).startswith(kinds) and "-CN" in str(row["nominee_id"]) and owners.count(row["nominee_id"]) == 1
    ]
    return found[skip]


def _wrong(registration: Registration, table: str, row: int, column: str, typed: Value, code: str) -> None:
    registration.mistakes.append(Mistake(table, row, column, typed, code))


def _said(registration: Registration, table: str, row: int, column: str, code: str, typed: Value = None) -> None:
    registration.remarks.append(Remark(table, row, column, code, typed))


def _blank(registration: Registration, table: str, row: int, columns: Sequence[str], code: str) -> None:
    """Leave cells blank that should be filled."""
    for column in columns:
        registration.tables[table][row][column] = None
        _said(registration, table, row, column, code)


def _office(it: Registration) -> None:
    """Văn phòng fills in everything as it should be; two dates are only known in part, one of them straddles the end of the window."""
    rows = it.tables["achievements"]
    idea = rows[_only_deed(it, "TT2")]
    idea |= {"achieved_on": (2023,)} | {column: None for column in ("recognized_by", "decision_no", "decision_date") if column in idea}
    rows[_only_deed(it, "TT1")]["achieved_on"] = (2023, 6)


def _inspectorate(it: Registration) -> None:
    """Thanh tra sends late, and with dates that no calendar has."""
    _said(it, "unit", 0, "prepared_on", "C337")
    _wrong(it, "individuals", 7, "birth_date", "31/02/1985", "C307")
    _wrong(it, "achievements", _only_deed(it, "TT2"), "achieved_on", "30/02/2022", "C307")
    _wrong(it, "prior_awards", 2, "decision_date", "12/25/2021", "C308")


def _planning(it: Registration) -> None:
    """Kế hoạch - Tài chính: sound, once mended (its first file was not)."""
    it.tables["individuals"][4]["under_review"] = "Có"


def _architecture(it: Registration) -> None:
    """Quy hoạch - Kiến trúc works on a Mac: every text is decomposed (NFD). One initiative has no effect yet, one deed is of 2020."""
    rows = it.tables["achievements"]
    number = _only_deed(it, "TT2B")
    rows[number]["effect_amount"] = rows[number]["effect_unit"] = None
    _blank(it, "achievements", number, ("effect",), "C328")
    number = _only_deed(it, "TT2", 1)
    rows[number]["achieved_on"] = (2020,)
    _said(it, "achievements", number, "achieved_on", "C338")


def _construction(it: Registration) -> None:
    """Quản lý xây dựng writes sums as it speaks; one sum is no figure, one product is wrong, one price is missing."""
    rows = it.tables["achievements"]
    number = _deed(it, "TT1-TIEN")
    _wrong(it, "achievements", number, "value_vnd", "trên 10 triệu", "C361")
    goods = _deed(it, "TT1-HIENVAT")
    value = cast("int", rows[goods]["value_vnd"])
    _wrong(it, "achievements", goods, "value_vnd", value * 10, "R402")
    _wrong(it, "achievements", _deed(it, "TT1-HIENVAT"), "unit_price", None, "C326")
    money = _deed(it, "TT1-TIEN")
    rows[money]["value_vnd"] = 1_500_000
    _said(it, "achievements", money, "value_vnd", "C350", "1,5 triệu")
    money = _deed(it, "TT1-TIEN", 1)
    rows[money]["value_vnd"] = 5_000_000
    _said(it, "achievements", money, "value_vnd", "C350", "5tr")


def _housing(it: Registration) -> None:
    """Quản lý nhà names a nominee and a paper that are nowhere, and abbreviates whatever can be abbreviated."""
    _wrong(it, "achievements", _deed(it, "TT1-TIEN"), "nominee_id", "QLN-CN099", "R423")
    _wrong(it, "achievements", _deed(it, "TT2"), "evidence_id", "QLN-MC88", "R423")
    _said(it, "individuals", 3, "performance", "C350", "HTTNV")
    it.tables["individuals"][3]["performance"] = "Hoàn thành tốt nhiệm vụ"


def _infrastructure(it: Registration) -> None:
    """Hạ tầng kỹ thuật, in its second file, still says "như trên", and counts more women than members."""
    _wrong(it, "achievements", _deed(it, "TT1", 2), "description", "như trên", "C323")
    members = cast("int", it.tables["collectives"][0]["members"])
    _wrong(it, "collectives", 0, "women", members + 4, "R403")


def _appraisal(it: Registration) -> None:
    """Chi cục Giám định types citizen ids as numbers; Excel cut the zeros. One has lost its digits for good, one denies the gender."""
    people = it.tables["individuals"]
    for number in range(3, 12):
        if str(people[number]["citizen_id"]).startswith("0"):
            _said(it, "individuals", number, "citizen_id", "C350", int(str(people[number]["citizen_id"])))
    _wrong(it, "individuals", 13, "citizen_id", "9,1081E+10", "C317")
    citizen = str(people[16]["citizen_id"])
    _wrong(it, "individuals", 16, "citizen_id", f"{citizen[:3]}{1 - int(citizen[3])}{citizen[4:]}", "R405")
    it.tables["individuals"][20]["TC1"] = "Chưa đánh giá"


def _city_planning(it: Registration) -> None:
    """Trung tâm Quy hoạch rates somebody below "tốt" and attests TC2 all the same, and counts its people wrongly."""
    _wrong(it, "individuals", 9, "performance", "HTNV", "R401")
    declared = cast("int", it.tables["unit"][0]["declared_individuals"])
    it.tables["unit"][0]["declared_individuals"] = declared + 2
    _said(it, "unit", 0, "declared_individuals", "R421")
    it.tables["individuals"][14] |= {"TC2": "Không đạt", "performance": "Hoàn thành nhiệm vụ"}
    it.tables["achievements"][_deed(it, "TT1")]["used_for"] = "Giấy khen của Giám đốc Sở"
    _said(it, "achievements", _deed(it, "TT1"), "used_for", "R415")


def _testing(it: Registration) -> None:
    """Trung tâm Kiểm định leaves blank what it does not know: TC5 of the whole unit, attestations of some, one position."""
    _blank(it, "unit", 0, ("TC5",), "C327")
    _blank(it, "individuals", 5, ("TC1", "TC2"), "C327")
    _blank(it, "individuals", 8, ("TC4",), "C327")
    _blank(it, "collectives", 1, ("TC3", "TC6"), "C327")
    _blank(it, "achievements", _deed(it, "TT1"), ("content",), "C327")
    _wrong(it, "individuals", 17, "position", None, "C301")


def _projects(it: Registration) -> None:
    """Ban Quản lý dự án: one person under review, one reprimanded, one cautioned whose TC6 is attested all the same."""
    people = it.tables["individuals"]
    people[6]["under_review"] = "Có"
    it.tables["collectives"][2]["under_review"] = "Có"
    reprimand: Cells = {
        "TC6": "Không đạt",
        "discipline": "Khiển trách",
        "discipline_decision": "15/QĐ-SXD ngày 10/3/2022",
        "discipline_until": date(2023, 3, 10),
    }
    people[10] |= reprimand
    people[19] |= {"discipline_decision": "48/QĐ-SXD ngày 6/9/2022", "discipline_until": date(2023, 9, 6)}
    _wrong(it, "individuals", 19, "discipline", "Cảnh cáo", "R401")
    for number in range(len(it.tables["collectives"])):
        _said(it, "collectives", number, "TC6", "R422")


def _same_person_in_two_units(first: Registration, second: Registration) -> None:
    """Somebody has moved from Quản lý xây dựng to Ban Quản lý dự án, and both register him."""
    same = ("salutation", "full_name", "birth_date", "gender", "citizen_id", "hometown", "residence", "qualification", "party_member")
    second.tables["individuals"][12] |= {column: first.tables["individuals"][9][column] for column in same}
    for unit, row in ((first, 9), (second, 12)):
        _said(unit, "individuals", row, "citizen_id", "M501")


INCIDENTS: dict[str, Callable[[Registration], None]] = {
    "VP": _office,
    "TTRA": _inspectorate,
    "KHTC": _planning,
    "QHKT": _architecture,
    "QLXD": _construction,
    "QLN": _housing,
    "HTKT": _infrastructure,
    "CCGD": _appraisal,
    "TTQH": _city_planning,
    "TTKD": _testing,
    "BQLDA": _projects,
}
