"""Word papers (hồ sơ): a báo cáo thành tích per nominee, the papers of each award form, and the báo cáo sơ kết, tổng kết.

All are made from templates an office can edit, which stand in the campaign folder's ``word/``; ``docs/word-templates.md`` names their
fields.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path

from thidua_xlsx import vietnamese
from thidua_xlsx.dossier._fields import CollectiveReport, IndividualReport, Paper, Report
from thidua_xlsx.dossier._lint import sample, unknown_fields
from thidua_xlsx.dossier._nominations import Nomination, nominations
from thidua_xlsx.dossier._papers import papers
from thidua_xlsx.dossier._reports import report
from thidua_xlsx.dossier._stage import stage_report
from thidua_xlsx.dossier._stage_charts import chart_fields, stage_charts, with_charts
from thidua_xlsx.dossier._stage_facts import Facts, Standing
from thidua_xlsx.dossier._stage_fields import StageReport
from thidua_xlsx.dossier._template import BrokenTemplateError, FastTemplate
from thidua_xlsx.model import NomineeKind, UserError
from thidua_xlsx.outcome import Outcome
from thidua_xlsx.text import language, say

__all__ = ["STAGES", "TemplateError", "check_templates", "write_dossiers", "write_stage_report"]

STAGES = ("so-ket", "tong-ket")
"""What the movement is reported on: its sơ kết and its tổng kết."""

_REPORT_FILE = "bao-cao-thanh-tich.docx"
_REPORT_TEMPLATES = {NomineeKind.COLLECTIVE: "bao-cao-tap-the.docx", NomineeKind.INDIVIDUAL: "bao-cao-ca-nhan.docx"}
_LISTED = ("award.name", "collectives.name", "individuals.name")
_TEMPLATES: Mapping[str, tuple[type, tuple[str, ...]]] = {
    "bao-cao-tap-the.docx": (CollectiveReport, ("award.name", "nominee.name", "contents.deeds.description", "total")),
    "bao-cao-ca-nhan.docx": (IndividualReport, ("award.name", "nominee.name", "contents.deeds.description", "total")),
    "to-trinh.docx": (Paper, ("award.name", "counts")),
    "danh-sach.docx": (Paper, _LISTED),
    "bien-ban.docx": (Paper, _LISTED),
    "quyet-dinh.docx": (Paper, ("award.name", "counts", "collectives.name", "individuals.called")),
    "kiem-tra-ho-so.docx": (Paper, ("collectives.name", "individuals.name", "sets")),
}
"""Every template: the paper whose fields it may use, and the fields without which the paper would not be that paper."""
_STAGE_TEMPLATE = "bao-cao-so-ket-tong-ket.docx"
_STAGE_TEMPLATES: Mapping[str, tuple[type, tuple[str, ...]]] = {
    _STAGE_TEMPLATE: (StageReport, ("stage.name", "registered.counts", "contents.deeds", "awards.name"))
}


class TemplateError(UserError, ValueError):
    """Word templates that cannot be used; ``problems`` names each file, field and place."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


def write_dossiers(folder: Path, outcome: Outcome, templates: Path, *, nominees: Collection[str] | None = None) -> tuple[Path, ...]:
    """Write the papers of every award form below ``folder`` (``ho-so``), in the order of the lists; gives their paths.

    Put forward is who sought an award form and meets it; once the leadership has decided about that form, whom it has agreed to.
    With ``nominees`` only their reports are written, whatever the verdict.
    """
    with language("vi"):
        everybody = tuple(one for one in nominations(outcome) if one.award in outcome.campaign.awards)
        chosen = [one for one in everybody if (one.proposed if nominees is None else one.nominee_id in nominees)]
        paths = _report_paths(folder, chosen)
    if not chosen:
        return ()
    ready = _load(templates, _TEMPLATES)
    with language("vi"):
        pairs = tuple(zip(chosen, paths, strict=True))
        written = [_write(path, ready[_REPORT_TEMPLATES[one.kind]], report(one, outcome)) for one, path in pairs]
        if nominees is None:
            written += _write_papers(folder, ready, pairs, everybody, outcome)
    return tuple(written)


def write_stage_report(path: Path, stage: str, outcome: Outcome, decided: Standing, templates: Path) -> Path:
    """Write the báo cáo sơ kết or tổng kết (one of :data:`STAGES`) of a run; ``decided`` are the decisions of all rounds so far."""
    ready = _load(templates, _STAGE_TEMPLATES)[_STAGE_TEMPLATE]
    with language("vi"):
        facts = Facts.of(outcome, decided)
        charts = stage_charts(facts)
        paper = stage_report(facts, stage.replace("-", "_"), chart_fields(charts))
        return _put(path, with_charts(_rendered(ready, paper), charts))


def check_templates(templates: Path) -> tuple[str, ...]:
    """What is wrong with the Word templates of a folder, one sentence per problem; empty when all can be used."""
    return tuple(_examine(templates, {}, {**_TEMPLATES, **_STAGE_TEMPLATES}))


def _load(templates: Path, wanted: Mapping[str, tuple[type, tuple[str, ...]]]) -> Mapping[str, FastTemplate]:
    ready: dict[str, FastTemplate] = {}
    problems = list(_examine(templates, ready, wanted))
    if problems:
        raise TemplateError(problems)
    return ready


def _examine(templates: Path, ready: dict[str, FastTemplate], wanted: Mapping[str, tuple[type, tuple[str, ...]]]) -> Iterator[str]:
    """The problems of the templates ``wanted``; the sound ones are put into ``ready``."""
    for name, (paper, required) in wanted.items():
        path = templates / name
        if not path.is_file():
            yield say("dossier.template_missing", file=name, folder=templates)
            continue
        try:
            ready[name] = FastTemplate(path)
        except BrokenTemplateError as error:
            yield _broken(name, error)
            continue
        yield from _field_problems(ready[name], paper, required)


def _field_problems(template: FastTemplate, paper: type, required: Sequence[str]) -> Iterator[str]:
    unknown, used = unknown_fields(template, paper)
    for one in unknown:
        yield say("dossier.template_unknown", file=template.name, field=one.name, place=one.place, known=", ".join(one.known))
    for name in required:
        if name not in used:
            yield say("dossier.template_lacks", file=template.name, field=name, example=f"{{{{ {name} }}}}")
    if not unknown:
        try:
            _filled(template, sample(paper))
        except BrokenTemplateError as error:
            yield _broken(template.name, error)


def _broken(name: str, error: BrokenTemplateError) -> str:
    return say(f"dossier.template_{'broken' if error.place else 'unreadable'}", file=name, why=error, place=error.place)


def _filled(template: FastTemplate, paper: Report | Paper | StageReport) -> bytes:
    return template.render({one.name: getattr(paper, one.name) for one in fields(paper)})


def _report_paths(folder: Path, chosen: Sequence[Nomination]) -> list[Path]:
    """A folder for every nominee; two ids that give the same name on a disk (Windows knows no case) are kept apart."""
    paths: list[Path] = []
    taken: set[str] = set()
    for one in chosen:
        place, number = folder / one.award / vietnamese.file_name(one.nominee_id), 1
        unique = place
        while str(unique).casefold() in taken:
            number += 1
            unique = place.with_name(f"{place.name} ({number})")
        taken.add(str(unique).casefold())
        paths.append(unique / _REPORT_FILE)
    return paths


def _write_papers(
    folder: Path,
    ready: Mapping[str, FastTemplate],
    chosen: Sequence[tuple[Nomination, Path]],
    everybody: Sequence[Nomination],
    outcome: Outcome,
) -> Iterator[Path]:
    for code in outcome.campaign.awards:
        ours = [(one, path.relative_to(folder).as_posix()) for one, path in chosen if one.award == code]
        registered = [one for one in everybody if one.award == code]
        if ours:
            for name, paper in papers(code, ours, registered, outcome).items():
                yield _write(folder / code / name, ready[name], paper)


def _write(path: Path, template: FastTemplate, paper: Report | Paper) -> Path:
    return _put(path, _rendered(template, paper))


def _rendered(template: FastTemplate, paper: Report | Paper | StageReport) -> bytes:
    try:
        return _filled(template, paper)
    except BrokenTemplateError as error:
        raise TemplateError([_broken(template.name, error)]) from error


def _put(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.tmp")
    beside.write_bytes(content)
    try:
        beside.replace(path)
    except PermissionError as error:
        beside.unlink()
        raise UserError(say("dossier.busy", file=path)) from error
    return path
