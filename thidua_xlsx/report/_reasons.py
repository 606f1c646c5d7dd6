"""The reason on a line of a list as a formula: what the program would write with whatever figures stand on the parameter sheet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from thidua_xlsx.assess import Cells, sentence_formula
from thidua_xlsx.assess import formula as requirement_formula
from thidua_xlsx.campaign import Group, Leaf, Node, leaves
from thidua_xlsx.model import Result
from thidua_xlsx.report._look import PLAIN, Live
from thidua_xlsx.report._places import Page, Places
from thidua_xlsx.report._view import Case, demands, empty_parts, joined
from thidua_xlsx.text import say
from thidua_xlsx.xlsx import Block, Collected, Sheet, address, place, quoted

Bounds = tuple[int, int]
"""The least and the greatest result, as -1, 0, 1, that some figure gives."""


class Wording:
    """The sentences that reasons are put together from, each once in a row of a hidden sheet: no formula may be longer than 8,192 signs."""

    def __init__(self, places: Places) -> None:
        self._name = places.pages[Page.WORDING]
        self._rows: dict[str, int] = {}
        self._sentences: list[Live | str] = []

    def row(self, sentence: Live | str) -> int:
        """The row in which a sentence stands."""
        row = self._rows.setdefault(sentence.formula if isinstance(sentence, Live) else sentence, len(self._sentences))
        if row == len(self._sentences):
            self._sentences.append(sentence)
        return row

    def cell(self, sentence: Live | str) -> str:
        """Where a sentence stands."""
        return place(self._name, address(self.row(sentence), 0, fixed=True))

    def __getitem__(self, row: int) -> Live | str:
        """The sentence in a row."""
        return self._sentences[row]

    def write(self, sheet: Sheet) -> None:
        """Write what was asked for."""
        sheet.column(0, 120)
        pen = sheet.lines(0, [PLAIN])
        for row, sentence in enumerate(self._sentences):
            pen.write(row, [sentence], None)
        sheet.raw.hide()


class Following:
    """How the formulas on the lines of a block follow the lines of the calculation and the sentences that they point at.

    The block's sentences have a ``wording`` of their own, from which those that are needed go into the workbook's with the block.
    """

    def __init__(self, places: Places, first: Case, into: Collected) -> None:
        self.wording = Wording(places)
        self._into, self._first = into, places.line(first)
        self._calculation = quoted(places.pages[Page.CALCULATION])
        sheets = "|".join(re.escape(each) for each in (self._calculation, quoted(places.pages[Page.WORDING])))
        self._reference = re.compile(rf"(?<![\w.'])({sheets})!(\$[A-Z]+\$)([0-9]+)")
        self._asked: dict[int, str] = {}

    def __call__(self, content: Live | str) -> Live | str:
        """A content of the block, its formula with marks in it."""
        return Live(self._marked(content.formula), content.value) if isinstance(content, Live) else content

    def _marked(self, formula: str) -> str:
        return self._reference.sub(self._mark, formula)

    def _mark(self, reference: re.Match[str]) -> str:
        sheet, column, row = reference[1], reference[2], int(reference[3]) - 1
        mark = self._into.mark(_LINE, row - self._first) if sheet == self._calculation else self._sentence(row)
        return f"{sheet}!{column}{mark}"

    def _sentence(self, row: int) -> str:
        if row not in self._asked:
            sentence = self.wording[row]
            self._asked[row] = self._into.mark(str(len(self._asked)), 0)
            self._into.asked.append((self._marked(sentence.formula), str(sentence.value)) if isinstance(sentence, Live) else (sentence,))
        return self._asked[row]


_LINE = "line"


def followed(block: Block, places: Places, wording: Wording, first: Case) -> dict[str, int]:
    """The bases of a block whose formulas were made by :class:`Following`, for the lines and sentences of this workbook."""
    bases = {_LINE: places.line(first) + 1}
    resolved = block.resolver(bases)
    for number, (words, *value) in enumerate(block.asked):
        bases[str(number)] = wording.row(Live(resolved(words), value[0]) if value else words) + 1
    return bases


@dataclass(frozen=True, slots=True)
class Piece:
    """The cell of a sentence, and when it is said; always where ``when`` is empty."""

    words: str
    when: str = ""


def live_reason(places: Places, wording: Wording, case: Case, before: Iterable[str]) -> Live | str:
    """The sentences ``before``, then why the result is what it is; a plain text where no figure can change it."""
    why = places.view.why(case) or [say("report.meets_all")]
    first, tree = list(before), _Tree(places, wording, case)
    stored = joined([*first, *why])
    if not tree.varies:
        return stored
    pieces = [*(Piece(wording.cell(each)) for each in first), *tree.pieces()]
    return Live(_together(pieces), stored) if tree.is_live or any(piece.when for piece in pieces) else stored


def _together(pieces: Iterable[Piece]) -> str:
    """The sentences under each other, each with a dash when there are several, as :func:`joined`."""
    once = list(_merged(pieces))
    always = [each for each in once if not each.when]
    asked = [each.when for each in once if each.when]
    lines = "&".join(f'IF({each.when},CHAR(10)&"- "&{each.words},"")' if each.when else f'CHAR(10)&"- "&{each.words}' for each in once)
    return f"MID({lines},{_start(len(always), asked)},32767)"


def _start(always: int, asked: Sequence[str]) -> str:
    """Where the text begins: behind the first line's break, and behind its dash too where there is no second line."""
    if always > 1 or not asked:
        return "2" if always > 1 else "4"
    return f"IF(OR({','.join(asked)}),2,4)" if always else f"IF({'+'.join(f'IF({when},1,0)' for when in asked)}>1,2,4)"


def _merged(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Each sentence once, where it is said first."""
    said: dict[str, list[str]] = {}
    for each in pieces:
        before = said.setdefault(each.words, [])
        if "" not in before:
            yield Piece(each.words, f"AND({each.when or 'TRUE'},NOT(OR({','.join(before)})))" if before else each.when)
        before.append(each.when)


class _Tree:
    """The requirement of a case, of which some criteria rest on figures that can be changed.

    ``is_live``: one of the sentences given so far is a formula itself.
    """

    def __init__(self, places: Places, wording: Wording, case: Case) -> None:
        self._places, self._wording, self._case = places, wording, case
        self._award = places.view.campaign.awards[case.verdict.award]
        self._bounds: dict[str | int, Bounds] = {}
        self.is_live = False

    @property
    def varies(self) -> bool:
        """Whether any criterion rests on a figure that can be changed."""
        return any(self._varies(code) for code in leaves(self._award.requires))

    def pieces(self) -> Iterator[Piece]:
        """The sentences, in the order in which the program says them."""
        requires, meets_all = self._award.requires, self._wording.cell(say("report.meets_all"))
        least, most = self._of(requires)
        if least < Result.MET:
            yield from self._pieces(requires, (f"{self._cell(requires)}<>1",) if most is Result.MET else ())
        if most is Result.MET:
            yield Piece(meets_all, "" if least is Result.MET else f"{self._cell(requires)}=1")

    def _pieces(self, node: Node, asked: tuple[str, ...]) -> Iterator[Piece]:
        if isinstance(node, Leaf):
            yield Piece(self._words(node.criterion), _all(asked))
            return
        together = empty_parts(node, self._case.found)
        for child in node.nodes:
            same = () if node.op == "not" else self._same(child, node)
            if same is not None and not (isinstance(child, Leaf) and child.criterion in together):
                yield from self._pieces(child, (*asked, *same))
        if together and (failing := self._fails(node)) is not None:
            yield Piece(self._wording.cell(say("report.nothing_declared", codes=", ".join(together))), _all((*asked, *failing)))

    def _same(self, child: Node, group: Node) -> tuple[str, ...] | None:
        """When a part has the result of the whole, so that the whole rests on it; None: never."""
        (least, most), (lowest, highest) = self._of(child), self._of(group)
        if most < lowest or highest < least:
            return None
        return () if least == most == lowest == highest else (f"{self._cell(child)}={self._cell(group)}",)

    def _fails(self, node: Node) -> tuple[str, ...] | None:
        least, most = self._of(node)
        if least is not Result.NOT_MET:
            return None
        return () if most is Result.NOT_MET else (f"{self._cell(node)}=-1",)

    def _words(self, code: str) -> str:
        """The cell with the sentence about a criterion, which is a formula where it rests on a figure."""
        view, case = self._places.view, self._case
        if not self._varies(code):
            return self._wording.cell(view.sentence(case, code))
        criterion, columns = view.campaign.criteria[code], self._places.facts[code]
        fact = view.fact(code, case.verdict.nominee_id)
        cells = Cells(
            self._cell(Leaf(code)),
            self._places.calculated(case, columns.sure),
            self._places.figure(criterion, case.verdict.award, case.verdict.kind),
        )
        when_met = _has_not(self._award.requires)
        formula = sentence_formula(criterion, fact, cells, view.campaign, against=view.excluded(case)[code], when_met=when_met)
        is_silent = case.found[code].result is Result.MET and not when_met
        self.is_live = True
        return self._wording.cell(Live(formula, "" if is_silent else view.sentence(case, code)))

    def _varies(self, code: str) -> bool:
        criterion = self._places.view.campaign.criteria[code]
        return criterion.has_parameters and self._places.view.fact(code, self._case.verdict.nominee_id).rows > 0

    def _of(self, node: Node) -> Bounds:
        # A group's hash is that of everything in it, which costs more than what is remembered
        key = node.criterion if isinstance(node, Leaf) else id(node)
        if key not in self._bounds:
            self._bounds[key] = self._of_leaf(node.criterion) if isinstance(node, Leaf) else self._of_group(node)
        return self._bounds[key]

    def _of_leaf(self, code: str) -> Bounds:
        """A low figure is reached unless nobody can say how much is taken off, a high one missed unless nobody can say what is added."""
        if not self._varies(code):
            result = self._case.found[code].result
            return result, result
        fact = self._places.view.fact(code, self._case.verdict.nominee_id)
        return Result.OPEN if fact.possible is None else Result.NOT_MET, Result.OPEN if fact.least is None else Result.MET

    def _of_group(self, group: Group) -> Bounds:
        least, most = zip(*(self._of(child) for child in group.nodes), strict=True)
        match group.op:
            case "all":
                return min(least), min(most)
            case "any":
                return max(least), max(most)
            case "at_least":
                return sorted(least)[-group.count], sorted(most)[-group.count]
            case "not":
                return Result(-most[0]), Result(-least[0])

    def _cell(self, node: Node) -> str:
        """A node's result: a number that no figure changes, its cell on the calculation sheet, or the formula where it has none."""
        least, most = self._of(node)
        if least == most:
            return str(int(least))
        if node == self._award.requires:
            return self._places.result(self._case)
        if isinstance(node, Leaf):
            return self._places.calculated(self._case, self._places.leaves[node.criterion])
        if node in demands(self._award):
            return self._places.calculated(self._case, self._places.demands[node])
        cells: Mapping[str, str] = {code: self._cell(Leaf(code)) for code in leaves(node)}
        return requirement_formula(node, cells)


def _all(conditions: tuple[str, ...]) -> str:
    once = list(dict.fromkeys(conditions))
    return f"AND({','.join(once)})" if len(once) > 1 else "".join(once)


def _has_not(node: Node) -> bool:
    return isinstance(node, Group) and (node.op == "not" or any(map(_has_not, node.nodes)))
