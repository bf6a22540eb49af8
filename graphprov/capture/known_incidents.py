"""Which incidents this machine has seen, so that their short numbers do without a database; and when it opened which.

Beside the journal, in the same small file as `known.py`. To lose it costs nothing but that the whole number has to be
typed where no database is in reach.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from graphprov.digest.localdb import LocalDatabase

_SCHEMA = """
CREATE TABLE IF NOT EXISTS incident (number TEXT PRIMARY KEY, id TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS opening (content TEXT PRIMARY KEY, said TEXT NOT NULL) WITHOUT ROWID;
"""


class KnownIncidents:
    """The tables number -> id, and content of an opening -> when it was first said here."""

    def __init__(self, journal: Path) -> None:
        self._database = LocalDatabase(journal.with_name(journal.name + ".known"), _SCHEMA)

    def see(self, incidents: Iterable[tuple[str, str]]) -> None:
        """Note numbers, each with its id."""
        for number, id_ in incidents:
            self._database.note("INSERT INTO incident VALUES (?, ?) ON CONFLICT DO NOTHING", number, id_)

    def starting(self, digits: str) -> dict[str, str]:
        """The incidents seen here whose number starts so: number and id."""
        rows = self._database.rows(
            "SELECT number, id FROM incident WHERE substr(number, 1, length(?)) = ? ORDER BY number", digits, digits
        )
        return dict(rows)

    def first_said(self, content: str, now: datetime) -> datetime:
        """When this machine first opened an incident in these words; now, where it does so for the first time."""
        self._database.note("INSERT INTO opening VALUES (?, ?) ON CONFLICT DO NOTHING", content, now.isoformat())
        row = self._database.row("SELECT said FROM opening WHERE content = ?", content)
        return datetime.fromisoformat(row[0]) if row else now
