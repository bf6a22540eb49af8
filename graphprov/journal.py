"""The journal: what was recorded on this machine, durable before the call that recorded it returns.

One SQLite file in write-ahead mode, synced to the disk at each commit; many threads and processes may write at once. A
record is never changed: it has a rising number, an id that is the digest of its content, and statements in flat form.
Which store has been told is kept beside the records, one position per store, since records are sent in their order.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
import threading
import time
import weakref
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from graphprov.errors import InvalidInput, JournalError
from graphprov.model.forgetting import is_redacted
from graphprov.model.metadata import as_utc, dumps, loads
from graphprov.model.statements import Row, Statement, digest_text, rows_of

_FORMAT = 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS record (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    content TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS delivered (
    store TEXT PRIMARY KEY,
    through INTEGER NOT NULL,
    at TEXT NOT NULL
) STRICT;
"""
_WAIT_SECONDS = 30.0


@dataclass(frozen=True)
class Record:
    """One record: its number in this journal, the digest of its content, when it was made, and its statements."""

    seq: int
    id: str
    recorded_at: datetime
    statements: list[tuple[str, Row]]
    """Each statement's digest, and its flat form."""


class DamagedRecord(JournalError):
    """One record cannot be read; `number` is its number. Those before and behind it can."""

    def __init__(self, journal: Path, number: int, reason: str) -> None:
        super().__init__(
            f"record {number} of the journal {journal} is damaged: {reason}",
            hint="keep a copy of the file; `graphprov sync --skip-damaged` sends what stands behind that record",
        )
        self.number = number


class Journal:
    """The journal in the file `path`, which is made on the first write.

    Safe for threads and processes, also for a process that was forked after it was opened.

    >>> import tempfile
    >>> from graphprov.model.statements import Entity
    >>> with tempfile.TemporaryDirectory() as folder, Journal(Path(folder) / "journal.sqlite") as journal:
    ...     _ = journal.append([Entity(id="urn:example:e1", kind="dataset", name="e1")])
    ...     [row["id"] for record in journal.pending("a store", 10) for _, row in record.statements]
    ['urn:example:e1']
    """

    def __init__(self, path: Path) -> None:
        self.path = Path(path)
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        _opened.add(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; the next call opens it again."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection = None

    def append(self, statements: Sequence[Statement], *, recorded_at: datetime | None = None) -> str:
        """Commit statements as one record; when this returns they survive a killed process and a power cut.

        Returns:
            The record's id.

        Raises:
            JournalError: The file cannot be written; says why and what to do.
        """
        return self.append_many([statements], recorded_at=recorded_at)[0]

    def append_many(self, batches: Iterable[Sequence[Statement]], *, recorded_at: datetime | None = None) -> list[str]:
        """Commit several records in one transaction: all of them or none. Returns their ids."""
        moment = as_utc(recorded_at or datetime.now(UTC)).isoformat()
        records = [_sealed(rows_of(statements), moment) for statements in batches]
        with self._transaction() as connection:
            connection.executemany("INSERT INTO record (id, content) VALUES (?, ?) ON CONFLICT DO NOTHING", records)
        return [id_ for id_, _ in records]

    def broken_count(self) -> int:
        """How many runs were recorded here that break a constraint of PROV.

        Raises:
            JournalError: The file cannot be read.
        """
        if not self.path.exists():
            return 0
        with self._reading() as connection:
            query = "SELECT count(*) FROM record WHERE instr(content, '\"constraints_broken\":')"
            return int(connection.execute(query).fetchone()[0])

    def pending(self, store: str, limit: int, *, after: int | None = None) -> list[Record]:
        """The first `limit` records, in order, that `store` has not confirmed yet; or those after number `after`.

        Raises:
            JournalError: The file cannot be read.
            DamagedRecord: The first of them is damaged; names it.
        """
        if not self.path.exists():
            return []
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT seq, id, content FROM record WHERE seq > ? ORDER BY seq LIMIT ?",
                (self._through(connection, store) if after is None else after, limit),
            ).fetchall()
        records: list[Record] = []
        for row in rows:
            try:
                records.append(self._record(*row))
            except DamagedRecord:
                if not records:
                    raise
                break  # those before it can be sent; the next call starts with it, and says so
        return records

    def confirm(self, store: str, through: int) -> None:
        """Note that `store` holds all records up to number `through`. Never moves backwards."""
        with self._transaction() as connection:
            connection.execute(
                "INSERT INTO delivered (store, through, at) VALUES (?, ?, ?) ON CONFLICT (store) DO UPDATE"
                " SET through = max(through, excluded.through), at = excluded.at",
                (store, through, datetime.now(UTC).isoformat()),
            )

    def forget(self, store: str) -> None:
        """Forget what `store` has confirmed, because there is no such store any more."""
        with self._transaction() as connection:
            connection.execute("DELETE FROM delivered WHERE store = ?", (store,))

    def skip_to_end(self, store: str) -> None:
        """Count all that is here as confirmed by `store`: a cleared store is not to be filled again by itself."""
        self.confirm(store, self.last_number())

    def knows(self, store: str) -> bool:
        """Whether `store` has confirmed anything."""
        if not self.path.exists():
            return False
        with self._reading() as connection:
            found = connection.execute("SELECT 1 FROM delivered WHERE store = ?", (store,)).fetchone()
        return found is not None

    def through(self, store: str) -> int:
        """The number of the last record that `store` has confirmed; 0 for none."""
        if not self.path.exists():
            return 0
        with self._reading() as connection:
            return self._through(connection, store)

    def last_number(self) -> int:
        """The number of the newest record; 0 for an empty journal."""
        if not self.path.exists():
            return 0
        with self._reading() as connection:
            return int(connection.execute("SELECT coalesce(max(seq), 0) FROM record").fetchone()[0])

    def pending_count(self, store: str | None = None, *, after: int | None = None) -> int:
        """How many records `store` has not confirmed, or come after number `after`.

        Without a store: the one that confirmed last.
        """
        if not self.path.exists():
            return 0
        with self._reading() as connection:
            if store is None:
                row = connection.execute("SELECT store FROM delivered ORDER BY at DESC LIMIT 1").fetchone()
                store = row[0] if row else ""
            count = connection.execute(
                "SELECT count(*) FROM record WHERE seq > ?",
                (self._through(connection, store) if after is None else after,),
            ).fetchone()
        return int(count[0])

    @staticmethod
    def _through(connection: sqlite3.Connection, store: str) -> int:
        row = connection.execute("SELECT through FROM delivered WHERE store = ?", (store,)).fetchone()
        return int(row[0]) if row else 0

    def _record(self, seq: int, id_: str, content: str) -> Record:
        reason = "its content does not fit its digest"
        with contextlib.suppress(ValueError, KeyError, TypeError):
            if digest_text(content) == id_ or is_redacted(id_, content):
                reason = "its content cannot be read"
                read = loads(content)
                return Record(seq, id_, datetime.fromisoformat(read["at"]), [(d, row) for d, row in read["statements"]])
        raise DamagedRecord(self.path, seq, reason)

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._reading() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    @contextlib.contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                yield self._open()
            except sqlite3.Error as error:
                raise self._explained(error) from error

    def _open(self) -> sqlite3.Connection:
        if self._connection is not None:
            return self._connection
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if self.path.is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            # The file comes to be with its owner's rights alone: commands and names may be confidential. Only where it
            # is missing: to close any descriptor of a file drops all POSIX locks that this process holds on it, those
            # of another journal object on the same file too.
            with contextlib.suppress(FileExistsError):
                os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        except OSError as error:
            raise JournalError(
                f"the journal {self.path} cannot be written: {error.strerror}",
                hint="set GRAPHPROV_JOURNAL to a file that can",
            ) from error
        connection = sqlite3.connect(self.path, timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        self._connection = connection
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        _switch_to_wal(connection)
        connection.execute("PRAGMA synchronous = FULL")
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if version > _FORMAT:
            raise JournalError(
                f"the journal {self.path} was written by a newer graphprov: its format is {version}, ours {_FORMAT}",
                hint="upgrade graphprov here",
            )
        if version < _FORMAT:
            connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version = {_FORMAT}; COMMIT;")

    def _explained(self, error: sqlite3.Error) -> JournalError:
        text = str(error)
        if "full" in text:
            hint = "free some space, or set GRAPHPROV_JOURNAL to a file on another disk"
        elif "not a database" in text or "malformed" in text:
            hint = "move the file away; a new journal is made, and what had been sent is in the database"
        elif "locked" in text:
            hint = "another process holds it; try again"
        else:
            hint = "set GRAPHPROV_JOURNAL to a file that can be written"
        return JournalError(f"the journal {self.path} cannot be used: {text}", hint=hint)


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """Ask for write-ahead mode; while another process does so for the first time, SQLite does not wait by itself."""
    deadline = time.monotonic() + _WAIT_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


_opened: weakref.WeakSet[Journal] = weakref.WeakSet()
_left_by_parent: list[sqlite3.Connection] = []


_held_for_fork: list[Journal] = []


def _before_fork() -> None:
    # A fork in the middle of another thread's work would leave the child with a lock that nobody gives back.
    for journal in list(_opened):
        journal._lock.acquire()
        _held_for_fork.append(journal)


def _after_fork_in_parent() -> None:
    while _held_for_fork:
        _held_for_fork.pop()._lock.release()


def _after_fork_in_child() -> None:
    while _held_for_fork:
        journal = _held_for_fork.pop()
        if journal._connection is not None:
            # Neither used nor closed here: SQLite allows neither for what another process opened.
            _left_by_parent.append(journal._connection)
            journal._connection = None
        journal._lock.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_parent=_after_fork_in_parent, after_in_child=_after_fork_in_child)


def _sealed(rows: list[Row], moment: str) -> tuple[str, str]:
    """A record's id and its canonical content; each statement carries its own digest, so that it is computed once."""
    try:
        texts = [dumps(row) for row in rows]
    except (TypeError, ValueError) as error:
        raise InvalidInput(f"a statement cannot be recorded: {error}") from error
    statements = ",".join(f'["{digest_text(text)}",{text}]' for text in texts)
    content = f'{{"at":"{moment}","statements":[{statements}]}}'
    return digest_text(content), content
