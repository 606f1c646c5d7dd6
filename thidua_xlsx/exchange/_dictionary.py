"""The data dictionary (từ điển dữ liệu): what every column of every file holds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from thidua_xlsx.exchange import _look
from thidua_xlsx.exchange._datasets import Dataset
from thidua_xlsx.text import say
from thidua_xlsx.xlsx import Book

if TYPE_CHECKING:
    from thidua_xlsx.outcome import Outcome

_COLUMNS = ("table", "title", "column", "heading", "type", "unit", "meaning", "choices", "clause")
_WIDTHS = (16, 22, 18, 20, 14, 8, 46, 34, 30)
_NOTES = ("note_files", "note_csv", "note_digits", "note_dates", "note_person")


def write_dictionary(path: Path, tables: Sequence[Dataset], outcome: Outcome) -> None:
    """One sheet with a line per column, one on how to read the files."""
    title = say("exchange.dictionary", round=outcome.round.name)
    with Book(path, title=title, created=outcome.round.decided_on) as book:
        sheet = book.sheet(say("exchange.sheet_columns"))
        _look.widths(sheet, _WIDTHS)
        sheet.text(0, 0, title, _look.TITLE)
        _look.headings(sheet, 1, [say(f"exchange.head_{name}") for name in _COLUMNS], _WIDTHS)
        lines = sheet.lines(0, [_look.TEXT] * len(_COLUMNS))
        row = 2
        for table in tables:
            for field in table.fields:
                choices = "\n".join(field.choices)
                told = (table.code, table.title, field.code, field.heading, say(f"exchange.kind_{field.kind}"), field.unit)
                values = (*told, field.meaning, choices, field.clause)
                lines.write(row, values, _look.line_height(values, _WIDTHS))
                row += 1
        sheet.raw.freeze_panes(2, 0)
        sheet.raw.autofilter(1, 0, row - 1, len(_COLUMNS) - 1)
        sheet.printed(repeat=(1, 1))
        _write_notes(book, tables)


def _write_notes(book: Book, tables: Sequence[Dataset]) -> None:
    sheet = book.sheet(say("exchange.sheet_reading"))
    widths = (24, 44, 12)
    _look.widths(sheet, widths)
    for row, name in enumerate(_NOTES):
        words = say(f"exchange.{name}")
        sheet.merged(row, 0, row, 2, words, _look.NOTE)
        sheet.height(row, _look.line_height([words], [sum(widths)]))
    top = len(_NOTES) + 1
    _look.headings(sheet, top, [say(f"exchange.head_{name}") for name in ("table", "title", "rows")], widths)
    for row, table in enumerate(tables, top + 1):
        sheet.text(row, 0, table.code, _look.TEXT)
        sheet.text(row, 1, table.title, _look.CELL)
        sheet.number(row, 2, len(table.rows), _look.CENTRED)
    sheet.printed(landscape=False)
