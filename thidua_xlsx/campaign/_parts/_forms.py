"""From a block to the form in which a paper is made."""

from __future__ import annotations

from thidua_xlsx.campaign import plan
from thidua_xlsx.campaign._section import Section
from thidua_xlsx.model import NomineeKind
from thidua_xlsx.vietnamese import file_name

_WORD = ".docx"


def form(section: Section) -> plan.Form:
    """``[[form]]``; the name may be left out while it is not verified, the clause may not."""
    paper = section.one_of("paper", (*plan.PAPERS_OF_NOMINEE, *plan.PAPERS_OF_AWARD))
    kinds = [NomineeKind(kind) for kind in section.some_of("kinds", tuple(NomineeKind))]
    if kinds and paper in plan.PAPERS_OF_AWARD:
        section.report("form_of_list", paper=paper)
    template = section.text("template")
    if template and (file_name(template) != template or not template.endswith(_WORD)):
        section.report("bad_template", value=template)
    return plan.Form(
        paper=paper,
        awards=section.texts("awards"),
        kinds=tuple(kinds),
        since=section.day("from"),
        template=template,
        name=section.maybe_text("name"),
        clause=section.text("clause"),
    )
