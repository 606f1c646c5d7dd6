"""The sheets that verdicts are computed on: figures, cases with their criteria, clauses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Literal

from thidua_xlsx.assess import Fact, formula, leaf_formula, result_of
from thidua_xlsx.campaign import Clause, Criterion, Leaf, Node, Preference, leaves
from thidua_xlsx.decisions import labels
from thidua_xlsx.model import NomineeKind
from thidua_xlsx.report import _look as look
from thidua_xlsx.report._again import Memory, body_again
from thidua_xlsx.report._look import Content, Field, Live
from thidua_xlsx.report._places import CALCULATION_TOP, FIGURE_COLUMN, FIGURES_TOP, Figure, Key, Places
from thidua_xlsx.report._view import NOTHING, Case, View, demands, kind_word
from thidua_xlsx.text import say
from thidua_xlsx.xlsx import ROW, Book, Sheet, address, column_letter

_Part = Literal["rows", "sure", "least", "possible"]

DECISIONS = "decision.choices"
"""The defined name of the answers a leader can give."""
_CODE = look.style(align="center", border=1, border_color="#BFBFBF", num_format="+0;-0;0")
_FLAG = look.style(align="center", border=1, border_color="#BFBFBF", num_format="0")
_KEY = look.style(border=1, border_color="#BFBFBF", num_format="@")
_FACT = look.style(border=1, border_color="#BFBFBF", align="right", num_format="#,##0")
_RESULT = look.style(align="center", border=1, border_color="#BFBFBF", bold=True, num_format="+0;-0;0")
_FIXED = look.style(border=1, border_color="#7F7F7F", align="right", num_format="#,##0", bg_color="#EDEDED", valign="top")
_POINTS = "#,##0.0#"
_ENTRY_SHARE = look.style(**dict(look.ENTRY_FIGURE) | {"num_format": "General"})
_FIXED_POINTS, _ENTRY_POINTS, _FACT_POINTS = (
    look.style(**dict(each) | {"num_format": _POINTS}) for each in (_FIXED, look.ENTRY_FIGURE, _FACT)
)


def write_figures(book: Book, sheet: Sheet, places: Places) -> None:
    """The figures in force; the yellow ones are open to be changed."""
    fields = _figure_fields(places.view)
    width = sum(field.width for field in fields)
    sheet.text(0, 0, say("report.figures_title"), look.BANNER)
    look.paragraph(sheet, 2, (0, len(fields) - 1), say("report.figures_lead"), look.PLAIN, width=width)
    look.paragraph(sheet, 3, (0, len(fields) - 1), say("report.figures_unset"), look.LEAD, width=width)
    look.headings(sheet, FIGURES_TOP - 1, fields)
    look.body(sheet, FIGURES_TOP, fields, places.figures)
    for line, figure in enumerate(places.figures):
        _restyle(sheet, FIGURES_TOP + line, figure, places.view)
    _write_council(book, sheet, places)
    sheet.raw.freeze_panes(FIGURES_TOP, 0)
    sheet.printed(repeat=(FIGURES_TOP - 1, FIGURES_TOP - 1), footer=say("report.page"))
    look.close(sheet)


def _restyle(sheet: Sheet, row: int, figure: Figure, view: View) -> None:
    """Figures that the plan itself fixes are not open to be changed; points show their decimals."""
    has_decimals = _has_decimals(view, figure.criterion)
    if figure.award is None:
        look.put(sheet, row, FIGURE_COLUMN, figure.criterion.figure, _FIXED_POINTS if has_decimals else _FIXED)
    elif has_decimals and figure.kind:
        value = view.campaign.figure(figure.criterion, figure.award, figure.kind, view.round.achievements_to)
        look.put(sheet, row, FIGURE_COLUMN, value, _ENTRY_POINTS)


def _has_decimals(view: View, criterion: Criterion) -> bool:
    measure = view.campaign.measures[criterion.measure or ""]
    return measure.kind == "sum" and not view.campaign.is_money(measure)


def _figure_fields(view: View) -> list[Field[Figure]]:
    def award(figure: Figure) -> str:
        return view.campaign.awards[figure.award].name if figure.award else say("report.every_award")

    def kind(figure: Figure) -> str:
        return kind_word(figure.kind) if figure.kind else say("report.every_kind")

    def value(figure: Figure) -> float | None:
        if figure.award is None or figure.kind is None:
            return figure.criterion.figure
        return view.campaign.figure(figure.criterion, figure.award, figure.kind, view.round.achievements_to)

    def unit(figure: Figure) -> str:
        measure = view.campaign.measures[figure.criterion.measure or ""]
        if measure.kind != "sum" or view.campaign.is_money(measure):
            return say(f"report.unit_{measure.kind}")
        return view.campaign.tables[measure.table].columns[measure.of or ""].heading

    return [
        Field(say("report.criterion"), 10, lambda figure: figure.criterion.code, look.CENTRED),
        Field(say("report.content"), 52, lambda figure: figure.criterion.text),
        Field(say("report.award"), 34, award),
        Field(say("report.kind"), 12, kind, look.CENTRED),
        Field(say("report.at_least"), 10, lambda _: say("report.not_less_than"), look.CENTRED),
        Field(say("report.figure"), 18, value, look.ENTRY_FIGURE),
        Field(say("report.unit_of_figure"), 10, unit, look.CENTRED),
        Field(say("report.clause"), 30, lambda figure: source_of(view, _figure_clause(view, figure))),
    ]


def _figure_clause(view: View, figure: Figure) -> str:
    if figure.award is None or figure.kind is None:
        return figure.criterion.clause
    in_force = view.campaign.parameter(figure.criterion.code, figure.award, figure.kind, view.round.achievements_to)
    return in_force.clause if in_force else figure.criterion.clause


def source_of(view: View, clause: str) -> str:
    """Where a clause stands, for a reader."""
    return view.campaign.clauses[clause].source if clause in view.campaign.clauses else clause


def _write_council(book: Book, sheet: Sheet, places: Places) -> None:
    """The size of the council and the votes that every award form needs; the answers of the decision column below."""
    council, first = places.view.campaign.council, FIGURES_TOP + len(places.figures)
    _council_line(sheet, first, say("report.council_members"), (council.size, say("report.unit_person"), say("report.council_hint")))
    row = first
    for row, award in enumerate(places.view.awards, first + 1):
        threshold = council.threshold(award.code)
        where = source_of(places.view, threshold.clause) if threshold else say("report.threshold_hint")
        entered = (threshold.percent if threshold else None, say("report.unit_percent"), where)
        _council_line(sheet, row, say("report.threshold", award=award.name), entered)
    share = {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 100, "error_message": say("report.percent_wanted")}
    sheet.validate(first + 1, FIGURE_COLUMN, row, FIGURE_COLUMN, share)
    whole = {
        "validate": "decimal" if any(_has_decimals(places.view, each.criterion) for each in places.figures) else "integer",
        "criteria": ">=",
        "value": 0,
        "error_title": say("report.figure"),
        "error_message": say("report.whole_number"),
    }
    sheet.validate(FIGURES_TOP, FIGURE_COLUMN, first, FIGURE_COLUMN, whole)
    _write_answers(book, sheet, row + 2)


def _council_line(sheet: Sheet, row: int, words: str, entered: tuple[float | None, str, str]) -> None:
    """One line about the council: what it is, the yellow cell, its unit, where it stands."""
    value, unit, where = entered
    sheet.merged(row, 0, row, FIGURE_COLUMN - 1, words, look.CELL)
    look.put(sheet, row, FIGURE_COLUMN, value, _ENTRY_SHARE)
    sheet.text(row, FIGURE_COLUMN + 1, unit, look.CENTRED)
    sheet.text(row, FIGURE_COLUMN + 2, where, look.CELL)
    sheet.height(row, look.height([(where, 30)]))


def _write_answers(book: Book, sheet: Sheet, row: int) -> None:
    answers = labels()
    sheet.text(row, 0, say("report.decision_list"), look.LINE)
    for line, answer in enumerate(answers, row + 1):
        sheet.text(line, 0, answer, look.style(font_color="#7F7F7F"))
    first, last = address(row + 1, 0, fixed=True), address(row + len(answers), 0, fixed=True)
    book.define(DECISIONS, sheet.name, f"{first}:{last}")


def write_calculation(sheet: Sheet, places: Places, memory: Memory) -> None:
    """A line per nominee and award form: facts, criteria as +1/0/-1, result; everything above rests on these formulas."""
    view = places.view
    sheet.text(0, 0, say("report.calculation_title"), look.BANNER)
    sheet.text(1, 0, say("report.calculation_lead"), look.LINE)
    sheet.text(2, 0, say("report.calculation_codes"), look.LINE)
    fields = list(_case_fields(places))
    _write_bands(sheet, places)
    look.headings(sheet, CALCULATION_TOP - 1, fields)
    body_again(memory, lambda case: (case.verdict.unit, " ".join(case.key)), sheet, CALCULATION_TOP, fields, view.cases)
    last = max(CALCULATION_TOP + len(view.cases) - 1, CALCULATION_TOP)
    sheet.raw.autofilter(CALCULATION_TOP - 1, 0, last, len(fields) - 1)
    sheet.raw.freeze_panes(CALCULATION_TOP, Key.UNIT)
    sheet.raw.set_tab_color("#A6A6A6")
    sheet.printed(repeat=(CALCULATION_TOP - 1, CALCULATION_TOP - 1), footer=say("report.page"))
    look.close(sheet)


def _write_bands(sheet: Sheet, places: Places) -> None:
    for criterion, _ in places.view.measured:
        columns = places.facts[criterion.code]
        sheet.merged(
            CALCULATION_TOP - 2, columns.rows, CALCULATION_TOP - 2, columns.possible, f"{criterion.code} – {criterion.name}", look.BAND
        )
    first = min(places.leaves.values())
    sheet.merged(CALCULATION_TOP - 2, first, CALCULATION_TOP - 2, places.result_column, say("report.codes_band"), look.BAND)
    for column in places.preferences.values():
        sheet.text(CALCULATION_TOP - 2, column, say("report.preferred"), look.BAND)
    sheet.height(CALCULATION_TOP - 2, 46)


def _case_fields(places: Places) -> Iterator[Field[Case]]:
    view = places.view
    kinds = {kind: kind_word(kind) for kind in view.campaign.kinds}
    yield Field(say("report.nominee_id"), 15, lambda case: case.verdict.nominee_id, _KEY)
    yield Field(say("report.name"), 28, lambda case: case.verdict.name, _KEY)
    yield Field(say("report.unit"), 9, lambda case: case.verdict.unit, _KEY)
    yield Field(say("report.kind"), 10, lambda case: kinds[case.verdict.kind], _KEY)
    yield Field(say("report.group"), 23, lambda case: case.group, _KEY)
    yield Field(say("report.award_code"), 11, lambda case: case.verdict.award, _KEY)
    yield Field(say("report.sought"), 8, lambda case: int(case.sought), _FLAG)
    for criterion, measure in view.measured:
        width, amounts = 15 if measure.kind == "sum" else 8, _FACT_POINTS if _has_decimals(view, criterion) else _FACT
        yield Field(say("report.fact_rows"), 8, partial(_fact, view.facts[criterion.code], "rows"), _FACT)
        for part, shown in _amounts(view.campaign.may_fall(measure)):
            yield Field(say(f"report.fact_{part}"), width, partial(_fact, view.facts[criterion.code], shown), amounts)
    for criterion in view.criteria:
        yield Field(criterion.code, 7.5, partial(_leaf, criterion.code, _comparisons(places, criterion)), _CODE)
    cells = {code: f"{column_letter(column)}{ROW}" for code, column in places.leaves.items()}
    for node in places.demands:
        if not isinstance(node, Leaf):
            asking = {award.code: formula(node, cells) for award in view.awards if node in demands(award)}
            yield Field(demand_code(node), 10, partial(_demand, node, asking), _CODE)
    results = {award.code: formula(award.requires, cells) for award in view.awards}
    yield Field(say("report.result"), 10, partial(_result, results), _RESULT)
    for preference in places.preferences:
        yield Field(preference.name, 14, partial(_is_preferred, view, preference), _FLAG)


def _is_preferred(view: View, preference: Preference, case: Case) -> int:
    return int(preference in view.preferred.get(case.verdict.nominee_id, ()))


def _amounts(may_fall: bool) -> tuple[tuple[_Part, _Part], ...]:
    """The columns and what they show: where no row can lower the total, ``sure`` is the least too, blank where every row is in doubt."""
    return (("sure", "sure"), ("least", "least"), ("possible", "possible")) if may_fall else (("sure", "least"), ("possible", "possible"))


def _fact(facts: Mapping[str, Fact], part: _Part, case: Case) -> float | None:
    found: float | None = getattr(facts.get(case.verdict.nominee_id, NOTHING), part)
    return found


def _comparisons(places: Places, criterion: Criterion) -> Mapping[tuple[str, NomineeKind], str]:
    """The formula of a measured criterion for every award form that asks for it and every kind of nominee; an attestation has none."""
    if criterion.measure is None:
        return {}
    columns = places.facts[criterion.code]
    rows, least, possible = (f"{column_letter(column)}{ROW}" for column in (columns.rows, columns.least, columns.possible))
    return {
        (award.code, kind): leaf_formula(criterion, rows, least, possible, places.figure(criterion, award.code, kind))
        for award in places.view.awards
        if criterion.code in leaves(award.requires)
        for kind in places.view.campaign.kinds
    }


def _leaf(criterion: str, comparisons: Mapping[tuple[str, NomineeKind], str], case: Case) -> Content:
    reason = case.found.get(criterion)
    if reason is None:
        return None
    compared = comparisons.get((case.verdict.award, case.verdict.kind))
    return Live(compared, int(reason.result)) if compared else int(reason.result)


def _demand(node: Node, asking: Mapping[str, str], case: Case) -> Content:
    asked = asking.get(case.verdict.award)
    return Live(asked, int(result_of(node, case.found))) if asked else None


def _result(results: Mapping[str, str], case: Case) -> Content:
    return Live(results[case.verdict.award], int(case.verdict.result))


def demand_code(node: Node) -> str:
    """The criteria of a demand by their codes."""
    return say("report.or").join(leaves(node))


def demand_words(view: View, node: Node) -> str:
    """The criteria of a demand by their names."""
    return say("report.or").join(f"{code} – {view.campaign.criteria[code].name}" for code in leaves(node))


def write_clauses(sheet: Sheet, view: View) -> None:
    """The places of the plan and the law that verdicts rest on, word for word."""
    fields: list[Field[Clause]] = [
        Field(say("report.clause_id"), 16, lambda clause: clause.id, look.ID),
        Field(say("report.source"), 38, lambda clause: clause.source),
        Field(say("report.wording"), 96, lambda clause: clause.text),
    ]
    sheet.text(0, 0, say("report.clauses_title"), look.BANNER)
    look.listing(sheet, 2, fields, list(view.campaign.clauses.values()))
