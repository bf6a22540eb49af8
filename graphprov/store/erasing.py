"""What forgetting does in the graph beyond the node itself: its versions, and what its relations say of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import neo4j

from graphprov.model.forgetting import KEPT_ON_RELATIONS, TOMBSTONE, is_tombstone, remains_of_relation
from graphprov.model.metadata import dumps
from graphprov.model.statements import digest_text
from graphprov.model.vocabulary import Element
from graphprov.store.connection import literal, native
from graphprov.store.cypher import store_text
from graphprov.store.merge import Said, Statements, add, from_node


def of_forgotten(tx: neo4j.ManagedTransaction, ids: Collection[str]) -> frozenset[str]:
    """Those of some ids that were forgotten. Where nothing ever was, Neo4j's own count answers at once."""
    if not ids or not tx.run(literal(store_text("forgotten_count"))).single(strict=True)[0]:
        return frozenset()
    return frozenset(tx.run(literal(store_text("forgotten_among")), ids=sorted(ids)).value())


def erased(rows: Sequence[dict[str, Any]], forgotten: Collection[str]) -> Sequence[dict[str, Any]]:
    """Rows of relations, without what those of forgotten things say."""
    if not forgotten:
        return rows
    return [
        {**row, "properties": remains_of_relation(row["properties"])}
        if row["source"] in forgotten or row["target"] in forgotten
        else row
        for row in rows
    ]


def erase_relations(tx: neo4j.ManagedTransaction, ids: Sequence[str]) -> None:
    """Remove from the relations of these nodes what forgetting does not leave."""
    if ids:
        tx.run(literal(store_text("erase_relations")), ids=ids, kept=sorted(KEPT_ON_RELATIONS)).consume()


def tombstones_of_versions(
    tx: neo4j.ManagedTransaction, generals: Sequence[str], versions: Sequence[str] | None
) -> dict[str, Statements]:
    """By id of each version of forgotten artifacts, the tombstones of these as statements about that version.

    Args:
        generals: The artifacts.
        versions: Only these versions.
    """
    found: dict[str, Statements] = {}
    rows = tx.run(literal(store_text("forgotten_versions")), generals=generals, versions=versions)
    for version, properties in rows.values("version", "properties"):
        for said in from_node(native(properties)).values():
            if is_tombstone(said.properties):
                add(found.setdefault(version, {}), *tombstone(version, said))
    return found


def tombstone(version: str, said: Said) -> tuple[str, Said]:
    """A tombstone, said of a version: always alike, so that whoever passes it on says the same."""
    properties = {key: said.properties[key] for key in TOMBSTONE if key in said.properties}
    row = {"node": Element.ENTITY.value, "id": version, "properties": properties}
    return digest_text(dumps(row)), Said(said.first, said.last, properties)


def tombstones(rows: Iterable[tuple[str, str, Any]]) -> list[tuple[str, Element, str, Said]]:
    """Id, PROV type, digest and content of each tombstone on nodes, given as id, type and properties."""
    return [
        (id_, Element(element), digest, said)
        for id_, element, properties in rows
        for digest, said in from_node(properties).items()
        if is_tombstone(said.properties)
    ]
