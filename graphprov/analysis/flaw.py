"""The flaw: its subjects and window, and the entities and activities that these stand for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from graphprov.analysis.report import FlawedNode, Subject
from graphprov.errors import EmptyFlaw, InvalidInput, UnknownReference
from graphprov.model.identity import short_id
from graphprov.model.incidents import BOOKKEEPING
from graphprov.model.times import Moment, as_moment, show_time
from graphprov.model.vocabulary import Element
from graphprov.store import Reference, Store
from graphprov.store.known import as_they_were
from graphprov.store.merge import as_known_on, times_of

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
    """What a flaw stands for in a store.

    Attributes:
        numbers: The store's internal number of each flawed node, in the order of `flawed`.
        subject_numbers: The numbers of those flawed nodes that are subjects themselves.
        time_unknown: Ids of flawed nodes that count only since their time is not known.
        known_on: Only what the store had learnt by then counts.
    """

    flaw: Flaw
    subjects: list[Subject]
    flawed: list[FlawedNode]
    numbers: list[int]
    subject_numbers: list[int]
    time_unknown: list[str]
    known_on: datetime | None = None


@dataclass(frozen=True)
class Candidate:
    """A node that a subject may stand for."""

    number: int
    itself: bool
    carries: bool
    times: list[datetime]
    node: dict[str, Any]

    @property
    def id(self) -> str:
        """Its identifier."""
        return str(self.node["id"])


def resolve_flaw(store: Store, flaw: Flaw, *, known_on: datetime | None = None) -> ResolvedFlaw:
    """Find the subjects, and what they stand for within the window.

    Args:
        known_on: Only what the store had learnt by then.

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
    itself: set[int] = set()
    for given in flaw.subjects:
        reference = store.resolve(given)
        if reference.kind in BOOKKEEPING:
            raise InvalidInput(
                f"{reference.short} is an incident, and no data that could be flawed",
                hint=f"graphprov impact --incident {reference.name}",
            )
        if any(reference.id == subject.id for subject in subjects):
            continue  # named twice
        subjects.append(subject_of(store, reference, given, known_on))
        found = stands_for(store, reference, known_on)
        chosen = 0
        for each in found:
            if each.node.get("kind") in BOOKKEEPING:  # attributed to whom the flaw is about, by a document
                continue
            inside = flaw.within(each.times)
            if each.times and not (each.itself or inside):
                continue
            # A general artifact that nothing was made from is flawed through its versions: itself it carries no data.
            chosen += not each.itself or each.carries or len(found) == 1
            node = each.node
            flawed.setdefault(
                each.number,
                FlawedNode(
                    id=each.id,
                    kind=node.get("kind"),
                    name=node.get("name") or short_id(each.id),
                    version=node.get("version"),
                    time=min(inside or each.times, default=None),
                    subject=reference.id,
                ),
            )
            if each.itself:
                itself.add(each.number)
            if each.itself or each.times or not flaw.has_window:
                sure.add(each.id)
            else:
                time_unknown.add(each.id)
        if not chosen:
            raise _empty(flaw, reference, found, known_on)
    order = sorted(flawed, key=lambda number: flawed[number].id)
    return ResolvedFlaw(
        flaw,
        subjects,
        [flawed[number] for number in order],
        order,
        sorted(itself),
        sorted(time_unknown - sure),
        known_on,
    )


def subject_of(store: Store, reference: Reference, given: str, known_on: datetime | None) -> Subject:
    """What a person named, with its kind and name as known on a day."""
    kind, name = reference.kind, reference.name
    if known_on is not None:
        said = as_known_on(store.ask("nodes", ids=[reference.id]).dicts()[0]["properties"], known_on)
        kind, name = said.get("kind"), said.get("name") or reference.id
    return Subject(id=reference.id, element=reference.element.value, kind=kind, name=name, given=given)


def stands_for(
    store: Store, reference: Reference, known_on: datetime | None, *, types: Sequence[Element] = tuple(Element)
) -> list[Candidate]:
    """What a subject stands for, as each of the PROV types that it is of; each node once.

    Args:
        known_on: Only what the store had learnt by then.
        types: Those as which to take it.
    """
    rows = [
        row
        for element in types
        if element is reference.element or element.value in reference.types
        for row in store.ask(_FILES[element], id=reference.id, known_on=known_on).rows
    ]
    was = as_they_were(store, sorted({row[0] for row in rows}), known_on)
    found: dict[int, Candidate] = {}
    for number, itself, carries, generated, node in rows:
        if number in was and known_on is not None and was[number]["stored_at"] > known_on:
            continue  # not even its name was known
        node = was.get(number, node)
        found.setdefault(number, Candidate(number, itself, carries, generated or times_of(node), node))
    return list(found.values())


def check_day(known_on: datetime | None, now: datetime) -> None:
    """Refuse a day that is yet to come.

    Raises:
        InvalidInput: It is later than now, by the server's clock.
    """
    if known_on is not None and known_on > now:
        raise InvalidInput(f"{show_time(known_on)} lies ahead: the store cannot tell what it will have learnt by then")


def named(store: Store, text: str, known_on: datetime | None) -> tuple[Reference, list[Candidate]]:
    """What a person means by the name of an artifact or run: itself and, of an artifact, all that is special of it.

    Raises:
        UnknownReference: Nothing is called so, or nothing of it was known then; carries the nearest.
        AmbiguousReference: It could be several things; carries them.
        InvalidInput: It is an incident.
    """
    reference = store.resolve(text, elements=(Element.ENTITY, Element.ACTIVITY))
    if reference.kind in BOOKKEEPING:
        raise InvalidInput(
            f"{reference.short} is an incident, and no data that a flaw could reach",
            hint=f"graphprov incident show {reference.name}",
        )
    found = stands_for(store, reference, known_on, types=(reference.element,))
    if reference.element is Element.ACTIVITY:
        found = [each for each in found if each.itself]
    if not found:
        raise UnknownReference(
            f"by {show_time(known_on)} the store had learnt of nothing that is called '{text}'",
            hint="give a later day, or leave it out for all that is known",
        )
    return reference, found


def _empty(flaw: Flaw, reference: Reference, found: Sequence[Candidate], known_on: datetime | None) -> EmptyFlaw:
    window = f"between {show_time(flaw.since) or 'ever'} and {show_time(flaw.until) or 'now'}"
    exists = [
        f"{short_id(each.id)} ({', '.join(map(show_time, sorted({*each.times}))) or 'time unknown'})"
        for each in found
        if not each.itself
    ]
    if not exists and known_on is not None:
        return EmptyFlaw(
            f"by {show_time(known_on)} the store had learnt of nothing that '{reference.short}' stands for",
            hint="give a later day, or leave it out for all that is known",
        )
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
