"""What a workbook would change of the decisions that stand, and which of its lines cannot be taken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from thidua_xlsx import text, vietnamese
from thidua_xlsx.decisions._book import Book
from thidua_xlsx.decisions._standing import content, is_on_top, is_untouched
from thidua_xlsx.decisions._votes import too_few
from thidua_xlsx.model import Assessment, CellRef, Decided, Decision, Finding, Opinion, Result, Severity
from thidua_xlsx.outcome import Case, Outcome, evidence_stamps
from thidua_xlsx.text import say


class Change(StrEnum):
    """What a line does to the decision that stands."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"
    DISAGREES = "disagrees"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Changes:
    """What applying a workbook would do: its lines by what they change, those refused and those to look at as findings.

    ``untouched`` is how many lines nobody has written in.
    """

    round: str
    lines: tuple[tuple[Change, Decision, Assessment], ...]
    findings: tuple[Finding, ...]
    untouched: int

    def count(self, change: Change) -> int:
        """How many lines do this."""
        return sum(each is change for each, _, _ in self.lines)

    @property
    def refused(self) -> tuple[Finding, ...]:
        """Why lines were not taken."""
        return tuple(each for each in self.findings if each.severity is Severity.ERROR)

    @property
    def accepted(self) -> tuple[tuple[Decision, Assessment], ...]:
        """The lines to be recorded: all that change something, or say something else than what stands."""
        return tuple((decision, verdict) for change, decision, verdict in self.lines if change is not Change.SAME)


def compare(book: Book, outcome: Outcome) -> Changes:
    """Compare a workbook's lines with the run that the campaign folder gives now."""
    verdicts = {(each.nominee_id, each.award): each for each in outcome.assessments}
    stamps = evidence_stamps(outcome)
    touched = [line for line in book.lines if not is_untouched(line)]
    refused = [fault for line in touched if (fault := _fault(line, book.names[line.ref], verdicts, stamps))]
    places = {fault.ref for fault in refused}
    taken = [(line, verdicts[line.nominee_id, line.award]) for line in touched if line.ref not in places]
    lines = tuple((_change(line, outcome.decisions.get(_key(line), ())), line, verdict) for line, verdict in taken)
    doubts = [doubt for each in lines for doubt in (*_doubts(*each, outcome), *too_few(each[1], outcome.campaign.council, book.members))]
    return Changes(book.round, lines, (*_gone(book, outcome), *book.findings, *refused, *doubts), len(book.lines) - len(touched))


def _gone(book: Book, outcome: Outcome) -> Iterator[Finding]:
    """The award forms of the round whose list is no longer in the workbook, or has lost its hidden cells altogether."""
    for code in (code for code in outcome.round.awards if code not in book.awards):
        yield text.finding("A649", CellRef(book.file), value=outcome.campaign.awards[code].name)


def _key(line: Decision) -> Case:
    return line.nominee_id, line.award


def _fault(line: Decision, name: str, verdicts: Mapping[Case, Assessment], stamps: Mapping[Case, str]) -> Finding | None:
    verdict = verdicts.get(_key(line))
    if verdict is None:
        return _say("A625", line)
    # Whoever sorts the visible columns alone puts names beside other people's ids; before the name may stand Ông or Bà
    if not vietnamese.fold(name).endswith(vietnamese.fold(verdict.name)):
        return _say("A646", line, shown=name, name=verdict.name)
    return _say("A626", line) if stamps[_key(line)] != line.stamp else None


def _change(line: Decision, before: tuple[Decided, ...]) -> Change:
    if is_on_top(line, before):
        return Change.ADDED if not before else Change.CHANGED if line.opinion else Change.REMOVED
    is_known = content(line) in {content(each.decision) for each in before}
    return Change.SAME if is_known else Change.DISAGREES


def _doubts(change: Change, line: Decision, verdict: Assessment, outcome: Outcome) -> Iterator[Finding]:
    """What whoever applies the workbook has to know, though nothing keeps a line from being taken."""
    if change is Change.DISAGREES:
        others = "; ".join(f"{in_words(each.decision)} ({each.file})" for each in outcome.decisions.get(_key(line), ()))
        yield _say("A627", line, here=in_words(line), others=others or say("decisions.none"))
    if line.opinion in (Opinion.NOT_AGREED, Opinion.PUT_OFF) and not line.reason:
        yield _say("A628", line, opinion=in_words(line))
    if line.opinion is Opinion.AGREED and verdict.result is not Result.MET:
        yield _say("A629", line, result=say(f"decisions.result_{verdict.result.word}"))


def in_words(decision: Decision) -> str:
    """A decision as a reader sees it: the answer, and the votes where there are any."""
    return opinion_words(decision.opinion or "", decision.votes)


def opinion_words(opinion: str, votes: int | None) -> str:
    """An answer and its votes as a reader sees them; no answer takes back what was decided."""
    words = say(f"decisions.{opinion}" if opinion else "decisions.taken_back")
    return words if votes is None else say("decisions.with_votes", opinion=words, votes=votes)


def _say(code: str, line: Decision, **facts: Any) -> Finding:
    return text.finding(code, line.ref, nominee_id=line.nominee_id, value=line.nominee_id, award=line.award, **facts)
