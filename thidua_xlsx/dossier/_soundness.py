"""What is wrong with a Word template that somebody has edited, in the words of who edits it: a file of another kind, a tag left open."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from thidua_xlsx.dossier._words import shortened
from thidua_xlsx.text import say

_KINDS = ((b"\xd0\xcf\x11\xe0", "old"), (b"{\\rtf", "rtf"), (b"%PDF", "pdf"), (b"<", "web"))
"""What other files begin with that get the ending .docx by being renamed."""
_PACKAGES = (("xl/", "excel"), ("ppt/", "slides"), ("content.xml", "odt"))
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_TAG = re.compile(r"\{%-?\s*(\w+)(.*?)%\}")
_FIELDS = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}|\{_\{|\}_\}|\{_%|%_\}")
_ANY_TAG = re.compile(r"\{%.*?%\}")
_ENDS = {"for": "endfor", "if": "endif"}
_TRACKED = re.compile(r"<w:(?:ins|del|moveFrom|moveTo) ")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong (``dossier.template_<kind>`` of the texts), the tag it is about, and the words around it."""

    kind: str
    place: str
    tag: str = ""


def not_word(content: bytes) -> str | None:
    """What a file is that is no Word document (.docx), in words; None for one that is."""
    if not content:
        return say("dossier.not_word_empty")
    if _ENCRYPTED in content:
        return say("dossier.not_word_locked")
    found = next((kind for magic, kind in _KINDS if content.lstrip().startswith(magic)), None)
    if found is None:
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as package:
                found = _of_package(package.namelist())
        except zipfile.BadZipFile:
            found = "damaged"
    return say(f"dossier.not_word_{found}") if found else None


def _of_package(names: Sequence[str]) -> str | None:
    if "word/document.xml" in names:
        return None
    return next((kind for start, kind in _PACKAGES if any(name.startswith(start) for name in names)), "damaged")


def quoted(line: str) -> str:
    """The words of a paragraph of a part's source, without its tags of XML."""
    return shortened(re.sub(r"<[^>]*>", "", line))


def with_its_fields(line: str) -> str:
    """The words of a paragraph without the loops and conditions that stand beside them, unless there is no field besides."""
    words = quoted(_ANY_TAG.sub("", line))
    return words if "{{" in words else quoted(line)


def slip(source: str) -> Fault | None:
    """The first brace that belongs to no tag, or change that is still tracked; ``source`` has a paragraph per line."""
    for line in source.splitlines():
        if _TRACKED.search(line):
            return Fault("tracked", quoted(line))
        rest = _FIELDS.sub("", re.sub(r"<[^>]*>", "", line))
        if "{" in rest or "}" in rest:
            return Fault("loose", quoted(line))
    return None


def unpaired(source: str) -> Fault | None:
    """The loop or condition that is never closed, or the end that closes none; None where every one has its end.

    Nothing can be said of that where a tag is no tag at all (``{% –p for``).
    """
    if not all(map(_TAG.match, _ANY_TAG.findall(re.sub(r"<[^>]*>", "", source)))):
        return None
    opened: list[Fault] = []
    for name, tag, place in _tags(source):
        if name in _ENDS:
            opened.append(Fault("unclosed", place, tag))
        elif name in _ENDS.values():
            if not opened:
                return Fault("unopened", place, tag)
            if _ENDS[_name(opened[-1].tag)] != name:
                closes_another = any(_ENDS[_name(one.tag)] == name for one in opened)
                return opened[-1] if closes_another else Fault("unopened", place, tag)
            opened.pop()
    return opened[-1] if opened else None


def _tags(source: str) -> Iterator[tuple[str, str, str]]:
    """Name, whole tag, and the words of the paragraph it stands in or, where there are no others, of the last one before."""
    last = ""
    for line in source.splitlines():
        words = quoted(_ANY_TAG.sub("", line))
        last = words if _FIELDS.sub("", words).strip() else last
        for tag in _TAG.finditer(re.sub(r"<[^>]*>", "", line)):
            yield tag[1], tag[0], last or quoted(line)


def _name(tag: str) -> str:
    found = _TAG.match(tag)
    return found[1] if found else ""
