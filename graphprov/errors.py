"""Every error that graphprov raises on purpose, each with its exit code and what a person can do about it.

One base class, so that a caller can catch them all. The command line prints `str(error)`, then the nearest things that
exist, then what to try; it never prints a traceback for one of these.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar


class GraphprovError(Exception):
    """Something a person can act on.

    Attributes:
        message: What is wrong, naming the file, line or identifier and what was expected.
        nearest: The nearest things that do exist, best first.
        hint: What to type or do next.
        exit_code: The exit status of the command line for this kind of error.
    """

    exit_code: ClassVar[int] = 2

    def __init__(self, message: str, *, nearest: Sequence[str] = (), hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.nearest = tuple(nearest)
        self.hint = hint


class InvalidInput(GraphprovError):
    """What was given cannot be taken: a malformed time, a missing file, a wrong option."""

    exit_code = 2


class UnknownReference(GraphprovError):
    """Nothing in the store is called so."""

    exit_code = 3


class AmbiguousReference(GraphprovError):
    """Several things are called so; `nearest` lists them."""

    exit_code = 3


class EmptyFlaw(GraphprovError):
    """The subject is known, but its window selects nothing; `nearest` lists what exists, with times."""

    exit_code = 3


class PartsOpen(GraphprovError):
    """An incident cannot be closed: parts of what it affects are open; `nearest` lists whose."""

    exit_code = 1


class DatabaseAway(GraphprovError):
    """No database answers at the configured address."""

    exit_code = 4


class WrongPassword(DatabaseAway):
    """A database answers, but does not let this user in."""


class EngineError(GraphprovError):
    """The embedded Neo4j cannot be fetched, started or stopped."""

    exit_code = 5


class StoreRefused(GraphprovError):
    """The database answers, but is read-only, not graphprov's, or of a newer graphprov."""

    exit_code = 6


class JournalError(GraphprovError):
    """The journal on this machine cannot be written or read."""

    exit_code = 7
