"""Where all that is captured goes: into the journal, without ever stopping the work that it is about.

A journal that cannot be written is a warning, once; what it did not take is kept in memory and offered again with the
next record. What it has not taken when the program ends goes to a journal in the folder for temporary files. Wrong use,
in contrast, is an error at once.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from graphprov.capture import environment
from graphprov.capture.known import KnownContent
from graphprov.capture.redaction import Redactor
from graphprov.errors import InvalidInput, JournalError
from graphprov.journal import Journal
from graphprov.model.identity import unique_number
from graphprov.model.metadata import as_utc, dumps
from graphprov.model.statements import Statement
from graphprov.settings import Settings

Clock = Callable[[], datetime]
KEPT_STATEMENTS = 100_000
_SLOW_SECONDS, _SHARE = 0.01, 20
"""To offer much again takes a while: after a try that took longer than this, none for so many times as long."""


class RecordingWarning(UserWarning):
    """Something could not be recorded, or not fully; the work itself went on."""


class Writer:
    """One journal, one clock, and the host and user in whose name is recorded. Safe for threads and forks."""

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock | None = None,
        host: str | None = None,
        user: str | None = None,
        number: Callable[[], str] = unique_number,
        flush: bool = True,
        strict: bool = False,
    ) -> None:
        self.settings = settings
        self.number = number
        self.host = host or environment.host()
        self.user = user or environment.user()
        self.redactor = Redactor(settings.redact)
        self.known = KnownContent(settings.journal, self.redactor)
        self._clock = clock
        self._flush = flush
        self._strict = strict
        self._journal = Journal(settings.journal)
        self._lock = threading.Lock()
        self._waiting: list[Statement] = []
        self._lost = 0
        self._process = os.getpid()
        self._warned = False
        self._not_before = 0.0
        self._seen: datetime | None = None

    def but(self, settings: Settings | None, clock: Clock | None, host: str | None, user: str | None) -> Writer:
        """This writer, but for what is given."""
        if settings is None and clock is None and host is None and user is None:
            return self
        return Writer(
            settings or self.settings,
            clock=clock or self._clock,
            host=host or self.host,
            user=user or self.user,
            number=self.number,
            flush=self._flush,
            strict=self._strict,
        )

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled, it writes to the same journal from another process, which leaves the sending to this one.

        Raises:
            InvalidInput: It has a clock of its own, which another process does not see.
        """
        if self._clock is not None:
            raise InvalidInput("a recorder with a clock of its own stays in its process: its clock cannot be pickled")
        kept = {name: getattr(self.settings, name) for name in ("home", "cache", "journal", "redact")}
        return _reopened, (kept, self.host, self.user, self._strict)

    def now(self) -> datetime:
        """The present moment, by the clock that was given or the machine's."""
        if self._clock is None:
            return datetime.now(UTC)
        self._seen = as_utc(self._clock())
        return self._seen

    def record(self, statements: Sequence[Statement]) -> bool:
        """Commit statements to the journal, without the secrets in them; whether it took them.

        With a clock of one's own, the journal's time is what that clock showed last, so that simulated work recorded
        twice gives the same records.
        """
        self._after_fork()
        statements = self.redactor.checked(statements)
        with self._lock:
            began = time.monotonic()
            if statements and began < self._not_before:
                self._keep(statements)
                return False
            try:
                self._append(_distinct([*self._waiting, *statements]) if self._waiting else statements)
            except JournalError as error:
                if self._strict:
                    raise
                self._keep(statements, error)
                took = time.monotonic() - began
                self._not_before = began + (_SHARE * took if took > _SLOW_SECONDS else 0.0)
                return False
            self._waiting = []
            self._warned = False
        self.flush_soon()
        return True

    def offer(self) -> bool:
        """Try again to record what waits; whether nothing waits any more."""
        self._after_fork()
        return not self._waiting or self.record([])

    def _after_fork(self) -> None:
        if self._process != os.getpid():  # what waits, and who holds the lock, is the parent's affair
            self._waiting, self._lost = [], 0
            self._process, self._lock = os.getpid(), threading.Lock()

    def _append(self, statements: Sequence[Statement]) -> None:
        moment = None if self._clock is None else self._seen or self.now()
        self._journal.append(statements, recorded_at=moment)

    def _keep(self, statements: Sequence[Statement], error: JournalError | None = None) -> None:
        if not self._waiting:
            atexit.unregister(self._rescue)
            atexit.register(self._rescue)
        room = KEPT_STATEMENTS - len(self._waiting)
        self._waiting.extend(statements[:room])
        if error is not None and not self._warned:
            self._warned = True
            warn(f"{error}. The work goes on; what it records is kept in memory and tried again")
        if lost := max(0, len(statements) - room):
            if not self._lost:
                warn(f"{KEPT_STATEMENTS:,} statements wait for the journal, more are not kept: {lost:,} lost so far")
            self._lost += lost

    def _rescue(self) -> None:
        """At the end of the program: what the journal still does not take goes where the system lets anybody write."""
        with contextlib.suppress(Exception):
            if self._process != os.getpid() or self.offer():
                return
            count = len(self._waiting)
            with Journal(Path(tempfile.mkdtemp(prefix="graphprov-rescued-")) / "journal.sqlite") as spare:
                spare.append(_distinct(self._waiting), recorded_at=None if self._clock is None else self._seen)
            self._waiting = []
            warn(
                f"{count:,} statements that the journal {self.settings.journal} did not take are in {spare.path}:"
                f" `graphprov sync {spare.path}` sends them" + (f"; {self._lost:,} more are lost" if self._lost else "")
            )

    def give_up(self, what: str) -> None:
        """At the end of something: say how much of it is still not in the journal."""
        if self._waiting or self._lost:
            lost = f", and {self._lost:,} of them are lost" if self._lost else ""
            count, journal = len(self._waiting) + self._lost, self.settings.journal
            warn(f"at the end of {what}, {count} statements are not in the journal {journal}{lost}")
            self._lost = 0

    def flush_soon(self) -> None:
        """Have what waits sent in the background, where a database is reachable."""
        if self._flush:
            with contextlib.suppress(Exception):
                from graphprov.transfer import flush_soon

                flush_soon(self.settings)


def _reopened(kept: dict[str, Any], host: str, user: str, strict: bool) -> Writer:
    return Writer(Settings.load(**kept), host=host, user=user, strict=strict, flush=False)


def _distinct(statements: Sequence[Statement]) -> list[Statement]:
    """Each statement once, by its canonical form: values of other libraries, such as arrays, do not compare."""
    seen: dict[str, Statement] = {}
    for statement in statements:
        seen.setdefault(dumps(statement.row()), statement)
    return list(seen.values())


def warn(message: str) -> None:
    """Warn, and never raise: not even where Python was told to turn warnings into errors."""
    try:
        warnings.warn(f"graphprov: {message}", RecordingWarning, stacklevel=_outside())
    except RecordingWarning:
        if sys.stderr is not None:
            with contextlib.suppress(OSError, ValueError):
                sys.stderr.write(f"warning: graphprov: {message}\n")


_HERE = str(Path(__file__).parent.parent)


def _outside() -> int:
    """How many calls up the first line of somebody else's code is: the warning should name that line."""
    frame, level = sys._getframe(1), 1
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_HERE):
        frame, level = frame.f_back, level + 1
    return level
