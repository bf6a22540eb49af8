"""What `graphprov run` records of files whose names are no text."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

import graphprov as gp
from graphprov.journal import Journal
from graphprov.observe import Options, run_command
from graphprov.settings import Settings

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="names of files are bytes on Linux alone")


def test_a_name_that_is_no_text_is_kept_with_escapes_and_loses_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in (b"a.csv", b"bad\xff.csv", b"c.csv"):
        (tmp_path / os.fsdecode(name)).write_bytes(name)
    (tmp_path / "copy.py").write_text(
        "import os\n"
        "for name in (b'a.csv', b'bad\\xff.csv', b'c.csv'):\n"
        "    with open(name, 'rb') as read, open(b'out-' + name, 'wb') as out: out.write(b'2' + read.read())\n"
    )
    outcome = run_command([sys.executable, "copy.py"], Options(observer="python"))
    assert outcome.troubles == ()
    assert outcome.run is not None
    assert {each.name for each in outcome.run.used_artifacts} == {"a", "bad\\udcff", "c", "copy"}
    assert {each.name for each in outcome.run.generated_artifacts} == {"out-a", "out-bad\\udcff", "out-c"}
    with Journal(Settings.load().journal) as journal:
        assert journal.last_number() > 0


def test_such_a_name_in_a_script_of_ones_own_too(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"bad\xff.csv")
    path.write_text("ada")
    with gp.run("count", code=False) as run:
        assert run.used(path).name == "bad\\udcff"
    assert gp.receive(path, source="desk").name == "bad\\udcff"
