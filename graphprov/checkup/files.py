"""The files that runs on this machine read and wrote: whether they are there, and are what was recorded last."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from stat import S_ISDIR

from graphprov.checkup.asking import Row, rows
from graphprov.checkup.checks import Check, Context
from graphprov.checkup.report import Finding
from graphprov.digest import ContentDigest, digest_paths
from graphprov.model.identity import short_id
from graphprov.model.times import show_time

_BY_CONTENT = ("sha256", "sha256-dir")
_WORKERS = 8
"""Looking at a file mostly waits for the disk, on network disks most of all."""


def _gone(context: Context) -> Iterator[Finding]:
    for row, found in _looked_at(context):
        if found is None:
            yield _finding(row, "is gone")


def _changed(context: Context) -> Iterator[Finding]:
    to_read: dict[str, Row] = {}
    for row, found in _looked_at(context):
        if found is None:
            continue
        folder = S_ISDIR(found.st_mode)
        if not folder and row["size_bytes"] is not None and found.st_size != row["size_bytes"]:
            yield _finding(row, f"has {found.st_size:,} bytes, not {row['size_bytes']:,}")
        elif context.digests or folder or found.st_mtime > row["at"].timestamp():
            to_read[row["path"]] = row
    for path, content in digest_paths(list(to_read), cache=context.settings.cache).items() if to_read else ():
        row = to_read[path]
        if not isinstance(content, ContentDigest):
            yield _finding(row, f"cannot be compared: {content.message}")
        elif str(content) != row["digest"]:
            yield _finding(row, "has other content")


def _finding(row: Row, what: str) -> Finding:
    says = f"{row['path']} {what}; recorded {show_time(row['at'])} as {short_id(row['artifact'])}"
    return Finding(says=says, about=row["path"], details=row)


def _looked_at(context: Context) -> list[tuple[Row, os.stat_result | None]]:
    """What was recorded last at each path on this host, with what is there now."""
    newest: dict[str, Row] = {}
    for row in rows(context, "files_of_host", ("Activity",), host=context.host):
        scheme = str(row["digest"]).partition(":")[0]
        if scheme in _BY_CONTENT and row["at"] is not None and Path(row["path"]).is_absolute():
            before = newest.get(row["path"])
            if before is None or before["at"] < row["at"]:
                newest[row["path"]] = row
    ordered = [newest[path] for path in sorted(newest)]
    with ThreadPoolExecutor(_WORKERS) as pool:
        return list(zip(ordered, pool.map(_stat, [row["path"] for row in ordered]), strict=True))


def _stat(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)  # noqa: PTH116  there are many
    except (OSError, ValueError):
        return None


CHECKS = (
    Check(
        "files-changed",
        "files",
        "note",
        "Files that are no longer what was recorded last",
        "record what changed them (`graphprov run -- COMMAND`), or restore them; --digests reads all",
        _changed,
        graph=True,
    ),
    Check(
        "files-gone",
        "files",
        "note",
        "Files that are no longer where they were recorded",
        "nothing, where they were moved or removed on purpose; else restore them",
        _gone,
        graph=True,
    ),
)
