"""Who watches a command: strace where it may, else Python's own audit events, else nobody; one interface for all."""

from __future__ import annotations

import contextlib
import functools
import io
import json
import os
import shutil
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Literal

from graphprov.errors import InvalidInput
from graphprov.observe.events import Cut, Event, Executed, Linked, Removed, Renamed, opened
from graphprov.observe.hook import LIBRARIES
from graphprov.observe.strace_lines import CALLS, StraceReader

By = Literal["strace", "python", "none"]
PROBE_SECONDS = 10.0
_VARIABLE = "GRAPHPROV_OBSERVE"
_PYTHON_ONLY = (
    "only files that Python itself opens were seen, and those that are given to duckdb, polars, pyarrow, safetensors"
    " and torch: not those that other libraries open by themselves, such as HDF5, nor those of other programs"
)
_TABLES, _COPIED_AS = "graphprov.autolog", "_graphprov_observed"
"""What `graphprov.auto` knows of libraries is copied, as a package that stands for itself: see `autolog.observed`. It
is a layer above this one, and is not imported here."""


class Observer(ABC):
    """Watches one command.

    Attributes:
        note: What it cannot see, in words for the record; None: nothing of note.
    """

    def __init__(self, note: str | None = None) -> None:
        self.note = note

    @property
    @abstractmethod
    def by(self) -> By:
        """What the record says: `observed_by`."""

    def command(self, arguments: Sequence[str]) -> list[str]:
        """What to start so that the command runs, watched."""
        return list(arguments)

    def environment(self, variables: Mapping[str, str]) -> dict[str, str]:
        """With which environment."""
        return dict(variables)

    def read(self) -> Iterator[Event]:
        """What has been told since the last time."""
        yield from ()

    def heard_all(self, process: int) -> bool:  # noqa: ARG002  others need it
        """Whether nothing more will come, once this first process of the command has ended."""
        return True

    def finish(self) -> None:  # noqa: B027  others need it
        """Let go of what was held, and amend the note by what turned out."""


class NoObserver(Observer):
    """Nobody watches: the run is recorded, its files are not."""

    @property
    def by(self) -> By:
        """Nobody."""
        return "none"


class _Log:
    """A file that others append lines to."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.touch(mode=0o600)
        self._file: io.BufferedReader | None = None
        self._rest = b""

    def lines(self) -> Iterator[str]:
        """The whole lines that have come since the last time."""
        if self._file is None:
            self._file = self.path.open("rb")
        while block := self._file.read(1 << 20):
            *whole, self._rest = (self._rest + block).split(b"\n")
            for line in whole:
                yield line.decode("utf-8", "surrogateescape")

    def close(self) -> None:
        """Close it."""
        if self._file is not None:
            self._file.close()


class StraceObserver(Observer):
    """Watches the system calls of a command and all its descendants.

    With `-DD` strace is not the parent of the command but its grandchild, in a process group of its own: the command's
    parent, signals and end are the same as without. With `--seccomp-bpf` only the calls that matter stop the command.
    It writes to a file rather than to us, so that it goes on whatever happens to us.

    Args:
        scratch: A folder of its own.
        folder: The working folder in which the command begins.
    """

    def __init__(self, scratch: Path, folder: str) -> None:
        super().__init__()
        self._log = _Log(scratch / "strace")
        self._reader = StraceReader(folder)

    @property
    def by(self) -> By:
        """The program strace."""
        return "strace"

    def command(self, arguments: Sequence[str]) -> list[str]:
        """The command behind strace and its options."""
        return [*_strace(str(self._log.path)), *arguments]

    def read(self) -> Iterator[Event]:
        """What the lines that came meanwhile tell."""
        for line in self._log.lines():
            for event in self._reader.read(line):
                # The links to an interpreter say nothing about where it is; strace does not follow them for us here.
                if isinstance(event, Executed):
                    event = Executed(event.time, event.path, os.path.realpath(event.path))
                yield event

    def heard_all(self, process: int) -> bool:
        """Whether the end of the command and of all that it started has been read."""
        return process in self._reader.ended and not self._reader.alive

    def finish(self) -> None:
        """Say what is still running."""
        if not self._reader.ended:
            self.note = "strace told nothing of the command's end, so files may be missing"
        elif self._reader.alive:
            count = len(self._reader.alive)
            self.note = f"{count} of its processes still ran when it ended; what they did from then on was not seen"
        self._log.close()


class PythonObserver(Observer):
    """Watches what Python programs open, by audit events, in a command and its children.

    Args:
        scratch: A folder of its own.
        why: Why strace does not watch.
    """

    def __init__(self, scratch: Path, why: str) -> None:
        super().__init__(f"{why}: {_PYTHON_ONLY}")
        self._why = why
        self._started = False
        self._log = _Log(scratch / "events")
        self._startup = scratch / "startup"
        self._startup.mkdir()
        text = resources.files("graphprov.observe").joinpath("hook.py").read_text(encoding="utf-8")
        (self._startup / "sitecustomize.py").write_text(text, encoding="utf-8")
        _copy(self._startup / _COPIED_AS, "databases", "imports", "observed", "patching", "places", "table")
        _copy(self._startup / _COPIED_AS, *(f"libraries/{name}" for name in LIBRARIES))

    @property
    def by(self) -> By:
        """Python, once one has started with our hook in it."""
        return "python" if self._started else "none"

    def environment(self, variables: Mapping[str, str]) -> dict[str, str]:
        """With our folder first on the path of Python modules."""
        path = os.pathsep.join(filter(None, (str(self._startup), variables.get("PYTHONPATH"))))
        return {**variables, "PYTHONPATH": path, _VARIABLE: str(self._log.path)}

    def read(self) -> Iterator[Event]:
        """What the programs have told meanwhile."""
        for line in self._log.lines():
            with contextlib.suppress(ValueError, TypeError, IndexError):
                time, _, what, paths, flags = json.loads(line)
                if what == "start":
                    self._started = True
                elif (event := _event(time, what, paths, flags)) is not None:
                    yield event

    def finish(self) -> None:
        """Say so where no Python program took part."""
        if not self._started:
            self.note = f"{self._why}, and no Python program that could tell took part: no file was seen"
        self._log.close()


def _copy(target: Path, *modules: str) -> None:
    """Copy modules of `graphprov.autolog`, so that they know each other by the copy's name."""
    source = resources.files(_TABLES)
    for module in modules:
        path = target / f"{module}.py"
        if not path.parent.is_dir():
            path.parent.mkdir()
            (path.parent / "__init__.py").touch()
        text = source.joinpath(f"{module}.py").read_text(encoding="utf-8")
        path.write_text(text.replace(_TABLES, _COPIED_AS), encoding="utf-8")


def _event(time: float, what: str, paths: list[str], flags: int) -> Event | None:
    if what == "open":
        return opened(time, os.path.realpath(paths[0]), paths[0], flags)
    real = [os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path)) for path in paths]  # noqa: PTH118, PTH119, PTH120
    if what == "rename":
        return Renamed(time, real[0], real[1])
    if what == "link":
        return Linked(time, real[0], real[1])
    if what == "remove":
        return Removed(time, real[0])
    return Cut(time, real[0], flags) if what == "cut" else None


def choose(wanted: str, scratch: Path, folder: str) -> Observer:
    """The observer that was asked for, or with `auto` the best that works here.

    Raises:
        InvalidInput: There is no such observer, or it was asked for and cannot watch here.
    """
    if wanted not in ("auto", "strace", "python", "none"):
        raise InvalidInput(f"'{wanted}' is no observer", nearest=("auto", "strace", "python", "none"))
    if wanted == "none":
        return NoObserver("nobody was asked to watch: no file was seen")
    if wanted == "python":
        return PythonObserver(scratch, "Python alone was asked to tell")
    trouble = strace_trouble()
    if trouble is None:
        return StraceObserver(scratch, folder)
    if wanted == "strace":
        raise InvalidInput(f"strace cannot watch here: {trouble}", hint="leave out --observer, or install strace 5.3+")
    return PythonObserver(scratch, trouble)


def _strace(log: str) -> list[str]:
    calls = ",".join(f"?{call}" for call in CALLS)
    return ["strace", "-DD", "-f", "--seccomp-bpf", "-q", "-y", "-ttt", "-e", "signal=none", "-e", f"trace={calls}",
            "-o", log, "--"]  # fmt: skip


@functools.cache
def strace_trouble() -> str | None:
    """Why strace cannot watch a command on this machine; None: it can. Tried out, which takes some 20 ms."""
    if shutil.which("strace") is None:
        return "strace is not installed"
    true = shutil.which("true")
    try:
        done = subprocess.run(
            [*_strace(os.devnull), true or "true"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PROBE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"strace did not answer within {PROBE_SECONDS:.0f} seconds"
    except OSError as error:
        return f"strace cannot be started ({error.strerror})"
    said = done.stderr.decode("utf-8", "replace").strip()
    if done.returncode != 0 or said:
        return f"strace may not watch here ({said.splitlines()[0] if said else f'exit status {done.returncode}'})"
    return None
