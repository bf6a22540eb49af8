"""What is written as RDF comes back as it was, or is refused: for documents of every kind."""

from __future__ import annotations

import string

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from graphprov.documents.formats import Format, NotCarried
from graphprov.documents.statements import Bundle, Document, Statement, Value, attributes_of
from graphprov.documents.terms import PROV, TERMS, TYPE, XSD_DATETIME, Refers
from tests.documents import documents
from tests.rdf import ALL, WITH_GRAPHS, as_rdf_keeps, read, written


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
