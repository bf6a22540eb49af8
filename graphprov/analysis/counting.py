"""How many distinct paths lead from flawed nodes to an affected one: counted on the graph, not listed.

A path is a sequence of relations in which every rule holds; relations of one type between the same two nodes count as
one. So that a path through a run is counted where the run's use carried the flaw to that very output, and a path
through a collection where it may go down to members, each node becomes as many vertices as there are ways to be reached
that differ in what may follow:

- an entity: reached in full, or by membership up alone;
- a run: affected itself; its code affected; affected whatever the time; and one vertex for each moment at which it used
  something affected, in the order of time, each leading to the next: what it generated leaves the last moment before.

On these vertices the number is a sum over what comes before, in topological order. Where a path can go in a circle
(a strongly connected component of more than one vertex, or a loop), the number is infinite from there on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import igraph
import numpy as np

from graphprov.analysis.reach import Reach
from graphprov.analysis.spread import ALWAYS, CODE, INFLUENCES, NEVER, NOT_REACHED, ONLY_IF_FULL, UP
from graphprov.store.neighbourhood import UNKNOWN_TIME, Bools, EdgeClass, Ints

Count = int | Literal["infinite"]

_RUN_CLASSES = (EdgeClass.USE, EdgeClass.CODE_USE, EdgeClass.PLAN, EdgeClass.COMMUNICATION, EdgeClass.GENERAL_USE)
_FULL, _UP_ONLY, _RUN, _CODE, _WHENEVER = range(5)
_KINDS = 5
_MOST_UNVERSIONED = 200_000
"""Pairs of an affected entity and a run that may have read it, beyond which nothing is counted."""


def count_paths(found: Reach, positions: Sequence[int]) -> dict[int, Count]:
    """How many distinct paths lead to each of some affected nodes, by position.

    Cost grows with what lies before these nodes among the affected. Empty where so many runs may have read so many
    versions of what they did not name that the pairs alone are too many.
    """
    inside = _before(found, positions)
    vertices = _Vertices(found, inside)
    if not vertices.complete:
        return {}
    numbers = _numbers(vertices)
    return {position: _total(vertices.of(position), numbers) for position in positions}


def _total(vertices: list[int], numbers: list[int | None]) -> Count:
    total = 0
    for vertex in vertices:
        number = numbers[vertex]
        if number is None:
            return "infinite"
        total += number
    return total


def _before(found: Reach, positions: Sequence[int]) -> Bools:
    """The affected nodes from which a way may lead to these."""
    around, distance = found.around, found.spread.distance
    shadows = np.zeros(len(around.nodes), np.bool_)
    shadows[around.effect[around.of(*UP)]] = True
    there = (distance != NOT_REACHED) | shadows
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


class _Vertices:
    """The vertices and arcs on which paths are counted, among the nodes `inside`."""

    def __init__(self, found: Reach, inside: Bools) -> None:
        self._found, around = found, found.around
        reached = found.spread.distance != NOT_REACHED
        self._n = len(around.nodes)
        self._is_run = np.zeros(self._n, np.bool_)
        self._is_run[around.effect[around.of(*_RUN_CLASSES)]] = True
        self._is_run[around.cause[around.of(EdgeClass.GENERATION, EdgeClass.COMMUNICATION)]] = True
        chosen = np.isin(around.edge_class, (EdgeClass.SPECIALISATION, EdgeClass.MENTION)) & np.isin(
            around.cause, found.subjects
        )
        self._edges = np.flatnonzero(
            inside[around.cause] & inside[around.effect] & reached[around.cause] & reached[around.effect] & ~chosen
        )
        self._inside = inside
        self._arcs: list[tuple[Ints, Ints, Ints]] = []
        self.complete = True
        self.size = _KINDS * self._n
        self._between_entities()
        uses = self._uses()
        self._moments(uses)
        flawed = around.positions(found.flaw.numbers)
        flawed = flawed[inside[flawed]]
        self.starts = flawed * _KINDS + np.where(self._is_run[flawed], _RUN, _FULL)
        self.source, self.target, self.times = (
            np.concatenate([np.empty(0, np.int64), *(arcs[column] for arcs in self._arcs)]) for column in range(3)
        )

    def of(self, position: int) -> list[int]:
        """The vertices whose numbers add up to those of a node."""
        base = position * _KINDS
        return [base + _RUN] if self._is_run[position] else [base + _FULL, base + _UP_ONLY]

    def _add(self, source: Ints, target: Ints, times: Ints | None = None) -> None:
        self._arcs.append((source, target, np.ones(len(source), np.int64) if times is None else times))

    def _distinct(self, *classes: EdgeClass) -> Ints:
        """One edge of each class between the same two nodes."""
        around = self._found.around
        edges = self._edges[np.isin(around.edge_class[self._edges], classes)]
        keys = (around.edge_class[edges] * np.int64(self._n) + around.cause[edges]) * self._n + around.effect[edges]
        return edges[np.unique(keys, return_index=True)[1]]

    def _between_entities(self) -> None:
        around = self._found.around
        plain = self._distinct(EdgeClass.DERIVATION, EdgeClass.SAME)
        down = self._distinct(*ONLY_IF_FULL)
        up = self._distinct(EdgeClass.MEMBER_UP)
        for edges, arrives in ((plain, _FULL), (down, _FULL), (up, _UP_ONLY)):
            cause, effect = around.cause[edges] * _KINDS, around.effect[edges] * _KINDS + arrives
            self._add(cause + _FULL, effect)
            if edges is not down:
                self._add(cause + _UP_ONLY, effect)
        informed = self._distinct(EdgeClass.COMMUNICATION, *INFLUENCES)
        cause, effect = around.cause[informed], around.effect[informed]
        to_run = self._is_run[effect]
        for leaves in (_FULL, _UP_ONLY, _RUN):
            fits = self._is_run[cause] == (leaves == _RUN)
            self._add(cause[fits] * _KINDS + leaves, (effect * _KINDS + np.where(to_run, _RUN, _FULL))[fits])
            runs = fits & to_run
            self._add(cause[runs] * _KINDS + leaves, effect[runs] * _KINDS + _WHENEVER)

    def _uses(self) -> tuple[Ints, Ints, Ints, Ints]:
        """Uses that count: cause, run, the moment of the first, and in how many ways (several by general ones)."""
        around = self._found.around
        coded = self._distinct(*CODE)
        for leaves in (_FULL, _UP_ONLY):
            cause = around.cause[coded] * _KINDS + leaves
            self._add(cause, around.effect[coded] * _KINDS + _RUN)
            self._add(cause, around.effect[coded] * _KINDS + _CODE)
        edges = self._edges[around.edge_class[self._edges] == EdgeClass.USE]
        when = np.where(around.time[edges] == UNKNOWN_TIME, ALWAYS, around.time[edges])
        order = np.lexsort((when, around.effect[edges], around.cause[edges]))
        edges, when = edges[order], when[order]
        keys = around.cause[edges] * self._n + around.effect[edges]
        first = np.unique(keys, return_index=True)[1]
        cause, run, when = around.cause[edges][first], around.effect[edges][first], when[first]
        by_general = self._unversioned()
        ways = np.ones(len(cause), np.int64)
        every = [np.concatenate(pair) for pair in zip((cause, run, when, ways), by_general, strict=True)]
        return every[0], every[1], every[2], every[3]

    def _unversioned(self) -> tuple[Ints, Ints, Ints, Ints]:
        """Pairs of an affected entity and a run that may have read it by its general entity, as `_uses` tells them."""
        found, around = self._found, self._found.around
        uses = [use for use in found.spread.special if self._inside[around.effect[use]]]
        if not uses:
            empty = np.empty(0, np.int64)
            return empty, empty, empty, empty
        chains = self._chains()
        reading = np.unique(around.effect[around.of(EdgeClass.GENERAL_USE)])
        made = around.of(EdgeClass.GENERATION)
        made = made[np.isin(around.cause[made], reading)]
        outputs = {*zip(around.cause[made].tolist(), around.effect[made].tolist(), strict=True)}
        rows: dict[tuple[int, int, int], tuple[int, int]] = {}
        first: dict[tuple[int, int], int] = {}
        reads: dict[tuple[int, int], list[int]] = {}
        for use in around.of(EdgeClass.GENERAL_USE).tolist():
            pair = (int(around.cause[use]), int(around.effect[use]))
            time = int(around.time[use])
            reads.setdefault(pair, []).append(NEVER if time == UNKNOWN_TIME else time)
            first[pair] = min(first.get(pair, NEVER), ALWAYS if time == UNKNOWN_TIME else time)
        for (general, run), moments in reads.items():
            if found.spread.distance[run] == NOT_REACHED or not self._inside[run]:
                continue
            for special, ways in chains.get(general, {}).items():
                born = int(found.born[special])
                in_time = born == UNKNOWN_TIME or max(moments) >= born
                if in_time and (run, special) not in outputs:
                    rows[special, general, run] = (first[general, run], ways)
                    if len(rows) > _MOST_UNVERSIONED:
                        self.complete = False
                        break
        columns = [(special, run, when, ways) for (special, _, run), (when, ways) in rows.items()]
        table = np.array(columns, np.int64).reshape(-1, 4)
        return table[:, 0], table[:, 1], table[:, 2], table[:, 3]

    def _chains(self) -> dict[int, dict[int, int]]:
        """By general entity: the affected entities below it that are inside, each with the number of ways up."""
        found, around = self._found, self._found.around
        edges = around.of(*UP)
        pairs = np.unique(
            np.stack([around.edge_class[edges], around.cause[edges], around.effect[edges]], axis=1), axis=0
        )
        above: dict[int, list[int]] = {}
        for _, cause, effect in pairs.tolist():
            above.setdefault(cause, []).append(effect)
        below: dict[int, dict[int, int]] = {}
        reached = found.spread.distance != NOT_REACHED
        for special in [node for node in above if reached[node] and self._inside[node]]:
            level, hops = {special: 1}, 0
            while level and self.complete:
                following: dict[int, int] = {}
                for node, number in level.items():
                    for general in above.get(node, ()):
                        following[general] = following.get(general, 0) + number
                for general, number in following.items():
                    below.setdefault(general, {})[special] = below.get(general, {}).get(special, 0) + number
                level, hops = following, hops + 1
                self.complete = hops <= len(above) + 1  # else a circle, which no specialisation can be
        return below

    def _moments(self, uses: tuple[Ints, Ints, Ints, Ints]) -> None:
        """The moments of each run, from one to the next, and what it generated."""
        around = self._found.around
        cause, run, when, ways = uses
        keys, inverse = np.unique(np.stack([run, when], axis=1), axis=0, return_inverse=True)
        moment = self.size + np.arange(len(keys))
        self.size += len(keys)
        for leaves in (_FULL, _UP_ONLY):
            self._add(cause * _KINDS + leaves, run * _KINDS + _RUN, ways)
            self._add(cause * _KINDS + leaves, moment[inverse.reshape(-1)], ways)
        following = np.flatnonzero(keys[1:, 0] == keys[:-1, 0])
        self._add(moment[following], moment[following + 1])
        edges = self._edges[around.edge_class[self._edges] == EdgeClass.GENERATION]
        made_at = np.where(around.time[edges] == UNKNOWN_TIME, NEVER, around.time[edges])
        order = np.lexsort((-made_at, around.effect[edges], around.cause[edges]))
        edges, made_at = edges[order], made_at[order]
        pair = np.unique(around.cause[edges] * self._n + around.effect[edges], return_index=True)[1]
        edges, made_at = edges[pair], made_at[pair]
        makers, outputs = around.cause[edges], around.effect[edges] * _KINDS + _FULL
        self._add(makers * _KINDS + _CODE, outputs)
        processed = ~self._found.precise[edges]
        makers, outputs, made_at = makers[processed], outputs[processed], made_at[processed]
        self._add(makers * _KINDS + _WHENEVER, outputs)
        if len(keys):
            place = _last_before(keys, makers, made_at)
            fits = place >= 0
            self._add(moment[place[fits]], outputs[fits])


def _last_before(keys: Ints, runs: Ints, times: Ints) -> Ints:
    """For each run and time the place of the run's last moment that is not later; -1 where there is none.

    Args:
        keys: Runs and their moments, in order. Shape (m, 2).
    """
    moments, rank = np.unique(np.concatenate([keys[:, 1], times]), return_inverse=True)
    size = len(moments) + 1
    rank = rank.reshape(-1)
    place = np.searchsorted(keys[:, 0] * size + rank[: len(keys)], runs * size + rank[len(keys) :], side="right") - 1
    mine = (place >= 0) & (keys[np.maximum(place, 0), 0] == runs)
    found: Ints = np.where(mine, place, -1)
    return found


def _numbers(vertices: _Vertices) -> list[int | None]:
    """The number of paths to each vertex; None for infinite."""
    used = np.unique(np.concatenate([vertices.starts, vertices.source, vertices.target]))
    source, target = np.searchsorted(used, vertices.source), np.searchsorted(used, vertices.target)
    starts = np.searchsorted(used, vertices.starts)
    graph = igraph.Graph(len(used) + 1, np.stack([source, target], axis=1).tolist(), directed=True)
    origin = len(used)
    graph.add_edges([(origin, int(start)) for start in starts])
    reachable = np.zeros(len(used) + 1, np.bool_)
    reachable[graph.subcomponent(origin, mode="out")] = True
    live = reachable[source] & reachable[target]
    source, target, times = source[live], target[live], vertices.times[live]
    size = len(used)
    circles = igraph.Graph(size, np.stack([source, target], axis=1).tolist(), directed=True)
    component = np.array(circles.connected_components(mode="strong").membership)
    circular = np.bincount(component, minlength=size)[component] > 1
    circular[source[source == target]] = True
    infinite = np.zeros(size, np.bool_)
    if circular.any():
        first = [int(vertex) for vertex in np.unique(component[circular], return_index=True)[1]]
        each = np.flatnonzero(circular)[first].tolist()
        around = igraph.Graph(size + 1, np.stack([source, target], axis=1).tolist(), directed=True)
        around.add_edges([(size, vertex) for vertex in each])
        infinite[[vertex for vertex in around.subcomponent(size, mode="out") if vertex < size]] = True
    finite = ~infinite[target] & ~infinite[source]
    source, target, times = source[finite], target[finite], times[finite]
    numbers = [0] * size
    for start in starts.tolist():
        numbers[start] += 1
    order = igraph.Graph(size, np.stack([source, target], axis=1).tolist(), directed=True).topological_sorting()
    by_source = np.argsort(source, kind="stable")
    heads, weights = target[by_source].tolist(), times[by_source].tolist()
    bounds = np.searchsorted(source[by_source], np.arange(size + 1)).tolist()
    for vertex in order:
        number = numbers[vertex]
        if number:
            for at in range(bounds[vertex], bounds[vertex + 1]):
                numbers[heads[at]] += number * weights[at]
    told: list[int | None] = [0] * vertices.size
    for vertex, number, endless in zip(used.tolist(), numbers, infinite.tolist(), strict=True):
        told[vertex] = None if endless else number
    return told
