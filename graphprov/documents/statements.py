"""What a PROV document says, whatever its format: statements, names by their full IRI, literals as they were written.

A reader yields `Item`s one after the other, so that a document of any size can pass through; `Document` holds those of
a small one. Nothing is normalised that PROV tells apart: `"1"^^xsd:int` is not `"1"^^xsd:long`, and a time keeps its
zone. What PROV does not tell apart has one form: attributes are a set, and the order of statements means nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from graphprov.documents.terms import LANGUAGE_STRING, ORDER, QUALIFIED_NAME, XSD_STRING, Term
from graphprov.errors import InvalidInput

BLANK = "_:"
"""How the label of a blank node starts: a name that means something in its own document alone."""


class Value(NamedTuple):
    """A literal or name: its text as written, the IRI of its datatype, and its language.

    A qualified name has the datatype `prov:QUALIFIED_NAME` and its full IRI as text (whether the document typed it
    `xsd:QName` or `prov:QUALIFIED_NAME`); one whose prefix is not declared stays a literal of type `xsd:QName`.
    """

    text: str
    datatype: str = XSD_STRING
    language: str | None = None

    @classmethod
    def name(cls, iri: str) -> Value:
        """A qualified name, by its IRI."""
        return cls(iri, QUALIFIED_NAME)

    @classmethod
    def spoken(cls, text: str, language: str) -> Value:
        """A text in a language."""
        return cls(text, LANGUAGE_STRING, language)


Attribute = tuple[str, Value]
"""The IRI of an attribute and one value; an attribute may stand there with several."""


class Namespace(NamedTuple):
    """A prefix that a document or bundle declares; the empty prefix is the default namespace."""

    prefix: str
    iri: str


@dataclass(slots=True, eq=False)
class Statement:
    """One statement of a document.

    Attributes:
        term: Which component of PROV-DM.
        identifier: Full IRI, or a blank label (`_:x`); None for a relation without one.
        arguments: One for each of `term.arguments`: full IRI, blank label or, for a time, the text as written (a
            lexical form of xsd:dateTime); None for one that is not given.
        attributes: Sorted, each once (`attributes_of` does it).
        bundle: The IRI of the bundle that holds it; None at the top of the document.
        line: Where it starts, from 1; 0 where the format has no lines.
    """

    term: Term
    identifier: str | None
    arguments: tuple[str | None, ...]
    attributes: tuple[Attribute, ...] = ()
    bundle: str | None = None
    line: int = 0

    @property
    def said(self) -> tuple[str, str | None, tuple[str | None, ...], tuple[Attribute, ...], str | None]:
        """All that the statement says: two with the same are the same statement."""
        return self.term.keyword, self.identifier, self.arguments, self.attributes, self.bundle

    def argument(self, name: str) -> str | None:
        """An argument by its name."""
        place = self.term.place(name)
        return None if place is None else self.arguments[place]


@dataclass(slots=True, eq=False)
class Extension:
    """A statement of a kind that PROV-DM does not define (PROV-N 3.7.4, extensibility): kept as it is, walked by none.

    Attributes:
        name: IRI of the predicate, such as `prov:hadDictionaryMember`.
        arguments: Names and literals in order; None for a `-`.
    """

    name: str
    identifier: str | None
    arguments: tuple[Value | None, ...]
    attributes: tuple[Attribute, ...] = ()
    bundle: str | None = None
    line: int = 0

    @property
    def said(self) -> tuple[str, str | None, tuple[Value | None, ...], tuple[Attribute, ...], str | None]:
        """All that the statement says."""
        return self.name, self.identifier, self.arguments, self.attributes, self.bundle


class Bundle(NamedTuple):
    """A bundle of the document, also where it holds nothing."""

    identifier: str
    line: int = 0


Item = Statement | Extension | Bundle | Namespace
"""What a reader yields, in any order; a bundle stands before its statements."""


class DocumentError(InvalidInput):
    """A document, or one statement of it, that cannot be read.

    Attributes:
        file: As the person named it; `<stdin>` for standard input.
        line: From 1; 0 where it is not known.
        column: From 1; 0 where it is not known.
    """

    def __init__(self, message: str, *, file: str, line: int = 0, column: int = 0, hint: str | None = None) -> None:
        where = ":".join([file, *(str(number) for number in (line, column) if number)])
        super().__init__(f"{where}: {message}", hint=hint)
        self.file = file
        self.line = line
        self.column = column


def attributes_of(pairs: Iterable[Attribute]) -> tuple[Attribute, ...]:
    """Attributes in their one form: sorted, each once."""
    unique = set(pairs)
    return tuple(sorted(unique, key=_attribute_order)) if len(unique) > 1 else tuple(unique)


def _attribute_order(attribute: Attribute) -> tuple[str, str, str, str]:
    name, (text, datatype, language) = attribute
    return name, text, datatype, language or ""


def canonical_order(statement: Statement) -> tuple[object, ...]:
    """The sort key of a canonical export: by bundle, component, identifier, arguments, attributes."""
    return (
        statement.bundle or "",
        ORDER[statement.term.keyword],
        statement.identifier or "",
        tuple(argument or "" for argument in statement.arguments),
        tuple(_attribute_order(attribute) for attribute in statement.attributes),
    )


@dataclass
class Document:
    """A document in memory."""

    namespaces: set[Namespace] = field(default_factory=set)
    bundles: dict[str, Bundle] = field(default_factory=dict)
    statements: list[Statement] = field(default_factory=list)
    extensions: list[Extension] = field(default_factory=list)

    @classmethod
    def of(cls, items: Iterable[Item]) -> Document:
        """Gather what a reader yields."""
        document = cls()
        for item in items:
            if isinstance(item, Statement):
                document.statements.append(item)
            elif isinstance(item, Extension):
                document.extensions.append(item)
            elif isinstance(item, Bundle):
                document.bundles.setdefault(item.identifier, item)
            else:
                document.namespaces.add(item)
        return document

    def items(self) -> Iterator[Item]:
        """All that the document holds."""
        yield from sorted(self.namespaces)
        yield from self.bundles.values()
        yield from self.statements
        yield from self.extensions

    def __eq__(self, other: object) -> bool:
        """Whether both say the same: the same set of statements in the same bundles. Prefixes say nothing."""
        if not isinstance(other, Document):
            return NotImplemented
        return self._said() == other._said()

    __hash__ = None  # type: ignore[assignment]

    def _said(self) -> tuple[object, ...]:
        return (
            set(self.bundles),
            {statement.said for statement in self.statements},
            {extension.said for extension in self.extensions},
        )
