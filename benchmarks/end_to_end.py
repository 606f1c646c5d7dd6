"""``thidua merge`` against the script of :mod:`naive`, on the shipped example, as a ratio within one run.

Both run as whole processes, in turns, on the same inbox; what they find is compared first. The program does much more than the script
(see there), so a ratio above one is in spite of that. Times are printed, never asserted: this machine is not yours.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROUND = "so-ket-2023"
TIMED = """
import runpy, sys, time
target, sys.argv = sys.argv[1], sys.argv[1:]
try:
    (runpy.run_path if target.endswith(".py") else runpy.run_module)(target, run_name="__main__")
except SystemExit as end:
    if end.code not in (0, 1, None):
        raise
print("cpu", time.process_time(), file=sys.stderr)
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """One run: seconds on the clock and of the processor."""

    wall: float
    cpu: float


def timed(*arguments: str | Path) -> Cost:
    """Run a script or module as a process of its own."""
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", TIMED, *arguments], check=True, capture_output=True, text=True, encoding="utf-8")
    return Cost(time.perf_counter() - start, float(done.stderr.rsplit("cpu", 1)[1]))


def program(folder: Path, out: Path) -> Cost:
    """One merge by the program."""
    shutil.rmtree(out, ignore_errors=True)
    return timed("thidua_xlsx", "merge", "-C", folder, "--round", ROUND, "-o", out)


def script(folder: Path, out: Path) -> Cost:
    """One merge by the script."""
    shutil.rmtree(out, ignore_errors=True)
    return timed(HERE / "naive.py", folder, ROUND, out)


def dossiers(out: Path) -> set[str]:
    """The nominees for whom there is a report."""
    return {path.parent.name for path in (out / "ho-so").glob("*/*/*.docx")}


def compare(ours: Path, theirs: Path) -> str:
    """What both found, in a line; stops where they differ."""
    verdicts = {
        entry["nominee_id"]: entry["result"] for entry in json.loads((ours / "ket-qua.json").read_text(encoding="utf-8"))["assessments"]
    }
    naive = json.loads((theirs / "ket-qua.json").read_text(encoding="utf-8"))
    different = sorted(key for key in verdicts.keys() | naive.keys() if verdicts.get(key) != naive.get(key))
    if different:
        sys.exit(f"the verdicts differ: {[(key, verdicts.get(key), naive.get(key)) for key in different[:10]]}")
    if dossiers(ours) != dossiers(theirs):
        sys.exit(f"the dossiers differ: {sorted(dossiers(ours) ^ dossiers(theirs))[:10]}")
    return f"{len(verdicts)} verdicts and {len(dossiers(ours))} reports, the same on both sides"


def table(pairs: list[tuple[Cost, Cost]]) -> str:
    """Medians of both sides, and the median of the ratios taken pair by pair."""
    lines = [f"{'':12}{'thidua':>10}{'script':>10}{'ratio':>10}"]
    for what in ("cpu", "wall"):
        both = [(getattr(ours, what), getattr(theirs, what)) for ours, theirs in pairs]
        ours, theirs = (statistics.median(side) for side in zip(*both, strict=True))
        lines.append(f"{what + ', s':12}{ours:10.2f}{theirs:10.2f}{statistics.median(b / a for a, b in both):10.2f}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=5, help="how often both are run in turns (default 5)")
    pairs = parser.parse_args().pairs
    example = HERE.parent / "examples" / "kien-giang"
    with tempfile.TemporaryDirectory() as scratch:
        folder, ours, theirs = (Path(scratch) / name for name in ("campaign", "thidua", "script"))
        shutil.copytree(example / "inbox", folder / "inbox")
        shutil.copyfile(example / "campaign.toml", folder / "campaign.toml")
        shutil.copytree(HERE.parent / "workbook_templates" / "kien-giang" / "word", folder / "word")
        program(folder, ours)
        script(folder, theirs)
        print(compare(ours, theirs))
        print(table([(program(folder, ours), script(folder, theirs)) for _ in range(pairs)]))


if __name__ == "__main__":
    main()
