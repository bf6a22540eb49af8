"""Names and prefixes: from what a document writes to full IRIs, and back to short forms that any reader takes.

Inside graphprov a name is its full IRI, so that two documents may bind one prefix to two namespaces. An export binds
each prefix once: the namespaces are split off by one rule, and conflicts are settled in sorted order, so that the same
content gives the same prefixes whatever came in first.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, KeysView, Mapping

from graphprov.documents.statements import Namespace
from graphprov.documents.terms import PROV, RDF, XSD, XSI
from graphprov.model.identity import PREFIX
from graphprov.model.vocabulary import KINDS

VOCABULARY = "urn:graphprov:vocabulary#"
"""The namespace of graphprov's own kinds and properties, described in `vocabulary.ttl`."""
METADATA = "urn:graphprov:metadata#"
"""The namespace of metadata that a team records: what follows is the flat key, percent-encoded."""

KNOWN: dict[str, str] = {
    "prov": PROV,
    "xsd": XSD,
    "rdf": RDF,
    "xsi": XSI,
    "gp": VOCABULARY,
    "meta": METADATA,
    **{kind: f"{PREFIX}{kind}:" for kind in KINDS},
}
"""Prefixes that an export uses for these namespaces, whatever a document called them."""

ALWAYS: dict[str, str] = {"prov": PROV, "xsd": XSD}
"""Prefixes that a document may use without declaring them (PROV-N 3.7.1 reserves `prov`)."""

_SEPARATORS = ("#", "/", ":")
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_PREFIX = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


class Scope:
    """The prefixes in force while a document is read: those of a bundle over those of the document."""

    def __init__(self, parent: Scope | None = None) -> None:
        self._own: dict[str, str] = {} if parent is not None else dict(ALWAYS)
        self._parent = parent
        self._known: dict[str, str] = {}

    def declare(self, prefix: str, iri: str) -> None:
        """Bind a prefix here; the empty one is the default namespace."""
        self._own[prefix] = iri
        self._known.clear()

    def namespace(self, prefix: str) -> str | None:
        """The namespace of a prefix, or None."""
        own = self._own.get(prefix)
        if own is not None or self._parent is None:
            return own
        return self._parent.namespace(prefix)

    def prefixes(self) -> list[str]:
        """All prefixes in force, sorted, for a message."""
        inherited = self._parent.prefixes() if self._parent is not None else []
        return sorted({*self._own, *inherited} - {""})

    def expand(self, name: str) -> str | None:
        """The IRI of `prefix:local` or, in a default namespace, `local`; None where the prefix is not bound.

        Split at the first colon. Blank labels (`_:x`) are the caller's business.
        """
        known = self._known.get(name)
        if known is None:
            prefix, colon, local = name.partition(":")
            if not colon:
                prefix, local = "", name
            namespace = self.namespace(prefix)
            if namespace is None:
                return None
            known = self._known[name] = namespace + local
            if len(self._known) > 100_000:
                self._known.clear()
        return known


class Prefixes:
    """The prefixes of one export: each bound once, and the same for the same content.

    Args:
        iris: Every name that the export writes (identifiers, attributes, datatypes).
        declared: What the documents that came in called their namespaces.
    """

    def __init__(self, iris: Iterable[str], declared: Iterable[Namespace] = ()) -> None:
        names = set(iris)
        candidates = {namespace.iri for namespace in declared if namespace.iri} | set(KNOWN.values())
        lengths = _lengths(candidates)
        unmatched = [iri for iri in names if _longest(iri, candidates, lengths) is None]
        candidates |= {_split(iri) for iri in unmatched}
        lengths = _lengths(candidates)
        self._split: dict[str, tuple[str, str]] = {}
        used: set[str] = set()
        for iri in names:
            namespace = _longest(iri, candidates, lengths) or iri
            self._split[iri] = (namespace, iri[len(namespace) :])
            used.add(namespace)
        self._prefix = _bound(used, declared)

    @property
    def declared(self) -> dict[str, str]:
        """Prefix to namespace, sorted by prefix; only those that are used."""
        return {prefix: iri for iri, prefix in sorted(self._prefix.items(), key=lambda item: item[1])}

    @property
    def names(self) -> KeysView[str]:
        """Every name that was given to this object."""
        return self._split.keys()

    def split(self, iri: str) -> tuple[str, str]:
        """The prefix and the local part of a name that was given to this object."""
        namespace, local = self._split[iri]
        return self._prefix[namespace], local

    def compact(self, iri: str) -> str:
        """`prefix:local`, without any format's escapes."""
        prefix, local = self.split(iri)
        return f"{prefix}:{local}"


def _lengths(candidates: Iterable[str]) -> list[int]:
    """How long namespaces are, the longest first, each length once."""
    return sorted({len(candidate) for candidate in candidates if candidate}, reverse=True)


def _longest(iri: str, candidates: set[str], lengths: list[int]) -> str | None:
    """The longest namespace that the name starts with; one that ends with a separator comes before others.

    Args:
        lengths: `_lengths` of the candidates: a name may be far longer than all of them.
    """
    other: str | None = None
    for end in lengths:
        if end > len(iri):
            continue
        separates = iri[end - 1] in _SEPARATORS
        if (separates or other is None) and iri[:end] in candidates:
            if separates:
                return iri[:end]
            other = iri[:end]
    return other


def _split(iri: str) -> str:
    """The namespace of a name for which no document has one: up to its last separator, or all of it."""
    if iri.startswith(PREFIX):
        kind = iri[len(PREFIX) :].partition(":")[0]
        return f"{PREFIX}{kind}:"
    body = iri.rstrip("#/:") or iri
    end = max(body.rfind(separator) for separator in _SEPARATORS) + 1
    return iri[:end] if end else iri


def _bound(namespaces: set[str], declared: Iterable[Namespace]) -> dict[str, str]:
    """A prefix for each namespace: graphprov's own first, then what documents called it, then one made up."""
    fixed = {iri: prefix for prefix, iri in KNOWN.items()}
    called: dict[str, list[str]] = defaultdict(list)
    for prefix, iri in declared:
        called[iri].append(prefix)
    bound: dict[str, str] = {}
    taken: set[str] = set(KNOWN) | {"", "_", "default", "xml", "xmlns"}
    for iri in sorted(namespaces):
        if iri in fixed:
            bound[iri] = fixed[iri]
    for iri in sorted(namespaces - bound.keys()):
        wanted = min((prefix for prefix in called[iri] if _PREFIX.fullmatch(prefix)), default=None)
        bound[iri] = _free(wanted or _made_up(iri, called[iri]), taken)
        taken.add(bound[iri])
    return bound


def _made_up(iri: str, called: list[str]) -> str:
    if iri.startswith(PREFIX) and _PREFIX.fullmatch(kind := iri[len(PREFIX) : -1]):
        return kind
    return "dn" if "" in called else "ns"


def _free(wanted: str, taken: Mapping[str, object] | set[str]) -> str:
    if wanted not in taken:
        return wanted
    number = 1
    while f"{wanted}_{number}" in taken:
        number += 1
    return f"{wanted}_{number}"
