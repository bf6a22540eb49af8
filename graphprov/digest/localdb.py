"""A small SQLite file of what this machine remembers, which may be lost without harm.

Trouble with it (a full disk, a read-only folder, a broken file) is therefore silence: a question is answered with
nothing, and a note is not taken. A broken file is removed and begun anew.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_BUSY_SECONDS = 1.0
# SQLite forbids a child process to use, or even to close, a connection that its parent opened: they are kept here.
_of_parents: list[sqlite3.Connection] = []


class LocalDatabase:
    """One file with a fixed schema; safe for many threads, processes and forks."""

    def __init__(self, file: Path, schema: str) -> None:
        self.file = file
        self._schema = schema
        self._mine = threading.local()

    def row(self, sql: str, *values: Any) -> tuple[Any, ...] | None:
        """The first row of an answer, or None."""
        rows = self.rows(sql, *values)
        return rows[0] if rows else None

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """All rows of an answer; none where the file cannot be used."""
        for attempt in (1, 2):
            try:
                return self._connection().execute(sql, values).fetchall()
            except (sqlite3.Error, OSError) as error:
                if attempt == 2 or not self._begin_anew(error):
                    break
        return []

    def note(self, sql: str, *values: Any) -> None:
        """Change the file, or let it be."""
        self.rows(sql, *values)

    def note_all(self, sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Make the same change with many rows, all at once, or let it be."""
        with contextlib.suppress(sqlite3.Error, OSError):
            connection = self._connection()
            connection.execute("BEGIN IMMEDIATE")
            try:
                connection.executemany(sql, rows)
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def _connection(self) -> sqlite3.Connection:
        mine = self._mine
        connection: sqlite3.Connection | None = getattr(mine, "connection", None)
        if connection is not None:
            if mine.process == os.getpid():
                return connection
            _of_parents.append(connection)
        self.file.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self.file, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.executescript(self._schema)
        mine.connection, mine.process = connection, os.getpid()
        return connection

    def _begin_anew(self, error: Exception) -> bool:
        """Remove a file that is no database any more; whether a second try makes sense."""
        broken = isinstance(error, sqlite3.DatabaseError) and any(
            word in str(error) for word in ("malformed", "not a database", "no such column", "no such table")
        )
        if not broken:
            return False
        connection: sqlite3.Connection | None = getattr(self._mine, "connection", None)
        if connection is not None:
            connection.close()
            self._mine.connection = None
        with contextlib.suppress(OSError):
            for suffix in ("", "-wal", "-shm"):
                self.file.with_name(self.file.name + suffix).unlink(missing_ok=True)
        return True
