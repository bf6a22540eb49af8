"""What a user waits for: one call that records a file, durable when it returns."""

from __future__ import annotations

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
        with gp.run("measure", kind="transforming", settings=own, code=False) as run:
            yield _line("run.used(path), a file not seen before", [_timed(run.used, file) for file in files[:calls]])
            yield _line("run.used(path), the same file again", [_timed(run.used, files[0]) for _ in range(calls)])
            yield _line("run.generated(path)", [_timed(run.generated, file) for file in files[calls:]])
            yield _line("run.parameter(name, value)", [_timed(run.parameter, f"p{n}", n) for n in range(calls)])
        yield _line("a commit of SQLite alone, with fsync", _commits(home, calls), goal=False)
    yield Line("memory", memory(None))


def _timed(call: Callable[..., Any], *arguments: Any) -> float:
    began = time.perf_counter()
    call(*arguments)
    return (time.perf_counter() - began) * 1e3


def _commits(folder: Path, calls: int) -> list[float]:
    """The floor: what the disk needs for one durable commit."""
    import sqlite3

    connection = sqlite3.connect(folder / "floor.sqlite", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE record (content TEXT)")
    took = [_timed(connection.execute, "INSERT INTO record VALUES (?)", ("x" * 800,)) for _ in range(calls)]
    connection.close()
    return took


def _line(what: str, took: list[float], *, goal: bool = True) -> Line:
    median, late = statistics.median(took), statistics.quantiles(took, n=20)[-1]
    figure = f"median {median:.2f} ms, p95 {late:.2f} ms"
    return Line(what, figure, goal=f"median below {GOAL_MS:.0f} ms" if goal else "")
