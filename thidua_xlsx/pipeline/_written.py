"""What a run has written about itself, as a later one reads it back.

People open these files, and some save them: whatever has not the shape that a run gives it is as if it were not there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from thidua_xlsx.outcome import Case, Earlier, Verdict

_Schema = Literal[1]
"""``_result.SCHEMA``."""
_Amount = int | float | str | None
_Shape = TypeVar("_Shape")


@dataclass(frozen=True, slots=True)
class _Campaign:
    id: str
    sha256: str


@dataclass(frozen=True, slots=True)
class _File:
    path: str
    sha256: str
    unit: str | None
    status: str


@dataclass(frozen=True, slots=True)
class _Reason:
    criterion: str
    actual: _Amount
    required: _Amount


@dataclass(frozen=True, slots=True)
class _Assessment:
    nominee_id: str
    unit: str
    name: str
    award: str
    result: Literal["met", "not_met", "open"]
    reasons: tuple[_Reason, ...]


@dataclass(frozen=True, slots=True)
class _Output:
    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class _Outputs:
    schema: _Schema
    outputs: tuple[_Output, ...]


@dataclass(frozen=True, slots=True)
class _Basis:
    schema: _Schema
    rows_kept: tuple[tuple[str, str, str, dict[str, str]], ...]
    decisions_kept: tuple[tuple[str, str, str, int | None], ...]


@dataclass(frozen=True, slots=True)
class Run:
    """``ket-qua.json`` (contract 5.3) without what no later run asks for; ``findings`` are there and not looked into."""

    schema: _Schema
    campaign: _Campaign
    round: str
    files: tuple[_File, ...]
    findings: tuple[msgspec.Raw, ...]
    cells: dict[str, int]
    rows: dict[str, dict[str, int]]
    assessments: tuple[_Assessment, ...]
    outputs: tuple[_Output, ...]

    def verdicts(self) -> Mapping[Case, Verdict]:
        """The verdicts by nominee and award form."""
        return {(each.nominee_id, each.award): Verdict(each.name, each.unit, each.result, _found(each)) for each in self.assessments}


def _found(assessment: _Assessment) -> dict[str, tuple[object, object]]:
    return {each.criterion: (each.actual, each.required) for each in assessment.reasons}


def run(path: Path) -> Run | None:
    """A run's ``ket-qua.json``, or None where there is none that can be used."""
    return _read(path, Run)


def outputs(path: Path) -> dict[str, str]:
    """The files that a ``ket-qua.json`` says were written with it, with their hashes."""
    content = _read(path, _Outputs)
    return {each.path: each.sha256 for each in content.outputs} if content else {}


def basis(path: Path) -> Earlier | None:
    """What a run rested on; None where it kept nothing."""
    content = _read(path, _Basis)
    if content is None:
        return None
    rows = {(unit, table, key): values for unit, table, key, values in content.rows_kept}
    return Earlier(rows, {(key, award): (opinion, votes) for key, award, opinion, votes in content.decisions_kept})


def _read(path: Path, shape: type[_Shape]) -> _Shape | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=shape)
    except (OSError, ValueError, RecursionError):  # not there, not to be read, or nothing that the program ever wrote
        return None
