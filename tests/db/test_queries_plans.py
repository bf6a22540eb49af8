"""How Neo4j means to answer each question: from an index, and visiting each node once, however many paths there are.

The plans are asked for on a graph of a few thousand nodes, since on an empty one any plan is as cheap as any other.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any

import neo4j as driver
import pytest

from graphprov.engine import Endpoint
from graphprov.questions import NamedQuery, load, named_queries
from graphprov.store import Store
from graphprov.store.connection import literal

KERNEL = "CALL dbms.components() YIELD name, versions WHERE name = 'Neo4j Kernel' RETURN versions[0] AS version"
PROV_LABELS = {"Entity", "Activity", "Agent"}
SCANS_OF_AN_INDEX = {("audit/duplicated_contents", "artifact:Entity(digest)")}
"""Questions that are about everything that an index holds."""

GRAPH = """
UNWIND range(0, 4) AS s CREATE (:Agent:DataSource {id: 's' + s, name: 's' + s, kind: 'data-source'})
WITH count(*) AS done
UNWIND range(0, 19) AS p
CREATE (:Agent:Person {id: 'p' + p, name: 'p' + p, kind: 'person'})
  -[:ACTED_ON_BEHALF_OF]->(:Agent:Organization {id: 'o' + p, name: 'o' + p, kind: 'organization'})
WITH count(*) AS done
UNWIND range(0, 29) AS g CREATE (:Entity:Dataset {id: 'g' + g, name: 'd' + g, kind: 'dataset'})
WITH count(*) AS done
UNWIND range(0, 9) AS g CREATE (:Entity:Model {id: 'm' + g, name: 'm' + g, kind: 'model'})
WITH count(*) AS done
UNWIND range(0, 99) AS c
CREATE (:Entity:CodeVersion {id: 'c' + c, name: 'c' + c % 5, kind: 'code-version', dirty: c % 7 = 0})
WITH count(*) AS done
UNWIND range(0, 999) AS i
MATCH (g:Entity {id: 'g' + i % 30}) MATCH (p:Agent {id: 'p' + i % 20}) MATCH (c:Entity {id: 'c' + i % 100})
MATCH (s:Agent {id: 's' + i % 5}) MATCH (m:Entity {id: 'm' + i % 10})
CREATE (d:Entity:Dataset {id: 'g@' + i, name: g.name, kind: 'dataset', version: toString(i), digest: 'sha256:' + i})
       -[:SPECIALIZATION_OF]->(g)
CREATE (d)-[:WAS_ATTRIBUTED_TO]->(s)
CREATE (t:Activity:Training {id: 't' + i, name: 't' + i % 40, kind: 'training'})-[:USED]->(d)
CREATE (t)-[:USED]->(c) CREATE (t)-[:WAS_ASSOCIATED_WITH]->(p)
CREATE (n:Entity:Model {id: 'm@' + i, name: m.name, kind: 'model', version: toString(i), digest: 'sha256:m' + i})
       -[:WAS_GENERATED_BY]->(t)
CREATE (n)-[:SPECIALIZATION_OF]->(m)
CREATE (f:Activity:Inference {id: 'f' + i, name: 'f' + i % 40, kind: 'inference'})-[:USED]->(n)
CREATE (:Entity:Predictions {id: 'x@' + i, name: 'x' + i % 40, kind: 'predictions'})-[:WAS_GENERATED_BY]->(f)
FOREACH (_ IN CASE WHEN i % 50 = 0 THEN [1] ELSE [] END |
  CREATE (h:Entity:Incident {id: 'i' + i, name: 'i' + i, kind: 'incident'})-[:ABOUT]->(s)
  CREATE (:Entity:IncidentEntry {id: 'w' + i, what: 'opened', kind: 'incident-entry'})-[:ENTRY_OF]->(h)
  CREATE (d)-[:WAS_INVALIDATED_BY]->(t) CREATE (f)-[:WAS_INFORMED_BY]->(t) CREATE (g)-[:HAD_MEMBER]->(d)
  CREATE (n)-[:WAS_DERIVED_FROM]->(d) CREATE (:Entity:Evaluation {id: 'e' + i})-[:WAS_DERIVED_FROM]->(n)
  CREATE (:Activity:Evaluating {id: 'v' + i})-[:USED]->(n))
"""


@pytest.fixture(scope="module")
def session(neo4j: Endpoint, _shared_store: Store) -> Iterator[driver.Session]:
    logging.getLogger("neo4j.notifications").setLevel(logging.ERROR)  # the notifications are what a test looks at
    _shared_store._connection.command("MATCH (n) WHERE NOT n:GraphprovStore AND NOT n:GraphprovSchema DETACH DELETE n")
    with (
        driver.GraphDatabase.driver(neo4j.uri, auth=(neo4j.user, neo4j.password)) as opened,
        opened.session() as session,
    ):
        session.run(literal(GRAPH)).consume()
        session.run("CALL db.resampleOutdatedIndexes()").consume()
        session.run("CALL db.awaitIndexes(60)").consume()
        # Else a plan may be one that was made for the small graphs of other tests.
        session.run("CALL db.clearQueryCaches()").consume()
        yield session
        session.run("MATCH (n) WHERE NOT n:GraphprovStore AND NOT n:GraphprovSchema DETACH DELETE n").consume()


def plan(session: driver.Session, text: str, parameters: dict[str, Any]) -> list[tuple[str, str]]:
    """Operators of the plan, each with its details."""
    root = session.run(literal(f"EXPLAIN {text}"), parameters).consume().plan
    waiting: list[Any] = [root]
    found = []
    while waiting:
        node = waiting.pop()
        found.append((node["operatorType"].partition("@")[0], node["args"].get("Details", "")))
        waiting += node.get("children", [])
    return found


def faults(query: NamedQuery, operators: list[tuple[str, str]]) -> list[str]:
    """What in a plan costs more than the answer is worth."""
    found = []
    for name, details in operators:
        fault = False
        if name.endswith("NodeByLabelScan"):
            label = details.rpartition(":")[2]
            about_all = all(param.optional for param in query.params)
            fault = label in PROV_LABELS or not about_all
        elif name == "NodeIndexScan":
            fault = not any(query.name == q and index in details for q, index in SCANS_OF_AN_INDEX)
        elif name.startswith("VarLengthExpand") and "Pruning" not in name:
            fault = re.search(r"\*(0)?\.\.1\]", details) is None  # at most one step enumerates nothing
        else:
            fault = name.endswith("Scan") or name in ("CartesianProduct", "StatefulShortestPath") or "Repeat" in name
        if fault:
            found.append(f"{name} {details}")
    return found


def parameters(query: NamedQuery) -> dict[str, Any]:
    values = {"string": "x", "list of string": ["x"]}
    return {param.name: values.get(param.type) for param in query.params}


@pytest.mark.parametrize("name", named_queries())
def test_no_question_scans_the_graph_or_enumerates_paths(session: driver.Session, name: str) -> None:
    query = load(name)
    assert faults(query, plan(session, query.text, parameters(query))) == []


@pytest.mark.parametrize(
    ("text", "operator"),
    [
        ("MATCH (n) RETURN n", "AllNodesScan"),
        ("MATCH (n:Entity) RETURN n", "NodeByLabelScan"),
        ("MATCH (n:Model) RETURN n", "NodeByLabelScan"),
        ("MATCH (n:Entity) WHERE n.name IS NOT NULL RETURN n", "NodeIndexScan"),
        ("MATCH ()-[r:USED]->() RETURN r", "DirectedRelationshipTypeScan"),
        ("MATCH p = (:Entity {id: $artifact})<-[:USED|WAS_GENERATED_BY*1..]-() RETURN p", "VarLengthExpand"),
        ("MATCH (:Entity {id: $artifact})(()<-[:USED|WAS_GENERATED_BY]-()){1,}(x) RETURN x", ""),
        ("MATCH (a:Entity {kind: 'model'}), (b:Entity {kind: 'dataset'}) RETURN a, b", "CartesianProduct"),
    ],
)
def test_the_faults_that_are_looked_for_are_found(session: driver.Session, text: str, operator: str) -> None:
    found = faults(load("made_from"), plan(session, text, {"artifact": "x"}))
    assert found
    assert found[0].startswith(operator)


@pytest.mark.parametrize("name", named_queries())
def test_no_question_uses_what_neo4j_warns_of(session: driver.Session, name: str) -> None:
    query = load(name)
    summary = session.run(literal(f"EXPLAIN {query.text}"), parameters(query)).consume()
    told = [status for status in summary.gql_status_objects if status.is_notification]
    unknown = ("01N50", "01N51", "01N52")  # a label, type or key that this graph happens not to have
    assert [status.status_description for status in told if status.gql_status not in unknown] == []


@pytest.mark.parametrize("name", named_queries())
def test_every_question_is_planned_as_well_in_cypher_25(session: driver.Session, name: str) -> None:
    version = session.run(KERNEL).single(strict=True)["version"]
    if version.startswith("5."):
        pytest.skip(f"Neo4j {version} knows Cypher 5 alone")
    query = load(name)
    assert faults(query, plan(session, f"CYPHER 25 {query.text}", parameters(query))) == []
