"""Formats are told apart by content first, then by name; every one has a way in and out."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import prov
import pytest

from graphprov.documents import provjson_reader
from graphprov.documents.formats import (
    FORMATS,
    HEAD,
    Format,
    NotCarried,
    detect,
    format_named,
    format_of_suffix,
    read_document,
    told,
    write_document,
)
from graphprov.documents.names import Prefixes
from graphprov.documents.statements import Bundle, Document, DocumentError, Extension, Namespace, Statement, Value
from graphprov.documents.terms import TERMS
from graphprov.errors import InvalidInput
from tests.documents import in_order, names_in

CORPUS = Path(prov.__file__).parent / "tests"
IN_CORPUS = {
    Format.json: ("json/*.json", "unification/*.json"),
    Format.xml: ("xml/*.xml", "unification/constraints/*.xml", "unification/constraints/*.provx"),
    Format.turtle: ("rdf/*.ttl",),
    Format.trig: ("rdf/*.trig",),
    Format.provn: ("provn/**/*.provn",),
    Format.jsonld: ("jsonld/*.jsonld",),
}
PROV = "http://www.w3.org/ns/prov#"

TOLD_BY_CONTENT = [
    (Format.provn, "document\nendDocument"),
    (Format.provn, "// a comment\n/* and\n another */ document prefix ex <http://example.org/> endDocument"),
    (Format.provn, "entity(ex:e1)"),
    (Format.json, "{}"),
    (Format.json, ' {"prefix": {"ex": "http://example.org/"}}'),
    (Format.json, '{"bundle": {}}'),
    (Format.json, '{"entity": {"ex:e": {"ex:a": "@context"}}}'),
    (Format.json, '{"notarealtype": {}}'),
    (Format.jsonld, '{"@context": {}, "@graph": []}'),
    (Format.jsonld, '{"name": "x", "@id": "ex:e"}'),
    (Format.jsonld, '[{"@id": "ex:e"}]'),
    (Format.xml, f'<prov:document xmlns:prov="{PROV}"/>'),
    (Format.xml, f'<?xml version="1.0"?>\n<!-- PROV -->\n<document xmlns="{PROV}">'),
    (Format.xml, "<html><body/></html>"),
    (Format.xml, "<prov:document>\n<prov:entity/></prov:document>"),
    (Format.xml, "<!DOCTYPE html [<!ENTITY a '<rdf:RDF>'>]><html/>"),
    (Format.rdfxml, '<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'),
    (Format.rdfxml, '<p:E xmlns:p="http://p/" xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" r:about="x"/>'),
    (Format.turtle, "@prefix ex: <http://example.org/> ."),
    (Format.turtle, "# a comment\nPREFIX ex: <http://example.org/>\nex:a a ex:B ."),
    (Format.turtle, '@prefix : <http://example.org/> . :a :b "{" . # {'),
    (Format.turtle, "<http://example.org/a> a <http://example.org/B> ."),
    (Format.turtle, "[] a <http://example.org/B> ."),
    (Format.trig, "@prefix ex: <http://example.org/> . ex:g { ex:a a ex:B }"),
    (Format.trig, "GRAPH <http://example.org/g> { }"),
    (Format.trig, "{ <a:a> <b:b> <c:c> }"),
    (Format.ntriples, '<urn:a> <urn:b> <urn:c> .\n_:a <urn:b> "x\\""@en . # and so on\n'),
    (Format.ntriples, '<urn:a> <urn:b> "1"^^<urn:int> .\n<urn:a> <urn:b> "cut off by the he'),
    (Format.nquads, "<urn:a> <urn:b> <urn:c> .\n<urn:a> <urn:b> <urn:c> <urn:g> .\n"),
]


@pytest.mark.parametrize(("expected", "text"), TOLD_BY_CONTENT)
def test_content_tells_the_format(expected: Format, text: str) -> None:
    assert detect(text.encode()) is expected
    assert detect(b"\xef\xbb\xbf" + text.encode()) is expected


@pytest.mark.parametrize(("expected", "text"), [one for one in TOLD_BY_CONTENT if one[1] != "{}"])
def test_content_counts_for_more_than_the_name(expected: Format, text: str) -> None:
    wrong = "x.ttl" if expected in {Format.provn, Format.xml, Format.json} else "x.provn"
    assert detect(text.encode(), wrong) is expected


def test_utf16_is_looked_into() -> None:
    assert detect('<?xml version="1.0" encoding="utf-16"?><a xmlns="x"/>'.encode("utf-16")) is Format.xml


def test_the_name_decides_where_the_content_does_not() -> None:
    assert detect(b"", "empty.ttl") is Format.turtle
    assert detect(b"@prefix ex: <http://example.org/> .", "graphs.trig") is Format.trig
    assert detect(b'{"name": 5}', "x.jsonld") is Format.jsonld


def test_what_is_no_document_is_refused_with_all_formats() -> None:
    with pytest.raises(DocumentError) as caught:
        detect(b"%PDF-1.7\nxx", "report.pdf")
    assert str(caught.value).startswith("report.pdf: no format of PROV documents: it begins with '%PDF-1.7'")
    assert all(known.title in str(caught.value) for known in FORMATS.values())
    with pytest.raises(DocumentError, match="<stream>: no format of PROV documents: it is empty"):
        detect(b"")


@pytest.mark.parametrize("found", list(Format))
def test_each_format_is_known_by_its_names_and_suffixes(found: Format) -> None:
    known = FORMATS[found]
    assert all(format_named(name.upper()) is found for name in (found, known.title, *known.names))
    assert all(format_of_suffix(f"a.b{suffix.upper()}") is found for suffix in known.suffixes)
    assert known.media_types


def test_an_unknown_format_is_refused_with_the_nearest() -> None:
    with pytest.raises(InvalidInput, match="'turtel' is no format of PROV documents: expected one of provn, json") as e:
        format_named("turtel")
    assert "turtle" in e.value.nearest
    assert format_of_suffix("README") is None


@pytest.mark.skipif(not CORPUS.is_dir(), reason="prov was installed without its tests")
@pytest.mark.parametrize("found", IN_CORPUS)
def test_the_format_of_every_file_of_provs_corpus_is_told_without_its_name(found: Format) -> None:
    files = [file for pattern in IN_CORPUS[found] for file in sorted(CORPUS.glob(pattern))]
    assert files
    assert {file.name: detect(file.read_bytes()[:HEAD]) for file in files if file.stat().st_size} == {
        file.name: found for file in files if file.stat().st_size
    }


DOCUMENT = Document(
    namespaces={Namespace("ex", "http://example.org/")},
    bundles={"http://example.org/b": Bundle("http://example.org/b")},
    statements=[
        Statement(TERMS["entity"], "http://example.org/e", (), (("http://example.org/a", Value("ü")),)),
        Statement(TERMS["used"], "http://example.org/u", ("http://example.org/a", "http://example.org/e", None)),
        Statement(TERMS["entity"], "http://example.org/e", (), (), "http://example.org/b"),
    ],
)
WITHOUT_BUNDLES = {Format.turtle, Format.ntriples, Format.rdfxml}


@pytest.mark.parametrize("found", list(Format))
def test_a_document_goes_out_and_in_by_every_format(found: Format) -> None:
    document = DOCUMENT
    if found in WITHOUT_BUNDLES:
        document = Document(statements=[statement for statement in DOCUMENT.statements if statement.bundle is None])
    stream = io.BytesIO()
    write_document(in_order(document), stream, found, Prefixes(names_in(document), document.namespaces))
    assert not stream.closed
    assert b"\r" not in stream.getvalue()
    assert detect(stream.getvalue()[:HEAD]) is found
    stream.seek(0)
    assert Document.of(read_document(stream, file="x")) == document


def test_reading_starts_where_the_stream_stands() -> None:
    stream = io.BytesIO(b'xx{"prefix": {"ex": "http://example.org/"}, "entity": {"ex:e": {}}}')
    stream.seek(2)
    assert len(Document.of(read_document(stream, file="x")).statements) == 1


def test_what_a_library_raises_becomes_an_error_of_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> Iterator[None]:
        yield None
        raise KeyError("gone")

    monkeypatch.setattr(provjson_reader, "read_provjson", fail)
    with pytest.raises(DocumentError, match=r"x\.json: cannot be read as PROV-JSON: 'gone'"):
        list(read_document(io.BytesIO(b"{}"), file="x.json"))


def test_a_disk_that_fails_is_an_error_of_the_document() -> None:
    class Broken(io.BytesIO):
        def read(self, *_: object) -> bytes:
            raise OSError("input/output error")

    with pytest.raises(DocumentError, match=r"^x: cannot be read as PROV document: input/output error"):
        list(read_document(Broken(), file="x"))


def test_what_a_format_cannot_carry_is_named_with_those_that_can() -> None:
    statement = Statement(TERMS["used"], None, ("ex:a", None, None), (), "ex:b")
    error = NotCarried(told(statement), Format.xml, "why", [Format.json, Format.provn])
    assert error.message == "PROV-XML cannot carry used(ex:a, -, -) in the bundle <ex:b>: why"
    assert error.hint == "it can be written as PROV-JSON, PROV-N"
    assert told(Extension("ex:x", "ex:id", ())) == "the extension <ex:x>(ex:id)"
    assert told(Bundle("ex:b")) == "the bundle <ex:b>"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<!DOCTYPE x " + "[]" * 32, Format.xml),
        ("<!DOCTYPE x " + "[" * (HEAD - 12), Format.xml),
        ('{"a": "' + '\\"' * (HEAD // 2), Format.json),
        ('{"a": "' + '\\"' * (HEAD // 2) + "\\", Format.json),
    ],
    ids=["DOCTYPE, closed", "DOCTYPE, open", "JSON", "JSON, half an escape"],
)
def test_a_document_that_is_hard_to_tell_takes_no_longer_than_others(text: str, found: Format) -> None:
    script = f"from graphprov.documents.formats import detect; print(detect({text.encode()!r}))"
    told_ = subprocess.run([sys.executable, "-"], input=script, capture_output=True, text=True, timeout=5, check=True)
    assert told_.stdout.strip() == found


def test_a_key_behind_text_with_escaped_quotes_is_still_found() -> None:
    assert detect(rb'{"a": "\"\\", "@context": {}}') is Format.jsonld
    assert detect(rb'{"a": "\"@context\": \\\"", "entity": {"x": "@id') is Format.json
