"""The guides on the graph and on impact say what the tables in the code say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import graphprov
from graphprov.analysis.rules import RULE_OF, RULES
from graphprov.model.metadata import RESERVED, RESERVED_ON_RELATIONS, Quantity, flatten
from graphprov.model.statements import Activity, Agent, Entity, Relation
from graphprov.model.vocabulary import DERIVATION_SUBTYPES, KINDS, RELATIONS, RelationType
from graphprov.store.neighbourhood import EdgeClass
from graphprov.store.walk import WALKS

DOCS = Path(graphprov.__file__).parent / "docs"
IMPACT = (DOCS / "impact.md").read_text(encoding="utf-8")
MODEL = (DOCS / "model.md").read_text(encoding="utf-8")


def rows(text: str, heading: str) -> Iterator[list[str]]:
    """The rows of the first table under a heading, without its head."""
    section = text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    for line in lines[2:]:
        yield [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip("|"))]


def test_the_rules_of_impact_are_those_of_the_code() -> None:
    written = [tuple(row) for row in rows(IMPACT, "How the flaw spreads")]
    assert written == [
        (
            rule.name,
            ", ".join(f"`{relation}`" for relation in rule.relations),
            rule.certainty.word,
            ", ".join(rule.cleared_by),
            rule.says,
        )
        for rule in RULES
    ]


def test_every_relation_is_said_to_spread_or_not_to_spread() -> None:
    section = IMPACT.split("## How the flaw spreads")[1].split("## What each affected node says")[0]
    never = set(
        re.findall(r"`([A-Z_]+)`", section.split("Nothing spreads through these")[1].split("Agents are never")[0])
    )
    spreading = {relation.value for rule in RULES for relation in rule.relations}
    assert never | spreading == {relation.value for relation in RelationType}
    assert not spreading & never


def test_every_class_of_relation_that_the_store_walks_has_one_rule() -> None:
    assert set(RULE_OF) == set(EdgeClass) == {*WALKS, EdgeClass.CODE_USE}
    assert sum(len(rule.classes) for rule in RULES) == len(EdgeClass)


def test_the_kinds_are_those_of_the_code() -> None:
    assert [tuple(row) for row in rows(MODEL, "Kinds")] == [
        (f"`{kind.name}`", f"`{kind.label}`", kind.element.value) for kind in KINDS.values()
    ]


def test_the_relations_are_those_of_the_code() -> None:
    assert [tuple(row) for row in rows(MODEL, "Relations")] == [
        (f"`{r.type}`", r.source.value, r.target.value, ", ".join(f"`{a}`" for a in sorted(r.attributes)), r.section)
        for r in RELATIONS.values()
    ]
    assert all(f"`{subtype}`" in MODEL for subtype in DERIVATION_SUBTYPES)


def test_the_rule_of_metadata_does_what_the_guide_shows() -> None:
    assert flatten({"camera": {"line": 17}}) == {"camera.line": 17}
    assert flatten({"exposure": Quantity(4.5, "ms")}) == {"exposure": 4.5, "exposure@unit": "ms"}
    assert flatten({"a.b@c\\": 1, "": 2, "x\0": 3}) == {"a\\.b\\@c\\\\": 1, "\\e": 2, "x\\0": 3}
    assert flatten({"name": 1, "meta": 2}) == {"meta.name": 1, "meta.meta": 2}
    assert set(flatten({"a": None, "b": [], "c": [1, "x"], "d": [{}], "e": {}, "f": 2**70})) == {
        f"{key}@json" for key in "abcdef"
    }


def test_every_property_of_graphprovs_own_is_reserved() -> None:
    for statement in (Entity, Activity, Agent):
        assert set(statement.model_fields) - {"metadata"} <= RESERVED, statement
    assert {"time", "role", "subtype", "activity", "plan"} <= set(Relation.model_fields) & RESERVED_ON_RELATIONS
