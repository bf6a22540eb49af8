"""Statements, events and times as people read them: names short, in the document's own prefixes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from graphprov.constraints.events import Event, Node
from graphprov.constraints.judgement import Step, Suspicion, Violation
from graphprov.constraints.normal import Instance
from graphprov.constraints.rules import Rule
from graphprov.documents.names import KNOWN
from graphprov.documents.statements import Attribute, Namespace, Statement
from graphprov.documents.terms import QUALIFIED_NAME, TERMS, TYPE, XSD_STRING, Refers

_VERBS: dict[Event, str] = {
    Event.GENERATION: "is generated",
    Event.USAGE: "is used",
    Event.INVALIDATION: "is invalidated",
    Event.START: "starts",
    Event.END: "ends",
}
_LONGEST = 400
"""Characters of a statement that are shown."""


def noun(keyword: str) -> str:
    """A kind of statement as a noun.

    >>> noun("wasAttributedTo"), noun("used")
    ('an attribution', 'a usage')
    """
    name = TERMS[keyword].type.lower()
    return f"{'an' if name[0] in 'aeiou' and name != 'usage' else 'a'} {name}"


class Names:
    """Short forms of IRIs, by the prefixes that a document declares; for reading, not for writing a document."""

    def __init__(self, declared: Iterable[Namespace] = ()) -> None:
        self._prefix: dict[str, str] = {iri: prefix for prefix, iri in KNOWN.items()}
        taken = set(KNOWN)
        for prefix, iri in sorted(declared):
            if prefix not in taken and iri:
                taken.add(prefix)
                self._prefix[iri] = prefix
        self._longest_first = sorted(self._prefix, key=len, reverse=True)

    def short(self, name: str) -> str:
        """`prefix:local`, or the name as it is where no prefix fits.

        >>> Names([Namespace("ex", "http://example.org/")]).short("http://example.org/e1")
        'ex:e1'
        """
        for iri in self._longest_first:
            if name.startswith(iri):
                prefix = self._prefix[iri]
                return f"{prefix}:{name[len(iri) :]}" if prefix else name[len(iri) :]
        return name


class Words:
    """Tells of one instance: the top of a document, or a bundle."""

    def __init__(self, instance: Instance, names: Names, bundle: str | None) -> None:
        self._instance = instance
        self._names = names
        self._bundle = bundle
        self._told: dict[int, str] = {}

    def violation(self, rule: Rule, statements: Iterable[int], why: str, cycle: Sequence[Step] = ()) -> Violation:
        """A constraint that is not kept by some statements (indexes)."""
        return Violation(**self._finding(rule, statements, why), cycle=list(cycle))

    def suspicion(self, rule: Rule, statements: Iterable[int], why: str) -> Suspicion:
        """A constraint that the times of some statements (indexes) contradict."""
        return Suspicion(**self._finding(rule, statements, why))

    def _finding(self, rule: Rule, statements: Iterable[int], why: str) -> dict[str, Any]:
        involved = sorted(set(statements))
        return {
            "constraint": rule.name,
            "number": rule.number,
            "source": rule.source,
            "statements": [self.statement(number) for number in involved],
            "lines": sorted({line for number in involved if (line := self._instance.statements[number].line)}),
            "why": why,
            "bundle": self._bundle,
        }

    def name(self, iri: str) -> str:
        """A name, short."""
        return self._names.short(iri)

    def term(self, term: int, unnamed: str = "something without a name") -> str:
        """What a term is called."""
        text = self._instance.terms.shown(term)
        return unnamed if text is None else self.name(text)

    def statement(self, number: int) -> str:
        """A statement much as PROV-N writes it, with its line where the format has lines."""
        told = self._told.get(number)
        if told is None:
            statement = self._instance.statements[number]
            line = f" (line {statement.line})" if statement.line else ""
            told = self._told[number] = as_provn(statement, self._names) + line
        return told

    def event(self, node: Node) -> str:
        """An event as a noun: "the generation of ex:e1"."""
        event = node.event.value if node.event is not None else "event"
        text = f"the {event} of {self._subject(node)}"
        return f"{text} by {self.term(node.user, 'an activity without a name')}" if node.event is Event.USAGE else text

    def happens(self, node: Node, *, it: Node | None = None) -> str:
        """An event as a clause: "ex:e1 is generated", or "it is generated" after a clause about the same thing."""
        same = it is not None and it.term == node.term
        verb = _VERBS[node.event] if node.event is not None else "is"
        by = f" by {self.term(node.user, 'an activity without a name')}" if node.event is Event.USAGE else ""
        return f"{'it' if same else self._subject(node)} {verb}{by}"

    def _subject(self, node: Node) -> str:
        boundary = node.event in (Event.START, Event.END)
        return self.term(node.term, "an activity without a name" if boundary else "an entity without a name")


def as_provn(statement: Statement, names: Names) -> str:
    """A statement much as PROV-N writes it: for people, so it is cut where it is very long."""
    arguments = [
        "-" if text is None else text if argument.refers is Refers.TIME else names.short(text)
        for argument, text in zip(statement.term.arguments, statement.arguments, strict=True)
    ]
    identifier = names.short(statement.identifier) if statement.identifier is not None else None
    if statement.term.element is not None:
        parts = [identifier or "-", *(arguments if any(text != "-" for text in arguments) else ())]
    else:
        while len(arguments) > 2 and arguments[-1] == "-":
            arguments.pop()
        parts = arguments
    types = [_attribute(attribute, names) for attribute in statement.attributes if attribute[0] == TYPE]
    if types:
        more = ", …" if len(types) < len(statement.attributes) else ""
        parts = [*parts, f"[{', '.join(types)}{more}]"]
    own = f"{identifier}; " if identifier and statement.term.element is None else ""
    text = f"{statement.term.keyword}({own}{', '.join(parts)})"
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def _attribute(attribute: Attribute, names: Names) -> str:
    name, value = attribute
    if value.datatype == QUALIFIED_NAME:
        return f"{names.short(name)}='{names.short(value.text)}'"
    kind = "" if value.datatype == XSD_STRING or value.language else f" %% {names.short(value.datatype)}"
    return f'{names.short(name)}="{value.text}"{kind}'


def times(first: str, second: str) -> tuple[str, str, str]:
    """Two times without what they share, and that.

    >>> times("2012-03-02T09:00:00Z", "2012-03-02T09:30:00Z")
    ('09:00Z', '09:30Z', ' on 2012-03-02')
    >>> times("2012-03-02T09:00:00", "2013-03-02T09:30:00")
    ('2012-03-02T09:00:00', '2013-03-02T09:30:00', '')
    """
    (day, _, early), (other, _, late) = first.partition("T"), second.partition("T")
    if day != other or not early or not late:
        return first, second, ""
    if early[5:8] == late[5:8] == ":00" and "." not in early + late:
        early, late = early[:5] + early[8:], late[:5] + late[8:]
    return early, late, f" on {day}"


def chain(parts: Sequence[str], longest: int = 6) -> str:
    """Parts with a comma between them, the middle left out where there are many.

    >>> chain([str(n) for n in range(9)])
    '0, 1, 2, … (3 more) …, 6, 7, 8'
    """
    if len(parts) <= longest:
        return ", ".join(parts)
    half = longest // 2
    return ", ".join([*parts[:half], f"… ({len(parts) - 2 * half} more) …", *parts[-half:]])
