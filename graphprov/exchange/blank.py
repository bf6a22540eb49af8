"""Labels that mean something in one document alone (`_:id1`), as names that mean the same in every store.

A usage or generation without a name of its own, which a derivation refers to, is named by what it says; so the same
document always gives the same name, and two documents that both say `_:id1` are not mixed. A thing without a name is
named by its document and its label. All such names start with `urn:graphprov:blank:`; formats that have labels get the
names of usages and generations back as labels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace

from graphprov.documents.statements import BLANK, Attribute, Extension, Statement, Value, attributes_of
from graphprov.documents.terms import QUALIFIED_NAME, Refers
from graphprov.model.identity import SKOLEM
from graphprov.model.vocabulary import RelationType

Label = tuple[str | None, str]
"""A label and the bundle that it stands in."""

REFERABLE = frozenset({RelationType.USED, RelationType.WAS_GENERATED_BY})
"""What a derivation can refer to by an identifier or a label."""
_REFERABLE = (Refers.GENERATION, Refers.USAGE)


def is_label(name: str | None) -> bool:
    """Whether a name is a blank label."""
    return name is not None and name.startswith(BLANK)


def has_labels(statement: Statement) -> bool:
    """Whether a label stands in the statement, other than as the identifier of a relation."""
    for argument in statement.arguments:
        if argument is not None and argument[:2] == BLANK:
            return True
    if (statement.term.element is not None and is_label(statement.identifier)) or is_label(statement.bundle):
        return True
    return any(_is_label_value(value) for _, value in statement.attributes)


def labels_referred_to(statement: Statement) -> list[Label]:
    """The labels of usages and generations that a derivation refers to."""
    return _referred_to(statement, BLANK)


def _referred_to(statement: Statement, start: str) -> list[Label]:
    return [
        (statement.bundle, argument)
        for place, argument in zip(statement.term.arguments, statement.arguments, strict=True)
        if argument is not None and place.refers in _REFERABLE and argument.startswith(start)
    ]


def named(statement: Statement, document: str, names: Mapping[Label, str]) -> Statement:
    """The statement with names for its labels.

    Args:
        document: The digest of the document.
        names: The names of the usages and generations that are referred to.
    """
    arguments = tuple(
        argument
        if argument is None
        else _name(argument, document, names.get((statement.bundle, argument)) if place.refers in _REFERABLE else None)
        for place, argument in zip(statement.term.arguments, statement.arguments, strict=True)
    )
    identifier = statement.identifier
    if identifier is not None and is_label(identifier):
        identifier = _name(identifier, document, None) if statement.term.element is not None else None
    attributes = _named_attributes(statement.attributes, document)
    bundle = None if statement.bundle is None else _name(statement.bundle, document, None)
    return replace(statement, identifier=identifier, arguments=arguments, attributes=attributes, bundle=bundle)


def named_extension(extension: Extension, document: str) -> Extension:
    """The extension with names for its labels, which are those of things."""
    return replace(
        extension,
        identifier=None if extension.identifier is None else _name(extension.identifier, document, None),
        arguments=tuple(None if value is None else _named_value(value, document) for value in extension.arguments),
        attributes=_named_attributes(extension.attributes, document),
        bundle=None if extension.bundle is None else _name(extension.bundle, document, None),
    )


def bundle_name(label: str, document: str) -> str:
    """The name of a bundle, which in RDF may have a label alone."""
    return _name(label, document, None)


def _named_attributes(attributes: tuple[Attribute, ...], document: str) -> tuple[Attribute, ...]:
    if not any(_is_label_value(value) for _, value in attributes):
        return attributes
    return attributes_of((name, _named_value(value, document)) for name, value in attributes)


def _named_value(value: Value, document: str) -> Value:
    return Value.name(_name(value.text, document, None)) if _is_label_value(value) else value


def _is_label_value(value: Value) -> bool:
    return value.datatype == QUALIFIED_NAME and is_label(value.text)


def _name(label: str, document: str, known: str | None) -> str:
    if not is_label(label):
        return label
    return known or f"{SKOLEM}{document[:20]}:{label[len(BLANK) :]}"


def with_labels(statements: Sequence[Statement]) -> list[Statement]:
    """Undo `named` for usages and generations, for a format that has labels.

    A name that no usage or generation of the same bundle bears, or that no derivation refers to, stays a name: as a
    label it would mean nothing, and the next import would give it another name.
    """
    borne = {(told.bundle, told.identifier) for told in statements if told.term.relation in REFERABLE}
    referred = {label for told in statements for label in _referred_to(told, SKOLEM)}
    labels = borne & referred
    return [_with_labels(told, labels) for told in statements] if labels else list(statements)


def _with_labels(statement: Statement, labels: Set[tuple[str | None, str | None]]) -> Statement:
    arguments = tuple(
        BLANK + argument[len(SKOLEM) :]
        if argument is not None and place.refers in _REFERABLE and (statement.bundle, argument) in labels
        else argument
        for place, argument in zip(statement.term.arguments, statement.arguments, strict=True)
    )
    identifier = statement.identifier
    if identifier is not None and statement.term.relation in REFERABLE and (statement.bundle, identifier) in labels:
        identifier = BLANK + identifier[len(SKOLEM) :]
    if identifier == statement.identifier and arguments == statement.arguments:
        return statement
    return replace(statement, identifier=identifier, arguments=arguments)
