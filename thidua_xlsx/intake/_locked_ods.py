"""OpenDocument files behind a password: AES-256 with a key from PBKDF2, each part by itself.

That is OpenDocument 1.2 and 1.3 (part 3/part 2 "Packages", 3.4 and 4.8), as LibreOffice 3.5 to 24.2 save it. Blowfish (OpenOffice) and the
whole package behind Argon2 (later LibreOffice) are told apart and not opened.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from thidua_xlsx.intake._container import LARGEST_FILE, Package
from thidua_xlsx.intake._xlsx import attribute, named

_MANIFEST, _READ = "meta-inf/manifest.xml", ("content.xml", "meta.xml")
_AES, _SHA256, _PBKDF2 = "#aes256-cbc", "#sha256", "pbkdf2"
_BLOCK, _KEY = 16, 32
_MOST_ITERATIONS = 2_000_000
"""LibreOffice asks for 100,000; each million costs a good half second."""


class UnknownLockError(Exception):
    """The file is locked in a way that is not opened here."""


@dataclass(frozen=True, slots=True)
class _Lock:
    """How one part is locked."""

    salt: bytes
    iterations: int
    start: bytes

    def opened(self, secret: bytes, password: str) -> bytes | None:
        """The part's content if the password fits."""
        if not secret or len(secret) % _BLOCK:
            return None
        key = hashlib.pbkdf2_hmac("sha1", hashlib.sha256(password.encode()).digest(), self.salt, self.iterations, _KEY)
        decryptor = Cipher(AES(key), CBC(self.start)).decryptor()
        deflated = decryptor.update(secret) + decryptor.finalize()
        inflating = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            # What follows the end of the deflated data is padding
            content = inflating.decompress(deflated, LARGEST_FILE)
        except zlib.error:
            return None
        return content if inflating.eof and content.lstrip().startswith(b"<") else None


def open_document(package: Package, password: str) -> bytes | None:
    """The package without its lock, with the parts that are read and the mere names of all others; None where the password is another.

    Raises :class:`UnknownLockError`, and what ``zipfile`` raises on damaged packages.
    """
    locks = dict(_locks(package))
    if "content.xml" not in locks:
        raise UnknownLockError
    plain = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package.raw)) as locked, zipfile.ZipFile(plain, "w") as fresh:
        for name in locked.namelist():
            part = name.replace("\\", "/").lstrip("/").lower()
            content: bytes | None = b""
            if part in _READ:
                content = locks[part].opened(locked.read(name), password) if part in locks else locked.read(name)
            if content is None:
                return None
            if part != _MANIFEST:
                fresh.writestr(zipfile.ZipInfo(name), content)
    return plain.getvalue()


def _locks(package: Package) -> Iterator[tuple[str, _Lock]]:
    """How each of the parts that are read is locked."""
    try:
        root = ET.fromstring(package.parts[_MANIFEST])  # noqa: S314 (a DOCTYPE is refused before)
        for entry in named(root, "file-entry"):
            name = attribute(entry, "full-path").lower()
            facts = {attribute_of: value for child in entry.iter() for attribute_of, value in _facts(child)}
            if name in _READ and "algorithm-name" in facts:
                yield name, _lock(facts)
    except (ET.ParseError, KeyError, ValueError) as error:
        raise UnknownLockError from error


def _facts(element: ET.Element) -> Iterator[tuple[str, str]]:
    """The attributes by their local names."""
    return ((key.rpartition("}")[2], value) for key, value in element.items())


def _lock(facts: dict[str, str]) -> _Lock:
    start, iterations = b64decode(facts["initialisation-vector"]), int(facts["iteration-count"])
    is_known = (
        facts["algorithm-name"].lower().endswith(_AES)
        and facts.get("start-key-generation-name", "").lower().endswith(_SHA256)
        and facts["key-derivation-name"].lower().endswith(_PBKDF2)
        and facts.get("key-size", str(_KEY)) == str(_KEY)
    )
    if not is_known or len(start) != _BLOCK or not 0 < iterations <= _MOST_ITERATIONS:
        raise UnknownLockError
    return _Lock(b64decode(facts["salt"]), iterations, start)
