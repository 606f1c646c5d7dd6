"""Drafts that open ready to send, and letters that say the most important things first."""

from __future__ import annotations

from datetime import date
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from pathlib import Path
from string import Formatter

import pytest

from thidua_xlsx.campaign import Campaign, load_campaign
from thidua_xlsx.mail import issue_letter, return_letter, write_draft
from thidua_xlsx.model import CellRef, Finding, Severity
from thidua_xlsx.text import codes, language, message, say
from thidua_xlsx.text import finding as text_finding

PLAN = Path(__file__).parent.parent / "workbook_templates" / "kien-giang" / "campaign.toml"
ROUND, UNIT, DAY = "so-ket-2023", "QLN", date(2023, 6, 30)
SUBJECT = "Phiếu đăng ký thi đua – Sơ kết phong trào, tháng 7/2023 – Phòng Quản lý nhà và Thị trường bất động sản"
BODY = "Kính gửi: Phòng Quản lý nhà\n\nĐề nghị đơn vị điền phiếu.\n\nTrân trọng./.\n"


@pytest.fixture(scope="module")
def campaign() -> Campaign:
    """The shipped plan."""
    return load_campaign(PLAN)


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """Something to attach, under a Vietnamese name."""
    path = tmp_path / "Phiếu đăng ký Đơn vị.xlsx"
    path.write_bytes(bytes(range(256)) * 20)
    return path


def draft(path: Path, to: str | None = "qln@example.vn", body: str = BODY, attachment: Path | None = None) -> EmailMessage:
    """A draft written and read back by the standard library."""
    write_draft(path, to=to, subject=SUBJECT, body=body, attachment=attachment, day=DAY)
    message_read = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
    assert isinstance(message_read, EmailMessage)
    assert message_read.defects == []
    return message_read


def test_a_draft_is_read_back_whole(tmp_path: Path, workbook: Path) -> None:
    """Subject, address, text and workbook come out of the file as they went in, and Outlook is told that it is unsent."""
    read = draft(tmp_path / "draft.eml", attachment=workbook)
    assert (read["X-Unsent"], read["To"], read["Subject"]) == ("1", "qln@example.vn", SUBJECT)
    assert parsedate_to_datetime(read["Date"]).date() == DAY
    text = read.get_body()
    assert text is not None
    assert text.get_content().replace("\r\n", "\n") == BODY
    (attached,) = read.iter_attachments()
    assert attached.get_filename() == workbook.name
    assert attached.get_content() == workbook.read_bytes()
    assert attached.get_content_type().endswith("spreadsheetml.sheet")


def test_an_old_mail_program_finds_a_plain_name(tmp_path: Path, workbook: Path) -> None:
    """Beside the RFC 2231 name stands one in plain letters; the file is ASCII with lines mail servers accept."""
    path = tmp_path / "draft.eml"
    draft(path, attachment=workbook)
    raw = path.read_bytes()
    assert b'filename="Phieu dang ky Don vi.xlsx"' in raw
    assert raw.isascii()
    assert raw.count(b"\n") == raw.count(b"\r\n")
    assert max(map(len, raw.split(b"\r\n"))) <= 998


def test_the_same_letter_is_the_same_bytes(tmp_path: Path, workbook: Path) -> None:
    """Boundary and Message-ID come from the content: equal for equal letters, another for another text or workbook."""
    first, second, other = tmp_path / "1.eml", tmp_path / "2.eml", tmp_path / "3.eml"
    one, two = draft(first, attachment=workbook), draft(second, attachment=workbook)
    assert first.read_bytes() == second.read_bytes()
    assert one["Message-ID"] == two["Message-ID"]
    assert draft(other, body=BODY + "Thêm.", attachment=workbook)["Message-ID"] != one["Message-ID"]
    workbook.write_bytes(b"changed")
    assert draft(other, attachment=workbook)["Message-ID"] != one["Message-ID"]


def test_without_address_or_workbook(tmp_path: Path) -> None:
    """A unit without an address gets a draft without one; a letter alone is a plain text message."""
    read = draft(tmp_path / "draft.eml", to=None)
    assert read["To"] is None
    assert read.get_content_type() == "text/plain"
    assert read.get_content().replace("\r\n", "\n") == BODY


def test_the_issue_letter(campaign: Campaign) -> None:
    """It names the unit, plan, round, window, deadline, office, sheets and award forms, in Vietnamese whatever the program speaks."""
    round_, unit = campaign.rounds[ROUND], campaign.units[UNIT]
    with language("en"):
        subject, body = issue_letter(campaign, round_, unit)
    organ = campaign.organ_on(round_.deadline)
    deadline = f"{round_.deadline:%d/%m/%Y}"
    assert unit.name in subject
    assert deadline in subject
    assert "\n" not in subject
    for wanted in (unit.name, campaign.plan, round_.name, deadline, f"{round_.achievements_from:%d/%m/%Y}", organ.office, organ.council):
        assert wanted in body
    for table in campaign.tables.values():
        assert table.sheet in body
    for code in round_.awards:
        assert campaign.awards[code].name in body
    assert body.startswith("Kính gửi")


def findings(severity: Severity, count: int, *, cell: str = "H6", skip: int = 0) -> list[Finding]:
    """``count`` findings of one code that has this severity; ``skip`` chooses another code."""
    entry = [entry for entry in codes() if entry.severity is severity][skip]
    facts = {
        name: f"({name})" for _, name, _, _ in Formatter().parse(entry.message) if name not in {None, "cell", "sheet", "file", "value"}
    }
    ref = CellRef("inbox/QLN.xlsx", "Thành tích" if cell else "", cell)
    return [Finding(entry.code, severity, ref, facts) for _ in range(count)]


def points(body: str) -> list[str]:
    """The numbered lines of a letter."""
    return [line for line in body.splitlines() if line[:2] in {"1.", "2.", "3.", "4.", "5."}]


def test_three_things_to_mend(campaign: Campaign) -> None:
    """Of many findings the letter names three kinds, errors before warnings, the whole file before cells, the commonest first."""
    whole, rare = findings(Severity.ERROR, 1, cell=""), findings(Severity.ERROR, 1, skip=1)
    common, light = findings(Severity.ERROR, 5, skip=2), findings(Severity.WARNING, 9)
    noted = findings(Severity.NOTE, 30)
    everything = [*noted, *light, *rare, *common, *whole]
    subject, body = return_letter(campaign, campaign.rounds[ROUND], campaign.units[UNIT], everything)
    first, second, third = points(body)
    assert message(whole[0]) in first
    assert say("mail.place_file") in first
    assert message(common[0]) in second
    assert "còn 4 chỗ" in second
    assert message(rare[0]) in third
    assert f"{len(whole) + len(rare) + len(common)} chỗ" in subject
    assert f"{campaign.rounds[ROUND].deadline:%d/%m/%Y}" in body
    assert f"{len(light)} chỗ nên xem lại" in body


def test_only_warnings(campaign: Campaign) -> None:
    """Where nothing is held back the letter says that the registration is counted."""
    light = findings(Severity.WARNING, 2, cell="Q7")
    subject, body = return_letter(campaign, campaign.rounds[ROUND], campaign.units[UNIT], light)
    assert "đã ghi nhận" in subject
    assert "phải sửa thì" not in body
    assert points(body) == [line for line in points(body) if "Trang Thành tích, ô Q7" in line]
    assert len(points(body)) == 1


def test_a_late_unit_is_not_asked_for_a_day_gone_by(campaign: Campaign) -> None:
    """Whose form was prepared after the deadline is asked to answer as soon as possible."""
    late = text_finding("C337", CellRef("inbox/QLN.xlsx", "Đơn vị", "D16"), value="05/07/2023", heading="Ngày lập", deadline="30/06/2023")
    wrong = findings(Severity.ERROR, 1)
    subject, body = return_letter(campaign, campaign.rounds[ROUND], campaign.units[UNIT], [late, *wrong])
    assert "sớm nhất có thể" in subject
    assert "trước khi hết ngày" not in subject + body
