"""The list of nominees in the layout of a template that a province's award system imports (MauTDKT, October 2023).

Sheet "file nhận": headings in line 1, nine columns from A on, the four code columns R–U that the system reads, hidden and looked up from
the lists on the other sheets. In which order R–U stand for F–I is our reading; codes come only from the campaign's ``[[code_list]]``.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from thidua_xlsx.campaign import CODE_LISTS, Campaign, CodeEntry
from thidua_xlsx.exchange import _look
from thidua_xlsx.exchange._nominees import Nominee, nominees
from thidua_xlsx.text import say
from thidua_xlsx.xlsx import Book, Content, Live, Sheet, address, range_address

if TYPE_CHECKING:
    from thidua_xlsx.outcome import Outcome

_SHEETS = {"PLKT": "phan loai kt", "HTKT": "HTKT", "PLDT": "PLDT", "LVHD": "LVHD"}
_HEADINGS = ("number", "salutation", "name", "position", "unit", "PLKT", "HTKT", "PLDT", "LVHD")
_WIDTHS = (6, 10, 30, 22, 32, 24, 34, 26, 20)
_FIRST_CHOICE, _FIRST_CODE = 5, 17
_TITLES = {"Nam": "Ông", "Nữ": "Bà"}


def unset_columns(campaign: Campaign) -> tuple[str, ...]:
    """The lists for which no codes were given."""
    return tuple(name for name in CODE_LISTS if name not in campaign.code_lists)


def write_import_list(path: Path, outcome: Outcome) -> None:
    """Those who are proposed: who meet the award form they seek or, once there are decisions about it, are agreed to."""
    campaign = outcome.campaign
    proposed = [each for each in nominees(outcome) if each.is_proposed]
    with Book(path, title=say("exchange.import_list"), created=outcome.round.decided_on) as book:
        sheet = book.sheet(say("exchange.sheet_import"))
        lists = {name: _entries(name, campaign) for name in CODE_LISTS}
        for name, entries in lists.items():
            _write_list(book, name, entries)
        _write_nominees(sheet, proposed, lists, campaign)
        _write_guide(book, campaign, len(proposed))


def _entries(name: str, campaign: Campaign) -> tuple[CodeEntry, ...]:
    """The entries of the system's list; without it our own words, with no codes."""
    if given := campaign.code_lists.get(name):
        return given.entries
    match name:
        case "PLKT":
            words = {"*": campaign.statistics.method} if campaign.statistics else {}
        case "HTKT":
            words = {award.code: award.name for award in campaign.awards.values()}
        case "PLDT":
            people = [table.columns["category"] for table in campaign.tables.values() if "category" in table.columns]
            listed = [choice for column in people for choice in campaign.lists.get(column.choices or "", ())]
            bodies = {
                table.nominee.value: table.sheet for table in campaign.tables.values() if table.nominee and "category" not in table.columns
            }
            words = bodies | {choice.value: choice.label for choice in listed}
        case _:
            words = {}
    return tuple(CodeEntry(value, label, "") for value, label in words.items())


def _write_list(book: Book, name: str, entries: Sequence[CodeEntry]) -> None:
    sheet = book.sheet(_SHEETS[name])
    widths = (44, 18)
    _look.widths(sheet, widths)
    _look.headings(sheet, 0, [say(f"exchange.import_{name}"), say("exchange.import_code")], widths)
    for row, entry in enumerate(entries, 1):
        sheet.text(row, 0, entry.label, _look.TEXT)
        sheet.text(row, 1, entry.code, _look.TEXT)
    if entries:
        for suffix, last in (("nhan", 0), ("ma", 1)):
            book.define(f"{name}_{suffix}", sheet.name, range_address(1, 0, len(entries), last, fixed=True))


def _write_nominees(sheet: Sheet, proposed: Sequence[Nominee], lists: dict[str, tuple[CodeEntry, ...]], campaign: Campaign) -> None:
    _look.widths(sheet, _WIDTHS)
    _look.headings(sheet, 0, [say(f"exchange.import_{name}") for name in _HEADINGS], _WIDTHS)
    for place, name in enumerate(CODE_LISTS):
        sheet.column(_FIRST_CODE + place, 14, None, hidden=True)
        sheet.text(0, _FIRST_CODE + place, say("exchange.import_code_of", name=name), _look.HEADING)
    lines = sheet.lines(0, [_look.CENTRED, *[_look.TEXT] * (_FIRST_CODE - 1), *[_look.TEXT] * len(CODE_LISTS)])
    for row, nominee in enumerate(proposed, 1):
        entries = [_entry(name, nominee, lists[name]) for name in CODE_LISTS]
        shown = [row, *_person(nominee, campaign), *(entry.label if entry else None for entry in entries)]
        codes = [
            _code(name, entry, address(row, _FIRST_CHOICE + place))
            for place, (name, entry) in enumerate(zip(CODE_LISTS, entries, strict=True))
        ]
        lines.write(row, [*shown, *[None] * (_FIRST_CODE - len(shown)), *codes], _look.line_height(shown, _WIDTHS))
    for place, name in enumerate(CODE_LISTS):
        if lists[name] and proposed:
            rule = {"validate": "list", "source": f"={name}_nhan"}
            sheet.validate(1, _FIRST_CHOICE + place, len(proposed), _FIRST_CHOICE + place, rule)
    sheet.raw.freeze_panes(1, 3)
    sheet.printed(repeat=(0, 0), area=(0, 0, max(len(proposed), 1), len(_HEADINGS) - 1))


def _entry(name: str, nominee: Nominee, entries: Sequence[CodeEntry]) -> CodeEntry | None:
    wanted = {"HTKT": nominee.award, "PLDT": nominee.subject}.get(name, "*")
    known = {entry.value: entry for entry in entries}
    return known.get(wanted) or known.get("*")


def _person(nominee: Nominee, campaign: Campaign) -> list[str | None]:
    row = nominee.row
    salutation = row.get("salutation") or _TITLES.get(str(row.get("gender")))
    unit = campaign.units[nominee.unit].name if nominee.unit in campaign.units else nominee.unit
    told = (salutation, nominee.name, row.get("position"), row.get("department") or unit)
    return [None if value is None else str(value) for value in told]


def _code(name: str, entry: CodeEntry | None, cell: str) -> Content:
    """Looked up again when somebody chooses another entry; nothing where there is no code, never ``#N/A``."""
    return Live(f'IFERROR(VLOOKUP({cell},{name}_ma,2,0)&"","")', entry.code) if entry and entry.code else None


def _write_guide(book: Book, campaign: Campaign, count: int) -> None:
    sheet = book.sheet(say("exchange.sheet_guide"))
    sheet.column(0, 90)
    missing = ", ".join(unset_columns(campaign))
    sources = [say("exchange.guide_source", name=each.list, source=each.source) for each in campaign.code_lists.values()]
    unset = [say("exchange.guide_unset", names=missing)] if missing else []
    fields = [] if "LVHD" in campaign.code_lists else [say("exchange.guide_field")]
    for row, words in enumerate([say("exchange.guide_list", count=count), say("exchange.guide_codes"), *sources, *unset, *fields]):
        sheet.text(row, 0, words, _look.NOTE)
        sheet.height(row, _look.line_height([words], [90]))
    sheet.printed(landscape=False)
