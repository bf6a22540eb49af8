"""Recording in bulk: from a journal into Neo4j, against hand-written queries that write the same rows."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any, LiteralString

import neo4j

from graphprov import engine
from graphprov.journal import Journal
from graphprov.model.statements import Activity, Entity, Relation, Statement
from graphprov.model.vocabulary import RelationType
from graphprov.settings import Settings
from graphprov.store import Address, Store
from graphprov.transfer import BATCH, send
from tests.bench.measure import Line, interleaved, memory, say

GOAL = 0.7
RUNS = 10_000
_START = datetime(2026, 1, 1, tzinfo=UTC)

# What a person who knows Neo4j writes: rows as parameters, one query for each label and type, keys under a constraint.
ENTITIES: LiteralString = "UNWIND $rows AS row MERGE (n:Entity {id: row.id}) ON CREATE SET n += row, n:Dataset"
RUN: LiteralString = "UNWIND $rows AS row MERGE (n:Activity {id: row.id}) ON CREATE SET n += row, n:Transforming"
USED: LiteralString = """
UNWIND $rows AS row
MATCH (a:Activity {id: row.source})
MATCH (e:Entity {id: row.target})
MERGE (a)-[r:USED {key: row.key}]->(e)
ON CREATE SET r += row.properties
"""
GENERATED: LiteralString = """
UNWIND $rows AS row
MATCH (e:Entity {id: row.source})
MATCH (a:Activity {id: row.target})
MERGE (e)-[r:WAS_GENERATED_BY {key: row.key}]->(a)
ON CREATE SET r += row.properties
"""


def lines(settings: Settings, *, rounds: int) -> Iterator[Line]:
    """Measure on one throw-away server; each round writes runs of its own."""
    say(f"recording: {RUNS:,} runs with 3 uses and 2 outputs each")
    with (
        engine.throwaway(settings=settings) as endpoint,
        Store(Address(endpoint.uri, endpoint.user, endpoint.password)) as store,
        tempfile.TemporaryDirectory() as folder,
    ):
        names = count()
        journals = (Journal(Path(folder) / f"{number}.sqlite") for number in count())
        waiting: list[Journal] = []
        rows: list[list[dict[str, Any]]] = []

        def fill() -> None:
            waiting.append(next(journals))
            waiting[-1].append_many(runs(next(names)))

        def make_rows() -> None:
            rows[:] = same_rows(runs(next(names)))

        def whole() -> None:
            fill()
            send(waiting.pop(), store)

        work = {
            "journal": fill,
            "graphprov": lambda: send(waiting.pop(), store),
            "rows for the rival": make_rows,
            "hand-written": lambda: by_hand(store, rows),
            "whole way": whole,
        }
        took = interleaved(work, rounds=rounds, server=endpoint.pid)

        def rate(name: str) -> str:
            return f"{RUNS / took[name].clock:,.0f} runs/s ({took[name].cpu / RUNS * 1e6:,.0f} µs of processor each)"

        ratio = took["hand-written"].clock / took["graphprov"].clock
        by_cpu = took["hand-written"].cpu / took["graphprov"].cpu
        yield Line("hand-written UNWIND ... MERGE of the same rows", rate("hand-written"))
        yield Line("journal to Neo4j, graphprov", rate("graphprov"), f"{ratio:.2f} ({by_cpu:.2f})", f"at least {GOAL}")
        yield Line("into the journal, in bulk", rate("journal"))
        yield Line("the whole way: into the journal and on to Neo4j", rate("whole way"))
        yield Line("memory", memory(endpoint.pid))


def runs(name: int) -> list[list[Statement]]:
    """Records of `RUNS` runs as a pipeline leaves them: each uses three of what the runs before it made."""
    return [_record(name, number) for number in range(RUNS)]


def _record(name: int, number: int) -> list[Statement]:
    began = _START + timedelta(minutes=number)
    run = f"urn:graphprov:transforming:step-{number % 50}@{name:04x}{number:028x}"
    made = began + timedelta(seconds=30)
    outputs = [_entity(name, 2 * number + k, made) for k in range(2)]
    used = [_entity_id(name, max(0, 2 * number - back)) for back in (1, 7, 40)]
    return [
        Activity(
            id=run,
            kind="transforming",
            name=f"step-{number % 50}",
            started_at=began,
            ended_at=began + timedelta(seconds=31),
            status="completed",
            host="node-17",
            user="ada",
            python="3.11.9",
            command="python -m pipeline.step --window 30",
            parameters={"window": 30, "rate": 0.25},
        ),
        *outputs,
        *(Relation(type=RelationType.USED, source=run, target=entity, time=began, role="input") for entity in used),
        *(Relation(type=RelationType.WAS_GENERATED_BY, source=each.id, target=run, time=made) for each in outputs),
    ]


def _entity_id(name: int, number: int) -> str:
    return f"urn:graphprov:dataset:table-{number % 100}@{sha256(f'{name}/{number}'.encode()).hexdigest()}"


def _entity(name: int, number: int, made: datetime) -> Entity:
    id_ = _entity_id(name, number)
    return Entity(
        id=id_,
        kind="dataset",
        name=f"table-{number % 100}",
        version=id_[-64:-52],
        digest=f"sha256:{id_[-64:]}",
        size_bytes=1_000 + number,
        path=f"data/table-{number % 100}.parquet",
        media_type="application/vnd.apache.parquet",
        generated_at=made,
        metadata={"rows": number, "columns": 12},
    )


def same_rows(records: Sequence[Sequence[Statement]]) -> list[list[dict[str, Any]]]:
    """The properties that graphprov leaves in the database, ready to be sent: one list for each query."""
    now = datetime.now(UTC)
    entities, activities, used, generated = [], [], [], []
    for record in records:
        for statement in record:
            row = statement.row()
            key = sha256(repr(row).encode()).hexdigest()[:40]
            told = {"recorded_at": now, "stored_at": now}
            if "node" in row:
                properties = {**row["properties"], **told, "id": row["id"], "statement": key}
                (entities if row["node"] == "Entity" else activities).append(properties)
            else:
                own = {"source": row["source"], "target": row["target"], "key": key}
                own["properties"] = {**row["properties"], **told}
                (used if row["relation"] == "USED" else generated).append(own)
    return [entities, activities, used, generated]


def by_hand(store: Store, rows: Sequence[Sequence[dict[str, Any]]]) -> None:
    """Write the rows in transactions of the same size as graphprov's."""

    def work(tx: neo4j.ManagedTransaction, start: int) -> None:
        for text, part, each in zip((ENTITIES, RUN, USED, GENERATED), rows, (2, 1, 3, 2), strict=True):
            tx.run(text, rows=part[start * each : (start + BATCH) * each]).consume()

    for start in range(0, RUNS, BATCH):
        store._connection.write(work, start)
