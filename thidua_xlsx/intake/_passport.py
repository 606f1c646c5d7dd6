"""Third gate: our form, of this campaign, of a version and round that can be taken, and of a unit we know.

An issued workbook says so three ways (custom properties, defined names, hidden cells on the guide sheet), because office suites
drop some of them; of each statement the majority counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from thidua_xlsx import text
from thidua_xlsx.intake._gate import GateError, ignored, refused
from thidua_xlsx.intake._locate import Located, locate
from thidua_xlsx.model import CellRef, Finding, Passport, Raw

if TYPE_CHECKING:
    from thidua_xlsx.campaign import Campaign
    from thidua_xlsx.intake._book import Book

_FIELDS = ("form.campaign", "form.version", "form.round", "form.unit")
_STAMP = "form.returned"
_ROWS_SEARCHED = 3


def read_passport(book: Book) -> Passport:
    """What the workbook says of itself; a file that says nothing is not our form."""
    ways = _ways(book)
    # Two that agree outvote the third, and looking for it means reading every sheet
    if not all(ways[0].get(field) and ways[0].get(field) == ways[1].get(field) for field in _FIELDS):
        ways = (*ways, dict(_from_cells(book)))
    campaign, version, round_id, unit = (_majority(field, ways) for field in _FIELDS)
    if not (campaign and version.isascii() and version.isdigit() and round_id and unit):
        raise refused("W120", book.file)
    return Passport(campaign, int(version), round_id, unit)


def read_stamp(book: Book) -> str:
    """What a returned workbook says of the values it went out with; empty for an issued one."""
    return _majority(_STAMP, _ways(book))


def _ways(book: Book) -> tuple[Mapping[str, str], ...]:
    return book.properties, dict(_from_names(book))


def admit(passport: Passport, campaign: Campaign, round_id: str | None, file: str) -> None:
    """Let the workbook through if it is for this campaign and round, of no newer version, and from a known unit."""
    for problem in (_wrong_campaign, _wrong_version, _wrong_round, _wrong_unit):
        if stop := problem(passport, campaign, round_id, file):
            raise stop


def find_tables(book: Book, campaign: Campaign, passport: Passport) -> tuple[tuple[Located, ...], tuple[Finding, ...]]:
    """The tables of an admitted workbook and what is to be noted of its version.

    A form of an older version is read by the keys and headings that it shares with the current one. It may lack columns that can stay
    blank; where it lacks a table or a required column, it has to be moved into a current form first.
    """
    if passport.version == campaign.version:
        return locate(book, campaign), ()
    facts = {"theirs": str(passport.version), "ours": str(campaign.version)}
    try:
        try:
            return locate(book, campaign), (text.finding("W145", CellRef(book.file), **facts),)
        except GateError as stop:
            absent = _absent(stop.findings, campaign)
            known = locate(book, _without(campaign, absent))
    except GateError as stop:
        raise refused("W122", book.file, **facts) from stop
    headings = ", ".join(f"“{campaign.tables[table].columns[code].heading}”" for table, code in absent)
    return known, (text.finding("W146", CellRef(book.file), headings=headings, **facts),)


def _absent(findings: tuple[Finding, ...], campaign: Campaign) -> tuple[tuple[str, str], ...]:
    """The columns that are not there at all and may stay blank, as table and code."""
    missing = [(found.table or "", found.column or "") for found in findings if found.code == "S202"]
    columns = ((place, campaign.tables[place[0]].columns[place[1]]) for place in missing)
    return tuple(place for place, column in columns if not column.required)


def _without(campaign: Campaign, absent: tuple[tuple[str, str], ...]) -> Campaign:
    """The campaign as if its tables had no such columns."""
    tables = {
        code: replace(table, columns={key: column for key, column in table.columns.items() if (code, key) not in absent})
        for code, table in campaign.tables.items()
    }
    return replace(campaign, tables=tables)


def _wrong_campaign(passport: Passport, campaign: Campaign, _: str | None, file: str) -> GateError | None:
    if passport.campaign == campaign.id:
        return None
    return refused("W121", file, theirs=passport.campaign, ours=campaign.id, title=campaign.title)


def _wrong_version(passport: Passport, campaign: Campaign, _: str | None, file: str) -> GateError | None:
    """An older version is let through: what matters is whether its tables are found (:func:`find_tables`)."""
    if passport.version <= campaign.version:
        return None
    return refused("W123", file, theirs=passport.version, ours=campaign.version)


def _wrong_round(passport: Passport, campaign: Campaign, round_id: str | None, file: str) -> GateError | None:
    if passport.round not in campaign.rounds:
        return refused("W124", file, theirs=passport.round)
    if round_id in (None, passport.round):
        return None
    return ignored("W125", file, theirs=campaign.rounds[passport.round].name, ours=campaign.rounds[round_id].name)


def _wrong_unit(passport: Passport, campaign: Campaign, _: str | None, file: str) -> GateError | None:
    return None if passport.unit in campaign.units else refused("W126", file, theirs=passport.unit)


def _majority(field: str, ways: Sequence[Mapping[str, str]]) -> str:
    """The value most ways agree on; where all differ, that of the first."""
    said = Counter(way[field] for way in ways if way.get(field))
    return said.most_common(1)[0][0] if said else ""


def _from_names(book: Book) -> Iterator[tuple[str, str]]:
    for field in (*_FIELDS, _STAMP):
        area = book.area(field)
        said = book.value(area.sheet, area.row, area.column) if area else book.names.get(field, "").strip('="')
        yield field, "" if "#REF!" in str(said) else _plain(said)


def _from_cells(book: Book) -> Iterator[tuple[str, str]]:
    """``form.unit=QLN`` in a cell of the first (hidden) rows of any sheet."""
    for grid in book.sheets.values():
        for value in (value for line in grid[:_ROWS_SEARCHED] for value in line if isinstance(value, str)):
            field, sign, said = value.partition("=")
            if sign and field in (*_FIELDS, _STAMP):
                yield field, said.strip()


def _plain(value: Raw) -> str:
    """A version number comes back from a cell as 1.0."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
