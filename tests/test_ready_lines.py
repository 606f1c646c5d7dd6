"""Ready lines (dòng chuẩn bị sẵn): a workbook read without them says the same, to the last cell, as one read whole."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.office import put_together, taken_apart
from tests.sound import ROUND, SOUND, UNIT
from thidua_xlsx.campaign import load_campaign
from thidua_xlsx.intake import Arrival, _look, read_file
from thidua_xlsx.template import Line, write_workbook

CAMPAIGN = load_campaign(Path(__file__).parent.parent / "workbook_templates" / "kien-giang" / "campaign.toml")
_PEOPLE = "xl/worksheets/sheet4.xml"
_LINE = re.compile(rb'<row r="40".*?</row>')
Edit = Callable[[bytes], bytes]


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sound registration with all the ready lines of an issued form."""
    path = tmp_path_factory.mktemp("ready") / "QLN.xlsx"
    lines = {code: tuple(Line(cast("dict[str, Any]", row)) for row in rows) for code, rows in SOUND.items()}
    write_workbook(path, CAMPAIGN, ROUND, UNIT, lines=lines)
    return path


def _both(path: Path, patch: pytest.MonkeyPatch) -> tuple[Arrival, Arrival]:
    """The workbook as read without its ready lines, and whole."""
    quickly = read_file(path, "inbox/QLN.xlsx", CAMPAIGN, ROUND)
    with patch.context() as whole:
        whole.setattr(_look, "set_aside", lambda _: None)
        return quickly, read_file(path, "inbox/QLN.xlsx", CAMPAIGN, ROUND)


def _edited(sent: Path, folder: Path, part: str, edit: Edit) -> Path:
    parts = taken_apart(sent)
    before = parts[part]
    parts[part] = edit(before)
    assert parts[part] != before
    path = folder / "QLN.xlsx"
    path.write_bytes(put_together(parts))
    return path


def test_ready_lines_are_set_aside(sent: Path) -> None:
    """Of the people's sheet the reader is given the headings and the filled lines alone, and the rest is not lost from the count."""
    ready = _look.SheetLook(taken_apart(sent)[_PEOPLE]).ready
    assert ready is not None
    assert len(ready.xml) * 2 < len(taken_apart(sent)[_PEOPLE])
    assert ready.length == 306
    assert sum(map(len, ready.texts.values())) == 306 - ready.first


def _in_line(old: bytes, new: bytes) -> Edit:
    return lambda xml: _LINE.sub(lambda line: re.sub(old, lambda _: new, line[0], count=1), xml)


EDITS: dict[str, Edit] = {
    "nothing but a key of another line": _in_line(rb"<v>\d+</v>", b"<v>400</v>"),
    "another text in place of the key": _in_line(rb"<v>\d+</v>", b"<v>1</v>"),
    "a text that does not exist": _in_line(rb"<v>\d+</v>", b"<v>99999</v>"),
    "a number": _in_line(rb"</row>", b'<c r="F40"><v>5</v></c></row>'),
    "a second text": _in_line(rb"</row>", b'<c r="E40" t="s"><v>1</v></c></row>'),
    "a text in its own cell": _in_line(rb"</row>", b'<c r="E40" t="inlineStr"><is><t>x</t></is></c></row>'),
    "a text outside the table": _in_line(rb"</row>", b'<c r="AZ40" t="inlineStr"><is><t>x</t></is></c></row>'),
    "an error value": _in_line(rb"</row>", b'<c r="E40" t="e"><v>#REF!</v></c></row>'),
    "an uncalculated formula": _in_line(rb"</row>", b'<c r="E40"><f>1+1</f></c></row>'),
    "a result in the form's own column": _in_line(rb"<v></v>", b"<v>3</v>"),
    "a hidden line": _in_line(rb'spans="2:3"', b'hidden="1"'),
    "a line that says another number": _in_line(rb'r="40"', b'r="8"'),
    "a cell that stands in another line": _in_line(rb'r="C40"', b'r="C200"'),
    "no number": _in_line(rb' r="40"', b""),
    "a comment": _in_line(rb"</row>", b"</row><!-- x -->"),
    "a tag that is not closed": _in_line(rb"</c></row>", b"</row>"),
    "an attribute twice": _in_line(rb's="', b's="1" s="'),
    "a value far away": _in_line(rb"</row>", b'</row><row r="200000"><c r="A200000"><v>1</v></c></row>'),
    "lines in a second set": lambda xml: xml.replace(b'<row r="40"', b'</sheetData><sheetData><row r="40"', 1),
    "lines in reverse": lambda xml: _LINE.sub(b"", xml).replace(
        b"</sheetData>", cast("re.Match[bytes]", _LINE.search(xml))[0] + b"</sheetData>"
    ),
    "the first shared text, in a cell with its facts in another order, in the last line": lambda xml: re.sub(
        rb'(.*<c r="\w+") s="(\d+)" t="s"><v>\d+<', rb'\1 t="s" s="\2"><v>0<', xml, count=1, flags=re.DOTALL
    ),
    "the same in all ready lines": lambda xml: re.sub(rb' s="(\d+)" t="s"><v>\d+<', rb' t="s" s="\1"><v>0<', xml),
    "a merge below": lambda xml: xml.replace(b"<mergeCells ", b'<mergeCells><mergeCell ref="C50:F52"/></mergeCells><mergeCells ', 1),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_odd_line_among_the_ready_ones(sent: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edit: Edit) -> None:
    """Whatever is not exactly a ready line is read as if none were set aside."""
    quickly, whole = _both(_edited(sent, tmp_path, _PEOPLE, edit), monkeypatch)
    assert quickly == whole


@pytest.mark.parametrize("spelled", [b"<si/>", b"<si><t/></si>", b"<si><r><t>QLN-CN20</t></r></si>", b"<si><t>QLN-CN20 </t></si>", b""])
def test_odd_shared_text(sent: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spelled: bytes) -> None:
    """A key written otherwise among the shared texts, or missing there, is taken as the fast reader takes it."""
    key = re.compile(rb"<si><t[^<>]*>QLN-CN0*20</t></si>")
    quickly, whole = _both(_edited(sent, tmp_path, "xl/sharedStrings.xml", lambda xml: key.sub(spelled, xml, count=1)), monkeypatch)
    assert quickly == whole


@pytest.mark.parametrize("broken", [b"<<c ", b"< c ", b"<&c ", b"<c&"])
@pytest.mark.parametrize("has_ready_lines", [True, False])
def test_broken_tag(sent: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: bytes, *, has_ready_lines: bool) -> None:
    """A tag that is none, over which the fast reader passes with all that is in it, makes the file a broken one: no cell goes missing."""
    if not has_ready_lines:
        monkeypatch.setattr(_look, "set_aside", lambda _: None)
    path = _edited(sent, tmp_path, _PEOPLE, lambda xml: re.sub(rb'<c (?=r="[E-Z]8")', broken, xml, count=1))
    assert _codes(path) == ["W110"]


def test_broken_tag_among_the_shared_texts(sent: Path, tmp_path: Path) -> None:
    """The same where a text stands, without which its cell would be blank."""
    path = _edited(sent, tmp_path, "xl/sharedStrings.xml", lambda xml: xml.replace("<t>Lê Hoà An<".encode(), "<<t>Lê Hoà An<".encode()))
    assert _codes(path) == ["W110"]


def _codes(path: Path) -> list[str]:
    return [finding.code for finding in read_file(path, "inbox/QLN.xlsx", CAMPAIGN, ROUND).findings]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    place=st.floats(0, 1),
    width=st.integers(0, 12),
    put=st.sampled_from([b"", b"<", b">", b'"', b"/", b"0", b"#", b" ", b"</row>", b"<v>7</v>"]),
)
def test_any_damage(sent: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: float, width: int, put: bytes) -> None:
    """A sheet damaged anywhere among its lines is read, or refused, as if no line were set aside."""
    xml = taken_apart(sent)[_PEOPLE]
    first, last = xml.find(b"<sheetData>"), xml.rfind(b"</sheetData>")
    start = first + int((last - first) * place)
    damaged = xml[:start] + put + xml[start + width :]
    if damaged != xml:
        quickly, whole = _both(_edited(sent, tmp_path, _PEOPLE, lambda _: damaged), monkeypatch)
        assert replace(quickly, modified=0) == replace(whole, modified=0)
