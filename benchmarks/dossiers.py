"""What a report costs against a plain loop of docxtpl on the same template with the same fields, in turns within one process.

``python -m benchmarks.dossiers [REPORTS] [ROUNDS]``; processor time, ratio round by round. What both write is compared first.
"""

from __future__ import annotations

import io
import statistics
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from pathlib import Path

from docxtpl import DocxTemplate
from jinja2 import Environment, StrictUndefined
from lxml import etree

from thidua_xlsx.dossier._nominations import nominations
from thidua_xlsx.dossier._reports import report
from thidua_xlsx.dossier._template import MAIN_PART, FastTemplate
from thidua_xlsx.model import NomineeKind
from thidua_xlsx.pipeline import DEMO_ROUND, Folder, demo
from thidua_xlsx.pipeline._survey import Known, Reading, survey

TEMPLATE = "bao-cao-chuyen-de-ca-nhan.docx"


def contexts(count: int) -> tuple[Path, list[Mapping[str, object]]]:
    """The template and the fields of as many reports, those of the shipped example over and over."""
    folder = Path(tempfile.mkdtemp()) / "vi-du"
    demo(folder)
    home = Folder.at(folder)
    occasion = home.round(DEMO_ROUND, date(2023, 7, 1))
    outcome = survey(home.inbox, home.campaign, occasion, reading=Reading(), known=Known.of(home))
    people = [one for one in nominations(outcome) if one.kind is NomineeKind.INDIVIDUAL and one.proposed]
    reports = [report(one, outcome) for one in people]
    known = [{each.name: getattr(one, each.name) for each in fields(one)} for one in reports]
    return home.word / TEMPLATE, [known[number % len(known)] for number in range(count)]


def ours(template: Path, wanted: list[Mapping[str, object]]) -> list[bytes]:
    """Prepared once, filled many times."""
    ready = FastTemplate(template)
    return [ready.render(one) for one in wanted]


def plain(template: Path, wanted: list[Mapping[str, object]]) -> list[bytes]:
    """What the pages on docxtpl show: open, render, save."""
    made = []
    for one in wanted:
        document, target = DocxTemplate(template), io.BytesIO()
        document.render(one, Environment(autoescape=True, undefined=StrictUndefined))
        document.save(target)
        made.append(target.getvalue())
    return made


def body(content: bytes) -> bytes:
    """The body in canonical form."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return etree.tostring(etree.fromstring(package.read(MAIN_PART)), method="c14n")


def spent(job: Callable[[Path, list[Mapping[str, object]]], list[bytes]], template: Path, wanted: list[Mapping[str, object]]) -> float:
    start = time.process_time()
    job(template, wanted)
    return 1000 * (time.process_time() - start) / len(wanted)


def main(count: int = 300, rounds: int = 5) -> None:
    template, wanted = contexts(count)
    if any(body(one) != body(other) for one, other in zip(ours(template, wanted[:40]), plain(template, wanted[:40]), strict=True)):
        sys.exit("the two do not write the same")
    pairs = [(spent(ours, template, wanted), spent(plain, template, wanted[: max(20, count // 10)])) for _ in range(rounds)]
    fast, slow, ratio = (statistics.median(side) for side in (*zip(*pairs, strict=True), [slow / fast for fast, slow in pairs]))
    print(f"{count} reports: ours {fast:.2f} ms, plain docxtpl {slow:.1f} ms a report; ratio {ratio:.1f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
