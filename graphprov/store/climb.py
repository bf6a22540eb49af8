"""How the store finds what may have affected some nodes: upstream, hop by hop, the mirror of `walk.py`.

The same columns come back, from cause to effect, so that a flaw in any of the nodes can be spread by the same rules.
The cost is what lies behind the nodes asked for, however much lies downstream of the flaw.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from graphprov.model.vocabulary import RelationType
from graphprov.store.cypher import store_text
from graphprov.store.neighbourhood import EdgeClass, Ints, Neighbourhood
from graphprov.store.parts import in_parts
from graphprov.store.walk import Collected, Seen, same_content, with_code

if TYPE_CHECKING:
    from graphprov.store.facade import Store

Column = Sequence[int] | Ints
_NONE = np.empty(0, np.int64)
_CLASS_OF: dict[RelationType, EdgeClass] = {
    RelationType.USED: EdgeClass.USE,
    RelationType.WAS_GENERATED_BY: EdgeClass.GENERATION,
    RelationType.WAS_DERIVED_FROM: EdgeClass.DERIVATION,
    RelationType.WAS_INFORMED_BY: EdgeClass.COMMUNICATION,
    RelationType.HAD_MEMBER: EdgeClass.MEMBER_UP,
    RelationType.SPECIALIZATION_OF: EdgeClass.SPECIALISATION,
    RelationType.MENTION_OF: EdgeClass.MENTION,
    RelationType.WAS_INFLUENCED_BY: EdgeClass.INFLUENCE,
    RelationType.WAS_STARTED_BY: EdgeClass.START,
    RelationType.WAS_ENDED_BY: EdgeClass.END,
}
_BELOW: dict[RelationType, EdgeClass] = {
    RelationType.HAD_MEMBER: EdgeClass.MEMBER_DOWN,
    RelationType.SPECIALIZATION_OF: EdgeClass.GENERAL,
    RelationType.MENTION_OF: EdgeClass.GENERAL_MENTION,
}
_IN_FULL = (EdgeClass.MEMBER_DOWN, EdgeClass.SPECIALISATION, EdgeClass.MENTION)
"""Relations that carry a flaw from what is affected otherwise than by membership up: its members do not matter then."""


def upstream(
    store: Store, start: Iterable[int], *, shape: Mapping[str, Any], known_on: datetime | None = None
) -> Neighbourhood:
    """All that may have affected the start nodes, which are given by internal number.

    Args:
        shape: What the store holds at all, as `shape.cypher` tells it.
        known_on: Only relations that the store had learnt by then.
    """
    climb = Climb(store, shape, known_on)
    frontier = climb.begin(np.fromiter(start, dtype=np.int64))
    while frontier.size:
        frontier = climb.hop(frontier)
    around = climb.found.neighbourhood(climb.all)
    return with_code(store, around, known_on) if shape["code_uses"] or shape["plans"] else around


@dataclass(frozen=True)
class _Frontier:
    """Nodes to look behind.

    Attributes:
        any_way: Those that count however they are affected.
        in_full: Those that count where they are affected otherwise than by membership up.
        read: General entities that a run read without saying which version.
    """

    any_way: Ints
    in_full: Ints
    read: Ints

    @property
    def size(self) -> int:
        """How many there are, some of them counted twice."""
        return len(self.any_way) + len(self.in_full) + len(self.read)


class Climb:
    """A search in progress."""

    def __init__(self, store: Store, shape: Mapping[str, Any], known_on: datetime | None) -> None:
        self._store, self._shape, self._known_on = store, shape, known_on
        self.found, self.all = Collected(), Seen()
        self._any_way, self._in_full, self._read = Seen(), Seen(), Seen()
        self._reached: dict[EdgeClass, list[Ints]] = {}

    def begin(self, start: Ints) -> _Frontier:
        """The first frontier: what is asked about counts however it is affected."""
        self.all.add(start)
        return _Frontier(self._any_way.add(start), _NONE, _NONE)

    def hop(self, frontier: _Frontier) -> _Frontier:
        """Look behind the frontier; the next one."""
        self._reached = {}
        behind = np.union1d(frontier.any_way, frontier.in_full)
        self._along(behind, frontier.any_way)
        if frontier.read.size or RelationType.HAD_MEMBER in self._shape["relations"]:
            self._below(behind, frontier.read)
        if self._shape["plans"]:
            text = store_text("hop_causes_plans")
            for causes, effects in in_parts(self._store, text, "frontier", behind, known_on=self._known_on):
                self._take(EdgeClass.PLAN, causes, effects)
        if self._shape["imported"]:
            for causes, effects, _ in same_content(self._store, behind, self._known_on):
                self._take(EdgeClass.SAME, causes, effects)
        return self._following()

    def _along(self, behind: Ints, collections: Ints) -> None:
        parameters = {"collections": collections.tolist(), "known_on": self._known_on}
        for relation, causes, effects, times, general in in_parts(
            self._store, store_text("hop_causes"), "frontier", behind, **parameters
        ):
            edge_class = _CLASS_OF[RelationType(relation)]
            timed = edge_class in (EdgeClass.USE, EdgeClass.GENERATION)
            self._take(edge_class, causes, effects, times if timed else None)
            if edge_class is EdgeClass.USE and any(general):
                by_name = np.flatnonzero(general)
                columns = (np.array(column, np.int64)[by_name] for column in (causes, effects, times))
                self._take(EdgeClass.GENERAL_USE, *columns)

    def _below(self, members: Ints, generals: Ints) -> None:
        rows = self._store.ask(
            "hop_causes_below", members=members.tolist(), generals=generals.tolist(), known_on=self._known_on
        ).rows
        for relation, causes, effects in rows:
            self._take(_BELOW[RelationType(relation)], causes, effects)

    def _take(self, edge_class: EdgeClass, causes: Column, effects: Column, times: Column | None = None) -> None:
        behind = np.asarray(causes, np.int64)
        when = None if times is None else np.asarray(times, np.int64)
        self.found.add(edge_class, behind, np.asarray(effects, np.int64), when)
        self._reached.setdefault(edge_class, []).append(behind)

    def _following(self) -> _Frontier:
        def causes(classes: Iterable[EdgeClass]) -> list[Ints]:
            return [part for edge_class in classes for part in self._reached.get(edge_class, ())]

        any_way = self._any_way.add(*causes(edge_class for edge_class in EdgeClass if edge_class not in _IN_FULL))
        in_full = self._in_full.add(*causes(_IN_FULL))
        # What counts in any way has been looked behind already, or is about to be.
        in_full = in_full[~self._any_way.among(in_full)]
        self.all.add(any_way, in_full)
        special = (EdgeClass.GENERAL, EdgeClass.GENERAL_MENTION, EdgeClass.GENERAL_USE)
        return _Frontier(any_way, in_full, self._read.add(*causes(special)))
