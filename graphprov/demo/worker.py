"""A simulated laptop: a process of its own with its own journal, in which an engineer's scripts run unchanged.

The scripts are ordinary ones that call `graphprov.run`, `graphprov.receive` and `graphprov.source`. Three things are
simulated, all here: the clock, the names of the machine and of the user, and the number of a run, which is the month.
So the demo gives the same identifiers whenever it runs.
"""

from __future__ import annotations

import contextlib
import functools
import io
import multiprocessing
import os
import runpy
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import graphprov
from graphprov.capture.recorder import Recorder
from graphprov.errors import GraphprovError

_PRELOADED = [
    "graphprov.demo.worker",
    "pandas",
    "joblib",
    "sklearn.ensemble",
    "sklearn.linear_model",
    "sklearn.metrics",
]


@dataclass(frozen=True)
class Job:
    """One script to run."""

    folder: Path
    script: str
    arguments: tuple[str, ...]
    starts_at: datetime
    run: str
    """The number that the script's runs get."""
    recorded: bool
    """False: run it, and let graphprov record nothing."""


class ScriptError(GraphprovError):
    """One of the demo's scripts failed."""

    exit_code = 2


class Laptop:
    """A started worker. Use it as a context manager; `run` returns when the script has ended."""

    def __init__(self, name: str, user: str, environment: Mapping[str, str]) -> None:
        # A fork server imports pandas and scikit-learn once for all laptops; where there is none, each imports them.
        has_server = "forkserver" in multiprocessing.get_all_start_methods()
        context = multiprocessing.get_context("forkserver" if has_server else "spawn")
        if has_server:
            context.set_forkserver_preload(_PRELOADED)
        self.name = name
        self._ours, theirs = context.Pipe()
        self._process = context.Process(  # type: ignore[attr-defined]
            target=_serve, args=(theirs, name, user, dict(environment)), daemon=True, name=f"laptop {name}"
        )
        self._process.start()
        theirs.close()

    def run(self, job: Job) -> None:
        """Run a script to its end.

        Raises:
            ScriptError: It raised, or the process died; the message has the script's own traceback.
        """
        try:
            self._ours.send(job)
            problem = self._ours.recv()
        except (EOFError, OSError) as error:
            raise ScriptError(f"the process of laptop {self.name} ended while it ran {job.script}") from error
        if problem:
            raise ScriptError(f"{job.script} {' '.join(job.arguments)} failed on laptop {self.name}:\n{problem}")

    def close(self) -> None:
        """End the process."""
        with contextlib.suppress(OSError):
            self._ours.send(None)
        self._process.join(timeout=10)
        if self._process.is_alive():
            self._process.terminate()
        self._ours.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _serve(connection: Connection, laptop: str, user: str, environment: dict[str, str]) -> None:
    """Run jobs until None arrives. The parent's own GRAPHPROV_* settings must not reach a laptop."""
    from threadpoolctl import threadpool_limits

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends its laptops in order
    for name in [name for name in os.environ if name.startswith("GRAPHPROV_")]:
        del os.environ[name]
    os.environ.update(environment)
    sys.dont_write_bytecode = True
    with threadpool_limits(1):  # sums in one order: the same bytes on any number of cores
        while True:
            try:
                job = connection.recv()
            except EOFError:
                return
            if job is None:
                return
            connection.send(_run(job, laptop, user))


def _run(job: Job, laptop: str, user: str) -> str:
    """Run one script as `python script arguments` would; the traceback where it failed, else nothing."""
    output = io.StringIO()
    try:
        with _as_main_program(job), _simulated(job, laptop, user), contextlib.redirect_stdout(output):
            runpy.run_path(job.script, run_name="__main__")
    except BaseException:  # a worker answers whatever happens, SystemExit included
        return traceback.format_exc() + output.getvalue()
    return ""


@contextlib.contextmanager
def _as_main_program(job: Job) -> Iterator[None]:
    """The script's folder as working folder and first place for imports, its arguments in `sys.argv`."""
    before, modules, arguments = Path.cwd(), set(sys.modules), sys.argv
    os.chdir(job.folder)
    sys.path.insert(0, str(job.folder))
    sys.argv = [job.script, *job.arguments]
    try:
        yield
    finally:
        sys.argv = arguments
        sys.path.remove(str(job.folder))
        os.chdir(before)
        for name in set(sys.modules) - modules:  # the next script may bring another version of the same helper
            if str(getattr(sys.modules[name], "__file__", None) or "").startswith(str(job.folder)):
                del sys.modules[name]


@contextlib.contextmanager
def _simulated(job: Job, laptop: str, user: str) -> Iterator[None]:
    """Let the functions of `graphprov` record with the job's clock, laptop and run number, or not at all."""
    if job.recorded:
        recorder = Recorder(clock=ticking(job.starts_at), host=laptop, user=user, flush=False)
        stand_ins: dict[str, Any] = {
            "run": functools.partial(recorder.run, id=job.run),
            "receive": recorder.receive,
            "source": recorder.source,
            "agent": recorder.agent,
            "incident": recorder.incident,
        }
    else:
        nothing = dict.fromkeys(("receive", "source", "agent", "incident"), _nothing)
        stand_ins = {"run": SilentRun, **nothing}
    own = vars(graphprov)
    before = {name: own[name] for name in stand_ins if name in own}
    own.update(stand_ins)
    try:
        yield
    finally:
        for name in stand_ins:
            del own[name]
        own.update(before)


def ticking(start: datetime, step: timedelta = timedelta(seconds=41)) -> Callable[[], datetime]:
    """A clock that moves on whenever somebody looks at it.

    >>> from datetime import UTC
    >>> clock = ticking(datetime(2026, 3, 4, 9, 30, tzinfo=UTC))
    >>> clock().isoformat(), clock().isoformat()
    ('2026-03-04T09:30:00+00:00', '2026-03-04T09:30:41+00:00')
    """
    now = start - step

    def look() -> datetime:
        nonlocal now
        now += step
        return now

    return look


@dataclass
class _SilentArtifact:
    path: Path


@dataclass
class SilentRun:
    """Takes what `graphprov.run` takes and records nothing: for the run with clean deliveries."""

    name: str
    settings: dict[str, Any] = field(default_factory=dict)

    def __init__(self, name: str, **settings: Any) -> None:
        self.name, self.settings = name, settings

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def used(self, what: str | Path, **_: Any) -> _SilentArtifact:
        """The artifact, unrecorded."""
        return _SilentArtifact(Path(what))

    generated = used

    def derived(self, *_: object) -> None:
        """Nothing."""


def _nothing(*_: Any, **__: Any) -> None:
    return None
