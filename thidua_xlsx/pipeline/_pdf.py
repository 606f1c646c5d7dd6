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
from thidua_xlsx.text import say

_FILES_PER_PROCESS = 100
_SECONDS_PER_PROCESS = 300
_END_OF_PDF = b"%%EOF"
_TAIL = 32


def to_pdf(documents: Sequence[Path], made: Made) -> tuple[Path, ...]:
    """A PDF beside each document. Raises :class:`UsageError` where LibreOffice is missing, hangs or leaves one out."""
    office = _office()
    sources = {path: _result.sha256(path) for path in documents}
    waiting = [path for path, source in sources.items() if not made.is_made(path.with_suffix(".pdf"), source)]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        for start in range(0, len(waiting), _FILES_PER_PROCESS):
            batch = waiting[start : start + _FILES_PER_PROCESS]
            left, hung = _converted(office, Path(scratch), batch)
            if not hung:
                # LibreOffice may fall over one document of many; alone the others still go through
                left = [path for path in left if _converted(office, Path(scratch), [path])[0]]
            for path in batch:
                if path not in left:
                    made.note(path.with_suffix(".pdf"), sources[path])
            made.save()
            if hung:
                raise UsageError(say("cli.pdf_timeout", seconds=_SECONDS_PER_PROCESS, file=(left or batch)[0]))
            if left:
                raise UsageError(say("cli.pdf_missing", file=left[0]))
    return tuple(path.with_suffix(".pdf") for path in documents)


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


def _converted(office: str, scratch: Path, batch: Sequence[Path]) -> tuple[list[Path], bool]:
    """Put a PDF beside each document of a batch, in one process; gives those that it left out, and whether it hung."""
    # Documents of different nominees share one name, so each goes through under a number of its own
    copies = {path: scratch / f"{number:06d}.docx" for number, path in enumerate(batch)}
    for path, copy in copies.items():
        shutil.copyfile(path, copy)
    profile = f"-env:UserInstallation={(scratch / 'profile').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(scratch), *map(str, copies.values())]
    hung = False
    try:
        # soffice ends with exit code 0 even when it converts nothing; a pipe to it would never close on Windows while a child of it hangs
        nowhere = subprocess.DEVNULL
        subprocess.run(command, check=False, stdout=nowhere, stderr=nowhere, timeout=_SECONDS_PER_PROCESS)  # noqa: S603 – our own arguments
    except subprocess.TimeoutExpired:
        hung = True
        _end_all(profile)
    return list(_moved(copies.items())), hung


def _end_all(profile: str) -> None:
    """End what is left of a LibreOffice: the program that hangs is a child of the one that was started."""
    for process in psutil.process_iter(["cmdline"]):
        if profile in (process.info["cmdline"] or ()):
            with suppress(psutil.Error):
                process.kill()


def _moved(copies: Iterable[tuple[Path, Path]]) -> Iterator[Path]:
    """Move the PDFs that are whole to where their documents are; gives the documents without one."""
    for path, copy in copies:
        pdf = copy.with_suffix(".pdf")
        if pdf.is_file() and _END_OF_PDF in pdf.read_bytes()[-_TAIL:]:
            _put(pdf, path.with_suffix(".pdf"))
        else:
            yield path


def _put(new: Path, target: Path) -> None:
    try:
        shutil.move(new, target)
    except PermissionError as error:
        raise UsageError(say("cli.pdf_busy", file=target)) from error
