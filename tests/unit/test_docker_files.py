"""The files in docker/ are right as far as they can be read without an engine. tests/docker starts them."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest

from graphprov.engine.web import parse_style, style_text
from graphprov.version import VERSION

ROOT = Path(__file__).resolve().parents[2]
DOCKER = ROOT / "docker"
COMPOSE = DOCKER / "compose.yaml"
DOCKERFILES = [DOCKER / "Dockerfile", ROOT / "tests" / "docker" / "image" / "Dockerfile"]
README = DOCKER / "README.md"


def program(name: str) -> str:
    """A program that came with one of the test packages."""
    return str(Path(sysconfig.get_path("scripts")) / name)


def compose_config(*arguments: str, **environment: str) -> str:
    """What `docker-compose config` makes of the file, with nothing set but what is given here."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    command = [program("docker-compose"), "--file", str(COMPOSE), "config", *arguments]
    done = subprocess.run(command, env=kept | environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "variable is not set" not in done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return json.loads(compose_config("--format", "json"))


def test_compose_yaml_fits_the_compose_specification() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(COMPOSE)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_compose_reads_the_file_without_a_complaint() -> None:
    assert compose_config("--quiet") == ""


@pytest.mark.parametrize("dockerfile", DOCKERFILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_hadolint_has_nothing_to_say(dockerfile: Path) -> None:
    done = subprocess.run([program("hadolint"), "--no-color", str(dockerfile)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_image_is_the_locked_version_of_neo4j(compose: dict[str, Any]) -> None:
    lock = json.loads((ROOT / "graphprov" / "engine" / "locks" / "neo4j-2026.08.json").read_text(encoding="utf-8"))
    assert compose["services"]["neo4j"]["image"] == f"neo4j:{lock['neo4j']}-community"


def test_the_schema_is_applied_by_this_very_version_of_graphprov(compose: dict[str, Any]) -> None:
    assert compose["services"]["schema"]["image"] == f"graphprov:{VERSION}"


def test_graphprov_is_installed_from_its_wheel_and_never_by_its_name() -> None:
    text = (DOCKER / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    (command,) = re.findall(r"pip install (.+)", text)
    assert command.split()[-1] == "/wheels/graphprov-*.whl"
    assert "graphprov" not in command.split()


def test_a_build_that_fails_is_not_passed_over() -> None:
    """`settings=$(start)` in `.ci/docker-engine`: what bash does there, under the options that the script sets."""
    script = (ROOT / ".ci" / "docker-engine").read_text(encoding="utf-8")
    options = "\n".join(re.findall(r"^(?:set|shopt) .*$", script, flags=re.MULTILINE))
    code = f'{options}\nstart() {{ (exit 7) >/dev/null; echo goes on; }}\nsettings=$(start)\necho "$settings"\n'
    done = subprocess.run(["bash", "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (7, "")


def test_ports_are_open_on_loopback_only(compose: dict[str, Any]) -> None:
    ports = [port for service in compose["services"].values() for port in service.get("ports", [])]
    assert {port["target"]: port["host_ip"] for port in ports} == {7474: "127.0.0.1", 7687: "127.0.0.1"}


def test_browser_is_told_the_ports_as_seen_from_outside() -> None:
    neo4j = json.loads(compose_config("--format", "json", NEO4J_BOLT_PORT="17687", NEO4J_HTTP_PORT="17474"))[
        "services"
    ]["neo4j"]
    assert {port["target"]: port["published"] for port in neo4j["ports"]} == {7474: "17474", 7687: "17687"}
    assert neo4j["environment"]["NEO4J_server_bolt_advertised__address"] == "localhost:17687"
    assert neo4j["environment"]["NEO4J_server_http_advertised__address"] == "localhost:17474"


def test_the_password_comes_from_a_secret_file_alone(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        for name, value in service["environment"].items():
            if re.search("auth|password|secret", name, re.IGNORECASE):
                assert name.endswith("_FILE")
                assert value.removeprefix("/run/secrets/") in {secret["source"] for secret in service["secrets"]}
    folder = DOCKER / "secrets"
    assert {secret["file"] for secret in compose["secrets"].values()} == {
        str(folder / "neo4j_auth"),
        str(folder / "neo4j_password"),
    }
    ignored = subprocess.run(["git", "check-ignore", "--quiet", str(folder / "neo4j_auth")], cwd=ROOT)
    assert ignored.returncode == 0, "secrets must never be committed"


def test_data_outlives_the_containers_and_neo4j_may_take_its_time_to_stop(compose: dict[str, Any]) -> None:
    neo4j = compose["services"]["neo4j"]
    volumes = {volume["target"]: volume["source"] for volume in neo4j["volumes"] if volume["type"] == "volume"}
    assert volumes == {"/data": "data", "/logs": "logs"}
    assert neo4j["stop_grace_period"] == "1m0s"


def test_nothing_is_reported_to_anybody(compose: dict[str, Any]) -> None:
    environment = compose["services"]["neo4j"]["environment"]
    off = {name for name, value in environment.items() if value == "false"}
    assert off >= {
        "NEO4J_dbms_usage__report_enabled",
        "NEO4J_client_allow__telemetry",
        "NEO4J_server_fleet__discovery_enabled",
        "NEO4J_dbms_fleet__manager_enabled",
    }


def test_the_schema_waits_for_a_healthy_database_and_runs_once(compose: dict[str, Any]) -> None:
    schema = compose["services"]["schema"]
    assert schema["depends_on"]["neo4j"]["condition"] == "service_healthy"
    assert "healthcheck" in compose["services"]["neo4j"]
    assert schema["restart"] == "no"
    assert schema["command"] == ["db", "migrate"]


def test_make_secrets_makes_one_password_and_keeps_it(tmp_path: Path) -> None:
    def make() -> tuple[str, str]:
        subprocess.run([DOCKER / "make-secrets"], env=os.environ | {"NEO4J_SECRETS": str(folder)}, check=True)
        return (folder / "neo4j_password").read_text(), (folder / "neo4j_auth").read_text()

    folder = tmp_path / "secrets"
    password, auth = make()
    assert re.fullmatch("[A-Za-z0-9]{32}", password)
    assert auth == f"neo4j/{password}"
    assert make() == (password, auth)


def test_secrets_are_closed_to_other_people_and_open_to_the_containers(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    subprocess.run([DOCKER / "make-secrets"], env=os.environ | {"NEO4J_SECRETS": str(folder)}, check=True)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o644}


def test_browser_gets_the_style_of_the_embedded_server(compose: dict[str, Any]) -> None:
    mounted = {config["target"]: config["source"] for config in compose["services"]["neo4j"]["configs"]}
    source = mounted[compose["services"]["neo4j"]["environment"]["NEO4J_browser_post__connect__cmd_FILE"]]
    command = Path(compose["configs"][source]["file"]).read_text(encoding="utf-8").strip()
    # One line, which is how a setting can hold it.
    assert command == f"style {json.dumps(parse_style(style_text()))}", "make it again: docker/README.md says how"


def test_every_variable_of_the_compose_file_stands_in_its_readme() -> None:
    variables = set(re.findall(r"\$\{(\w+)", COMPOSE.read_text(encoding="utf-8")))
    described = set(re.findall(r"^\| `([A-Z][A-Z0-9_]+)` \|", README.read_text(encoding="utf-8"), re.MULTILINE))
    assert variables == described
