"""The flaw: its subjects and window, and the entities and activities that these stand for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from graphprov.analysis.report import FlawedNode, Subject
from graphprov.errors import EmptyFlaw, InvalidInput
from graphprov.model.identity import short_id
from graphprov.model.metadata import as_utc, loads
from graphprov.model.times import parse_time, show_time
from graphprov.model.vocabulary import Element
from graphprov.store import Reference, Store

_FILES = {
    Element.ENTITY: "flawed_by_entity",
    Element.AGENT: "flawed_by_agent",
    Element.ACTIVITY: "flawed_by_activity",
}
_TIMES = ("generated_at", "issued_at", "delivered_at")
_SHOWN = 10


@dataclass(frozen=True)
class Flaw:
    """One or more subjects, and the window `[since, until)` in which what they stand for was wrong.

    Times may be given as text, in full or in part (`"2026-03"`); without a zone they are UTC.
    """

    subjects: tuple[str, ...]
    since: datetime | None = None
    until: datetime | None = None

    @classmethod
    def of(
        cls,
        subjects: str | Sequence[str],
        since: datetime | str | None = None,
        until: datetime | str | None = None,
    ) -> Flaw:
        """A flaw from what a person gives.

        Raises:
            InvalidInput: No subject, a malformed time, or a window that ends before it starts.
        """
        named = (subjects,) if isinstance(subjects, str) else tuple(subjects)
        if not named:
            raise InvalidInput("no subject was given: expected at least one name, id or path")
        start, end = _moment(since), _moment(until)
        if start is not None and end is not None and end <= start:
            raise InvalidInput(
                f"the window is empty: it ends at {show_time(end)}, not after its start at {show_time(start)}",
                hint="the end is not part of the window: to cover March give --since 2026-03 --until 2026-04",
            )
        return cls(named, start, end)

    def covers(self, times: Sequence[datetime]) -> bool:
        """Whether one of the times lies in the window; so does a thing whose time is not known."""
        if not times:
            return True
        return any(
            (self.since is None or time >= self.since) and (self.until is None or time < self.until) for time in times
        )

    @property
    def has_window(self) -> bool:
        """Whether the window excludes anything."""
        return self.since is not None or self.until is not None


@dataclass(frozen=True)
class ResolvedFlaw:
    """What a flaw stands for in a store."""

    flaw: Flaw
    subjects: list[Subject]
    flawed: list[FlawedNode]
    numbers: list[int]
    """The store's internal number of each flawed node."""
    time_unknown: list[str]
    """Ids of flawed nodes that count only since their time is not known."""


def resolve_flaw(store: Store, flaw: Flaw) -> ResolvedFlaw:
    """Find the subjects, and what they stand for within the window.

    Raises:
        UnknownReference: A subject is not known; carries the nearest.
        AmbiguousReference: A subject could be several things; carries them.
        EmptyFlaw: A subject stands for nothing within the window; carries what there is, with times.
    """
    subjects: list[Subject] = []
    sure: set[str] = set()
    time_unknown: set[str] = set()
    flawed: dict[int, FlawedNode] = {}
    for given in flaw.subjects:
        reference = store.resolve(given)
        subjects.append(
            Subject(
                id=reference.id,
                element=reference.element.value,
                kind=reference.kind,
                name=reference.name,
                given=given,
            )
        )
        found = store.ask(_FILES[reference.element], id=reference.id).rows
        chosen = 0
        for number, id_, kind, name, version, itself, carries, *said in found:
            times = _times(*said)
            if not (itself or flaw.covers(times)):
                continue
            # A general artifact that nothing was made from is flawed through its versions: itself it carries no data.
            chosen += not itself or carries or len(found) == 1
            flawed.setdefault(
                number,
                FlawedNode(
                    id=id_,
                    kind=kind,
                    name=name or short_id(id_),
                    version=version,
                    time=min(times, default=None),
                    subject=reference.id,
                ),
            )
            if itself or times or not flaw.has_window:
                sure.add(id_)
            else:
                time_unknown.add(id_)
        if not chosen:
            raise _empty(flaw, reference, found)
    order = sorted(flawed, key=lambda number: flawed[number].id)
    return ResolvedFlaw(flaw, subjects, [flawed[number] for number in order], order, sorted(time_unknown - sure))


def _times(times: Sequence[datetime], statements: Sequence[str]) -> list[datetime]:
    """All times that a node is said to have: the same content delivered twice counts in the window of either delivery.

    The node's own properties hold what was said last; earlier words are in its `statements`.
    """
    said = [properties for _, _, _, properties in map(loads, statements)]
    earlier = [next((each[key] for key in _TIMES if key in each), None) for each in said]
    return sorted({*times, *(time for time in earlier if time is not None)})


def _empty(flaw: Flaw, reference: Reference, found: Sequence[tuple[Any, ...]]) -> EmptyFlaw:
    window = f"between {show_time(flaw.since) or 'ever'} and {show_time(flaw.until) or 'now'}"
    exists = [
        f"{short_id(str(row[1]))} ({', '.join(map(show_time, _times(*row[7:]))) or 'time unknown'})"
        for row in found
        if not row[5]
    ]
    if not exists:
        return EmptyFlaw(
            f"'{reference.short}' is known, but nothing is recorded that came from it",
            hint=f"graphprov show {reference.short}",
        )
    return EmptyFlaw(
        f"'{reference.short}' has nothing {window}; it has {len(exists)} at other times",
        nearest=[*exists[:_SHOWN], *([f"... and {len(exists) - _SHOWN} more"] if len(exists) > _SHOWN else [])],
        hint="widen --since and --until",
    )


def _moment(value: datetime | str | None) -> datetime | None:
    if value is None:
        return None
    return parse_time(value) if isinstance(value, str) else as_utc(value)
