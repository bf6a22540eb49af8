"""What PROV-JSON and PROV-XML share: names in their scope, what a text alone means, what is wrong with a statement."""

from __future__ import annotations

from collections.abc import Container
from difflib import get_close_matches

from graphprov.documents.literals import is_datetime
from graphprov.documents.names import Scope
from graphprov.documents.statements import BLANK, Value
from graphprov.documents.terms import XSD_DATETIME, XSD_STRING, Refers

REMEMBERED = 100_000
"""Names whose IRIs are kept at hand: most names of a document come back soon or never."""

_SHOWN, _COMPARED = 10, 80
"""Declared prefixes that a message lists, and characters of an unknown one that they are compared with."""


class Wrong(Exception):
    """What is the matter with a record, a bundle or a declaration.

    Attributes:
        attribute: The key of the attribute where it was found.
        hint: What to try.
    """

    attribute: str | None = None
    hint: str | None = None


class Names(dict[str, str]):
    """The IRI of each name in a scope; a blank label stands for itself.

    Looking up a name that has none raises `Wrong`.
    """

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self._scope = scope

    def __missing__(self, name: str) -> str:
        if name.startswith(BLANK):
            iri = name
        else:
            prefix, colon, local = name.partition(":")
            namespace = self._scope.namespace(prefix if colon else "") if name else None
            if not namespace:
                raise Wrong(self._why(name))
            iri = namespace + (local if colon else name)
        if len(self) > REMEMBERED:
            self.clear()
        self[name] = iri
        return iri

    def proper(self, name: str) -> str:
        """The IRI of a name that is no blank label."""
        if name.startswith(BLANK):
            raise Wrong(f"expected a name such as 'ex:e1', found the blank label {name!r}")
        return self[name]

    def _why(self, name: str) -> str:
        if not name:
            return "expected a name such as 'ex:e1', found an empty text"
        if ":" not in name:
            return f"the name {name!r} has no prefix, and no default namespace is declared"
        return f"the prefix of {name!r} is not declared; declared are {self._declared(name.partition(':')[0])}"

    def _declared(self, prefix: str) -> str:
        """The prefixes in force, those first that are most like this one, and not more than a person would read."""
        known = self._scope.prefixes()
        near = get_close_matches(prefix[:_COMPARED], known, n=_SHOWN)
        shown = [*near, *(other for other in known[: 2 * _SHOWN] if other not in near)][:_SHOWN]
        more = f" and {len(known) - len(shown):,} more" if len(known) > len(shown) else ""
        return ", ".join(shown) + more


def is_plain(value: Value, refers: Refers | None) -> bool:
    """Whether a value of an attribute is what PROV-JSON and PROV-XML take its text for, if nothing else is said.

    Args:
        refers: What the attribute holds if PROV knows it as an argument (`FORMAL`), else None.
    """
    if refers is Refers.TIME:
        return value.datatype == XSD_DATETIME and is_datetime(value.text)
    return refers is None and value.datatype == XSD_STRING


def is_bound(text: str, prefixes: Container[str]) -> bool:
    """Whether the reader of a document with these prefixes, and no default namespace, would take a text for a name."""
    prefix, colon, _ = text.partition(":")
    return bool(colon) and prefix in prefixes
