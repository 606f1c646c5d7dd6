"""Third gate: our form, of this campaign, version and round, and of a unit we know.

An issued workbook says so three ways (custom properties, defined names, hidden cells on the guide sheet), because office suites
drop some of them; of each statement the majority counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from thidua_xlsx.intake._gate import GateError, ignored, refused
from thidua_xlsx.model import Passport, Raw

if TYPE_CHECKING:
    from thidua_xlsx.campaign import Campaign
    from thidua_xlsx.intake._book import Book

_FIELDS = ("form.campaign", "form.version", "form.round", "form.unit")
_ROWS_SEARCHED = 3


def read_passport(book: Book) -> Passport:
    """What the workbook says of itself; a file that says nothing is not our form."""
    ways = (book.properties, dict(_from_names(book)), dict(_from_cells(book)))
    campaign, version, round_id, unit = (_majority(field, ways) for field in _FIELDS)
    if not (campaign and version.isascii() and version.isdigit() and round_id and unit):
        raise refused("W120", book.file)
    return Passport(campaign, int(version), round_id, unit)


def admit(passport: Passport, campaign: Campaign, round_id: str | None, file: str) -> None:
    """Let the workbook through if it is for this campaign, version and round, and from a known unit."""
    for problem in (_wrong_campaign, _wrong_version, _wrong_round, _wrong_unit):
        if stop := problem(passport, campaign, round_id, file):
            raise stop


def _wrong_campaign(passport: Passport, campaign: Campaign, _: str | None, file: str) -> GateError | None:
    if passport.campaign == campaign.id:
        return None
    return refused("W121", file, theirs=passport.campaign, ours=campaign.id, title=campaign.title)


def _wrong_version(passport: Passport, campaign: Campaign, _: str | None, file: str) -> GateError | None:
    if passport.version == campaign.version:
        return None
    code = "W122" if passport.version < campaign.version else "W123"
    return refused(code, file, theirs=passport.version, ours=campaign.version)


def _wrong_round(passport: Passport, campaign: Campaign, round_id: str | None, file: str) -> GateError | None:
    if passport.round not in campaign.rounds:
        return refused("W124", file, theirs=passport.round)
    if round_id in (None, passport.round):
        return None
    return ignored("W125", file, theirs=campaign.rounds[passport.round].name, ours=campaign.rounds[round_id].name)


def _wrong_unit(passport: Passport, campaign: Campaign, _: str | None, file: str) -> GateError | None:
    return None if passport.unit in campaign.units else refused("W126", file, theirs=passport.unit)


def _majority(field: str, ways: tuple[Mapping[str, str], ...]) -> str:
    """The value most ways agree on; where all differ, that of the first."""
    said = Counter(way[field] for way in ways if way.get(field))
    return said.most_common(1)[0][0] if said else ""


def _from_names(book: Book) -> Iterator[tuple[str, str]]:
    for field in _FIELDS:
        area = book.area(field)
        said = book.value(area.sheet, area.row, area.column) if area else book.names.get(field, "").strip('="')
        yield field, "" if "#REF!" in str(said) else _plain(said)


def _from_cells(book: Book) -> Iterator[tuple[str, str]]:
    """``form.unit=QLN`` in a cell of the first (hidden) rows of any sheet."""
    for grid in book.sheets.values():
        for value in (value for line in grid[:_ROWS_SEARCHED] for value in line if isinstance(value, str)):
            field, sign, said = value.partition("=")
            if sign and field in _FIELDS:
                yield field, said.strip()


def _plain(value: Raw) -> str:
    """A version number comes back from a cell as 1.0."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
