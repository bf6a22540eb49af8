"""The stack of docker/compose.yaml, started once for all tests in this folder.

`NEO4J_IMAGE` and `GRAPHPROV_IMAGE` choose the images, as in the compose file itself; `.ci/docker-engine run` sets them
to those that it built. Without them Neo4j's official image is pulled and graphprov's is built.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pytest_docker.plugin import Services

ROOT = Path(__file__).resolve().parents[2]
DOCKER = ROOT / "docker"
COMPOSE = Path(sysconfig.get_path("scripts")) / "docker-compose"
REQUIRED = "GRAPHPROV_TEST_REQUIRE_DOCKER"


@dataclass(frozen=True)
class Stack:
    """The running stack, as its user sees it."""

    command: str
    uri: str
    http: str
    password: str = field(repr=False)

    def compose(self, arguments: str, *, check: bool = True) -> str:
        """Run a `docker compose` command on the stack and return all that it prints."""
        done = subprocess.run(
            f"{self.command} {arguments}", shell=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert done.returncode == 0 or not check, f"docker compose {arguments}:\n{done.stdout}"
        return done.stdout

    @property
    def environment(self) -> dict[str, str]:
        """What a person sets to use this database with graphprov."""
        return {"GRAPHPROV_URI": self.uri, "GRAPHPROV_USER": "neo4j", "GRAPHPROV_PASSWORD": self.password}


@pytest.fixture(scope="session")
def engine() -> None:
    """Skip, or fail where an engine is required, unless a Docker engine answers."""
    try:
        done = subprocess.run([COMPOSE, "ls"], capture_output=True, text=True, timeout=30)
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1] if done.returncode else None
    except (OSError, subprocess.TimeoutExpired) as error:
        reason = str(error)
    if reason is not None:
        refuse = pytest.fail if os.environ.get(REQUIRED) else pytest.skip
        refuse(f"no Docker engine answers: {reason}")


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the compose file leaves to its user, chosen so that it disturbs nothing on this machine."""
    folder = tmp_path_factory.mktemp("compose")
    chosen = {
        "NEO4J_SECRETS": str(folder / "secrets"),
        "NEO4J_HTTP_PORT": str(_free_port()),
        "NEO4J_BOLT_PORT": str(_free_port()),
        "NEO4J_HEAP": "512M",
        "NEO4J_PAGECACHE": "128M",
    }
    return chosen | {name: os.environ[name] for name in ("NEO4J_IMAGE", "GRAPHPROV_IMAGE") if name in os.environ}


@pytest.fixture(scope="session")
def docker_compose_file() -> str:
    """The very file that a team uses."""
    return str(DOCKER / "compose.yaml")


@pytest.fixture(scope="session")
def docker_compose_project_name() -> str:
    """A name that no other run on this engine has."""
    return f"graphprov-test-{os.getpid()}"


@pytest.fixture(scope="session")
def docker_compose_command(settings: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> str:
    """Compose from its Python package, so that the engine's own client need not have the plugin."""
    file = tmp_path_factory.mktemp("compose") / "settings.env"
    file.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
    return f'"{COMPOSE}" --env-file "{file}"'


@pytest.fixture(scope="session")
def docker_setup(settings: dict[str, str]) -> list[str]:
    """As README says: start all, and wait for the schema, which waits for the database."""
    build = [] if "GRAPHPROV_IMAGE" in settings else ["build schema"]
    return [*build, "up --detach", "wait schema"]


@pytest.fixture(scope="session")
def stack(
    engine: None,
    settings: dict[str, str],
    docker_compose_command: str,
    docker_compose_file: str,
    docker_compose_project_name: str,
    request: pytest.FixtureRequest,
) -> Iterator[Stack]:
    """The compose file's services, up, with the schema applied."""
    subprocess.run([DOCKER / "make-secrets"], env=os.environ | settings, check=True)
    if "GRAPHPROV_IMAGE" not in settings:
        wheels = DOCKER / "wheels"
        for old in wheels.glob("graphprov-*.whl"):
            old.unlink()
        pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(wheels), str(ROOT)]
        subprocess.run(pip, check=True)
    stack = Stack(
        command=f'{docker_compose_command} -f "{docker_compose_file}" -p "{docker_compose_project_name}"',
        uri=f"bolt://127.0.0.1:{settings['NEO4J_BOLT_PORT']}",
        http=f"http://127.0.0.1:{settings['NEO4J_HTTP_PORT']}",
        password=Path(settings["NEO4J_SECRETS"], "neo4j_password").read_text(),
    )
    try:
        services = request.getfixturevalue("docker_services")
    except Exception:
        # pytest-docker tells what Compose said, which is not why a service failed, and leaves the stack as it is.
        print(stack.compose("logs --no-color --tail 100", check=False))
        stack.compose("down --volumes", check=False)
        raise
    assert isinstance(services, Services)
    yield stack
    shutil.rmtree(settings["NEO4J_SECRETS"])


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
