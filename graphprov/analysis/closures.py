"""Which of many targets each of many sources reaches, on the graph of states, in a few passes instead of one a source.

Each state carries a set as the bits of a number: in one order the sources that reach it, in the other the targets that
it reaches, whichever are fewer. What is left of the graph between them is put in topological order (states that reach
each other are one), and each arc joins two sets. A pass takes as many bits at once as memory allows, so the cost is the
number of arcs for each pass, and never that of a closure for each source.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import igraph
import numpy as np
from numpy.typing import NDArray

from graphprov.analysis.passage import reachable
from graphprov.analysis.states import States
from graphprov.store.neighbourhood import Bools, Ints

MEMORY = 256 << 20
"""Bytes that the sets of one pass may take, about."""
_OVERHEAD = 64
"""Bytes that a number takes beside its bits, and its place in a list."""
_ROWS = 1 << 24
"""Cells of one piece of the answer."""


@dataclass(frozen=True)
class Sources:
    """For each source the states in which it starts.

    Attributes:
        states: All of them, one source's after the other's. Shape (s,).
        bounds: Where each source's begin, and the end of the last. Shape (k + 1,).
    """

    states: Ints
    bounds: Ints

    @property
    def count(self) -> int:
        """How many sources there are."""
        return len(self.bounds) - 1

    @classmethod
    def of(cls, states: Sequence[Ints]) -> Sources:
        """From one column for each source."""
        sizes = [0, *(len(each) for each in states)]
        return cls(np.concatenate([np.empty(0, np.int64), *states]), np.cumsum(sizes))

    def owner(self) -> Ints:
        """For each of `states`, its source."""
        owner: Ints = np.repeat(np.arange(self.count), np.diff(self.bounds))
        return owner


def closures(states: States, sources: Sources, targets: Ints, *, memory: int = MEMORY) -> Iterator[tuple[int, Bools]]:
    """Which targets each source reaches, some sources at a time.

    Args:
        targets: States. Shape (t,).
        memory: Bytes that the sets of one pass may take, about.

    Yields:
        The first of some sources, and for these and those that follow whether each target is reached. Shape (k, t).
    """
    graph = _Order.of(states, sources.states, targets)
    most = max(64, (memory // max(graph.size, 1) - _OVERHEAD) * 8)
    if sources.count > len(targets):
        yield from _backwards(graph, sources, targets, most)
        return
    for first in range(0, sources.count, most):
        for at, reached in _forwards(graph, sources, targets, first, min(first + most, sources.count)):
            yield first + at, reached


def _forwards(graph: _Order, sources: Sources, targets: Ints, first: int, last: int) -> Iterator[tuple[int, Bools]]:
    bits = [0] * graph.size
    starts = graph.place[sources.states[sources.bounds[first] : sources.bounds[last]]].tolist()
    owners = (sources.owner()[sources.bounds[first] : sources.bounds[last]] - first).tolist()
    for start, owner in zip(starts, owners, strict=True):
        if start >= 0:
            bits[start] |= 1 << owner
    heads, bounds = graph.heads, graph.bounds
    for state, carried in enumerate(bits):  # in topological order: what a state carries is whole once its turn comes
        if carried:
            for head in heads[bounds[state] : bounds[state + 1]]:
                bits[head] |= carried
    packed = _packed([bits[place] if place >= 0 else 0 for place in graph.place[targets].tolist()], last - first)
    step = max(1, _ROWS // (8 * max(len(targets), 1)))
    for at in range(0, packed.shape[1], step):
        yield 8 * at, _bits(packed[:, at : at + step])[:, : last - first - 8 * at].T


def _backwards(graph: _Order, sources: Sources, targets: Ints, most: int) -> Iterator[tuple[int, Bools]]:
    blocks = [targets[first : first + most] for first in range(0, len(targets), most)] or [targets]
    reached: list[list[int]] = []
    for block in blocks:
        bits = [0] * graph.size
        for bit, place in enumerate(graph.place[block].tolist()):
            if place >= 0:
                bits[place] |= 1 << bit
        heads, bounds = graph.heads, graph.bounds
        for state in range(graph.size - 1, -1, -1):
            carried = bits[state]
            for head in heads[bounds[state] : bounds[state + 1]]:
                carried |= bits[head]
            bits[state] = carried
        joined = [0] * sources.count
        for owner, place in zip(sources.owner().tolist(), graph.place[sources.states].tolist(), strict=True):
            if place >= 0:
                joined[owner] |= bits[place]
        reached.append(joined)
    step = max(1, _ROWS // max(len(targets), 1))
    for first in range(0, sources.count, step):
        parts = [
            _bits(_packed(joined[first : first + step], len(block)))[:, : len(block)]
            for joined, block in zip(reached, blocks, strict=True)
        ]
        yield first, np.concatenate(parts, axis=1)


def _packed(numbers: Sequence[int], width: int) -> NDArray[np.uint8]:
    """The bits of some numbers in bytes, the lowest first. Shape (numbers, bytes)."""
    size = (width + 7) // 8
    packed = np.frombuffer(b"".join(number.to_bytes(size, "little") for number in numbers), np.uint8)
    return packed.reshape(len(numbers), size)


def _bits(packed: NDArray[np.uint8]) -> Bools:
    found: Bools = np.unpackbits(packed, axis=1, bitorder="little").astype(np.bool_)
    return found


@dataclass(frozen=True)
class _Order:
    """What lies between some starts and some targets, in topological order.

    Attributes:
        place: By state, where it stands; -1 where it does not matter. Shape (v,).
        heads: Where the arcs of each place lead, one place's after the other's.
        bounds: Where each place's arcs begin, and the end of the last.
    """

    place: Ints
    heads: list[int]
    bounds: list[int]

    @property
    def size(self) -> int:
        """How many places there are."""
        return len(self.bounds) - 1

    @classmethod
    def of(cls, states: States, starts: Ints, targets: Ints) -> _Order:
        source, target = states.every_arc()
        kept = reachable(states.size, source, target, np.unique(starts))
        kept &= reachable(states.size, target, source, np.unique(targets))
        inside = kept[source] & kept[target]
        number = np.where(kept, np.cumsum(kept) - 1, -1)
        source, target = number[source[inside]], number[target[inside]]
        count = int(kept.sum())
        component = _components(count, source, target)
        size = int(component.max(initial=-1)) + 1
        pairs = np.unique(component[source] * np.int64(max(size, 1)) + component[target])
        source, target = pairs // max(size, 1), pairs % max(size, 1)
        between = source != target
        source, target = source[between], target[between]
        order = _graph(size, source, target).topological_sorting()
        turn = np.empty(size, np.int64)
        turn[order] = np.arange(size)
        source, target = turn[source], turn[target]
        by_source = np.argsort(source, kind="stable")
        bounds = np.searchsorted(source[by_source], np.arange(size + 1)).tolist()
        place = np.full(states.size, -1, np.int64)
        place[kept] = turn[component]
        return cls(place, target[by_source].tolist(), bounds)


def _components(count: int, source: Ints, target: Ints) -> Ints:
    """By state, the number of those that reach each other."""
    found = _graph(count, source, target).connected_components(mode="strong").membership
    return np.array(found, np.int64)


def _graph(size: int, source: Ints, target: Ints) -> igraph.Graph:
    return igraph.Graph(size, zip(source.tolist(), target.tolist(), strict=True), directed=True)
