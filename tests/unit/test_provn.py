"""PROV-N in and out: what a document says, what is wrong with it, and how it is written."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import time
import tracemalloc
import warnings
from pathlib import Path

import prov
import pytest
from prov.model import ProvDocument

from graphprov.documents import provn_reader
from graphprov.documents.formats import NotCarried
from graphprov.documents.literals import is_datetime
from graphprov.documents.names import Prefixes
from graphprov.documents.provn_marks import MARK
from graphprov.documents.provn_reader import read_provn
from graphprov.documents.provn_writer import write_provn
from graphprov.documents.statements import (
    Bundle,
    Document,
    DocumentError,
    Extension,
    Namespace,
    Statement,
    Value,
)
from graphprov.documents.terms import (
    LANGUAGE_STRING,
    PROV,
    TERMS,
    XSD,
    XSD_DATETIME,
    XSD_INT,
    XSD_QNAME,
)
from tests.documents import in_order, names_in

EX = "http://example.org/"
CORPUS = Path(prov.__file__).parent / "tests" / "provn"


def document(body: str, head: str = "prefix ex <http://example.org/>") -> str:
    return f"document\n{head}\n{body}\nendDocument\n"


def read(text: str | bytes) -> Document:
    data = text if isinstance(text, bytes) else text.encode()
    return Document.of(read_provn(io.BytesIO(data), file="doc.provn"))


def said(body: str) -> tuple[object, ...]:
    """What the one statement of a document says: keyword or name, identifier, arguments, attributes, bundle."""
    found = read(document(body))
    (statement,) = [*found.statements, *found.extensions]
    return statement.said


def problems(text: str | bytes) -> tuple[Document, list[str]]:
    data = text if isinstance(text, bytes) else text.encode()
    wrong: list[str] = []
    items = read_provn(io.BytesIO(data), file="doc.provn", bad=lambda error: wrong.append(str(error)))
    return Document.of(items), wrong


def problem(text: str | bytes) -> DocumentError:
    with pytest.raises(DocumentError) as raised:
        read(text)
    return raised.value


def written(found: Document) -> str:
    stream = io.StringIO(newline="\n")
    write_provn(in_order(found), stream, Prefixes(names_in(found), found.namespaces))
    return stream.getvalue()


def lines(found: Document) -> list[str]:
    """The statements as written, without indents."""
    return [line.strip() for line in written(found).splitlines() if line.endswith(")")]


def one(keyword: str, identifier: str | None, *arguments: str | None, **attributes: Value) -> Document:
    pairs = tuple(sorted((EX + key, value) for key, value in attributes.items()))
    return Document(
        namespaces={Namespace("ex", EX)}, statements=[Statement(TERMS[keyword], identifier, arguments, pairs)]
    )


# Statements, read


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("entity(ex:e)", ("entity", "e", ())),
        ("activity(ex:a)", ("activity", "a", (None, None))),
        ("activity(ex:a, 2011-11-16T16:05:00, -)", ("activity", "a", ("2011-11-16T16:05:00", None))),
        ("agent(ex:g)", ("agent", "g", ())),
        ("wasGeneratedBy(ex:i; ex:e, ex:a, -)", ("wasGeneratedBy", "i", ("e", "a", None))),
        ("used(-; ex:a, -, -)", ("used", None, ("a", None, None))),
        ("wasInformedBy(ex:a2, ex:a1)", ("wasInformedBy", None, ("a2", "a1"))),
        ("wasStartedBy(ex:a2, ex:e, ex:a1, -)", ("wasStartedBy", None, ("a2", "e", "a1", None))),
        (
            "wasEndedBy(ex:a2, -, -, 2011-11-16T16:05:00Z)",
            ("wasEndedBy", None, ("a2", None, None, "2011-11-16T16:05:00Z")),
        ),
        ("wasInvalidatedBy(ex:e, ex:a, -)", ("wasInvalidatedBy", None, ("e", "a", None))),
        ("wasDerivedFrom(ex:e2, ex:e1, -, ex:g, ex:u)", ("wasDerivedFrom", None, ("e2", "e1", None, "g", "u"))),
        ("wasAttributedTo(ex:e, ex:g)", ("wasAttributedTo", None, ("e", "g"))),
        ("wasAssociatedWith(ex:a, -, ex:p)", ("wasAssociatedWith", None, ("a", None, "p"))),
        ("actedOnBehalfOf(ex:g2, ex:g1, ex:a)", ("actedOnBehalfOf", None, ("g2", "g1", "a"))),
        ("wasInfluencedBy(ex:x, ex:y)", ("wasInfluencedBy", None, ("x", "y"))),
        ("alternateOf(ex:e2, ex:e1)", ("alternateOf", None, ("e2", "e1"))),
        ("specializationOf(ex:e2, ex:e1)", ("specializationOf", None, ("e2", "e1"))),
        ("hadMember(ex:c, ex:e)", ("hadMember", None, ("c", "e"))),
        ("mentionOf(ex:e2, ex:e1, ex:b)", ("mentionOf", None, ("e2", "e1", "b"))),
        ("prov:mentionOf(ex:e2, ex:e1, ex:b)", ("mentionOf", None, ("e2", "e1", "b"))),
    ],
)
def test_every_component_is_read(text: str, expected: tuple[str, str | None, tuple[str | None, ...]]) -> None:
    def full(name: str | None) -> str | None:
        return name if name is None or name[0].isdigit() else EX + name

    keyword, identifier, arguments = expected
    assert said(text)[:3] == (keyword, full(identifier), tuple(full(name) for name in arguments))


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("used(ex:a, ex:e)", "used(ex:a, ex:e, -)"),
        ("used(ex:a)", "used(-; ex:a, -, -, [])"),
        ("wasAssociatedWith(ex:a, ex:g)", "wasAssociatedWith(ex:a, ex:g, -)"),
        ("activity(ex:a, 2011-11-16T16:05:00)", "activity(ex:a, 2011-11-16T16:05:00, -)"),
        ("wasStartedBy(ex:a, ex:e)", "wasStartedBy(ex:a, ex:e, -, -)"),
        ("wasDerivedFrom(ex:e2, ex:e1, ex:a)", "wasDerivedFrom(ex:e2, ex:e1, ex:a, -, -)"),
        ("wasRevisionOf(ex:e2, ex:e1)", "wasDerivedFrom(ex:e2, ex:e1, [prov:type='prov:Revision'])"),
        ("wasQuotedFrom(ex:e2, ex:e1)", "wasDerivedFrom(ex:e2, ex:e1, [prov:type='prov:Quotation'])"),
        ("hadPrimarySource(ex:e2, ex:e1)", "wasDerivedFrom(ex:e2, ex:e1, [prov:type='prov:PrimarySource'])"),
    ],
)
def test_short_forms_of_real_documents_are_read(short: str, long: str) -> None:
    assert said(short) == said(long)


def test_what_prov_reads_beyond_the_recommendation_is_read() -> None:
    assert said("used(-, ex:e, -)")[2] == (None, EX + "e", None)
    assert said("hadMember(ex:m; ex:c, ex:e, [ex:k=1])")[1:4] == (
        EX + "m",
        (EX + "c", EX + "e"),
        ((EX + "k", Value("1", XSD_INT)),),
    )


def test_white_space_and_comments_stand_anywhere() -> None:
    assert said("used ( // one\n ex:u /* two */ ; /**/ ex:a , ex:e\t,\r\n-\f)") == said("used(ex:u; ex:a, ex:e, -)")


def test_each_statement_knows_its_line() -> None:
    text = 'entity(ex:a)\n\n// a comment\n  entity(ex:b,\n  [ex:k="x"]) entity(ex:c)\nex:f(\nex:a)'
    found = read(document(text))
    assert [statement.line for statement in found.statements] == [3, 6, 7]
    assert [extension.line for extension in found.extensions] == [8]


# Literals and names, read


@pytest.mark.parametrize(
    ("literal", "value"),
    [
        ('"x"', Value("x")),
        ('"x" %% xsd:string', Value("x")),
        ('""', Value("")),
        (r'"\t\b\n\r\f\"\'\\"', Value("\t\b\n\r\f\"'\\")),
        (r'"\u00e9\U0001F600"', Value("é😀")),
        ('"""two\nlines with "quotes\\""""', Value('two\nlines with "quotes"')),
        ('"x"@en', Value.spoken("x", "en")),
        ('"x" @de-CH-1901', Value.spoken("x", "de-CH-1901")),
        ('"x"@EN %% xsd:string', Value.spoken("x", "EN")),
        ("12", Value("12", XSD_INT)),
        ("-007", Value("-007", XSD_INT)),
        ('"12"%%xsd:int', Value("12", XSD_INT)),
        ('"12" %% xsd:long', Value("12", XSD + "long")),
        ('"x" %% ex:type', Value("x", EX + "type")),
        ('"x" %% <http://t/x>', Value("x", "http://t/x")),
        ("'ex:a'", Value.name(EX + "a")),
        ('"ex:a" %% xsd:QName', Value.name(EX + "a")),
        ('"ex:a" %% prov:QUALIFIED_NAME', Value.name(EX + "a")),
        ('"zz:a" %% xsd:QName', Value("zz:a", XSD_QNAME)),
        ('"a" %% xsd:QName', Value("a", XSD_QNAME)),
        ('"x" %% prov:InternationalizedString', Value("x", LANGUAGE_STRING)),
        ('"2011-11-16T16:05:00" %% xsd:dateTime', Value("2011-11-16T16:05:00", XSD_DATETIME)),
    ],
)
def test_every_kind_of_literal_is_read(literal: str, value: Value) -> None:
    assert said(f"entity(ex:e, [ex:k={literal}])")[3] == ((EX + "k", value),)


def test_an_attribute_may_stand_there_with_several_values_and_each_counts_once() -> None:
    assert said('entity(ex:e, [ex:k=2, ex:k="1", ex:k=2])')[3] == (
        (EX + "k", Value("1")),
        (EX + "k", Value("2", XSD_INT)),
    )


@pytest.mark.parametrize(
    ("name", "iri"),
    [
        ("ex:", EX),
        (r"ex:\=\'\(\)\,\-\:\;\[\]\.", EX + "='(),-:;[]."),
        ("ex:a/b@c~d&e+f*g?h#i$j!k", EX + "a/b@c~d&e+f*g?h#i$j!k"),
        ("ex:%41b", EX + "%41b"),
        ("ex:a..b-", EX + "a..b-"),
        ("ex:é😀·", EX + "é😀·"),
        ("ex://a/*b*/", EX + "//a/*b*/"),
        ("0000", "http://default/0000"),
        (r"\-", "http://default/-"),
        ("used", "http://default/used"),
        ("endDocument", "http://default/endDocument"),
    ],
)
def test_names_are_expanded_and_unescaped(name: str, iri: str) -> None:
    found = read(document(f"entity({name})", "default <http://default/>\nprefix ex <http://example.org/>"))
    assert [statement.identifier for statement in found.statements] == [iri]


def test_a_prefix_may_have_escapes_in_its_namespace() -> None:
    found = read(document("entity(ex:a)", r"prefix ex <http://example.org/\u00e9#>"))
    assert found.statements[0].identifier == "http://example.org/é#a"


# Bundles and extensions, read


def test_a_bundle_has_prefixes_of_its_own_and_its_name_is_read_with_them() -> None:
    found = read(
        document(
            """bundle b:one
                 prefix b <http://b/>
                 prefix ex <http://inner/>
                 entity(ex:e)
               endBundle
               bundle ex:two endBundle
               entity(ex:e)"""
        )
    )
    assert list(found.bundles.values()) == [Bundle("http://b/one", 3), Bundle(EX + "two", 8)]
    assert [(item.identifier, item.bundle) for item in found.statements] == [
        ("http://inner/e", "http://b/one"),
        (EX + "e", None),
    ]
    assert Namespace("ex", "http://inner/") in found.namespaces


def test_an_extension_keeps_its_arguments_with_their_brackets() -> None:
    name, identifier, arguments, attributes, _ = said(
        'prov:derivedByInsertionFrom(ex:i; ex:d2, -, {("k", ex:e), (2)}, 2011-11-16T16:05:00, [ex:k=1])'
    )
    assert (name, identifier) == (PROV + "derivedByInsertionFrom", EX + "i")
    opened, closed = [Value(text, MARK) for text in "({"], [Value(text, MARK) for text in ")}"]
    assert arguments == (
        *(Value.name(EX + "d2"), None),
        *(opened[1], opened[0], Value("k"), Value.name(EX + "e"), closed[0]),
        *(opened[0], Value("2", XSD_INT), closed[0], closed[1]),
        Value("2011-11-16T16:05:00", XSD_DATETIME),
    )
    assert attributes == ((EX + "k", Value("1", XSD_INT)),)


def test_an_expression_within_an_extension_is_kept() -> None:
    arguments = said("ex:f(ex:pair(-; 'ex:a', [ex:k=1]), ex:g())")[2]
    assert isinstance(arguments, tuple)
    assert [value and value.text for value in arguments] == [
        *("expression", EX + "pair", "(", None, ";", EX + "a", "[", EX + "k", "1", "]", ")"),
        *("expression", EX + "g", "(", ")"),
    ]


# Errors


@pytest.mark.parametrize(
    ("body", "where", "message"),
    [
        ("wasGenratedBy(ex:e)", "3:1", "'wasGenratedBy' is no statement of PROV-N: did you mean wasGeneratedBy?"),
        ("Entity(ex:e)", "3:1", "'Entity' is no statement of PROV-N: did you mean entity?"),
        ("frobnicate(ex:e)", "3:1", "'frobnicate' is no statement of PROV-N"),
        ("entity(e)", "3:8", "the name 'e' has no prefix, and no default namespace is declared"),
        ("entity(zz:e)", "3:8", "the prefix 'zz' is not declared: declared are ex, prov, xsd"),
        ("entity(ex:e, [zz:k=1])", "3:15", "the prefix 'zz' is not declared: declared are ex, prov, xsd"),
        ("entity(ex:e, [ex:k='zz:v'])", "3:21", "the prefix 'zz' is not declared: declared are ex, prov, xsd"),
        ("entity(ex:e [ex:k=1])", "3:13", "found '[', expected ',' or ')'"),
        ("entity(ex:e, [ex:k])", "3:19", "found ']', expected '='"),
        ("entity(ex:e", "3:12", "found the end of the statement, expected ',' or ')'"),
        ("entity(-)", "3:8", "found '-', expected a name such as ex:e1"),
        ("entity(ex:a:b)", "3:12", "a second ':' in a name"),
        ("used(ex:a, ex:e, ex:t)", "3:18", "found 'ex:t', expected '-', a time such as 2011-11-16T16:05:00Z or attr"),
        ("used(ex:a, ex:e, -, -)", "3:21", "found '-', expected attributes in [...]"),
        ("used(ex:a, ex:e, 2011-02-30T00:00:00)", "3:18", "'2011-02-30T00:00:00' is no date and time that exists"),
        ("wasInformedBy(ex:a)", "3:19", "found ')', expected ';' or ','"),
        ('entity(ex:e, [ex:k="a])', "3:20", "the string that begins here is not closed on its line"),
        (r'entity(ex:e, [ex:k="a\qb"])', "3:22", r"'\q' is no escape of PROV-N"),
        (r'entity(ex:e, [ex:k="\uD800"])', "3:21", r"'\uD800' is no escape of PROV-N"),
        ('entity(ex:e, [ex:k="""a])', "3:20", 'the string that """ opens here is not closed'),
        ("/* entity(ex:e)", "3:1", "the comment that /* opens here is not closed"),
        (
            "entity(ex:e, [ex:k=true])",
            "3:20",
            "found 'true', expected a string, a whole number or a name in single quo",
        ),
        ('entity(ex:e, [ex:k="x"@en %% xsd:int])', "3:30", "a text in a language is no xsd:int"),
        ("entity", "3:1", "found 'entity', expected a statement such as entity(ex:e1)"),
        ("...", "3:1", "found '...', expected a statement such as entity(ex:e1)"),
        ("endBundle", "3:1", "found 'endBundle' outside any bundle"),
        ("bundle zz:b endBundle", "3:8", "the prefix 'zz' is not declared: declared are ex, prov, xsd"),
        (
            "bundle ex:a bundle ex:b",
            "3:13",
            "found another bundle, and a bundle cannot hold one, expected 'endBundle' fo",
        ),
        ("bundle ex:a", "4:1", "found 'endDocument', expected 'endBundle' for the bundle ex:a"),
        ("document", "3:1", "found 'document' inside a document"),
        ("entity(ex:e) prefix a <http://a/>", "3:14", "found 'prefix' after a statement: declarations come first"),
        (
            "prefix ex <http://b/>",
            "3:1",
            "the prefix 'ex' is declared twice here: as <http://example.org/> and <http://b/>",
        ),
        ("prefix prov <http://b/>", "3:1", "the prefix 'prov' always means <http://www.w3.org/ns/prov#>"),
        ("prefix a: <http://a/>", "3:9", "found ':', expected an IRI such as <http://example.org/>"),
        ("prefix a http://a/", "3:9", "found the end of the statement, expected an IRI such as <http://example.org/>"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(body: str, where: str, message: str) -> None:
    error = problem(document(body))
    assert str(error).startswith(f"doc.provn:{where}: {message}")
    assert f"{error.line}:{error.column}" == where


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "doc.provn:1:1: found the end of the file, expected 'document'"),
        ("entity(ex:e)", "doc.provn:1:1: found 'entity', expected the word 'document' at the start"),
        ("document\nentity(prov:e)\n", "doc.provn:3:1: found the end of the file, expected 'endDocument'"),
        ("document\nbundle prov:b", "doc.provn:2:14: found the end of the file, expected 'endBundle'"),
        ("document endDocument entity(prov:e)", "doc.provn:1:22: text after endDocument, expected the end of the file"),
        (
            b"document\nentity(prov:\xe9)",
            "doc.provn:2:13: the byte 0xE9 here is no UTF-8: expected PROV-N as text in UTF-8",
        ),
        (b"document\nentity(prov:\x00)", "doc.provn:2:13: a NUL character stands here: expected PROV-N, which is text"),
        ("document".encode("utf-16"), "doc.provn:1:1: this is text in UTF-16, expected UTF-8"),
    ],
)
def test_what_is_no_document_is_said(text: str | bytes, message: str) -> None:
    assert str(problem(text)) == message


def test_the_hint_shows_how_the_statement_is_written() -> None:
    assert problem(document("used(ex:a, ex:e, ex:t)")).hint == "used(id; activity, entity, time, [attribute=value])"
    assert problem(document("activity()")).hint == "activity(id, startTime, endTime, [attribute=value])"


def test_a_byte_order_mark_and_windows_lines_are_taken() -> None:
    text = b"\xef\xbb\xbf" + document("entity(ex:a)\nentity(ex:b)").replace("\n", "\r\n").encode()
    assert [statement.line for statement in read(text).statements] == [3, 4]


def test_reading_goes_on_with_the_next_statement() -> None:
    found, wrong = problems(
        document(
            """entity(ex:a)
            wasGenratedBy(ex:a)
            entity(ex:b, [ex:k="open)
            entity(ex:c
            entity(ex:d]
            used(zz:a, ex:e)
            entity ex:e)
            ...
            bundle zz:lost entity(ex:lost) endBundle
            bundle ex:kept entity(ex:f)
            endDocument"""
        )
    )
    assert [statement.identifier for statement in found.statements] == [EX + "a", EX + "f"]
    places = [re.match(r"doc\.provn:(\d+):", message) for message in wrong]
    assert [place and int(place[1]) for place in places] == [4, 5, 6, 7, 8, 9, 10, 11, 13, 14]


def test_errors_that_are_collected_keep_nothing_alive() -> None:
    kept: list[DocumentError] = []
    list(read_provn(io.BytesIO(document("entity(ex:a ex:b)").encode()), file="doc.provn", bad=kept.append))
    assert [(error.__traceback__, error.__cause__, error.__context__) for error in kept] == [(None, None, None)]


# Documents without bounds


@pytest.mark.parametrize(
    ("body", "statements", "wrong"),
    [
        ('entity(ex:e, [ex:k="' + r"a\n\"" * 2_000_000 + '"])', 1, 0),
        ('entity(ex:e, [ex:k="""' + 'a"\n' * 2_000_000 + 'x"""])', 1, 0),
        ("entity(ex:" + "a" * 10_000_000 + ")", 1, 0),
        ("entity(ex:" + "." * 10_000_000 + ")", 0, 1),
        ('entity(ex:e, [ex:k="' + r"\"" * 5_000_000, 0, 1),
        ("ex:f(" + "(" * 100_000, 0, 1),
        ("(" * 100_000, 0, 1),
        ("/*" + "*" * 10_000_000, 0, 2),
        ("entity(ex:e,[\n" * 10_000, 0, 10_000),
        ("ex:f(ex:e,[" * 100_000, 0, 1),
        ("entity(ex:e) " + " " * 10_000_000, 1, 0),
    ],
    ids=["string", "long", "name", "dots", "open", "brackets", "nothing", "comment", "broken", "nested", "space"],
)
def test_hostile_text_takes_time_in_proportion_to_its_length(body: str, statements: int, wrong: int) -> None:
    started = time.monotonic()
    found, messages = problems(document(body))
    assert time.monotonic() - started < 30
    assert len(found.statements) == statements
    assert len(messages) == wrong
    assert all(len(message) < 300 for message in messages)


def test_what_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graphprov.documents.provn_text.LONGEST", 100_000)
    assert "has no end in 100,000 characters" in str(problem(document("entity(ex:e, [" + "ex:k=1, " * 1_000_000)))


def test_a_long_document_passes_through_in_little_memory() -> None:
    class Endless(io.RawIOBase):
        """Statements one after the other, as many as are asked for."""

        left = 60_000

        def read(self, size: int = -1) -> bytes:
            if self.left < 0:
                return b""
            first = "document prefix ex <http://example.org/>\n" if self.left == 60_000 else ""
            lines = [f"used(ex:u{self.left - i}; ex:a, ex:e, -)\n" for i in range(min(self.left, size // 30))]
            self.left -= len(lines) or 1
            return f"{first}{''.join(lines) or 'endDocument'}".encode()

    tracemalloc.start()
    count = sum(1 for _ in read_provn(Endless(), file="endless.provn"))  # type: ignore[arg-type]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 60_001
    assert peak < 25_000_000


def test_a_plain_document_is_read_without_loading_the_grammar() -> None:
    text = document('bundle ex:b\n entity(ex:a, [ex:k="x" %% xsd:long])\nendBundle // done')
    code = f"""
import io, sys
from graphprov.documents.provn_reader import read_provn
assert len(list(read_provn(io.BytesIO({text.encode()!r}), file="doc.provn"))) == 3
assert "lark" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)


# Writing


def test_a_document_is_written_one_statement_a_line() -> None:
    found = read(
        document(
            """used(-; ex:a, ex:e, -, []) entity(ex:e, [ex:k=1,prov:type='ex:T'])
            bundle ex:b activity(ex:a,-,-) endBundle bundle ex:c endBundle prov:x({ex:a})"""
        )
    )
    assert (
        written(found)
        == """document
  prefix ex <http://example.org/>
  prefix gp <urn:graphprov:vocabulary#>

  entity(ex:e, [ex:k=1, prov:type='ex:T'])
  used(ex:a, ex:e, -)
  prov:x({ex:a})

  bundle ex:b
    activity(ex:a)
  endBundle

  bundle ex:c
  endBundle
endDocument
"""
    )


@pytest.mark.parametrize(
    "statement",
    [
        "activity(ex:a)",
        "activity(ex:a, -, 2011-11-16T16:05:00+01:00)",
        "wasGeneratedBy(ex:e)",
        "used(ex:u; ex:a, -, 2011-11-16T16:05:00)",
        "wasStartedBy(ex:a2, -, ex:a1, -)",
        "wasDerivedFrom(ex:e2, ex:e1)",
        "wasDerivedFrom(ex:e2, ex:e1, -, -, ex:u)",
        "wasAssociatedWith(ex:a, ex:g, -)",
        "actedOnBehalfOf(ex:g2, ex:g1)",
        "mentionOf(ex:e2, ex:e1, ex:b)",
        "hadMember(ex:m; ex:c, ex:e, [ex:k=1])",
        "wasGeneratedBy(-, ex:a, -)",
        r'entity(ex:e, [ex:k="a \"b\" \\ \n \u0000 é", ex:l="x"@en, ex:m=-1, ex:n="1" %% xsd:long])',
        "entity(ex:e, [prov:type='ex:a', prov:type='ex:b'])",
        'entity(ex:e, [ex:k="x" %% prov:InternationalizedString, ex:l="zz:a" %% xsd:QName, ex:m="01x" %% xsd:int])',
        r"entity(ex:\-a\=.b\(1\)\.)",
        'ex:f(ex:i; -, ex:a, "x")',
        "ex:f()",
        "ex:f(ex:i; [ex:k=1])",
        'ex:f(ex:g(-; {("k", 1)}, [ex:k=\'ex:a\', ex:l="2011-11-16T16:05:00" %% xsd:dateTime]), 2011-11-16T16:05:00)',
    ],
)
def test_statements_are_written_in_their_shortest_form(statement: str) -> None:
    (line,) = lines(read(document(statement)))
    assert line == statement


def test_a_name_that_no_local_part_can_hold_gets_a_prefix_elsewhere() -> None:
    found = one("entity", EX + "50%off→/tea", k=Value.name(EX + "·a"))
    text = written(found)
    assert "  prefix odd1 <http://example.org/50%off→>\n  prefix odd2 <http://example.org/·>\n" in text
    assert "entity(odd1:/tea, [ex:k='odd2:a'])" in text
    assert read(text) == found


def test_a_prefix_for_odd_names_gives_way_to_one_of_the_document() -> None:
    found = Document(
        namespaces={Namespace("odd1", EX)},
        statements=[Statement(TERMS["entity"], EX + local, ()) for local in ("a", "%")],
    )
    assert lines(found) == ["entity(odd2:)", "entity(odd1:a)"]
    assert read(written(found)) == found


@pytest.mark.parametrize("character", list(' <>"{}|^`\\\n\x00'))
def test_what_prov_n_cannot_write_is_refused_by_name(character: str) -> None:
    iri = f"{EX}a{character}b"
    with pytest.raises(NotCarried, match=re.escape(f"it has no way to write the name <{iri}>")):
        written(one("entity", iri))


def test_a_text_that_is_no_unicode_is_refused() -> None:
    with pytest.raises(NotCarried, match="not valid Unicode"):
        written(one("entity", EX + "e", k=Value("\ud800")))


def test_a_text_that_would_turn_into_a_name_is_refused() -> None:
    with pytest.raises(NotCarried, match="'ex:a' would turn into a name"):
        written(one("entity", EX + "e", k=Value("ex:a", XSD_QNAME)))


@pytest.mark.parametrize(
    "arguments",
    ["(", ")", "(}", "x", ";", "[", "expression", ["expression", None], ["expression", Value.name(EX), "("]],
    ids=str,
)
def test_marks_that_are_not_in_order_are_refused(arguments: list[str | Value | None]) -> None:
    values = tuple(Value(part, MARK) if isinstance(part, str) else part for part in arguments)
    with pytest.raises(NotCarried, match="brackets in its arguments"):
        written(Document(extensions=[Extension(EX + "f", None, values)]))


def test_brackets_are_written_as_deep_as_they_are_read() -> None:
    for depth in (99, 100):
        body = "ex:f(" + "(" * depth + ")" * depth + ")"
        marks = tuple(Value(text, MARK) for text in "(" * depth + ")" * depth)
        found = Document(namespaces={Namespace("ex", EX)}, extensions=[Extension(EX + "f", None, marks)])
        if depth == 99:
            assert lines(found) == [body]
            assert read(document(body)) == found
        else:
            with pytest.raises(NotCarried):
                written(found)
            assert "more than 100 deep" in str(problem(document(body)))


def test_blank_labels_become_names_where_something_refers_to_them() -> None:
    derived = Statement(TERMS["wasDerivedFrom"], "_:d", (EX + "e2", EX + "e1", None, None, "_:u"))
    used = Statement(TERMS["used"], "_:u", (EX + "a", EX + "e1", None))
    names = {EX + "e2", EX + "e1", EX + "a", "urn:graphprov:blank:u"}
    stream = io.StringIO()
    write_provn([used, derived], stream, Prefixes(names, [Namespace("ex", EX)]))
    stated = [line.strip() for line in stream.getvalue().splitlines() if line.endswith(")")]
    assert stated == ["used(blank:u; ex:a, ex:e1, -)", "wasDerivedFrom(ex:e2, ex:e1, -, -, blank:u)"]


def test_a_statement_without_its_bundle_before_it_is_refused() -> None:
    statement = Statement(TERMS["entity"], EX + "e", (), bundle=EX + "b")
    with pytest.raises(ValueError, match="does not stand behind its bundle"):
        write_provn([statement], io.StringIO(), Prefixes([EX + "e"]))


# Times


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2011-11-16T16:05:00", True),
        ("2011-11-16T16:05:00.1234567+14:00", True),
        ("-0044-03-15T24:00:00.0Z", True),
        ("12011-11-16T16:05:00", True),
        ("2012-02-29T00:00:00", True),
        ("2000-02-29T00:00:00", True),
        ("1900-02-29T00:00:00", False),
        ("2011-02-29T00:00:00", False),
        ("2011-04-31T00:00:00", False),
        ("2011-13-01T00:00:00", False),
        ("2011-11-16T24:00:01", False),
        ("2011-11-16T16:05:60", False),
        ("2011-11-16T16:05:00+14:01", False),
        ("2011-11-16T16:05:00.", False),
        ("2011-11-16T16:05", False),
        ("2011-11-16", False),
        ("02011-11-16T16:05:00", False),
        ("٢٠١١-11-16T16:05:00", False),
        ("2011-11-16T16:05:00\n", False),
        ("", False),
    ],
)
def test_times_are_those_of_xml_schema(text: str, expected: bool) -> None:
    assert is_datetime(text) is expected


# The documents of prov's own tests: the Recommendations' examples, ProvToolbox's, and what ProvToolbox wrote

NOT_PROVN = {
    "container0.provn": "names without a prefix, and no default namespace",
    "container1.provn": "the prefix 'tr' is used and not declared",
    "prov-dm-example-05.provn": "leaves out its content with '...'",
    "prov-dm-example-06.provn": "leaves out its content with '...'",
    "prov-dm-example-19.provn": "an attribute list is not closed",
    "prov-dm-example-27.provn": "the prefix 'rec54' is used and not declared",
    "prov-dm-example-31.provn": "the prefix 'rec54' is used and not declared",
    "prov-dm-example-57.provn": "literals alone",
    "prov-dm-example-58.provn": "literals alone",
    "prov-dm-example-59.provn": "literals alone",
    "prov-dm-example-61.provn": "the prefix 'ex' is used and not declared",
    "prov-dm-example-62.provn": "the prefix 'ex' is used and not declared",
    "prov-n-example-16.provn": "a name where a time belongs",
    "prov-n-example-34.provn": "the prefix 'cc' is used and not declared",
    "prov-n-example-35.provn": "the prefix 'cc' is used and not declared",
    "prov-n-example-52.provn": "literals alone",
    "prov-n-example-53.provn": "literals alone",
    "prov-n-example-54.provn": "literals alone",
    "prov-n-example-55.provn": "literals alone",
    "prov-n-example-56.provn": "literals alone",
    "prov-n-example-59.provn": "leaves out its content with '...'",
    "prov-n-example-61.provn": "a bundle's name without a prefix, and no default namespace",
}
"""Those that are no PROV-N, and why."""
BEYOND_PROV = {
    "container2.provn": "a datatype in angle brackets",
    "prov-family.provn": "a dictionary",
    "prov-family-graphics.provn": "a dictionary",
    "prov-n-example-63.provn": "a dictionary",
    "prov-n-example-64.provn": "an extension",
    "prov-n-example-37.provn": "wasAssociatedWith without the plan",
    **{
        f"prov-dm-example-{number}.provn": "a statement without its last argument"
        for number in ("03", "04", "16", "24", "34", "52", "53", "55", "56", "63")
    },
}
"""Those that graphprov reads and `prov` does not, and why."""
FILES = sorted(CORPUS.rglob("*.provn"))
pytestmark_corpus = pytest.mark.skipif(not FILES, reason="this prov comes without its test documents")


@pytestmark_corpus
def test_each_document_of_the_corpus_is_read_or_known_to_be_none() -> None:
    refused = set()
    for path in FILES:
        try:
            read(path.read_bytes())
        except DocumentError:
            refused.add(path.name)
    assert refused == set(NOT_PROVN)


@pytestmark_corpus
def test_the_grammar_alone_reads_the_corpus_as_the_fast_way_does(monkeypatch: pytest.MonkeyPatch) -> None:
    def told(path: Path) -> list[object]:
        return [(getattr(item, "said", item), getattr(item, "line", 0)) for item in read(path.read_bytes()).items()]

    paths = [path for path in FILES if path.name not in NOT_PROVN and path.stat().st_size < 20_000]
    fast = [told(path) for path in paths]
    monkeypatch.setattr(provn_reader, "STATEMENT", re.compile("(?!)"))
    assert [told(path) for path in paths] == fast


@pytestmark_corpus
def test_the_corpus_is_written_so_that_prov_and_graphprov_read_it_back_the_same() -> None:
    compared = 0
    for path in (path for path in FILES if path.name not in NOT_PROVN):
        found = read(path.read_bytes())
        text = written(found)
        assert read(text) == found, path.name
        assert written(read(text)) == text, path.name
        if path.name not in BEYOND_PROV:
            assert by_prov(text) == by_prov(path.read_text(encoding="utf-8")), path.name
            compared += 1
    assert compared == len(FILES) - len(NOT_PROVN) - len(BEYOND_PROV)


def by_prov(text: str) -> ProvDocument:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ProvDocument.deserialize(content=text, format="provn")
