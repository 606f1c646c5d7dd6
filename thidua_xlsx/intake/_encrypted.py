"""Workbooks behind a password, opened with the passwords the office knows (optional extra ``password``: msoffcrypto-tool)."""

from __future__ import annotations

import io

from thidua_xlsx.intake import _ole
from thidua_xlsx.intake._container import Kind, Package
from thidua_xlsx.intake._gate import refused

try:
    import msoffcrypto
    from msoffcrypto.exceptions import DecryptionError, EncryptionError, FileFormatError, ParseError
except ImportError:
    msoffcrypto = None

_EXCEL_OWN = "VelvetSweatshop"
"""With this password Excel encrypts workbooks that are merely read-only, and opens them without asking."""


def unlock(package: Package, passwords: tuple[str, ...], file: str) -> bytes:
    """The workbook inside, or the sentence about its password."""
    if package.kind is Kind.LOCKED_OFFICE and msoffcrypto is not None:
        for password in dict.fromkeys((_EXCEL_OWN, *passwords)):
            opened = _opened(package.raw, password)
            if opened is not None:
                return opened
    raise refused(_why(package.kind, passwords), file)


def _why(kind: Kind, passwords: tuple[str, ...]) -> str:
    if not passwords or kind is Kind.LOCKED_ODS:
        return "W105"
    return "W173" if msoffcrypto is not None else "W174"


def _opened(raw: bytes, password: str) -> bytes | None:
    """The content if the password fits."""
    plain = io.BytesIO()
    try:
        locked = msoffcrypto.OfficeFile(io.BytesIO(raw))
        locked.load_key(password=password, **({"verify_password": True} if locked.format == "ooxml" else {}))
        locked.decrypt(plain)
    except (DecryptionError, EncryptionError, FileFormatError, ParseError, OSError, *_ole.BROKEN):
        return None
    return plain.getvalue() if plain.getvalue().startswith((b"PK", _ole.MAGIC)) else None
