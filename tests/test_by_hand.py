"""Campaigns of other bodies, written from the guide alone: what the program finds is what their author worked out by hand.

``tests/campaigns/<name>.toml`` is the campaign, ``<name>.ke-khai.toml`` what units declare, round by round, with the expected results.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from tests.sheets import Row, fill
from tests.test_report import formula_cells, recalculated
from thidua_xlsx import issue, load_campaign, merge
from thidua_xlsx.campaign import Campaign, Table
from thidua_xlsx.cli import cli
from thidua_xlsx.model import NomineeKind
from thidua_xlsx.pipeline import audit, init

FOLDER = Path(__file__).parent / "campaigns"
NAMES = ("phu-nu-sao-mai", "giao-duc-hai-au", "hop-tac-xa-mam-xanh")
RESULTS = {"m": "met", "n": "not_met", "o": "open"}
FAMILIES = ("Lê", "Trần", "Phạm", "Vũ")
PEOPLE = ["An", "Bình", "Cúc", "Dung", "Giang", "Hoa", "Kim", "Lan", "Mai", "Nga", "Oanh", "Phúc", "Quý", "Sen"]
Declared = Mapping[str, Any]


@dataclass(frozen=True)
class Run:
    """A merged round: what was declared with what is expected, and ``ket-qua.json``."""

    home: Path
    declared: Declared
    result: Declared

    @property
    def summary(self) -> Path:
        """The leadership's workbook."""
        return self.home / "output" / str(self.declared["id"]) / "bao-cao-tong-hop.xlsx"


def declarations(name: str) -> list[Declared]:
    """The rounds of a campaign as its author wrote them down."""
    rounds: list[Declared] = tomllib.loads((FOLDER / f"{name}.ke-khai.toml").read_text(encoding="utf-8"))["round"]
    return rounds


def line_of(campaign: Campaign, nominee: Declared, unit: str, taken: Mapping[str, list[Row]]) -> tuple[Table, int]:
    """The table and line of a nominee: where its id is prefilled, else the next one."""
    tables = [table for table in campaign.tables.values() if table.nominee]
    for table in tables:
        keys = table.prefilled_keys(unit, table.rows)
        if nominee["id"] in keys:
            return table, keys.index(nominee["id"])
    return tables[0], len(taken.get(tables[0].code, ()))


def called(kind: NomineeKind, nominee_id: str, person: str) -> Row:
    """The names of a nominee."""
    if kind is NomineeKind.INDIVIDUAL:
        return {"full_name": person}
    return {"name": f"Chi hội {nominee_id}"} if kind is NomineeKind.COLLECTIVE else {"name": f"Hộ bà {person}", "head_name": person}


def filled(campaign: Campaign, declared: Declared, unit: str, nominees: list[Declared]) -> dict[str, list[Row]]:
    """What a unit types into its form."""
    occasion = campaign.rounds[declared["id"]]
    tables: dict[str, list[Row]] = {"unit": [{"prepared_on": occasion.deadline, **declared.get("unit", {}).get(unit, {})}]}
    family = FAMILIES[list(campaign.units).index(unit)]
    for nominee in nominees:
        table, line = line_of(campaign, nominee, unit, tables)
        assert table.nominee
        rows = tables.setdefault(table.code, [])
        rows += [{} for _ in range(line + 1 - len(rows))]
        sought = campaign.awards[occasion.awards[0]].name
        rows[line] = {"award_sought": sought, **called(table.nominee, nominee["id"], f"{family} Thị {PEOPLE[line]}"), **nominee["cells"]}
        for code in (code for code, other in campaign.tables.items() if not other.nominee and code != "unit"):
            tables.setdefault(code, []).extend({"nominee_id": nominee["id"], **row} for row in nominee.get(code, ()))
    return tables


def owner(nominee: Declared) -> str:
    """The unit that declares a nominee."""
    return str(nominee.get("unit") or nominee["id"].partition(".")[0])


@pytest.fixture(scope="module", params=[(name, number) for name in NAMES for number in range(len(declarations(name)))], ids=str)
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A folder begun with the shipped campaign, as an office begins, its campaign file replaced; a round issued, filled in and merged."""
    name, number = request.param
    home = init(tmp_path_factory.mktemp(name) / "phong-trao")
    (home / "campaign.toml").write_bytes((FOLDER / f"{name}.toml").read_bytes())
    campaign, declared = load_campaign(home), declarations(name)[number]
    issue(home, declared["id"])
    for unit in dict.fromkeys(map(owner, declared["nominee"])):
        rows = filled(campaign, declared, unit, [each for each in declared["nominee"] if owner(each) == unit])
        fill(home / "issued" / declared["id"] / f"{unit}.xlsx", home / "inbox" / f"{unit}.xlsx", rows)
    done = merge(home, round=declared["id"])
    return Run(home, declared, json.loads((done.folder / "ket-qua.json").read_text(encoding="utf-8")))


def expected(run: Run) -> Iterator[tuple[tuple[str, ...], object]]:
    """Everything the author worked out: (nominee, award), (nominee, award, criterion), and what is found, with ``actual`` behind."""
    for nominee in run.declared["nominee"]:
        for award, result in nominee["expect"].items():
            yield (nominee["id"], award), RESULTS[result]
        for place, result in nominee.get("criteria", {}).items():
            yield (nominee["id"], *place.split(".")), RESULTS[result]
        for place, actual in nominee.get("actual", {}).items():
            yield (nominee["id"], *place.split("."), "actual"), actual


def found(run: Run) -> dict[tuple[str, ...], object]:
    """The same of what the program says."""
    said: dict[tuple[str, ...], object] = {}
    for one in run.result["assessments"]:
        case = (one["nominee_id"], one["award"])
        said[case] = one["result"]
        for reason in one["reasons"]:
            said[*case, reason["criterion"]] = reason["result"]
            said[*case, reason["criterion"], "actual"] = reason["actual"]
    return said


def test_every_result_is_the_one_worked_out_by_hand(run: Run) -> None:
    """Verdicts, criteria and sums of every nominee; nobody else is assessed."""
    wanted, said = dict(expected(run)), found(run)
    assert {key: said.get(key) for key in wanted} == wanted
    assert {key[0] for key in said} == {key[0] for key in wanted}


def test_whoever_is_assessed_stands_in_the_summary(run: Run) -> None:
    """Each nominee stands in the list of the award form it seeks, whether or not its table names a key."""
    book = load_workbook(run.summary)
    first = load_campaign(run.home).rounds[run.declared["id"]].awards[0]
    (sheet,) = (each for each in book if str(each["A1"].value).endswith(f"|{first}"))
    listed = {str(cell.value) for cell in sheet["A"][5:] if cell.value}
    assert {nominee["id"] for nominee in run.declared["nominee"]} <= listed


def test_the_pages_of_the_summary_name_one_sum(run: Run) -> None:
    """The first page adds up by kind what the units' page adds up by unit, without what a discipline excludes; points are no money."""
    book = load_workbook(run.summary, data_only=True)
    by_kind = [row for row in book["Tổng quan"].iter_rows(values_only=True) if str(row[0]).endswith(" đồng.")]
    by_unit = [row for row in book["Nộp báo cáo"].iter_rows(values_only=True) if row[0] == "Tổng cộng"]
    sums = [int("".join(filter(str.isdigit, str(row[0])))) for row in by_kind]
    assert all(total in by_unit[0] for total in sums)
    heads = [cell for row in book["Nộp báo cáo"].iter_rows(max_row=4, values_only=True) for cell in row]
    assert ("Đóng góp (triệu đồng)" in heads) == bool(sums)
    assert bool(sums) == any("GT" in place for each in run.declared["nominee"] for place in each.get("criteria", {}))


def test_libreoffice_computes_the_same(run: Run, tmp_path: Path) -> None:
    """Recalculated from nothing, every formula of the summary gives what the run had stored."""
    stored, computed = formula_cells(run.summary), recalculated(run.summary, tmp_path)
    assert stored
    assert {key: computed[key[0]][key[1]].value or 0 for key in stored} == {key: value or 0 for key, value in stored.items()}


def test_every_cell_is_counted_again(run: Run) -> None:
    """The audit with the second reader agrees."""
    again = audit(run.home, run.declared["id"])
    assert again.findings == ()


def test_an_untouched_folder_has_papers_for_households(run: Run) -> None:
    """The templates of the folder are those of a campaign without households; who meets the award form has its papers all the same."""
    papers = run.home / "output" / run.declared["id"] / "ho-so"
    award = load_campaign(run.home).rounds[run.declared["id"]].awards[0]
    met = [nominee["id"].replace("/", "-") for nominee in run.declared["nominee"] if nominee["expect"][award] == "m"]
    assert {path.parent.name for path in papers.glob(f"{award}/*/bao-cao-thanh-tich.docx")} == set(met)


@pytest.mark.parametrize("begun", ["kien-giang", "xa-nep-vang"])
@pytest.mark.parametrize("name", NAMES)
def test_the_check_asks_for_no_template_that_stands_in(tmp_path: Path, name: str, begun: str) -> None:
    """Whatever campaign a folder was begun with, its untouched Word templates are no fault of another one; one that was changed is."""
    home = init(tmp_path / "phong-trao", begun)
    (home / "campaign.toml").write_bytes((FOLDER / f"{name}.toml").read_bytes())
    done = CliRunner().invoke(cli, ["campaign", "check", str(home / "campaign.toml")])
    assert ".docx" not in done.output
    (home / "word" / "to-trinh.docx").write_bytes((home / "word" / "phieu-tham-dinh.docx").read_bytes())
    done = CliRunner().invoke(cli, ["campaign", "check", str(home / "campaign.toml")])
    assert "to-trinh.docx" in done.output


def test_a_verdict_names_what_the_drop_down_shows(tmp_path: Path) -> None:
    """A blank is asked for by the label of its choice, not by its code, and every value that would do is named."""
    home = init(tmp_path / "phong-trao")
    (home / "campaign.toml").write_bytes((FOLDER / "phu-nu-sao-mai.toml").read_bytes())
    issue(home, "nam-2025", ["H1"])
    family = {"name": "Hộ bà Lê Thị An", "head_name": "Lê Thị An", "award_sought": "Bằng khen", "complaint": "Không", "penal": "Không"}
    rows: dict[str, list[Row]] = {"unit": [{"prepared_on": "10/01/2026", "solid": "Yếu"}], "families": [family]}
    fill(home / "issued" / "nam-2025" / "H1.xlsx", home / "inbox" / "H1.xlsx", rows)
    said = CliRunner().invoke(cli, ["explain", "H1.G1", "-C", str(home), "--round", "nam-2025", "--award", "BK"]).output
    words = " ".join(said.split())
    assert "Nếp sống văn hóa: ô còn trống, yêu cầu “Đạt”" in words
    assert "Cơ sở, chi hội từ Khá: ghi “Yếu”, yêu cầu “Vững mạnh hoặc Khá”" in words


def test_a_campaign_without_figures_has_none_to_try(tmp_path: Path) -> None:
    """Who tries a figure is told that there is none, not given an empty list to choose from."""
    home = init(tmp_path / "phong-trao")
    (home / "campaign.toml").write_bytes((FOLDER / "hop-tac-xa-mam-xanh.toml").read_bytes())
    done = CliRunner().invoke(cli, ["whatif", "C=2", "-C", str(home)])
    assert "không có tiêu chí nào có mức" in str(done.exception)
