"""What lies between a flaw and some targets: those states alone through which a way leads from the one to the others.

Two states of a node that may lead to the same are one here, so that a node has as many states as make a difference.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import igraph
import numpy as np

from graphprov.analysis.states import StateGraph, States
from graphprov.store.neighbourhood import Bools, Ints

_NONE = np.empty(0, np.int64)


@dataclass(frozen=True)
class Passage(StateGraph):
    """The states on ways from flawed nodes to targets.

    Attributes:
        starts: The states of the flawed nodes from which ways lead to targets. Shape (s,).
        ends: The states of the targets to which ways lead. Shape (t,).
    """

    starts: Ints
    ends: Ints

    def within(self, nodes: Ints) -> Passage:
        """What is left of it when nothing passes through any node but some, given by position."""
        return self.without(np.setdiff1d(self.node, nodes))

    def without(self, nodes: Iterable[int]) -> Passage:
        """What is left of it when nothing passes through some nodes, given by position."""
        gone = np.isin(self.node, np.fromiter(nodes, np.int64))
        arcs = ~gone[self.source] & ~gone[self.target]
        left = (self.source[arcs], self.target[arcs], self.edge[arcs])
        weaker = np.where(gone, -1, self.weaker)
        return _between(self.node, weaker, left, self.starts[~gone[self.starts]], self.ends[~gone[self.ends]])


def passage(states: States, flawed: Ints, targets: Ints) -> Passage:
    """What lies between. A way ends at the first target that it comes to.

    Args:
        flawed: Positions of the flawed nodes.
        targets: Positions of the targets, none of them flawed; those that nothing leads to are left out.
    """
    onward = ~np.isin(states.source, _every_state(states, targets))
    arcs = (states.source[onward], states.target[onward], states.edge[onward])
    found = _between(states.node, states.weaker, arcs, states.starts(flawed), states.weak[targets])
    return _merged(found, _mergeable(found))


def _every_state(states: States, nodes: Ints) -> Ints:
    """All states in which nodes are affected themselves."""
    found, state = [], states.strong[nodes]
    while len(state):
        found.append(state)
        state = states.weaker[state]
        state = state[state >= 0]
    return np.concatenate([_NONE, *found])


def reachable(size: int, source: Ints, target: Ints, starts: Ints) -> Bools:
    """Which vertices can be reached from some."""
    graph = igraph.Graph(size + 1, zip(source.tolist(), target.tolist(), strict=True), directed=True)
    graph.add_edges([(size, start) for start in starts.tolist()])
    found = np.zeros(size + 1, np.bool_)
    found[graph.subcomponent(size, mode="out")] = True
    return found[:size]


def _between(node: Ints, weaker: Ints, arcs: tuple[Ints, Ints, Ints], starts: Ints, ends: Ints) -> Passage:
    """Keep what can be reached from the starts, and from which an end can be reached."""
    source, target, edge = arcs
    weakened = np.flatnonzero(weaker >= 0)
    every = np.concatenate([source, weakened]), np.concatenate([target, weaker[weakened]])
    kept = reachable(len(node), *every, starts)
    kept &= reachable(len(node), *every[::-1], ends[kept[ends]])
    number = np.where(kept, np.cumsum(kept) - 1, -1)
    arcs_kept = kept[source] & kept[target]
    return Passage(
        node[kept],
        np.where(weaker >= 0, number[weaker], -1)[kept],
        number[source[arcs_kept]],
        number[target[arcs_kept]],
        edge[arcs_kept],
        np.unique(number[starts[kept[starts]]]),
        np.unique(number[ends[kept[ends]]]),
    )


def _mergeable(found: Passage) -> Bools:
    """Which states may lead to nothing that their next weaker state does not lead to: the most that fit together."""
    merge = found.weaker >= 0
    pairs = found.node[found.source] * (int(found.node.max(initial=0)) + 1) + found.node[found.target]
    _, pair, count = np.unique(pairs, return_inverse=True, return_counts=True)
    pair = pair.reshape(-1)
    several = count[pair] > 1
    merge[found.source[~several]] = False
    unsure = np.flatnonzero(several & merge[found.source])
    if not len(unsure):
        return merge
    beside: dict[int, list[tuple[int, int]]] = {}
    for arc in np.flatnonzero(np.isin(pair, pair[unsure])).tolist():
        beside.setdefault(int(pair[arc]), []).append((int(found.source[arc]), int(found.target[arc])))
    weaker, changed = found.weaker.tolist(), True
    while changed:
        changed = False
        for arc in unsure.tolist():
            source, target = int(found.source[arc]), int(found.target[arc])
            if merge[source] and not any(
                _is_above(weaker, source, other) and _stands_for(weaker, merge, leads_to, target)
                for other, leads_to in beside[int(pair[arc])]
            ):
                merge[source], changed = False, True
    return merge


def _is_above(weaker: list[int], state: int, other: int) -> bool:
    """Whether another state is weaker than this one."""
    while (state := weaker[state]) >= 0:
        if state == other:
            return True
    return False


def _stands_for(weaker: list[int], merge: Bools, state: int, other: int) -> bool:
    """Whether a state may do all that another one of its node may, given which are merged."""
    if state == other or _is_above(weaker, state, other):
        return True
    while merge[other]:
        other = weaker[other]
        if other == state:
            return True
    return False


def _merged(found: Passage, merge: Bools) -> Passage:
    """Each state that may be merged is the next weaker one."""
    stands = np.where(merge, found.weaker, np.arange(found.size))
    while (further := stands[stands]).tolist() != stands.tolist():
        stands = further
    kept = ~merge
    number = (np.cumsum(kept) - 1)[stands] if found.size else _NONE
    weaker = np.where(found.weaker >= 0, number[found.weaker], -1)[kept]
    source, target = number[found.source], number[found.target]
    own = ~merge[found.source]  # what a merged state leads to, its weaker one does as well, by a relation of its own
    return Passage(
        found.node[kept],
        weaker,
        source[own],
        target[own],
        found.edge[own],
        np.unique(number[found.starts]),
        np.unique(number[found.ends]),
    )
