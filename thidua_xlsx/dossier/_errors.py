"""Why papers cannot be made, or must not leave the house."""

from __future__ import annotations

from collections.abc import Sequence

from thidua_xlsx.model import Finding, UserError
from thidua_xlsx.text import message, say


class TemplateError(UserError, ValueError):
    """Word templates that cannot be used; ``problems`` names each file, field and place."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class ContradictionError(UserError):
    """Papers that contradict the register or each other (A640 to A644, A648 of ``findings``), so that none may leave the house."""

    exit_code = 1

    def __init__(self, findings: Sequence[Finding]) -> None:
        said = (f"{found.ref}: {found.code} {message(found)}" for found in findings)
        super().__init__("\n".join((say("dossier.contradiction"), *said)))
        self.findings = tuple(findings)
