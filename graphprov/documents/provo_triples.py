"""Statements as RDF, by PROV-O's table: what stands about whom, before any format writes it.

A relation with two arguments and nothing else is a single triple; any other has a node. Where both stand for the same
two ends, the single one gets a node too: as a triple it would only repeat the other. So each statement comes back as it
was, but for what RDF itself does not tell apart:

- statements about one identifier that agree are one: a thing declared twice, a usage given in two parts;
- an attribute of something with several PROV types is on the first of entity, activity and agent;
- a blank label that nothing refers to is none;
- a `prov:generatedAtTime` or another time of PROV-O's that was an attribute is the event, or the time, that it means;
- an attribute that PROV-O calls by another name (`rdfs:label`, `prov:hadRole`) has PROV-DM's name.

What would come back as something else is refused.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from graphprov.documents.formats import Format, NotCarried, told
from graphprov.documents.provo_meaning import argument_place, is_structure, statements_of
from graphprov.documents.provo_table import (
    ACTIVITY_TIMES,
    ALIASES,
    AS_IN_BUNDLE,
    ATTRIBUTE_OF,
    BUNDLE,
    ELEMENT_OF_CLASS,
    GENERAL_INFLUENCES,
    RDF_TYPE,
    RELATION_OF_CLASS,
    RELATIONS,
    SHORT_TIMES,
    SUBTYPES,
    Relation,
)
from graphprov.documents.rdf_graph import Described, Object
from graphprov.documents.statements import BLANK, Attribute, Document, Statement, Value
from graphprov.documents.terms import QUALIFIED_NAME, TYPE, XSD_DATETIME, Refers


class Unnamed(NamedTuple):
    """A node without a name: its properties, sorted."""

    properties: tuple[tuple[str, Object], ...]


Said = tuple[str, Object | Unnamed]
"""A property and an object."""

_ELSEWHERE = (Format.provn, Format.json, Format.xml)
"""The formats that keep what RDF does not tell apart."""
_PLAN, _BY_ACTIVITY = 2, 2
"""The places of an association's plan and of a derivation's activity."""
_CLASSES = frozenset({*ELEMENT_OF_CLASS, *RELATION_OF_CLASS, *GENERAL_INFLUENCES})
"""Types that say what kind of statement there is: as an attribute, they stand under `prov:type`."""


@dataclass
class Triples:
    """A graph that is about to be written.

    Attributes:
        name: The bundle; None for what stands at the top.
        about: What is said of each IRI or blank label.
        unnamed: Nodes that nothing leads to.
    """

    name: str | None
    about: dict[str, set[Said]] = field(default_factory=lambda: defaultdict(set))
    unnamed: set[Unnamed] = field(default_factory=set)


def triples_of(document: Document, written: Format) -> list[Triples]:
    """The graphs of a document: what stands at the top, then each bundle, sorted.

    Args:
        written: The format, for messages.

    Raises:
        NotCarried: A statement is of a kind that PROV-O has no words for, or would come back as another one.
    """
    for extension in document.extensions:
        raise NotCarried(told(extension), written, "PROV-O has the components of PROV-DM alone", (Format.provn,))
    held: dict[str | None, list[Statement]] = {None: []}
    held.update({bundle: [] for bundle in document.bundles})
    for statement in document.statements:
        held.setdefault(statement.bundle, []).append(statement)
    return [_Graph(name, held[name], written).triples() for name in sorted(held, key=lambda name: name or "")]


class _Graph:
    """Makes the triples of one graph."""

    def __init__(self, name: str | None, statements: list[Statement], written: Format) -> None:
        self._written = written
        self._statements = statements
        self._triples = Triples(name)
        self._referred = set(_labels_referred_to(statements))
        self._by_identifier: dict[str, list[Statement]] = defaultdict(list)
        self._mentions: dict[str | None, int] = defaultdict(int)
        self._with_node: set[tuple[str, str | None, str | None]] = set()
        for statement in statements:
            self._survey(statement)

    def triples(self) -> Triples:
        """All of them."""
        for statement in self._statements:
            if statement.term.element is not None:
                self._element(statement)
            elif self._is_single(statement):
                self._single(statement)
            else:
                self._node(statement)
        for identifier, statements in self._by_identifier.items():
            if len(statements) > 1:
                self._check(identifier, statements)
        name = self._triples.name
        if name is not None and not self._statements:
            self._triples.about[name].add((RDF_TYPE, BUNDLE))
        return self._triples

    def _survey(self, statement: Statement) -> None:
        if (name := self._name(statement)) is not None:
            self._by_identifier[name].append(statement)
        if statement.term.element is None:
            if statement.term.keyword == "mentionOf":
                self._mentions[statement.arguments[0]] += 1
            if not self._fits_triple(statement):
                self._with_node.add(_ends(statement))

    def _name(self, statement: Statement) -> str | None:
        """The identifier, unless it is a label that says nothing."""
        name = statement.identifier
        if name is None or statement.term.element is not None:
            return name
        return name if not name.startswith(BLANK) or name in self._referred else None

    def _fits_triple(self, statement: Statement) -> bool:
        """Whether two names are all that a relation says, or three, for a mention."""
        rest = () if statement.term.keyword == "mentionOf" else statement.arguments[2:]
        return (
            self._name(statement) is None
            and not statement.attributes
            and None not in statement.arguments[:2]
            and not any(rest)
        )

    def _is_single(self, statement: Statement) -> bool:
        """Whether a triple says all of a relation, and would not be taken for a part of another one."""
        if not self._fits_triple(statement) or _ends(statement) in self._with_node:
            return False
        return statement.term.keyword != "mentionOf" or self._mentions[statement.arguments[0]] == 1

    def _element(self, statement: Statement) -> None:
        subject = statement.identifier or ""
        about = self._triples.about[subject]
        about.add((RDF_TYPE, statement.term.type_iri))
        for property_, time in zip(ACTIVITY_TIMES, statement.arguments, strict=False):
            if time is not None:
                about.add((property_, Value(time, XSD_DATETIME)))
        is_mention = subject in self._mentions
        for attribute in statement.attributes:
            said = _said(attribute)
            is_part_of_mention = is_mention and said[0] == AS_IN_BUNDLE
            if is_part_of_mention or (is_structure(*said) and said[0] not in SHORT_TIMES):
                raise self._misread(statement, said[0])
            about.add(said)

    def _single(self, statement: Statement) -> None:
        subject, object_, *rest = statement.arguments
        about = self._triples.about[subject or ""]
        about.add((RELATIONS[statement.term.keyword].plain, object_ or ""))
        if statement.term.keyword == "mentionOf" and rest[0] is not None:
            about.add((AS_IN_BUNDLE, rest[0]))

    def _node(self, statement: Statement) -> None:
        relation = RELATIONS[statement.term.keyword]
        owner, name = statement.arguments[0], self._name(statement)
        said = set(_of_node(relation, statement))
        for property_, object_ in map(_said, statement.attributes):
            if argument_place(relation, property_, object_) is not None or is_structure(property_, object_):
                raise self._misread(statement, property_)
        if name is not None:
            self._triples.about[name] |= said
        unnamed = Unnamed(tuple(sorted(said, key=order)))
        if owner is not None:
            link = _link(relation, statement)
            self._triples.about[owner].add((link, unnamed if name is None else name))
        elif name is None:
            self._triples.unnamed.add(unnamed)

    def _check(self, identifier: str, statements: list[Statement]) -> None:
        """Refuse statements about one identifier that come back as others.

        Those that agree come back as one (PROV-CONSTRAINTS, key constraints 22 and 23). Those that differ in one
        argument come back as they are.
        """
        graph: Described = defaultdict(dict)
        for property_, object_ in self._triples.about[identifier]:
            if not isinstance(object_, Unnamed):
                graph[identifier].setdefault(property_, {})[object_] = 0
        for statement in statements:
            if statement.term.relation is not None and (owner := statement.arguments[0]) is not None:
                link = _link(RELATIONS[statement.term.keyword], statement)
                graph[owner].setdefault(link, {})[identifier] = 0
        back = [said for said in statements_of(graph, referred=[identifier]) if said.identifier == identifier]
        # Which of several PROV types has an attribute means nothing; which relation has it does.
        with_attributes = any(statement.term.relation is not None for statement in statements)
        if _content(_merged(statements), with_attributes) != _content(back, with_attributes):
            why = f"RDF does not keep apart the {len(statements)} statements that have the identifier <{identifier}>"
            raise NotCarried(told(statements[0]), self._written, why, _ELSEWHERE)

    def _misread(self, statement: Statement, property_: str) -> NotCarried:
        why = f"its attribute <{property_}> would be read as a part of a relation"
        return NotCarried(told(statement), self._written, why, _ELSEWHERE)


def _ends(statement: Statement) -> tuple[str, str | None, str | None]:
    return statement.term.keyword, statement.arguments[0], statement.arguments[1]


def _labels_referred_to(statements: Iterable[Statement]) -> Iterator[str]:
    for statement in statements:
        for argument in statement.arguments:
            if argument is not None and argument.startswith(BLANK):
                yield argument
        for _, value in statement.attributes:
            if value.datatype == QUALIFIED_NAME and value.text.startswith(BLANK):
                yield value.text


def _said(attribute: Attribute) -> tuple[str, Object]:
    """The property and object of an attribute."""
    name, value = attribute
    object_: Object = value.text if value.datatype == QUALIFIED_NAME and value.language is None else value
    name = ATTRIBUTE_OF.get(name, name)
    if name == TYPE and object_ in _CLASSES:
        return TYPE, object_
    return ALIASES.get(name, name), object_


def _of_node(relation: Relation, statement: Statement) -> Iterator[tuple[str, Object]]:
    """What stands about the node of a relation."""
    subtypes = _subtypes(relation, statement)
    for class_ in subtypes or [statement.term.type_iri]:
        yield RDF_TYPE, class_
    for names, argument, place in zip(
        relation.arguments, statement.arguments[1:], statement.term.arguments[1:], strict=True
    ):
        if argument is not None:
            yield names[0], Value(argument, XSD_DATETIME) if place.refers is Refers.TIME else argument
    for attribute in statement.attributes:
        said = _said(attribute)
        if said[0] != TYPE or said[1] not in subtypes:
            yield said


def _subtypes(relation: Relation, statement: Statement) -> list[str]:
    if relation is not RELATIONS["wasDerivedFrom"]:
        return []
    return sorted(
        value.text
        for name, value in statement.attributes
        if name in {TYPE, RDF_TYPE} and value.datatype == QUALIFIED_NAME and value.text in SUBTYPES
    )


def _link(relation: Relation, statement: Statement) -> str:
    subtypes = _subtypes(relation, statement)
    return SUBTYPES[subtypes[0]][2] if subtypes else relation.qualified


def _merged(statements: list[Statement]) -> list[Statement]:
    """One statement for those of one kind that agree; those that do not as they are."""
    by_keyword: dict[str, list[Statement]] = defaultdict(list)
    for statement in statements:
        by_keyword[statement.term.keyword].append(statement)
    merged: list[Statement] = []
    for same in by_keyword.values():
        values = [set(place) for place in zip(*(statement.arguments for statement in same), strict=True)]
        if any(len(found - _unknown(same, place)) > 1 for place, found in enumerate(values)):
            merged += same
            continue
        attributes = tuple({attribute for statement in same for attribute in statement.attributes})
        arguments = tuple(next(iter(found - {None}), None) for found in values)
        merged.append(Statement(same[0].term, same[0].identifier, arguments, attributes))
    return merged


def _unknown(statements: list[Statement], place: int) -> set[None]:
    """What agrees with any value: an argument that is left out, unless that means that there is none.

    PROV-CONSTRAINTS, table 3: so it is with the plan of an association, the activity of a derivation and, where that
    is left out, its generation and usage.
    """
    keyword = statements[0].term.keyword
    if keyword == "wasAssociatedWith":
        return set() if place == _PLAN else {None}
    if keyword == "wasDerivedFrom" and place >= _BY_ACTIVITY:
        has_activity = all(statement.arguments[_BY_ACTIVITY] is not None for statement in statements)
        return {None} if has_activity else set()
    return {None}


def _content(statements: Iterable[Statement], with_attributes: bool) -> set[tuple[object, ...]]:
    return {(s.term.keyword, s.arguments, frozenset(s.attributes) if with_attributes else None) for s in statements}


def order(said: Said) -> tuple[bool, str, int, str, str, str]:
    """The order in which a node's properties stand: its types, then by name; names before literals."""
    property_, object_ = said
    if isinstance(object_, Unnamed):
        return property_ != RDF_TYPE, property_, 2, repr(object_), "", ""
    if isinstance(object_, Value):
        return property_ != RDF_TYPE, property_, 1, object_.text, object_.datatype, object_.language or ""
    return property_ != RDF_TYPE, property_, 0, object_, "", ""
