"""The lists in which the leadership decides: one per award form, a line per nominee registered for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

from thidua_xlsx.assess import literal, quantity_of, result_words
from thidua_xlsx.campaign import Award, Criterion, Measure
from thidua_xlsx.decisions import COLUMNS, basis, in_words, tag
from thidua_xlsx.model import Decision, NomineeKind, PartialDate, Result
from thidua_xlsx.report import _look as look
from thidua_xlsx.report._again import Again, Memory, parts
from thidua_xlsx.report._calculation import DECISIONS, source_of
from thidua_xlsx.report._look import Content, Field, Live
from thidua_xlsx.report._places import LIST_DECISION, LIST_TOP, LIST_VOTES, RESULTS, Key, Places
from thidua_xlsx.report._preferences import preference_words
from thidua_xlsx.report._reasons import Following, Wording, followed, live_reason
from thidua_xlsx.report._view import Case, View, called, joined, kind_word
from thidua_xlsx.text import relief_words, say
from thidua_xlsx.vietnamese import format_money, format_number
from thidua_xlsx.xlsx import ROW, Book, Collected, Moving, Sheet, address, column_letter, range_address

KEY, NUMBER, NAME, POSITION, SUMMARY, RESULT, REASON = range(7)
VOTES, DECISION = LIST_VOTES, LIST_DECISION
SHARE, WHY, PREFERRED, STAMP, BASIS = 8, 10, 11, 12, 13
"""The columns of a list; the first and the last two are hidden, PREFERRED where the law prefers nobody."""
_NAMED = dict(zip(COLUMNS, (KEY, NAME, VOTES, DECISION, WHY, STAMP, BASIS), strict=True))
"""The columns that a later run reads, by what the hidden row calls them."""
_MEMBERS_ROW, _NAMES_ROW = 3, 4
_NEEDED = (_MEMBERS_ROW, STAMP)
"""The hidden cell with the least number of votes."""
_PERCENT = "\x00"
_NUMBER = "number"
_REASON_WIDTH = 40
_LONGEST = 110
_QUOTED = 2
"""How many achievements that a criterion counts are quoted on a line; the others are counted."""
_ROMAN = ("I", "II", "III")
_MARK = {Result.MET: "✓", Result.OPEN: "○", Result.NOT_MET: "✗"}
_COUNTED = look.style(bold=True, text_wrap=True, valign="top")


def marked(result: Result) -> str:
    """A result in words with a mark that a grey print shows too."""
    return f"{_MARK[result]} {result_words(result)}"


def write_list(book: Book, sheet: Sheet, places: Places, writing: Writing, award: Award) -> None:
    """The list of one award form: tập thể, hộ gia đình, then cá nhân, each numbered from 1, by unit and name."""
    cases = [case for case in places.view.sought if case.verdict.award == award.code]
    _write_head(sheet, places, award, cases)
    fields = _fields(places)
    first = look.headings(sheet, LIST_TOP - 1, fields)
    row = first
    romans = dict(zip(places.view.campaign.kinds, _ROMAN, strict=False))
    for kind, (_, ours) in places.sections(award.code).items():
        row = _write_section(sheet, row, f"{romans[kind]}. {kind_word(kind).upper()} ({len(ours)})", _last(places.view))
        row = _write_lines(sheet, row, places, writing, fields, ours)
    if not cases:
        sheet.merged(row, NUMBER, row, _last(places.view), say("report.nobody_registered"), look.CENTRED)
        row += 1
    _open_for_decisions(book, sheet, places, award, (first, row - 1))
    organ = places.view.campaign.organ_on(places.view.round.decided_on)
    row = look.signatures(sheet, row + 1, organ, ((NUMBER, POSITION), (REASON, WHY)))
    _arrange(sheet, row, places.view)


def _write_head(sheet: Sheet, places: Places, award: Award, cases: Sequence[Case]) -> None:
    view = places.view
    sheet.merged(0, NUMBER, 0, _last(view), say("report.list_title", award=award.name.upper()), look.TITLE)
    movement = say("report.movement", title=view.campaign.title)
    sheet.merged(1, NUMBER, 1, _last(view), movement, look.SUBTITLE)
    window = say("report.window", first=PartialDate.of(view.round.achievements_from), last=PartialDate.of(view.round.achievements_to))
    sheet.merged(2, NUMBER, 2, _last(view), f"{view.round.name}. {window}", look.SUBTITLE)
    counted = _counted(cases, view.campaign.kinds)
    parts = [Live(literal(counted), counted)]
    conditions = (Key.AWARD, literal(award.code))
    for result in RESULTS:
        words = f"; {result_words(result).lower()}: "
        number = sum(case.verdict.result is result for case in cases)
        counted = places.count(conditions, (places.result_column, str(int(result))))
        parts.append(Live(f"{literal(words)}&{counted}", f"{words}{number}"))
    parts.append(Live('"."', "."))
    parts.append(_needed_words(places, award))
    whole = Live("&".join(each.formula for each in parts), "".join(str(each.value) for each in parts))
    sheet.merged(_MEMBERS_ROW, NUMBER, _MEMBERS_ROW, _last(view), "", _COUNTED)
    look.put(sheet, _MEMBERS_ROW, NUMBER, whole, _COUNTED)
    for row, points in ((0, 22), (1, 18), (2, 18), (_MEMBERS_ROW, 36)):
        sheet.height(row, points)
    _sign(sheet, places, award)


def _needed_words(places: Places, award: Award) -> Live:
    """How many votes the award form needs; it follows the percentage and the size of the council on the parameter sheet."""
    council, percent, needed = places.view.campaign.council, places.threshold(award.code), address(*_NEEDED, fixed=True)
    threshold = council.threshold(award.code)
    before, _, after = say("report.votes_needed", percent=_PERCENT).partition(_PERCENT)
    trial = say("report.votes_trial")
    source = say("report.votes_source", clause=source_of(places.view, threshold.clause)) if threshold else trial
    cited = f"IF({percent}={threshold.percent:g},{literal(source)},{literal(trial)})" if threshold else literal(trial)
    least = say("report.votes_at_least")
    votes = f'IF({needed}>0,{literal(least)}&{needed}&"/"&{places.council}&".",".")'
    formula = f'IF(N({percent})>0,{literal(f" {before}")}&{percent}&{literal(after)}&{cited}&{votes},"")'
    if threshold is None:
        return Live(formula, "")
    shown = f"{least}{threshold.votes(council.size)}/{council.size}." if council.size else "."
    return Live(formula, f" {before}{threshold.percent:g}{after}{source}{shown}")


def _needed(places: Places, award: Award) -> Live:
    """The least number of votes, as :meth:`Threshold.votes`; 0 where the percentage or the size of the council is not known."""
    percent, members, council = places.threshold(award.code), places.council, places.view.campaign.council
    threshold = council.threshold(award.code)
    formula = f"IF(AND(N({percent})>0,N({members})>0),ROUNDUP(ROUND({percent}*{members}/100,6),0),0)"
    return Live(formula, threshold.votes(council.size) if threshold and council.size else 0)


def _sign(sheet: Sheet, places: Places, award: Award) -> None:
    """Say in hidden cells which list this is and what its columns are, for when it comes back in whatever shape."""
    sheet.text(0, KEY, tag(places.view.campaign.id, places.view.round.id, award.code), look.ID)
    members = Live(f"N({places.council})", places.view.campaign.council.size or 0)
    look.put(sheet, _MEMBERS_ROW, KEY, members, look.ID)
    look.put(sheet, *_NEEDED, _needed(places, award), look.ID)
    for name, column in _NAMED.items():
        sheet.text(_NAMES_ROW, column, name, look.ID)
    sheet.raw.set_row(_NAMES_ROW, None, None, {"hidden": True})


def _counted(cases: Sequence[Case], kinds: Sequence[NomineeKind]) -> str:
    counts = Counter(case.verdict.kind for case in cases)
    return say("report.list_total", counts=", ".join(say(f"report.count_{kind}", count=counts[kind]) for kind in kinds))


@dataclass(frozen=True, slots=True)
class Writing:
    """What the lists of a workbook share: the sheet of sentences, and what is kept of the lines of the last run."""

    wording: Wording
    memory: Memory


@dataclass(frozen=True, slots=True)
class Line:
    """A numbered line of a list, and how its formulas follow what they point at."""

    number: Moving
    case: Case
    following: Following


def _write_section(sheet: Sheet, row: int, title: str, last: int) -> int:
    sheet.merged(row, NUMBER, row, last, title, look.SECTION)
    sheet.height(row, 18)
    return row + 1


def _write_lines(sheet: Sheet, row: int, places: Places, writing: Writing, fields: Sequence[Field[Line]], cases: Sequence[Case]) -> int:
    def collect(some: Sequence[Case], pens: Sequence[look.Lined[Line]], into: Collected) -> None:
        following = Following(places, some[0], into)
        for line, case in enumerate(some):
            pens[0].write(line, Line(Moving(into.mark(_NUMBER, line)), case, following))

    again, number = Again(sheet, [look.Lined(sheet, fields)], writing.memory), 1
    for part in parts(cases, lambda case: (case.verdict.unit, case.verdict.nominee_id)):
        block = again.block(part, collect)
        row = sheet.place(row, block, {**followed(block, places, writing.wording, part.items[0]), _NUMBER: number})
        number += len(part.items)
    return row


def _fields(places: Places) -> list[Field[Line]]:
    view = places.view
    has_households = NomineeKind.HOUSEHOLD in view.campaign.kinds

    def said(line: Line, what: Callable[[Decision], Content]) -> Content:
        decided = view.outcome.decided(*line.case.key)
        return what(decided.decision) if decided else None

    return [
        Field(say("report.nominee_id"), 14, lambda line: line.case.verdict.nominee_id, look.ID),
        Field(say("report.number"), 4.5, lambda line: line.number, look.COUNT),
        Field(say("report.name_with_households" if has_households else "report.name"), 22, lambda line: called(line.case)),
        Field(say("report.position_and_unit"), 23, lambda line: _position(view, line.case)),
        Field(say("report.summary"), 38, lambda line: summary(view, line.case)),
        Field(say("report.result"), 17, lambda line: line.following(_live_result(places, line.case)), look.VERDICT),
        Field(say("report.reason"), _REASON_WIDTH, lambda line: _live_reason(places, line)),
        Field(say("report.votes"), 9, lambda line: said(line, attrgetter("votes")), look.ENTRY_CENTRED),
        Field(say("report.share"), 7, lambda line: _live_share(places, line), look.PERCENT),
        Field(say("report.decision"), 13, lambda line: said(line, _opinion), look.ENTRY_CENTRED),
        Field(say("report.decision_reason"), 20, lambda line: said(line, attrgetter("reason")), look.ENTRY),
        Field(say("report.preferred"), 18, lambda line: preference_words(view, line.case)),
        Field(COLUMNS[-2], 18, lambda line: view.stamps[line.case.key], look.ID),
        Field(COLUMNS[-1], 18, lambda line: basis(view.outcome.decisions.get(line.case.key, ())) or None, look.ID),
    ]


def _last(view: View) -> int:
    """The last column that is shown."""
    return PREFERRED if view.preferences else WHY


def _opinion(decision: Decision) -> str:
    return say(f"decisions.{decision.opinion}")


def _position(view: View, case: Case) -> str:
    unit = view.unit_name(case.verdict.unit)
    named = [str(part) for part in (case.nominee.get("position"), case.nominee.get("department")) if part]
    return ", ".join(dict.fromkeys([*named, unit]))


def summary(view: View, case: Case) -> str:
    """What a nominee has done, from the counted rows: the sum of money first, then the descriptions of what is counted."""
    once: dict[str, tuple[Criterion, Measure]] = {}
    for criterion, measure in view.measured:
        once.setdefault(measure.id, (criterion, measure))
    parts = [_summary_of(view, *each, case.verdict.nominee_id) for each in once.values()]
    return joined(line for part in parts for line in part) or say("report.no_achievement")


def _summary_of(view: View, criterion: Criterion, measure: Measure, nominee_id: str) -> list[str]:
    rows = view.achievements(criterion.code, nominee_id)
    if not rows:
        return []
    fact = view.fact(criterion.code, nominee_id)
    if measure.kind == "sum" and not view.campaign.is_money(measure):
        words = "summary_points" if fact.why is None else "summary_doubtful_points"
        return [say(f"report.{words}", name=criterion.name, total=format_number(fact.sure), rows=len(rows))]
    if measure.kind == "sum":
        words = "summary_sum" if fact.why is None else "summary_doubtful_sum"
        return [say(f"report.{words}", amount=format_money(int(fact.sure)), rows=len(rows))]
    if measure.kind == "latest":
        words = "summary_rated" if fact.least == fact.possible else "summary_rated_doubtful"
        return [say(f"report.{words}", name=criterion.name, answer=quantity_of(fact.sure, criterion.code, view.campaign))]
    split, labels = view.kinds_of(measure)
    described = view.description_of(measure)
    named = [(labels.get(str(row.get(split)), criterion.name), _cut(str(row.get(described) or "…"))) for row in rows]
    quoted = [say("report.summary_work", kind=kind, text=text) for kind, text in named[:_QUOTED]]
    return quoted if len(named) <= _QUOTED else [*quoted, say("report.summary_more", count=len(named) - _QUOTED)]


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST].rsplit(" ", 1)[0] + " …"


def _live_result(places: Places, case: Case) -> Live:
    words = ",".join(literal(marked(result)) for result in (Result.NOT_MET, Result.OPEN, Result.MET))
    return Live(f"CHOOSE({places.result(case)}+2,{words})", marked(case.verdict.result))


def _earlier(view: View, case: Case) -> Iterator[str]:
    standing = view.outcome.decisions.get(case.key, ())
    if len(standing) > 1:
        yield say("report.decided_otherwise", others="; ".join(f"{in_words(each.decision)} ({each.file})" for each in standing))
    elif standing and standing[0].decision.stamp != view.stamps[case.key]:
        yield say("report.decided_before_change", day=PartialDate.of(standing[0].applied_on))
    yield from dict.fromkeys(relief_words(each) for each in view.reliefs_by_nominee.get(case.verdict.nominee_id, ()))


def _live_reason(places: Places, line: Line) -> Live | str:
    return line.following(live_reason(places, line.following.wording, line.case, _earlier(places.view, line.case)))


def _live_share(places: Places, line: Line) -> Live:
    """Votes by members of the council; the value is that of votes already counted, if any."""
    votes, size = f"{column_letter(VOTES)}{ROW}", places.view.campaign.council.size
    decided = places.view.outcome.decided(*line.case.key)
    counted = decided.decision.votes if decided else None
    share = "" if counted is None or not size else counted / size
    return Live(f'IF(AND(ISNUMBER({votes}),N({places.council})>0),{votes}/{places.council},"")', share)


def _open_for_decisions(book: Book, sheet: Sheet, places: Places, award: Award, rows: tuple[int, int]) -> None:
    """Name the columns that a later run reads decisions from, offer the answers, colour the results, protect the rest."""
    first, last = rows
    for column, name in ((KEY, "nominee_id"), (VOTES, "votes"), (DECISION, "decision"), (WHY, "reason")):
        book.define(f"decision.{award.code}.{name}", sheet.name, range_address(first, column, last, column, fixed=True))
    answers = {
        "validate": "list",
        "source": f"={DECISIONS}",
        "error_title": say("report.decision"),
        "error_message": say("report.decision_from_list"),
    }
    sheet.validate(first, DECISION, last, DECISION, answers)
    votes = {
        "validate": "custom",
        "value": _valid_votes(address(first, VOTES), places.council),
        "error_title": say("report.votes"),
        "error_message": say("report.votes_within_council"),
    }
    sheet.validate(first, VOTES, last, VOTES, votes)
    look.colour_verdicts(sheet, (first, RESULT, last, RESULT), {int(result): marked(result) for result in Result})
    _mark_votes(sheet, rows)
    look.close(sheet)


def _mark_votes(sheet: Sheet, rows: tuple[int, int]) -> None:
    """Whether the votes entered are enough, once the votes that the award form needs are known."""
    entered, needed = f"${address(rows[0], VOTES)}", address(*_NEEDED, fixed=True)
    for compared, mark, colours in (("<", "✗", look.NOT_MET), (">=", "✓", look.MET)):
        rule = {"type": "formula", "criteria": f"=AND(ISNUMBER({entered}),{needed}>0,{entered}{compared}{needed})"}
        for column, number in ((VOTES, "General"), (SHARE, "0%")):
            shown = look.style(**dict(colours) | {"num_format": f'"{mark} "{number}'})
            sheet.highlight(rows[0], column, rows[1], column, rule, shown)


def _valid_votes(votes: str, council: str) -> str:
    return f"=AND(ISNUMBER({votes}),{votes}>=0,{votes}=INT({votes}),OR(N({council})=0,{votes}<={council}))"


def _arrange(sheet: Sheet, last: int, view: View) -> None:
    sheet.column(KEY, 14, None, hidden=True)
    for column in (PREFERRED, STAMP, BASIS):
        if column > _last(view):
            sheet.column(column, 18, None, hidden=True)
    sheet.raw.freeze_panes(LIST_TOP, NAME + 1)
    sheet.printed(repeat=(LIST_TOP - 1, LIST_TOP - 1), area=(0, NUMBER, last, _last(view)), footer=say("report.page"))
