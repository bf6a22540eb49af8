"""Starts a command as a shell would, and waits for it: same terminal, same files, same signals, same end."""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn

from graphprov.errors import GraphprovError

NOT_FOUND, NOT_EXECUTABLE = 127, 126
"""What shells say of a command that is not there, or is no program."""

_LOOKED_AT_BYTES = 128
_FORWARDED = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2")
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
            process = os.posix_spawnp(arguments[0], list(arguments), dict(environment), setsigdef=ignored_by_python)
        except OSError as error:
            raise CannotStart(
                f"{arguments[0]} cannot be executed: {error.strerror}",
                NOT_EXECUTABLE,
                hint="start it by its interpreter",
            ) from error
        forwarding.to(process)
        _, status = os.waitpid(process, 0)
        forwarding.to(None)
    if os.WIFSIGNALED(status):
        return Ended(process, None, os.WTERMSIG(status))
    return Ended(process, os.WEXITSTATUS(status))


class _Forwarding:
    """Passes signals on to a process. What the terminal sends, it sends to the process as well, by itself."""

    def __init__(self) -> None:
        self._process: int | None = None
        self._early: list[int] = []
        self._before: dict[int, object] = {}

    def __enter__(self) -> _Forwarding:
        for name in _FORWARDED:
            number = getattr(signal, name)
            # Who ignores a signal, as what runs in the background of a script does, has it ignored by the command too.
            if signal.getsignal(number) not in (signal.SIG_IGN, None):
                self._before[number] = signal.signal(number, self._pass_on)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]

    def to(self, process: int | None) -> None:
        """From now on to this process; what came before it was there too."""
        self._process = process
        while self._early and process is not None:
            self._send(self._early.pop(0))

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
