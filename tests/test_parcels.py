"""Wrappings and odd files: whatever lies in the inbox ends in items with one state and one sentence each, and nothing breaks out."""

from __future__ import annotations

import binascii
import io
import mailbox
import os
import socket
import stat
import struct
import sys
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from datetime import UTC, date, datetime
from email.message import EmailMessage
from email.policy import SMTP, default
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from tests.sound import CAMPAIGN, ROUND, SOUND, UNIT, fill_to
from thidua_xlsx import pipeline, text
from thidua_xlsx.checks import check_submission
from thidua_xlsx.intake import Arrival, Item, _archive, _disk, _mail, _parcel, named, open_parcel, read_files, scan, settle
from thidua_xlsx.model import FileStatus, Provenance

XLSX = "application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SENDER = "Phòng Quản lý nhà <qln@example.vn>"
posix_only = pytest.mark.skipif(os.name != "posix", reason="only POSIX has such files")


@pytest.fixture(scope="session")
def form(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The sound registration as a unit sends it."""
    return fill_to(tmp_path_factory.mktemp("parcels")).read_bytes()


def mail(
    *attachments: tuple[str, bytes], subject: str = "Nộp phiếu đăng ký", day: str | None = "Tue, 20 Jun 2023 09:00:00 +0700"
) -> EmailMessage:
    """A mail of the unit with files attached to it."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = SENDER, "vanphong@example.vn", subject
    if day:
        message["Date"] = day
    message.set_content("Kính gửi Văn phòng Sở phiếu đăng ký của phòng.")
    for name, content in attachments:
        message.add_attachment(content, maintype=XLSX[0], subtype=XLSX[1], filename=name)
    return message


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name, (2023, 6, 20, 8, 0, 0)), content, method)
    return buffer.getvalue()


def opened(tmp_path: Path, content: bytes | EmailMessage, name: str = "thư.eml") -> list[Item]:
    """What is found in a file of the inbox."""
    path = tmp_path / "parcel"
    path.write_bytes(bytes(content))
    return list(open_parcel(path, f"inbox/{name}"))


def states(items: list[Item]) -> dict[str, str]:
    """The names found, and the code of each that was stopped; every stop has its sentence."""
    assert len({item.file for item in items}) == len(items)
    for item in items:
        assert not item.stop or (len(item.stop.findings) == 1 and text.message(item.stop.findings[0]) and not item.content)
    return {item.file.removeprefix("inbox/"): item.stop.findings[0].code if item.stop else "" for item in items}


def arrived(tmp_path: Path, content: bytes | EmailMessage, name: str = "thư.eml") -> tuple[Arrival, ...]:
    """What a file of the inbox brings, read."""
    path = tmp_path / "parcel"
    path.write_bytes(bytes(content))
    return read_files(path, f"inbox/{name}", CAMPAIGN, ROUND)


# Mails ----------------------------------------------------------------------------------------------------------------


def test_every_attachment_is_a_submission_with_its_provenance(form: bytes, tmp_path: Path) -> None:
    """A mail with several attachments gives each of them, with sender, subject and day of the mail."""
    found = arrived(tmp_path, mail(("QLN.xlsx", form), ("phụ lục.pdf", b"%PDF-1.7")))
    assert [arrival.file for arrival in found] == ["inbox/thư.eml/QLN.xlsx", "inbox/thư.eml/phụ lục.pdf"]
    first, second = found
    assert first.submission is not None
    assert first.submission.rows["individuals"][0].file == "inbox/thư.eml/QLN.xlsx"
    assert first.submission.provenance == first.provenance == Provenance(SENDER, "Nộp phiếu đăng ký", datetime(2023, 6, 20, 2, tzinfo=UTC))
    assert (second.status, second.finding and second.finding.code) == (FileStatus.REFUSED, "W108")


def test_mail_server_decides_when_a_mail_was_received(tmp_path: Path) -> None:
    """The topmost Received line counts, not the sender's clock; a time without zone is Vietnamese, nonsense is unknown."""
    raw = b"Received: from b; Fri, 30 Jun 2023 18:30:00 +0000\r\nReceived: from a; Fri, 30 Jun 2023 10:00:00 +0000\r\n"
    received = [
        item.provenance
        for head, day in (
            (raw, "Mon, 1 Jan 2018 00:00:00 +0700"),
            (b"", "Fri, 30 Jun 2023 18:30:00"),
            (b"", "32 Foo 99999"),
            (b"", "Fri, 1 Jan 9999 00:00:00 -2300"),
        )
        for item in opened(
            tmp_path, head + mail(("a.xlsx", b"x"), day=None).as_bytes().replace(b"To:", b"Date: " + day.encode() + b"\r\nTo:", 1)
        )
    ]
    assert [entry.received for entry in received] == [
        datetime(2023, 6, 30, 18, 30, tzinfo=UTC),
        datetime(2023, 6, 30, 11, 30, tzinfo=UTC),
        None,
        None,
    ]
    assert received[0].received_on == date(2023, 7, 1)


NAMES = {
    "RFC 2231": b"attachment; filename*=UTF-8''Phi%E1%BA%BFu.xlsx",
    "RFC 2231 in pieces": b"attachment; filename*0*=UTF-8''Phi%E1%BA; filename*1*=%BFu; filename*2=\".xlsx\"",
    "RFC 2231 and a poor ASCII name": b"attachment; filename=\"Phi?u.xlsx\"; filename*=UTF-8''Phi%E1%BA%BFu.xlsx",
    "RFC 2047": b'attachment; filename="=?UTF-8?B?UGhp4bq/dS54bHN4?="',
    "RFC 2047 split within a letter": b'attachment; filename="=?UTF-8?B?UGhp4bo=?=\r\n =?UTF-8?B?v3UueGxzeA==?="',
    "RFC 2047, quoted printable": b'attachment; filename="=?utf-8?Q?Phi=E1=BA=BFu.xlsx?="',
    "decomposed": b"attachment; filename*=UTF-8''Phie%CC%82%CC%81u.xlsx",
    "bare UTF-8": 'attachment; filename="Phiếu.xlsx"'.encode(),
    "bare cp1258": b'attachment; filename="Phi\xea\xecu.xlsx"',
    "with a path": b"attachment; filename*=UTF-8''C%3A%5Cthi%20%C4%91ua%5C..%5C..%5CPhi%E1%BA%BFu.xlsx",
}


@pytest.mark.parametrize("disposition", NAMES.values(), ids=NAMES)
def test_names_are_read_however_they_are_encoded(tmp_path: Path, disposition: bytes) -> None:
    """The name shown is the one the sender saw, in NFC and without any path that leads elsewhere."""
    raw = b"From: a@example.vn\r\nDate: Tue, 20 Jun 2023 09:00:00 +0700\r\nMIME-Version: 1.0\r\nContent-Type: application/octet-stream\r\n"
    (item,) = opened(tmp_path, raw + b"Content-Disposition: " + disposition + b"\r\nContent-Transfer-Encoding: base64\r\n\r\nUEs=\r\n")
    assert item.file.rpartition("/")[2] == "Phiếu.xlsx"
    assert ".." not in item.file
    assert item.content == b"PK"


def test_nameless_and_namesake_attachments_stay_apart(tmp_path: Path) -> None:
    """Attachments without a name are numbered, those of one name told apart, and none is lost."""
    message = mail(("QLN.xlsx", b"1"), ("QLN.xlsx", b"2"), ("QLN.xlsx", b"3"))
    message.add_attachment(b"4", maintype="application", subtype="octet-stream")
    assert {item.file: item.content for item in opened(tmp_path, message)} == {
        "inbox/thư.eml/QLN.xlsx": b"1",
        "inbox/thư.eml/QLN (2).xlsx": b"2",
        "inbox/thư.eml/QLN (3).xlsx": b"3",
        "inbox/thư.eml/#4": b"4",
    }


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "x-uuencode", "8bit"])
def test_content_arrives_unchanged(form: bytes, tmp_path: Path, encoding: str) -> None:
    """Whatever the transfer encoding, the attachment is the file byte for byte."""
    content = form if encoding != "8bit" else "tên;họ\r\nđ".encode()
    body = {
        "base64": binascii.b2a_base64(content),
        "quoted-printable": binascii.b2a_qp(content, istext=False),
        "x-uuencode": b"begin 644 a\n"
        + b"".join(binascii.b2a_uu(content[at : at + 45]) for at in range(0, len(content), 45))
        + b"`\nend\n",
        "8bit": content,
    }[encoding]
    head = f"From: a\r\nSubject: b\r\nContent-Type: application/x; name=a.bin\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    (item,) = opened(tmp_path, head.encode() + body)
    assert item.content == content


def test_mails_within_mails_are_opened_with_their_own_sender(form: bytes, tmp_path: Path) -> None:
    """A forwarded mail brings its attachments with the sender and day of the inner mail; what it does not say, the outer one says."""
    inner = mail(("QLN.xlsx", form), subject="Phiếu QLN", day=None)
    outer = mail(subject="Chuyển tiếp", day="Wed, 21 Jun 2023 09:00:00 +0700")
    outer.add_attachment(inner)
    (item,) = opened(tmp_path, outer)
    assert item.file == "inbox/thư.eml/#1/QLN.xlsx"
    assert item.content == form
    assert item.provenance == Provenance(SENDER, "Phiếu QLN", datetime(2023, 6, 21, 2, tzinfo=UTC))


def test_mail_encoded_as_a_whole_within_a_mail_is_opened(tmp_path: Path) -> None:
    """Some gateways encode an attached mail in base64, although they must not."""
    inner = binascii.b2a_base64(mail(("a.xlsx", b"1")).as_bytes())
    head = b"From: a\r\nSubject: b\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: message/rfc822\r\n"
    items = opened(tmp_path, head + b"Content-Transfer-Encoding: base64\r\n\r\n" + inner + b"\r\n--x--\r\n")
    assert states(items) == {"thư.eml/#1.eml/a.xlsx": ""}


def test_mail_attached_as_a_file_is_opened(tmp_path: Path) -> None:
    """An .eml attached as an ordinary file is a mail too, whatever its type says."""
    outer = mail(("gửi lại.eml", mail(("a.xlsx", b"1")).as_bytes()))
    assert states(opened(tmp_path, outer)) == {"thư.eml/gửi lại.eml/a.xlsx": ""}


def test_pictures_and_signatures_are_ignored(form: bytes, tmp_path: Path) -> None:
    """What a mail program adds is listed and ignored with its reason; a workbook under a picture's type is still a workbook."""
    message = mail(("QLN.xlsx", form))
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="image001.png", disposition="inline", cid="<a>")
    message.add_attachment(b"<svg/>", maintype="image", subtype="svg+xml", filename="logo.svg")
    message.add_attachment(form, maintype="image", subtype="png", filename="lạ.png")
    message.add_attachment(b"0", maintype="application", subtype="pkcs7-signature", filename="smime.p7s")
    message.add_attachment("BEGIN:VCARD", filename="liên hệ.vcf")
    message.add_attachment("…", filename="ATT00001.txt")
    message.add_attachment(b"", maintype="application", subtype="octet-stream", filename="~$QLN.xlsx")
    items = opened(tmp_path, message)
    assert list(states(items).values()) == ["", "W131", "W131", "", "W158", "W158", "W158", "W130"]
    assert {item.stop.status for item in items if item.stop} == {FileStatus.IGNORED}


LETTERS: dict[str, tuple[Callable[[], bytes], str, FileStatus]] = {
    "no attachment": (lambda: bytes(mail()), "W154", FileStatus.IGNORED),
    "file in the text": (
        lambda: b"From: a@example.vn\nSubject: b\n\nbegin 644 QLN.xlsx\n$4$L#!```\n`\nend\n",
        "W160",
        FileStatus.REFUSED,
    ),
    "begin as a word": (lambda: b"From: a@example.vn\nSubject: b\n\nbegin 644 now\n", "W154", FileStatus.IGNORED),
    "no body": (lambda: b"From: a@example.vn\nSubject: b\n\n", "W154", FileStatus.IGNORED),
    "only a link": (lambda: bytes(_letter("Tải tại https://drive.google.com/file/d/abc")), "W155", FileStatus.REFUSED),
    "sealed": (lambda: _typed("application/pkcs7-mime; name=smime.p7m", b"\x30\x80"), "W157", FileStatus.REFUSED),
    "encrypted": (lambda: _typed("application/octet-stream", b"-----BEGIN PGP MESSAGE-----"), "W157", FileStatus.REFUSED),
    "kept elsewhere": (lambda: _typed("message/external-body; access-type=URL", b""), "W155", FileStatus.REFUSED),
    "too large": (lambda: b"From: a\nSubject: b\n\n" + bytes(41 << 20), "W153", FileStatus.REFUSED),
    "web page": (
        lambda: b"MIME-Version: 1.0\nX-Document-Type: Workbook\nContent-Type: multipart/related; boundary=x\n\n",
        "W106",
        FileStatus.REFUSED,
    ),
    "too many parts": (lambda: b"From: a\nSubject: b\n" + b"\n--x" * 60_000, "W165", FileStatus.REFUSED),
}


def _letter(body: str) -> EmailMessage:
    message = mail()
    message.set_content(body)
    return message


def _typed(kind: str, content: bytes) -> bytes:
    return f"From: a\nSubject: b\nContent-Type: {kind}\nContent-Transfer-Encoding: base64\n\n".encode() + binascii.b2a_base64(content)


@pytest.mark.parametrize(("make", "code", "status"), LETTERS.values(), ids=LETTERS)
def test_mail_that_brings_nothing_says_why(tmp_path: Path, make: Callable[[], bytes], code: str, status: FileStatus) -> None:
    """A mail without a file to read is one line with one sentence."""
    (item,) = opened(tmp_path, make())
    assert item.stop is not None
    assert (item.stop.findings[0].code, item.stop.status) == (code, status)
    assert text.message(item.stop.findings[0])


def test_winmail_asks_for_a_plain_attachment(tmp_path: Path) -> None:
    """TNEF is told by its name or its first bytes, alone or in a mail."""
    tnef = b"\x78\x9f\x3e\x22" + bytes(20)
    assert states(opened(tmp_path, mail(("winmail.dat", b"x"), ("noname", tnef)))) == {
        "thư.eml/winmail.dat": "W156",
        "thư.eml/noname": "W156",
    }
    (item,) = opened(tmp_path, tnef, "winmail.dat")
    assert item.stop is not None
    assert "winmail.dat" in text.message(item.stop.findings[0])


def test_endless_nesting_is_refused(tmp_path: Path) -> None:
    """Multiparts and mails nested without end are one refused file, and the process lives."""
    many = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (at, at) for at in range(400))
    assert list(states(opened(tmp_path, b"From: a\nSubject: b\n" + many)).values()) in (["W164"], ["W154"])
    more = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (at, at) for at in range(2_000))
    assert list(states(opened(tmp_path, b"From: a\nSubject: b\n" + more)).values()) == ["W164"]
    assert list(states(opened(tmp_path, b"From: a\nSubject: b\n" + more + b"a\n" * 10_000)).values()) == ["W165"]
    letter = mail(("a.xlsx", b"1"))
    for _ in range(6):
        outer = mail()
        outer.add_attachment(letter)
        letter = outer
    assert list(states(opened(tmp_path, letter)).values()) == ["W164"]


def test_mail_signed_as_a_whole_is_opened(tmp_path: Path) -> None:
    """An S/MIME signature leaves a mail readable; only the signature itself is left aside."""
    inner = b"Content-Type: multipart/signed; boundary=s\n\n--s\n" + b"Content-Disposition: attachment; filename=a.xlsx\n\n1\n--s\n"
    inner += b"Content-Type: application/pkcs7-signature; name=smime.p7s\n\n0\n--s--\n"
    assert states(opened(tmp_path, b"From: a\n" + inner)) == {"thư.eml/a.xlsx": "", "thư.eml/smime.p7s": "W158"}
    assert states(opened(tmp_path, mail(("smime.p7m", inner)))) == {"thư.eml/smime.p7m/a.xlsx": "", "thư.eml/smime.p7m/smime.p7s": "W158"}
    assert states(opened(tmp_path, b"\x30\x80", "smime.p7m")) == {"smime.p7m": "W157"}


def test_mail_of_apple_is_opened(tmp_path: Path) -> None:
    """An .emlx has the mail's length before it and a property list behind."""
    raw = mail(("a.xlsx", b"1")).as_bytes()
    items = opened(tmp_path, b"%d\n" % len(raw) + raw + b"<?xml version='1.0'?><plist/>", "1.emlx")
    assert [(item.file, item.content) for item in items] == [("inbox/1.emlx/a.xlsx", b"1")]


# Mailboxes ------------------------------------------------------------------------------------------------------------


def test_mailbox_gives_every_mail(form: bytes, tmp_path: Path) -> None:
    """An mbox of fifty mails gives each attachment with its own sender's day; mails without one are told of."""
    box = mailbox.mbox(tmp_path / "Hộp thư đến")
    for number in range(1, 51):
        day = f"{1 + number % 28:02d} Jun 2023 08:00:00 +0700"
        box.add(mail(*[("QLN.xlsx", form + b"\0" * number)] * (number % 5 > 0), day=day).as_bytes(policy=default))
    box.close()
    items = list(open_parcel(tmp_path / "Hộp thư đến", "inbox/Hộp thư đến"))
    codes = states(items)
    assert len(items) == 50
    assert codes["Hộp thư đến/#5"] == "W154"
    assert codes["Hộp thư đến/#50"] == "W154"
    assert items[6].file == "inbox/Hộp thư đến/#7/QLN.xlsx"
    assert items[6].content == form + b"\0" * 7
    assert items[6].provenance.received == datetime(2023, 6, 8, 1, tzinfo=UTC)


def test_mailbox_without_end_is_refused_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More mails than are taken out of one file are one sentence, not thousands."""
    monkeypatch.setattr(_mail, "MOST_PARTS", 2)
    assert states(opened(tmp_path, b"From a\nTo: b\n\n\n" * 3, "Inbox")) == {"Inbox": "W165"}


def test_mailbox_with_windows_line_ends_and_quoted_from(tmp_path: Path) -> None:
    """Lines that merely begin with "From " do not cut a mail in two."""
    letter = mail(("a.xlsx", b"1"))
    letter.get_body().set_content("Kính gửi\n\nFrom nay về sau xin gửi theo mẫu.\n\nTrân trọng")  # type: ignore[union-attr]
    raw = b"From - Tue Jun 20 09:00:00 2023\r\n" + letter.as_bytes() + b"\r\n\r\n"
    assert states(opened(tmp_path, raw * 2, "Inbox")) == {"Inbox/#1/a.xlsx": "", "Inbox/#2/a.xlsx": ""}


# Outlook --------------------------------------------------------------------------------------------------------------


def _compound(tree: dict[str, object]) -> bytes:
    """A compound file (MS-CFB, version 3) with storages and streams; every stream lies in the ordinary sectors."""
    free, end, fat_mark, none = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
    sectors: list[bytes] = []
    fat: list[int] = []

    def store(data: bytes) -> int:
        first, count = len(sectors), max(1, -(-len(data) // 512))
        sectors.extend(data[at : at + 512].ljust(512, b"\0") for at in range(0, count * 512, 512))
        fat.extend([*range(first + 1, first + count), end])
        return first

    entries: list[list[object]] = [["Root Entry", 5, none, none, none, end, 0]]

    def add(parent: int, inner: dict[str, object]) -> None:
        previous = none
        for name, value in inner.items():
            number = len(entries)
            size = max(len(value), 4096) if isinstance(value, bytes) else 0
            start = store(value.ljust(4096, b"\0")) if isinstance(value, bytes) else 0
            entries.append([name, 2 if isinstance(value, bytes) else 1, none, none, none, start, size])
            entries[parent if previous == none else previous][4 if previous == none else 3] = number
            previous = number
            if isinstance(value, dict):
                add(number, value)

    add(0, tree)
    table = b""
    for name, kind, left, right, child, start, size in entries:
        wide = str(name).encode("utf-16-le")
        table += struct.pack("<64sHBBIII16sIQQIQ", wide, len(wide) + 2, kind, 1, left, right, child, b"", 0, 0, 0, start, size)
    blank = struct.pack("<64sHBBIII16sIQQIQ", b"", 0, 0, 1, none, none, none, b"", 0, 0, 0, 0, 0)
    directory = store(table + blank * (-len(entries) % 4))
    count = next(count for count in range(1, 100) if count * 128 >= len(fat) + count)
    places = list(range(len(sectors), len(sectors) + count))
    fat += [fat_mark] * count
    padded = fat + [free] * (count * 128 - len(fat))
    sectors.extend(struct.pack("<128I", *padded[at : at + 128]) for at in range(0, len(padded), 128))
    fixed = (62, 3, 0xFFFE, 9, 6, b"", 0, count, directory, 0, 4096, end, 0, end, 0)
    head = struct.pack("<8s16sHHHHH6sIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", *fixed)
    return head + struct.pack("<109I", *(places + [free] * 109)[:109]) + b"".join(sectors)


def _outlook_message(subject: str, *attachments: dict[str, object], nested: bool = False) -> dict[str, object]:
    """The parts of an Outlook mail; the time of delivery is 20/6/2023, 02:00 UTC."""
    delivered = int((datetime(2023, 6, 20, 2, tzinfo=UTC) - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10**7
    properties = bytes(24 if nested else 32) + struct.pack("<HHIQ", 0x40, 0x0E06, 6, delivered)
    return {
        "__properties_version1.0": properties,
        "__substg1.0_0037001F": subject.encode("utf-16-le"),
        "__substg1.0_0C1A001F": "Phòng Quản lý nhà".encode("utf-16-le"),
        "__substg1.0_5D01001F": "qln@example.vn".encode("utf-16-le"),
        **{f"__attach_version1.0_#{number:08X}": attachment for number, attachment in enumerate(attachments)},
    }


def _outlook_file(name: str, content: bytes) -> dict[str, object]:
    return {"__properties_version1.0": bytes(8), "__substg1.0_3707001F": name.encode("utf-16-le"), "__substg1.0_37010102": content}


def test_outlook_mails_are_opened(form: bytes, tmp_path: Path) -> None:
    """A .msg gives its attachments, those of mails within it too, with sender, subject and time of delivery."""
    pytest.importorskip("oxmsg")
    inner: dict[str, object] = {
        "__properties_version1.0": bytes(8),
        "__substg1.0_3001001F": "Chuyển tiếp".encode("utf-16-le"),
        "__substg1.0_3701000D": _outlook_message("Phiếu cũ", _outlook_file("cũ.xlsx", b"1" * 5000), nested=True),
    }
    linked: dict[str, object] = {"__properties_version1.0": bytes(8), "__substg1.0_3707001F": "mạng.xlsx".encode("utf-16-le")}
    picture = _outlook_file("image001.png", b"\x89PNG") | {"__substg1.0_370E001F": "image/png".encode("utf-16-le")}
    raw = _compound(_outlook_message("Nộp phiếu", _outlook_file("Phiếu QLN.xlsx", form), inner, linked, picture))
    items = opened(tmp_path, raw, "thư.msg")
    assert states(items) == {
        "thư.msg/Phiếu QLN.xlsx": "",
        "thư.msg/Chuyển tiếp/cũ.xlsx": "",
        "thư.msg/mạng.xlsx": "W155",
        "thư.msg/image001.png": "W131",
    }
    assert items[0].content.startswith(form)
    assert items[0].provenance == Provenance(SENDER, "Nộp phiếu", datetime(2023, 6, 20, 2, tzinfo=UTC))
    assert items[1].provenance.subject == "Phiếu cũ"


def test_outlook_mail_without_attachment_or_damaged(tmp_path: Path) -> None:
    """One line with one sentence in both cases."""
    pytest.importorskip("oxmsg")
    raw = _compound(_outlook_message("Đã nhận"))
    assert states(opened(tmp_path, raw, "a.msg")) == {"a.msg": "W154"}
    assert list(states(opened(tmp_path, raw[:-512], "a.msg")).values()) == ["W160"]
    broken = _outlook_message(
        "x", {"__properties_version1.0": bytes(8), "__substg1.0_3701000D": {"Package": b"ole"}, "__substg1.0_3001001F": b"o\0"}
    )
    assert list(states(opened(tmp_path, _compound(broken), "a.msg")).values()) == ["W158"]


def test_outlook_mail_without_its_reader_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the optional extra the sentence names it, and the way without it."""
    monkeypatch.setitem(sys.modules, "olefile", None)
    (item,) = opened(tmp_path, _compound(_outlook_message("Nộp phiếu")), "thư.msg")
    assert item.stop is not None
    assert item.stop.findings[0].code == "W159"
    assert "thidua_xlsx[mail]" in text.message(item.stop.findings[0])


def test_mail_under_outlooks_name_is_a_mail(tmp_path: Path) -> None:
    """Some programs save plain mails as .msg."""
    assert states(opened(tmp_path, mail(("a.xlsx", b"1")), "thư.msg")) == {"thư.msg/a.xlsx": ""}


# Archives -------------------------------------------------------------------------------------------------------------


def test_archive_gives_its_files(form: bytes, tmp_path: Path) -> None:
    """Members keep their folders and their own time; litter in them is ignored; an archive in the archive is opened too."""
    inner = zipped(("TTĐT.xlsx", form))
    items = opened(
        tmp_path, zipped(("Gửi Sở/", b""), ("Gửi Sở/QLN.xlsx", form), ("__MACOSX/Gửi Sở/._QLN.xlsx", b"x"), ("con.zip", inner)), "gói.zip"
    )
    assert states(items) == {
        "gói.zip/Gửi Sở/QLN.xlsx": "",
        "gói.zip/__MACOSX/Gửi Sở/._QLN.xlsx": "W130",
        "gói.zip/con.zip/TTĐT.xlsx": "",
    }
    assert items[0].content == items[2].content == form
    assert datetime.fromtimestamp(items[0].modified, UTC) == datetime(2023, 6, 20, 1, tzinfo=UTC)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_archive_of_another_program_is_opened(form: bytes, tmp_path: Path, method: int) -> None:
    """What 7-Zip packs with bzip2 or LZMA into a zip is read like any other."""
    items = opened(tmp_path, zipped(("QLN.xlsx", form), ("ghi chú.txt", b"x"), method=method), "gói.zip")
    assert states(items) == {"gói.zip/QLN.xlsx": "", "gói.zip/ghi chú.txt": ""}
    assert items[0].content == form


def test_workbook_is_no_archive(form: bytes, tmp_path: Path) -> None:
    """Office documents are zips, and stay whole under any name."""
    assert [item.content == form for item in opened(tmp_path, form, "QLN.zip")] == [True]
    documents = (("mimetype", b"application/vnd.oasis.opendocument.text"), ("content.xml", b"<x/>")), (("[Content_Types].xml", b"<x/>"),)
    for members in documents:
        assert states(opened(tmp_path, zipped(*members), "x.ods")) == {"x.ods": ""}


def _renamed(name: bytes, extra: bytes = b"") -> bytes:
    """An archive whose one member bears these bytes as its name, without the flag for UTF-8."""
    head = struct.pack("<5H3I2H", 20, 0, 0, 0, 0x56D4, zlib.crc32(b"1"), 1, 1, len(name), len(extra))
    local = b"PK\3\4" + head + name + extra + b"1"
    central = b"PK\1\2" + struct.pack("<H", 20) + head + struct.pack("<3H2I", 0, 0, 0, 0, 0) + name + extra
    return local + central + b"PK\5\6" + struct.pack("<4H2IH", 0, 0, 1, 1, len(central), len(local), 0)


_FIELD = struct.pack("<HHBI", 0x7075, 5 + len("Phiếu.xlsx".encode()), 1, 0) + "Phiếu.xlsx".encode()
ARCHIVED_NAMES = {
    "cp1258 of Windows": (_renamed(b"Phi\xea\xecu \xf0\xe3ng.xlsx"), "Phiếu đăng.xlsx"),
    "UTF-8 without the flag": (_renamed("Phiếu.xlsx".encode()), "Phiếu.xlsx"),
    "cp437": (_renamed("Résumé.xlsx".encode("cp437")), "Résumé.xlsx"),
    "second name of WinRAR": (_renamed(b"Phi?u.xlsx", _FIELD), "Phiếu.xlsx"),
    "flagged": (zipped(("Phiếu.xlsx", b"1")), "Phiếu.xlsx"),
    "decomposed": (zipped((unicodedata.normalize("NFD", "Phiếu.xlsx"), b"1")), "Phiếu.xlsx"),
    "upwards": (zipped(("../../../etc/QLN.xlsx", b"1")), "etc/QLN.xlsx"),
    "absolute": (zipped(("/etc/QLN.xlsx", b"1")), "etc/QLN.xlsx"),
    "Windows path": (zipped(("C:\\Users\\..\\QLN.xlsx", b"1")), "Users/QLN.xlsx"),
    "only dots": (zipped(("../..", b"1")), "#"),
    "control characters": (zipped(("a\n\u202ebx.xlsx", b"1")), "a\\x0a\\u202ebx.xlsx"),
    "endless": (zipped(("a" * 5_000 + ".xlsx", b"1")), "a" * 114 + "….xlsx"),
}


@pytest.mark.parametrize(("raw", "name"), ARCHIVED_NAMES.values(), ids=ARCHIVED_NAMES)
def test_members_are_shown_by_their_true_and_safe_names(tmp_path: Path, raw: bytes, name: str) -> None:
    """Whatever the archive's code page, the name is the maker's; nothing in it leads outwards, hides, or breaks a line."""
    items = opened(tmp_path, raw, "gói.zip")
    assert [(item.file, item.content) for item in items] == [(f"inbox/gói.zip/{name}", b"1")]


def test_namesakes_in_an_archive_are_refused(tmp_path: Path) -> None:
    """Nobody can tell which of two members of one name is meant; the others are read."""
    with pytest.warns(UserWarning, match="Duplicate name"):
        raw = zipped(("QLN.xlsx", b"1"), ("QLN.xlsx", b"2"), ("TTĐT.xlsx", b"3"))
    assert states(opened(tmp_path, raw, "gói.zip")) == {"gói.zip/QLN.xlsx": "W163", "gói.zip/QLN (2).xlsx": "W163", "gói.zip/TTĐT.xlsx": ""}


def _locked() -> bytes:
    raw = bytearray(zipped(("QLN.xlsx", b"1"), method=zipfile.ZIP_STORED))
    raw[6] |= 1
    raw[raw.index(b"PK\1\2") + 8] |= 1
    return bytes(raw)


def _overlapping() -> bytes:
    raw = bytearray(zipped(("a.xlsx", b"1" * 100), ("b.xlsx", b"1" * 100), method=zipfile.ZIP_STORED))
    second = raw.rindex(b"PK\1\2")
    struct.pack_into("<I", raw, second + 42, 20)
    return bytes(raw)


def _linked() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        entry = zipfile.ZipInfo("QLN.xlsx")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    return buffer.getvalue()


def _lying() -> bytes:
    """A member that states another size than it inflates to."""
    raw = bytearray(zipped(("a.xlsx", b" " * (20 << 20))))
    for at, field in ((0, 22), (raw.index(b"PK\1\2"), 24)):
        struct.pack_into("<I", raw, at + field, 1_000)
    return bytes(raw)


def _method(number: int) -> bytes:
    """An archive that says its member is packed in such a way."""
    raw = bytearray(zipped(("a.xlsx", b"1" * 100)))
    for at, field in ((0, 8), (raw.index(b"PK\1\2"), 10)):
        struct.pack_into("<H", raw, at + field, number)
    return bytes(raw)


def _spoilt(method: int) -> bytes:
    """An archive with bytes overwritten in the middle of its member."""
    raw = bytearray(zipped(("a.xlsx", os.urandom(3_000)), method=method))
    raw[60:90] = bytes(30)
    raw[1_000:1_030] = bytes(30)
    return bytes(raw)


def _long_list() -> bytes:
    """An archive that states a list of members of 50 MB."""
    raw = bytearray(zipped(("a.xlsx", b"1")))
    struct.pack_into("<I", raw, raw.rindex(b"PK\5\6") + 12, 50 << 20)
    return bytes(raw)


ARCHIVES: dict[str, tuple[Callable[[], bytes], list[str]]] = {
    "empty": (zipped, ["W166"]),
    "only folders": (lambda: zipped(("a/", b"")), ["W166"]),
    "password": (_locked, ["W161"]),
    "overlapping members": (_overlapping, ["W163"]),
    "link": (_linked, ["W150"]),
    "bomb": (lambda: zipped(("a.xlsx", bytes(20 << 20)), ("b.xlsx", b"1")), ["W163", ""]),
    "bomb that lies": (_lying, ["W162"]),
    "cut off": (lambda: zipped(("a.xlsx", os.urandom(1000)))[:800], ["W162"]),
    "damaged member": (lambda: zipped(("a.xlsx", b"1" * 100), method=zipfile.ZIP_STORED).replace(b"111", b"112", 1), ["W162"]),
    "Deflate64": (lambda: _method(9), ["W167"]),
    "PPMd": (lambda: _method(98), ["W167"]),
    "unheard-of method": (lambda: _method(77), ["W167"]),
    "bzip2 bomb": (lambda: zipped(("a.xlsx", bytes(90 << 20)), ("b.xlsx", b"1"), method=zipfile.ZIP_BZIP2), ["W163", ""]),
    "LZMA bomb": (lambda: zipped(("a.xlsx", bytes(90 << 20)), ("b.xlsx", b"1"), method=zipfile.ZIP_LZMA), ["W163", ""]),
    "damaged bzip2": (lambda: _spoilt(zipfile.ZIP_BZIP2), ["W162"]),
    "damaged LZMA": (lambda: _spoilt(zipfile.ZIP_LZMA), ["W162"]),
    "too many members": (lambda: zipped(*((f"{at}.xlsx", b"") for at in range(2_001))), ["W165"]),
    "list without end": (_long_list, ["W165"]),
    "third layer": (lambda: zipped(("2.zip", zipped(("3.zip", zipped(("a.xlsx", b"1"))))), ("b.xlsx", b"1")), ["W164", ""]),
}


@pytest.mark.parametrize(("make", "codes"), ARCHIVES.values(), ids=ARCHIVES)
def test_hostile_archive_is_refused_and_its_sound_files_read(tmp_path: Path, make: Callable[[], bytes], codes: list[str]) -> None:
    """What no ordinary program makes is refused with a sentence, counted while it is inflated; the rest of the archive is read."""
    assert list(states(opened(tmp_path, make(), "gói.zip")).values()) == codes


def test_quine_archive_ends(tmp_path: Path) -> None:
    """An archive that holds an archive without end is cut off by depth."""
    raw = b"1"
    for _ in range(12):
        raw = zipped(("r.zip", raw))
    assert states(opened(tmp_path, raw, "r.zip")) == {"r.zip/r.zip/r.zip": "W164"}


def test_parcel_without_end_is_cut_off_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond what is taken out of one file at most, the file itself is refused beside what was read."""
    monkeypatch.setattr(_parcel, "Allowance", lambda: _parcel_allowance(parts=3, size=1_000))
    many = zipped(*((f"{at}.xlsx", b"1") for at in range(5)))
    assert list(states(opened(tmp_path, many, "a.zip")).values()) == ["", "", "", "W165"]
    large = zipped(("a.xlsx", bytes(600)), ("b.xlsx", bytes(600)))
    assert states(opened(tmp_path, large, "a.zip")) == {"a.zip/a.xlsx": "", "a.zip": "W165"}


_parcel_allowance = _parcel.Allowance


def test_wrappings_in_wrappings(form: bytes, tmp_path: Path) -> None:
    """A mail in an archive, an archive in a mail, a mailbox in an archive: the file is found, with the mail's sender."""
    letter = mail(("gói.zip", zipped(("QLN.xlsx", form)))).as_bytes()
    box = b"From a Tue Jun 20 09:00:00 2023\n" + letter
    items = opened(tmp_path, zipped(("thư.eml", letter), ("Inbox", box)), "tất cả.zip")
    assert states(items) == {"tất cả.zip/thư.eml/gói.zip/QLN.xlsx": "", "tất cả.zip/Inbox/#1/gói.zip/QLN.xlsx": ""}
    assert {item.provenance.sender for item in items} == {SENDER}


# Files on the disk ----------------------------------------------------------------------------------------------------


def codes_of(inbox: Path) -> dict[str, str]:
    """Every entry of an inbox by the code it is stopped with."""
    return {name: code for path, shown in named(inbox, scan(inbox)) for name, code in states(list(open_parcel(path, shown))).items()}


@posix_only
def test_what_only_looks_like_a_file_is_refused_unopened(form: bytes, tmp_path: Path) -> None:
    """Links (good, outward, dangling, in a circle), pipes, sockets, devices and folders named like files are refused at once."""
    inbox = tmp_path / "inbox"
    (inbox / "rỗng.xlsx").mkdir(parents=True)
    (inbox / "thật.xlsx").write_bytes(form)
    (tmp_path / "ngoài.xlsx").write_bytes(form)
    (inbox / "trong.xlsx").symlink_to("thật.xlsx")
    (inbox / "ra ngoài.xlsx").symlink_to(tmp_path / "ngoài.xlsx")
    (inbox / "đứt.xlsx").symlink_to("không có")
    (inbox / "vòng").symlink_to(inbox)
    (inbox / "vô tận.xlsx").symlink_to("/dev/zero")
    os.mkfifo(inbox / "ống.xlsx")
    with socket.socket(socket.AF_UNIX) as plug:
        place = os.open(inbox, os.O_RDONLY)
        here = os.open(".", os.O_RDONLY)
        try:
            os.fchdir(place)
            plug.bind("cắm.xlsx")
        finally:
            os.fchdir(here)
            os.close(here)
            os.close(place)
    links = dict.fromkeys(("trong.xlsx", "ra ngoài.xlsx", "đứt.xlsx", "vòng", "vô tận.xlsx"), "W150")
    assert codes_of(inbox) == links | {"thật.xlsx": "", "rỗng.xlsx": "W151", "ống.xlsx": "W151", "cắm.xlsx": "W151"}


@posix_only
def test_names_that_break_lines_or_are_no_text_are_shown_escaped(form: bytes, tmp_path: Path) -> None:
    """Newlines, right-to-left marks and bytes that are no UTF-8 can be opened, shown and written; look-alikes stay apart."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for name in (
        b"a\nb.xlsx",
        "a\u202excod.xlsx".encode(),
        b"Phi\xff\xfe.xlsx",
        *(unicodedata.normalize(kind, "ế.xlsx").encode() for kind in ("NFC", "NFD")),
    ):
        Path(os.fsdecode(os.fsencode(inbox) + b"/" + name)).write_bytes(form)
    found = codes_of(inbox)
    assert set(found) == {"a\\x0ab.xlsx", "a\\u202excod.xlsx", "Phi\\xff\\xfe.xlsx", "ế.xlsx", "ế (2).xlsx"}
    assert all(name.encode("utf-8") for name in found)
    path = next(path for path in scan(inbox) if b"\xff" in os.fsencode(path))
    (arrival,) = read_files(path, "inbox/" + path.name, CAMPAIGN, ROUND)
    assert arrival.submission is not None
    assert arrival.submission.file == "inbox/Phi\\xff\\xfe.xlsx"


def test_sizes_are_asked_for_before_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A workbook may have 64 MB, a mailbox or archive more; both have an end."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for name, head in (("a.xlsx", b"x"), ("b.zip", b"PK\3\4"), ("Inbox", b"From a\nTo: b\n\n")):
        with (inbox / name).open("wb") as file:
            file.write(head)
            file.truncate(5 << 30)
    monkeypatch.setattr(_disk, "LARGEST_BUNDLE", 100 << 20)
    assert codes_of(inbox) == {"a.xlsx": "W103", "b.zip": "W153", "Inbox": "W153"}


def test_file_being_written_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that changes while it is read is read once more; if it still changes, the sentence says to wait."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"1")
    reads = []
    true_read = _disk._read

    def read(*asked: object) -> object:
        before, content, after = true_read(*asked)  # type: ignore[arg-type]
        reads.append(content)
        path.write_bytes(b"1" * (len(reads) + 1) if len(reads) <= changes else path.read_bytes())
        return before, content, os.stat(path) if len(reads) <= changes else after  # noqa: PTH116

    monkeypatch.setattr(_disk, "_read", read)
    monkeypatch.setattr(_disk, "_PAUSE", 0.0)
    changes = 1
    assert [item.content for item in open_parcel(path, "inbox/a.xlsx")] == [b"11"]
    changes, reads = 9, []
    assert states(list(open_parcel(path, "inbox/a.xlsx"))) == {"a.xlsx": "W152"}
    assert len(reads) == 2


def test_swapped_file_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file replaced between the look and the opening is not taken for the one looked at."""
    (tmp_path / "a.xlsx").write_bytes(b"1")
    (tmp_path / "b.xlsx").write_bytes(b"2")
    true_open = os.open
    monkeypatch.setattr(os, "open", lambda _, flags: true_open(tmp_path / "b.xlsx", flags))
    expected = "W152" if hasattr(os, "O_NOFOLLOW") else ""
    assert states(list(open_parcel(tmp_path / "a.xlsx", "inbox/a.xlsx"))) == {"a.xlsx": expected}


@posix_only
@pytest.mark.skipif(os.name == "posix" and os.geteuid() == 0, reason="root may read everything")
def test_unreadable_folder_is_listed(tmp_path: Path) -> None:
    """A folder that may not be looked into is not passed over in silence."""
    (tmp_path / "inbox" / "khóa").mkdir(parents=True)
    (tmp_path / "inbox" / "khóa").chmod(0)
    try:
        assert codes_of(tmp_path / "inbox") == {"khóa": "W101"}
    finally:
        (tmp_path / "inbox" / "khóa").chmod(0o700)


def test_unreadable_folder_is_told_by_what_the_system_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same where the system refuses to list a folder, or to open a file, for whatever reason."""
    folder = tmp_path / "inbox" / "khóa"
    folder.mkdir(parents=True)
    true_scandir = os.scandir

    def scandir(path: Path) -> object:
        if Path(path) == folder:
            raise PermissionError(path)
        return true_scandir(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert codes_of(tmp_path / "inbox") == {"khóa": "W101"}
    assert states(list(open_parcel(tmp_path / "không có.xlsx", "inbox/không có.xlsx"))) == {"không có.xlsx": "W101"}


def test_litter_of_mail_programs_is_ignored(tmp_path: Path) -> None:
    """A whole mailbox folder may be saved: indexes beside the mailboxes are no forms; Outlook's own store asks for its mails."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for name, content in (("Inbox.msf", b"// <mdb>"), ("table_of_contents", b"\0"), ("archive.pst", b"!BDN...")):
        (inbox / name).write_bytes(content)
    assert codes_of(inbox) == {"Inbox.msf": "W130", "table_of_contents": "W130", "archive.pst": "W109"}


# What follows from the day of arrival -----------------------------------------------------------------------------------


def _checked(form: bytes, tmp_path: Path, *days: str | None) -> list[tuple[Arrival, object]]:
    """The form, a little different each time, in mails of these days (None: as a plain file)."""
    entries = []
    for number, day in enumerate(days, 1):
        content = form + b"\0" * number
        wrapped = mail(("QLN.xlsx", content), day=f"{day} 09:00:00 +0700") if day else content
        (arrival,) = arrived(tmp_path, wrapped, f"{number}")
        assert arrival.submission is not None
        entries.append((arrival, check_submission(arrival.submission, CAMPAIGN, ROUND)))
    return entries


def test_day_of_arrival_decides_lateness(form: bytes, tmp_path: Path) -> None:
    """A form dated in time but mailed after the deadline is late, and the other way round it is not."""
    in_time, late, plain = (
        [found.code for found in entry[1].findings if found.code in ("C337", "C340")]  # type: ignore[attr-defined]
        for entry in _checked(form, tmp_path, "30 Jun 2023", "1 Jul 2023", None)
    )
    assert (in_time, late, plain) == ([], ["C340"], [])
    dated = {**SOUND, "unit": [{**SOUND["unit"][0], "prepared_on": date(2023, 7, 9)}]}
    later = fill_to(tmp_path, dated).read_bytes()
    in_time, plain = (
        [found.code for found in entry[1].findings if found.code in ("C337", "C340")]  # type: ignore[attr-defined]
        for entry in _checked(later, tmp_path, "30 Jun 2023", None)
    )
    assert (in_time, plain) == ([], ["C337"])


def test_latest_mail_counts(form: bytes, tmp_path: Path) -> None:
    """Of a unit's submissions the one received last counts, whatever its name; the report knows sender and day."""
    settled = settle(_checked(form, tmp_path, "21 Jun 2023", "20 Jun 2023"))  # type: ignore[arg-type]
    assert [(report.path, report.status) for report in settled.files] == [
        ("inbox/1/QLN.xlsx", FileStatus.ACCEPTED),
        ("inbox/2/QLN.xlsx", FileStatus.SUPERSEDED),
    ]
    assert settled.files[0].provenance.sender == SENDER
    assert settled.files[0].unit == UNIT


def test_same_form_mailed_twice_arrived_the_first_time(form: bytes, tmp_path: Path) -> None:
    """A form sent once more after the deadline is a duplicate of the one that came in time."""
    (late,), (early,) = (arrived(tmp_path, mail(("QLN.xlsx", form), day=f"{day} Jul 2023 09:00:00 +0700"), day) for day in ("9", "1"))
    entries = [(each, check_submission(each.submission, CAMPAIGN, ROUND)) for each in (late, early) if each.submission]
    assert [report.status for report in settle(entries).files] == [FileStatus.DUPLICATE, FileStatus.ACCEPTED]


def test_results_name_sender_and_day(form: bytes, tmp_path: Path) -> None:
    """The list of files received shows who sent what when, without links into mails; a mail after the deadline makes the unit late."""
    home = pipeline.init(tmp_path / "thi-dua")
    letter = mail(("QLN.xlsx", form), ("scan.pdf", b"%PDF"), day="Mon, 3 Jul 2023 09:00:00 +0700")
    (home / "inbox" / "thư.eml").write_bytes(letter.as_bytes())
    (home / "inbox" / "mời họp.eml").write_bytes(mail().as_bytes())
    pipeline.merge(home, round=ROUND, jobs=1)
    sheet = load_workbook(home / "output" / ROUND / "so-tong-hop.xlsx")[text.say("report.sheet_files")]
    rows = {row[0].value: row for row in sheet.iter_rows() if row[0].value}
    assert [cell.value for cell in rows["thư.eml/QLN.xlsx"]][5:8] == [datetime(2023, 7, 3), SENDER, "Nộp phiếu đăng ký"]  # noqa: DTZ001
    assert rows["thư.eml/QLN.xlsx"][0].hyperlink is None
    assert [rows[name][3].value for name in ("thư.eml/scan.pdf", "mời họp.eml")] == ["W108", "W154"]
    assert [entry.late for entry in pipeline.status(home, ROUND)[1] if entry.file] == [True]


# Anything at all --------------------------------------------------------------------------------------------------------

HEADS = (
    b"",
    b"PK\3\4",
    b"PK\5\6",
    b"From a\nTo: b\n",
    b"From: a\nSubject: b\n",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"Content-Type: multipart/mixed; boundary=b\n\n--b\n",
)
FIELDS = (b"Content-Disposition", b"Content-Type", b"Subject", b"From", b"Date", b"Received", b"Content-Transfer-Encoding")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.sampled_from(HEADS), st.binary(max_size=300), st.sampled_from(("a", "a.eml", "a.msg", "a.zip", "a.emlx")))
@example(b"From: a\nSubject: =?utf-8?b?=\n", b"", "a.eml")
def test_no_bytes_break_the_opening(tmp_path: Path, head: bytes, rest: bytes, name: str) -> None:
    """Whatever stands in a file, opening it gives items, never an exception, and names that can be written."""
    items = opened(tmp_path, head + rest, name)
    assert items
    assert states(items)
    assert all(item.file.encode() for item in items)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(FIELDS), st.binary(max_size=60)), max_size=5), st.data())
def test_no_header_fields_break_the_opening(tmp_path: Path, fields: list[tuple[bytes, bytes]], data: st.DataObject) -> None:
    """The same for mails with every field of their header and of a part of theirs damaged in turn."""
    lines = b"".join(name + b": " + value.replace(b"\n", b" ") + b"\n" for name, value in fields)
    cut = data.draw(st.integers(0, len(lines)))
    raw = b"From: a\nSubject: b\n" + lines[:cut] + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" + lines + b"\nUEs=\n--b--\n"
    items = opened(tmp_path, raw)
    assert states(items)
    for item in items:
        assert all(said is None or said.encode() for said in (item.provenance.sender, item.provenance.subject))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.data())
def test_no_damage_to_an_archive_breaks_the_opening(tmp_path: Path, data: st.DataObject) -> None:
    """An archive with any few bytes changed is read or refused."""
    raw = bytearray(zipped(("thư mục/a.xlsx", b"1" * 50), ("b.eml", mail(("c.xlsx", b"1")).as_bytes())))
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    assert states(opened(tmp_path, bytes(raw), "a.zip"))


def test_overlap_is_found_before_anything_is_inflated() -> None:
    """A list of members that share their bytes is refused by the list alone, whatever zipfile of this Python checks itself."""
    entries = [zipfile.ZipInfo("a"), zipfile.ZipInfo("b")]
    for entry, offset in zip(entries, (0, 40), strict=True):
        entry.header_offset, entry.compress_size = offset, 100
    assert _archive._objection(entries) is not None


def test_members_without_a_name_are_listed_one_by_one(tmp_path: Path) -> None:
    """Two nameless members of an archive are two things, neither of them the archive itself."""
    with pytest.warns(UserWarning, match="Duplicate name"):
        raw = zipped(("", b"1"), ("", b"2"))
    path = tmp_path / "gói.zip"
    path.write_bytes(raw)
    names = [item.file for item in open_parcel(path, "inbox/gói.zip")]
    assert len(names) == len(set(names)) == 2
    assert all(name.startswith("inbox/gói.zip/") for name in names)
