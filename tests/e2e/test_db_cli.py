"""`graphprov db ...` as a person types it, on a server of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

LINE = os.environ.get("GRAPHPROV_TEST_NEO4J_VERSION", "2026.08")
ROOT = Path(__file__).resolve().parents[2]
Run = Callable[..., subprocess.CompletedProcess[str]]

pytestmark = pytest.mark.skipif(
    bool(os.environ.get("GRAPHPROV_TEST_URI")),
    reason="an address is given, so the embedded server is not what is tested",
)


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Runs `graphprov db` with a home of its own; the server is removed at the end."""
    home = tmp_path_factory.mktemp("cli-home")
    environment = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    environment |= {
        "GRAPHPROV_HOME": str(home),
        "GRAPHPROV_NEO4J_VERSION": LINE,
        "GRAPHPROV_HEAP_MB": "256",
        "PYTHONPATH": str(ROOT),
        "COLUMNS": "120",
    }

    def run(*arguments: str, group: tuple[str, ...] = ("db",), **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", "from graphprov.cli.app import main; main()", *group, *arguments],
            capture_output=True,
            text=True,
            check=False,
            timeout=500,
            env=environment | more,
        )

    yield run
    run("clear", "--yes")


def test_before_the_first_start_nothing_runs_and_nothing_is_there(db: Run) -> None:
    assert "not running" in db("status").stdout
    assert db("stop").stdout == "Neo4j was not running.\n"
    assert db("logs").stdout == "Neo4j has not been started yet.\n"
    missing = db("password")
    assert (missing.returncode, missing.stdout) == (5, "")
    assert "try:     graphprov db start" in missing.stderr


def test_start_says_where_it_is_and_a_second_start_changes_nothing(db: Run) -> None:
    first = db("start")
    assert first.returncode == 0, first.stderr
    assert "is up at bolt://127.0.0.1:" in first.stdout
    assert db("start").stdout == first.stdout


def test_status_tells_a_program_the_same(db: Run) -> None:
    found = json.loads(db("status", "--json").stdout)
    assert found["running"] is True
    assert psutil.pid_exists(found["pid"])
    assert found["browser"].startswith("http://127.0.0.1:")
    words = db("status").stdout
    assert found["uri"] in words
    assert "stops after 60 min without a client" in words


def test_open_prints_address_user_and_the_way_to_the_password_but_not_the_password(db: Run) -> None:
    opened = db("open").stdout
    password = db("password").stdout.strip()
    assert len(password) >= 20
    assert "/browser/?connectURL=bolt://neo4j@127.0.0.1:" in opened
    assert "graphprov db password" in opened
    assert password not in opened + db("status", "--json").stdout + db("logs").stdout


def test_logs_show_as_many_lines_as_asked_for(db: Run) -> None:
    assert len(db("logs", "--lines", "3").stdout.splitlines()) >= 3
    assert "Started." in db("logs").stdout


def test_clear_asks_for_yes(db: Run) -> None:
    refused = db("clear")
    assert refused.returncode == 2
    assert "try:     graphprov db clear --yes" in refused.stderr
    assert json.loads(db("status", "--json").stdout)["running"] is True


def test_a_server_that_runs_and_holds_little_is_emptied_and_runs_on(db: Run, tmp_path: Path) -> None:
    pid = json.loads(db("status", "--json").stdout)["pid"]
    document = tmp_path / "little.provn"
    document.write_text("document\nprefix ex <http://x/>\nentity(ex:only)\nendDocument\n", encoding="utf-8")
    assert db("import", str(document), group=()).returncode == 0
    # An address that other commands would use is left alone.
    cleared = db("clear", "--yes", GRAPHPROV_URI="bolt://127.0.0.1:9", GRAPHPROV_PASSWORD="x")
    assert cleared.stdout == "The database is empty; Neo4j runs on.\n", cleared.stderr
    assert json.loads(db("status", "--json").stdout)["pid"] == pid
    assert json.loads(db("list", "--format", "json", group=()).stdout) == []
    assert db("import", str(document), group=()).stdout == f"{document}: 1 statement\n"
    assert "http://x/only" in db("list", "--format", "json", group=()).stdout


def test_stop_keeps_the_data_and_clear_removes_them(db: Run) -> None:
    folder = Path(json.loads(db("status", "--json").stdout)["folder"])
    assert db("stop").stdout == "Neo4j is stopped.\n"
    assert (folder / "data").is_dir()
    assert db("clear", "--yes").stdout == "The database is removed.\n"
    assert not folder.exists()
    assert db("clear", "--yes").stdout == "There was no database.\n"


def test_a_java_that_does_not_fit_ends_with_exit_code_5_and_no_traceback(db: Run) -> None:
    failed = db("start", GRAPHPROV_JAVA="/nowhere")
    assert failed.returncode == 5
    assert failed.stderr.startswith("error: there is no Java at /nowhere\ntry:     ")


def test_a_neo4j_that_is_not_offered_ends_with_exit_code_2(db: Run) -> None:
    failed = db("start", "--neo4j-version", "3.5")
    assert failed.returncode == 2
    assert "'2026.08' or '5.26'" in failed.stderr


def test_with_an_address_configured_it_says_that_other_commands_use_that(db: Run) -> None:
    assert "note: an address is configured" in db("status", GRAPHPROV_URI="bolt://db.example:7687").stderr
