"""Fetch the jars that a lock names, and let nothing else through.

Every jar is checked against the lock's SHA-256 each time a server starts (a fraction of a second for all of them), so a
jar that was changed on disk or on its way is never run. Downloads go in parallel; one that broke goes on where it
stopped, if the repository allows that, and starts anew if not. A file gets its name only once its digest fits.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from graphprov.engine.releases import Jar, Lock
from graphprov.engine.repositories import Repository, proxy, repositories
from graphprov.engine.waiting import hold
from graphprov.errors import EngineError

if TYPE_CHECKING:
    import httpx

DOWNLOADS_AT_ONCE = 8
ATTEMPTS = 4
_SPARE_BYTES = 50 * 1024 * 1024

Advance = Callable[[int], None]


class _StoppedError(Exception):
    """Another download failed; this one gives up quietly."""


def ensure_jars(
    lock: Lock, folder: Path, *, progress: bool = True, sources: Sequence[Repository] | None = None
) -> list[Path]:
    """Make sure that all jars of a lock lie in a folder, unchanged, and say where.

    Args:
        lock: What is wanted.
        folder: A folder laid out like a Maven repository; made where it is missing.
        progress: Show a bar on standard error while something is fetched.
        sources: Repositories to ask. Default: as the user's own settings say.

    Returns:
        The jars' paths in the lock's order.

    Raises:
        EngineError: A jar on disk or from a repository is not the one in the lock; no repository can be reached; the
            disk is full.
    """
    paths = [folder / jar.path for jar in lock.jars]
    missing = _check(lock.jars, folder)
    if missing:
        folder.mkdir(parents=True, exist_ok=True)
        with hold(folder / ".lock"):
            # Another process may have fetched them while this one waited.
            missing = _check(lock.jars, folder)
            missing = [jar for jar in missing if not _copy_from_maven_cache(jar, folder)]
            if missing:
                _fetch(missing, folder, repositories() if sources is None else sources, lock, progress=progress)
    return paths


def digest(path: Path) -> str:
    """SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check(jars: Sequence[Jar], folder: Path) -> list[Jar]:
    """The jars that are not there yet; a jar that is there but differs is an error."""

    def look(jar: Jar) -> bool:
        path = folder / jar.path
        try:
            fits = path.stat().st_size == jar.size and digest(path) == jar.sha256
        except FileNotFoundError:
            return False
        if not fits:
            raise EngineError(
                f"the jar {path} is not the one that graphprov was tested with (its SHA-256 differs from the lock's)",
                hint=f"remove it to have it fetched again: rm '{path}'",
            )
        return True

    # hashlib lets other threads run while it works, so this uses all cores.
    with ThreadPoolExecutor(max_workers=min(8, os.cpu_count() or 2)) as pool:
        there = list(pool.map(look, jars))
    return [jar for jar, is_there in zip(jars, there, strict=True) if not is_there]


def _copy_from_maven_cache(jar: Jar, folder: Path) -> bool:
    """Take a jar from the user's own Maven cache where the very same lies there."""
    from jgo.constants import default_maven_repo

    source = default_maven_repo() / jar.path
    try:
        if source.stat().st_size != jar.size or digest(source) != jar.sha256:
            return False
        target = folder / jar.path
        target.parent.mkdir(parents=True, exist_ok=True)
        part = _part(target)
        shutil.copyfile(source, part)
        part.replace(target)
    except OSError:
        return False  # whatever is wrong with that cache, the repository has the jar too
    return True


def _fetch(jars: Sequence[Jar], folder: Path, sources: Sequence[Repository], lock: Lock, *, progress: bool) -> None:
    import httpx

    needed = sum(jar.size for jar in jars)
    free = shutil.disk_usage(folder).free
    if free < needed + _SPARE_BYTES:
        raise EngineError(
            f"the disk of {folder} is too full: Neo4j's jars need {needed / 1e6:.0f} MB, {free / 1e6:.0f} MB are free",
            hint="make room, or point GRAPHPROV_CACHE to another disk",
        )
    give_up = Event()
    with (
        _bar(needed, lock) if progress else nullcontext(lambda _count: None) as advance,
        httpx.Client(follow_redirects=True, timeout=30, proxy=proxy()) as client,
        ThreadPoolExecutor(max_workers=DOWNLOADS_AT_ONCE) as pool,
    ):
        # The largest first: a big one that starts last would be waited for alone.
        order = sorted(jars, key=lambda jar: -jar.size)
        futures: list[Future[None]] = [
            pool.submit(_download, client, sources, jar, folder / jar.path, advance, give_up) for jar in order
        ]
        try:
            done, _ = wait(futures, return_when=FIRST_EXCEPTION)
        finally:
            give_up.set()  # on an error or Ctrl+C the others stop at their next chunk and keep what they have
            for future in futures:
                future.cancel()
        errors = [error for future in done if not future.cancelled() and (error := future.exception())]
        for error in errors:
            if not isinstance(error, _StoppedError):
                raise error


def _download(
    client: httpx.Client, sources: Sequence[Repository], jar: Jar, target: Path, advance: Advance, give_up: Event
) -> None:
    """Fetch one jar, trying each repository in turn and each several times."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = _part(target)
    problems: list[str] = []
    for source in sources:
        for attempt in range(ATTEMPTS):
            if attempt and give_up.wait(timeout=2 ** (attempt - 1) * 0.5):
                raise _StoppedError
            problem = _attempt(client, source, jar, part, advance, give_up)
            if problem is None:
                part.replace(target)
                return
            problems.append(f"{source.name}: {problem}")
            if problem == "not found there":
                break
    detail = "; ".join(dict.fromkeys(problems)) or "no repository is configured"
    if any(problem.endswith(_CHANGED) for problem in problems):
        raise EngineError(
            f"the jar {jar.coordinate} was refused: {detail}",
            hint="ask whoever runs that repository why it hands out another file than the one published",
        )
    raise EngineError(
        f"the jar {jar.coordinate} cannot be fetched ({detail})",
        hint="check the network, or your Maven mirror and proxy settings; what is fetched already is kept",
    )


_CHANGED = "its SHA-256 differs from the lock's"


def _attempt(
    client: httpx.Client, source: Repository, jar: Jar, part: Path, advance: Advance, give_up: Event
) -> str | None:
    """One try, going on with what an earlier one left; None where the jar is complete and the right one."""
    import httpx

    have = part.stat().st_size if part.exists() else 0
    if have >= jar.size:
        part.unlink()
        have = 0
    # As it is: an answer packed for the way would be stored packed, and its ranges would count packed bytes.
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    counted = have
    advance(have)
    try:
        with client.stream("GET", f"{source.url}/{jar.path}", headers=headers, auth=source.login) as response:
            if response.status_code == httpx.codes.NOT_FOUND:
                advance(-counted)
                return "not found there"
            if response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
                part.unlink(missing_ok=True)
            response.raise_for_status()
            resumed = have > 0 and response.status_code == httpx.codes.PARTIAL_CONTENT
            if have and not resumed:  # the repository ignored the range: all over again
                advance(-have)
                counted = 0
            with part.open("ab" if resumed else "wb") as file:
                for chunk in response.iter_raw():  # as it comes: what a broken connection brought is kept
                    if give_up.is_set():
                        raise _StoppedError
                    file.write(chunk)
                    counted += len(chunk)
                    advance(len(chunk))
    except httpx.HTTPStatusError as error:
        advance(-counted)
        return f"answered {error.response.status_code}"
    except httpx.HTTPError as error:
        advance(-counted)
        return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise EngineError(
                f"the disk is full: {part} cannot be written",
                hint="make room, or point GRAPHPROV_CACHE to another disk; what is fetched already is kept",
            ) from error
        raise EngineError(f"{part} cannot be written: {error.strerror}") from error
    if part.stat().st_size < jar.size:
        advance(-counted)
        return "the connection broke"
    if part.stat().st_size != jar.size or digest(part) != jar.sha256:
        part.unlink()
        advance(-counted)
        return _CHANGED
    return None


def _part(target: Path) -> Path:
    return target.with_name(target.name + ".part")


def _bar(total: int, lock: Lock) -> AbstractContextManager[Advance]:
    from contextlib import contextmanager

    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    @contextmanager
    def show():  # type: ignore[no-untyped-def]
        columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
        with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True)) as progress:
            task = progress.add_task(f"Fetching Neo4j {lock.release.version}", total=total)
            yield lambda count: progress.advance(task, count)

    return show()
