"""`graphprov queries` and `graphprov query`, as a user types them."""

from __future__ import annotations

import csv
import io
import json

import pytest
from query_graph import statements
from typer.testing import CliRunner

from graphprov.cli.app import app
from graphprov.errors import InvalidInput, UnknownReference
from graphprov.questions import named_queries
from graphprov.store import Store

GRAPH = """
    acme : data-source contact=security@acme.example
    bl@1 : dataset delivered_at=2026-03-01
    bl@1 -by-> acme
    train@1 : training started_at=2026-03-02 parameters.C=1.0
    train@1 -used-> bl@1
    antispam@1 : model
    antispam@1 -gen-> train@1 time=2026-03-02T01:30:00
"""


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


@pytest.fixture
def recorded(database: Store) -> None:
    for cypher, rows in statements(GRAPH):
        database._connection.write(lambda tx, cypher=cypher, rows=rows: tx.run(cypher, {"rows": rows}).consume())


def test_the_list_names_every_question_with_its_title() -> None:
    printed = run("queries")
    assert all(query.short in printed and query.title in printed for query in named_queries().values())
    assert {told["name"] for told in json.loads(run("queries", "--format", "json"))} == set(named_queries())
    assert len(list(csv.DictReader(io.StringIO(run("queries", "--format", "csv"))))) == len(named_queries())


def test_show_prints_the_text_as_it_is() -> None:
    query = named_queries()["impact/models_depending_on"]
    assert run("queries", "show", "models_depending_on") == query.text


@pytest.mark.usefixtures("recorded")
def test_an_answer_as_json_has_iso_times() -> None:
    printed = run("query", "models_depending_on", "-p", "source=acme", "-p", "since=2026-03", "--format", "json")
    assert json.loads(printed) == [
        {"model": "antispam@1", "distance": 2, "generated_at": "2026-03-02T01:30:00Z", "state": "live"}
    ]


@pytest.mark.usefixtures("recorded")
def test_an_answer_as_csv_and_as_a_table() -> None:
    rows = list(
        csv.DictReader(io.StringIO(run("query", "how_it_was_made", "-p", "artifact=antispam", "--format", "csv")))
    )
    assert json.loads(rows[0]["inputs"]) == ["bl@1"]
    assert rows[0]["started_at"] == "2026-03-02T00:00:00Z"
    assert "C = 1.0" in run("query", "how_it_was_made", "-p", "artifact=antispam")
    assert run("query", "code_of_live_models").endswith("nothing found\n")


@pytest.mark.usefixtures("recorded")
def test_a_drawing_is_ids_in_a_table_and_whole_nodes_in_json() -> None:
    lines = [line.split() for line in run("query", "draw_lineage", "-p", "artifact=antispam").splitlines()]
    assert ["antispam@1", "WAS_GENERATED_BY", "train@1"] in lines
    told = json.loads(run("query", "draw_lineage", "-p", "artifact=antispam", "--format", "json"))
    assert {"labels", "id", "kind"} <= set(told[0]["effect"])


def test_wrong_usage_is_told_without_a_database() -> None:
    with pytest.raises(InvalidInput, match="KEY=VALUE"):
        run("query", "models_depending_on", "-p", "acme")
    with pytest.raises(InvalidInput, match="needs the parameter 'source'"):
        run("query", "models_depending_on")
    with pytest.raises(UnknownReference):
        run("query", "no_such_question")


@pytest.mark.usefixtures("recorded")
def test_an_unknown_source_is_an_error_not_an_empty_answer() -> None:
    with pytest.raises(UnknownReference, match="acne"):
        run("query", "models_depending_on", "-p", "source=acne")
