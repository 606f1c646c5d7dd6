"""The pages that show what changed since the last run."""

from __future__ import annotations

from thidua_xlsx.report import _look as look
from thidua_xlsx.report._differences import Change, ValueChange
from thidua_xlsx.report._look import Field, FileJump
from thidua_xlsx.report._view import View, joined
from thidua_xlsx.text import say
from thidua_xlsx.xlsx import Sheet


def write_changes(sheet: Sheet, view: View) -> None:
    """The register's page: verdicts and decisions, then every value."""
    values = view.differences.values
    sheet.text(0, 0, say("report.about_changes"), look.BANNER)
    row = _write_verdicts(sheet, 2, view)
    if values:
        sheet.text(row + 1, 0, say("report.changed_values", count=len(values)), look.CHAPTER)
        fields = _value_fields(view)
        look.body(sheet, look.headings(sheet, row + 2, fields), fields, values)
    _widths(sheet)
    sheet.raw.freeze_panes(2, 0)
    sheet.printed(footer=say("report.page"))


def write_changes_page(sheet: Sheet, view: View) -> None:
    """The summary's page: verdicts and decisions with their causes, and how many values changed besides."""
    values = view.differences.values
    sheet.text(0, 0, say("report.changes_title"), look.BANNER)
    row = _write_verdicts(sheet, 2, view)
    if values:
        sheet.text(row + 1, 0, say("report.changed_values_elsewhere", count=len(values)), look.LINE)
    _widths(sheet)
    sheet.raw.freeze_panes(3, 0)
    sheet.printed(repeat=(2, 2), footer=say("report.page"))


def _write_verdicts(sheet: Sheet, row: int, view: View) -> int:
    changes = [*view.differences.verdicts, *view.differences.decisions]
    if not changes:
        sheet.text(row, 0, say("report.first_run" if view.outcome.previous is None else "report.no_changes"), look.LINE)
        return row + 1
    fields = _verdict_fields(view)
    first = look.headings(sheet, row, fields)
    last = look.body(sheet, first, fields, changes)
    for key, colours in (("new", look.MET), ("gone", look.NOT_MET), ("changed", look.OPEN)):
        words = say(f"report.change_{key}")
        sheet.highlight(first, 0, last - 1, 0, {"type": "cell", "criteria": "==", "value": f'"{words}"'}, colours)
    return last


_VERDICT_WIDTHS = (16.0, 14.0, 30.0, 32.0, 24.0, 20.0, 20.0, 62.0)


def _widths(sheet: Sheet) -> None:
    """Two tables stand under each other; the first one's widths hold."""
    for column, width in enumerate(_VERDICT_WIDTHS):
        sheet.column(column, width)


def _verdict_fields(view: View) -> list[Field[Change]]:
    awards = view.campaign.awards
    widths = iter(_VERDICT_WIDTHS)
    return [
        Field(say("report.change"), next(widths), lambda each: say(f"report.change_{each.what}"), look.CENTRED),
        Field(say("report.nominee_id"), next(widths), lambda each: each.nominee_id, look.ID),
        Field(say("report.name"), next(widths), lambda each: each.name),
        Field(say("report.unit"), next(widths), lambda each: view.unit_name(each.unit)),
        Field(say("report.award"), next(widths), lambda each: awards[each.award].short if each.award in awards else each.award),
        Field(say("report.before"), next(widths), lambda each: each.before, look.CENTRED),
        Field(say("report.now"), next(widths), lambda each: each.now, look.CENTRED),
        Field(say("report.cause"), next(widths), lambda each: joined(each.causes)),
    ]


def _value_fields(view: View) -> list[Field[ValueChange]]:
    widths = iter(_VERDICT_WIDTHS)
    return [
        Field(say("report.change"), next(widths), lambda each: say(f"report.row_{each.what}"), look.CENTRED),
        Field(say("report.nominee_id"), next(widths), lambda each: each.owner, look.ID),
        Field(say("report.column"), next(widths), lambda each: each.column.heading if each.column else ""),
        Field(say("report.unit"), next(widths), lambda each: view.unit_name(each.unit)),
        Field(say("report.place_sheet"), next(widths), lambda each: each.table),
        Field(say("report.file_and_cell"), next(widths), _link),
        Field(say("report.before"), next(widths), lambda each: each.before),
        Field(say("report.now"), next(widths), lambda each: each.now),
    ]


def _link(each: ValueChange) -> FileJump | None:
    ref = each.ref
    return FileJump(ref.file, ref.sheet, ref.cell, f"{ref.file.removeprefix('inbox/')}: {ref.cell}") if ref else None
