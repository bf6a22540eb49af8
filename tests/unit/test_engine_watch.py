"""Stopping a server that nobody wants, and nobody else's."""

from __future__ import annotations

import os
import time
from pathlib import Path

import psutil
import pytest

from graphprov.engine import server, watch
from graphprov.engine.layout import Layout, State, make_password, touch_last_used, write_state
from graphprov.engine.server import running
from graphprov.settings import Settings


@pytest.fixture
def layout(own_home: Path) -> Layout:
    """A server that is up and idle, by its state file; its process is this one."""
    found = Layout.of(Settings.load())
    found.make()
    make_password(found)
    state = State(
        pid=os.getpid(),
        born=psutil.Process().create_time(),
        version="2026.08.1",
        bolt_port=20001,
        http_port=20002,
        started_at=time.time(),
        java="25",
        idle_minutes=1.0,
    )
    write_state(found, state)
    return found


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> list[Layout]:
    """Servers that would have been stopped; none has a client."""
    found: list[Layout] = []
    monkeypatch.setattr(server, "stop_locked", found.append)
    monkeypatch.setattr(watch, "connections", lambda _state: 0)
    return found


def test_a_server_that_nobody_wants_is_stopped(layout: Layout, stopped: list[Layout]) -> None:
    assert watch.stop_unused(layout)
    assert stopped == [layout]


def test_a_client_that_asks_while_idleness_is_looked_at_is_never_sent_to_a_server_that_goes(
    layout: Layout, stopped: list[Layout], monkeypatch: pytest.MonkeyPatch
) -> None:
    offered = []

    def ask_now(path: Path) -> float:
        touch_last_used(layout)
        offered.append(running(Settings.load()))
        return path.stat().st_mtime

    monkeypatch.setattr(watch, "_mtime", ask_now)
    assert not watch.stop_unused(layout)
    assert offered == [None]  # so it waits for the lock, and finds the server there again
    assert running(Settings.load()) is not None
    assert not stopped
