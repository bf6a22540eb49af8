"""How the runs went that generated something: derived whenever it is read, since a run may still end well.

An artifact that only runs generated which failed, or which began and never said how they ended, may be half of what it
should be. Where a run that ended well generated the same content too, it is sound.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from graphprov.store import Store
from graphprov.store.known import as_they_were

Went = Literal["failed", "no end"]
"""`no end`: it began and never said how it ended, since it was killed or is still running."""
_AT_ONCE = 10_000


@dataclass(frozen=True)
class Maker:
    """A run that did not end well and generated something."""

    run: str
    went: Went
    started_at: datetime | None
    error: str | None


def went(run: Mapping[str, Any]) -> Went | None:
    """How a run went, by its properties; None where it ended well, or where a document says neither start nor end.

    >>> went({"status": "failed"}), went({"started_at": "2026-03-01"}), went({"status": "completed"}), went({})
    ('failed', 'no end', None, None)
    """
    if run.get("status") == "failed":
        return "failed"
    unfinished = run.get("status") is None and run.get("ended_at") is None and run.get("started_at") is not None
    return "no end" if unfinished else None


def unsound_makers(store: Store, numbers: Sequence[int], known_on: datetime | None = None) -> dict[int, list[Maker]]:
    """By number, the runs that generated each of some entities, where none of them ended well.

    Args:
        known_on: As far as the store had learnt by then.
    """
    found: dict[int, list[Maker]] = {}
    sound: set[int] = set()
    for first in range(0, len(numbers), _AT_ONCE):
        part = list(numbers[first : first + _AT_ONCE])
        rows = store.ask("unsound_makers", numbers=part, known_on=known_on).dicts()
        was = as_they_were(store, sorted({row["run"] for row in rows}), known_on)
        for row in rows:
            node = was.get(row["run"], row["node"])
            if (how := went(node)) is None:
                sound.add(row["number"])
            else:
                maker = Maker(row["node"]["id"], how, node.get("started_at"), node.get("error"))
                found.setdefault(row["number"], []).append(maker)
    return {number: makers for number, makers in found.items() if number not in sound}
