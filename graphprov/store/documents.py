"""What the store keeps of documents beside their statements: which came in, their prefixes, bundles and extensions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import neo4j

from graphprov.store.connection import Connection, literal, native
from graphprov.store.cypher import store_text


@dataclass(frozen=True)
class KnownDocument:
    """What the store knows of a document's content: since when, and how many statements, if it came in to its end."""

    recorded_at: datetime
    statements: int | None


def begin_import(
    connection: Connection,
    digest: str,
    file: str,
    form: str | None,
    now: datetime,
) -> KnownDocument:
    """Note that a document comes in; what was known of its content before."""

    def work(tx: neo4j.ManagedTransaction) -> KnownDocument:
        row = tx.run(literal(store_text("begin_import")), digest=digest, file=file, format=form, now=now).single(
            strict=True
        )
        return KnownDocument(native(row["recorded_at"]), row["statements"])

    return connection.write(work)


def finish_import(connection: Connection, digest: str, statements: int) -> None:
    """Note that a document is in to its end."""
    connection.write(_run, "finish_import", digest=digest, statements=statements)


def keep_parts(
    connection: Connection,
    recorded_at: datetime,
    *,
    namespaces: Sequence[tuple[str, str]] = (),
    bundles: Sequence[str] = (),
    extensions: Sequence[dict[str, Any]] = (),
) -> None:
    """Keep prefixes with their namespaces, bundles by id, and extensions as rows of `keep_extensions.cypher`."""
    if namespaces:
        rows = [{"prefix": prefix, "iri": iri} for prefix, iri in namespaces]
        connection.write(_run, "keep_namespaces", rows=rows, now=recorded_at)
    if bundles:
        connection.write(_run, "keep_bundles", ids=list(bundles), now=recorded_at)
    if extensions:
        connection.write(_run, "keep_extensions", rows=list(extensions), now=recorded_at)


def _run(tx: neo4j.ManagedTransaction, /, name: str, **parameters: Any) -> None:
    tx.run(literal(store_text(name)), parameters).consume()
