"""Digests of files, directories and objects."""

from __future__ import annotations

import hashlib
import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from graphprov.digest import FileChanged, digest_object, digest_path, files, progress
from graphprov.digest.objects import register
from graphprov.errors import InvalidInput

MEBIBYTE = 1 << 20


def test_a_file_has_the_digest_that_sha256sum_prints(tmp_path: Path) -> None:
    file = tmp_path / "users.csv"
    file.write_bytes(b"ada,1815\n" * 300_000)
    digest = digest_path(file)
    assert str(digest) == "sha256:" + hashlib.sha256(file.read_bytes()).hexdigest()
    assert digest.size_bytes == 2_700_000


def test_an_empty_file_has_a_digest(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    assert digest_path(tmp_path / "empty").size_bytes == 0


def test_a_link_that_is_named_is_followed(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("x")
    (tmp_path / "latest").symlink_to("data")
    assert digest_path(tmp_path / "latest") == digest_path(tmp_path / "data")


@pytest.mark.parametrize("name", ["missing", "users.csv/deeper", "broken-link", "nul\0byte"])
def test_what_is_not_there_is_refused_by_name(tmp_path: Path, name: str) -> None:
    (tmp_path / "users.csv").touch()
    (tmp_path / "broken-link").symlink_to("nowhere")
    with pytest.raises(InvalidInput, match=r"no file or directory|cannot be read"):
        digest_path(tmp_path / name)


def test_a_pipe_is_refused_and_never_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InvalidInput, match="named pipe"):
        digest_path(tmp_path / "pipe")
    with pytest.raises(InvalidInput, match="named pipe"):
        digest_path(tmp_path)  # nor in a directory
    with pytest.raises(InvalidInput, match="character device"):
        digest_path("/dev/zero")


def test_a_socket_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's path must be short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("s")
        with pytest.raises(InvalidInput, match="socket"):
            digest_path("s")


def test_a_file_that_keeps_changing_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "log.csv"
    file.write_text("a")
    reads = 0

    def read(descriptor: int, size: int, own: Any = os.read) -> bytes:
        nonlocal reads
        reads += 1
        file.write_text("a" * (reads + 1))
        return own(descriptor, size)

    monkeypatch.setattr(files.os, "read", read)
    with pytest.raises(FileChanged, match="changed while it was read"):
        digest_path(file)
    assert reads == files.ATTEMPTS


def test_a_file_that_changed_once_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "log.csv"
    file.write_text("a")
    changed = []

    def read(descriptor: int, size: int, own: Any = os.read) -> bytes:
        if not changed:
            changed.append(file.write_text("ab"))
        return own(descriptor, size)

    monkeypatch.setattr(files.os, "read", read)
    assert str(digest_path(file)) == "sha256:" + hashlib.sha256(b"ab").hexdigest()


class TestTheCache:
    @pytest.fixture
    def big(self, tmp_path: Path) -> Path:
        file = tmp_path / "big.bin"
        file.write_bytes(b"x" * 2 * MEBIBYTE)
        return file

    @pytest.fixture
    def settled(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(files, "SETTLED_NS", 0)

    @pytest.fixture
    def reads(self, monkeypatch: pytest.MonkeyPatch) -> list[int]:
        counted: list[int] = []

        def read(descriptor: int, size: int, own: Any = os.read) -> bytes:
            counted.append(size)
            return own(descriptor, size)

        monkeypatch.setattr(files.os, "read", read)
        return counted

    @pytest.mark.usefixtures("settled")
    def test_a_large_file_is_read_once(self, big: Path, tmp_path: Path, reads: list[int]) -> None:
        first = digest_path(big, cache=tmp_path / "cache")
        assert reads
        reads.clear()
        assert digest_path(big, cache=tmp_path / "cache") == first
        assert digest_path(big.rename(tmp_path / "moved.bin"), cache=tmp_path / "cache") == first
        assert len(reads) in (0, 3)  # a rename is a change of the inode on some file systems

    @pytest.mark.usefixtures("settled")
    def test_a_changed_file_of_the_same_size_and_modification_time_is_read_again(
        self, big: Path, tmp_path: Path
    ) -> None:
        first, then = digest_path(big, cache=tmp_path / "cache"), big.stat()
        time.sleep(0.02)
        big.write_bytes(b"y" * 2 * MEBIBYTE)
        os.utime(big, ns=(then.st_atime_ns, then.st_mtime_ns))
        assert digest_path(big, cache=tmp_path / "cache") != first

    def test_a_file_that_has_just_changed_is_not_cached(self, big: Path, tmp_path: Path, reads: list[int]) -> None:
        digest_path(big, cache=tmp_path / "cache")
        reads.clear()
        digest_path(big, cache=tmp_path / "cache")
        assert reads

    @pytest.mark.usefixtures("settled")
    @pytest.mark.parametrize("harm", ["garbage", "folder", "read-only"])
    def test_a_cache_that_cannot_be_used_does_no_harm(self, big: Path, tmp_path: Path, harm: str) -> None:
        cache = tmp_path / "cache"
        if harm == "garbage":
            cache.mkdir()
            (cache / files.CACHE_FILE).write_bytes(b"no database" * 1000)
        elif harm == "folder":
            (cache / files.CACHE_FILE).mkdir(parents=True)
        else:
            cache.touch()  # a file where the folder should be
        expected = digest_path(big)
        assert digest_path(big, cache=cache) == digest_path(big, cache=cache) == expected

    @pytest.mark.usefixtures("settled")
    def test_a_broken_cache_is_begun_anew(self, big: Path, tmp_path: Path, reads: list[int]) -> None:
        cache = tmp_path / "cache"
        cache.mkdir()
        (cache / files.CACHE_FILE).write_bytes(b"no database" * 1000)
        digest_path(big, cache=cache)
        reads.clear()
        digest_path(big, cache=cache)
        assert not reads

    @pytest.mark.usefixtures("settled")
    def test_many_threads_share_it(self, tmp_path: Path) -> None:
        for i in range(8):
            (tmp_path / f"{i}.bin").write_bytes(bytes([i]) * MEBIBYTE)
        found: dict[int, set[str]] = {i: set() for i in range(8)}

        def work() -> None:
            for i in found:
                found[i].add(str(digest_path(tmp_path / f"{i}.bin", cache=tmp_path / "cache")))

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert all(len(digests) == 1 for digests in found.values())


class TestADirectory:
    @pytest.fixture
    def tree(self, tmp_path: Path) -> Path:
        root = tmp_path / "parts"
        (root / "year=2026" / "month=03").mkdir(parents=True)
        (root / "year=2026" / "month=03" / "part-0.csv").write_text("1\n")
        (root / "readme").write_text("hello")
        return root

    def test_it_has_the_digest_that_the_documented_rule_gives(self, tree: Path) -> None:
        def entry(letter: bytes, path: bytes, content: bytes) -> bytes:
            return letter + len(path).to_bytes(8, "big") + path + content

        listing = (
            b"graphprov directory 1\n"
            + entry(b"f", b"readme", hashlib.sha256(b"hello").digest())
            + entry(b"d", b"year=2026", bytes(32))
            + entry(b"d", b"year=2026/month=03", bytes(32))
            + entry(b"f", b"year=2026/month=03/part-0.csv", hashlib.sha256(b"1\n").digest())
        )
        digest = digest_path(tree)
        assert str(digest) == "sha256-dir:" + hashlib.sha256(listing).hexdigest()
        assert digest.size_bytes == 7

    @pytest.mark.parametrize(
        "change",
        [
            lambda root: (root / "readme").write_text("hallo"),
            lambda root: (root / "readme").rename(root / "README"),
            lambda root: (root / "empty").mkdir(),
            lambda root: (root / "link").symlink_to("readme"),
            lambda root: (root / "year=2026" / "month=03" / "part-0.csv").unlink(),
            lambda root: (root / "year=2026").rename(root / "year=2027"),
        ],
    )
    def test_every_name_type_and_content_counts(self, tree: Path, change: Any) -> None:
        before = digest_path(tree)
        change(tree)
        assert digest_path(tree) != before

    def test_place_times_and_permissions_do_not_count(self, tree: Path, tmp_path: Path) -> None:
        before = digest_path(tree)
        os.utime(tree / "readme", (0, 0))
        (tree / "readme").chmod(0o600)
        assert digest_path(tree.rename(tmp_path / "elsewhere")) == before

    def test_a_link_counts_as_what_it_says(self, tree: Path) -> None:
        (tree / "link").symlink_to("readme")
        before = digest_path(tree)
        (tree / "link").unlink()
        (tree / "link").symlink_to("./readme")
        assert digest_path(tree) != before

    def test_links_in_a_circle_end(self, tree: Path) -> None:
        (tree / "round").symlink_to(tree)
        digest_path(tree)

    def test_a_file_that_holds_the_listing_is_not_the_directory(self, tmp_path: Path) -> None:
        (tmp_path / "empty").mkdir()
        (tmp_path / "listing").write_text("graphprov directory 1\n")
        directory, file = digest_path(tmp_path / "empty"), digest_path(tmp_path / "listing")
        assert directory.hex == file.hex
        assert str(directory) != str(file)

    def test_names_that_are_no_unicode_count(self, tree: Path) -> None:
        before = digest_path(tree)
        Path(os.fsdecode(os.fsencode(tree) + b"/caf\xe9")).write_text("x")
        assert digest_path(tree) != before

    def test_one_that_changes_while_it_is_read_is_noticed(self, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        reads = 0

        def read(descriptor: int, size: int, own: Any = os.read) -> bytes:
            nonlocal reads
            reads += 1
            (tree / f"new-{reads}").touch()
            return own(descriptor, size)

        monkeypatch.setattr(files.os, "read", read)
        with pytest.raises(FileChanged):
            digest_path(tree)


class Model:
    """A class of somebody's own."""

    def __init__(self, weights: Any) -> None:
        self.weights = weights


def objects() -> dict[str, Any]:
    """Objects of many types, made the same way in each process."""
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    x = np.random.RandomState(0).rand(60, 3)
    y = (x[:, 0] > 0.5).astype(int)
    return {
        "nested": {"b": [1, 2.5, None, {"x", "y", "z"}], "a": (b"\0", frozenset("abc"))},
        "array": np.arange(12).reshape(3, 4),
        "strings": np.array(["a", "é"]),
        "objects": np.array([1, None, "x"], dtype=object),
        "times": np.array(["2026-03-01", "NaT"], dtype="M8[s]"),
        "empty": np.zeros((0, 3)),
        "frame": pd.DataFrame(
            {
                "text": ["x", None],
                "when": pd.to_datetime(["2026-03-01", None], utc=True),
                "kind": pd.Categorical(["u", "v"]),
                "count": pd.array([1, None], dtype="Int64"),
                "flag": pd.array([True, None], dtype="boolean"),
                "span": pd.period_range("2026-01", periods=2, freq="M"),
                "range": pd.arrays.IntervalArray.from_breaks([0, 1, 2]),
                "mixed": [1, "x"],
            }
        ),
        "series": pd.Series([1.0, np.nan], name="s"),
        "multi": pd.MultiIndex.from_tuples([(1, "a"), (2, "b")], names=["n", "l"]),
        "pipeline": make_pipeline(StandardScaler(), LogisticRegression()).fit(x, y),
        "forest": RandomForestClassifier(5, random_state=0).fit(x, y),
        "encoder": OneHotEncoder().fit(np.array([["a"], ["b"]], dtype=object)),
        "generator": np.random.default_rng(3),
        "class": Model,
        "function": objects,
        "instance": Model({"w": np.ones(3)}),
    }


PRINT = "from tests.unit.test_digest import *; [print(n, digest_object(o)) for n, o in objects().items()]"


class TestAnObject:
    def test_it_has_the_same_digest_in_another_process(self) -> None:
        printed = {
            subprocess.run(
                [sys.executable, "-c", PRINT],
                env={**os.environ, "PYTHONHASHSEED": seed},
                cwd=Path(__file__).parents[2],
                capture_output=True,
                text=True,
                check=True,
            ).stdout
            for seed in ("1", "2")
        }
        assert len(printed) == 1
        here = {name: str(digest_object(value)) for name, value in objects().items()}
        there = dict(line.split() for line in printed.pop().splitlines())
        assert len(there) == len(set(there.values())) == len(here)
        assert {name: there[name] for name in here if name not in ("class", "function", "instance")} == {
            name: here[name] for name in here if name not in ("class", "function", "instance")
        }

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
            (np.arange(3, dtype="<i4"), np.arange(3, dtype=">i4")),
            (np.ones((2, 3)), np.asfortranarray(np.ones((2, 3)))),
            (np.arange(10)[::2], np.array([0, 2, 4, 6, 8])),
            (pd.Series(["a", None], dtype=object), pd.Series(["a", None], dtype="str")),
            (pd.DataFrame({"a": [1]}, index=pd.RangeIndex(1)), pd.DataFrame({"a": [1]}, index=[0])),
            (float("nan"), -float("nan")),
            (np.array([1, np.nan]), np.array([1, -np.nan])),
            (np.array([np.nan], "f4"), np.array([0xFFC00001], "u4").view("f4")),
            (np.array([complex(1, np.nan)]), np.array([complex(1, -np.nan)])),
            (np.float64("nan"), -np.float64("nan")),
            (pd.DataFrame({"a": [1.0, np.nan]}), pd.DataFrame({"a": [1.0, -np.nan]})),
        ],
    )
    def test_the_same_value_stored_otherwise_is_the_same(self, one: Any, other: Any) -> None:
        assert digest_object(one) == digest_object(other)

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ([1, 2], (1, 2)),
            ([1, 2], [2, 1]),
            ([[1], 2], [1, [2]]),
            (1, 1.0),
            (1, True),
            ("1", b"1"),
            (0.0, -0.0),
            (np.array([complex(0, np.nan)]), np.array([complex(np.nan, 0)])),
            (["a", "b"], ["ab", ""]),
            (np.zeros(4), np.zeros((2, 2))),
            (np.zeros(2, "f4"), np.zeros(2, "f8")),
            (pd.DataFrame({"a": [1], "b": [2]}), pd.DataFrame({"b": [2], "a": [1]})),
            (pd.DataFrame({"a": [1]}, index=[0]), pd.DataFrame({"a": [1]}, index=[1])),
            (pd.Series(["a", None]), pd.Series(["a", ""])),
            (pd.Series([1]), pd.DataFrame({0: [1]})),
            (np.ma.array([1, 2], mask=[0, 1]), np.ma.array([1, 2], mask=[1, 0])),
        ],
    )
    def test_another_value_is_another(self, one: Any, other: Any) -> None:
        assert digest_object(one) != digest_object(other)

    def test_an_array_with_nan_is_left_as_it_is(self) -> None:
        array = np.array([-np.nan])
        before = array.tobytes()
        digest_object(array)
        assert array.tobytes() == before

    def test_padding_between_fields_does_not_count(self) -> None:
        layout = np.dtype([("flag", "u1"), ("count", "i8")], align=True)
        one, other = np.frombuffer(b"\x00" * 16, layout), np.frombuffer(b"\x00" + b"\xff" * 7 + b"\x00" * 8, layout)
        assert digest_object(one) == digest_object(other)

    def test_a_model_trained_otherwise_is_another(self) -> None:
        from sklearn.linear_model import LogisticRegression

        x, y = np.arange(8).reshape(-1, 1), [0, 0, 0, 0, 1, 1, 1, 1]
        fitted = LogisticRegression().fit(x, y)
        assert digest_object(fitted) == digest_object(LogisticRegression().fit(x, y))
        assert digest_object(fitted) != digest_object(LogisticRegression(C=2.0).fit(x, y))
        assert digest_object(fitted) != digest_object(LogisticRegression())

    def test_it_survives_being_pickled(self) -> None:
        import pickle

        for name, value in objects().items():
            assert digest_object(pickle.loads(pickle.dumps(value))) == digest_object(value), name

    def test_cycles_end(self) -> None:
        one: list[Any] = [1]
        one.append(one)
        other: list[Any] = [1]
        other.append(other)
        assert digest_object(one) == digest_object(other)
        assert digest_object([one, one]) == digest_object([other, one])

    def test_shared_parts_cost_once(self) -> None:
        shared: list[Any] = []
        for _ in range(200):  # as many paths as 2 to the 200th
            shared = [shared, shared]
        digest_object(shared)

    @pytest.mark.parametrize("value", [lambda: 1, threading.Lock(), (i for i in ())])
    def test_what_no_other_process_could_find_is_refused(self, value: Any) -> None:
        with pytest.raises(InvalidInput, match="has no digest") as refused:
            digest_object({"x": [value]})
        assert "give its path" in (refused.value.hint or "")

    def test_what_is_nested_too_deeply_is_refused(self) -> None:
        deep: list[Any] = []
        for _ in range(100_000):
            deep = [deep]
        with pytest.raises(InvalidInput, match="too deeply"):
            digest_object(deep)

    def test_a_type_of_ones_own_gets_a_rule(self) -> None:
        class Table:
            rows = 3
            lock = threading.Lock()

        register(f"{Table.__module__}.{Table.__qualname__}", lambda value, walk: [walk.of(value.rows)], name="table")
        assert digest_object(Table()) == digest_object(Table())


def test_reading_many_files_shows_one_bar(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(progress, "PATIENCE_SECONDS", -1.0)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("FORCE_COLOR", "1")
    for name in "ab":
        (tmp_path / name).write_bytes(bytes(files.CACHE_FROM_BYTES))
    files.digest_paths([str(tmp_path / name) for name in "ab"], at_once=2)
    assert "reading 2 files" in capsys.readouterr().err


def test_a_bar_is_shown_only_on_a_terminal_and_after_two_seconds(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with progress.ReadingProgress("big.bin", 100) as reading:
        reading.advance(50)
        monkeypatch.setattr(reading, "_show_from", 0.0)
        reading.advance(10)  # stderr is no terminal here
    assert capsys.readouterr() == ("", "")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    with progress.ReadingProgress("big.bin", 100) as reading:
        reading.advance(50)
        assert reading._bar is None
        monkeypatch.setattr(reading, "_show_from", 0.0)
        reading.advance(10)
        assert reading._bar is not None
        reading.advance(40)
    assert capsys.readouterr().out == ""
