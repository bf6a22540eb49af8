"""Digests of tables and models of other libraries, and rules that come from plug-ins."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from scipy import sparse

from graphprov.digest import digest_object
from graphprov.errors import InvalidInput

ROOT = Path(__file__).parents[2]


def digest(value: Any) -> str:
    return digest_object(value).hex


def table() -> pa.Table:
    return pa.table(
        {
            "name": ["ada", None, "émile"],
            "born": pa.array([1815, 0, None], pa.int16()),
            "score": [0.5, float("nan"), None],
            "known": [True, None, False],
            "tags": [["a", "b"], None, []],
            "at": pa.array([1, None, 3], pa.timestamp("us", "UTC")),
            "place": [{"x": 1, "y": "n"}, None, {"x": None, "y": "s"}],
        }
    )


def frame() -> pd.DataFrame:
    return pd.DataFrame({"name": ["ada", None], "score": [0.5, float("nan")]}, index=[3, 4])


GOLDEN = {
    "arrow": (table, "9d8ad292dee54c41d9d26e22a421d0f935b4b232f0c5a863cabfaa1068d6add4"),
    "column": (lambda: pa.array(["a", None, "b"]), "4ac8949f43b1d69500f952e058488cad9cc0113343e3cefd316906ca2ff836b0"),
    "polars": (
        lambda: pl.DataFrame({"a": [1, None], "b": ["x", "y"]}),
        "2cd44d45098dfd0b1a865d1ed0ec14aa245bc3d63146c54e2fbf2e85c45e142c",
    ),
    "series": (lambda: pl.Series("a", [1.5, None]), "2881219cd82e11b2a7fb95c43a9a10bf8e73f0365aee6cb7ac7f25181e7804eb"),
    "pandas": (frame, "29fe8babd0908d14646df769cda525f0acd823fe6a1cf459497abdaa38841d97"),
    "numpy": (
        lambda: np.arange(6, dtype="<i4").reshape(2, 3),
        "12a9f5f6ab27a117f186b73a56ae570cc256a6e22420dec8406bec5c08afd06e",
    ),
    "texts": (
        lambda: np.array(["a", None, "b"], dtype=object),
        "df9c3f21f71501833841e820a804d50f972096e6701a8f520d431ad5bcaa6233",
    ),
    "sparse": (
        lambda: sparse.csr_array(np.array([[0, 1.5], [2.5, 0]])),
        "39fd659cbecfcfa2914d6d034d7ae6c96fe75616f474c3060d7a6e981e1f4d9d",
    ),
    "nested": (
        lambda: {"a": [1, 2.5, None, "x"], "b": {3, (4, b"5")}},
        "fca76f97bc2ebd46dcd754f76fe243f9d0a7975ff781683a913083a59eaaf262",
    ),
}
"""Fixed digests: every machine, version of Python and of a library must come to these."""

PRINT = "from tests.unit.test_digest_libraries import *; [print(n, digest(make())) for n, (make, _) in GOLDEN.items()]"


@pytest.mark.parametrize("name", GOLDEN)
def test_a_digest_is_the_same_on_every_machine(name: str) -> None:
    make, expected = GOLDEN[name]
    assert digest(make()) == expected


def test_a_digest_is_the_same_under_another_hash_seed() -> None:
    printed = python(PRINT, PYTHONHASHSEED="1").stdout
    assert dict(line.split() for line in printed.splitlines()) == {name: gold for name, (_, gold) in GOLDEN.items()}


def python(code: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run code in a process of its own; what it prints to stderr is kept too."""
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=True,
    )


class TestATable:
    def test_how_it_is_stored_does_not_count(self) -> None:
        plain, expected = table(), digest(table())
        again = [
            pa.concat_tables([plain.slice(0, 1), plain.slice(1)]),
            pa.concat_tables([plain, plain]).slice(3),
            plain.combine_chunks().to_batches()[0],
            plain.replace_schema_metadata({"pandas": "made by version 1"}),
            plain.set_column(0, "name", plain["name"].dictionary_encode()),
            plain.set_column(0, "name", plain["name"].cast(pa.large_string())),
            plain.set_column(0, "name", plain["name"].cast(pa.string_view())),
            plain.set_column(4, "tags", plain["tags"].cast(pa.large_list(pa.string()))),
            pl.from_arrow(plain).with_columns(pl.col("born").cast(pl.Int16)),
        ]
        assert [digest(each) for each in again] == [expected] * len(again)

    @pytest.mark.parametrize(
        "change",
        [
            lambda t: t.slice(0, 2),
            lambda t: t.rename_columns(["Name", *t.column_names[1:]]),
            lambda t: t.select(t.column_names[::-1]),
            lambda t: t.set_column(1, "born", t["born"].cast(pa.int32())),
            lambda t: t.set_column(1, "born", t["born"].fill_null(0)),
            lambda t: t.set_column(0, "name", t["name"].fill_null("")),
            lambda t: t.set_column(4, "tags", pa.array([["a"], None, ["b"]])),
            lambda t: t.set_column(5, "at", t["at"].cast(pa.timestamp("us", "Europe/Paris"))),
        ],
    )
    def test_what_it_says_counts(self, change: Any) -> None:
        assert digest(change(table())) != digest(table())

    def test_what_lies_under_a_missing_value_does_not_count(self) -> None:
        def column(hidden: str) -> pa.Array:
            _, offsets, data = pa.array(["a", hidden, "c"]).buffers()
            return pa.StringArray.from_buffers(3, offsets, data, pa.py_buffer(b"\x05"), 1)

        assert digest(column("bb")) == digest(column("zz")) == digest(pa.array(["a", None, "c"]))
        lists = pa.ListArray.from_arrays([0, 1, 2, 3], [1, 2, 3], mask=pa.array([False, True, False]))
        assert digest(lists) == digest(pa.array([[1], None, [3]]))

    @pytest.mark.parametrize(
        "column",
        [
            pa.nulls(3),
            pa.array([[("a", 1)], None, [("b", 2), ("c", 3)]], pa.map_(pa.string(), pa.int64())),
            pa.array([[1, 2], None, [3, 4]], pa.list_(pa.int64(), 2)),
            pa.array([1, None, 2], pa.decimal128(9, 2)),
            pa.array([b"ab", None, b"cd"], pa.binary(2)),
            pa.array([True, None, False]),
            pa.array([(1, 2, 3), None, (4, 5, 6)], pa.month_day_nano_interval()),
            pa.array([b"x" * 16, None, b"y" * 16], pa.uuid()),
            pa.RunEndEncodedArray.from_arrays([1, 3], ["a", "b"]),
            pa.array([["x"], None, ["y"]], pa.list_(pa.dictionary(pa.int8(), pa.string()))),
        ],
        ids=lambda column: str(column.type),
    )
    def test_each_type_of_column_is_its_values_whatever_the_chunks(self, column: pa.Array) -> None:
        chunks = pa.chunked_array([column.slice(0, 1), column.slice(1, 0), column.slice(1)])
        assert digest(chunks) == digest(column)
        if not pa.types.is_null(column.type):
            assert digest(column.slice(0, 2)) != digest(column.slice(1, 2))

    def test_polars_and_arrow_agree_and_pandas_is_another(self) -> None:
        both = {"a": [1, 2], "b": ["x", "y"]}
        assert digest(pl.DataFrame(both)) == digest(pa.table(both)) != digest(pd.DataFrame(both))
        categorical = pl.DataFrame(both).with_columns(pl.col("b").cast(pl.Categorical))
        assert digest(categorical) == digest(pa.table(both))
        assert digest(pl.Series("a", [1])) != digest(pl.Series("b", [1]))

    def test_text_of_pandas_is_the_same_kept_by_arrow_or_not(self) -> None:
        values = ["ada", None, "émile"]
        kinds = [
            object,
            pd.StringDtype("python"),
            pd.StringDtype("pyarrow"),
            pd.StringDtype("pyarrow", na_value=np.nan),
        ]
        assert len({digest(pd.Series(values, dtype=kind)) for kind in kinds}) == 1

    @pytest.mark.parametrize(
        ("value", "hint"),
        [
            (pl.LazyFrame({"a": [1]}), "collect"),
            (pa.RecordBatchReader.from_batches(pa.schema([]), []), "read_all"),
            (pa.UnionArray.from_sparse(pa.array([0], pa.int8()), [pa.array([1])]), "cast"),
            (pl.Series([object()], dtype=pl.Object), "cast"),
        ],
        ids=["lazy", "reader", "union", "objects"],
    )
    def test_what_is_no_value_yet_is_refused_with_what_to_give(self, value: Any, hint: str) -> None:
        with pytest.raises(InvalidInput, match="has no digest") as refused:
            digest_object([value])
        assert hint in (refused.value.hint or "")


def test_a_sparse_array_is_its_entries_in_whatever_format() -> None:
    dense = np.array([[0, 1.5, 0], [2.5, 0, np.nan]])
    forms = [
        getattr(sparse, f"{form}_{kind}")(dense)
        for form in ("csr", "csc", "coo", "lil")
        for kind in ("array", "matrix")
    ]
    twice = sparse.coo_array(([1, 0.5, 2.5, np.nan, 0], ([0, 0, 1, 1, 0], [1, 1, 0, 2, 0])), shape=(2, 3))
    assert len({digest(each) for each in (*forms, twice)}) == 1
    assert twice.nnz == 5, "the object itself is left as it is"
    assert digest(forms[0]) not in {digest(forms[0].T), digest(forms[0].astype("f4")), digest(dense)}


def test_a_state_dict_is_its_names_and_values_in_any_order() -> None:
    state = OrderedDict(weight=np.ones(2), bias=np.zeros(1))
    state._metadata = {"": {"version": 1}}  # type: ignore[attr-defined]  # as torch keeps it there
    assert digest(state) == digest({"bias": np.zeros(1), "weight": np.ones(2)})
    assert digest(state) != digest({"bias": np.zeros(1), "weight": np.zeros(2)})


class TestTorch:
    @pytest.fixture
    def torch(self) -> Any:
        return pytest.importorskip(
            "torch", reason="torch is not installed: it is large, and graphprov does not need it"
        )

    def test_a_tensor_is_its_type_shape_and_numbers(self, torch: Any) -> None:
        plain = torch.arange(12.0).reshape(3, 4)
        assert digest(plain) == digest(torch.nn.Parameter(plain)) == digest(plain.T.contiguous().T)
        others = [
            plain.T,
            plain.double(),
            plain.bfloat16(),
            plain.half(),
            plain.numpy(),
            plain.reshape(4, 3),
            plain.bool(),
        ]
        assert len({digest(each) for each in (plain, *others)}) == len(others) + 1
        nan = torch.tensor([float("nan")], dtype=torch.bfloat16)
        assert digest(nan) == digest(-nan)
        with pytest.raises(InvalidInput, match="meta tensor"):
            digest(torch.empty(2, device="meta"))

    def test_it_has_the_same_digest_on_every_machine(self, torch: Any) -> None:
        state = {"w": torch.arange(12.0).reshape(3, 4), "b": torch.ones(2, dtype=torch.bfloat16)}
        assert digest(state) == "7fcbb5b96fe1ab075d0b6b2bae62821172fbcbfc69904f20d15e4d9c1303acbb"

    def test_a_module_is_what_it_computes_with(self, torch: Any) -> None:
        def made(p: float = 0.5, last: Any = torch.nn.ReLU) -> Any:
            torch.manual_seed(0)
            return torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Dropout(p), last())

        assert digest(made()) == digest(made().eval())
        assert len({digest(each) for each in (made(), made(p=0.1), made(last=torch.nn.GELU), made().state_dict())}) == 4


class TestAPlugin:
    """A real distribution: a folder on the path with a module and its metadata."""

    MODULE = (
        "import threading\nclass Region:\n    lock = threading.Lock()\n"
        "    def __init__(self, name):\n        self.name, self.own = name, self.lock\n"
    )
    ASK = (
        "import geo\nfrom graphprov.digest import digest_object\nfrom graphprov.errors import InvalidInput\n"
        "for name in ('alps', 'alps', 'jura'):\n    try:\n        print(digest_object([geo.Region(name)]).hex)\n"
        "    except InvalidInput as error:\n        print(error, '|', error.hint)\n"
    )

    def ask(self, folder: Path, rule: str | None, code: str = ASK, names: tuple[str, ...] = ("geo-rules",)) -> Any:
        (folder / "geo.py").write_text(self.MODULE)
        if rule is not None:
            (folder / "geo_rules.py").write_text(rule)
        for name in names:
            about = folder / f"{name.replace('-', '_')}-1.2.dist-info"
            about.mkdir()
            (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2\n")
            (about / "entry_points.txt").write_text("[graphprov.digests]\ngeo.Region = geo_rules:region\n")
        return python(code, PYTHONPATH=os.pathsep.join([str(folder), str(ROOT)]))

    def test_it_gives_a_type_its_rule(self, tmp_path: Path) -> None:
        told = self.ask(tmp_path, "def region(value, walk):\n    yield walk.of(value.name)\n")
        one, same, other = told.stdout.split()
        assert one == same != other
        assert not told.stderr

    def test_it_is_not_loaded_before_its_type_shows_up(self, tmp_path: Path) -> None:
        code = (
            "import sys, numpy, graphprov.digest as d\n"
            "d.digest_object([numpy.ones(2), d.ContentDigest('sha256', '00')])\n"
        )
        told = self.ask(tmp_path, "raise SystemExit('loaded')", code + "print('geo_rules' in sys.modules)")
        assert told.stdout.strip() == "False"

    @pytest.mark.parametrize(
        ("rule", "why"),
        [
            (None, "No module named 'geo_rules'"),
            ("region = 3", "geo_rules:region is a int"),
            ("def region(value, walk):\n    return 1 / 0", "division by zero"),
            ("def region(value, walk):\n    yield 'text'", "its rule gave a str, not bytes"),
        ],
        ids=["missing", "no rule", "failing", "no bytes"],
    )
    def test_a_broken_one_is_named_once_and_nothing_takes_its_place(
        self, tmp_path: Path, rule: str | None, why: str
    ) -> None:
        told = self.ask(tmp_path, rule)
        assert told.stdout.count("the graphprov.digests plug-in for geo.Region, of geo-rules 1.2, cannot be used") == 3
        assert told.stdout.count(why) == 3
        assert told.stderr.count("PluginWarning: graphprov: the graphprov.digests plug-in") == 1

    def test_two_for_one_type_are_refused(self, tmp_path: Path) -> None:
        told = self.ask(tmp_path, "def region(value, walk):\n    yield b''\n", names=("geo-rules", "geo-other"))
        assert "of geo-other 1.2 and geo-rules 1.2, cannot be used: several distributions have one" in told.stdout
