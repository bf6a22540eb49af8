"""The stack of docker/compose.yaml does what its README says: started for real, used, stopped and started again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import graphprov
from graphprov.engine.releases import load_lock
from graphprov.engine.web import parse_style, style_text
from graphprov.store import Address, Store
from graphprov.store.schema import schema_files
from tests.browser import chromium, executable_or_skip

if TYPE_CHECKING:
    from tests.docker.conftest import Stack

pytestmark = pytest.mark.docker

ROOT = Path(__file__).resolve().parents[2]
GRAPHPROV = Path(sysconfig.get_path("scripts")) / "graphprov"


@pytest.fixture
def using(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Stack:
    """The stack, configured for graphprov as a person would."""
    for name, value in stack.environment.items():
        monkeypatch.setenv(name, value)
    return stack


@pytest.fixture
def connect(stack: Stack) -> Callable[[], Store]:
    return lambda: Store(Address(stack.uri, "neo4j", stack.password))


@pytest.fixture
def settings_of_server(stack: Stack, connect: Callable[[], Store]) -> dict[str, str]:
    with connect() as store:
        return {row["name"]: row["value"] for row in store.run("SHOW SETTINGS YIELD name, value").dicts()}


def test_the_database_is_the_locked_release(stack: Stack) -> None:
    with urllib.request.urlopen(stack.http) as answer:
        told = json.load(answer)
    assert (told["neo4j_version"], told["neo4j_edition"]) == (load_lock("2026.08").release.version, "community")


def test_browser_is_there_and_is_told_the_published_bolt_port(stack: Stack) -> None:
    with urllib.request.urlopen(f"{stack.http}/browser/") as page:
        assert b"<html" in page.read().lower()
    with urllib.request.urlopen(stack.http) as answer:
        assert json.load(answer)["bolt_direct"].rpartition(":")[2] == stack.uri.rpartition(":")[2]


def test_the_one_shot_service_applied_the_schema_and_left(stack: Stack, connect: Callable[[], Store]) -> None:
    service = json.loads(stack.compose("ps --all --format json schema"))
    assert (service["State"], service["ExitCode"]) == ("exited", 0)
    with connect() as store:
        applied = store.run("MATCH (file:GraphprovSchema) RETURN file.name AS name ORDER BY file.number").dicts()
    assert [row["name"] for row in applied] == [file.name for file in schema_files()]


def test_applying_the_schema_again_changes_nothing(stack: Stack, connect: Callable[[], Store]) -> None:
    def state() -> list[dict[str, Any]]:
        with connect() as store:
            return store.ask("state").dicts()

    before = state()
    stack.compose("run --rm schema")
    assert state() == before


def test_a_wrong_password_is_told_clearly_and_not_shown(stack: Stack) -> None:
    said = stack.compose("run --rm --env GRAPHPROV_PASSWORD=not-this-one schema", check=False)
    assert "error:" in said
    assert "bolt://neo4j:7687" in said
    assert "not-this-one" not in said
    assert "Traceback" not in said


def test_the_server_has_the_settings_of_the_compose_file(settings_of_server: dict[str, str]) -> None:
    expected = {
        "dbms.usage_report.enabled": "false",
        "client.allow_telemetry": "false",
        "server.fleet_discovery.enabled": "false",
        "dbms.fleet_manager.enabled": "false",
        "server.memory.heap.max_size": "512.00MiB",
        "server.memory.pagecache.size": "128.00MiB",
    }
    assert {name: settings_of_server[name] for name in expected} == expected


def test_neo4j_runs_as_a_user_without_rights(stack: Stack) -> None:
    owners = stack.compose("exec -T neo4j ps -o uid= -C java").split()
    assert owners == ["7474"]
    assert stack.compose("run --rm --entrypoint id schema --user").split()[-1] == "10001"


def test_the_password_is_in_no_environment_and_no_command_line(stack: Stack) -> None:
    for shown in (
        stack.compose("config"),
        stack.compose("exec -T neo4j bash -c \"cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline | tr '\\0' '\\n'\""),
        stack.compose("logs --no-color"),
    ):
        assert stack.password not in shown


def test_graphprov_connects_writes_and_asks_as_on_any_other_server(stack: Stack) -> None:
    """By the tests of these on the real database; the queries' own tests run on the same release elsewhere."""
    files = [f"tests/db/test_{name}.py" for name in ("store_connection", "store_schema", "store_writing", "incidents")]
    chosen = {
        "GRAPHPROV_TEST_URI": stack.uri,
        "GRAPHPROV_TEST_WIPE": "1",
        "GRAPHPROV_TEST_USER": "neo4j",
        "GRAPHPROV_TEST_PASSWORD": stack.password,
    }
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "tests.docker.database_tests",
        *files,
    ]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | chosen, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    print(done.stdout.splitlines()[-1])


@pytest.fixture
def incident(using: Stack, connect: Callable[[], Store], tmp_path: Path) -> None:
    """A delivery, a model trained on it, and another one that has nothing to do with it, sent to the stack."""
    with connect() as store:
        store._connection.command("MATCH (n) WHERE NOT n:GraphprovStore AND NOT n:GraphprovSchema DETACH DELETE n")
    for name in ("blacklist.csv", "weather.csv", "antispam.bin", "forecast.bin"):
        (tmp_path / name).write_text(f"the content of {name}")
    graphprov.source("acme-threat-intel", contact="security@acme.example")
    graphprov.receive(
        tmp_path / "blacklist.csv", name="ip-blacklist", source="acme-threat-intel", delivered_at="2026-03-01T00:00Z"
    )
    for data, made in (("blacklist.csv", "antispam"), ("weather.csv", "forecast")):
        with graphprov.run(f"train-{made}", kind="training", agent="ada", code=False) as run:
            run.used(tmp_path / data, name="ip-blacklist" if made == "antispam" else "weather")
            run.generated(tmp_path / f"{made}.bin", name=made, kind="model")
    graphprov.sync()


def impact_report() -> dict[str, Any]:
    """The report on the source as a person gets it, without what differs from call to call."""
    done = subprocess.run(
        [GRAPHPROV, "impact", "acme-threat-intel", "--format", "json"], capture_output=True, text=True, env=os.environ
    )
    assert done.returncode == 1, f"something is affected, so 1 was expected\n{done.stdout}{done.stderr}"
    return json.loads(done.stdout)


def test_the_impact_report_names_what_the_source_touched(incident: None) -> None:
    assert {row["name"] for row in impact_report()["affected"]} == {"train-antispam", "antispam"}


def test_data_survive_down_and_up(incident: None, stack: Stack) -> None:
    before = impact_report()["affected"]
    stack.compose("down")
    stack.compose("up --detach")
    stack.compose("wait schema")
    assert impact_report()["affected"] == before


def test_the_backup_that_the_readme_describes_brings_the_data_back(
    incident: None, stack: Stack, tmp_path: Path
) -> None:
    before = impact_report()["affected"]
    backup = tmp_path / "backup"
    backup.mkdir()
    backup.chmod(0o777)
    tool = f'run --rm --no-deps --volume "{backup}:/backup" neo4j neo4j-admin database'
    stack.compose("stop neo4j")
    stack.compose(f"{tool} dump neo4j --to-path=/backup")
    stack.compose("down --volumes")
    stack.compose(f"{tool} load neo4j --from-path=/backup --overwrite-destination=true")
    stack.compose("up --detach")
    stack.compose("wait schema")
    assert impact_report()["affected"] == before


@pytest.mark.browser
def test_neo4j_browser_takes_graphprovs_colours_when_it_has_connected(stack: Stack) -> None:
    with chromium(executable_or_skip()) as browser:
        page = browser.new_page()
        page.goto(f"{stack.http}/browser/?connectURL={stack.uri.replace('//', '//neo4j@')}")
        page.get_by_test_id("password").fill(stack.password)
        page.get_by_test_id("connect").click()
        page.get_by_test_id("activeEditor").wait_for(timeout=60_000)
        # Asked for again and again from here, as the page's own policy forbids to wait inside it.
        for _ in range(60):
            kept = json.loads(page.evaluate("localStorage.getItem('neo4j.grass')") or "null")
            if kept:
                break
            page.wait_for_timeout(500)
    assert kept == parse_style(style_text())
