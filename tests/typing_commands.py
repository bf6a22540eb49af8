"""Commands as people type them: in the process of the test, or in one of their own.

The first costs a tenth of the second. A process of its own is for what only such a one shows: start-up, pipes, colours,
signals, what is said as a warning, and now and then an exit code.
"""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from graphprov.cli import app as command

GRAPHPROV = Path(sysconfig.get_path("scripts")) / "graphprov"
Type = Callable[..., tuple[str, str]]


@dataclass(frozen=True)
class Answer:
    """What a command printed, what it said beside, and how it ended."""

    out: str
    err: str
    code: int


def type_here(*arguments: str, cwd: Path | None = None, **environment: str) -> Answer:
    """Types a command in this process, whose environment, folder and modules are afterwards as they were."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    with (
        patch.dict(os.environ, environment),
        patch.object(sys, "argv", ["graphprov", *arguments]),
        patch.object(command, "_leave_out_data_frames"),
        contextlib.chdir(cwd or Path.cwd()),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            command.main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    return Answer(*(stream.buffer.getvalue().decode() for stream in (out, err)), code)  # type: ignore[attr-defined]


def type_in_a_process(*arguments: str, cwd: Path | None = None, **environment: str) -> Answer:
    """Types a command in a process of its own, with pipes for its output."""
    done = subprocess.run(
        [str(GRAPHPROV), *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        timeout=120,
        env={**os.environ, **environment},
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Answer(done.stdout, done.stderr, done.returncode)


def typed(*arguments: str, code: int = 0) -> tuple[str, str]:
    """Types a command here; what it printed, and said beside. `code` is how it has to end."""
    answer = type_here(*arguments)
    assert answer.code == code, answer.out + answer.err
    return answer.out, answer.err
