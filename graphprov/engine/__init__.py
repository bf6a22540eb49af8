"""The embedded Neo4j: a real Neo4j Community server, run as a child process on loopback.

`ensure_running` is all that most callers need. Everything else is for `graphprov db ...` and for tests.
"""

from graphprov.engine.admin import import_csv
from graphprov.engine.facts import Endpoint, EngineStatus
from graphprov.engine.server import (
    clear,
    ensure_running,
    logs,
    password,
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
    "import_csv",
    "logs",
    "password",
    "running",
    "status",
    "stop",
    "throwaway",
]
