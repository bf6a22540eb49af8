"""The rule "unversioned use" as states: a general entity as what a run may have read one of its versions for.

A run that used a general entity may have read any version that existed by then, unless the run made that version
itself. As relations between versions and runs these would be pairs, and too many; so each general entity has a state
for each special one below it, and these are the leaves of a binary tree, in the order of their earliest times. A run is
then reached from the few nodes of the tree that together stand for the versions that it may have read.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graphprov.analysis.spread import ALWAYS, NEVER, UP
from graphprov.store.neighbourhood import UNKNOWN_TIME, Bools, EdgeClass, Ints, Neighbourhood, runs_of

_NONE = np.empty(0, np.int64)


@dataclass(frozen=True)
class Readings:
    """States of general entities, and what leads to them and from them, as columns.

    Attributes:
        node: The position of the general entity of each state. Shape (r,).
        weaker: The state above it in the tree, whose runs may have read this one too; -1 for none. Shape (r,).
        entered: From an affected special entity (its position) to a state, and the edge walked. Shape (3, e).
        climbed: From a state to that of a still more general entity, and the edge walked. Shape (3, c).
        read: From a state to a run (its position), and the edge walked: the first use. Shape (3, u).
        when: When that was, in microseconds since 1970; `ALWAYS` where one of the times is not known. Shape (u,).
    """

    node: Ints
    weaker: Ints
    entered: Ints
    climbed: Ints
    read: Ints
    when: Ints


def readings(around: Neighbourhood, born: Ints, among: Bools) -> Readings:
    """The states of general entities that runs among some nodes used as such.

    Args:
        born: The earliest time of each special entity; see `graphprov.analysis.spread.spread`. Shape (n,).
        among: The nodes that may be affected. Shape (n,).
    """
    uses = around.of(EdgeClass.GENERAL_USE)
    uses = uses[among[around.effect[uses]]]
    up = _distinct(around, around.of(*UP))
    up = up[_leads_to_use(around, up, uses)]
    leaves, entered, climbed = _leaves(around, up, among)
    if not len(leaves):
        nothing = np.empty((3, 0), np.int64)
        return Readings(_NONE, _NONE, nothing, nothing, nothing, _NONE)
    n = len(around.nodes)
    special, general = leaves % n, leaves // n
    order = np.lexsort((special, np.where(born[special] == UNKNOWN_TIME, ALWAYS, born[special]), general))
    place = np.empty(len(leaves), np.int64)
    place[order] = np.arange(len(leaves))
    tree = _Tree(general[order])
    leaf = tree.leaf(place)
    runs, first, moments = _uses(around, uses)
    pairs, starts, ends = _ranges(around, special[order], general[order], born, runs)
    pair, nodes = tree.covering(pairs, starts, ends)
    return Readings(
        tree.general,
        tree.weaker,
        np.stack([entered[0], leaf[np.searchsorted(leaves, entered[1])], entered[2]]),
        np.stack([leaf[np.searchsorted(leaves, climbed[0])], leaf[np.searchsorted(leaves, climbed[1])], climbed[2]]),
        np.stack([nodes, runs[1][pair], first[pair]]),
        moments[pair],
    )


def _distinct(around: Neighbourhood, edges: Ints) -> Ints:
    """One edge of each class between the same two nodes."""
    columns = np.stack([around.edge_class[edges].astype(np.int64), around.cause[edges], around.effect[edges]])
    return edges[np.unique(columns, axis=1, return_index=True)[1]]


def _leads_to_use(around: Neighbourhood, up: Ints, uses: Ints) -> Bools:
    """Which ways up lead to something that was used."""
    useful = np.zeros(len(around.nodes), np.bool_)
    useful[around.cause[uses]] = True
    count = -1
    while count < (count := int(useful.sum())):
        useful[around.cause[up[useful[around.effect[up]]]]] = True
    found: Bools = useful[around.effect[up]]
    return found


def _leaves(around: Neighbourhood, up: Ints, among: Bools) -> tuple[Ints, Ints, Ints]:
    """All pairs of an affected special entity and a general one above it, as `general * n + special`, ascending.

    Returns:
        The pairs; the first steps up (special entity, pair, edge); and the further ones (pair, pair, edge).
    """
    n = len(around.nodes)
    first = up[among[around.cause[up]]]
    entered = np.stack([around.cause[first], around.effect[first] * n + around.cause[first], first])
    known, climbed = np.unique(entered[1]), [np.empty((3, 0), np.int64)]
    new = known
    by_cause = up[np.argsort(around.cause[up], kind="stable")]
    bounds = np.searchsorted(around.cause[by_cause], np.arange(n + 1))
    while len(new):
        at = new // n
        count = bounds[at + 1] - bounds[at]
        below = np.repeat(new, count)
        edges = by_cause[runs_of(bounds[at], count)]
        above = around.effect[edges] * n + below % n
        climbed.append(np.stack([below, above, edges]))
        new = np.setdiff1d(above, known)
        known = np.union1d(known, new)
    return known, entered, np.concatenate(climbed, axis=1)


def _uses(around: Neighbourhood, uses: Ints) -> tuple[Ints, Ints, Ints]:
    """Each pair of a general entity and a run that used it, once.

    Returns:
        The pairs with the moment of the last use (shape (3, p); `NEVER` where one is not known), the edge of the first
        use of each, and its moment (`ALWAYS` where one is not known).
    """
    general, run, time = around.cause[uses], around.effect[uses], around.time[uses]
    earliest = np.where(time == UNKNOWN_TIME, ALWAYS, time)
    order = np.lexsort((earliest, run, general))
    key = general[order] * len(around.nodes) + run[order]
    pairs, first = np.unique(key, return_index=True)
    last = np.full(len(pairs), ALWAYS)
    np.maximum.at(last, np.searchsorted(pairs, key), np.where(time == UNKNOWN_TIME, NEVER, time)[order])
    n = len(around.nodes)
    return np.stack([pairs // n, pairs % n, last]), uses[order][first], earliest[order][first]


def _ranges(around: Neighbourhood, special: Ints, general: Ints, born: Ints, runs: Ints) -> tuple[Ints, Ints, Ints]:
    """Which leaves each run may have read: ranges of places.

    Args:
        special: Of each leaf, in the order of general entity and earliest time. Shape (l,).
        general: The same.
        runs: General entities, runs that used them, and the last moment of that. Shape (3, p).

    Returns:
        For each range the place of its pair in `runs`, where it starts, and where it ends.
    """
    time = np.where(born[special] == UNKNOWN_TIME, ALWAYS, born[special])
    moments, rank = np.unique(np.concatenate([time, runs[2]]), return_inverse=True)
    size, rank = len(moments) + 1, rank.reshape(-1)
    keys = general * size + rank[: len(special)]
    start = np.searchsorted(keys, runs[0] * size)
    end = np.searchsorted(keys, runs[0] * size + rank[len(special) :], side="right")
    pair, own = _own(around, special, general, runs)
    cut = (own >= start[pair]) & (own < end[pair])
    pair, own = pair[cut], own[cut]
    every = np.arange(len(start))
    starts, ends = np.concatenate([start, own + 1]), np.concatenate([own, end])
    by_start = np.lexsort((starts, np.concatenate([every, pair])))
    by_end = np.lexsort((ends, np.concatenate([pair, every])))
    owner = np.concatenate([every, pair])[by_start]
    starts, ends = starts[by_start], ends[by_end]
    some = starts < ends
    return owner[some], starts[some], ends[some]


def _own(around: Neighbourhood, special: Ints, general: Ints, runs: Ints) -> tuple[Ints, Ints]:
    """Pairs of `runs`, each with the place of a leaf that the run generated itself."""
    made = around.of(EdgeClass.GENERATION)
    made = made[np.isin(around.cause[made], runs[1]) & np.isin(around.effect[made], special)]
    if not len(made):
        return _NONE, _NONE
    made = _distinct(around, made)
    by_special = np.argsort(special, kind="stable")
    first = np.searchsorted(special[by_special], around.effect[made])
    count = np.searchsorted(special[by_special], around.effect[made], side="right") - first
    leaf = by_special[runs_of(first, count)]
    key = general[leaf] * len(around.nodes) + np.repeat(around.cause[made], count)
    pairs = runs[0] * len(around.nodes) + runs[1]
    at = np.minimum(np.searchsorted(pairs, key), len(pairs) - 1)
    used = pairs[at] == key
    return at[used], leaf[used]


class _Tree:
    """A binary tree over all leaves, of which the nodes count that stand for leaves of one general entity alone."""

    def __init__(self, general: Ints) -> None:
        size = 1 << max(0, int(len(general) - 1).bit_length())
        low = np.full(2 * size, -1, np.int64)
        low[size : size + len(general)] = general
        high = low.copy()
        half = size // 2
        while half:
            low[half : 2 * half] = low[2 * half : 4 * half : 2]
            high[half : 2 * half] = high[2 * half + 1 : 4 * half : 2]
            half //= 2
        pure = (low == high) & (low >= 0)
        pure[0] = False
        kept = np.flatnonzero(pure)
        self._number = np.full(2 * size, -1, np.int64)
        self._number[kept] = np.arange(len(kept))
        self._size = size
        self.general: Ints = low[kept]
        self.weaker: Ints = self._number[kept >> 1]

    def leaf(self, place: Ints) -> Ints:
        """The states that are the leaves at some places."""
        found: Ints = self._number[self._size + place]
        return found

    def covering(self, pairs: Ints, starts: Ints, ends: Ints) -> tuple[Ints, Ints]:
        """The fewest states that together stand for the leaves of each range, with the pair of each."""
        low, high = starts + self._size, ends + self._size
        found = [np.empty((2, 0), np.int64)]
        while len(pairs):
            odd = low & 1 == 1
            found.append(np.stack([pairs[odd], low[odd]]))
            low = (low + odd) >> 1
            odd = high & 1 == 1
            found.append(np.stack([pairs[odd], high[odd] - 1]))
            high = (high - odd) >> 1
            more = low < high
            pairs, low, high = pairs[more], low[more], high[more]
        pair, node = np.concatenate(found, axis=1)
        return pair, self._number[node]
