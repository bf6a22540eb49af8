"""How far a flaw spreads in a neighbourhood: whole-array steps, level by level, by the rules of `rules.py`.

A breadth-first search in which a node may be entered more than once. A run that used a flawed input late clears what it
had generated before (rule "time"), and may yet be reached by another flawed input that it used earlier. A collection
that is affected through one of its members affects the others only once it is reached in another way too.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from graphprov.analysis.rules import RULES, Certainty
from graphprov.store.neighbourhood import UNKNOWN_TIME, Bools, EdgeClass, Ints, Neighbourhood, Outgoing

NOT_REACHED = -1
NEVER = np.iinfo(np.int64).max
ALWAYS = np.iinfo(np.int64).min

UP = (EdgeClass.GENERAL, EdgeClass.GENERAL_MENTION)
SPECIAL = (EdgeClass.SPECIALISATION, EdgeClass.MENTION)
INFLUENCES = (EdgeClass.INFLUENCE, EdgeClass.START, EdgeClass.END)
CODE = (EdgeClass.CODE_USE, EdgeClass.PLAN)
ONLY_IF_FULL = (EdgeClass.MEMBER_DOWN, *SPECIAL)
"""What is not followed from a collection that is affected by membership up alone."""

_NONE = np.empty(0, np.int64)


def classes_up_to(certainty: Certainty) -> frozenset[EdgeClass]:
    """The relations that are at least so sure to carry a flaw."""
    return frozenset(edge_class for rule in RULES if rule.certainty <= certainty for edge_class in rule.classes)


@dataclass(frozen=True)
class Spread:
    """What was reached, as columns over the neighbourhood's nodes.

    Attributes:
        distance: Fewest relations from a flawed node; `NOT_REACHED` elsewhere. Shape (n,).
        certainty: Values of `Certainty`, where reached. Shape (n,).
        step: The edge by which a node was reached first; -1 for flawed nodes and those not reached. Shape (n,).
        full_step: The edge by which it was first reached otherwise than by membership up. Shape (n,).
        entry: For an entity reached through a run, the edge that made that run affected in time for it. Shape (n,).
        special: For a use of a general entity that counts: the affected special one that may have been read. By edge.
        blocked: Edges of generation by an affected run that did not carry the flaw. Shape (b,).
        untimed: Positions of entities to which a run carried the flaw with the time of its use or of the generation
            missing, and that nothing would have reached without that. Shape (u,).
    """

    distance: Ints
    certainty: NDArray[np.int8]
    step: Ints
    full_step: Ints
    entry: Ints
    special: dict[int, int]
    blocked: Ints
    untimed: Ints


def spread(
    around: Neighbourhood,
    flawed: Ints,
    precise: Bools,
    *,
    subjects: Ints = _NONE,
    born: Ints | None = None,
) -> Spread:
    """Spread a flaw from the positions `flawed`.

    Args:
        around: Everything downstream of them.
        flawed: Positions of the flawed nodes; a flawed activity affects no output by itself.
        precise: Edges of generation whose entity declares what in the run it comes from (rule "precision"). Shape (e,).
        subjects: Positions of those that are subjects: the window chose their special entities.
        born: The earliest time that a special entity is known to have, in microseconds since 1970, `UNKNOWN_TIME`
            where none is; asked of those alone whose general entity was used as such. Shape (n,).
    """
    ways = Ways(around, precise, subjects, born)
    found = _search(ways, flawed, classes_up_to(Certainty.POSSIBLE))
    certainty = np.full(len(around.nodes), Certainty.POSSIBLE, np.int8)
    present = set(np.unique(around.edge_class).tolist())
    for level in (Certainty.INFERRED, Certainty.DECLARED):
        allowed = classes_up_to(level)
        # Where there is nothing less sure, what is reached at all is reached this surely.
        sure = found if present <= allowed else _search(ways, flawed, allowed)
        certainty[sure.distance != NOT_REACHED] = level
    made = ways.generations.edges
    by_run = (found.since[around.cause[made]] != NEVER) | found.by_code[around.cause[made]]
    blocked = made[by_run & (found.distance[around.effect[made]] == NOT_REACHED)]
    untimed = _untimed(ways, flawed, found)
    return Spread(found.distance, certainty, found.step, found.full_step, found.entry, found.special, blocked, untimed)


class Ways:
    """The edges of a neighbourhood, sorted for a search."""

    def __init__(self, around: Neighbourhood, precise: Bools, subjects: Ints, born: Ints | None) -> None:
        self.around, self.precise = around, precise
        self.born = np.full(len(around.nodes), UNKNOWN_TIME, np.int64) if born is None else born
        chosen = np.isin(around.edge_class, SPECIAL) & np.isin(around.cause, subjects)
        self.of = {edge_class: Outgoing(around, edge_class, without=chosen) for edge_class in EdgeClass}
        self.generations = self.of[EdgeClass.GENERATION]
        self._earliest: dict[bool, Ints] = {}

    def leaving(self, nodes: Ints, classes: Collection[EdgeClass], allowed: Collection[EdgeClass]) -> Ints:
        """The edges of some classes that leave some nodes."""
        return np.concatenate([_NONE, *(self.of[each].of(nodes) for each in classes if each in allowed)])

    def first_use(self, uses: Ints, *, only_known_times: bool) -> Ints:
        """For uses of general entities: when their run first used the same one. A missing time may be any."""
        if only_known_times not in self._earliest:
            undated = NEVER if only_known_times else ALWAYS
            edges = self.of[EdgeClass.GENERAL_USE].edges
            around = self.around
            when = np.where(around.time[edges] == UNKNOWN_TIME, undated, around.time[edges])
            _, group = np.unique(around.cause[edges] * len(around.nodes) + around.effect[edges], return_inverse=True)
            first = np.full(group.max(initial=-1) + 1, NEVER, np.int64)
            np.minimum.at(first, group, when)
            every = np.full(len(around.cause), NEVER, np.int64)
            every[edges] = first[group]
            self._earliest[only_known_times] = every
        return self._earliest[only_known_times][uses]


@dataclass
class _Found:
    """The state of a search: columns over the nodes; see `Spread`."""

    distance: Ints
    step: Ints
    full_step: Ints
    entry: Ints
    full: Bools
    since: Ints
    """Of a run: from when on what it generated is affected; NEVER where it is not affected, or by code alone."""
    by: Ints
    """Of a run: the edge that says so."""
    by_code: Bools
    special: dict[int, int] = field(default_factory=dict)


def _search(ways: Ways, flawed: Ints, allowed: Collection[EdgeClass], *, only_known_times: bool = False) -> _Found:
    """Search level by level.

    Args:
        allowed: The relations that may be walked.
        only_known_times: A missing time clears instead of counting.
    """
    around = ways.around
    n = len(around.nodes)
    columns = [np.full(n, value, np.int64) for value in (NOT_REACHED, -1, -1, -1, NEVER, -1)]
    distance, step, full_step, entry, since, by = columns
    found = _Found(distance, step, full_step, entry, np.zeros(n, np.bool_), since, by, np.zeros(n, np.bool_))
    distance[flawed], found.full[flawed] = 0, True
    general = _General(ways, found, only_known_times=only_known_times) if EdgeClass.GENERAL_USE in allowed else None
    undated = NEVER if only_known_times else ALWAYS
    # Reached at this level: in any way; otherwise than by membership up; runs that now affect more than before.
    reached, full, entered, level = flawed, flawed, _NONE, 0
    while len(reached) or len(full) or len(entered) or (general is not None and general.waits):
        made = ways.leaving(entered, (EdgeClass.GENERATION,), allowed)
        run = around.cause[made]
        in_time = np.where(
            around.time[made] == UNKNOWN_TIME,
            (not only_known_times) | (since[run] == ALWAYS),
            around.time[made] >= since[run],
        )
        carried = made[found.by_code[run] | (in_time & ~ways.precise[made])]
        used = ways.leaving(reached, (EdgeClass.USE,), allowed)
        coded = ways.leaving(reached, CODE, allowed)
        whenever = ways.leaving(reached, (EdgeClass.COMMUNICATION, *INFLUENCES), allowed)
        read = _NONE if general is None else general.hop(reached)
        direct = ways.leaving(reached, (EdgeClass.DERIVATION, EdgeClass.SAME), allowed)
        below = ways.leaving(full, ONLY_IF_FULL, allowed)
        above = ways.leaving(reached, (EdgeClass.MEMBER_UP,), allowed)
        new, newly_full = _arrive(
            around, found, np.concatenate([carried, direct, below, used, coded, read, whenever]), above, level + 1
        )
        through = newly_full[around.edge_class[full_step[newly_full]] == EdgeClass.GENERATION]
        entry[through] = by[around.cause[full_step[through]]]
        entered = _enter(
            found,
            around,
            edges=np.concatenate([used, read, whenever]),
            from_when=np.concatenate(
                [
                    np.where(around.time[used] == UNKNOWN_TIME, undated, around.time[used]),
                    ways.first_use(read, only_known_times=only_known_times),
                    np.full(len(whenever), ALWAYS),
                ]
            ),
            coded=coded,
        )
        reached, full, level = new, newly_full, level + 1
    return found


def _arrive(around: Neighbourhood, found: _Found, edges: Ints, above: Ints, level: int) -> tuple[Ints, Ints]:
    """Mark what edges reach for the first time; the first edge in order is the one that is remembered.

    Args:
        edges: Those that count in full.
        above: Those of membership up.

    Returns:
        The nodes reached for the first time in any way, and otherwise than by membership up.
    """
    edges = edges[~found.full[around.effect[edges]]]
    full, first = np.unique(around.effect[edges], return_index=True)
    found.full[full] = True
    found.full_step[full] = edges[first]
    new = full[found.distance[full] == NOT_REACHED]
    found.distance[new] = level
    found.step[new] = found.full_step[new]
    above = above[found.distance[around.effect[above]] == NOT_REACHED]
    if not len(above):
        return new, full
    collections, first = np.unique(around.effect[above], return_index=True)
    found.distance[collections] = level
    found.step[collections] = above[first]
    return np.concatenate([new, collections]), full


def _enter(found: _Found, around: Neighbourhood, *, edges: Ints, from_when: Ints, coded: Ints) -> Ints:
    """The runs that these edges make affected, or affected from an earlier moment than was known, or by their code."""
    run = around.effect[edges]
    order = np.lexsort((from_when, run))
    runs, first = np.unique(run[order], return_index=True)
    earliest, edge = from_when[order][first], edges[order][first]
    earlier = earliest < found.since[runs]
    found.since[runs[earlier]] = earliest[earlier]
    found.by[runs[earlier]] = edge[earlier]
    by_code, first = np.unique(around.effect[coded], return_index=True)
    new = ~found.by_code[by_code]
    found.by_code[by_code[new]] = True
    found.by[by_code[new]] = coded[first[new]]
    return np.union1d(runs[earlier], by_code[new])


class _General:
    """The rule "unversioned use", as the search goes on: pairs of an affected entity and a general one above it."""

    def __init__(self, ways: Ways, found: _Found, *, only_known_times: bool) -> None:
        self._ways, self._found = ways, found
        self._up = Outgoing(ways.around, *UP)
        self._uses = ways.of[EdgeClass.GENERAL_USE]
        self._counted = np.zeros(len(ways.around.cause), np.bool_)
        self._pairs = self._known = _NONE
        self._only_known_times = only_known_times

    @property
    def waits(self) -> bool:
        """Whether a general entity is still to be looked at."""
        return len(self._pairs) > 0

    def hop(self, reached: Ints) -> Ints:
        """Uses of the general entities that were found in the hop before; and go up from what is reached now."""
        n = len(self._ways.around.nodes)
        special, general = self._pairs // n, self._pairs % n
        counting = self._counting(special, general) if len(special) else _NONE
        starts = np.concatenate([reached, general])
        lowest = np.concatenate([reached, special])
        self._pairs = self._above(lowest, starts)
        return counting

    def _above(self, lowest: Ints, starts: Ints) -> Ints:
        """Pairs of the lowest entity and what is one step above each start, unless known."""
        around = self._ways.around
        if not len(starts) or not len(self._up.edges):
            return _NONE
        order = np.argsort(starts, kind="stable")
        starts, lowest = starts[order], lowest[order]
        unique, first, count = np.unique(starts, return_index=True, return_counts=True)
        edges = self._up.of(unique)
        if not len(edges):
            return _NONE
        at = np.searchsorted(unique, around.cause[edges])
        each = count[at]
        within = np.arange(int(each.sum())) - np.repeat(np.cumsum(each) - each, each)
        bottom = lowest[np.repeat(first[at], each) + within]
        pairs = np.unique(bottom * len(around.nodes) + np.repeat(around.effect[edges], each))
        pairs = pairs[~np.isin(pairs, self._known)]
        self._known = np.union1d(self._known, pairs)
        return pairs

    def _counting(self, special: Ints, general: Ints) -> Ints:
        """Those uses of these general entities that may have read one of the special ones, each counted once."""
        around, n = self._ways.around, len(self._ways.around.nodes)
        uses = self._uses.of(np.unique(general))
        uses = uses[~self._counted[uses]]
        if not len(uses):
            return _NONE
        born = self._ways.born[special]
        born = np.where(born == UNKNOWN_TIME, ALWAYS, born)
        used_at = np.where(around.time[uses] == UNKNOWN_TIME, NEVER, around.time[uses])
        moments, rank = np.unique(np.concatenate([born, used_at]), return_inverse=True)
        size = len(moments) + 1
        order = np.lexsort((rank[: len(born)], general))
        keys = general[order] * size + rank[: len(born)][order]
        starts = np.searchsorted(keys, around.cause[uses] * size)
        ends = np.searchsorted(keys, around.cause[uses] * size + rank[len(born) :], side="right")
        # Of these, those that the run generated itself do not count.
        own = _own_outputs(self._ways, np.unique(around.effect[uses]))
        place = {int(pair): at for at, pair in enumerate((special * n + general)[order].tolist())}
        counting = []
        for use, start, end in zip(uses.tolist(), starts.tolist(), ends.tolist(), strict=True):
            if start == end:
                continue
            outputs = own.get(int(around.effect[use]), ())
            taken = {at for v in outputs if start <= (at := place.get(v * n + int(around.cause[use]), -1)) < end}
            if len(taken) < end - start:
                first = next(at for at in range(start, end) if at not in taken)
                self._found.special[use] = int(special[order][first])
                counting.append(use)
        found = np.array(counting, np.int64)
        self._counted[found] = True
        return found


def _own_outputs(ways: Ways, runs: Ints) -> dict[int, set[int]]:
    """What each of some runs generated."""
    outputs: dict[int, set[int]] = {}
    made = ways.generations.of(runs)
    for run, output in zip(ways.around.cause[made].tolist(), ways.around.effect[made].tolist(), strict=True):
        outputs.setdefault(run, set()).add(output)
    return outputs


def _untimed(ways: Ways, flawed: Ints, found: _Found) -> Ints:
    """Entities to which a run carried the flaw with a time missing, and that nothing would have reached otherwise."""
    around, distance = ways.around, found.distance
    cause, effect, undated = around.cause, around.effect, around.time == UNKNOWN_TIME
    used = (around.edge_class == EdgeClass.USE) & (distance[cause] != NOT_REACHED)
    used[np.fromiter(found.special, np.int64)] = True
    undated_use = np.zeros(len(around.nodes), np.bool_)
    undated_use[effect[used & undated]] = True
    by_use = undated_use.copy()
    by_use[effect[used]] = True
    made = (around.edge_class == EdgeClass.GENERATION) & ~ways.precise & by_use[cause]
    is_open = np.zeros(len(around.nodes), np.bool_)
    is_open[effect[made & (undated | undated_use[cause])]] = True
    open_time: Ints = np.flatnonzero(is_open & (distance > 0))
    if not len(open_time):
        return open_time
    surely = _search(ways, flawed, classes_up_to(Certainty.POSSIBLE), only_known_times=True).distance
    unsure: Ints = open_time[surely[open_time] == NOT_REACHED]
    return unsure
