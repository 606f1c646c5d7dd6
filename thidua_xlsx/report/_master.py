"""``so-tong-hop.xlsx``: the clerk's master register, every row with the file, sheet and line it came from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path

from thidua_xlsx.assess import result_words
from thidua_xlsx.campaign import Award, Column, Table
from thidua_xlsx.decisions import in_words
from thidua_xlsx.model import Decided, FileReport, FileStatus, Finding, PartialDate, Raw, RawRow, Result, Severity
from thidua_xlsx.outcome import Outcome
from thidua_xlsx.report import _look as look
from thidua_xlsx.report._again import Memory, body_again
from thidua_xlsx.report._changes import write_changes
from thidua_xlsx.report._explained import REGISTER_TOP, Sources, write_explained
from thidua_xlsx.report._look import Content, Field, FileJump, Jump, Style
from thidua_xlsx.report._view import Case, Row, View, joined
from thidua_xlsx.text import message, say
from thidua_xlsx.xlsx import Book, Sheet

_STYLES: dict[str, Style] = {
    "money": look.MONEY,
    "integer": look.MONEY,
    "number": look.style(**dict(look.MONEY) | {"num_format": "#,##0.######"}),
    "percent": look.style(**dict(look.MONEY) | {"num_format": '0.##"%"'}),
    "year": look.style(**dict(look.CENTRED) | {"num_format": "0"}),
    "date": look.DATE,
    "citizen_id": look.ID,
    "phone": look.ID,
    "id": look.ID,
    "reference": look.ID,
}
_SEVERITIES = {Severity.ERROR: look.NOT_MET, Severity.WARNING: look.OPEN, Severity.NOTE: look.PLAIN}
_SOURCE_COLUMNS = 4
_LEAST_OF_TEXT = 16.0
"""A form has narrow columns of free text; in the register an address would stand on seven lines."""
_WIDEST = 40.0
_WIDEST_OF_RECORD = 22.0
_NAMING = 2
"""How many columns after the key still name the nominee; they are printed again on every page."""
_HELD_WIDTH = 20


@dataclass(frozen=True, slots=True)
class _Part:
    """A sheet of the register: its name, what it is for, how many lines it has, and how it is written."""

    name: str
    about: str
    lines: int
    write: Callable[[Sheet], None]


def write_register(path: Path, outcome: Outcome | View, memory: Memory | None = None) -> None:
    """Write the master register (sổ tổng hợp) of one run; the lines of a unit that is as it was come from ``memory``."""
    view = View.of(outcome)
    parts = _parts(view, memory or Memory(view))
    with Book(path, title=say("report.register_title"), created=outcome.round.decided_on) as book:
        index = book.sheet(look.safe_name(say("report.sheet_index"), [part.name for part in parts]))
        sheets = [book.sheet(part.name) for part in parts]
        _write_index(index, view, parts)
        for part, sheet in zip(parts, sheets, strict=True):
            part.write(sheet)


def _parts(view: View, memory: Memory) -> list[_Part]:
    held = sum(len(rows) for rows in view.held.values())
    superseded = [each for each in view.outcome.files if each.status is FileStatus.SUPERSEDED]
    sheets = _table_sheets(view)
    wanted: list[tuple[str, str, int, Callable[[Sheet], None]]] = [
        (sheets[code], say("report.about_table"), len(view.rows[code]), partial(_write_table, view=view, table=table, memory=memory))
        for code, table in view.campaign.tables.items()
    ]
    sources = Sources(view, sheets)
    for award in view.awards:
        registered = sum(case.verdict.award == award.code for case in view.sought)
        name, about = say("report.sheet_explained", award=award.short), say("report.about_explained", award=award.short)
        wanted.append((name, about, registered, partial(write_explained, view=view, award=award, sources=sources, memory=memory)))
    wanted += [
        (say("report.sheet_held"), say("report.about_held"), held, partial(_write_held, view=view)),
        (say("report.sheet_superseded"), say("report.about_superseded"), len(superseded), partial(_write_superseded, view=view)),
        (say("report.sheet_files"), say("report.about_files"), len(view.outcome.files), partial(_write_files, view=view)),
        (say("report.sheet_findings"), say("report.about_findings"), len(view.outcome.findings), partial(_write_findings, view=view)),
        (say("report.sheet_changes"), say("report.about_changes"), len(view.differences), partial(write_changes, view=view)),
    ]
    if decided := [each for standing in view.outcome.decisions.values() for each in standing]:
        name, about = say("report.sheet_decided"), say("report.about_decided")
        wanted.append((name, about, len(decided), partial(_write_decided, view=view, decided=decided)))
    parts: list[_Part] = []
    for name, about, lines, write in wanted:
        parts.append(_Part(look.safe_name(name, [part.name for part in parts]), about, lines, write))
    return parts


def _table_sheets(view: View) -> dict[str, str]:
    names: dict[str, str] = {}
    for code, table in view.campaign.tables.items():
        names[code] = look.safe_name(table.sheet, names.values())
    return names


def _write_index(sheet: Sheet, view: View, parts: Sequence[_Part]) -> None:
    window = {"first": PartialDate.of(view.round.achievements_from), "last": PartialDate.of(view.round.achievements_to)}
    lead = (
        view.campaign.organ_on(view.round.decided_on).name_full,
        say("report.movement", title=view.campaign.title),
        view.round.name,
        say("report.window_and_deadline", **window, deadline=PartialDate.of(view.round.deadline)),
        say("report.by_plan", plan=view.campaign.plan),
    )
    sheet.text(0, 0, say("report.register_title").upper(), look.BANNER)
    for row, words in enumerate(lead, 1):
        sheet.text(row, 0, words)
    fields: list[Field[_Part]] = [
        Field(say("report.sheet_name"), 26, lambda part: Jump(part.name, "A1", part.name)),
        Field(say("report.lines"), 10, lambda part: part.lines, look.COUNT),
        Field(say("report.what"), 70, lambda part: part.about),
    ]
    top = len(lead) + 2
    look.body(sheet, look.headings(sheet, top, fields), fields, parts)
    sheet.raw.freeze_panes(top + 1, 0)
    sheet.printed(landscape=False, footer=say("report.page"))


def _source_fields() -> list[Field[Row]]:
    return [
        Field(say("report.unit"), 8, lambda row: str(row["unit"]), look.CENTRED),
        Field(say("report.file"), 18, lambda row: str(row["file"]).removeprefix("inbox/")),
        Field(say("report.place_sheet"), 11, lambda row: str(row["sheet"])),
        Field(say("report.place_row"), 6, _row_link, look.CENTRED),
    ]


def _row_link(row: Row) -> FileJump:
    return FileJump(str(row["file"]), str(row["sheet"]), f"A{row['row']}", str(row["row"]))


def _content(value: object) -> Content:
    return value if isinstance(value, str | int | float | PartialDate) else None if value is None else str(value)


def _column_field(view: View, column: Column, widest: float) -> Field[Row]:
    """A column of a table; choices are shown by their labels, for nobody reads codes."""
    labels = {choice.value: choice.label for choice in view.campaign.choices(column, view.round.id)}

    def value(row: Row) -> Content:
        typed = row.get(column.code)
        return labels[typed] if isinstance(typed, str) and typed in labels else _content(typed)

    least = _LEAST_OF_TEXT if column.type == "text" else 8.0
    return Field(column.heading, min(max(column.width, least), widest), value, _STYLES.get(column.type, look.CELL))


def _named(row: Row) -> tuple[str, str]:
    return str(row["unit"]), f"{row['file']} {row['sheet']} {row['row']}"


def _write_table(sheet: Sheet, view: View, table: Table, memory: Memory) -> None:
    """A line per counted row; nominees with their verdict on every award form of the round."""
    rows = view.rows[table.code]
    widest = _WIDEST if table.layout == "rows" else _WIDEST_OF_RECORD
    fields = [*_source_fields(), *(_column_field(view, column, widest) for column in table.columns.values())]
    if any(view.reliefs_of(row) for row in rows):
        fields.append(Field(say("report.relief"), 50, lambda row: joined(view.reliefs_of(row)) if view.reliefs_of(row) else None))
    plain = len(fields)
    verdicts = {(case.verdict.nominee_id, case.verdict.award): case for case in view.cases}
    if table.nominee is not None and table.key is not None:
        for award in view.awards:
            fields += _verdict_fields(view, award, table.key)
    sheet.merged(0, 0, 0, _SOURCE_COLUMNS - 1, table.title, look.style(**look.BANNER, text_wrap=True))
    sheet.height(0, look.height([(table.title, 26.0)], line=18.0))
    _write_bands(sheet, view, table, plain)
    # Where the links end depends on the row
    write: look.Write[Row] = look.body if len(rows) > look.LINKS_PER_SHEET - REGISTER_TOP else partial(body_again, memory, _named)
    last = look.listing(sheet, REGISTER_TOP - 1, fields, rows, write)
    pinned = list(table.columns).index(table.key) + 1 if table.key else 0
    sheet.raw.freeze_panes(3, _SOURCE_COLUMNS + pinned)
    look.spread(sheet, fields, (_SOURCE_COLUMNS, _SOURCE_COLUMNS + _NAMING) if table.nominee is not None else None)
    if not rows:
        sheet.text(last, 0, say("report.no_rows"), look.LINE)
    elif len(fields) > plain and verdicts:
        for column in range(plain, len(fields), (len(fields) - plain) // len(view.awards)):
            look.colour_verdicts(sheet, (3, column, last - 1, column), {int(result): result_words(result) for result in Result})


def _write_bands(sheet: Sheet, view: View, table: Table, plain: int) -> None:
    """The bands of the registration workbook over its columns, and one per award form over the verdicts."""
    sheet.merged(1, 0, 1, _SOURCE_COLUMNS - 1, say("report.place_band"), look.BAND)
    columns = list(table.columns.values())
    start = 0
    for number in range(1, len(columns) + 1):
        if number == len(columns) or columns[number].group != columns[start].group:
            if columns[start].group:
                sheet.merged(1, _SOURCE_COLUMNS + start, 1, _SOURCE_COLUMNS + number - 1, columns[start].group or "", look.BAND)
            start = number
    if table.nominee is not None:
        width = 3 if view.outcome.decisions else 2
        for number, award in enumerate(view.awards):
            first = plain + width * number
            sheet.merged(1, first, 1, first + width - 1, say("report.eligibility", award=award.short), look.BAND)


def _decided_words(view: View, case: Case | None) -> Content:
    decided = view.outcome.decided(*case.key) if case else None
    return in_words(decided.decision) if decided else None


def _write_decided(sheet: Sheet, view: View, decided: Sequence[Decided]) -> None:
    """A line per applied decision; those of files that disagree stand under each other."""
    fields: list[Field[Decided]] = [
        Field(say("report.nominee_id"), 14, lambda each: each.decision.nominee_id, look.ID),
        Field(say("report.name"), 34, lambda each: each.name),
        Field(say("report.unit"), 36, lambda each: view.unit_name(each.unit)),
        Field(say("report.award"), 24, lambda each: view.campaign.awards[each.decision.award].short),
        Field(say("report.decision"), 22, lambda each: in_words(each.decision), look.CENTRED),
        Field(say("report.decision_reason"), 36, lambda each: each.decision.reason),
        Field(say("report.decided_state"), 26, lambda each: _state(view, each)),
        Field(say("report.decided_on"), 12, lambda each: PartialDate.of(each.applied_on), look.DATE),
        Field(say("report.file"), 44, lambda each: FileJump(each.file, each.decision.ref.sheet, each.decision.ref.cell, each.file)),
    ]
    sheet.text(0, 0, say("report.about_decided"), look.BANNER)
    look.listing(sheet, 2, fields, decided)


def _state(view: View, decided: Decided) -> str:
    key = (decided.decision.nominee_id, decided.decision.award)
    if len(view.outcome.decisions[key]) > 1:
        return say("report.decided_disagrees")
    if key not in view.stamps:
        return say("report.decided_gone")
    return say("report.decided_counts" if view.stamps[key] == decided.decision.stamp else "report.decided_stale")


def _verdict_fields(view: View, award: Award, key: str) -> list[Field[Row]]:
    cases = {case.verdict.nominee_id: case for case in view.cases if case.verdict.award == award.code}

    def result(row: Row) -> Content:
        case = cases.get(str(row[key]))
        return result_words(case.verdict.result) if case else None

    def reason(row: Row) -> Content:
        case = cases.get(str(row[key]))
        return joined(view.why(case)) if case else None

    def heading(key: str) -> str:
        # The band above may be torn apart by the edge of a printed page
        return say(key) if len(view.awards) == 1 else f"{say(key)}\n({award.short})"

    fields: list[Field[Row]] = [Field(heading("report.result"), 19, result, look.VERDICT), Field(heading("report.reason"), 60, reason)]
    if view.outcome.decisions:
        fields.append(Field(heading("report.decision"), 20, lambda row: _decided_words(view, cases.get(str(row[key]))), look.CENTRED))
    return fields


def _write_held(sheet: Sheet, view: View) -> None:
    """Each held row whole, as it was typed, table by table."""
    typed = {
        (row.file, row.table, str(row.row)): row
        for checked in view.outcome.submissions
        for rows in checked.submission.rows.values()
        for row in rows
    }
    sheet.text(0, 0, say("report.about_held"), look.BANNER)
    sheet.printed(footer=say("report.page"))
    row = 2
    for code, table in view.campaign.tables.items():
        held = view.held.get(code, [])
        if held:
            lines = [(each, typed.get((str(each["file"]), code, str(each["row"])))) for each in held]
            row = _write_held_table(sheet, row, view, table, lines)
    if row == 2:
        sheet.text(row, 0, say("report.no_rows"), look.LINE)
    sheet.raw.freeze_panes(2, 0)


Held = tuple[Row, RawRow | None]


def _write_held_table(sheet: Sheet, row: int, view: View, table: Table, held: Sequence[Held]) -> int:
    sheet.text(row, 0, f"{table.sheet} ({len(held)})", look.CHAPTER)
    source: list[Field[Held]] = [
        Field(field.heading, field.width, partial(_first_of, field.value), field.style) for field in _source_fields()
    ]
    reason: Field[Held] = Field(say("report.reason"), 60, lambda each: _why_held(view, each[0]), look.CELL)
    columns: list[Field[Held]] = [
        Field(column.heading, _HELD_WIDTH, partial(_as_typed, column.code), look.CELL) for column in table.columns.values()
    ]
    fields = [*source, reason, *columns]
    look.spread(sheet, fields)
    return look.body(sheet, look.headings(sheet, row + 1, fields), fields, held) + 1


def _first_of(value: Callable[[Row], Content], each: Held) -> Content:
    return value(each[0])


def _why_held(view: View, row: Row) -> str:
    errors = [message(finding) for finding in view.findings_of(row) if finding.severity is Severity.ERROR]
    return joined(dict.fromkeys(errors)) if errors else ""


def _as_typed(column: str, each: Held) -> Content:
    row, raw = each
    return _typed(raw.values.get(column)) if raw is not None else _content(row.get(column))


def _typed(value: Raw | None) -> Content:
    match value:
        case datetime():
            return value.date() if value.time() == datetime.min.time() else value.isoformat(" ")
        case bool():
            return str(value).upper()
        case None | str() | int() | float() | date():
            return value
        case _:
            return str(value)


def _unit_of(view: View, file: FileReport) -> str:
    return view.unit_name(file.unit) if file.unit else ""


def _file_fields(view: View) -> list[Field[FileReport]]:
    return [
        Field(say("report.file"), 34, lambda each: FileJump(each.path, "", "", each.path.removeprefix("inbox/"))),
        Field(say("report.unit"), 36, lambda each: _unit_of(view, each)),
        Field(say("report.status"), 14, lambda each: say(f"report.file_{each.status}"), look.CENTRED),
        Field(say("report.finding_code"), 8, lambda each: each.finding.code if each.finding else "", look.CENTRED),
        Field(say("report.reason"), 70, lambda each: message(each.finding) if each.finding else ""),
        Field(say("report.received"), 18, _received),
        Field(say("report.sender"), 30, lambda each: each.provenance.sender),
        Field(say("report.subject"), 34, lambda each: each.provenance.subject),
        Field(say("report.sha256"), 20, lambda each: each.sha256[:16], look.ID),
    ]


def _received(file: FileReport) -> PartialDate | None:
    day = file.provenance.received_on
    return PartialDate.of(day) if day else None


def _write_files(sheet: Sheet, view: View) -> None:
    sheet.text(0, 0, say("report.about_files"), look.BANNER)
    look.listing(sheet, 2, _file_fields(view), view.outcome.files)


def _write_superseded(sheet: Sheet, view: View) -> None:
    """The older files of a unit, with what they held and what replaced them."""
    rows = {checked.submission.file: sum(len(each) for each in checked.submission.rows.values()) for checked in view.outcome.superseded}
    counted = {checked.submission.passport.unit: checked.submission.file for checked in view.outcome.submissions}
    fields: list[Field[FileReport]] = [
        *_file_fields(view)[:2],
        Field(say("report.rows_in_file"), 12, lambda each: rows.get(each.path), look.COUNT),
        Field(say("report.replaced_by"), 34, lambda each: counted.get(each.unit or "", "").removeprefix("inbox/")),
        Field(say("report.reason"), 70, lambda each: message(each.finding) if each.finding else ""),
    ]
    sheet.text(0, 0, say("report.about_superseded"), look.BANNER)
    files = [each for each in view.outcome.files if each.status is FileStatus.SUPERSEDED]
    last = look.listing(sheet, 2, fields, files)
    if not files:
        sheet.text(last, 0, say("report.no_rows"), look.LINE)


def _write_findings(sheet: Sheet, view: View) -> None:
    """Everything said, errors first, otherwise in the order of file, sheet and cell."""
    fields: list[Field[Finding]] = [
        Field(say("report.severity"), 11, lambda each: say(f"report.severity_{each.severity}"), look.VERDICT),
        Field(say("report.finding_code"), 8, lambda each: each.code, look.CENTRED),
        Field(say("report.file"), 24, lambda each: each.ref.file.removeprefix("inbox/")),
        Field(say("report.place_sheet"), 17, lambda each: each.ref.sheet),
        Field(
            say("report.place_cell"), 8, lambda each: FileJump(each.ref.file, each.ref.sheet, each.ref.cell, each.ref.cell), look.CENTRED
        ),
        Field(say("report.nominee_id"), 14, lambda each: each.nominee_id, look.ID),
        Field(say("report.typed_value"), 24, lambda each: each.value, look.ID),
        Field(say("report.message"), 80, message),
        Field(say("report.clause"), 14, lambda each: each.clause),
    ]
    sheet.text(0, 0, say("report.about_findings"), look.BANNER)
    gravity = list(Severity)
    findings = sorted(view.outcome.findings, key=lambda each: gravity.index(each.severity))
    last = look.listing(sheet, 2, fields, findings)
    for severity, colours in _SEVERITIES.items():
        words = say(f"report.severity_{severity}")
        sheet.highlight(3, 0, max(last - 1, 3), 0, {"type": "cell", "criteria": "==", "value": f'"{words}"'}, colours)
