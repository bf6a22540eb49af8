"""Measuring on a machine that others use too: several rounds, the rivals one after the other in each, and medians.

Beside the time on the clock stands the processor time of this process and of the server, which says the same on a busy
machine as on an idle one.
"""

from __future__ import annotations

import contextlib
import resource
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import psutil
from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Took:
    """Medians over the rounds, in seconds.

    Attributes:
        clock: By the clock.
        cpu: Processor time of this process and the server's.
    """

    clock: float
    cpu: float


@dataclass(frozen=True)
class Line:
    """One line of the printed table; `ratio` and `goal` are empty where there is nothing to compare."""

    what: str
    figure: str
    ratio: str = ""
    goal: str = ""


def interleaved(rivals: Mapping[str, Callable[[], object]], *, rounds: int, server: int | None) -> dict[str, Took]:
    """Run each rival once in each round, after one round that does not count.

    Args:
        server: The server's process, where it is on this machine.
    """
    clock: dict[str, list[float]] = {name: [] for name in rivals}
    cpu: dict[str, list[float]] = {name: [] for name in rivals}
    for turn in range(rounds + 1):
        for name, work in rivals.items():
            began, spent = time.perf_counter(), _processor(server)
            work()
            took, used = time.perf_counter() - began, _processor(server) - spent
            if turn:
                clock[name].append(took)
                cpu[name].append(used)
            say(f"  {name}: {took:.2f} s" + ("" if turn else " (warming up)"))
    return {name: Took(statistics.median(clock[name]), statistics.median(cpu[name])) for name in rivals}


def _processor(server: int | None) -> float:
    own = time.process_time()
    if server is not None:
        with contextlib.suppress(psutil.Error):
            times = psutil.Process(server).cpu_times()
            own += times.user + times.system
    return own


def memory(server: int | None) -> str:
    """The peak memory of this process so far, and what the server holds now, in MiB."""
    unit = 2**20 if sys.platform == "darwin" else 2**10
    own = f"this process at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit:,.0f} MiB"
    if server is not None:
        with contextlib.suppress(psutil.Error):
            own += f", the server {psutil.Process(server).memory_info().rss / 2**20:,.0f} MiB"
    return own


def say(text: str) -> None:
    """Tell on standard error how far it is."""
    Console(stderr=True, highlight=False).print(text, style="dim")


def show(title: str, lines: list[Line]) -> None:
    """Print one benchmark's table."""
    table = Table(title=title, title_justify="left", title_style="bold")
    table.add_column("what", no_wrap=True)
    for name in ("measured", "ratio", "goal"):
        table.add_column(name, justify="right", no_wrap=True)
    for line in lines:
        table.add_row(line.what, line.figure, line.ratio, line.goal)
    Console(width=max(Console().width, 180)).print(table)
