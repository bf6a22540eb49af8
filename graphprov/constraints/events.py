"""The events of an instance and what precedes what (constraints 30 to 49), as a graph.

All starts of an activity are simultaneous (31), as are its ends (32), and all generations (39) and all invalidations
(40) of an entity: each is one node here, which keeps the graph linear in the number of statements. A usage is a node of
its own. An event is there where the normal form has it, stated or inferred; constraints speak of no other.
Specialization is transitive (19): where an entity between two others has no event, a node without one stands in for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from graphprov.constraints.normal import NOBODY, Instance
from graphprov.constraints.objects import Objects
from graphprov.constraints.times import Instant, instant


class Event(StrEnum):
    """The five kinds of events of PROV-DM."""

    GENERATION = "generation"
    USAGE = "usage"
    INVALIDATION = "invalidation"
    START = "start"
    END = "end"


_GEN, _USE, _INV, _START, _END = Event


class Precedes(NamedTuple):
    """One line of an ordering constraint: the event of what stands at one place of a row precedes that of another.

    A usage is named by a place that holds its identifier; at place 0 that is the row's own.
    """

    number: int
    before: tuple[Event, int]
    after: tuple[Event, int]
    strictly: bool = False


def _association(activity: int, agent: int) -> tuple[Precedes, ...]:
    return (
        Precedes(47, (_START, activity), (_INV, agent)),
        Precedes(47, (_GEN, agent), (_END, activity)),
        Precedes(47, (_START, activity), (_END, agent)),
        Precedes(47, (_START, agent), (_END, activity)),
    )


_SPECIALIZATION = (Precedes(45, (_GEN, 2), (_GEN, 1)), Precedes(46, (_INV, 1), (_INV, 2)))

ORDERING: dict[str, tuple[Precedes, ...]] = {
    "wasGeneratedBy": (Precedes(34, (_START, 2), (_GEN, 1)), Precedes(34, (_GEN, 1), (_END, 2))),
    "used": (
        Precedes(33, (_START, 1), (_USE, 0)),
        Precedes(33, (_USE, 0), (_END, 1)),
        Precedes(37, (_GEN, 2), (_USE, 0)),
        Precedes(38, (_USE, 0), (_INV, 2)),
    ),
    "wasInformedBy": (Precedes(35, (_START, 2), (_END, 1)),),
    "wasStartedBy": (Precedes(43, (_GEN, 2), (_START, 1)), Precedes(43, (_START, 1), (_INV, 2))),
    "wasEndedBy": (Precedes(44, (_GEN, 2), (_END, 1)), Precedes(44, (_END, 1), (_INV, 2))),
    "wasDerivedFrom": (
        Precedes(42, (_GEN, 2), (_GEN, 1), strictly=True),
        Precedes(41, (_USE, 5), (_GEN, 1)),
    ),
    "wasAttributedTo": (Precedes(48, (_GEN, 2), (_GEN, 1)), Precedes(48, (_START, 2), (_GEN, 1))),
    "wasAssociatedWith": _association(1, 2),
    "actedOnBehalfOf": (
        Precedes(49, (_GEN, 2), (_INV, 1)),
        Precedes(49, (_START, 2), (_END, 1)),
        *_association(3, 1),  # inference 14
        *_association(3, 2),
    ),
    "specializationOf": _SPECIALIZATION,
    "mentionOf": _SPECIALIZATION,
}
"""What each component orders; constraints 30 and 36 order the events of one activity or entity."""

STRICT = frozenset(line.number for lines in ORDERING.values() for line in lines if line.strictly)
"""The constraints whose events cannot be simultaneous."""

_OF_OBJECT: dict[str, tuple[Event, int, int]] = {
    "wasGeneratedBy": (_GEN, 1, 3),
    "wasInvalidatedBy": (_INV, 1, 3),
    "wasStartedBy": (_START, 1, 4),
    "wasEndedBy": (_END, 1, 4),
}
"""Relations that are an event of the object at one place, at the time at another."""

_WITHIN = ((30, _START, _END), (36, _GEN, _INV))
"""What precedes what of one object, by which constraint."""

_TRANSITIVE = frozenset({45, 46})
"""Constraints that hold for entities with others between them that have no event."""


class Time(NamedTuple):
    """A time that a statement (index) gives to an event, and its text."""

    moment: Instant
    text: str
    statement: int


@dataclass(slots=True)
class Node:
    """Simultaneous events of one kind.

    Attributes:
        event: Which kind; None for a stand-in without an event.
        term: Root of the entity or activity; for a usage, of the entity.
        statement: One that tells of it (index).
        user: For a usage, the root of the activity.
        times: When it was, each moment once; None where no statement says it.
    """

    event: Event | None
    term: int
    statement: int
    user: int = NOBODY
    times: list[Time] | None = None


class Edge(NamedTuple):
    """That one node precedes another: by which constraint, and which statement (index; -1 where it needs none)."""

    before: int
    after: int
    number: int
    statement: int

    @property
    def strictly(self) -> bool:
        """Whether the two cannot be simultaneous."""
        return self.number in STRICT


class Events:
    """The graph.

    Attributes:
        nodes: The events.
        pairs: The edges, as nodes by index.
        strict: The edges (by index) whose events cannot be simultaneous.
    """

    def __init__(self, instance: Instance, objects: Objects, roots: list[int]) -> None:
        self.nodes: list[Node] = []
        self.pairs: list[tuple[int, int]] = []
        self.strict: list[int] = []
        self._numbers: list[int] = []
        self._told_by: list[int] = []
        self._instance = instance
        self._roots = roots
        self._of: dict[Event, dict[int, int]] = {event: {} for event in Event}
        self._stand_ins: dict[tuple[Event, int], int] = {}
        self._stated_events()
        self._inferred_events(objects)
        self._order_objects()
        self._order_rows()

    def edge(self, number: int) -> Edge:
        """An edge, by its index."""
        return Edge(*self.pairs[number], self._numbers[number], self._told_by[number])

    def _edge(self, before: int, after: int, number: int, statement: int) -> None:
        # Not kept as objects: a large graph has hundreds of thousands, and few are ever told.
        self.pairs.append((before, after))
        self._numbers.append(number)
        self._told_by.append(statement)

    @property
    def merging_failed(self) -> set[frozenset[int]]:
        """The pairs of statements that could not be merged."""
        rows = self._instance.rows
        return {
            frozenset((rows[conflict.reason.first].statement, rows[conflict.reason.second].statement))
            for conflict in self._instance.conflicts
        }

    def _node(self, event: Event | None, term: int, statement: int, user: int = NOBODY) -> int:
        self.nodes.append(Node(event, term, statement, user))
        return len(self.nodes) - 1

    def _stated_events(self) -> None:
        roots, nodes = self._roots, self.nodes
        self._usages: list[int] = []
        for row in self._instance.rows:
            terms = row.terms
            if row.kind == "used":
                known = self._of[_USE]
                usage = roots[terms[0]] if terms[0] != NOBODY else -len(nodes) - 2
                node = known.get(usage)
                if node is None:
                    node = known[usage] = self._node(_USE, roots[terms[2]], row.statement, roots[terms[1]])
                self._usages.append(node)
                self._timed(node, terms[3], row.statement)
            elif row.kind in _OF_OBJECT:
                event, place, time = _OF_OBJECT[row.kind]
                known, term = self._of[event], roots[terms[place]]
                node = known.get(term)
                if node is None:
                    node = known[term] = self._node(event, term, row.statement)
                self._timed(node, terms[time], row.statement)

    def _inferred_events(self, objects: Objects) -> None:
        """The events that every entity (7) and activity (8) has, and the generation of what is attributed (13)."""
        for term, statement in objects.entities.items():
            for event in (_GEN, _INV):
                if term not in self._of[event]:
                    self._of[event][term] = self._node(event, term, statement)
        for row in self._instance.rows:
            if row.kind == "activity":
                term = self._roots[row.terms[0]]
                for event, time in ((_START, row.terms[1]), (_END, row.terms[2])):
                    node = self._of[event].get(term)
                    if node is None:
                        node = self._of[event][term] = self._node(event, term, row.statement)
                    self._timed(node, time, row.statement)
            elif row.kind == "wasAttributedTo":
                term = self._roots[row.terms[1]]
                if term not in self._of[_GEN]:
                    self._of[_GEN][term] = self._node(_GEN, term, row.statement)

    def _timed(self, node: int, time: int, statement: int) -> None:
        text = self._instance.terms.shown(time)
        moment = instant(text) if text is not None else None
        if text is None or moment is None:
            return
        said = self.nodes[node]
        if said.times is None:
            said.times = [Time(moment, text, statement)]
        elif all(moment != known.moment for known in said.times):
            said.times.append(Time(moment, text, statement))

    def _order_objects(self) -> None:
        for number, first, last in _WITHIN:
            ends = self._of[last]
            for term, node in self._of[first].items():
                if term in ends:
                    self._edge(node, ends[term], number, -1)

    def _order_rows(self) -> None:
        usages = iter(self._usages)
        for row in self._instance.rows:
            usage = next(usages) if row.kind == "used" else None
            for number, before, after, strictly in ORDERING.get(row.kind, ()):
                first = self._find(before, row.terms, usage)
                last = self._find(after, row.terms, usage)
                if number in _TRANSITIVE:
                    first = self._stand_in(before, row.terms) if first is None else first
                    last = self._stand_in(after, row.terms) if last is None else last
                if first is not None and last is not None:
                    if strictly:
                        self.strict.append(len(self.pairs))
                    self._edge(first, last, number, row.statement)

    def _find(self, which: tuple[Event, int], terms: tuple[int, ...], usage: int | None) -> int | None:
        event, place = which
        if usage is not None and event is _USE:
            return usage
        return self._of[event].get(self._roots[terms[place]])

    def _stand_in(self, which: tuple[Event, int], terms: tuple[int, ...]) -> int:
        event, place = which
        term = self._roots[terms[place]]
        node = self._stand_ins.get((event, term))
        if node is None:
            node = self._stand_ins[event, term] = self._node(None, term, -1)
        return node
