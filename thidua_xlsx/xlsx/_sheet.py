"""Workbooks and their sheets: cells one by one or line by line, and what stands around them."""

from __future__ import annotations

import datetime as dt
import io
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Self

from thidua_xlsx.model import Raw
from thidua_xlsx.xlsx._address import place, quoted
from thidua_xlsx.xlsx._blocks import Block, place_block
from thidua_xlsx.xlsx._engine import LineWorkbook, LineWorksheet
from thidua_xlsx.xlsx._lines import DAY, LINK, Lines, Style
from thidua_xlsx.xlsx._text import clean

FONT = "Times New Roman"
_TYPEFACE: Mapping[str, Any] = {"font_name": FONT, "font_size": 11, "font_scheme": "none"}  # a scheme would give way to the theme's font


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

    def text(self, row: int, column: int, value: str, style: Style | None = None) -> None:
        """Text, whatever it looks like."""
        if value:
            _done(self.raw.write_string(row, column, clean(value), self._book.style(style)))
        else:
            self.blank(row, column, style)

    def number(self, row: int, column: int, value: float, style: Style | None = None) -> None:
        """A number; one beyond all numbers (``1E400`` in a file is infinite) as text, for Excel has no cell for it."""
        if math.isfinite(value):
            _done(self.raw.write_number(row, column, value, self._book.style(style)))
        else:
            self.text(row, column, str(value), style)

    def date(self, row: int, column: int, value: dt.date, style: Style | None = None) -> None:
        """A whole date (``dd/mm/yyyy`` unless the style says otherwise)."""
        _done(self.raw.write_datetime(row, column, value, self._book.style({**DAY, **(style or {})})))

    def value(self, row: int, column: int, value: Raw, style: Style | None = None) -> None:
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

    def blank(self, row: int, column: int, style: Style | None = None) -> None:
        """An empty cell with a format."""
        _done(self.raw.write_blank(row, column, None, self._book.style(style)))

    def formula(self, row: int, column: int, formula: str, value: float | str, style: Style | None = None) -> None:
        """A formula of ours together with the value it has, for readers that do not calculate."""
        _done(self.raw.write_formula(row, column, formula, self._book.style(style), value))

    def link(self, row: int, column: int, sheet: str, cell: str, label: str, style: Style | None = None) -> None:
        """A link to a cell of this workbook."""
        self.text(row, column, label, {**LINK, **(style or {})})
        self.raw.add_link(row, column, location=place(sheet, cell), label=label)

    def file_link(self, row: int, column: int, path: str, sheet: str, cell: str, label: str, style: Style | None = None) -> None:
        """A link to another workbook, or to a cell of it where a sheet is named; ``path`` is relative to this one, with ``/``."""
        self.text(row, column, label, {**LINK, **(style or {})})
        self.raw.add_link(row, column, path=path, location=place(sheet, cell) if sheet else "")

    def lines(self, left: int, styles: Sequence[Style]) -> Lines:
        """Lines of cells from column ``left`` on, a style per column, for tables that may have thousands."""
        return Lines(self.raw, left, styles, self._book.number_of, self._book.shared)

    def place(self, row: int, block: Block, bases: Mapping[str, int]) -> int:
        """Write a block of lines from a row on, its moving places counted from these bases; gives the next row."""
        place_block(self.raw, row, block, bases, self._book.shared)
        return row + block.count

    def outlined(self, levels: int) -> None:
        """Give the sheet an outline of so many levels, whose buttons stand at the row above what they fold."""
        self.raw.outline_settings(symbols_below=False)
        self.raw.outline_row_level = levels

    def merged(self, row: int, column: int, last_row: int, last_column: int, value: str, style: Style | None = None) -> None:
        """Text over merged cells (or one cell, if the corners are equal)."""
        if (row, column) == (last_row, last_column):
            self.text(row, column, value, style)
        else:
            _done(self.raw.merge_range(row, column, last_row, last_column, "", self._book.style(style)))
            self.text(row, column, value, style)

    def note(self, row: int, column: int, value: str, *, width: int = 280, height: int = 120) -> None:
        """A cell note (comment) that shows when the pointer is over the cell."""
        _done(self.raw.write_comment(row, column, clean(value)[:4000], {"x_scale": width / 128, "y_scale": height / 74, "font_size": 10}))

    def column(self, column: int, width: float, style: Style | None = None, **options: Any) -> None:
        """The width and default format of a column."""
        _done(self.raw.set_column(column, column, width, self._book.style(style), options))

    def height(self, row: int, points: float, style: Style | None = None) -> None:
        """The height of a row."""
        _done(self.raw.set_row(row, points, self._book.style(style)))

    def validate(self, row: int, column: int, last_row: int, last_column: int, rule: Mapping[str, Any]) -> None:
        """A data validation; lists must name a range (``"source": "=name"``), Excel corrupts inline ones over 255 characters."""
        _done(self.raw.data_validation(row, column, last_row, last_column, dict(rule)))

    def highlight(self, row: int, column: int, last_row: int, last_column: int, rule: Mapping[str, Any], style: Style) -> None:
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


class _SharedTexts(dict[str, str]):
    """The ends of cells by the text in them; a text seen for the first time enters the workbook's table of strings."""

    def __init__(self, strings: Any) -> None:
        self._strings = strings

    def __missing__(self, text: str) -> str:
        return self.setdefault(text, f' t="s"><v>{self._strings._get_shared_string_index(clean(text))}</v></c>')


class Book:
    """A workbook being written; use it as a context manager, it is saved at the end of the block.

    ``created`` is the only date in the file: give the same one and the bytes are the same.
    """

    def __init__(self, path: Path, *, title: str, created: dt.date, author: str = "thidua_xlsx") -> None:
        options: dict[str, Any] = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        # Column widths count digits of the default typeface, and readers without Calibri would draw every sheet wider than it is.
        options["default_format_properties"] = dict(_TYPEFACE)
        self._path = path
        # The file is written in one go at the end: a full disk is then an OSError like any other, and no half-open archive remains.
        self._written = io.BytesIO()
        self._book: Any = LineWorkbook(self._written, options)
        self._book.set_properties({"title": title, "author": author, "created": dt.datetime.combine(created, dt.time())})
        self._styles: dict[frozenset[tuple[str, Any]], Any] = {}
        self._read_only: dict[int, tuple[Style, Any]] = {}
        self._shared = _SharedTexts(self._book.str_table)

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

    def style(self, properties: Style | None) -> Any:
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

    def number_of(self, style: Style) -> int:
        """The number by which cells refer to a style."""
        return int(self.style(style)._get_xf_index())

    @property
    def shared(self) -> Mapping[str, str]:
        """How a cell with a text ends: with the text's number in the table of strings that all sheets share."""
        return self._shared

    def sheet(self, name: str) -> Sheet:
        r"""A new sheet; Excel allows 31 characters and none of ``[]:*?/\``."""
        return Sheet(self, self._book.add_worksheet(name, LineWorksheet))

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
