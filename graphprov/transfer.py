"""Sending what waits in a journal to the store: on demand, and in the background while a program records.

Records go in their order, in batches of one transaction each; a position in the journal moves only after the database
has confirmed. Killed anywhere, it goes on from there, and what was sent twice changes nothing.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from graphprov.erasure import heed_or_warn
from graphprov.errors import GraphprovError, InvalidInput, JournalError, StoreRefused
from graphprov.journal import DamagedJournal, DamagedRecord, Journal, Record
from graphprov.settings import Settings
from graphprov.store import Address, Store, address_of, open_store

BATCH = 1_000
"""Records in one transaction: large enough for speed, small enough for a laptop's heap."""

EMPTIED_AT_MOST = 10_000
"""Nodes and relations up to which emptying a database is quicker than a new start of the server."""

_FIRST_PAUSE, _LONGEST_PAUSE = 5.0, 60.0
_GATHER_SECONDS = 0.3
_LAST_CHANCE_SECONDS = 1.0

Progress = Callable[[int, int], None]
"""Called with the records sent so far and the records to send."""
Skip = Callable[[GraphprovError], None]
"""Called with the `DamagedRecord` or `RecordRefused` that is passed over."""


class RecordRefused(StoreRefused):
    """The database refuses one record for what is in it; `number` is its number. All before it is sent."""

    def __init__(self, journal: Path, number: int, error: StoreRefused) -> None:
        super().__init__(
            f"record {number} of the journal {journal} is refused: {error.message}",
            hint="`graphprov sync --skip-damaged` sends what stands behind that record",
        )
        self.number = number


@dataclass(frozen=True)
class SyncSummary:
    """What a sync did."""

    journals: int
    records: int
    statements: int
    address: str
    skipped: tuple[str, ...] = ()
    """What was passed over, and why: a sentence for each record."""


def sync(
    settings: Settings | None = None,
    *,
    journals: Iterable[Path] | None = None,
    again: bool = False,
    skip_damaged: bool = False,
    progress: Progress | None = None,
) -> SyncSummary:
    """Send what waits to the configured database, or the embedded one, which is started if need be.

    Args:
        journals: Files to send from. Default: the configured journal.
        again: Send everything again, also what was confirmed. It changes nothing in a store that has it.
        skip_damaged: Pass over records that are damaged, or that the database refuses for what is in them; the
            summary names them.
        progress: Told how far it is after each batch.

    Raises:
        InvalidInput: There is no such journal; names it.
        DatabaseAway: The database is away; what waits stays in the journal.
        StoreRefused: The database refuses to write; names the record where it is about one.
        JournalError: A journal, or a record in it, cannot be read; names it.
    """
    settings = settings or Settings.load()
    paths = [settings.journal] if journals is None else [_existing(Path(path)) for path in journals]
    skipped: list[str] = []
    skip: Skip | None = (lambda error: skipped.append(error.message)) if skip_damaged else None
    with open_store(settings, progress=progress is not None) as store:
        records = statements = 0
        for path in paths:
            with Journal(path) as journal:
                sent = send(journal, store, settings=settings, again=again, skip=skip, progress=progress)
                records, statements = records + sent[0], statements + sent[1]
        return SyncSummary(len(paths), records, statements, store.address.shown, tuple(skipped))


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise InvalidInput(f"there is no journal {path}")
    return path


def send(
    journal: Journal,
    store: Store,
    *,
    settings: Settings | None = None,
    again: bool = False,
    ahead: bool = True,
    erase: bool = True,
    skip: Skip | None = None,
    progress: Progress | None = None,
) -> tuple[int, int]:
    """Send what waits in one journal to an open store; how many records and statements were sent.

    Args:
        journal: Where from.
        store: Where to.
        settings: Say which embedded database `store` is, where it is one. Default: as configured.
        again: Send everything, also what was confirmed.
        ahead: Read the next batch while the database works on the one before; needs a thread.
        erase: Afterwards erase from the journal what the store has forgotten.
        skip: Told each record that is damaged or refused for what is in it, and is passed over. Without it, it raises.
        progress: Told how far it is after each batch.
    """
    if store.address.embedded:
        _heed_cleared(journal, store, settings or Settings.load(), again=again)
    after = 0 if again else journal.through(store.id)
    total = _waiting(journal, after)
    records = statements = 0
    for batch in _batches(journal, store.id, after, ahead=ahead, skip=skip):
        for record in _write(journal, store, batch, skip):
            records += 1
            statements += len(record.statements)
        if progress is not None:
            progress(records, max(total, records))
    if erase:
        heed_or_warn(journal, store)
    return records, statements


def _waiting(journal: Journal, after: int) -> int:
    """How many records wait; where the file is damaged, at most so many: what stands before the damage is sent."""
    try:
        return journal.pending_count(after=after)
    except DamagedJournal:
        with contextlib.suppress(JournalError):
            return max(0, journal.last_number() - after)
    return 0


def clear_embedded(settings: Settings) -> Literal["emptied", "removed"] | None:
    """Take everything out of the embedded database; the journal keeps what it has, and does not send it by itself.

    A server that runs and holds little is emptied as it stands, so that the next command need not wait for its start.

    Returns:
        Whether it was emptied, or stopped and its folder removed; None where there was no database.

    Raises:
        EngineError: The server cannot be stopped.
    """
    from graphprov import engine  # only here: the engine is large, and most of what is sent goes elsewhere

    done: Literal["emptied", "removed"] | None = None
    if (endpoint := engine.running(settings)) is not None:
        # The embedded one itself, whatever address is configured for other commands.
        address = Address(endpoint.uri, endpoint.user, endpoint.password, embedded=True)
        # What cannot even be opened, such as the store of a newer graphprov, is removed as a whole.
        with contextlib.suppress(GraphprovError), Store(address, adopt=True) as store:
            done = "emptied" if store.empty(at_most=EMPTIED_AT_MOST) else None
    if done is None and engine.clear(settings):
        done = "removed"
    if done is not None:
        keep_cleared(settings)
    return done


def keep_cleared(settings: Settings) -> None:
    """Do not fill the embedded database, which was cleared, with what it had, unless asked to (`sync --again`)."""
    with Journal(settings.journal) as journal:
        if journal.last_number():
            journal.skip_to_end(_cleared(settings))


def _cleared(settings: Settings) -> str:
    """What stands in the journal for the embedded database that was cleared; each has its own folder."""
    from graphprov.engine.layout import Layout

    return f"cleared:{Layout.of(settings).root.resolve()}"


def _heed_cleared(journal: Journal, store: Store, settings: Settings, *, again: bool) -> None:
    """The first store after a clear counts what had been recorded as sent; one that is made later there does not."""
    mark = _cleared(settings)
    if skipped := journal.through(mark):
        if not again and not journal.knows(store.id):
            journal.confirm(store.id, skipped)
        journal.forget(mark)


def _batches(journal: Journal, store: str, after: int, *, ahead: bool, skip: Skip | None) -> Iterator[list[Record]]:
    """What comes after a number, batch by batch; when the next is asked for, the one before was confirmed."""
    with ThreadPoolExecutor(max_workers=1) if ahead else contextlib.nullcontext() as reader:

        def following(after: int) -> Callable[[], list[Record]]:
            read = partial(journal.pending, store, BATCH, after=after)
            return read if reader is None else reader.submit(read).result

        read = following(after)
        while True:
            try:
                batch = read()
            except DamagedRecord as error:
                if skip is None:
                    raise
                skip(error)
                journal.confirm(store, error.number)
                read = following(error.number)
                continue
            if not batch:
                return
            read = following(batch[-1].seq)
            yield batch


def _write(journal: Journal, store: Store, batch: list[Record], skip: Skip | None) -> list[Record]:
    """Write and confirm a batch, in halves down to the record that the database refuses; what was written."""
    written = batch
    try:
        store.write(batch)
    except StoreRefused as error:
        if not _about_content(error):
            raise
        if len(batch) > 1:
            middle = len(batch) // 2
            return _write(journal, store, batch[:middle], skip) + _write(journal, store, batch[middle:], skip)
        refused = RecordRefused(journal.path, batch[0].seq, error)
        if skip is None:
            raise refused from error
        skip(refused)
        written = []
    journal.confirm(store.id, batch[-1].seq)
    return written


def read_only(error: StoreRefused) -> bool:
    """Whether a database refused because it may only be read."""
    code = _code(error)
    return "ReadOnly" in code or "Forbidden" in code or "AccessMode" in code


def _about_content(error: StoreRefused) -> bool:
    """Whether other records might pass: not so where the database is read-only, full, or short of memory."""
    code = _code(error)
    return (".Statement." in code or ".Schema." in code) and not read_only(error)


def _code(error: StoreRefused) -> str:
    return getattr(error.__cause__, "code", None) or ""


class _Flusher:
    """One background thread of this process for one journal. It never raises and never starts a database."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._asked = False
        self._thread = threading.Thread(target=self._run, name="graphprov-flush", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        self._asked = True
        self._wake.set()

    def stop(self) -> None:
        """Have it send at once what it was asked to send, and end."""
        self._stop.set()
        self._wake.set()

    def join(self, seconds: float) -> None:
        self._thread.join(seconds)

    def _run(self) -> None:
        pause = _FIRST_PAUSE
        while True:
            self._wake.wait()
            self._stop.wait(_GATHER_SECONDS)  # let a burst of records become one batch
            self._wake.clear()
            if self._stop.is_set() and not self._asked:
                return
            self._asked = False
            if self._flush():
                pause = _FIRST_PAUSE
                if self._stop.is_set():
                    self._wake.set()  # what was asked for meanwhile is sent too
            # New records do not cut the pause short: a program that records all the time would never stop trying.
            elif self._stop.wait(pause):
                return
            else:
                pause = min(2 * pause, _LONGEST_PAUSE)
                self.wake()

    def _flush(self) -> bool:
        with contextlib.suppress(Exception):  # `graphprov sync` tells what is wrong; the program that records goes on
            address = address_of(self._settings, start=False)
            if address is not None:
                with Store(address) as store, Journal(self._settings.journal) as journal:
                    # Not ahead: at the program's end no thread can be started any more.
                    send(journal, store, settings=self._settings, ahead=False)
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
    mine = [flusher for (pid, _), flusher in _flushers.items() if pid == os.getpid()]
    for flusher in mine:
        flusher.stop()
    deadline = time.monotonic() + _LAST_CHANCE_SECONDS
    for flusher in mine:
        flusher.join(max(0.0, deadline - time.monotonic()))
