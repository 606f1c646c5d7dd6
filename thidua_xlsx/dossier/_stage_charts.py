"""Native charts of a Word paper, drawn by the pen: an office can restyle them, and opens their figures with "Edit Data".

A chart in Word is the part that a chart in Excel is (DrawingML, ECMA-376 part 1, 21.2), with the workbook of its figures beside it.
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from lxml import etree
from markupsafe import Markup

from thidua_xlsx.dossier._stage_facts import Facts, Tally
from thidua_xlsx.dossier._stage_fields import Charts
from thidua_xlsx.dossier._template import MAIN_PART, archive
from thidua_xlsx.text import say
from thidua_xlsx.xlsx import FONT, Book, place, range_address

_EMU_PER_PIXEL = 9525
_WIDTH = 600
_TALLEST = 860
"""Pixels that a page of A4 has room for below a heading."""

_FEW, _MOST = 24, 40
"""Bars that lie below each other in letters of the usual size, and in small ones; of more the table alone tells."""

_HEAD, _LEFT = 50, 0.5
"""Room for the title in pixels, and for names of that length as a share of the width: left to itself LibreOffice may break them."""

_LONGEST_NAME = 44
"""Letters of a name that stand beside a bar on one line; LibreOffice leaves out every other name where one needs two."""
_SHEET = "So lieu"
_C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_CHART_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_BOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TYPES_PART, _RELATIONS_PART = "[Content_Types].xml", "word/_rels/document.xml.rels"
_TEXT = {"name": FONT, "size": 11}
_LABELS = ("showLegendKey", "showVal", "showCatName", "showSerName", "showPercent", "showBubbleSize")
_POINT = '"."'
_THOUSANDS = f"[>=1000000]#{_POINT}000{_POINT}000;[>=1000]#{_POINT}000;0"
"""Whole numbers with a point between thousands, as a literal: whatever the computer's region, a Vietnamese paper has points."""

_SCALES = ((10_000_000, ",,", "stage.axis_million"), (0, ",", "stage.axis_thousand"))
"""From which sum on money is counted in what."""

_BAR = {"fill": {"color": "#8FAADC"}, "border": {"color": "#404040", "width": 0.5}}
_PLACED = (
    '</w:t></w:r><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{width}" cy="{height}"/><wp:docPr id="{id}" name="{title}" descr="{title}"/>'
    '<wp:cNvGraphicFramePr/><a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData uri="' + _C + '">'
    '<c:chart xmlns:c="' + _C + '" xmlns:r="' + _R + '" r:id="{relation}"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>'
    '<w:r><w:t xml:space="preserve">'
)
"""As docxtpl places a picture: the run of the field ends before the drawing, and another begins after it."""


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart: ``field`` is what a template prints, the rest the parts of the package it needs."""

    name: str
    field: Markup
    drawing: bytes
    workbook: bytes

    @property
    def relation(self) -> str:
        """The id by which the document refers to it."""
        return f"rIdBieuDo{self.name}"


@dataclass(frozen=True, slots=True)
class Plot:
    """What is drawn: bars lie where names are long; ``axis`` says what is counted, ``form`` is the number format of the labels."""

    name: str
    title: str
    axis: str
    form: str
    lying: bool
    bars: Sequence[tuple[str, int]]


def chart_part(name: str) -> str:
    """Where a chart stands in the package."""
    return f"word/charts/bieu-do-{name}.xml"


def stage_charts(facts: Facts) -> tuple[Chart, ...]:
    """The charts of the báo cáo sơ kết, tổng kết that have something to show."""
    codes = (*facts.campaign.contents, say("stage.bar_others"))
    contents = tuple((code, line.deeds) for code, line in zip(codes, facts.by_content(), strict=False))
    plots = (
        Plot("contents", say("stage.chart_contents"), say("stage.axis_deeds"), _THOUSANDS, lying=False, bars=contents),
        *([_of_lines("years", facts.by_year(), facts)] if len(facts.by_year()) > 1 else []),
        *([_of_lines("units", _shortened(facts), facts)] if len(facts.units) <= _MOST else []),
    )
    drawn = (draw(number, plot, facts.outcome.round.decided_on) for number, plot in enumerate(plots, start=1))
    return tuple(chart for chart in drawn if chart)


def _shortened(facts: Facts) -> list[Tally]:
    """The lines of the units under names that stand beside a bar: a shorter one that the campaign knows, else the first words."""
    units = facts.campaign.units.values()
    return [replace(line, name=_short(line.name, unit.aliases)) for line, unit in zip(facts.by_unit(), units, strict=True)]


def _short(name: str, others: Sequence[str]) -> str:
    fitting = [each for each in (name, *sorted(others, key=len, reverse=True)) if len(each) <= _LONGEST_NAME]
    return fitting[0] if fitting else f"{name[: _LONGEST_NAME - 2].rsplit(maxsplit=1)[0]} …"


def _of_lines(name: str, lines: Sequence[Tally], facts: Facts) -> Plot:
    """Contributions by year or unit, or achievements where nothing of the sort was declared."""
    lying = name == "units"
    if not any(line.money for line in lines):
        title = say(f"stage.chart_deeds_{name}", units=facts.unit_kinds)
        return Plot(name, title, say("stage.axis_deeds"), _THOUSANDS, lying, [(line.name, line.deeds) for line in lines])
    title = say(f"stage.chart_money_{name}", units=facts.unit_kinds)
    bars = [(line.name, line.money) for line in lines]
    scale, axis = next((scale, axis) for least, scale, axis in _SCALES if max((value for _, value in bars), default=0) >= least)
    size = 1000 ** len(scale)
    form = f"[>={size * 10**6}]#{_POINT}000{_POINT}000{scale};[>={size * 1000}]#{_POINT}000{scale};0{scale}"
    return Plot(name, say("stage.chart_in", title=title, axis=say(axis)), say(axis), form, lying, bars)


def chart_fields(charts: Sequence[Chart]) -> Charts:
    """What a template prints for each chart."""
    fields = {"contents": "", "years": "", "units": ""}
    return Charts(**fields | {chart.name: chart.field for chart in charts})


def draw(number: int, plot: Plot, day: date) -> Chart | None:
    """The chart of a plot, None where every bar would be empty; ``day`` is the only date in its workbook."""
    if not any(value for _, value in plot.bars):
        return None
    height = min(70 + 26 * len(plot.bars), _TALLEST) if plot.lying else 300
    workbook = _workbook(plot, height, day)
    with zipfile.ZipFile(io.BytesIO(workbook)) as package:
        drawing = _linked(package.read("xl/charts/chart1.xml"))
    size = {"width": _WIDTH * _EMU_PER_PIXEL, "height": height * _EMU_PER_PIXEL}
    placed = Markup(_PLACED).format(id=9000 + number, title=plot.title, relation=f"rIdBieuDo{plot.name}", **size)  # noqa: S704 – our own XML
    return Chart(plot.name, placed, drawing, workbook)


def _workbook(plot: Plot, height: int, day: date) -> bytes:
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "chart.xlsx"
        with Book(path, title=plot.title, created=day) as book:
            sheet, last = book.sheet(_SHEET), len(plot.bars)
            sheet.column(0, 50)
            sheet.text(0, 1, plot.axis)
            for row, (name, value) in enumerate(plot.bars, start=1):
                sheet.text(row, 0, name)
                sheet.number(row, 1, value)
            sheet.chart(last + 2, 0, _chart(book, plot, height))
        return path.read_bytes()


def _chart(book: Book, plot: Plot, height: int) -> Any:
    chart = book.chart("bar" if plot.lying else "column")
    names, values = (f"={place(_SHEET, range_address(1, column, len(plot.bars), column, fixed=True))}" for column in (0, 1))
    labels = {"value": True, "position": "outside_end", "num_format": plot.form, "font": _TEXT}
    chart.add_series({"name": plot.axis, "categories": names, "values": values, "gap": 60, "data_labels": labels, **_BAR})
    unlabelled = {"visible": False, "min": 0, "major_gridlines": {"visible": False}}
    named = {"num_font": _TEXT if len(plot.bars) <= _FEW else _TEXT | {"size": 8}}
    if plot.lying:
        chart.set_y_axis({**named, "reverse": True, "crossing": "max", "major_gridlines": {"visible": False}})
        chart.set_x_axis(unlabelled)
        head = _HEAD / height
        chart.set_plotarea({"layout": {"x": _LEFT, "y": head, "width": 0.92 - _LEFT, "height": 0.98 - head}})
    else:
        chart.set_x_axis(named)
        chart.set_y_axis(unlabelled)
    chart.set_title({"name": plot.title, "name_font": {**_TEXT, "size": 12, "bold": True}, "overlay": False})
    chart.set_legend({"none": True})
    chart.set_size({"width": _WIDTH, "height": height})
    return chart


def _linked(drawing: bytes) -> bytes:
    """The chart part with its workbook named where Word looks for it, in the place of Excel's page set-up."""
    root = etree.fromstring(drawing)
    for setup in root.findall(f"{{{_C}}}printSettings"):
        root.remove(setup)
    for labels in root.iter(f"{{{_C}}}dLbls"):
        _only_values(labels)
    data = etree.SubElement(root, f"{{{_C}}}externalData", {f"{{{_R}}}id": "rId1"}, nsmap={"r": _R})
    etree.SubElement(data, f"{{{_C}}}autoUpdate", val="0")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _only_values(labels: Any) -> None:
    """Say of everything a label can show whether it does: Word takes what is left out for a yes."""
    for name in _LABELS:
        for said in labels.findall(f"{{{_C}}}{name}"):
            labels.remove(said)
        etree.SubElement(labels, f"{{{_C}}}{name}", val="1" if name == "showVal" else "0")


def with_charts(document: bytes, charts: Sequence[Chart]) -> bytes:
    """The document with the parts of the charts it refers to; the same charts give the same bytes."""
    with zipfile.ZipFile(io.BytesIO(document)) as package:
        contents = {name: package.read(name) for name in package.namelist()}
    body = contents[MAIN_PART].decode()
    used = [chart for chart in charts if f'"{chart.relation}"' in body]
    types, relations = etree.fromstring(contents[_TYPES_PART]), etree.fromstring(contents[_RELATIONS_PART])
    known = {node.get("Extension") for node in types}
    if used and "xlsx" not in known:
        types.insert(0, etree.Element(f"{{{_TYPES}}}Default", Extension="xlsx", ContentType=_BOOK_TYPE))
    for chart in used:
        part = chart_part(chart.name)
        etree.SubElement(types, f"{{{_TYPES}}}Override", PartName=f"/{part}", ContentType=_CHART_TYPE)
        _related(relations, chart.relation, "chart", f"charts/bieu-do-{chart.name}.xml")
        contents[part] = chart.drawing
        contents[f"word/embeddings/bieu-do-{chart.name}.xlsx"] = chart.workbook
        to_book = etree.fromstring(f'<Relationships xmlns="{_RELATIONS}"/>'.encode())
        _related(to_book, "rId1", "package", f"../embeddings/bieu-do-{chart.name}.xlsx")
        contents[f"word/charts/_rels/bieu-do-{chart.name}.xml.rels"] = _written(to_book)
    return archive(contents | {_TYPES_PART: _written(types), _RELATIONS_PART: _written(relations)})


def _related(relations: Any, key: str, kind: str, target: str) -> None:
    etree.SubElement(relations, f"{{{_RELATIONS}}}Relationship", Id=key, Type=f"{_R}/{kind}", Target=target)


def _written(root: Any) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
