"""Which decisions stand after a number of files were applied one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from thidua_xlsx.model import Decided, Decision
from thidua_xlsx.outcome import Case, digest

Standing = Mapping[Case, tuple[Decided, ...]]
"""By nominee id and award form: one decision, or several of files that disagree."""

_ONE = "1-"


def content(decision: Decision) -> str:
    """A hash of what is decided, whoever decided it."""
    return digest(decision.opinion, decision.votes, decision.reason)


def basis(standing: Iterable[Decided]) -> str:
    """What a workbook carries to say on top of which decisions it was made; empty where there were none."""
    contents = sorted(content(each.decision) for each in standing)
    return f"{len(contents)}-{'+'.join(contents)}" if contents else ""


def is_untouched(decision: Decision) -> bool:
    """Whether a line still holds what the workbook was made with: the one decision that stood, or nothing.

    Where several stood, which disagree, the line was left empty.
    """
    if decision.basis.startswith(_ONE):
        return decision.basis == _ONE + content(decision)
    return decision.opinion is None and decision.votes is None and not decision.reason


def is_on_top(decision: Decision, before: Iterable[Decided]) -> bool:
    """Whether whoever decided saw what stands, so that the decision replaces it; else the two disagree."""
    return decision.basis == basis(before)


def standing(applied: Iterable[Decided]) -> dict[Case, tuple[Decided, ...]]:
    """What stands after these decisions, in the order in which they were applied."""
    found: dict[Case, tuple[Decided, ...]] = {}
    for each in applied:
        key = (each.decision.nominee_id, each.decision.award)
        before = found.get(key, ())
        if is_on_top(each.decision, before):
            found[key] = (each,)
        elif content(each.decision) not in {content(other.decision) for other in before}:
            found[key] = (*before, each)
    return {key: entries for key, entries in found.items() if any(entry.decision.opinion for entry in entries)}
