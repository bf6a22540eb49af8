"""RDF in tests: written and read again, and what RDF tells apart."""

from __future__ import annotations

import io
from collections import defaultdict

from graphprov.documents.formats import Format
from graphprov.documents.names import Prefixes
from graphprov.documents.provo_reader import read_provo
from graphprov.documents.provo_table import ATTRIBUTE_OF
from graphprov.documents.provo_writer import write_provo
from graphprov.documents.statements import BLANK, Document, Statement
from tests.documents import in_order, names_in

WITH_GRAPHS = (Format.trig, Format.nquads, Format.jsonld)
ALL = (*WITH_GRAPHS, Format.turtle, Format.ntriples, Format.rdfxml)


def written(document: Document, format_: Format) -> bytes:
    """A document in a format."""
    stream = io.BytesIO()
    write_provo(in_order(document), stream, format_, Prefixes(names_in(document), document.namespaces))
    return stream.getvalue()


def read(data: bytes | str, format_: Format = Format.turtle) -> Document:
    """What is written in a format."""
    found = data.encode() if isinstance(data, str) else data
    return Document.of(read_provo(io.BytesIO(found), file="test", format=format_))


def as_rdf_keeps(document: Document) -> set[tuple[object, ...]]:
    """What RDF tells apart, and no more: one description for each identifier, and what has no identifier as it is."""
    said: set[tuple[object, ...]] = set()
    described: dict[tuple[str | None, str], set[tuple[object, ...]]] = defaultdict(set)
    for statement in document.statements:
        keyword, identifier, arguments, attributes, bundle = statement.said
        attributes = tuple(sorted({(ATTRIBUTE_OF.get(name, name), value) for name, value in attributes}))
        if identifier is None or (identifier.startswith(BLANK) and not _is_referred_to(document, statement)):
            said.add((bundle, keyword, arguments, attributes))
            continue
        about = described[bundle, identifier]
        about.update(("attribute", *attribute) for attribute in attributes)
        about.update((keyword, place, argument) for place, argument in enumerate(arguments) if argument is not None)
        about.add((keyword,))
    return (
        said | {(*key, frozenset(about)) for key, about in described.items()} | {(name,) for name in document.bundles}
    )


def _is_referred_to(document: Document, statement: Statement) -> bool:
    return statement.term.element is not None or any(
        statement.identifier in other.arguments for other in document.statements if other.bundle == statement.bundle
    )
