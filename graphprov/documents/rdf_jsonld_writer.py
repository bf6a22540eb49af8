"""JSON-LD out: a context of prefixes, what stands at the top, then each bundle as a named graph."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator
from typing import Any

from graphprov.documents.names import Prefixes
from graphprov.documents.provo_table import RDF_TYPE, RDFS
from graphprov.documents.provo_triples import Said, Triples, Unnamed, order
from graphprov.documents.rdf_graph import Object
from graphprov.documents.rdf_labels import label_of
from graphprov.documents.statements import BLANK
from graphprov.documents.terms import PROV, XSD, XSD_STRING

_DELIMITERS = ("#", "/", ":")
"""What a namespace must end with for any reader to take its prefix as one (JSON-LD 1.1, 4.1.5)."""


def jsonld(graphs: Iterable[Triples], prefixes: Prefixes) -> Iterator[str]:
    """JSON-LD, one node a line."""
    found = list(graphs)
    names = _Names(prefixes, found)
    yield f'{{\n"@context": {_dump(names.declared)},\n"@graph": ['
    comma = "\n"
    for graph in found:
        if graph.name is None:
            for node in names.nodes(graph):
                yield f"{comma}{_dump(node)}"
                comma = ",\n"
            continue
        yield f'{comma}{{"@id": {_dump(names.id(graph.name))}, "@graph": ['
        yield ",".join(f"\n{_dump(node)}" for node in names.nodes(graph))
        yield "\n]}"
        comma = ",\n"
    yield "\n]\n}\n"


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


class _Names:
    """Names as the context lets them be written.

    A prefix that is the scheme of a name that is written in full is left out: the name would be taken for a short one.
    """

    def __init__(self, prefixes: Prefixes, graphs: Iterable[Triples]) -> None:
        self._prefixes = prefixes
        own = {"prov": PROV, "rdfs": RDFS, "xsd": XSD}
        self._own = {iri: prefix for prefix, iri in own.items()}
        declared = sorted({**own, **prefixes.declared}.items())
        self.declared = {prefix: iri for prefix, iri in declared if iri.endswith(_DELIMITERS)}
        while taken := self.declared.keys() & set(self._schemes(graphs)):
            for prefix in taken:
                del self.declared[prefix]

    def _schemes(self, graphs: Iterable[Triples]) -> Iterator[str]:
        """The schemes of all names that are written in full, those of the context too."""
        for name in itertools.chain(self.declared.values(), _all_names(graphs)):
            if self._short(name) is None:
                yield name.partition(":")[0]

    def id(self, name: str) -> str:
        """A short name, an IRI or a blank label."""
        return label_of(name) if name.startswith(BLANK) else self._short(name) or name

    def _short(self, iri: str) -> str | None:
        try:
            prefix, local = self._prefixes.split(iri)
        except KeyError:
            namespace = iri[: iri.rfind("#") + 1]
            prefix, local = self._own.get(namespace, ""), iri[len(namespace) :]
        if prefix not in self.declared or not local or local.startswith("//"):
            return None
        return f"{prefix}:{local}"

    def nodes(self, graph: Triples) -> Iterator[dict[str, Any]]:
        """The nodes of a graph, sorted."""
        for subject in sorted(graph.about):
            yield {"@id": self.id(subject), **self._properties(graph.about[subject])}
        yield from sorted((self._properties(unnamed.properties) for unnamed in graph.unnamed), key=_dump)

    def _properties(self, said: Iterable[Said]) -> dict[str, Any]:
        properties: dict[str, list[Any]] = {}
        for property_, object_ in sorted(said, key=order):
            if property_ == RDF_TYPE and isinstance(object_, str):
                properties.setdefault("@type", []).append(self.id(object_))
            else:
                properties.setdefault(self.id(property_), []).append(self._object(object_))
        return {key: values[0] if len(values) == 1 else values for key, values in properties.items()}

    def _object(self, object_: Object | Unnamed) -> Any:
        if isinstance(object_, Unnamed):
            return self._properties(object_.properties)
        if isinstance(object_, str):
            return {"@id": self.id(object_)}
        if object_.language is not None:
            return {"@value": object_.text, "@language": object_.language}
        if object_.datatype == XSD_STRING:
            return object_.text
        return {"@value": object_.text, "@type": self.id(object_.datatype)}


def _all_names(graphs: Iterable[Triples]) -> Iterator[str]:
    for graph in graphs:
        if graph.name is not None:
            yield graph.name
        for subject, said in graph.about.items():
            yield subject
            yield from _names_said(said)
        for unnamed in graph.unnamed:
            yield from _names_said(unnamed.properties)


def _names_said(said: Iterable[Said]) -> Iterator[str]:
    for property_, object_ in said:
        yield property_
        if isinstance(object_, Unnamed):
            yield from _names_said(object_.properties)
        else:
            yield object_ if isinstance(object_, str) else object_.datatype
