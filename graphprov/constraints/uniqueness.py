"""Tells where merging failed (constraints 22 to 29, and mentions): which statements, and what they disagree in."""

from __future__ import annotations

from collections.abc import Iterator

from graphprov.constraints.judgement import Violation
from graphprov.constraints.normal import Conflict, Instance
from graphprov.constraints.rules import RULES, Rule
from graphprov.constraints.unify import NONE, Reason
from graphprov.constraints.words import Words, noun, times
from graphprov.documents.terms import TERMS

_MOST = 20
"""Statements behind one failure that are told."""

_TWICE: dict[tuple[str, str], str] = {
    ("unique-generation", "wasGeneratedBy"): "{1} has two generations by {2}",
    ("unique-invalidation", "wasInvalidatedBy"): "{1} has two invalidations by {2}",
    ("unique-wasStartedBy", "wasStartedBy"): "{1} has two starts by {3}",
    ("unique-wasEndedBy", "wasEndedBy"): "{1} has two ends by {3}",
}
"""What each uniqueness constraint makes one, in words; the numbers are places of the row. Identifiers that it made one
may then make statements of another kind one, which this does not describe."""


def violations(instance: Instance, words: Words) -> Iterator[Violation]:
    """A violation for each failure; one where the same rule fails for the same statements by several ways."""
    told: set[tuple[str, frozenset[int]]] = set()
    for conflict in instance.conflicts:
        rule, statements = _rule(instance, conflict), frozenset(_statements(instance, conflict))
        if (rule.name, statements) not in told:
            told.add((rule.name, statements))
            yield words.violation(rule, statements, _why(instance, conflict, rule, words))


def _rule(instance: Instance, conflict: Conflict) -> Rule:
    """The constraint that made one of two: that which merged the identifiers, where these were written differently."""
    reason = conflict.reason
    if reason.rule is RULES["key-properties"]:
        (mine, other), *_ = reason.agreed
        for merged in instance.terms.reasons(mine, other):
            if merged.rule is not reason.rule:
                return merged.rule
    return reason.rule


def _statements(instance: Instance, conflict: Conflict) -> list[int]:
    """The two statements, and those because of which they say what they say."""
    terms = instance.terms
    rows: dict[int, None] = {conflict.reason.first: None, conflict.reason.second: None}
    ahead = [conflict.reason]
    for term in conflict.terms:
        constant = terms.value(term)
        if constant is not None:
            ahead += terms.reasons(term, constant)
    seen: set[Reason] = set()
    while ahead and len(rows) < _MOST:
        reason = ahead.pop(0)
        if reason not in seen:
            seen.add(reason)
            rows.update({reason.first: None, reason.second: None})
            for mine, other in reason.agreed:
                ahead += terms.reasons(mine, other)
    return [instance.rows[row].statement for row in rows]


def _why(instance: Instance, conflict: Conflict, rule: Rule, words: Words) -> str:
    row, other = instance.rows[conflict.reason.first], instance.rows[conflict.reason.second]
    left, right, shared = times(*(_shown(words, term) for term in conflict.terms))
    if rule.name in ("unique-startTime", "unique-endTime"):
        verb = "starts" if row.kind == "activity" and conflict.place == 1 else "ends"
        return f"{words.term(row.terms[0])} {verb} at {left} by its own statement, but at {right}{shared} by another"
    what = _argument(row.kind, conflict.place)
    if rule.name == "unique-mention":
        return f"{words.term(row.terms[1])} is a mention with two different {what}: {left} and {right}"
    if (rule.name, row.kind) in _TWICE and row.kind == other.kind:
        subject = _TWICE[rule.name, row.kind].format(*(words.term(term) if term > NONE else "" for term in row.terms))
    elif row.kind != other.kind:
        what = "influencees" if conflict.place == 1 else "influencers"
        kinds = " and ".join(noun(each.kind) for each in (row, other))
        subject = f"{words.term(row.terms[0])} names {kinds}; as influences (inference 15) they are one,"
    else:
        subject = f"{words.term(row.terms[0])} is stated twice as {noun(row.kind)}"
    text = f"{subject} with different {what}: {left} and {right}{shared}"
    inferred = next((each.inferred for each in (row, other) if each.inferred is not None), None)
    if inferred is None:
        return text
    return f"{text} (inference {inferred.number}: {inferred.says[0].lower()}{inferred.says[1:-1]})"


def _shown(words: Words, term: int) -> str:
    return "none" if term == NONE else words.term(term)


def _argument(kind: str, place: int) -> str:
    """The name of a place, in the plural."""
    if place == 0:
        return "identifiers"
    name = TERMS[kind].arguments[place - 1].name
    spaced = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name)
    return f"{spaced[:-1]}ies" if spaced.endswith("y") else f"{spaced}s"
