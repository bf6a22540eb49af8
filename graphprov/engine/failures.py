"""Why a server did not start: what its own words mean, and what a person can do about it.

A table from a pattern in the server's output to one clear message; the first that fits is told.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass

from graphprov.engine.layout import Layout
from graphprov.errors import EngineError

_TAIL_BYTES = 64 * 1024
_NO_ROOM_BYTES = 256 * 1024
_FULL_DISK = "No space left on device"


class PortTakenError(EngineError):
    """Somebody took the port between choosing and using it; worth another try with other ports."""


@dataclass(frozen=True)
class Cause:
    """A known way to fail.

    Attributes:
        pattern: What the server prints, as a regular expression.
        message: What it means; `{root}` is the server's folder.
        hint: What to do.
        error: The class to raise.
    """

    pattern: str
    message: str
    hint: str
    error: type[EngineError] = EngineError


CAUSES: tuple[Cause, ...] = (
    Cause(
        r"No space left on device|Disk quota exceeded|File too large",
        "the disk is full: Neo4j cannot write below {root}",
        "make room, then start again; what was committed is safe",
    ),
    Cause(
        r"Address already in use|BindException|is already in use|PortBindException",
        "a port that Neo4j wanted was taken by another program",
        "start again: graphprov chooses free ports each time",
        PortTakenError,
    ),
    Cause(
        r"UnsupportedClassVersionError",
        "the Java in use is too old for this Neo4j",
        "unset the setting `java` (GRAPHPROV_JAVA) and JAVA_HOME to use the runtime that comes with graphprov",
    ),
    Cause(
        r"[Dd]owngrade|highest supported Kernel|newer version of Neo4j"
        r"|Unknown store version|StoreVersion.*not supported|UnknownVersion"
        r"|unsupported.*(?:log|store|kernel) (?:format|version)|Unrecognized transaction log version"
        r"|Unknown kernel version",
        "the data below {root} was written by a newer Neo4j than this one",
        "use the newer graphprov that wrote it, or remove the data: graphprov db clear --yes",
    ),
    Cause(
        r"Lock file has been locked by another process|StoreLock|store_lock",
        "another Neo4j is using the data below {root}",
        "stop that one first; graphprov db status shows the one graphprov knows of",
    ),
    Cause(
        r"Could not reserve enough space|insufficient memory|OutOfMemoryError|Invalid maximum heap size",
        "there is not enough memory for Neo4j",
        "close something, or give it less: GRAPHPROV_HEAP_MB=256 GRAPHPROV_PAGE_CACHE_MB=64",
    ),
    Cause(
        r"Permission denied|AccessDeniedException",
        "Neo4j may not read or write some file below {root}",
        "check whom the files belong to",
    ),
)


def explain(layout: Layout, *, exit_code: int | None, ended: bool) -> EngineError:
    """The error to raise for a server that ended, or did not answer in time."""
    text = tail(layout)
    if disk_is_full(layout):
        text = _FULL_DISK  # a server that cannot even write its log does not say so
    for cause in CAUSES:
        if re.search(cause.pattern, text):
            return cause.error(cause.message.format(root=layout.root), hint=cause.hint)
    what = f"Neo4j ended with exit status {exit_code} instead of starting" if ended else "Neo4j did not answer in time"
    last = [line for line in text.splitlines() if re.search(r"ERROR|Exception|Error|Caused by", line)][:3]
    words = "".join(f"\n  {line.strip()[:300]}" for line in last)
    return EngineError(what + (":" + words if words else ""), hint=f"graphprov db logs, or the files in {layout.logs}")


def disk_is_full(layout: Layout) -> bool:
    """Whether there is no room left to speak of."""
    return shutil.disk_usage(layout.root).free < _NO_ROOM_BYTES


def tail(layout: Layout, size: int = _TAIL_BYTES) -> str:
    """The end of what the server printed."""
    try:
        with layout.console.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - size))
            return file.read().decode("utf-8", errors="replace")
    except OSError:
        return ""
