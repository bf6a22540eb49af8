"""What is recorded: lists of artifacts, versions and runs, and everything about one thing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from graphprov.analysis.lineage import describe, said_of
from graphprov.model.statements import PARAMETERS, parameters_of
from graphprov.store import Reference, Store, Table


@dataclass(frozen=True)
class Shown:
    """One thing with all that is known of it."""

    reference: Reference
    properties: dict[str, Any]
    """What was said of it, nested as it was given."""
    relations: Table
    """Columns `direction`, `relation`, `other`, `role`, `time`."""
    cut: bool
    """Whether there are more relations than shown."""


def catalogue(store: Store, *, kind: str | None = None, limit: int = 1_000) -> Table:
    """Artifacts and agents by kind and name: columns `kind`, `name`, `versions`, `latest`."""
    return store.ask("catalogue", kind=kind, limit=limit)


def versions(store: Store, artifact: str, *, limit: int = 1_000) -> Table:
    """The versions of one artifact, newest first: `id`, `version`, `time`, `size_bytes`, `made_by`, `from_source`.

    Raises:
        UnknownReference: No such artifact; carries the nearest.
        AmbiguousReference: It could be several; carries them.
    """
    return store.ask("versions", id=store.resolve(artifact).id, limit=limit)


def runs(store: Store, *, kind: str | None = None, name: str | None = None, limit: int = 20) -> Table:
    """Runs, newest first: `started`, `kind`, `run`, `status`, `who`, `used`, `generated`."""
    return store.ask("runs", kind=kind, name=name, limit=limit)


def show(store: Store, artifact: str, *, limit: int = 50) -> Shown:
    """Everything about one thing; at most `limit` relations in each direction.

    Raises:
        UnknownReference: No such thing; carries the nearest.
        AmbiguousReference: It could be several; carries them.
    """
    reference = store.resolve(artifact)
    (row,) = describe(store, [reference.id])
    flat = row["properties"]
    properties = said_of({key: value for key, value in flat.items() if not key.startswith(PARAMETERS)})
    if parameters := parameters_of(flat):
        properties["parameters"] = parameters
    relations = store.ask("relations_of", id=reference.id, limit=limit + 1)
    count = {"to": 0, "from": 0}
    kept = []
    for relation in relations.rows:
        count[relation[0]] += 1
        if count[relation[0]] <= limit:
            kept.append(relation)
    return Shown(reference, properties, Table(relations.columns, kept), max(count.values()) > limit)
