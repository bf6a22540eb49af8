"""What must be fixed so that a flaw no longer reaches its targets: choke points, and the smallest cut.

Both are about nodes, and a node may stand in several states of a passage: it is out of the way only when all of them
are. Where each node has one state, a choke point is a dominator and the smallest cut is a minimum vertex cut, found by
the greatest flow. A node with several states is either fixed or not: both are tried where the flow alone does not tell,
with the flow through shares of it as the bound.

Of several smallest cuts the one closest to the flaw is taken: all that is made behind it is saved too.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import igraph
import numpy as np

from graphprov.analysis.passage import Passage, reachable
from graphprov.store.neighbourhood import Bools, Ints

MOST_FLOWS = 400
"""As many flows are tried to prove that no smaller cut exists; few need more than two."""

_MOST_SHARES = 2520
"""In so many shares a node's cost is divided at most: sums stay exact in floating point."""

_Order = Callable[[int], tuple[object, ...]]


@dataclass(frozen=True)
class Cut:
    """Nodes (positions) without which nothing reaches the targets.

    Attributes:
        nodes: The nodes, in the given order.
        proven: Whether no smaller cut exists for certain.
    """

    nodes: list[int]
    proven: bool


def choke_points(found: Passage, candidates: Sequence[int]) -> list[int]:
    """Those of some nodes through which every way leads, in their order.

    Args:
        candidates: Positions: the nodes on any one way, less those that cannot be fixed.
    """
    if not found.size or not len(candidates):
        return []
    states = _states_of(found)
    plain = {node for node in candidates if len(states[node]) == 1}
    source, target = found.every_arc()
    graph = igraph.Graph(found.size + 2, zip(source.tolist(), target.tolist(), strict=True), directed=True)
    origin, goal = found.size, found.size + 1
    graph.add_edges([(origin, start) for start in found.starts.tolist()])
    graph.add_edges([(end, goal) for end in found.ends.tolist()])
    above = graph.dominator(origin)
    dominating, at = set[int](), goal
    while (at := above[at]) not in (origin, -1):
        dominating.add(int(found.node[at]))
    return [node for node in candidates if (node in dominating if node in plain else not found.without([node]).size)]


def smallest_cut(found: Passage, fixed: Bools, *, cost: Ints, order: _Order) -> Cut | None:
    """The fewest nodes without which nothing reaches the targets; None where some way has no node that can be fixed.

    Args:
        fixed: By position, whether a node cannot be in the cut: what is flawed, and the targets. Shape (n,).
        cost: By position, what a node costs; the sum is made the smallest. Shape (n,).
        order: How to order nodes, for the choice between equal cuts.
    """
    if not found.size:
        return Cut([], proven=True)
    search = _Search(found, fixed, cost, order)
    search.look(frozenset(), frozenset())
    if search.best is None:
        return None
    return Cut(sorted(search.best, key=order), search.flows < MOST_FLOWS)


def _states_of(found: Passage) -> dict[int, list[int]]:
    states: dict[int, list[int]] = {}
    for state, node in enumerate(found.node.tolist()):
        states.setdefault(node, []).append(state)
    return states


@dataclass
class _Search:
    """Branch and bound over the nodes with several states."""

    found: Passage
    fixed: Bools
    cost: Ints
    order: _Order
    best: frozenset[int] | None = None
    least: int = 0
    flows: int = 0
    _source: Ints = field(init=False)
    _target: Ints = field(init=False)

    def __post_init__(self) -> None:
        arcs = np.stack(self.found.every_arc(), axis=1)
        # What leads to something flawed is beside the point: from there on the flaw is there anyway.
        arcs = np.unique(arcs[~np.isin(arcs[:, 1], self.found.starts)], axis=0)
        self._source, self._target = arcs[:, 0], arcs[:, 1]
        nodes, count = np.unique(self.found.node, return_counts=True)
        self._several = {int(node) for node in nodes[count > 1] if not self.fixed[node]}
        shares = np.zeros(len(self.fixed), np.int64)
        shares[nodes] = count
        self._shares = min(math.lcm(*count.tolist()), _MOST_SHARES) if self._several else 1
        # Of a node with several states each costs a share: as much as fixing the node, together, or less.
        self._capacity = self.cost[self.found.node] * self._shares // np.maximum(shares[self.found.node], 1)
        self._endless = int(self.cost[nodes].sum()) * self._shares + 1

    def look(self, gone: frozenset[int], kept: frozenset[int]) -> None:
        """Look for a cheaper cut that has some of the nodes with several states in it, and some not."""
        if self.flows >= MOST_FLOWS:
            return
        self.flows += 1
        spent = int(self.cost[list(gone)].sum())
        bound, chosen = self._flow(gone, kept)
        if bound >= self._endless or (self.best is not None and spent + -(-bound // self._shares) >= self.least):
            return
        nodes = frozenset(chosen) | gone
        total = int(self.cost[list(nodes)].sum())
        if self.best is None or total < self.least:
            self.best, self.least = nodes, total
        unsure = sorted((node for node in chosen if node in self._several - kept), key=self.order)
        if unsure and spent * self._shares + bound < total * self._shares:
            self.look(gone | {unsure[0]}, kept)
            self.look(gone, kept | {unsure[0]})

    def _flow(self, gone: frozenset[int], kept: frozenset[int]) -> tuple[int, set[int]]:
        """The greatest flow, and the nodes of the cut closest to the flaw."""
        size, node = self.found.size, self.found.node
        capacity = np.where(self.fixed[node] | np.isin(node, list(kept)), self._endless, self._capacity)
        capacity[np.isin(node, list(gone))] = 0
        inner, outer = np.arange(size), size + np.arange(size)
        origin, goal = 2 * size, 2 * size + 1
        tails = [inner, outer[self._source], np.full(len(self.found.starts), origin), outer[self.found.ends]]
        heads = [outer, self._target, self.found.starts, np.full(len(self.found.ends), goal)]
        tail, head = np.concatenate(tails), np.concatenate(heads)
        room = np.concatenate([capacity, np.full(len(tail) - size, self._endless)])
        graph = igraph.Graph(2 * size + 2, zip(tail.tolist(), head.tolist(), strict=True), directed=True)
        flow = graph.maxflow(origin, goal, room.tolist())
        used = np.array(flow.flow).round().astype(np.int64)
        open_, back = used < room, used > 0
        found = reachable(
            2 * size + 2,
            np.concatenate([tail[open_], head[back]]),
            np.concatenate([head[open_], tail[back]]),
            np.array([origin]),
        )
        chosen = node[found[:size] & ~found[size : 2 * size] & (capacity > 0)]
        return round(flow.value), set(chosen.tolist())
