"""The journal loses nothing that a call returned for, and says in plain words why it cannot write."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from graphprov.errors import InvalidInput, JournalError
from graphprov.journal import DamagedRecord, Journal
from graphprov.model.statements import Entity


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal(tmp_path / "journal.sqlite") as opened:
        yield opened


def said(number: int | str) -> list[Entity]:
    return [Entity(id=f"ex:{number}", name="e")]


def ids(journal: Journal) -> list[str]:
    return [row["id"] for record in journal.pending("a store", 100_000) for _, row in record.statements]


def test_records_come_back_in_their_order_with_their_time(journal: Journal) -> None:
    moment = datetime(2026, 3, 1, 9, 30, tzinfo=timezone(timedelta(hours=2)))
    names = [journal.append(said(number), recorded_at=moment) for number in range(3)]
    records = journal.pending("a store", 10)
    assert [record.id for record in records] == names
    assert [record.seq for record in records] == [1, 2, 3]
    assert ids(journal) == ["ex:0", "ex:1", "ex:2"]
    assert records[0].recorded_at == moment
    assert records[0].recorded_at.tzinfo is UTC


def test_the_same_record_twice_is_one(journal: Journal) -> None:
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    local = moment.astimezone(timezone(timedelta(hours=9)))
    assert journal.append(said(1), recorded_at=moment) == journal.append(said(1), recorded_at=local)
    assert journal.last_number() == 1


def test_positions_are_kept_for_each_store_and_never_move_back(journal: Journal) -> None:
    for number in range(5):
        journal.append(said(number))
    assert not journal.knows("one")
    journal.confirm("one", 3)
    journal.confirm("one", 2)
    assert (journal.knows("one"), journal.through("one"), journal.through("two")) == (True, 3, 0)
    assert [record.seq for record in journal.pending("one", 10)] == [4, 5]
    assert [record.seq for record in journal.pending("one", 1, after=1)] == [2]
    assert (journal.pending_count("one"), journal.pending_count("two"), journal.pending_count()) == (2, 5, 2)
    assert journal.pending_count("one", after=1) == 4
    journal.forget("one")
    assert (journal.knows("one"), journal.pending_count("one")) == (False, 5)
    journal.skip_to_end("two")
    assert journal.pending_count("two") == 0


def test_asking_a_journal_that_is_not_there_makes_no_file(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "none" / "journal.sqlite")
    assert (journal.pending("s", 1), journal.pending_count(), journal.last_number(), journal.through("s")) == (
        [],
        0,
        0,
        0,
    )
    assert not journal.knows("s")
    assert not (tmp_path / "none").exists()


def test_a_closed_journal_opens_again(journal: Journal) -> None:
    journal.append(said(1))
    journal.close()
    journal.append(said(2))
    assert ids(journal) == ["ex:1", "ex:2"]


def test_all_of_several_records_are_written_or_none(journal: Journal) -> None:
    with pytest.raises(InvalidInput):
        journal.append_many([said(1), [Entity(id="ex:2", metadata={"x": object()})]])
    assert journal.last_number() == 0


def test_only_its_owner_may_read_it(journal: Journal) -> None:
    journal.append(said(1))
    for path in journal.path.parent.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


# Durability


KILLED = """
import os, signal, sys
from pathlib import Path
from graphprov.journal import Journal
from graphprov.model.statements import Entity
journal = Journal(Path(sys.argv[1]))
for number in range(20):
    journal.append([Entity(id=f"ex:{number}", name="e")])
    print(number, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_process_loses_nothing_that_a_call_returned_for(journal: Journal) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, journal.path], capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL
    assert len(done.stdout.split()) == 20
    assert ids(journal) == [f"ex:{number}" for number in range(20)]


def test_a_process_killed_at_any_moment_leaves_whole_records(journal: Journal) -> None:
    endless = KILLED.replace("range(20)", "range(10**9)")
    process = subprocess.Popen([sys.executable, "-c", endless, journal.path], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    shown = [process.stdout.readline() for _ in range(30)]
    process.kill()
    shown += process.stdout.readlines()
    process.wait()
    complete = [line for line in shown if line.endswith("\n")]
    assert ids(journal)[: len(complete)] == [f"ex:{number}" for number in range(len(complete))]


def test_each_commit_is_synced_to_the_disk(journal: Journal) -> None:
    journal.append(said(1))
    with journal._reading() as connection:
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


# Many at once


def _append_some(path: Path, who: int, count: int) -> None:
    with Journal(path) as journal:
        for number in range(count):
            journal.append(said(f"{who}-{number}"))


def test_processes_that_make_and_fill_a_journal_at_once_lose_nothing(journal: Journal) -> None:
    context = multiprocessing.get_context("fork")
    processes = [context.Process(target=_append_some, args=(journal.path, who, 15)) for who in range(6)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
    assert [process.exitcode for process in processes] == [0] * 6
    assert sorted(ids(journal)) == sorted(f"ex:{who}-{number}" for who in range(6) for number in range(15))


def test_threads_share_one_journal(journal: Journal) -> None:
    def work(who: int) -> None:
        for number in range(20):
            journal.append(said(f"{who}-{number}"))
            journal.pending_count("a store")

    threads = [threading.Thread(target=work, args=(who,)) for who in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert len(ids(journal)) == 80


def test_children_forked_while_a_thread_records_record_too(journal: Journal) -> None:
    stop = threading.Event()

    def work() -> None:
        number = 0
        while not stop.is_set():
            journal.append(said(f"parent-{number}"))
            number += 1

    thread = threading.Thread(target=work)
    thread.start()
    try:
        children = []
        for child in range(8):
            pid = os.fork()
            if pid == 0:
                try:
                    journal.append(said(f"child-{child}"))
                finally:
                    os._exit(0)
            children.append(pid)
        deadline = time.monotonic() + 60
        waiting = set(children)
        while waiting and time.monotonic() < deadline:
            waiting -= {pid for pid in waiting if os.waitpid(pid, os.WNOHANG)[0]}
            time.sleep(0.01)
        for pid in waiting:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
    finally:
        stop.set()
        thread.join()
    assert not waiting
    assert {f"ex:child-{child}" for child in range(8)} <= set(ids(journal))
    journal.append(said("afterwards"))
    assert ids(journal)[-1] == "ex:afterwards"


# What can go wrong


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(JournalError, match=r"journal\.sqlite cannot be written") as caught:
        Journal(tmp_path / "file" / "journal.sqlite").append(said(1))
    assert "GRAPHPROV_JOURNAL" in (caught.value.hint or "")
    assert caught.value.exit_code == 7


def test_a_folder_in_the_place_of_the_journal_is_named(journal: Journal) -> None:
    journal.path.mkdir()
    with pytest.raises(JournalError, match="cannot be written"):
        journal.append(said(2))


def test_a_file_that_is_no_journal_is_refused_and_kept(journal: Journal) -> None:
    journal.path.write_text("my precious notes " * 100)
    with pytest.raises(JournalError, match="not a database") as caught:
        journal.append(said(1))
    assert "move the file away" in (caught.value.hint or "")
    assert journal.path.read_text().startswith("my precious notes")


def test_a_journal_of_a_newer_graphprov_is_refused(journal: Journal) -> None:
    journal.append(said(1))
    journal.close()
    with sqlite3.connect(journal.path) as other:
        other.execute("PRAGMA user_version = 99")
    other.close()
    with pytest.raises(JournalError, match="newer graphprov: its format is 99"):
        journal.pending("s", 1)


FULL = """
import resource, sys
from pathlib import Path
from graphprov.errors import JournalError
from graphprov.journal import Journal
from graphprov.model.statements import Entity
journal = Journal(Path(sys.argv[1]))
journal.append([Entity(id="ex:0")])
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
written = 1
try:
    for number in range(1, 10_000):
        journal.append([Entity(id=f"ex:{number}", metadata={"x": "y" * 5_000})])
        written += 1
except JournalError as error:
    print(error)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
journal.append([Entity(id="ex:after")])
print(written, journal.last_number())
"""


def test_a_full_disk_is_an_error_loses_nothing_and_passes(journal: Journal) -> None:
    done = subprocess.run([sys.executable, "-c", FULL, journal.path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    message, counts = done.stdout.splitlines()
    assert "cannot be used" in message
    written, last = map(int, counts.split())
    assert 1 < written < 10_000
    assert last == written + 1
    assert len(ids(journal)) == written + 1


def test_a_damaged_record_is_named_and_those_before_it_can_be_sent(journal: Journal) -> None:
    for number in range(3):
        journal.append(said(number))
    with journal._transaction() as connection:
        connection.execute("UPDATE record SET content = replace(content, 'ex:1', 'ex:9') WHERE seq = 2")
    assert ids(journal) == ["ex:0"]
    journal.confirm("a store", 1)
    with pytest.raises(DamagedRecord, match=r"record 2 of the journal .* is damaged") as caught:
        journal.pending("a store", 10)
    assert caught.value.number == 2
    assert "`graphprov sync --skip-damaged`" in (caught.value.hint or "")
    assert [record.seq for record in journal.pending("a store", 10, after=caught.value.number)] == [3]


def test_another_process_that_holds_the_journal_for_a_moment_is_waited_for(journal: Journal) -> None:
    journal.append(said(1))
    other = sqlite3.connect(journal.path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    timer = threading.Timer(0.5, other.execute, ("COMMIT",))
    timer.start()
    journal.append(said(2))
    timer.join()
    other.close()
    assert ids(journal) == ["ex:1", "ex:2"]
