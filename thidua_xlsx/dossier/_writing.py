"""The Word papers of a run: filled from their templates, put into place, and read back (the room says what each function gives)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import fields
from pathlib import Path, PurePath

from thidua_xlsx import vietnamese
from thidua_xlsx.campaign import PAPERS_OF_NOMINEE, Campaign, Form, holding
from thidua_xlsx.dossier._agreement import disagreements
from thidua_xlsx.dossier._appraisals import appraisal, evidence_list
from thidua_xlsx.dossier._certificates import LAYOUT_FILE, Layout, certificates, grid, read_layout
from thidua_xlsx.dossier._errors import ContradictionError, TemplateError
from thidua_xlsx.dossier._expectations import CHECKLIST, MINUTES, expectations, report_expectation
from thidua_xlsx.dossier._fields import Appraisal, CollectiveReport, EvidenceList, HouseholdReport, IndividualReport, Paper, Report
from thidua_xlsx.dossier._lint import is_in_loop, sample, unknown_fields
from thidua_xlsx.dossier._nominations import Nomination, nominations
from thidua_xlsx.dossier._papers import papers
from thidua_xlsx.dossier._reports import REPORT, report
from thidua_xlsx.dossier._stage import stage_report
from thidua_xlsx.dossier._stage_agreement import contradictions, expected_lines, unbalanced
from thidua_xlsx.dossier._stage_charts import chart_fields, stage_charts, with_charts
from thidua_xlsx.dossier._stage_facts import Facts, Standing
from thidua_xlsx.dossier._stage_fields import StageReport
from thidua_xlsx.dossier._template import BrokenTemplateError, FastTemplate
from thidua_xlsx.model import Finding, NomineeKind, UserError
from thidua_xlsx.outcome import Outcome
from thidua_xlsx.text import language, say

_REPORT_FILE = f"{REPORT}.docx"
_EVIDENCE_FILE = "danh-muc-minh-chung.docx"
_APPRAISAL_FILE = "phieu-tham-dinh.docx"
_CERTIFICATES_FILE = "giay-khen.docx"
_GRID_FILE = "giay-khen-o-luoi.docx"
_SENT = ("to-trinh.docx", "danh-sach.docx", MINUTES)
_SENT_OF_NOMINEE = (_REPORT_FILE, _EVIDENCE_FILE)
"""What of a set of papers leaves the house; the draft decision, the checklist and the phiếu thẩm định do not."""
_Template = tuple[type, tuple[str, ...]]
"""The paper whose fields a template may use, and those that it must have."""
_Wanted = Mapping[str, Sequence[_Template]]
"""By file name; one that serves for several kinds of nominees has to suit them all."""
_REPORT_TEMPLATES = {
    NomineeKind.COLLECTIVE: "bao-cao-tap-the.docx",
    NomineeKind.HOUSEHOLD: "bao-cao-ho-gia-dinh.docx",
    NomineeKind.INDIVIDUAL: "bao-cao-ca-nhan.docx",
}
_REPORTS = {
    NomineeKind.COLLECTIVE: CollectiveReport,
    NomineeKind.HOUSEHOLD: HouseholdReport,
    NomineeKind.INDIVIDUAL: IndividualReport,
}
_PAPERS: Mapping[str, tuple[tuple[str, ...], str | None]] = {
    "to-trinh.docx": (("award.name", "counts"), None),
    "danh-sach.docx": (("award.name",), "name"),
    MINUTES: (("award.name",), "name"),
    "quyet-dinh.docx": (("award.name", "counts"), "called"),
    CHECKLIST: (("sets",), "name"),
}
"""The papers of an award form: the fields each must have, and what it must say of an individual (of others: the name) if it lists any."""


def _templates(campaign: Campaign) -> _Wanted:
    """Every template that a campaign needs: the usual ones, and those that its dated forms name."""
    kinds = campaign.kinds
    reports = {kind: (_REPORTS[kind], ("award.name", "nominee.name", "contents.deeds.description", "total")) for kind in kinds}
    lists = {name: _paper(name, kinds) for name in _PAPERS}
    wanted: dict[str, dict[_Template, None]] = {
        _APPRAISAL_FILE: {(Appraisal, ("award.name", "nominee.called", "verdict", "grounds.words", "grounds.result")): None},
    }
    if holding(campaign, "evidence"):
        wanted[_EVIDENCE_FILE] = {(EvidenceList, ("nominee.called", "proofs.evidence_id", "unproved")): None}
    usual = ((_REPORT_TEMPLATES[kind], template) for kind, template in reports.items())
    for name, template in (*usual, *lists.items(), *_of_forms(campaign.forms, reports, lists)):
        wanted.setdefault(name, {})[template] = None
    return {name: tuple(templates) for name, templates in wanted.items()}


def _paper(name: str, kinds: Collection[NomineeKind]) -> _Template:
    """What the template of an award form's paper must have where nominees of these kinds are listed."""
    required, of_person = _PAPERS[name]
    listed = {kind: of_person if kind is NomineeKind.INDIVIDUAL else "name" for kind in kinds} if of_person else {}
    prefix = "considered_" if name == MINUTES else ""
    return Paper, (*required, *(f"{prefix}{kind}s.{field}" for kind, field in listed.items()))


def _of_forms(
    forms: Collection[Form], reports: Mapping[NomineeKind, _Template], lists: Mapping[str, _Template]
) -> Iterator[tuple[str, _Template]]:
    for form in forms:
        if form.paper in PAPERS_OF_NOMINEE:
            yield from ((form.template, reports[kind]) for kind in form.kinds or reports if kind in reports)
        else:
            yield form.template, lists[f"{form.paper}.docx"]


_STAGE_TEMPLATE = "bao-cao-so-ket-tong-ket.docx"


def _stage_templates(kinds: Collection[NomineeKind]) -> _Wanted:
    listed = (f"awards.{kind}s" for kind in kinds)
    return {_STAGE_TEMPLATE: ((StageReport, ("stage.name", "registered.counts", "contents.deeds", "awards.name", *listed)),)}


_Fields = Report | EvidenceList | Appraisal | Paper | StageReport


def write_dossiers(folder: Path, outcome: Outcome, templates: Path, *, nominees: Collection[str] | None = None) -> tuple[Path, ...]:
    """The papers of every award form, or those of some nominees."""
    with language("vi"):
        everybody = tuple(one for one in nominations(outcome) if one.award in outcome.campaign.awards)
        chosen = [one for one in everybody if (one.proposed if nominees is None else one.nominee_id in nominees)]
        folders = _folders(folder, chosen)
    if not chosen and (nominees is not None or not _written(everybody, outcome)):
        return ()
    ready, layout = _load(templates, _templates(outcome.campaign))
    with language("vi"):
        pairs = tuple(zip(chosen, folders, strict=True))
        written = list(_write_nominees(ready, pairs, outcome))
        if nominees is None:
            written += _write_papers(folder, (ready, layout), pairs, everybody, outcome)
        try:
            _compare(folder, ready, pairs, everybody if nominees is None else (), outcome)
        except ContradictionError as error:
            _withdraw({folder / PurePath(found.ref.file).parts[0] for found in error.findings}, written)
            raise
    return tuple(written)


def _withdraw(awards: AbstractSet[Path], written: Sequence[Path]) -> None:
    """Delete the papers written below the folders of some award forms; what else somebody keeps there stays."""
    for path in written:
        if not awards.isdisjoint(path.parents):
            path.unlink()
            for folder in (path.parent, *awards):
                with suppress(OSError):  # there is something else in it
                    folder.rmdir()


def print_order(written: Sequence[Path]) -> Mapping[Path, tuple[Path, ...]]:
    """What of an award form is sent away, part by part."""
    sets: dict[Path, tuple[Path, ...]] = {}
    for place in dict.fromkeys(path.parent for path in written if path.name == _SENT[0]):
        own = tuple(path for path in written if path.name in _SENT_OF_NOMINEE and path.parent.parent == place)
        sets[place] = (*(place / name for name in _SENT), *own)
    return sets


def write_stage_report(path: Path, stage: str, outcome: Outcome, decided: Standing, templates: Path) -> Path:
    """The báo cáo sơ kết or tổng kết."""
    ready = _load(templates, _stage_templates(outcome.campaign.kinds))[0][_STAGE_TEMPLATE]
    with language("vi"):
        facts = Facts.of(outcome, decided)
        charts = stage_charts(facts)
        paper = stage_report(facts, stage.replace("-", "_"), chart_fields(charts))
        _put(path, with_charts(_rendered(ready, paper), charts))
        _compare_stage(path, ready, facts)
    return path


def _compare_stage(path: Path, ready: FastTemplate, facts: Facts) -> None:
    file, lines, used = path.name.lstrip("."), expected_lines(facts), unknown_fields(ready, StageReport)[1]
    if found := (*unbalanced(facts, lines, file), *contradictions(path, file, facts, lines, used)):
        path.unlink()
        raise ContradictionError(found)


def check_templates(templates: Path, campaign: Campaign) -> tuple[str, ...]:
    """What is wrong with the templates of a folder."""
    wanted = {**_templates(campaign), **_stage_templates(campaign.kinds)}
    return (*_examine(templates, {}, wanted), *read_layout(templates / LAYOUT_FILE)[1])


def _load(templates: Path, wanted: _Wanted) -> tuple[Mapping[str, FastTemplate], Layout | None]:
    ready: dict[str, FastTemplate] = {}
    layout, wrong = read_layout(templates / LAYOUT_FILE)
    problems = [*_examine(templates, ready, wanted), *wrong]
    if problems:
        raise TemplateError(problems)
    return ready, layout


def _examine(templates: Path, ready: dict[str, FastTemplate], wanted: _Wanted) -> Iterator[str]:
    """The problems of the templates ``wanted``; the sound ones are put into ``ready``."""
    for name, papers_of in wanted.items():
        path = templates / name
        if not path.is_file():
            yield say("dossier.template_missing", file=name, folder=templates)
            continue
        try:
            ready[name] = FastTemplate(path)
        except BrokenTemplateError as error:
            yield _broken(name, error)
            continue
        problems = (problem for paper, required in papers_of for problem in _field_problems(ready[name], paper, required))
        yield from dict.fromkeys(problems)


def _field_problems(template: FastTemplate, paper: type, required: Sequence[str]) -> Iterator[str]:
    unknown, used = unknown_fields(template, paper)
    for one in unknown:
        yield say("dossier.template_unknown", file=template.name, field=one.name, place=one.place, known=", ".join(one.known))
    wrong = [one.name for one in unknown]
    for name in required:
        if name not in used and not _misspelled(name, wrong, paper):
            key = "lacks_row" if is_in_loop(paper, name) else "lacks"
            yield say(f"dossier.template_{key}", file=template.name, field=name, example=f"{{{{ {name} }}}}")
    if not unknown:
        try:
            _filled(template, sample(paper))
        except BrokenTemplateError as error:
            yield _broken(template.name, error)


def _misspelled(name: str, wrong: Sequence[str], paper: type) -> bool:
    """Whether a required field is missing because of one of the names that are ``wrong``, which are said already."""
    return bool(vietnamese.nearest(name, wrong)) or (is_in_loop(paper, name) and any("." not in each for each in wrong))


def _broken(name: str, error: BrokenTemplateError) -> str:
    return say(f"dossier.template_{error.kind}", file=name, why=error, place=error.place, tag=error.tag)


def _filled(template: FastTemplate, paper: _Fields) -> bytes:
    return template.render({one.name: getattr(paper, one.name) for one in fields(paper)})


def _folders(folder: Path, chosen: Sequence[Nomination]) -> list[Path]:
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
        paths.append(unique)
    return paths


def _write_nominees(ready: Mapping[str, FastTemplate], chosen: Sequence[tuple[Nomination, Path]], outcome: Outcome) -> Iterator[Path]:
    """A nominee's own papers: the report, the list of evidence where the campaign asks for any, the phiếu thẩm định."""
    said: dict[str, list[Finding]] = defaultdict(list)
    for found in outcome.findings:
        if found.nominee_id:
            said[found.nominee_id].append(found)
    for one, folder in chosen:
        yield _write(folder / _REPORT_FILE, ready[_report_template(one.award, one.kind, outcome)], report(one, outcome))
        if _EVIDENCE_FILE in ready:
            yield _write(folder / _EVIDENCE_FILE, ready[_EVIDENCE_FILE], evidence_list(one, outcome))
        yield _write(folder / _APPRAISAL_FILE, ready[_APPRAISAL_FILE], appraisal(one, outcome, said[one.nominee_id]))


def _write_papers(
    folder: Path,
    loaded: tuple[Mapping[str, FastTemplate], Layout | None],
    chosen: Sequence[tuple[Nomination, Path]],
    everybody: Sequence[Nomination],
    outcome: Outcome,
) -> Iterator[Path]:
    ready, layout = loaded
    for code in outcome.campaign.awards:
        printed = {kind: _printed(ready[_report_template(code, kind, outcome)], kind) for kind in outcome.campaign.kinds}
        ours = [(one, (path / _REPORT_FILE).relative_to(folder).as_posix(), printed[one.kind]) for one, path in chosen if one.award == code]
        registered = [one for one in everybody if one.award == code]
        made = papers(code, ours, registered, outcome)
        for name in _written(registered, outcome):
            yield _write(folder / code / name, ready[_template_of(name, code, outcome)], made[name])
        if ours and layout and code in layout.awards and any(award == code for _, award in outcome.decisions):
            yield _put(folder / code / _CERTIFICATES_FILE, certificates(layout, made["quyet-dinh.docx"]))
            yield _put(folder / code / _GRID_FILE, grid(layout))


def _written(registered: Sequence[Nomination], outcome: Outcome) -> Sequence[str]:
    """The papers of an award form: all of them if somebody is put forward, minutes and checklist if the council has agreed to nobody."""
    if any(one.proposed for one in registered):
        return tuple(_PAPERS)
    was_held = any(one.considered and (one.nominee_id, one.award) in outcome.decisions for one in registered)
    return (MINUTES, CHECKLIST) if was_held else ()


def _report_template(award: str, kind: NomineeKind, outcome: Outcome) -> str:
    """The template in force for the report of a nominee; without a form of its own the usual one."""
    form = outcome.campaign.form_for(REPORT, award, kind, outcome.round.decided_on)
    return form.template if form else _REPORT_TEMPLATES[kind]


def _printed(template: FastTemplate, kind: NomineeKind) -> frozenset[str]:
    return unknown_fields(template, _REPORTS[kind])[1]


def _template_of(name: str, award: str, outcome: Outcome) -> str:
    """The template in force for a paper of an award form; without a form of its own the paper's namesake."""
    form = outcome.campaign.form_for(name.removesuffix(".docx"), award, None, outcome.round.decided_on)
    return form.template if form else name


def _compare(
    folder: Path,
    ready: Mapping[str, FastTemplate],
    chosen: Sequence[tuple[Nomination, Path]],
    everybody: Sequence[Nomination],
    outcome: Outcome,
) -> None:
    """Read the papers back; ``everybody`` is empty where no lists were written."""
    reports = ((place / _REPORT_FILE, one) for one, place in chosen)
    expected = [report_expectation(path, path.relative_to(folder).as_posix(), one, outcome) for path, one in reports]
    for code in dict.fromkeys(one.award for one in everybody):
        registered = [one for one in everybody if one.award == code]
        used = {name: unknown_fields(ready[_template_of(name, code, outcome)], Paper)[1] for name in _written(registered, outcome)}
        expected += expectations(folder / code, registered, outcome, used)
    if found := tuple(disagreements(expected)):
        raise ContradictionError(found)


def _write(path: Path, template: FastTemplate, paper: _Fields) -> Path:
    return _put(path, _rendered(template, paper))


def _rendered(template: FastTemplate, paper: _Fields) -> bytes:
    try:
        return _filled(template, paper)
    except BrokenTemplateError as error:
        raise TemplateError([_broken(template.name, error)]) from error


def _put(path: Path, content: bytes) -> Path:
    """Write a file beside and rename it into place; one that holds just that is left alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_file() and path.read_bytes() == content:
        return path
    beside = path.with_name(f"{path.name}.tmp")
    beside.write_bytes(content)
    try:
        beside.replace(path)
    except PermissionError as error:
        beside.unlink()
        raise UserError(say("dossier.busy", file=path)) from error
    return path
