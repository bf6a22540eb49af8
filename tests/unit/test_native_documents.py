"""What looks like graphprov's own words in somebody's document: read as such, or kept as it stands, never a crash."""

from __future__ import annotations

import pytest

from graphprov.documents.graph import row_of, statement_of_element, statement_of_relation
from graphprov.documents.names import METADATA, VOCABULARY
from graphprov.documents.properties import JSON
from graphprov.documents.statements import Attribute, Statement, Value, attributes_of
from graphprov.documents.terms import PROV, TERMS, TYPE, XSD
from graphprov.model.identity import PREFIX
from graphprov.model.statements import Activity
from graphprov.model.vocabulary import Element, RelationType

EX = "http://example.org/"
GP, META = VOCABULARY, METADATA


def element(keyword: str, id_: str, *attributes: Attribute) -> Statement:
    term = TERMS[keyword]
    return Statement(term, id_, (None,) * len(term.arguments), attributes_of(attributes))


def tagged(tag: str, value: str) -> Value:
    return Value(f'{{"$type":"{tag}","value":{value}}}', JSON)


ODD: list[tuple[Attribute, ...]] = [
    ((META + "x", tagged("decimal", '"x"')),),
    ((META + "x", tagged("decimal", '"sNaN"')),),
    ((META + "x@json", tagged("decimal", '"sNaN"')),),
    ((META + "x@json", Value('{"$type":"decimal","value":"sNaN"}')),),
    ((META + "x", tagged("duration", "[1e300]")),),
    ((META + "x", tagged("duration", f"[{'9' * 400}]")),),
    ((META + "x", Value('{"$type":"date"}', JSON)),),
    ((META + "x", Value('{"$type":[]}', JSON)),),
    ((META + "x", Value("[" * 100_000 + "]" * 100_000, JSON)),),
    ((META + "x", Value("{}", XSD + "unknown")),),
    ((META + "x", Value("maybe", XSD + "boolean")),),
    ((META + "a", Value("1")), (META + "a.b.c", Value("2"))),
    ((META + "a@json", Value("1", XSD + "int")),),
    ((GP + "parameters.a", Value("1")), (GP + "parameters.a.b.c", Value("2"))),
    ((GP + "kind", Value("[]", JSON)),),
    ((GP + "partOf", Value.name(PREFIX + "run:x")), (META + "a", Value("1")), (META + "a.b.c", Value("2"))),
]


@pytest.mark.parametrize("attributes", ODD)
@pytest.mark.parametrize("keyword", ["entity", "activity", "agent"])
def test_what_only_looks_recorded_is_kept_as_it_stands(keyword: str, attributes: tuple[Attribute, ...]) -> None:
    said = element(keyword, EX + "x", *attributes)
    row = row_of(said)
    assert statement_of_element(row["id"], Element(row["node"]), row["properties"]).said == said.said


@pytest.mark.parametrize("attributes", ODD)
def test_so_it_is_on_a_relation(attributes: tuple[Attribute, ...]) -> None:
    said = Statement(TERMS["used"], None, (EX + "a", EX + "e", None), attributes_of(attributes))
    row = row_of(said)
    back = statement_of_relation(RelationType(row["relation"]), row["source"], row["target"], row["properties"])
    assert back.said == said.said


CONTACT, DATASET = (GP + "contact", Value("x")), (GP + "kind", Value("dataset"))
TYPE_DATASET, TYPE_PERSON = (TYPE, Value.name(GP + "Dataset")), (TYPE, Value.name(PROV + "Person"))


@pytest.mark.parametrize(
    "said",
    [
        element("agent", EX + "x", DATASET),
        element("activity", EX + "x", DATASET),
        element("entity", EX + "x", (GP + "kind", Value("person"))),
        element("agent", EX + "ada", CONTACT),
        element("agent", EX + "ada", (META + "note", Value("x"))),
        element("agent", EX + "ada", (GP + "kind", Value("team")), CONTACT),
        element("agent", PREFIX + "person:ada", CONTACT),
        element("agent", PREFIX + "dataset:d", CONTACT),
        element("agent", PREFIX + "team:t", CONTACT),
        element("agent", PREFIX + "dataset:d", TYPE_DATASET),
        element("activity", PREFIX + "person:ada", (GP + "status", Value("failed"))),
        element("agent", EX + "bare"),
        element("activity", EX + "bare"),
        element("entity", PREFIX + "person:ada"),
        element("entity", PREFIX + "person:ada", (META + "note", Value("x"))),
        element("entity", PREFIX + "person:ada", TYPE_PERSON),
        Statement(TERMS["activity"], EX + "x", ("2026-03-01T00:00:00Z", None), (DATASET,)),
        Statement(TERMS["activity"], EX + "x", ("2026-03-01T00:00:00+01:00", None), ()),
        Statement(TERMS["agent"], EX + "x", (), (CONTACT,), EX + "bundle"),
        Statement(TERMS["agent"], EX + "x", (), (), EX + "bundle"),
    ],
    ids=lambda said: f"{said.term.keyword} {said.identifier}",
)
@pytest.mark.parametrize("node", Element)
def test_an_element_is_of_its_type_again_whatever_else_the_node_is(said: Statement, node: Element) -> None:
    row = row_of(said)
    assert statement_of_element(row["id"], node, row["properties"]).said == said.said


def test_what_only_lacks_its_type_can_be_asked_for_by_its_own_properties() -> None:
    row = row_of(element("agent", EX + "ada", CONTACT, (META + "since", Value("5", XSD + "int"))))
    assert (row["properties"]["contact"], row["properties"]["since"]) == ("x", 5)
    assert sorted(map(str, row["properties"].values())) == ["5", "x", '{"t":"agent"}']


def test_a_run_of_a_kind_of_the_users_own_is_the_very_same_statement_again() -> None:
    recorded = Activity(id=PREFIX + "my-step:s@1", kind="my-step", name="s", parameters={"C": 1}).row()
    said = statement_of_element(recorded["id"], Element.ACTIVITY, recorded["properties"])
    assert row_of(said) == recorded
