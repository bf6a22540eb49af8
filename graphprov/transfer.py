"""Sending what waits in a journal to the store: on demand, and in the background while a program records.

Records go in their order, in batches of one transaction each; a position in the journal moves only after the database
has confirmed. Killed anywhere, it goes on from there, and what was sent twice changes nothing.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from graphprov.journal import Journal, Record
from graphprov.settings import Settings
from graphprov.store import Store, address_of, open_store

BATCH = 1_000
"""Records in one transaction: large enough for speed, small enough for a laptop's heap."""

_CLEARED = "cleared:embedded"
_FIRST_PAUSE, _LONGEST_PAUSE = 5.0, 60.0
_GATHER_SECONDS = 0.3
_LAST_CHANCE_SECONDS = 1.0

Progress = Callable[[int, int], None]
"""Called with the records sent so far and the records to send."""


@dataclass(frozen=True)
class SyncSummary:
    """What a sync did."""

    journals: int
    records: int
    statements: int
    address: str


def sync(
    settings: Settings | None = None,
    *,
    journals: Iterable[Path] | None = None,
    again: bool = False,
    progress: Progress | None = None,
) -> SyncSummary:
    """Send what waits to the configured database, or the embedded one, which is started if need be.

    Args:
        journals: Files to send from. Default: the configured journal.
        again: Send everything again, also what was confirmed. It changes nothing in a store that has it.
        progress: Told how far it is after each batch.

    Raises:
        DatabaseAway: The database is away; what waits stays in the journal.
        StoreRefused: The database refuses to write.
        JournalError: A journal cannot be read.
    """
    settings = settings or Settings.load()
    paths = [Path(path) for path in journals] if journals is not None else [settings.journal]
    with open_store(settings, progress=progress is not None) as store:
        records = statements = 0
        for path in paths:
            with Journal(path) as journal:
                if again:
                    journal.send_again(store.id)
                sent = send(journal, store, progress=progress)
                records, statements = records + sent[0], statements + sent[1]
        return SyncSummary(len(paths), records, statements, store.address.shown)


def send(journal: Journal, store: Store, *, progress: Progress | None = None) -> tuple[int, int]:
    """Send what waits in one journal to an open store; how many records and statements were sent."""
    if not journal.knows(store.id) and store.address.embedded and (skipped := journal.through(_CLEARED)):
        journal.confirm(store.id, skipped)
    total = journal.pending_count(store.id)
    records = statements = 0
    for batch in _batches(journal, store.id):
        store.write(batch)
        journal.confirm(store.id, batch[-1].seq)
        records += len(batch)
        statements += sum(len(record.statements) for record in batch)
        if progress is not None:
            progress(records, max(total, records))
    return records, statements


def keep_cleared(settings: Settings) -> None:
    """Do not fill the embedded database, which was cleared, with what it had, unless asked to (`sync --again`)."""
    with Journal(settings.journal) as journal:
        if journal.last_number():
            journal.skip_to_end(_CLEARED)


def _batches(journal: Journal, store: str) -> Iterator[list[Record]]:
    """What waits, batch by batch; the next is read and parsed while the database works on the one before."""
    with ThreadPoolExecutor(max_workers=1) as reader:
        batch = journal.pending(store, BATCH)
        while batch:
            following = reader.submit(journal.pending, store, BATCH, after=batch[-1].seq)
            yield batch
            batch = following.result()


class _Flusher:
    """One background thread of this process for one journal. It never raises and never starts a database."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="graphprov-flush", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        self._wake.set()

    def stop(self) -> None:
        self._stop.set()
        self._wake.set()
        self._thread.join(_LAST_CHANCE_SECONDS)

    def _run(self) -> None:
        pause = _FIRST_PAUSE
        while not self._stop.is_set():
            self._wake.wait()
            self._stop.wait(_GATHER_SECONDS)  # let a burst of records become one batch
            self._wake.clear()
            if self._flush():
                pause = _FIRST_PAUSE
            else:
                # New records do not cut the pause short: a program that records all the time would never stop trying.
                self._stop.wait(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
                self._wake.set()

    def _flush(self) -> bool:
        with contextlib.suppress(Exception):  # `graphprov sync` tells what is wrong; the program that records goes on
            address = address_of(self._settings, start=False)
            if address is not None:
                with Store(address) as store, Journal(self._settings.journal) as journal:
                    send(journal, store)
                return True
        return False


_flushers: dict[tuple[int, Path], _Flusher] = {}
_guard = threading.Lock()


def _forget_parent() -> None:
    """In a forked child: its parent's threads are not here, and one of them may have held the guard."""
    global _guard
    _guard = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_parent)


def flush_soon(settings: Settings) -> None:
    """Ask this process's background thread to send what waits. Returns at once, never raises, starts no database."""
    key = (os.getpid(), settings.journal)
    with _guard:
        flusher = _flushers.get(key)
        if flusher is None:
            if not _flushers:
                atexit.register(_stop_all)
            flusher = _flushers[key] = _Flusher(settings)
    flusher.wake()


def _stop_all() -> None:
    for (pid, _), flusher in _flushers.items():
        if pid == os.getpid():
            flusher.stop()
