"""The sheets of the register that explain every verdict of an award form: the tree of what is asked, what was found, and where it stands.

A nominee is one line that unfolds into its criteria, down to the line of the register and the cell of the file. They stand in the register
and not in the summary, because they lead to its lines and grow with every nominee, while the summary has to open at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from thidua_xlsx.assess import asked_as, attested_as, deciding, describe, quantity_of, rating_asked, result_of, turning
from thidua_xlsx.campaign import Award, Group, Leaf, Node
from thidua_xlsx.model import CellRef, PartialDate, Reason, Result
from thidua_xlsx.outcome import unit_statuses
from thidua_xlsx.report import _look as look
from thidua_xlsx.report._again import Again, Memory, parts
from thidua_xlsx.report._calculation import source_of
from thidua_xlsx.report._decisions import marked
from thidua_xlsx.report._look import Content, Field, FileJump, Jump
from thidua_xlsx.report._open import supplier, unsettled
from thidua_xlsx.report._view import Case, Row, View, called
from thidua_xlsx.text import relief_words, say
from thidua_xlsx.xlsx import Collected, Fold, Marked, Sheet, row_and_column

REGISTER_TOP = 3
"""The first line of a table on its sheet of the register."""
_TOP = 5
_DEEPEST = 7
"""Excel's outline has seven levels below the first."""
_MOST_CELLS = 6
_MOST_FOLDED = 500
"""LibreOffice needs minutes for some thousand groups of rows: longer lists are filtered, and only explain who is not met or open."""
_MOST_LINKS = 20_000
"""Excel follows at most 65,530 links on a sheet, and readers open slowly long before that."""
_INDENT = "     "
_LAST = 8
_NUMBER, _SIGN = "number", "\x00"
"""The base from which nominees are counted, and what stands for the number in words until it is known where it stands."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of an explanation; all but the words may be blank."""

    words: str
    result: str = ""
    found: str = ""
    required: str = ""
    remark: str = ""
    clause: str = ""
    line: Content = None
    cell: Content = None
    sent_on: PartialDate | None = None

    def unlinked(self) -> Step:
        """The same words without links."""
        return replace(self, line=look.words_of(self.line), cell=look.words_of(self.cell))


_Place = tuple[Jump | None, FileJump | None, PartialDate | None]
"""A cell: its line in the register, itself, and when its file came."""
_Placed = Callable[[CellRef], _Place]


class Sources:
    """Where cells of the inbox stand in the register, and when their files came."""

    def __init__(self, view: View, sheets: Mapping[str, str]) -> None:
        """``sheets`` are the names of the tables' sheets in the register."""
        self._sent = {status.file: status.sent_on for status in unit_statuses(view.outcome) if status.file}
        self._sheets = sheets
        self._lines: dict[tuple[str, str, object], tuple[str, int]] = {}
        self.first: dict[str, int] = {}
        """The first line of every file on every table's sheet, from which its others are counted."""
        for code, table in view.campaign.tables.items():
            for line, row in enumerate(view.rows[code], REGISTER_TOP + 1):
                target = code, line - self.first.setdefault(_base(code, str(row["file"])), line)
                for place in _places(row, is_record=table.layout == "record"):
                    self._lines[str(row["file"]), str(row["sheet"]), place] = target

    def line(self, ref: CellRef, into: Collected) -> Jump | None:
        """The register's line that a cell went into; None for a cell of a row that is not counted."""
        row, _ = row_and_column(ref.cell) if ref.cell else (-1, -1)
        found = self._lines.get((ref.file, ref.sheet, ref.cell)) or self._lines.get((ref.file, ref.sheet, row + 1))
        if found is None:
            return None
        table, distance = found
        mark = into.mark(_base(table, ref.file), distance)
        return Jump(self._sheets[table], f"A{mark}", Marked(mark))

    def sent_on(self, ref: CellRef) -> PartialDate | None:
        """When the file came, or was drawn up."""
        return self._sent.get(ref.file)


def _base(table: str, file: str) -> str:
    return f"{table} {file}"


def _places(row: Row, *, is_record: bool) -> Iterator[object]:
    """A row of a table is known by its number; of a record, which goes down the sheet, every cell is."""
    cells = row["cells"]
    if is_record and isinstance(cells, Mapping):
        yield from cells.values()
    else:
        yield row["row"]


def write_explained(sheet: Sheet, view: View, award: Award, sources: Sources, memory: Memory) -> None:
    """Every nominee registered for the award form: its result and what would change it, and folded below it the whole tree."""
    cases = [case for case in view.sought if case.verdict.award == award.code]
    folds = len(cases) <= _MOST_FOLDED
    heads, fields = _fields(strong=True), _fields(strong=False)
    _write_head(sheet, view, award, sum(field.width for field in fields), folds=folds)
    row = look.headings(sheet, _TOP - 1, fields)
    if folds:
        sheet.outlined(_DEEPEST)
    again = Again(sheet, (look.Lined(sheet, heads), look.Lined(sheet, fields)), memory)
    bases, links = {**sources.first, _NUMBER: 1}, 0
    for part in parts(cases, lambda case: (case.verdict.unit, case.verdict.nominee_id)):
        explaining = _Explaining(view, sources, folds=folds, links=links < _MOST_LINKS)
        block = again.block(part.known_as(f"{explaining.folds} {explaining.links}"), explaining.collect)
        row = sheet.place(row, block, bases)
        links += len(block.links)
        bases[_NUMBER] += len(part.items)
    if not cases:
        sheet.text(row, 0, say("report.nobody_registered"), look.LINE)
    if not folds:
        sheet.raw.autofilter(_TOP - 1, 0, row - 1, len(fields) - 1)
    look.colour_verdicts(sheet, (_TOP, 1, max(row - 1, _TOP), 1), {int(result): marked(result) for result in Result})
    sheet.raw.freeze_panes(_TOP, 1)
    sheet.printed(repeat=(_TOP - 1, _TOP - 1), footer=say("report.page"))


def _write_head(sheet: Sheet, view: View, award: Award, width: float, *, folds: bool) -> None:
    sheet.text(0, 0, say("report.explained_title", award=award.name.upper()), look.BANNER)
    lead = say("report.explained_lead" if folds else "report.explained_long")
    clause = say("report.explained_clause", clause=source_of(view, award.clause))
    for row, words in enumerate((lead, clause), 1):
        look.paragraph(sheet, row, (0, _LAST), words, look.LEAD, width=width)


@dataclass(frozen=True, slots=True)
class _Explaining:
    """How the nominees of a part are explained: whether what was found folds away below them, whether it leads to its cells."""

    view: View
    sources: Sources
    folds: bool
    links: bool

    def collect(self, cases: Sequence[Case], pens: Sequence[look.Lined[Step]], into: Collected) -> None:
        """Write the lines of some cases as a block."""
        strong, plain = pens
        row = 0
        for number, case in enumerate(cases):
            strong.write(row, _head(self.view, case, into.mark(_NUMBER, number)), Fold(collapsed=self.folds))
            row += 1
            for level, step in self._steps(case, into):
                plain.write(row, step if self.links else step.unlinked(), Fold(min(level, _DEEPEST), hidden=True) if self.folds else Fold())
                row += 1

    def _steps(self, case: Case, into: Collected) -> Iterator[tuple[int, Step]]:
        if self.folds or case.verdict.result is not Result.MET:
            yield from _steps(self.view, case, lambda ref: (self.sources.line(ref, into), _cell_link(ref), self.sources.sent_on(ref)))


def _fields(*, strong: bool) -> list[Field[Step]]:
    cell, centred = (look.CELL_STRONG, look.CENTRED_STRONG) if strong else (look.CELL, look.CENTRED)
    return [
        Field(say("report.nominee_or_criterion"), 44, lambda step: step.words, cell),
        Field(say("report.result"), 22, lambda step: step.result, centred),
        Field(say("report.remark"), 64, lambda step: step.remark, look.style(**dict(cell) | {"bold": False})),
        Field(say("report.found"), 19, lambda step: step.found, cell),
        Field(say("report.required"), 20, lambda step: step.required, cell),
        Field(say("report.clause"), 30, lambda step: step.clause, cell),
        Field(say("report.register_line"), 9, lambda step: step.line, centred),
        Field(say("report.file_and_cell"), 36, lambda step: step.cell, cell),
        Field(say("report.sent_on"), 12, lambda step: step.sent_on, look.style(**dict(centred) | {"num_format": "dd/mm/yyyy"})),
    ]


def _head(view: View, case: Case, number: str) -> Step:
    verdict = case.verdict
    told = {"name": called(case), "nominee": verdict.nominee_id, "unit": view.unit_name(verdict.unit)}
    words = Marked.of(say("report.explained_nominee", number=_SIGN, **told), _SIGN, number)
    return Step(words, marked(verdict.result), remark=_ways(view, case))


def _ways(view: View, case: Case) -> str:
    """What would make the case met: the single changes for one that is not, what is to be supplied for one that is open."""
    match case.verdict.result:
        case Result.MET:
            return say("report.meets_all")
        case Result.OPEN:
            open_ones = deciding(view.campaign.awards[case.verdict.award].requires, case.found)
            return "\n".join([say("report.to_be_closed"), *dict.fromkeys(f"- {_remark(view, reason)}" for reason in open_ones)])
        case _:
            ways = turning(case.verdict, view.campaign)
            return "\n".join([say("report.single_change"), *(f"- {way}" for way in ways)]) if ways else say("report.several_changes")


def _steps(view: View, case: Case, placed: _Placed) -> Iterator[tuple[int, Step]]:
    requires = view.campaign.awards[case.verdict.award].requires
    # That all of an award form's demands are needed goes without saying
    nodes = requires.nodes if isinstance(requires, Group) and requires.op == "all" else (requires,)
    for node in nodes:
        yield from _branch(view, node, case, placed, 1)
    for relief in view.reliefs_by_nominee.get(case.verdict.nominee_id, ()):
        words = relief_words(relief)
        yield 1, Step(_INDENT + say("report.relief"), remark=words, cell=_cell_link(relief.ref))


def _branch(view: View, node: Node, case: Case, placed: _Placed, level: int) -> Iterator[tuple[int, Step]]:
    if isinstance(node, Leaf):
        yield from _criterion(view, case.found[node.criterion], placed, level)
        return
    words = say(f"assess.{node.op}", count=node.count)
    yield level, Step(_INDENT * level + words + ":", marked_part(result_of(node, case.found)))
    for child in node.nodes:
        yield from _branch(view, child, case, placed, level + 1)


def marked_part(result: Result) -> str:
    """The result of a single criterion: đạt, chưa rõ or không đạt, with its mark."""
    return say(f"report.part_{result.word}")


def _criterion(view: View, reason: Reason, placed: _Placed, level: int) -> Iterator[tuple[int, Step]]:
    criterion = view.campaign.criteria[reason.criterion]
    places = _cells(view, reason)
    cells = [placed(ref) for ref in places[:_MOST_CELLS]] or [(None, None, None)]
    yield (
        level,
        Step(
            f"{_INDENT * level}{criterion.code} – {criterion.name}",
            marked_part(reason.result),
            _found(view, reason),
            _required(view, reason),
            _remark(view, reason),
            source_of(view, reason.clause),
            *cells[0],
        ),
    )
    for line, cell, sent_on in cells[1:]:
        yield level + 1, Step("", line=line, cell=cell, sent_on=sent_on)
    if len(places) > _MOST_CELLS:
        yield level + 1, Step("", cell=say("report.more_cells", count=len(places) - _MOST_CELLS))


def _cells(view: View, reason: Reason) -> Sequence[CellRef]:
    """The cells a criterion rests on; those that would close an open one first."""
    if reason.result is not Result.OPEN:
        return reason.sources
    first = unsettled(view, reason)
    return [*first, *(ref for ref in reason.sources if ref not in first)]


def _cell_link(ref: CellRef) -> FileJump:
    return FileJump(ref.file, ref.sheet, ref.cell, f"{ref.sheet}: {ref.cell}, {ref.file.removeprefix('inbox/')}")


def _found(view: View, reason: Reason) -> str:
    criterion = view.campaign.criteria[reason.criterion]
    if criterion.measure:
        return quantity_of(float(reason.actual or 0), reason.criterion, view.campaign)
    return say("report.left_blank") if reason.actual is None else attested_as(reason.actual, criterion, view.campaign)


def _required(view: View, reason: Reason) -> str:
    criterion = view.campaign.criteria[reason.criterion]
    if not criterion.measure:
        return asked_as(criterion, view.campaign)
    measure = view.campaign.measures[criterion.measure]
    if measure.kind == "latest":
        return rating_asked(measure, view.campaign)
    if reason.required is None:
        return say("report.no_figure")
    return f"≥ {quantity_of(float(reason.required), reason.criterion, view.campaign)}"


def _remark(view: View, reason: Reason) -> str:
    """Why a criterion is not met; for an open one also who has to supply what closes it."""
    if reason.result is Result.MET:
        return ""
    words = describe(reason, view.campaign)
    return f"{words} {say('report.supplied_by', who=supplier(reason))}" if reason.result is Result.OPEN else words
