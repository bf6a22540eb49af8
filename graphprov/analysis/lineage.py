"""Lineage: what a thing was made from, by which runs and people, back to its sources."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from graphprov.analysis.makers import went
from graphprov.model.identity import short_id
from graphprov.model.metadata import EXACT, unflatten
from graphprov.model.vocabulary import Element
from graphprov.store import Store
from graphprov.store.merge import BOOKKEEPING

_AT_ONCE = 1_000


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LineageNode(_Part):
    """One thing in the lineage."""

    id: str
    element: Literal["Entity", "Activity", "Agent"]
    kind: str | None
    name: str
    version: str | None = None
    time: datetime | None = Field(default=None, description="Generated, issued, received or started.")
    distance: int = Field(description="Fewest relations from the root.")
    status: str | None = Field(default=None, description="Of runs.")
    no_end: bool = Field(default=False, description="Of runs: whether it began and never said how it ended.")


class LineageRelation(_Part):
    """One PROV relation, from effect to cause."""

    effect: str
    relation: str
    cause: str
    role: str | None = None
    time: datetime | None = None


class Lineage(_Part):
    """Everything behind one thing, each node and relation once."""

    root: str
    complete: bool
    cut: str | None = Field(default=None, description="What was left out, and how to get it.")
    nodes: list[LineageNode] = Field(description="Nearest first, then by id; the root first.")
    relations: list[LineageRelation]


def lineage(store: Store, artifact: str, *, depth: int | None = None, limit: int = 0) -> Lineage:
    """Follow the arrows from one thing to all that it came from; each node is expanded once.

    Args:
        artifact: What a person types; a general artifact stands for its newest version.
        depth: Follow at most so many relations. Default: to the end.
        limit: Expand no further once so many nodes are found; 0 for no limit.

    Raises:
        UnknownReference: No such thing; carries the nearest.
        AmbiguousReference: It could be several things; carries them.
    """
    root = _root(store, artifact)
    distance = {root: 0}
    relations: list[LineageRelation] = []
    frontier, level, cut = [root], 0, None
    while frontier:
        if depth is not None and level >= depth:
            cut = f"what lies further than {depth} relations back; leave out --depth"
        elif limit and len(distance) >= limit:
            cut = f"what lies behind the first {len(distance):,} nodes; give --limit 0"
        found = [] if cut else _hop(store, frontier)
        if cut and not _hop(store, frontier):
            cut = None
        relations += found
        level += 1
        frontier = sorted({relation.cause for relation in found} - distance.keys())
        distance.update(dict.fromkeys(frontier, level))
    nodes = [_node(row, distance[row["id"]]) for row in describe(store, sorted(distance))]
    nodes.sort(key=lambda node: (node.distance, node.id))
    return Lineage(root=root, complete=cut is None, cut=cut, nodes=nodes, relations=relations)


def describe(store: Store, ids: list[str]) -> list[dict[str, Any]]:
    """Id, PROV type and own properties of nodes: rows with `id`, `element` and `properties`."""
    rows: list[dict[str, Any]] = []
    for first in range(0, len(ids), _AT_ONCE):
        rows += store.ask("nodes", ids=ids[first : first + _AT_ONCE]).dicts()
    return rows


def said_of(properties: dict[str, Any]) -> dict[str, Any]:
    """What statements say of a node, nested as it was given; graphprov's bookkeeping left out."""
    return unflatten({key: value for key, value in properties.items() if key not in BOOKKEEPING and key != EXACT})


def _root(store: Store, artifact: str) -> str:
    reference = store.resolve(artifact)
    if reference.element is Element.ENTITY and reference.version is None:
        newest = store.ask("newest_version", id=reference.id).rows
        if newest:
            return str(newest[0][0])
    return reference.id


def _hop(store: Store, frontier: list[str]) -> list[LineageRelation]:
    found: list[LineageRelation] = []
    for first in range(0, len(frontier), _AT_ONCE):
        rows = store.ask("hop_upstream", ids=frontier[first : first + _AT_ONCE]).dicts()
        found += [LineageRelation(**row) for row in rows]
    return found


def _node(row: dict[str, Any], distance: int) -> LineageNode:
    properties = row["properties"]
    times = (properties.get(key) for key in ("generated_at", "issued_at", "delivered_at", "started_at"))
    return LineageNode(
        id=row["id"],
        element=row["element"],
        kind=properties.get("kind"),
        name=properties.get("name") or short_id(row["id"]),
        version=properties.get("version"),
        time=next((time for time in times if time is not None), None),
        distance=distance,
        status=properties.get("status"),
        no_end=row["element"] == "Activity" and went(properties) == "no end",
    )
