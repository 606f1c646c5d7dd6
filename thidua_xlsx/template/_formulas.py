"""The live Kiểm tra column: plain formulas that count what is missing in a row, and the same count in Python for their first value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from thidua_xlsx.campaign import Column, When
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


def _asked(form: Form, grid: Grid, column: Column, values: Mapping[str, Raw]) -> bool:
    def holds(when: When) -> bool:
        typed = values.get(when.column)
        known = spellings(form.campaign, form.round.id, grid.table, when)
        return typed is not None and (str(typed).casefold() in {word.casefold() for word in known}) is not when.negated

    return column.required or any(holds(when) for when in column.required_when)


def missing_now(form: Form, grid: Grid, line: Line) -> int | None:
    """What the Kiểm tra cell of a row shows at first; None while the row is not in use."""
    if not set(line.values) - {grid.table.key}:
        return None
    return sum(_asked(form, grid, column, line.values) for code, column in grid.table.columns.items() if code not in line.values)


def name_in_row(form: Form, grid: Grid, column: Column, line: Line, row: int, names: Mapping[str, str]) -> tuple[str, str]:
    """The formula that shows the name behind the nominee id of a row, and what it shows at first."""
    chosen = address(row, grid.cells[column.code][1])
    unknown = say("template.unknown_nominee")
    formula = '""'
    for code in reversed(column.references):
        table = form.campaign.tables[code]
        if table.key and (title := title_column(table)):
            formula = f"IFERROR(INDEX({code}.{title},MATCH({chosen},{code}.{table.key},0)),{formula})"
    listed = f"ISNA(MATCH({chosen},{list_name(str(column.choices))},0))"
    first = names.get(str(line.values[column.code]), unknown) if column.code in line.values else ""
    return f'=IF({chosen}="","",IF({listed},"{unknown}",{formula}))', first
