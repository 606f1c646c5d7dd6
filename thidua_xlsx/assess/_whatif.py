"""What would be if a figure were another: who turns, who stands just above and below it, and which criterion decides how often."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from thidua_xlsx.assess._nominees import Frames
from thidua_xlsx.assess._single import deciding
from thidua_xlsx.assess._tree import Flags, Numbers, Results, evaluate, measured_results
from thidua_xlsx.campaign import Award, Campaign, Criterion, Parameter, leaves
from thidua_xlsx.model import Assessment, NomineeKind, Result

_SHARES = (0.5, 0.75, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0)
"""The steps of a figure that is set, as shares of it."""
_QUANTILES = (10, 25, 50, 75, 90)
"""The steps of a figure that is not set: what so many percent of the nominees who declared something do not exceed."""
_NEAR = 3


@dataclass(frozen=True, slots=True)
class Setting:
    """Another figure for a criterion: of every award form and kind of nominee, or of those named."""

    criterion: str
    value: float
    award: str | None = None
    kind: NomineeKind | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """A verdict that would be another one."""

    before: Assessment
    after: Assessment


@dataclass(frozen=True, slots=True)
class Step:
    """What a figure would give: how many nominees meet the award form, do not, or stay open, and how many verdicts turn."""

    figure: float
    counts: Mapping[Result, int]
    turned: int


@dataclass(frozen=True, slots=True)
class Stand:
    """A nominee near a figure: how much it has for certain, and its distance (negative below)."""

    nominee_id: str
    name: str
    unit: str
    sure: float
    distance: float


@dataclass(frozen=True, slots=True)
class Ladder:
    """A figure of an award form and kind of nominee: the one in force (None: not set), the steps, and who stands beside it."""

    criterion: str
    award: str
    kind: NomineeKind
    figure: float | None
    steps: tuple[Step, ...]
    above: tuple[Stand, ...]
    below: tuple[Stand, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How often a criterion comes out how for an award form, and how often a verdict is not met or open because of it, or it alone."""

    award: str
    criterion: str
    counts: Mapping[Result, int]
    decides: int
    alone: int


def with_settings(campaign: Campaign, settings: Iterable[Setting]) -> Campaign:
    """The campaign with other figures, whatever day they are asked for."""
    for setting in settings:
        criterion = campaign.criteria[setting.criterion]
        if criterion.has_parameters:
            campaign = replace(campaign, parameters=tuple(_overridden(campaign, setting)))
        else:
            campaign = replace(campaign, criteria={**campaign.criteria, criterion.code: replace(criterion, figure=setting.value)})
    return campaign


def _overridden(campaign: Campaign, setting: Setting) -> Iterator[Parameter]:
    clause = campaign.criteria[setting.criterion].clause
    awards = [setting.award] if setting.award else [code for code, award in campaign.awards.items() if _asks(award, setting.criterion)]
    kinds = [setting.kind] if setting.kind else campaign.kinds
    changed = {(setting.criterion, award, kind) for award in awards for kind in kinds}
    yield from (each for each in campaign.parameters if (each.criterion, each.award, each.kind) not in changed)
    yield from (Parameter(*key, date.min, setting.value, clause) for key in sorted(changed))


def _asks(award: Award, criterion: str) -> bool:
    return criterion in set(leaves(award.requires))


def turns(before: Iterable[Assessment], after: Iterable[Assessment]) -> tuple[Turn, ...]:
    """The verdicts that are not the same in two runs over the same nominees."""
    return tuple(Turn(one, other) for one, other in zip(before, after, strict=True) if one.result is not other.result)


def ladders(
    facts: Frames,
    campaign: Campaign,
    round_id: str,
    assessments: Sequence[Assessment],
    counted: Collection[tuple[str, str]] | None = None,
) -> tuple[Ladder, ...]:
    """Every figure that the campaign's parameters give for the round, step by step, from what :func:`measure_facts` gives.

    ``counted`` are the nominees and award forms that are counted, such as those that registered for the form; all, where it is None.
    """
    found = []
    for code in campaign.rounds[round_id].awards:
        award, verdicts = campaign.awards[code], [each for each in assessments if each.award == code]
        results = _results(verdicts)
        among = np.array([counted is None or (each.nominee_id, code) in counted for each in verdicts], dtype=bool)
        for criterion in (campaign.criteria[leaf] for leaf in dict.fromkeys(leaves(award.requires))):
            if criterion.has_parameters and verdicts:
                scale = _Scale(verdicts, _Amounts.of(facts[criterion.code]), award, criterion, results, among)
                found += [scale.ladder(kind, campaign, round_id) for kind in campaign.kinds]
    return tuple(ladder for ladder in found if ladder.steps)


def _results(assessments: Sequence[Assessment]) -> Mapping[str, Results]:
    """The results of one award form's criteria, by position of the nominee."""
    codes = [reason.criterion for reason in assessments[0].reasons] if assessments else []
    return {code: np.array([each.reasons[place].result for each in assessments], dtype=np.int8) for place, code in enumerate(codes)}


@dataclass(frozen=True, slots=True)
class _Amounts:
    """What every nominee has for a criterion, by position."""

    rows: npt.NDArray[np.int64]
    sure: Numbers
    least: Numbers
    possible: Numbers

    @classmethod
    def of(cls, facts: pd.DataFrame) -> _Amounts:
        """From a frame in which None is an end that nobody can tell."""
        least, possible = (
            np.array([end if value is None else value for value in facts[name].tolist()], dtype=object)
            for name, end in (("least", -math.inf), ("possible", math.inf))
        )
        return cls(np.array(facts["rows"].tolist(), dtype=np.int64), np.array(facts["sure"].tolist()), least, possible)


@dataclass(frozen=True, slots=True)
class _Scale:
    """What decides how an award form comes out for all nominees when one criterion's figure moves."""

    verdicts: Sequence[Assessment]
    found: _Amounts
    award: Award
    criterion: Criterion
    results: Mapping[str, Results]
    among: Flags

    def ladder(self, kind: NomineeKind, campaign: Campaign, round_id: str) -> Ladder:
        """The steps of the figure for one kind of nominee; none where nobody of that kind has declared anything."""
        figure = campaign.figure(self.criterion, self.award.code, kind, campaign.rounds[round_id].achievements_to)
        ours = self.among & np.array([each.kind is kind for each in self.verdicts], dtype=bool)
        values = _steps(figure, self.found.sure[ours & (self.found.rows > 0)])
        before = evaluate(self.award.requires, self.results)[ours] if values else ours
        steps = tuple(self._step(value, ours, before) for value in values)
        above, below = self._beside(figure, ours)
        return Ladder(self.criterion.code, self.award.code, kind, figure, steps, above, below)

    def _step(self, value: float, ours: Flags, before: Results) -> Step:
        found, size = self.found, len(self.verdicts)
        figures = (np.full(size, value), np.ones(size, dtype=bool))
        moved = measured_results(found.rows, found.least, found.possible, figures)
        after = evaluate(self.award.requires, {**self.results, self.criterion.code: moved})[ours]
        return Step(value, {result: int((after == result).sum()) for result in Result}, int((after != before).sum()))

    def _beside(self, figure: float | None, ours: Flags) -> tuple[tuple[Stand, ...], tuple[Stand, ...]]:
        """Who has just enough, and who just too little, of those who declared anything."""
        if figure is None:
            return (), ()
        declared = np.flatnonzero(ours & (self.found.rows > 0))
        distances = self.found.sure[declared] - figure
        nearest = np.argsort(np.abs(distances), kind="stable")
        above, below = (declared[nearest[side]][:_NEAR] for side in (distances[nearest] >= 0, distances[nearest] < 0))
        return tuple(self._stand(place, figure) for place in above), tuple(self._stand(place, figure) for place in below)

    def _stand(self, place: int, figure: float) -> Stand:
        sure, verdict = self.found.sure[place].item(), self.verdicts[place]
        return Stand(verdict.nominee_id, verdict.name, verdict.unit, sure, sure - figure)


def _steps(figure: float | None, declared: Numbers) -> list[float]:
    """The figures to try: around the one that is set, or spread over what was declared."""
    if figure:
        return sorted({figure if share == 1 else max(1, round(figure * share)) for share in _SHARES})
    if not len(declared):
        return []
    return sorted({_rounded(float(np.percentile(declared.astype(float), share))) for share in _QUANTILES})


def _rounded(value: float) -> int:
    """To two leading digits, as people set figures."""
    whole = max(1, round(value))
    unit: int = 10 ** max(0, len(str(whole)) - 2)
    return max(1, round(whole / unit)) * unit


def coverage(campaign: Campaign, assessments: Iterable[Assessment]) -> tuple[Coverage, ...]:
    """For every award form and criterion of a run, how the criterion came out and what it decided, in the order of the forms."""
    alike: dict[tuple[object, ...], list[Assessment]] = {}
    for each in assessments:
        alike.setdefault((each.award, *[reason.result for reason in each.reasons]), []).append(each)
    counts: dict[tuple[str, str], Counter[Result]] = {}
    decides, alone = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for group in alike.values():
        each, size = group[0], len(group)
        found = {reason.criterion: reason for reason in each.reasons}
        kept_back_by = () if each.result is Result.MET else deciding(campaign.awards[each.award].requires, found)
        resting = list(dict.fromkeys(reason.criterion for reason in kept_back_by))
        for code, reason in found.items():
            counts.setdefault((each.award, code), Counter())[reason.result] += size
        decides.update({(each.award, code): size for code in resting})
        alone.update({(each.award, code): size for code in resting if len(resting) == 1})
    return tuple(
        Coverage(award, code, {result: found[result] for result in Result}, decides[award, code], alone[award, code])
        for (award, code), found in counts.items()
    )
