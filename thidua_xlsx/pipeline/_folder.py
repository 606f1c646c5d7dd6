"""The campaign folder: where its parts stand, and which round is meant."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from thidua_xlsx.campaign import CAMPAIGN_FILE, Campaign, Round, load_campaign
from thidua_xlsx.model import NomineeKind, UserError
from thidua_xlsx.text import say

DEFAULT_CAMPAIGN = "kien-giang"


class UsageError(UserError):
    """What was asked for cannot be done as asked; the message says what to do instead."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A campaign folder: ``campaign.toml  word/  issued/  inbox/  decisions/  output/``."""

    path: Path
    campaign: Campaign

    @classmethod
    def at(cls, path: Path | str) -> Folder:
        """The folder at a path; raises ``CampaignError`` where there is no sound campaign file."""
        path = Path(path)
        return cls(path, load_campaign(path / CAMPAIGN_FILE))

    @property
    def word(self) -> Path:
        """The Word templates."""
        return self.path / "word"

    @property
    def inbox(self) -> Path:
        """What units have sent."""
        return self.path / "inbox"

    @property
    def decisions(self) -> Path:
        """The leadership's workbooks that were applied."""
        return self.path / "decisions"

    def issued(self, round_id: str) -> Path:
        """Where the workbooks of a round are issued."""
        return self.path / "issued" / round_id

    def reminders(self, round_id: str) -> Path:
        """Where drafts for units that have sent nothing are written: beside the results, which a merge replaces as a whole."""
        return self.path / "reminders" / round_id

    def output(self, round_id: str) -> Path:
        """Where the results of a round are written."""
        return self.path / "output" / round_id

    def data(self, round_id: str) -> Path:
        """Where a round's tables for other programs are written: beside the results, which a merge replaces as a whole."""
        return self.path / "output" / f"{round_id}-du-lieu"

    def round(self, round_id: str | None, today: date) -> Round:
        """The round of that id; without an id the only one that is open.

        Open is a round whose workbooks have been issued (before anything was issued: any round) and that is not decided by ``today``;
        where all issued ones are decided, the only one issued is meant.
        """
        rounds = self.campaign.rounds
        if round_id is not None:
            if round_id not in rounds:
                raise UsageError(say("cli.no_such_round", round=round_id, rounds=", ".join(rounds)))
            return rounds[round_id]
        issued = [entry for entry in rounds.values() if self.issued(entry.id).is_dir()]
        undecided = [entry for entry in issued or rounds.values() if today <= entry.decided_on]
        candidates = undecided or issued or list(rounds.values())
        if len(candidates) != 1:
            raise UsageError(say("cli.which_round", count=len(candidates), rounds=", ".join(rounds)))
        return candidates[0]


@contextmanager
def word_templates(home: Folder) -> Iterator[Path]:
    """The folder's Word templates, for a campaign runs from its campaign file alone: shipped ones stand in where a template is missing.

    A template that is still as it was shipped is the one shipped for this campaign's kinds of nominee, whichever campaign the folder was
    begun with: one for a campaign without households has no place for them.
    """
    sets = [sorted(source.glob("*.docx")) for source in _shipped_word(households=NomineeKind.HOUSEHOLD in home.campaign.kinds)]
    untouched = {(path.name, path.read_bytes()) for paths in _shipped_word(households=True) for path in paths.glob("*.docx")}
    ours = {path.name: path for paths in sets for path in paths}
    there = {path.name: path for path in home.word.glob("*") if path.is_file()}
    own = {name: path for name, path in there.items() if name not in ours or (name, path.read_bytes()) not in untouched}
    chosen = {**ours, **own}
    if all(name in there and path.read_bytes() == there[name].read_bytes() for name, path in ours.items() if name not in own):
        yield home.word
        return
    with tempfile.TemporaryDirectory() as scratch:
        for name, path in chosen.items():
            shutil.copyfile(path, Path(scratch) / name)
        yield Path(scratch)


def _shipped_word(*, households: bool) -> list[Path]:
    """The shipped folders of Word templates that fit, the one that counts last."""
    sources = sorted(shipped("workbook_templates").glob("*/word"), key=lambda path: path.parent.name == DEFAULT_CAMPAIGN)
    return sources[::-1] if households else sources[-1:]


def shipped(kind: str) -> Path:
    """``workbook_templates`` or ``examples`` as shipped: inside an installed wheel, beside the package in a checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "shipped" / kind
    return installed if installed.is_dir() else package.parent / kind


def today() -> date:
    """The office's calendar day: it only says which round is open, and when a decision was kept."""
    return date.today()  # noqa: DTZ011 – the office's own day is meant
