"""What of xlsxwriter is done our own way: whole lines of cells, links, and the table of shared strings.

These are the parts of a file that grow with the number of rows. Everything else of it (formats, validations, conditional formats, print
set-up, filters, charts) is xlsxwriter's, and so are the numbers of its formats and strings that the lines refer to. The hooks are methods
of xlsxwriter that have borne these names for years; tests compare what they give with xlsxwriter's own, cell by cell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.packager import Packager
from xlsxwriter.sharedstrings import SharedStrings
from xlsxwriter.url import Url
from xlsxwriter.worksheet import Worksheet

from thidua_xlsx.xlsx._address import address
from thidua_xlsx.xlsx._package import pack
from thidua_xlsx.xlsx._text import clean, escaped

_MOST_LINKS = 65_530
"""Excel opens no sheet with more links ("Excel specifications and limits")."""
_ODD = re.compile(r"[&<>_\x00-\x1f\ufffe\uffff]")
"""What a shared string cannot hold as it stands: mark-up, control characters, and what may begin their escapes (``_x000A_``)."""
_SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


@dataclass(frozen=True, slots=True)
class Fold:
    """Where a row stands in an outline: its level (0: it is always seen), whether it is folded away, whether those below it are."""

    level: int = 0
    hidden: bool = False
    collapsed: bool = False

    @property
    def attributes(self) -> str:
        """As Excel stores it with the row."""
        level = f' outlineLevel="{self.level}"' if self.level else ""
        return level + ' hidden="1"' * self.hidden + ' collapsed="1"' * self.collapsed


UNFOLDED = Fold()


BETWEEN = "\0"
"""Stands in no XML."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row's cells from column ``left`` on, ready as XML, its height in pixels (None for the usual one), its place in an outline.

    The cells are one text with a NUL between them: a list of a million short texts takes several times its room in memory.
    """

    left: int
    width: int
    cells: str
    pixels: int | None
    fold: Fold = UNFOLDED

    @property
    def attributes(self) -> str:
        """The height as Excel stores it, in points, and the outline."""
        height = "" if self.pixels is None else f' ht="{self.pixels * 0.75:.16g}" customHeight="1"'
        return height + self.fold.attributes


@lru_cache(maxsize=4_096)
def _external(path: str) -> str:
    """A relative path as Excel stores it in a relationship."""
    return str(Url(f"external:{path}")._target())


class LineWorksheet(Worksheet):  # type: ignore[misc]
    """A worksheet that also takes whole lines, and links of which thousands lead to the same file."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: dict[int, Line] = {}
        self._links: dict[tuple[int, int], tuple[str, str, str]] = {}
        self._blocks: dict[int, tuple[int, str]] = {}

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        """Formulas as they stand: ours use no function younger than Excel 2007, so none needs a prefix looked for."""
        return formula.removeprefix("=")

    def add_line(self, row: int, line: Line) -> int:
        """Keep a line for its row; a cell written by itself in that row stands over the line's."""
        self._lines[row] = line
        if line.pixels is not None:
            self.row_sizes[row] = [line.pixels, False]
        if self.dim_colmin is None or line.left < self.dim_colmin:
            self._check_dimensions(row, line.left)
        return int(self._check_dimensions(row, line.left + line.width - 1))

    def add_block(self, row: int, count: int, width: int, xml: str) -> None:
        """Keep the finished XML of so many rows, of at most so many columns. Raises ValueError beyond the sheet."""
        self._blocks[row] = (count, xml)
        if self._check_dimensions(row, 0) < 0 or self._check_dimensions(row + count - 1, width - 1) < 0:
            raise ValueError(f"rows {row + 1} to {row + count} lie beyond the sheet")

    def add_link(self, row: int, column: int, *, path: str = "", location: str = "", label: str = "") -> None:
        """Make a cell lead to a place in this workbook, or to the file at a path relative to it. Raises ValueError beyond Excel's limit."""
        self._links[row, column] = (path, location, clean(label))
        if len(self._links) > _MOST_LINKS:
            raise ValueError(f"more than {_MOST_LINKS} links on one sheet")

    def _get_range_data(self, row_start: int, col_start: int, row_end: int, col_end: int) -> Any:
        lines = (self._lines.get(row) for row in range(row_start, row_end + 1))
        if any(line and line.left <= col_end and col_start < line.left + line.width for line in lines):
            raise ValueError("a chart shows cells that were written one by one, not lines")
        return super()._get_range_data(row_start, col_start, row_end, col_end)

    def _write_rows(self) -> None:
        """As xlsxwriter's, with the lines among the rows and without the optional ``spans``."""
        if not self._lines and not self._blocks:
            super()._write_rows()
            return
        free = 0
        for row in sorted({*self._lines, *self._blocks, *self.table, *self.row_info, *self.comments}):
            if row < free:
                raise ValueError(f"row {row + 1} is written twice, once as one of many")
            if row in self._blocks:
                count, xml = self._blocks.pop(row)
                free = row + count
                self.fh.write(xml)
                continue
            line, info = self._lines.pop(row, None), self.row_info.get(row)
            if line and row not in self.table and info is None:
                self.fh.write(f'<row r="{row + 1}"{line.attributes}>{line.cells.replace(BETWEEN, "")}</row>')
            elif line or row in self.table:
                self.fh.write(f'<row r="{row + 1}"{line.attributes}>') if line and info is None else self._write_row(row, None, info)
                self._write_cells(row, line)
                self._xml_end_tag("row")
            else:
                self._write_empty_row(row, None, info)

    def _write_cells(self, row: int, line: Line | None) -> None:
        ready = dict(enumerate(line.cells.split(BETWEEN), line.left)) if line else {}
        alone = self.table.get(row, {})
        for column in sorted({*ready, *alone}):
            if column in alone:
                self._write_cell(row, column, alone[column])
            else:
                self.fh.write(ready[column])

    def _write_hyperlinks(self) -> None:
        """One relationship per file instead of one per link: a sheet may lead to each line of five hundred files."""
        if not self._links:
            return
        relations: dict[str, str] = {}
        self._xml_start_tag("hyperlinks")
        for (row, column), (path, location, label) in sorted(self._links.items()):
            relation = ""
            if path:
                if path not in relations:
                    self.rel_count += 1
                    relations[path] = f' r:id="rId{self.rel_count}"'
                    self.external_hyper_links.append(["/hyperlink", _external(path), "External"])
                relation = relations[path]
            place = f' location="{self._escape_attributes(location)}"' if location else ""
            shown = f' display="{self._escape_attributes(label)}"' if label else ""
            self.fh.write(f'<hyperlink ref="{address(row, column)}"{relation}{place}{shown}/>')
        self._xml_end_tag("hyperlinks")


class _Packager(Packager):  # type: ignore[misc]
    def _create_package(self) -> list[Any]:
        """Pack the parts at once and leave none to xlsxwriter."""
        pack(super()._create_package(), self.workbook.target)
        return []

    def _write_shared_strings_file(self) -> None:
        """Every string as text: xlsxwriter takes one that looks like its mark-up of rich text (``<r>…</r>``) for mark-up.

        Without the optional count of the cells that show them, which lines do not keep.
        """
        table = self.workbook.str_table
        if table.count:
            head = f'<sst xmlns="{_SPREADSHEET}" uniqueCount="{table.unique_count}">'
            declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            self._filename("xl/sharedStrings.xml").write("".join((declaration, head, *map(_shared, table.string_array), "</sst>")))


def _shared(text: str) -> str:
    is_trim = text == text.strip()
    if is_trim and not _ODD.search(text):
        return f"<si><t>{text}</t></si>"
    kept = "" if is_trim else ' xml:space="preserve"'
    return f"<si><t{kept}>{escaped(SharedStrings._escape_control_characters(text))}</t></si>"


class LineWorkbook(Workbook):  # type: ignore[misc]
    """A workbook whose shared strings are all taken for text, written to ``target`` when it is closed."""

    def __init__(self, target: BytesIO, options: dict[str, Any]) -> None:
        # xlsxwriter's own archive, which cannot be told how to deflate, stays empty
        super().__init__(BytesIO(), {**options, "in_memory": True})
        self.target = target

    def _get_packager(self) -> Packager:
        return _Packager()
