"""polars: `read_*`, `scan_*` (recorded when scanned), `write_*`, `sink_*`."""

from __future__ import annotations

from graphprov.autolog.databases import database
from graphprov.autolog.table import Arguments, Call, Library, Touched, reads, writes


def _read_database(arguments: Arguments) -> Touched:
    return Touched(reads=database(arguments.get("connection", arguments.get("uri"))))


def _write_database(arguments: Arguments) -> Touched:
    where = database(arguments.get("connection"), arguments.get("table_name"))
    return Touched(writes=where, keeps=True, complete=False)


def _sink(arguments: Arguments) -> Touched:
    return Touched(writes=(arguments.get("path"),), complete=not arguments.get("lazy"))


def _write_excel(arguments: Arguments) -> Touched:
    target = arguments.get("workbook")
    if target is None:
        return Touched(writes=("dataframe.xlsx",))  # polars says so
    path = getattr(target, "filename", target)  # of a workbook of xlsxwriter, complete when it is closed
    suffix = ".xlsx" if isinstance(path, str) and "." not in path.rpartition("/")[2] else ""
    return Touched(writes=(path,), complete=path is target, suffix=suffix)


LIBRARY = Library(
    "polars",
    {
        "polars": (
            *reads(
                "source",
                *("read_avro", "read_csv", "read_delta", "read_excel", "read_ipc", "read_ipc_stream", "read_json"),
                *("read_lines", "read_ndjson", "read_ods", "read_parquet"),
                *("scan_csv", "scan_delta", "scan_ipc", "scan_lance", "scan_lines", "scan_ndjson", "scan_parquet"),
            ),
            Call("read_database", _read_database, ("connection",)),
            Call("read_database_uri", _read_database, ("uri",)),
            *writes(
                "file",
                *("DataFrame.write_avro", "DataFrame.write_csv", "DataFrame.write_ipc", "DataFrame.write_ipc_stream"),
                *("DataFrame.write_json", "DataFrame.write_ndjson", "DataFrame.write_parquet"),
            ),
            *writes("target", "DataFrame.write_delta", "LazyFrame.sink_delta", mode="mode"),
            Call("DataFrame.write_excel", _write_excel, ("workbook",)),
            Call("DataFrame.write_database", _write_database, ("connection", "table_name")),
            *(
                Call(f"LazyFrame.{name}", _sink, ("path", "lazy"))
                for name in ("sink_csv", "sink_ipc", "sink_ndjson", "sink_parquet")
            ),
        )
    },
)

NOT_RECORDED = {
    "read_clipboard": "no file",
    "read_ipc_schema": "no data: the schema alone",
    "read_parquet_metadata": "no data: the schema alone",
    "read_parquet_schema": "no data: the schema alone",
    "scan_arrow_c_stream": "no file",
    "scan_external_reader": "what it reads is up to its reader",
    "scan_iceberg": "a table of a catalog",
    "scan_pyarrow_dataset": "pyarrow.dataset.dataset is recorded",
    "sink_batches": "no file",
    "sink_iceberg": "a table of a catalog",
    "write_clipboard": "no file",
    "write_iceberg": "a table of a catalog",
}
"""Functions of these names that are not recorded, and why."""
