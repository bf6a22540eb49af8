"""The project's own promises about its code: types, style, and dependencies that point one way."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = Path(sysconfig.get_path("scripts"))


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", "graphprov", "tests"],
        ["ruff", "format", "--check", "graphprov", "tests"],
        ["mypy", "-p", "graphprov", "-m", "tests.typing.steps"],
        ["lint-imports"],
    ],
    ids=" ".join,
)
def test_the_checkers_find_nothing(command: list[str]) -> None:
    done = subprocess.run(
        [str(SCRIPTS / command[0]), *command[1:]], cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_importing_the_package_loads_nothing_heavy() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import sys, graphprov; print(*sys.modules)"], capture_output=True, text=True, check=True
    )
    assert not {"neo4j", "pydantic", "numpy", "igraph", "rich"} & set(done.stdout.split())
