"""The live Kiểm tra column: plain formulas that count what is missing in a row, and the same count in Python for their first value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from thidua_xlsx.campaign import Column, Table, When
from thidua_xlsx.model import Raw
from thidua_xlsx.template._grid import Grid, conditions, list_name, spellings, title_column
from thidua_xlsx.template._lines import Form, Line
from thidua_xlsx.text import say
from thidua_xlsx.xlsx import address, range_address


def runs(columns: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last of every unbroken run of column numbers."""
    for _, run in groupby(enumerate(sorted(columns)), key=lambda pair: pair[1] - pair[0]):
        members = [column for _, column in run]
        yield members[0], members[-1]


def _holds(form: Form, grid: Grid, when: When, row: int) -> str:
    """An expression that is 1 while the condition holds in the row, else 0."""
    name = conditions(form.campaign)[grid.table.code, when]
    tested = address(row, grid.cells[when.column][1])
    return f'({tested}<>"")*(COUNTIF({name},{tested})=0)' if when.negated else f"COUNTIF({name},{tested})"


def any_holds(form: Form, grid: Grid, whens: Sequence[When], row: int) -> str:
    """An expression that is 1 while one of the conditions holds in the row, else 0."""
    single = [_holds(form, grid, when, row) for when in whens]
    return single[0] if len(single) == 1 else f"({'+'.join(single)}>0)"


def missing_in_row(form: Form, grid: Grid, row: int) -> str:
    """The formula of the Kiểm tra cell of a row: empty while the row is not in use, else how many required cells are blank."""
    whole = range_address(row, min(column for _, column in grid.cells.values()), row, grid.right)
    key = grid.table.key
    unused = f"COUNTA({whole})=COUNTA({address(row, grid.cells[key][1])})" if key else f"COUNTA({whole})=0"
    counted = [f'SUMPRODUCT({need_name(grid)}*({whole}=""))', *_missing_if(form, grid, row)]
    return f'=IF({unused},"",{"+".join(counted)})'


def need_name(grid: Grid) -> str:
    """The defined name of the line of ones and noughts that says which columns of a table are required."""
    return f"need.{grid.table.code}"


def _missing_if(form: Form, grid: Grid, row: int) -> Iterator[str]:
    """A summand for each set of conditions: how many of the cells it asks for are blank."""
    asked: dict[tuple[When, ...], list[int]] = {}
    for code, column in grid.table.columns.items():
        if column.required_when:
            asked.setdefault(column.required_when, []).append(grid.cells[code][1])
    for whens, columns in asked.items():
        blanks = "+".join(f"COUNTBLANK({range_address(row, first, row, last)})" for first, last in runs(columns))
        yield f"{any_holds(form, grid, whens, row)}*({blanks})"


@dataclass(frozen=True, slots=True)
class _Asked:
    """A column that a row has to fill, always or while one of the conditions holds (column, its spellings, negated)."""

    column: str
    always: bool
    whens: tuple[tuple[str, frozenset[str], bool], ...]

    def of(self, values: Mapping[str, Raw]) -> bool:
        return self.always or any(
            other in values and (str(values[other]).casefold() in known) is not negated for other, known, negated in self.whens
        )


def _all_asked(form: Form, table: Table) -> Iterator[_Asked]:
    for code, column in table.columns.items():
        if column.required or column.required_when:
            whens = (
                (when.column, frozenset(word.casefold() for word in spellings(form.campaign, form.round.id, table, when)), when.negated)
                for when in column.required_when
            )
            yield _Asked(code, column.required, tuple(whens))


class Needed:
    """What the rows of a table have to fill, worked out once."""

    def __init__(self, form: Form, table: Table) -> None:
        self._key = table.key
        self._asked = tuple(_all_asked(form, table))

    def missing(self, line: Line) -> int | None:
        """How many required cells of a row are blank; None while the row is not in use."""
        if not set(line.values) - {self._key}:
            return None
        return sum(asked.column not in line.values and asked.of(line.values) for asked in self._asked)


class RowFormulas:
    """The live formulas of a table's lines, spelled once and given to each line with its own row number."""

    # A row below every real one, whose number can therefore be exchanged in the text of a formula
    _MODEL_ROW = 1_048_575

    def __init__(self, form: Form, grid: Grid) -> None:
        self._missing = missing_in_row(form, grid, self._MODEL_ROW)
        self._owner = grid.nominee_column
        self._name = name_in_row(form, grid, grid.nominee_column, self._MODEL_ROW) if grid.nominee_column else ""
        self._names = form.names

    def _at(self, formula: str, row: int) -> str:
        return formula.replace(str(self._MODEL_ROW + 1), str(row + 1))

    def missing(self, row: int) -> str:
        """The formula of the Kiểm tra cell."""
        return self._at(self._missing, row)

    def name(self, row: int, line: Line) -> tuple[str, str]:
        """The formula that shows the name behind a row's nominee id, and what it shows at first."""
        owner = line.values.get(self._owner.code) if self._owner else None
        first = "" if owner is None else self._names.get(str(owner), say("template.unknown_nominee"))
        return self._at(self._name, row), first


def name_in_row(form: Form, grid: Grid, column: Column, row: int) -> str:
    """The formula that shows the name behind the nominee id of a row."""
    chosen = address(row, grid.cells[column.code][1])
    unknown = say("template.unknown_nominee")
    formula = '""'
    for code in reversed(column.references):
        table = form.campaign.tables[code]
        if table.key and (title := title_column(table)):
            formula = f"IFERROR(INDEX({code}.{title},MATCH({chosen},{code}.{table.key},0)),{formula})"
    listed = f"ISNA(MATCH({chosen},{list_name(str(column.choices))},0))"
    return f'=IF({chosen}="","",IF({listed},"{unknown}",{formula}))'
