"""What is recorded: lists of artifacts, versions and runs, and everything about one thing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from graphprov.analysis.lineage import describe, said_of
from graphprov.analysis.makers import Maker, unsound_makers
from graphprov.model.identity import short_id
from graphprov.model.statements import PARAMETERS, parameters_of
from graphprov.model.times import show_time
from graphprov.store import Reference, Store, Table


@dataclass(frozen=True)
class Shown:
    """One thing with all that is known of it."""

    reference: Reference
    properties: dict[str, Any]
    """What was said of it, nested as it was given."""
    relations: Table
    """Columns `direction`, `relation`, `other`, `role`, `time`."""
    same: Table
    """What means the same thing: columns `other`, `how`; said by somebody, or by its content digest."""
    makers: list[Maker]
    """The runs that generated it, where none of them ended well."""
    cut: bool
    """Whether there are more relations than shown."""


def catalogue(store: Store, *, kind: str | None = None, limit: int = 1_000) -> Table:
    """Artifacts and agents by kind and name: columns `kind`, `name`, `versions`, `latest`."""
    return store.ask("catalogue", kind=kind, limit=limit)


def versions(store: Store, artifact: str, *, limit: int = 1_000) -> Table:
    """The versions of one artifact, newest first: with time, size, source, and the run that made it and its status.

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
    same = Table(("other", "how"), [*_said_same(store, reference.id), *_same_content(store, reference.id, limit)])
    numbers = [number for _, number in store.ask("numbers_of", ids=[reference.id]).rows]
    makers = [maker for made in unsound_makers(store, numbers).values() for maker in made]
    return Shown(reference, properties, Table(relations.columns, kept), same, makers, max(count.values()) > limit)


def _said_same(store: Store, id_: str) -> list[tuple[str, str]]:
    rows = store.ask("same_things", ids=[id_], known_on=None).dicts()
    return [
        (
            row["other"],
            f"said by {short_id(row['said_by'] or 'a document')} on {show_time(row['said_at'])}{_because(row)}",
        )
        for row in rows
    ]


def _because(row: dict[str, Any]) -> str:
    return f": {row['reason']}" if row["reason"] else ""


def _same_content(store: Store, id_: str, limit: int) -> list[tuple[str, str]]:
    rows = store.ask("same_content_of", id=id_, limit=limit).dicts()
    return [
        (
            row["other"],
            f"same content ({row['digest'].partition(':')[0]})" + (", joined for impact" if row["joined"] else ""),
        )
        for row in rows
    ]
