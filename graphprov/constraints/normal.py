"""Expansion, the inferences that matter, and uniqueness with merging: from statements to the normal form's terms.

The recommendation adds every statement that follows before it judges (section 7.1). Most of those cannot break
anything, and some are quadratic in number. What is built here is equivalent, and linear:

- Inferences 9, 10 and 11 are added as rows, since they speak of named things that uniqueness may merge.
- Inference 15 is a second key: whatever has an identifier has an influencee and an influencer.
- Inferences 7, 8, 13, 14 and 21 say that an event, an association or an entity exists; `events` and `objects` ask this
  of the normal form directly.
- Inferences 5 and 6 order nothing that constraints 33 to 35 and 37 do not order; 12, 16 to 18 and 20 speak of
  alternates, of which no constraint speaks; 19 is a walk in the graph of specializations.

The uniqueness constraints are keys: rows that agree in some places agree in others. Merging goes on until no key
applies (congruence closure), in whatever order; the outcome is the same (recommendation, appendix A).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from graphprov.constraints.rules import BY_NUMBER, IDENTIFIED, NOT_EXPANDED, RULES, Rule
from graphprov.constraints.times import instant
from graphprov.constraints.unify import NONE, Reason, Terms
from graphprov.documents.statements import BLANK, Statement
from graphprov.documents.terms import TERMS, Refers
from graphprov.model.identity import SKOLEM

NOBODY = -1
"""Stands where a row has no identifier, and none could ever matter."""


class Row(NamedTuple):
    """A statement in terms: `terms[0]` is its identifier, then come the arguments in PROV-N's order.

    Attributes:
        kind: The keyword of the component.
        statement: Index of the statement that it is, or follows from.
        inferred: The inference by which it follows; None for what is stated.
    """

    kind: str
    terms: tuple[int, ...]
    statement: int
    inferred: Rule | None = None


@dataclass(frozen=True)
class Key:
    """A uniqueness constraint: rows of a table that agree at `of` agree at `gives`."""

    rule: Rule
    table: str
    of: tuple[int, ...]
    gives: tuple[int, ...]


class Conflict(NamedTuple):
    """Two rows that a rule makes one, and the terms in which they cannot be one.

    Attributes:
        table: Of which key; the rule's name for constraints 28 and 29.
        place: Of the argument (in the first row).
        terms: One of each row; each has another constant.
    """

    reason: Reason
    table: str
    place: int
    terms: tuple[int, int]


class Missing(NamedTuple):
    """A statement (by index) without an argument that PROV-DM demands."""

    statement: int
    argument: str


def _keys() -> dict[str, tuple[Key, ...]]:
    same = RULES["key-properties"]
    keys: dict[str, list[Key]] = {
        keyword: [Key(same, keyword, (0,), tuple(range(1, len(TERMS[keyword].arguments) + 1)))]
        for keyword in IDENTIFIED
    }
    keys["activity"] = [Key(RULES["key-object"], "activity", (0,), (1, 2))]
    for keyword in IDENTIFIED:  # inference 15
        keys[keyword].append(Key(same, "influence", (0,), (1, 2)))
    for name, keyword, of in (
        ("unique-generation", "wasGeneratedBy", (1, 2)),
        ("unique-invalidation", "wasInvalidatedBy", (1, 2)),
        ("unique-wasStartedBy", "wasStartedBy", (1, 3)),
        ("unique-wasEndedBy", "wasEndedBy", (1, 3)),
    ):
        keys[keyword].append(Key(RULES[name], name, of, (0,)))
    keys["mentionOf"] = [Key(RULES["unique-mention"], "mentionOf", (1,), (2, 3))]
    return {keyword: tuple(each) for keyword, each in keys.items()}


KEYS: dict[str, tuple[Key, ...]] = _keys()
"""The keys of each component."""

BOUNDARIES: dict[str, tuple[Rule, int]] = {
    "wasStartedBy": (RULES["unique-startTime"], 1),
    "wasEndedBy": (RULES["unique-endTime"], 2),
}
"""Whose time (place 4) is that of an activity that is stated: by which rule, and at which place of the activity."""

_UNKNOWN = (BLANK, SKOLEM)
"""How names start that stand for some thing or event, only not which: in a document, and once it is in the store."""

_NEEDS_IDENTIFIER = frozenset({"wasGeneratedBy", "wasInvalidatedBy", "wasStartedBy", "wasEndedBy"})
"""Relations whose unknown identifier a uniqueness constraint can make known."""


@dataclass
class Instance:
    """One PROV instance (the top of a document, or a bundle) in normal form, as far as constraints need it.

    Attributes:
        statements: What it was made from.
        rows: Stated and inferred.
        terms: The terms of the rows, merged.
        conflicts: Where merging failed.
        missing: Statements that lack an argument; they are left out of all else.
        unspecified: Derivations (statements, by index) that name a generation or usage, but no activity.
    """

    statements: Sequence[Statement]
    rows: list[Row] = field(default_factory=list)
    terms: Terms = field(default_factory=Terms)
    conflicts: list[Conflict] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    unspecified: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, statements: Sequence[Statement]) -> Instance:
        """Bring the statements into normal form."""
        instance = cls(statements)
        for number, statement in enumerate(statements):
            instance._expand(number, statement)
        instance._infer()
        _Merging(instance).run()
        return instance

    def of_kind(self, *kinds: str) -> Iterator[Row]:
        """The rows of some components."""
        return (row for row in self.rows if row.kind in kinds)

    def _expand(self, number: int, statement: Statement) -> None:
        """Add a statement with all its places filled (definitions 1 to 4)."""
        keyword = statement.term.keyword
        if statement.identifier is None and statement.term.element is not None:
            self.missing.append(Missing(number, "identifier"))
            return
        terms = [self._identifier(statement)]
        for (name, time, required, absent), text in zip(_PLACES[keyword], statement.arguments, strict=True):
            if text is not None:
                terms.append(self._time(text) if time else self._name(text))
            elif required:
                self.missing.append(Missing(number, name))
                return
            else:
                terms.append(NONE if absent else self.terms.fresh())
        if keyword == "wasDerivedFrom" and terms[3] == NONE:
            if statement.arguments[3] is not None or statement.arguments[4] is not None:
                self.unspecified.append(number)
            terms[4:] = [
                NONE if text is None else term for term, text in zip(terms[4:], statement.arguments[3:], strict=True)
            ]
        self.rows.append(Row(keyword, tuple(terms), number))

    def _identifier(self, statement: Statement) -> int:
        term = statement.term
        if statement.identifier is not None and term.identified:
            return self._name(statement.identifier)
        return self.terms.fresh() if term.keyword in _NEEDS_IDENTIFIER else NOBODY

    def _name(self, name: str) -> int:
        return self.terms.labelled(name) if name.startswith(_UNKNOWN) else self.terms.constant(name, name)

    def _time(self, text: str) -> int:
        return self.terms.constant(instant(text) or ("time", text), text)

    def _infer(self) -> None:
        fresh = self.terms.fresh
        inferred: list[Row] = []
        by = {"wasStartedBy": BY_NUMBER[9], "wasEndedBy": BY_NUMBER[10]}
        use = BY_NUMBER[11]
        for kind, terms, statement, _ in self.rows:
            if kind in by:
                _, _, trigger, starter, _ = terms
                inferred.append(Row("wasGeneratedBy", (fresh(), trigger, starter, fresh()), statement, by[kind]))
            elif kind == "wasDerivedFrom" and NONE not in terms[3:]:
                _, made, used, activity, generation, usage = terms
                inferred.append(Row("used", (usage, activity, used, fresh()), statement, use))
                inferred.append(Row("wasGeneratedBy", (generation, made, activity, fresh()), statement, use))
        self.rows += inferred


class _Place(NamedTuple):
    name: str
    time: bool
    required: bool
    absent: bool


_PLACES: dict[str, tuple[_Place, ...]] = {
    keyword: tuple(
        _Place(
            argument.name,
            argument.refers is Refers.TIME,
            argument.required,
            argument.name in NOT_EXPANDED.get(keyword, ()),
        )
        for argument in term.arguments
    )
    for keyword, term in TERMS.items()
}


class _Merging:
    """Applies the uniqueness constraints to an instance until none applies."""

    def __init__(self, instance: Instance) -> None:
        self._rows = instance.rows
        self._terms = instance.terms
        self._conflicts = instance.conflicts
        self._tables: dict[str, dict[Hashable, int]] = defaultdict(dict)
        self._boundaries: dict[str, dict[int, list[int]]] = {keyword: defaultdict(list) for keyword in BOUNDARIES}
        self._told: set[Conflict] = set()

    def run(self) -> None:
        for index in range(len(self._rows)):
            self._enter(index)
        if not self._terms.joined:
            return
        uses = self._uses()
        joined = self._terms.joined
        while joined:
            lost, root = joined.popleft()
            moved = uses.pop(lost, None)
            if moved is not None:
                uses.setdefault(root, []).extend(moved)
                for index in moved:
                    self._enter(index)

    def _uses(self) -> dict[int, list[int]]:
        """Which rows have a term at a place that a key looks at."""
        places = {kind: {place for key in keys for place in key.of} for kind, keys in KEYS.items()}
        uses: dict[int, list[int]] = defaultdict(list)
        for index, row in enumerate(self._rows):
            for place in places.get(row.kind, ()):
                uses[row.terms[place]].append(index)
        return uses

    def _enter(self, index: int) -> None:
        """Look a row up in the tables of its keys, under what its terms are by now."""
        row = self._rows[index]
        terms, find = row.terms, self._terms.find
        for key in KEYS.get(row.kind, ()):
            if len(key.of) == 1:
                term = terms[key.of[0]]
                if term == NOBODY:
                    continue
                agreed: Hashable = find(term)
            else:
                agreed = (find(terms[key.of[0]]), find(terms[key.of[1]]))
            other = self._tables[key.table].setdefault(agreed, index)
            if other != index:
                self._merge(key, other, index)
        if row.kind == "activity":
            self._bound(index)
        elif row.kind in BOUNDARIES:
            self._boundary(index)

    def _bound(self, index: int) -> None:
        """Give the starts and ends of an activity the times that it states."""
        for kind, waiting in self._boundaries.items():
            rule, place = BOUNDARIES[kind]
            for event in waiting.pop(self._terms.find(self._rows[index].terms[0]), ()):
                self._meet(rule, index, place, event)

    def _boundary(self, index: int) -> None:
        """Give a start or end the time that its activity states; it waits where that is not stated (yet)."""
        row = self._rows[index]
        rule, place = BOUNDARIES[row.kind]
        activity = self._terms.find(row.terms[1])
        stated = self._tables["activity"].get(activity)
        if stated is None:
            self._boundaries[row.kind][activity].append(index)
        else:
            self._meet(rule, stated, place, index)

    def _meet(self, rule: Rule, activity: int, place: int, event: int) -> None:
        stated, happened = self._rows[activity].terms, self._rows[event].terms
        reason = Reason(rule, activity, event, ((stated[0], happened[1]),))
        self._unify(reason, rule.name, place, (stated[place], happened[4]))

    def _merge(self, key: Key, *rows: int) -> None:
        first, second = sorted(rows)
        one, other = self._rows[first], self._rows[second]
        if key.table == "influence" and one.kind == other.kind:
            return  # the key of the relation itself says it
        reason = Reason(key.rule, first, second, tuple((one.terms[place], other.terms[place]) for place in key.of))
        for place in key.gives:
            if not self._unify(reason, key.table, place, (one.terms[place], other.terms[place])):
                return  # what else they say is no longer said of one thing

    def _unify(self, reason: Reason, table: str, place: int, terms: tuple[int, int]) -> bool:
        if self._terms.unify(*terms, reason):
            return True
        conflict = Conflict(reason, table, place, terms)
        if conflict not in self._told:
            self._told.add(conflict)
            self._conflicts.append(conflict)
        return False
