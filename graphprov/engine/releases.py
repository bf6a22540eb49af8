"""Which Neo4j graphprov can run by itself, and what each release needs: one table, read by everything in this package.

A release is a *line* that a person chooses ("2026.08", "5.26") and the exact version that its lock file pins. To move
a line on, change the version here and run `python -m graphprov.engine.make_locks LINE`; the tests then say whether it
runs.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path, PurePosixPath

from graphprov.errors import EngineError

BROWSER_VERSION = "5.24.0"


@dataclass(frozen=True)
class Release:
    """One Neo4j that graphprov can run.

    Attributes:
        line: What a person chooses, the setting `neo4j_version`.
        version: The exact version of the jars.
        main_class: The class that starts a Community server.
        java: The oldest Java that runs it, as a feature number.
    """

    line: str
    version: str
    main_class: str
    java: int

    @property
    def roots(self) -> tuple[str, ...]:
        """The Maven coordinates that pull in all the rest."""
        return (
            f"org.neo4j:neo4j:{self.version}",
            f"org.neo4j.app:neo4j-server:{self.version}",
            f"org.neo4j.client:neo4j-browser:{BROWSER_VERSION}",
        )


RELEASES: dict[str, Release] = {
    "2026.08": Release("2026.08", "2026.08.1", "org.neo4j.server.Neo4jCommunity", java=21),
    "5.26": Release("5.26", "5.26.30", "org.neo4j.server.CommunityEntryPoint", java=17),
}


@dataclass(frozen=True)
class Jar:
    """One file that a lock names.

    Attributes:
        coordinate: `group:artifact:version` or `group:artifact:version:classifier`.
        sha256: Digest of its bytes, in hexadecimal.
        size: Number of its bytes.
    """

    coordinate: str
    sha256: str
    size: int

    @property
    def path(self) -> PurePosixPath:
        """Its place below a Maven repository's root.

        >>> Jar("org.neo4j:neo4j:5.26.0", "", 0).path.as_posix()
        'org/neo4j/neo4j/5.26.0/neo4j-5.26.0.jar'
        """
        return jar_path(self.coordinate)


@dataclass(frozen=True)
class Lock:
    """The exact files of one release."""

    release: Release
    jars: tuple[Jar, ...]

    @property
    def size(self) -> int:
        """Bytes of all jars together."""
        return sum(jar.size for jar in self.jars)


def jar_path(coordinate: str) -> PurePosixPath:
    """Where a Maven repository keeps a jar.

    >>> jar_path("io.netty:netty-transport:4.2:linux-x86_64").name
    'netty-transport-4.2-linux-x86_64.jar'
    """
    group, artifact, version, *classifier = coordinate.split(":")
    name = "-".join([artifact, version, *classifier]) + ".jar"
    return PurePosixPath(*group.split("."), artifact, version, name)


def release(line: str) -> Release:
    """The release of a line.

    Raises:
        EngineError: No such line; carries those that exist.
    """
    try:
        return RELEASES[line]
    except KeyError:
        raise EngineError(f"graphprov has no Neo4j {line} to run", nearest=sorted(RELEASES)) from None


def lock_file(line: str) -> Path:
    """The lock file that ships with the package."""
    return Path(str(resources.files("graphprov.engine") / "locks" / f"neo4j-{line}.json"))


@cache
def load_lock(line: str) -> Lock:
    """Read the lock of a line.

    Raises:
        EngineError: The file does not fit the table of releases, which happens in a broken installation only.
    """
    wanted = release(line)
    document = json.loads(lock_file(line).read_text(encoding="utf-8"))
    if document["neo4j"] != wanted.version:
        raise EngineError(
            f"the lock of Neo4j {line} is for {document['neo4j']}, but this graphprov wants {wanted.version}",
            hint=f"python -m graphprov.engine.make_locks {line}",
        )
    return Lock(wanted, tuple(Jar(row["coordinate"], row["sha256"], row["size"]) for row in document["jars"]))


def version_key(version: str) -> tuple[int, ...]:
    """A version as something that sorts: calendar versions come after 5.x.

    >>> version_key("2026.08.1") > version_key("5.26.30") > version_key("5.26.9")
    True
    """
    return tuple(int(part) if part.isdigit() else -1 for part in version.replace("-", ".").split("."))
