"""In which form and Word template a paper is made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from thidua_xlsx.model import NomineeKind

PAPERS_OF_NOMINEE = ("bao-cao-thanh-tich",)
PAPERS_OF_AWARD = ("to-trinh", "danh-sach", "bien-ban", "quyet-dinh")
"""The papers whose Word template may be a matter of award form, kind of nominee and day; called as the files are that a merge writes."""


@dataclass(frozen=True, slots=True)
class Form:
    """The form (biểu mẫu) of a paper from a day on: its Word ``template``, for some ``awards`` and ``kinds`` or for all.

    ``name`` is what the ``clause`` calls it (Mẫu số 07); None while that is not verified: papers then bear no such words.
    """

    paper: str
    awards: tuple[str, ...]
    kinds: tuple[NomineeKind, ...]
    since: date
    template: str
    name: str | None
    clause: str

    def covers(self, paper: str, award: str, kind: NomineeKind | None) -> bool:
        """Whether it is one of that paper for an award form and a kind of nominee; the papers of an award form know no kind."""
        of_kind = not self.kinds or kind in self.kinds
        return self.paper == paper and (not self.awards or award in self.awards) and of_kind

    @property
    def precision(self) -> tuple[bool, bool]:
        """What goes before what on the same day: a form for certain awards, then one for certain kinds, then one for all."""
        return bool(self.awards), bool(self.kinds)
