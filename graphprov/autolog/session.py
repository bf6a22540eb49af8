"""Recording switched on: what is patched, which run takes what is read and written, and how the script ended."""

from __future__ import annotations

import atexit
import contextlib
import dataclasses
import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from graphprov import capture
from graphprov.autolog import table
from graphprov.autolog.books import Books
from graphprov.autolog.imports import Watch
from graphprov.autolog.patching import Patches
from graphprov.autolog.places import Local, Place, Remote, places
from graphprov.autolog.script import in_child, interactive, script_folder, script_name
from graphprov.autolog.table import Arguments, Call, Library, Touched
from graphprov.capture import Run, current_run
from graphprov.capture.agents import AgentLike
from graphprov.capture.before import Signature, signature
from graphprov.capture.git import CodeVersion, read_code
from graphprov.capture.writer import warn
from graphprov.errors import GraphprovError
from graphprov.observe.policy import Policy, named_on, read_ignore_file
from graphprov.observe.recording import KindRule
from graphprov.settings import Settings

OBSERVED_BY = "auto"
OBSERVER_NOTE = "only what the libraries read and write by the calls that `graphprov guide auto` lists was seen"


class ScriptFailed(Exception):
    """What the record of a run says of a script that ended with a status other than 0."""


@dataclass(frozen=True)
class Options:
    """What the script's run is called, and what is recorded; see `graphprov.auto`."""

    name: str | None = None
    kind: str = "run"
    project: str | None = None
    libraries: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    kinds: tuple[KindRule, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    agent: AgentLike | None = None
    on_behalf_of: AgentLike | None = None


class Session:
    """From `auto()` to `auto(False)` or the end of the process.

    Args:
        options: Have been checked.
    """

    def __init__(self, options: Options) -> None:
        self.options = options
        self.run: Run | None = None
        """The script's own run."""
        self.is_on = False
        self._folder = options.project or os.path.realpath(Path.cwd())
        self._patches = Patches(self._around)
        self._watch = Watch(self._wants, self._imported)
        self._libraries: list[Library] = []
        self._inside = threading.local()
        self._lock, self._lock_of = threading.RLock(), os.getpid()
        self._books: dict[str, tuple[int, Books]] = {}
        self._policies: dict[bool, Policy] = {}
        self._settings: Settings | None = None
        self._process = os.getpid()
        self._failed: BaseException | None = None
        self._warned = False
        self._excepthook: Any = None
        self._exit: Any = None

    def begin(self) -> None:
        """Patch what is there, and open a run for the script unless one is open here."""
        self.is_on = True
        for name, where in table.known().items():
            if name in self.options.libraries:
                with self._guarded():
                    self._libraries.append(table.load(where))
        with self._guarded():
            self._settings = Settings.load()
            self._policy(code_known=False)
            if current_run() is None and not in_child():
                self._open()
        self._watch.begin()
        for module in list(sys.modules):
            if self._wants(module):
                self._imported(module)
        self._hear_of_the_end()

    def end(self, error: BaseException | None = None) -> None:
        """Put everything back, and end the script's run."""
        if not self.is_on:
            return
        self.is_on = False
        self._watch.end()
        self._patches.undo()
        self._hear_no_more()
        self._finish(error)

    def _finish(self, error: BaseException | None) -> None:
        with self._guarded():
            mine = self.run
            for _, books in list(self._books.values()):
                if books.run is not mine and books.run.is_open and self._is_here(books):
                    books.close()
            if mine is not None:
                mine.end(error if error is not None else self._failed)

    def _is_here(self, books: Books) -> bool:
        return self._books[books.run.id][0] == os.getpid()

    # --- which run takes it

    def books(self) -> Books | None:
        """The books of the innermost run that is open here, else of the script's own."""
        if self._lock_of != os.getpid():  # who held it when this process was forked is not here
            self._lock, self._lock_of = threading.RLock(), os.getpid()
        with self._lock:
            run = current_run() or self._own()
            if run is None:
                return None
            process, books = self._books.get(run.id, (0, None))
            if books is not None and process == os.getpid():
                return books
            if books is None:
                known = isinstance(run.code, CodeVersion)
                mine, cache = run is self.run, self._settings.cache if self._settings else None
                books = Books(run, self._policy(code_known=known), self.options.kinds, at_once=mine, cache=cache)
                run.at_end(books.close)
            else:  # forked since: the run's end is the other process's affair
                books = books.forked()
            self._books = {key: each for key, each in self._books.items() if each[1].run.is_open}
            self._books[run.id] = (os.getpid(), books)
            return books

    def _own(self) -> Run | None:
        if self.run is None or not self.run.is_open:
            self._open()
        return self.run

    def _open(self) -> None:
        run = capture.run(
            self.options.name or script_name(),
            kind=self.options.kind,
            code=script_folder() or self._folder,
            parameters=self.options.parameters,
            agent=self.options.agent,
            on_behalf_of=self.options.on_behalf_of,
            metadata={"folder": self._folder, "observed_by": OBSERVED_BY, "observer_note": OBSERVER_NOTE},
        )
        self.run = run.start()

    def _policy(self, *, code_known: bool) -> Policy:
        if code_known in self._policies:
            return self._policies[code_known]
        options, settings = self.options, self._settings or Settings.load()
        project = Path(self._folder)
        if options.project is None and isinstance(code := read_code(project), CodeVersion):
            project = code.root
        policy = Policy(
            project=os.path.realpath(project),
            data=(*options.data, *named_on(sys.argv, Path(self._folder))),
            code_known=code_known,
            own=tuple(os.path.realpath(each) for each in (settings.home, settings.cache, settings.journal)),
            include=options.include,
            exclude=options.exclude,
        )
        with self._guarded():
            policy = dataclasses.replace(policy, ignore=read_ignore_file(project))
        self._policies[code_known] = policy
        return policy

    # --- what is patched

    def _wants(self, module: str) -> bool:
        return any(
            module in each.calls or (each.below is not None and (module + ".").startswith(each.below + "."))
            for each in self._libraries
        )

    def _imported(self, name: str) -> None:
        module = sys.modules.get(name)
        if module is None or not self.is_on:
            return
        with self._guarded():
            for library in self._libraries:
                for call in library.calls.get(name, ()):
                    self._patches.apply(module, call)
                if library.found is not None and library.below is not None and name.startswith(library.below):
                    for holder, call in library.found():
                        self._patches.apply(holder, call)

    # --- what happens at a call

    def _around(self, bind: Callable[[], Arguments], call: Call, original: Callable[[], Any]) -> Any:
        inside: set[str] = self._inside.__dict__.setdefault("groups", set())
        if not self.is_on or call.group in inside or "graphprov" in inside:
            return original()
        inside.add(call.group)
        try:
            noted = self._before(bind, call, inside)
            try:
                result = original()
            except BaseException:
                if noted is not None:
                    self._after_failure(noted, inside)
                raise
            if noted is not None:
                self._after(noted, inside)
            return result
        finally:
            inside.discard(call.group)

    def _before(self, bind: Callable[[], Arguments], call: Call, inside: set[str]) -> _Noted | None:
        with self._guarded(inside):
            try:
                arguments = bind()
            except TypeError:  # called wrongly, which the original will say
                return None
            touched = call.touched(arguments)
            if touched == Touched():
                return None
            books = self.books()
            if books is None:
                return None
            books.settle()
            noted = _Noted(touched, books)
            for each in _all(touched.reads):
                if isinstance(each, Remote):
                    noted.fetched.append(each)
                else:
                    books.reads(each)
            for each in _all(touched.writes, touched.suffix):
                again = books.existed(each)
                if (touched.keeps or _appends(each)) and _holds_something(each):
                    books.reads(each)
                noted.writes.append((each, again, _standing(each)))
            for name, values in touched.parameters.items():
                books.parameter(name, values)
            if touched.not_seen is not None:
                books.not_seen(touched.not_seen)
            if isinstance(self._failed, ScriptFailed):
                self._failed = None  # who asked to exit was not let
            return noted
        return None

    def _after(self, noted: _Noted, inside: set[str]) -> None:
        with self._guarded(inside):
            for remote in noted.fetched:
                noted.books.reads(remote)
            for each, again, _ in noted.writes:
                noted.books.wrote(each, kind=noted.touched.kind, complete=noted.touched.complete, again=again)

    def _after_failure(self, noted: _Noted, inside: set[str]) -> None:
        """A call that failed may have written something before, which stands there until somebody removes it."""
        with self._guarded(inside):
            for each, again, before in noted.writes:
                if (now := _standing(each)) is not None and now != before:
                    noted.books.wrote(each, kind=noted.touched.kind, complete=False, again=again)

    @contextlib.contextmanager
    def _guarded(self, inside: set[str] | None = None) -> Iterator[None]:
        """Whatever goes wrong inside is one warning, and no business of the script."""
        mine = inside is not None and "graphprov" not in inside
        if inside is not None:
            inside.add("graphprov")
        try:
            yield
        except Exception as error:
            if not self._warned:
                self._warned = True
                told = error.message if isinstance(error, GraphprovError) else f"{type(error).__name__}: {error}"
                warn(f"graphprov.auto() could not record everything: {told}")
        finally:
            if mine and inside is not None:
                inside.discard("graphprov")

    # --- how the script ends

    def _hear_of_the_end(self) -> None:
        atexit.register(self._at_exit)
        if "multiprocessing.util" in sys.modules and in_child():
            sys.modules["multiprocessing.util"].Finalize(None, self._at_exit, exitpriority=1)
        if interactive():
            return
        self._excepthook, self._exit = sys.excepthook, sys.exit
        self._heard, self._exiting = self._hear_error, self._hear_exit
        sys.excepthook, sys.exit = self._heard, self._exiting

    def _hear_no_more(self) -> None:
        atexit.unregister(self._at_exit)
        if self._excepthook is not None:
            if sys.excepthook is self._heard:
                sys.excepthook = self._excepthook
            if sys.exit is self._exiting:
                sys.exit = self._exit

    def _at_exit(self) -> None:
        if os.getpid() == self._process:
            self.end()

    def _hear_error(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        self._failed = error
        self._excepthook(kind, error, trace)

    def _hear_exit(self, status: Any = None, /) -> Any:
        if threading.current_thread() is threading.main_thread():
            self._failed = None if status in (None, 0) else ScriptFailed(f"exit status {status}")
        self._exit(status)


@dataclass
class _Noted:
    """A call that has begun: what it touches, in which run.

    Attributes:
        writes: What it writes; whether the run had written that before; and what stood there.
    """

    touched: Touched
    books: Books
    writes: list[tuple[Place, bool, Signature | None]] = dataclasses.field(default_factory=list)
    fetched: list[Remote] = dataclasses.field(default_factory=list)
    """Addresses that it reads: whether they can be read is known afterwards."""


def _all(values: Sequence[Any], suffix: str = "") -> Iterator[Place]:
    for each in values:
        yield from places(each, suffix)


def _standing(place: Place) -> Signature | None:
    return signature(place.path) if isinstance(place, Local) else None


def _holds_something(place: Place) -> bool:
    """Whether there is more than an empty file, which says nothing of what is made from it."""
    path = getattr(place, "path", None)
    return path is None or not os.path.isfile(path) or os.path.getsize(path) > 0  # noqa: PTH113, PTH202


def _appends(place: Place) -> bool:
    return table.keeps(getattr(getattr(place, "handle", None), "mode", None))
