"""Sending, interrupted anywhere, from many at once, in any order and by file: the same graph, and nothing half."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import pytest
from graphs import MARCH, contents, empty, ex
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from graphprov import transfer
from graphprov.documents.formats import Format
from graphprov.exchange.export import export_file
from graphprov.journal import DamagedJournal, Journal
from graphprov.journals import export_journal, import_journal, salvage
from graphprov.model.statements import Activity, Entity, Relation, Statement
from graphprov.store import Address, Store
from graphprov.transfer import send

SPAWN = multiprocessing.get_context("fork")


def run_of(number: int, *, said_by: str = "ada") -> list[Statement]:
    """One run: it uses what an earlier one made, and tells of a vendor that others tell of otherwise."""
    made, used = ex(f"e{number}"), ex(f"e{max(0, number - 3)}")
    return [
        Activity(id=ex(f"a{number}"), name=f"step {number % 5}", started_at=MARCH + timedelta(minutes=number)),
        Entity(id=made, kind="dataset", name=f"table-{number % 7}", metadata={"rows": number}),
        Entity(id=ex("shared"), kind="dataset", name="shared", metadata={"by": said_by, f"key{number % 4}": number}),
        Relation(type="USED", source=ex(f"a{number}"), target=used, time=MARCH),
        Relation(type="USED", source=ex(f"a{number}"), target=ex("shared")),
        Relation(type="WAS_GENERATED_BY", source=made, target=ex(f"a{number}")),
        Relation(type="WAS_ATTRIBUTED_TO", source=made, target=ex(f"agent{number % 3}")),
    ]


def fill(path: Path, numbers: list[int], said_by: str = "ada") -> None:
    with Journal(path) as journal:
        for number in numbers:
            journal.append(run_of(number, said_by=said_by), recorded_at=MARCH + timedelta(seconds=number))


def exported(store: Store, folder: Path) -> bytes:
    """The store in its canonical export."""
    file = Path(tempfile.mkdtemp(dir=folder)) / "all.provn"
    export_file(store, file, Format.provn)
    return file.read_bytes()


def _send(address: Address, path: Path) -> None:
    transfer.BATCH = 2
    with Store(address) as store, Journal(path) as journal:
        send(journal, store, ahead=False)


def test_a_sync_that_is_killed_anywhere_leaves_whole_records_and_goes_on(store: Store, tmp_path: Path) -> None:
    path, chance = tmp_path / "journal.sqlite", random.Random(7)
    fill(path, list(range(150)))
    turns = 0
    while turns < 40:
        turns += 1
        process = SPAWN.Process(target=_send, args=(store.address, path))
        process.start()
        time.sleep(0.05 + chance.random() * 0.15)
        if process.is_alive() and process.pid is not None:
            os.kill(process.pid, signal.SIGKILL)
        process.join()
        there = {row[0] for row in store.run("MATCH (n:Activity) RETURN n.id").rows}
        whole = store.run(
            "MATCH (a:Activity)<-[:WAS_GENERATED_BY]-(e:Entity) WHERE e.name IS NOT NULL AND a.name IS NOT NULL"
            " AND COUNT { (a)-[:USED]->() } = 2 AND COUNT { (e)-[:WAS_ATTRIBUTED_TO]->() } = 1 RETURN a.id"
        ).rows
        assert {row[0] for row in whole} == there, "a record is there as a whole or not at all"
        with Journal(path) as journal:
            confirmed = journal.through(store.id)
        assert {ex(f"a{number}") for number in range(confirmed)} <= there, "what is confirmed is there"
        if confirmed == 150:
            break
    with Journal(path) as journal:
        send(journal, store)
    left = contents(store)
    empty(store)
    with Journal(path) as journal:
        send(journal, store, again=True)
    assert contents(store) == left
    assert turns > 1


def test_eight_laptops_that_send_at_once_leave_the_graph_of_one_after_the_other(store: Store, tmp_path: Path) -> None:
    laptops = [tmp_path / f"laptop{number}.sqlite" for number in range(8)]
    for number, path in enumerate(laptops):
        fill(path, [(number * 8 + k) % 40 for k in range(24)], said_by=f"person{number % 3}")
    for path in laptops:
        with Journal(path) as journal:
            send(journal, store)
    expected, document = contents(store), exported(store, tmp_path)
    empty(store)
    for path in laptops:
        with Journal(path) as journal:
            journal.forget(store.id)
    processes = [SPAWN.Process(target=_send, args=(store.address, path)) for path in laptops]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
    assert [process.exitcode for process in processes] == [0] * 8
    assert contents(store) == expected
    assert exported(store, tmp_path) == document


@given(data=st.data())
@settings(max_examples=6, phases=[Phase.reuse, Phase.generate], deadline=None, suppress_health_check=list(HealthCheck))
def test_journals_in_any_order_split_repeated_and_moved_by_file_give_the_same_export(
    store: Store, own_home: Path, data: st.DataObject
) -> None:
    home = Path(tempfile.mkdtemp(dir=own_home))
    numbers = data.draw(st.lists(st.integers(0, 12), min_size=2, max_size=12))
    empty(store)
    fill(home / "straight.sqlite", numbers)
    with Journal(home / "straight.sqlite") as journal:
        send(journal, store)
    expected = exported(store, home)

    empty(store)
    parts = [home / f"part{number}.sqlite" for number in range(3)]
    for number in data.draw(st.permutations(numbers + data.draw(st.lists(st.sampled_from(numbers), max_size=4)))):
        fill(data.draw(st.sampled_from(parts)), [number])
    for path in data.draw(st.permutations([*parts, *parts])):
        if not path.exists():
            continue
        way = data.draw(st.sampled_from(["send", "again", "file"]))
        with Journal(path) as journal, Journal(home / "server.sqlite") as server:
            if way == "file":
                export_journal(journal, file := home / "moved.gz")
                import_journal(server, file)
                send(server, store)
            else:
                send(journal, store, again=way == "again")
    assert exported(store, home) == expected


def test_a_damaged_journal_is_sent_up_to_the_damage(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    fill(path, list(range(100)))
    with path.open("r+b") as file:  # a page in the middle
        file.seek(4096 * (path.stat().st_size // 8192))
        file.write(bytes(4096))
    with Journal(path) as journal:
        with pytest.raises(DamagedJournal) as caught:
            send(journal, store)
        (there,) = store.run("MATCH (n:Activity) RETURN count(n)").rows[0]
        assert 0 < there == caught.value.number == journal.through(store.id) < 100
    done = salvage(path)
    with Journal(path) as journal:
        assert send(journal, store)[0] == done.records - there
        assert done.records + done.lost_count() == 100
