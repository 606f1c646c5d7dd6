"""The registration workbook (phiếu đăng ký): made from the campaign's tables, issued empty, prefilled, or returned with marks.

Made without a single macro; what a reader needs to find its way back stands in it as defined names and a passport (contract, section 4).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from thidua_xlsx.campaign import Campaign
from thidua_xlsx.model import stamp_of
from thidua_xlsx.template._entries import write_entries
from thidua_xlsx.template._grid import FIRST, grids
from thidua_xlsx.template._guide import write_guide
from thidua_xlsx.template._lines import Form, Line, Mark, Review, ReviewCell, ReviewLine
from thidua_xlsx.template._lists import write_lists, write_passport
from thidua_xlsx.template._prefill import known_of, prefilled
from thidua_xlsx.template._review import write_review
from thidua_xlsx.text import language, say
from thidua_xlsx.xlsx import Book

FIRST_ROW = FIRST + 1
"""Excel's number of the first entry row of every table laid out in rows."""

_SPARE_IN_RETURNS = 40
"""A returned workbook is for mending: a few free lines do, and hundreds would triple the cost of writing and opening it."""

__all__ = ["FIRST_ROW", "Line", "Mark", "Review", "ReviewCell", "ReviewLine", "known_of", "write_workbook"]


def write_workbook(
    path: Path,
    campaign: Campaign,
    round_id: str,
    unit_code: str,
    *,
    lines: Mapping[str, Sequence[Line]] | None = None,
    review: Review | None = None,
) -> None:
    """Write the registration workbook of a unit for a round.

    ``lines`` are put into the tables in their order, from the first entry row on, and nothing is added to a line that has values; a table
    without lines is prefilled with its keys, the unit's record with what the campaign knows of it. ``review`` makes it a returned workbook.
    The words are Vietnamese in whatever language the program runs: the unit reads them.
    """
    given = {code: tuple(rows) for code, rows in (lines or {}).items()}
    unit, round_ = campaign.units[unit_code], campaign.rounds[round_id]
    spare = None if review is None else _SPARE_IN_RETURNS
    places = grids(campaign, {code: len(rows) for code, rows in given.items()}, spare=spare)
    filled = {code: prefilled(campaign, unit, grid.table, given.get(code, ()), grid.lines) for code, grid in places.items()}
    form = Form(campaign, round_, unit, places, filled, review, "" if review is None else _stamp(campaign, given, filled))
    with language("vi"):
        title = say("template.file_title", unit=unit.name, round=round_.name)
        with Book(path, title=title, created=round_.deadline) as book:
            before = None if review is None else write_review(book, form, review)
            write_guide(book, form)
            for grid in places.values():
                write_entries(book, form, grid)
            write_lists(book, form)
            write_passport(book, form)
            if before is not None:
                before.write(book)


def _stamp(campaign: Campaign, given: Mapping[str, Sequence[Line]], filled: Mapping[str, Sequence[Line]]) -> str:
    """The stamp of what a reader will find: a record always, of the rows only those that somebody typed."""
    sources = {code: filled if table.layout == "record" else given for code, table in campaign.tables.items()}
    return stamp_of({code: [(line.values, line.fonts) for line in source.get(code, ()) if line.values] for code, source in sources.items()})
