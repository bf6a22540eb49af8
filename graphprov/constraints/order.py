"""Sorting a directed graph, and the shortest cycle of each knot in it.

Most documents have no cycle at all, which sorting shows. Where there is one, igraph finds the strongly connected
components: the knots.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

Pairs = Sequence[tuple[int, int]]
"""The edges of a graph, each from a node to a node, by number."""

_EFFORT = 200_000
"""Edges walked in looking for the shortest cycle of one knot."""


class Later:
    """The edges that leave each node: two arrays, since a list for each node is what takes time in a large graph."""

    def __init__(self, count: int, leaving: Iterable[int]) -> None:
        self._last = [-1] * count
        self._previous: list[int] = []
        for edge, node in enumerate(leaving):
            self._previous.append(self._last[node])
            self._last[node] = edge

    def of(self, node: int) -> Iterator[int]:
        """The numbers of its edges."""
        edge = self._last[node]
        while edge >= 0:
            yield edge
            edge = self._previous[edge]


@dataclass(frozen=True)
class Order:
    """The order of a graph: its strongly connected components, so sorted that what comes before comes first.

    Attributes:
        component: The component of each node.
        sorted: The components.
    """

    component: Sequence[int]
    sorted: list[int]

    @classmethod
    def of(cls, count: int, pairs: Pairs) -> Order:
        """Sort a graph of so many nodes."""
        order = _sort(count, pairs)
        if len(order) == count:
            return cls(range(count), order)
        from igraph import Graph

        component: list[int] = Graph(count, pairs, directed=True).connected_components(mode="strong").membership
        between = [(component[before], component[after]) for before, after in pairs]
        return cls(component, _sort(max(component) + 1, [pair for pair in between if pair[0] != pair[1]]))

    def cycles(self, pairs: Pairs, through: Iterable[int]) -> Iterator[list[int]]:
        """The shortest cycle through one of some edges, for each component that has one: numbers of its edges.

        The first number is that of the edge. Where a component is very large, only its first edges are tried.
        """
        component = self.component
        knots: dict[int, list[int]] = defaultdict(list)
        for number in through:
            before, after = pairs[number]
            if component[before] == component[after]:
                knots[component[before]].append(number)
        if not knots:
            return
        inside: dict[int, dict[int, list[int]]] = {knot: defaultdict(list) for knot in knots}
        for number, (before, after) in enumerate(pairs):
            knot = component[before]
            if knot in inside and component[after] == knot:
                inside[knot][before].append(number)
        for knot, edges in knots.items():
            later = inside[knot]
            tries = max(1, _EFFORT // sum(map(len, later.values())))
            yield min((_cycle(pairs, edge, later) for edge in edges[:tries]), key=len)


def _sort(count: int, pairs: Pairs) -> list[int]:
    """Numbers in an order in which each comes after those before it; without those on or behind a cycle."""
    later = Later(count, (before for before, _ in pairs))
    waits = [0] * count
    for _, after in pairs:
        waits[after] += 1
    order: list[int] = []
    free = [number for number in range(count) if not waits[number]]
    while free:
        number = free.pop()
        order.append(number)
        for edge in later.of(number):
            after = pairs[edge][1]
            waits[after] -= 1
            if not waits[after]:
                free.append(after)
    return order


def _cycle(pairs: Pairs, edge: int, later: dict[int, list[int]]) -> list[int]:
    """An edge and the shortest way back from its end to its beginning."""
    begin, end = pairs[edge]
    came: dict[int, int] = {}
    ahead = deque([end])
    while ahead and begin not in came and begin != end:
        for number in later[ahead.popleft()]:
            after = pairs[number][1]
            if after not in came and after != end:
                came[after] = number
                ahead.append(after)
    way: list[int] = []
    here = begin
    while here != end:
        way.append(came[here])
        here = pairs[came[here]][0]
    return [edge, *reversed(way)]
