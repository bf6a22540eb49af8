"""Finds cycles of events with a strict step (constraints 30 to 49), and tells them step by step."""

from __future__ import annotations

from collections.abc import Iterator

from graphprov.constraints.events import Edge, Events
from graphprov.constraints.judgement import Step, Violation
from graphprov.constraints.order import Order
from graphprov.constraints.rules import BY_NUMBER
from graphprov.constraints.words import Words, chain


def violations(events: Events, order: Order, words: Words) -> Iterator[Violation]:
    """A violation for each knot of events that would come strictly before themselves, with its shortest cycle."""
    for cycle in order.cycles(events.pairs, events.strict):
        yield _violation(events, [events.edge(number) for number in cycle], words)


def _violation(events: Events, cycle: list[Edge], words: Words) -> Violation:
    steps = _without_stand_ins(events, cycle)
    told = [_step(events, way, words) for way in steps]
    clauses = [words.happens(events.nodes[steps[0][0].before])]
    for way, step in zip(steps, told, strict=True):
        before = "strictly before" if step.strictly else "not after"
        clauses.append(f"{before} {words.happens(events.nodes[way[-1].after])}")
    statements = {number for way in steps for edge in way for number in _statements(events, edge)}
    why = f"no order of events fits: {chain(clauses, 8)}"
    return words.violation(BY_NUMBER[cycle[0].number], statements, why, told)


def _without_stand_ins(events: Events, cycle: list[Edge]) -> list[list[Edge]]:
    """The cycle's edges, those joined that meet in a node which is no event."""
    steps: list[list[Edge]] = [[cycle[0]]]
    for edge in cycle[1:]:
        if events.nodes[edge.before].event is None:
            steps[-1].append(edge)
        else:
            steps.append([edge])
    return steps


def _step(events: Events, way: list[Edge], words: Words) -> Step:
    rule = BY_NUMBER[way[0].number]
    return Step(
        before=words.event(events.nodes[way[0].before]),
        after=words.event(events.nodes[way[-1].after]),
        strictly=any(edge.strictly for edge in way),
        constraint=rule.name,
        number=way[0].number,
        statements=[words.statement(number) for edge in way for number in _statements(events, edge)],
    )


def _statements(events: Events, edge: Edge) -> list[int]:
    """The statement from which an edge follows; those of its two events, where it needs no other."""
    if edge.statement >= 0:
        return [edge.statement]
    return sorted({events.nodes[edge.before].statement, events.nodes[edge.after].statement})
