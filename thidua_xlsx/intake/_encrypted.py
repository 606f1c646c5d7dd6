"""Workbooks behind a password, opened with the passwords the office knows (optional extra ``password``)."""

from __future__ import annotations

import io

from thidua_xlsx.intake import _ole
from thidua_xlsx.intake._container import BROKEN, Kind, Package
from thidua_xlsx.intake._gate import refused

try:
    import msoffcrypto
    from msoffcrypto.exceptions import DecryptionError, EncryptionError, FileFormatError, ParseError

    from thidua_xlsx.intake import _locked_ods
except ImportError:
    msoffcrypto = None

_EXCEL_OWN = "VelvetSweatshop"
"""With this password Excel encrypts workbooks that are merely read-only, and opens them without asking."""


def unlock(package: Package, passwords: tuple[str, ...], file: str) -> bytes:
    """The workbook inside, or the sentence about its password."""
    if msoffcrypto is None:
        raise refused("W174" if passwords else "W105", file)
    is_office = package.kind is Kind.LOCKED_OFFICE
    for password in dict.fromkeys((_EXCEL_OWN, *passwords) if is_office else passwords):
        opened = _opened(package.raw, password) if is_office else _opened_document(package, password, file)
        if opened is not None:
            return opened
    raise refused("W173" if passwords else "W105", file)


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


def _opened_document(package: Package, password: str, file: str) -> bytes | None:
    try:
        return _locked_ods.open_document(package, password)
    except _locked_ods.UnknownLockError as error:
        raise refused("W175", file) from error
    except BROKEN as error:
        raise refused("W110", file) from error
