"""The fields a Word template may use: one class per kind of paper, each value already a word to print.

These classes are the documentation (``docs/word-templates.md``), the data and the lint of the templates at once: a template
that asks for anything else is refused before a paper is made. What a unit did not supply is a dotted line to be filled by
hand, never an empty text.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The head of a paper (NĐ 30/2020, Phụ lục I): the superior and the issuing body, number and sign, place and day.

    ``rule`` is a run of no-break spaces that the template underlines: the line under the body's name, a third to a half as long.
    """

    parent: str
    name: str
    rule: str
    number: str
    place: str
    day: str


@dataclass(frozen=True, slots=True)
class Movement:
    """The campaign (phong trào thi đua): title, years, plan, occasion and the window in which achievements count."""

    title: str
    period: str
    plan: str
    round: str
    window: str


@dataclass(frozen=True, slots=True)
class AwardForm:
    """The form of award (hình thức khen thưởng) and who decides on it."""

    name: str
    authority: str


@dataclass(frozen=True, slots=True)
class UnitHead:
    """The unit that registers, and its head, who confirms the report."""

    name: str
    head_name: str
    head_title: str


@dataclass(frozen=True, slots=True)
class Individual:
    """A nominated person, as in the register; ``called`` is the name after Ông or Bà. The CCCD is never printed."""

    nominee_id: str
    salutation: str
    name: str
    called: str
    birth_date: str
    gender: str
    hometown: str
    residence: str
    position: str
    department: str
    workplace: str
    category: str
    qualification: str
    party_member: str
    performance: str
    discipline: str


@dataclass(frozen=True, slots=True)
class Collective:
    """A nominated collective, as in the register."""

    nominee_id: str
    name: str
    head_name: str
    head_title: str
    members: str
    women: str
    address: str
    phone: str
    duties: str
    performance: str
    party_rating: str
    union_rating: str
    discipline: str


@dataclass(frozen=True, slots=True)
class Household:
    """A nominated household (hộ gia đình), as in the register."""

    nominee_id: str
    name: str
    head_name: str
    members: str
    address: str
    phone: str
    occupation: str
    discipline: str


@dataclass(frozen=True, slots=True)
class Deed:
    """One achievement (thành tích): when, what, and the further facts as finished sentences."""

    achievement_id: str
    when: str
    kind: str
    description: str
    money: str
    details: str


@dataclass(frozen=True, slots=True)
class ContentGroup:
    """The achievements under one of the contents of the movement (nội dung thi đua), lettered a), b), c) and so on."""

    letter: str
    name: str
    deeds: tuple[Deed, ...]


@dataclass(frozen=True, slots=True)
class Standard:
    """One of the plan's standards (tiêu chuẩn) and what the unit attests of it."""

    number: str
    text: str
    attested: str


@dataclass(frozen=True, slots=True)
class PriorAward:
    """A title or award already held: year, name, and number, day and issuer of the decision."""

    year: str
    name: str
    decision: str


@dataclass(frozen=True, slots=True)
class Report:
    """A báo cáo thành tích; ``total`` and ``total_words`` are empty where no money, goods or labour was declared.

    ``form`` is what the decree calls the form (Mẫu số 07), empty where that is not known.
    """

    form: str
    letterhead: Letterhead
    movement: Movement
    award: AwardForm
    unit: UnitHead
    contents: tuple[ContentGroup, ...]
    total: str
    total_words: str
    standards: tuple[Standard, ...]
    titles: tuple[PriorAward, ...]
    awards: tuple[PriorAward, ...]


@dataclass(frozen=True, slots=True)
class IndividualReport(Report):
    """The báo cáo thành tích of a person."""

    nominee: Individual


@dataclass(frozen=True, slots=True)
class CollectiveReport(Report):
    """The báo cáo thành tích of a collective."""

    nominee: Collective


@dataclass(frozen=True, slots=True)
class HouseholdReport(Report):
    """The báo cáo thành tích of a household."""

    nominee: Household


@dataclass(frozen=True, slots=True)
class Line:
    """A nominee's line in a list; every paper of an award form has the same lines in the same order.

    ``missing`` names what the unit did not supply for the report, ``waived`` why rows with an error count all the same; both are empty
    where there is nothing to say.
    """

    number: str
    nominee_id: str
    name: str
    called: str
    position: str
    unit: str
    award: str
    summary: str
    report: str
    evidence: str
    missing: str
    waived: str


@dataclass(frozen=True, slots=True)
class Ballot:
    """A nominee whom the council considered: votes in favour out of all members (``09/11``), their share, what was decided and why."""

    number: str
    nominee_id: str
    name: str
    called: str
    position: str
    unit: str
    votes: str
    percent: str
    opinion: str
    reason: str


@dataclass(frozen=True, slots=True)
class Subject:
    """The nominee a phiếu thẩm định or a list of evidence is about; ``position`` is empty for a collective."""

    nominee_id: str
    name: str
    called: str
    position: str
    unit: str


@dataclass(frozen=True, slots=True)
class Ground:
    """What a verdict rests on: a criterion (numbered as in the plan's tree: 1, 1.1), its result, its clause and the cells."""

    number: str
    words: str
    result: str
    clause: str
    cells: str


@dataclass(frozen=True, slots=True)
class Appraisal:
    """A phiếu thẩm định: the explained verdict.

    ``files`` are the workbooks that the cells stand in; ``turning`` says what single change would turn it, ``decisions`` what the
    council decided, if it has.
    """

    letterhead: Letterhead
    movement: Movement
    award: AwardForm
    nominee: Subject
    verdict: str
    files: str
    grounds: tuple[Ground, ...]
    remarks: tuple[str, ...]
    turning: tuple[str, ...]
    decisions: tuple[Ballot, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """A piece of evidence (minh chứng) as the unit declared it, and the ids of the achievements it backs."""

    number: str
    evidence_id: str
    title: str
    document_no: str
    issued_on: str
    issued_by: str
    file_name: str
    deeds: str


@dataclass(frozen=True, slots=True)
class EvidenceList:
    """A nominee's list of evidence; ``unproved`` are the ids of achievements that name none."""

    letterhead: Letterhead
    movement: Movement
    award: AwardForm
    nominee: Subject
    proofs: tuple[Proof, ...]
    unproved: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """A member of the council who signs or votes."""

    number: str
    name: str
    title: str
    role: str


@dataclass(frozen=True, slots=True)
class Council:
    """The council (Hội đồng Thi đua - Khen thưởng): what the plan does not say is a dotted line."""

    name: str
    total: str
    quorum: str
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Body:
    """The proposing body (cấp trình khen thưởng): the agency, its office, and the day of its tờ trình."""

    name: str
    office: str
    submission_number: str
    submission_day: str


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper about all nominees of one award form: tờ trình, danh sách, biên bản, quyết định or phiếu kiểm tra hồ sơ.

    ``counts`` is "02 tập thể và 05 cá nhân", reckoned from the very lines that stand in ``collectives``, ``households`` and
    ``individuals``; ``whom`` names the kinds of nominees that stand there ("tập thể, cá nhân").
    ``considered`` counts whom the council considered (``considered_collectives`` and so on), ``put_aside`` those of them
    who are not put forward, empty where there are none. ``total`` is the number of reports. ``request`` is what the addressee is asked
    to do; ``decider`` the heading of whoever decides; ``signer`` the lines of the signing authority (TM., KT. …); ``copies`` the lines
    of nơi nhận.
    """

    letterhead: Letterhead
    movement: Movement
    award: AwardForm
    body: Body
    council: Council
    addressees: tuple[str, ...]
    bases: tuple[str, ...]
    request: str
    decider: str
    counts: str
    whom: str
    total: str
    registered: str
    collectives: tuple[Line, ...]
    households: tuple[Line, ...]
    individuals: tuple[Line, ...]
    considered: str
    put_aside: str
    considered_collectives: tuple[Ballot, ...]
    considered_households: tuple[Ballot, ...]
    considered_individuals: tuple[Ballot, ...]
    signer: tuple[str, ...]
    copies: tuple[str, ...]
    sets: str
    missing_count: str
