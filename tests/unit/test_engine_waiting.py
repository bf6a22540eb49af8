"""Locks between processes, and folders that cannot be used."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from graphprov.engine import server, waiting
from graphprov.engine.layout import usable
from graphprov.errors import EngineError
from graphprov.settings import Settings


@pytest.mark.parametrize("place", ["/dev/null/x", "/proc/x"])
def test_a_cache_that_cannot_be_made_is_an_engine_error(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRAPHPROV_CACHE", place)
    with pytest.raises(EngineError, match=r"cannot be used: ") as caught:
        server.classpath_of(Settings.load(), progress=False)
    assert "GRAPHPROV_CACHE" in str(caught.value.hint)


def test_a_full_disk_that_names_no_file_is_an_engine_error(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="the disk is full"), usable(tmp_path, "make room"):
        raise OSError(errno.ENOSPC, "No space left on device")
    with pytest.raises(OSError, match="elsewhere"), usable(tmp_path, "make room"):
        raise OSError(errno.EACCES, "elsewhere", "/other")


HOLD = """
import sys, time
from pathlib import Path
from graphprov.engine.waiting import hold
with hold(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


def test_whoever_waits_for_a_lock_says_for_whom(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "_QUIET_SECONDS", 0.5)
    path = tmp_path / "x.lock"
    with subprocess.Popen([sys.executable, "-c", HOLD, str(path), "4"], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with waiting.hold(path):
            assert waiting.holder(path) == os.getpid()
    said = capsys.readouterr().err
    assert said == f"another graphprov (pid {other.pid}) is fetching or starting Neo4j; waiting for it ...\n"
    assert waiting.holder(path) is None


def test_a_lock_that_nobody_owns_up_to_is_not_waited_for_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "_PATIENCE_WITH_NOBODY_SECONDS", 0.0)
    path = tmp_path / "x.lock"
    with subprocess.Popen([sys.executable, "-c", HOLD, str(path), "600"], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        path.with_name("x.lock.holder").unlink()
        with pytest.raises(EngineError, match="not by a graphprov that still runs"), waiting.hold(path):
            pass
        other.kill()
