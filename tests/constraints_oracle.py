"""PROV-CONSTRAINTS to the letter, slow and small: every inference adds its statements, every pair is compared.

It shares no code with `graphprov.constraints`: the rules are written as the recommendation writes them, and a few lines
apply them until nothing changes (section 7.1). Variables are `?x`; those that a conclusion alone has are existential.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from graphprov.documents.statements import Statement
from graphprov.documents.terms import PROV

Term = object
Fact = tuple[str, ...]
NONE = "-"


@dataclass(frozen=True)
class Variable:
    """Something that is there, but has no name."""

    number: int


INFERENCES = """
5   wasInformedBy(?id,?a2,?a1) => wasGeneratedBy(?gen,?e,?a1,?t1) used(?use,?a2,?e,?t2)
6   wasGeneratedBy(?gen,?e,?a1,?t1) used(?use,?a2,?e,?t2) => wasInformedBy(?id,?a2,?a1)
7   entity(?e) => wasGeneratedBy(?gen,?e,?a1,?t1) wasInvalidatedBy(?inv,?e,?a2,?t2)
8   activity(?a,?t1,?t2) => wasStartedBy(?s,?a,?e1,?a1,?t1) wasEndedBy(?end,?a,?e2,?a2,?t2)
9   wasStartedBy(?id,?a,?e1,?a1,?t) => wasGeneratedBy(?gen,?e1,?a1,?t1)
10  wasEndedBy(?id,?a,?e1,?a1,?t) => wasGeneratedBy(?gen,?e1,?a1,?t1)
11  wasDerivedFrom(?id,?e2,?e1,!a,!g,!u) => used(?u,?a,?e1,?t1) wasGeneratedBy(?g,?e2,?a,?t2)
13  wasAttributedTo(?att,?e,?ag) => wasGeneratedBy(?gen,?e,?a,?t) wasAssociatedWith(?assoc,?a,?ag,?pl)
14  actedOnBehalfOf(?id,?ag1,?ag2,?a) => wasAssociatedWith(?id1,?a,?ag1,?pl1) wasAssociatedWith(?id2,?a,?ag2,?pl2)
15  wasGeneratedBy(?id,?e,?a,?t) => wasInfluencedBy(?id,?e,?a)
15  used(?id,?a,?e,?t) => wasInfluencedBy(?id,?a,?e)
15  wasInformedBy(?id,?a2,?a1) => wasInfluencedBy(?id,?a2,?a1)
15  wasStartedBy(?id,?a2,?e,?a1,?t) => wasInfluencedBy(?id,?a2,?e)
15  wasEndedBy(?id,?a2,?e,?a1,?t) => wasInfluencedBy(?id,?a2,?e)
15  wasInvalidatedBy(?id,?e,?a,?t) => wasInfluencedBy(?id,?e,?a)
15  wasDerivedFrom(?id,?e2,?e1,?a,?g,?u) => wasInfluencedBy(?id,?e2,?e1)
15  wasAttributedTo(?id,?e,?ag) => wasInfluencedBy(?id,?e,?ag)
15  wasAssociatedWith(?id,?a,?ag,?pl) => wasInfluencedBy(?id,?a,?ag)
15  actedOnBehalfOf(?id,?ag2,?ag1,?a) => wasInfluencedBy(?id,?ag2,?ag1)
16  entity(?e) => alternateOf(?e,?e)
17  alternateOf(?e1,?e2) alternateOf(?e2,?e3) => alternateOf(?e1,?e3)
18  alternateOf(?e1,?e2) => alternateOf(?e2,?e1)
19  specializationOf(?e1,?e2) specializationOf(?e2,?e3) => specializationOf(?e1,?e3)
20  specializationOf(?e1,?e2) => alternateOf(?e1,?e2)
21  entity(?e1) specializationOf(?e2,?e1) => entity(?e2)
21  hasType(?e1,?type) specializationOf(?e2,?e1) => hasType(?e2,?type)
100 mentionOf(?e2,?e1,?b) => specializationOf(?e2,?e1)
"""

UNIQUENESS = """
22  activity(?a,?t1,?t2) activity(?a,?u1,?u2) => ?t1=?u1 ?t2=?u2
23  wasGeneratedBy(?id,?e,?a,?t) wasGeneratedBy(?id,?f,?b,?u) => ?e=?f ?a=?b ?t=?u
23  used(?id,?e,?a,?t) used(?id,?f,?b,?u) => ?e=?f ?a=?b ?t=?u
23  wasInformedBy(?id,?e,?a) wasInformedBy(?id,?f,?b) => ?e=?f ?a=?b
23  wasStartedBy(?id,?a,?e,?s,?t) wasStartedBy(?id,?b,?f,?r,?u) => ?a=?b ?e=?f ?s=?r ?t=?u
23  wasEndedBy(?id,?a,?e,?s,?t) wasEndedBy(?id,?b,?f,?r,?u) => ?a=?b ?e=?f ?s=?r ?t=?u
23  wasInvalidatedBy(?id,?e,?a,?t) wasInvalidatedBy(?id,?f,?b,?u) => ?e=?f ?a=?b ?t=?u
23  wasDerivedFrom(?id,?c,?d,?a,?g,?u) wasDerivedFrom(?id,?e,?f,?b,?h,?v) => ?c=?e ?d=?f ?a=?b ?g=?h ?u=?v
23  wasAttributedTo(?id,?e,?a) wasAttributedTo(?id,?f,?b) => ?e=?f ?a=?b
23  wasAssociatedWith(?id,?a,?g,?p) wasAssociatedWith(?id,?b,?h,?q) => ?a=?b ?g=?h ?p=?q
23  actedOnBehalfOf(?id,?a,?g,?p) actedOnBehalfOf(?id,?b,?h,?q) => ?a=?b ?g=?h ?p=?q
23  wasInfluencedBy(?id,?e,?a) wasInfluencedBy(?id,?f,?b) => ?e=?f ?a=?b
24  wasGeneratedBy(?g1,?e,?a,?t1) wasGeneratedBy(?g2,?e,?a,?t2) => ?g1=?g2
25  wasInvalidatedBy(?i1,?e,?a,?t1) wasInvalidatedBy(?i2,?e,?a,?t2) => ?i1=?i2
26  wasStartedBy(?s1,?a,?e1,?a0,?t1) wasStartedBy(?s2,?a,?e2,?a0,?t2) => ?s1=?s2
27  wasEndedBy(?s1,?a,?e1,?a0,?t1) wasEndedBy(?s2,?a,?e2,?a0,?t2) => ?s1=?s2
28  activity(?a,?t1,?t2) wasStartedBy(?s,?a,?e,?a1,?t) => ?t1=?t
29  activity(?a,?t1,?t2) wasEndedBy(?s,?a,?e,?a1,?t) => ?t2=?t
101 mentionOf(?e,?e1,?b1) mentionOf(?e,?e2,?b2) => ?e1=?e2 ?b1=?b2
"""

ORDERING = """
30  wasStartedBy(?s,?a,?e1,?a1,?t1) wasEndedBy(?end,?a,?e2,?a2,?t2) => ?s<=?end
31  wasStartedBy(?s1,?a,?e1,?a1,?t1) wasStartedBy(?s2,?a,?e2,?a2,?t2) => ?s1<=?s2
32  wasEndedBy(?s1,?a,?e1,?a1,?t1) wasEndedBy(?s2,?a,?e2,?a2,?t2) => ?s1<=?s2
33  wasStartedBy(?s,?a,?e1,?a1,?t1) used(?use,?a,?e2,?t2) => ?s<=?use
33  used(?use,?a,?e1,?t1) wasEndedBy(?end,?a,?e2,?a2,?t2) => ?use<=?end
34  wasStartedBy(?s,?a,?e1,?a1,?t1) wasGeneratedBy(?gen,?e2,?a,?t2) => ?s<=?gen
34  wasGeneratedBy(?gen,?e,?a,?t) wasEndedBy(?end,?a,?e1,?a1,?t1) => ?gen<=?end
35  wasInformedBy(?id,?a2,?a1) wasStartedBy(?s,?a1,?e1,?x,?t1) wasEndedBy(?end,?a2,?e2,?y,?t2) => ?s<=?end
36  wasGeneratedBy(?gen,?e,?a1,?t1) wasInvalidatedBy(?inv,?e,?a2,?t2) => ?gen<=?inv
37  wasGeneratedBy(?gen,?e,?a1,?t1) used(?use,?a2,?e,?t2) => ?gen<=?use
38  used(?use,?a1,?e,?t1) wasInvalidatedBy(?inv,?e,?a2,?t2) => ?use<=?inv
39  wasGeneratedBy(?g1,?e,?a1,?t1) wasGeneratedBy(?g2,?e,?a2,?t2) => ?g1<=?g2
40  wasInvalidatedBy(?i1,?e,?a1,?t1) wasInvalidatedBy(?i2,?e,?a2,?t2) => ?i1<=?i2
41  wasDerivedFrom(?d,?e2,?e1,!a,!g2,!u1) => ?u1<=?g2
42  wasDerivedFrom(?d,?e2,?e1,?a,?g,?u) wasGeneratedBy(?g1,?e1,?a1,?t1) wasGeneratedBy(?g2,?e2,?a2,?t2) => ?g1<?g2
43  wasGeneratedBy(?gen,?e,?a1,?t1) wasStartedBy(?s,?a,?e,?a2,?t2) => ?gen<=?s
43  wasStartedBy(?s,?a,?e,?a1,?t1) wasInvalidatedBy(?inv,?e,?a2,?t2) => ?s<=?inv
44  wasGeneratedBy(?gen,?e,?a1,?t1) wasEndedBy(?end,?a,?e,?a2,?t2) => ?gen<=?end
44  wasEndedBy(?end,?a,?e,?a1,?t1) wasInvalidatedBy(?inv,?e,?a2,?t2) => ?end<=?inv
45  specializationOf(?e2,?e1) wasGeneratedBy(?g1,?e1,?a1,?t1) wasGeneratedBy(?g2,?e2,?a2,?t2) => ?g1<=?g2
46  specializationOf(?e1,?e2) wasInvalidatedBy(?i1,?e1,?a1,?t1) wasInvalidatedBy(?i2,?e2,?a2,?t2) => ?i1<=?i2
47  wasAssociatedWith(?id,?a,?ag,?pl) wasStartedBy(?s,?a,?e1,?a1,?t1) wasInvalidatedBy(?inv,?ag,?a2,?t2) => ?s<=?inv
47  wasAssociatedWith(?id,?a,?ag,?pl) wasGeneratedBy(?gen,?ag,?a1,?t1) wasEndedBy(?end,?a,?e2,?a2,?t2) => ?gen<=?end
47  wasAssociatedWith(?id,?a,?ag,?pl) wasStartedBy(?s,?a,?e1,?a1,?t1) wasEndedBy(?end,?ag,?e2,?a2,?t2) => ?s<=?end
47  wasAssociatedWith(?id,?a,?ag,?pl) wasStartedBy(?s,?ag,?e1,?a1,?t1) wasEndedBy(?end,?a,?e2,?a2,?t2) => ?s<=?end
48  wasAttributedTo(?id,?e,?ag) wasGeneratedBy(?g1,?ag,?a1,?t1) wasGeneratedBy(?g2,?e,?a2,?t2) => ?g1<=?g2
48  wasAttributedTo(?id,?e,?ag) wasStartedBy(?s,?ag,?e1,?a1,?t1) wasGeneratedBy(?g2,?e,?a2,?t2) => ?s<=?g2
49  actedOnBehalfOf(?id,?ag2,?ag1,?a) wasGeneratedBy(?gen,?ag1,?a1,?t1) wasInvalidatedBy(?inv,?ag2,?a2,?t2) => ?gen<=?inv
49  actedOnBehalfOf(?id,?ag2,?ag1,?a) wasStartedBy(?s,?ag1,?e1,?a1,?t1) wasEndedBy(?end,?ag2,?e2,?a2,?t2) => ?s<=?end
"""  # noqa: E501 - one rule, one line

TYPING = """
50  entity(?e) => ?e:entity
50  agent(?ag) => ?ag:agent
50  activity(?a,?t1,?t2) => ?a:activity
50  used(?id,?a,?e,?t) => ?a:activity ?e:entity
50  wasGeneratedBy(?id,?e,?a,?t) => ?e:entity ?a:activity
50  wasInformedBy(?id,?a2,?a1) => ?a2:activity ?a1:activity
50  wasStartedBy(?id,?a2,?e,?a1,?t) => ?a2:activity ?e:entity ?a1:activity
50  wasEndedBy(?id,?a2,?e,?a1,?t) => ?a2:activity ?e:entity ?a1:activity
50  wasInvalidatedBy(?id,?e,?a,?t) => ?e:entity ?a:activity
50  wasDerivedFrom(?id,?e2,?e1,!a,!g,!u) => ?e2:entity ?e1:entity ?a:activity
50  wasDerivedFrom(?id,?e2,?e1,-,?g,?u) => ?e2:entity ?e1:entity
50  wasAttributedTo(?id,?e,?ag) => ?e:entity ?ag:agent
50  wasAssociatedWith(?id,?a,?ag,!pl) => ?a:activity ?ag:agent ?pl:entity
50  wasAssociatedWith(?id,?a,?ag,-) => ?a:activity ?ag:agent
50  actedOnBehalfOf(?id,?ag2,?ag1,?a) => ?ag2:agent ?ag1:agent ?a:activity
50  alternateOf(?e2,?e1) => ?e2:entity ?e1:entity
50  specializationOf(?e2,?e1) => ?e2:entity ?e1:entity
50  hadMember(?c,?e) => ?c:entity ?e:entity
50  hasType(?c,EmptyCollection) => ?c:EmptyCollection
"""

DISJOINT = [
    *("used", "wasGeneratedBy", "wasInvalidatedBy", "wasStartedBy", "wasEndedBy", "wasInformedBy"),
    *("wasAttributedTo", "wasAssociatedWith", "actedOnBehalfOf"),
]
IDENTIFIED = [*DISJOINT, "wasDerivedFrom", "wasInfluencedBy"]


@dataclass(frozen=True)
class Rule:
    number: int
    premises: list[list[str]]
    conclusions: list[list[str]]


def _rules(table: str) -> list[Rule]:
    rules = []
    for line in table.strip().splitlines():
        number, text = line.split(None, 1)
        premises, conclusions = (
            [re.findall(r"[^(),=<:]+|<=?", part) for part in side.split()] for side in text.split("=>")
        )
        rules.append(Rule(int(number), premises, conclusions))
    return rules


class Broken(Exception):
    """A uniqueness constraint failed."""


class Oracle:
    """One instance, judged."""

    def __init__(self, statements: list[Statement]) -> None:
        self._numbers = itertools.count()
        self._labels: dict[str, Variable] = {}
        self.facts: set[Fact] = set()
        self.broken: set[int] = set()
        for statement in statements:
            self._state(statement)
        try:
            while self._infer() or self._unite():
                pass
        except Broken as error:
            self.broken.add(error.args[0])
            return
        self._order()
        self._check()

    def _fresh(self) -> Variable:
        return Variable(next(self._numbers))

    def _state(self, statement: Statement) -> None:
        keyword = statement.term.keyword
        arguments = []
        for argument, text in zip(statement.term.arguments, statement.arguments, strict=True):
            if text is None and argument.required:
                self.broken.add(0)
                return
            none = (keyword, argument.name) in {("wasAssociatedWith", "plan"), ("wasDerivedFrom", "activity")}
            if keyword == "wasDerivedFrom" and argument.name in ("generation", "usage"):
                none = statement.arguments[2] is None
            if text is None:
                arguments.append(NONE if none else self._fresh())
            else:
                arguments.append(self._term(text))
        if keyword in ("entity", "activity", "agent") or keyword in IDENTIFIED:
            identifier = statement.identifier
            arguments.insert(0, self._fresh() if identifier is None else self._term(identifier))
        self.facts.add((keyword, *arguments))
        for _, value in statement.attributes:
            if value.text == PROV + "EmptyCollection":
                self.facts.add(("hasType", arguments[0], "EmptyCollection"))

    def _term(self, text: str) -> Term:
        if text.startswith("_:"):
            return self._labels.setdefault(text, self._fresh())
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            return text

    def _matches(self, premises: list[list[str]], known: dict[str, Term]) -> Iterator[dict[str, Term]]:
        if not premises:
            yield known
            return
        (kind, *places), *rest = premises
        for fact in [fact for fact in self.facts if fact[0] == kind]:
            found = dict(known)
            for place, term in zip(places, fact[1:], strict=True):
                if place[0] not in "?!":
                    if place != term:
                        break
                elif (place[0] == "!" and term == NONE) or found.setdefault("?" + place[1:], term) != term:
                    break
            else:
                yield from self._matches(rest, found)

    def _infer(self) -> bool:
        changed = False
        for rule in _INFERENCES:
            for known in list(self._matches(rule.premises, {})):
                if next(self._matches(rule.conclusions, known), None) is None:
                    changed = True
                    for kind, *places in rule.conclusions:
                        for place in places:
                            known.setdefault(place, self._fresh())
                        self.facts.add((kind, *(known[place] for place in places)))
        return changed

    def _unite(self) -> bool:
        for rule in _UNIQUENESS:
            for known in self._matches(rule.premises, {}):
                for left, right in rule.conclusions:
                    a, b = known[left], known[right]
                    if a == b:
                        continue
                    if not isinstance(a, Variable):
                        a, b = b, a
                    if not isinstance(a, Variable):
                        raise Broken(rule.number)
                    self.facts = {tuple(b if term == a else term for term in fact) for fact in self.facts}
                    return True
        return False

    def _order(self) -> None:
        before: dict[tuple[Term, Term], bool] = {}
        for rule in _ORDERING:
            for known in self._matches(rule.premises, {}):
                for first, sign, last in rule.conclusions:
                    pair = known[first], known[last]
                    before[pair] = before.get(pair, False) or sign == "<"
        events = {event for pair in before for event in pair}
        for middle, first, last in itertools.product(events, repeat=3):
            if (first, middle) in before and (middle, last) in before:
                strict = before[first, middle] or before[middle, last]
                before[first, last] = before.get((first, last), False) or strict
        if any(before.get((event, event)) for event in events):
            self.broken.add(42)

    def _check(self) -> None:
        types: set[tuple[Term, str]] = set()
        for rule in _TYPING:
            for known in self._matches(rule.premises, {}):
                types |= {(known[term], kind) for term, kind in rule.conclusions}
        if any((term, "activity") in types for term, kind in types if kind == "entity"):
            self.broken.add(55)
        named: dict[Term, set[str]] = {}
        for kind, identifier, *_ in self.facts:
            named.setdefault(identifier, set()).add(kind) if kind in [*IDENTIFIED, *_OBJECTS] else None
        for kinds in named.values():
            if len(kinds & set(DISJOINT)) > 1:
                self.broken.add(53)
            if kinds & set(_OBJECTS) and kinds & set(IDENTIFIED):
                self.broken.add(54)
        for fact in self.facts:
            if fact[0] == "wasDerivedFrom" and fact[4] == NONE and (fact[5] != NONE or fact[6] != NONE):
                self.broken.add(51)
            if fact[0] == "specializationOf" and fact[1] == fact[2]:
                self.broken.add(52)
            if fact[0] == "hadMember" and (fact[1], "EmptyCollection") in types:
                self.broken.add(56)


_OBJECTS = ("entity", "activity", "agent")
_INFERENCES, _UNIQUENESS, _ORDERING, _TYPING = map(_rules, (INFERENCES, UNIQUENESS, ORDERING, TYPING))
