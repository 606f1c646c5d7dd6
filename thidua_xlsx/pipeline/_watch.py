"""A watch over the memory of worker processes, kept by the process that started them.

One way for every operating system: the parent looks how much each worker holds and ends the one that holds too much. Linux has a limit of
its own besides (:mod:`thidua_xlsx.pipeline._limits`), which stops a single leap before anything is held; Windows and macOS have none that
holds.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from multiprocessing.context import BaseContext

import psutil

from thidua_xlsx.pipeline import _limits

_EVERY = 0.025
"""Seconds between two looks; memory fills at about two gigabytes a second."""

_MOST = (_limits.MEBIBYTES_AT_START + _limits.MEBIBYTES) * 2**20


class Watch:
    """Ends every worker that holds more memory than it may. ``door`` goes to the workers, who send their process id."""

    def __init__(self, context: BaseContext) -> None:
        self._ear, self.door = context.Pipe(duplex=False)
        self._workers: list[psutil.Process] = []
        self._busy = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    @property
    def busy(self) -> float:
        """The processor seconds that the workers had used when they were last looked at."""
        return self._busy

    def end(self) -> None:
        """Look no more."""
        self._over.set()
        self._thread.join()
        self._ear.close()
        self.door.close()

    def _look(self) -> None:
        while not self._over.wait(_EVERY):
            with suppress(psutil.Error):
                while self._ear.poll():
                    self._workers.append(psutil.Process(int(self._ear.recv_bytes())))
            self._workers = [worker for worker in self._workers if _may_live(worker)]
            self._busy = sum(map(_seconds, self._workers)) or self._busy


def _may_live(worker: psutil.Process) -> bool:
    """Whether the worker is still there and within its limit; what has been paged out counts too where the system tells (Windows)."""
    try:
        held = worker.memory_info()
        if max(held.rss, getattr(held, "private", 0)) <= _MOST:
            return True
        worker.kill()
    except psutil.Error:
        pass
    return False


def _seconds(worker: psutil.Process) -> float:
    try:
        used = worker.cpu_times()
    except psutil.Error:
        return 0.0
    return float(used.user + used.system)
