"""The one seam between the store and the analyses: a neighbourhood of the graph as columns.

Downstream of some nodes, everything that one may reach against the arrows, with every relation on the way: integer
arrays, in one pass that expands each node once, however many start nodes there are and however many paths. What the
rules of impact then clear is for the analyses to say; here nothing is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from graphprov.store.facade import Store

Ints = NDArray[np.int64]
UNKNOWN_TIME = -1
_CHUNK = 100_000
"""Nodes expanded by one query: bounds the memory that the server needs for it."""


class EdgeClass(IntEnum):
    """What a relation is to the rules of impact; the numbers are those of `cypher/store/hop_downstream.cypher`."""

    DERIVATION = 0
    USE = 1
    CODE_USE = 2
    GENERATION = 3


@dataclass(frozen=True)
class Neighbourhood:
    """Nodes and relations as columns. Edge i leads from `nodes[cause[i]]` to `nodes[effect[i]]`.

    Attributes:
        nodes: The store's internal numbers, ascending; valid while the store is open. Shape (n,).
        cause: Positions in `nodes`. Shape (e,).
        effect: Positions in `nodes`. Shape (e,).
        edge_class: Values of `EdgeClass`. Shape (e,).
        time: Microseconds since 1970 of the usage or generation, `UNKNOWN_TIME` where not recorded. Shape (e,).
    """

    nodes: Ints
    cause: Ints
    effect: Ints
    edge_class: NDArray[np.int8]
    time: Ints

    def positions(self, numbers: Iterable[int]) -> Ints:
        """Positions of nodes that are known to be here."""
        return np.searchsorted(self.nodes, np.fromiter(numbers, dtype=np.int64))


def downstream(store: Store, start: Iterable[int], *, told: Callable[[int], None] | None = None) -> Neighbourhood:
    """All that may be affected by the start nodes, which are given by internal number.

    Cost grows with the number of relations reached; one query a hop.

    Args:
        told: Called after each hop with the number of nodes found so far.
    """
    frontier = np.unique(np.fromiter(start, dtype=np.int64))
    seen = frontier
    columns: list[tuple[Ints, Ints, Ints, Ints]] = []
    while len(frontier):
        found = [_hop(store, frontier[first : first + _CHUNK]) for first in range(0, len(frontier), _CHUNK)]
        columns += found
        reached = np.unique(np.concatenate([effects for _, effects, _, _ in found]))
        frontier = np.setdiff1d(reached, seen, assume_unique=True)
        seen = np.union1d(seen, frontier)
        if told is not None:
            told(len(seen))
    cause, effect, edge_class, time = (
        np.concatenate(parts) if parts else np.empty(0, np.int64)
        for parts in (list(zip(*columns, strict=True)) or [()] * 4)
    )
    return Neighbourhood(
        seen, np.searchsorted(seen, cause), np.searchsorted(seen, effect), edge_class.astype(np.int8), time
    )


def _hop(store: Store, frontier: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    causes, effects, classes, times = store.ask("hop_downstream", frontier=frontier.tolist()).rows[0]
    return _array(causes), _array(effects), _array(classes), _array(times)


def _array(values: list[int]) -> Ints:
    return np.array(values, dtype=np.int64)
