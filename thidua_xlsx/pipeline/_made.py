"""What a later command has added to a set of results (papers, PDFs), remembered as hashes beside the cache.

A PDF is known by the document it was made from, a document that was written again by itself. Where the memory is lost, PDFs are made again
and what was added is treated like a file that somebody else put there.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from thidua_xlsx.pipeline import _result
from thidua_xlsx.pipeline._cache import CACHE_FOLDER, digest, write_beside

_PDF = ".pdf"


class Made:
    """What the files in ``folder`` were made from, and their own hashes; kept in the campaign folder ``home``, nowhere without one."""

    def __init__(self, home: Path | None, folder: Path) -> None:
        self._folder = folder
        self._path = home / CACHE_FOLDER / f"pdf-{digest(str(folder.resolve()))[:16]}.json" if home else None
        self._known: dict[str, tuple[str, str]] = {}
        if self._path is None:
            return
        with suppress(OSError, ValueError, TypeError, AttributeError):
            known = json.loads(self._path.read_text(encoding="utf-8"))
            self._known = {str(name): (str(made_from), str(own)) for name, (made_from, own) in known.items()}

    def is_made(self, pdf: Path, made_from: str) -> bool:
        """Whether the PDF stands there, unchanged since it was made from just that."""
        return pdf.is_file() and self._known.get(self._name(pdf)) == (made_from, _result.sha256(pdf))

    def note(self, pdf: Path, made_from: str) -> None:
        """Remember what a new PDF was made from."""
        self._known[self._name(pdf)] = (made_from, _result.sha256(pdf))

    def note_papers(self, papers: Iterable[Path]) -> None:
        """Remember the documents as they now stand."""
        for path in papers:
            self.note(path, _result.sha256(path))

    def forget_papers(self) -> None:
        """Leave only the PDFs, as after a merge, whose own record has the documents."""
        self._known = {name: entry for name, entry in self._known.items() if name.endswith(_PDF)}

    def save(self) -> None:
        """Keep what was noted, where that can be."""
        if self._path is None:
            return
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_beside(self._path, json.dumps(self._known, ensure_ascii=False))

    def ours(self) -> dict[str, str]:
        """The hashes of all that was made, by name beside the folder."""
        return {f"{self._folder.name}/{name}": own for name, (_, own) in self._known.items()}

    def outdated(self) -> dict[str, str]:
        """Those of :meth:`ours` that are not made from what is there now: the document is gone or another."""
        return {f"{self._folder.name}/{name}": own for name, (made_from, own) in self._known.items() if not self._fits(name, self._folder)}

    def carry(self, new: Path) -> None:
        """Copy into a new folder, which will take the place of ``folder``, the PDFs that are still those of its documents."""
        for name, (made_from, _) in self._known.items():
            old = self._folder / name
            if name.endswith(_PDF) and self._fits(name, new) and self.is_made(old, made_from):
                shutil.copyfile(old, new / name)

    def state(self, folder: Path) -> str:
        """The hash of all PDFs below a folder that are those of their documents."""
        return self._state(folder.relative_to(self._folder), self._folder)

    def _state(self, below: Path, root: Path) -> str:
        known = ((name, own) for name, (_, own) in sorted(self._known.items()) if Path(name).is_relative_to(below) and name.endswith(_PDF))
        return digest(*(f"{name} {own}" for name, own in known if (root / name).with_suffix(".docx").is_file() and self._fits(name, root)))

    def _fits(self, name: str, root: Path) -> bool:
        """Whether a file was made from the document, or for one to print from the PDFs, as they are below ``root``."""
        document, made_from = (root / name).with_suffix(".docx"), self._known[name][0]
        if document.is_file():
            return _result.sha256(document) == made_from
        return self._state(Path(name).parent, root) == made_from

    def _name(self, pdf: Path) -> str:
        return pdf.relative_to(self._folder).as_posix()
