"""Reading and checking against python-calamine alone on the same files: ``python -m benchmarks.reading [FILES] [ROUNDS]``.

Both run in this one process and take turns, so that a noisy machine slows both; the ratio counts, not the times. Every round has files of
its own, for nobody reads a file twice; the first only warms up. The goal is 2.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import python_calamine

from benchmarks.inbox import ROUND, make
from thidua_xlsx.campaign import Campaign, load_campaign
from thidua_xlsx.checks import check_submission
from thidua_xlsx.intake import read_files


def calamine_alone(files: list[Path]) -> None:
    """Every sheet of every file as rows of values."""
    for path in files:
        with python_calamine.CalamineWorkbook.from_path(str(path)) as book:
            for name in book.sheet_names:
                book.get_sheet_by_name(name).to_python()


def read_and_check(files: list[Path], campaign: Campaign) -> None:
    """What a worker process does with them."""
    for path in files:
        for arrival in read_files(path, path.name, campaign, ROUND):
            if arrival.submission:
                check_submission(arrival.submission, campaign, ROUND)


def timed(job: Callable[[], None]) -> float:
    """Seconds of processor time."""
    started = time.process_time()
    job()
    return time.process_time() - started


def main(files: int = 40, rounds: int = 9) -> None:
    """Print milliseconds per file and the median ratio."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = make(Path(scratch) / "thi-dua", files * (rounds + 1))
        campaign, paths = load_campaign(folder / "campaign.toml"), sorted((folder / "inbox").iterdir())
        parts = [paths[start : start + files] for start in range(0, len(paths), files)]
        pairs = [(timed(partial(calamine_alone, part)), timed(partial(read_and_check, part, campaign))) for part in parts][1:]
    floor, ours = (statistics.median(column) * 1000 / files for column in zip(*pairs, strict=True))
    ratio = statistics.median(mine / theirs for theirs, mine in pairs)
    print(f"python-calamine alone {floor:.2f} ms/file, reading and checking {ours:.2f} ms/file, ratio {ratio:.2f} (goal 2)")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
