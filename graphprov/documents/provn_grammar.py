"""What one piece of a PROV-N document says after `provn.lark`, or what is wrong with it in a person's words."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import cache
from typing import Any, NamedTuple

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from graphprov.documents.provn_text import PREDICATES, VARIANTS, Misread, shown
from graphprov.documents.terms import TERMS

_WORDS: dict[str, str] = {
    "NAME": "a name such as ex:e1",
    "MARKER": "'-'",
    "DATETIME": "a time such as 2011-11-16T16:05:00Z",
    "STRING": "a string",
    "LONG_STRING": "a string",
    "INT_LITERAL": "a whole number",
    "QUALIFIED_NAME_LITERAL": "a name in single quotes such as 'ex:e1'",
    "OPEN_SET": "'{'",
    "LANGTAG": "a language such as @en",
    "_TYPED": "'%%' and a datatype",
    "PN_PREFIX": "a prefix such as ex",
    "IRI_REF": "an IRI such as <http://example.org/>",
    "LSQB": "attributes in [...]",
    "EQUAL": "'='",
    "SEMICOLON": "';'",
    "OPEN_TUPLE": "'('",
    "COMMA": "','",
    "RSQB": "']'",
    "CLOSE_SET": "'}'",
    "CLOSE_TUPLE": "')'",
    "$END": "the end of the statement",
}
"""The grammar's terminals as a person knows them, in the order of a message."""
_FOUND = re.compile(r"""[^\x00-\x20"'(),;=\[\]{}<>]++|.""", re.DOTALL)


class Literal(NamedTuple):
    """A literal as written: a string in its quotes, a number, or a name in its quotes."""

    written: Token
    language: Token | None = None
    datatype: Token | None = None


class Group(NamedTuple):
    """What brackets hold inside the arguments of an extension (PROV-N 51)."""

    opening: str
    arguments: list[Any]


class Call(NamedTuple):
    """A statement as written.

    Attributes:
        own: Its identifier or the `-` for it; None where neither stands there.
        arguments: Tokens; None for one left out. An extension's may also be literals, groups and calls.
    """

    predicate: Token
    own: Token | None
    arguments: list[Any]
    attributes: list[tuple[Token, Literal]]


class Words(NamedTuple):
    """A declaration, or the words that open or close a document or bundle."""

    tokens: list[Token]


class _Reading(Transformer[Token, Any]):
    """Each rule of the grammar as what it says."""

    def structure(self, children: list[Token]) -> Words:
        return Words(children)

    declaration = structure

    def element(self, children: list[Any]) -> Call:
        keyword, own, *arguments, attributes = children
        return Call(keyword, own, arguments, attributes or [])

    relation = extension = nested = element

    def own(self, children: list[Token]) -> Token:
        return children[0]

    its_own = place = time = moment = own

    def group(self, children: list[Any]) -> Group:
        opening, *arguments, _ = children
        return Group(str(opening), arguments)

    def attributes(self, children: list[Any]) -> list[tuple[Token, Literal]]:
        return children[0] or []

    only_attributes = attributes

    def pairs(self, children: list[Any]) -> list[Any]:
        return children

    def pair(self, children: list[Any]) -> Any:
        return tuple(children)

    def literal(self, children: list[Token]) -> Literal:
        return Literal(*children)


@cache
def _parser() -> Lark:
    return Lark.open(
        "provn.lark", rel_to=__file__, parser="lalr", start="piece", maybe_placeholders=True, transformer=_Reading()
    )


def parse(text: str) -> Call | Words:
    """What a piece says.

    Raises:
        Misread: It is not what the grammar takes.
    """
    try:
        result: Call | Words = _parser().parse(text)  # type: ignore[assignment]  # lark knows trees alone
    except UnexpectedInput as error:
        raise _misread(text, error) from error
    return result


def _misread(text: str, error: UnexpectedInput) -> Misread:
    if isinstance(error, UnexpectedCharacters):
        place, wanted = error.pos_in_stream, error.allowed
    elif isinstance(error, UnexpectedToken):
        ended = error.token.type == "$END"
        place, wanted = len(text) if ended else error.token.start_pos, error.accepts or error.expected
    else:  # pragma: no cover - lark has no third kind for this parser
        raise error
    place = place or 0
    found = _found(text, place)
    if found == '"':
        return Misread(
            "the string that begins here is not closed on its line",
            place,
            'write \\" for a quote in a string, \\n for a new line',
        )
    if found.startswith(":") and "IRI_REF" not in wanted and place and re.match(r"[\w)]", text[place - 1]):
        return Misread("a second ':' in a name", place, r"write '\:' for a colon in the local part of a name")
    return Misread(f"found {_quoted(found)}, expected {_expected(wanted)}", place)


def _found(text: str, place: int) -> str:
    match = _FOUND.match(text, place)
    return match[0] if match is not None else ""


def _quoted(found: str) -> str:
    if not found:
        return "the end of the statement"
    return f'"{found}"' if "'" in found else f"'{shown(found)}'"


def _expected(wanted: Any) -> str:
    words = list(dict.fromkeys(words for terminal, words in _WORDS.items() if terminal in wanted))
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def form_of(predicate: str) -> str | None:
    """How a statement is written, for a hint.

    >>> form_of("used")
    'used(id; activity, entity, time, [attribute=value])'
    """
    term = TERMS.get(VARIANTS[predicate][0] if predicate in VARIANTS else predicate)
    if term is None:
        return None
    arguments = ", ".join([*(argument.name for argument in term.arguments), "[attribute=value]"])
    return f"{predicate}(id, {arguments})" if term.element else f"{predicate}(id; {arguments})"


def unknown_predicate(word: str) -> Misread:
    """Some word with brackets behind it that is no statement of PROV."""
    by_case = {predicate.lower(): predicate for predicate in PREDICATES}
    nearest = get_close_matches(word.lower(), by_case, n=1, cutoff=0.6)
    if nearest:
        return Misread(f"{_quoted(word)} is no statement of PROV-N: did you mean {by_case[nearest[0]]}?", 0)
    return Misread(
        f"{_quoted(word)} is no statement of PROV-N",
        0,
        "a statement of another vocabulary needs a prefix: ex:word(...)",
    )


def no_statement(text: str) -> Misread:
    """Something between two statements that is none."""
    found = _quoted(_found(text, 0))
    return Misread(f"found {found}, expected a statement such as entity(ex:e1)", 0)
