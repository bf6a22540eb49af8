"""How the store finds a neighbourhood: downstream of some nodes, hop by hop, all that a flaw might reach.

One pass expands each node once, however many start nodes and however many paths there are. What the rules of impact
then clear is for the analyses to say; here nothing is left out, and nothing is looked at that no rule could reach.

What makes it fast (measured in `docs/performance.md`): narrow hops are one query, wide ones a query a type of relation,
so that no row says its type; no property of a relation is read where none can hold a time; types of which the store
holds none are not asked for; and large questions go in parts, two at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Any

import numpy as np

from graphprov.model.identity import EMPTY_DIGESTS
from graphprov.model.vocabulary import RelationType
from graphprov.store.cypher import store_text
from graphprov.store.known import code_among, same_content_known
from graphprov.store.neighbourhood import UNKNOWN_TIME, Bools, EdgeClass, Ints, Neighbourhood
from graphprov.store.parts import in_parts

if TYPE_CHECKING:
    from graphprov.store.facade import Store

_NONE = np.empty(0, np.int64)
_NARROW = 1_000
"""Nodes of one hop up to which one query for all types of relation is quicker than one for each."""


class Reached(Enum):
    """As what a node was reached: this decides which relations may carry the flaw on from it."""

    ENTITY = "in any way"
    FULL = "otherwise than by membership up, by which members and special entities are not affected"
    RUN = "a run, also as a subject of the flaw"
    ENTERED = "a run by a relation: what a mere subject generated is flawed or not by the window alone"
    GENERAL = "not affected: the general entity of an affected one, which a run may have read for it"


@dataclass(frozen=True)
class Walk:
    """How a class of relations is walked from cause to effect: from what to what, along or against its arrow."""

    relation: RelationType
    leaves: tuple[Reached, ...]
    reaches: tuple[Reached, ...]
    along: bool = False
    timed: bool = False


_ENTITY, _RUN = (Reached.ENTITY, Reached.FULL), (Reached.RUN, Reached.ENTERED)
WALKS: dict[EdgeClass, Walk] = {
    EdgeClass.DERIVATION: Walk(RelationType.WAS_DERIVED_FROM, (Reached.ENTITY,), _ENTITY),
    EdgeClass.USE: Walk(RelationType.USED, (Reached.ENTITY,), _RUN, timed=True),
    EdgeClass.GENERATION: Walk(RelationType.WAS_GENERATED_BY, (Reached.ENTERED,), _ENTITY, timed=True),
    EdgeClass.COMMUNICATION: Walk(RelationType.WAS_INFORMED_BY, (Reached.RUN,), _RUN),
    EdgeClass.MEMBER_UP: Walk(RelationType.HAD_MEMBER, (Reached.ENTITY,), (Reached.ENTITY,)),
    EdgeClass.MEMBER_DOWN: Walk(RelationType.HAD_MEMBER, (Reached.FULL,), _ENTITY, along=True),
    EdgeClass.SPECIALISATION: Walk(RelationType.SPECIALIZATION_OF, (Reached.FULL,), _ENTITY),
    EdgeClass.MENTION: Walk(RelationType.MENTION_OF, (Reached.FULL,), _ENTITY),
    EdgeClass.GENERAL: Walk(
        RelationType.SPECIALIZATION_OF, (Reached.ENTITY, Reached.GENERAL), (Reached.GENERAL,), along=True
    ),
    EdgeClass.GENERAL_MENTION: Walk(
        RelationType.MENTION_OF, (Reached.ENTITY, Reached.GENERAL), (Reached.GENERAL,), along=True
    ),
    EdgeClass.GENERAL_USE: Walk(RelationType.USED, (Reached.GENERAL,), _RUN, timed=True),
    # What is influenced may be an entity or a run; as the one that it is not, nothing leads on from it.
    EdgeClass.INFLUENCE: Walk(RelationType.WAS_INFLUENCED_BY, (Reached.ENTITY, Reached.RUN), (*_ENTITY, *_RUN)),
    EdgeClass.START: Walk(RelationType.WAS_STARTED_BY, (Reached.ENTITY, Reached.RUN), (*_ENTITY, *_RUN)),
    EdgeClass.END: Walk(RelationType.WAS_ENDED_BY, (Reached.ENTITY, Reached.RUN), (*_ENTITY, *_RUN)),
    EdgeClass.SAME: Walk(RelationType.SAME_CONTENT_AS, (Reached.ENTITY,), _ENTITY),
    EdgeClass.PLAN: Walk(RelationType.WAS_ASSOCIATED_WITH, (Reached.ENTITY,), _RUN),
}
"""Every class of relation that is walked; that of the use of code is told from the other uses afterwards."""

_AGAINST = frozenset(edge_class for edge_class, walk in WALKS.items() if not walk.along) - {
    EdgeClass.SAME,
    EdgeClass.PLAN,
}
_INFLUENCES = (EdgeClass.INFLUENCE, EdgeClass.START, EdgeClass.END)
_SPECIAL = (EdgeClass.SPECIALISATION, EdgeClass.MENTION)
_UP = (EdgeClass.GENERAL, EdgeClass.GENERAL_MENTION, EdgeClass.GENERAL_USE)

_Edges = tuple[Ints, Ints, Ints]
"""Causes, effects and times, as the store numbers and tells them."""
_Found = dict[EdgeClass, list[_Edges]]


def downstream(
    store: Store,
    start: Iterable[int],
    *,
    shape: Mapping[str, Any],
    subjects: Iterable[int] = (),
    known_on: datetime | None = None,
    told: Callable[[int], None] | None = None,
) -> Neighbourhood:
    """All that may be affected by the start nodes, which are given by internal number.

    Cost grows with the number of relations reached: a narrow hop is one query, a wide one a query for each type of
    relation that the store holds.

    Args:
        shape: What the store holds at all, as `shape.cypher` tells it.
        subjects: Those of the start nodes from which the flaw does not go to special entities: the window chose these.
        known_on: Only relations that the store had learnt by then.
        told: Called after each hop with the number of nodes found so far.
    """
    search = Search(store, shape, np.fromiter(subjects, dtype=np.int64), known_on)
    frontier = search.begin(np.fromiter(start, dtype=np.int64))
    while any(len(nodes) for nodes in frontier.values()):
        frontier = search.hop(frontier)
        if told is not None:
            told(search.all.count)
    around = search.found.neighbourhood(search.all)
    return with_code(store, around, known_on) if shape["code_uses"] or shape["plans"] else around


@dataclass
class Search:
    """A search in progress: what was found, and which nodes were reached as what."""

    store: Store
    shape: Mapping[str, Any]
    subjects: Ints
    known_on: datetime | None
    found: Collected = field(default_factory=lambda: Collected())

    def __post_init__(self) -> None:
        self.all = Seen()
        self._seen = {as_what: Seen() for as_what in Reached}
        self._classes = [edge_class for edge_class, walk in WALKS.items() if self._is_there(edge_class, walk)]

    def _is_there(self, edge_class: EdgeClass, walk: Walk) -> bool:
        if edge_class is EdgeClass.SAME:
            return bool(self.shape["imported"])
        if edge_class is EdgeClass.PLAN:
            return bool(self.shape["plans"])
        if edge_class in _UP and not self.shape["general_uses"]:
            return False
        return walk.relation in self.shape["relations"]

    def begin(self, start: Ints) -> dict[Reached, Ints]:
        """The first frontier: a start node may be an entity or a run."""
        self.all.add(start)
        return {as_what: self._seen[as_what].add(start) for as_what in (Reached.ENTITY, Reached.FULL, Reached.RUN)}

    def hop(self, frontier: dict[Reached, Ints]) -> dict[Reached, Ints]:
        """Follow every relation that leaves the frontier; the next one."""
        leaving = {edge_class: self._leaving(edge_class, frontier) for edge_class in self._classes}
        edges = self._narrow(leaving) if _is_narrow(frontier) else {}
        for edge_class, nodes in leaving.items():
            if edge_class not in edges and len(nodes):
                edges[edge_class] = self._wide(edge_class, nodes)
        reached: dict[Reached, list[Ints]] = {}
        for edge_class, parts in edges.items():
            for part in parts:
                self.found.add(edge_class, *part)
            effects = [effects for _, effects, _ in parts]
            self.all.add(*effects)
            for as_what in WALKS[edge_class].reaches:
                reached.setdefault(as_what, []).extend(effects)
        return {as_what: self._seen[as_what].add(*effects) for as_what, effects in reached.items()}

    def _leaving(self, edge_class: EdgeClass, frontier: dict[Reached, Ints]) -> Ints:
        nodes = _union([frontier[as_what] for as_what in WALKS[edge_class].leaves if as_what in frontier])
        return nodes[~np.isin(nodes, self.subjects)] if edge_class in _SPECIAL else nodes

    def _narrow(self, leaving: dict[EdgeClass, Ints]) -> _Found:
        """One query for all types of relation that are walked against their arrows."""
        against = {edge_class: nodes for edge_class, nodes in leaving.items() if edge_class in _AGAINST}
        rows = self.store.ask(
            "hop_against",
            nodes=_union(list(against.values())).tolist(),
            entered=against.get(EdgeClass.GENERATION, _NONE).tolist(),
            general=_union([against.get(edge_class, _NONE) for edge_class in _SPECIAL]).tolist(),
            known_on=self.known_on,
        ).rows
        found: _Found = {edge_class: [] for edge_class in against}
        for relation, *columns in rows:
            causes, effects, times = _edges(*columns)
            for edge_class, nodes in against.items():
                if WALKS[edge_class].relation == relation:
                    mine = np.isin(causes, nodes)
                    time = times[mine] if WALKS[edge_class].timed else np.full(int(mine.sum()), UNKNOWN_TIME)
                    found[edge_class].append((causes[mine], effects[mine], time))
        return found

    def _wide(self, edge_class: EdgeClass, nodes: Ints) -> list[_Edges]:
        """A query for one type of relation."""
        if edge_class is EdgeClass.SAME:
            return same_content(self.store, nodes, self.known_on)
        name, parameters = self._question(edge_class)
        relation = None if edge_class is EdgeClass.PLAN else WALKS[edge_class].relation
        rows = in_parts(self.store, store_text(name, relation=relation), "frontier", nodes, **parameters)
        return [_edges(*row) for row in rows]

    def _question(self, edge_class: EdgeClass) -> tuple[str, dict[str, Any]]:
        walk = WALKS[edge_class]
        if edge_class is EdgeClass.PLAN:
            return "hop_plans", {"known_on": self.known_on}
        if edge_class in _INFLUENCES:
            name = "hop_influence"
        elif walk.along:
            name = "hop_along"
        elif self.known_on is not None:
            name = "hop"
        else:
            name = "hop_downstream_timed" if walk.timed and "time" in self.shape["keys"] else "hop_downstream"
        return (name, {}) if self.known_on is None else (f"{name}_known", {"known_on": self.known_on})


class Collected:
    """Edges as they are found, and at the end as columns by position."""

    def __init__(self) -> None:
        self._found: _Found = {}

    def add(self, edge_class: EdgeClass, causes: Ints, effects: Ints, times: Ints | None = None) -> None:
        """Keep some edges of one class; without times, none is known."""
        unknown = np.full(len(causes), UNKNOWN_TIME, np.int64) if times is None else times
        self._found.setdefault(edge_class, []).append((causes, effects, unknown))

    def neighbourhood(self, nodes_found: Seen) -> Neighbourhood:
        """All that was found, by position."""
        marks = nodes_found.marks
        nodes: Ints = np.flatnonzero(marks)
        position: Ints = np.cumsum(marks) - 1
        edges = [part for parts in self._found.values() for part in parts]
        classes = [np.full(len(part[0]), edge, np.int8) for edge, parts in self._found.items() for part in parts]
        cause, effect, time = (np.concatenate([_NONE, *(part[i] for part in edges)]) for i in range(3))
        return Neighbourhood(
            nodes, position[cause], position[effect], np.concatenate([np.empty(0, np.int8), *classes]), time
        )


class Seen:
    """Which nodes were found: a place for each number. Neo4j numbers nodes from 0 and gives free numbers again."""

    def __init__(self) -> None:
        self._place = np.full(1 << 16, -1, np.int64)
        self.count = 0

    @property
    def marks(self) -> Bools:
        """By number, whether a node was found."""
        found: Bools = self._place >= 0
        return found

    def among(self, numbers: Ints) -> Bools:
        """Which of some nodes were found."""
        known = np.zeros(len(numbers), np.bool_)
        fits = numbers < len(self._place)
        known[fits] = self._place[numbers[fits]] >= 0
        return known

    def add(self, *columns: Ints) -> Ints:
        """Mark these; those that are new, each once."""
        numbers = np.concatenate([_NONE, *columns])
        if len(numbers) and (highest := int(numbers.max())) >= len(self._place):
            self._place = np.concatenate([self._place, np.full(highest + 1, -1, np.int64)])
        unseen = numbers[self._place[numbers] < 0]
        # Of a number that stands here more than once only the last place is kept: each once, without sorting.
        places = np.arange(len(unseen))
        self._place[unseen] = places
        new: Ints = unseen[self._place[unseen] == places]
        self.count += len(new)
        return new


def _is_narrow(frontier: Mapping[Reached, Ints]) -> bool:
    return max(len(nodes) for nodes in frontier.values()) <= _NARROW


def _edges(causes: list[int], effects: list[int], times: list[int] | None = None) -> _Edges:
    unknown = np.full(len(causes), UNKNOWN_TIME, np.int64)
    return (
        np.array(causes, np.int64),
        np.array(effects, np.int64),
        unknown if times is None else np.array(times, np.int64),
    )


def _union(columns: list[Ints]) -> Ints:
    if len(columns) == 1:
        return columns[0]
    return np.unique(np.concatenate([_NONE, *columns]))


def same_content(store: Store, frontier: Ints, known_on: datetime | None) -> list[_Edges]:
    """Both ways between what stands for a content and all else that has it: few edges, however many have it."""
    if known_on is not None:
        rows: Iterable[tuple[Any, ...]] = [same_content_known(store, frontier.tolist(), known_on)]
    else:
        rows = in_parts(store, store_text("hop_same_content"), "frontier", frontier, empty=list(EMPTY_DIGESTS))
    found: list[_Edges] = []
    for hubs, others in rows:
        found += [_edges(hubs, others), _edges(others, hubs)]
    return found


def with_code(store: Store, around: Neighbourhood, known_on: datetime | None) -> Neighbourhood:
    """The neighbourhood with the uses of code told from the other uses, and without plans that are no code."""
    uses, plans = around.of(EdgeClass.USE), around.of(EdgeClass.PLAN)
    causes = np.unique(around.cause[np.concatenate([uses, plans])])
    is_code = np.zeros(len(around.nodes), np.bool_)
    is_code[around.positions(code_among(store, around.nodes[causes], known_on))] = True
    around.edge_class[uses[is_code[around.cause[uses]]]] = EdgeClass.CODE_USE
    no_code = plans[~is_code[around.cause[plans]]]
    return around if not len(no_code) else around.only(~np.isin(np.arange(len(around.cause)), no_code))
