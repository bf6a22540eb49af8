"""Terms and their unification: what two statements call by different words can be one thing, if one is no name.

A term is a number. It is a constant (a name, an instant, or "none") or an existential variable: something that is
there, but that nobody named. Unification joins terms into classes, each with at most one constant (merging, in
PROV-CONSTRAINTS 6.1); it keeps why it joined them, so that a failure can be told.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import NamedTuple

from graphprov.constraints.rules import Rule

NONE = 0
"""The term of a `-` that says that there is nothing; a constant like others."""


class Reason(NamedTuple):
    """Why two terms are one: a rule, the two rows (by index) to which it applied, and the terms in which they agree."""

    rule: Rule
    first: int
    second: int
    agreed: tuple[tuple[int, int], ...]


class _Link(NamedTuple):
    """How a class was joined to another: the root it went to, the two terms that were found to be one, and why.

    The first of the two terms is of the class that was joined. Links are never shortened, and stay few on each way.
    """

    root: int
    terms: tuple[int, int]
    reason: Reason
    order: int


@dataclass
class Terms:
    """The terms of one instance and their classes.

    Attributes:
        text: What each term was written as; None for a variable.
        joined: The classes that lost their root since somebody last looked, each with the root it went to.
    """

    text: list[str | None] = field(default_factory=lambda: ["-"])
    joined: deque[tuple[int, int]] = field(default_factory=deque)
    _parent: list[int] = field(default_factory=lambda: [NONE])
    _size: dict[int, int] = field(default_factory=dict)
    _value: dict[int, int] = field(default_factory=dict)
    _known: dict[Hashable, int] = field(default_factory=dict)
    _link: dict[int, _Link] = field(default_factory=dict)

    def constant(self, key: Hashable, text: str) -> int:
        """The term of a constant; the same for the same key."""
        term = self._known.get(key)
        if term is None:
            term = self._known[key] = self._new(text)
        return term

    def labelled(self, label: str) -> int:
        """The variable of a blank label; the same for the same label."""
        term = self._known.get(label)
        if term is None:
            term = self._known[label] = self._new(None)
        return term

    def fresh(self) -> int:
        """A variable that nothing else knows."""
        return self._new(None)

    def _new(self, text: str | None) -> int:
        number = len(self._parent)
        self._parent.append(number)
        self.text.append(text)
        return number

    def find(self, term: int) -> int:
        """The root of a term's class."""
        parent = self._parent
        root = term
        while parent[root] != root:
            root = parent[root]
        while parent[term] != root:
            parent[term], term = root, parent[term]
        return root

    def roots(self) -> list[int]:
        """The root of every term, by term."""
        if not self._size:
            return self._parent
        return [self.find(term) for term in range(len(self._parent))]

    def value(self, term: int) -> int | None:
        """The constant of a term's class, or None."""
        root = self.find(term)
        known = self._value.get(root)
        if known is not None:
            return known
        return root if self.text[root] is not None else None

    def shown(self, term: int) -> str | None:
        """What a term is called: the text of its class's constant, or None."""
        known = self.value(term)
        return None if known is None else self.text[known]

    def unify(self, a: int, b: int, reason: Reason) -> bool:
        """Make two terms one; False, and nothing changes, where they are two different constants."""
        x, y = self.find(a), self.find(b)
        if x == y:
            return True
        first, second = self.value(x), self.value(y)
        if first is not None and second is not None:
            return False
        one = x
        if self._size.get(x, 1) > self._size.get(y, 1):
            x, y = y, x
        self._parent[x] = y
        self._size[y] = self._size.get(x, 1) + self._size.get(y, 1)
        known = second if first is None else first
        if known is not None:
            self._value[y] = known
        self._link[x] = _Link(y, (a, b) if x == one else (b, a), reason, len(self._link))
        self.joined.append((x, y))
        return True

    def reasons(self, a: int, b: int, most: int = 20) -> list[Reason]:
        """Why two terms of one class are one: the steps from the one to the other, at most so many."""
        steps: list[Reason] = []
        ahead = [(a, b)]
        while ahead and len(steps) < most:
            first, last = ahead.pop()
            if first == last:
                continue
            link, turned = self._latest(first, last)
            if turned:
                first, last = last, first
            steps.append(link.reason)
            ahead += [(link.terms[1], last), (first, link.terms[0])]
        return steps

    def _latest(self, a: int, b: int) -> tuple[_Link, bool]:
        """The link that joined the classes of two terms; whether it is the class of the second that was joined."""
        above: dict[int, _Link] = {}
        here = a
        while (link := self._link.get(here)) is not None:
            here = link.root
            above[here] = link
        here, mine = b, None
        while here != a and here not in above:
            mine = self._link[here]
            here = mine.root
        # Of the links on one way the last is the latest. What was joined last where the two ways meet made them one.
        if mine is None or (here != a and above[here].order > mine.order):
            return above[here], False
        return mine, True
