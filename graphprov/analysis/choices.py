"""The shortest paths from a flaw to a target, one after the other, each another sequence of nodes.

Two paths are different where their nodes are. A path that goes in a circle which could be left out is none of its own:
it may come back to a node only to be able to go on as it could not before, such as to a collection that was first
reached through one member, and then otherwise. Shorter paths come first, and equally long ones in the order of their
nodes' ids.

Found by Yen's method: each path after the first leaves one that was found before at some node, by another way than all
found so far, and takes the shortest way from there. How far it is at least is known from a search backwards.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from graphprov.analysis.passage import Passage
from graphprov.store.neighbourhood import Ints, runs_of

_FAR = np.iinfo(np.int64).max
_Stand = tuple[int, ...]
"""In which states a path stands at a node: those of which none may do all that another may."""
_ORIGIN: _Stand = ()
"""Before the flawed nodes."""


@dataclass(frozen=True)
class Way:
    """A path: its nodes by position, and the states in which it stands at each."""

    nodes: tuple[int, ...]
    stands: tuple[_Stand, ...]


@dataclass
class Choices:
    """The paths of a passage.

    Attributes:
        found: The passage, with one target.
        rank: By position, the place of a node in the order of ids. Shape (n,).
    """

    found: Passage
    rank: Ints
    _moves: dict[_Stand, dict[int, _Stand]] = field(default_factory=dict)
    _covering: dict[tuple[int, int], bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        found = self.found
        order = np.argsort(found.source, kind="stable")
        self._ahead = found.target[order].tolist()
        self._edges = found.edge[order].tolist()
        self._bounds = np.searchsorted(found.source[order], np.arange(found.size + 1)).tolist()
        self._node, self._weaker = found.node.tolist(), found.weaker.tolist()
        self._left = self._distances().tolist()

    def _distances(self) -> Ints:
        """From each state the fewest relations to the target."""
        found = self.found
        left = np.full(found.size, _FAR)
        order = np.argsort(found.target, kind="stable")
        sources, bounds = found.source[order], np.searchsorted(found.target[order], np.arange(found.size + 1))
        stronger: dict[int, list[int]] = {}
        for state in np.flatnonzero(found.weaker >= 0).tolist():
            stronger.setdefault(self._weaker[state], []).append(state)
        frontier, distance = found.ends, 0
        while len(frontier):
            waiting = frontier.tolist()
            reached: list[int] = []
            while waiting:  # whatever a state may lead to, a stronger one of its node may
                state = waiting.pop()
                if left[state] == _FAR:
                    left[state] = distance
                    reached.append(state)
                    waiting += stronger.get(state, ())
            at = np.array(reached, np.int64)
            behind = np.unique(sources[runs_of(bounds[at], bounds[at + 1] - bounds[at])])
            frontier, distance = behind[left[behind] == _FAR], distance + 1
        return left

    def ways(self) -> Iterator[Way]:
        """The paths, the shortest first."""
        first = self._shortest(Way((), ()), frozenset())
        waiting: list[tuple[int, Sequence[int], Way, int, frozenset[int]]] = []
        if first is not None:
            waiting.append((*self._sorted_by(first), first, 0, frozenset()))
        while waiting:
            *_, way, shared, taken = heapq.heappop(waiting)
            yield way
            for at in range(shared, len(way.nodes)):
                # Leave this path before its node `at`; up to `shared` others have left it so, by the ways `taken`.
                avoiding = (taken if at == shared else frozenset()) | {way.nodes[at]}
                other = self._shortest(Way(way.nodes[:at], way.stands[:at]), avoiding)
                if other is not None:
                    heapq.heappush(waiting, (*self._sorted_by(other), other, at, avoiding))

    def relations(self, way: Way, order: Callable[[int], object]) -> list[int]:
        """The relations of a path, edge by edge; the first in order where several lead from one node to the next."""
        leading: list[dict[int, list[tuple[int, int]]]] = []
        goals = {state for state in way.stands[-1] if not self._left[state]}
        for stand in reversed(way.stands[:-1]):
            fit: dict[int, list[tuple[int, int]]] = {}
            for first in stand:
                for state in (first, *self._below(first)):
                    for arc in range(self._bounds[state], self._bounds[state + 1]):
                        if self._ahead[arc] in goals:
                            fit.setdefault(first, []).append((self._edges[arc], self._ahead[arc]))
            leading.append(fit)
            goals = set(fit)
        state, walked = min(goals), []
        for fit in reversed(leading):
            edge, state = min(fit[state], key=lambda pair: (order(pair[0]), *pair))
            walked.append(edge)
        return walked

    def _sorted_by(self, way: Way) -> tuple[int, Sequence[int]]:
        return len(way.nodes), self.rank[list(way.nodes)].tolist()

    def _shortest(self, root: Way, avoiding: frozenset[int]) -> Way | None:
        """The first of the paths that begin with a root and then go on to none of some nodes."""
        left, rank = self._left, self.rank
        passed: dict[int, list[_Stand]] = {}
        for node, stand in zip(root.nodes, root.stands, strict=True):
            passed.setdefault(node, []).append(stand)
        begin = root.stands[-1] if root.stands else _ORIGIN
        ahead: list[tuple[int, tuple[int, ...], tuple[int, ...], tuple[_Stand, ...]]] = [(0, (), (), ())]
        known: set[_Stand] = set()
        while ahead:
            _, ranks, nodes, stands = heapq.heappop(ahead)
            stand = stands[-1] if stands else begin
            if stands:
                if stand in known:
                    continue
                known.add(stand)
                if not min(left[state] for state in stand):
                    return Way(root.nodes + nodes, root.stands + stands)
            for node, there in self.moves(stand).items():
                if (not stands and node in avoiding) or there in known:
                    continue
                if any(self._covers(before, there) for before in passed.get(node, ())):
                    continue
                away = len(nodes) + 1 + min(left[state] for state in there)
                heapq.heappush(ahead, (away, (*ranks, int(rank[node])), (*nodes, node), (*stands, there)))
        return None

    def moves(self, stand: _Stand) -> Mapping[int, _Stand]:
        """Where one may go from some states of a node: by node, in which states one stands there then."""
        if stand not in self._moves:
            reached: dict[int, set[int]] = {}
            states = self.found.starts.tolist() if stand == _ORIGIN else self._after(stand)
            for state in states:
                reached.setdefault(self._node[state], set()).add(state)
            self._moves[stand] = {node: self._strongest(those) for node, those in reached.items()}
        return self._moves[stand]

    def _after(self, stand: _Stand) -> Iterator[int]:
        for first in stand:
            state = first
            while state >= 0:
                yield from self._ahead[self._bounds[state] : self._bounds[state + 1]]
                state = self._weaker[state]

    def _strongest(self, states: set[int]) -> _Stand:
        if len(states) > 1:
            states = states - {weaker for state in states for weaker in self._below(state)}
        return tuple(sorted(states))

    def _below(self, state: int) -> Iterator[int]:
        while (state := self._weaker[state]) >= 0:
            yield state

    def _covers(self, stand: _Stand, other: _Stand) -> bool:
        """Whether one may go wherever one may from another stand at that node."""
        return all(any(self._stands_for(one, two) for one in stand) for two in other)

    def _stands_for(self, one: int, two: int) -> bool:
        if (known := self._ordered(one, two)) is not None:
            return known
        needed: dict[tuple[int, int], list[list[tuple[int, int]]]] = {}
        waiting = [(one, two)]
        while waiting:
            pair = waiting.pop()
            if pair not in needed:
                needed[pair] = self._needs(*pair)
                waiting += [each for choice in needed[pair] for each in choice if self._ordered(*each) is None]
        held, changed = set(needed), True
        while changed:  # the most pairs that bear each other out: a way may lead back here
            short = {
                pair
                for pair in held
                if not all(any(self._ordered(*each) or each in held for each in choice) for choice in needed[pair])
            }
            held, changed = held - short, bool(short)
        self._covering.update((pair, pair in held) for pair in needed)
        return self._covering[one, two]

    def _ordered(self, one: int, two: int) -> bool | None:
        """Whether the first may do all that the second may, where that is known at once."""
        if one == two or two in self._below(one):
            return True
        if one in self._below(two) or self._left[one] > self._left[two] == 0:
            return False  # what makes no difference was merged; and nothing stands for having arrived
        return self._covering.get((one, two))

    def _needs(self, one: int, two: int) -> list[list[tuple[int, int]]]:
        """For each state to which the second leads: the pairs of which one must hold for the first to do as well."""
        mine = self.moves((one,))
        return [
            [(state, other) for state in mine.get(node, ())]
            for node, there in self.moves((two,)).items()
            for other in there
        ]
