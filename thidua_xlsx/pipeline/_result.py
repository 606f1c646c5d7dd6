"""``ket-qua.json``: the run for machines (contract 5.3); what a later run reads back from it is in :mod:`._written`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from thidua_xlsx.model import Assessment, FileReport, Finding, Reason
from thidua_xlsx.outcome import Earlier, Outcome
from thidua_xlsx.text import message

RESULT_FILE = "ket-qua.json"
PREVIOUS_FILE = ".lan-truoc.json"
"""The last run that differed: its ``ket-qua.json``, and what it rested on."""
BASIS_FILE = ".can-cu.json"
"""What this run rests on, for the next one to compare with."""
SCHEMA = 1
_FIRST_LINE = b'\n "schema": 1,'
"""What all these files begin with inside their braces."""


def finding_fields(found: Finding) -> dict[str, Any]:
    """One finding as contract 5.3 spells it."""
    return {
        "code": found.code,
        "severity": found.severity.value,
        "file": found.ref.file,
        "sheet": found.ref.sheet or None,
        "cell": found.ref.cell or None,
        "table": found.table,
        "column": found.column,
        "nominee_id": found.nominee_id,
        "value": found.value,
        "message": message(found),
        "clause": found.clause,
    }


def _file(report: FileReport) -> dict[str, Any]:
    found = report.finding
    return {
        "path": report.path,
        "sha256": report.sha256,
        "unit": report.unit,
        "status": report.status.value,
        "code": found.code if found else None,
        "message": message(found) if found else None,
    }


def _reason(reason: Reason) -> dict[str, Any]:
    return {
        "criterion": reason.criterion,
        "result": reason.result.word,
        "actual": reason.actual,
        "required": reason.required,
        "clause": reason.clause,
        "sources": [str(source) for source in reason.sources],
    }


def _assessment(assessment: Assessment) -> dict[str, Any]:
    return {
        "nominee_id": assessment.nominee_id,
        "unit": assessment.unit,
        "kind": assessment.kind.value,
        "name": assessment.name,
        "award": assessment.award,
        "result": assessment.result.word,
        "reasons": [_reason(reason) for reason in assessment.reasons],
    }


def tally(outcome: Outcome) -> tuple[dict[str, int], dict[str, dict[str, int]]]:
    """Non-empty cells and rows by where they went: ``read = registered + held + ignored`` over counted and superseded files."""
    registered = {
        (table, file, sheet, row)
        for table, frame in outcome.register.tables.items()
        for file, sheet, row in zip(frame["file"], frame["sheet"], frame["row"], strict=True)
    }
    cells = dict.fromkeys(("read", "registered", "held", "ignored"), 0)
    rows = {table: dict.fromkeys(("read", "registered", "held"), 0) for table in outcome.campaign.tables}
    for checked in outcome.submissions:
        cells["read"] += checked.submission.cells_read
        cells["ignored"] += checked.submission.ignored_cells
        for table, records in checked.records.items():
            for record in records:
                raw = record.raw
                where = "registered" if (table, raw.file, raw.sheet, raw.row) in registered else "held"
                cells[where] += len(raw.values)
                rows[table]["read"] += 1
                rows[table][where] += 1
    for checked in outcome.superseded:
        cells["read"] += checked.submission.cells_read
        cells["ignored"] += checked.submission.cells_read
    return cells, rows


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fields(outcome: Outcome, folder: Path, outputs: Iterable[Path]) -> dict[str, Any]:
    """All of ``ket-qua.json``; ``outputs`` are files below ``folder``."""
    campaign = outcome.campaign
    cells, rows = tally(outcome)
    return {
        "schema": SCHEMA,
        "campaign": {"id": campaign.id, "version": campaign.version, "sha256": campaign.sha256},
        "round": outcome.round.id,
        "files": [_file(report) for report in outcome.files],
        "findings": [finding_fields(found) for found in outcome.findings],
        "cells": cells,
        "rows": rows,
        "assessments": [_assessment(assessment) for assessment in outcome.assessments],
        "outputs": [{"path": path.relative_to(folder).as_posix(), "sha256": sha256(path)} for path in sorted(outputs)],
    }


def basis_fields(basis: Earlier) -> dict[str, Any]:
    """What a run rests on besides its files, for the next run to compare with; ``ket-qua.json`` does not show it."""
    rows = [[*key, values] for key, values in basis.rows.items()]
    decisions = [[*case, *answer] for case, answer in sorted(basis.decisions.items())]
    return {"schema": SCHEMA, "rows_kept": rows, "decisions_kept": decisions}


def _json(value: object) -> bytes:
    """In one line, with a blank after each comma and colon."""
    return msgspec.json.format(msgspec.json.encode(value), indent=0)


def write(path: Path, content: Mapping[str, Any]) -> None:
    """UTF-8, stable order, a line per finding, file or verdict, so that two runs can be compared with any tool."""
    with path.open("wb") as file:
        file.writelines(_pieces(content))


def _pieces(content: Mapping[str, Any]) -> Iterator[bytes]:
    """The text in few pieces, of which the long ones are not joined once more: they have millions of characters."""
    between = b"{\n "
    for key, value in content.items():
        yield from (between, _json(key), b": ")
        if isinstance(value, list) and value:
            yield from (b"[\n  ", b",\n  ".join(map(_json, value)), b"\n ]")
        else:
            yield _json(value)
        between = b",\n "
    yield b"\n}\n"


def write_previous(path: Path, result: Path, basis: Path | None) -> None:
    """A ``ket-qua.json`` as it stands, and in the same object what that run rested on, where that was kept."""
    with path.open("wb") as file:
        file.writelines((b"{", _inside(result)))
        if basis is not None:
            file.writelines((b",", _inside(basis).removeprefix(_FIRST_LINE)))
        file.write(b"\n}\n")


def _inside(path: Path) -> bytes:
    """What stands between the braces of a file's object."""
    written = path.read_bytes()
    return written[written.index(b"{") + 1 : written.rindex(b"}")].rstrip()
