"""`vocabulary.ttl` describes the words that the code uses, all of them and no others."""

from __future__ import annotations

from importlib.resources import files

import pytest
from rdflib import OWL, RDF, RDFS, Graph, URIRef
from rdflib.collection import Collection

from graphprov.documents.names import VOCABULARY
from graphprov.documents.native import own_relation_statement
from graphprov.documents.properties import JSON
from graphprov.documents.terms import PROV
from graphprov.model.statements import Activity, Agent, Entity
from graphprov.model.vocabulary import KINDS, RELATIONS, TARGET_TYPE, Element, RelationType

ONTOLOGY = URIRef(VOCABULARY.rstrip("#"))
CLASS_OF_KIND = {
    "person": "Person",
    "organization": "Organization",
    "software": "SoftwareAgent",
    "code-version": "Plan",
}
SAID_BY_PROV = {"id", "metadata", "started_at", "ended_at"}
"""Fields that are no property: the name itself, what has a namespace of its own, and PROV's times of an activity."""
MODELS = {Element.ENTITY: Entity, Element.ACTIVITY: Activity, Element.AGENT: Agent}


@pytest.fixture(scope="module")
def vocabulary() -> Graph:
    return Graph().parse(
        data=files("graphprov").joinpath("vocabulary.ttl").read_text(encoding="utf-8"), format="turtle"
    )


def words(vocabulary: Graph, type_: URIRef) -> set[str]:
    return {
        str(word).removeprefix(VOCABULARY)
        for word in vocabulary.subjects(RDF.type, type_)
        if isinstance(word, URIRef) and word != ONTOLOGY
    }


def elements_with(name: str) -> set[str]:
    return {PROV + element.value for element, model in MODELS.items() if name in model.model_fields}


def domain(vocabulary: Graph, name: str) -> set[str]:
    node = vocabulary.value(URIRef(VOCABULARY + name), RDFS.domain)
    union = vocabulary.value(node, OWL.unionOf)
    return {str(node)} if union is None else {str(item) for item in Collection(vocabulary, union)}


def own_relations() -> dict[str, RelationType]:
    """Relations that PROV does not have and that people state, by the name under which they are exported."""
    found = {}
    for type_ in RELATIONS:
        for said in ({}, *({TARGET_TYPE: element.value} for element in Element)):
            try:
                statement = own_relation_statement(type_, "x:source", "x:target", said)
            except KeyError:
                continue
            names = {name for name, _ in statement.attributes if name.startswith(VOCABULARY)}
            found |= {name.removeprefix(VOCABULARY): type_ for name in names}
    return found


def test_it_says_that_it_is_a_vocabulary(vocabulary: Graph) -> None:
    assert (ONTOLOGY, RDF.type, OWL.Ontology) in vocabulary


def test_every_kind_is_a_class_below_the_right_one_of_prov(vocabulary: Graph) -> None:
    expected = {kind.label: PROV + CLASS_OF_KIND.get(name, kind.element.value) for name, kind in KINDS.items()}
    assert words(vocabulary, OWL.Class) == expected.keys()
    for label, parent in expected.items():
        assert list(vocabulary.objects(URIRef(VOCABULARY + label), RDFS.subClassOf)) == [URIRef(parent)]


def test_every_own_field_is_a_property_of_what_has_it(vocabulary: Graph) -> None:
    fields = {name for model in MODELS.values() for name in model.model_fields} - SAID_BY_PROV
    assert words(vocabulary, OWL.DatatypeProperty) == fields
    assert {name: domain(vocabulary, name) for name in fields} == {name: elements_with(name) for name in fields}


def test_every_relation_of_our_own_is_a_property_from_what_it_leads_from(vocabulary: Graph) -> None:
    relations = own_relations()
    assert words(vocabulary, OWL.ObjectProperty) == relations.keys() >= {"partOf", "about"}
    for name, type_ in relations.items():
        assert domain(vocabulary, name) == {PROV + RELATIONS[type_].source.value}


def test_the_datatype_of_canonical_json_is_described(vocabulary: Graph) -> None:
    assert {VOCABULARY + name for name in words(vocabulary, RDFS.Datatype)} == {JSON}


def test_every_word_has_a_label_and_a_comment_in_english(vocabulary: Graph) -> None:
    described = {word for word in vocabulary.subjects() if isinstance(word, URIRef)}
    assert len(described) > len(KINDS)
    for word in described:
        for property_ in (RDFS.label, RDFS.comment):
            (text,) = vocabulary.objects(word, property_)
            assert text.language == "en", word
            assert text.strip(), word
