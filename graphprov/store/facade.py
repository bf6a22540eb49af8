"""`Store`: one open database, and what one can ask of it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

import neo4j

from graphprov import questions
from graphprov.errors import AmbiguousReference
from graphprov.journal import Record
from graphprov.model.vocabulary import Element
from graphprov.settings import Settings
from graphprov.store import documents
from graphprov.store import resolve as _resolve
from graphprov.store.connection import Address, Connection, address_of, literal, native
from graphprov.store.cypher import store_text
from graphprov.store.erasing import erase_relations
from graphprov.store.schema import ensure_schema
from graphprov.store.write import Alone, Batch, write_batch


@dataclass(frozen=True)
class Table:
    """The rows that a question returned, values as Python's own (times aware)."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]

    def dicts(self) -> list[dict[str, Any]]:
        """The rows as mappings from column to value."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


class Store:
    """An open database with graphprov's schema. Use `open_store`, or `with Store(address) as store`."""

    def __init__(self, address: Address, *, adopt: bool = False) -> None:
        """Connect, and bring the schema up to date.

        Raises:
            DatabaseAway: Nobody answers at the address.
            WrongPassword: The user or password is refused.
            StoreRefused: The database is not graphprov's, is read-only, or is newer than this package.
        """
        self.address = address
        self._connection = Connection(address)
        try:
            self._connection.check()
            self.id = ensure_schema(self._connection, adopt=adopt)
        except BaseException:
            self._connection.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._connection.close()

    def now(self) -> datetime:
        """The server's clock, by which the store notes when it learns of something."""
        moment: datetime = self.ask("now").rows[0][0]
        return moment

    def empty(self, *, at_most: int) -> bool:
        """Remove everything but the schema, unless the database holds more nodes and relations than `at_most`.

        What it is emptied of is another store's: whoever opens it next founds a new one.

        Returns:
            Whether it is empty now.
        """
        nodes, relations = self.ask("size").rows[0]
        if nodes + relations > at_most:
            return False
        self._connection.command(store_text("empty"))
        return True

    def write(self, records: Iterable[Record]) -> None:
        """Write records in one transaction: all or, after an error, none. Writing a record twice changes nothing.

        Raises:
            DatabaseAway: The database went away while writing.
            StoreRefused: It refuses to write.
        """
        batch = Batch()
        for record in records:
            batch.add(record.recorded_at, record.statements)
        write_batch(self._connection, batch)

    def write_batch(self, batch: Batch, *, alone: Alone | None = None) -> None:
        """Write a batch in one transaction; see `graphprov.store.write.write_batch`.

        Raises:
            DatabaseAway: The database went away while writing.
            StoreRefused: It refuses to write.
        """
        write_batch(self._connection, batch, alone=alone)

    def erase_relations(self, ids: Sequence[str]) -> None:
        """Remove from relations of forgotten things what was written while they were being forgotten."""
        self._connection.write(erase_relations, ids)

    def checkpoint(self) -> None:
        """Have the database bring its files up to date and let go of the transaction logs that it may drop.

        Raises:
            StoreRefused: This user may not, or the server has no such procedure, as Community's 2026.08.
        """
        self._connection.command(store_text("checkpoint"))

    def begin_import(
        self,
        digest: str,
        file: str,
        form: str | None,
        now: datetime,
    ) -> documents.KnownDocument:
        """Note that a document comes in; what was known of its content before."""
        return documents.begin_import(self._connection, digest, file, form, now)

    def finish_import(self, digest: str, statements: int) -> None:
        """Note that a document is in to its end."""
        documents.finish_import(self._connection, digest, statements)

    def keep_document_parts(self, recorded_at: datetime, **parts: Any) -> None:
        """Keep what a document has beside its statements; see `graphprov.store.documents.keep_parts`."""
        documents.keep_parts(self._connection, recorded_at, **parts)

    def query(self, name: str, /, **given: Any) -> Table:
        """Ask one of the named questions of `cypher/`; parameters that are not given are null.

        Ids and names may be as short as a person types them (`dataset:x`, `x@3f2a`). A name that nothing has is an
        error here; pasted into Neo4j Browser the same text gives an empty answer.

        Raises:
            UnknownReference: No question, or nothing in the store, is called so; carries the nearest.
            AmbiguousReference: Several things are, and the question, asked about all of that name, found nothing.
            InvalidInput: A parameter is missing, unknown, or not of its type.
        """
        question = questions.load(name)
        values = questions.bind(question, given)
        unclear: AmbiguousReference | None = None
        for param in question.params:
            if param.elements and values[param.name] is not None:
                try:
                    values[param.name] = self.resolve(values[param.name], elements=param.elements).id
                except AmbiguousReference as error:
                    unclear = error  # a name that many runs share, say: the question is about all of them
        table = self.run(question.text, values)
        if unclear is not None and not table.rows:
            raise unclear
        return table

    def run(self, text: str, parameters: Mapping[str, Any] | None = None) -> Table:
        """Run the text of a Cypher file in a reading transaction."""
        return self._connection.read(_table, text, dict(parameters or {}))

    def ask(self, name: str, /, **parameters: Any) -> Table:
        """Run one of the package's own reading queries, `cypher/store/<name>.cypher`."""
        return self.run(store_text(name), parameters)

    def resolve(self, text: str, *, elements: Sequence[Element] = tuple(Element)) -> _resolve.Reference:
        """Find the one thing that a person means (see `graphprov.store.resolve`).

        Raises:
            UnknownReference: Nothing is called so; carries the nearest names.
            AmbiguousReference: Several things are; carries them.
        """
        return _resolve.resolve(self, text, elements)


@contextlib.contextmanager
def open_store(settings: Settings | None = None, *, progress: bool = True, adopt: bool = False) -> Iterator[Store]:
    """Open the configured database, or the embedded one, which is started if need be.

    Raises:
        DatabaseAway: Nobody answers at the configured address.
        EngineError: The embedded server cannot run.
        StoreRefused: The database is not graphprov's, or is newer than this package.
    """
    address = address_of(settings or Settings.load(), progress=progress)
    assert address is not None  # noqa: S101  (starting never answers None)
    with Store(address, adopt=adopt) as store:
        yield store


def _table(tx: neo4j.ManagedTransaction, text: str, parameters: dict[str, Any]) -> Table:
    result = tx.run(literal(text), parameters)
    columns = tuple(result.keys())
    return Table(columns, [tuple(native(value) for value in row.values()) for row in result])
