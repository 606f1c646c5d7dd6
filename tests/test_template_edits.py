"""Word templates as a clerk edits them: a slip is one sentence with its place, before anything is written; a right edit is used."""

from __future__ import annotations

import shutil
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.shared import Mm
from openpyxl import Workbook

from tests.test_cli import run
from tests.test_dossier import HOME, PERSON, WORD, edited, outcome
from thidua_xlsx.campaign import Campaign, load_campaign
from thidua_xlsx.dossier import TemplateError, check_templates, write_dossiers
from thidua_xlsx.pipeline import init

NAME = "bao-cao-chuyen-de-ca-nhan.docx"
FIELD = "{{ nominee.hometown }}"
DEED = "{{ deed.description }}"
HOMETOWN = str(PERSON["hometown"])

SLIPS = [
    (FIELD, "{{ nominee.que_quan }}", "không có trường “nominee.que_quan” (tại đoạn “3. Quê quán"),
    (FIELD, "{{ nominee.party_rating }}", "không có trường “nominee.party_rating” (tại đoạn “3. Quê quán"),
    (FIELD, "{{ Nominee.hometown }}", "không có trường “Nominee” (tại đoạn “3. Quê quán"),
    (FIELD, "{{ nominee.__class__ }}", "không có trường “nominee.__class__”"),
    (FIELD, "{{ quê quán }}", "thẻ viết sai tại đoạn “3. Quê quán: {{ quê quán }}”"),
    (FIELD, "{{ nominee.hometown }", "thẻ viết sai tại đoạn “3. Quê quán"),
    (FIELD, "{{ nominee.hometown|viethoa }}", "thẻ viết sai tại đoạn “3. Quê quán"),
    (FIELD, "{{ 1/0 }}", "thẻ viết sai tại đoạn “3. Quê quán"),
    (FIELD, "{ nominee.hometown }}", "dấu ngoặc nhọn lẻ tại đoạn “3. Quê quán: { nominee.hometown }}”"),
    (FIELD, "{ nominee.hometown }", "dấu ngoặc nhọn lẻ tại đoạn “3. Quê quán"),
    (FIELD, "{ { nominee.hometown } }", "dấu ngoặc nhọn lẻ tại đoạn “3. Quê quán"),
    (FIELD, "{nominee.hometown}", "dấu ngoặc nhọn lẻ tại đoạn “3. Quê quán"),
    (FIELD, f"{FIELD}{{% endfor %}}", "thẻ đóng {% endfor %} ở chỗ “3. Quê quán"),
    (FIELD, f"{FIELD}{{% if total %}}", "thẻ {% if total %} ở chỗ “3. Quê quán"),
    ("{%p endfor %}", "", "thẻ {% for group in contents %} ở chỗ “1. Kết quả thực hiện"),
    ("{%p endif %}", "", "thẻ {% if letterhead.parent %}"),
    ("{%tr endfor %}", "", "thẻ {% for item in titles %}"),
    ("{%p for group in contents %}", "", "thẻ đóng {% endfor %} ở chỗ “- {{ deed.when }}"),
    ("{%p for group in contents %}", "{% –p for group in contents %}", "thẻ viết sai tại đoạn “{% –p for group in contents %}”"),
    ("{%p for deed in group.deeds %}", "{%p for d in group.deeds %}", "không có trường “deed” (tại đoạn “- {{ deed.when }}"),
    (DEED, "{{ deed.descripton }}", "không có trường “contents.deeds.descripton”"),
    (DEED, "", "thiếu trường “contents.deeds.description” trong phần lặp lại"),
    ("{{ total }}", "", "thiếu trường “total”"),
    ("{{ award.name|upper }}", "{{ award.nam|upper }}", "không có trường “award.nam”"),
    (
        FIELD,
        'x</w:t></w:r><w:ins w:id="2" w:author="a"><w:r><w:t>{{ nominee.hometown }}</w:t></w:r></w:ins><w:r><w:t>',
        "(Track Changes) chưa chấp nhận tại đoạn “3. Quê quán",
    ),
]


LIST_SLIPS = [
    ("{%tr for line in individuals %}", "", "thẻ đóng {% endfor %} ở chỗ “{{ line.position }}, {{ line.unit }}”"),
    ("{{ line.waived }}", "{{ line.birth_date }}", "(tại đoạn “{{ line.birth_date }}”)"),
]
"""In the list: the row with the tag that opens a loop deleted, a column added."""


@pytest.fixture(scope="module")
def campaign() -> Campaign:
    """The shipped plan."""
    return load_campaign(HOME)


def refusal(templates: Path, campaign: Campaign) -> str:
    """The one sentence that the lint says of the templates, and that stops the papers too."""
    (problem,) = check_templates(templates, campaign)
    with pytest.raises(TemplateError) as stopped:
        write_dossiers(templates.parent / "ho-so", outcome(campaign, {"individuals": (PERSON,)}), templates)
    assert stopped.value.problems == (problem,)
    assert not list(templates.parent.glob("ho-so/**/*.docx"))
    return problem


@pytest.mark.parametrize(("find", "put", "said"), LIST_SLIPS)
def test_a_slip_in_a_list_is_shown_where_it_is(campaign: Campaign, tmp_path: Path, find: str, put: str, said: str) -> None:
    """An end tag without its loop is what is named, not a condition around it; the tags of neighbouring rows are no part of a place."""
    assert said in "\n".join(check_templates(edited(tmp_path, "danh-sach.docx", find, put), campaign))


@pytest.mark.parametrize(("find", "put", "said"), SLIPS)
def test_a_slip_is_one_sentence_with_its_place(campaign: Campaign, tmp_path: Path, find: str, put: str, said: str) -> None:
    """Whatever is wrong with a field, a loop or a brace is said once, with the file and the words around it, and nothing is written."""
    problem = refusal(edited(tmp_path, NAME, find, put), campaign)
    assert problem.startswith(f"{NAME}: ")
    assert said in problem
    assert ".." not in problem


@pytest.mark.parametrize(
    ("find", "put", "printed"),
    [
        (FIELD, "{{nominee.hometown|upper}}", HOMETOWN.upper()),
        (FIELD, "{{\u00a0nominee.hometown\u00a0}}", HOMETOWN),
        (FIELD, "{{ nominee.hometown|replace(“Xã”,“Phường”) }}", HOMETOWN.replace("Xã", "Phường")),
        (FIELD, "{{ nom</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>inee.home</w:t></w:r><w:r><w:t>town }}", HOMETOWN),
        (FIELD, '{{ nominee.</w:t></w:r><w:proofErr w:type="spellStart"/><w:r><w:t>hometown</w:t></w:r><w:r><w:t> }}', HOMETOWN),
        (FIELD, '{{ nomi</w:t></w:r><w:bookmarkStart w:id="9" w:name="a"/><w:bookmarkEnd w:id="9"/><w:r><w:t>nee.hometown }}', HOMETOWN),
        (FIELD, "{{ nominee.</w:t><w:br/><w:t>hometown }}", HOMETOWN),
        (FIELD, f"{FIELD}{{# ghi chú #}} và {{_{{ chữ }}_}}", f"{HOMETOWN} và {{{{ chữ }}}}"),
        ("3. Phạm vi ảnh hưởng", "3. Phạm vi, mức độ ảnh hưởng", "3. Phạm vi, mức độ ảnh hưởng"),
    ],
)
def test_a_right_edit_is_used(campaign: Campaign, tmp_path: Path, find: str, put: str, printed: str) -> None:
    """Words changed, filters, and fields that Word has split over runs, marks and lines are printed as they are meant."""
    templates = edited(tmp_path, NAME, find, put)
    assert check_templates(templates, campaign) == ()
    report, *_ = write_dossiers(tmp_path / "ho-so", outcome(campaign, {"individuals": (PERSON,)}), templates)
    assert printed in "\n".join(paragraph.text for paragraph in Document(str(report)).paragraphs)


def workbook(path: Path) -> None:
    """An Excel file under the template's name."""
    Workbook().save(path)


def open_document(path: Path) -> None:
    """An OpenDocument text under the template's name."""
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        package.writestr("content.xml", "<a/>")


OLD = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(5000)
FILES: list[tuple[Callable[[Path], object], str]] = [
    (lambda path: path.write_bytes(b""), "tệp trống"),
    (lambda path: path.write_bytes(OLD), "Word kiểu cũ (.doc)"),
    (lambda path: path.write_bytes(OLD + "EncryptedPackage".encode("utf-16-le")), "mật khẩu"),
    (lambda path: path.write_bytes(rb"{\rtf1 xin"), "RTF"),
    (lambda path: path.write_bytes(b"%PDF-1.7"), "PDF"),
    (lambda path: path.write_bytes(b"<html></html>"), "trang web"),
    (workbook, "tệp Excel"),
    (open_document, "OpenDocument"),
    (lambda path: path.write_bytes(path.read_bytes()[:3000]), "bị hỏng hoặc bị cắt cụt"),
    (lambda path: path.unlink(), "không có tệp mẫu này"),
    (lambda path: path.rename(path.with_suffix(".doc")), "không có tệp mẫu này"),
]


@pytest.mark.parametrize(("spoil", "said"), FILES)
def test_another_file_is_called_what_it_is(campaign: Campaign, tmp_path: Path, spoil: Callable[[Path], object], said: str) -> None:
    """A file that is no Word document, whatever its name says, is named with what it is and what to do."""
    shutil.copytree(WORD, tmp_path / "word")
    spoil(tmp_path / "word" / NAME)
    problem = refusal(tmp_path / "word", campaign)
    assert problem.startswith(f"{NAME}: ")
    assert said in problem
    assert str(tmp_path / "word" / NAME) not in problem


def picture() -> bytes:
    """A small red PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    lines = zlib.compress((b"\0" + b"\xff\0\0" * 4) * 4)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 4, 4, 8, 2, 0, 0, 0)) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")


def test_a_picture_a_footer_and_a_file_marked_read_only(campaign: Campaign, tmp_path: Path) -> None:
    """A logo and a footer with a field are printed in every paper; a template that is read-only or open in Word is read all the same."""
    shutil.copytree(WORD, tmp_path / "word")
    path = tmp_path / "word" / NAME
    (tmp_path / "logo.png").write_bytes(picture())
    document: Any = Document(str(path))
    document.paragraphs[0].add_run().add_picture(str(tmp_path / "logo.png"), width=Mm(20))
    document.sections[0].footer.paragraphs[0].text = "Báo cáo của {{ unit.name }}"
    document.save(str(path))
    path.chmod(0o444)
    path.with_name(f"~${NAME[2:]}").write_bytes(bytes(162))
    assert check_templates(tmp_path / "word", campaign) == ()
    report, *_ = write_dossiers(tmp_path / "ho-so", outcome(campaign, {"individuals": (PERSON,)}), tmp_path / "word")
    made: Any = Document(str(report))
    assert made.sections[0].footer.paragraphs[0].text == "Báo cáo của Phòng Quản lý nhà và Thị trường bất động sản"
    assert len(made.inline_shapes) == 1


def test_a_template_that_may_not_be_read(campaign: Campaign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On Windows a file that another program holds cannot be read: that is said, not a traceback."""
    shutil.copytree(WORD, tmp_path / "word")
    read = Path.read_bytes

    def refused(path: Path) -> bytes:
        if path.name == NAME:
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refused)
    assert "đang mở ở máy khác hoặc không có quyền đọc" in refusal(tmp_path / "word", campaign)


def test_the_command_says_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``campaign check`` prints the sentence and ends with 2."""
    home = init(tmp_path / "thi-dua")
    (home / "word" / NAME).write_bytes(b"")
    checked, printed, refused = run(capsys, "campaign", "check", home / "campaign.toml")
    assert checked == 2
    assert f"{NAME}: không dùng được làm mẫu Word: tệp trống" in " ".join((printed + refused).split())
