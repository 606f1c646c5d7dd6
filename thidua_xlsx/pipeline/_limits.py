"""What a worker process may use for one file, so that a file which hangs or swells costs that worker and nothing else.

A panic in the Rust reader, an abort or an endless loop cannot be caught in the process it happens in (readers.md, 0.1). Time is watched
from inside the worker, memory from outside (:mod:`thidua_xlsx.pipeline._watch`), which works alike on every operating system. Linux limits
the address space besides, so that one leap of gigabytes fails at once instead of being held until the next look.
"""

from __future__ import annotations

import faulthandler
import multiprocessing
import multiprocessing.connection
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

SECONDS, SECONDS_ALONE = 3.5, 6.0
"""For one workbook among others, and for one that is tried again alone: together less than ten seconds.

A form takes milliseconds; the largest honest one tried, of 12,000 rows, a second on an idle computer.
"""

MEBIBYTES_AT_START, MEBIBYTES = 64, 832
"""What a worker holds when it starts, and what it may hold above that; 5,019 real workbooks never needed a quarter of it."""

_CPU_SECONDS = 40
_nowhere: int | None = None


def arm(watch: Connection[Any, Any] | None = None) -> None:
    """Turn this process into a worker: known to the watch, silent, deaf to Ctrl-C, limited, and gone when its parent is gone."""
    global _nowhere  # noqa: PLW0603 – an initializer has no other way to tell the tasks that follow
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if watch is not None:
        watch.send_bytes(str(os.getpid()).encode("ascii"))
    os.environ["RUST_BACKTRACE"] = "0"
    _nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (1, 2):
        os.dup2(_nowhere, stream)
    _limit_process()
    threading.Thread(target=_follow_parent, daemon=True).start()


@contextmanager
def one_piece(*, alone: bool = False) -> Iterator[None]:
    """The time of one workbook, or of opening what workbooks are wrapped in.

    A watchdog thread ends the process even while native code holds the interpreter.
    """
    if _nowhere is None:
        yield
        return
    faulthandler.dump_traceback_later(SECONDS_ALONE if alone else SECONDS, exit=True, file=_nowhere)
    _limit_cpu()
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()


def _follow_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)


if sys.platform == "win32":

    def described() -> str:
        """The limits that hold, for the cache: what was refused under others is tried again."""
        return f"{SECONDS} {SECONDS_ALONE} {MEBIBYTES}"

    def _limit_process() -> None:
        pass

    def _limit_cpu() -> None:
        pass

else:
    import resource

    def described() -> str:
        """The limits that hold, for the cache: what was refused under others is tried again."""
        office = [resource.getrlimit(what)[1] for what in (resource.RLIMIT_AS, resource.RLIMIT_CPU)]
        return f"{SECONDS} {SECONDS_ALONE} {MEBIBYTES} {office}"

    def _limit_process() -> None:
        """Address space as far as it has grown and so much more, where that can be told; no core dumps; not a byte written to any file."""
        if grown := _address_space():
            _lower(resource.RLIMIT_AS, grown + MEBIBYTES * 2**20)
        _lower(resource.RLIMIT_CORE, 0)
        _lower(resource.RLIMIT_FSIZE, 0)

    def _limit_cpu() -> None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        _lower(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + _CPU_SECONDS)

    def _lower(what: int, most: int) -> None:
        """Set a limit unless the office's own is lower already."""
        _, ceiling = resource.getrlimit(what)
        resource.setrlimit(what, (most if ceiling == resource.RLIM_INFINITY else min(most, ceiling), ceiling))

    def _address_space() -> int:
        statm = Path("/proc/self/statm")
        pages = int(statm.read_text(encoding="ascii").split()[0]) if statm.exists() else 0
        return pages * resource.getpagesize()
