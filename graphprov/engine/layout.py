"""Where the embedded server keeps its files, and the few facts that processes tell each other through them."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import secrets
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from graphprov.errors import EngineError

if TYPE_CHECKING:
    from graphprov.settings import Settings


@dataclass(frozen=True)
class Layout:
    """The folder of one line of Neo4j below the home folder, and what lies in it.

    One folder for each line, so that trying another line never touches the data of the first.
    """

    root: Path

    @classmethod
    def of(cls, settings: Settings) -> Layout:
        """The folder for the line that the settings choose."""
        return cls(settings.home / "neo4j" / settings.neo4j_version)

    @property
    def state(self) -> Path:
        """Facts of the running server; there only while one runs (or was killed)."""
        return self.root / "state.json"

    @property
    def password(self) -> Path:
        """The password, for its owner's eyes only."""
        return self.root / "password"

    @property
    def ports(self) -> Path:
        """The ports of last time, kept so that bookmarks stay right."""
        return self.root / "ports.json"

    @property
    def written_by(self) -> Path:
        """The exact version of the newest Neo4j that ever wrote the data."""
        return self.root / "written-by"

    @property
    def lock(self) -> Path:
        """Held while somebody starts, stops or clears."""
        return self.root.with_name(self.root.name + ".lock")

    @property
    def last_used(self) -> Path:
        """Touched whenever graphprov asks for the server."""
        return self.root / "last-used"

    @property
    def conf(self) -> Path:
        """Neo4j's configuration folder."""
        return self.root / "conf"

    @property
    def data(self) -> Path:
        """Neo4j's data folder."""
        return self.root / "data"

    @property
    def logs(self) -> Path:
        """Neo4j's log folder, and what the process printed."""
        return self.root / "logs"

    @property
    def temporary(self) -> Path:
        """Java's folder for temporary files, emptied at each start: a killed Java leaves its own behind."""
        return self.root / "tmp"

    @property
    def console(self) -> Path:
        """What the server's process printed since its start."""
        return self.logs / "console.log"

    def make(self) -> None:
        """Make the folders, for their owner alone.

        Raises:
            EngineError: They cannot be made.
        """
        try:
            for folder in (self.root, self.conf, self.data, self.logs):
                folder.mkdir(parents=True, exist_ok=True)
            self.root.chmod(0o700)
        except OSError as error:
            raise EngineError(
                f"the folder {error.filename or self.root} cannot be made: {error.strerror}",
                hint="set GRAPHPROV_HOME to a folder that you may write to",
            ) from error


@contextlib.contextmanager
def usable(folder: Path, hint: str) -> Iterator[None]:
    """Tell what the system says against a file in a folder, or against the way to it, as a person understands it.

    Raises:
        EngineError: Something there cannot be read or written.
    """
    try:
        yield
    except OSError as error:
        if error.filename is None and error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise EngineError(f"the disk is full: nothing more can be written below {folder}", hint=hint) from error
        named = Path(error.filename) if isinstance(error.filename, str) else None
        if named is None or not (named.is_relative_to(folder) or folder.is_relative_to(named)):
            raise
        raise EngineError(f"{named} cannot be used: {error.strerror}", hint=hint) from error


@dataclass(frozen=True)
class State:
    """The running server, as it was when it became ready.

    Attributes:
        pid: Its process.
        born: That process's start time as the system tells it, so that a pid used again is not taken for ours.
        version: Exact version of Neo4j.
        bolt_port: Where drivers connect.
        http_port: Where Neo4j Browser is.
        started_at: Seconds since 1970.
        java: Version of the Java that runs it, and where that came from.
        idle_minutes: After so long without a client it stops; 0: never.
        ready: Whether it has answered a query yet.
        watcher: The process that watches for idleness, if any.
        watcher_born: That process's start time.
    """

    pid: int
    born: float
    version: str
    bolt_port: int
    http_port: int
    started_at: float
    java: str
    idle_minutes: float
    ready: bool = True
    watcher: int | None = None
    watcher_born: float = 0.0

    def alive(self) -> bool:
        """Whether that very process still runs."""
        return is_alive(self.pid, self.born)


def is_alive(pid: int, born: float) -> bool:
    """Whether a process runs that has this pid and was started at that time."""
    import psutil

    try:
        process = psutil.Process(pid)
        return bool(abs(process.create_time() - born) < 2 and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def read_state(layout: Layout) -> State | None:
    """The facts in the state file; None where there is none, or it was cut off by a crash."""
    try:
        return State(**json.loads(layout.state.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def write_state(layout: Layout, state: State) -> None:
    """Keep the facts, readable by their owner alone."""
    write_private(layout.state, json.dumps(asdict(state), indent=1) + "\n")


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, in one step."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{time.monotonic_ns()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def read_password(layout: Layout) -> str | None:
    """The password, or None where none was made yet."""
    try:
        return layout.password.read_text(encoding="utf-8").strip() or None
    except FileNotFoundError:
        return None


def make_password(layout: Layout) -> str:
    """Make a random password (144 bits) and keep it."""
    password = secrets.token_urlsafe(18)
    write_private(layout.password, password + "\n")
    return password


def touch_last_used(layout: Layout) -> None:
    """Tell the idle watcher that somebody wants the server. Never an error: a missed touch only costs a restart."""
    with contextlib.suppress(OSError):
        layout.last_used.touch()
