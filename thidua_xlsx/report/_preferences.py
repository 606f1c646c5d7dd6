"""Whom the law prefers among equals (P9, P10): a column of the lists, and shares on the first page; no verdict changes."""

from __future__ import annotations

from thidua_xlsx.assess import literal
from thidua_xlsx.campaign import Preference
from thidua_xlsx.model import NomineeKind, Result
from thidua_xlsx.report import _look as look
from thidua_xlsx.report._calculation import source_of
from thidua_xlsx.report._look import Live
from thidua_xlsx.report._paper import COLUMNS, Cell, Paper
from thidua_xlsx.report._places import Key, Places
from thidua_xlsx.report._view import Case, View, kind_word
from thidua_xlsx.text import say
from thidua_xlsx.xlsx import address

_LEFT = 6
"""The columns of the first page that name the preference."""


def preference_words(view: View, case: Case) -> str:
    """What the law prefers a nominee for; of a share (tỷ lệ nữ) also the figures, whether it is enough or not."""
    return "\n".join(line for each in view.preferences for line in _lines(view, each, case))


def _lines(view: View, preference: Preference, case: Case) -> list[str]:
    table = view.campaign.tables[preference.table]
    if table.nominee is not case.verdict.kind:
        return []
    holds = [f"✓ {preference.name}"] if preference in view.preferred.get(case.verdict.nominee_id, ()) else []
    part, whole = (case.nominee.get(name or "") for name in (preference.part, preference.whole))
    if not (isinstance(part, int) and isinstance(whole, int) and whole > 0):
        return holds
    heading = table.columns[preference.part or ""].heading
    return [say("report.share_of", heading=heading, part=part, whole=whole, percent=part * 100 // whole), *holds]


def write_preferences(paper: Paper, places: Places) -> None:
    """How large a part of the registered, and of those who meet the criteria, the preferred are; live counts."""
    if not places.view.preferences or not places.view.sought:
        return
    paper.block(100 + 50 * len(places.view.preferences))
    paper.title("chapter_preferred")
    heads = (
        (0, _LEFT - 3, "preferred_group"),
        (_LEFT - 2, _LEFT - 1, "kind"),
        (_LEFT, _LEFT, "registered"),
        (_LEFT + 1, _LEFT + 2, "preferred_share"),
        (_LEFT + 3, _LEFT + 3, "result_met"),
        (_LEFT + 4, _LEFT + 5, "preferred_share"),
    )
    paper.line([(first, last, say(f"report.{key}"), look.HEADING) for first, last, key in heads])
    for preference in places.view.preferences:
        paper.line(_shares(paper.row, places, preference))
    sources = dict.fromkeys(source_of(places.view, each.clause) for each in places.view.preferences)
    paper.line([(0, COLUMNS - 1, say("report.preferred_lead", sources="; ".join(sources)), look.LEAD)])
    paper.gap()


def _shares(row: int, places: Places, preference: Preference) -> list[Cell]:
    view = places.view
    kind = view.campaign.tables[preference.table].nominee or NomineeKind.INDIVIDUAL
    cells: list[Cell] = [
        (0, _LEFT - 3, preference.name[:1].upper() + preference.name[1:], look.CELL),
        (_LEFT - 2, _LEFT - 1, kind_word(kind), look.CENTRED),
    ]
    for column, result in ((_LEFT, None), (_LEFT + 3, Result.MET)):
        among = [case for case in view.sought if case.verdict.kind is kind and result in (None, case.verdict.result)]
        theirs = sum(preference in view.preferred.get(case.verdict.nominee_id, ()) for case in among)
        of_kind = ((Key.KIND, literal(kind_word(kind))), *(((places.result_column, str(int(result))),) if result is not None else ()))
        count, whole = address(row, column), places.count(*of_kind)
        share = Live(f'IF({whole}>0,{count}/{whole},"–")', theirs / len(among) if among else "–")
        cells += [
            (column, column, Live(places.count(*of_kind, (places.preferences[preference], "1")), theirs), look.COUNT),
            (column + 1, column + 2, share, look.PERCENT),
        ]
    return cells
