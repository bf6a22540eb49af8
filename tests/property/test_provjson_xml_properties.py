"""PROV-JSON and PROV-XML: what is written is read back the same, and of any text comes a document or an error of it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphprov.documents import json_text, xml_text
from graphprov.documents.formats import Format, NotCarried, read_document, write_document
from graphprov.documents.names import Prefixes
from graphprov.documents.provjson_reader import read_provjson
from graphprov.documents.provjson_writer import UNNAMED
from graphprov.documents.provxml_reader import read_provxml
from graphprov.documents.provxml_writer import BLANK_NAMESPACE
from graphprov.documents.statements import BLANK, Document, DocumentError, Statement
from graphprov.documents.terms import TERMS
from tests.documents import documents, in_order, names_in

FORMATS = (Format.json, Format.xml)
IN_XML = ("no XML text can hold the character", "would turn into a name")
IN_BOTH = ("reads as an argument",)


def written(document: Document, format_: Format) -> bytes:
    stream = io.BytesIO()
    write_document(in_order(document), stream, format_, Prefixes(names_in(document), document.namespaces))
    return stream.getvalue()


def read(data: bytes, format_: Format) -> Document:
    return Document.of(read_document(io.BytesIO(data), file="a", format=format_))


def without_given_labels(document: Document) -> Document:
    """The document without the labels that a relation without an identifier got in PROV-JSON."""
    for statement in document.statements:
        if statement.identifier is not None and statement.identifier.startswith(UNNAMED):
            statement.identifier = None
    return document


def as_in_xml(document: Document) -> Document:
    """The document with names for blank labels."""

    def named(name: str | None) -> str | None:
        return BLANK_NAMESPACE + name[len(BLANK) :] if name is not None and name.startswith(BLANK) else name

    def said(statement: Statement) -> Statement:
        arguments = tuple(named(argument) for argument in statement.arguments)
        return replace(statement, identifier=named(statement.identifier), arguments=arguments)

    return replace(document, statements=[said(statement) for statement in document.statements])


@given(documents(with_extensions=False, blank_labels=True))
def test_json_gives_back_what_it_was_given(document: Document) -> None:
    try:
        data = written(document, Format.json)
    except NotCarried as error:
        assert any(reason in error.message for reason in IN_BOTH)  # noqa: PT017 - most examples raise nothing
        return
    again = without_given_labels(read(data, Format.json))
    assert again == document
    assert written(again, Format.json) == data or again.namespaces != document.namespaces


@given(documents(with_extensions=False, blank_labels=True))
def test_xml_gives_back_what_it_was_given(document: Document) -> None:
    try:
        data = written(document, Format.xml)
    except NotCarried as error:
        assert any(reason in error.message for reason in IN_BOTH + IN_XML)  # noqa: PT017 - most examples raise nothing
        return
    again = read(data, Format.xml)
    assert again == as_in_xml(document)
    assert written(again, Format.xml) == data or again.namespaces != document.namespaces


@given(documents(), st.sampled_from(FORMATS))
def test_an_extension_is_refused_and_not_lost(document: Document, format_: Format) -> None:
    try:
        again = read(written(document, format_), format_)
    except NotCarried:
        return
    assert {item.said for item in again.extensions} == {item.said for item in document.extensions}


SMALL = st.text(st.sampled_from("ab:_é\u0000\ud800 "), max_size=4)
NAMES = st.one_of(
    st.sampled_from(["ex:a", "ex:b", "_:x", "zz:a", "prov:type", "prov:entity", "prov:time", "prefix"]), SMALL
)
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), NAMES)
ANY = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(NAMES, inner, max_size=3),
        st.fixed_dictionaries({"$": inner}, optional={"type": inner, "lang": inner}),
    ),
    max_leaves=6,
)
GROUPS = st.sampled_from([*TERMS, "prefix", "bundle", "nothing"])
SHAPED = st.dictionaries(
    GROUPS, st.one_of(ANY, st.dictionaries(NAMES, st.dictionaries(NAMES, ANY, max_size=3), max_size=3))
)


@given(SHAPED, st.sampled_from([1, 3, 17, 1 << 17]))
def test_any_object_of_json_is_read_to_its_end_where_bad_is_given(shaped: dict[str, Any], size: int) -> None:
    text = json.dumps({"prefix": {"ex": "http://example.org/"}, "bundle": {"ex:b": shaped}, **shaped})
    bad: list[DocumentError] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_text, "CHUNK", size)
        try:
            items = list(read_provjson(io.BytesIO(text.encode()), file="a", bad=bad.append))
        except DocumentError as error:
            # Half of a surrogate pair in a prefix or a bundle's key is a text that cannot be.
            assert "surrogate" in error.message  # noqa: PT017 - most examples raise nothing
            return
    if bad:
        with pytest.raises(DocumentError) as caught:
            list(read_provjson(io.BytesIO(text.encode()), file="a"))
        assert caught.value.message == bad[0].message
    else:
        assert items == [] or Document.of(items) == Document.of(read_provjson(io.BytesIO(text.encode()), file="a"))


@st.composite
def damaged(draw: st.DrawFn, format_: Format) -> bytes:
    """A document with some bytes taken out, put in or changed."""
    try:
        data = bytearray(written(draw(documents(with_extensions=False, blank_labels=True)), format_))
    except NotCarried:
        data = bytearray(b"{}")
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(data)))
        data[place : place + draw(st.integers(0, 3))] = draw(
            st.one_of(
                st.binary(max_size=2), st.sampled_from([b"<", b">", b"&", b'"', b"{", b"}", b"[", b"\\u", b"&#0;"])
            )
        )
    return bytes(data)


@given(damaged(Format.json), st.sampled_from([1, 5, 64, 1 << 17]))
def test_a_damaged_json_document_is_read_or_refused_however_it_arrives(data: bytes, size: int) -> None:
    whole = list(outcome(data, Format.json))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_text, "CHUNK", size)
        pieces = list(outcome(data, Format.json))
    # What is no UTF-8 is refused as soon as it is seen, which may be before what stands before it is read.
    assert pieces == whole or (not is_utf8(data) and isinstance(whole[-1], str) and isinstance(pieces[-1], str))


@given(damaged(Format.xml), st.sampled_from([1, 5, 64, 1 << 16]))
def test_a_damaged_xml_document_is_read_or_refused_however_it_arrives(data: bytes, size: int) -> None:
    whole = list(outcome(data, Format.xml))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(xml_text, "CHUNK", size)
        pieces = list(outcome(data, Format.xml))
    # A text that is not well-formed is refused as soon as that is seen, which may be before an element that is wrong.
    assert pieces == whole or (isinstance(whole[-1], str) and isinstance(pieces[-1], str))


def is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def outcome(data: bytes, format_: Format) -> Iterator[object]:
    """What reading gives and, at last, the message where it fails."""
    reader = read_provjson if format_ is Format.json else read_provxml
    try:
        for item in reader(io.BytesIO(data), file="a"):
            yield item.said if isinstance(item, Statement) else item
    except DocumentError as error:
        yield error.message
