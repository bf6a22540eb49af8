"""Every named question, asked on a small graph whose answer is plain to see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import graphs
import pytest
from query_graph import statements

from graphprov.errors import AmbiguousReference, InvalidInput, UnknownReference
from graphprov.model.statements import Activity, Entity, Relation
from graphprov.model.times import show_time
from graphprov.model.vocabulary import RelationType
from graphprov.questions import load, named_queries
from graphprov.store import Store

Ask = Callable[..., list[tuple[Any, ...]]]

PIPELINE = """
    acme : data-source contract=C-17 licence=paid contact=security@acme.example valid_until=2026-04-01
    geo : data-source licence=free
    trust : organization contact=trust@example.org
    ada : person contact=ada@example.org
    bob : person
    ada -for-> trust

    bl@1 : dataset delivered_at=2026-02-01 digest=sha256:b1 size_bytes=10
    bl@2 : dataset delivered_at=2026-03-01 digest=sha256:b2 size_bytes=20
    bl@3 : dataset delivered_at=2026-05-01 digest=sha256:b3 size_bytes=30
    bl@1 -by-> acme
    bl@2 -by-> acme
    bl@3 -by-> acme
    users@1 : dataset delivered_at=2026-01-15
    users@1 -by-> geo
    code@c1 : code-version commit=c1 branch=main dirty=false
    code@c2 : code-version commit=c2 branch=main dirty=true

    train@1 : training started_at=2026-02-02 ended_at=2026-02-02T01:00 status=completed command=t.py parameters.C=1.0
    train@1 -used-> bl@1, users@1 role=input time=2026-02-02
    train@1 -used-> code@c1 role=code time=2026-02-02
    train@1 -with-> ada role=engineer
    antispam@1 : model generated_at=2026-02-02
    antispam@1 -gen-> train@1 time=2026-02-02

    train@2 : training started_at=2026-03-02 ended_at=2026-03-02T01:00 status=completed command=t.py parameters.C=2.0
    train@2 -used-> bl@2, users@1 role=input time=2026-03-02
    train@2 -used-> code@c2 role=code time=2026-03-02
    train@2 -with-> ada role=engineer
    antispam@2 : model auc=0.9
    antispam@2 -gen-> train@2 time=2026-03-02

    train@3 : training started_at=2026-05-02 ended_at=2026-05-02T05:00 status=completed command=t.py parameters.C=2.0
    train@3 -used-> bl@3, users@1 role=input time=2026-05-02
    train@3 -used-> code@c1 role=code time=2026-05-02
    train@3 -with-> bob role=engineer
    antispam@3 : model auc=0.95
    antispam@3 -gen-> train@3 time=2026-05-02

    predict@2 : inference started_at=2026-03-05 ended_at=2026-03-05T00:10 status=completed
    predict@2 -used-> antispam@2 time=2026-03-05
    predict@2 -with-> bob
    march@1 : predictions
    march@1 -gen-> predict@2 time=2026-03-05

    predict@3 : inference started_at=2026-05-05 ended_at=2026-05-05T00:10 status=completed
    predict@3 -used-> antispam@3 time=2026-05-05
    predict@3 -with-> bob
    may@1 : predictions
    may@1 -gen-> predict@3 time=2026-05-05
"""


@pytest.fixture
def graph(store: Store) -> Callable[[str], None]:
    """Puts a graph, and nothing else, into the database."""

    def put(text: str) -> None:
        def work(tx: Any) -> None:
            tx.run("MATCH (n:Entity|Activity|Agent) DETACH DELETE n").consume()
            for cypher, rows in statements(text):
                tx.run(cypher, {"rows": rows}).consume()

        store._connection.write(work)

    return put


@pytest.fixture
def ask(store: Store, graph: Callable[[str], None]) -> Ask:
    """Asks a question of a graph: the rows, with times as people read them."""

    def rows(text: str, name: str, **parameters: Any) -> list[tuple[Any, ...]]:
        graph(text)
        table = store.query(name, **parameters)
        assert table.columns == tuple(column.name for column in load(name).columns)
        return [tuple(show_time(v) if isinstance(v, datetime) else v for v in row) for row in table.rows]

    return rows


# -- impact ----------------------------------------------------------------------------------------------------------


def test_affected_by_a_source_in_a_window(ask: Ask) -> None:
    assert ask(PIPELINE, "affected_by", subject="acme", since="2026-03", until="2026-05") == [
        ("bl@2", "dataset", "bl", 0),
        ("train@2", "training", "train", 1),
        ("antispam@2", "model", "antispam", 2),
        ("predict@2", "inference", "predict", 3),
        ("march@1", "predictions", "march", 4),
    ]


def test_affected_by_a_general_artifact_counts_only_its_versions_in_the_window(ask: Ask) -> None:
    rows = ask(PIPELINE, "affected_by", subject="bl", since="2026-05", kind="model")
    assert [row[0] for row in rows] == ["antispam@3"]


def test_affected_by_a_version_is_affected_whatever_the_window(ask: Ask) -> None:
    rows = ask(PIPELINE, "affected_by", subject="bl@1", since="2027", limit=3)
    assert [(row[0], row[3]) for row in rows] == [("bl@1", 0), ("train@1", 1), ("antispam@1", 2)]


def test_affected_by_a_run_are_only_its_outputs_in_the_window(ask: Ask) -> None:
    rows = ask(
        """
        sort@1 : run
        early@1 : dataset
        late@1 : dataset
        early@1 -gen-> sort@1 time=2026-01-01
        late@1 -gen-> sort@1 time=2026-02-01
        copy@1 : run
        copy@1 -used-> early@1
        after@1 : run
        after@1 -informed-> sort@1
        """,
        "affected_by",
        subject="sort",
        since="2026-02",
    )
    assert rows == [("late@1", "dataset", "late", 0), ("sort@1", "run", "sort", 0), ("after@1", "run", "after", 1)]


def test_affected_by_a_run_is_all_that_it_made_where_another_that_it_informed_told_it_again(ask: Ask) -> None:
    rows = ask(
        """
        sort@1 : run
        early@1 : dataset
        early@1 -gen-> sort@1 time=2026-01-01
        after@1 : run
        after@1 -informed-> sort@1
        sort@1 -informed-> after@1
        """,
        "affected_by",
        subject="sort",
        since="2026-02",
    )
    assert [(row[0], row[3]) for row in rows] == [("sort@1", 0), ("after@1", 1), ("early@1", 3)]


def test_affected_by_a_collection_are_its_members_and_by_a_general_artifact_of_a_source_its_versions(ask: Ask) -> None:
    rows = ask(
        """
        all@1 : dataset
        part@1 : dataset
        all@1 -member-> part@1
        train@1 : run
        train@1 -used-> part@1
        made@1 : dataset
        made@1 -from-> all@1
        special@1 : dataset
        special@1 -of-> made@1
        """,
        "affected_by",
        subject="all@1",
    )
    assert [(row[0], row[3]) for row in rows] == [
        ("all@1", 0),
        ("made@1", 1),
        ("part@1", 1),
        ("special@1", 2),
        ("train@1", 2),
    ]


def test_affected_by_a_person_are_the_outputs_of_those_who_act_for_it(ask: Ask) -> None:
    rows = ask(PIPELINE, "affected_by", subject="trust", kind="model")
    assert [(row[0], row[3]) for row in rows] == [("antispam@1", 0), ("antispam@2", 0)]


def test_affected_by_what_has_no_time_is_inside_every_window(ask: Ask) -> None:
    graph = """
        acme : data-source
        x@1 : dataset
        x@1 -by-> acme
        y@1 : dataset
        y@1 -from-> x@1
        all : dataset
        all -member-> y@1
    """
    rows = ask(graph, "affected_by", subject="acme", since="2026", until="2026-02")
    assert [(row[0], row[3]) for row in rows] == [("x@1", 0), ("y@1", 1), ("all", 2)]


def test_affected_by_a_run_counts_its_own_time_of_generation_and_no_other(ask: Ask) -> None:
    graph = "a@1 : run\nb@1 : run\nx@1 : dataset\nx@1 -gen-> a@1\nx@1 -gen-> b@1 time=2026-03-05"
    for run, day, found in (("a@1", "2026-03-01", 2), ("b@1", "2026-03-05", 2), ("b@1", "2026-03-01", 1)):
        assert len(ask(graph, "affected_by", subject=run, since=day, until=f"{day}T01:00")) == found


TWICE = PIPELINE.replace(
    "bl@2 : dataset delivered_at=2026-03-01",
    "bl@2 : dataset delivered_at=2026-03-08 times=[2026-03-01,2026-03-08]",
)


@pytest.mark.parametrize(
    "question", ["affected_by", "spread_of", "who_to_tell", "models_depending_on", "predictions_depending_on"]
)
@pytest.mark.parametrize("day", ["2026-03-01", "2026-03-08"])
def test_content_that_was_delivered_twice_counts_in_the_window_of_either_delivery(
    ask: Ask, question: str, day: str
) -> None:
    subject = "source" if question.endswith("_depending_on") else "subject"
    rows = ask(TWICE, question, **{subject: "acme", "since": day, "until": f"{day}T01:00"})
    assert rows == ask(PIPELINE, question, **{subject: "acme", "since": "2026-03", "until": "2026-04"})
    assert rows
    assert not ask(TWICE, question, **{subject: "acme", "since": "2026-03-02", "until": "2026-03-08"})


def test_why_affected_by_content_that_was_delivered_twice(ask: Ask) -> None:
    for day in ("2026-03-01", "2026-03-08"):
        rows = ask(TWICE, "why_affected", artifact="march", subject="acme", since=day, until=f"{day}T01:00")
        assert rows[-1][3] == "bl@2"


def test_affected_by_ends_on_a_cycle(ask: Ask) -> None:
    rows = ask("loop@1 : run\nx@1 : dataset\nloop@1 -used-> x@1\nx@1 -gen-> loop@1", "affected_by", subject="x@1")
    assert [(row[0], row[3]) for row in rows] == [("x@1", 0), ("loop@1", 1)]


def test_predictions_depending_on(ask: Ask) -> None:
    assert ask(PIPELINE, "predictions_depending_on", source="acme", since="2026-03", until="2026-05") == [
        ("march@1", 4, "2026-03-05", "live")
    ]


def test_models_depending_on_says_superseded_only_where_a_later_version_is_unaffected(ask: Ask) -> None:
    assert ask(PIPELINE, "models_depending_on", source="acme", since="2026-02", until="2026-05") == [
        ("antispam@1", 2, "2026-02-02", "superseded"),
        ("antispam@2", 2, "2026-03-02", "superseded"),
    ]
    rows = ask(PIPELINE, "models_depending_on", source="acme")
    assert [(row[0], row[3]) for row in rows] == [
        ("antispam@1", "live"),
        ("antispam@2", "live"),
        ("antispam@3", "live"),
    ]


def test_spread_of(ask: Ask) -> None:
    assert ask(PIPELINE, "spread_of", subject="acme", since="2026-03", until="2026-05") == [
        ("dataset", 1, 0, 0, 0),
        ("training", 1, 0, 1, 1),
        ("model", 1, 0, 2, 2),
        ("inference", 1, 0, 3, 3),
        ("predictions", 1, 1, 4, 4),
    ]


def test_who_to_tell(ask: Ask) -> None:
    rows = ask(PIPELINE, "who_to_tell", subject="acme", since="2026-03", until="2026-05")
    assert rows == [
        ("ada", "person", "ada@example.org", 2, 0, 1, ["model", "training"]),
        ("bob", "person", None, 2, 0, 3, ["inference", "predictions"]),
        ("trust", "organization", "trust@example.org", 0, 2, 1, ["model", "training"]),
        ("acme", "data-source", "security@acme.example", 1, 0, 0, ["dataset"]),
    ]


def test_why_affected(ask: Ask) -> None:
    assert ask(PIPELINE, "why_affected", artifact="march", subject="acme", since="2026-03") == [
        (1, "march@1", "WAS_GENERATED_BY", "predict@2", "2026-03-05"),
        (2, "predict@2", "USED", "antispam@2", "2026-03-05"),
        (3, "antispam@2", "WAS_GENERATED_BY", "train@2", "2026-03-02"),
        (4, "train@2", "USED", "bl@2", "2026-03-02"),
    ]
    assert ask(PIPELINE, "why_affected", artifact="may", subject="bl@2") == []


def test_blast_radius(ask: Ask) -> None:
    assert ask(PIPELINE, "blast_radius") == [
        ("acme", 8, 3, 1, 2, 5),
        ("geo", 6, 3, 1, 2, 5),
    ]
    assert ask("idle : data-source", "blast_radius", source="idle") == [("idle", 0, 0, 0, 0, None)]


# -- lineage ---------------------------------------------------------------------------------------------------------


def test_made_from(ask: Ask) -> None:
    assert ask(PIPELINE, "made_from", artifact="march@1", kind="dataset") == [
        ("bl@2", "dataset", "bl", 4),
        ("users@1", "dataset", "users", 4),
    ]
    assert [row[0] for row in ask(PIPELINE, "made_from", artifact="may", limit=2)] == ["predict@3", "antispam@3"]


def test_sources_behind(ask: Ask) -> None:
    assert ask(PIPELINE, "sources_behind", artifact="antispam") == [
        ("acme", "security@acme.example", "C-17", "paid", 3, "2026-02-01", "2026-05-01", 2),
        ("geo", None, None, "free", 1, "2026-01-15", "2026-01-15", 2),
    ]


def test_how_it_was_made(ask: Ask) -> None:
    assert ask(PIPELINE, "how_it_was_made", artifact="antispam@2") == [
        ("antispam@2", "train@2", "2026-03-02", "completed", "t.py", ["c2 (uncommitted changes)"],
         ["bl@2", "users@1"], ["C = 2.0"], ["ada"])
    ]  # fmt: skip


def test_what_changed_between(ask: Ask) -> None:
    assert ask(PIPELINE, "what_changed_between", before="antispam@1", after="antispam@2") == [
        ("code", "code", ["c1"], ["c2 + changes"]),
        ("input", "bl", ["1"], ["2"]),
        ("metadata", "auc", [], [0.9]),
        ("parameter", "C", [1.0], [2.0]),
    ]


def test_what_changed_between_takes_the_newest_version_for_a_name(ask: Ask) -> None:
    rows = ask(PIPELINE, "what_changed_between", before="antispam@2", after="antispam")
    assert [row[:2] for row in rows] == [("code", "code"), ("input", "bl"), ("metadata", "auc"), ("people", "person")]
    packages = """
        m@1 : model
        m@2 : model
        t@1 : training packages=[numpy==1.0,scipy==2.0] python=3.11
        t@2 : training packages=[numpy==1.1,scipy==2.0] python=3.12
        m@1 -gen-> t@1
        m@2 -gen-> t@2
    """
    assert ask(packages, "what_changed_between", before="m@1", after="m@2") == [
        ("environment", "python", [3.11], [3.12]),
        ("package", "numpy", ["1.0"], ["1.1"]),
    ]


def test_versions_of(ask: Ask) -> None:
    withdrawn = PIPELINE + "check@1 : run\nbl@3 -withdrawn-> check@1"
    assert ask(withdrawn, "versions_of", artifact="bl") == [
        ("bl@3", "3", "2026-05-01", 30, ["acme"], "invalidated"),
        ("bl@2", "2", "2026-03-01", 20, ["acme"], "superseded"),
        ("bl@1", "1", "2026-02-01", 10, ["acme"], "superseded"),
    ]
    rows = ask(PIPELINE, "versions_of", artifact="antispam@3")
    assert [(row[0], row[4], row[5]) for row in rows] == [
        ("antispam@3", ["train@3"], "live"),
        ("antispam@2", ["train@2"], "superseded"),
        ("antispam@1", ["train@1"], "superseded"),
    ]


def test_longest_chains(ask: Ask) -> None:
    assert ask(PIPELINE, "longest_chains", source="acme") == [
        ("acme", "march@1", "predictions", 5),
        ("acme", "may@1", "predictions", 5),
        ("acme", "antispam@1", "model", 3),
    ]
    assert len(ask(PIPELINE, "longest_chains", limit=1)) == 1


def test_longest_chains_counts_the_shortest_way_where_there_are_two(ask: Ask) -> None:
    graph = """
        s : data-source
        a : dataset
        b : dataset
        c : dataset
        a -by-> s
        b -from-> a
        c -from-> a, b
    """
    assert ask(graph, "longest_chains") == [("s", "c", "dataset", 2)]


def test_code_behind(ask: Ask) -> None:
    assert ask(PIPELINE, "code_behind", artifact="antispam") == [
        ("code@c1", "c1", "main", None, False, 2, 2),
        ("code@c2", "c2", "main", None, True, 1, 2),
    ]


def ends(rows: list[tuple[Any, ...]]) -> set[tuple[str, str, str]]:
    """Effect, relation and cause of rows that hold nodes."""
    return {(effect["id"], relation["type"], cause["id"]) for effect, relation, cause in rows}


def test_draw_lineage(ask: Ask) -> None:
    assert ends(ask(PIPELINE, "draw_lineage", artifact="antispam@1")) == {
        ("antispam@1", "WAS_GENERATED_BY", "train@1"),
        ("train@1", "USED", "bl@1"),
        ("train@1", "USED", "users@1"),
        ("train@1", "USED", "code@c1"),
        ("train@1", "WAS_ASSOCIATED_WITH", "ada"),
        ("bl@1", "WAS_ATTRIBUTED_TO", "acme"),
        ("users@1", "WAS_ATTRIBUTED_TO", "geo"),
    }


def test_draw_affected(ask: Ask) -> None:
    assert ends(ask(PIPELINE, "draw_affected", subject="bl@2")) == {
        ("train@2", "USED", "bl@2"),
        ("antispam@2", "WAS_GENERATED_BY", "train@2"),
        ("predict@2", "USED", "antispam@2"),
        ("march@1", "WAS_GENERATED_BY", "predict@2"),
    }
    assert len(ask(PIPELINE, "draw_affected", subject="acme", limit=5)) == 5


# -- models ----------------------------------------------------------------------------------------------------------


def test_models_trained_on(ask: Ask) -> None:
    assert ask(PIPELINE, "models_trained_on", artifact="bl") == [
        ("antispam@3", "bl@3", "train@3", "2026-05-02", "live"),
        ("antispam@2", "bl@2", "train@2", "2026-03-02", "superseded"),
        ("antispam@1", "bl@1", "train@1", "2026-02-02", "superseded"),
    ]


def test_code_of_live_models(ask: Ask) -> None:
    assert ask(PIPELINE, "code_of_live_models") == [("code@c1", "c1", False, ["antispam@3"])]


def test_uncommitted_code_behind_live_models(ask: Ask) -> None:
    assert ask(PIPELINE, "uncommitted_code_behind_live_models") == []
    withdrawn = PIPELINE.replace("antispam@3 : model", "antispam@3 : model invalidated_at=2026-05-03")
    assert ask(withdrawn, "uncommitted_code_behind_live_models") == [("antispam@2", "code@c2", "c2", 2, ["ada"])]


def test_live_models_never_evaluated(ask: Ask) -> None:
    assert ask(PIPELINE, "live_models_never_evaluated") == [("antispam@3", "2026-05-02", 1)]
    evaluated = PIPELINE + "test@1 : run\ntest@1 -used-> antispam@3\nscores : evaluation\nscores -gen-> test@1"
    assert ask(evaluated, "live_models_never_evaluated") == []


def test_live_models_on_older_data(ask: Ask) -> None:
    assert ask(PIPELINE, "live_models_on_older_data") == []
    newer = PIPELINE + "bl@4 : dataset delivered_at=2026-06-01\nbl@5 : dataset delivered_at=2026-07-01"
    assert ask(newer, "live_models_on_older_data") == [("antispam@3", "bl@3", "bl@5", 2)]


def test_predictions_of_model(ask: Ask) -> None:
    assert ask(PIPELINE, "predictions_of_model", artifact="antispam") == [
        ("may@1", "antispam@3", "predict@3", "2026-05-05", ["bob"]),
        ("march@1", "antispam@2", "predict@2", "2026-03-05", ["bob"]),
    ]


# -- runs ------------------------------------------------------------------------------------------------------------


def test_what_a_run_read_and_wrote(ask: Ask) -> None:
    assert ask(PIPELINE, "what_a_run_read_and_wrote", run="train@2") == [
        ("train@2", "ran", "code@c2", "code", "2026-03-02"),
        ("train@2", "read", "bl@2", "input", "2026-03-02"),
        ("train@2", "read", "users@1", "input", "2026-03-02"),
        ("train@2", "wrote", "antispam@2", None, "2026-03-02"),
    ]


def test_history_of_run(ask: Ask) -> None:
    rows = ask(PIPELINE, "history_of_run", run="train", limit=2)
    assert rows == [
        ("train@3", "2026-05-02", 18000.0, "completed", None, None, None, ["c1"], 2, 1),
        ("train@2", "2026-03-02", 3600.0, "completed", None, None, None, ["c2"], 2, 1),
    ]


def test_slow_runs(ask: Ask) -> None:
    assert ask(PIPELINE, "slow_runs", kind="training") == [("train@3", "train", "2026-05-02", 18000.0, 3600.0, 5.0)]
    assert ask(PIPELINE, "slow_runs", kind="training", factor="6") == []


FAILED = """
    merge@1 : merging started_at=2026-01-01 ended_at=2026-01-02 status=failed error=OOM
    merged@1 : dataset
    merged@1 -gen-> merge@1
    left@1 : dataset
    left@1 -gen-> merge@1
    train@1 : training started_at=2026-01-03
    train@1 -used-> merged@1
"""


def test_failed_runs_with_outputs_in_use(ask: Ask) -> None:
    expected = [("merge@1", "2026-01-02", "OOM", "merged@1", ["train@1"])]
    assert ask(FAILED, "failed_runs_with_outputs_in_use", kind="merging") == expected


def test_outputs_of_failed_runs(ask: Ask) -> None:
    again = (
        FAILED
        + """
        retry@1 : merging started_at=2026-01-04 ended_at=2026-01-05 status=completed
        left@1 -gen-> retry@1
        killed@1 : merging started_at=2026-01-06
        half@1 : dataset
        half@1 -gen-> killed@1
        foreign : merging
        theirs@1 : dataset
        theirs@1 -gen-> foreign
    """
    )
    killed = ("half@1", "killed@1", "no end recorded", "2026-01-06", None, 0)
    failed = ("merged@1", "merge@1", "failed", "2026-01-01", "OOM", 1)
    assert ask(again, "outputs_of_failed_runs", kind="merging") == [killed, failed]
    assert ask(again, "outputs_of_failed_runs", kind="merging", since="2026-01-05") == [killed]


def test_runs_without_code_version(ask: Ask) -> None:
    rows = ask(PIPELINE + FAILED.replace("train@1", "late@1"), "runs_without_code_version", kind="training")
    assert rows == [("late@1", "2026-01-03", None, None, [], 0)]
    assert ask(FAILED, "runs_without_code_version", kind="training", since="2026-02") == []


def test_unfinished_runs(ask: Ask) -> None:
    killed = (
        PIPELINE + "killed@1 : training started_at=2026-04-01 host=lap-2 user=bob\nhalf : model\nhalf -gen-> killed@1"
    )
    assert ask(killed, "unfinished_runs", kind="training") == [("killed@1", "2026-04-01", "lap-2", "bob", ["half"])]
    assert ask(killed, "unfinished_runs", kind="training", before="2026-03") == []


# -- people ----------------------------------------------------------------------------------------------------------


def test_pipelines_by_owner(ask: Ask) -> None:
    assert ask(PIPELINE, "pipelines_by_owner") == [
        ("ada", ["trust"], "train", "training", 2, 0, "2026-03-02"),
        ("bob", [], "predict", "inference", 2, 0, "2026-05-05"),
        ("bob", [], "train", "training", 1, 0, "2026-05-02"),
    ]
    assert len(ask(PIPELINE, "pipelines_by_owner", person="ada")) == 1


def test_who_knows_about(ask: Ask) -> None:
    assert ask(PIPELINE, "who_knows_about", artifact="antispam@2") == [
        ("ada", "person", "ada@example.org", "made", 1, "2026-03-02"),
        ("bob", "person", None, "used", 1, "2026-03-05"),
    ]
    rows = ask(PIPELINE, "who_knows_about", artifact="bl")
    assert [(row[0], row[3], row[4]) for row in rows] == [("acme", "owns", 3), ("ada", "used", 2), ("bob", "used", 1)]


def test_work_of(ask: Ask) -> None:
    assert ask(PIPELINE, "work_of", person="ada", since="2026-03") == [
        ("train@2", "training", "2026-03-02", "completed", "engineer", ["antispam@2"])
    ]


# -- audit -----------------------------------------------------------------------------------------------------------


def test_artifacts_without_provenance(ask: Ask) -> None:
    found = PIPELINE + "found@1 : model recorded_at=2026-06-01\npredict@3 -used-> found@1"
    assert ask(found, "artifacts_without_provenance", kind="model") == [("found@1", "found", "1", "2026-06-01", 1)]


def test_duplicated_contents(ask: Ask) -> None:
    copied = PIPELINE + "copy@1 : dataset digest=sha256:b1 path=/tmp/copy.csv"
    assert ask(copied, "duplicated_contents") == [("sha256:b1", 2, 10, ["bl@1", "copy@1"])]


def test_same_content_as(ask: Ask) -> None:
    copied = PIPELINE + "copy@1 : dataset digest=sha256:b1 path=/tmp/copy.csv"
    assert ask(copied, "same_content_as", artifact="bl") == [
        ("bl@1", "copy@1", "dataset", "/tmp/copy.csv", "sha256:b1")
    ]


def test_expired_deliveries(ask: Ask) -> None:
    rows = ask(PIPELINE, "expired_deliveries", at="2026-06")
    assert rows == [
        ("bl@3", "acme", "C-17", "paid", "2026-04-01", 1, "2026-05-02"),
        ("bl@1", "acme", "C-17", "paid", "2026-04-01", 0, None),
        ("bl@2", "acme", "C-17", "paid", "2026-04-01", 0, None),
    ]
    assert ask(PIPELINE, "expired_deliveries", at="2026-03") == []


def test_artifacts_nobody_uses(ask: Ask) -> None:
    unused = PIPELINE + "old@1 : dataset issued_at=2025-01-01 size_bytes=99 path=/data/old"
    assert ask(unused, "artifacts_nobody_uses", kind="dataset") == [("old@1", "2025-01-01", 99, "/data/old")]
    assert ask(unused, "artifacts_nobody_uses", kind="dataset", before="2024") == []


def test_used_before_made(ask: Ask) -> None:
    early = PIPELINE.replace(
        "predict@3 -used-> antispam@3 time=2026-05-05", "predict@3 -used-> antispam@3 time=2026-05-01"
    )
    expected = [("predict@3", "antispam@3", "2026-05-01", "2026-05-02", 86400.0)]
    assert ask(early, "used_before_made", kind="inference") == expected


def test_used_after_invalidation(ask: Ask) -> None:
    withdrawn = PIPELINE.replace("antispam@3 : model", "antispam@3 : model invalidated_at=2026-05-03")
    expected = [("predict@3", "antispam@3", "2026-05-05", "2026-05-03", ["bob"])]
    assert ask(withdrawn, "used_after_invalidation", kind="inference") == expected


def test_forgotten(ask: Ask) -> None:
    said = "ada : person forgotten_at=2026-06-01 forgotten_reason=asked forgotten_by=bob"
    expected = [("ada", "person", "2026-06-01", "bob", "asked")]
    assert ask(f"{PIPELINE}\n{said}", "forgotten", since=None) == expected
    assert ask(f"{PIPELINE}\n{said}", "forgotten", since="2026-07") == []


# -- metadata --------------------------------------------------------------------------------------------------------

FACTORIES = """
    inspect@1 : inference status=failed
    inspect@2 : inference status=failed
    inspect@3 : inference status=completed
    inspect@4 : inference status=completed
    inspect@5 : inference status=completed parameters.factory=3 parameters.line=1
    photos@1 : dataset factory=2 line=17 exposure=4.5 exposure@unit=ms
    photos@2 : dataset factory=2 line=18 exposure=5.0 exposure@unit=ms
    inspect@1 -used-> photos@1
    inspect@2 -used-> photos@1
    inspect@3 -used-> photos@1
    inspect@4 -used-> photos@2
"""


def test_failure_rate_by(ask: Ask) -> None:
    assert ask(FACTORIES, "failure_rate_by", kind="inference", keys="factory,line") == [
        ([2, 17], 3, 2, 0.6667),
        ([2, 18], 1, 0, 0.0),
        ([3, 1], 1, 0, 0.0),
    ]


def test_keys_in_use(ask: Ask) -> None:
    assert ask(FACTORIES, "keys_in_use", kind="dataset") == [
        ("exposure", 2, ["FLOAT"], "ms", 4.5),
        ("factory", 2, ["INTEGER"], None, 2),
        ("line", 2, ["INTEGER"], None, 17),
    ]


def test_values_of(ask: Ask) -> None:
    assert ask(FACTORIES, "values_of", kind="dataset", key="exposure") == [(4.5, "ms", 1), (5.0, "ms", 1)]


def test_find_by_metadata(ask: Ask) -> None:
    assert ask(FACTORIES, "find_by_metadata", kind="dataset", key="line", value="17") == [
        ("photos@1", "photos", "1", 17)
    ]


# -- sources and incidents -------------------------------------------------------------------------------------------


def test_sources_overview(ask: Ask) -> None:
    assert ask(PIPELINE, "sources_overview") == [
        ("acme", "C-17", "paid", "2026-04-01", "security@acme.example", 3, "2026-05-01"),
        ("geo", None, "free", None, None, 1, "2026-01-15"),
    ]


def test_deliveries_of(ask: Ask) -> None:
    assert ask(PIPELINE, "deliveries_of", source="acme", since="2026-03", until="2026-05") == [
        ("bl@2", "2026-03-01", 20, "C-17", "2026-04-01", 1)
    ]


INCIDENT = (
    PIPELINE
    + """
    INC-1 : incident reason=campus since=2026-03-01 until=2026-05-01
    INC-1 -about-> acme
    W-1 : incident-entry what=opened said_at=2026-06-02 found_at=2026-06-01 found_by=eve severity=high
    W-1 -entry-> INC-1
    W-1 -said-> ada
    INC-2 : incident reason=old
    INC-2 -about-> users
    W-2 : incident-entry what=opened said_at=2025-01-01 found_at=2025-01-01
    W-2 -entry-> INC-2
    W-3 : incident-entry what=closed said_at=2025-02-01
    W-3 -entry-> INC-2
"""
)


def test_open_incidents(ask: Ask) -> None:
    row = ("INC-1", "campus", "high", "acme", "data-source", "2026-03-01", "2026-05-01", "2026-06-01", "eve")
    assert ask(INCIDENT, "open_incidents") == [row]
    amended = """
    W-4 : incident-entry what=amended said_at=2026-06-03 since=2026-02-01 removed=[until] severity=low
    W-4 -entry-> INC-1
    W-5 : incident-entry what=reopened said_at=2026-01-01
    W-5 -entry-> INC-2
    """
    assert ask(INCIDENT + amended, "open_incidents") == [
        ("INC-1", "campus", "low", "acme", "data-source", "2026-02-01", None, "2026-06-01", "eve"),
        ("INC-2", "old", None, "users", "dataset", None, None, "2025-01-01", None),
    ]
    again = "W-6 : incident-entry what=closed said_at=2026-06-04\nW-6 -entry-> INC-1"
    assert ask(INCIDENT + again, "open_incidents") == []


def test_open_incidents_knows_those_of_an_older_release(ask: Ask) -> None:
    old = """
    INC-8 : incident reason=campus state=open found_at=2026-06-01 found_by=eve
    INC-9 : incident reason=gone state=resolved found_at=2026-06-01 found_by=eve
    """
    assert ask(old, "open_incidents") == [("INC-8", "campus", None, None, None, None, None, "2026-06-01", "eve")]


TOLD = (
    INCIDENT
    + """
    T-1 : incident-entry what=notified said_at=2026-06-03 way=smtp to=ada@example.org parts=2 new=2
    T-1 -entry-> INC-1
    T-1 -about-> ada
    T-2 : incident-entry what=notified said_at=2026-06-04 way=webhook to=https://hooks.example parts=1 new=1
    T-2 -entry-> INC-1
    T-2 -about-> bob
    T-3 : incident-entry what=acknowledged said_at=2026-06-05 note=sure
    T-3 -entry-> INC-1
    T-3 -about-> ada
    T-3 -said-> ada
    T-4 : incident-entry what=acknowledged said_at=2026-06-05
    T-4 -entry-> INC-1
    T-4 -about-> bob
    T-5 : incident-entry what=unacknowledged said_at=2026-06-06
    T-5 -entry-> INC-1
    T-5 -about-> bob
    T-6 : incident-entry what=resolved said_at=2026-06-07 how=rerun note=again
    T-6 -entry-> INC-1
    T-6 -about-> antispam@2, march@1
    T-7 : incident-entry what=unresolved said_at=2026-06-08
    T-7 -entry-> INC-1
    T-7 -about-> march@1
"""
)


def test_who_was_told(ask: Ask) -> None:
    assert ask(TOLD, "who_was_told", incident="INC") == [
        ("INC-1", "bob", "2026-06-04", "webhook", "https://hooks.example", 1, None),
        ("INC-1", "ada", "2026-06-03", "smtp", "ada@example.org", 2, "2026-06-05"),
    ]


def test_history_of_incident(ask: Ask) -> None:
    rows = ask(TOLD, "history_of_incident", incident="INC-1")
    assert [row[1:5] for row in rows[:3]] == [
        ("2026-06-02", "ada", "opened", []),
        ("2026-06-03", None, "notified", ["ada"]),
        ("2026-06-04", None, "notified", ["bob"]),
    ]
    assert rows[-2][1:] == (
        "2026-06-07",
        None,
        "resolved",
        ["antispam@2", "march@1"],
        "rerun",
        None,
        None,
        None,
        "again",
    )
    assert ask(TOLD, "history_of_incident", incident="nothing") == []


def test_still_open_by_owner(ask: Ask) -> None:
    assert ask(INCIDENT, "still_open_by_owner", incident="INC-1") == [
        ("ada", "ada@example.org", 1, 1, 2, ["antispam@2"]),
        ("bob", None, 1, 1, 4, ["march@1"]),
    ]
    assert ask(TOLD, "still_open_by_owner", incident="INC-1") == [("bob", None, 1, 1, 4, ["march@1"])]
    nobodys = "copy@1 : dataset\ncopy@1 -from-> bl@2"
    assert ask(INCIDENT + nobodys, "still_open_by_owner", incident="INC-1")[-1] == (None, None, 1, 1, 1, ["copy@1"])
    wider = "W-4 : incident-entry what=amended said_at=2026-06-03 removed=[until]\nW-4 -entry-> INC-1"
    rows = ask(INCIDENT + wider, "still_open_by_owner", incident="INC-1")
    assert {row[0]: row[5] for row in rows} == {
        "ada": ["antispam@2"],
        "bob": ["antispam@3", "march@1", "may@1"],
    }


def test_incidents_behind(ask: Ask) -> None:
    assert ask(INCIDENT, "incidents_behind", artifact="march") == [("INC-1", "campus", "bl@2", 4, "2026-06-01")]
    assert ask(INCIDENT, "incidents_behind", artifact="may") == []
    twice = "bl@2 : dataset delivered_at=2026-05-08 times=[2026-03-01,2026-05-08]"
    again = INCIDENT.replace("bl@2 : dataset delivered_at=2026-03-01", twice)
    assert [row[2] for row in ask(again, "incidents_behind", artifact="march")] == ["bl@2"]
    general = INCIDENT.replace("INC-1 -about-> acme", "INC-1 -about-> bl")
    assert [row[2] for row in ask(general, "incidents_behind", artifact="march")] == ["bl@2"]
    narrower = "W-4 : incident-entry what=amended said_at=2026-06-03 since=2026-04-01\nW-4 -entry-> INC-1"
    assert ask(INCIDENT + narrower, "incidents_behind", artifact="march") == []
    assert [row[2] for row in ask(TOLD, "incidents_behind", artifact="march")] == ["bl@2"]
    closed = "W-4 : incident-entry what=closed said_at=2026-06-03\nW-4 -entry-> INC-1"
    assert ask(INCIDENT + closed, "incidents_behind", artifact="march") == []


# -- what the doctor asks ----------------------------------------------------------------------------------------------


def test_made_before_its_inputs_counts_an_input_by_its_first_making(ask: Ask) -> None:
    graph = """
        clean@1 : cleaning host=ada ended_at=2026-03-03
        train@1 : training host=bob
        c@1 : dataset
        m@1 : model
        c@1 -gen-> clean@1
        train@1 -used-> c@1
        m@1 -gen-> train@1 time=2026-03-02T23:59
    """
    row = ("m@1", "c@1", "train@1", "2026-03-02 23:59Z", "2026-03-03", 60.0, "bob", "ada")
    assert ask(graph, "made_before_its_inputs", kind="training") == [row]
    again = "clean@0 : cleaning host=ada\nc@1 -gen-> clean@0 time=2026-03-01"
    assert ask(graph + again, "made_before_its_inputs", kind="training") == []
    assert ask(PIPELINE, "made_before_its_inputs", kind="inference") == []


def test_runs_ended_before_they_began(ask: Ask) -> None:
    graph = "a@1 : run started_at=2026-03-02 ended_at=2026-03-01 host=ada\nb@1 : run started_at=2026-03-02"
    assert ask(graph, "runs_ended_before_they_began", kind="run") == [("a@1", "2026-03-02", "2026-03-01", "ada")]


def test_recorded_ahead_of_time_allows_for_some_seconds(ask: Ask) -> None:
    graph = "a@1 : run recorded_at=2026-03-02T00:02 stored_at=2026-03-02 host=ada"
    row = ("a@1", "ada", "2026-03-02 00:02Z", "2026-03-02", 120.0)
    assert ask(graph, "recorded_ahead_of_time", kind="run") == [row]
    assert ask(graph, "recorded_ahead_of_time", kind="run", seconds=120) == []


def test_artifacts_on_their_own(ask: Ask) -> None:
    graph = PIPELINE + "alone@1 : dataset statement=s path=/a\nusers@2 : dataset statement=s\nusers@2 -by-> geo"
    assert ask(graph, "artifacts_on_their_own", kind="dataset") == [("alone@1", "/a", None)]


def test_versions_of_nothing(ask: Ask) -> None:
    assert ask(PIPELINE + "x : dataset version=7", "versions_of_nothing", kind="dataset") == [("x", "x", 7)]


def test_runs_without_inputs_and_outputs_do_not_count_code_as_an_input(ask: Ask) -> None:
    graph = PIPELINE + "empty@1 : training status=completed host=ada command=x\nempty@1 -used-> code@c1 role=code"
    row = ("empty@1", None, "completed", "ada", "x")
    assert ask(graph, "runs_without_inputs_and_outputs", kind="training") == [row]


def test_runs_that_cannot_have_been(ask: Ask) -> None:
    graph = PIPELINE + "odd@1 : training constraints_broken=[backwards] host=ada"
    assert ask(graph, "runs_that_cannot_have_been", kind="training") == [("odd@1", None, "ada", ["backwards"])]


def test_contents_not_seen(ask: Ask) -> None:
    graph = "x@1 : dataset path=/x content_not_seen=changed\nt@1 : run\nt@1 -used-> x@1\ny@1 : dataset path=/y"
    assert ask(graph, "contents_not_seen", kind="dataset") == [("x@1", "/x", "changed", 1)]


def test_last_heard_of_hosts(ask: Ask) -> None:
    graph = """
        a@1 : run host=ada recorded_at=2026-03-01 restated_at=2026-03-05
        a@2 : run host=ada recorded_at=2026-03-02
        b@1 : run host=bob recorded_at=2026-03-03
    """
    assert ask(graph, "last_heard_of_hosts", kind="run") == [("bob", 1, "2026-03-03"), ("ada", 2, "2026-03-05")]


def test_files_of_host_are_what_was_there_last(ask: Ask) -> None:
    graph = """
        a@1 : run host=ada
        b@1 : run host=bob
        x@1 : dataset path=/x digest=sha256:1 size_bytes=1
        x@2 : dataset path=/x digest=sha256:2 size_bytes=2
        y@1 : dataset path=/y digest=sha256:3
        x@1 -gen-> a@1 time=2026-03-01
        x@2 -gen-> a@1 time=2026-03-02
        a@1 -used-> y@1 path=/z time=2026-03-01
        b@1 -used-> y@1 path=/w time=2026-03-01
    """
    assert ask(graph, "files_of_host", kind="run", host="ada") == [
        ("/x", "x@2", "sha256:2", 2, "2026-03-02"),
        ("/z", "y@1", "sha256:3", None, "2026-03-01"),
    ]


def test_uncommitted_code(ask: Ask) -> None:
    assert ask(PIPELINE, "uncommitted_code") == [("code@c2", "c2", 1, "2026-03-02")]


def test_said_differently_tells_each_value_and_when_it_was_said_first(store: Store) -> None:
    drawn = [Activity(id="ex:train", kind="training", host="ada"), Entity(id="ex:m", kind="model")]
    made = Relation(type=RelationType.WAS_GENERATED_BY, source="ex:m", target="ex:train")
    store.write(graphs.records([*drawn, made], graphs.day(1)))
    store.write(
        graphs.records(
            [Entity(id="ex:m", kind="model", contract='C "1", a}', valid_until=graphs.day(9))], graphs.day(3)
        )
    )
    store.write(
        graphs.records(
            [Entity(id="ex:m", kind="model", contract="C-2", valid_until=graphs.day(8), path="/m")], graphs.day(2)
        )
    )
    rows = store.query("said_differently", kind="model").rows
    assert [row[:2] for row in rows] == [("ex:m", "contract"), ("ex:m", "valid_until")]
    assert rows[0][2][0] == "C-2"
    assert rows[0][3:] == ([graphs.day(2), graphs.day(3)], 'C "1", a}', ["ada"])
    assert rows[1][2:4] == (["2026-03-08T00:00:00+00:00", "2026-03-09T00:00:00+00:00"], [graphs.day(2), graphs.day(3)])
    assert store.query("said_differently", kind="training").rows == []


# -- names -----------------------------------------------------------------------------------------------------------


def test_a_name_that_nothing_has_is_an_error_with_the_nearest(ask: Ask) -> None:
    with pytest.raises(UnknownReference, match="acne"):
        ask(PIPELINE, "predictions_depending_on", source="acne")
    with pytest.raises(UnknownReference):
        ask(PIPELINE, "made_from", artifact="ada")  # a person is no artifact


def test_a_name_that_many_runs_share_asks_about_all_of_them(ask: Ask) -> None:
    assert {row[0] for row in ask(PIPELINE, "what_a_run_read_and_wrote", run="predict")} == {"predict@2", "predict@3"}


def test_an_ambiguous_name_that_finds_nothing_says_what_it_could_be(ask: Ask) -> None:
    with pytest.raises(AmbiguousReference):
        ask(PIPELINE, "history_of_run", run="training:train")


def test_a_missing_parameter_is_named(ask: Ask) -> None:
    with pytest.raises(InvalidInput, match="needs the parameter 'artifact'"):
        ask(PIPELINE, "made_from")


@pytest.mark.parametrize("name", named_queries())
def test_every_question_runs_unchanged_with_the_parameters_that_its_header_shows(store: Store, name: str) -> None:
    """What a person does in Neo4j Browser: types the `:param` lines, then pastes the file."""
    question = load(name)
    assigned = [line.removeprefix(":param ").split(" => ", 1) for line in question.browser]
    literals = ", ".join(f"{literal} AS {parameter}" for parameter, literal in assigned)
    parameters = store.run(f"RETURN {literals}").dicts()[0] if assigned else {}
    table = store.run(question.text, parameters)
    assert table.columns == tuple(column.name for column in question.columns)
