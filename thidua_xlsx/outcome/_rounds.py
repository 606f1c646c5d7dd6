"""What came of a round in a few figures, so that one round can be laid beside another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from thidua_xlsx.campaign import OWNER, Campaign, Measure, Round, leaves
from thidua_xlsx.model import FileStatus, NomineeKind, Opinion, Result
from thidua_xlsx.outcome._earlier import basis_of
from thidua_xlsx.outcome._outcome import Case, Earlier, Outcome, RoundFigures, Values, Verdict
from thidua_xlsx.vietnamese import read_date


def figures_of(campaign: Campaign, occasion: Round, sent: int, verdicts: Mapping[Case, Verdict], basis: Earlier) -> RoundFigures:
    """The figures of a merge that ``sent`` units had a part in, from its verdicts and the rows and decisions that they rest on."""
    kinds: dict[str, NomineeKind] = {table.code: table.nominee for table in campaign.tables.values() if table.nominee}
    nominees = {(unit, key): values for (unit, table, key), values in basis.rows.items() if table in kinds}
    sought = {key: values.get("award_sought", "") for (_, key), values in nominees.items()}
    results = Counter(verdicts[case].result for case in sought.items() if case in verdicts)
    agreed = sum(opinion == Opinion.AGREED.value and sought.get(key) == award for (key, award), (opinion, _) in basis.decisions.items())
    return RoundFigures(
        occasion,
        sent,
        Counter(kinds[table] for _, table, _ in basis.rows if table in kinds),
        {result: results[result.word] for result in Result},
        agreed,
        _contributed(campaign, occasion, basis, nominees),
    )


def _contributed(campaign: Campaign, occasion: Round, basis: Earlier, nominees: Mapping[tuple[str, str], Values]) -> int:
    """The sum of the nominees' rows of money that count for certain, each measure once."""
    asked = {code for award in occasion.awards for code in leaves(campaign.awards[award].requires)}
    measures = dict.fromkeys(campaign.criteria[code].measure for code in sorted(asked))
    money = [campaign.measures[name] for name in measures if name and campaign.is_money(campaign.measures[name])]
    rows = [(table, values, nominees.get((unit, values.get(OWNER, "")))) for (unit, table, _), values in basis.rows.items()]
    after = {each.id: campaign.counts_after(each, occasion.decided_on) or "" for each in money}
    return sum(
        _amount(each, window, values, whose.get(after[each.id]))
        for each, window in ((each, each.window(occasion)) for each in money)
        for table, values, whose in rows
        if table == each.table and whose is not None
    )


def _amount(measure: Measure, window: Round, values: Values, own_day: str | None) -> int:
    """What a row adds for certain; rows up to ``own_day``, the nominee's, do not count."""
    of_kind = all(values.get(column) in wanted for column, wanted in measure.where.items())
    day, amount = values.get(measure.date), values.get(measure.of or "")
    if not (of_kind and day and amount):
        return 0
    made, after = read_date(day).value, read_date(own_day).value if own_day else None
    return int(float(amount)) if window.holds(made) and (after is None or after.is_before(made)) else 0


def figures_now(outcome: Outcome) -> RoundFigures:
    """The figures of the run itself."""
    verdicts = {(each.nominee_id, each.award): Verdict(each.name, each.unit, each.result.word) for each in outcome.assessments}
    sent = {report.unit for report in outcome.files if report.status is FileStatus.ACCEPTED}
    return figures_of(outcome.campaign, outcome.round, len(sent), verdicts, basis_of(outcome))
