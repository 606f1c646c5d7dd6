"""Word to PDF through LibreOffice, many files per process, in a profile of its own; and the files to print, made of those PDFs.

What was made is remembered batch by batch: a run that was stopped goes on where it was, and what has not changed is not made again.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import psutil
from pypdf import PdfReader, PdfWriter

from thidua_xlsx.pipeline import _result
from thidua_xlsx.pipeline._folder import UsageError
from thidua_xlsx.pipeline._made import Made
from thidua_xlsx.pipeline._portions import join, portions
from thidua_xlsx.text import say

_FILES_PER_PROCESS = 100
_SECONDS_PER_PROCESS = 300
_SECONDS_PER_PORTION = 60
"""What a long document has besides, for each of its portions after the first; one takes about 2 seconds on an idle computer."""
_END_OF_PDF = b"%%EOF"
_TAIL = 32


def to_pdf(documents: Sequence[Path], made: Made) -> tuple[Path, ...]:
    """A PDF beside each document.

    Raises :class:`UsageError` where LibreOffice is missing, hangs, makes nothing at all, or, once the others are made, left some out.
    """
    office = _office()
    sources = {path: _result.sha256(path) for path in documents}
    waiting = [path for path, source in sources.items() if not made.is_made(path.with_suffix(".pdf"), source)]
    damaged: list[Path] = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        for start in range(0, len(waiting), _FILES_PER_PROCESS):
            batch = waiting[start : start + _FILES_PER_PROCESS]
            left, seconds = _converted(office, Path(scratch), batch)
            if left and not seconds:
                left = _left_alone(office, Path(scratch), left, made_some=len(left) < len(batch))
            for path in batch:
                if path not in left:
                    made.note(path.with_suffix(".pdf"), sources[path])
            made.save()
            if seconds:
                raise UsageError(say("cli.pdf_timeout", seconds=seconds, file=(left or batch)[0]))
            damaged += left
            if left == batch:
                break
    if damaged:
        raise UsageError(say("cli.pdf_missing", file=damaged[0], count=len(damaged)))
    return tuple(path.with_suffix(".pdf") for path in documents)


def _left_alone(office: str, scratch: Path, left: Sequence[Path], *, made_some: bool) -> list[Path]:
    """Those of the documents left out that do not go through alone either: LibreOffice may fall over one document of many."""
    first, *others = left
    if _converted(office, scratch, [first])[0]:
        # Where it has made nothing yet, it will make nothing of the others
        return [first, *(path for path in others if not made_some or _converted(office, scratch, [path])[0])]
    return [path for path in others if _converted(office, scratch, [path])[0]]


def to_print(pdfs: Sequence[Path], target: Path, sets: int, made: Made) -> Path:
    """One file with all of ``pdfs`` in their order, once for every set; not made again while they are the same."""
    made_from = made.state(target.parent)
    if made.is_made(target, made_from):
        return target
    writer = PdfWriter()
    for path in pdfs:
        writer.append(PdfReader(path), import_outline=False)
    # The pages of further sets are the same objects, so that the file hardly grows
    pages = list(writer.pages)
    for _ in range(sets - 1):
        for page in pages:
            writer.add_page(page)
    beside = target.with_name(f"{target.name}.tmp")
    writer.write(beside)
    _put(beside, target)
    made.note(target, made_from)
    made.save()
    return target


def _office() -> str:
    for name in ("soffice", "libreoffice"):
        if found := shutil.which(name):
            return found
    usual = [
        Path(r"C:\Program Files\LibreOffice\program\soffice.exe"),
        Path("/Applications/LibreOffice.app/Contents/MacOS/soffice"),
    ]
    for path in usual:
        if path.is_file():
            return str(path)
    raise UsageError(say("cli.no_libreoffice"))


def _converted(office: str, scratch: Path, batch: Sequence[Path]) -> tuple[list[Path], int]:
    """Put a PDF beside each document of a batch, in one process; gives those that it left out, and after how many seconds it was ended.

    Where it ended by itself these are 0.
    """
    copies = dict(_copied(scratch, batch))
    all_copies = [copy for parts in copies.values() for copy in parts]
    seconds = _SECONDS_PER_PROCESS + _SECONDS_PER_PORTION * (len(all_copies) - len(copies))
    profile = f"-env:UserInstallation={(scratch / 'profile').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(scratch), *map(str, all_copies)]
    # soffice ends with exit code 0 even when it converts nothing; what it says must not fill a pipe that nobody reads
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:  # noqa: S603 – our own arguments
        try:
            process.wait(seconds)
            seconds = 0
        except subprocess.TimeoutExpired:
            _end(process.pid)
    return list(_moved(copies.items())), seconds


def _copied(scratch: Path, batch: Sequence[Path]) -> Iterator[tuple[Path, tuple[Path, ...]]]:
    """Each document with its copies, a long one's portions; they are numbered, for documents of different nominees share one name."""
    for number, path in enumerate(batch):
        copies = []
        for part, content in enumerate(portions(path)):
            copies.append(scratch / f"{number:06d}{f'-{part:03d}' if part else ''}.docx")
            copies[-1].write_bytes(content)
            # One of an earlier batch, whose other portions were not made
            copies[-1].with_suffix(".pdf").unlink(missing_ok=True)
        yield path, tuple(copies)


def _end(process: int) -> None:
    """End a process with all that it has started: soffice only starts the program that does the work, and would leave it running."""
    with suppress(psutil.NoSuchProcess):
        family = psutil.Process(process)
        for member in (*family.children(recursive=True), family):
            with suppress(psutil.NoSuchProcess):
                member.kill()


def _moved(copies: Iterable[tuple[Path, Sequence[Path]]]) -> Iterator[Path]:
    """Move the PDFs that are whole to where their documents are, those of portions as one; gives the documents without one."""
    for path, parts in copies:
        pdfs = [copy.with_suffix(".pdf") for copy in parts]
        if not all(pdf.is_file() and _END_OF_PDF in pdf.read_bytes()[-_TAIL:] for pdf in pdfs):
            yield path
            continue
        if len(pdfs) > 1:
            join(pdfs)
        _put(pdfs[0], path.with_suffix(".pdf"))


def _put(new: Path, target: Path) -> None:
    try:
        shutil.move(new, target)
    except PermissionError as error:
        raise UsageError(say("cli.pdf_busy", file=target)) from error
