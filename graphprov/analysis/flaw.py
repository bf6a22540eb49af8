"""The flaw: its subjects and window, and the entities and activities that these stand for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from graphprov.analysis.report import FlawedNode, Subject
from graphprov.errors import EmptyFlaw, InvalidInput
from graphprov.model.identity import short_id
from graphprov.model.incidents import BOOKKEEPING
from graphprov.model.times import Moment, as_moment, show_time
from graphprov.model.vocabulary import Element
from graphprov.store import Reference, Store

_FILES = {
    Element.ENTITY: "flawed_by_entity",
    Element.AGENT: "flawed_by_agent",
    Element.ACTIVITY: "flawed_by_activity",
}
_SHOWN = 10


@dataclass(frozen=True)
class Flaw:
    """One or more subjects, and the window `[since, until)` in which what they stand for was wrong.

    Times may be given as dates or as text, in full or in part (`"2026-03"`); without a zone they are UTC.
    """

    subjects: tuple[str, ...]
    since: datetime | None = None
    until: datetime | None = None

    @classmethod
    def of(
        cls,
        subjects: str | Sequence[str],
        since: Moment | None = None,
        until: Moment | None = None,
    ) -> Flaw:
        """A flaw from what a person gives.

        Raises:
            InvalidInput: No subject, a malformed time, or a window that ends before it starts.
        """
        named = (subjects,) if isinstance(subjects, str) else tuple(subjects)
        if not named:
            raise InvalidInput("no subject was given: expected at least one name, id or path")
        start, end = as_moment(since, "since"), as_moment(until, "until")
        if start is not None and end is not None and end <= start:
            raise InvalidInput(
                f"the window is empty: it ends at {show_time(end)}, not after its start at {show_time(start)}",
                hint="the end is not part of the window: to cover March give --since 2026-03 --until 2026-04",
            )
        return cls(named, start, end)

    def within(self, times: Sequence[datetime]) -> list[datetime]:
        """Those of the times that lie in the window."""
        return [
            time
            for time in times
            if (self.since is None or time >= self.since) and (self.until is None or time < self.until)
        ]

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
        InvalidInput: A subject is an incident.
    """
    subjects: list[Subject] = []
    sure: set[str] = set()
    time_unknown: set[str] = set()
    flawed: dict[int, FlawedNode] = {}
    for given in flaw.subjects:
        reference = store.resolve(given)
        if reference.kind in BOOKKEEPING:
            raise InvalidInput(
                f"{reference.short} is an incident, and no data that could be flawed",
                hint=f"graphprov impact --incident {reference.name}",
            )
        subjects.append(
            Subject(
                id=reference.id,
                element=reference.element.value,
                kind=reference.kind,
                name=reference.name,
                given=given,
            )
        )
        found = _stands_for(store, reference)
        chosen = 0
        for number, id_, kind, name, version, itself, carries, times in found:
            if kind in BOOKKEEPING:  # attributed to whom the flaw is about, by a document
                continue
            inside = flaw.within(times)
            if times and not (itself or inside):
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
                    time=min(inside or times, default=None),
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


def _stands_for(store: Store, reference: Reference) -> list[tuple[Any, ...]]:
    """What a subject stands for, as each of the PROV types that it is of; each node once."""
    rows = [
        row
        for element in Element
        if element is reference.element or element.value in reference.types
        for row in store.ask(_FILES[element], id=reference.id).rows
    ]
    return list({row[0]: row for row in reversed(rows)}.values())[::-1]


def _empty(flaw: Flaw, reference: Reference, found: Sequence[tuple[Any, ...]]) -> EmptyFlaw:
    window = f"between {show_time(flaw.since) or 'ever'} and {show_time(flaw.until) or 'now'}"
    exists = [
        f"{short_id(str(row[1]))} ({', '.join(map(show_time, sorted({*row[7]}))) or 'time unknown'})"
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
