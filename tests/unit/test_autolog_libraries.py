"""Every function that a library's table names, called on a real file."""

from __future__ import annotations

import importlib
import inspect
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import joblib
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.csv
import pyarrow.dataset
import pyarrow.feather
import pyarrow.ipc
import pyarrow.json
import pyarrow.orc
import pyarrow.parquet as pq
import pytest
import sklearn.datasets

import graphprov as gp
from graphprov.autolog import table
from graphprov.autolog.databases import database
from graphprov.autolog.libraries import pandas as pandas_table
from graphprov.autolog.libraries import polars as polars_table
from graphprov.autolog.places import Local, Unknown
from graphprov.autolog.table import Call
from tests.unit.test_run import Said

PD = pd.DataFrame({"x": [1, 2, 3], "y": ["a", "b", "c"]})
PL = pl.DataFrame({"x": [1, 2, 3], "y": ["a", "b", "c"]})
PA = pa.table({"x": [1, 2, 3]})
XY = (np.arange(6.0).reshape(3, 2), np.array([0, 1, 0]))

Doing = Callable[[str], Any]
Case = tuple[str, str, Doing, str, Doing]
"""What writes, the file, how; what reads, how. Where nothing of the table does the one, it is named `-`."""


def _text(content: str) -> Doing:
    return lambda path: Path(path).write_text(content)


def _closed(writer: Any, *write: Any) -> None:
    with writer as opened:
        for each in write:
            opened.write(each)


def _sql(path: str, do: Callable[[sqlite3.Connection], Any]) -> None:
    connection = sqlite3.connect(path)
    do(connection)
    connection.commit()
    connection.close()


CSV = "x,y\n1,a\n"
PANDAS: list[Case] = [
    ("DataFrame.to_csv", "a.csv", PD.to_csv, "read_csv", pd.read_csv),
    ("DataFrame.to_csv", "a.csv.gz", PD.to_csv, "read_table", pd.read_table),
    ("DataFrame.to_parquet", "a.parquet", PD.to_parquet, "read_parquet", pd.read_parquet),
    ("DataFrame.to_feather", "a.feather", PD.to_feather, "read_feather", pd.read_feather),
    ("DataFrame.to_orc", "a.orc", PD.to_orc, "read_orc", pd.read_orc),
    ("DataFrame.to_stata", "a.dta", PD.to_stata, "read_stata", pd.read_stata),
    ("DataFrame.to_json", "a.json", PD.to_json, "read_json", pd.read_json),
    ("DataFrame.to_pickle", "a.pkl", PD.to_pickle, "read_pickle", pd.read_pickle),
    ("to_pickle", "b.pkl", lambda path: pd.to_pickle(PD, path), "read_pickle", pd.read_pickle),
    ("DataFrame.to_excel", "a.xlsx", PD.to_excel, "read_excel", pd.read_excel),
    ("DataFrame.to_excel", "b.xlsx", PD.to_excel, "ExcelFile.__init__", lambda path: pd.ExcelFile(path).close()),
    ("DataFrame.to_xml", "a.xml", PD.to_xml, "read_xml", pd.read_xml),
    ("DataFrame.to_html", "a.html", PD.to_html, "read_html", pd.read_html),
    ("DataFrame.to_string", "a.txt", PD.to_string, "read_fwf", pd.read_fwf),
    ("Series.to_string", "s.txt", PD.x.to_string, "-", _text("")),
    ("DataFrame.to_sql", "a.db", lambda path: _sql(path, lambda db: PD.to_sql("t", db)), "read_sql",
     lambda path: _sql(path, lambda db: pd.read_sql("SELECT * FROM t", db))),
    ("DataFrame.to_sql", "b.db", lambda path: _sql(path, lambda db: PD.to_sql("t", db)), "read_sql_query",
     lambda path: _sql(path, lambda db: pd.read_sql_query("SELECT * FROM t", db))),
]  # fmt: skip
POLARS: list[Case] = [
    ("DataFrame.write_csv", "a.csv", PL.write_csv, "read_csv", pl.read_csv),
    ("LazyFrame.sink_csv", "b.csv", PL.lazy().sink_csv, "scan_csv", lambda path: pl.scan_csv(path).collect()),
    ("DataFrame.write_parquet", "a.parquet", PL.write_parquet, "read_parquet", pl.read_parquet),
    ("LazyFrame.sink_parquet", "b.parquet", PL.lazy().sink_parquet, "scan_parquet", pl.scan_parquet),
    ("DataFrame.write_ipc", "a.arrow", PL.write_ipc, "read_ipc", pl.read_ipc),
    ("LazyFrame.sink_ipc", "b.arrow", PL.lazy().sink_ipc, "scan_ipc", pl.scan_ipc),
    ("DataFrame.write_ipc_stream", "a.arrows", PL.write_ipc_stream, "read_ipc_stream", pl.read_ipc_stream),
    ("DataFrame.write_avro", "a.avro", PL.write_avro, "read_avro", pl.read_avro),
    ("DataFrame.write_json", "a.json", PL.write_json, "read_json", pl.read_json),
    ("DataFrame.write_ndjson", "a.ndjson", PL.write_ndjson, "read_ndjson", pl.read_ndjson),
    ("LazyFrame.sink_ndjson", "b.ndjson", PL.lazy().sink_ndjson, "scan_ndjson", pl.scan_ndjson),
    ("-", "a.txt", _text("x\n"), "read_lines", pl.read_lines),
    ("-", "b.txt", _text("x\n"), "scan_lines", pl.scan_lines),
    ("DataFrame.write_excel", "a.xlsx", PL.write_excel, "read_excel",
     lambda path: pl.read_excel(path, engine="openpyxl")),
    ("-", "a.db", lambda path: _sql(path, lambda db: db.execute("CREATE TABLE t (x)")), "read_database",
     lambda path: _sql(path, lambda db: pl.read_database("SELECT * FROM t", db))),
]  # fmt: skip


def _ipc(new: Callable[..., Any], path: str) -> None:
    with new(path, PA.schema) as writer:
        writer.write(PA)


PYARROW: list[Case] = [
    ("parquet.write_table", "a.parquet", lambda path: pq.write_table(PA, path), "parquet.read_table", pq.read_table),
    ("parquet.ParquetWriter.__init__", "b.parquet", lambda path: _ipc(pq.ParquetWriter, path),
     "parquet.ParquetFile.__init__", pq.ParquetFile),
    ("parquet.write_table", "c.parquet", lambda path: pq.write_table(PA, path), "parquet.read_pandas", pq.read_pandas),
    ("parquet.write_to_dataset", "set", lambda path: pq.write_to_dataset(PA, path), "parquet.ParquetDataset.__init__",
     pq.ParquetDataset),
    ("dataset.write_dataset", "more", lambda path: pa.dataset.write_dataset(PA, path, format="parquet"),
     "dataset.dataset", pa.dataset.dataset),
    ("csv.write_csv", "a.csv", lambda path: pa.csv.write_csv(PA, path), "csv.read_csv", pa.csv.read_csv),
    ("-", "b.csv", _text(CSV), "csv.open_csv", pa.csv.open_csv),
    ("-", "a.json", _text('{"x": 1}\n'), "json.read_json", pa.json.read_json),
    ("-", "b.json", _text('{"x": 1}\n'), "json.open_json", pa.json.open_json),
    ("orc.write_table", "a.orc", lambda path: pa.orc.write_table(PA, path), "orc.read_table", pa.orc.read_table),
    ("orc.ORCWriter.__init__", "b.orc", lambda path: _closed(pa.orc.ORCWriter(path), PA), "orc.ORCFile.__init__",
     pa.orc.ORCFile),
    ("feather.write_feather", "a.feather", lambda path: pa.feather.write_feather(PA, path), "feather.read_table",
     pa.feather.read_table),
    ("feather.write_feather", "b.feather", lambda path: pa.feather.write_feather(PA, path), "feather.read_feather",
     pa.feather.read_feather),
    ("ipc.new_file", "a.arrow", lambda path: _ipc(pa.ipc.new_file, path), "memory_map", pa.memory_map),
    ("output_stream", "b.bin", lambda path: _closed(pa.output_stream(path), b"x"), "input_stream", pa.input_stream),
]  # fmt: skip
NUMPY: list[Case] = [
    ("save", "a.npy", lambda path: np.save(path, XY[0]), "load", np.load),
    ("savez", "a.npz", lambda path: np.savez(path.removesuffix(".npz"), x=XY[0]), "load", np.load),
    ("savez_compressed", "b.npz", lambda path: np.savez_compressed(path, x=XY[0]), "load", np.load),
    ("savetxt", "a.txt", lambda path: np.savetxt(path, XY[0]), "loadtxt", np.loadtxt),
    ("savetxt", "b.txt", lambda path: np.savetxt(path, XY[0]), "genfromtxt", np.genfromtxt),
    ("-", "a.bin", lambda path: XY[0].tofile(path), "fromfile", np.fromfile),
]
_CON = duckdb.connect()
_METHOD = "DuckDBPyConnection."


def _copy(path: str) -> str:
    return f"COPY (SELECT 1 AS x) TO '{path}'"


def _query(path: str) -> str:
    return f"SELECT * FROM '{path}'"


DUCKDB: list[Case] = [
    ("DuckDBPyRelation.to_csv", "a.csv", lambda path: duckdb.sql("SELECT 1 AS x").to_csv(path), "read_csv",
     duckdb.read_csv),
    ("DuckDBPyRelation.write_csv", "b.csv", lambda path: _CON.sql("SELECT 1 AS x").write_csv(path),
     f"{_METHOD}read_csv", _CON.read_csv),
    ("DuckDBPyRelation.write_csv", "c.csv", lambda path: _CON.sql("SELECT 1 AS x").write_csv(path), "from_csv_auto",
     duckdb.from_csv_auto),
    ("-", "d.csv", _text(CSV), f"{_METHOD}from_csv_auto", _CON.from_csv_auto),
    ("DuckDBPyRelation.to_parquet", "a.parquet", lambda path: duckdb.sql("SELECT 1 AS x").to_parquet(path),
     "read_parquet", duckdb.read_parquet),
    ("DuckDBPyRelation.write_parquet", "b.parquet", lambda path: duckdb.sql("SELECT 1 AS x").write_parquet(path),
     "from_parquet", duckdb.from_parquet),
    ("sql", "c.parquet", lambda path: duckdb.sql(_copy(path)), f"{_METHOD}read_parquet", _CON.read_parquet),
    ("query", "d.parquet", lambda path: duckdb.query(_copy(path)), f"{_METHOD}from_parquet", _CON.from_parquet),
    ("execute", "e.parquet", lambda path: duckdb.execute(_copy(path)), "from_query",
     lambda path: duckdb.from_query(_query(path))),
    (f"{_METHOD}execute", "f.parquet", lambda path: _CON.execute(_copy(path)), f"{_METHOD}sql",
     lambda path: _CON.sql(_query(path))),
    ("-", "g.csv", _text(CSV), f"{_METHOD}query", lambda path: _CON.query(_query(path))),
    ("-", "h.csv", _text(CSV), f"{_METHOD}from_query", lambda path: _CON.from_query(_query(path))),
    ("-", "a.json", _text('{"x": 1}\n'), "read_json", duckdb.read_json),
    ("-", "b.json", _text('{"x": 1}\n'), f"{_METHOD}read_json", _CON.read_json),
]  # fmt: skip
JOBLIB: list[Case] = [("dump", "a.joblib", lambda path: joblib.dump(XY, path), "load", joblib.load)]
SKLEARN: list[Case] = [
    ("datasets.dump_svmlight_file", "a.svm", lambda path: sklearn.datasets.dump_svmlight_file(*XY, path),
     "datasets.load_svmlight_file", sklearn.datasets.load_svmlight_file),
    ("-", "b.svm", _text("0 1:1.0\n"), "datasets.load_svmlight_files",
     lambda path: sklearn.datasets.load_svmlight_files([path])),
    ("-", "c", lambda path: (Path(path, "k").mkdir(parents=True), Path(path, "k", "f.txt").write_text("x")),
     "datasets.load_files", sklearn.datasets.load_files),
]  # fmt: skip
CASES = {"duckdb": DUCKDB, "joblib": JOBLIB, "numpy": NUMPY, "pandas": PANDAS, "polars": POLARS, "pyarrow": PYARROW,
         "sklearn": SKLEARN}  # fmt: skip

NOT_TRIED = {
    "pandas": {
        "read_sas": "nothing here writes such a file",
        "read_spss": "nothing here writes such a file",
        "read_sql_table": "needs SQLAlchemy",
        "read_hdf": "needs PyTables",
        "DataFrame.to_hdf": "needs PyTables",
        "DataFrame.to_latex": "needs Jinja in a version of its own",
        "DataFrame.to_markdown": "needs tabulate",
        "Series.to_markdown": "needs tabulate",
    },
    "polars": {
        **dict.fromkeys(["read_delta", "scan_delta"], "needs deltalake"),
        **dict.fromkeys(["DataFrame.write_delta", "LazyFrame.sink_delta"], "needs deltalake"),
        "scan_lance": "needs lance",
        "read_ods": "needs fastexcel",
        "read_database_uri": "needs connectorx",
        "DataFrame.write_database": "needs SQLAlchemy",
    },
    "pyarrow": {
        "dataset.parquet_dataset": "needs a file of metadata",
        "ipc.open_file": "given the map that is recorded",
        "ipc.open_stream": "given the stream that is recorded",
        "ipc.new_stream": "as new_file",
    },
    "duckdb": {"executemany": "as execute", "DuckDBPyConnection.executemany": "as execute"},
}  # fmt: skip


def calls(library: str) -> dict[str, tuple[Any, Call]]:
    """The calls of a table by what the cases call them, with the module that they are below."""
    found = {}
    for module, declared in table.load(table.known()[library]).calls.items():
        for call in declared:
            below = module.partition(".")[2]
            found[f"{below}.{call.name}" if below else call.name] = (module, call)
    return found


@pytest.mark.parametrize("library", CASES)
def test_what_each_function_reads_and_writes_is_recorded(
    library: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    expected: dict[str, Any] = {}
    with gp.run("all", code=False), gp.auto(libraries=[library]):
        for number, (writes, file, write, reads, read) in enumerate(CASES[library]):
            name = f"{number}-{file}"
            for what, how, does in (("write", writes, write), ("read", reads, read)):
                label = f"{what} {name} {how}"
                with gp.run(label, code=False):
                    # The functions were imported before: the patched ones are found by name, as a script finds them.
                    _patched(library, how, does)(name)
                expected[label] = (
                    None if how == "-" else ({name} if what == "read" else set(), set() if what == "read" else {name})
                )
    said = Said()
    found: dict[str, Any] = {label: (set(), set()) for label in expected}
    for row in said.relations:
        ends = {"USED": ("source", "target", 0), "WAS_GENERATED_BY": ("target", "source", 1)}.get(row["relation"])
        if ends is not None:
            run, version, place = ends
            path = row["properties"].get("path") or said.nodes[row[version]]["path"]
            found[said.nodes[row[run]]["name"]][place].add(Path(path).name)
    assert {label: found[label] for label, each in expected.items() if each is not None} == {
        label: each for label, each in expected.items() if each is not None
    }


def _patched(library: str, how: str, does: Doing) -> Doing:
    """A function as a script would find it by its name now; a lambda looks it up itself."""
    if how == "-" or getattr(does, "__name__", "") == "<lambda>":
        return does
    if (owner := getattr(does, "__self__", None)) is not None and not inspect.ismodule(owner):
        return getattr(owner, how.rpartition(".")[2])  # type: ignore[no-any-return]
    module, call = calls(library)[how]
    target: Any = importlib.import_module(module)
    for part in call.name.removesuffix(".__init__").split("."):
        target = getattr(target, part)
    return target  # type: ignore[no-any-return]


@pytest.mark.parametrize("library", CASES)
def test_every_function_of_a_table_is_tried_or_says_why_not(library: str) -> None:
    tried = {name for case in CASES[library] for name in (case[0], case[3])} - {"-"}
    assert tried | set(NOT_TRIED.get(library, {})) == set(calls(library))


@pytest.mark.parametrize("library", CASES)
def test_the_functions_and_arguments_of_a_table_exist(library: str) -> None:
    for name, (module, call) in calls(library).items():
        target: Any = importlib.import_module(module)
        for part in call.name.split("."):
            assert hasattr(target, part), f"{module} has no {call.name}"
            target = getattr(target, part)
        known = call.parameters or tuple(inspect.signature(target).parameters)
        assert set(call.arguments) & set(known) or not call.arguments, name


@pytest.mark.parametrize(
    ("library", "declared", "not_recorded", "holders"),
    [
        ("pandas", "pandas", pandas_table.NOT_RECORDED, (pd, pd.DataFrame, pd.Series)),
        ("polars", "polars", polars_table.NOT_RECORDED, (pl, pl.DataFrame, pl.LazyFrame)),
    ],
)
def test_no_function_that_may_take_a_path_is_forgotten(
    library: str, declared: str, not_recorded: dict[str, str], holders: tuple[Any, ...]
) -> None:
    prefixes = ("read_", "to_") if library == "pandas" else ("read_", "scan_", "write_", "sink_")
    there = {name for holder in holders for name in dir(holder) if name.startswith(prefixes)}
    recorded = {name.rpartition(".")[2] for name in calls(library)}
    assert there - recorded == set(not_recorded)


@pytest.mark.parametrize(
    ("address", "file"),
    [
        ("sqlite://", None),
        ("sqlite:///:memory:", None),
        ("sqlite:///data/users.db", "data/users.db"),
        ("sqlite:////srv/users.db?timeout=5", "/srv/users.db"),
    ],
)
def test_a_database_in_memory_is_no_file(address: str, file: str | None) -> None:
    expected = Unknown("a database in memory") if file is None else Local(str(Path(file).absolute()))
    assert database(address) == [expected]
