"""Turtle, TriG, N-Triples and N-Quads out: sorted, so that the same graphs give the same bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from graphprov.documents.names import Prefixes
from graphprov.documents.provo_table import RDF_TYPE, RDFS
from graphprov.documents.provo_triples import Said, Triples, Unnamed, order
from graphprov.documents.rdf_graph import Object
from graphprov.documents.rdf_labels import label_of, label_of_unnamed
from graphprov.documents.statements import BLANK
from graphprov.documents.terms import PROV, XSD, XSD_STRING

_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
"""Local parts that Turtle takes without escapes; others are written with their whole IRI."""
_SPACES = r"\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
"""What some readers take for the end of a name or line, though the formats do not."""
_NOT_IN_IRIS = re.compile(rf'[\x00-\x20<>"{{}}|^`\\{_SPACES}]')
_NOT_IN_TEXTS = re.compile(rf'["\\\x00-\x1f{_SPACES}]')
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def turtle(graphs: Iterable[Triples], prefixes: Prefixes) -> Iterator[str]:
    """Turtle or, where there are bundles, TriG: prefixes, what stands at the top, then each bundle."""
    terms = _Terms(prefixes)
    for prefix, iri in terms.declared.items():
        yield f"@prefix {prefix}: <{_NOT_IN_IRIS.sub(_code, iri)}> .\n"
    for graph in graphs:
        if graph.name is None:
            for block in _blocks(graph, terms):
                yield f"\n{block}"
            continue
        yield f"\n{terms.name(graph.name)} {{\n"
        for i, block in enumerate(_blocks(graph, terms)):
            lines = "".join(f"    {line}" for line in block.splitlines(keepends=True))
            yield f"\n{lines}" if i else lines
        yield "}\n"


def ntriples(graphs: Iterable[Triples]) -> Iterator[str]:
    """N-Triples or, where there are bundles, N-Quads: sorted lines."""
    terms = _Terms(None)
    for graph in graphs:
        holder = "" if graph.name is None else f" {terms.name(graph.name)}"
        lines: set[str] = set()
        for subject, said in graph.about.items():
            lines.update(_lines(terms.name(subject), said, holder, terms, subject))
        for unnamed in graph.unnamed:
            label = label_of_unnamed(graph.name, "", "", unnamed)
            lines.update(_lines(label, unnamed.properties, holder, terms, label))
        yield from sorted(lines)


def _lines(subject: str, said: Iterable[Said], holder: str, terms: _Terms, owner: str) -> Iterator[str]:
    for property_, object_ in said:
        if isinstance(object_, Unnamed):
            label = label_of_unnamed(holder, owner, property_, object_)
            yield f"{subject} {terms.name(property_)} {label}{holder} .\n"
            yield from _lines(label, object_.properties, holder, terms, label)
        else:
            yield f"{subject} {terms.name(property_)} {terms.object(object_)}{holder} .\n"


def _blocks(graph: Triples, terms: _Terms) -> Iterator[str]:
    """What is said of each subject, sorted by subject."""
    for subject in sorted(graph.about):
        yield f"{terms.name(subject)} {_properties(graph.about[subject], terms, 4)} .\n"
    for properties in sorted(_properties(unnamed.properties, terms, 4) for unnamed in graph.unnamed):
        yield f"[\n    {properties}\n] .\n"


def _properties(said: Iterable[Said], terms: _Terms, indent: int) -> str:
    """Properties and objects, one property a line."""
    by_property: dict[str, list[str]] = {}
    for property_, object_ in sorted(said, key=order):
        by_property.setdefault(property_, []).append(_object(object_, terms, indent))
    space = " " * indent
    return f" ;\n{space}".join(
        f"{'a' if property_ == RDF_TYPE else terms.name(property_)} {', '.join(objects)}"
        for property_, objects in by_property.items()
    )


def _object(object_: Object | Unnamed, terms: _Terms, indent: int) -> str:
    if not isinstance(object_, Unnamed):
        return terms.object(object_)
    space = " " * (indent + 4)
    return f"[\n{space}{_properties(object_.properties, terms, indent + 4)}\n{' ' * indent}]"


class _Terms:
    """Names and literals as these formats write them.

    Args:
        prefixes: None for the formats that have none.
    """

    def __init__(self, prefixes: Prefixes | None) -> None:
        self._prefixes = prefixes
        self.declared: dict[str, str] = {}
        if prefixes is not None:
            own = {"prov": PROV, "rdfs": RDFS, "xsd": XSD}
            declared = prefixes.declared
            self.declared = dict(sorted({**own, **declared}.items()))
        self._own = {iri: prefix for prefix, iri in self.declared.items() if iri in {PROV, RDFS, XSD}}
        self._known: dict[str, str] = {}

    def name(self, iri: str) -> str:
        """A prefixed name, an IRI in angle brackets or a blank label."""
        known = self._known.get(iri)
        if known is None:
            known = label_of(iri) if iri.startswith(BLANK) else self._prefixed(iri)
            known = known or f"<{_NOT_IN_IRIS.sub(_code, iri)}>"
            if len(self._known) < 100_000:
                self._known[iri] = known
        return known

    def _prefixed(self, iri: str) -> str | None:
        if self._prefixes is None:
            return None
        try:
            prefix, local = self._prefixes.split(iri)
        except KeyError:
            # A name of PROV-O's, which the items do not hold.
            namespace = iri[: iri.rfind("#") + 1]
            prefix, local = self._own.get(namespace, ""), iri[len(namespace) :]
        return f"{prefix}:{local}" if prefix and _LOCAL.fullmatch(local) else None

    def object(self, object_: Object) -> str:
        """A name or literal."""
        if isinstance(object_, str):
            return self.name(object_)
        text = f'"{_NOT_IN_TEXTS.sub(_escape, object_.text)}"'
        if object_.language is not None:
            return f"{text}@{object_.language}"
        return text if object_.datatype == XSD_STRING else f"{text}^^{self.name(object_.datatype)}"


def _escape(match: re.Match[str]) -> str:
    return _ESCAPES.get(match[0]) or _code(match)


def _code(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04X}"
