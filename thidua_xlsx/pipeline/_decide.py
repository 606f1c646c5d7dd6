"""Decisions come home: a workbook of the leadership is compared, applied and kept; what was applied is joined to every run."""

from __future__ import annotations

import hashlib
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from thidua_xlsx import text
from thidua_xlsx.campaign import Campaign, Choice, Column, Table
from thidua_xlsx.decisions import (
    Book,
    Changes,
    Kept,
    RecordError,
    compare,
    doubtful_votes,
    in_words,
    read_book,
    read_record,
    record,
    standing,
)
from thidua_xlsx.intake import GateError, read_sheets
from thidua_xlsx.model import Assessment, CellRef, Decided, Decision, Finding, Record
from thidua_xlsx.outcome import Case, Outcome, agreed, evidence_stamps
from thidua_xlsx.pipeline._folder import Folder, UsageError
from thidua_xlsx.pipeline._lock import alone
from thidua_xlsx.text import message, say
from thidua_xlsx.vietnamese import file_name

_HASH_SHOWN = 8
_WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".fods"})
_LOCKS = ("~$", ".~lock.")
"""How office programs call the file that says who has a workbook open."""
Achievement = tuple[str, str]
"""A unit's code and the key of one of its rows."""
_Counted = Mapping[tuple[str, str], Sequence[Achievement]]


@dataclass(frozen=True, slots=True)
class Decisions:
    """What a workbook changes of the decisions of a round, and where it is kept if it was applied."""

    outcome: Outcome
    changes: Changes
    kept: Path | None = None


@dataclass(frozen=True, slots=True)
class Ledger:
    """The workbooks applied so far, in their order, and what is wrong in their folder."""

    kept: tuple[Kept, ...] = ()
    findings: tuple[Finding, ...] = ()

    def of_round(self, occasion: str) -> dict[Case, tuple[Decided, ...]]:
        """The decisions that stand in a round."""
        return standing(each for kept in self.kept if kept.round == occasion for each in kept.decided)

    def used(self, but: str) -> Mapping[Achievement, Decided]:
        """The achievements that the leadership has rewarded in other rounds than this one (P1)."""
        rounds = dict.fromkeys(kept.round for kept in self.kept if kept.round != but)
        rewarded = (each for occasion in rounds for each in agreed(self.of_round(occasion)))
        return {key: each for each in rewarded for key in each.achievements}


def ledger(home: Folder) -> Ledger:
    """What stands in a campaign folder's ``decisions/``."""
    kept, findings = [], []
    for path in sorted(home.decisions.glob("*.json")):
        try:
            found = read_record(path)
        except RecordError:
            findings.append(text.finding("A633", _place(path)))
            continue
        if found.campaign == home.campaign.id:
            kept.append(found)
        else:
            findings.append(text.finding("A647", _place(path), value=found.campaign))
    known = {path.stem for path in home.decisions.glob("*.json")}
    strange = (path for path in sorted(home.decisions.glob("*")) if path.suffix.lower() in _WORKBOOKS and path.stem not in known)
    said = (text.finding("A634", _place(path)) for path in strange if not path.name.startswith(_LOCKS))
    return Ledger(tuple(kept), (*findings, *said))


def _place(path: Path) -> CellRef:
    return CellRef(f"{path.parent.name}/{path.name}")


def joined(outcome: Outcome, applied: Ledger) -> Outcome:
    """The outcome with the decisions that stand in its round, and what is to be said of them."""
    with_them = replace(outcome, decisions=applied.of_round(outcome.round.id))
    said = (*applied.findings, *_said(with_them), *_rewarded(with_them, applied.used(outcome.round.id)))
    return replace(with_them, findings=(*outcome.findings, *said))


def _said(outcome: Outcome) -> Iterator[Finding]:
    """What the leadership has to look at again: decisions that rest on other evidence now, or on nothing, or that disagree."""
    stamps = evidence_stamps(outcome) if outcome.decisions else {}
    forms: dict[str, list[Decided]] = defaultdict(list)
    for key, standing_here in sorted(outcome.decisions.items()):
        first = standing_here[0].decision
        if len(standing_here) > 1:
            yield _finding("A636", first, others="; ".join(f"{in_words(each.decision)} ({each.file})" for each in standing_here))
        elif key not in stamps:
            yield _finding("A632", first, name=standing_here[0].name)
        elif stamps[key] != first.stamp:
            yield _finding("A631", first, day=f"{standing_here[0].applied_on:%d/%m/%Y}")
        for each in standing_here:
            yield from doubtful_votes(each.decision, outcome.campaign.council)
        forms[key[0]] += list(agreed({key: standing_here}))
    for several in forms.values():
        if len(several) > 1:
            awards = ", ".join(outcome.campaign.awards[each.decision.award].short for each in several)
            yield _finding("A630", several[-1].decision, awards=awards)


def _finding(code: str, decision: Decision, **facts: Any) -> Finding:
    key = decision.nominee_id
    return text.finding(code, decision.ref, nominee_id=key, value=key, award=decision.award, **facts)


def _rewarded(outcome: Outcome, used: Mapping[Achievement, Decided]) -> Iterator[Finding]:
    """Achievements of this round that were rewarded in another one, and whose row does not say so (P1)."""
    for table, column in _used_for_columns(outcome.campaign) if used else ():
        unused = _unused(outcome.campaign, column, outcome.round.id)
        for row in (row for checked in outcome.submissions for row in checked.records.get(table.code, ())):
            before = used.get(_achievement(row, table))
            if before and row.values.get(column.code) in (None, unused):
                facts = {"award": outcome.campaign.awards[before.decision.award].name, "day": f"{before.applied_on:%d/%m/%Y}"}
                key = str(row.values.get("nominee_id"))
                places = {"table": table.code, "column": column.code, "nominee_id": key, "value": _achievement(row, table)[1]}
                yield text.finding("A635", row.ref(column.code), clause="P1", **places, **facts)


def _used_for_columns(campaign: Campaign) -> Iterator[tuple[Table, Column]]:
    return ((table, column) for table in campaign.tables.values() for column in table.columns.values() if column.is_used_for)


def _unused(campaign: Campaign, column: Column, occasion: str) -> str:
    """What such a column holds for an achievement that was not rewarded: the one choice that is no award form."""
    return next(choice.value for choice in campaign.choices(column, occasion) if choice.value not in campaign.awards)


def _achievement(row: Record, table: Table) -> Achievement:
    return row.unit, str(row.values.get(table.key or ""))


def marked_as_used(campaign: Campaign, table: Table, occasion: str, used: Mapping[Achievement, Decided], row: Record) -> dict[str, str]:
    """What is filled into the row of an achievement that was rewarded, in a new workbook: the award form's name."""
    before = used.get(_achievement(row, table))
    if before is None:
        return {}
    award = before.decision.award
    columns = [column for owner, column in _used_for_columns(campaign) if owner.code == table.code]
    return {column.code: _label(campaign.choices(column, occasion), award) for column in columns}


def _label(choices: Iterable[Choice], value: str) -> str:
    return next((choice.label for choice in choices if choice.value == value), value)


def opened(home: Folder, file: Path) -> Book:
    """The decisions in a workbook. Raises :class:`UsageError` where it cannot be opened or belongs to something else."""
    content = file.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    for kept in ledger(home).kept:
        if kept.sha256 == sha256:
            raise UsageError(say("decisions.already_applied", file=_place(kept.workbook).file))
    try:
        sheets = read_sheets(content, file.name)
    except GateError as stop:
        raise UsageError(say("decisions.unreadable", file=file, why=message(stop.findings[0]))) from None
    book = read_book(sheets, file.name, home.campaign.council.size)
    if book.campaign != home.campaign.id:
        raise UsageError(say("decisions.other_campaign", file=file, campaign=book.campaign))
    return book


def compared(outcome: Outcome, book: Book) -> Decisions:
    """What a workbook would change."""
    return Decisions(outcome, compare(book, outcome))


def applied(home: Folder, file: Path, found: Decisions, today: date) -> Decisions:
    """Keep the workbook under ``decisions/`` with the day and its hash, and beside it the record of what was taken from it."""
    home.decisions.mkdir(parents=True, exist_ok=True)
    with alone(home.decisions):
        sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
        number = _next_number(home, today)
        stem = f"{today:%Y-%m-%d}-{number:02d}-{file_name(found.changes.round)}-{sha256[:_HASH_SHOWN]}"
        workbook, path = home.decisions / f"{stem}{file.suffix.lower()}", home.decisions / f"{stem}.json"
        counted = _counted(found.outcome)
        decided = [_decided(decision, verdict, counted, _place(workbook).file, today) for decision, verdict in found.changes.accepted]
        beside = path.with_suffix(".tmp")
        try:
            shutil.copyfile(file, workbook)
            record(beside, workbook, file.name, (home.campaign.id, found.changes.round), decided)
            # The record counts, not the workbook: it is put in place last, and whole
            beside.replace(path)
        except OSError:
            for half in (workbook, beside):
                half.unlink(missing_ok=True)
            raise
    return replace(found, kept=workbook)


def _next_number(home: Folder, today: date) -> int:
    """One more than the last record of the day, so that records sort in the order in which they were made, also if one was taken away."""
    numbers = (path.name.split("-")[3] for path in home.decisions.glob(f"{today:%Y-%m-%d}-*.json"))
    return max((int(number) for number in numbers if number.isdecimal()), default=0) + 1


def _decided(decision: Decision, verdict: Assessment, counted: _Counted, file: str, today: date) -> Decided:
    kept = replace(decision, ref=replace(decision.ref, file=file))
    achievements = tuple(dict.fromkeys(counted.get((verdict.unit, verdict.nominee_id), ())))
    return Decided(kept, verdict.name, verdict.unit, file, today, achievements)


def _counted(outcome: Outcome) -> _Counted:
    """By unit and nominee the rows that the round's measures count, or may count."""
    found: dict[tuple[str, str], list[Achievement]] = defaultdict(list)
    for measure in outcome.campaign.measures.values():
        table = outcome.campaign.tables[measure.table]
        for row in (row for checked in outcome.submissions for row in checked.records.get(table.code, ()) if table.key and not row.held):
            of_kind = all(str(row.values.get(column)) in wanted for column, wanted in measure.where.items())
            if of_kind and measure.window(outcome.round).may_hold(row.values.get(measure.date)):
                found[row.unit, str(row.values.get("nominee_id"))].append(_achievement(row, table))
    return found
