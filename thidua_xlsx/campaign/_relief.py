"""Errors that do not hold a row back: waived by somebody entitled to it, or of a check that only warns until a day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import date

from thidua_xlsx import text, vietnamese
from thidua_xlsx.campaign.load import CAMPAIGN_FILE
from thidua_xlsx.campaign.plan import Campaign, Round, Waiver
from thidua_xlsx.model import CellRef, Finding, PartialDate, Relief, Severity


def eased(found: Finding, campaign: Campaign, occasion: Round, unit: str, day: date) -> Finding:
    """The finding as a warning with its relief, where the campaign waives it or its check is still new on the form's ``day``.

    A waiver comes first: it names the approver. Anything but an error is left as it is.
    """
    if found.severity is not Severity.ERROR:
        return found
    relief = next((_granted(waiver) for waiver in campaign.waivers if _covers(waiver, found, unit, occasion)), None)
    relief = relief or next(
        (Relief(soft.reason, soft.clause, soft.until) for soft in campaign.softs if soft.code == found.code and day < soft.until), None
    )
    return replace(found, severity=Severity.WARNING, relief=relief) if relief else found


def _granted(waiver: Waiver) -> Relief:
    return Relief(waiver.reason, waiver.clause, waiver.until, waiver.approver)


def _covers(waiver: Waiver, found: Finding, unit: str, occasion: Round) -> bool:
    return waiver.in_force(occasion.decided_on) and waiver.code == found.code and _concerns(waiver, found.nominee_id, unit)


def _concerns(waiver: Waiver, nominee_id: str | None, unit: str) -> bool:
    if waiver.nominee is None:
        return waiver.unit == unit
    return nominee_id is not None and vietnamese.fold(waiver.nominee) == vietnamese.fold(nominee_id)


def waiver_findings(campaign: Campaign, occasion: Round, sent: Collection[str], findings: Iterable[Finding]) -> Iterator[Finding]:
    """M590 for every waiver that holds in this round and matched nothing, so that it can be removed.

    ``sent`` are the units whose form is counted: what another unit's waiver is for may still come.
    """
    used = [(found.code, found.relief, found.nominee_id) for found in findings if found.relief and found.relief.approver]
    for waiver in campaign.waivers:
        waits = waiver.unit is not None and waiver.unit not in sent
        matched = any(
            code == waiver.code and relief == _granted(waiver) and _concerns(waiver, nominee_id, waiver.unit or "")
            for code, relief, nominee_id in used
        )
        if waiver.in_force(occasion.decided_on) and not waits and not matched:
            yield text.finding(
                "M590",
                CellRef(CAMPAIGN_FILE),
                nominee_id=waiver.nominee,
                value=waiver.code,
                clause=waiver.clause,
                whom=waiver.nominee or waiver.unit,
                approver=waiver.approver,
                until=PartialDate.of(waiver.until),
            )
