"""PDFs and files to print: in the order of the list, many per process, going on where a run was stopped, never out of date."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

import psutil
import pytest
from docx import Document
from docx.shared import Mm
from pypdf import PdfReader, PdfWriter

from tests import sheets
from tests.test_cli import run
from tests.test_dossier import REPORT, WORD, everyone, outcome
from tests.test_pipeline import MONEY, ROUND, SOUND
from thidua_xlsx.campaign import load_campaign
from thidua_xlsx.dossier import print_order, write_dossiers
from thidua_xlsx.pipeline import UsageError, _pdf, dossiers, init, issue, merge
from thidua_xlsx.pipeline._made import Made
from thidua_xlsx.pipeline._portions import portions

PETITION: sheets.Row = {key: value for key, value in MONEY.items() if key != "value_vnd"} | {
    "kind": "Kiến nghị chính sách",
    "petition_document": "Công văn số 215/SXD-QLN",
    "petition_result": "Được tiếp thu",
}
GOOD: sheets.Rows = {**SOUND, "achievements": [PETITION]}
Runs = list[list[str]]
"""The documents of every process that LibreOffice was started in."""


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Runs]:
    """A LibreOffice that makes PDFs of one empty page.

    One of more than ``alone`` documents may be left out (``*``: all of them), or left half written for ever.
    """

    def install(leaves_out: str = "", hangs_at: str = "", alone: int = 1) -> Runs:
        runs: Runs = []

        class Process:
            pid = 2**30  # no process has this number

            def __init__(self, command: Sequence[str], **_: object) -> None:
                self.copies = [Path(one) for one in command[7:]]
                runs.append([one.name for one in self.copies])

            def __enter__(self) -> Self:
                return self

            def __exit__(self, *_: object) -> None:
                """Wait for the process to end."""

            def wait(self, seconds: float) -> None:
                for copy in self.copies:
                    if hangs_at and copy.name == hangs_at:
                        copy.with_suffix(".pdf").write_bytes(b"%PDF-1.7")
                        raise subprocess.TimeoutExpired("soffice", seconds)
                    if not (leaves_out == "*" or (leaves_out and copy.name == leaves_out and len(self.copies) > alone)):
                        writer = PdfWriter()
                        writer.add_blank_page(595, 842)
                        writer.write(copy.with_suffix(".pdf"))

        monkeypatch.setattr(_pdf.subprocess, "Popen", Process)
        monkeypatch.setattr(_pdf, "_office", lambda: "soffice")
        return runs

    return install


@pytest.fixture
def documents(tmp_path: Path) -> list[Path]:
    """Five documents of one name in folders of their own."""
    paths = [tmp_path / "ho-so" / str(number) / REPORT for number in range(5)]
    for number, path in enumerate(paths):
        path.parent.mkdir(parents=True)
        path.write_bytes(str(number).encode())
    return paths


def made(tmp_path: Path) -> Made:
    """The memory of a campaign folder."""
    return Made(tmp_path, tmp_path / "ho-so")


def test_one_process_makes_many(tmp_path: Path, documents: list[Path], office: Callable[..., Runs]) -> None:
    """All documents go through one process; a second run starts none, and a changed document is made alone."""
    runs = office()
    pdfs = _pdf.to_pdf(documents, made(tmp_path))
    assert [path.is_file() for path in pdfs] == [True] * 5
    assert [len(run) for run in runs] == [5]
    _pdf.to_pdf(documents, made(tmp_path))
    assert len(runs) == 1
    documents[3].write_bytes(b"changed")
    _pdf.to_pdf(documents, made(tmp_path))
    assert [len(run) for run in runs] == [5, 1]


def certificates(path: Path, pages: int) -> Path:
    """A document with a section on every page, A4 landscape."""
    document = Document()
    document.sections[0].page_width, document.sections[0].page_height = Mm(297), Mm(210)
    for number in range(pages):
        if number:
            document.add_section()
        document.add_paragraph(f"Sổ vàng số: {number + 1:03d}")
    document.save(str(path))
    return path


def test_portions_have_every_page_in_order(tmp_path: Path) -> None:
    """A document of many sections is cut after every hundred, pages keep their size; one with few, or with page numbers, is left whole."""
    path = certificates(tmp_path / "giay-khen.docx", 201)
    cut = [Document(io.BytesIO(one)) for one in portions(path)]
    assert [len(one.sections) for one in cut] == [100, 100, 1]
    assert {round(section.page_width.mm) for one in cut for section in one.sections if section.page_width} == {297}
    said = [paragraph.text for one in cut for paragraph in one.paragraphs if paragraph.text]
    assert said == [f"Sổ vàng số: {number:03d}" for number in range(1, 202)]
    for pages in (1, 100):
        assert portions(certificates(path, pages)) == (path.read_bytes(),)
    numbered = Document(str(certificates(path, 201)))
    numbered.sections[0].header.paragraphs[0].text = "2"
    numbered.save(str(path))
    assert portions(path) == (path.read_bytes(),)


def test_a_long_document_goes_through_in_portions(tmp_path: Path, documents: list[Path], office: Callable[..., Runs]) -> None:
    """Its portions go through the process of its batch, and their pages stand in one PDF, which is not made again."""
    certificates(documents[1], 250)
    runs = office()
    for _ in range(2):
        pdfs = _pdf.to_pdf(documents, made(tmp_path))
    assert runs == [["000000.docx", "000001.docx", "000001-001.docx", "000001-002.docx", "000002.docx", "000003.docx", "000004.docx"]]
    assert [len(PdfReader(pdf).pages) for pdf in pdfs] == [1, 3, 1, 1, 1]


def test_a_long_document_has_longer(tmp_path: Path, documents: list[Path], office: Callable[..., Runs]) -> None:
    """The time allowed grows with the portions; where one hangs there is no half PDF, and the next run makes it from all of them."""
    certificates(documents[0], 250)
    office(hangs_at="000000-001.docx")
    with pytest.raises(UsageError, match="sau 420 giây"):
        _pdf.to_pdf(documents, made(tmp_path))
    assert not any(path.with_suffix(".pdf").exists() for path in documents)
    office()
    assert len(PdfReader(_pdf.to_pdf(documents, made(tmp_path))[0]).pages) == 3


def test_no_portion_of_another_document_is_taken(
    tmp_path: Path, documents: list[Path], office: Callable[..., Runs], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a later document of the same number loses a portion, what is left of an earlier one does not stand in for it."""
    for path in documents[:2]:
        certificates(path, 150)
    monkeypatch.setattr(_pdf, "_FILES_PER_PROCESS", 1)
    office()
    assert _pdf.to_pdf(documents[:1], made(tmp_path))
    office(leaves_out="000000-001.docx")
    with pytest.raises(UsageError, match="1 tệp"):
        _pdf.to_pdf(documents[:2], made(tmp_path))
    assert not documents[1].with_suffix(".pdf").exists()


def test_a_document_left_out_is_tried_alone(tmp_path: Path, documents: list[Path], office: Callable[..., Runs]) -> None:
    """Where LibreOffice leaves one of many out, it is tried again by itself."""
    runs = office(leaves_out="000002.docx")
    assert all(path.is_file() for path in _pdf.to_pdf(documents, made(tmp_path)))
    assert [len(run) for run in runs] == [5, 1]


def test_a_damaged_document_is_named(tmp_path: Path, documents: list[Path], office: Callable[..., Runs]) -> None:
    """A document that does not go through alone either is named, and all others have their PDFs."""
    office(leaves_out="000000.docx", alone=0)
    with pytest.raises(UsageError, match=rf"1 tệp, trước hết là .*{REPORT}"):
        _pdf.to_pdf(documents, made(tmp_path))
    assert [path.with_suffix(".pdf").is_file() for path in documents] == [False, True, True, True, True]


def test_a_program_that_makes_nothing_is_not_asked_for_every_document(
    tmp_path: Path, documents: list[Path], office: Callable[..., Runs]
) -> None:
    """Where LibreOffice makes nothing of many and nothing of one, the run ends with a sentence, and the Word files stand."""
    runs = office(leaves_out="*")
    with pytest.raises(UsageError, match="đóng mọi cửa sổ LibreOffice"):
        _pdf.to_pdf(documents, made(tmp_path))
    assert [len(run) for run in runs] == [5, 1]
    assert all(path.is_file() for path in documents)


def test_a_report_has_its_pdf(tmp_path: Path, office: Callable[..., Runs], capsys: pytest.CaptureFixture[str]) -> None:
    """``thidua report --pdf`` makes it once; a report that has changed since takes the former one away; a merge keeps both."""
    runs = office()
    home = init(tmp_path / "thi-dua")
    issue(home, ROUND, ["QLN"])
    sheets.fill(home / "issued" / ROUND / "QLN.xlsx", home / "inbox" / "QLN.xlsx", GOOD)
    pdf = home / "output" / ROUND / "bao-cao-so-ket.pdf"
    for _ in range(2):
        code, printed, _ = run(capsys, "report", "so-ket", "-C", home, "--pdf")
        assert code == 0
        assert "bao-cao-so-ket.pdf" in printed.replace("\n", "")
    assert len(runs) == 1
    merge(home, round=ROUND)
    assert pdf.is_file()
    sheets.fill(home / "issued" / ROUND / "QLN.xlsx", home / "inbox" / "QLN.xlsx", {**GOOD, "achievements": []})
    assert run(capsys, "report", "so-ket", "-C", home)[0] == 0
    assert not pdf.exists()
    assert pdf.with_suffix(".docx").is_file()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it is looked for in its usual places too")
def test_without_libreoffice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The report stands, and a sentence says what is missing."""
    monkeypatch.setattr(_pdf.shutil, "which", lambda _: None)
    home = init(tmp_path / "thi-dua")
    code, _, said = run(capsys, "report", "so-ket", "-C", home, "--pdf")
    assert code == 2
    assert "cần LibreOffice" in said
    assert (home / "output" / ROUND / "bao-cao-so-ket.docx").is_file()


def test_a_stopped_run_goes_on(tmp_path: Path, documents: list[Path], office: Callable[..., Runs]) -> None:
    """Where LibreOffice hangs, the document is named, what is whole is kept, and the next run makes only the rest."""
    office(hangs_at="000002.docx")
    with pytest.raises(UsageError, match=REPORT):
        _pdf.to_pdf(documents, made(tmp_path))
    assert [path.with_suffix(".pdf").is_file() for path in documents] == [True, True, False, False, False]
    runs = office()
    _pdf.to_pdf(documents, made(tmp_path))
    assert [len(run) for run in runs] == [3]


@pytest.mark.skipif(os.name != "posix", reason="the stand-in is a shell script")
def test_nothing_is_left_of_an_office_that_hangs(tmp_path: Path, documents: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """LibreOffice is a small program that starts a large one: where that hangs, both are ended, and the user is told after how long."""
    launcher = tmp_path / "soffice"
    child = f"{sys.executable} -c 'import time; time.sleep(60)' \"$@\""
    launcher.write_text(f'#!/bin/sh\n{child} &\necho $! > "{tmp_path / "child"}"\nwait\n', encoding="utf-8")
    launcher.chmod(0o755)
    monkeypatch.setattr(_pdf, "_office", lambda: str(launcher))
    monkeypatch.setattr(_pdf, "_SECONDS_PER_PROCESS", 1)
    with pytest.raises(UsageError, match=f"không trả lời sau 1 giây.*{REPORT}"):
        _pdf.to_pdf(documents, made(tmp_path))
    child_id = int((tmp_path / "child").read_text(encoding="utf-8"))
    _, alive = psutil.wait_procs([psutil.Process(child_id)] if psutil.pid_exists(child_id) else [], timeout=10)
    assert all(process.status() == psutil.STATUS_ZOMBIE for process in alive)


def test_a_damaged_memory_is_thrown_away(tmp_path: Path, documents: list[Path], office: Callable[..., Runs]) -> None:
    """A memory that is no JSON, or holds something else, changes nothing but time."""
    runs = office()
    _pdf.to_pdf(documents, made(tmp_path))
    (memory,) = (tmp_path / "output" / ".thidua-cache").iterdir()
    for damage in ("{", "[1]", '{"a": 1}'):
        memory.write_text(damage, encoding="utf-8")
        _pdf.to_pdf(documents, made(tmp_path))
    assert [len(run) for run in runs] == [5] * 4


@pytest.mark.skipif(not shutil.which("soffice") and not os.environ.get("CI"), reason="LibreOffice is not installed")
def test_a_print_file_holds_the_sets_in_order(tmp_path: Path) -> None:
    """Proposal, list, minutes, then report and evidence nominee by nominee in the order of the list, once for every set (LibreOffice)."""
    found = outcome(load_campaign(WORD.parent / "campaign.toml"), everyone())
    written = write_dossiers(tmp_path / "ho-so", found, WORD)
    ((folder, papers),) = print_order(written).items()
    names = [path.relative_to(folder).as_posix() for path in papers]
    nominees = ("QLN-TT01", "QLN-CN002", "QLN-CN001", "TTKD-CN001")
    own = [f"{nominee}/{name}" for nominee in nominees for name in (REPORT, "danh-muc-minh-chung.docx")]
    assert names == ["to-trinh.docx", "danh-sach.docx", "bien-ban.docx", *own]
    pdfs = _pdf.to_pdf(papers, made(tmp_path))
    printed = _pdf.to_print(pdfs, folder / "bo-in.pdf", 2, made(tmp_path))
    pages = [page.extract_text() for page in PdfReader(printed).pages]
    one_set = [page.extract_text() for pdf in pdfs for page in PdfReader(pdf).pages]
    assert pages == one_set * 2
    assert printed.stat().st_size < 1.2 * sum(pdf.stat().st_size for pdf in pdfs)


def test_pdfs_follow_their_documents(tmp_path: Path, office: Callable[..., Runs]) -> None:
    """A merge keeps the PDFs that still are those of their documents, drops the others, and calls none of them somebody's own file."""
    office()
    home = init(tmp_path / "thi-dua")
    issue(home, ROUND, ["QLN"])
    sheets.fill(home / "issued" / ROUND / "QLN.xlsx", home / "inbox" / "QLN.xlsx", GOOD)
    target = merge(home, round=ROUND).folder
    before = {path for path in dossiers(home, ROUND, pdf=True) if path.suffix == ".pdf"}
    assert {path.name for path in before} >= {"bo-in-02-bo.pdf", "to-trinh.pdf"}
    again = merge(home, round=ROUND)
    assert again.kept == ()
    assert set(target.rglob("*.pdf")) == before
    elsewhere = {**GOOD["individuals"][0], "hometown": "Xã Tây Yên, huyện An Biên, tỉnh Kiên Giang"}
    rows = {**GOOD, "individuals": [elsewhere, *GOOD["individuals"][1:]]}
    sheets.fill(home / "issued" / ROUND / "QLN.xlsx", home / "inbox" / "QLN.xlsx", rows)
    assert merge(home, round=ROUND).kept == ()
    gone = {path.relative_to(target / "ho-so").as_posix() for path in before - set(target.rglob("*.pdf"))}
    assert "BK_UBT/bo-in-02-bo.pdf" in gone
    assert any(name.endswith("bao-cao-thanh-tich.pdf") for name in gone)
    assert "BK_UBT/to-trinh.pdf" not in gone
