"""Cells typed for a font of before Unicode: what they say is proposed, never used by itself.

The row is held whatever the column, for names, titles and deeds alike go into papers that are signed, and in Unicode they are garbage.
Only an entry of a list may be taken over: the list itself proves the reading, which is noted with both forms.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from thidua_xlsx import text, vietnamese
from thidua_xlsx.model import Raw, RawRow
from thidua_xlsx.vietnamese import Legacy


def proven_encodings(rows: Sequence[RawRow]) -> frozenset[str]:
    """The encodings whose fonts can be trusted in these rows: some cells can be nothing else, and none is certainly Unicode.

    Many a cell keeps its old font long after its text was converted.
    """
    seen = {entry for row in rows if row.fonts for entry in _seen(row)}
    return frozenset(encoding for encoding, is_old in seen if is_old and (encoding, False) not in seen)


def _seen(row: RawRow) -> Iterator[tuple[str, bool | None]]:
    """For every text in an old font its encoding, and whether it is certainly in it; None where that cannot be told."""
    for column, font in row.fonts.items():
        raw, encoding = row.values.get(column), vietnamese.font_encoding(font)
        if encoding and isinstance(raw, str) and not raw.isascii():
            found = vietnamese.read_legacy(raw, font)
            yield encoding, (found.is_certain or None) if found else False


def old_texts(row: RawRow, proven: frozenset[str]) -> Mapping[str, Legacy]:
    """What the cells of a row were meant to say that were, or may have been, typed for an old font."""
    texts = ((column, raw) for column, raw in row.values.items() if isinstance(raw, str) and not raw.isascii())
    found = {column: old for column, raw in texts if (old := vietnamese.read_legacy(raw, row.fonts.get(column)))}
    return {column: replace(old, is_certain=True) if old.encoding in proven else old for column, old in found.items()}


def fonts_to_keep(rows: Sequence[RawRow]) -> tuple[Mapping[str, str], ...]:
    """For each row of a table the fonts that its cells must keep in a workbook made anew, or they would be read otherwise there.

    Only where some text is told by its font alone: then the fonts of all count, as proof or against it. Elsewhere none is kept, for what
    is typed anew should not stand in an old font.
    """
    is_needed = any(_is_told_by_font(row.values.get(column), font) for row in rows for column, font in row.fonts.items())
    return tuple(row.fonts if is_needed else {} for row in rows)


def _is_told_by_font(raw: Raw | None, font: str) -> bool:
    old = vietnamese.read_legacy(raw, font) if isinstance(raw, str) else None
    return old is not None and isinstance(raw, str) and vietnamese.read_legacy(raw) != replace(old, font=None)


def old_facts(old: Legacy) -> dict[str, str]:
    """For the finding: the old encoding with the font where it is known, and the proposal."""
    source = text.say("checks.legacy_font", encoding=old.encoding, font=old.font) if old.font else old.encoding
    return {"source": source, "proposed": vietnamese.clean(old.text)}
