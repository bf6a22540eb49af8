"""What graphprov itself recorded, as PROV documents and back: the same statements, not look-alikes."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from graphs import MARCH, contents, draw, records

from graphprov.analysis.flaw import Flaw
from graphprov.analysis.impact import impact
from graphprov.documents.formats import Format, read_document
from graphprov.documents.graph import row_of, rows_of
from graphprov.documents.statements import Document, Statement
from graphprov.exchange.blank import named
from graphprov.exchange.export import document_of_store, write_items
from graphprov.exchange.importing import import_files, import_items
from graphprov.model.metadata import Quantity
from graphprov.model.statements import Activity, Agent, Entity, Relation, digest
from graphprov.model.statements import Statement as Recorded
from graphprov.model.vocabulary import TARGET_TYPE, Element, RelationType
from graphprov.store import Store

DATA, RUN, PERSON = "urn:graphprov:dataset:x@1", "urn:graphprov:training:t@1", "urn:graphprov:person:ada"
METADATA: dict[str, Any] = {
    "camera": {"line": 17, "on": True},
    "exposure": Quantity(4.5, "ms"),
    "tags": ["a", "b", "a"],
    "day": date(2026, 3, 1),
    "at": datetime(2026, 3, 1, 9, 30),
    "name": "meta's own",
    "a.b": None,
    "nothing": [],
    "bytes": b"\0\1",
    "huge": 2**70,
}
EVERYTHING: list[Recorded] = [
    Entity(
        id=DATA,
        kind="dataset",
        name="x",
        version="1",
        digest="sha256:" + "a" * 64,
        size_bytes=5,
        dirty=False,
        issued_at=datetime(2026, 3, 1, 9, 30, 5, 120, tzinfo=UTC),
        metadata=METADATA,
    ),
    Entity(id="urn:graphprov:satellite-image:y", kind="satellite-image", name="y"),
    Entity(id="http://example.org/bare"),
    Entity(id="urn:graphprov:incident:i@1", kind="incident", name="i"),
    Activity(
        id=RUN,
        kind="training",
        name="t",
        started_at=MARCH,
        status="failed",
        packages=["a==1", "b==2"],
        parameters={"C": 0.5, "deep": {"layers": [1, 2]}, "kind": "rbf"},
        metadata={"note": "x"},
    ),
    Activity(id="urn:graphprov:run:night@1", kind="run", name="night"),
    Agent(id=PERSON, kind="person", name="Ada", contact="ada@example.org"),
    Agent(id="urn:graphprov:data-source:acme", kind="data-source", name="acme"),
    Relation(type=RelationType.USED, source=RUN, target=DATA, time=MARCH, role="input", metadata={"rows": 5}),
    Relation(type=RelationType.WAS_GENERATED_BY, source=DATA, target=RUN),
    Relation(
        type=RelationType.WAS_DERIVED_FROM,
        source=DATA,
        target="urn:graphprov:dataset:w@1",
        subtype="revision",
        activity=RUN,
    ),
    Relation(
        type=RelationType.WAS_ASSOCIATED_WITH,
        source=RUN,
        target=PERSON,
        role="author",
        plan="urn:graphprov:code-version:c@1",
    ),
    Relation(type=RelationType.PART_OF, source=RUN, target="urn:graphprov:run:night@1"),
    Relation(type=RelationType.ABOUT, source="urn:graphprov:incident:i@1", target=DATA),
    Relation(
        type=RelationType.ABOUT,
        source="urn:graphprov:incident:i@1",
        target="urn:graphprov:data-source:acme",
        target_element=Element.AGENT,
        metadata={"since": "2026-03"},
    ),
    Entity(
        id="urn:graphprov:incident-entry:i@e1",
        kind="incident-entry",
        metadata={"what": "amended", "said_at": MARCH, "since": MARCH, "removed": ["until"], "told": b"\0\1"},
    ),
    Relation(
        type=RelationType.ENTRY_OF, source="urn:graphprov:incident-entry:i@e1", target="urn:graphprov:incident:i@1"
    ),
    Relation(type=RelationType.SAID_BY, source="urn:graphprov:incident-entry:i@e1", target=PERSON),
    Relation(
        type=RelationType.ABOUT, source="urn:graphprov:incident-entry:i@e1", target=RUN, target_element="Activity"
    ),
    Relation(
        type=RelationType.ABOUT,
        source="urn:graphprov:incident-entry:i@e1",
        target="http://example.org/eve",
        target_element=Element.AGENT,
        metadata={TARGET_TYPE: "Agent"},
    ),
    Relation(
        type=RelationType.WAS_INFLUENCED_BY,
        source=RUN,
        target=PERSON,
        source_element=Element.ACTIVITY,
        target_element=Element.AGENT,
    ),
]


def test_what_was_recorded_is_exported_and_imported_as_the_very_same_statements(store: Store) -> None:
    store.write(records(EVERYTHING))
    document = document_of_store(store)
    back = {digest(row_of(statement)) for statement in document.statements}
    assert back == {digest(statement.row()) for statement in EVERYTHING}


def test_an_import_of_an_export_changes_nothing_in_the_graph(store: Store) -> None:
    store.write(records(EVERYTHING))
    before = contents(store)
    document = document_of_store(store)
    import_items(store, document.items())
    after = contents(store, leave_out=("stored_at", "restated_at"))
    assert after == before
    assert document_of_store(store) == document


def test_an_export_says_in_prov_own_words_what_things_are(store: Store) -> None:
    store.write(records(EVERYTHING))
    said = {(each.term.keyword, each.identifier): each for each in document_of_store(store).statements}
    person: Statement = said["agent", PERSON]
    assert "http://www.w3.org/ns/prov#Person" in {value.text for _, value in person.attributes}
    assert said["activity", RUN].arguments in {("2026-03-01T00:00:00Z", None), (None, None)}


def test_documents_and_recorded_runs_are_one_graph_where_ids_agree(store: Store, tmp_path: Path) -> None:
    draw(store, "clean <-used- train -gen-> model")
    document = tmp_path / "later.provn"
    document.write_text(
        "document\n prefix ex <ex:>\n used(ex:predict, ex:model, -)\n"
        " wasGeneratedBy(ex:predictions, ex:predict, -)\nendDocument\n"
    )
    import_files(store, [document])
    report = impact(store, Flaw.of("ex:clean"))
    assert [(node.id, node.distance) for node in report.affected] == [
        ("ex:train", 1), ("ex:model", 2), ("ex:predict", 3), ("ex:predictions", 4),
    ]  # fmt: skip


def test_a_thing_of_two_types_keeps_the_type_of_each_statement_in_graphprovs_words(
    store: Store, tmp_path: Path
) -> None:
    path = tmp_path / "two.provn"
    path.write_text(
        "document\n prefix ex <ex:>\n prefix gp <urn:graphprov:vocabulary#>\n prefix person <urn:graphprov:person:>\n"
        ' entity(ex:ada)\n agent(ex:ada, [gp:contact="x"])\n agent(ex:x, [gp:kind="dataset"])\n'
        ' entity(person:ada)\n agent(person:ada, [gp:contact="x"])\nendDocument\n'
    )
    import_files(store, [path])
    assert {(each.term.keyword, each.identifier) for each in document_of_store(store).statements} == {
        ("entity", "ex:ada"), ("agent", "ex:ada"), ("agent", "ex:x"), ("entity", PERSON), ("agent", PERSON),
    }  # fmt: skip
    assert store.run("MATCH (a:Agent {contact: 'x'}) RETURN count(a)").rows == [(2,)]


@pytest.mark.parametrize("form", [Format.provn, Format.json, Format.xml])
def test_the_very_same_statements_come_back_through_a_format(store: Store, form: Format) -> None:
    store.write(records(EVERYTHING))
    back = {digest(row) for statement in _through(store, form) for row in rows_of(statement)}
    assert back == {digest(statement.row()) for statement in EVERYTHING}


@pytest.mark.parametrize(
    "form", [Format.turtle, Format.trig, Format.rdfxml, Format.jsonld, Format.ntriples, Format.nquads]
)
def test_rdf_puts_into_one_what_is_said_of_one_thing_and_loses_none_of_it(store: Store, form: Format) -> None:
    store.write(records(EVERYTHING))
    rows = [row for statement in _through(store, form) for row in rows_of(statement)]
    relations = {(row["relation"], row["source"], row["target"]) for row in rows if "relation" in row}
    assert relations == {
        (each.type.value, each.source, each.target) for each in EVERYTHING if isinstance(each, Relation)
    }
    said = {row["id"]: row["properties"] for row in rows if "node" in row}
    assert said[RUN]["parameters.deep.layers"] == [1, 2]
    assert (said[RUN]["status"], said[DATA]["size_bytes"], said[DATA]["kind"]) == ("failed", 5, "dataset")


def _through(store: Store, form: Format) -> list[Statement]:
    written = io.BytesIO()
    write_items(document_of_store(store), written, form)
    read = Document.of(read_document(io.BytesIO(written.getvalue()), file="x", format=form)).statements
    return [named(statement, "x", {}) for statement in read]
