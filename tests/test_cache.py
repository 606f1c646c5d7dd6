"""The cache makes the next run quicker and changes nothing else."""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import replace
from datetime import date, datetime, time, timedelta, timezone
from email.message import EmailMessage
from hashlib import sha256
from pathlib import Path
from typing import Any, NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import sheets, sound, traps
from thidua_xlsx import issue, merge, returns
from thidua_xlsx.intake import Arrival
from thidua_xlsx.model import CheckedSubmission, FileStatus, PartialDate, Passport, Provenance, RawRow, Record, Submission
from thidua_xlsx.pipeline import _limits, _notation, init
from thidua_xlsx.pipeline._reading import Read
from thidua_xlsx.pipeline._survey import Reading, read_all
from thidua_xlsx.template import write_workbook

ROUND = sound.ROUND
CACHE = Path("output") / ".thidua-cache"


class _Idle(Executor):
    """An engine that must not be asked for anything."""

    def submit(self, task: Callable[..., Any], /, *arguments: Any, **options: Any) -> Future[Any]:
        raise AssertionError(f"{task.__name__} was called for {arguments[1:]} {options}")


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An inbox with what offices get: sound workbooks, wrapped ones, litter and refuse."""
    folder = tmp_path_factory.mktemp("sent")
    inbox = folder / "inbox"
    inbox.mkdir()
    first = sound.fill_to(folder, name="QLN.xlsx")
    shutil.copyfile(first, inbox / "QLN.xlsx")
    sheets.mutate(first, "individuals", "birth_date", 0, "31/02/1985")
    with zipfile.ZipFile(inbox / "gói.zip", "w") as bundle:
        bundle.write(first, "phiếu sai ngày.xlsx")
    mail = EmailMessage()
    mail["From"], mail["Subject"], mail["Date"] = "qln@example.vn", "Phiếu đăng ký", "Tue, 20 Jun 2023 08:00:00 +0700"
    mail.set_content("Kính gửi")
    mail.add_attachment(first.read_bytes() + b"\0", maintype="application", subtype="octet-stream", filename="hỏng.xlsx")
    (inbox / "thư.eml").write_bytes(mail.as_bytes())
    (inbox / "Thumbs.db").write_bytes(b"x")
    (inbox / "trang.xls").write_bytes(b"<html><body>Xin loi</body></html>")
    return inbox


@pytest.fixture
def home(tmp_path: Path, sent: Path) -> Path:
    """A campaign folder with that inbox."""
    shutil.copytree(sent, tmp_path / "inbox")
    return tmp_path


def read(home: Path, **how: Any) -> list[Read]:
    """Read the inbox as a merge does."""
    return read_all(home / "inbox", sound.CAMPAIGN, ROUND, Reading(home=home, remembers=True, **how))


def entries(home: Path) -> list[Path]:
    """The files of the cache."""
    return sorted(path for path in (home / CACHE).rglob("*") if path.is_file())


def digests(folder: Path) -> dict[str, str]:
    """Every file below a folder with its SHA-256."""
    return {path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()}


def test_second_reading_gives_the_same_and_reads_nothing(home: Path) -> None:
    """What was read once is remembered whole: values, addresses, findings, refusals, where a mail came from."""
    first = read(home)
    assert read(home, executor=_Idle()) == first
    assert {arrival.status for arrival, _ in first} == {None, FileStatus.IGNORED, FileStatus.REFUSED}
    assert any(arrival.provenance.sender == "qln@example.vn" for arrival, _ in first)


def test_what_is_recalled_hangs_together(home: Path) -> None:
    """A recalled row is one object in the submission and in its record, as after reading."""
    read(home)
    checked = next(checked for arrival, checked in read(home) if checked and arrival.file == "inbox/QLN.xlsx")
    rows = checked.submission.rows["individuals"]
    assert all(record.raw is raw for record, raw in zip(checked.records["individuals"], rows, strict=True))


def test_outputs_have_the_same_bytes_with_and_without(tmp_path: Path) -> None:
    """A merge that recalls everything, one without a cache and one after the cache was deleted write the same bytes."""
    home = init(tmp_path / "thi-dua")
    issue(home, ROUND, ["QLN"])
    path = sheets.fill(home / "issued" / ROUND / "QLN.xlsx", home / "inbox" / "QLN.xlsx", sound.SOUND)
    sheets.mutate(path, "achievements", "value_vnd", 0, "1,5 triêu")
    first = digests(merge(home, round=ROUND).folder)
    assert entries(home)
    assert digests(merge(home, round=ROUND).folder) == first
    shutil.rmtree(home / CACHE)
    assert digests(merge(home, round=ROUND).folder) == first
    shutil.rmtree(home / CACHE)
    (home / CACHE).write_bytes(b"")
    assert digests(merge(home, round=ROUND).folder) == first


def test_returned_workbook_is_copied_only_while_it_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A unit's unchanged return is not written again; one that somebody has typed into, or that has to say something else, is."""
    home = init(tmp_path / "thi-dua")
    issue(home, ROUND, ["QLN"])
    path = sheets.fill(home / "issued" / ROUND / "QLN.xlsx", home / "inbox" / "QLN.xlsx", sound.SOUND)
    sheets.mutate(path, "achievements", "value_vnd", 0, "1,5 triêu")
    first = digests(merge(home, round=ROUND).folder)
    written: list[str] = []
    write = returns.write_return

    def watch(*arguments: Any) -> None:
        written.append(arguments[0].name)
        write(*arguments)

    monkeypatch.setattr(returns, "write_return", watch)
    assert digests(merge(home, round=ROUND).folder) == first
    assert written == []
    (home / "output" / ROUND / "tra-lai" / "QLN.xlsx").write_bytes(b"typed into")
    assert digests(merge(home, round=ROUND).folder).items() > first.items()
    assert written == ["QLN.xlsx"]
    sheets.mutate(path, "achievements", "value_vnd", 0, "2,5 triêu")
    assert digests(merge(home, round=ROUND).folder)["tra-lai/QLN.xlsx"] != first["tra-lai/QLN.xlsx"]
    assert written == ["QLN.xlsx", "QLN.xlsx"]


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _turn_a_byte(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 4
    path.write_bytes(raw)


def _pickle(path: Path) -> None:
    path.write_bytes(b"cos\nsystem\n(S'touch cracked'\ntR.")


def _other_json(path: Path) -> None:
    raw = b'[[["Arrival"],null,null]]'
    path.write_bytes(sha256(raw).hexdigest().encode() + b"\n" + raw)


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("damage", [_cut, _empty, _turn_a_byte, _pickle, _other_json, _folder])
def test_damaged_cache_is_never_believed(home: Path, damage: Callable[[Path], None]) -> None:
    """Whatever happens to the cache's files, what is read stays the same and nothing is said."""
    first = read(home)
    for path in entries(home):
        damage(path)
    assert read(home) == first
    assert not (Path.cwd() / "cracked").exists()


def test_entry_of_another_file_is_not_believed(home: Path) -> None:
    """An entry put in the place of another's is thrown away."""
    first = read(home)
    one, *others = entries(home)
    for other in others:
        shutil.copyfile(one, other)
    assert read(home) == first


def test_changed_file_is_read_again(home: Path) -> None:
    """New bytes under an old name are read; a new time stamp, which decides between two submissions, is seen."""
    read(home)
    path = home / "inbox" / "QLN.xlsx"
    sheets.mutate(path, "individuals", "full_name", 0, "Nguyễn Thị Hoa")
    changed = {arrival.file: checked for arrival, checked in read(home)}["inbox/QLN.xlsx"]
    assert changed is not None
    assert changed.records["individuals"][0].values["full_name"] == "Nguyễn Thị Hoa"
    os.utime(path, (1_600_000_000, 1_600_000_000))
    touched = {arrival.file: arrival for arrival, _ in read(home)}["inbox/QLN.xlsx"]
    assert touched.modified == 1_600_000_000
    assert touched.submission is not None
    assert touched.submission.modified == 1_600_000_000


def test_what_killed_its_reader_is_not_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The verdict on a file that kills its reader is remembered until limits or bytes change; a fault of ours is tried again each time."""
    home = init(tmp_path / "thi-dua")
    for unit in ("KHTC", "QLXD"):
        write_workbook(home / "inbox" / f"{unit}.xlsx", sound.CAMPAIGN, ROUND, unit)
    campaign = traps.trapped(sound.CAMPAIGN)
    first = read_all(home / "inbox", campaign, ROUND, Reading(jobs=1, home=home, remembers=True))
    assert [arrival.finding.code for arrival, _ in first if arrival.finding] == ["W190", "W191"]
    with pytest.raises(AssertionError, match="QLXD"):
        read_all(home / "inbox", campaign, ROUND, Reading(executor=_Idle(), home=home))
    (home / "inbox" / "QLXD.xlsx").unlink()
    assert read_all(home / "inbox", campaign, ROUND, Reading(executor=_Idle(), home=home)) == first[:1]
    monkeypatch.setattr(_limits, "SECONDS_ALONE", 60.0)
    with pytest.raises(AssertionError, match="KHTC"):
        read_all(home / "inbox", campaign, ROUND, Reading(executor=_Idle(), home=home))
    monkeypatch.undo()
    write_workbook(home / "inbox" / "KHTC.xlsx", sound.CAMPAIGN, ROUND, "QLN")
    assert read_all(home / "inbox", campaign, ROUND, Reading(jobs=1, home=home))[0][1] is not None


def test_renamed_file_has_its_new_name_everywhere(home: Path) -> None:
    """A file that was renamed is known by its new name alone."""
    read(home)
    (home / "inbox" / "QLN.xlsx").rename(home / "inbox" / "QLN mới.xlsx")
    read(home)
    arrival, checked = next(entry for entry in read(home) if entry[0].file == "inbox/QLN mới.xlsx")
    assert checked is not None
    assert {record.raw.file for part in checked.records.values() for record in part} == {arrival.file}
    assert "QLN.xlsx" not in repr(checked)


def test_cache_holds_no_more_than_the_inbox(home: Path) -> None:
    """What was read from files that are gone, or with another campaign file, does not pile up."""
    read(home)
    assert len(entries(home)) == len(list((home / "inbox").iterdir()))
    (home / "inbox" / "thư.eml").unlink()
    read(home)
    assert len(entries(home)) == len(list((home / "inbox").iterdir()))
    before = entries(home)
    read_all(home / "inbox", replace(sound.CAMPAIGN, sha256="0" * 64), ROUND, Reading(home=home, remembers=True))
    assert not set(before) & set(entries(home))
    assert len(entries(home)) == len(before)


def test_reading_that_may_not_write_leaves_no_trace(home: Path) -> None:
    """``status`` and ``explain`` use the cache of the last merge and write nothing."""
    read_all(home / "inbox", sound.CAMPAIGN, ROUND, Reading(home=home))
    assert not (home / CACHE).exists()
    first = read(home)
    before = digests(home)
    assert read_all(home / "inbox", sound.CAMPAIGN, ROUND, Reading(home=home, executor=_Idle())) == first
    assert digests(home) == before


def test_folder_that_cannot_be_written_means_no_cache(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A read-only folder or a full disk costs the cache and nothing else."""

    def full(path: Path, *_: object, **__: object) -> NoReturn:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(Path, "write_bytes", full)
    first = read(home)
    assert entries(home) == []
    monkeypatch.undo()
    assert read(home) == first


_RAW = st.one_of(
    st.text(), st.floats(allow_nan=False), st.integers(), st.booleans(), st.dates(), st.times(), st.datetimes(), st.timedeltas()
)
_TYPED = st.one_of(
    st.text(), st.integers(), st.floats(allow_nan=False), st.builds(PartialDate, st.integers(1900, 2100), st.integers(1, 12))
)


@given(
    st.dictionaries(st.text(), _RAW),
    st.dictionaries(st.text(), _TYPED),
    st.dictionaries(st.text(), st.sampled_from(["H7", "H12", "H", "7", ""])),
)
def test_every_value_comes_back_as_it_was(values: dict[str, Any], typed: dict[str, Any], cells: dict[str, str]) -> None:
    """Any value of any type, under any name, is the same after it was written down, types included."""
    raw = RawRow("individuals", "inbox/a.xlsx", "Cá nhân", 7, values, cells)
    when = datetime(2023, 6, 20, 8, tzinfo=timezone(timedelta(hours=7)))
    submission = Submission("inbox/a.xlsx", "0", Passport("c", 1, "r", "u"), 0.1, {"individuals": (raw,)}, 3, Provenance("a@b", "s", when))
    record = Record(raw, "u", typed, frozenset(values), held=True)
    checked = CheckedSubmission(submission, {"individuals": (record,)}, ())
    arrival = sound_arrival(submission)
    ((back, again),) = _notation.loads(_notation.dumps(((arrival, checked),)))
    assert (back, again) == (arrival, checked)
    assert [type(value) for value in back.submission.rows["individuals"][0].values.values()] == [type(value) for value in values.values()]  # type: ignore[union-attr]


def sound_arrival(submission: Submission) -> Arrival:
    """An arrival that was read."""
    return Arrival(submission.file, "0", 0.1, "u", submission, None, (), submission.provenance)


@pytest.mark.parametrize("value", [date(2023, 6, 1), time(8, 30), timedelta(hours=30), datetime(2023, 6, 1, 8, 0, 0, 5)])  # noqa: DTZ001
def test_dates_and_times_keep_their_type(value: Any) -> None:
    """Excel's dates, times and durations stay what they are."""
    raw = RawRow("individuals", "inbox/a.xlsx", "Cá nhân", 7, {"birth_date": value}, {"birth_date": "F7"})
    submission = Submission("inbox/a.xlsx", "0", Passport("c", 1, "r", "u"), 0.1, {"individuals": (raw,)})
    reads = ((sound_arrival(submission), CheckedSubmission(submission, {"individuals": ()}, ())),)
    ((back, _),) = _notation.loads(_notation.dumps(reads))
    assert back.submission is not None
    assert back.submission.rows["individuals"][0].values["birth_date"] == value
    assert type(back.submission.rows["individuals"][0].values["birth_date"]) is type(value)


def test_results_wanted_elsewhere_are_all_that_is_written(tmp_path: Path) -> None:
    """A merge with a folder of results of its own leaves nothing in the campaign folder, not even a memory."""
    home = init(tmp_path / "thi-dua")
    issue(home, ROUND, ["QLN"])
    sheets.fill(home / "issued" / ROUND / "QLN.xlsx", home / "inbox" / "QLN.xlsx", sound.SOUND)
    before = sorted(home.rglob("*"))
    merge(home, round=ROUND, output=tmp_path / "riêng")
    assert sorted(home.rglob("*")) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["riêng", "thi-dua"]
