"""A simulated laptop: a process of its own with its own journal, in which an engineer's scripts run unchanged.

The scripts are ordinary ones. Some call graphprov, as steps, by `graphprov.auto` or `graphprov.run`; others know
nothing of it and run under `graphprov run --`, or are shell scripts that call the command line. Three things are
simulated: the clock, the names of the machine and of the user, and the number of a run, which is the month. So the demo
gives the same identifiers whenever it runs.
"""

from __future__ import annotations

import contextlib
import io
import json
import multiprocessing
import os
import runpy
import shutil
import signal
import subprocess
import sys
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from graphprov.capture.simulation import Simulation, simulated
from graphprov.demo.clock import stopping, ticking
from graphprov.demo.unrecorded import unrecorded
from graphprov.errors import GraphprovError

_PRELOADED = [
    "graphprov.demo.worker",
    "pandas",
    "joblib",
    "sklearn.ensemble",
    "sklearn.linear_model",
    "sklearn.metrics",
]
LAPTOP = "DEMO_LAPTOP"
"""The variable that tells a command who types it on which laptop, and when; see `graphprov.cli.demo_laptop`."""
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


@dataclass(frozen=True)
class Job:
    """One command to run."""

    folder: Path
    command: tuple[str, ...]
    """As it is typed: `python`, a script and its arguments; `sh` and a script; `graphprov run ... -- python ...`."""
    starts_at: datetime
    run: str
    """The number that its runs get."""
    recorded: bool
    """False: run it, and let graphprov record nothing."""
    killed_after: int | None = None
    """Kill the process in the middle, when it has looked at the clock so many times."""

    def __str__(self) -> str:
        return " ".join(self.command)

    @property
    def work(self) -> tuple[str, ...]:
        """What does the work when nothing is recorded."""
        return self.command[self.command.index("--") + 1 :] if "--" in self.command else self.command


class ScriptError(GraphprovError):
    """One of the demo's scripts failed."""

    exit_code = 2


class Laptop:
    """A started worker. Use it as a context manager; `run` returns when the script has ended."""

    def __init__(self, name: str, user: str, environment: Mapping[str, str]) -> None:
        self.name = name
        self._user = user
        self._environment = dict(environment)
        self._start()

    def _start(self) -> None:
        # A fork server imports pandas and scikit-learn once for all laptops; where there is none, each imports them.
        has_server = "forkserver" in multiprocessing.get_all_start_methods()
        context = multiprocessing.get_context("forkserver" if has_server else "spawn")
        if has_server:
            context.set_forkserver_preload(_PRELOADED)
        self._ours, theirs = context.Pipe()
        self._process = context.Process(  # type: ignore[attr-defined]
            target=_serve,
            args=(theirs, self.name, self._user, self._environment),
            daemon=True,
            name=f"laptop {self.name}",
        )
        self._process.start()
        theirs.close()

    def run(self, job: Job) -> None:
        """Run a command to its end, or, where the job says so, until it is killed; then the laptop is started again.

        Raises:
            ScriptError: It raised, or the process died; the message has the script's own traceback.
        """
        try:
            self._ours.send(job)
            problem = self._ours.recv()
        except (EOFError, OSError) as error:
            if job.killed_after is None:
                raise ScriptError(f"the process of laptop {self.name} ended while it ran {job}") from error
            self.restart()
            return
        if problem or job.killed_after is not None:
            raise ScriptError(f"{job} failed on laptop {self.name}:\n{problem or 'it was to be killed, and ended'}")

    def restart(self) -> None:
        """Kill the process, where it still lives, and start another."""
        self._process.kill()
        self._process.join()
        self._ours.close()
        self._start()

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
    """Run a command; what it said where it failed, else nothing."""
    command = job.command if job.recorded else job.work
    if command[0] == "python":
        return _in_process(job, command[1:], laptop, user)
    return _beside(job, command, laptop, user) if job.recorded else ""


def _beside(job: Job, command: tuple[str, ...], laptop: str, user: str) -> str:
    """Run a command in a process of its own, as on a terminal."""
    environment = {**os.environ, **_ONE_THREAD, "PYTHONDONTWRITEBYTECODE": "1"}
    environment[LAPTOP] = json.dumps([laptop, user, job.starts_at.isoformat(), job.run])
    program = shutil.which(command[0], path=environment["PATH"]) or command[0]
    done = subprocess.run(
        [program, *command[1:]], cwd=job.folder, env=environment, capture_output=True, text=True, check=False
    )
    # Trouble with the recording is a warning and does not change how a command ends: here it is a failure.
    if done.returncode == 0 and "warning:" not in done.stderr:
        return ""
    return f"{done.stdout}{done.stderr}\nexit {done.returncode}"


def _in_process(job: Job, script: tuple[str, ...], laptop: str, user: str) -> str:
    """Run a script as `python script arguments` would."""
    output = io.StringIO()
    clock = ticking(job.starts_at)
    if job.killed_after is not None:
        clock = stopping(clock, job.killed_after, lambda: os.kill(os.getpid(), signal.SIGKILL))
    who: contextlib.AbstractContextManager[Any] = unrecorded()
    if job.recorded:
        who = simulated(Simulation(clock, laptop, user, lambda: job.run))
    try:
        with _as_main_program(job.folder, script), who, contextlib.redirect_stdout(output):
            runpy.run_path(script[0], run_name="__main__")
    except BaseException:  # a worker answers whatever happens, SystemExit included
        return traceback.format_exc() + output.getvalue()
    return ""


@contextlib.contextmanager
def _as_main_program(folder: Path, script: tuple[str, ...]) -> Iterator[None]:
    """The script's folder as working folder and first place for imports, its arguments in `sys.argv`."""
    before, modules, arguments = Path.cwd(), set(sys.modules), sys.argv
    os.chdir(folder)
    sys.path.insert(0, str(folder))
    sys.argv = list(script)
    try:
        yield
    finally:
        sys.argv = arguments
        sys.path.remove(str(folder))
        os.chdir(before)
        for name in set(sys.modules) - modules:  # the next script may bring another version of the same helper
            if str(getattr(sys.modules[name], "__file__", None) or "").startswith(str(folder)):
                del sys.modules[name]
