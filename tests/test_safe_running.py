"""Whatever happens to a run, the results are one complete set, old or new, and nothing is left lying about."""

from __future__ import annotations

import getpass
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest

from tests import sheets, sound
from thidua_xlsx import issue, merge
from thidua_xlsx.model import UserError
from thidua_xlsx.pipeline import BusyError, _lock, _sets, init

ROUND = sound.ROUND
KILLS = int(os.environ.get("THIDUA_KILLS", "10"))
"""How often the merge is killed; the issue asks for a hundred, which takes three minutes."""

ONLY_POSIX = pytest.mark.skipif(os.name == "nt", reason="signals and limits of POSIX")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A campaign folder whose inbox has one filled workbook."""
    folder = init(tmp_path / "thi-dua")
    issue(folder, ROUND, ["QLN"])
    sheets.fill(folder / "issued" / ROUND / "QLN.xlsx", folder / "inbox" / "QLN.xlsx", sound.SOUND)
    return folder


def digests(folder: Path) -> dict[str, str]:
    """Every file below a folder with its SHA-256."""
    return {path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()}


def command(home: Path) -> list[str]:
    """The merge as a clerk starts it."""
    return [sys.executable, "-m", "thidua_xlsx", "merge", "-C", str(home), "--round", ROUND, "--jobs", "2"]


def start(home: Path) -> subprocess.Popen[str]:
    """A merge that runs beside the test, in a session of its own."""
    pipe = subprocess.PIPE
    return subprocess.Popen(command(home), stdout=pipe, stderr=pipe, text=True, encoding="utf-8", start_new_session=os.name != "nt")


def neighbours(home: Path) -> list[str]:
    """What stands beside the results."""
    return sorted(path.name for path in (home / "output").iterdir() if path.name not in (ROUND, ".thidua-cache"))


@contextmanager
def held_elsewhere(target: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock of a folder of results."""
    target.parent.mkdir(parents=True, exist_ok=True)
    program = "from thidua_xlsx.pipeline import _lock; import pathlib, sys; lock = _lock.alone(pathlib.Path(sys.argv[1])); "
    program += "lock.__enter__(); print('held', flush=True); input()"
    holder = subprocess.Popen(
        [sys.executable, "-c", program, str(target)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == "held"
        yield holder
        holder.kill()


def test_second_merge_is_told_who_runs_the_first(home: Path) -> None:
    """While one merge writes, another does nothing and names user, computer, process and time; afterwards it may."""
    target = home / "output" / ROUND
    with held_elsewhere(target) as holder:
        with pytest.raises(BusyError) as busy:
            merge(home, round=ROUND)
        for word in (getpass.getuser(), socket.gethostname(), str(holder.pid), str(target)):
            assert word in str(busy.value)
        assert not target.exists()
    merge(home, round=ROUND)
    assert neighbours(home) == []


def test_lock_of_a_killed_run_is_taken_over(home: Path) -> None:
    """A run that died holding the lock keeps nobody from working."""
    with held_elsewhere(home / "output" / ROUND) as holder:
        holder.kill()
        holder.wait()
        assert _lock.lock_path(home / "output" / ROUND).exists()
        merge(home, round=ROUND)
    assert neighbours(home) == []


def test_lock_of_another_computer_is_respected(home: Path) -> None:
    """On a shared folder the lock of another computer counts, and the sentence says which file to delete if that one is gone."""
    path = _lock.lock_path(home / "output" / ROUND)
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"user": "hanh", "host": "may-khac", "pid": "7", "since": "08:00:00 20/06/2023"}), encoding="utf-8")
    with pytest.raises(BusyError) as busy:
        merge(home, round=ROUND)
    for word in ("hanh", "may-khac", "08:00:00 20/06/2023", str(path)):
        assert word in str(busy.value)
    path.unlink()
    merge(home, round=ROUND)


@pytest.mark.parametrize("rubbish", [b"", b"\xff\xfe", b'{"host": ', b"[1, 2]", b"x" * 100_000])
def test_lock_file_that_says_nothing_locks_nothing(home: Path, rubbish: bytes) -> None:
    """What a crash left of a lock file, or somebody else's file of that name, does not stop a run."""
    path = _lock.lock_path(home / "output" / ROUND)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(rubbish)
    with _lock.alone(home / "output" / ROUND):
        assert json.loads(path.read_text(encoding="utf-8"))["pid"] == str(os.getpid())
    assert not path.exists()


def test_file_system_without_locks_relies_on_the_file(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing can be locked, the lock file itself counts, and the sentence says which file to delete if its run is dead."""

    def unsupported(_: int) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(_lock, "_take", unsupported)
    target = home / "output" / ROUND
    merge(home, round=ROUND)
    with _lock.alone(target), pytest.raises(BusyError, match=re.escape(str(_lock.lock_path(target)))), _lock.alone(target):
        pass
    assert neighbours(home) == []


def test_lock_is_released_when_a_run_fails(home: Path) -> None:
    """A run that ends with an error leaves no lock."""
    (home / "word" / "to-trinh.docx").write_bytes(b"no document")
    with pytest.raises(UserError, match="to-trinh"):
        merge(home, round=ROUND)
    assert neighbours(home) == []


def test_two_merges_at_once_leave_one_complete_set(home: Path) -> None:
    """Of several merges started together one works at a time, the others say so, and the set is whole."""
    expected = digests(merge(home, round=ROUND).folder)
    runs = [start(home) for _ in range(3)]
    ended = [(run.communicate(), run.returncode)[1] for run in runs]
    assert set(ended) <= {0, 2}
    assert 0 in ended
    assert digests(home / "output" / ROUND) == expected
    assert neighbours(home) == []


@ONLY_POSIX
@pytest.mark.parametrize("moment", [0.0, 0.1, 0.3, 0.7])
def test_interrupted_run_leaves_the_former_set(home: Path, moment: float) -> None:
    """Ctrl-C ends with 130 and a sentence unless it comes too late; one complete set stays, and neither lock nor half a set is left."""
    expected = digests(merge(home, round=ROUND).folder)
    run = start(home)
    while not _lock.lock_path(home / "output" / ROUND).exists():
        time.sleep(0.005)
    time.sleep(moment)
    os.killpg(run.pid, signal.SIGINT)
    _, error = run.communicate(timeout=30)
    # A quick run may be done already, Python itself on its way out, or inside a call-back that swallows the interrupt
    assert run.returncode in (130, 0, -signal.SIGINT)
    if run.returncode == 130:
        assert "Traceback" not in error
        assert "Đã dừng" in error
    assert digests(home / "output" / ROUND) == expected
    assert neighbours(home) == []


@ONLY_POSIX
def test_full_disk_is_one_sentence_and_the_former_set_stays(home: Path) -> None:
    """When no more can be written, the run says so and ends with 2, the old results stay and nothing half written is left."""
    expected = digests(merge(home, round=ROUND).folder)
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000))"
    limited = f"{limit}; from thidua_xlsx.cli import main; main({command(home)[3:]!r})"
    done = subprocess.run([sys.executable, "-c", limited], check=False, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 2, done.stderr
    assert "ổ đĩa đã đầy" in done.stderr
    assert str(home / "output" / ROUND) in done.stderr
    assert digests(home / "output" / ROUND) == expected
    assert neighbours(home) == []


def test_output_that_cannot_be_made_is_one_sentence(home: Path) -> None:
    """Where the folder for the results cannot be made, the sentence names it."""
    (home / "tệp").write_text("x", encoding="utf-8")
    arguments = [*command(home), "-o", str(home / "tệp" / "kết quả")]
    done = subprocess.run(arguments, check=False, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 2
    assert "tệp" in done.stderr
    assert "Traceback" not in done.stderr


@ONLY_POSIX
def test_kill_at_any_moment_leaves_one_complete_set(home: Path) -> None:
    """After ``kill -9`` at random moments the results are always one of the two possible sets, and the next run clears the rest."""
    target, path = home / "output" / ROUND, home / "inbox" / "QLN.xlsx"
    versions = [path.read_bytes()]
    sheets.mutate(path, "individuals", "full_name", 0, "Nguyễn Thị Hoa")
    versions.append(path.read_bytes())
    known = []
    for version in (*versions, *versions):  # the second time round, each set looks back on the other
        path.write_bytes(version)
        began = time.monotonic()
        subprocess.run(command(home), check=False, capture_output=True)
        longest = time.monotonic() - began
        known.append(digests(target))
    dice = random.Random(2023)  # noqa: S311
    for number in range(KILLS):
        path.write_bytes(versions[number % 2])
        run = start(home)
        time.sleep(dice.uniform(0.05, longest * 1.1))
        run.kill()
        run.communicate()
        assert digests(target) in known[2:], number
    path.write_bytes(versions[0])
    subprocess.run(command(home), check=False, capture_output=True)
    assert digests(target) == known[2]
    assert neighbours(home) == []


def test_reader_always_finds_one_complete_set(tmp_path: Path) -> None:
    """Whoever looks at the folder while sets replace each other finds one of them, whole; not a moment without."""
    if not _sets._swap(*_two_folders(tmp_path)):
        pytest.skip("this system cannot exchange two folders in one step")
    target = tmp_path / "kết quả"
    _make_set(target, 0)
    seen: list[tuple[str, str]] = []
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            handle = os.open(target, os.O_RDONLY)
            try:
                one, two = (os.open(name, os.O_RDONLY, dir_fd=handle) for name in ("ket-qua.json", "hai.txt"))
                seen.append((os.read(one, 999).decode(), os.read(two, 99).decode()))
                os.close(one)
                os.close(two)
            except FileNotFoundError:
                # The old set, opened a moment ago, is being deleted; its place is taken by then
                assert (target / "ket-qua.json").exists()
            finally:
                os.close(handle)

    reader = threading.Thread(target=look)
    reader.start()
    for number in range(1, 60):
        with _sets.fresh_set(target) as new:
            _make_set(new, number)
            _sets.put_in_place(new, target)
    done.set()
    reader.join()
    assert seen
    assert all(json.loads(one)["number"] == int(two) for one, two in seen)


def _as_on_windows(monkeypatch: pytest.MonkeyPatch, opened: Path) -> None:
    """Let no folder be renamed in which ``opened`` lies, and nobody read the file by which Excel marks it (Windows, errors 5 and 32)."""
    rename, read = Path.rename, Path.read_bytes

    def renamed(path: Path, goal: Path) -> Path:
        if goal.exists():
            raise FileExistsError(17, "Cannot create a file when that file already exists", str(path))
        if path in opened.parents:
            raise PermissionError(13, "The process cannot access the file because it is being used by another process", str(path))
        return rename(path, goal)

    def content(path: Path) -> bytes:
        if path.name.startswith("~$"):
            raise PermissionError(13, "The process cannot access the file because it is being used by another process", str(path))
        return read(path)

    monkeypatch.setattr(_sets, "_swap", lambda *_: False)
    monkeypatch.setattr(_sets, "_PAUSES", (0.0,))
    monkeypatch.setattr(Path, "rename", renamed)
    monkeypatch.setattr(Path, "read_bytes", content)


def _put(target: Path, number: int) -> tuple[Path, ...]:
    with _sets.fresh_set(target) as new:
        _make_set(new, number)
        return _sets.put_in_place(new, target)


def _numbers(folder: Path) -> dict[str, str]:
    """Which set stands in which of the folders beside each other."""
    return {path.name: (path / "hai.txt").read_text(encoding="utf-8") for path in sorted(folder.iterdir())}


def test_set_that_is_open_in_excel_stays_and_the_new_one_stands_beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old set stays whole while one of its files is open, the sentence names that file, and once it is closed all is as usual.

    The set beside is replaced by the next one; a folder of that name that is none of ours is left alone.
    """
    target = tmp_path / "kết quả"
    beside = f"{target.name} (kết quả mới)"
    _make_set(target, 1)
    (target / "~$bao-cao-tong-hop.xlsx").write_bytes(b"owner")
    with monkeypatch.context() as patch:
        _as_on_windows(patch, target / "bao-cao-tong-hop.xlsx")
        for number in (2, 3):
            with pytest.raises(_sets.OutputBusyError, match=r"bao-cao-tong-hop\.xlsx.*đang mở") as busy:
                _put(target, number)
            assert busy.value.beside == tmp_path / beside
            assert _numbers(tmp_path) == {target.name: "1", beside: str(number)}
    with monkeypatch.context() as patch:
        _as_on_windows(patch, target / "x.xlsx")
        (tmp_path / beside / "ket-qua.json").unlink()
        with pytest.raises(_sets.OutputBusyError):
            _put(target, 4)
    assert _numbers(tmp_path) == {target.name: "1", beside: "3", f"{beside} 2": "4"}
    (target / "~$bao-cao-tong-hop.xlsx").unlink()
    assert _put(target, 5) == ()
    assert _numbers(tmp_path)[target.name] == "5"
    assert not (target / "~$bao-cao-tong-hop.xlsx").exists()


def test_what_was_typed_into_the_set_beside_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the new set stands beside, people work in it; what they saved there is not deleted by the next run."""
    target = tmp_path / "kết quả"
    _make_set(target, 1)
    _as_on_windows(monkeypatch, target / "x.xlsx")
    with pytest.raises(_sets.OutputBusyError) as busy:
        _put(target, 2)
    (busy.value.beside / "hai.txt").write_text("biểu quyết", encoding="utf-8")
    with pytest.raises(_sets.OutputBusyError) as busy:
        _put(target, 3)
    edited = list((busy.value.beside / _sets.EDITED_FOLDER).iterdir())
    assert [path.read_text(encoding="utf-8") for path in edited] == ["biểu quyết"]


def test_file_held_for_a_moment_delays_nothing_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A virus scanner that holds a new file for a moment, as on Windows, does not keep the set from its place."""
    target = tmp_path / "kết quả"
    _make_set(target, 1)
    refusals = iter([True, True, False, True])
    rename = Path.rename

    def held(path: Path, goal: Path) -> Path:
        if next(refusals, False):
            raise PermissionError(13, "Access is denied", str(path))
        return rename(path, goal)

    monkeypatch.setattr(_sets, "_swap", lambda *_: False)
    monkeypatch.setattr(_sets, "_PAUSES", (0.0,) * 3)
    monkeypatch.setattr(Path, "rename", held)
    assert _put(target, 2) == ()
    assert _numbers(tmp_path) == {target.name: "2"}


def test_half_deleted_old_set_is_never_put_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is left of a set that was being deleted has a name by which no run takes it for a whole one."""
    target = tmp_path / "kết quả"
    _make_set(target, 1)
    monkeypatch.setattr(_sets, "_swap", lambda *_: False)
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", lambda path, **_: (path / "hai.txt").unlink(missing_ok=True))
        _put(target, 2)
    assert len(list(tmp_path.iterdir())) == 2
    shutil.rmtree(target)
    _sets.recover(target)
    assert list(tmp_path.iterdir()) == []


def test_set_marked_as_read_only_is_replaced_and_cleared(tmp_path: Path) -> None:
    """Folders and files that somebody has protected against changes leave nothing behind when a new set takes their place."""
    target = tmp_path / "kết quả"
    _make_set(target, 1)
    (target / "ho-so").mkdir()
    (target / "ho-so" / "a.docx").write_bytes(b"x")
    for path in (target / "ho-so" / "a.docx", target / "ho-so"):
        path.chmod(0o500)
    if os.name == "posix" and os.geteuid() == 0:
        command = ["setpriv", "--inh-caps=-all", "--bounding-set=-all"] if shutil.which("setpriv") else []
    else:
        command = []
    program = "from tests.test_safe_running import _put; from pathlib import Path; import sys; _put(Path(sys.argv[1]), 2)"
    subprocess.run([*command, sys.executable, "-c", program, str(target)], check=True)
    assert _numbers(tmp_path) == {target.name: "2"}
    assert (target / "ho-so" / "a.docx").exists()


def test_replacement_cut_off_between_two_renames_is_put_right(tmp_path: Path) -> None:
    """A run that died when the old set was aside and the new one not yet in its place: the old set stands there again."""
    target = tmp_path / "kết quả"
    _make_set(tmp_path / f".{target.name}.cu", 1)
    _make_set(tmp_path / f".{target.name}.0123abcd", 2)
    _sets.recover(target)
    assert _numbers(tmp_path) == {target.name: "1"}


def test_lock_file_that_is_being_deleted_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows refuses to open a file whose last handle is just being closed; a moment later there is a new one."""
    refusals = iter([True, True])
    opened = os.open

    def refused(path: Path, flags: int, mode: int = 0o777) -> int:
        if next(refusals, False):
            raise PermissionError(13, "Access is denied", str(path))
        return opened(path, flags, mode)

    monkeypatch.setattr(os, "open", refused)
    with _lock.alone(tmp_path / "kết quả"):
        assert _lock.lock_path(tmp_path / "kết quả").exists()
    assert list(tmp_path.iterdir()) == []


def _two_folders(folder: Path) -> tuple[Path, Path]:
    for name in ("a", "b"):
        (folder / name).mkdir()
    return folder / "a", folder / "b"


def _make_set(folder: Path, number: int) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "hai.txt").write_text(str(number), encoding="utf-8")
    outputs = [{"path": "hai.txt", "sha256": sha256(str(number).encode()).hexdigest()}]
    (folder / "ket-qua.json").write_text(json.dumps({"number": number, "schema": 1, "outputs": outputs}), encoding="utf-8")


def test_without_an_exchange_a_failed_rename_is_undone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where folders are replaced by two renames and the second fails, the old set is put back."""
    target = tmp_path / "kết quả"
    _make_set(target, 1)
    monkeypatch.setattr(_sets, "_swap", lambda *_: False)
    rename = Path.rename

    def refuse(path: Path, goal: Path) -> Path:
        if goal == target and path.name.startswith(f".{target.name}.") and not path.name.endswith(".cu"):
            raise OSError(5, "Input/output error", str(path))
        return rename(path, goal)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(OSError, match="Input/output"), _sets.fresh_set(target) as new:  # noqa: PT012 – the folder is the block's
        _make_set(new, 2)
        _sets.put_in_place(new, target)
    assert (target / "hai.txt").read_text(encoding="utf-8") == "1"
    assert [path.name for path in tmp_path.iterdir()] == [target.name]


@pytest.mark.parametrize("swaps", [True, False])
def test_file_saved_in_the_last_moment_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, swaps: bool) -> None:
    """What somebody saves into the old set while the new one is being put in its place is kept too."""
    target = tmp_path / "kết quả"
    _make_set(target, 1)
    swap: Callable[[Path, Path], bool] = _sets._swap

    def late(one: Path, other: Path) -> bool:
        (other / "ghi chú.txt").write_text("gọi QLN", encoding="utf-8")
        return swap(one, other) if swaps else False

    monkeypatch.setattr(_sets, "_swap", late)
    with _sets.fresh_set(target) as new:
        _make_set(new, 2)
        kept = _sets.put_in_place(new, target)
    assert kept == (target / "ghi chú.txt",)
    assert (target / "ghi chú.txt").read_text(encoding="utf-8") == "gọi QLN"
    assert [path.name for path in tmp_path.iterdir()] == [target.name]


def test_what_dead_runs_left_is_cleared_and_nothing_else(home: Path) -> None:
    """Sets that were never put in place go at the next run; other folders beside the results stay."""
    output = home / "output"
    for name in (f".{ROUND}.0123abcd", f".{ROUND}.cu"):
        (output / name).mkdir(parents=True)
        (output / name / "so-tong-hop.xlsx").write_bytes(b"half")
    for name in (f".{ROUND}.của tôi", "hang-nam-2022", ".hang-nam-2022.0123abcd"):
        (output / name).mkdir()
    (output / ROUND).mkdir()
    merge(home, round=ROUND)
    assert neighbours(home) == sorted((f".{ROUND}.của tôi", "hang-nam-2022", ".hang-nam-2022.0123abcd"))


def test_inbox_stays_as_it_is(home: Path) -> None:
    """No run adds, changes or removes anything in the inbox, not even a time stamp."""
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in (home / "inbox").rglob("*")}
    merge(home, round=ROUND)
    assert {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in (home / "inbox").rglob("*")} == before
    shutil.rmtree(home / "output")
