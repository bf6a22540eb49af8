"""What the store knew on a day: nodes as the statements said that it had learnt of by then.

Relations carry the moment at which the store learnt of them; a node carries one for each statement about it. So most
nodes need no second look: only those of which it learnt more later.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from graphprov.model.identity import EMPTY_DIGESTS, PREFIX
from graphprov.model.metadata import EXACT
from graphprov.model.vocabulary import PLAN_TYPE
from graphprov.store.cypher import store_text
from graphprov.store.merge import as_known_on, from_node
from graphprov.store.neighbourhood import Ints
from graphprov.store.parts import in_parts

if TYPE_CHECKING:
    from graphprov.store.facade import Store

_AT_ONCE = 10_000


def as_they_were(store: Store, numbers: Sequence[int], known_on: datetime | None) -> dict[int, dict[str, Any]]:
    """By number, the properties on a day of those nodes of which the store has learnt more since.

    Empty where no day is given: then every node is as it stands.
    """
    if known_on is None:
        return {}
    parts = (numbers[first : first + _AT_ONCE] for first in range(0, len(numbers), _AT_ONCE))
    rows = (row for part in parts for row in store.ask("later_said", numbers=list(part), known_on=known_on).rows)
    return {number: as_known_on(properties, known_on) for number, properties in rows}


def code_among(store: Store, numbers: Ints, known_on: datetime | None) -> Ints:
    """Those of some nodes that are code: code versions, or plans by the type that a document gives them."""
    rows = in_parts(store, store_text("code_among"), "numbers", numbers)
    code = {number for (found,) in rows for number in found}
    for number, node in as_they_were(store, numbers.tolist(), known_on).items():
        was = node.get("kind") == "code-version" or PLAN_TYPE in (node.get("types") or ())
        (code.add if was else code.discard)(number)
    return np.array(sorted(code), np.int64)


def same_content_known(store: Store, numbers: Sequence[int], known_on: datetime) -> tuple[list[int], list[int]]:
    """As `hop_same_content.cypher`, on a day: what stood for each content of these nodes, and what else had it."""
    rows: list[tuple[int, dict[str, Any]]] = []
    for first in range(0, len(numbers), _AT_ONCE):
        rows += store.ask("contents", numbers=list(numbers[first : first + _AT_ONCE])).rows
    was = as_they_were(store, [number for number, _ in rows], known_on)
    wanted = {was.get(number, properties).get("digest") for number, properties in rows} - {None, *EMPTY_DIGESTS}
    found = store.ask("of_same_content", digests=sorted(wanted)).rows
    return _joined((number, as_known_on(properties, known_on)) for number, properties in found)


def _joined(nodes: Iterable[tuple[int, Mapping[str, Any]]]) -> tuple[list[int], list[int]]:
    having: dict[str, list[tuple[int, Mapping[str, Any]]]] = {}
    for number, properties in nodes:
        if digest := properties.get("digest"):
            having.setdefault(digest, []).append((number, properties))
    hubs, others = [], []
    for same in having.values():
        imported = [(properties["id"], number) for number, properties in same if _is_imported(properties)]
        if imported:
            hub = min(imported)[1]
            rest = [number for number, _ in same if number != hub]
            hubs += [hub] * len(rest)
            others += rest
    return hubs, others


def _is_imported(properties: Mapping[str, Any]) -> bool:
    """Whether a document brought the content, under a name that is not graphprov's (see `graphprov.store.write`)."""
    return not properties["id"].startswith(PREFIX) and any(
        EXACT in said.properties and "digest" in said.properties for said in from_node(properties).values()
    )
