"""The two hidden sheets: the entries of every drop-down, and the passport."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from thidua_xlsx.campaign import Column
from thidua_xlsx.template._faults import stretches
from thidua_xlsx.template._formulas import need_name
from thidua_xlsx.template._grid import LIST_SHEET, PASSPORT_SHEET, conditions, list_name, spellings, title_column
from thidua_xlsx.template._lines import Form
from thidua_xlsx.xlsx import Book, Sheet, address, place, range_address

_HEAD = {"bold": True}


def passport(form: Form) -> dict[str, str]:
    """What the workbook says of itself, by the names of the contract."""
    return {
        "form.campaign": form.campaign.id,
        "form.version": str(form.campaign.version),
        "form.round": form.round.id,
        "form.unit": form.unit.code,
    } | ({"form.returned": form.stamp} if form.stamp else {})


def write_passport(book: Book, form: Form) -> None:
    """The passport as custom properties and as named cells of a hidden sheet."""
    sheet = book.sheet(PASSPORT_SHEET)
    for row, (name, value) in enumerate(passport(form).items()):
        sheet.text(row, 0, name, _HEAD)
        sheet.text(row, 1, value, {"num_format": "@"})
        book.define(name, PASSPORT_SHEET, address(row, 1, fixed=True))
        book.property(name, value)
    _write_needs(book, sheet, form, len(passport(form)) + 1)
    _hide(sheet)


def _write_needs(book: Book, sheet: Sheet, form: Form, row: int) -> None:
    """Under the passport, a line per table: 1 below a required column, 0 below the others; then what formulas look numbers up in."""
    for grid in form.grids.values():
        if not grid.is_record:
            sheet.text(row, 0, need_name(grid), _HEAD)
            for index, column in enumerate(grid.table.columns.values(), start=1):
                sheet.number(row, index, int(column.required))
            book.define(need_name(grid), PASSPORT_SHEET, range_address(row, 1, row, len(grid.table.columns), fixed=True))
            row += 1
    for name, entries in stretches(form).items():
        sheet.text(row, 0, name, _HEAD)
        for offset, entry in enumerate(entries):
            for index, number in enumerate(entry, start=1):
                sheet.number(row + offset, index, number)
        book.define(name, PASSPORT_SHEET, range_address(row, 1, row + len(entries) - 1, 2, fixed=True))
        row += len(entries)


def write_hidden_row(sheet: Sheet, form: Form) -> None:
    """The passport once more, in the hidden first row of a sheet the unit sees first."""
    for column, (name, value) in enumerate(passport(form).items()):
        sheet.text(0, column, f"{name}={value}")
    sheet.raw.set_row(0, None, None, {"hidden": True})


def write_lists(book: Book, form: Form) -> None:
    """The entries of every drop-down and the values of every condition, each under a defined name."""
    sheet = book.sheet(LIST_SHEET)
    column = 0
    for name, entries in _fixed_lists(form):
        _write_list(book, sheet, column, name, entries)
        column += 1
    for name, choice in _own_keys(form):
        _write_own_keys(book, sheet, column, name, tuple(_keys(form, choice)))
        column += 3
    _hide(sheet)


def _hide(sheet: Sheet) -> None:
    sheet.raw.protect()
    sheet.raw.hide()


def _columns(form: Form) -> Iterator[Column]:
    return (column for table in form.tables for column in table.columns.values())


def _fixed_lists(form: Form) -> Iterator[tuple[str, Sequence[str]]]:
    named: dict[str, Sequence[str]] = {}
    for column in _columns(form):
        if column.choices and (choices := form.campaign.choices(column, form.round.id)):
            named.setdefault(list_name(column.choices), [choice.label for choice in choices])
    yield from named.items()
    for (table, when), name in conditions(form.campaign).items():
        yield name, spellings(form.campaign, form.round.id, form.campaign.tables[table], when)


def _write_list(book: Book, sheet: Sheet, column: int, name: str, entries: Sequence[str]) -> None:
    sheet.text(0, column, name, _HEAD)
    for row, entry in enumerate(entries, start=1):
        sheet.text(row, column, entry)
    book.define(name, LIST_SHEET, range_address(1, column, max(len(entries), 1), column, fixed=True))


def _own_keys(form: Form) -> Iterator[tuple[str, Column]]:
    """The drop-downs whose entries are keys the unit itself fills in: its nominees, its evidence."""
    found = {column.choices: column for column in _columns(form) if column.choices in ("@nominees", "@evidence") and column.references}
    for choices, column in found.items():
        yield list_name(str(choices)), column


def _write_own_keys(book: Book, sheet: Sheet, column: int, name: str, keys: Sequence[_Key]) -> None:
    """Three columns of formulas: every key, how many named rows there are so far, and the keys of named rows without gaps.

    The defined name ends at the last key in use, so the drop-down shows no blanks and no line nobody has filled in.
    """
    last = len(keys)
    every, counted, packed = (range_address(1, column + offset, last, column + offset, fixed=True) for offset in range(3))
    total = address(last, column + 1, fixed=True)
    in_use = [key.value for key in keys if key.named]
    count = 0
    sheet.text(0, column, name, _HEAD)
    for row, key in enumerate(keys, start=1):
        count += key.named
        sheet.formula(row, column, f'={key.formula}&""', key.value)
        sheet.formula(row, column + 1, f'=N({address(row - 1, column + 1)})+({key.title}<>"")', count)
        chosen = in_use[row - 1] if row <= len(in_use) else ""
        sheet.formula(row, column + 2, f'=IF(ROW()-1>{total},"",INDEX({every},MATCH(ROW()-1,{counted},0)))', chosen)
    first, whole, filled = (place(LIST_SHEET, cells) for cells in (address(1, column + 2, fixed=True), packed, total))
    book.define_formula(name, f"{first}:INDEX({whole},MAX(1,{filled}))")


@dataclass(frozen=True, slots=True)
class _Key:
    """A line that a drop-down may offer: formulas for its key and its title, and what they give at first."""

    formula: str
    title: str
    value: str
    named: bool


def _keys(form: Form, column: Column) -> Iterator[_Key]:
    before = 1
    for code in column.references:
        table = form.campaign.tables[code]
        key, title = table.key, title_column(table)
        if key and title:
            lines = form.lines[code]
            number = f"ROW()-{before}"  # the same formula on every row packs into next to nothing
            for line in lines:
                named = title in line.values
                yield _Key(f"INDEX({code}.{key},{number})", f"INDEX({code}.{title},{number})", str(line.values.get(key, "")), named)
            before += len(lines)
