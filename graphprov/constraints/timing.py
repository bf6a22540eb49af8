"""Finds times that contradict the order of events: suspicious, but valid, since the recommendation orders no times.

The latest known time is carried along the order of events, so that a contradiction is found too where events without a
time stand between. Times with a zone and times without one are two worlds, each looked at on its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from graphprov.constraints.events import Edge, Event, Events, Time
from graphprov.constraints.judgement import Suspicion
from graphprov.constraints.order import Later, Order
from graphprov.constraints.rules import BY_NUMBER
from graphprov.constraints.words import Words, times

_SIMULTANEOUS: dict[Event, int] = {Event.START: 31, Event.END: 32, Event.GENERATION: 39, Event.INVALIDATION: 40}
"""By which constraint all events of one kind and object are simultaneous."""

_MOST = 20
"""Statements between two events that are told."""


@dataclass(frozen=True, slots=True)
class _Latest:
    """The latest time at or before a component, whose it is, and the edge and the component by which it came here."""

    time: Time
    node: int
    edge: int = -1
    earlier: _Latest | None = None


def suspicions(events: Events, order: Order, words: Words) -> Iterator[Suspicion]:
    """A warning for each event that has a time before that of an event which precedes it."""
    for zoned in (True, False):
        timed: dict[int, list[Time]] = {}
        for index, node in enumerate(events.nodes):
            if node.times is not None and (own := [time for time in node.times if time.moment.zoned is zoned]):
                timed[index] = sorted(own)
        if timed:
            yield from _Walk(events, order, words, timed).run()


class _Walk:
    """One walk along the order, with times that can be compared."""

    def __init__(self, events: Events, order: Order, words: Words, timed: dict[int, list[Time]]) -> None:
        self._events = events
        self._order = order
        self._words = words
        self._timed = timed
        self._failed = events.merging_failed
        self._members: dict[int, list[int]] = defaultdict(list)
        for node in timed:
            self._members[order.component[node]].append(node)
        self._later = Later(len(order.sorted), (order.component[before] for before, _ in events.pairs))

    def run(self) -> Iterator[Suspicion]:
        latest: dict[int, _Latest] = {}
        for component in self._order.sorted:
            came = latest.pop(component, None)
            own: _Latest | None = None
            for node in self._members.get(component, ()):
                yield from self._look_at(node, came)
                first = self._timed[node][0]
                if own is None or first.moment > own.time.moment:
                    own = _Latest(first, node)
            # A time of one's own goes on, also where it is suspicious: one mistake is told once.
            carried = own or came
            if carried is None:
                continue
            for edge in self._later.of(component):
                after = self._order.component[self._events.pairs[edge][1]]
                known = latest.get(after)
                if after != component and (known is None or carried.time.moment > known.time.moment):
                    latest[after] = _Latest(carried.time, carried.node, edge, carried)

    def _look_at(self, index: int, came: _Latest | None) -> Iterator[Suspicion]:
        node, own = self._events.nodes[index], self._timed[index]
        first, last = own[0], own[-1]
        number = _SIMULTANEOUS.get(node.event) if node.event is not None else None
        if first.moment != last.moment and number and frozenset((first.statement, last.statement)) not in self._failed:
            one, other, shared = times(first.text, last.text)
            why = f"{self._words.happens(node)} at {one} and at {other}{shared}"
            yield self._words.suspicion(BY_NUMBER[number], (first.statement, last.statement), why)
        if came is not None and first.moment < came.time.moment:
            yield self._early(index, first, came)

    def _early(self, index: int, time: Time, came: _Latest) -> Suspicion:
        early, late = self._events.nodes[index], self._events.nodes[came.node]
        at, before, shared = times(time.text, came.time.text)
        why = f"{self._words.happens(early)} at {at} before {self._words.happens(late, it=early)} at {before}{shared}"
        way: list[Edge] = []
        step: _Latest | None = came
        while step is not None and step.edge >= 0 and len(way) < _MOST:
            way.append(self._events.edge(step.edge))
            step = step.earlier
        statements = {edge.statement for edge in way if edge.statement >= 0} | {time.statement, came.time.statement}
        rule = next((edge for edge in way if edge.strictly), way[-1]).number
        return self._words.suspicion(BY_NUMBER[rule], statements, why)
