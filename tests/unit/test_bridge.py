"""From and to documents of `prov`."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import prov
import pytest
from hypothesis import given
from prov.constants import PROV_ATTR_COLLECTION, PROV_ATTR_ENTITY, PROV_MEMBERSHIP
from prov.model import Identifier, Literal, ProvDocument
from prov.model import Namespace as ProvNamespace

from graphprov.documents.bridge import from_prov, to_prov
from graphprov.documents.statements import Bundle, Document, Extension, Namespace, Statement, Value
from graphprov.documents.terms import LANGUAGE_STRING, PROV, TERMS, XSD, XSD_DATETIME, XSD_QNAME
from graphprov.errors import InvalidInput
from tests.documents import documents

EX = "http://example.org/"
CORPUS = Path(prov.__file__).parent / "tests"
FORMATS = {".json": "json", ".xml": "xml", ".provn": "provn", ".jsonld": "jsonld", ".ttl": "rdf", ".trig": "rdf"}
NOT_PROV = {
    "example_33.xml": "one hadMember of three members, of which prov's own PROV-N keeps one",
    "prov-dm-example-27.provn": "a value 'rec54:WD' whose prefix is not declared",
    "prov-dm-example-31.provn": "a value 'rec54:WD' whose prefix is not declared",
    "prov-dm-example-61.provn": "a value 'ex:Translation' whose prefix is not declared",
    "prov-dm-example-62.provn": "a value whose prefix is not declared",
    "prov-n-example-34.provn": "a value 'cc:attributionURL' whose prefix is not declared",
    "prov-n-example-35.provn": "a value whose prefix is not declared",
}
"""Documents of `prov`'s corpora that hold what is no PROV, and what that is."""


def corpus() -> Iterator[tuple[Path, ProvDocument]]:
    """Each document of the corpora that `prov` itself reads."""
    for path in sorted(CORPUS.rglob("*")):
        if path.suffix not in FORMATS or {"schemas", "malformed"} & set(path.parts):
            continue
        options = {"rdf_format": "turtle"} if path.suffix == ".ttl" else {}
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                document = ProvDocument.deserialize(str(path), format=FORMATS[path.suffix], **options)
        except Exception:  # what prov cannot read is no document of prov
            continue
        yield path, document


def document() -> ProvDocument:
    made = ProvDocument()
    made.add_namespace("ex", EX)
    return made


def attribute(value: object) -> Value:
    """What an attribute with a value of `prov` says."""
    made = document()
    made.entity("ex:e", {"ex:p": value})
    (statement,) = (item for item in from_prov(made) if isinstance(item, Statement))
    return statement.attributes[0][1]


def back(value: Value) -> Value:
    """A literal by way of `prov`."""
    statement = Statement(TERMS["entity"], EX + "e", (), ((EX + "p", value),))
    (again,) = Document.of(from_prov(to_prov([statement]))).statements
    return again.attributes[0][1]


@pytest.mark.parametrize(
    ("value", "text", "datatype"),
    [
        ("text", "text", XSD + "string"),
        (True, "true", XSD + "boolean"),
        (2**31 - 1, "2147483647", XSD + "int"),
        (2**31, "2147483648", XSD + "long"),
        (2**63, "9223372036854775808", XSD + "integer"),
        (1.5, "1.5", XSD + "double"),
        (math.inf, "INF", XSD + "double"),
        (-math.inf, "-INF", XSD + "double"),
        (math.nan, "NaN", XSD + "double"),
        (datetime(2012, 3, 2, 10, 30), "2012-03-02T10:30:00", XSD_DATETIME),
        (datetime(2012, 3, 2, 10, 30, tzinfo=UTC), "2012-03-02T10:30:00+00:00", XSD_DATETIME),
        (datetime(2012, 3, 2, tzinfo=timezone(timedelta(hours=15))), "2012-03-01T09:00:00+00:00", XSD_DATETIME),
        (Identifier("http://a.example/"), "http://a.example/", XSD + "anyURI"),
        (ProvNamespace("ex", EX)["name"], EX + "name", PROV + "QUALIFIED_NAME"),
        (Literal("5", ProvNamespace("xsd", XSD)["long"]), "5", XSD + "long"),
        (Literal("x", ProvNamespace("ex", EX)["type"]), "x", EX + "type"),
    ],
)
def test_each_value_of_prov_is_a_literal_of_its_type(value: object, text: str, datatype: str) -> None:
    assert attribute(value) == Value(text, datatype)


def test_a_text_with_a_language_keeps_it() -> None:
    assert attribute(Literal("bonjour", langtag="fr")) == Value("bonjour", LANGUAGE_STRING, "fr")


def test_a_python_value_that_is_no_literal_is_refused_by_name() -> None:
    made = document()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made.entity("ex:e", {"ex:p": Decimal("1.5")})
    with pytest.raises(InvalidInput, match=r"ex:e holds Decimal\('1.5'\) of type Decimal"):
        list(from_prov(made))


@pytest.mark.parametrize(
    "value",
    [
        Value("5", XSD + "long"),
        Value("5", XSD + "unsignedByte"),
        Value("abc", XSD + "int"),
        Value("10.50", XSD + "decimal"),
        Value("ex:a", XSD_QNAME),
        Value("no language", LANGUAGE_STRING),
        Value.spoken("hallo", "de-CH-1901"),
        Value("http://a.example/", XSD + "anyURI"),
        Value("", XSD + "string"),
        Value("a\n\x00\U0001f600", XSD + "string"),
        Value.name("urn:x"),
    ],
)
def test_prov_holds_these_literals_as_they_are(value: Value) -> None:
    assert back(value) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Value("01", XSD + "int"), "1"),
        (Value("1.0E0", XSD + "double"), "1.0"),
        (Value("1", XSD + "boolean"), "true"),
        (Value("2012-03-02T10:30:00Z", XSD_DATETIME), "2012-03-02T10:30:00+00:00"),
        (Value("2012-03-02T10:30:00.1234567", XSD_DATETIME), "2012-03-02T10:30:00.123456"),
    ],
)
def test_prov_spells_these_literals_its_own_way(value: Value, text: str) -> None:
    assert back(value) == Value(text, value.datatype)


def test_prov_keeps_one_of_two_values_that_it_takes_for_equal() -> None:
    attributes = tuple((EX + "p", Value(text, XSD + "decimal")) for text in ("10", "10.0"))
    (again,) = Document.of(from_prov(to_prov([Statement(TERMS["entity"], EX + "e", (), attributes)]))).statements
    assert again.attributes == attributes[:1]


def test_a_time_that_python_has_no_year_for_is_refused() -> None:
    late = Statement(TERMS["activity"], EX + "a", ("12011-11-16T16:05:00", None))
    with pytest.raises(InvalidInput, match=f"prov cannot hold the activity <{EX}a>"):
        to_prov([late])


def test_a_label_becomes_a_name_where_something_refers_to_it() -> None:
    used = Statement(TERMS["used"], "_:u", (EX + "a", EX + "e1", None))
    other = Statement(TERMS["used"], "_:v", (EX + "a", EX + "e3", None))
    derived = Statement(TERMS["wasDerivedFrom"], None, (EX + "e2", EX + "e1", EX + "a", None, "_:u"))
    thing = Statement(TERMS["entity"], "_:thing", ())
    found = {s.said[:3] for s in Document.of(from_prov(to_prov([used, other, derived, thing]))).statements}
    assert found == {
        ("used", "urn:graphprov:blank:u", used.arguments),
        ("used", None, other.arguments),
        ("wasDerivedFrom", None, (*derived.arguments[:4], "urn:graphprov:blank:u")),
        ("entity", "urn:graphprov:blank:thing", ()),
    }


def test_bundles_and_what_they_hold_stay_apart_also_an_empty_one() -> None:
    items = [
        Statement(TERMS["entity"], EX + "e", ()),
        Bundle(EX + "b"),
        Statement(TERMS["activity"], EX + "e", (None, None), (), EX + "b"),
        Bundle(EX + "empty"),
    ]
    assert Document.of(from_prov(to_prov(items))) == Document.of(items)


def test_the_prefixes_of_a_document_are_told_and_kept() -> None:
    made = document()
    made.set_default_namespace("http://default.example/")
    made.entity("ex:e")
    assert {Namespace("ex", EX), Namespace("", "http://default.example/")} == Document.of(from_prov(made)).namespaces
    assert to_prov(from_prov(made)).get_provn().count("prefix ex <http://example.org/>") == 1


def test_a_membership_of_several_members_is_several_statements() -> None:
    made = document()
    members = [(PROV_ATTR_COLLECTION, "ex:c"), (PROV_ATTR_ENTITY, "ex:e1"), (PROV_ATTR_ENTITY, "ex:e2")]
    made.new_record(PROV_MEMBERSHIP, None, members)
    assert {s.arguments for s in Document.of(from_prov(made)).statements} == {
        (EX + "c", EX + "e1"),
        (EX + "c", EX + "e2"),
    }


def test_an_extension_is_refused_and_named() -> None:
    with pytest.raises(InvalidInput, match="hadDictionaryMember"):
        to_prov([Extension(PROV + "hadDictionaryMember", None, ())])


def test_nothing_is_said_of_what_prov_will_refuse_some_day(recwarn: pytest.WarningsRecorder) -> None:
    to_prov([Statement(TERMS["entity"], EX + "a b", (), ((EX + "p", Value("x", XSD_QNAME)),))])
    assert not list(recwarn)


@pytest.mark.skipif(not CORPUS.is_dir(), reason="prov came without its tests")
def test_every_document_of_provs_corpora_comes_back_equal() -> None:
    count = 0
    for path, original in corpus():
        items = list(from_prov(original))
        again = to_prov(items)
        assert (again == original) == (path.name not in NOT_PROV), path
        assert Document.of(from_prov(again)) == Document.of(items), path
        count += 1
    assert count > 1000


@given(documents(with_extensions=False, blank_labels=True))
def test_what_prov_holds_once_it_holds_for_good(original: Document) -> None:
    try:
        held = to_prov(original.items())
    except InvalidInput:
        return
    items = list(from_prov(held))
    assert to_prov(items) == held
    assert Document.of(from_prov(to_prov(items))) == Document.of(items)
