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

from graphprov.analysis.between import states_before
from graphprov.analysis.passage import reachable
from graphprov.analysis.reach import Reach
from graphprov.analysis.states import States
from graphprov.store.neighbourhood import Ints

Count = int | Literal["infinite"]
MOST_COUNTED = 10**300
"""Stands for so many or more: a number with thousands of digits tells no more, and few programs can read it."""


def count_paths(found: Reach, positions: Sequence[int]) -> dict[int, Count]:
    """How many distinct paths lead to each of some affected nodes, by position; `MOST_COUNTED` where there are more.

    Cost grows with what lies before these nodes among the affected.
    """
    states, flawed = states_before(found, np.array(positions, np.int64))
    numbers = _numbers(states, states.starts(flawed))
    told = (numbers[int(states.weak[position])] for position in positions)
    counts: list[Count] = ["infinite" if number is None else min(number, MOST_COUNTED) for number in told]
    return dict(zip(positions, counts, strict=True))


def _numbers(states: States, starts: Ints) -> list[int | None]:
    """The number of paths to each state; None for infinite."""
    source, target = states.every_arc()
    size = states.size
    live = reachable(size, source, target, starts)[source]
    source, target = source[live], target[live]
    component = np.array(_graph(size, source, target).connected_components(mode="strong").membership, np.int64)
    circular = np.bincount(component, minlength=size)[component] > 1
    circular[source[source == target]] = True
    infinite = reachable(size, source, target, np.flatnonzero(circular)) if circular.any() else circular
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
