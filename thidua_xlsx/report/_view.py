"""What both workbooks show, read once from an outcome: nominees, cases (nominee x award form), facts, addresses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from thidua_xlsx.assess import (
    Fact,
    QuotaCount,
    deciding,
    decisive,
    describe,
    excluding,
    measure_facts,
    preferences,
    preferred,
    quota_counts,
    result_of,
)
from thidua_xlsx.campaign import Award, Campaign, Choice, Criterion, Group, Leaf, Measure, Node, Preference, Round, leaves, worded_by
from thidua_xlsx.model import Assessment, CellRef, CheckedSubmission, Finding, NomineeKind, PartialDate, Reason, Result
from thidua_xlsx.outcome import Outcome, evidence_stamps
from thidua_xlsx.report._differences import Differences
from thidua_xlsx.text import relief_words, say
from thidua_xlsx.vietnamese import sort_key

if TYPE_CHECKING:
    import pandas as pd

Row = Mapping[str, object]


NOTHING = Fact()


@dataclass(frozen=True, slots=True)
class Case:
    """One nominee and one award form of the round.

    ``sought`` says that the nominee registered for this form; ``group`` is its đối tượng, ``found`` its reasons by criterion.
    """

    verdict: Assessment
    nominee: Row
    sought: bool
    group: str
    found: Mapping[str, Reason]

    @property
    def key(self) -> tuple[str, str]:
        """The nominee's id and the award form's code."""
        return self.verdict.nominee_id, self.verdict.award

    @property
    def standing(self) -> tuple[object, ...]:
        """The award form and how its criteria came out: cases that have the same stand alike in every part of what is asked."""
        return self.verdict.award, *[reason.result for reason in self.verdict.reasons]


def records(frame: pd.DataFrame) -> list[dict[str, object]]:
    """The rows of a frame of the register as plain mappings."""
    names = [str(name) for name in frame.columns]
    return [dict(zip(names, values, strict=True)) for values in zip(*(frame[name].tolist() for name in frame.columns), strict=True)]


def is_nothing(reason: Reason) -> bool:
    """Whether nothing at all was declared for a criterion."""
    return reason.why == "nothing_declared"


def empty_parts(group: Group, found: Mapping[str, Reason]) -> list[str]:
    """The criteria side by side in a choice under which nothing at all was declared, if there are several: one sentence names them all."""
    empty = [child.criterion for child in group.nodes if isinstance(child, Leaf) and is_nothing(found[child.criterion])]
    return empty if group.op == "any" and len(empty) > 1 else []


def demands(award: Award) -> tuple[Node, ...]:
    """What an award asks for side by side: the parts of its outermost ``all``."""
    return award.requires.nodes if isinstance(award.requires, Group) and award.requires.op == "all" else (award.requires,)


class View:
    """An outcome as the reports look at it; whatever they ask for is worked out once, so one view serves both workbooks of a run."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self.campaign: Campaign = outcome.campaign
        self.round: Round = outcome.round
        self._why: dict[tuple[str, str], list[str]] = {}
        self._described: dict[tuple[object, ...], str] = {}
        self._deciding: dict[tuple[object, ...], list[str]] = {}
        self._excluded: dict[str, Mapping[str, bool]] = {}
        self.awards: tuple[Award, ...] = tuple(outcome.campaign.awards[code] for code in outcome.round.awards)

    @classmethod
    def of(cls, outcome: Outcome | View) -> View:
        """The view of an outcome, or the one that was made of it already."""
        return outcome if isinstance(outcome, View) else cls(outcome)

    @cached_property
    def rows(self) -> Mapping[str, list[dict[str, object]]]:
        """The counted rows of every table."""
        return {code: records(frame) for code, frame in self.outcome.register.tables.items()}

    @cached_property
    def held(self) -> Mapping[str, list[dict[str, object]]]:
        """The rows held back, of every table."""
        return {code: records(frame) for code, frame in self.outcome.register.held.items()}

    @cached_property
    def stamps(self) -> Mapping[tuple[str, str], str]:
        """The evidence of every case as a hash, by which a later run knows whether a decision still rests on it."""
        return evidence_stamps(self.outcome)

    @cached_property
    def nominees(self) -> Mapping[str, Row]:
        """The counted nominees by id."""
        found: dict[str, Row] = {}
        for table in self.campaign.tables.values():
            if table.nominee is not None and table.key is not None:
                found |= {str(row[table.key]): row for row in self.rows.get(table.code, ())}
        return found

    @cached_property
    def cases(self) -> tuple[Case, ...]:
        """Every case in the order of printed lists: award form, tập thể before cá nhân, unit, name.

        Where the law prefers some among equals, a unit's cases stand by result, and of one result those whom it prefers first.
        """
        units = {code: number for number, code in enumerate(self.campaign.units)}
        awards = {award.code: number for number, award in enumerate(self.awards)}
        kinds = {kind: number for number, kind in enumerate(NomineeKind)}

        def order(verdict: Assessment) -> tuple[object, ...]:
            return (
                awards[verdict.award],
                kinds[verdict.kind],
                units.get(verdict.unit, len(units)),
                *self._among_equals(verdict),
                sort_key(verdict.name),
                verdict.nominee_id,
            )

        return tuple(self._case(verdict) for verdict in sorted(self.outcome.assessments, key=order))

    def _among_equals(self, verdict: Assessment) -> list[int]:
        holding = self.preferred.get(verdict.nominee_id, ())
        return [-verdict.result, *(each not in holding for each in self.preferences)] if self.preferences else []

    @cached_property
    def differences(self) -> Differences:
        """What is not as it was at the last run."""
        return Differences(self.outcome, [case.verdict for case in self.cases], self.rows, self.held)

    @cached_property
    def preferences(self) -> tuple[Preference, ...]:
        """Whom the law in force on the day of decision prefers among equals."""
        return preferences(self.campaign, self.round)

    @cached_property
    def preferred(self) -> Mapping[str, tuple[Preference, ...]]:
        """Which of them hold of a nominee, by its id."""
        return preferred(self.outcome.register.tables, self.campaign, self.round)

    def _case(self, verdict: Assessment) -> Case:
        nominee = self.nominees.get(verdict.nominee_id, {})
        found = {reason.criterion: reason for reason in verdict.reasons}
        return Case(verdict, nominee, nominee.get("award_sought") == verdict.award, self.group_of(verdict.kind, nominee), found)

    def group_of(self, kind: NomineeKind, nominee: Row) -> str:
        """The đối tượng under which statistics count a nominee: its kind, or an individual's category."""
        return str(nominee.get("category") or kind_word(kind))

    @cached_property
    def sought(self) -> tuple[Case, ...]:
        """The cases for which somebody registered."""
        return tuple(case for case in self.cases if case.sought)

    @cached_property
    def quotas(self) -> list[QuotaCount]:
        """The quotas of the round's award forms."""
        register = self.outcome.register
        return quota_counts(self.outcome.assessments, register.tables, register.held, self.campaign, self.round.id)

    @cached_property
    def criteria(self) -> tuple[Criterion, ...]:
        """The criteria that the round's award forms ask for, each once, in the order in which they are named."""
        codes = dict.fromkeys(code for award in self.awards for code in leaves(award.requires))
        return tuple(self.campaign.criteria[code] for code in codes)

    @cached_property
    def measured(self) -> tuple[tuple[Criterion, Measure], ...]:
        """Those of the criteria that compare something counted with a figure."""
        return tuple((each, self.campaign.measures[each.measure]) for each in self.criteria if each.measure is not None)

    @cached_property
    def facts(self) -> Mapping[str, Mapping[str, Fact]]:
        """What every nominee has, by measured criterion and nominee id."""
        parts = ("rows", "sure", "least", "possible", "why")
        return {
            code: dict(zip(map(str, frame.index), map(Fact, *(frame[part].tolist() for part in parts)), strict=True))
            for code, frame in self.fact_frames.items()
        }

    @cached_property
    def fact_frames(self) -> Mapping[str, pd.DataFrame]:
        """The same as frames."""
        return measure_facts(self.outcome.register.tables, self.outcome.register.held, self.campaign, self.round.id)

    def fact(self, criterion: str, nominee_id: str) -> Fact:
        """What one nominee has for a measured criterion."""
        return self.facts[criterion].get(nominee_id, NOTHING)

    def achievements(self, criterion: str, nominee_id: str) -> Sequence[Row]:
        """The counted rows of a nominee that a measured criterion counts, or may count."""
        return self._achievements[criterion].get(nominee_id, ())

    @cached_property
    def _achievements(self) -> Mapping[str, Mapping[str, list[Row]]]:
        found: dict[str, dict[str, list[Row]]] = {}
        for criterion, measure in self.measured:
            mine = found.setdefault(criterion.code, {})
            for row in self.counted_by(measure):
                mine.setdefault(str(row["nominee_id"]), []).append(row)
        return found

    def counted_by(self, measure: Measure) -> Sequence[Row]:
        """The rows that a measure counts, or may count, for somebody: of its kinds, in the round's window, made after their own day."""
        return self._counted[measure.id]

    @cached_property
    def _counted(self) -> Mapping[str, Sequence[Row]]:
        rows = {table: list(self.owned(table)) for table in {measure.table for _, measure in self.measured}}
        return {measure.id: self._counted_among(rows[measure.table], measure) for _, measure in self.measured}

    def _counted_among(self, rows: Sequence[Row], measure: Measure) -> Sequence[Row]:
        window = measure.window(self.round)
        for column, wanted in measure.where.items():
            rows = [row for row in rows if str(row.get(column)) in wanted]
        return [row for row in rows if window.may_hold(row.get(measure.date)) and self.is_in_time(measure, row) is not False]

    def owned(self, table: str) -> Iterator[Row]:
        """The counted rows of a table that are a counted nominee's, or may be; those of a nominee held back count for nobody."""
        for row in self.rows[table]:
            owner = row.get("nominee_id")
            if owner is None or self.nominees.get(str(owner), {}).get("unit") == row["unit"]:
                yield row

    def amounts(self, measure: Measure) -> Sequence[tuple[Row, int | None]]:
        """Those rows, each with what it adds for certain: None where its date does not count for sure, or it has no value."""
        return self._amounts[measure.id]

    @cached_property
    def _amounts(self) -> Mapping[str, Sequence[tuple[Row, int | None]]]:
        summed = [measure for _, measure in self.measured if measure.kind == "sum"]
        return {measure.id: [(row, self._amount(measure, row)) for row in self.counted_by(measure)] for measure in summed}

    def _amount(self, measure: Measure, row: Row) -> int | None:
        value, counts = row.get(measure.of or ""), measure.window(self.round).holds(row[measure.date]) and self.is_in_time(measure, row)
        return int(value) if counts and isinstance(value, int | float) else None

    def is_in_time(self, measure: Measure, row: Row) -> bool | None:
        """Whether a row was made after its nominee's own day (the end of a discipline) where that is asked; None: cannot be told."""
        column = self.campaign.counts_after(measure, self.round.decided_on)
        day = self.nominees.get(str(row["nominee_id"]), {}).get(column) if column else None
        return day.is_before(row.get(measure.date)) if isinstance(day, PartialDate) else True

    def is_settled(self, criterion: str, ref: CellRef) -> bool:
        """Whether a cell of a measured criterion counts already, whatever else keeps it open."""
        return (ref.file, ref.sheet, ref.cell) in self._settled.get(criterion, ())

    @cached_property
    def _settled(self) -> Mapping[str, frozenset[tuple[object, object, str]]]:
        return {criterion.code: frozenset(self._settled_cells(measure)) for criterion, measure in self.measured}

    def _settled_cells(self, measure: Measure) -> Iterator[tuple[object, object, str]]:
        column = measure.of or next(iter(measure.where), measure.date)
        for row in self.counted_by(measure):
            cells = row["cells"]
            if isinstance(cells, Mapping) and row.get(column) is not None:
                yield row["file"], row["sheet"], str(cells.get(column, ""))

    def kinds_of(self, measure: Measure) -> tuple[str, Mapping[str, str]]:
        """The column that tells the kinds of a measure apart, and its values with their labels."""
        split = next(iter(measure.where), "")
        column = self.campaign.tables[measure.table].columns.get(split)
        labels = {each.value: each.label for each in self.campaign.choices(column, self.round.id)} if column else {}
        return split, {value: labels.get(value, value) for value in measure.where.get(split, ())}

    def description_of(self, measure: Measure) -> str:
        """The column that says in words what a counted row is about; empty where none does."""
        return worded_by(self.campaign.tables[measure.table]) or ""

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """The đối tượng that occur: the kinds, and the categories in the order of their drop-down."""
        listed = [choice.value for table in self.campaign.tables.values() for choice in self._categories(table.code)]
        wanted = [kind_word(NomineeKind.COLLECTIVE), kind_word(NomineeKind.HOUSEHOLD), *listed, kind_word(NomineeKind.INDIVIDUAL)]
        there = {case.group for case in self.sought}
        return tuple(group for group in dict.fromkeys(wanted) if group in there)

    def _categories(self, table: str) -> Sequence[Choice]:
        column = self.campaign.tables[table].columns.get("category")
        is_nominees = self.campaign.tables[table].nominee is not None
        return self.campaign.choices(column, self.round.id) if column is not None and is_nominees else ()

    def unit_name(self, code: str) -> str:
        """A unit's full name, or its code where the campaign has no such unit."""
        unit = self.campaign.units.get(code)
        return unit.name if unit else code

    def deciding(self, case: Case) -> list[Reason]:
        """The reasons that a case's result rests on; which criteria these are is the same for all that stand alike."""
        standing = case.standing
        if standing not in self._deciding:
            requires = self.campaign.awards[case.verdict.award].requires
            self._deciding[standing] = [reason.criterion for reason in deciding(requires, case.found)]
        return [case.found[code] for code in self._deciding[standing]]

    def why(self, case: Case) -> list[str]:
        """One sentence for each criterion that a result other than met rests on."""
        key = (case.verdict.nominee_id, case.verdict.award)
        if key not in self._why:
            requires = self.campaign.awards[case.verdict.award].requires
            is_met = case.verdict.result is Result.MET
            self._why[key] = [] if is_met else list(dict.fromkeys(self._sentences(requires, case.found, self.excluded(case))))
        return self._why[key]

    def excluded(self, case: Case) -> Mapping[str, bool]:
        """Which criteria a case's award form only asks not to be met."""
        award = case.verdict.award
        if award not in self._excluded:
            self._excluded[award] = excluding(self.campaign.awards[award].requires)
        return self._excluded[award]

    def sentence(self, case: Case, criterion: str) -> str:
        """What is said of one criterion of a case."""
        return self._sentence(case.found[criterion], against=self.excluded(case)[criterion])

    def _sentences(self, node: Node, found: Mapping[str, Reason], excluded: Mapping[str, bool]) -> Iterator[str]:
        """As ``assess.deciding``, but one sentence names all the criteria of a choice under which nothing at all was declared."""
        if isinstance(node, Leaf):
            yield self._sentence(found[node.criterion], against=excluded[node.criterion])
            return
        empty = empty_parts(node, found)
        together = empty if result_of(node, found) is Result.NOT_MET else []
        for child in decisive(node, found):
            if not (isinstance(child, Leaf) and child.criterion in together):
                yield from self._sentences(child, found, excluded)
        if together:
            yield say("report.nothing_declared", codes=", ".join(together))

    def _sentence(self, reason: Reason, *, against: bool) -> str:
        """The words for a reason, which are the same for all who stand alike."""
        alike = (reason.criterion, reason.result, reason.actual, reason.required, reason.why, against)
        if alike not in self._described:
            self._described[alike] = describe(reason, self.campaign, against=against)
        return self._described[alike]

    @cached_property
    def findings_by_cell(self) -> Mapping[tuple[str, str, str], list[Finding]]:
        """Everything said about a cell."""
        found: dict[tuple[str, str, str], list[Finding]] = {}
        for finding in self.outcome.findings:
            found.setdefault((finding.ref.file, finding.ref.sheet, finding.ref.cell), []).append(finding)
        return found

    def findings_of(self, row: Row) -> list[Finding]:
        """Everything said about the cells of a row."""
        cells = row["cells"]
        places = dict.fromkeys(cells.values()) if isinstance(cells, Mapping) else {}
        return [each for cell in places for each in self.findings_by_cell.get((str(row["file"]), str(row["sheet"]), str(cell)), ())]

    @cached_property
    def _has_reliefs(self) -> bool:
        return any(finding.relief for finding in self.outcome.findings)

    def reliefs_of(self, row: Row) -> list[str]:
        """What was waived, or is a warning for now, in a counted row."""
        return [relief_words(each) for each in self.findings_of(row) if each.relief] if self._has_reliefs else []

    @cached_property
    def reliefs_by_nominee(self) -> Mapping[str, list[Finding]]:
        """What was waived, or is a warning for now, by nominee."""
        found: dict[str, list[Finding]] = {}
        for finding in self.outcome.findings:
            if finding.relief and finding.nominee_id:
                found.setdefault(finding.nominee_id, []).append(finding)
        return found

    @cached_property
    def submission_of(self) -> Mapping[str, CheckedSubmission]:
        """The accepted submission of every unit that has one."""
        return {checked.submission.passport.unit: checked for checked in self.outcome.submissions}


def kind_word(kind: NomineeKind) -> str:
    """Tập thể, hộ gia đình or cá nhân."""
    return say(f"report.kind_{kind}")


def called(case: Case) -> str:
    """Ông/Bà and the name, or a collective's name."""
    salutation = case.nominee.get("salutation")
    return f"{salutation} {case.verdict.name}" if salutation else case.verdict.name


def joined(sentences: Iterable[str]) -> str:
    """Sentences under each other, each with a dash when there are several."""
    every = list(sentences)
    return every[0] if len(every) == 1 else "\n".join(f"- {sentence}" for sentence in every)
