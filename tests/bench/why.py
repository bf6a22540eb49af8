"""Why, contain and risk on a large graph: what one question costs, and all sources at once against one closure each."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from graphprov.analysis.contain import contain
from graphprov.analysis.flaw import Flaw
from graphprov.analysis.reach import reach
from graphprov.analysis.risk import Risk, risk
from graphprov.analysis.why import Why, why
from graphprov.settings import Settings
from graphprov.store import Store
from tests.bench.graph import RUNS, Graph, Ints, generate
from tests.bench.imported import imported
from tests.bench.measure import Line, Took, interleaved, memory, say

GOAL_S = 1.0
_CHECKED = 5
"""Sources of which the counts are compared with the truth."""


def lines(settings: Settings, *, rounds: int) -> Iterator[Line]:
    """Measure, and check each answer against the arrays that the graph was made from."""
    for full in (False, True):
        graph = generate(RUNS, full=full)
        what = "with times and derivations" if full else "without times"
        say(f"why: {graph.nodes:,} nodes, {graph.relations:,} relations, {what}")
        with imported(settings, graph) as (store, endpoint):
            yield Line(f"{graph.nodes:,} nodes, {graph.relations:,} relations {what}", "")
            yield from _questions(graph, store, endpoint.pid, rounds)
            yield from _risk(graph, store, endpoint.pid, rounds)
            yield Line("  memory", memory(endpoint.pid))


def _questions(graph: Graph, store: Store, server: int | None, rounds: int) -> Iterator[Line]:
    asked = {}
    for name, source in (("typical", graph.typical_entity), ("wide", graph.wide_source)):
        distance = graph.distances(source)
        asked[f"{name}, the farthest artifact"] = source, _at(graph, distance, int(distance[: graph.entities].max()))
        asked[f"{name}, an artifact 10 relations away"] = source, _at(graph, distance, 10)
    ids = {name: tuple(map(graph.entity_id, pair)) for name, pair in asked.items()}
    for name, (source, artifact) in asked.items():
        answer = why(store, ids[name][1], Flaw.of(ids[name][0]))
        if answer.distance != int(graph.distances(source)[artifact]):
            raise AssertionError(f"{name}: the distance differs from the truth")
        _check_path(graph, answer)
    work = {name: lambda pair=pair: why(store, pair[1], Flaw.of(pair[0])) for name, pair in ids.items()}
    flaw = Flaw.of(graph.entity_id(graph.typical_entity))
    work["contain"] = lambda: contain(store, flaw, target_kinds=["predictions"])  # type: ignore[assignment, return-value]
    took = interleaved(work, rounds=rounds, server=server)
    for name in ids:
        goal = f"below {GOAL_S:.0f} s" if name.startswith("typical") else ""
        yield Line(f"  why, {name}", _figure(took[name]), goal=goal)
    yield Line("  contain, typical, all its predictions", _figure(took["contain"]))


def _at(graph: Graph, distance: Ints, wanted: int) -> int:
    """The last entity so far away."""
    return int(np.flatnonzero(distance[: graph.entities] == wanted)[-1])


def _check_path(graph: Graph, answer: Why) -> None:
    """That relations of the graph lead from each node of the shortest path to the next."""
    number = {graph.entity_id(n): n for n in range(graph.entities)}
    run = {graph.run_id(n): n for n in range(graph.runs)}
    for step in answer.paths[0].steps:
        if step.relation == "USED":
            there = (graph.use_run == run[step.effect]) & (graph.use_entity == number[step.cause])
        elif step.relation == "WAS_GENERATED_BY":
            there = (graph.made_run == run[step.cause]) & (graph.made_entity == number[step.effect])
        else:
            there = (graph.derived == number[step.effect]) & (graph.derived_from == number[step.cause])
        if not there.any():
            raise AssertionError(f"the graph has no such relation: {step}")


def _risk(graph: Graph, store: Store, server: int | None, rounds: int) -> Iterator[Line]:
    _check(graph, risk(store, limit=0))
    one = Flaw.of(graph.entity_id(graph.wide_source))
    took = interleaved({"risk": lambda: risk(store), "one": lambda: reach(store, one)}, rounds=rounds, server=server)
    each = took["one"].clock * graph.sources
    yield Line(
        f"  risk of all {graph.sources:,} sources",
        _figure(took["risk"]),
        f"{took['risk'].clock / each:.4f} of one closure a source, {each:,.0f} s",
    )


def _check(graph: Graph, answer: Risk) -> None:
    kinds = np.array([graph.kind(n) for n in range(graph.entities)])
    counted = {source.id: source for source in answer.sources}
    if len(counted) != graph.sources:
        raise AssertionError("risk lists other sources than there are")
    for source in np.linspace(0, graph.sources - 1, _CHECKED).astype(int).tolist():
        reached = graph.distances(source)[: graph.entities] > 0
        told = counted[graph.entity_id(source)]
        if (told.models, told.predictions) != tuple(
            int((reached & (kinds == k)).sum()) for k in ("model", "predictions")
        ):
            raise AssertionError("the counts of risk differ from the truth")


def _figure(took: Took) -> str:
    return f"{took.clock:.2f} s ({took.cpu:.2f} s of processor)"
