"""The journal on this machine: whether it is whole, and what waits in it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from urllib.request import pathname2url

from graphprov.checkup.checks import Check, Context
from graphprov.checkup.report import Finding
from graphprov.errors import JournalError
from graphprov.journal import DamagedRecord, Journal
from graphprov.model.times import show_time
from graphprov.report.words import number

_AT_ONCE = 1_000


def _damage(context: Context) -> Iterator[Finding]:
    path = context.settings.journal
    if not path.exists():
        return
    try:
        connection = sqlite3.connect(f"file:{pathname2url(str(path))}?mode=ro", uri=True)
        try:
            told = [row[0] for row in connection.execute("PRAGMA quick_check(10)")]
        finally:
            connection.close()
    except sqlite3.Error as error:
        yield Finding(says=f"the journal cannot be read: {error}", about=str(path))
        return
    if told != ["ok"]:
        yield from (Finding(says=f"SQLite says: {line}", about=str(path)) for line in told)
        return
    with Journal(path) as journal:
        after = 0
        while True:
            try:
                records = journal.pending("", _AT_ONCE, after=after)
            except DamagedRecord as error:
                yield Finding(says=error.message, about=str(path), details={"record": error.number})
                after = error.number
                continue
            except JournalError as error:
                yield Finding(says=error.message, about=str(path))
                return
            if not records:
                return
            after = records[-1].seq


def _waiting(context: Context) -> Iterator[Finding]:
    path = context.settings.journal
    if not path.exists():
        return
    with Journal(path) as journal:
        count = journal.pending_count(None if context.store is None else context.store.id)
        if not count:
            return
        try:
            store = "" if context.store is None else context.store.id
            first = journal.pending(store, 1, after=None if store else journal.last_number() - count)
        except DamagedRecord:
            return  # told by the check before
    since = first[0].recorded_at
    if context.now - since > timedelta(days=context.days):
        waits = f"{number(count, 'record')} of this machine, the first of {show_time(since)}"
        yield Finding(says=f"not sent yet: {waits}", about=str(path), details={"waiting": count, "since": since})


CHECKS = (
    Check(
        "journal-damaged",
        "journal",
        "error",
        "The journal is damaged",
        "`graphprov journal salvage`: it saves what is whole, names what is not, and keeps the damaged file",
        _damage,
    ),
    Check(
        "journal-waiting",
        "journal",
        "warning",
        "Records that have waited for long",
        "send them: `graphprov sync`",
        _waiting,
    ),
)
