"""Every way of a flaw to one target, walked one relation at a time as the rules say it: for tests to compare with.

Built on the oracle of impact, whose states are followed here relation by relation, so that the general entity by which
an unversioned use goes is a state of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations

from oracle import Flow, State, World, may_have_read

Stand = frozenset[State]
"""All states in which a path with the same nodes may stand at its end."""


@dataclass
class Ways:
    """The ways from some flawed nodes to a target."""

    world: World
    start: set[str]
    subjects: set[str]
    target: str
    gone: frozenset[str] = field(default_factory=frozenset)

    @cached_property
    def _flow(self) -> Flow:
        return Flow(self.world, self.start, self.subjects)

    def _moves(self, state: State) -> Iterator[State]:
        node, how = state
        if node == self.target and not _is_reading(state):
            return
        if not _is_reading(state):
            for following, steps, _ in self._flow.onward(state):
                if len(steps) == 1:
                    yield following
        if node in self.world.entities:
            special = how[1] if _is_reading(state) else node
            for below, general in self.world.specialises:
                if below == node:
                    yield general, ("read", special)
            if _is_reading(state):
                for run in {a for a, e, _ in self.world.used if e == node}:
                    if may_have_read(self.world, run, node, special):
                        yield run, ("use", node)

    def moves(self, state: State) -> set[State]:
        return {following for following in self._moves(state) if following[0] not in self.gone}

    @cached_property
    def begin(self) -> set[State]:
        return {state for state in self._flow.begin if state[0] not in self.gone}

    @cached_property
    def after(self) -> dict[State, set[State]]:
        """Every state that can be reached, with the states that follow."""
        found: dict[State, set[State]] = {}
        ahead = list(self.begin)
        while ahead:
            state = ahead.pop()
            if state not in found:
                found[state] = self.moves(state)
                ahead += found[state]
        return found

    @property
    def is_reached(self) -> bool:
        return any(self._is_end(state) for state in self.after)

    def _is_end(self, state: State) -> bool:
        return state[0] == self.target and not _is_reading(state)

    @cached_property
    def useful(self) -> dict[State, set[State]]:
        """The states from which a way leads to the target, with those of these that follow."""
        kept = {state for state in self.after if self._is_end(state)}
        while more := {state for state, following in self.after.items() if following & kept} - kept:
            kept |= more
        return {state: self.after[state] & kept for state in kept}

    @cached_property
    def covering(self) -> set[tuple[State, State]]:
        """Pairs of states of one node, of which the first may go on in every way in which the second may."""
        pairs = {(one, two) for one in self.useful for two in self.useful if one[0] == two[0]}

        def holds(one: State, two: State) -> bool:
            return all(
                any(mine[0] == theirs[0] and (mine, theirs) in pairs for mine in self.useful[one])
                for theirs in self.useful[two]
            ) and (self._is_end(one) or not self._is_end(two))

        while short := {pair for pair in pairs if not holds(*pair)}:
            pairs -= short
        return pairs

    def covers(self, one: Stand, two: Stand) -> bool:
        return all(any((mine, theirs) in self.covering for mine in one) for theirs in two)

    def all(self, most: int = 3_000) -> list[tuple[str, ...]] | None:
        """The nodes of every path without a circle that could be left out, in order; None where they are too many."""
        done: list[tuple[str, ...]] = []
        ahead: list[tuple[tuple[str, Stand], ...]] = [()]
        walked = 0
        while ahead:
            path = ahead.pop()
            walked += 1
            if walked > 10 * most or len(done) > most:
                return None
            if path and any(self._is_end(state) for state in path[-1][1]):
                done.append(tuple(node for node, _ in path))
                continue
            states = {following for state in path[-1][1] for following in self.useful[state]} if path else self.begin
            by_node: dict[str, set[State]] = {}
            for state in states:
                if state in self.useful:
                    by_node.setdefault(state[0], set()).add(state)
            for node, those in by_node.items():
                stand = frozenset(those)
                if not any(node == before and self.covers(passed, stand) for before, passed in path):
                    ahead.append((*path, (node, stand)))
        return sorted(done, key=lambda nodes: (len(nodes), nodes))

    def without(self, *nodes: str) -> Ways:
        return Ways(self.world, self.start, self.subjects, self.target, self.gone | {*nodes})

    @cached_property
    def removable(self) -> list[str]:
        """What could be fixed: everything but what is flawed and the target."""
        return sorted({*self.world.entities, *self.world.activities} - self.start - {self.target})

    def choke_points(self) -> set[str]:
        return {node for node in self.removable if not self.without(node).is_reached}

    def smallest_cuts(self) -> list[tuple[str, ...]]:
        """Every smallest set of nodes without which the target is not reached; none where there is no such set."""
        for size in range(len(self.removable) + 1):
            found = [nodes for nodes in combinations(self.removable, size) if not self.without(*nodes).is_reached]
            if found:
                return found
        return []


def reached_without(world: World, start: set[str], subjects: set[str], gone: set[str]) -> dict[str, int]:
    """What is affected or flawed, and how far away, once nothing spreads through some nodes."""
    ways = Ways(world, start - gone, subjects - gone, "", frozenset(gone))
    known: dict[State, int] = dict.fromkeys(ways.begin, 0)
    ahead = list(known)
    for state in ahead:
        for following in ways.after[state]:
            if following not in known:
                known[following] = known[state] + 1
                ahead.append(following)
    found: dict[str, int] = {}
    for state, distance in known.items():
        if not _is_reading(state):
            found[state[0]] = min(distance, found.get(state[0], distance))
    return found


def arrived_at(world: World, start: set[str], subjects: set[str], *, gone: set[str], ends: set[str]) -> set[str]:
    """What is affected once nothing spreads through some nodes, nor on from where a way ends."""
    ways = Ways(world, start - gone, subjects - gone, "", frozenset(gone))
    known, ahead = {*ways.begin}, [*ways.begin]
    while ahead:
        state = ahead.pop()
        if _is_reading(state) or state[0] not in ends - start:
            ahead += [following for following in ways.after[state] if following not in known]
            known.update(ways.after[state])
    return {state[0] for state in known if not _is_reading(state)}


def _is_reading(state: State) -> bool:
    return isinstance(state[1], tuple) and state[1][0] == "read"
