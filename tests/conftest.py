"""What holds in every test."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from thidua_xlsx.report._again import Memory
from thidua_xlsx.xlsx import Block

_recalled = Memory.block


def _compared(memory: Memory, unit: str, name: str, fitting: Callable[[Block], bool], make: Callable[[], Block]) -> Block:
    """As :meth:`Memory.block`; a block of the last merge must be the one that would be made now."""
    made: list[Block] = []

    def making() -> Block:
        made.append(make())
        return made[0]

    block = _recalled(memory, unit, name, fitting, making)
    if not made:
        assert _spelled(block) == _spelled(make()), f"lines of {unit} are not what they would be now"
    return block


def _spelled(block: Block) -> str:
    """All of a block, whether it was made or read back."""
    fields = (block.count, block.width, block.xml, block.cells, block.texts, block.looks, block.links, block.anchors, block.asked)
    return json.dumps(fields)


@pytest.fixture(autouse=True)
def _lines_come_from_what_they_would_be_made_from_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines that a merge takes from the last one are made anew in every test, too, and compared."""
    monkeypatch.setattr(Memory, "block", _compared)
