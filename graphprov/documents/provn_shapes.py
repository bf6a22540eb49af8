"""The shapes that nearly all statements of a PROV-N document have, read by one regular expression each.

This is for speed alone: whatever is not taken here, `provn.lark` decides, and a test shows that both say the same.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from graphprov.documents.literals import is_datetime
from graphprov.documents.names import Scope
from graphprov.documents.provn_syntax import IRI, NAME, SPACE, WHITE, UnknownEscape, unescape, unescape_local
from graphprov.documents.statements import Attribute, Statement, Value, attributes_of
from graphprov.documents.terms import QUALIFIED_NAME, TERMS, XSD_INT, XSD_QNAME, Refers, Term

_W = f"{WHITE}*+"
_N = r"(?:[^\x00-\x20\"'(),;=\[\]{}<>\\\x00\ud800-\udfff]++|\\[!-~])++"
_S = r'"((?:[^"\\\n\r\x00\ud800-\udfff]++|\\[^\n\r])*+)"(?!")'

STATEMENT = re.compile(
    rf"{SPACE}([A-Za-z]++)\({_W}(?:({_N}){_W};{_W})?+({_N}){_W}"
    + rf"(?:,{_W}({_N}){_W})?+" * 4
    + rf'(?:,{_W}\[((?:[^(\[\]"\\]++|\\[!-~]|{_S.replace("(", "(?:", 1)})*+)\]{_W})?+\)'
)
"""A whole statement with what is before it: keyword, identifier, up to five arguments, attributes."""
_PAIR = re.compile(
    rf"{_W}({_N}){_W}={_W}(?:{_S}{_W}(?:%%{_W}({_N})|@([A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*+))?+|'({_N})'|(-?[0-9]++)){_W}(,?)"
)

_REMEMBERED = 200_000


class _Form(NamedTuple):
    """How the arguments of a component lie in a statement; an element's identifier is the first."""

    term: Term
    times: tuple[bool, ...]
    least: int
    padding: tuple[tuple[None, ...], ...]


def _form(term: Term) -> _Form:
    times = tuple(argument.refers is Refers.TIME for argument in term.arguments)
    least = sum(argument.required for argument in term.arguments)
    if term.element:
        times, least = (False, *times), 1
    return _Form(term, times, least, tuple((None,) * (len(times) - given) for given in range(len(times) + 1)))


_FORMS = {keyword: _form(term) for keyword, term in TERMS.items()}


class Names:
    """Names as written to full IRIs, in the scope of a document or bundle."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self._known: dict[str, str] = {}

    def expand(self, written: str) -> str | None:
        """The IRI of a name; None where it is no name, or its prefix is not declared."""
        known = self._known.get(written)
        if known is not None:
            return known
        match = NAME.fullmatch(written)
        if match is None:
            return None
        prefix, local, bare = match.groups()
        namespace = self.scope.namespace(prefix or "")
        if namespace is None:
            return None
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        iri = self._known[written] = namespace + unescape_local(local or bare or "")
        return iri

    def typed(self, text: str, datatype: str) -> Value:
        """A literal with a datatype. A name in a string becomes a name, where its prefix is declared."""
        if datatype not in (XSD_QNAME, QUALIFIED_NAME):
            return Value(text, datatype)
        iri = self.scope.expand(text) if text and IRI.fullmatch(text) else None
        return Value(text, XSD_QNAME) if iri is None else Value.name(iri)


def statement_of(match: re.Match[str], names: Names, bundle: str | None, line: int) -> Statement | None:
    """What a match of `STATEMENT` says; None where only the grammar can tell."""
    keyword, own, first, second, third, fourth, fifth, written = match.groups()
    form = _FORMS.get(keyword)
    if form is None:
        return None
    arguments = _arguments((first, second, third, fourth, fifth), form, names)
    if arguments is None:
        return None
    identifier: str | None = None
    if form.term.element:
        identifier, *rest = arguments
        arguments = tuple(rest)
        if identifier is None or own is not None:
            return None
    elif own is not None and own != "-":
        identifier = names.expand(own)
        if identifier is None:
            return None
    attributes = _attributes(written, names) if written else ()
    if attributes is None:
        return None
    return Statement(form.term, identifier, arguments, attributes, bundle, line)


def _arguments(given: tuple[str | None, ...], form: _Form, names: Names) -> tuple[str | None, ...] | None:
    found: list[str | None] = []
    for written, is_time in zip(given, form.times, strict=False):
        if written is None:
            break
        if written == "-":
            found.append(None)
        elif is_time:
            if not is_datetime(written):
                return None
            found.append(written)
        else:
            iri = names.expand(written)
            if iri is None:
                return None
            found.append(iri)
    count = len(found)
    if count < form.least or (count < len(given) and given[count] is not None):
        return None
    return (*found, *form.padding[count])


def _attributes(written: str, names: Names) -> tuple[Attribute, ...] | None:
    pairs: list[Attribute] = []
    place, comma = 0, ""
    while match := _PAIR.match(written, place):
        key, text, datatype, language, name, number, comma = match.groups()
        attribute = names.expand(key)
        value = _value(text, datatype, language, name, number, names)
        if attribute is None or value is None:
            return None
        pairs.append((attribute, value))
        place = match.end()
        if not comma:
            break
    if comma or (place < len(written) and (pairs or not written.isspace())):
        return None
    return attributes_of(pairs)


def _value(
    text: str | None, datatype: str | None, language: str | None, name: str | None, number: str | None, names: Names
) -> Value | None:
    if text is None:
        if name is None:
            return Value(number or "", XSD_INT)
        iri = names.expand(name)
        return None if iri is None else Value.name(iri)
    try:
        text = unescape(text)
    except UnknownEscape:
        return None
    if datatype is not None:
        iri = names.expand(datatype)
        return None if iri is None else names.typed(text, iri)
    return Value(text) if language is None else Value.spoken(text, language)
