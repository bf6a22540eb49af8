"""What lies behind some artifacts, and whether a flaw in some of it reaches them: impact asked from the other end.

By the same rules, on the same columns; only found upstream of the artifacts instead of downstream of the flaw, since
what lies behind one artifact is little, and what lies downstream of a vendor may be nearly everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from graphprov.analysis.bookkeeping import without_bookkeeping
from graphprov.analysis.flaw import Flaw, ResolvedFlaw
from graphprov.analysis.paths import Paths, ids_at, steps
from graphprov.analysis.reach import Reach, earliest_times, precise_generations
from graphprov.analysis.report import Step
from graphprov.analysis.rules import Certainty
from graphprov.analysis.spread import NOT_REACHED, spread
from graphprov.store import Store
from graphprov.store.climb import upstream
from graphprov.store.neighbourhood import Bools, Ints, Neighbourhood


@dataclass(frozen=True)
class Behind:
    """Everything that may have affected some nodes.

    Attributes:
        around: It, and the nodes themselves, as columns.
        precise: Edges of generation that the rule "precision" clears. Shape (e,).
        born: See `graphprov.analysis.spread.spread`. Shape (n,).
    """

    around: Neighbourhood
    precise: Bools
    born: Ints
    shape: Mapping[str, Any]
    known_on: datetime | None

    def among(self, numbers: Sequence[int] | Ints) -> Ints:
        """Those of some nodes, by the store's numbers, that lie here."""
        given = np.asarray(numbers, np.int64)
        return given[np.isin(given, self.around.nodes)]

    def reached_from(self, flawed: Sequence[int] | Ints, subjects: Sequence[int] | Ints = ()) -> Reach | None:
        """How far a flaw in some nodes reaches here; None where none of them lies here.

        Args:
            flawed: The store's numbers of the flawed nodes.
            subjects: Of these, those that are subjects: the window chose their special entities.
        """
        around = self.around
        start = around.positions(self.among(flawed))
        if not len(start):
            return None
        chosen = self.among(subjects)
        result = spread(around, start, self.precise, subjects=around.positions(chosen), born=self.born)
        reached = np.flatnonzero(result.distance != NOT_REACHED)
        flaw = ResolvedFlaw(Flaw(()), [], [], around.nodes[start].tolist(), chosen.tolist(), [], self.known_on)
        distance, certainty = result.distance[reached], result.certainty[reached]
        return Reach([], [], distance, certainty, reached, flaw, around, self.precise, self.born, result, self.shape)


def behind(store: Store, numbers: Iterable[int], *, known_on: datetime | None = None) -> Behind:
    """Find everything that may have affected some nodes, which are given by the store's numbers.

    Args:
        known_on: Only what the store had learnt by then.
    """
    shape = store.ask("shape").dicts()[0]
    return looked_at(store, upstream(store, numbers, shape=shape, known_on=known_on), shape, known_on=known_on)


def looked_at(store: Store, around: Neighbourhood, shape: Mapping[str, Any], *, known_on: datetime | None) -> Behind:
    """A neighbourhood that holds all that may have affected some nodes, with what the rules ask of it.

    Args:
        shape: What the store holds at all, as `shape.cypher` tells it.
        known_on: Only what the store had learnt by then.
    """
    around = without_bookkeeping(store, around)
    precise = precise_generations(store, around, known_on, shape)
    return Behind(around, precise, earliest_times(store, around, known_on), shape, known_on)


@dataclass(frozen=True)
class Touch:
    """How a flaw reaches one node.

    Attributes:
        distance: Fewest relations; 0 where the node is flawed itself.
        why: One such path.
    """

    distance: int
    certainty: Certainty
    why: list[Step]


@dataclass(frozen=True)
class WayTo:
    """How a flaw reaches one node, with the edges of the path yet to be named."""

    distance: int
    certainty: Certainty
    around: Neighbourhood
    edges: Sequence[int]


def way_to(found: Reach | None, number: int) -> WayTo | None:
    """How a flaw reaches a node, given by the store's number; None where it does not. Nothing is asked of the store."""
    if found is None:
        return None
    position = int(found.around.positions([number])[0])
    distance = int(found.spread.distance[position])
    if distance == NOT_REACHED:
        return None
    certainty = Certainty(int(found.spread.certainty[position]))
    return WayTo(distance, certainty, found.around, Paths(found).to(position))


def touches(store: Store, ways: Sequence[WayTo]) -> list[Touch]:
    """The same ways with the names of what lies on them, which the store is asked for at once.

    Args:
        ways: All through one neighbourhood.
    """
    if not ways:
        return []
    around = ways[0].around
    ends = {end for way in ways for edge in way.edges for end in (int(around.cause[edge]), int(around.effect[edge]))}
    ids = ids_at(store, around, sorted(ends)) if ends else {}
    return [Touch(way.distance, way.certainty, steps(around, way.edges, ids) if way.edges else []) for way in ways]
