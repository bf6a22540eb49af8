"""Documents in the graph: each statement one node or relationship, and back without loss."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from graphs import records

from graphprov.analysis.catalogue import catalogue, runs
from graphprov.analysis.flaw import Flaw
from graphprov.analysis.impact import impact
from graphprov.analysis.lineage import lineage
from graphprov.documents.statements import Bundle, Document, Extension, Namespace, Statement, Value, attributes_of
from graphprov.documents.terms import LABEL, PROV, ROLE, TERMS, TYPE, XSD
from graphprov.errors import AmbiguousReference
from graphprov.exchange.export import document_of_store
from graphprov.exchange.importing import import_files, import_items
from graphprov.model.identity import short_id
from graphprov.model.statements import Agent, Entity
from graphprov.model.vocabulary import Element
from graphprov.store import Store

EX = "http://example.org/"


def say(
    keyword: str, identifier: str | None, *arguments: str | None, bundle: str | None = None, **attributes: object
) -> Statement:
    """A statement in little: names are short, attributes are plain text or a `Value`."""
    term = TERMS[keyword]
    full = tuple(
        argument if argument is None or place.refers.value == "time" else name(argument)
        for place, argument in zip(term.arguments, [*arguments, *([None] * len(term.arguments))], strict=False)
    )
    pairs = [
        (attribute if ":" in attribute else EX + attribute, value if isinstance(value, Value) else Value(str(value)))
        for attribute, value in attributes.items()
    ]
    return Statement(
        term, None if identifier is None else name(identifier), full, attributes_of(pairs), bundle and name(bundle)
    )


def name(short: str) -> str:
    return short if ":" in short else EX + short


def taken(store: Store, *items: object) -> Document:
    """What the store gives back for what it was given."""
    document = Document.of(items)  # type: ignore[arg-type]
    import_items(store, document.items())
    back = document_of_store(store)
    assert back == document
    return back


def rows(store: Store, text: str) -> list[tuple[object, ...]]:
    return store.run(text).rows


def test_a_binary_relation_is_one_relationship_that_one_can_query(store: Store) -> None:
    taken(
        store,
        say("entity", "e1", colour="red", size=Value("5", XSD + "int")),
        say("used", None, "a1", "e1", "2012-03-02T10:30:00+01:00", **{ROLE: "input"}),
    )
    found = rows(store, "MATCH (a:Activity)-[u:USED]->(e:Entity {colour: 'red'}) RETURN a.id, u.time, u.role, e.size")
    assert found == [(EX + "a1", datetime(2012, 3, 2, 9, 30, tzinfo=UTC), "input", 5)]


def test_the_third_argument_and_an_identifier_stand_on_the_relationship(store: Store) -> None:
    taken(
        store,
        say("wasDerivedFrom", "d1", "e2", "e1", "a1", "g1", "u1", **{TYPE: Value.name(PROV + "Revision")}),
        say("wasGeneratedBy", "g1", "e2", "a1"),
        say("used", "u1", "a1", "e1"),
        say("wasAssociatedWith", None, "a1", "ag1", "plan1"),
        say("wasStartedBy", "s1", "a1", "e0", "a0", "2012-01-01T00:00:00"),
        say("mentionOf", None, "e3", "e1", "b1"),
    )
    found = rows(
        store, "MATCH ()-[d:WAS_DERIVED_FROM]->() RETURN d.identifier, d.activity, d.generation, d.usage, d.subtype"
    )
    assert found == [(EX + "d1", EX + "a1", EX + "g1", EX + "u1", "revision")]
    assert rows(store, "MATCH ()-[r]->() WHERE r.key IS NOT NULL RETURN count(r)") == [(6,)]


def test_several_statements_between_the_same_two_are_several_relationships(store: Store) -> None:
    taken(
        store,
        say("used", None, "a1", "e1", "2012-01-01T00:00:00Z"),
        say("used", None, "a1", "e1", "2012-01-02T00:00:00Z"),
        say("used", "u1", "a1", "e1", "2012-01-02T00:00:00Z"),
        say("used", None, "a1", "e1", bundle="b1"),
        Bundle(EX + "b1"),
    )
    assert rows(store, "MATCH (:Activity)-[u:USED]->(:Entity) RETURN count(u)") == [(4,)]


def test_an_end_that_is_left_open_is_an_unknown_node(store: Store) -> None:
    taken(
        store,
        say("used", None, "a1", None, "2012-01-01T00:00:00Z"),
        say("wasGeneratedBy", None, "e1", None, "2012-01-01T00:00:00Z"),
        say("wasAssociatedWith", None, "a1", None, "plan1"),
        say("wasEndedBy", None, "a1", None, None, "2012-01-01T00:00:00Z"),
        say("wasInvalidatedBy", None, "e1", None),
    )
    assert rows(store, "MATCH (n:Unknown) RETURN count(n)") == [(5,)]


def test_a_thing_of_two_types_is_one_node(store: Store) -> None:
    taken(
        store,
        say("agent", "x", **{TYPE: Value.name(PROV + "SoftwareAgent")}),
        say("entity", "x", colour="red"),
        say("used", None, "a1", "y"),
        say("wasAttributedTo", None, "e1", "y"),
        say("entity", "z"),
        say("agent", "z"),
        say("activity", "w"),
        say("entity", "w"),
    )
    assert rows(store, "MATCH (n:Entity&Agent) RETURN n.id ORDER BY n.id") == [(EX + "x",), (EX + "y",), (EX + "z",)]
    assert rows(store, "MATCH (n) WHERE n.id STARTS WITH 'http' RETURN count(n), count(DISTINCT n.id)") == [(6, 6)]


def test_a_second_document_gives_a_known_thing_its_second_type(store: Store) -> None:
    import_items(store, [say("entity", "x", colour="red")])
    import_items(store, [say("agent", "x", colour="blue"), say("used", None, "a1", "x")])
    assert rows(store, "MATCH (n {id: 'http://example.org/x'}) RETURN labels(n), n.colour") == [
        (["Entity", "Agent"], "blue")
    ]
    assert len(document_of_store(store).statements) == 3


def test_each_bundle_says_its_own_of_one_node(store: Store) -> None:
    taken(
        store,
        Bundle(EX + "b1"),
        Bundle(EX + "b2"),
        Bundle(EX + "empty"),
        say("entity", "e1", colour="red", bundle="b1"),
        say("entity", "e1", colour="blue", bundle="b2"),
        say("entity", "e1"),
        say("entity", "b1", **{TYPE: Value.name(PROV + "Bundle")}),
    )
    assert rows(store, "MATCH (n:Entity {id: 'http://example.org/e1'}) RETURN n.bundles") == [([EX + "b1", EX + "b2"],)]
    only = document_of_store(store).statements
    assert {statement.bundle for statement in only} == {None, EX + "b1", EX + "b2"}


def test_every_literal_comes_back_as_it_was_written(store: Store) -> None:
    values = [
        Value("5", XSD + "int"),
        Value("5", XSD + "long"),
        Value("05", XSD + "int"),
        Value("5"),
        Value("1.50", XSD + "decimal"),
        Value("INF", XSD + "double"),
        Value("2012-03-02T10:30:00.120+01:00", XSD + "dateTime"),
        Value("2012-03-02T24:00:00", XSD + "dateTime"),
        Value.spoken("bonjour", "fr"),
        Value.spoken("bonjour", "en"),
        Value.name(EX + "x"),
        Value("ex:unbound", XSD + "QName"),
        Value("", XSD + "string"),
        Value("\0\n\"'`\\ \U0001f600 \ud800"),
        Value("x" * 100_000),
        Value("[]", EX + "own"),
    ]
    items = [
        Statement(TERMS["entity"], EX + "e1", (), attributes_of((EX + "a", value) for value in values)),
        Statement(
            TERMS["entity"],
            EX + "e2",
            (),
            attributes_of((EX + key, Value("v")) for key in ("id", "statement", "prov", "a.b", "a@b", "", "`", "x y")),
        ),
        say("entity", "e3", **{LABEL: Value("")}),
    ]
    taken(store, *items)


def test_times_keep_their_zone_and_their_digits(store: Store) -> None:
    taken(
        store,
        say("activity", "a1", "2012-03-02T10:30:00+01:00", "2012-03-02T10:30:00"),
        say("activity", "a2", "2012-03-02T10:30:00.1Z", None),
        say("activity", "a3", None, "-0044-03-15T12:00:00Z"),
        say("activity", "a4"),
        say("activity", "a1", "2012-03-02T09:30:00Z", bundle="b1"),
        Bundle(EX + "b1"),
    )


def test_importing_twice_changes_nothing(store: Store) -> None:
    items = [say("entity", "e1", colour="red"), say("entity", "e1", colour="blue"), say("used", None, "a1", "e1")]
    dump = (
        "MATCH (n:Entity|Activity|Agent) OPTIONAL MATCH (n)-[r]->(m) RETURN properties(n), type(r), properties(r), m.id"
    )
    import_items(store, items)
    before = sorted(map(str, rows(store, dump)))
    import_items(store, items)
    assert sorted(map(str, rows(store, dump))) == before


def test_extensions_and_prefixes_are_kept(store: Store) -> None:
    extension = Extension(
        PROV + "hadDictionaryMember", None, (Value.name(EX + "d"), None, Value("k")), ((EX + "a", Value("1")),)
    )
    back = taken(store, extension, Namespace("ex", EX), say("entity", "e1"))
    assert back.namespaces == {Namespace("ex", EX)}


def test_the_same_content_under_two_names_is_joined_whatever_came_first(store: Store) -> None:
    digest = "A" * 64
    import_items(store, [say("entity", "e1", sha256=digest), say("entity", "e2", checksum="sha256:" + digest)])
    import_items(store, [say("entity", "e0", sha256=digest), say("entity", "e9", md5="b" * 32)])
    report = impact(store, Flaw.of(EX + "e2"))
    assert [(node.id, node.distance) for node in report.affected] == [(EX + "e0", 1), (EX + "e1", 2)]


def test_a_recorded_thing_stays_one_node_whatever_type_a_document_gives_it(store: Store) -> None:
    vendor = "urn:graphprov:data-source:acme"
    store.write(records([Agent(id=vendor, kind="data-source", name="acme")]))
    import_items(store, [say("entity", vendor, note="x"), say("wasAttributedTo", None, "data", vendor)])
    assert rows(store, "MATCH (n {name: 'acme'}) UNWIND labels(n) AS label RETURN label ORDER BY label") == [
        ("Agent",), ("DataSource",), ("Entity",),
    ]  # fmt: skip
    assert {node.id for node in impact(store, Flaw.of("acme")).flawed} == {vendor, EX + "data"}


def test_an_affected_thing_may_be_an_agent_too(store: Store) -> None:
    taken(store, say("agent", "soft"), say("entity", "soft"), say("wasDerivedFrom", None, "soft", "data"))
    (affected,) = impact(store, Flaw.of(EX + "data")).affected
    assert (affected.id, affected.element) == (EX + "soft", "Entity")


def test_two_writers_at_once_make_one_node(store: Store) -> None:
    for number in range(5):
        both = [[say(keyword, f"x{number}", colour=keyword)] for keyword in ("entity", "agent")]
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda items: import_items(store, items), both))
    assert rows(store, "MATCH (n:Entity&Agent) RETURN count(n)") == [(5,)]
    assert rows(store, "MATCH (n:Entity|Agent) RETURN count(n)") == [(5,)]


def test_a_name_like_that_of_an_open_end_is_a_name(store: Store) -> None:
    taken(store, say("entity", "urn:graphprov:unknown:e"), say("used", None, "a1", "urn:graphprov:unknown:e"))
    assert rows(store, "MATCH (n:Unknown) RETURN count(n)") == [(0,)]


def test_a_prefix_does_not_take_over_what_people_type(store: Store) -> None:
    store.write(records([Entity(id="urn:graphprov:dataset:list", kind="dataset", name="list")]))
    taken_in = [Namespace("dataset", EX), say("entity", "list"), Namespace("ex", EX), Namespace("ex", "http://other/")]
    import_items(store, [*taken_in, say("entity", "http://other/list")])
    with pytest.raises(AmbiguousReference):
        store.resolve("dataset:list")
    with pytest.raises(AmbiguousReference):
        store.resolve("ex:list")


def test_a_thing_is_found_by_the_prefix_of_its_document(store: Store) -> None:
    taken(store, Namespace("ex", EX), Namespace("ex", "http://other.example/"), say("entity", "e1", **{LABEL: "First"}))
    assert store.resolve("ex:e1").id == EX + "e1"
    assert store.resolve("First").id == EX + "e1"


def test_a_thing_of_two_types_is_found_as_either_and_meant_once(store: Store) -> None:
    taken(store, say("agent", "vendor"), say("entity", "vendor"), say("wasAttributedTo", None, "data", "vendor"))
    assert store.resolve(EX + "vendor").id == EX + "vendor"
    assert store.resolve(EX + "vendor", elements=(Element.AGENT,)).element is Element.AGENT
    report = impact(store, Flaw.of(EX + "vendor"))
    assert {node.id for node in report.flawed} == {EX + "vendor", EX + "data"}


def test_labels_of_two_documents_are_not_mixed_and_derivations_keep_what_they_refer_to(
    store: Store, tmp_path: Path
) -> None:
    text = """@prefix prov: <http://www.w3.org/ns/prov#> . @prefix ex: <http://example.org/> .
    _:x a prov:Entity ; ex:colour "%s" . ex:a prov:used _:x ."""
    for colour in ("red", "blue"):
        (tmp_path / f"{colour}.ttl").write_text(text % colour)
    import_files(store, [tmp_path])
    import_files(store, [tmp_path], again=True)
    found = rows(store, "MATCH (a:Activity)-[:USED]->(e:Entity) RETURN e.colour ORDER BY e.colour")
    assert found == [("blue",), ("red",)]


def test_an_anonymous_usage_that_a_derivation_names_stays_that_usage(store: Store, tmp_path: Path) -> None:
    def document(first: str, second: str) -> str:
        return json.dumps(
            {
                "prefix": {"ex": EX},
                "wasDerivedFrom": {
                    "_:d": {"prov:generatedEntity": "ex:e2", "prov:usedEntity": "ex:e1", "prov:usage": first}
                },
                "used": {
                    first: {"prov:activity": "ex:a", "prov:entity": "ex:e1"},
                    second: {"prov:activity": "ex:a", "prov:entity": "ex:e1", "prov:time": "2026-03-01T00:00:00Z"},
                },
            }
        )

    (tmp_path / "one.json").write_text(document("_:id1", "_:id2"))
    (tmp_path / "two.json").write_text(document("_:id2", "_:id1"))
    import_files(store, [tmp_path / "one.json"])
    before = document_of_store(store)
    import_files(store, [tmp_path / "two.json"])
    assert document_of_store(store) == before
    found = rows(
        store, "MATCH ()-[d:WAS_DERIVED_FROM]->() MATCH ()-[u:USED]->() RETURN d.usage = u.identifier, u.time IS NULL"
    )
    assert sorted(map(str, found)) == ["(None, False)", "(True, True)"]


def test_an_end_that_is_left_open_is_nobody_and_nothing_to_list(store: Store) -> None:
    taken(
        store,
        say("used", None, "a1", "e1"),
        say("wasAssociatedWith", None, "a1", None, "plan1"),
        say("wasGeneratedBy", None, "e2", "a1"),
        say("wasGeneratedBy", None, "e1", None, "2012-01-01T00:00:00Z"),
        say("used", None, "a2", None),
    )
    report = impact(store, Flaw.of(EX + "e1"))
    assert {node.id for node in report.affected} == {EX + "a1", EX + "e2"}
    assert report.owners == []
    assert {row[1] for row in catalogue(store).rows} == {EX + "e1", EX + "e2"}
    assert [(row[2], row[4]) for row in runs(store).rows] == [(EX + "a1", []), (EX + "a2", [])]
    behind = {short_id(node.id) for node in lineage(store, EX + "e2").nodes}
    assert behind == {EX + "e2", EX + "a1", EX + "e1", "(not said)"}
