"""``ket-qua.json``: the run for machines (contract 5.3), and what a later run reads back from it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from thidua_xlsx.model import Assessment, FileReport, Finding, Reason, Result
from thidua_xlsx.outcome import Earlier, Outcome, Verdict
from thidua_xlsx.text import message

RESULT_FILE = "ket-qua.json"
PREVIOUS_FILE = ".lan-truoc.json"
"""The last run that differed: its ``ket-qua.json``, and what it rested on."""
BASIS_FILE = ".can-cu.json"
"""What this run rests on, for the next one to compare with."""
_PARTS = {"campaign", "round", "files", "findings", "cells", "rows", "assessments", "outputs"}
SCHEMA = 1


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
    return hashlib.sha256(path.read_bytes()).hexdigest()


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


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def write(path: Path, content: Mapping[str, Any]) -> None:
    """UTF-8, stable order, a line per finding, file or verdict, so that two runs can be compared with any tool."""
    parts = []
    for key, value in content.items():
        body = "[\n  " + ",\n  ".join(map(_json, value)) + "\n ]" if isinstance(value, list) and value else _json(value)
        parts.append(f" {_json(key)}: {body}")
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8", newline="\n")


def read(path: Path) -> dict[str, Any] | None:
    """An earlier run's result, or None where there is none that can be used."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):  # not there, not to be read, or nothing that the program ever wrote
        return None
    usable = isinstance(content, dict) and content.get("schema") == SCHEMA
    return content if usable else None


def read_whole(path: Path) -> dict[str, Any] | None:
    """As :func:`read`, if all its parts are there and of their shape: a file that somebody has edited may have others."""
    content = read(path)
    return content if content and content.keys() >= _PARTS and _is_shaped(content) else None


def _is_shaped(content: Mapping[str, Any]) -> bool:
    words = {result.word for result in Result}
    try:
        fingerprint(content)
        written = [(entry["path"], entry["sha256"]) for entry in content["outputs"]]
        said = [(verdict.name, verdict.unit) for verdict in verdicts(content).values() if verdict.result in words]
    except (KeyError, TypeError):
        return False
    is_whole = len(said) == len(content["assessments"])
    return is_whole and all(isinstance(each, str) for pair in (*written, *said) for each in pair)


def fingerprint(content: Mapping[str, Any]) -> list[Any]:
    """What a run was made from: campaign, round, and the files with their hashes."""
    return [content["campaign"]["sha256"], content["round"], [[entry["path"], entry["sha256"]] for entry in content["files"]]]


def verdicts(content: Mapping[str, Any]) -> dict[tuple[str, str], Verdict]:
    """The verdicts of an earlier run by nominee and award form."""
    return {
        (entry["nominee_id"], entry["award"]): Verdict(entry["name"], entry["unit"], entry["result"], _reasons(entry))
        for entry in content["assessments"]
    }


def _reasons(entry: Mapping[str, Any]) -> dict[str, tuple[object, object]]:
    return {each["criterion"]: (each["actual"], each["required"]) for each in entry["reasons"]}


def basis_fields(basis: Earlier) -> dict[str, Any]:
    """What a run rests on besides its files, for the next run to compare with; ``ket-qua.json`` does not show it."""
    rows = [[*key, values] for key, values in basis.rows.items()]
    decisions = [[*case, *answer] for case, answer in sorted(basis.decisions.items())]
    return {"schema": SCHEMA, "rows_kept": rows, "decisions_kept": decisions}


def basis(content: Mapping[str, Any]) -> Earlier | None:
    """What :func:`basis_fields` wrote; None where a run kept nothing, or somebody has edited it."""
    try:
        rows = {
            (str(unit), str(table), str(key)): {str(column): str(value) for column, value in dict(values).items()}
            for unit, table, key, values in content["rows_kept"]
        }
        decisions = {(str(key), str(award)): (str(opinion), votes) for key, award, opinion, votes in content["decisions_kept"]}
    except (KeyError, TypeError, ValueError):
        return None
    return Earlier(rows, decisions)
