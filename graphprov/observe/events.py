"""What an observer tells of a command: which files were opened how, moved, linked, cut and removed, and when.

Paths are absolute. An observer tells only what succeeded, in the order in which it happened.
"""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Opened:
    """A file was opened.

    Attributes:
        time: Seconds since the epoch.
        path: Where it really is, with links followed.
        named: The path as the program gave it, made absolute.
        reads: Whether the program may read from it.
        writes: Whether it may write to it.
        anew: Whether nothing that it held before can be in it afterwards: it was emptied, or did not exist.
    """

    time: float
    path: str
    named: str
    reads: bool
    writes: bool
    anew: bool


@dataclass(frozen=True, slots=True)
class Renamed:
    """A file or folder got another path; what was there before is gone, or took its place where they were exchanged."""

    time: float
    source: str
    target: str
    exchanged: bool = False


@dataclass(frozen=True, slots=True)
class Linked:
    """A file got a second path (a hard link)."""

    time: float
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Removed:
    """A path is gone."""

    time: float
    path: str


@dataclass(frozen=True, slots=True)
class Cut:
    """A file was cut or extended to a size."""

    time: float
    path: str
    size: int


@dataclass(frozen=True, slots=True)
class Executed:
    """A program was started: `path` is what was executed, a script or a binary; `real` is that with links followed."""

    time: float
    path: str
    real: str | None = None


Event = Opened | Renamed | Linked | Removed | Cut | Executed

_MODES = os.O_RDONLY | os.O_WRONLY | os.O_RDWR


def opened(time: float, path: str, named: str, flags: int) -> Opened:
    """The event of an opening with the flags of open(2).

    >>> opened(0.0, "/a", "/a", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    Opened(time=0.0, path='/a', named='/a', reads=False, writes=True, anew=False)
    """
    mode = flags & _MODES
    emptied = bool(flags & os.O_TRUNC) or flags & (os.O_CREAT | os.O_EXCL) == os.O_CREAT | os.O_EXCL
    writes = mode in (os.O_WRONLY, os.O_RDWR) or bool(flags & os.O_TRUNC)
    return Opened(time, path, named, mode in (os.O_RDONLY, os.O_RDWR), writes, emptied and writes)
