"""What was read from a file, as JSON and back, exactly: every type that JSON lacks is written with a tag (never pickle).

A list is always a tag followed by its parts, an object a mapping. Rows, which are nearly everything, have a short form of their own.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache, partial
from typing import Any

from thidua_xlsx.intake import Arrival
from thidua_xlsx.model import (
    Addresses,
    CellRef,
    CheckedSubmission,
    FileStatus,
    Finding,
    PartialDate,
    Passport,
    Provenance,
    RawRow,
    Record,
    Relief,
    Severity,
    Stray,
    Submission,
)
from thidua_xlsx.pipeline._reading import Read

_PLAIN = (str, int, float, bool, type(None))
_NESTED = (list, dict)
_WHOLE = (Arrival, CellRef, Finding, PartialDate, Passport, Provenance, Relief, Stray, Submission)
_FIELDS: dict[type, tuple[str, ...]] = {kind: tuple(field.name for field in fields(kind)) for kind in _WHOLE}

_WRITE: dict[type, Callable[[Any], list[Any]]] = {
    date: lambda value: ["date", value.isoformat()],
    datetime: lambda value: ["datetime", value.isoformat()],
    time: lambda value: ["time", value.isoformat()],
    timedelta: lambda value: ["timedelta", value.days, value.seconds, value.microseconds],
    FileStatus: lambda value: ["FileStatus", value.value],
    Severity: lambda value: ["Severity", value.value],
    tuple: lambda value: ["tuple", *map(_put, value)],
}
_MAKE: dict[str, Callable[..., Any]] = {
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "time": time.fromisoformat,
    "timedelta": timedelta,
    "FileStatus": FileStatus,
    "Severity": Severity,
    "tuple": lambda *parts: parts,
    **{kind.__name__: kind for kind in _WHOLE},
    # Thousands of rows have one of a few hundred dates
    "PartialDate": lru_cache(maxsize=4_096)(PartialDate),
}


def dumps(reads: tuple[Read, ...]) -> str:
    """One line of JSON. Raises ``TypeError`` for a type it has no tag for: such a file is read again every time."""
    return json.dumps([_read_put(*read) for read in reads], ensure_ascii=False, separators=(",", ":"))


def checked_line(checked: CheckedSubmission, findings: Sequence[Finding]) -> str:
    """A submission as checked and what is to be said about it, in one line that differs whenever they do."""
    bare = replace(checked.submission, rows={})
    parts = [_put(bare), _rows_put(checked.submission), _checked_put(checked), _put(tuple(findings))]
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))


def loads(line: str) -> tuple[Read, ...]:
    """What :func:`dumps` was given. Anything else raises ``ValueError``, ``TypeError``, ``KeyError`` or ``IndexError``."""
    return tuple(_read_got(*entry) for entry in json.loads(line))


def _put(value: Any) -> Any:
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind in _WRITE:
        return _WRITE[kind](value)
    if kind in _FIELDS:
        return [kind.__name__, *(_put(getattr(value, name)) for name in _FIELDS[kind])]
    if isinstance(value, Mapping) and all(type(key) is str for key in value):
        return {key: _put(inner) for key, inner in value.items()}
    raise TypeError(kind)


def _got(value: Any) -> Any:
    if type(value) is list:
        kind, *parts = value
        return _MAKE[kind](*_all_got(parts))
    if type(value) is dict:
        return {key: _got(inner) if type(inner) in _NESTED else inner for key, inner in value.items()}
    return value


def _all_got(values: Iterable[Any]) -> list[Any]:
    """Nearly all values are plain ones, for which nothing is to be done."""
    return [_got(value) if type(value) in _NESTED else value for value in values]


def _read_put(arrival: Arrival, checked: CheckedSubmission | None) -> list[Any]:
    submission = arrival.submission
    if submission is None or checked is None:
        return [_put(arrival), None, None]
    if checked.submission is not submission:
        raise TypeError(checked)
    bare = replace(arrival, submission=replace(submission, rows={}))
    return [_put(bare), _rows_put(submission), _checked_put(checked)]


def _read_got(arrival: Any, rows: Any, checked: Any) -> Read:
    made = _got(arrival)
    if type(made) is not Arrival:
        raise TypeError(arrival)
    if made.submission is None:
        return made, None
    submission = replace(made.submission, rows=_rows_got(made.file, *rows))
    return replace(made, submission=submission), _checked_got(submission, *checked)


def _rows_put(submission: Submission) -> list[Any]:
    """The layouts (sheet, and column letters by column) and shapes (columns that are filled) that rows refer to by number, and the rows."""
    layouts: dict[tuple[str, tuple[tuple[str, str], ...]], int] = {}
    shapes: dict[tuple[str, ...], int] = {}
    rows = {
        table: [_row_put(raw, layouts, shapes) for raw in part if _is_at_home(raw, table, submission)]
        for table, part in submission.rows.items()
    }
    return [[[sheet, dict(letters)] for sheet, letters in layouts], list(shapes), rows]


def _row_put(raw: RawRow, layouts: dict[Any, int], shapes: dict[Any, int]) -> list[Any]:
    layout = layouts.setdefault((raw.sheet, tuple(_letters(raw))), len(layouts))
    shape = shapes.setdefault(tuple(raw.values), len(shapes))
    return [layout, shape, raw.row, list(map(_put, raw.values.values())), *([raw.fonts] if raw.fonts else [])]


def _is_at_home(raw: RawRow, table: str, submission: Submission) -> bool:
    if (raw.table, raw.file) != (table, submission.file):
        raise TypeError(raw)
    return True


def _letters(raw: RawRow) -> Iterator[tuple[str, str]]:
    """Each column's letters where its address ends with the row's own number, else ``=`` and the whole address."""
    if isinstance(raw.cells, Addresses) and raw.cells.row == raw.row:
        yield from raw.cells.letters.items()
        return
    number = str(raw.row)
    for column, cell in raw.cells.items():
        letters = cell.removesuffix(number)
        yield column, letters if letters != cell and letters.isalpha() else f"={cell}"


def _rows_got(file: str, layouts: Any, shapes: Any, rows: Any) -> dict[str, tuple[RawRow, ...]]:
    shared = [(sheet, _cells_of(letters)) for sheet, letters in layouts]
    return {
        table: tuple(
            RawRow(table, file, shared[layout][0], row, _values(shapes[shape], values), shared[layout][1](row), *fonts)
            for layout, shape, row, values, *fonts in part
        )
        for table, part in rows.items()
    }


def _cells_of(letters: dict[str, str]) -> Callable[[int], Mapping[str, str]]:
    """What makes the addresses of a row from its number."""
    if "".join(letters.values()).isalpha():
        return partial(Addresses, letters)
    return lambda row: {column: place[1:] if place[:1] == "=" else f"{place}{row}" for column, place in letters.items()}


def _values(columns: Any, values: Any) -> dict[str, Any]:
    return dict(zip(columns, _all_got(values), strict=True))


def _checked_put(checked: CheckedSubmission) -> list[Any]:
    """The records by table, each with the place of its row and what was understood otherwise than it stands there."""
    records: dict[str, list[list[Any]]] = {}
    for table, part in checked.records.items():
        places = {id(raw): number for number, raw in enumerate(checked.submission.rows.get(table, ()))}
        records[table] = [
            [places[id(record.raw)], record.unit, *_understood(record), sorted(record.refused), record.held] for record in part
        ]
    return [records, _put(checked.findings)]


def _understood(record: Record) -> tuple[dict[str, Any], list[str] | None]:
    """The values that are not those of the row, texts alone being compared, and the columns unless they are those of the row."""
    typed = record.raw.values
    own = {column: _put(value) for column, value in record.values.items() if not _is_same(value, typed.get(column))}
    return own, None if list(record.values) == list(typed) else list(record.values)


def _is_same(value: object, typed: object) -> bool:
    return type(value) is type(typed) is str and value == typed


def _checked_got(submission: Submission, records: Any, findings: Any) -> CheckedSubmission:
    made = {
        table: tuple(
            Record(raw, unit, _typed(raw, own, columns), frozenset(refused), held)
            for place, unit, own, columns, refused, held in part
            for raw in [submission.rows[table][place]]
        )
        for table, part in records.items()
    }
    return CheckedSubmission(submission, made, _got(findings))


def _typed(raw: RawRow, own: dict[str, Any], columns: list[str] | None) -> dict[str, Any]:
    values = {**raw.values, **_got(own)}
    return values if columns is None else {column: values[column] for column in columns}
