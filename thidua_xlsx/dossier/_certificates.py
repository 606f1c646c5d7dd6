"""What is printed on pre-printed certificates (phôi giấy khen): one page per awardee, each text at its place in millimetres.

``word/giay-khen.toml`` says which award forms have such stock, its size, and which text stands where; without that file nothing is made.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from thidua_xlsx import vietnamese
from thidua_xlsx.dossier._fields import Paper
from thidua_xlsx.dossier._template import archive, printable
from thidua_xlsx.text import say

LAYOUT_FILE = "giay-khen.toml"
FIELDS = ("name", "called", "workplace", "award", "movement", "period", "number", "day", "place", "golden_book")
_FIELD = re.compile(r"\{(\w*)\}")
_ALIGNMENTS = ("left", "center", "right")
_TWIPS = 1440 / 25.4
_GRID = 10
_EDGE = 10
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


@dataclass(frozen=True, slots=True)
class Text:
    """A text of the overlay: millimetres from the left and the upper edge of the paper, size in points."""

    words: str
    left: float
    top: float
    width: float
    size: float
    bold: bool = False
    italic: bool = False
    align: str = "left"


@dataclass(frozen=True, slots=True)
class Layout:
    """The stock: its size in millimetres, the award forms printed on it, and its texts."""

    awards: tuple[str, ...]
    width: float
    height: float
    texts: tuple[Text, ...]


def read_layout(path: Path) -> tuple[Layout | None, tuple[str, ...]]:
    """The layout in a file, and what is wrong with it; neither where there is no such file."""
    if not path.is_file():
        return None, ()
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return None, (say("dossier.layout_unreadable", file=path.name, why=error),)
    problems = tuple(say("dossier.layout_problem", file=path.name, what=what) for what in _problems(content))
    if problems:
        return None, problems
    texts = tuple(Text(**one) for one in content["text"])
    return Layout(tuple(content["awards"]), content["width"], content["height"], texts), ()


def _problems(content: Mapping[str, Any]) -> Iterator[str]:
    for name in ("width", "height"):
        if not _is_length(content.get(name)):
            yield say("dossier.layout_length", name=name, value=content.get(name))
    for name in ("awards", "text"):
        if not isinstance(content.get(name), list):
            yield say("dossier.layout_missing", name=name)
    for number, one in enumerate(content.get("text", ()), start=1):
        for what in _text_problems(one, content):
            yield say("dossier.layout_text", number=number, what=what)


def _text_problems(one: Mapping[str, Any], content: Mapping[str, Any]) -> Iterator[str]:
    known = Text.__dataclass_fields__
    yield from (say("dossier.layout_unknown", name=name, known=", ".join(known)) for name in one if name not in known)
    if not isinstance(one.get("words"), str):
        yield say("dossier.layout_missing", name="words")
    for field in _FIELD.findall(str(one.get("words"))):
        if field not in FIELDS:
            yield say("dossier.layout_unknown", name=f"{{{field}}}", known=", ".join(f"{{{each}}}" for each in FIELDS))
    for name in ("left", "top", "width", "size"):
        if not _is_length(one.get(name)):
            yield say("dossier.layout_length", name=name, value=one.get(name))
        elif name in {"left", "top"} and one[name] >= content.get("width" if name == "left" else "height", 0):
            yield say("dossier.layout_outside", name=name, value=one[name])
    if one.get("align", "left") not in _ALIGNMENTS:
        yield say("dossier.layout_unknown", name=one["align"], known=", ".join(_ALIGNMENTS))


def _is_length(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0


def certificates(layout: Layout, decision: Paper) -> bytes:
    """One Word file with a page for everybody in a decision, in its order; the golden book counts through collectives and individuals."""
    pages = [_page(layout, fields) for fields in _awardees(decision)]
    return _document(layout, pages, margin=0)


def _awardees(decision: Paper) -> Iterator[Mapping[str, str]]:
    shared = {
        "award": decision.award.name,
        "movement": decision.movement.title,
        "period": decision.movement.period,
        "number": decision.letterhead.number,
        "day": decision.letterhead.day,
        "place": decision.letterhead.place,
    }
    people = [(line, f"{line.position}, {line.unit}") for line in decision.individuals]
    listed = [*((line, line.unit) for line in (*decision.collectives, *decision.households)), *people]
    for number, (line, workplace) in enumerate(listed, start=1):
        own = {"name": line.name, "called": line.called, "workplace": workplace, "golden_book": vietnamese.two_digits(number)}
        yield shared | own


def grid(layout: Layout) -> bytes:
    """A page of the stock's size with a line every 10 mm, to be printed on a spoiled sheet for reading off places."""
    columns, rows = (int((side - 2 * _EDGE) // _GRID) for side in (layout.width, layout.height))
    cell = '<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr><w:p>{label}</w:p></w:tc>'
    lines = []
    for row in range(rows):
        labels = [_label(row, column) for column in range(columns)]
        cells = "".join(cell.format(width=_twips(_GRID), label=label) for label in labels)
        lines.append(f'<w:tr><w:trPr><w:trHeight w:val="{_twips(_GRID)}" w:hRule="exact"/></w:trPr>{cells}</w:tr>')
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="2" w:color="000000"/>' for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    layout_of = '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar>'
    head = f'<w:tblPr><w:tblW w:w="{_twips(columns * _GRID)}" w:type="dxa"/><w:tblBorders>{sides}</w:tblBorders>{layout_of}</w:tblPr>'
    widths = f'<w:gridCol w:w="{_twips(_GRID)}"/>' * columns
    return _document(layout, [f"<w:tbl>{head}<w:tblGrid>{widths}</w:tblGrid>{''.join(lines)}</w:tbl>"], margin=_EDGE)


def _label(row: int, column: int) -> str:
    """Millimetres from the left edge along the first row, from the upper edge down the first column, at the line before the figure."""
    place = column if row == 0 else row if column == 0 else None
    return "" if place is None else _run(str(_EDGE + place * _GRID), 8)


def _page(layout: Layout, fields: Mapping[str, str]) -> str:
    return "".join(_framed(one, _FIELD.sub(lambda found: fields[found[1]], one.words)) for one in layout.texts)


def _framed(text: Text, words: str) -> str:
    place = f'w:x="{_twips(text.left)}" w:y="{_twips(text.top)}"'
    frame = f'<w:framePr w:w="{_twips(text.width)}" w:wrap="around" w:vAnchor="page" w:hAnchor="page" {place}/>'
    return (
        f'<w:p><w:pPr>{frame}<w:spacing w:before="0" w:after="0"/><w:jc w:val="{text.align}"/></w:pPr>{_run(words, text.size, text)}</w:p>'
    )


def _run(words: str, size: float, text: Text | None = None) -> str:
    marks = f"{'<w:b/>' if text and text.bold else ''}{'<w:i/>' if text and text.italic else ''}"
    fonts = '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:cs="Times New Roman"/>'
    said = escape(printable(words)).replace("\n", '</w:t><w:br/><w:t xml:space="preserve">')
    half_points = round(2 * size)
    return f'<w:r><w:rPr>{fonts}{marks}<w:sz w:val="{half_points}"/></w:rPr><w:t xml:space="preserve">{said}</w:t></w:r>'


def _document(layout: Layout, pages: Sequence[str], margin: int) -> bytes:
    """A Word file with a section per page, so that what is placed on a page stays on it."""
    wide = ' w:orient="landscape"' if layout.width > layout.height else ""
    # The last paragraph of a page that is full needs room below
    sides = "".join(f' w:{side}="{_twips(margin)}"' for side in ("top", "right", "left", "header")) + ' w:bottom="0" w:footer="0"'
    size = f'<w:pgSz w:w="{_twips(layout.width)}" w:h="{_twips(layout.height)}"{wide}/>'
    section = f'<w:sectPr><w:type w:val="nextPage"/>{size}<w:pgMar{sides} w:gutter="0"/></w:sectPr>'
    small = '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
    between = f"<w:p><w:pPr>{small}{section}</w:pPr></w:p>"
    body = f"{between.join(pages)}<w:p><w:pPr>{small}</w:pPr></w:p>{section}"
    parts = {
        "[Content_Types].xml": _CONTENT_TYPES,
        "_rels/.rels": _RELATIONS,
        "word/document.xml": f'{_XML}<w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>',
    }
    return archive({name: content.encode() for name, content in parts.items()})


def _twips(millimetres: float) -> int:
    return round(millimetres * _TWIPS)


_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_MAIN_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_CONTENT_TYPES = (
    f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_MAIN_TYPE}"/></Types>'
)
_RELATIONS = (
    f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" Target="word/document.xml" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>'
)
