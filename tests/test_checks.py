"""Checks: a sound submission has no finding, one wrong cell has the one error that belongs to it, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sound import CAMPAIGN, ROUND, UNIT_NAME, fill_to
from thidua_xlsx import text
from thidua_xlsx.checks import check_submission
from thidua_xlsx.intake import read_file
from thidua_xlsx.model import CheckedSubmission, PartialDate, Raw, RawRow, Severity, Submission
from thidua_xlsx.vietnamese import is_blank_mark

Change = tuple[str, int, str, Raw | None]


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Submission:
    """The sound registration, read from its workbook."""
    arrival = read_file(fill_to(tmp_path_factory.mktemp("checks")), "inbox/QLN.xlsx", CAMPAIGN, ROUND)
    assert arrival.submission is not None
    return arrival.submission


def changed(submission: Submission, *changes: Change) -> Submission:
    """The submission with other values in some cells; None blanks a cell."""
    rows = {code: list(part) for code, part in submission.rows.items()}
    for table, number, column, value in changes:
        row = rows[table][number]
        values = {code: raw for code, raw in row.values.items() if code != column}
        rows[table][number] = replace(row, values=values if value is None else {**values, column: value})
    return replace(submission, rows={code: tuple(part) for code, part in rows.items()})


def check(submission: Submission) -> CheckedSubmission:
    """Checked for its round."""
    return check_submission(submission, CAMPAIGN, ROUND)


def found(checked: CheckedSubmission, *severities: Severity) -> list[tuple[str, str]]:
    """Code and table.column of the findings of these severities (all of them if none is named)."""
    return [(f.code, f"{f.table}.{f.column}") for f in checked.findings if f.severity in (severities or tuple(Severity))]


def errors(checked: CheckedSubmission) -> list[tuple[str, str, str]]:
    """Code, sheet and cell of the errors."""
    return [(f.code, f.ref.sheet, f.ref.cell) for f in checked.findings if f.severity is Severity.ERROR]


def test_sound_submission_has_no_finding(sound: Submission) -> None:
    """A sound submission has no finding of any severity, and no row is held."""
    checked = check(sound)
    assert found(checked) == []
    assert not any(record.held for part in checked.records.values() for record in part)


def test_values_are_typed(sound: Submission) -> None:
    """Dates are partial dates, money and counts whole numbers, choices their code."""
    records = check(sound).records
    assert records["individuals"][1].values["birth_date"] == PartialDate(1979, 3, 15)
    assert records["individuals"][2].values["birth_date"] == PartialDate(1990)
    achievement = records["achievements"][1].values
    assert (achievement["kind"], achievement["content"], achievement["value_vnd"]) == ("TT1-HIENVAT", "ND2", 2_000_000)
    assert achievement["evidence_id"] == "QLN-MC01; QLN-MC02"
    assert records["unit"][0].values["name"] == UNIT_NAME


WRONG: list[tuple[str, int, str, Raw | None, str]] = [
    ("unit", 0, "code", "QLXD", "R411"),
    ("unit", 0, "code", "XYZ", "C314"),
    ("unit", 0, "name", "Thanh tra Sở", "R412"),
    ("unit", 0, "name", "Phòng Hậu cần", "C314"),
    ("unit", 0, "preparer", None, "C301"),
    ("unit", 0, "preparer", "Hạnh", "C321"),
    ("unit", 0, "phone", "số máy bàn", "C319"),
    ("unit", 0, "email", "qln(at)example.vn", "C320"),
    ("unit", 0, "head_title", "như trên", "C323"),
    ("unit", 0, "prepared_on", "31/02/2023", "C307"),
    ("unit", 0, "declared_collectives", "một", "C309"),
    ("unit", 0, "staff_total", 0.0, "C331"),
    ("unit", 0, "staff_women", 13.0, "R403"),
    ("unit", 0, "TC3", "tạm được", "C313"),
    ("unit", 0, "party_rating", "Hoàn thành nhiệm vụ", "R401"),
    ("collectives", 0, "nominee_id", None, "C301"),
    ("collectives", 0, "members", 0.0, "C331"),
    ("collectives", 0, "women", 13.0, "R403"),
    ("collectives", 0, "award_sought", "Huân chương Lao động hạng Ba", "C313"),
    ("collectives", 0, "performance", "HTNV", "R401"),
    ("collectives", 0, "union_rating", "Hoàn thành nhiệm vụ", "R401"),
    ("collectives", 0, "discipline", "Khiển trách", "R401"),
    ("collectives", 0, "under_review", None, "C301"),
    ("individuals", 1, "nominee_id", None, "C301"),
    ("individuals", 1, "nominee_id", "#REF!", "C324"),
    ("individuals", 0, "nominee_id", "QLN-CN002", "R420"),
    ("individuals", 1, "nominee_id", "QLN-CN001", "R420"),
    ("individuals", 1, "nominee_id", "QLN-TT01", "R420"),
    ("individuals", 0, "full_name", "Nguyễn Thị 2", "C322"),
    ("individuals", 0, "full_name", "nt", "C323"),
    ("individuals", 0, "birth_date", "29/02/1985", "C307"),
    ("individuals", 0, "birth_date", "06/25/1985", "C308"),
    ("individuals", 0, "birth_date", "mùa xuân 1985", "C360"),
    ("individuals", 0, "birth_date", date(2010, 6, 5), "C336"),
    ("individuals", 0, "birth_date", date(2024, 6, 5), "C335"),
    ("individuals", 0, "birth_date", None, "C301"),
    ("individuals", 0, "gender", "Nam", "R406"),
    ("individuals", 0, "gender", "khác", "C313"),
    ("individuals", 0, "gender", None, "C301"),
    ("individuals", 0, "salutation", "Ông", "R409"),
    ("individuals", 0, "citizen_id", "091085001234", "R405"),
    ("individuals", 0, "citizen_id", "091186001234", "R407"),
    ("individuals", 0, "citizen_id", 9.1185e13, "C317"),
    ("individuals", 0, "citizen_id", "9,11E+10", "C317"),
    ("individuals", 0, "citizen_id", "91185001", "C318"),
    ("individuals", 0, "citizen_id", "đang làm lại", "C315"),
    ("individuals", 2, "citizen_id", "091090004321", "R405"),
    ("individuals", 1, "position", '"', "C323"),
    ("individuals", 1, "department", None, "C301"),
    ("individuals", 1, "category", "Cán bộ nguồn", "C313"),
    ("individuals", 1, "performance", "Hoàn thành nhiệm vụ", "R401"),
    ("individuals", 1, "discipline", "Cảnh cáo", "R401"),
    ("individuals", 1, "discipline_until", "cuối năm", "C306"),
    ("achievements", 0, "achievement_id", "QLN-T002", "R420"),
    ("achievements", 0, "nominee_id", "QLN-CN099", "R423"),
    ("achievements", 0, "nominee_id", "như trên", "C323"),
    ("achievements", 0, "kind", "Tiền bạc châu báu", "C313"),
    ("achievements", 0, "kind", None, "C301"),
    ("achievements", 0, "achieved_on", "31/6/2023", "C307"),
    ("achievements", 0, "description", "=SUM(A1:A3)", "C325"),
    ("achievements", 0, "value_vnd", "1,5 triêu đồng chẵn", "C302"),
    ("achievements", 0, "value_vnd", "trên 10 triệu", "C361"),
    ("achievements", 0, "value_vnd", -1500000.0, "C304"),
    ("achievements", 0, "value_vnd", 1500000.5, "C305"),
    ("achievements", 0, "value_vnd", None, "C326"),
    ("achievements", 0, "value_vnd", "#VALUE!", "C324"),
    ("achievements", 0, "value_vnd", True, "C302"),
    ("achievements", 1, "value_vnd", 2_000_002.0, "R402"),
    ("achievements", 1, "item", None, "C326"),
    ("achievements", 1, "quantity", "một trăm", "C310"),
    ("achievements", 1, "quantity", None, "C326"),
    ("achievements", 1, "unit_price", "hai chục", "C302"),
    ("achievements", 1, "valuation", None, "C326"),
    ("achievements", 1, "evidence_id", "QLN-MC01; QLN-MC99", "R423"),
    ("achievements", 2, "description", "Sáng kiến", "C333"),
    ("achievements", 2, "share_percent", 150.0, "C311"),
    ("achievements", 2, "decision_date", "32/12/2022", "C307"),
    ("achievements", 2, "used_for", None, "C301"),
    ("achievements", 3, "petition_document", None, "C326"),
    ("achievements", 3, "petition_result", "Tốt đẹp", "C313"),
    ("prior_awards", 0, "nominee_id", "QLN-CN999", "R423"),
    ("prior_awards", 0, "year", "2021-2022", "C312"),
    ("prior_awards", 0, "year", 1930.0, "C331"),
    ("prior_awards", 0, "type", "Giải thưởng", "C314"),
    ("prior_awards", 0, "name", None, "C301"),
    ("prior_awards", 0, "decision_date", date(2030, 1, 1), "C335"),
    ("evidence", 0, "evidence_id", None, "C301"),
    ("evidence", 1, "evidence_id", "QLN-MC01", "R420"),
    ("evidence", 0, "issued_on", "ngày hôm qua", "C306"),
]


@pytest.mark.parametrize(("table", "row", "column", "value", "code"), WRONG, ids=lambda part: str(part)[:24])
def test_one_wrong_cell_is_one_error(sound: Submission, table: str, row: int, column: str, value: Raw | None, code: str) -> None:
    """One cell made wrong gives exactly one error, at that cell, and holds exactly that row."""
    checked = check(changed(sound, (table, row, column, value)))
    ref = sound.rows[table][row].ref(column)
    assert errors(checked) == [(code, ref.sheet, ref.cell)]
    held = [(code, number) for code, part in checked.records.items() for number, record in enumerate(part) if record.held]
    assert held == [(table, row)]


def test_every_wrong_cell_is_named_at_once(sound: Submission) -> None:
    """Faults in many rows are all reported, in the order of tables, rows and columns."""
    distinct: dict[tuple[str, int], Change] = {}
    for table, row, column, value, _ in WRONG:
        if not column.endswith("_id"):
            distinct.setdefault((table, row), (table, row, column, value))
    checked = check(changed(sound, *distinct.values()))
    places = [f.ref for f in checked.findings if f.severity is Severity.ERROR]
    wanted = [sound.rows[table][row].ref(column) for table, row, column, _ in distinct.values()]
    order = list(CAMPAIGN.tables)
    assert sorted(places, key=str) == sorted(wanted, key=str)
    assert [f.table for f in checked.findings] == sorted((f.table for f in checked.findings), key=lambda code: order.index(code or ""))


UNDERSTOOD: list[tuple[str, int, str, Raw, Any]] = [
    ("achievements", 0, "value_vnd", "1,5 triệu", 1_500_000),
    ("achievements", 0, "value_vnd", "1tr5", 1_500_000),
    ("achievements", 0, "nominee_id", "qln - cn001", "QLN-CN001"),
    ("achievements", 0, "kind", "tiền mặt", "TT1-TIEN"),
    ("individuals", 0, "full_name", "NGUYỄN THỊ ÁNH NGUYỆT", "Nguyễn Thị Ánh Nguyệt"),
    ("individuals", 0, "full_name", "Bà Nguyễn Thị Ánh Nguyệt", "Nguyễn Thị Ánh Nguyệt"),
    ("individuals", 0, "position", "PTP", "Phó Trưởng phòng"),
    ("individuals", 0, "performance", "HTXSNV", "Hoàn thành xuất sắc nhiệm vụ"),
    ("individuals", 0, "TC1", "x", "Đạt"),
    ("individuals", 0, "citizen_id", 91185001234.0, "091185001234"),
    ("unit", 0, "name", "Phòng QLN&TTBĐS", UNIT_NAME),
    ("unit", 0, "name", "Phòng Quản lý nhà và Thị trường bất động sảnn", UNIT_NAME),
    ("unit", 0, "head_title", "TP", "Trưởng phòng"),
]


@pytest.mark.parametrize(("table", "row", "column", "value", "meant"), UNDERSTOOD, ids=lambda part: str(part)[:24])
def test_value_understood_otherwise_is_noted(sound: Submission, table: str, row: int, column: str, value: Raw, meant: Any) -> None:
    """A value understood otherwise than typed is counted, with one note that has both forms."""
    checked = check(changed(sound, (table, row, column, value)))
    assert found(checked) == [("C350", f"{table}.{column}")]
    note = checked.findings[0]
    assert checked.records[table][row].values[column] == meant
    assert note.value is not None
    assert note.value in text.message(note)
    assert note.facts["understood"] in text.message(note)


@pytest.mark.parametrize(
    ("change", "findings"),
    [
        (("unit", 0, "prepared_on", date(2023, 7, 5)), [("C337", "unit.prepared_on")]),
        (("unit", 0, "kind", "Đơn vị trực thuộc"), [("R413", "unit.kind")]),
        (("unit", 0, "declared_individuals", 4.0), [("R421", "unit.declared_individuals")]),
        (("unit", 0, "TC5", None), [("C327", "unit.TC5")]),
        (("individuals", 0, "department", "Văn phòng Sở"), [("R414", "individuals.department")]),
        (("individuals", 0, "citizen_id", "997185001234"), [("R408", "individuals.citizen_id")]),
        (("individuals", 0, "citizen_id", "370123456"), [("C353", "individuals.citizen_id")]),
        (("achievements", 0, "value_vnd", 500.0), [("C351", "achievements.value_vnd")]),
        (("achievements", 0, "used_for", "GK_GDS"), [("R415", "achievements.used_for")]),
        (("achievements", 2, "effect", None), [("C328", "achievements.effect")]),
        (("achievements", 2, "decision_no", "số 12"), [("C334", "achievements.decision_no")]),
        (("prior_awards", 0, "year", 2019.0), [("R404", "prior_awards.year")]),
    ],
)
def test_warnings_do_not_hold_the_row(sound: Submission, change: Change, findings: list[tuple[str, str]]) -> None:
    """What somebody should look at is a warning: the row is counted."""
    checked = check(changed(sound, change))
    assert found(checked) == findings
    assert found(checked, Severity.WARNING) == findings
    assert not any(record.held for part in checked.records.values() for record in part)


def test_contradiction_names_the_attested_column(sound: Submission) -> None:
    """A rating below tốt with TC2 = Đạt is one error at the rating that names TC2 and cites its clause."""
    finding = check(changed(sound, ("individuals", 1, "performance", "HTNV"))).findings[-1]
    assert (finding.code, finding.clause) == ("R401", "III.3.TC2")
    assert CAMPAIGN.tables["individuals"].columns["TC2"].heading in text.message(finding)


def test_disciplined_member_questions_the_collective(sound: Submission) -> None:
    """TC6 = Đạt of a collective is a warning while a member of the same form was disciplined."""
    member = ("individuals", 1, "discipline", "Khiển trách"), ("individuals", 1, "TC6", "Không đạt")
    checked = check(changed(sound, *member))
    assert found(checked, Severity.ERROR) == []
    assert ("R422", "collectives.TC6") in found(checked, Severity.WARNING)


def test_a_member_of_another_team_of_the_form_questions_only_that_one(sound: Submission) -> None:
    """Of two teams only the one in which the disciplined member works is asked; the unit as a whole is asked for all."""
    member = (
        ("individuals", 1, "discipline", "Khiển trách"),
        ("individuals", 1, "TC6", "Không đạt"),
        ("individuals", 1, "department", "Tổ B"),
    )
    for first, asked in (("Tổ A", [1]), ("Phòng Quản lý nhà", [0, 1])):
        team = changed(sound, *member, ("collectives", 0, "name", first))
        (row,) = team.rows["collectives"]
        cells = {column: cell.replace(str(row.row), str(row.row + 1)) for column, cell in row.cells.items()}
        second = replace(row, row=row.row + 1, cells=cells, values={**row.values, "nominee_id": "QLN-TT02", "name": "Tổ B"})
        said = check(replace(team, rows={**team.rows, "collectives": (row, second)})).findings
        places = [row.cells["TC6"], cells["TC6"]]
        assert [places.index(found.ref.cell) for found in said if found.code == "R422"] == asked


def test_orphans_of_a_faulted_key_are_warnings(sound: Submission) -> None:
    """While a nominee's own key is blank, references that find no nominee are warnings: the fault is said at the key."""
    checked = check(changed(sound, ("individuals", 1, "nominee_id", None)))
    assert found(checked, Severity.WARNING) == [("R424", "achievements.nominee_id")]


def test_reference_to_a_held_row_is_fine(sound: Submission) -> None:
    """A row that is held can be referred to: only its own fault is reported."""
    assert len(errors(check(changed(sound, ("evidence", 0, "title", None))))) == 1


def test_as_above_shows_what_stands_above(sound: Submission) -> None:
    """Như trên is refused with the text of the nearest row above that has one."""
    rows = ("individuals", 1, "position", "nt"), ("individuals", 2, "position", "như trên")
    hints = [f.facts["above"] for f in check(changed(sound, *rows)).findings]
    assert hints == ["Chuyên viên", "Chuyên viên"]


def test_salutation_without_citizen_id_is_only_doubted(sound: Submission) -> None:
    """With an old CMND nobody can tell whether salutation or gender is wrong: a warning at the salutation."""
    checked = check(changed(sound, ("individuals", 0, "citizen_id", "370123456"), ("individuals", 0, "salutation", "Ông")))
    assert ("R410", "individuals.salutation") in found(checked, Severity.WARNING)


def test_lost_zero_is_not_blamed_for_a_wrong_gender(sound: Submission) -> None:
    """An id that would be mended if the gender were readable is not reported beside the gender."""
    checked = check(changed(sound, ("individuals", 0, "citizen_id", 91185001234.0), ("individuals", 0, "gender", "khác")))
    assert found(checked) == [("C313", "individuals.gender")]
    assert "citizen_id" in checked.records["individuals"][0].refused


def test_inserted_row_does_not_move_the_blame(sound: Submission) -> None:
    """Of two rows with one key the one that stands in another's prefilled line is wrong, also below an inserted row."""
    rows = sound.rows["individuals"]
    shifted = tuple(replace(row, row=row.row + 1) for row in rows[1:])
    moved = replace(sound, rows={**sound.rows, "individuals": (rows[0], *shifted)})
    checked = check(changed(moved, ("individuals", 0, "nominee_id", "QLN-CN002")))
    assert [row.raw.values["full_name"] for row in checked.records["individuals"] if row.held] == ["Nguyễn Thị Ánh Nguyệt"]


def test_every_finding_says_what_to_do() -> None:
    """Every sentence about a file, a sheet, a cell or a row that is wrong asks for something to be done."""
    acts = [code for code in text.codes() if code.severity is not Severity.NOTE and code.code[0] in "WSCR"]
    assert [code.code for code in acts if "đề nghị" not in code.message.lower()] == []


RAWS: st.SearchStrategy[Raw] = st.one_of(
    st.text(min_size=1, max_size=40),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
    st.sampled_from(["#REF!", "=A1", "như trên", "1,5 triệu", "QLN-CN001", "x", "\u200b", "٣٤", "１２３", "1E400", "NaN"]),
)


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_any_value_in_any_cell_is_read_or_refused(sound: Submission, data: st.DataObject) -> None:
    """Whatever stands in a cell, it is understood, or refused with a finding at that cell; the check itself never fails."""
    table = data.draw(st.sampled_from(list(CAMPAIGN.tables.values())))
    column = data.draw(st.sampled_from(list(table.columns)))
    value = data.draw(RAWS)
    checked = check(changed(sound, (table.code, 0, column, value)))
    record = checked.records[table.code][0]
    codes = {f.code for f in checked.findings if (f.table, f.column) == (table.code, column)}
    blank = is_blank_mark(value, words=True) and not codes.isdisjoint({"C350", "C368", "C326"})
    assert blank or (column in record.values) is not (column in record.refused)
    assert not (column in record.values and column in record.refused)
    assert column not in record.refused or any(f.column == column and f.table == table.code for f in checked.findings)
    assert all(text.message(finding) for finding in checked.findings)


def rows_of(checked: CheckedSubmission) -> Iterable[RawRow]:
    """Every row that the check handed on."""
    return (record.raw for part in checked.records.values() for record in part)


@pytest.mark.parametrize("spoil", [lambda raw: raw, lambda _: "như trên", lambda _: None], ids=["sound", "spoiled", "blank"])
def test_no_row_is_lost(sound: Submission, spoil: Callable[[Raw], Raw | None]) -> None:
    """Every row of the submission comes out again, held or not, exactly as typed."""
    changes = [(code, 0, column, spoil(raw)) for code, part in sound.rows.items() for column, raw in part[0].values.items()]
    submission = changed(sound, *changes)
    assert list(rows_of(check(submission))) == [row for part in submission.rows.values() for row in part]


@pytest.mark.parametrize("key", ["A;B", "QLN-CN1,2", "a; b, c"])
def test_a_key_with_separators_in_it_can_be_referred_to(sound: Submission, key: str) -> None:
    """Any text unique in the campaign is an id (contract 4), one with a comma or semicolon too."""
    owner = sound.rows["individuals"][0].values["nominee_id"]
    owned = [number for number, row in enumerate(sound.rows["achievements"]) if row.values["nominee_id"] == owner]
    prior = [number for number, row in enumerate(sound.rows["prior_awards"]) if row.values["nominee_id"] == owner]
    changes = [("individuals", 0, "nominee_id", key)]
    changes += [("achievements", number, "nominee_id", key) for number in owned] + [
        ("prior_awards", number, "nominee_id", key) for number in prior
    ]
    checked = check(changed(sound, *changes))
    assert errors(checked) == []
    assert {checked.records["achievements"][number].values["nominee_id"] for number in owned} == {key}


def test_two_owners_in_one_cell_are_an_error(sound: Submission) -> None:
    """An achievement belongs to one nominee; two ids in the cell are not taken for either."""
    both = "; ".join(str(row.values["nominee_id"]) for row in sound.rows["individuals"][:2])
    assert [code for code, *_ in errors(check(changed(sound, ("achievements", 0, "nominee_id", both))))] == ["R423"]


def test_a_day_outside_the_period_is_doubtful_but_counted(sound: Submission) -> None:
    """An achievement after the round or the campaign is no error: it simply does not count there (contract 5.2)."""
    assert errors(check(changed(sound, ("achievements", 0, "achieved_on", date(2024, 5, 1))))) == []
    checked = check(changed(sound, ("achievements", 0, "achieved_on", date(2032, 5, 1))))
    assert errors(checked) == []
    assert "C338" in {found.code for found in checked.findings}


@pytest.mark.parametrize("column", ["effect_amount", "quantity"])
def test_a_bound_of_nought_is_a_bound(sound: Submission, column: str) -> None:
    """A negative figure is refused where the least is 0."""
    row = next(number for number, row in enumerate(sound.rows["achievements"]) if column in row.values)
    assert "C331" in {code for code, *_ in errors(check(changed(sound, ("achievements", row, column, -1))))}


def test_an_effect_without_a_figure_is_doubtful(sound: Submission) -> None:
    """A bare word like hiệu quả cao says nothing; a figure in the text or beside it does (domain 5.2)."""
    row = next(number for number, row in enumerate(sound.rows["achievements"]) if "effect" in row.values)

    def said(effect: str, amount: Raw | None) -> bool:
        checked = check(changed(sound, ("achievements", row, "effect", effect), ("achievements", row, "effect_amount", amount)))
        assert errors(checked) == []
        return "C339" in {found.code for found in checked.findings}

    assert said("Hiệu quả cao", None)
    assert not said("Hiệu quả cao", 15)
    assert not said("Giảm 15 hộ nghèo", None)


@pytest.mark.parametrize(
    ("table", "row", "column", "typed"),
    [
        ("unit", 0, "email", "không có"),
        ("unit", 0, "phone", "-"),
        ("collectives", 0, "phone", "Chưa có"),
        ("individuals", 0, "discipline_until", "Không"),
        ("individuals", 0, "note", "…"),
        ("individuals", 0, "hometown", "N/A"),
        ("individuals", 0, "hometown", "--"),
        ("individuals", 0, "salutation", "-"),
        ("achievements", 2, "value_vnd", "x"),
        ("achievements", 0, "effect_amount", "K có"),
    ],
)
def test_a_mark_for_blank_is_a_blank_with_a_note(sound: Submission, table: str, row: int, column: str, typed: str) -> None:
    """Where a cell may stay blank, a dash or “không có” is taken for that: no value, nothing held, one note that says so."""
    checked = check(changed(sound, (table, row, column, typed)))
    record = checked.records[table][row]
    assert (column in record.values, column in record.refused, record.held) == (False, False, False)
    assert found(checked) == [("C350", f"{table}.{column}")]
    assert typed in text.message(checked.findings[0])
    assert "để trống" in text.message(checked.findings[0])


@pytest.mark.parametrize(
    ("table", "row", "column", "typed"),
    [
        ("collectives", 0, "phone", "???"),
        ("individuals", 0, "discipline_until", "chưa rõ"),
        ("individuals", 0, "hometown", "?"),
        ("individuals", 0, "hometown", "chưa rõ"),
        ("individuals", 0, "TC2", "Không rõ"),
        ("individuals", 0, "note", "…?"),
        ("individuals", 0, "TC1", "???"),
        ("achievements", 2, "value_vnd", "không biết"),
        ("achievements", 0, "effect_amount", "Không rõ"),
    ],
)
def test_a_mark_of_doubt_is_asked_about(sound: Submission, table: str, row: int, column: str, typed: str) -> None:
    """Who writes “???” where a cell may stay blank does not know: the row counts without the cell, and one warning asks to look it up."""
    checked = check(changed(sound, (table, row, column, typed)))
    record = checked.records[table][row]
    assert (column in record.values, column in record.refused, record.held) == (False, False, False)
    assert [(each.code, each.severity) for each in checked.findings] == [("C368", Severity.WARNING)]
    assert f"“{typed}”" in text.message(checked.findings[0])


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        (("achievements", 0, "value_vnd", "-"), ("C326", "achievements.value_vnd")),
        (("achievements", 0, "value_vnd", "???"), ("C326", "achievements.value_vnd")),
        (("achievements", 0, "value_vnd", "1.500.000 (?)"), ("C361", "achievements.value_vnd")),
        (("individuals", 0, "position", "???"), ("C365", "individuals.position")),
        (("individuals", 0, "birth_date", "15/3/1979?"), ("C306", "individuals.birth_date")),
        (("achievements", 0, "value_vnd", "không"), ("C326", "achievements.value_vnd")),
        (("achievements", 1, "quantity", "x"), ("C326", "achievements.quantity")),
        (("individuals", 0, "position", "-"), ("C365", "individuals.position")),
        (("achievements", 0, "description", "..."), ("C365", "achievements.description")),
        (("individuals", 0, "full_name", "---"), ("C365", "individuals.full_name")),
        (("individuals", 0, "birth_date", "không rõ"), ("C306", "individuals.birth_date")),
        (("individuals", 0, "citizen_id", "chưa có"), ("C315", "individuals.citizen_id")),
        (("individuals", 0, "position", "//"), ("C323", "individuals.position")),
        (("individuals", 0, "position", "nt"), ("C323", "individuals.position")),
        (("individuals", 0, "position", "Như trên."), ("C323", "individuals.position")),
        (("individuals", 0, "department", "(như dòng 5)"), ("C323", "individuals.department")),
        (("evidence", 0, "title", "Tương tự như trên"), ("C323", "evidence.title")),
        (("individuals", 0, "full_name", "như trên."), ("C323", "individuals.full_name")),
        (("individuals", 0, "full_name", "Chưa có"), ("C365", "individuals.full_name")),
        (("unit", 0, "preparer", "Không có"), ("C365", "unit.preparer")),
        (("individuals", 0, "position", "N/A"), ("C365", "individuals.position")),
        (("evidence", 0, "title", "chưa có"), ("C365", "evidence.title")),
        (("individuals", 0, "TC1", "không"), ("C314", "individuals.TC1")),
        (("achievements", 0, "evidence_id", "không có"), ("C365", "achievements.evidence_id")),
    ],
)
def test_a_mark_for_blank_does_not_fill_a_cell_that_must_be_filled(sound: Submission, change: Change, finding: tuple[str, str]) -> None:
    """A dash is no content: the cell that has to be filled is an error, and “as above” is never taken for blank."""
    assert found(check(changed(sound, change)), Severity.ERROR, Severity.WARNING) == [finding]


def test_a_refusal_says_what_its_own_column_wants(sound: Submission) -> None:
    """A wrong choice is answered with the entries of its list, and a broken formula in a date with how a date is written."""
    wrong = check(changed(sound, ("individuals", 0, "TC1", "tạm được"))).findings[0]
    assert "“Đạt”, “Không đạt”, “Chưa đánh giá”" in text.message(wrong)
    for typed in ("#REF!", "=A1"):
        broken = check(changed(sound, ("individuals", 0, "birth_date", typed))).findings[0]
        assert CAMPAIGN.tables["individuals"].columns["birth_date"].help in text.message(broken)
        assert "4600000" not in text.message(broken)


def test_one_fault_in_cells_of_two_lists_sends_the_reader_to_each(sound: Submission) -> None:
    """One line for cells of several columns does not run their lists together."""
    findings = check(changed(sound, ("individuals", 0, "TC1", "tạm"), ("individuals", 0, "gender", "khác"))).findings
    assert "xem danh sách thả xuống của từng ô" in text.joint_message(findings)


def test_the_century_of_two_digits_depends_on_the_column(sound: Submission) -> None:
    """Nobody is born after the round is decided (July 2023); a decision or a deadline may well lie after it."""
    birth = check(changed(sound, ("individuals", 1, "birth_date", "15/3/24")))
    assert birth.records["individuals"][1].values["birth_date"] == PartialDate(1924, 3, 15)
    later = check(changed(sound, ("individuals", 1, "birth_date", "15/3/04")))
    assert later.records["individuals"][1].values["birth_date"] == PartialDate(2004, 3, 15)
    until = check(changed(sound, ("individuals", 1, "discipline_until", "15/3/24")))
    assert until.records["individuals"][1].values["discipline_until"] == PartialDate(2024, 3, 15)


def test_what_has_two_readings_is_doubted_or_refused(sound: Submission) -> None:
    """Old mobile numbers, Ông before a rare name, initials and a comma before three digits count with a warning that asks."""
    changes = [
        ("unit", 0, "phone", "01681234567", "C355"),
        ("individuals", 1, "full_name", "Ông Kim Long", "C356"),
        ("individuals", 1, "full_name", "Tr. Minh Quân", "C357"),
        ("individuals", 1, "full_name", "Tran Minh Quan", "C367"),
        ("achievements", 2, "effect_amount", "1,250", "C358"),
    ]
    for table, row, column, value, code in changes:
        checked = check(changed(sound, (table, row, column, value)))
        assert (code, f"{table}.{column}") in found(checked, Severity.WARNING)
        assert not checked.records[table][row].held
    for value, code in (("1.250 triệu", "C363"), ("100 USD", "C362"), ("1.500.000 (hai triệu)", "C364")):
        assert found(check(changed(sound, ("achievements", 0, "value_vnd", value))), Severity.ERROR) == [(code, "achievements.value_vnd")]
    for several in ("Trần Minh Quân và Lê Văn Bình", "Trần Minh Quân, Lê Văn Bình", "TRẦN MINH QUÂN\nLÊ VĂN BÌNH", "Trần Quân - Lê Bình"):
        wrong = check(changed(sound, ("individuals", 1, "full_name", several)))
        assert found(wrong, Severity.ERROR) == [("C366", "individuals.full_name")]
    wrapped = check(changed(sound, ("individuals", 1, "full_name", "Trần Văn\nHoàng Anh")))
    assert found(wrapped, Severity.ERROR) == []
    titled = check(changed(sound, ("individuals", 1, "full_name", "Trần Minh Quân, Phó Giám đốc")))
    assert found(titled, Severity.ERROR) == [("C329", "individuals.full_name")]
    office = check(changed(sound, ("individuals", 1, "position", "Không")))
    assert found(office) == []


@pytest.mark.parametrize(
    "typed", ["Phường Vĩnh Thanh, TP. Rạch Giá, tỉnh Kiên Giang", "Phường Rạch Giá, tỉnh An Giang", "xã Vĩnh Phú, h. Giang Thành"]
)
def test_names_of_places_are_kept_as_typed(sound: Submission, typed: str) -> None:
    """Places before and after July 2025 are nobody's to rewrite."""
    checked = check(changed(sound, ("individuals", 0, "hometown", typed)))
    assert checked.records["individuals"][0].values["hometown"] == typed
    assert found(checked) == []
