"""Mails (.eml, .emlx) and mailboxes (mbox): every attachment, with who sent it and when it arrived."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.policy import Compat32
from email.utils import collapse_rfc2231_value, parsedate_to_datetime
from pathlib import PurePosixPath

from thidua_xlsx.intake._archive import decoded
from thidua_xlsx.intake._container import MEBIBYTE
from thidua_xlsx.intake._names import shown
from thidua_xlsx.intake._part import MOST_PARTS, Part, Stop, ignore, refuse
from thidua_xlsx.model import Provenance

BROKEN = (MessageError, ValueError, LookupError, TypeError, AttributeError, AssertionError, ArithmeticError, OSError)
"""What ``email`` raises on damaged mails. ``RecursionError`` is told apart: the mail is not damaged but nested without end."""

_HOME = timezone(timedelta(hours=7))
_FIELD = rb"(?:(?:from|to|cc|date|subject|received|return-path|message-id|mime-version|delivered-to|reply-to|content-type|dkim-signature|"
_FIELD += rb"authentication-results|thread-(?:topic|index)|x-[a-z-]+|arc-[a-z-]+)[ \t]*:)"
_FIELDS = re.compile(rb"^" + _FIELD, re.IGNORECASE | re.MULTILINE)
_ANY_FIELD = re.compile(rb"[!-9;-~]+:")
_BLANK = b"\xef\xbb\xbf \t\r\n"
_HEAD = 16_384
_LETTER = re.compile(rb"From (?:(?<=\AFrom )|(?<=\n\nFrom )|(?<=\n\r\nFrom ))[^\n]*\n(?=>?[!-9;-~]+[: ])")
_BOUNDARY = re.compile(rb"boundary\s*=", re.IGNORECASE)
_MOST_DASHES = 50_000
_FEW_BOUNDARIES, _MOST_COMPARED = 40, 20_000_000
_DEEPEST = 4
_LARGEST = 40 * MEBIBYTE
"""Mail servers take 25 to 35 MB; taking a mail apart costs ten times its size in memory."""

LONGEST_SHOWN = 300
_LONGEST_FIELD = 4_000

_BODIES = frozenset({"message/delivery-status", "message/disposition-notification", "text/rfc822-headers"})
_SIGNED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted"})
_ELSEWHERE = "message/external-body"
_TRAPPINGS = re.compile(r"(?:att\d{5,}\.\w+|.*\.(?:p7s|asc|ics|vcf))", re.IGNORECASE)
_TRAPPING_TYPES = frozenset(
    {"text/calendar", "text/vcard", "text/x-vcard", "application/applefile", "application/ics"}
    | {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}
)
_SPREADSHEETS = (b"PK", b"\xd0\xcf\x11\xe0")
_SERVICES = re.compile(
    rb"(?:drive|docs)\.google\.com/|onedrive\.live\.com|1drv\.ms/|\.sharepoint\.com/|dropbox\.com/|wetransfer\.com|we\.tl/|fshare\.vn/"
    rb"|mediafire\.com/|icloud\.com/|mega\.nz/"
)


class _Fields(Compat32):
    """Header fields as text, with bytes beyond ASCII read as they were meant: old mailers write them bare.

    Only the beginning of a field counts: taking the parameters of one of megabytes apart would last for minutes.
    """

    def header_fetch_parse(self, name: str, value: str) -> str:
        return _meant(value[:_LONGEST_FIELD])


def is_mailbox(raw: bytes) -> bool:
    """Whether these bytes are an mbox, the file in which Thunderbird and Gmail keep many mails."""
    return raw.startswith(b"From ") and _LETTER.match(raw) is not None


def is_mail(raw: bytes, name: str) -> bool:
    """Whether these bytes begin as a mail does; with a mail's name one header field is enough."""
    head = _message(raw, name)[:_HEAD].lstrip(_BLANK)
    if not _ANY_FIELD.match(head):
        return False
    known = len(_FIELDS.findall(re.split(rb"\r?\n\r?\n", head, maxsplit=1)[0]))
    return known >= (1 if PurePosixPath(name).suffix.lower() in (".eml", ".emlx", ".msg", ".p7m") else 2)


def _message(raw: bytes, name: str) -> bytes:
    """The mail itself; Apple's .emlx has its length in a line before it and a property list behind."""
    length = raw[:16].partition(b"\n")[0]
    if not (name.lower().endswith(".emlx") and length.strip().isdigit()):
        return raw
    start = len(length) + 1
    return raw[start : start + int(length)]


def letters(raw: bytes) -> Iterator[Part]:
    """The attachments of every mail of a mailbox, the first mail being ``#1``."""
    starts = [found.start() for found in _LETTER.finditer(raw)]
    if len(starts) > MOST_PARTS:
        yield Part("", stop=refuse("W165", most=MOST_PARTS))
        return
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(raw)], strict=True), 1):
        body = raw.index(b"\n", start) + 1
        for part in attachments(raw[body:end]):
            yield part.under(f"#{number}")


def attachments(raw: bytes, name: str = "") -> Iterator[Part]:
    """Everything attached to a mail, and to mails within it; a mail without attachments is itself what is told of."""
    if len(raw) > _LARGEST:
        yield Part("", stop=refuse("W153", size=len(raw) // MEBIBYTE, most=_LARGEST // MEBIBYTE))
        return
    if _is_endless(raw):
        yield Part("", stop=refuse("W165", most=_MOST_DASHES))
        return
    try:
        message = BytesParser(policy=_Fields()).parsebytes(_message(raw, name).lstrip(_BLANK))
        yield from _attached(message, Provenance(), 0)
    except RecursionError:
        yield Part("", stop=refuse("W164"))
    except BROKEN:
        yield Part("", stop=refuse("W160"))


def _is_endless(raw: bytes) -> bool:
    """Whether parsing would last: lines that may begin a part, and every line compared with the boundary of every group around it."""
    boundaries = len(_BOUNDARY.findall(raw))
    compared = boundaries * raw.count(b"\n") if boundaries > _FEW_BOUNDARIES else 0
    return raw.count(b"\n--") > _MOST_DASHES or compared > _MOST_COMPARED


def _attached(message: Message, outer: Provenance, depth: int) -> Iterator[Part]:
    provenance = _provenance(message, outer)
    leaves = list(_leaves(message))
    things = [leaf for leaf in leaves if not _is_body(leaf)]
    if not things:
        yield Part("", provenance=provenance, stop=why_empty(map(_content, leaves)))
    for number, leaf in enumerate(things, 1):
        if leaf.is_multipart() and leaf.get_content_type() != _ELSEWHERE:
            yield from _nested(leaf, number, provenance, depth)
        else:
            yield _part(leaf, number, provenance)


def _leaves(message: Message) -> Iterator[Message]:
    """The parts that hold something, in their order, however they are grouped."""
    waiting = [message]
    while waiting:
        part = waiting.pop()
        if part.is_multipart() and part.get_content_maintype() != "message":
            waiting.extend(reversed(_inner(part)))
        else:
            yield part


def _inner(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [entry for entry in payload if isinstance(entry, Message)] if isinstance(payload, list) else []


def _is_body(leaf: Message) -> bool:
    """Text to be read, not a file; an empty mail is one part of text."""
    if leaf.get_content_type() in _BODIES:
        return True
    return leaf.get_content_maintype() in ("text", "multipart") and not _name(leaf) and leaf.get_content_disposition() != "attachment"


def why_empty(bodies: Iterable[bytes]) -> Stop:
    """A mail with only links to a file service, or with a file spelled out in its text, was meant to bring something."""
    texts = list(bodies)
    if any(_SPELLED_OUT.search(body) for body in texts):
        return refuse("W160")
    return refuse("W155") if any(_SERVICES.search(body) for body in texts) else ignore("W154")


_SPELLED_OUT = re.compile(rb"(?m)^begin(?:-base64)? [0-7]{3,4} \S[^\r\n]*\r?\n[!-`]")
"""A file put into the text of a mail by uuencode, as programs did before there were attachments."""


def _nested(leaf: Message, number: int, provenance: Provenance, depth: int) -> Iterator[Part]:
    """The attachments of a mail that is attached to a mail, by their own sender and date."""
    name = _name(leaf) or f"#{number}"
    inner = _inner(leaf)
    if depth >= _DEEPEST:
        yield Part(name, provenance=provenance, stop=refuse("W164"))
    elif inner and not inner[0].keys() and leaf.get("content-transfer-encoding", "7bit").strip().lower() == "base64":
        # Against RFC 2046 some gateways encode the whole mail; the parser then sees a mail without header fields
        inner[0]["Content-Transfer-Encoding"] = "base64"
        yield Part(f"{name}.eml", _content(inner[0]), provenance)
    else:
        for part in (part for message in inner for part in _attached(message, provenance, depth + 1)):
            yield part.under(name)


def _part(leaf: Message, number: int, provenance: Provenance) -> Part:
    name = _name(leaf) or f"#{number}"
    try:
        content = _content(leaf)
    except BROKEN:
        return Part(name, provenance=provenance, stop=refuse("W160"))
    stop = aside(leaf.get_content_type(), name, content)
    modified = provenance.received.timestamp() if provenance.received else None
    return Part(name, b"" if stop else content, provenance, modified, stop)


def aside(kind: str, name: str, content: bytes) -> Stop | None:
    """What a mail carries besides files that somebody attached: pictures and signatures, and wrappings only one program reads."""
    sealed = kind in _SIGNED or name.lower().endswith(".p7m")
    if (sealed and not is_mail(content, name)) or content.startswith(b"-----BEGIN PGP MESSAGE"):
        return refuse("W157")
    if kind == _ELSEWHERE:
        return refuse("W155")
    if content.startswith(_SPREADSHEETS):
        return None
    if kind in _TRAPPING_TYPES or _TRAPPINGS.fullmatch(name.replace("\\", "/").rpartition("/")[2]):
        return ignore("W158")
    return ignore("W131") if kind.startswith("image/") else None


def _content(leaf: Message) -> bytes:
    payload = leaf.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _name(leaf: Message) -> str:
    """An attachment's file name, however it is encoded (RFC 2231, RFC 2047, bare bytes); the encoded one of two is the true one."""
    for header, field in (("content-disposition", "filename"), ("content-type", "name")):
        values = [value for key, value in leaf.get_params(failobj=[], header=header) if key.lower() == field and value]
        for value in sorted(values, key=lambda value: isinstance(value, str)):
            return words(collapse_rfc2231_value(value)).strip()
    return ""


def headers(raw: bytes) -> Provenance:
    """What a block of header fields says."""
    try:
        return _provenance(BytesParser(policy=_Fields()).parsebytes(raw, headersonly=True), Provenance())
    except BROKEN:
        return Provenance()


def _provenance(message: Message, outer: Provenance) -> Provenance:
    """What a mail says of itself, and of what it does not say what the mail around it says."""
    sender, subject = (words(message.get(field, ""))[:LONGEST_SHOWN] for field in ("from", "subject"))
    return Provenance(shown(sender) or outer.sender, shown(subject) or outer.subject, _received(message) or outer.received)


def _received(message: Message) -> datetime | None:
    """When the mail reached the last mail server, which writes its line on top; else when it was sent."""
    stamps = [str(line).rpartition(";")[2] for line in message.get_all("received", [])]
    stamps += [str(line) for field in ("delivery-date", "date") for line in message.get_all(field, [])]
    return next((when for stamp in stamps if (when := moment(stamp))), None)


def moment(stamp: str) -> datetime | None:
    """A date of a mail's header; without a time zone it is that of Viet Nam, and what no mail can have is none."""
    try:
        when = parsedate_to_datetime(stamp[:100].strip())
    except BROKEN:
        return None
    return credible(when if when.tzinfo else when.replace(tzinfo=_HOME))


def credible(when: datetime) -> datetime | None:
    """The moment, unless it lies before there were mails or far ahead."""
    return when.astimezone(UTC) if 1980 < when.year < 2200 else None


def words(value: str) -> str:
    """A header field as text, with encoded words (RFC 2047) decoded and line breaks gone."""
    value = " ".join(_meant(value[:_LONGEST_FIELD]).split())
    if "=?" not in value:
        return value
    try:
        pieces = decode_header(value)
    except BROKEN:
        return value
    return " ".join("".join(_piece(piece, charset) for piece, charset in pieces).split())


def _piece(piece: str | bytes, charset: str | None) -> str:
    if isinstance(piece, str):
        return piece
    if charset is None:
        return piece.decode("ascii", errors="replace")
    try:
        return piece.decode(charset)
    except (LookupError, ValueError):
        return decoded(piece, piece.decode("latin-1"))


def _meant(value: str) -> str:
    """Bare bytes in a header field, which the parser keeps as lone surrogates."""
    try:
        raw = str(value).encode("ascii", errors="surrogateescape")
    except UnicodeEncodeError:
        return str(value)
    return str(value) if raw.isascii() else decoded(raw, raw.decode("latin-1"))
