"""A campaign that stands in for a hostile file: asking it for one of these units does to the worker what such a file does to its reader.

The readers are guarded against every file known to break them, so that the next one has to be imagined. The traps go to the worker with
the campaign and spring in the middle of reading, in the process where the reader would.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import ModuleType
from typing import Any

from thidua_xlsx.campaign import Campaign, Unit
from thidua_xlsx.pipeline import _limits

resource: ModuleType | None
try:
    import resource
except ImportError:  # Windows
    resource = None


def _hang() -> None:
    """Native code that neither returns nor lets go of the interpreter, as an endless loop in a Rust reader would be."""
    re.match(r"(a+)+$", "a" * 64 + "b")


def _swell() -> None:
    """Memory without end."""
    held = []
    while True:
        held.append(bytearray(64 << 20))


def _swell_unlimited() -> None:
    """Memory without end where the operating system sets no limit to it, as on Windows; a fault of ours if nobody stops it."""
    if resource is not None:
        most = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    held = [b"x" * (16 << 20) for _ in range(100)]
    raise ZeroDivisionError(len(held))


def _fault() -> None:
    raise ZeroDivisionError


TRAPS: Mapping[str, Callable[[], object]] = {
    "KHTC": os.abort, "TTRA": _hang, "QHKT": _swell, "QLXD": _fault, "CCGD": _swell_unlimited,
}  # fmt: skip


def idle() -> None:
    """A reading that gets no processor time until its own time is over, as on a computer busy with other things."""
    with _limits.one_piece():
        time.sleep(60)


class _Units(dict[str, Unit]):
    """The units of a campaign, some of them traps."""

    def __contains__(self, code: object) -> bool:
        if code in TRAPS:
            TRAPS[str(code)]()
        return super().__contains__(code)

    def __getitem__(self, code: str) -> Unit:
        if code in TRAPS:
            TRAPS[code]()
        return super().__getitem__(code)

    def __reduce__(self) -> tuple[Any, ...]:
        return _Units, (dict(self.items()),)


def trapped(campaign: Campaign) -> Campaign:
    """The campaign with its traps set."""
    return replace(campaign, units=_Units(campaign.units))
