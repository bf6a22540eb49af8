"""What lies between a flaw and some affected nodes: the states, and what the nodes are called."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graphprov.analysis.counting import before
from graphprov.analysis.passage import Passage
from graphprov.analysis.reach import Reach, identify
from graphprov.analysis.spread import NOT_REACHED
from graphprov.analysis.states import States, states_of
from graphprov.store import Store
from graphprov.store.neighbourhood import Ints


def states_before(found: Reach, targets: Ints) -> tuple[States, Ints]:
    """The states from which a way may lead to some affected nodes, and the flawed nodes among them; by position."""
    inside = before(found, targets.tolist())
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
