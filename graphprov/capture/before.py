"""What stood at the places of outputs before the work began, so that one can tell afterwards what the work has written.

Work that fails may have written its outputs, or some, or half of one: those are real, and somebody may read them. What
stands there unchanged is older, and was not made by it.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from typing import Any

from graphprov.capture.remote import local_file

Signature = tuple[int, ...]
"""Device, inode, size in bytes, and the times of the last modification and change in nanoseconds."""
Standing = Signature | frozenset[tuple[str, Signature]] | None
"""A file's signature; those of all that is below a folder, by path; None where there is nothing, or nothing to see."""


def signature(path: str) -> Signature | None:
    """What tells a file from another at the same path, or from itself after a change; None where there is none."""
    try:
        return _of(os.stat(path))  # noqa: PTH116  once for each call
    except (OSError, ValueError):
        return None


def standing(path: str) -> Standing:
    """What is at a path, links to it followed: a folder is what is below it, as its digest takes it."""
    try:
        found = os.stat(path)  # noqa: PTH116
    except (OSError, ValueError):
        return None
    if not stat.S_ISDIR(found.st_mode):
        return _of(found)
    below: set[tuple[str, Signature]] = set()
    for folder, folders, files in os.walk(path):
        for name in (*folders, *files):
            place = os.path.join(folder, name)  # noqa: PTH118  for very many paths
            try:
                below.add((place, _of(os.lstat(place))))
            except OSError:  # gone meanwhile
                continue
    return frozenset(below)


class Before:
    """What is at the places of some outputs now.

    Args:
        outputs: What names them; of what is no path nothing is kept, since it stands nowhere.
    """

    def __init__(self, outputs: Iterable[Any]) -> None:
        self._stood = [(path, None if path is None else standing(path)) for path in map(place, outputs)]

    def written(self) -> list[str | None]:
        """For each output its absolute path, where it is there now and not as it was before; else None."""
        return [
            path if path is not None and (now := standing(path)) is not None and now != stood else None
            for path, stood in self._stood
        ]


def place(output: Any) -> str | None:
    """The absolute path that an output is written to; None for an object, an address, or nothing."""
    if isinstance(output, str) and "://" in output:
        output = local_file(output)
    if not isinstance(output, str | os.PathLike) or not (path := os.fspath(output)):
        return None
    return os.path.abspath(os.fsdecode(path))  # noqa: PTH100  links stay as they are, as in what is recorded


def _of(found: os.stat_result) -> Signature:
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
