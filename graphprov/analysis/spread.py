"""How far a flaw spreads in a neighbourhood: whole-array steps, level by level, by the rules of `rules.py`.

A breadth-first search in which runs may be entered more than once: a run that used a flawed input late clears what it
had generated before (rule "time"), and may yet be reached by another flawed input that it used earlier.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graphprov.analysis.rules import RULE_OF, Certainty
from graphprov.store.neighbourhood import UNKNOWN_TIME, EdgeClass, Ints, Neighbourhood

Bools = NDArray[np.bool_]
NOT_REACHED = -1
_NEVER = np.iinfo(np.int64).max
_ALWAYS = np.iinfo(np.int64).min


@dataclass(frozen=True)
class Spread:
    """What was reached, as columns over the neighbourhood's nodes.

    Attributes:
        distance: Fewest relations from a flawed node; `NOT_REACHED` elsewhere. Shape (n,).
        certainty: Values of `Certainty`, where reached. Shape (n,).
        step: The edge by which a node was reached first; -1 for flawed nodes and those not reached. Shape (n,).
        use: For an entity reached through a run, the use that made that run affected in time for it. Shape (n,).
        blocked: Edges of generation by an affected run that did not carry the flaw. Shape (b,).
        untimed: Positions of entities to which a run carried the flaw with the time of its use or of the generation
            missing, and that nothing would have reached without that. Shape (u,).
    """

    distance: Ints
    certainty: NDArray[np.int8]
    step: Ints
    use: Ints
    blocked: Ints
    untimed: Ints


class _Outgoing:
    """The edges of some classes, found by their cause: compressed sparse rows."""

    def __init__(self, around: Neighbourhood, *classes: EdgeClass) -> None:
        edges = np.flatnonzero(np.isin(around.edge_class, classes))
        order = np.argsort(around.cause[edges], kind="stable")
        self.edges = edges[order]
        self._starts = np.searchsorted(around.cause[self.edges], np.arange(len(around.nodes) + 1))

    def of(self, positions: Ints) -> Ints:
        """All edges that leave these nodes."""
        first, count = self._starts[positions], self._starts[positions + 1] - self._starts[positions]
        total = int(count.sum())
        if not total:
            return np.empty(0, np.int64)
        within = np.arange(total) - np.repeat(np.cumsum(count) - count, count)
        found: Ints = self.edges[np.repeat(first, count) + within]
        return found


def spread(around: Neighbourhood, flawed: Ints, precise: Bools) -> Spread:
    """Spread a flaw from the positions `flawed`.

    Args:
        around: Everything downstream of them.
        flawed: Positions of the flawed nodes; a flawed activity affects no output by itself.
        precise: Edges of generation whose entity declares what in the run it comes from (rule "precision"). Shape (e,).
    """
    distance, step, use, blocked = _search(around, flawed, precise)
    untimed = _untimed(around, flawed, distance, precise)
    declared = _declared(around, flawed)
    certainty = np.where(declared, Certainty.DECLARED, Certainty.INFERRED).astype(np.int8)
    return Spread(distance, certainty, step, use, blocked, untimed)


def _search(
    around: Neighbourhood, flawed: Ints, precise: Bools, *, only_known_times: bool = False
) -> tuple[Ints, Ints, Ints, Ints]:
    """Distances, steps, uses and blocked edges; with `only_known_times`, a missing time clears instead of counting."""
    n = len(around.nodes)
    undated = _NEVER if only_known_times else _ALWAYS
    derivations = _Outgoing(around, EdgeClass.DERIVATION, EdgeClass.SAME)
    uses, code_uses = _Outgoing(around, EdgeClass.USE), _Outgoing(around, EdgeClass.CODE_USE)
    generations = _Outgoing(around, EdgeClass.GENERATION)
    distance = np.full(n, NOT_REACHED, np.int64)
    step, use = np.full(n, -1, np.int64), np.full(n, -1, np.int64)
    since = np.full(n, _NEVER, np.int64)  # of a run: from when on what it generated is affected
    by_use = np.full(n, -1, np.int64)  # of a run: the use that says so
    by_code = np.zeros(n, np.bool_)
    distance[flawed] = 0
    entities, runs, level = flawed, np.empty(0, np.int64), 0
    while len(entities) or len(runs):
        # From the runs entered at this level to what they generated.
        made = generations.of(runs)
        run = around.cause[made]
        known = around.time[made] != UNKNOWN_TIME
        in_time = np.where(known, around.time[made] >= since[run], not only_known_times)
        carried = made[by_code[run] | (in_time & ~precise[made])]
        new = _first_reached(around, carried, distance, step, level + 1)
        use[new] = by_use[around.cause[step[new]]]
        # From the entities reached at this level to what was derived from them, and to the runs that used them.
        derived = _first_reached(around, derivations.of(entities), distance, step, level + 1)
        used, run_code = uses.of(entities), code_uses.of(entities)
        entered = _enter(around, used, since, by_use, undated)
        coded = np.unique(around.effect[run_code][~by_code[around.effect[run_code]]])
        by_code[coded] = True
        by_use[around.effect[run_code]] = run_code
        _first_reached(around, np.concatenate([used, run_code]), distance, step, level + 1)
        entities, runs, level = np.concatenate([new, derived]), np.union1d(entered, coded), level + 1
    made = generations.edges
    by_run = (since[around.cause[made]] != _NEVER) | by_code[around.cause[made]]
    blocked = made[by_run & (distance[around.effect[made]] == NOT_REACHED)]
    return distance, step, use, blocked


def _untimed(around: Neighbourhood, flawed: Ints, distance: Ints, precise: Bools) -> Ints:
    """Entities to which a run carried the flaw with a time missing, and that nothing would have reached otherwise."""
    cause, effect, undated = around.cause, around.effect, around.time == UNKNOWN_TIME
    used = (around.edge_class == EdgeClass.USE) & (distance[cause] != NOT_REACHED)
    undated_use = np.zeros(len(around.nodes), np.bool_)
    undated_use[effect[used & undated]] = True
    by_use = undated_use.copy()
    by_use[effect[used]] = True
    made = (around.edge_class == EdgeClass.GENERATION) & ~precise & by_use[cause]
    is_open = np.zeros(len(around.nodes), np.bool_)
    is_open[effect[made & (undated | undated_use[cause])]] = True
    open_time: Ints = np.flatnonzero(is_open & (distance > 0))
    if not len(open_time):
        return open_time
    surely = _search(around, flawed, precise, only_known_times=True)[0]
    unsure: Ints = open_time[surely[open_time] == NOT_REACHED]
    return unsure


def _first_reached(around: Neighbourhood, edges: Ints, distance: Ints, step: Ints, level: int) -> Ints:
    """Mark what these edges reach for the first time; the first edge in order is the one that is remembered."""
    edges = edges[distance[around.effect[edges]] == NOT_REACHED]
    reached, first = np.unique(around.effect[edges], return_index=True)
    distance[reached] = level
    step[reached] = edges[first]
    return reached


def _enter(around: Neighbourhood, used: Ints, since: Ints, by_use: Ints, undated: int) -> Ints:
    """The runs that these uses make affected, or affected from an earlier moment on than was known."""
    run = around.effect[used]
    from_when = np.where(around.time[used] == UNKNOWN_TIME, undated, around.time[used])
    order = np.lexsort((from_when, run))
    runs, first = np.unique(run[order], return_index=True)
    earliest, edge = from_when[order][first], used[order][first]
    earlier = earliest < since[runs]
    since[runs[earlier]] = earliest[earlier]
    by_use[runs[earlier]] = edge[earlier]
    return runs[earlier]


def _declared(around: Neighbourhood, flawed: Ints) -> Bools:
    """Which nodes are reached by declared relations alone."""
    reached = np.zeros(len(around.nodes), np.bool_)
    reached[flawed] = True
    classes = [kind for kind, rule in RULE_OF.items() if rule.certainty is Certainty.DECLARED]
    ways = [_Outgoing(around, edge_class) for edge_class in classes]
    frontier = flawed
    while len(frontier):
        effects = np.unique(np.concatenate([around.effect[way.of(frontier)] for way in ways]))
        frontier = effects[~reached[effects]]
        reached[frontier] = True
    return reached
