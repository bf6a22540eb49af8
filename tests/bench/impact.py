"""Impact on a large graph: ids and distances against the best single query, and what a whole report costs."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from graphprov.analysis.flaw import Flaw
from graphprov.analysis.impact import impact
from graphprov.analysis.reach import reach
from graphprov.report import to_text
from graphprov.settings import Settings
from graphprov.store import Store
from tests.bench.graph import RUNS, SMALL, Graph, generate
from tests.bench.imported import imported
from tests.bench.measure import Line, Took, interleaved, memory, say

GOAL = 2.0
GOAL_TEXT_S = 1.5
GOAL_GROWTH = 1.1
BEST = """
MATCH (s:Entity {id: $id})<-[r:USED|WAS_GENERATED_BY|WAS_DERIVED_FROM*1..]-(x)
WITH x, min(size(r)) AS d
RETURN d, collect(x.id)
"""
"""The fastest that Cypher does, found by trying (the planner makes it a pruning breadth-first expansion)."""


def lines(settings: Settings, *, rounds: int) -> Iterator[Line]:
    """Measure, and check each answer against the arrays that the graph was made from."""
    small: Took | None = None
    for runs, full in ((SMALL, False), (RUNS, False), (RUNS, True)):
        graph = generate(runs, full=full)
        what = "with times and derivations" if full else "without times"
        say(f"impact: {graph.nodes:,} nodes, {graph.relations:,} relations, {what}")
        with imported(settings, graph) as (store, endpoint):
            subject = graph.entity_id(graph.wide_source)
            affected = _check(graph, store, graph.wide_source)
            work = {
                "best Cypher": lambda store=store, subject=subject: best(store, subject),
                "graphprov": lambda store=store, subject=subject: reach(store, Flaw.of(subject)),
            }
            took = interleaved(work, rounds=rounds, server=endpoint.pid)
            yield Line(f"{graph.nodes:,} nodes, {graph.relations:,} relations {what}: {affected:,} affected", "")
            yield _took("  ids and distances, the best Cypher", took["best Cypher"])
            yield _took("  ids, distances, kinds, certainty, graphprov", took["graphprov"], took["best Cypher"], GOAL)
            if small is not None and not full:
                growth = math.log10(took["graphprov"].cpu / small.cpu)
                yield Line(
                    "  growth of graphprov's processor time, 10 times the nodes",
                    f"exponent {growth:.2f}",
                    goal=f"at most {GOAL_GROWTH}",
                )
            small = small or took["graphprov"]
            yield from _reports(graph, store, endpoint.pid, rounds)
            yield Line("  memory", memory(endpoint.pid))


def best(store: Store, subject: str) -> list[tuple[Any, ...]]:
    """Ids by distance, straight through the driver."""

    def work(tx: Any) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in tx.run(BEST, id=subject)]

    return store._connection.read(work)


def _reports(graph: Graph, store: Store, server: int | None, rounds: int) -> Iterator[Line]:
    typical = graph.typical_entity
    affected = _check(graph, store, typical)
    wide, narrow = (Flaw.of(graph.entity_id(entity)) for entity in (graph.wide_source, typical))
    took = interleaved(
        {
            "typical": lambda: reach(store, narrow),
            "typical report": lambda: to_text(impact(store, narrow, limit=100)),
            "wide": lambda: reach(store, wide),
            "wide report": lambda: to_text(impact(store, wide, limit=100)),
        },
        rounds=rounds,
        server=server,
    )
    yield _took(f"  a typical question, {affected:,} affected: ids and distances", took["typical"])
    yield _took("  its report, the nearest 100", took["typical report"])
    yield _took("  the report of all as text, the nearest 100", took["wide report"])
    yield Line(
        "  of that, on top of finding what is affected",
        f"{took['wide report'].clock - took['wide'].clock:.2f} s"
        f" ({took['wide report'].cpu - took['wide'].cpu:.2f} s of processor)",
        goal=f"below {GOAL_TEXT_S} s",
    )


def _check(graph: Graph, store: Store, entity: int) -> int:
    """Compare graphprov's answer with the truth; how many nodes are affected."""
    truth = graph.distances(entity)
    found = reach(store, Flaw.of(graph.entity_id(entity)))
    expected = {
        (graph.entity_id(n) if n < graph.entities else graph.run_id(n - graph.entities)): int(truth[n])
        for n in np.flatnonzero(truth > 0).tolist()
    }
    if dict(zip(found.ids, found.distance.tolist(), strict=True)) != expected:
        raise AssertionError("graphprov's ids and distances differ from the truth")
    if not graph.full and sum(len(ids) for _, ids in best(store, graph.entity_id(entity))) != len(expected):
        raise AssertionError("the query's ids differ from the truth")
    return len(expected)


def _took(what: str, took: Took, rival: Took | None = None, goal: float | None = None) -> Line:
    figure = f"{took.clock:.2f} s ({took.cpu:.2f} s of processor)"
    if rival is None or goal is None:
        return Line(what, figure)
    ratio = f"{took.clock / rival.clock:.2f} ({took.cpu / rival.cpu:.2f})"
    return Line(what, figure, ratio, f"at most {goal}")
