"""The report as a Parquet file: the rows of the CSV form with real types, and beside them what the report is about.

Written by pyarrow or polars, whichever is installed; the extra `parquet` brings the first. The file's own metadata
hold, under the key `graphprov`, the report without its lists as JSON, so that a table that was passed on still says
what it is about and whether it is complete.
"""

from __future__ import annotations

import io
from importlib.util import find_spec
from typing import Any

from graphprov.analysis.report import ImpactReport
from graphprov.errors import InvalidInput
from graphprov.report.columns import COLUMNS
from graphprov.report.frames import plain, to_polars

METADATA_KEY = "graphprov"

_LISTS = {"affected", "owners", "cleared", "relations", "names", "time_unknown", "unknown_origin", "look_at_also"}


def to_parquet(report: ImpactReport) -> bytes:
    """One row per listed node, nearest first; names exactly as they are recorded.

    Raises:
        InvalidInput: Neither pyarrow nor polars is installed.
    """
    check_installed()
    about = report.model_dump_json(exclude=_LISTS)
    if find_spec("pyarrow") is not None:
        return _by_pyarrow(report, about)
    out = io.BytesIO()
    to_polars(report).write_parquet(out, metadata={METADATA_KEY: about})
    return out.getvalue()


def check_installed() -> None:
    """Say what is missing where this machine cannot write Parquet.

    Raises:
        InvalidInput: Neither pyarrow nor polars is installed.
    """
    if find_spec("pyarrow") is None and find_spec("polars") is None:
        message = "Parquet needs pyarrow or polars, and neither is installed here"
        raise InvalidInput(message, hint="pip install 'graphprov[parquet]'")


def _by_pyarrow(report: ImpactReport, about: str) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    types: dict[str, Any] = {
        "text": pa.string(),
        "time": pa.timestamp("us", tz="UTC"),
        "integer": pa.int64(),
        "number": pa.float64(),
        "truth": pa.bool_(),
    }
    schema = pa.schema([(column.name, types[column.type]) for column in COLUMNS], metadata={METADATA_KEY: about})
    out = io.BytesIO()
    pq.write_table(pa.table(plain(report), schema=schema), out)
    return out.getvalue()
