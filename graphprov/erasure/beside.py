"""Erasing from the small file beside a journal: names and paths that contents went by on this machine."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Collection
from pathlib import Path

from graphprov.erasure.journal import clean_bytes
from graphprov.errors import JournalError
from graphprov.model.identity import parse_id

_WAIT_SECONDS = 5.0


def erase_beside(journal: Path, ids: Collection[str]) -> int:
    """Erase what `<journal>.known` remembers of forgotten artifacts and versions; how many rows.

    The cache of file digests holds no names, only device, inode, size and times: nothing is to be erased there.

    Raises:
        JournalError: The file cannot be written.
    """
    file = journal.with_name(journal.name + ".known")
    if not file.exists():
        return 0
    try:
        with contextlib.closing(sqlite3.connect(file, timeout=_WAIT_SECONDS, isolation_level=None)) as connection:
            connection.execute("PRAGMA secure_delete = ON")
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'known'").fetchone():
                return 0
            # Most often nothing is there: then nobody who records has to wait.
            removed = sum(_remove(connection, id_) for id_ in _present(connection, ids))
            if removed:
                clean_bytes(connection, file)
            return removed
    except sqlite3.Error as error:
        raise JournalError(
            f"what was forgotten cannot be erased from {file}: {error}", hint="the file may be removed by hand"
        ) from error


def _present(connection: sqlite3.Connection, ids: Collection[str]) -> list[str]:
    """Those of the ids whose kind and name are remembered."""
    known = set(connection.execute("SELECT DISTINCT kind, name FROM known"))
    parts = ((id_, parse_id(id_)) for id_ in ids)
    return [id_ for id_, part in parts if part is not None and (part.kind, part.name) in known]


def _remove(connection: sqlite3.Connection, id_: str) -> int:
    parts = parse_id(id_)
    if parts is None:
        return 0
    query = "DELETE FROM known WHERE kind = ? AND name = ?"
    values = [parts.kind, parts.name]
    if parts.version is not None:
        query += " AND substr(digest, instr(digest, ':') + 1) = ?"
        values.append(parts.version)
    return connection.execute(query, values).rowcount
