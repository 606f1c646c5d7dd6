"""The first page of the summary: the figures a leader asks for first, with charts that follow the live counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from thidua_xlsx.assess import QuotaCount, line_words, literal, result_of, result_words
from thidua_xlsx.campaign import Award, Node
from thidua_xlsx.model import NomineeKind, Opinion, PartialDate, Result
from thidua_xlsx.report import _charts as charts
from thidua_xlsx.report import _look as look
from thidua_xlsx.report._calculation import demand_words
from thidua_xlsx.report._charts import Series
from thidua_xlsx.report._look import Jump, Live, Style
from thidua_xlsx.report._numbers import Contributions, Numbers
from thidua_xlsx.report._paper import COLUMN_WIDTH, COLUMNS, SCALE, Cell, Paper, heads, sum_line
from thidua_xlsx.report._places import LIST_DECISION, LIST_VOTES, RESULTS, Key, Page, Places
from thidua_xlsx.report._preferences import write_preferences
from thidua_xlsx.report._rounds import CHANGE_IN_MILLIONS, write_rounds
from thidua_xlsx.report._view import View, demands, kind_word
from thidua_xlsx.text import say
from thidua_xlsx.vietnamese import format_money
from thidua_xlsx.xlsx import Book, Sheet, address, range_address

_MILLIONS = look.style(**dict(look.COUNT) | {"num_format": "#,##0.0,,;-#,##0.0,,;–"})
_MILLIONS_TOTAL = look.style(**dict(look.TOTAL) | {"num_format": "#,##0.0,,;-#,##0.0,,;–"})
_SHARE = look.style(**dict(look.COUNT) | {"num_format": "0.##"})
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


def write_overview(book: Book, sheet: Sheet, places: Places) -> None:
    """Key figures, results, contributions, works, reasons, the way to the other sheets, signatures."""
    view, numbers = places.view, Numbers(places.view)
    for column in range(COLUMNS):
        sheet.column(column, COLUMN_WIDTH)
    organ = view.campaign.organ_on(view.round.decided_on)
    row = look.letterhead(sheet, organ, view.round.decided_on.year, (4, 5, COLUMNS - 1))
    paper = Paper(sheet, row, 80)
    _write_title(paper, view)
    _write_cards(paper, numbers)
    _write_reliefs(paper, view)
    _write_results(book, paper, places, numbers)
    _write_quotas(paper, places)
    _write_groups(book, paper, places, numbers)
    write_preferences(paper, places)
    _write_reasons(paper, places)
    _write_decisions(paper, places, numbers)
    for account in numbers.contributions:
        _write_contributions(book, paper, account)
    _write_foremost(paper, numbers)
    _write_works(paper, numbers)
    _write_contents(book, paper, numbers)
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


_ResultColumn = tuple[str, NomineeKind | None, Result | None]


def _result_columns(kinds: Sequence[NomineeKind]) -> list[_ResultColumn]:
    """Registered cases, all and by kind; their results; those that meet the criteria by kind, while the page has room for them."""
    met = [(f"met_{kind}s", kind, Result.MET) for kind in kinds] if len(kinds) < len(NomineeKind) else []
    return [
        ("registered", None, None),
        *((f"{kind}s", kind, None) for kind in kinds),
        ("result_met", None, Result.MET),
        ("result_open", None, Result.OPEN),
        ("result_not_met", None, Result.NOT_MET),
        *met,
    ]


def _write_results(book: Book, paper: Paper, places: Places, numbers: Numbers) -> None:
    """Award forms by result, then the units by result."""
    paper.block(150)
    paper.title("chapter_results")
    columns = _result_columns(places.view.campaign.kinds)
    left = COLUMNS - len(columns)
    paper.line([(0, left - 1, say("report.award"), look.HEADING), *heads([say(f"report.{key}") for key, _, _ in columns], left)])
    first = paper.row
    for award in places.view.awards:
        cells = [
            (column, column, _award_count(places, numbers, award, kind, result), look.COUNT)
            for column, (_, kind, result) in enumerate(columns, left)
        ]
        paper.line([(0, left - 1, Jump(places.award_sheets[award.code], "A1", award.short), look.CELL), *cells])
    totals = [sum(_award_numbers(numbers, places, column)) for column in columns]
    sum_line(paper, first, [(column, column) for column in range(left, COLUMNS)], totals)
    paper.gap()
    if not places.view.sought:
        paper.line([(0, COLUMNS - 1, say("report.nobody_registered"), look.LEAD)])
        return
    units = len(places.view.campaign.units)
    pixels = max(110 + 27 * units, 240)
    paper.block(pixels * 0.75 + 20)
    total = len(places.blocks) - 1
    series = [
        Series(result_words(result), (places.pages[Page.MATRIX], places.matrix_cells(total, part)), charts.COLOURS[result])
        for part, result in enumerate(RESULTS, 1)
    ]
    top, _, bottom, _ = places.matrix_cells(total, 0)
    names = (places.pages[Page.MATRIX], (top, 2, bottom, 2))
    chart = charts.bars(book, say("report.chart_units"), names, series, size=(684, pixels), axis=say("report.axis_cases"))
    paper.chart([chart], pixels)


def _award_numbers(numbers: Numbers, places: Places, column: _ResultColumn) -> Iterator[int]:
    _, kind, result = column
    return (numbers.of(award.code, kind, result) for award in places.view.awards)


def _award_count(places: Places, numbers: Numbers, award: Award, kind: NomineeKind | None, result: Result | None) -> Live:
    conditions: list[tuple[int, str]] = [(Key.AWARD, literal(award.code))]
    if kind is not None:
        conditions.append((Key.KIND, literal(kind_word(kind))))
    if result is not None:
        conditions.append((places.result_column, str(int(result))))
    return Live(places.count(*conditions), numbers.of(award.code, kind, result))


def _write_quotas(paper: Paper, places: Places) -> None:
    """How many meet each award form against its quota; who stands beside the line is said below, for nobody's verdict changes."""
    counts = places.view.quotas
    if not counts:
        return
    paper.block(80 + 50 * len(counts))
    paper.title("chapter_quotas")
    titles = [say(f"report.quota_{key}") for key in ("share", "base", "allowed", "meet", "over")]
    paper.line([(0, 4, say("report.award"), look.HEADING), (5, 6, say("report.kind"), look.HEADING), *heads(titles, 7)])
    for count in counts:
        paper.line(_quota_cells(paper.row, places, count))
    paper.line([(0, COLUMNS - 1, say("report.quota_note"), look.LEAD)])
    for count in counts:
        if count.over:
            award = places.view.campaign.awards[count.quota.award].short
            words = say(
                "report.quota_line", award=award, kind=kind_word(count.quota.kind).lower(), line=line_words(count, places.view.campaign)
            )
            paper.line([(0, COLUMNS - 1, words, look.PLAIN)])
    paper.gap()


def _quota_cells(row: int, places: Places, count: QuotaCount) -> list[Cell]:
    """Share and base as they are; what is allowed, who meets and the surplus follow the live counts."""
    quota = count.quota
    conditions = (
        (Key.AWARD, literal(quota.award)),
        (Key.KIND, literal(kind_word(quota.kind))),
        (places.result_column, str(int(Result.MET))),
    )
    share, base, allowed, meet = (address(row, column) for column in range(7, 11))
    # Rounded before it is cut: 29 % of 100 is 28.999… in binary
    formula = f'IF(ISNUMBER({base}),INT(ROUND({base}*{share}/100,6)),"")'
    limit = count.allowed if quota.percent is None or count.allowed is None else Live(formula, count.allowed)
    over = Live(f"IF(ISNUMBER({allowed}),MAX(0,{meet}-{allowed}),0)", count.over)
    numbers = (quota.percent, count.base, limit, Live(places.count(*conditions), len(count.meeting)), over)
    award = places.view.campaign.awards[quota.award].short
    styles = (_SHARE, *(look.COUNT,) * 4)
    cells = [(column, column, number, style) for (column, number), style in zip(enumerate(numbers, 7), styles, strict=True)]
    return [(0, 4, award, look.CELL), (5, 6, kind_word(quota.kind), look.CELL), *cells]


def _write_groups(book: Book, paper: Paper, places: Places, numbers: Numbers) -> None:
    """By đối tượng: collectives, leaders, staff."""
    groups = places.view.groups
    if not groups:
        return
    pixels = 130 + 30 * len(groups)
    paper.block(60 + 18 * len(groups) + pixels * 0.75)
    paper.title("chapter_groups")
    parts: tuple[Result | None, ...] = (None, *RESULTS)
    words = [say("report.registered"), *(result_words(result) for result in RESULTS)]
    paper.line([(0, 3, say("report.group"), look.HEADING), *heads(words, 4, 2)])
    first = paper.row
    for group in groups:
        counts = [(4 + 2 * n, 5 + 2 * n, _group_count(places, numbers, group, part), look.COUNT) for n, part in enumerate(parts)]
        paper.line([(0, 3, group, look.CELL), *counts])
    last, sheet = paper.row - 1, paper.sheet.name
    paper.gap()
    series = [
        Series(result_words(result), (sheet, (first, 6 + 2 * n, last, 6 + 2 * n)), charts.COLOURS[result])
        for n, result in enumerate(RESULTS)
    ]
    chart = charts.bars(
        book, say("report.chart_groups"), (sheet, (first, 0, last, 0)), series, size=(684, pixels), axis=say("report.axis_cases")
    )
    paper.chart([chart], pixels)


def _group_count(places: Places, numbers: Numbers, group: str, result: Result | None) -> Live:
    conditions: list[tuple[int, str]] = [(Key.GROUP, literal(group))]
    if result is not None:
        conditions.append((places.result_column, str(int(result))))
    return Live(places.count(*conditions), numbers.standing(group, result))


def _write_reasons(paper: Paper, places: Places) -> None:
    """What keeps the registered from being eligible, the most frequent first; the counts are live, the order is the run's."""
    ranked = [each for each in _ranked(places.view) if each[1] + each[2]]
    paper.block(60 + 20 * len(ranked))
    paper.title("chapter_reasons")
    if not ranked:
        paper.line([(0, COLUMNS - 1, say("report.nothing_fails"), look.LEAD)])
        paper.gap()
        return
    words = [say("report.fails"), say("report.is_open")]
    paper.line([(0, 7, say("report.demand"), look.HEADING), *heads(words, 8, 2)])
    for node, failed, unsettled in ranked:
        counts = [
            (8 + 2 * n, 9 + 2 * n, Live(_demand_count(places, node, result), value), look.COUNT)
            for n, (result, value) in enumerate(((Result.NOT_MET, failed), (Result.OPEN, unsettled)))
        ]
        paper.line([(0, 7, demand_words(places.view, node), look.CELL), *counts])
    paper.gap()


def _demand_count(places: Places, node: Node, result: Result) -> str:
    """The cases that a demand decides so; a criterion that another award form asks for only among others counts nothing there."""
    condition, awards = (places.demands[node], str(int(result))), places.view.awards
    asking = [award for award in awards if node in demands(award)]
    if len(asking) == len(awards):
        return places.count(condition)
    return "+".join(places.count(condition, (Key.AWARD, literal(award.code))) for award in asking)


def _ranked(view: View) -> list[tuple[Node, int, int]]:
    found: dict[Node, list[Result]] = {}
    for case in view.sought:
        for node in demands(view.campaign.awards[case.verdict.award]):
            found.setdefault(node, []).append(result_of(node, case.found))
    counted = [(node, results.count(Result.NOT_MET), results.count(Result.OPEN)) for node, results in found.items()]
    return sorted(counted, key=lambda each: (-each[1], -each[2]))


_ANSWERS = tuple(Opinion)


def _write_decisions(paper: Paper, places: Places, numbers: Numbers) -> None:
    """From those who registered over those who meet to what the leadership answers; the counts follow what is typed into the lists."""
    if not places.view.sought:
        return
    paper.block(70 + 20 * len(places.view.awards))
    paper.title("chapter_decisions")
    words = [say("report.registered"), say("report.result_met"), *(say(f"decisions.{answer}") for answer in _ANSWERS)]
    words += [say("report.no_answer"), say("report.votes_entered"), say("report.least_votes")]
    paper.line([(0, 3, say("report.award"), look.HEADING), *heads(words, 4)])
    first = paper.row
    totals = [0] * (len(words) - 1)
    for award in places.view.awards:
        counts = list(_progress(places, numbers, award))
        totals = [total + int(live.value) for total, live in zip(totals, counts, strict=False)]
        cells = [(column, column, live, look.COUNT) for column, live in enumerate(counts, 4)]
        paper.line([(0, 3, Jump(places.award_sheets[award.code], "A1", award.short), look.CELL), *cells])
    columns = [(column, column) for column in range(4, 4 + len(totals))]
    sum_line(paper, first, columns, totals)
    look.put(paper.sheet, paper.row - 1, COLUMNS - 1, None, look.TOTAL)
    paper.line([(0, COLUMNS - 1, say("report.decisions_lead"), look.LEAD)])
    paper.gap()


def _progress(places: Places, numbers: Numbers, award: Award) -> Iterator[Live]:
    """Registered, met, the answers, none, lines with votes, the fewest votes."""
    registered = numbers.of(award.code, None, None)
    yield _award_count(places, numbers, award, None, None)
    yield _award_count(places, numbers, award, None, Result.MET)
    answers, votes = places.listed(award.code, LIST_DECISION), places.listed(award.code, LIST_VOTES)
    decisions = numbers.decisions(award.code)
    if answers is None or votes is None:
        yield from (Live("0", 0) for _ in range(len(_ANSWERS) + 3))
        return
    for answer in _ANSWERS:
        counted = sum(each.opinion is answer for each in decisions)
        yield Live(f"COUNTIF({answers},{literal(say(f'decisions.{answer}'))})", counted)
    yield Live(f"ROWS({answers})-{_sections(places, award)}-COUNTA({answers})", registered - len(decisions))
    entered = [each.votes for each in decisions if each.votes is not None]
    yield Live(f"COUNT({votes})", len(entered))
    yield Live(f'IF(COUNT({votes})>0,MIN({votes}),"–")', min(entered, default="–"))


def _sections(places: Places, award: Award) -> int:
    """The titles of further sections, which stand among the lines of a list."""
    return len(places.sections(award.code)) - 1


def _write_contributions(book: Book, paper: Paper, account: Contributions) -> None:
    """Money by kind and year, in millions; the cells hold the đồng."""
    paper.block(420)
    paper.title("chapter_contributions")
    if not account.total:
        paper.line([(0, COLUMNS - 1, say("report.no_contributions"), look.LEAD)])
        paper.gap()
        return
    start = 10 - len(account.years)
    years = list(enumerate(account.years, start))
    titles = [(0, start - 1, say("report.kind_of_contribution"), look.HEADING), *heads([str(year) for _, year in years], start)]
    paper.line([*titles, (10, 11, say("report.total"), look.HEADING)])
    first = paper.row
    for kind, label in account.kinds:
        cells: list[Cell] = [(column, column, account.sums.get((kind, year), 0), _MILLIONS) for column, year in years]
        whole = Live(f"SUM({range_address(paper.row, start, paper.row, 9)})", account.of_kind(kind))
        paper.line([(0, start - 1, label, look.CELL), *cells, (10, 11, whole, _MILLIONS_TOTAL)])
    last, sheet = paper.row - 1, paper.sheet.name
    totals = [sum(account.sums.get((kind, year), 0) for kind, _ in account.kinds) for _, year in years]
    sum_line(paper, first, [*((column, column) for column, _ in years), (10, 11)], [*totals, account.total], _MILLIONS_TOTAL)
    _write_change_of_years(paper, account, start)
    _write_contribution_notes(paper, account)
    series = [
        Series(label, (sheet, (row, start, row, 9)), colour)
        for row, (_, label), colour in zip(range(first, last + 1), account.kinds, charts.KINDS * len(account.kinds), strict=False)
    ]
    chart = charts.stacked_columns(
        book,
        say("report.chart_contributions"),
        (sheet, (first - 1, start, first - 1, 9)),
        series,
        size=(684, 280),
        least=max(totals) // 12 + 1,
    )
    paper.chart([chart], 280)


def _write_change_of_years(paper: Paper, account: Contributions, start: int) -> None:
    """From year to year, where the window covers both years whole; nothing where it covers no two."""
    row, changes = paper.row - 1, dict(account.changes)
    if not changes:
        return
    cells: list[Cell] = []
    for column, year in enumerate(account.years, start):
        difference = f"{address(row, column)}-{address(row, column - 1)}"
        cells.append((column, column, Live(difference, changes[year]) if year in changes else "–", CHANGE_IN_MILLIONS))
    paper.line([(0, start - 1, say("report.year_change"), look.CELL), *cells, (10, 11, None, CHANGE_IN_MILLIONS)])


def _write_contribution_notes(paper: Paper, account: Contributions) -> None:
    paper.line([(0, COLUMNS - 1, say("report.contribution_total", amount=format_money(account.total)), look.LEAD)])
    if account.doubtful:
        paper.line([(0, COLUMNS - 1, say("report.contribution_doubtful", rows=account.doubtful), look.LEAD)])
    paper.gap()


def _write_foremost(paper: Paper, numbers: Numbers) -> None:
    """Who gave most."""
    if not numbers.foremost:
        return
    paper.block(60 + 20 * len(numbers.foremost))
    paper.title("chapter_foremost")
    titles = [(0, 0, say("report.number"), look.HEADING), (1, 4, say("report.nominee"), look.HEADING)]
    paper.line([*titles, (5, 9, say("report.unit"), look.HEADING), (10, 11, say("report.million"), look.HEADING)])
    for number, (name, unit, amount) in enumerate(numbers.foremost, 1):
        paper.line([(0, 0, number, look.COUNT), (1, 4, name, look.CELL), (5, 9, unit, look.CELL), (10, 11, amount, _MILLIONS)])
    paper.gap()


def _write_works(paper: Paper, numbers: Numbers) -> None:
    """Petitions, initiatives, solutions, models."""
    paper.block(60 + 18 * len(numbers.works))
    paper.title("chapter_works")
    paper.line([(0, 5, say("report.kind_of_work"), look.HEADING), *heads([say("report.rows_counted"), say("report.quantified")], 6, 3)])
    for work in numbers.works:
        paper.line([(0, 5, work.label, look.CELL), (6, 8, work.rows, look.COUNT), (9, 11, work.quantified, look.COUNT)])
    paper.gap()


def _write_contents(book: Book, paper: Paper, numbers: Numbers) -> None:
    """The achievements by content of the movement."""
    contents = numbers.contents
    if not any(count for _, _, count in contents):
        return
    pixels = 80 + 30 * len(contents)
    paper.block(30 + 18 * len(contents) + pixels * 0.75)
    paper.line([(0, 8, say("report.content_of_movement"), look.HEADING), (9, 11, say("report.achievements"), look.HEADING)])
    first = paper.row
    for _, name, count in contents:
        paper.line([(0, 8, name, look.CELL), (9, 11, count, look.COUNT)])
    last, sheet = paper.row - 1, paper.sheet.name
    paper.gap()
    series = [Series(say("report.achievements"), (sheet, (first, 9, last, 9)), charts.KINDS[0])]
    chart = charts.bars(
        book, say("report.chart_contents"), (sheet, (first, 0, last, 0)), series, size=(684, pixels), axis=say("report.axis_rows")
    )
    paper.chart([chart], pixels)


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
