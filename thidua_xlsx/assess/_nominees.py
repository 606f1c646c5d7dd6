"""The counted nominees of a register as columns, in the order in which they are assessed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from thidua_xlsx.model import CellRef, NomineeKind

if TYPE_CHECKING:
    from thidua_xlsx.campaign import Campaign

Frames = Mapping[str, pd.DataFrame]
Place = tuple[str, str, Mapping[str, str]]
"""File, sheet and the addresses of a row's columns."""


@dataclass(frozen=True)
class Nominees:
    """Collectives first, then households, then individuals, each in register order. A nominee is known by its position in these columns."""

    frames: Sequence[tuple[NomineeKind, pd.DataFrame]]

    @classmethod
    def of(cls, tables: Frames, campaign: Campaign) -> Nominees:
        """The counted nominees of all nominee tables of the campaign."""
        kinds = ((table.nominee, tables[code]) for code, table in campaign.tables.items() if table.nominee)
        order = tuple(NomineeKind)
        return cls(sorted(kinds, key=lambda pair: order.index(pair[0])))

    def __len__(self) -> int:
        return sum(len(frame) for _, frame in self.frames)

    def column(self, name: str) -> list[object]:
        """The values of a column; None where a nominee's table has no such column."""
        return [value for _, frame in self.frames for value in (frame[name] if name in frame.columns else [None] * len(frame))]

    def cells(self, name: str) -> list[CellRef]:
        """Where those values stand."""
        return [cell_ref(place, name) for place in self.places]

    @cached_property
    def places(self) -> list[Place]:
        """Where their rows stand."""
        return [place for _, frame in self.frames for place in places(frame)]

    @cached_property
    def ids(self) -> list[str]:
        """``nominee_id``, unique among counted nominees."""
        return [str(value) for value in self.column("nominee_id")]

    @cached_property
    def units(self) -> list[str]:
        """The codes of their units."""
        return [str(value) for value in self.column("unit")]

    @cached_property
    def kinds(self) -> list[NomineeKind]:
        """Tập thể, hộ gia đình or cá nhân."""
        return [kind for kind, frame in self.frames for _ in range(len(frame))]

    @cached_property
    def names(self) -> list[str]:
        """Their names, empty where blank."""
        return [str(value or "") for kind, frame in self.frames for value in frame[kind.name_column]]

    @cached_property
    def position(self) -> Mapping[tuple[Hashable, Hashable], int]:
        """By unit and id: an id in a unit's file means that unit's nominee, even where another unit used the same id."""
        return {pair: place for place, pair in enumerate(zip(self.units, self.ids, strict=True))}

    @cached_property
    def of_unit(self) -> Mapping[str, Sequence[int]]:
        """The positions of each unit's nominees."""
        places: dict[str, list[int]] = defaultdict(list)
        for place, unit in enumerate(self.units):
            places[unit].append(place)
        return places


def places(frame: pd.DataFrame) -> list[Place]:
    """File, sheet and addresses of every row."""
    return list(zip(frame["file"].tolist(), frame["sheet"].tolist(), frame["cells"].tolist(), strict=True))


def cell_ref(place: Place, column: str) -> CellRef:
    """Where a row's value stands."""
    file, sheet, cells = place
    return CellRef(file, sheet, cells.get(column, ""))


def cells_to_mend(place: Place, refused: frozenset[str], blank: Collection[str]) -> tuple[CellRef, ...]:
    """What keeps a row out: the cells that were refused, and the ``blank`` ones that are needed, in the order of the columns."""
    return tuple(cell_ref(place, column) for column in place[2] if column in refused or column in blank)
