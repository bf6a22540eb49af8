"""The simulated laptops' processes."""

from datetime import UTC, datetime

import pytest

pytest.importorskip("sklearn")

from graphprov.demo.worker import Job, Laptop, ScriptError

AT = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def laptop():
    with Laptop("test-laptop", "ada", {"GRAPHPROV_JOURNAL": "unused"}) as started:
        yield started


def job(folder, text, *arguments):
    (folder / "script.py").write_text(text)
    return Job(folder, "script.py", arguments, AT, "2026-03", recorded=False)


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
