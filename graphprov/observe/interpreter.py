"""In which Python a command runs, and with which packages: those of its own interpreter, not of graphprov's."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath

TIMEOUT_SECONDS = 20.0
_NAME = re.compile(r"(?:python|pypy)[\d.]*(?:\.exe)?")
_ASK = """
import json, platform, re
from importlib import metadata
found = {}
for each in metadata.distributions():
    try:
        name, version = each.metadata["Name"], each.version
    except Exception:
        continue
    if name and version:
        found.setdefault(re.sub(r"[-_.]+", "-", name).lower(), version)
packages = sorted(name + "==" + version for name, version in found.items())
print(json.dumps([platform.python_implementation() + " " + platform.python_version(), packages]))
"""


@dataclass(frozen=True)
class Interpreter:
    """A Python, such as `CPython 3.12.4`, and what is installed for it, as sorted `name==version`."""

    python: str
    packages: tuple[str, ...]


def is_python(program: str) -> bool:
    """Whether a program is a Python interpreter, by its name.

    >>> is_python("/usr/bin/python3.12"), is_python("python-config")
    (True, False)
    """
    return _NAME.fullmatch(PurePath(program).name) is not None


def is_ours(program: str) -> bool:
    """Whether an interpreter is the one that runs this: of the same environment, by whatever name."""
    found = shutil.which(program)
    return found is not None and is_python(found) and Path(found).absolute().parent == Path(sys.executable).parent


def first_python(programs: Iterable[str]) -> str | None:
    """The first Python interpreter among what was executed."""
    return next((program for program in programs if is_python(program)), None)


def ask(program: str, environment: Mapping[str, str]) -> Interpreter | None:
    """What an interpreter says of itself; None where it does not answer. Never raises."""
    try:
        done = subprocess.run(
            [program, "-c", _ASK],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIMEOUT_SECONDS,
            check=True,
            env=dict(environment),
        )
        python, packages = json.loads(done.stdout)
        return Interpreter(python, tuple(packages))
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
