"""``bao-cao-tong-hop.xlsx``: the workbook the leadership looks at, prints, decides in and tries figures out in."""

from __future__ import annotations

from pathlib import Path

from thidua_xlsx.outcome import Outcome
from thidua_xlsx.report._again import Memory
from thidua_xlsx.report._calculation import write_calculation, write_clauses, write_figures
from thidua_xlsx.report._changes import write_changes_page
from thidua_xlsx.report._decisions import Writing, write_list
from thidua_xlsx.report._numbers import Numbers
from thidua_xlsx.report._open import write_open
from thidua_xlsx.report._overview import write_overview
from thidua_xlsx.report._places import Page, Places
from thidua_xlsx.report._prizes import write_prizes
from thidua_xlsx.report._reasons import Wording
from thidua_xlsx.report._units import write_matrix, write_units
from thidua_xlsx.report._view import View
from thidua_xlsx.report._whatif import write_whatif
from thidua_xlsx.text import say
from thidua_xlsx.xlsx import Book

_BEHIND_LISTS = (Page.OPEN, Page.CHANGES, Page.PRIZES, Page.FIGURES, Page.WHATIF, Page.CALCULATION, Page.CLAUSES, Page.WORDING)
_TABS = {Page.OVERVIEW: "#1F3864", Page.FIGURES: "#FFC000", Page.OPEN: "#C55A11"}


def write_summary(path: Path, outcome: Outcome | View, memory: Memory | None = None) -> None:
    """Write the summary workbook (báo cáo tổng hợp) of one run; the lines of a unit that is as it was come from ``memory``."""
    places = Places(View.of(outcome))
    with Book(path, title=say("report.overview_title"), created=outcome.round.decided_on) as book:
        before = {page: book.sheet(places.pages[page]) for page in (Page.OVERVIEW, Page.UNITS, Page.MATRIX)}
        lists = {code: book.sheet(name) for code, name in places.award_sheets.items()}
        after = {page: book.sheet(places.pages[page]) for page in _BEHIND_LISTS}
        sheets = before | after
        for page, colour in _TABS.items():
            sheets[page].raw.set_tab_color(colour)
        numbers = Numbers(places.view)
        write_overview(book, sheets[Page.OVERVIEW], places, numbers)
        write_units(sheets[Page.UNITS], places.view, numbers.units)
        write_matrix(sheets[Page.MATRIX], places)
        writing = Writing(Wording(places), memory or Memory(places.view))
        for award in places.view.awards:
            write_list(book, lists[award.code], places, writing, award)
        writing.wording.write(after[Page.WORDING])
        write_open(sheets[Page.OPEN], places)
        write_changes_page(sheets[Page.CHANGES], places.view)
        write_prizes(sheets[Page.PRIZES], places)
        write_whatif(sheets[Page.WHATIF], places)
        write_figures(book, sheets[Page.FIGURES], places)
        write_calculation(sheets[Page.CALCULATION], places, writing.memory)
        write_clauses(sheets[Page.CLAUSES], places.view)
        sheets[Page.OVERVIEW].raw.activate()
