"""What this machine has called a content before, so that a file used without a name is the artifact it was made as.

Kept in a small file beside the journal and not in the cache: to lose it would change how the next run names its input.
The graph stays right without it: the same bytes under two names are two versions with one digest, and are listed as
duplicates.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from graphprov.capture.redaction import Redactor
from graphprov.digest.localdb import LocalDatabase
from graphprov.model.statements import system_text

_SCHEMA = """
CREATE TABLE IF NOT EXISTS known (
    digest TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, path TEXT, delivered TEXT, seen INTEGER NOT NULL,
    PRIMARY KEY (digest, kind, name)
) WITHOUT ROWID;
"""


_REMEMBER = (
    "INSERT INTO known VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET path = excluded.path,"
    " seen = excluded.seen, delivered = coalesce(known.delivered, excluded.delivered)"
)


@dataclass(frozen=True)
class Known:
    """A kind and a name that a content has gone by on this machine, and where it was seen last."""

    kind: str
    name: str
    path: str | None
    delivered_at: datetime | None


class KnownContent:
    """The table digest -> kind and name. Paths and names are kept without the secrets in them."""

    def __init__(self, journal: Path, redactor: Redactor | None = None) -> None:
        self._redactor = redactor or Redactor()
        self._database = LocalDatabase(journal.with_name(journal.name + ".known"), _SCHEMA)

    def _clean(self, text: str) -> str:
        return self._redactor.text(system_text(text))

    def recall(self, digest: str, *, kind: str | None, path: str | None, name: str) -> Known | None:
        """What a content is called here: as at the same path, else by the given name, else as it was last.

        Args:
            kind: Only as this kind; None: as any.
            path: Where it is now.
            name: What it would be called otherwise.
        """
        row = self._database.row(
            "SELECT kind, name, path, delivered FROM known WHERE digest = ? AND kind = coalesce(?, kind)"
            " ORDER BY path IS ? DESC, name = ? DESC, seen DESC, kind, name LIMIT 1",
            digest, kind, path and self._clean(path), name,
        )  # fmt: skip
        return _known(*row) if row else None

    def at(self, path: str) -> tuple[str, Known] | None:
        """The digest and the name of the content that was recorded last at a path."""
        row = self._database.row(
            "SELECT digest, kind, name, path, delivered FROM known WHERE path = ? ORDER BY seen DESC, name LIMIT 1",
            self._clean(path),
        )
        return (row[0], _known(*row[1:])) if row else None

    def exactly(self, digest: str, kind: str, name: str) -> Known | None:
        """What is known of a content under a given kind and name."""
        row = self._database.row(
            "SELECT kind, name, path, delivered FROM known WHERE digest = ? AND kind = ? AND name = ?",
            digest, kind, self._clean(name),
        )  # fmt: skip
        return _known(*row) if row else None

    def versions(self, kind: str, name: str, digits: str) -> list[str]:
        """The contents, as hexadecimal digits, that start so and are known under this kind and name."""
        rows = self._database.rows(
            "SELECT DISTINCT substr(digest, instr(digest, ':') + 1) AS hex FROM known"
            " WHERE kind = ? AND name = ? AND substr(hex, 1, length(?)) = ? ORDER BY hex",
            kind, name, digits, digits,
        )  # fmt: skip
        return [row[0] for row in rows]

    def remember(
        self, digest: str, kind: str, name: str, path: str | None, delivered_at: datetime | None = None
    ) -> None:
        """Note that a content goes by this kind and name here. The first time of delivery stays."""
        delivered = delivered_at.isoformat() if delivered_at else None
        place = path and self._clean(path)
        self._database.note(_REMEMBER, digest, kind, self._clean(name), place, delivered, time.time_ns())

    def remember_all(self, contents: Iterable[tuple[str, str, str, str | None]]) -> None:
        """The same for many, each a digest, a kind, a name and a path: later ones were seen later."""
        now = time.time_ns()
        clean = self._clean
        rows = ((digest, kind, clean(name), path and clean(path)) for digest, kind, name, path in contents)
        self._database.note_all(_REMEMBER, ((*each, None, now + n) for n, each in enumerate(rows)))


def _known(kind: str, name: str, path: str | None, delivered: str | None) -> Known:
    return Known(kind, name, path, datetime.fromisoformat(delivered) if delivered else None)
