"""`graphprov run`: any command, run as it is, recorded as an activity with what it read and wrote."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import shutil
import stat
import sys
import tempfile
import threading
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import Any

from graphprov.capture import Recorder, Run, environment
from graphprov.capture.git import CodeVersion
from graphprov.capture.surrounding import PARENT_RUN
from graphprov.capture.writer import RecordingWarning
from graphprov.digest import ContentDigest, digest_paths
from graphprov.errors import GraphprovError, InvalidInput
from graphprov.observe import interpreter, notebooks, running
from graphprov.observe.events import opened
from graphprov.observe.judgement import Judgement, judge
from graphprov.observe.ledger import Ledger
from graphprov.observe.looking import look
from graphprov.observe.observers import NoObserver, Observer, choose
from graphprov.observe.policy import Policy, named_on, read_ignore_file
from graphprov.observe.recording import KindRule, Recording
from graphprov.observe.running import Ended
from graphprov.settings import Settings

TROUBLES_KEPT = 10
"""Troubles with the recording that the record itself tells; all but the first are only counted on stderr."""
LISTEN_SECONDS = 0.25
LAST_WORDS_SECONDS = 1.0
"""How long, after the command has ended, we wait for the observer and for processes that outlive the command."""

_RUNNERS = frozenset(
    {"python", "pypy", "bash", "sh", "dash", "zsh", "ksh", "fish", "Rscript", "julia", "node", "perl", "ruby", "lua"}
)


class CommandFailed(Exception):
    """What the record of a run says of a command that did not end with status 0."""


@dataclass(frozen=True)
class Options:
    """What a run is called and how it is watched; see `graphprov run --help`."""

    name: str | None = None
    kind: str = "run"
    parameters: Mapping[str, Any] = field(default_factory=dict)
    metadata: Mapping[str, Any] = field(default_factory=dict)
    agent: str | None = None
    on_behalf_of: str | None = None
    observer: str = "auto"
    include: Sequence[str] = ()
    exclude: Sequence[str] = ()
    data: Sequence[str] = ()
    inputs: Sequence[str] = ()
    kinds: Sequence[str] = ()


@dataclass(frozen=True)
class Outcome:
    """How the command ended, what was recorded of it, and what went wrong with the recording."""

    ended: Ended
    run: Run | None
    observed_by: str
    judgement: Judgement | None
    troubles: tuple[str, ...]
    note: str | None = None
    """What the observer cannot see."""


def run_command(arguments: Sequence[str], options: Options | None = None) -> Outcome:
    """Run a command and record it. Trouble with the recording never changes how the command runs and ends.

    Raises:
        CannotStart: There is no such command. Nothing is recorded then.
        InvalidInput: An option does not fit. The command has not been started then.
    """
    startable = running.startable(arguments)
    attempt = _Attempt(list(arguments), startable, options or Options())
    try:
        attempt.prepare()
        ended = attempt.run()
        attempt.record(ended)
    finally:
        attempt.tidy()
    by = attempt.observer.by
    troubles = tuple(dict.fromkeys(attempt.troubles))
    return Outcome(ended, attempt.recorded, by, attempt.judgement, troubles, attempt.observer.note)


def default_name(arguments: Sequence[str]) -> str:
    """What a command is called: after its notebook, script or module where there is one, else after its program.

    >>> default_name(["python3", "-u", "steps/train.py", "--fast"]), default_name(["python", "-m", "steps.train"])
    ('train', 'steps.train')
    >>> default_name(["make", "all"]), default_name(["bash", "-c", "sort a > b"])
    ('make', 'bash')
    >>> default_name(["papermill", "train.ipynb", "done.ipynb"])
    'train'
    """
    if (notebook := notebooks.notebook(arguments)) is not None:
        return PurePath(notebook).stem
    program = PurePath(arguments[0]).name
    if program.rstrip("0123456789.") in _RUNNERS:
        for place, argument in enumerate(arguments[1:], start=1):
            if argument == "-m" and place + 1 < len(arguments):
                return arguments[place + 1]
            if argument == "-c":
                break
            if not argument.startswith("-"):
                return PurePath(argument).stem or program
    return PurePath(program).stem or program


class _Attempt:
    """One command, its observer and its run."""

    def __init__(self, arguments: list[str], startable: list[str], options: Options) -> None:
        self.arguments = arguments
        self._startable = startable
        self.options = options
        self.folder = os.path.realpath(Path.cwd())
        self.observer: Observer = NoObserver()
        self.recorded: Run | None = None
        self.judgement: Judgement | None = None
        self.troubles: list[str] = []
        self._settings: Settings | None = None
        self._scratch: Path | None = None
        self._ledger = Ledger()
        self._before: dict[str, ContentDigest] = {}
        self._kinds = [KindRule.parse(text) for text in options.kinds]
        self._asked: interpreter.Interpreter | None = None
        self._recorder: Recorder | None = None
        self._began = self._now()

    def prepare(self) -> None:
        """Begin the record, and choose who watches.

        Raises:
            InvalidInput: An option does not fit.
        """
        with self._guarded():
            self._settings = Settings.load()
        if self._settings is None:
            return
        options = self.options
        self._recorder = Recorder(self._settings, flush=False)
        run = self._recorder.run(
            options.name or default_name(self.arguments),
            kind=options.kind,
            parameters={**notebooks.parameters(self.arguments), **options.parameters},
            metadata=options.metadata,
            agent=options.agent,
            on_behalf_of=options.on_behalf_of,
            code=self.folder,
            command=environment.shown(self.arguments),
            interpreter=False,  # asked for while the command runs
        )
        Policy(self.folder, include=tuple(options.include), exclude=tuple(options.exclude))  # refuses a wrong pattern
        self._declare()
        self._choose()
        with self._guarded():
            run.start()
            self.recorded = run

    def _now(self) -> datetime:
        """The present moment, by the clock of the record."""
        return datetime.now(UTC) if self._recorder is None else self._recorder.now()

    def _choose(self) -> None:
        try:
            self._scratch = Path(tempfile.mkdtemp(prefix="graphprov-run-"))
        except OSError as error:
            self.troubles.append(f"no temporary folder can be made ({error.strerror}), so no file was seen")
            return
        self.observer = choose(self.options.observer, self._scratch, self.folder)

    def _declare(self) -> None:
        found = digest_paths(
            [os.path.realpath(path) for path in self.options.inputs],
            cache=self._settings.cache if self._settings else None,
        ) if self.options.inputs else {}  # fmt: skip
        for path, content in found.items():
            if not isinstance(content, ContentDigest):
                raise content
            self._before[path] = content

    def run(self) -> Ended:
        """Run the command while the observer is listened to.

        Raises:
            CannotStart: The system cannot execute it.
        """
        own = self.observer.environment(os.environ)
        if self.recorded is not None:
            own[PARENT_RUN] = self.recorded.id
        self._streams()
        stopped = threading.Event()
        listener = threading.Thread(target=self._listen, args=(stopped,), daemon=True)
        asker = threading.Thread(target=self._ask, daemon=True)
        try:
            self._began = self._now()
            with running.signals_held():
                listener.start()
                if interpreter.is_python(self.arguments[0]):
                    asker.start()
            ended = running.run(self.observer.command(self._startable), own)
        finally:
            stopped.set()
            listener.join()
        with self._guarded():
            for _ in range(int(LAST_WORDS_SECONDS / 0.01)):
                self._hear()
                if self.observer.heard_all(ended.process):
                    break
                stopped.clear()
                stopped.wait(0.01)
        if asker.ident is not None:
            asker.join()
        return ended

    def _ask(self) -> None:
        with self._guarded():
            if interpreter.is_ours(self.arguments[0]):
                self._asked = interpreter.Interpreter(environment.python(), environment.packages())
            else:
                self._asked = interpreter.ask(self.arguments[0], os.environ)

    def _listen(self, stopped: threading.Event) -> None:
        with self._guarded():
            while not stopped.wait(LISTEN_SECONDS):
                self._hear()

    def _hear(self) -> None:
        for event in self.observer.read():
            self._ledger.add(event)

    def _streams(self) -> None:
        """Standard input and output are opened by the shell before we are there, so nobody tells of them."""
        if isinstance(self.observer, NoObserver):
            return
        now = datetime.now(UTC).timestamp()
        for descriptor, flags in ((0, os.O_RDONLY), (1, os.O_WRONLY)):
            with contextlib.suppress(OSError):
                found = os.fstat(descriptor)
                if stat.S_ISREG(found.st_mode):
                    path = os.path.realpath(f"/dev/fd/{descriptor}")
                    empty = os.O_TRUNC if descriptor == 1 and found.st_size == 0 else 0
                    self._ledger.add(opened(now, path, path, flags | empty))

    def record(self, ended: Ended) -> None:
        """Record what the command did and how it ended."""
        run, settings = self.recorded, self._settings
        with self._guarded():
            self.observer.finish()
        if run is None or settings is None:
            return
        moment = self._now()
        about: dict[str, Any] = {"folder": self.folder, "observed_by": self.observer.by}
        about |= {"exit_status": ended.status} if ended.signal is None else {"signal": _signal_name(ended)}
        if self.observer.note is not None:
            about["observer_note"] = self.observer.note
        with self._guarded():
            self._record_environment(run)
        with self._guarded():
            project = run.code.root if isinstance(run.code, CodeVersion) else Path(self.folder)
            self.judgement = judge(self._ledger, self._policy(run, project, settings), look)
            recording = Recording(
                run,
                settings,
                project=str(project),
                began=self._began,
                ended=moment,
                kinds=self._kinds,
                before=self._before,
            )
            recording.record(self.judgement)
            for path, why in recording.failed.items():
                self.troubles.append(f"{path} is not recorded: {why}")
            about["left_out"] = self.judgement.left_out
        if self.troubles:
            about["recording_troubles"] = self.troubles[:TROUBLES_KEPT]
        with self._guarded():
            run.metadata({key: value for key, value in about.items() if value != {}})
            run.end(None if ended.well else CommandFailed(str(ended)), ended_at=moment, check=False)

    def _record_environment(self, run: Run) -> None:
        told = self._asked
        if told is None and (program := interpreter.first_python(self._ledger.programs)) is not None:
            told = interpreter.ask(program, os.environ)
        if told is not None:
            run.ran_in(told.python, told.packages)

    def _policy(self, run: Run, project: Path, settings: Settings) -> Policy:
        options = self.options
        lines: tuple[str, ...] = ()
        with self._guarded():
            lines = read_ignore_file(project)
        own = [settings.home, settings.cache, settings.journal, *([self._scratch] if self._scratch else [])]
        declared = (os.path.realpath(path) for path in (*options.data, *options.inputs))
        notebook = notebooks.notebook(self.arguments)
        policy = Policy(
            project=os.path.realpath(project),
            data=(*declared, *named_on(self.arguments, Path(self.folder))),
            code_known=isinstance(run.code, CodeVersion),
            own=tuple(os.path.realpath(path) for path in own),
            include=tuple(options.include),
            exclude=tuple(options.exclude),
            materials=() if notebook is None else (os.path.realpath(Path(self.folder, notebook)),),
        )
        try:
            return dataclasses.replace(policy, ignore=lines)
        except InvalidInput as error:
            self.troubles.append(error.message)
            return policy

    @contextlib.contextmanager
    def _guarded(self) -> Iterator[None]:
        """Whatever goes wrong inside is told at the end, and is no business of the command."""
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", RecordingWarning)
            try:
                yield
            except GraphprovError as error:
                self.troubles.append(error.message)
            except KeyboardInterrupt:
                self.troubles.append("the recording was interrupted, so it may lack files")
            except Exception as error:
                self.troubles.append(f"{type(error).__name__}: {error}")
            finally:
                self.troubles += [str(each.message).removeprefix("graphprov: ") for each in caught]

    def tidy(self) -> None:
        """Remove what the observer wrote."""
        if self._scratch is not None:
            shutil.rmtree(self._scratch, ignore_errors=True)


def _signal_name(ended: Ended) -> str:
    return str(ended).removeprefix("killed by ")


def tell(troubles: Sequence[str]) -> None:
    """One warning on stderr, however much went wrong."""
    if troubles:
        more = f" (and {len(troubles) - 1} more)" if len(troubles) > 1 else ""
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.write(f"warning: graphprov could not record everything: {troubles[0]}{more}\n")
            sys.stderr.flush()
