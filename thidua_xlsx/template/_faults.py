"""What the form itself can see to be contradictory: every rule twice, as a plain formula and in Python for the formula's first value.

A formula accuses only where any reader would: it takes numbers for numbers and years for years, and leaves what is typed otherwise to the
program, which understands more. No function is younger than Excel 2007, and no array constant stands in one (Excel forbids them in
conditional formats), so that Excel, WPS and LibreOffice all compute the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from thidua_xlsx.campaign import OWNER, Campaign, Column, Table, When
from thidua_xlsx.model import Raw
from thidua_xlsx.template._grid import Grid, conditions, contradiction_whens, list_name, spellings, title_column
from thidua_xlsx.template._lines import Form

At = Callable[[str], str]
"""The cell of a column in the row a formula is written for."""

Values = Mapping[str, Raw]

_EXCEL_DAY_0 = date(1899, 12, 30)
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
"""Beyond these a number is no year: Excel takes the end of ``5-3-79`` for a day, whose serial number is larger."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that can be wrong in a cell: an expression that is positive while it is, and the same of a row's values."""

    formula: str
    holds: Callable[[Values], bool]


@dataclass(frozen=True, slots=True)
class _Ground:
    """What the rules of one table are made from."""

    form: Form
    grid: Grid
    at: At

    @property
    def table(self) -> Table:
        return self.grid.table

    @property
    def campaign(self) -> Campaign:
        return self.form.campaign

    def whens(self, whens: Sequence[When]) -> Fault:
        """Whether one of some conditions holds."""
        known = [(when, _folded(spellings(self.campaign, self.form.round.id, self.table, when))) for when in whens]

        def holds(values: Values) -> bool:
            return any(
                when.column in values and (str(values[when.column]).casefold() in words) is not when.negated for when, words in known
            )

        single = [self._when(when) for when in whens]
        return Fault(single[0] if len(single) == 1 else f"({'+'.join(single)}>0)", holds)

    def _when(self, when: When) -> str:
        name, tested = conditions(self.campaign)[self.table.code, when], self.at(when.column)
        return f'({tested}<>"")*(COUNTIF({name},{tested})=0)' if when.negated else f"COUNTIF({name},{tested})"


def _folded(words: Sequence[str]) -> frozenset[str]:
    return frozenset(word.casefold() for word in words)


def faults(form: Form, grid: Grid, at: At) -> dict[str, Fault]:
    """By column, whether what stands in its cell contradicts another cell or a rule; one fault a cell, as the program counts them."""
    ground = _Ground(form, grid, at)
    found: dict[str, Fault] = {}
    for code, column in grid.table.columns.items():
        if single := [fault for rule in _RULES for fault in rule(ground, column)]:
            found[code] = single[0] if len(single) == 1 else _any_of(single)
    return found


def condition(form: Form, grid: Grid, whens: Sequence[When], at: At) -> Fault:
    """Whether one of some conditions on other columns holds in a row."""
    return _Ground(form, grid, at).whens(whens)


def _any_of(single: Sequence[Fault]) -> Fault:
    return Fault(f"(({')+('.join(fault.formula for fault in single)})>0)", lambda values: any(fault.holds(values) for fault in single))


# Values as a formula sees them ----------------------------------------------------------------------------------------


def _number(raw: Raw | None) -> float | None:
    """What COUNT counts: numbers and dates, not texts that look like one."""
    if isinstance(raw, datetime | date):
        day = raw.date() if isinstance(raw, datetime) else raw
        return (day - _EXCEL_DAY_0).days
    return float(raw) if isinstance(raw, int | float) and not isinstance(raw, bool) else None


def _year(raw: Raw | None) -> float:
    """The year of a date, of a bare year, or at the end of a date in words; 0 where there is none."""
    if isinstance(raw, date):
        return raw.year
    number = _number(raw)
    if number is None and isinstance(raw, str) and raw.strip()[-4:].isdecimal():
        number = float(raw.strip()[-4:])
    return number if number is not None and _FIRST_YEAR < number < _LAST_YEAR else 0


def _looked_up(number: str, name: str) -> str:
    """1 where a number lies in one of the bad stretches that a named table lists (see :func:`stretches`), else 0."""
    return f"IFERROR(VLOOKUP({number},{name},2),0)"


def _year_of(cell: str) -> str:
    return f"IF(N({cell})>{_LAST_YEAR},YEAR({cell}),VALUE(RIGHT(TRIM({cell}),4)))"


def stretches(form: Form) -> dict[str, tuple[tuple[int, int], ...]]:
    """The tables that formulas look numbers up in, by defined name: from this number on, wrong (1) or not (0)."""
    found: dict[str, tuple[tuple[int, int], ...]] = {}
    for table in form.tables:
        for column in table.columns.values():
            if column.year_of:
                found[_YEARS_APART] = ((0, 0), (1, 1), (_LAST_YEAR - _FIRST_YEAR, 0))
            if span := _span(form, column):
                first, last = span
                found[_span_name(table, column)] = ((0, 0), (_FIRST_YEAR + 1, 1), (first, 0), (last + 1, 1), (_LAST_YEAR, 0))
    return found


_YEARS_APART = "span.years_apart"


def _span_name(table: Table, column: Column) -> str:
    return f"span.{table.code}.{column.code}"


def _span(form: Form, column: Column) -> tuple[int, int] | None:
    """The years that a date may lie in: not after the decision, in the campaign's period, of a possible age."""
    decided, spans = form.round.decided_on.year, []
    if column.past:
        spans.append((_FIRST_YEAR + 1, decided))
    if column.in_period:
        spans.append((form.campaign.period_from.year, form.campaign.period_to.year))
    if column.age:
        least, most = column.age
        spans.append((decided - most - 1, decided - least))
    return (max(first for first, _ in spans), min(last for _, last in spans)) if spans else None


# Rules, each for one column -------------------------------------------------------------------------------------------


def _contradictions(ground: _Ground, column: Column) -> Iterator[Fault]:
    for rule in column.contradictions:
        if whens := contradiction_whens(ground.campaign, column, rule):
            fact, attested = (ground.whens((when,)) for when in whens)
            yield _both(fact, attested)


def _both(one: Fault, other: Fault) -> Fault:
    return Fault(f"{one.formula}*{other.formula}", lambda values: one.holds(values) and other.holds(values))


def _bounds(ground: _Ground, column: Column) -> Iterator[Fault]:
    cell, code = ground.at(column.code), column.code
    if (least := column.minimum) is not None:
        below = f"(N({cell})<{least})" if least <= 0 else f"(COUNT({cell})=1)*({cell}<{least})"
        yield Fault(below, lambda values: (_number(values.get(code)) or 0) < least and _has(values, code))
    if (most := column.maximum) is not None:
        above = f"(N({cell})>{most})" if most >= 0 else f"(COUNT({cell})=1)*({cell}>{most})"
        yield Fault(above, lambda values: _has(values, code) and (_number(values.get(code)) or 0) > most)


def _has(values: Values, *codes: str) -> bool:
    return all(_number(values.get(code)) is not None for code in codes)


def _lengths(ground: _Ground, column: Column) -> Iterator[Fault]:
    if (least := column.min_length) is None:
        return
    code, cell = column.code, ground.at(column.code)

    def short(values: Values) -> bool:
        raw = values.get(code)
        return isinstance(raw, str) and len(" ".join(raw.split(" "))) > 0 and len(" ".join(raw.split())) < least

    fault = Fault(f"ISTEXT({cell})*(LEN(TRIM({cell}))<{least})", short)
    yield _both(fault, ground.whens(column.min_length_when)) if column.min_length_when else fault


def _years(ground: _Ground, column: Column) -> Iterator[Fault]:
    """Dates by their years, which stand last in every form."""
    if (span := _span(ground.form, column)) is None:
        return
    code, first, last = column.code, *span
    formula = _looked_up(_year_of(ground.at(code)), _span_name(ground.table, column))
    yield Fault(formula, lambda values: _year(values.get(code)) != 0 and not first <= _year(values.get(code)) <= last)


def _years_of(ground: _Ground, column: Column) -> Iterator[Fault]:
    """A decision of early in the year may honour the year before: half a year apart is right for both."""
    if (other := column.year_of) is None:
        return
    code, year, decided = column.code, ground.at(column.code), _year_of(ground.at(other))

    def differs(values: Values) -> bool:
        said, day = _number(values.get(code)), _year(values.get(other))
        return said is not None and day != 0 and said not in (day, day - 1) and abs(day - said - 0.5) < _LAST_YEAR - _FIRST_YEAR

    yield Fault(f"(COUNT({year})=1)*{_looked_up(f'ABS({decided}-{year}-0.5)', _YEARS_APART)}", differs)


def _parts(ground: _Ground, column: Column) -> Iterator[Fault]:
    if (whole := column.at_most) is None:
        return
    code, part, total = column.code, ground.at(column.code), ground.at(whole)
    yield Fault(
        f"(COUNT({part},{total})=2)*({part}>{total})",
        lambda values: _has(values, code, whole) and (_number(values[code]) or 0) > (_number(values[whole]) or 0),
    )


def _products(ground: _Ground, column: Column) -> Iterator[Fault]:
    if not column.product_of:
        return
    codes = (column.code, *column.product_of)
    known = f"(COUNT({','.join(map(ground.at, codes))})={len(codes)})"
    product = "*".join(f"N({ground.at(code)})" for code in column.product_of)

    def differs(values: Values) -> bool:
        numbers = [_number(values.get(code)) for code in codes]
        figure, *factors = [number for number in numbers if number is not None] or [0.0]
        result = 1.0
        for factor in factors:
            result *= factor
        return None not in numbers and abs(figure - result) > 1

    yield Fault(f"{known}*(ABS(N({ground.at(column.code)})-{product})>1)", differs)


def _totals(ground: _Ground, column: Column) -> Iterator[Fault]:
    if (counted := column.total_of) is None:
        return
    code, cell, filled = column.code, ground.at(column.code), ground.form.in_use(counted)
    yield Fault(
        f"(COUNT({cell})=1)*({cell}<>COUNT(check.{counted}))", lambda values: _has(values, code) and _number(values[code]) != filled
    )


def _keys(ground: _Ground, column: Column) -> Iterator[Fault]:
    """One key in several named rows; nominees of all kinds share theirs. A ready line that only has its key does not count."""
    if not column.unique:
        return
    code, cell = column.code, ground.at(column.code)
    sharing = [
        table
        for table in ground.campaign.tables.values()
        if code in table.columns and (table is ground.table or _share(table, ground.table))
    ]
    named = [(table.code, title) for table in sharing if (title := title_column(table)) and table.layout == "rows"]
    same = "+".join(f'SUMPRODUCT(({table}.{code}={cell})*({table}.{title}<>""))' for table, title in named)
    used = Counter(
        str(line.values[code]).casefold()
        for table, title in named
        for line in ground.form.lines[table]
        if code in line.values and title in line.values
    )
    if named:
        yield Fault(f'({cell}<>"")*({same}>1)', lambda values: used[str(values.get(code, "")).casefold()] > 1)


def _share(one: Table, other: Table) -> bool:
    return one.nominee is not None and other.nominee is not None


def _references(ground: _Ground, column: Column) -> Iterator[Fault]:
    """A key that no named row has; several keys in one cell, which never is that of a nominee, are left to the program."""
    if column.choices not in ("@nominees", "@evidence") or not column.references:
        return
    code, cell, listed = column.code, ground.at(column.code), list_name(column.choices)
    known = _folded([key for table in column.references for key in ground.form.named_keys(table)])
    several = "" if code == OWNER else "*".join(f"ISERROR(FIND({sign},{cell}))" for sign in ('";"', '","', "CHAR(10)")) + "*"

    def lost(values: Values) -> bool:
        typed = str(values.get(code, "")).casefold()
        return bool(typed) and not (several and any(sign in typed for sign in ";,\n")) and not known & {typed, typed.replace(" ", "")}

    found = "*".join(f"ISNA(MATCH({key},{listed},0))" for key in (f'{cell}&""', f'SUBSTITUTE({cell}&""," ","")'))
    yield Fault(f'({cell}<>"")*{several}{found}', lost)


_RULES: tuple[Callable[[_Ground, Column], Iterator[Fault]], ...] = (
    _contradictions,
    _bounds,
    _lengths,
    _years,
    _years_of,
    _parts,
    _products,
    _totals,
    _keys,
    _references,
)
"""What the campaign says of a column, as far as a formula can follow it."""
