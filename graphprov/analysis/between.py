"""What lies between a flaw and some affected nodes: the states, and what the nodes are called."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graphprov.analysis.passage import Passage
from graphprov.analysis.reach import Reach, identify
from graphprov.analysis.spread import NOT_REACHED, UP
from graphprov.analysis.states import States, states_of
from graphprov.store import Store
from graphprov.store.neighbourhood import Bools, Ints, runs_of


def _before(found: Reach, positions: Ints) -> Bools:
    """The affected nodes from which a way may lead to these, and the general entities on it."""
    around, distance = found.around, found.spread.distance
    there = distance != NOT_REACHED
    there[around.effect[around.of(*UP)]] = True
    edges = np.flatnonzero(there[around.cause] & there[around.effect])
    order = np.argsort(around.effect[edges], kind="stable")
    edges = edges[order]
    starts = np.searchsorted(around.effect[edges], np.arange(len(around.nodes) + 1))
    inside = np.zeros(len(around.nodes), np.bool_)
    frontier = np.unique(positions)
    inside[frontier] = True
    while len(frontier):
        entering = runs_of(starts[frontier], starts[frontier + 1] - starts[frontier])
        causes = np.unique(around.cause[edges[entering]])
        frontier = causes[~inside[causes]]
        inside[frontier] = True
    return inside


def states_before(found: Reach, targets: Ints) -> tuple[States, Ints]:
    """The states from which a way may lead to some affected nodes, and the flawed nodes among them; by position."""
    inside = _before(found, targets)
    among = inside & (found.spread.distance != NOT_REACHED)
    states = states_of(found.around, found.precise, found.born, subjects=found.subjects, among=among)
    return states, found.flawed[inside[found.flawed]]


@dataclass(frozen=True)
class Names:
    """What the nodes of a passage are called.

    Attributes:
        ids: By position.
        rank: By position, the place in the order of ids. Shape (n,).
    """

    ids: dict[int, str]
    rank: Ints


def names_of(store: Store, found: Reach, middle: Passage) -> Names:
    """Ask what the nodes of a passage are called."""
    nodes = np.unique(middle.node)
    ids = identify(store, found.around.nodes[nodes])[0]
    rank = np.zeros(len(found.around.nodes), np.int64)
    rank[nodes[np.argsort(np.array(ids, object), kind="stable")]] = np.arange(len(nodes))
    return Names(dict(zip(nodes.tolist(), ids, strict=True)), rank)
