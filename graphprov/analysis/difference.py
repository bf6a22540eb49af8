"""What two impact reports tell differently: what came in, what went out, and the step that made the difference.

Compared is what a flaw has touched: the flawed things and the affected ones. The reason is found on the shortest path
to each thing: from its start, the first thing on it that the other side does not have. Where that is flawed itself, the
other side's window, subjects or date left it out; else the relation that leads there is the difference.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from graphprov.analysis.difference_report import Because, Change, ImpactDifference, Side
from graphprov.analysis.flaw import Flaw, check_day
from graphprov.analysis.impact import check_kinds, check_limit
from graphprov.analysis.incident_impact import flaw_of
from graphprov.analysis.incident_report import Incident
from graphprov.analysis.incidents import incident as known_incident
from graphprov.analysis.reach import Reach, reach
from graphprov.analysis.report import Affected, Cut, FlawedNode, Step
from graphprov.analysis.telling import affected_nodes, cleared_nodes, owners_of
from graphprov.errors import EmptyFlaw, InvalidInput, UnknownReference
from graphprov.model.identity import short_id
from graphprov.model.incidents import NO_BOUND
from graphprov.model.times import Moment, as_moment, show_time
from graphprov.model.vocabulary import KINDS, Element
from graphprov.store import Store


@dataclass(frozen=True)
class Asked:
    """One side of the comparison: a flaw, as known on a date, perhaps of an incident."""

    flaw: Flaw
    known_on: datetime | None = None
    incident: Incident | None = None

    @classmethod
    def of_incident(cls, store: Store, about: Incident, *, known_on: datetime | None = None) -> Asked:
        """The flaw that an incident tells of."""
        return cls(flaw_of(store, about, known_on=known_on)[0], known_on, about)


def difference(
    store: Store,
    before: Asked,
    after: Asked,
    *,
    kinds: Sequence[str] | None = None,
    limit: int = 0,
    told: Callable[[int], None] | None = None,
) -> ImpactDifference:
    """Compare what two flaws have touched.

    Args:
        kinds: List only things of these kinds. Default: all.
        limit: List at most so many of each list, the nearest; 0 for all.
        told: Called now and then with the number of nodes looked at so far.

    Raises:
        UnknownReference: A subject is not known; carries the nearest.
        AmbiguousReference: A subject could be several things; carries them.
        EmptyFlaw: Neither side stands for anything; carries what there is.
        InvalidInput: The limit is negative, a kind is neither graphprov's nor in use, or a day is yet to come.
    """
    check_limit(limit)
    check_kinds(store, kinds or ())
    for side in (before, after):
        check_day(side.known_on, store.now())
    notes: list[str] = []
    one, other = _reached(store, before, told, notes), _reached(store, after, told, notes)
    if one.found is None and other.found is None:
        _reach(store, after, told)  # says what there is instead
    came_in = _changes(store, other, one, kinds, limit, "before")
    went_out = _changes(store, one, other, kinds, limit, "now")
    cut = [
        Cut(what=what, shown=len(changes.listed), total=changes.total, how="give --limit 0")
        for what, changes in (("came in", came_in), ("went out", went_out))
        if len(changes.listed) < changes.total
    ]
    mentioned = {change.first for changes in (came_in, went_out) for change in changes.listed}
    for change in (*came_in.listed, *went_out.listed):
        mentioned |= {change.id, *change.responsible}
        mentioned |= {change.step.cause, change.step.effect} if change.step else set()
    return ImpactDifference(
        made_at=datetime.now(UTC),
        before=one.side,
        after=other.side,
        kinds=list(kinds) if kinds else None,
        came_in=came_in.listed,
        went_out=went_out.listed,
        came_in_total=came_in.total,
        went_out_total=went_out.total,
        stayed=sum(not kinds or kind in kinds for id_, kind in other.touched.items() if id_ in one.touched),
        complete=not cut,
        cut=cut,
        notes=notes,
        names={id_: short_id(id_) for id_ in sorted(mentioned)},
    )


@dataclass(frozen=True)
class _Reached:
    """One side, with all that it has touched."""

    asked: Asked
    found: Reach | None
    """None where it stands for nothing."""
    flawed: dict[str, FlawedNode]
    touched: dict[str, str | None]
    """Kinds of the flawed and affected things by id."""
    side: Side


def _reach(store: Store, asked: Asked, told: Callable[[int], None] | None) -> Reach:
    return reach(store, asked.flaw, known_on=asked.known_on, told=told)


def _reached(store: Store, asked: Asked, told: Callable[[int], None] | None, notes: list[str]) -> _Reached:
    incident = asked.incident.note if asked.incident is not None else None
    since, until, known_on = asked.flaw.since, asked.flaw.until, asked.known_on
    try:
        found = _reach(store, asked, told)
    except (EmptyFlaw, UnknownReference) as error:
        if isinstance(error, UnknownReference) and known_on is None:
            raise
        notes.append(f"One side has nothing: {error.message}.")
        side = Side(
            subjects=[], since=since, until=until, as_known_on=known_on, incident=incident, flawed=0, affected=0
        )
        return _Reached(asked, None, {}, {}, side)
    flawed = {node.id: node for node in found.flaw.flawed}
    side = Side(
        subjects=found.flaw.subjects,
        since=since,
        until=until,
        as_known_on=known_on,
        incident=incident,
        flawed=len(flawed),
        affected=len(found.ids),
    )
    touched: dict[str, str | None] = dict(zip(found.ids, found.kinds, strict=True))
    return _Reached(asked, found, flawed, touched | {id_: node.kind for id_, node in flawed.items()}, side)


@dataclass(frozen=True)
class _Changes:
    listed: list[Change]
    total: int


@dataclass(frozen=True)
class _First:
    """The first thing on a path that the other side does not have, and the relation that leads to it."""

    id: str
    step: Step | None


def _changes(
    store: Store, here: _Reached, there: _Reached, kinds: Sequence[str] | None, limit: int, other: str
) -> _Changes:
    """What only `here` has; `there` is called `other`."""
    if here.found is None:
        return _Changes([], 0)
    found = here.found
    flawed = [node for id_, node in sorted(here.flawed.items()) if id_ not in there.touched]
    order = sorted(
        (i for i, id_ in enumerate(found.ids) if id_ not in there.touched),
        key=lambda i: (found.distance[i], found.ids[i]),
    )
    asked = [i for i in order if not kinds or found.kinds[i] in kinds]
    asked_flawed = [node for node in flawed if not kinds or node.kind in kinds]
    total = len(asked) + len(asked_flawed)
    room = max(limit - len(asked_flawed), 0) if limit else len(asked)
    shown, shown_flawed = asked[:room], asked_flawed[: limit or None]
    # What lies on the ways to these is nearer: to follow the ways, all that is at most as far is needed.
    last = order.index(shown[-1]) + 1 if shown else 0
    nodes = {
        node.id: node for node in affected_nodes(store, found, order[:last], owners_of(store, found, order[:last]))
    }
    first = _firsts(here.flawed, nodes.values(), there.touched)
    reasons = _Reasons(store, here, there, {each for each in first.values() if each.step is not None}, other)
    listed = [_of_flawed(node, reasons) for node in shown_flawed]
    listed += [_of_affected(nodes[found.ids[i]], first[found.ids[i]], reasons) for i in shown]
    return _Changes(listed, total)


def _firsts(
    flawed: Mapping[str, FlawedNode], nodes: Iterable[Affected], there: Mapping[str, str | None]
) -> dict[str, _First]:
    """For each thing, nearest first, where the way to it leaves what the other side has."""
    first: dict[str, _First] = {id_: _First(id_, None) for id_ in flawed if id_ not in there}
    for node in nodes:
        via = node.via or node.why or []
        start = via[0].cause if via else node.id
        if start in first:
            first[node.id] = first[start]
        else:
            step = next((step for step in via if step.effect not in there), None)
            first[node.id] = _First(step.effect if step else node.id, step)
    return first


class _Reasons:
    """Why one side does not have what the other has."""

    def __init__(self, store: Store, here: _Reached, there: _Reached, firsts: set[_First], other: str) -> None:
        """Look up what the reasons need.

        Args:
            other: What `there` is called: `before` or `now`.
        """
        self._here, self._there, self._other = here, there, other
        self._was = "was" if other == "before" else "is"
        known_here, self._since = here.asked.known_on, there.asked.known_on
        self._learnt: dict[tuple[str, str, str], datetime] = {}
        self._cleared: dict[str, str] = {}
        if self._since is not None and (known_here is None or known_here > self._since):
            self._learnt = _recorded(store, [each.step for each in firsts if each.step])
        if there.found is not None and known_here != self._since:  # by one and the same graph nothing else is cleared
            self._cleared = {item.id: item.rule for item in cleared_nodes(store, there.found, sys.maxsize)[0]}

    def of(self, first: _First) -> tuple[Because, str]:
        """The reason, as a word and as a sentence."""
        if first.step is None:
            return self._of_flawed(self._here.flawed[first.id])
        step, effect, cause = first.step, short_id(first.step.effect), short_id(first.step.cause)
        learnt = self._learnt.get((step.effect, step.relation, step.cause))
        if learnt is not None and self._since is not None and learnt > self._since:
            return "recorded", f"that {effect} comes from {cause} was learnt on {show_time(learnt)}"
        if rule := self._cleared.get(step.effect):
            return "rule", f"{effect} {self._was} cleared {self._other} by the rule '{rule}'"
        return "path", f"the way from {cause} to {effect} {self._was} not there {self._other}"

    def _of_flawed(self, node: FlawedNode) -> tuple[Because, str]:
        name, there = short_id(node.id), self._there.asked.flaw
        subjects = {subject.id for subject in self._there.side.subjects}
        if subjects and node.subject not in subjects:
            return "subject", f"{name} comes from {short_id(node.subject)}, which {self._was} no subject {self._other}"
        if node.time is not None and not there.within([node.time]):
            return "window", f"{name} is of {show_time(node.time)}, outside the window {self._other}"
        if self._since is not None:
            return "recorded", f"{name} {self._was} not known as flawed on {show_time(self._since)}"
        return "path", f"{name} {self._was} not flawed {self._other}"


def _recorded(store: Store, steps: Sequence[Step]) -> dict[tuple[str, str, str], datetime]:
    """When each step was learnt: its relation, or where there is none of that type, its effect."""
    asked = [{"effect": step.effect, "relation": step.relation, "cause": step.cause} for step in steps]
    rows = store.ask("recorded_when", steps=asked).rows if asked else []
    return {
        (effect, relation, cause): learnt
        for effect, relation, cause, related, known in rows
        if (learnt := related or known)
    }


def _of_flawed(node: FlawedNode, reasons: _Reasons) -> Change:
    because, reason = reasons.of(_First(node.id, None))
    known = KINDS.get(node.kind or "")
    element = known.element if known is not None else Element.ENTITY
    return Change(
        id=node.id,
        element="Activity" if element is Element.ACTIVITY else "Entity",
        kind=node.kind,
        name=node.name,
        version=node.version,
        time=node.time,
        distance=0,
        certainty="declared",
        because=because,
        reason=reason,
        first=node.id,
    )


def _of_affected(node: Affected, first: _First, reasons: _Reasons) -> Change:
    because, reason = reasons.of(first)
    return Change(
        id=node.id,
        element=node.element,
        kind=node.kind,
        name=node.name,
        version=node.version,
        time=node.time,
        distance=node.distance,
        certainty=node.certainty,
        state=node.state,
        responsible=node.responsible,
        because=because,
        reason=reason,
        first=first.id,
        step=first.step,
    )


def side_after(
    store: Store,
    subjects: Sequence[str],
    *,
    since: Moment | None = None,
    until: Moment | None = None,
    incident: str | None = None,
    known_on: datetime | None = None,
) -> Asked:
    """The side that is asked for: subjects and a window, or an incident, as known on a day; raises as either does."""
    if incident is None:
        return Asked(Flaw.of(subjects, since, until), known_on)
    return Asked.of_incident(store, known_incident(store, incident, known_on=known_on), known_on=known_on)


KEYS = ("since", "until", "incident", "as-known-on", "as-opened")
"""In what the side before may differ."""


def checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """In what the side before differs, with times as times.

    Raises:
        InvalidInput: There is no such key, or its value does not fit.

    >>> checked({"until": "2026-05", "since": "none"})
    {'until': datetime.datetime(2026, 5, 1, 0, 0, tzinfo=datetime.timezone.utc), 'since': None}
    """
    read: dict[str, Any] = {}
    for typed, value in given.items():
        key = typed.strip().lower().replace("_", "-")
        if key not in KEYS:
            raise InvalidInput(f"'{typed}' is nothing in which an impact can be otherwise", nearest=KEYS)
        if key in ("since", "until"):
            read[key] = None if value == NO_BOUND else as_moment(value, key)
        elif key == "as-known-on":
            if (moment := as_moment(value, key)) is None:
                raise InvalidInput("as-known-on needs a time")
            read[key] = moment
        elif key == "incident":
            read[key] = str(value)
        elif value:
            read[key] = True
    return read


def side_before(store: Store, after: Asked, otherwise: Mapping[str, Any]) -> Asked:
    """The side before, from the side after and in what they differ.

    Args:
        otherwise: As `checked` reads it. `as-opened` means the incident of the side after before it was amended.

    Raises:
        InvalidInput: Two of these exclude each other, or there is no incident to take as it was opened.
        UnknownReference: There is no such incident; carries the nearest.
    """
    known_on: datetime | None = otherwise.get("as-known-on", after.known_on)
    before = replace(after, known_on=known_on)
    if "as-opened" in otherwise:
        if after.incident is None or "incident" in otherwise:
            raise InvalidInput("as-opened compares an incident with itself: give --incident N, and no other incident")
        opened = after.incident.model_copy(update=after.incident.as_opened.model_dump())
        before = Asked.of_incident(store, opened, known_on=known_on)
    elif "incident" in otherwise:
        before = Asked.of_incident(store, known_incident(store, otherwise["incident"]), known_on=known_on)
    elif after.incident is not None and known_on is not None:
        # An incident is known on a date as what was said of it by then.
        before = Asked.of_incident(
            store, known_incident(store, after.incident.id, known_on=known_on), known_on=known_on
        )
    since, until = (otherwise.get(key, getattr(before.flaw, key)) for key in ("since", "until"))
    before = replace(before, flaw=Flaw.of(before.flaw.subjects, since, until))
    if before == after:
        raise InvalidInput(
            "both sides are the same: say in what the one before differs",
            nearest=[f"--diff {key}=..." for key in KEYS[:-1]],
        )
    return before
