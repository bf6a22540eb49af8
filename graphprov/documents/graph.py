"""How a statement of a document lies in the graph: one node for an element, one relationship for a relation.

A binary relation is one relationship. What does not fit on it (a third argument, an identifier of its own, attributes,
the bundle that says it) stands in its properties, so that nothing is added that a search would have to walk. The
properties are there to be queried: times as times, attributes by their local name. Where they could not be turned back
into exactly what the document said, the property `@prov` keeps that, as JSON. What graphprov itself recorded needs no
such property: it maps to PROV and back by the rules of `native.py`, so that an export of it, imported again, is the
very same statement.

An end that a relation leaves open (`used(a, -)`) is a node of its own, labelled `Unknown`: PROV-CONSTRAINTS (definition
4) says that there is one, only not which.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from graphprov.documents.native import (
    DERIVATION_TYPES,
    KIND_OF_TYPE,
    is_native,
    native_arguments,
    native_attributes,
    native_metadata,
    native_row,
    own_parts,
    own_relation_statement,
)
from graphprov.documents.properties import as_moment, as_property, digest_of, moment_text
from graphprov.documents.statements import Attribute, Statement, Value
from graphprov.documents.terms import (
    LABEL,
    ROLE,
    TERM_OF_RELATION,
    TERMS,
    TYPE,
    XSD_STRING,
    Refers,
    Term,
)
from graphprov.errors import InvalidInput
from graphprov.model.identity import OPEN_END, PREFIX, is_open_end, parse_id
from graphprov.model.metadata import EXACT, RESERVED, RESERVED_ON_RELATIONS, flat_key
from graphprov.model.statements import INDEXED_BYTES, Row, digest_text
from graphprov.model.vocabulary import KINDS, RELATIONS, Element, RelationType

LONGEST_PROPERTY = 1_000
"""Characters of a value that is also a property by its own name; a longer one stands in `prov` alone."""

_ELEMENT_OF: dict[Refers, Element] = {
    Refers.ENTITY: Element.ENTITY,
    Refers.ACTIVITY: Element.ACTIVITY,
    Refers.AGENT: Element.AGENT,
    Refers.ANY: Element.ENTITY,
}
PROPERTY_OF_ARGUMENT = {
    "activity": "activity",
    "starter": "activity",
    "ender": "activity",
    "plan": "plan",
    "generation": "generation",
    "usage": "usage",
    "bundle": "mentioned_in",
}
"""Arguments beyond the two ends and the time, and the properties that hold them."""

_TERM_OF_ELEMENT: dict[Element, Term] = {term.element: term for term in TERMS.values() if term.element}
_BEYOND: dict[str, list[tuple[int, str]]] = {
    term.keyword: [
        (place, PROPERTY_OF_ARGUMENT[argument.name])
        for place, argument in enumerate(term.arguments)
        if place > 1 and argument.refers is not Refers.TIME
    ]
    for term in TERMS.values()
    if term.relation
}
_TIME_PLACE = {term.keyword: term.place("time") for term in TERMS.values()}

ElementOf = Callable[[str], Element | None]
"""Tells the PROV type of a thing that stands where any may stand."""


def row_of(statement: Statement, element_of: ElementOf = lambda _: None) -> Row:
    """The flat form of a statement, as the store writes it.

    Args:
        element_of: Asked about both ends of an influence, which may be of any type; an entity where it knows nothing.

    Raises:
        InvalidInput: An identifier cannot be one in the graph: it is empty, holds a NUL or has more than 4,000 bytes.
    """
    if statement.term.element is not None:
        return _element_row(statement)
    return _relation_row(statement, element_of)


def rows_of(statement: Statement, element_of: ElementOf = lambda _: None) -> list[Row]:
    """The flat forms of a statement: one but where a format, such as RDF, put several of graphprov's own into one.

    Args:
        element_of: See `row_of`.

    Raises:
        InvalidInput: See `row_of`.
    """
    parts = own_parts(statement)
    return [row_of(part, element_of) for part in parts]


def statement_of_element(id_: str, element: Element, said: Mapping[str, Any]) -> Statement:
    """What one statement about a node says; undoes `row_of`.

    Args:
        element: The PROV type of the node, where the statement does not say it itself.
        said: The properties that the statement gives.
    """
    exact = json.loads(said[EXACT]) if EXACT in said else None
    if exact is None:
        term = _TERM_OF_ELEMENT[_element_told(id_, said) or element]
        return Statement(term, id_, native_arguments(term, said), native_attributes(term, said))
    term = TERMS[exact.get("t", "entity")]
    arguments = tuple(
        exact.get(key) or moment_text(said.get(f"{key}ed_at")) for key in ("start", "end")[: len(term.arguments)]
    )
    if "a" in exact or "b" in exact:
        attributes = _attributes(exact)
    else:  # only the PROV type, or a time as it was written, had to be kept
        attributes = native_attributes(term, {key: value for key, value in said.items() if key != EXACT})
    return Statement(term, id_, arguments, attributes, exact.get("b"))


def _element_told(id_: str, said: Mapping[str, Any]) -> Element | None:
    """The PROV type that a statement in native form tells by its kind or, where that is none of ours, by the id."""
    kind = KINDS.get(said.get("kind", ""))
    if kind is None and (parts := parse_id(id_)) is not None:
        kind = KINDS.get(parts.kind)
    return kind.element if kind is not None else None


def _is_told(id_: str, element: Element, said: Mapping[str, Any]) -> bool:
    """Whether `statement_of_element` finds the PROV type of a statement in native form again.

    Where nothing tells it, it is an entity: a node that is said to be one has that type before others. A kind of the
    user's own that stands in the id too is as graphprov records it, and only things of one PROV type are called so.
    """
    if (told := _element_told(id_, said)) is not None:
        return told is element
    parts = parse_id(id_)
    return element is Element.ENTITY or (parts is not None and parts.kind == said.get("kind"))


def statement_of_relation(type_: RelationType, source: str, target: str, said: Mapping[str, Any]) -> Statement:
    """What one relationship says; undoes `row_of`."""
    if (term := TERM_OF_RELATION.get(type_)) is None:
        return own_relation_statement(type_, source, target, said)
    exact = json.loads(said[EXACT]) if EXACT in said else None
    arguments: list[str | None] = [None] * len(term.arguments)
    arguments[0] = None if is_open_end(source) else source
    arguments[1] = None if is_open_end(target) else target
    for place, key in _BEYOND[term.keyword]:
        arguments[place] = said.get(key)
    if (place_of_time := _TIME_PLACE[term.keyword]) is not None:
        raw = exact.get("time") if exact else None
        arguments[place_of_time] = raw or moment_text(said.get("time"))
    attributes = native_attributes(term, said) if exact is None or "a" not in exact else _attributes(exact)
    return Statement(term, said.get("identifier"), tuple(arguments), attributes, said.get("bundle"))


def checked_identifier(iri: str) -> str:
    """An identifier that the graph can hold.

    Raises:
        InvalidInput: It cannot.
    """
    if len(iri) * 4 > INDEXED_BYTES and (size := len(iri.encode(errors="replace"))) > INDEXED_BYTES:
        raise InvalidInput(f"the identifier {iri[:60]}... has {size:,} bytes: expected at most {INDEXED_BYTES:,}")
    if not iri.isprintable():
        if not iri or iri.isspace() or "\0" in iri:
            raise InvalidInput(f"{iri!r:.80} is no identifier: expected an IRI that is not empty and holds no NUL")
        try:
            iri.encode()
        except UnicodeEncodeError as error:
            raise InvalidInput(f"the identifier {iri!r:.80} is not valid Unicode text") from error
    elif iri.isspace() or not iri:
        raise InvalidInput("an identifier is empty: expected an IRI")
    return iri


def _element_row(statement: Statement) -> Row:
    term, id_ = statement.term, statement.identifier
    assert id_ is not None  # noqa: S101  (a reader yields no element without an identifier)
    element = term.element
    assert element is not None  # noqa: S101  (the caller asked)
    if is_native(statement) and (row := native_row(statement)) is not None:
        if "node" in row and not _is_told(id_, element, row["properties"]):
            row["properties"][EXACT] = _dumps({"t": term.keyword})
        return row
    exact: dict[str, Any] = {}
    properties: dict[str, Any] = {}
    if element is not Element.ENTITY or not _is_told(id_, element, {}):
        exact["t"] = term.keyword
    if statement.bundle is not None:
        exact["b"] = statement.bundle
        properties["bundles"] = [statement.bundle]
    for key, text in zip(("start", "end"), statement.arguments, strict=False):
        if text is not None:
            moment = as_moment(text)
            if moment is not None:
                properties[f"{key}ed_at"] = moment
            if moment_text(moment) != text:
                exact[key] = text
    if statement.attributes:
        exact["a"] = _exact(statement.attributes)
        _named(properties, statement.attributes, RESERVED)
        _recognised(properties, statement)
    if exact:
        properties[EXACT] = _dumps(exact)
    return {"node": element.value, "id": checked_identifier(id_), "properties": properties}


def _recognised(properties: dict[str, Any], statement: Statement) -> None:
    """What graphprov's queries look for, where the document says it in its own words."""
    types: list[str] = []
    digests: list[str] = []
    label: str | None = None
    for name, value in statement.attributes:
        if name == TYPE:
            types.append(value.text)
        elif name == LABEL and (label is None or value.datatype == XSD_STRING):
            label = value.text
        elif statement.term.element is Element.ENTITY and (digest := digest_of(name, value)):
            digests.append(digest)
    if digests:
        # The one that recording uses comes first, so that both are found to be the same.
        properties["digest"] = min(digests, key=lambda digest: (not digest.startswith("sha256:"), digest))
    if types:
        properties["types"] = types
        kinds = [kind for type_ in types if (kind := KIND_OF_TYPE.get(type_))]
        for kind in kinds:
            if kind.element is statement.term.element:
                properties["kind"] = kind.name
                break
    if label is not None and 0 < len(label) <= LONGEST_PROPERTY and _is_text(label):
        properties["name"] = label


def _relation_row(statement: Statement, element_of: ElementOf) -> Row:
    term = statement.term
    relation = term.relation
    assert relation is not None  # noqa: S101  (it is no element)
    properties: dict[str, Any] = native_metadata(statement) if statement.attributes else {}
    exact: dict[str, Any] = {}
    arguments = statement.arguments
    for place, key in _BEYOND[term.keyword]:
        if (value := arguments[place]) is not None:
            properties[key] = checked_identifier(value)
    place_of_time = _TIME_PLACE[term.keyword]
    if place_of_time is not None and (text := arguments[place_of_time]) is not None:
        moment = as_moment(text)
        if moment is not None:
            properties["time"] = moment
        if moment_text(moment) != text:
            exact["time"] = text
    if statement.attributes:
        _said_of_relation(properties, statement)
        if native_attributes(term, properties) != statement.attributes:
            exact["a"] = _exact(statement.attributes)
            _named(properties, statement.attributes, RESERVED_ON_RELATIONS)
    if statement.identifier is not None:
        properties["identifier"] = checked_identifier(statement.identifier)
    if statement.bundle is not None:
        properties["bundle"] = statement.bundle
    if exact:
        properties[EXACT] = _dumps(exact)
    ends = [
        (checked_identifier(end) if end is not None else f"{OPEN_END}{_digest(statement)}:{place}")
        for place, end in enumerate(arguments[:2])
    ]
    elements = [
        _element_of_end(argument.refers, end, element_of) for argument, end in zip(term.arguments, ends, strict=False)
    ]
    return {
        "relation": relation.value,
        "source": ends[0],
        "source_element": elements[0].value,
        "target": ends[1],
        "target_element": elements[1].value,
        "properties": properties,
    }


def _element_of_end(refers: Refers, id_: str, element_of: ElementOf) -> Element:
    parts = parse_id(id_) if id_.startswith(PREFIX) else None
    if parts is not None and (kind := KINDS.get(parts.kind)) is not None:
        return kind.element  # an id of graphprov's own says what it is, whatever stands around it
    if refers is Refers.ANY:
        return element_of(id_) or Element.ENTITY
    return _ELEMENT_OF[refers]


def _said_of_relation(properties: dict[str, Any], statement: Statement) -> None:
    """Role and subtype, as graphprov's own recording gives them."""
    relation = statement.term.relation
    has_role = relation is not None and "role" in RELATIONS[relation].attributes
    types: list[str] = []
    for name, value in statement.attributes:
        if name == ROLE and has_role and len(value.text) <= LONGEST_PROPERTY and _is_text(value.text):
            properties.setdefault("role", value.text)
        elif name == TYPE:
            types.append(value.text)
            subtype = DERIVATION_TYPES.get(value.text)
            if subtype is not None and relation is RelationType.WAS_DERIVED_FROM:
                properties.setdefault("subtype", subtype)
    if [type_ for type_ in types if type_ not in DERIVATION_TYPES]:
        properties["types"] = types


def _named(properties: dict[str, Any], attributes: tuple[Attribute, ...], reserved: frozenset[str]) -> None:
    """Each attribute as a property by its local name, for people who query; several values as a list."""
    values: dict[str, list[Any]] = {}
    for iri, value in attributes:
        if iri in _TOLD_OTHERWISE or len(value.text) > LONGEST_PROPERTY:
            continue
        local = _local(iri)
        if local and _is_text(local) and len(local) <= LONGEST_PROPERTY and _is_text(value.text):
            values.setdefault(flat_key([local], reserved), []).append(as_property(value))
    for key, found in values.items():
        if len(found) == 1:
            properties.setdefault(key, found[0])
        elif len({type(item) for item in found}) == 1:
            properties.setdefault(key, found)
        else:
            properties.setdefault(key, [str(item) for item in found])


_TOLD_OTHERWISE = frozenset({TYPE, LABEL, ROLE})


def _local(iri: str) -> str:
    """The local part of an IRI: what stands behind its last separator."""
    return iri[max(iri.rfind("#"), iri.rfind("/"), iri.rfind(":")) + 1 :]


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _exact(attributes: tuple[Attribute, ...]) -> list[list[str]]:
    exact = []
    for name, (text, datatype, language) in attributes:
        if language is not None:
            exact.append([name, text, datatype, language])
        elif datatype != XSD_STRING:
            exact.append([name, text, datatype])
        else:
            exact.append([name, text])
    return exact


def _attributes(exact: Mapping[str, Any]) -> tuple[Attribute, ...]:
    return tuple((name, Value(*rest)) for name, *rest in exact.get("a", ()))


_dumps = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


def _digest(statement: Statement) -> str:
    return digest_text(_dumps(statement.said))
