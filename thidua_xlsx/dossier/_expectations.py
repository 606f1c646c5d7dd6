"""What the papers of an award form must say, taken from the register and not from the fields they were filled with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from thidua_xlsx import vietnamese
from thidua_xlsx.dossier._agreement import Entry, Expected
from thidua_xlsx.dossier._nominations import Nomination, money_total
from thidua_xlsx.dossier._reports import standing_of
from thidua_xlsx.model import NomineeKind
from thidua_xlsx.outcome import Outcome

MINUTES, CHECKLIST = "bien-ban.docx", "kiem-tra-ho-so.docx"
_STATES_COUNTS = ("to-trinh.docx", "danh-sach.docx", "quyet-dinh.docx")
_LISTS = ("danh-sach.docx", MINUTES, "quyet-dinh.docx", CHECKLIST)
_POSITIONS = {NomineeKind.COLLECTIVE: "head_title", NomineeKind.HOUSEHOLD: "head_name", NomineeKind.INDIVIDUAL: "position"}


def expectations(
    folder: Path, registered: Sequence[Nomination], outcome: Outcome, used: Mapping[str, frozenset[str]]
) -> Iterator[Expected]:
    """What each paper in an award form's ``folder`` must say.

    ``used`` are the papers that were written, with the fields of their templates, so that a column may be left out.
    """
    for name in (each for each in dict.fromkeys((*_STATES_COUNTS, *_LISTS)) if each in used):
        ours = [one for one in registered if (one.considered if name == MINUTES else one.proposed)]
        entries = tuple(_entry(one, outcome, name, used[name]) for one in ours)
        yield Expected(folder / name, f"{folder.name}/{name}", entries, counts=name in _STATES_COUNTS, lists=name in _LISTS)


def report_expectation(path: Path, file: str, one: Nomination, outcome: Outcome) -> Expected:
    """What a nominee's report must say: who it is about, the award form, and the sum of what was contributed."""
    total = money_total(outcome.campaign, one.deeds)
    money = () if total is None else (vietnamese.format_money(total),)
    return Expected(path, file, words=(one.name, outcome.campaign.awards[one.award].name, *money))


def _entry(one: Nomination, outcome: Outcome, paper: str, used: frozenset[str]) -> Entry:
    listed = f"{'considered_' if paper == MINUTES else ''}{one.kind}s"
    words = {
        "position": str(one.row.get(_POSITIONS[one.kind]) or ""),
        "unit": standing_of(one, outcome)[1],
        "award": outcome.campaign.awards[one.award].name,
    }
    return Entry(one.nominee_id, one.kind, one.name, tuple(word for field, word in words.items() if word and f"{listed}.{field}" in used))
