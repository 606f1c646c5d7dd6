"""What was read from a file, as JSON and back, exactly: every type that JSON lacks is written with a tag (never pickle).

A list is always a tag followed by its parts, an object a mapping. Rows, which are nearly everything, have a short form of their own.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from thidua_xlsx.intake import Arrival
from thidua_xlsx.model import (
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
        return _MAKE[value[0]](*map(_got, value[1:]))
    if type(value) is dict:
        return {key: _got(inner) for key, inner in value.items()}
    return value


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
    """The layouts (column letters by column) that rows refer to by number, and the rows of every table."""
    layouts: dict[tuple[tuple[str, str], ...], int] = {}
    rows = {
        table: [
            [
                raw.sheet,
                raw.row,
                _put(raw.values),
                layouts.setdefault(tuple(_letters(raw)), len(layouts)),
                *([raw.fonts] if raw.fonts else []),
            ]
            for raw in part
            if _is_at_home(raw, table, submission)
        ]
        for table, part in submission.rows.items()
    }
    return [[dict(layout) for layout in layouts], rows]


def _is_at_home(raw: RawRow, table: str, submission: Submission) -> bool:
    if (raw.table, raw.file) != (table, submission.file):
        raise TypeError(raw)
    return True


def _letters(raw: RawRow) -> Iterator[tuple[str, str]]:
    """Each column's letters where its address ends with the row's own number, else ``=`` and the whole address."""
    number = str(raw.row)
    for column, cell in raw.cells.items():
        letters = cell.removesuffix(number)
        yield column, letters if letters != cell and letters.isalpha() else f"={cell}"


def _rows_got(file: str, layouts: Any, rows: Any) -> dict[str, tuple[RawRow, ...]]:
    shared = [tuple((column, place.lstrip("="), place[:1] != "=") for column, place in layout.items()) for layout in layouts]
    return {
        table: tuple(
            RawRow(
                table,
                file,
                sheet,
                row,
                _values(values),
                {column: f"{place}{row}" if short else place for column, place, short in shared[layout]},
                *fonts,
            )
            for sheet, row, values, layout, *fonts in part
        )
        for table, part in rows.items()
    }


def _values(values: Any) -> dict[str, Any]:
    return {column: _got(value) if type(value) is list else value for column, value in values.items()}


def _checked_put(checked: CheckedSubmission) -> list[Any]:
    records: dict[str, list[list[Any]]] = {}
    for table, part in checked.records.items():
        places = {id(raw): number for number, raw in enumerate(checked.submission.rows.get(table, ()))}
        records[table] = [
            [places[id(record.raw)], record.unit, _put(record.values), sorted(record.refused), record.held] for record in part
        ]
    return [records, _put(checked.findings)]


def _checked_got(submission: Submission, records: Any, findings: Any) -> CheckedSubmission:
    made = {
        table: tuple(
            Record(submission.rows[table][place], unit, _values(values), frozenset(refused), held)
            for place, unit, values, refused, held in part
        )
        for table, part in records.items()
    }
    return CheckedSubmission(submission, made, _got(findings))
