"""Whether the figures of a báo cáo sơ kết, tổng kết agree: parts with the whole, and what was written with the register and the decisions.

The whole is counted from the rows of the register, the parts are the lines of the report; then the file is read back as it was written,
its charts included, because a template can be edited: it may filter rows, leave out a figure, or have one typed in.
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from thidua_xlsx import text, vietnamese
from thidua_xlsx.dossier._agreement import plain, words_of
from thidua_xlsx.dossier._nominations import money_total
from thidua_xlsx.dossier._rows import rows_of
from thidua_xlsx.dossier._stage_charts import chart_part
from thidua_xlsx.dossier._stage_facts import Facts, Tally
from thidua_xlsx.dossier._template import MAIN_PART
from thidua_xlsx.model import CellRef, Finding, NomineeKind, Result
from thidua_xlsx.outcome import agreed
from thidua_xlsx.text import say

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_FIGURE = re.compile(r"\d[\d.]*(?<!\.)")
_TALLIES = ("deeds", "nominees", "money")
_WITH_TOTALS = ("contents", "kinds", "years", "units")
_VERDICTS = {"met": Result.MET, "open": Result.OPEN, "not_met": Result.NOT_MET}


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of one of the report's tables: the words that name it, and its figures by field."""

    names: tuple[str, ...]
    figures: Mapping[str, int]

    def is_named_in(self, row: Sequence[str]) -> bool:
        """Whether a row of cells is this line's."""
        return {plain(name) for name in self.names} <= set(row)

    def of(self, fields: Collection[str]) -> _Line:
        """The line with these figures alone."""
        return _Line(self.names, {field: figure for field, figure in self.figures.items() if field in fields})

    def rest_of(self, row: Sequence[str]) -> tuple[str, ...]:
        """The other cells of its row."""
        return tuple(cell for cell in row if cell not in {plain(name) for name in self.names})


_Table = tuple[tuple[str, ...], ...]
"""Rows of cells."""
_Lines = Mapping[str, Sequence[_Line]]
"""The lines of every table by the list of :class:`._stage_fields.StageReport` that fills it."""


def expected_lines(facts: Facts) -> _Lines:
    """What the tables must hold, as numbers."""
    kinds = Counter((one.unit, one.kind) for one in facts.everybody)
    codes = facts.campaign.units
    units = [
        _Line((line.name,), {**_of(line), **{f"{kind}s": kinds[code, kind] for kind in NomineeKind}})
        for code, line in zip(codes, facts.by_unit(), strict=True)
    ]
    tallies = {"contents": facts.by_content(), "kinds": facts.by_kind(), "years": facts.by_year()}
    lines = {name: [_Line((line.name,), _of(line)) for line in found] for name, found in tallies.items()}
    awards = [_Line((facts.campaign.awards[code].name,), _award(facts, code)) for code in facts.outcome.round.awards]
    return {**lines, "units": units, "awards": awards, "rewarded": list(_rewarded(facts))}


def _of(line: Tally) -> dict[str, int]:
    return {name: getattr(line, name) for name in _TALLIES}


def _award(facts: Facts, code: str) -> dict[str, int]:
    sought = [one for one in facts.everybody if one.award == code]
    kinds = Counter(one.kind for one in sought)
    verdicts = Counter(one.verdict.result for one in sought if one.verdict)
    return {f"{kind}s": kinds[kind] for kind in NomineeKind} | {name: verdicts[result] for name, result in _VERDICTS.items()}


def _rewarded(facts: Facts) -> Iterator[_Line]:
    for occasion in facts.campaign.rounds.values():
        for code, award in facts.campaign.awards.items():
            if number := sum(1 for _ in agreed(facts.decided.get(occasion.id, {}), code)):
                yield _Line((occasion.name, award.name), {"total": number})


def unbalanced(facts: Facts, lines: _Lines, file: str) -> Iterator[Finding]:
    """A648: where the parts of the report do not add up to the rows of the register."""
    rows = {id(row): row for _, row in facts.deeds}
    whole = {"deeds": len(rows), "money": money_total(facts.campaign, list(rows.values())) or 0}
    for group in ("units", "contents", "years", *(["kinds"] if lines["kinds"] else [])):
        for field, expected in whole.items():
            yield from _differs("A648", file, (group, field), sum(line.figures[field] for line in lines[group]), expected)
    for kind in facts.campaign.kinds:
        names = (code for code, table in facts.campaign.tables.items() if table.nominee is kind)
        field, registered = f"{kind}s", sum(len(rows_of(facts.outcome, code)) for code in names)
        yield from _differs("A648", file, ("units", field), sum(line.figures[field] for line in lines["units"]), registered)
    for line in lines["awards"]:
        sought = sum(line.figures[f"{kind}s"] for kind in NomineeKind)
        yield from _differs("A648", file, ("awards", "verdicts"), sum(line.figures[name] for name in _VERDICTS), sought)


def _differs(code: str, file: str, place: tuple[str, str], value: int, expected: int) -> Iterator[Finding]:
    if value != expected:
        what = say("stage.figure_of", group=say(f"stage.group_{place[0]}"), figure=say(f"stage.figure_{place[1]}"))
        yield text.finding(code, CellRef(file), value=_shown(value), what=what, expected=_shown(expected))


def _shown(number: int) -> str:
    return vietnamese.format_number(number)


@dataclass(frozen=True, slots=True)
class _Read:
    """What stands in the file: tables as rows of cells, everything else paragraph by paragraph."""

    tables: tuple[_Table, ...]
    running: str


def contradictions(path: Path, file: str, facts: Facts, lines: _Lines, used: Collection[str]) -> Iterator[Finding]:
    """A644: where what was written differs from those lines; ``used`` are the fields of the template, so that a column may be left out."""
    read = _read(path)
    whole, tables = _whole(facts), list(read.tables)
    for group, wanted in lines.items():
        printed = [line.of({name for name in line.figures if f"{group}.{name}" in used}) for line in wanted]
        table = _table_of(printed, tables)
        if table:
            tables.remove(table)
            yield from _tabled(file, group, printed, table)
        if table and group in _WITH_TOTALS:
            yield from _totalled(file, group, printed, table, whole)
    yield from _honoured(file, facts, read, used)
    yield from _said(file, facts, lines, read)
    yield from _charted(path, file, lines)


def _whole(facts: Facts) -> frozenset[int]:
    """The figures that a row of totals may hold."""
    kinds = Counter(one.kind for one in facts.everybody)
    nominees = {(one.unit, one.nominee_id) for one, _ in facts.deeds}
    total = money_total(facts.campaign, [row for _, row in facts.deeds]) or 0
    return frozenset((*kinds.values(), 0, len(facts.everybody), len(facts.deeds), len(nominees), total))


def _table_of(lines: Sequence[_Line], tables: Sequence[_Table]) -> _Table:
    """The table in which most of the lines stand with their figures; empty where none of them does, as in a template that tells them."""

    def fit(table: _Table) -> tuple[int, int, int]:
        rows = [(line, row) for line in lines for row in table if line.is_named_in(row)]
        right = sum(_holds(line.rest_of(row), line.figures.values()) for line, row in rows)
        return right, sum(bool(set(line.figures.values()) & set(_figures(line.rest_of(row)))) for line, row in rows), len(rows)

    best = max(tables, key=fit, default=())
    return best if best and fit(best)[1] else ()


def _tabled(file: str, group: str, lines: Sequence[_Line], table: _Table) -> Iterator[Finding]:
    """The rows of one list, each with its figures."""
    rows = [[line.rest_of(row) for row in table if line.is_named_in(row)] for line in lines]
    fields = _columns(lines, rows)
    for line, mine in zip(lines, rows, strict=True):
        figures = [line.figures[field] for field in fields]
        if not any(_holds(row, figures) for row in mine):
            found = "; ".join(mine[0]) if mine else say("stage.no_row")
            wanted = "; ".join(map(_shown, figures))
            what = say("stage.line_of", group=say(f"stage.group_{group}"), name=", ".join(line.names))
            yield text.finding("A644", CellRef(file), value=found, what=what, expected=wanted)


def _columns(lines: Sequence[_Line], rows: Sequence[Sequence[Sequence[str]]]) -> list[str]:
    """The fields a table has a column for: a sentence of the template may use another, which then stands in no row of several."""
    columns = []
    for field in dict.fromkeys(field for line in lines for field in line.figures):
        told = [(line.figures[field], mine) for line, mine in zip(lines, rows, strict=True) if line.figures[field]]
        if len(told) == 1 or any(figure in _figures(row) for figure, mine in told for row in mine):
            columns.append(field)
    return columns


def _totalled(file: str, group: str, lines: Sequence[_Line], table: _Table, whole: Collection[int]) -> Iterator[Finding]:
    """Below the first row of a list there is nothing else but totals."""
    named = [any(line.is_named_in(row) for line in lines) for row in table]
    others = (row for place, row in enumerate(table) if place > named.index(True) and not named[place])
    for number in (number for row in others for number in _figures(row) if number not in whole):
        what = say("stage.total_of", group=say(f"stage.group_{group}"))
        yield text.finding("A644", CellRef(file), value=_shown(number), what=what, expected=say("stage.a_total"))


def _holds(row: Sequence[str], figures: Collection[int]) -> bool:
    """Whether a row has every figure, each in words of its own; a zero may be left blank."""
    lacking = Counter(figures) - Counter(_figures(row))
    blanks = sum(not any(letter.isdigit() for letter in cell) for cell in row)
    return lacking.total() == 0 or (set(lacking) == {0} and lacking[0] <= blanks)


def _figures(cells: Sequence[str]) -> list[int]:
    return [int(found.replace(".", "")) for cell in cells for found in _FIGURE.findall(cell)]


def _honoured(file: str, facts: Facts, read: _Read, used: Collection[str]) -> Iterator[Finding]:
    """The appendix has a row for every nominee the leadership has agreed to, and for nobody else."""
    if "honoured.name" not in used:
        return
    rounds, awards = facts.campaign.rounds, facts.campaign.awards
    wanted = Counter(plain(each.name) for key in rounds for code in awards for each in agreed(facts.decided.get(key, {}), code))
    listing = max(read.tables, key=lambda table: sum(any(cell in wanted for cell in row) for row in table), default=())
    found = Counter(cell for row in listing for cell in row if cell in wanted)
    rows = sum(row[0].isdigit() for row in listing) if wanted else 0
    for name in wanted - found:
        what = say("stage.line_of", group=say("stage.group_honoured"), name=name)
        yield text.finding("A644", CellRef(file), value=say("stage.no_row"), what=what, expected=_shown(wanted[name]))
    if rows > wanted.total():
        yield from _differs("A644", file, ("honoured", "rows"), rows, wanted.total())


def _said(file: str, facts: Facts, lines: _Lines, read: _Read) -> Iterator[Finding]:
    """Every number of achievements or nominees in a sentence is one of the report's own."""
    numbers = [line.figures for group in lines.values() for line in group]
    deeds = [figures["deeds"] for figures in numbers if "deeds" in figures]
    changes = {abs(one.deeds - other.deeds) for one in facts.by_year() for other in facts.by_year()}
    whole = _whole(facts)
    people = {number for figures in numbers for field, number in figures.items() if field not in ("deeds", "money")}
    allowed = [("deeds", say("stage.axis_deeds"), {*deeds, *changes, facts.uncertain})]
    allowed += [(f"{kind}s", say(f"dossier.kind_{kind}"), people) for kind in NomineeKind]
    running = _without_names(read.running, facts)
    for field, words, known in allowed:
        pattern = re.compile(rf"(?<![\w.])(\d[\d.]*) {re.escape(plain(words))}(?!\w)")
        for number in sorted({int(found.replace(".", "")) for found in pattern.findall(running)} - known - whole):
            what = say("stage.sentence_of", figure=say(f"stage.figure_{field}"))
            yield text.finding("A644", CellRef(file), value=_shown(number), what=what, expected=say("stage.one_of_ours"))


def _without_names(running: str, facts: Facts) -> str:
    """The sentences without what the plan itself is called and says, such as “1.000 hộ gia đình tiêu biểu”."""
    plan = facts.campaign
    names = (
        *(each.name for each in plan.units.values()),
        *(each.name for each in plan.awards.values()),
        *(each.name for each in plan.rounds.values()),
        *(each.name for each in plan.criteria.values()),
        *(words for each in plan.contents.values() for words in (each.name, each.text)),
    )
    texts = {plain(each).rstrip(" ;.") for each in (*names, plan.title, plan.plan)} - {""}
    for words in sorted(texts, key=lambda each: (-len(each), each)):
        running = running.replace(words, "")
    return running


def _charted(path: Path, file: str, lines: _Lines) -> Iterator[Finding]:
    """A chart that is there has the figures of its table, bar by bar."""
    with zipfile.ZipFile(path) as package:
        drawn = {name: package.read(chart_part(name)) for name in ("contents", "years", "units") if chart_part(name) in package.namelist()}
    measured = "money" if any(line.figures["money"] for line in lines["units"]) else "deeds"
    for name, field in (("contents", "deeds"), ("years", measured), ("units", measured)):
        wanted = [line.figures[field] for line in lines[name]]
        if name in drawn and (found := _bars(drawn[name])) != wanted:
            what = say("stage.chart_of", group=say(f"stage.group_{name}"))
            yield text.finding("A644", CellRef(file), value=_row(found), what=what, expected=_row(wanted))


def _row(numbers: Sequence[int]) -> str:
    return "; ".join(map(_shown, numbers))


def _bars(drawing: bytes) -> list[int]:
    points = etree.fromstring(drawing).iterfind(f".//{_C}val//{_C}pt/{_C}v")
    return [int(float(point.text or 0)) for point in points]


def _read(path: Path) -> _Read:
    with zipfile.ZipFile(path) as package:
        body = etree.fromstring(package.read(MAIN_PART))
    tables = tuple(
        tuple(tuple(map(words_of, row.iterchildren(f"{_W}tc"))) for row in table.iterchildren(f"{_W}tr")) for table in body.iter(f"{_W}tbl")
    )
    for table in list(body.iter(f"{_W}tbl")):
        table.clear()
    return _Read(tables, words_of(body))
