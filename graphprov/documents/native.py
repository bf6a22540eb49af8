"""What graphprov itself records, as PROV: kinds as types, own properties and metadata as attributes, and back.

| recorded | in PROV |
| --- | --- |
| the kind of a thing | `prov:type` with the kind's class in the vocabulary, beside PROV's own where it has one |
| a kind of the user's own | `gp:kind` |
| its name | `gp:name`, and `prov:label` for other tools |
| another property of graphprov's | `gp:` and the property's name |
| metadata | `meta:` and the flat key, percent-encoded |
| when a run started and ended | the times of `activity` |
| a run inside another, an incident's subject | `gp:partOf`, `gp:about` on a further statement about it |
| an incident about an agent or activity that has a foreign name | `gp:aboutAgent`, `gp:aboutActivity`, likewise |
| an entry of an incident's history, who says it | `gp:entryOf`, `gp:saidBy`, likewise |
| an alternate that was taken back | `gp:notAlternateOf`, likewise |
| a role | `prov:role` |
| a subtype of derivation | `prov:type` with PROV's own class |

Both directions are exact: what was recorded, exported and imported again is the same statement.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote, unquote

from graphprov.documents.names import METADATA, VOCABULARY
from graphprov.documents.properties import moment_text, recorded_value, unless_bad, value_of
from graphprov.documents.statements import Attribute, Statement, Value, attributes_of
from graphprov.documents.terms import LABEL, PROV, QUALIFIED_NAME, ROLE, TERMS, TYPE, Term
from graphprov.model.identity import parse_id
from graphprov.model.metadata import EXACT, RESERVED_ON_RELATIONS, base_key, unflatten
from graphprov.model.statements import CLASSES, Activity, Agent, Entity, Relation, Row, parameters_of
from graphprov.model.vocabulary import KINDS, RELATIONS, TARGET_TYPE, Element, Kind, RelationType

_PROV_CLASS = {"person": "Person", "organization": "Organization", "software": "SoftwareAgent", "code-version": "Plan"}
"""Kinds that PROV has a class for."""

KIND_OF_TYPE: dict[str, Kind] = {VOCABULARY + kind.label: kind for kind in KINDS.values()} | {
    PROV + _PROV_CLASS[name]: KINDS[name] for name in ("person", "organization", "software")
}
"""The kind that a type in a document means."""

DERIVATION_TYPES: dict[str, str] = {
    PROV + "Revision": "revision",
    PROV + "Quotation": "quotation",
    PROV + "PrimarySource": "primary-source",
}
"""Subtypes of derivation, by their class."""

_CLASS_OF_SUBTYPE = {subtype: class_ for class_, subtype in DERIVATION_TYPES.items()}
_FIELDS = {
    element: frozenset(model.model_fields) - {"id", "kind", "metadata", "parameters"}
    for element, model in CLASSES.items()
}
_ABOUT = {VOCABULARY + f"about{element.value}": element for element in (Element.AGENT, Element.ACTIVITY)}
"""What `ABOUT` is called where only its name tells of which type the thing is that it leads to."""
_OWN_RELATIONS = {
    VOCABULARY + "partOf": RelationType.PART_OF,
    **dict.fromkeys(_ABOUT, RelationType.ABOUT),
    VOCABULARY + "about": RelationType.ABOUT,
    VOCABULARY + "entryOf": RelationType.ENTRY_OF,
    VOCABULARY + "saidBy": RelationType.SAID_BY,
    VOCABULARY + "notAlternateOf": RelationType.NOT_ALTERNATE_OF,
}
_NAME_OF_OWN = {type_: name for name, type_ in _OWN_RELATIONS.items()}
_NAME_OF_ABOUT = {element.value: name for name, element in _ABOUT.items()}
_TIMES_OF_ACTIVITY = ("started_at", "ended_at")


def is_native(statement: Statement) -> bool:
    """Whether a statement speaks graphprov's vocabulary, so that `native_row` is worth asking."""
    return statement.bundle is None and any(
        name.startswith((VOCABULARY, METADATA)) or (name == TYPE and value.text in KIND_OF_TYPE)
        for name, value in statement.attributes
    )


def native_arguments(term: Term, said: Mapping[str, Any]) -> tuple[str | None, ...]:
    """The times of an activity; nothing for others."""
    return tuple(moment_text(said.get(key)) for key in _TIMES_OF_ACTIVITY) if term.arguments else ()


def native_attributes(term: Term, said: Mapping[str, Any]) -> tuple[Attribute, ...]:
    """The attributes that recorded properties of a node or relationship stand for."""
    return attributes_of(_of_element(term.element, said) if term.element is not None else _of_relation(said))


def native_row(statement: Statement) -> Row | None:
    """The flat form of a statement about an element that graphprov might have recorded; None where it did not."""
    if (row := unless_bad(lambda: _own_relation_row(statement))) is not None:
        return row
    return unless_bad(lambda: _native_element_row(statement))


def _native_element_row(statement: Statement) -> Row | None:
    element = statement.term.element
    assert element is not None  # noqa: S101  (the caller asks about elements)
    row = _element(element, statement).row()
    said = row["properties"]
    same = (
        native_attributes(statement.term, said) == statement.attributes
        and native_arguments(statement.term, said) == statement.arguments
    )
    return row if same else None


def own_parts(statement: Statement) -> list[Statement]:
    """A statement taken apart where it says what graphprov records as several: an element, and its own relations.

    Left whole where what is left over is nothing that graphprov records.
    """
    if statement.term.element is None or statement.bundle is not None or not statement.attributes:
        return [statement]
    relations = [attribute for attribute in statement.attributes if attribute[0] in _OWN_RELATIONS]
    if not relations:
        return [statement]
    others = tuple(attribute for attribute in statement.attributes if attribute[0] not in _OWN_RELATIONS)
    if len(relations) == 1 and not any(statement.arguments) and _own_relation_row(statement) is not None:
        return [statement]
    rest = replace(statement, attributes=others)
    bare = [replace(statement, arguments=(None,) * len(statement.arguments), attributes=(one,)) for one in relations]
    said_more = bool(others) or any(statement.arguments)
    if said_more and not (is_native(rest) and native_row(rest) is not None):
        return [statement]
    return [*([rest] if said_more else []), *bare]


def native_metadata(statement: Statement) -> dict[str, Any]:
    """The metadata of a relation, flat; empty where the attributes hold none, or none that graphprov recorded."""
    return unless_bad(lambda: _flat_metadata(statement)) or {}


def _flat_metadata(statement: Statement) -> dict[str, Any]:
    flat = {
        unquote(name[len(METADATA) :]): recorded_value(value)
        for name, value in statement.attributes
        if name.startswith(METADATA)
    }
    if not flat:
        return {}
    relation = Relation(type=RelationType.WAS_INFLUENCED_BY, source="x:", target="x:", metadata=unflatten(flat))
    said: dict[str, Any] = relation.row()["properties"]
    return said if said == flat else {}


def own_relation_statement(type_: RelationType, source: str, target: str, said: Mapping[str, Any]) -> Statement:
    """A relation that PROV does not have, as an attribute of its source."""
    term = TERMS[_element_of_id(source, RELATIONS[type_].source).value.lower()]
    name = _NAME_OF_OWN[type_]
    if type_ is RelationType.ABOUT and said.get(TARGET_TYPE) in _NAME_OF_ABOUT:
        name = _NAME_OF_ABOUT[said[TARGET_TYPE]]
        said = {key: value for key, value in said.items() if key != TARGET_TYPE}
    attributes = attributes_of([(name, Value.name(target)), *_metadata(said, RESERVED_ON_RELATIONS)])
    return Statement(term, source, (None,) * len(term.arguments), attributes)


def _own_relation_row(statement: Statement) -> Row | None:
    """Undo `own_relation_statement`; None where the statement is something else."""
    own = [(name, value) for name, value in statement.attributes if name in _OWN_RELATIONS]
    if len(own) != 1 or own[0][1].datatype != QUALIFIED_NAME or any(statement.arguments):
        return None
    name, target = own[0][0], own[0][1].text
    type_, source, told = _OWN_RELATIONS[name], statement.identifier or "", _ABOUT.get(name)
    row = Relation(
        type=type_,
        source=source,
        source_element=_element_of_id(source, statement.term.element or RELATIONS[type_].source),
        target=target,
        target_element=told or _element_of_id(target, RELATIONS[type_].target),
        metadata=unflatten(native_metadata(statement)) | ({TARGET_TYPE: told.value} if told else {}),
    ).row()
    back = own_relation_statement(type_, row["source"], row["target"], row["properties"])
    return row if back.said == statement.said else None


def _element_of_id(id_: str, otherwise: Element) -> Element:
    """The PROV type that an id of graphprov's own says."""
    parts = parse_id(id_)
    kind = KINDS.get(parts.kind) if parts is not None else None
    return kind.element if kind is not None else otherwise


def _element(element: Element, statement: Statement) -> Entity | Activity | Agent:
    """The model that the attributes speak of.

    Raises:
        Exception: They speak of none, or a value is none that graphprov records (see `unless_bad`).
    """
    own: dict[str, Any] = {}
    flat: dict[str, Any] = {}
    for name, value in statement.attributes:
        if name.startswith(VOCABULARY):
            key = unquote(name[len(VOCABULARY) :])
            if key in own:
                raise ValueError(f"{key} stands there twice")
            own[key] = recorded_value(value)
        elif name.startswith(METADATA):
            flat[unquote(name[len(METADATA) :])] = recorded_value(value)
        elif name == TYPE and (kind := KIND_OF_TYPE.get(value.text)) and "kind" not in own:
            own["kind"] = kind.name
    parameters = {key: own.pop(key) for key in [key for key in own if key.startswith("parameters.")]}
    own |= {key: text for key, text in zip(_TIMES_OF_ACTIVITY, statement.arguments, strict=False) if text is not None}
    if parameters:
        own["parameters"] = parameters_of(parameters)
    if not own.keys() <= _FIELDS[element] | {"kind", "parameters"}:
        raise ValueError("it has properties that no such thing has")
    return CLASSES[element](id=statement.identifier or "", metadata=unflatten(flat), **own)


def _of_element(element: Element, said: Mapping[str, Any]) -> Iterator[Attribute]:
    kind = said.get("kind")
    if kind is not None:
        known = KINDS.get(kind)
        if known is None or known.element is not element:
            yield VOCABULARY + "kind", Value(kind)
        else:
            yield TYPE, Value.name(VOCABULARY + known.label)
            if class_ := _PROV_CLASS.get(kind):
                yield TYPE, Value.name(PROV + class_)
    fields = _FIELDS[element]
    for key, value in said.items():
        if key in ("kind", EXACT) or (key in _TIMES_OF_ACTIVITY and element is Element.ACTIVITY):
            continue
        if key in fields or key.startswith("parameters."):
            yield VOCABULARY + quote(key, safe=""), value_of(value)
        else:
            yield METADATA + quote(key, safe=""), value_of(value)
    if (name := said.get("name")) is not None:
        yield LABEL, Value(name)


def _of_relation(said: Mapping[str, Any]) -> Iterator[Attribute]:
    if (role := said.get("role")) is not None:
        yield ROLE, Value(role)
    if (subtype := said.get("subtype")) is not None:
        yield TYPE, Value.name(_CLASS_OF_SUBTYPE[subtype])
    yield from _metadata(said, RESERVED_ON_RELATIONS)


def _metadata(said: Mapping[str, Any], others: frozenset[str]) -> Iterator[Attribute]:
    for key, value in said.items():
        if key != EXACT and base_key(key) not in others:
            yield METADATA + quote(key, safe=""), value_of(value)
