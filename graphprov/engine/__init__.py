"""The embedded Neo4j: a real Neo4j Community server, run as a child process on loopback.

`ensure_running` is all that most callers need. Everything else is for `graphprov db ...` and for tests.
"""

from graphprov.engine.server import (
    Endpoint,
    EngineStatus,
    clear,
    ensure_running,
    logs,
    running,
    status,
    stop,
)
from graphprov.engine.throwaway import throwaway

__all__ = [
    "Endpoint",
    "EngineStatus",
    "clear",
    "ensure_running",
    "logs",
    "running",
    "status",
    "stop",
    "throwaway",
]
