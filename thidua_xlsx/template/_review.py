"""The first sheet of a returned workbook, "Cần sửa": a line per fault with links to its cells, which says by itself what was changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from thidua_xlsx.model import Raw, Severity
from thidua_xlsx.template import _style
from thidua_xlsx.template._formulas import runs
from thidua_xlsx.template._grid import Grid
from thidua_xlsx.template._lines import Form, Review, ReviewLine
from thidua_xlsx.template._lists import write_hidden_row
from thidua_xlsx.template._page import LABEL, TABLE_CELL, TABLE_HEAD, TEXT, Page
from thidua_xlsx.text import say
from thidua_xlsx.xlsx import Book, Sheet, address, place, range_address

_ACROSS, _MOST_LINKS = 3, 24
_LINK_WIDTH = 12.0
_WIDTHS = (1.5, 6.0, 13.0, 17.0, *(_LINK_WIDTH,) * _ACROSS, 26.0, 84.0, 13.0)
_NUMBER, _SEVERITY, _PLACE, _CELL = range(1, 5)
_VALUE, _WORDS, _DONE = range(_CELL + _ACROSS, _CELL + _ACROSS + 3)
_HEADS = {_NUMBER: "number", _SEVERITY: "severity", _PLACE: "place", _VALUE: "value", _WORDS: "words", _DONE: "done"}
_BEFORE_SHEET = "_can_sua"
"""The hidden sheet with what stood in every listed cell, so that the list can say by itself which were changed."""


@dataclass(frozen=True, slots=True)
class _Link:
    """Where a link leads on a sheet, and what it is called."""

    cell: str
    label: str


class _Before:
    """Notes down what stands in listed cells, and gives formulas that count those in which it still stands."""

    def __init__(self) -> None:
        self._rows: list[tuple[Raw | None, str]] = []

    def unchanged(self, grid: Grid, line: ReviewLine) -> str:
        first = len(self._rows)
        column = line.column or next(iter(grid.cells))
        self._rows += [(cell.value, place(grid.table.sheet, grid.cell(cell.line, column))) for cell in line.cells]
        return f"=SUM({place(_BEFORE_SHEET, range_address(first, 1, len(self._rows) - 1, 1, fixed=True))})"

    def write(self, book: Book) -> None:
        if not self._rows:
            return
        sheet = book.sheet(_BEFORE_SHEET)
        for row, (value, cell) in enumerate(self._rows):
            if value is not None:
                sheet.value(row, 0, value)
            sheet.formula(row, 1, f'=N(EXACT({cell}&"",{address(row, 0)}&""))', 1)
        sheet.raw.protect()
        sheet.raw.hide()


def write_review(book: Book, form: Form, review: Review) -> _Before:
    """Introduction and list. What was merely noted, and what has no place in the form, stands below and stays off the paper.

    What is given back has to be written (:meth:`_Before.write`) when all other sheets are there.
    """
    sheet, before = book.sheet(say("template.review_sheet")), _Before()
    write_hidden_row(sheet, form)
    page = Page(sheet, _WIDTHS, left=1, row=1)
    page.across(say("template.review_title"), _style.TITLE, 28)
    for number, words in enumerate(review.intro):
        page.across(words, LABEL if number == 0 else TEXT)
    page.row += 1
    head = page.row
    _write_head(page)
    to_mend = [line for line in review.lines if line.severity is not Severity.NOTE]
    understood = [line for line in review.lines if line.severity is Severity.NOTE]
    for number, line in enumerate(to_mend, start=1):
        _write_finding(page, form, before, (number, line))
    _colour_done(sheet, head + 1, page.row - 1)
    if not to_mend:
        page.across(say("template.review_nothing"), TEXT)
    printed = page.row - 1
    _write_strays(page, review)
    if understood:
        page.row += 1
        page.across(say("template.review_understood", count=sum(len(line.cells) or 1 for line in understood)), LABEL)
    for number, line in enumerate(understood, start=len(to_mend) + 1):
        _write_finding(page, form, before, (number, line))
    sheet.raw.hide_gridlines(2)
    sheet.raw.protect("", {"format_columns": True, "format_rows": True})
    sheet.raw.freeze_panes(head + 1, 0)
    sheet.printed(repeat=(head, head), area=(0, 1, printed, page.right), footer=say("template.footer", sheet=sheet.name))
    sheet.raw.activate()
    return before


def _write_head(page: Page) -> None:
    sheet, row = page.sheet, page.row
    for column, key in _HEADS.items():
        sheet.text(row, column, say(f"template.review_{key}"), TABLE_HEAD)
    sheet.merged(row, _CELL, row, _CELL + _ACROSS - 1, say("template.review_cell"), TABLE_HEAD)
    sheet.height(row, 34)
    page.row += 1


def _colour_done(sheet: Sheet, first: int, last: int) -> None:
    """Green once every cell of a line was changed."""
    if last >= first:
        cell = address(first, _DONE)
        rule = {"type": "formula", "criteria": f"=AND(ISNUMBER({cell}),{cell}=0)"}
        sheet.highlight(first, _DONE, last, _DONE, rule, _style.CHECK_FULL)


def _write_finding(page: Page, form: Form, before: _Before, numbered: tuple[int, ReviewLine]) -> None:
    """One fault over as many rows of the sheet as its links need."""
    (number, line), sheet, first = numbered, page.sheet, page.row
    words = f"{line.code}: {line.words}" if line.code else line.words
    value = line.shown or (say("template.review_blank") if line.column else "")
    table = form.campaign.tables.get(line.table or "")
    grid = form.grids[line.table] if line.table else None
    links = list(_links(grid, line)) if grid else []
    rows = max(-(-len(links) // _ACROSS), 1)
    labels = max((_style.height(link.label, _LINK_WIDTH) for link in links), default=0)
    points = max(_style.height(words, _WIDTHS[_WORDS]), _style.height(value, _WIDTHS[_VALUE]), 20) / rows
    for row in range(first, first + rows):
        sheet.height(row, max(points, labels, 18))
    look = dict(_style.MARKS[line.severity]) if line.severity is not Severity.NOTE else {}
    whole = say("template.review_whole")
    _down(sheet, first, rows, {_NUMBER: (str(number), {"align": "center"}), _VALUE: (value, {}), _WORDS: (words, {})})
    _down(
        sheet,
        first,
        rows,
        {_SEVERITY: (say(f"template.severity_{line.severity.value}"), look), _PLACE: (table.sheet if table else whole, {})},
    )
    _write_links(sheet, first, rows, (grid, links, line.was))
    _write_done(sheet, (first, rows), before.unchanged(grid, line) if grid and line.cells else "", len(line.cells))
    page.row += rows


def _down(sheet: Sheet, row: int, rows: int, cells: Mapping[int, tuple[str, Mapping[str, Any]]]) -> None:
    """Texts over all rows of a line, by column."""
    for column, (words, look) in cells.items():
        sheet.merged(row, column, row + rows - 1, column, words, TABLE_CELL | dict(look))


def _write_done(sheet: Sheet, rows: tuple[int, int], formula: str, cells: int) -> None:
    """How many cells still hold what they held; nothing where there is no cell to look at."""
    (row, count), style = rows, TABLE_CELL | {"align": "center", "num_format": say("template.review_unchanged")}
    sheet.merged(row, _DONE, row + count - 1, _DONE, "", style)
    if formula:
        sheet.formula(row, _DONE, formula, cells, style)


def _links(grid: Grid, line: ReviewLine) -> Iterator[_Link]:
    """Links to the cells, neighbours as one range; to the sheet where there is no such cell; so many, and one for the rest."""
    if not line.cells:
        label = say("template.review_sent", was=line.was) if line.was else say("template.review_open")
        yield _Link(address(*min(grid.cells.values())), label)
        return
    column = line.column or next(iter(grid.cells))
    moved = {cell.line: cell.was for cell in line.cells if cell.was not in ("", grid.cell(cell.line, column))}
    spans = list(runs(sorted({cell.line for cell in line.cells} - set(moved))))
    found = [_Link(_range(grid, column, span), _range(grid, column, span)) for span in spans]
    found += [
        _Link(cell := grid.cell(number, column), say("template.review_moved", cell=cell, was=was)) for number, was in sorted(moved.items())
    ]
    if len(found) <= _MOST_LINKS:
        yield from found
        return
    shown = _MOST_LINKS - 1
    more = len(line.cells) - sum(last - first + 1 for first, last in spans[:shown]) - max(shown - len(spans), 0)
    yield from found[:shown]
    yield _Link(found[shown].cell, say("template.review_more", count=more))


def _range(grid: Grid, column: str, span: tuple[int, int]) -> str:
    first, last = (grid.cell(number, column) for number in span)
    return first if first == last else f"{first}:{last}"


def _write_links(sheet: Sheet, row: int, rows: int, shown: tuple[Grid | None, list[_Link], str]) -> None:
    """Links side by side; an only one has the whole width."""
    grid, links, was = shown
    if grid is None or len(links) < 2:
        sheet.merged(row, _CELL, row, _CELL + _ACROSS - 1, was if grid is None else "", TABLE_CELL)
    for number in range(rows * _ACROSS if grid and len(links) > 1 else len(links)):
        at = (row + number // _ACROSS, _CELL + number % _ACROSS)
        if grid and number < len(links):
            sheet.link(*at, grid.table.sheet, links[number].cell, links[number].label, TABLE_CELL)
        else:
            sheet.blank(*at, TABLE_CELL)


def _write_strays(page: Page, review: Review) -> None:
    """What the unit wrote where the form has no place for it: kept to be copied."""
    if not review.strays:
        return
    page.row += 1
    page.across(say("template.review_strays", count=len(review.strays)), LABEL)
    sheet = page.sheet
    for stray in review.strays:
        sheet.merged(page.row, _NUMBER, page.row, _PLACE, stray.sheet, TABLE_CELL)
        sheet.merged(page.row, _CELL, page.row, _CELL + _ACROSS - 1, say("template.review_sent", was=stray.cell), TABLE_CELL)
        sheet.merged(page.row, _VALUE, page.row, _DONE, "", TABLE_CELL)
        sheet.value(page.row, _VALUE, stray.value, TABLE_CELL | {"align": "left", "locked": False})
        sheet.height(page.row, max(_style.height(str(stray.value), page.room(_VALUE)), 18))
        page.row += 1
