"""Progress of the demo's phases on stderr: a bar on a terminal, plain lines in a pipe; and how long each took."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

Advance = Callable[[str], None]
"""Called with a few words on what has just been done."""


class Phases:
    """Runs phases one after another, shows them, and keeps their seconds."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(stderr=True, highlight=False)
        self.seconds: dict[str, float] = {}

    @contextmanager
    def phase(self, title: str, *, total: int | None = None, bar: bool = True) -> Iterator[Advance]:
        """One phase; `total` is how many times the yielded function will be called.

        Args:
            title: What is done, such as "Run the pipeline".
            total: Number of parts, where known.
            bar: False where what runs inside shows progress of its own.
        """
        start = time.perf_counter()
        if bar and self.console.is_terminal:
            with self._progress() as progress:
                task = progress.add_task(title, total=total, now="")

                def advance(now: str) -> None:
                    progress.update(task, advance=1, now=now)

                yield advance
        else:
            self.console.print(f"{title} ...", markup=False)
            yield lambda _: None
        took = self.seconds[title] = time.perf_counter() - start
        self.console.print(f"{title}: done in {took:.1f} s", markup=False)

    def _progress(self) -> Progress:
        return Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[now]}", markup=False),
            console=self.console,
            transient=True,
        )

    def summary(self) -> str:
        """All phases with their seconds, one a line."""
        width = max(map(len, self.seconds), default=0)
        rows = [f"  {title:<{width}}  {seconds:6.1f} s" for title, seconds in self.seconds.items()]
        return "\n".join([*rows, f"  {'together':<{width}}  {sum(self.seconds.values()):6.1f} s"])
