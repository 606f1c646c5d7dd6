"""What people have answered about nominees that look alike: ``tra-loi.toml`` beside the campaign file, kept for all rounds and years."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from thidua_xlsx.campaign._section import Lines, Place, Section
from thidua_xlsx.campaign.load import CampaignError, read_toml
from thidua_xlsx.model import PartialDate
from thidua_xlsx.text import say
from thidua_xlsx.vietnamese import Refused, fold, read_citizen_id, read_date

ANSWERS_FILE = "tra-loi.toml"

Identity = tuple[str, ...]

_VERDICTS = ("different", "same")
_CITIZEN_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Side:
    """A nominee as an answer names it, so that it is known again in another round, in another row, under another id.

    ``birth`` and ``citizen_id`` are None for a collective, or where the row does not say.
    """

    name: str
    unit: str
    birth: PartialDate | None = None
    citizen_id: str | None = None

    @property
    def number(self) -> str | None:
        """The citizen id where it is one of 12 digits; a CMND changes with the card and identifies nobody for years."""
        return self.citizen_id if self.citizen_id and len(self.citizen_id) == _CITIZEN_DIGITS else None

    @property
    def person(self) -> Identity:
        """Who is meant where one of the two citizen ids is missing: name, birth date and unit."""
        return fold(self.name), str(self.birth or ""), self.unit

    def is_same(self, other: Side) -> bool:
        """Whether both speak of one nominee: by citizen id where both have one, else by name, birth date and unit."""
        return self.number == other.number if self.number and other.number else self.person == other.person


@dataclass(frozen=True, slots=True)
class Answer:
    """That two nominees are ``same`` (một), or two (hai đối tượng khác nhau): who said so, when, and why."""

    same: bool
    sides: tuple[Side, Side]
    by: str
    on: date
    reason: str

    def is_about(self, one: Side, other: Side) -> bool:
        """Whether the answer speaks of this pair, in either order."""
        first, second = self.sides
        return (first.is_same(one) and second.is_same(other)) or (first.is_same(other) and second.is_same(one))


def load_answers(folder: Path) -> tuple[Answer, ...]:
    """The answers kept in a campaign folder, in the order of the file; none where there is no file. Of two about one pair the last counts.

    Raises :class:`CampaignError` with every problem at once, each with its line.
    """
    path = folder / ANSWERS_FILE
    try:
        raw, data = read_toml(path)
    except FileNotFoundError:
        return ()
    lines, problems = Lines.of(raw.decode("utf-8-sig")), list[str]()
    whole = Section(data, Place(ANSWERS_FILE), problems)
    entries = whole.list_of_tables("answer")
    whole.close()
    answers = [_answer(Section(entry, lines.where("answer", number), problems)) for number, entry in enumerate(entries, 1)]
    if problems:
        raise CampaignError(path, tuple(problems))
    return tuple(answer for answer in answers if answer)


def _answer(section: Section) -> Answer | None:
    verdict = section.one_of("verdict", _VERDICTS)
    sides = [_side(inner) for inner in section.tables("nominees")]
    if len(sides) != 2:
        section.report("two_nominees", key="nominees")
    by, on, reason = section.text("by"), section.day("on"), section.text("reason")
    section.close()
    return Answer(verdict == "same", (sides[0], sides[1]), by, on, reason) if len(sides) == 2 else None


def _side(section: Section) -> Side:
    name, unit = section.text("name"), section.text("unit")
    side = Side(name, unit, _birth(section), _citizen_id(section))
    section.close()
    return side


def _birth(section: Section) -> PartialDate | None:
    typed = section.maybe_text("birth")
    try:
        return read_date(typed).value if typed else None
    except Refused:
        section.report("wrong_type", key="birth", expected=say("campaign.type_birth"), value=typed)
        return None


def _citizen_id(section: Section) -> str | None:
    typed = section.maybe_text("citizen_id")
    try:
        return read_citizen_id(typed, None, None).value if typed else None
    except Refused:
        section.report("wrong_type", key="citizen_id", expected=say("campaign.type_citizen_id"), value=typed)
        return None
