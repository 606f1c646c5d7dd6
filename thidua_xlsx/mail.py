"""Letters to the units as drafts (.eml) that a mail program opens ready to send.

``X-Unsent: 1`` makes Outlook open a message as a draft. The same letter gives the same bytes: its boundary and Message-ID come from its
content, its date from the caller.
"""

from __future__ import annotations

from base64 import encodebytes
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from email.header import Header
from email.utils import format_datetime
from hashlib import sha256
from pathlib import Path, PurePosixPath
from unicodedata import normalize
from urllib.parse import quote

from thidua_xlsx.campaign import Campaign, Round, Unit
from thidua_xlsx.model import Finding, Severity
from thidua_xlsx.text import codes, language, message, say, to_unit

__all__ = ["issue_letter", "refusal_letter", "reminder_letter", "return_letter", "write_draft"]

_SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_POINTS = 3


# Drafts ---------------------------------------------------------------------------------------------------------------


def write_draft(path: Path, *, to: str | None, subject: str, body: str, attachment: Path | None, day: date) -> None:
    """Write a draft with an optional workbook; without ``to`` the clerk fills in the address."""
    data = attachment.read_bytes() if attachment else b""
    digest = sha256("\0".join((to or "", subject, body, str(day))).encode() + data).hexdigest()
    head = {
        "X-Unsent": "1",
        "To": to,
        "Subject": Header(subject, "utf-8", header_name="Subject").encode(linesep="\r\n"),
        "Date": format_datetime(datetime.combine(day, time(), UTC)),
        "Message-ID": f"<{digest[:32]}@thidua-xlsx.invalid>",
        "MIME-Version": "1.0",
    }
    text = _part({"Content-Type": "text/plain; charset=utf-8"}, body.replace("\n", "\r\n").encode())
    if attachment is None:
        path.write_bytes(_lines(head) + text)
        return
    boundary = f"=_{digest[32:]}"
    head["Content-Type"] = f'multipart/mixed; boundary="{boundary}"'
    parts = (text, _part(_attached(attachment.name), data))
    inner = b"".join(f"--{boundary}\r\n".encode() + part for part in parts)
    path.write_bytes(_lines(head) + b"\r\n" + inner + f"--{boundary}--\r\n".encode())


def _lines(fields: dict[str, str | None]) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value).encode("ascii")


def _part(fields: dict[str, str | None], content: bytes) -> bytes:
    return _lines(fields | {"Content-Transfer-Encoding": "base64"}) + b"\r\n" + encodebytes(content).replace(b"\n", b"\r\n")


def _attached(name: str) -> dict[str, str | None]:
    """The name twice: in RFC 2231 form first, which counts, and in plain letters for programs that do not know it."""
    letters = normalize("NFD", name.replace("đ", "d").replace("Đ", "D"))
    plain = "".join(char for char in letters if char.isascii() and char not in '"\\')
    extended = f"utf-8''{quote(name, safe='')}"
    return {
        "Content-Type": f'{_SPREADSHEET};\r\n name="{plain}"',
        "Content-Disposition": f'attachment;\r\n filename*={extended};\r\n filename="{plain}"',
    }


# Letters --------------------------------------------------------------------------------------------------------------


def issue_letter(campaign: Campaign, occasion: Round, unit: Unit) -> tuple[str, str]:
    """Subject and body of the letter that brings a unit its registration workbook."""
    with language("vi"):
        facts = _facts(campaign, occasion, unit)
        awards = "; ".join(campaign.awards[code].name for code in occasion.awards)
        body = say(
            "mail.issue_body",
            plan=campaign.plan,
            guide=say("template.guide_sheet"),
            sheets=", ".join(table.sheet for table in campaign.tables.values()),
            first=f"{occasion.achievements_from:%d/%m/%Y}",
            last=f"{occasion.achievements_to:%d/%m/%Y}",
            council=campaign.organ_on(occasion.deadline).council,
            awards=awards,
            **facts,
        )
        return say("mail.issue_subject", **facts), body.lstrip("\n")


def return_letter(campaign: Campaign, occasion: Round, unit: Unit, findings: Sequence[Finding]) -> tuple[str, str]:
    """Subject and body of the letter that brings a workbook back, with the three most important things to mend."""
    with language("vi"):
        late = any(found.code in ("C337", "C340") for found in findings)
        by = say("returns.by_soon" if late else "returns.by_deadline", deadline=f"{occasion.deadline:%d/%m/%Y}")
        facts = _facts(campaign, occasion, unit) | {"by": by}
        counts = {f"{severity.value}s": sum(found.severity is severity for found in findings) for severity in Severity}
        kind = "errors" if counts["errors"] else "warnings"
        verdict = "both" if counts["errors"] and counts["warnings"] else kind
        words = [say("mail.resent", office=facts["office"])] if any(found.code == "W180" for found in findings) else []
        body = say(
            "mail.return_body",
            verdict=" ".join([*words, say(f"mail.verdict_{verdict}", **counts)]),
            heading=say(f"mail.heading_{kind}"),
            points="\n".join(_points(findings)),
            review=say("template.review_sheet"),
            **facts,
        )
        return say(f"mail.return_subject_{kind}", **facts, **counts), body.lstrip("\n")


def refusal_letter(campaign: Campaign, occasion: Round, unit: Unit, refused: Finding, rows: int | None) -> tuple[str, str]:
    """Subject and body of the letter to a unit whose file could not be taken, with a form to go on in.

    ``rows`` says how many of its lines were moved into the attached form, None where nothing could be read and the form is empty.
    """
    with language("vi"):
        facts = _facts(campaign, occasion, unit) | {"by": say("returns.by_deadline", deadline=f"{occasion.deadline:%d/%m/%Y}")}
        facts |= {"file": PurePosixPath(refused.ref.file).name, "review": say("template.review_sheet")}
        if rows is None:
            return say("mail.refusal_subject", **facts), say("mail.refusal_body", reason=message(refused), **facts).lstrip("\n")
        reason = next(code.title for code in codes() if code.code == refused.code)
        return say("mail.moved_subject", **facts), say("mail.moved_body", reason=reason, rows=rows, **facts).lstrip("\n")


def reminder_letter(campaign: Campaign, occasion: Round, unit: Unit, on: date) -> tuple[str, str]:
    """Subject and body of the letter to a unit that has sent nothing by a day, in other words once the deadline has passed."""
    with language("vi"):
        facts = _facts(campaign, occasion, unit) | {"days": str(abs((occasion.deadline - on).days))}
        when = "soon" if on < occasion.deadline else "today" if on == occasion.deadline else "late"
        body = say("mail.reminder_body", state=say(f"mail.reminder_{when}", **facts), guide=say("template.guide_sheet"), **facts)
        return say(f"mail.reminder_subject_{when}", **facts), body.lstrip("\n")


def _facts(campaign: Campaign, occasion: Round, unit: Unit) -> dict[str, str]:
    office = campaign.organ_on(occasion.deadline).office
    return {
        "unit": unit.name,
        "round": occasion.name,
        "deadline": f"{occasion.deadline:%d/%m/%Y}",
        "office": office,
        "office_capitals": office.upper(),
    }


def _points(findings: Sequence[Finding]) -> list[str]:
    """The first of every kind of mistake, for the kinds that hold back most; notes are not asked about."""
    kinds: dict[str, list[Finding]] = {}
    for found in findings:
        if found.severity is not Severity.NOTE:
            kinds.setdefault(found.code, []).append(found)
    severities = list(Severity)
    # What is wrong with the file or a whole sheet has no cell and comes before single cells.
    ordered = sorted(
        kinds.values(), key=lambda same: (severities.index(same[0].severity), same[0].ref.cell != "", -len(same), same[0].code)
    )
    return [_point(number, same) for number, same in enumerate(ordered[:_POINTS], start=1)]


def _point(number: int, same: Sequence[Finding]) -> str:
    first, more = same[0], len(same) - 1
    words = {"number": number, "place": _place(first), "message": to_unit(message(first))}
    if more:
        return say("mail.point_more", more=more, review=say("template.review_sheet"), **words)
    return say("mail.point", **words)


def _place(found: Finding) -> str:
    key = "place_cell" if found.ref.cell else "place_sheet" if found.ref.sheet else "place_file"
    return say(f"mail.{key}", sheet=found.ref.sheet, cell=found.ref.cell)
