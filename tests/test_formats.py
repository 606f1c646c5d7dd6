"""Formats: the same registration, saved by whatever office program in whatever format, is the same submission."""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.binary import as_xlsb, record, words
from tests.office import converted, locked_ods, put_together, taken_apart
from tests.sheets import spans
from tests.sound import CAMPAIGN, ROUND, SOUND, UNIT, fill_to, place
from thidua_xlsx import pipeline, text
from thidua_xlsx.campaign import Campaign, load_campaign
from thidua_xlsx.checks import check_submission
from thidua_xlsx.intake import Arrival, read_files
from thidua_xlsx.intake._book import read_book
from thidua_xlsx.intake._look import SheetLook, _Walk
from thidua_xlsx.intake._sheet import Book
from thidua_xlsx.model import CheckedSubmission, FileStatus

NAME = "inbox/QLN.xlsx"
"""Every file comes under this name: what it is, its content tells."""

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
Parts = dict[str, bytes]


@pytest.fixture(scope="session")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sound registration as Excel saves it."""
    return fill_to(tmp_path_factory.mktemp("formats"))


@pytest.fixture(scope="session")
def odd(sent: Path) -> Path:
    """The same with what units do: hidden and merged cells, an error value, a macro-free formula, a sheet of their own."""
    book = load_workbook(sent)
    evidence, people = spans(book)["evidence.title"], spans(book)["individuals.full_name"]
    book[evidence.sheet].sheet_state = "hidden"
    sheet = book[people.sheet]
    sheet.row_dimensions[people.first + 1].hidden = True
    name = place(sent, "individuals", "note", 0)[1]
    sheet[name], sheet[f"{name[:-1]}{people.first + 1}"] = "gộp", None
    sheet.merge_cells(f"{name}:{name[:-1]}{people.first + 1}")
    deeds = spans(book)["achievements.value_vnd"]
    book[deeds.sheet].cell(deeds.first, deeds.column).value = "=1/0"
    book.create_sheet("Ghi thêm")["B2"] = "Nguyễn Văn An"
    path = sent.with_name("odd.xlsx")
    book.save(path)
    return path


def read(path: Path, campaign: Campaign = CAMPAIGN, passwords: tuple[str, ...] = ()) -> Arrival:
    """The one thing a file holds."""
    (arrival,) = read_files(path, NAME, campaign, ROUND, passwords)
    return arrival


def checked(path: Path) -> CheckedSubmission:
    """A workbook that must be readable, with its rows typed."""
    arrival = read(path)
    assert arrival.submission is not None, [text.message(finding) for finding in arrival.findings]
    return check_submission(arrival.submission, CAMPAIGN, ROUND)


def typed(path: Path) -> dict[str, list[dict[str, object]]]:
    """The understood values of every row of a workbook about which there is nothing to say."""
    assert read(path).findings == ()
    whole = checked(path)
    assert whole.findings == ()
    return {code: [dict(entry.values) for entry in records] for code, records in whole.records.items()}


def sentence(path: Path, campaign: Campaign = CAMPAIGN, passwords: tuple[str, ...] = ()) -> str:
    """The code of the one finding with which a file is refused; its words must be there in both languages."""
    arrival = read(path, campaign, passwords)
    assert (arrival.submission, arrival.status) == (None, FileStatus.REFUSED)
    (finding,) = arrival.findings
    for language in text.LANGUAGES:
        with text.language(language):
            assert "{" not in text.message(finding)
    return finding.code


def written(path: Path, raw: bytes) -> Path:
    """A file with this content."""
    path.write_bytes(raw)
    return path


# Formats --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["xlsx", "xls", "ods", "fods"])
def test_every_format_of_libreoffice_carries_the_same_content(sent: Path, ending: str) -> None:
    """Saved by LibreOffice in another format and sent under the old name, the registration is the same, typed value by value."""
    assert typed(converted(sent, sent.parent, ending)) == typed(sent)


def test_binary_workbook_carries_the_same_content(sent: Path, tmp_path: Path) -> None:
    """An .xlsb without defined names, as converters write it, is read by its headings: the same typed values."""
    assert typed(as_xlsb(sent, tmp_path / "QLN.xlsb")) == typed(sent)


@pytest.mark.parametrize("ending", ["xlsx", "xls", "ods", "xlsb", "own"])
def test_what_the_screen_hides_is_told_in_every_format(odd: Path, ending: str) -> None:
    """Hidden sheet and row, cells merged across rows, the unit's own sheet: noted; the error value holds its row, nothing is lost."""
    path = (
        odd
        if ending == "own"
        else as_xlsb(_with_error(odd), odd.with_suffix(".xlsb"))
        if ending == "xlsb"
        else converted(odd, odd.parent, ending)
    )
    arrival = read(path)
    assert arrival.submission is not None
    rows = {code: len(found) for code, found in arrival.submission.rows.items()}
    assert rows == {code: len(found) for code, found in SOUND.items()}
    notes = sorted((finding.code, finding.facts.get("rows") or finding.facts.get("count")) for finding in arrival.findings)
    assert notes == [("S210", "2"), ("S211", "7"), ("S214", "1"), ("S215", "1")]
    held = {finding.code: finding.value for finding in checked(path).findings if finding.severity == "error"}
    assert held == ({"C325": "=1/0"} if ending == "own" else {"C324": "#DIV/0!"})


def _with_error(odd: Path) -> Path:
    """The formula calculated, as far as the writer of binary workbooks needs it."""
    book = load_workbook(odd)
    deeds = spans(book)["achievements.value_vnd"]
    book[deeds.sheet].cell(deeds.first, deeds.column).value = "#DIV/0!"
    book.save(odd.with_name("calculated.xlsx"))
    return odd.with_name("calculated.xlsx")


@pytest.mark.parametrize("ending", ["", "xls", "ods"])
def test_days_counted_from_1904_are_the_same_days(sent: Path, tmp_path: Path, ending: str) -> None:
    """A workbook of Excel for Mac counts days from 1904; its dates are no other ones."""
    book = load_workbook(sent)
    book.epoch = CALENDAR_MAC_1904
    path = tmp_path / "mac.xlsx"
    book.save(path)
    raw = taken_apart(path)["xl/workbook.xml"]
    assert b"date1904" in raw
    assert typed(converted(path, sent.parent, ending) if ending else path) == typed(sent)


# Dialects of .xlsx ----------------------------------------------------------------------------------------------------


def _everywhere(old: str, new: str) -> Callable[[Parts], Parts]:
    return lambda parts: {name: part.replace(old.encode(), new.encode()) for name, part in parts.items()}


def _strict(parts: Parts) -> Parts:
    parts = _everywhere(_MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main")(parts)
    return _everywhere("http://schemas.openxmlformats.org/officeDocument/2006/", "http://purl.oclc.org/ooxml/officeDocument/")(parts)


def _sheets(edit: Callable[[str], str]) -> Callable[[Parts], Parts]:
    return lambda parts: {
        name: edit(part.decode()).encode() if name.startswith("xl/worksheets/sheet") else part for name, part in parts.items()
    }


def _prefixed(xml: str) -> str:
    return re.sub(r"<(/?)(?![?/])", r"<\1x:", xml).replace("xmlns=", "xmlns:x=", 1)


def _without_addresses(xml: str) -> str:
    """Cells one after the other, blank ones too, and none that says where it stands."""
    ET.register_namespace("", _MAIN)
    root = ET.fromstring(xml)  # noqa: S314
    data = root.find(f"{{{_MAIN}}}sheetData")
    assert data is not None
    rows = {int(row.get("r", "0")): row for row in data}
    data.clear()
    for number in range(1, max(rows) + 1):
        row, fresh = rows.get(number), ET.SubElement(data, f"{{{_MAIN}}}row")
        cells = {_column(cell.get("r", "")): cell for cell in row} if row is not None else {}
        for column in range(1, max(cells, default=0) + 1):
            cell = cells.get(column, ET.Element(f"{{{_MAIN}}}c"))
            cell.attrib.pop("r", None)
            fresh.append(cell)
    return ET.tostring(root, encoding="unicode")


def _column(address: str) -> int:
    number = 0
    for letter in address.rstrip("0123456789"):
        number = number * 26 + ord(letter) - 64
    return number


def _inline(parts: Parts) -> Parts:
    """The shared texts written into the cells, the list of them gone."""
    shared = ET.fromstring(parts.pop("xl/sharedStrings.xml"))  # noqa: S314
    texts = ["".join(part.text or "" for part in entry.iter(f"{{{_MAIN}}}t")) for entry in shared]

    def cell(found: re.Match[str]) -> str:
        words = texts[int(found[2])].replace("&", "&amp;").replace("<", "&lt;")
        return f'{found[1]} t="inlineStr"><is><t xml:space="preserve">{words}</t></is></c>'

    return _sheets(lambda xml: re.sub(r'(<c [^<>]*?) t="s"><v>(\d+)</v></c>', cell, xml))(parts)


def _macro_sheet(parts: Parts) -> Parts:
    kind = "http://schemas.microsoft.com/office/2006/relationships/xlMacrosheet"
    parts["xl/macrosheets/sheet1.xml"] = b"<macrosheet/>"
    rel = f'<Relationship Id="rIdM" Type="{kind}" Target="macrosheets/sheet1.xml"/></Relationships>'
    parts = _everywhere("</Relationships>", rel)(parts)
    namespace = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    return _everywhere("</sheets>", f'<sheet name="Macro1" sheetId="99" {namespace} r:id="rIdM"/></sheets>')(parts)


def _dangling(parts: Parts) -> Parts:
    return _everywhere("</sheets>", '<sheet name="Mất" sheetId="98"/></sheets>')(parts)


def _other_root(parts: Parts) -> Parts:
    parts = {re.sub(r"^xl/", "so/", name): part for name, part in parts.items()}
    return _everywhere('"/xl/', '"/so/')(_everywhere('"xl/', '"so/')(parts))


def _new_error(parts: Parts) -> Parts:
    spill = '<row r="90"><c r="AZ90" t="e"><v>#SPILL!</v></c></row></sheetData>'
    return _sheets(lambda xml: xml.replace("</sheetData>", spill) if "Minh chứng" not in xml and "B5" not in xml else xml)(parts)


def _utf16(parts: Parts) -> Parts:
    return _sheets(lambda xml: xml)(parts) | {
        name: part.decode().replace("UTF-8", "UTF-16").encode("utf-16")
        for name, part in parts.items()
        if name.startswith(("xl/worksheets/sheet", "xl/workbook"))
    }


DIALECTS: dict[str, Callable[[Parts], Parts]] = {
    "strict": _strict,
    "inline strings": _inline,
    "no dimension": _sheets(lambda xml: re.sub(r"<dimension[^>]*>", "", xml)),
    "wrong dimension": _sheets(lambda xml: re.sub(r"<dimension[^>]*>", '<dimension ref="A1:B2"/>', xml)),
    "huge dimension": _sheets(lambda xml: re.sub(r"<dimension[^>]*>", '<dimension ref="A1:XFD1048576"/>', xml)),
    "prefix": _sheets(_prefixed),
    "no addresses": _sheets(_without_addresses),
    "merged whole row": _sheets(
        lambda xml: (
            re.sub(r"</sheetData>", '</sheetData><mergeCells count="1"><mergeCell ref="700:700"/></mergeCells>', xml)
            if "<mergeCells" not in xml
            else xml.replace("</mergeCells>", '<mergeCell ref="700:700"/></mergeCells>')
        )
    ),
    "comment": _sheets(lambda xml: xml.replace("<sheetData>", "<!-- WPS --><sheetData>")),
    "iso dates": _sheets(lambda xml: re.sub(r'(<c r="D16"[^>]*?)(?: t="n")?><v>45097</v>', r'\1 t="d"><v>2023-06-20T00:00:00</v>', xml)),
    "backslashes": lambda parts: {name.replace("/", "\\"): part for name, part in parts.items()},
    "capitals": lambda parts: {name.upper(): part for name, part in parts.items()},
    "absolute targets": _everywhere('Target="worksheets/', 'Target="/xl/worksheets/'),
    "other root": _other_root,
    "utf-16": _utf16,
    "sheet without target": _dangling,
}


@pytest.fixture(scope="session")
def parts(sent: Path) -> Parts:
    """The package of a workbook with shared strings, as LibreOffice saves it."""
    return taken_apart(converted(sent, sent.parent, "xlsx"))


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)
def test_dialects_carry_the_same_content(sent: Path, parts: Parts, tmp_path: Path, dialect: Callable[[Parts], Parts]) -> None:
    """However a program spells the standard, the registration is the same and nothing is to be said about the file."""
    changed = dialect(dict(parts))
    assert changed != parts
    assert typed(written(tmp_path / "QLN.xlsx", put_together(changed))) == typed(sent)


BESIDE: dict[str, tuple[Callable[[Parts], Parts], str]] = {
    "macros": (lambda parts: parts | {"xl/vbaProject.bin": b"\xd0\xcf"}, "W170"),
    "macro sheet": (_macro_sheet, "W170"),
    "links": (lambda parts: parts | {"xl/externalLinks/externalLink1.xml": b"<externalLink/>"}, "W171"),
}


@pytest.mark.parametrize(("dialect", "code"), BESIDE.values(), ids=BESIDE)
def test_macros_and_links_are_noted_and_never_matter(
    sent: Path, parts: Parts, tmp_path: Path, dialect: Callable[[Parts], Parts], code: str
) -> None:
    """Macros (an Excel 4 macro sheet, which the fast reader gives up on, too) and links to other files leave the data as they are."""
    path = written(tmp_path / "QLN.xlsx", put_together(dialect(dict(parts))))
    assert [finding.code for finding in read(path).findings] == [code]
    assert checked(path).records == checked(written(tmp_path / "plain.xlsx", put_together(parts))).records


def test_dates_without_styles_are_understood_as_dates(sent: Path, parts: Parts, tmp_path: Path) -> None:
    """Where the part that tells dates from numbers is gone, date columns are understood all the same, and every one is noted."""
    bare = {name: part for name, part in parts.items() if name != "xl/styles.xml"}
    whole = checked(written(tmp_path / "QLN.xlsx", put_together(bare)))
    assert {finding.code for finding in whole.findings} == {"C350"}
    assert {code: [dict(entry.values) for entry in records] for code, records in whole.records.items()} == typed(sent)


def test_macro_sheet_in_a_binary_workbook_is_left_aside(sent: Path, tmp_path: Path) -> None:
    """A sheet of another kind, on which the fast reader gives a whole .xlsb up, is noted and the others are read."""
    parts = taken_apart(as_xlsb(sent, tmp_path / "plain.xlsb"))
    rel = (
        '<Relationship Id="rM" Type="http://schemas.microsoft.com/office/2006/relationships/xlMacrosheet" Target="macrosheets/sheet1.bin"/>'
    )
    links = "xl/_rels/workbook.bin.rels"
    parts[links] = parts[links].replace(b"</Relationships>", f"{rel}</Relationships>".encode())
    macro = record(156, struct.pack("<II", 0, 99) + words("rM") + words("Macro1")) + record(144)
    parts["xl/workbook.bin"] = parts["xl/workbook.bin"].replace(record(144), macro)
    parts["xl/macrosheets/sheet1.bin"] = record(129) + record(130)
    path = written(tmp_path / "QLN.xlsb", put_together(parts))
    assert [finding.code for finding in read(path).findings] == ["W170"]
    assert checked(path).records == checked(tmp_path / "plain.xlsb").records


def test_error_of_a_newer_excel_is_an_error_value(sent: Path, tmp_path: Path, parts: Parts) -> None:
    """``#SPILL!``, on which the fast reader gives the sheet up, holds its row like any error value."""
    sheet, cell = place(sent, "achievements", "value_vnd", 0)
    number = load_workbook(sent).sheetnames.index(sheet) + 1
    spilt = re.sub(
        rf'(<c r="{cell}"[^>]*?)(?: t="n")?><v>[^<]*</v>', r'\1 t="e"><v>#SPILL!</v>', parts[f"xl/worksheets/sheet{number}.xml"].decode()
    )
    path = written(tmp_path / "QLN.xlsx", put_together(parts | {f"xl/worksheets/sheet{number}.xml": spilt.encode()}))
    assert [(finding.code, finding.value) for finding in checked(path).findings] == [("C324", "#SPILL!")]


def test_long_texts_in_very_many_cells_are_not_followed(tmp_path: Path, parts: Parts) -> None:
    """One text of 30 000 letters that 20 000 cells refer to would eat the machine: the file is refused unread."""
    cells = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(1, 20_001))
    shared = f'<sst xmlns="{_MAIN}"><si><t>{"x" * 30_000}</t></si></sst>'.encode()
    sheet = f'<worksheet xmlns="{_MAIN}"><sheetData>{cells}</sheetData></worksheet>'.encode()
    bomb = parts | {"xl/sharedStrings.xml": shared, "xl/worksheets/sheet1.xml": sheet}
    assert sentence(written(tmp_path / "bomb.xlsx", put_together(bomb))) == "W111"


# What a unit may not know ---------------------------------------------------------------------------------------------


def edited(source: Path, target: Path, edit: Callable[[Workbook], None]) -> Path:
    """A copy of the workbook after somebody worked in it."""
    book = load_workbook(source)
    edit(book)
    book.save(target)
    return target


def test_hidden_columns_are_noted(sent: Path, tmp_path: Path) -> None:
    """A filled column that is hidden is read and named; a hidden empty one is of no interest."""

    def hide(book: Workbook) -> None:
        sheet = book[spans(book)["evidence.title"].sheet]
        for column in ("title", "file_name"):
            sheet.column_dimensions[re.sub(r"\d", "", place(sent, "evidence", column, 0)[1])].hidden = True

    path = edited(sent, tmp_path / "QLN.xlsx", hide)
    letters = re.sub(r"\d", "", place(sent, "evidence", "title", 0)[1])
    assert [(finding.code, finding.facts["columns"]) for finding in read(path).findings] == [("S212", letters)]
    assert checked(path).records == checked(sent).records


def test_values_under_merged_cells_are_told(sent: Path, tmp_path: Path) -> None:
    """A value that Excel does not show because a merged cell lies over it is read, and the cell is named."""
    parts = taken_apart(sent)
    sheet, first = place(sent, "evidence", "evidence_id", 0)
    _, second = place(sent, "evidence", "title", 0)
    name = f"xl/worksheets/sheet{load_workbook(sent).sheetnames.index(sheet) + 1}.xml"
    area = f'<mergeCell ref="{first}:{second}"/></mergeCells>'
    parts[name] = parts[name].decode().replace("</mergeCells>", area).encode()
    path = written(tmp_path / "QLN.xlsx", put_together(parts))
    assert [(finding.code, finding.ref.cell) for finding in read(path).findings] == [("S213", second)]
    assert checked(path).records == checked(sent).records


def test_second_look_finds_what_is_hidden_both_ways() -> None:
    """The quick patterns and the walk through every cell see the same hidden rows, hidden columns and merged areas."""
    xml = (
        f'<worksheet xmlns="{_MAIN}"><cols><col min="2" max="3" width="9" hidden="1"/><col min="4" max="4" hidden="0"/></cols><sheetData>'
        '<row r="2" hidden="true"><c r="A2"><v>1</v></c></row><row r="3" hidden="false"><c r="A3"><v>1</v></c></row></sheetData>'
        '<mergeCells count="2"><mergeCell ref="A2:B3"/><mergeCell ref="#REF!"/></mergeCells></worksheet>'
    ).encode()
    seen = SheetLook(xml).layout(hidden=True)
    assert (seen.hidden, seen.rows, seen.columns, seen.merges) == (True, {1}, {1, 2}, ((1, 0, 2, 1),))
    assert _Walk().through(xml).layout(hidden=True) == seen


# OpenDocument, cell by cell -------------------------------------------------------------------------------------------

_ODF = " ".join(f'xmlns:{name}="urn:{name}"' for name in ("office", "table", "text", "style", "calcext"))


def ods(tmp_path: Path, tables: str, after: str = "", styles: str = "") -> Path:
    """A workbook of these tables, as XML."""
    body = f"<office:body><office:spreadsheet>{tables}{after}</office:spreadsheet></office:body>"
    content = f"<office:document-content {_ODF}>{styles}{body}</office:document-content>"
    mimetype = b"application/vnd.oasis.opendocument.spreadsheet"
    return written(tmp_path / "tay.ods", put_together({"mimetype": mimetype, "content.xml": content.encode()}))


def grid(tmp_path: Path, rows: str) -> list[list[object]]:
    """What is read of one table's rows."""
    book = read_book(ods(tmp_path, f'<table:table table:name="T">{rows}</table:table>').read_bytes(), NAME)
    return [list(line) for line in book.sheets["T"]]


CELLS: dict[str, tuple[str, object]] = {
    "number": ('office:value-type="float" office:value="1.5"><text:p>1,5</text:p>', 1.5),
    "percentage": ('office:value-type="percentage" office:value="0.5"><text:p>50%</text:p>', 0.5),
    "yes": ('office:value-type="boolean" office:boolean-value="true"><text:p>TRUE</text:p>', True),
    "length of time": (
        'office:value-type="time" office:time-value="PT30H00M05S"><text:p>30:00:05</text:p>',
        timedelta(hours=30, seconds=5),
    ),
    "bad day": ('office:value-type="date" office:date-value="-0001-01-01"><text:p>hôm qua</text:p>', "hôm qua"),
    "paragraphs": ('office:value-type="string"><text:p>một</text:p><text:p>hai</text:p>', "một\nhai"),
    "blanks": ('office:value-type="string"><text:p>a<text:s text:c="2"/>b<text:tab/>c\n   d</text:p>', "a  b\tc d"),
    "styled": ('office:value-type="string"><text:p>Nguyễn <text:span>Văn</text:span> An</text:p>', "Nguyễn Văn An"),
    "no paragraph": ('office:value-type="string" office:string-value="x">', "x"),
    "note": ('office:value-type="string"><office:annotation><text:p>ghi chú</text:p></office:annotation><text:p>x</text:p>', "x"),
    "error": ('table:formula="of:=1/0" office:value-type="string" calcext:value-type="error"><text:p>#DIV/0!</text:p>', "#DIV/0!"),
    "error of old": ('table:formula="of:=[.A9]" office:value-type="float" office:value="0"><text:p>Err:502</text:p>', "Err:502"),
    "empty result": ('table:formula="of:=&quot;&quot;" office:value-type="string"><text:p/>', ""),
    "uncalculated": ('table:formula="of:=SUM([.A1:.A3])">', "=SUM([.A1:.A3])"),
}


@pytest.mark.parametrize(("cell", "value"), CELLS.values(), ids=CELLS)
def test_cells_of_opendocument(tmp_path: Path, cell: str, value: object) -> None:
    """Every kind of cell gives its value; error values and uncalculated formulas stay marks, notes are no content."""
    filled = '<table:table-cell office:value-type="string"><text:p>Z</text:p></table:table-cell>'
    assert grid(tmp_path, f"<table:table-row><table:table-cell {cell}</table:table-cell>{filled}</table:table-row>") == [[value, "Z"]]


def test_repeated_cells_and_rows_of_opendocument_stand_where_they_belong(tmp_path: Path) -> None:
    """Cells and rows that the file writes once are there as often as it says; indenting the XML changes nothing."""
    cell = '<table:table-cell table:number-columns-repeated="2" office:value-type="float" office:value="7"/>'
    rows = f"""<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>
        <table:table-row table:number-rows-repeated="2">
            <table:table-cell/>
            {cell}
            <table:table-cell table:number-columns-repeated="16380"/>
        </table:table-row>
        <table:table-row table:number-rows-repeated="1048572"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>"""
    assert grid(tmp_path, rows) == [[], [], ["", 7.0, 7.0], ["", 7.0, 7.0]]


@pytest.mark.parametrize("where", ['table:number-columns-repeated="16384"', 'table:number-columns-repeated="500"'])
def test_endless_repetition_in_opendocument_is_refused(tmp_path: Path, where: str) -> None:
    """A value repeated over the whole sheet is refused before it eats the machine."""
    cell = f'<table:table-cell {where} office:value-type="float" office:value="1"/>'
    rows = f'<table:table-row table:number-rows-repeated="99999">{cell}</table:table-row>'
    assert sentence(ods(tmp_path, f'<table:table table:name="T">{rows}</table:table>')) == "W112"


def test_names_hidden_sheets_and_links_of_opendocument(tmp_path: Path) -> None:
    """Names are given as Excel writes them; tables of linked files are no sheets; hidden sheets are known as such."""
    style = '<style:style style:name="ta1" style:family="table"><style:table-properties table:display="false"/></style:style>'
    tables = (
        '<table:table table:name="Ngô\'s" table:style-name="ta1"><table:table-row/></table:table>'
        "<table:table table:name=\"'file:///x.ods'#$A\"><table:table-row/></table:table>"
    )
    names = (
        "<table:named-range table:name=\"A.b\" table:cell-range-address=\"$'Ngô''s'.$B$2:.$B$9\"/>"
        '<table:named-range table:name="c" table:cell-range-address="$T.$D$1"/>'
        '<table:named-range table:name="d" table:cell-range-address="#REF!"/>'
        '<table:named-expression table:name="form.unit" table:expression="of:=&quot;QLN&quot;"/>'
    )
    book: Book = read_book(ods(tmp_path, tables, f"<table:named-expressions>{names}</table:named-expressions>", style).read_bytes(), NAME)
    assert dict(book.names) == {"a.b": "'Ngô''s'!$B$2:$B$9", "c": "'T'!$D$1", "d": "#REF!", "form.unit": '="QLN"'}
    assert list(book.sheets) == ["Ngô's"]
    assert book.layout("Ngô's").hidden
    assert [finding.code for finding in book.notes] == ["W171"]


# Passwords ------------------------------------------------------------------------------------------------------------


def locked(source: Path, target: Path, password: str) -> Path:
    """The workbook with a password, as Excel saves it."""
    ooxml = pytest.importorskip("msoffcrypto.format.ooxml")
    with source.open("rb") as plain, target.open("wb") as secret:
        ooxml.OOXMLFile(plain).encrypt(password, secret)
    return target


def test_workbook_with_a_password_is_refused_with_one_sentence(sent: Path, tmp_path: Path) -> None:
    """Without the password there is one sentence; with others that do not fit, one that says so."""
    path = locked(sent, tmp_path / "QLN.xlsx", "Mật khẩu 1")
    assert sentence(path) == "W105"
    assert sentence(path, passwords=("123456", "")) == "W173"


def test_workbook_with_a_known_password_is_read(sent: Path, tmp_path: Path) -> None:
    """A password from the command line or the campaign file opens it, and the content is the same."""
    path = locked(sent, tmp_path / "QLN.xlsx", "Mật khẩu 1")
    arrivals = (read(path, passwords=("x", "Mật khẩu 1")), read(path, replace(CAMPAIGN, passwords=("Mật khẩu 1",))))
    plain = read(sent).submission
    assert plain is not None
    for arrival in arrivals:
        assert arrival.submission is not None
        assert arrival.submission.rows == plain.rows


def test_read_only_workbook_of_excel_needs_no_password(sent: Path, tmp_path: Path) -> None:
    """Excel's own password, with which it stores some read-only workbooks, is known to every copy of Excel."""
    assert typed(locked(sent, tmp_path / "QLN.xlsx", "VelvetSweatshop")) == typed(sent)


def test_missing_extra_for_passwords_is_said(sent: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where msoffcrypto-tool is not installed, a given password cannot help, and the sentence says what to install."""
    path = locked(sent, tmp_path / "QLN.xlsx", "1")
    monkeypatch.setattr("thidua_xlsx.intake._encrypted.msoffcrypto", None)
    assert sentence(path, passwords=("1",)) == "W174"
    assert sentence(path) == "W105"


def test_passwords_of_old_excel_and_libreoffice_are_recognised(sent: Path, tmp_path: Path) -> None:
    """FILEPASS in an .xls and encryption data in an .ods are a password, not a damaged file."""
    raw = bytearray(converted(sent, sent.parent, "xls").read_bytes())
    start = raw.index(struct.pack("<HHH", 0x0809, 16, 0x0600))
    raw[start + 20 : start + 22] = b"\x2f\x00"
    assert sentence(written(tmp_path / "QLN.xls", bytes(raw))) == "W105"
    manifest = b'<manifest:manifest xmlns:manifest="m"><manifest:encryption-data/></manifest:manifest>'
    secret = put_together({"mimetype": b"x", "META-INF/manifest.xml": manifest, "content.xml": b"\x8f\x00secret"})
    assert sentence(written(tmp_path / "QLN.ods", secret)) == "W105"
    assert sentence(written(tmp_path / "QLN.ods", secret), passwords=("1",)) == "W175"


def test_opendocument_with_a_known_password_is_read(sent: Path, tmp_path: Path) -> None:
    """What LibreOffice has locked opens with the password and holds the same; otherwise there is the sentence of any locked workbook."""
    path = locked_ods(sent, sent.parent, "Mật khẩu 1")
    assert sentence(path) == "W105"
    assert sentence(path, passwords=("123456", "")) == "W173"
    plain, opened = read(converted(sent, sent.parent, "ods")).submission, read(path, passwords=("x", "Mật khẩu 1")).submission
    assert plain is not None
    assert opened is not None
    assert {code: [row.values for row in rows] for code, rows in opened.rows.items()} == {
        code: [row.values for row in rows] for code, rows in plain.rows.items()
    }
    assert opened.passport == plain.passport


LOCKS: dict[str, tuple[Callable[[Parts], Parts], str]] = {
    "another cipher": (lambda parts: _manifest(parts, b"#aes256-cbc", b"#blowfish"), "W175"),
    "another way to the key": (lambda parts: _manifest(parts, b"PBKDF2", b"argon2id"), "W175"),
    "work without end": (lambda parts: _manifest(parts, b'"100000"', b'"2000000000"'), "W175"),
    "no number": (lambda parts: _manifest(parts, b'"100000"', b'"x"'), "W175"),
    "no salt": (lambda parts: _manifest(parts, b"manifest:salt", b"manifest:pepper"), "W175"),
    "manifest cut off": (lambda parts: {**parts, _MANIFEST: parts[_MANIFEST][:-40]}, "W175"),
    "the package as a whole": (lambda parts: _manifest(parts, b'"content.xml"', b'"encrypted-package"'), "W175"),
    "content cut off": (lambda parts: {**parts, "content.xml": parts["content.xml"][:-5]}, "W173"),
    "content of another file": (lambda parts: {**parts, "content.xml": parts["styles.xml"]}, "W173"),
    "no content": (lambda parts: {**parts, "content.xml": b""}, "W173"),
}
_MANIFEST = "META-INF/manifest.xml"


def _manifest(parts: Parts, old: bytes, new: bytes) -> Parts:
    assert old in parts[_MANIFEST]
    return {**parts, _MANIFEST: parts[_MANIFEST].replace(old, new)}


@pytest.mark.parametrize(("tampered", "code"), LOCKS.values(), ids=LOCKS)
def test_opendocument_locked_otherwise_says_what_to_do(sent: Path, tmp_path: Path, tampered: Callable[[Parts], Parts], code: str) -> None:
    """Locks of other programs, and damaged ones, are a sentence even when the password is right."""
    path = locked_ods(sent, sent.parent, "Mật khẩu 1")
    other = written(tmp_path / "QLN.ods", put_together(tampered(taken_apart(path))))
    assert sentence(other, passwords=("Mật khẩu 1",)) == code


def test_passwords_reach_the_files_from_every_job(sent: Path, tmp_path: Path) -> None:
    """``check`` and ``status`` try the passwords they are given."""
    home = pipeline.init(tmp_path / "home")
    path = locked(sent, home / "inbox" / "QLN.xlsx", "Mật khẩu 1")
    assert [finding.code for finding in pipeline.check([path], home)] == ["W105"]
    assert pipeline.check([path], home, ["Mật khẩu 1"]) == ()
    files = {password: pipeline.status(home, ROUND, [password])[0].files[0].status for password in ("x", "Mật khẩu 1")}
    assert files == {"x": FileStatus.REFUSED, "Mật khẩu 1": FileStatus.ACCEPTED}


def test_campaign_file_names_passwords(tmp_path: Path) -> None:
    """``passwords`` under ``[campaign]`` is a list of texts, and may be left out."""
    shipped = Path(__file__).parent.parent / "workbook_templates" / "kien-giang" / "campaign.toml"
    words = shipped.read_text(encoding="utf-8").replace("[campaign]\n", '[campaign]\npasswords = ["sxd2023", "123456"]\n', 1)
    path = tmp_path / "campaign.toml"
    path.write_text(words, encoding="utf-8")
    assert load_campaign(path).passwords == ("sxd2023", "123456")
    assert load_campaign(shipped).passwords == ()


def test_parts_packed_as_no_office_program_packs_are_refused(sent: Path, tmp_path: Path) -> None:
    """A workbook zipped anew with bzip2 or LZMA opens in no Excel, and is not inflated."""
    for method in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        with zipfile.ZipFile(tmp_path / "QLN.xlsx", "w", method) as package:
            for name, part in taken_apart(sent).items():
                package.writestr(name, part)
        assert sentence(tmp_path / "QLN.xlsx") == "W111"


# What is none of these ------------------------------------------------------------------------------------------------

FOREIGN: dict[str, tuple[bytes, str, str]] = {
    "xml 2003": (b'<?xml version="1.0"?>\n<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "W106", "XML Spreadsheet 2003"),
    "html with the namespaces of Excel": (
        b'<html xmlns:x="urn:schemas-microsoft-com:office:excel"><table><tr><td>1</td></tr>',
        "W106",
        "HTML",
    ),
    "utf-16 text": ("STT\tHọ và tên\r\n1\tNguyễn Văn An\r\n".encode("utf-16"), "W106", "CSV"),
    "google": (b'{"url": "https://docs.google.com/open?id=1", "doc_id": "1"}', "W106", "Google Sheets (.gsheet)"),
    "numbers": (put_together({"Index/Document.iwa": b"x", "[Content_Types].xml": b"<a/>"}), "W106", "Apple Numbers (.numbers)"),
    "odt": (
        put_together({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<a/>"}),
        "W108",
        "OpenDocument (.odt, .odp)",
    ),
}


@pytest.mark.parametrize(("raw", "code", "called"), FOREIGN.values(), ids=FOREIGN)
def test_other_formats_are_named(tmp_path: Path, raw: bytes, code: str, called: str) -> None:
    """What is no workbook is called by its name, with the way to save it as one."""
    path = written(tmp_path / "QLN.xls", raw)
    assert sentence(path) == code
    assert called in text.message(read(path).findings[0])


DAMAGED: dict[str, Callable[[Path], bytes]] = {
    "xls cut off": lambda path: converted(path, path.parent, "xls").read_bytes()[:20_000],
    "xls overwritten": lambda path: converted(path, path.parent, "xls").read_bytes().replace(b"\x85\x00", b"\x86\xff"),
    "ods cut off inside": lambda path: put_together({"mimetype": b"x", "content.xml": b"<a><b:spreadsheet></b:spreadsheet>"}),
    "xlsb cut off inside": lambda path: put_together({"xl/workbook.bin": record(156, words("r1")[:6])}),
    "excel 2": lambda path: b"\x09\x00\x04\x00\x07\x00\x10\x00" + bytes(40),
}


@pytest.mark.parametrize("damage", DAMAGED.values(), ids=DAMAGED)
def test_damaged_files_of_every_format_are_refused(sent: Path, tmp_path: Path, damage: Callable[[Path], bytes]) -> None:
    """A damaged workbook of an old or rare format is a sentence, whatever its reader raises."""
    assert sentence(written(tmp_path / "QLN.xlsx", damage(sent))) in ("W104", "W110", "W113", "W120")


def test_old_workbook_that_breaks_the_rules_is_read_with_a_warning(sent: Path, tmp_path: Path) -> None:
    """An .xls whose container is cut short behind the last sheet is read in a second-best way, which is said; nothing of it is lost."""
    whole = converted(sent, sent.parent, "xls")
    arrival = read(written(tmp_path / "QLN.xls", whole.read_bytes()[:-512]))
    assert [found.code for found in arrival.findings] == ["W172"]
    assert arrival.submission is not None
    expected = read(whole).submission
    assert expected is not None
    assert {code: [row.values for row in rows] for code, rows in arrival.submission.rows.items()} == {
        code: [row.values for row in rows] for code, rows in expected.rows.items()
    }


def test_old_workbook_with_damaged_cells_stays_damaged(sent: Path, tmp_path: Path) -> None:
    """What fails in the cells of an .xls is not read in a second-best way, which would show half of them."""
    raw = bytearray(converted(sent, sent.parent, "xls").read_bytes())
    first_sheet = raw.index(struct.pack("<HHHH", 0x0809, 16, 0x0600, 0x0010))
    shared_text = raw.index(struct.pack("<HH", 0x00FD, 10), first_sheet)
    raw[shared_text + 10 : shared_text + 14] = b"\xff\xff\xff\x7f"
    assert sentence(written(tmp_path / "QLN.xls", bytes(raw))) == "W110"


def test_far_away_value_of_a_binary_workbook_is_refused(sent: Path, tmp_path: Path) -> None:
    """A value in the last row of an .xlsb, which would kill the fast reader, is found before."""
    parts = taken_apart(as_xlsb(sent, tmp_path / "QLN.xlsb"))
    row = record(0, struct.pack("<IIHBBB", 1_048_575, 0, 300, 0, 0, 0) + struct.pack("<I", 0))
    far = row + record(5, struct.pack("<IId", 16_383, 0, 1.0)) + record(146)
    parts["xl/worksheets/sheet0.bin"] = parts["xl/worksheets/sheet0.bin"].replace(record(146), far)
    path = written(tmp_path / "far.xlsb", put_together(parts))
    assert sentence(path) == "W112"
    assert read(path).findings[0].ref.cell == "XFD1048576"


def test_unit_is_known_in_a_file_of_another_format(sent: Path) -> None:
    """The passport survives the change of format."""
    for ending in ("xls", "ods"):
        assert read(converted(sent, sent.parent, ending)).unit == UNIT


def test_ods_with_macros_is_read_and_said(tmp_path: Path) -> None:
    """LibreOffice writes a DOCTYPE into every macro library; nobody parses those parts, and the macros are only mentioned."""
    library = b'<?xml version="1.0"?><!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd"><a/>'
    content = f'<office:document-content {_ODF}><office:body><office:spreadsheet><table:table table:name="T"><table:table-row><table:table-cell office:value-type="string"><text:p>An</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet></office:body></office:document-content>'  # noqa: E501
    mimetype = b"application/vnd.oasis.opendocument.spreadsheet"
    raw = put_together({"mimetype": mimetype, "content.xml": content.encode(), "Basic/Standard/script-lb.xml": library})
    book = read_book(written(tmp_path / "macro.ods", raw).read_bytes(), NAME)
    assert book.sheets["T"] == [["An"]]
    assert [note.code for note in book.notes] == ["W170"]
