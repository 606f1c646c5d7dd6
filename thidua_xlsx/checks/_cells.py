"""Every cell on its own: understood, perhaps with a note or a doubt, or refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from thidua_xlsx import text, vietnamese
from thidua_xlsx.campaign import Campaign, Column, Table
from thidua_xlsx.checks._context import Context, Said, shown
from thidua_xlsx.checks._legacy import old_facts, old_texts, proven_encodings
from thidua_xlsx.model import PartialDate, Raw, RawRow, Record, Typed
from thidua_xlsx.vietnamese import Legacy, Reading, Refused

REFUSALS = {
    "text": "C303",
    "money": "C302",
    "money_negative": "C304",
    "money_fraction": "C305",
    "money_vague": "C361",
    "money_currency": "C362",
    "money_scale": "C363",
    "money_differs": "C364",
    "date": "C306",
    "date_impossible": "C307",
    "date_us": "C308",
    "date_vague": "C360",
    "integer": "C309",
    "number": "C310",
    "percent": "C311",
    "year": "C312",
    "choice": "C313",
    "choice_nearest": "C314",
    "citizen": "C315",
    "citizen_zero": "C316",
    "citizen_scientific": "C317",
    "cmnd_zero": "C318",
    "phone": "C319",
    "email": "C320",
    "name_short": "C321",
    "name_digits": "C322",
    "name_letters": "C329",
    "legacy": "C330",
    "name_several": "C366",
    "blank_mark": "C365",
    "ditto": "C323",
    "error_value": "C324",
    "formula": "C325",
}
"""The finding for every reason for which a value is refused."""

DOUBTS = {
    "unit": "C351",
    "percent": "C352",
    "cmnd": "C353",
    "date_serial": "C354",
    "phone_old": "C355",
    "name_title": "C356",
    "name_initials": "C357",
    "name_unmarked": "C367",
    "comma": "C358",
}
"""The finding for every doubt about a value that was understood."""

_DITTO = frozenset({'"', "''", '""', '-"-', "〃", "//"})
_DITTO_WORDS = re.compile(
    r"(?:(?:cũng |đã |giống |tương tự )*như (?:đã )?(?:nêu |ghi |kê )?(?:ở )?(?:(?:dòng|ô|hàng|mục|người|phần) )?trên"
    r"|(?:giống |tương tự )?như (?:dòng|hàng|mục|stt|số thứ tự)(?: số)? ?\d{1,4}"
    r"|(?:giống|tương tự) (?:như )?(?:ở )?trên|tương tự|n[./]?t|idem)"
)
_DITTO_EDGES = " .,;:!…-–()[]\"'“”"
_DITTO_STARTS = frozenset("nNiIcCđĐgGtT")
_LONGEST_DITTO = 30
_ERROR = re.compile(r"#(?:[A-Z/0-9_]+[!?]|N/A|GETTING_DATA)|Err:\d{3}")
_FORMULA = re.compile(r"=(?:…|[^\s>=])")
"""A formula without a stored result, as intake passes it on, or one typed into a cell of text format; ``=>`` is an arrow."""

_OF_UNITS = ("@units", "@unit_codes")
_MOST_KNOWN, _LONGEST_KNOWN = 1 << 14, 256
"""So many values are remembered, and texts up to so many characters: long ones hardly come twice, and a worker lives for many files."""

_UNKNOWN: Any = object()
_ALIKE = 90
_TITLED = ("position", "head_title")


def read_rows(context: Context, table: Table, rows: Sequence[RawRow], said: list[Said]) -> tuple[Record, ...]:
    """The rows of a table with every cell read or refused; what there is to say goes to ``said``."""
    proven = proven_encodings(rows)
    reads = _Cells(context, table, rows, _known(context.campaign, context.round.id))
    columns = _identity_last(table)
    return tuple(_read_row(reads, columns, place, old_texts(row, proven), said) for place, row in enumerate(rows))


def _read_row(reads: _Cells, columns: Sequence[Column], place: int, old: Mapping[str, Legacy], said: list[Said]) -> Record:
    context, table, row = reads.context, reads.table, reads.rows[place]
    values: dict[str, Typed] = {}
    refused: dict[str, Refused] = {}
    readings: dict[str, Reading[Typed]] = {}
    left_blank: list[str] = []
    for column in columns:
        raw = row.values.get(column.code)
        if raw is None:
            continue
        try:
            reading = reads.understood(column, place, values, old.get(column.code))
        except Refused as why:
            refused[column.code] = why
            continue
        if reading is not None:
            readings[column.code] = reading
            values[column.code] = reading.value
        elif not vietnamese.is_doubt_mark(raw):
            left_blank.append(column.code)
    ordered = {code: values[code] for code in table.columns if code in values}
    record = Record(row, context.unit.code, ordered, frozenset(refused))
    for code, reason in refused.items():
        if not (reason.reason == "citizen_zero" and _is_faulted_already(context, record)):
            said.append(context.say(record, code, _refusal(reason), **_remedy(context, table, code, reason)))
    said.extend(context.say(record, code, "C350", understood=text.say("checks.blank")) for code in left_blank)
    said.extend(_otherwise_than_typed(context, record, readings, old))
    return record


def _otherwise_than_typed(
    context: Context, record: Record, readings: Mapping[str, Reading[Typed]], old: Mapping[str, Legacy]
) -> Iterator[Said]:
    """What somebody should look at although it was understood."""
    table = context.campaign.tables[record.table]
    for code, reading in readings.items():
        if reading.changed:
            yield context.say(record, code, "C350", understood=context.understood(table.code, table.columns[code], reading.value))
        if reading.doubt:
            yield context.say(record, code, DOUBTS[reading.doubt])
        if code in old and table.columns[code].type != "choice":
            yield context.say(record, code, "C359", **old_facts(old[code]))


@dataclass(frozen=True, slots=True)
class _Cells:
    """The cells of a table's rows; most values stand in many cells, and what is ``known`` of one is not read again.

    ``above`` has by column the place of the last "như trên" and what it meant, so that a column full of them is gone through once.
    """

    context: Context
    table: Table
    rows: Sequence[RawRow]
    known: _Known
    above: dict[str, tuple[int, Raw | None]] = field(default_factory=dict)

    def understood(self, column: Column, place: int, values: Mapping[str, Typed], old: Legacy | None) -> Reading[Any] | None:
        """What a cell of the row at a place says, None where it only says that it is left blank.

        ``values`` is what was read of the same row before. Neither the row nor the unit matters for what is known.
        """
        raw = self.rows[place].values[column.code]
        if old or column.is_citizen_id or column.choices in _OF_UNITS:
            return self._read(column, place, values, old)
        key = (self.table.code, column.code, type(raw), raw)
        found: Reading[Any] | None = self.known.get(key, _UNKNOWN)
        if found is _UNKNOWN:
            found = self._read(column, place, values, old)
            if len(self.known) >= _MOST_KNOWN:
                self.known.clear()
            if not isinstance(raw, str) or len(raw) <= _LONGEST_KNOWN:
                self.known[key] = found
        return found

    def _read(self, column: Column, place: int, values: Mapping[str, Typed], old: Legacy | None) -> Reading[Any] | None:
        raw = self.rows[place].values[column.code]
        fault = _fault(raw) if isinstance(raw, str) else ""
        if fault == "ditto":
            raise Refused(fault, above=shown(self._above(column.code, place)) or "…")
        if fault:
            raise Refused(fault)
        is_blank = _is_left_blank(self.context, self.table, column, raw)
        return None if is_blank else _read(self.context, self.table, column, raw, values, old)

    def _above(self, code: str, place: int) -> Raw | None:
        """What "như trên" means: the last value of the column above that does not say so itself."""
        before, known = self.above.get(code, (0, None))
        values = (row.values[code] for row in reversed(self.rows[before:place]) if code in row.values)
        meant = next((raw for raw in values if not (isinstance(raw, str) and _fault(raw) == "ditto")), known)
        self.above[code] = place, meant
        return meant


_Known = dict[tuple[str, str, type, Raw], Reading[Any] | None]


@lru_cache(maxsize=8)
def _known(_campaign: Campaign, _round_id: str) -> _Known:
    """What was read in the columns of a campaign, by table, column, type and value."""
    return {}


def _identity_last(table: Table) -> list[Column]:
    """A citizen id is read in the light of gender and birth date."""
    return sorted(table.columns.values(), key=lambda column: column.is_citizen_id)


def _is_faulted_already(context: Context, record: Record) -> bool:
    """Whether gender or birth date, without which a lost zero cannot be restored, is refused or wrongly blank: that is said there."""
    required = {column.code for column in context.with_rule(record, "required")}
    return any(code in record.refused or (code in required and code not in record.values) for code in ("gender", "birth_date"))


def _refusal(reason: Refused) -> str:
    return REFUSALS["choice_nearest" if reason.facts.get("nearest") else reason.reason]


def _remedy(context: Context, table: Table, code: str, reason: Refused) -> Mapping[str, Any]:
    """The facts of a refusal, with what the column wants where only the column can tell."""
    if reason.reason in ("error_value", "formula"):
        return {"help": table.columns[code].help}
    if _refusal(reason) == "C313":
        labels = [f"“{choice.label}”" for choice in context.choices[table.code, code]]
        return {"choices": ", ".join(labels[:_MOST_LISTED] + ["…"] * (len(labels) > _MOST_LISTED))}
    return reason.facts


_MOST_LISTED = 5


@lru_cache(maxsize=4096)
def _fault(typed: str) -> str:
    """Why no column can hold a text: error values, uncalculated formulas, and "như trên"; nothing of any other."""
    bare = typed.strip()
    if _ERROR.fullmatch(bare):
        return "error_value"
    if _FORMULA.match(bare):
        return "formula"
    # Nearly every cell begins with another letter or a digit, and folding is dear
    may_be_ditto = len(typed) < _LONGEST_DITTO and (not typed[:1].isalnum() or typed[0] in _DITTO_STARTS)
    return "ditto" if may_be_ditto and _is_ditto(vietnamese.fold(typed)) else ""


def _is_ditto(folded: str) -> bool:
    return folded in _DITTO or bool(_DITTO_WORDS.fullmatch(folded.strip(_DITTO_EDGES)))


_OF_WORDS = ("text", "name", "id", "reference")


def _is_left_blank(context: Context, table: Table, column: Column, raw: Raw) -> bool:
    """Whether a cell only says that nothing belongs there; where something must, that is refused.

    In a column of text “không có” may be what is meant, never “chưa có” where something must stand, nor “chưa rõ” anywhere; a choice may
    have “Không” or “x” among its entries.
    """
    unanswered = vietnamese.is_unanswered(raw) if column.required else vietnamese.is_doubt_mark(raw)
    if not unanswered and not vietnamese.is_blank_mark(raw, words=column.type != "text" and not _is_opinion(column)):
        return False
    if column.type == "choice" and _is_choice(context, table, column, raw):
        return False
    if column.required and column.type in _OF_WORDS:
        raise Refused("blank_mark", help=column.help)
    return not column.required


def _is_opinion(column: Column) -> bool:
    """Whether “không” may be meant: of a standard that is to be attested it says perhaps that it is not met."""
    return column.type == "choice" and column.expected


def _is_choice(context: Context, table: Table, column: Column, raw: Raw) -> bool:
    try:
        return bool(_choice(context, table, column, raw))
    except Refused:
        return False


def _read(context: Context, table: Table, column: Column, raw: Raw, row: Mapping[str, Typed], old: Legacy | None) -> Reading[Any]:
    """The value of a cell by its column's type; ``row`` holds what was read of the same row before, ``old`` what else the text may say."""
    if old and column.type == "choice":
        return _old_choice(context, table, column, raw, old)
    if old and old.is_certain:
        raise Refused("legacy", **old_facts(old))
    if column.is_citizen_id:
        gender, birth = row.get("gender"), row.get("birth_date")
        return vietnamese.read_citizen_id(raw, str(gender) if gender else None, birth if isinstance(birth, PartialDate) else None)
    if column.type == "choice":
        return _choice(context, table, column, raw)
    if column.type == "date":
        return vietnamese.read_date(raw, context.latest_year(column))
    if column.code in _TITLED:
        typed = vietnamese.read_text(raw)
        full = vietnamese.expand_title(typed.value, context.campaign.titles)
        return Reading(full.value, typed.changed or full.changed)
    return _READERS[column.type](raw)


def _choice(context: Context, table: Table, column: Column, raw: Raw) -> Reading[str]:
    value = context.labels[table.code, column.code].get(raw) if isinstance(raw, str) else None
    if value is not None:
        return Reading(value)
    choices = context.choices[table.code, column.code]
    try:
        return vietnamese.read_choice(raw, [(choice.label, choice.code, choice.aliases) for choice in choices])
    except Refused:
        own = {"@units": context.unit.name, "@unit_codes": context.unit.code}.get(column.choices or "")
        if own is None:
            raise
        if isinstance(raw, str) and vietnamese.similarity(raw, own) >= _ALIKE:
            return Reading(own, changed=True)
        raise Refused("choice", nearest=own) from None


def _old_choice(context: Context, table: Table, column: Column, raw: Raw, old: Legacy) -> Reading[str]:
    """An entry of the list as it was typed, or else as it was meant."""
    try:
        return _choice(context, table, column, raw)
    except Refused as why:
        with suppress(Refused):
            return Reading(_choice(context, table, column, old.text).value, changed=True)
        raise (Refused("legacy", **old_facts(old)) if old.is_certain else why) from None


_READERS: Mapping[str, Callable[[Raw], Reading[Any]]] = {
    "text": vietnamese.read_text,
    "name": vietnamese.read_name,
    "id": vietnamese.read_text,
    "reference": vietnamese.read_text,
    "year": vietnamese.read_year,
    "integer": vietnamese.read_integer,
    "number": vietnamese.read_number,
    "percent": vietnamese.read_percent,
    "money": vietnamese.read_money,
    "phone": vietnamese.read_phone,
    "email": vietnamese.read_email,
}
