"""Writing: records from a journal, in batches of rows with parameters, so that the same set gives the same graph."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import neo4j

from graphprov.model.statements import Row
from graphprov.model.vocabulary import KINDS, Element, RelationType, labels_of
from graphprov.store.connection import Connection, literal, native
from graphprov.store.cypher import store_text
from graphprov.store.merge import Said, Statements, add, from_node, to_node

_ROWS = 10_000
"""Rows in one query; a transaction holds a whole batch of records."""

_KIND_LABELS = {
    element: sorted(kind.label for kind in KINDS.values() if kind.element is element) for element in Element
}


@dataclass
class Batch:
    """Statements gathered by node and by relation, each once, ready to be written in one transaction."""

    nodes: dict[tuple[Element, str], Statements] = field(default_factory=dict)
    relations: dict[tuple[Element, RelationType, Element], dict[str, dict[str, Any]]] = field(
        default_factory=lambda: defaultdict(dict)
    )

    def add(self, recorded_at: datetime, statements: Iterable[tuple[str, Row]]) -> None:
        """Gather the statements of one record."""
        for digest, row in statements:
            if "node" in row:
                said = Said(recorded_at, recorded_at, row["properties"])
                add(self.nodes.setdefault((Element(row["node"]), row["id"]), {}), digest, said)
            else:
                self._relate(recorded_at, digest, row)

    def _relate(self, recorded_at: datetime, digest: str, row: Row) -> None:
        kind = (Element(row["source_element"]), RelationType(row["relation"]), Element(row["target_element"]))
        known = self.relations[kind].get(digest)
        self.relations[kind][digest] = {
            "source": row["source"],
            "target": row["target"],
            "key": digest,
            "first": recorded_at if known is None else min(known["first"], recorded_at),
            "properties": row["properties"],
        }


def write_batch(connection: Connection, batch: Batch) -> None:
    """Write a batch in one transaction: all of it or, after an error, nothing.

    Raises:
        DatabaseAway: The database went away, and did not come back while the driver tried again.
        StoreRefused: The database refuses to write.
    """
    connection.write(_write, batch)


def _write(tx: neo4j.ManagedTransaction, batch: Batch) -> None:
    now = datetime.now(UTC)
    for element in Element:
        # Sorted, so that two writers lock the same nodes in the same order and seldom meet in a deadlock.
        nodes = sorted((id_, said) for (kind, id_), said in batch.nodes.items() if kind is element)
        for part in _parts(nodes):
            _describe(tx, element, dict(part), now)
    for (source, relation, target), rows in sorted(batch.relations.items()):
        query = literal(store_text("relate", source=source, relation=relation, target=target))
        ordered = sorted(rows.values(), key=lambda row: (row["source"], row["target"]))
        for part in _parts(ordered):
            tx.run(query, rows=part, now=now).consume()


def _describe(tx: neo4j.ManagedTransaction, element: Element, nodes: dict[str, Statements], now: datetime) -> None:
    rows = [_described(element, id_, statements) for id_, statements in nodes.items()]
    differing = tx.run(literal(store_text("describe", element=element)), rows=rows, now=now).values("id", "properties")
    merged = []
    for id_, found in differing:
        properties = native(found)
        before = from_node(properties)
        statements = dict(before)
        for digest, said in nodes[id_].items():
            add(statements, digest, said)
        if statements != before:
            row = _described(element, id_, statements)
            row["properties"]["stored_at"] = properties.get("stored_at", now)
            merged.append(row)
    if merged:
        tx.run(literal(store_text("redescribe", element=element)), rows=merged).consume()


def _described(element: Element, id_: str, statements: Statements) -> dict[str, Any]:
    properties = to_node(statements)
    return {
        "id": id_,
        "labels": (labels := labels_of(properties.get("kind"), element)),
        "other_labels": [label for label in _KIND_LABELS[element] if label not in labels],
        "properties": {**properties, "id": id_},
        "statement": properties["statement"],
        "first": properties["recorded_at"],
        "last": properties.get("restated_at", properties["recorded_at"]),
    }


def _parts(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(rows), _ROWS):
        yield rows[start : start + _ROWS]
