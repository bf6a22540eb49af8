"""PROV-XML in and out: every form that an element may have, errors that say where, and nothing lost against `prov`."""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import Any

import prov
import pytest
from lxml import etree
from prov.model import ProvDocument
from prov.serializers.provxml import ProvXMLException

from graphprov.documents import xml_text
from graphprov.documents.formats import NotCarried
from graphprov.documents.names import Prefixes
from graphprov.documents.provjson_reader import read_provjson
from graphprov.documents.provn_marks import MARK
from graphprov.documents.provxml_reader import read_provxml
from graphprov.documents.provxml_terms import SUBTYPES, escape, unescape
from graphprov.documents.provxml_writer import write_provxml
from graphprov.documents.statements import (
    BLANK,
    Attribute,
    Bundle,
    Document,
    DocumentError,
    Extension,
    Item,
    Namespace,
    Statement,
    Value,
    attributes_of,
)
from graphprov.documents.terms import LABEL, PROV, RDF, TERMS, TYPE, VALUE, XSD, XSD_DATETIME, XSD_INT, XSD_QNAME
from tests.documents import ODD_LOCALS, in_order, names_in

CORPUS = Path(prov.__file__).parent / "tests"
XML_FILES = [
    *sorted(CORPUS.glob("xml/*.xml")),
    *sorted(CORPUS.glob("unification/constraints/*.xml")),
    *sorted(CORPUS.glob("unification/constraints/*.provx")),
]
JSON_FILES = [*sorted(CORPUS.glob("json/*.json")), *sorted(CORPUS.glob("unification/*.json"))]
EX = "http://example.org/"
ROOT = (
    f'<prov:document xmlns:prov="{PROV}" xmlns:ex="{EX}" xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n'
)
"""One line, so that what follows starts in the second."""


def read(text: str | bytes, bad: list[str] | None = None) -> list[Item]:
    data = text.encode() if isinstance(text, str) else text
    return list(
        read_provxml(
            io.BytesIO(data), file="a.xml", bad=None if bad is None else lambda error: bad.append(error.message)
        )
    )


def items(elements: str, bad: list[str] | None = None) -> list[Item]:
    return [item for item in read(f"{ROOT}{elements}</prov:document>", bad) if not isinstance(item, Namespace)]


def statements(elements: str, bad: list[str] | None = None) -> list[Statement]:
    return [item for item in items(elements, bad) if isinstance(item, Statement)]


def attributes(elements: str) -> tuple[Attribute, ...]:
    (statement,) = statements(f'<prov:entity prov:id="ex:e">{elements}</prov:entity>')
    return statement.attributes


def value(mark: str, text: str) -> Value:
    ((_, found),) = attributes(f"<ex:a {mark}>{text}</ex:a>")
    return found


def error(text: str | bytes) -> str:
    with pytest.raises(DocumentError) as caught:
        read(text)
    assert caught.value.file == "a.xml"
    return caught.value.message


def wrong(elements: str) -> str:
    """What is wrong with elements, without where it is."""
    message = error(f"{ROOT}{elements}</prov:document>")
    assert message.startswith("a.xml:2: ")
    return message.split(": ", 1)[1]


def written(document: Document) -> str:
    stream = io.BytesIO()
    write_provxml(in_order(document), stream, Prefixes(names_in(document), document.namespaces))
    return stream.getvalue().decode()


def entity(local: str = "e", *said: Attribute, bundle: str | None = None) -> Statement:
    return Statement(TERMS["entity"], EX + local, (), attributes_of(said), bundle)


# What a value says.


@pytest.mark.parametrize(
    ("mark", "text", "expected"),
    [
        ("", "x", Value("x")),
        ("", "", Value("")),
        ("", " x\n y ", Value(" x\n y ")),
        ("", "a<!-- between -->b<![CDATA[<&]]>&amp;&#233;", Value("ab<&&é")),
        ('xsi:type="xsd:string"', "x", Value("x")),
        ('xsi:type="xsd:int"', "01", Value("01", XSD_INT)),
        ('xsi:type="ex:t"', "x", Value("x", EX + "t")),
        ('xsi:type="xsd:QName"', " ex:t\n", Value.name(EX + "t")),
        ('xsi:type="prov:QUALIFIED_NAME"', "ex:t", Value.name(EX + "t")),
        ('xsi:type="xsd:QName"', "zz:t", Value("zz:t", XSD_QNAME)),
        ('xsi:type="xsd:QName"', "t", Value("t", XSD_QNAME)),
        ('prov:ref="ex:t"', "", Value.name(EX + "t")),
        ('xml:lang="fr"', "chat", Value.spoken("chat", "fr")),
        ('xsi:type="prov:InternationalizedString" xml:lang="fr"', "chat", Value.spoken("chat", "fr")),
        ('xml:lang=""', "chat", Value("chat")),
        ('xsi:type="prov:InternationalizedString"', "x", Value("x", PROV + "InternationalizedString")),
        ('xsi:type="xsd:int" xsi:nil="false" xml:space="preserve"', "5", Value("5", XSD_INT)),
        ('xmlns:xsd="http://www.w3.org/2001/XMLSchema#" xsi:type="xsd:int"', "5", Value("5", XSD_INT)),
        ('xmlns:x="http://www.w3.org/2001/XMLSchema" xsi:type="x:int"', "5", Value("5", XSD_INT)),
    ],
)
def test_a_value_keeps_its_text_and_gets_its_type(mark: str, text: str, expected: Value) -> None:
    assert value(mark, text) == expected


def test_a_name_is_read_by_the_prefixes_where_it_stands() -> None:
    first, second, third = statements(
        '<prov:entity prov:id="ex:e" xmlns:ex="http://other/">'
        '<ex:a xmlns:ex="http://third/" xsi:type="xsd:QName">ex:t</ex:a>'
        '<prov:type xsi:type="xsd:QName">ex:t</prov:type></prov:entity>'
        '<prov:used><prov:entity prov:ref="p:e" xmlns:p="http://other/"/></prov:used>'
        '<prov:entity prov:id="ex:e"/>'
    )
    assert first.identifier == "http://other/e"
    assert first.attributes == (("http://third/a", Value.name("http://third/t")), (TYPE, Value.name("http://other/t")))
    assert second.argument("entity") == "http://other/e"
    assert third.identifier == EX + "e"


def test_the_default_namespace_is_that_of_names_without_a_prefix_and_can_be_taken_away() -> None:
    (statement,) = statements('<prov:entity prov:id="e" xmlns="http://d/"><a prov:ref="b"/></prov:entity>')
    assert statement.identifier == "http://d/e"
    assert statement.attributes == (("http://d/a", Value.name("http://d/b")),)
    message = error(f'<document xmlns="{PROV}" xmlns:p="{PROV}"><p:entity p:id="e" xmlns=""/></document>')
    assert "the name 'e' has no prefix, and no default namespace is declared" in message


def test_a_very_long_text_and_name_are_read() -> None:
    text = "x" * 10_000_000
    assert value("", text) == Value(text)
    assert statements(f'<prov:entity prov:id="ex:{text}"/>')[0].identifier == EX + text


@pytest.mark.parametrize(
    ("element", "why"),
    [
        ("<ex:a><ex:b>1</ex:b></ex:a>", "<a>: expected a text, found the element <b>"),
        ('<ex:a unit="m">1</ex:a>', "<a>: expected prov:ref, xsi:type or xml:lang, found the XML attribute 'unit'"),
        (
            '<ex:a xsi:type="zz:t">1</ex:a>',
            "<a>: the prefix of 'zz:t' is not declared; declared are ex, prov, xsd, xsi",
        ),
        ('<ex:a xsi:type="xsd:int" xml:lang="en">1</ex:a>', "the language 'en' has no other type, found 'xsd:int'"),
        ('<ex:a prov:ref="t"/>', "<a>: the name 't' has no prefix"),
        ("<a>1</a>", "expected an attribute in a namespace, found <a>"),
        ("text", "expected elements, found the text 'text'"),
        ("<ex:a/>text", "expected elements, found the text 'text'"),
    ],
)
def test_what_is_no_attribute_is_refused_with_its_element(element: str, why: str) -> None:
    message = wrong(f'<prov:entity prov:id="ex:e">{element}</prov:entity>')
    assert message.startswith("<prov:entity> 'ex:e': ")
    assert why in message


# What an element says.


def test_every_component_is_read_with_all_its_arguments() -> None:
    for term in TERMS.values():
        inside = "".join(
            f"<prov:{argument.name}> 2011-11-16T16:05:00Z\n</prov:{argument.name}>"
            if argument.refers == "time"
            else f'<prov:{argument.name} prov:ref="ex:{argument.name}"/>'
            for argument in term.arguments
        )
        (statement,) = statements(
            f'<prov:{term.keyword} prov:id="ex:id">{inside}<prov:label>x</prov:label></prov:{term.keyword}>'
        )
        assert statement.term is term
        assert (statement.identifier, statement.attributes) == (EX + "id", ((LABEL, Value("x")),))
        assert statement.arguments == tuple(
            "2011-11-16T16:05:00Z" if argument.refers == "time" else EX + argument.name for argument in term.arguments
        )


@pytest.mark.parametrize("local", SUBTYPES)
def test_an_element_may_stand_for_a_type(local: str) -> None:
    keyword, type_ = SUBTYPES[local]
    (statement,) = statements(f'<prov:{local} prov:id="ex:x"><prov:label>x</prov:label></prov:{local}>')
    assert statement.term.keyword == keyword
    assert (TYPE, Value.name(PROV + type_)) in statement.attributes


def test_a_type_may_stand_at_the_component() -> None:
    (statement,) = statements('<prov:agent prov:id="ex:a" xsi:type="prov:Person" ex:note="XML alone"/>')
    assert statement.attributes == ((TYPE, Value.name(PROV + "Person")),)


def test_a_membership_of_several_is_one_statement_for_each() -> None:
    several = statements(
        '<prov:hadMember prov:id="ex:m"><prov:collection prov:ref="ex:c"/>'
        '<prov:entity prov:ref="ex:a"/><prov:entity prov:ref="ex:b"/><ex:x>1</ex:x></prov:hadMember>'
    )
    assert [statement.arguments for statement in several] == [(EX + "c", EX + "a"), (EX + "c", EX + "b")]
    assert {statement.identifier for statement in several} == {EX + "m"}
    assert several[0].attributes == several[1].attributes != ()


def test_an_argument_may_be_a_text_or_an_element_in_an_element() -> None:
    (statement,) = statements(
        "<prov:used><prov:activity> ex:a </prov:activity>"
        '<prov:entity>\n<prov:entity prov:ref="ex:e"/>\n</prov:entity></prov:used>'
    )
    assert statement.arguments == (EX + "a", EX + "e", None)


def test_an_argument_of_another_component_is_an_attribute_that_holds_a_name_or_time() -> None:
    assert attributes(
        '<prov:plan prov:ref="ex:p"/><prov:agent>ex:a</prov:agent><prov:time>2011-11-16T16:05:00</prov:time>'
        '<prov:activity xsi:type="xsd:string">ex:a</prov:activity>'
    ) == (
        (PROV + "activity", Value("ex:a")),
        (PROV + "agent", Value.name(EX + "a")),
        (PROV + "plan", Value.name(EX + "p")),
        (PROV + "time", Value("2011-11-16T16:05:00", XSD_DATETIME)),
    )


def test_escapes_in_the_name_of_an_attribute_are_undone() -> None:
    assert attributes("<ex:two_x0020_words>x</ex:two_x0020_words>") == ((EX + "two words", Value("x")),)


@pytest.mark.parametrize("local", ["é", "名", "😀", "\u1c5a"])
def test_a_name_may_have_every_letter_that_xml_allows_today(local: str) -> None:
    assert attributes(f"<ex:{local}/>") == ((EX + local, Value("")),)


def test_a_namespace_may_have_letters_beyond_ascii() -> None:
    (statement,) = statements('<prov:entity prov:id="é:a" xmlns:é="http://example.org/é#"><é:b/></prov:entity>')
    assert statement.identifier == "http://example.org/é#a"
    assert statement.attributes == (("http://example.org/é#b", Value("")),)


@pytest.mark.parametrize(
    ("element", "why"),
    [
        ("<prov:entity/>", "<prov:entity>: expected an identifier, prov:id"),
        ('<prov:entity id="ex:e"/>', "<prov:entity>: expected the XML attribute prov:id, found 'id'"),
        ('<prov:entity prov:id="ex:e" prov:ref="ex:e"/>', "expected the XML attribute prov:id, found 'ref'"),
        ('<prov:entity prov:id="zz:e"/>', "<prov:entity> 'zz:e': the prefix of 'zz:e' is not declared"),
        ('<prov:entity prov:id=""/>', "found an empty text"),
        ("<prov:used><prov:activity/></prov:used>", "<prov:activity>: expected a name such as 'ex:e1'"),
        ('<prov:used><prov:activity prov:ref="ex:a">x</prov:activity></prov:used>', "expected one reference, prov:ref"),
        (
            '<prov:used><prov:activity prov:ref="ex:a"/><prov:activity prov:ref="ex:b"/></prov:used>',
            f"<prov:activity>: expected one value, found '{EX}a' and '{EX}b'",
        ),
        ("<prov:used><prov:time>2011-11-16</prov:time></prov:used>", "<prov:time>: expected an xsd:dateTime"),
        ("<prov:used><prov:time><ex:a/></prov:time></prov:used>", "found the element <a>"),
        ("<ex:foo/>", f"<foo>: expected an element of the namespace {PROV}"),
        ("<foo/>", f"<foo>: expected an element of the namespace {PROV}"),
        ('<prov:entity prov:id="ex:e"/>text', "expected elements, found the text 'text'"),
        ('<ex:foo/><prov:entity prov:id="ex:e"/>', "<foo>: expected an element of the namespace"),
        ("<prov:bundleContent/>", "<prov:bundleContent>: expected an identifier, prov:id"),
        (
            '<prov:bundleContent prov:id="ex:b"><prov:bundleContent prov:id="ex:c"/></prov:bundleContent>',
            "<prov:bundleContent>: a bundle holds no bundles (PROV-DM 5.4)",
        ),
        ('<prov:bundleContent prov:id="ex:b"><ex:foo/></prov:bundleContent>', "<foo>: expected an element of the"),
    ],
)
def test_what_is_no_element_of_prov_is_refused(element: str, why: str) -> None:
    assert why in wrong(element)


def test_text_at_the_start_of_a_document_is_refused() -> None:
    assert error(f"{ROOT}text</prov:document>") == "a.xml:1: expected elements, found the text 'text'"


def test_an_unknown_element_is_refused_with_the_nearest() -> None:
    with pytest.raises(DocumentError, match=r"a\.xml:2: <prov:wasGeneratdBy>: no component of PROV") as caught:
        items("<prov:wasGeneratdBy/>")
    assert caught.value.hint == "the nearest one is <prov:wasGeneratedBy>"


def test_what_other_holds_is_for_others() -> None:
    (statement,) = statements(
        '<prov:other>text<ex:foo><prov:entity prov:id="ex:no"/></ex:foo></prov:other><prov:entity prov:id="ex:e"/>'
        "<?a program?><!-- and a comment --><prov:other/>"
    )
    assert statement.identifier == EX + "e"


# Bundles.


def test_a_bundle_holds_statements_and_may_be_empty() -> None:
    found = items(
        """<prov:bundleContent prov:id="ex:b">
             <prov:entity prov:id="ex:e"/><prov:used><prov:entity prov:ref="ex:e"/></prov:used>
           </prov:bundleContent>
           <prov:entity prov:id="ex:e"/>
           <prov:bundleContent prov:id="f:c" xmlns:f="http://f/"/>"""
    )
    assert [item for item in found if isinstance(item, Bundle)] == [Bundle(EX + "b", 2), Bundle("http://f/c", 6)]
    told = [(item.term.keyword, item.bundle, item.line) for item in found if isinstance(item, Statement)]
    assert told == [("entity", EX + "b", 3), ("used", EX + "b", 3), ("entity", None, 5)]


def test_a_bundle_as_the_drafts_of_the_note_had_it_is_read() -> None:
    found = items(
        '<prov:bundle prov:id="ex:b"><prov:entity prov:id="ex:e"/><prov:agent prov:id="ex:a"/></prov:bundle>'
        '<prov:bundle prov:id="ex:b"><prov:label>x</prov:label></prov:bundle>'
    )
    assert found[0] == Bundle(EX + "b", 2)
    told = [(item.identifier, item.bundle) for item in found if isinstance(item, Statement)]
    assert told == [(EX + "e", EX + "b"), (EX + "a", EX + "b"), (EX + "b", None)]


# Dictionaries.

DICTIONARY = (
    '<prov:hadDictionaryMember><prov:dictionary prov:ref="ex:d"/>'
    '<prov:keyEntityPair><prov:key>k</prov:key><prov:entity prov:ref="ex:a"/></prov:keyEntityPair>'
    '<prov:keyEntityPair><prov:key xsi:type="xsd:int">1</prov:key><prov:entity prov:ref="ex:b"/></prov:keyEntityPair>'
    "</prov:hadDictionaryMember>"
    '<prov:derivedByInsertionFrom prov:id="ex:i"><prov:newDictionary prov:ref="ex:d2"/>'
    '<prov:oldDictionary prov:ref="ex:d"/>'
    '<prov:keyEntityPair><prov:key>k</prov:key><prov:entity prov:ref="ex:a"/></prov:keyEntityPair>'
    '<prov:keyEntityPair><prov:key>l</prov:key><prov:entity prov:ref="ex:b"/></prov:keyEntityPair>'
    "<prov:label>x</prov:label></prov:derivedByInsertionFrom>"
    '<prov:derivedByRemovalFrom><prov:newDictionary prov:ref="ex:d3"/><prov:oldDictionary prov:ref="ex:d2"/>'
    "<prov:key>k</prov:key><prov:key>l</prov:key></prov:derivedByRemovalFrom>"
)


def test_dictionaries_are_extensions_as_prov_n_writes_them() -> None:
    found = [item for item in items(DICTIONARY) if isinstance(item, Extension)]
    names = {local: Value.name(EX + local) for local in ("a", "b", "d", "d2", "d3")}
    k, one, left, right = Value("k"), Value("l"), Value("(", MARK), Value(")", MARK)
    assert [(item.name.removeprefix(PROV), item.identifier, item.arguments) for item in found] == [
        ("hadDictionaryMember", None, (names["d"], names["a"], k)),
        ("hadDictionaryMember", None, (names["d"], names["b"], Value("1", XSD_INT))),
        (
            "derivedByInsertionFrom",
            EX + "i",
            (
                *(names["d2"], names["d"], Value("{", MARK), left, k, names["a"], right),
                *(left, one, names["b"], right, Value("}", MARK)),
            ),
        ),
        ("derivedByRemovalFrom", None, (names["d3"], names["d2"], Value("{", MARK), k, one, Value("}", MARK))),
    ]
    assert found[2].attributes == ((LABEL, Value("x")),)


def test_dictionaries_come_back_as_they_were() -> None:
    document = Document.of(items(DICTIONARY))
    assert len(document.extensions) == 4
    assert Document.of(read(written(document))) == document


@pytest.mark.parametrize(
    ("element", "why"),
    [
        ("<prov:hadDictionaryMember/>", "expected <prov:dictionary>"),
        ('<prov:derivedByRemovalFrom><prov:newDictionary prov:ref="ex:d"/></prov:derivedByRemovalFrom>', "oldDict"),
        (
            '<prov:hadDictionaryMember><prov:dictionary prov:ref="ex:d"/></prov:hadDictionaryMember>',
            "expected <prov:keyEntityPair>",
        ),
        (
            '<prov:hadDictionaryMember><prov:dictionary prov:ref="ex:d"/>'  # noqa: ISC004 - one element
            "<prov:keyEntityPair><prov:key>k</prov:key></prov:keyEntityPair></prov:hadDictionaryMember>",
            "<prov:keyEntityPair>: expected <prov:key> and <prov:entity>",
        ),
        (
            '<prov:hadDictionaryMember><prov:dictionary prov:ref="ex:d"/>'  # noqa: ISC004 - one element
            '<prov:dictionary prov:ref="ex:e"/></prov:hadDictionaryMember>',
            f"<prov:dictionary>: expected one name, found '{EX}d' and '{EX}e'",
        ),
    ],
)
def test_what_is_no_dictionary_is_refused(element: str, why: str) -> None:
    assert why in wrong(element)


# Where, and going on.


@pytest.mark.parametrize("size", [1, 7, 100, 1 << 16])
def test_bad_elements_are_reported_with_their_line_and_the_rest_is_read(
    size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xml_text, "CHUNK", size)
    bad: list[str] = []
    found = items(
        """<prov:entity prov:id="ex:a"/>
        <prov:entity/>
        <prov:nothing/> text
        <prov:bundleContent><prov:entity prov:id="ex:x"/><prov:nothing/></prov:bundleContent>
        <prov:bundleContent prov:id="ex:b">
          <prov:entity prov:id="zz:x"/>
          <prov:entity prov:id="ex:b"/>
          <prov:bundleContent prov:id="ex:c"><prov:entity prov:id="ex:x"/></prov:bundleContent>
        </prov:bundleContent>
        <prov:entity prov:id="ex:c"/>
        """,
        bad,
    )
    told = [(item.identifier, item.line) for item in found if not isinstance(item, Extension | Namespace)]
    assert told == [(EX + "a", 2), (EX + "b", 6), (EX + "b", 8), (EX + "c", 11)]
    assert sorted(message.split(" ", 2)[0] for message in bad) == [f"a.xml:{line}:" for line in (3, 4, 4, 5, 7, 9)]


def test_lines_are_right_in_long_documents() -> None:
    element = (
        '<prov:entity\n prov:id="ex:e">\n<prov:label>x</prov:label>\n</prov:entity>\n\n<prov:entity prov:id="ex:e"/>\n'
    )
    lines = [statement.line for statement in statements(element * 15_000)]
    # An element that starts in several lines stands where its start tag ends.
    assert lines == [line for start in range(2, 2 + 6 * 15_000, 6) for line in (start + 1, start + 5)]


def test_no_doctype_is_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    bomb = "".join(f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, 10))
    for doctype in (
        "<!DOCTYPE prov:document>",
        f"<!DOCTYPE prov:document [<!ENTITY e0 'x'>{bomb}]>",
        f"<!DOCTYPE prov:document [<!ENTITY e9 SYSTEM '{secret.as_uri()}'>]>",
        "<!DOCTYPE prov:document SYSTEM 'http://127.0.0.1:9/x.dtd'>",
        "<!DOCTYPE prov:document [<!ENTITY % e SYSTEM 'http://127.0.0.1:9/x.dtd'> %e;]>",
    ):
        text = f"<?xml version='1.0'?><!-- -->{doctype}<prov:document xmlns:prov='&e9;'>&e9;</prov:document>"
        for encoding in ("utf-8", "utf-16"):
            assert "a DOCTYPE is not read" in error(text.encode(encoding))


def test_an_entity_that_nobody_declared_is_refused() -> None:
    message = error(f'{ROOT}<prov:entity prov:id="ex:e"><ex:a>&e;</ex:a></prov:entity></prov:document>')
    assert message.startswith("a.xml:2:")
    assert "Entity 'e' not defined" in message


def test_the_location_of_a_schema_is_not_fetched() -> None:
    located = 'xsi:schemaLocation="http://127.0.0.1:9/ http://127.0.0.1:9/x.xsd"'
    assert read(f'{ROOT.rstrip()[:-1]} {located}><prov:entity prov:id="ex:e" {located}/></prov:document>')


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1252"])
def test_a_document_is_read_in_the_encoding_that_it_declares(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?>{ROOT}<prov:entity prov:id="ex:é"/></prov:document>'
    found = [item for item in read(text.encode(encoding)) if isinstance(item, Statement)]
    assert found[0].identifier == EX + "é"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"", "not well-formed XML: it is empty"),
        (b"  ", "not well-formed XML"),
        (b"{}", "a.xml:1:1: not well-formed XML: Start tag expected"),
        (b"<html/>", f"expected the element <document> of the namespace {PROV}, found <html>"),
        (f'<bundle xmlns="{PROV}"/>'.encode(), f"found <bundle> of the namespace {PROV}"),
        (b"<document/>", "found <document>"),
        (b'<p:document xmlns:p="a}b"/>', "found <document> of the namespace a}b"),
        ((ROOT + "<prov:entity>").encode(), "not well-formed XML: Premature end of data in tag entity"),
        ((ROOT + "</prov:entity>").encode(), "a.xml:2:15: not well-formed XML: Opening and ending tag mismatch"),
        ((ROOT + "</prov:document>x").encode(), "not well-formed XML: Extra content at the end of the document"),
        ((ROOT + "\x00</prov:document>").encode(), "not well-formed XML: Invalid character: Char 0x0"),
        ((ROOT + "<zz:a/></prov:document>").encode(), "Namespace prefix zz on a is not defined"),
        (ROOT.encode() + b"\xff</prov:document>", "not well-formed XML"),
        ((ROOT + "<prov:entity>" * 100_000).encode(), "elements are nested too deeply"),
        ((ROOT + "<prov:other>" + "<a>" * 100_000).encode(), "elements are nested too deeply"),
        (b'<?xml version="1.0" encoding="nonsense"?><a/>', "Unsupported encoding: nonsense"),
    ],
)
def test_what_is_no_prov_xml_is_refused_also_where_bad_is_given(text: bytes, why: str) -> None:
    assert why in error(text)
    with pytest.raises(DocumentError):
        read(text, [])


# What is written.


def test_elements_are_indented_and_stand_in_the_order_of_the_schema() -> None:
    said = (
        (EX + "a", Value("x")),
        (TYPE, Value.name(EX + "T")),
        (VALUE, Value("1", XSD_INT)),
        (LABEL, Value.spoken("chat", "fr")),
        (TYPE, Value.spoken("chat", "fr")),
    )
    document = Document(
        namespaces={Namespace("ex", EX)},
        bundles={EX + "b": Bundle(EX + "b")},
        statements=[
            entity("e", *said),
            Statement(TERMS["used"], EX + "u", (EX + "a", EX + "e", "2011-11-16T16:05:00Z")),
            Statement(TERMS["wasDerivedFrom"], None, (EX + "e", EX + "d", None, None, "_:u")),
            entity("e", bundle=EX + "b"),
        ],
    )
    assert written(document) == (
        """<?xml version="1.0" encoding="UTF-8"?>
<prov:document
    xmlns:ex="http://example.org/"
    xmlns:prov="http://www.w3.org/ns/prov#"
    xmlns:xsd="http://www.w3.org/2001/XMLSchema"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <prov:entity prov:id="ex:e">
    <prov:label xml:lang="fr">chat</prov:label>
    <prov:type xsi:type="prov:InternationalizedString" xml:lang="fr">chat</prov:type>
    <prov:type xsi:type="xsd:QName">ex:T</prov:type>
    <prov:value xsi:type="xsd:int">1</prov:value>
    <ex:a>x</ex:a>
  </prov:entity>
  <prov:used prov:id="ex:u">
    <prov:activity prov:ref="ex:a"/>
    <prov:entity prov:ref="ex:e"/>
    <prov:time>2011-11-16T16:05:00Z</prov:time>
  </prov:used>
  <prov:wasDerivedFrom>
    <prov:generatedEntity prov:ref="ex:e"/>
    <prov:usedEntity prov:ref="ex:d"/>
    <prov:usage prov:ref="blank:u" xmlns:blank="urn:graphprov:blank:"/>
  </prov:wasDerivedFrom>
  <prov:bundleContent prov:id="ex:b">
    <prov:entity prov:id="ex:e"/>
  </prov:bundleContent>
</prov:document>
"""
    )


@pytest.mark.parametrize(
    "text", ["<&>\"'", " a ", "\r\n", "\ta\nb\r", "]]>", "<!-- -->", "&#0;", "é😀", "\x85\u2028", "\ufffd"]
)
def test_every_character_that_xml_can_hold_comes_back(text: str) -> None:
    document = Document(
        statements=[
            entity("e" + text, (EX + "a", Value(text)), (EX + "a", Value.name(EX + text)), (EX + text, Value("")))
        ]
    )
    assert Document.of(read(written(document))) == document


@pytest.mark.parametrize(
    "name",
    [
        EX,
        "ab",
        "http://www.w3.org/2001/XMLSchema",
        "http://www.w3.org/2000/xmlns/",
        "http://www.w3.org/XML/1998/namespace",
        "http://www.w3.org/XML/1998/namespaceid",
        "http://例え/a",
        "urn:graphprov:blank:a",
        "http://a b/c",
    ],
)
def test_every_name_comes_back_and_prov_reads_it_too(name: str) -> None:
    namespaces = {Namespace("a", name), Namespace("b", "http://www.w3.org/2001/XMLSchema")}
    statement = Statement(TERMS["entity"], name, (), ((name, Value.name(name)),))
    document = Document(namespaces=namespaces, statements=[statement])
    text = written(document)
    assert Document.of(read(text)) == document
    (record,) = by_prov(text).get_records()
    assert record.identifier.uri == name


def test_prov_reads_odd_names_as_we_do() -> None:
    for local in ODD_LOCALS:
        document = Document(
            namespaces={Namespace("ex", EX)},
            statements=[entity(local, (f"{EX}k{local}", Value.name(f"{EX}v{local}")))],
        )
        (record,) = by_prov(written(document)).get_records()
        ((name, found),) = record.attributes
        told: list[Any] = [record.identifier, name, found]
        assert [one.uri for one in told] == [EX + local, f"{EX}k{local}", f"{EX}v{local}"]


def test_escapes_are_undone_even_where_they_touch() -> None:
    for local in ("_x0020_", "_x1140 ", "x_x005F_", " ", "1", "-", "_x0020", "_X0020_", "😀 ", "_x0001F600_"):
        assert unescape(escape(local)) == local
        etree.QName("http://example.org/", escape(local))


@pytest.mark.parametrize(
    ("item", "why"),
    [
        (Extension(EX + "x", None, (Value("1"),)), "has the components of PROV-DM and PROV-Dictionary alone"),
        (Extension(PROV + "hadDictionaryMember", None, (Value("1"), Value("1"), Value("1"))), "PROV-Dictionary alone"),
        (Extension(PROV + "hadDictionaryMember", None, (None, None, None)), "PROV-Dictionary alone"),
        (entity("e", (EX + "a", Value("\x00"))), "no XML text can hold the character U+0000"),
        (entity("e", (EX + "a", Value("\ud800"))), "no XML text can hold the character U+D800"),
        (entity("e\uffff"), "no XML text can hold the character U+FFFF"),
        (entity("e", ("a", Value("x"))), "needs a namespace and a local part"),
        (entity("e", (EX + "a", Value("xsd:int", XSD_QNAME))), "'xsd:int' would turn into a name"),
        (entity("e", (EX + "a", Value(" a", XSD_QNAME))), "' a' would turn into a name"),
        (
            Statement(TERMS["used"], None, (None, None, None), ((PROV + "entity", Value("x")),)),
            f"its attribute <{PROV}entity> reads as an argument",
        ),
    ],
)
def test_what_it_cannot_carry_is_refused_by_name(item: Statement | Extension, why: str) -> None:
    with pytest.raises(NotCarried) as caught:
        written(Document.of([item]))
    assert caught.value.message.startswith("PROV-XML cannot carry ")
    assert why in caught.value.message
    assert caught.value.hint is not None
    assert "PROV-N" in caught.value.hint


def test_statements_outside_of_their_bundle_are_refused() -> None:
    with pytest.raises(ValueError, match="does not stand behind its bundle"):
        write_provxml([entity(bundle=EX + "b")], io.BytesIO(), Prefixes({EX + "e", EX + "b"}))


# Against prov.

MORE_THAN_PROV = {
    # prov does not read a QName without a prefix where no default namespace is declared; it is kept as a literal.
    **dict.fromkeys((11, 12, 17, 22, 23, 24, 25, 27, 28, 37, 38, 39), "a QName without a prefix"),
}
UNREAD = {
    **{f"example_{number}.xml": why for number, why in MORE_THAN_PROV.items()},
    **dict.fromkeys(
        ("bundle-fail1.xml", "bundle-success1.xml", "bundle-success2.xml"), "a bundle as the drafts of the note had it"
    ),
}
"""Files that prov cannot read, and why."""
OTHERWISE = {"example_33.xml": "prov has a membership of three as one record in XML, and as three in all other formats"}
"""Files that prov reads as something that PROV does not have."""


def by_prov(data: str | bytes) -> ProvDocument:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ProvDocument.deserialize(io.BytesIO(data.encode() if isinstance(data, str) else data), format="xml")


def without_labels(document: Document) -> Document:
    """The document without the labels to which nothing refers: PROV-JSON must give one to each relation."""
    referred = {argument for statement in document.statements for argument in statement.arguments}
    for statement in document.statements:
        if (statement.identifier or "").startswith(BLANK) and statement.identifier not in referred:
            statement.identifier = None
    return document


@pytest.mark.skipif(not XML_FILES, reason="prov was installed without its tests")
@pytest.mark.parametrize("path", XML_FILES, ids=lambda path: path.name)
def test_prov_reads_the_same_from_our_copy_of_each_file_of_its_corpus(path: Path) -> None:
    data = path.read_bytes()
    document = Document.of(read(data))
    text = written(document)
    assert Document.of(read(text)) == document
    assert written(Document.of(read(text))) == text
    if path.name in UNREAD:
        with pytest.raises(ProvXMLException):
            by_prov(data)
    elif path.name in OTHERWISE:
        assert [len(by_prov(one).get_records()) for one in (data, text)] == [5, 7]
    else:
        assert by_prov(text) == by_prov(data)


@pytest.mark.skipif(not JSON_FILES, reason="prov was installed without its tests")
@pytest.mark.parametrize("path", JSON_FILES, ids=lambda path: path.name)
def test_prov_reads_the_same_from_xml_as_from_each_file_of_its_corpus_in_json(path: Path) -> None:
    document = without_labels(Document.of(read_provjson(io.BytesIO(path.read_bytes()), file=path.name)))
    text = written(document)
    assert Document.of(read(text)) == document
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert by_prov(text) == ProvDocument.deserialize(path, format="json")


@pytest.mark.skipif(not XML_FILES, reason="prov was installed without its tests")
def test_what_is_written_is_valid_by_the_schema() -> None:
    schema = etree.XMLSchema(etree.parse(CORPUS / "schemas" / "prov.xsd"))
    everything = [
        Statement(
            term,
            EX + term.keyword if term.attributed else None,
            tuple("2011-11-16T16:05:00Z" if a.refers == "time" else EX + a.name for a in term.arguments),
            ((LABEL, Value("x")), (TYPE, Value.name(EX + "T")), (TYPE, Value.spoken("x", "en")))
            if term.attributed
            else (),
        )
        for term in TERMS.values()
    ]
    document = Document(
        bundles={EX + "b": Bundle(EX + "b")},
        statements=[*everything, entity("e", (RDF + "type", Value("5", XSD + "long")), bundle=EX + "b")],
        extensions=Document.of(items(DICTIONARY)).extensions[2:],
    )
    schema.assertValid(etree.fromstring(written(document).encode()))
