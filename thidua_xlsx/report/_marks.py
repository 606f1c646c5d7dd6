"""What the lines about a unit are made from, as a hash that changes with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import chain

from thidua_xlsx.model import Assessment
from thidua_xlsx.outcome import digest
from thidua_xlsx.report._view import View
from thidua_xlsx.text import current_language


def unit_marks(view: View) -> Mapping[str, str]:
    """By unit, a hash of all that its lines are made from: its file, what of it counts and what is held, what is said, found and decided.

    Left out are units with a verdict that rests on another unit's file, or about a nominee whose id is somebody else's too.
    """
    whole = (view.campaign.sha256, view.round.id, current_language(), repr(sorted(view.outcome.decisions.items())))
    told: dict[str, list[str]] = {code: list(whole) for code in view.submission_of}
    for unit, words in chain(_files(view), _rows(view), _findings(view), _verdicts(view)):
        if unit in told:
            told[unit].append(words)
    named = Counter((verdict.nominee_id, verdict.award) for verdict in view.outcome.assessments)
    foreign = {each.unit for each in view.outcome.assessments if named[each.nominee_id, each.award] > 1 or _is_foreign(view, each)}
    return {unit: digest(*words) for unit, words in told.items() if unit not in foreign}


_Told = Iterator[tuple[str, str]]
"""A unit and something that its lines rest on."""


def _files(view: View) -> _Told:
    yield from ((each.unit, f"{each.path} {each.sha256} {each.provenance}") for each in view.outcome.files if each.unit)


def _rows(view: View) -> _Told:
    for way, tables in (("", view.rows), ("held", view.held)):
        for code, rows in tables.items():
            yield from ((str(row["unit"]), f"{way} {code} {row['file']} {row['sheet']} {row['row']}") for row in rows)


def _findings(view: View) -> _Told:
    files = {checked.submission.file: unit for unit, checked in view.submission_of.items()}
    nominees = {verdict.nominee_id: verdict.unit for verdict in view.outcome.assessments}
    for found in view.outcome.findings:
        units = {files.get(found.ref.file), nominees.get(found.nominee_id or "")}
        yield from ((unit, repr(found)) for unit in units if unit)


def _verdicts(view: View) -> _Told:
    for each in view.outcome.assessments:
        stamp = view.stamps[each.nominee_id, each.award]
        preferred = [preference.name for preference in view.preferred.get(each.nominee_id, ())] if view.preferences else []
        reasons = (f"{r.criterion} {r.result:d} {r.actual!r} {r.required!r} {r.why} {r.clause} {len(r.sources)}" for r in each.reasons)
        yield (
            each.unit,
            f"{each.award} {each.nominee_id} {each.result:d} {stamp} {preferred} {'; '.join(reasons)}",
        )


def _is_foreign(view: View, verdict: Assessment) -> bool:
    checked = view.submission_of.get(verdict.unit)
    return checked is None or any(ref.file != checked.submission.file for reason in verdict.reasons for ref in reason.sources)
