"""One statement of PROV-N by the grammar, with names expanded, strings unescaped and times checked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lark import Token

from graphprov.documents.literals import is_datetime
from graphprov.documents.provn_grammar import Call, Group, Literal, Words, parse
from graphprov.documents.provn_marks import expression, group
from graphprov.documents.provn_shapes import Names
from graphprov.documents.provn_syntax import IRI, NAME, UnknownEscape, unescape
from graphprov.documents.provn_text import VARIANTS, Misread, shown
from graphprov.documents.statements import Extension, Statement, Value, attributes_of
from graphprov.documents.terms import LANGUAGE_STRING, PROV, TERMS, TYPE, XSD_DATETIME, XSD_INT, XSD_STRING

_LISTED = 10


def read_statement(text: str, names: Names, bundle: str | None, line: int) -> Statement | Extension:
    """The statement that a piece of text says.

    Raises:
        Misread: It is none, a prefix is not declared, or a time does not exist.
    """
    call = parse(text)
    if isinstance(call, Words):
        raise Misread("this is a declaration, expected a statement", 0)
    return _Builder(names).item(call, bundle, line)


def read_words(text: str) -> list[str]:
    """The words of a declaration, or of what opens or closes a document or bundle, without angle brackets.

    Raises:
        Misread: They are not in order.
    """
    words = parse(text)
    if isinstance(words, Call):
        raise Misread("this is a statement, expected a declaration", 0)
    return [_iri(token) if token.type == "IRI_REF" else str(token) for token in words.tokens]


def undeclared(written: str, place: int, names: Names) -> Misread:
    """A name that cannot be expanded."""
    match = NAME.fullmatch(written)
    prefix = match[1] if match is not None else None
    if prefix is None:
        return Misread(
            f"the name '{shown(written)}' has no prefix, and no default namespace is declared",
            place,
            "default <http://...#>",
        )
    declared = names.scope.prefixes()
    listed = ", ".join(shown(known) for known in declared[:_LISTED])
    more = f" and {len(declared) - _LISTED} more" if len(declared) > _LISTED else ""
    return Misread(
        f"the prefix '{shown(prefix)}' is not declared: declared are {listed}{more}",
        place,
        f"declare it at the start of the document or bundle: prefix {shown(prefix)} <http://...#>",
    )


class _Builder:
    """Makes statements of what the grammar read, in the scope of a document or bundle."""

    def __init__(self, names: Names) -> None:
        self._names = names

    def item(self, call: Call, bundle: str | None, line: int) -> Statement | Extension:
        own = call.own
        identifier = None if own is None or own.type == "MARKER" else self._name(own)
        attributes = [(self._name(key), self._literal(value)) for key, value in call.attributes]
        if call.predicate.type == "NAME":
            arguments = tuple(self._all(call.arguments))
            return Extension(self._name(call.predicate), identifier, arguments, attributes_of(attributes), bundle, line)
        keyword, variant = VARIANTS.get(call.predicate, (str(call.predicate), None))
        if variant is not None:
            attributes.append((TYPE, Value.name(PROV + variant)))
        return Statement(
            TERMS[keyword],
            identifier,
            tuple(self._argument(argument) for argument in call.arguments),
            attributes_of(attributes),
            bundle,
            line,
        )

    def _name(self, token: Token) -> str:
        return self._expanded(str(token), token.start_pos or 0)

    def _expanded(self, written: str, place: int) -> str:
        iri = self._names.expand(written)
        if iri is None:
            raise undeclared(written, place, self._names)
        return iri

    def _argument(self, token: Token | None) -> str | None:
        if token is None or token.type == "MARKER":
            return None
        return _time(token) if token.type == "DATETIME" else self._name(token)

    def _literal(self, literal: Literal) -> Value:
        written, language, datatype = literal
        if written.type == "INT_LITERAL":
            return Value(str(written), XSD_INT)
        if written.type == "QUALIFIED_NAME_LITERAL":
            return Value.name(self._expanded(str(written)[1:-1], (written.start_pos or 0) + 1))
        text = _unescaped(written, 3 if written.type == "LONG_STRING" else 1)
        if datatype is None:
            return Value(text) if language is None else Value.spoken(text, str(language)[1:])
        iri = _iri(datatype) if datatype.type == "IRI_REF" else self._name(datatype)
        if language is None:
            return self._names.typed(text, iri)
        if iri not in (XSD_STRING, LANGUAGE_STRING):
            raise Misread(f"a text in a language is no {shown(datatype)}", datatype.start_pos or 0)
        return Value.spoken(text, str(language)[1:])

    def _values(self, argument: Any) -> Iterator[Value | None]:
        """An argument of an extension, flat (see `provn_marks`)."""
        if isinstance(argument, Group):
            yield from group(argument.opening, self._all(argument.arguments))
        elif isinstance(argument, Call):
            yield from expression(
                self._name(argument.predicate),
                None if argument.own is None else self._values(argument.own),
                self._all(argument.arguments),
                attributes_of((self._name(key), self._literal(value)) for key, value in argument.attributes),
            )
        elif isinstance(argument, Literal):
            yield self._literal(argument)
        elif argument.type == "DATETIME":
            yield Value(_time(argument), XSD_DATETIME)
        else:
            yield None if argument.type == "MARKER" else Value.name(self._name(argument))

    def _all(self, arguments: list[Any]) -> Iterator[Value | None]:
        for argument in arguments:
            yield from self._values(argument)


def _time(token: Token) -> str:
    if not is_datetime(token):
        raise Misread(f"'{shown(token)}' is no date and time that exists", token.start_pos or 0)
    return str(token)


def _iri(token: Token) -> str:
    iri = _unescaped(token, 1)
    if not IRI.fullmatch(iri):
        raise Misread("this IRI has an escaped character that no IRI may have", token.start_pos or 0)
    return iri


def _unescaped(token: Token, quotes: int) -> str:
    try:
        return unescape(str(token)[quotes:-quotes])
    except UnknownEscape as error:
        raise Misread(
            f"'{shown(error.escape)}' is no escape of PROV-N",
            (token.start_pos or 0) + quotes + error.place,
            r"write \\ for a backslash",
        ) from error
