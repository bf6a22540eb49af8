"""What is written comes back as it went in, and many writers at once lose nothing."""

from __future__ import annotations

import multiprocessing
import threading
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from graphs import MARCH, contents, day, draw, empty, ex, records

from graphprov.journal import Journal
from graphprov.model.metadata import Quantity, unflatten
from graphprov.model.statements import Activity, Entity, Relation, Statement, parameters_of
from graphprov.store import Address, Store
from graphprov.store.merge import BOOKKEEPING
from graphprov.transfer import send

METADATA: dict[str, Any] = {
    "whole": 17,
    "largest": 2**63 - 1,
    "huge": 2**70,
    "real": -0.0,
    "endless": float("inf"),
    "yes": True,
    "text": "Zürich 日本 👩‍💻 e\u0301 \u202e",
    "nothing": None,
    "moment": datetime(2026, 3, 1, 9, 30, 5, 123456, tzinfo=timezone(timedelta(hours=2))),
    "early": datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    "local": datetime(2026, 3, 1, 9, 30),
    "odd offset": datetime(2026, 3, 1, tzinfo=timezone(timedelta(hours=1, seconds=7))),
    "day": date(2026, 3, 1),
    "clock": time(9, 30, 0, 5),
    "zoned clock": time(9, 30, tzinfo=timezone(timedelta(hours=-3))),
    "span": timedelta(days=-1, seconds=5, microseconds=3),
    "bytes": b"\0\xff",
    "many bytes": [b"a", b"b"],
    "list": [1, 2, 3],
    "mixed": [1, "a", None, 2.5],
    "times": [MARCH, MARCH + timedelta(days=1)],
    "mixed times": [MARCH, datetime(2026, 3, 1)],
    "empty": [],
    "nested": {"camera": {"line": 17, "lens.type": "wide"}, "none": {}},
    "exposure": Quantity(4.5, "ms"),
    "price": Quantity(Decimal("1.10"), "EUR"),
    "amount": Decimal("0.1"),
    "name": "mine",
    "back`tick": "`) DETACH DELETE n //",
    "a@unit": "x",
    "": "empty key",
    "\0": "NUL",
    "نص": "نص",
}


def said_of(store: Store, id_: str) -> dict[str, Any]:
    """The properties of a node that statements said."""
    properties = store.run("MATCH (n {id: $id}) RETURN properties(n)", {"id": id_}).rows[0][0]
    return {key: value for key, value in properties.items() if key not in BOOKKEEPING}


def test_metadata_come_back_from_the_database_as_they_went_in(store: Store) -> None:
    store.write(records([Entity(id="ex:e", metadata=METADATA)]))
    back = unflatten(said_of(store, "ex:e"))
    assert back == METADATA
    assert {key: type(value) for key, value in back.items()} == {key: type(value) for key, value in METADATA.items()}
    assert back["moment"].utcoffset() == timedelta(hours=2)


def test_parameters_come_back_beside_metadata_of_the_same_keys(store: Store) -> None:
    store.write(records([Activity(id="ex:a", parameters=METADATA, metadata={"whole": 1, "parameters": 2})]))
    properties = said_of(store, "ex:a")
    assert parameters_of(properties) == METADATA


def test_metadata_of_a_relation_stand_beside_its_own_attributes(store: Store) -> None:
    mine = {**METADATA, "time": "half past", "role": 3, "key": "k", "recorded_at": 0}
    relation = Relation(type="USED", source="ex:a", target="ex:e", time=MARCH, role="input", metadata=mine)
    store.write(records([relation]))
    properties = store.run("MATCH ()-[r:USED]->() RETURN properties(r)").rows[0][0]
    assert (properties.pop("time"), properties.pop("role")) == (MARCH, "input")
    assert properties.pop("recorded_at") == MARCH
    del properties["key"], properties["stored_at"]
    assert unflatten(properties) == mine


def test_numbers_and_times_can_be_compared_in_cypher(store: Store) -> None:
    store.write(records([Entity(id="ex:e", metadata={"auc": 0.98, "seen": MARCH, "took": timedelta(minutes=2)})]))
    found = store.run(
        "MATCH (n:Entity) WHERE n.auc > 0.9 AND n.seen < datetime('2026-03-02') RETURN n.id, n.took.seconds"
    )
    assert found.rows == [("ex:e", 120)]


def test_writing_twice_changes_nothing_not_even_when_the_store_learnt_of_it(store: Store) -> None:
    draw(store, "flawed <-used@3- train -gen@5-> model\nflawed : dataset licence=free")
    before = contents(store, leave_out=())
    draw(store, "flawed <-used@3- train -gen@5-> model\nflawed : dataset licence=free")
    assert contents(store, leave_out=()) == before


def test_what_is_only_mentioned_is_there_and_is_described_later(store: Store) -> None:
    store.write(records([Relation(type="USED", source="ex:a", target="ex:e")]))
    store.write(records([Entity(id="ex:e", kind="model", name="e")]))
    nodes = store.run("MATCH (n:Entity) RETURN n.name, labels(n)").rows
    assert [(name, sorted(labels)) for name, labels in nodes] == [("e", ["Entity", "Model"])]


def test_what_was_said_last_wins_and_both_are_kept(store: Store) -> None:
    later = Entity(id="ex:e", metadata={"camera": {"line": 18}, "exposure": 5})
    earlier = Entity(id="ex:e", metadata={"camera": 17, "exposure": Quantity(4.5, "ms"), "lens": "wide"})
    store.write(records([later], MARCH + timedelta(hours=1)))
    store.write(records([earlier], MARCH))
    assert unflatten(said_of(store, "ex:e")) == {
        "camera": {"line": 18},
        "exposure": 5,
        "lens": "wide",
    }


def test_a_node_whose_kind_changes_has_the_label_of_the_last_kind_alone(store: Store) -> None:
    for order in ((0, 1), (1, 0)):
        store._connection.command("MATCH (n:Entity) DETACH DELETE n")
        both = [
            records([Entity(id="ex:e", kind=kind)], MARCH + timedelta(hours=h))
            for h, kind in enumerate(["dataset", "model"])
        ]
        for index in order:
            store.write(both[index])
        assert sorted(store.run("MATCH (n:Entity) RETURN labels(n)").rows[0][0]) == ["Entity", "Model"]


def test_two_uses_that_differ_are_two_relations_and_one_said_twice_is_one(store: Store) -> None:
    draw(store, "e <-used@3- a")
    draw(store, "e <-used@3- a")
    draw(store, "e <-used@4- a")
    assert store.run("MATCH ()-[r:USED]->() RETURN count(r)").rows == [(2,)]


def test_the_earliest_time_of_recording_stays(store: Store) -> None:
    statement = Entity(id="ex:e", name="e")
    for hours in (2, 1, 3):
        store.write(records([statement], MARCH + timedelta(hours=hours)))
    row = store.run("MATCH (n:Entity) RETURN n.recorded_at, n.restated_at, n.statements").rows[0]
    assert row == (MARCH + timedelta(hours=1), MARCH + timedelta(hours=3), None)


def test_all_times_that_a_node_is_said_to_have_can_be_asked_for_where_they_differ(store: Store) -> None:
    def times() -> Any:
        return store.run("MATCH (n:Entity) RETURN n.delivered_at, n.times").rows

    said = [
        Entity(id="ex:e", delivered_at=day(8)),
        Entity(id="ex:e", delivered_at=day(1), metadata={"times": 2}),
        Entity(id="ex:e", issued_at=day(1), delivered_at=day(3)),
        Entity(id="ex:e", name="e"),
    ]
    for hours, statement in zip((4, 1, 2, 3), said, strict=True):
        store.write(records([statement], MARCH + timedelta(hours=hours)))
    assert times() == [(day(8), [day(1), day(8)])]
    assert unflatten(said_of(store, "ex:e"))["times"] == 2
    empty(store)
    for statement in said[1:]:
        store.write(records([statement]))
    assert [row[1] for row in times()] == [None]


def test_a_batch_is_written_as_a_whole_or_not_at_all(store: Store) -> None:
    good, bad = records([Entity(id="ex:good")]), records([Entity(id="ex:bad")])
    bad[0].statements[0][1]["properties"]["name"] = "x" * 20_000  # more than an index takes
    with pytest.raises(Exception, match="refused"):
        store.write([*good, *bad])
    assert store.run("MATCH (n:Entity) RETURN count(n)").rows == [(0,)]


def test_the_longest_name_and_id_that_the_model_takes_fit_the_indexes(store: Store) -> None:
    store.write(records([Entity(id="i" * 4000, name="é" * 2000, kind="k" * 4000, digest="sha256:" + "a" * 3993)]))
    assert store.run("MATCH (n:Entity) RETURN size(n.name)").rows == [(2000,)]


def test_a_foreign_id_that_looks_like_cypher_is_only_an_id(store: Store) -> None:
    hostile = "ex:'}) DETACH DELETE n //`"
    store.write(records([Entity(id=hostile, kind="a`b", name=hostile)]))
    assert store.run("MATCH (n:Entity) RETURN n.id").rows == [(hostile,)]


def crowd(number: int) -> list[Statement]:
    """Records that many writers share: the same nodes, in another order for each."""
    ids = [ex(f"e{(number * 7 + i) % 20}") for i in range(20)]
    said: list[Statement] = [Entity(id=id_, name="shared", metadata={f"by{number}": number}) for id_ in ids]
    said += [Relation(type="WAS_DERIVED_FROM", source=a, target=b) for a, b in pairwise(ids)]
    said += [Relation(type="USED", source=ex(f"run{number}"), target=id_) for id_ in ids]
    return said


def check_crowd(store: Store, writers: int) -> None:
    nodes = store.run("MATCH (n:Entity) RETURN properties(n)").rows
    assert len(nodes) == 20
    for (properties,) in nodes:
        assert {key for key in properties if key.startswith("by")} == {f"by{number}" for number in range(writers)}
    assert store.run("MATCH ()-[r:USED]->() RETURN count(r)").rows == [(20 * writers,)]
    pairs = store.run("MATCH (a)-[r:WAS_DERIVED_FROM]->(b) RETURN a.id, b.id, count(r)").rows
    assert {count for _, _, count in pairs} == {1}
    assert len(pairs) == 20 if writers > 1 else 19


def test_threads_that_write_the_same_nodes_at_once_lose_nothing(store: Store) -> None:
    failures: list[BaseException] = []

    def write(number: int) -> None:
        try:
            for _ in range(3):
                store.write(records(crowd(number)))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert failures == []
    assert not any(thread.is_alive() for thread in threads)
    check_crowd(store, 4)


def _write_from_a_process(address: Address, path: Path, number: int) -> None:
    with Store(address) as store, Journal(path) as journal:
        for statement in crowd(number):
            journal.append([statement])
        send(journal, store)


def test_processes_with_journals_of_their_own_that_send_at_once_lose_nothing(store: Store, tmp_path: Path) -> None:
    fresh = multiprocessing.get_context("spawn")
    processes = [
        fresh.Process(target=_write_from_a_process, args=(store.address, tmp_path / f"{number}.sqlite", number))
        for number in range(3)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(180)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    check_crowd(store, 3)
