"""What is written as RDF comes back as it was, or is refused: for documents of every kind."""

from __future__ import annotations

import io
import string
from collections import defaultdict

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from graphprov.documents.formats import Format, NotCarried
from graphprov.documents.names import Prefixes
from graphprov.documents.provo_reader import read_provo
from graphprov.documents.provo_table import ATTRIBUTE_OF
from graphprov.documents.provo_writer import write_provo
from graphprov.documents.statements import BLANK, Bundle, Document, Statement, Value, attributes_of
from graphprov.documents.terms import PROV, TERMS, TYPE, XSD_DATETIME, Refers
from tests.documents import documents, in_order, names_in

WITH_GRAPHS = (Format.trig, Format.nquads, Format.jsonld)
ALL = (*WITH_GRAPHS, Format.turtle, Format.ntriples, Format.rdfxml)


def written(document: Document, format_: Format) -> bytes:
    stream = io.BytesIO()
    write_provo(in_order(document), stream, format_, Prefixes(names_in(document), document.namespaces))
    return stream.getvalue()


def read(data: bytes, format_: Format) -> Document:
    return Document.of(read_provo(io.BytesIO(data), file="test", format=format_))


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


@pytest.mark.parametrize("format_", ALL)
@given(data=st.data())
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
def test_a_document_comes_back_as_it_was_or_is_refused(format_: Format, data: st.DataObject) -> None:
    document = data.draw(documents(with_extensions=False, blank_labels=True))
    try:
        text = written(document, format_)
    except NotCarried:
        reject()
    assert as_rdf_keeps(read(text, format_)) == as_rdf_keeps(document)


FEW = st.sampled_from([f"http://example.org/{letter}" for letter in string.ascii_lowercase[:4]])
CLASSES = ("Person", "Plan", "Revision", "Quotation", "Usage", "Entity", "Agent", "Influence", "Bundle", "Location")
"""Types that say something in PROV-O, wherever they stand."""
TOLD = st.one_of(
    st.tuples(st.just(TYPE), st.sampled_from(CLASSES).map(lambda name: Value.name(PROV + name))),
    st.tuples(
        st.sampled_from([PROV + "value", "http://example.org/p"]), st.sampled_from([Value("1"), Value.name("x:y")])
    ),
    st.tuples(st.just(PROV + "used"), st.just(Value("text"))),
    st.tuples(st.just(PROV + "atTime"), st.just(Value("soon", XSD_DATETIME))),
)


@st.composite
def entangled(draw: st.DrawFn) -> Document:
    """Statements about few things, so that they share names, ends and identifiers."""

    def argument(refers: Refers) -> str | None:
        if refers is Refers.TIME:
            return draw(st.sampled_from([None, "2011-11-16T16:05:00Z", "2012-11-16T16:05:00"]))
        more = ["_:u", "_:v"] if refers in {Refers.GENERATION, Refers.USAGE} else []
        return draw(st.one_of(st.none(), FEW, st.sampled_from(more)) if more else st.one_of(st.none(), FEW))

    def statement() -> Statement:
        term = draw(st.sampled_from(tuple(TERMS.values())))
        names = FEW if term.element else st.one_of(st.none(), st.sampled_from(["x:r", "x:s", "_:u"]))
        arguments = tuple(argument(place.refers) for place in term.arguments)
        attributes = attributes_of(draw(st.lists(TOLD, max_size=2)))
        return Statement(term, draw(names), arguments, attributes, draw(st.sampled_from([None, "x:bundle"])))

    return Document.of([Bundle("x:bundle"), *(statement() for _ in range(draw(st.integers(0, 7))))])


@given(document=entangled(), format_=st.sampled_from(WITH_GRAPHS))
@settings(max_examples=500)
def test_statements_that_share_names_come_back_as_they_were_or_are_refused(document: Document, format_: Format) -> None:
    try:
        text = written(document, format_)
    except NotCarried:
        reject()
    assert as_rdf_keeps(read(text, format_)) == as_rdf_keeps(document)
