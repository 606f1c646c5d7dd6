"""Other office programs' hands on a workbook: LibreOffice, where it is installed, and surgery on the package."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

FILTERS = {
    "xls": "xls:MS Excel 97",
    "ods": "ods:calc8",
    "fods": "fods:OpenDocument Spreadsheet Flat XML",
    "xlsx": "xlsx:Calc MS Excel 2007 XML",
}


def converted(source: Path, folder: Path, ending: str) -> Path:
    """The workbook as LibreOffice saves it in another format; what is there already is not made again."""
    out = folder / ending
    target = out / f"{source.stem}.{ending}"
    if target.exists():
        return target
    soffice = shutil.which("soffice")
    if soffice is None:
        if os.environ.get("CI"):
            pytest.fail("soffice is missing, and CI has to read what it saves")
        pytest.skip("soffice is not installed: files of other office programs are not made here")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [soffice, profile, "--headless", "--convert-to", FILTERS[ending], "--outdir", str(out), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return target


def taken_apart(path: Path) -> dict[str, bytes]:
    """The parts of a zip package."""
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def put_together(parts: Mapping[str, bytes]) -> bytes:
    """A zip package of these parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return buffer.getvalue()
