"""Which run surrounds the one that begins: in this context, or in the process that started this one.

Within a process the current run follows Python's contexts (PEP 567): tasks, `asyncio.to_thread` and forked children
have it, plain threads do not, since a thread may well do something else than what the run that started it is about.

Other processes learn of it by the environment variable `GRAPHPROV_PARENT_RUN`. While runs are open in this process it
names the innermost of them that surrounds all others: where two runs that have nothing to do with each other are open
at once, a child could belong to either, and is told of neither.
"""

from __future__ import annotations

import contextvars
import os
import threading
from typing import TYPE_CHECKING

from graphprov.capture.writer import warn
from graphprov.errors import InvalidInput
from graphprov.model.identity import PREFIX, is_iri, is_own_of, parse_id
from graphprov.model.statements import Activity
from graphprov.model.vocabulary import KINDS, Element

if TYPE_CHECKING:
    from graphprov.capture.runs import Run

PARENT_RUN = "GRAPHPROV_PARENT_RUN"
"""The environment variable that names the run around a process, by its full id."""

current: contextvars.ContextVar[Run | None] = contextvars.ContextVar("graphprov_run", default=None)


def current_run() -> Run | None:
    """The innermost run that is open here, in this thread or task."""
    run = current.get()
    return run if run is not None and run.is_open else None


class _Surroundings:
    """The open runs of this process, and what the environment said before the first of them began."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process = os.getpid()
        self._open: list[Run] = []
        self._given: str | None = None
        self._warned: set[str] = set()

    def parent(self) -> str | None:
        """The run around this process, as the environment says; None where it says none, or nothing that is an id."""
        with self._lock:
            self._after_fork()
            given = self._given if self._open else os.environ.get(PARENT_RUN)
            if not given:
                return None
            if _is_run(given):
                return given
            new = given not in self._warned
            self._warned.add(given)
        if new:
            warn(f"{PARENT_RUN}={given!r:.200} is no id of a run, so the run is recorded without the one around it")
        return None

    def opened(self, run: Run) -> bool:
        """Tell processes that are started from now on; whether they were not told before."""
        with self._lock:
            self._after_fork()
            if run in self._open:
                return False
            if not self._open:
                self._given = os.environ.get(PARENT_RUN)
            self._open.append(run)
            self._publish()
            return True

    def closed(self, run: Run) -> None:
        """Tell them no longer."""
        with self._lock:
            self._after_fork()
            if run in self._open:
                self._open.remove(run)
                self._publish()

    def _publish(self) -> None:
        around = {id(run.parent) for run in self._open}
        innermost = [_chain(run) for run in self._open if id(run) not in around]
        value = self._given
        for level in zip(*innermost, strict=False):  # from the outermost inwards, as far as all agree
            if len(set(level)) > 1:
                break
            value = level[0]
        if value is None:
            os.environ.pop(PARENT_RUN, None)
        else:
            os.environ[PARENT_RUN] = value

    def _after_fork(self) -> None:
        # In a forked child the open runs are its parent's: what the variable says now is what surrounds the child.
        if self._process != os.getpid():
            self._process, self._open = os.getpid(), []


def _chain(run: Run) -> list[str]:
    """The ids from the outermost run down to this one."""
    chain: list[str] = []
    each: Run | None = run
    while each is not None:
        chain.append(each.id)
        each = each.parent
    return chain[::-1]


def _is_run(given: str) -> bool:
    try:
        mention_of(given)
    except InvalidInput:
        return False
    if not given.startswith(PREFIX):
        return is_iri(given)
    parts = parse_id(given)
    if parts is None or parts.version is None:
        return False
    return parts.kind not in KINDS or is_own_of(given, Element.ACTIVITY)


def mention_of(run: str) -> Activity:
    """The statement that there is a run of this id, with the kind and name that one of graphprov's own ids tells.

    Raises:
        InvalidInput: It is no id.
    """
    parts = parse_id(run)
    return Activity(id=run) if parts is None else Activity(id=run, kind=parts.kind, name=parts.name)


_surroundings = _Surroundings()
parent, opened, closed = _surroundings.parent, _surroundings.opened, _surroundings.closed

if hasattr(os, "register_at_fork"):
    # A thread that holds the lock while another forks would leave it locked for ever in the child.
    os.register_at_fork(after_in_child=lambda: setattr(_surroundings, "_lock", threading.Lock()))
