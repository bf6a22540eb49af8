"""The text of Cypher files, as the store runs it."""

from __future__ import annotations

import functools

from graphprov.model.vocabulary import Element, RelationType
from graphprov.questions import cypher_root


@functools.cache
def text(name: str) -> str:
    """The text of `cypher/<name>.cypher`, as it stands in the file."""
    return (cypher_root() / f"{name}.cypher").read_text(encoding="utf-8")


@functools.cache
def store_text(
    name: str,
    *,
    element: Element | None = None,
    source: Element | None = None,
    relation: RelationType | None = None,
    target: Element | None = None,
) -> str:
    """A file of `cypher/store/` with its placeholders filled from graphprov's own closed lists, never from outside."""
    filled = text(f"store/{name}")
    for placeholder, value in (("ELEMENT", element), ("SOURCE", source), ("RELATION", relation), ("TARGET", target)):
        if value is not None:
            filled = filled.replace(f":{placeholder} ", f":{value.value} ")
    return filled
