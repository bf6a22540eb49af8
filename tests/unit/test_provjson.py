"""PROV-JSON in and out: every form that a record may have, errors that say where, and nothing lost against `prov`."""

from __future__ import annotations

import io
import json
import warnings
from pathlib import Path
from typing import Any

import prov
import pytest
from prov.model import ProvDocument

from graphprov.documents import json_text
from graphprov.documents.formats import NotCarried
from graphprov.documents.names import Prefixes
from graphprov.documents.provjson_reader import read_provjson
from graphprov.documents.provjson_writer import write_provjson
from graphprov.documents.statements import (
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
from graphprov.documents.terms import PROV, TERMS, TYPE, XSD, XSD_DATETIME, XSD_INT, XSD_QNAME
from tests.documents import ODD_LOCALS, in_order, names_in

CORPUS = Path(prov.__file__).parent / "tests"
FILES = [*sorted(CORPUS.glob("json/*.json")), *sorted(CORPUS.glob("unification/*.json"))]
EX = "http://example.org/"
PREFIX = '"prefix": {"ex": "http://example.org/"}'


def read(text: str | bytes, bad: list[str] | None = None) -> list[Item]:
    data = text.encode() if isinstance(text, str) else text
    return list(
        read_provjson(
            io.BytesIO(data), file="a.json", bad=None if bad is None else lambda error: bad.append(error.message)
        )
    )


def statements(records: str, bad: list[str] | None = None) -> list[Statement]:
    items = read(f"{{{PREFIX}, {records}}}", bad)
    return [item for item in items if isinstance(item, Statement)]


def values(written: str) -> list[Value]:
    (statement,) = statements(f'"entity": {{"ex:e": {{"ex:a": {written}}}}}')
    return [value for _, value in statement.attributes]


def arguments(record: str) -> dict[str, str | None]:
    keyword, _, said = record.partition(" ")
    (statement,) = statements(f'"{keyword}": {{"_:x": {said}}}')
    return dict(zip((a.name for a in statement.term.arguments), statement.arguments, strict=True))


def error(text: str | bytes) -> str:
    with pytest.raises(DocumentError) as caught:
        read(text)
    assert caught.value.file == "a.json"
    return caught.value.message


def wrong(records: str) -> str:
    """What is wrong with records, without where it is."""
    message = error(f"{{{PREFIX},\n{records}}}")
    assert message.startswith("a.json:2:")
    return message.split(": ", 1)[1]


def written(document: Document) -> str:
    stream = io.StringIO(newline="\n")
    write_provjson(in_order(document), stream, Prefixes(names_in(document), document.namespaces))
    return stream.getvalue()


def entity(local: str = "e", *attributes: tuple[str, Value], bundle: str | None = None) -> Statement:
    return Statement(TERMS["entity"], EX + local, (), attributes_of(attributes), bundle)


def relation(keyword: str, *told: str | None, identifier: str | None = None, bundle: str | None = None) -> Statement:
    return Statement(TERMS[keyword], identifier, tuple(told), (), bundle)


# What a value says.


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"x"', Value("x")),
        ("5", Value("5", XSD_INT)),
        ("-2147483648", Value("-2147483648", XSD_INT)),
        ("2147483648", Value("2147483648", XSD + "long")),
        ("-9223372036854775808", Value("-9223372036854775808", XSD + "long")),
        ("9223372036854775808", Value("9223372036854775808", XSD + "integer")),
        ("5.0", Value("5.0", XSD + "double")),
        ("1e3", Value("1e3", XSD + "double")),
        ("1E400", Value("1E400", XSD + "double")),
        ("NaN", Value("NaN", XSD + "double")),
        ("-Infinity", Value("-INF", XSD + "double")),
        ("true", Value("true", XSD + "boolean")),
        ("false", Value("false", XSD + "boolean")),
        ('{"$": "01", "type": "xsd:int"}', Value("01", XSD_INT)),
        ('{"$": "x", "type": "ex:t"}', Value("x", EX + "t")),
        ('{"$": "x"}', Value("x")),
        ('{"$": "chat", "lang": "fr"}', Value.spoken("chat", "fr")),
        ('{"$": "chat", "lang": "fr", "type": "prov:InternationalizedString"}', Value.spoken("chat", "fr")),
        ('{"$": "chat", "lang": "fr", "type": "xsd:string"}', Value.spoken("chat", "fr")),
        ('{"$": "chat", "lang": ""}', Value("chat")),
        ('{"$": "x", "type": "prov:InternationalizedString"}', Value("x", PROV + "InternationalizedString")),
        ('{"$": "ex:t", "type": "xsd:QName"}', Value.name(EX + "t")),
        ('{"$": "ex:t", "type": "prov:QUALIFIED_NAME"}', Value.name(EX + "t")),
        ('{"$": "zz:t", "type": "xsd:QName"}', Value("zz:t", XSD_QNAME)),
        ('{"$": "zz:t", "type": "prov:QUALIFIED_NAME"}', Value("zz:t", XSD_QNAME)),
        ('{"$": "t", "type": "xsd:QName"}', Value("t", XSD_QNAME)),
        ('{"$": "_:t", "type": "xsd:QName"}', Value("_:t", XSD_QNAME)),
        ('{"$": 5, "type": "xsd:long"}', Value("5", XSD + "long")),
        ('{"$": 1.50, "type": "xsd:double"}', Value("1.50", XSD + "double")),
        ('{"$": true, "type": "xsd:boolean"}', Value("true", XSD + "boolean")),
        ('{"$": 5}', Value("5", XSD_INT)),
        ('"\\u0000\\ud83d\\ude00"', Value("\x00😀")),
    ],
)
def test_a_value_keeps_its_text_and_gets_its_type(text: str, expected: Value) -> None:
    assert values(text) == [expected]


def test_an_array_holds_several_values_and_null_says_nothing() -> None:
    assert values('["b", 1, null, "a", "b"]') == [Value("1", XSD_INT), Value("a"), Value("b")]
    assert values("null") == values("[]") == []


def test_a_number_of_any_length_keeps_its_digits() -> None:
    digits = "9" * 100_000
    assert values(digits) == [Value(digits, XSD + "integer")]


def test_a_very_long_text_is_read() -> None:
    text = "x" * 10_000_000
    assert values(f'"{text}"') == [Value(text)]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[[1]]", "expected values, found an array in an array"),
        ('{"type": "xsd:int"}', 'expected a literal such as {"$": "5", "type": "xsd:int"}'),
        ('{"$": "x", "unit": "m"}', "found an object with the keys '$', 'unit'"),
        ('{"$": "x", "$": "y"}', "found an object with the keys '$', '$'"),
        ("{}", "found an empty object"),
        ('{"$": ["x"]}', "expected a value, found an array of 1 value"),
        ('{"$": null}', "expected a literal"),
        ('{"$": "x", "type": {"a": 1}}', 'expected texts in "type" and "lang"'),
        ('{"$": "x", "type": "zz:t"}', "the prefix of 'zz:t' is not declared; declared are ex, prov, xsd"),
        ('{"$": "x", "lang": "en", "type": "xsd:int"}', "the language 'en' has no other type, found 'xsd:int'"),
    ],
)
def test_what_is_no_value_is_refused_with_record_and_attribute(text: str, why: str) -> None:
    message = wrong(f'"entity": {{"ex:e": {{"ex:a": {text}}}}}')
    assert message.startswith("entity 'ex:e', attribute 'ex:a': ")
    assert why in message


# What a record says.


def test_every_component_is_read_with_all_its_arguments() -> None:
    for term in TERMS.values():
        said = {
            f"prov:{argument.name}": "2011-11-16T16:05:00Z" if argument.refers == "time" else f"ex:{argument.name}"
            for argument in term.arguments
        }
        (statement,) = statements(f'"{term.keyword}": {{"ex:id": {json.dumps({**said, "prov:label": "x"})}}}')
        assert statement.term is term
        assert statement.identifier == EX + "id"
        assert statement.arguments == tuple(text.replace("ex:", EX) for text in said.values())
        assert statement.attributes == ((PROV + "label", Value("x")),)


def test_several_records_of_one_identifier_are_several_statements() -> None:
    first, second = statements('"entity": {"ex:e": [{"ex:a": 1}, {"ex:a": 2}]}')
    assert (first.identifier, second.identifier) == (EX + "e", EX + "e")
    assert first.attributes != second.attributes
    assert statements('"entity": {"ex:e": []}') == []


def test_a_membership_of_several_is_one_statement_for_each() -> None:
    several = statements(
        '"hadMember": {"_:m": {"prov:collection": "ex:c", "prov:entity": ["ex:a", "ex:b"], "ex:x": 1}}'
    )
    assert [statement.arguments for statement in several] == [(EX + "c", EX + "a"), (EX + "c", EX + "b")]
    assert {statement.identifier for statement in several} == {"_:m"}
    assert several[0].attributes == several[1].attributes != ()


def test_blank_labels_stay_as_they_are() -> None:
    gen, der = statements(
        '"wasGeneratedBy": {"_:g": {"prov:entity": "ex:e"}},'
        '"wasDerivedFrom": {"_:d": {"prov:usedEntity": "_:e", "prov:generation": "_:g"}}'
    )
    assert gen.identifier == der.argument("generation") == "_:g"
    assert der.argument("usedEntity") == "_:e"


def test_an_argument_may_be_typed_or_in_an_array_or_missing() -> None:
    assert arguments(
        'used {"prov:activity": {"$": "ex:a", "type": "xsd:QName"}, "prov:entity": ["ex:e"],'
        ' "prov:time": {"$": " 2011-11-16T16:05:00 ", "type": "xsd:dateTime"}}'
    ) == {"activity": EX + "a", "entity": EX + "e", "time": "2011-11-16T16:05:00"}
    assert arguments('used {"prov:activity": null, "prov:entity": {"$": "ex:e", "type": "prov:QUALIFIED_NAME"}}') == {
        "activity": None,
        "entity": EX + "e",
        "time": None,
    }


def test_an_argument_said_twice_alike_is_said_once() -> None:
    assert arguments('used {"prov:activity": "ex:a", "prov:activity": ["ex:a"]}')["activity"] == EX + "a"


@pytest.mark.parametrize(
    ("record", "why"),
    [
        ('{"prov:activity": 5}', "expected a name such as 'ex:e1', found the number 5"),
        ('{"prov:activity": ["ex:a", "ex:b"]}', "expected one value, found an array of 2 values"),
        ('{"prov:activity": []}', "expected one value, found an array of 0 values"),
        ('{"prov:activity": ""}', "found an empty text"),
        ('{"prov:activity": "a"}', "the name 'a' has no prefix, and no default namespace is declared"),
        ('{"prov:activity": "ex:a", "prov:activity": "ex:b"}', f"found '{EX}a' and '{EX}b'"),
        ('{"prov:activity": {"$": "ex:a", "type": "xsd:anyURI"}}', "expected a name"),
        ('{"prov:time": "2011-11-16"}', "expected an xsd:dateTime such as 2011-11-16T16:05:00Z, found '2011-11-16'"),
        ('{"prov:time": 5}', "expected an xsd:dateTime"),
        ('{"prov:time": {"$": "2011-11-16T16:05:00", "type": "xsd:string2"}}', "expected an xsd:dateTime"),
        ('{"_:a": 5}', "found the blank label '_:a'"),
        ('{"zz:a": 5}', "the prefix of 'zz:a' is not declared"),
        ("5", "expected an object of attributes, found the number 5"),
        ("[5]", "expected an object of attributes, found the number 5"),
        ("null", "expected an object of attributes, found null"),
    ],
)
def test_what_is_no_record_is_refused(record: str, why: str) -> None:
    message = wrong(f'"used": {{"ex:u": {record}}}')
    assert message.startswith("used 'ex:u'")
    assert why in message


def test_any_prefix_of_the_prov_namespace_will_do() -> None:
    (statement,) = [
        item
        for item in read(f'{{"prefix": {{"p": "{PROV}", "ex": "{EX}"}}, "used": {{"_:u": {{"p:activity": "ex:a"}}}}}}')
        if isinstance(item, Statement)
    ]
    assert statement.argument("activity") == EX + "a"


def test_an_argument_of_another_component_is_an_attribute_that_holds_a_name_or_time() -> None:
    (statement,) = statements(
        '"used": {"_:u": {"prov:plan": "ex:p", "prov:startTime": "2011-11-16T16:05:00", "prov:agent": {"$": "x"}}}'
    )
    assert statement.attributes == (
        (PROV + "agent", Value("x")),
        (PROV + "plan", Value.name(EX + "p")),
        (PROV + "startTime", Value("2011-11-16T16:05:00", XSD_DATETIME)),
    )


def test_a_key_that_comes_twice_loses_nothing() -> None:
    several = read(
        f'{{{PREFIX}, "entity": {{"ex:a": {{"ex:x": 1, "ex:x": 2}}, "ex:a": {{}}}},'
        f' "prefix": {{"f": "http://f/"}}, "entity": {{"f:b": {{}}}}}}'
    )
    found = [item for item in several if isinstance(item, Statement)]
    assert [statement.identifier for statement in found] == [EX + "a", EX + "a", "http://f/b"]
    assert [value.text for _, value in found[0].attributes] == ["1", "2"]
    assert [item for item in several if isinstance(item, Namespace)] == [
        Namespace("ex", EX),
        Namespace("f", "http://f/"),
    ]


# Names, prefixes and bundles.


def test_a_local_part_may_hold_anything() -> None:
    (statement,) = statements('"entity": {"ex:a:b/c d=\\"\\n`": {}}')
    assert statement.identifier == EX + 'a:b/c d="\n`'


def test_the_default_namespace_is_called_default() -> None:
    items = read('{"prefix": {"default": "http://d/"}, "entity": {"e": {"a": "x"}}}')
    assert items[0] == Namespace("", "http://d/")
    assert isinstance(items[1], Statement)
    assert (items[1].identifier, items[1].attributes[0][0]) == ("http://d/e", "http://d/a")


def test_the_namespace_of_xml_schema_may_lack_its_hash() -> None:
    items = read(
        '{"prefix": {"xsd": "http://www.w3.org/2001/XMLSchema"},'
        ' "entity": {"prov:e": {"prov:value": {"$": "5", "type": "xsd:int"}}}}'
    )
    assert isinstance(items[1], Statement)
    assert items[1].attributes[0][1] == Value("5", XSD_INT)


def test_prefixes_may_stand_behind_what_needs_them() -> None:
    assert statements('"a": {}', bad=[]) == []
    items = read(f'{{"entity": {{"ex:e": {{}}}}, {PREFIX}}}')
    assert [type(item) for item in items] == [Namespace, Statement]


def test_a_bundle_has_prefixes_of_its_own_over_those_of_the_document() -> None:
    items = read(
        f"""{{
          "bundle": {{"f:b": {{
              "entity": {{"ex:e": {{}}, "f:e": {{}}}},
              "prefix": {{"ex": "http://other/", "f": "http://f/"}}}}}},
          "entity": {{"ex:e": {{}}}},
          {PREFIX}}}"""
    )
    assert items[2:4] == [Namespace("f", "http://f/"), Bundle("http://f/b", 2)]
    told = [(item.identifier, item.bundle) for item in items if isinstance(item, Statement)]
    assert told == [("http://other/e", "http://f/b"), ("http://f/e", "http://f/b"), (EX + "e", None)]


def test_a_bundle_may_be_empty_and_may_say_the_same_id_again() -> None:
    items = read(
        f'{{{PREFIX}, "bundle": {{"ex:b": {{}}, "ex:c": {{"entity": {{"ex:e": {{}}}}}}}}, "entity": {{"ex:e": {{}}}}}}'
    )
    assert [item.identifier for item in items if isinstance(item, Bundle)] == [EX + "b", EX + "c"]
    assert [item.bundle for item in items if isinstance(item, Statement)] == [EX + "c", None]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"prefix": {"ex": 5}}', "1:2: prefix 'ex': expected the IRI of a namespace, found the number 5"),
        ('{"prefix": []}', "1:2: 'prefix': expected an object of prefixes and their namespaces"),
        (
            '{"prefix": {"prov": "http://x/"}}',
            f"prefix 'prov': expected '{PROV}', which it is bound to, found 'http://x/'",
        ),
        (
            '{"prefix": {"a": "b:"}, "prefix": {"a": "c:"}}',
            "prefix 'a': expected 'b:', which it is bound to, found 'c:'",
        ),
        (f'{{{PREFIX}, "bundle": 5}}', "bundle: expected an object of bundles, found the number 5"),
        (f'{{{PREFIX}, "bundle": {{"ex:b": []}}}}', "bundle 'ex:b': expected an object of statements"),
        (f'{{{PREFIX}, "bundle": {{"_:b": {{}}}}}}', "bundle '_:b': expected a name such as 'ex:e1'"),
        (f'{{{PREFIX}, "bundle": {{"ex:b": {{"bundle": {{}}}}}}}}', "a bundle holds no bundles (PROV-DM 5.4)"),
        (f'{{{PREFIX}, "entity": 5}}', "entity: expected an object of records, found the number 5"),
    ],
)
def test_what_is_no_document_is_refused(text: str, why: str) -> None:
    assert why in error(text)


def test_an_unknown_component_is_refused_with_the_nearest() -> None:
    with pytest.raises(DocumentError, match=r"a\.json:1:\d+: 'wasGeneratdBy' is no component of PROV") as caught:
        statements('"wasGeneratdBy": {}')
    assert caught.value.hint == "the nearest one is 'wasGeneratedBy'"


def test_the_spelling_of_the_submissions_own_schema_is_read() -> None:
    (statement,) = statements('"wasEndedby": {"_:e": {}}')
    assert statement.term.keyword == "wasEndedBy"


# Where, and going on.


def test_an_error_names_line_and_column_of_its_record() -> None:
    with pytest.raises(DocumentError) as caught:
        read(f'{{{PREFIX},\n  "entity": {{\n    "ex:a": {{}},\n    "ex:b": {{}}, "zz:c": {{}}\n}}}}')
    assert (caught.value.line, caught.value.column) == (4, 17)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 1 << 17])
def test_lines_and_columns_are_right_however_the_text_arrives(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_text, "CHUNK", size)
    bad: list[str] = []
    records = ",\n".join(f'  "{"ex" if n % 3 else "zz"}:é{n}": {{"prov:label": "é{n}"}}' for n in range(1, 31))
    items = read(f'{{"entity": {{\n{records}\n}},\n{PREFIX}\n}}', bad)
    lines = [item.line for item in items if isinstance(item, Statement)]
    assert lines == [n + 1 for n in range(1, 31) if n % 3]
    assert [message.split(" ")[0] for message in bad] == [f"a.json:{n + 1}:3:" for n in range(3, 31, 3)]


def test_bad_records_are_reported_and_the_rest_is_read() -> None:
    bad: list[str] = []
    found = statements(
        '"nothing": {"ex:x": {}}, "used": 5, "bundle": {"zz:b": {"entity": {"ex:x": {}}}, "ex:b": 5},'
        ' "entity": {"ex:a": [{"ex:x": [[]]}, {}], "zz:b": {}, "ex:\\ud800": {}, "ex:c": {}}',
        bad,
    )
    assert [statement.identifier for statement in found] == [EX + "a", EX + "c"]
    assert len(bad) == 7
    assert any("half of a surrogate pair in the text 'ex:\\ud800'" in message for message in bad)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"", "1:1: expected a PROV-JSON document, found an empty file"),
        (b" \n ", "2:2: expected a PROV-JSON document, found an empty file"),
        (b"[1]", "expected a PROV-JSON document, an object; found an array of 1 value"),
        (b'"x"', "expected a PROV-JSON document, an object; found 'x'"),
        (b"{", "1:2: not valid JSON: expected a key in double quotes, found the end of the file"),
        (b'{"entity": {"prov:a": {}', "1:25: not valid JSON: expected a comma or the end of the object, found the end"),
        (b'{"entity": {"prov:a": {"prov:label": "x', "not valid JSON: unterminated string"),
        (b'{"entity": {"prov:a": ', "1:23: not valid JSON: the file ends in the middle of it"),
        (b'{"entity": {"prov:a": nul}}', "1:23: not valid JSON: expecting value"),
        (b'{"entity": {"prov:a": {}},}', "not valid JSON: expected a key in double quotes, found '}'"),
        (b'{"entity": {"prov:a": {},}}', "not valid JSON: expected a key in double quotes, found '}}'"),
        (b'{"entity" {}}', "1:11: not valid JSON: expected a colon behind the key, found '{}}'"),
        (b"{} {}", "1:4: not valid JSON: expected the end of the document, found '{}'"),
        (b'{"entity": {"prov:a": {"prov:label": "\x00"}}}', "1:39: not valid JSON: invalid control character"),
        (b'{"entity":\n {"prov:\xff": {}}}', "2:9: not UTF-8: found the byte 0xff, invalid start byte"),
        (b'{"entity": {"prov:\xc3', "not UTF-8: found the byte 0xc3, unexpected end of data"),
        ('{"entity": {}}'.encode("utf-16"), "not UTF-8: found the byte 0xff"),
        (b'{"prefix": {"a": "\\udc00"}}', "half of a surrogate pair in the text '\\udc00'"),
        (b"[" * 1_000_000, "objects and arrays are nested too deeply"),
        (b'{"entity": {"prov:a": ' + b'{"a":' * 200_000, "objects and arrays are nested too deeply"),
        (b'{"bundle": {"prov:b": ' * 20_000, "objects and arrays are nested too deeply"),
    ],
)
def test_what_is_no_json_is_refused_with_its_place_and_also_where_bad_is_given(text: bytes, why: str) -> None:
    assert why in error(text)
    with pytest.raises(DocumentError):
        read(text, [])


def test_a_byte_order_mark_is_passed_over() -> None:
    assert read(b"\xef\xbb\xbf{}") == []


# What is written.


def test_one_record_stands_in_one_line_under_its_component() -> None:
    document = Document(
        namespaces={Namespace("ex", EX)},
        bundles={EX + "b": Bundle(EX + "b"), EX + "c": Bundle(EX + "c")},
        statements=[
            entity("e", (EX + "a", Value("1", XSD_INT)), (EX + "a", Value("é")), (TYPE, Value.name(EX + "T"))),
            entity("e"),
            relation("used", EX + "a", EX + "e", "2011-11-16T16:05:00Z"),
            relation("used", EX + "a", None, None, identifier="_:u"),
            entity("e", (PROV + "label", Value.spoken("chat", "fr")), bundle=EX + "b"),
        ],
    )
    assert written(document) == (
        """{
  "prefix": {
    "ex": "http://example.org/",
    "prov": "http://www.w3.org/ns/prov#",
    "xsd": "http://www.w3.org/2001/XMLSchema#"
  },
  "entity": {
    "ex:e": [{}, {"ex:a": [{"$": "1", "type": "xsd:int"}, "é"], "prov:type": {"$": "ex:T", "type": "xsd:QName"}}]
  },
  "used": {
    "_:unnamed1": {"prov:activity": "ex:a", "prov:entity": "ex:e", "prov:time": "2011-11-16T16:05:00Z"},
    "_:u": {"prov:activity": "ex:a"}
  },
  "bundle": {
    "ex:b": {
      "entity": {
        "ex:e": {"prov:label": {"$": "chat", "lang": "fr"}}
      }
    },
    "ex:c": {}
  }
}
"""
    )


def test_a_label_that_looks_like_one_that_is_given_steps_aside() -> None:
    document = Document(
        statements=[
            relation("used", EX + "a", EX + "e", None),
            relation("used", EX + "b", EX + "e", None, identifier="_:unnamed1"),
            relation("wasDerivedFrom", EX + "a", EX + "b", None, None, "_:unnamed1"),
        ]
    )
    records = json.loads(written(document))
    assert list(records["used"]) == ["_:unnamed1", "_:unnamed01"]
    assert records["wasDerivedFrom"]["_:unnamed2"]["prov:usage"] == "_:unnamed01"


def test_arguments_of_other_components_are_written_as_prov_reads_them() -> None:
    document = Document(statements=[entity("e", (PROV + "plan", Value.name(EX + "p")), (PROV + "agent", Value("x")))])
    assert json.loads(written(document))["entity"]["ns:e"] == {
        "prov:plan": "ns:p",
        "prov:agent": {"$": "x", "type": "xsd:string"},
    }


@pytest.mark.parametrize(
    ("item", "why"),
    [
        (Extension(EX + "x", None, (Value("1"),)), f"the extension <{EX}x>"),
        (entity("e", (EX + "a", Value("\ud800"))), "a text in it is not valid Unicode"),
        (entity("e", (EX + "a", Value("xsd:int", XSD_QNAME))), "'xsd:int' would turn into a name"),
        (
            Statement(TERMS["used"], None, (None, None, None), ((PROV + "entity", Value("x")),)),
            f"its attribute <{PROV}entity> reads as an argument",
        ),
    ],
)
def test_what_it_cannot_carry_is_refused_by_name(item: Statement | Extension, why: str) -> None:
    document = Document.of([item])
    with pytest.raises(NotCarried) as caught:
        written(document)
    assert caught.value.message.startswith("PROV-JSON cannot carry ")
    assert why in caught.value.message


def test_items_that_are_out_of_order_are_refused() -> None:
    prefixes = Prefixes({EX + "e", EX + "b"})
    out_of_order: list[list[Item]] = [
        [relation("used", None, None, None), entity()],
        [entity(bundle=EX + "b")],
        [Bundle(EX + "b"), entity()],
    ]
    for items in out_of_order:
        with pytest.raises(ValueError, match="stand"):
            write_provjson(items, io.StringIO(), prefixes)


# Against prov.


def by_prov(text: str | bytes) -> ProvDocument:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ProvDocument.deserialize(content=text, format="json")


def read_document(data: bytes) -> Document:
    return Document.of(read_provjson(io.BytesIO(data), file="a.json"))


@pytest.mark.skipif(not FILES, reason="prov was installed without its tests")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_prov_reads_the_same_from_our_copy_of_each_file_of_its_corpus(path: Path) -> None:
    data = path.read_bytes()
    document = read_document(data)
    text = written(document)
    assert by_prov(text) == by_prov(data)
    assert read_document(text.encode()) == document
    assert written(read_document(text.encode())) == text


@pytest.mark.skipif(not FILES, reason="prov was installed without its tests")
@pytest.mark.parametrize("path", sorted((CORPUS / "malformed").glob("*.json")), ids=lambda path: path.name)
def test_provs_malformed_documents_are_refused(path: Path) -> None:
    assert error(path.read_bytes())


def test_prov_reads_odd_names_as_we_do() -> None:
    for local in ODD_LOCALS:
        document = Document(
            namespaces={Namespace("ex", EX)},
            statements=[entity(local, (f"{EX}k{local}", Value.name(f"{EX}v{local}")))],
        )
        (record,) = by_prov(written(document)).get_records()
        ((name, value),) = record.attributes
        told: list[Any] = [record.identifier, name, value]
        assert [one.uri for one in told] == [EX + local, f"{EX}k{local}", f"{EX}v{local}"]


@pytest.mark.parametrize("key", ["ex:\\ud800", "_:\\ud800", "\\ud800:x"])
def test_half_a_surrogate_pair_in_the_name_of_a_bundle_is_told_and_passed_over(key: str) -> None:
    text = f'{{{PREFIX}, "bundle": {{"{key}": {{"entity": {{"ex:a": {{}}}}}}}}, "entity": {{"ex:b": {{}}}}}}'
    assert "half of a surrogate pair" in error(text)
    bad: list[str] = []
    items = read(text, bad)
    assert len(bad) == 1
    assert [item.identifier for item in items if isinstance(item, Statement | Bundle)] == ["http://example.org/b"]


def test_an_unknown_prefix_is_told_with_ten_declared_ones_the_nearest_first() -> None:
    declared = ", ".join(f'"p{number:03}": "http://x/{number}"' for number in range(500))
    message = error(f'{{"prefix": {{{declared}, "zebra": "http://z/"}}, "entity": {{"zebr:x": {{}}}}}}')
    shown = message.partition("declared are ")[2].split(" and ")[0].split(", ")
    assert shown[0] == "zebra"
    assert len(shown) == 10
