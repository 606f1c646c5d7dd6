"""Whether the papers of an award form agree with the register and with each other, read back from the files as they were written.

Those who check such a dossier compare the number in the tờ trình with the rows of the danh sách, the reports and the minutes, and every
name and title to the letter. The fields come from one list, but a template can be edited: it may leave out a row or a word, or have a
number typed in.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from thidua_xlsx import text
from thidua_xlsx.dossier._template import MAIN_PART, printable
from thidua_xlsx.dossier._words import shortened
from thidua_xlsx.model import CellRef, Finding, NomineeKind
from thidua_xlsx.text import say

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MOTTO = "độc lập - tự do - hạnh phúc"


@dataclass(frozen=True, slots=True)
class Entry:
    """A nominee that a paper must list, with the further words (title, unit, award form) that must stand in its row."""

    nominee_id: str
    kind: NomineeKind
    name: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Expected:
    """What one paper must say of its nominees: whether it lists them in this order, whether every count that it states is theirs.

    ``file`` is how a finding calls ``path``; ``words`` must stand anywhere.
    """

    path: Path
    file: str
    entries: tuple[Entry, ...] = ()
    counts: bool = False
    lists: bool = False
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Read:
    """The words of a document: all of them, those that stand in no table of several columns, and row by row those that do."""

    words: str
    running: str
    tables: tuple[tuple[str, ...], ...]


def disagreements(papers: Sequence[Expected]) -> Iterator[Finding]:
    """A640 to A643: where a paper differs from what the register says it must hold."""
    for paper in papers:
        read = _read(paper.path)
        if paper.counts:
            yield from _counts(paper, read)
        if paper.lists:
            yield from _listed(paper, read)
        for word in paper.words:
            if _says(read.words, word) < 0:
                yield text.finding("A643", CellRef(paper.file), value=word)


def _counts(paper: Expected, read: _Read) -> Iterator[Finding]:
    """A640: a number of collectives or individuals that is not that of the list."""
    # A nominee may be called “Tổ 2 cá nhân tiêu biểu”, and in a table its number stands before “Tập thể …”
    running = read.running
    for entry in paper.entries:
        running = running.replace(plain(entry.name), "")
    for kind in NomineeKind:
        words = say(f"dossier.kind_{kind}")
        wanted = sum(entry.kind is kind for entry in paper.entries)
        said = {int(number) for number in re.findall(rf"(\d+) {plain(words)}", running)}
        if said - {wanted} or (wanted and not said):
            found = ", ".join(str(number) for number in sorted(said)) or say("dossier.no_count")
            yield text.finding("A640", CellRef(paper.file), value=found, kind=words, expected=wanted)


def _listed(paper: Expected, read: _Read) -> Iterator[Finding]:
    """A641 to A643: the rows that follow each other are those of the list, name by name and word by word."""
    rows = _rows_of(read, [plain(entry.name) for entry in paper.entries])
    if not rows:
        yield from _in_running_words(paper, read)
        return
    if len(rows) != len(paper.entries):
        yield text.finding("A641", CellRef(paper.file), value=str(len(rows)), expected=len(paper.entries))
    for number, (entry, row) in enumerate(zip(paper.entries, rows, strict=False), start=1):
        if _says(row, entry.name) < 0:
            quote = shortened(row)
            yield text.finding("A642", CellRef(paper.file), nominee_id=entry.nominee_id, value=quote, number=number, name=entry.name)
            return
        for word in entry.words:
            if _says(row, word) < 0:
                yield text.finding("A643", CellRef(paper.file), nominee_id=entry.nominee_id, value=word)


def _in_running_words(paper: Expected, read: _Read) -> Iterator[Finding]:
    """The same of a template that lists its nominees without a table."""
    place = 0
    for number, entry in enumerate(paper.entries, start=1):
        place = _says(read.words, entry.name, place)
        if place < 0:
            yield text.finding("A642", CellRef(paper.file), nominee_id=entry.nominee_id, value="", number=number, name=entry.name)
            return


def _rows_of(read: _Read, names: Collection[str]) -> list[str]:
    """The rows of the tables that list nominees, from the first one with a name on.

    Another table may have such a name in it too (VĂN PHÒNG SỞ XÂY DỰNG in the letterhead), but not in most of its rows.
    """
    found: list[str] = []
    for table in read.tables:
        named = [any(name in row for name in names) for row in table]
        rows = table[named.index(True) :] if any(named) else ()
        if rows and 2 * sum(named) >= len(rows) and _MOTTO not in table[0]:
            found += rows
    return found


def _read(path: Path) -> _Read:
    with zipfile.ZipFile(path) as package:
        body = etree.fromstring(package.read(MAIN_PART))
    tables = []
    for table in body.iter(f"{_W}tbl"):
        cells = [list(row.iterchildren(f"{_W}tc")) for row in table.iterchildren(f"{_W}tr")]
        if rows := [" ".join(map(words_of, parts)) for parts in cells if len(parts) > 1]:
            tables.append(tuple(rows))
    apart = [row for row in body.iter(f"{_W}tr") if len(row.findall(f"{_W}tc")) > 1]
    words = words_of(body)
    for row in apart:
        row.clear()
    return _Read(words, words_of(body), tuple(tables))


def words_of(node: etree._Element) -> str:
    """The words below a node with a blank between paragraphs, lines and tabs."""
    found = node.iter(f"{_W}t", f"{_W}br", f"{_W}tab", f"{_W}p")
    return plain("".join(inner.text or "" if inner.tag == f"{_W}t" else " " for inner in found))


def plain(words: str) -> str:
    """Words as they are printed, blanks counted once, capitals like small letters."""
    return " ".join(printable(words).split()).casefold()


def _says(words: str, wanted: str, start: int = 0) -> int:
    """Where whole words stand in others, from ``start`` on; -1 where they do not."""
    found = re.compile(rf"(?<!\w){re.escape(plain(wanted))}(?!\w)").search(words, start)
    return found.end() if found else -1
