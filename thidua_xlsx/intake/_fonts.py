"""Which cells are in a font of before Unicode (.VnTime, VNI-Times); where a workbook names no such font nothing further is looked at."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from thidua_xlsx.intake._sheet import Place, index
from thidua_xlsx.vietnamese import font_encoding

if TYPE_CHECKING:
    import xlrd
    from xlrd.sheet import Sheet

Fonts = Mapping[str, Mapping[Place, str]]
"""By sheet and cell."""

_NAMED = re.compile(rb"""["'](?:\.vn|vni-)""", re.IGNORECASE)
_CELL = re.compile(rb"<(?:\w+:)?c\s([^<>]*?)/?>(?:\s*<(?:\w+:)?v>(\d+)<|\s*<(?:\w+:)?is>(.*?)</(?:\w+:)?is>)?", re.DOTALL)
_RUN = re.compile(rb"""<(?:\w+:)?rFont\s[^<>]*?\bval\s*=\s*["']([^"']*)""")
_FACT = re.compile(rb"""\b([rst])\s*=\s*["']([^"']*)""")
_PLACE = re.compile(r"([A-Za-z]{1,3})(\d{1,7})")


def of_xlsx(styles: Sequence[bytes], strings: Sequence[bytes], sheets: Mapping[str, bytes], telling: Mapping[str, bytes]) -> Fonts:
    """From the parts of a workbook, ``telling`` without ready lines; of a text in several fonts the first old one counts."""
    by_style = {key: font for part in styles if _NAMED.search(part) for key, font in _styles(part)}
    by_string = {key: font for part in strings if b"Font" in part and _NAMED.search(part) for key, font in _strings(part)}
    in_sheets = {name: xml for name, xml in sheets.items() if by_style or by_string or b"rFont" in telling[name]}
    return {name: dict(_cells(xml, by_style, by_string)) for name, xml in in_sheets.items()}


def _cells(xml: bytes, by_style: Mapping[bytes, str], by_string: Mapping[bytes, str]) -> Iterator[tuple[Place, str]]:
    for attributes, value, runs in _CELL.findall(xml):
        facts = dict(_FACT.findall(attributes))
        font = by_style.get(facts.get(b"s", b"0"))
        if facts.get(b"t") == b"s":
            font = by_string.get(value, font)
        elif runs:
            font = next(filter(font_encoding, (name.decode(errors="replace") for name in _RUN.findall(runs))), font)
        place = _PLACE.fullmatch(facts.get(b"r", b"").decode(errors="replace")) if font else None
        if font and place:
            yield (int(place[2]) - 1, index(place[1])), font


def _styles(xml: bytes) -> Iterator[tuple[bytes, str]]:
    """The old font of each number that a cell may give for its style."""
    parts = {_local(part): part for part in ET.fromstring(xml)}  # noqa: S314 (a DOCTYPE is refused before)
    fonts = [_font(font, "name") for font in parts.get("fonts", ())]
    for number, style in enumerate(parts.get("cellXfs", ())):
        font = int(style.get("fontId", "0"))
        if font < len(fonts) and fonts[font]:
            yield str(number).encode(), fonts[font]


def _strings(xml: bytes) -> Iterator[tuple[bytes, str]]:
    """The old font of each shared text of which a part is in one."""
    for number, entry in enumerate(ET.fromstring(xml)):  # noqa: S314
        if font := next(filter(None, (_font(part, "rFont") for part in entry.iter() if _local(part) == "rPr")), ""):
            yield str(number).encode(), font


def _font(properties: ET.Element, name: str) -> str:
    """The name of an old font; empty for any other."""
    font = next((part.get("val", "") for part in properties if _local(part) == name), "")
    return font if font_encoding(font) else ""


def _local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def of_xls(book: xlrd.Book) -> Fonts:
    """From a workbook of Excel 97-2003 that was opened with its formatting."""
    fonts = {number: font.name for number, font in enumerate(book.font_list) if font_encoding(font.name)}
    if not fonts:
        return {}
    styles = {number: fonts[style.font_index] for number, style in enumerate(book.xf_list) if style.font_index in fonts}
    return {sheet.name: dict(_old_cells(sheet, styles, fonts)) for sheet in book.sheets()}


def _old_cells(sheet: Sheet, styles: Mapping[int, str], fonts: Mapping[int, str]) -> Iterator[tuple[Place, str]]:
    for row in range(sheet.nrows):
        for column in range(sheet.row_len(row)):
            runs = sheet.rich_text_runlist_map.get((row, column), ())
            font = next((fonts[number] for _, number in runs if number in fonts), styles.get(sheet.cell_xf_index(row, column)))
            if font:
                yield (row, column), font
