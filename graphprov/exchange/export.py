"""The store, or a part of it, as a PROV document: the statements that came in, in one canonical order.

The same content gives the same document, byte for byte, whatever came in first; imported into an empty store and
exported again it is the same.
"""

from __future__ import annotations

import io
import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from graphprov.analysis.flaw import Flaw
from graphprov.analysis.lineage import lineage
from graphprov.analysis.reach import reach
from graphprov.documents.formats import FORMATS, Format, format_of_suffix, write_document
from graphprov.documents.graph import statement_of_element, statement_of_relation
from graphprov.documents.names import Prefixes
from graphprov.documents.statements import (
    Bundle,
    Document,
    Extension,
    Item,
    Namespace,
    Statement,
    Value,
    attributes_of,
    canonical_order,
)
from graphprov.documents.terms import PROV, QUALIFIED_NAME, Refers
from graphprov.errors import InvalidInput
from graphprov.exchange.blank import with_labels
from graphprov.files import write_whole
from graphprov.model.identity import is_open_end
from graphprov.model.vocabulary import Element, RelationType
from graphprov.store import Store
from graphprov.store.merge import from_node, learnt_when

_WITH_LABELS = frozenset({Format.json})
"""Formats in which a usage or generation without a name may be referred to by a label."""
_NEAREST = 5
_TYPES = tuple(Element)
_AGENTS = (RelationType.WAS_ATTRIBUTED_TO, RelationType.WAS_ASSOCIATED_WITH, RelationType.ACTED_ON_BEHALF_OF)


@dataclass(frozen=True)
class Selection:
    """Which part of the store is meant; all of it where nothing is given. At most one of the first four.

    Attributes:
        ids: These things, and the relations between them.
        bundle: What one bundle says, by its IRI or a name with a prefix that a document declared.
        lineage_of: What this was made from, by whom.
        impact_of: What a flaw in these has touched, and who answers for it.
        known_on: Only what the store had learnt by then; not with `lineage_of` and `impact_of`.
    """

    ids: Sequence[str] = ()
    bundle: str | None = None
    lineage_of: str | None = None
    impact_of: Flaw | None = None
    known_on: datetime | None = None

    def __post_init__(self) -> None:
        given = [name for name in ("ids", "bundle", "lineage_of", "impact_of") if getattr(self, name)]
        if len(given) > 1:
            raise InvalidInput(f"only one part can be exported at once: {' and '.join(given)} were given")
        if self.bundle is not None and not self.bundle.strip():
            raise InvalidInput("the bundle is empty: expected its IRI, or a name with a prefix such as ex:b1")
        if self.known_on is not None and (self.lineage_of or self.impact_of):
            # What is related is found by all that is known today; leaving some of it out is neither then nor now.
            raise InvalidInput(
                f"{given[0]} follows what is known today, which cannot be combined with what was known at a time",
                hint="leave out as_known_on, or give it alone, with ids or with a bundle",
            )


def document_of_store(store: Store, selection: Selection = Selection()) -> Document:
    """What the store holds, as a document.

    Raises:
        UnknownReference: Something that was asked for is not known; carries the nearest.
        InvalidInput: There is no such bundle.
    """
    ids = _ids(store, selection)
    namespaces, bundles, extensions = store.ask("document_parts", known_on=selection.known_on).rows[0]
    document = Document(
        namespaces={Namespace(prefix, iri) for prefix, iri in namespaces},
        statements=_distinct(_statements(store, ids, selection.known_on)),
        extensions=[] if ids is not None else [_extension(said) for said in extensions],
    )
    named = {statement.bundle for statement in document.statements if statement.bundle is not None}
    every = {Bundle(id_).identifier for id_ in bundles} if ids is None else set()
    document.bundles = {id_: Bundle(id_) for id_ in sorted(named | every)}
    return document if selection.bundle is None else _only(document, _bundle(store, selection.bundle, document.bundles))


def export_file(
    store: Store,
    path: Path,
    format: Format | None = None,  # noqa: A002
    selection: Selection = Selection(),
) -> int:
    """Write the store, or a part of it, into a file, whole or not at all; how many statements it has.

    Args:
        format: What to write. Default: what the name of the file stands for.

    Raises:
        InvalidInput: Neither says a format, or the file cannot be written.
        GraphprovError: The format cannot carry something; names it and the formats that can.
    """
    found = format_for(path, format)
    document = document_of_store(store, selection)
    whole = io.BytesIO()
    write_items(document, whole, found)
    try:
        write_whole(path, whole.getbuffer())
    except OSError as error:
        raise InvalidInput(f"cannot write {path}: {error.strerror or error}") from error
    return len(document.statements) + len(document.extensions)


def format_for(path: Path, given: Format | None) -> Format:
    """The format of a file that is to be written: the one given, or the one that its name stands for.

    Raises:
        InvalidInput: Neither says one.
    """
    found = given or format_of_suffix(path.name)
    if found is None:
        known = ", ".join(known.suffixes[0] for known in FORMATS.values())
        raise InvalidInput(
            f"'{path.name}' does not say a format", hint=f"give --format, or a name that ends in {known}"
        )
    return found


def write_items(document: Document, stream: BinaryIO, format: Format) -> None:  # noqa: A002
    """Write a document in its canonical form."""
    prefixes = Prefixes(_names(document), document.namespaces)
    write_document(_canonical(document, labels=format in _WITH_LABELS), stream, format, prefixes)


def _canonical(document: Document, *, labels: bool) -> Iterator[Item]:
    """What a document says, in canonical order: its top first, then each bundle."""
    told = with_labels(document.statements) if labels else document.statements
    held: dict[str | None, list[Statement]] = {}
    for statement in sorted(told, key=canonical_order):
        held.setdefault(statement.bundle, []).append(statement)
    extensions = sorted(document.extensions, key=lambda extension: json.dumps(extension.said))
    for bundle in (None, *sorted(document.bundles)):
        if bundle is not None:
            yield document.bundles[bundle]
        yield from held.get(bundle, ())
        yield from (extension for extension in extensions if extension.bundle == bundle)


def _names(document: Document) -> set[str]:
    """Every name that a format writes."""
    names = {*document.bundles, PROV}
    for statement in document.statements:
        names.add(statement.identifier or PROV)
        for place, argument in zip(statement.term.arguments, statement.arguments, strict=True):
            if argument is not None and place.refers is not Refers.TIME:
                names.add(argument)
        _add_attributes(names, statement.attributes)
    for extension in document.extensions:
        names |= {extension.name, extension.identifier or PROV}
        _add_attributes(names, ((extension.name, value) for value in extension.arguments if value is not None))
        _add_attributes(names, extension.attributes)
    return {name for name in names if not name.startswith("_:")}


def _add_attributes(names: set[str], attributes: Iterable[tuple[str, Value]]) -> None:
    for name, value in attributes:
        names.add(name)
        names.add(value.datatype)
        if value.datatype == QUALIFIED_NAME:
            names.add(value.text)


def _ids(store: Store, selection: Selection) -> list[str] | None:
    """The ids of the part that is meant; None for all."""
    if selection.ids:
        return sorted({store.resolve(id_).id for id_ in selection.ids})
    if selection.lineage_of is not None:
        return [node.id for node in lineage(store, selection.lineage_of).nodes]
    if selection.impact_of is not None:
        found = reach(store, selection.impact_of)
        touched = {*found.ids, *(node.id for node in found.flaw.flawed)}
        return sorted(touched | _answerable(store, sorted(touched)))
    return None


def _answerable(store: Store, ids: list[str]) -> set[str]:
    """The agents of some things, and those on whose behalf they acted."""
    found: set[str] = set()
    waiting = ids
    while waiting:
        agents = {row[2] for row in store.ask("export_relations", ids=waiting).rows if row[0] in _AGENTS}
        waiting = sorted(agents - found)
        found |= agents
    return found


def _statements(store: Store, ids: list[str] | None, known_on: datetime | None) -> Iterator[Statement]:
    for id_, types, properties in store.ask("export_nodes", ids=ids).rows:
        when = learnt_when(properties)
        for digest, said in from_node(properties).items():
            if known_on is None or when[digest] <= known_on:
                yield statement_of_element(id_, Element(min(types, key=_TYPES.index)), said.properties)
    among = None if ids is None else set(ids)
    for relation, source, target, properties in store.ask("export_relations", ids=ids).rows:
        if known_on is not None and properties["stored_at"] > known_on:
            continue
        if among is None or target in among or is_open_end(target):
            yield statement_of_relation(RelationType(relation), source, target, properties)


def _distinct(statements: Iterable[Statement]) -> list[Statement]:
    return list({statement.said: statement for statement in statements}.values())


def _bundle(store: Store, typed: str, known: Collection[str]) -> str:
    """The bundle that a person means: its IRI, or a prefix that some document declared and a local name."""
    prefix, colon, local = typed.partition(":")
    readings = [typed]
    if typed not in known and colon:
        readings += [iri + local for (iri,) in store.ask("namespaces_of", prefix=prefix).rows]
    found = next((reading for reading in readings if reading in known), None)
    if found is None:
        from rapidfuzz import fuzz, process  # here, since only this message needs it

        near = process.extract(readings[-1], sorted(known), scorer=fuzz.ratio, limit=_NEAREST)
        raise InvalidInput(f"there is no bundle {typed}", nearest=[name for name, _, _ in near])
    return found


def _only(document: Document, bundle: str) -> Document:
    return Document(
        document.namespaces,
        {bundle: document.bundles[bundle]},
        [statement for statement in document.statements if statement.bundle == bundle],
        [extension for extension in document.extensions if extension.bundle == bundle],
    )


def _extension(said: str) -> Extension:
    name, identifier, arguments, attributes, bundle = json.loads(said)
    return Extension(
        name,
        identifier,
        tuple(None if value is None else Value(*value) for value in arguments),
        attributes_of((attribute, Value(*value)) for attribute, value in attributes),
        bundle,
    )
