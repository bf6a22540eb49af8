"""Writing: records from a journal, in batches of rows with parameters, so that the same set gives the same graph."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import neo4j

from graphprov.model.identity import PREFIX, is_open_end, is_own_of
from graphprov.model.metadata import EXACT
from graphprov.model.statements import Row
from graphprov.model.vocabulary import (
    FORGOTTEN,
    IMPORTED,
    KINDS,
    PLAN,
    PLAN_TYPE,
    SPECIALISING,
    Element,
    RelationType,
    labels_of,
)
from graphprov.store.connection import Connection, literal, native
from graphprov.store.cypher import store_text
from graphprov.store.erasing import erase_relations, erased, of_forgotten, tombstones_of_versions
from graphprov.store.merge import Said, Statements, add, from_node, is_forgotten, learnt, learnt_when, to_node

_TIMES = (
    *("started_at", "ended_at", "generated_at", "issued_at", "delivered_at"),
    *("valid_from", "valid_until", "invalidated_at"),
)
"""Times that `describe.cypher` reads from text; a time anywhere else goes as it is."""
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
    statements: int = 0
    """How many were gathered, repeated ones included."""

    def add(self, recorded_at: datetime, statements: Iterable[tuple[str, Row]]) -> None:
        """Gather the statements of one record."""
        first = _text(recorded_at)
        for digest, row in statements:
            self.statements += 1
            if "node" in row:
                said = Said(recorded_at, recorded_at, row["properties"])
                add(self.nodes.setdefault((Element(row["node"]), row["id"]), {}), digest, said)
            else:
                self._relate(first, digest, row)

    def _relate(self, first: str, digest: str, row: Row) -> None:
        kind = (Element(row["source_element"]), RelationType(row["relation"]), Element(row["target_element"]))
        known = self.relations[kind].get(digest)
        properties = dict(row["properties"])
        time = properties.pop("time", None)
        self.relations[kind][digest] = {
            "source": row["source"],
            "target": row["target"],
            "key": digest,
            "first": first if known is None else min(known["first"], first),
            "time": None if time is None else _text(time),
            "properties": properties,
        }

    def ids(self) -> dict[Element, set[str]]:
        """The ids that the batch names under each PROV type; not graphprov's own, where their kind says that type."""
        named: dict[Element, set[str]] = {element: set() for element in Element}
        for element, id_ in self.nodes:
            named[element].add(id_)
        for (source, _, target), rows in self.relations.items():
            named[source].update(row["source"] for row in rows.values())
            named[target].update(row["target"] for row in rows.values())
        return {element: {id_ for id_ in ids if not is_own_of(id_, element)} for element, ids in named.items()}

    def ends(self) -> set[str]:
        """The ids of all ends of relations."""
        return {row[end] for rows in self.relations.values() for row in rows.values() for end in ("source", "target")}

    def generals(self) -> list[str]:
        """Entities that others are said to be specialisations of."""
        found: set[str] = set()
        for (_, relation, _), rows in self.relations.items():
            if relation in SPECIALISING:
                found.update(row["target"] for row in rows.values())
        return sorted(found)

    def open_ends(self) -> dict[Element, set[str]]:
        """Nodes that stand for ends that relations leave open."""
        found: dict[Element, set[str]] = {element: set() for element in Element}
        for (source, _, target), rows in self.relations.items():
            for row in rows.values():
                for element, id_ in ((source, row["source"]), (target, row["target"])):
                    if is_open_end(id_):
                        found[element].add(id_)
        return found


@dataclass(frozen=True)
class Alone:
    """What a writer knows who began when the store held nothing under names not of graphprov's making.

    Attributes:
        writer: Names the writer, so that it sees whether another one wrote meanwhile.
        of_two_types: Which ids of its batch it names under more than one PROV type itself.
    """

    writer: str
    of_two_types: frozenset[str]


def write_batch(connection: Connection, batch: Batch, *, alone: Alone | None = None) -> None:
    """Write a batch in one transaction: all of it or, after an error, nothing.

    Args:
        alone: Saves looking for each id under the other PROV types, as long as nobody else writes such names.

    Raises:
        DatabaseAway: The database went away, and did not come back while the driver tried again.
        StoreRefused: The database refuses to write.
    """
    connection.write(_write, batch, alone)


def _write(tx: neo4j.ManagedTransaction, batch: Batch, alone: Alone | None) -> None:
    # The server's clock, not this machine's: what was known when is a question about one store, which many write to.
    now = native(tx.run(literal(store_text("now"))).single(strict=True)["now"])
    _adopt(tx, batch.ids(), alone, now)
    for element in Element:
        # Sorted, so that two writers lock the same nodes in the same order and seldom meet in a deadlock.
        nodes = sorted((id_, said) for (kind, id_), said in batch.nodes.items() if kind is element)
        for part in _parts(nodes):
            _describe(tx, element, dict(part), now)
    forgotten = of_forgotten(tx, batch.ends())
    for (source, relation, target), rows in sorted(batch.relations.items()):
        query = literal(store_text("relate", source=source, relation=relation, target=target))
        ordered = sorted(rows.values(), key=lambda row: (row["source"], row["target"]))
        for part in _parts(erased(ordered, forgotten)):
            tx.run(query, rows=part, now=now).consume()
    for element, ids in batch.open_ends().items():
        for part in _parts(sorted(ids)):
            tx.run(literal(store_text("mark_unknown", element=element)), ids=part).consume()
    for part in _parts(batch.generals()):
        tx.run(literal(store_text("mark_general")), ids=part).consume()
    _forget(tx, batch, forgotten, now)


def _forget(tx: neo4j.ManagedTransaction, batch: Batch, forgotten: frozenset[str], now: datetime) -> None:
    """Give the tombstones of a forgotten artifact to its versions too, and erase what their relations say.

    In the transaction that brings a tombstone, or a version of what was forgotten: so that the order does not matter.
    """
    changed = {id_ for (_, id_), statements in batch.nodes.items() if is_forgotten(statements)}
    generals, versions = sorted(changed), None
    late = [
        (row["target"], row["source"])
        for (_, relation, _), rows in batch.relations.items()
        if relation in SPECIALISING
        for row in rows.values()
        if row["target"] in forgotten
    ]
    waiting: list[tuple[list[str], list[str] | None]] = [(generals, versions)] if generals else []
    if late:
        waiting.append((sorted({general for general, _ in late}), sorted({version for _, version in late})))
    while waiting:
        found = tombstones_of_versions(tx, *waiting.pop())
        new = _describe(tx, Element.ENTITY, found, now)
        changed |= new
        if new:
            waiting.append((sorted(new), None))
    erase_relations(tx, sorted(changed))


def _adopt(tx: neo4j.ManagedTransaction, named: dict[Element, set[str]], alone: Alone | None, now: datetime) -> None:
    """See to it that an id is one node, also where it is an agent here and an entity there (PROV-DM 5.3.1).

    Writers of such ids go one after the other: two that made one id at once under two types would make two nodes.
    """
    if not any(named.values()):
        return
    writer = alone.writer if alone is not None else None
    (before,) = tx.run(literal(store_text("lock_names")), writer=writer).single(strict=True)
    if alone is not None and before in (None, alone.writer):
        kept = alone.of_two_types
        named = {
            element: {id_ for id_ in ids if id_ in kept or id_.startswith(PREFIX)} for element, ids in named.items()
        }
    known = tx.run(literal(store_text("foreign_types"))).single(strict=True)
    pairs = [(element, other) for element in Element for other in Element if other is not element]
    for element, other in pairs:
        # One of graphprov's own ids is here only where it stands for another type than its kind says.
        asked = [id_ for id_ in sorted(named[element]) if known[other.value] or id_.startswith(PREFIX)]
        if asked:
            for part in _parts(asked):
                tx.run(literal(store_text("adopt", source=other, target=element)), ids=part).consume()
    for element, other in pairs:
        if both := sorted(named[element] & named[other]):
            tx.run(literal(store_text("mention", element=element)), ids=both, now=now).consume()
            tx.run(literal(store_text("adopt", source=element, target=other)), ids=both).consume()


def _describe(tx: neo4j.ManagedTransaction, element: Element, nodes: dict[str, Statements], now: datetime) -> set[str]:
    """Write what is said of nodes; the ids of those that were known and are otherwise now."""
    rows = [_new(element, id_, statements) for id_, statements in nodes.items()]
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
            row["properties"] |= learnt({**dict.fromkeys(statements, now), **learnt_when(properties)}, properties, now)
            merged.append(row)
    if merged:
        tx.run(literal(store_text("redescribe", element=element)), rows=merged).consume()
    return {row["id"] for row in merged}


def _new(element: Element, id_: str, statements: Statements) -> dict[str, Any]:
    """A row of `describe.cypher`."""
    properties = to_node(statements)
    first = _text(properties.pop("recorded_at"))
    last = properties.pop("restated_at", None)
    times = {key: _text(properties.pop(key)) for key in _TIMES if isinstance(properties.get(key), datetime)}
    return {
        "id": id_,
        "labels": _labels(id_, element, statements),
        "properties": {**properties, "id": id_},
        "times": times,
        "statement": properties["statement"],
        "first": first,
        "last": first if last is None else _text(last),
    }


def _described(element: Element, id_: str, statements: Statements) -> dict[str, Any]:
    """A row of `redescribe.cypher`."""
    properties = to_node(statements)
    labels = _labels(id_, element, statements)
    return {
        "id": id_,
        "labels": labels,
        "other_labels": [label for label in _KIND_LABELS[element] if label not in labels],
        "properties": {**properties, "id": id_},
    }


def _labels(id_: str, element: Element, statements: Statements) -> list[str]:
    """The labels beside that of the PROV type: of the kind said last of such a thing, of imported content, of plans."""
    kinds = [
        (said.last, digest, kind)
        for digest, said in statements.items()
        if labels_of(kind := said.properties.get("kind"), element)
    ]
    labels = labels_of(max(kinds)[2], element) if kinds else []
    imported = (
        element is Element.ENTITY
        and not id_.startswith(PREFIX)
        and any(EXACT in said.properties and "digest" in said.properties for said in statements.values())
    )
    plan = element is Element.ENTITY and any(
        PLAN_TYPE in types for said in statements.values() if isinstance(types := said.properties.get("types"), list)
    )
    return [*labels, *[IMPORTED] * imported, *[PLAN] * plan, *[FORGOTTEN] * is_forgotten(statements)]


def _text(moment: datetime) -> str:
    """A time for the server to read, which takes it 6 µs; the driver would take 33 µs to pack it as a time."""
    return moment.isoformat()


def _parts(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(rows), _ROWS):
        yield rows[start : start + _ROWS]
