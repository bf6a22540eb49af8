"""PROV-O in: Turtle, TriG, RDF/XML, JSON-LD, N-Triples and N-Quads.

A document is parsed into graphs (`rdf_lines`, `rdf_syntax`), then read by PROV-O's table (`provo_meaning`). RDF has no
order, so a document is held in memory as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from graphprov.documents.formats import Bad, Format
from graphprov.documents.provo_meaning import statements_of
from graphprov.documents.rdf_graph import Graphs
from graphprov.documents.statements import Bundle, Item


def read_provo(
    stream: BinaryIO,
    *,
    file: str,
    format: Format,  # noqa: A002 - the word that a caller expects, as in `--format`
    bad: Bad | None = None,
) -> Iterator[Item]:
    """Read a PROV-O document: prefixes, then the default graph, then each named graph as a bundle.

    Blank labels (`_:x`) are yielded as they stand, those of unlabelled nodes in the order in which they stand; they
    mean something in this document alone. They stand for things, for usages and generations that something refers to,
    as values of attributes, and for a bundle whose graph has no IRI.

    Args:
        stream: At its start.
        file: What messages call it.
        format: One of RDF's.
        bad: Called with each line of N-Triples or N-Quads that cannot be read, and the rest is read. In the other
            formats nothing can be read behind an error.

    Raises:
        DocumentError: It cannot be read.
    """
    graphs = Graphs()
    if format in {Format.ntriples, Format.nquads}:
        from graphprov.documents.rdf_lines import read_lines

        read_lines(stream, file, graphs, quads=format is Format.nquads, bad=bad)
    else:
        from graphprov.documents.rdf_syntax import read_syntax

        read_syntax(stream, file, format, graphs)
    yield from graphs.namespaces
    for name, described in graphs.graphs.items():
        if name is not None:
            yield Bundle(name, graphs.lines[name])
        yield from statements_of(described, name)
