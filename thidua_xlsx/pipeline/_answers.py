"""Who is who: the nominees that look alike, and the answers people give, appended to ``tra-loi.toml``."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from thidua_xlsx.campaign import ANSWERS_FILE, Answer, Side, load_answers
from thidua_xlsx.outcome import Outcome
from thidua_xlsx.pipeline._folder import Folder, UsageError
from thidua_xlsx.pipeline._lock import alone
from thidua_xlsx.text import say
from thidua_xlsx.vietnamese import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from thidua_xlsx.register import Question


def write_answer(home: Folder, outcome: Outcome, nominees: tuple[str, str], answer: tuple[bool, str, str], on: date) -> tuple[Path, Answer]:
    """Answer the question about two nominees (their ids): ``answer`` is whether they are the same, who says so, and why.

    The file is written beside and renamed; what stood in it stays as it was, comments too. Raises :class:`UsageError` where nothing is
    asked about the two, or a word is missing.
    """
    same, by, reason = answer
    if not by.strip() or not reason.strip():
        raise UsageError(say("cli.answer_words"))
    made = Answer(same, _asked(outcome.register.questions, nominees).sides, by.strip(), on, reason.strip())
    path = home.path / ANSWERS_FILE
    with alone(path):
        load_answers(home.path)
        _append(path, _entry(made))
    return path, made


def _asked(questions: Sequence[Question], nominees: tuple[str, str]) -> Question:
    wanted = sorted(map(fold, nominees))
    for question in questions:
        if sorted(fold(str(row.values.get("nominee_id", ""))) for row in (question.first, question.second)) == wanted:
            return question
    raise UsageError(say("cli.answer_not_asked", one=nominees[0], other=nominees[1]))


def _entry(answer: Answer) -> list[str]:
    """The answer as an office would write it by hand."""
    return [
        "[[answer]]",
        f"verdict = {_quoted('same' if answer.same else 'different')}",
        "nominees = [",
        *(f"    {_nominee(one)}," for one in answer.sides),
        "]",
        f"by = {_quoted(answer.by)}",
        f"on = {answer.on.isoformat()}",
        f"reason = {_quoted(answer.reason)}",
    ]


def _nominee(one: Side) -> str:
    facts = {"name": one.name, "birth": str(one.birth) if one.birth else None, "citizen_id": one.citizen_id, "unit": one.unit}
    return "{ " + ", ".join(f"{key} = {_quoted(value)}" for key, value in facts.items() if value) + " }"


def _quoted(words: str) -> str:
    """A TOML string; JSON's escapes are TOML's but for the delete sign, which TOML wants escaped too."""
    return json.dumps(words, ensure_ascii=False).replace("\x7f", "\\u007f")


def _append(path: Path, lines: Sequence[str]) -> None:
    """Add lines at the end of the file, in its own kind of line end; a new file begins with what it is for."""
    before = path.read_bytes() if path.exists() else (say("cli.answers_header") + "\n").encode("utf-8")
    end = "\r\n" if b"\r\n" in before else "\n"
    glue = "" if before.endswith(b"\n") or not before else end
    added = glue + end + end.join(lines) + end
    beside = path.with_name(f"~{os.getpid()}-{path.name}")
    try:
        beside.write_bytes(before + added.encode("utf-8"))
        beside.replace(path)
    except PermissionError:
        raise UsageError(say("cli.file_open", file=path)) from None
    finally:
        beside.unlink(missing_ok=True)
