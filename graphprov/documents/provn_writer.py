r"""PROV-N out (W3C Recommendation of 30 April 2013): one statement a line, the same bytes for the same statements.

Optional arguments at the end are left out where the Recommendation lets, which is all of them or none. What it has no
place for, but other formats do, is written as `prov` and graphprov read it: an identifier or attributes on
alternateOf, specializationOf, hadMember and mentionOf, a `-` for an argument that it demands, an extension without
arguments, a language with an underscore. `mentionOf` is written without a prefix, as `prov` and ProvToolbox do.

A name that no prefix and local part can write is split elsewhere; where that does not help, since PROV-N has no
escapes for what IRIs do not allow (white space, `"`, `<`, `\`, ...), it is refused, never changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TextIO

from graphprov.documents.formats import Format, NotCarried, told
from graphprov.documents.literals import is_datetime
from graphprov.documents.names import ALWAYS, Prefixes
from graphprov.documents.provn_marks import written_arguments
from graphprov.documents.provn_syntax import IRI, LOCAL, PLAIN, escape, escape_local, writable_end
from graphprov.documents.provn_text import PREDICATES
from graphprov.documents.statements import BLANK, Attribute, Bundle, Extension, Item, Statement, Value
from graphprov.documents.terms import (
    LANGUAGE_STRING,
    PROV,
    QUALIFIED_NAME,
    TERMS,
    XSD_DATETIME,
    XSD_INT,
    XSD_QNAME,
    XSD_STRING,
    Refers,
)
from graphprov.model.identity import PREFIX

_BLANK_NAME = f"{PREFIX}blank:"
_INT = re.compile(r"-?[0-9]+")
_LANGUAGE = re.compile(r"[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*")
_TIMES = {term.keyword: tuple(place.refers is Refers.TIME for place in term.arguments) for term in TERMS.values()}
_DEMANDED = {term.keyword: sum(place.required for place in term.arguments) for term in TERMS.values()}
_ODD = "odd"
"""The prefix for namespaces that only PROV-N needs, with a number behind it."""


def write_provn(items: Iterable[Item], stream: TextIO, prefixes: Prefixes) -> None:
    """Write a document as PROV-N.

    A blank label (`_:x`), which PROV-N does not have, becomes the name `urn:graphprov:blank:x`, which `prefixes` must
    know. The one that is the identifier of a relation is left out instead where `prefixes` does not know its name.

    Args:
        items: In canonical order: what is at the top, then each bundle followed by what it holds.
        stream: Takes text, and leaves line ends as they are.
        prefixes: Made from every name that the items hold.

    Raises:
        NotCarried: A name that PROV-N cannot write, an extension whose arguments make no sense, or text that is not
            valid Unicode.
        ValueError: A statement does not stand behind its bundle.
    """
    names = _Names(prefixes)
    statement = _Writer(names)
    stream.write("document\n")
    for prefix, iri in names.declared.items():
        stream.write(f"  prefix {prefix} <{iri}>\n")
    stream.write("\n" if names.declared else "")
    bundle: str | None = None
    for item in items:
        if isinstance(item, Bundle):
            stream.write("\n" if bundle is None else "  endBundle\n\n")
            stream.write(f"  bundle {statement.line(item)}\n")
            bundle = item.identifier
        elif isinstance(item, Statement | Extension):
            if item.bundle != bundle:
                raise ValueError(f"{told(item)} does not stand behind its bundle")
            stream.write(f"{'  ' if bundle is None else '    '}{statement.line(item)}\n")
    stream.write("endDocument\n" if bundle is None else "  endBundle\nendDocument\n")


class _Names:
    """Names as they stand in the document: by the prefixes of the export, or by prefixes that only PROV-N needs."""

    def __init__(self, prefixes: Prefixes) -> None:
        self._prefixes = prefixes
        self._special: dict[str, str | None] = {}
        """Names that need escapes or a prefix of their own; None for what PROV-N cannot write."""
        bound = {prefix: iri for prefix, iri in prefixes.declared.items() if IRI.fullmatch(iri)}
        elsewhere: dict[str, list[str]] = {}
        for iri in prefixes.names:
            prefix, local = prefixes.split(iri)
            if prefix not in bound or not PLAIN.fullmatch(local):
                escaped = escape_local(local)
                if prefix in bound and LOCAL.fullmatch(escaped):
                    self._special[iri] = f"{prefix}:{escaped}"
                else:
                    namespace = iri[: len(iri) - len(local) + writable_end(local)]
                    elsewhere.setdefault(namespace, []).append(iri)
        for namespace in sorted(elsewhere):
            self._split_at(namespace, elsewhere[namespace], bound)
        self.declared = {prefix: iri for prefix, iri in sorted(bound.items()) if ALWAYS.get(prefix) != iri}
        """Prefix to namespace, sorted, without those that need no declaration."""

    def _split_at(self, namespace: str, iris: list[str], bound: dict[str, str]) -> None:
        if not IRI.fullmatch(namespace):
            self._special.update(dict.fromkeys(iris))
            return
        number = 1
        while bound.setdefault(f"{_ODD}{number}", namespace) != namespace:
            number += 1
        for iri in iris:
            self._special[iri] = f"{_ODD}{number}:{escape_local(iri[len(namespace) :])}"

    def __contains__(self, iri: str) -> bool:
        return iri in self._prefixes.names

    def written(self, iri: str) -> str | None:
        """A name as it is written; None where PROV-N cannot."""
        return self._special[iri] if iri in self._special else self._prefixes.compact(iri)

    def is_bound(self, text: str) -> bool:
        """Whether a reader of the document would take a text for a name."""
        prefix, colon, _ = text.partition(":")
        return bool(colon) and (prefix in self.declared or prefix in ALWAYS)


class _Writer:
    """Statements as lines."""

    def __init__(self, names: _Names) -> None:
        self._names = names
        self._item: Statement | Extension | Bundle = Bundle("")

    def line(self, item: Statement | Extension | Bundle) -> str:
        """A statement, or the name of a bundle."""
        self._item = item
        if isinstance(item, Bundle):
            return self._name(item.identifier)
        text = self._statement(item) if isinstance(item, Statement) else self._extension(item)
        if not text.isascii():
            try:
                text.encode()
            except UnicodeEncodeError:
                raise NotCarried(told(item), Format.provn, "a text in it is not valid Unicode", ()) from None
        return text

    def _refused(self, why: str, *able: Format) -> NotCarried:
        return NotCarried(told(self._item), Format.provn, why, able)

    def _name(self, iri: str) -> str:
        if iri.startswith(BLANK):
            iri = _BLANK_NAME + iri[len(BLANK) :]
        written = self._names.written(iri)
        if written is None:
            raise self._refused(f"it has no way to write the name <{iri}>", Format.json)
        return written

    def _own(self, identifier: str | None) -> str:
        """The optional identifier (PROV-N 10)."""
        if identifier is None:
            return ""
        if identifier.startswith(BLANK) and _BLANK_NAME + identifier[len(BLANK) :] not in self._names:
            return ""
        return f"{self._name(identifier)}; "

    def _statement(self, statement: Statement) -> str:
        term, arguments = statement.term, statement.arguments
        parts = [
            "-" if argument is None else argument if is_time else self._name(argument)
            for argument, is_time in zip(arguments, _TIMES[term.keyword], strict=True)
        ]
        demanded = _DEMANDED[term.keyword]
        if all(argument is None for argument in arguments[demanded:]):
            del parts[demanded:]
        own = ""
        if term.element is None:
            own = self._own(statement.identifier)
        elif statement.identifier is None:
            raise self._refused("it has no identifier")
        else:
            parts.insert(0, self._name(statement.identifier))
        if statement.attributes:
            parts.append(self._attributes(statement.attributes))
        return f"{term.keyword}({own}{', '.join(parts)})"

    def _attributes(self, attributes: Iterable[Attribute]) -> str:
        return f"[{', '.join(f'{self._name(key)}={self._literal(value)}' for key, value in attributes)}]"

    def _literal(self, value: Value) -> str:
        text, datatype, language = value
        if language is not None:
            if datatype != LANGUAGE_STRING or not _LANGUAGE.fullmatch(language):
                raise self._refused(f"it has no way to write the language {language!r} here", Format.json)
            return f'"{escape(text)}"@{language}'
        if datatype == XSD_STRING:
            return f'"{escape(text)}"'
        if datatype == QUALIFIED_NAME:
            return f"'{self._name(text)}'"
        if datatype == XSD_INT and _INT.fullmatch(text):
            return text
        if datatype == XSD_QNAME and self._names.is_bound(text):
            raise self._refused(f"{text!r} would turn into a name, which nobody said it is")
        return f'"{escape(text)}" %% {self._name(datatype)}'

    def _one(self, value: Value | None) -> str:
        """An argument of an extension."""
        if value is None:
            return "-"
        if value.datatype == QUALIFIED_NAME:
            return self._name(value.text)
        return value.text if value.datatype == XSD_DATETIME and is_datetime(value.text) else self._literal(value)

    def _extension(self, extension: Extension) -> str:
        if extension.name.startswith(PROV) and extension.name[len(PROV) :] in PREDICATES:
            raise self._refused("it would turn into the statement of PROV-DM that is called so")
        own = self._own(extension.identifier)
        attributes = self._attributes(extension.attributes) if extension.attributes else ""
        arguments = written_arguments(extension.arguments, self._one, self._literal)
        if arguments is None:
            raise self._refused("the brackets in its arguments do not close, or go too deep")
        separator = ", " if arguments and attributes else ""
        return f"{self._name(extension.name)}({own}{arguments}{separator}{attributes})"
