"""The master register: its frames, their order, what is held, and who stands in it twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from tests.registers import KIEN_GIANG, Row, cell, day, submission
from thidua_xlsx import text
from thidua_xlsx.model import CellRef, Finding, Severity
from thidua_xlsx.register import Register, build_register


def register_of(**units: Iterable[Row]) -> Register:
    """The register of these units' rows, handed over in the order given."""
    return build_register([submission(KIEN_GIANG, unit, rows) for unit, rows in units.items()], KIEN_GIANG)


def person(nominee_id: str, name: str, birth: str | None = None, citizen_id: str | None = None, wrong: str | None = None) -> Row:
    """A line of the sheet Cá nhân."""
    values = {"nominee_id": nominee_id, "full_name": name, "birth_date": day(birth), "citizen_id": citizen_id}
    return Row("individuals", values, {wrong} if wrong else set())


def collective(nominee_id: str, name: str) -> Row:
    """A line of the sheet Tập thể."""
    return Row("collectives", {"nominee_id": nominee_id, "name": name})


def found(register: Register) -> list[tuple[str, str | None, str | None]]:
    """Code, nominee and column of every finding."""
    return [(one.code, one.nominee_id, one.column) for one in register.findings]


def ref(unit: str, table: str, column: str, line: int = 0) -> CellRef:
    """A cell of a unit's file."""
    return CellRef(f"inbox/{unit}.xlsx", KIEN_GIANG.tables[table].sheet, cell(KIEN_GIANG, table, column, line))


# --- frames -------------------------------------------------------------------------------------------------------------------


def test_every_table_has_a_frame_with_its_columns_in_order() -> None:
    """Even without a single submission: place, the table's columns, the addresses; held frames also say what was refused."""
    register = register_of()
    for code, table in KIEN_GIANG.tables.items():
        place, columns = ["unit", "file", "sheet", "row"], list(table.columns)
        assert list(register.tables[code].columns) == [*place, *columns, "cells"]
        assert list(register.held[code].columns) == [*place, *columns, "refused", "cells"]
        assert register.tables[code].empty
    assert register.findings == ()


def test_values_stay_what_they_are_and_blanks_are_none() -> None:
    """No column is guessed into another type: money stays int, a leading zero stays, a blank is None and never NaN."""
    rows = [
        Row("achievements", {"nominee_id": "007", "value_vnd": 1_500_000, "achieved_on": day("6/2023"), "share_percent": 12.5}),
        Row("achievements", {"nominee_id": "008"}),
    ]
    frame = register_of(QLN=rows).tables["achievements"]
    assert {str(dtype) for dtype in frame.dtypes} == {"object"}
    assert frame["nominee_id"].tolist() == ["007", "008"]
    assert frame["value_vnd"].tolist() == [1_500_000, None]
    assert type(frame["value_vnd"][0]) is int
    assert frame["achieved_on"].tolist() == [day("6/2023"), None]
    assert frame["share_percent"].tolist() == [12.5, None]
    assert frame["row"].tolist() == [5, 6]
    assert frame["cells"][1]["nominee_id"] == ref("QLN", "achievements", "nominee_id", 1).cell


def test_the_order_is_the_campaigns_not_the_inboxs() -> None:
    """Units as in the campaign file, rows as in the sheet, whatever order the files were read in."""
    first, second = list(KIEN_GIANG.units)[:2]
    one = {first: [person("1", "Lê Văn Một"), person("2", "Lê Văn Hai")], second: [person("3", "Lê Văn Ba")]}
    other = dict(reversed(one.items()))
    assert register_of(**one).tables["individuals"].equals(register_of(**other).tables["individuals"])
    assert register_of(**other).tables["individuals"]["nominee_id"].tolist() == ["1", "2", "3"]


def test_held_rows_stand_apart_and_say_what_is_wrong() -> None:
    """A held row names what was not understood and what was understood but is wrong; its neighbours count."""
    unread = Row("achievements", {"nominee_id": "1"}, {"value_vnd"})
    wrong = Row("achievements", {"nominee_id": "2", "value_vnd": -5}, {"value_vnd"})
    register = register_of(QLN=[unread, Row("achievements", {"nominee_id": "3"}), wrong])
    assert register.tables["achievements"]["nominee_id"].tolist() == ["3"]
    held = register.held["achievements"]
    assert held["nominee_id"].tolist() == ["1", "2"]
    assert held["refused"].tolist() == [frozenset({"value_vnd"})] * 2
    assert held["value_vnd"].tolist() == [None, -5]


def test_a_warning_refuses_nothing() -> None:
    """Only errors make a held row's cell unreliable."""
    sent = submission(KIEN_GIANG, "QLN", [person("1", "Lê Văn Một", wrong="gender")])
    warned = Finding("C301", Severity.WARNING, ref("QLN", "individuals", "full_name"))
    register = build_register([replace(sent, findings=(*sent.findings, warned))], KIEN_GIANG)
    assert register.held["individuals"]["refused"].tolist() == [frozenset({"gender"})]


# --- the same nominee twice ---------------------------------------------------------------------------------------------------


def test_one_citizen_id_in_two_units_is_one_person() -> None:
    """M501 on each row, at the citizen id, naming the other unit, file, sheet and cell; both rows count."""
    register = register_of(
        QLN=[person("A", "Trần Thị Bé Ba", "05/06/1985", "091185012345")],
        KHTC=[person("C", "Lê Văn Tư", "1970"), person("B", "Trần Thị Ba", "1985", "091185012345")],
    )
    assert sorted(found(register)) == [("M501", "A", "citizen_id"), ("M501", "B", "citizen_id")]
    warning = next(one for one in register.findings if one.nominee_id == "A")
    assert (warning.severity, warning.ref, warning.value) == (Severity.WARNING, ref("QLN", "individuals", "citizen_id"), "091185012345")
    message = text.message(warning)
    assert f"{KIEN_GIANG.units['KHTC'].name} ({ref('KHTC', 'individuals', 'citizen_id', 1)})" in message
    assert KIEN_GIANG.tables["individuals"].columns["citizen_id"].heading in message
    assert len(register.tables["individuals"]) == 3


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("Nguyễn Thuý Hoà", "05/06/1985"), ("NGUYỄN THÚY  HÒA", "05/06/1985"), True),
        (("Trần Văn Nam", "05/06/1985"), ("Trần Văn Năm", "05/06/1985"), False),
        (("Trần Văn Nam", "05/06/1985"), ("Trần Văn Nam", "05/07/1985"), False),
        (("Trần Văn Nam", "1985"), ("Trần Văn Nam", "1985"), None),
        (("Trần Văn Nam", "05/06/1985"), ("Trần Văn Nam", "1985"), None),
        (("Trần Văn Nam", "05/06/1985"), ("Trần Văn Nam", "1986"), False),
        (("Trần Văn Nam", None), ("Trần Văn Nam", None), False),
    ],
)
def test_name_and_whole_birth_date_make_a_person(one: tuple[str, str], other: tuple[str, str], same: bool | None) -> None:
    """Where a tone mark stands and capitals do not matter, vowels do; a year alone is shared by too many and only noted."""
    register = register_of(QLN=[person("A", *one)], KHTC=[person("B", *other)])
    code = {True: "M501", None: "M507"}.get(same)
    assert sorted(found(register)) == ([(code, "A", "full_name"), (code, "B", "full_name")] if code else [])


def test_citizen_id_and_name_give_one_finding() -> None:
    """Whoever agrees in both is named once, by the citizen id."""
    rows = {unit: [person(unit, "Trần Văn Nam", "05/06/1985", "091085012345")] for unit in ("QLN", "KHTC")}
    assert sorted(found(register_of(**rows))) == [("M501", "KHTC", "citizen_id"), ("M501", "QLN", "citizen_id")]


def test_each_other_place_is_named_by_the_cell_that_agrees() -> None:
    """One colleague has the same citizen id, another only name and birth date: the finding points at both cells."""
    register = register_of(
        QLN=[person("A", "Trần Văn Nam", "05/06/1985", "091085012345")],
        KHTC=[person("B", "Trần Văn Namm", "05/06/1985", "091085012345"), person("C", "Trần Văn Nam", "05/06/1985")],
    )
    message = text.message(next(one for one in register.findings if one.nominee_id == "A"))
    assert str(ref("KHTC", "individuals", "citizen_id", 0)) in message
    assert str(ref("KHTC", "individuals", "full_name", 1)) in message


def test_a_person_in_three_places_names_both_others() -> None:
    """Another unit and another line of the same unit are different findings."""
    rows = [person("A", "Trần Văn Nam", "05/06/1985"), person("B", "Trần Văn Nam", "05/06/1985")]
    register = register_of(QLN=rows, KHTC=[person("C", "Trần Văn Nam", "05/06/1985")])
    assert sorted(found(register)) == [
        (code, key, "full_name") for code, key in (("M501", "A"), ("M501", "B"), ("M501", "C"), ("M504", "A"), ("M504", "B"))
    ]
    both = text.message(next(one for one in register.findings if one.nominee_id == "C"))
    assert all(str(ref("QLN", "individuals", "full_name", line)) in both for line in (0, 1))


def test_a_collective_of_one_name_in_two_units_is_only_a_warning() -> None:
    """A Phòng Hành chính may honestly exist twice."""
    register = register_of(QLN=[collective("A", "Phòng Hành chính")], KHTC=[collective("B", "phòng hành chính "), collective("C", "Tổ xe")])
    assert sorted(found(register)) == [("M502", "A", "name"), ("M502", "B", "name")]
    assert {one.severity for one in register.findings} == {Severity.WARNING}
    assert len(register.tables["collectives"]) == 3


def test_held_rows_are_compared_with_nobody() -> None:
    """A row that does not count cannot stand in anybody's way."""
    rows = {"QLN": [person("A", "Trần Văn Nam", "05/06/1985")], "KHTC": [person("A", "Trần Văn Nam", "05/06/1985", wrong="gender")]}
    assert register_of(**rows).findings == ()


# --- ids ----------------------------------------------------------------------------------------------------------------------


def ids(frames: Mapping[str, Any], table: str) -> list[tuple[str, str]]:
    """Unit and id of a frame's rows."""
    return list(zip(frames[table]["unit"], frames[table]["nominee_id"], strict=True))


def test_an_id_belongs_to_the_unit_in_whose_form_it_was_printed() -> None:
    """M503 holds the row of the other unit, whichever unit comes first, and proposes an id of its own that is free."""
    for stranger, owner in (("QLN", "KHTC"), ("KHTC", "QLN")):
        printed = f"{owner}-CN001"
        rows = {stranger: [person(f"{stranger}-CN001", "Lê Văn Một"), person(printed, "Lê Văn Hai")], owner: [person(printed, "Lê Văn Ba")]}
        register = register_of(**rows)
        assert sorted(ids(register.tables, "individuals")) == sorted([(owner, printed), (stranger, f"{stranger}-CN001")])
        assert ids(register.held, "individuals") == [(stranger, printed)]
        assert register.held["individuals"]["refused"].tolist() == [frozenset({"nominee_id"})]
        (error,) = register.findings
        assert (error.code, error.severity, error.ref) == ("M503", Severity.ERROR, ref(stranger, "individuals", "nominee_id", 1))
        assert f"“{stranger}-CN002”" in text.message(error)


def test_of_two_units_with_a_home_made_id_the_first_keeps_it() -> None:
    """First in the campaign's order; achievements stay with the unit that wrote them."""
    first, second = list(KIEN_GIANG.units)[:2]
    rows = {unit: [person("CN-1", f"Lê Văn {unit}"), Row("achievements", {"nominee_id": "CN-1"})] for unit in (second, first)}
    register = register_of(**rows)
    assert ids(register.tables, "individuals") == [(first, "CN-1")]
    assert ids(register.held, "individuals") == [(second, "CN-1")]
    assert ids(register.tables, "achievements") == [(first, "CN-1"), (second, "CN-1")]
