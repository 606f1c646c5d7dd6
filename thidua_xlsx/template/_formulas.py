"""The live Kiểm tra column: plain formulas that count what is left to do in a row, and the same count in Python for their first value."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby

from thidua_xlsx.campaign import Column, When
from thidua_xlsx.template._faults import condition, faults
from thidua_xlsx.template._grid import FIRST, Grid, list_name, title_column
from thidua_xlsx.template._lines import Form, Line
from thidua_xlsx.text import say
from thidua_xlsx.xlsx import Book, address, column_letter, place


def runs(columns: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last of every unbroken run of column numbers."""
    for _, run in groupby(enumerate(sorted(columns)), key=lambda pair: pair[1] - pair[0]):
        members = [column for _, column in run]
        yield members[0], members[-1]


def write_row_formulas(book: Book, form: Form, grid: Grid) -> None:
    """The formulas of a table's lines as defined names that speak of the row they are used in.

    A name without ``$`` before its row number means the row of the cell that uses it, in all three programs. So every line says the same
    few letters, which keeps the workbook small and quick to read, and stays right where rows are sorted or inserted.
    """
    book.define_formula(_left_name(grid), _left_in_row(form, grid))
    if grid.nominee_column is not None:
        book.define_formula(_owner_name(grid), _owner_in_row(form, grid, grid.nominee_column))


def left_formula(grid: Grid) -> str:
    """The formula of a Kiểm tra cell."""
    return f"={_left_name(grid)}"


def owner_formula(grid: Grid) -> str:
    """The formula that shows the name behind a row's nominee id."""
    return f"={_owner_name(grid)}"


def _left_name(grid: Grid) -> str:
    return f"need.left.{grid.table.code}"


def _owner_name(grid: Grid) -> str:
    return f"need.owner.{grid.table.code}"


def _left_in_row(form: Form, grid: Grid) -> str:
    """Empty while the row is not in use, else in how many of its cells something is left to do."""
    at = _in_this_row(grid)
    first = min(column for _, column in grid.cells.values())
    whole = place(grid.table.sheet, f"${column_letter(first)}1:${column_letter(grid.right)}1")
    key = grid.table.key
    unused = f"COUNTA({whole})=COUNTA({at(key)})" if key else f"COUNTA({whole})=0"
    wrong = (fault.formula for fault in faults(form, grid, at).values())
    counted = [f'SUMPRODUCT({need_name(grid)}*({whole}=""))', *_missing_if(form, grid), *wrong]
    return f'IF({unused},"",{"+".join(counted)})'


def _in_this_row(grid: Grid) -> Callable[[str], str]:
    """Where the columns of a table stand in the row of the cell that uses a name."""
    return lambda code: place(grid.table.sheet, f"${column_letter(grid.cells[code][1])}1")


def in_row(grid: Grid, row: int) -> Callable[[str], str]:
    """Where the columns of a table stand in one row of their own sheet."""
    return lambda code: address(row, grid.cells[code][1])


def need_name(grid: Grid) -> str:
    """The defined name of the line of ones and noughts that says which columns of a table are required."""
    return f"need.{grid.table.code}"


def _missing_if(form: Form, grid: Grid) -> Iterator[str]:
    """A summand for each set of conditions: how many of the cells it asks for are blank."""
    asked: dict[tuple[When, ...], list[int]] = {}
    for code, column in grid.table.columns.items():
        if column.required_when:
            asked.setdefault(column.required_when, []).append(grid.cells[code][1])
    for whens, columns in asked.items():
        spans = (f"${column_letter(first)}1:${column_letter(last)}1" for first, last in runs(columns))
        blanks = "+".join(f"COUNTBLANK({place(grid.table.sheet, span)})" for span in spans)
        yield f"{condition(form, grid, whens, _in_this_row(grid)).formula}*({blanks})"


class Todo:
    """What is left to do in the rows of a table, as the formulas count it, worked out once."""

    def __init__(self, form: Form, grid: Grid) -> None:
        self._key = grid.table.key
        at = in_row(grid, FIRST)
        self._asked = tuple(
            (code, None if column.required else condition(form, grid, column.required_when, at))
            for code, column in grid.table.columns.items()
            if column.required or column.required_when
        )
        self._faults = tuple(faults(form, grid, at).values())

    def in_cells(self, line: Line) -> int | None:
        """In how many cells of a row something is left to do; None while the row is not in use."""
        if not set(line.values) - {self._key}:
            return None
        missing = sum(code not in line.values and (when is None or when.holds(line.values)) for code, when in self._asked)
        return missing + sum(fault.holds(line.values) for fault in self._faults)


def first_owner(names: Mapping[str, str], grid: Grid, line: Line) -> str:
    """The name that stands beside a line at first."""
    owner = line.values.get(grid.nominee_column.code) if grid.nominee_column else None
    return "" if owner is None else names.get(str(owner), say("template.unknown_nominee"))


def _owner_in_row(form: Form, grid: Grid, column: Column) -> str:
    """The name behind the nominee id of a row."""
    chosen = _in_this_row(grid)(column.code)
    unknown = say("template.unknown_nominee")
    formula = '""'
    for code in reversed(column.references):
        table = form.campaign.tables[code]
        if table.key and (title := title_column(table)):
            formula = f"IFERROR(INDEX({code}.{title},MATCH({chosen},{code}.{table.key},0)),{formula})"
    listed = f"ISNA(MATCH({chosen},{list_name(str(column.choices))},0))"
    return f'IF({chosen}="","",IF({listed},"{unknown}",{formula}))'
