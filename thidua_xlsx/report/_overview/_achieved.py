"""What was achieved, on the first page: contributions, the foremost, works, the contents of the movement."""

from __future__ import annotations

from thidua_xlsx.report import _charts as charts
from thidua_xlsx.report import _look as look
from thidua_xlsx.report._charts import Series
from thidua_xlsx.report._look import Live
from thidua_xlsx.report._numbers import Contributions, Numbers
from thidua_xlsx.report._paper import COLUMNS, Cell, Paper, heads, sum_line
from thidua_xlsx.text import say
from thidua_xlsx.vietnamese import format_money
from thidua_xlsx.xlsx import Book, address, range_address


def write_contributions(book: Book, paper: Paper, account: Contributions) -> None:
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
        cells: list[Cell] = [(column, column, account.sums.get((kind, year), 0), look.MILLIONS) for column, year in years]
        whole = Live(f"SUM({range_address(paper.row, start, paper.row, 9)})", account.of_kind(kind))
        paper.line([(0, start - 1, label, look.CELL), *cells, (10, 11, whole, look.MILLIONS_TOTAL)])
    last, sheet = paper.row - 1, paper.sheet.name
    totals = [account.of_year(year) for year in account.years]
    sum_line(paper, first, [*((column, column) for column, _ in years), (10, 11)], [*totals, account.total], look.MILLIONS_TOTAL)
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
        cells.append((column, column, Live(difference, changes[year]) if year in changes else "–", look.CHANGE_IN_MILLIONS))
    paper.line([(0, start - 1, say("report.year_change"), look.CELL), *cells, (10, 11, None, look.CHANGE_IN_MILLIONS)])


def _write_contribution_notes(paper: Paper, account: Contributions) -> None:
    paper.line([(0, COLUMNS - 1, say("report.contribution_total", amount=format_money(account.total)), look.LEAD)])
    if account.doubtful:
        paper.line([(0, COLUMNS - 1, say("report.contribution_doubtful", rows=account.doubtful), look.LEAD)])
    paper.gap()


def write_foremost(paper: Paper, numbers: Numbers) -> None:
    """Who gave most."""
    if not numbers.foremost:
        return
    paper.block(60 + 20 * len(numbers.foremost))
    paper.title("chapter_foremost")
    titles = [(0, 0, say("report.number"), look.HEADING), (1, 4, say("report.nominee"), look.HEADING)]
    paper.line([*titles, (5, 9, say("report.unit"), look.HEADING), (10, 11, say("report.million"), look.HEADING)])
    for number, (name, unit, amount) in enumerate(numbers.foremost, 1):
        paper.line([(0, 0, number, look.COUNT), (1, 4, name, look.CELL), (5, 9, unit, look.CELL), (10, 11, amount, look.MILLIONS)])
    paper.gap()


def write_works(paper: Paper, numbers: Numbers) -> None:
    """Petitions, initiatives, solutions, models."""
    paper.block(60 + 18 * len(numbers.works))
    paper.title("chapter_works")
    paper.line([(0, 5, say("report.kind_of_work"), look.HEADING), *heads([say("report.rows_counted"), say("report.quantified")], 6, 3)])
    for work in numbers.works:
        paper.line([(0, 5, work.label, look.CELL), (6, 8, work.rows, look.COUNT), (9, 11, work.quantified, look.COUNT)])
    paper.gap()


def write_contents(book: Book, paper: Paper, numbers: Numbers) -> None:
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
