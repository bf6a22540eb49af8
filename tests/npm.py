"""Files of npm packages for the tests: fetched once into a temporary folder, never part of the project.

They judge what graphprov writes (axe-core a page, Mermaid a diagram). Where npm or its registry is not to be had, the
test that needs one is skipped with the reason.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

import pytest

AXE = ("axe-core", "4.14.1", "package/axe.min.js")
MERMAID = ("mermaid", "12.3.0", "package/dist/mermaid.min.js")


def npm_file_or_skip(package: str, version: str, member: str) -> Path:
    """The file of a package; the test is skipped where it cannot be had."""
    try:
        return _fetched(package, version, member)
    except (OSError, subprocess.SubprocessError, KeyError) as error:
        pytest.skip(f"{package} {version} cannot be had from npm: {error}")


@functools.cache
def _fetched(package: str, version: str, member: str) -> Path:
    kept = Path(tempfile.gettempdir()) / f"graphprov-test-npm-{os.getuid()}" / f"{package}-{version}"
    target = kept / Path(member).name
    if target.is_file():
        return target
    npm = shutil.which("npm")
    if npm is None:
        raise FileNotFoundError("there is no npm on PATH")
    kept.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=kept) as folder:
        subprocess.run(
            [npm, "pack", "--silent", "--ignore-scripts", f"{package}@{version}"],
            cwd=folder,
            check=True,
            capture_output=True,
            timeout=120,
        )
        (archive,) = Path(folder).glob("*.tgz")
        with tarfile.open(archive) as files:
            content = files.extractfile(member)
            assert content is not None
            part = Path(folder) / "part"
            part.write_bytes(content.read())
        part.replace(target)
    return target
