"""What several kinds of blocks hold: codes, kinds of nominees, amounts."""

from __future__ import annotations

import re
from typing import TypeVar

from thidua_xlsx.campaign._section import Section
from thidua_xlsx.model import NomineeKind
from thidua_xlsx.vietnamese import file_name

_CODE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\-]*")


def code_of(section: Section, key: str) -> str:
    """A code that may become the name of a file and of an Excel range; a wrong one is reported, and read as it stands."""
    value = section.text(key)
    if value and not _CODE.fullmatch(value):
        section.report("bad_code", key=key, value=value)
    elif value and file_name(value) != value:
        section.report("reserved", key=key, value=value)
    return value


Number = TypeVar("Number", int, float)


def not_negative(section: Section, key: str, value: Number | None) -> Number | None:
    """The number as it stands; one below zero is reported."""
    if value is not None and value < 0:
        section.report("negative", key=key, value=value)
    return value


def kind_of(section: Section) -> NomineeKind:
    """The kind of nominee; a wrong one is reported, and read as some kind so that the rest can be looked at."""
    kind = section.one_of("kind", tuple(NomineeKind))
    return NomineeKind(kind) if kind in tuple(NomineeKind) else NomineeKind.INDIVIDUAL
