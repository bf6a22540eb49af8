"""A command is run to its end, and signals reach it, also where the system does not say who sent a signal."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

RUN = """
import os, signal, sys
if sys.argv[1] == "handlers":
    del signal.sigtimedwait  # as on macOS
from graphprov.observe import running
ended = running.run(["sh", "-c", "trap 'exit 5' TERM; echo ready; while :; do sleep 0.05; done"], os.environ)
print(ended, signal.pthread_sigmask(signal.SIG_BLOCK, ()), signal.getsignal(signal.SIGTERM).name)
"""


@pytest.mark.parametrize("way", ["asking", "handlers"])
def test_a_signal_is_passed_on_and_all_is_as_before(way: str) -> None:
    with subprocess.Popen([sys.executable, "-c", RUN, way], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGTERM)
        assert process.stdout.read() == "exit status 5 set() SIG_DFL\n"
