"""`graphprov.auto()`: on and off, which run takes what, and that nothing of the script changes."""

from __future__ import annotations

import contextlib
import importlib
import inspect
import io
import os
import pickle
import subprocess
import sys
import textwrap
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import graphprov as gp
from graphprov.autolog import table
from graphprov.autolog.libraries.duckdb import touched_by
from graphprov.errors import InvalidInput
from tests.unit.test_run import Said

ROOT = Path(__file__).resolve().parents[2]
FRAME = pd.DataFrame({"x": [1, 2, 3]})


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A project with one table; whatever a test leaves on is switched off."""
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    (folder / "users.csv").write_text("x,y\n1,0\n2,1\n3,0\n4,1\n")
    yield folder
    gp.auto(False)


def recorded(run: str | None = None) -> tuple[set[str], set[str]]:
    """What a run used and generated, as kind and name; of all runs without one."""
    said = Said()
    used = {target for source, target in said.edges("USED") if run in (None, source.partition(":")[2])}
    made = {source for source, target in said.edges("WAS_GENERATED_BY") if run in (None, target.partition(":")[2])}
    return {each.rstrip("@") for each in used}, {each.rstrip("@") for each in made}


def about(name: str) -> dict[str, Any]:
    (node,) = [node for node in Said().nodes.values() if node["name"] == name]
    return node


def test_off_puts_the_very_objects_back_and_twice_on_is_once() -> None:
    def now() -> list[Any]:
        fit = vars(LogisticRegression)["fit"]
        return [pd.read_csv, vars(pd.core.generic.NDFrame)["to_csv"], np.save,
                pl.scan_csv, vars(pq.ParquetFile)["__init__"], joblib.dump, fit, sys.excepthook, sys.exit,
                *sys.meta_path]  # fmt: skip

    before = now()
    first = gp.auto()
    patched = now()
    with gp.auto(name="again") as second:
        assert now() == patched
        assert second.run is first.run
    assert first.is_on, "who found it on leaves it on"
    assert [place for place in range(9) if before[place] is patched[place]] == []
    gp.auto(False)
    assert all(old is new for old, new in zip(before, now(), strict=True))
    assert not first.is_on


def test_a_patched_function_looks_pickles_and_fails_as_the_original() -> None:
    signature, told = inspect.signature(pd.read_csv), pd.read_csv.__doc__
    with gp.auto():
        assert inspect.signature(pd.read_csv) == signature
        assert pd.read_csv.__doc__ == told
        for function in (pd.read_csv, pd.DataFrame.to_csv, np.save, joblib.load, pq.read_table, pl.scan_csv):
            assert pickle.loads(pickle.dumps(function)) is function
        with pytest.raises(FileNotFoundError, match="nowhere"):
            pd.read_csv("nowhere.csv")
        with pytest.raises(TypeError, match="missing"):
            pd.read_csv()
        assert [len(chunk) for chunk in pd.read_csv("users.csv", chunksize=3)] == [3, 1]
        assert isinstance(pq.ParquetFile, type)
    assert recorded() == ({"dataset:users"}, set())


def test_the_scripts_run_takes_what_no_other_run_does_and_reads_of_its_own_are_no_inputs() -> None:
    with gp.auto(name="script", kind="cleaning") as on:
        frame = pd.read_csv("users.csv")
        pd.read_csv("users.csv")
        frame.to_parquet("clean.parquet")
        pq.read_table("clean.parquet")
        with gp.run("inner", code=False):
            pl.read_parquet("clean.parquet").write_csv("out.csv")
        assert on.run is not None
        assert on.run.is_open
    said = Said()
    assert recorded("script") == ({"dataset:users"}, {"dataset:clean"})
    assert recorded("inner") == ({"dataset:clean"}, {"dataset:out"})
    assert said.edges("PART_OF") == {("run:inner", "cleaning:script")}
    assert len([row for row in said.relations if row["relation"] == "USED"]) == 2
    assert about("script")["status"] == "completed"


def test_what_a_run_says_itself_wins() -> None:
    with gp.auto(), gp.run("train", code=False) as run:
        frame = pd.read_csv("users.csv")
        run.used("users.csv", name="people", role="train")
        frame.to_csv("model.csv")
        run.generated("model.csv", name="antispam", kind="model")
    assert recorded("train") == ({"dataset:people"}, {"model:antispam"})


def test_a_file_written_again_counts_with_its_last_content_and_one_appended_to_is_an_input() -> None:
    with gp.auto(name="script"):
        for last in range(3):
            FRAME.head(last).to_csv("checkpoint.csv")
        FRAME.to_csv("users.csv", mode="a")
        with Path("held.csv").open("w") as held:
            FRAME.to_csv(held)
    digests = {node["digest"] for node in Said().nodes.values() if node["name"] == "checkpoint" and "digest" in node}
    assert len(digests) == 2, "the first, taken at once, and the last"
    used, made = recorded("script")
    assert (used, made) == ({"dataset:users"}, {"dataset:checkpoint", "dataset:users", "dataset:held"})


def test_what_does_not_count_or_cannot_be_seen_is_counted(tmp_path: Path) -> None:
    with gp.auto(name="script", exclude=["secret*"]):
        pd.read_csv(io.StringIO("x\n1\n"))
        FRAME.to_csv(tmp_path / "scratch.csv")
        FRAME.to_csv("secret.csv")
        FRAME.to_csv(None)
        pl.scan_csv("s3://bucket/events.csv?X-Amz-Signature=abc")
        with pytest.raises(ImportError):
            pd.read_parquet("gs://nowhere/at-all.parquet", storage_options={"token": "x"})
    node = about("script")
    assert {key: value for key, value in node.items() if key.startswith(("left_out", "not_seen"))} == {
        "left_out.temporary": 1,
        "left_out.excluded": 1,
        "not_seen.StringIO": 1,
    }
    assert recorded("script") == ({"dataset:events"}, set())
    assert "abc" not in str(Said().nodes)


def test_the_parameters_of_what_is_fitted_are_the_runs_and_a_dumped_estimator_is_a_model() -> None:
    with gp.auto(name="script"):
        pipeline = make_pipeline(StandardScaler(), LogisticRegression(C=0.5))
        data = pd.read_csv("users.csv")
        joblib.dump(pipeline.fit(data[["x"]], data["y"]), "antispam.joblib")
        LogisticRegression(C=2.0).fit(data[["x"]], data["y"])
        LogisticRegression(C=3.0).fit(data[["x"]], data["y"])
    node = about("script")
    assert node["parameters.Pipeline.logisticregression__C"] == 0.5
    assert (node["parameters.LogisticRegression.C"], node["parameters.LogisticRegression (2).C"]) == (2.0, 3.0)
    assert not any(key.startswith("parameters.StandardScaler") for key in node)
    assert recorded("script")[1] == {"model:antispam"}


def test_threads_record_in_the_scripts_run() -> None:
    with gp.auto(name="script"), ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: FRAME.to_csv(f"part-{number}.csv"), range(16)))
    assert recorded("script")[1] == {f"dataset:part-{number}" for number in range(16)}


def test_trouble_is_one_warning_and_the_work_goes_on(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (work / "broken.toml").write_text("no toml")
    monkeypatch.setenv("GRAPHPROV_CONFIG", str(work / "broken.toml"))
    with warnings.catch_warnings(record=True) as caught, gp.auto():
        warnings.simplefilter("always")
        assert len(pd.read_csv("users.csv")) == 4
        FRAME.to_csv("out.csv")
    ours = [str(each.message) for each in caught if "graphprov" in str(each.message)]
    assert len(ours) == 1, ours
    assert pd.read_csv("out.csv").shape == (3, 2)


def test_a_library_that_is_not_known_is_refused_before_anything_is_patched() -> None:
    original = pd.read_csv
    with pytest.raises(InvalidInput, match="pandsa") as refused:
        gp.auto(libraries=["pandsa"])
    assert "pandas" in refused.value.nearest
    assert pd.read_csv is original


def test_a_library_that_is_imported_later_is_recorded_by_a_table_of_a_few_lines(
    work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (work / "csvlib.py").write_text("def load(path):\n    return open(path).read()\n")
    (work / "csvlib_table.py").write_text(
        "from graphprov.autolog import Library, reads\nLIBRARY = Library('csvlib', {'csvlib': reads('path', 'load')})\n"
    )
    monkeypatch.syspath_prepend(str(work))
    monkeypatch.setattr(table, "known", lambda: {"csvlib": "csvlib_table:LIBRARY"})
    with gp.auto(name="script"):
        csvlib = importlib.import_module("csvlib")
        loader = csvlib.__spec__.loader
        assert csvlib.load("users.csv").startswith("x,y")
    assert recorded("script") == ({"dataset:users"}, set())
    assert "exec_module" not in vars(loader)
    assert not hasattr(csvlib.load, "__wrapped__")


@pytest.mark.parametrize(
    ("sql", "read", "written", "not_seen"),
    [
        ("SELECT * FROM 'a.csv' JOIN read_parquet(['b.parquet', 'c.parquet']) USING (x)",
         {"a.csv", "b.parquet", "c.parquet"}, set(), False),
        ("COPY (SELECT max(x) FROM 'a.csv' WHERE y = 'b.csv') TO 'o''o.csv' (HEADER)", {"a.csv"}, {"o'o.csv"}, False),
        ("COPY t FROM 'a.csv'; COPY t TO 'b.csv'", {"a.csv"}, {"b.csv"}, False),
        ("CREATE OR REPLACE TABLE t AS WITH w AS (FROM 'a.csv') SELECT * FROM w", {"a.csv"}, set(), False),
        ("INSERT INTO t SELECT * FROM 'a.csv'", {"a.csv"}, set(), False),
        ("ATTACH 'b.duckdb'", set(), set(), True),
        ("SELECT 'a.csv' AS text", set(), set(), False),
        ("SELEC 'a.csv'", set(), set(), False),
    ],
)  # fmt: skip
def test_files_in_sql_are_told_by_the_parser_of_duckdb(
    sql: str, read: set[str], written: set[str], not_seen: bool
) -> None:
    importlib.import_module("duckdb")
    found = touched_by(sql)
    assert (set(found[0]), set(found[1]), found[2]) == (read, written, not_seen)


def script(text: str) -> subprocess.CompletedProcess[str]:
    """A script of its own process, with pandas imported after `auto()`."""
    Path("nightly.py").write_text("import graphprov, sys\ngraphprov.auto()\n"
                                  "import pandas as pd\n" + textwrap.dedent(text))  # fmt: skip
    return subprocess.run(
        [sys.executable, "nightly.py", "--fast"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("last", "status", "error"),
    [("raise ValueError('too few')", 1, "ValueError: too few"), ("sys.exit(3)", 3, "ScriptFailed: exit status 3")],
)
def test_a_script_that_fails_is_a_failed_run(last: str, status: int, error: str) -> None:
    done = script("pd.read_csv('users.csv')\n" + last)
    assert done.returncode == status, done.stderr
    node = about("nightly")
    assert node["status"] == "failed"
    assert node["error"].startswith(error)
    assert "nightly.py --fast" in node["command"]
    assert recorded("nightly") == ({"dataset:users"}, set())


def test_what_a_call_that_failed_has_written_is_made_and_what_it_left_alone_is_not() -> None:
    class Unpicklable:
        def __reduce__(self) -> str:
            raise RuntimeError("cannot be kept")

    def work_on() -> None:
        FRAME.to_csv("whole.csv")
        with contextlib.suppress(OSError, ValueError):
            FRAME.to_csv("old.joblib", mode="r")
        joblib.dump([np.arange(5), Unpicklable()], "half.joblib")

    Path("old.joblib").write_bytes(b"old")
    with pytest.raises(RuntimeError, match="cannot be kept"), gp.auto(name="script"):
        work_on()
    assert recorded("script")[1] == {"dataset:whole", "dataset:half"}
    assert about("script")["status"] == "failed"


def test_children_record_to_the_scripts_run_or_break_nothing() -> None:
    done = script(
        """
        import os, joblib
        frame = pd.read_csv('users.csv')
        if (child := os.fork()) == 0:
            frame.to_csv('by-child.csv')
            os._exit(0)
        os.waitpid(child, 0)
        print(joblib.Parallel(n_jobs=2)(joblib.delayed(pd.read_csv)('users.csv') for _ in range(2))[1].shape)
        frame.to_csv('by-parent.csv')
        """
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "(4, 2)\n", "")
    assert recorded("nightly") == ({"dataset:users"}, {"dataset:by-child", "dataset:by-parent"})
    assert about("nightly")["status"] == "completed"
