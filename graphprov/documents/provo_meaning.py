"""What an RDF graph says in PROV (PROV-O, W3C Recommendation of 30 April 2013).

- A node that qualifies a relation is one statement. A triple that repeats its first two arguments is not another one;
  any other triple of PROV-O's properties, or of their inverses (appendix B), is.
- Such a node without an IRI is a statement without identifier, unless something else refers to it.
- An argument that stands there with several values is several statements. Where two arguments do, RDF does not say
  which values belong together: each value is said in a statement of its own, without the other argument.
- What has a PROV type is declared by it; a subclass such as prov:Person declares where nothing else does. What is
  described without a PROV type is an activity or agent where a relation says so, otherwise an entity: nothing is lost.
- Something declared with several PROV types gets its attributes on the first of entity, activity and agent; times go to
  the activity, and a subclass to the type that it belongs to.
- What stands where PROV-O expects something else (`prov:atTime "soon"`, `prov:used "text"`) is kept as an attribute.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from graphprov.documents.literals import is_datetime
from graphprov.documents.provo_table import (
    ACTIVITY_TIMES,
    AS_IN_BUNDLE,
    ATTRIBUTE_OF,
    BUNDLE,
    ELEMENT_OF_CLASS,
    GENERAL_INFLUENCES,
    INFLUENCE,
    PLAIN,
    QUALIFIED,
    QUALIFIED_OF,
    RDF_TYPE,
    RELATION_OF_CLASS,
    RELATIONS,
    SHORT_TIMES,
    SUBCLASSES,
    SUBTYPES,
    Relation,
)
from graphprov.documents.rdf_graph import Described, Object, Objects
from graphprov.documents.statements import BLANK, Attribute, Statement, Value, attributes_of
from graphprov.documents.terms import TERMS, TYPE, XSD_DATETIME, Refers
from graphprov.model.vocabulary import Element

_TERM_OF_ELEMENT = {term.element: term for term in TERMS.values() if term.element is not None}
_ELEMENT_OF_ARGUMENT = {
    Refers.ENTITY: Element.ENTITY,
    Refers.ACTIVITY: Element.ACTIVITY,
    Refers.AGENT: Element.AGENT,
}
_DERIVATION = RELATIONS["wasDerivedFrom"]
_MENTION = RELATIONS["mentionOf"].plain
_INFLUENCER = INFLUENCE.arguments[0][0]
_TIMED = frozenset(relation.term.keyword for relation in SHORT_TIMES.values())
_NOTHING: Objects = {}


def statements_of(graph: Described, bundle: str | None = None, referred: Iterable[str] = ()) -> Iterator[Statement]:
    """The statements of a graph, in an order that means nothing, but is the same for the same graph.

    Args:
        graph: What it describes.
        bundle: The name of the graph, where it is a bundle.
        referred: Blank labels that are known to be referred to, beside those that the graph itself refers to.
    """
    if not _only_says_bundle(graph, bundle):
        reading = _Reading(graph, bundle, referred)
        yield from reading.relations()
        yield from reading.elements()


def _only_says_bundle(graph: Described, bundle: str | None) -> bool:
    """Whether all that a named graph says is that it is a bundle, which is how an empty one is written."""
    if bundle is None or graph.keys() != {bundle}:
        return False
    properties = graph[bundle]
    return properties.keys() == {RDF_TYPE} and properties[RDF_TYPE].keys() == {BUNDLE}


def time_of(object_: Object) -> str | None:
    """The text of a literal that is a time; None for anything else."""
    if isinstance(object_, Value) and object_.datatype == XSD_DATETIME and is_datetime(object_.text):
        return object_.text
    return None


def is_structure(property_: str, object_: Object) -> bool:
    """Whether a triple of any subject says a relation or leads to a node, and so is no attribute of its subject."""
    if isinstance(object_, str):
        return property_ in PLAIN or property_ in QUALIFIED or property_ in QUALIFIED_OF
    return property_ in SHORT_TIMES and time_of(object_) is not None


def argument_place(relation: Relation, property_: str, object_: Object) -> int | None:
    """Which argument of a relation a triple of its node holds; None where it holds none."""
    if property_ == relation.first:
        return 0 if isinstance(object_, str) else None
    for place, properties in enumerate(relation.arguments, start=1):
        if property_ in properties:
            is_time = relation.term.arguments[place].refers is Refers.TIME
            fits = time_of(object_) is not None if is_time else isinstance(object_, str)
            return place if fits else None
    return None


class _Link(NamedTuple):
    """What leads to a node: of which relation and subtype, from where, on which line."""

    relation: Relation
    subtype: str | None
    owner: str
    line: int


class _Reading:
    """Reads one graph; `relations` come before `elements`, since they tell what has no PROV type."""

    def __init__(self, graph: Described, bundle: str | None, referred: Iterable[str]) -> None:
        self._graph = graph
        self._bundle = bundle
        self._links: dict[str, list[_Link]] = {}
        """The nodes of relations, and what leads to each."""
        self._referred = set(referred)
        self._untyped: dict[str, Element | None] = {}
        self._qualified: set[tuple[str, str | None, str | None, str | None]] = set()
        """What nodes say: keyword, first and second argument, and subtype or, for an event, time."""
        for subject, properties in graph.items():
            self._survey(subject, properties)

    def relations(self) -> Iterator[Statement]:
        """The relations: first those with nodes, then those that are single triples."""
        for node, links in self._links.items():
            for statement in self._of_node(node, links):
                self._place(statement)
                yield statement
        for subject, properties in self._graph.items():
            for property_, objects in properties.items():
                for statement in self._of_triples(subject, property_, objects):
                    self._place(statement)
                    yield statement

    def elements(self) -> Iterator[Statement]:
        """The entities, activities and agents."""
        for subject, properties in self._graph.items():
            if subject not in self._links:
                yield from self._of_thing(subject, properties)
                continue
            for element in _declared(properties):
                term = _TERM_OF_ELEMENT[element]
                yield Statement(term, subject, (None,) * len(term.arguments), (), self._bundle, _line(properties))

    def _survey(self, subject: str, properties: dict[str, Objects]) -> None:
        """Find the nodes and what leads to them, the labels that something refers to, and what has no PROV type."""
        for property_, objects in properties.items():
            names = [object_ for object_ in objects if isinstance(object_, str)]
            if property_ in QUALIFIED:
                for node in names:
                    link = _Link(*QUALIFIED[property_], subject, objects[node])
                    self._links.setdefault(node, []).append(link)
            elif property_ in QUALIFIED_OF:
                links = [_Link(*QUALIFIED[QUALIFIED_OF[property_]], owner, objects[owner]) for owner in names]
                self._links.setdefault(subject, []).extend(links)
            else:
                self._referred.update(name for name in names if name.startswith(BLANK))
        if any(type_ in ELEMENT_OF_CLASS for type_ in properties.get(RDF_TYPE, _NOTHING)):
            is_node = any(_has_arguments(relation, properties) for relation in _classes(properties))
        else:
            self._untyped[subject] = None
            is_node = bool(_classes(properties))
        if is_node:
            self._links.setdefault(subject, [])

    def _place(self, statement: Statement) -> None:
        """Note what a relation says of those that have no PROV type."""
        for place, argument in zip(statement.term.arguments, statement.arguments, strict=True):
            if argument is not None and self._untyped.get(argument, self) is None:
                self._untyped[argument] = _ELEMENT_OF_ARGUMENT.get(place.refers)

    def _of_node(self, node: str, links: list[_Link]) -> Iterator[Statement]:
        properties = self._graph.get(node, {})
        relations = _relations_of(properties, links)
        attributes = attributes_of(_attributes_of_node(relations, properties, links))
        subtypes = [value.text for name, value in attributes if name == TYPE and value.text in SUBTYPES]
        identifier = node if not node.startswith(BLANK) or node in self._referred else None
        line = links[0].line if links else _line(properties)
        for relation in relations:
            term = relation.term
            values = _values(relation, properties, links, alone=len(relations) == 1)
            for arguments in _combinations(values):
                for subtype in (None, *subtypes):
                    self._qualified.add((term.keyword, arguments[0], arguments[1], subtype))
                if term.keyword in _TIMED and arguments[2] is not None:
                    self._qualified.add((term.keyword, arguments[0], None, arguments[2]))
                yield Statement(term, identifier, arguments, attributes, self._bundle, line)

    def _of_triples(self, subject: str, property_: str, objects: Objects) -> Iterator[Statement]:
        if property_ in SHORT_TIMES:
            term = SHORT_TIMES[property_].term
            for object_, line in objects.items():
                time = time_of(object_)
                if time is not None and (term.keyword, subject, None, time) not in self._qualified:
                    yield Statement(term, None, (subject, None, time), (), self._bundle, line)
        elif property_ in PLAIN:
            relation, swapped, subtype = PLAIN[property_]
            found = {object_: line for object_, line in objects.items() if isinstance(object_, str)}
            if relation.term.keyword == "mentionOf":
                yield from self._mentions(subject, found)
                return
            for object_, line in found.items():
                ends = (object_, subject) if swapped else (subject, object_)
                if not self._is_repeated(relation, ends, swapped, subtype):
                    attributes = () if subtype is None else ((TYPE, Value.name(subtype)),)
                    rest = (None,) * (len(relation.term.arguments) - 2)
                    yield Statement(relation.term, None, (*ends, *rest), attributes, self._bundle, line)

    def _is_repeated(self, relation: Relation, ends: tuple[str, str], swapped: bool, subtype: str | None) -> bool:
        """Whether a node, or another triple that says the same or more, stands beside a triple."""
        if (relation.term.keyword, *ends, subtype) in self._qualified:
            return True
        others = []
        if swapped:
            others.append(relation.plain if subtype is None else SUBTYPES[subtype][0])
        if subtype is None and relation is _DERIVATION:
            others += [plain for plain, _, _ in SUBTYPES.values()]
        return any(ends[1] in self._graph.get(ends[0], {}).get(other, _NOTHING) for other in others)

    def _mentions(self, subject: str, found: dict[str, int]) -> Iterator[Statement]:
        """PROV-LINKS 4: the bundle of a mention stands beside it, on the specific entity."""
        if not found:
            return
        bundles = [name for name in self._graph[subject].get(AS_IN_BUNDLE, _NOTHING) if isinstance(name, str)]
        for arguments in _combinations([[subject], list(found), bundles]):
            line = found.get(arguments[1] or "", 0)
            yield Statement(TERMS["mentionOf"], None, arguments, (), self._bundle, line)

    def _of_thing(self, subject: str, properties: dict[str, Objects]) -> Iterator[Statement]:
        is_mention = any(isinstance(object_, str) for object_ in properties.get(_MENTION, _NOTHING))
        told = [
            (property_, object_)
            for property_, objects in properties.items()
            for object_ in objects
            if not is_structure(property_, object_)
            and not (property_ == RDF_TYPE and object_ in ELEMENT_OF_CLASS)
            and not (property_ == AS_IN_BUNDLE and is_mention and isinstance(object_, str))
        ]
        elements = _declared(properties)
        if not elements:
            if not told:
                return
            elements = self._deduced(subject, properties)
        times: list[list[str]] = []
        if Element.ACTIVITY in elements:
            times = [[time for o in properties.get(name, _NOTHING) if (time := time_of(o))] for name in ACTIVITY_TIMES]
            told = [(name, object_) for name, object_ in told if name not in ACTIVITY_TIMES or time_of(object_) is None]
        for element in elements:
            attributes = attributes_of(
                _attribute(name, object_) for name, object_ in told if _owner(name, object_, elements) is element
            )
            for arguments in _combinations(times if element is Element.ACTIVITY else []):
                term = _TERM_OF_ELEMENT[element]
                yield Statement(term, subject, arguments, attributes, self._bundle, _line(properties))

    def _deduced(self, subject: str, properties: dict[str, Objects]) -> list[Element]:
        """The PROV types of what is described without one."""
        types = properties.get(RDF_TYPE, _NOTHING)
        by_class = {SUBCLASSES[type_] for type_ in types if isinstance(type_, str) and type_ in SUBCLASSES}
        if by_class:
            return [element for element in Element if element in by_class]
        if any(time_of(object_) for name in ACTIVITY_TIMES for object_ in properties.get(name, _NOTHING)):
            return [Element.ACTIVITY]
        return [self._untyped.get(subject) or Element.ENTITY]


def _line(properties: dict[str, Objects]) -> int:
    objects = properties.get(RDF_TYPE) or next(iter(properties.values()), _NOTHING)
    return next(iter(objects.values()), 0)


def _declared(properties: dict[str, Objects]) -> list[Element]:
    """The PROV types that are given, in order."""
    found = {ELEMENT_OF_CLASS[type_] for type_ in properties.get(RDF_TYPE, _NOTHING) if type_ in ELEMENT_OF_CLASS}
    return [element for element in Element if element in found]


def _classes(properties: dict[str, Objects]) -> list[Relation]:
    """The relations of whose classes a node is."""
    types = [type_ for type_ in properties.get(RDF_TYPE, _NOTHING) if isinstance(type_, str)]
    found = [RELATION_OF_CLASS[type_] for type_ in types if type_ in RELATION_OF_CLASS]
    if not found and any(type_ in GENERAL_INFLUENCES for type_ in types):
        found = [INFLUENCE]
    return list({relation.term.keyword: relation for relation in found}.values())


def _has_arguments(relation: Relation, properties: dict[str, Objects]) -> bool:
    return any(
        argument_place(relation, property_, object_) is not None
        for property_, objects in properties.items()
        for object_ in objects
    )


def _relations_of(properties: dict[str, Objects], links: Sequence[_Link]) -> list[Relation]:
    """The relations that a node qualifies; a general influence beside another one only where something says so."""
    linked = [link.relation for link in links]
    found = {relation.term.keyword: relation for relation in (*_classes(properties), *linked)}
    is_influence = "wasInfluencedBy" in found and (
        _INFLUENCER in properties or any(relation is INFLUENCE for relation in linked)
    )
    has_class = "wasInfluencedBy" in {relation.term.keyword for relation in _classes(properties)}
    if len(found) > 1 and not (is_influence and has_class):
        found.pop("wasInfluencedBy", None)
    return list(found.values())


def _values(
    relation: Relation, properties: dict[str, Objects], links: Sequence[_Link], *, alone: bool
) -> list[list[str]]:
    """The values of each argument; an influence leads to a node of any relation, if it has but one."""
    owners = [link.owner for link in links if link.relation is relation or (alone and link.relation is INFLUENCE)]
    if not owners:
        owners = [object_ for object_ in properties.get(relation.first, _NOTHING) if isinstance(object_, str)]
    values = [list(dict.fromkeys(owners))]
    for argument, names in zip(relation.term.arguments[1:], relation.arguments, strict=True):
        objects = [object_ for name in names for object_ in properties.get(name, _NOTHING)]
        texts = map(time_of, objects) if argument.refers is Refers.TIME else objects
        values.append(list(dict.fromkeys(text for text in texts if isinstance(text, str))))
    return values


def _combinations(values: Sequence[Sequence[str]]) -> Iterator[tuple[str | None, ...]]:
    """The arguments of each statement: one where each has a value at most."""
    sure = tuple(found[0] if len(found) == 1 else None for found in values)
    several = [place for place, found in enumerate(values) if len(found) > 1]
    if not several:
        yield sure
    for place in several:
        for value in values[place]:
            yield (*sure[:place], value, *sure[place + 1 :])


def _attributes_of_node(
    relations: Sequence[Relation], properties: dict[str, Objects], links: Sequence[_Link]
) -> Iterator[Attribute]:
    for property_, objects in properties.items():
        for object_ in objects:
            is_argument = any(argument_place(relation, property_, object_) is not None for relation in relations)
            is_class = property_ == RDF_TYPE and isinstance(object_, str) and _is_class(relations, object_)
            if not (is_argument or is_class or is_structure(property_, object_)):
                yield _attribute(property_, object_)
    for link in links:
        if link.subtype is not None:
            yield TYPE, Value.name(link.subtype)


def _is_class(relations: Sequence[Relation], type_: str) -> bool:
    """Whether a type says no more than which statements there are."""
    return type_ in ELEMENT_OF_CLASS or (type_ not in SUBTYPES and RELATION_OF_CLASS.get(type_) in relations)


def _attribute(property_: str, object_: Object) -> Attribute:
    value = object_ if isinstance(object_, Value) else Value.name(object_)
    return ATTRIBUTE_OF.get(property_, property_), value


def _owner(property_: str, object_: Object, elements: Sequence[Element]) -> Element:
    """Which of the elements that a thing is has an attribute."""
    if property_ == RDF_TYPE and isinstance(object_, str) and SUBCLASSES.get(object_) in elements:
        return SUBCLASSES[object_]
    return elements[0]
