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
    "pdf": "pdf",
    "fods": "fods:OpenDocument Spreadsheet Flat XML",
    "xlsx": "xlsx:Calc MS Excel 2007 XML",
}


def converted(source: Path, folder: Path, ending: str) -> Path:
    """The workbook, or the Word paper, as LibreOffice saves it in another format; what is there already is not made again."""
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


_MACRO = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">
Sub Enclose(source As String, target As String, word As String)
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden"
  hidden(0).Value = True
  Dim how(1) As New com.sun.star.beans.PropertyValue
  how(0).Name = "FilterName"
  how(0).Value = "calc8"
  how(1).Name = "Password"
  how(1).Value = word
  Dim book As Object
  book = StarDesktop.loadComponentFromURL(source, "_blank", 0, hidden())
  book.storeToURL(target, how())
  book.close(True)
End Sub
</script:module>
"""
_LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false">
 {}
</library:library>
"""


def locked_ods(source: Path, folder: Path, password: str) -> Path:
    """The workbook as LibreOffice saves it as .ods with a password, which only a macro can ask for."""
    target = folder / "locked.ods"
    if target.exists():
        return target
    converted(source, folder, "ods")  # makes the profile
    standard = folder / "profile" / "user" / "basic" / "Standard"
    standard.mkdir(parents=True, exist_ok=True)
    (standard / "Module1.xba").write_text(_MACRO, encoding="utf-8")
    (standard / "script.xlb").write_text(_LIBRARY.format('<library:element library:name="Module1"/>'), encoding="utf-8")
    (standard / "dialog.xlb").write_text(_LIBRARY.format(""), encoding="utf-8")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    call = f'macro:///Standard.Module1.Enclose("{source.as_uri()}","{target.as_uri()}","{password}")'
    subprocess.run(["soffice", profile, "--headless", call], check=True, capture_output=True, timeout=180)
    return target
