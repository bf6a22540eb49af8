"""PROV-JSON out (W3C Member Submission of 24 April 2013): one record a line, the same bytes for the same statements."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, TextIO

from graphprov.documents.formats import Format, NotCarried, told
from graphprov.documents.names import ALWAYS, Prefixes
from graphprov.documents.reading import is_bound, is_plain
from graphprov.documents.statements import BLANK, Bundle, Extension, Item, Statement, Value
from graphprov.documents.terms import (
    FORMAL,
    ORDER,
    PROV,
    QUALIFIED_NAME,
    TERMS,
    XSD_QNAME,
    Refers,
    Term,
)

UNNAMED = "_:unnamed"
"""How the label starts that stands for the identifier of a relation that has none, since each record needs a key."""

_TAKEN = re.compile(rf"{UNNAMED}(\d+)")
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(", ", ": ")).encode
_ELSEWHERE = (Format.provn,)
"""The formats that carry statements of any kind, and names of which nobody said what they stand for."""

_PLACES = {
    term.keyword: tuple((f"prov:{argument.name}", argument.refers is Refers.TIME) for argument in term.arguments)
    for term in TERMS.values()
}
"""The key of each argument, and whether it is a time."""
_INDENT = "\n  ", "\n      "
"""How a line starts in a document and in a bundle."""


def write_provjson(items: Iterable[Item], stream: TextIO, prefixes: Prefixes) -> None:
    """Write a document as PROV-JSON.

    A blank label stays as it is. A relation without an identifier is given one that nothing else has, such as
    `_:unnamed1`.

    Args:
        items: In canonical order: what is at the top, grouped by component, then each bundle followed by what it holds.
        stream: Takes text, and leaves line ends as they are.
        prefixes: Made from every name that the items hold.

    Raises:
        NotCarried: A statement of a kind that PROV-DM does not define, or text that is not valid Unicode.
        ValueError: The items are not in canonical order.
    """
    _Writer(stream, prefixes).write(items)


class _Writer:
    """One writing of one document."""

    def __init__(self, stream: TextIO, prefixes: Prefixes) -> None:
        self._put = stream.write
        self._prefixes = prefixes
        self._bound = dict(sorted({**ALWAYS, **prefixes.declared}.items()))
        self._unnamed = 0
        # What is open: the list of bundles, one of them, a group of records in it, the records under one key.
        self._in_bundles = False
        self._bundle: str | None = None
        self._term: Term | None = None
        self._key: str | None = None
        self._records: list[str] = []
        self._line = _INDENT[0]
        self._comma = ""

    def write(self, items: Iterable[Item]) -> None:
        """Write all."""
        declared = ",".join(f"\n    {_ENCODE(prefix)}: {_ENCODE(iri)}" for prefix, iri in self._bound.items())
        self._put(f'{{\n  "prefix": {{{declared}\n  }}')
        self._comma = ","
        for item in items:
            if isinstance(item, Statement):
                self._statement(item)
            elif isinstance(item, Bundle):
                self._open_bundle(item)
            elif isinstance(item, Extension):
                raise NotCarried(told(item), Format.json, "PROV-JSON has the components of PROV-DM alone", _ELSEWHERE)
        self._close_bundle()
        self._put("\n  }\n}\n" if self._in_bundles else "\n}\n")

    def _open_bundle(self, bundle: Bundle) -> None:
        self._close_bundle()
        self._put(f"{self._comma}" if self._in_bundles else ',\n  "bundle": {')
        self._put(f"\n    {_ENCODE(self._name(bundle.identifier))}: {{")
        self._in_bundles, self._bundle, self._line, self._comma = True, bundle.identifier, _INDENT[1], ""

    def _close_bundle(self) -> None:
        self._close_group()
        if self._bundle is not None:
            self._put("\n    }" if self._comma else "}")
        self._comma = ","

    def _open_group(self, term: Term) -> None:
        if self._term is not None and ORDER[term.keyword] < ORDER[self._term.keyword]:
            raise ValueError(f"{term.keyword} stands behind {self._term.keyword}: not in canonical order")
        self._close_group()
        self._put(f'{self._comma}{self._line}"{term.keyword}": {{')
        self._term, self._comma = term, ""

    def _close_group(self) -> None:
        self._close_records()
        if self._term is not None:
            self._put(f"{self._line}}}")
            self._term, self._comma = None, ","

    def _close_records(self) -> None:
        """Write what stands under one key: a record or, where several have that identifier, an array of them."""
        if self._key is not None:
            said = self._records[0] if len(self._records) == 1 else f"[{', '.join(self._records)}]"
            self._put(f"{self._comma}{self._line}  {_ENCODE(self._key)}: {said}")
            self._comma = ","
        self._key = None
        self._records.clear()

    def _statement(self, statement: Statement) -> None:
        if statement.bundle != self._bundle:
            raise ValueError(f"{told(statement)} does not stand behind its bundle")
        if statement.term is not self._term:
            self._open_group(statement.term)
        key, record = self._label(statement), _ENCODE(self._record(statement))
        if not (record.isascii() and key.isascii()):
            try:
                f"{key}{record}".encode()
            except UnicodeEncodeError:
                raise NotCarried(told(statement), Format.json, "a text in it is not valid Unicode", ()) from None
        if key != self._key:
            self._close_records()
            self._key = key
        self._records.append(record)

    def _label(self, statement: Statement) -> str:
        if statement.identifier is not None:
            return self._name(statement.identifier)
        self._unnamed += 1
        return f"{UNNAMED}{self._unnamed}"

    def _name(self, iri: str) -> str:
        if iri.startswith(BLANK):
            # A label that looks like those that are given here steps aside; what is given never starts with a 0.
            return _TAKEN.sub(rf"{UNNAMED}0\1", iri) if iri.startswith(UNNAMED) else iri
        return self._prefixes.compact(iri)

    def _record(self, statement: Statement) -> dict[str, Any]:
        record: dict[str, Any] = {}
        for (key, is_time), argument in zip(_PLACES[statement.term.keyword], statement.arguments, strict=True):
            if argument is not None:
                record[key] = argument if is_time else self._name(argument)
        for name, value in statement.attributes:
            key, said = self._prefixes.compact(name), self._value(statement, name, value)
            if key not in record:
                record[key] = said
            elif isinstance(record[key], list):
                record[key].append(said)
            else:
                record[key] = [record[key], said]
        return record

    def _value(self, statement: Statement, name: str, value: Value) -> str | dict[str, str]:
        text, datatype, language = value
        refers = FORMAL.get(name)
        if refers is not None and statement.term.place(name.removeprefix(PROV)) is not None:
            raise NotCarried(told(statement), Format.json, f"its attribute <{name}> reads as an argument", _ELSEWHERE)
        if language is not None:
            return {"$": text, "lang": language}
        if datatype == QUALIFIED_NAME:
            short = self._name(text)
            return {"$": short, "type": "xsd:QName"} if refers in {None, Refers.TIME} else short
        if is_plain(value, refers):
            return text
        if datatype == XSD_QNAME and is_bound(text, self._bound):
            raise NotCarried(
                told(statement), Format.json, f"{text!r} would turn into a name, which nobody said it is", _ELSEWHERE
            )
        return {"$": text, "type": self._prefixes.compact(datatype)}
