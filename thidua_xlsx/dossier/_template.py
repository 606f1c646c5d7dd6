"""A Word template prepared once and filled many times: docxtpl's own preparation, Jinja's compiler, and a zip with fixed bytes.

docxtpl opens, patches, compiles and deflates the whole file for every paper; only rendering differs from paper to paper.
Autoescape keeps ``Cty A & B <C>`` whole (docxtpl's default loses it without a word), ``StrictUndefined`` refuses a blank for a
name that does not exist, and every part is parsed before it is handed out.
"""

from __future__ import annotations

import io
import re
import traceback
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.parsers import expat

from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree
from markupsafe import Markup

from thidua_xlsx.dossier._soundness import not_word, quoted, slip, unpaired
from thidua_xlsx.text import say

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_FIELD = re.compile(r"\{[{%#]")
_LISTING = re.compile("[\n\t]")
_PARAGRAPH, _PARAGRAPH_END = re.compile("<w:p(?: [^>]*)?>"), "</w:p>"
_WIDENS_TABLE = re.compile(r"\{%\s*(?:tc|colspan|hm)\s|\{%\s*hm\s*%\}|loop\.length \}\}")
_BODY = re.compile(r"<w:body[ >].*</w:body>", re.DOTALL)
_UNESCAPED = (("{_{", "{{"), ("}_}", "}}"), ("{_%", "{%"), ("%_}", "%}"))
_EPOCH = (1980, 1, 1, 0, 0, 0)
_FAILURES = (TemplateError, expat.ExpatError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
_LEVEL = 3
MAIN_PART = "word/document.xml"
_PREPARED_TYPES = re.compile(r"word/(?:header|footer|footnotes)[^/]*\.xml|docProps/core\.xml")


class BrokenTemplateError(ValueError):
    """A file that is no Word document, or a tag that cannot be used; ``kind`` is that of :class:`._soundness.Fault`.

    ``place`` is the text around the ``tag``, where there is one.
    """

    def __init__(self, why: str, place: str = "", *, kind: str = "broken", tag: str = "") -> None:
        super().__init__(why)
        self.place = place
        self.kind = kind
        self.tag = tag


def printable(words: str) -> str:
    """Words without the characters that XML forbids, every line break the same."""
    if words.isprintable():
        return words
    return _FORBIDDEN.sub("", words.replace("\r\n", "\n").replace("\r", "\n"))


def _finalized(value: Any) -> Any:
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value


class _Environment(ImmutableSandboxedEnvironment):
    """The sandbox with a short way to the fields of our own classes, which is where a template spends its time."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if attribute in getattr(type(obj), "__dataclass_fields__", ()):
            return getattr(obj, attribute)
        return super().getattr(obj, attribute)


def environment() -> ImmutableSandboxedEnvironment:
    """Jinja for templates that other people edit: sandboxed, escaping, and strict about names."""
    return _Environment(autoescape=True, undefined=StrictUndefined, finalize=_finalized)


@dataclass(frozen=True, slots=True)
class _Part:
    """A part with fields; ``head`` and ``tail`` are what stands around the body that docxtpl renders."""

    name: str
    source: str
    head: str = ""
    tail: str = ""


class FastTemplate:
    """One Word template, compiled."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        try:
            content = path.read_bytes()
        except PermissionError as error:
            raise BrokenTemplateError(str(error), kind="locked") from error
        if (other := not_word(content)) is not None:
            raise BrokenTemplateError(other, kind="unreadable")
        self._docxtpl = DocxTemplate(io.BytesIO(content))
        try:
            self.parts, static = self._read(content)
        except (zipfile.BadZipFile, PackageNotFoundError, KeyError, ValueError, etree.XMLSyntaxError) as error:
            raise BrokenTemplateError(say("dossier.not_word_damaged"), kind="unreadable") from error
        for part in self.parts:
            if found := slip(part.source):
                raise BrokenTemplateError("", found.place, kind=found.kind)
        self._static = archive(static)
        self._compiled = tuple((part, self._compile(part)) for part in self.parts)
        self._fixes_tables = any(_WIDENS_TABLE.search(part.source) for part in self.parts)

    def _read(self, content: bytes) -> tuple[tuple[_Part, ...], dict[str, bytes]]:
        self._docxtpl.init_docx()
        parts: list[_Part] = []
        static: dict[str, bytes] = {}
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            for name in package.namelist():
                member = package.read(name)
                part = self._prepare(name, member)
                if part is not None and (name == MAIN_PART or _FIELD.search(part.source)):
                    parts.append(part)
                else:
                    static[name] = member
        return tuple(parts), static

    def _prepare(self, name: str, content: bytes) -> _Part | None:
        if name == MAIN_PART:
            body = self._docxtpl.get_xml()
            whole = etree.tostring(self._docxtpl.docx.element, encoding="unicode")
            found = _BODY.search(whole)
            if found is None:
                raise ValueError(name)
            return _Part(name, self._lined(body), whole[: found.start()], whole[found.end() :])
        if _PREPARED_TYPES.fullmatch(name):
            return _Part(name, self._lined(etree.tostring(etree.fromstring(content), encoding="unicode")))
        return None

    def _lined(self, xml: str) -> str:
        # One paragraph per line, as docxtpl does it: Jinja's line numbers then name the paragraph.
        return re.sub(r"<w:p([ >])", r"\n<w:p\1", str(self._docxtpl.patch_xml(xml)))

    def _compile(self, part: _Part) -> Template:
        try:
            return environment().from_string(part.source)
        except TemplateSyntaxError as error:
            if found := unpaired(part.source):
                raise BrokenTemplateError("", found.place, kind=found.kind, tag=found.tag) from error
            raise BrokenTemplateError(str(error.message).rstrip("."), place_of(part.source, error.lineno)) from error

    def render(self, fields: Mapping[str, object]) -> bytes:
        """The filled document; the same fields give the same bytes.

        Raises :class:`BrokenTemplateError` where the template does something that cannot be done with these fields.
        """
        target = io.BytesIO(self._static)
        with zipfile.ZipFile(target, "a") as package:
            for part, template in self._compiled:
                try:
                    xml = self._finished(part, template.render(fields)).encode()
                    expat.ParserCreate().Parse(xml, True)
                except _FAILURES as error:
                    raise BrokenTemplateError(str(error), place_of(part.source, _failing_line(error))) from error
                # Level 6 makes a paper a tenth smaller and takes twice as long
                package.writestr(_entry(part.name), xml, compresslevel=_LEVEL)
        return target.getvalue()

    def _finished(self, part: _Part, rendered: str) -> str:
        xml = rendered.replace("\n<w:p>", "<w:p>").replace("\n<w:p ", "<w:p ")
        if "{_" in xml or "_}" in xml:
            for written, meant in _UNESCAPED:
                xml = xml.replace(written, meant)
        if _LISTING.search(xml):
            xml = _PARAGRAPH_END.join(map(self._with_line_breaks, xml.split(_PARAGRAPH_END)))
        if self._fixes_tables and part.name == MAIN_PART:
            expat.ParserCreate().Parse(xml.encode(), True)
            xml = etree.tostring(self._docxtpl.fix_tables(xml), encoding="unicode")
        return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{part.head}{xml}{part.tail}'

    def _with_line_breaks(self, xml: str) -> str:
        """What ends with a paragraph, without its end tag, as docxtpl shows the line breaks and tabs in it."""
        if not ("\n" in xml or "\t" in xml) or not (begin := _PARAGRAPH.search(xml)):
            return xml
        paragraph = f"{xml[begin.start() :]}{_PARAGRAPH_END}"
        return xml[: begin.start()] + str(self._docxtpl.resolve_listing(paragraph)).removesuffix(_PARAGRAPH_END)


def place_of(source: str, line: int, shown: Callable[[str], str] = quoted) -> str:
    """The words of the paragraph on a line of a part's prepared source."""
    lines = source.splitlines()
    return shown(lines[line - 1]) if 0 < line <= len(lines) else ""


def _failing_line(error: BaseException) -> int:
    """The line of the template in which rendering stopped; 0 where it is not known."""
    lines = [line for frame, line in traceback.walk_tb(error.__traceback__) if frame.f_code.co_filename == "<template>"]
    return lines[-1] if lines else 0


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 0
    return entry


def archive(contents: Mapping[str, bytes]) -> bytes:
    """A zip package whose bytes depend on its contents alone."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for name, content in contents.items():
            package.writestr(_entry(name), content)
    return target.getvalue()
