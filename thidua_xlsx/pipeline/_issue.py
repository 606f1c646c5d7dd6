"""What goes out to the units: forms, and reminders to those that have not sent theirs."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterable
from datetime import date
from pathlib import Path

from thidua_xlsx.campaign import Unit
from thidua_xlsx.outcome import Outcome
from thidua_xlsx.pipeline._folder import Folder, UsageError, today
from thidua_xlsx.pipeline._survey import Progress, quiet
from thidua_xlsx.text import say


def issue(folder: Path | str, round: str | None = None, units: Collection[str] = (), progress: Progress = quiet) -> tuple[Path, ...]:
    """Write the registration workbook of a round for every unit (or those named) and a mail draft beside each.

    A workbook is prefilled from the unit's last accepted submission of an earlier round. Gives the paths written, workbook before
    draft. Raises ``CampaignError`` and :class:`UsageError`.
    """
    from thidua_xlsx.mail import issue_letter, write_draft
    from thidua_xlsx.pipeline._carry import carried_over
    from thidua_xlsx.template import write_workbook

    home = Folder.at(folder)
    campaign = home.campaign
    occasion = home.round(round, today())
    unknown = [code for code in units if code not in campaign.units]
    if unknown:
        raise UsageError(say("cli.no_such_unit", unit=", ".join(unknown), units=", ".join(campaign.units)))
    chosen = [unit for unit in campaign.units.values() if not units or unit.code in units]
    lines = carried_over(home, occasion)
    target = home.issued(occasion.id)
    target.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for number, unit in enumerate(chosen, 1):
        workbook, draft = target / f"{unit.code}.xlsx", target / f"{unit.code}.eml"
        with tempfile.TemporaryDirectory(dir=target, prefix=".") as scratch:
            fresh = Path(scratch) / workbook.name
            write_workbook(fresh, campaign, occasion.id, unit.code, lines=lines.get(unit.code, {}))
            subject, body = issue_letter(campaign, occasion, unit)
            write_draft(Path(scratch) / draft.name, to=unit.email, subject=subject, body=body, attachment=fresh, day=occasion.deadline)
            for path in (workbook, draft):
                try:
                    (Path(scratch) / path.name).replace(path)
                except PermissionError:
                    raise UsageError(say("cli.file_open", file=path)) from None
        written += [workbook, draft]
        progress("issue", number, len(chosen))
    return tuple(written)


def remind(folder: Path | str, outcome: Outcome, missing: Iterable[Unit], on: date) -> tuple[Path, ...]:
    """Write a mail draft for every unit that has sent nothing, with its form, into ``reminders/<round>``; gives the drafts.

    ``on`` is the day by which the words are chosen. Drafts for units that have sent since are removed.
    """
    from thidua_xlsx.mail import reminder_letter, write_draft
    from thidua_xlsx.template import write_workbook

    home, campaign, occasion = Folder.at(folder), outcome.campaign, outcome.round
    target, codes = home.reminders(occasion.id), {unit.code for unit in missing}
    target.mkdir(parents=True, exist_ok=True)
    for code in campaign.units.keys() - codes:
        (target / f"{code}.eml").unlink(missing_ok=True)
    written = []
    for unit in (unit for unit in campaign.units.values() if unit.code in codes):
        draft, form = target / f"{unit.code}.eml", home.issued(occasion.id) / f"{unit.code}.xlsx"
        with tempfile.TemporaryDirectory(dir=target, prefix=".") as scratch:
            if not form.is_file():
                form = Path(scratch) / form.name
                write_workbook(form, campaign, occasion.id, unit.code)
            subject, body = reminder_letter(campaign, occasion, unit, on)
            write_draft(Path(scratch) / draft.name, to=unit.email, subject=subject, body=body, attachment=form, day=on)
            (Path(scratch) / draft.name).replace(draft)
        written.append(draft)
    return tuple(written)
