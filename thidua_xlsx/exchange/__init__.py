"""The register for other programs: tables with a data dictionary, a province's import list, the State's statistics."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from thidua_xlsx.exchange._datasets import datasets
from thidua_xlsx.exchange._dictionary import write_dictionary
from thidua_xlsx.exchange._files import has_parquet, write_csv, write_parquet
from thidua_xlsx.exchange._province import unset_columns, write_import_list
from thidua_xlsx.exchange._statistics import write_statistics

if TYPE_CHECKING:
    from thidua_xlsx.outcome import Outcome

__all__ = ["DICTIONARY", "IMPORT_LIST", "STATISTICS", "has_parquet", "unset_columns", "write_exchange"]

DICTIONARY, IMPORT_LIST, STATISTICS = "tu-dien-du-lieu.xlsx", "danh-sach-nhap-phan-mem.xlsx", "thong-ke-tt-02-2023.xlsx"


def write_exchange(folder: Path, outcome: Outcome) -> tuple[Path, ...]:
    """Write everything into a folder and give the paths: the tables as CSV and, where pyarrow is installed, Parquet, then three workbooks.

    The same outcome gives the same bytes.
    """
    tables = datasets(outcome)
    written = [write_csv(folder, each) for each in tables]
    if has_parquet():
        written += [write_parquet(folder, each) for each in tables]
    workbooks = [folder / DICTIONARY, folder / IMPORT_LIST, folder / STATISTICS]
    write_dictionary(workbooks[0], tables, outcome)
    write_import_list(workbooks[1], outcome)
    write_statistics(workbooks[2], outcome)
    return (*written, *workbooks)
