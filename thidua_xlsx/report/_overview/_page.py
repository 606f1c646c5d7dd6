"""The first page (Tổng quan): title, key figures, and the chapters in their order."""

from __future__ import annotations

from thidua_xlsx.model import NomineeKind, PartialDate
from thidua_xlsx.report import _look as look
from thidua_xlsx.report._look import Jump, Style
from thidua_xlsx.report._numbers import Numbers
from thidua_xlsx.report._overview._achieved import write_contents, write_contributions, write_foremost, write_works
from thidua_xlsx.report._overview._results import write_decisions, write_groups, write_quotas, write_reasons, write_results
from thidua_xlsx.report._paper import COLUMN_WIDTH, COLUMNS, SCALE, Cell, Paper
from thidua_xlsx.report._places import Page, Places
from thidua_xlsx.report._preferences import write_preferences
from thidua_xlsx.report._rounds import write_rounds
from thidua_xlsx.report._view import View
from thidua_xlsx.text import say
from thidua_xlsx.xlsx import Book, Sheet

_CARD = {
    "align": "center",
    "left": 1,
    "right": 1,
    "border_color": "#7F7F7F",
    "left_color": "#7F7F7F",
    "right_color": "#7F7F7F",
    "bg_color": "#F2F5FA",
}
_CARD_NUMBER = look.style(**_CARD, top=1, bold=True, font_size=20, font_color=look.INK)
_CARD_LABEL = look.style(**_CARD, bold=True)
_CARD_DETAIL = look.style(**_CARD, bottom=1, italic=True, font_size=10, text_wrap=True)


def write_overview(book: Book, sheet: Sheet, places: Places, numbers: Numbers) -> None:
    """Key figures, results, contributions, works, reasons, the way to the other sheets, signatures."""
    view = places.view
    for column in range(COLUMNS):
        sheet.column(column, COLUMN_WIDTH)
    organ = view.campaign.organ_on(view.round.decided_on)
    row = look.letterhead(sheet, organ, view.round.decided_on.year, (4, 5, COLUMNS - 1))
    paper = Paper(sheet, row, 80)
    _write_title(paper, view)
    _write_cards(paper, numbers)
    _write_reliefs(paper, view)
    write_results(book, paper, places, numbers)
    write_quotas(paper, places)
    write_groups(book, paper, places, numbers)
    write_preferences(paper, places)
    write_reasons(paper, places)
    write_decisions(paper, places, numbers)
    for account in numbers.contributions:
        write_contributions(book, paper, account)
    write_foremost(paper, numbers)
    write_works(paper, numbers)
    write_contents(book, paper, numbers)
    write_rounds(book, paper, places)
    _write_index(paper, places)
    look.signatures(sheet, paper.row + 1, organ, ((0, 4), (7, COLUMNS - 1)))
    _arrange(paper)


def _arrange(paper: Paper) -> None:
    raw = paper.sheet.raw
    raw.hide_gridlines(2)
    raw.set_paper(9)
    raw.set_portrait()
    raw.set_margins(left=0.6, right=0.5, top=0.6, bottom=0.6)
    raw.set_print_scale(SCALE)
    raw.center_horizontally()
    raw.set_footer(say("report.page"))
    raw.set_h_pagebreaks(paper.breaks)
    raw.print_area(0, 0, paper.row + 7, COLUMNS - 1)


def _write_title(paper: Paper, view: View) -> None:
    last = COLUMNS - 1
    paper.line([(0, last, say("report.overview_title").upper(), look.TITLE)], 22)
    paper.line([(0, last, say("report.movement", title=view.campaign.title), look.SUBTITLE)], 34)
    paper.line([(0, last, view.round.name, look.style(bold=True, align="center", font_size=12))], 18)
    facts = {
        "first": PartialDate.of(view.round.achievements_from),
        "last": PartialDate.of(view.round.achievements_to),
        "deadline": PartialDate.of(view.round.deadline),
    }
    paper.line([(0, last, say("report.window_and_deadline", **facts), look.style(italic=True, align="center", text_wrap=True))])
    paper.line([(0, last, say("report.by_plan", plan=view.campaign.plan), look.style(italic=True, align="center", text_wrap=True))])
    paper.gap()


def _write_cards(paper: Paper, numbers: Numbers) -> None:
    states, kinds = numbers.states, numbers.view.campaign.kinds
    details = {NomineeKind.INDIVIDUAL: say("report.card_people", women=numbers.women, leaders=numbers.leaders)}
    # A page has room for six cards: where three kinds are registered, the late ones stand on the card of those that have sent
    is_full = len(kinds) == len(NomineeKind)
    cards = (
        (f"{states['sent']}/{len(numbers.units)}", "card_sent", say("report.card_sent_late", late=states["late"]) if is_full else ""),
        (states["missing"] + states["returned"], "card_missing", say("report.card_returned", count=states["returned"])),
        *(() if is_full else ((states["late"], "card_late", ""),)),
        *((len(numbers.nominees(kind)), f"card_{kind}s", details.get(kind, "")) for kind in kinds),
        (numbers.held, "card_held", ""),
    )
    span = COLUMNS // len(cards)

    def across(part: int, style: Style) -> list[Cell]:
        words = [(card[0], say(f"report.{card[1]}"), card[2] or say(f"report.{card[1]}_detail"))[part] for card in cards]
        return [(n * span, n * span + span - 1, content, style) for n, content in enumerate(words)]

    paper.line(across(0, _CARD_NUMBER), 30)
    paper.line(across(1, _CARD_LABEL), 18)
    paper.line(across(2, _CARD_DETAIL), 30)
    paper.gap()


def _write_reliefs(paper: Paper, view: View) -> None:
    """How many rows count only because somebody waived an error, or because a rule is new; nothing where there are none."""
    eased = sum(bool(view.reliefs_of(row)) for rows in view.rows.values() for row in rows)
    if eased:
        paper.line([(0, COLUMNS - 1, say("report.waived_rows", rows=eased), look.LEAD)])
        paper.gap()


def _write_index(paper: Paper, places: Places) -> None:
    """Links to the other sheets, each with what it is for."""
    lists = [(name, say("report.about_list")) for name in places.award_sheets.values()]

    def about(page: Page) -> tuple[str, str]:
        return places.pages[page], say(f"report.about_{page}")

    entries = [
        about(Page.UNITS),
        about(Page.MATRIX),
        *lists,
        *(about(page) for page in Page if page not in (Page.OVERVIEW, Page.UNITS, Page.MATRIX, Page.WORDING)),
    ]
    # The signatures below never stand on a page of their own
    paper.block(150 + 27 * len(entries))
    paper.title("chapter_index")
    for name, words in entries:
        paper.line([(0, 3, Jump(name, "A1", name), look.CELL), (4, 11, words, look.CELL)])
    paper.gap()
