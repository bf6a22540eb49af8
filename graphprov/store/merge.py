"""How several statements about one node add up, whatever the order in which they arrive.

A node's properties are the union of what its statements say; where two differ on a key, the one said last wins (ties:
the larger digest). It wins for the whole value: an older unit goes with the older number, and older nested values with
what stands above them: metadata stay what somebody said. Each distinct statement is kept: a node with one statement
holds it as its properties and names it in `statement`; a node with more keeps them all in `statements`. So the
outcome depends on the set of statements alone, not on their order, their repetition, or the laptop that sent them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from graphprov.model.forgetting import ERASED, is_tombstone, remains
from graphprov.model.metadata import EXACT, base_key, dumps, loads
from graphprov.model.statements import digest_text

BOOKKEEPING = frozenset(
    {"id", "statement", "statements", "times", "recorded_at", "restated_at", "stored_at", "learnt_at"}
)
"""Properties of a node that are graphprov's own and said by no statement."""

_TIME_KEYS = ("generated_at", "issued_at", "delivered_at")
"""An entity's time is the first of these that is known."""

_DOT = re.compile(r"(?<!\\)(?:\\\\)*\.")
"""A dot that separates the parts of a flat key: one that no backslash escapes."""


@dataclass(frozen=True)
class Said:
    """One distinct statement about a node: what it says, and when that was said first and last."""

    first: datetime
    last: datetime
    properties: dict[str, Any]


Statements = dict[str, Said]
"""The distinct statements about one node, by digest."""


def add(statements: Statements, digest: str, said: Said) -> None:
    """Add one statement to those known of a node."""
    known = statements.get(digest)
    if known is not None:
        said = Said(min(known.first, said.first), max(known.last, said.last), known.properties)
    statements[digest] = said


def combined_digest(digests: Iterable[str]) -> str:
    """The name of a set of statements: the digest of the only one, or one over them all."""
    ordered = sorted(digests)
    return ordered[0] if len(ordered) == 1 else digest_text("\n".join(ordered))


def to_node(statements: Statements) -> dict[str, Any]:
    """The properties that a node with these statements has, but for `id` and `stored_at`.

    Beside a tombstone only that stays of the others which lineage needs, whichever came first.
    """
    if is_forgotten(statements):
        statements = {digest: _without_content(said) for digest, said in statements.items()}
    in_order = [said for _, said in sorted(statements.items(), key=lambda item: (item[1].last, item[0]))]
    properties = dict(in_order[0].properties)
    for said in in_order[1:]:
        _overlay(properties, said.properties)
    if is_forgotten(statements):
        properties["name"] = ERASED  # what lists, trees and pages show
    first = min(said.first for said in statements.values())
    last = max(said.last for said in statements.values())
    properties["statement"] = combined_digest(statements)
    properties["recorded_at"] = first
    if last != first:
        properties["restated_at"] = last
    if len(statements) > 1:
        # What one bundle says is said in that bundle alone; the node shows all that say something of it.
        if bundles := {bundle for said in statements.values() for bundle in _bundles(said)}:
            properties["bundles"] = sorted(bundles)
        properties["statements"] = [
            dumps([digest, said.first, said.last, said.properties]) for digest, said in sorted(statements.items())
        ]
        # A key holds what was said last; a window must also find an earlier delivery of the same content.
        if len(times := _times(statements)) > 1:
            properties["times"] = times
    return properties


def is_forgotten(statements: Statements) -> bool:
    """Whether one of the statements about a node is a tombstone (see `graphprov.model.forgetting`)."""
    return any(is_tombstone(said.properties) for said in statements.values())


def _without_content(said: Said) -> Said:
    return said if is_tombstone(said.properties) else Said(said.first, said.last, remains(said.properties))


def times_of(properties: Mapping[str, Any]) -> list[datetime]:
    """The times that an entity is said to have: of the first kind that is known; several where said several times."""
    if several := properties.get("times"):
        return list(several)
    first = next((properties[key] for key in _TIME_KEYS if properties.get(key)), None)
    return [] if first is None else [first]


def learnt_when(properties: Mapping[str, Any]) -> dict[str, datetime]:
    """When the store learnt of each statement about a node, by digest."""
    digests = sorted(from_node(properties))
    times = properties.get("learnt_at") or [properties["stored_at"]] * len(digests)
    return dict(zip(digests, times, strict=True))


def learnt(when: Mapping[str, datetime], before: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """The properties that keep when the store learnt of a node, and of each statement about it where that was later.

    Args:
        when: By digest, of all statements about the node.
        before: The node's properties so far.
        now: Where these do not say when the store learnt of it.
    """
    first = before.get("stored_at", now)
    times = [when[digest] for digest in sorted(when)]
    return {"stored_at": first} if all(time == first for time in times) else {"stored_at": first, "learnt_at": times}


def as_known_on(properties: Mapping[str, Any], moment: datetime) -> dict[str, Any]:
    """A node's properties as they were at a moment: those of the statements that the store had learnt of by then."""
    when = learnt_when(properties)
    if all(time <= moment for time in when.values()):
        return dict(properties)
    kept = {
        digest: said
        if said.last <= moment
        else Said(said.first, max(said.first, min(said.last, moment)), said.properties)
        for digest, said in from_node(properties).items()
        if when[digest] <= moment
    }
    return {"id": properties["id"], "stored_at": properties["stored_at"], **(to_node(kept) if kept else {})}


def _bundles(said: Said) -> list[str]:
    """The bundle that says it, where a document does; else the name is somebody's metadata of an older release."""
    return said.properties.get("bundles", []) if EXACT in said.properties else []


def _times(statements: Statements) -> list[datetime]:
    """Each time that a node is said to have: of each statement that has any, its first of these keys."""
    said = (
        next((each.properties[key] for key in _TIME_KEYS if key in each.properties), None)
        for each in statements.values()
    )
    return sorted({time for time in said if isinstance(time, datetime)})


def _overlay(properties: dict[str, Any], newer: Mapping[str, Any]) -> None:
    """Put newer properties over older ones; what cannot stand beside a new key goes."""
    if old := properties.keys() - newer.keys():
        bases = {base_key(key) for key in newer}
        above = {base[: dot.end() - 1] for base in bases for dot in _DOT.finditer(base)}
        for key in old:
            base = base_key(key)
            if base in bases or base in above or any(base[: dot.end() - 1] in bases for dot in _DOT.finditer(base)):
                del properties[key]
    properties.update(newer)


def from_node(properties: Mapping[str, Any]) -> Statements:
    """The statements that made a node; none for a node that was only mentioned. Undoes `to_node`."""
    if "statements" in properties:
        read = (loads(text) for text in properties["statements"])
        return {digest: Said(first, last, said) for digest, first, last, said in read}
    if "statement" not in properties:
        return {}
    first = properties["recorded_at"]
    said = {key: value for key, value in properties.items() if key not in BOOKKEEPING}
    if is_tombstone(said):
        said.pop("name", None)
    return {properties["statement"]: Said(first, properties.get("restated_at", first), said)}
