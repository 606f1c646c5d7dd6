"""The fast reader (calamine) with its ways of failing tamed."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

import python_calamine as calamine

from thidua_xlsx import text
from thidua_xlsx.intake._gate import GateError, refused
from thidua_xlsx.intake._sheet import Grid, Layout, Place, put
from thidua_xlsx.model import CellRef

CalamineError = calamine.CalamineError

_GIVES_UP = (CalamineError, OSError, OverflowError, ValueError)
"""What calamine raises on damaged workbooks: some failures of its parts come through under other names."""


class Reader:
    """An open workbook; raises ``CalamineError`` where it, or a sheet of it, cannot be read."""

    def __init__(self, raw: bytes, file: str) -> None:
        self._file = file
        with _tamed(file):
            self._book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(raw))

    @property
    def names(self) -> list[str]:
        """The names of the sheets."""
        return self._book.sheet_names

    def grid(self, name: str) -> Grid:
        """One sheet."""
        with _tamed(self._file):
            try:
                return self._book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            except _GIVES_UP as error:
                raise UnreadableSheet(self._file, name) from error


def grids(raw: bytes, wanted: Collection[str], file: str) -> dict[str, Grid]:
    """The wanted sheets of a workbook; raises ``CalamineError`` where the workbook or a sheet cannot be read."""
    book = Reader(raw, file)
    return {name: book.grid(name) for name in book.names if name in wanted}


@contextmanager
def _tamed(file: str) -> Iterator[None]:
    """One kind of error for all the ways in which calamine gives up."""
    try:
        yield
    except _GIVES_UP as error:
        raise error if isinstance(error, CalamineError) else CalamineError(str(error)) from error
    except BaseException as error:
        # calamine's PanicException derives from BaseException and cannot be imported; everything else goes its way.
        if type(error).__name__ != "PanicException":
            raise
        raise refused("W110", file) from error


class UnreadableSheet(CalamineError):  # noqa: N818 (what it is, not how it is raised)
    """One sheet of a workbook that is otherwise sound."""

    def __init__(self, file: str, sheet: str) -> None:
        super().__init__(sheet)
        self.place = CellRef(file, sheet)


def failure(error: CalamineError, file: str) -> GateError:
    """What to say of a workbook that cannot be read."""
    if isinstance(error, UnreadableSheet):
        return GateError((text.finding("S206", error.place),))
    return refused("W110", file)


def marked(grid: Grid, marks: Mapping[Place, str]) -> Grid:
    """The grid with error values and uncalculated formulas put back where calamine shows blanks."""
    for (row, column), mark in marks.items():
        put(grid, row, column, mark)
    return grid


def everything(raw: bytes, file: str) -> dict[str, tuple[Grid, Layout]]:
    """All worksheets of a workbook, with what calamine tells of their layout; raises ``CalamineError`` as :func:`grids` does."""
    with _tamed(file), calamine.CalamineWorkbook.from_filelike(io.BytesIO(raw)) as book:
        kinds = {sheet.name: sheet for sheet in book.sheets_metadata if sheet.typ is calamine.SheetTypeEnum.WorkSheet}
        return {name: _sheet(book, name, hidden=kind.visible is not calamine.SheetVisibleEnum.Visible) for name, kind in kinds.items()}


def _sheet(book: calamine.CalamineWorkbook, name: str, *, hidden: bool) -> tuple[Grid, Layout]:
    sheet = book.get_sheet_by_name(name)
    merges = tuple((*first, *last) for first, last in sheet.merged_cell_ranges or ())
    return sheet.to_python(skip_empty_area=False), Layout(hidden, merges=merges)
