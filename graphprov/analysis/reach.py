"""How far a flaw reached: the closure that the store finds, and what the rules leave of it, as columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphprov.analysis.bookkeeping import without_bookkeeping
from graphprov.analysis.flaw import Flaw, ResolvedFlaw, resolve_flaw
from graphprov.analysis.spread import UP, Spread, spread
from graphprov.model.vocabulary import KINDS, Element
from graphprov.store import Store
from graphprov.store.cypher import store_text
from graphprov.store.known import as_they_were
from graphprov.store.merge import times_of
from graphprov.store.neighbourhood import UNKNOWN_TIME, Bools, EdgeClass, Ints, Neighbourhood
from graphprov.store.parts import in_parts
from graphprov.store.walk import downstream

_INTO_RUNS = (EdgeClass.USE, EdgeClass.CODE_USE, EdgeClass.PLAN, EdgeClass.COMMUNICATION, EdgeClass.GENERAL_USE)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Reach:
    """All that a flaw has reached, as columns of equal length, nearest first.

    Attributes:
        ids: Identifiers.
        kinds: Kinds; `activity` or `entity` where none is recorded.
        distance: Fewest relations from a flawed node. Shape (n,).
        certainty: Values of `Certainty`. Shape (n,).
        positions: Where each stands in `around`. Shape (n,).
        precise: Edges of `around` that the rule "precision" clears. Shape (e,).
        shape: What the store holds at all, as `shape.cypher` tells it.
        born: The earliest time of special entities whose general one was used as such (see `spread`). Shape (n,).
    """

    ids: list[str]
    kinds: list[str]
    distance: Ints
    certainty: NDArray[np.int8]
    positions: Ints
    flaw: ResolvedFlaw
    around: Neighbourhood
    precise: Bools
    born: Ints
    spread: Spread
    shape: Mapping[str, Any]

    @property
    def known_on(self) -> datetime | None:
        """Only what the store had learnt by then was looked at."""
        return self.flaw.known_on

    @property
    def flawed(self) -> Ints:
        """Positions of the flawed nodes."""
        return self.around.positions(self.flaw.numbers)

    @property
    def runs(self) -> Bools:
        """Which of the columns are runs. Shape (n,)."""
        around = self.around
        marks = np.zeros(len(around.nodes), np.bool_)
        marks[around.effect[around.of(*_INTO_RUNS)]] = True
        marks[around.cause[around.of(EdgeClass.GENERATION, EdgeClass.COMMUNICATION)]] = True
        by_kind = np.fromiter((_is_run(kind) for kind in self.kinds), np.bool_, len(self.kinds))
        found: Bools = marks[self.positions] | by_kind
        return found

    @property
    def subjects(self) -> Ints:
        """Positions of the flawed nodes that are subjects themselves."""
        return self.around.positions(self.flaw.subject_numbers)


def reach(
    store: Store,
    flaw: Flaw,
    *,
    known_on: datetime | None = None,
    told: Callable[[int], None] | None = None,
) -> Reach:
    """Find everything that a flaw has reached, as columns; cost grows with the affected relations alone.

    Args:
        known_on: Only what the store had learnt by then. Default: all that it knows.
        told: Called now and then with the number of nodes looked at so far.

    Raises:
        UnknownReference: A subject is not known; carries the nearest.
        AmbiguousReference: A subject could be several things; carries them.
        EmptyFlaw: The window selects nothing; carries what there is.
    """
    resolved = resolve_flaw(store, flaw, known_on=known_on)
    shape = store.ask("shape").dicts()[0]
    subjects = resolved.subject_numbers
    around = downstream(store, resolved.numbers, shape=shape, subjects=subjects, known_on=known_on, told=told)
    around = without_bookkeeping(store, around)
    flawed = around.positions(resolved.numbers)
    precise = precise_generations(store, around, known_on, shape)
    born = earliest_times(store, around, known_on)
    result = spread(around, flawed, precise, subjects=around.positions(subjects), born=born)
    positions = np.flatnonzero(result.distance > 0)
    positions = positions[np.argsort(result.distance[positions], kind="stable")]
    ids, kinds, said = identify(store, around.nodes[positions], known_on)
    if not said.all():  # an end that a relation leaves open is nothing that one could name
        positions = positions[said]
        ids = [id_ for id_, kept in zip(ids, said.tolist(), strict=True) if kept]
        kinds = [kind for kind, kept in zip(kinds, said.tolist(), strict=True) if kept]
    return Reach(
        ids,
        kinds,
        result.distance[positions],
        result.certainty[positions],
        positions,
        resolved,
        around,
        precise,
        born,
        result,
        shape,
    )


def precise_generations(
    store: Store, around: Neighbourhood, known_on: datetime | None, shape: Mapping[str, Any]
) -> Bools:
    """Edges of generation that the rule "precision" clears: the entity says itself what in the run it comes from."""
    marks = np.zeros(len(around.cause), np.bool_)
    edges = around.of(EdgeClass.GENERATION)
    if not len(edges) or "WAS_DERIVED_FROM" not in shape["relations"]:
        return marks
    outputs = around.nodes[np.unique(around.effect[edges])]
    parts = in_parts(store, store_text("precise"), "outputs", outputs, known_on=known_on)
    run, output = (np.concatenate([np.array(part[column], np.int64) for part in parts]) for column in range(2))
    known = np.isin(run, around.nodes)  # an output may have been generated by another, unaffected run too
    pairs = around.positions(run[known]) * len(around.nodes) + around.positions(output[known])
    marks[edges] = np.isin(around.cause[edges] * len(around.nodes) + around.effect[edges], pairs)
    return marks


def earliest_times(store: Store, around: Neighbourhood, known_on: datetime | None) -> Ints:
    """The earliest time of each entity that is special of a general one which was used without saying which version."""
    born = np.full(len(around.nodes), UNKNOWN_TIME, np.int64)
    if not len(around.of(EdgeClass.GENERAL_USE)):
        return born
    special = np.unique(around.cause[around.of(*UP)])
    was = as_they_were(store, around.nodes[special].tolist(), known_on)
    for number, generated, node in in_parts(
        store, store_text("times"), "numbers", around.nodes[special], known_on=known_on
    ):
        times = generated or times_of(was.get(number, node))
        if times:
            born[int(around.positions([number])[0])] = micros(min(times))
    return born


def _is_run(kind: str) -> bool:
    known = KINDS.get(kind)
    return kind == "activity" or (known is not None and known.element is Element.ACTIVITY)


def micros(moment: datetime) -> int:
    """A moment in microseconds since 1970."""
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def identify(store: Store, numbers: Ints, known_on: datetime | None = None) -> tuple[list[str], list[str], Bools]:
    """Ids and kinds of distinct nodes, in the order of their numbers here; and which are no open ends.

    Args:
        known_on: Kinds as the store knew them then.
    """
    ids, kinds = np.empty(len(numbers), object), np.empty(len(numbers), object)
    said = np.ones(len(numbers), np.bool_)
    place = np.zeros(int(numbers.max(initial=0)) + 1, np.int64)
    place[numbers] = np.arange(len(numbers))
    for kind, found, names in in_parts(store, store_text("identify"), "numbers", numbers):
        ids[place[found]], kinds[place[found]] = names, kind
        if kind == "":
            said[place[found]] = False
    for number, node in as_they_were(store, numbers.tolist(), known_on).items():
        kinds[place[number]] = node.get("kind", "activity" if _is_run(kinds[place[number]]) else "entity")
    return ids.tolist(), kinds.tolist(), said
