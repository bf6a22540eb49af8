"""Locks between processes, where whoever waits says for whom."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from graphprov.engine.layout import is_alive
from graphprov.errors import EngineError

if TYPE_CHECKING:
    from filelock import BaseFileLock

_QUIET_SECONDS = 2.0
_PATIENCE_WITH_NOBODY_SECONDS = 60.0


@contextlib.contextmanager
def hold(path: Path) -> Iterator[BaseFileLock]:
    """Hold a lock file. The system lets it go when its holder dies, however that happens.

    Another process may need minutes with it, to fetch jars on a slow line. This one waits as long as that one lives,
    and says so on standard error.

    Raises:
        EngineError: It stays locked, but nobody who lives has noted down that it is theirs.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(path, mode=0o600)
    began = seen = time.monotonic()
    told = False
    while True:
        try:
            lock.acquire(timeout=1)
            break
        except Timeout:
            now, pid = time.monotonic(), holder(path)
            seen = now if pid is not None else seen
            if not told and now - began >= _QUIET_SECONDS:
                who = "another process" if pid is None else f"another graphprov (pid {pid})"
                print(f"{who} is fetching or starting Neo4j; waiting for it ...", file=sys.stderr, flush=True)  # noqa: T201
                told = True
            if now - seen > _PATIENCE_WITH_NOBODY_SECONDS:
                raise EngineError(
                    f"{path} stays locked, but not by a graphprov that still runs",
                    hint="end the process that has it open, then try again",
                ) from None
    try:
        _note(path)
        yield lock
    finally:
        with contextlib.suppress(OSError):
            _noted(path).unlink(missing_ok=True)
        lock.release()


def holder(path: Path) -> int | None:
    """Who holds a lock, by what it noted down; None where that process has gone or noted nothing."""
    try:
        pid, born = _noted(path).read_text(encoding="utf-8").split()
        return int(pid) if is_alive(int(pid), float(born)) else None
    except (OSError, ValueError):
        return None


def _note(path: Path) -> None:
    import psutil

    with contextlib.suppress(OSError):  # on a full disk the lock holds as well; the others only wait without a name
        _noted(path).write_text(f"{os.getpid()} {psutil.Process().create_time()!r}\n", encoding="utf-8")


def _noted(path: Path) -> Path:
    return path.with_name(path.name + ".holder")
