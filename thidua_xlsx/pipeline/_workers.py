"""Reading in worker processes that may die: what kills its worker is refused, everything else is read as if it were not there.

Workers are reached through :class:`concurrent.futures.Executor` alone, ``submit`` and results in order, so that another engine can stand
in for the process pool. What a task needs goes with it, and a task never raises for a file.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import sys
import zlib
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager, nullcontext
from functools import lru_cache
from itertools import islice
from multiprocessing import resource_tracker
from pathlib import Path
from traceback import extract_tb
from types import ModuleType
from typing import Any, ParamSpec, Self, TypeVar

from thidua_xlsx import text
from thidua_xlsx.checks import check_submission
from thidua_xlsx.intake import Arrival, Item, open_parcel, read_item
from thidua_xlsx.model import CellRef, FileStatus, UserError
from thidua_xlsx.pipeline import _limits
from thidua_xlsx.pipeline._reading import File, Order, Read, Taken, seal

Answer = TypeVar("Answer")
Arguments = ParamSpec("Arguments")
Part = Sequence[File]

_WAITING_PER_WORKER = 2
_BREAKS_READER, _FAULT_OF_OURS, _VANISHED = "W190", "W191", "W192"


class NoWorkersError(UserError):
    """The computer lets no worker process start, so that nothing can be read without danger to the run."""

    def __init__(self) -> None:
        super().__init__(text.say("cli.no_workers"))


def read_parts(parts: Sequence[Part], order: Order, workers: int, executor: Executor | None = None) -> Iterator[list[Taken]]:
    """What was read from each part, in the order of the parts, however many workers there are and whichever of them die.

    An ``executor`` of the caller's own is used as it is and left running; its tasks are not limited, what its workers die of is tried
    again in a process of ours.
    """
    packed = zlib.compress(pickle.dumps(order), 1)  # small, because the pipe to a worker that has just died holds 64 KiB, then blocks
    with _Crew(workers, executor) as crew:
        waiting: deque[tuple[Part, Future[list[Taken]]]] = deque()
        for part in parts:
            waiting.append((part, crew.submit(read_part, packed, part)))
            if len(waiting) > workers * _WAITING_PER_WORKER:
                yield _collect(packed, *waiting.popleft())
        while waiting:
            yield _collect(packed, *waiting.popleft())


def _collect(packed: bytes, part: Part, task: Future[list[Taken]]) -> list[Taken]:
    """A part's result; of a part that was lost with a worker, what is read from it piece by piece."""
    try:
        return task.result()
    except Exception:  # noqa: BLE001 – a task raises nothing of its own, and each engine has another word for a lost worker
        with _Crew(1) as crew:
            return [_piece_by_piece(crew, packed, file) for file in part]


def _piece_by_piece(crew: _Crew, packed: bytes, file: File) -> Taken:
    """A file's contents one at a time in a worker known to live, so that it is certain which of them kills it."""
    reads: list[Read] = []
    while True:
        try:
            read = crew.ask(read_piece, packed, file, len(reads))
        except BrokenExecutor:
            try:
                name = crew.ask(name_piece, file, len(reads))
            except BrokenExecutor:
                # Not what is in the wrapping kills the reader but the wrapping itself
                return Taken((*reads, _lost(file[1], _BREAKS_READER)))
            read = _lost(name or file[1], _BREAKS_READER)
        if read is None:
            return Taken(tuple(reads))
        reads.append(read)


class _Crew:
    """Workers that are replaced when something they read has killed one of them."""

    def __init__(self, workers: int, given: Executor | None = None) -> None:
        self._workers = workers
        self._given = given
        self._pool: Executor | None = given

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._dismiss()

    def submit(self, task: Callable[Arguments, Answer], /, *arguments: Arguments.args, **options: Arguments.kwargs) -> Future[Answer]:
        try:
            return self._present().submit(task, *arguments, **options)
        except BrokenExecutor:
            self._dismiss()
            return self._present().submit(task, *arguments, **options)

    def ask(self, task: Callable[Arguments, Answer], /, *arguments: Arguments.args, **options: Arguments.kwargs) -> Answer:
        """The result of a task that alone can be to blame if ``BrokenExecutor`` is raised."""
        if self._pool is None:
            self._prove()
        try:
            return self._present().submit(task, *arguments, **options).result()
        except BrokenExecutor:
            self._dismiss()
            raise

    def _prove(self) -> None:
        try:
            self._present().submit(_answer).result()
        except BrokenExecutor:
            raise NoWorkersError from None

    def _present(self) -> Executor:
        if self._pool is None:
            self._pool = _pool(self._workers)
        return self._pool

    def _dismiss(self) -> None:
        if self._pool is not None and self._pool is not self._given:
            self._pool.shutdown(cancel_futures=True)
        self._pool = self._given


class _Pool(ProcessPoolExecutor):
    """Worker processes that neither run the caller's main program again nor hear its Ctrl-C while they start."""

    def submit(self, task: Callable[..., Any], /, *arguments: Any, **options: Any) -> Future[Any]:
        with _without_main(), _without_interrupt():
            return super().submit(task, *arguments, **options)


@contextmanager
def _without_main() -> Iterator[None]:
    """Hide the main program while a process is started, which happens in ``submit``.

    A clerk's script calls ``merge`` at its top level, and a worker that ran it again would start workers itself.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


if sys.platform == "win32":
    _without_interrupt = nullcontext
else:

    @contextmanager
    def _without_interrupt() -> Iterator[None]:
        """Put Ctrl-C off: what is started here inherits the deafness, and the server of the workers has no other."""
        # Starting the tracker clears the mask, so that has to be over
        resource_tracker.ensure_running()
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _pool(workers: int) -> Executor:
    """Forked from a small server that has imported this module, or started afresh where there is no such thing (Windows).

    Never forked from this process: it may have threads (the progress bar), and the child of such a fork may hang.
    """
    served = "forkserver" in multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if served else "spawn")
    if served:
        context.set_forkserver_preload([__name__])
    try:
        return _Pool(workers, mp_context=context, initializer=_limits.arm)
    except (OSError, ImportError, NotImplementedError):
        raise NoWorkersError from None


# What follows runs in the worker


@lru_cache(maxsize=1)
def _unpacked(order: bytes) -> Order:
    made: Order = pickle.loads(zlib.decompress(order))  # noqa: S301 – packed by our own parent process a moment ago
    return made


def read_part(order: bytes, files: Part) -> list[Taken]:
    """Read and check some files; the unit of work of a worker."""
    unpacked = _unpacked(order)
    with text.language(unpacked.language):
        return [_read_file(file, unpacked) for file in files]


def read_piece(order: bytes, file: File, number: int) -> Read | None:
    """Read and check one of the things a file holds; None after the last."""
    unpacked = _unpacked(order)
    with text.language(unpacked.language):
        return _read_piece(file, number, unpacked, alone=True)


def name_piece(file: File, number: int) -> str | None:
    """The shown name of one of the things a file holds, without looking into it."""
    item = _piece(file, number)
    return item.file if item else None


def _answer() -> None:
    """The least a worker can be asked."""


def _read_file(file: File, order: Order) -> Taken:
    path, name = file
    reads: list[Read] = []
    while (read := _read_piece(file, len(reads), order)) is not None:
        reads.append(read)
    if not os.path.lexists(path):
        return Taken((_lost(name, _VANISHED),))
    codes = {found.code for arrival, _ in reads for found in arrival.findings}
    return Taken(tuple(reads), None if codes & {_BREAKS_READER, _FAULT_OF_OURS} else seal(path))


def _read_piece(file: File, number: int, order: Order, *, alone: bool = False) -> Read | None:
    name = file[1]
    try:
        item = _piece(file, number)
        if item is None:
            return None
        name = item.file
        with _limits.one_piece(alone=alone):
            arrival = read_item(item, order.campaign, order.round_id, order.passwords)
            submission = arrival.submission
            round_id = order.round_id or (submission.passport.round if submission else "")
            return arrival, check_submission(submission, order.campaign, round_id) if submission else None
    except MemoryError:
        return _lost(name, _BREAKS_READER)
    except BaseException as error:  # calamine's PanicException is none of Exception
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        return _lost(name, _FAULT_OF_OURS, fault=_fault(error))


_open: dict[File, tuple[int, Iterator[Item]]] = {}
"""The file being read, with the number of the next thing in it: a large mailbox is opened once, not for every letter."""


def _piece(file: File, number: int) -> Item | None:
    place, items = _open.pop(file, (0, iter(())))
    if number == 0 or place > number or not place:
        place, items = 0, open_parcel(*file)
    _open.clear()
    _open[file] = (number + 1, items)
    with _limits.one_piece():
        return next(islice(items, number - place, None), None)


def _fault(error: BaseException) -> str:
    """What went wrong and where, for whoever mends the program: ``KeyError, _rows.py:88``."""
    place = extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}, {Path(place.filename).name}:{place.lineno}"


def _lost(name: str, code: str, **facts: str) -> Read:
    """Something of which nothing is known but why it could not be read."""
    found = text.finding(code, CellRef(name), seconds=round(_limits.SECONDS_ALONE), memory=_limits.MEBIBYTES, **facts)
    return Arrival(name, "", 0.0, None, None, FileStatus.REFUSED, (found,)), None
