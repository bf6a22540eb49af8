"""The journal: what was recorded on this machine, durable before the call that recorded it returns.

One SQLite file, synced to the disk at each commit; many threads and processes may write at once. It is in write-ahead
mode, but on a network drive, where that is not safe, in rollback mode. A record is never changed: it has a rising
number, an id that is the digest of its content, and statements in flat form. Order is by number, whatever the clock
said. Which store has been told is kept beside the records, one position per store, since they are sent in their order.
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
from functools import partial
from pathlib import Path
from typing import Self

from graphprov.errors import InvalidInput, JournalError
from graphprov.filesystems import network_kind
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
MOST_READ = 8 * 2**20
"""Characters of content that are read at once, beside the record that passes it: memory stays bounded by that."""

Sealed = tuple[int, str, str]
"""A record as the file has it: its number, its id, its content as canonical text."""


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


class DamagedJournal(JournalError):
    """The file itself is damaged, behind record `number` as far as can be told; what stands before it can be sent."""

    def __init__(self, journal: Path, number: int | None, reason: str) -> None:
        where = "" if number is None else f" behind record {number}"
        super().__init__(
            f"the journal {journal} is damaged{where}: {reason}",
            hint="`graphprov journal salvage` saves what is whole, names what is not, and keeps the damaged file",
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
        self._identity: tuple[int, int] | None = None
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
            rows = self._rows(connection, self._through(connection, store) if after is None else after, limit)
        records: list[Record] = []
        for row in rows:
            try:
                records.append(self._record(*row))
            except DamagedRecord:
                if not records:
                    raise
                break  # those before it can be sent; the next call starts with it, and says so
        return records

    def sealed(self, *, after: int = 0, through: int | None = None) -> Iterator[Sealed]:
        """The records as the file has them, in order, each one checked; a few at a time are held in memory.

        Args:
            after: From the record after this number.
            through: To the record of this number, included. Default: the newest one now.

        Raises:
            JournalError: The file cannot be read.
            DamagedRecord: A record is damaged; all before it have been given.
            DamagedJournal: The file is damaged; the records before the damage have been given.
        """
        through = self.last_number() if through is None else through
        while after < through:
            with self._reading() as connection:
                rows = self._rows(connection, after, 1_000)
            for row in rows:
                if row[0] > through:
                    return
                self._record(*row)
                yield row
            if not rows:
                return
            after = rows[-1][0]

    def take(self, records: Iterable[tuple[str, str]]) -> int:
        """Add records of another journal, each an id and its content, in one transaction: all of them or none.

        Whoever calls this has checked them. Those that are here stay as they are.

        Returns:
            How many are new here.

        Raises:
            JournalError: The file cannot be written.
        """
        with self._transaction() as connection:
            before = connection.total_changes
            connection.executemany("INSERT INTO record (id, content) VALUES (?, ?) ON CONFLICT DO NOTHING", records)
            return connection.total_changes - before

    def checked(self, number: int, id_: str, content: str) -> Record:
        """A record read from its content.

        Raises:
            DamagedRecord: The content does not fit the id, or cannot be read.
        """
        return self._record(number, id_, content)

    def mode(self) -> str:
        """How SQLite commits here: `wal`, or `truncate` where the file is, or was made, on a network drive.

        Raises:
            JournalError: The file cannot be used.
        """
        with self._reading() as connection:
            return str(connection.execute("PRAGMA journal_mode").fetchone()[0])

    def integrity(self) -> str | None:
        """What SQLite finds wrong with the file, apart from what the records say; None for nothing.

        Raises:
            JournalError: The file cannot be read.
        """
        with self._reading() as connection:
            (said,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
        return None if said == "ok" else str(said)

    def _rows(self, connection: sqlite3.Connection, after: int, limit: int) -> list[Sealed]:
        """The first records after a number, no more than fit; before a damaged place, those that stand before it."""
        rows: list[Sealed] = []
        try:
            self._gather(connection, rows, after, limit)
        except (sqlite3.DatabaseError, DamagedRecord) as error:
            if rows:
                return rows
            if isinstance(error, DamagedRecord) or not _is_damage(error):
                raise
            # Python reads a row ahead: the one before the damage is lost with it, but not where it is asked for alone.
            with contextlib.suppress(sqlite3.DatabaseError):
                self._gather(connection, rows, after, 1)
            if not rows:
                raise DamagedJournal(self.path, after, str(error)) from error
        return rows

    def _gather(self, connection: sqlite3.Connection, rows: list[Sealed], after: int, limit: int) -> None:
        size, last = 0, after
        query = "SELECT seq, id, content FROM record WHERE seq > ? ORDER BY seq LIMIT ?"
        with contextlib.closing(connection.execute(query, (after, limit))) as cursor:
            for row in cursor:
                # Numbers may be missing, but a damaged one would make all records pass for sent that it jumps over.
                if row[0] != last + 1 and not self._numbered(connection, row, last):
                    raise DamagedRecord(self.path, last + 1, "its number does not fit its place")
                rows.append(row)
                last = row[0]
                size += len(row[2]) if isinstance(row[2], str) else 0
                if size >= MOST_READ:
                    return

    @staticmethod
    def _numbered(connection: sqlite3.Connection, row: Sealed, last: int) -> bool:
        found = connection.execute("SELECT seq FROM record WHERE id = ?", (row[1],)).fetchone()  # as the index has it
        return row[0] > last and found is not None and found[0] == row[0]

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
        with contextlib.suppress(ValueError, KeyError, TypeError, AttributeError):
            if digest_text(content) == id_ or is_redacted(id_, content):
                reason = "its content cannot be read"
                read = loads(content)
                return Record(seq, id_, datetime.fromisoformat(read["at"]), [(d, row) for d, row in read["statements"]])
        raise DamagedRecord(self.path, seq, reason)

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._reading() as connection:
            connection.execute("BEGIN IMMEDIATE")
            while self._replaced():
                # The file was moved away or salvaged under a program that runs: what it records belongs in the new one.
                connection.execute("ROLLBACK")
                self.close()
                connection = self._open()
                connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def _replaced(self) -> bool:
        return self._identity != _identity(self.path)

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
        self._identity = _identity(self.path)
        connection = sqlite3.connect(self.path, timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False)
        # Damaged text is found by its digest; it must not look like a file that cannot be read.
        connection.text_factory = partial(str, encoding="utf-8", errors="surrogateescape")
        try:
            self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        self._connection = connection
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if version > _FORMAT:
            raise JournalError(
                f"the journal {self.path} was written by a newer graphprov: its format is {version}, ours {_FORMAT}",
                hint="upgrade graphprov here",
            )
        self._choose_mode(connection, new=version == 0)
        connection.execute("PRAGMA synchronous = FULL")
        if version < _FORMAT:
            connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version = {_FORMAT}; COMMIT;")

    def _choose_mode(self, connection: sqlite3.Connection, *, new: bool) -> None:
        """Write-ahead mode where it is safe; a journal that was once in rollback mode stays so, wherever it lies.

        It may be on a server's disk, which is local there and a network drive to others: both must do the same.
        """
        network = network_kind(self.path)
        (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
        if network is None and (new or mode == "wal") and _switched(connection, "wal"):
            return
        try:
            if _switched(connection, "truncate"):
                return
        except sqlite3.OperationalError as error:
            if network is None or "locked" not in str(error):
                raise
        raise JournalError(
            f"the journal {self.path} lies on a network drive ({network}), where its mode is not safe, and another"
            " process keeps it from being changed",
            hint="end what records there and try again, or set GRAPHPROV_JOURNAL to a file on a local disk",
        )

    def _explained(self, error: sqlite3.Error) -> JournalError:
        text = str(error)
        if _is_damage(error) and "not a database" not in text:
            return DamagedJournal(self.path, None, text)
        if "full" in text:
            hint = "free some space, or set GRAPHPROV_JOURNAL to a file on another disk"
        elif "not a database" in text:
            hint = (
                "if it was a journal, `graphprov journal salvage` saves what is whole; else move the file away, and a"
                " new journal is made"
            )
        elif "locked" in text:
            hint = "another process holds it; try again"
        else:
            hint = "set GRAPHPROV_JOURNAL to a file that can be written"
        return JournalError(f"the journal {self.path} cannot be used: {text}", hint=hint)


def _switched(connection: sqlite3.Connection, mode: str) -> bool:
    """Ask for a mode, and say whether it is in force; SQLite does not wait by itself for others who do the same."""
    deadline = time.monotonic() + _WAIT_SECONDS
    while True:
        try:
            return bool(connection.execute(f"PRAGMA journal_mode = {mode}").fetchone()[0] == mode)
        except sqlite3.OperationalError as error:
            if mode == "wal" and any(word in str(error) for word in _NO_SHARED_MEMORY):
                return False
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


_NO_SHARED_MEMORY = ("locking protocol", "disk I/O error")
"""What SQLite says where write-ahead mode cannot work, though nobody knew the file system for one of those."""


def _is_damage(error: BaseException) -> bool:
    return any(
        word in str(error) for word in ("malformed", "not a database", "no such table", "unsupported file format")
    )


def _identity(path: Path) -> tuple[int, int] | None:
    """Which file is there now; None for none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


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
