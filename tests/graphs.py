"""A little notation to draw graphs in tests, so that one sees the graph.

    clean <-used- train -gen-> model        a run, what it used and what it made
    flawed <-used@3- train -gen@5-> log     with times: days of March 2026
    model -derived-> clean                  a derivation; `-derived(train)->` names its activity
    flawed : dataset issued_at=2            a node's kind and properties; days again where the key ends in `_at`

The arrow of `gen` runs from the run to what it made, as one says it; all others as PROV points, from effect to cause.
What a node is follows from its relations, its kind is `dataset`, `run` or `person` where none is given, and its id is
its name in the namespace `ex:`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from graphprov.journal import Record
from graphprov.model.metadata import dumps, loads
from graphprov.model.statements import Activity, Agent, Entity, Relation, Statement, digest_text
from graphprov.model.vocabulary import RELATIONS, Element, RelationType
from graphprov.store import Store

MARCH = datetime(2026, 3, 1, tzinfo=UTC)
WORDS = {
    "used": RelationType.USED,
    "gen": RelationType.WAS_GENERATED_BY,
    "derived": RelationType.WAS_DERIVED_FROM,
    "by": RelationType.WAS_ATTRIBUTED_TO,
    "with": RelationType.WAS_ASSOCIATED_WITH,
    "for": RelationType.ACTED_ON_BEHALF_OF,
    "of": RelationType.SPECIALIZATION_OF,
    "alternate": RelationType.ALTERNATE_OF,
    "member": RelationType.HAD_MEMBER,
    "informed": RelationType.WAS_INFORMED_BY,
    "invalidated": RelationType.WAS_INVALIDATED_BY,
    "part": RelationType.PART_OF,
}
_CLASSES: dict[Element, type[Entity] | type[Activity] | type[Agent]] = {
    Element.ENTITY: Entity,
    Element.ACTIVITY: Activity,
    Element.AGENT: Agent,
}
_KINDS = {Element.ENTITY: "dataset", Element.ACTIVITY: "run", Element.AGENT: "person"}
_RECORDED = "NOT n:GraphprovStore AND NOT n:GraphprovSchema"
_ARROW = re.compile(r"\s+(<-[^-]+-|-[^-]+->)\s+")
_WORD = re.compile(r"(\w+)(?:@(\d+))?(?:\((\w+)\))?(?::([\w-]+))?")


def day(number: float) -> datetime:
    """A day of March 2026: `day(1)` is the first."""
    return MARCH + timedelta(days=number - 1)


def ex(name: str) -> str:
    """The id of a drawn node."""
    return f"ex:{name}"


def drawn(text: str) -> list[Statement]:
    """The statements of a drawn graph."""
    relations: list[Relation] = []
    described: dict[str, tuple[str, dict[str, Any]]] = {}
    elements: dict[str, Element] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        if " : " in line:
            name, _, rest = line.partition(" : ")
            kind, *properties = rest.split()
            described[name.strip()] = (kind, dict(map(_property, properties)))
            continue
        nodes = _ARROW.split(line)
        for left, arrow, right in zip(nodes[::2], nodes[1::2], nodes[2::2], strict=False):
            relation, ends = _relation(left, arrow, right)
            relations.append(relation)
            elements.update(ends)
    nodes = [_node(name, element, *described.pop(name, (None, {}))) for name, element in elements.items()]
    nodes += [_node(name, Element.ENTITY, *rest) for name, rest in described.items()]
    return [*nodes, *relations]


def records(statements: Iterable[Statement], at: datetime = MARCH) -> list[Record]:
    """One record of these statements, as a journal would hand it out."""
    texts = [dumps(statement.row()) for statement in statements]
    return [Record(1, "", at, [(digest_text(text), loads(text)) for text in texts])]


def draw(store: Store, text: str) -> None:
    """Write a drawn graph into a store."""
    store.write(records(drawn(text)))


def empty(store: Store) -> None:
    """Remove all that was recorded; the schema stays."""
    store._connection.command(f"MATCH (n) WHERE {_RECORDED} DETACH DELETE n")


def names(ids: Iterable[str]) -> set[str]:
    """The names of drawn nodes from their ids."""
    return {id_.removeprefix("ex:") for id_ in ids}


def contents(store: Store, leave_out: Sequence[str] = ("stored_at", "learnt_at")) -> tuple[list[str], list[str]]:
    """All that is in a store in a canonical form: nodes with labels, relations with ends, both with properties."""
    nodes = store.run("MATCH (n:Entity|Activity|Agent) RETURN labels(n), properties(n)").rows
    ends = store.run("MATCH (a)-[r]->(b) RETURN type(r), labels(a), a.id, labels(b), b.id, properties(r)").rows

    def kept(properties: dict[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in properties.items() if key not in leave_out}

    return (
        sorted(dumps([sorted(labels), kept(properties)]) for labels, properties in nodes),
        sorted(
            dumps([type_, sorted(la), a, sorted(lb), b, kept(properties)]) for type_, la, a, lb, b, properties in ends
        ),
    )


def _node(name: str, element: Element, kind: str | None, properties: dict[str, Any]) -> Statement:
    return _CLASSES[element](id=ex(name), name=name, kind=kind or _KINDS[element], **properties)


def _property(text: str) -> tuple[str, Any]:
    key, _, value = text.partition("=")
    return key, day(float(value)) if key.endswith("_at") else value


def _relation(left: str, arrow: str, right: str) -> tuple[Relation, dict[str, Element]]:
    if arrow.startswith("<-"):
        left, arrow, right = right, f"-{arrow[2:-1]}->", left
    match = _WORD.fullmatch(arrow[1:-2])
    assert match is not None, arrow
    word, moment, activity, role = match.groups()
    source, target = (right, left) if word == "gen" else (left, right)
    rule = RELATIONS[WORDS[word]]
    relation = Relation(
        type=rule.type,
        source=ex(source),
        target=ex(target),
        time=day(int(moment)) if moment else None,
        activity=ex(activity) if activity else None,
        role=role,
    )
    return relation, {source: rule.source, target: rule.target}
