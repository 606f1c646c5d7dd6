"""What other figures would change: a ladder of steps for every figure, who stands beside it, and which criterion decides how often.

The numbers are those of the run; the figures on the parameter sheet are where a leader tries one out live.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from thidua_xlsx.assess import Coverage, Ladder, Stand, Step, coverage, ladders, quantity_of
from thidua_xlsx.model import NomineeKind, Result
from thidua_xlsx.report import _look as look
from thidua_xlsx.report._look import Field, Jump
from thidua_xlsx.report._places import RESULTS, Page, Places
from thidua_xlsx.report._view import View, kind_word
from thidua_xlsx.text import say
from thidua_xlsx.xlsx import Sheet, address

_STRONG = look.style(**dict(look.CELL) | {"bold": True})
_RIGHT = look.style(**dict(look.CELL) | {"align": "right"})
_LAST = 7
_WIDTHS = (26.0, 42.0, 12.0, 12.0, 12.0, 14.0, 12.0, 30.0)
_SCALE = 84
"""Per cent at which these columns fill an A4 page lying on its side; a page fitted by the reader itself has no breaks of ours."""
_PAGE = 600.0
"""Points of height that such a page holds."""
_LINE = 17.6
_AROUND = 125.0
"""Points that title, headings and the two sentences of a ladder take."""


def write_whatif(sheet: Sheet, places: Places) -> None:
    """The ladders of the figures, then how often every criterion decides; both over whoever registered for the award form."""
    view = places.view
    found = ladders(view.fact_frames, view.campaign, view.round.id, view.outcome.assessments, {case.key for case in view.sought})
    sheet.text(0, 0, say("report.whatif_title"), look.BANNER)
    look.paragraph(sheet, 1, (0, _LAST), say("report.whatif_lead"), look.LEAD, width=sum(_WIDTHS))
    row = 3
    for column, width in enumerate(_WIDTHS):
        sheet.column(column, width)
    breaks: list[int] = []
    used = _LINE * row
    for ladder in found:
        needed = _AROUND + _LINE * len(ladder.steps)
        if used + needed > _PAGE:
            breaks, used = [*breaks, row], 0.0
        used += needed
        row = _write_ladder(sheet, row, places, ladder) + 1
    if not found:
        sheet.text(row, 0, say("report.no_ladders"), look.LINE)
        row += 2
    verdicts = [case.verdict for case in view.sought]
    counted_how_often = coverage(view.campaign, verdicts)
    if used + _AROUND + _LINE * len(counted_how_often) > _PAGE:
        breaks.append(row)
    _write_coverage(sheet, row, view, counted_how_often)
    sheet.raw.freeze_panes(3, 0)
    sheet.printed(footer=say("report.page"))
    sheet.raw.set_print_scale(_SCALE)
    sheet.raw.set_h_pagebreaks(breaks)


def _write_ladder(sheet: Sheet, row: int, places: Places, ladder: Ladder) -> int:
    view = places.view
    criterion, award = view.campaign.criteria[ladder.criterion], view.campaign.awards[ladder.award]
    kind = kind_word(NomineeKind(ladder.kind)).lower()
    sheet.merged(row, 0, row, _LAST - 1, f"{criterion.code} – {criterion.name}; {award.short}; {kind}", look.SECTION)
    cell = address(*places.figure_cell(criterion, award.code, ladder.kind))
    look.put(sheet, row, _LAST, Jump(places.pages[Page.FIGURES], cell, say("report.try_it")), look.SECTION)
    sheet.height(row, 20)
    fields: list[Field[Step]] = [
        Field(say("report.figure_in_force"), _WIDTHS[0], partial(_in_force, ladder), _STRONG),
        Field(say("report.if_figure_were"), _WIDTHS[1], lambda step: quantity_of(step.figure, ladder.criterion, view.campaign), _RIGHT),
        *(
            Field(say(f"report.result_{result.word}"), width, partial(_count, result), look.TALLY)
            for result, width in zip(RESULTS, _WIDTHS[2:5], strict=True)
        ),
        Field(say("report.turned"), _WIDTHS[5], lambda step: step.turned, look.TALLY),
    ]
    last = look.body(sheet, look.headings(sheet, row + 1, fields), fields, ladder.steps)
    if ladder.figure is None:
        sheet.text(last, 0, say("report.ladder_unset"), look.LINE)
        return last + 1
    for key, stands in (("just_above", ladder.above), ("just_below", ladder.below)):
        look.paragraph(sheet, last, (0, _LAST), _beside(view, ladder, key, stands), look.PLAIN, width=sum(_WIDTHS))
        last += 1
    return last


def _in_force(ladder: Ladder, step: Step) -> str:
    return say("report.in_force") if step.figure == ladder.figure else ""


def _count(result: Result, step: Step) -> int:
    return step.counts[result]


def _beside(view: View, ladder: Ladder, key: str, stands: Sequence[Stand]) -> str:
    """Who stands just above or just below the figure, with how much and how far from it."""
    names = [
        say(
            "report.stand",
            name=stand.name,
            nominee=stand.nominee_id,
            sure=quantity_of(stand.sure, ladder.criterion, view.campaign),
            distance=quantity_of(abs(stand.distance), ladder.criterion, view.campaign),
        )
        for stand in stands
    ]
    return say(f"report.{key}", names="; ".join(names) or say("report.nobody"))


def _write_coverage(sheet: Sheet, row: int, view: View, found: Sequence[Coverage]) -> None:
    sheet.text(row, 0, say("report.coverage_title"), look.CHAPTER)
    look.paragraph(sheet, row + 1, (0, _LAST), say("report.coverage_lead"), look.LEAD, width=sum(_WIDTHS))
    fields: list[Field[Coverage]] = [
        Field(say("report.award"), _WIDTHS[0], lambda each: view.campaign.awards[each.award].short),
        Field(say("report.criterion"), _WIDTHS[1], lambda each: f"{each.criterion} – {view.campaign.criteria[each.criterion].name}"),
        *(
            Field(say(f"report.part_{result.word}"), width, partial(_how_often, result), look.TALLY)
            for result, width in zip(RESULTS, _WIDTHS[2:5], strict=True)
        ),
        Field(say("report.keeps_back"), _WIDTHS[5], lambda each: each.decides, look.TALLY),
        Field(say("report.alone"), _WIDTHS[6], lambda each: each.alone, look.TALLY),
        Field(say("report.note"), _WIDTHS[7], _note),
    ]
    look.body(sheet, look.headings(sheet, row + 2, fields), fields, found)


def _how_often(result: Result, each: Coverage) -> int:
    return each.counts[result]


def _note(each: Coverage) -> str:
    if each.counts[Result.OPEN] == sum(each.counts.values()):
        return say("report.always_open")
    return "" if each.decides else say("report.keeps_nobody")
