"""What stays affected once some artifacts or runs are fixed or withdrawn: nothing spreads through them any more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import compress

import numpy as np

from graphprov.analysis.flaw import ResolvedFlaw, named, subject_of
from graphprov.analysis.reach import Reach
from graphprov.analysis.report import Contained, Fixed
from graphprov.analysis.spread import NOT_REACHED, spread
from graphprov.model.identity import short_id
from graphprov.store import Reference, Store
from graphprov.store.neighbourhood import Ints


@dataclass(frozen=True)
class Fixing:
    """What is to be fixed: each thing that a person named, with the store's numbers of what it stands for."""

    things: list[tuple[str, Reference, list[int]]]

    @property
    def numbers(self) -> list[int]:
        """All numbers, each once."""
        return sorted({number for *_, numbers in self.things for number in numbers})


def fixing(store: Store, given: Sequence[str], known_on: datetime | None) -> Fixing:
    """Find what a person names to be fixed: a general artifact stands for itself and all its versions.

    Raises:
        UnknownReference: One of them is not known, or is a person or source; carries the nearest.
        AmbiguousReference: One of them could be several things; carries them.
        InvalidInput: One of them is an incident.
    """
    things = []
    for text in given:
        reference, found = named(store, text, known_on)
        was = subject_of(store, reference, text, known_on)
        reference = replace(reference, kind=was.kind, name=was.name)
        things.append((text, reference, [each.number for each in found]))
    return Fixing(things)


def without(found: Reach, numbers: Sequence[int]) -> Reach:
    """How far the flaw would have reached, had nothing spread through some nodes; nothing is asked of the store."""
    around = found.around
    gone = np.isin(around.nodes, np.array(numbers, np.int64))
    kept = ~gone[around.cause] & ~gone[around.effect]
    left = around.only(kept)
    flaw = _without(found.flaw, set(numbers))
    precise = found.precise[kept]
    subjects = left.positions(flaw.subject_numbers)
    result = spread(left, left.positions(flaw.numbers), precise, subjects=subjects, born=found.born)
    place = np.full(len(around.nodes), -1, np.int64)
    place[found.positions] = np.arange(len(found.positions))
    positions = np.flatnonzero(result.distance > 0)
    positions = positions[place[positions] >= 0]
    positions = positions[np.argsort(result.distance[positions], kind="stable")]
    return replace(
        found,
        ids=[found.ids[at] for at in place[positions].tolist()],
        kinds=[found.kinds[at] for at in place[positions].tolist()],
        distance=result.distance[positions],
        certainty=result.certainty[positions],
        positions=positions,
        flaw=flaw,
        around=left,
        precise=precise,
        spread=result,
    )


def _without(flaw: ResolvedFlaw, gone: set[int]) -> ResolvedFlaw:
    kept = [number not in gone for number in flaw.numbers]
    flawed = list(compress(flaw.flawed, kept))
    ids = {each.id for each in flawed}
    return replace(
        flaw,
        flawed=flawed,
        numbers=list(compress(flaw.numbers, kept)),
        subject_numbers=[number for number in flaw.subject_numbers if number not in gone],
        time_unknown=[id_ for id_ in flaw.time_unknown if id_ in ids],
    )


def contained(before: Reach, after: Reach, fixed: Fixing, kinds: Collection[str] | None) -> Contained:
    """What fixing changes: how much was affected, and how much of that is not any more, by kind."""
    counts, left = (
        Counter(kind for kind in found.kinds if kinds is None or kind in kinds) for found in (before, after)
    )
    return Contained(
        by=[
            Fixed(
                id=reference.id,
                kind=reference.kind,
                name=reference.name,
                given=given,
                things=len(numbers),
                affected=_affected(before, numbers),
            )
            for given, reference, numbers in fixed.things
        ],
        total=sum(counts.values()),
        counts=dict(sorted(counts.items())),
        saved=dict(sorted((counts - left).items())),
    )


def _affected(found: Reach, numbers: Sequence[int]) -> int:
    here = np.array(numbers, np.int64)
    positions: Ints = found.around.positions(here[np.isin(here, found.around.nodes)])
    return int((found.spread.distance[positions] != NOT_REACHED).sum())


def note(told: Contained, left: int) -> str:
    """What it changed, in a sentence or two."""
    *most, last = (short_id(each.id) for each in told.by)
    names = f"{', '.join(most)} and {last}" if most else last
    said = f"Contained: with {names} fixed, {left:,} of {told.total:,} stay affected; {told.total - left:,} are saved."
    if idle := [short_id(each.id) for each in told.by if not each.affected]:
        said += f" Nothing flawed reaches {', '.join(idle)}: to fix that saves nothing by itself."
    return said
