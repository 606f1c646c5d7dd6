"""Word to PDF through LibreOffice, many files per process, in a profile of its own."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from thidua_xlsx.pipeline._folder import UsageError
from thidua_xlsx.text import say

_FILES_PER_PROCESS = 50
_SECONDS_PER_PROCESS = 300


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


def to_pdf(documents: Sequence[Path]) -> tuple[Path, ...]:
    """A PDF beside each document. Raises :class:`UsageError` where LibreOffice is missing, hangs or leaves one out."""
    office = _office()
    made: list[Path] = []
    with tempfile.TemporaryDirectory() as scratch:
        profile = (Path(scratch) / "profile").as_uri()
        # Documents of different nominees share one name, so each goes through under a number of its own
        numbered = {path: Path(scratch) / f"{number:06d}.docx" for number, path in enumerate(documents)}
        for path, copy in numbered.items():
            shutil.copyfile(path, copy)
        copies = list(numbered.values())
        for start in range(0, len(copies), _FILES_PER_PROCESS):
            batch = [str(copy) for copy in copies[start : start + _FILES_PER_PROCESS]]
            command = [
                office,
                f"-env:UserInstallation={profile}",
                "--headless",
                "--convert-to",
                "pdf",
                "--outdir",
                scratch,
                *batch,
            ]
            try:
                subprocess.run(command, check=False, capture_output=True, timeout=_SECONDS_PER_PROCESS)  # noqa: S603 – our own arguments
            except subprocess.TimeoutExpired:
                raise UsageError(say("cli.pdf_timeout", seconds=_SECONDS_PER_PROCESS)) from None
        for path, copy in numbered.items():
            pdf = copy.with_suffix(".pdf")
            # soffice ends with exit code 0 even when it converts nothing
            if not pdf.is_file():
                raise UsageError(say("cli.pdf_missing", file=path))
            made.append(Path(shutil.move(pdf, path.with_suffix(".pdf"))))
    return tuple(made)
