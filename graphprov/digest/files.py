"""Digests of files and directories, read as a stream, with a cache for large files.

A file's digest is the SHA-256 of its bytes. A directory's is the SHA-256 of this listing:

1. the line `graphprov directory 1`;
2. for each file, directory and symbolic link below it, at any depth, in the order of its relative path with `/` between
   the parts, compared as UTF-8 bytes: one letter (`f`, `d`, `l`), the length of the path in bytes as 8 bytes, the path,
   and 32 bytes: the SHA-256 of a file's bytes or of the text of a link's target, or zeros for a directory.

So empty directories count, a link is what it says and not where it leads, and permissions, owners and times do not
count. The path given may itself be a link: that one is followed. What is neither file, directory nor link (a pipe, a
socket, a device) is refused without being opened, as reading it could wait for ever.

Files of 1 MiB and more are cached under device, inode, size and the times of modification and change; smaller ones are
read again, since that is faster than to look them up. A file that changed in the last two seconds is not cached,
because a later change could bear the same time.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from graphprov.digest.content import DIRECTORY, FILE, ContentDigest, FileChanged
from graphprov.digest.localdb import LocalDatabase
from graphprov.digest.progress import ReadingProgress
from graphprov.errors import InvalidInput

BLOCK_BYTES = 1 << 20
CACHE_FROM_BYTES = 1 << 20
SETTLED_NS = 2_000_000_000
ATTEMPTS = 2
CACHE_FILE = "digests.sqlite"

_SCHEMA = """
CREATE TABLE IF NOT EXISTS file (
    device TEXT NOT NULL, inode TEXT NOT NULL,
    size INTEGER NOT NULL, modified INTEGER NOT NULL, changed INTEGER NOT NULL,
    digest TEXT NOT NULL, PRIMARY KEY (device, inode)
) WITHOUT ROWID;
"""


def digest_path(
    path: str | os.PathLike[str], *, cache: Path | None = None, progress: ReadingProgress | None = None
) -> ContentDigest:
    """The digest and size of what is at `path`: a file or a directory.

    Args:
        path: A file, a directory, or a link to one.
        cache: The folder that keeps digests of large files (`Settings.cache`). Default: none is kept.
        progress: Counts the bytes, of several readings together. Default: one of its own.

    Raises:
        InvalidInput: Nothing is there, it cannot be read, or it is neither file nor directory.
        FileChanged: It kept changing while it was read.
    """
    place = Path(path)
    found = _stat(place)
    store = DigestCache(cache / CACHE_FILE) if cache is not None else None
    reader = _Reader(store)
    for attempt in range(1, ATTEMPTS + 1):
        try:
            if stat.S_ISDIR(found.st_mode):
                return _directory(place, reader, progress)
            with _counting(progress, place.name, found.st_size) as counted:
                digest, size = reader.read(place, counted)
            return ContentDigest(FILE, digest.hex(), size)
        except FileChanged:
            if attempt == ATTEMPTS:
                raise
    raise AssertionError("unreachable")


def digest_paths(
    paths: Sequence[str], *, cache: Path | None = None, at_once: int | None = None
) -> dict[str, ContentDigest | InvalidInput]:
    """The digests of many files and directories, read at once; for what cannot be read, why.

    Args:
        paths: Files, directories, or links to them.
        cache: As of `digest_path`.
        at_once: How many to read at a time. Default: as many as there are processors, at most eight.
    """
    sizes = {path: _size(path) for path in paths}
    workers = at_once or min(os.cpu_count() or 1, 8)

    def one(path: str) -> ContentDigest | InvalidInput:
        try:
            return digest_path(path, cache=cache, progress=progress)
        except InvalidInput as error:
            return error

    what = f"{len(sizes):,} files" if len(sizes) != 1 else Path(paths[0]).name
    with ReadingProgress(what, sum(sizes.values())) as progress:
        if workers == 1 or sum(sizes.values()) < CACHE_FROM_BYTES:  # threads would cost more than they save
            return {path: one(path) for path in sizes}
        with ThreadPoolExecutor(workers) as pool:
            return dict(zip(sizes, pool.map(one, sizes), strict=True))


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size  # noqa: PTH116  there are many
    except (OSError, ValueError):
        return 0


def _counting(
    progress: ReadingProgress | None, what: str, total_bytes: int
) -> contextlib.AbstractContextManager[ReadingProgress]:
    return ReadingProgress(what, total_bytes) if progress is None else contextlib.nullcontext(progress)


class DigestCache:
    """Digests of files that have not changed since; shared by all processes on this machine."""

    def __init__(self, file: Path) -> None:
        self._database = LocalDatabase(file, _SCHEMA)

    def get(self, found: os.stat_result) -> bytes | None:
        """The digest of the file with this stat, if it is known."""
        row = self._database.row(
            "SELECT digest FROM file WHERE device = ? AND inode = ? AND size = ? AND modified = ? AND changed = ?",
            *_signature(found),
        )
        return bytes.fromhex(row[0]) if row else None

    def put(self, found: os.stat_result, digest: bytes) -> None:
        """Keep a digest, unless the file changed so recently that a later change might not show."""
        if time.time_ns() - max(found.st_mtime_ns, found.st_ctime_ns) >= SETTLED_NS:
            self._database.note(
                "INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?, ?, ?)", *_signature(found), digest.hex()
            )


def _signature(found: os.stat_result) -> tuple[str, str, int, int, int]:
    # Device and inode as text: some file systems use all 64 bits, more than an SQLite integer holds.
    return str(found.st_dev), str(found.st_ino), found.st_size, found.st_mtime_ns, found.st_ctime_ns


class _Reader:
    """Reads single files, through the cache."""

    def __init__(self, cache: DigestCache | None) -> None:
        self._cache = cache

    def read(self, path: Path, progress: ReadingProgress) -> tuple[bytes, int]:
        """The SHA-256 of a regular file and its size; a change during the reading is an error."""
        # Never blocks, even when a pipe has just taken the file's place.
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
        try:
            descriptor = os.open(path, flags)
        except OSError as error:
            raise _unreadable(path, error) from error
        try:
            before = os.fstat(descriptor)
            if not stat.S_ISREG(before.st_mode):
                raise _special(path, before)
            cached = before.st_size >= CACHE_FROM_BYTES and self._cache is not None
            if cached and self._cache is not None and (known := self._cache.get(before)) is not None:
                progress.advance(before.st_size)
                return known, before.st_size
            digest, size = hashlib.sha256(), 0
            # No further than it was long: a file that grows faster than it is read would have no end.
            while size <= before.st_size and (block := os.read(descriptor, BLOCK_BYTES)):
                digest.update(block)
                size += len(block)
                progress.advance(len(block))
            after = os.fstat(descriptor)
        except OSError as error:
            raise _unreadable(path, error) from error
        finally:
            os.close(descriptor)
        if _signature(before) != _signature(after) or size != after.st_size:
            raise FileChanged(
                f"the file {path} changed while it was read, so its content cannot be named",
                hint="record it when nothing writes to it any more",
            )
        if cached and self._cache is not None:
            self._cache.put(after, digest.digest())
        return digest.digest(), size


def _directory(root: Path, reader: _Reader, progress: ReadingProgress | None) -> ContentDigest:
    listing = sorted(_below(root, b""))
    total = sum(found.st_size for _, kind, _, found in listing if kind == b"f")
    digest, size = hashlib.sha256(b"graphprov directory 1\n"), 0
    with _counting(progress, root.name, total) as counted:
        for relative, kind, path, _ in listing:
            content = bytes(32)
            if kind == b"f":
                content, read = reader.read(path, counted)
                size += read
            elif kind == b"l":
                content = hashlib.sha256(_link_target(path)).digest()
            digest.update(kind + len(relative).to_bytes(8, "big") + relative + content)
    again = sorted(_below(root, b""))
    if [(name, kind, _signature(found)) for name, kind, _, found in listing] != [
        (name, kind, _signature(found)) for name, kind, _, found in again
    ]:
        raise FileChanged(
            f"the directory {root} changed while it was read, so its content cannot be named",
            hint="record it when nothing writes to it any more",
        )
    return ContentDigest(DIRECTORY, digest.hexdigest(), size)


def _below(folder: Path, prefix: bytes) -> Iterator[tuple[bytes, bytes, Path, os.stat_result]]:
    """Everything below a folder as (relative path, letter, path, stat)."""
    try:
        entries = list(os.scandir(folder))
    except OSError as error:
        raise _unreadable(folder, error) from error
    for entry in entries:
        relative = prefix + _path_bytes(entry.name)
        path = Path(entry.path)
        try:
            found = entry.stat(follow_symlinks=False)
        except FileNotFoundError:
            raise FileChanged(f"{path} went away while its directory was read") from None
        if stat.S_ISLNK(found.st_mode):
            yield relative, b"l", path, found
        elif stat.S_ISDIR(found.st_mode):
            yield relative, b"d", path, found
            yield from _below(path, relative + b"/")
        elif stat.S_ISREG(found.st_mode):
            yield relative, b"f", path, found
        else:
            raise _special(path, found)


def _path_bytes(name: str) -> bytes:
    return name.encode("utf-8", "surrogateescape" if os.name == "posix" else "surrogatepass")


def _link_target(path: Path) -> bytes:
    try:
        return _path_bytes(os.readlink(path).replace(os.sep, "/"))  # noqa: PTH115  a Path would tidy what it says
    except OSError as error:
        raise _unreadable(path, error) from error


def _stat(path: Path) -> os.stat_result:
    try:
        found = path.stat()
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    if not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)):
        raise _special(path, found)
    return found


def _special(path: Path, found: os.stat_result) -> InvalidInput:
    names = {
        stat.S_IFIFO: "a named pipe",
        stat.S_IFSOCK: "a socket",
        stat.S_IFCHR: "a character device",
        stat.S_IFBLK: "a block device",
        stat.S_IFDIR: "a directory now",
    }
    what = names.get(stat.S_IFMT(found.st_mode), "no regular file")
    return InvalidInput(
        f"{path} is {what}, which is never read: expected a file or a directory",
        hint="record the file that its content goes to or comes from",
    )


def _unreadable(path: Path, error: OSError | ValueError) -> InvalidInput:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return InvalidInput(f"there is no file or directory {path}", hint="check the path, or write the file first")
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return InvalidInput(f"{path} cannot be read: {reason}")
