"""Who is on the lists that leave the office: with the award form sought, the row of the register, and how far the case has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from thidua_xlsx.model import NomineeKind, Opinion, Result, Typed

if TYPE_CHECKING:
    from thidua_xlsx.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Nominee:
    """A counted nominee and the award form it seeks; ``met`` by the criteria, ``agreed`` by the leadership (None: nothing decided yet)."""

    kind: NomineeKind
    unit: str
    name: str
    award: str
    met: bool
    agreed: bool | None
    row: Mapping[str, Typed | None]

    @property
    def subject(self) -> str:
        """Its category, or its kind where it has none."""
        return str(self.row.get("category") or self.kind.value)

    @property
    def is_proposed(self) -> bool:
        """It meets the award form; once the leadership has decided about that form: it has agreed to it."""
        return self.met if self.agreed is None else self.agreed


def nominees(outcome: Outcome) -> tuple[Nominee, ...]:
    """All of them in the order of the verdicts."""
    rows: dict[str, Mapping[str, Typed | None]] = {}
    for table in outcome.campaign.tables.values():
        if table.nominee:
            frame = outcome.register.tables[table.code]
            columns = [frame[name].tolist() for name in table.columns]
            rows |= {
                str(values[0]): dict(zip(table.columns, values[1:], strict=True))
                for values in zip(frame["nominee_id"], *columns, strict=True)
            }
    decided = {award for _, award in outcome.decisions}
    found = []
    for case in outcome.assessments:
        row = rows[case.nominee_id]
        if row.get("award_sought") == case.award:
            standing = outcome.decided(case.nominee_id, case.award)
            agreed = standing is not None and standing.decision.opinion is Opinion.AGREED
            known = agreed if case.award in decided else None
            found.append(Nominee(case.kind, case.unit, case.name, case.award, case.result is Result.MET, known, row))
    return tuple(found)
