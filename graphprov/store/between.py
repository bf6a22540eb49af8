"""How the store finds what lies between some nodes and others: from both ends, hop by hop, until one side is done.

Downstream of a flaw may lie nearly everything, and upstream of an artifact too, but seldom both. So the side that has
found less goes on, and the one that ends first has found all that lies between, at no more than about twice its cost.
The search upstream is the search downstream with the table of walks read from right to left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from graphprov.store.cypher import store_text
from graphprov.store.neighbourhood import UNKNOWN_TIME, EdgeClass, Ints, Neighbourhood
from graphprov.store.walk import (
    AGAINST,
    INFLUENCES,
    WALKS,
    Edges,
    Found,
    Reached,
    Search,
    Walk,
    as_edges,
    in_parts,
    same_content,
    union,
)

if TYPE_CHECKING:
    from graphprov.store.facade import Store

_NONE = np.empty(0, np.int64)


class Between:
    """A search from both ends."""

    def __init__(
        self,
        store: Store,
        start: Iterable[int],
        ends: Iterable[int],
        *,
        shape: Mapping[str, Any],
        subjects: Iterable[int] = (),
        known_on: datetime | None = None,
        told: Callable[[int], None] | None = None,
    ) -> None:
        """Begin at both ends, which are given by internal number; the rest as in `graphprov.store.walk.downstream`."""
        self._down = _Side(Search(store, shape, np.fromiter(subjects, dtype=np.int64), known_on), start)
        self._up = _Side(_Upstream(store, shape, _NONE, known_on), ends)
        self._told = told

    def found(self) -> Neighbourhood:
        """All that lies between the ends, and more: everything downstream of the start, or upstream of the ends."""
        while not (self._down.is_done or self._up.is_done):
            self._hop(min(self._up, self._down, key=lambda side: side.effort))
        return (self._up if self._up.is_done else self._down).search.assembled()

    def upstream(self) -> Neighbourhood:
        """Everything from which a flaw might reach the ends."""
        while not self._up.is_done:
            self._hop(self._up)
        return self._up.search.assembled()

    def _hop(self, side: _Side) -> None:
        side.ahead = side.search.hop(side.ahead)
        if self._told is not None:
            self._told(self._down.search.all.count + self._up.search.all.count)


class _Side:
    """One end's search and its frontier."""

    def __init__(self, search: Search, start: Iterable[int]) -> None:
        self.search = search
        self.ahead = search.begin(np.fromiter(start, dtype=np.int64))

    @property
    def is_done(self) -> bool:
        """Whether there is nothing left to follow."""
        return not any(len(nodes) for nodes in self.ahead.values())

    @property
    def effort(self) -> int:
        """What was found so far, and is to be followed next."""
        return self.search.all.count + max(len(nodes) for nodes in self.ahead.values())


class _Upstream(Search):
    """The same walks from effect to cause: what a node is reached as, is what it would have to be affected as."""

    AHEAD: ClassVar = 0
    """Which end of a relation lies ahead: the cause."""

    def begin(self, start: Ints) -> dict[Reached, Ints]:
        """The first frontier: what is asked about may be an entity or a run, affected in any way."""
        ahead = super().begin(start)
        return {as_what: ahead[as_what] for as_what in (Reached.ENTITY, Reached.RUN)}

    def departs(self, walk: Walk) -> tuple[Reached, ...]:
        """As what a node must have been reached for a relation to be followed from it."""
        return walk.reaches

    def arrives(self, walk: Walk) -> tuple[Reached, ...]:
        """As what the node ahead is reached then."""
        return walk.leaves

    def narrow(self, leaving: dict[EdgeClass, Ints]) -> Found:
        """One query for all types of relation that are walked along their arrows."""
        along = {edge_class: nodes for edge_class, nodes in leaving.items() if edge_class in AGAINST}
        rows = self.store.ask(
            "hop_back_all",
            nodes=union(list(along.values())).tolist(),
            collections=along.get(EdgeClass.MEMBER_UP, _NONE).tolist(),
            known_on=self.known_on,
        ).rows
        found: Found = {edge_class: [] for edge_class in along}
        for relation, general, *columns in rows:
            effects, causes, times = as_edges(*columns)
            is_general = np.array(general, np.bool_)
            for edge_class, nodes in along.items():
                if WALKS[edge_class].relation == relation:
                    mine = np.isin(effects, nodes)
                    if edge_class is EdgeClass.GENERAL_USE:
                        mine &= is_general
                    time = times[mine] if WALKS[edge_class].timed else np.full(int(mine.sum()), UNKNOWN_TIME)
                    found[edge_class].append((causes[mine], effects[mine], time))
        return found

    def wide(self, edge_class: EdgeClass, nodes: Ints) -> list[Edges]:
        """A query for one type of relation."""
        if edge_class is EdgeClass.SAME:
            return same_content(self.store, nodes, self.known_on)
        walk, known = WALKS[edge_class], {"known_on": self.known_on}
        if edge_class is EdgeClass.PLAN:
            name = "hop_back_plans"
        elif edge_class is EdgeClass.GENERAL_USE:
            name = "hop_back_general"
        elif edge_class in INFLUENCES:
            name = "hop_back_influence"
        elif walk.along:
            name, known = ("hop_downstream", {}) if self.known_on is None else ("hop_known", known)
        elif walk.timed or self.known_on is not None:
            name = "hop_back"
        else:
            name, known = "hop_along", {}
        relation = None if edge_class in (EdgeClass.PLAN, EdgeClass.GENERAL_USE) else walk.relation
        rows = in_parts(self.store, store_text(name, relation=relation), "frontier", nodes, **known)
        told = [as_edges(*row) for row in rows]
        # What is walked against its arrow downstream is asked for along it here, and the other way round.
        untimed = not walk.timed
        return [
            (ahead, behind, np.full(len(times), UNKNOWN_TIME) if untimed else times) for behind, ahead, times in told
        ]

    def assembled(self) -> Neighbourhood:
        """All that was found, by position, each relation once, however many ways it was come upon."""
        around = super().assembled()
        columns = np.stack([around.edge_class.astype(np.int64), around.cause, around.effect, around.time])
        order = np.lexsort(columns)
        kept = np.sort(order[np.append(True, (np.diff(columns[:, order], axis=1) != 0).any(axis=0))[: len(order)]])
        return Neighbourhood(
            around.nodes, around.cause[kept], around.effect[kept], around.edge_class[kept], around.time[kept]
        )
