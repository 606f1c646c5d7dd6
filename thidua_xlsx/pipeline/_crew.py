"""Worker processes that are replaced when what they were given has killed one of them.

Workers are reached through :class:`concurrent.futures.Executor` alone, ``submit`` and results in order, so that another engine can stand
in for the process pool.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager, nullcontext
from multiprocessing import resource_tracker
from multiprocessing.context import BaseContext
from types import ModuleType
from typing import Any, NamedTuple, ParamSpec, Self, TypeVar

from thidua_xlsx import text
from thidua_xlsx.model import UserError
from thidua_xlsx.pipeline import _limits
from thidua_xlsx.pipeline._watch import Watch

Part = TypeVar("Part")
Answer = TypeVar("Answer")
Arguments = ParamSpec("Arguments")
Task = Callable[[bytes, Part], Answer]
"""What is done with one part by an order, which goes to the worker packed."""

_WAITING_PER_WORKER = 2
_PRELOADED = "thidua_xlsx.pipeline._workers"
_MOSTLY = 0.7


class Team(NamedTuple):
    """How many worker processes; or an executor of the caller's own, used as it is and left running, its tasks not limited."""

    workers: int
    executor: Executor | None = None


class NoWorkersError(UserError):
    """The computer lets no worker process start, so that nothing can be read without danger to the run."""

    def __init__(self) -> None:
        super().__init__(text.say("cli.no_workers"))


class LostError(Exception):
    """A task has killed its worker. It ``would_again`` unless time ran out while the computer was busy with other things."""

    def __init__(self, *, would_again: bool) -> None:
        super().__init__(would_again)
        self.would_again = would_again


def each(task: Task[Part, Answer], order: bytes, parts: Iterable[Part], team: Team, otherwise: Task[Part, Answer]) -> Iterator[Answer]:
    """The task's answer for every part, in their order, and what ``otherwise`` gives for a part that was lost with its worker."""
    with Crew(*team) as crew:
        waiting: deque[tuple[Part, Future[Answer]]] = deque()
        for part in parts:
            waiting.append((part, crew.submit(task, order, part)))
            if len(waiting) > team.workers * _WAITING_PER_WORKER:
                yield _collect(order, *waiting.popleft(), otherwise)
        while waiting:
            yield _collect(order, *waiting.popleft(), otherwise)


def _collect(order: bytes, part: Part, task: Future[Answer], otherwise: Task[Part, Answer]) -> Answer:
    try:
        return task.result()
    except Exception:  # noqa: BLE001 – a task raises nothing of its own, and each engine has another word for a lost worker
        return otherwise(order, part)


class Crew:
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
        """Have a task done by one of the workers, beside others."""
        try:
            return self._present().submit(task, *arguments, **options)
        except BrokenExecutor:
            self._dismiss()
            return self._present().submit(task, *arguments, **options)

    def ask(self, task: Callable[Arguments, Answer], /, *arguments: Arguments.args, **options: Arguments.kwargs) -> Answer:
        """The result of a task that is done alone, so that nothing else can be to blame if it raises :class:`LostError`."""
        if self._pool is None:
            self._prove()
        pool = self._present()
        began, busy = time.monotonic(), _busy(pool)
        try:
            return pool.submit(task, *arguments, **options).result()
        except BrokenExecutor:
            took = time.monotonic() - began
            worked = _busy(pool) - busy
            self._dismiss()
            raise LostError(would_again=took < _limits.SECONDS or worked > took * _MOSTLY) from None

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


def _answer() -> None:
    """The least a worker can be asked."""


def _busy(pool: Executor) -> float:
    return pool.busy if isinstance(pool, _Pool) else 0.0


class _Pool(ProcessPoolExecutor):
    """Worker processes under watch that neither run the caller's main program again nor hear its Ctrl-C while they start."""

    def __init__(self, workers: int, context: BaseContext) -> None:
        self._watch = Watch(context)
        super().__init__(workers, mp_context=context, initializer=_limits.arm, initargs=(self._watch.door,))

    @property
    def busy(self) -> float:
        """The processor seconds the workers have used."""
        return self._watch.busy

    def submit(self, task: Callable[..., Any], /, *arguments: Any, **options: Any) -> Future[Any]:
        with _without_main(), _without_interrupt():
            return super().submit(task, *arguments, **options)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        super().shutdown(wait, cancel_futures=cancel_futures)
        self._watch.end()


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
    """Forked from a small server that has imported the readers, or started afresh where there is no such thing (Windows).

    Never forked from this process: it may have threads (the progress bar, the watch), and the child of such a fork may hang.
    """
    served = "forkserver" in multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if served else "spawn")
    if served:
        context.set_forkserver_preload([_PRELOADED])
    try:
        return _Pool(workers, context)
    except (OSError, ImportError, NotImplementedError):
        raise NoWorkersError from None
