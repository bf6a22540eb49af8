"""Why something is affected: one shortest path from a flawed node, relation by relation, in which every rule holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

from graphprov.analysis.reach import Reach, identify
from graphprov.analysis.report import Step
from graphprov.analysis.rules import RULE_OF, relation_of
from graphprov.analysis.spread import ONLY_IF_FULL, UP
from graphprov.model.vocabulary import CODE_ROLE
from graphprov.store import Store
from graphprov.store.neighbourhood import UNKNOWN_TIME, EdgeClass, Neighbourhood, Outgoing

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Paths:
    """The shortest paths of one spread."""

    def __init__(self, found: Reach) -> None:
        self._around, self._spread = found.around, found.spread
        self._up = Outgoing(found.around, *UP)

    def to(self, position: int) -> list[int]:
        """The edges of one shortest path to a node, from a flawed node on."""
        return self._back(position, whole=True)

    def last(self, position: int) -> list[int]:
        """The end of that path: as much of it as leads back to something that was reached itself, in any way."""
        return self._back(position, whole=False)

    def _back(self, position: int, *, whole: bool) -> list[int]:
        around, spread = self._around, self._spread
        backwards: list[int] = []
        full = False
        while (edge := int((spread.full_step if full else spread.step)[position])) >= 0:
            backwards.append(edge)
            if around.edge_class[edge] == EdgeClass.GENERATION:
                edge = int(spread.entry[position])  # what carried the flaw into the run in time for this entity
                backwards.append(edge)
            position = int(around.cause[edge])
            if around.edge_class[edge] == EdgeClass.GENERAL_USE:
                up = self._up_to(position, spread.special[edge])
                backwards += up[::-1]
                position = spread.special[edge]
            full = EdgeClass(int(around.edge_class[edge])) in ONLY_IF_FULL
            if not whole and not (full and spread.full_step[position] != spread.step[position]):
                break
        return backwards[::-1]

    def _up_to(self, general: int, special: int) -> list[int]:
        """The shortest way from a special entity up to a general one."""
        around = self._around
        came: dict[int, int] = {}
        frontier = np.array([special])
        while general not in came:
            edges = self._up.of(frontier).tolist()
            new = {int(around.effect[edge]): edge for edge in reversed(edges)}
            came = {**new, **came}
            frontier = np.array(sorted(new.keys()), np.int64)
        way = [came[general]]
        while (at := int(around.cause[way[-1]])) != special:
            way.append(came[at])
        return way[::-1]


def steps(around: Neighbourhood, edges: Iterable[int], id_of: dict[int, str]) -> list[Step]:
    """Edges as the report tells them.

    Args:
        id_of: Ids by position, of all that the edges join.
    """
    return [_step(around, edge, id_of) for edge in edges]


def _step(around: Neighbourhood, edge: int, id_of: dict[int, str]) -> Step:
    edge_class = EdgeClass(int(around.edge_class[edge]))
    rule = RULE_OF[edge_class]
    micros = int(around.time[edge])
    return Step(
        relation=relation_of(edge_class).value,
        cause=id_of[int(around.cause[edge])],
        effect=id_of[int(around.effect[edge])],
        certainty=rule.certainty.word,
        role=CODE_ROLE if edge_class is EdgeClass.CODE_USE else None,
        time=None if micros == UNKNOWN_TIME else _EPOCH + timedelta(microseconds=micros),
        rule=rule.name,
    )


def ids_at(store: Store, around: Neighbourhood, positions: Sequence[int]) -> dict[int, str]:
    """Ids by position."""
    distinct = sorted({*positions})
    return dict(zip(distinct, identify(store, around.nodes[distinct])[0], strict=True))
