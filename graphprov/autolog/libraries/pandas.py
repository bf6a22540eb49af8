"""pandas: `read_*`, `DataFrame.to_*`, `Series.to_*`."""

from __future__ import annotations

from typing import Any

from graphprov.autolog.databases import database
from graphprov.autolog.table import Arguments, Call, Library, Touched, reads, writes


def _from_sql(arguments: Arguments) -> Touched:
    return Touched(reads=database(arguments.get("con"), arguments.get("table_name")))


def _to_sql(arguments: Arguments) -> Touched:
    return Touched(writes=database(arguments.get("con"), arguments.get("name")), keeps=True, complete=False)


def _to_excel(arguments: Arguments) -> Touched:
    # A writer that was made before is complete only when it is closed.
    target: Any = arguments.get("excel_writer")
    return Touched(writes=(target,), complete=not hasattr(target, "sheets"))


LIBRARY = Library(
    "pandas",
    {
        "pandas": (
            *reads("filepath_or_buffer", "read_csv", "read_table", "read_fwf", "read_pickle", "read_sas", "read_stata"),
            *reads("path", "read_feather", "read_orc", "read_parquet", "read_spss"),
            *reads("path_or_buf", "read_hdf", "read_json"),
            *reads("io", "read_excel", "read_html"),
            *reads("path_or_buffer", "read_xml", "ExcelFile.__init__"),
            *(Call(name, _from_sql, ("con",)) for name in ("read_sql", "read_sql_query", "read_sql_table")),
            *writes("path_or_buf", "DataFrame.to_csv", "DataFrame.to_json", "DataFrame.to_hdf", mode="mode"),
            *writes("path", "DataFrame.to_parquet", "DataFrame.to_feather", "DataFrame.to_orc", "DataFrame.to_stata"),
            *writes("path", "DataFrame.to_pickle"),
            *writes("filepath_or_buffer", "to_pickle"),
            *writes("path_or_buffer", "DataFrame.to_xml"),
            *writes("buf", "DataFrame.to_html", "DataFrame.to_latex", "DataFrame.to_string", "Series.to_string"),
            *writes("buf", "DataFrame.to_markdown", "Series.to_markdown", mode="mode"),
            Call("DataFrame.to_excel", _to_excel, ("excel_writer",)),
            Call("DataFrame.to_sql", _to_sql, ("con", "name")),
        )
    },
)

NOT_RECORDED = {
    "read_clipboard": "no file",
    "read_iceberg": "a table of a catalog",
    "to_clipboard": "no file",
    "to_datetime": "no file",
    "to_dict": "no file",
    "to_frame": "no file",
    "to_iceberg": "a table of a catalog",
    "to_list": "no file",
    "to_numeric": "no file",
    "to_numpy": "no file",
    "to_period": "no file",
    "to_records": "no file",
    "to_timedelta": "no file",
    "to_timestamp": "no file",
    "to_xarray": "no file",
}
"""Functions of these names that are not recorded, and why."""
