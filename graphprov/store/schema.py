"""The schema: numbered Cypher files, applied once each, in order, and remembered in the database with a checksum.

A database tells whose it is by its one `(:GraphprovStore)` node; what was applied stands in `(:GraphprovSchema)` nodes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

import neo4j

from graphprov.errors import StoreRefused
from graphprov.model.identity import unique_number
from graphprov.questions import cypher_root
from graphprov.store.connection import Connection, literal
from graphprov.store.cypher import store_text

_NAME = re.compile(r"V(\d+)__(\w+)")
_COMMENT = re.compile(r"^\s*//.*$", re.MULTILINE)


@dataclass(frozen=True)
class SchemaFile:
    """One numbered file of `cypher/schema/`."""

    number: int
    name: str
    checksum: str
    commands: tuple[str, ...]


@dataclass(frozen=True)
class StoreState:
    """What a database says of itself: its id as a store of graphprov, what was applied, and how many nodes it holds."""

    store: str | None
    applied: dict[int, tuple[str, str]]
    nodes: int


def schema_files() -> list[SchemaFile]:
    """The files that ship with this graphprov, in their order."""
    return [
        _read(path.stem, path.read_text(encoding="utf-8")) for path in sorted((cypher_root() / "schema").glob("V*"))
    ]


def _read(stem: str, content: str) -> SchemaFile:
    match = _NAME.fullmatch(stem)
    if match is None:
        raise ValueError(f"cypher/schema/{stem}.cypher: expected a name like V001__what_it_does")
    commands = tuple(part.strip() for part in _COMMENT.sub("", content).split(";") if part.strip())
    # Line ends are no change: a checkout on another system must not look edited.
    checksum = sha256("\n".join(content.splitlines()).encode()).hexdigest()
    return SchemaFile(int(match[1]), stem, checksum, commands)


def ensure_schema(connection: Connection, *, adopt: bool = False) -> str:
    """Bring the database to this package's schema and return its id as a store.

    Args:
        adopt: Also take a database that holds nodes of somebody else's, which stay as they are.

    Raises:
        StoreRefused: The database is not graphprov's, is newer than this package, or an applied file was edited since.
    """
    state = connection.read(_state)
    if state.store is None and not state.applied and state.nodes and not adopt:
        raise StoreRefused(
            f"the database at {connection.address.shown} holds {state.nodes:,} nodes that are not graphprov's",
            hint="use an empty database, or `graphprov db migrate --adopt` to keep both in this one",
        )
    files = {file.number: file for file in schema_files()}
    _check_applied(connection, state, files)
    missing = [file for number, file in sorted(files.items()) if number not in state.applied]
    for file in missing:
        for command in file.commands:
            connection.command(command)
        connection.write(_note_applied, file)
    if state.store is None:
        return connection.write(_found_store)
    return state.store


def _check_applied(connection: Connection, state: StoreState, files: dict[int, SchemaFile]) -> None:
    for number, (name, checksum) in sorted(state.applied.items()):
        if number not in files:
            raise StoreRefused(
                f"the database at {connection.address.shown} was written by a newer graphprov: it has the schema file"
                f" {name}, the newest here is {files[max(files)].name}",
                hint="upgrade graphprov on this machine",
            )
        if files[number].checksum != checksum:
            raise StoreRefused(
                f"the schema file {files[number].name}.cypher was edited after it had been applied to"
                f" {connection.address.shown}",
                hint="restore the file, and put the change into a new numbered file",
            )


def _state(tx: neo4j.ManagedTransaction) -> StoreState:
    row = tx.run(literal(store_text("state"))).single(strict=True)
    applied = {number: (name, checksum) for number, name, checksum in row["applied"]}
    return StoreState(row["store"], applied, row["nodes"])


def _note_applied(tx: neo4j.ManagedTransaction, file: SchemaFile) -> None:
    tx.run(
        literal(store_text("note_applied")),
        number=file.number,
        name=file.name,
        checksum=file.checksum,
        now=datetime.now(UTC),
    ).consume()


def _found_store(tx: neo4j.ManagedTransaction) -> str:
    row = tx.run(literal(store_text("found")), id=unique_number(), now=datetime.now(UTC)).single(strict=True)
    return str(row["store"])
