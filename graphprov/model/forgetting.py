"""What is left of a thing whose content somebody asked to forget (GDPR Art. 17): the rule, for graph and journal alike.

A tombstone is a statement about a node that says when, why and by whom it was forgotten. Beside a tombstone, every
other statement about that node keeps its digest, its times and what lineage needs; the rest is dropped, whenever it
arrives. So a tombstone works in any order, and an old journal brings nothing back.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from graphprov.model.incidents import BOOKKEEPING
from graphprov.model.metadata import EXACT, dumps, loads
from graphprov.model.statements import Row, digest_text

FORGOTTEN_AT = "forgotten_at"
"""The property by which a statement is a tombstone."""

TOMBSTONE = (FORGOTTEN_AT, "forgotten_reason", "forgotten_by", "forgotten_in")
"""What a tombstone says: when, why, the id of the agent who asked, the id of the activity in which it was done."""

KEPT = frozenset(
    {"kind", "version", "digest", "status", "bundles", "started_at", "ended_at", "generated_at", "issued_at"}
    | {"delivered_at", "valid_from", "valid_until", "invalidated_at", *TOMBSTONE}
)
"""What stays of a forgotten node: by these it is reached, placed in time and joined with the same content."""

KEPT_ON_RELATIONS = frozenset(
    {"time", "role", "subtype", "activity", "plan", "key", "recorded_at", "stored_at", "identifier", "bundle"}
    | {"mentioned_in", "generation", "usage", "types", "said_by", "said_at", "target_type"}
)
"""What stays of a relation of a forgotten node: its attributes by PROV-DM, and by what it is found and ordered."""

FREE_TEXT_OF_INCIDENTS = frozenset({"reason", "note", "message", "to", "found_by"})
"""What goes of an incident or of what was said of one; its window, state and parts are what others rely on."""

ERASED = "(forgotten)"
"""What stands where a reader needs some text."""

_PROV = "http://www.w3.org/ns/prov#"
_MARK = "redacted"


def is_tombstone(properties: Mapping[str, Any]) -> bool:
    """Whether a statement about a node says that it was forgotten."""
    return FORGOTTEN_AT in properties


def remains(properties: Mapping[str, Any]) -> dict[str, Any]:
    """What stays of one statement about a forgotten node. Applied again it changes nothing.

    >>> remains({"kind": "person", "name": "Ada", "contact": "ada@example.org"})
    {'kind': 'person'}
    """
    if properties.get("kind") in BOOKKEEPING and EXACT not in properties:
        kept = {key: value for key, value in properties.items() if key not in FREE_TEXT_OF_INCIDENTS}
        return {**kept, "reason": ERASED} if "reason" in properties else kept
    kept = {key: value for key, value in properties.items() if key in KEPT}
    types = properties.get("types")
    if isinstance(types, list) and (own := [each for each in types if str(each).startswith(_PROV)]):
        kept["types"] = own
    if EXACT in properties:
        # A document's statement stays one of a document, of its PROV type, in its bundle; its attributes go.
        exact = json.loads(properties[EXACT])
        bare = {key: exact[key] for key in ("t", "b", "start", "end") if key in exact}
        kept[EXACT] = dumps({**bare, "a": []} if "b" in bare else bare)
    return kept


def erased_keys(properties: Mapping[str, Any]) -> set[str]:
    """The properties of a node that forgetting it removes or shortens."""
    left = remains(properties)
    return {key for key, value in properties.items() if key not in left or left[key] != value}


def remains_of_relation(properties: Mapping[str, Any]) -> dict[str, Any]:
    """What stays of a relation that has a forgotten end."""
    return {key: value for key, value in properties.items() if key in KEPT_ON_RELATIONS}


def redacted_row(row: Row, ids: Collection[str]) -> Row:
    """A statement in flat form, without what was said of the forgotten ids; the same one where it says nothing of them.

    A row that lost something says `"forgotten": true`; it goes on to stand for the statement with its old digest.
    """
    properties = row["properties"]
    if "node" in row:
        if row["id"] not in ids or is_tombstone(properties):
            return row
        kept = remains(properties)
    elif row["source"] in ids or row["target"] in ids:
        kept = remains_of_relation(properties)
    else:
        return row
    return row if kept == properties else {**row, "properties": kept, "forgotten": True}


def redacted_content(id_: str, content: str, ids: Collection[str]) -> str | None:
    """The content of a journal's record without what was said of forgotten ids; None where nothing has to go.

    The record keeps its id, the digest of what it said at first, and each statement its digest. The digest of what
    is left stands in it, so that damage is still seen.
    """
    read = loads(content)
    rows = [(digest, redacted_row(row, ids)) for digest, row in read["statements"]]
    if all(new is old for (_, new), (_, old) in zip(rows, read["statements"], strict=True)):
        return None
    body = {"at": read["at"], "statements": [list(pair) for pair in rows]}
    return dumps({**body, _MARK: _check(id_, body)})


def is_redacted(id_: str, content: str) -> bool:
    """Whether a record's content is what forgetting left of it, undamaged. False for anything that cannot be read."""
    try:
        read = loads(content)
        mark = read.pop(_MARK)
        return bool(mark == _check(id_, read))
    except (ValueError, KeyError, TypeError, AttributeError):
        return False


def _check(id_: str, body: Mapping[str, Any]) -> str:
    return digest_text(dumps([id_, body]))
