"""Native charts in the office's typeface, with colours that stay apart in a grey print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from thidua_xlsx.model import Result
from thidua_xlsx.text import say
from thidua_xlsx.xlsx import FONT, Book, place, range_address

Area = tuple[str, tuple[int, int, int, int]]
"""A sheet and the corners of a range."""
Fill = Mapping[str, Any]


def _solid(colour: str) -> Fill:
    return {"fill": {"color": colour}, "border": {"color": "#404040", "width": 0.5}}


COLOURS: Mapping[Result, Fill] = {Result.MET: _solid("#1E6B34"), Result.OPEN: _solid("#FFE9A8"), Result.NOT_MET: _solid("#D98880")}
"""Dark, light and between: three greys on paper."""
KINDS: tuple[Fill, ...] = (_solid("#1F3864"), _solid("#DEEBF7"), _solid("#8FAADC"))
_ON_DARK = ("#1E6B34", "#1F3864")
_TEXT = {"name": FONT, "size": 10}


@dataclass(frozen=True, slots=True)
class Series:
    """One row of bars: its name, its values, its fill."""

    name: str
    values: Area
    fill: Fill


def _reference(area: Area) -> str:
    sheet, corners = area
    return f"={place(sheet, range_address(*corners, fixed=True))}"


def _fill(chart: Any, names: Area, series: Sequence[Series], labels: Mapping[str, Any]) -> None:
    for each in series:
        is_dark = each.fill.get("fill", {}).get("color") in _ON_DARK and "position" not in labels
        font = {**_TEXT, "size": 9, "color": "#FFFFFF" if is_dark else "#000000"}
        shown = {"data_labels": {**labels, "value": True, "font": font}}
        chart.add_series(
            {"name": each.name, "categories": _reference(names), "values": _reference(each.values), "gap": 45, **each.fill, **shown}
        )


def _finish(chart: Any, title: str, size: tuple[int, int], *, legend: bool) -> None:
    chart.set_title({"name": title, "name_font": {**_TEXT, "size": 12, "bold": True}, "overlay": False})
    chart.set_legend({"position": "bottom", "font": _TEXT} if legend else {"none": True})
    chart.set_size({"width": size[0], "height": size[1]})
    chart.set_chartarea({"border": {"color": "#BFBFBF"}})


def bars(book: Book, title: str, names: Area, series: Sequence[Series], *, size: tuple[int, int], axis: str) -> Any:
    """Lying bars, the first line of the table on top; several series are stacked. A count of none is not written."""
    is_stacked = len(series) > 1
    chart = book.chart("bar", subtype="stacked" if is_stacked else None)
    _fill(chart, names, series, {"num_format": "#,##0;;"} if is_stacked else {"position": "outside_end"})
    chart.set_y_axis({"reverse": True, "crossing": "max", "interval_unit": 1, "num_font": _TEXT, "major_gridlines": {"visible": False}})
    whole = {"num_format": "#,##0", "num_font": _TEXT, "min": 0}
    chart.set_x_axis(
        {**whole, "name": axis, "name_font": {**_TEXT, "bold": False}, "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}}}
    )
    _finish(chart, title, size, legend=is_stacked)
    chart.set_plotarea({"layout": _plot(size[1], legend=is_stacked)})
    return chart


def _plot(height: int, *, legend: bool) -> Mapping[str, float]:
    """Where the bars lie, in shares of the chart: left to itself LibreOffice breaks names into lines and leaves out every other one."""
    above, below = 42, 100 if legend else 62
    return {"x": 0.4, "y": above / height, "width": 0.56, "height": 1 - (above + below) / height}


def stacked_columns(book: Book, title: str, names: Area, series: Sequence[Series], *, size: tuple[int, int], least: int) -> Any:
    """Standing bars of money by year; the axis counts in millions, and parts below ``least`` are too thin for a label."""
    chart = book.chart("column", subtype="stacked")
    _fill(chart, names, series, {"num_format": f"[>={least}]#,##0.0,,;;"})
    chart.set_x_axis({"name": say("report.axis_year"), "name_font": {**_TEXT, "bold": False}, "num_font": _TEXT})
    lines = {"visible": True, "line": {"color": "#D9D9D9"}}
    chart.set_y_axis(
        {
            "name": say("report.million"),
            "name_font": {**_TEXT, "bold": False},
            "num_font": _TEXT,
            "num_format": "#,##0,,",
            "min": 0,
            "major_gridlines": lines,
        }
    )
    _finish(chart, title, size, legend=True)
    return chart
