"""PROV-O out: Turtle, TriG, RDF/XML, JSON-LD, N-Triples and N-Quads, the same bytes for the same statements.

rdflib's own writers are not used: their order and their blank labels change from run to run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from graphprov.documents.formats import Format, NotCarried, told
from graphprov.documents.names import Prefixes
from graphprov.documents.provo_triples import Triples, triples_of
from graphprov.documents.statements import BLANK, Bundle, Document, Item, Statement
from graphprov.documents.terms import QUALIFIED_NAME, Refers

_WITH_GRAPHS = (Format.trig, Format.nquads, Format.jsonld)
"""The formats that have named graphs, which bundles are."""
_ELSEWHERE = (Format.json, Format.xml)
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:.*", re.DOTALL)
_LANGUAGE = re.compile(r"[A-Za-z]+(?:-[A-Za-z0-9]+)*")
_CHUNK = 1 << 16
"""Characters that are gathered before they are written."""


def write_provo(
    items: Iterable[Item],
    stream: BinaryIO,
    format: Format,  # noqa: A002 - the word that a caller expects, as in `--format`
    prefixes: Prefixes,
) -> None:
    """Write a document as PROV-O.

    Read again, it says the same, but for what RDF does not tell apart (see `provo_triples`).

    Args:
        items: In any order; held in memory as a whole, since RDF gathers what is said of one thing.
        stream: Left open.
        format: One of RDF's.
        prefixes: Made from the names that the items hold.

    Raises:
        NotCarried: A bundle in a format without named graphs, a statement of a kind that PROV-DM does not define, one
            that would come back as another, or a name, text or language tag that the format cannot write.
    """
    document = Document.of(items)
    _check(document, format)
    graphs = triples_of(document, format)
    chunk: list[str] = []
    size = 0
    for text in _texts(graphs, format, prefixes):
        chunk.append(text)
        size += len(text)
        if size > _CHUNK:
            stream.write("".join(chunk).encode())
            chunk, size = [], 0
    stream.write("".join(chunk).encode())


def _texts(graphs: list[Triples], written: Format, prefixes: Prefixes) -> Iterator[str]:
    if written in {Format.ntriples, Format.nquads}:
        from graphprov.documents.rdf_turtle_writer import ntriples

        return ntriples(graphs)
    if written is Format.rdfxml:
        from graphprov.documents.rdf_xml_writer import rdfxml

        return rdfxml(graphs[0], prefixes)
    if written is Format.jsonld:
        from graphprov.documents.rdf_jsonld_writer import jsonld

        return jsonld(graphs, prefixes)
    from graphprov.documents.rdf_turtle_writer import turtle

    return turtle(graphs, prefixes)


def _check(document: Document, written: Format) -> None:
    """Refuse what no format of RDF, or not this one, can write."""
    if written not in _WITH_GRAPHS:
        for bundle in document.bundles:
            why = "it has no named graphs, which bundles are in RDF"
            raise NotCarried(told(Bundle(bundle)), written, why, _WITH_GRAPHS)
        for statement in document.statements:
            if statement.bundle is not None:
                why = "it has no named graphs, which bundles are in RDF"
                raise NotCarried(told(statement), written, why, _WITH_GRAPHS)
    for statement in document.statements:
        for name in _names(statement):
            if not name.startswith(BLANK) and not _IRI.match(name):
                raise NotCarried(told(statement), written, f"<{name}> is no IRI: it has no scheme", _ELSEWHERE)
        for _, value in statement.attributes:
            if value.language is not None and not _LANGUAGE.fullmatch(value.language):
                raise NotCarried(told(statement), written, f"'{value.language}' is no language tag", _ELSEWHERE)


def _names(statement: Statement) -> Iterator[str]:
    """Every name that a statement writes."""
    for name in (statement.identifier, statement.bundle):
        if name is not None:
            yield name
    for place, argument in zip(statement.term.arguments, statement.arguments, strict=True):
        if argument is not None and place.refers is not Refers.TIME:
            yield argument
    for name, value in statement.attributes:
        yield name
        yield value.text if value.datatype == QUALIFIED_NAME else value.datatype
