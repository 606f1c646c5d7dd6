"""The outcome itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from thidua_xlsx.campaign import Campaign, Round
from thidua_xlsx.model import Assessment, CheckedSubmission, Decided, FileReport, Finding, NomineeKind, Opinion, Result
from thidua_xlsx.register import Register

Case = tuple[str, str]
"""A nominee's id and an award form's code."""


RowKey = tuple[str, str, str]
"""A unit's code, a table, and what names a row there: its key, or all its values where the table has none; empty for a record."""
Values = Mapping[str, str]
"""The filled columns of a row as texts."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A verdict as an earlier run gave it; enough to say what has changed, and why.

    ``reasons`` has by criterion what was found and what was required.
    """

    name: str
    unit: str
    result: str
    reasons: Mapping[str, tuple[object, object]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Earlier:
    """What an earlier run rested on besides: the counted rows, and the decisions (answer and votes) that stood alone."""

    rows: Mapping[RowKey, Values]
    decisions: Mapping[Case, tuple[str, int | None]]


@dataclass(frozen=True, slots=True)
class RoundFigures:
    """What came of a round: units that sent, counted nominees by kind, registered cases by result, cases agreed to.

    ``contributed`` is what the nominees gave for certain, in VND.
    """

    round: Round
    sent: int
    nominees: Mapping[NomineeKind, int]
    results: Mapping[Result, int]
    agreed: int
    contributed: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """A run over one round.

    ``submissions`` are the accepted ones in the order of the campaign's units; ``superseded`` the older ones of the same units.
    ``files`` has every file of the inbox; ``findings`` everything said, in the order of file, sheet and cell.
    ``decisions`` are those that stand, by (nominee id, award); two for one key are files that disagree, and then nothing is decided.
    ``previous`` holds the verdicts of the last run that differed, by (nominee id, award); None when there was none.
    ``earlier`` is what that run rested on, where it was kept. ``past`` are the rounds before this one that were merged, by their day.
    """

    campaign: Campaign
    round: Round
    files: tuple[FileReport, ...]
    submissions: tuple[CheckedSubmission, ...]
    superseded: tuple[CheckedSubmission, ...]
    register: Register
    assessments: tuple[Assessment, ...]
    findings: tuple[Finding, ...]
    previous: Mapping[tuple[str, str], Verdict] | None = None
    decisions: Mapping[Case, tuple[Decided, ...]] = field(default_factory=dict)
    earlier: Earlier | None = None
    past: tuple[RoundFigures, ...] = ()

    def decided(self, nominee_id: str, award: str) -> Decided | None:
        """The decision about a nominee and an award form that counts; None where there is none, or files disagree."""
        standing = self.decisions.get((nominee_id, award), ())
        return standing[0] if len(standing) == 1 else None


def counting(decisions: Mapping[Case, Sequence[Decided]], award: str | None = None) -> Iterator[Decided]:
    """The decisions that count, about one award form or all of them: where files disagree, nothing is decided."""
    return (found[0] for (_, code), found in decisions.items() if len(found) == 1 and award in (None, code))


def agreed(decisions: Mapping[Case, Sequence[Decided]], award: str | None = None) -> Iterator[Decided]:
    """Those of them by which the leadership has agreed to somebody."""
    return (each for each in counting(decisions, award) if each.decision.opinion is Opinion.AGREED)
