"""What the embedded server tells about itself: where it answers, and how it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Endpoint:
    """A Neo4j that answers, and how to get in.

    Attributes:
        uri: The address for a driver.
        user: The user's name.
        password: Its password; not shown when printed.
        http: The address that serves Neo4j Browser, where there is one.
        version: The exact version of Neo4j.
        pid: Its process on this machine, where known.
    """

    uri: str
    user: str
    password: str = field(repr=False)
    http: str | None
    version: str
    pid: int | None


@dataclass(frozen=True)
class EngineStatus:
    """What there is to know about the embedded server, running or not.

    Attributes:
        running: Whether it runs now.
        version: Exact version of Neo4j.
        endpoint: Where it answers, if it runs.
        java: The Java that runs it and who chose that, if it runs.
        started_at: When it was started, if it runs.
        memory_bytes: What its process holds in memory, if it runs.
        connections: Open connections of clients, if it runs and the system tells.
        idle_minutes: After so long without a client it stops; 0: never.
        data_bytes: What its data take on disk.
        folder: Where its data, logs and password file lie.
    """

    running: bool
    version: str
    endpoint: Endpoint | None
    java: str | None
    started_at: datetime | None
    memory_bytes: int | None
    connections: int | None
    idle_minutes: float
    data_bytes: int
    folder: Path

    def as_dict(self) -> dict[str, Any]:
        """What a program wants to know; never the password."""
        return {
            "running": self.running,
            "version": self.version,
            "uri": self.endpoint.uri if self.endpoint else None,
            "user": self.endpoint.user if self.endpoint else None,
            "browser": f"{self.endpoint.http}/browser/" if self.endpoint else None,
            "pid": self.endpoint.pid if self.endpoint else None,
            "java": self.java,
            "started_at": self.started_at,
            "memory_bytes": self.memory_bytes,
            "connections": self.connections,
            "idle_minutes": self.idle_minutes,
            "data_bytes": self.data_bytes,
            "folder": str(self.folder),
        }

    def rows(self) -> list[tuple[str, str]]:
        """What a person wants to know, as names and words."""
        rows = [("Neo4j", f"{self.version}, {'running' if self.running else 'not running'}")]
        if self.endpoint and self.started_at:
            up = int((datetime.now(UTC) - self.started_at).total_seconds())
            rows += [
                ("Address", f"{self.endpoint.uri} (user {self.endpoint.user})"),
                ("Browser", f"{self.endpoint.http}/browser/"),
                ("Process", f"{self.endpoint.pid}, up {up // 3600} h {up % 3600 // 60} min {up % 60} s"),
                ("Java", self.java or "unknown"),
                ("Memory", _megabytes(self.memory_bytes)),
                ("Clients", "unknown" if self.connections is None else f"{self.connections} connections"),
            ]
        idle = (
            f"stops after {self.idle_minutes:g} min without a client" if self.idle_minutes else "never stops by itself"
        )
        return [*rows, ("Idle", idle), ("Data", _megabytes(self.data_bytes)), ("Folder", str(self.folder))]


def _megabytes(count: int | None) -> str:
    return "unknown" if count is None else f"{count / 1e6:,.0f} MB"
