"""Starts a command as a shell would, and waits for it: same terminal, same files, same signals, same end."""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn

from graphprov.errors import GraphprovError

NOT_FOUND, NOT_EXECUTABLE = 127, 126
"""What shells say of a command that is not there, or is no program."""

_LOOKED_AT_BYTES = 128
_FORWARDED = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2")
_POLL_SECONDS = 0.5
_FROM_TERMINAL = frozenset({signal.SIGINT, signal.SIGQUIT})
_DUMPING = frozenset({signal.SIGQUIT, signal.SIGILL, signal.SIGABRT, signal.SIGFPE, signal.SIGSEGV, signal.SIGBUS})


class CannotStart(GraphprovError):
    """There is no such command, or it is no program; `status` is what a shell would return."""

    def __init__(self, message: str, status: int, *, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.status = status


@dataclass(frozen=True)
class Ended:
    """How a command ended: with an exit status, or by a signal."""

    process: int
    status: int | None
    signal: int | None = None

    @property
    def well(self) -> bool:
        """Whether it ended with status 0."""
        return self.status == 0

    def __str__(self) -> str:
        if self.signal is None:
            return f"exit status {self.status}"
        with contextlib.suppress(ValueError):
            return f"killed by {signal.Signals(self.signal).name}"
        return f"killed by signal {self.signal}"


def startable(arguments: Sequence[str]) -> list[str]:
    """The command as the system can execute it: a script that names no interpreter is one of the shell, as everywhere.

    Raises:
        CannotStart: It is not found, or may not be executed.
    """
    found = executable(arguments[0])
    with contextlib.suppress(OSError), Path(found).open("rb") as file:
        first = file.read(_LOOKED_AT_BYTES)
        if first and not first.startswith(b"#!") and b"\0" not in first and first.isascii():
            return ["/bin/sh", found, *arguments[1:]]
    return list(arguments)


def executable(command: str) -> str:
    """Where a command is.

    Raises:
        CannotStart: It is not found, or may not be executed.
    """
    if (found := shutil.which(command)) is not None:
        return found
    if os.sep in command and Path(command).exists():
        raise CannotStart(
            f"{command} is no program that you may execute",
            NOT_EXECUTABLE,
            hint=f"start it by its interpreter, or chmod +x {command}",
        )
    raise CannotStart(f"there is no command {command}", NOT_FOUND, hint="check its spelling, and PATH")


def run(arguments: Sequence[str], environment: Mapping[str, str]) -> Ended:
    """Run a command to its end. Signals sent to this process go on to it.

    Raises:
        CannotStart: The system cannot execute it.
    """
    ignored_by_python = [getattr(signal, name) for name in ("SIGPIPE", "SIGXFSZ") if hasattr(signal, name)]
    with _Forwarding() as forwarding:
        try:
            process = os.posix_spawnp(
                arguments[0],
                list(arguments),
                dict(environment),
                setsigdef=ignored_by_python,
                setsigmask=forwarding.held_before,
            )
        except OSError as error:
            raise CannotStart(
                f"{arguments[0]} cannot be executed: {error.strerror}",
                NOT_EXECUTABLE,
                hint="start it by its interpreter",
            ) from error
        status = forwarding.until_end_of(process)
    if os.WIFSIGNALED(status):
        return Ended(process, None, os.WTERMSIG(status))
    return Ended(process, os.WEXITSTATUS(status))


@contextlib.contextmanager
def signals_held() -> Iterator[None]:
    """Threads that are started inside are given no signal that is to be passed on: the main thread waits for it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _forwarded())
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _forwarded() -> set[int]:
    """What is passed on."""
    # Who ignores a signal, as what runs in the background of a script does, has it ignored by the command too.
    numbers = {getattr(signal, name) for name in _FORWARDED}
    return {number for number in numbers if signal.getsignal(number) not in (signal.SIG_IGN, None)}


class _Forwarding:
    """Passes signals on to a process. What the terminal sends, it sends to the process as well, by itself.

    Where the system says who sent a signal (Linux), signals are held and asked for one by one, so that one that a
    person sent to us alone is told from the terminal's, as sudo(8) does. The handlers are for systems that do not
    say, and for threads of others that do not hold them.
    """

    def __init__(self) -> None:
        self._process: int | None = None
        self._early: list[int] = []
        self._before: dict[int, object] = {}
        self._asks = hasattr(signal, "sigtimedwait")
        self.held_before: set[int] = set()
        """Which signals were held before, and so are by the command."""

    def __enter__(self) -> _Forwarding:
        self._before = {number: signal.signal(number, self._pass_on) for number in _forwarded()}
        held = {*self._before, signal.SIGCHLD} if self._asks else set()
        self.held_before = signal.pthread_sigmask(signal.SIG_BLOCK, held)
        return self

    def __exit__(self, *_: object) -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, self.held_before)
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]

    def until_end_of(self, process: int) -> int:
        """Pass on to this process, also what came before it was there, until its end; returns its status."""
        self._process = process
        while self._early:
            self._send(self._early.pop(0))
        try:
            while self._asks:
                ended, status = os.waitpid(process, os.WNOHANG)
                if ended:
                    return status
                # Another thread may take the news of the end away, so we look from time to time.
                news = signal.sigtimedwait({*self._before, signal.SIGCHLD}, _POLL_SECONDS)
                # The kernel's own go to all processes of the terminal.
                if news is not None and news.si_signo != signal.SIGCHLD and news.si_code <= 0:
                    self._send(news.si_signo)
            return os.waitpid(process, 0)[1]
        finally:
            self._process = None

    def _pass_on(self, number: int, _: FrameType | None) -> None:
        if number in _FROM_TERMINAL and _in_foreground():
            return
        if self._process is None:
            self._early.append(number)
        else:
            self._send(number)

    def _send(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if self._process is not None:
                os.kill(self._process, number)


def _in_foreground() -> bool:
    """Whether this process is one that the terminal sends its signals to, and so is the command."""
    try:
        with open("/dev/tty", "rb", buffering=0) as terminal:  # noqa: PTH123
            return os.tcgetpgrp(terminal.fileno()) == os.getpgrp()
    except OSError:
        return False


def end_like(ended: Ended) -> NoReturn:
    """End this process as the command ended: with its status, or by the same signal."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            stream.flush()
    if ended.signal is not None:
        if ended.signal in _DUMPING:  # one core is enough
            with contextlib.suppress(OSError, ValueError):
                resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        with contextlib.suppress(OSError, ValueError):
            if ended.signal != signal.SIGKILL:
                signal.signal(ended.signal, signal.SIG_DFL)
            os.kill(os.getpid(), ended.signal)
        sys.exit(128 + ended.signal)
    sys.exit(ended.status)
