"""What goes into a workbook besides the campaign: rows with their marks, and the list of what has to be mended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from thidua_xlsx.campaign import Campaign, Round, Table, Unit
from thidua_xlsx.model import Raw, Severity, Stray
from thidua_xlsx.template._grid import Grid, title_column


@dataclass(frozen=True, slots=True)
class Mark:
    """What is wrong in one cell of a returned workbook; ``words`` become the cell's note."""

    severity: Severity
    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """A row to put into the new workbook: raw values exactly as typed, and marks, both by column code.

    ``status`` is what the office said of the row (returned workbooks only). A line without values keeps its prefilled id. ``fonts`` are
    those of before Unicode without which a text would be read otherwise.
    """

    values: Mapping[str, Raw]
    marks: Mapping[str, tuple[Mark, ...]] = field(default_factory=dict)
    status: str = ""
    fonts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReviewCell:
    """A cell to be mended: its zero-based place among the table's lines, its address in the file that was sent, what stood there."""

    line: int
    was: str
    value: Raw | None


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """One line of the sheet "Cần sửa": one fault of one column, and all cells of this workbook that have it.

    Without ``cells`` it is about a whole sheet or workbook; ``was`` then is an address in the file that was sent, if there is one.
    ``shown`` is what stood there, as the unit saw it.
    """

    severity: Severity
    table: str | None
    column: str | None
    words: str
    cells: tuple[ReviewCell, ...] = ()
    code: str = ""
    was: str = ""
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """The first sheet of a returned workbook: an introduction, a paragraph per entry, everything that was found, what has no place."""

    intro: tuple[str, ...]
    lines: tuple[ReviewLine, ...]
    strays: tuple[Stray, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """One workbook in the making: whose it is, for which round, and where every table stands in it.

    ``stamp`` is that of the values a returned workbook goes out with (:func:`~thidua_xlsx.model.stamp_of`).
    """

    campaign: Campaign
    round: Round
    unit: Unit
    grids: Mapping[str, Grid]
    lines: Mapping[str, tuple[Line, ...]]
    review: Review | None
    stamp: str = ""

    @property
    def tables(self) -> tuple[Table, ...]:
        """The campaign's tables in their order."""
        return tuple(self.campaign.tables.values())

    @property
    def returned(self) -> bool:
        """Whether this is a workbook that goes back with marks."""
        return self.review is not None

    def in_use(self, table: str) -> int:
        """How many lines of a table hold more than their key."""
        key = self.campaign.tables[table].key
        return sum(bool(set(line.values) - {key}) for line in self.lines[table])

    def named_keys(self, table: str) -> list[str]:
        """The keys of the lines that have a title, which the drop-downs of other sheets offer."""
        key, title = self.campaign.tables[table].key, title_column(self.campaign.tables[table])
        return [str(line.values[key]) for line in self.lines[table] if key and key in line.values and title in line.values]

    @property
    def names(self) -> dict[str, str]:
        """The names behind the nominee ids that stand in the workbook at first."""
        known = {}
        for table in self.tables:
            key, title = table.key, title_column(table)
            if table.nominee and key and title:
                named = (line.values for line in self.lines[table.code] if {key, title} <= set(line.values))
                known.update({str(values[key]): str(values[title]) for values in named})
        return known
