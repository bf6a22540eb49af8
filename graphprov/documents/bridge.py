"""From and to `prov.model.ProvDocument`, the documents in memory of the `prov` package.

Out of `prov` nothing is lost. Into `prov`, this changes, since `prov` cannot hold it, and nothing else:

- A literal of type xsd:int, xsd:long, xsd:integer, xsd:double, xsd:boolean or xsd:dateTime becomes a Python value and
  comes back as Python writes that: `01` as `1`, `1.0E0` as `1.0`, `...Z` as `...+00:00`. An integer whose type is not
  the smallest of int, long and integer that holds it stays as it is, and so does a text that is no such value.
- A time becomes a datetime in the same way: microseconds at most, years 1 to 9999.
- Of two values of one attribute that `prov` takes for equal, one stays: two spellings of a number or moment, `10` and
  `10.0` as xsd:decimal, `"a"@en` and `"a"@EN`.
- A blank label becomes the name `urn:graphprov:blank:<label>` where something else refers to it; a relation whose
  label nothing refers to gets no identifier.
- A namespace has one prefix, and no prefix is declared that no name needs.

Two things that `prov` holds are no PROV, and come back as what PROV calls them: a membership of several members as one
statement for each, and a name whose prefix nothing declares (a literal of type prov:QUALIFIED_NAME) as an xsd:QName.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from math import inf, isnan
from typing import Any

from prov.constants import PROV_INTERNATIONALIZEDSTRING
from prov.identifier import Identifier, QualifiedName
from prov.identifier import Namespace as ProvNamespace
from prov.model import Literal, ProvBundle, ProvDocument, ProvException, ProvRecord, ProvWarning
from prov.model.records import canonical_xsd_datatype

from graphprov.documents.names import Prefixes
from graphprov.documents.statements import (
    BLANK,
    Bundle,
    Document,
    Item,
    Namespace,
    Statement,
    Value,
    attributes_of,
)
from graphprov.documents.terms import (
    LANGUAGE_STRING,
    PROV,
    QUALIFIED_NAME,
    TERMS,
    XSD,
    XSD_DATETIME,
    XSD_QNAME,
    XSD_STRING,
    Refers,
)
from graphprov.errors import InvalidInput
from graphprov.model.identity import SKOLEM

_TERM_OF_CLASS = {term.type_iri: term for term in TERMS.values()}
_HOURS_OF_A_ZONE = 14
"""How far from UTC a zone of an xsd:dateTime may lie."""


def from_prov(document: ProvDocument) -> Iterator[Item]:
    """What a document of `prov` says: its namespaces, then what stands at the top, then each bundle.

    Raises:
        InvalidInput: An attribute holds a Python value that is no literal of PROV, such as a Decimal.
    """
    bundles = list(document.bundles)
    for holder in (document, *bundles):
        for namespace in holder.namespaces:
            yield Namespace(namespace.prefix, namespace.uri)
        if (default := holder.get_default_namespace()) is not None:
            yield Namespace("", default.uri)
    for record in document.get_records():
        yield from _statements(record, None)
    for bundle in bundles:
        identifier = _iri(bundle.identifier)
        yield Bundle(identifier)
        for record in bundle.get_records():
            yield from _statements(record, identifier)


def _statements(record: ProvRecord, bundle: str | None) -> Iterator[Statement]:
    term = _TERM_OF_CLASS[record.get_type().uri]
    identifier = None if record.identifier is None else record.identifier.uri
    arguments = tuple(None if value is None else _argument(value) for _, value in record.formal_attributes)
    attributes = attributes_of((name.uri, _value(value, record)) for name, value in record.extra_attributes)
    members = [arguments[-1:]]
    if term.keyword == "hadMember":
        # `prov` lets one membership hold several members; PROV-DM 5.6.2 knows one.
        entities = record.get_attribute(record.FORMAL_ATTRIBUTES[-1])
        members = [(entity,) for entity in sorted(entity.uri for entity in entities)] or members
    for last in members:
        yield Statement(term, identifier, (*arguments[:-1], *last), attributes, bundle)


def _iri(name: QualifiedName | None) -> str:
    if name is None:
        raise InvalidInput("a bundle of the document has no identifier")
    return name.uri


def _argument(value: QualifiedName | datetime) -> str:
    return _datetime_text(value) if isinstance(value, datetime) else value.uri


def _value(value: Any, record: ProvRecord) -> Value:
    match value:
        case str():
            return Value(value)
        case bool():
            return Value("true" if value else "false", f"{XSD}boolean")
        case int():
            datatype = canonical_xsd_datatype(value)
            return Value(str(value), f"{XSD}integer" if datatype is None else datatype.uri)
        case float():
            return Value(_double_text(value), f"{XSD}double")
        case datetime():
            return Value(_datetime_text(value), XSD_DATETIME)
        case QualifiedName():
            return Value.name(value.uri)
        case Identifier():
            return Value(value.uri, f"{XSD}anyURI")
        case Literal():
            return _literal(value)
    raise InvalidInput(
        f"{record.get_type()} {record.identifier or '(no identifier)'} holds {value!r:.80} of type"
        f" {type(value).__name__}, which is no literal of PROV",
        hint="give it as prov.model.Literal, with text and datatype",
    )


def _literal(literal: Literal) -> Value:
    if literal.datatype is None:
        return Value(literal.value, XSD_STRING if literal.langtag is None else LANGUAGE_STRING, literal.langtag)
    datatype = literal.datatype.uri
    return Value(literal.value, XSD_QNAME if datatype == QUALIFIED_NAME else datatype, literal.langtag)


def _double_text(value: float) -> str:
    if isnan(value):
        return "NaN"
    return repr(value) if abs(value) != inf else "INF" if value > 0 else "-INF"


def _datetime_text(value: datetime) -> str:
    """The text, in UTC where xsd:dateTime has no way to write the zone (seconds, or beyond 14 hours)."""
    offset = value.utcoffset()
    if offset is not None:
        seconds = offset.total_seconds()
        if seconds % 60 or abs(seconds) > _HOURS_OF_A_ZONE * 3600:
            value = value.astimezone(UTC)
    return value.isoformat()


def to_prov(items: Iterable[Item]) -> ProvDocument:
    """A document of `prov` that says what the items say, as far as `prov` can hold it (see the head of this module).

    Raises:
        InvalidInput: A statement is of a kind that `prov` does not know, or holds a time beyond the years 1 to 9999.
    """
    document = Document.of(items)
    for extension in document.extensions:
        raise InvalidInput(
            f"the statement <{extension.name}> is none of PROV-DM's: prov cannot hold it", hint="PROV-N can"
        )
    with warnings.catch_warnings():
        # `prov` announces what it will refuse some day; what a store holds is kept all the same.
        warnings.simplefilter("ignore", ProvWarning)
        return _Filler(document).fill()


class _Filler:
    """Fills one document of `prov`."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._referred_to = {
            argument
            for statement in document.statements
            for place, argument in zip(statement.term.arguments, statement.arguments, strict=True)
            if argument is not None and place.refers in {Refers.GENERATION, Refers.USAGE}
        }
        self._names = _Names(_names(document), document.namespaces)

    def fill(self) -> ProvDocument:
        filled = ProvDocument(namespaces=self._names.namespaces)
        holders: dict[str | None, ProvBundle] = {None: filled}
        for bundle in self._document.bundles:
            holders[bundle] = filled.bundle(self._names[bundle])
        for statement in self._document.statements:
            if statement.bundle not in holders:
                holders[statement.bundle] = filled.bundle(self._names[statement.bundle or ""])
            try:
                self._add(holders[statement.bundle], statement)
            except ProvException as error:
                named = f" <{statement.identifier}>" if statement.identifier else ""
                raise InvalidInput(f"prov cannot hold the {statement.term.keyword}{named}: {error}") from error
        return filled

    def _add(self, holder: ProvBundle, statement: Statement) -> None:
        term, identifier = statement.term, statement.identifier
        if identifier is not None and identifier.startswith(BLANK) and term.element is None:
            identifier = identifier if identifier in self._referred_to else None
        arguments = [
            (self._names[PROV + place.name], argument if place.refers is Refers.TIME else self._names[argument])
            for place, argument in zip(term.arguments, statement.arguments, strict=True)
            if argument is not None
        ]
        holder.new_record(
            self._names[term.type_iri],
            None if identifier is None else self._names[identifier],
            arguments,
            [(self._names[name], self._value(value)) for name, value in statement.attributes],
        )

    def _value(self, value: Value) -> str | QualifiedName | Literal:
        text, datatype, language = value
        if language is not None:
            return Literal(text, PROV_INTERNATIONALIZEDSTRING, language)
        if datatype == XSD_STRING:
            return text
        return self._names[text] if datatype == QUALIFIED_NAME else Literal(text, self._names[datatype])


class _Names(dict[str, QualifiedName]):
    """The name of `prov` for each IRI and blank label."""

    def __init__(self, iris: Iterable[str], declared: Iterable[Namespace]) -> None:
        super().__init__()
        self._prefixes = Prefixes({_named(iri) for iri in iris}, declared)
        self.namespaces = [ProvNamespace(prefix, iri) for prefix, iri in self._prefixes.declared.items()]
        self._by_prefix = {namespace.prefix: namespace for namespace in self.namespaces}

    def __missing__(self, iri: str) -> QualifiedName:
        prefix, local = self._prefixes.split(_named(iri))
        name = self[iri] = self._by_prefix[prefix][local]
        return name


def _named(iri: str) -> str:
    return SKOLEM + iri[len(BLANK) :] if iri.startswith(BLANK) else iri


def _names(document: Document) -> Iterator[str]:
    """Every name that a document of `prov` needs."""
    yield from document.bundles
    for statement in document.statements:
        yield statement.term.type_iri
        yield from (name for name in (statement.identifier, statement.bundle) if name is not None)
        for place, argument in zip(statement.term.arguments, statement.arguments, strict=True):
            yield PROV + place.name
            if argument is not None and place.refers is not Refers.TIME:
                yield argument
        for name, value in statement.attributes:
            yield name
            yield value.text if value.datatype == QUALIFIED_NAME else value.datatype
