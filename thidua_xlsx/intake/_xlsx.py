"""Workbooks of Excel since 2007 (.xlsx, .xlsm), in whatever dialect of the standard an office program writes them."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from xml.etree import ElementTree as ET
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from thidua_xlsx import text
from thidua_xlsx.intake import _calamine, _fonts
from thidua_xlsx.intake._container import Package
from thidua_xlsx.intake._gate import refused
from thidua_xlsx.intake._look import SheetLook
from thidua_xlsx.intake._ready import Ready, Upper, plain_texts, shared_texts
from thidua_xlsx.intake._sheet import Book, Grid, Lazy, far
from thidua_xlsx.model import CellRef, Finding

_SMALLEST_CELL = len('<c t="s"><v>0</v></c>')
_LARGEST_TEXT = 256 << 20
"""What the texts of all cells may come to once every reference to a shared text is followed."""

_NEVER_READ = ("docprops/", "xl/theme/", "xl/worksheets/_rels/", "xl/drawings/", "xl/comments")
"""Parts of a package that no cell's value depends on."""

_KNOWN_ERRORS = b"#(?:DIV/0!|N/A|NAME\\?|NULL!|NUM!|REF!|VALUE!)<"
_LARGE = 1 << 16
_ODD_TAG = re.compile(rb"<(?![?/]?\w++[\s/>:])")
_CONTROLS = bytes(set(range(0x20)) - set(b"\t\n\r"))
_MERGES = re.compile(rb"<(\w+:)?mergeCells\b.*?</(?:\w+:)?mergeCells\s*>", re.DOTALL)
"""calamine takes no merge over whole rows or columns (``700:700``); the second look knows the merges already."""

_OTHER_ERROR = re.compile(
    rb"""(<(?:\w+:)?c\s[^<>]*\bt\s*=\s*["']e["'][^<>]*>\s*(?:<(?:\w+:)?f\b[^<>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*)?<(?:\w+:)?v>)(?!"""
    + _KNOWN_ERRORS
    + rb")[^<]*"
)
_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/"
_MAIN = (
    f'<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="{_LINK}">'
    '<workbookPr date1904="{since_1904}"/><sheets>{tabs}</sheets></workbook>'
)


@dataclass(frozen=True, slots=True)
class _Tab:
    """A sheet of the workbook: its name, its package part, whether it is hidden."""

    name: str
    part: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class _Workbook:
    """The workbook's own part, what it refers to, and its worksheets by name."""

    parts: Mapping[str, bytes]
    root: ET.Element
    links: Mapping[str, tuple[str, str]]
    tabs: Mapping[str, _Tab]

    def linked(self, kind: str) -> list[bytes]:
        """The parts of a kind that are there; some readers look for them at their usual place, referred to or not."""
        places = {part for found, part in self.links.values() if found == kind} | {f"xl/{kind.lower()}.xml"}
        return [self.parts[part] for part in sorted(places) if part in self.parts]


def read_xlsx(package: Package, file: str) -> Book:
    """The workbook, or the reason why it cannot be read; its sheets are read when they are asked for."""
    try:
        workbook = _opened(package.parts)
        looks = {name: SheetLook(package.parts[tab.part]) for name, tab in workbook.tabs.items()}
        names, properties = dict(_names(workbook.root)), dict(custom_properties(package.parts))
        sheets = {name: package.parts[tab.part] for name, tab in workbook.tabs.items()}
        telling = {name: seen.telling for name, seen in looks.items()}
        fonts = _fonts.of_xlsx(workbook.linked("styles"), workbook.linked("sharedStrings"), sheets, telling)
    except (ET.ParseError, expat.ExpatError, KeyError, ValueError) as error:
        raise refused("W110", file) from error
    for name, seen in looks.items():
        if seen.too_far:
            raise far(file, name, *seen.too_far)
    if not looks:
        raise refused("W113", file)
    shared = [shared_texts(part) for part in workbook.linked("sharedStrings")]
    if _is_overweight(workbook, shared):
        raise refused("W111", file)
    texts = shared[0] if len(shared) == 1 else None
    read = _Sheets(package, workbook, ({name: seen.ready for name, seen in looks.items() if seen.ready}, texts or ()), file)
    grids = Lazy(read.names, read.grid)
    layouts = Lazy(looks, lambda name: looks[name].layout(hidden=workbook.tabs[name].hidden))
    marks = {name: seen.marks for name, seen in looks.items()}
    uppers = Lazy(read.ready, read.upper)
    return Book(file, grids, names, properties, layouts, tuple(active_parts(package.names, file)), marks, fonts, uppers)


def relations(parts: Mapping[str, bytes], part: str) -> dict[str, tuple[str, str]]:
    """What a part refers to: the last word of each relationship's kind (``worksheet``) and the target part, by its id."""
    folder, name = posixpath.split(part)
    rels = ET.fromstring(parts.get(f"{folder}/_rels/{name}.rels".lstrip("/"), b"<none/>"))  # noqa: S314
    return {
        attribute(rel, "Id"): (attribute(rel, "Type").rpartition("/")[2], _target(folder, attribute(rel, "Target")))
        for rel in named(rels, "Relationship")
    }


def custom_properties(parts: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """The custom document properties, as text."""
    if "docprops/custom.xml" in parts:
        for element in named(ET.fromstring(parts["docprops/custom.xml"]), "property"):  # noqa: S314
            yield attribute(element, "name"), "".join(element.itertext()).strip()


def active_parts(names: Iterable[str], file: str) -> Iterator[Finding]:
    """What the file brings besides its cells, which is never run, followed or copied on."""
    if any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in names):
        yield text.finding("W170", CellRef(file))
    if any("/externallinks/externallink" in name for name in names):
        yield text.finding("W171", CellRef(file))


def named(root: ET.Element, name: str) -> Iterator[ET.Element]:
    """The elements of a local name in whatever namespace: Strict workbooks use others."""
    return (element for element in root.iter() if element.tag.rpartition("}")[2] == name)


def attribute(element: ET.Element, name: str) -> str:
    """An attribute by its local name; of ``sheetId`` and ``r:id`` only the latter is called ``id``."""
    return next((value for key, value in element.items() if key.rpartition("}")[2] == name), "")


def _target(folder: str, target: str) -> str:
    return posixpath.normpath(posixpath.join("/", folder, target.replace("\\", "/"))).lstrip("/").lower()


def _opened(parts: Mapping[str, bytes]) -> _Workbook:
    main = _main_part(parts)
    root = ET.fromstring(parts[main])  # noqa: S314 (a DOCTYPE, and with it every entity, is refused before)
    links = relations(parts, main)
    return _Workbook(parts, root, links, {tab.name: tab for tab in _tabs(root, links) if tab.part in parts})


def _main_part(parts: Mapping[str, bytes]) -> str:
    """The workbook itself, which stands at one place in every file but the oddest."""
    if "xl/workbook.xml" in parts:
        return "xl/workbook.xml"
    return next((part for kind, part in relations(parts, "").values() if kind == "officeDocument"), "")


def _tabs(root: ET.Element, links: Mapping[str, tuple[str, str]]) -> Iterator[_Tab]:
    """Every worksheet; charts, dialogs and macro sheets are none."""
    for sheet in named(root, "sheet"):
        kind, part = links.get(attribute(sheet, "id"), ("", ""))
        if kind == "worksheet":
            yield _Tab(attribute(sheet, "name"), part, attribute(sheet, "state") in ("hidden", "veryHidden"))


def _names(root: ET.Element) -> Iterator[tuple[str, str]]:
    """The workbook's defined names; those of a single sheet come from copied sheets and are left aside."""
    for element in named(root, "definedName"):
        if not element.get("localSheetId"):
            yield element.get("name", "").casefold(), (element.text or "").strip()


def _is_overweight(workbook: _Workbook, shared: Sequence[Sequence[bytes] | None]) -> bool:
    """Whether a few long texts stand in so many cells that following them would eat the machine; ``shared`` are the texts where known."""
    sheets = [workbook.parts[tab.part] for tab in workbook.tabs.values()]
    known = [max(map(len, texts), default=0) + 1 for texts in shared if texts is not None]
    if len(known) == len(shared) and max(known, default=0) * sum(map(len, sheets)) < _LARGEST_TEXT * _SMALLEST_CELL:
        return False
    longest = max((max(map(len, part.split(b"si>"))) for part in workbook.linked("sharedStrings")), default=0)
    if longest * sum(map(len, sheets)) < _LARGEST_TEXT * _SMALLEST_CELL:
        return False
    return longest * sum(sheet.count(b'"s"') for sheet in sheets) > _LARGEST_TEXT


class _Sheets:
    """The sheets; calamine gives a whole workbook up for one macro sheet, missing target, or new kind of error value.

    What it gives up is tried once more from a workbook that has nothing but its worksheets. Where there are ``ready`` lines it is first
    given the same package without them, unpacked already, and the whole only if somebody asks for these lines; with them come the shared
    texts to which they refer.
    """

    def __init__(self, package: Package, workbook: _Workbook, ready: tuple[Mapping[str, Ready], Sequence[bytes]], file: str) -> None:
        self._package, self._workbook, self._file = package, workbook, file
        lines, self._shared = ready
        self.ready = lines if self._shared and not package.rewritten else {}
        self._short = self._shortened() if self.ready else None
        self.names = [name for name in (self._short or self._reader).names if name in workbook.tabs]

    def _shortened(self) -> _calamine.Reader | None:
        try:
            return _calamine.Reader(_without(self._package, self._workbook, self.ready), self._file)
        except _calamine.CalamineError:
            return None

    def _make_sure(self, xml: bytes) -> None:
        """Refuse a broken sheet or broken texts: the fast reader leaves out what stands in a broken tag, without a word."""
        if not (self._has_whole_texts and _is_whole(xml)):
            raise refused("W110", self._file)

    @cached_property
    def _has_whole_texts(self) -> bool:
        return all(map(_is_whole, self._workbook.linked("sharedStrings")))

    def upper(self, name: str) -> Upper | None:
        """A sheet down to its ready lines with the texts in these; None where that is not for sure."""
        ready = self.ready[name]
        self._make_sure(ready.xml)
        texts = {column: plain_texts(self._shared, numbers) for column, numbers in ready.texts.items()}
        sure = {column: known for column, known in texts.items() if known is not None}
        if self._short is None or len(sure) < len(texts):
            return None
        try:
            grid = self._short.grid(name)
        except _calamine.CalamineError:
            return None
        if len(grid) > ready.first:
            return None
        return Upper(grid, ready.first, max(ready.length, len(grid)), sure, ready.formulas)

    @cached_property
    def _reader(self) -> _calamine.Reader:
        try:
            return _calamine.Reader(self._package.raw, self._file)
        except _calamine.CalamineError:
            return self._plainer

    def grid(self, name: str) -> Grid:
        """One sheet, or the reason why it cannot be read."""
        self._make_sure(self._workbook.parts[self._workbook.tabs[name].part])
        if self._short and name not in self.ready:
            with suppress(_calamine.CalamineError):
                return self._short.grid(name)
        with suppress(_calamine.CalamineError):
            return self._reader.grid(name)
        try:
            return self._plainer.grid(name)
        except _calamine.CalamineError as error:
            raise _calamine.failure(error, self._file) from error

    @cached_property
    def _plainer(self) -> _calamine.Reader:
        try:
            return _calamine.Reader(_rebuilt(self._workbook), self._file)
        except _calamine.CalamineError as error:
            raise _calamine.failure(error, self._file) from error


def _is_whole(xml: bytes) -> bool:
    """Whether every tag is one, or the part is XML all the same; control characters in texts are for the checks to name."""
    if not _ODD_TAG.search(xml):
        return True
    with suppress(expat.ExpatError):
        expat.ParserCreate().Parse(xml.translate(None, _CONTROLS), True)
        return True
    return False


def _without(package: Package, workbook: _Workbook, ready: Mapping[str, Ready]) -> bytes:
    """The same package, not packed, without the ready lines and without sheets that are large for other reasons, such as lists."""
    shorter = {workbook.tabs[name].part: lines.xml for name, lines in ready.items()}
    large = {tab.part for name, tab in workbook.tabs.items() if name not in ready and len(package.parts[tab.part]) > _LARGE}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as short:
        for name, part in package.parts.items():
            if name not in large and not name.startswith(_NEVER_READ):
                short.writestr(package.names[name], shorter.get(name, part))
    return buffer.getvalue()


def _rebuilt(workbook: _Workbook) -> bytes:
    """The same worksheets in a package that holds nothing else."""
    since_1904 = any(attribute(element, "date1904") in ("1", "true") for element in named(workbook.root, "workbookPr"))
    kinds = {f"sheet{number}": "worksheet" for number in range(len(workbook.tabs))}
    sheets = (_MERGES.sub(b"", _OTHER_ERROR.sub(rb"\g<1>#N/A", workbook.parts[tab.part])) for tab in workbook.tabs.values())
    content = dict(zip(kinds, sheets, strict=True))
    for kind in ("styles", "sharedStrings"):
        for part in workbook.linked(kind):
            content[kind], kinds[kind] = part, kind
    tabs = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{number + 1}" r:id="sheet{number}"/>' for number, name in enumerate(workbook.tabs)
    )
    rels = "".join(_relation(name, kind, f"{name}.xml") for name, kind in kinds.items())
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("[Content_Types].xml", f'<Types xmlns="{_PACKAGE}content-types"/>')
        package.writestr("_rels/.rels", _relations(_relation("main", "officeDocument", "xl/workbook.xml")))
        package.writestr("xl/_rels/workbook.xml.rels", _relations(rels))
        package.writestr("xl/workbook.xml", _MAIN.format(since_1904=int(since_1904), tabs=tabs))
        for name, part in content.items():
            package.writestr(f"xl/{name}.xml", part)
    return buffer.getvalue()


def _relation(name: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{name}" Type="{_LINK}/{kind}" Target="{target}"/>'


def _relations(inner: str) -> str:
    return f'<Relationships xmlns="{_PACKAGE}relationships">{inner}</Relationships>'
