"""The phiếu thẩm định of a nominee (why the verdict is what it is) and the list of evidence that its achievements rest on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from thidua_xlsx.assess import Explanation, explain, result_words
from thidua_xlsx.dossier._fields import Appraisal, Ballot, EvidenceList, Ground, Letterhead, Proof, Subject
from thidua_xlsx.dossier._nominations import Nomination
from thidua_xlsx.dossier._reports import award_form, called, evidence_ids, movement, standing_of, unit_letterhead
from thidua_xlsx.dossier._rows import Row
from thidua_xlsx.dossier._votes import ballot
from thidua_xlsx.dossier._words import DOTS, balanced, facts, open_day, rule_under, shown
from thidua_xlsx.model import Assessment, CellRef, Finding, NomineeKind
from thidua_xlsx.outcome import Outcome
from thidua_xlsx.text import say

_MOST_CELLS = 6


def appraisal(one: Nomination, outcome: Outcome, findings: Sequence[Finding]) -> Appraisal:
    """The fields of a nominee's phiếu thẩm định; ``findings`` are those of the nominee."""
    verdict = one.verdict
    tree = explain(verdict, outcome.campaign, findings) if verdict else None
    return Appraisal(
        letterhead=_office_letterhead(outcome),
        movement=movement(outcome),
        award=award_form(one.award, outcome.campaign),
        nominee=_subject(one, outcome),
        verdict=result_words(verdict.result) if verdict else DOTS,
        files=_files(verdict),
        grounds=tuple(_grounds(tree.children)) if tree else (),
        remarks=tree.remarks if tree else (),
        turning=tree.turning if tree else (),
        decisions=_decisions(one, outcome),
    )


def evidence_list(one: Nomination, outcome: Outcome) -> EvidenceList:
    """The fields of a nominee's list of evidence, in the order in which its achievements name them."""
    return EvidenceList(
        letterhead=unit_letterhead(one, outcome),
        movement=movement(outcome),
        award=award_form(one.award, outcome.campaign),
        nominee=_subject(one, outcome),
        proofs=tuple(_proofs(one)),
        unproved=tuple(shown(row.get("achievement_id")) for row in one.deeds if not evidence_ids(row)),
    )


def _subject(one: Nomination, outcome: Outcome) -> Subject:
    position, unit = standing_of(one, outcome)
    return Subject(
        nominee_id=one.nominee_id,
        name=one.name,
        called=called(one),
        position=position if one.kind is NomineeKind.INDIVIDUAL else "",
        unit=unit,
    )


def _office_letterhead(outcome: Outcome) -> Letterhead:
    organ = outcome.campaign.organ_on(outcome.round.decided_on)
    name = organ.office.upper()
    return Letterhead(organ.name.upper(), balanced(name), rule_under(name), "", organ.place, open_day(outcome.round.decided_on))


def _grounds(parts: Sequence[Explanation], number: str = "") -> Iterator[Ground]:
    """The parts of a verdict as numbered lines; the outermost group is the verdict itself and has no line."""
    if not number and len(parts) == 1 and parts[0].children:
        parts = parts[0].children
    for place, part in enumerate(parts, start=1):
        own = f"{number}{place}"
        yield Ground(own, part.words, result_words(part.result), part.quote or "", _cells(part.cells))
        yield from _grounds(part.children, f"{own}.")


def _cells(cells: Sequence[CellRef]) -> str:
    """``Thành tích!H12, H13``: a sheet is named once; of many cells the first few."""
    places: dict[str, list[str]] = defaultdict(list)
    for cell in cells[:_MOST_CELLS]:
        places[cell.sheet].append(cell.cell)
    said = "; ".join(f"{sheet}!{', '.join(named)}" if any(named) else sheet for sheet, named in places.items())
    more = len(cells) - _MOST_CELLS
    return say("dossier.more_cells", cells=said, count=more) if more > 0 else said


def _files(verdict: Assessment | None) -> str:
    """The workbooks that the cells stand in, mostly one."""
    reasons = verdict.reasons if verdict else ()
    return "; ".join(dict.fromkeys(cell.file for reason in reasons for cell in reason.sources))


def _decisions(one: Nomination, outcome: Outcome) -> tuple[Ballot, ...]:
    return (ballot(1, one, outcome),) if outcome.decided(one.nominee_id, one.award) else ()


def _proofs(one: Nomination) -> Iterator[Proof]:
    backed: dict[str, list[str]] = defaultdict(list)
    for row in one.deeds:
        for key in evidence_ids(row):
            backed[key].append(shown(row.get("achievement_id")))
    for number, (key, deeds) in enumerate(backed.items(), start=1):
        known: Row = one.evidence.get((one.unit, key), {})
        words: Mapping[str, str] = facts(known, "title", "document_no", "issued_on", "issued_by", "file_name")
        yield Proof(str(number), key, deeds="; ".join(dict.fromkeys(deeds)), **words)
