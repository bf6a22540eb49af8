"""Sync: how much memory it takes, whatever waits; its speed against hand-written queries is in `recording`."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from graphprov import engine
from graphprov.journal import Journal
from graphprov.model.statements import Entity
from graphprov.settings import Settings
from tests.bench.measure import Line, say

WAITING = (10_000, 200_000)
LARGE, LARGE_BYTES = 200, 1_000_000
_SEND = """
import resource, sys, time
from pathlib import Path
from graphprov.journal import Journal
from graphprov.store import Address, Store
from graphprov.transfer import send
uri, user, password, path = sys.argv[1:]
with Store(Address(uri, user, password)) as store, Journal(Path(path)) as journal:
    began = time.perf_counter()
    send(journal, store)
    took = time.perf_counter() - began
print(took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10))
"""


def lines(settings: Settings, *, rounds: int) -> Iterator[Line]:
    """Measure processes of their own, each with a journal of its own, on one throw-away server."""
    with engine.throwaway(settings=settings) as endpoint, tempfile.TemporaryDirectory() as folder:

        def sent(path: Path) -> tuple[float, float]:
            call = [sys.executable, "-c", _SEND, endpoint.uri, endpoint.user, endpoint.password, str(path)]
            took, most = subprocess.run(call, capture_output=True, text=True, check=True).stdout.split()
            return float(took), float(most)

        for waiting in WAITING:
            say(f"sync: {waiting:,} records")
            path = Path(folder) / f"{waiting}.sqlite"
            with Journal(path) as journal:
                journal.append_many([Entity(id=f"ex:{waiting}-{number}", name="e")] for number in range(waiting))
            took, most = sent(path)
            what = f"{waiting:,} records waiting, sent ({waiting / took:,.0f}/s): this process at most"
            yield Line(what, f"{most:,.0f} MiB", goal="bounded")
        path = Path(folder) / "large.sqlite"
        with Journal(path) as journal:
            for number in range(LARGE):
                journal.append([Entity(id=f"ex:large-{number}", metadata={"x": "y" * LARGE_BYTES})])
        _, most = sent(path)
        yield Line(f"{LARGE} records of 1 MB each, sent: this process at most", f"{most:,.0f} MiB", goal="bounded")
