"""The first sheet of a returned workbook, "Cần sửa": every finding with a link to its cell in this workbook."""

from __future__ import annotations

from thidua_xlsx.model import Severity
from thidua_xlsx.template import _style
from thidua_xlsx.template._lines import Form, Review, ReviewLine
from thidua_xlsx.template._lists import write_hidden_row
from thidua_xlsx.template._page import LABEL, TABLE_CELL, TABLE_HEAD, TEXT, Page
from thidua_xlsx.text import say
from thidua_xlsx.xlsx import Book, address

_WIDTHS = (1.5, 6.0, 13.0, 18.0, 17.0, 28.0, 84.0, 13.0)
_HEADS = ("number", "severity", "place", "cell", "value", "words", "done")
_NUMBER, _SEVERITY, _PLACE, _CELL, _VALUE, _WORDS, _DONE = range(1, 8)


def write_review(book: Book, form: Form, review: Review) -> None:
    """Introduction and list; the unit ticks what it has mended. What was merely noted stands below and stays off the paper."""
    sheet = book.sheet(say("template.review_sheet"))
    write_hidden_row(sheet, form)
    page = Page(sheet, _WIDTHS, left=1, row=1)
    page.across(say("template.review_title"), _style.TITLE, 28)
    for number, words in enumerate(review.intro):
        page.across(words, LABEL if number == 0 else TEXT)
    page.row += 1
    head = page.row
    for column, key in enumerate(_HEADS, start=1):
        sheet.text(head, column, say(f"template.review_{key}"), TABLE_HEAD)
    sheet.height(head, 34)
    page.row += 1
    to_mend = [line for line in review.lines if line.severity is not Severity.NOTE]
    understood = [line for line in review.lines if line.severity is Severity.NOTE]
    for number, line in enumerate(to_mend, start=1):
        _write_finding(page, form, number, line)
    if not to_mend:
        page.across(say("template.review_nothing"), TEXT)
    printed = page.row - 1
    if understood:
        page.row += 1
        page.across(say("template.review_understood", count=len(understood)), LABEL)
    for number, line in enumerate(understood, start=len(to_mend) + 1):
        _write_finding(page, form, number, line)
    sheet.raw.hide_gridlines(2)
    sheet.raw.protect("", {"format_columns": True, "format_rows": True})
    sheet.raw.freeze_panes(head + 1, 0)
    sheet.printed(repeat=(head, head), area=(0, 1, printed, page.right), footer=say("template.footer", sheet=sheet.name))
    sheet.raw.activate()


def _write_finding(page: Page, form: Form, number: int, line: ReviewLine) -> None:
    sheet, row = page.sheet, page.row
    words = f"{line.code}: {line.words}" if line.code else line.words
    value = line.value or (say("template.review_blank") if line.column else "")
    sheet.height(row, max(_style.height(words, _WIDTHS[_WORDS]), _style.height(value, _WIDTHS[_VALUE]), 20))
    sheet.text(row, _NUMBER, str(number), TABLE_CELL | {"align": "center"})
    look = dict(_style.MARKS[line.severity]) if line.severity is not Severity.NOTE else {}
    sheet.text(row, _SEVERITY, say(f"template.severity_{line.severity.value}"), TABLE_CELL | look)
    table = form.campaign.tables.get(line.table or "")
    sheet.text(row, _PLACE, table.sheet if table else say("template.review_whole"), TABLE_CELL)
    _write_place(page, form, line)
    sheet.text(row, _VALUE, value, TABLE_CELL)
    sheet.text(row, _WORDS, words, TABLE_CELL)
    sheet.blank(row, _DONE, TABLE_CELL | {"locked": False, "align": "center"})
    page.row += 1


def _write_place(page: Page, form: Form, line: ReviewLine) -> None:
    """A link to the cell, with its address in the file that was sent where that was another; to its sheet where there is no such cell."""
    sheet, row = page.sheet, page.row
    if line.table is None:
        sheet.text(row, _CELL, line.was, TABLE_CELL)
        return
    grid = form.grids[line.table]
    if line.line is None:
        label = say("template.review_sent", was=line.was) if line.was else say("template.review_open")
        sheet.link(row, _CELL, grid.table.sheet, address(*min(grid.cells.values())), label, TABLE_CELL)
        return
    cell = grid.cell(line.line, line.column or next(iter(grid.cells)))
    label = cell if line.was in ("", cell) else say("template.review_moved", cell=cell, was=line.was)
    sheet.link(row, _CELL, grid.table.sheet, cell, label, TABLE_CELL)
