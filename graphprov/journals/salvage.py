"""A damaged journal: what is whole is copied to a new one, what is not is named, and the damaged file is kept.

Records are looked for page by page, so one damaged page costs what stands on it, and no more. A record is whole if its
content fits its digest.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from graphprov.errors import InvalidInput, JournalError
from graphprov.journal import DamagedJournal, DamagedRecord, Journal, Sealed
from graphprov.journals.pages import Pages

_WAIT_SECONDS = 30.0
_OWN_TABLES = ("record", "sqlite_sequence")


@dataclass(frozen=True)
class Salvaged:
    """What came of a damaged journal.

    Attributes:
        journal: The journal with what is whole.
        kept: The damaged file; None where nothing was damaged, and nothing was done.
        records: How many are whole.
        lost: Numbers of records that are not, as first and last of each stretch.
        certain: Whether each of these was a record; else some of the numbers may never have been used.
        confirmed: Through which number each store has confirmed what it was sent, by the store's id.
    """

    journal: Path
    kept: Path | None
    records: int
    lost: tuple[tuple[int, int], ...]
    certain: bool
    confirmed: dict[str, int]

    def lost_count(self) -> int:
        """How many numbers are lost."""
        return sum(last - first + 1 for first, last in self.lost)


def check(path: Path) -> int:
    """Look over a journal from end to end; how many records it has, all of them whole. Changes nothing.

    Raises:
        InvalidInput: There is no such file.
        DamagedRecord: A record is damaged; names the first.
        DamagedJournal: The file is damaged; names the record before.
        JournalError: The file cannot be read.
    """
    _existing(path)
    with Journal(path) as journal:
        count = sum(1 for _ in journal.sealed())
        if (wrong := journal.integrity()) is not None:
            raise DamagedJournal(path, None, f"{wrong} (its {count:,} records are whole)")
    return count


def salvage(path: Path, *, to: Path | None = None) -> Salvaged:
    """Copy what is whole to a new journal, with the same numbers, and with what each store has confirmed.

    The new journal takes the damaged one's place, which is kept beside it as `NAME.damaged`. Programs that record
    meanwhile wait, and go on with the new one.

    Args:
        path: The damaged journal.
        to: Write the new journal there, and leave the damaged one where it is.

    Raises:
        InvalidInput: There is no such journal, or `to` exists.
        JournalError: Another process holds it, or the new one cannot be written.
    """
    _existing(path)
    if to is not None and to.exists():
        raise InvalidInput(f"{to} exists already")
    path = path.resolve()
    target = path if to is None else to.absolute()
    try:
        with (
            _held(path) as connection,
            Pages(path) as pages,
            tempfile.TemporaryDirectory(prefix=".salvage-", dir=target.parent) as folder,
        ):
            made = Path(folder) / target.name
            numbers, certain = _numbers(connection)
            saved = _write(made, _whole(path, pages, numbers))
            _copy_other_tables(connection, made)
            known = set(numbers.values()) if certain else set(range(1, max([_last(connection), *saved]) + 1))
            lost = tuple(_stretches(sorted(known - saved)))
            done = Salvaged(target, None, len(saved), lost, certain, _confirmed(made))
            if to is not None:
                made.replace(target)
                return replace(done, kept=path)
            if not lost and certain and _is_sound(connection):
                return done
            return replace(done, kept=_put_in_place(made, path))
    except (OSError, sqlite3.Error) as error:
        raise JournalError(
            f"the journal {path} cannot be salvaged: {error}",
            hint="`graphprov journal salvage --to FILE` writes the new journal to another disk",
        ) from error


def _existing(path: Path) -> None:
    if not path.is_file():
        raise InvalidInput(f"there is no journal {path}")


@contextlib.contextmanager
def _held(path: Path) -> Iterator[sqlite3.Connection]:
    """The damaged file, with all who want to write held back, as far as SQLite can still do that."""
    connection = sqlite3.connect(path, timeout=_WAIT_SECONDS, isolation_level=None)
    with contextlib.closing(connection):
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise JournalError(f"the journal {path} is held by another process", hint="try again") from error
        except sqlite3.DatabaseError:
            pass  # so damaged that nobody can write to it
        yield connection


def _numbers(connection: sqlite3.Connection) -> tuple[dict[str, int], bool]:
    """The number of each record by its id, from the index of ids, and whether that could be read to its end."""
    numbers: dict[str, int] = {}
    try:
        for id_, number in connection.execute("SELECT id, seq FROM record INDEXED BY sqlite_autoindex_record_1"):
            numbers[id_] = number  # noqa: PERF403  (what was read before an error is kept)
    except (sqlite3.Error, UnicodeError):
        return numbers, False
    return numbers, True


def _last(connection: sqlite3.Connection) -> int:
    with contextlib.suppress(sqlite3.Error):
        row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'record'").fetchone()
        return int(row[0]) if row else 0
    return 0


def _is_sound(connection: sqlite3.Connection) -> bool:
    with contextlib.suppress(sqlite3.Error):
        return bool(connection.execute("PRAGMA integrity_check(1)").fetchone()[0] == "ok")
    return False


def _whole(path: Path, pages: Pages, numbers: dict[str, int]) -> Iterator[Sealed]:
    journal = Journal(path)
    for number, values in pages.rows():
        if len(values) != 3 or not isinstance(values[1], bytes) or not isinstance(values[2], bytes):
            continue
        try:
            id_, content = values[1].decode(), values[2].decode()
            record = journal.checked(number, id_, content)
        except (UnicodeDecodeError, DamagedRecord):
            continue
        yield numbers.get(id_, record.seq), id_, content


def _write(made: Path, records: Iterable[Sealed]) -> set[int]:
    """A new journal of these records; their numbers."""
    with Journal(made) as journal:
        journal.append_many([])
    saved: set[int] = set()

    def noted() -> Iterator[Sealed]:
        for record in records:
            if 0 < record[0] < 2**62:
                saved.add(record[0])
                yield record

    with contextlib.closing(sqlite3.connect(made, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        connection.executemany("INSERT OR IGNORE INTO record (seq, id, content) VALUES (?, ?, ?)", noted())
        connection.execute("COMMIT")
    return saved


def _copy_other_tables(damaged: sqlite3.Connection, made: Path) -> None:
    """What is kept beside the records, as far as it can be read: it only saves work."""
    with (
        contextlib.closing(sqlite3.connect(made, isolation_level=None)) as connection,
        contextlib.suppress(sqlite3.Error),
    ):
        tables = damaged.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'table'").fetchall()
        for name, sql in tables:
            if name in _OWN_TABLES:
                continue
            with contextlib.suppress(sqlite3.Error):
                rows = damaged.execute(f'SELECT * FROM "{name}"').fetchall()  # noqa: S608  (a name in the file itself)
                if not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = ?", (name,)).fetchone():
                    connection.execute(sql)
                for row in rows:
                    places = ", ".join("?" * len(row))
                    connection.execute(f'INSERT OR IGNORE INTO "{name}" VALUES ({places})', row)  # noqa: S608


def _confirmed(made: Path) -> dict[str, int]:
    with contextlib.closing(sqlite3.connect(made)) as connection:
        return dict(connection.execute("SELECT store, through FROM delivered").fetchall())


def _put_in_place(made: Path, path: Path) -> Path:
    """Let the new file take the place of the damaged one, which keeps its log beside it; where that is then."""
    kept, number = path.with_name(f"{path.name}.damaged"), 1
    while kept.exists():
        number += 1
        kept = path.with_name(f"{path.name}.damaged-{number}")
    try:
        os.link(path, kept)
    except OSError:  # a file system without links
        shutil.copy2(path, kept)
    _sync(made)
    # A log of the damaged file must not lie beside the new one: SQLite would play it into that.
    for suffix in ("-wal", "-journal"):
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + suffix).rename(kept.with_name(kept.name + suffix))
    path.with_name(path.name + "-shm").unlink(missing_ok=True)
    made.chmod(0o600)
    made.replace(path)
    return kept


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _stretches(numbers: list[int]) -> Iterator[tuple[int, int]]:
    """Rising numbers as first and last of each stretch without a gap.

    >>> list(_stretches([3, 4, 5, 9]))
    [(3, 5), (9, 9)]
    """
    first = last = 0
    for number in numbers:
        if number != last + 1 or not first:
            if first:
                yield first, last
            first = number
        last = number
    if first:
        yield first, last
