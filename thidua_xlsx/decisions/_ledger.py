"""What is kept of an applied workbook: the file as it came, and beside it a record of the lines that were taken from it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from thidua_xlsx.model import CellRef, Decided, Decision, Opinion

SCHEMA = 1
FOLDER = "decisions"


class RecordError(ValueError):
    """A record that is damaged, or does not belong to the workbook beside it."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An applied workbook: its record's and its own path, its hash, the campaign and round it is about, and what was taken from it."""

    path: Path
    workbook: Path
    sha256: str
    campaign: str
    round: str
    decided: tuple[Decided, ...]


def record(path: Path, workbook: Path, source: str, about: tuple[str, str], decided: Sequence[Decided]) -> None:
    """Write the record of a workbook that was applied: ``source`` is what it was called when it came, ``about`` campaign and round."""
    campaign, occasion = about
    content = {
        "schema": SCHEMA,
        "workbook": workbook.name,
        "sha256": hashlib.sha256(workbook.read_bytes()).hexdigest(),
        "source": source,
        "campaign": campaign,
        "round": occasion,
        "decisions": [_fields(each) for each in decided],
    }
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")


def _fields(decided: Decided) -> dict[str, Any]:
    decision = decided.decision
    return {
        "nominee_id": decision.nominee_id,
        "award": decision.award,
        "name": decided.name,
        "unit": decided.unit,
        "decision": decision.opinion.value if decision.opinion else None,
        "votes": decision.votes,
        "reason": decision.reason,
        "stamp": decision.stamp,
        "basis": decision.basis,
        "sheet": decision.ref.sheet,
        "cell": decision.ref.cell,
        "applied_on": decided.applied_on.isoformat(),
        "achievements": [list(each) for each in decided.achievements],
    }


def read_record(path: Path) -> Kept:
    """A record and the workbook it belongs to. Raises :class:`RecordError`."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        workbook = path.with_name(str(content["workbook"]))
        sha256 = hashlib.sha256(workbook.read_bytes()).hexdigest()
        if content["schema"] != SCHEMA or content["sha256"] != sha256 or workbook.parent != path.parent:
            raise RecordError(path)
        decided = tuple(_decided(entry, f"{FOLDER}/{workbook.name}") for entry in content["decisions"])
        return Kept(path, workbook, sha256, str(content["campaign"]), str(content["round"]), decided)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise RecordError(path) from error


def _decided(entry: Mapping[str, Any], file: str) -> Decided:
    decision = Decision(
        nominee_id=str(entry["nominee_id"]),
        award=str(entry["award"]),
        opinion=Opinion(entry["decision"]) if entry["decision"] is not None else None,
        votes=int(entry["votes"]) if entry["votes"] is not None else None,
        reason=str(entry["reason"]),
        stamp=str(entry["stamp"]),
        basis=str(entry["basis"]),
        ref=CellRef(file, str(entry["sheet"]), str(entry["cell"])),
    )
    achievements = tuple((str(unit), str(key)) for unit, key in entry["achievements"])
    return Decided(decision, str(entry["name"]), str(entry["unit"]), file, date.fromisoformat(entry["applied_on"]), achievements)
