"""A long Word file in portions, and their PDFs as one again.

What LibreOffice spends on a document with a section on every page grows faster than its pages: certificates for 600 people take it two
minutes, six portions of 100 half a minute.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from lxml import etree
from pypdf import PdfReader, PdfWriter

SECTIONS = 100
"""The most sections that a portion has."""
_MAIN_PART = "word/document.xml"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_NUMBERED = (f"{_W}headerReference", f"{_W}footerReference")
"""What counts pages through the whole document, which no portion could."""


def portions(document: Path) -> tuple[bytes, ...]:
    """A document as Word files of at most :data:`SECTIONS` sections; one with no more, with headers, or that is no Word file, as it is."""
    content = document.read_bytes()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = {name: package.read(name) for name in package.namelist()}
        root = etree.fromstring(parts[_MAIN_PART])
    except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError):
        return (content,)
    if sum(1 for _ in root.iter(f"{_W}sectPr")) <= SECTIONS or next(root.iter(*_NUMBERED), None) is not None:
        return (content,)
    return tuple(_packed(parts | {_MAIN_PART: body}) for body in _bodies(root))


def _bodies(root: etree._Element) -> Iterator[bytes]:
    """The main part once for every portion: the last section of a document stands at its end, all others in their last paragraph."""
    (body,) = root.iterchildren(f"{_W}body")
    waiting: list[etree._Element] = []
    sections = 0
    for node in list(body):
        waiting.append(node)
        sections += (end := node.find(f"{_W}pPr/{_W}sectPr")) is not None
        if end is not None and sections % SECTIONS == 0:
            yield _filled(root, body, [*waiting, end])
            waiting = []
    yield _filled(root, body, waiting)


def _filled(root: etree._Element, body: etree._Element, nodes: Sequence[etree._Element]) -> bytes:
    body[:] = nodes  # which takes them from where they stood
    return etree.tostring(root, encoding="UTF-8", standalone=True)


def _packed(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return target.getvalue()


def join(pdfs: Sequence[Path]) -> None:
    """Write the pages of several PDFs into the first."""
    writer = PdfWriter()
    for path in pdfs:
        writer.append(PdfReader(path), import_outline=False)
    writer.write(pdfs[0])
