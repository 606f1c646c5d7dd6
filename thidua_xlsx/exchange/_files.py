"""Flat tables as files: CSV that Excel on Windows opens well and harmlessly, and Parquet."""

from __future__ import annotations

import csv
import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from thidua_xlsx.exchange._datasets import Dataset, Field, Value

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What makes a spreadsheet take a text for a formula when it opens a CSV file (OWASP, CSV injection)."""


def has_parquet() -> bool:
    """Whether pyarrow is installed, the extra ``parquet``."""
    return importlib.util.find_spec("pyarrow") is not None


def write_csv(folder: Path, dataset: Dataset) -> Path:
    """``<code>.csv``: RFC 4180 in UTF-8 with a byte order mark, without which Excel on Windows garbles Vietnamese.

    A text that would be a formula has an apostrophe before it. Ids, citizen ids and phone numbers have a tab, which keeps their leading
    zeros in Excel; whoever reads the file with a program strips it.
    """
    path = folder / f"{dataset.code}.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow([field.code for field in dataset.fields])
        for row in dataset.rows:
            writer.writerow([_cell(value, field) for value, field in zip(row, dataset.fields, strict=True)])
    return path


def _cell(value: Value, field: Field) -> Value:
    if not isinstance(value, str):
        return value
    if value.startswith(_FORMULA):
        return f"'{value}"
    return f"\t{value}" if field.kind == "digits" and value.isdigit() else value


def write_parquet(folder: Path, dataset: Dataset) -> Path:
    """``<code>.parquet`` with a type per column; headings and clauses go along as metadata of the columns."""
    import pyarrow as pa  # noqa: PLC0415 – an optional extra
    import pyarrow.parquet as pq  # noqa: PLC0415

    types = {"whole": pa.int64(), "decimal": pa.float64()}
    schema = pa.schema(
        [
            pa.field(each.code, types.get(each.kind, pa.string()), metadata={"heading": each.heading, "clause": each.clause})
            for each in dataset.fields
        ]
    )
    columns = [[_stored(row[place], field) for row in dataset.rows] for place, field in enumerate(dataset.fields)]
    arrays = [pa.array(values, type=field.type) for values, field in zip(columns, schema, strict=True)]
    path = folder / f"{dataset.code}.parquet"
    pq.write_table(pa.Table.from_arrays(arrays, schema=schema), path, compression="zstd")
    return path


def _stored(value: Value, field: Field) -> Any:
    if value is None:
        return None
    if field.kind == "whole":
        return int(value)
    return float(value) if field.kind == "decimal" else str(value)
