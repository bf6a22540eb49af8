"""JSON-LD in (1.1, W3C Recommendation of 16 July 2020, as far as rdflib reads it), with rdflib's algorithm."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, BinaryIO

from rdflib.plugins.parsers.jsonld import Parser
from rdflib.plugins.shared.jsonld.context import Context
from rdflib.plugins.shared.jsonld.keys import CONTEXT, ID, IMPORT, JSON, TYPE, VALUE, VOCAB
from rdflib.term import BNode, URIRef

from graphprov.documents.json_text import Double, Integer
from graphprov.documents.rdf_syntax import Reading
from graphprov.documents.statements import BLANK, DocumentError, Value
from graphprov.documents.terms import XSD, XSD_STRING

_LANGUAGE = re.compile(r"[A-Za-z]+(?:-[A-Za-z0-9]+)*")
_NATIVE: dict[type, str] = {bool: f"{XSD}boolean", Integer: f"{XSD}integer", Double: f"{XSD}double"}
"""The datatypes of what is no text in JSON; `json_text` keeps a number's own text."""
_CONSTANTS = {"NaN": Double("NaN"), "Infinity": Double("INF"), "-Infinity": Double("-INF")}
"""What Python's JSON writes, and rdflib with it, though JSON has no such numbers."""
_TO_KEYWORD = frozenset({ID, VOCAB, JSON})


class JsonLd(Reading):
    """A document in JSON-LD."""

    def read(self, stream: BinaryIO) -> None:
        """Read all of the document."""
        text = self.text_of(stream.read())
        data = json.loads(
            text,
            object_pairs_hook=self._object,
            parse_int=Integer,
            parse_float=Double,
            parse_constant=_CONSTANTS.__getitem__,
        )
        if not isinstance(data, dict | list):
            raise self.error("expected an object or an array at the top")
        self._refuse_remote(data)
        sink: Any = _Sink(self, None)
        _Parser(self).parse(data, Context(base=""), sink)

    def explained(self, error: Exception) -> DocumentError:
        """What the parser found wrong, and where."""
        if isinstance(error, json.JSONDecodeError):
            return self.error(f"it is no JSON: {error.msg}", error.lineno, error.colno)
        return super().explained(error)

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        if len(members) < len(pairs):
            twice = next(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
            raise self.error(f"the key '{twice}' stands twice in one object")
        return members

    def _refuse_remote(self, data: object) -> None:
        """Refuse contexts that would have to be fetched, wherever they stand."""
        left = [data]
        while left:
            node = left.pop()
            if isinstance(node, dict):
                for address in (*_addresses(node.get(CONTEXT)), *_addresses(node.get(IMPORT))):
                    raise self.error(
                        f"its context is the address '{address}', and nothing is fetched: expected the context itself"
                    )
                left.extend(node.values())
            elif isinstance(node, list):
                left.extend(node)


def _addresses(context: object) -> Iterator[str]:
    left = [context]
    while left:
        found = left.pop()
        if isinstance(found, str):
            yield found
        elif isinstance(found, list):
            left.extend(found)


class _Sink:
    """Stands where rdflib has its dataset, and each of its graphs."""

    context_aware = True

    def __init__(self, reading: JsonLd, name: str | None) -> None:
        self._reading = reading
        self._name = name
        self.default_context = self

    def get_context(self, name: object) -> _Sink:
        graph = self._reading.name(name)
        self._reading.graphs.open(graph)
        return _Sink(self._reading, graph)

    def add(self, triple: tuple[object, object, object]) -> None:
        subject, property_, object_ = triple
        reading = self._reading
        reading.graphs.add(self._name, reading.name(subject), reading.name(property_), reading.value(object_))

    def bind(self, prefix: str | None, iri: str) -> None:
        self._reading.graphs.declare(prefix or "", str(iri))


class _Parser(Parser):
    """Builds literals as they were written, and drops nothing in silence."""

    def __init__(self, reading: JsonLd) -> None:
        super().__init__()
        self._reading = reading

    def _key_to_graph(
        self, dataset: Any, graph: Any, context: Context, subj: Any, key: str, *rest: Any, **more: Any
    ) -> None:
        if key not in context.terms and not key.startswith("@") and not context.expand(key):
            raise self._reading.error(f"no context defines the key '{key}', so that it means nothing")
        super()._key_to_graph(dataset, graph, context, subj, key, *rest, **more)

    def _to_rdf_id(self, context: Context, id_val: str) -> Any:
        if id_val.startswith(BLANK):
            return BNode(id_val[len(BLANK) :])
        return URIRef(self._reading.absolute(context.expand(id_val, False) or ""))

    def _to_object(self, dataset: Any, graph: Any, context: Context, term: Any, node: Any, inlist: bool = False) -> Any:
        if not isinstance(node, dict | list | tuple) and node is not None and term and term.type:
            if term.type == ID and type(node) is str:
                node = {ID: node}
            elif term.type not in _TO_KEYWORD:
                node = {TYPE: term.type, VALUE: node}
        if (native := _NATIVE.get(type(node))) is not None:
            return Value(_text(node), native)
        if isinstance(node, dict) and (value := context.get_value(node)) is not None:
            datatype = context.get_type(node)
            if datatype not in context.get_keys(JSON):
                return self._literal(context, value, datatype, context.get_language(node))
        return super()._to_object(dataset, graph, context, term, node, inlist)

    def _literal(self, context: Context, value: object, datatype: object, language: object) -> Value:
        if isinstance(value, dict | list):
            raise self._reading.error(f"expected a text, number, true or false as value, found {value!r:.40}")
        text = _text(value)
        self._reading.checked(text)
        if language:
            if not isinstance(language, str) or not _LANGUAGE.fullmatch(language):
                raise self._reading.error(f"{language!r:.40} is no language tag")
            return Value.spoken(text, language)
        if datatype is None:
            return Value(text, _NATIVE.get(type(value), XSD_STRING))
        if not isinstance(datatype, str):
            raise self._reading.error(f"expected one datatype, found {datatype!r:.40}")
        return Value(text, self._reading.absolute(context.expand(datatype) or ""))


def _text(value: object) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)
