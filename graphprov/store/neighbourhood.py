"""The one seam between the store and the analyses: a neighbourhood of the graph as columns.

Downstream of some nodes, everything that one may reach against the arrows, with every relation on the way: integer
arrays, in one pass that expands each node once, however many start nodes there are and however many paths. What the
rules of impact then clear is for the analyses to say; here nothing is left out.

What makes it fast (measured in `docs/performance.md`): one type of relation a query, so that no row says its type; no
property of a relation is read where none can hold a time; and large questions go in parts, two at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from graphprov.model.identity import EMPTY_DIGESTS
from graphprov.model.vocabulary import RelationType
from graphprov.store.cypher import store_text

if TYPE_CHECKING:
    from graphprov.store.facade import Store

Ints = NDArray[np.int64]
UNKNOWN_TIME = -1
_PART = 25_000
"""Nodes asked for by one query: bounds the memory that the server needs for it."""
_AT_ONCE = 2
"""Queries at once: the server answers one while this process reads another."""


class EdgeClass(IntEnum):
    """What a relation is to the rules of impact; each walks one type of relation."""

    DERIVATION = 0
    USE = 1
    CODE_USE = 2
    GENERATION = 3
    SAME = 4


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


def downstream(store: Store, start: Iterable[int], *, told: Callable[[int], None] | None = None) -> Neighbourhood:
    """All that may be affected by the start nodes, which are given by internal number.

    Cost grows with the number of relations reached; at most three queries a hop, more where a hop is wide.

    Args:
        told: Called after each hop with the number of nodes found so far.
    """
    shape = store.ask("shape").dicts()[0]
    seen = _Seen()
    # A start node may be an entity or a run; from there on, the relation by which a node is reached tells.
    entities = runs = seen.add(np.fromiter(start, dtype=np.int64))
    found: dict[EdgeClass, list[_Edges]] = {edge_class: [] for edge_class in EdgeClass}
    while len(entities) or len(runs):
        asked = [(EdgeClass.USE, entities), (EdgeClass.GENERATION, runs)]
        if shape["derivations"]:
            asked.append((EdgeClass.DERIVATION, entities))
        if shape["imported"]:
            asked.append((EdgeClass.SAME, entities))
        reached: dict[EdgeClass, Ints] = {}
        for edge_class, frontier in asked:
            timed = shape["timed"]
            same = edge_class is EdgeClass.SAME
            edges = _same_content(store, frontier) if same else _hop(store, edge_class, frontier, timed=timed)
            found[edge_class] += edges
            reached[edge_class] = seen.add(*(effects for _, effects, _ in edges))
        runs = reached[EdgeClass.USE]
        entities = np.concatenate([numbers for edge_class, numbers in reached.items() if edge_class != EdgeClass.USE])
        if told is not None:
            told(seen.count)
    around = _assembled(seen, found)
    if shape["code_uses"]:
        _mark_code(store, around)
    return around


def in_parts(store: Store, text: str, column: str, numbers: Ints, **others: Any) -> list[tuple[Any, ...]]:
    """Ask one question for many nodes, some at a time and two at once.

    Args:
        column: The parameter that takes the nodes' numbers.
        others: The other parameters.

    Returns:
        The rows of all answers, those of the first nodes first.
    """
    parts = [numbers[first : first + _PART].tolist() for first in range(0, len(numbers), _PART)]

    def ask(part: list[int]) -> list[tuple[Any, ...]]:
        return store.run(text, {column: part, **others}).rows

    if len(parts) < _AT_ONCE:
        return [row for part in parts for row in ask(part)]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return [row for rows in pool.map(ask, parts) for row in rows]


_Edges = tuple[Ints, Ints, Ints]
"""Causes, effects and times, as the store numbers and tells them."""

_WALKED = {
    EdgeClass.DERIVATION: RelationType.WAS_DERIVED_FROM,
    EdgeClass.USE: RelationType.USED,
    EdgeClass.GENERATION: RelationType.WAS_GENERATED_BY,
}


class _Seen:
    """Which nodes were found: a place for each number. Neo4j numbers nodes from 0 and gives free numbers again."""

    def __init__(self) -> None:
        self._place = np.full(1 << 16, -1, np.int64)
        self.count = 0

    @property
    def marks(self) -> NDArray[np.bool_]:
        """By number, whether a node was found."""
        return self._place >= 0

    def add(self, *columns: Ints) -> Ints:
        """Mark these; those that are new, each once."""
        numbers = np.concatenate([np.empty(0, np.int64), *columns])
        if len(numbers) and (highest := int(numbers.max())) >= len(self._place):
            self._place = np.concatenate([self._place, np.full(highest + 1, -1, np.int64)])
        unseen = numbers[self._place[numbers] < 0]
        # Of a number that stands here more than once only the last place is kept: each once, without sorting.
        places = np.arange(len(unseen))
        self._place[unseen] = places
        new: Ints = unseen[self._place[unseen] == places]
        self.count += len(new)
        return new


def _hop(store: Store, edge_class: EdgeClass, frontier: Ints, *, timed: bool) -> list[_Edges]:
    timed = timed and edge_class in (EdgeClass.USE, EdgeClass.GENERATION)  # others have no time (PROV-DM 5.2.1)
    text = store_text("hop_downstream_timed" if timed else "hop_downstream", relation=_WALKED[edge_class])
    rows = in_parts(store, text, "frontier", frontier)
    return [
        (_array(causes), _array(effects), _array(times[0]) if timed else np.full(len(causes), UNKNOWN_TIME, np.int64))
        for causes, effects, *times in rows
    ]


def _same_content(store: Store, frontier: Ints) -> list[_Edges]:
    """Both ways between what stands for a content and all else that has it: few edges, however many have it."""
    rows = in_parts(store, store_text("hop_same_content"), "frontier", frontier, empty=list(EMPTY_DIGESTS))
    found: list[_Edges] = []
    for hubs, others in rows:
        hub, other = _array(hubs), _array(others)
        no_time = np.full(len(hub), UNKNOWN_TIME, np.int64)
        found += [(hub, other, no_time), (other, hub, no_time)]
    return found


def _assembled(seen: _Seen, found: dict[EdgeClass, list[_Edges]]) -> Neighbourhood:
    marks = seen.marks
    nodes: Ints = np.flatnonzero(marks)
    position: Ints = np.cumsum(marks) - 1
    edges = [part for parts in found.values() for part in parts]
    classes = [np.full(len(part[0]), edge_class, np.int8) for edge_class, parts in found.items() for part in parts]
    cause, effect, time = (np.concatenate([np.empty(0, np.int64), *(part[i] for part in edges)]) for i in range(3))
    return Neighbourhood(
        nodes, position[cause], position[effect], np.concatenate([np.empty(0, np.int8), *classes]), time
    )


def _mark_code(store: Store, around: Neighbourhood) -> None:
    """Tell the uses of code from the other uses."""
    uses = np.flatnonzero(around.edge_class == EdgeClass.USE)
    rows = in_parts(store, store_text("code_among"), "numbers", around.nodes[np.unique(around.cause[uses])])
    is_code = np.zeros(len(around.nodes), np.bool_)
    for (numbers,) in rows:
        is_code[around.positions(numbers)] = True
    around.edge_class[uses[is_code[around.cause[uses]]]] = EdgeClass.CODE_USE


def _array(values: list[int]) -> Ints:
    return np.array(values, dtype=np.int64)
