"""Typing and impossibility (constraints 50 to 56): what cannot be, whatever the order of events."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from graphprov.constraints.judgement import Violation
from graphprov.constraints.normal import NOBODY, Instance, Row
from graphprov.constraints.objects import Objects
from graphprov.constraints.order import Order
from graphprov.constraints.rules import DISJOINT, IDENTIFIED, RULES
from graphprov.constraints.unify import NONE
from graphprov.constraints.words import Words, noun
from graphprov.documents.terms import TERMS, Refers

_IDENTIFIED = frozenset(IDENTIFIED)

_TYPED: dict[str, tuple[tuple[int, Refers], ...]] = {
    keyword: tuple(
        (place, argument.refers)
        for place, argument in enumerate(term.arguments, 1)
        if argument.refers in (Refers.ENTITY, Refers.ACTIVITY)
    )
    for keyword, term in TERMS.items()
}
"""At which places of a relation stand entities and activities (constraint 50)."""


def violations(instance: Instance, objects: Objects, roots: list[int], words: Words) -> Iterator[Violation]:
    """All that is impossible in an instance in normal form, constraint by constraint."""
    yield from _Impossible(instance, objects, roots, words).violations()


@dataclass(frozen=True)
class _Impossible:
    """Looks at one instance."""

    instance: Instance
    objects: Objects
    roots: list[int]
    words: Words

    def violations(self) -> Iterator[Violation]:
        yield from self._mandatory()
        yield from self._disjoint()
        yield from self._unspecified()
        yield from self._reflexive()
        yield from self._overlaps()
        yield from self._members()

    def _mandatory(self) -> Iterator[Violation]:
        for statement, argument in self.instance.missing:
            keyword = self.instance.statements[statement].term.keyword
            why = f"{keyword} has no {argument}, which is not optional"
            yield self.words.violation(RULES["mandatory-argument"], (statement,), why)

    def _disjoint(self) -> Iterator[Violation]:
        """Entities that are activities, by their statements or by the places where they stand."""
        entities, activities = dict(self.objects.entities), dict(self.objects.activities)
        roots = self.roots
        typed = {Refers.ENTITY: entities, Refers.ACTIVITY: activities}
        for row in self.instance.rows:
            for place, refers in _TYPED[row.kind]:
                term = row.terms[place]
                if term != NONE:
                    typed[refers].setdefault(roots[term], row.statement)
        for term in entities.keys() & activities.keys():
            both = entities[term], activities[term]
            entity, activity = (self._said(statement) for statement in both)
            why = f"{self.words.term(term)} is an entity {entity}, but an activity {activity}; nothing is both"
            yield self.words.violation(RULES["entity-activity-disjoint"], both, why)

    def _said(self, statement: int) -> str:
        """How a statement says of what kind something is."""
        term = self.instance.statements[statement].term
        return "as it is stated" if term.element is not None else f"by its place in {term.keyword}"

    def _unspecified(self) -> Iterator[Violation]:
        for number in self.instance.unspecified:
            statement = self.instance.statements[number]
            named = [name for name in ("generation", "usage") if statement.argument(name) is not None]
            why = f"a derivation names a {' and a '.join(named)}, but no activity that they would be of"
            yield self.words.violation(RULES["impossible-unspecified-derivation-generation-use"], (number,), why)

    def _reflexive(self) -> Iterator[Violation]:
        """Cycles of specializations, each of which makes an entity a specialization of itself (19)."""
        given = self.objects.specializations
        numbers: dict[int, int] = {}
        pairs = [
            (numbers.setdefault(one.specific, len(numbers)), numbers.setdefault(one.general, len(numbers)))
            for one in given
        ]
        for cycle in Order.of(len(numbers), pairs).cycles(pairs, range(len(pairs))):
            first = self.words.term(given[cycle[0]].specific)
            others = [self.words.term(given[edge].general) for edge in cycle[:-1]]
            through = f", through {' and '.join(others[:3])}{' and more' if len(others) > 3 else ''}" if others else ""
            yield self.words.violation(
                RULES["impossible-specialization-reflexive"],
                (given[edge].statement for edge in cycle),
                f"{first} is a specialization of itself{through}",
            )

    def _overlaps(self) -> Iterator[Violation]:
        """Identifiers of two kinds of relations, or of a relation and an object."""
        kinds: dict[int, dict[str, Row]] = defaultdict(dict)
        for row in self.instance.rows:
            if row.kind in _IDENTIFIED and row.terms[0] != NOBODY:
                kinds[self.roots[row.terms[0]]].setdefault(row.kind, row)
        objects = {
            "an entity": self.objects.entities,
            "an activity": self.objects.activities,
            "an agent": self.objects.agents,
        }
        for identifier, rows in kinds.items():
            disjoint = [row for kind, row in rows.items() if kind in DISJOINT]
            if len(disjoint) > 1:
                named = " and ".join(noun(row.kind) for row in disjoint)
                yield self._overlap("impossible-property-overlap", identifier, named, disjoint)
            for kind, stated in objects.items():
                if identifier in stated:
                    row = next(iter(rows.values()))
                    named = f"{kind} and {noun(row.kind)}"
                    yield self._overlap(
                        "impossible-object-property-overlap", identifier, named, [row], stated[identifier]
                    )

    def _overlap(self, rule: str, identifier: int, named: str, rows: Iterable[Row], *more: int) -> Violation:
        name = self.words.term(identifier)
        return self.words.violation(
            RULES[rule], [*(row.statement for row in rows), *more], f"{name} names both {named}"
        )

    def _members(self) -> Iterator[Violation]:
        for row in self.instance.of_kind("hadMember"):
            collection = self.roots[row.terms[1]]
            if collection in self.objects.empty:
                why = f"{self.words.term(collection)} is an empty collection, and has {self.words.term(row.terms[2])}"
                yield self.words.violation(
                    RULES["membership-empty-collection"],
                    (self.objects.empty[collection], row.statement),
                    f"{why} as a member",
                )
