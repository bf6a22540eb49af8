"""The report as a table: CSV, Parquet, data frames; the same rows and columns in each."""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import math
import re
from datetime import UTC, datetime

import pytest

from graphprov.errors import InvalidInput
from graphprov.report import encode, frames, parquet, render, to_csv, to_frame, to_pandas, to_parquet, to_polars
from graphprov.report.columns import COLUMNS, columns
from tests.sample_incident import incident_report
from tests.sample_reports import HOSTILE, demo_report, empty_report, hostile_report

NAMES = [column.name for column in COLUMNS]
REPORTS = {"demo": demo_report, "incident": incident_report, "empty": empty_report, "hostile": hostile_report}


def _read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("name", ["demo", "incident"])
def test_the_table_is_as_reviewed(name, snapshot):
    assert to_csv(REPORTS[name]()) == snapshot


def test_one_line_per_affected_node_also_for_names_with_line_breaks():
    report = hostile_report()
    text = to_csv(report)
    rows = _read(text)
    assert len(text.splitlines()) == len(rows) + 1 == len(report.affected) + 1
    assert list(rows[0]) == NAMES


def test_no_cell_is_a_formula():
    hostile = hostile_report((*HOSTILE, "+1", "-1", "@SUM(A1)", "\t=1", " =1", "＝1", "|cmd", "%0A=1"))
    for row in csv.reader(io.StringIO(to_csv(hostile))):
        assert not [cell for cell in row if re.match(r"\s*[=+\-@|%＝＋－＠]", cell)]


def test_every_cell_reads_back_as_it_was_written():
    names = ('a,b "c" d', '"', ",", " lead and trail ", "ends with \\", "'quoted'")
    rows = _read(to_csv(hostile_report(names)))
    written = {row["name"] for row in rows}
    assert written == set(names)


def test_paths_without_number_are_infinite_in_every_table():
    rows = {row["name"]: row["paths"] for row in _read(to_csv(incident_report()))}
    assert rows["triage-tickets"] == "inf"
    assert float(rows["triage-tickets"]) == math.inf
    assert rows["intent-model"] == "3"
    assert rows["features"] == ""
    huge = incident_report()
    row = huge.affected[0].model_copy(update={"paths": 10**5000})
    assert _read(to_csv(huge.model_copy(update={"affected": [row]})))[0]["paths"] == "inf"


def test_why_and_via_tell_how_it_got_there():
    row = next(row for row in _read(to_csv(incident_report())) if row["name"] == "intent-tickets")
    assert row["why"].split(" -> ")[-2:] == ["serve-intent 2026-04-06", "intent-tickets@b54cda"]
    assert row["via"] == (
        "intent-distilled was used, without saying which version, by serve-intent 2026-04-06,"
        " which generated intent-tickets@b54cda"
    )


def test_the_path_is_the_same_whether_it_is_spelled_out_or_followed():
    report = demo_report()
    followed = report.model_copy(update={"affected": [row.model_copy(update={"why": None}) for row in report.affected]})
    assert [row["why"] for row in _read(to_csv(report))] == [row["why"] for row in _read(to_csv(followed))]


@pytest.mark.parametrize("name", REPORTS)
def test_frames_and_parquet_hold_the_same_rows(name):
    report = REPORTS[name]()
    pyarrow, polars = pytest.importorskip("pyarrow.parquet"), pytest.importorskip("polars")
    read = pyarrow.read_table(io.BytesIO(to_parquet(report)))
    frame = to_polars(report)
    assert read.column_names == frame.columns == NAMES
    assert read.to_pylist() == frame.to_dicts() == polars.read_parquet(io.BytesIO(to_parquet(report))).to_dicts()
    assert len(read) == len(report.affected)
    assert [row["name"] for row in frame.to_dicts()] == [row.name for row in report.affected], "names as they are"


def test_a_parquet_file_says_what_it_is_about_and_whether_it_is_complete():
    report = incident_report()
    about = _about(to_parquet(report))
    assert about["complete"] is False
    assert about["total"] == report.total
    assert about["cut"][0]["what"] == "why"
    assert "affected" not in about


def test_polars_writes_the_file_where_pyarrow_is_missing(monkeypatch):
    pyarrow = pytest.importorskip("pyarrow.parquet")
    report = incident_report()
    by_pyarrow = to_parquet(report)
    _without(monkeypatch, "pyarrow")
    by_polars = to_parquet(report)
    assert by_polars != by_pyarrow
    one, other = (pyarrow.read_table(io.BytesIO(content)).to_pylist() for content in (by_polars, by_pyarrow))
    assert one == other
    assert _about(by_polars) == _about(by_pyarrow)


def _about(content: bytes) -> dict[str, object]:
    pyarrow = pytest.importorskip("pyarrow.parquet")
    return json.loads(pyarrow.read_metadata(io.BytesIO(content)).metadata[parquet.METADATA_KEY.encode()])


@pytest.mark.parametrize("name", ["demo", "empty", "incident"])
def test_the_columns_of_a_pandas_frame_have_one_type_each_whatever_is_missing(name):
    pandas = pytest.importorskip("pandas")
    frame = to_pandas(REPORTS[name]())
    assert list(frame.columns) == NAMES
    assert str(frame["time"].dtype) == "datetime64[us, UTC]"
    assert frame["distance"].dtype == "int64"
    assert frame["failed"].dtype == bool
    assert frame["paths"].dtype == "float64"
    assert {str(frame[c.name].dtype) for c in COLUMNS if c.type == "text"} == {"string"}
    assert isinstance(to_frame(REPORTS[name]()), pandas.DataFrame)


@pytest.mark.parametrize("year", [1, 9999])
def test_times_at_the_ends_of_the_calendar_fit_every_table(year):
    pytest.importorskip("pandas")
    report = demo_report()
    time = datetime(year, 12, 31, 23, 59, tzinfo=UTC)
    report = report.model_copy(update={"affected": [report.affected[0].model_copy(update={"time": time})]})
    assert to_pandas(report)["time"][0].year == year
    assert to_polars(report)["time"][0] == time
    assert _read(to_csv(report))[0]["time"] == f"{year:04}-12-31T23:59:00Z"


def test_what_is_missing_is_named_with_the_way_to_get_it(monkeypatch):
    report = empty_report()
    _without(monkeypatch, "pandas", "polars", "pyarrow")
    for make, missing, hint in (
        (to_pandas, "pandas", "pip install pandas"),
        (to_polars, "polars", "pip install polars"),
        (to_frame, "pandas or polars", "pandas, or polars"),
        (to_parquet, "pyarrow or polars", "graphprov[parquet]"),
    ):
        with pytest.raises(InvalidInput, match=missing) as wrong:
            make(report)
        assert hint in wrong.value.hint


def test_parquet_is_no_text():
    with pytest.raises(InvalidInput, match="parquet is no text"):
        render(empty_report(), "parquet")
    pytest.importorskip("pyarrow")
    assert encode(empty_report(), "parquet").startswith(b"PAR1")


def test_values_have_the_type_that_their_column_says():
    types = {"text": str, "time": datetime, "integer": int, "number": int | float, "truth": bool}
    for name, values in columns(incident_report()).items():
        wanted = types[next(column.type for column in COLUMNS if column.name == name)]
        assert all(value is None or isinstance(value, wanted) for value in values), name


def _without(monkeypatch, *libraries: str) -> None:
    def find(name: str, *more: object):
        return None if name in libraries else importlib.util.find_spec(name)

    def load(name: str):
        if name in libraries:
            raise ImportError(name)
        return importlib.import_module(name)

    for module in (frames, parquet):
        monkeypatch.setattr(module, "find_spec", find)
    monkeypatch.setattr(frames, "import_module", load)
