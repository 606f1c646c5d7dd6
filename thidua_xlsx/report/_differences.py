"""A run compared with the last one that differed: verdicts with their causes, decisions, and every value of a counted row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from thidua_xlsx.assess import attested_as, quantity_of, result_words
from thidua_xlsx.campaign import Column
from thidua_xlsx.decisions import opinion_words
from thidua_xlsx.model import Assessment, CellRef, Reason, Result
from thidua_xlsx.outcome import Case, Earlier, Outcome, RowKey, Values, Verdict, basis_of, key_of
from thidua_xlsx.text import say
from thidua_xlsx.vietnamese import format_money

_MOST_CAUSES = 4
_LONGEST = 200
_PRIVATE = ("citizen_id", "phone", "email", "date", "name")

_Row = Mapping[str, object]
_Rows = Mapping[str, Sequence[_Row]]
"""The rows of every table."""


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

    def __init__(self, outcome: Outcome, verdicts: Sequence[Assessment], rows: _Rows, held: _Rows) -> None:
        """``verdicts`` stand in the order of the lists; ``rows`` and ``held`` are the counted and the held rows of every table."""
        self._outcome = outcome
        self._assessed = verdicts
        self._rows = rows
        self._held = held

    def __len__(self) -> int:
        return len(self.verdicts) + len(self.decisions) + len(self.values)

    @cached_property
    def _now(self) -> Earlier:
        return basis_of(self._outcome)

    @cached_property
    def verdicts(self) -> Sequence[Change]:
        """New, changed and vanished verdicts in the order of the lists; nothing to compare with at the first run."""
        previous = self._outcome.previous
        if previous is None:
            return ()
        found = [change for case, verdict in self._named.items() if (change := self._verdict(verdict, previous.get(case)))]
        return (*found, *(self._gone(case, verdict) for case, verdict in sorted(previous.items()) if case not in self._named))

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
        cause = say("report.cause_held" if case[0] in self._held_ids else "report.cause_gone")
        return Change("gone", case[0], verdict.name, verdict.unit, case[1], result_words(Result[verdict.result.upper()]), "", (cause,))

    @cached_property
    def _held_ids(self) -> frozenset[str]:
        return frozenset(str(row.get("nominee_id")) for rows in self._held.values() for row in rows)

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
        campaign = self._outcome.campaign
        criterion = campaign.criteria[reason.criterion]
        if value is None:
            return say("report.left_blank" if criterion.attestation else "report.no_figure")
        if criterion.measure and isinstance(value, int | float):
            return quantity_of(float(value), reason.criterion, campaign)
        return attested_as(value, criterion, campaign)

    @cached_property
    def decisions(self) -> Sequence[Change]:
        """Decisions of the leadership that were not there, or said something else."""
        earlier = self._outcome.earlier
        if earlier is None:
            return ()
        now = self._now.decisions
        changed = [case for case in sorted({*now, *earlier.decisions}) if now.get(case) != earlier.decisions.get(case)]
        return tuple(self._decision(case, earlier, now) for case in changed)

    def _decision(self, case: Case, earlier: Earlier, now: Mapping[Case, tuple[str, int | None]]) -> Change:
        before, after = (opinion_words(*each[case]) if case in each else "" for each in (earlier.decisions, now))
        decided = self._outcome.decided(*case)
        causes = (say("report.cause_decision", file=decided.file),) if decided else ()
        return Change("decision", case[0], *self._who(case), case[1], before, after, causes)

    def _who(self, case: Case) -> tuple[str, str]:
        """Name and unit: as they stand, or stood when it was decided or last merged, where the nominee is held back or gone now."""
        previous = self._outcome.previous or {}
        named = self._named.get(case) or self._outcome.decided(*case) or previous.get(case)
        return (named.name, named.unit) if named else ("", "")

    @cached_property
    def _named(self) -> Mapping[Case, Assessment]:
        return {(verdict.nominee_id, verdict.award): verdict for verdict in self._assessed}

    @cached_property
    def values(self) -> Sequence[ValueChange]:
        """Every value that is another one, and every row that is new or gone, unit by unit as in the register."""
        earlier = self._outcome.earlier
        if earlier is None:
            return ()
        found = list[ValueChange]()
        for key, values in self._changed.items():
            before = earlier.rows.get(key)
            found += self._row_changes(key, before, values) if before is not None else [self._whole("new", key, values)]
        return (*found, *(self._whole("gone", key, values) for key, values in earlier.rows.items() if key not in self._now.rows))

    @cached_property
    def _changed(self) -> Mapping[RowKey, Values]:
        """The counted rows that are new or others."""
        before = self._outcome.earlier.rows if self._outcome.earlier else {}
        return {key: values for key, values in self._now.rows.items() if before.get(key) != values}

    @cached_property
    def values_of(self) -> Mapping[str, Sequence[ValueChange]]:
        """The changed values by the nominee they are about."""
        found: dict[str, list[ValueChange]] = {}
        for each in self.values:
            found.setdefault(each.owner, []).append(each)
        return found

    def _whole(self, what: str, key: RowKey, values: Values) -> ValueChange:
        unit, code, _ = key
        table = self._outcome.campaign.tables.get(code)
        shown = "; ".join(self._shown(table.columns[name], value) for name, value in values.items() if table and name in table.columns)
        shown = shown if len(shown) <= _LONGEST else shown[:_LONGEST].rsplit(" ", 1)[0] + " …"
        before, now = ("", shown) if what == "new" else (shown, "")
        return ValueChange(
            what, unit, table.sheet if table else code, values.get("nominee_id", ""), None, before, now, self._places.get((key, ""))
        )

    def _row_changes(self, key: RowKey, before: Values, now: Values) -> Iterator[ValueChange]:
        unit, code, _ = key
        table = self._outcome.campaign.tables[code]
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
        campaign, occasion = self._outcome.campaign, self._outcome.round.id
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

    def _changed_rows(self) -> Iterator[tuple[RowKey, _Row]]:
        """Those rows as they stand in the register; only the rows of their units are named anew."""
        parts = {(unit, code) for unit, code, _ in self._changed}
        for code, table in self._outcome.campaign.tables.items():
            for row in self._rows[code]:
                if (row["unit"], code) in parts and (key := key_of(table, row)) in self._changed:
                    yield key, row
