"""PROV-JSON in (W3C Member Submission of 24 April 2013), statement by statement and in bounded memory.

Read as the submission says, and as `prov` and ProvToolbox have written it over the years:

- a number, `true` or `false` gets the type that `prov` gives it: `5` is an xsd:int where 32 bits hold it, then an
  xsd:long, then an xsd:integer; `5.0` and `1e3` are xsd:double;
- a name is an `xsd:QName` or a `prov:QUALIFIED_NAME`;
- an argument may be written as a typed literal, or as an array of one;
- `hadMember` may list many entities: that is one statement for each;
- `null` says nothing: it is read as if the attribute were not there.

No member is lost where a key comes twice, as JSON allows: the records of both are read, the values of both attributes,
the prefixes of both declarations. What cannot be said twice, such as the time of a generation, is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from difflib import get_close_matches
from typing import BinaryIO

from graphprov.documents.json_text import Json, JsonText
from graphprov.documents.names import Scope
from graphprov.documents.provjson_records import Shape, shown
from graphprov.documents.reading import Names, Wrong
from graphprov.documents.statements import Bundle, DocumentError, Item, Namespace, Statement
from graphprov.documents.terms import PROV, TERMS, XSD, Term

_DEFAULT = "default"
"""The key of the default namespace among the prefixes (PROV-JSON 2.2)."""
_SPELLED = {"wasEndedby": "wasEndedBy"}
"""How the submission's own schema spells a component, other than its text."""


def read_provjson(stream: BinaryIO, *, file: str, bad: Callable[[DocumentError], None] | None = None) -> Iterator[Item]:
    """Read a PROV-JSON document, record by record.

    Memory is bounded by the largest record. Where the prefixes do not come first, they are looked for ahead, which
    reads the document or bundle twice.

    Args:
        stream: UTF-8, at its start; seekable where prefixes do not come first.
        file: What messages call it.
        bad: Called with each record that cannot be read, and the rest is read.

    Raises:
        DocumentError: It is no PROV-JSON or, also where `bad` is given, no JSON. Names line, record and attribute.
    """
    return _Reader(JsonText(stream, file), file, bad).document()


class _Reader:
    """One reading of one document."""

    def __init__(self, text: JsonText, file: str, bad: Callable[[DocumentError], None] | None) -> None:
        self._text = text
        self._file = file
        self._bad = bad

    def document(self) -> Iterator[Item]:
        """All that the document says."""
        if self._text.is_empty():
            raise self._text.error("expected a PROV-JSON document, found an empty file")
        if not self._text.is_object():
            found = shown(self._text.fork().value())
            raise self._text.error(f"expected a PROV-JSON document, an object; found {found}")
        yield from self._container(Scope(), None)
        self._text.finish()

    def _container(self, scope: Scope, key: str | None) -> Iterator[Item]:
        """A document or, under its key, a bundle: prefixes and groups of records."""
        text, line = self._text, self._text.line
        prefixes = _Declared(scope)
        seen = self._look_ahead(prefixes, in_document=key is None)
        yield from prefixes.new()
        names = Names(scope)
        bundle = None
        if key is not None:
            try:
                if half := text.halves(key):
                    raise Wrong(half)
                bundle = names.proper(key)
            except Wrong as wrong:
                self._report(f"bundle {key!r}: {wrong}")
                text.skip(2)
                return
            yield Bundle(bundle, line)
        for member in text.members():
            if member == "prefix":
                seen -= 1
                if seen < 0:
                    self._declare(text, prefixes)
                    yield from prefixes.new()
                else:
                    text.skip(0)
            elif member == "bundle" and key is None:
                yield from self._bundles(scope)
            else:
                yield from self._group(member, names, bundle)

    def _look_ahead(self, prefixes: _Declared, *, in_document: bool) -> int:
        """Take the prefixes of the container that starts here; where they come first, nothing else is looked at.

        Returns:
            How many declarations were taken.
        """
        ahead = self._text.fork()
        taken = 0
        for number, member in enumerate(ahead.members()):
            if member != "prefix":
                ahead.skip(3 if member == "bundle" and in_document else 1)
                continue
            self._declare(ahead, prefixes)
            taken += 1
            if number == 0:
                break
        self._text.rejoin(ahead)
        return taken

    def _declare(self, text: JsonText, prefixes: _Declared) -> None:
        """Take one object of prefixes."""
        value = text.value()
        if type(value) is not tuple:
            self._report(f"'prefix': expected an object of prefixes and their namespaces, found {shown(value)}", text)
            return
        for prefix, iri in value:
            try:
                prefixes.declare(prefix, iri)
            except Wrong as wrong:
                self._report(f"prefix {prefix!r}: {wrong}", text)

    def _bundles(self, scope: Scope) -> Iterator[Item]:
        if not self._is_object("bundle", "an object of bundles"):
            return
        for key in self._text.members():
            if self._is_object(f"bundle {key!r}", "an object of statements"):
                yield from self._container(Scope(scope), key)

    def _group(self, keyword: str, names: Names, bundle: str | None) -> Iterator[Statement]:
        """All records of one component."""
        text = self._text
        try:
            shape = Shape(_term(keyword, bundle), names, bundle)
        except Wrong as wrong:
            self._report(str(wrong), hint=wrong.hint)
            text.skip(1)
            return
        if not self._is_object(keyword, "an object of records"):
            return
        for key, value in text.records():
            line = text.line
            if text.may_have_halves and (half := text.halves((key, value))):
                self._report(f"{keyword} {key!r}: {half}")
                continue
            records = value if type(value) is list else (value,)
            if shape.may_spread:
                records = [single for record in records for single in shape.spread(record)]
            for record in records:
                try:
                    statement = shape.statement(key, record, line)
                except Wrong as wrong:
                    where = f"{keyword} {key!r}" + (f", attribute {wrong.attribute!r}" if wrong.attribute else "")
                    self._report(f"{where}: {wrong}")
                else:
                    yield statement

    def _is_object(self, where: str, expected: str) -> bool:
        """Whether an object starts here; what else stands there is reported and passed over."""
        if self._text.is_object():
            return True
        self._report(f"{where}: expected {expected}, found {shown(self._text.value())}")
        return False

    def _report(self, message: str, text: JsonText | None = None, hint: str | None = None) -> None:
        """Report what is wrong at the key that was taken last, or raise it."""
        place = text or self._text
        error = DocumentError(message, file=self._file, line=place.line, column=place.column, hint=hint)
        if self._bad is None:
            raise error
        self._bad(error)


class _Declared:
    """The prefixes that one document or bundle declares."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._all: dict[str, str] = {}
        self._new: list[Namespace] = []

    def declare(self, key: str, iri: Json) -> None:
        """Take one declaration.

        Raises:
            Wrong: It is none, or says something else than one before it.
        """
        if type(iri) is not str:
            raise Wrong(f"expected the IRI of a namespace, found {shown(iri)}")
        prefix = "" if key == _DEFAULT else key
        if prefix == "xsd" and iri == XSD.rstrip("#"):
            iri = XSD
        known = PROV if prefix == "prov" else self._all.get(prefix, iri)
        if iri != known:
            raise Wrong(f"expected {known!r}, which it is bound to, found {iri!r}")
        if prefix not in self._all:
            self._all[prefix] = iri
            self._scope.declare(prefix, iri)
            self._new.append(Namespace(prefix, iri))

    def new(self) -> Iterator[Namespace]:
        """What was declared since the last call."""
        yield from self._new
        self._new.clear()


def _term(keyword: str, bundle: str | None) -> Term:
    """The component of a group's key.

    Raises:
        Wrong: There is none of that name; its hint names the nearest one.
    """
    term = TERMS.get(_SPELLED.get(keyword, keyword.removeprefix("prov:")))
    if term is None:
        wrong = Wrong(f"{keyword!r} is no component of PROV: expected one of {', '.join(TERMS)}")
        if keyword == "bundle" and bundle is not None:
            wrong = Wrong("expected statements: a bundle holds no bundles (PROV-DM 5.4)")
        elif near := get_close_matches(keyword, TERMS, n=1):
            wrong.hint = f"the nearest one is '{near[0]}'"
        raise wrong
    return term
