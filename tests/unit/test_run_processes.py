"""Runs of other processes and threads attach to the run around them."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import pickle
import subprocess
import sys
import threading
from concurrent.futures import ProcessPoolExecutor
from contextvars import copy_context
from multiprocessing import forkserver
from pathlib import Path

import pytest

import graphprov as gp
from graphprov.capture import RecordingWarning, current_run
from graphprov.errors import InvalidInput
from tests.unit.test_run import MARCH, Said

PARENT = "GRAPHPROV_PARENT_RUN"


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(PARENT, raising=False)
    (tmp_path / "users.csv").write_text("ada")
    return tmp_path


def run(name: str) -> gp.Run:
    return gp.run(name, code=False, agent=False)


@gp.step(code=False, agent=False)
def part(number: int) -> int:
    """A step that a pool's process does."""
    return number


def record_in(given: gp.Run) -> str:
    """Record in a run that was sent here."""
    used = given.used("users.csv")
    with given.as_current():
        part(9)
    given.end()
    return used.id


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_what_a_pool_does_is_part_of_the_run_that_opened_it(method: str) -> None:
    if method == "forkserver":  # one that an earlier test left would know of no run
        forkserver._forkserver._stop()
    with run("nightly") as nightly, ProcessPoolExecutor(1, mp_context=multiprocessing.get_context(method)) as pool:
        assert pool.submit(part, 1).result(60) == 1
        used = pool.submit(record_in, nightly).result(60)
        assert "status" not in Said().nodes[nightly.id]
    said = Said()
    assert said.edges("PART_OF") == {("run:part", "run:nightly")}
    assert len([row for row in said.relations if row["relation"] == "PART_OF"]) == 2
    assert [(row["source"], row["target"]) for row in said.relations if row["relation"] == "USED"] == [
        (nightly.id, used)
    ]
    assert said.nodes[nightly.id]["status"] == "completed"


def test_what_joblib_s_processes_do_is_too() -> None:
    import joblib

    with run("nightly"):
        assert joblib.Parallel(n_jobs=2)(joblib.delayed(part)(number) for number in range(2)) == [0, 1]
    assert Said().edges("PART_OF") == {("run:part", "run:nightly")}


def test_a_command_is_part_of_the_innermost_run_that_is_around_it() -> None:
    script = "import graphprov as gp\nwith gp.run('child', code=False, agent=False): pass"
    with run("outer"), run("inner"):
        subprocess.run([sys.executable, "-c", script], check=True)
    assert ("run:child", "run:inner") in Said().edges("PART_OF")
    assert PARENT not in os.environ


def test_the_variable_names_what_surrounds_all_that_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    around = "urn:graphprov:run:make@1"
    monkeypatch.setenv(PARENT, around)
    first = run("first").start()
    second = copy_context().run(run("second").start)
    assert os.environ[PARENT] == second.id
    assert (first.parent_id, second.parent) == (around, first)
    alone = run("alone")
    thread = threading.Thread(target=alone.start)
    thread.start()
    thread.join()
    assert alone.parent_id == around
    assert os.environ[PARENT] == around
    second.end()
    alone.end()
    assert os.environ[PARENT] == first.id
    first.end()
    assert os.environ[PARENT] == around
    said = Said()
    assert (said.nodes[around]["kind"], said.nodes[around]["name"]) == ("run", "make")


@pytest.mark.parametrize("garbage", ["yesterday", "urn:graphprov:model:antispam@1", "urn:graphprov:run:x", "a b:c\n"])
def test_what_is_no_id_of_a_run_is_one_warning(garbage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PARENT, garbage)

    def twice() -> None:
        for name in ("a", "b"):
            run(name).start().end()

    with pytest.warns(RecordingWarning, match="is no id of a run") as told:
        twice()
    assert len(told) == 1
    assert not Said().edges("PART_OF")


def test_a_foreign_id_is_taken_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PARENT, "http://example.org/runs/7")
    run("a").start().end()
    assert "http://example.org/runs/7" in {row["target"] for row in Said().relations if row["relation"] == "PART_OF"}


def test_threads_that_are_given_the_run_and_tasks_are_parts_of_it() -> None:
    with run("nightly") as nightly:

        def given() -> None:
            with nightly.as_current():
                part(1)

        seen: list[gp.Run | None] = []
        for target in (given, lambda: seen.append(current_run())):
            thread = threading.Thread(target=target)
            thread.start()
            thread.join()
        assert seen == [None]

        async def away() -> int:
            return await asyncio.to_thread(part, 2)

        asyncio.run(away())
    assert len([row for row in Said().relations if row["relation"] == "PART_OF"]) == 2


def test_a_run_is_sent_while_it_is_open_and_without_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRAPHPROV_PASSWORD", "geheim")
    it = run("nightly")
    with pytest.raises(InvalidInput, match="before the run"):
        pickle.dumps(it)
    with it:
        assert b"geheim" not in pickle.dumps(it)
    with pytest.raises(InvalidInput, match="had ended"):
        pickle.dumps(it)
    with gp.Recorder(clock=lambda: MARCH).run("replayed", code=False) as it, pytest.raises(InvalidInput, match="clock"):
        pickle.dumps(it)
