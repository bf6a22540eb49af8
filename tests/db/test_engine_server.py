"""The embedded server on the real engine: sharing, crashes, disks, ports, idleness.

Starting takes seconds, so one home goes through its life in the order of the tests of a class, and each test says what
is true at its point.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import neo4j as driver_library
import psutil
import pytest

from graphprov import engine
from graphprov.engine import Endpoint, server
from graphprov.engine.layout import Layout, read_state
from graphprov.engine.releases import load_lock
from graphprov.errors import EngineError
from graphprov.settings import Settings

LINE = os.environ.get("GRAPHPROV_TEST_NEO4J_VERSION", "2026.08")
ROOT = Path(__file__).resolve().parents[2]
# Nothing answers there: whoever asks the network fails.
OFFLINE = {"HTTPS_PROXY": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9", "ALL_PROXY": "http://127.0.0.1:9"}

pytestmark = pytest.mark.skipif(
    bool(os.environ.get("GRAPHPROV_TEST_URI")),
    reason="an address is given, so the embedded server is not what is tested",
)


def settings_for(home: Path, **changes: object) -> Settings:
    """Settings of a small server below a folder."""
    # Ten minutes, so that even a test run that was killed leaves nothing that stays.
    small = {"heap_mb": 256, "page_cache_mb": 32, "idle_minutes": 10.0, "neo4j_version": LINE}
    return Settings.load(home=home, journal=home / "journal.sqlite", **(small | changes))


def in_another_process(code: str, home: Path, **environment: str) -> subprocess.Popen[str]:
    """Python code in a process of its own, with `settings` at hand."""
    start = (
        "from graphprov import engine; from graphprov.settings import Settings; "
        f"settings = Settings.load(home={str(home)!r}, heap_mb=256, page_cache_mb=32, idle_minutes=10, "
        f"neo4j_version={LINE!r})\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", start + code],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )


def query(endpoint: Endpoint, text: str) -> list[object]:
    with driver_library.GraphDatabase.driver(endpoint.uri, auth=(endpoint.user, endpoint.password)) as driver:
        return [record[0] for record in driver.execute_query(text).records]


def eventually(true: Callable[[], bool], seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One home for the tests that follow one server through its life."""
    folder = tmp_path_factory.mktemp("shared-home")
    server.classpath_of(settings_for(folder), progress=False)  # fetches what is missing, online
    yield folder
    engine.clear(settings_for(folder))


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Settings]:
    """Settings of a server for one test, which is gone afterwards, however the test ends."""
    settings = settings_for(tmp_path / "own-home")
    yield settings
    engine.clear(settings)


class TestLife:
    """One server from its first start to its end."""

    def test_processes_that_start_at_once_share_one_server_without_a_network(self, home: Path) -> None:
        code = (
            "endpoint = engine.ensure_running(settings, progress=False, quick=True); print(endpoint.uri, endpoint.pid)"
        )
        processes = [in_another_process(code, home, **OFFLINE) for _ in range(3)]
        answers = {process.communicate(timeout=300)[0] for process in processes}
        assert [process.returncode for process in processes] == [0, 0, 0]
        assert len(answers) == 1

    def test_it_is_found_in_milliseconds(self, home: Path) -> None:
        settings = settings_for(home)
        took = []
        for _ in range(20):
            began = time.perf_counter()
            assert engine.running(settings) is not None
            took.append(time.perf_counter() - began)
        assert min(took) < 0.02  # the best: a busy machine says nothing about the others

    def test_its_secrets_are_for_its_owner_alone(self, home: Path) -> None:
        layout = Layout.of(settings_for(home))
        assert {stat.S_IMODE(path.stat().st_mode) for path in (layout.password, layout.state)} == {0o600}
        endpoint = engine.running(settings_for(home))
        assert endpoint is not None
        assert endpoint.password not in repr(endpoint)
        assert not [
            path
            for path in (layout.state, layout.console, layout.conf / "neo4j.conf", layout.conf / "java.args")
            if endpoint.password in path.read_text()
        ]

    def test_it_listens_on_loopback_alone(self, home: Path) -> None:
        state = read_state(Layout.of(settings_for(home)))
        assert state is not None
        listening = {
            row.laddr.ip.removeprefix("::ffff:")
            for row in psutil.Process(state.pid).net_connections(kind="tcp")
            if row.status == psutil.CONN_LISTEN
        }
        assert listening == {"127.0.0.1"}

    def test_its_status_says_what_a_person_asks(self, home: Path) -> None:
        status = engine.status(settings_for(home))
        assert status.running
        assert status.version == load_lock(LINE).release.version
        assert status.memory_bytes
        assert status.data_bytes > 100_000
        assert "password" not in status.as_dict()

    def test_after_kill_9_it_recovers_with_what_was_committed_on_the_same_ports(self, home: Path) -> None:
        settings = settings_for(home)
        before = engine.ensure_running(settings, progress=False, quick=True)
        query(before, "CREATE (:Kept {id: 1})")
        assert before.pid is not None
        os.kill(before.pid, signal.SIGKILL)
        assert eventually(lambda: engine.running(settings) is None)
        after = engine.ensure_running(settings, progress=False, quick=True)
        assert query(after, "MATCH (n:Kept) RETURN n.id") == [1]
        assert (after.uri, after.http) == (before.uri, before.http)
        assert after.pid != before.pid

    def test_it_stops_quickly_even_with_a_connection_open(self, home: Path) -> None:
        settings = settings_for(home)
        endpoint = engine.ensure_running(settings, progress=False, quick=True)
        driver = driver_library.GraphDatabase.driver(endpoint.uri, auth=(endpoint.user, endpoint.password))
        driver.verify_connectivity()
        began = time.monotonic()
        assert engine.stop(settings)
        assert time.monotonic() - began < 25  # generous, for a busy machine
        assert engine.running(settings) is None
        assert not engine.stop(settings)
        driver.close()

    def test_a_taken_port_is_left_to_whoever_has_it_and_data_stay(self, home: Path) -> None:
        settings = settings_for(home)
        kept = Layout.of(settings).ports.read_text()
        port = int(kept.strip("[]\n").split(",")[0])
        with socket.create_server(("127.0.0.1", port)):
            endpoint = engine.ensure_running(settings, progress=False, quick=True)
        assert not endpoint.uri.endswith(f":{port}")
        assert query(endpoint, "MATCH (n:Kept) RETURN n.id") == [1]

    def test_a_port_lost_between_choosing_and_using_it_costs_one_more_try(
        self, home: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings = settings_for(home)
        engine.stop(settings)
        choose, tried = server.launch.choose_ports, []
        with socket.create_server(("127.0.0.1", 0)) as taken:

            def unlucky_once(layout: Layout, *, keep: bool = True) -> tuple[int, int]:
                tried.append(keep)
                return choose(layout, keep=keep) if len(tried) > 1 else (taken.getsockname()[1], 20_000)

            monkeypatch.setattr(server.launch, "choose_ports", unlucky_once)
            endpoint = engine.ensure_running(settings, progress=False, quick=True)
        assert tried == [True, False]
        assert query(endpoint, "RETURN 1") == [1]

    def test_data_of_a_newer_neo4j_are_refused_by_what_was_noted_down(self, home: Path) -> None:
        settings = settings_for(home)
        engine.stop(settings)
        layout = Layout.of(settings)
        noted = layout.written_by.read_text()
        layout.written_by.write_text("2099.01.0\n")
        with pytest.raises(EngineError, match=r"written by Neo4j 2099\.01\.0, which is newer"):
            engine.ensure_running(settings, progress=False, quick=True)
        layout.written_by.write_text(noted)

    def test_cleared_it_starts_empty_with_another_password(self, home: Path) -> None:
        settings = settings_for(home)
        before = engine.password(settings)
        assert engine.clear(settings)
        assert not Layout.of(settings).root.exists()
        assert not engine.clear(settings)
        endpoint = engine.ensure_running(settings, progress=False, quick=True)
        assert endpoint.password != before
        assert query(endpoint, "MATCH (n:Kept) RETURN n") == []


def test_data_of_a_newer_neo4j_are_recognised_in_its_own_words(home: Path, own: Settings) -> None:
    """Where nothing was noted down, as in a folder copied by hand."""
    if LINE != "2026.08":
        pytest.skip("the newest line has no newer one")
    engine.stop(settings_for(home))
    older = own.model_copy(update={"neo4j_version": "5.26"})
    layout = Layout.of(older)
    shutil.copytree(Layout.of(settings_for(home)).data, layout.data)
    shutil.copy(Layout.of(settings_for(home)).password, layout.password)
    try:
        with pytest.raises(EngineError, match="written by a newer Neo4j"):
            engine.ensure_running(older, progress=False, quick=True)
    finally:
        engine.clear(older)


def test_a_starter_that_was_killed_leaves_nothing_that_stops_the_next(own: Settings) -> None:
    starter = in_another_process("engine.ensure_running(settings, progress=False, quick=True)", own.home)
    layout = Layout.of(own)
    assert eventually(lambda: read_state(layout) is not None, 120)
    starter.kill()
    starter.wait()
    endpoint = engine.ensure_running(own, progress=False, quick=True)
    assert query(endpoint, "RETURN 1") == [1]
    assert endpoint.pid == read_state(layout).pid  # type: ignore[union-attr]


def test_a_killed_holder_of_the_lock_does_not_block_the_next(tmp_path: Path) -> None:
    holder = in_another_process(
        "from graphprov.engine.server import locked; from graphprov.engine.layout import Layout; import time\n"
        "with locked(Layout.of(settings)): print('held', flush=True); time.sleep(600)",
        tmp_path,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    holder.kill()
    holder.wait()
    with server.locked(Layout.of(settings_for(tmp_path))):
        pass


def test_idle_it_stops_by_itself_but_not_under_a_client(own: Settings) -> None:
    settings = own.model_copy(update={"idle_minutes": 0.25})
    endpoint = engine.ensure_running(settings, progress=False, quick=True)
    driver = driver_library.GraphDatabase.driver(endpoint.uri, auth=(endpoint.user, endpoint.password))
    driver.verify_connectivity()
    time.sleep(20)
    assert engine.running(settings) is not None
    driver.close()
    assert eventually(lambda: engine.running(settings) is None, 120)
    assert endpoint.pid is not None
    assert eventually(lambda: not psutil.pid_exists(endpoint.pid or 0) or _is_zombie(endpoint.pid or 0), 60)


def test_a_throwaway_server_goes_with_the_process_that_wanted_it(tmp_path: Path) -> None:
    code = (
        "with engine.throwaway(settings=settings) as endpoint:\n"
        "    import psutil, time; print(endpoint.pid, psutil.Process(endpoint.pid).cwd(), flush=True); time.sleep(600)"
    )
    process = in_another_process(code, tmp_path)
    assert process.stdout is not None
    pid, folder = process.stdout.readline().split()
    process.kill()
    process.wait()
    assert eventually(lambda: not psutil.pid_exists(int(pid)) and not Path(folder).exists(), 60)


def test_csv_files_are_imported_by_neo4js_own_tool(own: Settings, tmp_path: Path) -> None:
    (tmp_path / "nodes.csv").write_text("id:ID\na\nb\nc\n")
    (tmp_path / "edges.csv").write_text(":START_ID,:END_ID\nb,a\nc,b\n")
    said = engine.import_csv(
        own,
        nodes=[f"Entity:Dataset={tmp_path / 'nodes.csv'}"],
        relationships=[f"WAS_DERIVED_FROM={tmp_path / 'edges.csv'}"],
    )
    assert "3 nodes" in said
    endpoint = engine.ensure_running(own, progress=False, quick=True)
    assert query(endpoint, "MATCH (:Dataset {id: 'c'})-[r:WAS_DERIVED_FROM*]->() RETURN count(r)") == [2]
    with pytest.raises(EngineError, match="import tool failed"):
        engine.import_csv(own, nodes=[str(tmp_path / "missing.csv")], relationships=[])


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 3 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(disk)], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {mounted.stderr.strip()}")
    yield disk
    engine.stop(settings_for(disk))
    subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_full_disk_is_said_before_anything_is_started(tiny_disk: Path) -> None:
    with pytest.raises(EngineError, match=r"too full to start Neo4j: \d MB are free"):
        engine.ensure_running(settings_for(tiny_disk), progress=False, quick=True)


def test_a_disk_that_fills_up_while_starting_is_recognised(tiny_disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "_FREE_BYTES_NEEDED", 0)
    (tiny_disk / "others").write_bytes(b"x" * 2_700_000)
    with pytest.raises(EngineError, match="disk is full"):
        engine.ensure_running(settings_for(tiny_disk), progress=False, quick=True)
    assert engine.running(settings_for(tiny_disk)) is None


def _is_zombie(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.Error:
        return True
