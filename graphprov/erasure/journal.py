"""Erasing from a journal's file: records keep their number and id, statements their digest; what they said is gone.

SQLite leaves deleted bytes where they were: here they are overwritten, the write-ahead file is emptied, and the file
is written anew, so that a search of its bytes finds nothing. Copies that others made (backups, snapshots of the file
system) are out of reach.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from graphprov.errors import JournalError
from graphprov.model.forgetting import is_redacted, redacted_content
from graphprov.model.metadata import dumps
from graphprov.model.statements import digest_text

_WAIT_SECONDS = 30.0
_AT_ONCE = 500
_MARKS = "CREATE TABLE IF NOT EXISTS forgotten (id TEXT PRIMARY KEY, through INTEGER NOT NULL) STRICT"
"""Up to which record the journal is clean of an id. Made when something is forgotten, so that its format stays."""


@dataclass(frozen=True)
class Erased:
    """What was erased from a journal."""

    records: int
    """Records that said something of what was forgotten."""
    damaged: tuple[int, ...] = ()
    """Numbers of damaged records that name it: they cannot be read, so they were left as they are."""


def erase_from_journal(path: Path, ids: Collection[str]) -> Erased:
    """Erase what a journal says of forgotten ids, also from the bytes of its files. Done once, it is quick.

    Raises:
        JournalError: The file cannot be written, or another process reads it so that its bytes cannot be cleaned yet.
    """
    if not ids or not path.exists():
        return Erased(0)
    try:
        with contextlib.closing(_open(path)) as connection:
            return _erase(connection, path, ids)
    except sqlite3.Error as error:
        raise JournalError(
            f"what was forgotten cannot be erased from the journal {path}: {error}",
            hint="end what else uses it, then `graphprov sync`",
        ) from error


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_WAIT_SECONDS, isolation_level=None)
    # A record whose text is damaged is told as such; it must not keep the others from being erased.
    connection.text_factory = partial(str, encoding="utf-8", errors="surrogateescape")
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def _erase(connection: sqlite3.Connection, path: Path, ids: Collection[str]) -> Erased:
    last = int(connection.execute("SELECT coalesce(max(seq), 0) FROM record").fetchone()[0])
    clean = _clean_through(connection)
    after = {id_: clean.get(id_, -1) for id_ in ids if clean.get(id_, -1) < last}
    if not after:
        return Erased(0)
    connection.execute("BEGIN IMMEDIATE")
    try:
        changed, damaged = _rewrite(connection, after)
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    # New ids are cleaned even where nothing changed: an earlier try may have ended between the two.
    if changed or any(start < 0 for start in after.values()):
        clean_bytes(connection, path)
    if not damaged:
        connection.execute(_MARKS)
        connection.executemany(
            "INSERT INTO forgotten VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET through = excluded.through",
            [(id_, last) for id_ in after],
        )
    return Erased(changed, tuple(damaged))


def _clean_through(connection: sqlite3.Connection) -> dict[str, int]:
    known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'forgotten'").fetchone()
    return dict(connection.execute("SELECT id, through FROM forgotten")) if known else {}


def _rewrite(connection: sqlite3.Connection, after: dict[str, int]) -> tuple[int, list[int]]:
    """Redact the records that name an id; how many, and the numbers of those that are damaged."""
    changed, damaged = 0, []
    for seq, id_, content in _naming(connection, after):
        try:
            if digest_text(content) != id_ and not is_redacted(id_, content):
                damaged.append(seq)
                continue
            left = redacted_content(id_, content, after.keys())
        except (ValueError, KeyError, TypeError):
            damaged.append(seq)
            continue
        if left is not None:
            connection.execute("UPDATE record SET content = ? WHERE seq = ?", (left, seq))
            changed += 1
    return changed, damaged


def _naming(connection: sqlite3.Connection, after: dict[str, int]) -> Iterator[tuple[int, str, str]]:
    """The records that hold one of the ids, each once: first by a search of the text, as it is written there.

    Some at a time: a journal may be larger than the memory.
    """
    names = [dumps(id_) for id_ in after]
    query = "SELECT seq, id, content FROM record WHERE seq > ? ORDER BY seq LIMIT ?"
    last = min(after.values())
    while rows := connection.execute(query, (last, _AT_ONCE)).fetchall():
        for seq, id_, content in rows:
            if any(name in content for name in names):
                yield seq, id_, content
        last = rows[-1][0]


def clean_bytes(connection: sqlite3.Connection, path: Path) -> None:
    """Empty the write-ahead file and write the main file anew, so that nothing is left of what was overwritten.

    Raises:
        JournalError: Another process reads the file meanwhile.
    """
    connection.execute("VACUUM")
    busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    if busy:
        raise JournalError(
            f"what was forgotten is erased from {path}, but another process reads the file, so that its write-ahead"
            " file still holds it",
            hint="end what else uses it, then `graphprov sync`",
        )


def not_in_journal(path: Path, digests: Collection[str]) -> set[str]:
    """Those of some statements that no record holds.

    Raises:
        JournalError: The file cannot be read.
    """
    query = "SELECT 1 FROM record WHERE instr(content, ?) LIMIT 1"
    try:
        with contextlib.closing(_open(path)) as connection:
            return {digest for digest in digests if connection.execute(query, (digest,)).fetchone() is None}
    except sqlite3.Error as error:
        raise JournalError(f"the journal {path} cannot be read: {error}", hint="try again") from error
