"""`graphprov run -- COMMAND`: real commands, run under it, and what the journal says afterwards."""

from __future__ import annotations

import contextlib
import os
import pty
import select
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from graphprov.capture import checking
from graphprov.journal import Journal
from graphprov.observe.observers import strace_trouble
from graphprov.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
# This working copy's own graphprov, without a variable that the command would see.
MAIN = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from graphprov.cli.app import main; main()"
PREFIX = [sys.executable, "-c", MAIN, "run"]
needs_strace = pytest.mark.skipif(strace_trouble() is not None, reason=f"strace may not watch: {strace_trouble()}")


class Recorded:
    """The one run in the journal, in words."""

    def __init__(self) -> None:
        with Journal(Settings.load().journal) as journal:
            rows = [row for record in journal.pending("nobody", 100_000) for _, row in record.statements]
        self._said = [SimpleNamespace(row=lambda row=row: row) for row in rows]
        self.nodes: dict[str, dict[str, Any]] = {}
        for row in rows:
            if "node" in row:
                self.nodes.setdefault(row["id"], {}).update(row["properties"])
        self.relations = [row for row in rows if "relation" in row]
        runs = [row["id"] for row in rows if row.get("node") == "Activity"]
        self.id, self.count = runs[-1], len(set(runs))
        self.run = self.nodes[self.id]

    def _ends(self, relation: str, mine: str, other: str) -> list[dict[str, Any]]:
        return [each for each in self.relations if each["relation"] == relation and each[mine] == self.id
                and self.nodes[each[other]].get("kind") != "code-version"]  # fmt: skip

    @property
    def uses(self) -> dict[str, dict[str, Any]]:
        return {
            self.nodes[each["target"]]["name"]: each["properties"] for each in self._ends("USED", "source", "target")
        }

    @property
    def used(self) -> set[str]:
        return set(self.uses)

    @property
    def made(self) -> set[str]:
        return {self.nodes[each["source"]]["name"] for each in self._ends("WAS_GENERATED_BY", "target", "source")}

    def broken(self) -> list[str]:
        return checking.broken(self._said)  # type: ignore[arg-type]  # it asks for rows alone

    def versions(self, name: str) -> list[dict[str, Any]]:
        return [node for node in self.nodes.values() if node.get("name") == name and "version" in node]

    @property
    def left_out(self) -> dict[str, int]:
        return {key.removeprefix("left_out."): value for key, value in self.run.items() if key.startswith("left_out.")}


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project's folder with one file in it, in which the command runs."""
    project = tmp_path / "project"
    project.mkdir()
    monkeypatch.chdir(project)
    (project / "users.csv").write_text("name,born\nada,1815\n")
    return project


def run(*arguments: str, code: int = 0, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    options, dashes, command = arguments, (), ()
    if "--" in arguments:
        place = arguments.index("--")
        options, dashes, command = arguments[:place], ("--",), arguments[place + 1 :]
    done = subprocess.run(
        [*PREFIX, *options, *dashes, *command], capture_output=True, text=True, check=False, input=stdin, timeout=120
    )
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done


def sh(script: str, *options: str, code: int = 0) -> Recorded:
    done = run(*options, "--", "sh", "-c", script, code=code)
    assert "warning: graphprov" not in done.stderr, done.stderr
    recorded = Recorded()
    if recorded.count == 1:  # two runs may well make the same content
        assert recorded.broken() == []
    return recorded


def python(script: str, *options: str) -> Recorded:
    done = run(*options, "--", sys.executable, "-c", script)
    assert done.stderr == ""
    return Recorded()


# What it is to the command


def test_the_command_has_its_own_input_output_and_exit_status() -> None:
    done = run("--", "sh", "-c", "tr a-z A-Z; echo oops >&2; exit 7", code=7, stdin="hello\n")
    assert (done.stdout, done.stderr) == ("HELLO\n", "oops\n")
    recorded = Recorded()
    assert recorded.run["status"] == "failed"
    assert (recorded.run["exit_status"], recorded.run["error"]) == (7, "CommandFailed: exit status 7")


@pytest.mark.parametrize("observer", ["auto", "none"])
def test_a_command_that_dies_by_a_signal_makes_graphprov_die_by_it(observer: str) -> None:
    run("--observer", observer, "--", "sh", "-c", "kill -TERM $$", code=-signal.SIGTERM)
    recorded = Recorded()
    assert (recorded.run["signal"], recorded.run["status"]) == ("SIGTERM", "failed")


def test_kill_minus_nine_too() -> None:
    run("--", "sh", "-c", "kill -9 $$", code=-signal.SIGKILL)
    assert Recorded().run["error"] == "CommandFailed: killed by SIGKILL"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1])
def test_a_signal_to_graphprov_reaches_the_command(number: signal.Signals, work: Path) -> None:
    name = number.name.removeprefix("SIG")
    script = f"trap 'echo got {name} > out.txt; exit 5' {name}; echo ready; while :; do sleep 0.05; done"
    with subprocess.Popen([*PREFIX, "--", "sh", "-c", script], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(number)
        assert process.wait(60) == 5
    assert (work / "out.txt").read_text() == f"got {name}\n"
    assert Recorded().run["exit_status"] == 5


@pytest.mark.parametrize("sent_by", ["terminal", "kill"])
def test_on_a_terminal_the_command_has_it_and_an_interrupt_comes_once(sent_by: str, work: Path) -> None:
    (work / "s.py").write_text(
        """
import signal, sys, time
n = []
signal.signal(signal.SIGINT, lambda *_: n.append(1))
print(sys.stdin.isatty(), sys.stdout.isatty(), flush=True)
time.sleep(1.5)
print("count", len(n), flush=True)
"""
    )
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(PREFIX[0], [*PREFIX, "--", sys.executable, "s.py"])
    said, sent, end = b"", False, time.monotonic() + 60
    while time.monotonic() < end:
        if select.select([terminal], [], [], 0.2)[0]:
            try:
                said += os.read(terminal, 4096)
            except OSError:
                break
        if b"True True" in said and not sent:
            sent = True
            time.sleep(0.2)
            if sent_by == "terminal":
                os.write(terminal, b"\x03")
            else:
                os.kill(pid, signal.SIGINT)
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert b"count 1" in said, said


@pytest.mark.parametrize(("command", "code"), [("no-such-command", 127), ("./users.csv", 126)])
def test_what_cannot_be_started_exits_as_in_a_shell_and_is_not_recorded(command: str, code: int) -> None:
    assert run("--", command, code=code).stderr.startswith("error: ")
    assert not Settings.load().journal.exists()


def test_wrong_options_start_nothing(work: Path) -> None:
    for wrong in (("--kind", "dataset"), ("--observer", "crystal-ball"), ("--parameter", "C"), ("--as", "x=person")):
        assert "error: " in run(*wrong, "--", "touch", "started", code=2).stderr
    assert not (work / "started").exists()


def test_trouble_with_the_journal_is_one_warning_at_the_end(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRAPHPROV_JOURNAL", str(work / "users.csv" / "journal.sqlite"))
    done = run("--", "sh", "-c", "echo fine; exit 3", code=3)
    assert done.stdout == "fine\n"
    first, *rest = done.stderr.splitlines()
    assert first.startswith("warning: graphprov could not record everything: ")
    assert all("graphprov sync" in line for line in rest)  # where what the journal never took waits
    assert len(rest) <= 1


def test_a_broken_configuration_does_not_stop_the_command(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (work / "config.toml").write_text("nonsense = [")
    monkeypatch.setenv("GRAPHPROV_CONFIG", str(work / "config.toml"))
    done = run("--", "sh", "-c", "echo fine")
    assert (done.stdout, done.stderr.count("\n")) == ("fine\n", 1)


def test_environment_arguments_and_open_files_are_the_commands_own() -> None:
    script = (
        "import os, sys; os.environ.pop('GRAPHPROV_PARENT_RUN', None);"  # how its own runs know what surrounds them
        "print(sorted(os.environ.items()), sys.argv, sorted(os.listdir('/proc/self/fd')), sys.path)"
    )
    command = [sys.executable, "-c", script, "--name", "--", "a b"]
    bare = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert run("--", *command).stdout == bare


# What is recorded


def test_a_run_has_its_name_parameters_command_and_place(work: Path) -> None:
    recorded = sh(
        "cat users.csv > out.csv",
        *("--name", "clean-users", "--kind", "cleaning", "-p", "C=1.5", "--parameter", "mode=fast", "-m", "ticket=A-1"),
        *("--on-behalf-of", "identity"),
    )
    about = recorded.run
    assert (about["name"], about["kind"], about["parameters.C"], about["parameters.mode"]) == (
        "clean-users",
        "cleaning",
        1.5,
        "fast",
    )
    assert (about["ticket"], about["folder"], about["exit_status"]) == ("A-1", str(work.resolve()), 0)
    assert about["command"] == "sh -c 'cat users.csv > out.csv'"
    assert isinstance(about["started_at"], datetime)
    assert about["started_at"] <= recorded.uses["users"]["time"] <= about["ended_at"]
    assert "ACTED_ON_BEHALF_OF" in {each["relation"] for each in recorded.relations}


def test_secrets_on_the_command_line_are_not_recorded() -> None:
    sh("true", "--parameter", "password=pa55word")
    run("--", "true", "--password", "pa55word")
    assert b"pa55word" not in Settings.load().journal.read_bytes()


@needs_strace
def test_a_shell_pipeline(work: Path) -> None:
    recorded = sh("sort users.csv | tee sorted.csv | wc -l > count.txt; cat count.txt")
    assert (recorded.used, recorded.made) == ({"users"}, {"sorted", "count"})
    assert recorded.run["observed_by"] == "strace"
    assert recorded.left_out["system"] > 0


@needs_strace
def test_outputs_of_a_failed_command_are_recorded() -> None:
    recorded = sh("cp users.csv copy.csv; false", code=1)
    assert (recorded.run["status"], recorded.used, recorded.made) == ("failed", {"users"}, {"copy"})


@needs_strace
def test_a_file_replaced_by_rename_and_a_temporary_one() -> None:
    recorded = sh("grep ada users.csv > new.tmp; mv new.tmp ada.csv; touch scratch; rm scratch")
    assert (recorded.used, recorded.made) == ({"users"}, {"ada"})
    assert recorded.left_out["vanished"] == 1


@needs_strace
def test_a_file_that_was_only_moved_is_both() -> None:
    recorded = sh("mv users.csv people.csv")
    assert (recorded.used, recorded.made) == ({"users"}, {"people"})
    (moved,), (target,) = recorded.versions("users"), recorded.versions("people")
    assert moved["digest"] == target["digest"]


@needs_strace
def test_appending_uses_the_old_version_as_far_as_it_is_known(work: Path) -> None:
    first = sh("echo one > log.txt")
    assert (first.used, first.made) == (set(), {"log"})
    second = sh("echo two >> log.txt")
    assert (second.used, second.made) == ({"log"}, {"log"})
    assert "inferred" in second.uses["log"]
    assert len([each for each in second.versions("log") if "digest" in each]) == 2


@needs_strace
def test_appending_to_a_file_that_nobody_recorded_uses_a_version_that_was_not_seen(work: Path) -> None:
    time.sleep(0.05)
    recorded = sh("echo bob,1999 >> users.csv")
    assert (recorded.used, recorded.made) == ({"users"}, {"users"})
    assert [each["content_not_seen"] for each in recorded.versions("users") if "digest" not in each]


@needs_strace
def test_a_declared_input_is_read_before_the_command_changes_it() -> None:
    time.sleep(0.05)
    recorded = sh("sed -i s/ada/eva/ users.csv", "--input", "users.csv")
    assert (recorded.used, recorded.made) == ({"users"}, {"users"})
    assert len({each["digest"] for each in recorded.versions("users")}) == 2


@needs_strace
def test_appending_to_a_new_file_reads_nothing() -> None:
    recorded = sh("echo one >> new.txt; echo two >> new.txt")
    assert (recorded.used, recorded.made) == (set(), {"new"})


@needs_strace
def test_a_program_of_the_projects_own_is_used(work: Path) -> None:
    shutil.copy(shutil.which("cat") or "cat", work / "tool")
    (work / "step").write_text("#!/bin/sh\n./tool users.csv > out.csv\n")
    (work / "plain").write_text("./step\n")
    for script in ("step", "plain"):
        (work / script).chmod(0o755)
    run("--", "./plain")
    recorded = Recorded()
    assert (recorded.used, recorded.made) == ({"users", "tool", "step", "plain"}, {"out"})
    assert recorded.run["command"] == "./plain"


@needs_strace
def test_a_run_inside_a_run_is_seen_by_the_outer_one(work: Path) -> None:
    inner = [*PREFIX, "--", "sh", "-c", "cat users.csv > out.csv"]
    done = run("-v", "--", *inner)
    assert "warning" not in done.stderr
    assert "generated  dataset:out@" in done.stderr


@pytest.mark.parametrize("observer", ["auto", "none"])
def test_what_a_command_records_itself_is_part_of_its_run(observer: str) -> None:
    script = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
import graphprov
with graphprov.run("inner", code=False, id="1") as run:
    run.used("users.csv")
"""
    run("--observer", observer, "--name", "outer", "--", sys.executable, "-c", script)
    recorded = Recorded()
    ids = {node["name"]: id_ for id_, node in recorded.nodes.items() if node.get("kind") == "run" and "name" in node}
    parts = [(each["source"], each["target"]) for each in recorded.relations if each["relation"] == "PART_OF"]
    assert parts == [(ids["inner"], ids["outer"])]
    assert "WAS_INFORMED_BY" not in {each["relation"] for each in recorded.relations}


def test_a_graphprov_run_inside_another_is_part_of_it() -> None:
    run("--observer", "none", "--name", "outer", "--", *PREFIX, "--observer", "none", "--name", "inner", "--", "true")
    recorded = Recorded()
    ids = {node["name"]: id_ for id_, node in recorded.nodes.items() if node.get("kind") == "run" and "name" in node}
    parts = [(each["source"], each["target"]) for each in recorded.relations if each["relation"] == "PART_OF"]
    assert parts == [(ids["inner"], ids["outer"])]
    assert [recorded.nodes[each]["status"] for each in ids.values()] == ["completed", "completed"]


@needs_strace
def test_three_hundred_files() -> None:
    recorded = sh("for i in $(seq 300); do echo $i > f$i.txt; done; cat f*.txt > all.txt")
    assert recorded.made == {"all", *(f"f{i}" for i in range(1, 301))}
    assert recorded.used == set()


@needs_strace
def test_links_and_their_names(work: Path) -> None:
    (work / "data").mkdir()
    (work / "data" / "2026-03.csv").write_text("march")
    (work / "latest.csv").symlink_to("data/2026-03.csv")
    elsewhere = work.parent / "lake"
    elsewhere.mkdir()
    (elsewhere / "x.csv").write_text("x")
    (work / "lake").symlink_to(elsewhere)
    recorded = sh("cat latest.csv lake/x.csv > /dev/null")
    assert recorded.used == {"latest", "x"}
    assert recorded.uses["latest"]["path"] == str(work / "latest.csv")


@needs_strace
def test_what_is_outside_counts_where_it_is_declared_or_named(work: Path) -> None:
    outside = work.parent / "outside"
    outside.mkdir()
    (outside / "a.csv").write_text("a")
    script = f"wc -c < {outside}/a.csv > out.csv"
    assert sh(script).used == set()
    assert Recorded().left_out["temporary"] == 1
    assert sh(script, "--data", str(outside)).used == {"a"}
    run("--", "cat", str(outside / "a.csv"))
    assert Recorded().used == {"a"}


@needs_strace
def test_patterns_and_the_ignore_file(work: Path) -> None:
    (work / ".graphprovignore").write_text("# not these\n*.log\n!keep.log\n/build/\n")
    recorded = sh(
        "mkdir build; for f in a.log keep.log build/x y.tmp z.csv; do echo $f > $f; done", "--exclude", "*.tmp"
    )
    assert recorded.made == {"keep", "z"}
    assert (recorded.left_out["ignored"], recorded.left_out["excluded"]) == (2, 1)
    assert "a" in sh("echo > a.log", "--include", "a.log").made


@needs_strace
def test_a_pipe_is_never_read_and_a_device_neither(work: Path) -> None:
    os.mkfifo(work / "pipe")
    recorded = sh("cat users.csv > pipe & cat pipe > out.csv; wait; head -c 1 /dev/zero > one.bin")
    assert (recorded.used, recorded.made) == ({"users"}, {"out", "one"})
    assert recorded.left_out["special"] == 1


@needs_strace
def test_a_file_that_another_changed_after_it_was_read_is_flagged(work: Path) -> None:
    script = "cat users.csv > out.csv; touch ready; while [ ! -e go ]; do sleep 0.02; done"
    with subprocess.Popen([*PREFIX, "--", "sh", "-c", script]) as process:
        while not (work / "ready").exists():
            time.sleep(0.02)
        time.sleep(0.1)
        (work / "users.csv").write_text("changed by another")
        (work / "go").touch()
        assert process.wait(60) == 0
    assert Recorded().uses["users"]["changed_during_run"] is True


@needs_strace
def test_a_large_file_that_did_not_change_is_not_read_again(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRAPHPROV_CACHE", str(work.parent / "cache"))
    (work / "large.bin").write_bytes(os.urandom(1 << 20))
    time.sleep(2.1)  # one that was changed a moment ago may be changed again unnoticed, and is not kept
    first = sh("head -c 1 large.bin > /dev/null")
    (digest,) = [each["digest"] for each in first.versions("large")]
    with contextlib.closing(sqlite3.connect(Settings.load().cache / "digests.sqlite")) as cache, cache:
        assert [row[0] for row in cache.execute("SELECT digest FROM file")] == [digest.removeprefix("sha256:")]
        cache.execute("UPDATE file SET digest = ?", ["ab" * 32])  # who read it would know better
    second = sh("head -c 1 large.bin > /dev/null")
    assert {each["digest"] for each in second.versions("large")} == {digest, "sha256:" + "ab" * 32}


@needs_strace
def test_redirected_input_and_output_count(work: Path) -> None:
    with Path("users.csv").open() as stdin, Path("out.csv").open("w") as stdout:
        subprocess.run([*PREFIX, "--", "sort"], stdin=stdin, stdout=stdout, check=True)
    recorded = Recorded()
    assert (recorded.used, recorded.made) == ({"users"}, {"out"})


@needs_strace
def test_a_process_that_outlives_the_command_does_not_hold_it_up() -> None:
    begin = time.monotonic()
    script = "(sleep 20; echo late > late.txt) > /dev/null 2>&1 & echo now > now.txt; echo said"
    done = subprocess.run([*PREFIX, "--", "sh", "-c", script], stdout=subprocess.PIPE, text=True, check=True)
    assert done.stdout == "said\n"
    assert time.monotonic() - begin < 15
    recorded = Recorded()
    assert recorded.made == {"now"}
    assert "still ran" in recorded.run["observer_note"]


@needs_strace
def test_code_that_git_knows_is_told_by_its_version_not_file_by_file(work: Path) -> None:
    git = ["git", "-c", "user.name=ada", "-c", "user.email=ada@x.example"]
    (work / "step.py").write_text("open('out.txt', 'w').write(open('users.csv').read())")
    subprocess.run(["git", "init", "-q"], check=True)
    subprocess.run(["git", "add", "."], check=True)
    subprocess.run([*git, "commit", "-qm", "x"], check=True)
    run("--", sys.executable, "step.py")
    recorded = Recorded()
    assert (recorded.used, recorded.made, recorded.run["name"]) == ({"users"}, {"out"}, "step")
    assert recorded.left_out["code"] == 1
    assert any(node.get("kind") == "code-version" for node in recorded.nodes.values())


@needs_strace
@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_make_and_its_children(work: Path) -> None:
    (work / "Makefile").write_text("all: b.txt\na.txt: users.csv\n\tsort $< > $@\nb.txt: a.txt\n\twc -l $< > $@\n")
    run("--", "make", "-s", "-j2")
    recorded = Recorded()
    assert (recorded.used, recorded.made) == ({"users", "Makefile"}, {"a", "b"})


@needs_strace
@pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc is not installed")
def test_a_compiled_program_and_the_sparse_file_that_it_makes(work: Path) -> None:
    (work / "step.c").write_text(
        """
#include <fcntl.h>
#include <unistd.h>
int main(void) {
    char held[64];
    int in = open("users.csv", O_RDONLY), out = open("sparse.bin", O_WRONLY | O_CREAT | O_TRUNC, 0644);
    long count = read(in, held, sizeof held);
    return ftruncate(out, 8 << 20) != 0 || write(out, held, count) != count;
}
"""
    )
    subprocess.run(["gcc", "-o", "step", "step.c"], check=True)
    run("--", "./step")
    recorded = Recorded()
    assert (recorded.used, recorded.made) == ({"users", "step"}, {"sparse"})
    (made,) = [each for each in recorded.versions("sparse") if "digest" in each]
    assert made["size_bytes"] == 8 << 20


NOTEBOOK = """{"nbformat": 4, "nbformat_minor": 4, "metadata": {"kernelspec":
{"name": "python3", "language": "python", "display_name": "Python 3"}}, "cells": [
{"cell_type": "code", "execution_count": null, "metadata": {"tags": ["parameters"]}, "outputs": [],
"source": ["C = 0.5"]},
{"cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [], "source":
["open('model.txt', 'w').write(str(C) + open('users.csv').read())"]}]}"""


@pytest.mark.parametrize(
    ("tool", "command", "made"),
    [
        ("papermill", "papermill train.ipynb done.ipynb -p C 1.0 --no-progress-bar", "done"),
        ("jupyter-nbconvert", "jupyter-nbconvert --execute --to notebook train.ipynb", "train.nbconvert"),
    ],
)
def test_a_notebook_and_what_its_kernel_reads_and_writes(work: Path, tool: str, command: str, made: str) -> None:
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed")
    (work / "train.ipynb").write_text(NOTEBOOK)
    for arguments in ("init -q", "add .", "-c user.name=ada -c user.email=ada@x.example commit -qm x"):
        subprocess.run(["git", *arguments.split()], check=True)
    run("--", *command.split())
    recorded = Recorded()
    assert (recorded.used, recorded.made) == ({"users", "train"}, {"model", made})
    assert recorded.run["name"] == "train"
    assert recorded.run.get("parameters.C") == (1.0 if tool == "papermill" else None)
    assert (work / "model.txt").read_text().startswith("1.0" if tool == "papermill" else "0.5")


WAYS = {
    "open": ("open('users.csv').read(); open('out.csv', 'w').write('x')", "out"),
    "pandas": ("import pandas; pandas.read_csv('users.csv').to_csv('out.csv')", "out"),
    "pyarrow": (
        "import pyarrow.csv as c, pyarrow.parquet as p; p.write_table(c.read_csv('users.csv'), 'out.parquet')",
        "out",
    ),
    "polars": ("import polars; polars.read_csv('users.csv').write_parquet('out.parquet')", "out"),
    "polars-lazy": ("import polars; polars.scan_csv('users.csv').sink_parquet('out.parquet')", "out"),
    "pyarrow-dataset": (
        """import pyarrow as a, pyarrow.dataset as d
d.write_dataset(d.dataset("users.csv", format="csv"), "out.parquet", format="parquet")""",
        "out",
    ),
    "pyarrow-feather": (
        """import pyarrow.csv as c, pyarrow.feather as f
f.write_feather(c.read_csv("users.csv"), "between.arrow"); f.write_feather(f.read_table("between.arrow"), "out.arrow")
import os; os.remove("between.arrow")""",
        "out",
    ),
    "duckdb": ("import duckdb; duckdb.read_csv('users.csv').write_parquet('out.parquet')", "out"),
    "duckdb-sql": (
        "import duckdb; duckdb.connect('out.db').execute(\"create table t as select * from 'users.csv'\")",
        "out",
    ),
    "duckdb-copy": (
        "import duckdb; duckdb.sql(\"copy (select name from read_csv('users.csv')) to 'out.parquet'\")",
        "out",
    ),
    "numpy": ("import numpy; numpy.save('out.npy', numpy.fromfile('users.csv', dtype='u1'))", "out"),
    "sqlite3": (
        "import sqlite3; open('users.csv').read(); c = sqlite3.connect('out.db'); c.execute('create table t(x)')",
        "out",
    ),
    "a child": ("import subprocess; subprocess.run('cat users.csv > out.csv', shell=True, check=True)", "out"),
    "a Python child": (
        """import subprocess, sys
code = "open('out.csv', 'w').write(open('users.csv').read())"
subprocess.run([sys.executable, "-c", code], check=True)""",
        "out",
    ),
}
NOT_SEEN_BY_PYTHON = {"a child"}


@needs_strace
@pytest.mark.parametrize("way", [way for way in WAYS if not way.startswith(("pyarrow-", "duckdb-"))])
def test_strace_sees(way: str) -> None:
    script, output = WAYS[way]
    recorded = python(script, "--observer", "strace")
    assert (recorded.used, recorded.made) == ({"users"}, {output})
    assert "observer_note" not in recorded.run


@needs_strace
def test_parquet_read_by_polars_is_seen_by_strace() -> None:
    python("import polars; polars.DataFrame({'a': [1]}).write_parquet('a.parquet')")
    recorded = python("import polars; polars.read_parquet('a.parquet').write_csv('b.csv')")
    assert (recorded.used, recorded.made) == ({"a"}, {"b"})
    assert len([each for each in recorded.versions("a") if "digest" in each]) == 1, "what was read is what was made"


@pytest.mark.parametrize("way", WAYS)
def test_python_sees(way: str) -> None:
    script, output = WAYS[way]
    without = "import sys; sys.modules['graphprov'] = None\n"  # the command's Python may lack it
    recorded = python(without + script, "--observer", "python")
    seen = way not in NOT_SEEN_BY_PYTHON
    assert (recorded.used, recorded.made) == (({"users"}, {output}) if seen else (set(), set()))
    assert recorded.run["observed_by"] == "python"
    assert "duckdb" in recorded.run["observer_note"]


def test_what_fails_in_a_library_fails_as_ever_and_wrote_nothing(work: Path) -> None:
    (work / "old.csv").write_text("old")
    script = """
import polars, pyarrow.parquet
for attempt in (
    lambda: polars.read_csv("missing.csv"),
    lambda: polars.DataFrame({"a": [1]}).write_csv("old.csv", separator="two"),
    lambda: pyarrow.parquet.read_table("users.csv"),
    lambda: pyarrow.parquet.write_table(),
):
    try:
        attempt()
    except Exception as error:
        print(type(error).__name__)
"""
    done = run("--observer", "python", "--", sys.executable, "-c", script)
    bare = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == (bare.stdout, "")
    assert done.stdout.count("\n") == 4
    recorded = Recorded()
    assert (recorded.used, recorded.made) == ({"users"}, set())


def test_a_python_that_cannot_load_what_knows_the_libraries_runs_all_the_same() -> None:
    script = "import sys; sys.modules['_graphprov_observed.observed'] = None; import polars; "
    recorded = python(script + "polars.read_csv('users.csv'); open('out.csv', 'w')", "--observer", "python")
    assert (recorded.used, recorded.made) == (set(), {"out"})


def test_a_sitecustomize_of_ones_own_still_runs(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (work / "mine").mkdir()
    (work / "mine" / "sitecustomize.py").write_text("print('mine')")
    monkeypatch.setenv("PYTHONPATH", str(work / "mine"))
    done = run("--observer", "python", "--", sys.executable, "-c", "import sitecustomize; open('users.csv')")
    assert done.stdout == "mine\n" * 2, "once in graphprov, once in the command"
    assert "users" in Recorded().used


def test_without_strace_python_watches_and_says_what_is_lost(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tools = work.parent / "bin"
    tools.mkdir()
    for tool in ("sh", "git", "true"):
        (tools / tool).symlink_to(shutil.which(tool) or tool)
    monkeypatch.setenv("PATH", str(tools))
    recorded = python("open('users.csv')")
    assert (recorded.used, recorded.run["observed_by"]) == ({"users"}, "python")
    assert recorded.run["observer_note"].startswith("strace is not installed: only files that Python itself opens")
    recorded = sh("true")
    assert recorded.run["observed_by"] == "none"
    assert "no file was seen" in recorded.run["observer_note"]


def test_verbose_tells_what_was_recorded() -> None:
    done = run("-v", "--as", "*.joblib=model", "--", "sh", "-c", "cp users.csv m.joblib")
    assert "exit status 0, observed by" in done.stderr
    if strace_trouble() is None:
        assert "generated  model:m@" in done.stderr
        assert "used       dataset:users@" in done.stderr


def test_the_packages_are_those_of_the_commands_python(work: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", "other"], check=True)
    run("--", "other/bin/python", "-c", "pass")
    assert Recorded().run.get("packages", []) == []
    assert Recorded().run["python"].startswith("CPython 3.")
    run("--", sys.executable, "-c", "pass")
    assert any(each.startswith("polars==") for each in Recorded().run["packages"])
