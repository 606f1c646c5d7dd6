"""Nominees that stand in the register twice, or seem to: who is the same, who may be, and what people have answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from thidua_xlsx import vietnamese
from thidua_xlsx.campaign import Answer, Side
from thidua_xlsx.model import NomineeKind, PartialDate
from thidua_xlsx.register._words import Place, between, place

if TYPE_CHECKING:
    from thidua_xlsx.campaign import Campaign, Column, Table
    from thidua_xlsx.model import Finding, Record

_MOST_COMPARED = 20
"""Of a group that has more, every row is compared with the first of them: a thousand rows alike need no million findings."""

SAME, ONE_NUMBER, TWO_NUMBERS, PERHAPS = "same", "one_number", "two_numbers", "perhaps"
_TWO_UNITS = {NomineeKind.COLLECTIVE: "M502", NomineeKind.HOUSEHOLD: "M513", NomineeKind.INDIVIDUAL: "M501"}
_CODES = {ONE_NUMBER: "M505", TWO_NUMBERS: "M506", PERHAPS: "M507"}


@dataclass(frozen=True, slots=True)
class _Likeness:
    """What makes two rows alike: equal ``key``; ``column`` is the cell to point at, ``headings`` what to call it."""

    column: str
    headings: str
    key: Hashable


@dataclass(frozen=True, slots=True)
class Question:
    """Two rows that may be one nominee, the headings of the columns in which they agree, and what has been answered about them.

    ``first`` stands before ``second`` in the register.
    """

    first: Record
    second: Record
    sides: tuple[Side, Side]
    same: str
    answer: Answer | None


@dataclass(frozen=True, slots=True)
class _Nominee:
    """A row with what tells who it is, worked out once."""

    row: Record
    side: Side
    likenesses: tuple[_Likeness, ...]

    @classmethod
    def of(cls, row: Record, table: Table, numbers: Sequence[Column], campaign: Campaign) -> _Nominee:
        """``numbers`` are the table's columns of citizen ids."""
        birth, name = row.values.get("birth_date"), row.values.get("full_name", row.values.get("name", ""))
        given = (row.values.get(column.code) for column in numbers)
        number = next((str(number) for number in given if number is not None), None)
        side = Side(str(name), row.unit, birth if isinstance(birth, PartialDate) else None, number)
        return cls(row, side, tuple(_likenesses(row, table, numbers, campaign)))


@dataclass(frozen=True, slots=True)
class _Pair:
    one: _Nominee
    two: _Nominee
    likeness: _Likeness
    kind: str
    answer: Answer | None

    @property
    def row(self) -> Record:
        return self.one.row

    @property
    def other(self) -> Record:
        return self.two.row


@dataclass(frozen=True, slots=True)
class Twins:
    """The rows of one table that look like each other, compared pair by pair."""

    table: Table
    campaign: Campaign
    pairs: tuple[_Pair, ...]

    @classmethod
    def among(cls, rows: Sequence[Record], table: Table, campaign: Campaign, answers: Sequence[Answer]) -> Twins:
        """Compare rows that count; everything is looked up by key, so that twenty thousand take no longer than ten times two thousand."""
        numbers = [column for column in table.columns.values() if column.is_citizen_id]
        nominees = [_Nominee.of(row, table, numbers, campaign) for row in rows]
        groups: dict[Hashable, list[_Nominee]] = defaultdict(list)
        for nominee in nominees:
            for likeness in nominee.likenesses:
                groups[likeness.column, likeness.key].append(nominee)
        known = _Answers.of(answers)
        kind_of = _KIND_OF[table.nominee or NomineeKind.INDIVIDUAL]
        return cls(table, campaign, tuple(pair for nominee in nominees for pair in _pairs(nominee, groups, known, kind_of)))

    @property
    def questions(self) -> Iterator[Question]:
        """Every pair once, in the order of the register."""
        seen: set[tuple[Place, Place]] = set()
        for pair in self.pairs:
            if (place(pair.other), place(pair.row)) not in seen:
                seen.add((place(pair.row), place(pair.other)))
                yield Question(pair.row, pair.other, (pair.one.side, pair.two.side), pair.likeness.headings, pair.answer)

    @property
    def surplus(self) -> frozenset[Place]:
        """The rows that an answer holds back: all of two units until they have agreed; inside a unit all but the first."""
        same = [pair for pair in self.pairs if pair.answer and pair.answer.same]
        return frozenset(place(pair.row) for pair in same if pair.row.unit != pair.other.unit or _before(pair.other, pair.row))

    def findings(self) -> Iterator[Finding]:
        """One finding of a kind on each row, naming the other places."""
        said: dict[tuple[Place, str, Answer | None], list[_Pair]] = defaultdict(list)
        surplus = self.surplus
        for pair in self.pairs:
            said[place(pair.row), self._code(pair, surplus), pair.answer].append(pair)
        return (self._finding(code, pairs) for (_, code, _), pairs in said.items())

    def _code(self, pair: _Pair, surplus: frozenset[Place]) -> str:
        if pair.answer and not pair.answer.same:
            return "M509"
        if pair.answer and place(pair.row) in surplus:
            return "M508"
        if pair.kind != SAME and not pair.answer:
            return _CODES[pair.kind]
        if pair.row.unit == pair.other.unit:
            return "M504"
        return _TWO_UNITS[self.table.nominee or NomineeKind.INDIVIDUAL]

    def _finding(self, code: str, pairs: Sequence[_Pair]) -> Finding:
        first = pairs[0]
        facts: dict[str, Any] = {"same": first.likeness.headings}
        if first.answer:
            facts |= {"by": first.answer.by, "on": PartialDate.of(first.answer.on), "reason": first.answer.reason}
        others = [(pair.other, pair.likeness.column) for pair in pairs]
        return between(code, (first.row, first.likeness.column), others, self.campaign, **facts)


def _before(one: Record, other: Record) -> bool:
    return place(one) < place(other)


def _likenesses(row: Record, table: Table, numbers: Sequence[Column], campaign: Campaign) -> Iterator[_Likeness]:
    """CCCD first, then name and birth date, then name and year, for persons; the name for collectives, with the head's for households."""
    if table.nominee is NomineeKind.COLLECTIVE:
        name = row.values.get("name")
        if isinstance(name, str):
            yield _Likeness("name", table.columns["name"].heading, campaign.body_key(name, row.unit))
        return
    for column in numbers:
        if (number := row.values.get(column.code)) is not None:
            yield _Likeness(column.code, column.heading, number)
    if table.nominee is NomineeKind.HOUSEHOLD:
        yield from _alike_households(row, table)
        return
    name, birth = row.values.get("full_name"), row.values.get("birth_date")
    if isinstance(name, str) and isinstance(birth, PartialDate):
        headings = f"{table.columns['full_name'].heading}, {table.columns['birth_date'].heading}"
        if birth.is_whole:
            yield _Likeness("full_name", headings, vietnamese.person_key(name, birth))
        yield _Likeness("full_name", headings, (vietnamese.fold(name), birth.year))


def _alike_households(row: Record, table: Table) -> Iterator[_Likeness]:
    name, head = row.values.get("name"), row.values.get("head_name")
    if isinstance(name, str) and isinstance(head, str):
        headings = f"{table.columns['name'].heading}, {table.columns['head_name'].heading}"
        yield _Likeness("name", headings, (vietnamese.fold(name), vietnamese.fold(head)))


def _pairs(
    nominee: _Nominee,
    groups: Mapping[Hashable, Sequence[_Nominee]],
    known: _Answers,
    kind_of: Callable[[Side, Side], str | None],
) -> Iterator[_Pair]:
    """The other rows that are, or may be, the same nominee, each with the first likeness that says so."""
    seen = {place(nominee.row)}
    for likeness in nominee.likenesses:
        for other in groups[likeness.column, likeness.key][: _MOST_COMPARED + 1]:
            if place(other.row) not in seen and (kind := kind_of(nominee.side, other.side)):
                seen.add(place(other.row))
                yield _Pair(nominee, other, likeness, kind, known.about(nominee.side, other.side))


def _kind_of_collectives(_one: Side, _two: Side) -> str:
    return SAME


def _kind_of_households(one: Side, two: Side) -> str | None:
    """Heads of one name live in every street: two whose numbers differ by more than a slip are two."""
    return None if one.number and two.number and one.number != two.number and not _mistyped(one.number, two.number) else SAME


def _kind(one: Side, two: Side) -> str | None:
    """What two persons that share a key are to each other; None where they plainly are two.

    Two of one name and birth date differ in more than a digit of the number; one person whose number was mistyped does not. A CMND says
    nothing about the CCCD that replaced it.
    """
    named_alike, births = vietnamese.fold(one.name) == vietnamese.fold(two.name), _births(one.birth, two.birth)
    if one.citizen_id and one.citizen_id == two.citizen_id:
        return SAME if named_alike or births != "apart" else ONE_NUMBER
    if not named_alike or births == "apart":
        return None
    if one.number and two.number and not _mistyped(one.number, two.number):
        return TWO_NUMBERS if births == "equal" else None
    return SAME if births == "equal" else PERHAPS


_KIND_OF: Mapping[NomineeKind, Callable[[Side, Side], str | None]] = {
    NomineeKind.COLLECTIVE: _kind_of_collectives,
    NomineeKind.HOUSEHOLD: _kind_of_households,
    NomineeKind.INDIVIDUAL: _kind,
}


def _births(one: PartialDate | None, other: PartialDate | None) -> str:
    if one is None or other is None:
        return "unknown"
    if one.first > other.last or other.first > one.last:
        return "apart"
    return "equal" if one.is_whole and other.is_whole else "perhaps"


def _mistyped(one: str, other: str) -> bool:
    """Whether two numbers differ in one digit, or in two neighbours that have changed places."""
    apart = [index for index, (mine, theirs) in enumerate(zip(one, other, strict=True)) if mine != theirs]
    if len(apart) == 2 and apart[1] == apart[0] + 1:
        return one[apart[0]] == other[apart[1]] and one[apart[1]] == other[apart[0]]
    return len(apart) == 1


@dataclass(frozen=True, slots=True)
class _Answers:
    """The answers by whom they are about, so that rows nobody has asked about cost nothing."""

    by_side: Mapping[tuple[str, ...], Sequence[Answer]]

    @classmethod
    def of(cls, answers: Sequence[Answer]) -> _Answers:
        """Later answers first."""
        found: dict[tuple[str, ...], list[Answer]] = defaultdict(list)
        for answer in reversed(answers):
            for key in {key for one in answer.sides for key in _keys(one)}:
                found[key].append(answer)
        return cls(found)

    def about(self, one: Side, other: Side) -> Answer | None:
        candidates = (answer for key in _keys(one) for answer in self.by_side.get(key, ()))
        return next((answer for answer in candidates if answer.is_about(one, other)), None)


def _keys(one: Side) -> Iterator[tuple[str, ...]]:
    if one.number:
        yield ("", one.number)
    yield one.person
