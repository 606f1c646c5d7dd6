"""How the two workbooks look: styles, heights of wrapped rows, tables, letterhead and signatures."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from thidua_xlsx import xlsx
from thidua_xlsx.campaign import Organ
from thidua_xlsx.model import PartialDate
from thidua_xlsx.text import say
from thidua_xlsx.xlsx import FileLink, Fold, Sheet

Style = Mapping[str, Any]
Live = xlsx.Live
Jump = xlsx.Jump
T = TypeVar("T")

_LINE = 13.6
"""Points that one line of 11-point Times New Roman takes."""
_TALLEST = 400.0
_PAGE_WIDTH = 230.0
"""Columns so wide in all are still legible on one A4 page across."""
LINKS_PER_SHEET = 60_000
"""Excel follows at most 65,530 links on a sheet; later lines go without."""

UNFOLDED = Fold()
INK = "#1F3864"
_EDGE = "#7F7F7F"


def style(**properties: Any) -> Style:
    """A read-only style, so that the pen finds its format again at once."""
    return MappingProxyType(properties)


def _boxed(**properties: Any) -> Style:
    return style(**({"border": 1, "border_color": _EDGE, "text_wrap": True, "valign": "top"} | properties))


CELL = _boxed()
CENTRED = _boxed(align="center")
ID = _boxed(num_format="@")
COUNT = _boxed(align="center", num_format="#,##0")
TALLY = _boxed(align="center", num_format='#,##0;-#,##0;"–"')
TOTAL = _boxed(align="center", num_format="#,##0", bold=True, bg_color="#EDEDED")
MILLIONS = _boxed(align="center", num_format="#,##0.0,,;-#,##0.0,,;–")
"""Money on a narrow column; the cells hold the đồng."""
MILLIONS_TOTAL = style(**dict(MILLIONS) | {"bold": True, "bg_color": "#EDEDED"})
CHANGE = style(**dict(COUNT) | {"num_format": "+#,##0;-#,##0;0", "italic": True})
CHANGE_IN_MILLIONS = style(**dict(COUNT) | {"num_format": "+#,##0.0,,;-#,##0.0,,;0", "italic": True})
TOTAL_NAME = _boxed(bold=True, bg_color="#EDEDED")
MONEY = _boxed(align="right", num_format="#,##0")
DATE = _boxed(align="center", num_format="dd/mm/yyyy")
PERCENT = _boxed(align="center", num_format="0%")
HEADING = _boxed(bold=True, align="center", valign="vcenter", bg_color="#D9E2F3")
BAND = _boxed(bold=True, align="center", valign="vcenter", bg_color="#B4C6E7")
CELL_STRONG = _boxed(bold=True, bg_color="#EAF0FA")
CENTRED_STRONG = _boxed(bold=True, bg_color="#EAF0FA", align="center")
SECTION = _boxed(bold=True, bg_color="#F2F2F2", valign="vcenter")
ENTRY = _boxed(bg_color="#FFF9DB", locked=False)
ENTRY_CENTRED = _boxed(bg_color="#FFF9DB", locked=False, align="center")
ENTRY_FIGURE = _boxed(bg_color="#FFEB84", locked=False, align="right", num_format="#,##0", bold=True)
VERDICT = _boxed(align="center", bold=True)
TITLE = style(bold=True, font_size=14, align="center", text_wrap=True)
SUBTITLE = style(italic=True, font_size=12, align="center", text_wrap=True)
BANNER = style(bold=True, font_size=14)
LEAD = style(italic=True, text_wrap=True, valign="top")
LINE = style(italic=True)
PLAIN = style(text_wrap=True, valign="top")
CHAPTER = style(bold=True, font_size=12, font_color=INK, bottom=1, bottom_color=INK)

MET = style(bold=True, font_color="#0B5B1E", bg_color="#D5EFD9")
NOT_MET = style(italic=True, bold=False, font_color="#9C0006", bg_color="#F8D7DA")
OPEN = style(bold=False, font_color="#7A4B00", bg_color="#FFE9A8")


@dataclass(frozen=True, slots=True)
class FileJump:
    """A link to a submitted file, or to a cell of it; plain text where the path could lead anywhere else."""

    file: str
    sheet: str
    cell: str
    label: str


Content = xlsx.Content | FileJump


@dataclass(frozen=True, slots=True)
class Field(Generic[T]):
    """One column of a printed table: its heading and how a line fills it."""

    heading: str
    width: float
    value: Callable[[T], Content]
    style: Style = dataclasses.field(default_factory=lambda: CELL)


_SAFE_FILE = re.compile(r"(?!.*\.\.)(?!.*\.(?:eml|emlx|msg|mbox|zip)/)inbox/[\w ()+,.\-/]+\.xls[xm]", re.IGNORECASE)
"""A file of the inbox, and no attachment or member of an archive, to which no link leads."""

_SAFE_SHEET = re.compile(r"[\w ()+,.\-]+")


def _is_safe(target: FileJump) -> bool:
    return bool(_SAFE_FILE.fullmatch(target.file) and (not target.sheet or _SAFE_SHEET.fullmatch(target.sheet)))


def put(sheet: Sheet, row: int, column: int, content: Content, look: Style) -> None:
    """Write any content into a cell."""
    match settled(content, row) if isinstance(content, FileJump) else content:
        case None | "":
            sheet.blank(row, column, look)
        case str() as text:
            sheet.text(row, column, text, look)
        case date() as day:
            sheet.date(row, column, day, look)
        case PartialDate() as day:
            put(sheet, row, column, day.first if day.is_whole else str(day), look)
        case Live() as live:
            sheet.formula(row, column, f"={live.formula}", live.value, look)
        case Jump() as jump:
            sheet.link(row, column, jump.sheet, jump.cell, jump.label, look)
        case FileLink() as link:
            sheet.file_link(row, column, link.path, link.sheet, link.cell, link.label, look)
        case xlsx.Moving():
            raise ValueError("only a line of a block has a moving number")
        case number:
            sheet.number(row, column, number, look)


def settled(target: FileJump, row: int) -> FileLink | str:
    """The link as the pen writes it in this row, or its words alone."""
    if target.label and _is_safe(target) and row < LINKS_PER_SHEET:
        return FileLink(f"../../{target.file}", target.sheet, target.cell, target.label)
    return target.label


def words_of(content: Content) -> str:
    """The text a content may need several lines for; numbers and dates always stand on one."""
    match content:
        case str():
            return content
        case Live():
            return words_of(content.value)
        case Jump() | FileJump():
            return content.label
        case _:
            return ""


_WIDEST_LETTER = 1.45
_WIDE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZĐÂĂÊÔƠƯmwMW%@✓✗○…")


def _span(word: str) -> float:
    return len(word) + (_WIDEST_LETTER - 1) * sum(map(_WIDE.__contains__, word))


def _room(width: float) -> float:
    return max(width * 1.06 - 0.8, 1.0)


def _always_one_line(width: float) -> int:
    """As many letters fit a column so wide even if all of them are wide ones."""
    return int(_room(width) / _WIDEST_LETTER)


@lru_cache(maxsize=65_536)
def lines(text: str, width: float) -> int:
    """How many lines a text takes when a column so wide wraps it at its blanks."""
    room = _room(width)
    count = 0
    for paragraph in text.split("\n"):
        count += 1
        used = 0.0
        for word in paragraph.split(" "):
            need = _span(word)
            if used and used + 0.7 + need > room:
                count += 1
                used = 0.0
            used += need + (0.7 if used else 0.0)
            while used > room:
                count += 1
                used -= room
    return count


def height(texts: Iterable[tuple[str, float]], *, line: float = _LINE, least: int = 1) -> float:
    """The height of a row in which these texts stand in columns so wide; readers do not size such rows by themselves."""
    most = max((lines(text, width) for text, width in texts), default=1)
    return _points(max(most, least), line)


def _points(count: int, line: float = _LINE) -> float:
    return min(count * line + 4, _TALLEST)


def safe_name(wanted: str, taken: Iterable[str]) -> str:
    """A sheet name Excel accepts: at most 31 characters, none of ``[]:*?/`` and backslash, not used yet whatever the case."""
    used = {name.casefold() for name in taken}
    clean = re.sub(r"[\[\]:*?/\\]", " ", wanted).strip("' ")[:31].strip("' ") or "1"
    name, number = clean, 2
    while name.casefold() in used:
        tail = f" ({number})"
        name, number = clean[: 31 - len(tail)] + tail, number + 1
    return name


def paragraph(sheet: Sheet, row: int, columns: tuple[int, int], text: str, look: Style, *, width: float) -> int:
    """A wrapped text over merged columns so wide in all; gives the next row."""
    size = float(look.get("font_size", 11))
    sheet.merged(row, columns[0], row, columns[1], text, look)
    sheet.height(row, height([(text, width * 11 / size * (0.9 if look.get("bold") else 1.0))], line=_LINE * size / 11))
    return row + 1


def headings(sheet: Sheet, row: int, fields: Sequence[Field[T]], *, left: int = 0) -> int:
    """The heading row of a table and the widths of its columns; gives the next row."""
    for column, field in enumerate(fields, left):
        sheet.column(column, field.width)
        sheet.text(row, column, field.heading, HEADING)
    sheet.height(row, height(((field.heading, field.width * 0.88) for field in fields), least=2))
    return row + 1


def body(sheet: Sheet, row: int, fields: Sequence[Field[T]], items: Iterable[T], *, left: int = 0) -> int:
    """A line per item, each as high as its longest wrapped text needs; gives the next row."""
    lined = Lined(sheet, fields, left)
    for item in items:
        lined.write(row, item)
        row += 1
    return row


class Lined(Generic[T]):
    """Lines of one look on a sheet, each as high as its longest wrapped text needs."""

    def __init__(self, sheet: Sheet, fields: Sequence[Field[T]], left: int = 0) -> None:
        self.pen: xlsx.Lines = sheet.lines(left, [field.style for field in fields])
        self.widths = tuple(field.width for field in fields)
        self._fill = [field.value for field in fields]
        wrapped = ((place, field) for place, field in enumerate(fields) if field.style.get("text_wrap"))
        self._wrapped = [(place, field.width, _always_one_line(field.width)) for place, field in wrapped]

    def write(self, row: int, item: T, fold: Fold = UNFOLDED) -> None:
        """Write one item."""
        contents = [fill(item) for fill in self._fill]
        most = 1 if self._wrapped else 0
        for place, width, short in self._wrapped:
            content = contents[place]
            # Most texts are so short that nobody has to count
            if content is not None and (type(content) is not str or len(content) > short or "\n" in content):
                most = max(most, lines(words_of(content), width))
        plain = [settled(content, row) if isinstance(content, FileJump) else content for content in contents]
        self.pen.write(row, plain, _points(most) if most else None, fold)

    def collecting(self, number: int, into: xlsx.Collected) -> Lined[T]:
        """The same lines as they go into a block."""
        other = copy(self)
        other.pen = xlsx.CollectingLines(self.pen, number, into)
        return other


def spread(sheet: Sheet, fields: Sequence[Field[T]], repeated: tuple[int, int] | None = None) -> None:
    """Print a table too wide for one page over several, so that it stays legible, with some columns repeated on each."""
    again = sum(field.width for field in fields[repeated[0] : repeated[1] + 1]) if repeated else 0.0
    whole = sum(field.width for field in fields)
    if whole > _PAGE_WIDTH:
        sheet.raw.fit_to_pages(max(-(-int(whole - again) // int(_PAGE_WIDTH - again)), 1), 0)
        sheet.raw.print_across()
        if repeated:
            sheet.raw.repeat_columns(*repeated)


Write = Callable[[Sheet, int, Sequence[Field[T]], Sequence[T]], int]
"""How the lines of a table are written from a row on, as :func:`body`; gives the next row."""


def listing(sheet: Sheet, row: int, fields: Sequence[Field[T]], items: Sequence[T], write: Write[T] = body) -> int:
    """A whole table that scrolls under its headings, filters, and prints with them repeated; gives the next row."""
    first = headings(sheet, row, fields)
    last = write(sheet, first, fields, items)
    sheet.raw.freeze_panes(first, 0)
    sheet.raw.autofilter(row, 0, max(last - 1, row), len(fields) - 1)
    sheet.printed(repeat=(row, row), footer=say("report.page"))
    return last


def colour_verdicts(sheet: Sheet, area: tuple[int, int, int, int], words: Mapping[int, str]) -> None:
    """Colours that follow the live words, each with its own weight and slant so that grey prints tell them apart."""
    for value, look in ((1, MET), (-1, NOT_MET), (0, OPEN)):
        sheet.highlight(*area, {"type": "cell", "criteria": "==", "value": f'"{words[value]}"'}, look)


def letterhead(sheet: Sheet, organ: Organ, year: int, columns: tuple[int, int, int]) -> int:
    """Agency on the left, quốc hiệu and tiêu ngữ on the right (NĐ 30/2020/NĐ-CP, Phụ lục I); gives the next row.

    ``columns`` are the last column of the left block, the first and the last of the right one.
    """
    middle, right, last = columns
    sheet.merged(0, 0, 0, middle, organ.parent, style(align="center", font_size=12))
    sheet.merged(0, right, 0, last, say("report.nation"), style(align="center", font_size=12, bold=True))
    sheet.merged(1, 0, 1, middle, organ.name, style(align="center", font_size=12, bold=True, underline=1))
    sheet.merged(1, right, 1, last, say("report.motto"), style(align="center", font_size=13, bold=True, underline=1))
    sheet.merged(
        2, right, 2, last, say("report.place_and_day", place=organ.place, year=year), style(align="center", italic=True, font_size=12)
    )
    for row, points in enumerate((18, 20, 24)):
        sheet.height(row, points)
    return 4


def signatures(sheet: Sheet, row: int, organ: Organ, blocks: tuple[tuple[int, int], tuple[int, int]]) -> int:
    """Who drew the paper up, and who answers for it, with room to sign; gives the next row."""
    centred = style(align="center", bold=True, font_size=12)
    hint = style(align="center", italic=True)
    for (first, last), who, how in zip(
        blocks, (say("report.drawn_up_by"), organ.head_title), (say("report.sign"), say("report.sign_and_seal")), strict=True
    ):
        sheet.merged(row, first, row, last, who, centred)
        sheet.merged(row + 1, first, row + 1, last, how, hint)
    sheet.height(row, 18)
    return row + 6


def close(sheet: Sheet) -> None:
    """Protect a sheet without a password: entry cells stay open, and rows, columns, filters can still be arranged."""
    allowed = ("format_cells", "format_columns", "format_rows", "sort", "autofilter", "select_locked_cells", "select_unlocked_cells")
    sheet.raw.protect("", dict.fromkeys(allowed, True))
