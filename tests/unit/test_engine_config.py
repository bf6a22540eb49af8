"""What the server is told, its files, and what its failures mean; all without starting one."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import psutil
import pytest

from graphprov.engine import config, failures, launch
from graphprov.engine.java import Java
from graphprov.engine.layout import Layout, State, is_alive, make_password, read_state, write_state
from graphprov.engine.releases import RELEASES, release
from graphprov.engine.server import running
from graphprov.errors import EngineError
from graphprov.settings import Settings


@pytest.fixture
def layout(own_home: Path) -> Layout:
    found = Layout.of(Settings.load())
    found.make()
    return found


def conf(line: str = "2026.08") -> dict[str, str]:
    text = config.neo4j_conf(release(line), bolt_port=20001, http_port=20002, heap_mb=300, page_cache_mb=64)
    return dict(row.split("=", 1) for row in text.splitlines() if not row.startswith("#"))


@pytest.mark.parametrize("line", sorted(RELEASES))
def test_it_listens_on_loopback_alone_and_tells_nobody(line: str) -> None:
    told = conf(line)
    addresses = [value for name, value in told.items() if "address" in name]
    assert addresses
    assert all(value.split(":")[0] == "127.0.0.1" for value in addresses)
    assert told["dbms.usage_report.enabled"] == "false"
    assert told["client.allow_telemetry"] == "false"


def test_the_newest_line_neither_broadcasts_nor_reports_to_a_cloud() -> None:
    told = conf("2026.08")
    assert told["server.fleet_discovery.enabled"] == told["dbms.fleet_manager.enabled"] == "false"
    assert not [name for name in conf("5.26") if "fleet" in name]  # which it would refuse to start with


def test_browser_is_told_the_right_port_and_what_to_show_first() -> None:
    told = conf()
    assert told["server.bolt.advertised_address"] == "127.0.0.1:20001"
    assert told["browser.post_connect_cmd"].startswith("guide http://127.0.0.1:20002/browser/")


def test_memory_follows_the_settings() -> None:
    told = conf()
    assert (told["server.memory.heap.max_size"], told["server.memory.pagecache.size"]) == ("300m", "64m")


def test_options_that_only_newer_javas_know_are_left_out_for_older_ones() -> None:
    def options(feature: int) -> str:
        return " ".join(config.java_options(Java(Path("java"), str(feature), feature, "option"), heap_mb=512))

    assert "--sun-misc-unsafe-memory-access" in options(25)
    assert "--sun-misc-unsafe-memory-access" not in options(21)


def test_an_argument_file_survives_blanks_quotes_and_backslashes() -> None:
    text = config.argument_file(['-Da="b"'], [Path("C:\\a b")], "Main", [])
    assert text.splitlines()[0] == '"-Da=\\"b\\""'
    assert "a b" in text


def test_the_password_is_random_and_for_its_owner_alone(layout: Layout) -> None:
    first, second = make_password(layout), make_password(layout)
    assert first != second
    assert len(first) >= 20
    assert stat.S_IMODE(layout.password.stat().st_mode) == 0o600


def test_the_users_line_is_the_one_that_neo4js_own_tool_writes() -> None:
    salt = bytes.fromhex("4ce1f5e760e0ac9ce3368d44a9598c88942a2256c13abcfe489fb978bec06f3e")
    digest = "6fa970060f31278c69b7eaf7b7205e8e6edf4db4c22a715d296fc7b9d05c9eb9"
    assert launch.auth_line("neo4j", "secret12345", salt) == f"neo4j:SHA-256,{digest},{salt.hex()},1024:"


def test_ports_of_last_time_are_kept_while_they_are_free(layout: Layout) -> None:
    import socket

    first = launch.choose_ports(layout)
    assert launch.choose_ports(layout) == first
    with socket.create_server(("127.0.0.1", first[0])):
        assert launch.choose_ports(layout) != first


def state(**changes: object) -> State:
    values: dict[str, object] = {
        "pid": os.getpid(),
        "born": psutil.Process().create_time(),
        "version": "2026.08.1",
        "bolt_port": 20001,
        "http_port": 20002,
        "started_at": 0.0,
        "java": "25",
        "idle_minutes": 0.0,
    }
    return State(**(values | changes))  # type: ignore[arg-type]


def test_a_state_file_left_by_a_killed_server_is_not_believed(layout: Layout) -> None:
    make_password(layout)
    write_state(layout, state())
    assert running(Settings.load()) is not None
    write_state(layout, state(pid=2**22 - 7))
    assert running(Settings.load()) is None


def test_a_pid_used_again_by_another_process_is_not_believed(layout: Layout) -> None:
    make_password(layout)
    write_state(layout, state(born=psutil.Process().create_time() - 3600))
    assert running(Settings.load()) is None
    assert not is_alive(os.getpid(), 1.0)


def test_a_server_that_is_not_ready_yet_is_not_offered(layout: Layout) -> None:
    make_password(layout)
    write_state(layout, state(ready=False))
    assert running(Settings.load()) is None


def test_a_java_that_the_system_does_not_run_is_an_engine_error(layout: Layout, tmp_path: Path) -> None:
    program = tmp_path / "java"
    program.write_text("no program")
    java = Java(program, "25", 25, "option")
    (layout.temporary / "jetty-of-a-killed-start").mkdir(parents=True)
    with pytest.raises(EngineError, match=f"{program} cannot be run: Permission denied"):
        launch.start_process(layout, release("2026.08"), java, [], Settings.load(), (20001, 20002))
    assert f'"-Djava.io.tmpdir={layout.temporary}"' in (layout.conf / "java.args").read_text()
    assert list(layout.temporary.iterdir()) == []


def test_a_state_file_cut_off_by_a_crash_reads_as_none(layout: Layout) -> None:
    layout.state.write_text('{"pid": 12')
    assert read_state(layout) is None


def test_state_and_folders_are_for_their_owner_alone(layout: Layout) -> None:
    write_state(layout, state())
    assert stat.S_IMODE(layout.state.stat().st_mode) == 0o600
    assert stat.S_IMODE(layout.root.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("printed", "meaning"),
    [
        ("Caused by: java.io.IOException: No space left on device", "disk is full"),
        ("java.net.BindException: Address already in use", "port that Neo4j wanted"),
        ("java.lang.UnsupportedClassVersionError: org/neo4j/X", "Java in use is too old"),
        ("Could not reserve enough space for object heap", "not enough memory"),
        ("Lock file has been locked by another process: /x/store_lock", "another Neo4j is using the data"),
        ("java.lang.IllegalStateException: something new", "ended with exit status 3"),
    ],
)
def test_a_failure_is_told_in_one_message(layout: Layout, printed: str, meaning: str) -> None:
    layout.console.write_text(f"2026-11-23 INFO  Starting...\n{printed}\n")
    error = failures.explain(layout, exit_code=3, ended=True)
    assert meaning in error.message
    assert error.hint
