"""Where the cells of the summary workbook stand that its live formulas point at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cached_property

from thidua_xlsx.campaign import Criterion, Group, Leaf, Node, Preference, leaves
from thidua_xlsx.model import NomineeKind, Result
from thidua_xlsx.report._look import safe_name
from thidua_xlsx.report._view import Case, View, demands
from thidua_xlsx.text import say
from thidua_xlsx.xlsx import address, place, range_address


class Page(StrEnum):
    """The sheets that every summary has; those of the award forms stand between ``MATRIX`` and ``OPEN``."""

    OVERVIEW = "overview"
    UNITS = "units"
    MATRIX = "matrix"
    OPEN = "open"
    CHANGES = "changes"
    PRIZES = "prizes"
    FIGURES = "figures"
    WHATIF = "whatif"
    CALCULATION = "calculation"
    CLAUSES = "clauses"
    WORDING = "wording"


class Key(IntEnum):
    """The first columns of the calculation sheet, which say whom and what a line is about."""

    NOMINEE = 0
    NAME = 1
    UNIT = 2
    KIND = 3
    GROUP = 4
    AWARD = 5
    SOUGHT = 6


FIGURES_TOP = 6
"""The first figure's row on the parameter sheet."""
FIGURE_COLUMN = 5
CALCULATION_TOP = 5
LIST_TOP = 6
"""The first row below the headings of an award form's list."""
LIST_VOTES, LIST_DECISION = 7, 9
MATRIX_TOP = 7
MATRIX_LEFT = 3
RESULTS = (Result.MET, Result.OPEN, Result.NOT_MET)
"""The order in which every table and chart shows the results."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the parameter sheet: what a criterion asks for, of one award form and kind or of all."""

    criterion: Criterion
    award: str | None
    kind: NomineeKind | None


@dataclass(frozen=True, slots=True)
class Facts:
    """The columns of a measured criterion on the calculation sheet; ``least`` is ``sure`` where no row can lower the total."""

    rows: int
    sure: int
    least: int
    possible: int


class Places:
    """Addresses in the summary workbook of one view; made before anything is written, so that sheets can point forward."""

    def __init__(self, view: View) -> None:
        self.view = view
        names: list[str] = []
        self.award_sheets: dict[str, str] = {}
        self.pages: dict[Page, str] = {page: say(f"report.sheet_{page}") for page in Page}
        names.extend(self.pages.values())
        for award in view.awards:
            self.award_sheets[award.code] = safe_name(award.short, names)
            names.append(self.award_sheets[award.code])

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """The lines of the parameter sheet: dated figures by award form and kind first, those fixed by the plan after them."""
        dated = tuple(
            Figure(criterion, award.code, kind)
            for criterion in self.view.criteria
            if criterion.has_parameters
            for award in self.view.awards
            if criterion.code in leaves(award.requires)
            for kind in self.view.campaign.kinds
        )
        fixed = tuple(Figure(each, None, None) for each in self.view.criteria if each.measure is not None and not each.has_parameters)
        return dated + fixed

    @cached_property
    def _figure_rows(self) -> Mapping[tuple[str, str | None, NomineeKind | None], int]:
        return {(each.criterion.code, each.award, each.kind): FIGURES_TOP + line for line, each in enumerate(self.figures)}

    def figure_cell(self, criterion: Criterion, award: str, kind: NomineeKind) -> tuple[int, int]:
        """Row and column of the figure that counts for a nominee of this kind and this award form."""
        key = (criterion.code, award, kind) if criterion.has_parameters else (criterion.code, None, None)
        return self._figure_rows[key], FIGURE_COLUMN

    def figure(self, criterion: Criterion, award: str, kind: NomineeKind) -> str:
        """The figure's address as a formula spells it."""
        return place(self.pages[Page.FIGURES], address(*self.figure_cell(criterion, award, kind), fixed=True))

    @property
    def council(self) -> str:
        """The cell with the number of members of the council."""
        return place(self.pages[Page.FIGURES], address(FIGURES_TOP + len(self.figures), FIGURE_COLUMN, fixed=True))

    def threshold(self, award: str) -> str:
        """The cell with the votes that an award form needs, in per cent of all members of the council."""
        line = [each.code for each in self.view.awards].index(award)
        return place(self.pages[Page.FIGURES], address(FIGURES_TOP + len(self.figures) + 1 + line, FIGURE_COLUMN, fixed=True))

    @cached_property
    def facts(self) -> Mapping[str, Facts]:
        """The columns of every measured criterion on the calculation sheet."""
        found, column = {}, len(Key)
        for criterion, measure in self.view.measured:
            least = column + 1 + self.view.campaign.may_fall(measure)
            found[criterion.code] = Facts(column, column + 1, least, least + 1)
            column = least + 2
        return found

    @property
    def _first_leaf(self) -> int:
        return max((each.possible + 1 for each in self.facts.values()), default=len(Key))

    @cached_property
    def leaves(self) -> Mapping[str, int]:
        """The column of every criterion on the calculation sheet."""
        return {criterion.code: self._first_leaf + n for n, criterion in enumerate(self.view.criteria)}

    @cached_property
    def demands(self) -> Mapping[Node, int]:
        """The column of everything the award forms ask for side by side; a plain criterion is its own column."""
        every = dict.fromkeys(node for award in self.view.awards for node in demands(award))
        first = self._first_leaf + len(self.leaves)
        groups = {node: first + n for n, node in enumerate(node for node in every if isinstance(node, Group))}
        return {node: self.leaves[node.criterion] if isinstance(node, Leaf) else groups[node] for node in every}

    @property
    def result_column(self) -> int:
        """The column of the results on the calculation sheet."""
        return self._first_leaf + len(self.leaves) + sum(isinstance(node, Group) for node in self.demands)

    @cached_property
    def preferences(self) -> Mapping[Preference, int]:
        """The columns of the calculation sheet, behind the result, that say whom the law prefers among equals."""
        return {each: self.result_column + 1 + n for n, each in enumerate(self.view.preferences)}

    @cached_property
    def _lines(self) -> Mapping[tuple[str, str], int]:
        return {(each.verdict.nominee_id, each.verdict.award): CALCULATION_TOP + n for n, each in enumerate(self.view.cases)}

    def line(self, case: Case) -> int:
        """The row of a case on the calculation sheet."""
        return self._lines[case.verdict.nominee_id, case.verdict.award]

    def calculated(self, case: Case, column: int) -> str:
        """The address of a column of the calculation sheet in a case's row."""
        return place(self.pages[Page.CALCULATION], address(self.line(case), column, fixed=True))

    def result(self, case: Case) -> str:
        """The address of a case's result."""
        return self.calculated(case, self.result_column)

    def range_of(self, column: int) -> str:
        """A whole column of the calculation sheet."""
        last = CALCULATION_TOP + max(len(self.view.cases), 1) - 1
        return place(self.pages[Page.CALCULATION], range_address(CALCULATION_TOP, column, last, column, fixed=True))

    def count(self, *conditions: tuple[int, str]) -> str:
        """A formula that counts the cases somebody registered for, under further conditions (column, what it holds)."""
        asked = ((Key.SOUGHT, "1"), *conditions)
        return f"COUNTIFS({','.join(f'{self.range_of(column)},{wanted}' for column, wanted in asked)})"

    def sections(self, award: str) -> Mapping[NomineeKind, tuple[int, tuple[Case, ...]]]:
        """The sections of an award form's list, by kind of nominee: the row of the title, and the cases on the lines that follow."""
        found: dict[NomineeKind, tuple[int, tuple[Case, ...]]] = {}
        row = LIST_TOP
        for kind in NomineeKind:
            cases = tuple(case for case in self.view.sought if case.verdict.award == award and case.verdict.kind is kind)
            if cases:
                found[kind] = (row, cases)
                row += 1 + len(cases)
        return found

    def listed(self, award: str, column: int, kind: NomineeKind | None = None) -> str | None:
        """The cells of a column of an award form's list, of one kind of nominee or of all; None where nobody is on it."""
        parts = [part for each, part in self.sections(award).items() if kind in (None, each)]
        if not parts:
            return None
        last, cases = parts[-1]
        return place(self.award_sheets[award], range_address(parts[0][0] + 1, column, last + len(cases), column, fixed=True))

    @property
    def blocks(self) -> tuple[str, ...]:
        """The bands of the matrix: the award forms, and all of them together if there are several."""
        names = tuple(award.short for award in self.view.awards)
        return names if len(names) == 1 else (*names, say("report.all_awards"))

    def matrix(self, block: int, part: int) -> int:
        """The column of the matrix for one of its ``blocks`` and a part: all results, then each of ``RESULTS``."""
        return MATRIX_LEFT + block * (1 + len(RESULTS)) + part

    def matrix_cells(self, block: int, part: int) -> tuple[int, int, int, int]:
        """The units' cells in a column of the matrix."""
        column = self.matrix(block, part)
        return MATRIX_TOP, column, MATRIX_TOP + len(self.view.campaign.units) - 1, column
