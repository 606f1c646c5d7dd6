"""The fields of the papers of one award form: all of them are made from one list, so that counts, names and order agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from thidua_xlsx import vietnamese
from thidua_xlsx.campaign import Award, Campaign, Organ, holding
from thidua_xlsx.dossier._fields import Ballot, Body, Council, Letterhead, Line, Member, Paper
from thidua_xlsx.dossier._nominations import Nomination, money_total
from thidua_xlsx.dossier._reports import award_form, called, evidence_ids, kind_label, missing, movement, standing_of
from thidua_xlsx.dossier._votes import SHORT_DOTS, ballot
from thidua_xlsx.dossier._words import DOTS, balanced, counted, open_day, rule_under, shown
from thidua_xlsx.model import NomineeKind, Reason
from thidua_xlsx.outcome import Outcome
from thidua_xlsx.text import relief_words, say


@dataclass(frozen=True, slots=True)
class _Authority:
    """Who decides, as the papers of its own agency name it."""

    office: str
    body: str
    is_ours: bool

    @property
    def heading(self) -> str:
        """``CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH KIÊN GIANG``."""
        return f"{self.office} {self.body}".strip().upper()


Put = tuple[Nomination, str, frozenset[str]]
"""A nominee put forward, the path of its report, and the fields that the report's template prints."""


def papers(code: str, lines: Sequence[Put], registered: Sequence[Nomination], outcome: Outcome) -> dict[str, Paper]:
    """The fields of every paper of an award form, by template; ``registered`` are all who sought it."""
    basis = _Basis(outcome, outcome.campaign.awards[code], _waived(outcome), _points(outcome, code))
    common, organ = _common(basis, lines, registered), basis.organ
    minutes = basis.council_letterhead(say("dossier.number_minutes", code=say("dossier.council_code")))
    return {
        "to-trinh.docx": common,
        "danh-sach.docx": common,
        "bien-ban.docx": replace(common, letterhead=minutes),
        "quyet-dinh.docx": _decision(common, basis),
        "kiem-tra-ho-so.docx": replace(common, letterhead=_letterhead(organ.name, organ.office, "", organ.place, basis.day)),
    }


@dataclass(frozen=True, slots=True)
class _Basis:
    """The letterhead, the authority and the day of an award form's papers."""

    outcome: Outcome
    award: Award
    waived: Mapping[str, tuple[str, ...]]
    points: Mapping[str, tuple[str, ...]]

    @property
    def organ(self) -> Organ:
        return self.outcome.campaign.organ_on(self.outcome.round.decided_on)

    @property
    def day(self) -> str:
        return open_day(self.outcome.round.decided_on)

    @property
    def authority(self) -> _Authority:
        """Our own head, the head of the superior body, or somebody above both."""
        ours, superior = self.organ.name_full, _spelled_out(self.organ.parent)
        for body in (ours, superior):
            office = _office_in(self.award.authority, body)
            if office:
                return _Authority(office, body, body is ours)
        return _Authority(self.award.authority, "", is_ours=False)

    @property
    def code(self) -> str:
        """The sign of the proposing body: the agency's, or the council's where the agency's own head decides."""
        return say("dossier.council_code") if self.authority.is_ours else self.organ.code

    @property
    def proposer(self) -> str:
        return self.organ.council if self.authority.is_ours else self.organ.name_full

    @property
    def number(self) -> str:
        return say("dossier.number_submission", code=self.code)

    def council_letterhead(self, number: str) -> Letterhead:
        council = _without(self.organ.council, self.organ.name)
        return _letterhead(self.organ.name, council, number, self.organ.place, self.day)

    def own_letterhead(self) -> Letterhead:
        if self.authority.is_ours:
            return self.council_letterhead(self.number)
        return _letterhead(self.organ.parent, self.organ.name, self.number, self.organ.place, self.day)

    @property
    def addressees(self) -> tuple[str, ...]:
        return (self.award.authority,) if self.authority.is_ours else self.organ.recipients or (DOTS,)

    @property
    def request(self) -> str:
        """What the first addressee is asked to do: grant the award, or forward the proposal to whoever grants it."""
        first = self.addressees[0]
        decides = _folded(first).startswith(_folded(self.award.authority))
        return say(f"dossier.request_{'grant' if decides else 'forward'}", addressee=first, authority=self.award.authority)

    @property
    def signer(self) -> tuple[str, ...]:
        council = (say("dossier.council_form"), say("dossier.council_head"))
        return council if self.authority.is_ours else (self.organ.head_title,)


def _common(basis: _Basis, lines: Sequence[Put], registered: Sequence[Nomination]) -> Paper:
    campaign, law = basis.outcome.campaign, basis.outcome.campaign.law_on(basis.outcome.round.decided_on)
    chosen = {kind: _lines([pair for pair in lines if pair[0].kind is kind], basis) for kind in NomineeKind}
    kinds = campaign.kinds
    voted = {kind: _ballots(registered, kind, basis.outcome) for kind in NomineeKind}
    return Paper(
        letterhead=basis.own_letterhead(),
        movement=movement(basis.outcome),
        award=award_form(basis.award.code, campaign),
        body=Body(basis.proposer, basis.organ.office, basis.number, basis.day),
        council=_council(basis),
        addressees=basis.addressees,
        bases=tuple(citation.rstrip(" ;.,") for citation in law.citations) if law else (DOTS,),
        request=basis.request,
        decider=basis.authority.heading,
        counts=counted({kind: len(chosen[kind]) for kind in kinds}),
        whom=", ".join(say(f"dossier.kind_{kind}") for kind in kinds if chosen[kind] or not lines),
        total=vietnamese.two_digits(len(lines)),
        registered=counted({kind: sum(one.kind is kind for one in registered) for kind in kinds}),
        collectives=chosen[NomineeKind.COLLECTIVE],
        households=chosen[NomineeKind.HOUSEHOLD],
        individuals=chosen[NomineeKind.INDIVIDUAL],
        considered=counted({kind: len(voted[kind]) for kind in kinds}),
        put_aside=_put_aside(registered, kinds),
        considered_collectives=voted[NomineeKind.COLLECTIVE],
        considered_households=voted[NomineeKind.HOUSEHOLD],
        considered_individuals=voted[NomineeKind.INDIVIDUAL],
        signer=basis.signer,
        copies=(say("dossier.copy_above"), basis.organ.council, say("dossier.copy_filed")),
        sets=vietnamese.two_digits(campaign.dossier_sets),
        missing_count=vietnamese.two_digits(sum(bool(line.missing) for named in chosen.values() for line in named)),
    )


def _decision(common: Paper, basis: _Basis) -> Paper:
    """A draft under the letterhead of whoever decides: the place is ours only where that body is ours or our superior."""
    authority, organ = basis.authority, basis.organ
    if authority.is_ours:
        number = say("dossier.number_decision", code=organ.code)
        letterhead = _letterhead(organ.parent, organ.name, number, organ.place, basis.day)
    else:
        name, place = (authority.body, organ.place) if authority.body else (authority.office, DOTS)
        letterhead = _letterhead("", name, say("dossier.number_decision", code=SHORT_DOTS), place, basis.day)
    copies = (say("dossier.copy_article"), *common.copies[1:])
    return replace(common, letterhead=letterhead, signer=(authority.office.upper(),), copies=copies)


def _lines(lines: Sequence[Put], basis: _Basis) -> tuple[Line, ...]:
    return tuple(_line(number, put, basis) for number, put in enumerate(lines, start=1))


def _line(number: int, put: Put, basis: _Basis) -> Line:
    campaign, (one, report, printed) = basis.outcome.campaign, put
    position, unit = standing_of(one, basis.outcome)
    evidence = {key for row in one.deeds for key in evidence_ids(row)}
    return Line(
        number=str(number),
        nominee_id=one.nominee_id,
        name=one.name,
        called=called(one),
        position=position,
        unit=unit,
        award=campaign.awards[one.award].name,
        summary=_summary(one, campaign, basis.points.get(one.nominee_id, ())),
        report=report,
        evidence="; ".join(sorted(evidence)) or say(f"dossier.evidence_{'none' if holding(campaign, 'evidence') else 'unasked'}"),
        missing="; ".join(missing(one, campaign, printed)),
        waived=" ".join(basis.waived.get(one.nominee_id, ())),
    )


def _waived(outcome: Outcome) -> Mapping[str, tuple[str, ...]]:
    """Why rows with an error count all the same, by nominee."""
    eased: dict[str, list[str]] = {}
    for found in outcome.findings:
        if found.relief and found.nominee_id:
            eased.setdefault(found.nominee_id, []).append(relief_words(found))
    return {nominee_id: tuple(dict.fromkeys(words)) for nominee_id, words in eased.items()}


def _points(outcome: Outcome, award: str) -> Mapping[str, tuple[str, ...]]:
    """What every nominee has of the sums that are not money, such as points, by nominee."""
    campaign, found = outcome.campaign, {}
    for verdict in (each for each in outcome.assessments if each.award == award):
        measured = [(each, campaign.measures.get(campaign.criteria[each.criterion].measure or "")) for each in verdict.reasons]
        sums = [reason for reason, measure in measured if measure and measure.kind == "sum" and not campaign.is_money(measure)]
        found[verdict.nominee_id] = tuple(_sum_words(reason, campaign) for reason in sums)
    return found


def _sum_words(reason: Reason, campaign: Campaign) -> str:
    return say("dossier.summary_points", name=campaign.criteria[reason.criterion].name, value=shown(reason.actual))


def _summary(one: Nomination, campaign: Campaign, points: Sequence[str]) -> str:
    """The sum of contributions, the points, and how many achievements of each other kind."""
    total = money_total(campaign, one.deeds)
    kinds = Counter(kind_label(row, campaign).lower() for row in one.deeds if row.get("value_vnd") is None)
    plain = say("dossier.summary_deed")
    said = [say("dossier.summary_count", count=vietnamese.two_digits(number), kind=kind or plain) for kind, number in kinds.items()]
    money = [] if total is None else [say("dossier.summary_money", value=vietnamese.format_money(total))]
    return "; ".join([*money, *points, *said]) or DOTS


def _ballots(registered: Sequence[Nomination], kind: NomineeKind, outcome: Outcome) -> tuple[Ballot, ...]:
    ours = [one for one in registered if one.considered and one.kind is kind]
    return tuple(ballot(number, one, outcome) for number, one in enumerate(ours, start=1))


def _put_aside(registered: Sequence[Nomination], kinds: Sequence[NomineeKind]) -> str:
    """``01 cá nhân`` whom the council considered and does not put forward; empty where there are none."""
    aside = [one.kind for one in registered if one.considered and not one.proposed]
    return counted({kind: aside.count(kind) for kind in kinds}) if aside else ""


def _council(basis: _Basis) -> Council:
    council, organ = basis.outcome.campaign.council, basis.organ
    members = tuple(Member(str(number), one.name, one.title, one.role) for number, one in enumerate(council.members, start=1))
    total = basis.outcome.campaign.council.size
    return Council(organ.council, vietnamese.two_digits(total) if total else SHORT_DOTS, council.quorum or DOTS, members)


def _letterhead(parent: str, name: str, number: str, place: str, day: str) -> Letterhead:
    return Letterhead(parent.upper(), balanced(name.upper()), rule_under(name.upper()), number, place, day)


def _without(name: str, ending: str) -> str:
    """The council's name without the agency's, which stands in the line above."""
    return name[: -len(ending)].rstrip() if name.casefold().endswith(ending.casefold()) else name


def _spelled_out(name: str) -> str:
    return name.replace("UBND", "Ủy ban nhân dân")


def _folded(name: str) -> str:
    return _spelled_out(name).casefold()


def _office_in(authority: str, body: str) -> str:
    """The office of ``body`` that ``authority`` names ("Chủ tịch" of "Chủ tịch Ủy ban nhân dân tỉnh"), empty for another body's."""
    words = _folded(authority).split()
    for place in range(1, len(words)):
        if _folded(body).startswith(" ".join(words[place:])):
            return " ".join(_spelled_out(authority).split()[:place])
    return ""
