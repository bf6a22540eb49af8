"""The graph of states: what a node may pass on depends on how it was reached, so each node has as many states as that.

- An entity: reached in full, or by membership up alone.
- A run: its code affected; affected whatever the time; and one state for each moment at which it used something
  affected, in the order of time; and affected at all, which a flawed run is too.
- A general entity, as what a run may have read one of its versions for (see `readings.py`).

The states of a node are ordered: a stronger one may do all that a weaker one may, and more. An arc leaves from the
weakest state that may go that way, and arrives at the state that it makes. So that every way through this graph is a
way by the rules, and every way by the rules is one here: paths are counted, chosen and cut on it, and closures of many
flaws are taken at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graphprov.analysis.readings import readings
from graphprov.analysis.spread import ALWAYS, CODE, INFLUENCES, NEVER, ONLY_IF_FULL, SPECIAL
from graphprov.store.neighbourhood import UNKNOWN_TIME, Bools, EdgeClass, Ints, Neighbourhood

_NONE = np.empty(0, np.int64)
_RUN_EFFECTS = (EdgeClass.USE, EdgeClass.CODE_USE, EdgeClass.PLAN, EdgeClass.COMMUNICATION, EdgeClass.GENERAL_USE)
_RUN_CAUSES = (EdgeClass.GENERATION, EdgeClass.COMMUNICATION)
_STRONG, _WHENEVER, _WEAK = range(3)
_FIXED = 3
"""States that each node has a place for: an entity the first and the last, a run all three and its moments."""


@dataclass(frozen=True)
class StateGraph:
    """States and the arcs between them, as columns.

    Attributes:
        node: The position of the node that each state is one of. Shape (v,).
        weaker: The next weaker state of the same node; -1 for the weakest. Shape (v,).
        source: The state that each arc leaves. Shape (a,).
        target: The state at which it arrives. Shape (a,).
        edge: The relation that it walks. Shape (a,).
    """

    node: Ints
    weaker: Ints
    source: Ints
    target: Ints
    edge: Ints

    @property
    def size(self) -> int:
        """How many states there are."""
        return len(self.node)

    def every_arc(self) -> tuple[Ints, Ints]:
        """Sources and targets of all arcs, and of those from a state to the next weaker one, which walk no relation."""
        weakened = np.flatnonzero(self.weaker >= 0)
        return np.concatenate([self.source, weakened]), np.concatenate([self.target, self.weaker[weakened]])


@dataclass(frozen=True)
class States(StateGraph):
    """The states of nodes.

    Attributes:
        strong: By position, the strongest state of a node: that of a flawed entity. Shape (n,).
        weak: By position, the weakest state: that of a flawed run, and of whatever is affected in any way. Shape (n,).
        is_run: By position, whether a node is a run. Shape (n,).
    """

    strong: Ints
    weak: Ints
    is_run: Bools

    def starts(self, flawed: Ints) -> Ints:
        """The states in which flawed nodes are, by position."""
        found: Ints = np.where(self.is_run[flawed], self.weak[flawed], self.strong[flawed])
        return found


def states_of(around: Neighbourhood, precise: Bools, born: Ints, *, subjects: Ints, among: Bools) -> States:
    """The states of some nodes, and all arcs between them.

    Args:
        precise: Edges of generation that the rule "precision" clears. Shape (e,).
        born: The earliest time of special entities whose general one was used as such. Shape (n,).
        subjects: Positions of flawed subjects: the window chose their special entities.
        among: The nodes that may be affected; general entities on the way need not be. Shape (n,).
    """
    return _Building(around, precise, born, subjects, among).done()


class _Building:
    """States under construction: at first each node has its fixed places, then moments and readings follow."""

    def __init__(self, around: Neighbourhood, precise: Bools, born: Ints, subjects: Ints, among: Bools) -> None:
        self._around, self._precise = around, precise
        self._n = len(around.nodes)
        self._is_run = np.zeros(self._n, np.bool_)
        self._is_run[around.effect[around.of(*_RUN_EFFECTS)]] = True
        self._is_run[around.cause[around.of(*_RUN_CAUSES)]] = True
        chosen = np.isin(around.edge_class, SPECIAL) & np.isin(around.cause, subjects)
        self._inside = among[around.cause] & among[around.effect] & ~chosen
        self._arcs: list[Ints] = []
        self._node = [np.repeat(np.arange(self._n), _FIXED)]
        weaker = np.full((self._n, _FIXED), -1, np.int64)
        weaker[:, _STRONG] = np.arange(self._n) * _FIXED + np.where(self._is_run, _WHENEVER, _WEAK)
        weaker[:, _WHENEVER] = np.arange(self._n) * _FIXED + _WEAK
        self._weaker = [weaker.reshape(-1)]
        self._among = among
        self._between_nodes()
        self._through_runs(born)

    def done(self) -> States:
        """All that was built, with those states left out that no node has."""
        node, weaker = np.concatenate(self._node), np.concatenate(self._weaker)
        source, target, edge = np.concatenate([np.empty((3, 0), np.int64), *self._arcs], axis=1)
        kept = np.ones(len(node), np.bool_)
        kept[: self._n * _FIXED] = np.repeat(self._among, _FIXED)
        kept[_WHENEVER : self._n * _FIXED : _FIXED] &= self._is_run
        number = np.where(kept, np.cumsum(kept) - 1, -1)
        weaker = weaker[kept]
        fixed = number[: self._n * _FIXED].reshape(self._n, _FIXED)
        return States(
            node[kept],
            np.where(weaker >= 0, number[weaker], -1),
            number[source],
            number[target],
            edge,
            fixed[:, _STRONG].copy(),
            fixed[:, _WEAK].copy(),
            self._is_run,
        )

    def _add(self, source: Ints, target: Ints, edge: Ints) -> None:
        self._arcs.append(np.stack([source, target, edge]))

    def _distinct(self, *classes: EdgeClass) -> Ints:
        """One edge of each class between the same two nodes."""
        around = self._around
        edges = np.flatnonzero(self._inside & np.isin(around.edge_class, classes))
        keys = (around.edge_class[edges] * np.int64(self._n) + around.cause[edges]) * self._n + around.effect[edges]
        return edges[np.unique(keys, return_index=True)[1]]

    def _between_nodes(self) -> None:
        cause, effect = self._around.cause * _FIXED, self._around.effect * _FIXED
        plain = self._distinct(EdgeClass.DERIVATION, EdgeClass.SAME)
        self._add(cause[plain] + _WEAK, effect[plain] + _STRONG, plain)
        down = self._distinct(*ONLY_IF_FULL)
        self._add(cause[down] + _STRONG, effect[down] + _STRONG, down)
        up = self._distinct(EdgeClass.MEMBER_UP)
        self._add(cause[up] + _WEAK, effect[up] + _WEAK, up)
        coded = self._distinct(*CODE)
        self._add(cause[coded] + _WEAK, effect[coded] + _STRONG, coded)
        whenever = self._distinct(EdgeClass.COMMUNICATION, *INFLUENCES)
        as_what = np.where(self._is_run[self._around.effect[whenever]], _WHENEVER, _STRONG)
        self._add(cause[whenever] + _WEAK, effect[whenever] + as_what, whenever)

    def _through_runs(self, born: Ints) -> None:
        """Uses, whether of a version or of a general entity; the moments of each run; and what it generated."""
        around = self._around
        uses, used_at = self._first_uses()
        read = readings(around, born, self._among)
        users = np.concatenate([around.effect[uses], read.read[1]])
        moments, at = _pairs(users, np.concatenate([used_at, read.when]))
        first_moment = self._n * _FIXED
        entry = first_moment + at
        first_reading = first_moment + moments.shape[1]
        self._node += [moments[0], read.node]
        self._weaker += [self._later(moments, first_moment), _shifted(read.weaker, first_reading)]
        self._add(around.cause[uses] * _FIXED + _WEAK, entry[: len(uses)], uses)
        special, reading, edge = read.entered
        self._add(special * _FIXED + _WEAK, first_reading + reading, edge)
        self._add(first_reading + read.climbed[0], first_reading + read.climbed[1], read.climbed[2])
        self._add(first_reading + read.read[0], entry[len(uses) :], read.read[2])
        self._generations(moments, first_moment)

    def _first_uses(self) -> tuple[Ints, Ints]:
        """The first use of each entity by each run, and its moment; a missing time may be any."""
        around = self._around
        edges = np.flatnonzero(self._inside & (around.edge_class == EdgeClass.USE))
        when = np.where(around.time[edges] == UNKNOWN_TIME, ALWAYS, around.time[edges])
        order = np.lexsort((when, around.effect[edges], around.cause[edges]))
        edges, when = edges[order], when[order]
        first = np.unique(around.cause[edges] * self._n + around.effect[edges], return_index=True)[1]
        return edges[first], when[first]

    def _later(self, moments: Ints, first_moment: int) -> Ints:
        """The next weaker state of each moment: the next moment of its run. The first one follows on "whenever"."""
        run, count = moments[0], moments.shape[1]
        later = first_moment + np.arange(count) + 1
        is_last = np.append(run[1:] != run[:-1], True)[:count]
        is_first = np.append(True, run[1:] != run[:-1])[:count]
        self._weaker[0][run[is_first] * _FIXED + _WHENEVER] = first_moment + np.flatnonzero(is_first)
        weaker: Ints = np.where(is_last, run * _FIXED + _WEAK, later)
        return weaker

    def _generations(self, moments: Ints, first_moment: int) -> None:
        """What a run generated leaves from its last moment before; where precision clears it, only for code."""
        around = self._around
        edges = np.flatnonzero(self._inside & (around.edge_class == EdgeClass.GENERATION))
        made_at = np.where(around.time[edges] == UNKNOWN_TIME, NEVER, around.time[edges])
        order = np.lexsort((-made_at, around.effect[edges], around.cause[edges]))
        edges, made_at = edges[order], made_at[order]
        last = np.unique(around.cause[edges] * self._n + around.effect[edges], return_index=True)[1]
        edges, made_at = edges[last], made_at[last]
        maker = around.cause[edges]
        place = _last_before(moments, maker, made_at)
        leaves = np.where(place >= 0, first_moment + place, maker * _FIXED + _WHENEVER)
        leaves = np.where(self._precise[edges], maker * _FIXED + _STRONG, leaves)
        self._add(leaves, around.effect[edges] * _FIXED + _STRONG, edges)


def _pairs(runs: Ints, times: Ints) -> tuple[Ints, Ints]:
    """The distinct pairs of a run and a time in order, shape (2, m); and the place of each given one among them."""
    every, rank = np.unique(times, return_inverse=True)
    keys, at = np.unique(runs * (len(every) + 1) + rank.reshape(-1), return_inverse=True)
    return np.stack([keys // (len(every) + 1), every[keys % (len(every) + 1)]]), at.reshape(-1)


def _shifted(numbers: Ints, by: int) -> Ints:
    shifted: Ints = np.where(numbers >= 0, numbers + by, -1)
    return shifted


def _last_before(moments: Ints, runs: Ints, times: Ints) -> Ints:
    """For each run and time the place of the run's last moment that is not later; -1 where there is none.

    Args:
        moments: Runs and their moments, in order. Shape (2, m).
    """
    if not moments.shape[1]:
        return np.full(len(runs), -1, np.int64)
    every, rank = np.unique(np.concatenate([moments[1], times]), return_inverse=True)
    size, rank = len(every) + 1, rank.reshape(-1)
    count = moments.shape[1]
    place = np.searchsorted(moments[0] * size + rank[:count], runs * size + rank[count:], side="right") - 1
    mine = (place >= 0) & (moments[0][np.maximum(place, 0)] == runs)
    found: Ints = np.where(mine, place, -1)
    return found
