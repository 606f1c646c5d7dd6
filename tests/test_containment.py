"""What a file does to its reader stays with that file: the others are read, nothing is left running, nothing is sent anywhere."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any, NoReturn

import pytest

from tests import sound, traps
from thidua_xlsx.model import FileStatus
from thidua_xlsx.pipeline import init
from thidua_xlsx.pipeline._crew import Crew, LostError
from thidua_xlsx.pipeline._folder import Folder
from thidua_xlsx.pipeline._reading import Order, Read
from thidua_xlsx.pipeline._survey import Reading, read_all, read_and_check
from thidua_xlsx.pipeline._upgrade import UpgradeError, upgrade
from thidua_xlsx.template import write_workbook

SOUND_UNITS = ("HTKT", "QLN", "VP")


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A blank workbook of every unit."""
    folder = tmp_path_factory.mktemp("issued")
    for unit in sound.CAMPAIGN.units:
        write_workbook(folder / f"{unit}.xlsx", sound.CAMPAIGN, sound.ROUND, unit)
    return folder


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """An empty inbox."""
    (tmp_path / "inbox").mkdir()
    return tmp_path / "inbox"


def put(issued: Path, inbox: Path, *units: str) -> None:
    """Let the blank workbooks of some units arrive."""
    for unit in units:
        shutil.copyfile(issued / f"{unit}.xlsx", inbox / f"{unit}.xlsx")


def states(reads: list[Read]) -> dict[str, str]:
    """For each thing that arrived the code of why it was refused, or ``read``."""
    return {arrival.file.removeprefix("inbox/"): arrival.finding.code if arrival.finding else "read" for arrival, _ in reads}


def test_what_kills_its_reader_is_refused_and_the_others_are_read(issued: Path, inbox: Path) -> None:
    """An abort, memory without end (with and without a limit of the system's own) and a fault of ours cost the file they happen in.

    All others are read, in their order; of those that are lost the hash of the bytes is known.
    """
    put(issued, inbox, *SOUND_UNITS, "CCGD", "KHTC", "QHKT", "QLXD")
    reads = read_all(inbox, traps.trapped(sound.CAMPAIGN), sound.ROUND, Reading(jobs=2))
    assert states(reads) == {
        "CCGD.xlsx": "W190", "HTKT.xlsx": "read",
        "KHTC.xlsx": "W190", "QHKT.xlsx": "W190", "QLN.xlsx": "read", "QLXD.xlsx": "W191", "VP.xlsx": "read",
    }  # fmt: skip
    lost = [arrival for arrival, checked in reads if checked is None]
    assert all(arrival.status is FileStatus.REFUSED for arrival in lost)
    assert all(arrival.sha256 == sha256((inbox / Path(arrival.file).name).read_bytes()).hexdigest() for arrival in lost)


def test_workers_of_windows_are_watched_too(issued: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where each worker is started afresh and the system limits no memory, as on Windows, the same file is refused and the others read."""
    put(issued, inbox, "CCGD", "QLN")
    monkeypatch.setattr(multiprocessing, "get_all_start_methods", lambda: ["spawn"])
    reads = read_all(inbox, traps.trapped(sound.CAMPAIGN), sound.ROUND)
    assert states(reads) == {"CCGD.xlsx": "W190", "QLN.xlsx": "read"}


def test_killer_inside_a_wrapping_costs_only_itself(issued: Path, inbox: Path) -> None:
    """Of an archive with one deadly workbook in it, every other workbook is read and the deadly one is named."""
    with zipfile.ZipFile(inbox / "gói.zip", "w") as bundle:
        for unit in ("HTKT", "KHTC", "QLN"):
            bundle.write(issued / f"{unit}.xlsx", f"{unit}.xlsx")
    reads = read_all(inbox, traps.trapped(sound.CAMPAIGN), sound.ROUND)
    assert states(reads) == {"gói.zip/HTKT.xlsx": "read", "gói.zip/KHTC.xlsx": "W190", "gói.zip/QLN.xlsx": "read"}
    assert reads[1][0].sha256 == sha256((issued / "KHTC.xlsx").read_bytes()).hexdigest()


def test_reader_that_never_comes_back_is_ended(issued: Path, inbox: Path) -> None:
    """Native code that holds the interpreter for ever costs its file ten seconds at most."""
    put(issued, inbox, "QLN", "TTRA")
    started = time.monotonic()
    reads = read_all(inbox, traps.trapped(sound.CAMPAIGN), sound.ROUND)
    assert states(reads) == {"QLN.xlsx": "read", "TTRA.xlsx": "W190"}
    assert time.monotonic() - started < 15


@pytest.mark.parametrize(("unit", "code"), [("KHTC", "W190"), ("CCGD", "W190"), ("QLXD", "W191")])
def test_killer_given_to_upgrade_is_one_sentence(issued: Path, tmp_path: Path, unit: str, code: str) -> None:
    """A form that kills its reader ends ``upgrade`` with the sentence of a merge, and nothing is written."""
    home = replace(Folder.at(init(tmp_path / "thi-dua")), campaign=traps.trapped(sound.CAMPAIGN))
    with pytest.raises(UpgradeError, match=code):
        upgrade(issued / f"{unit}.xlsx", home, tmp_path / "mới.xlsx")
    assert not (tmp_path / "mới.xlsx").exists()
    assert upgrade(issued / "QLN.xlsx", home, tmp_path / "mới.xlsx").path.exists()


def test_verdict_is_certain_unless_the_computer_was_busy() -> None:
    """What kills its worker at once would do so again; where time ran out while the processor worked for others, nobody knows."""
    with Crew(1) as crew:
        with pytest.raises(LostError) as killed:
            crew.ask(os.abort)
        with pytest.raises(LostError) as waited:
            crew.ask(traps.idle)
    assert (killed.value.would_again, waited.value.would_again) == (True, False)


def test_result_does_not_depend_on_who_reads(issued: Path, inbox: Path) -> None:
    """One worker, three, or somebody else's executor, files that arrived in another order: the same values in the same order."""
    put(issued, inbox, *sound.CAMPAIGN.units)
    shutil.copyfile(sound.fill_to(inbox.parent), inbox / "QLN.xlsx")
    (inbox / "rác.txt").write_text("không phải phiếu", encoding="utf-8")
    expected = read_all(inbox, sound.CAMPAIGN, sound.ROUND, Reading(jobs=1))
    again = inbox.parent / "lại" / "inbox"
    again.mkdir(parents=True)
    for path in sorted(inbox.iterdir(), reverse=True):
        shutil.copy2(path, again / path.name)
    assert read_all(again, sound.CAMPAIGN, sound.ROUND, Reading(jobs=3)) == expected
    with ThreadPoolExecutor(2) as threads:
        assert read_all(inbox, sound.CAMPAIGN, sound.ROUND, Reading(executor=threads)) == expected
        assert threads.submit(len, "still running").result() == 13


class _LosesWorkers(Executor):
    """An engine that has lost every worker, and says so in its own words."""

    def submit(self, task: Callable[..., Any], /, *arguments: Any, **options: Any) -> Future[Any]:
        lost: Future[Any] = Future()
        lost.set_exception(RuntimeError(f"KilledWorker {task.__name__} {len(arguments)} {len(options)}"))
        return lost


def test_workers_lost_by_another_engine_lose_no_file(issued: Path, inbox: Path) -> None:
    """What another executor's workers died of is read again in a process of ours."""
    put(issued, inbox, *SOUND_UNITS)
    reads = read_all(inbox, sound.CAMPAIGN, sound.ROUND, Reading(executor=_LosesWorkers()))
    assert set(states(reads).values()) == {"read"}


def test_nothing_is_sent_anywhere(issued: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading opens no connection, whatever addresses stand in a file."""

    def refuse(*_: object, **__: object) -> NoReturn:
        raise AssertionError("a connection was opened")

    path = sound.fill_to(inbox)
    with zipfile.ZipFile(path, "a") as package:
        package.writestr(
            "xl/worksheets/_rels/sheet9.xml.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
            'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" Target="http://127.0.0.1:9/x" '
            'TargetMode="External"/></Relationships>',
        )
    with ThreadPoolExecutor(1) as threads:
        for name in ("socket", "create_connection", "getaddrinfo"):
            monkeypatch.setattr(socket, name, refuse)
        reads = read_all(inbox, sound.CAMPAIGN, sound.ROUND, Reading(executor=threads))
    assert states(reads)["sent.xlsx"] == "read"


def test_file_that_vanishes_before_it_is_read_is_named(tmp_path: Path) -> None:
    """A file that was listed and is gone when its turn comes is refused with a sentence that says so."""
    (taken,) = read_and_check([(tmp_path / "QLN.xlsx", "inbox/QLN.xlsx")], Order(sound.CAMPAIGN, sound.ROUND))
    assert [arrival.finding.code for arrival, _ in taken.reads if arrival.finding] == ["W192"]


def test_script_without_a_guard_can_merge(issued: Path, tmp_path: Path) -> None:
    """A script that calls ``merge`` at its top level is not run again by the workers."""
    home = init(tmp_path / "thi-dua")
    put(issued, home / "inbox", "QLN")
    script = tmp_path / "gop.py"
    script.write_text(
        f"print('started')\nfrom thidua_xlsx import merge\nprint(len(merge({str(home)!r}, round={sound.ROUND!r}).outcome.files))\n",
        encoding="utf-8",
    )
    done = subprocess.run([sys.executable, script], check=True, capture_output=True, text=True, encoding="utf-8", cwd=Path.cwd())
    assert done.stdout.split() == ["started", "1"]


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are counted in /proc")
def test_no_process_remains(issued: Path, tmp_path: Path) -> None:
    """When a merge has ended, so have its workers."""
    home = init(tmp_path / "thi-dua")
    put(issued, home / "inbox", *SOUND_UNITS)
    command = [sys.executable, "-m", "thidua_xlsx", "merge", "-C", str(home), "--round", sound.ROUND, "--jobs", "2"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True) as process:
        assert process.wait(60) in (0, 1)
    deadline = time.monotonic() + 5
    while (left := session(process.pid)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left == []


def session(leader: int) -> list[int]:
    """The processes that belong to a session."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == leader and fields[0] != "Z":
            found.append(int(path.parent.name))
    return found


def test_worker_cannot_write_a_file() -> None:
    """A worker process may not add a byte to any file on the disk, whatever a reader might be talked into."""
    program = "import os; from thidua_xlsx.pipeline import _limits; _limits.arm(); os.write(os.open('x', os.O_CREAT | os.O_WRONLY), b'x')"
    if os.name == "nt":
        pytest.skip("Windows has no such limit")
    done = subprocess.run([sys.executable, "-c", f"import tempfile, os; os.chdir(tempfile.mkdtemp()); {program}"], check=False)
    assert done.returncode != 0
