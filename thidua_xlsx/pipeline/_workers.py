"""Reading in worker processes that may die: what kills its worker is refused, everything else is read as if it were not there.

What a task needs goes with it, and a task never raises for a file.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import zlib
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from functools import lru_cache
from itertools import islice
from pathlib import Path
from traceback import extract_tb

from thidua_xlsx import text
from thidua_xlsx.checks import check_submission
from thidua_xlsx.intake import Arrival, GateError, Item, Salvaged, open_parcel, read_item, salvage
from thidua_xlsx.model import CellRef, FileStatus, Finding
from thidua_xlsx.pipeline import _limits
from thidua_xlsx.pipeline._crew import Crew, LostError, Team, each
from thidua_xlsx.pipeline._reading import File, Order, Read, Taken, digest, seal

Part = Sequence[File]
Packed = bytes
"""An order as it goes to the workers."""

_BREAKS_READER, _FAULT_OF_OURS, _VANISHED = "W190", "W191", "W192"
_WANTED = (KeyboardInterrupt, SystemExit)


def packed(order: Order) -> Packed:
    """Small, because the pipe to a worker that has just died holds 64 KiB, then blocks."""
    return zlib.compress(pickle.dumps(order), 1)


def read_parts(parts: Sequence[Part], order: Order, workers: int, executor: Executor | None = None) -> Iterator[list[Taken]]:
    """What was read from each part, in the order of the parts, however many workers there are and whichever of them die.

    An ``executor`` of the caller's own is used as it is and left running; its tasks are not limited, what its workers die of is tried
    again in a process of ours.
    """
    yield from each(read_part, packed(order), parts, Team(workers, executor), _file_by_file)


def _file_by_file(order: Packed, part: Part) -> list[Taken]:
    with Crew(1) as crew:
        return [_piece_by_piece(crew, order, file) for file in part]


def _piece_by_piece(crew: Crew, order: Packed, file: File) -> Taken:
    """A file's contents one at a time in a worker known to live, so that it is certain which of them kills it."""
    reads: list[Read] = []
    certain = True
    while True:
        try:
            read = crew.ask(read_piece, order, file, len(reads))
        except LostError as lost:
            certain &= lost.would_again
            try:
                name, sha256 = crew.ask(name_piece, file, len(reads))
            except LostError as wrapping:
                # Not what is in the wrapping kills the reader but the wrapping itself
                reads.append(_lost(file[1], _BREAKS_READER, digest(file[0])))
                return _taken(file, reads, certain=certain and wrapping.would_again)
            read = _lost(name, _BREAKS_READER, sha256)
        if read is None:
            return _taken(file, reads, certain=certain)
        reads.append(read)


def salvaged(file: File, order: Order, shown: str | None = None) -> Salvaged | tuple[Finding, ...]:
    """What an old or damaged form still holds, or why nothing can be taken from it; ``shown`` is the name of a thing in a wrapping."""
    with Crew(1) as crew:
        try:
            return crew.ask(salvage_form, packed(order), file, shown or file[1])
        except LostError:
            return _lost(shown or file[1], _BREAKS_READER)[0].findings


# What follows runs in the worker


@lru_cache(maxsize=1)
def unpacked(order: Packed) -> Order:
    """The order again."""
    made: Order = pickle.loads(zlib.decompress(order))  # noqa: S301 – packed by our own parent process a moment ago
    return made


def read_part(order: Packed, files: Part) -> list[Taken]:
    """Read and check some files; the unit of work of a worker."""
    wanted = unpacked(order)
    with text.language(wanted.language):
        return [_read_file(file, wanted) for file in files]


def read_piece(order: Packed, file: File, number: int) -> Read | None:
    """Read and check one of the things a file holds; None after the last."""
    wanted = unpacked(order)
    with text.language(wanted.language):
        return _read_piece(file, number, wanted, alone=True)


def name_piece(file: File, number: int) -> tuple[str, str]:
    """The shown name of one of the things a file holds and the SHA-256 of its bytes, without looking into it."""
    item = piece(file, number)
    return (item.file, _sha256(item)) if item else (file[1], "")


def salvage_form(order: Packed, file: File, shown: str) -> Salvaged | tuple[Finding, ...]:
    """Read what can be read of one form, which is the file or one of the things in it."""
    wanted = unpacked(order)
    with text.language(wanted.language), _limits.one_piece(alone=True):
        try:
            item = next(each for each in open_parcel(*file) if each.file == shown)
            return item.stop.findings if item.stop else salvage(item.content, shown, wanted.campaign)
        except GateError as stop:
            return stop.findings
        except MemoryError:
            return _lost(shown, _BREAKS_READER)[0].findings
        except BaseException as error:  # calamine's PanicException is none of Exception
            if isinstance(error, _WANTED):
                raise
            return _at_fault(shown, error)[0].findings


def _read_file(file: File, order: Order) -> Taken:
    path, name = file
    reads: list[Read] = []
    while (read := _read_piece(file, len(reads), order)) is not None:
        reads.append(read)
    if not os.path.lexists(path):
        return Taken((_lost(name, _VANISHED),))
    return _taken(file, reads)


def _taken(file: File, reads: Sequence[Read], *, certain: bool = True) -> Taken:
    """What a file held, to be remembered unless another try might end otherwise; a fault of ours may come from the computer it ran on."""
    is_ours = any(found.code == _FAULT_OF_OURS for arrival, _ in reads for found in arrival.findings)
    return Taken(tuple(reads), seal(file[0]) if certain and not is_ours else None)


def _read_piece(file: File, number: int, order: Order, *, alone: bool = False) -> Read | None:
    name, item = file[1], None
    try:
        item = piece(file, number)
        if item is None:
            return None
        name = item.file
        with _limits.one_piece(alone=alone):
            arrival = read_item(item, order.campaign, order.round_id, order.passwords)
            submission = arrival.submission
            round_id = order.round_id or (submission.passport.round if submission else "")
            return arrival, check_submission(submission, order.campaign, round_id) if submission else None
    except MemoryError:
        return _lost(name, _BREAKS_READER, _sha256(item) if item else digest(file[0]))
    except BaseException as error:  # calamine's PanicException is none of Exception
        if isinstance(error, _WANTED):
            raise
        return _at_fault(name, error, _sha256(item) if item else digest(file[0]))


_open: dict[File, tuple[int, Iterator[Item]]] = {}
"""The file being read, with the number of the next thing in it: a large mailbox is opened once, not for every letter."""


def piece(file: File, number: int) -> Item | None:
    """One of the things a file holds, by its number; None after the last."""
    place, items = _open.pop(file, (0, iter(())))
    if number == 0 or place > number or not place:
        place, items = 0, open_parcel(*file)
    _open.clear()
    _open[file] = (number + 1, items)
    with _limits.one_piece():
        return next(islice(items, number - place, None), None)


def _sha256(item: Item) -> str:
    return hashlib.sha256(item.content).hexdigest() if item.content else ""


def _at_fault(name: str, error: BaseException, sha256: str = "") -> Read:
    """A fault of ours: what went wrong and where, for whoever mends the program (``KeyError, _rows.py:88``)."""
    place = extract_tb(error.__traceback__)[-1]
    return _lost(name, _FAULT_OF_OURS, sha256, fault=f"{type(error).__name__}, {Path(place.filename).name}:{place.lineno}")


def _lost(name: str, code: str, sha256: str = "", **facts: str) -> Read:
    """Something of which nothing is known but why it could not be read."""
    found = text.finding(code, CellRef(name), seconds=round(_limits.SECONDS_ALONE), memory=_limits.MEBIBYTES, **facts)
    return Arrival(name, sha256, 0.0, None, None, FileStatus.REFUSED, (found,)), None
