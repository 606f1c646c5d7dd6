"""A merge after one of many files has changed against the first: ``python -m benchmarks.second_run [UNITS] [ROUNDS]``.

Whole processes, timed from outside, dossiers left out (the campaign's figures are unset, so that nobody gets one). A second pair of lines
tells the reading stage alone, which is all that remembering what was read can make quicker.
"""

from __future__ import annotations

import gc
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.inbox import ROUND, make, send
from thidua_xlsx.campaign import load_campaign
from thidua_xlsx.cli import _GENERATIONS
from thidua_xlsx.pipeline._cache import CACHE_FOLDER
from thidua_xlsx.pipeline._survey import Reading, read_all


def merge(folder: Path) -> float:
    """Seconds that a merge takes on the clock, with Python's compiled modules kept as on anybody's machine."""
    settings = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "thidua_xlsx", "merge", "-C", str(folder), "--round", ROUND],
        check=False,
        capture_output=True,
        env={**settings, "PYTHONPYCACHEPREFIX": str(folder.parent / "compiled")},
    )
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr.decode())
    return time.perf_counter() - started


def read(folder: Path) -> float:
    """Seconds that reading and checking take."""
    started = time.perf_counter()
    read_all(folder / "inbox", load_campaign(folder / "campaign.toml"), ROUND, Reading(home=folder, remembers=True))
    return time.perf_counter() - started


def main(units: int = 500, rounds: int = 3) -> None:
    """Print both pairs with the ratio of second to first."""
    gc.set_threshold(*_GENERATIONS)
    with tempfile.TemporaryDirectory() as scratch:
        folder = make(Path(scratch) / "thi-dua", units)
        campaign = load_campaign(folder / "campaign.toml")
        for name, job in (("merge", merge), ("reading and checking", read)):
            pairs = []
            for number in range(rounds):
                shutil.rmtree(folder / CACHE_FOLDER, ignore_errors=True)
                first = job(folder)
                send(folder / "inbox" / "DV0001.xlsx", campaign, "DV0001", slip=number % 2 == 1)
                pairs.append((first, job(folder)))
            first, second = (statistics.median(column) for column in zip(*pairs, strict=True))
            print(f"{name}: {units} files first {first:.2f} s, one changed {second:.2f} s, ratio {second / first:.3f} (goal 0.1)")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
