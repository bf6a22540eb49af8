"""Faults made on purpose: killed processes, full disks, damaged pages, clocks set back, network drives."""

from __future__ import annotations

import os
import random
import select
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from graphprov import journal as journal_module
from graphprov.errors import InvalidInput, JournalError
from graphprov.filesystems import network_kind
from graphprov.journal import DamagedJournal, Journal, Record
from graphprov.journals import check, salvage
from graphprov.journals.pages import Pages
from graphprov.model.statements import Entity

KILLS = 150


def said(name: str, size: int = 0) -> list[Entity]:
    return [Entity(id=f"ex:{name}{half}", metadata={"x": "y" * size}) for half in ("-a", "-b")]


def everything(journal: Journal) -> list[Record]:
    return [journal.checked(*sealed) for sealed in journal.sealed()]


def names(path: Path) -> list[str]:
    """What each record is about, in order; each record is whole, or this fails."""
    with Journal(path) as journal:
        rows = [[row["id"] for _, row in record.statements] for record in everything(journal)]
    assert all(len(row) == 2 for row in rows)
    return [first.removeprefix("ex:").removesuffix("-a") for first, _ in rows]


def forked(work: Callable[[int], None]) -> tuple[int, int]:
    """Run work in a child that gets the writing end of a pipe; its process id, and the reading end."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        try:
            work(writing)
        finally:
            os._exit(0)
    os.close(writing)
    return pid, reading


def promised(reading: int) -> list[str]:
    """What a child said on its pipe, as far as it came."""
    with os.fdopen(reading) as pipe:
        return [line.rstrip("\n") for line in pipe if line.endswith("\n")]


def test_processes_killed_at_random_moments_keep_every_promise(tmp_path: Path) -> None:
    """Each child records, promises once the call has returned, and is killed somewhere: in the call or between."""
    path, chance, kept = tmp_path / "journal.sqlite", random.Random(20260301), list[str]()
    for turn in range(KILLS):

        def work(pipe: int, turn: int = turn) -> None:
            with Journal(path) as journal:
                for number in range(10**6):
                    journal.append(said(f"{turn}.{number}", size=300))
                    os.write(pipe, f"{turn}.{number}\n".encode())

        pid, reading = forked(work)
        if turn % 2:
            select.select([reading], [], [])  # it has promised something: killed in a later call, or between two
        time.sleep(chance.random() * 0.01)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        kept += promised(reading)
    found = names(path)
    assert len(kept) >= KILLS // 2
    assert [name for name in found if name in set(kept)] == kept, "in the order in which they were promised"
    assert len(found) - len(kept) <= KILLS, "at most the record that each was about to promise"
    check(path)


@pytest.mark.parametrize(("network", "processes"), [(None, 200), ("nfs4", 30)])
def test_two_hundred_processes_record_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, network: str | None, processes: int
) -> None:
    monkeypatch.setattr(journal_module, "network_kind", lambda path: network)
    path = tmp_path / "journal.sqlite"
    gate, go = os.pipe()

    def work(pipe: int) -> None:
        os.close(go)
        os.read(gate, 1)  # until the parent closes its end
        with Journal(path) as journal:
            for number in range(3):
                journal.append(said(f"{os.getpid()}.{number}"))
                os.write(pipe, f"{os.getpid()}.{number}\n".encode())

    children = [forked(work) for _ in range(processes)]
    os.close(gate)
    os.close(go)
    kept = [name for _, reading in children for name in promised(reading)]
    for pid, _ in children:
        os.waitpid(pid, 0)
    assert len(kept) == 3 * processes
    assert sorted(names(path)) == sorted(kept)
    assert check(path) == 3 * processes


ON_A_SMALL_DISK = """
import sys, warnings
from pathlib import Path
import graphprov as gp
from graphprov.settings import Settings
warnings.simplefilter("always")
disk = Path(sys.argv[1])
recorder = gp.Recorder(settings=Settings.load(journal=disk / "journal.sqlite", cache=disk.parent / "cache"))
for number in range(2_000):
    recorder.source(f"vendor-{number}", contract="c" * 2_000)
print("went on")
(disk / "ballast").unlink()
recorder.source("last")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="a small file system of one's own needs Linux")
def test_on_a_full_disk_the_work_goes_on_with_a_warning_and_all_is_recorded_once_there_is_room(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = f"mount -t tmpfs -o size=16m none {disk} && dd if=/dev/zero of={disk}/ballast bs=1M count=14 2>/dev/null"
    shell = f'{mounted} && "$0" -c "$1" {disk} && cp {disk}/journal.sqlite* {tmp_path}'
    if subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system lets nobody mount a file system of one's own")
    call = ["unshare", "-rm", "sh", "-c", shell, sys.executable, ON_A_SMALL_DISK]
    done = subprocess.run(call, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "went on\n"
    assert done.stderr.count("RecordingWarning") == 1
    assert "full" in done.stderr
    with Journal(tmp_path / "journal.sqlite") as journal:
        ids = [row["id"] for record in everything(journal) for _, row in record.statements]
    assert len({id_ for id_ in ids if "vendor-" in id_}) == 2_000
    assert any("last" in id_ for id_ in ids)


@pytest.mark.skipif(sys.platform != "linux", reason="a read-only mount of one's own needs Linux")
def test_a_read_only_home_is_a_warning(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    if subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system lets nobody mount a file system of one's own")
    shell = f'mount --bind {home} {home} && mount -o remount,ro,bind {home} && "$0" -c "$1"'
    script = "import graphprov as gp; gp.source('acme'); print('went on')"
    call = ["unshare", "-rm", "sh", "-c", shell, sys.executable, script]
    environment = {**os.environ, "GRAPHPROV_HOME": str(home), "GRAPHPROV_CACHE": str(tmp_path / "cache")}
    done = subprocess.run(call, capture_output=True, text=True, check=False, timeout=60, env=environment)
    assert (done.returncode, done.stdout) == (0, "went on\n"), done.stderr
    assert "cannot be written" in done.stderr
    assert "Read-only file system" in done.stderr
    spare = Path(done.stderr.split("graphprov sync ")[1].split("`")[0])
    with Journal(spare) as journal:
        assert any("acme" in row["id"] for record in everything(journal) for _, row in record.statements)
    shutil.rmtree(spare.parent)


def test_a_clock_that_is_set_back_changes_no_order_and_loses_nothing(tmp_path: Path) -> None:
    with Journal(tmp_path / "journal.sqlite") as journal:
        moments = [datetime(2026, 3, 1, tzinfo=UTC) - timedelta(days=number) for number in range(5)]
        for number, moment in enumerate(moments):
            journal.append(said(str(number)), recorded_at=moment)
        journal.confirm("s", 3)
        assert [record.recorded_at for record in journal.pending("s", 9)] == moments[3:]
        assert journal.pending_count("s") == 2
    assert names(journal.path) == ["0", "1", "2", "3", "4"]


# Network drives


def test_on_a_network_drive_the_journal_is_in_rollback_mode_and_stays_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "journal.sqlite"
    with Journal(path) as journal:
        journal.append(said("local"))
        assert journal.mode() == "wal"
    monkeypatch.setattr(journal_module, "network_kind", lambda path: "nfs4")
    with Journal(path) as journal:
        journal.append(said("there"))
        assert journal.mode() == "truncate"
    assert not path.with_name("journal.sqlite-wal").exists()
    monkeypatch.undo()  # the server, on whose disk it lies, must not take it back to what the others cannot do
    with Journal(path) as journal:
        journal.append(said("server"))
        assert journal.mode() == "truncate"
    assert names(path) == ["local", "there", "server"]


def test_a_journal_that_others_hold_in_write_ahead_mode_is_not_used_over_the_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "_WAIT_SECONDS", 0.1)
    with Journal(tmp_path / "journal.sqlite") as local:
        local.append(said("1"))
        with sqlite3.connect(local.path) as other:
            other.execute("SELECT * FROM record").fetchone()
            monkeypatch.setattr(journal_module, "network_kind", lambda path: "cifs")
            with pytest.raises(JournalError, match=r"network drive \(cifs\)") as caught:
                Journal(local.path).append(said("2"))
        other.close()
    assert "local disk" in (caught.value.hint or "")


def test_a_local_disk_is_no_network_drive(tmp_path: Path) -> None:
    assert network_kind(tmp_path / "none" / "journal.sqlite") is None


# Damage


def filled(path: Path, count: int = 400) -> dict[int, str]:
    """A journal of several levels of pages, some records over several pages; what each record is called."""
    with Journal(path) as journal:
        journal.append_many([said(str(number), size=9_000 if number % 50 == 7 else 200) for number in range(count)])
        journal.confirm("s", 5)
    return {number + 1: str(number) for number in range(count)}


def damage(path: Path, chance: random.Random, spared: int = 0) -> list[int]:
    """Zero or garble one to three pages of a file; their numbers."""
    size = path.stat().st_size // 4096
    pages = chance.sample(range(1 + spared, size + 1), chance.randint(1, 3))
    with path.open("r+b") as file:
        for page in pages:
            start = (page - 1) * 4096
            if chance.random() < 0.5:
                file.seek(start)
                file.write(bytes(4096))
            else:
                for _ in range(20):
                    file.seek(start + chance.randrange(4096))
                    file.write(bytes([chance.randrange(256)]))
    return pages


def test_whatever_page_is_damaged_what_is_whole_is_saved_and_the_rest_is_named(tmp_path: Path) -> None:
    original = tmp_path / "original.sqlite"
    written = filled(original)
    on_pages = records_on_pages(original)
    for seed in range(25):
        chance, path = random.Random(seed), tmp_path / f"{seed}.sqlite"
        shutil.copy(original, path)
        hit = damage(path, chance)
        before = path.read_bytes()
        spoiled = set().union(*(on_pages.get(page, set()) for page in hit))
        # Without page 1 nobody knows the size of a page or what is free: the usual one, and nothing.
        done = salvage(path)
        with Journal(path) as journal:
            saved = {record.seq: record.statements[0][1]["id"] for record in everything(journal)}
            lost = {number for first, last in done.lost for number in range(first, last + 1)}
            assert journal.append(said("more")), seed
        # A number stands beside what the digest is of: where it was hit, a whole record is saved under another one.
        renumbered = saved.items() - {number: f"ex:{name}-a" for number, name in written.items()}.items()
        assert set(saved.values()) <= {f"ex:{name}-a" for name in written.values()}, seed
        assert len(renumbered) <= len(hit), (seed, renumbered)
        if len(hit) == 1:  # together, damaged pages may hide more than each alone
            assert written.keys() - spoiled <= saved.keys(), (seed, hit)
        if done.kept is not None:
            assert done.kept.read_bytes() == before, seed
        top = max(written) if done.certain else max(saved)
        assert lost >= {number for number in written if number <= top} - saved.keys(), seed
        assert check(path) == len(saved) + 1, seed


def records_on_pages(path: Path) -> dict[int, set[int]]:
    """Which records each page carries a part of, found out by spoiling each page alone."""
    with Pages(path) as pages:
        whole = dict(pages.rows())
        found: dict[int, set[int]] = {}
        for page in range(1, pages.count + 1):
            pages._newer[page] = 0
            pages._log = bytes(pages.size)
            left = {number: values for number, values in pages.rows() if whole.get(number) == values}
            found[page] = whole.keys() - left.keys()
            del pages._newer[page]
    return found


def test_sync_reads_up_to_the_damage_and_the_error_says_what_to_type(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    filled(path)
    on_pages = records_on_pages(path)
    page, numbers = next((page, spoiled) for page, spoiled in sorted(on_pages.items()) if 130 in spoiled)
    with path.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(bytes(4096))
    with Journal(path) as journal:
        read: list[int] = []
        while len(read) < min(numbers) - 1:
            read += [record.seq for record in journal.pending("x", 30, after=read[-1] if read else 0)]
        assert read == list(range(1, min(numbers)))
        with pytest.raises(DamagedJournal, match=f"damaged behind record {read[-1]}") as caught:
            journal.pending("x", 30, after=read[-1])
        assert "`graphprov journal salvage`" in (caught.value.hint or "")
    with pytest.raises(DamagedJournal):
        check(path)
    done = salvage(path)
    assert done.lost == ((min(numbers), max(numbers)),)
    assert (done.certain, done.confirmed, done.kept) == (True, {"s": 5}, tmp_path / "journal.sqlite.damaged")


def test_a_whole_journal_is_left_as_it_is_and_one_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    filled(path, 20)
    before = path.read_bytes()
    assert (salvage(path).kept, path.read_bytes() == before) == (None, True)
    assert [each.name for each in tmp_path.iterdir()] == ["journal.sqlite"]
    with pytest.raises(InvalidInput, match="there is no journal"):
        salvage(tmp_path / "none.sqlite")
    with pytest.raises(InvalidInput, match="exists already"):
        salvage(path, to=path)


def test_a_damaged_number_does_not_jump_over_records(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    filled(path, 8)
    data = path.read_bytes()
    with Journal(path) as journal:
        ((_, id_, content),) = journal.sealed(after=4, through=5)
    text = data.index(id_.encode() + content[:20].encode())  # in the table: the index has it without the content
    number = text - 6  # before the header of the row, which has five bytes
    assert data[number] == 5
    with path.open("r+b") as file:
        file.seek(number)
        file.write(b"\x45")
    with Journal(path) as journal:
        assert [record.seq for record in journal.pending("x", 100)] == [1, 2, 3, 4]
        with pytest.raises(JournalError, match="record 5"):
            journal.pending("x", 100, after=4)
    done = salvage(path)
    assert (done.records, done.lost) == (8, ())
    assert names(path) == [str(number) for number in range(8)]


def test_a_program_that_runs_goes_on_in_the_salvaged_journal(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    with Journal(path) as running:
        running.append(said("before"))
        with running._transaction() as connection:
            connection.execute("UPDATE record SET content = content || ' '")
        running.append(said("between"))
        done = salvage(path)
        assert (done.records, done.lost) == (1, ((1, 1),))
        running.append(said("after"))
        with Journal(path) as other:
            other.append(said("other"))
    assert names(path) == ["between", "after", "other"]
    assert done.kept is not None
    assert names_of_whole(done.kept) == ["between"]


def names_of_whole(path: Path) -> list[str]:
    with Journal(path) as journal:
        return [
            r.statements[0][1]["id"].removeprefix("ex:").removesuffix("-a") for r in journal.pending("s", 9, after=1)
        ]


def test_a_journal_that_is_removed_under_a_program_is_made_anew(tmp_path: Path) -> None:
    with Journal(tmp_path / "journal.sqlite") as running:
        running.append(said("before"))
        running.path.rename(tmp_path / "moved.sqlite")
        running.append(said("after"))
    assert names(running.path) == ["after"]
