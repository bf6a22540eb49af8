"""What a user waits for: one call that records a file, durable when it returns."""

from __future__ import annotations

import contextlib
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import graphprov as gp
from graphprov.settings import Settings
from tests.bench.measure import Line, memory, say

GOAL_MS = 2.0
_CALLS = 500
_FLOOR = "a commit of SQLite alone, with fsync"


def lines(settings: Settings, *, rounds: int) -> Iterator[Line]:
    """Measure `used` and `generated` on small files, with the journal's fsync on and nothing to send to."""
    calls = _CALLS * max(1, rounds // 3)
    say(f"call: {calls} calls of each kind")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        own = settings.model_copy(update={"home": home, "journal": home / "journal.sqlite"})
        files = [home / f"table-{number}.csv" for number in range(2 * calls)]
        for number, file in enumerate(files):
            file.write_text(f"id,value\n{number},1\n" * 50, encoding="utf-8")
        took: dict[str, list[float]] = {}
        with _floor(home) as commit, gp.run("measure", kind="transforming", settings=own, code=False) as run:
            for n in range(calls):
                for name, call, argument in (
                    (_FLOOR, commit, "x" * 800),
                    ("run.used(path), a file not seen before", run.used, files[n]),
                    ("run.used(path), the same file again", run.used, files[0]),
                    ("run.generated(path)", run.generated, files[calls + n]),
                    ("run.metadata(values)", run.metadata, {f"value {n}": n}),
                ):
                    took.setdefault(name, []).append(_timed(call, argument))
        floor = statistics.median(took[_FLOOR])
        for name, each in took.items():
            yield _line(name, each, floor)
    yield Line("memory", memory(None))


def _timed(call: Callable[[Any], object], argument: Any) -> float:
    began = time.perf_counter()
    call(argument)
    return (time.perf_counter() - began) * 1e3


@contextlib.contextmanager
def _floor(folder: Path) -> Iterator[Callable[[str], object]]:
    """What the disk needs for one durable commit."""
    connection = sqlite3.connect(folder / "floor.sqlite", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE record (content TEXT)")
    yield lambda text: connection.execute("INSERT INTO record VALUES (?)", (text,))
    connection.close()


def _line(what: str, took: list[float], floor: float) -> Line:
    median, late = statistics.median(took), statistics.quantiles(took, n=20)[-1]
    figure = f"median {median:.2f} ms, p95 {late:.2f} ms"
    if what == _FLOOR:
        return Line(what, figure)
    return Line(what, figure, f"{median / floor:.2f}", f"median below {GOAL_MS:.0f} ms")
