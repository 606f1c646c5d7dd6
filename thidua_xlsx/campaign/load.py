"""Read ``campaign.toml`` into a :class:`Campaign`, or say everything that is wrong with it at once."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from thidua_xlsx.campaign import _crosscheck, _parts, plan
from thidua_xlsx.campaign._section import Lines, Section
from thidua_xlsx.campaign._syntax import syntax
from thidua_xlsx.model import UserError
from thidua_xlsx.text import say

CAMPAIGN_FILE = "campaign.toml"

_LISTS = (
    "organ",
    "law",
    "unit",
    "clause",
    "content",
    "list",
    "table",
    "measure",
    "criterion",
    "award",
    "parameter",
    "round",
    "waiver",
    "soft",
    "quota",
    "preference",
    "code_list",
    "prize",
    "base_salary",
    "form",
)
_NEEDED = ("organ", "unit", "clause", "table", "criterion", "award", "round")
_SINGLE = ("campaign", "council", "titles", "bodies", "statistics")

Part = TypeVar("Part")
Read = list[tuple[Section, Part]]


class CampaignError(UserError):
    """A campaign file that cannot be used; ``problems`` has one sentence per fault, each with its place."""

    def __init__(self, path: Path, problems: tuple[str, ...]) -> None:
        self.path = path
        self.problems = problems
        super().__init__("\n".join((say("campaign.heading", path=path, count=len(problems)), *(f"- {problem}" for problem in problems))))


class NoCampaignError(CampaignError):
    """There is no campaign file at all, most often because somebody stands in another folder."""

    def __init__(self, path: Path) -> None:
        problem = say("campaign.no_file", path=path)
        super().__init__(path, (problem,))
        self.args = (problem,)


@dataclass(slots=True)
class _File:
    data: Mapping[str, Any]
    lines: Lines
    problems: list[str]

    def report(self, key: str, /, **facts: object) -> None:
        if (said := say(f"campaign.{key}", **facts)) not in self.problems:
            self.problems.append(said)

    def single(self, name: str) -> Section:
        data = self.data.get(name, {})
        if isinstance(data, list) and data and isinstance(data[0], dict):
            self.report("one_block", place=self.lines.where(name, 1).said(None), name=name)
            data = data[0]
        if not isinstance(data, dict):
            self.report("wrong_type", key=name, expected=f"[{name}]", value=data)
        return Section(data if isinstance(data, dict) else {}, self.lines.where(name, 1), self.problems)

    def sections(self, name: str) -> list[Section]:
        entries = self.data.get(name, [])
        if isinstance(entries, dict):
            self.report("many_blocks", place=self.lines.where(name, 1).said(None), name=name)
            entries = [entries]
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            self.report("wrong_type", key=name, expected=f"[[{name}]]", value=entries)
            return []
        return [Section(entry, self.lines.where(name, number), self.problems) for number, entry in enumerate(entries, 1)]

    def read(self, name: str, make: Callable[[Section], Part]) -> list[tuple[Section, Part]]:
        made = []
        for section in self.sections(name):
            made.append((section, make(section)))
            section.close()
        return made


def _columns(file: _File, number: int, section: Section) -> list[tuple[Section, plan.Column]]:
    made = []
    for index, data in enumerate(section.list_of_tables("column"), 1):
        inner = Section(data, file.lines.where("table.column", number, index), file.problems)
        made.append((inner, _parts.column(inner)))
        inner.close()
    _crosscheck.unique([(inner, column.code) for inner, column in made], "code")
    return made


def _tables(file: _File) -> list[tuple[Section, plan.Table, list[tuple[Section, plan.Column]]]]:
    made = []
    for number, section in enumerate(file.sections("table"), 1):
        columns = _columns(file, number, section)
        made.append((section, _parts.table(section, [column for _, column in columns]), columns))
        section.close()
    return made


def _by(parts: list[tuple[Section, Part]], key: str) -> dict[str, Part]:
    _crosscheck.unique([(section, getattr(part, key)) for section, part in parts], key)
    return {getattr(part, key): part for _, part in parts}


def _abbreviations(file: _File, name: str) -> dict[str, str]:
    section = file.single(name)
    return {key: section.text(key) for key in section.data}


def _shape(file: _File) -> None:
    for name in file.data:
        if name not in (*_LISTS, *_SINGLE):
            file.report("unknown_key", key=name, hint="")
    for name in ("campaign", *_NEEDED):
        if not file.data.get(name):
            file.report("missing_section", name=name)


@dataclass(frozen=True, slots=True)
class _Contents:
    """The parts of a file, each with the section it was read from."""

    organs: Read[plan.Organ]
    laws: Read[plan.Law]
    units: Read[plan.Unit]
    clauses: Read[plan.Clause]
    contents: Read[plan.Content]
    lists: Read[tuple[str, tuple[plan.Choice, ...]]]
    tables: list[tuple[Section, plan.Table, Read[plan.Column]]]
    measures: Read[plan.Measure]
    criteria: Read[plan.Criterion]
    awards: Read[plan.Award]
    parameters: Read[plan.Parameter]
    rounds: Read[plan.Round]
    waivers: Read[plan.Waiver]
    softs: Read[plan.Soft]
    quotas: Read[plan.Quota]
    preferences: Read[plan.Preference]
    code_lists: Read[plan.CodeList]
    prizes: Read[plan.Prize]
    base_salaries: Read[plan.BaseSalary]
    forms: Read[plan.Form]

    @classmethod
    def of(cls, file: _File) -> _Contents:
        return cls(
            organs=file.read("organ", _parts.organ),
            laws=file.read("law", _parts.law),
            units=file.read("unit", _parts.unit),
            clauses=file.read("clause", _parts.clause),
            contents=file.read("content", _parts.content),
            lists=file.read("list", _parts.choices),
            tables=_tables(file),
            measures=file.read("measure", _parts.measure),
            criteria=file.read("criterion", _parts.criterion),
            awards=file.read("award", _parts.award),
            parameters=file.read("parameter", _parts.parameter),
            rounds=file.read("round", _parts.occasion),
            waivers=file.read("waiver", _parts.waiver),
            softs=file.read("soft", _parts.soft),
            quotas=file.read("quota", _parts.quota),
            preferences=file.read("preference", _parts.preference),
            code_lists=file.read("code_list", _parts.code_list),
            prizes=file.read("prize", _parts.prize),
            base_salaries=file.read("base_salary", _parts.base_salary),
            forms=file.read("form", _parts.form),
        )

    @property
    def columns(self) -> list[tuple[Section, plan.Table, plan.Column]]:
        return [(section, table, column) for _, table, inner in self.tables for section, column in inner]


def _assemble(file: _File, read: _Contents, digest: str) -> plan.Campaign:
    head, council = file.single("campaign"), file.single("council")
    _crosscheck.unique([(section, name) for section, (name, _) in read.lists], "id")
    campaign = plan.Campaign(
        id=head.text("id"),
        version=head.positive("version"),
        title=head.text("title"),
        title_spellings=head.texts("title_spellings"),
        plan=head.text("plan"),
        period_from=head.day("period_from"),
        period_to=head.day("period_to"),
        dossier_sets=head.positive("dossier_sets"),
        dossier_clause=head.text("dossier_clause"),
        sha256=digest,
        organs=tuple(organ for _, organ in read.organs),
        laws=tuple(law for _, law in read.laws),
        units=_by(read.units, "code"),
        clauses=_by(read.clauses, "id"),
        contents=_by(read.contents, "code"),
        lists=dict(part for _, part in read.lists),
        tables=_by([(section, table) for section, table, _ in read.tables], "code"),
        measures=_by(read.measures, "id"),
        criteria=_by(read.criteria, "code"),
        parameters=tuple(parameter for _, parameter in read.parameters),
        awards=_by(read.awards, "code"),
        rounds=_by(read.rounds, "id"),
        council=_parts.council(council),
        titles=_abbreviations(file, "titles"),
        passwords=head.texts("passwords"),
        waivers=tuple(waiver for _, waiver in read.waivers),
        softs=tuple(soft for _, soft in read.softs),
        bodies=_abbreviations(file, "bodies"),
        inner_kinds=head.texts("inner_kinds"),
        quotas=tuple(quota for _, quota in read.quotas),
        preferences=tuple(preference for _, preference in read.preferences),
        code_lists=_by(read.code_lists, "list"),
        statistics=_parts.statistics(file.single("statistics")),
        prizes=tuple(prize for _, prize in read.prizes),
        base_salaries=tuple(salary for _, salary in read.base_salaries),
        forms=tuple(form for _, form in read.forms),
    )
    head.close()
    if campaign.dossier_clause and campaign.dossier_clause not in campaign.clauses:
        head.report("no_such", key="dossier_clause", value=campaign.dossier_clause, what=say("campaign.what_clause"), hint="")
    _crosscheck.kinds(head, campaign)
    _crosscheck.council(council, campaign)
    return campaign


def _check(file: _File, read: _Contents, campaign: plan.Campaign) -> None:
    """What only the whole file can tell."""
    columns = [(section, column) for section, _, column in read.columns]
    quoting = [
        *read.organs,
        *read.contents,
        *read.criteria,
        *read.awards,
        *read.parameters,
        *read.rounds,
        *read.waivers,
        *read.softs,
        *read.quotas,
        *read.preferences,
        *read.prizes,
        *read.base_salaries,
        *read.forms,
        *columns,
    ]
    _crosscheck.clauses(quoting, campaign.clauses)
    _crosscheck.columns(read.columns, campaign.tables, campaign.lists)
    tables = [(section, table) for section, table, _ in read.tables]
    _crosscheck.tables(tables)
    _crosscheck.things(tables, campaign)
    _crosscheck.values(read.columns, read.measures, read.criteria, campaign)
    _crosscheck.measures(read.measures, campaign)
    _crosscheck.prerequisites(read.awards, campaign)
    _crosscheck.preferences(read.preferences, campaign)
    _crosscheck.statistics(file.single("statistics"), campaign)
    _crosscheck.criteria(read.criteria, campaign)
    _crosscheck.awards(read.awards, campaign.criteria)
    _crosscheck.parameters(read.parameters, campaign)
    _crosscheck.quotas(read.quotas, campaign)
    _crosscheck.prizes(read.prizes, read.base_salaries, campaign.awards)
    _crosscheck.forms(read.forms, campaign)
    _crosscheck.rounds(read.rounds, campaign.awards)
    _crosscheck.waivers(read.waivers, campaign)
    _crosscheck.unique([(section, soft.code) for section, soft in read.softs], "code")
    if "unit" not in campaign.tables:
        file.report("no_columns", table="unit", columns=", ".join(_crosscheck.UNIT_COLUMNS))
    if not any(table.nominee for table in campaign.tables.values()):
        file.report("no_nominees")


def read_toml(path: Path) -> tuple[bytes, dict[str, Any]]:
    """The bytes of a TOML file and what they say. Raises :class:`CampaignError`, and ``FileNotFoundError`` where there is no such file."""
    try:
        raw = path.read_bytes()
        return raw, tomllib.loads(raw.decode("utf-8-sig"))
    except NotADirectoryError:
        raise FileNotFoundError(path) from None
    except UnicodeDecodeError:
        raise CampaignError(path, (say("campaign.not_utf8"),)) from None
    except tomllib.TOMLDecodeError as error:
        raise CampaignError(path, (syntax(str(error), raw.decode("utf-8-sig")),)) from None


def load_campaign(path: Path | str) -> plan.Campaign:
    """The campaign of a folder (its ``campaign.toml``) or of a campaign file.

    Raises :class:`CampaignError` with every problem at once, each with its place in the file.
    """
    path = Path(path)
    if path.is_dir():
        path = path / CAMPAIGN_FILE
    try:
        raw, data = read_toml(path)
    except FileNotFoundError:
        raise NoCampaignError(path) from None
    file = _File(data, Lines.of(raw.decode("utf-8-sig")), [])
    _shape(file)
    read = _Contents.of(file)
    campaign = _assemble(file, read, hashlib.sha256(raw).hexdigest())
    _check(file, read, campaign)
    if file.problems:
        raise CampaignError(path, tuple(file.problems))
    return campaign
