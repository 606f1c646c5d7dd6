"""What a unit has sent in earlier rounds, to be put into its next workbook so that nobody types it twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from thidua_xlsx.campaign import Campaign, Round, Table
from thidua_xlsx.checks import fonts_to_keep
from thidua_xlsx.intake import settle
from thidua_xlsx.model import CheckedSubmission, Record
from thidua_xlsx.pipeline._decide import ledger, marked_as_used
from thidua_xlsx.pipeline._folder import Folder
from thidua_xlsx.pipeline._reading import Read
from thidua_xlsx.pipeline._survey import read_all
from thidua_xlsx.template import Line, known_of

Used = Callable[[Table, Record], Mapping[str, str]]
"""What to fill into the row of an achievement that was rewarded since; nothing for others."""


def _line(record: Record, fonts: Mapping[str, str], table: Table, used: Used) -> Line:
    """The row as typed, without what is asked anew each round (attestations, ratings, discipline, the award form)."""
    typed = {code: value for code, value in record.raw.values.items() if code in table.columns and not table.columns[code].anew}
    return Line({**typed, **used(table, record)}, fonts=fonts)


def _lines(checked: CheckedSubmission, campaign: Campaign, used: Used) -> Mapping[str, tuple[Line, ...]]:
    rows = {code: checked.records.get(code, ()) for code in campaign.tables}
    fonts = {code: fonts_to_keep([row.raw for row in part]) for code, part in rows.items()}
    carried = {
        code: tuple(_line(row, kept, table, used) for row, kept in zip(rows[code], fonts[code], strict=True))
        for code, table in campaign.tables.items()
    }
    unit = campaign.units[checked.submission.passport.unit]
    for code, table in campaign.tables.items():
        # The campaign's own words for the unit win over what was typed last time: names change
        if table.layout == "record" and (known := known_of(campaign, unit, table)):
            carried[code] = tuple(replace(line, values={**line.values, **known}) for line in carried[code])
    return carried


def carried_over(home: Folder, occasion: Round) -> dict[str, Mapping[str, tuple[Line, ...]]]:
    """Per unit code, the rows of its last counted submission of a round with an earlier deadline, as they were typed."""
    carried: dict[str, Mapping[str, tuple[Line, ...]]] = {}
    if not home.inbox.is_dir():
        return carried
    rewarded = ledger(home).used(occasion.id)

    def used(table: Table, row: Record) -> Mapping[str, str]:
        return marked_as_used(home.campaign, table, occasion.id, rewarded, row)

    reads = read_all(home.inbox, home.campaign, None)
    earlier = [entry for entry in home.campaign.rounds.values() if entry.deadline < occasion.deadline]
    for past in sorted(earlier, key=lambda entry: entry.deadline):
        sent: list[Read] = [entry for entry in reads if entry[0].submission and entry[0].submission.passport.round == past.id]
        for checked in settle(sent).counted:
            carried[checked.submission.passport.unit] = _lines(checked, home.campaign, used)
    return carried
