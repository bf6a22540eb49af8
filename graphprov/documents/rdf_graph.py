"""RDF graphs as far as PROV needs them: who is described, by which property, with which names and literals."""

from __future__ import annotations

from graphprov.documents.statements import Namespace, Value

Object = str | Value
"""An IRI or blank label (`_:x`), or a literal."""

Objects = dict[Object, int]
"""Objects in the order in which they came, each once, with the line on which it stood first; 0 where there are none."""

Described = dict[str, dict[str, Objects]]
"""A graph: subject, then property, then objects."""


class Graphs:
    """What a parser finds in a document.

    Attributes:
        graphs: The default graph, by None, and the named ones by IRI or blank label, also those that hold nothing.
        lines: On which line each named graph stands first.
        namespaces: The prefixes that the document declares.
    """

    def __init__(self) -> None:
        self.graphs: dict[str | None, Described] = {None: {}}
        self.lines: dict[str, int] = {}
        self.namespaces: dict[Namespace, None] = {}
        self._names: dict[str, str] = {}

    def open(self, name: str | None, line: int = 0) -> None:
        """Note a graph."""
        if name not in self.graphs:
            self.graphs[name] = {}
        if name is not None:
            self.lines.setdefault(name, line)

    def add(self, graph: str | None, subject: str, property_: str, object_: Object, line: int = 0) -> None:
        """Add a triple."""
        if graph not in self.graphs:
            self.open(graph, line)
        described = self.graphs[graph]
        properties = described.get(subject)
        if properties is None:
            properties = described[self._one(subject)] = {}
        objects = properties.get(property_)
        if objects is None:
            objects = properties[self._one(property_)] = {}
        if object_ not in objects:
            objects[self._one(object_) if isinstance(object_, str) else object_] = line

    def declare(self, prefix: str, iri: str) -> None:
        """Note a prefix; the empty one is the default namespace."""
        self.namespaces.setdefault(Namespace(prefix, iri))

    def _one(self, name: str) -> str:
        """One text for equal ones: a name stands in many triples."""
        return self._names.setdefault(name, name)
