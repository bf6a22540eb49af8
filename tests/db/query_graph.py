"""A little notation for the graphs that the questions are tried on, so that one sees the graph in the test.

- `acme : data-source contract=C-17` is a node: id, kind, properties; times, numbers and lists are read as such.
- `bl@1 : dataset delivered_at=2026-03-01` is a version; `bl` comes into being as its general artifact.
- `train@1 : training started_at=2026-03-02` is a run; its name is what stands before the `@`.
- `train@1 -used-> bl@1, users@1 time=2026-03-02` are relations, with properties after the last target.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

from graphprov.model.metadata import as_utc
from graphprov.model.vocabulary import KINDS, Element, RelationType, labels_of

RELATIONS = {
    "used": RelationType.USED,
    "gen": RelationType.WAS_GENERATED_BY,
    "from": RelationType.WAS_DERIVED_FROM,
    "by": RelationType.WAS_ATTRIBUTED_TO,
    "with": RelationType.WAS_ASSOCIATED_WITH,
    "for": RelationType.ACTED_ON_BEHALF_OF,
    "informed": RelationType.WAS_INFORMED_BY,
    "member": RelationType.HAD_MEMBER,
    "withdrawn": RelationType.WAS_INVALIDATED_BY,
    "of": RelationType.SPECIALIZATION_OF,
    "about": RelationType.ABOUT,
    "entry": RelationType.ENTRY_OF,
    "said": RelationType.SAID_BY,
}

_NODE = re.compile(r"(\S+) : (\S+)(.*)")
_RELATION = re.compile(r"(\S+) -(\w+)-> ((?:[^\s,=]+, )*[^\s,=]+)(.*)")
_PROPERTY = re.compile(r"(\S+?)=(\[[^]]*\]|\S+)")

CREATE_NODES = "UNWIND $rows AS row CREATE (n:$(row.labels)) SET n = row.properties"
CREATE_RELATIONS = """
UNWIND $rows AS row
MATCH (a:Entity|Activity|Agent {id: row.a})
MATCH (b:Entity|Activity|Agent {id: row.b})
CREATE (a)-[r:$(row.type)]->(b) SET r = row.properties
"""


def statements(text: str) -> list[tuple[str, list[dict[str, Any]]]]:
    """The Cypher statements that make the graph, each with its rows."""
    nodes: dict[str, tuple[str, dict[str, Any]]] = {}
    relations: list[tuple[str, str, str, dict[str, Any]]] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        if match := _RELATION.fullmatch(line):
            relations += [(match[1], match[2], target, _properties(match[4])) for target in match[3].split(", ")]
        elif match := _NODE.fullmatch(line):
            id_, kind, properties = match[1], match[2], _properties(match[3])
            name = id_.partition("@")[0]
            if "@" in id_ and _element(kind) == Element.ENTITY.value:
                properties = {"version": id_.partition("@")[2], **properties}
                nodes.setdefault(name, (kind, {"id": name, "name": name, "kind": kind}))
                relations.append((id_, "of", name, {}))
            nodes[id_] = (kind, {"id": id_, "name": name, "kind": kind, **properties})
        else:
            raise ValueError(f"neither node nor relation: {line}")
    node_rows = [
        {
            "labels": [_element(kind), *_labels(kind), *["Forgotten"] * ("forgotten_at" in properties)],
            "properties": properties,
        }
        for kind, properties in nodes.values()
    ]
    relation_rows = [
        {"a": a, "b": b, "type": str(RELATIONS[word]), "properties": properties} for a, word, b, properties in relations
    ]
    return [(CREATE_NODES, node_rows), (CREATE_RELATIONS, relation_rows)]


def _element(kind: str) -> str:
    return KINDS[kind].element.value if kind in KINDS else Element.ENTITY.value


def _labels(kind: str) -> list[str]:
    return labels_of(kind, KINDS[kind].element) if kind in KINDS else []


def _properties(text: str) -> dict[str, Any]:
    return {match[1]: _value(match[2]) for match in _PROPERTY.finditer(text)}


def _value(text: str) -> Any:
    if text.startswith("["):
        return [_value(part) for part in text[1:-1].split(",")]
    if re.match(r"\d{4}-\d\d-\d\d", text):
        return as_utc(datetime.fromisoformat(text)).astimezone(UTC)
    try:
        return json.loads(text)
    except ValueError:
        return text
