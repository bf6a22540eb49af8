"""Start, find, stop and clear the embedded server, so that all processes of one user share it."""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from graphprov.engine import launch
from graphprov.engine.facts import Endpoint, EngineStatus
from graphprov.engine.failures import PortTakenError
from graphprov.engine.layout import (
    Layout,
    State,
    is_alive,
    read_password,
    read_state,
    touch_last_used,
    usable,
    write_state,
)
from graphprov.engine.releases import Release, load_lock, version_key
from graphprov.engine.waiting import hold
from graphprov.errors import EngineError

if TYPE_CHECKING:
    from filelock import BaseFileLock

    from graphprov.engine.java import Java
    from graphprov.settings import Settings

_PORT_ATTEMPTS = 4
_FREE_BYTES_NEEDED = 100 * 1024 * 1024


def running(settings: Settings) -> Endpoint | None:
    """The server if it runs already. Starts nothing and takes milliseconds."""
    layout = Layout.of(settings)
    state = read_state(layout)
    if state is None or not state.ready or not state.alive():
        return None
    return _endpoint(layout, state)


def ensure_running(settings: Settings, *, progress: bool = True, quick: bool = False) -> Endpoint:
    """The server, started if it does not run yet.

    Safe to call from many processes at once: one starts it, the others wait for that and share it.

    Args:
        settings: Which Neo4j, which Java, how much memory, where the files go.
        progress: Show on standard error what takes longer than a moment.
        quick: Start with a third less work, at the price of slower long queries: for tests.

    Raises:
        EngineError: It cannot be fetched or started; says why and what to do.
    """
    layout = Layout.of(settings)
    touch_last_used(layout)
    state = read_state(layout)
    endpoint = running(settings)
    if endpoint is None or (state is not None and _watcher_missing(state)):
        with locked(layout):
            endpoint = running(settings) or _start(layout, settings, progress=progress, quick=quick)
            touch_last_used(layout)
            _ensure_watcher(layout)
    return endpoint


def stop(settings: Settings) -> bool:
    """Stop the server; True if one ran."""
    layout = Layout.of(settings)
    if read_state(layout) is None:
        return False
    with locked(layout):
        return stop_locked(layout)


def stop_locked(layout: Layout) -> bool:
    """Stop the server, for a caller that holds the lock."""
    state = read_state(layout)
    if state is None:
        return False
    # Gone from the state file first, so that nobody is sent to a server that is about to go.
    layout.state.unlink(missing_ok=True)
    was_alive = state.alive()
    launch.end_process(state.pid, state.born)
    return was_alive


def clear(settings: Settings) -> bool:
    """Stop the server and remove its data, password and logs; the jars stay. True if there was anything."""
    layout = Layout.of(settings)
    if not layout.root.exists():
        return False
    with locked(layout):
        stop_locked(layout)
        shutil.rmtree(layout.root, ignore_errors=False)
    return True


def logs(settings: Settings, lines: int = 50) -> str:
    """The last lines of what the server logged, and after them what Java itself had to say, if anything."""
    layout = Layout.of(settings)
    logged: list[str] = []
    printed: list[str] = []
    with contextlib.suppress(OSError):
        logged = (layout.logs / "neo4j.log").read_text(encoding="utf-8", errors="replace").splitlines()
    with contextlib.suppress(OSError):
        known = set(logged)
        console = layout.console.read_text(encoding="utf-8", errors="replace").splitlines()
        printed = [line for line in console if line not in known]
    return "\n".join([*logged[-lines:], *printed[-lines:]])


def password(settings: Settings) -> str:
    """The password of the embedded server.

    Raises:
        EngineError: None was made yet.
    """
    found = read_password(Layout.of(settings))
    if found is None:
        raise EngineError(f"there is no embedded Neo4j {settings.neo4j_version} yet", hint="graphprov db start")
    return found


def status(settings: Settings) -> EngineStatus:
    """What there is to know about the server, running or not."""
    from graphprov.engine.watch import connections

    layout = Layout.of(settings)
    endpoint = running(settings)
    state = read_state(layout) if endpoint else None
    memory = None
    if state is not None:
        import psutil

        with contextlib.suppress(psutil.Error):
            memory = psutil.Process(state.pid).memory_info().rss
    return EngineStatus(
        running=endpoint is not None,
        version=endpoint.version if endpoint else load_lock(settings.neo4j_version).release.version,
        endpoint=endpoint,
        java=state.java if state else None,
        started_at=datetime.fromtimestamp(state.started_at, UTC) if state else None,
        memory_bytes=memory,
        connections=connections(state) if state else None,
        idle_minutes=state.idle_minutes if state else settings.idle_minutes,
        data_bytes=_size(layout.data),
        folder=layout.root,
    )


def _endpoint(layout: Layout, state: State) -> Endpoint | None:
    password = read_password(layout)
    if password is None:
        return None
    return Endpoint(
        uri=f"bolt://127.0.0.1:{state.bolt_port}",
        user=launch.USER,
        password=password,
        http=f"http://127.0.0.1:{state.http_port}",
        version=state.version,
        pid=state.pid,
    )


def classpath_of(settings: Settings, *, progress: bool) -> tuple[Release, Java, list[Path]]:
    """What runs: the release, the Java for it, and its jars, fetched and checked, with Browser in our style."""
    from graphprov.engine.jars import ensure_jars
    from graphprov.engine.java import choose_java
    from graphprov.engine.web import is_browser, styled_browser

    lock = load_lock(settings.neo4j_version)
    java = choose_java(lock.release, settings.java)
    with usable(settings.cache, "make room, or set GRAPHPROV_CACHE to a folder that you may write to"):
        paths = ensure_jars(lock, settings.cache / "jars", progress=progress)
        classpath = [
            styled_browser(path, settings.cache / "browser").resolve() if is_browser(jar) else path.resolve()
            for jar, path in zip(lock.jars, paths, strict=True)
        ]
    return lock.release, java, classpath


def _start(layout: Layout, settings: Settings, *, progress: bool, quick: bool) -> Endpoint:
    """Start the server, for a caller that holds the lock and has seen that none is ready."""
    left = read_state(layout)
    if left is not None and left.alive() and (password := read_password(layout)):
        # Its starter was killed while it was starting: take it over.
        launch.wait_until_ready(layout, left, password)
        return _ready(layout, left)
    release, java, classpath = classpath_of(settings, progress=progress)
    layout.make()
    _refuse_newer_data(layout, release)
    _refuse_full_disk(layout)
    password = launch.prepare_password(layout)
    layout.written_by.write_text(release.version + "\n", encoding="utf-8")
    with _telling(f"Starting Neo4j {release.version}", progress=progress):
        for attempt in range(_PORT_ATTEMPTS):
            ports = launch.choose_ports(layout, keep=attempt == 0)
            state = launch.start_process(layout, release, java, classpath, settings, ports, quick=quick)
            try:
                launch.wait_until_ready(layout, state, password)
            except PortTakenError:
                _give_up(layout, state)
                if attempt == _PORT_ATTEMPTS - 1:
                    raise
            except BaseException:
                _give_up(layout, state)
                raise
            else:
                break
    return _ready(layout, state)


def _ready(layout: Layout, state: State) -> Endpoint:
    write_state(layout, replace(state, ready=True))
    endpoint = _endpoint(layout, state)
    if endpoint is None:
        raise EngineError(f"the password file {layout.password} vanished", hint="graphprov db stop, then start again")
    return endpoint


def _give_up(layout: Layout, state: State) -> None:
    launch.end_process(state.pid, state.born)
    layout.state.unlink(missing_ok=True)


def _refuse_newer_data(layout: Layout, release: Release) -> None:
    try:
        written = layout.written_by.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return
    if written and version_key(written) > version_key(release.version):
        raise EngineError(
            f"the data in {layout.data} was written by Neo4j {written}, which is newer than {release.version}",
            hint="use the newer graphprov that wrote it, or remove the data: graphprov db clear --yes",
        )


def _refuse_full_disk(layout: Layout) -> None:
    free = shutil.disk_usage(layout.root).free
    if free < _FREE_BYTES_NEEDED:
        raise EngineError(
            f"the disk of {layout.root} is too full to start Neo4j: {free / 1e6:.0f} MB are free, "
            f"{_FREE_BYTES_NEEDED / 1e6:.0f} MB are needed",
            hint="make room, or point GRAPHPROV_HOME to another disk",
        )


def _watcher_missing(state: State) -> bool:
    if state.idle_minutes <= 0:
        return False
    return state.watcher is None or not is_alive(state.watcher, state.watcher_born)


def _ensure_watcher(layout: Layout) -> None:
    from graphprov.engine.watch import start_watcher

    state = read_state(layout)
    if state is not None and _watcher_missing(state):
        pid, born = start_watcher(layout)
        write_state(layout, replace(state, watcher=pid, watcher_born=born))


@contextlib.contextmanager
def locked(layout: Layout) -> Iterator[BaseFileLock]:
    """Hold the lock of this server."""
    hint = "make room or correct its permissions, or set GRAPHPROV_HOME to another folder"
    with usable(layout.lock.parent, hint):
        layout.lock.parent.mkdir(parents=True, exist_ok=True)
        with hold(layout.lock) as lock:
            yield lock


@contextlib.contextmanager
def _telling(words: str, *, progress: bool) -> Iterator[None]:
    if not progress:
        yield
        return
    from rich.console import Console

    console = Console(stderr=True)
    began = time.monotonic()
    with console.status(f"{words} ..."):
        yield
    console.print(f"{words}: {time.monotonic() - began:.1f} s", style="dim", highlight=False)


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):
            if path.is_file():
                total += path.stat().st_size
    return total
