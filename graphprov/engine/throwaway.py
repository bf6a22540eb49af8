"""A server of one's own for a test: started on empty data, gone without a trace afterwards."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from graphprov.engine.facts import Endpoint
from graphprov.engine.layout import Layout
from graphprov.engine.server import ensure_running, stop

if TYPE_CHECKING:
    from graphprov.settings import Settings


@contextlib.contextmanager
def throwaway(
    *, version: str | None = None, settings: Settings | None = None, progress: bool = False, quick: bool = True
) -> Iterator[Endpoint]:
    """A server on empty data in a temporary folder, stopped and removed at the end.

    It goes too when this process is killed: a small process beside it sees to that.

    Args:
        version: The line of Neo4j, "2026.08" or "5.26". Default: as the settings say.
        settings: Java, memory and where the jars are kept. Default: the user's own.
        progress: Show on standard error what takes longer than a moment.
        quick: Start with a third less work, at the price of slower long queries; not for benchmarks.
    """
    from graphprov.engine.watch import start_watcher
    from graphprov.settings import Settings

    home = Path(tempfile.mkdtemp(prefix="graphprov-neo4j-"))
    chosen = settings or Settings.load()
    changes: dict[str, object] = {"home": home, "journal": home / "journal.sqlite", "idle_minutes": 0.0}
    if version is not None:
        changes["neo4j_version"] = version
    own = chosen.model_copy(update=changes)
    layout = Layout.of(own)
    try:
        layout.make()
        start_watcher(layout, owner=os.getpid())
        yield ensure_running(own, progress=progress, quick=quick)
    finally:
        stop(own)
        shutil.rmtree(home, ignore_errors=True)
