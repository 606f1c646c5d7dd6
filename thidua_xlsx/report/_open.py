"""What keeps cases open, what would close it, and who has to supply it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from thidua_xlsx.assess import WHYS, describe
from thidua_xlsx.model import CellRef, Finding, Reason, Result, Severity
from thidua_xlsx.report import _look as look
from thidua_xlsx.report._look import Content, Field, Jump
from thidua_xlsx.report._places import Page, Places
from thidua_xlsx.report._view import Case, Row, View, called, joined, kind_word
from thidua_xlsx.text import message, say
from thidua_xlsx.vietnamese import mask_citizen_id
from thidua_xlsx.xlsx import Sheet, address

_UNSET = "figure_unset"
_FROM_UNIT = (*WHYS, "blank_attestation", "not_yet_attested", "unit_record")
_OF_THE_PLAN = ("A602", "A603", "A604", "A606", "A607", "A608", "A609", "A610", "A612", "A613", "A614", "A615", "A616")
"""A601 and A605 are open criteria and stand in the first two chapters."""
_MOST_CELLS = 4
_MOST_NAMES = 3
_ANY_NUMBER = re.compile(r"\d[\d. ]{4,}\d")
_CITIZEN_ID = re.compile(r"(?<!\d)(?:\d{9}|\d{12})(?!\d)")
"""What can be nothing but a citizen id (CCCD, CMND) in a message about a nominee."""


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is missing: about whom, what, from whom, and where it goes."""

    unit: str
    about: str
    award: str
    what: str
    who: str
    where: Content


def write_open(sheet: Sheet, places: Places) -> None:
    """Figures first, for they hold up most; then case by case; then registrations that are not counted at all."""
    chapters = [
        (say("report.open_figures"), list(_unset_figures(places))),
        (say("report.open_cases"), list(_open_cases(places.view))),
        (say("report.open_registrations"), list(_held_nominees(places.view))),
    ]
    if of_the_plan := list(_of_the_plan(places.view)):
        chapters.append((say("report.open_plan"), of_the_plan))
    fields = _fields()
    width = sum(field.width for field in fields)
    sheet.text(0, 0, say("report.open_title"), look.BANNER)
    look.paragraph(sheet, 1, (0, len(fields) - 1), say("report.open_lead"), look.LEAD, width=width)
    row = look.headings(sheet, 3, fields)
    for title, gaps in chapters:
        sheet.merged(row, 0, row, len(fields) - 1, f"{title} ({len(gaps)})", look.SECTION)
        sheet.height(row, 20)
        row = look.body(sheet, row + 1, fields, list(enumerate(gaps, 1)))
    sheet.raw.freeze_panes(4, 0)
    sheet.printed(repeat=(3, 3), footer=say("report.page"))


def _fields() -> list[Field[tuple[int, Gap]]]:
    return [
        Field(say("report.number"), 5, lambda line: line[0], look.COUNT),
        Field(say("report.unit"), 26, lambda line: line[1].unit),
        Field(say("report.nominee"), 26, lambda line: line[1].about),
        Field(say("report.award"), 18, lambda line: line[1].award),
        Field(say("report.what_is_open"), 58, lambda line: line[1].what),
        Field(say("report.who_supplies"), 22, lambda line: line[1].who),
        Field(say("report.where"), 28, lambda line: line[1].where),
    ]


def _open_reasons(view: View) -> Iterator[tuple[Case, Reason]]:
    for case in view.sought:
        if case.verdict.result is Result.OPEN:
            for reason in view.deciding(case):
                yield case, reason


def _unset_figures(places: Places) -> Iterator[Gap]:
    """The figures that are not set, each with how many wait for it."""
    view = places.view
    waiting = Counter(
        (reason.criterion, case.verdict.award, case.verdict.kind) for case, reason in _open_reasons(view) if reason.why == _UNSET
    )
    for figure in places.figures:
        if figure.award is None or figure.kind is None:
            continue
        count = waiting[figure.criterion.code, figure.award, figure.kind]
        if count:
            cell = address(*places.figure_cell(figure.criterion, figure.award, figure.kind))
            award = view.campaign.awards[figure.award].short
            what = say(
                "report.figure_is_unset",
                code=figure.criterion.code,
                name=figure.criterion.name,
                kind=kind_word(figure.kind).lower(),
                count=count,
            )
            page = places.pages[Page.FIGURES]
            yield Gap("", say("report.waiting", count=count), award, what, say("report.from_council"), Jump(page, cell, f"{page}!{cell}"))


def _of_the_plan(view: View) -> Iterator[Gap]:
    """What the verdicts show besides: the findings of the scope A that are no open criterion of anybody."""
    units = {case.verdict.nominee_id: case.verdict.unit for case in view.cases}
    for found in view.outcome.findings:
        if found.code in _OF_THE_PLAN:
            ref, unit = found.ref, units.get(found.nominee_id or "", "")
            where = f"{ref.file.removeprefix('inbox/')}, {ref.sheet}: {ref.cell}" if ref.cell else ref.file
            about = found.facts.get("name", "")
            yield Gap(view.unit_name(unit) if unit else "", about, "", message(found), say("report.from_office"), where)


def _open_cases(view: View) -> Iterator[Gap]:
    order = {code: number for number, code in enumerate(view.campaign.units)}
    found = [(case, reason) for case, reason in _open_reasons(view) if reason.why != _UNSET]
    alike: dict[tuple[str, str, str, str, str], list[str]] = {}
    for case, reason in sorted(found, key=lambda pair: order.get(pair[0].verdict.unit, len(order))):
        award = view.campaign.awards[case.verdict.award].short
        what = describe(reason, view.campaign, against=view.excluded(case)[reason.criterion])
        gap = (view.unit_name(case.verdict.unit), award, what, supplier(reason), _cells(view, reason))
        alike.setdefault(gap, []).append(called(case))
    for (unit, award, what, who, where), names in alike.items():
        yield Gap(unit, _names(names), award, what, who, where)


def supplier(reason: Reason) -> str:
    """Who has to supply what keeps a criterion open."""
    if reason.why == _UNSET:
        return say("report.from_council")
    return say("report.from_unit" if reason.why in _FROM_UNIT else "report.from_authority")


def _names(names: Sequence[str]) -> str:
    """Whom a gap is about; what a unit leaves open, it leaves open for many."""
    shown = "; ".join(names[:_MOST_NAMES])
    return shown if len(names) <= _MOST_NAMES else say("report.more_names", names=shown, count=len(names) - _MOST_NAMES)


def unsettled(view: View, reason: Reason) -> list[CellRef]:
    """The cells that would settle a reason; those that count already are left out."""
    return [ref for ref in reason.sources if not view.is_settled(reason.criterion, ref)] or list(reason.sources)


def _cells(view: View, reason: Reason) -> str:
    wanted = unsettled(view, reason)
    by_sheet: dict[tuple[str, str], list[str]] = {}
    for ref in wanted[:_MOST_CELLS]:
        by_sheet.setdefault((ref.file.removeprefix("inbox/"), ref.sheet), []).append(ref.cell)
    shown = [f"{file}, {sheet}: {', '.join(cells)}" for (file, sheet), cells in by_sheet.items()]
    more = len(wanted) - _MOST_CELLS
    return "\n".join([*shown, say("report.more_cells", count=more)] if more > 0 else shown)


def _discreet(view: View, finding: Finding) -> str:
    """A finding's message without anybody's citizen id: the summary is printed and handed round."""
    table = view.campaign.tables.get(finding.table or "")
    column = table.columns.get(finding.column or "") if table else None
    pattern = _ANY_NUMBER if column is not None and column.is_citizen_id else _CITIZEN_ID
    return pattern.sub(lambda found: mask_citizen_id(found[0]), message(finding))


def _held_nominees(view: View) -> Iterator[Gap]:
    for table in view.campaign.tables.values():
        if table.nominee is not None:
            for row in view.held.get(table.code, ()):
                errors = [_discreet(view, each) for each in view.findings_of(row) if each.severity is Severity.ERROR]
                what = joined([say("report.registration_held"), *dict.fromkeys(errors)])
                yield Gap(
                    view.unit_name(str(row["unit"])),
                    _held_name(row),
                    _held_award(view, row),
                    what,
                    say("report.from_unit"),
                    _row_place(row),
                )


def _held_name(row: Row) -> str:
    name = row.get("full_name") or row.get("name") or row.get("nominee_id")
    return str(name) if name else say("report.no_name")


def _held_award(view: View, row: Row) -> str:
    award = view.campaign.awards.get(str(row.get("award_sought")))
    return award.short if award else ""


def _row_place(row: Row) -> str:
    return say("report.row_place", file=str(row["file"]).removeprefix("inbox/"), sheet=row["sheet"], row=row["row"])
