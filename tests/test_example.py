"""The shipped example: merged, it gives what was worked out beforehand from what its people meant."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook

from tests import sheets
from thidua_xlsx import pipeline

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "examples" / "kien-giang"
WORD = ROOT / "workbook_templates" / "kien-giang" / "word"
ROUND = "so-ket-2023"
MADE = {"campaign.toml", "ket-qua-mong-doi.json"}
Result = dict[str, Any]
EXPECTED: Result = json.loads((EXAMPLE / "ket-qua-mong-doi.json").read_text(encoding="utf-8"))


def campaign_folder(folder: Path, inbox: Path) -> Path:
    """A campaign folder with the example's plan and somebody's inbox."""
    folder.mkdir()
    shutil.copyfile(EXAMPLE / "campaign.toml", folder / "campaign.toml")
    shutil.copytree(WORD, folder / "word")
    shutil.copytree(inbox, folder / "inbox")
    return folder


def merged(folder: Path, **options: Any) -> Result:
    """``ket-qua.json`` of a merge."""
    done = pipeline.merge(folder, round=ROUND, **options)
    content: Result = json.loads((done.folder / "ket-qua.json").read_text(encoding="utf-8"))
    return content


def of_cells(result: Result, *severities: str) -> set[tuple[str, str, str, str]]:
    """What is said of single cells: code, file, sheet, cell."""
    said = (found for found in result["findings"] if found["cell"] and found["severity"] in severities)
    return {(found["code"], found["file"], found["sheet"], found["cell"]) for found in said}


def planted(kind: str) -> set[tuple[str, str, str, str]]:
    """The expected result's cells of one kind, in the same shape."""
    return {(entry["code"], entry["file"], entry["sheet"], entry["cell"]) for entry in EXPECTED[kind]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example as a campaign folder."""
    return campaign_folder(tmp_path_factory.mktemp("vi du") / "campaign", EXAMPLE / "inbox")


@pytest.fixture(scope="module")
def result(folder: Path) -> Result:
    """The merged example."""
    return merged(folder)


def test_every_file_ends_as_expected(result: Result) -> None:
    """Resubmissions supersede, a copy is counted once, a foreign form is refused, litter is ignored, nothing is passed over."""
    found = {entry["path"]: (entry["unit"], entry["status"], entry["code"]) for entry in result["files"]}
    assert found == {entry["path"]: (entry["unit"], entry["status"], entry["code"]) for entry in EXPECTED["files"]}
    assert {path.name for path in (EXAMPLE / "inbox").iterdir()} == {Path(path).name for path in found}


def test_exactly_the_planted_errors_are_found(result: Result) -> None:
    """Every wrong cell is named with its code, and no sound cell is called wrong."""
    assert of_cells(result, "error") == planted("errors")


def test_oddities_are_remarked_on_and_counted_all_the_same(result: Result) -> None:
    """Blank attestations, sums in words, cut zeros, a person in two units: a warning or a note at the very cell."""
    assert planted("remarks") <= of_cells(result, "warning", "note")


def test_every_verdict_is_the_one_worked_out_beforehand(result: Result) -> None:
    """Nominee by nominee and criterion by criterion, in the order of units, collectives before individuals."""
    found = {entry["nominee_id"]: entry for entry in result["assessments"]}
    assert len(found) == len(result["assessments"])
    assert set(found) == {entry["nominee_id"] for entry in EXPECTED["verdicts"]}
    for entry in EXPECTED["verdicts"]:
        one = found[entry["nominee_id"]]
        assert {key: one[key] for key in ("name", "unit", "kind", "result", "award")} == {
            **{key: entry[key] for key in ("name", "unit", "kind", "result")},
            "award": EXPECTED["award"],
        }
        assert {reason["criterion"]: reason["result"] for reason in one["reasons"]} == entry["criteria"], entry["nominee_id"]


def test_the_example_shows_all_three_results() -> None:
    """An example in which nobody is left open, or everybody meets the criteria, would teach nothing."""
    results = Counter(entry["result"] for entry in EXPECTED["verdicts"])
    assert min(results[word] for word in ("met", "not_met", "open")) >= 20
    assert 230 <= results.total() <= 270


def test_no_cell_is_lost(folder: Path, result: Result) -> None:
    """Read = registered + held + ignored, and read is what openpyxl counts in the files that counted or were superseded."""
    cells = result["cells"]
    assert cells["read"] == cells["registered"] + cells["held"] + cells["ignored"]
    counted = [entry["path"] for entry in result["files"] if entry["status"] in {"accepted", "superseded"}]
    assert cells["read"] == sum(sheets.filled_cells(folder / path) for path in counted)
    for rows in result["rows"].values():
        assert rows["read"] == rows["registered"] + rows["held"]


def test_two_runs_give_the_same_bytes(folder: Path, result: Result, tmp_path: Path) -> None:
    """Every output of a second run, with worker processes and in another place, is byte for byte that of the first."""
    again = merged(folder, output=tmp_path / "lan hai", jobs=2)
    assert again == result
    first, second = folder / "output" / ROUND, tmp_path / "lan hai"
    assert {path.relative_to(first): path.read_bytes() for path in _files(first)} == {
        path.relative_to(second): path.read_bytes() for path in _files(second)
    }


def test_the_inbox_is_never_written_to(folder: Path, result: Result) -> None:
    """After a merge every file of the inbox is what it was."""
    assert result["files"]
    assert {path.name: path.read_bytes() for path in (folder / "inbox").iterdir()} == {
        path.name: path.read_bytes() for path in (EXAMPLE / "inbox").iterdir()
    }


def test_returned_workbooks_carry_everything_that_was_typed(folder: Path, result: Result, tmp_path: Path) -> None:
    """Sent back untouched, the returned workbooks give the same verdicts and the same errors as what came in."""
    inbox = tmp_path / "den"
    inbox.mkdir()
    returned = {path.stem: path for path in (folder / "output" / ROUND / "tra-lai").glob("*.xlsx")}
    accepted = {entry["unit"]: entry["path"] for entry in result["files"] if entry["status"] == "accepted"}
    for unit, path in accepted.items():
        shutil.copyfile(returned.get(unit, folder / path), inbox / f"{unit}.xlsx")
    again = merged(campaign_folder(tmp_path / "campaign", inbox))
    assert {unit for unit, path in accepted.items() if path in _with_errors(result)} <= set(returned)
    assert _verdicts(again) == _verdicts(result)
    assert _errors(again) == _errors(result)


def test_a_mended_workbook_is_sound(folder: Path, result: Result, tmp_path: Path) -> None:
    """In the returned workbook of Phòng Quản lý nhà the two wrong cells are mended: no error is left, and every row counts."""
    inbox = tmp_path / "den"
    inbox.mkdir()
    mended = Path(shutil.copyfile(folder / "output" / ROUND / "tra-lai" / "QLN.xlsx", inbox / "QLN.xlsx"))
    wrong = [found for found in result["findings"] if found["severity"] == "error" and "QLN" in found["file"]]
    sent = sheets.places(folder / wrong[0]["file"])
    for found in wrong:
        line = int(found["cell"].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) - sent[f"{found['table']}.{found['column']}"].first
        right = {"nominee_id": "QLN-CN001", "evidence_id": "QLN-MC01"}[found["column"]]
        sheets.mutate(mended, found["table"], found["column"], line, right)
    again = merged(campaign_folder(tmp_path / "campaign", inbox))
    assert of_cells(again, "error") == set()
    assert {table: rows["held"] for table, rows in again["rows"].items()} == dict.fromkeys(again["rows"], 0)


def test_the_example_is_what_its_script_makes(tmp_path: Path) -> None:
    """Made anew from its seed, the example is the same, file by file and part by part of every workbook."""
    subprocess.run([sys.executable, "-B", EXAMPLE / "tao_vi_du.py", tmp_path], check=True)
    made = {path.relative_to(tmp_path): path for path in _files(tmp_path)}
    kept = {path.relative_to(EXAMPLE): path for path in _files(EXAMPLE) if path.parent.name == "inbox" or path.name in MADE}
    assert set(made) == set(kept)
    for name, path in made.items():
        assert _content(path) == _content(kept[name]), f"{name}: run make example"


def test_the_readme_names_every_file() -> None:
    """Whoever opens the example's folder is told what each file of the inbox is for, and that nobody in it exists."""
    words = (EXAMPLE / "README.md").read_text(encoding="utf-8")
    assert "không có thật" in words
    for path in (EXAMPLE / "inbox").iterdir():
        assert f"`{path.name}`" in words


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _content(path: Path) -> object:
    """A workbook by its parts: the packing depends on the zlib of the machine."""
    if path.suffix != ".xlsx" or path.name.startswith("~$"):
        return path.read_bytes()
    with zipfile.ZipFile(path) as package:
        return [(member.filename, member.date_time, package.read(member)) for member in package.infolist()]


def _with_errors(result: Result) -> set[str]:
    return {found["file"] for found in result["findings"] if found["severity"] == "error"}


def _verdicts(result: Result) -> dict[tuple[str, str], tuple[str, dict[str, str]]]:
    return {
        (entry["nominee_id"], entry["award"]): (entry["result"], {reason["criterion"]: reason["result"] for reason in entry["reasons"]})
        for entry in result["assessments"]
    }


def _errors(result: Result) -> Counter[tuple[str | None, ...]]:
    wrong = (found for found in result["findings"] if found["severity"] == "error" and found["cell"])
    return Counter((found["code"], found["table"], found["column"], found["nominee_id"], found["value"]) for found in wrong)


def test_first_page_and_stage_report_give_the_same_figures(folder: Path, result: Result, tmp_path: Path) -> None:
    """Contributions by kind, achievements by kind and by content: what a nominee held back has done is in neither paper."""
    assert result["rows"]["individuals"]["held"] > 0
    home = Path(shutil.copytree(folder, tmp_path / "campaign"))
    page = load_workbook(home / "output" / ROUND / "bao-cao-tong-hop.xlsx", data_only=True)["Tổng quan"]
    lines = [[cell.value for cell in line if cell.value is not None] for line in page]
    paper, _ = pipeline.report(home, "so-ket")
    rows = [[cell.text for cell in row.cells] for table in Document(str(paper)).tables for row in table.rows]
    listed = {
        row[1]: (int(row[2]), int(row[-1].replace(".", ""))) for row in rows if len(row) == 5 and row[0].isdigit() and len(row[0]) < 3
    }
    counts = {line[0]: line[1] for line in lines if len(line) in (2, 3) and str(line[0]) in listed and isinstance(line[1], int)}
    sums = {line[0]: line[-1] for line in lines if len(line) == 5 and str(line[0]) in listed}
    assert counts.keys() | sums.keys() >= {"Tiền", "Hiện vật", "Ngày công", "Kiến nghị chính sách", "Sáng kiến", "Giải pháp", "Mô hình"}
    assert sum(str(name).startswith("ND") for name in counts) == 5
    assert counts == {name: listed[name][0] for name in counts}
    assert sums == {name: listed[name][1] for name in sums}
