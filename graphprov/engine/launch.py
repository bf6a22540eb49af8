"""Start the server's process and wait until it really answers a query."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import random
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from graphprov.engine import config, failures
from graphprov.engine.java import Java, does_not_start
from graphprov.engine.layout import Layout, State, make_password, read_password, write_private, write_state
from graphprov.engine.releases import Release
from graphprov.errors import EngineError

if TYPE_CHECKING:
    from graphprov.settings import Settings

USER = "neo4j"
READY_WITHIN_SECONDS = 300.0
_POLL_SECONDS = 0.05
_HASH_ROUNDS = 1024  # what Neo4j's own `set-initial-password` writes

# Processes that this one started: kept so that they are reaped, and not warned about when collected.
_children: dict[int, subprocess.Popen[bytes]] = {}


def start_process(
    layout: Layout,
    release: Release,
    java: Java,
    classpath: Sequence[Path],
    settings: Settings,
    ports: tuple[int, int],
    *,
    quick: bool = False,
) -> State:
    """Write the configuration and start Java; returns at once, long before the server answers."""
    import psutil

    bolt_port, http_port = ports
    text = config.neo4j_conf(
        release,
        bolt_port=bolt_port,
        http_port=http_port,
        heap_mb=settings.heap_mb,
        page_cache_mb=settings.page_cache_mb,
    )
    (layout.conf / "neo4j.conf").write_text(text, encoding="utf-8")
    arguments = layout.conf / "java.args"
    arguments.write_text(
        config.argument_file(
            [
                *config.java_options(java, heap_mb=settings.heap_mb, quick=quick),
                f"-Djava.io.tmpdir={layout.temporary}",
            ],
            classpath,
            release.main_class,
            config.command_arguments(layout),
        ),
        encoding="utf-8",
    )
    shutil.rmtree(layout.temporary, ignore_errors=True)
    layout.temporary.mkdir(exist_ok=True)
    with layout.console.open("wb") as console:
        try:
            process = subprocess.Popen(
                [java.executable, f"@{arguments}"],
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=subprocess.STDOUT,
                cwd=layout.root,
                start_new_session=True,  # Ctrl+C in the terminal is for the command, not for the server
            )
        except OSError as error:
            raise does_not_start(java, error) from error
    _children[process.pid] = process
    state = State(
        pid=process.pid,
        born=psutil.Process(process.pid).create_time(),
        version=release.version,
        bolt_port=bolt_port,
        http_port=http_port,
        started_at=time.time(),
        java=f"{java.version} ({java.chosen_by})",
        idle_minutes=settings.idle_minutes,
        ready=False,
    )
    write_state(layout, state)
    return state


def wait_until_ready(layout: Layout, state: State, password: str, within: float = READY_WITHIN_SECONDS) -> None:
    """Wait until a query is answered.

    Raises:
        EngineError: The process ended, or did not answer in time; says why where its output tells.
    """
    # Loading the driver takes 0.2 s, which Java uses to start.
    import neo4j
    from neo4j.exceptions import AuthError, DriverError, Neo4jError

    deadline = time.monotonic() + within
    while not _listens(state):
        _fail_if_ended(layout, state, deadline)
        time.sleep(_POLL_SECONDS)
    uri = f"bolt://127.0.0.1:{state.bolt_port}"
    with neo4j.GraphDatabase.driver(
        uri, auth=(USER, password), connection_timeout=10, telemetry_disabled=True
    ) as driver:
        while True:
            try:
                driver.execute_query("RETURN 1")
            except AuthError as error:
                raise EngineError(
                    f"the embedded Neo4j does not take the password in {layout.password}",
                    hint="put the right one back, or start afresh: graphprov db clear --yes",
                ) from error
            except (DriverError, Neo4jError, OSError):
                _fail_if_ended(layout, state, deadline)
                time.sleep(_POLL_SECONDS)
            else:
                return


def _listens(state: State) -> bool:
    """Whether our own process listens on its port; another program there must not be sent the password."""
    import psutil

    with contextlib.suppress(psutil.NoSuchProcess):
        try:
            rows = psutil.Process(state.pid).net_connections(kind="tcp")
        except psutil.AccessDenied:  # some systems hide it; then an open port has to do
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", state.bolt_port), timeout=1):
                return True
            return False
        return any(row.status == psutil.CONN_LISTEN and row.laddr.port == state.bolt_port for row in rows)
    return False


def _fail_if_ended(layout: Layout, state: State, deadline: float) -> None:
    if not state.alive():
        child = _children.get(state.pid)
        raise failures.explain(layout, exit_code=child.wait() if child else None, ended=True)
    # On a full disk the server may hang instead of ending.
    if time.monotonic() > deadline or failures.disk_is_full(layout):
        raise failures.explain(layout, exit_code=None, ended=False)


def end_process(pid: int, born: float, *, patience: float = 30.0) -> None:
    """Ask a process to end, and make it end where it does not."""
    import psutil

    from graphprov.engine.layout import is_alive

    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        if is_alive(pid, born):
            process.terminate()
            deadline = time.monotonic() + patience
            while is_alive(pid, born) and time.monotonic() < deadline:
                time.sleep(_POLL_SECONDS)
            if is_alive(pid, born):
                process.kill()
                while is_alive(pid, born) and time.monotonic() < deadline + 5:
                    time.sleep(_POLL_SECONDS)
    child = _children.pop(pid, None)
    if child is not None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(timeout=5)


def prepare_password(layout: Layout) -> str:
    """The password to use; on new data it is made, and left where the server looks at its first start.

    The server's own tool for this starts a Java of its own (2 to 4 s) to write one line; the same line is written here.

    Raises:
        EngineError: There is data, but the password that goes with it is gone.
    """
    password = read_password(layout)
    if not (layout.data / "databases" / "system").exists():
        password = password or make_password(layout)
        folder = layout.data / "dbms"
        folder.mkdir(parents=True, exist_ok=True)
        write_private(folder / "auth.ini", auth_line(USER, password, secrets.token_bytes(32)))
    if password is None:
        raise EngineError(
            f"there is data in {layout.data}, but its password file {layout.password} is gone",
            hint="put the file back, or start afresh: graphprov db clear --yes",
        )
    return password


def auth_line(user: str, password: str, salt: bytes) -> str:
    """A user as Neo4j's `auth.ini` keeps it: a salted SHA-256, taken 1024 times.

    >>> auth_line("neo4j", "secret", bytes(2))[:60]
    'neo4j:SHA-256,d28416e3af4549a752e59bc2e3a303b03699e34181f381'
    """
    digest = hashlib.sha256(salt + password.encode()).digest()
    for _ in range(_HASH_ROUNDS - 1):
        digest = hashlib.sha256(digest).digest()
    return f"{user}:SHA-256,{digest.hex()},{salt.hex()},{_HASH_ROUNDS}:"


def choose_ports(layout: Layout, *, keep: bool = True) -> tuple[int, int]:
    """Two free ports for Bolt and HTTP: those of last time if they are free, so that bookmarks stay right."""
    kept: tuple[int, ...] = ()
    if keep:
        with contextlib.suppress(OSError, ValueError, TypeError):
            kept = tuple(int(port) for port in json.loads(layout.ports.read_text(encoding="utf-8")))
    if len(kept) == 2 and all(is_free(port) for port in kept):
        return kept[0], kept[1]
    chosen: list[int] = []
    # Below the range from which systems take ports for outgoing connections, so that they stay free while we are down.
    for port in random.SystemRandom().sample(range(20_000, 32_000), 200):
        if is_free(port):
            chosen.append(port)
        if len(chosen) == 2:
            write_private(layout.ports, json.dumps(chosen) + "\n")
            return chosen[0], chosen[1]
    raise EngineError("no two free ports between 20000 and 32000 were found on 127.0.0.1")


def is_free(port: int) -> bool:
    """Whether a server could listen there on loopback now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if os.name != "nt":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def adopt(process: subprocess.Popen[bytes]) -> None:
    """Keep a child that outlives the function that started it."""
    _children[process.pid] = process
