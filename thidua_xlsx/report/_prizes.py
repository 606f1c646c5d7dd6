"""What the prize money comes to, estimated from dated multiples of the base salary; what is not known is said, never guessed."""

from __future__ import annotations

from dataclasses import dataclass

from thidua_xlsx.assess import literal
from thidua_xlsx.campaign import Award
from thidua_xlsx.model import NomineeKind, Opinion, PartialDate, Result
from thidua_xlsx.report import _look as look
from thidua_xlsx.report._calculation import source_of
from thidua_xlsx.report._look import Content, Field, Live
from thidua_xlsx.report._places import LIST_DECISION, Key, Places
from thidua_xlsx.report._view import kind_word
from thidua_xlsx.text import say
from thidua_xlsx.xlsx import Sheet, address, range_address

_BASE_ROW, _TOP = 4, 7
MULTIPLE, EACH, MET, MET_SUM, AGREED, AGREED_SUM = range(2, 8)
_ENTRY = look.style(**dict(look.ENTRY_FIGURE) | {"num_format": "#,##0.##"})
_TOTAL_MONEY = look.style(**dict(look.TOTAL) | {"align": "right"})


@dataclass(frozen=True, slots=True)
class Line:
    """An award form and kind of nominee in its row: the multiple where it is known, how many meet the criteria and are agreed to."""

    row: int
    award: Award
    kind: NomineeKind
    multiple: float | None
    clause: str
    met: int
    agreed: int


def write_prizes(sheet: Sheet, places: Places) -> None:
    """A line per award form and kind of nominee; the yellow cells can be filled in to try, and everything follows."""
    view = places.view
    salary = view.campaign.base_salary_on(view.round.decided_on)
    value = salary.value if salary else None
    fields = _fields(places, value)
    last, width = len(fields) - 1, sum(field.width for field in fields)
    sheet.text(0, 0, say("report.prizes_title"), look.BANNER)
    day = PartialDate.of(view.round.decided_on)
    look.paragraph(sheet, 1, (0, last), say("report.prizes_lead", day=day), look.LEAD, width=width)
    look.paragraph(sheet, 2, (0, last), say("report.prizes_unset"), look.LEAD, width=width)
    sheet.merged(_BASE_ROW, 0, _BASE_ROW, MULTIPLE - 1, say("report.base_salary"), look.CELL)
    look.put(sheet, _BASE_ROW, MULTIPLE, value, _ENTRY)
    sheet.merged(_BASE_ROW, EACH, _BASE_ROW, last, source_of(view, salary.clause) if salary else say("report.no_figure"), look.CELL)
    lines = _lines(places)
    row = look.body(sheet, look.headings(sheet, _TOP - 1, fields), fields, lines)
    _write_total(sheet, row, lines, value)
    left_out = _left_out(lines, value)
    look.paragraph(sheet, row + 1, (0, last), "", look.LEAD, width=width)
    look.put(sheet, row + 1, 0, left_out, look.LEAD)
    sheet.height(row + 1, 20)
    number = {"validate": "decimal", "criteria": ">=", "value": 0, "error_message": say("report.number_wanted")}
    for top, bottom in ((_BASE_ROW, _BASE_ROW), (_TOP, max(row - 1, _TOP))):
        sheet.validate(top, MULTIPLE, bottom, MULTIPLE, number)
    sheet.raw.freeze_panes(_TOP, 0)
    sheet.printed(repeat=(_TOP - 1, _TOP - 1), footer=say("report.page"))
    look.close(sheet)


def _lines(places: Places) -> list[Line]:
    view = places.view
    kinds = dict.fromkeys(table.nominee for table in view.campaign.tables.values() if table.nominee)
    found: list[Line] = []
    for award in view.awards:
        for kind in kinds:
            prize = view.campaign.prize(award.code, kind, view.round.decided_on)
            cases = [case for case in view.sought if (case.verdict.award, case.verdict.kind) == (award.code, kind)]
            met = sum(case.verdict.result is Result.MET for case in cases)
            decided = [view.outcome.decided(*case.key) for case in cases]
            agreed = sum(each is not None and each.decision.opinion is Opinion.AGREED for each in decided)
            multiple, clause = (prize.multiple, prize.clause) if prize else (None, "")
            found.append(Line(_TOP + len(found), award, kind, multiple, clause, met, agreed))
    return found


def _fields(places: Places, salary: int | None) -> list[Field[Line]]:
    return [
        Field(say("report.award"), 34, lambda line: line.award.short),
        Field(say("report.kind"), 12, lambda line: kind_word(line.kind), look.CENTRED),
        Field(say("report.multiple"), 14, lambda line: line.multiple, _ENTRY),
        Field(say("report.prize_each"), 17, lambda line: _each(line, salary), look.MONEY),
        Field(say("report.result_met"), 11, lambda line: _met(places, line), look.COUNT),
        Field(say("report.prize_met"), 20, lambda line: _sum(line, salary, MET), look.MONEY),
        Field(say("report.agreed"), 11, lambda line: _agreed(places, line), look.COUNT),
        Field(say("report.prize_agreed"), 20, lambda line: _sum(line, salary, AGREED), look.MONEY),
        Field(say("report.clause"), 50, lambda line: source_of(places.view, line.clause) if line.clause else say("report.no_prize_clause")),
    ]


def _value(line: Line, salary: int | None) -> int | None:
    return None if salary is None or line.multiple is None else round(line.multiple * salary)


def _each(line: Line, salary: int | None) -> Live:
    multiple, base = address(line.row, MULTIPLE), address(_BASE_ROW, MULTIPLE, fixed=True)
    value = _value(line, salary)
    unset = say("report.no_figure")
    known = f"AND(ISNUMBER({multiple}),ISNUMBER({base}))"
    return Live(f"IF({known},ROUND({multiple}*{base},0),{literal(unset)})", unset if value is None else value)


def _met(places: Places, line: Line) -> Live:
    conditions = ((Key.AWARD, literal(line.award.code)), (Key.KIND, literal(kind_word(line.kind))), (places.result_column, "1"))
    return Live(places.count(*conditions), line.met)


def _agreed(places: Places, line: Line) -> Content:
    cells = places.listed(line.award.code, LIST_DECISION, line.kind)
    return Live(f"COUNTIF({cells},{literal(say('decisions.agreed'))})", line.agreed) if cells else 0


def _counted(line: Line, column: int) -> int:
    return line.met if column == MET else line.agreed


def _sum(line: Line, salary: int | None, column: int) -> Live:
    """So many prizes; nothing for nobody, even where the prize is not known."""
    count, each, value = address(line.row, column), address(line.row, EACH), _value(line, salary)
    number = _counted(line, column)
    shown = 0 if not number else say("report.no_figure") if value is None else number * value
    return Live(f"IF({count}=0,0,IF(ISNUMBER({each}),{count}*{each},{literal(say('report.no_figure'))}))", shown)


def _write_total(sheet: Sheet, row: int, lines: list[Line], salary: int | None) -> None:
    """The counts and the sums; a sum of nothing but unknown prizes is unknown, and not 0."""
    sheet.merged(row, 0, row, EACH, say("report.total"), look.TOTAL_NAME)
    for column, sums in ((MET, MET_SUM), (AGREED, AGREED_SUM)):
        counts = [_counted(line, column) for line in lines]
        total = sum(number * (_value(line, salary) or 0) for number, line in zip(counts, lines, strict=True))
        unknown = sum(number for number, line in zip(counts, lines, strict=True) if _value(line, salary) is None)
        cells, unset = range_address(_TOP, sums, row - 1, sums), say("report.no_figure")
        look.put(sheet, row, column, Live(f"SUM({range_address(_TOP, column, row - 1, column)})", sum(counts)), look.TOTAL)
        formula = f"IF(AND(SUM({cells})=0,COUNTIF({cells},{literal(unset)})>0),{literal(unset)},SUM({cells}))"
        look.put(sheet, row, sums, Live(formula, unset if unknown and not total else total), _TOTAL_MONEY)
    sheet.blank(row, AGREED_SUM + 1, look.TOTAL)


def _left_out(lines: list[Line], salary: int | None) -> Live:
    """How many cases the sums leave out because their prize is not known."""
    bottom = _TOP + len(lines) - 1
    unset = literal(say("report.no_figure"))
    parts = []
    for column, sums in ((MET, MET_SUM), (AGREED, AGREED_SUM)):
        number = sum(_counted(line, column) for line in lines if _value(line, salary) is None)
        cells = (range_address(_TOP, sums, bottom, sums), range_address(_TOP, column, bottom, column))
        parts.append((f"SUMIF({cells[0]},{unset},{cells[1]})", number))
    words = [say("report.left_out_met"), say("report.left_out_agreed"), say("report.left_out_end")]
    formula = f"{literal(words[0])}&{parts[0][0]}&{literal(words[1])}&{parts[1][0]}&{literal(words[2])}"
    return Live(formula, f"{words[0]}{parts[0][1]}{words[1]}{parts[1][1]}{words[2]}")
