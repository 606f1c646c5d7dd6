"""Moving what stands in an old or damaged form into a fresh one of the current version, by the keys of the columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from thidua_xlsx.campaign import Campaign
from thidua_xlsx.checks import fonts_to_keep
from thidua_xlsx.model import Finding, Passport, RawRow, UserError
from thidua_xlsx.pipeline._folder import Folder, UsageError
from thidua_xlsx.pipeline._reading import Order
from thidua_xlsx.pipeline._workers import salvaged
from thidua_xlsx.template import Line
from thidua_xlsx.text import current_language, message, say


class UpgradeError(UserError):
    """The file is no form that could be moved; its text is the sentence that a merge would say."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class Upgrade:
    """A form moved into a current one: where that stands, whose it is, how much was moved, and what was not."""

    path: Path
    passport: Passport
    rows: int
    cells: int
    findings: tuple[Finding, ...]


def upgrade(file: Path, home: Folder, target: Path | None) -> Upgrade:
    """Write a fresh form with the rows of ``file``; nothing that exists is overwritten, and nothing goes into the inbox."""
    from thidua_xlsx.template import write_workbook

    target = _target(file, home, target)
    old = salvaged((file, file.as_posix()), Order(home.campaign, None, language=current_language()))
    if isinstance(old, tuple):
        raise UpgradeError("\n".join(f"{found.ref}: {found.code} {message(found)}" for found in old))
    write_workbook(target, home.campaign, old.passport.round, old.passport.unit, lines=_lines(old.rows, home.campaign))
    rows = [row for table in old.rows.values() for row in table if row.values]
    return Upgrade(target, old.passport, len(rows), sum(len(row.values) for row in rows), old.findings)


def _target(file: Path, home: Folder, target: Path | None) -> Path:
    target = target or Path(say("cli.upgraded_name", name=file.stem))
    if target.exists():
        raise UsageError(say("cli.upgrade_exists", file=target))
    if home.inbox.resolve() in target.resolve().parents:
        raise UsageError(say("cli.upgrade_inbox", file=target))
    return target


def _lines(rows: Mapping[str, tuple[RawRow, ...]], campaign: Campaign) -> Mapping[str, tuple[Line, ...]]:
    """The rows as typed, one after another; a table of which nothing was found is left as it is issued."""
    filled = {code: [row for row in rows[code] if row.values] for code in campaign.tables if rows.get(code)}
    return {
        code: tuple(Line(row.values, fonts=fonts) for row, fonts in zip(part, fonts_to_keep(part), strict=True))
        for code, part in filled.items()
    }
