"""What `graphprov run` costs: the same command bare and under it, side by side."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from graphprov.settings import Settings
from tests.bench.measure import Line, Took, interleaved, say

FILES, STEPS, COMPUTE_ROUNDS = 10_000, 200, 60_000_000
_ROOT = Path(__file__).resolve().parents[2]
_MAIN = f"import sys; sys.path.insert(0, {str(_ROOT)!r}); from graphprov.cli.app import main; main()"
_OPENS = "import sys\nfor n in range(int(sys.argv[2])):\n    with open(f'../{sys.argv[1]}/{n}.txt') as f: f.read()\n"
_COMPUTES = f"x = 0\nfor n in range({COMPUTE_ROUNDS}): x = (x * 31 + n) % 1000003\n"
_RUN, _BARE, _UNOBSERVED = "under graphprov run", "bare", "under graphprov run --observer none"


def lines(settings: Settings, *, rounds: int) -> Iterator[Line]:
    """Measure 10,000 files opened, computing alone, and a make of 200 steps."""
    with tempfile.TemporaryDirectory() as folder:
        project, lake = Path(folder) / "project", Path(folder) / "lake"
        for place in (project / "data", lake):
            place.mkdir(parents=True)
            for number in range(FILES):
                (place / f"{number}.txt").write_text(f"{number}\n", encoding="utf-8")
        (project / "opens.py").write_text(_OPENS, encoding="utf-8")
        (project / "computes.py").write_text(_COMPUTES, encoding="utf-8")
        targets = " ".join(f"out/{number}" for number in range(STEPS))
        recipe = f"all: {targets}\nout/%: data/%.txt\n\tsort $< > $@\n"
        (project / "Makefile").write_text(recipe, encoding="utf-8")
        (project / "out").mkdir()
        runner = _Runner(project, settings)
        count = str(FILES)
        yield from _compared(runner, "a command that does nothing", ["true"], rounds, None)
        outside = [sys.executable, "opens.py", "lake", count]
        yield from _compared(runner, f"{FILES:,} files opened that do not count", outside, rounds, 1.5)
        inside = [sys.executable, "opens.py", "project/data", count]
        yield from _compared(runner, f"{FILES:,} inputs opened, hashed and recorded", inside, rounds, None)
        make = ["sh", "-c", "rm -f out/*; make -s all"]
        yield from _compared(runner, f"a make of {STEPS} steps", make, rounds, 1.5)
        yield from _compared(runner, "computing alone", [sys.executable, "computes.py"], rounds, 1.02)


class _Runner:
    """Runs commands in one folder, with a journal that each run finds as the last one left it."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self._folder = folder
        home = folder.parent / "home"
        self._environment = {**os.environ, "GRAPHPROV_HOME": str(home), "GRAPHPROV_CACHE": str(settings.cache)}

    def run(self, command: Sequence[str], *options: str, bare: bool = False) -> None:
        before = [] if bare else [sys.executable, "-c", _MAIN, "run", *options, "--"]
        subprocess.run([*before, *command], cwd=self._folder, env=self._environment, check=True)


def _compared(runner: _Runner, what: str, command: list[str], rounds: int, goal: float | None) -> Iterator[Line]:
    say(f"run: {what}")
    rivals = {
        _BARE: lambda: runner.run(command, bare=True),
        _UNOBSERVED: lambda: runner.run(command, "--observer", "none"),
        _RUN: lambda: runner.run(command),
    }
    took = interleaved(rivals, rounds=rounds, server=None)
    for name in rivals:
        yield _line(what, name, took, goal if name == _RUN else None)


def _line(what: str, name: str, took: dict[str, Took], goal: float | None) -> Line:
    ratio = "" if name == _BARE else f"{took[name].clock / took[_BARE].clock:.2f}"
    return Line(f"{what}, {name}", f"{took[name].clock:.2f} s", ratio, f"at most {goal}" if goal else "")
