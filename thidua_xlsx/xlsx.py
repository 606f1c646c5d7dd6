"""The pen: the one room that writes Excel files, on top of xlsxwriter.

Text is always written as text (never as formula or link), characters XML forbids are dropped, long text is cut with a visible mark,
every refused call is an error instead of a silent return code, and the same content gives the same bytes.
"""

from __future__ import annotations

import datetime as dt
import io
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Self

import xlsxwriter
from xlsxwriter.utility import quote_sheetname, xl_cell_to_rowcol, xl_col_to_name, xl_range, xl_range_abs, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from thidua_xlsx.model import Raw

FONT = "Times New Roman"
_TYPEFACE: Mapping[str, Any] = {"font_name": FONT, "font_size": 11, "font_scheme": "none"}  # a scheme would give way to the theme's font
LONGEST_TEXT = 32_767  # Excel's limit for one cell
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_CUT = " […]"

__all__ = ["FONT", "Book", "Sheet", "address", "column_letter", "place", "quoted", "range_address", "row_and_column"]


def address(row: int, column: int, *, fixed: bool = False) -> str:
    """``H12`` (or ``$H$12``) for a zero-based row and column."""
    return str(xl_rowcol_to_cell(row, column, row_abs=fixed, col_abs=fixed))


def range_address(row: int, column: int, last_row: int, last_column: int, *, fixed: bool = False) -> str:
    """``H5:H304`` (or with ``$``) for zero-based corners."""
    return str((xl_range_abs if fixed else xl_range)(row, column, last_row, last_column))


def row_and_column(cell: str) -> tuple[int, int]:
    """The zero-based row and column of an A1 address."""
    row, column = xl_cell_to_rowcol(cell)
    return int(row), int(column)


def column_letter(column: int) -> str:
    """``H`` for 7."""
    return str(xl_col_to_name(column))


def quoted(sheet: str) -> str:
    """A sheet's name as a formula spells it."""
    return str(quote_sheetname(sheet))


def place(sheet: str, cells: str) -> str:
    """A sheet and a range as a formula spells them."""
    return f"{quoted(sheet)}!{cells}"


def _clean(value: str) -> str:
    clean = _FORBIDDEN.sub("", value.replace("\r\n", "\n").replace("\r", "\n") if "\r" in value else value)
    return clean if len(clean) <= LONGEST_TEXT else clean[: LONGEST_TEXT - len(_CUT)] + _CUT


def _done(code: object) -> None:
    """A negative number is how xlsxwriter says that it wrote nothing; here that is a bug."""
    if isinstance(code, int) and code < 0:
        raise ValueError(f"xlsxwriter refused a call ({code})")


def _as_time(value: dt.date | dt.time | dt.timedelta, style: dict[str, Any]) -> dict[str, Any]:
    """A style with a number format that shows this value; the style's own where it shows dates."""
    match value:
        case dt.timedelta():
            shown = "[h]:mm:ss"
        case dt.time():
            shown = "hh:mm:ss"
        case dt.datetime() if value.time() != dt.time():
            shown = "dd/mm/yyyy hh:mm"
        case _:
            shown = str(style["num_format"]) if "yy" in str(style.get("num_format", "")) else "dd/mm/yyyy"
    return style | {"num_format": shown}


class _Worksheet(Worksheet):  # type: ignore[misc]
    """A worksheet that takes formulas as they stand: ours use no function younger than Excel 2007, so none needs a prefix looked for."""

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return formula.removeprefix("=")


class Sheet:
    """A worksheet of a :class:`Book`. Rows and columns count from zero; ``style`` is a mapping of xlsxwriter format properties."""

    def __init__(self, book: Book, sheet: Any) -> None:
        self._book = book
        self.raw = sheet
        """The xlsxwriter worksheet, for set-up calls (panes, filters, protection, print) that write no cell."""

    @property
    def name(self) -> str:
        """The sheet's name."""
        return str(self.raw.name)

    def text(self, row: int, column: int, value: str, style: Mapping[str, Any] | None = None) -> None:
        """Text, whatever it looks like."""
        if value:
            _done(self.raw.write_string(row, column, _clean(value), self._book.style(style)))
        else:
            self.blank(row, column, style)

    def number(self, row: int, column: int, value: float, style: Mapping[str, Any] | None = None) -> None:
        """A number; one beyond all numbers (``1E400`` in a file is infinite) as text, for Excel has no cell for it."""
        if math.isfinite(value):
            _done(self.raw.write_number(row, column, value, self._book.style(style)))
        else:
            self.text(row, column, str(value), style)

    def date(self, row: int, column: int, value: dt.date, style: Mapping[str, Any] | None = None) -> None:
        """A whole date (``dd/mm/yyyy`` unless the style says otherwise)."""
        _done(self.raw.write_datetime(row, column, value, self._book.style({"num_format": "dd/mm/yyyy"} | dict(style or {}))))

    def value(self, row: int, column: int, value: Raw, style: Mapping[str, Any] | None = None) -> None:
        """A value as a reader gave it, in its own type: text stays text, a number a number, a date a date.

        A date or time keeps looking like one in a column made for something else.
        """
        match value:
            case str():
                self.text(row, column, value, style)
            case bool():
                _done(self.raw.write_boolean(row, column, value, self._book.style(style)))
            case int() | float():
                self.number(row, column, value, style)
            case dt.date() if value.year < 1900:  # before Excel's calendar begins
                self.text(row, column, value.isoformat(), style)
            case _:
                _done(self.raw.write_datetime(row, column, value, self._book.style(_as_time(value, dict(style or {})))))

    def blank(self, row: int, column: int, style: Mapping[str, Any] | None = None) -> None:
        """An empty cell with a format."""
        _done(self.raw.write_blank(row, column, None, self._book.style(style)))

    def formula(self, row: int, column: int, formula: str, value: float | str, style: Mapping[str, Any] | None = None) -> None:
        """A formula of ours together with the value it has, for readers that do not calculate."""
        _done(self.raw.write_formula(row, column, formula, self._book.style(style), value))

    def link(self, row: int, column: int, sheet: str, cell: str, label: str, style: Mapping[str, Any] | None = None) -> None:
        """A link to a cell of this workbook."""
        target = f"internal:{quoted(sheet)}!{cell}"
        _done(
            self.raw.write_url(
                row, column, target, self._book.style({"font_color": "#1F4E79", "underline": 1} | dict(style or {})), _clean(label)
            )
        )

    def file_link(
        self, row: int, column: int, path: str, sheet: str, cell: str, label: str, style: Mapping[str, Any] | None = None
    ) -> None:
        """A link to another workbook, or to a cell of it where a sheet is named; ``path`` is relative to this one, with ``/``."""
        target = f"external:{path}#{quoted(sheet)}!{cell}" if sheet else f"external:{path}"
        _done(
            self.raw.write_url(
                row, column, target, self._book.style({"font_color": "#1F4E79", "underline": 1} | dict(style or {})), _clean(label)
            )
        )

    def merged(self, row: int, column: int, last_row: int, last_column: int, value: str, style: Mapping[str, Any] | None = None) -> None:
        """Text over merged cells (or one cell, if the corners are equal)."""
        if (row, column) == (last_row, last_column):
            self.text(row, column, value, style)
        else:
            _done(self.raw.merge_range(row, column, last_row, last_column, "", self._book.style(style)))
            self.text(row, column, value, style)

    def note(self, row: int, column: int, value: str, *, width: int = 280, height: int = 120) -> None:
        """A cell note (comment) that shows when the pointer is over the cell."""
        _done(self.raw.write_comment(row, column, _clean(value)[:4000], {"x_scale": width / 128, "y_scale": height / 74, "font_size": 10}))

    def column(self, column: int, width: float, style: Mapping[str, Any] | None = None, **options: Any) -> None:
        """The width and default format of a column."""
        _done(self.raw.set_column(column, column, width, self._book.style(style), options))

    def height(self, row: int, points: float, style: Mapping[str, Any] | None = None) -> None:
        """The height of a row."""
        _done(self.raw.set_row(row, points, self._book.style(style)))

    def validate(self, row: int, column: int, last_row: int, last_column: int, rule: Mapping[str, Any]) -> None:
        """A data validation; lists must name a range (``"source": "=name"``), Excel corrupts inline ones over 255 characters."""
        _done(self.raw.data_validation(row, column, last_row, last_column, dict(rule)))

    def highlight(self, row: int, column: int, last_row: int, last_column: int, rule: Mapping[str, Any], style: Mapping[str, Any]) -> None:
        """A conditional format."""
        _done(self.raw.conditional_format(row, column, last_row, last_column, {**rule, "format": self._book.style(style)}))

    def chart(self, row: int, column: int, chart: Any, **options: Any) -> None:
        """Place a chart made by :meth:`Book.chart`."""
        _done(self.raw.insert_chart(row, column, chart, options))

    def printed(
        self,
        *,
        landscape: bool = True,
        repeat: tuple[int, int] | None = None,
        area: tuple[int, int, int, int] | None = None,
        footer: str = "&C&P/&N",
    ) -> None:
        """A4, as wide as one page, headings repeated, pages numbered."""
        self.raw.set_paper(9)
        if landscape:
            self.raw.set_landscape()
        self.raw.fit_to_pages(1, 0)
        self.raw.set_margins(left=0.5, right=0.4, top=0.6, bottom=0.6)
        self.raw.set_footer(footer)
        if repeat:
            self.raw.repeat_rows(*repeat)
        if area:
            self.raw.print_area(*area)


class Book:
    """A workbook being written; use it as a context manager, it is saved at the end of the block.

    ``created`` is the only date in the file: give the same one and the bytes are the same.
    """

    def __init__(self, path: Path, *, title: str, created: dt.date, author: str = "thidua_xlsx") -> None:
        options: dict[str, Any] = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
        # Column widths count digits of the default typeface, and readers without Calibri would draw every sheet wider than it is.
        options["default_format_properties"] = dict(_TYPEFACE)
        self._path = path
        # The file is written in one go at the end: a full disk is then an OSError like any other, and no half-open archive remains.
        self._written = io.BytesIO()
        self._book: Any = xlsxwriter.Workbook(self._written, options)
        self._book.set_properties({"title": title, "author": author, "created": dt.datetime.combine(created, dt.time())})
        self._styles: dict[frozenset[tuple[str, Any]], Any] = {}
        self._read_only: dict[int, tuple[Mapping[str, Any], Any]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if error is None:
            self._book.close()
            self._path.write_bytes(self._written.getvalue())

    @property
    def raw(self) -> Any:
        """The xlsxwriter workbook, for set-up calls."""
        return self._book

    def style(self, properties: Mapping[str, Any] | None) -> Any:
        """One xlsxwriter format per distinct set of properties, in the office's typeface.

        A read-only mapping (``MappingProxyType``) is known again by its identity: use one where thousands of cells share a style.
        """
        if properties is None:
            return None
        known = self._read_only.get(id(properties))
        if known is not None:
            return known[1]
        key = frozenset(properties.items())
        if key not in self._styles:
            self._styles[key] = self._book.add_format({**_TYPEFACE, "valign": "vcenter"} | dict(properties))
        if isinstance(properties, MappingProxyType):
            self._read_only[id(properties)] = (properties, self._styles[key])
        return self._styles[key]

    def sheet(self, name: str) -> Sheet:
        r"""A new sheet; Excel allows 31 characters and none of ``[]:*?/\``."""
        return Sheet(self, self._book.add_worksheet(name, _Worksheet))

    def define(self, name: str, sheet: str, cells: str) -> None:
        """A workbook-level defined name for a range with ``$`` signs."""
        _done(self._book.define_name(name, f"={quoted(sheet)}!{cells}"))

    def define_formula(self, name: str, formula: str) -> None:
        """A workbook-level defined name for whatever a formula gives (a range that grows with what is typed)."""
        _done(self._book.define_name(name, f"={formula}"))

    def property(self, name: str, value: str) -> None:
        """A custom document property."""
        self._book.set_custom_property(name, value, "text")

    def chart(self, kind: str, *, subtype: str | None = None) -> Any:
        """A native chart, to be filled with xlsxwriter's chart calls and placed with :meth:`Sheet.chart`."""
        return self._book.add_chart({"type": kind} | ({"subtype": subtype} if subtype else {}))


def widths(rows: Sequence[Sequence[str]], *, least: float = 6, most: float = 60) -> list[float]:
    """Column widths that fit the longest line of each column, in character units and within bounds."""
    count = max((len(row) for row in rows), default=0)
    longest = [max((len(line) for row in rows if index < len(row) for line in row[index].split("\n")), default=0) for index in range(count)]
    return [min(max(length * 1.05 + 2, least), most) for length in longest]
