"""The one seam between the store and the analyses: a neighbourhood of the graph as columns.

Nodes and the relations between them as integer arrays, whatever they are and wherever they came from. Nothing above
this seam knows how the store finds them (`graphprov.store.walk`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
UNKNOWN_TIME = -1
_NONE = np.empty(0, np.int64)


class EdgeClass(IntEnum):
    """What a relation is to the rules of impact, from cause to effect."""

    DERIVATION = 0
    USE = 1
    CODE_USE = 2
    GENERATION = 3
    SAME = 4
    PLAN = 5
    """From code to a run that had it as the plan of an association."""
    COMMUNICATION = 6
    MEMBER_UP = 7
    """From a member to its collection."""
    MEMBER_DOWN = 8
    """From a collection to its member."""
    SPECIALISATION = 9
    """From a general entity to what is special of it."""
    MENTION = 10
    """The same, where the special one is a mention of the general one in a bundle (PROV-LINKS 3)."""
    GENERAL = 11
    """From a special entity up to the general one, which is not affected by it but may have been read for it."""
    GENERAL_MENTION = 12
    GENERAL_USE = 13
    """From a general entity to a run that used it without saying which version."""
    INFLUENCE = 14
    START = 15
    END = 16


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

    def positions(self, numbers: Sequence[int] | Ints) -> Ints:
        """Positions of nodes that are known to be here."""
        return np.searchsorted(self.nodes, np.asarray(numbers, dtype=np.int64))

    def only(self, kept: Bools) -> Neighbourhood:
        """The same nodes with these edges alone; marks of shape (e,)."""
        columns = (self.cause, self.effect, self.edge_class, self.time)
        return Neighbourhood(self.nodes, *(column[kept] for column in columns))  # type: ignore[arg-type]

    def of(self, *classes: EdgeClass) -> Ints:
        """The edges of some classes, ascending."""
        if len(classes) == 1:
            return np.flatnonzero(self.edge_class == classes[0])
        return np.flatnonzero(np.isin(self.edge_class, classes))


def runs_of(first: Ints, count: Ints) -> Ints:
    """So many places from each first one on, one run of them after the other: the rows of compressed sparse rows.

    >>> runs_of(np.array([5, 0]), np.array([2, 3])).tolist()
    [5, 6, 0, 1, 2]
    """
    within = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)
    places: Ints = np.repeat(first, count) + within
    return places


class Outgoing:
    """The edges of some classes, found by their cause: compressed sparse rows."""

    def __init__(self, around: Neighbourhood, *classes: EdgeClass, without: Bools | None = None) -> None:
        """Index edges.

        Args:
            without: Edges that do not count. Shape (e,).
        """
        edges = around.of(*classes)
        if without is not None:
            edges = edges[~without[edges]]
        order = np.argsort(around.cause[edges], kind="stable")
        self.edges = edges[order]
        count = np.bincount(around.cause[edges], minlength=len(around.nodes)) if len(edges) else _NONE
        self._starts = np.concatenate([[0], np.cumsum(count)])

    def of(self, positions: Ints) -> Ints:
        """All edges that leave these nodes."""
        if not len(self.edges):
            return self.edges
        first = self._starts[positions]
        found: Ints = self.edges[runs_of(first, self._starts[positions + 1] - first)]
        return found
