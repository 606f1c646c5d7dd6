"""The sheet "Hướng dẫn": everything a clerk of a small unit needs, on three or four printed pages."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from thidua_xlsx.campaign import Award, Clause, Column, Criterion, Group, Leaf, Node, Table, leaves
from thidua_xlsx.model import NomineeKind, Severity
from thidua_xlsx.template import _style
from thidua_xlsx.template._lines import Form
from thidua_xlsx.template._lists import write_hidden_row
from thidua_xlsx.template._page import LABEL, TABLE_CELL, TABLE_HEAD, Page
from thidua_xlsx.template._summary import first_left, left, link_to_first
from thidua_xlsx.text import say
from thidua_xlsx.vietnamese import format_money, format_number
from thidua_xlsx.xlsx import Book, address

_WIDTHS = (1.5, 6.0, 25.0, 20.0, 24.0, 62.0)
_EXAMPLE = "Ví dụ:"


def write_guide(book: Book, form: Form) -> None:
    """The guide, with a live summary of what is still missing."""
    sheet = book.sheet(say("template.guide_sheet"))
    write_hidden_row(sheet, form)
    page = Page(sheet, _WIDTHS, left=1, row=1)
    page.across(say("template.guide_title"), _style.TITLE | {"align": "center"}, 28)
    _what(page, form)
    _steps(page, form)
    _self_check(page, form)
    _colours(page)
    _examples(page, form)
    _awards(page, form)
    _conditions(page, form)
    _contents(page, form)
    _next(page, form)
    sheet.raw.hide_gridlines(2)
    sheet.raw.protect("", {"format_columns": True, "format_rows": True})
    sheet.printed(area=(0, 1, page.row - 1, page.right), footer=say("template.footer", sheet=sheet.name))
    sheet.raw.set_margins(left=0.5, right=0.4, top=0.3, bottom=0.5)


def _what(page: Page, form: Form) -> None:
    round_, organ = form.round, form.campaign.organ_on(form.round.deadline)
    window = {"first": f"{round_.achievements_from:%d/%m/%Y}", "last": f"{round_.achievements_to:%d/%m/%Y}"}
    page.section(say("template.guide_what"))
    page.labelled(say("template.guide_campaign"), form.campaign.title)
    page.labelled(say("template.guide_plan"), form.campaign.plan)
    page.labelled(say("template.guide_round"), say("template.guide_round_value", round=round_.name, **window))
    page.labelled(say("template.guide_unit"), say("template.guide_unit_value", name=form.unit.name, code=form.unit.code))
    page.labelled(say("template.guide_deadline"), say("template.guide_deadline_value", deadline=f"{round_.deadline:%d/%m/%Y}"))
    page.labelled(say("template.guide_send"), say("template.guide_send_value", council=organ.council, office=organ.office))


def _steps(page: Page, form: Form) -> None:
    sheets = ", ".join(table.sheet for table in form.tables)
    key = next((key for table in form.tables if (key := table.prefilled_key(form.unit.code, 1))), form.unit.code)
    page.section(say("template.guide_steps"))
    for number in range(1, 7):
        page.numbered(f"{number}.", say(f"template.step_{number}", sheets=sheets, key=key))


def _self_check(page: Page, form: Form) -> None:
    page.section(say("template.guide_check"))
    sheet = page.sheet
    sheet.merged(page.row, 1, page.row, 2, say("template.check_sheet"), TABLE_HEAD)
    for column, words in enumerate(("check_lines", "check_missing", "check_verdict"), start=3):
        sheet.text(page.row, column, say(f"template.{words}"), TABLE_HEAD)
    page.row += 1
    for table in form.tables:
        _self_check_line(page, form, table)


def _self_check_line(page: Page, form: Form, table: Table) -> None:
    sheet, grid, row = page.sheet, form.grids[table.code], page.row
    counts = left(form, grid)
    used, missing = address(row, 3), address(row, 4)
    words = {key: say(f"template.verdict_{key}") for key in ("empty", "full")}
    verdict = words["empty"] if not counts else first_left(form, grid) if sum(counts.values()) else words["full"]
    first = address(*min(grid.cells.values()))
    sheet.merged(row, 1, row, 2, "", TABLE_CELL)
    sheet.link(row, 1, table.sheet, first, table.sheet, TABLE_CELL)
    lines = "1" if grid.is_record else f"COUNT(check.{table.code})"
    sheet.formula(row, 3, f"={lines}", 1 if grid.is_record else len(counts), TABLE_CELL | {"align": "center"})
    sheet.formula(row, 4, f"=SUM(check.{table.code})", sum(counts.values()), TABLE_CELL | {"align": "center"})
    formula = f'=IF({used}=0,"{words["empty"]}",IF({missing}>0,{link_to_first(grid)},"{words["full"]}"))'
    sheet.formula(row, 5, formula, verdict, TABLE_CELL)
    rule = {"type": "formula", "criteria": f"=${missing}>0"}
    sheet.highlight(row, 4, row, 5, rule, _style.MISSING)
    page.row += 1


def _colours(page: Page) -> None:
    page.section(say("template.guide_colours"))
    samples = {
        "required": _style.REQUIRED_HEAD,
        "expected": _style.EXPECTED_HEAD,
        "optional": _style.OPTIONAL_HEAD,
        "missing": _style.MISSING,
        "wrong": _style.WRONG,
        "wanted": _style.WANTED,
        "error": _style.MARKS[Severity.ERROR],
        "warning": _style.MARKS[Severity.WARNING],
        "locked": _style.LOCKED_CELL,
    }
    frame = {"border": 1, "border_color": "#A6A6A6", "align": "center"}
    for key, look in samples.items():
        page.labelled(say(f"template.sample_{key}"), say(f"template.colour_{key}"), frame | look)


def _examples(page: Page, form: Form) -> None:
    page.section(say("template.guide_example"))
    for table in form.tables:
        required = [column for column in table.columns.values() if column.required]
        shown = [f"{column.heading}: {example}" for column in required if (example := _example(form, column))]
        listed = [column.heading for column in required if column.choices and not _example(form, column)]
        if listed:
            shown.append(say("template.from_list", columns=", ".join(listed)))
        page.labelled(table.sheet, "  ·  ".join(shown))


def _example(form: Form, column: Column) -> str:
    """An example from the column's help ("Ví dụ: …"), or the entry of its list that goes with the other examples."""
    _, found, words = column.help.partition(_EXAMPLE)
    if found:
        return words.split(". ")[0].strip().rstrip(".")
    criteria = [criterion for criterion in form.campaign.criteria.values() if criterion.attestation == column.code]
    fitting = [label for criterion in criteria for label in criterion.met]
    fitting += [label for contradiction in column.contradictions for label in contradiction.compatible]
    if column.choices in ("@awards", "@used_for"):
        fitting += [choice.label for choice in form.campaign.choices(column, form.round.id)]
    return fitting[0] if fitting else ""


def _awards(page: Page, form: Form) -> None:
    page.section(say("template.guide_awards"))
    for award in _offered(form):
        words = [
            say("template.guide_award_value", authority=award.authority, clause=_source(form.campaign.clauses[award.clause])),
            *_figures(form, award),
        ]
        page.labelled(award.name, " ".join(words))


def _offered(form: Form) -> list[Award]:
    return [form.campaign.awards[code] for code in form.round.awards]


def _figures(form: Form, award: Award) -> Iterator[str]:
    """The figures of an award's measured criteria, or that there is none yet."""
    for code in dict.fromkeys(leaves(award.requires)):
        criterion = form.campaign.criteria[code]
        if criterion.has_parameters:
            figures = [_figure_of(form, criterion, award, kind) for kind in form.campaign.kinds]
            yield say("template.guide_figures", criterion=code, figures="; ".join(figures))


def _figure_of(form: Form, criterion: Criterion, award: Award, kind: NomineeKind) -> str:
    value = form.campaign.figure(criterion, award.code, kind, form.round.decided_on)
    return say(
        f"template.guide_figure_{kind}",
        value=_figure(value, is_money=form.campaign.is_money(form.campaign.measures[criterion.measure or ""])),
    )


def _figure(value: float | None, *, is_money: bool) -> str:
    if value is None:
        return say("template.guide_no_figure")
    return say("template.guide_money", amount=format_money(int(value))) if is_money else format_number(value)


def _conditions(page: Page, form: Form) -> None:
    """What every award asks for; forms that ask for the same are named together."""
    for requires, awards in groupby(_offered(form), key=lambda award: award.requires):
        page.section(say("template.guide_conditions", awards="; ".join(award.short for award in awards)))
        for number, words in _condition_lines(form, requires):
            page.numbered(number, words, bold=not number)


def _condition_lines(form: Form, node: Node, number: str = "") -> Iterator[tuple[str, str]]:
    match node:
        case Leaf(code):
            criterion = form.campaign.criteria[code]
            clause = _source(form.campaign.clauses[criterion.clause])
            yield number or "–", say("template.condition", text=criterion.text.strip().rstrip(".;"), clause=clause)
        case Group(op, nodes, count):
            yield number, say(f"template.group_{op}", count=count)
            for index, child in enumerate(nodes, start=1):
                yield from _condition_lines(form, child, f"{number}{index}.")


def _source(clause: Clause) -> str:
    """The short form of a clause's source: what stands before the dash."""
    return clause.source.split(" – ")[0].split(" (")[0]


def _contents(page: Page, form: Form) -> None:
    page.section(say("template.guide_contents"))
    for content in form.campaign.contents.values():
        page.labelled(content.name, content.text.strip(), LABEL)


def _next(page: Page, form: Form) -> None:
    organ = form.campaign.organ_on(form.round.deadline)
    page.section(say("template.guide_next"))
    for number in range(1, 4):
        page.numbered("–", say(f"template.next_{number}", office=organ.office, council=organ.council))
