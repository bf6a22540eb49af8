"""How many distinct paths lead from flawed nodes to an affected one: counted on the graph of states, not listed.

A path is a sequence of relations in which every rule holds; relations of one type between the same two nodes count as
one. On the states (see `states.py`) the number is a sum over what comes before, in topological order. Where a path can
go in a circle (a strongly connected component of more than one state, or a loop), the number is infinite from there on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import igraph
import numpy as np

from graphprov.analysis.reach import Reach
from graphprov.analysis.spread import NOT_REACHED, UP
from graphprov.analysis.states import States, states_of
from graphprov.store.neighbourhood import Bools, Ints

Count = int | Literal["infinite"]
MOST_COUNTED = 10**300
"""Stands for so many or more: a number with thousands of digits tells no more, and few programs can read it."""


def count_paths(found: Reach, positions: Sequence[int]) -> dict[int, Count]:
    """How many distinct paths lead to each of some affected nodes, by position; `MOST_COUNTED` where there are more.

    Cost grows with what lies before these nodes among the affected.
    """
    inside = before(found, positions)
    states = states_of(
        found.around,
        found.precise,
        found.born,
        subjects=found.subjects,
        among=inside & (found.spread.distance != NOT_REACHED),
    )
    flawed = found.flawed
    numbers = _numbers(states, states.starts(flawed[inside[flawed]]))
    told = (numbers[int(states.weak[position])] for position in positions)
    counts: list[Count] = ["infinite" if number is None else min(number, MOST_COUNTED) for number in told]
    return dict(zip(positions, counts, strict=True))


def before(found: Reach, positions: Sequence[int]) -> Bools:
    """The affected nodes from which a way may lead to these, and the general entities on it."""
    around, distance = found.around, found.spread.distance
    there = distance != NOT_REACHED
    there[around.effect[around.of(*UP)]] = True
    edges = np.flatnonzero(there[around.cause] & there[around.effect])
    order = np.argsort(around.effect[edges], kind="stable")
    edges = edges[order]
    starts = np.searchsorted(around.effect[edges], np.arange(len(around.nodes) + 1))
    inside = np.zeros(len(around.nodes), np.bool_)
    frontier = np.unique(np.array(positions, np.int64))
    inside[frontier] = True
    while len(frontier):
        first, count = starts[frontier], starts[frontier + 1] - starts[frontier]
        within = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)
        causes = np.unique(around.cause[edges[np.repeat(first, count) + within]])
        frontier = causes[~inside[causes]]
        inside[frontier] = True
    return inside


def _numbers(states: States, starts: Ints) -> list[int | None]:
    """The number of paths to each state; None for infinite."""
    source, target = states.every_arc()
    size = states.size
    graph = _graph(size + 1, source, target)
    graph.add_edges([(size, int(start)) for start in starts])
    reachable = np.zeros(size + 1, np.bool_)
    reachable[graph.subcomponent(size, mode="out")] = True
    live = reachable[source]
    source, target = source[live], target[live]
    component = np.array(_graph(size, source, target).connected_components(mode="strong").membership, np.int64)
    circular = np.bincount(component, minlength=size)[component] > 1
    circular[source[source == target]] = True
    infinite = np.zeros(size, np.bool_)
    if circular.any():
        around = _graph(size + 1, source, target)
        around.add_edges([(size, int(vertex)) for vertex in np.flatnonzero(circular)])
        infinite[[vertex for vertex in around.subcomponent(size, mode="out") if vertex < size]] = True
    finite = ~infinite[target]
    source, target = source[finite], target[finite]
    numbers = [0] * size
    for start in starts.tolist():
        numbers[start] += 1
    by_source = np.argsort(source, kind="stable")
    heads = target[by_source].tolist()
    bounds = np.searchsorted(source[by_source], np.arange(size + 1)).tolist()
    for vertex in _graph(size, source, target).topological_sorting():
        if number := numbers[vertex]:
            for at in range(bounds[vertex], bounds[vertex + 1]):
                numbers[heads[at]] += number
    return [None if endless else number for number, endless in zip(numbers, infinite.tolist(), strict=True)]


def _graph(size: int, source: Ints, target: Ints) -> igraph.Graph:
    return igraph.Graph(size, zip(source.tolist(), target.tolist(), strict=True), directed=True)
