"""Why an artifact is not affected: what a rule cleared on the way, what it was made from instead, what nobody knows."""

from __future__ import annotations

from dataclasses import dataclass

import igraph
import numpy as np

from graphprov.analysis.behind import Behind
from graphprov.analysis.explanation import ClearedOnTheWay
from graphprov.analysis.flaw import Flaw, ResolvedFlaw, resolve_flaw
from graphprov.analysis.reach import identify
from graphprov.analysis.spread import NOT_REACHED
from graphprov.analysis.states import states_of
from graphprov.store import Store
from graphprov.store.cypher import store_text
from graphprov.store.known import code_among
from graphprov.store.neighbourhood import EdgeClass, Ints
from graphprov.store.parts import in_parts

MOST = 1_000
"""As many ids as one list of the answer has."""
_CLEARED = 20
_NONE = np.empty(0, np.int64)


@dataclass(frozen=True)
class Spared:
    """What is known of an artifact that nothing flawed leads to; all lists as `graphprov.analysis.explanation.Why` has.

    Attributes:
        numbers: The store's number of every node that is mentioned.
        cut: Names of the lists that hold the first so many alone, with how many there are.
    """

    cleared: list[ClearedOnTheWay]
    made_from: list[str]
    instead: list[str]
    unknown_origin: list[str]
    numbers: set[int]
    cut: dict[str, int]


def spared(store: Store, area: Behind, resolved: ResolvedFlaw, number: int) -> Spared:
    """Tell what is known of an artifact.

    Args:
        area: All that lies behind the artifact.
        number: The artifact.
    """
    return _Looking(store, area, resolved, number).told()


class _Looking:
    """The nodes from which a flaw would reach the artifact, nearest first."""

    def __init__(self, store: Store, area: Behind, resolved: ResolvedFlaw, number: int) -> None:
        self._store, self._resolved = store, resolved
        self._area, self._around = area, area.around
        self._found = area.reached_from(resolved.numbers, resolved.subject_numbers)
        self._target = int(self._around.positions([number])[0])
        among = np.ones(len(self._around.nodes), np.bool_)
        subjects = self._around.positions(area.among(resolved.subject_numbers))
        states = states_of(self._around, area.precise, area.born, subjects=subjects, among=among)
        source, target = states.every_arc()
        graph = igraph.Graph(states.size, zip(source.tolist(), target.tolist(), strict=True), directed=True)
        nearest = np.array(graph.bfs(int(states.weak[self._target]), mode="in")[0], np.int64)
        starting = nearest[np.isin(nearest, states.starts(np.arange(len(self._around.nodes))))]
        self._behind = states.node[starting]
        self._near = np.full(len(self._around.nodes), len(starting), np.int64)
        self._near[self._behind[::-1]] = np.arange(len(starting))[::-1]
        self._mentioned: set[int] = {self._target}

    def told(self) -> Spared:
        known = self._resolved.known_on
        unknown: dict[str, int] = {}
        text, numbers = store_text("without_origin"), self._around.nodes[self._behind]
        for found, ids in in_parts(self._store, text, "numbers", numbers, known_on=known):
            code = {*code_among(self._store, np.array(found, np.int64), known)}
            at = self._around.positions(found).tolist()
            unknown.update((id_, where) for id_, where, one in zip(ids, at, found, strict=True) if one not in code)
        blocked = self._blocked()
        every = {
            "cleared": blocked.tolist(),
            "made_from": self._made_from(),
            "instead": self._instead(),
            "unknown_origin": [unknown[id_] for id_ in sorted(unknown)],
        }
        cut = {what: len(each) for what, each in every.items() if len(each) > (_CLEARED if what == "cleared" else MOST)}
        cleared = {edge: self._instead_of(edge) for edge in every.pop("cleared")[:_CLEARED]}
        lists = {what: each[:MOST] for what, each in every.items()}
        self._mentioned.update(*lists.values(), *cleared.values())
        self._mentioned |= {int(end[edge]) for edge in cleared for end in (self._around.cause, self._around.effect)}
        at = sorted(self._mentioned)
        id_of = dict(zip(at, identify(self._store, self._around.nodes[at])[0], strict=True))
        named = {what: [id_of[position] for position in each] for what, each in lists.items()}
        return Spared(
            cleared=[
                ClearedOnTheWay(
                    id=id_of[int(self._around.effect[edge])],
                    rule="precision" if self._area.precise[edge] else "time",
                    activity=id_of[int(self._around.cause[edge])],
                    instead=sorted(id_of[position] for position in instead),
                )
                for edge, instead in cleared.items()
            ],
            **{what: ids if what == "unknown_origin" else sorted(ids) for what, ids in named.items()},
            numbers=set(self._around.nodes[at].tolist()),
            cut=cut,
        )

    def _blocked(self) -> Ints:
        """What kept the flaw from something that the artifact was made from: one edge for each, the nearest first."""
        around = self._around
        edges = _NONE if self._found is None else self._found.spread.blocked
        edges = edges[np.isin(around.effect[edges], self._behind)]
        edges = edges[np.unique(around.effect[edges], return_index=True)[1]]
        nearest: Ints = edges[np.argsort(self._near[around.effect[edges]], kind="stable")]
        return nearest

    def _instead_of(self, blocked: int) -> list[int]:
        """What an output was made from, by a rule that cleared it of the rest."""
        around = self._around
        if self._area.precise[blocked]:
            return self._causes(EdgeClass.DERIVATION, int(around.effect[blocked]))
        made = int(around.time[blocked])
        uses = around.of(EdgeClass.USE)
        uses = uses[(around.effect[uses] == around.cause[blocked]) & (around.time[uses] <= made)]
        if self._found is not None:
            uses = uses[self._found.spread.distance[around.cause[uses]] == NOT_REACHED]
        return _distinct(around.cause[uses])

    def _made_from(self) -> list[int]:
        """What the artifact was made from directly: as it says itself, or what the runs used that generated it."""
        if causes := self._causes(EdgeClass.DERIVATION, self._target):
            return causes
        runs = self._causes(EdgeClass.GENERATION, self._target) or [self._target]
        used = [self._causes(each, run) for run in runs for each in (EdgeClass.USE, EdgeClass.GENERAL_USE)]
        return sorted({cause for causes in used for cause in causes})

    def _causes(self, edge_class: EdgeClass, effect: int) -> list[int]:
        edges = self._around.of(edge_class)
        return _distinct(self._around.cause[edges[self._around.effect[edges] == effect]])

    def _instead(self) -> list[int]:
        """What else the subjects stand for, outside the window, that the artifact was made from."""
        resolved = self._resolved
        if not resolved.flaw.has_window:
            return []
        at_any_time = Flaw(tuple(subject.id for subject in resolved.subjects))
        every = resolve_flaw(self._store, at_any_time, known_on=resolved.known_on).numbers
        others = np.setdiff1d(np.array(every, np.int64), np.array(resolved.numbers, np.int64))
        positions = self._around.positions(self._area.among(others))
        return _distinct(positions[np.isin(positions, self._behind)])


def _distinct(positions: Ints) -> list[int]:
    return [int(position) for position in np.unique(positions)]
