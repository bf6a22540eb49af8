"""RDF/XML out: one `rdf:Description` for each subject, sorted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

from graphprov.documents.formats import Format, NotCarried
from graphprov.documents.names import Prefixes
from graphprov.documents.provo_table import RDFS
from graphprov.documents.provo_triples import Said, Triples, Unnamed, order
from graphprov.documents.rdf_graph import Object
from graphprov.documents.rdf_labels import label_of, label_of_unnamed
from graphprov.documents.statements import BLANK
from graphprov.documents.terms import PROV, RDF, XSD_STRING

_LOCAL = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*\Z")
"""What an element may be called, as far as every parser agrees; what stands before it is its namespace."""
_NO_CHARACTER = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SYNTAX = frozenset(
    RDF + name
    for name in (
        *("RDF", "ID", "about", "parseType", "resource", "nodeID", "datatype"),
        *("Description", "li", "aboutEach", "aboutEachPrefix", "bagID"),
    )
)
"""Names that mean something else as elements (RDF/XML 7.2.2 to 7.2.4), and `rdf:li`, which is counted."""
_ELSEWHERE = (Format.turtle, Format.ntriples, Format.jsonld)
_SPACES = {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}


def rdfxml(graph: Triples, prefixes: Prefixes) -> Iterator[str]:
    """RDF/XML of a graph that is no bundle.

    Raises:
        NotCarried: A property cannot be an element, or a text holds a character that XML does not have.
    """
    writer = _Writer(graph, prefixes)
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF\n'
    yield "\n".join(f"    xmlns:{prefix}={_attribute(iri)}" for prefix, iri in sorted(writer.declared.items()))
    yield ">\n"
    for subject in sorted(graph.about):
        yield from writer.description(subject, graph.about[subject])
    for label, unnamed in sorted((label_of_unnamed(None, "", "", unnamed), unnamed) for unnamed in graph.unnamed):
        yield from writer.description(label, unnamed.properties)
    yield "</rdf:RDF>\n"


class _Writer:
    def __init__(self, graph: Triples, prefixes: Prefixes) -> None:
        # Python's parser splits names at any space, of Unicode too: a namespace that holds one is not declared.
        declared = {prefix: iri for prefix, iri in prefixes.declared.items() if iri.split() == [iri]}
        self.declared = {"prov": PROV, "rdfs": RDFS, **declared, "rdf": RDF}
        self._prefix = {iri: prefix for prefix, iri in self.declared.items()}
        self._elements: dict[str, str] = {}
        for property_ in sorted(set(_properties(graph))):
            self._elements[property_] = self._element(property_)

    def _element(self, property_: str) -> str:
        """The element of a property; its namespace is declared from now on."""
        match = next((m for m in _endings(property_) if m), None)
        if match is None or property_ in _SYNTAX or property_.split() != [property_]:
            raise NotCarried(
                f"the property <{property_}>", Format.rdfxml, "it cannot be the name of an XML element", _ELSEWHERE
            )
        namespace, local = property_[: match.start()], match[0]
        prefix = self._prefix.get(namespace)
        if prefix is None or prefix.lower().startswith("xml"):
            number = 1
            while f"ns{number}" in self._prefix.values():
                number += 1
            prefix = self._prefix[namespace] = f"ns{number}"
        self.declared[prefix] = namespace
        return f"{prefix}:{local}"

    def description(self, subject: str, said: Iterable[Said]) -> Iterator[str]:
        """What is said of one subject; nodes without a name that it leads to follow."""
        further: list[tuple[str, Unnamed]] = []
        yield f"  <rdf:Description {_node(subject, 'about')}>\n"
        for property_, object_ in sorted(said, key=order):
            if isinstance(object_, Unnamed):
                label = label_of_unnamed(None, subject, property_, object_)
                further.append((label, object_))
                object_ = label
            yield f"    {self._property(self._elements[property_], object_)}\n"
        yield "  </rdf:Description>\n"
        for label, unnamed in further:
            yield from self.description(label, unnamed.properties)

    def _property(self, element: str, object_: Object) -> str:
        if isinstance(object_, str):
            return f"<{element} {_node(object_, 'resource')}/>"
        attribute = ""
        if object_.language is not None:
            attribute = f" xml:lang={_attribute(object_.language)}"
        elif object_.datatype != XSD_STRING:
            attribute = f" rdf:datatype={_attribute(object_.datatype)}"
        text = escape(_checked(object_.text), {"\r": "&#13;"})
        return f"<{element}{attribute}>{text}</{element}>"


def _properties(graph: Triples) -> Iterator[str]:
    nodes: list[Iterable[Said]] = [*graph.about.values(), *(unnamed.properties for unnamed in graph.unnamed)]
    for said in nodes:
        for property_, object_ in said:
            yield property_
            if isinstance(object_, Unnamed):
                yield from (inner for inner, _ in object_.properties)


def _endings(iri: str) -> Iterator[re.Match[str] | None]:
    """Endings of an IRI that can name an element: behind its last separator, then the longest."""
    for at in range(max(iri.rfind(separator) for separator in "#/:") + 1, len(iri)):
        yield _LOCAL.match(iri, at)


def _node(name: str, attribute: str) -> str:
    if name.startswith(BLANK):
        return f"rdf:nodeID={_attribute(label_of(name)[len(BLANK) :])}"
    return f"rdf:{attribute}={_attribute(name)}"


def _attribute(text: str) -> str:
    return quoteattr(_checked(text), _SPACES)


def _checked(text: str) -> str:
    if found := _NO_CHARACTER.search(text):
        raise NotCarried(
            f"the text {text!r:.60}", Format.rdfxml, f"XML has no character U+{ord(found[0]):04X}", _ELSEWHERE
        )
    return text
