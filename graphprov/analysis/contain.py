"""The fewest artifacts and runs to fix so that a flaw no longer reaches some targets, and what each would save."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import numpy as np

from graphprov.analysis.between import names_of, states_before
from graphprov.analysis.contained import without
from graphprov.analysis.cutting import Cut, smallest_cut
from graphprov.analysis.explanation import Containment, CutSet, Saving
from graphprov.analysis.flaw import Flaw, check_day, named
from graphprov.analysis.impact import DEFAULT_KINDS, check_kinds
from graphprov.analysis.passage import passage
from graphprov.analysis.reach import Reach, identify, reach
from graphprov.analysis.spread import NOT_REACHED
from graphprov.analysis.states import States
from graphprov.analysis.telling import live
from graphprov.analysis.things import things_among
from graphprov.errors import InvalidInput
from graphprov.store import Store
from graphprov.store.neighbourhood import Ints
from graphprov.version import VERSION

LIVE = "live"
"""The target that stands for all models and predictions that are affected and in use."""
Prefer = Literal["runs", "artifacts"]

_SAVINGS = 100
"""Of so many elements of a cut it is told what each would save alone."""


def contain(
    store: Store,
    flaw: Flaw,
    *,
    targets: Sequence[str] = (),
    target_kinds: Sequence[str] = (),
    prefer: Prefer | None = None,
    known_on: datetime | None = None,
    told: Callable[[int], None] | None = None,
) -> Containment:
    """Find the smallest cut between a flaw and some targets, by the rules in `docs/impact.md`.

    Args:
        targets: What to protect: artifacts and runs as a person types them (a general artifact stands for all its
            versions), or `live` for all affected models and predictions in use.
        target_kinds: Protect all that is affected of these kinds too.
        prefer: Of several smallest cuts, take the one with most of these; else the one closest to the flaw.
        known_on: Only what the store had learnt by then.
        told: Called now and then with the number of nodes looked at so far.

    Raises:
        UnknownReference: A subject or target is not known; carries the nearest.
        AmbiguousReference: One of them could be several things; carries them.
        EmptyFlaw: The window selects nothing; carries what there is.
        InvalidInput: No target is given, a kind is neither graphprov's nor in use, or the day is yet to come.
    """
    if not targets and not target_kinds:
        raise InvalidInput(
            "no target was given: expected what to protect from the flaw",
            hint="--target ARTIFACT, --target live, or --target-kind predictions",
        )
    check_day(known_on, store.now())
    check_kinds(store, target_kinds)
    wanted = {number for text in targets if text != LIVE for number in _numbers(store, text, known_on)}
    found = reach(store, flaw, known_on=known_on, told=told)
    asked, states, flawed = _Targets.of(store, found, wanted, target_kinds, all_live=LIVE in targets)
    middle = passage(states, flawed, asked.protected)
    names = names_of(store, found, middle)
    fixed = np.zeros(len(found.around.nodes), np.bool_)
    fixed[found.flawed] = fixed[asked.protected] = True
    # The fewest come first, whatever they are; the kind decides between as many.
    unwanted = np.zeros(len(fixed), np.int64) if prefer is None else states.is_run ^ (prefer == "runs")
    cost = len(np.unique(middle.node)) + 1 + unwanted
    cut = smallest_cut(middle, fixed, cost=cost, order=lambda node: (names.ids[node],))
    if cut is None:
        cut = Cut([], proven=True)
    return _told(store, found, asked, cut, flaw, prefer)


def _numbers(store: Store, text: str, known_on: datetime | None) -> list[int]:
    return [each.number for each in named(store, text, known_on)[1]]


@dataclass(frozen=True)
class _Targets:
    """Positions of the targets that a cut can protect and of those that none can; numbers of those not affected."""

    protected: Ints
    unprotected: Ints
    unaffected: list[int]

    @classmethod
    def of(
        cls, store: Store, found: Reach, wanted: set[int], kinds: Sequence[str], *, all_live: bool
    ) -> tuple[_Targets, States, Ints]:
        """The targets; and the states before all of them, with the flawed nodes among these."""
        around, distance = found.around, found.spread.distance
        numbers = np.array(sorted(wanted), np.int64)
        here = np.isin(numbers, around.nodes)
        positions = around.positions(numbers[here])
        reached = distance[positions] != NOT_REACHED
        unaffected = [*numbers[~here].tolist(), *numbers[here][~reached].tolist()]
        chosen = [i for i, kind in enumerate(found.kinds) if kind in kinds]
        if all_live:
            chosen += live(store, found, [i for i, kind in enumerate(found.kinds) if kind in DEFAULT_KINDS])
        every = np.union1d(positions[reached], found.positions[chosen])
        flawed = distance[every] == 0
        states, starts = states_before(found, every[~flawed])
        # A cut holds neither what is flawed nor a target: what a way of those alone leads to, none protects.
        exposed = passage(states, starts, every[~flawed]).within(np.union1d(found.flawed, every))
        direct = np.isin(every, exposed.node[exposed.ends])
        return cls(every[~flawed & ~direct], every[flawed | direct], sorted(unaffected)), states, starts


def _told(store: Store, found: Reach, asked: _Targets, cut: Cut, flaw: Flaw, prefer: Prefer | None) -> Containment:
    around, known_on = found.around, found.known_on
    numbers = around.nodes[cut.nodes].tolist()
    mentioned = [*numbers, *around.nodes[[*asked.protected, *asked.unprotected]].tolist(), *asked.unaffected]
    distinct = sorted({*mentioned})
    id_of = dict(zip(distinct, identify(store, np.array(distinct, np.int64))[0], strict=True))
    before, after = Counter(found.kinds), Counter(without(found, numbers).kinds)
    savings = []
    for number in numbers[:_SAVINGS]:
        left = without(found, [number])
        reached = int((left.spread.distance[asked.protected] != NOT_REACHED).sum())
        saved = dict(sorted((before - Counter(left.kinds)).items()))
        savings.append(Saving(id=id_of[number], saved=saved, targets=len(asked.protected) - reached))
    notes = [] if len(savings) == len(numbers) else [f"What each would save is told of the first {_SAVINGS}."]
    things, agents = things_among(store, mentioned, known_on)
    return Containment(
        graphprov_version=VERSION,
        made_at=datetime.now(UTC),
        subjects=found.flaw.subjects,
        since=flaw.since,
        until=flaw.until,
        as_known_on=known_on,
        prefer=prefer,
        flawed=found.flaw.flawed,
        targets=sorted(id_of[number] for number in around.nodes[asked.protected].tolist()),
        unprotected=sorted(id_of[number] for number in around.nodes[asked.unprotected].tolist()),
        unaffected=sorted(id_of[number] for number in asked.unaffected),
        cut=CutSet(nodes=[id_of[number] for number in numbers], smallest=cut.proven),
        savings=savings,
        before=dict(sorted(before.items())),
        after=dict(sorted(after.items())),
        things=things,
        agents=agents,
        notes=notes,
    )
