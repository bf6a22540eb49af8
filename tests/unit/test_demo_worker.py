"""The simulated laptops' processes."""

import os
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import pytest

pytest.importorskip("sklearn")

from graphprov.demo.pipeline import write_command
from graphprov.demo.worker import Job, Laptop, ScriptError
from graphprov.journal import Journal

AT = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def laptop():
    with Laptop("test-laptop", "ada", {"GRAPHPROV_JOURNAL": "unused"}) as started:
        yield started


def job(folder, text, *arguments):
    (folder / "script.py").write_text(text)
    return Job(folder, ("python", "script.py", *arguments), AT, "2026-03", recorded=False)


def test_a_script_runs_as_main_program_in_its_folder(laptop, tmp_path):
    (tmp_path / "helper.py").write_text("WORD = 'one'\n")
    text = (
        "import os, sys, pathlib, helper\n"
        "assert __name__ == '__main__'\n"
        "pathlib.Path('out').write_text(' '.join([helper.WORD, *sys.argv[1:], os.environ['GRAPHPROV_JOURNAL']]))\n"
    )
    laptop.run(job(tmp_path, text, "2026-03"))
    assert (tmp_path / "out").read_text() == "one 2026-03 unused"


def test_a_changed_helper_is_read_anew(laptop, tmp_path):
    for word in ("first", "second"):
        (tmp_path / "helper.py").write_text(f"WORD = {word!r}\n")
        laptop.run(job(tmp_path, "import helper, pathlib\npathlib.Path('out').write_text(helper.WORD)\n"))
        assert (tmp_path / "out").read_text() == word


def test_a_failure_names_the_script_and_shows_its_traceback(laptop, tmp_path):
    with pytest.raises(ScriptError, match=r"(?s)script.py 2026-03 failed on laptop test-laptop.*ZeroDivisionError"):
        laptop.run(job(tmp_path, "1 / 0\n", "2026-03"))


def test_a_process_that_dies_is_an_error_and_no_hang(tmp_path):
    with Laptop("short-lived", "ada", {}) as started, pytest.raises(ScriptError, match="ended while it ran"):
        started.run(job(tmp_path, "import os\nos._exit(3)\n"))


def test_a_process_that_is_to_be_killed_is_started_again(tmp_path):
    home = {"GRAPHPROV_HOME": str(tmp_path / "home"), "GRAPHPROV_JOURNAL": str(tmp_path / "journal.sqlite")}
    text = (
        "import graphprov as gp\n"
        "with gp.run('count', code=False) as run:\n"
        "    run.used('script.py')\n"
        "    run.used('other.py')\n"
    )
    (tmp_path / "other.py").write_text("")
    plain = job(tmp_path, text)
    with Laptop("test-laptop", "ada", home) as laptop:
        laptop.run(replace(plain, recorded=True, run="killed", killed_after=2))
        laptop.run(replace(plain, recorded=True))
        with pytest.raises(ScriptError, match="it was to be killed, and ended"):
            laptop.run(replace(plain, recorded=True, run="ended", killed_after=20))
    with Journal(tmp_path / "journal.sqlite") as journal:
        rows = [row for record in journal.pending("", 100) for _, row in record.statements]
    ended = {row["id"].rpartition("@")[2] for row in rows if "ended_at" in row["properties"]}
    used = Counter(row["source"].rpartition("@")[2] for row in rows if row.get("relation") == "USED")
    assert ended == {"2026-03", "ended"}
    assert used == {"killed": 1, "2026-03": 2, "ended": 2}


def test_a_shell_script_records_with_the_laptops_clock_and_names(tmp_path):
    home = {"GRAPHPROV_HOME": str(tmp_path / "home"), "GRAPHPROV_JOURNAL": str(tmp_path / "journal.sqlite")}
    (tmp_path / "bin").mkdir()
    write_command(tmp_path / "bin")
    path = os.pathsep.join((str(tmp_path / "bin"), os.environ["PATH"]))
    (tmp_path / "note.sh").write_text("graphprov run --kind counting -- sh -c 'cat note.sh > copy'\n")
    with Laptop("test-laptop", "ada", {**home, "PATH": path}) as laptop:
        laptop.run(Job(tmp_path, ("sh", "note.sh"), AT, "2026-03", recorded=True))
        (tmp_path / "note.sh").write_text("exit 3\n")
        with pytest.raises(ScriptError, match="exit 3"):
            laptop.run(Job(tmp_path, ("sh", "note.sh"), AT, "2026-03", recorded=True))
        laptop.run(Job(tmp_path, ("sh", "note.sh"), AT, "2026-03", recorded=False))
    with Journal(tmp_path / "journal.sqlite") as journal:
        (first, *_) = [row for record in journal.pending("", 100) for _, row in record.statements]
    assert first["id"] == "urn:graphprov:counting:sh@2026-03"
    said = first["properties"]
    assert (said["host"], said["user"], said["started_at"]) == ("test-laptop", "ada", AT)


def test_without_recording_nothing_of_graphprov_is_called(laptop, tmp_path):
    text = (
        "import graphprov as gp\n"
        "gp.source('x', kind='data-source')\n"
        "with gp.run('r', kind='training', agent='ada') as run:\n"
        "    used = run.used('in.csv', name='in')\n"
        "    assert str(used.path) == 'in.csv'\n"
        "    run.derived(run.generated('out.csv', name='out'), used)\n"
    )
    laptop.run(job(tmp_path, text))
    assert not (tmp_path / "unused").exists()
