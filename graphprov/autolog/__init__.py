"""`graphprov.auto()`: what the libraries of a script read and write, recorded by one line.

| module | what it does |
| --- | --- |
| `session` | on and off: which run takes what is read and written, and how the script ended |
| `script` | what this process is: a script, a notebook, a child |
| `table` | how a library is declared |
| `libraries` | the libraries, a module each |
| `imports` | hears of libraries that are imported later |
| `patching` | wraps their functions, and puts them back |
| `places`, `databases` | what an argument names |
| `books` | what one run read and wrote, and when that is recorded |
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from graphprov.autolog import table
from graphprov.autolog.session import Options, Session
from graphprov.autolog.table import Library, Touched, reads, writes
from graphprov.capture import Run
from graphprov.capture.agents import AgentLike
from graphprov.errors import InvalidInput
from graphprov.observe.policy import Policy
from graphprov.observe.recording import KindRule

__all__ = ["Auto", "Library", "Touched", "auto", "reads", "writes"]

_lock = threading.RLock()
_session: Session | None = None


class Auto:
    """Recording that is switched on; as a context manager it is switched off at the end of the block."""

    def __init__(self, session: Session | None, *, began: bool) -> None:
        self._session = session
        self._began = began

    @property
    def is_on(self) -> bool:
        """Whether it still records."""
        return self._session is not None and self._session.is_on

    @property
    def run(self) -> Run | None:
        """The script's own run; None where it was not needed, since another was open."""
        return None if self._session is None else self._session.run

    def off(self, error: BaseException | None = None) -> None:
        """Put every function back and end the script's own run: as completed, or as failed with an error."""
        with _lock:
            if self._session is not None:
                self._session.end(error)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._began:  # who found it on leaves it on
            stopped_well = isinstance(error, SystemExit) and error.code in (None, 0)
            self.off(None if stopped_well else error)

    def __repr__(self) -> str:
        return f"<graphprov.auto, {'on' if self.is_on else 'off'}>"


def auto(
    on: bool = True,
    *,
    name: str | None = None,
    kind: str = "run",
    parameters: Mapping[str, Any] | None = None,
    agent: AgentLike | None = None,
    on_behalf_of: AgentLike | None = None,
    project: str | os.PathLike[str] | None = None,
    libraries: Sequence[str] | None = None,
    without: Sequence[str] = (),
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    data: Sequence[str | os.PathLike[str]] = (),
    kinds: Sequence[str] = (),
) -> Auto:
    """Record from now on what the libraries of this script or notebook read and write; `auto(False)`: no more.

    What is read and written inside of `graphprov.run` is recorded of that run. For all else the script itself is a run,
    from now to its end. No library is imported: those that are there are patched, others when they are imported.

    Args:
        on: False switches it off. To switch on what is on changes nothing.
        name: What the script's run is called. Default: as the script or notebook; `interactive` where there is neither.
        kind: `training`, `inference`, `cleaning`, ... or one of your own.
        parameters: What the script's run was told.
        agent: Who runs it. Default: the user.
        on_behalf_of: The team or organization that this agent acts for.
        project: The folder whose files count. Default: the git repository around the working folder, else that.
        libraries: Only these. Default: all that graphprov knows.
        without: Not these.
        include: Patterns in git's syntax that let files in; they and the next three are those of `graphprov run`.
        exclude: Patterns that leave files out.
        data: Files and folders outside of the project that count.
        kinds: Which files are of which kind, as `models/*.joblib=model`.

    Raises:
        InvalidInput: There is no such library, or a pattern or kind cannot be understood.
    """
    global _session
    with _lock:
        running = _session if _session is not None and _session.is_on else None
        if not on:
            if running is not None:
                running.end()
            return Auto(running, began=False)
        if running is not None:
            return Auto(running, began=False)
        options = Options(
            name,
            kind,
            None if project is None else os.path.realpath(project),
            _chosen(libraries, without),
            tuple(include),
            tuple(exclude),
            tuple(os.path.realpath(each) for each in data),
            tuple(KindRule.parse(each) for each in kinds),
            dict(parameters or {}),
            agent,
            on_behalf_of,
        )
        Policy("/", include=options.include, exclude=options.exclude)  # refuses a wrong pattern
        _session = Session(options)
        _session.begin()
        return Auto(_session, began=True)


def _chosen(libraries: Sequence[str] | None, without: Sequence[str]) -> tuple[str, ...]:
    known = list(table.known())
    for each in (*(libraries or ()), *without):
        if each not in known:
            raise InvalidInput(f"graphprov.auto() knows no library '{each}'", nearest=known)
    return tuple(each for each in (known if libraries is None else libraries) if each not in without)
