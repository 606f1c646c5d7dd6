"""The papers of a round: dossiers, reports, tables for other programs."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from thidua_xlsx.campaign import Campaign
from thidua_xlsx.pipeline import _outputs, _sets
from thidua_xlsx.pipeline._folder import Folder, UsageError, word_templates
from thidua_xlsx.pipeline._lock import alone
from thidua_xlsx.pipeline._made import Made
from thidua_xlsx.pipeline._survey import surveyed
from thidua_xlsx.text import say


@dataclass(frozen=True, slots=True)
class Export:
    """What :func:`export` wrote; ``parquet`` says whether Parquet could be written, ``unset_codes`` which lists of codes are missing."""

    folder: Path
    written: tuple[Path, ...]
    parquet: bool
    unset_codes: tuple[str, ...]


def dossiers(
    folder: Path | str,
    round: str | None = None,
    nominees: Collection[str] = (),
    *,
    pdf: bool = False,
) -> tuple[Path, ...]:
    """Write Word dossiers for chosen nominees (or for all who are put forward) into the round's results, and PDFs with files to print.

    What has not changed since it was written is left as it is.

    Raises :class:`UsageError` for an unknown nominee, and where PDFs are asked for and LibreOffice is missing.
    """
    from thidua_xlsx.dossier import write_dossiers

    home, outcome = surveyed(folder, round)
    known = {entry.nominee_id for entry in outcome.assessments}
    unknown = [nominee for nominee in nominees if nominee not in known]
    if unknown:
        raise UsageError(say("cli.no_such_nominee", nominee=", ".join(unknown)))
    target = home.output(outcome.round.id) / _outputs.DOSSIERS_FOLDER
    with _sets.owned(target.parent):
        target.mkdir(parents=True, exist_ok=True)
        with word_templates(home) as word:
            written = write_dossiers(target, outcome, word, nominees=nominees or None)
        made = Made(home.path, target)
        if not nominees:
            _outputs.drop_former(target.parent, made, written)
        made.note_papers(written)
        made.save()
        return written if not pdf else (*written, *_pdfs(written, made, home.campaign.dossier_sets))


def _pdfs(written: Sequence[Path], made: Made, sets: int) -> Iterator[Path]:
    """A PDF of every paper and, where the papers of an award form are among them, one file to print with as many sets as are due."""
    from thidua_xlsx.dossier import print_order
    from thidua_xlsx.pipeline._pdf import to_pdf, to_print

    yield from to_pdf(written, made)
    for folder, papers in print_order(written).items():
        name = say("cli.print_set", sets=f"{sets:02d}")
        yield to_print([paper.with_suffix(".pdf") for paper in papers], folder / name, sets, made)


def export(folder: Path | str, round: str | None = None, output: Path | str | None = None, passwords: Collection[str] = ()) -> Export:
    """Write a round's tables for other programs: CSV, Parquet where pyarrow is installed, data dictionary, import list, statistics.

    They go into ``output/<round>-du-lieu`` unless ``output`` is given; files of the same names are replaced, others stay. Raises
    :class:`UsageError` where the folder is that of the inbox or a file is open elsewhere.
    """
    from thidua_xlsx.exchange import has_parquet, unset_columns, write_exchange

    home, outcome = surveyed(folder, round, passwords)
    target = Path(output) if output is not None else home.data(outcome.round.id)
    inbox, inside = home.inbox.resolve(), target.resolve()
    if inside == inbox or inbox in inside.parents or inside == home.path.resolve() or (target.exists() and not target.is_dir()):
        raise UsageError(say("cli.bad_output", target=target))
    target.mkdir(parents=True, exist_ok=True)
    written = []
    with alone(target), tempfile.TemporaryDirectory(dir=target, prefix=".") as scratch:
        for made in write_exchange(Path(scratch), outcome):
            try:
                written.append(made.replace(target / made.name))
            except PermissionError:
                raise UsageError(say("cli.file_open", file=target / made.name)) from None
    return Export(target, tuple(written), has_parquet(), unset_columns(outcome.campaign))


def report(
    folder: Path | str, stage: str, round: str | None = None, passwords: Collection[str] = (), *, pdf: bool = False
) -> tuple[Path, Path | None]:
    """Write the Word report of a stage (``so-ket`` or ``tong-ket``) into its round's results: ``bao-cao-<stage>.docx``.

    Without a round, the only one whose id begins with the stage's name is meant. Where the former report differs, somebody may have written
    into it: it is kept in ``da-sua-tay/`` and its path is the second one given. With ``pdf`` a PDF stands beside the report; one of a
    former report is taken away.

    Raises :class:`UsageError` where a PDF is asked for and LibreOffice is missing, hangs or makes none; the report itself stands then.
    """
    from thidua_xlsx.dossier import write_stage_report
    from thidua_xlsx.pipeline._stage import round_of, so_far

    home = Folder.at(folder)
    home, outcome = surveyed(folder, round or round_of(home.campaign, stage), passwords)
    path = home.output(outcome.round.id) / _outputs.stage_file(stage)
    with _sets.owned(path.parent), word_templates(home) as word:
        new = write_stage_report(path.with_name(f".{path.name}"), stage, outcome, so_far(home, outcome.round), word)
        kept, made = _sets.put_anew(new, path), Made(home.path, path.parent)
        _outputs.drop_outdated(path.parent.parent, made)
        if pdf:
            from thidua_xlsx.pipeline._pdf import to_pdf

            to_pdf((path,), made)
        return path, kept


def templates_problems(folder: Path | str, campaign: Campaign) -> tuple[str, ...]:
    """What is wrong with the Word templates that a merge of the folder would use; empty where all is well for the campaign."""
    from thidua_xlsx.dossier import check_templates

    with word_templates(Folder(Path(folder), campaign)) as word:
        return check_templates(word, campaign)
