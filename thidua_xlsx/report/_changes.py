"""What changed since the last run: verdicts with their causes, decisions, and every value of a counted row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from thidua_xlsx.assess import attested_as, quantity_of, result_words
from thidua_xlsx.campaign import Column
from thidua_xlsx.decisions import opinion_words
from thidua_xlsx.model import Assessment, CellRef, Reason, Result
from thidua_xlsx.outcome import Case, Earlier, RowKey, Values, Verdict, basis_of, key_of
from thidua_xlsx.report import _look as look
from thidua_xlsx.report._look import Field, FileJump
from thidua_xlsx.report._view import Row, View, joined
from thidua_xlsx.text import say
from thidua_xlsx.vietnamese import format_money
from thidua_xlsx.xlsx import Sheet

_MOST_CAUSES = 4
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Change:
    """A verdict or a decision that is not what it was at the last run, and what it comes from."""

    what: str
    nominee_id: str
    name: str
    unit: str
    award: str
    before: str
    now: str
    causes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ValueChange:
    """A value of a counted row that is another one, or a row that is new or gone (then without a column)."""

    what: str
    unit: str
    table: str
    owner: str
    column: Column | None
    before: str
    now: str
    ref: CellRef | None

    @property
    def words(self) -> str:
        """Where, and from what to what."""
        place = f"{self.ref.sheet}: {self.ref.cell}" if self.ref else self.table
        heading = self.column.heading if self.column else say(f"report.row_{self.what}")
        return say("report.value_change", place=place, heading=heading, before=self.before or "–", now=self.now or "–")


class Differences:
    """A run compared with the one before."""

    def __init__(self, view: View) -> None:
        self._view = view

    def __len__(self) -> int:
        return len(self.verdicts) + len(self.decisions) + len(self.values)

    @cached_property
    def _now(self) -> Earlier:
        return basis_of(self._view.outcome)

    @cached_property
    def verdicts(self) -> Sequence[Change]:
        """New, changed and vanished verdicts in the order of the lists; nothing to compare with at the first run."""
        previous = self._view.outcome.previous
        if previous is None:
            return ()
        found = [change for case in self._view.cases if (change := self._verdict(case.verdict, previous.get(case.key)))]
        there = {case.key for case in self._view.cases}
        return (*found, *(self._gone(case, verdict) for case, verdict in sorted(previous.items()) if case not in there))

    def _verdict(self, verdict: Assessment, before: Verdict | None) -> Change | None:
        now = result_words(verdict.result)
        who = (verdict.nominee_id, verdict.name, verdict.unit, verdict.award)
        if before is None:
            return Change("new", *who, "", now, (say("report.cause_new"),))
        if before.result == verdict.result.word:
            return None
        causes = tuple(self._causes(verdict, before))
        return Change("changed", *who, result_words(Result[before.result.upper()]), now, causes)

    def _gone(self, case: tuple[str, str], verdict: Verdict) -> Change:
        held = {str(row.get("nominee_id")) for rows in self._view.held.values() for row in rows}
        cause = say("report.cause_held" if case[0] in held else "report.cause_gone")
        return Change("gone", case[0], verdict.name, verdict.unit, case[1], result_words(Result[verdict.result.upper()]), "", (cause,))

    def _causes(self, verdict: Assessment, before: Verdict) -> Iterator[str]:
        """The criteria that are found or asked otherwise, and the cells that make the difference."""
        for reason in verdict.reasons:
            actual, required = before.reasons.get(reason.criterion, (reason.actual, reason.required))
            if required != reason.required:
                words = [self._amount(reason, each) for each in (required, reason.required)]
                yield say("report.cause_figure", criterion=reason.criterion, before=words[0], now=words[1])
            if actual != reason.actual:
                words = [self._amount(reason, each) for each in (actual, reason.actual)]
                yield say("report.cause_found", criterion=reason.criterion, before=words[0], now=words[1])
        yield from self._cells_of(verdict.nominee_id)

    def _cells_of(self, nominee_id: str) -> Iterator[str]:
        """The nominee's values that are others now; citizen ids and the like turn no verdict, and the summary is handed round."""
        theirs = [each for each in self.values_of.get(nominee_id, ()) if each.column is None or each.column.type not in _PRIVATE]
        yield from (each.words for each in theirs[:_MOST_CAUSES])
        if len(theirs) > _MOST_CAUSES:
            yield say("report.more_changes", count=len(theirs) - _MOST_CAUSES)

    def _amount(self, reason: Reason, value: object) -> str:
        campaign = self._view.campaign
        criterion = campaign.criteria[reason.criterion]
        if value is None:
            return say("report.left_blank" if criterion.attestation else "report.no_figure")
        if criterion.measure and isinstance(value, int | float):
            return quantity_of(float(value), reason.criterion, campaign)
        return attested_as(value, criterion, campaign)

    @cached_property
    def decisions(self) -> Sequence[Change]:
        """Decisions of the leadership that were not there, or said something else."""
        earlier = self._view.outcome.earlier
        if earlier is None:
            return ()
        now = self._now.decisions
        changed = [case for case in sorted({*now, *earlier.decisions}) if now.get(case) != earlier.decisions.get(case)]
        return tuple(self._decision(case, earlier, now) for case in changed)

    def _decision(self, case: Case, earlier: Earlier, now: Mapping[Case, tuple[str, int | None]]) -> Change:
        before, after = (opinion_words(*each[case]) if case in each else "" for each in (earlier.decisions, now))
        decided = self._view.outcome.decided(*case)
        causes = (say("report.cause_decision", file=decided.file),) if decided else ()
        return Change("decision", case[0], *self._who(case), case[1], before, after, causes)

    def _who(self, case: Case) -> tuple[str, str]:
        """Name and unit: as they stand, or stood when it was decided or last merged, where the nominee is held back or gone now."""
        previous = self._view.outcome.previous or {}
        named = self._named.get(case) or self._view.outcome.decided(*case) or previous.get(case)
        return (named.name, named.unit) if named else ("", "")

    @cached_property
    def _named(self) -> Mapping[Case, Assessment]:
        return {case.key: case.verdict for case in self._view.cases}

    @cached_property
    def values(self) -> Sequence[ValueChange]:
        """Every value that is another one, and every row that is new or gone, unit by unit as in the register."""
        earlier = self._view.outcome.earlier
        if earlier is None:
            return ()
        now, found = self._now.rows, list[ValueChange]()
        for key, values in now.items():
            before = earlier.rows.get(key)
            if before != values:
                found += self._row_changes(key, before, values) if before is not None else [self._whole("new", key, values)]
        return (*found, *(self._whole("gone", key, values) for key, values in earlier.rows.items() if key not in now))

    @cached_property
    def values_of(self) -> Mapping[str, Sequence[ValueChange]]:
        """The changed values by the nominee they are about."""
        found: dict[str, list[ValueChange]] = {}
        for each in self.values:
            found.setdefault(each.owner, []).append(each)
        return found

    def _whole(self, what: str, key: RowKey, values: Values) -> ValueChange:
        unit, code, _ = key
        table = self._view.campaign.tables.get(code)
        shown = "; ".join(self._shown(table.columns[name], value) for name, value in values.items() if table and name in table.columns)
        shown = shown if len(shown) <= _LONGEST else shown[:_LONGEST].rsplit(" ", 1)[0] + " …"
        before, now = ("", shown) if what == "new" else (shown, "")
        return ValueChange(
            what, unit, table.sheet if table else code, values.get("nominee_id", ""), None, before, now, self._places.get((key, ""))
        )

    def _row_changes(self, key: RowKey, before: Values, now: Values) -> Iterator[ValueChange]:
        unit, code, _ = key
        table = self._view.campaign.tables[code]
        for name, column in table.columns.items():
            if before.get(name) != now.get(name):
                was, is_now = (self._shown(column, values[name]) if name in values else "" for values in (before, now))
                owner = now.get("nominee_id", "")
                yield ValueChange("changed", unit, table.sheet, owner, column, was, is_now, self._places.get((key, name)))

    def _shown(self, column: Column, value: str) -> str:
        """A kept value as a reader knows it."""
        if column.type == "money" and value.lstrip("-").isdigit():
            return format_money(int(value))
        return self._labels.get((column.choices or "", value), value)

    @cached_property
    def _labels(self) -> Mapping[tuple[str, str], str]:
        campaign, occasion = self._view.campaign, self._view.round.id
        columns = [column for table in campaign.tables.values() for column in table.columns.values() if column.choices]
        return {(column.choices or "", each.value): each.label for column in columns for each in campaign.choices(column, occasion)}

    @cached_property
    def _places(self) -> Mapping[tuple[RowKey, str], CellRef]:
        """Where the values of the rows that are new or others stand now; under no column, the row's first cell."""
        found: dict[tuple[RowKey, str], CellRef] = {}
        for key, row in self._changed_rows():
            cells = row["cells"]
            if isinstance(cells, Mapping):
                place = (str(row["file"]), str(row["sheet"]))
                found |= {(key, str(name)): CellRef(*place, str(cell)) for name, cell in cells.items()}
                found.setdefault((key, ""), CellRef(*place, str(next(iter(cells.values()), ""))))
        return found

    def _changed_rows(self) -> Iterator[tuple[RowKey, Row]]:
        """The counted rows that are new or others; only the rows of their units are named anew."""
        earlier = self._view.outcome.earlier
        changed = {key for key, values in self._now.rows.items() if earlier and earlier.rows.get(key) != values}
        parts = {(unit, code) for unit, code, _ in changed}
        for code, table in self._view.campaign.tables.items():
            for row in self._view.rows[code]:
                if (row["unit"], code) in parts and (key := key_of(table, row)) in changed:
                    yield key, row


_PRIVATE = ("citizen_id", "phone", "email", "date", "name")


def write_changes(sheet: Sheet, view: View, differences: Differences) -> None:
    """The register's page: verdicts and decisions, then every value."""
    sheet.text(0, 0, say("report.about_changes"), look.BANNER)
    row = _write_verdicts(sheet, 2, view, differences)
    if differences.values:
        sheet.text(row + 1, 0, say("report.changed_values", count=len(differences.values)), look.CHAPTER)
        fields = _value_fields(view)
        look.body(sheet, look.headings(sheet, row + 2, fields), fields, differences.values)
    _widths(sheet)
    sheet.raw.freeze_panes(2, 0)
    sheet.printed(footer=say("report.page"))


def write_changes_page(sheet: Sheet, view: View) -> None:
    """The summary's page: verdicts and decisions with their causes, and how many values changed besides."""
    differences = Differences(view)
    sheet.text(0, 0, say("report.changes_title"), look.BANNER)
    row = _write_verdicts(sheet, 2, view, differences)
    if differences.values:
        sheet.text(row + 1, 0, say("report.changed_values_elsewhere", count=len(differences.values)), look.LINE)
    _widths(sheet)
    sheet.raw.freeze_panes(3, 0)
    sheet.printed(repeat=(2, 2), footer=say("report.page"))


def _write_verdicts(sheet: Sheet, row: int, view: View, differences: Differences) -> int:
    changes = [*differences.verdicts, *differences.decisions]
    if not changes:
        sheet.text(row, 0, say("report.first_run" if view.outcome.previous is None else "report.no_changes"), look.LINE)
        return row + 1
    fields = _verdict_fields(view)
    first = look.headings(sheet, row, fields)
    last = look.body(sheet, first, fields, changes)
    for key, colours in (("new", look.MET), ("gone", look.NOT_MET), ("changed", look.OPEN)):
        words = say(f"report.change_{key}")
        sheet.highlight(first, 0, last - 1, 0, {"type": "cell", "criteria": "==", "value": f'"{words}"'}, colours)
    return last


_VERDICT_WIDTHS = (16.0, 14.0, 30.0, 32.0, 24.0, 20.0, 20.0, 62.0)


def _widths(sheet: Sheet) -> None:
    """Two tables stand under each other; the first one's widths hold."""
    for column, width in enumerate(_VERDICT_WIDTHS):
        sheet.column(column, width)


def _verdict_fields(view: View) -> list[Field[Change]]:
    awards = view.campaign.awards
    widths = iter(_VERDICT_WIDTHS)
    return [
        Field(say("report.change"), next(widths), lambda each: say(f"report.change_{each.what}"), look.CENTRED),
        Field(say("report.nominee_id"), next(widths), lambda each: each.nominee_id, look.ID),
        Field(say("report.name"), next(widths), lambda each: each.name),
        Field(say("report.unit"), next(widths), lambda each: view.unit_name(each.unit)),
        Field(say("report.award"), next(widths), lambda each: awards[each.award].short if each.award in awards else each.award),
        Field(say("report.before"), next(widths), lambda each: each.before, look.CENTRED),
        Field(say("report.now"), next(widths), lambda each: each.now, look.CENTRED),
        Field(say("report.cause"), next(widths), lambda each: joined(each.causes)),
    ]


def _value_fields(view: View) -> list[Field[ValueChange]]:
    widths = iter(_VERDICT_WIDTHS)
    return [
        Field(say("report.change"), next(widths), lambda each: say(f"report.row_{each.what}"), look.CENTRED),
        Field(say("report.nominee_id"), next(widths), lambda each: each.owner, look.ID),
        Field(say("report.column"), next(widths), lambda each: each.column.heading if each.column else ""),
        Field(say("report.unit"), next(widths), lambda each: view.unit_name(each.unit)),
        Field(say("report.place_sheet"), next(widths), lambda each: each.table),
        Field(say("report.file_and_cell"), next(widths), _link),
        Field(say("report.before"), next(widths), lambda each: each.before),
        Field(say("report.now"), next(widths), lambda each: each.now),
    ]


def _link(each: ValueChange) -> FileJump | None:
    ref = each.ref
    return FileJump(ref.file, ref.sheet, ref.cell, f"{ref.file.removeprefix('inbox/')}: {ref.cell}") if ref else None
