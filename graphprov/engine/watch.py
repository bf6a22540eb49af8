"""Stop the server when nobody needs it any more: `python -m graphprov.engine.watch FOLDER [--owner PID --born TIME]`.

A small process beside each server. It looks now and then whether a client is connected, and when the server was last
asked for; after `idle_minutes` of neither it stops it. With an owner (a test run) it stops the server as soon as the
owner has gone, however that happened, and removes the folder, so that a killed test leaves nothing behind.

It loads little on purpose: the standard library, psutil and filelock.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

from graphprov.engine.layout import Layout, State, is_alive, read_state, write_state

_LONGEST_NAP_SECONDS = 15.0


def start_watcher(layout: Layout, *, owner: int | None = None) -> tuple[int, float]:
    """Start the watcher of a server; gives its pid and start time."""
    import psutil

    from graphprov.engine.launch import adopt

    command = [sys.executable, "-m", "graphprov.engine.watch", str(layout.root)]
    if owner is not None:
        command += ["--owner", str(owner), "--born", repr(psutil.Process(owner).create_time())]
    source = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(part for part in (source, os.environ.get("PYTHONPATH", "")) if part)
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=layout.root.parent,
        env={**os.environ, "PYTHONPATH": path},
        start_new_session=True,
    )
    adopt(process)
    return process.pid, psutil.Process(process.pid).create_time()


def connections(state: State) -> int | None:
    """How many clients are connected to the server; None where the system does not tell."""
    import psutil

    try:
        rows = psutil.Process(state.pid).net_connections(kind="tcp")
    except psutil.Error:
        return None
    ports = (state.bolt_port, state.http_port)
    return sum(1 for row in rows if row.status == psutil.CONN_ESTABLISHED and row.laddr and row.laddr.port in ports)


def main(arguments: list[str]) -> None:
    """Watch until the server has gone."""
    layout = Layout(Path(arguments[0]))
    owner = (int(arguments[2]), float(arguments[4])) if "--owner" in arguments else None
    if owner is not None:
        _watch_owner(layout, *owner)
    else:
        _watch_idleness(layout)


def _watch_owner(layout: Layout, owner: int, born: float) -> None:
    from graphprov.engine.launch import end_process

    while is_alive(owner, born):
        if not layout.root.exists():
            return
        time.sleep(0.5)
    state = read_state(layout)
    if state is not None:
        end_process(state.pid, state.born, patience=2)
    shutil.rmtree(layout.root.parent.parent, ignore_errors=True)


def _watch_idleness(layout: Layout) -> None:
    from filelock import FileLock, Timeout

    last_seen = time.time()
    while True:
        state = read_state(layout)
        if state is None or not state.alive() or state.watcher not in (None, os.getpid()):
            return
        # A connection counts as use as long as it is open: a notebook that thinks for hours finds its server again.
        if connections(state) != 0:
            last_seen = time.time()
        with contextlib.suppress(OSError):
            last_seen = max(last_seen, layout.last_used.stat().st_mtime)
        left = state.idle_minutes * 60 - (time.time() - last_seen)
        if left > 0:
            time.sleep(min(left + 0.1, _LONGEST_NAP_SECONDS))
            continue
        with contextlib.suppress(Timeout), FileLock(layout.lock, timeout=1, mode=0o600):
            if stop_unused(layout):
                return


def stop_unused(layout: Layout) -> bool:
    """Stop the server, for a caller that holds the lock, unless somebody has asked for it or is connected.

    Whoever wants the server notes that first (`touch_last_used`), then looks whether it is ready. Here it is the other
    way round: not ready any more, then a look at the note. So a client that asks in this instant either is seen, or
    waits for the lock and starts the server anew; none is sent to a server that is about to go.
    """
    from graphprov.engine.server import stop_locked

    state = read_state(layout)
    if state is None:
        return False
    write_state(layout, replace(state, ready=False))
    if time.time() - _mtime(layout.last_used) >= state.idle_minutes * 60 and connections(state) == 0:
        stop_locked(layout)
        return True
    write_state(layout, state)
    return False


def _mtime(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


if __name__ == "__main__":
    main(sys.argv[1:])
